"""Permutation tests, against every assignment counted in R."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.stats.permutation import (
    permute_pairs,
    permute_two_samples,
    smallest_paired_p,
    smallest_two_sample_p,
)

SMALL = Path(__file__).resolve().parents[2] / "validation" / "small_samples"
REFERENCES = json.loads((SMALL / "references.json").read_text(encoding="utf-8"))

# R counts ties within 1e-9, which moves the bound it finds by halving by as much.
TOLERANCE = 1e-7
values = st.lists(st.integers(-40, 40), min_size=2, max_size=5)


def assert_bounds(found, case):
    for bound, reference in ((found.low, case["low"]), (found.high, case["high"])):
        if reference is None:
            assert bound is None
        else:
            assert bound == pytest.approx(reference, abs=TOLERANCE)


@pytest.mark.parametrize("case", REFERENCES["permutation"])
def test_two_samples_as_counted_in_r(case):
    found = permute_two_samples(case["first"], case["second"], level=1 - case["alpha"])
    assert found.exact
    assert found.estimate == pytest.approx(case["estimate"], rel=1e-12)
    assert found.p_value == pytest.approx(case["p"], rel=1e-12)
    assert_bounds(found, case)


@pytest.mark.parametrize("case", REFERENCES["sign_flips"])
def test_pairs_as_counted_in_r(case):
    found = permute_pairs(case["differences"], level=1 - case["alpha"])
    assert found.p_value == pytest.approx(case["p"], rel=1e-12)
    assert_bounds(found, case)


def test_three_against_three_cannot_go_below_a_tenth():
    found = permute_two_samples([100.0, 101.0, 102.0], [1.0, 2.0, 3.0], level=0.95)
    assert found.p_value == found.smallest_p == 0.1
    assert found.low is None
    assert found.high is None
    assert smallest_two_sample_p(4, 4) == pytest.approx(2 / 70)
    assert smallest_two_sample_p(2, 3) == pytest.approx(1 / 10)
    assert smallest_paired_p(3) == 0.25


def test_fisher_on_darwins_maize():
    # Fisher 1935, The design of experiments, section 21: of the 32,768 sign patterns of Darwin's
    # fifteen pairs (eighths of an inch), 863 are at least as large one way and as many the other.
    maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
    found = permute_pairs(maize, level=0.95)
    assert found.assignments == 32768
    assert found.p_value == pytest.approx(2 * 863 / 32768, rel=1e-12)


def test_drawn_assignments_come_near_the_exact_ones():
    generator = np.random.default_rng(5)
    one, other = generator.normal(0, 1, 7), generator.normal(1, 1, 8)
    exact = permute_two_samples(one, other, level=0.95)
    drawn = permute_two_samples(one, other, level=0.95, most=100, drawn=20_000)
    assert not drawn.exact
    assert drawn.assignments == 20_001
    # Four standard errors of the share.
    assert drawn.p_value == pytest.approx(
        exact.p_value, abs=4 * (exact.p_value * (1 - exact.p_value) / 20_000) ** 0.5
    )
    assert drawn == permute_two_samples(one, other, level=0.95, most=100, drawn=20_000)
    assert drawn.low == pytest.approx(exact.low, abs=0.05)


def test_a_drawn_p_is_never_zero():
    found = permute_two_samples(
        np.arange(12.0), np.arange(100.0, 112.0), level=0.95, most=10, drawn=999
    )
    assert found.p_value >= 1 / 1000
    assert found.smallest_p == 1 / 1000
    pairs = permute_pairs(np.arange(1.0, 31.0), level=0.95, drawn=999)
    assert pairs.p_value == 1 / 1000


@given(values, values, st.integers(-20, 20))
def test_shifting_a_group_shifts_the_interval(first, second, shift):
    here = permute_two_samples(first, second, level=0.7)
    there = permute_two_samples([x + shift for x in first], second, level=0.7)
    if here.low is not None:
        assert there.low == pytest.approx(here.low + shift, abs=1e-9)
    if here.high is not None:
        assert there.high == pytest.approx(here.high + shift, abs=1e-9)


@given(values, values)
def test_p_is_at_least_the_smallest_and_the_interval_holds_the_estimate(first, second):
    found = permute_two_samples(first, second, level=0.8)
    assert found.smallest_p - 1e-12 <= found.p_value <= 1
    assert found.low is None or found.low <= found.estimate + 1e-9
    assert found.high is None or found.high >= found.estimate - 1e-9


def test_no_values_are_refused():
    with pytest.raises(ValueError, match="1 or more finite values"):
        permute_two_samples([], [1.0], level=0.95)
    with pytest.raises(ValueError, match="no groups of 0 and 3"):
        smallest_two_sample_p(0, 3)
    with pytest.raises(ValueError, match="no pairs: 0"):
        smallest_paired_p(0)
    with pytest.raises(ValueError, match="1 is not between"):
        permute_pairs([1.0, 2.0], level=1)
