"""What a sample can have, held to published examples and to samples themselves."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stroma.evidence.extraction.granularity import (
    Sample,
    is_possible_deviation,
    largest_deviation,
    nearest_means,
    possible_deviations,
    t_test_p_values,
)


def rounded(value: float, digits: int) -> str:
    return str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def test_the_example_of_brown_and_heathers() -> None:
    # 28 people, a mean of 5.19: 145/28 is 5.18 and 146/28 is 5.21.
    assert nearest_means("5.19", 28) == ()
    assert nearest_means("5.18", 28)
    assert nearest_means("5.21", 28)


def test_a_die_thrown_twenty_times() -> None:
    assert nearest_means("3.48", 20) == ()
    assert nearest_means("3.45", 20)


# Means and sizes of the data set pigs1 and the example of the manual of the R package scrutiny,
# whose printed answers begin TRUE, FALSE, FALSE, FALSE; the others by hand.
@pytest.mark.parametrize(
    ("mean", "n", "possible"),
    [
        ("7.22", 32, True),
        ("4.74", 25, False),
        ("5.23", 29, False),
        ("2.57", 24, False),
        ("5.27", 43, False),
        ("5.00", 25, True),
        ("5.3", 43, True),
    ],
)
def test_means_with_published_answers(mean: str, n: int, possible: bool) -> None:
    assert bool(nearest_means(mean, n)) is possible


def test_the_deviation_of_the_manual_of_scrutiny() -> None:
    # grimmer(x = "7.3", sd = "2.51", n = 12) is FALSE there.
    assert not is_possible_deviation("7.3", "2.51", 12)
    assert nearest_means("7.3", 12)


def test_deviations_of_three_whole_numbers_are_just_those_that_exist() -> None:
    existing = set()
    for sample in combinations_with_replacement(range(10), 3):
        mean, deviation = float(np.mean(sample)), float(np.std(sample, ddof=1))
        existing.add((rounded(mean, 2), rounded(deviation, 2)))
    for mean, deviation in existing:
        assert is_possible_deviation(mean, deviation, 3)
    # By hand: three numbers with the sum 10 are at best 3, 3, 4, whose SD is 0.577.
    assert not is_possible_deviation("3.33", "0.50", 3)
    # The next even sum of squares is that of 2, 4, 4 (1.155): nothing lies between.
    assert not is_possible_deviation("3.33", "0.90", 3)
    assert is_possible_deviation("3.33", "1.15", 3)


@given(st.lists(st.integers(-50, 200), min_size=2, max_size=40), st.integers(0, 4))
def test_no_real_sample_is_called_impossible(sample: list[int], digits: int) -> None:
    mean = rounded(float(np.mean(sample)), digits)
    deviation = rounded(float(np.std(sample, ddof=1)), digits)
    assert nearest_means(mean, len(sample))
    assert is_possible_deviation(mean, deviation, len(sample))


@given(st.lists(st.floats(0, 100), min_size=2, max_size=30))
def test_no_sample_has_a_larger_deviation_than_its_bounds_allow(sample: list[float]) -> None:
    mean, deviation = float(np.mean(sample)), float(np.std(sample, ddof=1))
    n = len(sample)
    assert deviation <= largest_deviation(mean, 0, 100, n) * (1 + 1e-9) + 1e-6
    assert deviation <= largest_deviation(mean, 0, None, n) * (1 + 1e-9) + 1e-6
    smallest, largest = possible_deviations(max(sample) - min(sample), n)
    assert smallest * (1 - 1e-9) - 1e-9 <= deviation <= largest * (1 + 1e-9) + 1e-9


def test_the_largest_deviation_is_reached() -> None:
    # By hand: half at 0, half at 100, mean 50, n = 4: sqrt(4 x 2500 / 3).
    assert largest_deviation(50, 0, 100, 4) == pytest.approx(math.sqrt(10_000 / 3))
    # 0, 0, 0, 40: mean 10, SD 20.
    assert largest_deviation(10, 0, None, 4) == pytest.approx(np.std([0, 0, 0, 40], ddof=1))


def test_p_values_are_those_of_scipy() -> None:
    one, other = Sample(38.4, 7.1, 6), Sample(60.0, 17.6, 5)
    found = t_test_p_values(one, other)
    expected = [
        stats.ttest_ind_from_stats(38.4, 7.1, 6, 60.0, 17.6, 5, equal_var=equal).pvalue
        for equal in (True, False)
    ]
    assert found == pytest.approx(expected)
    assert t_test_p_values(Sample(1, 0, 3), Sample(2, 0, 3)) is None
