"""Control charts: centre, limits and what is plotted, from a declared baseline.

Individuals with moving ranges, means with standard deviations, EWMA (Roberts 1959, Technometrics
1:239) and CUSUM (Page 1954, Biometrika 41:100), in the forms of Montgomery 2013, Introduction to
statistical quality control, 7th edition, chapters 6 and 9. The rules that read a chart are in
:mod:`stroma.stats.chart_rules`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from stroma.stats.effect_sizes import finite_values

FloatArray = npt.NDArray[np.float64]

D2_OF_TWO = 2.0 / math.sqrt(math.pi)
"""Mean range of two normal values in standard deviations, printed as 1.128."""

D4_OF_TWO = 1.0 + 3.0 * math.sqrt(math.pi / 2.0 - 1.0)
"""Upper limit of the moving range over its mean, printed as 3.267; the lower one is zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndividualsChart:
    """A chart of single values and of their moving ranges.

    Parameters
    ----------
    values
        What is plotted.
    centre, sigma
        Mean of the baseline, and its spread from the moving ranges.
    low, high
        Three standard deviations from the centre.
    ranges
        Moving ranges, one fewer than values; the first is between the first and second.
    mean_range, range_limit
        Of the baseline, and the upper limit.
    baseline
        How many of the first values made the limits.
    """

    values: tuple[float, ...]
    centre: float
    sigma: float
    low: float
    high: float
    ranges: tuple[float, ...]
    mean_range: float
    range_limit: float
    baseline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeansChart:
    """A chart of the means of subgroups and of their standard deviations.

    Parameters
    ----------
    means, deviations
        Of each subgroup.
    centre, sigma
        Mean of the baseline, and its pooled spread within subgroups.
    low, high
        Limits of each mean.
    deviation_centre, deviation_low, deviation_high
        Centre and limits of each standard deviation.
    baseline
        How many of the first subgroups made the limits.
    """

    means: tuple[float, ...]
    deviations: tuple[float, ...]
    centre: float
    sigma: float
    low: tuple[float, ...]
    high: tuple[float, ...]
    deviation_centre: tuple[float, ...]
    deviation_low: tuple[float, ...]
    deviation_high: tuple[float, ...]
    baseline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedChart:
    """An exponentially weighted moving average.

    Parameters
    ----------
    averages
        After each value.
    centre
        Where it starts.
    low, high
        Limits at each value, which widen as the average settles.
    weight, width
        Weight of the newest value, and limits in standard deviations of the average.
    beyond
        Places of the averages outside the limits.
    """

    averages: tuple[float, ...]
    centre: float
    low: tuple[float, ...]
    high: tuple[float, ...]
    weight: float
    width: float
    beyond: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CumulativeChart:
    """Cumulative sums of what lies above and below the centre, in standard deviations.

    Parameters
    ----------
    above, below
        The two sums after each value; neither falls below zero.
    slack
        What is taken off each deviation: half the shift that is to be seen.
    limit
        Where a sum signals.
    beyond
        Places where a sum is above the limit.
    """

    above: tuple[float, ...]
    below: tuple[float, ...]
    slack: float
    limit: float
    beyond: tuple[int, ...]


def unbiasing_c4(size: float) -> float:
    """Return the mean standard deviation of a normal sample over the true one.

    Parameters
    ----------
    size
        Number of values, above one.

    Returns
    -------
    float
        Below one: c4.

    Examples
    --------
    >>> round(unbiasing_c4(2), 4), round(unbiasing_c4(5), 4)
    (0.7979, 0.94)
    """
    half = (size - 1.0) / 2.0
    return math.exp(special.gammaln(half + 0.5) - special.gammaln(half)) / math.sqrt(half)


def chart_individuals(
    values: Sequence[float] | FloatArray, *, baseline: int | None = None
) -> IndividualsChart:
    """Return a chart of single values.

    Parameters
    ----------
    values
        One a lot, in the order they were made.
    baseline
        How many of the first values set centre and limits, two at the least; ``None`` for all.

    Returns
    -------
    IndividualsChart
        With limits three standard deviations from the centre.

    Raises
    ------
    ValueError
        There are fewer than two values in the baseline, or more than there are values.

    Examples
    --------
    >>> chart = chart_individuals([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    >>> round(chart.centre, 2), round(chart.low, 1), round(chart.high, 1)
    (50.81, 45.8, 55.8)
    """
    array = finite_values(values, at_least=2)
    first = _baseline(baseline, int(array.size))
    ranges = np.abs(np.diff(array))
    mean_range = float(ranges[: first - 1].mean())
    centre, sigma = float(array[:first].mean()), mean_range / D2_OF_TWO
    return IndividualsChart(
        values=tuple(array.tolist()),
        centre=centre,
        sigma=sigma,
        low=centre - 3.0 * sigma,
        high=centre + 3.0 * sigma,
        ranges=tuple(ranges.tolist()),
        mean_range=mean_range,
        range_limit=D4_OF_TWO * mean_range,
        baseline=first,
    )


