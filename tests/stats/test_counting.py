"""Counting error, by hand, by R, by published examples and by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.stats.counting import (
    Bounds,
    Estimate,
    count_bounds,
    log2_ratio,
    log_variance,
    normal_bounds,
    time_to_double,
    time_to_double_bounds,
    total,
)

counts = st.floats(1e2, 1e10)
factors = st.floats(1e-3, 1e3)
variances = st.floats(0.0, 0.2)


def test_variance_of_a_declared_error_is_that_of_a_log_normal():
    # A log-normal with sigma² = ln(1 + CV²) has the coefficient of variation CV.
    sigma = math.sqrt(log_variance(cv_percent=20.0))
    assert math.sqrt(math.expm1(sigma**2)) == pytest.approx(0.2, rel=1e-12)


def test_variance_adds_the_sampling_of_the_objects_seen():
    assert log_variance(cv_percent=10.0, observed=400) == pytest.approx(math.log(1.01) + 0.0025)
    assert log_variance(cv_percent=0.0) == 0.0


def test_variance_is_unknown_where_nothing_is_known():
    assert log_variance() is None
    assert log_variance(observed=0) is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cv_percent": -1.0}, "coefficient of variation -1.0 is negative"),
        ({"cv_percent": math.nan}, "coefficient of variation nan is negative"),
        ({"observed": -3}, "-3 objects observed"),
    ],
)
def test_an_impossible_error_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        log_variance(**arguments)


def test_bounds_of_a_count_by_r():
    # In R the two bounds are 2e6 times exp of ∓qnorm(.975) times the root of log(1.01).
    bounds = count_bounds(2.0e6, log_variance(cv_percent=10.0), level=0.95)
    assert (bounds.low, bounds.high) == pytest.approx((1644831.81146, 2431859.58110), rel=1e-11)


def test_a_count_of_zero_and_one_of_unknown_error_are_not_bounded():
    assert count_bounds(0.0, 0.01, level=0.95) == Bounds(None, None)
    assert count_bounds(5.0, None, level=0.95) == Bounds(None, None)


def test_impossible_arguments_are_refused():
    with pytest.raises(ValueError, match="a count of -1 is negative"):
        count_bounds(-1, 0.01, level=0.95)
    with pytest.raises(ValueError, match=r"confidence level 95 is not between 0 and 1"):
        normal_bounds(Estimate(0.0, 1.0), level=95)
    with pytest.raises(ValueError, match=r"the ratio of 0.0 to 5.0 has no logarithm"):
        log2_ratio(0.0, 5.0)


def test_published_example_of_a_doubling_time():
    # paralog.com, DoublingTime: 3e5 cells to 2.5e6 in 95 h double in 31.1 h (one printed decimal).
    doublings = log2_ratio(2.5e6, 3.0e5)
    assert doublings.value == pytest.approx(3.05889, abs=5e-6)
    assert time_to_double(95.0, doublings.value) == pytest.approx(31.1, abs=0.05)


def test_atcc_formula_differs_only_by_its_rounded_factor():
    # ATCC, FAQ to CCL-171: PDL = 3.32 (log10 Xe - log10 Xb) + S.
    printed = 3.32 * (math.log10(4.2e6) - math.log10(5.0e5))
    assert log2_ratio(4.2e6, 5.0e5).value == pytest.approx(printed, rel=6e-4)


def test_bounds_of_doublings_and_time_by_r():
    # In R: log2(2.1e6/5e5) ∓ qnorm(.975) times the root of 2 log(1.01) + 1/400, over log(2).
    doublings = log2_ratio(
        2.1e6,
        5.0e5,
        variance_after=log_variance(cv_percent=10.0, observed=400),
        variance_before=log_variance(cv_percent=10.0),
    )
    bounds = normal_bounds(doublings, level=0.95)
    assert (bounds.low, bounds.high) == pytest.approx((1.64718212208, 2.49359653370), rel=1e-10)
    time = time_to_double_bounds(96.0, bounds)
    assert (time.low, time.high) == pytest.approx((38.4986098202, 58.2813513533), rel=1e-10)


def test_a_population_that_did_not_grow_has_no_doubling_time():
    assert time_to_double(96.0, 0.0) is None
    assert time_to_double(96.0, -1.0) is None
    assert time_to_double_bounds(96.0, Bounds(-0.2, 1.0)) == Bounds(96.0, None)
    assert time_to_double_bounds(96.0, Bounds(None, None)) == Bounds(None, None)


def test_an_unknown_error_stays_unknown_in_a_sum():
    assert total([Estimate(1.0, 0.1), Estimate(2.0)]) == Estimate(3.0, None)
    assert log2_ratio(4.0, 1.0, variance_after=0.1) == Estimate(2.0, None)


@pytest.mark.parametrize("error", ["log-normal", "gamma"])
@pytest.mark.parametrize("spread", [0.05, 0.1, 0.2])
@pytest.mark.parametrize("passages", [1, 4])
def test_interval_of_doublings_holds_the_truth_as_often_as_it_says(error, spread, passages):
    generator = np.random.default_rng(20260314)
    shape = (40_000, passages, 2)
    if error == "log-normal":
        errors = np.exp(math.sqrt(math.log1p(spread**2)) * generator.standard_normal(shape))
    else:
        errors = generator.gamma(1.0 / spread**2, spread**2, shape)
    sampled = generator.poisson(200, shape[:2]) / 200
    away = np.abs(np.log2(errors[..., 0] * sampled / errors[..., 1]).sum(axis=1))
    passage = log2_ratio(
        8.0,
        1.0,
        variance_after=log_variance(cv_percent=100 * spread, observed=200),
        variance_before=log_variance(cv_percent=100 * spread),
    )
    reach = normal_bounds(Estimate(0.0, total([passage] * passages).variance), level=0.95).high
    assert 0.93 <= (away <= reach).mean() <= 0.97


@given(counts, counts, factors)
def test_doublings_do_not_depend_on_the_unit_of_both_counts(after, before, factor):
    scaled = log2_ratio(after * factor, before * factor).value
    assert scaled == pytest.approx(log2_ratio(after, before).value, abs=1e-9)


@given(counts, counts, st.floats(1.0, 1000.0))
def test_doubling_time_times_doublings_is_the_time(after, before, hours):
    doublings = log2_ratio(after, before).value
    time = time_to_double(hours, doublings)
    if time is None:
        assert doublings <= 0
    else:
        assert time * doublings == pytest.approx(hours, rel=1e-12)


@given(counts, counts, variances, variances, st.floats(0.5, 0.999))
def test_intervals_hold_their_estimate(after, before, one, other, level):
    doublings = log2_ratio(after, before, variance_after=one, variance_before=other)
    bounds = normal_bounds(doublings, level=level)
    assert bounds.low <= doublings.value <= bounds.high
    held = count_bounds(after, one, level=level)
    assert held.low <= after * (1 + 1e-12)
    assert after <= held.high * (1 + 1e-12)
    time = time_to_double(96.0, doublings.value)
    if time is not None:
        around = time_to_double_bounds(96.0, bounds)
        assert around.low <= time
        assert around.high is None or time <= around.high


@given(st.lists(st.tuples(st.floats(-5, 10), variances), min_size=1, max_size=12))
def test_a_sum_is_the_sum(parts):
    summed = total(Estimate(value, variance) for value, variance in parts)
    assert summed.value == pytest.approx(sum(value for value, _ in parts), abs=1e-9)
    assert summed.variance == pytest.approx(sum(variance for _, variance in parts), abs=1e-9)
