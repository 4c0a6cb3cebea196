"""Indices of division, against their definitions and FlowJo's own example."""

from __future__ import annotations

import numpy as np
import pytest

from stroma.stats.dilution_indices import index_intervals, index_variances, indices_of


def test_half_of_the_precursors_divide_three_times():
    """FlowJo's documentation: division index 1.5, proliferation index 3; the rest by definition."""
    found = indices_of([1, 0, 0, 8])
    assert found.division_index == pytest.approx(1.5, rel=1e-12)
    assert found.proliferation_index == pytest.approx(3.0, rel=1e-12)
    assert found.percent_divided == pytest.approx(0.5, rel=1e-12)
    assert found.expansion_index == pytest.approx(4.5, rel=1e-12)
    assert found.replication_index == pytest.approx(8.0, rel=1e-12)
    assert found.dim_fraction == pytest.approx(8 / 9, rel=1e-12)


def test_by_hand_over_three_generations():
    # 100 + 60/2 + 40/4 = 140 precursors, of which 40 divided: 30 once, 10 twice.
    found = indices_of([100, 60, 40])
    assert found.percent_divided == pytest.approx(40 / 140)
    assert found.division_index == pytest.approx(50 / 140)
    assert found.proliferation_index == pytest.approx(50 / 40)
    assert found.expansion_index == pytest.approx(200 / 140)
    assert found.replication_index == pytest.approx(100 / 40)


def test_without_division_what_counts_dividing_cells_is_not_defined():
    found = indices_of([500.0, 0.0])
    assert (found.percent_divided, found.division_index, found.expansion_index) == (0.0, 0.0, 1.0)
    assert found.proliferation_index is None
    assert found.replication_index is None
    intervals = index_intervals(np.array([500.0, 0.0]), np.diag([500.0, 0.0]), level=0.95)
    assert intervals.proliferation_index is None
    assert intervals.percent_divided.high == 0.0


@pytest.mark.parametrize("cells", [[], [0.0, 0.0], [5.0, -1.0]])
def test_impossible_cells_are_refused(cells):
    with pytest.raises(ValueError, match="cells of generations"):
        indices_of(cells)


def test_variances_agree_with_drawn_cells():
    cells = np.array([3000.0, 2000.0, 1500.0])
    drawn = np.random.default_rng(5).poisson(cells, size=(20_000, 3))
    variances = index_variances(cells, np.diag(cells))
    for name, variance in variances.items():
        spread = np.var([getattr(indices_of(row), name) for row in drawn])
        assert variance == pytest.approx(spread, rel=0.05)


def test_intervals_hold_their_estimate_and_stay_in_their_range():
    cells = np.array([9.0, 0.0, 40.0])
    intervals = index_intervals(cells, np.diag(cells * 9), level=0.95)
    assert 0 < intervals.percent_divided.low < intervals.percent_divided.estimate
    assert intervals.percent_divided.high < 1
    assert 1 < intervals.expansion_index.low < intervals.expansion_index.estimate
    assert intervals.division_index.low > 0
