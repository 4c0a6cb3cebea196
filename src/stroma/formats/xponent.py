"""Luminex xPONENT: the CSV export of one batch of a bead assay.

A head of names and values is followed by tables, each below a line ``DataType:`` that says what it
holds: medians, counts of beads, net fluorescence, the concentrations the program calculated,
dilution factors, units, and what the standards are expected to hold. Wells stand as ``5(1,E1)``:
the reading's number, the plate, the well. A line of a checksum ends the file.

``Min Events`` of the head and the ``Per Bead Count`` of the tables differ in real exports; the
run stops at the latter, so that it is what counts are held to where it is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from stroma.errors import FileProblem, Problem, Severity
from stroma.formats.bead_checks import role_of, shortened, too_few_beads, without_median
from stroma.formats.encoding import peek
from stroma.formats.export_rows import ExportRow, Rows, is_repeated, rows_of
from stroma.formats.raw import RawFile
from stroma.formats.workbooks import is_workbook
from stroma.formats.written_numbers import decimal_mark_of, written_number
from stroma.plate_records import BeadFile, BeadReading, WrittenNumber
from stroma.texts import Text, text, texts
from stroma.wells import well_name, well_position

NAME: Final = "Luminex xPONENT (CSV)"
_TABLE: Final = "datatype:"
_LOCATION: Final = re.compile(r"\d+\((?P<plate>\d+),(?P<well>[A-Za-z]{1,2}\d{1,2})\)")
_WARNED: Final = re.compile(r"(?:\d+,)?(?P<well>[A-Za-z]{1,2}\d{1,2})")
_TOTAL: Final = "total events"
_MEDIAN, _COUNT, _NET, _RESULT = "median", "count", "net mfi", "result"
_DILUTION, _UNITS, _PER_BEAD = "dilution factor", "units", "per bead count"
_EXPECTED: Final = ("standard expected concentration", "control expected concentration")
_WARNINGS: Final = "warnings/errors"
_BY_WELL: Final = (_MEDIAN, _COUNT, _NET, _RESULT)
# What can be calculated from the tables that are read, or does not bear on a result.
_LEFT_ASIDE: Final = (
    "mean", "avg net mfi", "avg result", "avg range", "range", "% recovery", "comments",
    "% cv replicates", "%cv replicates", "% cv", "standard deviation", "trimmed mean",
    "trimmed count", "trimmed % cv of microspheres", "trimmed standard deviation", "peak",
    "% microspheres", "control range - low", "control range - high", "analysis types",
    "analysis coefficients", "r^2", "audit logs", "test result", "normalized net median",
)  # fmt: skip
_WINDOWS: Final = ("cp1252", "cp1250", "cp1251", "cp1254", "cp1257")


def sniff(raw: RawFile) -> bool:
    """Say whether a file is an export of xPONENT.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        Whether its first line names the program.
    """
    if is_workbook(raw.data):
        return False
    first = peek(raw.data, size=512).lstrip().partition("\n")[0].replace('"', "")
    return re.match(r"Program\s*[,;\t]\s*xPONENT\b", first, re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    title: ExportRow
    rows: tuple[ExportRow, ...]


@dataclass(frozen=True, slots=True)
class _Context:
    raw: RawFile
    mark: str | None


def read(raw: RawFile, *, decimal_mark: str | None = None, encoding: str | None = None) -> BeadFile:
    """Read the batch.

    Parameters
    ----------
    raw
        The file.
    decimal_mark, encoding
        The laboratory's habits, for what the file leaves open.

    Returns
    -------
    BeadFile
        One reading a well and analyte.

    Raises
    ------
    FileProblem
        The file has no table of medians or of counts, holds more than one plate, or cells that
        are no numbers.
    """
    rows = rows_of(raw, _fits, encoding=encoding or _agreed_encoding(raw.data))
    tables = {table.name: table for table in _tables(rows, raw)}
    for needed in (_MEDIAN, _COUNT):
        if needed not in tables:
            raise FileProblem(_without_table(raw, needed))
    head = {row.at(0).casefold(): row for row in rows if row.number < tables[_MEDIAN].title.number}
    context = _Context(raw, _mark(tables.values(), raw, decimal_mark))
    readings, problems = _readings(tables, context)
    wanted = _wanted(tables, head)
    least = set(wanted.values())
    problems += (
        *_other_tables(tables, raw),
        *_unlike_head(head, readings, raw),
        *_end(rows, raw),
        *_warned(tables.get(_WARNINGS), raw),
        *without_median(readings, place=raw.place),
        *too_few_beads(readings, wanted, place=raw.place),
    )
    return BeadFile(
        origin=raw.origin,
        instrument=_instrument(head),
        readings=readings,
        units=_by_analyte(tables.get(_UNITS), "units:"),
        minimum_beads=least.pop() if len(least) == 1 else None,
        problems=problems,
    )


def _fits(rows: Rows) -> bool:
    return any(row.at(0).casefold() == _TABLE for row in rows)


def _agreed_encoding(data: bytes) -> str | None:
    """Return an encoding of Windows where all of them read the tables alike.

    A micro sign of the head, in a field that is not used, is the one sign of most exports that is
    not ASCII.
    """
    tables = data[max(data.find(b"DataType:"), 0) :]
    for byte in {byte for byte in tables if byte > 0x7F}:
        if len({bytes([byte]).decode(name, errors="replace") for name in _WINDOWS}) > 1:
            return None
    return _WINDOWS[0]


def _tables(rows: Rows, raw: RawFile) -> Iterator[_Table]:
    starts = [i for i, row in enumerate(rows) if row.at(0).casefold() == _TABLE]
    seen: set[str] = set()
    for start, end in pairwise([*starts, len(rows)]):
        name = rows[start].at(1).casefold()
        if name in seen:
            raise FileProblem(
                _problem(
                    raw,
                    text('a second table "{name}"', name=rows[start].at(1)),
                    text("one table of each kind"),
                    text("export each batch into a file of its own"),
                    row=rows[start].number,
                )
            )
        seen.add(name)
        body = [
            row
            for row in rows[start + 1 : end]
            if row.filled and not row.at(0).upper().startswith(("-- CRC", "CRC"))
        ]
        yield _Table(name, rows[start], tuple(body))


_NAMES_OF_ROWS: Final = ("location", "sample", "reagent")


def _columns(table: _Table) -> dict[str, int]:
    """Return the columns of a table's numbers: name to index."""
    header = table.rows[0].cells if table.rows else ()
    return {
        name: i
        for i, name in enumerate(header)
        if name and name.casefold() not in (*_NAMES_OF_ROWS, _TOTAL)
    }


