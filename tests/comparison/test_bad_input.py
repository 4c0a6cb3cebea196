"""What cannot be compared is told with its reason; what can be said of it is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stroma.comparison.compare import compare
from stroma.comparison.questions import Question
from stroma.comparison.requests import make_request
from stroma.comparison.results import Answer, Scale
from stroma.errors import StudyProblem
from stroma.records import Lot, Origin

BOTH = ("bone_marrow", "placenta")
MARROW = {"D1": 46.0, "D2": 51.5, "D3": 43.2, "D4": 58.0}
PLACENTA = {"D5": 31.0, "D6": 36.4, "D7": 29.8, "D8": 34.1}


def answer(rows, lots=(), **asked):
    question = Question(**{"quantity": "doubling_time", "sources": BOTH, **asked})
    (held,) = compare(rows, [question], lots=lots).comparisons
    return held


def lot(name, source, **also):
    return Lot(
        lot=name, donor=name[3:], source=source, origin_of_row=Origin("lots.csv", ""), **also
    )


def lots_of(**values):
    return [
        lot(f"{source[:2]}-{donor}", source, **{name: given[i] for name, given in values.items()})
        for i, (source, donor) in enumerate(
            [("bone_marrow", d) for d in MARROW] + [("placenta", d) for d in PLACENTA]
        )
    ]


def test_one_donor_on_a_side_is_refused_however_many_lots(rows):
    held = answer(rows({"bone_marrow": MARROW, "placenta": {"D5": [31.0, 32.0, 30.5]}}))
    assert held.answer is None
    assert held.estimate is None
    assert "placenta has one donor (D5, 1 lot)" in str(held.reason)
    assert "however many lots, passages and wells" in str(held.reason)


def test_no_donor_is_refused(rows):
    table = [replace(row, donor="") for row in rows({"bone_marrow": MARROW, "placenta": PLACENTA})]
    held = answer(table)
    assert held.answer is None
    assert "Fill in the column donor" in str(held.reason)


def test_wells_as_donors_of_one_lot_are_refused(rows):
    table = [
        replace(row, lot=f"{row.source}-lot")
        for row in rows({"bone_marrow": MARROW, "placenta": PLACENTA})
    ]
    held = answer(table)
    assert held.answer is None
    assert "names 4 donors" in str(held.reason)
    assert "differences that are not there" in str(held.reason)


@pytest.mark.parametrize("word", ["well {}", "Tube-{}", "replicate{}", "лунка {}"])
def test_donors_named_like_wells_are_refused(rows, word):
    named = {
        "bone_marrow": {word.format(i): v for i, v in enumerate(MARROW.values())},
        "placenta": {word.format(i + 4): v for i, v in enumerate(PLACENTA.values())},
    }
    held = answer(rows(named))
    assert held.answer is None
    assert "the name of a well, tube or replicate" in str(held.reason)


def test_donors_called_like_places_on_a_plate_are_asked_about(rows):
    named = {
        "bone_marrow": dict(zip(("A1", "A2", "B1", "B2"), MARROW.values(), strict=True)),
        "placenta": dict(zip(("C1", "C2", "D1", "D2"), PLACENTA.values(), strict=True)),
    }
    held = answer(rows(named))
    assert held.answer is not None
    assert any("named like wells of a plate" in str(told) for told in held.design.remarks)


def test_donors_d01_to_d08_are_donors(rows):
    held = answer(rows({"bone_marrow": MARROW, "placenta": PLACENTA}))
    assert held.answer is Answer.DIFFERENT
    assert held.design.remarks == ()


def test_two_persons_of_one_name_are_refused(rows):
    table = rows({"bone_marrow": {"1": 46.0, "2": 51.0, "3": 43.0},
                  "placenta": {"1": 31.0, "2": 36.0, "3": 30.0}})  # fmt: skip
    described = [
        lot(row.lot, row.source, donor_sex="M" if row.source == "bone_marrow" else "F")
        for row in table
    ]
    held = answer(table, described)
    assert held.answer is None
    assert "with different sexes: two persons" in str(held.reason)


def test_a_margin_in_the_wrong_unit_leaves_the_difference(rows):
    held = answer(rows({"bone_marrow": MARROW, "placenta": PLACENTA}), margin=6, unit="{cells}")
    assert held.answer is Answer.DIFFERENT
    assert held.margin is None
    assert "cannot be held against population doubling time" in str(held.margin_refusal)
    assert "Equivalence was not judged" in str(held.reason)


def test_a_margin_of_all_percentages_is_refused(rows):
    values = {"bone_marrow": {"D1": 98.0, "D2": 97.0}, "placenta": {"D3": 99.0, "D4": 98.5}}
    held = answer(
        rows(values, "percent_positive", "CD73"),
        quantity="percent_positive",
        analyte="CD73",
        margin=100,
        unit="%",
    )
    assert "holds every percentage" in str(held.margin_refusal)


def test_percentages_of_exactly_a_hundred_are_moved_inwards_and_said(rows):
    values = {
        "bone_marrow": {"D1": 98.0, "D2": 97.0, "D3": 98.8},
        "placenta": {"D4": 100.0, "D5": 98.5, "D6": 99.2},
    }
    held = answer(
        rows(values, "percent_positive", "CD73"), quantity="percent_positive", analyte="CD73"
    )
    assert held.scale is Scale.LOGIT
    assert held.answer is not None
    # Half the smallest distance of the others, 0.8 %.
    assert max(row.value for row in held.observations) == pytest.approx(99.6)
    assert any("moved inwards by 0.4 %" in str(told) for told in held.design.left_out)


def test_half_a_cell_is_less_than_half_the_smallest_distance(rows):
    values = {
        "bone_marrow": {"D1": 98.0, "D2": 97.0, "D3": 98.8},
        "placenta": {"D4": 100.0, "D5": 98.5, "D6": 99.2},
    }
    table = rows(values, "percent_positive", "CD73", n=2000, n_counts="cells")
    held = answer(table, quantity="percent_positive", analyte="CD73")
    assert max(row.value for row in held.observations) == pytest.approx(100 - 50 / 2000)


def test_all_values_a_hundred(rows):
    values = {"bone_marrow": {"D1": 100.0, "D2": 100.0}, "placenta": {"D3": 100.0, "D4": 100.0}}
    held = answer(
        rows(values, "percent_positive", "CD73"),
        quantity="percent_positive",
        analyte="CD73",
        margin=2,
        unit="%",
    )
    assert held.answer is Answer.UNDECIDED
    assert held.estimate.low is None
    assert "Every value is 100 %" in str(held.reason)


def test_no_spread_within_sources(rows):
    values = {"bone_marrow": {"D1": 40.0, "D2": 40.0}, "placenta": {"D3": 30.0, "D4": 30.0}}
    held = answer(rows(values))
    assert held.answer is Answer.UNDECIDED
    assert held.estimate.p_value is None
    assert held.donors_needed == ()
    assert "are the values rounded" in str(held.reason)


def test_a_covariate_that_goes_with_the_source_is_told_and_not_adjusted_for(rows):
    table = rows({"bone_marrow": MARROW, "placenta": PLACENTA})
    described = lots_of(
        medium=["DMEM"] * 4 + ["alpha-MEM"] * 4, donor_age_years=[60.0] * 4 + [30.0] * 4
    )
    held = answer(table, described, covariates=("medium",))
    told = [str(remark) for remark in held.design.remarks]
    assert any("medium goes with the source (bone marrow: DMEM; placenta: alpha-MEM)" in remark
               for remark in told)  # fmt: skip
    assert any(remark.startswith("donor age goes with the source") for remark in told)
    assert any("medium was not adjusted for" in remark for remark in told)
    assert held.answer is Answer.DIFFERENT


def test_a_covariate_is_adjusted_for_when_asked(rows):
    table = rows({"bone_marrow": MARROW, "placenta": PLACENTA})
    described = lots_of(donor_age_years=[25.0, 35.0, 28.0, 41.0, 24.0, 39.0, 30.0, 33.0])
    plain = answer(table, described)
    held = answer(table, described, covariates=("donor_age",))
    assert any("adjusted for donor age" in str(told) for told in held.design.remarks)
    assert held.estimate.degrees_of_freedom == plain.estimate.degrees_of_freedom - 1
    assert held.estimate.value != plain.estimate.value


def test_sources_without_a_shared_passage_are_told(rows):
    values = {
        "bone_marrow": {donor: {"P4": value} for donor, value in MARROW.items()},
        "placenta": {donor: {"P2": value} for donor, value in PLACENTA.items()},
    }
    held = answer(rows(values))
    assert held.answer is Answer.DIFFERENT
    assert any(
        "share no passage (bone marrow: P4; placenta: P2)" in str(told)
        for told in held.design.remarks
    )


def test_passages_of_one_source_only_are_left_out(rows):
    values = {
        "bone_marrow": {donor: {"P3": value, "P4": value + 1} for donor, value in MARROW.items()},
        "placenta": {donor: {"P4": value} for donor, value in PLACENTA.items()},
    }
    held = answer(rows(values))
    assert held.design.passages == ("P4",)
    assert held.design.observations == (4, 4)
    assert [str(told) for told in held.design.left_out] == [
        "4 values of bone marrow at P3, which the other source lacks"
    ]


def test_stimulated_cells_are_left_out(rows):
    table = rows({"bone_marrow": MARROW, "placenta": PLACENTA})
    held = answer([*table, replace(table[0], condition="IFN-gamma", value=200.0)])
    assert held.design.observations == (4, 4)
    assert "1 value of stimulated cells (IFN-gamma)" in map(str, held.design.left_out)


def test_different_methods_are_told(rows):
    table = [
        replace(row, method=f"{row.source}_counter/1")
        for row in rows({"bone_marrow": MARROW, "placenta": PLACENTA})
    ]
    assert any("measured by different methods" in str(told)
               for told in answer(table).design.remarks)  # fmt: skip


def test_a_pool_is_one_donor(rows):
    table = rows({"bone_marrow": MARROW, "placenta": {**PLACENTA, "Pool-1": 33.0}})
    described = [lot("pl-Pool-1", "placenta", pooled_donors=5)]
    held = answer(table, described)
    assert len(held.design.donors[1]) == 5
    assert any("Pool-1 is a pool of 5 donors and counts as one" in str(told)
               for told in held.design.remarks)  # fmt: skip


def test_results_in_words_are_refused(rows):
    held = answer(rows({"bone_marrow": MARROW, "placenta": PLACENTA}), quantity="sterility")
    assert held.answer is None
    assert "results of sterility are words" in str(held.reason)


def test_a_source_nobody_holds(rows):
    held = answer(rows({"bone_marrow": MARROW}))
    assert held.answer is None
    assert str(held.reason) == "there is no value of placenta"


def test_a_value_of_zero_has_no_logarithm(rows):
    values = {"bone_marrow": {"D1": 0.0, "D2": 0.1}, "placenta": {"D3": 0.2, "D4": 0.3}}
    held = answer(rows(values, "endotoxin"), quantity="endotoxin")
    assert held.scale is Scale.IDENTITY
    assert "0 has no logarithm" in str(held.scale_reason)


def test_an_interval_beyond_all_numbers_is_an_answer(rows):
    values = {"bone_marrow": {"D1": 0.001, "D2": 99.999}, "placenta": {"D3": 50.0, "D4": 99.9}}
    table = rows(values, "percent_positive", "CD73")
    held = answer(
        [row for row in table if row.donor != "D4"] + [replace(table[-1], value=0.0001)],
        quantity="percent_positive",
        analyte="CD73",
    )
    assert held.answer is Answer.UNDECIDED
    assert held.estimate.high > held.estimate.value


def test_a_covariate_that_leaves_too_few_donors_keeps_every_lot(rows):
    table = rows({"bone_marrow": MARROW, "placenta": PLACENTA})
    ages = [25.0, None, None, 41.0, None, 39.0, 30.0, None]
    described = lots_of(donor_age_years=ages)
    held = answer(table, described, covariates=("donor_age",))
    assert held.design.observations == (4, 4)
    assert any("too few donors for one more" in str(told) for told in held.design.remarks)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"sources": ["BM", "bone marrow"]}, "two spellings of one tissue"),
        ({"sources": ["bone marow", "placenta"]}, "write bone_marrow"),
        ({"sources": ["BM"]}, "name the tissue it is to be compared with"),
        ({"quantity": "dubling_time"}, "write doubling_time"),
        ({"margin": 6.0, "unit": "furlong"}, 'the unit "furlong"'),
        ({"unit": "h"}, "without a margin"),
        ({"covariates": ["shoe size"]}, "one of donor_age, donor_sex, medium"),
        ({"adjust": "bonferroni"}, "one of holm"),
    ],
)
def test_words_that_are_not_known(words, said):
    with pytest.raises(StudyProblem, match=said):
        make_request(**words)


def test_two_spellings_of_a_tissue_are_one():
    assert make_request(sources=["BM", "плацента"]).sources == BOTH
