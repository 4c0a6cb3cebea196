"""Judge the claims of the founding article against everything that is held."""

from __future__ import annotations

from collections.abc import Sequence

from stroma.evidence.claims.faults import claim_faults
from stroma.evidence.claims.parts import judge_part
from stroma.evidence.claims.records import (
    ClaimAnswer,
    EvidenceRow,
    JudgedClaim,
    OwnAnswer,
)
from stroma.evidence.claims.rows import evidence_rows
from stroma.evidence.claims.rules import RULES
from stroma.evidence.claims.texts import SENTENCES
from stroma.evidence.claims.votes import join_answers
from stroma.evidence.review_records import Review
from stroma.published import Claim
from stroma.published import claims as founding_claims


def judge_claims(
    *, review: Review | None = None, own: Sequence[OwnAnswer] = ()
) -> tuple[JudgedClaim, ...]:
    """Judge every claim of the founding article.

    The article and the reviews it cites are sources of claims and never of evidence.

    Parameters
    ----------
    review
        A review of the reader's own; its extractions count as further rows.
    own
        What the laboratory's own lots say; they have one voice, as a paper has.

    Returns
    -------
    tuple of JudgedClaim
        In the order of the article, each with its whole chain; the same from the same evidence.

    Examples
    --------
    >>> held = {judged.claim.key: judged.answer.value for judged in judge_claims()}
    >>> held["S018"], held["S027"], held["S070"], held["S076"]
    ('SUPPORTED', 'CONTRADICTED', 'CONTRADICTED', 'MIXED')
    """
    rows = evidence_rows(review, own)
    return tuple(judge_claim(claim, rows) for claim in founding_claims())


def judge_claim(claim: Claim, rows: Sequence[EvidenceRow]) -> JudgedClaim:
    """Judge one claim.

    Parameters
    ----------
    claim
        The claim.
    rows
        Everything that is held, as :func:`stroma.evidence.claims.rows.evidence_rows` gives it.

    Returns
    -------
    JudgedClaim
        Its answer, how sure it is, the chain of each part and what is wrong with the claim.
    """
    parts = tuple(judge_part(part, rows) for part in RULES[claim.key])
    return JudgedClaim(
        claim=claim,
        sentence=SENTENCES[claim.key],
        answer=join_answers(part.answer for part in parts),
        parts=parts,
        faults=claim_faults(claim),
    )


def count_answers(judged: Sequence[JudgedClaim]) -> dict[ClaimAnswer, int]:
    """Count the claims by their answers.

    Parameters
    ----------
    judged
        The claims.

    Returns
    -------
    dict
        Every answer with its number.
    """
    return {answer: sum(held.answer is answer for held in judged) for answer in ClaimAnswer}