def _mark(tables: Iterable[_Table], raw: RawFile, declared: str | None) -> str | None:
    cells = [
        (row.number, row.at(i))
        for table in tables
        if table.name in (*_BY_WELL, *_EXPECTED, _DILUTION)
        for i in _columns(table).values()
        for row in table.rows[1:]
    ]
    return decimal_mark_of(cells, place=raw.place, decimal_mark=declared)


Cells = dict[tuple[str, str], WrittenNumber]
"""Well (or reagent) and column to what stands there."""


def _by_well(table: _Table, context: _Context) -> tuple[Cells, dict[str, str]]:
    """Return the numbers of a table of wells, and the sample in each well."""
    raw = context.raw
    columns = _columns(table)
    header = table.rows[0].cells if table.rows else ()
    twice = is_repeated([name for name in header if name.casefold() != _TOTAL])
    if twice is not None:
        raise FileProblem(
            _problem(
                raw,
                text('the analyte "{name}" twice', name=twice),
                text("a name for each analyte"),
                text("name the analytes apart in the protocol and export again"),
                row=table.rows[0].number,
            )
        )
    cells: Cells = {}
    samples: dict[str, str] = {}
    plates: set[str] = set()
    for row in table.rows[1:]:
        location = _LOCATION.fullmatch(row.at(0))
        if location is None or (position := well_position(location["well"])) is None:
            raise FileProblem(
                _problem(
                    raw,
                    text('"{written}" for a well', written=row.at(0)),
                    text("a location such as 5(1,E1)"),
                    text("export the batch again; do not edit the file"),
                    row=row.number,
                )
            )
        well = well_name(*position)
        plates.add(location["plate"])
        if well in samples or len(plates) > 1:
            raise FileProblem(
                _problem(
                    raw,
                    text("a second reading of well {well}", well=well)
                    if well in samples
                    else text("wells of more than one plate"),
                    text("one reading of each well of one plate"),
                    text("export each plate into a file of its own"),
                    row=row.number,
                )
            )
        samples[well] = row.at(1)
        for name, i in columns.items():
            cells[well, name] = written_number(
                row.at(i), place=raw.place, row=row.number, column=name, decimal_mark=context.mark
            )
    return cells, samples


