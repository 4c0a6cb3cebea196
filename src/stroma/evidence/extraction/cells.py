"""The cells of ``extractions.csv``: what each may hold, and what is said of one that does not."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import Final, TypeVar

from stroma.errors import Place, Problem, Severity
from stroma.readings import DECIMAL_MARKS, ReadingError, read_decimal
from stroma.texts import Text, text
from stroma.vocabulary import fold_word

Word = TypeVar("Word", bound=StrEnum)

_TWO_IN_ONE: Final = re.compile(r"(?P<value>[\d.,]+)\s*(?:±|\+/-|\+-)\s*(?P<spread>[\d.,]+)")
_FROM_TO: Final = re.compile(r"(?P<low>[\d.,]+)\s*(?:-|–|to|\.\.)\s*(?P<high>[\d.,]+)")
_WITH_ENDS: Final = re.compile(
    r"(?P<value>[\d.,]+)\s*[(\[](?:[^()\[\]]*?\s)?(?P<low>[\d.,]+)\s*(?:-|–|—|to|;|,\s|до)\s*(?P<high>[\d.,]+)\s*[)\]]"
)
_LIKE_A_DATE: Final = re.compile(
    r"[^\W\d_]{3,4}[.-]\d{2,4}|\d{1,2}[.-][^\W\d_]{3,4}\.?|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
    r"|\d{4}-\d\d-\d\d.*"
)
_SIGNED: Final = re.compile(r"(?P<sign><=|>=|≤|≥|<|>)\s*(?P<rest>.+)")
_COUNT: Final = re.compile(r"(?:n\s*=\s*)?(?P<count>\d+)(?:[.,]0+)?", re.IGNORECASE)
_EMPTY: Final = {"", "-", "–", "—", "NA", "N/A", "na", "n/a", "nan"}


class CellError(Exception):
    """A cell that cannot be read; it does not know its row.

    Parameters
    ----------
    column
        Its column.
    found, expected, action
        As in :class:`stroma.errors.Problem`.
    """

    def __init__(self, column: str, found: Text, expected: Text, action: Text) -> None:
        self.column = column
        self.found = found
        self.expected = expected
        self.action = action
        super().__init__(str(found))

    def at(self, place: Place) -> Problem:
        """Return the problem at a place.

        Parameters
        ----------
        place
            The row.

        Returns
        -------
        Problem
            With the column of the cell.
        """
        return Problem(
            Place(file=place.file, row=place.row, column=self.column),
            self.found,
            self.expected,
            self.action,
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed number.

    Parameters
    ----------
    value
        The number.
    bound
        The sign before it; empty for none.
    written
        As printed, with a decimal point.
    """

    value: float
    bound: str
    written: str


def cell_of(row: Mapping[str, str], column: str) -> str:
    """Return what a cell holds, without blanks around it.

    Parameters
    ----------
    row
        Cells by column.
    column
        The column.

    Returns
    -------
    str
        Empty where there is no such column, and where a dash stands for nothing.
    """
    cell = row.get(column, "").strip()
    return "" if cell in _EMPTY else cell


def shown_mark(cells: Iterable[str]) -> str | None:
    """Return the decimal mark that a table's numbers show.

    Parameters
    ----------
    cells
        Every cell that may be a number.

    Returns
    -------
    str or None
        ``"."`` or ``","`` where cells show one of them and none the other; ``None`` otherwise, so
        that each cell has to show its own.
    """
    shown: set[str] = set()
    for cell in cells:
        marks = [mark for mark in DECIMAL_MARKS if mark in cell and _reads(cell, mark)]
        if len(marks) == 1 and not _reads(cell, _other(marks[0])):
            shown.add(marks[0])
    return shown.pop() if len(shown) == 1 else None


def figure_of(row: Mapping[str, str], column: str, *, mark: str | None) -> Figure | None:
    """Read a printed number.

    Parameters
    ----------
    row
        Cells by column.
    column
        The column.
    mark
        The decimal mark the table shows; ``None`` where each cell has to show its own.

    Returns
    -------
    Figure or None
        ``None`` for an empty cell.

    Raises
    ------
    CellError
        It is no number, two numbers in one cell, or a number with two readings.
    """
    cell = cell_of(row, column)
    if not cell:
        return None
    signed = _SIGNED.fullmatch(cell)
    sign, rest = (signed["sign"], signed["rest"]) if signed else ("", cell)
    if sign and column != "value":
        raise CellError(
            column,
            text("“{cell}”, which is a limit", cell=cell),
            text("a number"),
            text("write the number alone; a limit stands in value, with its sign in bound"),
        )
    try:
        exact = read_decimal(rest, decimal_mark=mark)
    except ReadingError as refusal:
        raise _no_number(column, cell, refusal) from refusal
    if not math.isfinite(float(exact)):
        raise CellError(
            column,
            text("“{cell}”, which is too large", cell=cell),
            text("a number below 10^308"),
            text("check the number"),
        )
    return Figure(float(exact), sign, _with_point(exact, rest))


