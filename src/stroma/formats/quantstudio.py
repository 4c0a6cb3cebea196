"""Applied Biosystems QuantStudio, ViiA 7 and their kin: exports of a real-time PCR.

Lines ``* Name = value`` describe the run; tables follow, each below its name in brackets, with
tabs. Of these ``[Results]`` is read, and ``[Sample Setup]`` to see whether a well is missing from
it. Lines ``Name = value`` after the results say which target is the endogenous control and which
sample the reference. "Undetermined" is a well whose fluorescence never crossed the threshold: no
number, and never the number of the last cycle.

Workbooks hold the same on sheets of the tables' names: names and values, a blank row, the table.
Those of the Design and Analysis software say "Sample", "Target" and "Cq". Their layout is taken
from how other programs read them; no real workbook was at hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from stroma.errors import FileProblem, Problem, Severity
from stroma.formats.bead_checks import shortened
from stroma.formats.encoding import decode, peek
from stroma.formats.raw import RawFile
from stroma.formats.workbooks import is_workbook, read_grids
from stroma.formats.written_numbers import decimal_mark_of, written_number
from stroma.plate_records import CycleFile, CycleReading, WellStatus, WrittenNumber
from stroma.texts import Text, text, texts
from stroma.wells import well_name, well_position

NAME: Final = "Applied Biosystems QuantStudio (text, workbook)"
_HEAD: Final = re.compile(r"^\*\s*(?P<name>[^=\t]+?)\s*=\s*(?P<value>.*)$")
_SECTION: Final = re.compile(r"^\[(?P<name>[^\]]+)\]\s*$")
_AFTER: Final = re.compile(r"^(?P<name>[A-Z][^=\t]*?)\s*=\s*(?P<value>[^\t]*)$")
_RESULTS, _SETUP = "results", "sample setup"
_UNDETERMINED: Final = ("undetermined", "undet.", "undet")
_CYCLE: Final = ("ct", "cq")
# The program writes the T of "CT" in Latin or in Cyrillic letters.
_LATIN: Final = str.maketrans({"\u0442": "t", "\u0422": "T", "\u0441": "c", "\u0421": "C"})
_TASKS: Final = ("unknown", "standard", "ntc")
_STANDARD: Final = "standard"
_NUMBERS: Final = ("ct", "cq", "quantity", "ct mean", "rq", "delta rn", "rn", "ct threshold")
_NOTHING: Final = ("", "na", "n/a")


def sniff(raw: RawFile) -> bool:
    """Say whether a file is such an export.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        Whether it begins with the description of a run.
    """
    if is_workbook(raw.data):
        described = _from_workbook(raw)
        return "Instrument Type" in described.head and bool(described.results)
    head = _lines(peek(raw.data, size=8192))
    names = {found["name"] for line in head if (found := _HEAD.match(line)) is not None}
    return "Instrument Type" in names and {"Experiment Type", "Experiment Name"} <= names


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: Mapping[str, str]

    def of(self, *names: str) -> str:
        return next((self.cells[name] for name in names if name in self.cells), "")


def read(
    raw: RawFile, *, decimal_mark: str | None = None, encoding: str | None = None
) -> CycleFile:
    """Read the run.

    Parameters
    ----------
    raw
        The file.
    decimal_mark, encoding
        The laboratory's habits, for what the file leaves open.

    Returns
    -------
    CycleFile
        One reading a well and target, in the order of the file; wells without a target left out.

    Raises
    ------
    FileProblem
        There are no results, they have no threshold cycle, or a cell is no number.
    """
    export = _from_workbook(raw) if is_workbook(raw.data) else _from_text(raw, encoding)
    head, results = export.head, export.results
    cycle = next((name for name in _CYCLE if results and name in results[0].cells), None)
    if not results or cycle is None:
        raise FileProblem(_without_cycles(raw, results, head.get("Experiment Type", "")))
    cells = [(row.number, row.cells[name]) for row in results for name in _NUMBERS
             if name in row.cells and row.cells[name].casefold() not in _UNDETERMINED]  # fmt: skip
    mark = export.mark or decimal_mark_of(cells, place=raw.place, decimal_mark=decimal_mark)
    readings = tuple(
        _reading(row, cycle, raw, mark) for row in results if row.of("target name", "target")
    )
    calibrator = export.after.get("Reference Sample", "")
    controls = export.after.get("Endogenous Control", "")
    return CycleFile(
        origin=raw.origin,
        instrument=head.get("Instrument Type", "").strip(),
        readings=readings,
        reference_targets=tuple(
            name.strip() for name in controls.split(",") if name.strip().casefold() not in _NOTHING
        ),
        calibrator="" if calibrator.casefold() in _NOTHING else calibrator,
        problems=(
            *_twice(readings, raw),
            *_without_result(readings, export.setup, raw),
            *_undetermined(readings, raw),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Export:
    """What an export holds, whether text or workbook."""

    head: Mapping[str, str]
    results: tuple[_Row, ...]
    setup: tuple[_Row, ...]
    after: Mapping[str, str]
    mark: str | None = None


def _from_text(raw: RawFile, encoding: str | None) -> _Export:
    lines = _lines(decode(raw.data, place=raw.place, encoding=encoding))
    return _Export(
        {found["name"]: found["value"] for line in lines if (found := _HEAD.match(line))},
        _table(lines, _RESULTS, raw),
        _table(lines, _SETUP, raw),
        _after(lines),
    )


def _from_workbook(raw: RawFile) -> _Export:
    """Return what a workbook holds; its numbers have a decimal point for certain."""
    sheets = {grid.name.casefold(): grid for grid in read_grids(raw)}
    head: dict[str, str] = {}
    tables: dict[str, tuple[_Row, ...]] = {}
    for name in (_RESULTS, _SETUP):
        rows = [[cell.text.strip() for cell in cells] for cells in
                (sheets[name].rows if name in sheets else ())]  # fmt: skip
        start = next((i for i, cells in enumerate(rows) if cells and cells[0] == "Well"), len(rows))
        header = [_folded(cell) for cell in rows[start]] if start < len(rows) else []
        end = next(
            (i for i in range(start, len(rows)) if not any(rows[i])),
            len(rows),
        )
        tables[name] = tuple(
            _Row(number, _agreeing(header, cells, number, raw))
            for number, cells in enumerate(rows[start + 1 : end], start=start + 2)
        )
        if name == _RESULTS:
            outside = [*rows[:start], *rows[end:]]
            head |= {cells[0]: cells[1] for cells in outside if len(cells) > 1 and cells[0]}
    return _Export(head, tables[_RESULTS], tables[_SETUP], head, mark=".")


def _lines(written: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", written)


def _table(lines: Sequence[str], name: str, raw: RawFile) -> tuple[_Row, ...]:
    """Return the rows of a table, up to the next table or the first blank line."""
    start = next(
        (
            i
            for i, line in enumerate(lines)
            if (found := _SECTION.match(line)) is not None and found["name"].casefold() == name
        ),
        None,
    )
    if start is None or start + 1 >= len(lines):
        return ()
    header = [_folded(cell) for cell in lines[start + 1].split("\t")]
    rows = []
    for number, line in enumerate(lines[start + 2 :], start=start + 3):
        if not line.strip() or _SECTION.match(line) is not None:
            break
        rows.append(_Row(number, _named(header, line, number, raw)))
    return tuple(rows)


def _folded(name: str) -> str:
    return name.translate(_LATIN).strip().strip('"').casefold()


def _named(header: Sequence[str], line: str, number: int, raw: RawFile) -> dict[str, str]:
    values = [cell.strip().strip('"') for cell in line.split("\t")]
    return _agreeing(header, values, number, raw)


def _agreeing(
    header: Sequence[str], values: Sequence[str], number: int, raw: RawFile
) -> dict[str, str]:
    """Return the cells of a row by column; a column that stands twice has to agree with itself."""
    cells: dict[str, str] = {}
    for name, value in zip(header, [*values, *[""] * len(header)], strict=False):
        if name in cells and value and value != cells[name]:
            raise FileProblem(
                _problem(
                    raw,
                    text(
                        'two values in two columns "{name}": "{first}" and "{second}"',
                        name=name,
                        first=cells[name],
                        second=value,
                    ),
                    text("one value"),
                    text("export the results again, each column once"),
                    row=number,
                )
            )
        cells.setdefault(name, value)
    return cells


def _reading(row: _Row, cycle: str, raw: RawFile, mark: str | None) -> CycleReading:
    written = row.of("well position") or row.of("well")
    position = well_position(written)
    task = row.of("task")
    quantity = _number(row, "quantity", raw, mark).value
    known = task.casefold() in _TASKS
    return CycleReading(
        well=written if position is None else well_name(*position),
        sample=row.of("sample name", "sample"),
        target=row.of("target name", "target"),
        threshold_cycle=_number(row, cycle, raw, mark),
        task=task.casefold() if known else task,
        quantity=quantity if task.casefold() == _STANDARD else None,
        reporter=row.of("reporter"),
        omitted=row.of("omit").casefold() in ("true", "yes"),
    )


def _number(row: _Row, name: str, raw: RawFile, mark: str | None) -> WrittenNumber:
    written = row.of(name)
    if written.casefold() in _UNDETERMINED:
        return WrittenNumber(None, WellStatus.ABOVE_RANGE, written)
    return written_number(
        written, place=raw.place, row=row.number, column=name.upper(), decimal_mark=mark
    )


def _after(lines: Sequence[str]) -> dict[str, str]:
    """Return what stands below the results, as name and value."""
    start = next((i for i, line in enumerate(lines) if _SECTION.match(line)), len(lines))
    return {
        found["name"].strip(): found["value"].strip()
        for line in lines[start:]
        if (found := _AFTER.match(line)) is not None
    }


def _twice(readings: Sequence[CycleReading], raw: RawFile) -> tuple[Problem, ...]:
    seen: set[tuple[str, str, str]] = set()
    again = []
    for reading in readings:
        key = (reading.well, reading.target, reading.reporter)
        if key in seen:
            again.append(f"{reading.well} {reading.target}")
        seen.add(key)
    if not again:
        return ()
    return (
        _problem(
            raw,
            text("a second result of {wells}", wells=shortened(again)),
            text("one result of each target in each well"),
            text("export each plate into a file of its own"),
        ),
    )


def _without_result(
    readings: Sequence[CycleReading], setup: Sequence[_Row], raw: RawFile
) -> tuple[Problem, ...]:
    held = {reading.well for reading in readings}
    missing: dict[str, None] = {}
    for row in setup:
        position = well_position(row.of("well position"))
        if (
            position is not None
            and row.of("target name", "target")
            and well_name(*position) not in held
        ):
            missing[well_name(*position)] = None
    if not missing:
        return ()
    return (
        _problem(
            raw,
            texts(
                "{count} well that was set up has no result: {wells}",
                "{count} wells that were set up have no result: {wells}",
                len(missing),
                wells=shortened(list(missing)),
            ),
            text("a result of every well that was set up"),
            text("export the run again; the file may be cut off"),
            severity=Severity.WARNING,
        ),
    )


def _undetermined(readings: Sequence[CycleReading], raw: RawFile) -> tuple[Problem, ...]:
    """Return the wells of samples and standards that never crossed the threshold."""
    wells = [
        f"{reading.well} {reading.target}"
        for reading in readings
        if reading.threshold_cycle.status is WellStatus.ABOVE_RANGE
        and reading.task in ("unknown", "standard")
        and not reading.omitted
    ]
    if not wells:
        return ()
    return (
        _problem(
            raw,
            texts(
                "{count} threshold cycle undetermined: {wells}",
                "{count} threshold cycles undetermined: {wells}",
                len(wells),
                wells=shortened(wells),
            ),
            text("a threshold cycle in every well of a sample"),
            text("nothing, where the gene is not expressed; it is given no number"),
            severity=Severity.NOTE,
        ),
    )


def _without_cycles(raw: RawFile, results: Sequence[_Row], experiment: str) -> Problem:
    found: Text
    if results:
        found = text(
            'results without a column "CT", of an experiment of the type "{experiment}"',
            experiment=experiment,
        )
    else:
        found = text("no results")
    return _problem(
        raw,
        found,
        text('the table [Results] with the column "CT"'),
        text("analyse the run and export its results; the file may be cut off"),
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
