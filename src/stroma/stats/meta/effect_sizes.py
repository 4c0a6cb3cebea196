"""From printed means, counts and correlations to an estimate with its sampling variance.

Measures and names as in metafor's ``escalc``. Means: Hedges 1981 (J Educ Stat 6:107) with the exact
small-sample factor; log ratio of means with Lajeunesse's second-order correction (Ecology
2015;96:2056); variability after Nakagawa 2015 (Methods Ecol Evol 6:143). Counts: a half is added
to every cell of a table that holds a zero, and only there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from stroma.stats.meta.weights import FloatArray

ZERO_CELL = 0.5
"""Added to each cell of a table with a zero (Gart and Zweifel 1967, Biometrika 54:181)."""


@dataclass(frozen=True, slots=True)
class EffectSize:
    """An estimate with its sampling variance.

    Parameters
    ----------
    value, variance
        On the measure's own scale (a ratio on its logarithm).
    """

    value: float
    variance: float

    @property
    def standard_error(self) -> float:
        """Return the root of the variance."""
        return math.sqrt(self.variance)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of independent units as a paper prints it.

    Parameters
    ----------
    mean, sd
        Of the units; the standard deviation is not negative.
    n
        Units: donors, never wells; at least two.
    """

    mean: float
    sd: float
    n: int

    def __post_init__(self) -> None:
        if self.n < 2 or self.sd < 0 or not math.isfinite(self.mean + self.sd):
            msg = f"a group of n = {self.n} with mean {self.mean} and SD {self.sd}"
            raise ValueError(msg)


def small_sample_factor(freedom: float) -> float:
    """Return the exact factor that takes the bias from a standardised difference.

    Parameters
    ----------
    freedom
        Degrees of freedom of the standard deviation, above one.

    Returns
    -------
    float
        Below one.

    Examples
    --------
    >>> round(small_sample_factor(10), 4)
    0.9228
    """
    return math.exp(
        float(special.gammaln(freedom / 2) - special.gammaln((freedom - 1) / 2))
        - 0.5 * math.log(freedom / 2)
    )


def mean_difference(first: Group, second: Group, *, equal_variances: bool = False) -> EffectSize:
    """Return the difference of two means (MD).

    Parameters
    ----------
    first, second
        The groups.
    equal_variances
        Whether one pooled standard deviation serves both.

    Returns
    -------
    EffectSize
        First less second.

    Examples
    --------
    >>> mean_difference(Group(55, 47, 155), Group(75, 64, 156)).value
    -20
    """
    if equal_variances:
        pooled = _pooled_sd(first, second) ** 2
        return EffectSize(first.mean - second.mean, pooled * (1 / first.n + 1 / second.n))
    variance = first.sd**2 / first.n + second.sd**2 / second.n
    return EffectSize(first.mean - second.mean, variance)


def _pooled_sd(first: Group, second: Group) -> float:
    freedom = first.n + second.n - 2
    return math.sqrt(((first.n - 1) * first.sd**2 + (second.n - 1) * second.sd**2) / freedom)


def standardised_mean_difference(first: Group, second: Group) -> EffectSize:
    """Return Hedges' g (SMD) with its large-sample variance.

    Parameters
    ----------
    first, second
        The groups, not both without spread.

    Returns
    -------
    EffectSize
        First less second, in pooled standard deviations.

    Examples
    --------
    >>> g = standardised_mean_difference(Group(55, 47, 155), Group(75, 64, 156))
    >>> round(g.value, 4), round(g.variance, 4)
    (-0.3552, 0.0131)
    """
    sd = _pooled_sd(first, second)
    if sd == 0:
        msg = "neither group shows any spread"
        raise ValueError(msg)
    total = first.n + second.n
    value = small_sample_factor(total - 2) * (first.mean - second.mean) / sd
    return EffectSize(value, 1 / first.n + 1 / second.n + value**2 / (2 * total))


def log_ratio_of_means(first: Group, second: Group, *, corrected: bool = True) -> EffectSize:
    """Return the logarithm of the ratio of two means (ROM).

    Parameters
    ----------
    first, second
        The groups, both means above zero.
    corrected
        With the second-order correction, which metafor applies by default since version 5.0 and
        did not before; the two differ in printed decimals with few donors.

    Returns
    -------
    EffectSize
        Of first over second.

    Raises
    ------
    ValueError
        A mean that is not above zero.
    """
    if first.mean <= 0 or second.mean <= 0:
        msg = f"means {first.mean} and {second.mean} have no log ratio"
        raise ValueError(msg)
    parts = [(g.sd / g.mean) ** 2 / g.n for g in (first, second)]
    value, variance = math.log(first.mean / second.mean), sum(parts)
    if corrected:
        value += (parts[0] - parts[1]) / 2
    return EffectSize(value, variance)


