"""Beckman Coulter Vi-CELL XR: its text export, its report and its run summary as workbooks.

Densities are printed in 10⁶ cells per mL of the original sample: the dilution that was entered is
in them already and is only recorded. In a real export (2.06.3) 4263 cells in 50 images of
45.392 × 10⁻⁶ mL, times a dilution of 20 and an internal one of 2.4, are the printed 90.2 × 10⁶.
The text export (2.06) and the report (2.04) hold one count, the run summary (2.06) one in a row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.formats.count_fields import Names, Printed, PrintedCount, Role, sort_fields
from stroma.formats.count_values import read_printed
from stroma.formats.encoding import decode, peek
from stroma.formats.raw import RawFile
from stroma.formats.workbooks import Cell, Grid, is_workbook, read_grids
from stroma.records import CellCount
from stroma.texts import text

NAME: Final = "Beckman Coulter Vi-CELL XR (text, XLSX)"
_INSTRUMENT: Final = "Beckman Coulter Vi-CELL XR"
_MARK: Final = "Vi-CELL XR"
_SAMPLE: Final = "Sample ID"
_PLOT: Final = "Plot Data"
_HEADINGS: Final = ("Results:", "Settings:")
_LAST: Final = "ImageBaseName"
_LINE: Final = re.compile(r"(?P<label>[^:]+?)\s*:\s*(?P<value>.*)")
_DENSITY: Final = r"(?P<unit>cells ?/ ?ml.*)"
_NAMES: Final[Names] = (
    (Role.SAMPLE, re.compile("sample id")),
    (Role.COUNTED_AT, re.compile("rundate|sample date(?:/time)?")),
    (Role.TOTAL, re.compile(f"total {_DENSITY}")),
    (Role.VIABLE, re.compile(f"(?:total )?viable {_DENSITY}")),
    (Role.VIABILITY, re.compile(r"viability \((?P<unit>.*)\)")),
    (Role.CELLS, re.compile("total cells")),
    (Role.VIABLE_CELLS, re.compile("viable cells")),
    (Role.DIAMETER, re.compile(r"(?:average diameter|avg\. diam\.) \((?P<unit>.*)\)")),
    (Role.DILUTION, re.compile("dilution(?: factor)?")),
)


def sniff(raw: RawFile) -> bool:
    """Say whether a file is an export of Vi-CELL XR.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        Whether it, or a sheet of it, begins with the instrument's name.

    Raises
    ------
    FileProblem
        It is a workbook that cannot be read.
    """
    if is_workbook(raw.data):
        return any(_is_export(grid) for grid in read_grids(raw))
    return peek(raw.data).lstrip().startswith(_MARK)


def read(
    raw: RawFile,
    *,
    decimal_mark: str | None = None,
    date_order: str | None = None,
    encoding: str | None = None,
) -> tuple[tuple[CellCount, ...], tuple[Problem, ...]]:
    """Read the counts.

    Parameters
    ----------
    raw
        The file.
    decimal_mark, date_order, encoding
        The laboratory's habits, for what the file leaves open.

    Returns
    -------
    tuple
        The counts, and what is missing, doubtful or unreadable in them.

    Raises
    ------
    FileProblem
        The file is cut off, holds a field twice, or leaves two readings open.
    """
    problems: list[Problem] = []
    printed: list[PrintedCount] = []
    if is_workbook(raw.data):
        for grid in read_grids(raw):
            if _is_export(grid):
                printed += _of_grid(grid, raw)
                problems += grid.problems
            elif any(cell.text for row in grid.rows for cell in row):
                problems.append(_not_read(grid, raw.place))
    else:
        printed.append(_of_text(decode(raw.data, place=raw.place, encoding=encoding), raw))
    counts, found = read_printed(
        printed, raw.place, decimal_mark=decimal_mark, date_order=date_order
    )
    return counts, (*problems, *found)


# --- the text export -----------------------------------------------------------------------------


def _of_text(written: str, raw: RawFile) -> PrintedCount:
    lines = [(i, line.strip()) for i, line in enumerate(re.split(r"\r\n|\r|\n", written), 1)]
    lines = [(i, line) for i, line in lines if line]
    printed = [_version(lines[0][1], lines[0][0])]
    for row, line in lines[1:]:
        match = _LINE.fullmatch(line)
        if line in _HEADINGS:
            continue
        if match is None:
            raise FileProblem(
                Problem(
                    replace(raw.place, row=row),
                    found=text("“{line}”", line=line[:60]),
                    expected=text("a name, a colon and a value"),
                    action=text("export the count again; the file is damaged or cut off"),
                )
            )
        printed.append(Printed(match["label"], match["value"], row))
    if not written.endswith(("\n", "\r")) and printed[-1].label != _LAST:
        raise FileProblem(
            Problem(
                replace(raw.place, row=lines[-1][0]),
                found=text("the file ends within “{line}”", line=lines[-1][1][:60]),
                expected=text("a last line with {label}", label=_LAST),
                action=text("export the count again; the file is cut off"),
            )
        )
    fields, extra = sort_fields(printed, _NAMES, raw.place)
    return PrintedCount(raw.origin, raw.place, _INSTRUMENT, fields, extra)


def _version(line: str, row: int) -> Printed:
    return Printed(_MARK, line.removeprefix(_MARK).strip(), row)


# --- workbooks -----------------------------------------------------------------------------------


def _is_export(grid: Grid) -> bool:
    return bool(grid.rows and grid.rows[0] and grid.rows[0][0].text.startswith(_MARK))


def _not_read(grid: Grid, place: Place) -> Problem:
    return Problem(
        replace(place, sheet=grid.name),
        found=text("a sheet that is no export of the instrument, which was not read"),
        expected=text("a sheet that begins with {mark}", mark=_MARK),
        action=text("nothing, unless it holds counts"),
        severity=Severity.NOTE,
    )


def _of_grid(grid: Grid, raw: RawFile) -> list[PrintedCount]:
    place = replace(raw.place, sheet=grid.name)
    start = next((i for i, row in enumerate(grid.rows) if row[0].text == _SAMPLE), None)
    if start is None:
        raise FileProblem(
            Problem(
                place,
                found=text('no cell "{label}" in the first column', label=_SAMPLE),
                expected=text("a report or a run summary of the instrument"),
                action=text("export the count again"),
            )
        )
    if any(cell.text == "File name" for cell in grid.rows[start]):
        return _summary(grid, start, place, raw)
    return [_report(grid, start, place, raw)]


def _summary(grid: Grid, start: int, place: Place, raw: RawFile) -> list[PrintedCount]:
    """Read the run summary: a header of two rows, a count in each row below."""
    labels = [
        f"{upper.text} {lower.text}".strip()
        for upper, lower in zip(grid.rows[start], grid.rows[start + 1], strict=True)
    ] if start + 1 < len(grid.rows) else []  # fmt: skip
    rows = [
        (number, row)
        for number, row in enumerate(grid.rows[start + 2 :], start + 3)
        if any(cell.text for cell in row)
    ]
    if not rows:
        raise FileProblem(
            Problem(
                replace(place, row=start + 1),
                found=text("a header and no rows below it"),
                expected=text("a row for each count"),
                action=text("export again with the counts selected"),
            )
        )
    preamble = _preamble(grid.rows[:start])
    counts = []
    for number, row in rows:
        here = replace(place, row=number)
        cells = [
            _cell(label, cell, number)
            for label, cell in zip(labels, row, strict=True)
            if label or cell.text
        ]
        fields, extra = sort_fields([*cells, *preamble], _NAMES, here)
        origin = replace(raw.origin, place=f"sheet {grid.name}, row {number}")
        counts.append(PrintedCount(origin, here, _INSTRUMENT, fields, extra))
    return counts


def _preamble(rows: Sequence[Sequence[Cell]]) -> list[Printed]:
    """Read the lines above the table: version, path of the export, serial number."""
    printed = [_version(rows[0][0].text, 1)]
    for number, row in enumerate(rows[1:], 2):
        line = " ".join(cell.text for cell in row if cell.text)
        match = _LINE.fullmatch(line)
        if match is not None and len(match["label"]) > 1:  # "z:\export" is a path, not a label
            printed.append(Printed(match["label"], match["value"], number))
        elif line:
            printed.append(Printed(f"row {number}", line, number))
    return printed


def _report(grid: Grid, start: int, place: Place, raw: RawFile) -> PrintedCount:
    """Read the report: labels and values side by side in two blocks, then data of plots."""
    plots = next(
        (i for i, row in enumerate(grid.rows) if any(c.text.endswith(_PLOT) for c in row)),
        len(grid.rows),
    )
    printed = _preamble(grid.rows[:start])
    blocks = [0]
    for number, row in enumerate(grid.rows[start:plots], start + 1):
        if row[0].text == "Results":
            blocks = [i for i, cell in enumerate(row) if cell.text]
            continue
        for begin, end in zip(blocks, [*blocks[1:], len(row)], strict=True):
            filled = [cell for cell in row[begin:end] if cell.text]
            if filled:
                value = filled[1] if len(filled) == 2 else _together(filled[1:])
                printed.append(_cell(filled[0].text, value, number))
    printed += _plots(grid, plots)
    fields, extra = sort_fields(printed, _NAMES, place)
    origin = replace(raw.origin, place=f"sheet {grid.name}")
    return PrintedCount(origin, place, _INSTRUMENT, fields, extra)


def _cell(label: str, cell: Cell, row: int) -> Printed:
    return Printed(label, cell.text, row, cell.is_number)


def _together(cells: Sequence[Cell]) -> Cell:
    return Cell(" ".join(cell.text for cell in cells))


def _plots(grid: Grid, start: int) -> list[Printed]:
    """Keep each table of plot data as its rows, with tabs between the cells."""
    titles = [
        (row, column)
        for row in range(start, len(grid.rows))
        for column, cell in enumerate(grid.rows[row])
        if cell.text.endswith(_PLOT)
    ]
    printed = []
    for row, column in titles:
        right = min((c for r, c in titles if r == row and c > column), default=None)
        below = min((r for r, _ in titles if r > row), default=len(grid.rows))
        lines = [
            "\t".join(cell.text for cell in cells[column:right]).rstrip("\t")
            for cells in grid.rows[row + 1 : below]
        ]
        printed.append(Printed(grid.rows[row][column].text, "\n".join(lines).strip("\n"), row + 1))
    return printed
