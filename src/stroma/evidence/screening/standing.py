"""Where each publication stands at each stage, as the decisions of its people have it.

Of each person the latest decision at a stage counts. Notices, versions and answers that are linked
to a publication are not judged for themselves: they go its way.

A correction, a retraction or an expression of concern reopens the decisions on its publication. A
person who knew of it has a row on the notice's own record in ``decisions.csv`` (at any stage, with
any choice); screening adds that row by itself when it shows a publication with its notice. The
decisions of people without such a row, at the last stage where the publication was judged, were
made without the notice: they do not count until the person has looked again. So whether a decision
is open follows from the plain files alone and from no clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from stroma.evidence.duplicates.deduplication import Link
from stroma.evidence.review_records import Choice, Decision, Protocol, Review, Stage
from stroma.reference_records import ReferenceKind
from stroma.texts import Text, text

REOPENING: Final = frozenset(
    {ReferenceKind.ERRATUM, ReferenceKind.RETRACTION, ReferenceKind.CONCERN}
)
"""What can change what a publication says; a comment or a preprint does not."""


class Standing(StrEnum):
    """How a publication stands at a stage."""

    NOT_REACHED = "not_reached"
    """The stage before did not let it through, or not yet."""
    UNDECIDED = "undecided"
    AWAITING = "awaiting"
    """Fewer people have decided than have to agree."""
    UNSURE = "unsure"
    CONFLICT = "conflict"
    REOPENED = "reopened"
    """It was decided before its notice was seen."""
    INCLUDED = "included"
    EXCLUDED = "excluded"
    NOT_RETRIEVED = "not_retrieved"

    @property
    def label(self) -> Text:
        """The standing in words."""
        return _LABELS[self]

    @property
    def is_open(self) -> bool:
        """Whether a person still has to decide."""
        return self in _OPEN


_OPEN: Final = frozenset(
    {
        Standing.UNDECIDED,
        Standing.AWAITING,
        Standing.UNSURE,
        Standing.CONFLICT,
        Standing.REOPENED,
    }
)
_LABELS: Final = {
    Standing.NOT_REACHED: text("stage not reached"),
    Standing.UNDECIDED: text("undecided"),
    Standing.AWAITING: text("awaiting another person"),
    Standing.UNSURE: text("unsure"),
    Standing.CONFLICT: text("decided differently by two people"),
    Standing.REOPENED: text("reopened by a notice"),
    Standing.INCLUDED: text("included"),
    Standing.EXCLUDED: text("excluded"),
    Standing.NOT_RETRIEVED: text("full text could not be had"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStanding:
    """A publication at a stage.

    Parameters
    ----------
    standing
        How it stands.
    votes
        The latest decision of each person, those that count.
    stale
        The latest decisions that were made before a notice was seen.
    criterion
        What excluded it: the criterion all named, else the arbiter's, else the first of the
        protocol among those named; empty where none was named or it is not excluded.
    by_arbiter
        Whether two disagreed and the arbiter decided.
    """

    standing: Standing
    votes: tuple[Decision, ...] = ()
    stale: tuple[Decision, ...] = ()
    criterion: str = ""
    by_arbiter: bool = False


_UNTOUCHED: Final = StageStanding(standing=Standing.UNDECIDED)
_AHEAD: Final = StageStanding(standing=Standing.NOT_REACHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationStanding:
    """A publication at both stages.

    Parameters
    ----------
    group
        The publication.
    title_abstract, full_text
        How it stands at either. One that was judged by its full text alone counts as let through
        by title and abstract.
    notices
        Corrections, retractions and concerns linked to it.
    """

    group: str
    title_abstract: StageStanding
    full_text: StageStanding
    notices: tuple[Link, ...] = ()

    def at(self, stage: Stage) -> StageStanding:
        """Return how it stands at a stage.

        Parameters
        ----------
        stage
            The stage.

        Returns
        -------
        StageStanding
            How it stands.
        """
        return self.full_text if stage is Stage.FULL_TEXT else self.title_abstract

    @property
    def is_included(self) -> bool:
        """Whether it is in the review."""
        return self.full_text.standing is Standing.INCLUDED


def hosts(review: Review) -> dict[str, tuple[str, ...]]:
    """Return what is not judged for itself, and the publications it belongs to.

    Parameters
    ----------
    review
        The review.

    Returns
    -------
    dict
        From the group of a notice, version or answer to the groups it goes the way of. A reply to
        a comment goes the way of what the comment speaks of.
    """
    group_of = {member.record: member.group for member in review.members}
    leads: dict[str, list[str]] = defaultdict(list)
    for link in review.links:
        leads[group_of[link.record]].append(link.group)
    found: dict[str, tuple[str, ...]] = {}
    for start in leads:
        ends: dict[str, None] = {}
        seen = {start}
        waiting = list(leads[start])
        while waiting:
            group = waiting.pop(0)
            if group in seen:
                continue
            seen.add(group)
            if group in leads:
                waiting += leads[group]
            else:
                ends[group] = None
        # Two notices that name only each other have nothing to follow and are judged.
        if ends:
            found[start] = tuple(ends)
    return found


def standings(review: Review) -> dict[str, PublicationStanding]:
    """Return how every publication stands.

    Parameters
    ----------
    review
        The review.

    Returns
    -------
    dict
        By group, in the order of the records; without what is linked to a publication.
    """
    linked = hosts(review)
    group_of = {member.record: member.group for member in review.members}
    notices: dict[str, list[Link]] = defaultdict(list)
    for link in review.links:
        if link.kind in REOPENING:
            for group in linked.get(group_of[link.record], ()):
                notices[group].append(link)
    latest: dict[str, dict[tuple[Stage, str], Decision]] = defaultdict(dict)
    for decision in review.decisions:
        latest[decision.group][decision.stage, decision.person] = decision
    seen = {(person, group) for group, decisions in latest.items() for _, person in decisions}
    found: dict[str, PublicationStanding] = {}
    for group in dict.fromkeys(member.group for member in review.members):
        if group not in linked:
            mine = tuple(notices.get(group, ()))
            groups = {group_of[link.record] for link in mine}
            unaware = {
                person
                for _, person in latest.get(group, {})
                if any((person, notice) not in seen for notice in groups)
            }
            found[group] = _publication(
                group, tuple(latest.get(group, {}).values()), mine, unaware, review.protocol
            )
    return found


def _publication(
    group: str,
    decisions: Sequence[Decision],
    notices: tuple[Link, ...],
    unaware: set[str],
    protocol: Protocol,
) -> PublicationStanding:
    if not decisions:
        return PublicationStanding(
            group=group, title_abstract=_UNTOUCHED, full_text=_AHEAD, notices=notices
        )
    at_full_text = any(one.stage is Stage.FULL_TEXT for one in decisions)
    last = Stage.FULL_TEXT if at_full_text else Stage.TITLE_ABSTRACT
    by_stage: dict[Stage, StageStanding] = {}
    for stage in Stage:
        mine = [one for one in decisions if one.stage is stage]
        stale = [one for one in mine if stage is last and one.person in unaware]
        votes = [one for one in mine if one not in stale]
        by_stage[stage] = stage_standing(votes, protocol, stale=stale)
    first, second = by_stage[Stage.TITLE_ABSTRACT], by_stage[Stage.FULL_TEXT]
    if at_full_text and not first.votes and not first.stale:
        first = StageStanding(standing=Standing.INCLUDED)
    if first.standing is not Standing.INCLUDED:
        second = StageStanding(
            standing=Standing.NOT_REACHED, votes=second.votes, stale=second.stale
        )
    return PublicationStanding(group=group, title_abstract=first, full_text=second, notices=notices)


def stage_standing(
    votes: Sequence[Decision], protocol: Protocol, *, stale: Sequence[Decision] = ()
) -> StageStanding:
    """Return how a publication stands at a stage that it has reached.

    Parameters
    ----------
    votes
        The latest decision of each person, those that count.
    protocol
        How many have to agree, and who decides between two.
    stale
        Decisions made before a notice was seen.

    Returns
    -------
    StageStanding
        How it stands. Where the others disagree, the arbiter's decision stands for all; where they
        do not, the arbiter is one of them. That the text could not be had is a finding of one
        person and gives way to the judgement of one who had it.

    Examples
    --------
    >>> from datetime import date
    >>> protocol = Protocol(
    ...     title="", question="?", searches=(), criteria=(), people=("AB", "CD"), arbiter="EF"
    ... )
    >>> def vote(person, choice):
    ...     return Decision(group="a1-1", stage=Stage.FULL_TEXT, choice=choice, person=person,
    ...                     day=date(2026, 1, 31))
    >>> one, other = vote("AB", Choice.INCLUDE), vote("CD", Choice.EXCLUDE)
    >>> [stage_standing(votes, protocol).standing.value for votes in ([], [one], [one, other])]
    ['undecided', 'awaiting', 'conflict']
    >>> stage_standing([one, other, vote("EF", Choice.INCLUDE)], protocol).standing.value
    'included'
    """
    judged = [one for one in votes if one.choice is not Choice.NOT_RETRIEVED]
    if votes and not judged:
        standing = Standing.NOT_RETRIEVED
        return StageStanding(standing=standing, votes=tuple(votes), stale=tuple(stale))
    others = [one for one in judged if one.person != protocol.arbiter]
    arbiter = [one for one in judged if one.person == protocol.arbiter]
    disputed = len({one.choice for one in others}) > 1
    deciding = arbiter if disputed and arbiter else judged
    choices = {one.choice for one in deciding}
    if len(judged) < protocol.deciders:
        standing = (
            Standing.REOPENED if stale else Standing.AWAITING if judged else Standing.UNDECIDED
        )
    elif {Choice.INCLUDE, Choice.EXCLUDE} <= choices:
        standing = Standing.CONFLICT
    elif Choice.UNSURE in choices:
        # An arbiter who is unsure has not settled what two decided differently.
        standing = Standing.CONFLICT if disputed and arbiter else Standing.UNSURE
    else:
        standing = Standing.INCLUDED if Choice.INCLUDE in choices else Standing.EXCLUDED
    excluded = standing is Standing.EXCLUDED
    return StageStanding(
        standing=standing,
        votes=tuple(votes),
        stale=tuple(stale),
        criterion=_criterion(deciding, protocol) if excluded else "",
        by_arbiter=disputed and bool(arbiter) and not standing.is_open,
    )


def _criterion(deciding: Iterable[Decision], protocol: Protocol) -> str:
    named = {one.person: one.criterion for one in deciding if one.criterion}
    if protocol.arbiter in named:
        return named[protocol.arbiter]
    order = {criterion.key: place for place, criterion in enumerate(protocol.criteria)}
    return min(named.values(), key=lambda key: order.get(key, len(order)), default="")


def seen_with(review: Review, decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Add to decisions the rows that say which notices a person had before their eyes.

    Parameters
    ----------
    review
        The review.
    decisions
        New decisions on publications whose notices were shown.

    Returns
    -------
    tuple of Decision
        Before each decision a row on every notice of its publication that the person has none on.
    """
    group_of = {member.record: member.group for member in review.members}
    held = {(one.person, one.group) for one in review.decisions}
    notices = {one.group: one.notices for one in standings(review).values() if one.notices}
    rows: list[Decision] = []
    for decision in decisions:
        for link in notices.get(decision.group, ()):
            notice = group_of[link.record]
            if (decision.person, notice) not in held:
                held.add((decision.person, notice))
                rows.append(
                    Decision(
                        group=notice,
                        stage=decision.stage,
                        choice=decision.choice,
                        criterion=decision.criterion,
                        reason=f"{link.kind.value} -> {decision.group}",
                        person=decision.person,
                        day=decision.day,
                    )
                )
        rows.append(decision)
    return tuple(rows)
