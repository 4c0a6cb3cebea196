"""Pooled answers in sentences: the question, the number, what stands beside it, what was left out.

Used by the command line and the report alike, so that both say the same.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from stroma.analytes import quantity_label
from stroma.evidence.pooling.effect_records import Arm, Effect, Scale, Vote
from stroma.evidence.pooling.models import PooledEstimate
from stroma.evidence.pooling.pool import Kind, PooledAnswer, as_effect, as_mean
from stroma.evidence.review_records import Direction
from stroma.texts import Number, Text, join, text, texts
from stroma.unit_words import with_unit
from stroma.vocabulary import find_tissue


def tissue_word(name: str) -> Text | str:
    """Return a tissue as a reader sees it.

    Parameters
    ----------
    name
        Name in the vocabulary, or the paper's own word.

    Returns
    -------
    Text or str
        Its label; the word itself where the vocabulary has none.
    """
    known = find_tissue(name)
    return name if known is None else known.label


def asked(answer: PooledAnswer) -> Text:
    """Return the question of an answer.

    Parameters
    ----------
    answer
        The answer.

    Returns
    -------
    Text
        ``population doubling time: placenta against bone marrow``.
    """
    first, second = map(tissue_word, answer.sources)
    measured = quantity_label(answer.quantity, answer.analyte)
    return join([measured, text("{second} against {first}", second=second, first=first)], ": ")


def kind_word(kind: Kind) -> Text:
    """Return where both tissues of a contrast were measured, in words.

    Parameters
    ----------
    kind
        Of the contrast.

    Returns
    -------
    Text
        A label.
    """
    if kind is Kind.WITHIN:
        return text("within papers (both tissues measured in each)")
    return text("between papers (one tissue measured in each)")


def figure(value: float) -> Number:
    """Return a number with three significant digits.

    Parameters
    ----------
    value
        The number.

    Returns
    -------
    Number
        To stand in a text.
    """
    if value == 0 or not math.isfinite(value):
        return Number(value, 0)
    return Number(value, min(max(2 - math.floor(math.log10(abs(value))), 0), 9))


def effect_words(answer: PooledAnswer, value: float, low: float, high: float) -> Text:
    """Return a contrast with its interval as a reader is told it.

    Parameters
    ----------
    answer
        Whose scale and unit it has.
    value, low, high
        On the scale.

    Returns
    -------
    Text
        ``ratio 0.78 (0.61 to 0.99)``.
    """
    told = [figure(as_effect(end, answer.scale)) for end in (value, low, high)]
    held = dict(zip(("value", "low", "high"), told, strict=True))
    match answer.scale:
        case Scale.LOG:
            return text("ratio {value} ({low} to {high})", **held)
        case Scale.LOGIT:
            return text("odds ratio {value} ({low} to {high})", **held)
        case Scale.IDENTITY if answer.unit == "%":
            return text("difference {value} percentage points ({low} to {high})", **held)
        case Scale.IDENTITY:
            numbers = text("{value} ({low} to {high})", **held)
            return text("difference {numbers}", numbers=with_unit(numbers, answer.unit))


def headline(answer: PooledAnswer) -> Text:
    """Return the answer in a sentence.

    Parameters
    ----------
    answer
        The answer.

    Returns
    -------
    Text
        The pooled contrast, or why there is none.
    """
    estimate = answer.estimate
    if estimate is None:
        return answer.reason
    return text(
        "{effect}, {level} % interval, p {p}; {papers}, {estimates}; {model}",
        effect=effect_words(answer, estimate.value, estimate.low, estimate.high),
        level=Number(100 * estimate.level, 0),
        p=p_word(estimate.p_value),
        papers=texts("{count} paper", "{count} papers", estimate.papers),
        estimates=texts("{count} estimate", "{count} estimates", estimate.count),
        model=estimate.model,
    )


def p_word(value: float) -> Text:
    """Return a p value as it is printed.

    Parameters
    ----------
    value
        The probability.

    Returns
    -------
    Text
        ``= 0.021`` or ``< 0.001``.
    """
    if value < 0.001:
        return join(["<", Number(0.001, 3)], " ")
    return join(["=", Number(value, 3 if value < 0.1 else 2)], " ")


def detail_lines(answer: PooledAnswer) -> tuple[Text, ...]:
    """Return what stands under an answer: spread, prediction, sides, asymmetry, remarks, votes.

    Parameters
    ----------
    answer
        The answer.

    Returns
    -------
    tuple of Text
        One a line.
    """
    lines: list[Text] = []
    if answer.estimate is not None:
        lines += _estimate_lines(answer, answer.estimate)
    lines += answer.remarks
    lines += vote_lines(answer.votes)
    return tuple(lines)


def _estimate_lines(answer: PooledAnswer, estimate: PooledEstimate) -> list[Text]:
    lines = [answer.reason, spread_words(estimate)]
    if estimate.prediction is not None:
        low, high = (as_effect(end, answer.scale) for end in estimate.prediction)
        lines.append(
            text(
                "in another paper: {low} to {high} ({level} % prediction interval)",
                low=figure(low),
                high=figure(high),
                level=Number(100 * estimate.level, 0),
            )
        )
    for source, side in zip(answer.sources, estimate.sides, strict=False):
        told = [figure(as_mean(end, answer.scale)) for end in (side.value, side.low, side.high)]
        numbers = text("{value} ({low} to {high})", value=told[0], low=told[1], high=told[2])
        lines.append(
            text(
                "{tissue}: {mean}, {papers}",
                tissue=tissue_word(source),
                mean=with_unit(numbers, answer.unit),
                papers=texts("{count} paper", "{count} papers", side.papers),
            )
        )
    small = estimate.small_studies
    if small is not None:
        lines.append(
            text(
                "Egger's test p {p}; trim and fill adds {missing} and gives {filled}",
                p=p_word(small.egger_p),
                missing=texts("{count} paper", "{count} papers", small.missing),
                filled=figure(as_effect(small.filled, answer.scale)),
            )
        )
    return lines


def spread_words(estimate: PooledEstimate) -> Text:
    """Return how far papers differ, in words.

    Parameters
    ----------
    estimate
        The pooled contrast.

    Returns
    -------
    Text
        With τ², I² and Cochran's test.
    """
    if len(estimate.tau2) == 1:
        tau2 = text("τ² {value}", value=figure(estimate.tau2[0]))
        if estimate.tau2_interval is not None:
            low, high = map(figure, estimate.tau2_interval)
            tau2 = text("{tau2} ({low} to {high})", tau2=tau2, low=low, high=high)
    else:
        tau2 = text(
            "τ² {between} between papers and {inside} within them",
            between=figure(estimate.tau2[0]),
            inside=figure(estimate.tau2[1]),
        )
    return text(
        "{tau2}; I² {i2} %; Q {q} on {freedom}, p {p}",
        tau2=tau2,
        i2=Number(estimate.i2, 0),
        q=figure(estimate.q),
        freedom=estimate.q_degrees_of_freedom,
        p=p_word(estimate.q_p_value),
    )


def vote_lines(votes: Sequence[Vote]) -> list[Text]:
    """Return stated directions, counted by paper.

    Parameters
    ----------
    votes
        The directions.

    Returns
    -------
    list of Text
        A line for papers that measured, a line for reviews of others' work.
    """
    lines: list[Text] = []
    for is_secondary in (False, True):
        counted = Counter(
            direction
            for _, direction in {
                (vote.paper.group, vote.direction)
                for vote in votes
                if vote.is_secondary is is_secondary
            }
        )
        if not counted:
            continue
        told = {
            "higher": counted[Direction.HIGHER],
            "lower": counted[Direction.LOWER],
            "same": counted[Direction.NO_DIFFERENCE],
        }
        lines.append(
            text("stated in reviews of others' work, not pooled: {higher} higher, {lower} lower, "
                 "{same} no difference", **told)
            if is_secondary
            else text("stated without figures to pool, by paper: {higher} higher, {lower} lower, "
                      "{same} no difference", **told)
        )  # fmt: skip
    return lines


def refusal_lines(answers: Iterable[PooledAnswer]) -> list[Text]:
    """Return how many rows did not enter, by reason.

    Parameters
    ----------
    answers
        Of one question; a row that is left out of both kinds for one reason counts once.

    Returns
    -------
    list of Text
        The most frequent reason first.
    """
    reasons: dict[str, dict[str, Text]] = {}
    for answer in answers:
        for refusal in answer.refused:
            reasons.setdefault(str(refusal.reason), {})[refusal.row] = refusal.reason
    return [
        texts("{count} row left out: {reason}", "{count} rows left out: {reason}", len(held),
              reason=next(iter(held.values())))
        for held in sorted(reasons.values(), key=len, reverse=True)
    ]  # fmt: skip


def effect_label(effect: Effect) -> Text:
    """Return how an effect is named beside its line: paper, parts and circumstances.

    Parameters
    ----------
    effect
        The effect.

    Returns
    -------
    Text
        ``Sung 2010, P3``.
    """
    parts: list[object] = [effect.paper.label]
    for arm in effect.arms:
        if arm.part and arm.part not in parts:
            parts.append(tissue_word(arm.part))
    parts += [told for told in effect.arms[0].circumstances if told]
    return join(parts)


def arm_words(answer: PooledAnswer, arm: Arm) -> Text:
    """Return an arm's mean and SD in words.

    Parameters
    ----------
    answer
        Whose unit it has.
    arm
        The arm.

    Returns
    -------
    Text
        ``placenta: 38.4, SD 7.1 h``.
    """
    numbers = text("{mean}, SD {sd}", mean=figure(arm.mean), sd=figure(arm.sd))
    return join([tissue_word(arm.tissue), with_unit(numbers, answer.unit)], ": ")


def donors_word(effect: Effect) -> Text:
    """Return how many donors an effect rests on.

    Parameters
    ----------
    effect
        The effect.

    Returns
    -------
    Text
        ``n 6, 8``: of the first tissue and the second.
    """
    return text("n {counts}", counts=join([arm.n for arm in effect.arms]))
