"""Intervals of differences and products from the intervals of their parts: square and add.

The distance from a combined value to its bound is the root of the summed squares of its parts'
own distances to the bounds that work in that direction (Newcombe 1998, Stat Med 17:873; Zou and
Donner 2008, Stat Med 27:1693, who call it MOVER). It keeps intervals that are not symmetric so.
Products do the same on the logarithm (Donner and Zou 2012, Stat Methods Med Res 21:347).
"""

from __future__ import annotations

import math

from scipy import special

from stroma.stats.counting import Bounds


def difference_bounds(first: float, of_first: Bounds, second: float, of_second: Bounds) -> Bounds:
    """Return the interval of a difference of two independent values.

    Parameters
    ----------
    first, second
        The values.
    of_first, of_second
        Their intervals, of one level.

    Returns
    -------
    Bounds
        Of ``first − second``; a side is ``None`` where a part it rests on is.

    Examples
    --------
    >>> difference_bounds(10.0, Bounds(7.0, 14.0), 6.0, Bounds(2.0, 9.0))
    Bounds(low=-0.24264068711928477, high=9.65685424949238)
    """
    difference = first - second
    low = high = None
    if of_first.low is not None and of_second.high is not None:
        low = difference - math.hypot(first - of_first.low, of_second.high - second)
    if of_first.high is not None and of_second.low is not None:
        high = difference + math.hypot(of_first.high - first, second - of_second.low)
    return Bounds(low, high)


def quotient_bounds(value: float, bounds: Bounds, *, log_variance: float, level: float) -> Bounds:
    """Return the interval of a value divided by one whose logarithm has a known normal error.

    Parameters
    ----------
    value
        The quotient.
    bounds
        Interval of the dividend, already divided.
    log_variance
        Variance of the natural logarithm of the divisor.
    level
        Confidence level of both.

    Returns
    -------
    Bounds
        Where the dividend's bound is not above zero, it is moved away from the value by the whole
        reach of the divisor, so that it is never too near.

    Examples
    --------
    >>> bounds = quotient_bounds(10.0, Bounds(8.0, 12.5), log_variance=0.01, level=0.95)
    >>> round(bounds.low, 3), round(bounds.high, 3)
    (7.43, 13.458)
    """
    reach = float(special.ndtri((1.0 + level) / 2.0)) * math.sqrt(log_variance)
    return Bounds(_end(value, bounds.low, reach, -1), _end(value, bounds.high, reach, +1))


def _end(value: float, bound: float | None, reach: float, side: int) -> float | None:
    if bound is None:
        return None
    if value > 0 and bound > 0:
        return value * math.exp(side * math.hypot(math.log(bound / value), reach))
    away = (bound < 0) == (side < 0)
    return bound * math.exp(reach if away else -reach)
