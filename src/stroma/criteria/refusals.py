"""Rows that could not be read: what they may have said keeps a criterion from being met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from stroma.criteria.verdicts import CriterionResult, Outcome, Role
from stroma.measurements import Measurement, RefusedRow, passage_number
from stroma.texts import Text, join, text, texts


def of_lot(refused: Iterable[RefusedRow], lot: str, source: str) -> tuple[RefusedRow, ...]:
    """Return the refused rows that may be of a lot.

    Parameters
    ----------
    refused
        Refused rows of any lots.
    lot, source
        The lot and its tissue; empty where it is not stated.

    Returns
    -------
    tuple of RefusedRow
        Those of this lot whose tissue is the same, or is not stated on either side.
    """
    return tuple(
        row
        for row in refused
        if row.lot == lot and (row.source == source or not row.source or not source)
    )


def with_refusals(
    result: CriterionResult, rows: Sequence[Measurement], refused: Iterable[RefusedRow]
) -> CriterionResult:
    """Return what is left of a result beside the rows that could not be read.

    Parameters
    ----------
    result
        A criterion, judged by the rows that could be read.
    rows
        Those rows of the lot, with canonical names.
    refused
        The lot's rows that could not be read.

    Returns
    -------
    CriterionResult
        PASS becomes INCONCLUSIVE, as does a criterion that holds the lot and was not measured:
        the row may have failed it. Any other outcome stays, and the row is named in its reason.
    """
    touching = [row for row in refused if _touches(row, result, rows)]
    if not touching or result.outcome is Outcome.NOT_APPLICABLE:
        return result
    refusal = _unread(touching)
    said = replace(
        result,
        reason=text("{reason}; {refusal}", reason=result.reason, refusal=refusal),
        remarks=(*result.remarks, refusal),
    )
    is_open = result.outcome is Outcome.PASS or (
        result.role is Role.HOLD and result.outcome is Outcome.NOT_MEASURED
    )
    if not is_open:
        return said
    return replace(
        said,
        outcome=Outcome.INCONCLUSIVE,
        settle=text("the row that could not be read, corrected"),
    )


def _touches(row: RefusedRow, result: CriterionResult, rows: Sequence[Measurement]) -> bool:
    same = (row.quantity, row.condition) == (result.quantity, result.condition)
    if not same or row.analyte not in result.analyte.split(" or "):
        return False
    number = passage_number(row.passage)
    wanted = (row.quantity, row.analyte, row.condition)
    later = (
        passage_number(other.passage) > number
        for other in rows
        if (other.quantity, other.analyte, other.condition) == wanted
    )
    # The latest passage is judged; what an earlier one held decides nothing.
    return number == -1 or not any(later)


def _unread(rows: Sequence[RefusedRow]) -> Text:
    return texts(
        "a row of it could not be read ({places})",
        "{count} rows of it could not be read ({places})",
        len(rows),
        places=join([row.place for row in rows]),
    )
