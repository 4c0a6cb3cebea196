"""Molecular Devices SoftMax Pro: the text export of plates and groups.

An export is a row ``##BLOCKS= n``, so many blocks that end with ``~End``, and a last line with the
file's name. A plate is written as matrices (``PlateFormat``) or as one line of wells
(``TimeFormat``), what was measured first, what SoftMax Pro reduced it to below. The formula of the
reduction is not exported, so that a reduced reading has no unit. Groups say what is in the wells
and hold the concentrations that SoftMax Pro read off its curve; the curve itself is not exported.
Times of a kinetic run are as printed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.formats.encoding import peek
from stroma.formats.export_rows import ExportRow, Rows
from stroma.formats.plate_cells import (
    decimal_mark_of,
    not_read,
    settled,
    wells_without_numbers,
)
from stroma.formats.plate_rows import tab_rows, text_of
from stroma.formats.raw import RawFile
from stroma.formats.softmax_groups import Group, read_group
from stroma.formats.softmax_plates import read_plate
from stroma.formats.workbooks import is_workbook
from stroma.plate_records import PlateFile, PlateReading, WellStatus
from stroma.texts import text, texts

NAME: Final = "Molecular Devices SoftMax Pro (text)"
_BLOCKS: Final = re.compile(r"\s*##BLOCKS=\s*(?P<count>\d{1,6})\b")
_END: Final = "~end"
_LAST_LINE: Final = "Original Filename"


def sniff(raw: RawFile) -> bool:
    """Say whether a file is an export of SoftMax Pro.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        Whether it begins with the number of its blocks.
    """
    return not is_workbook(raw.data) and _BLOCKS.match(peek(raw.data)) is not None


@dataclass(frozen=True, slots=True)
class _Block:
    kind: str
    rows: Rows
    is_whole: bool


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
        Every reading of every plate.

    Raises
    ------
    FileProblem
        The file holds no measurement, is damaged, or leaves two readings open.
    """
    written, refusal = text_of(raw, encoding)
    rows = tab_rows(written)
    blocks = _blocks(rows)
    problems = _check_blocks(rows, blocks, raw.place)
    plates = [block for block in blocks if block.kind == "Plate:"]
    mark = decimal_mark_of(_measured_cells(plates), raw.place, decimal_mark)
    readings: list[PlateReading] = []
    for block in plates:
        found, said = read_plate(block.rows, raw.place, mark, is_whole=block.is_whole)
        readings += found
        problems += said
    if not any(_is_measured(reading) for reading in readings):
        raise FileProblem([_no_measurement(raw.place, len(plates), readings), *problems])
    groups = _read_groups(blocks, raw.place, decimal_mark, problems, tuple(
        dict.fromkeys(reading.plate for reading in readings)
    ))  # fmt: skip
    problems += _check_wells(readings, groups, raw.place)
    problems += wells_without_numbers(readings, raw.place)
    return settled(
        PlateFile(
            origin=raw.origin,
            instrument="Molecular Devices SoftMax Pro",
            readings=tuple(readings),
            layout=tuple(well for group in groups for well in group.layout),
            results=tuple(result for group in groups for result in group.results),
            problems=tuple(problems),
        ),
        refusal,
    )


def _blocks(rows: Rows) -> list[_Block]:
    """Return the blocks; text between them belongs to none."""
    blocks: list[_Block] = []
    start: int | None = None
    for i, row in enumerate(rows):
        first = row.at(0)
        opens = re.match(r"(?:Plate|Group|Note|Graph|Cuvette)\w*:", first)
        if start is None and opens is not None:
            start = i
        elif start is not None and first.casefold() == _END:
            blocks.append(_block(rows[start:i], is_whole=True))
            start = None
        elif start is not None and opens is not None and opens[0] in {"Plate:", "Group:"}:
            blocks.append(_block(rows[start:i], is_whole=False))
            start = i
    if start is not None:
        blocks.append(_block(rows[start:], is_whole=False))
    return blocks


def _block(rows: Rows, *, is_whole: bool) -> _Block:
    kind = rows[0].at(0).partition(":")[0] + ":"
    return _Block(kind, rows, is_whole)


