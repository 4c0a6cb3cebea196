"""Tables for a notebook: a frame to a sheet, verdicts to a frame."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Integral, Real
from typing import TYPE_CHECKING

from stroma.comparison.results import Answer, Comparison
from stroma.criteria.verdicts import Limit
from stroma.criteria.wording import limit_text
from stroma.records import Origin, Row, Sheet

if TYPE_CHECKING:
    import pandas as pd

    from stroma.results import ComparisonResults, StudyResults

VERDICT_COLUMNS: tuple[str, ...] = (
    "lot", "source", "verdict", "quantity", "analyte", "operator", "limit", "limit_text", "unit",
    "role", "outcome", "value", "category", "low", "high", "reason", "citation",
)  # fmt: skip
NUMBER_COLUMNS: tuple[str, ...] = ("limit", "value", "low", "high")

COMPARISON_COLUMNS: tuple[str, ...] = (
    "quantity", "analyte", "first", "second", "answer", "difference", "low", "high", "unit",
    "adjusted_p", "margin", "margin_unit", "adjusted_p_equivalence", "first_mean", "second_mean",
    "first_donors", "second_donors", "donors_for_difference", "donors_for_equivalence", "scale",
    "estimate", "estimate_low", "estimate_high", "method", "reason", "remarks",
)  # fmt: skip
COMPARISON_COUNTS: tuple[str, ...] = (
    "first_donors", "second_donors", "donors_for_difference", "donors_for_equivalence",
)  # fmt: skip
COMPARISON_NUMBERS: tuple[str, ...] = (
    "difference", "low", "high", "adjusted_p", "margin", "adjusted_p_equivalence", "first_mean",
    "second_mean", "estimate", "estimate_low", "estimate_high",
)  # fmt: skip


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


def comparison_frame(results: ComparisonResults) -> pd.DataFrame:
    """Return comparisons as a frame.

    Parameters
    ----------
    results
        Answers to questions about sources.

    Returns
    -------
    pandas.DataFrame
        One row per question and pair of sources, columns :data:`COMPARISON_COLUMNS`; the donors a
        side are for 80 % power. A question that cannot be asked has no answer and its reason;
        ``remarks`` says what was adjusted for, what was not, and what was left out.
    """
    import pandas as pd

    rows = [comparison_row(held) for held in results.family.comparisons]
    types = dict.fromkeys(COMPARISON_COLUMNS, "string")
    types |= dict.fromkeys(COMPARISON_NUMBERS, "Float64")
    types |= dict.fromkeys(COMPARISON_COUNTS, "Int64")
    frame = pd.DataFrame(rows, columns=list(COMPARISON_COLUMNS)).astype(types)
    frame.attrs["problems"] = [problem.render() for problem in results.problems]
    return frame


def comparison_row(held: Comparison) -> tuple[object, ...]:
    """Return a comparison as one row.

    Parameters
    ----------
    held
        The comparison.

    Returns
    -------
    tuple
        In the order of :data:`COMPARISON_COLUMNS`.
    """
    told, estimate, margin = held.difference, held.estimate, held.margin
    means = [side.mean for side in held.summaries] or [None, None]
    at_80 = {needed.answer: needed.per_side for needed in reversed(held.donors_needed)
             if needed.power == 0.8}  # fmt: skip
    return (
        held.quantity, held.analyte, *held.sources, None if held.answer is None else held.answer,
        *((None, None, None) if told is None else (told.value, told.low, told.high)),
        held.unit, held.adjusted_p,
        *((None, None) if margin is None else (margin.value, margin.unit)),
        held.adjusted_p_equivalence, *means, *(len(side) for side in held.design.donors),
        at_80.get(Answer.DIFFERENT), at_80.get(Answer.EQUIVALENT), held.scale.value,
        *((None, None, None) if estimate is None else
          (estimate.value, estimate.low, estimate.high)),
        None if estimate is None else estimate.method, str(held.reason),
        "; ".join(str(told) for told in (*held.design.remarks, *held.design.left_out)),
    )  # fmt: skip
