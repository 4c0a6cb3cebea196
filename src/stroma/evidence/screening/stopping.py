"""What can be said of the relevant publications that nobody has looked at yet.

Nothing here says when to end a screening. It says which recall the decisions so far support, by
which method, and what that method takes for granted.

The bound is the hypergeometric one of Callaghan, M.W. and Müller-Hansen, F. (2020) Statistical
stopping criteria for automated screening in systematic reviews, Syst. Rev. 9:273: of an urn of
publications, n were drawn at random and k of them were relevant; as many relevant ones may be in
it as leave such a draw a probability of at least 5 %.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from scipy.stats import hypergeom

from stroma.evidence.review_records import Choice, Decision, Stage
from stroma.evidence.screening.standing import PublicationStanding, Standing
from stroma.texts import Number, Text, text, texts

LEVEL: Final = 0.95


class StoppingMethod(StrEnum):
    """How the bound was reached."""

    NONE = "none"
    """Nothing was screened."""
    COMPLETE = "complete"
    """All were screened."""
    RANDOM_SAMPLE = "random_sample"
    """The last ones screened were drawn at random."""
    RANKED_SAMPLE = "ranked_sample"
    """The last half of those screened is taken for a random draw, although it was ranked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppingReport:
    """What the decisions so far support.

    Parameters
    ----------
    stage
        Where.
    publications, screened, relevant
        How many there are, how many anybody decided on, and how many of these nobody excluded.
    method
        How the bound was reached.
    sample, sample_relevant
        Publications of the draw, and the relevant ones among them; 0 without one.
    most_left
        Most relevant publications that may be among those not screened; ``None`` without a bound.
    recall
        Least share of the relevant ones that was found, at :data:`LEVEL`; ``None`` without a bound
        or where none was found.
    since_relevant
        How many were screened since the last relevant one. By itself this says nothing of recall.
    level
        Of the bound.
    """

    stage: Stage
    publications: int
    screened: int
    relevant: int
    method: StoppingMethod
    sample: int = 0
    sample_relevant: int = 0
    most_left: int | None = None
    recall: float | None = None
    since_relevant: int = 0
    level: float = LEVEL

    @property
    def left(self) -> int:
        """Publications that nobody has decided on."""
        return self.publications - self.screened

    @property
    def sentences(self) -> tuple[Text, ...]:
        """The report in words: what was found, what it supports, and what it takes for granted."""
        return tuple(_sentences(self))


def random_order(groups: Iterable[str]) -> tuple[str, ...]:
    """Put publications into an order that has nothing to do with what they say.

    Parameters
    ----------
    groups
        Their names.

    Returns
    -------
    tuple of str
        By the SHA-256 of the name, so that it is the same on every machine and on every day.

    Examples
    --------
    >>> random_order(["a1-3", "a1-2", "a1-1"])
    ('a1-1', 'a1-2', 'a1-3')
    """
    return tuple(sorted(groups, key=lambda name: hashlib.sha256(name.encode()).digest()))


def most_relevant(urn: int, drawn: int, relevant: int, *, level: float = LEVEL) -> int:
    """Return the most relevant publications an urn may hold, given a draw from it.

    Parameters
    ----------
    urn
        Publications in it before the draw.
    drawn
        Publications drawn at random, without putting back.
    relevant
        Relevant ones among the drawn.
    level
        Confidence.

    Returns
    -------
    int
        The largest number for which a draw with so few relevant ones has at least a probability of
        ``1 - level``; those drawn count.

    Examples
    --------
    With 5 among 100, none among 50 drawn has a probability of 0.028; with 4, of 0.059.

    >>> most_relevant(100, 50, 0)
    4
    """
    low, high = relevant, urn - (drawn - relevant)
    while low < high:
        middle = (low + high + 1) // 2
        if float(hypergeom.cdf(relevant, urn, middle, drawn)) >= 1 - level:
            low = middle
        else:
            high = middle - 1
    return low


