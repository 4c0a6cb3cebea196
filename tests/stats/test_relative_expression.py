"""Relative expression against Livak's and Yuan's printed tables and R's t.test and lm."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import pytest

from stroma.stats.relative_expression import (
    Amplification,
    Cycles,
    amplification_efficiency,
    delta_ct,
    relative_expression,
)

FOLDER = Path(__file__).resolve().parents[2] / "validation" / "expression"
REFERENCES = json.loads((FOLDER / "references.json").read_text(encoding="utf-8"))
CASES = {case["id"]: case for case in REFERENCES["cases"]}
DILUTION = REFERENCES["dilution"]
TOLERANCE = 1e-10  # 15 digits are printed


def cycles(case, name, *, same_tube=False):
    return Cycles(
        tuple(case[name]["target"]), (tuple(case[name]["reference"]),), same_tube=same_tube
    )


def fold_bounds(expected):
    return 2.0 ** -expected["high"], 2.0 ** -expected["low"]


@pytest.mark.parametrize("name", list(CASES))
def test_separate_tubes_as_r_has_them(name):
    case = CASES[name]
    found = relative_expression(cycles(case, "sample"), cycles(case, "calibrator"), level=0.95)
    expected = case["separate"]
    assert found.ddct == pytest.approx(expected["ddct"], rel=TOLERANCE)
    assert found.ddct == pytest.approx(case["regression"]["ddct"], rel=1e-9)
    assert (found.low, found.high) == pytest.approx(fold_bounds(expected), rel=TOLERANCE)
    assert found.degrees_of_freedom == pytest.approx(expected["df"], rel=TOLERANCE)
    assert found.sample.deviation == pytest.approx(expected["sd_sample"], rel=TOLERANCE)
    assert found.calibrator.deviation == pytest.approx(expected["sd_calibrator"], rel=TOLERANCE)


@pytest.mark.parametrize("name", list(CASES))
@pytest.mark.parametrize("test", ["welch", "student"])
def test_one_tube_as_r_tests_it(name, test):
    case = CASES[name]
    found = relative_expression(
        cycles(case, "sample", same_tube=True),
        cycles(case, "calibrator", same_tube=True),
        level=0.95,
        equal_variances=test == "student",
    )
    expected = case[test]
    assert (found.low, found.high) == pytest.approx(fold_bounds(expected), rel=TOLERANCE)
    assert found.degrees_of_freedom == pytest.approx(expected["df"], rel=TOLERANCE)


def test_livak_2001_separate_tubes(shared):
    cases = json.loads((shared / "cases/assay_cases.json").read_text("utf-8"))
    (case,) = (case for case in cases if case["id"] == "qpcr_ct1")
    rows = list(
        csv.DictReader((shared / "data/assays/pcr/ct1.csv").read_text("utf-8").splitlines())
    )
    brain, kidney = (
        Cycles(
            tuple(float(row["c_myc"]) for row in part),
            (tuple(float(row["GAPDH"]) for row in part),),
        )
        for part in (rows[:6], rows[6:])
    )
    found = relative_expression(kidney, brain, level=0.95)
    expected, within = case["expected"], case["rtol"]
    assert [found.calibrator.value, found.sample.value] == pytest.approx(
        expected["dCt"], rel=within
    )
    # Printed to two decimals: half a unit of the last is more than the case's 2 %.
    assert [found.calibrator.deviation, found.sample.deviation] == pytest.approx(
        expected["sd"], abs=0.005
    )
    assert found.ddct == pytest.approx(expected["ddCt"], rel=within)
    assert found.fold == pytest.approx(expected["fold"], rel=within)
    assert [found.livak_low, found.livak_high] == pytest.approx(expected["range"], rel=within)


def test_livak_2001_same_tube_as_printed():
    case = CASES["livak_same_tube"]
    found = relative_expression(
        cycles(case, "sample", same_tube=True),
        cycles(case, "calibrator", same_tube=True),
        level=0.95,
    )
    assert found.calibrator.deviation == pytest.approx(0.21, abs=0.005)
    assert found.sample.deviation == pytest.approx(0.14, abs=0.005)
    # Printed 5.77, from a ddCt rounded to −2.53; so are the ends of the range.
    assert found.fold == pytest.approx(5.77, abs=0.01)
    assert found.livak_low == pytest.approx(5.23, abs=0.005)
    assert found.livak_high == pytest.approx(6.37, abs=0.015)


def test_yuan_2006_t_test_as_printed():
    case = CASES["yuan"]
    found = relative_expression(
        cycles(case, "sample", same_tube=True),
        cycles(case, "calibrator", same_tube=True),
        level=0.95,
        equal_variances=True,
    )
    assert found.ddct == pytest.approx(-0.6848, abs=5e-5)
    assert -math.log2(found.high) == pytest.approx(-0.955, abs=5e-4)
    assert -math.log2(found.low) == pytest.approx(-0.4147, abs=5e-5)


@pytest.mark.parametrize("gene", ["c_myc", "GAPDH"])
def test_efficiency_as_r_has_it(gene):
    found = amplification_efficiency(DILUTION["quantity"], DILUTION[gene]["cycles"], level=0.95)
    expected = DILUTION[gene]["line"]
    assert found.slope == pytest.approx(expected["slope"], rel=TOLERANCE)
    assert found.slope_error == pytest.approx(expected["slope_error"], rel=1e-9)
    assert found.intercept == pytest.approx(expected["intercept"], rel=TOLERANCE)
    assert found.r_squared == pytest.approx(expected["r_squared"], rel=TOLERANCE)
    assert found.factor == pytest.approx(expected["factor"], rel=TOLERANCE)
    assert found.factor_low == pytest.approx(expected["factor_low"], rel=1e-9)
    assert found.factor_high == pytest.approx(expected["factor_high"], rel=1e-9)


def factors(*, measured=False):
    lines = [
        amplification_efficiency(DILUTION["quantity"], DILUTION[gene]["cycles"], level=0.95)
        for gene in ("c_myc", "GAPDH")
    ]
    return Amplification(lines[0].factor, (lines[1].factor,), tuple(lines) if measured else ())


@pytest.mark.parametrize("name", list(CASES))
def test_pfaffl_as_his_equation_has_it(name):
    case = CASES[name]
    sample, calibrator = cycles(case, "sample"), cycles(case, "calibrator")
    found = relative_expression(sample, calibrator, level=0.95, factors=factors())
    assert found.fold == pytest.approx(case["pfaffl"], rel=TOLERANCE)
    with_error = relative_expression(sample, calibrator, level=0.95, factors=factors(measured=True))
    assert with_error.fold == found.fold
    assert with_error.low < found.low < found.high < with_error.high


def test_reference_genes_by_their_geometric_mean():
    one = Cycles((25.0, 25.2), ((20.0, 20.2), (22.0, 22.4)))
    other = Cycles((25.0, 25.2), ((21.0, 21.3),))
    assert delta_ct(one).value == pytest.approx(delta_ct(other).value + 0.0)
    # Variances of two reference genes: a quarter of each.
    expected = math.sqrt(0.02 + 0.02 / 4 + 0.08 / 4)
    assert delta_ct(one).deviation == pytest.approx(expected)


def test_single_reactions_have_no_interval():
    found = relative_expression(
        Cycles((25.0,), ((20.0, 20.1),)), Cycles((26.0, 26.1), ((20.0, 20.1),)), level=0.95
    )
    assert found.fold == pytest.approx(2**1.05)
    assert (found.livak_low, found.livak_high, found.low, found.high) == (None,) * 4


def test_equal_reactions_have_no_t_interval():
    same = Cycles((25.0, 25.0), ((20.0, 20.0),))
    found = relative_expression(same, same, level=0.95)
    assert (found.fold, found.livak_low, found.low) == (1.0, 1.0, None)


@pytest.mark.parametrize(
    ("sample", "told"),
    [
        (Cycles((), ((20.0,),)), "needs cycles of the target"),
        (Cycles((25.0,), ()), "at least one reference gene"),
        (Cycles((25.0, 26.0), ((20.0,),), same_tube=True), "as many cycles each"),
    ],
)
def test_what_is_no_delta_ct(sample, told):
    with pytest.raises(ValueError, match=told):
        delta_ct(sample)


@pytest.mark.parametrize(
    ("quantities", "found", "told"),
    [
        ([1, 10], [30, 27], "three reactions or more"),
        ([1, 1, 1], [30, 27, 28], "two quantities or more"),
        ([0, 1, 10], [30, 27, 28], "all above zero"),
        ([1, 10, 100], [20, 23, 26], "fall with the quantity"),
    ],
)
def test_what_is_no_dilution_series(quantities, found, told):
    with pytest.raises(ValueError, match=told):
        amplification_efficiency(quantities, found, level=0.95)


def test_one_variance_needs_one_tube():
    sample = Cycles((25.0, 25.1), ((20.0, 20.1),))
    with pytest.raises(ValueError, match="genes of one tube"):
        relative_expression(sample, sample, level=0.95, equal_variances=True)
