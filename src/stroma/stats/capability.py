"""Capability: how far a process stays from its limits, in units of its spread.

Pp and Ppk use the standard deviation of all lots, Cp and Cpk the spread between neighbouring lots
(mean moving range), which leaves out slow drift (Montgomery 2013, Introduction to statistical
quality control, 7th edition, chapter 8). Intervals: chi-squared for Pp and Cp, Bissell's for Ppk
and Cpk between two limits (1990, Appl Stat 39:331), and exactly from the noncentral t distribution
where there is one limit. The spread from moving ranges is taken as chi distributed with the degrees
of freedom that its variance gives (Patnaik 1950, Biometrika 37:78; variance after Cryer and Ryan
1990, J Qual Technol 22:187).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from stroma.stats.control_charts import D2_OF_TWO, unbiasing_c4
from stroma.stats.effect_sizes import (
    checked_level,
    finite_values,
    noncentrality_interval,
)
from stroma.stats.means import has_spread

FloatArray = npt.NDArray[np.float64]


class CapabilityInterval(StrEnum):
    """How the interval of an index is made."""

    CHI_SQUARED = "chi_squared"
    BISSELL = "bissell"
    NONCENTRAL_T = "noncentral_t"


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityIndex:
    """An index with its interval.

    Parameters
    ----------
    value
        The index.
    low, high
        Its interval.
    level
        Confidence level.
    interval
        How the interval was made.
    """

    value: float
    low: float
    high: float
    level: float
    interval: CapabilityInterval


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """The indices of a process against its limits.

    Parameters
    ----------
    pp, cp
        Width of the limits over six standard deviations, of all lots and between neighbours;
        ``None`` where there is one limit.
    ppk, cpk
        Distance from the mean to the nearer limit over three standard deviations.
    mean
        Of all lots.
    overall, within
        Standard deviation of all lots, and from the moving ranges.
    within_freedom
        Degrees of freedom of the latter.
    lots
        Number of values.
    """

    pp: CapabilityIndex | None
    ppk: CapabilityIndex
    cp: CapabilityIndex | None
    cpk: CapabilityIndex
    mean: float
    overall: float
    within: float
    within_freedom: float
    lots: int


def measure_capability(
    values: Sequence[float] | FloatArray,
    *,
    lower: float | None,
    upper: float | None,
    level: float,
) -> Capability:
    """Return the capability of a process from its lots in order.

    Parameters
    ----------
    values
        One a lot, in the order they were made, on the scale on which they are normal; three at
        the least.
    lower, upper
        The limits on that scale; ``None`` for a side without one.
    level
        Confidence level of the intervals.

    Returns
    -------
    Capability
        The indices with their intervals.

    Raises
    ------
    ValueError
        There are too few values or no spread, no limit, or a lower limit not below the upper.

    Examples
    --------
    >>> found = measure_capability([4.1, 5.0, 4.6, 5.5, 4.9, 5.2], lower=2, upper=8, level=0.95)
    >>> round(found.pp.value, 3), round(found.ppk.value, 3)
    (2.051, 1.971)
    """
    array = finite_values(values, at_least=3)
    if lower is None and upper is None:
        msg = "there is no limit to be capable of"
        raise ValueError(msg)
    if lower is not None and upper is not None and not lower < upper:
        msg = f"the lower limit {lower} is not below the upper limit {upper}"
        raise ValueError(msg)
    if not has_spread(array):
        msg = "the values show no spread"
        raise ValueError(msg)
    lots, mean, overall = int(array.size), float(array.mean()), float(array.std(ddof=1))
    within = float(np.abs(np.diff(array)).mean()) / D2_OF_TWO
    freedom = moving_range_freedom(lots)
    pp, ppk = _indices(mean, overall, lots - 1, lots, (lower, upper), level)
    cp, cpk = _indices(mean, within, freedom, lots, (lower, upper), level)
    return Capability(
        pp=pp,
        ppk=ppk,
        cp=cp,
        cpk=cpk,
        mean=mean,
        overall=overall,
        within=within,
        within_freedom=freedom,
        lots=lots,
    )


def moving_range_freedom(lots: int) -> float:
    """Return the degrees of freedom of the spread estimated from moving ranges.

    Parameters
    ----------
    lots
        Number of values, two at the least.

    Returns
    -------
    float
        Those of a chi distribution with the same relative variance; about 0.6 a lot.

    Examples
    --------
    >>> round(moving_range_freedom(2), 6), round(moving_range_freedom(25), 1)
    (1.0, 14.9)
    """
    if lots < 2:
        msg = f"{lots} lots have no moving range"
        raise ValueError(msg)
    # Relative variance of |x - y|, and covariance of neighbouring ones that share a lot.
    own, shared = math.pi / 2.0 - 1.0, math.sqrt(3.0) / 2.0 + math.pi / 12.0 - 1.0
    variance = ((lots - 1) * own + 2 * (lots - 2) * shared) / (lots - 1) ** 2

    def excess(freedom: float) -> float:
        return 1.0 / unbiasing_c4(freedom + 1.0) ** 2 - 1.0 - variance

    return float(optimize.brentq(excess, 0.5, 10.0 * lots))


def _indices(
    mean: float,
    spread: float,
    freedom: float,
    lots: int,
    limits: tuple[float | None, float | None],
    level: float,
) -> tuple[CapabilityIndex | None, CapabilityIndex]:
    lower, upper = limits
    sides = []
    if lower is not None:
        sides.append((mean - lower) / (3.0 * spread))
    if upper is not None:
        sides.append((upper - mean) / (3.0 * spread))
    nearest = min(sides)
    if lower is None or upper is None:
        return None, _one_limit(nearest, freedom, lots, level)
    return (
        _two_limits((upper - lower) / (6.0 * spread), freedom, level),
        _bissell(nearest, freedom, lots, level),
    )


def _two_limits(value: float, freedom: float, level: float) -> CapabilityIndex:
    tail = (1.0 - checked_level(level)) / 2.0
    half = freedom / 2.0
    return CapabilityIndex(
        value=value,
        low=value * math.sqrt(float(special.gammaincinv(half, tail)) / half),
        high=value * math.sqrt(float(special.gammainccinv(half, tail)) / half),
        level=level,
        interval=CapabilityInterval.CHI_SQUARED,
    )


def _bissell(value: float, freedom: float, lots: int, level: float) -> CapabilityIndex:
    reach = float(special.ndtri(0.5 + checked_level(level) / 2.0)) * math.sqrt(
        1.0 / (9.0 * lots) + value**2 / (2.0 * freedom)
    )
    return CapabilityIndex(
        value=value,
        low=value - reach,
        high=value + reach,
        level=level,
        interval=CapabilityInterval.BISSELL,
    )


def _one_limit(value: float, freedom: float, lots: int, level: float) -> CapabilityIndex:
    root = 3.0 * math.sqrt(lots)
    low, high = noncentrality_interval(value * root, freedom, level=level)
    return CapabilityIndex(
        value=value,
        low=low / root,
        high=high / root,
        level=level,
        interval=CapabilityInterval.NONCENTRAL_T,
    )
