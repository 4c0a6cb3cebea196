"""Thresholds, percentages and their two sources of error."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stroma.cytometry.positivity import (
    METHODS,
    Threshold,
    bounded_control_cells,
    control_percentile,
    find_method,
    least_control_cells,
    percent_positive,
)
from stroma.errors import StudyProblem
from stroma.house_rules import PositivityRule
from stroma.stats.proportions import wilson_interval

RULE = PositivityRule()


def threshold(value, low=None, high=None):
    return Threshold(
        value=value,
        low=value if low is None else low,
        high=value if high is None else high,
        level=0.95,
        percentile=99.5,
        control_cells=1_000,
    )


def test_counts_and_interval_by_hand():
    stained = np.arange(1.0, 1_001.0)
    # 20 above 980; with the threshold at 985 it is 15, at 970 it is 30.
    found = percent_positive([stained], [threshold(980.0, 970.0, 985.0)])
    assert (found.percent, found.positive, found.cells) == (2.0, 20, 1_000)
    assert (found.placement_low, found.placement_high) == pytest.approx((1.5, 3.0))
    sampling = wilson_interval(20, 1_000)
    assert found.sampling_low == pytest.approx(100 * sampling.low)
    assert found.low == pytest.approx(2 - math.hypot(2 - 100 * sampling.low, 0.5))
    assert found.high == pytest.approx(2 + math.hypot(100 * sampling.high - 2, 1.0))


def test_a_threshold_known_exactly_leaves_wilsons_interval():
    found = percent_positive([np.arange(100.0)], [threshold(89.5)])
    wilson = wilson_interval(10, 100)
    assert (found.low, found.high) == pytest.approx((100 * wilson.low, 100 * wilson.high))


def test_a_cell_at_the_threshold_is_not_positive():
    stained = np.array([1.0, 2.0, 2.0, 3.0], dtype=np.float32)
    assert percent_positive([stained], [threshold(2.0)]).positive == 1
    # Just below 0.1 in single precision is not 0.1 in double precision.
    tenth = np.array([np.float32(0.1)])
    assert percent_positive([tenth], [threshold(0.1)]).positive == 1
    assert percent_positive([tenth], [threshold(float(np.float32(0.1)))]).positive == 0


def test_an_unbounded_threshold_leaves_the_lower_bound_at_zero():
    found = percent_positive([np.arange(100.0)], [threshold(4.5, 3.0, math.inf)])
    assert found.percent == 95.0
    assert (found.low, found.placement_low) == (0.0, 0.0)
    assert found.high < 100


def test_several_markers_count_cells_above_all_thresholds():
    first = np.array([1.0, 5.0, 5.0, 5.0])
    second = np.array([5.0, 1.0, 5.0, 5.0])
    found = percent_positive([first, second], [threshold(2.0), threshold(2.0)])
    assert (found.percent, found.positive) == (50.0, 2)
    # Both thresholds at their upper ends: no cell is above 6.
    wide = percent_positive([first, second], [threshold(2.0, 0.0, 6.0), threshold(2.0, 0.0, 6.0)])
    assert (wide.placement_low, wide.placement_high) == (0.0, 100.0)


def test_markers_and_thresholds_have_to_match():
    with pytest.raises(ValueError, match="2 markers need as many thresholds; found 1"):
        percent_positive([np.ones(3), np.ones(3)], [threshold(1.0)])


def test_the_threshold_is_the_controls_percentile():
    control = np.arange(1.0, 2_001.0)
    found = control_percentile(control, RULE)
    assert found.value == pytest.approx(0.995 * 2_001)
    assert found.low < found.value < found.high
    assert found.is_bounded
    assert found.control_cells == 2_000


def test_how_many_cells_a_control_needs():
    assert [least_control_cells(p) for p in (99.5, 99.0, 98.0, 95.0, 99.9)] == [
        200,
        100,
        50,
        20,
        1000,
    ]
    assert bounded_control_cells(RULE) == 736
    assert not control_percentile(np.arange(735.0), RULE).is_bounded
    assert control_percentile(np.arange(736.0), RULE).is_bounded
    with pytest.raises(ValueError, match=r"199 cells hold no 99\.5th percentile"):
        control_percentile(np.arange(199.0), RULE)


def test_methods_are_found_by_name():
    assert find_method("control_percentile/1") is control_percentile
    assert len({name for name, _ in METHODS}) == len(METHODS)
    with pytest.raises(
        StudyProblem, match=r'the method "overton/1"\. Expected: one of control_percentile/1'
    ):
        find_method("overton/1")


@pytest.mark.parametrize("truth", [0.3, 1.5, 65.0, 95.0, 99.5])
@pytest.mark.parametrize("shift", [1.0, 1.1])
def test_the_truth_is_recovered_within_a_point_and_a_half(truth, shift):
    generator = np.random.default_rng(21)
    cells, carriers = 16_000, round(160 * truth)
    background = 300 * shift * generator.lognormal(0, 0.35, cells) + generator.normal(0, 30, cells)
    background[:carriers] += generator.lognormal(np.log(6_000), 0.45, carriers)
    control = 300 * generator.lognormal(0, 0.35, 9_000) + generator.normal(0, 30, 9_000)
    found = percent_positive([background], [control_percentile(control, RULE)])
    assert abs(found.percent - truth) < 1.5


def test_the_interval_covers_the_share_above_the_true_percentile():
    # Stained cells and control of one distribution: exactly 0.5 % lie above its percentile.
    generator = np.random.default_rng(22)
    covered = 0
    for _ in range(600):
        control, stained = generator.normal(size=1_500), generator.normal(size=2_000)
        found = percent_positive([stained], [control_percentile(control, RULE)])
        covered += found.low <= 0.5 <= found.high
    assert covered >= 570 - 3 * math.sqrt(600 * 0.95 * 0.05)


values = st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=200)


@settings(deadline=None)
@given(stained=values, control=st.lists(st.floats(-1e5, 1e5), min_size=200, max_size=900))
def test_properties_of_every_percentage(stained, control):
    cells = np.array(stained)
    place = control_percentile(np.array(control), RULE)
    found = percent_positive([cells], [place])
    assert 0 <= found.low <= found.percent <= found.high <= 100
    assert found.placement_low <= found.percent <= found.placement_high
    assert percent_positive([cells[::-1]], [place]) == found
    assert control_percentile(np.array(control[::-1]), RULE) == place
    # A monotone scale moves cells and thresholds alike.
    cubed = percent_positive(
        [np.cbrt(cells)],
        [threshold(np.cbrt(place.value), np.cbrt(place.low), np.cbrt(place.high))],
    )
    assert abs(cubed.positive - found.positive) <= int(np.sum(np.isclose(cells, place.value)))


@given(st.integers(200, 1_000), st.integers(0, 50))
def test_cells_far_below_lower_the_threshold_only(size, further):
    control = np.random.default_rng(1).normal(size=size)
    more = np.concatenate([control, np.full(further, -100.0)])
    assert control_percentile(more, RULE).value <= control_percentile(control, RULE).value
