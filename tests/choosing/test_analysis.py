"""The whole answer: closed forms, dominance, what is unknown, and what it is worth."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stroma.choosing.analysis import choose_source
from stroma.choosing.application import (
    Application,
    Attribute,
    Direction,
    PublishedKey,
    WrittenText,
)
from stroma.choosing.json_twin import application_to_json, choice_to_json
from stroma.choosing.known_applications import available_applications, load_application
from stroma.choosing.results import Answer, ScoreOrigin
from stroma.choosing.weights import read_weights
from stroma.errors import StudyProblem
from stroma.measurements import Measurement

PAIR = ("bone_marrow", "placenta")
TRIO = ("umbilical_cord", "bone_marrow", "placenta")


def attribute(name, quantity="percent_positive", analyte="", **keys):
    given = {"direction": Direction.MORE, "unit": "%", "worst": 0.0, "best": 100.0, **keys}
    return Attribute(
        name=name, label=WrittenText(name), reason=WrittenText("why"), citations=("ours",),
        quantity=quantity, analyte=analyte, **given,
    )  # fmt: skip


def asked(*attributes):
    return Application(
        name="own", version="1", label=WrittenText("own"), attributes=attributes,
        citations=("ours",),
    )  # fmt: skip


def lots(source, analyte, *values):
    return [
        Measurement(
            lot=f"{source}-{i}", donor=f"{source}-{i}", source=source,
            quantity="percent_positive", analyte=analyte, value=value, unit="%",
        )
        for i, value in enumerate(values)
    ]  # fmt: skip


MARKERS = asked(attribute("first", analyte="CD105"), attribute("second", analyte="CD73"))


def test_exact_scores_give_the_closed_form():
    # Donors that do not differ give exact scores 0.9, 0.2 against 0.3, 0.6: first for w > 0.4.
    rows = [
        *lots("bone_marrow", "CD105", 90, 90), *lots("bone_marrow", "CD73", 20, 20),
        *lots("placenta", "CD105", 30, 30), *lots("placenta", "CD73", 60, 60),
    ]  # fmt: skip
    choice = choose_source(rows, MARKERS, PAIR)
    assert choice.leader.source == "bone_marrow"
    assert choice.leader.ranks[0] == pytest.approx(0.6, abs=0.015)
    assert choice.leader.central_weights == pytest.approx((0.7, 0.3), abs=0.015)
    assert choice.leader.confidence == 1
    assert choice.answer is Answer.UNDECIDED
    assert choice.weights_worth.value == pytest.approx(0.4, abs=0.02)
    assert choice.single == ()
    assert "settling the weights would be worth more" in str(choice.next_sentence)
    exact = choose_source(
        rows, MARKERS, PAIR, weights=read_weights({"exact": {"first": 1, "second": 0}}, MARKERS)
    )
    assert exact.leader.ranks == (1, 0)
    assert exact.answer is Answer.PREFERRED
    assert str(exact.sentence) == (
        "bone marrow: first in 100 % (± 0.0) of all that is open in the scores, at least the "
        "declared 80 %; next placenta, first in 0 %"
    )


def test_a_source_better_in_everything_is_preferred():
    rows = [
        *lots("bone_marrow", "CD105", 90, 91, 92), *lots("bone_marrow", "CD73", 90, 91, 92),
        *lots("placenta", "CD105", 30, 31, 32), *lots("placenta", "CD73", 30, 31, 32),
    ]  # fmt: skip
    choice = choose_source(rows, MARKERS, PAIR)
    assert choice.leader.ranks[0] == 1
    assert choice.unknown_sentence is None
    assert choice.pairwise[0][1] == 1


def test_sources_of_which_nothing_is_known_are_equal_and_say_so():
    choice = choose_source([], MARKERS, TRIO)
    for one in choice.acceptabilities:
        assert one.ranks == pytest.approx((1 / 3,) * 3, abs=0.02)
        assert (one.least, one.most) == (0, 1)
    assert {s.origin for held in choice.attributes for s in held.scores} == {ScoreOrigin.UNKNOWN}
    assert "6 scores are unknown" in str(choice.unknown_sentence)
    assert choice.answer is Answer.UNDECIDED


def test_the_influence_of_an_unknown_score_has_a_closed_form():
    # Known 0.5 in the first of two; the second unknown for one, exactly 0.5 for the other. Were
    # it worst, that one never comes first; were it best, always.
    rows = [
        *lots("bone_marrow", "CD105", 50, 50), *lots("placenta", "CD105", 50, 50),
        *lots("placenta", "CD73", 50, 50),
    ]  # fmt: skip
    choice = choose_source(rows, MARKERS, PAIR)
    (influence,) = choice.unknown
    assert (influence.source, influence.attribute) == ("bone_marrow", "second")
    assert (influence.if_worst, influence.if_best) == (0, 1)
    # Half right without it, always right with it.
    worth = choice.single[0]
    assert (worth.source, worth.attribute) == ("bone_marrow", "second")
    assert worth.value == pytest.approx(0.5, abs=0.02)
    assert "most: second, bone marrow" in str(choice.next_sentence)


def test_own_lots_lead_and_the_papers_are_shown_beside_them():
    expansion = next(a for a in load_application("gvhd").attributes if a.name == "expansion")
    rows = [
        Measurement(lot=f"{s}{i}", donor=f"{s}{i}", source=s, quantity="doubling_time",
                    value=v + i, unit="h")
        for s, v in (("bone_marrow", 24.0), ("placenta", 150.0)) for i in range(3)
    ]  # fmt: skip
    choice = choose_source(rows, asked(expansion, attribute("second", analyte="CD73")), PAIR)
    bone, placenta = choice.attributes[0].scores
    assert bone.origin is placenta.origin is ScoreOrigin.OWN
    assert bone.low > placenta.high
    assert bone.published is not None
    # Five papers say that placental cells double faster; these lots say the reverse.
    assert "own lots have the reverse order of the papers" in str(bone.disagreement)
    assert placenta.disagreement is None  # of a pair it is said once


def test_own_lots_outside_what_papers_report_say_so():
    key = PublishedKey(attribute="aGvHD_overall_response_day28", direction=Direction.MORE,
                       numbers=True, separate=True)  # fmt: skip
    response = attribute("response", analyte="CD105", published=(key,))
    rows = [*lots("bone_marrow", "CD105", 3, 4, 5), *lots("placenta", "CD105", 60, 61)]
    choice = choose_source(rows, asked(response, attribute("x", analyte="CD73")), PAIR)
    assert "own lots lie outside what papers report, 6" in str(
        choice.attributes[0].scores[0].disagreement
    )


def test_a_published_order_moves_scores_without_making_them_numbers():
    key = PublishedKey(attribute="tissue_factor_expression", direction=Direction.LESS)
    order = attribute("order", quantity="", unit="", worst=None, best=None, published=(key,))
    choice = choose_source([], asked(order, attribute("x", analyte="CD73")), PAIR[:1] + TRIO[:1])
    scores = {score.source: score for score in choice.attributes[0].scores}
    assert {score.origin for score in scores.values()} == {ScoreOrigin.ORDER}
    # Two papers find less tissue factor on marrow: odds of nine to one.
    assert choice.attributes[0].orders[0].better == 2
    assert scores["bone_marrow"].middle > 0.6 > 0.4 > scores["umbilical_cord"].middle
    assert scores["bone_marrow"].own is scores["bone_marrow"].published is None


def test_a_target_is_best_in_the_middle():
    aim = attribute("aim", analyte="CD105", direction=Direction.TARGET, worst=None, best=None,
                    target=50.0, tolerance=20.0)  # fmt: skip
    rows = [*lots("bone_marrow", "CD105", 50, 50), *lots("placenta", "CD105", 60, 60)]
    choice = choose_source(rows, asked(aim, attribute("x", analyte="CD73")), PAIR)
    assert [score.middle for score in choice.attributes[0].scores] == pytest.approx([1.0, 0.5])


@settings(max_examples=12)
@given(
    st.lists(st.tuples(st.sampled_from(TRIO), st.sampled_from(["CD105", "CD73"]),
                       st.floats(0, 100)), max_size=14),
    st.permutations(TRIO),
)  # fmt: skip
def test_ranks_sum_to_one_and_the_order_of_the_sources_does_not_matter(found, order):
    rows = [row for i, (s, a, v) in enumerate(found) for row in lots(f"{s}", a, v)[:1]
            for row in [Measurement(lot=f"l{i}", donor=f"d{i}", source=s, analyte=a, value=v,
                                    quantity="percent_positive", unit="%")]]  # fmt: skip
    one = choose_source(rows, MARKERS, TRIO, draws=300)
    other = choose_source(rows, MARKERS, order, draws=300)
    assert one.acceptabilities == other.acceptabilities
    for rank in range(3):
        assert sum(a.ranks[rank] for a in one.acceptabilities) == pytest.approx(1)
    for rated in one.acceptabilities:
        assert sum(rated.ranks) == pytest.approx(1)
        assert rated.least <= rated.ranks[0] + 1e-9
        assert rated.most >= rated.ranks[0] - 1e-9


@pytest.mark.parametrize("application", available_applications(), ids=lambda a: a.name)
def test_every_application_answers_from_papers_alone_and_twice_the_same(application):
    choice = choose_source([], application, application.sources, draws=2000)
    again = choose_source([], application, application.sources, draws=2000)
    assert json.dumps(choice_to_json(choice)) == json.dumps(choice_to_json(again))
    assert choice.answer is Answer.UNDECIDED
    assert "%" in str(choice.sentence)
    assert json.dumps(application_to_json(application), allow_nan=False)


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        (["placenta"], "placenta alone. Expected: at least two sources"),
        (["placenta", "бала жолдасы"], "placenta alone"),
        ([], "no source"),
        (["placenta", "bonemeal"], 'the source "bonemeal". Expected: one of bone_marrow'),
    ],
)
def test_sources_that_are_no_choice_are_refused(sources, told):
    with pytest.raises(StudyProblem) as caught:
        choose_source([], MARKERS, sources)
    assert told in caught.value.render()
