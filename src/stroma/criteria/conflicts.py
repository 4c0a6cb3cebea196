"""Two different values of one quantity of a lot: said, whether or not a profile asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stroma.analytes import quantity_label
from stroma.criteria.select import Group, canonical_value, contradictions, distinct_values, group_of
from stroma.criteria.verdicts import Conflict, CriterionResult
from stroma.criteria.wording import amount, category_label
from stroma.measurements import Measurement
from stroma.texts import Text, join, text
from stroma.vocabulary import find_quantity


def find_conflicts(
    rows: Sequence[Measurement], results: Iterable[CriterionResult]
) -> tuple[Conflict, ...]:
    """Return what a lot has two different values of, and which of them was judged.

    Parameters
    ----------
    rows
        The rows of one lot.
    results
        Its criteria, judged.

    Returns
    -------
    tuple of Conflict
        In the order of measurement tables; values in the quantity's canonical unit.
    """
    judged = {group_of(r.row): r.row for r in reversed(list(results)) if r.row is not None}
    return tuple(
        _conflict(group, members, judged.get(group))
        for group, members in contradictions(rows).items()
    )


def _conflict(group: Group, rows: Sequence[Measurement], judged: Measurement | None) -> Conflict:
    quantity, analyte, passage, condition = group
    values = distinct_values(rows)
    value: float | str | None = None
    if judged is not None:
        value = judged.category if judged.category is not None else canonical_value(judged)
    listed = join([_written(quantity, one) for one in values])
    what = quantity_label(quantity, analyte)
    if passage:
        what = text("{what} at {passage}", what=what, passage=passage)
    if condition:
        what = text("{what} after {stimulus}", what=what, stimulus=condition)
    return Conflict(
        quantity=quantity,
        analyte=analyte,
        passage=passage,
        condition=condition,
        values=values,
        judged=value,
        reason=_reason(what, listed, None if value is None else _written(quantity, value)),
    )


def _reason(what: Text, listed: Text, judged: Text | None) -> Text:
    if judged is None:
        return text("{what} has different values: {values}; none of them was judged",
                    what=what, values=listed)  # fmt: skip
    return text("{what} has different values: {values}; the worse, {judged}, was judged",
                what=what, values=listed, judged=judged)  # fmt: skip


def _written(quantity: str, value: float | str) -> Text:
    if isinstance(value, str):
        return category_label(quantity, value)
    known = find_quantity(quantity)
    return amount(value, "1" if known is None or known.unit is None else known.unit)
