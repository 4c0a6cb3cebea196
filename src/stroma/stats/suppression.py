"""Suppression: how much less divides, at which ratio half as much, and how that compares.

Every number of a tube comes with its variance. With several ratios the variances are multiplied by
the dispersion, Pearson's chi-square over its degrees of freedom where that is above 1, so that
wells that scatter more than cells do by chance widen the intervals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from stroma.stats.nonlinear import NoOptimumError, least_squares
from stroma.stats.potency.fieller import Ratio, fieller

Floats = npt.NDArray[np.float64]

HALF = 50.0
"""Percent."""
LEAST_RATIOS = 3
"""Of one lot: with two, a line passes through both and nothing tells whether it is one."""
LEAST_FOR_CURVE = 5
"""Ratios from which the curve of three parameters keeps two degrees of freedom for its misfit."""
STEEP = (10.0, 90.0)
"""Percent between which a logistic over the logarithm is straight enough to be compared as one."""
SIGNIFICANT = 0.05
_LEAST_VARIANCE = 0.25
"""Of an inhibition in percent, 0.5 squared: pipetting alone does no better, so that a tube of very
many cells does not decide alone."""
_KNOWN = 1e9
"""Degrees of freedom of a variance that is taken as known."""


class Unanswered(StrEnum):
    """Why there is no answer."""

    NO_DIVISION = "no_division"
    FEW_RATIOS = "few_ratios"
    NOT_REACHED = "not_reached"
    ABOVE_THROUGHOUT = "above_throughout"
    NOT_RISING = "not_rising"
    NOT_PARALLEL = "not_parallel"
    NOT_SIMILAR = "not_similar"
    UNBOUNDED = "unbounded"


class NoAnswerError(Exception):
    """The tubes do not answer the question.

    Parameters
    ----------
    reason
        Why.
    value
        The number it rests on: the largest or smallest inhibition in percent, the number of ratios,
        the p value of parallelism, or the ratio of the slopes.
    interval
        Of the ratio of the slopes; ``None`` for what cannot be bounded.
    """

    def __init__(
        self,
        reason: Unanswered,
        value: float,
        interval: tuple[float | None, float | None] = (None, None),
    ) -> None:
        super().__init__(f"{reason}: {value:g}")
        self.reason = reason
        self.value = value
        self.interval = interval


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its variance.

    Parameters
    ----------
    value
        The number.
    variance
        Of it.
    """

    value: float
    variance: float


@dataclass(frozen=True, slots=True)
class Inhibition:
    """Percent less than alone.

    Parameters
    ----------
    percent
        100 (1 - (co-culture - undivided) / (stimulated - undivided)); below 0 where more divides.
    low, high
        Fieller's limits.
    variance
        Of the percentage, by the delta method.
    level
        Of the limits.
    """

    percent: float
    low: float
    high: float
    variance: float
    level: float


@dataclass(frozen=True, slots=True)
class RatioPoint:
    """Inhibition at a ratio.

    Parameters
    ----------
    ratio
        Suppressing cells to one that divides, above zero.
    percent, variance
        Of the inhibition.
    """

    ratio: float
    percent: float
    variance: float


@dataclass(frozen=True, slots=True)
class HalfSuppression:
    """The ratio at which half as much divides.

    Parameters
    ----------
    ratio
        The ratio.
    low, high
        Limits; ``None`` where the slope cannot be told from none.
    level
        Of the limits.
    method
        ``"log_logistic"``: a curve from 0 % without suppressing cells to a free top; or
        ``"log_linear"``: a line over the logarithm of the ratio.
    top
        Of the curve, in percent; ``None`` for a line.
    slope
        Of the curve; for a line, percent for each natural logarithm of the ratio.
    dispersion
        1 at least.
    """

    ratio: float
    low: float | None
    high: float | None
    level: float
    method: str
    top: float | None
    slope: float
    dispersion: float


@dataclass(frozen=True, slots=True)
class SuppressionPotency:
    """Potency of a lot relative to a reference, from parallel lines.

    Parameters
    ----------
    potency
        Ratio of the reference to ratio of the lot for the same inhibition: 2 for a lot of which
        half as many cells do the same.
    slope_ratio
        Lot over reference, for similarity.
    p_value
        Of the difference of slopes.
    slope
        Common, percent for each natural logarithm of the ratio.
    dispersion
        1 at least.
    """

    potency: Ratio
    slope_ratio: Ratio
    p_value: float
    slope: float
    dispersion: float


def mean_of(tubes: Sequence[Estimate]) -> Estimate:
    """Return the mean of replicate tubes.

    Parameters
    ----------
    tubes
        At least one.

    Returns
    -------
    Estimate
        Its variance is the larger of what the tubes' own variances and their scatter give.

    Examples
    --------
    >>> mean_of([Estimate(1.0, 0.01), Estimate(2.0, 0.01)])
    Estimate(value=1.5, variance=0.25)
    """
    values = np.array([tube.value for tube in tubes])
    own = sum(tube.variance for tube in tubes) / len(tubes)
    scatter = float(values.var(ddof=1)) if len(tubes) > 1 else 0.0
    return Estimate(float(values.mean()), max(own, scatter) / len(tubes))


