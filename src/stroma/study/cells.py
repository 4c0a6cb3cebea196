"""One cell: from its text to what its column holds."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from stroma.analytes import find_agent
from stroma.errors import Place, Problem, Severity
from stroma.house_rules import ReadingRule
from stroma.readings import (
    DECIMAL_MARKS,
    ReadingError,
    column_date_order,
    column_decimal_mark,
    read_date,
    read_decimal,
    read_number,
)
from stroma.study.columns import Column, Kind
from stroma.study.files import is_absolute, study_path
from stroma.study.identifiers import canonical_passage
from stroma.study.words import TESTS, find_word
from stroma.texts import text


@dataclass(frozen=True, slots=True)
class Cell:
    """A filled cell.

    Parameters
    ----------
    row
        Its row.
    written
        Its text.
    stored
        Whether the file itself stores it as a number, so that its decimal mark is a point.
    """

    row: int
    written: str
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Habit:
    """How a column writes its numbers and dates.

    Parameters
    ----------
    decimal_mark, date_order
        As :class:`stroma.house_rules.ReadingRule`; ``None`` where a cell has to show it itself.
    """

    decimal_mark: str | None = None
    date_order: str | None = None


def column_habit(
    column: Column, cells: Iterable[Cell], *, rule: ReadingRule, place: Place
) -> tuple[Habit, tuple[Problem, ...]]:
    """Determine how a column writes its numbers and dates, from all its cells.

    Parameters
    ----------
    column
        The column.
    cells
        Its filled cells.
    rule
        What the laboratory declares; it goes before what the column shows.
    place
        The column, for problems.

    Returns
    -------
    habit
        The habit; undecided where the column contradicts itself, so that only cells with a single
        reading are read.
    problems
        A warning where the column contradicts itself.
    """
    if column.kind in (Kind.NUMBER, Kind.WHOLE):
        bare = [_without_unit(cell, column) for cell in cells]
        return number_habit(bare, rule=rule, place=place)
    if column.kind is not Kind.DATE or rule.date_order is not None:
        return Habit(date_order=rule.date_order), ()
    try:
        return Habit(date_order=column_date_order((c.row, c.written) for c in cells)), ()
    except ReadingError:
        # Each date that can be read in two ways is refused in its own row.
        return Habit(), ()


def number_habit(
    cells: Iterable[Cell], *, rule: ReadingRule, place: Place
) -> tuple[Habit, tuple[Problem, ...]]:
    """Determine how a column of numbers writes them.

    Parameters
    ----------
    cells
        The numbers.
    rule
        What the laboratory declares.
    place
        The column, for problems.

    Returns
    -------
    habit
        The habit.
    problems
        A warning where decimal commas stand beside decimal points.
    """
    if rule.decimal_mark is not None:
        return Habit(decimal_mark=rule.decimal_mark), ()
    texts_of_numbers = [(cell.row, cell.written) for cell in cells if not cell.stored]
    try:
        return Habit(decimal_mark=column_decimal_mark(texts_of_numbers)), ()
    except ReadingError as error:
        shown = {_only_mark(written) for _row, written in texts_of_numbers} - {""}
        if len(shown) < 2:
            # Each number that can be read in two ways is refused in its own row.
            return Habit(), ()
        return Habit(), (error.at(place, Severity.WARNING),)


def _only_mark(written: str) -> str:
    marks = [mark for mark in DECIMAL_MARKS if _reads_with(written, mark)]
    return marks[0] if len(marks) == 1 else ""


def _reads_with(written: str, mark: str) -> bool:
    try:
        read_decimal(written, decimal_mark=mark)
    except ReadingError:
        return False
    return True


def number_of(cell: Cell, habit: Habit) -> float:
    """Return the number a cell says.

    Parameters
    ----------
    cell
        The cell.
    habit
        How its column writes numbers.

    Returns
    -------
    float
        The number.

    Raises
    ------
    ReadingError
        It is no number, or can be read in two ways.

    Examples
    --------
    >>> number_of(Cell(2, "1,250"), Habit(decimal_mark=","))
    1.25
    """
    return read_number(cell.written, decimal_mark="." if cell.stored else habit.decimal_mark)


def _without_unit(cell: Cell, column: Column) -> Cell:
    return replace(cell, written=cell.written.removesuffix(column.unit).rstrip())


def value_of(column: Column, cell: Cell, habit: Habit) -> object:
    """Return what a filled cell says.

    Parameters
    ----------
    column
        Its column.
    cell
        The cell.
    habit
        How its column writes numbers and dates.

    Returns
    -------
    object
        A string, a float, an int or an ISO date, as the column's kind asks; a number with a
        fraction where a whole one is asked for stays a float.

    Raises
    ------
    ReadingError
        The cell cannot be read.

    Examples
    --------
    >>> value_of(Column("passage", text("passage"), kind=Kind.PASSAGE), Cell(2, "p04"), Habit())
    'P4'
    """
    written = cell.written
    match column.kind:
        case Kind.TEXT:
            return written
        case Kind.IDENTIFIER:
            return unicodedata.normalize("NFC", written)
        case Kind.NUMBER:
            return number_of(_without_unit(cell, column), habit)
        case Kind.WHOLE:
            number = number_of(_without_unit(cell, column), habit)
            return int(number) if number.is_integer() else number
        case Kind.DATE:
            return read_date(written, order=habit.date_order).isoformat()
        case Kind.PASSAGE:
            return _passage(written)
        case Kind.WORD:
            return _word(column, written)
        case Kind.PATH:
            return _path(written)


def _passage(written: str) -> str:
    passage = canonical_passage(written)
    if passage is None:
        raise ReadingError(
            text('"{written}"', written=written),
            text("P and a number, P0 for the primary culture"),
            text("write P and one number, such as P4"),
        )
    return passage


def _word(column: Column, written: str) -> str:
    name = find_word(column.words, written)
    agent = find_agent(written) if column.words is TESTS else None
    if name is None and agent is not None:
        raise ReadingError(
            text('"{written}", which is an agent and no test', written=written),
            text("the test that looked for it: donor_serology or donor_nucleic_acid_test"),
            text("write donor_serology as the test and {agent} as the agent", agent=agent),
        )
    if name is None:
        raise ReadingError(
            text('the unknown word "{written}"', written=written),
            text("one of {known}", known=", ".join(column.choices)),
            text("write one of these words"),
        )
    return name


def _path(written: str) -> str:
    path = study_path(written)
    if path is None and is_absolute(written):
        raise ReadingError(
            text('"{written}", which begins at the root of the disk', written=written),
            text("a path inside the study folder, such as raw/flow/tube.fcs"),
            text("write the path from the study folder on; copy the file under raw if it is not "
                 "there"),
        )  # fmt: skip
    if path is None:
        raise ReadingError(
            text('"{written}", which is outside the study folder', written=written),
            text("a path inside the study folder, such as raw/flow/tube.fcs"),
            text("copy the file under raw and write its path from the study folder on"),
        )
    return path
