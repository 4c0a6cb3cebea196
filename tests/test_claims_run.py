"""Own lots as a voice on claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from stroma.answers import compare_table
from stroma.claims_run import claims_frame, open_counted, own_answers
from stroma.comparison.requests import make_request
from stroma.evidence.claims.judge import judge_claims
from stroma.evidence_base import open_base
from stroma.review_folder import new_review


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = ["lot,donor,source,quantity,analyte,value,unit"]
    for number in range(6):
        rows.append(f"B{number},B{number},bone marrow,doubling_time,,{60 + number},h")
        rows.append(f"P{number},P{number},placenta,doubling_time,,{30 + number},h")
    path = tmp_path / "lots.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_difference_has_the_direction_of_the_second_source(table: Path) -> None:
    (answer,) = own_answers(compare_table(table, make_request()).family)
    assert (answer.quantity, answer.sources) == ("doubling_time", ("bone_marrow", "placenta"))
    assert (answer.answer, answer.direction, answer.donors) == ("DIFFERENT", "lower", (6, 6))


def test_a_study_that_compares_nothing_has_no_voice() -> None:
    assert own_answers(None) == ()


def test_the_frame_has_a_row_for_each_claim_and_its_chain() -> None:
    frame = claims_frame(judge_claims())
    assert len(frame) == len(frame.attrs["chains"]) == 81
    assert frame.set_index("claim").papers_for["S076"] == 7


def test_the_shipped_review_changes_no_answer_as_its_rows_are_those_of_the_package() -> None:
    alone = [held.answer for held in judge_claims()]
    assert [held.answer for held in judge_claims(review=open_base())] == alone


def test_a_review_without_decisions_counts_every_row(tmp_path: Path) -> None:
    new_review(tmp_path / "review")
    assert open_counted(tmp_path / "review").extractions == ()
