"""Effect sizes of two groups of donors: standardized differences and the log ratio of means.

Bias correction after Hedges (1981, J Educ Stat 6:107) with the exact gamma function. Intervals of
standardized differences invert the noncentral t distribution (Steiger and Fouladi 1997, in What if
there were no significance tests?; Cumming and Finch 2001, Educ Psychol Meas 61:532); they bound
the population's standardized difference and are not multiplied by the correction, which would
spoil their coverage. Paired differences are standardized by the spread of the differences (d_z)
or by the average spread of the two groups (d_av: Cumming 2012, Understanding the new statistics;
interval after Algina and Keselman 2003, Educ Psychol Meas 63:537). The log ratio of means with its
delta variance is Hedges, Gurevitch and Curtis 1999, Ecology 80:1150.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from stroma.stats.means import has_spread
from stroma.stats.noncentral_t import noncentral_t_below
from stroma.stats.ratios import fieller_ratio

FloatArray = npt.NDArray[np.float64]

# Half a unit in the sixth decimal is more than any reader needs; brentq reaches far below it.
_ROOT_TOLERANCE = 1e-12


class EffectKind(StrEnum):
    """What a standardized difference is divided by."""

    HEDGES_G = "hedges_g"
    """The pooled standard deviation of two independent groups."""
    D_Z = "d_z"
    """The standard deviation of the paired differences."""
    D_AV = "d_av"
    """The root mean square of the two groups' standard deviations."""


