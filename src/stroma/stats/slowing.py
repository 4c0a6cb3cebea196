"""A rate that falls in a straight line as a total rises, and the total at which it is zero.

A total that grows at a rate falling in proportion to it, ``dC/dt = a − b·C``, tends to the ceiling
``a / b``. The ceiling is the zero of the straight line through the rates, and its interval is
Fieller's for the zero of a regression line: every total at which the line's own confidence interval
holds zero (Fieller 1954, J R Stat Soc B 16:175; Draper and Smith 1998, Applied Regression
Analysis, section 3.2). Where the fall is not shown, the interval has no upper end, and no ceiling
is given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

MINIMUM_POINTS = 5
"""Fewer leave less than three degrees of freedom for the scatter; Student's factor is then above 4,
and the interval is as wide as what is asked."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Where a falling rate reaches zero.

    Parameters
    ----------
    value
        The total there.
    low, high
        Its interval.
    intercept, slope
        Of the line: rate = intercept + slope · total; the slope is negative.
    degrees_of_freedom
        Of the scatter around it.
    """

    value: float
    low: float
    high: float
    intercept: float
    slope: float
    degrees_of_freedom: int


def find_ceiling(
    totals: Sequence[float], rates: Sequence[float], *, level: float
) -> Ceiling | None:
    """Return the total at which a rate that falls in a straight line is zero.

    Parameters
    ----------
    totals
        The total at each observation.
    rates
        The rate there.
    level
        Confidence level.

    Returns
    -------
    Ceiling or None
        ``None`` where it is not shown at this level that the rate falls.

    Raises
    ------
    ValueError
        Fewer than :data:`MINIMUM_POINTS`, not as many totals as rates, or a level that is none.

    Examples
    --------
    >>> ceiling = find_ceiling([0, 4, 8, 12, 16], [4.1, 2.9, 2.1, 0.9, 0.1], level=0.95)
    >>> round(ceiling.value, 2), round(ceiling.low, 2), round(ceiling.high, 2)
    (16.08, 14.94, 17.49)
    """
    if len(totals) != len(rates) or len(totals) < MINIMUM_POINTS:
        msg = f"{len(totals)} totals and {len(rates)} rates"
        raise ValueError(msg)
    if not 0.0 < level < 1.0:
        msg = f"confidence level {level} is not between 0 and 1"
        raise ValueError(msg)
    x, y = np.asarray(totals, dtype=float), np.asarray(rates, dtype=float)
    spread = float(np.sum((x - x.mean()) ** 2))
    if spread <= 0.0:
        return None
    slope = float(np.sum((x - x.mean()) * (y - y.mean()))) / spread
    centre = float(y.mean())
    degrees = len(x) - 2
    scatter = float(np.sum((y - centre - slope * (x - x.mean())) ** 2)) / degrees
    reach = float(special.stdtrit(degrees, 0.5 + level / 2.0)) ** 2 * scatter
    steepness = slope**2 - reach / spread
    if slope >= 0.0 or steepness <= 0.0:
        return None
    root = math.sqrt(reach * (centre**2 / spread + steepness / len(x)))
    ends = sorted((-centre * slope + sign * root) / steepness for sign in (-1.0, 1.0))
    return Ceiling(
        value=float(x.mean()) - centre / slope,
        low=float(x.mean()) + ends[0],
        high=float(x.mean()) + ends[1],
        intercept=centre - slope * float(x.mean()),
        slope=slope,
        degrees_of_freedom=degrees,
    )
