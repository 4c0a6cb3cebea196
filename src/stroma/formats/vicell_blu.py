"""Beckman Coulter Vi-CELL BLU: the CSV export of many counts, one in a row.

Densities are printed in 10⁶ cells per mL. The dilution that was entered is understood to be in them
already, so that they are those of the original sample; it is recorded and never applied. The real
exports this was checked against (UTF-8 and UTF-16, both micro signs) all print a dilution of 1,
which proves neither; another one is therefore warned of. Dates follow the language of the
instrument's Windows, so that their order shows only in the file itself.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from stroma.errors import FileProblem, Place, Problem
from stroma.formats.count_checks import unproven_dilutions
from stroma.formats.count_fields import (
    Names,
    Printed,
    PrintedCount,
    Role,
    fold_label,
    sort_fields,
)
from stroma.formats.count_values import read_printed
from stroma.formats.delimited import Record, find_delimiter, split_records
from stroma.formats.encoding import decode, peek
from stroma.formats.raw import RawFile
from stroma.records import CellCount
from stroma.texts import text, texts

NAME: Final = "Beckman Coulter Vi-CELL BLU (CSV)"
_INSTRUMENT: Final = "Beckman Coulter Vi-CELL BLU"
_TELLING: Final = ("sample id", "viability (%)", "analysis date/time", "viable spot area (%)")
_NAMES: Final[Names] = (
    (Role.SAMPLE, re.compile("sample id")),
    (Role.COUNTED_AT, re.compile("analysis date/time")),
    (Role.TOTAL, re.compile(r"total (?P<unit>.*cells ?/.*)")),
    (Role.VIABLE, re.compile(r"viable (?P<unit>.*cells ?/.*)")),
    (Role.VIABILITY, re.compile(r"viability \((?P<unit>.*)\)")),
    (Role.CELLS, re.compile("cell count")),
    (Role.VIABLE_CELLS, re.compile("viable cells")),
    (Role.DIAMETER, re.compile(r"average diameter \((?P<unit>.*)\)")),
    (Role.DILUTION, re.compile("dilution")),
)


def sniff(raw: RawFile) -> bool:
    """Say whether a file is an export of Vi-CELL BLU.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        Whether its first line names the columns that this instrument has.
    """
    first = fold_label(peek(raw.data).lstrip().partition("\n")[0])
    return first.startswith(_TELLING[0]) and all(name in first for name in _TELLING)


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
        The file holds no whole row, a column twice, or leaves two readings open.
    """
    written = decode(raw.data, place=raw.place, encoding=encoding)
    delimiter = find_delimiter(written, place=raw.place)
    records = [
        record
        for record in split_records(written, delimiter, place=raw.place)
        if record.filled and not record.comment
    ]
    header, rows = records[0], records[1:]
    width = len(header.cells)
    uneven = [_uneven(record, width, raw.place) for record in rows if len(record.cells) != width]
    whole = [record for record in rows if len(record.cells) == width]
    if not whole:
        raise FileProblem(uneven or [_no_rows(header, raw.place)])
    counts, problems = read_printed(
        [_printed(header, record, raw) for record in whole],
        raw.place,
        decimal_mark=decimal_mark,
        date_order=date_order,
    )
    return counts, (*uneven, *problems, *unproven_dilutions(counts, raw.place))


def _printed(header: Record, record: Record, raw: RawFile) -> PrintedCount:
    place = replace(raw.place, row=record.number)
    cells = [
        Printed(label.strip(), cell.strip(), record.number)
        for label, cell in zip(header.cells, record.cells, strict=True)
    ]
    fields, extra = sort_fields(cells, _NAMES, place)
    origin = replace(raw.origin, place=f"row {record.number}")
    return PrintedCount(origin, place, _INSTRUMENT, fields, extra)


def _uneven(record: Record, width: int, place: Place) -> Problem:
    if len(record.cells) < width:
        action = text("export again; the file is cut off here, and the row was not read")
    else:
        action = text("export again with decimal points or semicolons; the row was not read")
    return Problem(
        replace(place, row=record.number),
        found=texts("a row of {count} cell", "a row of {count} cells", len(record.cells)),
        expected=texts("{count} cell, as in the header", "{count} cells, as in the header", width),
        action=action,
    )


def _no_rows(header: Record, place: Place) -> Problem:
    return Problem(
        replace(place, row=header.number),
        found=text("a header and no rows below it"),
        expected=text("a row for each count"),
        action=text("export again with the counts selected"),
    )
