"""Solving a display scale for the position of a value, to the last digits of double precision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Curve: TypeAlias = Callable[[Floats], tuple[Floats, Floats, Floats]]
"""Height, slope and bend (second derivative) of a curve at distances from its zero."""

_MOST_ITERATIONS: Final = 100
_LAST_DIGITS: Final = 1e-15


def distances_at(curve: Curve, heights: Floats, start: Floats) -> Floats:
    """Return how far from zero a rising curve reaches given heights.

    Parameters
    ----------
    curve
        Zero at 0, rising above it, convex but for a stretch at zero where it is nearly straight.
    heights
        At least 0 and finite, of any shape.
    start
        Distances at or above the solution, of the same shape.

    Returns
    -------
    numpy.ndarray
        Distances, of the same shape.

    Notes
    -----
    Halley's iteration: from above it descends to the root of a convex curve and does not pass it
    by more than rounding.

    Examples
    --------
    >>> def square(x):
    ...     return x**2, 2 * x, np.full_like(x, 2.0)
    >>> distances_at(square, np.array([9.0]), np.array([5.0])).tolist()
    [3.0]
    """
    distance = start
    for _ in range(_MOST_ITERATIONS):
        height, slope, bend = curve(distance)
        miss = height - heights
        step = miss / (slope - miss * bend / (2 * slope))
        distance = distance - step
        if not np.any(np.abs(step) > _LAST_DIGITS):
            break
    return distance
