"""Rows that speak of one thing: the same words twice, or two accounts that contradict."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from stroma.errors import Problem, Severity
from stroma.study.tables import ReadRow, SheetRow
from stroma.texts import Text, text

R = TypeVar("R", bound=SheetRow)


def one_row_each(
    rows: Iterable[ReadRow[R]],
    key: Callable[[R], Hashable],
    *,
    column: str,
    name: Callable[[R], Text],
    hint: Callable[[Sequence[R], Sequence[str]], Text | None] | None = None,
) -> tuple[tuple[ReadRow[R], ...], tuple[Problem, ...]]:
    """Keep one row for each thing the rows speak of.

    A row that repeats another word for word is passed over with a warning. Where rows contradict
    each other none of them is used, since nothing tells which is right.

    Parameters
    ----------
    rows
        The rows.
    key
        What a row speaks of.
    column
        Column to name as the place.
    name
        What a row speaks of, for a reader.
    hint
        From rows that contradict each other and the columns they differ in, what to do where more
        is known than that one of them is wrong.

    Returns
    -------
    kept
        The rows to use, in order.
    problems
        One for each further row.
    """
    held: dict[Hashable, list[ReadRow[R]]] = {}
    for row in rows:
        held.setdefault(key(row.value), []).append(row)
    problems: list[Problem] = []
    kept: list[ReadRow[R]] = []
    for alike in held.values():
        differing = _differing(alike)
        if not differing:
            kept.append(alike[0])
        advice = None
        if differing and hint is not None:
            advice = hint([row.value for row in alike], differing)
        problems += [
            _again(row, alike[0], differing, column=column, name=name(row.value), advice=advice)
            for row in alike[1:]
        ]
    return tuple(kept), tuple(problems)


def _differing(rows: Sequence[ReadRow[R]]) -> list[str]:
    first = rows[0].value
    fields = type(first).model_fields
    return [f for f in fields if any(getattr(r.value, f) != getattr(first, f) for r in rows)]


def _again(
    row: ReadRow[R],
    first: ReadRow[R],
    differing: Sequence[str],
    *,
    column: str,
    name: Text,
    advice: Text | None,
) -> Problem:
    if not differing:
        return Problem(
            row.place(column),
            found=text(
                "{name} again, word for word as in row {row}", name=name, row=str(first.number)
            ),
            expected=text("one row each"),
            action=text("delete this row; it is not used"),
            severity=Severity.WARNING,
        )
    return Problem(
        row.place(column),
        found=text(
            "{name} again; row {row} differs in {columns}",
            name=name,
            row=str(first.number),
            columns=", ".join(differing),
        ),
        expected=text("one row each"),
        action=text("delete the wrong row; until then none of them is used")
        if advice is None
        else text("{advice}; until then none of them is used", advice=advice),
    )
