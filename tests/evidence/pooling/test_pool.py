"""Rows of papers to pooled answers: held to sums done by hand and to the statistics themselves."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from stroma.evidence.pooling.effect_records import Paper, Scale
from stroma.evidence.pooling.effects import choose_scale
from stroma.evidence.pooling.models import ModelOptions
from stroma.evidence.pooling.pool import Kind, PooledAnswer, as_mean, pool
from stroma.evidence.review_records import Counted, Direction, Extraction, SpreadKind
from stroma.stats.meta.heterogeneity import Method
from stroma.stats.meta.pooling import Test
from stroma.stats.meta.pooling import pool as pool_numbers

BM, PL = "bone_marrow", "placenta"


def row(
    key: str, group: str, tissue: str, value: float | None = None, **more: object
) -> Extraction:
    plain = {
        "key": key, "group": group, "place": "table 2", "quantity": "doubling_time",
        "tissue": tissue, "value": value, "unit": "h", "spread": None if value is None else 6.0,
        "spread_kind": SpreadKind.SD, "n": 6, "n_counts": Counted.DONORS,
    }  # fmt: skip
    return Extraction(**{**plain, **more})  # type: ignore[arg-type]


def paper(number: int, bone_marrow: float, placenta: float, **more: object) -> list[Extraction]:
    return [
        row(f"X{number}1", f"p{number}", BM, bone_marrow, **more),
        row(f"X{number}2", f"p{number}", PL, placenta, **more),
    ]


def within(answers: tuple[PooledAnswer, ...]) -> PooledAnswer:
    return next(answer for answer in answers if answer.kind is Kind.WITHIN)


def between(answers: tuple[PooledAnswer, ...]) -> PooledAnswer:
    return next(answer for answer in answers if answer.kind is Kind.BETWEEN)


THREE = [*paper(1, 60, 40), *paper(2, 50, 41), *paper(3, 44, 39)]


def test_three_papers_by_hand() -> None:
    answer = within(pool(THREE))
    assert answer.sources == (BM, PL)
    assert answer.scale is Scale.LOG
    first = answer.effects[0]
    # Lajeunesse 2015: ln(40/60) + (CV2²/n - CV1²/n)/2, variance CV1²/n + CV2²/n.
    parts = (6 / 60) ** 2 / 6, (6 / 40) ** 2 / 6
    assert first.value == pytest.approx(math.log(40 / 60) + (parts[1] - parts[0]) / 2)
    assert first.variance == pytest.approx(sum(parts))
    expected = pool_numbers(
        [effect.value for effect in answer.effects], [effect.variance for effect in answer.effects]
    )
    assert answer.estimate is not None
    assert answer.estimate.value == expected.coefficients[0].estimate
    assert answer.estimate.low == expected.coefficients[0].low
    assert answer.estimate.degrees_of_freedom == 2
    assert answer.estimate.prediction is not None
    assert answer.estimate.tau2_interval is not None
    assert sum(answer.estimate.weights) == pytest.approx(100)
    assert answer.rows == ("X11", "X12", "X21", "X22", "X31", "X32")
    said = [str(remark) for remark in answer.remarks]
    assert "3 papers: the interval rests on very little" in said
    assert "asymmetry is not tested: it takes 10 papers" in said


def test_the_second_tissue_is_held_against_the_first() -> None:
    turned = within(pool(THREE, sources=(PL, BM)))
    plain = within(pool(THREE, sources=(BM, PL)))
    assert turned.estimate is not None
    assert plain.estimate is not None
    assert turned.estimate.value == pytest.approx(-plain.estimate.value)


def test_one_paper_is_too_few_and_counted() -> None:
    answers = pool(paper(1, 60, 40))
    assert within(answers).estimate is None
    assert str(within(answers).reason) == (
        "1 paper holds both tissues with mean, SD and donors; 2 are needed"
    )
    assert str(between(answers).reason) == (
        "0 and 0 papers hold one tissue each with mean, SD and donors; 2 of each are needed"
    )


def test_two_papers_have_no_prediction() -> None:
    answer = within(pool(THREE[:4]))
    assert answer.estimate is not None
    assert answer.estimate.prediction is None
    assert "no prediction interval: it takes 3 papers" in [str(said) for said in answer.remarks]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"n_counts": Counted.WELLS}, "n = 6 counts wells, not donors"),
        ({"n_counts": Counted.NOT_STATED}, "what n = 6 counts is not stated"),
        ({"n_counts": Counted.EXPERIMENTS}, "n = 6 counts experiments, not donors"),
        ({"n": None}, "no n is printed"),
        ({"n": 1}, "n = 1: one donor has no spread"),
        ({"spread_kind": SpreadKind.NOT_STATED}, "what the spread is was not stated"),
        ({"spread": None}, "no spread is printed"),
        ({"spread": 0.0}, "an SD of zero gives no variance"),
        ({"bound": ">"}, "only a bound is printed: > 40"),
        ({"unit": "mL"},
         "the unit “mL” does not measure population doubling time, which is counted in h"),
        ({"note": "secondary"},
         "seen in a review of others' work: never pooled with what papers measured"),
    ],
)  # fmt: skip
def test_what_is_refused_says_why(change: dict[str, object], reason: str) -> None:
    rows = [*THREE[:5], replace(THREE[5], value=40.0, **change)]
    answer = within(pool(rows))
    assert [str(refusal.reason) for refusal in answer.refused if refusal.row == "X32"] == [reason]
    assert {effect.paper.group for effect in answer.effects} == {"p1", "p2"}


def test_reviews_among_the_publications_are_not_pooled() -> None:
    answer = within(pool(THREE, secondary={"p3"}))
    assert len(answer.effects) == 2
    assert {refusal.row for refusal in answer.refused} == {"X31", "X32"}


def test_standard_errors_are_converted_on_the_way() -> None:
    rows = paper(1, 60, 40, spread=2.0, spread_kind=SpreadKind.SEM) + THREE[2:]
    arm = within(pool(rows)).effects[0].arms[0]
    assert arm.sd == pytest.approx(2 * math.sqrt(6))
    assert arm.steps == ("SD = SEM 2 x sqrt(6)",)


def test_estimated_deviations_enter_only_when_asked() -> None:
    ranged = {"spread": None, "low": 30.0, "high": 80.0, "spread_kind": SpreadKind.RANGE}
    rows = [*paper(1, 60, 40, **ranged), *THREE[2:]]
    assert len(within(pool(rows)).effects) == 2
    asked = within(pool(rows, use_estimated=True))
    assert len(asked.effects) == 3
    assert "1 estimate: mean or SD is estimated from a range or quartiles" in [
        str(said) for said in asked.remarks
    ]


def test_other_passages_make_no_contrast() -> None:
    rows = [replace(THREE[0], passage="P2"), *THREE[1:]]
    assert {effect.paper.group for effect in within(pool(rows)).effects} == {"p2", "p3"}
    # ... but the paper's arms still stand among the single ones.
    assert {effect.paper.group for effect in between(pool(rows)).effects} == {"p1"}


def test_papers_of_both_tissues_that_cannot_be_paired_are_clusters() -> None:
    apart = [
        replace(own, passage="P2") if own.tissue == BM else own
        for number in range(1, 5)
        for own in paper(number, 50 + number, 40 + number % 3)
    ]
    few = between(pool(apart[:4]))
    assert few.estimate is None
    assert "2 papers hold both tissues under other circumstances" in str(few.reason)
    for count in (3, 4):
        more = between(pool(apart[: 2 * count]))
        assert more.estimate is not None
        assert (more.estimate.papers, more.estimate.count) == (count, 2 * count)
        assert more.estimate.test == "CR2"
        assert not more.estimate.is_reliable


def test_a_figure_printed_twice_counts_once() -> None:
    rows = [*THREE, replace(THREE[0], key="X99", place="abstract")]
    answer = within(pool(rows))
    assert len(answer.effects) == 3
    assert answer.effects[0].arms[0].repeats == ("X99",)


def test_two_figures_of_one_tissue_are_not_guessed_apart() -> None:
    rows = [*THREE, replace(THREE[0], key="X99", value=70.0)]
    answer = within(pool(rows))
    assert {effect.paper.group for effect in answer.effects} == {"p2", "p3"}
    assert "several figures of this tissue" in str(answer.refused[0].reason)


def several_passages() -> list[Extraction]:
    rows = []
    for number, (first, second) in enumerate([(60, 40), (50, 41), (44, 39), (52, 36)], start=1):
        for passage, shift in (("P2", 0.0), ("P4", 5.0)):
            made = paper(number, first + shift, second + 2 * shift, passage=passage)
            rows += [replace(own, key=f"{own.key}{passage}") for own in made]
    return rows


def test_several_effects_of_a_paper_are_three_levels_with_cr2() -> None:
    answer = within(pool(several_passages()))
    assert answer.estimate is not None
    assert (answer.estimate.papers, answer.estimate.count) == (4, 8)
    assert answer.estimate.test == "CR2"
    assert len(answer.estimate.tau2) == 2
    assert answer.estimate.degrees_of_freedom == pytest.approx(3, abs=0.2)
    assert not answer.estimate.is_reliable
    said = [str(remark) for remark in answer.remarks]
    assert "up to 2 estimates come from one paper" in said
    assert "fewer than 4 degrees of freedom: the interval may be too narrow" in said


def test_parts_that_share_an_arm_share_its_error() -> None:
    rows = [
        *THREE,
        replace(THREE[1], key="X13", part="amnion"),
        replace(THREE[1], key="X14", part="decidua", value=45.0),
    ]
    answer = within(pool(rows[:1] + rows[2:]))
    assert len(answer.effects) == 4
    from stroma.evidence.pooling.pool import _covariance

    covariance = _covariance(answer.effects)
    assert covariance[0, 1] == pytest.approx((6 / 60) ** 2 / 6)
    assert covariance[0, 2] == 0


def test_parts_on_both_sides_give_no_contrast_twice() -> None:
    rows = [
        replace(own, key=f"{own.key}{part}", part=part, value=own.value + shift)
        for own in THREE
        for part, shift in (("fetal", 0.0), ("maternal", 3.0))
    ]
    answer = within(pool(rows))
    # Two arms against two: three contrasts; the fourth is their sum.
    assert len(answer.effects) == 9
    assert answer.estimate is not None
    assert answer.estimate.papers == 3


def test_between_papers_is_apart_and_never_merged() -> None:
    rows = [
        *THREE,
        *(row(f"B{i}", f"b{i}", BM, 50 + i) for i in range(3)),
        *(row(f"P{i}", f"q{i}", PL, 40 + i) for i in range(3)),
    ]
    answers = pool(rows)
    apart = between(answers)
    assert within(answers).estimate == within(pool(THREE)).estimate
    assert {effect.paper.group for effect in apart.effects} == {"b0", "b1", "b2", "q0", "q1", "q2"}
    assert apart.estimate is not None
    assert apart.estimate.prediction is None
    assert math.exp(apart.estimate.value) == pytest.approx(41 / 51, rel=0.01)
    assert as_mean(apart.estimate.sides[0].value, apart.scale) == pytest.approx(51, rel=0.01)
    assert [side.papers for side in apart.estimate.sides] == [3, 3]
    assert any("read this number after the one within papers" in str(r) for r in apart.remarks)


def test_votes_stand_beside_and_are_turned() -> None:
    rows = [
        *THREE,
        row("V1", "v1", PL, comparator=BM, direction=Direction.LOWER),
        row("V2", "v2", BM, comparator=PL, direction=Direction.LOWER),
        row("V3", "v3", PL, comparator="adipose_tissue;bone_marrow", direction=Direction.LOWER),
        row("V4", "v4", PL, comparator=BM, direction=Direction.NO_DIFFERENCE, note="secondary"),
        row("V5", "p1", PL, comparator=BM, direction=Direction.LOWER),
    ]
    answer = within(pool(rows, sources=(BM, PL)))
    assert [(vote.row, vote.direction.value, vote.is_secondary) for vote in answer.votes] == [
        ("V1", "lower", False), ("V2", "higher", False), ("V3", "lower", False),
        ("V4", "no_difference", True),
    ]  # fmt: skip
    assert within(pool(THREE)).estimate == answer.estimate


def test_percentages_near_their_end_are_pooled_as_odds() -> None:
    shares = {"quantity": "percent_positive", "analyte": "CD105", "unit": "%", "spread": 2.0}
    rows = [*paper(1, 96, 90, **shares), *paper(2, 97, 88, **shares), *paper(3, 100, 91, **shares)]
    answer = within(pool(rows))
    assert answer.scale is Scale.LOGIT
    effect = answer.effects[0]
    assert effect.value == pytest.approx(math.log(0.9 / 0.1) - math.log(0.96 / 0.04))
    # Delta method: (SD / (p (1 - p)))² / n on each side.
    assert effect.variance == pytest.approx(((0.02 / (0.96 * 0.04)) ** 2 + (0.02 / 0.09) ** 2) / 6)
    assert len(answer.effects) == 2
    assert "a mean of 100 % has no logit" in [str(refusal.reason) for refusal in answer.refused]


def test_a_spread_that_fills_the_room_is_doubted() -> None:
    wide = within(pool([*paper(1, 60, 10, spread=9.0, n=3), *THREE[2:]]))
    # Geary: 10 / 9 x 4 x 3^1.5 / (1 + 12) = 1.78, below 3.
    assert [str(doubt) for doubt in wide.effects[0].doubts] == [
        "the SD is large beside the mean: the variance of its log is uncertain"
    ]
    assert wide.effects[1].doubts == ()
    shares = {"quantity": "viability", "unit": "%", "spread": 4.0}
    near_all = within(pool([*paper(1, 99, 90, **shares), *paper(2, 98, 91, **shares)]))
    assert "the room to 0 or 100 %" in str(near_all.effects[0].doubts[0])


def test_scales() -> None:
    assert choose_scale("percent_positive", [30, 70])[0] is Scale.IDENTITY
    assert choose_scale("percent_positive", [30, 85])[0] is Scale.LOGIT
    assert choose_scale("cumulative_population_doublings", [3])[0] is Scale.IDENTITY
    assert choose_scale("viability", [99])[0] is Scale.LOGIT


def test_methods_and_the_normal_interval() -> None:
    options = ModelOptions(method=Method.DERSIMONIAN_LAIRD, test=Test.NORMAL)
    answer = within(pool(THREE, options=options))
    assert answer.estimate is not None
    assert (answer.estimate.method, answer.estimate.test) == ("DL", "z")
    assert answer.estimate.degrees_of_freedom is None
    several = within(pool(several_passages(), options=options))
    assert "DL has no form for several estimates of a paper: REML was taken" in [
        str(said) for said in several.remarks
    ]


def test_ten_papers_are_tested_for_asymmetry() -> None:
    rows = [own for i in range(10) for own in paper(i, 50 + i, 40 + i * i / 9, n=4 + i)]
    answer = within(pool(rows))
    assert answer.estimate is not None
    assert answer.estimate.small_studies is not None


def test_papers_that_agree_too_well_are_said_to() -> None:
    rows = [own for i in range(4) for own in paper(i, 50, 40)]
    rows = [replace(own, value=own.value + i / 100) for i, own in enumerate(rows)]
    answer = within(pool(rows))
    assert answer.estimate is not None
    assert answer.estimate.is_narrowed
    assert any("agree better than chance" in str(said) for said in answer.remarks)


def test_a_lot_is_not_a_donor() -> None:
    answer = within(pool([*paper(1, 60, 40, n_counts=Counted.LOTS), *THREE[2:]]))
    assert len(answer.effects) == 3
    assert any("lots of one donor would count as donors" in str(said) for said in answer.remarks)


def test_words_the_vocabulary_lacks_are_refused_and_counted() -> None:
    rows = [replace(own, quantity="CFU-F") for own in THREE]
    answer = within(pool(rows))
    assert answer.estimate is None
    assert str(answer.refused[0].reason) == "the vocabulary has no quantity “CFU-F”"


def test_papers_are_named_where_they_have_a_name() -> None:
    papers = {"p1": Paper(group="p1", label="Sung 2010", address="doi:10.1000/x")}
    answers = pool(THREE, quantity="doubling_time", sources=(BM, PL), papers=papers)
    assert [answer.kind for answer in answers] == [Kind.WITHIN, Kind.BETWEEN]
    assert [paper.label for paper in answers[0].papers] == ["Sung 2010", "p2", "p3"]
    assert pool(THREE, quantity="viability") == ()
