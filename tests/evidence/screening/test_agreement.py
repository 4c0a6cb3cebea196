"""Agreement against published numbers."""

from __future__ import annotations

from datetime import date

import pytest

from stroma.evidence.review_records import Choice, Decision, Stage
from stroma.evidence.screening.agreement import agreement_of, agreements, conflicts
from stroma.evidence.screening.standing import PublicationStanding, StageStanding, Standing

IN, OUT, UNSURE = Choice.INCLUDE, Choice.EXCLUDE, Choice.UNSURE
PAIR = {"people": ("AB", "CD"), "stage": Stage.TITLE_ABSTRACT}


def test_the_example_of_statpsych() -> None:
    """ci.kappa(.05, 31, 12, 4, 58) of the R package statpsych, as its page prints it."""
    table = {(OUT, OUT): 31, (OUT, IN): 12, (IN, OUT): 4, (IN, IN): 58}
    found = agreement_of(table, **PAIR)
    assert found.kappa == pytest.approx(0.6756757, abs=5e-8)
    assert found.standard_error == pytest.approx(0.07344761, abs=5e-9)
    assert found.low == pytest.approx(0.5317210, abs=5e-8)
    assert found.high == pytest.approx(0.8196303, abs=5e-8)
    # Byrt et al. 1993: PABAK of two choices is twice the observed agreement less one.
    assert found.pabak == pytest.approx(2 * 89 / 105 - 1)


def test_the_example_of_cohen_with_three_choices() -> None:
    """Cohen 1968, table 1 (200 cases in shares): kappa .492."""
    shares = {
        (IN, IN): 88, (IN, OUT): 10, (IN, UNSURE): 2,
        (OUT, IN): 14, (OUT, OUT): 40, (OUT, UNSURE): 6,
        (UNSURE, IN): 18, (UNSURE, OUT): 10, (UNSURE, UNSURE): 12,
    }  # fmt: skip
    found = agreement_of(shares, **PAIR)
    assert (found.observed, found.expected) == (pytest.approx(0.70), pytest.approx(0.41))
    assert found.kappa == pytest.approx(0.492, abs=5e-4)


def test_high_agreement_on_rare_inclusions_has_a_low_kappa_and_a_high_pabak() -> None:
    """The paradox of Feinstein and Cicchetti 1990, by hand: 94 % agree, kappa near zero."""
    found = agreement_of({(OUT, OUT): 94, (OUT, IN): 3, (IN, OUT): 3, (IN, IN): 0}, **PAIR)
    assert found.observed == pytest.approx(0.94)
    assert found.kappa == pytest.approx((0.94 - (0.97**2 + 0.03**2)) / (1 - 0.97**2 - 0.03**2))
    assert found.kappa is not None
    assert found.kappa < 0
    assert found.pabak == pytest.approx(0.88)


def test_kappa_is_not_defined_where_only_one_choice_was_made() -> None:
    found = agreement_of({(OUT, OUT): 40}, **PAIR)
    assert (found.observed, found.kappa, found.standard_error, found.pabak) == (
        1.0,
        None,
        None,
        None,
    )


def test_perfect_agreement_has_no_spread() -> None:
    found = agreement_of({(OUT, OUT): 30, (IN, IN): 10}, **PAIR)
    assert (found.kappa, found.low, found.high) == (1.0, 1.0, 1.0)
    assert found.standard_error == pytest.approx(0, abs=1e-9)


def test_one_of_two_who_never_varies_has_a_kappa_of_zero() -> None:
    found = agreement_of({(OUT, OUT): 30, (OUT, IN): 10}, **PAIR)
    assert found.kappa == pytest.approx(0, abs=1e-12)


def test_nothing_decided_by_both_gives_no_number() -> None:
    found = agreement_of({}, **PAIR)
    assert (found.both, found.observed, found.kappa) == (0, None, None)


def decision(group: str, person: str, choice: Choice) -> Decision:
    return Decision(
        group=group,
        stage=Stage.TITLE_ABSTRACT,
        choice=choice,
        person=person,
        day=date(2026, 1, 31),
    )


def test_the_first_decision_of_each_person_is_compared() -> None:
    at = StageStanding(standing=Standing.INCLUDED)
    groups = {
        name: PublicationStanding(group=name, title_abstract=at, full_text=at) for name in "abc"
    }
    rows = [
        decision("a", "AB", IN), decision("a", "CD", OUT), decision("a", "CD", IN),
        decision("b", "AB", OUT), decision("b", "CD", OUT), decision("c", "AB", IN),
        decision("notice", "AB", IN), decision("notice", "CD", IN),
    ]  # fmt: skip
    (found,) = agreements(rows, groups, ["AB", "CD", "EF"])
    assert found.people == ("AB", "CD")
    assert dict(found.table) == {(IN, OUT): 1, (OUT, OUT): 1}


def test_conflicts_are_listed() -> None:
    open_, shut = (
        StageStanding(standing=Standing.CONFLICT),
        StageStanding(standing=Standing.EXCLUDED),
    )
    groups = {
        "a": PublicationStanding(group="a", title_abstract=open_, full_text=shut),
        "b": PublicationStanding(group="b", title_abstract=shut, full_text=shut),
    }
    assert conflicts(groups, Stage.TITLE_ABSTRACT) == ("a",)
