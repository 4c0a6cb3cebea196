"""One message for many rows: what is wrong in the same way all along a column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from stroma.errors import Place, Problem, Severity
from stroma.spans import in_spans
from stroma.texts import Text, text

MOST_LOTS: Final = 12
"""More than these fill the screen; the report says of each lot what is wrong with it."""

_Message = tuple[Place, Severity, str, str, str]


def list_rows(numbers: Iterable[int]) -> str:
    """Write the numbers of rows, long runs as ranges.

    Parameters
    ----------
    numbers
        In any order.

    Returns
    -------
    str
        Ascending, each once.

    Examples
    --------
    >>> list_rows([2, 3, 5, 6, 7, 9])
    '2, 3, 5–7, 9'
    """
    return in_spans(str(number) for number in sorted(set(numbers)))


def one_message_each(
    problems: Iterable[Problem], *, across_lots: bool = False
) -> tuple[Problem, ...]:
    """Say once what is wrong in the same way in several rows of a column.

    Parameters
    ----------
    problems
        As they were found.
    across_lots
        Whether rows of different lots are one message too, which then names their rows, or the
        lots where no row is known. Otherwise they stay apart, since a report shows each lot its
        own problems.

    Returns
    -------
    tuple of Problem
        In the order of their first row, at which each stands.
    """
    groups: dict[_Message | int, list[Problem]] = {}
    for position, problem in enumerate(problems):
        place = problem.place
        is_one = place.row is None and (place.lot is None or not across_lots)
        key = position if is_one else _message(problem, across_lots)
        groups.setdefault(key, []).append(problem)
    return tuple(_merged(group) for group in groups.values())


def _message(problem: Problem, across_lots: bool) -> _Message:  # noqa: FBT001
    said = (str(problem.found), str(problem.expected), str(problem.action))
    lot = None if across_lots else problem.place.lot
    return (replace(problem.place, row=None, lot=lot), problem.severity, *said)


def _merged(group: Sequence[Problem]) -> Problem:
    rows = [problem.place.row for problem in group if problem.place.row is not None]
    first = group[0]
    lots = dict.fromkeys(problem.place.lot for problem in group)
    if len(rows) < len(group) and len(lots) > 1:
        return replace(
            first,
            place=replace(first.place, row=None, lot=None),
            found=_of_lots(first.found, [lot for lot in lots if lot is not None]),
        )
    if len(set(rows)) < 2:
        return first
    return replace(
        first,
        place=replace(first.place, row=min(rows), lot=first.place.lot if len(lots) == 1 else None),
        found=text("{found} (rows {rows})", found=first.found, rows=list_rows(rows)),
    )


def _of_lots(found: Text, lots: Sequence[str]) -> Text:
    if len(lots) <= MOST_LOTS:
        return text("{found} (lots {lots})", found=found, lots=", ".join(lots))
    return text(
        "{found} ({count} lots, among them {lots})",
        found=found,
        count=len(lots),
        lots=", ".join(lots[:MOST_LOTS]),
    )
