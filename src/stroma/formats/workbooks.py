"""Workbooks as grids of texts, for the formats that read tables or reports from them."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.formats.raw import RawFile
from stroma.formats.workbook_xml import (
    UNREADABLE,
    CellMarks,
    column_letters,
    has_percent_cells_ods,
    kind_of_archive,
    read_cell_marks,
)
from stroma.texts import Text, text, texts

Value = int | float | str | bool | dt.date | dt.time | dt.timedelta

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# An encrypted XLSX is an OLE file with a stream of this name ([MS-OFFCRYPTO] 2.3.4.4).
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
# An encrypted XLS has the record FilePass after BOF and perhaps WriteProtect ([MS-XLS] 2.1.7.20.3).
_FILE_PASS: Final = re.compile(
    rb"\x09\x08\x10\x00\x00[\x05\x06]\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL
)
# A laboratory's table has thousands of cells. The reader of values reserves about 30 bytes for
# each cell of the rectangle, filled or not, and ends the whole program where memory runs out.
_LARGEST_GRID: Final = 20_000_000
_SHORT_EXPONENTS: Final = range(-7, 21)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a workbook.

    Parameters
    ----------
    text
        What it says: a number in its shortest exact decimal form, a date as ISO 8601, ``TRUE`` or
        ``FALSE``, a percentage with its sign, an error with its name; stripped.
    is_number
        Whether the workbook stores a number, so that ``text`` has a decimal point for certain.
    """

    text: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet of a workbook.

    Parameters
    ----------
    name
        Its name.
    hidden
        Whether the workbook hides it.
    rows
        All rows from the first, blank ones too.
    merged
        The ranges of merged cells: first and last row, first and last column, from 0.
    problems
        What the workbook says about single cells that their texts cannot show.
    """

    name: str
    hidden: bool
    rows: tuple[tuple[Cell, ...], ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    problems: tuple[Problem, ...] = ()


def is_workbook(data: bytes) -> bool:
    """Say whether bytes begin as a workbook does.

    Parameters
    ----------
    data
        The content of a file.

    Returns
    -------
    bool
        True for ZIP archives (XLSX, XLSM, ODS) and OLE compound files (XLS).
    """
    return data.startswith((_ZIP, _OLE))


def read_grids(raw: RawFile) -> tuple[Grid, ...]:
    """Read all worksheets of a workbook.

    Parameters
    ----------
    raw
        The file: XLSX, XLSM, XLS or ODS.

    Returns
    -------
    tuple of Grid
        In the workbook's order; sheets that only hold a chart are none.

    Raises
    ------
    FileProblem
        It is no workbook, is damaged, or is protected by a password.
    """
    if raw.data.startswith(_OLE) and (_ENCRYPTED in raw.data or _FILE_PASS.search(raw.data)):
        raise _unreadable(
            raw,
            text("the workbook is protected by a password"),
            text("save a copy without a password"),
        )
    marks = _marks(raw)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(raw.data)) as workbook:
            grids = []
            for metadata in workbook.sheets_metadata:
                if metadata.typ is not SheetTypeEnum.WorkSheet:
                    continue
                sheet = workbook.get_sheet_by_name(metadata.name)
                grids.append(
                    _grid(
                        metadata.name,
                        sheet.to_python(skip_empty_area=False),
                        marks.get(metadata.name),
                        raw.place,
                        hidden=metadata.visible is not SheetVisibleEnum.Visible,
                        merged=sheet.merged_cell_ranges or (),
                    )
                )
    except (CalamineError, ValueError, OverflowError) as error:
        raise _damaged(raw, error) from error
    except BaseException as error:
        # The reader's panics over damaged files are no Exceptions, and their class has no module
        # to import it from.
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise _damaged(raw, error) from error
    return tuple(_with_percent_warning(raw, grids))


def value_text(value: Value) -> str:
    """Write a cell's value as a text that says exactly as much.

    Parameters
    ----------
    value
        A value of a workbook's cell.

    Returns
    -------
    str
        For example ``"12"`` for 12.0, ``"0.1"`` for 0.1 and ``"TRUE"`` for true.

    Examples
    --------
    >>> [value_text(value) for value in (12.0, 0.1, True, dt.date(2026, 3, 14))]
    ['12', '0.1', 'TRUE', '2026-03-14']
    """
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return value.strip()
        case int():
            return str(value)
        case float():
            return _number_text(Decimal(repr(value)))
        case dt.timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
        case _:
            return value.isoformat()


def _number_text(exact: Decimal) -> str:
    if exact == 0:
        return "0"
    plain = exact.normalize()
    return format(plain, "f") if plain.adjusted() in _SHORT_EXPONENTS else f"{plain:e}"


def _marks(raw: RawFile) -> dict[str, CellMarks]:
    """Return the marks of each sheet of an XLSX workbook; none for the other kinds."""
    if not raw.data.startswith(_ZIP):
        return {}
    try:
        kind = kind_of_archive(raw.data)
        if kind == "xlsb":
            raise _unreadable(
                raw,
                text("the workbook is in Excel's binary form, .xlsb"),
                text("save it as .xlsx"),
            )
        marks = read_cell_marks(raw.data) if kind == "xlsx" else {}
    except UNREADABLE as error:
        raise _damaged(raw, error) from error
    for sheet, mark in marks.items():
        rows, columns = mark.extent
        if rows * columns > _LARGEST_GRID:
            raise FileProblem(
                Problem(
                    replace(raw.place, sheet=sheet),
                    found=text(
                        "cells as far as {cell}", cell=f"{column_letters(columns - 1)}{rows}"
                    ),
                    expected=text("a table near the upper left corner"),
                    action=text("delete the stray cells far to the right and below"),
                )
            )
    return marks


def _grid(
    name: str,
    values: Sequence[Sequence[Value]],
    marks: CellMarks | None,
    place: Place,
    *,
    hidden: bool,
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]],
) -> Grid:
    rows = [[_cell(value) for value in row] for row in values]
    problems: list[Problem] = []
    if marks is not None:
        for row, column in sorted(marks.percent):
            if row < len(rows) and column < len(rows[row]) and rows[row][column].is_number:
                exact = Decimal(rows[row][column].text) * 100
                rows[row][column] = Cell(f"{_number_text(exact)}%")
        _extend(rows, marks)
        for (row, column), error in sorted(marks.errors.items()):
            rows[row][column] = Cell(error)
        problems = _cell_problems(marks, replace(place, sheet=name))
    return Grid(
        name,
        hidden,
        tuple(map(tuple, rows)),
        tuple((top, bottom, left, right) for (top, left), (bottom, right) in merged),
        tuple(problems),
    )


def _extend(rows: list[list[Cell]], marks: CellMarks) -> None:
    """Make room for error cells that lie beyond the last value."""
    height = max((row + 1 for row, _ in marks.errors), default=0)
    width = max((column + 1 for _, column in marks.errors), default=0)
    width = max(width, *(len(row) for row in rows)) if rows else width
    rows.extend([] for _ in range(height - len(rows)))
    for row in rows:
        row.extend(Cell("") for _ in range(width - len(row)))


def _cell(value: Value) -> Cell:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return Cell(value_text(value), is_number)


def _cell_problems(marks: CellMarks, place: Place) -> list[Problem]:
    problems = [
        Problem(
            replace(place, row=row + 1, column=column_letters(column)),
            found=text('the error "{error}"', error=error),
            expected=text("a value"),
            action=text("mend the formula, or clear the cell"),
            severity=Severity.WARNING,
        )
        for (row, column), error in sorted(marks.errors.items())
    ]
    if marks.uncalculated:
        row, column = min(marks.uncalculated)
        problems.append(
            Problem(
                replace(place, row=row + 1, column=column_letters(column)),
                found=texts(
                    "a formula that was never calculated",
                    "the first of {count} formulas that were never calculated",
                    len(marks.uncalculated),
                ),
                expected=text("a value stored beside the formula"),
                action=text("open the workbook in a spreadsheet program and save it"),
            )
        )
    return problems


def _with_percent_warning(raw: RawFile, grids: list[Grid]) -> list[Grid]:
    """Warn once where an OpenDocument file shows percentages: their cells cannot be told."""
    if not grids or not raw.data.startswith(_ZIP):
        return grids
    try:
        if kind_of_archive(raw.data) != "ods" or not has_percent_cells_ods(raw.data):
            return grids
    except UNREADABLE as error:
        raise _damaged(raw, error) from error
    warning = Problem(
        raw.place,
        found=text("cells formatted as percentages, which are read as fractions: 95 % as 0.95"),
        expected=text("plain numbers"),
        action=text("format these cells as plain numbers, or save the workbook as .xlsx"),
        severity=Severity.WARNING,
    )
    return [replace(grids[0], problems=(*grids[0].problems, warning)), *grids[1:]]


def _unreadable(raw: RawFile, found: Text, action: Text) -> FileProblem:
    return FileProblem(Problem(raw.place, found, text("a workbook that opens"), action))


def _damaged(raw: RawFile, error: BaseException) -> FileProblem:
    return _unreadable(
        raw,
        text("the workbook cannot be read ({reason})", reason=str(error) or type(error).__name__),
        text("open it in a spreadsheet program and save it again as .xlsx, or copy it again"),
    )
