"""How many donors an answer would take, from the spread that these donors show."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from stroma.comparison.model import SourceFit
from stroma.comparison.results import Answer, Design, DonorsNeeded, Margin, Scale
from stroma.comparison.scale import as_effect, on_scale
from stroma.stats.power import (
    CAP,
    SampleSize,
    donors_for_difference,
    donors_for_equivalence,
)
from stroma.texts import Text, text, texts

POWERS = (0.8, 0.9)
"""Chances of an answer that a study is usually planned for."""


def donors_needed(
    fit: SourceFit,
    design: Design,
    margin: Margin | None,
    *,
    scale: Scale,
    alpha: float,
    questions: int = 1,
) -> tuple[DonorsNeeded, ...]:
    """Return how many donors either answer would take.

    Parameters
    ----------
    fit
        What the model says: its difference, and the variance of one donor's mean, observed as
        donors are observed here.
    design
        How many donors there are.
    margin
        ``None`` for none.
    scale
        The scale.
    alpha
        Level of each test, already divided by the number of questions.
    questions
        How many questions it was divided by, for the sentence.

    Returns
    -------
    tuple of DonorsNeeded
        At 80 and 90 % power: to show the difference seen, and one as large as the margin; to show
        equivalence when there is no difference, and when there is the one seen. Empty where
        nothing varies.
    """
    if not fit.has_spread:
        return ()
    variance, paired = fit.spread.donor_mean, fit.paired
    there = min(len(donors) for donors in design.donors)
    rests = _rests_on(there, paired=paired, questions=questions)
    seen = fit.difference.estimate

    def different(assumed: float, power: float) -> SampleSize:
        return donors_for_difference(assumed, variance, power=power, alpha=alpha, paired=paired)

    def needed(
        answer: Answer, assumed: float, search: Callable[[float, float], SampleSize]
    ) -> Iterator[DonorsNeeded]:
        for power in POWERS:
            found = search(assumed, power)
            yield DonorsNeeded(
                answer=answer,
                power=power,
                assumed_difference=as_effect(assumed, scale),
                per_side=found.per_side,
                more_per_side=None if found.per_side is None else max(found.per_side - there, 0),
                reason=rests if found.per_side is not None else _none(answer, assumed, margin,
                                                                      scale=scale),
            )  # fmt: skip

    told = [*needed(Answer.DIFFERENT, seen, different)]
    if margin is None:
        return tuple(told)
    low, high = on_scale(margin.low, scale), on_scale(margin.high, scale)

    def equivalent(assumed: float, power: float) -> SampleSize:
        return donors_for_equivalence(
            assumed,
            variance,
            lower_margin=low,
            upper_margin=high,
            power=power,
            alpha=alpha,
            paired=paired,
        )

    told += needed(Answer.DIFFERENT, high, different)
    told += needed(Answer.EQUIVALENT, 0.0, equivalent)
    if low < seen < high:
        told += needed(Answer.EQUIVALENT, seen, equivalent)
    return tuple(told)


def _rests_on(there: int, *, paired: bool, questions: int) -> Text:
    if questions > 1:
        return texts(
            "from the spread of {count} donor a side, at the level divided by {questions} "
            "questions",
            "from the spread of {count} donors a side, at the level divided by {questions} "
            "questions",
            there,
            questions=questions,
        )
    if paired:
        return texts("from the spread of the differences of {count} donor",
                     "from the spread of the differences of {count} donors", there)  # fmt: skip
    return texts("from the spread of {count} donor a side",
                 "from the spread of {count} donors a side", there)  # fmt: skip


def _none(
    answer: Answer, assumed: float, margin: Margin | None, *, scale: Scale
) -> Text:  # fmt: skip
    if (
        answer is Answer.EQUIVALENT
        and margin is not None
        and not on_scale(margin.low, scale) < assumed < on_scale(margin.high, scale)
    ):
        return text("no number of donors shows equivalence of a difference beyond the margin")
    if assumed == 0.0:
        return text("no number of donors shows a difference of zero")
    return text("more than {cap} donors a side", cap=CAP)
