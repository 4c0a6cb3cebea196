"""What counts in the answers of a review, and how each answer is compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from stroma.evidence.changes import AnswerKind
from stroma.evidence.duplicates.deduplication import Member
from stroma.evidence.extraction.conversion import convert_extraction
from stroma.evidence.review_answers import counted_extractions, review_answers, row_labels
from stroma.evidence.review_records import (
    Choice,
    Counted,
    Decision,
    Direction,
    Extraction,
    Protocol,
    Review,
    SpreadKind,
    Stage,
)
from stroma.origin import Origin
from stroma.reference_records import Reference, ReferenceKind

PROTOCOL = Protocol(
    title="", question="?", searches=(), criteria=(), people=("AB",), deciders=1
)  # fmt: skip


def row(key: str, group: str, tissue: str, value: float) -> Extraction:
    made = Extraction(
        key=key, group=group, place="table 2", quantity="doubling_time", tissue=tissue,
        value=value, spread=value / 5, spread_kind=SpreadKind.SD, unit="h", n=6,
        n_counts=Counted.DONORS,
    )  # fmt: skip
    return replace(made, canonical=convert_extraction(made).canonical)


def review(*decided: tuple[str, Choice], kind: ReferenceKind = ReferenceKind.ARTICLE) -> Review:
    names = ("a1-1", "a1-2")
    return Review(
        protocol=PROTOCOL,
        references={
            name: Reference(
                origin=Origin("searches/a.ris", "00"), title=f"Paper {name}", year=2020,
                authors=(f"Family{name[-1]}, A.",), kind=kind, doi=f"10.1000/{name}",
            )
            for name in names
        },
        databases={},
        members=tuple(Member(record=name, group=name) for name in names),
        decisions=tuple(
            Decision(
                group=group, stage=Stage.FULL_TEXT, choice=choice, person="AB",
                day=date(2026, 11, 2),
            )
            for group, choice in decided
        ),
        extractions=(
            row("X0001", "a1-1", "bone_marrow", 60), row("X0002", "a1-1", "placenta", 30),
            row("X0003", "a1-2", "bone_marrow", 50), row("X0004", "a1-2", "placenta", 30),
        ),
    )  # fmt: skip


def test_rows_count_of_what_is_included_once_anything_is_decided() -> None:
    assert len(counted_extractions(review())) == 4
    one = review(("a1-1", Choice.INCLUDE), ("a1-2", Choice.EXCLUDE))
    assert [row.key for row in counted_extractions(one)] == ["X0001", "X0002"]


def test_a_pooled_answer_is_told_as_a_ratio() -> None:
    answers = review_answers(review(("a1-1", Choice.INCLUDE), ("a1-2", Choice.INCLUDE)))
    (pooled,) = [one for one in answers if one.kind is AnswerKind.POOLED]
    assert pooled.key == "doubling_time bone_marrow placenta within_papers"
    assert (
        str(pooled.asked) == "population doubling time, ratio placenta / bone marrow, within papers"
    )
    assert (pooled.answer, pooled.k, pooled.unit) == ("POOLED", 2, "")
    assert pooled.estimate == pytest.approx((0.5 * 0.6) ** 0.5, rel=1e-9)
    assert pooled.rows == ("X0001", "X0002", "X0003", "X0004")


def test_one_paper_is_too_few_and_reviews_of_others_are_none() -> None:
    one = review(("a1-1", Choice.INCLUDE), ("a1-2", Choice.EXCLUDE))
    (pooled,) = [held for held in review_answers(one) if held.kind is AnswerKind.POOLED]
    assert (pooled.answer, pooled.k, pooled.estimate) == ("TOO_FEW", 1, None)
    assert [
        held
        for held in review_answers(review(kind=ReferenceKind.REVIEW))
        if held.kind is AnswerKind.POOLED
    ] == []


def test_a_stated_direction_speaks_to_the_claims() -> None:
    held = review()
    told = replace(held.extractions[1], comparator="bone_marrow", direction=Direction.LOWER)
    one = replace(held, extractions=(held.extractions[0], told, *held.extractions[2:]))
    claims = {
        answer.key: answer for answer in review_answers(one) if answer.kind is AnswerKind.CLAIM
    }
    assert len(claims) == 81
    assert "X0002" in claims["S076"].rows
    assert "" not in {row for claim in claims.values() for row in claim.rows}


def test_a_row_is_called_by_its_paper_and_place() -> None:
    assert row_labels(review())["X0003"] == "Family2 2020, table 2"
