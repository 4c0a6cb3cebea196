"""FlowJo's gates in the words of GatingML: the same events, gate by gate."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from stroma.cytometry.gating.apply import apply_gates
from stroma.cytometry.gating.restated import restate
from stroma.gating_records import (
    BooleanGate,
    Dimension,
    EllipsoidGate,
    FocalEllipseGate,
    GatingStrategy,
    Interval,
    LinearAxis,
    LogarithmicAxis,
    NamedAxis,
    PolygonGate,
    RectangleGate,
)

AXES = (NamedAxis("flat", LinearAxis(262144.0, 0.0)), NamedAxis("log", LogarithmicAxis(1e4, 4.0)))
ON_AXES = (Dimension("X", axis="flat"), Dimension("Y", axis="log"))
CELLS = RectangleGate(identifier="Cells", name="Cells", intervals=(Interval(Dimension("X"), 2e4),))


def ellipse(angle, longer, shorter, *, outside=False, parent=None, centre=(100.0, 130.0)):
    along = np.array([math.cos(angle), math.sin(angle)])
    across = np.array([-along[1], along[0]])
    apart = math.sqrt(longer**2 - shorter**2)
    ends = [*(sign * longer * along for sign in (-1, 1)), *(s * shorter * across for s in (-1, 1))]
    return FocalEllipseGate(
        identifier="E",
        name="E",
        dimensions=ON_AXES,
        foci=tuple(tuple(centre + sign * apart * along) for sign in (-1, 1)),
        edge=tuple(tuple(centre + end) for end in ends),
        parent=parent,
        outside=outside,
    )


@pytest.fixture
def events(events_of):
    random = np.random.default_rng(1)
    columns = {"X": random.uniform(-1e4, 3e5, 20_000), "Y": 10 ** random.uniform(-0.5, 4.2, 20_000)}
    columns["Y"][:100] = -1.0
    return events_of(columns)


def members(events, gates):
    found = apply_gates(events, GatingStrategy(tuple(gates), AXES))
    assert found.problems == ()
    return {population.identifier: population.mask for population in found.populations}


@pytest.mark.parametrize("outside", [False, True])
@pytest.mark.parametrize("parent", [None, "Cells"])
@pytest.mark.parametrize(
    ("angle", "longer", "shorter"),
    [(0.0, 60.0, 20.0), (0.7, 80.0, 10.0), (2.5, 50.0, 49.0), (1.0, 40.0, 40.0)],
)
def test_an_ellipse_in_bins_holds_the_same_events(events, angle, longer, shorter, parent, outside):
    gates = (CELLS, ellipse(angle, longer, shorter, parent=parent, outside=outside))
    said = restate(GatingStrategy(gates, AXES)).gates
    assert not any(isinstance(gate, FocalEllipseGate) for gate in said)
    before, after = members(events, gates), members(events, said)
    assert np.array_equal(before["E"], after["E"])
    assert 0 < np.count_nonzero(before["E"]) < len(events)


def test_an_ellipse_keeps_what_it_is_by_hand():
    (said,) = restate(GatingStrategy((ellipse(0.0, 64.0, 32.0),), AXES)).gates
    assert isinstance(said, EllipsoidGate)
    assert said.centre == pytest.approx((100 / 256, 130 / 256))
    assert np.array(said.covariance) == pytest.approx(np.array([[1 / 16, 0], [0, 1 / 64]]))
    assert said.distance_square == 1.0
    assert said.dimensions == ON_AXES


def test_a_line_is_no_ellipse():
    flat = ellipse(0.3, 50.0, 0.0)
    assert restate(GatingStrategy((flat,), AXES)).gates == (flat,)


def test_outside_is_not_the_shape(events):
    inside = RectangleGate(
        identifier="R", name="R", intervals=(Interval(Dimension("X"), 5e4, 1e5),), parent="Cells"
    )
    square = PolygonGate(
        identifier="P",
        name="P",
        dimensions=(Dimension("X"), Dimension("Y")),
        vertices=((5e4, 1.0), (2e5, 1.0), (2e5, 5e3), (5e4, 5e3)),
    )
    # What is taken is not taken twice.
    other = replace(CELLS, identifier="R.inside", name="other")
    gates = (CELLS, replace(inside, outside=True), replace(square, outside=True), other)
    said = restate(GatingStrategy(gates, AXES)).gates
    assert [gate.identifier for gate in said] == [
        *("Cells", "R.inside.", "R", "P.inside", "P", "R.inside"),
    ]
    assert isinstance(said[2], BooleanGate)
    before, after = members(events, gates), members(events, said)
    for name in ("Cells", "R", "P", "R.inside"):
        assert np.array_equal(before[name], after[name])
        assert 0 < np.count_nonzero(before[name]) < len(events)
