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

from stroma.assays.concentrations import Concentration, ConcentrationStatus
from stroma.assays.curve_pictures import curve_view
from stroma.assays.curve_problems import (
    far_apart,
    few_levels,
    left_models,
    missed_control,
    no_concentration,
    no_curve,
    no_range,
    not_in_order,
    odd_dilution,
    plateau_missing,
    several_series,
    several_values,
    uneven_levels,
    uneven_sample,
    unread,
    without_concentration,
)
from stroma.assays.result import AssayResult
from stroma.assays.standard_wells import (
    BLANK,
    CONTROL,
    STANDARD,
    AnalyteWells,
    AssayWell,
)
from stroma.assays.vendor_curves import VendorComparison, compare_with_vendor
from stroma.bench_records import PlateUse
from stroma.errors import Problem
from stroma.origin import Origin
from stroma.plate_records import WellStatus
from stroma.stats.calibration import back_calculate
from stroma.stats.curve_batches import choose_curves
from stroma.stats.curves import (
    FIVE,
    LINEAR,
    CurveChoice,
    CurveSettings,
    UnfitCurveError,
)
from stroma.stats.quantification import (
    FEWEST_LEVELS,
    LOWEST_ACCURACY_PERCENT,
    WorkingRange,
    level_accuracy,
    working_range,
)
from stroma.views import StandardCurveView

Floats = npt.NDArray[np.float64]

LARGEST_CV_PERCENT = 20.0
"""Of replicates: what ICH M10 (2022) allows at the lower limit, where they spread most."""
LEAST_ORDER = 0.8
"""Rank correlation of standards and responses. A hook or noise at the ends stays above it, a layout
that was turned or moved does not."""
LARGEST_DIFFERENCE_PERCENT = 20.0
"""Between dilutions of one sample: ICH M10, dilution linearity."""
PLATEAU_SEEN = 0.9
"""Part of the way between the plateaus that the highest standard has gone where the upper one is
taken for seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveRule:
    """How standard curves are fitted and read.

    Parameters
    ----------
    settings
        Of the curve; where it is not identified, the next smaller one is taken and it is said.
    log_response
        Whether the curve is fitted to the decimal logarithm of the reading.
    subtract_blank
        Whether the mean of the blank wells is taken off first.
    level
        Confidence level of the intervals.
    """

    settings: CurveSettings
    log_response: bool = False
    subtract_blank: bool = True
    level: float = 0.95


BEAD_RULE = CurveRule(
    settings=CurveSettings(model=FIVE, slope_sign=-1), log_response=True, subtract_blank=False
)
"""Five parameters in the logarithm of fluorescence, as drLumi fits them (Sanz and others 2017, PLoS
One 12:e0187901): the spread of beads grows with their light."""


def plate_rule(use: PlateUse) -> CurveRule:
    """Return how the curve of a plate is fitted.

    Parameters
    ----------
    use
        The row of the laboratory's sheet.

    Returns
    -------
    CurveRule
        A straight line runs along concentration, other curves along its logarithm.
    """
    settings = CurveSettings(
        model=use.model, weighting=use.weighting, logarithmic=use.model != LINEAR
    )
    return CurveRule(settings=settings)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FittedCurve:
    """The curve of one analyte.

    Parameters
    ----------
    analyte, unit, block
        Of what; the block where several series of standards are on the plate.
    choice
        The curve, and the models that were left.
    range
        Where its standards are found again.
    """

    analyte: str
    unit: str
    block: str
    choice: CurveChoice
    range: WorkingRange


@dataclass(frozen=True, slots=True, eq=False)
class CurveResult:
    """What standard curves say.

    Parameters
    ----------
    concentrations
        One a sample and analyte.
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


@dataclass(frozen=True, slots=True, eq=False)
class _Series:
    """Standards and samples of one curve, with the responses the curve is fitted to."""

    wells: AnalyteWells
    block: str
    blank: float
    rule: CurveRule
    standards: tuple[AssayWell, ...]

    def response(self, well: AssayWell) -> float:
        """Return what the curve sees; not a number where there is none."""
        held = well.reading
        if held.status is not WellStatus.MEASURED or held.value is None:
            return math.nan
        net = held.value - self.blank
        if not self.rule.log_response:
            return net
        return math.log10(net) if net > 0 else math.nan


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
    ready: list[_Series] = []
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
        tuple(curve for result in results for curve in result.curves),
        tuple(row for result in results for row in result.comparisons),
        (*problems, *(problem for result in results for problem in result.problems)),
        tuple(view for result in results for view in result.views),
    )


