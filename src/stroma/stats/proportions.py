"""Intervals for proportions and percentiles, and for sums of independent estimates."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its confidence interval.

    Parameters
    ----------
    estimate
        The estimate.
    low, high
        Bounds, ``low <= estimate <= high``; infinite where the data cannot bound that side.
    level
        Confidence level, e.g. 0.95.
    """

    estimate: float
    low: float
    high: float
    level: float


def wilson_interval(successes: int, trials: int, *, level: float = 0.95) -> Interval:
    """Return the score interval of a proportion, without continuity correction.

    Parameters
    ----------
    successes, trials
        How many of how many.
    level
        Confidence level.

    Returns
    -------
    Interval
        As fractions between 0 and 1.

    Raises
    ------
    ValueError
        No trials, or more successes than trials, or fewer than none.

    Notes
    -----
    Wilson EB. J Am Stat Assoc 1927;22:209-212; recommended for its coverage near 0 and 1 by
    Newcombe RG. Stat Med 1998;17:857-872 (method 3) and Brown LD, Cai TT, DasGupta A. Stat Sci
    2001;16:101-133.

    Examples
    --------
    >>> interval = wilson_interval(81, 263)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.2553, 0.3662)
    """
    _check_counts(successes, trials)
    z = _two_sided_z(level)
    share = successes / trials
    weight = z * z / trials
    centre = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * math.sqrt((share * (1 - share) + weight / 4) / trials)
    low = 0.0 if successes == 0 else max(centre - half, 0.0)
    high = 1.0 if successes == trials else min(centre + half, 1.0)
    return Interval(share, low, high, level)


def clopper_pearson_interval(successes: int, trials: int, *, level: float = 0.95) -> Interval:
    """Return the exact binomial interval of a proportion: never below its level, often above.

    Parameters
    ----------
    successes, trials
        How many of how many.
    level
        Confidence level.

    Returns
    -------
    Interval
        As fractions between 0 and 1.

    Raises
    ------
    ValueError
        No trials, or more successes than trials, or fewer than none.

    Notes
    -----
    Clopper CJ, Pearson ES. Biometrika 1934;26:404-413, by the beta distribution's quantiles.

    Examples
    --------
    >>> round(clopper_pearson_interval(0, 20).high, 4)
    0.1684
    """
    _check_counts(successes, trials)
    tail = (1 - level) / 2
    failures = trials - successes
    low = 0.0 if successes == 0 else float(special.betaincinv(successes, failures + 1, tail))
    high = 1.0 if failures == 0 else float(special.betaincinv(successes + 1, failures, 1 - tail))
    return Interval(successes / trials, low, high, level)


def mover_sum(parts: Sequence[Interval]) -> Interval:
    """Return the interval of a sum of independent estimates from the intervals of its parts.

    The method of variance estimates recovery: the distance of each bound from its estimate stands
    for a standard error in that direction, so that asymmetric intervals stay asymmetric. A source
    of error that does not move the estimate is a part with estimate 0.

    Parameters
    ----------
    parts
        At least one interval, all of one level.

    Returns
    -------
    Interval
        Of the sum; not cut at the bounds a quantity may have.

    Raises
    ------
    ValueError
        No parts, or parts of different levels.

    Notes
    -----
    Zou GY, Donner A. Stat Med 2008;27:1693-1702. With Wilson intervals and one part mirrored it
    is Newcombe's method 10 for a difference of proportions (Stat Med 1998;17:873-890).

    Examples
    --------
    >>> difference = mover_sum([wilson_interval(56, 70), mirrored(wilson_interval(48, 80))])
    >>> round(difference.low, 4), round(difference.high, 4)
    (0.0524, 0.3339)
    """
    levels = {part.level for part in parts}
    if len(levels) != 1:
        msg = f"the parts of a sum need one confidence level; found {sorted(levels)}"
        raise ValueError(msg)
    estimate = math.fsum(part.estimate for part in parts)
    below = math.hypot(*(part.estimate - part.low for part in parts))
    above = math.hypot(*(part.high - part.estimate for part in parts))
    return Interval(estimate, estimate - below, estimate + above, levels.pop())


def mirrored(interval: Interval) -> Interval:
    """Return the interval of the negative of a quantity, to subtract it in a sum.

    Parameters
    ----------
    interval
        Of the quantity.

    Returns
    -------
    Interval
        Of its negative.

    Examples
    --------
    >>> mirrored(Interval(0.5, 0.25, 1.0, 0.95))
    Interval(estimate=-0.5, low=-1.0, high=-0.25, level=0.95)
    """
    return Interval(-interval.estimate, -interval.high, -interval.low, interval.level)


@dataclass(frozen=True, slots=True)
class Ranks:
    """Order statistics that bound a percentile of the distribution a sample came from.

    Parameters
    ----------
    low, high
        Ranks from 1 (the smallest value); ``None`` where no value of the sample bounds that side.
    coverage
        Probability, at least the level asked for, that the percentile lies between them.
    """

    low: int | None
    high: int | None
    coverage: float


