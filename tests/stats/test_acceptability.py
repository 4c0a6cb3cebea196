"""Rank acceptabilities against areas of the weight space that can be worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stroma.stats.acceptability import (
    acceptability,
    confidence_factors,
    first_shares,
    values_of,
)
from stroma.stats.simplex import sample_all

DRAWS = 60_000
TOLERANCE = 4 * 0.5 / np.sqrt(DRAWS)  # four Monte Carlo standard errors of a share of one half


def analysed(scores):
    weights = sample_all(len(scores[0]), DRAWS, np.random.default_rng(7))
    held = np.broadcast_to(np.array(scores, dtype=float), (DRAWS, *np.shape(scores)))
    return acceptability(values_of(held, weights), weights), held


def test_two_sources_and_two_criteria_have_a_closed_form():
    # 0.6 w - 0.4 (1 - w) > 0 holds for w above 0.4: six tenths of the weights, with the mean 0.7.
    found, held = analysed([[0.9, 0.2], [0.3, 0.6]])
    assert found.ranks[0, 0] == pytest.approx(0.6, abs=TOLERANCE)
    assert found.ranks[1, 0] == pytest.approx(0.4, abs=TOLERANCE)
    assert found.central_weights[0] == pytest.approx([0.7, 0.3], abs=TOLERANCE)
    assert found.central_weights[1] == pytest.approx([0.2, 0.8], abs=TOLERANCE)
    assert found.pairwise[0, 1] == found.ranks[0, 0]
    assert confidence_factors(held, found.central_weights).tolist() == [1, 1]


def test_three_specialists_and_a_compromise_have_a_closed_form():
    # The compromise comes first where no weight exceeds 0.4: (3 x 0.4 - 1)² of the simplex; third
    # where two do: three corners of (1 - 0.8)² each; never last, since a weight is below a third.
    found, _ = analysed([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.4, 0.4, 0.4]])
    assert found.ranks[3] == pytest.approx([0.04, 0.84, 0.12, 0], abs=TOLERANCE)
    assert found.ranks[:3, 0] == pytest.approx([0.32] * 3, abs=TOLERANCE)


def test_a_source_that_is_better_in_everything_always_comes_first():
    found, _ = analysed([[0.5, 0.5, 0.5], [0.6, 0.7, 0.8]])
    assert found.ranks.tolist() == [[0, 1], [1, 0]]
    assert np.isnan(found.central_weights[0]).all()
    assert found.errors.tolist() == [[0, 0], [0, 0]]


def test_equal_sources_share_every_rank():
    found, _ = analysed([[0.5, 0.2]] * 3)
    assert found.ranks == pytest.approx(np.full((3, 3), 1 / 3))
    assert found.pairwise == pytest.approx(np.full((3, 3), 0.5))


def test_the_error_is_that_of_a_share():
    found, _ = analysed([[0.9, 0.2], [0.3, 0.6]])
    assert found.errors[0, 0] == pytest.approx(np.sqrt(0.6 * 0.4 / DRAWS), rel=0.01)


@given(
    arrays(np.float64, (30, 4), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])),
    st.permutations(range(4)),
)
def test_every_rank_is_given_once_and_names_do_not_matter(values, order):
    weights = np.full((30, 1), 1.0)
    found = acceptability(values, weights)
    assert found.ranks.sum(axis=0) == pytest.approx(np.ones(4))
    assert found.ranks.sum(axis=1) == pytest.approx(np.ones(4))
    assert found.pairwise + found.pairwise.T == pytest.approx(np.ones((4, 4)))
    assert first_shares(values).mean(axis=0) == pytest.approx(found.ranks[:, 0])
    renamed = acceptability(values[:, order], weights)
    assert renamed.ranks == pytest.approx(found.ranks[order])
