"""Numbers that FlowJo stored: in a workspace, or in a table its Table Editor exported.

A table has one row a sample; a column is named by the population's path, a bar and the statistic
(``Cells/Singlets/CD105+ | Count``), all events of the sample by the statistic alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stroma.errors import FileProblem, Problem
from stroma.formats.export_rows import ExportRow, Rows, count_at, is_repeated, number_at, rows_of
from stroma.formats.flowjo import FlowJoSample, read_flowjo
from stroma.formats.flowjo_records import COUNT
from stroma.formats.raw import RawFile
from stroma.records import Origin
from stroma.statistic_records import (
    ALL_EVENTS,
    CountedPopulation,
    CountedSample,
    StatisticsExport,
)
from stroma.texts import text

METHOD: Final = "flowjo_statistic/1"

_BAR: Final = " | "
_PERCENTS: Final = {
    "freq. of parent": "parent",
    "freq. of parent (%)": "parent",
    "freq. of total": "total",
    "freq. of total (%)": "total",
}
_SUMMARIES: Final = ("Mean", "SD")
"""Rows that the Table Editor adds below the samples."""


def read_workspace_statistics(path: Path, *, file: str | None = None) -> StatisticsExport:
    """Read the counts a FlowJo workspace stores.

    Parameters
    ----------
    path
        The workspace.
    file
        How records and problems name it; the path itself if not given.

    Returns
    -------
    StatisticsExport
        Its samples; populations that FlowJo had not counted are left out.

    Raises
    ------
    FileProblem
        The file is no workspace of FlowJo 10.
    """
    workspace = read_flowjo(path, file=file)
    program = "FlowJo" if workspace.version is None else f"FlowJo {workspace.version}"
    samples = tuple(_workspace_sample(sample, workspace.origin) for sample in workspace.samples)
    return StatisticsExport(workspace.origin, program, METHOD, samples)


def _workspace_sample(sample: FlowJoSample, origin: Origin) -> CountedSample:
    populations = [
        CountedPopulation(
            origin=each.origin,
            name=each.path[-1],
            path="/".join(each.path),
            parent="/".join(each.path[:-1]) or ALL_EVENTS,
            count=int(each.value),
        )
        for each in sample.statistics
        if each.statistic == COUNT and each.path and each.value is not None
        and each.channel is None and each.value == int(each.value)
    ]  # fmt: skip
    # Which of two populations of one name is meant, a path does not say.
    held = Counter(each.path for each in populations)
    whole = CountedPopulation(origin, ALL_EVENTS, ALL_EVENTS, None, sample.events)
    once = tuple(each for each in populations if held[each.path] == 1)
    names = (sample.name, *sorted(sample.file_names - {sample.name}), sample.identifier)
    return CountedSample(tuple(dict.fromkeys(names)), (whole, *once))


def read_flowjo_table(
    raw: RawFile, *, decimal_mark: str | None = None, encoding: str | None = None
) -> StatisticsExport | None:
    """Read a table that FlowJo's Table Editor exported.

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
    rows = rows_of(raw, lambda held: _header(held) is not None, encoding=encoding)
    header = _header(rows)
    if header is None:
        return None
    twice = is_repeated(header.cells)
    if twice is not None:
        raise FileProblem(
            Problem(
                raw.place,
                found=text('the column "{column}" twice', column=twice),
                expected=text("each column once"),
                action=text("remove the repeated column in FlowJo and export again"),
            )
        )
    samples = [
        CountedSample((row.at(0),), tuple(_populations(header, row, raw, decimal_mark)))
        for row in rows
        if row.number > header.number and row.filled and row.at(0) not in _SUMMARIES
    ]
    return StatisticsExport(raw.origin, "FlowJo", METHOD, tuple(samples))


def _header(rows: Rows) -> ExportRow | None:
    first = next((row for row in rows if row.filled), None)
    if first is None:
        return None
    statistics = {cell.rpartition(_BAR)[2].casefold() for cell in first.cells if _BAR in cell}
    return first if statistics & {COUNT.casefold(), *_PERCENTS} else None


def _populations(
    header: ExportRow, row: ExportRow, raw: RawFile, decimal_mark: str | None
) -> Iterator[CountedPopulation]:
    counts: dict[str, int | None] = {}
    percents: dict[str, dict[str, float]] = {}
    for index, column in enumerate(header.cells):
        path, bar, statistic = column.rpartition(_BAR)
        kind = statistic.casefold()
        path = path.strip() if bar else ALL_EVENTS
        if kind == COUNT.casefold():
            counts[path] = count_at(row, index, column, place=raw.place, decimal_mark=decimal_mark)
        elif kind in _PERCENTS and bar:
            value = number_at(row, index, column, place=raw.place, decimal_mark=decimal_mark)
            if value is not None:
                percents.setdefault(path, {})[_PERCENTS[kind]] = value
    origin = Origin(raw.origin.file, raw.origin.sha256, f"row {row.number}")
    for path in dict.fromkeys((*counts, *percents)):
        above, _slash, name = path.rpartition("/")
        yield CountedPopulation(
            origin=origin,
            name=name,
            path=path,
            parent=None if path == ALL_EVENTS else above or ALL_EVENTS,
            count=counts.get(path),
            percents=percents.get(path, {}),
        )