def percentile_ranks(sample_size: int, percentile: float, *, level: float = 0.95) -> Ranks:
    """Return which order statistics bound a percentile, with equal tails.

    Parameters
    ----------
    sample_size
        Number of values.
    percentile
        Between 0 and 100, both excluded.
    level
        Confidence level.

    Returns
    -------
    Ranks
        The narrowest ranks with at most half of the error in each tail.

    Raises
    ------
    ValueError
        An empty sample, or a percentile outside its range.

    Notes
    -----
    The number of values below the percentile is binomial whatever the distribution: David HA,
    Nagaraja HN. Order Statistics, 3rd ed. 2003, section 7.1.

    Examples
    --------
    >>> percentile_ranks(10, 50)
    Ranks(low=2, high=9, coverage=0.978515625)
    """
    fraction = _checked_fraction(percentile)
    if sample_size < 1:
        msg = "a sample without values has no percentile"
        raise ValueError(msg)
    tail = (1 - level) / 2
    # Beyond twelve standard deviations a binomial holds less than any level asked for.
    reach = 12 * math.sqrt(sample_size * fraction * (1 - fraction)) + 12
    first = max(math.floor(sample_size * fraction - reach), 0)
    last = min(math.ceil(sample_size * fraction + reach), sample_size)

    def at_most(below: int) -> float:
        return float(special.bdtr(float(below), sample_size, fraction))

    # It rises with the number below, so that a bisection finds both ranks from a few values.
    numbers = range(first, last + 1)
    low = first + bisect_right(numbers, tail, key=at_most)
    high = first + bisect_left(numbers, 1 - tail, key=at_most) + 1
    bounded_low = low if low >= 1 else None
    bounded_high = high if high <= sample_size else None
    missed_below = 0.0 if bounded_low is None else at_most(low - 1)
    missed_above = 0.0 if bounded_high is None else 1 - at_most(high - 1)
    return Ranks(bounded_low, bounded_high, 1 - missed_below - missed_above)


def percentile_interval(
    values: npt.NDArray[np.floating[Any]], percentile: float, *, level: float = 0.95
) -> Interval:
    """Return a percentile of the distribution a sample came from, bounded by order statistics.

    The estimate lies at rank ``(n + 1) p`` (type 6 of Hyndman and Fan): over repeated samples the
    share of the distribution below it is exactly ``p`` on average, for any distribution.

    Parameters
    ----------
    values
        Array of shape (n,), finite, in any order.
    percentile
        Between 0 and 100, both excluded.
    level
        Confidence level.

    Returns
    -------
    Interval
        In the unit of the values; ``low`` is ``-inf`` or ``high`` is ``inf`` where the sample is
        too small to bound that side, see :func:`least_sample_size`.

    Raises
    ------
    ValueError
        An empty sample, or a percentile outside its range.

    Notes
    -----
    Hyndman RJ, Fan Y. Am Stat 1996;50:361-365; David and Nagaraja 2003, section 7.1.

    Examples
    --------
    >>> percentile_interval(np.arange(1.0, 11.0), 50)
    Interval(estimate=5.5, low=2.0, high=9.0, level=0.95)
    """
    size = int(values.size)
    ranks = percentile_ranks(size, percentile, level=level)
    position = min(max((size + 1) * percentile / 100, 1.0), float(size))
    whole = math.floor(position)
    wanted = {whole, min(whole + 1, size), ranks.low or 1, ranks.high or size}
    least = min(wanted)
    # One place is found far faster than four, and what lies beyond it is little to sort.
    beyond = np.sort(np.partition(values, least - 1)[least - 1 :])

    def at(rank: int) -> float:
        return float(beyond[rank - least])

    lower, upper = at(whole), at(min(whole + 1, size))
    estimate = min(lower + (position - whole) * (upper - lower), upper)
    low = -math.inf if ranks.low is None else at(ranks.low)
    high = math.inf if ranks.high is None else at(ranks.high)
    return Interval(estimate, min(low, estimate), max(high, estimate), level)


def least_sample_size(percentile: float, *, level: float = 0.95) -> int:
    """Return the smallest sample that bounds a percentile on both sides.

    Parameters
    ----------
    percentile
        Between 0 and 100, both excluded.
    level
        Confidence level.

    Returns
    -------
    int
        Number of values.

    Raises
    ------
    ValueError
        A percentile outside its range.

    Notes
    -----
    The largest of n values lies above the percentile with probability 1 - p^n, which has to be at
    least one minus half of the error.

    Examples
    --------
    >>> least_sample_size(99.5), least_sample_size(50)
    (736, 6)
    """
    fraction = _checked_fraction(percentile)
    worse_side = max(fraction, 1 - fraction)
    return math.ceil(math.log((1 - level) / 2) / math.log(worse_side))


def _check_counts(successes: int, trials: int) -> None:
    if trials < 1 or not 0 <= successes <= trials:
        msg = f"{successes} of {trials} is not a proportion"
        raise ValueError(msg)


def _checked_fraction(percentile: float) -> float:
    if not 0 < percentile < 100:
        msg = f"a percentile lies between 0 and 100, both excluded; found {percentile}"
        raise ValueError(msg)
    return percentile / 100


def _two_sided_z(level: float) -> float:
    return float(special.ndtri(0.5 + level / 2))