def log_variability_ratio(first: Group, second: Group) -> EffectSize:
    """Return the logarithm of the ratio of two standard deviations (VR).

    Parameters
    ----------
    first, second
        The groups, both with spread.

    Returns
    -------
    EffectSize
        Of first over second.
    """
    one, two = log_sd(first), log_sd(second)
    return EffectSize(one.value - two.value, one.variance + two.variance)


def log_cv_ratio(first: Group, second: Group, *, corrected: bool = False) -> EffectSize:
    """Return the logarithm of the ratio of two coefficients of variation (CVR).

    Parameters
    ----------
    first, second
        The groups, both with spread and a mean above zero.
    corrected
        With the second-order correction of the means.

    Returns
    -------
    EffectSize
        Of first over second.
    """
    spread = log_variability_ratio(first, second)
    means = log_ratio_of_means(first, second, corrected=corrected)
    return EffectSize(spread.value - means.value, spread.variance + means.variance)


def single_mean(group: Group) -> EffectSize:
    """Return a mean with its variance (MN).

    Parameters
    ----------
    group
        The group.

    Returns
    -------
    EffectSize
        The mean.
    """
    return EffectSize(group.mean, group.sd**2 / group.n)


def log_mean(group: Group) -> EffectSize:
    """Return the logarithm of a mean (MNLN).

    Parameters
    ----------
    group
        With a mean above zero.

    Returns
    -------
    EffectSize
        The logarithm.

    Raises
    ------
    ValueError
        A mean that is not above zero.
    """
    if group.mean <= 0:
        msg = f"a mean of {group.mean} has no logarithm"
        raise ValueError(msg)
    return EffectSize(math.log(group.mean), (group.sd / group.mean) ** 2 / group.n)


def log_sd(group: Group) -> EffectSize:
    """Return the logarithm of a standard deviation (SDLN).

    Parameters
    ----------
    group
        With spread.

    Returns
    -------
    EffectSize
        Corrected by 1 / (2 (n - 1)).

    Raises
    ------
    ValueError
        A standard deviation of zero.
    """
    if group.sd == 0:
        msg = "a standard deviation of zero has no logarithm"
        raise ValueError(msg)
    half = 1 / (2 * (group.n - 1))
    return EffectSize(math.log(group.sd) + half, half)


def log_cv(group: Group) -> EffectSize:
    """Return the logarithm of a coefficient of variation (CVLN).

    Parameters
    ----------
    group
        With spread and a mean above zero.

    Returns
    -------
    EffectSize
        The logarithm.
    """
    spread, mean = log_sd(group), log_mean(group)
    return EffectSize(spread.value - mean.value, spread.variance + mean.variance)


@dataclass(frozen=True, slots=True)
class TwoByTwo:
    """Events and non-events of two groups.

    Parameters
    ----------
    a, b
        Of the first: with and without.
    c, d
        Of the second.
    """

    a: float
    b: float
    c: float
    d: float

    def __post_init__(self) -> None:
        cells = (self.a, self.b, self.c, self.d)
        if min(cells) < 0 or self.a + self.b == 0 or self.c + self.d == 0:
            msg = f"a table of {self.a}, {self.b}, {self.c} and {self.d}"
            raise ValueError(msg)

    def filled(self) -> TwoByTwo:
        """Return the table with a half added to every cell where one of them is zero."""
        if min(self.a, self.b, self.c, self.d) > 0:
            return self
        return TwoByTwo(
            self.a + ZERO_CELL, self.b + ZERO_CELL, self.c + ZERO_CELL, self.d + ZERO_CELL
        )


def log_risk_ratio(table: TwoByTwo) -> EffectSize:
    """Return the logarithm of the ratio of two risks (RR).

    Parameters
    ----------
    table
        The counts.

    Returns
    -------
    EffectSize
        Of first over second.

    Examples
    --------
    >>> round(log_risk_ratio(TwoByTwo(4, 119, 11, 128)).value, 4)
    -0.8893
    """
    t = table.filled()
    first, second = t.a + t.b, t.c + t.d
    return EffectSize(
        math.log((t.a / first) / (t.c / second)), 1 / t.a - 1 / first + 1 / t.c - 1 / second
    )


def log_odds_ratio(table: TwoByTwo) -> EffectSize:
    """Return the logarithm of the ratio of two odds (OR).

    Parameters
    ----------
    table
        The counts.

    Returns
    -------
    EffectSize
        Of first over second.
    """
    t = table.filled()
    return EffectSize(math.log(t.a * t.d / (t.b * t.c)), 1 / t.a + 1 / t.b + 1 / t.c + 1 / t.d)


def log_peto_odds_ratio(table: TwoByTwo) -> EffectSize:
    """Return Peto's one-step log odds ratio (PETO), which needs no half for a zero.

    Parameters
    ----------
    table
        The counts, with events and non-events in all.

    Returns
    -------
    EffectSize
        Of first over second.

    Raises
    ------
    ValueError
        No event in either group, or nothing but events.
    """
    first, second = table.a + table.b, table.c + table.d
    events, others = table.a + table.c, table.b + table.d
    total = first + second
    if events == 0 or others == 0:
        msg = "both groups hold nothing but events, or none"
        raise ValueError(msg)
    information = first * second * events * others / (total**2 * (total - 1))
    return EffectSize((table.a - first * events / total) / information, 1 / information)


