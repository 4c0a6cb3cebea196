"""Strategies applied to events counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.cytometry.gating.apply import apply_gates
from stroma.cytometry.gating.axes import scale_of
from stroma.cytometry.gating.shapes import in_polygon
from stroma.errors import Severity
from stroma.gating_records import (
    BooleanGate,
    BooleanOperator,
    BoundedAxis,
    Dimension,
    Divider,
    EllipsoidGate,
    FocalEllipseGate,
    GatingStrategy,
    Interval,
    LogarithmicAxis,
    LogicleAxis,
    NamedAxis,
    Operand,
    PolygonGate,
    Quadrant,
    QuadrantGate,
    RectangleGate,
)
from stroma.records import Channel, Events, Origin

X, Y = Dimension("X"), Dimension("Y")
GRID = {"X": [0, 0, 0, 1, 1, 1, 2, 2, 2], "Y": [0, 1, 2, 0, 1, 2, 0, 1, 2]}


def rectangle(name, low, high, *, dimension=X, parent=None, outside=False):
    return RectangleGate(
        identifier=name,
        name=name,
        intervals=(Interval(dimension, low, high),),
        parent=parent,
        outside=outside,
    )


def boolean(name, operator, *operands, parent=None):
    return BooleanGate(
        identifier=name,
        name=name,
        operator=BooleanOperator(operator),
        operands=tuple(
            Operand(operand.removeprefix("!"), operand.startswith("!")) for operand in operands
        ),
        parent=parent,
    )


def counts(events, *gates, **parts):
    result = apply_gates(events, GatingStrategy(gates, **parts))
    assert result.problems == ()
    return {population.identifier: population.count for population in result.populations}


@pytest.fixture
def grid(events_of):
    return events_of(GRID)


def test_rectangles_and_parents(grid):
    result = apply_gates(
        grid,
        GatingStrategy(
            (
                rectangle("A", 1.0, None),
                rectangle("B", None, 1.0, dimension=Y, parent="A"),
                rectangle("C", 1.0, 2.0, parent="B"),
            )
        ),
    )
    found = {each.identifier: (each.count, each.path, each.parent) for each in result.populations}
    assert found == {
        "A": (6, ("A",), None),
        "B": (2, ("A", "B"), "A"),
        "C": (1, ("A", "B", "C"), "B"),
    }


def test_a_child_may_stand_before_its_parent(grid):
    found = counts(
        grid, rectangle("B", None, 1.0, dimension=Y, parent="A"), rectangle("A", 1.0, None)
    )
    assert found == {"B": 2, "A": 6}


def test_outside_stays_within_the_parent(grid):
    found = counts(
        grid, rectangle("A", 1.0, None), rectangle("B", 2.0, None, parent="A", outside=True)
    )
    assert found == {"A": 6, "B": 3}


def test_quadrants_cover_everything_once(grid):
    gate = QuadrantGate(
        identifier="Q",
        dividers=(Divider("x", X, (1.0, 2.0)), Divider("y", Y, (1.0,))),
        quadrants=(
            Quadrant("low", "low", (("x", 0.5), ("y", 0.0))),
            Quadrant("middle", "middle", (("x", 1.0), ("y", 5.0))),
            Quadrant("right", "right", (("x", 9.0),)),
        ),
    )
    child = rectangle("child", 2.0, None, dimension=Y, parent="middle")
    assert counts(grid, gate, child) == {"low": 1, "middle": 2, "right": 3, "child": 1}


def test_a_quadrant_of_an_unknown_divider_is_named(grid):
    gate = QuadrantGate(
        identifier="Q",
        dividers=(Divider("x", X, (1.0,)),),
        quadrants=(Quadrant("low", "low", (("z", 0.5),)),),
    )
    result = apply_gates(grid, GatingStrategy((gate,)))
    assert result.populations == ()
    assert 'column "low": no divider "z". Expected: one of x' in str(result.problems[0].describe())


def test_polygon_on_axes_is_straight_on_them(events_of):
    """Below the diagonal of two logarithmic axes lies (10, 10), and (10, 11) does not."""
    events = events_of({"X": [10.0, 10.0, 100.0, 0.0], "Y": [10.0, 11.0, 1.0, 1.0]})
    axes = (NamedAxis("log", LogarithmicAxis(10000.0, 4.0)),)
    dimensions = (Dimension("X", axis="log"), Dimension("Y", axis="log"))
    gate = PolygonGate(
        identifier="P",
        name="P",
        dimensions=dimensions,
        vertices=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)),
    )
    result = apply_gates(events, GatingStrategy((gate,), axes=axes))
    assert result.populations[0].mask.tolist() == [True, False, True, False]


def test_polygon_written_in_linear_units_takes_in_what_lies_on_the_end_of_its_axis(events_of):
    """FlowJo puts what is below a logarithmic axis on its end."""
    events = events_of({"X": [-50.0, 0.0, 1.0, 50.0, 500.0], "Y": [5.0] * 5})
    axes = (NamedAxis("log", BoundedAxis(LogarithmicAxis(10000.0, 4.0), low=0.0)),)
    gate = PolygonGate(
        identifier="P",
        name="P",
        dimensions=(
            Dimension("X", axis="log", linear_coordinates=True),
            Dimension("Y", linear_coordinates=True),
        ),
        vertices=((1.0, 0.0), (100.0, 0.0), (100.0, 10.0), (1.0, 10.0)),
    )
    result = apply_gates(events, GatingStrategy((gate,), axes=axes))
    assert result.populations[0].mask.tolist() == [True, True, True, True, False]


def test_a_vertex_without_a_place_is_named(grid):
    axes = (NamedAxis("log", LogarithmicAxis(10000.0, 4.0)),)
    dimension = Dimension("X", axis="log", linear_coordinates=True)
    gate = PolygonGate(
        identifier="P",
        name="P",
        dimensions=(dimension, Y),
        vertices=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)),
    )
    result = apply_gates(grid, GatingStrategy((gate,), axes=axes))
    assert "a vertex has no place on its axis" in str(result.problems[0].describe())


@given(
    vertices=st.lists(st.tuples(st.floats(-0.1, 1.1), st.floats(-0.1, 1.1)), min_size=3, max_size=6)
)
def test_looking_only_near_the_polygon_changes_nothing(vertices):
    generator = np.random.default_rng(7)
    values = generator.normal(0.0, 1.0, (300, 2)) * 10.0 ** generator.uniform(0, 5, (300, 2))
    events = Events(Origin("a", ""), "FCS3.1", (Channel("X"), Channel("Y")), values, {})
    axis = LogicleAxis(262144.0, 0.5, 4.5, 0.0)
    dimensions = (Dimension("X", axis="l"), Dimension("Y", axis="l"))
    gate = PolygonGate(identifier="P", name="P", dimensions=dimensions, vertices=tuple(vertices))
    strategy = GatingStrategy((gate,), axes=(NamedAxis("l", axis),))
    (found,) = apply_gates(events, strategy).populations
    x, y = (scale_of(axis).positions(values[:, n]) for n in (0, 1))
    assert found.mask.tolist() == in_polygon(x, y, vertices).tolist()


def test_ellipsoid_of_three_dimensions(events_of):
    events = events_of({"X": [0, 2, 0], "Y": [0, 0, 1], "Z": [0, 0, 1]})
    gate = EllipsoidGate(
        identifier="E",
        name="E",
        dimensions=(X, Y, Dimension("Z")),
        centre=(0.0, 0.0, 0.0),
        covariance=((4.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
        distance_square=1.0,
    )
    assert counts(events, gate) == {"E": 2}


def test_what_is_no_ellipsoid_is_applied_and_noted(grid):
    gate = EllipsoidGate(
        identifier="E",
        name="E",
        dimensions=(X, Y),
        centre=(0.0, 0.0),
        covariance=((1.0, 0.0), (0.0, -1.0)),
        distance_square=0.0,
    )
    result = apply_gates(grid, GatingStrategy((gate,)))
    assert [each.count for each in result.populations] == [6]
    assert [problem.severity for problem in result.problems] == [Severity.NOTE]


def test_ellipse_in_bins(events_of):
    """A circle of 10 bins around bin 128 of 256, on an axis of 0 to 256."""
    events = events_of({"X": [118.0, 117.9, 128.0], "Y": [128.0, 128.0, 138.0]})
    axes = (NamedAxis("log", LogarithmicAxis(256.0, 1.0)),)
    gate = FocalEllipseGate(
        identifier="E",
        name="E",
        dimensions=(X, Y),
        foci=((128.0, 128.0), (128.0, 128.0)),
        edge=((118.0, 128.0), (138.0, 128.0), (128.0, 118.0), (128.0, 138.0)),
        bins=1.0,
    )
    assert counts(events, gate, axes=axes) == {"E": 2}


class TestBoolean:
    masks = st.lists(st.booleans(), min_size=6, max_size=6)

    @given(a=masks, b=masks)
    def test_laws(self, a, b):
        columns = np.column_stack([a, b]).astype(float)
        events = Events(Origin("a", ""), "FCS3.1", (Channel("X"), Channel("Y")), columns, {})
        gates = (
            rectangle("A", 0.5, None),
            rectangle("B", 0.5, None, dimension=Y),
            boolean("and", "and", "A", "B"),
            boolean("not-and", "not", "and"),
            boolean("or-not", "or", "!A", "!B"),
            boolean("or", "or", "A", "B"),
            boolean("not-or", "not", "or"),
            boolean("and-not", "and", "!A", "!B"),
            boolean("twice", "not", "not-A"),
            boolean("not-A", "not", "A"),
            boolean("swapped", "and", "B", "A"),
        )
        result = apply_gates(events, GatingStrategy(gates))
        mask = {each.identifier: each.mask.tolist() for each in result.populations}
        assert mask["not-and"] == mask["or-not"]
        assert mask["not-or"] == mask["and-not"]
        assert mask["twice"] == mask["A"] == a
        assert mask["swapped"] == mask["and"]
        assert mask["and"] == [x and y for x, y in zip(a, b, strict=True)]

    def test_within_a_parent(self, grid):
        found = counts(
            grid,
            rectangle("A", 1.0, None),
            rectangle("B", 1.0, None, dimension=Y, parent="A"),
            boolean("not B", "not", "B", parent="A"),
            boolean("all but B", "not", "B"),
        )
        assert found == {"A": 6, "B": 4, "not B": 2, "all but B": 5}


class TestLeftOut:
    def problems(self, events, *gates):
        result = apply_gates(events, GatingStrategy(gates))
        return [each.identifier for each in result.populations], [
            str(problem.describe()) for problem in result.problems
        ]

    def test_with_what_depends_on_it(self, grid):
        kept, problems = self.problems(
            grid,
            rectangle("A", 0.0, None, dimension=Dimension("Z")),
            rectangle("B", 0.0, None, parent="A"),
            boolean("C", "not", "B"),
            rectangle("D", 0.0, None),
        )
        assert kept == ["D"]
        assert 'column "A": no channel "Z"' in problems[0]
        assert 'column "B": it refers to gate "A", which was not applied' in problems[1]
        assert 'column "C": it refers to gate "B"' in problems[2]

    def test_of_an_unknown_parent(self, grid):
        kept, problems = self.problems(grid, rectangle("A", 0.0, None, parent="Q"))
        assert kept == []
        assert 'it refers to gate "Q", which was not applied' in problems[0]

    def test_in_a_circle(self, grid):
        kept, problems = self.problems(
            grid, boolean("A", "not", "B"), boolean("B", "not", "A"), rectangle("C", 0.0, None)
        )
        assert kept == ["C"]
        assert len(problems) == 2
        assert 'column "A": the gate refers to itself' in problems[0]

    def test_of_a_name_already_taken(self, grid):
        kept, problems = self.problems(grid, rectangle("A", 0.0, None), rectangle("A", 1.0, None))
        assert kept == ["A"]
        assert 'two gates "A"' in problems[0]

    def test_a_shape_that_cannot_be_calculated(self, grid):
        gate = EllipsoidGate(
            identifier="E",
            name="E",
            dimensions=(X, Y),
            centre=(0.0, 0.0),
            covariance=((0.0, 0.0), (0.0, 0.0)),
            distance_square=1.0,
        )
        kept, problems = self.problems(grid, gate)
        assert kept == []
        assert "the covariance matrix has no inverse" in problems[0]


def test_a_range_in_linear_units_needs_no_axis(grid):
    """FlowJo writes ranges in linear units; an axis Stroma does not know makes no difference."""
    dimension = Dimension("X", axis="unknown", linear_coordinates=True)
    assert counts(grid, rectangle("A", 1.0, None, dimension=dimension)) == {"A": 6}


def test_a_chain_of_gates_deeper_than_any_hierarchy_is_cut(grid):
    chain = [
        rectangle(f"G{n}", 0.0, None, parent=None if n == 0 else f"G{n - 1}") for n in range(300)
    ]
    result = apply_gates(grid, GatingStrategy(tuple(chain)))
    assert len(result.populations) == 200
    assert len(result.populations[-1].path) == 200
    first, second, *_ = result.problems
    assert 'column "G200": gates more than 200 deep within each other' in first.render()
    assert 'refers to gate "G200", which was not applied' in second.render()
