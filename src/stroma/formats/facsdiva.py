"""Statistics that BD FACSDiva exports, in either of its two layouts.

*One row a tube* (export of several tubes, batch analysis): columns that name the tube, then for
each population ``<population> #Events``, ``<population> %Parent``, ``<population> FITC-A Mean``.

*One table a tube* (export of a statistics view): lines of a keyword and its value (``Tube Name``,
``Record Date``), then a table with the columns Population, perhaps Parent Name, #Events, %Parent.

BD documents neither; what is known of both comes from programs that read them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from stroma.errors import FileProblem, Problem
from stroma.formats.export_rows import ExportRow, Rows, count_at, is_repeated, number_at, rows_of
from stroma.formats.raw import RawFile
from stroma.records import Origin
from stroma.statistic_records import (
    ALL_EVENTS,
    CountedPopulation,
    CountedSample,
    StatisticsExport,
)
from stroma.texts import text

METHOD: Final = "facsdiva_statistic/1"

_EVENTS: Final = "#Events"
_PERCENTS: Final = {"%Parent": "parent", "%Total": "total"}
_POPULATION: Final = "Population"
_PARENT: Final = "Parent Name"
_SAMPLE_COLUMNS: Final = ("Tube Name", "Well Name")
_GROUP_COLUMNS: Final = ("Specimen Name", "Plate Name", "Experiment Name")
_STATISTICS: Final = (_EVENTS, *_PERCENTS)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is known while an export is read."""

    raw: RawFile
    decimal_mark: str | None

    def count(self, row: ExportRow, index: int | None, column: str) -> int | None:
        if index is None:
            return None
        return count_at(row, index, column, place=self.raw.place, decimal_mark=self.decimal_mark)

    def percent(self, row: ExportRow, index: int, column: str) -> float | None:
        return number_at(row, index, column, place=self.raw.place, decimal_mark=self.decimal_mark)

    def origin(self, row: ExportRow) -> Origin:
        origin = self.raw.origin
        return Origin(origin.file, origin.sha256, f"row {row.number}")


def read_facsdiva(
    raw: RawFile, *, decimal_mark: str | None = None, encoding: str | None = None
) -> StatisticsExport | None:
    """Read statistics that FACSDiva exported.

    Parameters
    ----------
    raw
        A text table or a workbook.
    decimal_mark
        The laboratory's, for numbers that leave it open.
    encoding
        The laboratory's, for text files that are not Unicode.

    Returns
    -------
    StatisticsExport or None
        ``None`` where it is another table.

    Raises
    ------
    FileProblem
        A cell holds no number where one belongs, or a column stands twice.
    """
    rows = rows_of(raw, _fits, encoding=encoding)
    if not rows:
        return None
    reading = _Reading(raw, decimal_mark)
    tables = any(_begins_table(row) for row in rows)
    samples = tuple(_one_table_a_tube(rows, reading) if tables else _one_row_a_tube(rows, reading))
    return StatisticsExport(raw.origin, "FACSDiva", METHOD, samples)


def _fits(rows: Rows) -> bool:
    return any(_begins_table(row) for row in rows) or _header(rows) is not None


def _begins_table(row: ExportRow) -> bool:
    return row.at(0) == _POPULATION and any(name in row.cells for name in _STATISTICS)


def _header(rows: Rows) -> ExportRow | None:
    """Return the header of the layout with one row a tube."""
    first = next((row for row in rows if row.filled), None)
    if first is None or not any(name in first.cells for name in _SAMPLE_COLUMNS):
        return None
    return first if any(cell.endswith(f" {_EVENTS}") for cell in first.cells) else None


