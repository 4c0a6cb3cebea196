"""Cells of instruments' exports that hold a number, or say why they hold none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from stroma.errors import FileProblem, Place
from stroma.plate_records import WellStatus, WrittenNumber
from stroma.readings import ReadingError, column_decimal_mark, read_number

_NOT_NUMBERS: Final = ("nan", "n/a", "na", "inf", "-inf", "infinity", "-infinity", "#num!")
_NOT_REPORTED: Final = ("not reported", "not reportable", "***", "---", "-", "none", "no data")
_BOUND: Final = re.compile(r"(?:oor\s*)?(?P<sign><=|>=|[<>≤≥])\s*(?P<rest>.*)", re.IGNORECASE)


def decimal_mark_of(
    cells: Iterable[tuple[int, str]], *, place: Place, decimal_mark: str | None
) -> str | None:
    """Return the decimal mark of an export, from all its numbers.

    Parameters
    ----------
    cells
        Row and text of each cell that may hold a number.
    place
        The file.
    decimal_mark
        The laboratory's, where the file leaves it open.

    Returns
    -------
    str or None
        ``None`` where every number reads the same with either.

    Raises
    ------
    FileProblem
        Both marks occur, or a number has two readings and nothing settles it.
    """
    held = [(row, _without_bound(cell)) for row, cell in cells]
    try:
        return column_decimal_mark(held) or decimal_mark
    except ReadingError as refusal:
        if decimal_mark is not None:
            return decimal_mark
        raise FileProblem(refusal.at(place)) from None


def _without_bound(written: str) -> str:
    bound = _BOUND.fullmatch(written.strip())
    return written if bound is None else bound["rest"]


def written_number(
    written: str, *, place: Place, row: int, column: str, decimal_mark: str | None
) -> WrittenNumber:
    """Return what a cell of an export says.

    Parameters
    ----------
    written
        The cell.
    place, row, column
        Where it is, for problems.
    decimal_mark
        Of the export.

    Returns
    -------
    WrittenNumber
        The number; or that it is a bound, not a number, not reported or an empty cell.

    Raises
    ------
    FileProblem
        The cell holds something else.

    Examples
    --------
    >>> written_number("<3.2", place=Place(), row=1, column="x", decimal_mark=None).status.value
    'below_range'
    """
    bare = written.strip()
    folded = bare.casefold()
    if not bare:
        return WrittenNumber(None, WellStatus.EMPTY, "")
    if folded in _NOT_NUMBERS:
        return WrittenNumber(None, WellStatus.NOT_A_NUMBER, bare)
    if folded in _NOT_REPORTED:
        return WrittenNumber(None, WellStatus.NOT_REPORTED, bare)
    bound = _BOUND.fullmatch(bare)
    try:
        if bound is None:
            return WrittenNumber(read_number(bare, decimal_mark=decimal_mark), as_written=bare)
        rest = bound["rest"].strip()
        limit = read_number(rest, decimal_mark=decimal_mark) if rest else None
    except ReadingError as refusal:
        raise FileProblem(refusal.at(replace(place, row=row, column=column))) from None
    below = bound["sign"] in "<=≤"
    return WrittenNumber(limit, WellStatus.BELOW_RANGE if below else WellStatus.ABOVE_RANGE, bare)