def _readings(
    tables: Mapping[str, _Table], context: _Context
) -> tuple[tuple[BeadReading, ...], tuple[Problem, ...]]:
    held = {
        name: _by_well(tables[name], context)
        for name in (*_BY_WELL, _DILUTION)
        if name in tables and tables[name].rows
    }
    medians, samples = held[_MEDIAN]
    expected: Cells = {}
    for name in _EXPECTED:
        if name in tables:
            expected |= _by_reagent(tables[name], context)
    counts, nets, results, dilutions = (
        held.get(name, ({}, {}))[0] for name in (_COUNT, _NET, _RESULT, _DILUTION)
    )
    factors = {well: number.value for (well, _), number in dilutions.items()}
    readings = tuple(
        BeadReading(
            well=well,
            sample=samples[well],
            analyte=analyte,
            median_fluorescence=median,
            beads=_whole(counts.get((well, analyte))),
            net_fluorescence=nets.get((well, analyte)),
            expected=expected.get((samples[well], analyte)),
            result=results.get((well, analyte)),
            dilution=factors.get(well),
            role=role_of(samples[well]),
        )
        for (well, analyte), median in medians.items()
    )
    return readings, _unlike_tables(held, tables, context.raw)


def _by_reagent(table: _Table, context: _Context) -> Cells:
    return {
        (row.at(0), name): written_number(
            row.at(i),
            place=context.raw.place,
            row=row.number,
            column=name,
            decimal_mark=context.mark,
        )
        for row in table.rows[1:]
        for name, i in _columns(table).items()
    }


def _whole(number: WrittenNumber | None) -> int | None:
    if number is None or number.value is None or number.value != int(number.value):
        return None
    return int(number.value)


def _unlike_tables(
    held: Mapping[str, tuple[Cells, dict[str, str]]], tables: Mapping[str, _Table], raw: RawFile
) -> tuple[Problem, ...]:
    """Return the wells and analytes one table of wells has and another has not."""
    problems = []
    medians, samples = held[_MEDIAN]
    for name, (cells, others) in held.items():
        apart = [" ".join(pair) for pair in sorted(set(samples.items()) ^ set(others.items()))]
        if name != _DILUTION:
            apart += sorted({analyte for _, analyte in medians} ^ {analyte for _, analyte in cells})
        if apart:
            problems.append(
                _problem(
                    raw,
                    text(
                        'the tables "{first}" and "{second}" are not of the same wells, samples '
                        "and analytes: {wells}",
                        first=tables[_MEDIAN].title.at(1),
                        second=tables[name].title.at(1),
                        wells=shortened(apart),
                    ),
                    text("the same wells in every table"),
                    text("export the batch again; the file may be cut off"),
                    row=tables[name].title.number,
                )
            )
    return tuple(problems)


def _by_analyte(table: _Table | None, label: str) -> dict[str, str]:
    """Return what a table says of each analyte; nothing where its row is missing or empty."""
    if table is None or not table.rows:
        return {}
    names = table.rows[0]
    row = next((row for row in table.rows if row.at(0).casefold() == label), None)
    if row is None:
        return {}
    return {name: row.at(i) for i, name in enumerate(names.cells) if i and name and row.at(i)}