def _check_blocks(rows: Rows, blocks: Sequence[_Block], place: Place) -> list[Problem]:
    head = _BLOCKS.match(rows[0].at(0)) or _BLOCKS.match(" ".join(row.at(0) for row in rows[:5]))
    stated = None if head is None else int(head["count"])
    whole = sum(block.is_whole for block in blocks)
    problems = []
    if stated is not None and stated != len(blocks):
        problems.append(_missing_blocks(place, stated, len(blocks)))
    cut = [block for block in blocks if not block.is_whole]
    problems += [
        Problem(
            replace(place, row=block.rows[-1].number),
            found=text("“{block}” without its end", block=" ".join(block.rows[0].cells[:2])),
            expected=text("~End below the last row of each block"),
            action=text("export the file again; it is cut off. Whole rows are used"),
        )
        for block in cut
    ]
    if whole == len(blocks) and not any(row.at(0).startswith(_LAST_LINE) for row in rows[-5:]):
        problems.append(
            Problem(
                place,
                found=text("no last line with the name of the original file"),
                expected=text("Original Filename: … at the end of the export"),
                action=text("compare the number of plates with the experiment"),
                severity=Severity.WARNING,
            )
        )
    for block in blocks:
        if block.kind not in {"Plate:", "Group:", "Note:"}:
            row = block.rows[0]
            expected = text("plates, groups and notes")
            problems.append(not_read(place, row.number, " ".join(row.cells[:2]), expected))
    return problems


def _missing_blocks(place: Place, stated: int, found: int) -> Problem:
    return Problem(
        place,
        found=texts("{count} block", "{count} blocks", found),
        expected=texts(
            "{count} block, as the first line says",
            "{count} blocks, as the first line says",
            stated,
        ),
        action=text("export the file again; it is cut off or edited"),
    )


def _measured_cells(plates: Sequence[_Block]) -> list[tuple[int, str]]:
    return [
        (row.number, cell) for block in plates for row in block.rows[1:] for cell in row.cells[1:]
    ]


def _is_measured(reading: PlateReading) -> bool:
    return any(
        number.status in (WellStatus.MEASURED, WellStatus.ABOVE_RANGE, WellStatus.BELOW_RANGE)
        for number in reading.wells.values()
    )


def _no_measurement(place: Place, plates: int, readings: Sequence[PlateReading]) -> Problem:
    words = {
        number.as_written
        for reading in readings
        for number in reading.wells.values()
        if number.status is not WellStatus.EMPTY
    }
    return Problem(
        place,
        found=texts(
            "{count} plate and no measurement ({words})",
            "{count} plates and no measurement ({words})",
            plates,
            words=", ".join(sorted(words)) or "–",
        ),
        expected=text("a number in some well"),
        action=text("read the plate, then export it again with its raw data"),
    )


def _read_groups(
    blocks: Sequence[_Block], place: Place, declared: str | None, problems: list[Problem],
    plates: tuple[str, ...],
) -> list[Group]:  # fmt: skip
    found = [block for block in blocks if block.kind == "Group:"]
    # SoftMax Pro writes groups with a point even where the plates above have commas.
    cells = [
        (row.number, cell) for block in found for row in _table(block.rows) for cell in row.cells
    ]
    mark = decimal_mark_of(cells, place, declared)
    groups = []
    for block in found:
        group = read_group(block.rows, place, mark, plates)
        groups.append(group)
        problems += group.problems
    return groups


def _table(rows: Rows) -> list[ExportRow]:
    table = []
    for row in rows[1:]:
        if row.at(0) in {"Group Column", "Group Summaries"}:
            break
        table.append(row)
    return table


def _check_wells(
    readings: Sequence[PlateReading], groups: Sequence[Group], place: Place
) -> list[Problem]:
    held = {
        (reading.plate, well)
        for reading in readings
        for well, number in reading.wells.items()
        if number.status is not WellStatus.EMPTY
    }
    missing = [
        well
        for group in groups
        for well in group.layout
        if well.plate and (well.plate, well.well) not in held
    ]
    if not missing:
        return []
    return [
        Problem(
            replace(place, column=missing[0].plate),
            found=texts(
                "well {well} of a group without a reading",
                "{count} wells of groups without a reading, the first {well}",
                len(missing),
                well=missing[0].well,
            ),
            expected=text("a reading of every well of the groups"),
            action=text("export the plates again; the file may be cut off"),
        )
    ]
