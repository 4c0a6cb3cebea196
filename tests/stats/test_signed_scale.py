"""The common scale and its counts, by hand and by their invariances."""

from __future__ import annotations

import numpy as np
import pytest

from stroma.stats.signed_scale import SignedScale, bin_pair, centre_and_spread


def test_scale_is_linear_near_the_centre_and_logarithmic_far_off():
    scale = SignedScale(100.0, 10.0)
    near, far, farther = scale.of(np.array([101.0, 100_100.0, 1_000_100.0])).tolist()
    assert near == pytest.approx(0.1, rel=1e-3)
    assert farther - far == pytest.approx(2 * np.log(10), rel=1e-6)


@pytest.mark.parametrize("value", [-5_000.0, 0.0, 99.0, 260_000.0])
def test_going_there_and_back_returns_the_value(value):
    scale = SignedScale(120.0, 35.0)
    place = float(scale.of(np.array([value]))[0])
    assert scale.back(place) == pytest.approx(value, rel=1e-9, abs=1e-6)


def test_single_precision_stays_single():
    assert SignedScale(1.0, 2.0).of(np.ones(3, dtype=np.float32)).dtype == np.float32


def test_robust_spread_by_hand():
    # Median 4, absolute deviations 3, 2, 1, 0, 1, 2, 96: their median is 2.
    assert centre_and_spread(np.array([1.0, 2, 3, 4, 5, 6, 100])) == (4.0, 2 * 1.4826)


def test_spread_where_most_values_are_equal_comes_from_outer_quantiles():
    values = np.concatenate([np.zeros(60), np.full(40, 10.0)])
    assert centre_and_spread(values) == (0.0, 5.0)


def test_spread_of_equal_values_is_zero():
    assert centre_and_spread(np.full(5, 7.0)) == (7.0, 0.0)


def test_every_value_is_counted_once_also_beyond_the_ends():
    pair = bin_pair(np.array([-1e12, 0.0, 1.0, 1e12]), np.array([-1.0, 0.0, 1.0]))
    assert pair.sample.sum() == 4
    assert pair.sample[0] == pair.sample[-1] == 1
    assert pair.reference.sum() == 3


def test_counts_do_not_change_with_unit_or_order():
    generator = np.random.default_rng(2)
    sample, reference = generator.lognormal(5, 1, 800), generator.lognormal(5, 0.5, 701)
    plain = bin_pair(sample, reference)
    # Factors that are powers of two are exact in binary.
    moved = bin_pair(generator.permutation(sample) * 8, generator.permutation(reference) * 8)
    assert np.array_equal(plain.sample, moved.sample)
    assert np.array_equal(plain.reference, moved.reference)


@pytest.mark.parametrize(
    ("sample", "reference", "complaint"),
    [
        ([], [1.0, 2.0], "both samples need values; found 0 and 2"),
        ([1.0], [], "both samples need values; found 1 and 0"),
        ([1.0], [3.0, 3.0], "all values of the reference are equal"),
        ([np.inf], [1.0, 2.0, 3.0], "finite"),
    ],
)
def test_what_cannot_be_counted_is_refused(sample, reference, complaint):
    with pytest.raises(ValueError, match=complaint):
        bin_pair(np.array(sample), np.array(reference))