def risk_difference(table: TwoByTwo) -> EffectSize:
    """Return the difference of two risks (RD).

    Parameters
    ----------
    table
        The counts.

    Returns
    -------
    EffectSize
        First less second; the half for a zero enters the variance, as in metafor.
    """
    t = table.filled()
    first, second = t.a + t.b, t.c + t.d
    variance = t.a * t.b / first**3 + t.c * t.d / second**3
    return EffectSize(t.a / first - t.c / second, variance)


def arcsine_difference(table: TwoByTwo) -> EffectSize:
    """Return the difference of two arcsine square roots of risks (AS).

    Parameters
    ----------
    table
        The counts.

    Returns
    -------
    EffectSize
        First less second.
    """
    first, second = table.a + table.b, table.c + table.d
    value = math.asin(math.sqrt(table.a / first)) - math.asin(math.sqrt(table.c / second))
    return EffectSize(value, 1 / (4 * first) + 1 / (4 * second))


def _share(events: float, total: float) -> tuple[float, float]:
    if not 0 <= events <= total or total <= 0:
        msg = f"{events} of {total}"
        raise ValueError(msg)
    if events in (0, total):
        return events + ZERO_CELL, total + 2 * ZERO_CELL
    return events, total


def proportion(events: float, total: float) -> EffectSize:
    """Return a proportion (PR).

    Parameters
    ----------
    events, total
        How many of how many; halves are added to 0 and to all.

    Returns
    -------
    EffectSize
        As a fraction.
    """
    x, n = _share(events, total)
    return EffectSize(x / n, x / n * (1 - x / n) / n)


def logit_proportion(events: float, total: float) -> EffectSize:
    """Return the log odds of a proportion (PLO).

    Parameters
    ----------
    events, total
        How many of how many; halves are added to 0 and to all.

    Returns
    -------
    EffectSize
        The log odds.

    Examples
    --------
    >>> round(logit_proportion(38, 54).value, 4)
    0.865
    """
    x, n = _share(events, total)
    return EffectSize(math.log(x / (n - x)), 1 / x + 1 / (n - x))


def arcsine_proportion(events: float, total: float) -> EffectSize:
    """Return the arcsine square root of a proportion (PAS).

    Parameters
    ----------
    events, total
        How many of how many.

    Returns
    -------
    EffectSize
        In radians.
    """
    if not 0 <= events <= total or total <= 0:
        msg = f"{events} of {total}"
        raise ValueError(msg)
    return EffectSize(math.asin(math.sqrt(events / total)), 1 / (4 * total))


def log_rate(events: float, time: float) -> EffectSize:
    """Return the logarithm of an incidence rate (IRLN).

    Parameters
    ----------
    events
        How many; a half is added to none.
    time
        Over how much time.

    Returns
    -------
    EffectSize
        The logarithm.
    """
    if events < 0 or time <= 0:
        msg = f"{events} events in a time of {time}"
        raise ValueError(msg)
    x = events if events > 0 else ZERO_CELL
    return EffectSize(math.log(x / time), 1 / x)


def fisher_z(correlation: float, n: int) -> EffectSize:
    """Return Fisher's z of a correlation (ZCOR).

    Parameters
    ----------
    correlation
        Between -1 and 1, both excluded.
    n
        Pairs, at least four.

    Returns
    -------
    EffectSize
        The transformed correlation.
    """
    if n <= 3 or not -1 < correlation < 1:
        msg = f"a correlation of {correlation} in {n} pairs"
        raise ValueError(msg)
    return EffectSize(math.atanh(correlation), 1 / (n - 3))


def shared_control_covariance(
    effects: list[EffectSize], control: Group, *, measure: str
) -> FloatArray:
    """Return the sampling covariance of contrasts that share one control group.

    Parameters
    ----------
    effects
        The contrasts, each a group against the control.
    control
        The group they share.
    measure
        ``"MD"``, ``"SMD"`` or ``"ROM"``.

    Returns
    -------
    ndarray
        Shape ``(m, m)``. Gleser and Olkin 2009 (Handbook of Research Synthesis, ch. 19) for the
        standardised difference, whose total n is taken from the contrasts' variances.

    Raises
    ------
    ValueError
        Another measure.
    """
    if measure == "MD":
        shared = control.sd**2 / control.n
    elif measure == "ROM":
        shared = (control.sd / control.mean) ** 2 / control.n
    elif measure == "SMD":
        shared = 1 / control.n
    else:
        msg = f"no covariance is known for {measure}"
        raise ValueError(msg)
    covariance = np.full((len(effects), len(effects)), shared)
    np.fill_diagonal(covariance, [effect.variance for effect in effects])
    return covariance