def _wanted(tables: Mapping[str, _Table], head: Mapping[str, ExportRow]) -> dict[str, int]:
    """Return how many beads of each analyte the run asked for."""
    written = _by_analyte(tables.get(_PER_BEAD), "per bead:")
    analytes = _columns(tables[_MEDIAN])
    samples = head.get("samples")
    if not written and samples is not None and samples.at(2).casefold() == "min events":
        written = dict.fromkeys(analytes, samples.at(3))
    return {
        name: int(number)
        for name, number in written.items()
        if number.isascii() and number.isdigit()
    }


def _other_tables(tables: Mapping[str, _Table], raw: RawFile) -> tuple[Problem, ...]:
    known = (*_BY_WELL, *_EXPECTED, *_LEFT_ASIDE, _DILUTION, _UNITS, _PER_BEAD, _WARNINGS)
    return tuple(
        _problem(
            raw,
            text('the table "{name}" is not known', name=table.title.at(1)),
            text("a table of xPONENT"),
            text("nothing, where it holds nothing that you need"),
            row=table.title.number,
            severity=Severity.NOTE,
        )
        for table in tables.values()
        if table.name not in known
    )


def _unlike_head(
    head: Mapping[str, ExportRow], readings: Sequence[BeadReading], raw: RawFile
) -> tuple[Problem, ...]:
    samples = head.get("samples")
    wells = len({reading.well for reading in readings})
    if samples is None or not samples.at(1).isdecimal() or int(samples.at(1)) == wells:
        return ()
    return (
        _problem(
            raw,
            texts("{count} well in the tables", "{count} wells in the tables", wells),
            text("{n}, as the head of the file says", n=int(samples.at(1))),
            text("export the batch again, if wells are missing"),
            row=samples.number,
            severity=Severity.WARNING,
        ),
    )


def _end(rows: Rows, raw: RawFile) -> tuple[Problem, ...]:
    last = next((row for row in reversed(rows) if row.filled), None)
    if last is None or last.at(0).upper().startswith(("CRC", "-- CRC")):
        return ()
    return (
        _problem(
            raw,
            text("no checksum at the end"),
            text("a line that begins with CRC"),
            text("export the batch again, if the file was cut off"),
            row=last.number,
            severity=Severity.WARNING,
        ),
    )


def _warned(table: _Table | None, raw: RawFile) -> tuple[Problem, ...]:
    """Return what the instrument itself warned of, each message with its wells."""
    wells: dict[str, list[str]] = {}
    for row in () if table is None else table.rows[1:]:
        location = _WARNED.fullmatch(row.at(0))
        well = row.at(0) if location is None else location["well"]
        wells.setdefault(row.at(2), []).append(well)
    return tuple(
        _problem(
            raw,
            text(
                "the instrument warned of {wells}: {message}",
                wells=shortened(held),
                message=message.rstrip(". "),
            ),
            text("an acquisition without warnings"),
            text("look at the counts of beads in these wells"),
            severity=Severity.NOTE,
        )
        for message, held in wells.items()
    )


def _instrument(head: Mapping[str, ExportRow]) -> str:
    program, build = head.get("program"), head.get("build")
    parts = ["Luminex"]
    if program is not None:
        parts += [program.at(3), "xPONENT"]
    if build is not None:
        parts.append(build.at(1))
    return " ".join(part for part in parts if part)


def _without_table(raw: RawFile, name: str) -> Problem:
    return _problem(
        raw,
        text('no table "{name}"', name=name.capitalize()),
        text("the tables Median and Count"),
        text("export the batch again with both; the file may be cut off"),
    )


def _problem(
    raw: RawFile,
    found: Text,
    expected: Text,
    action: Text,
    *,
    row: int | None = None,
    severity: Severity = Severity.ERROR,
) -> Problem:
    return Problem(replace(raw.place, row=row), found, expected, action, severity)
