"""The axes on which gates are drawn, as GatingML 2.0 and FlowJo workspaces say them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class LinearAxis:
    """``(x + A) / (T + A)``, GatingML's ``flin``.

    Parameters
    ----------
    top
        T, the value at position 1.
    below
        A: position 0 is at ``-A``.
    """

    top: float
    below: float = 0.0


@dataclass(frozen=True, slots=True)
class LogarithmicAxis:
    """``log10(x / T) / M + 1``, GatingML's ``flog``.

    Parameters
    ----------
    top
        T, the value at position 1.
    decades
        M, decades between position 0 and 1.
    """

    top: float
    decades: float


@dataclass(frozen=True, slots=True)
class InverseSineAxis:
    """The inverse hyperbolic sine, GatingML's ``fasinh``.

    Parameters
    ----------
    top
        T, the value at position 1.
    decades
        M, decades of the positive part.
    negative_decades
        A, further decades of negative values.
    """

    top: float
    decades: float
    negative_decades: float


@dataclass(frozen=True, slots=True)
class LogicleAxis:
    """The logicle scale.

    Parameters
    ----------
    top
        T, the value at position 1.
    linear_decades
        W, width of the linear part, in decades.
    decades
        M, decades of the positive part.
    negative_decades
        A, further decades of negative values.
    """

    top: float
    linear_decades: float
    decades: float
    negative_decades: float


@dataclass(frozen=True, slots=True)
class HyperlogAxis:
    """The hyperlog scale.

    Parameters
    ----------
    top
        T, the value at position 1.
    linear_decades
        W, width of the linear part, in decades; above 0.
    decades
        M, decades of the positive part.
    negative_decades
        A, further decades of negative values.
    """

    top: float
    linear_decades: float
    decades: float
    negative_decades: float


@dataclass(frozen=True, slots=True)
class BiexponentialAxis:
    """FlowJo's biexponential scale, in the numbers FlowJo writes.

    Parameters
    ----------
    top
        ``maxRange``, the value at the upper end.
    decades
        ``pos``, positive decades.
    negative_decades
        ``neg``, further negative decades.
    width_basis
        ``width``, at most -1; the more negative, the wider the linear part.
    """

    top: float
    decades: float
    negative_decades: float
    width_basis: float


PlainAxis: TypeAlias = (
    LinearAxis | LogarithmicAxis | InverseSineAxis | LogicleAxis | HyperlogAxis | BiexponentialAxis
)


@dataclass(frozen=True, slots=True)
class BoundedAxis:
    """An axis on whose ends all events beyond them lie.

    Parameters
    ----------
    axis
        The axis without ends.
    low, high
        Positions of the ends, ``boundMin`` and ``boundMax`` of GatingML; ``None`` for no end.
    """

    axis: PlainAxis
    low: float | None = None
    high: float | None = None


Axis: TypeAlias = PlainAxis | BoundedAxis


@dataclass(frozen=True, slots=True)
class NamedAxis:
    """An axis that dimensions refer to.

    Parameters
    ----------
    name
        Its name in the file.
    axis
        What it is.
    """

    name: str
    axis: Axis
