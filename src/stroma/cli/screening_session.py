"""A person decides, one publication after another: by single keys, or by lines of a file."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from stroma.cli import keys, screening_words
from stroma.texts import Language, Text, text, texts

if TYPE_CHECKING:
    from datetime import date

    from stroma.evidence.review_records import Criterion, Review, Stage
    from stroma.evidence.screening.ranking import WordWeights
    from stroma.reference_records import Reference

_WIDEST = 100
_RANK_AGAIN = 10
"""Decisions after which the order is learned anew."""


@dataclass(frozen=True, slots=True)
class _Command:
    """What a person typed: a letter, and for an exclusion its criterion and reason."""

    letter: str
    criterion: str = ""
    reason: str = ""


@dataclass(slots=True, kw_only=True)
class Session:
    """What a person is at.

    Parameters
    ----------
    folder, review
        The review; replaced with each decision.
    person, stage, day
        Of the decisions.
    reader
        Language of the words.
    words
        The words of the publications, to order them by.
    sample
        Publications drawn at random, to be judged in this order; empty for the ranked order.
    """

    folder: Path
    review: Review
    person: str
    stage: Stage
    day: date
    reader: Language
    words: WordWeights
    sample: tuple[str, ...] = ()
    done: list[str] = field(default_factory=list)
    skipped: set[str] = field(default_factory=set)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria of the stage."""
        return tuple(one for one in self.review.protocol.criteria if self.stage in one.stages)

    def queue(self) -> tuple[str, ...]:
        """Return what waits for the person, in order.

        Returns
        -------
        tuple of str
            Groups, without what was put off in this session.
        """
        from stroma.evidence.screening.queue import queue_of
        from stroma.evidence.screening.ranking import rank
        from stroma.evidence.screening.standing import standings

        by_group = standings(self.review)
        order = self.sample or rank(self.words, by_group, stage=self.stage).order
        waiting = queue_of(self.person, by_group, order, self.review.protocol, stage=self.stage)
        return tuple(group for group in waiting if group not in self.skipped)


def run_session(session: Session) -> int:
    """Let a person decide until the queue is empty or they leave.

    Parameters
    ----------
    session
        What they are at.

    Returns
    -------
    int
        How many decisions were written.
    """
    from stroma.evidence.screening.ranking import asked_words, richest_records

    by_keys = keys.is_terminal()
    asked = asked_words(session.review.protocol)
    records = richest_records(session.review)
    written = 0
    back: str | None = None
    queue: list[str] = []
    since_ranked = _RANK_AGAIN
    with keys.single_keys() if by_keys else nullcontext():
        while True:
            if since_ranked >= _RANK_AGAIN or not queue:
                queue, since_ranked = list(session.queue()), 0
            if back is None and not queue:
                _say_end(session)
                break
            group = back if back is not None else queue[0]
            _show(session, group, records[group], asked, len(queue), by_keys=by_keys)
            command = _ask_key(session) if by_keys else _ask_line(session)
            if command.letter == "q":
                break
            if command.letter == "b":
                back = _before(session, group) or back
                continue
            if command.letter == "s":
                session.skipped.add(group)
            elif _decide(session, group, command):
                written += 1
                since_ranked += 1
                session.done.append(group)
            else:
                continue
            queue = [one for one in queue if one != group]
            back = None
    return written


def _say_end(session: Session) -> None:
    _say(
        texts(
            "Nothing more waits for {person} but {count} put off for later.",
            "Nothing more waits for {person} but {count} put off for later.",
            len(session.skipped),
            person=session.person,
        )
        if session.skipped
        else text("Nothing waits for {person}.", person=session.person),
        session.reader,
    )


def _before(session: Session, group: str) -> str | None:
    """Return the publication decided before this one in the session."""
    if not session.done:
        _say(text("Nothing was decided in this session yet."), session.reader)
        return None
    if group in session.done:
        place = session.done.index(group)
        return session.done[max(place - 1, 0)]
    return session.done[-1]


