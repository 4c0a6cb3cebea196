"""Axes, and places on them in linear units."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.cytometry.gating.axes import (
    Bounded,
    drawn_positions,
    linear_ends,
    scale_of,
    threshold,
)
from stroma.cytometry.scales import Linear, Logarithmic, Logicle
from stroma.gating_records import (
    BiexponentialAxis,
    BoundedAxis,
    HyperlogAxis,
    InverseSineAxis,
    LinearAxis,
    LogarithmicAxis,
    LogicleAxis,
)

AXES = [
    LinearAxis(10000.0, 500.0),
    LogarithmicAxis(10000.0, 5.0),
    InverseSineAxis(10000.0, 4.0, 1.0),
    LogicleAxis(10000.0, 0.5, 4.5, 0.0),
    HyperlogAxis(10000.0, 1.0, 4.5, 0.0),
    BiexponentialAxis(262144.0, 4.418539922, 0.0, -10.0),
]


@pytest.mark.parametrize("axis", AXES, ids=lambda axis: type(axis).__name__)
@given(place=st.floats(0.0, 1.0))
def test_there_and_back(axis, place):
    scale = scale_of(axis)
    assert float(scale.positions(scale.values(place))) == pytest.approx(place, abs=1e-13)


@pytest.mark.parametrize("axis", AXES, ids=lambda axis: type(axis).__name__)
@given(place=st.floats(0.01, 0.99), steps=st.integers(-8, 8))
def test_a_threshold_decides_as_the_position_does(axis, place, steps):
    """Also for values that are the threshold's neighbours."""
    scale = scale_of(axis)
    end = threshold(scale, place)
    value = end
    for _ in range(abs(steps)):
        value = math.nextafter(value, math.copysign(math.inf, steps))
    reached = float(scale.positions(value))
    # The positions of a solved scale waver by a rounding between neighbours.
    assert (reached >= place) == (value >= end) or abs(reached - place) < 1e-15


def test_no_axis_is_linear_units():
    assert scale_of(None).positions([-1.5, 3.0]).tolist() == [-1.5, 3.0]


@pytest.mark.parametrize(("axis", "message"), [
    (LinearAxis(100.0, -100.0), "no linear scale has T = 100"),
    (LinearAxis(-5.0, 10.0), "no linear scale has T = -5"),
    (BoundedAxis(LogarithmicAxis(10.0, 4.0), 0.8, 0.2), "no axis ends at 0.8 below and at 0.2"),
    (InverseSineAxis(1000.0, 400.0, 0.0), "no scale has the parameters of InverseSineAxis"),
    (LogicleAxis(1000.0, 0.5, 400.0, 0.0), "no scale has the parameters of LogicleAxis"),
    (HyperlogAxis(1000.0, 0.5, 310.0, 0.0), "no scale has the parameters of HyperlogAxis"),
    (BiexponentialAxis(262_144.0, 400.0, 0.0, -10.0), "no scale has the parameters of Biexp"),
    (LogarithmicAxis(10.0, 0.0), "no logarithmic scale has T = 10"),
    (InverseSineAxis(10.0, 1.0, -1.0), "no inverse sine scale has T = 10"),
    (LogicleAxis(10.0, 3.0, 4.0, 0.0), "no logicle scale has T = 10"),
    (HyperlogAxis(10.0, 0.0, 4.0, 0.0), "no hyperlog scale has T = 10"),
    (BiexponentialAxis(10.0, 4.0, 0.0, 1.0), "no biexponential scale has maxRange = 10"),
])  # fmt: skip
def test_undefined(axis, message):
    with pytest.raises(ValueError, match=message):
        scale_of(axis)


class TestBounded:
    scale = Bounded(Linear(100.0), low=0.0, high=1.0)

    def test_beyond_the_ends(self):
        assert self.scale.positions([-5.0, 50.0, 500.0]).tolist() == [0.0, 0.5, 1.0]

    def test_thresholds_at_the_ends(self):
        assert threshold(self.scale, 0.0) == -math.inf
        assert threshold(self.scale, 1.0) == 100.0
        assert threshold(self.scale, 1.5) == math.inf

    def test_without_ends(self):
        assert Bounded(Linear(100.0)).positions(500.0) == 5.0
        assert Bounded(Linear(100.0)).top == 100.0


class TestLinearEnds:
    log = Bounded(Logarithmic(10000.0, 4.0), low=0.0)

    def test_positions(self):
        low, high = linear_ends(0.25, 0.5, self.log, linear_coordinates=False)
        assert low == pytest.approx(10.0)
        assert high == pytest.approx(100.0)

    def test_written_in_linear_units(self):
        assert linear_ends(10.0, 100.0, self.log, linear_coordinates=True) == (10.0, 100.0)

    @pytest.mark.parametrize("low", [1.0, 0.5, 0.0, -20.0])
    def test_at_the_end_of_a_logarithmic_axis_it_is_open(self, low):
        ends = linear_ends(low, 100.0, self.log, linear_coordinates=True)
        assert ends == (-math.inf, 100.0)

    def test_at_the_upper_end_it_is_open(self):
        scale = Bounded(Linear(100.0), 0.0, 1.0)
        assert linear_ends(5.0, 100.0, scale, linear_coordinates=True) == (5.0, math.inf)

    def test_values_without_a_logarithm_lie_in_no_interval_of_its_axis(self):
        low, high = linear_ends(None, 0.5, Logarithmic(100.0, 2.0), linear_coordinates=False)
        assert (low > 0, high) == (True, pytest.approx(10.0))
        assert low == math.nextafter(0.0, 1.0)

    def test_no_value_reaches_an_end_far_beyond(self):
        assert threshold(Logicle(262_144.0, 0.5, 4.5, 0.0), 1e6) == math.inf

    def test_open(self):
        assert linear_ends(None, None, Linear(1.0), linear_coordinates=False) == (
            -math.inf,
            math.inf,
        )


def test_vertices_keep_their_places_beyond_an_end():
    """What lies on the end but for rounding is put there; FlowJo draws a little beyond as well."""
    scale = Bounded(Linear(100.0), 0.0, 1.0)
    places = drawn_positions([-20.0, -1e-6, 50.0, 100.00001, 120.0], scale)
    assert places.tolist() == [-0.2, 0.0, 0.5, 1.0, 1.2]


def test_nothing_has_the_place_of_the_end_on_a_logarithmic_axis():
    scale = Bounded(Logarithmic(10000.0, 4.0), low=0.0)
    assert drawn_positions([0.0, -5.0, 100.0], scale).tolist() == [0.0, 0.0, 0.5]
    assert np.isneginf(drawn_positions([0.0], Logarithmic(10000.0, 4.0))[0])
