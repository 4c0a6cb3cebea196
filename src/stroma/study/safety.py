"""``safety``: results of tests as they were reported, words and numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from stroma.errors import Place, Problem, StudyProblem
from stroma.house_rules import ReadingRule
from stroma.readings import ReadingError
from stroma.records import SafetyResult
from stroma.study.cells import Cell, Habit, number_habit, number_of
from stroma.study.tables import ReadRow, SheetRow, left_out
from stroma.texts import Text, join, text
from stroma.units import Unit, convert, find_unit, require_unit
from stroma.vocabulary import (
    LINEAGES,
    Quantity,
    canonical_marker,
    canonical_phenotype,
    find_category,
    find_lineage,
    find_quantity,
)


class SafetyRow(SheetRow):
    """A row of ``safety``."""

    lot: str
    passage: str = ""
    test: str
    agent: str = ""
    result: str
    unit: str = ""
    method: str | None = None
    tested_on: str | None = None


Row = ReadRow[SafetyRow]

_BELOW: Final = re.compile(r"(?P<below><=?|≤|less than|below|менее|ниже)?\s*(?P<rest>.*)",
                           re.IGNORECASE | re.DOTALL)  # fmt: skip
_NUMBER_AND_UNIT: Final = re.compile(
    r"(?P<number>[+\-−]?[\d.,'’\s]*\d(?:\s?(?:[eE]|[x×*]\s?10\^)[+\-−]?\d+)?)\s*(?P<unit>.*)",
    re.DOTALL,
)

_UNITLESS: Final = frozenset(("ratio", "cycles", "doublings", "score"))
"""Dimensions with one unit only, which nobody writes as a fraction or a multiple."""


@dataclass(frozen=True, slots=True)
class _Amount:
    """A result that is a number: its parts as written."""

    number: str
    below: bool
    unit: str


def check_safety(
    rows: Sequence[Row], rule: ReadingRule
) -> tuple[tuple[SafetyResult, ...], tuple[Problem, ...]]:
    """Check the results against the vocabulary and bring numbers to the quantity's unit.

    Parameters
    ----------
    rows
        Rows of known lots.
    rule
        How the laboratory writes numbers.

    Returns
    -------
    results
        The results of the study.
    problems
        Words that are no result of their test, numbers and units that cannot be read.
    """
    amounts = {row.number: _amount(row) for row in rows}
    habit, doubts = _habit(rows, amounts, rule)
    problems = list(doubts)
    results = []
    for row in rows:
        try:
            results.append(_result(row, amounts[row.number], habit))
        except _WrongCellError as wrong:
            refusal = wrong.refusal
            problems.append(
                Problem(
                    row.place(wrong.column),
                    refusal.found,
                    refusal.expected,
                    left_out(refusal.action),
                )
            )
    return tuple(results), tuple(problems)


class _WrongCellError(Exception):
    def __init__(self, column: str, refusal: ReadingError) -> None:
        self.column = column
        self.refusal = refusal
        super().__init__(column)


def _quantity(row: Row) -> Quantity:
    quantity = find_quantity(row.value.test)
    if quantity is None:
        raise LookupError(row.value.test)
    return quantity


def _amount(row: Row) -> _Amount | None:
    """Take a written number apart; ``None`` where the result is a word."""
    if _quantity(row).is_category:
        return None
    limit = _BELOW.fullmatch(row.value.result)
    if limit is None:
        return None
    parts = _NUMBER_AND_UNIT.fullmatch(limit["rest"])
    if parts is None:
        return None
    return _Amount(parts["number"].strip(), limit["below"] is not None, parts["unit"].strip())


def _habit(
    rows: Sequence[Row], amounts: dict[int, _Amount | None], rule: ReadingRule
) -> tuple[Habit, tuple[Problem, ...]]:
    cells = [
        Cell(row.number, amount.number, "result" in row.stored)
        for row in rows
        for amount in [amounts[row.number]]
        if amount is not None
    ]
    if not cells:
        return Habit(), ()
    sheet = rows[0].sheet
    place = Place(sheet.origin.file, sheet.name, None, "result")
    return number_habit(cells, rule=rule, place=place)


def _result(row: Row, amount: _Amount | None, habit: Habit) -> SafetyResult:
    said = row.value
    quantity = _quantity(row)
    analyte = _analyte(said.agent, quantity)
    category, value = None, None
    if quantity.is_category:
        category = _category(said, quantity)
    else:
        value = _number(row, amount, quantity, habit)
    return SafetyResult(
        lot=said.lot,
        quantity=quantity.name,
        entered=said.result,
        origin_of_row=row.origin,
        passage=said.passage,
        analyte=analyte,
        category=category,
        value=value,
        below=amount is not None and amount.below,
        method=said.method,
        tested_on=said.tested_on,
    )


def _analyte(agent: str, quantity: Quantity) -> str:
    match quantity.analyte:
        case None:
            if agent:
                raise _wrong("agent", text('"{agent}"', agent=agent),
                             text("an empty cell for {quantity}", quantity=quantity.label),
                             text("clear the cell or correct the test"))  # fmt: skip
            return ""
        case "stage" | "tube":
            return agent
        case "lineage":
            found, known = find_lineage(agent), join([label for _n, label, _s in LINEAGES])
        case "marker":
            found, known = canonical_marker(agent) or None, text("a surface marker")
        case "phenotype":
            found, known = canonical_phenotype(agent), text("markers with signs: CD105+/CD45-")
        case _:
            found, known = agent or None, text("the agent tested for, such as HIV-1")
    if found is None:
        raise _wrong(
            "agent",
            text('"{agent}"', agent=agent) if agent else text("an empty cell"),
            known,
            text("fill the cell: without it the result says nothing"),
        )
    return found


def _category(said: SafetyRow, quantity: Quantity) -> str:
    category = find_category(quantity, said.result)
    if category is None:
        raise _wrong(
            "result",
            text('the result "{result}"', result=said.result),
            text(
                "one of {results} for {quantity}",
                results=", ".join(known.name for known in quantity.categories),
                quantity=quantity.label,
            ),
            text("write one of these words"),
        )
    return category.name


def _number(row: Row, amount: _Amount | None, quantity: Quantity, habit: Habit) -> float:
    if amount is None:
        raise _wrong(
            "result",
            text('"{result}"', result=row.value.result),
            text("a number, or < and a number, for {quantity}", quantity=quantity.label),
            text("write the number that was reported"),
        )
    try:
        number = number_of(Cell(row.number, amount.number, "result" in row.stored), habit)
    except ReadingError as refusal:
        raise _WrongCellError("result", refusal) from refusal
    unit, canonical = _unit(row, amount, quantity)
    value = convert(number, unit, canonical)
    if (quantity.low is not None and value < quantity.low) or (
        quantity.high is not None and value > quantity.high
    ):
        raise _wrong(
            "result",
            text('"{result}"', result=row.value.result),
            _bounds(quantity),
            text("correct the number or its unit"),
        )
    return value


def _unit(row: Row, amount: _Amount, quantity: Quantity) -> tuple[Unit, Unit]:
    """Return the unit of a result and the quantity's own, both of one dimension."""
    canonical = find_unit(quantity.unit or "")
    if canonical is None:
        raise LookupError(quantity.unit)
    column = "unit" if row.value.unit else "result"
    written = row.value.unit or amount.unit
    expected = text("a unit of {quantity}, such as {unit}", quantity=quantity.label,
                    unit=canonical.label)  # fmt: skip
    if not written and canonical.dimension not in _UNITLESS:
        raise _wrong("unit", text("an empty cell"), expected, text("write the unit of the result"))
    try:
        unit = require_unit(written, row.place(column)) if written else canonical
    except StudyProblem as error:
        problem = error.problems[0]
        raise _wrong(column, problem.found, expected, problem.action) from error
    stated = find_unit(amount.unit) if amount.unit else unit
    if unit.dimension != canonical.dimension or stated != unit:
        units = dict.fromkeys(filter(None, (written, amount.unit)))
        raise _wrong(
            column,
            text('the unit "{unit}"', unit=" / ".join(units)),
            expected,
            text("correct the unit or the test"),
        )
    return unit, canonical


def _bounds(quantity: Quantity) -> Text:
    label = quantity.label
    if quantity.low is not None and quantity.high is not None:
        return text("{quantity} between {low} and {high} {unit}", quantity=label,
                    low=quantity.low, high=quantity.high, unit=quantity.unit)  # fmt: skip
    if quantity.high is not None:
        return text("{quantity} of at most {high} {unit}", quantity=label, high=quantity.high,
                    unit=quantity.unit)  # fmt: skip
    return text("{quantity} of at least {low}", quantity=label, low=quantity.low)


def _wrong(column: str, found: Text, expected: Text, action: Text) -> _WrongCellError:
    return _WrongCellError(column, ReadingError(found, expected, action))
