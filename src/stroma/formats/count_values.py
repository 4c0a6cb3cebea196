"""The printed fields of a cell counter's export to counts.

Texts become numbers and are brought to the units of :class:`stroma.records.CellCount`. Nothing is
derived: a field that is missing or cannot be read is ``None`` and a problem.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.formats.count_checks import Checked, contradictions
from stroma.formats.count_fields import KEPT_IN, WORDS, Printed, PrintedCount, Role
from stroma.readings import (
    DATE_ORDERS,
    ReadingError,
    column_date_order,
    column_decimal_mark,
    read_decimal,
    read_moment,
    read_number,
)
from stroma.records import CellCount
from stroma.texts import Text, text
from stroma.units import convert, find_unit

_NUMBERS: Final = tuple(role for role in Role if role not in (Role.SAMPLE, Role.COUNTED_AT))
_NEEDED: Final = (Role.TOTAL, Role.VIABLE, Role.VIABILITY)
_COUNTED: Final = (Role.CELLS, Role.VIABLE_CELLS)
_EXPECTED: Final = (Role.SAMPLE, Role.COUNTED_AT)
_REMARK: Final = re.compile(r"(?P<number>[^\s(][^(]*?)\s*\((?P<remark>.+)\)", re.DOTALL)


def read_printed(
    printed: Sequence[PrintedCount],
    place: Place,
    *,
    decimal_mark: str | None = None,
    date_order: str | None = None,
) -> tuple[tuple[CellCount, ...], tuple[Problem, ...]]:
    """Turn printed fields into counts.

    Parameters
    ----------
    printed
        The counts of a file.
    place
        The file, for problems.
    decimal_mark, date_order
        The laboratory's habits, only for what the file itself leaves open.

    Returns
    -------
    tuple
        The counts, and everything that is missing, unreadable or in contradiction.

    Raises
    ------
    FileProblem
        The numbers of the file can be read in two ways.
    """
    mark = _mark_of(printed, place, decimal_mark)
    order, problems = _order_of(printed, place, date_order)
    asked = any(problem.severity is Severity.ERROR for problem in problems)
    counts = []
    for item in printed:
        count, said = _read_one(item, mark, order, asked=asked)
        counts.append(count)
        problems += said
    return tuple(counts), tuple(problems)


def _bare(written: str) -> str:
    """Return a field's number without the instrument's remark in brackets."""
    match = _REMARK.fullmatch(written)
    return written if match is None else match["number"]


def _mark_of(printed: Sequence[PrintedCount], place: Place, habit: str | None) -> str | None:
    """Return what the file shows; the laboratory's habit only where it leaves two readings."""
    cells = [
        (item.row, _bare(item.text))
        for count in printed
        for role, item in count.fields.items()
        if role in _NUMBERS and not item.is_number
    ]
    try:
        return column_decimal_mark(cells)
    except ReadingError as error:
        if habit is None:
            raise FileProblem(error.at(place)) from error
        return habit


def _order_of(
    printed: Sequence[PrintedCount], place: Place, habit: str | None
) -> tuple[str | None, list[Problem]]:
    dates = [c.fields[Role.COUNTED_AT] for c in printed if Role.COUNTED_AT in c.fields]
    try:
        return column_date_order((item.row, item.text) for item in dates), []
    except ReadingError as error:
        column = replace(place, column=dates[0].label)
        if habit is None:
            return None, [error.at(column)]
        note = Problem(
            column,
            error.found,
            expected=text("a date with one reading"),
            action=text(
                "check that the instrument's clock writes {order}, as study.toml says",
                order=habit,
            ),
            severity=Severity.NOTE,
        )
        return habit, [note]


# --- one count -----------------------------------------------------------------------------------


