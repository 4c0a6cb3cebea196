"""A plate of SoftMax Pro: its heading, what was measured and what that was reduced to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from stroma.errors import Place, Problem
from stroma.formats.export_rows import ExportRow, Rows
from stroma.formats.plate_cells import not_read, plate_size, read_cell
from stroma.plate_records import PlateReading, ReadingKind, WrittenNumber
from stroma.texts import text, texts
from stroma.wells import well_name, well_position

_KINDS: Final = {
    "absorbance": (ReadingKind.ABSORBANCE, "[OD]"),
    "fluorescence": (ReadingKind.FLUORESCENCE, "{RFU}"),
    "time resolved": (ReadingKind.FLUORESCENCE, "{RFU}"),
    "luminescence": (ReadingKind.LUMINESCENCE, "{RLU}"),
}
_STEPS: Final = ("", "time", "wavelength")
_DATA: Final = ("raw", "reduced", "both")
# Places in the heading, counted from the word Raw, Reduced or Both.
_WAVELENGTHS, _FIRST, _COLUMNS, _WELLS, _EXCITATIONS = 9, 10, 11, 12, 13
_CLOCK: Final = re.compile(
    r"(?:(?:(?P<d>\d{1,3})\.)?(?P<h>\d{1,5}):)?(?P<m>\d{1,6}):(?P<s>\d{2}(?:[.,]\d+)?)"
)


@dataclass(frozen=True, slots=True)
class _Heading:
    name: str
    is_list: bool
    mode: str
    kind: ReadingKind
    unit: str
    wavelengths: tuple[tuple[float, ...], ...]
    size: tuple[int, int]
    rows: tuple[int, int] | None
    columns: tuple[int, int] | None

    def wavelength(self, index: int) -> tuple[float, ...]:
        return self.wavelengths[index] if index < len(self.wavelengths) else ()


@dataclass(frozen=True, slots=True)
class _Frame:
    """Rows that belong together: those of one time or wavelength."""

    step: str
    rows: tuple[ExportRow, ...]


def read_plate(
    rows: Rows, place: Place, mark: str | None, *, is_whole: bool
) -> tuple[list[PlateReading], list[Problem]]:
    """Read a plate.

    Parameters
    ----------
    rows
        Of the block, without its end.
    place
        The file.
    mark
        Decimal mark.
    is_whole
        Whether the block has its end; the last row may be cut where it has not.

    Returns
    -------
    tuple
        The readings, and what could not be read.
    """
    names = [cell for row in rows[1:] for cell in row.cells if well_position(cell)]
    heading = _heading(rows[0], names)
    if heading is None:
        expected = text("a plate's format, mode and number of wells in its heading")
        return [], [not_read(place, rows[0].number, "\t".join(rows[0].cells), expected)]
    problems: list[Problem] = []
    body = list(rows[1:])
    if not is_whole and body and body[-1].filled:
        expected = text("a row with a line's end")
        problems.append(not_read(place, body[-1].number, "\t".join(body[-1].cells), expected))
        body.pop()
    place = replace(place, column=heading.name or None)
    readings: list[PlateReading] = []
    for head, table in _tables(body, place, problems):
        reduced = not head.at(1).casefold().startswith("temp")
        read_table = _read_lists if heading.is_list else _read_matrices
        readings += read_table(heading, head, table, place, mark, problems, reduced=reduced)
    return _told_apart(readings), problems


def _told_apart(readings: Sequence[PlateReading]) -> list[PlateReading]:
    """Give each reading a name of its own, as where a plate was read twice at a wavelength."""
    seen: dict[tuple[object, ...], int] = {}
    apart = []
    for reading in readings:
        key = (reading.name, reading.seconds, reading.is_derived)
        seen[key] = seen.get(key, 0) + 1
        name = reading.name if seen[key] == 1 else f"{reading.name} ({seen[key]})"
        apart.append(replace(reading, name=name))
    return apart


def _heading(row: ExportRow, names: Sequence[str]) -> _Heading | None:
    cells = [cell.strip() for cell in row.cells]
    at = next((i for i in range(5, min(9, len(cells))) if cells[i].casefold() in _DATA), None)
    if at is None or cells[3] not in {"PlateFormat", "TimeFormat"}:
        return None
    kind, unit = _KINDS.get(cells[5].casefold(), (ReadingKind.OTHER, ""))
    wells = _whole(cells, at + _WELLS)
    emissions = _numbers(cells, at + _WAVELENGTHS)
    excitations = _numbers(cells, at + _EXCITATIONS) if kind is ReadingKind.FLUORESCENCE else ()
    wavelengths: list[tuple[float, ...]] = [(number,) if number else () for number in emissions]
    if kind is ReadingKind.FLUORESCENCE and len(excitations) == len(emissions):
        wavelengths = list(zip(excitations, emissions, strict=True))
    last = [int(cell) for cell in cells[at + _EXCITATIONS :] if _is_count(cell)][-2:]
    first, count = _whole(cells, at + _FIRST), _whole(cells, at + _COLUMNS)
    return _Heading(
        name=cells[1],
        is_list=cells[3] == "TimeFormat",
        mode=cells[4].casefold(),
        kind=kind,
        unit=unit,
        wavelengths=tuple(wavelengths),
        size=plate_size(wells, names),
        rows=(last[0], last[1]) if len(last) == 2 else None,  # first and count
        columns=None if first is None or count is None else (first, count),
    )


def _whole(cells: Sequence[str], i: int) -> int | None:
    return int(cells[i]) if i < len(cells) and _is_count(cells[i]) else None


def _is_count(written: str) -> bool:
    return re.fullmatch(r"\d{1,5}", written, re.ASCII) is not None


def _numbers(cells: Sequence[str], i: int) -> tuple[float, ...]:
    written = cells[i].split() if i < len(cells) else []
    values = [read_cell(part).value for part in written]
    return tuple(value for value in values if value is not None)


def _tables(
    rows: Sequence[ExportRow], place: Place, problems: list[Problem]
) -> Iterator[tuple[ExportRow, list[ExportRow]]]:
    """Return each head with the rows below it."""
    head: ExportRow | None = None
    table: list[ExportRow] = []
    for row in rows:
        if _is_head(row):
            if head is not None:
                yield head, table
            head, table = row, []
        elif head is not None:
            table.append(row)
        elif row.filled:
            expected = text("a row with the names of columns or wells first")
            problems.append(not_read(place, row.number, "\t".join(row.cells), expected))
    if head is not None:
        yield head, table


def _is_head(row: ExportRow) -> bool:
    if row.at(0).casefold() not in _STEPS or row.filled == 0:
        return False
    names = [cell for cell in row.cells[2:] if cell]
    titled = row.at(1).casefold().startswith("temp")
    if names and all(well_position(name) for name in names):
        return True
    numbered = bool(names) and all(map(_is_count, names)) and names[0] == "1"
    rising = names[:2] in (["1"], ["1", "2"])
    return numbered and rising and (titled or not row.at(1))


def _segments(head: ExportRow) -> list[list[int]]:
    """Return the columns of each wavelength: blank cells stand between them."""
    segments: list[list[int]] = []
    previous: int | None = None
    for i, cell in enumerate(head.cells):
        if i > 1 and cell:
            if previous is None or i > previous + 1:
                segments.append([])
            segments[-1].append(i)
            previous = i
    return segments


def _frames(table: Sequence[ExportRow], height: int) -> list[_Frame]:
    frames: list[_Frame] = []
    held: list[ExportRow] = []
    for row in table:
        begins = bool(row.at(0) or row.at(1)) or len(held) == height
        if held and (begins or row.filled == 0):
            frames.append(_Frame(held[0].at(0), tuple(held)))
            held = []
        if row.filled:
            held.append(row)
    if held:
        frames.append(_Frame(held[0].at(0), tuple(held)))
    return frames


def _read_matrices(
    heading: _Heading, head: ExportRow, table: Sequence[ExportRow], place: Place,
    mark: str | None, problems: list[Problem], *, reduced: bool,
) -> list[PlateReading]:  # fmt: skip
    height = heading.size[0]
    readings = []
    fitting = [_check_head(heading, head, columns, place, problems) for columns in _segments(head)]
    for frame in _frames(_inner_rows(table, height), height):
        skipped = _rows_above(heading, frame, place, problems)
        if skipped is None:
            continue
        width = sum(heading.columns) - 1 if heading.columns is not None else heading.size[1]
        needed = (_segments(head) or [[1]])[-1][0] + width
        problems += [
            _short(place, row, len(row.cells) - 2, needed - 2)
            for row in frame.rows
            if len(row.cells) < needed
        ]
        for index, columns in enumerate(_segments(head)):
            if not fitting[index]:
                continue
            wells: dict[str, WrittenNumber] = {}
            for r, row in enumerate(frame.rows):
                for i in columns:
                    name = well_name(r + skipped, int(head.cells[i]) - 1)
                    wells[name] = read_cell(row.at(i), mark)
            if _is_shifted(heading, frame, columns):
                expected = text("columns from {first} on", first=heading.columns and
                                heading.columns[0])  # fmt: skip
                written = "\t".join(frame.rows[0].cells)
                problems.append(not_read(place, frame.rows[0].number, written, expected))
                continue
            readings.append(_reading(heading, frame.step, index, wells, reduced=reduced))
    return readings


def _check_head(
    heading: _Heading, head: ExportRow, columns: Sequence[int], place: Place,
    problems: list[Problem],
) -> bool:  # fmt: skip
    """Say whether the numbers above a matrix are those of the plate's columns."""
    numbers = [head.cells[i] for i in columns]
    width = heading.size[1]
    if numbers == [str(number) for number in range(1, width + 1)]:
        return True
    expected = text("the numbers 1 to {count} above the columns", count=width)
    problems.append(not_read(place, head.number, " ".join(numbers), expected))
    return False


