"""Activity of indoleamine 2,3-dioxygenase: kynurenine that cells made of tryptophan.

``(kynurenine - that of medium without cells) · volume / (viable cells at harvest / 10⁶) /
(hours / 24)``, and kynurenine over tryptophan of the same sample, both as amounts of substance.
IDO of human stromal cells is induced by IFN-gamma (Meisel R et al. Blood 2004;103:4619), so that
the condition of the medium belongs to the number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from scipy import special

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
from stroma.stats.counting import UNBOUNDED, Bounds, log_variance
from stroma.stats.square_and_add import difference_bounds, quotient_bounds
from stroma.texts import text
from stroma.units import convert, find_unit
from stroma.vocabulary import fold_word

METHOD: Final = "ido/1"
UNIT: Final = "nmol/(10*6.{cells}.d)"
# A result that is a bound is written so, and judged as one.
_ENTERED: Final = "entered"
_MICROMOLAR: Final = "umol/L"
_MASS: Final = "ug/mL"
GRAMS_PER_MOLE: Final[Mapping[str, Decimal]] = {
    "kynurenine": Decimal("208.217"),
    "tryptophan": Decimal("204.229"),
}
"""From the formulas C10H12N2O3 and C11H12N2O2 with H 1.008, C 12.011, N 14.007, O 15.999 (IUPAC's
conventional atomic weights)."""
_SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "kynurenine": ("kynurenine", "l_kynurenine", "kyn", "кинуренин", "l_кинуренин"),
    "tryptophan": ("tryptophan", "l_tryptophan", "trp", "триптофан", "l_триптофан"),
}

Status = ConcentrationStatus


def ido_analyte(word: str) -> str | None:
    """Return which of the two amino acids a word names.

    Parameters
    ----------
    word
        As written in ``plates`` or an export.

    Returns
    -------
    str or None
        ``"kynurenine"``, ``"tryptophan"``; ``None`` for any other word.

    Examples
    --------
    >>> ido_analyte("L-Kynurenine"), ido_analyte("VEGF")
    ('kynurenine', None)
    """
    folded = fold_word(word)
    return next((name for name, known in _SPELLINGS.items() if folded in known), None)


def measure_ido(
    concentrations: Sequence[Concentration],
    conditioned: Sequence[ConditionedMedium],
    *,
    lot: Lot,
    counting: CountingRule,
) -> AssayResult:
    """Measure the kynurenine that the cells of one lot released.

    Parameters
    ----------
    concentrations
        Back-calculated from standard curves, by the names of ``conditioned``; other analytes and
        other lots are left aside.
    conditioned
        How each supernatant was made, with the medium blanks.
    lot
        The lot.
    counting
        The coefficient of variation of a count, for the cells at harvest.

    Returns
    -------
    AssayResult
        Rows ``kynurenine_production`` and, where tryptophan was measured too,
        ``kynurenine_tryptophan_ratio``, one a supernatant. A sample beyond its curve has a row
        that is a bound: it is never extrapolated.
    """
    blanks = {medium.name: medium for medium in conditioned if medium.is_blank}
    rows: list[Measurement] = []
    problems: list[Problem] = []
    for medium in conditioned:
        if medium.lot != lot.lot or medium.is_blank:
            continue
        kynurenine, said = _of(concentrations, medium.name, "kynurenine", lot)
        problems += said
        if kynurenine is None:
            continue
        tryptophan, said = _of(concentrations, medium.name, "tryptophan", lot)
        problems += said
        blank, said = _blank(concentrations, blanks, medium, lot)
        problems += said
        factor, doubts = supernatant_factor(medium)
        problems += doubts
        if kynurenine.status is Status.ABOVE:
            problems.append(_above(kynurenine, lot))
        if blank is not None and blank.status is Status.ABOVE:
            problems.append(_blank_above(medium))
        elif factor is not None:
            made = _production(kynurenine, blank, medium, factor, lot=lot, counting=counting)
            rows += [] if made is None else [made]
        ratio = None if tryptophan is None else _ratio(kynurenine, tryptophan, medium, lot=lot)
        rows += [] if ratio is None else [ratio]
    return AssayResult(tuple(rows), tuple(problems))


def _of(
    concentrations: Sequence[Concentration], sample: str, analyte: str, lot: Lot
) -> tuple[Concentration | None, list[Problem]]:
    """Return the amino acid of a sample in µmol/L: the mean of the dilutions in range.

    Where none is in range, the bound that says most.
    """
    held = [c for c in concentrations if c.sample == sample and ido_analyte(c.analyte) == analyte]
    if not held:
        return None, []
    inside = [c for c in held if c.status is Status.IN_RANGE] or held
    converted = [_micromolar(c, analyte) for c in inside]
    known = [c for c in converted if c is not None]
    if len(known) < len(converted):
        return None, [_unit_unknown(inside[0], analyte, lot)]
    if known[0].status is Status.IN_RANGE:
        return _mean(known), []
    if len({c.status for c in known}) > 1:
        return None, [_two_sides(held[0], lot)]
    bounded = [(limit, c) for c in known if (limit := _limit(c)) is not None]
    if len(bounded) < len(known):
        return None, [_without_limit(held[0], lot)]
    chosen = min if known[0].status is Status.BELOW else max
    return chosen(bounded, key=lambda pair: pair[0])[1], []


def _limit(concentration: Concentration) -> float | None:
    """Return the limit that a sample beyond its curve lies below or above."""
    is_below = concentration.status is Status.BELOW
    return concentration.lloq if is_below else concentration.uloq


def _mean(dilutions: Sequence[Concentration]) -> Concentration:
    """Return the mean of dilutions; they share their curve, so the ends are means as well."""

    def mean(numbers: Sequence[float | None]) -> float | None:
        known = [number for number in numbers if number is not None]
        return math.fsum(known) / len(known) if len(known) == len(numbers) else None

    return replace(
        dilutions[0],
        value=mean([c.value for c in dilutions]),
        low=mean([c.low for c in dilutions]),
        high=mean([c.high for c in dilutions]),
        warnings=tuple(dict.fromkeys(said for c in dilutions for said in c.warnings)),
    )


def _micromolar(concentration: Concentration, analyte: str) -> Concentration | None:
    unit = find_unit(concentration.unit)
    molar, mass = find_unit(_MICROMOLAR), find_unit(_MASS)
    if unit is None or molar is None or mass is None:
        return None
    if unit.dimension == molar.dimension:
        factor = convert(1.0, unit, molar)
    elif unit.dimension == mass.dimension:
        factor = convert(1.0, unit, mass) * float(1000 / GRAMS_PER_MOLE[analyte])
    else:
        return None

    def times(number: float | None) -> float | None:
        return None if number is None else number * factor

    return replace(
        concentration,
        value=times(concentration.value),
        low=times(concentration.low),
        high=times(concentration.high),
        lloq=times(concentration.lloq),
        uloq=times(concentration.uloq),
        unit=_MICROMOLAR,
    )


def _blank(
    concentrations: Sequence[Concentration],
    blanks: Mapping[str, ConditionedMedium],
    medium: ConditionedMedium,
    lot: Lot,
) -> tuple[Concentration | None, list[Problem]]:
    """Return the kynurenine of medium without cells."""
    same = [name for name, blank in blanks.items() if blank.condition == medium.condition]
    for name in (*same, *(name for name in blanks if name not in same)):
        held = [
            c for c in concentrations if c.sample == name and ido_analyte(c.analyte) == "kynurenine"
        ]
        if held:
            return _of(concentrations, name, "kynurenine", lot)
    return None, [
        Problem(
            place_of(medium.origin_of_row, lot=medium.lot),
            found=text("no medium without cells beside {sample}", sample=medium.name),
            expected=text("medium that was kept as long without cells, measured on the plate"),
            action=text(
                "add it to conditioned; what is in the medium counts as released otherwise"
            ),
            severity=Severity.WARNING,
        )
    ]


def _above(concentration: Concentration, lot: Lot) -> Problem:
    limit = concentration.uloq
    return Problem(
        Place(concentration.origin.file, column=concentration.analyte, lot=lot.lot),
        found=text("{analyte} of {sample} above {limit} {unit}", analyte=concentration.analyte,
                   sample=concentration.sample, limit=limit, unit=concentration.unit),
        expected=text("a concentration within the curve's limits"),
        action=text("dilute the sample further and measure it again"),
        severity=Severity.WARNING,
    )  # fmt: skip


def _blank_above(medium: ConditionedMedium) -> Problem:
    return Problem(
        place_of(medium.origin_of_row, lot=medium.lot),
        found=text("{analyte} of medium without cells above the curve", analyte="kynurenine"),
        expected=text("a medium blank within the curve's limits"),
        action=text("dilute the medium blank and measure it again; nothing is calculated without"),
    )


def _two_sides(concentration: Concentration, lot: Lot) -> Problem:
    return Problem(
        Place(concentration.origin.file, column=concentration.analyte, lot=lot.lot),
        found=text(
            "dilutions of {sample} below and above the curve of {analyte}, or in two units",
            sample=concentration.sample,
            analyte=concentration.analyte,
        ),
        expected=text("dilutions that agree"),
        action=text("check the dilutions in the layout; measure the sample again"),
    )


def _without_limit(concentration: Concentration, lot: Lot) -> Problem:
    return Problem(
        Place(concentration.origin.file, column=concentration.analyte, lot=lot.lot),
        found=text(
            "{analyte} of {sample} beyond a curve whose limits are not known",
            analyte=concentration.analyte,
            sample=concentration.sample,
        ),
        expected=text("a concentration, or a limit of quantification"),
        action=text("measure it again on a plate whose standards reach it"),
        severity=Severity.WARNING,
    )


def _unit_unknown(concentration: Concentration, analyte: str, lot: Lot) -> Problem:
    return Problem(
        Place(concentration.origin.file, column=concentration.analyte, lot=lot.lot),
        found=text('{analyte} in the unit "{unit}"', analyte=analyte, unit=concentration.unit),
        expected=text("µmol/L, nmol/L, mmol/L, µg/mL, ng/mL or pg/mL"),
        action=text("state the unit of the standards' concentrations in plates"),
    )


def _value(concentration: Concentration) -> float:
    return 0.0 if concentration.value is None else concentration.value


def _subtracted(blank: Concentration | None) -> tuple[float, Bounds]:
    """Return what is subtracted, and between which it lies.

    Of a blank below its curve nothing is subtracted, and up to its limit may be in it.
    """
    if blank is None:
        return 0.0, Bounds(0.0, 0.0)
    if blank.status is Status.BELOW:
        return 0.0, Bounds(0.0, blank.lloq)
    return _value(blank), Bounds(blank.low, blank.high)


def _production(
    sample: Concentration,
    blank: Concentration | None,
    medium: ConditionedMedium,
    factor: float,
    *,
    lot: Lot,
    counting: CountingRule,
) -> Measurement | None:
    """Return what was produced; ``None`` where only less than nothing could be said."""
    # 1 µmol/L is 1 nmol/mL, the unit that the factor is of.
    subtracted, of_blank = _subtracted(blank)
    warnings = [*sample.warnings]
    if blank is None:
        warnings.append(text("medium without cells is not subtracted"))
    else:
        warnings += [text("in the medium without cells: {what}", what=said)
                     for said in blank.warnings]  # fmt: skip
    limit = _limit(sample)
    if sample.status is not Status.IN_RANGE and limit is not None:
        off = (of_blank.high or 0.0) if sample.status is Status.ABOVE else 0.0
        row = _bound(sample, "kynurenine_production", (limit - off) * factor, UNIT, medium, lot=lot)
        if row is None:
            return None
    else:
        value = (_value(sample) - subtracted) * factor
        bounds = difference_bounds(
            _value(sample), Bounds(sample.low, sample.high), subtracted, of_blank
        )
        ends = (bounds.low, bounds.high)
        scaled = Bounds(*(None if end is None else end * factor for end in ends))
        if counting.cv_percent is not None and sample.level is not None:
            spread = log_variance(cv_percent=counting.cv_percent) or 0.0
            scaled = quotient_bounds(value, scaled, log_variance=spread, level=sample.level)
        elif scaled.low is not None:
            warnings.append(
                text("the interval is of the concentration alone, without the error of the "
                     "cell count")
            )  # fmt: skip
        row = _row(sample, "kynurenine_production", value, UNIT, scaled, medium, lot=lot)
    settings = {
        **row.settings,
        "cells": medium.cells,
        "volume_ml": medium.volume_ml,
        "hours": medium.hours,
        "medium": None if blank is None else blank.sample,
    }
    origins = row.origins if blank is None else (*row.origins, blank.origin)
    return replace(row, settings=settings, origins=origins, warnings=(*warnings, *row.warnings))


def _bound(
    sample: Concentration,
    quantity: str,
    value: float,
    unit: str,
    medium: ConditionedMedium,
    *,
    lot: Lot,
) -> Measurement | None:
    """Return a row of which one end is known; ``None`` for an upper part that is not above zero."""
    if sample.status is Status.BELOW:
        sign, bounds = "<", Bounds(0.0, value)
        told = text("below the limit of quantification")
    else:
        sign, bounds = ">", Bounds(value, None)
        told = text("above the upper limit of quantification")
    if value <= 0:
        return None
    row = _row(sample, quantity, value, unit, bounds, medium, lot=lot)
    settings = {**row.settings, _ENTERED: f"{sign}{value:.4g} {unit}"}
    return replace(row, level=None, settings=settings, warnings=(told,))


def _ratio(
    kynurenine: Concentration, tryptophan: Concentration, medium: ConditionedMedium, *, lot: Lot
) -> Measurement | None:
    """Return kynurenine over tryptophan; a bound where one of them is beyond its curve."""
    quantity = "kynurenine_tryptophan_ratio"
    least = _value(tryptophan) if tryptophan.low is None else tryptophan.low
    limit = _limit(kynurenine)
    if tryptophan.status is not Status.IN_RANGE or _value(tryptophan) <= 0:
        return None
    if kynurenine.status is not Status.IN_RANGE and limit is not None:
        most = _value(tryptophan) if tryptophan.high is None else tryptophan.high
        below = least if kynurenine.status is Status.BELOW else most
        if below <= 0:
            return None
        row = _bound(kynurenine, quantity, limit / below, "1", medium, lot=lot)
    else:
        value = _value(kynurenine) / _value(tryptophan)
        bounds = _quotient(kynurenine, tryptophan, value)
        row = _row(kynurenine, quantity, value, "1", bounds, medium, lot=lot)
    if row is None:
        return None
    warnings = (*kynurenine.warnings, *tryptophan.warnings, *row.warnings)
    return replace(row, origins=_origins(kynurenine.origin, tryptophan.origin), warnings=warnings)


def _quotient(kynurenine: Concentration, tryptophan: Concentration, value: float) -> Bounds:
    least, most = tryptophan.low, tryptophan.high
    if least is None or most is None or least <= 0 or kynurenine.level is None:
        return UNBOUNDED
    z = float(special.ndtri(0.5 + kynurenine.level / 2))
    spread = ((math.log(most) - math.log(least)) / (2 * z)) ** 2
    ends = (kynurenine.low, kynurenine.high)
    scaled = Bounds(*(None if end is None else end / _value(tryptophan) for end in ends))
    return quotient_bounds(value, scaled, log_variance=spread, level=kynurenine.level)


def _origins(*origins: Origin) -> tuple[Origin, ...]:
    return tuple(dict.fromkeys(origins))


def _row(
    sample: Concentration,
    quantity: str,
    value: float,
    unit: str,
    bounds: Bounds,
    medium: ConditionedMedium,
    *,
    lot: Lot,
) -> Measurement:
    bounded = bounds.low is not None or bounds.high is not None
    return Measurement(
        lot=lot.lot,
        donor=lot.donor,
        source=lot.source,
        passage=medium.passage,
        condition=medium.condition,
        quantity=quantity,
        value=value,
        unit=unit,
        low=bounds.low,
        high=bounds.high,
        level=sample.level if bounded else None,
        method=METHOD,
        settings={"sample": medium.name},
        origins=(sample.origin,),
    )