def chart_means(subgroups: Sequence[Sequence[float]], *, baseline: int | None = None) -> MeansChart:
    """Return a chart of subgroups, which may differ in size.

    Parameters
    ----------
    subgroups
        Values of each, in order; two at the least in each.
    baseline
        How many of the first subgroups set centre and limits, two at the least; ``None`` for all.

    Returns
    -------
    MeansChart
        Limits for each subgroup's size, three standard deviations from the centre.

    Raises
    ------
    ValueError
        A subgroup has fewer than two values, or the baseline is not as stated.

    Examples
    --------
    >>> chart = chart_means([[1.0, 2.0], [2.0, 3.0], [1.5, 2.5]])
    >>> round(chart.centre, 2), round(chart.sigma, 4)
    (2.0, 0.8862)
    """
    arrays = [finite_values(group, at_least=2) for group in subgroups]
    first = _baseline(baseline, len(arrays))
    sizes = np.array([array.size for array in arrays], dtype=np.float64)
    means = np.array([array.mean() for array in arrays])
    deviations = np.array([array.std(ddof=1) for array in arrays])
    held = slice(0, first)
    # Each size has its own bias; the weights are Burr's (1969, Ind Qual Control 2:663).
    c4 = np.array([unbiasing_c4(size) for size in sizes])
    weights = c4[held] ** 2 / (1.0 - c4[held] ** 2)
    sigma = float((weights * deviations[held] / c4[held]).sum() / weights.sum())
    centre = float((sizes[held] * means[held]).sum() / sizes[held].sum())
    reach = 3.0 * sigma / np.sqrt(sizes)
    spread = 3.0 * sigma * np.sqrt(1.0 - c4**2)
    return MeansChart(
        means=tuple(means.tolist()),
        deviations=tuple(deviations.tolist()),
        centre=centre,
        sigma=sigma,
        low=tuple((centre - reach).tolist()),
        high=tuple((centre + reach).tolist()),
        deviation_centre=tuple((c4 * sigma).tolist()),
        deviation_low=tuple(np.maximum(c4 * sigma - spread, 0.0).tolist()),
        deviation_high=tuple((c4 * sigma + spread).tolist()),
        baseline=first,
    )


def chart_weighted(
    values: Sequence[float] | FloatArray,
    *,
    centre: float,
    sigma: float,
    weight: float = 0.2,
    width: float = 2.962,
) -> WeightedChart:
    """Return an exponentially weighted moving average.

    Parameters
    ----------
    values
        In order.
    centre, sigma
        Of the baseline.
    weight
        Of the newest value, above 0 and at most 1.
    width
        Limits in standard deviations; 2.962 at a weight of 0.2 gives a false alarm in 500 values
        on average (Lucas and Saccucci 1990, Technometrics 32:1).

    Returns
    -------
    WeightedChart
        With limits exact at each value.

    Raises
    ------
    ValueError
        The spread is not above zero, or the weight is none.

    Examples
    --------
    >>> chart = chart_weighted([9.45, 7.99], centre=10, sigma=1, weight=0.1, width=2.7)
    >>> [round(average, 4) for average in chart.averages]
    [9.945, 9.7495]
    """
    array = finite_values(values, at_least=1)
    _check_spread(sigma)
    if not 0.0 < weight <= 1.0:
        msg = f"the weight {weight} is not above 0 and at most 1"
        raise ValueError(msg)
    averages: list[float] = []
    for value in array.tolist():
        before = averages[-1] if averages else centre
        averages.append(weight * value + (1.0 - weight) * before)
    steps = np.arange(1, array.size + 1)
    variance = weight / (2.0 - weight) * (1.0 - (1.0 - weight) ** (2 * steps))
    reach = width * sigma * np.sqrt(variance)
    outside = np.flatnonzero(np.abs(np.array(averages) - centre) > reach)
    return WeightedChart(
        averages=tuple(averages),
        centre=centre,
        low=tuple((centre - reach).tolist()),
        high=tuple((centre + reach).tolist()),
        weight=weight,
        width=width,
        beyond=tuple(outside.tolist()),
    )


def chart_cumulative(
    values: Sequence[float] | FloatArray,
    *,
    centre: float,
    sigma: float,
    slack: float = 0.5,
    limit: float = 5.0,
) -> CumulativeChart:
    """Return cumulative sums above and below the centre.

    Parameters
    ----------
    values
        In order.
    centre, sigma
        Of the baseline.
    slack, limit
        In standard deviations; 0.5 and 5 see a shift of one standard deviation in about ten
        values, with a false alarm in 465 (Montgomery 2013, table 9.3).

    Returns
    -------
    CumulativeChart
        The sums, in standard deviations.

    Raises
    ------
    ValueError
        The spread is not above zero.

    Examples
    --------
    >>> chart_cumulative([11.0, 12.0, 9.0], centre=10, sigma=1).above
    (0.5, 2.0, 0.5)
    """
    array = finite_values(values, at_least=1)
    _check_spread(sigma)
    above: list[float] = []
    below: list[float] = []
    for z in ((array - centre) / sigma).tolist():
        above.append(max(0.0, z - slack + (above[-1] if above else 0.0)))
        below.append(max(0.0, -z - slack + (below[-1] if below else 0.0)))
    beyond = tuple(i for i in range(len(above)) if max(above[i], below[i]) > limit)
    return CumulativeChart(
        above=tuple(above), below=tuple(below), slack=slack, limit=limit, beyond=beyond
    )


def _baseline(stated: int | None, count: int) -> int:
    first = count if stated is None else stated
    if not 2 <= first <= count:
        msg = f"a baseline of {first} among {count} sets no limits"
        raise ValueError(msg)
    return first


def _check_spread(sigma: float) -> None:
    if not 0.0 < sigma < math.inf:
        msg = f"a spread of {sigma} is not above zero"
        raise ValueError(msg)
