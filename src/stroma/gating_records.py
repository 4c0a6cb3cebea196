"""Gates as a person drew them: shapes, the axes they were drawn on, the tree they stand in.

Data only, as GatingML 2.0 and FlowJo workspaces say it; ``cytometry.gating`` applies it to events.
A gate names its axis, ratio, matrix and parent; the strategy holds them by that name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from stroma.axis_records import (
    Axis,
    BiexponentialAxis,
    BoundedAxis,
    HyperlogAxis,
    InverseSineAxis,
    LinearAxis,
    LogarithmicAxis,
    LogicleAxis,
    NamedAxis,
    PlainAxis,
)

__all__ = [
    "FROM_FILE",
    "UNCOMPENSATED",
    "Axis",
    "BiexponentialAxis",
    "BooleanGate",
    "BooleanOperator",
    "BoundedAxis",
    "Dimension",
    "Divider",
    "EllipsoidGate",
    "FocalEllipseGate",
    "Gate",
    "GatingStrategy",
    "HyperlogAxis",
    "Interval",
    "InverseSineAxis",
    "LinearAxis",
    "LogarithmicAxis",
    "LogicleAxis",
    "NamedAxis",
    "Operand",
    "PlainAxis",
    "PolygonGate",
    "Quadrant",
    "QuadrantGate",
    "Ratio",
    "RectangleGate",
    "SpectrumMatrix",
]

UNCOMPENSATED: Final = "uncompensated"
"""Compensation of a dimension that is taken as measured."""

FROM_FILE: Final = "FCS"
"""Compensation of a dimension by the matrix the event file carries, if it carries one."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A dimension made of two others, GatingML's ``fratio``: ``A (x - B) / (y - C)``.

    Parameters
    ----------
    name
        Its name in the file.
    numerator, denominator
        Channels x and y.
    factor, numerator_offset, denominator_offset
        A, B and C.
    low, high
        Ratios beyond these count as these; ``None`` for no end.
    """

    name: str
    numerator: str
    denominator: str
    factor: float
    numerator_offset: float
    denominator_offset: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class SpectrumMatrix:
    """How much light of each fluorochrome each detector sees.

    Parameters
    ----------
    name
        Its name in the file.
    fluorochromes
        Names of the rows, and of the compensated dimensions.
    detectors
        Names of the columns: channels of the event file.
    rows
        The coefficients, one row a fluorochrome and one column a detector.
    inverted
        True where the rows are those of the inverse already, one a detector: measured values are
        multiplied with them as they stand.
    """

    name: str
    fluorochromes: tuple[str, ...]
    detectors: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Dimension:
    """What a gate looks at: a channel or a ratio, compensated how, drawn on which axis.

    Parameters
    ----------
    channel
        ``$PnN``, or a fluorochrome of the matrix; ``None`` for a ratio.
    ratio
        Name of a :class:`Ratio`; ``None`` for a channel.
    compensation
        :data:`UNCOMPENSATED`, :data:`FROM_FILE` or the name of a :class:`SpectrumMatrix`.
    axis
        Name of a :class:`NamedAxis`; ``None`` for linear units.
    linear_coordinates
        True where the gate's numbers are in linear units although it was drawn straight on the
        axis, as FlowJo writes them; False where they are positions on the axis.
    """

    channel: str | None = None
    ratio: str | None = None
    compensation: str = UNCOMPENSATED
    axis: str | None = None
    linear_coordinates: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of one dimension, its lower end included, its upper end not.

    Parameters
    ----------
    dimension
        The dimension.
    low, high
        Its ends; ``None`` where it is open.
    """

    dimension: Dimension
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RectangleGate:
    """A range, rectangle or box.

    Parameters
    ----------
    identifier
        What other gates call it; one of a kind in its strategy.
    name
        What people call it.
    parent
        Identifier of the gate or quadrant whose events it looks at; ``None`` for all.
    intervals
        One a dimension; an event lies in all of them.
    outside
        True for the events that do not.
    """

    identifier: str
    name: str
    intervals: tuple[Interval, ...]
    parent: str | None = None
    outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PolygonGate:
    """A polygon in two dimensions; its edge belongs to it.

    Where it crosses itself, the even-odd rule says what is inside.

    Parameters
    ----------
    identifier
        What other gates call it; one of a kind in its strategy.
    name
        What people call it.
    parent
        Identifier of the gate or quadrant whose events it looks at; ``None`` for all.
    dimensions
        Two.
    vertices
        At least three.
    outside
        True for the events outside.
    """

    identifier: str
    name: str
    dimensions: tuple[Dimension, Dimension]
    vertices: tuple[tuple[float, float], ...]
    parent: str | None = None
    outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EllipsoidGate:
    """An ellipse or ellipsoid: all within a Mahalanobis distance of its centre.

    Parameters
    ----------
    identifier
        What other gates call it; one of a kind in its strategy.
    name
        What people call it.
    parent
        Identifier of the gate or quadrant whose events it looks at; ``None`` for all.
    dimensions
        Two or more.
    centre
        One number a dimension.
    covariance
        Symmetric, positive definite, one row a dimension.
    distance_square
        Square of the distance; its edge is inside.
    """

    identifier: str
    name: str
    dimensions: tuple[Dimension, ...]
    centre: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    distance_square: float
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FocalEllipseGate:
    """An ellipse as FlowJo writes it, in bins of the display.

    Parameters
    ----------
    identifier
        What other gates call it; one of a kind in its strategy.
    name
        What people call it.
    parent
        Identifier of the gate or quadrant whose events it looks at; ``None`` for all.
    dimensions
        Two.
    foci
        The two foci.
    edge
        Four points: the ends of one axis of the ellipse, then those of the other.
    bins
        Bins of the display between position 0 and 1.
    outside
        True for the events outside.
    """

    identifier: str
    name: str
    dimensions: tuple[Dimension, Dimension]
    foci: tuple[tuple[float, float], ...]
    edge: tuple[tuple[float, float], ...]
    bins: float = 256.0
    parent: str | None = None
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Divider:
    """What cuts one dimension of a quadrant gate into stretches.

    Parameters
    ----------
    identifier
        What quadrants call it.
    dimension
        The dimension.
    values
        Where it cuts, ascending; an event at a cut lies above it.
    """

    identifier: str
    dimension: Dimension
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Quadrant:
    """One population of a quadrant gate.

    Parameters
    ----------
    identifier
        What other gates call it; one of a kind in its strategy.
    name
        What people call it.
    positions
        Identifier of a divider and a location: any value of the stretch that is meant.
    """

    identifier: str
    name: str
    positions: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuadrantGate:
    """Dividers, and the populations between them.

    Parameters
    ----------
    identifier
        Its own; other gates refer to its quadrants.
    parent
        Identifier of the gate or quadrant whose events it looks at; ``None`` for all.
    dividers
        At least one.
    quadrants
        At least one.
    """

    identifier: str
    dividers: tuple[Divider, ...]
    quadrants: tuple[Quadrant, ...]
    parent: str | None = None