def _read_one(
    item: PrintedCount, mark: str | None, order: str | None, *, asked: bool
) -> tuple[CellCount, list[Problem]]:
    problems: list[Problem] = []
    extra = dict(item.extra)
    checked: dict[Role, Checked] = {}
    for role in _NUMBERS:
        number, said = _number(item, role, mark)
        problems += said
        if number is not None:
            checked[role] = number
        if said:
            extra[item.fields[role].label] = item.fields[role].text
    doubts = [*problems, *contradictions(item.place, checked)]
    moment, said = _moment(item, order, asked=asked)
    if moment is None and Role.COUNTED_AT in item.fields:
        extra[item.fields[Role.COUNTED_AT].label] = item.fields[Role.COUNTED_AT].text
    sample = item.fields[Role.SAMPLE].text if Role.SAMPLE in item.fields else ""
    count = CellCount(
        origin=item.origin,
        sample=sample or None,
        instrument=item.instrument,
        counted_at=moment,
        total_per_ml=_value(checked, Role.TOTAL),
        viable_per_ml=_value(checked, Role.VIABLE),
        dead_per_ml=_value(checked, Role.DEAD),
        viability_percent=_value(checked, Role.VIABILITY),
        cells_counted=_cells(checked, Role.CELLS),
        viable_cells_counted=_cells(checked, Role.VIABLE_CELLS),
        diameter_um=_value(checked, Role.DIAMETER),
        dilution=_value(checked, Role.DILUTION),
        extra=extra,
        warnings=tuple(_of_field(doubt) for doubt in doubts),
    )
    return count, [*doubts, *said, *_missing(item)]


def _of_field(doubt: Problem) -> Text:
    return text("{field}: {found}", field=doubt.place.column or "", found=doubt.found)


def _number(
    item: PrintedCount, role: Role, mark: str | None
) -> tuple[Checked | None, list[Problem]]:
    printed = item.fields.get(role)
    if printed is None or not printed.text:
        return None, []
    severity = Severity.ERROR if role in _NEEDED else Severity.WARNING
    place = _at(item, printed)
    known_mark = "." if printed.is_number else mark
    try:
        value = read_number(_bare(printed.text), decimal_mark=known_mark)
    except ReadingError as error:
        return None, [_not_taken(place, error.found, severity)]
    if role in _COUNTED and value != int(value):
        found = text('"{written}", which is not a whole number', written=printed.text)
        return None, [_not_taken(place, found, severity)]
    exact = read_decimal(_bare(printed.text), decimal_mark=known_mark)
    if _REMARK.fullmatch(printed.text) is None:
        return Checked(printed, exact), []
    # The instrument did print a number; a person has to weigh its remark.
    doubt = Problem(
        place,
        found=text('"{written}": the instrument doubts this number', written=printed.text),
        expected=text("a number without a remark"),
        action=text("look at the images of this count; the number is kept as printed"),
        severity=Severity.WARNING,
    )
    return Checked(printed, exact), [doubt]


def _value(checked: Mapping[Role, Checked], role: Role) -> float | None:
    """Return a number in the unit that a count keeps it in."""
    if role not in checked:
        return None
    value, unit = float(checked[role].exact), checked[role].printed.unit
    kept = find_unit(KEPT_IN[role]) if role in KEPT_IN else None
    return value if unit is None or kept is None else convert(value, unit, kept)


def _cells(checked: Mapping[Role, Checked], role: Role) -> int | None:
    return int(checked[role].exact) if role in checked else None


def _moment(
    item: PrintedCount, order: str | None, *, asked: bool
) -> tuple[datetime | None, list[Problem]]:
    printed = item.fields.get(Role.COUNTED_AT)
    if printed is None or not printed.text:
        return None, []
    try:
        moment = read_moment(printed.text, order=order)
    except ReadingError as error:
        if asked and _readable_in_some_order(printed.text):
            return None, []  # asked once for the whole file
        return None, [error.at(_at(item, printed))]
    return moment if item.zone is None else moment.replace(tzinfo=item.zone), []


def _readable_in_some_order(written: str) -> bool:
    for order in DATE_ORDERS:
        try:
            read_moment(written, order=order)
        except ReadingError:
            continue
        return True
    return False


def _missing(item: PrintedCount) -> list[Problem]:
    """Report the fields every count needs or should have, and those printed without content."""
    problems = []
    for role in Role:
        printed = item.fields.get(role)
        if printed is not None and printed.text:
            continue
        if printed is None and role not in (*_NEEDED, *_EXPECTED):
            continue
        problems.append(
            Problem(
                item.place if printed is None else _at(item, printed),
                found=text("no {quantity}", quantity=WORDS[role]),
                expected=text("a field with it in every count"),
                action=text("export the count again; it is not worked out from other numbers"),
                severity=Severity.ERROR if role in _NEEDED else Severity.WARNING,
            )
        )
    return problems


def _at(item: PrintedCount, printed: Printed) -> Place:
    return replace(item.place, row=printed.row, column=printed.label)


def _not_taken(place: Place, found: Text, severity: Severity) -> Problem:
    return Problem(
        place,
        found,
        expected=text("a number, as the instrument prints it"),
        action=text("look at this count on the instrument; nothing is taken from the field"),
        severity=severity,
    )
