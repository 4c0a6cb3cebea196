"""Scales against the tables and the event-by-event truth of Gating-ML 2.0."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.cytometry.scales import (
    InverseSine,
    Linear,
    Logarithmic,
    Logicle,
    decade_ticks,
    logicle_for,
)

SCALES = [
    Linear(10_000.0, 500.0),
    Logarithmic(10_000.0, 5.0),
    InverseSine(10_000.0, 4.0, 1.0),
    Logicle(10_000.0, 0.5, 4.5, 0.0),
    Logicle(262_144.0, 1.5, 4.5, 1.0),
    Logicle(262_144.0, 0.0, 4.5, 0.0),
]

# Gating-ML 2.0 specification, table of test values for logicle with T = 1000, W = 1, M = 4, A = 0.
LOGICLE_TABLE = {
    -10.0: 0.067574,
    -5.0: 0.147986,
    -1.0: 0.228752,
    0.0: 0.25,
    0.3: 0.256384,
    1.0: 0.271248,
    3.0: 0.312897,
    10.0: 0.432426,
    100.0: 0.739548,
    1000.0: 1.0,
}


def test_logicle_equals_the_table_of_the_specification():
    found = Logicle(1000.0, 1.0, 4.0).positions(list(LOGICLE_TABLE))
    np.testing.assert_allclose(found, list(LOGICLE_TABLE.values()), atol=5e-7)


def test_other_scales_equal_their_formulas():
    # Worked by hand: (500 + 500) / 10,500; log10(0.01) / 5 + 1; asinh of the top is M ln 10.
    assert Linear(10_000.0, 500.0).positions(500.0) == pytest.approx(1000 / 10_500)
    assert Logarithmic(10_000.0, 5.0).positions(100.0) == pytest.approx(0.6)
    assert InverseSine(10_000.0, 4.0, 1.0).positions(0.0) == pytest.approx(0.2)
    assert InverseSine(10_000.0, 4.0, 1.0).positions(10_000.0) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("truth", "scale", "low", "high"),
    [
        ("ScaleRange1", InverseSine(10_000.0, 4.0, 1.0), 0.37, 0.63),
        ("ScaleRange3", Linear(10_000.0, 500.0), 0.049, 0.055),
        ("ScaleRange4", Logicle(10_000.0, 0.5, 4.5, 0.0), 0.37, 0.63),
        ("ScaleRange5", Logicle(10_000.0, 1.0, 4.0, 0.5), 0.37, 0.63),
        ("ScaleRange6", Logarithmic(10_000.0, 5.0), 0.37, 0.63),
    ],
)
def test_every_event_falls_where_the_compliance_suite_says(shared, truth, scale, low, high):
    flow = shared / "data" / "flow"
    events = np.load(flow / "fcs_truth_npy" / "data1_preprocessed.npy")
    expected = np.loadtxt(flow / "gatingml_ref" / "truth" / f"Results_{truth}.txt") == 1
    positions = scale.positions(events[:, 2])
    np.testing.assert_array_equal((positions >= low) & (positions < high), expected)


@pytest.mark.parametrize("scale", SCALES, ids=repr)
def test_positions_and_values_are_each_others_inverse(scale):
    positions = np.linspace(0.0, 1.1, 5_001)
    back = scale.positions(scale.values(positions))
    np.testing.assert_allclose(back, positions, atol=1e-12)
    assert scale.positions(scale.top) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("scale", SCALES, ids=repr)
@given(values=st.lists(st.floats(-1e7, 1e7), min_size=2, max_size=50))
def test_scales_keep_the_order_so_that_thresholds_commute(scale, values):
    held = np.sort(np.array(values))
    assert np.all(np.diff(scale.positions(held)[held > 0]) >= -1e-15)
    if not isinstance(scale, Logarithmic):
        assert np.all(np.diff(scale.positions(held)) >= -1e-15)


def test_logicle_mirrors_about_its_zero():
    scale = Logicle(262_144.0, 1.2, 4.5, 0.3)
    zero = float(scale.positions(0.0))
    values = np.array([0.1, 3.0, 500.0, 80_000.0])
    np.testing.assert_allclose(scale.positions(-values), 2 * zero - scale.positions(values))
    assert scale.values(zero) == 0.0


def test_what_is_not_a_number_stays_so():
    found = Logicle(262_144.0).positions([np.nan, np.inf, -np.inf])
    assert np.isnan(found[0])
    assert found[1:].tolist() == [np.inf, -np.inf]
    assert Logarithmic(1000.0).positions([0.0, -5.0]).tolist() == [-np.inf, -np.inf]


@pytest.mark.parametrize(
    "parameters", [(0.0, 0.5, 4.5, 0.0), (1e5, 2.5, 4.5, 0.0), (1e5, 0.5, 4.5, -0.6)]
)
def test_logicle_refuses_parameters_without_a_scale(parameters):
    with pytest.raises(ValueError, match=f"no logicle scale has T = {parameters[0]}"):
        Logicle(*parameters)


def test_width_of_the_linear_part_follows_the_negative_values():
    # Parks 2006: W = (M - log10(T / |r|)) / 2 with r the 5th percentile of the negatives.
    values = np.concatenate([np.full(50, -262.144), np.full(50, 5_000.0)])
    assert logicle_for([values], 262_144.0).linear_decades == pytest.approx((4.5 - 3.0) / 2)
    assert logicle_for([np.array([5.0, 10.0])], 262_144.0).linear_decades == 0.5
    assert logicle_for([np.array([])], 1_024.0) == Logicle(1_024.0, 0.5)
    assert logicle_for([np.array([3e5])], 262_144.0).top == 3e5


def test_ticks_stand_at_zero_and_at_powers_of_ten():
    scale = Logicle(262_144.0, 1.0)
    ticks = decade_ticks(scale)
    labelled = {tick.label: tick.position for tick in ticks if tick.label}
    assert labelled["0"] == pytest.approx(float(scale.positions(0.0)), abs=1e-4)
    assert labelled["10⁴"] == pytest.approx(float(scale.positions(10_000.0)), abs=1e-4)
    assert all(0 <= tick.position <= 1 for tick in ticks)
    assert list(ticks) == sorted(ticks, key=lambda tick: (tick.position, tick.label))
    gaps = np.diff(sorted(labelled.values()))
    assert gaps.min() >= 0.05
    # 2 to 9 of one decade stand unlabelled between its ends.
    between = [t for t in ticks if labelled["10⁴"] < t.position < labelled["10⁵"]]
    assert [t.label for t in between] == [""] * 8