class BooleanOperator(StrEnum):
    """How a Boolean gate joins others."""

    AND = "and"
    OR = "or"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Operand:
    """A gate that a Boolean gate refers to.

    Parameters
    ----------
    gate
        Identifier of a gate or quadrant; its population within its own parents is meant.
    complement
        True for all other events.
    """

    gate: str
    complement: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BooleanGate:
    """Gates joined by and, or, not.

    Parameters
    ----------
    identifier
        What other gates call it; one of a kind in its strategy.
    name
        What people call it.
    parent
        Identifier of the gate or quadrant whose events it looks at; ``None`` for all.
    operator
        How.
    operands
        Exactly one for ``not``.
    """

    identifier: str
    name: str
    operator: BooleanOperator
    operands: tuple[Operand, ...]
    parent: str | None = None


Gate: TypeAlias = (
    RectangleGate | PolygonGate | EllipsoidGate | FocalEllipseGate | QuadrantGate | BooleanGate
)


def dimensions_of(gate: Gate) -> tuple[Dimension, ...]:
    """Return what a gate is drawn on.

    Parameters
    ----------
    gate
        Any gate.

    Returns
    -------
    tuple of Dimension
        In its order; none for a gate made of others.
    """
    match gate:
        case RectangleGate():
            return tuple(interval.dimension for interval in gate.intervals)
        case QuadrantGate():
            return tuple(divider.dimension for divider in gate.dividers)
        case BooleanGate():
            return ()
        case _:
            return gate.dimensions


@dataclass(frozen=True, slots=True)
class GatingStrategy:
    """All gates of a file, with what they refer to.

    Parameters
    ----------
    gates
        In the order of the file.
    axes, ratios, matrices
        What dimensions refer to by name.
    gain_undone
        True where the gates were drawn on values that had not been divided by ``$PnG``.
    """

    gates: tuple[Gate, ...]
    axes: tuple[NamedAxis, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    matrices: tuple[SpectrumMatrix, ...] = ()
    gain_undone: bool = False
