"""What changed in the answers of a review, between two states of it.

An answer here is what a pooled estimate and a verdict on a claim have in common: a question, an
answer in a word, perhaps a number with its interval, and the rows it stands on. A state is a table
of answers that git can diff; two states are compared in words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from stroma.errors import Place, Problem, Severity, StudyProblem
from stroma.evidence.plain_table import read_plain_table, table_text
from stroma.texts import ENGLISH, Text, join, text, texts

COLUMNS: Final = (
    "kind", "key", "asked", "answer", "k", "estimate", "low", "high", "tau2", "unit", "rows",
)  # fmt: skip
_WORDS: Final = {
    "POOLED": text("POOLED"),
    "TOO_FEW": text("TOO FEW PAPERS"),
    "SUPPORTED": text("SUPPORTED"),
    "CONTRADICTED": text("CONTRADICTED"),
    "MIXED": text("MIXED"),
    "NO_EVIDENCE": text("NO EVIDENCE"),
}
"""Answers as a reader sees them; another word stands as it is."""
_SAME: Final = 1e-5
"""Relative difference below which two numbers are one: an iterated estimate ends that near on
another machine, and six digits are written."""


class AnswerKind(StrEnum):
    """Where an answer comes from."""

    POOLED = "pooled"
    CLAIM = "claim"


class ChangeKind(StrEnum):
    """What happened to an answer."""

    NEW = "new"
    """The question was not answered before."""
    GONE = "gone"
    """The question is not asked any more."""
    ANSWER = "answer"
    """Another word."""
    NUMBER = "number"
    """The same word, another number or interval."""
    ROWS = "rows"
    """The same word and numbers, on other rows."""


_ORDER: Final = (
    ChangeKind.ANSWER,
    ChangeKind.NEW,
    ChangeKind.NUMBER,
    ChangeKind.GONE,
    ChangeKind.ROWS,
)
"""What a reader wants to know first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of a review.

    Parameters
    ----------
    kind
        Where it comes from.
    key
        Its name, the same from state to state: ``"doubling_time placenta"``, ``"S070"``.
    asked
        What is asked, as a person reads it.
    answer
        In a word: ``"SUPPORTED"``, ``"POOLED"``, ``"TOO_FEW"``.
    k
        How many papers or studies it stands on.
    estimate, low, high, tau2
        The number with its interval and the variance between studies; ``None`` where there is
        none.
    unit
        Of the number; empty where it has none.
    rows
        Names of the rows it stands on, in order.
    """

    kind: AnswerKind
    key: str
    asked: Text | str
    answer: str
    k: int = 0
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    tau2: float | None = None
    unit: str = ""
    rows: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened to one answer.

    Parameters
    ----------
    kind
        What happened.
    answer
        As it is now; as it was last, where the question is gone.
    before
        As it was; ``None`` for a new one.
    added, left
        Rows it stands on now and did not before, and the other way round.
    """

    kind: ChangeKind
    answer: Answer
    before: Answer | None = None
    added: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def changes_between(before: Iterable[Answer], after: Iterable[Answer]) -> tuple[Change, ...]:
    """Compare two states.

    Parameters
    ----------
    before, after
        The answers of either.

    Returns
    -------
    tuple of Change
        What changed: first other answers, then new ones, other numbers, those that are gone, and
        at last the same on other rows; each in the order of the states. An answer that is the same
        is not among them.

    Examples
    --------
    >>> old = Answer(kind=AnswerKind.CLAIM, key="S070", asked="faster?", answer="MIXED")
    >>> new = Answer(
    ...     kind=AnswerKind.CLAIM, key="S070", asked="faster?", answer="SUPPORTED", rows=("X0017",)
    ... )
    >>> [(change.kind.value, change.added) for change in changes_between([old], [new])]
    [('answer', ('X0017',))]
    """
    held = {(answer.kind, answer.key): answer for answer in before}
    now = {(answer.kind, answer.key): answer for answer in after}
    found = [_change(held.get(name), answer) for name, answer in now.items()]
    gone = [
        Change(kind=ChangeKind.GONE, answer=answer, before=answer, left=answer.rows)
        for name, answer in held.items()
        if name not in now
    ]
    changed = [*(change for change in found if change is not None), *gone]
    return tuple(sorted(changed, key=lambda change: _ORDER.index(change.kind)))


