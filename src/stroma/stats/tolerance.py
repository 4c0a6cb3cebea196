"""Tolerance intervals: limits that hold a share of all lots, with a stated confidence.

Normal: one-sided factors from the noncentral t distribution (Owen 1968, Technometrics 10:445),
two-sided ones exactly as tabulated by Odeh and Owen 1980 (Tables for normal tolerance limits,
sampling plans, and screening), from the integral of Krishnamoorthy and Mathew 2009 (Statistical
tolerance regions, equation 1.2.4); Howe's approximation (1969, J Am Stat Assoc 64:610) in the form
of the NIST/SEMATECH handbook, section 7.2.6.3. Log-normal and logit-normal by transformation.
Free of a distribution: order statistics (Wilks 1941, Ann Math Stat 12:91).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from stroma.stats.effect_sizes import checked_level, finite_values
from stroma.stats.noncentral_t import noncentral_t_below, noncentral_t_quantile
from stroma.stats.transforms import Scale, from_scale, to_scale

FloatArray = npt.NDArray[np.float64]

_MOST_LOTS = 10**7
_FAR = 8.5  # standard errors of the mean; what lies beyond has a chance of 2e-17
_NODES = 80


class Side(StrEnum):
    """Which limits are wanted."""

    BOTH = "both"
    LOWER = "lower"
    UPPER = "upper"


class ToleranceMethod(StrEnum):
    """How the limits are found."""

    NORMAL = "normal"
    """Mean and standard deviation, exact factor."""
    HOWE = "howe"
    """Mean and standard deviation, Howe's factor; both limits only."""
    ORDER_STATISTICS = "order_statistics"
    """Lots themselves as limits; assumes no distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToleranceInterval:
    """Limits that hold a share of all lots.

    Parameters
    ----------
    low, high
        The limits, in the unit of the values; ``None`` on a side that is not wanted.
    side, method, scale
        What was asked for; the scale on which the values are taken to be normal.
    coverage
        The share of all lots that the limits are to hold.
    confidence
        The confidence asked for.
    achieved
        The confidence that the limits hold the coverage: as asked for where a factor is exact,
        and what the ranks give where lots themselves are the limits.
    lots
        Number of values.
    lots_needed
        The smallest number of values with which the method reaches the confidence.
    factor
        Standard deviations between mean and limit; ``None`` for order statistics.
    """

    low: float | None
    high: float | None
    side: Side
    method: ToleranceMethod
    scale: Scale
    coverage: float
    confidence: float
    achieved: float
    lots: int
    lots_needed: int
    factor: float | None

    @property
    def reached(self) -> bool:
        """Whether the confidence asked for is reached, but for rounding."""
        return self.achieved >= self.confidence - 1e-9


def factor_one_sided(lots: int, *, coverage: float, confidence: float) -> float:
    """Return the exact factor of a one-sided normal tolerance limit.

    Parameters
    ----------
    lots
        Number of values, two at the least.
    coverage
        The share that is to lie beyond the limit on its good side.
    confidence
        The confidence that it does.

    Returns
    -------
    float
        Standard deviations from the mean to the limit.

    Examples
    --------
    >>> round(factor_one_sided(10, coverage=0.95, confidence=0.95), 3)
    2.911
    """
    _check_lots(lots)
    root = math.sqrt(lots)
    noncentrality = float(special.ndtri(checked_level(coverage))) * root
    return noncentral_t_quantile(checked_level(confidence), lots - 1, noncentrality) / root


def factor_two_sided(lots: int, *, coverage: float, confidence: float) -> float:
    """Return the exact factor of a two-sided normal tolerance interval.

    Parameters
    ----------
    lots
        Number of values, two at the least.
    coverage
        The share that is to lie between the limits.
    confidence
        The confidence that it does.

    Returns
    -------
    float
        Standard deviations from the mean to either limit.

    Examples
    --------
    >>> round(factor_two_sided(10, coverage=0.95, confidence=0.95), 3)
    3.393
    """
    _check_lots(lots)
    checked_level(confidence)
    chances, reach = _reaches(lots, coverage)
    guess = factor_howe(lots, coverage=coverage, confidence=confidence)
    return float(
        optimize.brentq(
            lambda factor: _confidence(lots, factor, chances, reach) - confidence,
            guess / 10.0,
            guess * 10.0,
            xtol=1e-12,
        )
    )


def factor_howe(lots: int, *, coverage: float, confidence: float) -> float:
    """Return Howe's factor of a two-sided normal tolerance interval.

    Parameters
    ----------
    lots
        Number of values, two at the least.
    coverage
        The share that is to lie between the limits.
    confidence
        The confidence that it does.

    Returns
    -------
    float
        Standard deviations from the mean to either limit; a little short for few lots.

    Examples
    --------
    >>> round(factor_howe(43, coverage=0.90, confidence=0.99), 4)
    2.2173
    """
    _check_lots(lots)
    normal = float(special.ndtri((1.0 + checked_level(coverage)) / 2.0))
    chi_square = 2.0 * float(special.gammaincinv((lots - 1) / 2.0, 1.0 - checked_level(confidence)))
    return normal * math.sqrt((lots - 1) * (1.0 + 1.0 / lots) / chi_square)


def confidence_of_factor(lots: int, factor: float, *, coverage: float, side: Side) -> float:
    """Return the confidence that a normal tolerance interval with a given factor reaches.

    Parameters
    ----------
    lots
        Number of values, two at the least.
    factor
        Standard deviations from the mean to a limit, above zero.
    coverage
        The share to be held.
    side
        One limit or both.

    Returns
    -------
    float
        The confidence.

    Examples
    --------
    >>> round(confidence_of_factor(10, 3.379, coverage=0.95, side=Side.BOTH), 3)
    0.949
    """
    _check_lots(lots)
    if side is not Side.BOTH:
        root = math.sqrt(lots)
        noncentrality = float(special.ndtri(checked_level(coverage))) * root
        return noncentral_t_below(factor * root, lots - 1, noncentrality)
    chances, reach = _reaches(lots, coverage)
    return _confidence(lots, factor, chances, reach)


def _reaches(lots: int, coverage: float) -> tuple[FloatArray, FloatArray]:
    """Return the chances of means off the true one, and how far limits about them have to reach.

    Of a standard normal population: ``reach`` solves Φ(x + r) − Φ(x − r) = coverage.
    """
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    end = _FAR / math.sqrt(lots)
    places = end * (nodes + 1.0) / 2.0
    chances = 2.0 * (end / 2.0) * weights * np.exp(-lots * places**2 / 2.0)
    chances *= math.sqrt(lots / (2.0 * math.pi))
    low = np.zeros_like(places)
    high = places + float(special.ndtri((1.0 + checked_level(coverage)) / 2.0)) + 1.0
    for _ in range(80):
        middle = (low + high) / 2.0
        short = special.ndtr(places + middle) - special.ndtr(places - middle) < coverage
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return chances, (low + high) / 2.0


def _confidence(lots: int, factor: float, chances: FloatArray, reach: FloatArray) -> float:
    """Return the chance that ``factor`` times the standard deviation reaches far enough."""
    half = (lots - 1) / 2.0
    enough = special.gammaincc(half, half * (reach / factor) ** 2)
    return float(chances @ enough)


def confidence_of_ranks(lots: int, held: int, *, coverage: float) -> float:
    """Return the confidence that stretches between order statistics hold a share.

    Parameters
    ----------
    lots
        Number of values.
    held
        Stretches between neighbouring order statistics that are held, those to infinity counted:
        ``lots − 1`` from the least to the greatest value, ``lots`` beyond the least one.
    coverage
        The share.

    Returns
    -------
    float
        The confidence.

    Examples
    --------
    >>> round(confidence_of_ranks(59, 59, coverage=0.95), 4)
    0.9515
    """
    if not 0 < held <= lots:
        msg = f"{held} stretches of {lots} values cannot be held"
        raise ValueError(msg)
    # The share held is beta distributed, with `held` and `lots - held + 1`.
    return float(special.betainc(lots - held + 1, held, 1.0 - checked_level(coverage)))


def lots_needed(*, coverage: float, confidence: float, side: Side) -> int:
    """Return how many lots a tolerance interval needs that assumes no distribution.

    Parameters
    ----------
    coverage
        The share to be held.
    confidence
        The confidence wanted.
    side
        One limit or both.

    Returns
    -------
    int
        The smallest number with which the extreme lots are such limits.

    Examples
    --------
    >>> lots_needed(coverage=0.95, confidence=0.95, side=Side.BOTH)
    93
    >>> lots_needed(coverage=0.95, confidence=0.95, side=Side.LOWER)
    59
    """
    outside = 1 if side is Side.BOTH else 0
    checked_level(confidence)
    low, high = outside, outside + 1
    while confidence_of_ranks(high, high - outside, coverage=coverage) < confidence:
        low, high = high, 2 * high
        if high > _MOST_LOTS:
            msg = f"a coverage of {coverage} takes more than {_MOST_LOTS} lots"
            raise ValueError(msg)
    while high - low > 1:
        middle = (low + high) // 2
        if confidence_of_ranks(middle, middle - outside, coverage=coverage) >= confidence:
            high = middle
        else:
            low = middle
    return high


def tolerance_interval(
    values: Sequence[float] | FloatArray,
    *,
    coverage: float,
    confidence: float,
    side: Side,
    method: ToleranceMethod,
    scale: Scale = Scale.IDENTITY,
    top: float = 100.0,
) -> ToleranceInterval:
    """Return limits that hold a share of all lots.

    Parameters
    ----------
    values
        One a lot; two at the least.
    coverage
        The share of all lots to be held.
    confidence
        The confidence wanted.
    side
        One limit or both.
    method
        How to find them.
    scale
        The scale on which the values are taken to be normal; order statistics need none.
    top
        The whole, for the logit.

    Returns
    -------
    ToleranceInterval
        The limits. Order statistics of too few lots are the extreme lots, with the confidence
        these reach.

    Raises
    ------
    ValueError
        There are too few values, or one has no place on the scale, or Howe's factor is asked for
        one limit.

    Examples
    --------
    >>> interval = tolerance_interval([91, 94, 95, 97], coverage=0.9, confidence=0.9,
    ...     side=Side.LOWER, method=ToleranceMethod.ORDER_STATISTICS)
    >>> interval.low, round(interval.achieved, 3), interval.lots_needed
    (91.0, 0.344, 22)
    """
    checked_level(coverage)
    checked_level(confidence)
    if method is ToleranceMethod.ORDER_STATISTICS:
        return _from_ranks(
            finite_values(values, at_least=2), coverage=coverage, confidence=confidence, side=side
        )
    scaled = to_scale(finite_values(values, at_least=2), scale, top=top)
    lots = int(scaled.size)
    factor, achieved = _factor(lots, method, side, coverage=coverage, confidence=confidence)
    mean = float(scaled.mean())
    reach = factor * (float(scaled.std(ddof=1)) if np.ptp(scaled) > 0 else 0.0)
    low = None if side is Side.UPPER else from_scale(mean - reach, scale, top=top)
    high = None if side is Side.LOWER else from_scale(mean + reach, scale, top=top)
    return ToleranceInterval(
        low=low,
        high=high,
        side=side,
        method=method,
        scale=scale,
        coverage=coverage,
        confidence=confidence,
        achieved=achieved,
        lots=lots,
        lots_needed=2,
        factor=factor,
    )


def _factor(
    lots: int, method: ToleranceMethod, side: Side, *, coverage: float, confidence: float
) -> tuple[float, float]:
    """Return the factor and the confidence it reaches."""
    if method is ToleranceMethod.HOWE:
        if side is not Side.BOTH:
            msg = "Howe's factor is for both limits"
            raise ValueError(msg)
        factor = factor_howe(lots, coverage=coverage, confidence=confidence)
        return factor, confidence_of_factor(lots, factor, coverage=coverage, side=side)
    if side is Side.BOTH:
        return factor_two_sided(lots, coverage=coverage, confidence=confidence), confidence
    return factor_one_sided(lots, coverage=coverage, confidence=confidence), confidence


def _from_ranks(
    values: FloatArray, *, coverage: float, confidence: float, side: Side
) -> ToleranceInterval:
    ranked = np.sort(values)
    lots = int(ranked.size)
    fewest = 2 if side is Side.BOTH else 1
    # Stretches left outside: as many as the confidence allows, the extreme ones at the least.
    outside = fewest
    while outside < lots and (
        confidence_of_ranks(lots, lots - outside, coverage=coverage) >= confidence
    ):
        outside += 1
    held = lots + 1 - outside
    below = {Side.LOWER: outside, Side.UPPER: 0, Side.BOTH: outside // 2}[side]
    above = outside - below
    return ToleranceInterval(
        low=float(ranked[below - 1]) if side is not Side.UPPER else None,
        high=float(ranked[lots - above]) if side is not Side.LOWER else None,
        side=side,
        method=ToleranceMethod.ORDER_STATISTICS,
        scale=Scale.IDENTITY,
        coverage=coverage,
        confidence=confidence,
        achieved=confidence_of_ranks(lots, held, coverage=coverage),
        lots=lots,
        lots_needed=lots_needed(coverage=coverage, confidence=confidence, side=side),
        factor=None,
    )


def _check_lots(lots: int) -> None:
    if lots < 2:
        msg = f"{lots} lots show no spread"
        raise ValueError(msg)
