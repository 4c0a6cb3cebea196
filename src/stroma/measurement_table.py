"""A laboratory's own table of numbers -> measurements, with every bad row named and left out.

One row per quantity of a lot: columns ``lot``, ``source``, ``quantity``, ``analyte``, ``value``,
``unit``, and where wanted ``passage``, ``low``, ``high``, ``n``, ``condition``, ``citation``;
:mod:`stroma.measurement_lots` reads what it says of the lots themselves.
Stroma's own ``results/measurements.csv`` is such a table too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from stroma.errors import Place, Problem, Severity
from stroma.house_rules import ReadingRule
from stroma.measurement_cells import (
    Amount,
    Line,
    WrongCellError,
    amount_of,
    analyte_of,
    category_of,
    is_possible,
    possible_values,
    quantity_of,
    refused_row,
    source_of,
    wrong,
)
from stroma.measurements import COLUMNS, Measurement, RefusedRow
from stroma.readings import ReadingError
from stroma.records import Origin, Sheet
from stroma.spelling import nearest
from stroma.study.cells import Habit, number_habit, number_of
from stroma.study.identifiers import canonical_passage, fold_identifier
from stroma.study.lot_register import look_alike
from stroma.study.same_message import one_message_each
from stroma.texts import Text, join, text
from stroma.units import find_unit
from stroma.vocabulary import (
    Quantity,
    canonical_stimulation,
    find_quantity,
    fold_word,
    near_stimulation,
)

REQUIRED: Final = ("lot", "quantity", "value")
OF_LOTS: Final = ("donor_age_years", "donor_sex", "medium", "pooled_donors", "date")
"""What a table may say of a lot beside its numbers, see :mod:`stroma.measurement_lots`."""
KNOWN: Final = (*COLUMNS, "citation", *OF_LOTS)
SPELLINGS: Final = {"donor_age": "donor_age_years"}
NUMBERS: Final = ("value", "low", "high", "n", "level")
POSITIVE_MARKERS: Final = ("CD105", "CD73", "CD90")
"""Markers that mesenchymal stromal cells have (Dominici 2006, doi:10.1080/14653240600855905)."""
AS_ENTERED: Final = "as_entered/1"
"""Method of a number that comes from a table which names none."""


def read_measurement_table(
    sheet: Sheet, *, decimal_mark: str | None = None
) -> tuple[tuple[Measurement, ...], tuple[Problem, ...], tuple[RefusedRow, ...]]:
    """Read a table of numbers.

    A result such as ``<0.1`` is the value 0.1 with the interval 0 to 0.1; no unit is ever assumed,
    nor whether ``1,250`` is a thousand or one and a quarter.

    Parameters
    ----------
    sheet
        The table.
    decimal_mark
        ``"."`` or ``","`` where the laboratory declares it; ``None`` where each column has to show
        it.

    Returns
    -------
    measurements
        One for each row that can be read, in the table's order, in canonical units.
    problems
        What was left out and what a person has to look at, each with file, row and column.
    refused
        The rows that were left out although lot, quantity and analyte can be told: what they hold
        may decide a criterion, so that no criterion they belong to can be met without them.
    """
    columns, problems = match_columns(sheet)
    if any(name not in columns for name in REQUIRED):
        return (), problems, ()
    lines = [Line(sheet, row, columns) for row in sheet.rows]
    habits, doubts = _habits(lines, ReadingRule(decimal_mark=decimal_mark))
    problems += doubts
    read: list[tuple[Line, Measurement]] = []
    refused: list[RefusedRow] = []
    for line in lines:
        try:
            measurement, remarks = _measurement(line, habits)
        except WrongCellError as wrong:
            problems += (wrong.at(line),)
            row = refused_row(line)
            refused += [] if row is None else [row]
        else:
            read.append((line, measurement))
            problems += remarks
    problems += (*_doubtful_lots(lines), *_doubtful_donors(lines), *_doubtful_shares(read))
    measurements = tuple(measurement for _line, measurement in read)
    said = one_message_each(sorted(problems, key=_row_of), across_lots=True)
    return measurements, said, tuple(refused)


def _row_of(problem: Problem) -> int:
    return 0 if problem.place.row is None else problem.place.row


def match_columns(sheet: Sheet) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Find the known columns of a table.

    Parameters
    ----------
    sheet
        The table.

    Returns
    -------
    columns
        Known column to column as printed.
    problems
        What is wrong with the header.
    """
    printed: dict[str, list[str]] = {}
    problems = []
    for name in sheet.columns:
        folded = SPELLINGS.get(fold_word(name), fold_word(name))
        if folded in KNOWN:
            printed.setdefault(folded, []).append(name)
        else:
            problems.append(_unknown_column(sheet, name))
    for folded, names in printed.items():
        if len(names) > 1:
            problems.append(_column_twice(sheet, folded, names))
    problems += [_missing_column(sheet, name) for name in REQUIRED if name not in printed]
    once = {folded: names[0] for folded, names in printed.items() if len(names) == 1}
    return once, tuple(problems)


