"""Tecan Magellan: the table of wells, one a row, in a workbook or a text.

The table has a column ``Well positions`` and one for every measurement; below it stand the
settings, a part for every measurement that ends with its unit, and the temperature of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from stroma.errors import FileProblem, Place, Problem
from stroma.formats.encoding import peek
from stroma.formats.export_rows import ExportRow, Rows
from stroma.formats.plate_cells import (
    absorbance_unit,
    decimal_mark_of,
    not_read,
    plate_size,
    read_cell,
    role_of,
    settled,
    wells_without_numbers,
)
from stroma.formats.plate_rows import sheets_of
from stroma.formats.raw import RawFile
from stroma.formats.workbooks import is_workbook, read_grids
from stroma.plate_records import (
    LayoutWell,
    PlateFile,
    PlateReading,
    ReadingKind,
    WellStatus,
    WrittenNumber,
)
from stroma.texts import text, texts
from stroma.wells import well_name, well_position

NAME: Final = "Tecan Magellan (XLSX)"
_WELLS: Final = re.compile(r"well positions?", re.IGNORECASE)
_PLATE: Final = re.compile(r"plate", re.IGNORECASE)
_SAMPLE: Final = re.compile(r"layout|replicate info|sample(?: id)?|experimental id", re.IGNORECASE)
_TELLING: Final = re.compile(r"\\Tecan\\Magellan|^Magellan\b", re.IGNORECASE)
_MODE: Final = re.compile(r"Measurement mode:\s*(?P<value>\S+)")
_FILTER: Final = re.compile(
    r"(?P<which>excitation|emission|measurement|absorbance)?\s*(?:wavelength|filter):\s*"
    r"(?P<value>\d{3,4})(?:\.\d+)?\s*nm",
    re.IGNORECASE,
)
_UNIT: Final = re.compile(r"Unit:\s*(?P<value>.+)")
_LABEL: Final = re.compile(r"Meas\.? temperature:\s*(?P<label>.+?):\s*[\d.,]+")
_SERIAL: Final = re.compile(r"Instrument serial number:\s*(?P<value>\S+)")
_PLATE_FILE: Final = re.compile(r"Plate definition file:\s*(?P<value>\S+)")
_KINDS: Final = {
    "absorbance": (ReadingKind.ABSORBANCE, "[OD]"),
    "fluorescence": (ReadingKind.FLUORESCENCE, "{RFU}"),
    "luminescence": (ReadingKind.LUMINESCENCE, "{RLU}"),
}


def sniff(raw: RawFile) -> bool:
    """Say whether a file is an export of Magellan.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        Whether a sheet or the path of a method is named after Magellan, or wells have positions.
    """
    if not is_workbook(raw.data):
        seen = peek(raw.data, size=len(raw.data))
        return "\\Tecan\\Magellan" in seen or re.search(
            r"Raw data\W.*Well positions", seen
        ) is not (None)
    for grid in read_grids(raw):
        if _TELLING.search(grid.name):
            return True
        if any(_TELLING.search(cell.text) for row in grid.rows for cell in row[:2]):
            return True
    return False


@dataclass(frozen=True, slots=True)
class _Settings:
    mode: str = ""
    unit: str = ""
    wavelengths: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class _Table:
    head: ExportRow
    rows: Rows
    below: Rows

    def column(self, pattern: re.Pattern[str]) -> int | None:
        return next((i for i, name in enumerate(self.head.cells) if pattern.fullmatch(name)), None)


def read(
    raw: RawFile, *, encoding: str | None = None, decimal_mark: str | None = None
) -> PlateFile:
    """Read an export.

    Parameters
    ----------
    raw
        The file.
    encoding, decimal_mark
        The laboratory's habits, for what the file leaves open.

    Returns
    -------
    PlateFile
        One reading a plate and measurement.

    Raises
    ------
    FileProblem
        The wells have no positions, the file is damaged, or leaves two readings open.
    """
    sheets, refusal = sheets_of(raw, encoding)
    tables = [(sheet, _table(rows)) for sheet, rows in sheets]
    held = [(sheet, table) for sheet, table in tables if table is not None]
    if not held:
        raise FileProblem(_no_positions(raw.place, sheets))
    readings: list[PlateReading] = []
    layout: list[LayoutWell] = []
    problems: list[Problem] = []
    instrument = "Tecan Magellan"
    for sheet, table in held:
        place = replace(raw.place, sheet=sheet or None)
        cells = [(row.number, cell) for row in table.rows for cell in row.cells]
        mark = decimal_mark_of(cells, place, decimal_mark)
        found, wells = _read_table(table, place, mark, problems)
        readings += found
        layout += wells
        serial = _first(_SERIAL, table.below)
        instrument = f"Tecan Magellan, {serial}" if serial else instrument
    if not readings:
        raise FileProblem(problems or [_no_positions(raw.place, sheets)])
    problems += wells_without_numbers(readings, raw.place)
    return settled(
        PlateFile(
            origin=raw.origin,
            instrument=instrument,
            readings=tuple(readings),
            layout=tuple(layout),
            problems=tuple(problems),
        ),
        refusal,
    )


def _table(rows: Rows) -> _Table | None:
    for i, row in enumerate(rows):
        at = next((k for k, cell in enumerate(row.cells) if _WELLS.fullmatch(cell)), None)
        if at is None:
            continue
        end = i + 1
        while end < len(rows) and (rows[end].at(at) or rows[end].filled == 0):
            end += 1
        return _Table(row, tuple(r for r in rows[i + 1 : end] if r.filled), rows[end:])
    return None


def _no_positions(place: Place, sheets: Sequence[tuple[str, Rows]]) -> Problem:
    sheet, rows = next(((name, rows) for name, rows in sheets if rows), ("", ()))
    first = next((row for row in rows if row.filled), None)
    columns = ", ".join(filter(None, first.cells)) if first is not None else "–"
    return Problem(
        replace(place, sheet=sheet or None, row=None if first is None else first.number),
        found=text("no positions of wells; the columns are {columns}", columns=columns),
        expected=text("a column “Well positions” beside the data"),
        action=text("export again from Magellan with the well positions"),
    )


def _first(pattern: re.Pattern[str], rows: Rows) -> str:
    found = (pattern.search(cell) for row in rows for cell in row.cells if cell)
    return next((match["value"] for match in found if match is not None), "")


def _parts(rows: Rows) -> Iterator[_Settings]:
    """Return the settings of each measurement: they end with its unit."""
    mode, filters = "", []
    for cell in (cell for row in rows for cell in row.cells if cell):
        said = _MODE.search(cell)
        mode = said["value"] if said is not None else mode
        light = _FILTER.search(cell)
        if light is not None:
            filters.append((light["which"] or "", float(light["value"])))
        unit = _UNIT.match(cell)
        if unit is not None:
            # Excitation before emission, as everywhere; a reference filter comes last.
            filters.sort(key=lambda item: item[0].casefold() != "excitation")
            yield _Settings(mode, unit["value"].strip(), tuple(value for _, value in filters))
            mode, filters = "", []
    if mode or filters:
        yield _Settings(mode, "", tuple(value for _, value in filters))


def _read_table(
    table: _Table, place: Place, mark: str | None, problems: list[Problem]
) -> tuple[list[PlateReading], list[LayoutWell]]:
    at, plate_at, sample_at = (table.column(p) for p in (_WELLS, _PLATE, _SAMPLE))
    columns = [
        (i, name)
        for i, name in enumerate(table.head.cells)
        if name and i not in (at, plate_at, sample_at)
    ]
    parts = list(_parts(table.below))
    labels = [match["label"] for row in table.below for cell in row.cells
              if (match := _LABEL.search(cell)) is not None]  # fmt: skip
    settings = dict(zip(labels, parts, strict=False)) if len(labels) == len(parts) else {}
    if not settings and len(parts) == 1 and columns:
        settings = {columns[0][1]: parts[0]}
    plates = _wells_by_plate(table, at or 0, plate_at, place, problems)
    readings, layout = [], []
    for plate, rows in plates.items():
        names = list(rows)
        size = plate_size(None, names)
        problems += _wells_missing(place, plate, size, names)
        for i, name in columns:
            wells = {well: read_cell(row.at(i), mark) for well, row in rows.items()}
            if not _is_measurement(wells):
                problems += _not_numbers(table, name, place, wells)
                continue
            readings.append(_reading(plate, name, size, wells, settings.get(name), place, problems))
        if sample_at is not None:
            layout += [
                LayoutWell(plate=plate, well=well, sample=row.at(sample_at),
                           role=role_of(row.at(sample_at)))
                for well, row in rows.items() if row.at(sample_at)
            ]  # fmt: skip
    return readings, layout


def _wells_by_plate(
    table: _Table, at: int, plate_at: int | None, place: Place, problems: list[Problem]
) -> dict[str, dict[str, ExportRow]]:
    """Return the rows of each plate by well; a plate's name stands for the rows below it."""
    stated = "" if plate_at is None else next(
        (row.at(plate_at) for row in table.rows if row.at(plate_at)), "")  # fmt: skip
    plate = stated or _first(_PLATE_FILE, table.below).partition(".")[0]
    plates: dict[str, dict[str, ExportRow]] = {}
    for row in table.rows:
        plate = (row.at(plate_at) if plate_at is not None else "") or plate
        position = well_position(row.at(at))
        if position is None:
            expected = text("a position such as A1")
            problems.append(not_read(place, row.number, row.at(at), expected))
            continue
        wells = plates.setdefault(plate, {})
        name = well_name(*position)
        if name in wells:
            expected = text("every well once on plate {plate}", plate=plate)
            problems.append(not_read(place, row.number, row.at(at), expected))
            continue
        wells[name] = row
    return plates


