"""Intervals against published tables and exact binomial arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.stats.proportions import (
    Interval,
    Ranks,
    clopper_pearson_interval,
    least_sample_size,
    mirrored,
    mover_sum,
    percentile_interval,
    percentile_ranks,
    wilson_interval,
)

# Newcombe RG. Stat Med 1998;17:857-872, table I: methods 3 (Wilson) and 5 (Clopper-Pearson).
NEWCOMBE_SINGLE = [
    (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20, (0.0000, 0.1611), (0.0000, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
]

# Newcombe RG. Stat Med 1998;17:873-890, table II, method 10.
NEWCOMBE_DIFFERENCE = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((6, 7), (2, 7), (0.0582, 0.8062)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ((0, 10), (0, 20), (-0.1611, 0.2775)),
    ((0, 10), (0, 10), (-0.2775, 0.2775)),
    ((10, 10), (0, 20), (0.6791, 1.0000)),
    ((10, 10), (0, 10), (0.6075, 1.0000)),
]


@pytest.mark.parametrize(("successes", "trials", "wilson", "exact"), NEWCOMBE_SINGLE)
def test_single_proportions_equal_newcombes_table(successes, trials, wilson, exact):
    found = wilson_interval(successes, trials)
    assert (found.low, found.high) == pytest.approx(wilson, abs=5e-5)
    found = clopper_pearson_interval(successes, trials)
    assert (found.low, found.high) == pytest.approx(exact, abs=5e-5)
    assert found.estimate == successes / trials


def test_all_successes_reach_one_and_none_reach_zero():
    assert wilson_interval(20, 20).high == 1.0
    assert wilson_interval(0, 20).low == 0.0
    assert clopper_pearson_interval(20, 20).high == 1.0
    # (alpha / 2)^(1 / n), the closed form at the edge.
    assert clopper_pearson_interval(20, 20).low == pytest.approx(0.025 ** (1 / 20), rel=1e-12)


@given(st.integers(1, 10_000), st.data())
def test_intervals_hold_their_estimate_and_mirror(trials, data):
    successes = data.draw(st.integers(0, trials))
    for method in (wilson_interval, clopper_pearson_interval):
        found = method(successes, trials)
        other = method(trials - successes, trials)
        assert 0 <= found.low <= found.estimate <= found.high <= 1
        assert found.low == pytest.approx(1 - other.high, abs=1e-9)


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (3, 2), (-1, 5)])
def test_what_is_no_proportion_is_refused(successes, trials):
    with pytest.raises(ValueError, match=f"{successes} of {trials} is not a proportion"):
        wilson_interval(successes, trials)
    with pytest.raises(ValueError, match=f"{successes} of {trials} is not a proportion"):
        clopper_pearson_interval(successes, trials)


@pytest.mark.parametrize(("first", "second", "expected"), NEWCOMBE_DIFFERENCE)
def test_recovered_variances_give_newcombes_differences(first, second, expected):
    found = mover_sum([wilson_interval(*first), mirrored(wilson_interval(*second))])
    assert (found.low, found.high) == pytest.approx(expected, abs=5.1e-5)


def test_distances_add_as_squares_on_each_side():
    found = mover_sum([Interval(10.0, 7.0, 14.0, 0.95), Interval(0.0, -4.0, 3.0, 0.95)])
    assert found == Interval(10.0, 5.0, 15.0, 0.95)


def test_parts_of_different_levels_do_not_add():
    with pytest.raises(ValueError, match=r"one confidence level; found \[0.9, 0.95\]"):
        mover_sum([Interval(1, 0, 2, 0.95), Interval(1, 0, 2, 0.9)])
    with pytest.raises(ValueError, match=r"one confidence level; found \[\]"):
        mover_sum([])


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        # Ranks and coverages of the median printed in tables of the sign test.
        (6, Ranks(1, 6, 0.96875)),
        (10, Ranks(2, 9, 0.978515625)),
        (20, Ranks(6, 15, 0.9586105346679688)),
    ],
)
def test_ranks_of_the_median(size, expected):
    found = percentile_ranks(size, 50)
    assert (found.low, found.high) == (expected.low, expected.high)
    assert found.coverage == pytest.approx(expected.coverage, rel=1e-12)


def test_five_values_do_not_bound_a_median_at_95_percent():
    assert percentile_ranks(5, 50) == Ranks(None, None, 1.0)


def _at_most(count: int, size: int, share: Fraction) -> Fraction:
    return sum(
        (math.comb(size, k) * share**k * (1 - share) ** (size - k) for k in range(count + 1)),
        Fraction(0),
    )


@given(st.integers(1, 60), st.sampled_from([5, 25, 50, 90, 95]))
def test_ranks_are_the_narrowest_with_each_tail_within_its_half(size, percentile):
    share, tail = Fraction(percentile, 100), Fraction(25, 1000)
    found = percentile_ranks(size, percentile)
    low = found.low or 0
    high = found.high or size + 1
    assert low == 0 or _at_most(low - 1, size, share) <= tail
    assert _at_most(low, size, share) > tail
    assert high == size + 1 or 1 - _at_most(high - 1, size, share) <= tail
    assert 1 - _at_most(high - 2, size, share) > tail


def test_least_sample_is_the_first_whose_largest_value_lies_above():
    size = least_sample_size(99.5)
    assert size == 736
    assert 0.995**736 <= 0.025 < 0.995**735
    assert percentile_ranks(736, 99.5).high == 736
    assert percentile_ranks(735, 99.5).high is None
    assert least_sample_size(0.5) == 736


def test_percentile_lies_at_rank_n_plus_one_p():
    values = np.random.default_rng(5).normal(size=2_345)
    found = percentile_interval(values, 99.5)
    assert found.estimate == pytest.approx(np.percentile(values, 99.5, method="weibull"), rel=1e-12)
    ordered = np.sort(values)
    ranks = percentile_ranks(values.size, 99.5)
    assert (found.low, found.high) == (ordered[ranks.low - 1], ordered[ranks.high - 1])


def test_too_few_values_leave_the_upper_side_open():
    found = percentile_interval(np.arange(500.0), 99.5)
    assert found.high == math.inf
    # Seven values or more above the percentile: 1.4 %; six or more: 4.1 %. So rank 494.
    assert found.low == 493.0
    # A single value lies below the percentile with probability 99.5 %, which bounds it from below.
    assert percentile_interval(np.array([3.0]), 99.5) == Interval(3.0, 3.0, math.inf, 0.95)


def test_share_below_the_estimate_is_the_percentile_on_average():
    generator = np.random.default_rng(11)
    samples = generator.uniform(size=(4_000, 300))
    below = np.mean([percentile_interval(sample, 99.0).estimate for sample in samples])
    # Standard error of one sample's share: sqrt(0.99 * 0.01 / 302).
    assert below == pytest.approx(0.99, abs=4 * math.sqrt(0.0099 / 302 / 4_000))


def test_intervals_of_a_percentile_cover_it():
    generator = np.random.default_rng(12)
    truth, covered = 2.5758293035489004, 0
    for _ in range(1_000):
        found = percentile_interval(generator.normal(size=1_000), 99.5)
        covered += found.low <= truth <= found.high
    # At least 95 % by construction; three standard errors of a simulated share below it.
    assert covered >= 950 - 3 * math.sqrt(1_000 * 0.95 * 0.05)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300), st.floats(0.1, 99.9))
def test_percentile_lies_within_its_interval_and_ignores_order(values, percentile):
    found = percentile_interval(np.array(values), percentile)
    assert found.low <= found.estimate <= found.high
    assert percentile_interval(np.array(values[::-1]), percentile) == found


@pytest.mark.parametrize("percentile", [0, 100, -3])
def test_a_percentile_outside_its_range_is_refused(percentile):
    with pytest.raises(ValueError, match=f"both excluded; found {percentile}"):
        percentile_ranks(10, percentile)


def test_an_empty_sample_is_refused():
    with pytest.raises(ValueError, match="a sample without values has no percentile"):
        percentile_interval(np.array([]), 50)