def stopping_report(
    by_group: Mapping[str, PublicationStanding],
    decisions: Sequence[Decision],
    *,
    stage: Stage = Stage.TITLE_ABSTRACT,
    level: float = LEVEL,
) -> StoppingReport:
    """Say what the decisions so far support.

    Parameters
    ----------
    by_group
        The publications, as :func:`stroma.evidence.screening.standing.standings` has them.
    decisions
        In the order of the file, which is the order they were made in.
    stage
        Where.
    level
        Confidence of the bound.

    Returns
    -------
    StoppingReport
        Where the last publications screened are the first of :func:`random_order` among those
        that were left before them, they are a random draw and the bound rests on them. Else the
        last half of those screened is taken for one, which errs to the safe side as long as the
        order is no worse than chance. Half, and not the part that gives the best bound: among as
        many bounds as there are parts the best says too much in up to 18 of 100 screenings in an
        order of chance, that of the half in 5 (``validation/screening``).
    """
    reached = {
        group: one
        for group, one in by_group.items()
        if one.at(stage).standing is not Standing.NOT_REACHED
    }
    sequence = _screened_order(reached, decisions, stage)
    relevant = [_is_relevant(reached[group], stage) for group in sequence]
    found = sum(relevant)
    since = next((n for n, one in enumerate(reversed(relevant)) if one), len(relevant))
    counts = {"publications": len(reached), "screened": len(sequence), "relevant": found}
    if not sequence or len(sequence) == len(reached):
        complete = bool(sequence)
        return StoppingReport(
            stage=stage,
            method=StoppingMethod.COMPLETE if complete else StoppingMethod.NONE,
            most_left=0 if complete else None,
            recall=1.0 if complete and found else None,
            since_relevant=since,
            level=level,
            **counts,
        )
    method = StoppingMethod.RANDOM_SAMPLE
    drawn = _random_tail(sequence, reached)
    if drawn == 0:
        method = StoppingMethod.RANKED_SAMPLE
        drawn = (len(sequence) + 1) // 2
    among = sum(relevant[-drawn:])
    urn = len(reached) - len(sequence) + drawn
    most_left = most_relevant(urn, drawn, among, level=level) - among
    return StoppingReport(
        stage=stage,
        method=method,
        sample=drawn,
        sample_relevant=among,
        most_left=most_left,
        recall=found / (found + most_left) if found else None,
        since_relevant=since,
        level=level,
        **counts,
    )


def _screened_order(
    reached: Mapping[str, PublicationStanding], decisions: Sequence[Decision], stage: Stage
) -> list[str]:
    """Return the publications that anybody decided on, in the order of the first decision."""
    counted = {
        group
        for group, one in reached.items()
        if one.at(stage).votes and one.at(stage).standing is not Standing.REOPENED
    }
    order = dict.fromkeys(
        one.group for one in decisions if one.stage is stage and one.group in counted
    )
    return list(order)


def _is_relevant(one: PublicationStanding, stage: Stage) -> bool:
    at = one.at(stage)
    if at.standing is Standing.AWAITING:
        return any(vote.choice is not Choice.EXCLUDE for vote in at.votes)
    return at.standing is not Standing.EXCLUDED


def _random_tail(sequence: Sequence[str], groups: Iterable[str]) -> int:
    """Return how many of the last ones are the first in random order of those then left."""
    order = random_order(groups)
    place = {group: number for number, group in enumerate(order)}
    undrawn = set(order) - set(sequence)
    # All drawn come before all that are left in the order, else the draw skipped one.
    first_left = min(place[group] for group in undrawn)
    count = 0
    for group in reversed(sequence):
        if place[group] > first_left:
            break
        count += 1
    # A few ranked ones may stand there by chance; a draw of a person is longer.
    return count if count >= LEAST_SAMPLE else 0


LEAST_SAMPLE: Final = 20
"""Fewer last ones that happen to come early in the random order are taken for chance; a draw of
fewer says next to nothing of thousands."""


def _sentences(report: StoppingReport) -> Iterable[Text]:
    yield texts(
        "{screened} of {count} publication looked at, {relevant} of them not excluded",
        "{screened} of {count} publications looked at, {relevant} of them not excluded",
        report.publications,
        screened=report.screened,
        relevant=report.relevant,
    )
    match report.method:
        case StoppingMethod.NONE:
            yield text("Nothing was screened yet, so that nothing can be said of what is left.")
            return
        case StoppingMethod.COMPLETE:
            yield text("All were looked at; what the searches did not find stays unknown.")
            return
        case StoppingMethod.RANDOM_SAMPLE:
            yield texts(
                "The last {count} was drawn at random; relevant ones among them: {relevant}.",
                "The last {count} were drawn at random; relevant ones among them: {relevant}.",
                report.sample,
                relevant=report.sample_relevant,
            )
        case StoppingMethod.RANKED_SAMPLE:
            yield texts(
                "The last half, {count} in ranked order, is taken for a random draw; relevant ones "
                "in it: {relevant}.",
                "The last half, {count} in ranked order, is taken for a random draw; relevant ones "
                "in it: {relevant}.",
                report.sample,
                relevant=report.sample_relevant,
            )
    yield texts(
        "At a confidence of {level} % at most {count} relevant publication is among the {left} "
        "that nobody looked at.",
        "At a confidence of {level} % at most {count} relevant publications are among the {left} "
        "that nobody looked at.",
        report.most_left or 0,
        level=Number(100 * report.level, 0),
        left=report.left,
    )
    if report.recall is not None:
        yield text(
            "This supports a recall of at least {recall} %.",
            recall=Number(100 * report.recall, 1),
        )
    yield text(
        "It takes for granted that nobody excluded a relevant publication by mistake, and says "
        "nothing of publications that the searches did not find."
    )
    if report.method is StoppingMethod.RANKED_SAMPLE:
        yield text(
            "It also takes for granted that the order is no worse than chance: draw some at random "
            "(--sample) for a bound that does not need this."
        )
    yield texts(
        "{count} looked at since the last relevant one; by itself this says nothing of recall.",
        "{count} looked at since the last relevant one; by itself this says nothing of recall.",
        report.since_relevant,
    )
