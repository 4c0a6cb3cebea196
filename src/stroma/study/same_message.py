"""One message for many rows: what is wrong in the same way all along a column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from stroma.errors import Place, Problem, Severity
from stroma.texts import text

# "5, 6" is as short as "5–6" and says more plainly that nothing lies between.
_SHORTEST_RANGE: Final = 3

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
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(_run(run) for run in runs)


def _run(run: Sequence[int]) -> str:
    if len(run) < _SHORTEST_RANGE:
        return ", ".join(str(number) for number in run)
    return f"{run[0]}–{run[-1]}"


def one_message_each(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Say once what is wrong in the same way in several rows of a column.

    Parameters
    ----------
    problems
        As they were found.

    Returns
    -------
    tuple of Problem
        In the order of their first row, at which each stands. Rows of different lots stay apart,
        since a report shows each lot its own problems.
    """
    groups: dict[_Message | int, list[Problem]] = {}
    for position, problem in enumerate(problems):
        key = position if problem.place.row is None else _message(problem)
        groups.setdefault(key, []).append(problem)
    return tuple(_merged(group) for group in groups.values())


def _message(problem: Problem) -> _Message:
    said = (str(problem.found), str(problem.expected), str(problem.action))
    return (replace(problem.place, row=None), problem.severity, *said)


def _merged(group: Sequence[Problem]) -> Problem:
    rows = [problem.place.row for problem in group if problem.place.row is not None]
    first = group[0]
    if len(set(rows)) < 2:
        return first
    return replace(
        first,
        place=replace(first.place, row=min(rows)),
        found=text("{found} (rows {rows})", found=first.found, rows=list_rows(rows)),
    )