def _unknown_column(sheet: Sheet, name: str) -> Problem:
    alike = nearest(name, KNOWN)
    return Problem(
        Place(sheet.origin.file, sheet.name, column=name),
        found=text('the unknown column "{name}"', name=name),
        expected=text("one of {known}", known=", ".join(KNOWN)),
        action=text("rename it if {nearest} is meant; it is not read", nearest=" / ".join(alike))
        if alike
        else text("rename it if one of these is meant; it is not read"),
        severity=Severity.WARNING if alike else Severity.NOTE,
    )


def _column_twice(sheet: Sheet, name: str, printed: list[str]) -> Problem:
    listed = ", ".join(f'"{spelling}"' for spelling in printed)
    return Problem(
        Place(sheet.origin.file, sheet.name, column=name),
        found=text("the columns {printed}", printed=listed),
        expected=text("the column {name} once", name=name),
        action=text("delete or rename all but one; until then none is read"),
    )


def _missing_column(sheet: Sheet, name: str) -> Problem:
    return Problem(
        Place(sheet.origin.file, sheet.name, column=name),
        found=text("the header {header}", header=", ".join(sheet.columns)),
        expected=text("the columns lot, source, quantity, analyte, value, unit"),
        action=text("add the column {name}; until then nothing of the table is used", name=name),
    )


def _habits(
    lines: list[Line], rule: ReadingRule
) -> tuple[dict[str, Habit], tuple[Problem, ...]]:  # fmt: skip
    """Determine how each column of numbers writes them, from the rows whose result is a number."""
    numeric = [line for line in lines if _is_numeric(find_quantity(line.cell("quantity")))]
    habits: dict[str, Habit] = {}
    problems: list[Problem] = []
    for name in NUMBERS:
        cells = [line.number(name) for line in numeric if line.cell(name)]
        if cells:
            place = replace(numeric[0].place(name), row=None, lot=None)
            habits[name], doubts = number_habit(cells, rule=rule, place=place)
            problems += doubts
    return habits, tuple(problems)


def _is_numeric(quantity: Quantity | None) -> bool:
    return quantity is not None and not quantity.is_category


def _measurement(
    line: Line, habits: Mapping[str, Habit]
) -> tuple[Measurement, tuple[Problem, ...]]:  # fmt: skip
    if not line.lot:
        raise wrong("lot", text("an empty cell"), text("the lot the value belongs to"),
                    text("write the lot"))  # fmt: skip
    quantity = quantity_of(line)
    base = Measurement(
        lot=line.lot,
        quantity=quantity.name,
        analyte=analyte_of(line, quantity),
        category="",
        donor=line.cell("donor"),
        source=source_of(line),
        passage=canonical_passage(line.cell("passage")) or line.cell("passage"),
        condition=canonical_stimulation(line.cell("condition")),
        method=line.cell("method") or AS_ENTERED,
        settings=_settings(line),
        origins=_origins(line),
        warnings=tuple(join([words]) for words in line.cell("warnings").split(" | ") if words),
    )
    remarks = list(_remarks(line, quantity))
    if quantity.is_category:
        return replace(base, category=category_of(line, quantity)), tuple(remarks)
    amount = amount_of(line, quantity, habits)
    remarks += _interval_remarks(amount, line, quantity)
    n = _aside(line, "n", habits, text("a whole number of things counted"), _is_count)
    level = _aside(line, "level", habits, text("a confidence level such as 0.95"), _is_level)
    remarks += [found for found in (n, level) if isinstance(found, Problem)]
    measurement = _with_amount(
        base,
        amount,
        n=int(n) if isinstance(n, float) else None,
        n_counts=line.cell("n_counts"),
        level=level if isinstance(level, float) else None,
    )
    return measurement, tuple(remarks)