def inhibition(
    coculture: Estimate, stimulated: Estimate, undivided: Estimate, *, level: float = 0.95
) -> Inhibition:
    """Return by how much less divides beside suppressing cells than alone.

    Parameters
    ----------
    coculture, stimulated, undivided
        The same index of each; what divides without being stimulated is taken off both.
    level
        Of the limits.

    Returns
    -------
    Inhibition
        In percent.

    Raises
    ------
    NoAnswerError
        ``no_division``: stimulated cells cannot be told from those that were not.

    Examples
    --------
    >>> made = inhibition(Estimate(0.6, 0.0004), Estimate(1.1, 0.0009), Estimate(0.1, 0.0001))
    >>> round(made.percent, 1), round(made.low, 1), round(made.high, 1)
    (50.0, 44.8, 54.9)
    """
    above, below = coculture.value - undivided.value, stimulated.value - undivided.value
    variances = (
        coculture.variance + undivided.variance,
        stimulated.variance + undivided.variance,
        undivided.variance,
    )
    if below <= 0:
        raise NoAnswerError(Unanswered.NO_DIVISION, stimulated.value)
    left = fieller(above, below, variances, _KNOWN, level=level)
    if left.low is None or left.high is None:
        raise NoAnswerError(Unanswered.NO_DIVISION, stimulated.value)
    kept = left.value
    spread = (
        coculture.variance + kept**2 * stimulated.variance + (1.0 - kept) ** 2 * undivided.variance
    ) / below**2
    return Inhibition(
        100.0 * (1.0 - kept),
        100.0 * (1.0 - left.high),
        100.0 * (1.0 - left.low),
        100.0**2 * spread,
        level,
    )


def half_suppression(points: Sequence[RatioPoint], *, level: float = 0.95) -> HalfSuppression:
    """Return the ratio at which inhibition is 50 %.

    From five ratios on a logistic over the logarithm of the ratio, from 0 % to a free top; with
    fewer, or where no optimum is certified, a weighted line.

    Parameters
    ----------
    points
        At least three different ratios.
    level
        Of the limits.

    Returns
    -------
    HalfSuppression
        Within the ratios that were tried.

    Raises
    ------
    NoAnswerError
        Too few ratios; 50 % not reached or passed throughout; inhibition that does not rise.
    """
    ratios = sorted({point.ratio for point in points})
    if len(ratios) < LEAST_RATIOS:
        raise NoAnswerError(Unanswered.FEW_RATIOS, len(ratios))
    means = [_mean_at(points, ratio) for ratio in ratios]
    if max(means) < HALF:
        raise NoAnswerError(Unanswered.NOT_REACHED, max(means))
    if min(means) > HALF:
        raise NoAnswerError(Unanswered.ABOVE_THROUGHOUT, min(means))
    if len(ratios) >= LEAST_FOR_CURVE:
        try:
            found = _curve(points, level=level)
        except NoOptimumError:
            return _line(points, level=level)
        if ratios[0] <= found.ratio <= ratios[-1]:
            return found
    return _line(points, level=level)


def suppression_potency(
    reference: Sequence[RatioPoint],
    sample: Sequence[RatioPoint],
    *,
    margins: tuple[float, float] | None = None,
    level: float = 0.95,
    similarity_level: float = 0.90,
) -> SuppressionPotency:
    """Compare the ratios at which a lot and the reference do the same.

    Parameters
    ----------
    reference, sample
        Points of both, from tubes of the same run; those between 10 and 90 % are used where each
        lot keeps two ratios there.
    margins
        Between which the whole interval of the slope ratio has to lie; ``None`` refuses lines whose
        slopes differ at 5 %.
    level
        Of the potency's limits.
    similarity_level
        Of the slope ratio's limits, 0.90 for two one-sided tests at 5 %.

    Returns
    -------
    SuppressionPotency
        Of lines with a common slope over the logarithm of the ratio.

    Raises
    ------
    NoAnswerError
        Too few ratios, inhibition that does not rise, lines that are not parallel, or a slope that
        cannot be told from none.
    """
    first, second = _steep(reference), _steep(sample)
    for points in (first, second):
        ratios = {point.ratio for point in points}
        if len(ratios) < 2:
            raise NoAnswerError(Unanswered.FEW_RATIOS, len(ratios))
    both = [*first, *second]
    if len(both) < 5:
        raise NoAnswerError(Unanswered.FEW_RATIOS, len(both))
    is_sample = np.array([0.0] * len(first) + [1.0] * len(second))
    logs = np.log([point.ratio for point in both])
    own = np.stack([1 - is_sample, is_sample, (1 - is_sample) * logs, is_sample * logs], axis=1)
    free, spread, own_dispersion = _weighted(own, both)
    spread = spread * own_dispersion
    difference = float(free[3] - free[2])
    z = difference / math.sqrt(float(spread[2, 2] + spread[3, 3]))
    p_value = 2.0 * float(special.ndtr(-abs(z)))
    if free[2] <= 0 or free[3] <= 0:
        raise NoAnswerError(Unanswered.NOT_RISING, float(min(free[2], free[3])))
    slopes = fieller(
        float(free[3]),
        float(free[2]),
        (float(spread[3, 3]), float(spread[2, 2]), 0.0),
        _KNOWN,
        level=similarity_level,
    )
    if margins is None and p_value < SIGNIFICANT:
        raise NoAnswerError(Unanswered.NOT_PARALLEL, p_value)
    if margins is not None and not _is_within(slopes, *margins):
        raise NoAnswerError(Unanswered.NOT_SIMILAR, slopes.value, (slopes.low, slopes.high))
    common = np.stack([np.ones(len(both)), is_sample, logs], axis=1)
    lines, errors, dispersion = _weighted(common, both)
    errors = errors * dispersion
    shift = fieller(
        float(lines[1]),
        float(lines[2]),
        (float(errors[1, 1]), float(errors[2, 2]), float(errors[1, 2])),
        _KNOWN,
        level=level,
    )
    if shift.low is None or shift.high is None:
        raise NoAnswerError(Unanswered.UNBOUNDED, float(lines[2]))
    return SuppressionPotency(
        potency=Ratio(math.exp(shift.value), math.exp(shift.low), math.exp(shift.high), level),
        slope_ratio=slopes,
        p_value=p_value,
        slope=float(lines[2]),
        dispersion=dispersion,
    )


