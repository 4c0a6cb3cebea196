"""Judged claims as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from stroma.evidence.claims.judge import count_answers
from stroma.evidence.claims.records import ChainRow, JudgedClaim, PartAnswer
from stroma.evidence.claims.words import certainty_words
from stroma.texts import ENGLISH, Language

SCHEMA_VERSION = "1"


def claims_to_json(
    judged: Sequence[JudgedClaim], language: Language = ENGLISH
) -> dict[str, object]:  # fmt: skip
    """Return judged claims as plain values.

    Parameters
    ----------
    judged
        The claims.
    language
        Of the sentences.

    Returns
    -------
    dict
        What JSON can hold: each claim with its answer, papers, parts, rows and faults.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "counts": {answer.value: count for answer, count in count_answers(judged).items()},
        "claims": [_claim(held, language) for held in judged],
    }


def _claim(held: JudgedClaim, language: Language) -> dict[str, object]:
    claim = held.claim
    return {
        "claim": claim.key,
        "section": claim.section,
        "kind": claim.kind,
        "sentence": held.sentence.render(language),
        "answer": held.answer.value,
        "certainty": certainty_words(held).render(language),
        "grade": held.deciding.grade.value,
        "papers_for": held.deciding.papers_for,
        "papers_against": held.deciding.papers_against,
        "papers_divided": held.deciding.papers_divided,
        "references": list(claim.references),
        "faults": [fault.render(language) for fault in held.faults],
        "fault_codes": [
            {"code": fault.code, "details": list(fault.details)} for fault in claim.faults
        ],
        "parts": [_part(part, language) for part in held.parts],
    }


def _part(part: PartAnswer, language: Language) -> dict[str, object]:
    return {
        "asked": part.asked.render(language),
        "rule": part.rule.render(language),
        "answer": part.answer.value,
        "grade": part.grade.value,
        "papers_for": part.papers_for,
        "papers_against": part.papers_against,
        "papers_divided": part.papers_divided,
        "tally": part.tally.render(language),
        "missing": None if part.missing is None else part.missing.render(language),
        "rows": [_row(held, language) for held in part.rows],
    }


def _row(held: ChainRow, language: Language) -> dict[str, object]:
    row = held.row
    return {
        "vote": held.vote.value,
        "told": held.told.render(language),
        "table": row.table,
        "key": row.key,
        "paper": row.paper,
        "place": row.place,
        "citation": row.citation,
        "address": row.address,
        "attribute": row.attribute,
        "quantity": row.quantity,
        "tissue": row.tissue_printed,
        "comparator": row.comparator_printed,
        "direction": row.direction,
        "value": row.value_printed,
        "unit": row.unit_printed,
        "secondary": row.is_secondary,
    }