def _with_amount(
    base: Measurement, amount: Amount, *, n: int | None, n_counts: str, level: float | None
) -> Measurement:
    settings, warnings = base.settings, base.warnings
    if amount.entered:
        settings = {**settings, "entered": amount.entered}
        warnings = (*warnings, text('reported as "{entered}"', entered=amount.entered))
    return replace(
        base,
        category=None,
        value=amount.value,
        low=amount.low,
        high=amount.high,
        unit=amount.unit,
        n=n,
        n_counts=n_counts,
        level=level,
        settings=settings,
        warnings=warnings,
    )


def _remarks(line: Line, quantity: Quantity) -> Iterator[Problem]:
    if not line.cell("source"):
        yield Problem(
            line.place("source"),
            found=text("no tissue"),
            expected=text("the tissue the lot is from"),
            action=text("write it; criteria for one tissue only cannot be judged without it"),
            severity=Severity.WARNING,
        )
    condition = line.cell("condition")
    near = near_stimulation(condition)
    if near is not None:
        yield Problem(
            line.place("condition"),
            found=text('"{word}", which is nearly {known}', word=condition, known=near),
            expected=text("{known}, or a name that cannot be taken for it", known=near),
            action=text("write {known}, if it is meant; it is used as written", known=near),
            severity=Severity.WARNING,
        )
    unit = line.cell("unit")
    if (
        quantity.is_category
        and unit
        and (found := find_unit(unit)) is not None
        and found.code != "1"
    ):
        yield Problem(
            line.place("unit"),
            found=text('the unit "{unit}" for {quantity}', unit=unit, quantity=quantity.name),
            expected=text("no unit: its results are words"),
            action=text("clear the cell; it is not read"),
            severity=Severity.NOTE,
        )


def _interval_remarks(amount: Amount, line: Line, quantity: Quantity) -> Iterator[Problem]:
    for name, end in (("low", amount.low), ("high", amount.high)):
        if end is not None and not is_possible(quantity, end):
            yield Problem(
                line.place(name),
                found=text("{end} for {quantity}", end=end, quantity=quantity.name),
                expected=possible_values(quantity),
                action=text("use an interval that stays within it; this one is used as it is"),
                severity=Severity.WARNING,
            )


def _is_count(number: float) -> bool:
    return number.is_integer() and number > 0


def _is_level(number: float) -> bool:
    return 0 < number < 1


def _aside(
    line: Line,
    name: str,
    habits: Mapping[str, Habit],
    expected: Text,
    is_right: Callable[[float], bool],
) -> float | Problem | None:
    """Return a number the row can do without, or what is wrong with it."""
    if not line.cell(name):
        return None
    action = text("correct it; until then it is not used")
    try:
        number = number_of(line.number(name), habits.get(name, Habit()))
    except ReadingError as refusal:
        return Problem(line.place(name), refusal.found, expected, action, Severity.WARNING)
    if is_right(number):
        return number
    found = text('"{word}"', word=line.cell(name))
    return Problem(line.place(name), found, expected, action, Severity.WARNING)


def _settings(line: Line) -> dict[str, object]:
    settings: dict[str, object] = {}
    written = line.cell("settings")
    if written:
        try:
            held = json.loads(written)
        except ValueError:
            held = written
        settings = dict(held) if isinstance(held, dict) else {"settings": written}
    if line.cell("citation"):
        settings["citation"] = line.cell("citation")
    return settings


