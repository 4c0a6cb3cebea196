"""From rows to one voice a paper, and from voices to an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stroma.evidence.claims.records import ChainRow, ClaimAnswer, Grade, Vote
from stroma.evidence.claims.rows import OWN_LOTS

AGREEING = {Vote.FOR: ClaimAnswer.SUPPORTED, Vote.AGAINST: ClaimAnswer.CONTRADICTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Voices on each side, and what they come to.

    Parameters
    ----------
    answer, grade
        What the evidence says, and what kind of evidence decided.
    supporting, opposing, divided
        Papers.
    rows
        The deciding rows first; what was outweighed stands beside.
    """

    answer: ClaimAnswer
    grade: Grade
    supporting: int
    opposing: int
    divided: int
    rows: tuple[ChainRow, ...]


def count_votes(rows: Sequence[ChainRow]) -> Tally:
    """Count one voice a paper.

    Papers that measured a thing, and the reader's own lots, come before tables of reviews: a
    review is heard only where none of them is. Within a paper its figures come before what it
    states without them; a paper whose rows point both ways is divided.

    Parameters
    ----------
    rows
        Those that vote and those that stand beside.

    Returns
    -------
    Tally
        SUPPORTED or CONTRADICTED where all voices agree, MIXED where they do not, NO_EVIDENCE
        where there is none.
    """
    voting = [held for held in rows if held.vote is not Vote.BESIDE]
    primary = [held for held in voting if not held.row.is_secondary]
    deciding = primary or voting
    voices = {
        identity: _voice([held for held in deciding if held.row.identity == identity])
        for identity in dict.fromkeys(held.row.identity for held in deciding)
    }
    supporting, opposing, divided = (
        sum(voice is vote for voice in voices.values())
        for vote in (Vote.FOR, Vote.AGAINST, Vote.DIVIDED)
    )
    chosen = {id(held) for held in deciding}
    ordered = (
        *sorted(deciding, key=_order),
        *(_aside(held) for held in rows if id(held) not in chosen),
    )
    return Tally(
        answer=_answer(supporting, opposing, divided),
        grade=_grade(deciding, is_primary=bool(primary)),
        supporting=supporting,
        opposing=opposing,
        divided=divided,
        rows=ordered,
    )


def _answer(supporting: int, opposing: int, divided: int) -> ClaimAnswer:
    if divided or (supporting and opposing):
        return ClaimAnswer.MIXED
    if supporting:
        return ClaimAnswer.SUPPORTED
    return ClaimAnswer.CONTRADICTED if opposing else ClaimAnswer.NO_EVIDENCE


def _grade(deciding: Sequence[ChainRow], *, is_primary: bool) -> Grade:
    if not deciding:
        return Grade.NOTHING
    if not is_primary:
        return Grade.REVIEWS
    return Grade.FIGURES if any(held.row.has_figure for held in deciding) else Grade.DIRECTIONS


def _voice(rows: Sequence[ChainRow]) -> Vote:
    with_figures = [held for held in rows if held.row.has_figure]
    votes = {held.vote for held in with_figures or rows}
    return next(iter(votes)) if len(votes) == 1 else Vote.DIVIDED


def _order(held: ChainRow) -> tuple[bool, int, bool]:
    sides = (Vote.FOR, Vote.AGAINST, Vote.DIVIDED)
    return held.row.table != OWN_LOTS, sides.index(held.vote), not held.row.has_figure


def _aside(held: ChainRow) -> ChainRow:
    return held if held.vote is Vote.BESIDE else ChainRow(
        row=held.row, vote=Vote.BESIDE, told=held.told
    )  # fmt: skip


def join_answers(answers: Iterable[ClaimAnswer]) -> ClaimAnswer:
    """Return what the parts of a claim come to.

    A claim stands with all of its parts and falls with any; parts on which nothing is held are
    left open.

    Parameters
    ----------
    answers
        Of its parts.

    Returns
    -------
    ClaimAnswer
        NO_EVIDENCE only where it is the answer of every part.

    Examples
    --------
    >>> join_answers([ClaimAnswer.SUPPORTED, ClaimAnswer.CONTRADICTED]).value
    'CONTRADICTED'
    >>> join_answers([ClaimAnswer.SUPPORTED, ClaimAnswer.NO_EVIDENCE]).value
    'SUPPORTED'
    """
    held = set(answers)
    order = (ClaimAnswer.CONTRADICTED, ClaimAnswer.MIXED, ClaimAnswer.SUPPORTED)
    return next((answer for answer in order if answer in held), ClaimAnswer.NO_EVIDENCE)
