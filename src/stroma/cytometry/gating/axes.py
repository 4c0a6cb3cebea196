"""Axes that gates were drawn on, and what a place on an axis is in linear units.

A threshold commutes with a monotone scale: the ends of an interval are brought to linear units
once, so that no event has to be transformed for it.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from stroma.cytometry.biexponential import Biexponential
from stroma.cytometry.hyperlog import Hyperlog
from stroma.cytometry.scales import InverseSine, Linear, Logarithmic, Logicle, Positions, Scale
from stroma.gating_records import (
    Axis,
    BiexponentialAxis,
    BoundedAxis,
    HyperlogAxis,
    InverseSineAxis,
    LinearAxis,
    LogarithmicAxis,
    LogicleAxis,
    PlainAxis,
)

IDENTITY: Final = Linear(1.0)
"""The axis of a gate drawn in linear units: every value is its own position."""

_NEAREST_END: Final = 1e-6
"""A gate drawn to an end of an axis is written with the digits of a file; a thousandth of a
channel of 4096 is no distance."""

_LARGEST_RANK: Final = 0x7FF0_0000_0000_0000
"""Place of infinity among the numbers of double precision (IEEE 754)."""


@dataclass(frozen=True)
class Bounded:
    """A scale on whose ends all values beyond them lie.

    Parameters
    ----------
    scale
        The scale without ends.
    low, high
        Positions of the ends; ``None`` for no end.

    Examples
    --------
    >>> Bounded(Linear(100.0), low=0.0).positions([-50.0, 50.0, 150.0]).tolist()
    [0.0, 0.5, 1.5]
    """

    scale: Scale
    low: float | None = None
    high: float | None = None

    @property
    def top(self) -> float:
        """The linear value at position 1."""
        return self.scale.top

    def positions(self, values: npt.ArrayLike) -> Positions:
        """Return the display positions of linear values, none beyond the ends."""
        places = self.scale.positions(values)
        if self.low is None and self.high is None:
            return places
        return np.clip(places, self.low, self.high)

    def values(self, positions: npt.ArrayLike) -> Positions:
        """Return the linear values at display positions; the same shape."""
        return self.scale.values(positions)


def scale_of(axis: Axis | None) -> Scale:
    """Return the scale that calculates an axis.

    Parameters
    ----------
    axis
        As a file describes it; ``None`` for linear units.

    Returns
    -------
    Scale
        Its calculation.

    Raises
    ------
    ValueError
        There is no scale with these parameters.

    Examples
    --------
    >>> scale_of(LogarithmicAxis(10000.0, 4.0)).positions([100.0]).tolist()
    [0.5]
    """
    if axis is None:
        return IDENTITY
    if not isinstance(axis, BoundedAxis):
        return _plain(axis)
    if axis.low is not None and axis.high is not None and axis.low > axis.high:
        msg = f"no axis ends at {axis.low} below and at {axis.high} above"
        raise ValueError(msg)
    return Bounded(_plain(axis.axis), axis.low, axis.high)


def _plain(axis: PlainAxis) -> Scale:
    try:
        # Parameters far beyond any display leave the range of numbers.
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            scale = _unchecked(axis)
            # Some scales calculate their constants when they are first used.
            scale.positions(scale.top / 2)
    except (ArithmeticError, FloatingPointError) as error:
        msg = f"no scale has the parameters of {axis}"
        raise ValueError(msg) from error
    return scale


def _unchecked(axis: PlainAxis) -> Scale:
    match axis:
        case LinearAxis(top, below):
            if not (top > 0 and top + below > 0):
                msg = f"no linear scale has T = {top}, A = {below}"
                raise ValueError(msg)
            return Linear(top, below)
        case LogarithmicAxis(top, decades):
            if not (top > 0 and decades > 0):
                msg = f"no logarithmic scale has T = {top}, M = {decades}"
                raise ValueError(msg)
            return Logarithmic(top, decades)
        case InverseSineAxis(top, decades, negative):
            if not (top > 0 and decades > 0 and decades + negative > 0):
                msg = f"no inverse sine scale has T = {top}, M = {decades}, A = {negative}"
                raise ValueError(msg)
            return InverseSine(top, decades, negative)
        case LogicleAxis(top, linear, decades, negative):
            return Logicle(top, linear, decades, negative)
        case HyperlogAxis(top, linear, decades, negative):
            return Hyperlog(top, linear, decades, negative)
        case BiexponentialAxis(top, decades, negative, basis):
            return Biexponential(top, decades, negative, basis)


def threshold(scale: Scale, position: float) -> float:
    """Return the least linear value whose position is at least the one given.

    Parameters
    ----------
    scale
        A rising scale.
    position
        Where on it.

    Returns
    -------
    float
        ``x >= threshold(scale, p)`` is ``scale.positions(x) >= p``, but for the digits a scale is
        right to: 13 of a logicle scale. An infinity where no value reaches the position.

    Examples
    --------
    >>> round(threshold(Linear(10000.0, 500.0), 0.049), 9)
    14.5
    """
    if isinstance(scale, Bounded):
        if scale.low is not None and position <= scale.low:
            return -math.inf
        if scale.high is not None and position > scale.high:
            return math.inf
    with np.errstate(over="ignore", invalid="ignore"):
        return _least_reaching(scale, position, float(scale.values(position)))


def _least_reaching(scale: Scale, position: float, near: float) -> float:
    """Return the least number that reaches a position: from near it in growing steps, then halved.

    Numbers are counted in their order, so that a step is one of the last digit; where a scale is
    flat, many of them share a position.
    """

    def reaches(rank: int) -> bool:
        return float(scale.positions(_of_rank(rank))) >= position

    below = above = 0 if math.isnan(near) else _rank(near)
    step = 1
    while below > -_LARGEST_RANK and reaches(below):
        above, below = below, max(below - step, -_LARGEST_RANK)
        step *= 2
    step = 1
    while above < _LARGEST_RANK and not reaches(above):
        below, above = above, min(above + step, _LARGEST_RANK)
        step *= 2
    while above - below > 1:
        middle = (above + below) // 2
        below, above = (below, middle) if reaches(middle) else (middle, above)
    return _of_rank(above)


def _rank(value: float) -> int:
    """Return the place of a number among all numbers of double precision; 0 for zero."""
    bits = int.from_bytes(struct.pack("<d", abs(value)), "little")
    return bits if value >= 0 else -bits


def _of_rank(rank: int) -> float:
    (value,) = struct.unpack("<d", abs(rank).to_bytes(8, "little"))
    return float(value) if rank >= 0 else -float(value)


def linear_ends(
    low: float | None, high: float | None, scale: Scale, *, linear_coordinates: bool
) -> tuple[float, float]:
    """Return the ends of an interval in linear units: an event lies in it from low to below high.

    Parameters
    ----------
    low, high
        Its ends as written; ``None`` where it is open.
    scale
        The axis it was drawn on.
    linear_coordinates
        Whether the ends are written in linear units.

    Returns
    -------
    tuple of float
        Low and high, infinite where it is open, except that values without a logarithm lie in no
        interval of a logarithmic axis. An end written in linear units that lies on an
        end of the axis, or beyond, is open: FlowJo shows all events beyond the axis at its end.

    Examples
    --------
    >>> low, high = linear_ends(None, 0.5, Linear(100.0), linear_coordinates=False)
    >>> low, high
    (-inf, 50.0)
    """
    if not linear_coordinates:
        return (
            _least(scale) if low is None else threshold(scale, low),
            math.inf if high is None else threshold(scale, high),
        )
    first = -math.inf if low is None else low
    last = math.inf if high is None else high
    if isinstance(scale, Bounded):
        if scale.low is not None and _position(scale, first) <= scale.low + _NEAREST_END:
            first = -math.inf
        if scale.high is not None and _position(scale, last) >= scale.high - _NEAREST_END:
            last = math.inf
    return first, last


def drawn_positions(coordinates: npt.ArrayLike, scale: Scale) -> Positions:
    """Return where points written in linear units lie on the axis they were drawn on.

    Parameters
    ----------
    coordinates
        In linear units, of any shape.
    scale
        The axis.

    Returns
    -------
    numpy.ndarray
        Positions, of the same shape; what lies on an end of the axis but for rounding is put
        there, so that events piled up on the end lie on the gate's edge.
    """
    if not isinstance(scale, Bounded):
        return scale.positions(coordinates)
    places = scale.scale.positions(coordinates)
    for end in (scale.low, scale.high):
        if end is not None:
            places = np.where(np.abs(places - end) <= _NEAREST_END, end, places)
    # The logarithm of nothing is infinitely far away, where no line can be drawn to.
    return np.where(np.isfinite(places), places, np.clip(places, scale.low, scale.high))


def _least(scale: Scale) -> float:
    """Return the least value that has a place on a scale: zero and less have no logarithm."""
    return math.nextafter(0.0, 1.0) if isinstance(scale, Logarithmic) else -math.inf


def _position(scale: Bounded, value: float) -> float:
    return value if math.isinf(value) else float(scale.scale.positions(value))