def _origins(line: Line) -> tuple[Origin, ...]:
    """Return the files a row of Stroma's own table names, and the place in this table."""
    files = [part.strip() for part in line.cell("files").split(";") if part.strip()]
    hashes = [part.strip() for part in line.cell("sha256").split(";") if part.strip()]
    named = [Origin(file, sha256) for file, sha256 in zip(files, hashes, strict=False)]
    place = str(line.row_place.describe())
    held = Origin(line.sheet.origin.file, line.sheet.origin.sha256, place)
    return (*(named if len(files) == len(hashes) else ()), held)


def _doubtful_shares(read: list[tuple[Line, Measurement]]) -> Iterator[Problem]:
    """Ask where the positive markers of a lot look like fractions with the unit %."""
    shares: dict[str, list[tuple[Line, Measurement]]] = {}
    for line, row in read:
        if row.quantity == "percent_positive" and row.analyte in POSITIVE_MARKERS:
            shares.setdefault(row.lot, []).append((line, row))
    for held in shares.values():
        values = [row.value for _line, row in held if row.value is not None]
        markers = {row.analyte for _line, row in held}
        if len(markers) < 2 or max(values) > 1 or max(values) == 0:
            continue
        yield Problem(
            held[0][0].place("value"),
            found=text(
                "{values} %: no more than 1 % for {markers}",
                values=", ".join(f"{value:g}" for value in values),
                markers=", ".join(sorted(markers)),
            ),
            expected=text("percentages, such as 97 for 97 %"),
            action=text(
                "{value} or {percent} %? Write the percentage if these are fractions; they are "
                "used as printed",
                value=f"{max(values):g}",
                percent=f"{100 * max(values):g}",
            ),
            severity=Severity.WARNING,
        )


def _doubtful_lots(lines: list[Line]) -> Iterator[Problem]:
    """Say where one lot may be written in two ways, and where it has two tissues."""
    first: dict[str, Line] = {}
    spelled: dict[str, str] = {}
    tissues: dict[str, Line] = {}
    said: set[tuple[str, str]] = set()
    for line in lines:
        lot = line.lot
        if not lot:
            continue
        earlier = spelled.setdefault(fold_identifier(lot), lot)
        if lot not in first and earlier != lot:
            yield _two_spellings(line, first[earlier])
        first.setdefault(lot, line)
        if line.tissue:
            stated = tissues.setdefault(lot, line)
            if stated.tissue != line.tissue and (lot, line.tissue) not in said:
                said.add((lot, line.tissue))
                yield _two_tissues(line, stated)


def _doubtful_donors(lines: list[Line]) -> Iterator[Problem]:
    """Say where one donor may be written in two ways: one person would count as two."""
    first: dict[str, Line] = {}
    said: set[str] = set()
    for line in lines:
        donor = line.cell("donor")
        if not donor:
            continue
        earlier = first.setdefault(fold_identifier(donor), line)
        written = earlier.cell("donor")
        if written == donor or donor in said:
            continue
        said.add(donor)
        yield Problem(
            line.place("donor"),
            found=text("the donor {spellings}",
                       spellings=look_alike(donor, written, earlier.place("donor"))),
            expected=text("one spelling of each donor"),
            action=text("write one of them throughout if they are one person; they are compared "
                        "as two"),
            severity=Severity.WARNING,
        )  # fmt: skip


def _two_spellings(line: Line, earlier: Line) -> Problem:
    return Problem(
        line.place("lot"),
        found=text("the lot {spellings}",
                   spellings=look_alike(line.lot, earlier.lot, earlier.place("lot"))),
        expected=text("one spelling of each lot"),
        action=text("write one of them throughout if they are one lot; they are judged as two"),
    )  # fmt: skip


def _two_tissues(line: Line, stated: Line) -> Problem:
    return Problem(
        line.place("source"),
        found=text("{tissue} for a lot that is {other} in row {row}", tissue=line.cell("source"),
                   other=stated.cell("source"), row=str(stated.row.number)),
        expected=text("one tissue for each lot"),
        action=text("correct the tissue, or give the lots different names; they are judged as two"),
    )  # fmt: skip
