"""The instrument's own curve and concentrations beside those calculated here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from stroma.assays.standard_wells import AnalyteWells
from stroma.errors import Place, Problem, Severity
from stroma.plate_records import WellStatus
from stroma.stats.curves import LINEAR, Curve
from stroma.texts import Number, join, text, texts

LARGEST_DIFFERENCE_PERCENT = 1.0
"""Between two programs that fit the same curve to the same wells; printed digits and the end of a
search explain less."""

_NAMES = {"A": "d", "B": "b", "C": "e", "D": "c", "E": "f", "G": "f"}
"""Readers' letters to those of :mod:`stroma.stats.curve_shapes`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorComparison:
    """A number of the instrument's program beside ours.

    Parameters
    ----------
    analyte
        Of what.
    what
        A parameter's letter, or a well.
    is_parameter
        Whether it is a parameter of the curve; else a concentration in a well, not multiplied by
        a dilution.
    ours
        ``None`` where the well is outside the range of our curve.
    vendor
        ``None`` where the program printed no number.
    as_written
        What it printed.
    difference_percent
        Ours less the program's, in percent of the program's.
    """

    analyte: str
    what: str
    is_parameter: bool
    ours: float | None
    vendor: float | None
    as_written: str
    difference_percent: float | None


def compare_with_vendor(
    wells: AnalyteWells,
    curve: Curve,
    responses: Mapping[str, float],
    limits: tuple[float, float],
) -> tuple[tuple[VendorComparison, ...], tuple[Problem, ...]]:
    """Set the instrument's numbers beside ours.

    Parameters
    ----------
    wells
        With the instrument's curve and results.
    curve
        Ours.
    responses
        Well to what the curve sees.
    limits
        Of quantification; outside of them we have no number.

    Returns
    -------
    tuple
        Comparisons, and a problem where they differ by more than programs do.
    """
    made = [*_parameters(wells, curve), *_results(wells, curve, responses, limits)]
    if not made:
        return (), ()
    held = [row for row in made if row.difference_percent is not None]
    far = [row for row in held if abs(row.difference_percent or 0.0) > LARGEST_DIFFERENCE_PERCENT]
    if not held:
        return tuple(made), ()
    largest = max(abs(row.difference_percent or 0.0) for row in held)
    return tuple(made), (_said(wells, held, far, largest),)


def _parameters(wells: AnalyteWells, curve: Curve) -> list[VendorComparison]:
    if wells.curve is None:
        return []
    theirs = dict(wells.curve.parameters)
    ours = curve.parameters()
    if curve.model == LINEAR:
        # Y = A * X + B; an intercept near zero is no share of anything.
        names = {"A": "slope"} if set(theirs) == {"A", "B"} else {}
    else:
        size = {"4PL": 4, "5PL": 5}[curve.model]
        rising = curve.settings.slope_sign > 0 and len(theirs) == size
        names = {letter: _NAMES[letter] for letter in theirs if letter in _NAMES} if rising else {}
    return [
        _compared(wells, letter, ours[name], theirs[letter], f"{theirs[letter]:g}", parameter=True)
        for letter, name in names.items()
    ]


def _results(
    wells: AnalyteWells,
    curve: Curve,
    responses: Mapping[str, float],
    limits: tuple[float, float],
) -> list[VendorComparison]:
    made = []
    for well in wells.wells:
        if well.vendor is None:
            continue
        place = curve.inverse(np.array([responses.get(well.well, np.nan)]))
        dose = float(curve.doses_at(place)[0])
        ours = dose if limits[0] <= dose <= limits[1] else None
        is_number = well.vendor.status is WellStatus.MEASURED
        theirs = well.vendor.value if is_number else None
        made.append(_compared(wells, well.well, ours, theirs, well.vendor.as_written))
    return made


def _compared(
    wells: AnalyteWells,
    what: str,
    ours: float | None,
    vendor: float | None,
    written: str,
    *,
    parameter: bool = False,
) -> VendorComparison:
    difference = None
    if ours is not None and vendor is not None and vendor != 0:
        difference = 100 * (ours / vendor - 1)
    return VendorComparison(
        analyte=wells.analyte, what=what, is_parameter=parameter, ours=ours, vendor=vendor,
        as_written=written, difference_percent=difference,
    )  # fmt: skip


def _said(
    wells: AnalyteWells,
    held: list[VendorComparison],
    far: list[VendorComparison],
    largest: float,
) -> Problem:
    if not far:
        found = texts(
            "{count} number of the instrument's program agrees within {percent} %",
            "{count} numbers of the instrument's program agree within {percent} %",
            len(held), percent=Number(largest, 3),
        )  # fmt: skip
    else:
        found = texts(
            "{count} number of the instrument's program differs, by up to {percent} %: {which}",
            "{count} numbers of the instrument's program differ, by up to {percent} %: {which}",
            len(far), percent=Number(largest, 1), which=join([row.what for row in far[:12]]),
        )  # fmt: skip
    return Problem(
        place=Place(wells.origin.file, column=wells.analyte or None),
        found=found,
        expected=text("the same curve through the same standards"),
        action=text("compare the model, the weighting, the blank and the standards left out")
        if far
        else text("nothing; both are shown"),
        severity=Severity.WARNING if far else Severity.NOTE,
    )
