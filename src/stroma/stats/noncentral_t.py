"""The noncentral t distribution, integrated over the estimated standard deviation.

A t statistic is a normal one divided by ``s``, the estimated over the true standard deviation, and
``s² m`` is chi-squared on ``m`` degrees of freedom (Johnson, Kotz and Balakrishnan 1995, Continuous
univariate distributions 2, chapter 31). The chance of any set of estimates is then one integral
over ``s`` of a smooth function, which Gauss and Legendre's quadrature finds to about 1e-13. SciPy's
own noncentral t gives no number at noncentralities that a hundred donors reach.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

FloatArray = npt.NDArray[np.float64]

_PANELS = 8
_NODES = 40
_TAIL = 1e-17  # of the chance of s, left out at each end
_STEP = (-8.0, -3.0, 0.0, 3.0, 8.0)  # where a normal integral rises, in its standard deviations
_NEAR_ZERO = (1e-9, 1e-7, 1e-5, 1e-3, 0.03)  # of the range: a density of 1.5 degrees has a root
_LARGEST = 1e10  # degrees of freedom beyond which s cannot be told from 1


def expected_over_spread(
    chance: Callable[[FloatArray], FloatArray],
    degrees_of_freedom: float,
    *,
    most: float = math.inf,
    breaks: Iterable[float] = (),
) -> float:
    """Return the mean of a function of the estimated over the true standard deviation.

    Parameters
    ----------
    chance
        The function, of an array of ``s``.
    degrees_of_freedom
        Of the estimate, 1 at the least; ``math.inf`` where the standard deviation is known.
    most
        The function counts as zero above.
    breaks
        Places where it bends sharply.

    Returns
    -------
    float
        The mean.

    Raises
    ------
    ValueError
        There is less than one degree of freedom.

    Examples
    --------
    >>> round(expected_over_spread(lambda s: s**2, 7), 12)
    1.0
    """
    if not degrees_of_freedom >= 1.0:
        msg = f"no spread is estimated with {degrees_of_freedom} degrees of freedom"
        raise ValueError(msg)
    if degrees_of_freedom > _LARGEST:
        return float(chance(np.ones(1))[0]) if most >= 1.0 else 0.0
    half = degrees_of_freedom / 2.0
    start = math.sqrt(float(special.gammaincinv(half, _TAIL)) / half)
    end = math.sqrt(float(special.gammainccinv(half, _TAIL)) / half)
    marks = [*breaks, *(start + (end - start) * share for share in _NEAR_ZERO)]
    s, weights = _nodes(start, end, marks)
    whole = float(weights @ _density(s, degrees_of_freedom))
    if most <= start:
        return 0.0
    s, weights = _nodes(start, min(end, most), marks)
    return float((weights * _density(s, degrees_of_freedom)) @ chance(s)) / whole


def noncentral_t_below(statistic: float, degrees_of_freedom: float, noncentrality: float) -> float:
    """Return the chance that a noncentral t is at or below a value.

    Parameters
    ----------
    statistic
        The value.
    degrees_of_freedom
        1 at the least.
    noncentrality
        Of the distribution.

    Returns
    -------
    float
        The chance, to about 1e-13.

    Examples
    --------
    >>> round(noncentral_t_below(2.0, 10, 1.0), 6)
    0.807612
    """
    breaks = _where_rising(statistic, noncentrality)
    found = expected_over_spread(
        lambda s: special.ndtr(statistic * s - noncentrality), degrees_of_freedom, breaks=breaks
    )
    return min(max(found, 0.0), 1.0)


def noncentral_t_quantile(chance: float, degrees_of_freedom: float, noncentrality: float) -> float:
    """Return the value that a noncentral t is below with a given chance.

    Parameters
    ----------
    chance
        Between 0 and 1.
    degrees_of_freedom
        1 at the least.
    noncentrality
        Of the distribution.

    Returns
    -------
    float
        The quantile.

    Examples
    --------
    >>> round(noncentral_t_quantile(0.95, 9, 1.6449 * 10**0.5) / 10**0.5, 3)
    2.911
    """
    if not 0.0 < chance < 1.0:
        msg = f"{chance} is not between 0 and 1"
        raise ValueError(msg)
    low, high = noncentrality - 1.0, noncentrality + 1.0
    while noncentral_t_below(low, degrees_of_freedom, noncentrality) > chance:
        low -= 2.0 * (high - low)
    while noncentral_t_below(high, degrees_of_freedom, noncentrality) < chance:
        high += 2.0 * (high - low)
    return float(
        optimize.brentq(
            lambda t: noncentral_t_below(t, degrees_of_freedom, noncentrality) - chance,
            low,
            high,
            xtol=1e-12,
        )
    )


def _where_rising(slope: float, noncentrality: float) -> tuple[float, ...]:
    """Return the places between which the normal integral of ``slope s − noncentrality`` rises."""
    if slope == 0:
        return ()
    return tuple((noncentrality + step) / slope for step in _STEP)


def _density(s: FloatArray, freedom: float) -> FloatArray:
    """Return the density of s, but for a factor."""
    density: FloatArray = np.exp((freedom - 1.0) * np.log(s) - freedom / 2.0 * (s**2 - 1.0))
    return density


def _nodes(start: float, end: float, breaks: Iterable[float]) -> tuple[FloatArray, FloatArray]:
    """Return places and weights of the quadrature on panels that end at the breaks."""
    inner = [place for place in breaks if start < place < end]
    edges = np.unique(np.concatenate([np.linspace(start, end, _PANELS + 1), inner]))
    nodes, weights = _legendre()
    halves = np.diff(edges) / 2.0
    middles = (edges[:-1] + edges[1:]) / 2.0
    places = middles[:, None] + halves[:, None] * nodes
    return places.ravel(), (halves[:, None] * weights).ravel()


@cache
def _legendre() -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return nodes, weights
