"""Activity of indoleamine 2,3-dioxygenase: kynurenine that cells made of tryptophan.

``(kynurenine - that of medium without cells) · volume / (viable cells at harvest / 10⁶) /
(hours / 24)``, and kynurenine over tryptophan of the same sample, both as amounts of substance.
IDO of human stromal cells is induced by IFN-gamma (Meisel R et al. Blood 2004;103:4619), so that
the condition of the medium belongs to the number.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from scipy import special

from stroma.assays.concentrations import Concentration, ConcentrationStatus
from stroma.assays.places import place_of
from stroma.assays.result import AssayResult
from stroma.bench_records import ConditionedMedium
from stroma.errors import Place, Problem, Severity
from stroma.house_rules import CountingRule
from stroma.measurements import Measurement
from stroma.origin import Origin
from stroma.records import Lot
from stroma.stats.counting import UNBOUNDED, Bounds, log_variance
from stroma.stats.square_and_add import difference_bounds, quotient_bounds
from stroma.texts import Text, text
from stroma.units import convert, find_unit
from stroma.vocabulary import fold_word

METHOD: Final = "ido/1"
UNIT: Final = "nmol/(10*6.{cells}.d)"
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
        ``kynurenine_tryptophan_ratio``, one a supernatant. A sample beyond its curve has no row
        and a problem that tells its bound.
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
        missing = list(_missing(medium))
        problems += missing
        if not missing:
            rows.append(_production(kynurenine, blank, medium, lot=lot, counting=counting))
        if tryptophan is not None and _value(tryptophan) > 0:
            rows.append(_ratio(kynurenine, tryptophan, medium, lot=lot))
    return AssayResult(tuple(rows), tuple(problems))


def _of(
    concentrations: Sequence[Concentration], sample: str, analyte: str, lot: Lot
) -> tuple[Concentration | None, list[Problem]]:
    """Return the amino acid of a sample in µmol/L: the mean of the dilutions in range."""
    held = [c for c in concentrations if c.sample == sample and ido_analyte(c.analyte) == analyte]
    inside = [c for c in held if c.status is ConcentrationStatus.IN_RANGE]
    if not inside:
        return None, [_beyond(held[0], lot)] if held else []
    converted = [_micromolar(c, analyte) for c in inside]
    known = [c for c in converted if c is not None]
    if len(known) < len(converted):
        return None, [_unit_unknown(inside[0], analyte, lot)]
    return _mean(known), []


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
        unit=_MICROMOLAR,
    )


def _blank(
    concentrations: Sequence[Concentration],
    blanks: Mapping[str, ConditionedMedium],
    medium: ConditionedMedium,
    lot: Lot,
) -> tuple[Concentration | None, list[Problem]]:
    """Return the kynurenine of medium without cells: nothing where it is below its curve."""
    same = [name for name, blank in blanks.items() if blank.condition == medium.condition]
    for name in (*same, *(name for name in blanks if name not in same)):
        held = [
            c for c in concentrations if c.sample == name and ido_analyte(c.analyte) == "kynurenine"
        ]
        if held and all(c.status is ConcentrationStatus.BELOW for c in held):
            # Between nothing and the limit is in it: nothing is subtracted, and that is bounded.
            limit = _micromolar(replace(held[0], value=held[0].lloq), "kynurenine")
            return None if limit is None else replace(limit, value=0.0, low=0.0,
                                                      high=limit.value), []  # fmt: skip
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


def _missing(medium: ConditionedMedium) -> Iterator[Problem]:
    numbers = {"cells": medium.cells, "volume_ml": medium.volume_ml, "hours": medium.hours}
    for name, number in numbers.items():
        if number is None or not number > 0:
            yield Problem(
                place_of(medium.origin_of_row, column=name, lot=medium.lot),
                found=text("no {name} above zero for {sample}", name=name, sample=medium.name),
                expected=text("cells at harvest, millilitres of medium and hours on the cells"),
                action=text("complete the row; nothing is calculated by cells without it"),
            )


def _beyond(concentration: Concentration, lot: Lot) -> Problem:
    is_below = concentration.status is ConcentrationStatus.BELOW
    limit = concentration.lloq if is_below else concentration.uloq
    bound: object = text("its limit") if limit is None else limit
    said = {"analyte": concentration.analyte, "sample": concentration.sample, "limit": bound,
            "unit": concentration.unit}  # fmt: skip
    return Problem(
        Place(concentration.origin.file, column=concentration.analyte, lot=lot.lot),
        found=text("{analyte} of {sample} below {limit} {unit}", **said)
        if is_below
        else text("{analyte} of {sample} above {limit} {unit}", **said),
        expected=text("a concentration within the curve's limits"),
        action=text("nothing, where the cells were not stimulated")
        if is_below
        else text("dilute the sample further and measure it again"),
        severity=Severity.NOTE if is_below else Severity.WARNING,
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


def _production(
    sample: Concentration,
    blank: Concentration | None,
    medium: ConditionedMedium,
    *,
    lot: Lot,
    counting: CountingRule,
) -> Measurement:
    # 1 µmol/L is 1 nmol/mL.
    factor = (medium.volume_ml or 0.0) / ((medium.cells or 0.0) / 1e6) / ((medium.hours or 0) / 24)
    of_blank = Bounds(0.0, 0.0) if blank is None else Bounds(blank.low, blank.high)
    subtracted = 0.0 if blank is None else _value(blank)
    value = (_value(sample) - subtracted) * factor
    bounds = difference_bounds(
        _value(sample), Bounds(sample.low, sample.high), subtracted, of_blank
    )
    scaled = Bounds(*(None if end is None else end * factor for end in (bounds.low, bounds.high)))
    warnings: list[Text] = []
    if blank is None:
        warnings.append(text("medium without cells is not subtracted"))
    if counting.cv_percent is not None and sample.level is not None:
        spread = log_variance(cv_percent=counting.cv_percent) or 0.0
        scaled = quotient_bounds(value, scaled, log_variance=spread, level=sample.level)
    elif scaled.low is not None:
        warnings.append(
            text("the interval is of the concentration alone, without the error of the cell count")
        )
    row = _row(sample, "kynurenine_production", value, UNIT, scaled, medium, lot=lot)
    settings = {
        **row.settings,
        "cells": medium.cells,
        "volume_ml": medium.volume_ml,
        "hours": medium.hours,
        "medium": None if blank is None else blank.sample,
    }
    origins = row.origins if blank is None else (*row.origins, blank.origin)
    return replace(row, settings=settings, origins=origins, warnings=tuple(warnings))


def _ratio(
    kynurenine: Concentration, tryptophan: Concentration, medium: ConditionedMedium, *, lot: Lot
) -> Measurement:
    below = _value(tryptophan)
    value = _value(kynurenine) / below
    bounds = UNBOUNDED
    ends = kynurenine.low, kynurenine.high, tryptophan.low, tryptophan.high
    low, high, least, most = ends
    if least is not None and most is not None and least > 0 and kynurenine.level is not None:
        z = float(special.ndtri(0.5 + kynurenine.level / 2))
        spread = ((math.log(most) - math.log(least)) / (2 * z)) ** 2
        scaled = Bounds(*(None if end is None else end / below for end in (low, high)))
        bounds = quotient_bounds(value, scaled, log_variance=spread, level=kynurenine.level)
    row = _row(kynurenine, "kynurenine_tryptophan_ratio", value, "1", bounds, medium, lot=lot)
    return replace(row, origins=_origins(kynurenine.origin, tryptophan.origin))


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
