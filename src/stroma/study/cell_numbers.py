"""Whether a number of cells can be one: whole, and of the size a culture is counted in."""

from __future__ import annotations

from typing import Final, TypeVar

from stroma.errors import Problem
from stroma.readings import DECIMAL_MARKS, ReadingError, read_decimal
from stroma.study.tables import ReadRow, SheetRow, counts_as_empty
from stroma.texts import Text, text

R = TypeVar("R", bound=SheetRow)

LEAST_CELLS: Final = 100
"""A culture is neither seeded with fewer cells nor are so few counted at its harvest: a smaller
number was most likely meant in thousands or millions."""

_SIGNS_OF_A_POWER: Final = frozenset("eE^⁰¹²³⁴⁵⁶⁷⁸⁹")


def doubtful_cells(row: ReadRow[R], column: str) -> Problem | None:
    """Say why a cell can hardly be a number of cells.

    Parameters
    ----------
    row
        A row that could be read.
    column
        One that holds a number of cells.

    Returns
    -------
    Problem or None
        For fewer than :data:`LEAST_CELLS`, none apart; for a fraction, unless a workbook stores
        it, where it was most likely calculated; for a mark read as a decimal one where it may
        stand between thousands. ``None`` for all else, and where a power of ten is written out.
    """
    value: float | None = getattr(row.value, column)
    written = row.written.get(column, "")
    if value is None or value == 0 or _SIGNS_OF_A_POWER & set(written):
        return None
    is_stored = column in row.stored
    readings = {} if is_stored else _readings(written)
    is_fraction = not is_stored and not float(value).is_integer()
    is_least = any(other > value for other in readings.values())
    if value >= LEAST_CELLS and not is_fraction and not is_least:
        return None
    return Problem(
        row.place(column),
        found=_found(written, readings),
        expected=text("a whole number of cells, {least} or more", least=LEAST_CELLS),
        action=counts_as_empty(
            text("write it without marks between groups of digits, or with its power as 1.25e6")
        ),
    )


def _found(written: str, readings: dict[str, float]) -> Text:
    if len(set(readings.values())) < len(DECIMAL_MARKS):
        return text('"{written}" cells', written=written)
    point, comma = (f"{readings[mark]:.15g}" for mark in DECIMAL_MARKS)
    return text(
        '"{written}" is {point} with a decimal point and {comma} with a decimal comma',
        written=written,
        point=point,
        comma=comma,
    )


def _readings(written: str) -> dict[str, float]:
    readings: dict[str, float] = {}
    for mark in DECIMAL_MARKS:
        try:
            readings[mark] = float(read_decimal(written, decimal_mark=mark))
        except ReadingError:
            continue
    return readings