def _decide(session: Session, group: str, command: _Command) -> bool:
    from stroma.errors import StudyProblem
    from stroma.evidence.review_records import Choice, Decision
    from stroma.review_folder import decide

    choices = {
        "i": Choice.INCLUDE,
        "e": Choice.EXCLUDE,
        "u": Choice.UNSURE,
        "n": Choice.NOT_RETRIEVED,
    }
    decision = Decision(
        group=group,
        stage=session.stage,
        choice=choices[command.letter],
        criterion=command.criterion,
        reason=command.reason,
        person=session.person,
        day=session.day,
    )
    try:
        session.review = decide(session.folder, session.review, [decision], held=bool(session.done))
    except StudyProblem as problem:
        sys.stderr.write(problem.render(session.reader) + "\n")
        return False
    said = text(
        "{record}: {choice} {criterion}",
        record=group,
        choice=decision.choice.value,
        criterion=decision.criterion,
    )
    sys.stdout.write("→ " + said.render(session.reader).rstrip() + "\n")
    sys.stdout.flush()
    return True


def _show(
    session: Session,
    group: str,
    reference: Reference,
    asked: frozenset[str],
    left: int,
    *,
    by_keys: bool,
) -> None:
    from stroma.evidence.screening.standing import standings

    width = min(shutil.get_terminal_size().columns, _WIDEST)
    one = standings(session.review)[group]
    reader = session.reader
    head = texts("{record}: {count} waits", "{record}: {count} wait", left, record=group)
    lines = ["─" * width, head.render(reader), ""]
    lines.append(
        screening_words.card(reference, width=width, asked=asked, colour=by_keys, reader=reader)
    )
    lines += [""]
    for notice in screening_words.notices(session.review, one):
        lines.append("! " + notice.render(reader))
    lines += screening_words.others_lines(one, session.stage, reader)
    lines += screening_words.criteria_lines(session.criteria, width, reader)
    lines.append(_help(session).render(reader))
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _help(session: Session) -> Text:
    from stroma.evidence.review_records import Stage

    if session.stage is Stage.FULL_TEXT:
        return text(
            "i include   e exclude   u unsure   n full text could not be had   r reason   "
            "s later   b back   q quit"
        )
    return text("i include   e exclude   u unsure   r reason   s later   b back   q quit")


def _letters(session: Session) -> str:
    from stroma.evidence.review_records import Stage

    return "ieusbqn" if session.stage is Stage.FULL_TEXT else "ieusbq"


def _say(words: Text, reader: Language) -> None:
    sys.stdout.write(words.render(reader) + "\n")
    sys.stdout.flush()


# The keys of a Russian or Kazakh keyboard that lie where the letters lie.
_SAME_PLACE = dict(zip("шугыитйк", "ieusbnqr", strict=True))


def _ask_key(session: Session) -> _Command:
    """Read keys until they make a command."""
    reason = ""
    while True:
        letter = keys.read_key()
        letter = _SAME_PLACE.get(letter, letter)
        if letter in ("", "\x04", "\x03"):
            return _Command("q")
        if letter == "r":
            reason = keys.read_words(text("Why? End with Enter.").render(session.reader))
            _say(_help(session), session.reader)
        elif letter == "e":
            _say(
                text("Which criterion? Its number; 0 for none; any other key to go back."),
                session.reader,
            )
            criterion = _chosen(session.criteria, keys.read_key())
            if criterion is not None:
                return _Command("e", criterion, reason)
            _say(_help(session), session.reader)
        elif letter in _letters(session):
            return _Command(letter, reason=reason)


def _ask_line(session: Session) -> _Command:
    """Read a line such as ``e 2 animals only``; the end of the input leaves."""
    while True:
        line = sys.stdin.readline()
        if not line:
            return _Command("q")
        letter, _, rest = line.strip().partition(" ")
        letter = _SAME_PLACE.get(letter.casefold(), letter.casefold())
        if not letter:
            continue
        if letter not in _letters(session) or len(letter) != 1:
            refusal = text('"{line}" is none of: {help}', line=line.strip(), help=_help(session))
            sys.stderr.write(refusal.render(session.reader) + "\n")
            continue
        if letter != "e":
            return _Command(letter, reason=rest.strip())
        named, _, reason = rest.strip().partition(" ")
        criterion = _chosen(session.criteria, named or "0")
        if criterion is not None:
            return _Command("e", criterion, reason.strip())
        refusal = text(
            '"{named}" is no criterion: write e and its number or key, and a reason behind it',
            named=named,
        )
        sys.stderr.write(refusal.render(session.reader) + "\n")


def _chosen(criteria: Sequence[Criterion], named: str) -> str | None:
    """Return the key of a criterion by its number or key; empty for none, ``None`` for no such."""
    if named.isdecimal():
        number = int(named)
        return "" if number == 0 else criteria[number - 1].key if number <= len(criteria) else None
    return next((one.key for one in criteria if one.key.casefold() == named.casefold()), None)
