"""A sheet of the study folder: its header and rows, checked against the layout.

A cell that is wrong takes its row with it, unless the row says something without it
(:attr:`stroma.study.columns.Column.dispensable`): then the cell counts as empty. Either is said in
the problem. Everything else of the sheet goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from stroma.errors import Place, Problem
from stroma.house_rules import ReadingRule
from stroma.readings import ReadingError
from stroma.records import Origin, Row, Sheet
from stroma.study.cells import Cell, Habit, column_habit, value_of
from stroma.study.columns import Column, SheetLayout
from stroma.study.header import read_header
from stroma.study.validation import expected_by
from stroma.study.words import is_not_stated
from stroma.texts import Text, text


class SheetRow(BaseModel):
    """What a row of a sheet may hold: the type and bounds of every column of its layout."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


R = TypeVar("R", bound=SheetRow)


@dataclass(frozen=True, slots=True)
class ReadRow(Generic[R]):
    """A row that could be read.

    Parameters
    ----------
    value
        What it says.
    written
        Column to text of its filled cells, as written.
    number
        Row as a person counts it.
    sheet
        Where it stands.
    stored
        Columns whose cell the file itself stores as a number.
    """

    value: R
    written: Mapping[str, str]
    number: int
    sheet: Sheet
    stored: frozenset[str] = frozenset()

    def place(self, column: str | None = None) -> Place:
        """Return the place of the row, or of one of its cells.

        Parameters
        ----------
        column
            Name of the cell's column.

        Returns
        -------
        Place
            With the lot, where the row names one.
        """
        return row_place(self.sheet, self.number, self.written, column)

    @property
    def origin(self) -> Origin:
        """The file and the row in it."""
        sheet = "" if self.sheet.name is None else f'sheet "{self.sheet.name}", '
        return Origin(self.sheet.origin.file, self.sheet.origin.sha256, f"{sheet}row {self.number}")


@dataclass(frozen=True, slots=True)
class Table(Generic[R]):
    """A sheet that was read.

    Parameters
    ----------
    rows
        The rows that could be read, in order.
    left_out
        Column to text of the filled cells of each row that could not.
    problems
        What is wrong with the file, the header and single cells.
    """

    rows: tuple[ReadRow[R], ...] = ()
    left_out: tuple[Mapping[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()

    def written(self, column: str) -> tuple[str, ...]:
        """Return every filled cell of a column, also of rows that could not be read.

        Parameters
        ----------
        column
            Its name.

        Returns
        -------
        tuple of str
            The texts.
        """
        rows = (*(row.written for row in self.rows), *self.left_out)
        return tuple(row[column] for row in rows if column in row)


def row_place(
    sheet: Sheet, number: int, written: Mapping[str, str], column: str | None = None
) -> Place:
    """Return the place of a row, or of one of its cells.

    Parameters
    ----------
    sheet
        The sheet.
    number
        The row.
    written
        Column to text.
    column
        Name of the cell's column.

    Returns
    -------
    Place
        With the lot, where the row names one.
    """
    return Place(sheet.origin.file, sheet.name, number, column, written.get("lot") or None)


def left_out(action: Text) -> Text:
    """Say that a row is left out until something is mended.

    Parameters
    ----------
    action
        What to do.

    Returns
    -------
    Text
        What to do, and what holds until then.
    """
    return text("{action}; until then the row is left out", action=action)


def counts_as_empty(action: Text) -> Text:
    """Say that a cell counts as empty until something is mended.

    Parameters
    ----------
    action
        What to do.

    Returns
    -------
    Text
        What to do, and what holds until then.
    """
    return text("{action}; until then the cell counts as empty", action=action)


def read_table(sheet: Sheet, layout: SheetLayout, model: type[R], rule: ReadingRule) -> Table[R]:
    """Read a sheet of the study folder.

    Parameters
    ----------
    sheet
        The sheet.
    layout
        What it should hold.
    model
        What a row of it may hold.
    rule
        How the laboratory writes numbers and dates.

    Returns
    -------
    Table
        Its rows and everything that is wrong with its header and cells.
    """
    header = read_header(sheet, layout)
    if not header.complete:
        return Table(problems=(*sheet.problems, *header.problems))
    filled = [(row.number, _filled_cells(row, header.columns)) for row in sheet.rows]
    problems = [*sheet.problems, *header.problems]
    habits: dict[str, Habit] = {}
    for column in header.columns.values():
        cells = [cells[column.name] for _number, cells in filled if column.name in cells]
        place = Place(sheet.origin.file, sheet.name, None, column.name)
        habits[column.name], doubts = column_habit(column, cells, rule=rule, place=place)
        problems += doubts
    rows: list[ReadRow[R]] = []
    unread: list[Mapping[str, str]] = []
    for number, cells_of_row in filled:
        value, wrong = _read_row(cells_of_row, layout, model, habits)
        written = {name: cell.written for name, cell in cells_of_row.items()}
        problems += [
            _cell_problem(cell, row_place(sheet, number, written, cell.column.name))
            for cell in wrong
        ]
        if value is None:
            unread.append(written)
        else:
            stored = frozenset(name for name, cell in cells_of_row.items() if cell.stored)
            rows.append(ReadRow(value, written, number, sheet, stored))
    return Table(tuple(rows), tuple(unread), tuple(problems))


def _filled_cells(row: Row, columns: Mapping[str, Column]) -> dict[str, Cell]:
    cells = {
        column.name: Cell(row.number, row.cells.get(name, "").strip(), name in row.numbers)
        for name, column in columns.items()
    }
    return {name: cell for name, cell in cells.items() if not is_not_stated(cell.written)}


@dataclass(frozen=True, slots=True)
class _WrongCell:
    column: Column
    refusal: ReadingError


def _cell_problem(wrong: _WrongCell, place: Place) -> Problem:
    consequence = counts_as_empty if wrong.column.dispensable else left_out
    refusal = wrong.refusal
    return Problem(place, refusal.found, refusal.expected, consequence(refusal.action))


def _read_row(
    cells: Mapping[str, Cell], layout: SheetLayout, model: type[R], habits: Mapping[str, Habit]
) -> tuple[R | None, list[_WrongCell]]:
    values: dict[str, object] = {}
    wrong: dict[str, _WrongCell] = {}
    for column in layout.columns:
        if column.name not in cells:
            continue
        try:
            values[column.name] = value_of(column, cells[column.name], habits[column.name])
        except ReadingError as refusal:
            wrong[column.name] = _WrongCell(column, refusal)
    try:
        value: R | None = model.model_validate(values)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            column = _column(layout, str(detail["loc"][0]))
            wrong.setdefault(
                column.name, _WrongCell(column, _refusal(detail, column, cells.get(column.name)))
            )
        value = None
        if all(cell.column.dispensable for cell in wrong.values()):
            value = model.model_validate({k: v for k, v in values.items() if k not in wrong})
    in_order = [wrong[name] for name in layout.names if name in wrong]
    return (value if all(cell.column.dispensable for cell in in_order) else None), in_order


def _column(layout: SheetLayout, name: str) -> Column:
    return next(column for column in layout.columns if column.name == name)


def _refusal(detail: ErrorDetails, column: Column, cell: Cell | None) -> ReadingError:
    if cell is None:
        return ReadingError(text("an empty cell"), column.help, text("fill the cell"))
    return ReadingError(
        text('"{written}"', written=cell.written), expected_by(detail), text("correct the cell")
    )
