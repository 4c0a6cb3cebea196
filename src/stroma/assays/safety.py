"""Safety tests: the laboratory's results as entered, with nothing added."""

from __future__ import annotations

from collections.abc import Sequence

from stroma.assays.harvest import AS_ENTERED
from stroma.assays.places import place_of
from stroma.assays.result import AssayResult
from stroma.errors import Problem
from stroma.measurements import Measurement
from stroma.records import Lot, SafetyResult
from stroma.texts import Text, text
from stroma.vocabulary import Quantity, find_quantity


def report_safety(results: Sequence[SafetyResult], *, lot: Lot) -> AssayResult:
    """Report the safety tests of one lot.

    A result below the limit of quantification ("<0.05") is the value 0.05 with the bounds 0 and
    0.05: no number in between was measured.

    Parameters
    ----------
    results
        Rows of ``safety.csv``; those of other lots are left aside.
    lot
        The lot.

    Returns
    -------
    AssayResult
        One row for each result.
    """
    rows: list[Measurement] = []
    problems: list[Problem] = []
    for result in results:
        if result.lot != lot.lot:
            continue
        quantity = find_quantity(result.quantity)
        if quantity is None or (result.value is None) == (result.category is None):
            problems.append(_unreadable(result))
        else:
            rows.append(_row(result, quantity, lot))
    return AssayResult(tuple(rows), tuple(problems))


def _row(result: SafetyResult, quantity: Quantity, lot: Lot) -> Measurement:
    settings: dict[str, object] = {"entered": result.entered}
    if result.method is not None:
        settings["test_method"] = result.method
    if result.tested_on is not None:
        settings["tested_on"] = result.tested_on
    is_below = result.below and result.value is not None
    warnings: tuple[Text, ...] = ()
    if is_below:
        warnings = (text('reported as "{entered}"', entered=result.entered),)
    return Measurement(
        lot=lot.lot,
        donor=lot.donor,
        source=lot.source,
        passage=result.passage,
        quantity=quantity.name,
        analyte=result.analyte,
        value=result.value,
        category=result.category,
        unit=quantity.unit if quantity.unit is not None and result.value is not None else "",
        low=0.0 if is_below else None,
        high=result.value if is_below else None,
        method=AS_ENTERED,
        settings=settings,
        origins=(result.origin_of_row,),
        warnings=warnings,
    )


def _unreadable(result: SafetyResult) -> Problem:
    return Problem(
        place_of(result.origin_of_row, column="result", lot=result.lot),
        found=text('"{entered}" for {test}', entered=result.entered, test=result.quantity),
        expected=text("a known test with either a word or a number as its result"),
        action=text("write the result as the test's report has it"),
    )
