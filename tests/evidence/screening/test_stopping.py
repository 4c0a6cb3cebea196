"""The bound on what is left: by hand, and exactly in how often it holds."""

from __future__ import annotations

from datetime import date
from math import comb

import pytest

from stroma.evidence.review_records import Choice, Decision, Protocol, Stage
from stroma.evidence.screening.standing import (
    PublicationStanding,
    StageStanding,
    Standing,
    stage_standing,
)
from stroma.evidence.screening.stopping import (
    StoppingMethod,
    StoppingReport,
    most_relevant,
    random_order,
    stopping_report,
)

PROTOCOL = Protocol(title="", question="?", searches=(), criteria=(), people=("AB",), deciders=1)


def state(groups: list[str], rows: list[tuple[str, bool]]) -> StoppingReport:
    decisions = [
        Decision(
            group=group,
            stage=Stage.TITLE_ABSTRACT,
            choice=Choice.INCLUDE if relevant else Choice.EXCLUDE,
            person="AB",
            day=date(2026, 1, 31),
        )
        for group, relevant in rows
    ]
    held = {
        group: PublicationStanding(
            group=group,
            title_abstract=stage_standing(
                [one for one in decisions if one.group == group], PROTOCOL
            ),
            full_text=StageStanding(standing=Standing.NOT_REACHED),
        )
        for group in groups
    }
    return stopping_report(held, decisions)


def test_the_bound_by_hand() -> None:
    """None among 50 of 100: 4 left have a probability of 0.059, 5 one of 0.028."""
    chance = [comb(100 - k, 50) / comb(100, 50) for k in (4, 5)]
    assert chance[0] == pytest.approx(0.0587, abs=5e-5)
    assert chance[1] == pytest.approx(0.0281, abs=5e-5)
    assert most_relevant(100, 50, 0) == 4
    assert most_relevant(10, 10, 3) == 3
    assert most_relevant(10, 0, 0) == 10


@pytest.mark.parametrize(("urn", "drawn"), [(30, 10), (60, 20), (60, 45)])
def test_the_bound_holds_at_least_as_often_as_it_says(urn: int, drawn: int) -> None:
    for relevant in range(urn + 1):
        holds = sum(
            comb(relevant, seen) * comb(urn - relevant, drawn - seen) / comb(urn, drawn)
            for seen in range(max(0, drawn - (urn - relevant)), min(drawn, relevant) + 1)
            if most_relevant(urn, drawn, seen) >= relevant
        )
        assert holds >= 0.95 - 1e-12


GROUPS = [f"a1-{number}" for number in range(1, 201)]


def test_a_random_draw_after_ranked_ones_is_known_by_its_order() -> None:
    ranked = [(name, number % 2 == 0) for number, name in enumerate(GROUPS[:40])]
    drawn = [name for name in random_order(GROUPS) if name not in GROUPS[:40]][:80]
    report = state(GROUPS, [*ranked, *((name, False) for name in drawn)])
    assert report.method is StoppingMethod.RANDOM_SAMPLE
    assert report.sample >= 80
    assert (report.screened, report.relevant, report.left) == (120, 20, 80)
    # The urn held 160 when the draw of 80 began; by hand: 4 with 0.058, 5 with 0.028.
    if report.sample == 80:
        assert comb(156, 80) / comb(160, 80) > 0.05 > comb(155, 80) / comb(160, 80)
        assert report.most_left == 4
        assert report.recall == pytest.approx(20 / 24)


def test_ranked_ones_are_taken_for_a_draw_and_that_is_said() -> None:
    ranked = [(name, number < 10) for number, name in enumerate(GROUPS[:150])]
    report = state(GROUPS, ranked)
    assert report.method is StoppingMethod.RANKED_SAMPLE
    assert (report.sample, report.sample_relevant, report.since_relevant) == (75, 0, 140)
    # The urn held 125: of 75 drawn none; by hand 3 with 0.062, 4 with 0.024.
    assert comb(122, 75) / comb(125, 75) > 0.05 > comb(121, 75) / comb(125, 75)
    assert report.most_left == 3
    assert report.recall == pytest.approx(10 / 13)
    said = " ".join(str(one) for one in report.sentences)
    assert "no worse than chance" in said
    assert "recall of at least 76.9 %" in said
    assert "stop" not in said.casefold()


def test_nothing_and_everything() -> None:
    nothing = state(GROUPS, [])
    assert (nothing.method, nothing.most_left, nothing.recall) == (StoppingMethod.NONE, None, None)
    whole = state(GROUPS, [(name, name == "a1-7") for name in GROUPS])
    assert (whole.method, whole.most_left, whole.recall) == (StoppingMethod.COMPLETE, 0, 1.0)


def test_no_relevant_one_found_gives_no_recall() -> None:
    report = state(GROUPS, [(name, False) for name in GROUPS[:100]])
    assert report.recall is None
    # Of 50 from 150 none: 7 left have a probability of 0.054, 8 one of 0.035.
    assert comb(143, 50) / comb(150, 50) > 0.05 > comb(142, 50) / comb(150, 50)
    assert report.most_left == 7
