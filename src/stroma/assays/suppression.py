"""Suppression of lymphocytes: generations of each tube, and what stromal cells keep from dividing.

Tubes of one run and one donor of lymphocytes share their controls. Stromal cells carry no dye and
would pass for lymphocytes that divided often; they are larger, so that events beyond the sizes seen
in the tubes without stromal cells are left out first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from stroma.assays.prepared_tube import PreparedTube
from stroma.assays.result import AssayResult, combine
from stroma.assays.suppression_pictures import dye_view, normalised
from stroma.assays.suppression_ratios import measure_half_suppression, measure_potencies
from stroma.assays.suppression_runs import (
    DILUTION,
    INDEX,
    INHIBITION,
    FittedRun,
    FittedTube,
    condition_of,
    settings_of,
    short,
)
from stroma.assays.suppression_tubes import (
    account_of_run,
    dye_light,
    largest_lymphocytes,
    prepare_tubes,
    resting_debris_cut,
    without_stromal_cells,
)
from stroma.assays.suppression_words import (
    no_control,
    no_donor,
    no_inhibition,
    no_ratio,
    not_identified,
    to_be_looked_at,
    without_floor,
)
from stroma.bench_records import SuppressionTube
from stroma.errors import Problem
from stroma.house_rules import CleaningRule, PotencyRule
from stroma.measurements import ALTERNATIVES, Measurement
from stroma.records import Events, Lot
from stroma.stats.dye_dilution import (
    NotIdentifiedError,
    binned,
    dye_control,
    fit_generations,
)
from stroma.stats.dye_peaks import DyeControl, bin_edges
from stroma.stats.suppression import (
    Inhibition,
    NoAnswerError,
    RatioPoint,
    inhibition,
    mean_of,
)
from stroma.texts import Text, text
from stroma.views import View

Float = npt.NDArray[np.float64]

OTHER_INDICES = ("percent_divided", "expansion_index", "dim_fraction")
NO_MARGINS = PotencyRule()
_UNITS = {"percent_divided": "%"}
_SCALES = {"percent_divided": 100.0}
_ROWS = (
    "percent_divided",
    "division_index",
    "proliferation_index",
    "expansion_index",
    "replication_index",
)


def measure_suppression(
    tubes: Sequence[SuppressionTube],
    events: Mapping[str, Events],
    *,
    lots: Mapping[str, Lot],
    cleaning: CleaningRule,
    potency: PotencyRule = NO_MARGINS,
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
    potency
        Margins within which a lot is similar to the reference lot, and level of its potency.
    level
        Of the other intervals.

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
        _measure_run(
            run, donor, held, events, lots=lots, cleaning=cleaning, potency=potency, level=level
        )
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
    potency: PotencyRule,
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
    resting, said = prepare_tubes(
        [tube for tube in alone if tube.role == "undivided"], events, cleaning=cleaning
    )
    problems += said
    debris_cut = resting_debris_cut(resting)
    dividing, said = prepare_tubes(
        [tube for tube in alone if tube.role != "undivided"],
        events,
        cleaning=cleaning,
        debris_cut=debris_cut,
    )
    problems += said
    places = {tube.file: place for place, tube in enumerate(alone)}
    controls = sorted([*resting, *dividing], key=lambda held: places[held[0].file])
    largest = largest_lymphocytes(held for tube, held in controls if tube.role != "unlabelled")
    beside = [tube for tube in read if tube.role == "coculture"]
    smaller, left_out = without_stromal_cells(beside, events, largest)
    cultures, said = prepare_tubes(beside, smaller, cleaning=cleaning, debris_cut=debris_cut)
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
    shared = FittedRun(
        run=run,
        donor=donor,
        control=control,
        undivided=FittedTube(tube=undivided[0][0], prepared=undivided[0][1], fit=background),
        undivided_heights=normalised(heights),
        stimulated=tuple(held for held in fits if held.tube.role == "stimulated"),
        cocultures=tuple(held for held in fits if held.tube.role == "coculture"),
        floor=tuple(held.events.origin for _, held in unlabelled),
        left_out=left_out,
    )
    return combine(
        [
            _measure_lots(shared, lots=lots, potency=potency, level=level),
            AssayResult(problems=tuple(problems), exclusions=account),
        ]
    )


def _fits(
    tubes: Sequence[tuple[SuppressionTube, PreparedTube]], control: DyeControl, *, level: float
) -> tuple[list[FittedTube], list[Problem]]:
    made: list[FittedTube] = []
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
        made.append(FittedTube(tube=tube, prepared=prepared, fit=fit))
    return made, problems


def _measure_lots(
    run: FittedRun, *, lots: Mapping[str, Lot], potency: PotencyRule, level: float
) -> AssayResult:
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
        views.append(dye_view(held, run))
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
        made = measure_half_suppression(
            tubes, held_points, lows[key], run, lots[key[0]], level=level
        )
        rows += made.measurements
        problems += made.problems
        views += made.views
    compared = measure_potencies(points, run, lots, rule=potency)
    return combine([AssayResult(tuple(rows), tuple(problems), tuple(views)), compared])


def _replicates(cultures: Sequence[FittedTube]) -> Iterator[list[FittedTube]]:
    """Yield the tubes of one lot, passage and ratio."""
    held: dict[tuple[object, ...], list[FittedTube]] = {}
    for culture in cultures:
        tube = culture.tube
        if tube.stromal_per_lymphocyte is not None and tube.stromal_per_lymphocyte > 0:
            key = (tube.lot, tube.passage, tube.stromal_per_lymphocyte)
            held.setdefault(key, []).append(culture)
    yield from held.values()


def _index_rows(
    held: FittedTube, run: FittedRun, lot: Lot, *, level: float
) -> Iterator[Measurement]:
    fit = held.fit
    settings = {
        **settings_of(run),
        "stromal_per_lymphocyte": held.tube.stromal_per_lymphocyte,
        "generations": fit.generations,
        "cells": [short(count) for count in fit.cells],
        "spacing": short(fit.spacing),
        "shift": short(fit.shift),
        "misfit": short(fit.misfit),
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
            condition=condition_of(held.tube, run),
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


def _inhibited(
    culture: Sequence[FittedTube], run: FittedRun, index: str, *, level: float
) -> Inhibition:
    return inhibition(
        mean_of([held.estimate(index) for held in culture]),
        mean_of([held.estimate(index) for held in run.stimulated]),
        run.undivided.estimate(index),
        level=level,
    )


def _inhibition_row(
    culture: Sequence[FittedTube], run: FittedRun, lot: Lot, *, level: float
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
        beside[f"{INHIBITION}:{index}"] = [short(end) for end in ends]
    row = Measurement(
        lot=lot.lot,
        donor=lot.donor,
        source=lot.source,
        passage=tube.passage,
        condition=condition_of(tube, run),
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
            **settings_of(run),
            "stromal_per_lymphocyte": tube.stromal_per_lymphocyte,
            "index": INDEX,
            "interval": "Fieller",
            ALTERNATIVES: beside,
        },
        origins=tuple(held.origin for held in (*culture, *run.stimulated, run.undivided)),
    )
    return row, found