class RatioInterval(StrEnum):
    """How the interval of a ratio of means is made."""

    DELTA = "delta"
    """Normal on the logarithm, with the delta method's variance."""
    FIELLER = "fieller"
    """Fieller's with unequal variances, see :mod:`stroma.stats.ratios`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSize:
    """A standardized difference.

    Parameters
    ----------
    kind
        What it is divided by.
    value
        With the small-sample correction.
    uncorrected
        Without it: Cohen's d, d_z or d_av as computed.
    low, high
        Interval of the population's standardized difference, from the noncentral t distribution.
    level
        Its confidence level.
    degrees_of_freedom
        Of the t statistic.
    """

    kind: EffectKind
    value: float
    uncorrected: float
    low: float
    high: float
    level: float
    degrees_of_freedom: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRatio:
    """The natural logarithm of a ratio of two means.

    Parameters
    ----------
    value
        Logarithm of the mean of the first over that of the second.
    low, high
        Its interval; ``None`` where that side cannot be bounded.
    level
        Confidence level.
    standard_error
        From the delta method.
    interval
        How the interval was made.
    """

    value: float
    low: float | None
    high: float | None
    level: float
    standard_error: float
    interval: RatioInterval


def hedges_correction(degrees_of_freedom: float) -> float:
    """Return the factor that takes the small-sample bias out of a standardized difference.

    Parameters
    ----------
    degrees_of_freedom
        Of the standard deviation; above 1.

    Returns
    -------
    float
        Γ(m/2) / (√(m/2) Γ((m−1)/2)), Hedges' c(m) or J.

    Raises
    ------
    ValueError
        There are too few degrees of freedom for the factor to exist.

    Examples
    --------
    >>> round(hedges_correction(10), 4), round(hedges_correction(2), 4)
    (0.9227, 0.5642)
    """
    if not degrees_of_freedom > 1:
        msg = f"no correction for {degrees_of_freedom} degrees of freedom"
        raise ValueError(msg)
    half = degrees_of_freedom / 2.0
    return math.exp(special.gammaln(half) - special.gammaln(half - 0.5)) / math.sqrt(half)


def hedges_g(
    first: Sequence[float] | FloatArray, second: Sequence[float] | FloatArray, *, level: float
) -> EffectSize:
    """Return Hedges' g of two independent groups of donors.

    Parameters
    ----------
    first, second
        One value a donor; three donors in all at the least, and two on one side.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    EffectSize
        (mean of the first − mean of the second) / pooled standard deviation, corrected.

    Raises
    ------
    ValueError
        There are too few donors, a value is not a number, or no donor differs from its group.

    Examples
    --------
    >>> g = hedges_g([5.1, 6.3, 7.2, 5.9], [4.0, 4.4, 5.2, 3.1], level=0.95)
    >>> round(g.value, 3), round(g.low, 3), round(g.high, 3)
    (1.94, 0.33, 4.04)
    """
    one, other = finite_values(first, at_least=1), finite_values(second, at_least=1)
    freedom = one.size + other.size - 2
    correction = hedges_correction(freedom)
    spread = math.sqrt((_squares(one) + _squares(other)) / freedom)
    return _standardized(
        EffectKind.HEDGES_G,
        difference=float(one.mean() - other.mean()),
        spread=spread,
        error=spread * math.sqrt(1.0 / one.size + 1.0 / other.size),
        freedom=freedom,
        correction=correction,
        level=level,
    )


def paired_effect(
    first: Sequence[float] | FloatArray,
    second: Sequence[float] | FloatArray,
    *,
    kind: EffectKind,
    level: float,
) -> EffectSize:
    """Return the standardized difference of two measurements of the same donors.

    Parameters
    ----------
    first, second
        One value a donor, in the same order of donors; three donors at the least.
    kind
        ``D_Z`` or ``D_AV``. They answer different questions and are not comparable: the more alike
        the two measurements of a donor, the larger d_z beside d_av.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    EffectSize
        The mean difference, standardized and corrected.

    Raises
    ------
    ValueError
        The groups differ in size, there are too few donors, a value is not a number, there is no
        spread, or the kind is for independent groups.

    Examples
    --------
    >>> d = paired_effect([5.1, 6.3, 7.2], [4.0, 4.4, 5.2], kind=EffectKind.D_Z, level=0.95)
    >>> round(d.uncorrected, 3)
    3.379
    """
    one, other = finite_values(first, at_least=3), finite_values(second, at_least=3)
    if one.size != other.size:
        msg = f"{one.size} and {other.size} values are not pairs"
        raise ValueError(msg)
    differences = one - other
    own = float(differences.std(ddof=1)) if has_spread(differences) else 0.0
    match kind:
        case EffectKind.D_Z:
            spread = own
        case EffectKind.D_AV:
            spread = math.sqrt((_squares(one) + _squares(other)) / (2 * (one.size - 1)))
        case EffectKind.HEDGES_G:
            msg = "hedges_g is for independent groups"
            raise ValueError(msg)
    return _standardized(
        kind,
        difference=float(differences.mean()),
        spread=spread,
        error=own / math.sqrt(one.size),
        freedom=one.size - 1,
        correction=hedges_correction(one.size - 1),
        level=level,
    )


def log_ratio_of_means(
    first: Sequence[float] | FloatArray,
    second: Sequence[float] | FloatArray,
    *,
    level: float,
    interval: RatioInterval = RatioInterval.FIELLER,
) -> LogRatio:
    """Return the logarithm of the ratio of two independent groups' means.

    Parameters
    ----------
    first, second
        One value a donor, two donors a side at the least, both means above zero.
    level
        Confidence level, between 0 and 1.
    interval
        Fieller's holds its level with few donors; the delta method's is what meta-analyses pool.

    Returns
    -------
    LogRatio
        With its standard error by the delta method, whichever interval is asked for.

    Raises
    ------
    ValueError
        There are too few donors, a mean is not above zero, or a value is not a number.

    Examples
    --------
    >>> ratio = log_ratio_of_means([2.0, 4.0], [1.0, 2.0], level=0.95)
    >>> round(ratio.value, 4), round(ratio.standard_error, 4)
    (0.6931, 0.4714)
    """
    one, other = finite_values(first, at_least=2), finite_values(second, at_least=2)
    upper, lower = float(one.mean()), float(other.mean())
    if upper <= 0 or lower <= 0:
        msg = f"the logarithm of the ratio of the means {upper} and {lower} is not defined"
        raise ValueError(msg)
    error = math.sqrt(_relative_variance(one) + _relative_variance(other))
    value = math.log(upper / lower)
    low: float | None
    high: float | None
    if interval is RatioInterval.DELTA:
        reach = float(special.ndtri(0.5 + checked_level(level) / 2.0)) * error
        low, high = value - reach, value + reach
    else:
        bounds = fieller_ratio(one.tolist(), other.tolist(), level=checked_level(level))
        low = None if bounds.low is None or bounds.low <= 0 else math.log(bounds.low)
        high = None if bounds.high is None else math.log(bounds.high)
    return LogRatio(
        value=value, low=low, high=high, level=level, standard_error=error, interval=interval
    )


def noncentrality_interval(
    statistic: float, degrees_of_freedom: float, *, level: float
) -> tuple[float, float]:
    """Return the noncentralities under which a t statistic is no surprise.

    Parameters
    ----------
    statistic
        The observed t.
    degrees_of_freedom
        Its degrees of freedom.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    tuple of float
        The noncentrality at which the observed t is the upper, and at which it is the lower
        quantile of ``(1 − level) / 2``.

    Examples
    --------
    >>> low, high = noncentrality_interval(2.0, 10, level=0.95)
    >>> round(low, 3), round(high, 3)
    (-0.184, 4.101)
    """
    tail = (1.0 - checked_level(level)) / 2.0
    # The upper tail of t is the lower tail of −t, where small chances are found as small ones.
    low = _where_falling(lambda nc: noncentral_t_below(-statistic, degrees_of_freedom, nc), tail)
    high = _where_falling(lambda nc: noncentral_t_below(statistic, degrees_of_freedom, nc), tail)
    return -low, high


def _where_falling(chance: Callable[[float], float], tail: float) -> float:
    """Return where a chance that falls from 1 to 0 passes the tail."""
    below, above = -1.0, 1.0
    while chance(below) < tail:
        below *= 2.0
    while chance(above) > tail:
        above *= 2.0
    return float(optimize.brentq(lambda nc: chance(nc) - tail, below, above, xtol=_ROOT_TOLERANCE))


def _standardized(
    kind: EffectKind,
    *,
    difference: float,
    spread: float,
    error: float,
    freedom: int,
    correction: float,
    level: float,
) -> EffectSize:
    if spread <= 0 or error <= 0:
        msg = "the values show no spread, so that no difference can be divided by it"
        raise ValueError(msg)
    low, high = noncentrality_interval(difference / error, freedom, level=level)
    return EffectSize(
        kind=kind,
        value=correction * difference / spread,
        uncorrected=difference / spread,
        low=low * error / spread,
        high=high * error / spread,
        level=level,
        degrees_of_freedom=freedom,
    )


def finite_values(values: Sequence[float] | FloatArray, *, at_least: int) -> FloatArray:
    """Return values as an array, or say why they are none to calculate with.

    Parameters
    ----------
    values
        Numbers, shape (n,).
    at_least
        How many there have to be.

    Returns
    -------
    ndarray of float64, shape (n,)
        The values.

    Raises
    ------
    ValueError
        There are fewer, or one is not finite.

    Examples
    --------
    >>> finite_values([1, 2], at_least=2)
    array([1., 2.])
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or array.size < at_least or not np.isfinite(array).all():
        msg = f"needed are {at_least} or more finite values, not {array.tolist()}"
        raise ValueError(msg)
    return array


def checked_level(level: float) -> float:
    """Return a level or probability, or say that it is none.

    Parameters
    ----------
    level
        Between 0 and 1.

    Returns
    -------
    float
        The same.

    Raises
    ------
    ValueError
        It is not between 0 and 1.
    """
    if not 0.0 < level < 1.0:
        msg = f"{level} is not between 0 and 1"
        raise ValueError(msg)
    return level


def _squares(values: FloatArray) -> float:
    # Values that agree but for rounding have no spread, whatever their mean leaves of it.
    return float(((values - values.mean()) ** 2).sum()) if has_spread(values) else 0.0


def _relative_variance(values: FloatArray) -> float:
    return _squares(values) / (values.size - 1) / values.size / float(values.mean()) ** 2
