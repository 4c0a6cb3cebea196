"""From printed means and standard deviations to an estimate with its sampling variance.

Measures and names as in metafor's ``escalc``: Hedges 1981 (J Educ Stat 6:107) with the exact
small-sample factor; log ratio of means with Lajeunesse's second-order correction (Ecology
2015;96:2056); variability after Nakagawa 2015 (Methods Ecol Evol 6:143). Counts are in
:mod:`stroma.stats.meta.count_sizes`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from stroma.stats.meta.weights import FloatArray


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
    0.9227
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
class Pairs:
    """Two measurements of the same units: two tissues of one donor.

    Parameters
    ----------
    first, second
        The measurements, of equal n.
    correlation
        Between them over the units.
    """

    first: Group
    second: Group
    correlation: float

    def __post_init__(self) -> None:
        if self.first.n != self.second.n or not -1 <= self.correlation <= 1:
            msg = (
                f"pairs of n = {self.first.n} and {self.second.n} "
                f"with a correlation of {self.correlation}"
            )
            raise ValueError(msg)


def mean_change(pairs: Pairs) -> EffectSize:
    """Return the mean difference within pairs (MC).

    Parameters
    ----------
    pairs
        The measurements.

    Returns
    -------
    EffectSize
        First less second.

    Examples
    --------
    >>> mean_change(Pairs(Group(12, 3, 9), Group(10, 3, 9), 0.5)).variance
    1.0
    """
    first, second = pairs.first, pairs.second
    shared = 2 * pairs.correlation * first.sd * second.sd
    variance = (first.sd**2 + second.sd**2 - shared) / first.n
    return EffectSize(first.mean - second.mean, variance)


def log_ratio_within_pairs(pairs: Pairs, *, corrected: bool = True) -> EffectSize:
    """Return the logarithm of the ratio of two means of the same units (ROMC).

    Parameters
    ----------
    pairs
        The measurements, both means above zero.
    corrected
        With the second-order correction of :func:`log_ratio_of_means`.

    Returns
    -------
    EffectSize
        Of first over second.
    """
    apart = log_ratio_of_means(pairs.first, pairs.second, corrected=corrected)
    parts = [g.sd / g.mean / math.sqrt(g.n) for g in (pairs.first, pairs.second)]
    shared = 2 * pairs.correlation * parts[0] * parts[1]
    return EffectSize(apart.value, apart.variance - shared)


def shared_control_covariance(
    effects: Sequence[EffectSize], control: Group, *, measure: str, total: int | None = None
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
    total
        Units in all groups together, the control among them; for ``"SMD"``.

    Returns
    -------
    ndarray
        Shape ``(m, m)``. For the standardised difference 1/n + d d'/(2 N) after Gleser and Olkin
        2009 (Handbook of Research Synthesis, ch. 19); Lajeunesse 2011 (Ecology 92:2049) for the
        ratio.

    Raises
    ------
    ValueError
        Another measure, or a standardised difference without ``total``.

    Examples
    --------
    >>> shared_control_covariance(
    ...     [EffectSize(1, 0.5), EffectSize(2, 0.6)], Group(10, 2, 8), measure="MD"
    ... ).tolist()
    [[0.5, 0.5], [0.5, 0.6]]
    """
    values = np.array([effect.value for effect in effects])
    covariance = np.zeros((len(effects), len(effects)))
    if measure == "MD":
        covariance += control.sd**2 / control.n
    elif measure == "ROM":
        covariance += log_mean(control).variance
    elif measure == "SMD" and total is not None:
        covariance += 1 / control.n + np.outer(values, values) / (2 * total)
    else:
        msg = f"no covariance is known for {measure} with a total of {total}"
        raise ValueError(msg)
    np.fill_diagonal(covariance, [effect.variance for effect in effects])
    return covariance
