"""``differentiation``: readings of induced cultures and their undifferentiated controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from stroma.errors import Problem, Severity, StudyProblem
from stroma.records import DifferentiationReading
from stroma.study.same_message import list_rows
from stroma.study.tables import ReadRow, SheetRow, left_out
from stroma.texts import Text, join, text, texts
from stroma.units import Unit, convert, find_unit, require_unit

ABSORBANCE: Final = "[OD]"
MILLI_ABSORBANCE: Final = "m[OD]"
PERCENT: Final = "%"
SCORE: Final = "{score}"
Readout = Literal["absorbance", "area", "score"]


class DifferentiationRow(SheetRow):
    """A row of ``differentiation``."""

    lot: str
    passage: str = ""
    lineage: str
    condition: Literal["induced", "undifferentiated"]
    replicate: str = ""
    readout: Readout
    value: float
    unit: str = ""
    stain: str | None = None


Row = ReadRow[DifferentiationRow]


def check_differentiation(
    rows: Sequence[Row],
) -> tuple[tuple[DifferentiationReading, ...], tuple[Problem, ...]]:
    """Check the readings and bring them to one unit for each readout.

    Parameters
    ----------
    rows
        Rows of known lots.

    Returns
    -------
    readings
        The readings of the study.
    problems
        Units of another kind or several in one series, areas beyond 100 %, replicates there twice,
        cultures without their counterpart.
    """
    problems: list[Problem] = []
    read: list[tuple[Row, DifferentiationReading]] = []
    for row in rows:
        value, wrong = _value(row)
        problems += wrong
        if value is not None:
            read.append((row, _reading(row, *value)))
            problems += _negative(row, value[0])
    problems += [*_units_mixed(read), *_replicates_twice(read), *_without_counterpart(read)]
    return tuple(reading for _row, reading in read), tuple(problems)


def _reading(row: Row, value: float, unit: str) -> DifferentiationReading:
    said = row.value
    return DifferentiationReading(
        lot=said.lot,
        passage=said.passage,
        lineage=said.lineage,
        induced=said.condition == "induced",
        readout=said.readout,
        value=value,
        origin_of_row=row.origin,
        replicate=said.replicate,
        unit=unit,
        stain=said.stain,
        entered_unit=_entered(said, unit),
    )


def _entered(said: DifferentiationRow, unit: str) -> str:
    """Return the code of the unit a reading was entered in."""
    entered = None if said.readout == "score" else find_unit(said.unit)
    return unit if entered is None else entered.code


def _value(row: Row) -> tuple[tuple[float, str] | None, list[Problem]]:
    """Return value and unit of a reading, or what is wrong with them."""
    said = row.value
    if said.unit == "":
        if said.readout == "score":
            return (said.value, ""), []
        return None, [_unit_problem(row, text("an empty cell"))]
    try:
        unit = require_unit(said.unit, row.place("unit"))
    except StudyProblem as error:
        return None, [
            Problem(p.place, p.found, _units_of(said.readout), left_out(p.action))
            for p in error.problems
        ]
    if unit.dimension != _unit_of(said.readout).dimension:
        return None, [_unit_problem(row, text('the unit "{unit}"', unit=said.unit))]
    value = convert(said.value, unit, _unit_of(said.readout))
    if said.readout == "area" and not 0 <= value <= 100:
        return None, [
            Problem(
                row.place("value"),
                found=text("an area of {value} %", value=value),
                expected=text("between 0 and 100 %"),
                action=left_out(text("correct the value")),
            )
        ]
    return (value, "" if said.readout == "score" else _unit_of(said.readout).code), []


def _unit_of(readout: Readout) -> Unit:
    code = {"absorbance": ABSORBANCE, "area": PERCENT, "score": SCORE}[readout]
    unit = find_unit(code)
    if unit is None:
        raise LookupError(code)
    return unit


def _units_of(readout: Readout) -> Text:
    match readout:
        case "absorbance":
            return text("OD or mOD for an absorbance")
        case "area":
            return text("% for an area")
        case "score":
            return text("no unit for a score")


def _unit_problem(row: Row, found: Text) -> Problem:
    return Problem(
        row.place("unit"),
        found=found,
        expected=_units_of(row.value.readout),
        action=left_out(text("correct the unit or the readout")),
    )


def _negative(row: Row, value: float) -> list[Problem]:
    if value >= 0:
        return []
    return [
        Problem(
            row.place("value"),
            found=text("the negative value {value}", value=value),
            expected=text("a value of 0 or more; a subtracted blank can bring it below"),
            action=text("check the reading and its blank; it is used as it stands"),
            severity=Severity.WARNING,
        )
    ]


def _replicates_twice(
    read: Sequence[tuple[Row, DifferentiationReading]],
) -> list[Problem]:
    first: dict[tuple[object, ...], Row] = {}
    problems = []
    for row, reading in read:
        if reading.replicate == "":
            continue
        key = (*_series(reading), reading.induced, reading.stain, reading.replicate)
        earlier = first.setdefault(key, row)
        if earlier is not row:
            problems.append(
                Problem(
                    row.place("replicate"),
                    found=text(
                        'replicate "{replicate}" again, first in row {row}',
                        replicate=reading.replicate,
                        row=str(earlier.number),
                    ),
                    expected=text("every replicate of a culture once"),
                    action=text("number the replicates or delete the repeated row; both are used"),
                    severity=Severity.WARNING,
                )
            )
    return problems


def _units_mixed(read: Sequence[tuple[Row, DifferentiationReading]]) -> list[Problem]:
    """Ask where replicates of one series were entered in several units.

    Plate readers label an optical density mAU, and one label among others turns a reading into a
    thousandth of its neighbours.
    """
    series: dict[tuple[str, str, str, str], dict[str, list[Row]]] = {}
    for row, reading in read:
        by_unit = series.setdefault(_series(reading), {})
        by_unit.setdefault(reading.entered_unit, []).append(row)
    return [_mixed(by_unit) for by_unit in series.values() if len(by_unit) > 1]


def _mixed(by_unit: Mapping[str, Sequence[Row]]) -> Problem:
    fewest = min(by_unit.values(), key=len)
    return Problem(
        fewest[0].place("unit"),
        found=text(
            "several units in one series: {units}",
            units=join([_rows_of_unit(rows) for rows in by_unit.values()], "; "),
        ),
        expected=text("one unit for the induced and undifferentiated cultures of a series"),
        action=text(
            "check the unit in the reader's export: mAU is most likely meant as OD, since readers "
            "label an optical density so; the differentiation is undecided until then"
        )
        if MILLI_ABSORBANCE in by_unit
        else text("write all readings in one unit; the differentiation is undecided until then"),
        severity=Severity.WARNING,
    )


def _rows_of_unit(rows: Sequence[Row]) -> Text:
    return texts(
        "{unit} in row {rows}",
        "{unit} in rows {rows}",
        len(rows),
        unit=rows[0].value.unit,
        rows=list_rows([row.number for row in rows]),
    )


def _series(reading: DifferentiationReading) -> tuple[str, str, str, str]:
    return (reading.lot, reading.passage, reading.lineage, reading.readout)


def _without_counterpart(
    read: Sequence[tuple[Row, DifferentiationReading]],
) -> list[Problem]:
    series: dict[tuple[str, str, str, str], list[tuple[Row, DifferentiationReading]]] = {}
    for row, reading in read:
        series.setdefault(_series(reading), []).append((row, reading))
    problems = []
    for held in series.values():
        if len({reading.induced for _row, reading in held}) == 2:
            continue
        row, reading = held[0]
        problems.append(
            Problem(
                row.place("condition"),
                found=_alone(reading, len(held)),
                expected=text(
                    "induced and undifferentiated cultures of the same lot, passage, lineage and "
                    "readout"
                ),
                action=text("add the rows of the other culture; alone these show nothing"),
                severity=Severity.WARNING,
            )
        )
    return problems


def _alone(reading: DifferentiationReading, count: int) -> Text:
    if reading.induced:
        return texts(
            "{count} induced replicate without an undifferentiated control ({lineage}, {readout})",
            "{count} induced replicates without an undifferentiated control ({lineage}, {readout})",
            count,
            lineage=reading.lineage,
            readout=reading.readout,
        )
    return texts(
        "{count} undifferentiated replicate without an induced culture ({lineage}, {readout})",
        "{count} undifferentiated replicates without an induced culture ({lineage}, {readout})",
        count,
        lineage=reading.lineage,
        readout=reading.readout,
    )
