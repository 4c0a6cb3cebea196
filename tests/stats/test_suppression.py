"""Inhibition, half suppression and potency, against hand calculation and known curves."""

from __future__ import annotations

import math

import numpy as np
import pytest

from stroma.stats.suppression import (
    Estimate,
    NoAnswerError,
    RatioPoint,
    half_suppression,
    inhibition,
    mean_of,
    suppression_potency,
)


def curve(ratio, half, top=100.0, slope=1.0):
    """A curve whose inhibition is 50 % at ``half``."""
    return top / (1 + (top / 50 - 1) * (half / ratio) ** slope)


def points(ratios, half, *, top=100.0, noise=(), variance=1.0):
    added = noise or [0.0] * len(ratios)
    return [
        RatioPoint(ratio, curve(ratio, half, top) + error, variance)
        for ratio, error in zip(ratios, added, strict=True)
    ]


RATIOS = (0.01, 0.03, 0.1, 0.3, 1.0)


def test_inhibition_takes_the_undivided_off_both():
    # (0.6 - 0.1) / (1.1 - 0.1) = 0.5; without the correction it would be 45.5 %.
    found = inhibition(Estimate(0.6, 1e-4), Estimate(1.1, 1e-4), Estimate(0.1, 0.0))
    assert found.percent == pytest.approx(50.0)
    # Delta method by hand: (1e-4 + 0.25e-4) / 1, in percent squared.
    assert found.variance == pytest.approx(1.25)
    assert found.low < 50.0 < found.high


def test_fiellers_limits_hold_what_the_delta_method_says_where_variances_are_small():
    found = inhibition(Estimate(0.3, 1e-6), Estimate(1.0, 1e-6), Estimate(0.05, 1e-7))
    half = 1.959964 * math.sqrt(found.variance)
    assert (found.low, found.high) == pytest.approx(
        (found.percent - half, found.percent + half), abs=0.01
    )


def test_more_division_beside_the_cells_is_inhibition_below_zero():
    assert inhibition(Estimate(1.2, 1e-4), Estimate(1.0, 1e-4), Estimate(0, 0)).percent < 0


@pytest.mark.parametrize("stimulated", [Estimate(0.05, 1e-4), Estimate(0.11, 0.01)])
def test_stimulated_cells_that_do_not_divide_are_refused(stimulated):
    with pytest.raises(NoAnswerError, match="no_division"):
        inhibition(Estimate(0.05, 1e-4), stimulated, Estimate(0.1, 1e-4))


def test_replicates_that_scatter_widen_the_mean():
    assert mean_of([Estimate(1.0, 0.01)] * 4).variance == pytest.approx(0.0025)
    assert mean_of([Estimate(1.0, 0.01), Estimate(1.4, 0.01)]).variance == pytest.approx(0.04)


def test_half_suppression_of_a_curve_that_is_known():
    found = half_suppression(points(RATIOS, 0.1, top=90.0))
    assert found.method == "log_logistic"
    assert found.ratio == pytest.approx(0.1, rel=1e-6)
    assert found.top == pytest.approx(90.0, rel=1e-6)
    assert found.low < 0.1 < found.high


def test_half_suppression_of_three_ratios_is_a_line():
    # 30, 50 and 70 % at 0.05, 0.1 and 0.2: a line over the logarithm through 50 % at 0.1.
    held = [RatioPoint(0.05, 30, 4), RatioPoint(0.1, 50, 4), RatioPoint(0.2, 70, 4)]
    found = half_suppression(held)
    assert (found.method, found.top) == ("log_linear", None)
    assert found.ratio == pytest.approx(0.1)
    assert found.slope == pytest.approx(20 / math.log(2))
    assert found.low < 0.1 < found.high


def test_intervals_of_half_suppression_hold_the_truth():
    generator = np.random.default_rng(8)
    held = 0
    for _ in range(60):
        noise = list(generator.normal(0.0, 2.0, size=len(RATIOS)))
        found = half_suppression(points(RATIOS, 0.1, top=95.0, noise=noise, variance=4.0))
        held += found.low <= 0.1 <= found.high
    assert held / 60 >= 0.90


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        (points((0.1, 0.2), 0.1), "few_ratios: 2"),
        (points((0.01, 0.02, 0.04), 0.1), "not_reached: 28"),
        (points((0.2, 0.4, 0.8), 0.1), "above_throughout: 66"),
        ([RatioPoint(0.1, 70, 1), RatioPoint(0.2, 50, 1), RatioPoint(0.4, 30, 1)], "not_rising"),
    ],
)
def test_half_suppression_is_refused(held, reason):
    with pytest.raises(NoAnswerError, match=reason):
        half_suppression(held)


def test_potency_of_a_lot_of_which_half_as_many_do_the_same():
    found = suppression_potency(points(RATIOS, 0.1), points(RATIOS, 0.05))
    assert found.potency.low < 2.0 < found.potency.high
    assert found.potency.value == pytest.approx(2.0, rel=0.05)
    assert found.slope_ratio.low < 1.0 < found.slope_ratio.high


def test_lines_that_are_not_parallel_have_no_potency():
    flat = [RatioPoint(ratio, 40 + 4 * math.log10(ratio), 1.0) for ratio in RATIOS]
    with pytest.raises(NoAnswerError, match="not_parallel"):
        suppression_potency(points(RATIOS, 0.1), flat)


def test_margins_decide_by_the_whole_interval_of_the_slope_ratio():
    both = points(RATIOS, 0.1), points(RATIOS, 0.05)
    ratio = suppression_potency(*both).slope_ratio
    assert suppression_potency(*both, margins=(ratio.low, ratio.high)).slope_ratio == ratio
    with pytest.raises(NoAnswerError, match="not_similar") as refused:
        suppression_potency(*both, margins=(ratio.low, ratio.high - 1e-9))
    assert refused.value.interval == (ratio.low, ratio.high)


def test_potency_of_too_few_ratios_is_refused():
    with pytest.raises(NoAnswerError, match="few_ratios"):
        suppression_potency(points((0.1,), 0.1), points(RATIOS, 0.1))
