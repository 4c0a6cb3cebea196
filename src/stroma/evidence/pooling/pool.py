"""What papers say together of two tissues: contrasts within papers, and contrasts between papers.

A paper that measured both tissues holds the laboratory, the medium and the counting constant; two
papers of one tissue each do not. The two kinds are pooled apart, each under its own name, and
never merged. Where too few papers are held there is no number, and the answer says how many.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from stroma.evidence.pooling.arms import find_arms
from stroma.evidence.pooling.effect_records import Arm, Effect, Paper, Refusal, Scale, Vote
from stroma.evidence.pooling.effects import arm_size, choose_scale, contrasts, side_of, single_arms
from stroma.evidence.pooling.models import (
    FEWEST_PAPERS,
    ModelOptions,
    PooledEstimate,
    fit_contrasts,
    fit_sides,
)
from stroma.evidence.pooling.stated_directions import find_votes
from stroma.evidence.review_records import Extraction
from stroma.texts import Text, text, texts
from stroma.vocabulary import TISSUES, find_quantity

FEW_CLUSTERS = 4
"""Papers below which an interval rests on hardly any degrees of freedom."""


class Kind(StrEnum):
    """Where both tissues of a contrast were measured."""

    WITHIN = "within_papers"
    BETWEEN = "between_papers"


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledAnswer:
    """What is held of one quantity in two tissues, of one kind.

    Parameters
    ----------
    quantity, analyte
        What was measured.
    sources
        The tissues: every number is of the second against the first.
    kind
        Within papers or between papers.
    scale
        Of the pooling; differences are read as ratios (log) or odds ratios (logit).
    unit
        Of the means; UCUM.
    effects
        The contrasts, or the single arms of both tissues.
    estimate
        The pooled contrast; ``None`` where there is none.
    reason
        Why there is none; what was done otherwise.
    remarks
        What a reader has to know.
    refused
        Rows with a figure that did not enter, each with its reason.
    votes
        Stated directions of papers that gave no contrast; within papers only.
    """

    quantity: str
    analyte: str
    sources: tuple[str, str]
    kind: Kind
    scale: Scale
    unit: str
    effects: tuple[Effect, ...]
    estimate: PooledEstimate | None
    reason: Text
    remarks: tuple[Text, ...]
    refused: tuple[Refusal, ...]
    votes: tuple[Vote, ...]

    @property
    def papers(self) -> tuple[Paper, ...]:
        """Return the papers whose figures enter, in order."""
        return tuple(dict.fromkeys(effect.paper for effect in self.effects))

    @property
    def rows(self) -> tuple[str, ...]:
        """Return the extractions that enter, in order."""
        return tuple(dict.fromkeys(arm.row for effect in self.effects for arm in effect.arms))


def pool(
    extractions: Iterable[Extraction],
    *,
    quantity: str | None = None,
    analyte: str | None = None,
    sources: Sequence[str] = (),
    papers: Mapping[str, Paper] | None = None,
    secondary: Collection[str] = (),
    withheld: Mapping[str, Text] | None = None,
    use_estimated: bool = False,
    options: ModelOptions | None = None,
) -> tuple[PooledAnswer, ...]:
    """Pool what a review holds: each quantity and analyte, each pair of tissues.

    Parameters
    ----------
    extractions
        Rows of a review.
    quantity, analyte
        Only these; ``None`` for all.
    sources
        Tissues, or parts that are named as tissues: all pairs of them, in their order; with one,
        its pairs with every other; empty for every pair that is held.
    papers
        How publications are named; by their group otherwise.
    secondary
        Publications that are reviews of others' work: never pooled.
    withheld
        Publications that are not in the review, each with the reason: neither pooled nor counted.
    use_estimated
        Whether means and deviations estimated from ranges and quartiles enter.
    options
        Estimator and test; REML with Hartung and Knapp's otherwise.

    Returns
    -------
    tuple of PooledAnswer
        For each question first within papers, then, where figures of either tissue are held,
        between papers.

    Examples
    --------
    >>> pool([])
    ()
    """
    rows: dict[tuple[str, str], list[Extraction]] = {}
    for row in extractions:
        if quantity in (None, row.quantity) and analyte in (None, row.analyte):
            rows.setdefault((row.quantity, row.analyte), []).append(row)
    chosen = ModelOptions() if options is None else options
    answers: list[PooledAnswer] = []
    for (of_quantity, of_analyte), held in sorted(rows.items()):
        voting = [row for row in held if withheld is None or row.group not in withheld]
        question = _Question(of_quantity, of_analyte, voting, papers or {}, frozenset(secondary))
        arms, refused = find_arms(
            held,
            papers=question.papers,
            secondary=question.secondary,
            withheld=withheld,
            use_estimated=use_estimated,
        )
        for pair in _pairs(held, sources):
            answers += _answers(question, pair, arms, refused, chosen)
    return tuple(answers)


@dataclass(frozen=True, slots=True)
class _Question:
    quantity: str
    analyte: str
    rows: Sequence[Extraction]
    papers: Mapping[str, Paper]
    secondary: frozenset[str]


def _pairs(rows: Sequence[Extraction], sources: Sequence[str]) -> list[tuple[str, str]]:
    if len(set(sources)) > 1:
        return list(itertools.combinations(dict.fromkeys(sources), 2))
    stated = {
        (own.strip(), against.strip())
        for row in rows
        for own in row.tissue.split(";")
        for against in row.comparator.split(";")
        if row.direction is not None and own.strip() and against.strip()
    }
    measured = {
        row.tissue for row in rows if row.value is not None and row.tissue and ";" not in row.tissue
    }
    both = {*stated, *itertools.permutations(measured, 2)}
    pairs = {_in_order(pair) for pair in both if pair[0] != pair[1]}
    if sources:
        pairs = {_first(pair, sources[0]) for pair in pairs if sources[0] in pair}
    return sorted(pairs, key=lambda pair: [_rank(tissue) for tissue in pair])


def _rank(tissue: str) -> tuple[int, str]:
    names = [known.name for known in TISSUES]
    return (names.index(tissue) if tissue in names else len(names), tissue)


def _in_order(pair: tuple[str, str]) -> tuple[str, str]:
    first, second = sorted(pair, key=_rank)
    return first, second


def _first(pair: tuple[str, str], source: str) -> tuple[str, str]:
    return pair if pair[0] == source else (pair[1], pair[0])


def _answers(
    question: _Question,
    pair: tuple[str, str],
    arms: Sequence[Arm],
    refused: Sequence[Refusal],
    options: ModelOptions,
) -> list[PooledAnswer]:
    own = [arm for arm in arms if arm.is_of(pair[0]) != arm.is_of(pair[1])]
    kept_out = tuple(row for row in refused if set(row.tissues) & set(pair))
    scale, why = choose_scale(question.quantity, [arm.mean for arm in own])
    found, unmatched = contrasts(own, pair, scale)
    paired = {effect.paper.group for effect in found}
    votes = find_votes(
        question.rows, pair, papers=question.papers, secondary=question.secondary, without=paired
    )
    within = _within(found, options)
    answers = [
        _answer(question, pair, Kind.WITHIN, scale, why, found, within,
                refused=(*kept_out, *unmatched), votes=votes)
    ]  # fmt: skip
    if own or kept_out:
        singles, outside = single_arms(own, pair, scale, without=paired)
        between = _between(singles, pair, options)
        answers.append(
            _answer(question, pair, Kind.BETWEEN, scale, why, singles, between,
                    refused=(*kept_out, *outside), votes=())
        )  # fmt: skip
    return answers


def _answer(
    question: _Question,
    pair: tuple[str, str],
    kind: Kind,
    scale: Scale,
    why: Text,
    effects: tuple[Effect, ...],
    outcome: PooledEstimate | Text,
    *,
    refused: tuple[Refusal, ...],
    votes: tuple[Vote, ...],
) -> PooledAnswer:
    known = find_quantity(question.quantity)
    estimate = outcome if isinstance(outcome, PooledEstimate) else None
    return PooledAnswer(
        quantity=question.quantity,
        analyte=question.analyte,
        sources=pair,
        kind=kind,
        scale=scale,
        unit="" if known is None or known.unit is None else known.unit,
        effects=effects,
        estimate=estimate,
        reason=outcome if isinstance(outcome, Text) else why,
        remarks=_remarks(effects, estimate),
        refused=refused,
        votes=votes,
    )


def _within(effects: Sequence[Effect], options: ModelOptions) -> PooledEstimate | Text:
    papers = len({effect.paper.group for effect in effects})
    if papers < FEWEST_PAPERS:
        return texts(
            "{count} paper holds both tissues with mean, SD and donors; {needed} are needed",
            "{count} papers hold both tissues with mean, SD and donors; {needed} are needed",
            papers,
            needed=FEWEST_PAPERS,
        )
    return fit_contrasts(
        [effect.value for effect in effects],
        _covariance(effects),
        [effect.paper.group for effect in effects],
        options,
    )


def _covariance(effects: Sequence[Effect]) -> np.ndarray:
    """Return the sampling covariance: contrasts that share an arm share its error."""
    made = np.diag([effect.variance for effect in effects])
    for one, other in itertools.combinations(range(len(effects)), 2):
        for side, arm in enumerate(effects[one].arms):
            for place, same in enumerate(effects[other].arms):
                if arm == same:
                    scale = _scale_of(effects[one])
                    shared = arm_size(arm, scale).variance
                    made[one, other] += shared if side == place else -shared
        made[other, one] = made[one, other]
    return made


def _scale_of(effect: Effect) -> Scale:
    return {"ROM": Scale.LOG, "MD": Scale.IDENTITY}.get(effect.measure, Scale.LOGIT)


def _between(
    effects: Sequence[Effect], pair: tuple[str, str], options: ModelOptions
) -> PooledEstimate | Text:
    sides = [side_of(effect, pair) for effect in effects]
    groups = [effect.paper.group for effect in effects]
    held = [len({group for group, own in zip(groups, sides, strict=True) if own == side})
            for side in (0, 1)]  # fmt: skip
    if min(held) < FEWEST_PAPERS:
        return text(
            "{first} and {second} papers hold one tissue each with mean, SD and donors; "
            "{needed} of each are needed",
            first=held[0],
            second=held[1],
            needed=FEWEST_PAPERS,
        )
    if len(set(groups)) <= FEWEST_PAPERS:
        return texts(
            "{count} paper holds both tissues under other circumstances, and nothing else is held",
            "{count} papers hold both tissues under other circumstances, and nothing else is held",
            len(set(groups)),
        )
    return fit_sides(
        [effect.value for effect in effects],
        [effect.variance for effect in effects],
        sides,
        groups,
        options,
    )


def _remarks(effects: Sequence[Effect], estimate: PooledEstimate | None) -> tuple[Text, ...]:
    remarks: list[Text] = []
    for doubt in dict.fromkeys(doubt for effect in effects for doubt in effect.doubts):
        count = sum(doubt in effect.doubts for effect in effects)
        remarks.append(
            texts("{count} estimate: {doubt}", "{count} estimates: {doubt}", count, doubt=doubt)
        )
    if estimate is not None:
        remarks += _of_estimate(estimate)
    return tuple(remarks)


def _of_estimate(estimate: PooledEstimate) -> list[Text]:
    remarks: list[Text] = []
    if estimate.papers < FEW_CLUSTERS:
        remarks.append(
            texts(
                "{count} paper: the interval rests on very little",
                "{count} papers: the interval rests on very little",
                estimate.papers,
            )
        )
    elif not estimate.is_reliable:
        remarks.append(text("fewer than 4 degrees of freedom: the interval may be too narrow"))
    if estimate.is_narrowed:
        remarks.append(
            text("the papers agree better than chance: Hartung and Knapp's interval is narrower "
                 "than the normal one")
        )  # fmt: skip
    return [*remarks, *estimate.remarks]


def as_effect(value: float, scale: Scale) -> float:
    """Return a difference on a scale as what a reader is told: difference, ratio or odds ratio.

    Parameters
    ----------
    value
        On the scale.
    scale
        The scale.

    Returns
    -------
    float
        The effect.

    Examples
    --------
    >>> as_effect(0.0, Scale.LOG), as_effect(2.0, Scale.IDENTITY)
    (1.0, 2.0)
    """
    if scale is Scale.IDENTITY:
        return value
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf


def as_mean(value: float, scale: Scale) -> float:
    """Return a mean on a scale in the quantity's unit.

    Parameters
    ----------
    value
        On the scale.
    scale
        The scale.

    Returns
    -------
    float
        The mean; a geometric one on the logarithm.

    Examples
    --------
    >>> as_mean(0.0, Scale.LOGIT)
    50.0
    """
    if scale is Scale.LOGIT:
        return 50 * (1 + math.tanh(value / 2))
    return as_effect(value, scale)
