"""Weights against published rank order centroids and against rejection sampling."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stroma.stats.simplex import is_feasible, sample_all, sample_bounded, sample_ranked

DRAWS = 40_000


def chance(seed=3):
    return np.random.default_rng(seed)


def test_all_weights_are_as_likely():
    weights = sample_all(3, DRAWS, chance())
    assert weights.sum(axis=1) == pytest.approx(np.ones(DRAWS))
    # One of three weights drawn evenly from the simplex has the distribution Beta(1, 2).
    assert stats.kstest(weights[:, 0], stats.beta(1, 2).cdf).pvalue > 0.001


def test_means_under_an_order_are_the_rank_order_centroids():
    # Barron and Barrett 1996: 0.5208, 0.2708, 0.1458, 0.0625 for four attributes.
    weights = sample_ranked([[2], [0], [3], [1]], DRAWS, chance())
    assert weights.mean(axis=0) == pytest.approx([0.2708, 0.0625, 0.5208, 0.1458], abs=0.003)
    assert (np.diff(weights[:, [2, 0, 3, 1]], axis=1) <= 0).all()


def test_attributes_of_one_group_are_in_no_order():
    weights = sample_ranked([[0], [1, 2]], DRAWS, chance())
    assert (weights[:, 0] >= weights[:, 1:].max(axis=1)).all()
    # The centroids of three are 11/18, 5/18 and 2/18; the last two are shared.
    assert weights.mean(axis=0) == pytest.approx([11 / 18, 7 / 36, 7 / 36], abs=0.003)
    assert (weights[:, 1] > weights[:, 2]).mean() == pytest.approx(0.5, abs=0.01)


def test_weights_within_intervals_are_those_that_rejection_leaves():
    low, high = np.array([0.2, 0.0, 0.1, 0.0]), np.array([0.5, 0.3, 1.0, 1.0])
    everything = sample_all(4, 400_000, chance())
    left = everything[((everything >= low) & (everything <= high)).all(axis=1)]
    drawn = sample_bounded(low, high, DRAWS, chance(4))
    for column in range(4):
        assert stats.ks_2samp(drawn[:, column], left[:, column]).pvalue > 0.001


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=6))
def test_weights_stay_within_their_intervals(pairs):
    low = np.array([min(pair) for pair in pairs])
    high = np.array([max(pair) for pair in pairs])
    if not is_feasible(low, high):
        assert low.sum() > 1 or high.sum() < 1
        return
    drawn = sample_bounded(low, high, 20, chance())
    assert drawn.sum(axis=1) == pytest.approx(np.ones(20))
    assert (drawn >= low - 1e-9).all()
    assert (drawn <= high + 1e-9).all()