def _change(before: Answer | None, after: Answer) -> Change | None:
    if before is None:
        return Change(kind=ChangeKind.NEW, answer=after, added=after.rows)
    kind = _kind(before, after)
    if kind is None:
        return None
    old, new = set(before.rows), set(after.rows)
    return Change(
        kind=kind,
        answer=after,
        before=before,
        added=tuple(row for row in after.rows if row not in old),
        left=tuple(row for row in before.rows if row not in new),
    )


def _kind(before: Answer, after: Answer) -> ChangeKind | None:
    if before.answer != after.answer:
        return ChangeKind.ANSWER
    if before.unit != after.unit or not all(
        _is_same(old, new) for old, new in zip(_numbers(before), _numbers(after), strict=True)
    ):
        return ChangeKind.NUMBER
    if set(before.rows) != set(after.rows) or before.k != after.k:
        return ChangeKind.ROWS
    return None


def _numbers(answer: Answer) -> tuple[float | None, ...]:
    return (answer.estimate, answer.low, answer.high)


def _is_same(old: float | None, new: float | None) -> bool:
    """Tell whether two numbers are one, as far as a reader of them can see."""
    if old is None or new is None:
        return old is new
    return math.isclose(old, new, rel_tol=_SAME) or ENGLISH.number(old) == ENGLISH.number(new)


def told(change: Change, labels: Mapping[str, str] | None = None) -> Text:
    """Say what changed.

    Parameters
    ----------
    change
        Of one answer.
    labels
        What a reader is told of a row, by its name: paper and place. A row without one is called
        by its name.

    Returns
    -------
    Text
        One line.

    Examples
    --------
    >>> old = Answer(kind=AnswerKind.CLAIM, key="S070", asked="S070", answer="MIXED")
    >>> new = Answer(
    ...     kind=AnswerKind.CLAIM, key="S070", asked="S070", answer="SUPPORTED", rows=("X0017",)
    ... )
    >>> print(told(changes_between([old], [new])[0], {"X0017": "Li 2024, table 2"}))
    S070: MIXED became SUPPORTED; it now stands on X0017 (Li 2024, table 2)
    """
    parts: list[Text] = [_happened(change)]
    known = {} if labels is None else labels
    if change.kind is ChangeKind.NEW:
        if change.added:
            parts.append(text("it stands on {rows}", rows=_rows(change.added, known)))
        return join(parts, "; ")
    if change.kind is ChangeKind.GONE:
        return parts[0]
    if change.added:
        parts.append(text("it now stands on {rows}", rows=_rows(change.added, known)))
    if change.left:
        parts.append(text("it no longer stands on {rows}", rows=_rows(change.left, known)))
    if not change.added and not change.left and change.kind is not ChangeKind.ROWS:
        parts.append(text("the rows are the same, read or weighed otherwise"))
    return join(parts, "; ")


def _happened(change: Change) -> Text:
    answer, before = change.answer, change.before
    if before is None:
        return text("{asked}: new, {answer}", asked=answer.asked, answer=valued(answer))
    match change.kind:
        case ChangeKind.GONE:
            return text(
                "{asked}: not asked any more, it was {answer}",
                asked=before.asked,
                answer=valued(before),
            )
        case ChangeKind.ANSWER:
            return text(
                "{asked}: {before} became {after}",
                asked=answer.asked,
                before=valued(before),
                after=valued(answer),
            )
        case ChangeKind.NUMBER:
            return text(
                "{asked}: {answer}, moved from {before} to {after}",
                asked=answer.asked,
                answer=_word(answer),
                before=_number(before),
                after=_number(answer),
            )
        case _:
            return text(
                "{asked}: still {answer}; papers before: {before}, now: {after}",
                asked=answer.asked,
                answer=valued(answer),
                before=before.k,
                after=answer.k,
            )


