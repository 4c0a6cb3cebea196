"""The lots of a profile by its criteria, in parts narrow enough for a page."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from stroma.criteria.verdicts import CriterionResult, LotOutcome, LotVerdict
from stroma.results import ProfileVerdicts

MOST_COLUMNS = 16
"""Criteria that fit beside each other on a landscape A4 page and stay readable."""

Key: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One criterion of one lot.

    Parameters
    ----------
    number
        Its position among the lot's criteria, from 0; part of its anchor.
    result
        What came of it.
    """

    number: int
    result: CriterionResult


@dataclass(frozen=True, slots=True)
class GridRow:
    """One lot.

    Parameters
    ----------
    lot
        Number of the lot in the report.
    verdict
        Its verdict.
    cells
        One for each column; ``None`` where the column is not asked of this lot, as with a
        condition under which only others were measured.
    """

    lot: int
    verdict: LotVerdict
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The lots of one profile by its criteria.

    Parameters
    ----------
    number
        Position of the profile, from 0.
    judged
        The profile and its verdicts.
    columns
        The criteria, each as one of the lots has it.
    rows
        The lots.
    parts
        Ranges of columns, each narrow enough for a page.
    counts
        How many lots have each verdict.
    """

    number: int
    judged: ProfileVerdicts
    columns: tuple[CriterionResult, ...]
    rows: tuple[GridRow, ...]
    parts: tuple[range, ...]
    counts: Mapping[LotOutcome, int]


def make_grid(number: int, judged: ProfileVerdicts, numbers: Mapping[tuple[str, str], int]) -> Grid:
    """Put the verdicts under a profile into a grid.

    Parameters
    ----------
    number
        Position of the profile.
    judged
        The profile and its verdicts.
    numbers
        Number of each lot in the report, by its name and tissue.

    Returns
    -------
    Grid
        Rows in the order of the numbers.
    """
    keyed = [(lot, _keyed(lot.criteria)) for lot in judged.lots]
    columns = _columns(cells for _lot, cells in keyed)
    rows = [
        GridRow(numbers[lot.lot, lot.source], lot, tuple(cells.get(key) for key in columns))
        for lot, cells in keyed
    ]
    counts = Counter(lot.verdict for lot in judged.lots)
    return Grid(
        number,
        judged,
        tuple(columns.values()),
        tuple(sorted(rows, key=lambda row: row.lot)),
        _parts(len(columns)),
        {outcome: counts[outcome] for outcome in LotOutcome},
    )


def _keyed(criteria: Sequence[CriterionResult]) -> dict[Key, Cell]:
    """Return criteria by what they ask, since a condition can add one to some lots only."""
    cells: dict[Key, Cell] = {}
    for number, result in enumerate(criteria):
        asked = (
            result.quantity, result.analyte, result.operator, result.limit, result.unit,
            result.condition, result.purpose,
        )  # fmt: skip
        again = sum(key[:-1] == asked for key in cells)
        cells[*asked, again] = Cell(number, result)
    return cells


def _columns(lots: Iterable[Mapping[Key, Cell]]) -> dict[Key, CriterionResult]:
    """Return every criterion of any lot once, a further one behind the one it follows."""
    order: list[Key] = []
    found: dict[Key, CriterionResult] = {}
    for cells in lots:
        place = 0
        for key, cell in cells.items():
            if key in found:
                place = order.index(key) + 1
                continue
            order.insert(place, key)
            found[key] = cell.result
            place += 1
    return {key: found[key] for key in order}


def _parts(columns: int) -> tuple[range, ...]:
    count = math.ceil(columns / MOST_COLUMNS)
    bounds = [round(part * columns / count) for part in range(count + 1)] if count else [0, 0]
    return tuple(range(a, b) for a, b in itertools.pairwise(bounds))