def _series(wells: AnalyteWells, rule: CurveRule, problems: list[Problem]) -> list[_Series]:
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
        return [_Series(wells, "", blank, rule, tuple(standards))]
    apart = [well for well in wells.wells if well.role not in (STANDARD, BLANK)]
    lost = [well for well in apart if well.block not in tops]
    if lost:
        problems.append(several_series(wells, tops, lost))
    return [
        _Series(
            replace(wells, wells=tuple(w for w in wells.wells if w.block == block or
                                       w.role == BLANK)),
            block, blank, rule, tuple(w for w in standards if w.block == block),
        )
        for block in tops
    ]  # fmt: skip


def _checked(series: _Series, problems: list[Problem]) -> _Series | None:
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
        if dose > 0 and (cv := _cv_percent(held)) is not None and cv > LARGEST_CV_PERCENT
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


def _cv_percent(values: Sequence[float]) -> float | None:
    mean = math.fsum(values) / len(values)
    if len(values) < 2 or mean <= 0:
        return None
    return float(100 * np.std(values, ddof=1) / mean)


def _order(series: _Series, wells: Sequence[AssayWell]) -> float | None:
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
    series: Sequence[_Series], rule: CurveRule
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


def _measured(series: _Series, outcome: CurveChoice | UnfitCurveError) -> CurveResult:
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
    rows, said = _read_samples(series, fitted)
    compared, differing = compare_with_vendor(
        wells, curve, {well.well: series.response(well) for well in wells.wells},
        (held.lower, held.upper),
    )  # fmt: skip
    return CurveResult(tuple(rows), (fitted,), compared, (*problems, *said, *differing), (view,))


