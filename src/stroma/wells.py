"""Names of wells: letters for the row, a number for the column."""

from __future__ import annotations

import re
from typing import Final

PLATE_SIZES: Final[tuple[tuple[int, int], ...]] = (
    (2, 3), (3, 4), (4, 6), (6, 8), (8, 12), (16, 24), (32, 48),
)  # fmt: skip
"""Rows and columns of the plates there are, 6 to 1536 wells."""

_WELL: Final = re.compile(r"([A-Za-z]{1,2})0*([1-9][0-9]?)")
_LETTERS: Final = 26


def well_position(name: str) -> tuple[int, int] | None:
    """Return row and column of a well, counted from zero.

    Parameters
    ----------
    name
        ``"A1"``, ``"a01"``, ``"AF48"``.

    Returns
    -------
    tuple of int or None
        ``None`` where it is no name of a well.

    Examples
    --------
    >>> well_position("B03"), well_position("AA1"), well_position("12")
    ((1, 2), (26, 0), None)
    """
    match = _WELL.fullmatch(name.strip())
    if match is None:
        return None
    row = 0
    for letter in match[1].upper():
        row = row * _LETTERS + ord(letter) - ord("A") + 1
    return row - 1, int(match[2]) - 1


def well_name(row: int, column: int) -> str:
    """Return the name of a well.

    Parameters
    ----------
    row, column
        Counted from zero.

    Returns
    -------
    str
        Without leading zeros.

    Examples
    --------
    >>> well_name(1, 2), well_name(26, 0)
    ('B3', 'AA1')
    """
    letters = chr(ord("A") + row % _LETTERS)
    if row >= _LETTERS:
        letters = chr(ord("A") + row // _LETTERS - 1) + letters
    return f"{letters}{column + 1}"


def wells_of(written: str) -> tuple[str, ...] | None:
    """Return the wells a cell names.

    Parameters
    ----------
    written
        Wells and ranges with commas or semicolons between: ``"A1"``, ``"A1:B2"``, ``"A1, C1"``. A
        range is the rectangle between its corners.

    Returns
    -------
    tuple of str or None
        Row by row, each once; ``None`` where a part is no well.

    Examples
    --------
    >>> wells_of("A1:B2"), wells_of("H12; A1"), wells_of("A1-")
    (('A1', 'A2', 'B1', 'B2'), ('H12', 'A1'), None)
    """
    found: dict[str, None] = {}
    for part in re.split(r"[,;]", written):
        corners = [well_position(corner) for corner in re.split(r"[:\-–]", part)]
        if len(corners) not in (1, 2):
            return None
        ends = [corner for corner in corners if corner is not None]
        if len(ends) != len(corners):
            return None
        (top, left), (bottom, right) = ends[0], ends[-1]
        for row in range(min(top, bottom), max(top, bottom) + 1):
            for column in range(min(left, right), max(left, right) + 1):
                found[well_name(row, column)] = None
    return tuple(found)


def wells_outside(wells: tuple[str, ...], rows: int, columns: int) -> tuple[str, ...]:
    """Return the wells that are not on a plate.

    Parameters
    ----------
    wells
        Their names.
    rows, columns
        Of the plate.

    Returns
    -------
    tuple of str
        Those outside; empty where all are on it.

    Examples
    --------
    >>> wells_outside(("A1", "I1", "A13"), 8, 12)
    ('I1', 'A13')
    """
    outside = []
    for well in wells:
        position = well_position(well)
        if position is None or position[0] >= rows or position[1] >= columns:
            outside.append(well)
    return tuple(outside)