def _inner_rows(table: Sequence[ExportRow], height: int) -> list[ExportRow]:
    """Keep a blank row inside a matrix, where a row of wells was not read, from ending it."""
    rows = list(table)
    while rows and rows[-1].filled == 0:
        rows.pop()
    filled = sum(row.filled > 0 for row in rows)
    starts = sum(bool(row.at(0) or row.at(1)) for row in rows)
    if starts <= 1 and filled < height == len(rows):
        return [row if row.filled else replace(row, cells=("", "", " ")) for row in rows]
    return rows


def _rows_above(
    heading: _Heading, frame: _Frame, place: Place, problems: list[Problem]
) -> int | None:
    """Return how many rows of the plate lie above a matrix; ``None`` where it cannot be told."""
    height, count = heading.size[0], len(frame.rows)
    if count == height:
        return 0
    if (
        heading.rows is not None
        and heading.rows[1] == count
        and heading.rows[0] + count - 1 <= (height)
    ):
        return heading.rows[0] - 1
    row = frame.rows[0]
    expected = text("{count} rows of wells; {found} were found", count=height, found=count)
    problems.append(not_read(place, row.number, "\t".join(row.cells), expected))
    return None


def _is_shifted(heading: _Heading, frame: _Frame, columns: Sequence[int]) -> bool:
    """Say whether columns that were not read hold numbers and those that were do not."""
    if heading.columns is None or heading.columns[0] == 1:
        return False
    first = heading.columns[0] - 1
    before = [row.at(i) for row in frame.rows for i in columns[:first]]
    return any(before)


