"""Scales an axis can have: linear values to display positions 0 to 1 and back, and their ticks.

All four are those of Gating-ML 2.0 (Spidlen J et al. Cytometry A 2015;87:683-687) with its
parameters, so that a scale of another program can be carried over number by number. A threshold
commutes with any of them: gates are applied in linear units, scales are for the eye.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from stroma.views import Tick

Positions = npt.NDArray[np.float64]

LN10 = math.log(10)
DECADES = 4.5
"""Width of a display in decades: Parks DR, Roederer M, Moore WA. Cytometry A 2006;69:541-551."""

_MOST_ITERATIONS = 50
_LAST_DIGITS = 1e-15

SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


class Scale(Protocol):
    """What every scale can do."""

    @property
    def top(self) -> float:
        """The linear value at position 1."""

    def positions(self, values: npt.ArrayLike) -> Positions:
        """Return the display positions of linear values; the same shape."""

    def values(self, positions: npt.ArrayLike) -> Positions:
        """Return the linear values at display positions; the same shape."""


@dataclass(frozen=True)
class Linear:
    """``(x + A) / (T + A)``, Gating-ML's ``flin``.

    Parameters
    ----------
    top
        T, the linear value at position 1.
    below
        A: position 0 is at ``-A``.

    Examples
    --------
    >>> Linear(1000.0).positions([0.0, 250.0]).tolist()
    [0.0, 0.25]
    """

    top: float
    below: float = 0.0

    def positions(self, values: npt.ArrayLike) -> Positions:
        """Return the display positions of linear values; the same shape."""
        return (_floats(values) + self.below) / (self.top + self.below)

    def values(self, positions: npt.ArrayLike) -> Positions:
        """Return the linear values at display positions; the same shape."""
        return _floats(positions) * (self.top + self.below) - self.below


@dataclass(frozen=True)
class Logarithmic:
    """``log10(x / T) / M + 1``, Gating-ML's ``flog``.

    Parameters
    ----------
    top
        T, the linear value at position 1.
    decades
        M, decades between position 0 and 1.

    Examples
    --------
    >>> Logarithmic(10000.0, 4.0).positions([1.0, 100.0]).tolist()
    [0.0, 0.5]
    """

    top: float
    decades: float = DECADES

    def positions(self, values: npt.ArrayLike) -> Positions:
        """Return the display positions of linear values; ``-inf`` for zero and below."""
        held = _floats(values)
        above = np.where(held > 0, held, 1.0)
        decades = np.log10(above) - math.log10(self.top)
        return np.where(held > 0, decades / self.decades + 1, -np.inf)

    def values(self, positions: npt.ArrayLike) -> Positions:
        """Return the linear values at display positions; the same shape."""
        return self.top * 10.0 ** ((_floats(positions) - 1) * self.decades)


@dataclass(frozen=True)
class InverseSine:
    """Inverse hyperbolic sine, Gating-ML's ``fasinh``.

    ``(asinh(x sinh(M ln 10) / T) + A ln 10) / ((M + A) ln 10)``.

    Parameters
    ----------
    top
        T, the linear value at position 1.
    decades
        M, decades of the positive part.
    negative_decades
        A, further decades of negative values.

    Examples
    --------
    >>> InverseSine(1000.0, 4.0, 1.0).positions([0.0, 1000.0]).round(6).tolist()
    [0.2, 1.0]
    """

    top: float
    decades: float = DECADES
    negative_decades: float = 0.0

    def positions(self, values: npt.ArrayLike) -> Positions:
        """Return the display positions of linear values; the same shape."""
        steep = math.sinh(self.decades * LN10) / self.top
        return (np.arcsinh(_floats(values) * steep) + self.negative_decades * LN10) / self._span

    def values(self, positions: npt.ArrayLike) -> Positions:
        """Return the linear values at display positions; the same shape."""
        shifted = _floats(positions) * self._span - self.negative_decades * LN10
        return np.sinh(shifted) * (self.top / math.sinh(self.decades * LN10))

    @property
    def _span(self) -> float:
        return (self.decades + self.negative_decades) * LN10


@dataclass(frozen=True)
class Logicle:
    """The logicle scale: linear around zero, logarithmic away from it.

    Parameters
    ----------
    top
        T, the linear value at position 1.
    linear_decades
        W, width of the linear part, in decades; at most half of ``decades``.
    decades
        M, decades of the whole positive part.
    negative_decades
        A, further decades of negative values; between ``-W`` and ``M - 2 W``.

    Raises
    ------
    ValueError
        Parameters for which the scale is not defined.

    Notes
    -----
    Parks DR, Roederer M, Moore WA. Cytometry A 2006;69:541-551, in the parameters of Moore WA,
    Parks DR. Cytometry A 2012;81:273-277. The scale is defined by its inverse
    ``a exp(b y) - c exp(-d y) - f`` above zero and its reflection below, here written about the
    zero so that it loses no digits there. Positions are found by Halley's iteration, to the last
    digits of double precision.

    Examples
    --------
    >>> Logicle(1000.0, 1.0, 4.0).positions([-10.0, 0.0, 10.0]).round(6).tolist()
    [0.067574, 0.25, 0.432426]
    """

    top: float
    linear_decades: float = 0.5
    decades: float = DECADES
    negative_decades: float = 0.0

    def __post_init__(self) -> None:
        w, m, a = self.linear_decades, self.decades, self.negative_decades
        if not (self.top > 0 and m > 0 and 0 <= w <= m / 2 and -w <= a <= m - 2 * w):
            msg = f"no logicle scale has T = {self.top}, W = {w}, M = {m}, A = {a}"
            raise ValueError(msg)

    @cached_property
    def _constants(self) -> tuple[float, float, float, float, float]:
        """Return ``a exp(b x1)``, b, ``c exp(-d x1)``, d and x1, the position of zero."""
        total = self.decades + self.negative_decades
        w = self.linear_decades / total
        zero = self.negative_decades / total + w
        b = total * LN10
        d = _decay(b, w)
        # At zero the second derivative vanishes: c exp(-d x1) d^2 = a exp(b x1) b^2.
        falling_of_rising = (b / d) ** 2
        reach = 1 - zero
        rising = self.top / (math.expm1(b * reach) - falling_of_rising * math.expm1(-d * reach))
        return rising, b, falling_of_rising * rising, d, zero

    def values(self, positions: npt.ArrayLike) -> Positions:
        """Return the linear values at display positions; the same shape."""
        rising, b, falling, d, zero = self._constants
        from_zero = _floats(positions) - zero
        distance = np.abs(from_zero)
        height = rising * np.expm1(b * distance) - falling * np.expm1(-d * distance)
        return np.copysign(height, from_zero)

    def positions(self, values: npt.ArrayLike) -> Positions:
        """Return the display positions of linear values; the same shape."""
        rising, b, falling, d, zero = self._constants
        held = _floats(values)
        measured = np.isfinite(held)
        height = np.abs(np.where(measured, held, 0.0))
        # The curve lies above its tangent at zero and above its rising part alone, so that both
        # bound the distance from above; from there the iteration descends without overshooting.
        tangent = height / (rising * b + falling * d)
        distance = np.minimum(tangent, np.log1p(height / rising) / b)
        for _ in range(_MOST_ITERATIONS):
            up, down = rising * np.exp(b * distance), falling * np.exp(-d * distance)
            miss = (up - rising) - (down - falling) - height
            slope = b * up + d * down
            bend = b * b * up - d * d * down
            step = miss / (slope - miss * bend / (2 * slope))
            distance = distance - step
            if not np.any(np.abs(step) > _LAST_DIGITS):
                break
        return np.where(measured, zero + np.copysign(distance, held), held)


def logicle_for(values: Sequence[npt.ArrayLike], top: float, decades: float = DECADES) -> Logicle:
    """Return the logicle scale that shows samples of one channel well.

    The linear part is as wide as the negative values ask for: ``W = (M - log10(T / |r|)) / 2``
    with r the 5th percentile of the values below zero (Parks 2006), at least half a decade.

    Parameters
    ----------
    values
        Samples of the channel, each an array of shape (n,), in linear units.
    top
        The detector's full scale; raised to the largest value where that lies above.
    decades
        Decades of the positive part.

    Returns
    -------
    Logicle
        The scale.

    Examples
    --------
    >>> logicle_for([[-100.0, 20.0, 4000.0]], 262144.0).linear_decades
    0.5407
    """
    held = np.concatenate([_floats(sample) for sample in values])
    held = held[np.isfinite(held)]
    full = max(float(held.max()), top) if held.size else top
    negative = held[held < 0]
    width = 0.5
    if negative.size:
        reference = abs(float(np.percentile(negative, 5)))
        width = (decades - math.log10(full / reference)) / 2
    return Logicle(full, round(min(max(width, 0.5), decades / 2), 4), decades)


def decade_ticks(scale: Scale, *, clearance: float = 0.1) -> tuple[Tick, ...]:
    """Return ticks at zero, at powers of ten and, without label, between them.

    Parameters
    ----------
    scale
        A scale that is logarithmic far from zero.
    clearance
        Least distance of two labels, as a share of the axis.

    Returns
    -------
    tuple of Tick
        In the order of their positions, all within 0 and 1.

    Examples
    --------
    >>> [tick.label for tick in decade_ticks(Logarithmic(1000.0, 3.0)) if tick.label]
    ['10⁰', '10¹', '10²', '10³']
    """
    bottom = float(scale.values(0.0))
    largest = math.floor(math.log10(max(abs(scale.top), abs(bottom))) + 1e-9)
    powers = range(largest, largest - math.ceil(2 * DECADES) - 1, -1)
    major = [(0.0, "0")] if bottom <= 0 else []
    for power in powers:
        major += [(10.0**power, _power_label(power)), (-(10.0**power), "−" + _power_label(power))]
    placed: list[Tick] = []
    positions = scale.positions([value for value, _ in major])
    for position, (_, label) in zip(positions.tolist(), major, strict=True):
        if -1e-9 <= position <= 1 + 1e-9 and all(
            abs(position - other.position) >= clearance for other in placed
        ):
            placed.append(Tick(round(min(max(position, 0.0), 1.0), 4), label))
    minor = [
        sign * k * 10.0**power
        for power in powers[: math.ceil(DECADES) + 1]
        for k in range(2, 10)
        for sign in (1, -1)
    ]
    placed += [
        Tick(round(position, 4), "")
        for position in scale.positions(minor).tolist()
        if 0 <= position <= 1
    ]
    return tuple(sorted(placed, key=lambda tick: (tick.position, tick.label)))


def _decay(b: float, w: float) -> float:
    """Solve ``2 (ln d - ln b) + w (b + d) = 0`` for d in (0, b]; at w = 0 it is b."""
    low, high = 0.0, b
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if 2 * math.log(middle / b) + w * (b + middle) > 0:
            high = middle
        else:
            low = middle
    return high


def _power_label(power: int) -> str:
    return "10" + str(power).translate(SUPERSCRIPTS)


def _floats(values: npt.ArrayLike) -> Positions:
    return np.asarray(values, dtype=np.float64)
