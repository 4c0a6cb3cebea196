"""BioTek (Agilent) Gen5: the text export of absorbance, fluorescence, luminescence and alpha reads.

An export is a run of sections, one a plate. Blocks in a section are matrices (columns numbered
above, rows lettered on the left, the name of each line on the right), lists of a kinetic or a
spectrum (wells above) and the curves Gen5 fitted. Matrices may stand anywhere in the row. Lines
named as a read and its wavelength are what was measured; all others Gen5 calculated. Times of a
kinetic run are as printed: since its start. ``Conc/Dil`` of a sample is the factor as Gen5 states
it, 0.5 for half as concentrated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.formats.encoding import peek
from stroma.formats.export_rows import ExportRow, Rows
from stroma.formats.gen5_curves import read_curves
from stroma.formats.gen5_found import Found, Line, cut_off, row_index
from stroma.formats.gen5_layout import check_layout, take_layout
from stroma.formats.gen5_reads import Measured, read_procedure
from stroma.formats.plate_cells import (
    decimal_mark_of,
    not_read,
    plate_size,
    read_cell,
    settled,
    wells_without_numbers,
)
from stroma.formats.plate_rows import sheets_of
from stroma.formats.raw import RawFile
from stroma.formats.workbooks import is_workbook, read_grids
from stroma.plate_records import (
    PlateFile,
    PlateReading,
    ReadingKind,
    VendorResult,
    WellStatus,
    WrittenNumber,
)
from stroma.texts import text, texts
from stroma.wells import PLATE_SIZES, well_name, well_position

NAME: Final = "BioTek Gen5 (text)"
_VERSION: Final = "Software Version"
_TELLING: Final = ("Experiment File Path", "Protocol File Path", "Plate Number", "Reader Type")
_TIME: Final = re.compile(r"(?:(?P<h>\d{1,5}):)?(?P<m>\d{1,6}):(?P<s>\d{2}(?:[.,]\d+)?)")
_LETTER: Final = re.compile(r"[A-Z]|A[A-F]")
_LISTS: Final = ("time", "wavelength", "x read #")


def sniff(raw: RawFile) -> bool:
    """Say whether a file is an export of Gen5.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        Whether it states a version of the software and where its experiment or plate is.
    """
    if is_workbook(raw.data):
        seen = {cell.text for grid in read_grids(raw) for row in grid.rows[:40] for cell in row}
        return _VERSION in seen and any(name.startswith(_TELLING) for name in seen)
    head = peek(raw.data)
    return re.search(rf"^\W*{_VERSION}\b", head, re.MULTILINE) is not None and any(
        re.search(rf"^\W*{name}\b", head, re.MULTILINE) for name in _TELLING
    )


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
        Every line of every matrix and list as a reading.

    Raises
    ------
    FileProblem
        The file holds no results, is damaged, or leaves two readings open.
    """
    sheets, refusal = sheets_of(raw, encoding)
    found: list[Found] = []
    for sheet, rows in sheets:
        place = replace(raw.place, sheet=sheet or None)
        cells = [(row.number, cell) for row in rows if _holds_numbers(row) for cell in row.cells]
        mark = decimal_mark_of(cells, place, decimal_mark)
        cut = None if is_workbook(raw.data) else rows[-1]
        found += [_read_section(section, place, mark, cut) for section in _sections(rows)]
    readings = [reading for section in found for reading in section.readings]
    problems = [problem for section in found for problem in section.problems]
    if not readings:
        raise FileProblem([_no_results(raw.place, found), *problems])
    problems += wells_without_numbers(readings, raw.place)
    version = next((section.version for section in found if section.version), "")
    reader = next((section.reader for section in found if section.reader), "")
    return settled(
        PlateFile(
            origin=raw.origin,
            instrument=" ".join(["BioTek", *([reader] if reader else []), "Gen5", version]).strip(),
            readings=tuple(readings),
            layout=tuple(well for section in found for well in section.layout),
            curves=tuple(curve for section in found for curve in section.curves),
            results=tuple(result for section in found for result in section.results),
            problems=tuple(problems),
        ),
        refusal,
    )


def _no_results(place: Place, found: Sequence[Found]) -> Problem:
    plates = ", ".join(section.plate for section in found if section.plate)
    return Problem(
        place,
        found=text("no results; the export names {plates}", plates=plates or "–"),
        expected=text("a matrix or a list with the results of each plate"),
        action=text("export again with the results: add them to the export in Gen5"),
    )


def _holds_numbers(row: ExportRow) -> bool:
    # Lines of the header and the procedure hold versions and settings, never a table's numbers.
    return row.filled > 2 and not row.cells[0].endswith(":")


