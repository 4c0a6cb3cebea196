"""Luminex INTELLIFLEX: the CSV with a row for each well and a block of columns for each region.

Columns are named ``R25: RP1 MEDIAN``: the bead region, the reporter, what was measured. Where a
well was read with two reporters both are kept, the second with its reporter in its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from stroma.errors import FileProblem, Problem
from stroma.formats.bead_checks import without_median
from stroma.formats.encoding import peek
from stroma.formats.export_rows import ExportRow, Rows, is_repeated, rows_of
from stroma.formats.raw import RawFile
from stroma.formats.workbooks import is_workbook
from stroma.formats.written_numbers import decimal_mark_of, written_number
from stroma.plate_records import BeadFile, BeadReading, WrittenNumber
from stroma.texts import text
from stroma.wells import well_name, well_position

NAME: Final = "Luminex INTELLIFLEX (CSV)"
_COLUMN: Final = re.compile(r"(?P<region>R\d+): (?P<reporter>RP\d) (?P<what>.+)")
_WELL, _SAMPLE = "WELL LOCATION", "SAMPLE ID"
_ROLES: Final = {"U": "sample", "S": "standard", "B": "blank", "C": "control"}
_TYPE: Final = re.compile(r"([USBC])\d+")


def sniff(raw: RawFile) -> bool:
    """Say whether a file is an export of INTELLIFLEX.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        Whether its header names wells and a median of a region.
    """
    if is_workbook(raw.data):
        return False
    first = peek(raw.data, size=65536).lstrip().partition("\n")[0]
    return _WELL in first and re.search(r"R\d+: RP\d MEDIAN", first) is not None


def read(raw: RawFile, *, decimal_mark: str | None = None, encoding: str | None = None) -> BeadFile:
    """Read the plate.

    Parameters
    ----------
    raw
        The file.
    decimal_mark, encoding
        The laboratory's habits, for what the file leaves open.

    Returns
    -------
    BeadFile
        One reading a well, region and reporter.

    Raises
    ------
    FileProblem
        A column stands twice, a well is no well or stands twice, or a cell is no number.
    """
    rows = rows_of(raw, _fits, encoding=encoding)
    if not rows:
        whole = ExportRow(1, ())
        raise FileProblem(_wrong(raw, whole, text("no table whose header names the wells")))
    header, body = rows[0], [row for row in rows[1:] if row.filled]
    twice = is_repeated(header.cells)
    if twice is not None:
        raise FileProblem(_wrong(raw, header, text('the column "{name}" twice', name=twice)))
    columns = {name: i for i, name in enumerate(header.cells)}
    numbers = [i for name, i in columns.items() if _COLUMN.fullmatch(name) and "NAME" not in name]
    mark = decimal_mark_of(
        [(row.number, row.at(i)) for row in body for i in numbers],
        place=raw.place,
        decimal_mark=decimal_mark,
    )
    readings: list[BeadReading] = []
    wells: set[str] = set()
    for row in body:
        position = well_position(row.at(columns[_WELL]))
        if position is None:
            found = text('"{written}" for a well', written=row.at(columns[_WELL]))
            raise FileProblem(_wrong(raw, row, found))
        well = well_name(*position)
        if well in wells:
            raise FileProblem(_wrong(raw, row, text("a second reading of well {well}", well=well)))
        wells.add(well)
        readings += _row(row, well, columns, raw, mark)
    model = body[0].at(columns.get("INSTRUMENT TYPE", len(header.cells))) if body else ""
    return BeadFile(
        origin=raw.origin,
        instrument=" ".join(("Luminex", model or "INTELLIFLEX")),
        readings=tuple(readings),
        problems=without_median(readings, place=raw.place),
    )


def _fits(rows: Rows) -> bool:
    return bool(rows) and _WELL in rows[0].cells


def _row(
    row: ExportRow, well: str, columns: dict[str, int], raw: RawFile, mark: str | None
) -> Iterator[BeadReading]:
    def cell(name: str) -> WrittenNumber | None:
        if name not in columns:
            return None
        return written_number(
            row.at(columns[name]), place=raw.place, row=row.number, column=name, decimal_mark=mark
        )

    def words(name: str) -> str:
        return row.at(columns[name]) if name in columns else ""

    kind = _TYPE.fullmatch(words("WELL TYPE"))
    dilution = cell("DILUTION")
    for name in columns:
        found = _COLUMN.fullmatch(name)
        if found is None or found["what"] != "MEDIAN":
            continue
        stem = f"{found['region']}: {found['reporter']}"
        beads = cell(f"{stem} COUNT")
        named = words(f"{stem} ANALYTE NAME") or found["region"]
        yield BeadReading(
            well=well,
            sample=words(_SAMPLE),
            analyte=named if found["reporter"] == "RP1" else f"{named} {found['reporter']}",
            median_fluorescence=cell(name),
            beads=None if beads is None or beads.value is None else int(beads.value),
            net_fluorescence=cell(f"{stem} NET MEDIAN"),
            dilution=None if dilution is None else dilution.value,
            role="" if kind is None else _ROLES[kind[1]],
        )


def _wrong(raw: RawFile, row: ExportRow, found: object) -> Problem:
    return Problem(
        replace(raw.place, row=row.number),
        found=text("{found}", found=found),
        expected=text("each column and each well of one plate once"),
        action=text("export each plate into a file of its own; do not edit the file"),
    )
