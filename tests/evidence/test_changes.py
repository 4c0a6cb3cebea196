"""Two states of a review are compared in words a head of laboratory can read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stroma.errors import StudyProblem
from stroma.evidence.changes import (
    COLUMNS,
    Answer,
    AnswerKind,
    ChangeKind,
    answers_text,
    changes_between,
    parse_answers,
    told,
)
from stroma.texts import Language

POOLED = Answer(
    kind=AnswerKind.POOLED, key="doubling_time placenta", asked="doubling time, placenta",
    answer="POOLED", k=3, estimate=31.25, low=27.4, high=35.1, tau2=4.5, unit="h",
    rows=("X0001", "X0002", "X0003"),
)  # fmt: skip
CLAIM = Answer(
    kind=AnswerKind.CLAIM, key="S070", asked="S070", answer="MIXED", k=2, rows=("X0001", "X0004")
)
LABELS = {"X0009": "Li 2024, table 2"}


def one(before: Answer | None, after: Answer | None) -> str:
    (change,) = changes_between(
        [] if before is None else [before], [] if after is None else [after]
    )
    return str(told(change, LABELS))


def test_what_is_the_same_is_not_told():
    assert changes_between([POOLED, CLAIM], [CLAIM, POOLED]) == ()


def test_an_interval_that_moved_is_told_with_the_row_that_moved_it():
    after = replace(POOLED, k=4, estimate=30.1, low=27.0, high=33.2, rows=(*POOLED.rows, "X0009"))
    assert one(POOLED, after) == (
        "doubling time, placenta: POOLED, moved from 31.25 h (27.4 to 35.1) to 30.1 h (27 to 33.2)"
        "; it now stands on X0009 (Li 2024, table 2)"
    )


def test_a_word_that_changed_is_told_before_its_rows():
    after = replace(CLAIM, answer="SUPPORTED", rows=("X0001", "X0009"))
    assert one(CLAIM, after) == (
        "S070: MIXED became SUPPORTED; it now stands on X0009 (Li 2024, table 2); it no longer "
        "stands on X0004"
    )


def test_too_few_papers_become_a_number():
    before = replace(POOLED, answer="TOO_FEW", k=1, estimate=None, low=None, high=None)
    assert one(before, POOLED).startswith(
        "doubling time, placenta: TOO FEW PAPERS became POOLED 31.25 h (27.4 to 35.1)"
    )


def test_a_number_that_is_taken_back_is_told():
    after = replace(POOLED, estimate=None, low=None, high=None, rows=POOLED.rows)
    assert "moved from 31.25 h (27.4 to 35.1) to no number" in one(POOLED, after)


def test_a_corrected_value_of_the_same_row_is_told():
    assert one(POOLED, replace(POOLED, estimate=29.0)).endswith(
        "to 29 h (27.4 to 35.1); the rows are the same, read or weighed otherwise"
    )


def test_new_and_gone_questions():
    assert one(None, replace(CLAIM, rows=("X0009",))) == (
        "S070: new, MIXED; it stands on X0009 (Li 2024, table 2)"
    )
    assert one(CLAIM, None) == "S070: not asked any more, it was MIXED"


def test_other_rows_under_the_same_answer():
    assert one(CLAIM, replace(CLAIM, k=3, rows=(*CLAIM.rows, "X0009"))) == (
        "S070: still MIXED; papers before: 2, now: 3; it now stands on X0009 (Li 2024, table 2)"
    )


def test_other_answers_come_before_other_rows():
    more = replace(CLAIM, rows=("X0009",))
    turned = replace(CLAIM, key="S071", answer="SUPPORTED")
    moved = replace(POOLED, estimate=30.0)
    before = [CLAIM, replace(CLAIM, key="S071"), POOLED, replace(CLAIM, key="S072")]
    after = [more, turned, moved, replace(CLAIM, key="S073")]
    assert [change.answer.key for change in changes_between(before, after)] == [
        "S071", "S073", POOLED.key, "S072", "S070",
    ]  # fmt: skip


def test_many_rows_are_counted():
    rows = tuple(f"X{n:04d}" for n in range(9))
    assert one(None, replace(CLAIM, rows=rows)).endswith("X0004, X0005, 3 more rows")


def test_the_last_bits_of_an_estimate_are_no_change():
    near = replace(POOLED, estimate=31.25 * (1 + 1e-9), low=27.4 + 1e-7)
    assert changes_between([POOLED], [near]) == ()
    # Zero and what rounding leaves of it, as a reader sees them.
    zero = replace(POOLED, estimate=0.0, low=None)
    assert changes_between([zero], [replace(zero, estimate=1e-16)]) == ()
    (change,) = changes_between([zero], [replace(zero, estimate=None)])
    assert change.kind is ChangeKind.NUMBER


def test_a_state_is_read_back_as_written():
    pooled = replace(POOLED, rows=("X1",))
    written = answers_text([pooled, CLAIM])
    assert written.splitlines() == [
        "kind,key,asked,answer,k,estimate,low,high,tau2,unit,rows",
        "claim,S070,S070,MIXED,2,,,,,,X0001 X0004",
        'pooled,doubling_time placenta,"doubling time, placenta",POOLED,3,31.25,27.4,35.1,4.5,h,X1',
    ]
    assert parse_answers(written, file="answers.csv") == (CLAIM, pooled)


def test_a_state_written_from_what_was_read_makes_no_difference():
    exact = replace(POOLED, estimate=31.249999812345, tau2=1 / 3)
    held = parse_answers(answers_text([exact]), file="answers.csv")
    assert changes_between(held, [exact]) == ()
    assert answers_text(held) == answers_text([exact])


def test_every_bad_row_of_a_state_is_named():
    broken = f"{','.join(COLUMNS)}\nclaim,,S070,MIXED,2,,,,,,\npooled,a,b,c,x,,,,,,\n"
    with pytest.raises(StudyProblem) as wrong:
        parse_answers(broken, file="answers.csv")
    assert [problem.place.row for problem in wrong.value.problems] == [2, 3]
    with pytest.raises(StudyProblem, match="no column asked, k"):
        parse_answers(",".join(c for c in COLUMNS if c not in {"asked", "k"}), file="a.csv")


def test_numbers_are_told_in_the_language_of_the_reader():
    russian = Language("ru", ",", "\u202f")
    (change,) = changes_between([], [POOLED])
    assert "31,25 h (27,4 to 35,1)" in told(change).render(russian)
