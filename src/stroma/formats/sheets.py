"""Tables as laboratories keep them: CSV and its kin, and workbooks.

The header is the first row with two words in it; titles above it, comments (``#``), hidden sheets
and columns without a name are not read, and each is reported. Below the header a row that begins
with ``#`` is a comment only where it holds nothing else: a lot may be named ``#12``. All cells are
texts: what is a number or a date is decided by who knows the column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.formats.delimited import (
    COMMENT_MARK,
    ERROR_VALUE,
    comment_cells,
    find_delimiter,
    split_records,
)
from stroma.formats.encoding import decode
from stroma.formats.raw import RawFile, read_raw
from stroma.formats.table_writing import SheetContent, write_csv, write_xlsx
from stroma.formats.workbook_xml import column_letters
from stroma.formats.workbooks import Cell, Grid, is_workbook, read_grids
from stroma.readings import ReadingError, read_decimal
from stroma.records import Origin, Row, Sheet
from stroma.texts import Text, text, texts

__all__ = ["SUFFIXES", "SheetContent", "read_sheet", "write_csv", "write_xlsx"]

TEXT_SUFFIXES: Final = (".csv", ".tsv", ".txt")
WORKBOOK_SUFFIXES: Final = (".xlsx", ".xlsm", ".xls", ".ods")
SUFFIXES: Final = (*TEXT_SUFFIXES, *WORKBOOK_SUFFIXES)
_SHOWN_ROWS: Final = 10
# Characters without a picture: pasted from a page, they make two equal-looking lots differ.
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: tuple[Cell, ...]
    comment: bool = False
    filled: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "filled", sum(cell.text != "" for cell in self.cells))

    def at(self, index: int) -> Cell:
        return self.cells[index] if index < len(self.cells) else Cell("")


def read_sheet(
    path: Path, *, file: str | None = None, encoding: str | None = None
) -> tuple[Sheet, ...]:
    """Read a table file: one sheet of a text file, every visible sheet of a workbook.

    Parameters
    ----------
    path
        A CSV, TSV, TXT, XLSX, XLSM, XLS or ODS file. Its content decides how it is read.
    file
        How records and problems name it; the path itself if not given.
    encoding
        The laboratory's encoding for text files that are not Unicode.

    Returns
    -------
    tuple of Sheet
        At least one; a table without rows has a note that says so, and what was not read stands
        in its ``problems``.

    Raises
    ------
    FileProblem
        The file holds no table that can be read in one way only.
    """
    raw = read_raw(path, file=file)
    if raw.suffix not in SUFFIXES:
        raise FileProblem(
            Problem(
                raw.place,
                found=text('the ending "{suffix}"', suffix=raw.suffix),
                expected=text("one of {suffixes}", suffixes=", ".join(SUFFIXES)),
                action=text("save the table as .xlsx or .csv"),
            )
        )
    sheets = _read_workbook(raw) if is_workbook(raw.data) else (_read_text(raw, encoding),)
    if is_workbook(raw.data) == (raw.suffix in WORKBOOK_SUFFIXES):
        return sheets
    return (_with_problems(sheets[0], [_wrong_suffix(raw)]), *sheets[1:])


# --- text files and workbooks to lines -----------------------------------------------------------


def _read_text(raw: RawFile, encoding: str | None) -> Sheet:
    written = decode(raw.data, place=raw.place, encoding=encoding)
    delimiter = find_delimiter(written, place=raw.place, suffix=raw.suffix)
    lines = []
    for record in split_records(written, delimiter, place=raw.place):
        cells = comment_cells(record.cells[0], delimiter) if record.comment else record.cells
        lines.append(
            _Line(record.number, tuple(Cell(cell.strip()) for cell in cells), record.comment)
        )
    sheet = _table(lines, raw.origin, None, typed=False)
    if isinstance(sheet, Problem):
        raise FileProblem(sheet)
    return sheet


def _read_workbook(raw: RawFile) -> tuple[Sheet, ...]:
    sheets: list[Sheet] = []
    aside: list[Problem] = []
    broken: list[Problem] = []
    hidden: list[Grid] = []
    for grid in read_grids(raw):
        place = replace(raw.place, sheet=grid.name)
        if not any(cell.text for row in grid.rows for cell in row):
            aside += grid.problems
            continue
        if grid.hidden:
            hidden.append(grid)
            continue
        try:
            sheet = _table(_grid_lines(grid), raw.origin, grid.name, typed=True)
        except FileProblem as error:
            broken += error.problems
            continue
        if isinstance(sheet, Problem):
            aside.append(sheet)
        else:
            sheets.append(_with_problems(sheet, [*grid.problems, *_merged(grid, sheet, place)]))
    if broken:
        raise FileProblem(broken)
    aside += [_hidden(raw, grid, sheets) for grid in hidden]
    if not sheets:
        raise FileProblem([p for p in aside if p.severity is Severity.ERROR] or [_no_sheet(raw)])
    softened = [_softened(problem) for problem in aside]
    return (_with_problems(sheets[0], softened), *sheets[1:])


def _grid_lines(grid: Grid) -> list[_Line]:
    starts = [i for row in grid.rows for i, cell in enumerate(row) if cell.text]
    left = min(starts, default=0)
    lines = []
    for number, row in enumerate(grid.rows, 1):
        first = row[left].text if left < len(row) else ""
        comment = first.startswith(COMMENT_MARK) and ERROR_VALUE.fullmatch(first) is None
        lines.append(_Line(number, row, comment))
    return lines


# --- lines to a table ----------------------------------------------------------------------------


def _table(
    lines: Sequence[_Line], origin: Origin, name: str | None, *, typed: bool
) -> Sheet | Problem:
    """Make a sheet of lines; a problem where they hold no table."""
    place = Place(file=origin.file, sheet=name)
    body = [line for line in lines if line.filled and not line.comment]
    start = next((i for i, line in enumerate(body) if _words(line) > 1), None)
    if start is None:
        return _no_header(place, body)
    header = body[start]
    data = [line for line in lines if line.number > header.number and _is_data(line, header, typed)]
    named = {i: cell.text for i, cell in enumerate(header.cells) if cell.text}
    _check_names(place, header, list(named.values()))
    rows = tuple(_row(line, named) for line in data if any(line.at(i).text for i in named))
    if not rows:
        return Sheet(origin, name, tuple(named.values()), (), typed, (_no_rows(place, header),))
    if not typed:
        _check_width(place, header, data)
    problems = [
        *_titles(place, body[:start]),
        *_hash_rows(place, [line for line in data if line.comment]),
        *_cut_rows(place, lines, header, data),
        *_unnamed(place, header, named, data),
        *([] if typed else _short_rows(place, header, data)),
        *_invisible(place, [header, *data]),
    ]
    return Sheet(
        origin,
        name,
        tuple(named.values()),
        rows,
        typed,
        tuple(problems),
    )


def _row(line: _Line, named: dict[int, str]) -> Row:
    cells = {column: line.at(i) for i, column in named.items()}
    return Row(
        line.number,
        {column: cell.text for column, cell in cells.items()},
        frozenset(column for column, cell in cells.items() if cell.is_number),
    )


def _is_data(line: _Line, header: _Line, typed: bool) -> bool:  # noqa: FBT001
    """Tell a row below the header from a comment there."""
    if not line.comment:
        return line.filled > 0
    return line.filled > 1 and (typed or len(line.cells) == len(header.cells))


def _words(line: _Line) -> int:
    """Count the cells that are neither empty nor numbers."""
    return sum(bool(cell.text) and not _is_number(cell) for cell in line.cells)


def _is_number(cell: Cell) -> bool:
    if cell.is_number:
        return True
    try:
        read_decimal(cell.text, decimal_mark=".")
    except ReadingError:
        try:
            read_decimal(cell.text, decimal_mark=",")
        except ReadingError:
            return False
    return True


# --- what makes a table unreadable ---------------------------------------------------------------


def _no_header(place: Place, body: Sequence[_Line]) -> Problem:
    if not body:
        found = text("nothing but blank rows and comments")
    else:
        found = text(
            'no header; the first row is "{row}"',
            row=" | ".join(cell.text for cell in body[0].cells if cell.text)[:60],
        )
    return Problem(
        replace(place, row=body[0].number if body else None),
        found,
        expected=text("a header: a row with the names of two or more columns"),
        action=text("write the names of the columns above the first row of values"),
    )


def _no_rows(place: Place, header: _Line) -> Problem:
    return Problem(
        replace(place, row=header.number),
        found=text("a header and no rows below it"),
        expected=text("at least one row of values"),
        action=text("fill in the table when there is something to write"),
        severity=Severity.NOTE,
    )


def _check_names(place: Place, header: _Line, names: list[str]) -> None:
    repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if repeated:
        raise FileProblem(
            Problem(
                replace(place, row=header.number, column=name),
                found=texts(
                    "{count} column of this name",
                    "{count} columns of this name",
                    names.count(name),
                ),
                expected=text("one column of each name"),
                action=text("rename or delete all but one of them"),
            )
            for name in repeated
        )


def _check_width(place: Place, header: _Line, data: Sequence[_Line]) -> None:
    width = len(header.cells)
    wide = [line for line in data if any(cell.text for cell in line.cells[width:])]
    if wide:
        raise FileProblem(
            Problem(
                replace(place, row=line.number),
                found=text(
                    'cells beyond the last column: "{cells}"',
                    cells='", "'.join(cell.text for cell in line.cells[width:] if cell.text),
                ),
                expected=texts("{count} cell, as in the header", "{count} cells, as in the header",
                               width),
                action=text("put a cell that holds a separator in quotes, or name the column"),
            )
            for line in wide
        )  # fmt: skip


def _no_sheet(raw: RawFile) -> Problem:
    return Problem(
        raw.place,
        found=text("no visible sheet with anything in it"),
        expected=text("a sheet with a table"),
        action=text("unhide or fill in the sheet"),
    )


# --- what is read around, and said ---------------------------------------------------------------


def _with_problems(sheet: Sheet, problems: Sequence[Problem]) -> Sheet:
    return replace(sheet, problems=(*sheet.problems, *problems))


def _softened(problem: Problem) -> Problem:
    """Return the problem as a warning: a sheet without a table is no error beside one with it."""
    if problem.severity is Severity.ERROR:
        return replace(problem, severity=Severity.WARNING)
    return problem


def _note(place: Place, found: Text, expected: Text, action: Text) -> Problem:
    return Problem(place, found, expected, action, Severity.NOTE)


def _hidden(raw: RawFile, grid: Grid, sheets: Sequence[Sheet]) -> Problem:
    """Say that a sheet is hidden; it weighs more where it looks like a part of a table."""
    note = _note(
        replace(raw.place, sheet=grid.name),
        text("a hidden sheet, which was not read"),
        text("tables on visible sheets"),
        text("unhide the sheet if it belongs to the study"),
    )
    try:
        table = _table(_grid_lines(grid), raw.origin, grid.name, typed=True)
    except FileProblem:
        return note
    if isinstance(table, Problem) or not table.rows:
        return note
    names = {name.casefold() for name in table.columns}
    for sheet in sheets:
        shared = names & {name.casefold() for name in sheet.columns}
        if 2 * len(shared) > len(sheet.columns):
            return replace(
                note,
                found=text(
                    'a hidden sheet with {rows} under the header of the sheet "{sheet}", which '
                    "was not read",
                    rows=texts("{count} row", "{count} rows", len(table.rows)),
                    sheet=sheet.name or "",
                ),
                severity=Severity.WARNING,
            )
    return note


def _wrong_suffix(raw: RawFile) -> Problem:
    if is_workbook(raw.data):
        found = text('a workbook named "{suffix}", read as a workbook', suffix=raw.suffix)
    else:
        found = text('a text file named "{suffix}", read as text', suffix=raw.suffix)
    return _note(raw.place, found, text("an ending that fits"), text("rename the file"))


def _titles(place: Place, titles: Sequence[_Line]) -> Iterator[Problem]:
    for line in titles:
        yield _note(
            replace(place, row=line.number),
            text(
                'the title "{title}" above the header, which was not read',
                title=" | ".join(cell.text for cell in line.cells if cell.text),
            ),
            text("the header in the first row"),
            text("begin the row with # to mark it as a comment"),
        )


def _hash_rows(place: Place, rows: Sequence[_Line]) -> Iterator[Problem]:
    """Say that rows were taken for data which may have been put aside as comments."""
    if rows:
        yield _note(
            replace(place, row=rows[0].number),
            texts(
                'a row that begins with # ("{row}"), read as a row of the table',
                '{count} rows that begin with # (here "{row}"), read as rows of the table',
                len(rows),
                row=" | ".join(cell.text for cell in rows[0].cells if cell.text)[:60],
            ),
            text("comments above the header"),
            text("move the row above the header, or delete it, if it is a comment"),
        )


def _cut_rows(
    place: Place, lines: Sequence[_Line], header: _Line, data: Sequence[_Line]
) -> Iterator[Problem]:
    """Report comments that may be rows of a lot whose name begins with ``#``, cut off or spilt."""
    read = {line.number for line in data}
    for line in lines:
        is_aside = line.comment and line.number > header.number and line.number not in read
        if is_aside and line.filled > max(2, len(header.cells) // 2):
            yield Problem(
                replace(place, row=line.number),
                found=texts(
                    "a row that begins with # and has {count} cell, which was not read",
                    "a row that begins with # and has {count} cells, which was not read",
                    len(line.cells),
                ),
                expected=texts("{count} cell, as in the header", "{count} cells, as in the header",
                               len(header.cells)),
                action=text("fill the row up if it belongs to the table; if not, move it above "
                            "the header"),
                severity=Severity.WARNING,
            )  # fmt: skip


def _unnamed(
    place: Place, header: _Line, named: dict[int, str], data: Sequence[_Line]
) -> Iterator[Problem]:
    width = max(len(line.cells) for line in (header, *data))
    for index in range(width):
        first = next((line for line in data if line.at(index).text), None)
        if index not in named and first is not None:
            yield Problem(
                replace(place, row=first.number, column=column_letters(index)),
                found=text(
                    '"{cell}" in a column without a name, which was not read',
                    cell=first.at(index).text,
                ),
                expected=text("a name above every column that holds anything"),
                action=text("name the column, or clear it"),
            )


def _short_rows(place: Place, header: _Line, data: Sequence[_Line]) -> Iterator[Problem]:
    short = [line.number for line in data if len(line.cells) < len(header.cells)]
    if short:
        shown = ", ".join(map(str, short[:_SHOWN_ROWS])) + (" …" if short[_SHOWN_ROWS:] else "")
        yield Problem(
            replace(place, row=short[0]),
            found=texts(
                "fewer cells than the header in row {rows}; the missing ones are taken as empty",
                "fewer cells than the header in {count} rows ({rows}); the missing ones are taken "
                "as empty",
                len(short),
                rows=shown,
            ),
            expected=texts(
                "{count} cell in the row", "{count} cells in the row", len(header.cells)
            ),
            action=text("check that the file is not cut off"),
            severity=Severity.WARNING,
        )


def _invisible(place: Place, lines: Sequence[_Line]) -> Iterator[Problem]:
    found = [
        (line, index, match)
        for line in lines
        for index, cell in enumerate(line.cells)
        if (match := _INVISIBLE.search(cell.text)) is not None
    ]
    if found:
        line, index, match = found[0]
        yield Problem(
            replace(place, row=line.number, column=column_letters(index)),
            found=texts(
                "an invisible character ({code_point}) in a cell",
                "invisible characters in {count} cells, here {code_point}",
                len(found),
                code_point=f"U+{ord(match[0]):04X}",
            ),
            expected=text("characters that can be seen"),
            action=text("type the text again; two names that look alike are not the same"),
            severity=Severity.WARNING,
        )


def _merged(grid: Grid, sheet: Sheet, place: Place) -> Iterator[Problem]:
    numbers = {row.number for row in sheet.rows}
    for top, bottom, left, right in grid.merged:
        if not numbers.isdisjoint(range(top + 1, bottom + 2)):
            first = f"{column_letters(left)}{top + 1}"
            yield Problem(
                replace(place, row=top + 1, column=column_letters(left)),
                found=text(
                    "merged cells {first}:{last}, of which only {first} has the value",
                    first=first,
                    last=f"{column_letters(right)}{bottom + 1}",
                ),
                expected=text("a value in every cell"),
                action=text("unmerge the cells and fill in each row"),
                severity=Severity.WARNING,
            )