def _one_row_a_tube(rows: Rows, reading: _Reading) -> Iterator[CountedSample]:
    header = _header(rows)
    if header is None:
        return
    _check_columns(header, reading)
    columns: dict[str, dict[str, int]] = {}
    for index, cell in enumerate(header.cells):
        for statistic in _STATISTICS:
            if cell.endswith(f" {statistic}"):
                columns.setdefault(cell.removesuffix(f" {statistic}"), {})[statistic] = index
    for row in rows:
        if row.number <= header.number or row.filled == 0:
            continue
        said = {name: row.at(index) for index, name in enumerate(header.cells)}
        populations = tuple(
            _population(name, None, row, found, reading) for name, found in columns.items()
        )
        yield CountedSample(_names(said), populations)


def _one_table_a_tube(rows: Rows, reading: _Reading) -> Iterator[CountedSample]:
    said: dict[str, str] = {}
    header: ExportRow | None = None
    populations: list[CountedPopulation] = []
    for row in rows:
        if _begins_table(row):
            _check_columns(row, reading)
            header = row
        elif header is not None and row.filled and not _is_keyword(row):
            columns = {name: header.cells.index(name) for name in _STATISTICS
                       if name in header.cells}  # fmt: skip
            parent = row.at(header.cells.index(_PARENT)) if _PARENT in header.cells else None
            populations.append(_population(row.at(0), parent, row, columns, reading))
        elif row.filled:
            if header is not None:
                yield CountedSample(_names(said), _placed(populations))
                said, header, populations = {}, None, []
            said[row.at(0).removesuffix(":")] = row.at(1)
    if header is not None:
        yield CountedSample(_names(said), _placed(populations))


def _is_keyword(row: ExportRow) -> bool:
    """Tell whether a row below a table begins what stands above the next one."""
    return row.at(0).removesuffix(":") in {
        *_SAMPLE_COLUMNS,
        *_GROUP_COLUMNS,
        "Record Date",
        "$OP",
        "GUID",
    }


def _population(
    name: str,
    parent: str | None,
    row: ExportRow,
    columns: Mapping[str, int],
    reading: _Reading,
) -> CountedPopulation:
    percents = {}
    for printed, kind in _PERCENTS.items():
        if printed in columns:
            value = reading.percent(row, columns[printed], f"{name} {printed}")
            if value is not None:
                percents[kind] = value
    return CountedPopulation(
        origin=reading.origin(row),
        name=name,
        path=name,
        parent=parent or None,
        count=reading.count(row, columns.get(_EVENTS), f"{name} {_EVENTS}"),
        percents=percents,
    )


def _placed(populations: list[CountedPopulation]) -> tuple[CountedPopulation, ...]:
    """Return populations with their paths, where each is said to lie in one that is told apart."""
    by_name: dict[str, list[CountedPopulation]] = {}
    for each in populations:
        by_name.setdefault(each.name, []).append(each)

    def path(name: str, seen: tuple[str, ...] = ()) -> str | None:
        held = by_name.get(name, [])
        if name == ALL_EVENTS:
            return ALL_EVENTS
        if len(held) != 1 or name in seen or held[0].parent is None:
            return None
        above = path(held[0].parent, (*seen, name))
        if above is None:
            return None
        return name if above == ALL_EVENTS else f"{above}/{name}"

    found = []
    for each in populations:
        above = None if each.parent is None else path(each.parent)
        if above is None:
            found.append(each)
            continue
        own = each.name if above == ALL_EVENTS else f"{above}/{each.name}"
        found.append(
            CountedPopulation(each.origin, each.name, own, above, each.count, each.percents)
        )
    return tuple(found)


def _names(said: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a tube can be called by: with its specimen, plate and experiment, and alone."""
    name = next((said[column] for column in _SAMPLE_COLUMNS if said.get(column)), "")
    names = [name]
    for column in _GROUP_COLUMNS:
        if said.get(column):
            names.insert(0, f"{said[column]}/{names[0]}")
    return tuple(dict.fromkeys(names))


def _check_columns(header: ExportRow, reading: _Reading) -> None:
    twice = is_repeated(header.cells)
    if twice is not None:
        raise FileProblem(
            Problem(
                reading.raw.place,
                found=text('the column "{column}" twice', column=twice),
                expected=text("each column once"),
                action=text("give populations of one name their own names and export again"),
            )
        )
