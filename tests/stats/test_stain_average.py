"""The share averaged over what a stain may be: its slopes, its integral, shares that are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from stroma.stats.mixture_model import (
    LOGIT_SHARE,
    SHIFT,
    climb,
    coarsened,
    evaluate,
    fit_reference,
    lay_out,
    normalised,
    slopes,
)
from stroma.stats.signed_scale import bin_pair
from stroma.stats.stain_average import (
    AROUND_A_STAIN,
    LEVELS,
    StainPrior,
    added_light,
    average_share,
    under_stain,
)


def draw(generator, size, share, *, distance, shift=0.0, log_sd=0.5):
    """Log-normal background with noise; the positive cells' stain is added to it."""
    dark = 100 * np.exp(0.3 * generator.standard_normal((2, size)))
    dark += 20 * generator.standard_normal((2, size))
    sample, reference = dark
    above = generator.random(size) < share
    stain = 36 * distance * np.exp(log_sd * generator.standard_normal(size))
    return sample + 36 * shift + np.where(above, stain, 0.0), reference


def layout_of(pair):
    layout = lay_out(coarsened(pair, AROUND_A_STAIN.coarse), AROUND_A_STAIN)
    reference = fit_reference(layout)
    return layout, reference, added_light(layout, normalised(layout.fixed @ reference))


def test_slopes_under_a_stain_are_those_of_finite_differences():
    layout, reference, light = layout_of(
        bin_pair(*draw(np.random.default_rng(1), 900, 0.1, distance=6.0))
    )
    under = under_stain(layout, light, log_median=math.log(6.0), log_sd=0.5)
    parameters = np.random.default_rng(2).normal(0, 0.2, under.size)
    parameters[under.of_copied] += reference
    parameters[[SHIFT, LOGIT_SHARE]] = 0.2, -2.0
    gradient = slopes(under, evaluate(under, parameters)).gradient
    for place in range(under.size):
        step = np.zeros(under.size)
        step[place] = 1e-5
        rise = evaluate(under, parameters + step).objective
        fall = evaluate(under, parameters - step).objective
        assert gradient[place] == pytest.approx((rise - fall) / 2e-5, rel=1e-4, abs=1e-3)


def test_added_light_moves_the_reference_by_its_level():
    layout, reference, light = layout_of(
        bin_pair(*draw(np.random.default_rng(3), 5000, 0.1, distance=60.0))
    )
    own = normalised(layout.fixed @ reference)
    np.testing.assert_allclose(light.sum(axis=1), 1.0)
    for level in (10.0, 40.0):
        row = light[np.argmin(np.abs(LEVELS - math.log(level)))]
        exact = math.exp(LEVELS[np.argmin(np.abs(LEVELS - math.log(level)))])
        moved = float((row - own) @ layout.linear)
        assert moved == pytest.approx(exact, rel=0.01)


def test_the_average_is_that_of_a_fine_grid_of_shares():
    # Two stains that are nearly one, and 400 shares instead of three nodes; where nothing is
    # positive the posterior is skewed and three nodes miss 0.02 points of a mean of 0.05.
    prior = StainPrior(medians=(6.0, 6.001), log_sds=(0.5, 0.5001))
    for share, cells in ((0.0, 2000), (0.01, 2000), (0.04, 5000)):
        pair = bin_pair(*draw(np.random.default_rng(4), cells, share, distance=6.0, shift=0.1))
        layout, reference, light = layout_of(pair)
        under = under_stain(layout, light, log_median=math.log(6.0), log_sd=0.5)
        held = np.zeros(under.size)
        held[under.of_copied] = reference
        heights, shares = [], []
        for logit in np.linspace(-11, -1, 400):
            held[LOGIT_SHARE] = logit
            state = climb(under, held, steps=20, hold_share=True)
            held = state.parameters.copy()
            information = slopes(under, state).information
            rest = np.delete(np.delete(information, LOGIT_SHARE, 0), LOGIT_SHARE, 1)
            heights.append(state.objective - 0.5 * np.linalg.slogdet(rest)[1])
            shares.append(state.share)
        fine = np.average(shares, weights=np.exp(np.array(heights) - max(heights)))
        assert average_share(pair, prior=prior) == pytest.approx(fine, rel=0.15, abs=3e-4)


def test_dim_cells_are_found_on_average():
    found = [
        average_share(bin_pair(*draw(np.random.default_rng([5, n]), 4000, 0.02, distance=5.0)))
        for n in range(16)
    ]
    # The binomial error of one sample is 0.0022, of their mean 0.0006.
    assert np.mean(found) == pytest.approx(0.02, abs=0.003)


def test_where_nothing_is_positive_next_to_nothing_is_found():
    found = [
        average_share(
            bin_pair(*draw(np.random.default_rng([6, n]), 4000, 0.0, distance=5.0, shift=0.2))
        )
        for n in range(16)
    ]
    assert max(found) < 0.006
    assert np.mean(found) < 0.002


def test_bright_stains_are_equally_likely_and_dim_ones_less():
    prior = StainPrior(medians=(3.0, 6.0, 12.0, 24.0, 48.0), log_sds=(0.5, 0.6))
    weight = {round(math.exp(place)): held for place, _, held in prior.stains()[::2]}
    assert weight[24] == pytest.approx(weight[12])
    assert weight[48] == pytest.approx(weight[12])
    assert weight[12] - weight[6] == pytest.approx(0.5 * math.log(2) ** 2)
    assert weight[12] - weight[3] == pytest.approx(0.5 * math.log(4) ** 2)
