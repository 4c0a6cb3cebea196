"""Pooled answers as pictures: what a forest and a funnel plot of them show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from stroma.evidence.pooling.effect_records import Arm, Effect, Scale
from stroma.evidence.pooling.pool import Kind, PooledAnswer, as_effect
from stroma.evidence.pooling.words import (
    asked,
    donors_word,
    effect_label,
    figure,
    headline,
    kind_word,
    tissue_word,
)
from stroma.figures.forest_plot import ForestBlock, ForestPlotView, ForestRow, forest_plot
from stroma.figures.funnel_plot import FunnelView, funnel_plot
from stroma.stats.meta.heterogeneity import Method
from stroma.stats.meta.pooling import Test, critical_value, pool
from stroma.stats.meta.small_studies import trim_and_fill
from stroma.texts import Language, Text, join, text
from stroma.unit_words import unit_sign, with_unit

FEWEST_FOR_FUNNEL = 3


def forest_figure(answers: Sequence[PooledAnswer], language: Language) -> str:
    """Draw the forest plot of one question.

    Parameters
    ----------
    answers
        Of one quantity, analyte and pair of tissues: within papers, between papers.
    language
        Of the words.

    Returns
    -------
    str
        An SVG element.
    """
    first = answers[0]
    second = tissue_word(first.sources[1])
    return forest_plot(
        ForestPlotView(
            title=asked(first),
            blocks=tuple(_block(answer) for answer in answers),
            is_ratio=first.scale is not Scale.IDENTITY,
            axis=axis_words(first),
            lower=text("{tissue}: lower", tissue=second),
            higher=text("{tissue}: higher", tissue=second),
        ),
        language,
    )


def axis_words(answer: PooledAnswer) -> Text:
    """Return what the axis of an answer counts.

    Parameters
    ----------
    answer
        The answer.

    Returns
    -------
    Text
        ``ratio: placenta / bone marrow``.
    """
    first, second = map(tissue_word, answer.sources)
    match answer.scale:
        case Scale.LOG:
            return text("ratio: {pair}", pair=join([second, first], " / "))
        case Scale.LOGIT:
            return text("odds ratio: {pair}", pair=join([second, first], " / "))
        case Scale.IDENTITY:
            told = text("difference: {pair}", pair=join([second, first], " − "))
            sign = unit_sign(answer.unit)
            return join([told, sign]) if sign else told


def _block(answer: PooledAnswer) -> ForestBlock:
    estimate = answer.estimate
    if estimate is None:
        return ForestBlock(
            title=kind_word(answer.kind), rows=tuple(_rows(answer)), outcome=headline(answer)
        )
    told = [as_effect(end, answer.scale) for end in (estimate.value, estimate.low, estimate.high)]
    prediction = None
    if estimate.prediction is not None:
        low, high = (as_effect(end, answer.scale) for end in estimate.prediction)
        prediction = (low, high)
    return ForestBlock(
        title=kind_word(answer.kind),
        rows=tuple(_rows(answer)),
        outcome=_numbers(told),
        pooled=(told[0], told[1], told[2]),
        prediction=prediction,
    )


def _numbers(told: Sequence[float]) -> Text:
    """Return a number with its interval, short in every language."""
    value, low, high = map(figure, told)
    return join([value, " [", low, "; ", high, "]"], "")


def _rows(answer: PooledAnswer) -> Iterable[ForestRow]:
    weights = None if answer.estimate is None else answer.estimate.weights
    for index, effect in enumerate(answer.effects):
        yield _row(answer, effect, None if weights is None else weights[index])


def _row(answer: PooledAnswer, effect: Effect, weight: float | None) -> ForestRow:
    address = effect.paper.address
    places = dict.fromkeys(arm.place for arm in effect.arms)
    shown = [address] if address and effect.paper.label not in address else []
    note = join([donors_word(effect), *places, *shown], " · ")
    if answer.kind is Kind.BETWEEN:
        arm = effect.arms[0]
        label = join([tissue_word(arm.tissue), effect_label(effect)], ": ")
        return ForestRow(
            label=label, note=note, link=_link(address), told=_mean(arm, answer.unit),
            weight=weight,
        )  # fmt: skip
    half = critical_value(0.95, None) * effect.variance**0.5
    ends = (effect.value, effect.value - half, effect.value + half)
    told = [as_effect(end, answer.scale) for end in ends]
    return ForestRow(
        label=effect_label(effect),
        note=note,
        link=_link(address),
        told=_numbers(told),
        value=told[0],
        low=told[1],
        high=told[2],
        weight=weight,
    )


def _mean(arm: Arm, unit: str) -> Text:
    numbers = text("{mean}, SD {sd}", mean=figure(arm.mean), sd=figure(arm.sd))
    return with_unit(numbers, unit)


def _link(address: str) -> str:
    if address.startswith("doi:"):
        return "https://doi.org/" + address.removeprefix("doi:")
    if address.startswith("PMID "):
        return "https://pubmed.ncbi.nlm.nih.gov/" + address.removeprefix("PMID ")
    return address if address.startswith(("https://", "http://")) else ""


def funnel_figure(answer: PooledAnswer, language: Language) -> str | None:
    """Draw the funnel plot of contrasts within papers.

    Parameters
    ----------
    answer
        The answer.
    language
        Of the words.

    Returns
    -------
    str or None
        An SVG element; ``None`` with fewer than three contrasts, and between papers.
    """
    estimate = answer.estimate
    if estimate is None or answer.kind is Kind.BETWEEN or estimate.count < FEWEST_FOR_FUNNEL:
        return None
    values = [effect.value for effect in answer.effects]
    variances = [effect.variance for effect in answer.effects]
    filled: tuple[tuple[float, float], ...] = ()
    if estimate.small_studies is not None:
        made = trim_and_fill(
            pool(values, variances, method=Method(estimate.method), test=Test(estimate.test))
        )
        added = slice(len(values), None)
        filled = tuple(zip(made.values[added].tolist(), np.sqrt(made.variances[added]).tolist(),
                           strict=True))  # fmt: skip
    return funnel_plot(
        FunnelView(
            title=asked(answer),
            points=tuple(zip(values, np.sqrt(variances).tolist(), strict=True)),
            filled=filled,
            centre=estimate.value,
            quantile=critical_value(0.95, None),
            is_ratio=answer.scale is not Scale.IDENTITY,
            axis=axis_words(answer),
        ),
        language,
    )
