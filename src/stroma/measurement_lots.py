"""A laboratory's own table of numbers -> its lots, and what the table says of them.

A table may say of a lot what the sheet ``lots`` of a study says, in the columns ``donor_age_years``
(or ``donor_age``), ``donor_sex``, ``medium`` and ``pooled_donors``, and when it was made in the
column ``date``. A cell stands for its lot, in one of its rows or in all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final

from stroma.errors import Place, Problem, Severity
from stroma.house_rules import ReadingRule
from stroma.measurement_cells import Line
from stroma.measurement_table import OF_LOTS, match_columns
from stroma.readings import ReadingError
from stroma.records import Lot, Origin, Sheet
from stroma.study.cells import Cell, Habit, column_habit, value_of
from stroma.study.columns import LOTS, Column, Kind
from stroma.study.words import is_not_stated
from stroma.texts import Text, text

DATE: Final = Column("date", text("when the lot was made"), "2026-03-14", kind=Kind.DATE)
_STATED: Final = tuple(name for name in OF_LOTS if name != DATE.name)
_BOUNDS: Final = {
    # The oldest age ever shown to be true is 122 years; a donor's is below 120.
    "donor_age_years": (0.0, 120.0, text("an age from 0 to 120 years")),
    "pooled_donors": (1.0, float("inf"), text("a whole number from 1 on")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLots:
    """What a table says of its lots.

    Parameters
    ----------
    lots
        Every lot that is named, in the table's order; none where no column says anything of lots.
    dates
        Lot to the earliest day its rows name, ISO 8601; without the lots that name none.
    problems
        Cells that are not used.
    """

    lots: tuple[Lot, ...] = ()
    dates: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def table_lots(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    """Return every lot a table names, so that one whose rows are all left out does not vanish.

    Parameters
    ----------
    sheet
        The table.

    Returns
    -------
    tuple of (str, str)
        Lot and tissue, each pair once, in the table's order; the tissue is empty where it is not
        stated or not known.
    """
    return tuple(dict.fromkeys((line.lot, line.tissue) for line in _lines(sheet) if line.lot))


def describe_lots(sheets: Sequence[Sheet], *, decimal_mark: str | None = None) -> TableLots:
    """Return what the sheets of a table say of its lots.

    Parameters
    ----------
    sheets
        The sheets.
    decimal_mark
        ``"."`` or ``","`` where the laboratory declares it.

    Returns
    -------
    TableLots
        The lots.
    """
    lines = [_lines(sheet) for sheet in sheets]
    if not any(name in line.columns for held in lines for line in held[:1] for name in OF_LOTS):
        return TableLots()
    lots: dict[str, Lot] = {}
    for line in chain(*lines):
        if line.lot and line.lot not in lots:
            lots[line.lot] = _undescribed(line)
    rule = ReadingRule(decimal_mark=decimal_mark)
    problems: list[Problem] = []
    stated: dict[str, dict[str, object]] = {}
    for column in (column for column in LOTS.columns if column.name in _STATED):
        values, wrong = _one_each(column, lines, rule)
        problems += wrong
        for lot, value in values.items():
            stated.setdefault(lot, {})[column.name] = value
    dates: dict[str, str] = {}
    for line, value in _values(DATE, lines, rule, problems):
        dates[line.lot] = min(str(value), dates.get(line.lot, str(value)))
    described = tuple(_with(lot, stated.get(name, {})) for name, lot in lots.items())
    return TableLots(lots=described, dates=dates, problems=tuple(problems))


def _lines(sheet: Sheet) -> list[Line]:
    columns, _problems = match_columns(sheet)
    return [Line(sheet, row, columns) for row in sheet.rows]


def _undescribed(line: Line) -> Lot:
    file = line.sheet.origin
    origin = Origin(file.file, file.sha256, str(line.row_place.describe()))
    return Lot(lot=line.lot, donor=line.cell("donor"), source=line.tissue, origin_of_row=origin)


def _with(lot: Lot, stated: Mapping[str, object]) -> Lot:
    age, sex = stated.get("donor_age_years"), stated.get("donor_sex")
    medium, pooled = stated.get("medium"), stated.get("pooled_donors")
    return replace(
        lot,
        donor_age_years=age if isinstance(age, float) else None,
        donor_sex=sex if isinstance(sex, str) else None,
        medium=medium if isinstance(medium, str) else None,
        pooled_donors=pooled if isinstance(pooled, int) else None,
    )


def _one_each(
    column: Column, lines: Sequence[Sequence[Line]], rule: ReadingRule
) -> tuple[dict[str, object], list[Problem]]:
    """Return the one value of each lot; a lot with two of them has none, and it is said."""
    problems: list[Problem] = []
    first: dict[str, tuple[Line, object]] = {}
    twofold: set[str] = set()
    for line, value in _values(column, lines, rule, problems):
        earlier, held = first.setdefault(line.lot, (line, value))
        if value != held and line.lot not in twofold:
            twofold.add(line.lot)
            problems.append(_two_values(column, line, earlier))
    values = {lot: value for lot, (_line, value) in first.items() if lot not in twofold}
    return values, problems


def _values(
    column: Column,
    lines: Sequence[Sequence[Line]],
    rule: ReadingRule,
    problems: list[Problem],
) -> Iterator[tuple[Line, object]]:
    for of_sheet in lines:
        cells = [
            (line, _cell(line, column.name))
            for line in of_sheet
            if line.lot and not is_not_stated(line.cell(column.name))
        ]
        if not cells:
            continue
        place = replace(cells[0][0].place(column.name), row=None, lot=None)
        habit, doubts = column_habit(column, [cell for _, cell in cells], rule=rule, place=place)
        problems += doubts
        for line, cell in cells:
            value = _read(column, cell, habit, line.place(column.name))
            if isinstance(value, Problem):
                problems.append(value)
            else:
                yield line, value


def _cell(line: Line, name: str) -> Cell:
    stored = line.columns.get(name, "") in line.row.numbers
    return Cell(line.row.number, line.cell(name), stored)


def _read(column: Column, cell: Cell, habit: Habit, place: Place) -> object:
    """Return what a cell says of its lot, or why it is not used."""
    try:
        value = value_of(column, cell, habit)
    except ReadingError as refusal:
        return _not_used(place, refusal.found, refusal.expected)
    low, high, expected = _BOUNDS.get(column.name, (None, None, None))
    if low is None or high is None or expected is None:
        return value
    is_whole = column.kind is not Kind.WHOLE or isinstance(value, int)
    if isinstance(value, int | float) and low <= value <= high and is_whole:
        return value if column.kind is Kind.WHOLE else float(value)
    return _not_used(place, text('"{word}"', word=cell.written), expected)


def _not_used(place: Place, found: Text, expected: Text) -> Problem:
    action = text("correct it; until then it is not used")
    return Problem(place, found, expected, action, Severity.WARNING)


def _two_values(column: Column, line: Line, earlier: Line) -> Problem:
    return Problem(
        line.place(column.name),
        found=text(
            '"{word}", and "{other}" in row {row}',
            word=line.cell(column.name),
            other=earlier.cell(column.name),
            row=str(earlier.row.number),
        ),
        expected=text("one value for each lot"),
        action=text("correct one of them; until then neither is used"),
        severity=Severity.WARNING,
    )
