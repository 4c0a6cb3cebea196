"""Standard curves: blanks and standards to a curve, samples to concentrations.

A concentration is given only between the lowest and the highest standard that the curve finds
again (ICH M10); a sample outside is below or above and has no value. What is wrong with a well, a
level or a series takes away the numbers it touches and no others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from stroma.assays.concentrations import Concentration
from stroma.assays.curve_pictures import curve_view
from stroma.assays.curve_problems import (
    few_levels,
    left_models,
    no_curve,
    no_range,
    not_in_order,
    plateau_missing,
    several_series,
    several_values,
    uneven_levels,
    unread,
    without_concentration,
)
from stroma.assays.curve_series import (
    LARGEST_CV_PERCENT,
    CurveRule,
    CurveSeries,
    FittedCurve,
    cv_percent,
)
from stroma.assays.plate_checks import Addition, Dilutions
from stroma.assays.result import AssayResult
from stroma.assays.sample_readings import read_samples
from stroma.assays.standard_wells import BLANK, STANDARD, AnalyteWells, AssayWell
from stroma.assays.vendor_curves import VendorComparison, compare_with_vendor
from stroma.errors import Problem
from stroma.plate_records import WellStatus
from stroma.stats.calibration import back_calculate
from stroma.stats.curve_batches import choose_curves
from stroma.stats.curves import LINEAR, CurveChoice, UnfitCurveError
from stroma.stats.quantification import FEWEST_LEVELS, level_accuracy, working_range
from stroma.views import StandardCurveView

Floats = npt.NDArray[np.float64]

LEAST_ORDER = 0.8
"""Rank correlation of standards and responses. A hook or noise at the ends stays above it, a layout
that was turned or moved does not."""
PLATEAU_SEEN = 0.9
"""Part of the way between the plateaus that the highest standard has gone where the upper one is
taken for seen."""


@dataclass(frozen=True, slots=True, eq=False)
class CurveResult:
    """What standard curves say.

    Parameters
    ----------
    concentrations
        One a sample and analyte.
    dilutions, additions
        Samples that were read at several dilutions, and with an addition.
    curves
        One an analyte, or several where there are several series of standards.
    comparisons
        The instrument's own numbers beside these.
    problems
        What stands in the way of a number, and what a person has to look at.
    views
        One a curve.
    """

    concentrations: tuple[Concentration, ...] = ()
    dilutions: tuple[Dilutions, ...] = ()
    additions: tuple[Addition, ...] = ()
    curves: tuple[FittedCurve, ...] = ()
    comparisons: tuple[VendorComparison, ...] = ()
    problems: tuple[Problem, ...] = ()
    views: tuple[StandardCurveView, ...] = ()

    def assay_result(self) -> AssayResult:
        """Return problems and pictures as every assay does.

        Returns
        -------
        AssayResult
            Without rows: a concentration is of a sample, not yet of a lot.
        """
        return AssayResult(problems=self.problems, views=self.views)


def measure_curves(wells: Sequence[AnalyteWells], *, rule: CurveRule) -> CurveResult:
    """Fit the curves of a plate and read all samples from them.

    Parameters
    ----------
    wells
        One an analyte, from :mod:`stroma.assays.standard_wells`.
    rule
        How.

    Returns
    -------
    CurveResult
        A sample without a number has a problem that says why, or a status below or above.
    """
    problems: list[Problem] = []
    ready: list[CurveSeries] = []
    for analyte in wells:
        for series in _series(analyte, rule, problems):
            checked = _checked(series, problems)
            if checked is not None:
                ready.append(checked)
    results = [
        _measured(series, outcome)
        for series, outcome in zip(ready, _fitted(ready, rule), strict=True)
    ]
    return CurveResult(
        tuple(row for result in results for row in result.concentrations),
        tuple(held for result in results for held in result.dilutions),
        tuple(held for result in results for held in result.additions),
        tuple(curve for result in results for curve in result.curves),
        tuple(row for result in results for row in result.comparisons),
        (*problems, *(problem for result in results for problem in result.problems)),
        tuple(view for result in results for view in result.views),
    )


def _series(wells: AnalyteWells, rule: CurveRule, problems: list[Problem]) -> list[CurveSeries]:
    """Return one series for each top concentration; none where samples cannot be told apart."""
    if any(well.role == STANDARD for well in wells.blocked):
        # The layouts contradict each other about a standard; that is said already.
        problems.append(no_curve(wells, "", "moved"))
        return []
    standards = [
        well for well in wells.wells if well.role == STANDARD and well.concentration is not None
    ]
    unstated = [w for w in wells.wells if w.role == STANDARD and w.concentration is None]
    if unstated:
        problems.append(without_concentration(wells, unstated))
    blanks = [
        well.reading.value
        for well in wells.wells
        if well.role == BLANK and well.reading.status is WellStatus.MEASURED
    ]
    known = [value for value in blanks if value is not None]
    takes = rule.subtract_blank and not wells.is_blanked and known
    blank = math.fsum(known) / len(known) if takes else 0.0
    tops: dict[str, float] = {}
    for well in standards:
        top = well.concentration or 0.0
        tops[well.block] = max(tops.get(well.block, 0.0), top)
    if not standards:
        problems.append(no_curve(wells, "", "no_standards"))
        return []
    if len(set(tops.values())) == 1:
        return [CurveSeries(wells, "", blank, rule, tuple(standards))]
    apart = [well for well in wells.wells if well.role not in (STANDARD, BLANK)]
    lost = [well for well in apart if well.block not in tops]
    if lost:
        problems.append(several_series(wells, tops, lost))
    return [
        CurveSeries(
            replace(wells, wells=tuple(w for w in wells.wells if w.block == block or
                                       w.role == BLANK)),
            block, blank, rule, tuple(w for w in standards if w.block == block),
        )
        for block in tops
    ]  # fmt: skip


def _checked(series: CurveSeries, problems: list[Problem]) -> CurveSeries | None:
    """Leave out what cannot be a standard; ``None`` where no curve may be fitted."""
    wells = series.wells
    stated: dict[str, set[float]] = {}
    for well in series.standards:
        if well.sample not in ("", STANDARD):
            stated.setdefault(well.sample, set()).add(well.concentration or 0.0)
    double = {name: held for name, held in stated.items() if len(held) > 1}
    if double:
        problems.append(several_values(wells, double))
        return None
    gone = [well for well in series.standards if math.isnan(series.response(well))]
    if gone:
        problems.append(unread(wells, gone, is_standard=True))
    kept = [well for well in series.standards if well not in gone]
    asked = {well.concentration for well in series.standards}
    if gone and 2 * len({well.concentration for well in kept}) <= len(asked):
        # A curve through what a cut plate has left is another curve.
        problems.append(no_curve(wells, series.block, "lost"))
        return None
    levels = _levels(kept)
    uneven = {
        dose: cv
        for dose, held in levels.items()
        if dose > 0 and (cv := cv_percent(held)) is not None and cv > LARGEST_CV_PERCENT
    }
    if uneven and 2 * len(uneven) >= len(levels):
        problems.append(uneven_levels(wells, uneven, is_blocked=True))
        return None
    if uneven:
        problems.append(uneven_levels(wells, uneven, is_blocked=False))
        kept = [well for well in kept if well.concentration not in uneven]
    order = _order(series, kept)
    if order is not None and abs(order) < LEAST_ORDER:
        problems.append(not_in_order(wells, order))
        return None
    return replace(series, standards=tuple(kept))


def _levels(wells: Sequence[AssayWell]) -> dict[float, list[float]]:
    held: dict[float, list[float]] = {}
    for well in wells:
        if well.concentration is not None and well.reading.value is not None:
            held.setdefault(well.concentration, []).append(well.reading.value)
    return held


def _order(series: CurveSeries, wells: Sequence[AssayWell]) -> float | None:
    """Return the rank correlation of levels and their mean responses."""
    levels: dict[float, list[float]] = {}
    for well in wells:
        levels.setdefault(well.concentration or 0.0, []).append(series.response(well))
    if len(levels) < 4:
        return None
    means = [math.fsum(levels[dose]) / len(levels[dose]) for dose in sorted(levels)]
    ranks = np.argsort(np.argsort(means)).astype(np.float64)
    return float(np.corrcoef(np.arange(len(means)), ranks)[0, 1])


def _fitted(
    series: Sequence[CurveSeries], rule: CurveRule
) -> tuple[CurveChoice | UnfitCurveError, ...]:
    if not series:
        return ()
    most = max(len(held.standards) for held in series)
    doses = np.ones((len(series), most))
    responses = np.full((len(series), most), np.nan)
    for row, held in enumerate(series):
        for column, well in enumerate(held.standards):
            doses[row, column] = well.concentration or 0.0
            responses[row, column] = held.response(well)
    return choose_curves(doses, responses, rule.settings, line_along_logarithm=rule.log_response)


def _measured(series: CurveSeries, outcome: CurveChoice | UnfitCurveError) -> CurveResult:
    wells = series.wells
    if isinstance(outcome, UnfitCurveError):
        return CurveResult(problems=(no_curve(wells, series.block, outcome.reason, outcome.value),))
    curve = outcome.curve
    problems = [left_models(wells, series.block, outcome)] if outcome.left else []
    nominal = np.array([well.concentration or 0.0 for well in series.standards])
    responses = np.array([series.response(well) for well in series.standards])
    found = back_calculate(curve, responses).doses
    held = working_range(level_accuracy(nominal, found))
    fitted = FittedCurve(
        analyte=wells.analyte, unit=wells.unit, block=series.block, choice=outcome, range=held
    )
    view = curve_view(wells, series.block, outcome, held, nominal, responses)
    if held.lower is None or held.upper is None:
        problems.append(no_range(wells, series.block, held, curve.model))
        return CurveResult(curves=(fitted,), problems=tuple(problems), views=(view,))
    if curve.model != LINEAR and _part_of_way(fitted) < PLATEAU_SEEN:
        problems.append(plateau_missing(wells, series.block, _part_of_way(fitted)))
    if len(held.levels) < FEWEST_LEVELS:
        problems.append(few_levels(wells, len(held.levels)))
    read = read_samples(series, fitted)
    compared, differing = compare_with_vendor(
        wells, curve, {well.well: series.response(well) for well in wells.wells},
        (held.lower, held.upper),
    )  # fmt: skip
    return CurveResult(
        concentrations=read.concentrations,
        dilutions=read.dilutions,
        additions=read.additions,
        curves=(fitted,),
        comparisons=compared,
        problems=(*problems, *read.problems, *differing),
        views=(view,),
    )


def _part_of_way(fitted: FittedCurve) -> float:
    curve = fitted.choice.curve
    ends = curve.values(curve.scale(np.array([curve.doses.min(), curve.doses.max()])))
    c, d = curve.parameters()["c"], curve.parameters()["d"]
    low, high = min(c, d), max(c, d)
    return (float(ends.max()) - low) / (high - low)
