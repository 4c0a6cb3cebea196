"""Samples read from a standard curve: at each dilution, and with what was added to them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stroma.assays.concentrations import Concentration, ConcentrationStatus
from stroma.assays.curve_problems import (
    far_apart,
    missed_addition,
    missed_control,
    no_concentration,
    no_recovery,
    odd_dilution,
    uneven_sample,
    unread,
)
from stroma.assays.curve_series import LARGEST_CV_PERCENT, CurveSeries, FittedCurve, cv_percent
from stroma.assays.plate_checks import Addition, Dilutions
from stroma.assays.standard_wells import BLANK, CONTROL, SPIKE, STANDARD, AssayWell
from stroma.errors import Problem
from stroma.origin import Origin
from stroma.plate_records import WellStatus
from stroma.stats.calibration import back_calculate
from stroma.stats.counting import Bounds
from stroma.stats.dilution import dilution_series, spike_recovery
from stroma.stats.quantification import LOWEST_ACCURACY_PERCENT
from stroma.stats.square_and_add import difference_bounds
from stroma.texts import Number, Text, text

LARGEST_DIFFERENCE_PERCENT = 20.0
"""Between dilutions of one sample: ICH M10, dilution linearity."""
LARGEST_LOSS_PERCENT = 20.0
"""Of an addition that is not found again: ICH M10 (2022), selectivity of ligand binding assays."""

_UNDILUTED = 1.0


@dataclass(frozen=True, slots=True)
class SampleReadings:
    """What a curve says of the samples of its series.

    Parameters
    ----------
    concentrations
        One a sample.
    dilutions, additions
        Samples that were read at several dilutions, and with an addition.
    problems
        What stands in the way of a number, and what a person has to look at.
    """

    concentrations: tuple[Concentration, ...] = ()
    dilutions: tuple[Dilutions, ...] = ()
    additions: tuple[Addition, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A sample at one dilution, as it is in the well."""

    dilution: float
    wells: tuple[AssayWell, ...]
    status: ConcentrationStatus
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    warnings: tuple[Text, ...] = ()

    @property
    def bounds(self) -> Bounds:
        """Interval of the well; unbounded where the curve gives none."""
        known = math.isfinite(self.low) and math.isfinite(self.high)
        return Bounds(self.low, self.high) if known else Bounds(None, None)


def read_samples(series: CurveSeries, fitted: FittedCurve) -> SampleReadings:
    """Read every sample of a series from its curve.

    Parameters
    ----------
    series
        The wells.
    fitted
        Their curve, whose range is known.

    Returns
    -------
    SampleReadings
        The least diluted reading in range of each sample; below or above where none is.
    """
    own = [
        well
        for well in series.wells.wells
        if well.role not in (STANDARD, BLANK) and series.block in ("", well.block)
    ]
    problems: list[Problem] = []
    if odd := [well for well in own if _dilution(well) < _UNDILUTED]:
        problems.append(odd_dilution(series.wells, odd))
    rows: list[Concentration] = []
    dilutions: list[Dilutions] = []
    read: dict[str, list[_Reading]] = {}
    for held in _groups(well for well in own if well.role != SPIKE).values():
        readings = _at_dilutions(series, fitted, held, problems)
        read.setdefault(held[0].sample, []).extend(readings)
        compared = _dilutions(series, readings)
        row = _chosen(series, fitted, readings, compared, problems)
        dilutions += [] if compared is None else [compared]
        if row is not None:
            rows.append(row)
            problems += _missed_control(series, held, row)
    additions: list[Addition] = []
    for held in _groups(well for well in own if well.role == SPIKE).values():
        for reading in _at_dilutions(series, fitted, held, problems):
            additions += _additions(series, fitted, reading, read, problems)
    return SampleReadings(tuple(rows), tuple(dilutions), tuple(additions), tuple(problems))


def _groups(
    wells: Iterable[AssayWell],
) -> dict[tuple[str, str, str, float | None], list[AssayWell]]:
    """Return the wells of each sample; of an addition, those of one amount."""
    groups: dict[tuple[str, str, str, float | None], list[AssayWell]] = {}
    for well in wells:
        added = well.concentration if well.role == SPIKE else None
        groups.setdefault((well.sample, well.lot, well.passage, added), []).append(well)
    return groups


def _dilution(well: AssayWell) -> float:
    return _UNDILUTED if well.dilution is None else well.dilution


def _missed_control(
    series: CurveSeries, wells: Sequence[AssayWell], row: Concentration
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
    series: CurveSeries, fitted: FittedCurve, wells: Sequence[AssayWell], problems: list[Problem]
) -> list[_Reading]:
    by_dilution: dict[float, list[AssayWell]] = {}
    for well in wells:
        by_dilution.setdefault(_dilution(well), []).append(well)
    made = []
    for dilution, held in sorted(by_dilution.items()):
        if dilution < _UNDILUTED:
            continue  # said once for all such wells
        reading = _read(series, fitted, dilution, held, problems)
        if reading is not None:
            made.append(reading)
    return made


