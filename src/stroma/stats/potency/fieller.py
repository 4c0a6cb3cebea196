"""Fieller's limits of the ratio of two estimates that vary together."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio with Fieller's confidence set.

    Parameters
    ----------
    value
        The ratio.
    low, high
        Bounds of the set where it is one interval; both ``None`` where the denominator cannot be
        told from zero, when the set is the whole line or leaves out only a middle part.
    level
        Confidence level.
    is_bounded
        Whether ``low`` and ``high`` are there.
    """

    value: float
    low: float | None
    high: float | None
    level: float

    @property
    def is_bounded(self) -> bool:
        """Return whether the set is one bounded interval."""
        return self.low is not None and self.high is not None


def fieller(
    numerator: float,
    denominator: float,
    variances: tuple[float, float, float],
    degrees_of_freedom: float,
    *,
    level: float = 0.95,
) -> Ratio:
    """Return Fieller's set of a ratio.

    Parameters
    ----------
    numerator, denominator
        Estimates, the denominator not zero.
    variances
        Of the numerator, of the denominator, and their covariance.
    degrees_of_freedom
        Of the residual variance behind them.
    level
        Confidence level.

    Returns
    -------
    Ratio
        Fieller EC. Q J Pharm Pharmacol 1944;17:117.

    Examples
    --------
    >>> found = fieller(1.0, 2.0, (0.01, 0.01, 0.0), 20)
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.5, 0.385, 0.62)
    """
    t2 = float(special.stdtrit(degrees_of_freedom, (1 + level) / 2)) ** 2
    v_top, v_bottom, shared = variances
    ratio = numerator / denominator
    a = denominator**2 - t2 * v_bottom
    b = numerator * denominator - t2 * shared
    c = numerator**2 - t2 * v_top
    inside = b * b - a * c
    if a <= 0 or inside < 0:
        return Ratio(ratio, None, None, level)
    root = math.sqrt(inside)
    return Ratio(ratio, (b - root) / a, (b + root) / a, level)
