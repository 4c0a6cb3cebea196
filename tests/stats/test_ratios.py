"""Ratios and differences of means, against R's t.test and a printed result of mratios."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stroma.stats.ratios import common_step, fieller_ratio, welch_difference

REFERENCES = Path(__file__).resolve().parents[2] / "validation" / "ratios" / "references.json"
CASES = {case["id"]: case for case in json.loads(REFERENCES.read_text(encoding="utf-8"))}
# uniroot stops within 1e-13 of the ratio; 15 digits are printed.
TOLERANCE = 1e-10

readings = st.lists(st.floats(0.01, 4.0), min_size=2, max_size=8)
factors = st.floats(1e-3, 1e3)
levels = st.floats(0.5, 0.999)


@pytest.mark.parametrize("name", list(CASES))
def test_ratio_as_r_inverts_its_own_test(name):
    case = CASES[name]
    expected = case["fieller"]
    found = fieller_ratio(case["first"], case["second"], level=case["level"])
    assert found.value == pytest.approx(expected["ratio"], rel=TOLERANCE)
    assert found.degrees_of_freedom == pytest.approx(expected["df"], rel=TOLERANCE)
    for bound, reference in ((found.low, expected["low"]), (found.high, expected["high"])):
        if reference is None:
            assert bound is None
        else:
            assert bound == pytest.approx(reference, rel=TOLERANCE)


@pytest.mark.parametrize("name", list(CASES))
def test_difference_as_r_has_it(name):
    case = CASES[name]
    expected = case["welch"]
    found = welch_difference(case["first"], case["second"], level=case["level"])
    assert found.value == pytest.approx(expected["difference"], rel=TOLERANCE)
    assert found.low == pytest.approx(expected["low"], rel=TOLERANCE)
    assert found.high == pytest.approx(expected["high"], rel=TOLERANCE)
    assert found.degrees_of_freedom == pytest.approx(expected["df"], rel=TOLERANCE)


def test_ratio_as_the_r_package_mratios_printed_it():
    # Output of t.test.ratio(a1, a2) with set.seed(12345); a1 <- rnorm(5, 1, 1);
    # a2 <- rnorm(5, 2, 1), as shown at mikuhatsune.hatenadiary.com/entry/20121212.
    case = CASES["mratios_printed"]
    found = fieller_ratio(case["first"], case["second"], level=0.95)
    assert found.value == pytest.approx(0.8643849, abs=5e-8)
    assert found.low == pytest.approx(0.4056763, abs=5e-8)
    assert found.high == pytest.approx(2.6170008, abs=5e-8)


def test_single_replicates_are_not_bounded():
    assert not fieller_ratio([0.8], [0.2, 0.3], level=0.95).is_bounded
    assert not fieller_ratio([0.8, 0.9], [0.2], level=0.95).is_bounded
    assert not welch_difference([3], [0, 1], level=0.95, step=1.0).is_bounded


def test_replicates_without_spread_are_not_bounded():
    found = fieller_ratio([0.1, 0.1, 0.1], [0.7, 0.7, 0.7], level=0.95)
    assert found.value == pytest.approx(1 / 7)
    assert not found.is_bounded
    assert found.degrees_of_freedom is None
    assert not welch_difference([0.1] * 3, [0.7] * 3, level=0.95).is_bounded


def test_readings_that_are_all_zero_show_no_spread():
    found = fieller_ratio([0.0, 0.0], [0.2, 0.3], level=0.95)
    assert found.value == 0.0
    assert not found.is_bounded


def test_rounding_of_scores_is_the_least_spread():
    # By hand: variance 1/12 in both groups of three, 4 degrees of freedom, t = 2.776445105.
    found = welch_difference([3, 3, 3], [0, 0, 0], level=0.95, step=1.0)
    assert found.degrees_of_freedom == pytest.approx(4.0)
    assert found.value - found.low == pytest.approx(2.776445105 * math.sqrt(2 / 36), rel=1e-9)


def test_rounding_does_not_add_to_a_spread_that_is_wider():
    assert welch_difference([1, 3], [0, 2], level=0.9, step=1.0) == welch_difference(
        [1, 3], [0, 2], level=0.9
    )


def test_steps_of_a_scale():
    assert common_step([1, 2.5]) == 0.5
    assert common_step([0, 0]) == 1.0
    assert common_step([2, 4]) == 1.0
    assert common_step([0.1, 0.25]) == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("numerator", "denominator", "message"),
    [
        ([0.5, 0.6], [0.0, 0.0], "the ratio of the means 0.55 and 0.0 is not defined"),
        ([0.5, 0.6], [-0.1, 0.0], "and -0.05 is not defined"),
        ([-0.5, -0.6], [0.1, 0.2], "the ratio of the means -0.55 and"),
        ([], [0.1, 0.2], "no mean of the readings"),
        ([math.nan, 1.0], [0.1, 0.2], "no mean of the readings"),
    ],
)
def test_a_ratio_that_is_not_defined_is_refused(numerator, denominator, message):
    with pytest.raises(ValueError, match=message):
        fieller_ratio(numerator, denominator, level=0.95)


def test_a_level_in_percent_is_refused():
    with pytest.raises(ValueError, match="confidence level 95 is not between 0 and 1"):
        fieller_ratio([0.5, 0.6], [0.1, 0.2], level=95)


@given(readings, readings, factors, levels)
def test_ratio_does_not_depend_on_the_unit(induced, control, factor, level):
    plain = fieller_ratio(induced, control, level=level)
    # Where the bound is about to vanish, rounding decides on which side of it the readings fall.
    assume(plain.high is not None and plain.high < 1e3 * plain.value)
    scaled = fieller_ratio(
        [factor * x for x in induced], [factor * y for y in control], level=level
    )
    assert scaled.value == pytest.approx(plain.value, rel=1e-9)
    assert scaled.low == pytest.approx(plain.low, rel=1e-6, abs=1e-6)
    assert scaled.high == pytest.approx(plain.high, rel=1e-6)


@given(readings, readings, levels)
def test_intervals_hold_their_estimate(induced, control, level):
    ratio = fieller_ratio(induced, control, level=level)
    difference = welch_difference(induced, control, level=level)
    for found in (ratio, difference):
        assert found.low is None or found.low <= found.value + 1e-9
        assert found.high is None or found.value <= found.high + 1e-9


@given(readings, readings, levels)
def test_a_difference_turns_its_sign_with_its_groups(induced, control, level):
    one = welch_difference(induced, control, level=level)
    other = welch_difference(control, induced, level=level)
    assert one.value == pytest.approx(-other.value, abs=1e-12)
    if one.is_bounded:
        assert one.low == pytest.approx(-other.high, abs=1e-9)