def _sections(rows: Rows) -> list[Rows]:
    """Return the rows of each plate; what stands above its number belongs to it."""
    starts = [i for i, row in enumerate(rows) if row.at(0).rstrip(":") == _VERSION]
    numbers = [i for i, row in enumerate(rows) if row.at(0).rstrip(":") == "Plate Number"]
    if len(numbers) > len(starts):
        starts = [0, *numbers[1:]]
    starts = starts or [0]
    ends = [*starts[1:], len(rows)]
    return [rows[start:end] for start, end in zip(starts, ends, strict=True)]


def _read_section(rows: Rows, place: Place, mark: str | None, last: ExportRow | None) -> Found:
    found = Found(place, mark)
    _read_header(rows, found)
    title, i = "", 0
    while i < len(rows):
        row = rows[i]
        if row.filled == 0:
            i += 1
        elif row.at(0) == "Procedure Details":
            found.reads, i = read_procedure(rows, i + 1, _begins_block)
        elif (start := _matrix_start(row)) is not None:
            i = _read_matrix(rows, i, start, title, found, last)
        elif row.at(0).casefold() in _LISTS and any(map(well_position, row.cells[1:])):
            i = _read_list(rows, i, title, found, last)
        elif row.at(0) == "Curve Name":
            i = read_curves(rows, i, found)
        else:
            if row.filled > 2:  # a title has one cell, a line of the header two
                expected = text("a matrix, a list of wells or a curve")
                found.problems.append(not_read(place, row.number, "\t".join(row.cells), expected))
            title = next(cell for cell in row.cells if cell)
            i += 1
    check_layout(found)
    return found


def _read_header(rows: Rows, found: Found) -> None:
    for row in rows:
        name, value = row.at(0).rstrip(":"), row.at(1)
        if value.casefold() in {"", "n/a", "unknown"}:
            continue
        match name:
            case "Software Version":
                found.version = value
            case "Plate Number":
                found.plate = value
            case "Reader Type":
                found.reader = value
            case "Plate Type":
                found.plate_type = value


def _begins_block(rows: Rows, i: int) -> bool:
    """Say whether the procedure ends before a row: at a title without a tab below a blank line."""
    following = next((row for row in rows[i + 1 : i + 4] if row.filled), None)
    return following is not None and (
        _matrix_start(following) is not None or following.at(0).casefold() in _LISTS
    )


def _matrix_start(row: ExportRow) -> int | None:
    """Return the column of a matrix's first number, where a row is the head of one."""
    start = next((i for i, cell in enumerate(row.cells) if cell), None)
    if start is None or start == 0 or row.cells[start] != "1":
        return None
    width = len([cell for cell in row.cells[start:] if cell])
    numbers = list(row.cells[start : start + width])
    right = numbers == [str(number) for number in range(1, width + 1)]
    return start if right and width > 1 else None


def _read_matrix(
    rows: Rows, head: int, start: int, title: str, found: Found, last: ExportRow | None
) -> int:
    """Read a matrix; return the row after it."""
    width = len([cell for cell in rows[head].cells[start:] if cell])
    lines: list[Line] = []
    letter, i = "", head + 1
    while i < len(rows) and (rows[i].filled or rows[i].at(start + width)):
        row = rows[i]
        before = row.at(start - 1)
        if (before and not _LETTER.fullmatch(before)) or (not before and not letter):
            break
        if any(row.cells[: start - 1]):
            break
        letter = before or letter
        label = row.at(start + width)
        cells = tuple(row.at(start + k) for k in range(width))
        if not label and row is last and len(row.cells) < start + width + 1:
            found.problems.append(cut_off(found.place, row))
        else:
            lines.append(Line(letter, label or title, row, cells))
        i += 1
    if title == "Layout":
        take_layout(lines, found)
    else:
        _take_matrix(lines, width, rows[head].number, found)
    return i


def _take_matrix(lines: Sequence[Line], width: int, row: int, found: Found) -> None:
    height = {columns: rows for rows, columns in PLATE_SIZES}.get(width)
    series: dict[tuple[str, int], list[Line]] = {}
    for letter in dict.fromkeys(line.letter for line in lines):
        times: dict[str, int] = {}
        for line in (line for line in lines if line.letter == letter):
            times[line.label] = times.get(line.label, 0) + 1
            series.setdefault((line.label, times[line.label]), []).append(line)
    deepest = max((row_index(line.letter) for line in lines), default=-1) + 1
    rows = max(height or deepest, deepest)
    for (label, number), these in series.items():
        name = label if number == 1 else f"{label} ({number})"
        wells = {
            well_name(row_index(line.letter), k): _read_value(cell, found.mark)
            for line in these
            for k, cell in enumerate(line.cells)
        }
        if len(these) < rows:
            found.problems.append(_rows_missing(found, name, these, rows, row))
        _take_reading(name, label, rows, width, wells, found)


