"""Gates that FlowJo wrote, said the way GatingML 2.0 says gates.

FlowJo writes rectangles and polygons in linear units on axes that are not. A rectangle is the same
in linear units alone; a polygon is straight on its axes, so its vertices become positions there.
FlowJo's ellipse, in bins of the display, is an ellipse in positions too. A gate for the events
outside a shape is "not" of that shape.
"""

from __future__ import annotations

import math
from dataclasses import replace

from stroma.cytometry.gating.axes import drawn_positions, linear_ends, scale_of
from stroma.cytometry.scales import Linear
from stroma.gating_records import (
    Axis,
    BooleanGate,
    BooleanOperator,
    Dimension,
    EllipsoidGate,
    FocalEllipseGate,
    Gate,
    GatingStrategy,
    Interval,
    Operand,
    PolygonGate,
    RectangleGate,
    dimensions_of,
)


def restate(strategy: GatingStrategy) -> GatingStrategy:
    """Return the same gates without coordinates in linear units on other axes.

    Parameters
    ----------
    strategy
        The gates.

    Returns
    -------
    GatingStrategy
        Each event belongs to the same populations. Gates that already say it so, and shapes that
        cannot be restated, are as they were; axes that no gate needs any more are left out. A
        shape whose outside was meant is one population more, before the one that was meant.

    Examples
    --------
    >>> from stroma.gating_records import LogarithmicAxis, NamedAxis
    >>> drawn = Dimension("FL1", axis="log", linear_coordinates=True)
    >>> gate = RectangleGate(identifier="A", name="A", intervals=(Interval(drawn, 10.0),))
    >>> found = restate(GatingStrategy((gate,), (NamedAxis("log", LogarithmicAxis(1e4, 4.0)),)))
    >>> found.gates[0].intervals[0].low, found.axes
    (10.0, ())
    """
    axes = {named.name: named.axis for named in strategy.axes}
    taken = {gate.identifier for gate in strategy.gates}
    gates = tuple(part for gate in strategy.gates for part in _turned(_gate(gate, axes), taken))
    used = {dimension.axis for gate in gates for dimension in dimensions_of(gate)}
    kept = tuple(named for named in strategy.axes if named.name in used)
    return replace(strategy, gates=gates, axes=kept)


def _gate(gate: Gate, axes: dict[str, Axis]) -> Gate:
    match gate:
        case RectangleGate():
            return replace(
                gate, intervals=tuple(_interval(interval, axes) for interval in gate.intervals)
            )
        case PolygonGate():
            first, second = (_drawn(gate, number, axes) for number in range(2))
            return replace(
                gate,
                dimensions=(first[0], second[0]),
                vertices=tuple(zip(first[1], second[1], strict=True)),
            )
        case FocalEllipseGate():
            return _ellipsoid(gate)
        case _:
            return gate


def _turned(gate: Gate, taken: set[str]) -> tuple[Gate, ...]:
    """Return a gate, or its shape and "not" of it where its outside is meant."""
    if not isinstance(gate, RectangleGate | PolygonGate | FocalEllipseGate) or not gate.outside:
        return (gate,)
    name = f"{gate.identifier}.inside"
    while name in taken:
        name += "."
    taken.add(name)
    shape = replace(gate, identifier=name, name=name, outside=False)
    return (
        _ellipsoid(shape) if isinstance(shape, FocalEllipseGate) else shape,
        BooleanGate(
            identifier=gate.identifier,
            name=gate.name,
            parent=gate.parent,
            operator=BooleanOperator.NOT,
            operands=(Operand(name),),
        ),
    )


def _ellipsoid(gate: FocalEllipseGate) -> Gate:
    """Return an ellipse by centre and covariance, if it has a width and its inside counts."""
    (x1, y1), (x2, y2) = gate.foci
    a, b, c, d = gate.edge
    longer = max(math.dist(a, b), math.dist(c, d)) / 2 / gate.bins
    apart = math.dist((x1, y1), (x2, y2)) / 2 / gate.bins
    shorter_square = longer**2 - apart**2
    if gate.outside or shorter_square <= 0:
        return gate
    along = (1.0, 0.0) if apart == 0 else ((x2 - x1) / 2 / gate.bins, (y2 - y1) / 2 / gate.bins)
    length = math.hypot(*along)
    cosine, sine = along[0] / length, along[1] / length
    across = (longer**2 - shorter_square) * cosine * sine
    return EllipsoidGate(
        identifier=gate.identifier,
        name=gate.name,
        parent=gate.parent,
        dimensions=gate.dimensions,
        centre=((x1 + x2) / 2 / gate.bins, (y1 + y2) / 2 / gate.bins),
        covariance=(
            (longer**2 * cosine**2 + shorter_square * sine**2, across),
            (across, longer**2 * sine**2 + shorter_square * cosine**2),
        ),
        distance_square=1.0,
    )


def _interval(interval: Interval, axes: dict[str, Axis]) -> Interval:
    dimension = interval.dimension
    if not dimension.linear_coordinates:
        return interval
    scale = scale_of(axes.get(dimension.axis or ""))
    low, high = linear_ends(interval.low, interval.high, scale, linear_coordinates=True)
    return Interval(
        replace(dimension, axis=None, linear_coordinates=False),
        None if math.isinf(low) else low,
        None if math.isinf(high) else high,
    )


def _drawn(
    gate: PolygonGate, number: int, axes: dict[str, Axis]
) -> tuple[Dimension, tuple[float, ...]]:
    dimension = gate.dimensions[number]
    coordinates = tuple(vertex[number] for vertex in gate.vertices)
    if not dimension.linear_coordinates or dimension.axis not in axes:
        return dimension, coordinates
    scale = scale_of(axes[dimension.axis])
    if isinstance(scale, Linear):
        return replace(dimension, axis=None, linear_coordinates=False), coordinates
    positions = tuple(drawn_positions(coordinates, scale).tolist())
    if not all(map(math.isfinite, positions)):
        return dimension, coordinates
    return replace(dimension, linear_coordinates=False), positions
