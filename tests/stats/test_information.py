"""Values of information that have a closed form."""

import numpy as np
import pytest

from stroma.stats.acceptability import first_shares
from stroma.stats.information import information_value

DRAWS = 40_000


def test_knowing_one_of_two_even_scores_is_worth_a_quarter():
    # Right half of the time without, E max(x, 1 - x) = 3/4 of the time with x known.
    scores = np.random.default_rng(5).random((DRAWS, 2))
    worth = information_value(first_shares(scores), scores[:, :1])
    assert worth.value == pytest.approx(0.25, abs=0.01)
    assert worth.error < 0.005


def test_knowing_both_is_worth_a_half():
    scores = np.random.default_rng(5).random((DRAWS, 2))
    # A little less than 1/2: a cell holds scores whose order is not told.
    assert 0.44 < information_value(first_shares(scores), scores).value < 0.5


def test_knowing_the_weights_tells_all_where_scores_are_exact():
    # First for weights above 0.4: right six times in ten without, always with the weight known.
    weight = np.random.default_rng(6).random(DRAWS)
    first = np.column_stack([weight > 0.4, weight <= 0.4]).astype(float)
    worth = information_value(first, weight[:, None])
    assert worth.value == pytest.approx(0.4, abs=0.01)


def test_what_bears_on_nothing_is_worth_nothing():
    chance = np.random.default_rng(7)
    first = first_shares(chance.random((DRAWS, 3)))
    worth = information_value(first, chance.random((DRAWS, 2)))
    assert worth.value <= 4 * worth.error


def test_nothing_is_learnt_where_one_always_comes_first():
    first = np.tile([1.0, 0.0], (1000, 1))
    worth = information_value(first, np.random.default_rng(8).random((1000, 1)))
    assert (worth.value, worth.error) == (0, 0)
