"""Rare things counted: the rate behind them with an exact interval, and whether counts agree.

The interval is the exact one of Garwood (1936, Biometrika 28:437). Where nothing was counted only
an upper bound is told, at the whole level: ``−ln(1 − level)``, the rule of three at 95 %. Whether
counts scatter more than chance allows is Fisher's index of dispersion.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import special


@dataclass(frozen=True, slots=True)
class Rate:
    """Counts over what they were counted in.

    Parameters
    ----------
    value
        The rate.
    low, high
        Its interval; ``low`` is ``None`` where nothing was counted.
    dispersion_p
        The p value of counts that scatter as chance lets them; ``None`` for one count or none seen.
    """

    value: float
    low: float | None
    high: float
    dispersion_p: float | None = None


def poisson_rate(counts: Sequence[int], exposures: Sequence[float], *, level: float) -> Rate:
    """Return the common rate of several counts.

    Parameters
    ----------
    counts
        What was counted in each.
    exposures
        How much it was counted in: cells, litres, days.
    level
        Confidence level.

    Returns
    -------
    Rate
        Sum of the counts over sum of the exposures, with its exact interval.

    Raises
    ------
    ValueError
        No counts, a negative one, an exposure of zero or less, or a level that is none.

    Examples
    --------
    >>> rate = poisson_rate([21, 18, 25], [100, 100, 100], level=0.95)
    >>> round(rate.value, 4), round(rate.low, 4), round(rate.high, 4)
    (0.2133, 0.1643, 0.2724)
    >>> round(poisson_rate([0, 0], [100, 100], level=0.95).high, 5)
    0.01498
    """
    if len(counts) != len(exposures) or not counts:
        msg = f"{len(counts)} counts in {len(exposures)} exposures"
        raise ValueError(msg)
    if min(counts) < 0 or not min(exposures) > 0 or not 0.0 < level < 1.0:
        msg = f"counts {list(counts)} in {list(exposures)} at level {level}"
        raise ValueError(msg)
    total, exposed = sum(counts), math.fsum(exposures)
    if total == 0:
        return Rate(0.0, None, -math.log1p(-level) / exposed)
    tail = (1.0 - level) / 2.0
    return Rate(
        value=total / exposed,
        low=float(special.gammaincinv(total, tail)) / exposed,
        high=float(special.gammainccinv(total + 1, tail)) / exposed,
        dispersion_p=_dispersion(counts, exposures, total / exposed),
    )


def _dispersion(counts: Sequence[int], exposures: Sequence[float], rate: float) -> float | None:
    if len(counts) < 2:
        return None
    scatter = math.fsum(
        (count - rate * exposure) ** 2 / (rate * exposure)
        for count, exposure in zip(counts, exposures, strict=True)
    )
    return float(special.chdtrc(len(counts) - 1, scatter))