def _is_measurement(wells: dict[str, WrittenNumber]) -> bool:
    return any(
        number.status in (WellStatus.MEASURED, WellStatus.ABOVE_RANGE, WellStatus.BELOW_RANGE)
        for number in wells.values()
    )


def _not_numbers(
    table: _Table, name: str, place: Place, wells: dict[str, WrittenNumber]
) -> list[Problem]:
    written = next((number.as_written for number in wells.values() if number.as_written), "")
    if not written:
        return []
    expected = text("numbers in the column {column}", column=name)
    return [not_read(replace(place, column=name), table.head.number, written, expected)]


def _wells_missing(
    place: Place, plate: str, size: tuple[int, int], names: Sequence[str]
) -> list[Problem]:
    missing = [
        well_name(r, c)
        for r in range(size[0])
        for c in range(size[1])
        if well_name(r, c) not in names
    ]
    if not missing:
        return []
    return [
        Problem(
            replace(place, column=plate or None),
            found=texts(
                "no row for well {first}", "no rows for {count} wells, the first {first}",
                len(missing), first=missing[0],
            ),
            expected=text("{count} wells, as a plate of this size has", count=size[0] * size[1]),
            action=text("nothing, where these wells were not read; else export the plate again"),
        )
    ]  # fmt: skip


def _reading(
    plate: str, name: str, size: tuple[int, int], wells: dict[str, WrittenNumber],
    settings: _Settings | None, place: Place, problems: list[Problem],
) -> PlateReading:  # fmt: skip
    settings = settings or _Settings()
    kind, unit = _KINDS.get(settings.mode.casefold(), (ReadingKind.OTHER, ""))
    if kind is ReadingKind.ABSORBANCE and settings.unit:
        unit, said = absorbance_unit(settings.unit, wells.values(), replace(place, column=name))
        problems += said
    wavelengths = settings.wavelengths
    return PlateReading(
        plate=plate,
        name=name,
        kind=kind,
        unit=unit,
        rows=size[0],
        columns=size[1],
        wells=wells,
        wavelengths_nm=wavelengths,
        is_derived=settings == _Settings(),
    )
