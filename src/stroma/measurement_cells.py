"""The cells of one row of a laboratory's table of numbers, read against the vocabulary.

Used by :mod:`stroma.measurement_table` only. A cell because of which its row is left out raises
:class:`WrongCellError`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from stroma.analytes import canonical_analyte, describe_kind, find_marker
from stroma.errors import Place, Problem
from stroma.measurements import RefusedRow
from stroma.readings import ReadingError
from stroma.records import Row, Sheet
from stroma.spelling import nearest
from stroma.study.cells import Cell, Habit, number_of
from stroma.study.identifiers import canonical_passage, fold_identifier
from stroma.study.tables import left_out
from stroma.texts import Text, join, text
from stroma.units import UNITS, Unit, convert, find_unit, fold, require_unit
from stroma.vocabulary import (
    QUANTITIES,
    TISSUES,
    Quantity,
    canonical_stimulation,
    find_category,
    find_quantity,
    find_tissue,
    split_bound,
)

_NO_UNIT = ("", "-", "–", "none")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table, its cells by the names of the known columns.

    Parameters
    ----------
    sheet
        The table.
    row
        The row.
    columns
        Known column to column as printed.
    """

    sheet: Sheet
    row: Row
    columns: Mapping[str, str]
    cells: Mapping[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        written = self.row.cells
        held = {known: written.get(printed, "").strip() for known, printed in self.columns.items()}
        object.__setattr__(self, "cells", held)

    def cell(self, name: str) -> str:
        """Return the text of a cell.

        Parameters
        ----------
        name
            A known column.

        Returns
        -------
        str
            Stripped; empty where the table has no such column.
        """
        return self.cells.get(name, "")

    def place(self, name: str | None) -> Place:
        """Return the place of a cell.

        Parameters
        ----------
        name
            A known column; ``None`` for the row.

        Returns
        -------
        Place
            With the column as printed.
        """
        column = None if name is None else self.columns.get(name, name)
        return Place(
            file=self.sheet.origin.file,
            sheet=self.sheet.name,
            row=self.row.number,
            column=column,
            lot=self.lot or None,
        )

    def number(self, name: str) -> Cell:
        """Return the number a cell holds.

        Parameters
        ----------
        name
            A known column.

        Returns
        -------
        Cell
            Without the sign of a bound.
        """
        stored = self.columns.get(name, "") in self.row.numbers
        return Cell(self.row.number, split_bound(self.cell(name))[1], stored)

    @property
    def row_place(self) -> Place:
        """The row inside its table."""
        return Place(sheet=self.sheet.name, row=self.row.number)

    @property
    def lot(self) -> str:
        """The lot, its letters composed; empty where there is none."""
        return unicodedata.normalize("NFC", self.cell("lot"))

    @property
    def tissue(self) -> str:
        """Name of the tissue; empty where it is not stated or not known."""
        tissue = find_tissue(self.cell("source"))
        return "" if tissue is None else tissue.name


class WrongCellError(Exception):
    """A cell because of which its row is left out.

    Parameters
    ----------
    column
        The known column.
    refusal
        What is wrong with it.
    """

    def __init__(self, column: str, refusal: ReadingError) -> None:
        self.column = column
        self.refusal = refusal
        super().__init__(column)

    def at(self, line: Line) -> Problem:
        """Return the problem at its row.

        Parameters
        ----------
        line
            The row.

        Returns
        -------
        Problem
            Saying that the row is left out.
        """
        said = self.refusal
        return Problem(line.place(self.column), said.found, said.expected, left_out(said.action))


def wrong(column: str, found: Text, expected: Text, action: Text) -> WrongCellError:
    """Return the error of a cell.

    Parameters
    ----------
    column
        The known column.
    found, expected, action
        As in :class:`stroma.errors.Problem`.

    Returns
    -------
    WrongCellError
        To be raised.
    """
    return WrongCellError(column, ReadingError(found, expected, action))


def refused_row(line: Line) -> RefusedRow | None:
    """Return what a row that was left out may have been a value of.

    Parameters
    ----------
    line
        The row.

    Returns
    -------
    RefusedRow or None
        ``None`` where its lot, quantity or analyte cannot be told. A marker with letters that only
        look Latin, or the letter O for a zero, counts as told: the row is left out all the same.
    """
    quantity = find_quantity(line.cell("quantity"))
    if quantity is None or not line.lot:
        return None
    analyte = _likely_analyte(quantity, line.cell("analyte"))
    if analyte is None:
        return None
    return RefusedRow(
        lot=line.lot,
        source=line.tissue,
        quantity=quantity.name,
        analyte=analyte,
        passage=canonical_passage(line.cell("passage")) or "",
        condition=canonical_stimulation(line.cell("condition")),
        place=line.row_place.describe(),
    )


def _likely_analyte(quantity: Quantity, written: str) -> str | None:
    analyte = canonical_analyte(quantity, written)
    if analyte is not None or quantity.analyte != "marker" or not written:
        return analyte
    latin = fold_identifier(written).upper()
    return find_marker(latin.replace("O", "0") if latin.startswith("CD") else latin)


def quantity_of(line: Line) -> Quantity:
    """Return the quantity a row is of.

    Parameters
    ----------
    line
        The row.

    Returns
    -------
    Quantity
        The quantity.

    Raises
    ------
    WrongCellError
        The word is none of the vocabulary's.
    """
    written = line.cell("quantity")
    quantity = find_quantity(written)
    if quantity is not None:
        return quantity
    names = [known.name for known in QUANTITIES]
    marker = find_marker(written)
    if marker is not None and marker.startswith(("CD", "HLA-")):
        action = text(
            "write percent_positive as the quantity and {marker} as the analyte", marker=marker
        )
    else:
        action = _write_nearest(written, names)
    found = text('the unknown quantity "{word}"', word=written) if written else _EMPTY
    raise wrong("quantity", found, _one_of(names), action)


_EMPTY = text("an empty cell")


def _one_of(names: list[str]) -> Text:
    return text("one of {names}", names=", ".join(names))


def _write_nearest(written: str, names: list[str]) -> Text:
    alike = nearest(written, names)
    if alike:
        return text("write {nearest}, if it is meant", nearest=" / ".join(alike))
    return text("write one of these names")


def analyte_of(line: Line, quantity: Quantity) -> str:
    """Return the analyte of a row, written the one way it is compared.

    Parameters
    ----------
    line
        The row.
    quantity
        Its quantity.

    Returns
    -------
    str
        The analyte; empty where the quantity says all.

    Raises
    ------
    WrongCellError
        It is missing, or not of the kind the quantity takes.
    """
    written = line.cell("analyte")
    analyte = canonical_analyte(quantity, written)
    if analyte is not None:
        return analyte
    if written:
        found = text('"{word}" for {quantity}', word=written, quantity=quantity.name)
        raise wrong("analyte", found, describe_kind(quantity), text("correct the analyte"))
    found = text("an empty cell for {quantity}", quantity=quantity.name)
    raise wrong("analyte", found, describe_kind(quantity), text("write the analyte"))


def source_of(line: Line) -> str:
    """Return the tissue of a row.

    Parameters
    ----------
    line
        The row.

    Returns
    -------
    str
        Its name; empty where none is stated.

    Raises
    ------
    WrongCellError
        The word is no tissue of the vocabulary's.
    """
    written = line.cell("source")
    if written and not line.tissue:
        names = [tissue.name for tissue in TISSUES]
        raise wrong("source", text('the unknown tissue "{word}"', word=written), _one_of(names),
                    _write_nearest(written, names))  # fmt: skip
    return line.tissue


def category_of(line: Line, quantity: Quantity) -> str:
    """Return the result of a row whose quantity has words for results.

    Parameters
    ----------
    line
        The row; the column ``category`` goes before ``value``.
    quantity
        Its quantity.

    Returns
    -------
    str
        Name of the result.

    Raises
    ------
    WrongCellError
        The word is none of the quantity's results.
    """
    column = "category" if line.cell("category") else "value"
    written = line.cell(column)
    category = find_category(quantity, written)
    if category is not None:
        return category.name
    raise wrong(
        column,
        text('the result "{word}"', word=written) if written else _EMPTY,
        text(
            "one of {results} for {quantity}",
            results=", ".join(known.name for known in quantity.categories),
            quantity=quantity.name,
        ),
        text("write one of these words"),
    )


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a row, in its quantity's canonical unit.

    Parameters
    ----------
    value, low, high
        The number and its interval; ``None`` where an end is not stated.
    unit
        UCUM code of the canonical unit.
    entered
        What was written, where it is a bound such as ``"<0.1 EU/mL"``; empty for a value.
    """

    value: float
    low: float | None
    high: float | None
    unit: str
    entered: str = ""


def amount_of(line: Line, quantity: Quantity, habits: Mapping[str, Habit]) -> Amount:
    """Return the number of a row with its interval.

    Parameters
    ----------
    line
        The row.
    quantity
        Its quantity, which has a unit.
    habits
        How each column writes numbers.

    Returns
    -------
    Amount
        The number; a result reported as a bound has itself as one end of its interval.

    Raises
    ------
    WrongCellError
        It is no number or two, its unit is missing, unknown or measures something else, it lies
        where no value can lie, or outside its own interval.
    """
    if not line.cell("value"):
        expected = text("a number for {quantity}", quantity=quantity.name)
        raise wrong("value", _EMPTY, expected, text("write the number, or delete the row"))
    given, canonical = _units(line, quantity)

    def read(name: str) -> float:
        try:
            number = number_of(line.number(name), habits.get(name, Habit()))
        except ReadingError as refusal:
            raise WrongCellError(name, refusal) from refusal
        return convert(number, given, canonical)

    value = read("value")
    low = read("low") if line.cell("low") else None
    high = read("high") if line.cell("high") else None
    _check_possible(line, quantity, value)
    sign = split_bound(line.cell("value"))[0]
    if sign:
        return _bound(line, quantity, value=value, sign=sign)
    if low is not None and low > value:
        raise _outside_interval("low", low, value)
    if high is not None and high < value:
        raise _outside_interval("high", high, value)
    return Amount(value, low, high, canonical.code)


def _outside_interval(name: str, end: float, value: float) -> WrongCellError:
    found = text("{end} beside the value {value}", end=end, value=value)
    return wrong(name, found, text("low ≤ value ≤ high"), text("correct the numbers"))


def _bound(line: Line, quantity: Quantity, *, value: float, sign: str) -> Amount:
    if line.cell("low") or line.cell("high"):
        found = text('"{word}" beside low or high', word=line.cell("value"))
        expected = text("either a bound or an interval")
        raise wrong("value", found, expected, text("keep one of them"))
    entered = " ".join(part for part in (line.cell("value"), line.cell("unit")) if part)
    is_upper = sign in {"<", "≤"}
    return Amount(
        value,
        quantity.low if is_upper else value,
        value if is_upper else quantity.high,
        quantity.unit or "",
        entered,
    )


def _units(line: Line, quantity: Quantity) -> tuple[Unit, Unit]:
    """Return the unit written and the quantity's canonical one."""
    canonical = require_unit(quantity.unit or "", line.place("unit"))
    written = line.cell("unit")
    unit = find_unit(written)
    is_stated = fold(written) not in _NO_UNIT or canonical.code == "1"
    if unit is None or unit.dimension != canonical.dimension or not is_stated:
        raise _wrong_unit(written, unit if is_stated else None, quantity, canonical)
    return unit, canonical


def _wrong_unit(
    written: str, unit: Unit | None, quantity: Quantity, canonical: Unit
) -> WrongCellError:
    expected = join([u.label or u.code for u in UNITS if u.dimension == canonical.dimension])
    if unit is not None:
        found = text('the unit "{unit}" for {quantity}', unit=written, quantity=quantity.name)
        return wrong("unit", found, expected, _mend_dimension(unit, canonical))
    if fold(written) not in _NO_UNIT:
        return wrong("unit", text('the unknown unit "{unit}"', unit=written), expected,
                     text("write the unit in one of these forms"))  # fmt: skip
    found = text("an empty cell for {quantity}", quantity=quantity.name)
    if written:
        found = text('"{unit}" for {quantity}', unit=written, quantity=quantity.name)
    return wrong("unit", found, expected, text("write the unit; none is assumed"))


def _mend_dimension(unit: Unit, canonical: Unit) -> Text:
    if (unit.code, canonical.code) == ("1", "%"):
        return text("write a percentage with the unit %, not a fraction: 95, not 0.95")
    others = [quantity.name for quantity in QUANTITIES if _dimension_of(quantity) == unit.dimension]
    if len(others) == 1:
        return text("correct the unit, or write {quantity} as the quantity", quantity=others[0])
    return text("correct the unit, and the value with it")


def _dimension_of(quantity: Quantity) -> str:
    unit = None if quantity.unit is None else find_unit(quantity.unit)
    return "" if unit is None else unit.dimension


def is_possible(quantity: Quantity, value: float) -> bool:
    """Tell whether a quantity can have a value.

    Parameters
    ----------
    quantity
        The quantity.
    value
        In its canonical unit.

    Returns
    -------
    bool
        False beyond its bounds.
    """
    return (quantity.low is None or value >= quantity.low) and (
        quantity.high is None or value <= quantity.high
    )


def possible_values(quantity: Quantity) -> Text:
    """Return which values a quantity can have.

    Parameters
    ----------
    quantity
        A quantity with at least one bound.

    Returns
    -------
    Text
        For example "0 to 100 %".
    """
    unit = find_unit(quantity.unit or "")
    label = "" if unit is None else unit.label
    if quantity.low is None:
        return text("{high} {unit} at most", high=quantity.high, unit=label)
    if quantity.high is None:
        return text("{low} {unit} at least", low=quantity.low, unit=label)
    return text("{low} to {high} {unit}", low=quantity.low, high=quantity.high, unit=label)


def _check_possible(line: Line, quantity: Quantity, value: float) -> None:
    if not is_possible(quantity, value):
        written = " ".join((line.cell("value"), line.cell("unit")))
        found = text("{value} for {quantity}", value=written, quantity=quantity.name)
        action = text("correct the number or its unit")
        raise wrong("value", found, possible_values(quantity), action)