def _read(
    series: CurveSeries,
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
    warnings = _uneven(series, kept, problems)
    found = back_calculate(curve, [float(response)], replicates=len(kept), level=series.rule.level)
    return _Reading(
        dilution, tuple(kept), ConcentrationStatus.IN_RANGE, float(found.doses[0]),
        float(found.low[0]), float(found.high[0]), warnings,
    )  # fmt: skip


def _uneven(
    series: CurveSeries, wells: Sequence[AssayWell], problems: list[Problem]
) -> tuple[Text, ...]:
    cv = cv_percent([well.reading.value for well in wells if well.reading.value is not None])
    if cv is None or cv <= LARGEST_CV_PERCENT:
        return ()
    problems.append(uneven_sample(series.wells, wells, cv))
    return (
        text("replicates in the wells differ, coefficient of variation {cv} %", cv=Number(cv, 0)),
    )


def _rises(fitted: FittedCurve) -> bool:
    curve = fitted.choice.curve
    limits = np.array([fitted.range.lower, fitted.range.upper], np.float64)
    first, last = curve.values(curve.scale(limits))
    return bool(last > first)


def _dilutions(series: CurveSeries, readings: Sequence[_Reading]) -> Dilutions | None:
    """Compare the dilutions of a sample that lie on the curve; ``None`` where fewer than two do."""
    inside = [
        held for held in readings if held.status is ConcentrationStatus.IN_RANGE and held.value > 0
    ]
    if len(inside) < 2:
        return None
    first = inside[0].wells[0]
    return Dilutions(
        lot=first.lot,
        passage=first.passage,
        sample=first.sample,
        analyte=series.wells.analyte,
        origin=_origin(series, [well for held in inside for well in held.wells]),
        dilutions=tuple(held.dilution for held in inside),
        series=dilution_series(
            [held.dilution for held in inside],
            [held.value for held in inside],
            level=series.rule.level,
        ),
        level=series.rule.level,
    )


def _chosen(
    series: CurveSeries,
    fitted: FittedCurve,
    readings: Sequence[_Reading],
    compared: Dilutions | None,
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
    if compared is None or compared.series.is_linear(LARGEST_DIFFERENCE_PERCENT):
        return _row(series, fitted, inside[0])
    found = tuple(zip(compared.dilutions, compared.series.corrected, strict=True))
    problems.append(far_apart(series.wells, inside[0].wells, found))
    apart = text("dilutions of the sample differ by more than {limit} % from their mean",
                 limit=Number(LARGEST_DIFFERENCE_PERCENT, 0))  # fmt: skip
    return _row(series, fitted, inside[0], apart)


def _row(
    series: CurveSeries, fitted: FittedCurve, reading: _Reading, *warnings: Text
) -> Concentration:
    first, wells = reading.wells[0], series.wells
    is_in = reading.status is ConcentrationStatus.IN_RANGE
    bounds = reading.bounds if is_in else Bounds(None, None)
    limits = fitted.range

    def undiluted(number: float | None) -> float | None:
        return None if number is None else number * reading.dilution

    return Concentration(
        lot=first.lot, passage=first.passage, sample=first.sample, analyte=wells.analyte,
        value=undiluted(reading.value) if is_in else None,
        low=undiluted(bounds.low), high=undiluted(bounds.high),
        level=None if bounds.low is None else series.rule.level,
        unit=wells.unit, status=reading.status,
        lloq=undiluted(limits.lower), uloq=undiluted(limits.upper),
        origin=_origin(series, reading.wells),
        warnings=(*reading.warnings, *warnings),
    )  # fmt: skip


def _origin(series: CurveSeries, wells: Sequence[AssayWell]) -> Origin:
    origin = series.wells.origin
    return Origin(origin.file, origin.sha256, ", ".join(well.well for well in wells))


def _additions(
    series: CurveSeries,
    fitted: FittedCurve,
    spiked: _Reading,
    read: Mapping[str, Sequence[_Reading]],
    problems: list[Problem],
) -> list[Addition]:
    """Return how much of an addition is found, beside the same sample in the same dilution."""
    first = spiked.wells[0]
    added = first.concentration
    same = [held for held in read.get(first.sample, ()) if held.dilution == spiked.dilution]
    if added is None or added <= 0:
        problems.append(no_recovery(series.wells, spiked.wells, "no_amount"))
        return []
    if not same or same[0].status is ConcentrationStatus.ABOVE:
        problems.append(no_recovery(series.wells, spiked.wells, "above" if same else "no_sample"))
        return []
    if spiked.status is not ConcentrationStatus.IN_RANGE:
        problems.append(no_recovery(series.wells, spiked.wells, spiked.status.value))
        return []
    without, bounds, warnings = same[0].value, same[0].bounds, (*same[0].warnings,)
    if same[0].status is ConcentrationStatus.BELOW:
        # Between nothing and the limit is in it: nothing is subtracted, and that is bounded.
        without, bounds = 0.0, Bounds(0.0, fitted.range.lower)
        warnings = (
            text("without the addition below the limit of quantification: nothing is subtracted"),
        )
    ends = difference_bounds(spiked.value, spiked.bounds, without, bounds)
    recovery = spike_recovery(without, spiked.value, added)
    if abs(recovery - 100) > LARGEST_LOSS_PERCENT:
        problems.append(missed_addition(series.wells, spiked.wells, recovery))
    return [
        Addition(
            lot=first.lot or same[0].wells[0].lot,
            passage=first.passage or same[0].wells[0].passage,
            sample=first.sample,
            analyte=series.wells.analyte,
            origin=_origin(series, [*spiked.wells, *same[0].wells]),
            dilution=spiked.dilution,
            added=added,
            unit=series.wells.unit,
            recovery=recovery,
            low=None if ends.low is None else 100 * ends.low / added,
            high=None if ends.high is None else 100 * ends.high / added,
            level=series.rule.level,
            warnings=(*spiked.warnings, *warnings),
        )
    ]