def _is_within(ratio: Ratio, low: float, high: float) -> bool:
    if ratio.low is None or ratio.high is None:
        return False
    return low <= ratio.low and ratio.high <= high


def _mean_at(points: Sequence[RatioPoint], ratio: float) -> float:
    found = [point.percent for point in points if point.ratio == ratio]
    return sum(found) / len(found)


def _steep(points: Sequence[RatioPoint]) -> list[RatioPoint]:
    steep = [point for point in points if STEEP[0] <= point.percent <= STEEP[1]]
    return steep if len({point.ratio for point in steep}) >= 2 else list(points)


def _weights(points: Sequence[RatioPoint]) -> Floats:
    return np.array([1.0 / max(point.variance, _LEAST_VARIANCE) for point in points])


def _weighted(design: Floats, points: Sequence[RatioPoint]) -> tuple[Floats, Floats, float]:
    """Return coefficients, their covariance without the dispersion, and the dispersion."""
    weights = _weights(points)
    percents = np.array([point.percent for point in points])
    covariance = np.asarray(np.linalg.inv((design.T * weights) @ design), np.float64)
    coefficients: Floats = covariance @ (design.T @ (weights * percents))
    lack = float(weights @ (percents - design @ coefficients) ** 2)
    freedom = len(points) - design.shape[1]
    return coefficients, covariance, max(lack / freedom, 1.0) if freedom > 0 else 1.0


def _line(points: Sequence[RatioPoint], *, level: float) -> HalfSuppression:
    logs = np.log([point.ratio for point in points])
    centre = float(logs.mean())
    design = np.stack([np.ones(len(points)), logs - centre], axis=1)
    (height, slope), covariance, dispersion = _weighted(design, points)
    if slope <= 0:
        raise NoAnswerError(Unanswered.NOT_RISING, float(slope))
    spread = covariance * dispersion
    found = fieller(
        HALF - float(height),
        float(slope),
        (float(spread[0, 0]), float(spread[1, 1]), -float(spread[0, 1])),
        _KNOWN,
        level=level,
    )
    low, high = (None if end is None else math.exp(centre + end) for end in (found.low, found.high))
    return HalfSuppression(
        math.exp(centre + found.value), low, high, level, "log_linear", None, float(slope),
        dispersion,
    )  # fmt: skip


def _curve(points: Sequence[RatioPoint], *, level: float) -> HalfSuppression:
    ratios = np.array([point.ratio for point in points])
    percents = np.array([point.percent for point in points])
    logs, weights = np.log(ratios), _weights(points)

    def model(parameters: Floats) -> Floats:
        # The half's own logarithm is a parameter, so that its error is read off directly.
        top, half, slope = parameters
        made: Floats = top / (1.0 + (top / HALF - 1.0) * np.exp(slope * (half - logs)))
        return made

    starts = [(max(float(percents.max()), 60.0), float(np.median(logs)), s) for s in (0.7, 1.5)]
    fitted = least_squares(model, percents, starts, weights=weights, scattered=2)
    top, half, slope = (float(value) for value in fitted.parameters)
    if slope <= 0 or top <= HALF:
        raise NoAnswerError(Unanswered.NOT_RISING, slope)
    dispersion = max(fitted.variance, 1.0)
    error = math.sqrt(float(fitted.gauss_newton[1, 1]) * dispersion)
    reach = float(special.ndtri(0.5 + level / 2)) * error
    return HalfSuppression(
        math.exp(half), math.exp(half - reach), math.exp(half + reach), level, "log_logistic", top,
        slope, dispersion,
    )  # fmt: skip
