"""Pooled answers as frames for a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stroma.evidence.pooling.pool import PooledAnswer, as_effect
from stroma.evidence.pooling.words import headline
from stroma.pooled_table import PooledTable
from stroma.pooling_run import PoolingResults

if TYPE_CHECKING:
    import pandas as pd

POOLED_COLUMNS: tuple[str, ...] = (
    "quantity", "analyte", "first", "second", "kind", "answer", "papers", "estimates", "effect",
    "low", "high", "prediction_low", "prediction_high", "p", "tau2", "i2_percent", "scale", "unit",
    "method", "test", "higher", "lower", "no_difference", "reason", "remarks", "rows",
)  # fmt: skip
POOLED_NUMBERS: tuple[str, ...] = (
    "effect", "low", "high", "prediction_low", "prediction_high", "p", "tau2", "i2_percent",
)  # fmt: skip
POOLED_COUNTS: tuple[str, ...] = ("papers", "estimates", "higher", "lower", "no_difference")

COEFFICIENT_COLUMNS: tuple[str, ...] = (
    "term", "estimate", "standard_error", "low", "high", "statistic", "p",
)  # fmt: skip


def pooled_frame(results: PoolingResults) -> pd.DataFrame:
    """Return pooled answers as a frame.

    Parameters
    ----------
    results
        The answers.

    Returns
    -------
    pandas.DataFrame
        One row per question and kind, columns :data:`POOLED_COLUMNS`; ratios and odds ratios, or
        differences in the unit. ``higher``, ``lower`` and ``no_difference`` count stated
        directions of papers that measured.
    """
    import pandas as pd

    types = dict.fromkeys(POOLED_COLUMNS, "string")
    types |= dict.fromkeys(POOLED_NUMBERS, "Float64")
    types |= dict.fromkeys(POOLED_COUNTS, "Int64")
    rows = [_row(answer) for answer in results.answers]
    frame = pd.DataFrame(rows, columns=list(POOLED_COLUMNS)).astype(types)
    frame.attrs["problems"] = [problem.render() for problem in results.problems]
    return frame


def _row(answer: PooledAnswer) -> tuple[object, ...]:
    held, scale = answer.estimate, answer.scale
    numbers: tuple[object, ...] = (None,) * 8
    if held is not None:
        ends = [as_effect(end, scale) for end in (held.value, held.low, held.high)]
        told = (None, None) if held.prediction is None else tuple(
            as_effect(end, scale) for end in held.prediction)  # fmt: skip
        numbers = (*ends, *told, held.p_value, sum(held.tau2), held.i2)
    own = {(vote.paper.group, vote.direction.value) for vote in answer.votes
           if not vote.is_secondary}  # fmt: skip
    counted = [
        sum(word == name for _, word in own) for name in ("higher", "lower", "no_difference")
    ]
    return (
        answer.quantity, answer.analyte, *answer.sources, answer.kind.value,
        "TOO_FEW" if held is None else "POOLED", len(answer.papers), len(answer.effects), *numbers,
        scale.value, answer.unit, None if held is None else held.method,
        None if held is None else held.test, *counted, str(headline(answer)),
        "; ".join(map(str, answer.remarks)), ", ".join(answer.rows),
    )  # fmt: skip


def coefficient_frame(pooled: PooledTable) -> pd.DataFrame:
    """Return the coefficients of a pooled table as a frame.

    Parameters
    ----------
    pooled
        The table.

    Returns
    -------
    pandas.DataFrame
        One row a coefficient, columns :data:`COEFFICIENT_COLUMNS`, on the measure's own scale.
        ``frame.attrs["problems"]`` lists the rows that were left out, ``frame.attrs["model"]`` is
        the whole as ``stroma evidence pool --table --json`` prints it.
    """
    import pandas as pd

    from stroma.pooled_table_words import table_to_json

    held = pooled.robust if pooled.robust is not None else pooled.model
    coefficients = () if held is None else held.coefficients
    rows = [
        (term, c.estimate, c.standard_error, c.low, c.high, c.statistic, c.p_value)
        for term, c in zip(pooled.terms, coefficients, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=list(COEFFICIENT_COLUMNS))
    frame.attrs["problems"] = [problem.render() for problem in pooled.problems]
    frame.attrs["model"] = table_to_json(pooled)
    return frame