def _part_of_way(fitted: FittedCurve) -> float:
    curve = fitted.choice.curve
    ends = curve.values(curve.scale(np.array([curve.doses.min(), curve.doses.max()])))
    c, d = curve.parameters()["c"], curve.parameters()["d"]
    low, high = min(c, d), max(c, d)
    return (float(ends.max()) - low) / (high - low)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A sample at one dilution."""

    dilution: float
    wells: tuple[AssayWell, ...]
    status: ConcentrationStatus
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan


def _read_samples(
    series: _Series, fitted: FittedCurve
) -> tuple[list[Concentration], list[Problem]]:
    groups: dict[tuple[str, str, str], list[AssayWell]] = {}
    for well in series.wells.wells:
        if well.role not in (STANDARD, BLANK) and (series.block in ("", well.block)):
            groups.setdefault((well.sample, well.lot, well.passage), []).append(well)
    rows: list[Concentration] = []
    problems: list[Problem] = []
    odd = [
        well
        for held in groups.values()
        for well in held
        if (well.dilution or 1.0) < 1.0 or well.dilution == 0
    ]
    if odd:
        problems.append(odd_dilution(series.wells, odd))
    for held in groups.values():
        readings = _at_dilutions(series, fitted, held, problems)
        row = _chosen(series, fitted, readings, problems)
        if row is not None:
            rows.append(row)
            problems.extend(_missed_control(series, held, row))
    return rows, problems


def _missed_control(
    series: _Series, wells: Sequence[AssayWell], row: Concentration
) -> list[Problem]:
    """Say where a control of stated concentration is not found again."""
    nominal = wells[0].concentration
    if wells[0].role != CONTROL or nominal is None or nominal <= 0:
        return []
    bias = None if row.value is None else 100 * (row.value / nominal - 1)
    if bias is not None and abs(bias) <= LOWEST_ACCURACY_PERCENT:
        return []
    return [missed_control(series.wells, wells, nominal, bias)]


def _at_dilutions(
    series: _Series, fitted: FittedCurve, wells: Sequence[AssayWell], problems: list[Problem]
) -> list[_Reading]:
    by_dilution: dict[float, list[AssayWell]] = {}
    for well in wells:
        by_dilution.setdefault(1.0 if well.dilution is None else well.dilution, []).append(well)
    made = []
    for dilution, held in sorted(by_dilution.items()):
        if dilution < 1:
            continue  # said once for all such wells
        reading = _read(series, fitted, dilution, held, problems)
        if reading is not None:
            made.append(reading)
    return made


def _read(
    series: _Series,
    fitted: FittedCurve,
    dilution: float,
    wells: Sequence[AssayWell],
    problems: list[Problem],
) -> _Reading | None:
    """Read the mean of replicates from the curve."""
    over = [well for well in wells if well.reading.status is WellStatus.ABOVE_RANGE]
    if over:
        # The reader's own range ended; where a curve falls, much light is little analyte.
        status = ConcentrationStatus.ABOVE if _rises(fitted) else ConcentrationStatus.BELOW
        return _Reading(dilution, tuple(wells), status)
    dark = [
        well
        for well in wells
        if well.reading.status is WellStatus.BELOW_RANGE
        or (well.reading.value is not None and math.isnan(series.response(well)))
    ]
    if dark:
        status = ConcentrationStatus.BELOW if _rises(fitted) else ConcentrationStatus.ABOVE
        return _Reading(dilution, tuple(wells), status)
    gone = [well for well in wells if math.isnan(series.response(well))]
    kept = [well for well in wells if well not in gone]
    if gone:
        problems.append(unread(series.wells, gone, is_standard=False))
    if not kept:
        return None
    response = np.array([series.response(well) for well in kept]).mean()
    curve, held = fitted.choice.curve, fitted.range
    limits = np.array([held.lower, held.upper], np.float64)
    bounds = curve.values(curve.scale(limits))
    if not bounds.min() <= response <= bounds.max():
        is_low = (response < bounds.min()) == _rises(fitted)
        status = ConcentrationStatus.BELOW if is_low else ConcentrationStatus.ABOVE
        return _Reading(dilution, tuple(wells), status)
    found = back_calculate(curve, [float(response)], replicates=len(kept), level=series.rule.level)
    cv = _cv_percent([well.reading.value or 0.0 for well in kept])
    if cv is not None and cv > LARGEST_CV_PERCENT:
        problems.append(uneven_sample(series.wells, kept, cv))
    return _Reading(
        dilution, tuple(kept), ConcentrationStatus.IN_RANGE, float(found.doses[0]),
        float(found.low[0]), float(found.high[0]),
    )  # fmt: skip


def _rises(fitted: FittedCurve) -> bool:
    curve = fitted.choice.curve
    limits = np.array([fitted.range.lower, fitted.range.upper], np.float64)
    first, last = curve.values(curve.scale(limits))
    return bool(last > first)


def _chosen(
    series: _Series,
    fitted: FittedCurve,
    readings: Sequence[_Reading],
    problems: list[Problem],
) -> Concentration | None:
    """Return the least diluted reading in range; below or above where none is."""
    if not readings:
        return None
    inside = [held for held in readings if held.status is ConcentrationStatus.IN_RANGE]
    if not inside:
        statuses = {held.status for held in readings}
        if len(statuses) > 1:
            problems.append(no_concentration(series.wells, readings[0].wells))
            return None
        # What is below the limit undiluted says most; what is above it, most diluted.
        is_below = ConcentrationStatus.BELOW in statuses
        return _row(series, fitted, readings[0 if is_below else -1])
    corrected = [held.value * held.dilution for held in inside]
    mean = math.fsum(corrected) / len(corrected)
    if max(abs(value / mean - 1) for value in corrected) > LARGEST_DIFFERENCE_PERCENT / 100:
        problems.append(
            far_apart(series.wells, inside[0].wells,
                      tuple((held.dilution, held.value * held.dilution) for held in inside))
        )  # fmt: skip
    return _row(series, fitted, inside[0])


def _row(series: _Series, fitted: FittedCurve, reading: _Reading) -> Concentration:
    first, wells = reading.wells[0], series.wells
    is_in = reading.status is ConcentrationStatus.IN_RANGE
    bounded = is_in and math.isfinite(reading.low) and math.isfinite(reading.high)
    limits = fitted.range
    places = ", ".join(well.well for well in reading.wells)
    return Concentration(
        lot=first.lot, passage=first.passage, sample=first.sample, analyte=wells.analyte,
        value=reading.value * reading.dilution if is_in else None,
        low=reading.low * reading.dilution if bounded else None,
        high=reading.high * reading.dilution if bounded else None,
        level=series.rule.level if bounded else None,
        unit=wells.unit, status=reading.status,
        lloq=None if limits.lower is None else limits.lower * reading.dilution,
        uloq=None if limits.upper is None else limits.upper * reading.dilution,
        origin=Origin(wells.origin.file, wells.origin.sha256, places),
    )  # fmt: skip