def valued(answer: Answer) -> Text:
    """Return an answer in its word and number.

    Parameters
    ----------
    answer
        Any.

    Returns
    -------
    Text
        ``POOLED 31.2 h (27.4 to 35.1)``.
    """
    if answer.estimate is None:
        return _word(answer)
    return join([_word(answer), _number(answer)], " ")


def _word(answer: Answer) -> Text:
    return _WORDS.get(answer.answer, join([answer.answer]))


def _number(answer: Answer) -> Text:
    if answer.estimate is None:
        return text("no number")
    number = join([answer.estimate, answer.unit], " ") if answer.unit else join([answer.estimate])
    if answer.low is None or answer.high is None:
        return number
    return text("{number} ({low} to {high})", number=number, low=answer.low, high=answer.high)


def _rows(names: Sequence[str], labels: Mapping[str, str]) -> Text:
    most = 6
    shown: list[object] = [
        text("{name} ({label})", name=name, label=labels[name]) if labels.get(name) else name
        for name in names[:most]
    ]
    if len(names) > most:
        shown.append(texts("{count} more row", "{count} more rows", len(names) - most))
    return join(shown)


def answers_text(answers: Iterable[Answer]) -> str:
    """Write a state.

    Parameters
    ----------
    answers
        Of a review.

    Returns
    -------
    str
        CSV with a header, one row an answer, in the order of kind and key; numbers with six
        digits, so that the last bits of an iterated estimate make no difference in git.
    """
    rows = (
        (
            answer.kind.value, answer.key, str(answer.asked), answer.answer, str(answer.k),
            *(_written(n) for n in (answer.estimate, answer.low, answer.high, answer.tau2)),
            answer.unit, " ".join(answer.rows),
        )
        for answer in sorted(answers, key=lambda answer: (answer.kind.value, answer.key))
    )  # fmt: skip
    return table_text(COLUMNS, rows)


def _written(number: float | None) -> str:
    return "" if number is None else f"{number:.6g}"


def parse_answers(written: str, *, file: str) -> tuple[Answer, ...]:
    """Read a state back.

    Parameters
    ----------
    written
        The CSV text.
    file
        Its name, for problems.

    Returns
    -------
    tuple of Answer
        Its rows.

    Raises
    ------
    StudyProblem
        A column is missing or a row cannot be read; all rows are said at once.
    """
    table, problems = read_plain_table(written, file=file, needed=COLUMNS, known=COLUMNS)
    answers: list[Answer] = []
    wrong = [problem for problem in problems if problem.severity is Severity.ERROR]
    for number, cells in table.rows:
        answer = _answer(cells)
        if answer is None:
            wrong.append(_bad_row(file, number, cells))
        else:
            answers.append(answer)
    if wrong:
        raise StudyProblem(wrong)
    return tuple(answers)


def _answer(cells: Mapping[str, str]) -> Answer | None:
    try:
        numbers = [
            float(cells[name]) if cells[name] else None
            for name in ("estimate", "low", "high", "tau2")
        ]
        answer = Answer(
            kind=AnswerKind(cells["kind"]),
            key=cells["key"],
            asked=cells["asked"],
            answer=cells["answer"],
            k=int(cells["k"] or 0),
            estimate=numbers[0],
            low=numbers[1],
            high=numbers[2],
            tau2=numbers[3],
            unit=cells["unit"],
            rows=tuple(cells["rows"].split()),
        )
    except ValueError:
        return None
    return answer if answer.key and answer.answer else None


def _bad_row(file: str, number: int, cells: Mapping[str, str]) -> Problem:
    return Problem(
        Place(file=file, row=number),
        found=text("the row “{row}”", row=",".join(cells[name] for name in COLUMNS)),
        expected=text("an answer with its kind, its key and its numbers"),
        action=text("restore the table from its last version, or record the answers anew"),
    )
