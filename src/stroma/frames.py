"""Tables for a notebook: a frame to a sheet, verdicts to a frame."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Integral, Real
from typing import TYPE_CHECKING

from stroma.criteria.verdicts import Limit
from stroma.criteria.wording import limit_text
from stroma.records import Origin, Row, Sheet

if TYPE_CHECKING:
    import pandas as pd

    from stroma.results import StudyResults

VERDICT_COLUMNS: tuple[str, ...] = (
    "lot", "source", "verdict", "quantity", "analyte", "operator", "limit", "limit_text", "unit",
    "role", "outcome", "value", "category", "low", "high", "reason", "citation",
)  # fmt: skip
NUMBER_COLUMNS: tuple[str, ...] = ("limit", "value", "low", "high")


def sheet_of(frame: pd.DataFrame) -> Sheet:
    """Return a frame as a sheet, its cells written as text.

    Parameters
    ----------
    frame
        Any frame; a missing value is an empty cell.

    Returns
    -------
    Sheet
        Its rows numbered from 2, as if the column names stood in row 1.
    """
    names = tuple(str(name) for name in frame.columns)
    rows = tuple(
        _row(number, dict(zip(names, cells, strict=True)))
        for number, cells in enumerate(frame.itertuples(index=False, name=None), start=2)
    )
    return Sheet(Origin("the frame", ""), None, names, rows, typed=True)


def _row(number: int, cells: Mapping[str, object]) -> Row:
    return Row(
        number,
        {name: _written(cell) for name, cell in cells.items()},
        frozenset(name for name, cell in cells.items() if isinstance(cell, Real)),
    )


def _written(cell: object) -> str:
    """Write a cell; numpy's own ``repr`` of a number would be ``np.float64(93.2)``."""
    import pandas as pd

    is_nan = isinstance(cell, Real) and not isinstance(cell, Integral) and math.isnan(cell)
    if is_nan or cell is None or cell is pd.NA or cell is pd.NaT:
        return ""
    if isinstance(cell, bool) or not isinstance(cell, Real):
        return str(cell)
    return str(int(cell)) if isinstance(cell, Integral) else repr(float(cell))


def verdict_frame(results: StudyResults) -> pd.DataFrame:
    """Return verdicts as a frame.

    Parameters
    ----------
    results
        Results under one or more profiles.

    Returns
    -------
    pandas.DataFrame
        One row per lot and criterion, columns :data:`VERDICT_COLUMNS`: ``limit``, ``value``,
        ``low`` and ``high`` as ``Float64``, the rest as ``string``. A limit that is a word or a
        pair stands in ``limit_text`` only, a result that is a word in ``category``.
    """
    import pandas as pd

    rows = [
        (
            lot.lot, lot.source, lot.verdict.value, result.quantity, result.analyte,
            result.operator, _number(result.limit), str(limit_text(result)), result.unit,
            result.role.value, result.outcome.value, result.value, result.category, result.low,
            result.high, str(result.reason), result.citation,
        )
        for judged in results.verdicts
        for lot in judged.lots
        for result in lot.criteria
    ]  # fmt: skip
    types = dict.fromkeys(VERDICT_COLUMNS, "string") | dict.fromkeys(NUMBER_COLUMNS, "Float64")
    frame = pd.DataFrame(rows, columns=list(VERDICT_COLUMNS)).astype(types)
    frame.attrs["problems"] = [problem.render() for problem in results.problems]
    return frame


def _number(limit: Limit) -> float | None:
    return float(limit) if isinstance(limit, float | int) else None
