"""Error of counts, of their ratio on the binary logarithm, and of the time to double.

The error of a count is taken as log-normal: a count cannot be negative, its error is in
proportion to it (a coefficient of variation), and the errors of diluting, sampling and counting
multiply. On the logarithm the ratio of two counts is then exactly normal; no delta method is
needed for it. The method covers normal and gamma errors just as well up to a coefficient of
variation of 20 % (``validation/counting``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from scipy import special

LN2 = math.log(2.0)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its error variance.

    Parameters
    ----------
    value
        The value.
    variance
        Variance of its error; ``None`` where the error is not known.
    """

    value: float
    variance: float | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """Both ends of a confidence interval.

    Parameters
    ----------
    low, high
        The ends; ``None`` where that side cannot be bounded.
    """

    low: float | None
    high: float | None


UNBOUNDED = Bounds(None, None)


def log_variance(*, cv_percent: float | None = None, observed: int | None = None) -> float | None:
    """Return the variance of the natural logarithm of a count.

    Two parts add up: ``ln(1 + CV²)``, exact for a log-normal error, and ``1/observed``, the
    sampling of the objects that were seen (Poisson; delta method on the logarithm).

    Parameters
    ----------
    cv_percent
        Coefficient of variation of a repeated count, in percent; ISO 20391-2:2019 tells how to
        estimate it. A value estimated on few objects holds some sampling of its own; adding the
        Poisson part then makes the variance too large rather than too small.
    observed
        Objects seen; none is counted for 0, where the logarithm has no variance.

    Returns
    -------
    float or None
        The variance; ``None`` where neither part is known.

    Raises
    ------
    ValueError
        A negative coefficient of variation or number.

    Examples
    --------
    >>> round(log_variance(cv_percent=10.0), 6)
    0.00995
    >>> log_variance(observed=400)
    0.0025
    >>> log_variance() is None
    True
    """
    if cv_percent is not None and not cv_percent >= 0:
        msg = f"coefficient of variation {cv_percent} is negative"
        raise ValueError(msg)
    if observed is not None and observed < 0:
        msg = f"{observed} objects observed"
        raise ValueError(msg)
    parts: list[float] = []
    if cv_percent is not None:
        parts.append(math.log1p((cv_percent / 100.0) ** 2))
    if observed is not None and observed > 0:
        parts.append(1.0 / observed)
    return math.fsum(parts) if parts else None


def normal_bounds(estimate: Estimate, *, level: float) -> Bounds:
    """Return the interval of a value whose error is normal with a known variance.

    Parameters
    ----------
    estimate
        The value and its variance.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    Bounds
        ``value ± z·√variance``; unbounded where the variance is not known. The normal quantile
        is right because the variance is declared, not estimated from these data.

    Raises
    ------
    ValueError
        The level is not between 0 and 1.

    Examples
    --------
    >>> bounds = normal_bounds(Estimate(3.0, 0.25), level=0.95)
    >>> round(bounds.low, 4), round(bounds.high, 4)
    (2.02, 3.98)
    """
    if not 0.0 < level < 1.0:
        msg = f"confidence level {level} is not between 0 and 1"
        raise ValueError(msg)
    if estimate.variance is None:
        return UNBOUNDED
    reach = float(special.ndtri(0.5 + level / 2.0)) * math.sqrt(estimate.variance)
    return Bounds(estimate.value - reach, estimate.value + reach)


def count_bounds(count: float, variance: float | None, *, level: float) -> Bounds:
    """Return the interval of a count.

    Parameters
    ----------
    count
        The count, zero or more.
    variance
        Variance of its logarithm, from :func:`log_variance`.
    level
        Confidence level.

    Returns
    -------
    Bounds
        ``count · exp(± z·√variance)``; unbounded where the variance is not known and for a count
        of zero, whose logarithm does not exist.

    Raises
    ------
    ValueError
        The count is negative.

    Examples
    --------
    >>> bounds = count_bounds(2.0e6, log_variance(cv_percent=10.0), level=0.95)
    >>> round(bounds.low), round(bounds.high)
    (1644832, 2431860)
    """
    if not count >= 0:
        msg = f"a count of {count} is negative"
        raise ValueError(msg)
    if count == 0 or variance is None:
        return UNBOUNDED
    on_logarithm = normal_bounds(Estimate(0.0, variance), level=level)
    if on_logarithm.low is None or on_logarithm.high is None:
        return UNBOUNDED
    return Bounds(count * math.exp(on_logarithm.low), count * math.exp(on_logarithm.high))


def log2_ratio(
    after: float,
    before: float,
    *,
    variance_after: float | None = None,
    variance_before: float | None = None,
) -> Estimate:
    """Return how often a population doubled between two independent counts.

    Parameters
    ----------
    after, before
        The counts, both above zero.
    variance_after, variance_before
        Variance of the logarithm of each, from :func:`log_variance`.

    Returns
    -------
    Estimate
        ``log2(after / before)``; its variance is known only where both are.

    Raises
    ------
    ValueError
        A count is not above zero.

    Examples
    --------
    >>> round(log2_ratio(2.5e6, 3.0e5).value, 5)
    3.05889
    """
    if not (after > 0 and before > 0):
        msg = f"the ratio of {after} to {before} has no logarithm"
        raise ValueError(msg)
    value = math.log2(after) - math.log2(before)
    if variance_after is None or variance_before is None:
        return Estimate(value)
    return Estimate(value, (variance_after + variance_before) / LN2**2)


def total(estimates: Iterable[Estimate]) -> Estimate:
    """Add up values whose errors are independent.

    Parameters
    ----------
    estimates
        At least one value.

    Returns
    -------
    Estimate
        Their sum; its variance is known only where all are.

    Examples
    --------
    >>> total([Estimate(3.0, 0.04), Estimate(2.5, 0.05)])
    Estimate(value=5.5, variance=0.09)
    """
    held = tuple(estimates)
    value = math.fsum(estimate.value for estimate in held)
    variances = [estimate.variance for estimate in held]
    known = [variance for variance in variances if variance is not None]
    return Estimate(value, math.fsum(known) if len(known) == len(variances) else None)


def time_to_double(elapsed: float, doublings: float) -> float | None:
    """Return the time one doubling took.

    Parameters
    ----------
    elapsed
        Time that passed.
    doublings
        Doublings in it.

    Returns
    -------
    float or None
        ``elapsed / doublings``, which is ``elapsed · ln 2 / ln(after / before)``; ``None`` where
        the population did not grow, because the time is then not defined.

    Examples
    --------
    >>> round(time_to_double(95.0, 3.05889), 1)
    31.1
    >>> time_to_double(95.0, -0.5) is None
    True
    """
    return elapsed / doublings if doublings > 0 else None


def time_to_double_bounds(elapsed: float, doublings: Bounds) -> Bounds:
    """Return the interval of the time one doubling took.

    The time falls as the doublings rise, so the bounds of the doublings carry over exactly.

    Parameters
    ----------
    elapsed
        Time that passed, taken as known.
    doublings
        Interval of the doublings.

    Returns
    -------
    Bounds
        The upper one is ``None`` where the doublings' interval reaches zero: growth as slow as
        no growth cannot be excluded.

    Examples
    --------
    >>> time_to_double_bounds(48.0, Bounds(-0.5, 2.0))
    Bounds(low=24.0, high=None)
    """
    low = None if doublings.high is None else time_to_double(elapsed, doublings.high)
    high = None if doublings.low is None else time_to_double(elapsed, doublings.low)
    return Bounds(low, high)
