"""Every answer of a review in the shape in which two states are compared."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from stroma.analytes import quantity_label
from stroma.evidence.changes import Answer, AnswerKind
from stroma.evidence.claims.judge import judge_claims
from stroma.evidence.claims.records import ClaimAnswer, JudgedClaim, Vote
from stroma.evidence.pooling.effect_records import Paper, Scale
from stroma.evidence.pooling.pool import Kind, PooledAnswer, as_effect, pool
from stroma.evidence.review_records import Extraction, Review
from stroma.evidence.screening.standing import standings
from stroma.reference_records import Reference, ReferenceKind
from stroma.texts import Text, join, text
from stroma.vocabulary import find_tissue

POOLED: Final = "POOLED"
TOO_FEW: Final = "TOO_FEW"
_COMPARED: Final = {
    Scale.LOG: text("ratio {second} / {first}"),
    Scale.IDENTITY: text("difference {second} − {first}"),
    Scale.LOGIT: text("odds ratio {second} / {first}"),
}


def review_answers(review: Review) -> tuple[Answer, ...]:
    """Answer everything a review can answer.

    Parameters
    ----------
    review
        The review; figures count of publications it includes by their full text.

    Returns
    -------
    tuple of Answer
        The pooled answers that rest on a figure, then the claims of the founding article judged
        with the review's rows.
    """
    rows = counted_extractions(review)
    groups = {row.group for row in rows}
    pooled = pool(
        rows,
        papers={group: _paper(review, group) for group in groups},
        secondary={
            group
            for group in groups
            if group in review.references and review.references[group].kind is ReferenceKind.REVIEW
        },
    )
    judged = judge_claims(review=replace(review, extractions=rows))
    # Of directions alone nothing is pooled, and the claims count them.
    with_figures = (pooled_answer(one) for one in pooled if one.effects)
    return (*with_figures, *(claim_answer(one) for one in judged))


def counted_extractions(review: Review) -> tuple[Extraction, ...]:
    """Return the rows that take part in answers.

    Parameters
    ----------
    review
        The review.

    Returns
    -------
    tuple of Extraction
        Those of publications that are included by their full text; all of them where nothing was
        decided yet. A decision that a notice reopened takes the rows back until it is made again.
    """
    if not review.decisions:
        return review.extractions
    included = {group for group, one in standings(review).items() if one.is_included}
    return tuple(row for row in review.extractions if row.group in included)


def row_labels(review: Review) -> dict[str, str]:
    """Return what a reader is told of each row.

    Parameters
    ----------
    review
        The review.

    Returns
    -------
    dict
        From the name of an extraction to its paper and place: ``"Li 2024, table 2"``.
    """
    return {
        row.key: ", ".join(word for word in (_paper(review, row.group).label, row.place) if word)
        for row in review.extractions
    }


def pooled_answer(pooled: PooledAnswer) -> Answer:
    """Return a pooled answer as it is compared.

    Parameters
    ----------
    pooled
        The answer.

    Returns
    -------
    Answer
        Its number as a reader is told it: a difference in the quantity's unit, or a ratio.
    """
    estimate = pooled.estimate
    words = (pooled.quantity, pooled.analyte, *pooled.sources, pooled.kind.value)
    if estimate is None:
        return Answer(
            kind=AnswerKind.POOLED,
            key=" ".join(word for word in words if word),
            asked=_asked(pooled),
            answer=TOO_FEW,
            k=len(pooled.papers),
            rows=pooled.rows,
        )
    return Answer(
        kind=AnswerKind.POOLED,
        key=" ".join(word for word in words if word),
        asked=_asked(pooled),
        answer=POOLED,
        k=estimate.papers,
        estimate=as_effect(estimate.value, pooled.scale),
        low=as_effect(estimate.low, pooled.scale),
        high=as_effect(estimate.high, pooled.scale),
        tau2=sum(estimate.tau2),
        unit=pooled.unit if pooled.scale is Scale.IDENTITY else "",
        rows=pooled.rows,
    )


def claim_answer(judged: JudgedClaim) -> Answer:
    """Return the verdict on a claim as it is compared.

    Parameters
    ----------
    judged
        The claim with its chain.

    Returns
    -------
    Answer
        With the rows that vote; those that stand beside make no answer.
    """
    voting = [row.row for row in judged.rows if row.vote is not Vote.BESIDE]
    return Answer(
        kind=AnswerKind.CLAIM,
        key=judged.claim.key,
        asked=text("{key}: {sentence}", key=judged.claim.key, sentence=judged.sentence),
        answer=ClaimAnswer(judged.answer).value,
        k=len({row.identity for row in voting}),
        rows=tuple(dict.fromkeys(row.key for row in voting if row.key)),
    )


def _asked(pooled: PooledAnswer) -> Text:
    first, second = (_tissue(source) for source in pooled.sources)
    compared = _COMPARED[pooled.scale].with_values(first=first, second=second)
    template = (
        text("{quantity}, {compared}, within papers")
        if pooled.kind is Kind.WITHIN
        else text("{quantity}, {compared}, between papers")
    )
    label = quantity_label(pooled.quantity, pooled.analyte)
    return template.with_values(quantity=label, compared=compared)


def _tissue(source: str) -> Text:
    known = find_tissue(source)
    return join([source]) if known is None else known.label


def _paper(review: Review, group: str) -> Paper:
    reference = review.references.get(group)
    if reference is None:
        return Paper(group=group, label=group)
    address = f"https://doi.org/{reference.doi}" if reference.doi else reference.url
    return Paper(group=group, label=_short(reference), address=address)


def _short(reference: Reference) -> str:
    family = reference.authors[0].partition(",")[0] if reference.authors else reference.title[:40]
    return f"{family} {reference.year or ''}".strip()
