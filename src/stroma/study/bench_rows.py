"""What the checks of all bench sheets share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from stroma.errors import Problem
from stroma.study.duplicates import one_row_each
from stroma.study.existence import missing_file
from stroma.study.files import find_file
from stroma.study.tables import ReadRow, SheetRow, left_out
from stroma.texts import Text, text

R = TypeVar("R", bound=SheetRow)
Problems = tuple[Problem, ...]


def with_files(
    rows: Sequence[ReadRow[R]],
    existing: Collection[str],
    column: str,
    problems: list[Problem],
) -> list[tuple[ReadRow[R], str]]:
    """Return the rows whose file exists, each with its path.

    Parameters
    ----------
    rows
        Rows of a sheet.
    existing
        Paths of the files of the study folder.
    column
        That names the file.
    problems
        Files that do not exist are added to them.

    Returns
    -------
    list of tuple
        Row and path.
    """
    held = []
    for row in rows:
        written = getattr(row.value, column)
        file = find_file(written, existing)
        if file is None:
            problems.append(
                missing_file(row.place(column), written, existing, consequence=left_out)
            )
        else:
            held.append((row, file))
    return held


def single(
    rows: Sequence[ReadRow[R]],
    key: Callable[[R], tuple[object, ...]],
    column: str,
    name: Callable[[R], Text],
    problems: list[Problem],
) -> tuple[ReadRow[R], ...]:
    """Return the rows of which each names something of its own.

    Parameters
    ----------
    rows
        Rows of a sheet.
    key
        What two rows may not have in common.
    column
        To be corrected.
    name
        What a row is called in the message.
    problems
        Repeats are added to them.

    Returns
    -------
    tuple
        The rows that are not repeats.
    """
    kept, repeated = one_row_each(rows, key, column=column, name=name)
    problems += repeated
    return kept


def empty(row: ReadRow[R], column: str, expected: Text) -> Problem:
    """Say that a cell may not be empty.

    Parameters
    ----------
    row, column
        Where.
    expected
        What belongs in it.

    Returns
    -------
    Problem
        An error; the row is left out.
    """
    return Problem(
        row.place(column),
        found=text("an empty cell"),
        expected=expected,
        action=left_out(text("fill the cell")),
    )


def not_above_zero(row: ReadRow[R], column: str) -> Problem:
    """Say that a number has to be above zero.

    Parameters
    ----------
    row, column
        Where.

    Returns
    -------
    Problem
        An error; the row is left out.
    """
    return Problem(
        row.place(column),
        found=text("{value}", value=getattr(row.value, column)),
        expected=text("a number above zero"),
        action=left_out(text("correct the cell")),
    )


def below_zero(row: ReadRow[R], column: str) -> Problem:
    """Say that a number may not be below zero.

    Parameters
    ----------
    row, column
        Where.

    Returns
    -------
    Problem
        An error; the row is left out.
    """
    return Problem(
        row.place(column),
        found=text("{value}", value=getattr(row.value, column)),
        expected=text("0 or more"),
        action=left_out(text("correct the cell")),
    )
