"""Comparisons against textbook tests, and their answers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from stroma.comparison.compare import answer_of, compare, compare_observations
from stroma.comparison.questions import Question
from stroma.comparison.results import Answer, Margin, Observation, Pairing, Scale

BOTH = ("bone_marrow", "placenta")
TIMES = {
    "bone_marrow": {"D1": 46.0, "D2": 51.5, "D3": 43.2, "D4": 58.0},
    "placenta": {"D5": 31.0, "D6": 36.4, "D7": 29.8, "D8": 34.1, "D9": 30.0},
}


def asked(quantity="doubling_time", **also):
    return Question(**{"quantity": quantity, "sources": BOTH, **also})


def only(family):
    (comparison,) = family.comparisons
    return comparison


def of_source(values, source):
    return [float(value) for value in values[source].values()]


def test_one_value_a_donor_is_the_t_test_on_the_logarithm(rows):
    held = only(compare(rows(TIMES), [asked()]))
    first, second = (np.log(of_source(TIMES, source)) for source in BOTH)
    expected = stats.ttest_ind(second, first)
    interval = expected.confidence_interval(0.95)
    assert held.scale is Scale.LOG
    assert held.estimate.p_value == pytest.approx(expected.pvalue, rel=1e-9)
    assert held.estimate.value == pytest.approx(np.exp(second.mean() - first.mean()), rel=1e-12)
    assert held.estimate.low == pytest.approx(np.exp(interval.low), rel=1e-9)
    assert held.estimate.high == pytest.approx(np.exp(interval.high), rel=1e-9)
    assert held.estimate.degrees_of_freedom == 7
    assert held.answer is Answer.DIFFERENT


def test_welch_stands_beside_it(rows):
    held = only(compare(rows(TIMES), [asked()]))
    first, second = (np.log(of_source(TIMES, source)) for source in BOTH)
    expected = stats.ttest_ind(second, first, equal_var=False)
    (welch,) = (other for other in held.beside if other.method == "welch_t/1")
    assert welch.p_value == pytest.approx(expected.pvalue, rel=1e-9)
    assert welch.degrees_of_freedom == pytest.approx(expected.df, rel=1e-9)


def test_donors_of_both_tissues_are_compared_in_pairs(rows):
    values = {
        "bone_marrow": {"D1": 46.0, "D2": 51.5, "D3": 43.2, "D4": 58.0},
        "placenta": {"D1": 40.0, "D2": 44.1, "D3": 39.8, "D4": 47.0},
    }
    held = only(compare(rows(values), [asked()]))
    first, second = (np.log(of_source(values, source)) for source in BOTH)
    assert held.design.pairing is Pairing.PAIRED
    assert held.estimate.p_value == pytest.approx(stats.ttest_rel(second, first).pvalue, rel=1e-6)
    assert held.estimate.degrees_of_freedom == pytest.approx(3, rel=1e-6)
    assert any("taken as persons" in str(told) for told in held.design.remarks)


def test_passages_of_a_balanced_design_leave_the_t_test_of_donor_means(rows):
    random = np.random.default_rng(5)
    values = {
        source: {
            f"{source}{i}": dict(
                zip(("P1", "P2", "P3"), donor + random.normal(0, 0.3, 3), strict=True)
            )
            for i, donor in enumerate(random.normal(mean, 1.0, 5))
        }
        for source, mean in (("bone_marrow", 8.0), ("placenta", 9.0))
    }
    held = only(compare(rows(values, "population_doublings"), [asked("population_doublings")]))
    means = [
        [np.mean(list(passages.values())) for passages in values[source].values()]
        for source in BOTH
    ]
    expected = stats.ttest_ind(means[1], means[0])
    assert held.estimate.method == "mixed_model_kenward_roger/1"
    assert held.estimate.p_value == pytest.approx(expected.pvalue, rel=1e-4)
    assert held.estimate.degrees_of_freedom == pytest.approx(8, rel=1e-4)
    assert held.design.passages == ("P1", "P2", "P3")
    assert held.intraclass_correlation > 0.5


def test_passages_are_not_counted_as_donors_where_donors_do_not_vary(rows):
    # The donors' means vary less than passages within a donor: the model alone would say 10 df.
    values = {
        "bone_marrow": {f"D{i}": {"P1": 8.0 - x, "P2": 8.0 + x + 0.01 * i}
                        for i, x in enumerate((0.5, -0.6, 0.7))},
        "placenta": {f"E{i}": {"P1": 9.0 + x, "P2": 9.0 - x + 0.01 * i}
                     for i, x in enumerate((0.6, -0.5, 0.4))},
    }  # fmt: skip
    held = only(compare(rows(values, "population_doublings"), [asked("population_doublings")]))
    means = [
        [np.mean(list(passages.values())) for passages in values[source].values()]
        for source in BOTH
    ]
    assert held.estimate.method == "donor_means_t/1"
    assert held.estimate.degrees_of_freedom == 4
    assert held.estimate.p_value == pytest.approx(
        stats.ttest_ind(means[1], means[0]).pvalue, rel=1e-9
    )
    assert any("zero" in str(told) for told in held.design.remarks)


def test_lots_of_a_donor_add_no_donor(rows):
    one = rows(TIMES)
    again = [
        *one,
        *(
            type(row)(**{**{name: getattr(row, name) for name in row.__dataclass_fields__},
                         "lot": f"{row.lot}-{copy}", "value": row.value * (1 + 0.001 * copy)})
            for row in one
            for copy in (1, 2, 3)
        ),
    ]  # fmt: skip
    held = only(compare(again, [asked()]))
    assert held.design.lots == (16, 20)
    assert [len(side) for side in held.design.donors] == [4, 5]
    assert held.estimate.degrees_of_freedom == pytest.approx(7, abs=0.1)
    assert any("add no donor" in str(told) for told in held.design.remarks)


def test_holm_over_the_family(rows):
    family = compare(
        [*rows(TIMES), *rows(TIMES, "viable_cells")],
        [asked(), asked("viable_cells")],
    )
    alone = [held.estimate.p_value for held in family.comparisons]
    assert [held.adjusted_p for held in family.comparisons] == pytest.approx(
        [2 * p for p in alone], rel=1e-9
    )
    plain = compare(rows(TIMES), [asked()], adjustment="none")
    assert only(plain).adjusted_p == only(plain).estimate.p_value


def test_equivalent_within_a_relative_margin(rows):
    values = {
        "bone_marrow": {f"D{i}": v for i, v in enumerate((40.0, 41.0, 39.5, 40.4, 40.9))},
        "placenta": {f"E{i}": v for i, v in enumerate((40.2, 40.8, 39.9, 41.1, 40.0))},
    }
    held = only(compare(rows(values), [asked(margin=20, unit="%")]))
    assert held.answer is Answer.EQUIVALENT
    assert held.margin.high == pytest.approx(1.2)
    assert held.margin.low == pytest.approx(1 / 1.2)


def test_a_difference_that_does_not_matter_is_equivalent(rows):
    values = {
        "bone_marrow": {f"D{i}": v for i, v in enumerate((40.0, 40.1, 39.9, 40.05))},
        "placenta": {f"E{i}": v for i, v in enumerate((41.0, 41.1, 40.9, 41.05))},
    }
    held = only(compare(rows(values), [asked(margin=6, unit="h")]))
    assert held.adjusted_p < 0.05
    assert held.answer is Answer.EQUIVALENT
    assert "does not matter" in str(held.reason)


def test_the_margin_holds_in_the_unit_whichever_source_comes_first(rows):
    one = only(compare(rows(TIMES), [asked(margin=6, unit="h")]))
    other = only(
        compare(
            rows(TIMES),
            [asked(margin=0.25, unit="d", sources=("placenta", "bone_marrow"))],
        )
    )
    assert other.p_equivalence == pytest.approx(one.p_equivalence, rel=1e-9)
    assert other.difference.value == pytest.approx(-one.difference.value, rel=1e-9)


def test_more_than_two_sources_are_compared_in_pairs(rows):
    values = {**TIMES, "amnion": {"A1": 33.0, "A2": 37.0}}
    family = compare(rows(values), [asked(sources=("bone_marrow", "placenta", "amnion"))])
    assert [held.sources for held in family.comparisons] == [
        ("bone_marrow", "placenta"), ("bone_marrow", "amnion"), ("placenta", "amnion"),
    ]  # fmt: skip


def test_donors_needed_of_three_donors_a_side():
    # Three donors a side see a difference of 1.2 SD one time in five; the table of Cohen (1988)
    # asks for 12 a side at 80 %.
    values = {"a": (-1.0, 0.0, 1.0), "b": (0.2, 1.2, 2.2)}
    held = [
        Observation(lot=f"{s}{i}", donor=f"{s}{i}", source=s, passage="", value=v, scaled=v)
        for s, given in values.items()
        for i, v in enumerate(given)
    ]
    found = compare_observations(held, scale=Scale.IDENTITY)
    assert found.fit.spread.donor_mean == pytest.approx(1.0)
    from stroma.comparison.design import Design
    from stroma.comparison.needed import donors_needed

    design = Design(
        sources=("a", "b"),
        donors=(("a0", "a1", "a2"), ("b0", "b1", "b2")),
        lots=(3, 3),
        observations=(3, 3),
        pairing=Pairing.UNPAIRED,
    )
    needed = donors_needed(found.fit, design, None, scale=Scale.IDENTITY, alpha=0.05)
    assert [(n.per_side, n.more_per_side) for n in needed] == [(12, 9), (16, 13)]


def test_an_answer_of_observations_alone():
    held = [
        Observation(lot=d, donor=d, source=s, passage="", value=v, scaled=v)
        for s, values in (("a", (1.0, 1.1, 0.9, 1.05)), ("b", (1.02, 0.97, 1.08, 0.99)))
        for d, v in ((f"{s}{i}", v) for i, v in enumerate(values))
    ]
    margin = Margin(value=0.5, unit="1", low=-0.5, high=0.5)
    assert compare_observations(held, scale=Scale.IDENTITY, margin=margin).answer is (
        Answer.EQUIVALENT
    )


def test_answers():
    assert answer_of(0.04, None, level=0.95) is Answer.DIFFERENT
    assert answer_of(0.04, 0.04, level=0.95) is Answer.EQUIVALENT
    assert answer_of(None, None, level=0.95) is Answer.UNDECIDED
