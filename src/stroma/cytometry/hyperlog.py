"""The hyperlog scale of Gating-ML 2.0: linear plus exponential, so that zero has a place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from stroma.cytometry.inversion import Floats, distances_at

LN10 = math.log(10)


@dataclass(frozen=True)
class Hyperlog:
    """The hyperlog scale: an exponential and a straight line, mirrored at zero.

    Parameters
    ----------
    top
        T, the linear value at position 1.
    linear_decades
        W, width of the linear part, in decades; above 0, at most half of ``decades``.
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
    Bagwell CB. Cytometry A 2005;64:34-42, in the parameters of Gating-ML 2.0 (Spidlen J et al.
    Cytometry A 2015;87:683-687). The scale is defined by its inverse ``a exp(b y) + c y - f``
    above zero and its reflection below, here written about the zero so that it loses no digits
    there. Positions are found by Halley's iteration, to the last digits of double precision.

    Examples
    --------
    >>> Hyperlog(1000.0, 1.0, 4.0, 0.0).positions([-1.0, 0.0, 1.0]).round(6).tolist()
    [0.229477, 0.25, 0.270523]
    """

    top: float
    linear_decades: float
    decades: float
    negative_decades: float = 0.0

    def __post_init__(self) -> None:
        w, m, a = self.linear_decades, self.decades, self.negative_decades
        if not (self.top > 0 and m > 0 and 0 < w <= m / 2 and -w <= a <= m - 2 * w):
            msg = f"no hyperlog scale has T = {self.top}, W = {w}, M = {m}, A = {a}"
            raise ValueError(msg)

    @cached_property
    def _constants(self) -> tuple[float, float, float, float]:
        """Return ``a exp(b x1)``, b, c and x1, the position of zero."""
        total = self.decades + self.negative_decades
        w = self.linear_decades / total
        zero = self.negative_decades / total + w
        b = total * LN10
        # The line is as steep as the exponential is high at the end of the linear part, over W:
        # c / a = exp(b (x1 + w)) / w.
        line_of_rising = math.exp(b * w) / w
        reach = 1 - zero
        rising = self.top / (math.expm1(b * reach) + line_of_rising * reach)
        return rising, b, line_of_rising * rising, zero

    def values(self, positions: npt.ArrayLike) -> Floats:
        """Return the linear values at display positions; the same shape."""
        rising, b, line, zero = self._constants
        from_zero = np.asarray(positions, dtype=np.float64) - zero
        distance = np.abs(from_zero)
        return np.copysign(rising * np.expm1(b * distance) + line * distance, from_zero)

    def positions(self, values: npt.ArrayLike) -> Floats:
        """Return the display positions of linear values; the same shape."""
        rising, b, line, zero = self._constants
        held = np.asarray(values, dtype=np.float64)
        measured = np.isfinite(held)
        height = np.abs(np.where(measured, held, 0.0))

        def curve(distance: Floats) -> tuple[Floats, Floats, Floats]:
            up = rising * np.exp(b * distance)
            return (
                rising * np.expm1(b * distance) + line * distance,
                b * up + line,
                b * b * up,
            )

        # The curve lies above its tangent at zero and above its exponential part alone.
        start = np.minimum(height / (rising * b + line), np.log1p(height / rising) / b)
        distance = distances_at(curve, height, start)
        return np.where(measured, zero + np.copysign(distance, held), held)
