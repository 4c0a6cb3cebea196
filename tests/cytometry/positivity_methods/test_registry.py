"""Every method on cells whose positive share is known, and at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stroma.cytometry.positivity import CONTROL_PERCENTILE, METHODS
from stroma.cytometry.positivity_methods.estimate import TubePair
from stroma.cytometry.positivity_methods.percentile import above_percentile, subtracted_percentile
from stroma.cytometry.positivity_methods.registry import (
    SHARE_METHODS,
    estimate_by_all,
    find_share_method,
)
from stroma.cytometry.positivity_methods.shifted_mixture import shifted_mixture
from stroma.cytometry.positivity_methods.subtraction import (
    enhanced_normalised_subtraction,
    overton_area,
    overton_mode,
)
from stroma.errors import StudyProblem
from stroma.house_rules import PositivityRule

RULE = PositivityRule()
EVERY = pytest.mark.parametrize("method", SHARE_METHODS, ids=lambda method: method.name)


def cells(seed, size, *, share=0.0, stain_index=5.0, shift=0.0):
    """Autofluorescence with noise, a stain on some cells, light added to the stained tube."""
    generator = np.random.default_rng(seed)

    def dark():
        return generator.gamma(8, 20, size) + 30 * generator.standard_normal(size)

    spread = np.sqrt(8 * 20**2 + 30**2)
    stain = 2 * stain_index * spread * np.exp(0.4 * generator.standard_normal(size))
    positive = generator.random(size) < share
    stained = dark() + shift * spread + np.where(positive, stain, 0.0)
    return stained.astype(np.float32), dark().astype(np.float32)


def test_names_are_unique_versioned_and_found():
    names = [method.name for method in SHARE_METHODS]
    assert len(set(names)) == len(names) == 6
    assert all(name.rpartition("/")[2].isdigit() for name in names)
    assert all(find_share_method(name).name == name for name in names)


def test_threshold_methods_are_all_listed_here_too():
    assert {name for name, _ in METHODS} <= {method.name for method in SHARE_METHODS}


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(StudyProblem, match=r'the method "overton".*overton_area/1, overton_mode/1'):
        find_share_method("overton")


@EVERY
def test_every_method_says_what_it_assumes_and_where_it_comes_from(method):
    assert str(method.label)
    assert len(str(method.assumptions)) > 40
    assert any(digit.isdigit() for digit in method.citation)


def test_percentile_is_counted_by_hand():
    control = np.arange(1.0, 1000.0)
    # Rank 0.995 * 1000 = 995 of 999 values.
    found = above_percentile(TubePair(np.array([994.0, 995.0, 996.0, 2000.0]), control), RULE)
    assert found.threshold == pytest.approx(995.0)
    assert found.percent == 50.0
    assert subtracted_percentile(TubePair(np.full(4, 2000.0), control), RULE).percent == 99.5
    assert subtracted_percentile(TubePair(np.zeros(4), control), RULE).percent == 0.0


@pytest.mark.parametrize("share", [0.1, 0.6])
def test_bright_positives_are_found_by_every_method(share):
    stained, control = cells(1, 10_000, share=share, stain_index=40)
    for found in estimate_by_all(TubePair(stained, control), RULE):
        if found.method == "overton_mode/1" and share > 0.5:
            continue  # the mode may be that of the positive cells
        assert found.percent == pytest.approx(100 * share, abs=3.5), found.method


def test_a_shift_is_positive_to_subtraction_and_not_to_the_mixture():
    stained, control = cells(2, 20_000, shift=0.3)
    for method in (overton_area, overton_mode, enhanced_normalised_subtraction):
        assert method(TubePair(stained, control), RULE).low > 5
    found = shifted_mixture(TubePair(stained, control), RULE)
    assert found.low == 0.0
    assert found.percent < 0.5
    assert found.diagnostics["shift"] == pytest.approx(0.3, abs=0.08)


def test_dim_positives_are_missed_by_the_percentile_and_not_by_the_mixture():
    stained, control = cells(3, 20_000, share=0.5, stain_index=2.0)
    assert above_percentile(TubePair(stained, control), RULE).high < 45
    found = shifted_mixture(TubePair(stained, control), RULE)
    assert found.low < 50 < found.high
    assert found.separable


def test_what_cannot_be_told_apart_is_said_and_widened():
    stained, control = cells(4, 5_000, share=0.5, stain_index=0.4)
    found = shifted_mixture(TubePair(stained, control), RULE)
    cautious = above_percentile(TubePair(stained, control), RULE)
    generous = enhanced_normalised_subtraction(TubePair(stained, control), RULE)
    assert not found.separable
    assert "brighter background and a very dim stain cannot be told apart" in str(found.warnings[0])
    assert found.low <= cautious.low
    assert found.high >= max(cautious.high, generous.high)


def test_few_stained_cells_fall_back_on_the_percentile():
    stained, control = cells(5, 2_000, share=0.5, stain_index=20)
    found = shifted_mixture(TubePair(stained[:150], control), RULE)
    assert not found.separable
    assert "fewer than 200 cells in a tube" in str(found.warnings[0])
    assert found.percent == above_percentile(TubePair(stained[:150], control), RULE).percent


def test_a_control_of_one_value_falls_back_on_the_percentile():
    control = np.full(1_000, 5.0)
    found = shifted_mixture(TubePair(np.repeat([5.0, 80.0], 500), control), RULE)
    assert found.percent == 50.0
    assert "all cells of the control have one value" in str(found.warnings[0])
    assert shifted_mixture(TubePair(control, control), RULE).percent == 0.0


def test_methods_that_cannot_work_are_left_out():
    control = np.full(1_000, 5.0)
    names = [found.method for found in estimate_by_all(TubePair(control, control), RULE)]
    assert names == [CONTROL_PERCENTILE, "subtracted_percentile/1", "shifted_mixture/5"]
    few = np.arange(50.0)
    names = [found.method for found in estimate_by_all(TubePair(few, few), RULE)]
    assert names == ["overton_area/1", "overton_mode/1", "enhanced_normalised_subtraction/1"]


@EVERY
def test_empty_tubes_are_refused(method):
    some = np.arange(1_000.0)
    with pytest.raises(ValueError, match="there are no stained cells"):
        method.estimate(TubePair(np.array([]), some), RULE)
    with pytest.raises(ValueError, match="the control has 0 cells, fewer than"):
        method.estimate(TubePair(some, np.array([])), RULE)


@EVERY
def test_a_value_that_is_no_number_is_refused(method):
    some = np.arange(1_000.0)
    with pytest.raises(ValueError, match="the stained cells have a value that is not finite"):
        method.estimate(TubePair(np.append(some, np.nan), some), RULE)


@EVERY
def test_the_control_against_itself_has_no_positive_cells(method):
    _, control = cells(6, 5_000)
    found = method.estimate(TubePair(control, control), RULE)
    assert found.percent < 1.0
    assert found.low <= 0.5


@EVERY
def test_all_bright_cells_are_positive(method):
    stained, control = cells(7, 3_000, share=1.0, stain_index=40)
    found = method.estimate(TubePair(stained, control), RULE)
    assert found.percent > 99.0
    assert found.high > 99.4


@EVERY
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1_000), share=st.floats(0, 1), stain_index=st.floats(0.3, 30))
def test_unit_and_order_change_nothing_and_the_interval_holds_the_estimate(
    method, seed, share, stain_index
):
    stained, control = cells(seed, 600, share=share, stain_index=stain_index)
    found = method.estimate(TubePair(stained, control), RULE)
    assert 0 <= found.low <= found.percent <= found.high <= 100
    generator = np.random.default_rng(seed)
    moved = method.estimate(TubePair(4 * generator.permutation(stained), 4 * control[::-1]), RULE)
    assert (moved.low, moved.percent, moved.high) == pytest.approx(
        (found.low, found.percent, found.high), abs=1e-9
    )
    if found.threshold is not None:
        assert moved.threshold == pytest.approx(4 * found.threshold)


@EVERY
def test_moving_the_zero_of_the_unit_changes_next_to_nothing(method):
    stained, control = (values.astype(np.float64) for values in cells(8, 3_000, share=0.3))
    found = method.estimate(TubePair(stained, control), RULE)
    moved = method.estimate(TubePair(3 * stained + 70, 3 * control + 70), RULE)
    assert moved.percent == pytest.approx(found.percent, abs=0.05)


def lognormal_pair(seed, size, *, spread, factor):
    """Log-normal light without positive cells; the stained tube's multiplied and spread wider."""
    generator = np.random.default_rng(seed)

    def light(scale, log_sd):
        dark = 200 * scale * np.exp(log_sd * generator.standard_normal(size))
        return (dark + 20 * generator.standard_normal(size)).astype(np.float32)

    return TubePair(light(factor, 0.45 * spread), light(1.0, 0.45))


@pytest.mark.parametrize("seed", range(6))
def test_light_multiplied_and_spread_wider_is_no_dim_population(seed):
    # In version 1 the copy stretched no further in its tail than a standard deviation from its
    # centre: of the six, three held a dim population of 4, 11 and 23 % of the cells.
    found = shifted_mixture(lognormal_pair(seed, 20_000, spread=1.1, factor=1.15), RULE)
    assert found.low < 0.3
    assert found.percent < 1.0


def test_what_methods_share_is_worked_out_once():
    tubes = TubePair(*cells(9, 1_000))
    assert tubes.binned is tubes.binned
    assert tubes.binned.sample.sum() == tubes.binned.reference.sum() == 1_000
