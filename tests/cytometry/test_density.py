"""Modes and valleys of samples whose populations are known."""

from __future__ import annotations

import numpy as np
import pytest

from stroma.cytometry.density import density_of, modes_of


def modes(values):
    return modes_of(density_of(np.asarray(values)))


@pytest.mark.parametrize("size", [100, 640, 20_000])
@pytest.mark.parametrize(
    "draw",
    [
        lambda generator, n: generator.normal(size=n),
        lambda generator, n: generator.standard_t(3, size=n),
        lambda generator, n: generator.gamma(2.0, size=n),
        lambda generator, n: generator.exponential(size=n),
        lambda generator, n: generator.uniform(size=n),
    ],
    ids=["normal", "t3", "gamma", "exponential", "uniform"],
)
def test_one_population_is_not_split(draw, size):
    generator = np.random.default_rng(3)
    assert [len(modes(draw(generator, size))) for _ in range(12)] == [1] * 12


@pytest.mark.parametrize(("size", "share"), [(640, 0.3), (640, 0.6), (20_000, 0.1), (20_000, 0.8)])
def test_two_populations_are_told_apart(size, share):
    generator = np.random.default_rng(4)
    fewer = round(size * share)
    values = np.concatenate(
        [generator.normal(-1.2, 0.3, fewer), generator.normal(0.0, 0.2, size - fewer)]
    )
    left, right = modes(values)
    assert left.place == pytest.approx(-1.2, abs=0.12)
    assert right.place == pytest.approx(0.0, abs=0.05)
    assert left.high == right.low
    assert -0.9 < left.high < -0.3
    assert left.share == pytest.approx(share, abs=0.02)
    assert left.share + right.share == pytest.approx(1.0, abs=1e-6)


def test_a_valley_in_a_gap_lies_in_its_middle():
    generator = np.random.default_rng(5)
    values = np.concatenate([generator.normal(0, 0.05, 500), generator.normal(10, 0.05, 500)])
    left, right = modes(values)
    assert left.high == pytest.approx(5.0, abs=0.1)
    assert right.low == left.high


def test_density_integrates_to_one_and_ignores_order():
    values = np.random.default_rng(6).normal(size=5_000)
    density = density_of(values)
    step = density.centres[1] - density.centres[0]
    assert density.heights.sum() * step == pytest.approx(1.0, abs=1e-9)
    np.testing.assert_array_equal(density_of(values[::-1]).heights, density.heights)


def test_a_sample_without_spread_has_no_density():
    assert density_of(np.array([])) is None
    assert density_of(np.array([1.0])) is None
    assert density_of(np.full(10, 2.5)) is None


def test_values_that_differ_in_their_last_digit_have_no_density():
    values = np.full(100, 0.9)
    values[::2] = np.nextafter(0.9, 1)
    assert density_of(values) is None


def test_what_is_not_finite_is_left_out():
    values = np.random.default_rng(1).normal(size=500)
    held = np.concatenate([values, [np.inf, -np.inf, np.nan]])
    assert density_of(held).count == 500
