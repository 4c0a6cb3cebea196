"""Tables for a notebook: a frame to a sheet, verdicts to a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stroma.records import Origin, Row, Sheet

if TYPE_CHECKING:
    import pandas as pd

    from stroma.results import StudyResults

VERDICT_COLUMNS: tuple[str, ...] = (
    "lot", "source", "verdict", "quantity", "analyte", "operator", "limit", "unit", "role",
    "outcome", "value", "low", "high", "reason", "citation",
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
    import pandas as pd

    names = tuple(str(name) for name in frame.columns)
    rows = tuple(
        Row(number, {name: "" if pd.isna(cell) else _written(cell)
                     for name, cell in zip(names, cells, strict=True)})
        for number, cells in enumerate(frame.itertuples(index=False, name=None), start=2)
    )  # fmt: skip
    return Sheet(Origin("the frame", ""), None, names, rows, typed=True)


def _written(cell: object) -> str:
    return repr(cell) if isinstance(cell, float) else str(cell)


def verdict_frame(results: StudyResults) -> pd.DataFrame:
    """Return verdicts as a frame.

    Parameters
    ----------
    results
        Results under one or more profiles.

    Returns
    -------
    pandas.DataFrame
        One row per lot and criterion, columns :data:`VERDICT_COLUMNS`.
    """
    import pandas as pd

    rows = [
        (
            lot.lot, lot.source, lot.verdict.value, result.quantity, result.analyte,
            result.operator, result.limit, result.unit, result.role.value, result.outcome.value,
            result.value if result.category is None else result.category, result.low, result.high,
            str(result.reason), result.citation,
        )
        for judged in results.verdicts
        for lot in judged.lots
        for result in lot.criteria
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(VERDICT_COLUMNS))
    frame.attrs["problems"] = [problem.render() for problem in results.problems]
    return frame
