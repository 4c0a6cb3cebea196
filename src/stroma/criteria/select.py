"""Which rows of a lot answer a question, and which of them contradict each other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from stroma.analytes import IN_A_TUBE, canonical_analyte
from stroma.measurements import Measurement, passage_number, sort_key
from stroma.units import convert, find_unit
from stroma.vocabulary import canonical_stimulation, find_quantity


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows that are judged for one analyte of one quantity.

    Parameters
    ----------
    rows
        Those of the latest passage, and those that name no passage.
    passage
        The latest passage; empty where none is named.
    earlier
        The other passages that were measured, in order.
    """

    rows: tuple[Measurement, ...]
    passage: str = ""
    earlier: tuple[str, ...] = ()


def in_order(rows: Iterable[Measurement]) -> tuple[Measurement, ...]:
    """Return rows in an order that does not depend on the one they came in.

    Parameters
    ----------
    rows
        Measurements.

    Returns
    -------
    tuple of Measurement
        By lot, passage, quantity, analyte, condition, files, and then by what was measured.
    """
    held = tuple(rows)
    return held if len(held) < 2 else tuple(sorted(held, key=_full_key))


def _full_key(row: Measurement) -> tuple[str, ...]:
    places = ";".join(origin.place for origin in row.origins)
    numbers = (repr(row.value), repr(row.low), repr(row.high), repr(row.level), repr(row.n))
    settings = repr(sorted((key, repr(value)) for key, value in row.settings.items()))
    return (*sort_key(row), row.category or "", *numbers, row.unit, row.method, settings, places)


def with_canonical_names(row: Measurement) -> Measurement:
    """Return a row whose analyte and condition are written the one way they are compared.

    Parameters
    ----------
    row
        A measurement.

    Returns
    -------
    Measurement
        The row itself where nothing is to be changed.
    """
    quantity = find_quantity(row.quantity)
    analyte = None if quantity is None else canonical_analyte(quantity, row.analyte)
    analyte = row.analyte if analyte is None else analyte
    condition = canonical_stimulation(row.condition)
    if (analyte, condition) == (row.analyte, row.condition):
        return row
    return replace(row, analyte=analyte, condition=condition)


def select(
    rows: Iterable[Measurement], quantity: str, analyte: str, *, condition: str = ""
) -> Selection | None:
    """Return the rows that answer what a quantity of a lot is.

    The latest passage is judged, since it is nearest to what is released. A row without a passage
    may belong to any, so that it is judged beside the latest and never left aside.

    Parameters
    ----------
    rows
        The rows of one lot, with canonical names.
    quantity, analyte
        What is asked.
    condition
        What the cells had been stimulated with, or were measured beside; empty for nothing. Rows of
        several donors of lymphocytes all answer.

    Returns
    -------
    Selection or None
        ``None`` where no row answers.
    """
    wanted = (quantity, analyte, condition)
    found = in_order(
        row for row in rows if (row.quantity, row.analyte, asked_condition(row)) == wanted
    )
    if not found:
        return None
    numbers = {passage_number(row.passage) for row in found} - {-1}
    if not numbers:
        return Selection(found)
    latest = max(numbers)
    judged = tuple(row for row in found if passage_number(row.passage) in {latest, -1})
    return Selection(judged, f"P{latest}", tuple(f"P{n}" for n in sorted(numbers - {latest})))


def asked_condition(row: Measurement) -> str:
    """Return a row's condition without the donor of its lymphocytes.

    A profile can ask for a ratio of stromal cells to lymphocytes; whose lymphocytes they were
    belongs to the experiment.

    Parameters
    ----------
    row
        A measurement; the donor stands in its settings.

    Returns
    -------
    str
        The condition itself where no donor is told.

    Examples
    --------
    >>> told = {"lymphocyte_donor": "PB-07"}
    >>> asked_condition(Measurement(lot="L", quantity="percent_divided", value=1.0, settings=told,
    ...                             condition="MSC:PBMC 1:10, PB-07"))
    'MSC:PBMC 1:10'
    """
    donor = str(row.settings.get("lymphocyte_donor", ""))
    if not donor:
        return row.condition
    return "" if row.condition == donor else row.condition.removesuffix(f", {donor}")


Group = tuple[str, str, str, str]
"""Quantity, analyte, passage and condition: what can have only one value."""


def group_of(row: Measurement) -> Group:
    """Return what a row is a value of.

    Parameters
    ----------
    row
        A measurement.

    Returns
    -------
    tuple of str
        Quantity, analyte, passage, condition.
    """
    number = passage_number(row.passage)
    passage = row.passage.strip() if number == -1 else f"P{number}"
    return (row.quantity, row.analyte, passage, row.condition)


def distinct_values(rows: Iterable[Measurement]) -> tuple[float | str, ...]:
    """Return the different values of rows, after conversion to the quantity's canonical unit.

    Parameters
    ----------
    rows
        Rows of one quantity.

    Returns
    -------
    tuple of float or str
        The smallest first, words in alphabetical order; values that differ by no more than the
        rounding of a conversion are one.
    """
    numbers: list[float] = []
    words: set[str] = set()
    for row in rows:
        if row.category is not None:
            words.add(row.category)
            continue
        value = canonical_value(row)
        if value is not None and not any(_same(value, other) for other in numbers):
            numbers.append(value)
    return (*sorted(numbers), *sorted(words))


def _same(one: float, other: float) -> bool:
    # Units convert in decimal arithmetic of 28 digits; only the last bits of a float can differ.
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=0.0)


def canonical_value(row: Measurement) -> float | None:
    """Return a row's number in its quantity's canonical unit.

    Parameters
    ----------
    row
        A measurement.

    Returns
    -------
    float or None
        ``None`` where it has no number.
    """
    quantity = find_quantity(row.quantity)
    given = find_unit(row.unit)
    wanted = None if quantity is None or quantity.unit is None else find_unit(quantity.unit)
    if row.value is None or given is None or wanted is None:
        return row.value
    return convert(row.value, given, wanted) if given.dimension == wanted.dimension else row.value


def contradictions(rows: Sequence[Measurement]) -> dict[Group, tuple[Measurement, ...]]:
    """Return what a lot has two different values of.

    What belongs to a tube and not to the lot is left out: the live events of each tube, and the
    viability a dye shows in each.

    Parameters
    ----------
    rows
        The rows of one lot.

    Returns
    -------
    dict
        Group to its rows, for each group with more than one distinct value.
    """
    groups: dict[Group, list[Measurement]] = {}
    for row in rows:
        if row.analyte != IN_A_TUBE and row.quantity != "live_events":
            groups.setdefault(group_of(row), []).append(row)
    found = [
        in_order(members)
        for members in groups.values()
        if len(members) > 1 and len(distinct_values(members)) > 1
    ]
    return {
        group_of(members[0]): members
        for members in sorted(found, key=lambda members: _full_key(members[0]))
    }
