"""Questions to answers: DIFFERENT, EQUIVALENT or UNDECIDED, never by the number of wells.

Each question is read, fitted and held against its margin on its own; the p values of all questions
asked together are then adjusted, those of difference and those of equivalence each among
themselves, and only then is an answer given. The intervals are those of single questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stroma.comparison.answer import (
    Compared,
    answer_of,
    compare_observations,
    difference_in_unit,
    held_against,
)
from stroma.comparison.beside import estimates_beside
from stroma.comparison.design import ReadDesign, read_design
from stroma.comparison.donor_means import CellMeans, cell_means, to_arrays
from stroma.comparison.model import SourceFit, fit_sources
from stroma.comparison.needed import donors_needed
from stroma.comparison.published_lines import published_lines
from stroma.comparison.questions import Question
from stroma.comparison.reasons import reason_of
from stroma.comparison.results import (
    Comparison,
    ComparisonFamily,
    Margin,
    SourceSummary,
    VarianceShare,
)
from stroma.comparison.scale import from_scale, margin_on_scale
from stroma.measurements import Measurement
from stroma.records import Lot
from stroma.stats.multiplicity import Adjustment, adjust_p_values
from stroma.texts import Text
from stroma.vocabulary import find_quantity

__all__ = ["ADJUSTMENTS", "HOLM", "NO_ADJUSTMENT", "compare", "compare_observations"]

HOLM = "holm"
NO_ADJUSTMENT = "none"
ADJUSTMENTS: Mapping[str, Adjustment | None] = {
    HOLM: Adjustment.HOLM,
    "benjamini_hochberg": Adjustment.BENJAMINI_HOCHBERG,
    NO_ADJUSTMENT: None,
}
"""Names of the ways p values are adjusted over a family of questions."""


def compare(
    rows: Iterable[Measurement],
    questions: Sequence[Question],
    *,
    lots: Iterable[Lot] = (),
    adjustment: str = HOLM,
    level: float = 0.95,
) -> ComparisonFamily:
    """Answer questions about tissue sources.

    Parameters
    ----------
    rows
        Measurements.
    questions
        What is asked; of more than two sources every pair.
    lots
        Lots as the laboratory described them; without them no covariate is known.
    adjustment
        A key of :data:`ADJUSTMENTS`.
    level
        Confidence level.

    Returns
    -------
    ComparisonFamily
        One comparison for each question and pair; a question that cannot be asked of these rows
        has no answer and says why.
    """
    held: dict[tuple[str, str], list[Measurement]] = {}
    for row in rows:
        held.setdefault((row.quantity, row.analyte), []).append(row)
    described = {lot.lot: lot for lot in lots}
    asked = [(question, pair) for question in questions for pair in question.pairs]
    found = [
        _first_pass(
            question,
            pair,
            held.get((question.quantity, question.analyte), []),
            described,
            level=level,
        )
        for question, pair in asked
    ]
    return ComparisonFamily(
        comparisons=_adjusted(found, ADJUSTMENTS[adjustment], level=level),
        adjustment=adjustment,
        level=level,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A question with what the model says, before the others are looked at."""

    question: Question
    read: ReadDesign
    comparison: Comparison
    compared: Compared | None = None
    means: CellMeans | None = None


def _first_pass(
    question: Question,
    pair: tuple[str, str],
    rows: Sequence[Measurement],
    lots: Mapping[str, Lot],
    *,
    level: float,
) -> _Found:
    read = read_design(
        rows,
        quantity=question.quantity,
        analyte=question.analyte,
        sources=pair,
        lots=lots,
        covariates=question.covariates,
    )
    known = find_quantity(question.quantity)
    comparison = Comparison(
        quantity=question.quantity,
        analyte=question.analyte,
        unit="" if known is None or known.unit is None else known.unit,
        sources=pair,
        scale=read.scale.scale,
        scale_reason=read.scale.reason,
        design=read.design,
        observations=read.observations,
        reason=read.scale.reason if read.refusal is None else read.refusal,
        waits=read.waits,
        published=published_lines(question.quantity, question.analyte, pair),
    )
    if read.refusal is not None:
        return _Found(question=question, read=read, comparison=comparison)
    scale = read.scale.scale
    columns = read.columns if read.columns.shape[1] else None
    fit = fit_sources(read.observations, pair, level=level, covariates=columns)
    margin: Margin | Text | None = None
    if question.margin is not None:
        margin = margin_on_scale(
            question.margin,
            question.unit,
            quantity=question.quantity,
            middle=fit.middle,
            scale=scale,
        )
    stated = margin if isinstance(margin, Margin) else None
    compared = held_against(fit, stated, scale=scale, level=level)
    means = cell_means(to_arrays(read.observations, pair, columns))
    return _Found(
        question=question,
        read=read,
        comparison=replace(
            comparison,
            design=replace(read.design, remarks=(*fit.remarks, *read.design.remarks)),
            summaries=_summaries(fit, read),
            estimate=compared.estimate,
            difference=difference_in_unit(fit, scale=scale, unit=comparison.unit, level=level),
            beside=estimates_beside(
                read.observations, fit, means, pair, scale=scale, unit=comparison.unit, level=level
            ),
            margin=stated,
            margin_refusal=margin if isinstance(margin, Text) else None,
            p_equivalence=compared.p_equivalence,
            variances=_variances(fit, read),
            intraclass_correlation=_correlation(fit),
        ),
        compared=compared,
        means=means,
    )


