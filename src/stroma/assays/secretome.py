"""Secretome: what cells released into their medium, by 10⁶ cells and 24 hours.

``(concentration − that of medium without cells) · volume / (viable cells at harvest / 10⁶) /
(hours / 24)``. Where cells multiply while they condition the medium, there were fewer of them on
average than at harvest, so that a cell secreted more than the row says.

A sample below its curve stays below: the row holds the limit of quantification as its upper
bound, and says so. One above stays above, with the upper limit as its lower bound. Neither is
extrapolated.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from stroma.assays.concentrations import Concentration, ConcentrationStatus
from stroma.assays.places import place_of
from stroma.assays.result import AssayResult
from stroma.assays.supernatants import supernatant_factor
from stroma.bench_records import ConditionedMedium
from stroma.errors import Place, Problem, Severity
from stroma.house_rules import CountingRule
from stroma.measurements import Measurement
from stroma.origin import Origin
from stroma.records import Lot
from stroma.stats.counting import Bounds, log_variance
from stroma.stats.square_and_add import difference_bounds, quotient_bounds
from stroma.texts import Text, text
from stroma.units import convert, find_unit
from stroma.views import SecretomeView

QUANTITY: Final = "secretion"
UNIT: Final = "pg/(10*6.{cells}.d)"
METHOD: Final = "secretion/1"
FORMULA: Final = "(sample - medium) * mL / (viable cells at harvest / 10^6) / (h / 24)"
_CONCENTRATION: Final = "pg/mL"
# A result that is a bound is written so, and judged as one.
_ENTERED: Final = "entered"

Status = ConcentrationStatus


@dataclass(frozen=True, slots=True)
class _Amount:
    """A concentration in pg/mL with what is known of it."""

    value: float
    bounds: Bounds
    status: Status
    level: float | None
    origins: tuple[Origin, ...]
    count: int = 1
    warnings: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class _Medium:
    """Conditioned medium whose row says all that is needed."""

    row: ConditionedMedium
    factor: float
    """Amount by 10⁶ cells and 24 h that 1 pg/mL stands for."""


def measure_secretome(
    concentrations: Sequence[Concentration],
    conditioned: Sequence[ConditionedMedium],
    *,
    lot: Lot,
    counting: CountingRule,
    elsewhere: Collection[str] = (),
) -> AssayResult:
    """Measure what the cells of one lot secreted.

    Parameters
    ----------
    concentrations
        Back-calculated from standard curves, by the names of ``conditioned``; those of other
        lots and of controls are left aside.
    conditioned
        How each supernatant was made, with the medium blanks.
    lot
        The lot.
    counting
        The coefficient of variation of a count, for the cells at harvest; without it the interval
        is that of the concentration alone, and says so.
    elsewhere
        Supernatants that other assays measured, which are not missed here.

    Returns
    -------
    AssayResult
        Rows ``secretion`` in pg by 10⁶ cells and 24 h, one a supernatant and analyte, and what
        could not be measured.
    """
    if not concentrations:
        # No curve could be used; why is said of the plate, once.
        return AssayResult()
    own = [medium for medium in conditioned if medium.lot == lot.lot and not medium.is_blank]
    blanks = [medium for medium in conditioned if medium.is_blank]
    rows: list[Measurement] = []
    problems: list[Problem] = []
    for medium in own:
        measured = _by_analyte(concentrations, medium.name)
        if not measured and medium.name in elsewhere:
            continue
        factor, doubts = supernatant_factor(medium)
        problems += doubts
        if factor is None:
            continue
        held = _Medium(medium, factor)
        if not measured:
            problems.append(_without_concentration(medium))
        blank, said = _blank_of(medium, blanks, concentrations)
        problems += said
        for analyte, of_sample in measured.items():
            row, reasons = _row(analyte, of_sample, blank, held, lot=lot, counting=counting)
            problems += reasons
            rows += [] if row is None else [row]
    return AssayResult(tuple(rows), tuple(problems))


def secretome_view(rows: Sequence[Measurement]) -> SecretomeView | None:
    """Return what a heat map over lots and analytes shows.

    Parameters
    ----------
    rows
        Measurements of any quantity and of all lots; those of ``secretion`` are taken.

    Returns
    -------
    SecretomeView or None
        ``None`` where nothing was secreted. A lot has a line for each passage and condition.
    """
    cells: dict[tuple[str, str, str], dict[str, Measurement]] = {}
    for row in rows:
        if row.quantity == QUANTITY and row.value is not None:
            key = (row.lot, row.passage, row.condition)
            cells.setdefault(key, {}).setdefault(row.analyte, row)
    if not cells:
        return None
    analytes = tuple(dict.fromkeys(name for held in cells.values() for name in held))
    ranges = {name: _range(name, cells.values()) for name in analytes}
    table = [[held.get(name) for name in analytes] for held in cells.values()]
    return SecretomeView(
        lots=tuple(" ".join(part for part in key if part) for key in cells),
        analytes=analytes,
        values=tuple(tuple(None if row is None else row.value for row in line) for line in table),
        bounds=tuple(tuple(_sign(row) for row in line) for line in table),
        shades=tuple(
            tuple(_shade(row, ranges[name]) for name, row in zip(analytes, line, strict=True))
            for line in table
        ),
    )


def _sign(row: Measurement | None) -> str:
    return "" if row is None else str(row.settings.get(_ENTERED, ""))[:1]


def _log(row: Measurement | None) -> float | None:
    """Return the logarithm of an amount; none of a bound, nor of what is not above zero."""
    if row is None or row.value is None or row.value <= 0 or _sign(row):
        return None
    return math.log(row.value)


def _range(analyte: str, lots: Iterable[Mapping[str, Measurement]]) -> tuple[float, float] | None:
    logs = [log for held in lots if (log := _log(held.get(analyte))) is not None]
    return (min(logs), max(logs)) if logs else None


def _shade(row: Measurement | None, extent: tuple[float, float] | None) -> float | None:
    log = _log(row)
    if log is None or extent is None:
        return None
    low, high = extent
    return (log - low) / (high - low) if high > low else 0.5


def _by_analyte(
    concentrations: Sequence[Concentration], sample: str
) -> dict[str, list[Concentration]]:
    held: dict[str, list[Concentration]] = {}
    for concentration in concentrations:
        if concentration.sample == sample:
            held.setdefault(concentration.analyte, []).append(concentration)
    return held


Blank = Mapping[str, list[Concentration]] | None


def _blank_of(
    medium: ConditionedMedium,
    blanks: Sequence[ConditionedMedium],
    concentrations: Sequence[Concentration],
) -> tuple[Blank, list[Problem]]:
    """Return the concentrations of the medium without cells: of the same condition, if there is."""
    same = [blank for blank in blanks if blank.condition == medium.condition]
    for candidates in (same, [blank for blank in blanks if blank.condition == ""]):
        held: dict[str, list[Concentration]] = {}
        for blank in candidates:
            for analyte, found in _by_analyte(concentrations, blank.name).items():
                held.setdefault(analyte, []).extend(found)
        if held and candidates is same:
            return held, []
        if held:
            return held, [
                _about_blank(
                    medium,
                    text("medium without cells, but none with {what}", what=medium.condition),
                    text("medium without cells, with what the cells were stimulated with"),
                )
            ]
    return None, [
        _about_blank(
            medium,
            text("no medium without cells beside {sample}", sample=medium.name),
            text("medium that was kept as long without cells, measured on the plate"),
        )
    ]


def _about_blank(medium: ConditionedMedium, found: Text, expected: Text) -> Problem:
    return Problem(
        place_of(medium.origin_of_row, lot=medium.lot),
        found=found,
        expected=expected,
        action=text("add it to conditioned; what is in the medium counts as secreted otherwise"),
        severity=Severity.WARNING,
    )


def _row(
    analyte: str,
    measured: Sequence[Concentration],
    blank: Blank,
    medium: _Medium,
    *,
    lot: Lot,
    counting: CountingRule,
) -> tuple[Measurement | None, list[Problem]]:
    sample, problem = _one(measured, medium.row)
    if sample is None:
        return None, [] if problem is None else [problem]
    of_blank: _Amount | None = None
    if blank is not None and analyte in blank:
        of_blank, problem = _one(blank[analyte], medium.row)
        if of_blank is None:
            return None, [] if problem is None else [problem]
        if of_blank.status is Status.ABOVE:
            return None, [_blank_above(analyte, medium.row)]
    warnings = [*sample.warnings]
    if of_blank is None:
        warnings.append(text("medium without cells is not subtracted"))
    else:
        warnings += [text("in the medium without cells: {what}", what=said)
                     for said in of_blank.warnings]  # fmt: skip
    if sample.status is not Status.IN_RANGE:
        return _bound_row(analyte, sample, of_blank, medium, lot=lot, warnings=warnings)
    return _value_row(
        analyte, sample, of_blank, medium, lot=lot, counting=counting, warnings=warnings
    ), []


def _one(
    concentrations: Sequence[Concentration], medium: ConditionedMedium
) -> tuple[_Amount | None, Problem | None]:
    """Return the concentration of an analyte from all its dilutions: the mean of those in range.

    Dilutions share their curve, so that the ends of the interval are means as well: an interval
    that is too wide where they share nothing, never too narrow.
    """
    in_range = [each for each in concentrations if each.status is Status.IN_RANGE]
    held = in_range or list(concentrations)
    status = held[0].status
    first = held[0]
    unit, wanted = find_unit(first.unit), find_unit(_CONCENTRATION)
    if unit is None or wanted is None or unit.dimension != wanted.dimension:
        return None, Problem(
            Place(first.origin.file, column=first.analyte, lot=medium.lot or None),
            found=text('{analyte} in the unit "{unit}"', analyte=first.analyte, unit=first.unit),
            expected=text("pg/mL, ng/mL or µg/mL"),
            action=text("state the unit of the standards' concentrations in plates"),
        )
    if len({each.status for each in held}) > 1 or any(each.unit != first.unit for each in held):
        return None, _two_sides(first, medium)
    numbers = [_number(each) for each in held]
    if any(number is None for number in numbers):
        return None, _without_limit(first, medium)
    known = [convert(number, unit, wanted) for number in numbers if number is not None]
    # Of several bounds the one that says most holds.
    value = {
        Status.IN_RANGE: sum(known) / len(known),
        Status.BELOW: min(known),
        Status.ABOVE: max(known),
    }[status]
    ends = [
        None
        if any(end is None for end in side)
        else sum(convert(end, unit, wanted) for end in side if end is not None) / len(side)
        for side in ([each.low for each in held], [each.high for each in held])
    ]
    bounds = Bounds(*ends) if status is Status.IN_RANGE else Bounds(None, None)
    origins = tuple(dict.fromkeys(each.origin for each in held))
    warnings = tuple(dict.fromkeys(said for each in held for said in each.warnings))
    return _Amount(value, bounds, status, first.level, origins, len(held), warnings), None


def _number(concentration: Concentration) -> float | None:
    match concentration.status:
        case ConcentrationStatus.IN_RANGE:
            return concentration.value
        case ConcentrationStatus.BELOW:
            return concentration.lloq
        case ConcentrationStatus.ABOVE:
            return concentration.uloq


def _value_row(
    analyte: str,
    sample: _Amount,
    blank: _Amount | None,
    medium: _Medium,
    *,
    lot: Lot,
    counting: CountingRule,
    warnings: list[Text],
) -> Measurement:
    subtracted, of_blank = _subtracted(blank)
    value = (sample.value - subtracted) * medium.factor
    bounds = difference_bounds(sample.value, sample.bounds, subtracted, of_blank)
    bounds = Bounds(
        None if bounds.low is None else bounds.low * medium.factor,
        None if bounds.high is None else bounds.high * medium.factor,
    )
    if counting.cv_percent is not None and sample.level is not None:
        variance = log_variance(cv_percent=counting.cv_percent)
        bounds = quotient_bounds(value, bounds, log_variance=variance or 0.0, level=sample.level)
    elif bounds.low is not None:
        warnings = [
            *warnings,
            text("the interval is of the concentration alone, without the error of the cell count"),
        ]
    if value <= 0:
        warnings = [*warnings, text("no more than in the medium without cells")]
    is_bounded = bounds.low is not None or bounds.high is not None
    return _measurement(
        analyte, value, sample, blank, medium, lot=lot,
        bounds=bounds, level=sample.level if is_bounded else None, warnings=warnings,
    )  # fmt: skip


def _subtracted(blank: _Amount | None) -> tuple[float, Bounds]:
    """Return what is subtracted, and between which it lies.

    Of a blank below its curve nothing is subtracted, and up to its limit may be in it.
    """
    if blank is None:
        return 0.0, Bounds(0.0, 0.0)
    if blank.status is Status.BELOW:
        return 0.0, Bounds(0.0, blank.value)
    return blank.value, blank.bounds


def _bound_row(
    analyte: str,
    sample: _Amount,
    blank: _Amount | None,
    medium: _Medium,
    *,
    lot: Lot,
    warnings: list[Text],
) -> tuple[Measurement | None, list[Problem]]:
    """Return the row of a sample beyond its curve: one end is known, the other is not."""
    if sample.status is Status.BELOW:
        value = sample.value * medium.factor
        below = _measurement(
            analyte, value, sample, blank, medium, lot=lot, bounds=Bounds(0.0, value), level=None,
            warnings=[*warnings, text("below the limit of quantification")], entered="<",
        )  # fmt: skip
        return below, []
    _, of_blank = _subtracted(blank)
    value = (sample.value - (of_blank.high or 0.0)) * medium.factor
    row: Measurement | None = None
    if value > 0:
        row = _measurement(
            analyte, value, sample, blank, medium, lot=lot, bounds=Bounds(value, None), level=None,
            warnings=[*warnings, text("above the upper limit of quantification")], entered=">",
        )  # fmt: skip
    return row, [
        Problem(
            Place(sample.origins[0].file, column=analyte, lot=lot.lot),
            found=text(
                "{analyte} of {sample} above the curve", analyte=analyte, sample=medium.row.name
            ),
            expected=text("a concentration within the curve's limits"),
            action=text("dilute the sample further and measure it again"),
            severity=Severity.WARNING,
        )
    ]


def _measurement(
    analyte: str,
    value: float,
    sample: _Amount,
    blank: _Amount | None,
    medium: _Medium,
    *,
    lot: Lot,
    bounds: Bounds,
    level: float | None,
    warnings: Sequence[Text],
    entered: str = "",
) -> Measurement:
    row = medium.row
    settings: dict[str, object] = {
        "formula": FORMULA,
        "sample": row.name,
        "sample_pg_ml": sample.value,
        "cells": row.cells,
        "volume_ml": row.volume_ml,
        "hours": row.hours,
        "medium": "not measured" if blank is None else blank.status.value,
    }
    if blank is not None and blank.status is Status.IN_RANGE:
        settings["medium_pg_ml"] = blank.value
    if entered:
        settings[_ENTERED] = f"{entered}{value:.4g} {UNIT}"
    origins = (*sample.origins, *(() if blank is None else blank.origins), row.origin_of_row)
    return Measurement(
        lot=lot.lot,
        donor=lot.donor,
        source=lot.source,
        passage=row.passage,
        condition=row.condition,
        quantity=QUANTITY,
        analyte=analyte,
        value=value,
        unit=UNIT,
        low=bounds.low,
        high=bounds.high,
        level=level,
        n=sample.count,
        n_counts="concentrations",
        method=METHOD,
        settings=settings,
        origins=tuple(dict.fromkeys(origins)),
        warnings=tuple(warnings),
    )


def _without_concentration(medium: ConditionedMedium) -> Problem:
    return Problem(
        place_of(medium.origin_of_row, column="name", lot=medium.lot),
        found=text('no concentration of a sample "{name}"', name=medium.name),
        expected=text("a reading of it on a plate, under the same name"),
        action=text("check the name in both, and what is said of the plate"),
        severity=Severity.WARNING,
    )


def _blank_above(analyte: str, medium: ConditionedMedium) -> Problem:
    return Problem(
        place_of(medium.origin_of_row, lot=medium.lot),
        found=text("{analyte} of medium without cells above the curve", analyte=analyte),
        expected=text("a medium blank within the curve's limits"),
        action=text("dilute the medium blank and measure it again; nothing is calculated without"),
    )


def _two_sides(concentration: Concentration, medium: ConditionedMedium) -> Problem:
    return Problem(
        Place(concentration.origin.file, column=concentration.analyte, lot=medium.lot or None),
        found=text(
            "dilutions of {sample} below and above the curve of {analyte}, or in two units",
            sample=concentration.sample,
            analyte=concentration.analyte,
        ),
        expected=text("dilutions that agree"),
        action=text("check the dilutions in the layout; measure the sample again"),
    )


def _without_limit(concentration: Concentration, medium: ConditionedMedium) -> Problem:
    return Problem(
        Place(concentration.origin.file, column=concentration.analyte, lot=medium.lot or None),
        found=text(
            "{analyte} of {sample} beyond a curve whose limits are not known",
            analyte=concentration.analyte,
            sample=concentration.sample,
        ),
        expected=text("a concentration, or a limit of quantification"),
        action=text("measure it again on a plate whose standards reach it"),
        severity=Severity.WARNING,
    )
