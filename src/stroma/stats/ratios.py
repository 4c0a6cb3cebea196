"""Two groups of replicates: the ratio and the difference of their means, with intervals.

The ratio's interval is Fieller's with unequal variances (Fieller 1954, J R Stat Soc B 16:175;
degrees of freedom after Satterthwaite at the observed ratio, as in Tamhane and Logan 2004,
J Biopharm Stat 14:843). It takes the readings as they are, so that zeros and readings below the
blank need no special treatment, which a logarithm would; where the denominator cannot be told
from zero it says so by having no upper bound. On log-normal readings of two to six replicates it
covers as often as an interval on the logarithm (``validation/ratios``). The difference's interval
is Welch's (Welch 1947, Biometrika 34:28).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy import special

from stroma.stats.means import has_spread


@dataclass(frozen=True, slots=True)
class MeanComparison:
    """The ratio or difference of two means.

    Parameters
    ----------
    value
        The ratio or difference.
    low, high
        Its interval; ``None`` where that side cannot be bounded.
    degrees_of_freedom
        Of the t distribution behind the interval; ``None`` where the replicates show no spread.
    """

    value: float
    low: float | None = None
    high: float | None = None
    degrees_of_freedom: float | None = None

    @property
    def is_bounded(self) -> bool:
        """Whether at least one side is bounded."""
        return self.low is not None or self.high is not None


@dataclass(frozen=True, slots=True)
class _Mean:
    value: float
    variance: float
    size: int


def fieller_ratio(
    numerator: Sequence[float], denominator: Sequence[float], *, level: float
) -> MeanComparison:
    """Return the ratio of two means of independent replicates with Fieller's interval.

    The interval holds every ratio ρ that is not rejected by Welch's t test of the numerator
    against ρ times the denominator, with the degrees of freedom at the observed ratio. Both true
    means are taken as not negative, so that the part of the set below zero is left out.

    Parameters
    ----------
    numerator, denominator
        The replicates; the mean of the denominator above zero, that of the numerator not below.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    MeanComparison
        Without bounds where a group has a single replicate, where the replicates show no spread,
        or where even a ratio of zero cannot be excluded while the denominator cannot be told from
        zero; without an upper bound where only the latter holds.

    Raises
    ------
    ValueError
        A group is empty or a mean has the wrong sign.

    Examples
    --------
    >>> ratio = fieller_ratio([0.84, 0.91, 0.78], [0.21, 0.19, 0.23], level=0.95)
    >>> round(ratio.value, 4), round(ratio.low, 4), round(ratio.high, 4)
    (4.0159, 3.2966, 4.9336)
    """
    upper, lower = _mean(numerator), _mean(denominator)
    if lower.value <= 0 or upper.value < 0:
        msg = f"the ratio of the means {upper.value} and {lower.value} is not defined"
        raise ValueError(msg)
    ratio = upper.value / lower.value
    freedom = _satterthwaite(upper, lower, ratio)
    if freedom is None:
        return MeanComparison(ratio)
    quantile = _t_quantile(level, freedom)
    # The roots of a ρ² − 2 b ρ + c = 0, from (x − ρ y)² = t² (var x + ρ² var y).
    a = lower.value**2 - quantile**2 * lower.variance
    b = upper.value * lower.value
    c = upper.value**2 - quantile**2 * upper.variance
    if a <= 0 and c <= 0:
        return MeanComparison(ratio, degrees_of_freedom=freedom)
    root = math.sqrt(max(b * b - a * c, 0.0))
    # c / (b + root) is (b − root) / a, and stays defined when a passes through zero.
    low = c / (b + root) if c > 0 else 0.0
    high = (b + root) / a if a > 0 else None
    return MeanComparison(ratio, low, high, freedom)


def welch_difference(
    first: Sequence[float], second: Sequence[float], *, level: float, step: float = 0.0
) -> MeanComparison:
    """Return the difference of two means of independent replicates with Welch's interval.

    Parameters
    ----------
    first, second
        The replicates.
    level
        Confidence level, between 0 and 1.
    step
        Width of the steps the readings are rounded to. The error of rounding to steps of ``h`` has
        the variance ``h²/12`` (Sheppard 1898, Proc London Math Soc 29:353); a group's variance is
        not taken as less, so that replicates that happen to agree are not known without error.

    Returns
    -------
    MeanComparison
        ``mean(first) − mean(second)``; without bounds where a group has a single replicate, or
        where no reading differs from its group and ``step`` is zero.

    Raises
    ------
    ValueError
        A group is empty.

    Examples
    --------
    >>> difference = welch_difference([3, 3, 3], [0, 0, 0], level=0.95, step=1.0)
    >>> difference.value, round(difference.low, 4), round(difference.high, 4)
    (3.0, 2.3456, 3.6544)
    """
    one, other = _mean(first, step=step), _mean(second, step=step)
    difference = one.value - other.value
    freedom = _satterthwaite(one, other, 1.0)
    if freedom is None:
        return MeanComparison(difference)
    reach = _t_quantile(level, freedom) * math.sqrt(one.variance + other.variance)
    return MeanComparison(difference, difference - reach, difference + reach, freedom)


def common_step(readings: Sequence[float], *, coarsest: float = 1.0) -> float:
    """Return the widest step of which all readings are multiples.

    Parameters
    ----------
    readings
        Readings on a scale of equal steps from zero, such as scores.
    coarsest
        The widest step to assume; readings that are all 0 and 3 still come from a scale of 1.

    Returns
    -------
    float
        The step, at most ``coarsest``.

    Examples
    --------
    >>> common_step([3, 0, 2]), common_step([2.5, 3, 0]), common_step([3, 0, 0])
    (1.0, 0.5, 1.0)
    """
    exact = [Fraction(repr(float(reading))) for reading in readings]
    step = Fraction(0)
    for reading in exact:
        denominator = math.lcm(step.denominator, reading.denominator)
        step = Fraction(math.gcd(int(step * denominator), int(reading * denominator)), denominator)
    return min(float(step), coarsest) if step > 0 else coarsest


def _mean(readings: Sequence[float], *, step: float = 0.0) -> _Mean:
    values = np.asarray(readings, dtype=np.float64)
    if values.size == 0 or not np.isfinite(values).all():
        msg = f"no mean of the readings {list(readings)}"
        raise ValueError(msg)
    if values.size == 1:
        return _Mean(float(values[0]), math.nan, 1)
    # Readings that agree but for rounding show no spread: an answer must not hang on a last digit.
    spread = float(values.var(ddof=1)) if has_spread(readings) else 0.0
    variance = max(spread, step**2 / 12.0) / values.size
    return _Mean(float(values.mean()), variance, int(values.size))


def _satterthwaite(first: _Mean, second: _Mean, factor: float) -> float | None:
    """Degrees of freedom of ``first − factor · second``; ``None`` where it has no variance."""
    if first.size < 2 or second.size < 2:
        return None
    one, other = first.variance, factor**2 * second.variance
    if one + other <= 0:
        return None
    share = one / (one + other)
    return 1.0 / (share**2 / (first.size - 1) + (1.0 - share) ** 2 / (second.size - 1))


def _t_quantile(level: float, freedom: float) -> float:
    if not 0.0 < level < 1.0:
        msg = f"confidence level {level} is not between 0 and 1"
        raise ValueError(msg)
    return float(special.stdtrit(freedom, 0.5 + level / 2.0))