def _read_lists(
    heading: _Heading, head: ExportRow, table: Sequence[ExportRow], place: Place,
    mark: str | None, problems: list[Problem], *, reduced: bool,
) -> list[PlateReading]:  # fmt: skip
    columns = [(i, position) for i, name in enumerate(head.cells)
               if i > 1 and (position := well_position(name)) is not None]  # fmt: skip
    if not columns:
        expected = text("the names of the wells above the numbers")
        problems.append(not_read(place, head.number, " ".join(head.cells), expected))
        return []
    runs = _runs(table)
    by_wavelength = heading.mode == "endpoint"
    readings = []
    endpoints = 0
    for r, run in enumerate(runs):
        for row in run:
            if not any(row.at(i) for i, _ in columns):
                expected = text("a number in some well")
                problems.append(not_read(place, row.number, "\t".join(row.cells), expected))
                continue
            if len(row.cells) <= columns[-1][0]:
                problems.append(_short(place, row, len(row.cells) - 2, len(columns)))
            wells = {well_name(*position): read_cell(row.at(i), mark) for i, position in columns}
            index = endpoints if by_wavelength else r
            endpoints += 1
            readings.append(_reading(heading, row.at(0), index, wells, reduced=reduced))
    return readings


def _short(place: Place, row: ExportRow, found: int, expected: int) -> Problem:
    return Problem(
        replace(place, row=row.number),
        found=texts("{count} cell", "{count} cells", found),
        expected=text("{count}, one a well", count=expected),
        action=text("export the file again; the row is cut off. The wells it lacks are empty"),
    )


def _runs(table: Sequence[ExportRow]) -> list[list[ExportRow]]:
    """Return runs of rows with blank ones between them."""
    runs: list[list[ExportRow]] = [[]]
    for row in table:
        if row.filled:
            runs[-1].append(row)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _reading(
    heading: _Heading, step: str, index: int, wells: dict[str, WrittenNumber], *, reduced: bool
) -> PlateReading:
    wavelengths = heading.wavelength(index)
    name = ",".join(f"{number:g}" for number in wavelengths) or heading.kind.value
    seconds, kind, unit = None, heading.kind, heading.unit
    if reduced:
        name, unit, wavelengths = "Reduced", "", ()
        kind = heading.kind if heading.mode == "endpoint" else ReadingKind.OTHER
    elif heading.mode == "kinetic":
        seconds = _seconds(step)
    elif heading.mode == "spectrum":
        at = read_cell(step).value
        wavelengths, name = ((at,), step) if at is not None else ((), name)
    elif step:
        name = f"{name} ({step})"
    return PlateReading(
        plate=heading.name,
        name=name,
        kind=kind,
        unit=unit,
        rows=heading.size[0],
        columns=heading.size[1],
        wells=wells,
        wavelengths_nm=wavelengths,
        seconds=seconds,
        is_derived=reduced,
    )


def _seconds(written: str) -> float | None:
    match = _CLOCK.fullmatch(written)
    if match is None:
        return None
    seconds = float(match["s"].replace(",", "."))
    return (
        int(match["d"] or 0) * 86400
        + int(match["h"] or 0) * 3600
        + int(match["m"]) * 60
        + (seconds)
    )
