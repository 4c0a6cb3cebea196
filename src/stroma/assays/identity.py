"""Facts about a whole lot that criteria ask for: adherence to plastic, origin of the cells."""

from __future__ import annotations

from stroma.assays.harvest import AS_ENTERED
from stroma.assays.places import place_of
from stroma.assays.result import AssayResult
from stroma.errors import Problem, Severity
from stroma.measurements import Measurement
from stroma.records import Lot
from stroma.texts import text
from stroma.vocabulary import NO, YES, find_category, find_quantity


def report_identity(lot: Lot) -> AssayResult:
    """Report what is known of a lot as rows, as entered.

    Parameters
    ----------
    lot
        The lot.

    Returns
    -------
    AssayResult
        Rows ``plastic_adherence`` and ``origin``. What is not stated is no row; a missing origin
        is asked for where the sheet of lots is checked.
    """
    rows: list[Measurement] = []
    problems: list[Problem] = []
    if lot.plastic_adherent is None:
        problems.append(_no_adherence(lot))
    else:
        answer = YES if lot.plastic_adherent else NO
        rows.append(_row(lot, "plastic_adherence", answer.name))
    if lot.origin is not None:
        quantity = find_quantity("origin")
        category = None if quantity is None else find_category(quantity, lot.origin)
        if category is None:
            problems.append(_unknown_origin(lot, lot.origin))
        else:
            rows.append(_row(lot, "origin", category.name))
    return AssayResult(tuple(rows), tuple(problems))


def _row(lot: Lot, quantity: str, category: str) -> Measurement:
    return Measurement(
        lot=lot.lot,
        donor=lot.donor,
        source=lot.source,
        quantity=quantity,
        category=category,
        method=AS_ENTERED,
        origins=(lot.origin_of_row,),
    )


def _no_adherence(lot: Lot) -> Problem:
    return Problem(
        place_of(lot.origin_of_row, column="plastic_adherent", lot=lot.lot),
        found=text("not stated whether the cells adhered to plastic"),
        expected=text("yes or no, for the ISCT's first criterion"),
        action=text("fill it in"),
        severity=Severity.NOTE,
    )


def _unknown_origin(lot: Lot, origin: str) -> Problem:
    return Problem(
        place_of(lot.origin_of_row, column="origin", lot=lot.lot),
        found=text('the origin "{origin}"', origin=origin),
        expected=text("fetal, maternal or mixed"),
        action=text("write one of these"),
    )
