"""Piles at the ends of a scale: found, spread beyond them, and nothing else is touched."""

from __future__ import annotations

import numpy as np
import pytest

from stroma.stats.piles import without_piles
from stroma.stats.signed_scale import bin_pair

END = 262_143.0


def dim(generator, size):
    return generator.lognormal(np.log(150), 0.45, size)


def test_where_nothing_is_piled_up_nothing_changes():
    generator = np.random.default_rng(1)
    sample = np.append(dim(generator, 4_000), generator.lognormal(np.log(9_000), 0.4, 1_000))
    pair = bin_pair(sample, dim(generator, 5_000))
    assert without_piles(pair) is pair


@pytest.mark.parametrize("median", [150e3, 260e3, 1e6])
def test_what_is_cut_off_goes_on_beyond_the_end(median):
    generator = np.random.default_rng(2)
    bright = generator.lognormal(np.log(median), 0.5, 2_000)
    reference = dim(generator, 5_000)
    sample = np.append(dim(generator, 3_000), bright)
    pair = bin_pair(np.minimum(sample, END), reference)
    found = without_piles(pair)
    beyond = found.middles > pair.scale.at(END)
    assert found.sample.sum() == pytest.approx(5_000)
    assert found.sample[beyond].sum() == pytest.approx(np.sum(bright > END), rel=0.4)
    # As smooth as the bright values are: no bin twice as full as both of its neighbours.
    upper = found.sample[found.middles > 8]
    assert not np.any((upper[1:-1] > 40) & (upper[1:-1] > 2 * np.maximum(upper[:-2], upper[2:])))
    assert found.reference.sum() == pytest.approx(5_000)


@pytest.mark.parametrize(("floor", "moved"), [(100.0, 0.10), (130.0, 0.35)])
def test_values_at_the_lower_end_of_both_are_spread_alike(floor, moved):
    generator = np.random.default_rng(3)
    sample, reference = (np.maximum(dim(generator, size), floor) for size in (8_000, 5_000))
    pair = bin_pair(sample, reference)
    found = without_piles(pair)
    end = pair.scale.at(floor) - pair.width
    assert not pair.reference[pair.middles < end].any()
    for counts, size in ((found.sample, 8_000), (found.reference, 5_000)):
        assert counts.sum() == pytest.approx(size)
        assert counts[found.middles < end].sum() / size == pytest.approx(moved, abs=0.01)


def test_a_pile_of_the_reference_at_the_upper_end_is_left():
    generator = np.random.default_rng(4)
    cut = np.minimum(dim(generator, 5_000), 300.0)
    pair = bin_pair(cut, cut)
    assert without_piles(pair) is pair
