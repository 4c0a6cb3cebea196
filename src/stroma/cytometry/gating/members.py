"""Which events one gate holds, given the events of the gates it refers to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from stroma.cytometry.gating.axes import IDENTITY, drawn_positions, linear_ends, threshold
from stroma.cytometry.gating.columns import Source
from stroma.cytometry.gating.shapes import (
    in_ellipsoid,
    in_focal_ellipse,
    in_interval,
    in_polygon,
)
from stroma.cytometry.scales import Linear, Scale
from stroma.errors import FileProblem, Place, Problem
from stroma.gating_records import (
    BooleanGate,
    BooleanOperator,
    Dimension,
    EllipsoidGate,
    FocalEllipseGate,
    Interval,
    PolygonGate,
    RectangleGate,
)
from stroma.records import BoolArray, FloatArray
from stroma.texts import text

Shape = RectangleGate | PolygonGate | EllipsoidGate | FocalEllipseGate
Node = Shape | BooleanGate
Masks = Mapping[str, BoolArray]
Chosen = slice | npt.NDArray[np.intp]


def members(node: Node, source: Source, masks: Masks) -> BoolArray:
    """Return which events a gate holds within its parent.

    Parameters
    ----------
    node
        The gate; a quadrant as the box it is.
    source
        The events, with what gates refer to.
    masks
        Events of the gates it refers to, by their identifiers.

    Returns
    -------
    numpy.ndarray
        Array of shape (events,).

    Raises
    ------
    FileProblem
        A channel, axis or matrix is missing, or the shape cannot be calculated.
    """
    within = masks[node.parent] if node.parent is not None else None
    if isinstance(node, BooleanGate):
        joined = _joined(node, masks)
        return joined if within is None else joined & within
    # Only the events of the parent are looked at: the rest is decided already.
    chosen = slice(None) if within is None else np.flatnonzero(within)
    try:
        inside = _inside(node, source, chosen)
    except ValueError as error:
        raise FileProblem(
            Problem(
                Place(file=source.events.origin.file),
                found=text("{reason}", reason=str(error)),
                expected=text("a shape that can be calculated"),
                action=text("mend the gate"),
            )
        ) from error
    mask = np.zeros(len(source.events), dtype=np.bool_)
    mask[chosen] = inside
    return mask


def _joined(gate: BooleanGate, masks: Masks) -> BoolArray:
    parts = [
        ~masks[operand.gate] if operand.complement else masks[operand.gate]
        for operand in gate.operands
    ]
    match gate.operator:
        case BooleanOperator.AND:
            return _all(parts)
        case BooleanOperator.OR:
            return np.asarray(np.logical_or.reduce(parts), dtype=np.bool_)
        case BooleanOperator.NOT:
            inverse: BoolArray = ~parts[0]
            return inverse


def _inside(gate: Shape, source: Source, chosen: Chosen) -> BoolArray:
    match gate:
        case RectangleGate():
            inside = _in_intervals(gate.intervals, source, chosen)
            return ~inside if gate.outside else inside
        case PolygonGate():
            inside = _in_polygon(gate, source, chosen)
            return ~inside if gate.outside else inside
        case FocalEllipseGate():
            x, y = (
                source.scale(dimension).positions(source.column(dimension)[chosen]) * gate.bins
                for dimension in gate.dimensions
            )
            inside = in_focal_ellipse(x, y, foci=gate.foci, edge=gate.edge)
            return ~inside if gate.outside else inside
        case EllipsoidGate():
            points = np.column_stack(
                [
                    source.scale(dimension).positions(source.column(dimension)[chosen])
                    for dimension in gate.dimensions
                ]
            )
            return in_ellipsoid(
                points,
                centre=gate.centre,
                covariance=gate.covariance,
                distance_square=gate.distance_square,
            )


def _in_intervals(intervals: Iterable[Interval], source: Source, chosen: Chosen) -> BoolArray:
    parts = []
    for interval in intervals:
        dimension = interval.dimension
        column = source.column(dimension)[chosen]
        scale = _scale_of_interval(dimension, source)
        low, high = linear_ends(
            interval.low,
            interval.high,
            scale,
            linear_coordinates=dimension.linear_coordinates,
        )
        parts.append(in_interval(column, low, high))
    return _all(parts)


def _scale_of_interval(dimension: Dimension, source: Source) -> Scale:
    """Return the axis of an interval; one written in linear units can do without."""
    known = {named.name for named in source.strategy.axes}
    if dimension.linear_coordinates and dimension.axis not in known:
        return IDENTITY
    return source.scale(dimension)


def _in_polygon(gate: PolygonGate, source: Source, chosen: Chosen) -> BoolArray:
    columns, scales, corners = [], [], []
    for number, dimension in enumerate(gate.dimensions):
        column = source.column(dimension)[chosen]
        scale = source.scale(dimension)
        coordinates = np.array([vertex[number] for vertex in gate.vertices])
        if dimension.linear_coordinates and isinstance(scale, Linear):
            # A line that is straight on a linear axis is straight in linear units.
            scale = IDENTITY
        elif dimension.linear_coordinates:
            coordinates = drawn_positions(coordinates, scale)
        if not np.isfinite(coordinates).all():
            msg = "a vertex has no place on its axis"
            raise ValueError(msg)
        columns.append(column)
        scales.append(scale)
        corners.append(coordinates)
    # Events outside the box around the polygon need not be transformed.
    near = _all(
        [
            in_interval(column, *_reach(scale, corner))
            for column, scale, corner in zip(columns, scales, corners, strict=True)
        ]
    )
    x, y = (scale.positions(column[near]) for column, scale in zip(columns, scales, strict=True))
    inside = np.zeros(near.shape, dtype=np.bool_)
    inside[near] = in_polygon(x, y, list(zip(*(c.tolist() for c in corners), strict=True)))
    return inside


def _reach(scale: Scale, corners: FloatArray) -> tuple[float, float]:
    """Return the linear interval of all values whose positions lie between the corners."""
    after = math.nextafter(float(corners.max()), math.inf)
    return threshold(scale, float(corners.min())), threshold(scale, after)


def _all(parts: Sequence[BoolArray]) -> BoolArray:
    return np.asarray(np.logical_and.reduce(parts), dtype=np.bool_)
