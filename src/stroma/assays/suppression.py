"""Suppression of lymphocytes: generations of each tube, and what stromal cells keep from dividing.

Tubes of one run and one donor of lymphocytes share their controls. Stromal cells carry no dye and
would pass for lymphocytes that divided often; they are larger, so that events beyond the sizes seen
in the tubes without stromal cells are left out first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from stroma.assays.prepared_tube import PreparedTube
from stroma.assays.result import AssayResult, combine
from stroma.assays.suppression_tubes import (
    account_of_run,
    dye_light,
    largest_lymphocytes,
    prepare_tubes,
    without_stromal_cells,
)
from stroma.assays.suppression_words import (
    no_answer,
    no_control,
    no_donor,
    no_inhibition,
    no_ratio,
    not_identified,
    to_be_looked_at,
    without_floor,
    written_ratio,
)
from stroma.bench_records import SuppressionTube
from stroma.errors import Problem
from stroma.house_rules import CleaningRule
from stroma.measurements import ALTERNATIVES, Measurement
from stroma.records import Events, Lot, Origin
from stroma.stats.dilution_indices import index_variances
from stroma.stats.dye_dilution import (
    DyeFit,
    NotIdentifiedError,
    binned,
    dye_control,
    fit_generations,
)
from stroma.stats.dye_peaks import DyeControl, bin_edges, shown_positions
from stroma.stats.suppression import (
    Estimate,
    Inhibition,
    NoAnswerError,
    RatioPoint,
    half_suppression,
    inhibition,
    mean_of,
    suppression_potency,
)
from stroma.texts import Text, text
from stroma.views import (
    DyeDilutionView,
    Subject,
    SuppressionCurveView,
    Tick,
    View,
)

Float = npt.NDArray[np.float64]

DILUTION = "dye_dilution/1"
INHIBITION = "suppression/1"
INDEX = "division_index"
"""What inhibition is of: the divisions of the average lymphocyte put in count both that fewer begin
and that those which begin stop sooner. The others stand beside it."""
OTHER_INDICES = ("percent_divided", "expansion_index", "dim_fraction")
_UNITS = {"percent_divided": "%"}
_SCALES = {"percent_divided": 100.0}
_ROWS = (
    "percent_divided",
    "division_index",
    "proliferation_index",
    "expansion_index",
    "replication_index",
)
_DECADES = range(1, 7)
_CLEARANCE = 0.08
"""Of the axis, between 0 and the first decade that is written: nearer ones would overlap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fitted:
    """A tube with its generations."""

    tube: SuppressionTube
    prepared: PreparedTube
    fit: DyeFit

    def estimate(self, index: str) -> Estimate:
        cells = np.array(self.fit.cells)
        variance = index_variances(cells, self.fit.covariance)[index]
        return Estimate(float(getattr(self.fit.indices, index)), variance)

    @property
    def origin(self) -> Origin:
        return self.prepared.events.origin


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """The tubes of one run and donor that could be read."""

    run: str
    donor: str
    control: DyeControl
    undivided: _Fitted
    undivided_heights: tuple[float, ...]
    stimulated: tuple[_Fitted, ...]
    cocultures: tuple[_Fitted, ...]
    floor: tuple[Origin, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


def measure_suppression(
    tubes: Sequence[SuppressionTube],
    events: Mapping[str, Events],
    *,
    lots: Mapping[str, Lot],
    cleaning: CleaningRule,
    level: float = 0.95,
) -> AssayResult:
    """Measure how lots suppress the division of lymphocytes.

    Parameters
    ----------
    tubes
        Rows of ``suppression``.
    events
        Each tube's file to its events; a file that could not be read is absent, and has been
        reported by whoever read it.
    lots
        Lot to its description.
    cleaning
        Which events are excluded.
    level
        Of the intervals.

    Returns
    -------
    AssayResult
        For each co-culture the indices of division and ``proliferation_inhibition``; for each lot,
        run and donor of lymphocytes ``half_suppression_ratio``, and ``relative_potency`` where a
        reference lot stands in the run; what could not be measured, and pictures.

    Notes
    -----
    The condition of a row names the ratio and the donor of the lymphocytes. Intervals are of the
    cells of the tubes; replicate tubes of one ratio are averaged, and their scatter counts.
    """
    known = [tube for tube in tubes if tube.role != "coculture" or tube.lot in lots]
    runs, unclear = _runs(known)
    measured = (
        _measure_run(run, donor, held, events, lots=lots, cleaning=cleaning, level=level)
        for (run, donor), held in runs.items()
    )
    return combine([AssayResult(problems=tuple(no_donor(tube) for tube in unclear)), *measured])


def _runs(
    tubes: Sequence[SuppressionTube],
) -> tuple[dict[tuple[str, str], list[SuppressionTube]], list[SuppressionTube]]:
    """Return tubes by run and donor, and co-cultures whose donor could be any of several.

    A control that names no donor serves every donor of its run.
    """
    donors: dict[str, dict[str, None]] = {}
    for tube in tubes:
        named = donors.setdefault(tube.run, {})
        if tube.lymphocyte_donor:
            named[tube.lymphocyte_donor] = None
    unclear = [
        tube
        for tube in tubes
        if tube.role == "coculture" and not tube.lymphocyte_donor and len(donors[tube.run]) > 1
    ]
    clear = [tube for tube in tubes if tube not in unclear]
    runs = {
        (run, donor): [t for t in clear if t.run == run and t.lymphocyte_donor in {donor, ""}]
        for run, named in donors.items()
        for donor in (named or {"": None})
    }
    return runs, unclear


def _measure_run(
    run: str,
    donor: str,
    tubes: Sequence[SuppressionTube],
    events: Mapping[str, Events],
    *,
    lots: Mapping[str, Lot],
    cleaning: CleaningRule,
    level: float,
) -> AssayResult:
    read = [tube for tube in tubes if tube.file in events]
    if not any(tube.role == "coculture" for tube in read):
        return AssayResult()
    problems: list[Problem] = []
    first = next(tube for tube in read if tube.role == "coculture")
    roles = {tube.role for tube in read}
    needed = ("undivided", "stimulated")
    problems += [no_control(first, role) for role in needed if role not in roles]
    if "unlabelled" not in roles:
        problems.append(without_floor(first))
    alone = [tube for tube in read if tube.role != "coculture"]
    controls, said = prepare_tubes(alone, events, cleaning=cleaning)
    problems += said
    largest = largest_lymphocytes(held for tube, held in controls if tube.role != "unlabelled")
    beside = [tube for tube in read if tube.role == "coculture"]
    smaller, left_out = without_stromal_cells(beside, events, largest)
    cultures, said = prepare_tubes(beside, smaller, cleaning=cleaning)
    problems += said
    account = account_of_run([*controls, *cultures], left_out)
    undivided = [(tube, held) for tube, held in controls if tube.role == "undivided"]
    if not undivided:
        return AssayResult(problems=tuple(problems), exclusions=account)
    unlabelled = [(tube, held) for tube, held in controls if tube.role == "unlabelled"]
    try:
        light = np.concatenate([dye_light(tube, held) for tube, held in undivided])
        dark = [dye_light(tube, held) for tube, held in unlabelled]
        control = dye_control(light, np.concatenate(dark) if dark else np.empty(0))
        background = fit_generations(light, control, level=level)
    except NotIdentifiedError as refusal:
        problems.append(not_identified(undivided[0][0], refusal))
        return AssayResult(problems=tuple(problems), exclusions=account)
    fits, said = _fits([*controls, *cultures], control, level=level)
    problems += said
    heights = binned(light, bin_edges(control))
    shared = _Run(
        run=run,
        donor=donor,
        control=control,
        undivided=_Fitted(tube=undivided[0][0], prepared=undivided[0][1], fit=background),
        undivided_heights=_normalised(heights),
        stimulated=tuple(held for held in fits if held.tube.role == "stimulated"),
        cocultures=tuple(held for held in fits if held.tube.role == "coculture"),
        floor=tuple(held.events.origin for _, held in unlabelled),
        left_out=left_out,
    )
    return combine(
        [
            _measure_lots(shared, lots=lots, level=level),
            AssayResult(problems=tuple(problems), exclusions=account),
        ]
    )


def _fits(
    tubes: Sequence[tuple[SuppressionTube, PreparedTube]], control: DyeControl, *, level: float
) -> tuple[list[_Fitted], list[Problem]]:
    made: list[_Fitted] = []
    problems: list[Problem] = []
    for tube, prepared in tubes:
        if tube.role not in {"stimulated", "coculture"}:
            continue
        try:
            fit = fit_generations(dye_light(tube, prepared), control, level=level)
        except NotIdentifiedError as refusal:
            problems.append(not_identified(tube, refusal))
            continue
        problems += to_be_looked_at(tube, fit)
        made.append(_Fitted(tube=tube, prepared=prepared, fit=fit))
    return made, problems


def _measure_lots(run: _Run, *, lots: Mapping[str, Lot], level: float) -> AssayResult:
    problems: list[Problem] = []
    rows: list[Measurement] = []
    views: list[View] = []
    points: dict[tuple[str, str], list[RatioPoint]] = {}
    lows: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for held in run.cocultures:
        tube = held.tube
        if tube.stromal_per_lymphocyte is None or not tube.stromal_per_lymphocyte > 0:
            problems.append(no_ratio(tube))
            continue
        rows += _index_rows(held, run, lots[tube.lot], level=level)
        views.append(_dye_view(held, run))
    for culture in _replicates(run.cocultures):
        first = culture[0].tube
        if not run.stimulated or first.stromal_per_lymphocyte is None:
            continue
        try:
            row, point = _inhibition_row(culture, run, lots[first.lot], level=level)
        except NoAnswerError as refusal:
            problems.append(no_inhibition(run.stimulated[0].tube, refusal))
            break
        rows.append(row)
        key = (first.lot, first.passage)
        points.setdefault(key, []).append(
            RatioPoint(first.stromal_per_lymphocyte, point.percent, point.variance)
        )
        lows.setdefault(key, []).append((point.low, point.high))
    for key, held_points in points.items():
        tubes = [held.tube for held in run.cocultures if (held.tube.lot, held.tube.passage) == key]
        made = _over_ratios(tubes, held_points, lows[key], run, lots[key[0]], level=level)
        rows += made.measurements
        problems += made.problems
        views += made.views
    potency = _potencies(points, run, lots, level=level)
    return combine([AssayResult(tuple(rows), tuple(problems), tuple(views)), potency])


def _replicates(cultures: Sequence[_Fitted]) -> Iterator[list[_Fitted]]:
    """Yield the tubes of one lot, passage and ratio."""
    held: dict[tuple[object, ...], list[_Fitted]] = {}
    for culture in cultures:
        tube = culture.tube
        if tube.stromal_per_lymphocyte is not None and tube.stromal_per_lymphocyte > 0:
            key = (tube.lot, tube.passage, tube.stromal_per_lymphocyte)
            held.setdefault(key, []).append(culture)
    yield from held.values()


def _condition(tube: SuppressionTube, run: _Run) -> str:
    ratio = written_ratio(tube.stromal_per_lymphocyte)
    return f"MSC:PBMC {ratio}" + (f", {run.donor}" if run.donor else "")


def _settings(run: _Run) -> dict[str, object]:
    return {"run": run.run, "lymphocyte_donor": run.donor}


def _index_rows(held: _Fitted, run: _Run, lot: Lot, *, level: float) -> Iterator[Measurement]:
    fit = held.fit
    settings = {
        **_settings(run),
        "stromal_per_lymphocyte": held.tube.stromal_per_lymphocyte,
        "generations": fit.generations,
        "cells": [_short(count) for count in fit.cells],
        "spacing": _short(fit.spacing),
        "shift": _short(fit.shift),
        "misfit": _short(fit.misfit),
        "larger_than_lymphocytes": run.left_out.get(held.tube.file, 0),
    }
    warnings: tuple[Text, ...] = ()
    if fit.last_is_open:
        warnings = (
            text("generation {last} holds later ones, which cannot be told apart",
                 last=fit.generations),
        )  # fmt: skip
    for index in _ROWS:
        value, interval = getattr(fit.indices, index), getattr(fit.intervals, index)
        if value is None:
            continue
        scale = _SCALES.get(index, 1.0)
        row = Measurement(
            lot=lot.lot,
            donor=lot.donor,
            source=lot.source,
            passage=held.tube.passage,
            condition=_condition(held.tube, run),
            quantity=index,
            value=scale * value,
            unit=_UNITS.get(index, "1"),
            n=fit.events,
            n_counts="cells",
            method=DILUTION,
            settings=settings,
            origins=(held.origin, run.undivided.origin, *run.floor),
            warnings=warnings,
        )
        if interval is not None:
            row = replace(row, low=scale * interval.low, high=scale * interval.high, level=level)
        yield row


def _inhibited(culture: Sequence[_Fitted], run: _Run, index: str, *, level: float) -> Inhibition:
    return inhibition(
        mean_of([held.estimate(index) for held in culture]),
        mean_of([held.estimate(index) for held in run.stimulated]),
        run.undivided.estimate(index),
        level=level,
    )


def _inhibition_row(
    culture: Sequence[_Fitted], run: _Run, lot: Lot, *, level: float
) -> tuple[Measurement, Inhibition]:
    found = _inhibited(culture, run, INDEX, level=level)
    tube = culture[0].tube
    beside: dict[str, list[float | None]] = {}
    for index in OTHER_INDICES:
        try:
            other = _inhibited(culture, run, index, level=level)
        except NoAnswerError:
            continue
        ends = (other.percent, other.low, other.high)
        beside[f"{INHIBITION}:{index}"] = [_short(end) for end in ends]
    row = Measurement(
        lot=lot.lot,
        donor=lot.donor,
        source=lot.source,
        passage=tube.passage,
        condition=_condition(tube, run),
        quantity="proliferation_inhibition",
        value=found.percent,
        unit="%",
        low=found.low,
        high=max(min(found.high, 100.0), found.percent),
        level=level,
        n=len(culture),
        n_counts="replicates",
        method=INHIBITION,
        settings={
            **_settings(run),
            "stromal_per_lymphocyte": tube.stromal_per_lymphocyte,
            "index": INDEX,
            "interval": "Fieller",
            ALTERNATIVES: beside,
        },
        origins=tuple(held.origin for held in (*culture, *run.stimulated, run.undivided)),
    )
    return row, found


def _over_ratios(
    tubes: Sequence[SuppressionTube],
    points: Sequence[RatioPoint],
    bounds: Sequence[tuple[float, float]],
    run: _Run,
    lot: Lot,
    *,
    level: float,
) -> AssayResult:
    """Return the ratio of half suppression of one lot, and its curve."""
    rows: tuple[Measurement, ...] = ()
    problems: tuple[Problem, ...] = ()
    half: tuple[float, float | None, float | None] | None = None
    try:
        found = half_suppression(points, level=level)
    except NoAnswerError as refusal:
        problems = (no_answer(tubes[0], refusal, text("no ratio of half suppression")),)
    else:
        half = (found.ratio, found.low, found.high)
        bounded = found.low is not None and found.high is not None
        rows = (
            Measurement(
                lot=lot.lot,
                donor=lot.donor,
                source=lot.source,
                passage=tubes[0].passage,
                condition=run.donor,
                quantity="half_suppression_ratio",
                value=found.ratio,
                unit="1",
                low=found.low,
                high=found.high,
                level=level if bounded else None,
                n=len(points),
                n_counts="ratios",
                method=INHIBITION,
                settings={
                    **_settings(run),
                    "model": found.method,
                    "top": None if found.top is None else _short(found.top),
                    "slope": _short(found.slope),
                    "dispersion": _short(found.dispersion),
                    "index": INDEX,
                },
                origins=_origins(tubes, run),
            ),
        )
    ordered = sorted(zip(points, bounds, strict=True), key=lambda pair: pair[0].ratio)
    view = SuppressionCurveView(
        subject=Subject(lot.lot, tubes[0].passage, "proliferation_inhibition", "", run.donor),
        ratios=tuple(point.ratio for point, _ in ordered),
        percents=tuple(point.percent for point, _ in ordered),
        low=tuple(low for _, (low, _) in ordered),
        high=tuple(min(high, 100.0) for _, (_, high) in ordered),
        half=None if half is None else half[0],
        half_low=None if half is None else half[1],
        half_high=None if half is None else half[2],
    )
    return AssayResult(rows, problems, (view,))


def _origins(tubes: Sequence[SuppressionTube], run: _Run) -> tuple[Origin, ...]:
    files = {tube.file for tube in tubes}
    return tuple(held.origin for held in run.cocultures if held.tube.file in files)


def _potencies(
    points: Mapping[tuple[str, str], Sequence[RatioPoint]],
    run: _Run,
    lots: Mapping[str, Lot],
    *,
    level: float,
) -> AssayResult:
    tubes = {(held.tube.lot, held.tube.passage): held.tube for held in run.cocultures}
    reference = next((key for key in points if tubes[key].is_reference), None)
    if reference is None:
        return AssayResult()
    rows: list[Measurement] = []
    problems: list[Problem] = []
    for key, held in points.items():
        if tubes[key].is_reference:
            continue
        lot = lots[key[0]]
        try:
            found = suppression_potency(points[reference], held, level=level)
        except NoAnswerError as refusal:
            missing = text("no potency relative to {reference}", reference=reference[0])
            problems.append(no_answer(tubes[key], refusal, missing))
            continue
        potency, slopes = found.potency, found.slope_ratio
        rows.append(
            Measurement(
                lot=lot.lot,
                donor=lot.donor,
                source=lot.source,
                passage=key[1],
                condition=run.donor,
                quantity="relative_potency",
                value=100.0 * potency.value,
                unit="%",
                low=None if potency.low is None else 100.0 * potency.low,
                high=None if potency.high is None else 100.0 * potency.high,
                level=level,
                n=len(held) + len(points[reference]),
                n_counts="ratios",
                method=INHIBITION,
                settings={
                    **_settings(run),
                    "reference": reference[0],
                    "index": INDEX,
                    "slope_ratio": [_short(end) for end in (slopes.value, slopes.low, slopes.high)],
                    "slope_ratio_level": slopes.level,
                    "parallelism_p": _short(found.p_value),
                },
                origins=_origins([tubes[key], tubes[reference]], run),
            )
        )
    return AssayResult(tuple(rows), tuple(problems))


def _dye_view(held: _Fitted, run: _Run) -> DyeDilutionView:
    fit = held.fit
    top = float(max(fit.observed.max(), fit.fitted.sum(axis=0).max(), 1.0))
    zero = shown_positions([0.0], run.control)[0]
    superscript = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    decades = shown_positions([10.0**power for power in _DECADES], run.control)
    ticks = [
        Tick(_rounded(at), f"10{str(power).translate(superscript)}")
        for power, at in zip(_DECADES, decades, strict=True)
        if zero + _CLEARANCE <= at <= 1.0
    ]
    return DyeDilutionView(
        subject=Subject(held.tube.lot, held.tube.passage, INDEX, "", _condition(held.tube, run)),
        channel=held.tube.dye,
        observed=tuple(_rounded(float(count) / top) for count in fit.observed),
        control=run.undivided_heights,
        generations=tuple(
            tuple(_rounded(float(count) / top) for count in row) for row in fit.fitted
        ),
        ticks=(Tick(_rounded(zero), "0"), *ticks),
        events=fit.events,
        file=held.tube.file,
        control_file=run.undivided.tube.file,
    )


def _normalised(heights: Float) -> tuple[float, ...]:
    top = max(float(heights.max()), 1.0)
    return tuple(_rounded(float(height) / top) for height in heights)


def _rounded(value: float) -> float:
    return round(value, 3)


def _short(value: float | None) -> float | None:
    """Return a number at six significant digits, as it is kept in settings; none for infinity."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.6g}")
