"""How likely an answer is with so many donors, and how many donors an answer takes.

Power of t tests from the noncentral t distribution, both tails (as R's ``power.t.test`` with
``strict = TRUE``). Power of two one-sided tests exactly, after Phillips 1990, J Pharmacokinet
Biopharm 18:137 and Owen 1965, Biometrika 52:437: over the distribution of the standard deviation
the chance that the estimate falls where both tests reject is integrated numerically, which is what
the two Owen's Q functions of that paper add up to.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from stroma.stats.effect_sizes import checked_level
from stroma.stats.noncentral_t import expected_over_spread, noncentral_t_below

FloatArray = npt.NDArray[np.float64]

FEWEST = 2
"""Donors a side below which no spread can be seen."""

CAP = 1000
"""Donors a side that are tried by default: no laboratory will recruit more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSize:
    """The smallest number of donors that reaches a power.

    Parameters
    ----------
    per_side
        Donors of each group, or pairs; ``None`` where even ``cap`` are too few.
    power
        What that many reach; what ``cap`` reach where it is ``None``.
    target
        The power that was asked for.
    cap
        The largest number tried.
    """

    per_side: int | None
    power: float
    target: float
    cap: int


def power_two_sample(
    difference: float, standard_deviation: float, *, first: int, second: int, alpha: float = 0.05
) -> float:
    """Return the power of the two-sided t test of two independent groups.

    Parameters
    ----------
    difference
        The true difference of the means.
    standard_deviation
        Of a donor's value, the same in both groups.
    first, second
        Donors of each group; three in all at the least.
    alpha
        Level of the test.

    Returns
    -------
    float
        The chance that the test rejects.

    Examples
    --------
    >>> round(power_two_sample(1.0, 1.0, first=20, second=20), 4)
    0.869
    """
    error = _positive(standard_deviation) * math.sqrt(1.0 / first + 1.0 / second)
    return power_of_contrast(difference, error, degrees_of_freedom=first + second - 2, alpha=alpha)


def power_paired(
    difference: float, standard_deviation: float, *, pairs: int, alpha: float = 0.05
) -> float:
    """Return the power of the two-sided paired t test.

    Parameters
    ----------
    difference
        The true mean difference.
    standard_deviation
        Of a donor's difference.
    pairs
        Donors measured twice; two at the least.
    alpha
        Level of the test.

    Returns
    -------
    float
        The chance that the test rejects.

    Examples
    --------
    >>> round(power_paired(1.0, 1.0, pairs=10), 4)
    0.8031
    """
    error = _positive(standard_deviation) / math.sqrt(pairs)
    return power_of_contrast(difference, error, degrees_of_freedom=pairs - 1, alpha=alpha)


def power_of_contrast(
    difference: float, standard_error: float, *, degrees_of_freedom: float, alpha: float = 0.05
) -> float:
    """Return the power of a two-sided t test of any contrast.

    Parameters
    ----------
    difference
        Its true value.
    standard_error
        Its true standard error.
    degrees_of_freedom
        Of the standard error that will be estimated.
    alpha
        Level of the test.

    Returns
    -------
    float
        The chance that the test rejects.

    Raises
    ------
    ValueError
        The standard error or the degrees of freedom are not above zero.

    Examples
    --------
    >>> round(power_of_contrast(0.0, 1.0, degrees_of_freedom=5), 6)
    0.05
    """
    _check(standard_error, degrees_of_freedom)
    critical = -float(special.stdtrit(degrees_of_freedom, checked_level(alpha) / 2.0))
    noncentrality = abs(difference) / standard_error
    upper = noncentral_t_below(-critical, degrees_of_freedom, -noncentrality)
    lower = noncentral_t_below(-critical, degrees_of_freedom, noncentrality)
    return min(upper + lower, 1.0)


def power_equivalence(
    difference: float,
    standard_error: float,
    *,
    degrees_of_freedom: float,
    lower_margin: float,
    upper_margin: float,
    alpha: float = 0.05,
) -> float:
    """Return the exact power of two one-sided tests.

    Parameters
    ----------
    difference
        The true value of the contrast.
    standard_error
        Its true standard error.
    degrees_of_freedom
        Of the standard error that will be estimated.
    lower_margin, upper_margin
        The margins.
    alpha
        Level of each test.

    Returns
    -------
    float
        The chance that both reject.

    Raises
    ------
    ValueError
        The standard error or the degrees of freedom are not above zero, or the margins are none.

    Examples
    --------
    >>> round(power_equivalence(
    ...     0.0, 0.2, degrees_of_freedom=30, lower_margin=-0.6, upper_margin=0.6
    ... ), 4)
    0.8017
    """
    _check(standard_error, degrees_of_freedom)
    if not lower_margin < upper_margin:
        msg = f"{lower_margin} to {upper_margin} are no margins"
        raise ValueError(msg)
    critical = -float(special.stdtrit(degrees_of_freedom, checked_level(alpha)))
    # Of s, the estimated over the true standard error: beyond `most` no estimate is near enough.
    most = (upper_margin - lower_margin) / (2.0 * critical * standard_error)
    above = (upper_margin - difference) / standard_error
    below = (lower_margin - difference) / standard_error

    def chance(s: FloatArray) -> FloatArray:
        found: FloatArray = special.ndtr(above - critical * s) - special.ndtr(below + critical * s)
        return found

    power = expected_over_spread(chance, degrees_of_freedom, most=most)
    return min(max(power, 0.0), 1.0)


