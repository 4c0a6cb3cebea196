"""Generations from a dye, against events whose generations are known."""

from __future__ import annotations

import numpy as np
import pytest

from stroma.simulate.lymphocytes import DyeTruth, LymphocyteTruth, dividing, simulate_lymphocytes
from stroma.stats.dye_dilution import NotIdentifiedError, Refusal, dye_control, fit_generations
from stroma.stats.dye_peaks import (
    bin_edges,
    densities,
    density_slopes,
    skew_normal,
    slopes,
)

DYE = 3


def light(truth, seed):
    events = simulate_lymphocytes(truth, np.random.default_rng(seed))
    return events.values[events.kind == 0, DYE].astype(np.float64)


@pytest.fixture(scope="module")
def control():
    return dye_control(light(LymphocyteTruth(), 1), light(LymphocyteTruth(labelled=False), 2))


@pytest.mark.parametrize(
    ("share", "rounds", "most"), [(0.10, 1.8, 3), (0.70, 2.5, 5), (0.50, 4.0, 8), (0.02, 1.5, 4)]
)
def test_precursors_are_found_where_the_model_is_another(control, share, rounds, most):
    truth = LymphocyteTruth(precursors=dividing(share, rounds, most=most), live=6_000)
    found = fit_generations(light(truth, 3), control)
    assert found.indices.percent_divided == pytest.approx(truth.percent_divided / 100, abs=0.03)
    assert found.indices.division_index == pytest.approx(truth.division_index, rel=0.06)
    assert found.intervals.percent_divided.low < found.indices.percent_divided
    assert found.spacing == pytest.approx(2.0, abs=0.1)
    assert found.spacing_low < found.spacing < found.spacing_high
    assert found.misfit < 0.05
    assert sum(found.cells) == pytest.approx(found.events)


def test_a_shifted_undivided_peak_is_followed_and_reported(control):
    truth = LymphocyteTruth(
        precursors=dividing(0.6, 2.2, most=5), live=8_000, dye=DyeTruth(median=26_000.0 * 0.9)
    )
    found = fit_generations(light(truth, 4), control)
    assert found.shift == pytest.approx(0.9, abs=0.03)
    assert found.indices.percent_divided == pytest.approx(truth.percent_divided / 100, abs=0.03)


def test_resting_cells_show_no_division(control):
    found = fit_generations(light(LymphocyteTruth(live=8_000), 5), control)
    assert found.indices.percent_divided < 0.005
    assert found.generations <= 1


def test_a_skewed_control_is_told_from_cells_that_divided():
    dye = DyeTruth(uptake_cv=0.3)
    control = dye_control(
        light(LymphocyteTruth(dye=dye), 6), light(LymphocyteTruth(labelled=False, dye=dye), 7)
    )
    assert control.slant < -0.5
    truth = LymphocyteTruth(precursors=dividing(0.1, 1.8, most=3), live=8_000, dye=dye)
    found = fit_generations(light(truth, 8), control)
    assert found.indices.percent_divided == pytest.approx(0.1, abs=0.02)


def test_cells_that_divided_unasked_do_not_move_the_control(control):
    mixed = light(LymphocyteTruth(precursors=(0.97, 0.03)), 9)
    moved = dye_control(mixed, light(LymphocyteTruth(labelled=False), 2))
    assert moved.log_median == pytest.approx(control.log_median, abs=0.01)
    assert fit_generations(mixed, moved).indices.percent_divided == pytest.approx(0.03, abs=0.006)


def test_the_floor_bounds_the_generations_that_can_be_told():
    dark = light(LymphocyteTruth(labelled=False), 2)
    dim = dye_control(light(LymphocyteTruth(dye=DyeTruth(median=2_600.0)), 10), dark)
    bright = dye_control(light(LymphocyteTruth(), 1), dark)
    assert dim.generations == bright.generations - 3
    assert dye_control(light(LymphocyteTruth(), 1), []).generations == 10


@pytest.mark.parametrize(
    ("undivided", "unlabelled", "reason"),
    [
        (200, 2_000, Refusal.FEW_CONTROL_EVENTS),
        (2_000, 200, Refusal.FEW_CONTROL_EVENTS),
    ],
)
def test_small_controls_are_refused(undivided, unlabelled, reason):
    with pytest.raises(NotIdentifiedError, match=reason) as refusal:
        dye_control(
            light(LymphocyteTruth(live=undivided), 1),
            light(LymphocyteTruth(live=unlabelled, labelled=False), 2),
        )
    assert refusal.value.value == 200


def test_a_control_without_dye_is_refused():
    dark = light(LymphocyteTruth(labelled=False), 2)
    with pytest.raises(NotIdentifiedError, match="control_not_labelled"):
        dye_control(light(LymphocyteTruth(labelled=False), 11), dark)


def test_a_control_too_wide_to_show_generations_is_refused():
    wide = np.exp(np.random.default_rng(12).normal(10.0, 0.6, size=4_000))
    with pytest.raises(NotIdentifiedError, match="control_too_wide"):
        dye_control(wide, [])


def test_few_events_are_refused(control):
    with pytest.raises(NotIdentifiedError, match="few_events: 999"):
        fit_generations(np.full(999, 20_000.0), control)


def test_cells_brighter_than_the_control_are_refused(control):
    brighter = light(LymphocyteTruth(dye=DyeTruth(median=60_000.0)), 13)
    with pytest.raises(NotIdentifiedError, match=r"undivided_not_found|poor_fit"):
        fit_generations(brighter, control)


def test_events_that_are_no_generations_are_refused(control):
    even = np.random.default_rng(14).uniform(0.0, 30_000.0, size=5_000)
    with pytest.raises(NotIdentifiedError, match=r"poor_fit|not_found"):
        fit_generations(even, control)


def test_skew_normal_has_mean_zero_and_variance_one():
    z = np.linspace(-9, 9, 20_001)
    density = np.diff(skew_normal(z, -0.8))
    middle = (z[1:] + z[:-1]) / 2
    assert density @ middle == pytest.approx(0.0, abs=1e-6)
    assert density @ middle**2 == pytest.approx(1.0, abs=1e-5)
    assert density @ middle**3 < -0.2


@pytest.mark.parametrize("places", [[0.0, 0.0, 0.0, 0.0025, 0.0], [0.1, -0.03, 0.2, 0.01, 0.2]])
def test_slopes_of_the_shares_are_those_of_their_differences(control, places):
    at, edges = np.array(places), bin_edges(control)
    shares = densities(at, 6, edges, control)
    by_rule = density_slopes(at, shares, edges, control)
    by_difference = slopes(lambda moved: densities(moved, 6, edges, control), at)
    for ours, theirs in zip(by_rule, by_difference, strict=True):
        # The differences of steps of 1e-5 err by their square.
        assert ours == pytest.approx(theirs, abs=2e-5)
