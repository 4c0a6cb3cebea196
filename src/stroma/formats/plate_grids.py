"""Plates of no instrument: grids as they are pasted into a sheet, and tables of one well a row.

A grid has 1, 2, 3 … above and A, B, C … on the left, and may stand anywhere in a sheet, several
below or beside each other; the cell above it, or in its corner, is its name. A table has a column
``well``; known columns say what is in it, every other column is a reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from stroma.errors import FileProblem, Place, Problem
from stroma.formats.encoding import peek
from stroma.formats.export_rows import ExportRow, Rows
from stroma.formats.plate_cells import (
    absorbance_unit,
    not_read,
    plate_size,
    read_cell,
    role_of,
    settled,
    wells_without_numbers,
)
from stroma.formats.plate_rows import sheets_of
from stroma.formats.raw import RawFile
from stroma.formats.workbooks import is_workbook
from stroma.plate_records import (
    LayoutWell,
    PlateFile,
    PlateReading,
    ReadingKind,
    WellStatus,
    WrittenNumber,
)
from stroma.readings import ReadingError, column_decimal_mark
from stroma.texts import text, texts
from stroma.wells import PLATE_SIZES, well_name, well_position

NAME: Final = "a plain grid or table of wells (CSV, XLSX)"
_LETTERS: Final = re.compile(r"[A-Z]|A[A-F]")
_LEAST: Final = 2
_KNOWN: Final[Mapping[str, re.Pattern[str]]] = {
    "well": re.compile(r"wells?(?: id| position| positions| name)?|лунка|ұяшық", re.IGNORECASE),
    "plate": re.compile(r"plate(?: id| name)?|планшет", re.IGNORECASE),
    "sample": re.compile(r"sample(?: id| name)?|образец|үлгі", re.IGNORECASE),
    "role": re.compile(r"role|type|роль|тип|рөлі", re.IGNORECASE),
    "concentration": re.compile(
        r"(?:standard |known |expected )?conc(?:entration)?", re.IGNORECASE
    ),
    "unit": re.compile(r"(?:conc(?:entration)? )?unit|единица|бірлік", re.IGNORECASE),
    "dilution": re.compile(r"dil(?:ution)?(?: factor)?|разведение|сұйылту", re.IGNORECASE),
    "seconds": re.compile(r"time \(?s(?:ec(?:onds)?)?\)?|seconds", re.IGNORECASE),
}
_ABSORBANCE: Final = re.compile(
    r"(?:\b(?:od|abs|absorbance)|ОП|\ba(?=\d{3}))\W*(?P<nm>\d{3,4})?", re.IGNORECASE
)
_WAVELENGTH: Final = re.compile(r"(?P<nm>\d{3,4})(?: ?nm)?")
_LIGHT: Final = (
    (re.compile(r"rfu|fluor", re.IGNORECASE), ReadingKind.FLUORESCENCE, "{RFU}"),
    (re.compile(r"rlu|lumi", re.IGNORECASE), ReadingKind.LUMINESCENCE, "{RLU}"),
)
_UNIT: Final = re.compile(r"[\[(](?P<unit>[^\])]+)[\])]\s*$")


@dataclass(frozen=True, slots=True)
class _Grid:
    row: int
    column: int
    width: int
    height: int
    name: str


def sniff(raw: RawFile) -> bool:
    """Say whether a file holds a grid or a table of wells.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        Whether some sheet does.
    """
    if not is_workbook(raw.data) and not re.search(r"[,;\t]", peek(raw.data, size=len(raw.data))):
        return False
    try:
        sheets, _ = sheets_of(raw)
    except FileProblem:
        # What is wrong with a table is said when it is read.
        return not is_workbook(raw.data) and _looks_like_rows(peek(raw.data, size=65536))
    return any(_grids(rows) or _table_head(rows) is not None for _, rows in sheets)


def _looks_like_rows(written: str) -> bool:
    rows = [re.split(r"[,;\t]", line) for line in written.splitlines()]
    cells = [[cell.strip().strip('"') for cell in row] for row in rows]
    lettered = sum(bool(row) and _LETTERS.fullmatch(row[0]) is not None for row in cells)
    return lettered >= _LEAST or any(
        _KNOWN["well"].fullmatch(cell) for row in cells[:20] for cell in row
    )


def read(
    raw: RawFile, *, encoding: str | None = None, decimal_mark: str | None = None
) -> PlateFile:
    """Read grids and tables.

    Parameters
    ----------
    raw
        The file.
    encoding, decimal_mark
        The laboratory's habits, for what the file leaves open.

    Returns
    -------
    PlateFile
        One reading a grid, or a column of numbers in a table.

    Raises
    ------
    FileProblem
        The file holds no plate, is damaged, or leaves two readings open.
    """
    sheets, refusal = sheets_of(raw, encoding)
    readings: list[PlateReading] = []
    layout: list[LayoutWell] = []
    problems: list[Problem] = []
    for sheet, rows in sheets:
        place = replace(raw.place, sheet=sheet or None)
        grids = _grids(rows)
        head = None if grids else _table_head(rows)
        cells = list(_number_cells(rows, grids, head))
        mark = "." if is_workbook(raw.data) and not _has_comma(cells) else _mark(
            cells, place, decimal_mark)  # fmt: skip
        for grid in grids:
            _read_grid(rows, grid, sheet, place, mark, readings, layout, problems)
        if head is not None:
            _read_table(rows, head, place, mark, readings, layout, problems)
        problems += _rows_outside(rows, grids, head, place)
    if not readings:
        raise FileProblem(problems or [_nothing(raw.place)])
    problems += wells_without_numbers(readings, raw.place)
    return settled(
        PlateFile(
            origin=raw.origin,
            instrument="",
            readings=tuple(readings),
            layout=tuple(layout),
            problems=tuple(problems),
        ),
        refusal,
    )


def _mark(cells: Sequence[tuple[int, str]], place: Place, declared: str | None) -> str | None:
    try:
        return column_decimal_mark(cells)
    except ReadingError as refusal:
        if declared is None:
            raise FileProblem(refusal.at(place)) from None
        return declared


def _has_comma(cells: Sequence[tuple[int, str]]) -> bool:
    return any("," in written for _, written in cells)


def _nothing(place: Place) -> Problem:
    return Problem(
        place,
        found=text("no well with a number"),
        expected=text("a grid with 1, 2, 3 … above and A, B, C … on the left, or a column “well”"),
        action=text("paste the plate with its letters and numbers"),
    )


def _grids(rows: Rows) -> list[_Grid]:
    grids: list[_Grid] = []
    for r, row in enumerate(rows):
        c = 0
        while c < len(row.cells):
            width = _run(row, c)
            height = _depth(rows, r, c) if width >= _LEAST and c > 0 else 0
            if height >= _LEAST:
                grids.append(_Grid(r, c, width, height, _name(rows, r, c)))
            c += max(width, 1)
    return grids


def _run(row: ExportRow, start: int) -> int:
    """Return how many of 1, 2, 3 … stand in a row from here."""
    width = 0
    while row.at(start + width) == str(width + 1):
        width += 1
    return width


def _depth(rows: Rows, head: int, column: int) -> int:
    height = 0
    for row in rows[head + 1 :]:
        if row.at(column - 1).upper() != _letters(height):
            break
        height += 1
    return height


def _letters(index: int) -> str:
    return well_name(index, 0)[:-1]


def _name(rows: Rows, r: int, c: int) -> str:
    corner = rows[r].at(c - 1)
    above = rows[r - 1] if r else None
    if corner or above is None:
        return corner
    return above.at(c - 1) or above.at(c) or (above.at(0) if above.filled == 1 else "")


def _table_head(rows: Rows) -> int | None:
    for i, row in enumerate(rows[:60]):
        named = [cell for cell in row.cells if _KNOWN["well"].fullmatch(cell)]
        if len(named) == 1 and row.filled >= _LEAST:
            return i
    return None


def _number_cells(
    rows: Rows, grids: Sequence[_Grid], head: int | None
) -> Iterator[tuple[int, str]]:
    for grid in grids:
        for row in rows[grid.row + 1 : grid.row + 1 + grid.height]:
            for k in range(grid.width):
                yield row.number, row.at(grid.column + k).strip("<>≤≥* ")
    if head is not None:
        columns = _columns(rows[head])
        for row in rows[head + 1 :]:
            for i in range(len(row.cells)):
                if i not in (columns.get("well"), columns.get("plate"), columns.get("sample")):
                    yield row.number, row.at(i).strip("<>≤≥* ")


def _read_grid(
    rows: Rows, grid: _Grid, sheet: str, place: Place, mark: str | None,
    readings: list[PlateReading], layout: list[LayoutWell], problems: list[Problem],
) -> None:  # fmt: skip
    wells: dict[str, WrittenNumber] = {}
    for r, row in enumerate(rows[grid.row + 1 : grid.row + 1 + grid.height]):
        for c in range(grid.width):
            wells[well_name(r, c)] = read_cell(row.at(grid.column + c), mark)
    words = [number for number in wells.values() if number.status is WellStatus.NOT_A_NUMBER]
    numbers = [number for number in wells.values() if number.value is not None]
    place = replace(place, row=rows[grid.row].number, column=grid.name or None)
    if len(words) > len(numbers):
        layout += [
            LayoutWell(plate=sheet, well=well, sample=number.as_written,
                       role=role_of(number.as_written))
            for well, number in wells.items() if number.as_written
        ]  # fmt: skip
        return
    if (grid.height, grid.width) not in PLATE_SIZES:
        problems.append(_no_plate(place, grid))
    size = plate_size(None, wells)
    _add(readings, problems, place, PlateReading(
        plate=sheet, name=grid.name, kind=ReadingKind.OTHER, unit="", rows=size[0],
        columns=size[1], wells=wells,
    ))  # fmt: skip


def _no_plate(place: Place, grid: _Grid) -> Problem:
    return Problem(
        place,
        found=text(
            "a grid of {rows} rows and {columns} columns", rows=grid.height, columns=grid.width
        ),
        expected=text("a plate of 6, 12, 24, 48, 96, 384 or 1536 wells"),
        action=text("paste the whole plate, or check that no row was lost; what is there is used"),
    )


def _add(
    readings: list[PlateReading], problems: list[Problem], place: Place, reading: PlateReading
) -> None:
    """Add a reading with the kind, unit and wavelength that its name states."""
    match = _ABSORBANCE.search(reading.name)
    alone = _WAVELENGTH.fullmatch(reading.name)
    unit = _UNIT.search(reading.name)
    if match is not None or alone is not None or (unit is not None and "od" in unit[0].casefold()):
        light = match["nm"] if match is not None else alone["nm"] if alone is not None else None
        code, said = absorbance_unit(
            "" if unit is None else unit["unit"], reading.wells.values(), place
        )
        problems += said
        reading = replace(
            reading, kind=ReadingKind.ABSORBANCE, unit=code,
            wavelengths_nm=() if light is None else (float(light),),
        )  # fmt: skip
    else:
        for pattern, kind, code in _LIGHT:
            if pattern.search(reading.name):
                reading = replace(reading, kind=kind, unit=code)
    readings.append(reading)


def _columns(head: ExportRow) -> dict[str, int]:
    found: dict[str, int] = {}
    for i, name in enumerate(head.cells):
        for key, pattern in _KNOWN.items():
            if pattern.fullmatch(_UNIT.sub("", name).strip() if key == "concentration" else name):
                found.setdefault(key, i)
    return found


def _read_table(
    rows: Rows, head: int, place: Place, mark: str | None,
    readings: list[PlateReading], layout: list[LayoutWell], problems: list[Problem],
) -> None:  # fmt: skip
    columns = _columns(rows[head])
    groups: dict[tuple[str, str], dict[str, ExportRow]] = {}
    for row in rows[head + 1 :]:
        if row.filled == 0:
            continue
        position = well_position(row.at(columns["well"]))
        plate = row.at(columns["plate"]) if "plate" in columns else ""
        step = row.at(columns["seconds"]) if "seconds" in columns else ""
        wells = groups.setdefault((plate, step), {})
        if position is None or well_name(*position) in wells:
            expected = text("a position such as A1, once a plate and time")
            problems.append(not_read(place, row.number, "\t".join(row.cells), expected))
            continue
        wells[well_name(*position)] = row
    said: set[tuple[str, str]] = set()
    for (plate, step), wells in groups.items():
        size = plate_size(None, wells)
        for well, row in wells.items():
            if (plate, well) not in said:
                said.add((plate, well))
                layout += _layout_well(row, columns, rows[head], plate, well, mark)
        for i, name in enumerate(rows[head].cells):
            if i in columns.values() or not name:
                continue
            numbers = {well: read_cell(row.at(i), mark) for well, row in wells.items()}
            if not any(number.value is not None for number in numbers.values()):
                problems += _column_unread(place, rows[head], name, numbers)
                continue
            _add(readings, problems, replace(place, column=name), PlateReading(
                plate=plate, name=name, kind=ReadingKind.OTHER, unit="", rows=size[0],
                columns=size[1], wells=numbers, seconds=read_cell(step, mark).value,
            ))  # fmt: skip


def _layout_well(
    row: ExportRow, columns: Mapping[str, int], head: ExportRow, plate: str, well: str,
    mark: str | None,
) -> list[LayoutWell]:  # fmt: skip
    def said(key: str) -> str:
        return row.at(columns[key]) if key in columns else ""

    if not any(said(key) for key in ("sample", "role", "concentration", "dilution")):
        return []
    unit = _UNIT.search(head.at(columns["concentration"])) if "concentration" in columns else None
    return [
        LayoutWell(
            plate=plate,
            well=well,
            sample=said("sample"),
            role=role_of(said("role")) or role_of(said("sample")),
            concentration=read_cell(said("concentration"), mark).value,
            unit=said("unit") or ("" if unit is None else unit["unit"]),
            dilution=read_cell(said("dilution"), mark).value,
        )
    ]


def _column_unread(
    place: Place, head: ExportRow, name: str, numbers: Mapping[str, WrittenNumber]
) -> list[Problem]:
    written = next((number.as_written for number in numbers.values() if number.as_written), "")
    if not written:
        return []
    expected = text("numbers in the column {column}, or a known name of a column", column=name)
    return [not_read(replace(place, column=name), head.number, written, expected)]


def _rows_outside(
    rows: Rows, grids: Sequence[_Grid], head: int | None, place: Place
) -> list[Problem]:
    """Return a line for rows with several cells that belong to no grid and no table."""
    used = set(range(head, len(rows))) if head is not None else set()
    for grid in grids:
        used |= set(range(grid.row, grid.row + grid.height + 1))
    left = [row for i, row in enumerate(rows) if i not in used and row.filled > _LEAST]
    if not left or (head is None and not grids and not left):
        return []
    first = " ".join(filter(None, left[0].cells))[:60]
    return [
        Problem(
            replace(place, row=left[0].number),
            found=texts(
                "{count} row outside every plate, “{row}”",
                "{count} rows outside every plate, the first “{row}”",
                len(left),
                row=first,
            ),
            expected=text("letters from A on, without a gap, below the numbers of the columns"),
            action=text("check that no row of a plate was moved; these rows were not read"),
        )
    ]