def count_of(row: Mapping[str, str], column: str) -> int | None:
    """Read how many.

    Parameters
    ----------
    row
        Cells by column.
    column
        The column.

    Returns
    -------
    int or None
        ``None`` for an empty cell.

    Raises
    ------
    CellError
        It is no whole number of 1 or more.
    """
    cell = cell_of(row, column)
    if not cell:
        return None
    match = _COUNT.fullmatch(cell)
    if match is None or int(match["count"]) < 1:
        raise CellError(
            column,
            text("“{cell}”", cell=cell),
            text("a whole number of 1 or more"),
            text("write the number alone; what it counts stands in n_counts"),
        )
    return int(match["count"])


def word_of(
    row: Mapping[str, str], column: str, *, words: Mapping[Word, Iterable[str]]
) -> Word | None:
    """Read one of a few words.

    Parameters
    ----------
    row
        Cells by column.
    column
        The column.
    words
        What may stand there, each with its spellings.

    Returns
    -------
    member of the enumeration, or None
        ``None`` for an empty cell where no word has the empty spelling.

    Raises
    ------
    CellError
        It is none of them.
    """
    cell = cell_of(row, column)
    folded = fold_word(cell)
    for word, spellings in words.items():
        if folded in spellings:
            return word
    if not cell:
        return None
    known = [str(word) for word in words]
    near = get_close_matches(folded, [fold_word(word) for word in known], n=1)
    raise CellError(
        column,
        text("“{cell}”", cell=cell),
        text("one of {known}", known=", ".join(known)),
        text("write {word}, if that is meant", word=near[0]) if near else text("write one of them"),
    )


def warning_at(place: Place, column: str, found: Text, expected: Text, action: Text) -> Problem:
    """Return a warning about a cell that is used all the same.

    Parameters
    ----------
    place
        The row.
    column
        The column.
    found, expected, action
        As in :class:`stroma.errors.Problem`.

    Returns
    -------
    Problem
        The warning.
    """
    at = Place(file=place.file, row=place.row, column=column)
    return Problem(at, found, expected, action, Severity.WARNING)


def _reads(cell: str, mark: str) -> bool:
    try:
        read_decimal(cell.lstrip("<>=≤≥ "), decimal_mark=mark)
    except ReadingError:
        return False
    return True


def _other(mark: str) -> str:
    return next(other for other in DECIMAL_MARKS if other != mark)


def _with_point(exact: Decimal, cell: str) -> str:
    bare = cell.strip()
    # A power of ten is kept as it was written: 2e6 shows one digit, 2000000 shows seven. Marks
    # between groups of digits never meet one, so that a comma here is a decimal comma.
    if re.fullmatch(r"-?\d+(?:[.,]\d+)?[eE][+-]?\d+", bare):
        return bare.replace(",", ".")
    return format(exact, "f")


def _no_number(column: str, cell: str, refusal: ReadingError) -> CellError:
    both = _TWO_IN_ONE.fullmatch(cell)
    if both is not None:
        return CellError(
            column,
            text("“{cell}”, which is two figures", cell=cell),
            text("one figure in each column"),
            text(
                "write {value} in value and {spread} in spread, and in spread_kind what it is",
                value=both["value"],
                spread=both["spread"],
            ),
        )
    ends = _FROM_TO.fullmatch(cell)
    if ends is not None:
        return CellError(
            column,
            text("“{cell}”, which is two figures", cell=cell),
            text("one figure in each column"),
            text(
                "write {low} in low and {high} in high, and in spread_kind what they are",
                low=ends["low"],
                high=ends["high"],
            ),
        )
    three = _WITH_ENDS.fullmatch(cell)
    if three is not None:
        return CellError(
            column,
            text("“{cell}”, which is three figures", cell=cell),
            text("one figure in each column"),
            text(
                "write {value} in value, {low} in low and {high} in high, and in spread_kind what "
                "the last two are",
                value=three["value"],
                low=three["low"],
                high=three["high"],
            ),
        )
    if _LIKE_A_DATE.fullmatch(cell):
        return CellError(
            column,
            text("“{cell}”, which looks like a date", cell=cell),
            text("a number"),
            text(
                "type the figure again from the paper: a spreadsheet makes a date of 5.6 or 1-5 "
                "unless the cell is formatted as text"
            ),
        )
    if cell.rstrip().endswith("%"):
        action = text("write the number alone and % in unit")
    else:
        action = text(
            "write the number alone with a decimal point and no marks between groups of digits"
        )
    return CellError(column, refusal.found, refusal.expected, action)