def _summaries(fit: SourceFit, read: ReadDesign) -> tuple[SourceSummary, ...]:
    scale, design = read.scale.scale, read.design
    return tuple(
        SourceSummary(
            source=design.sources[side],
            donors=len(design.donors[side]),
            lots=design.lots[side],
            observations=design.observations[side],
            mean=from_scale(held.estimate, scale),
            low=None if held.low is None else from_scale(held.low, scale),
            high=None if held.high is None else from_scale(held.high, scale),
        )
        for side, held in enumerate(fit.means)
    )


def _variances(fit: SourceFit, read: ReadDesign) -> tuple[VarianceShare, ...]:
    """Split the variance; between two sources and between passages it is that of their means."""
    spread = fit.spread
    effects = (0.0, *fit.passage_effects)
    parts: dict[str, float | None] = {"source": (fit.difference.estimate / 2.0) ** 2}
    single = spread.residual is None or (spread.donor is None and spread.tissue is None)
    parts["donor"] = spread.donor_mean if single and not fit.paired else spread.donor
    if spread.tissue is not None or fit.paired:
        parts["tissue"] = spread.tissue
    lots = max(read.design.lots, default=0) > max(len(side) for side in read.design.donors)
    if spread.lot is not None or lots:
        parts["lot"] = spread.lot
    if len(read.design.passages) > 1:
        parts["passage"] = float(np.var(effects)) if fit.passage_effects else None
    parts["residual"] = None if single else spread.residual
    total = sum(part for part in parts.values() if part is not None)
    return tuple(
        VarianceShare(
            level=name,
            variance=part,
            share=None if part is None or total == 0.0 else part / total,
        )
        for name, part in parts.items()
    )


def _correlation(fit: SourceFit) -> float | None:
    """Return the correlation of two values of one donor's tissue."""
    spread = fit.spread
    if spread.residual is None or (spread.donor is None and spread.tissue is None):
        return None
    between = sum(part for part in (spread.donor, spread.tissue) if part is not None)
    total = between + (0.0 if spread.lot is None else spread.lot) + spread.residual
    return between / total if total > 0.0 else None


def _adjusted(
    found: Sequence[_Found], adjustment: Adjustment | None, *, level: float
) -> tuple[Comparison, ...]:
    """Adjust over the family, answer, and say how many donors an answer takes."""
    asked = [held for held in found if held.compared is not None]
    p_values = _over_family([_p(held) for held in asked], adjustment)
    with_margin = [held for held in asked if held.compared and held.compared.margin is not None]
    p_equivalence = _over_family(
        [held.compared.p_equivalence if held.compared else None for held in with_margin],
        adjustment,
    )
    of_difference = dict(zip(map(id, asked), p_values, strict=True))
    of_equivalence = dict(zip(map(id, with_margin), p_equivalence, strict=True))
    count = 1 if adjustment is None else max(len(asked), 1)
    return tuple(
        held.comparison
        if held.compared is None
        else _answered(
            held,
            held.compared,
            p_value=of_difference[id(held)],
            p_equivalence=of_equivalence.get(id(held)),
            questions=count,
            level=level,
        )
        for held in found
    )


def _p(held: _Found) -> float | None:
    return None if held.compared is None else held.compared.p_value


def _over_family(
    p_values: Sequence[float | None], adjustment: Adjustment | None
) -> list[float | None]:  # fmt: skip
    """Adjust; a question without a p value was asked all the same, and counts as one of 1."""
    if adjustment is None:
        return list(p_values)
    adjusted = adjust_p_values([1.0 if p is None else p for p in p_values], adjustment)
    return [
        None if given is None else held for given, held in zip(p_values, adjusted, strict=True)
    ]  # fmt: skip


def _answered(
    held: _Found,
    compared: Compared,
    *,
    p_value: float | None,
    p_equivalence: float | None,
    questions: int,
    level: float,
) -> Comparison:
    answer = answer_of(p_value, p_equivalence, level=level)
    comparison = replace(
        held.comparison,
        answer=answer,
        adjusted_p=p_value,
        adjusted_p_equivalence=p_equivalence,
        donors_needed=donors_needed(
            compared.fit,
            held.read.design,
            compared.margin,
            scale=held.read.scale.scale,
            alpha=(1.0 - level) / questions,
            questions=questions,
        ),
    )
    return replace(comparison, reason=reason_of(comparison, questions=questions))