def _rows_missing(found: Found, name: str, lines: Sequence[Line], rows: int, row: int) -> Problem:
    return Problem(
        replace(found.place, row=row, column=name),
        found=texts(
            "{count} row of a plate, {letters}",
            "{count} rows of a plate, {letters}",
            len(lines),
            letters=", ".join(line.letter for line in lines),
        ),
        expected=text("{count} rows, as a plate of this width has", count=rows),
        action=text("export the plate again; the file may be cut off. What is there is used"),
    )


def _read_value(cell: str, mark: str | None) -> WrittenNumber:
    seconds = _seconds(cell)
    if seconds is not None:
        return WrittenNumber(seconds, WellStatus.MEASURED, cell)
    return read_cell(cell, mark)


def _seconds(written: str) -> float | None:
    match = _TIME.fullmatch(written)
    if match is None:
        return None
    seconds = float(match["s"].replace(",", "."))
    return int(match["h"] or 0) * 3600 + int(match["m"]) * 60 + seconds


def _take_reading(
    name: str, label: str, rows: int, columns: int, wells: dict[str, WrittenNumber], found: Found
) -> None:
    meaning = found.reads.of(label)
    if any(_seconds(number.as_written) is not None for number in wells.values()):
        meaning = Measured(ReadingKind.OTHER, "s", (), is_derived=True)
    found.readings.append(
        PlateReading(
            plate=found.plate,
            name=name,
            kind=meaning.kind,
            unit=meaning.unit,
            rows=rows,
            columns=columns,
            wells=wells,
            wavelengths_nm=meaning.wavelengths,
            is_derived=meaning.is_derived,
        )
    )
    if meaning.kind is ReadingKind.CONCENTRATION:
        samples = {well.well: well.sample for well in found.layout}
        found.results += [
            VendorResult(
                plate=found.plate,
                well=well,
                sample=samples.get(well, ""),
                analyte="",
                concentration=number,
                unit=meaning.unit,
            )
            for well, number in wells.items()
            if number.status is not WellStatus.EMPTY
        ]


def _read_list(rows: Rows, head: int, title: str, found: Found, last: ExportRow | None) -> int:
    """Read a kinetic or a spectrum; return the row after it."""
    names = rows[head].cells
    wells = {i: position for i, name in enumerate(names) if (position := well_position(name))}
    kind = names[0].casefold()
    in_time, in_area = kind == "time", kind == "x read #"
    known = re.search(r"\b(6|12|24|48|96|384|1536)\b", found.plate_type)
    size = plate_size(int(known[1]) if known else None, [names[i] for i in wells])
    unread, i = 0, head + 1
    while i < len(rows) and rows[i].filled:
        row = rows[i]
        step = _seconds(row.at(0)) if in_time else read_cell(row.at(0), found.mark).value
        if step is None:
            break
        i += 1
        if row is last and len(row.cells) <= max(wells):
            found.problems.append(cut_off(found.place, row))
            continue
        held = dict(wells)
        if row is last:
            # Nothing shows that the last number of a file is whole: 0.3 may have been 0.34.
            held = {k: position for k, position in wells.items() if k < len(row.cells) - 1}
            found.problems.append(cut_off(found.place, row))
        if not any(row.at(k) for k in wells):
            # Gen5 prints a line for every read that was planned; the corners of an area scan lie
            # outside a round well.
            unread += not in_area
            continue
        meaning = found.reads.of(title)
        found.readings.append(
            PlateReading(
                plate=found.plate,
                name=f"{title} ({row.at(0)},{row.at(1)})" if in_area else title,
                kind=meaning.kind,
                unit=meaning.unit,
                rows=size[0],
                columns=size[1],
                wells={
                    well_name(*position): read_cell(row.at(k), found.mark)
                    for k, position in held.items()
                },
                wavelengths_nm=meaning.wavelengths if in_time or in_area else (step,),
                seconds=step if in_time else None,
                is_derived=meaning.is_derived,
            )
        )
    if unread:
        found.problems.append(_never_read(found, title, unread, rows[i - 1].number))
    return i


def _never_read(found: Found, title: str, unread: int, row: int) -> Problem:
    return Problem(
        replace(found.place, row=row, column=title),
        found=texts(
            "{count} planned read without a value", "{count} planned reads without a value", unread
        ),
        expected=text("a run to its planned end"),
        action=text("nothing, if the run was stopped on purpose"),
        severity=Severity.NOTE,
    )
