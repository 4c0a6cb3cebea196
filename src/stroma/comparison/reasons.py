"""An answer in sentences: what was found, how sure it is, and what it would take to know."""

from __future__ import annotations

from stroma.comparison.beside import PERMUTATION
from stroma.comparison.results import Answer, Comparison, Estimate, Margin, Scale
from stroma.comparison.scale import in_unit, on_scale
from stroma.comparison.wording import (
    difference_label,
    interval_label,
    margin_label,
    needed_label,
    p_label,
    three_digits,
)
from stroma.texts import Text, join, text
from stroma.vocabulary import tissue_label

_NEAREST = 1e-9
"""Percent from 0 or 100 that no cytometer tells from it."""


def reason_of(held: Comparison, *, questions: int) -> Text:
    """Return an answer in sentences.

    Parameters
    ----------
    held
        A comparison that was answered.
    questions
        Over how many questions its p values are adjusted.

    Returns
    -------
    Text
        The finding, what weakens it, and for UNDECIDED how many donors it would take.
    """
    parts: list[object] = [_finding(held, questions=questions)]
    if held.margin_refusal is not None:
        parts.append(text("Equivalence was not judged: {why}", why=held.margin_refusal))
    if held.answer is Answer.UNDECIDED and held.estimate is not None:
        parts += _would_take(held)
    if held.answer is Answer.DIFFERENT:
        parts += _few_donors(held)
    return join(parts, ". ")


def _finding(held: Comparison, *, questions: int) -> Text:
    if held.difference is None or held.difference.low is None:
        return _without_spread(held)
    named = {
        "first": tissue_label(held.sources[0]),
        "second": tissue_label(held.sources[1]),
        "difference": interval_label(held.difference, held.unit),
        "p": p_label(held.adjusted_p),
    }
    match held.answer:
        case Answer.EQUIVALENT:
            return _equivalent(held, named)
        case Answer.DIFFERENT:
            return _different(held, named)
        case _:
            return _undecided(held, named, questions=questions)


def _without_spread(held: Comparison) -> Text:
    values = {observation.value for observation in held.observations}
    if len(values) == 1:
        return text(
            "Every value is {value}: no difference is seen, and without any spread nothing says "
            "how large one could be missed",
            value=three_digits(values.pop(), held.unit),
        )
    return text(
        "The donors of each source do not differ at all from each other, so that nothing says by "
        "how much donors vary and no difference can be judged; are the values rounded?"
    )


def _equivalent(held: Comparison, named: dict[str, Text]) -> Text:
    margin = join([]) if held.margin is None else margin_label(held.margin, held.unit)
    p = p_label(held.adjusted_p_equivalence)
    is_shown = (
        held.adjusted_p is not None
        and held.estimate is not None
        and held.adjusted_p <= 1.0 - held.estimate.level
    )
    if is_shown:
        return text(
            "A difference is shown, {second} less {first} {difference}, and it lies wholly within "
            "the margin of {margin} ({p}): it is one that does not matter",
            **{**named, "p": p},
            margin=margin,
        )
    return text(
        "{second} less {first}: {difference}, wholly within the margin of {margin} ({p})",
        **{**named, "p": p},
        margin=margin,
    )


def _different(held: Comparison, named: dict[str, Text]) -> Text:
    if held.margin is None:
        return text("{second} less {first}: {difference}; {p}", **named)
    margin = margin_label(held.margin, held.unit)
    if held.estimate is not None and _beyond(held.estimate, held.margin):
        return text(
            "{second} less {first}: {difference}; {p}. The difference is larger than the margin "
            "of {margin}",
            **named,
            margin=margin,
        )
    return text(
        "{second} less {first}: {difference}; {p}. Whether the difference is larger than the "
        "margin of {margin} is open",
        **named,
        margin=margin,
    )


def _beyond(estimate: Estimate, margin: Margin) -> bool:
    return (estimate.low is not None and estimate.low > margin.high) or (
        estimate.high is not None and estimate.high < margin.low
    )


def _undecided(held: Comparison, named: dict[str, Text], *, questions: int) -> Text:
    estimate = held.estimate
    alone = (
        estimate is not None
        and estimate.p_value is not None
        and estimate.p_value <= 1.0 - estimate.level
    )
    if alone and questions > 1:
        return text(
            "{second} less {first}: {difference}. Asked alone this would be a difference; among "
            "{questions} questions it may be chance ({p})",
            **named,
            questions=questions,
        )
    if held.margin is None:
        return text(
            "{second} less {first}: {difference}; {p}. No difference is shown, which does not "
            "show that there is none",
            **named,
        )
    return text(
        "{second} less {first}: {difference}; {p}. Neither a difference is shown nor that it "
        "stays within the margin of {margin}",
        **named,
        margin=margin_label(held.margin, held.unit),
    )


def _would_take(held: Comparison) -> list[object]:
    """Return how many donors either answer would take at 80 % power."""
    at_80 = [needed for needed in held.donors_needed if needed.power == 0.8]
    if not at_80:
        return []
    told: list[object] = [
        text("To show the difference seen with 80 % power: {donors}", donors=needed_label(at_80[0]))
    ]
    equivalent = [needed for needed in at_80 if needed.answer is Answer.EQUIVALENT]
    if equivalent:
        told.append(
            text(
                "To show equivalence with 80 % power, if there is no difference: {donors}",
                donors=needed_label(equivalent[0]),
            )
        )
    return told


def _few_donors(held: Comparison) -> list[object]:
    """Say where donors are so few that only the form of the distribution makes an answer."""
    for other in held.beside:
        if other.method == PERMUTATION and other.smallest_p is not None:
            alpha = 1.0 - other.level
            if other.smallest_p > alpha:
                return [
                    text(
                        "With so few donors the exact permutation test cannot go below p = "
                        "{p}, so that the answer rests on a normal spread of donors",
                        p=three_digits(other.smallest_p),
                    )
                ]
    return []


def middle_of(held: Comparison) -> float:
    """Return the middle of the two sources' means.

    Parameters
    ----------
    held
        A comparison.

    Returns
    -------
    float
        On the scale of the comparison; 0 where there are no means.
    """
    means = [side.mean for side in held.summaries if side.mean is not None]
    if held.scale is Scale.LOGIT:
        # A mean that comes back from the logit as 100 exactly is drawn at its end all the same.
        inside = [min(max(mean, _NEAREST), 100.0 - _NEAREST) for mean in means]
        means = [mean / (100.0 - mean) for mean in inside]
    return sum(on_scale(mean, held.scale) for mean in means) / len(means) if means else 0.0


def assumed_label(held: Comparison, assumed: float) -> Text:
    """Return a difference that a number of donors was worked out for, in the quantity's unit.

    Parameters
    ----------
    held
        The comparison.
    assumed
        As :class:`stroma.comparison.results.DonorsNeeded` holds it.

    Returns
    -------
    Text
        For example "6 h".
    """
    value = in_unit(on_scale(assumed, held.scale), middle=middle_of(held), scale=held.scale)
    return difference_label(value, held.unit)
