"""Claims beside a laboratory's own lots: what a comparison says, as a voice on a claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from stroma.comparison.results import Answer, Comparison, ComparisonFamily
from stroma.evidence.claims.json_twin import claims_to_json
from stroma.evidence.claims.records import JudgedClaim, OwnAnswer
from stroma.evidence.claims.words import certainty_words
from stroma.evidence.review_answers import counted_extractions
from stroma.evidence.review_records import Review
from stroma.review_folder import open_review

if TYPE_CHECKING:
    import pandas as pd


def open_counted(folder: Path) -> Review:
    """Open a review with the extractions that count.

    Parameters
    ----------
    folder
        The review.

    Returns
    -------
    Review
        Once people have decided, the rows of publications that are included by their full text;
        all rows where nothing was decided yet.
    """
    review = open_review(folder)
    if not review.decisions:
        return review
    return replace(review, extractions=counted_extractions(review))


def own_answers(family: ComparisonFamily | None) -> tuple[OwnAnswer, ...]:
    """Return what own lots say of pairs of sources.

    Parameters
    ----------
    family
        The answers of a study; ``None`` where it compares nothing.

    Returns
    -------
    tuple of OwnAnswer
        DIFFERENT gives a direction, EQUIVALENT no difference, UNDECIDED neither; questions that
        were refused are left out.
    """
    if family is None:
        return ()
    return tuple(_own(held) for held in family.comparisons if held.answer is not None)


def _own(held: Comparison) -> OwnAnswer:
    first, second = (len(side) for side in held.design.donors)
    return OwnAnswer(
        quantity=held.quantity,
        analyte=held.analyte,
        sources=held.sources,
        answer=str(held.answer),
        direction=_direction(held),
        donors=(first, second),
        told=held.reason,
    )


def _direction(held: Comparison) -> str:
    told = held.difference or held.estimate
    if held.answer is not Answer.DIFFERENT or told is None:
        return ""
    return "higher" if told.value > 0 else "lower"


def claims_frame(judged: Sequence[JudgedClaim]) -> pd.DataFrame:
    """Return judged claims as a frame.

    Parameters
    ----------
    judged
        The claims.

    Returns
    -------
    pandas.DataFrame
        One row a claim; ``frame.attrs["chains"]`` has the whole of each.
    """
    import pandas as pd

    rows = [
        {
            "claim": held.claim.key,
            "sentence": held.sentence.render(),
            "answer": held.answer.value,
            "certainty": certainty_words(held).render(),
            "grade": held.deciding.grade.value,
            "papers_for": held.deciding.papers_for,
            "papers_against": held.deciding.papers_against,
            "papers_divided": held.deciding.papers_divided,
            "faults": "; ".join(fault.render() for fault in held.faults),
        }
        for held in judged
    ]
    frame = pd.DataFrame(rows)
    frame.attrs["chains"] = claims_to_json(judged)["claims"]
    return frame