def variance_of_donor_mean(donor: float, within: float, *, lots_per_donor: int) -> float:
    """Return the variance of the mean of a donor's lots.

    Parameters
    ----------
    donor
        Variance between donors.
    within
        Variance between the lots of one donor.
    lots_per_donor
        Lots made of each donor.

    Returns
    -------
    float
        ``donor + within / lots_per_donor``: more lots of the same donors lower the second part
        only.

    Raises
    ------
    ValueError
        A variance is below zero or there is no lot.

    Examples
    --------
    >>> variance_of_donor_mean(4.0, 2.0, lots_per_donor=2)
    5.0
    """
    if donor < 0 or within < 0 or lots_per_donor < 1:
        msg = f"no variance from {donor}, {within} and {lots_per_donor} lots"
        raise ValueError(msg)
    return donor + within / lots_per_donor


def donors_for_difference(
    difference: float,
    variance: float,
    *,
    power: float,
    alpha: float = 0.05,
    paired: bool = False,
    cap: int = CAP,
) -> SampleSize:
    """Return how many donors a side it takes to see a difference.

    Parameters
    ----------
    difference
        The true difference.
    variance
        Of a donor's value (:func:`variance_of_donor_mean`); where ``paired``, of a donor's
        difference.
    power
        The chance wanted to see it.
    alpha
        Level of the two-sided test.
    paired
        Whether each donor gives both.
    cap
        The largest number to try.

    Returns
    -------
    SampleSize
        Donors of each group, or pairs.

    Examples
    --------
    >>> donors_for_difference(1.0, 1.0, power=0.8).per_side
    17
    """

    def reached(donors: int) -> float:
        error, freedom = _error(variance, donors, paired=paired)
        return power_of_contrast(difference, error, degrees_of_freedom=freedom, alpha=alpha)

    return _smallest(reached, power, cap)


def donors_for_equivalence(
    difference: float,
    variance: float,
    *,
    lower_margin: float,
    upper_margin: float,
    power: float,
    alpha: float = 0.05,
    paired: bool = False,
    cap: int = CAP,
) -> SampleSize:
    """Return how many donors a side it takes to show equivalence.

    Parameters
    ----------
    difference
        The true difference.
    variance
        Of a donor's value (:func:`variance_of_donor_mean`); where ``paired``, of a donor's
        difference.
    lower_margin, upper_margin
        The margins.
    power
        The chance wanted to show it.
    alpha
        Level of each of the two tests.
    paired
        Whether each donor gives both.
    cap
        The largest number to try.

    Returns
    -------
    SampleSize
        Donors of each group, or pairs; none where the true difference is at or beyond a margin.

    Examples
    --------
    >>> donors_for_equivalence(
    ...     0.0, 1.0, lower_margin=-1.0, upper_margin=1.0, power=0.8
    ... ).per_side
    18
    """

    def reached(donors: int) -> float:
        error, freedom = _error(variance, donors, paired=paired)
        return power_equivalence(
            difference,
            error,
            degrees_of_freedom=freedom,
            lower_margin=lower_margin,
            upper_margin=upper_margin,
            alpha=alpha,
        )

    return _smallest(reached, power, cap)


def _error(variance: float, donors: int, *, paired: bool) -> tuple[float, int]:
    """Return the standard error of the difference and its degrees of freedom."""
    sides = 1 if paired else 2
    return math.sqrt(sides * _positive(variance) / donors), sides * (donors - 1)


def _smallest(reached: Callable[[int], float], target: float, cap: int) -> SampleSize:
    """Search by halving: the power grows with the donors wherever it is high enough to matter."""
    checked_level(target)
    if cap < FEWEST:
        msg = f"a cap of {cap} donors leaves nothing to try"
        raise ValueError(msg)
    at_cap = reached(cap)
    if at_cap < target:
        return SampleSize(per_side=None, power=at_cap, target=target, cap=cap)
    low, high, power = FEWEST - 1, cap, at_cap
    while high - low > 1:
        middle = (low + high) // 2
        found = reached(middle)
        if found >= target:
            high, power = middle, found
        else:
            low = middle
    return SampleSize(per_side=high, power=power, target=target, cap=cap)


def _positive(value: float) -> float:
    if not 0.0 < value < math.inf:
        msg = f"a spread of {value} is not above zero"
        raise ValueError(msg)
    return value


def _check(standard_error: float, degrees_of_freedom: float) -> None:
    _positive(standard_error)
    if not degrees_of_freedom > 0:
        msg = f"no test with {degrees_of_freedom} degrees of freedom"
        raise ValueError(msg)
