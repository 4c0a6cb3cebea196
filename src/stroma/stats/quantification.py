"""Between which doses a curve may be read.

Limits of quantification are those of ICH M10 (2022), and three others that programs print: by
derivative, by interval of the plateaus, by coefficient of variation (Sanz and others 2017, drLumi).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from stroma.stats import curve_shapes as shapes
from stroma.stats.calibration import back_calculate, range_of, scale_errors
from stroma.stats.curve_records import LINEAR, Curve

Floats = npt.NDArray[np.float64]
ACCURACY_PERCENT = 15.0
LOWEST_ACCURACY_PERCENT = 20.0
SHARE_OF_LEVELS = 0.75
"""ICH M10 (2022): back-calculated standards within 15 % of nominal, 20 % at the lower
limit; at least three quarters of the levels."""
FEWEST_LEVELS = 6
"""ICH M10: levels a calibration curve should have."""
_ROUNDING = 1e-9
"""Of a percentage: a level that is just within its limit is within."""
_GRID = 801


@dataclass(frozen=True, slots=True)
class LevelAccuracy:
    """How well a level of standards or controls is found again.

    Parameters
    ----------
    nominal
        Its dose.
    found
        Back-calculated doses; not a number where the curve has none.
    bias_percent
        Of their mean; ``None`` where one has no dose.
    cv_percent
        ``None`` for a single one.
    """

    nominal: float
    found: tuple[float, ...]
    bias_percent: float | None
    cv_percent: float | None

    def within(self, percent: float) -> bool:
        """Return whether accuracy and precision are both within a limit.

        Parameters
        ----------
        percent
            The limit.

        Returns
        -------
        bool
            False also where the curve has no dose for a response.
        """
        if self.bias_percent is None or abs(self.bias_percent) > percent + _ROUNDING:
            return False
        return self.cv_percent is None or self.cv_percent <= percent + _ROUNDING


@dataclass(frozen=True, slots=True)
class WorkingRange:
    """Where the standards are found again.

    Parameters
    ----------
    lower, upper
        Lowest and highest level that meets its limit; ``None`` where too few do.
    levels
        All levels above zero, lowest first.
    passed
        Which of them meet their limits.
    """

    lower: float | None
    upper: float | None
    levels: tuple[LevelAccuracy, ...]
    passed: tuple[bool, ...]


def level_accuracy(
    nominal: Sequence[float] | Floats, found: Sequence[float] | Floats
) -> tuple[LevelAccuracy, ...]:
    """Compare back-calculated doses with their nominal ones, level by level.

    Parameters
    ----------
    nominal, found
        Of the same length; levels of zero are left out, having no percentage.

    Returns
    -------
    tuple of LevelAccuracy
        Lowest first.

    Examples
    --------
    >>> (level,) = level_accuracy([10, 10], [10.5, 11.5])
    >>> round(level.bias_percent, 6), round(level.cv_percent, 3)
    (10.0, 6.428)
    """
    doses, held = np.asarray(nominal, np.float64), np.asarray(found, np.float64)
    made = []
    for dose in np.unique(doses[doses > 0]):
        own = held[doses == dose]
        bias = cv = None
        if np.isfinite(own).all():
            # Where a line is all but flat, doses lie beyond every number; they are not within.
            with np.errstate(over="ignore"):
                bias = float(100 * (own.mean() / dose - 1))
                cv = _cv_percent(own)
        made.append(LevelAccuracy(float(dose), tuple(own.tolist()), bias, cv))
    return tuple(made)


def _cv_percent(values: Floats) -> float | None:
    mean = float(values.mean())
    if len(values) < 2:
        return None
    return float(100 * values.std(ddof=1) / mean) if mean > 0 else math.inf


def working_range(
    levels: Sequence[LevelAccuracy],
    *,
    percent: float = ACCURACY_PERCENT,
    lowest_percent: float = LOWEST_ACCURACY_PERCENT,
    share: float = SHARE_OF_LEVELS,
) -> WorkingRange:
    """Return the widest range of levels that ICH M10 accepts.

    Its lowest level is within ``lowest_percent``, its highest within ``percent``, and of all levels
    in it at least ``share`` are within theirs. Levels outside the range do not count against it.

    Parameters
    ----------
    levels
        Standards, or controls.
    percent, lowest_percent
        Limits of accuracy and precision.
    share
        Of levels in the range that meet their limits.

    Returns
    -------
    WorkingRange
        With limits only where two levels or more are in it.
    """
    held = sorted(levels, key=lambda level: level.nominal)
    inner = [level.within(percent) for level in held]
    best: tuple[int, int] | None = None
    for first, level in enumerate(held):
        if not level.within(lowest_percent):
            continue
        for last in range(len(held) - 1, first, -1):
            met = 1 + sum(inner[first + 1 : last + 1])
            if inner[last] and met >= share * (last - first + 1):
                if best is None or last - first > best[1] - best[0]:
                    best = first, last
                break
    if best is None:
        return WorkingRange(None, None, tuple(held), tuple(inner))
    passed = [inside or i == best[0] for i, inside in enumerate(inner)]
    return WorkingRange(held[best[0]].nominal, held[best[1]].nominal, tuple(held), tuple(passed))


def limits_by_derivative(curve: Curve) -> tuple[float, float]:
    """Return doses between which a curve bends least: extremes of its second derivative.

    Parameters
    ----------
    curve
        Of four or five parameters.

    Returns
    -------
    tuple of float
        Doses, lower first.

    Raises
    ------
    ValueError
        It is a straight line.
    """
    _is_curved(curve)
    power = math.exp(curve.theta[shapes.G])

    def bend(z: float) -> float:
        part = float(special.expit(z))
        return (
            power
            * math.exp(-power * float(np.logaddexp(0, z)))
            * part
            * (power * part - (1 - part))
        )

    grid = np.linspace(-30, 30, _GRID)
    heights = np.array([bend(z) for z in grid])
    ends = []
    for sign, start in ((-1.0, int(heights.argmax())), (1.0, int(heights.argmin()))):
        bounds = (grid[max(start - 1, 0)], grid[min(start + 1, _GRID - 1)])
        found = optimize.minimize_scalar(
            lambda z, s=sign: s * bend(z), bounds=bounds, method="bounded",
            options={"xatol": 1e-10},
        )  # fmt: skip
        ends.append(float(found.x))
    places = curve.theta[shapes.U] + np.array(sorted(ends)) / curve.theta[shapes.B]
    low, high = np.sort(curve.doses_at(places))
    return float(low), float(high)


def limits_by_interval(
    curve: Curve,
    *,
    level: float = 0.95,
    lower_response: float | None = None,
    upper_response: float | None = None,
    observed: bool = False,
) -> tuple[float | None, float | None]:
    """Return doses from which a response is told apart from the plateaus.

    The lower limit is where the near edge of the prediction band meets the far bound of the
    plateau's own interval; the upper one likewise.

    Parameters
    ----------
    curve
        Of four or five parameters.
    level
        Of the plateaus' intervals.
    lower_response, upper_response
        Responses to take in the place of the lower plateau's upper bound and of the upper's lower.
    observed
        Which covariance.

    Returns
    -------
    tuple of float
        Doses, lower first; ``None`` where the curve does not have the response.

    Raises
    ------
    ValueError
        It is a straight line.
    """
    _is_curved(curve)
    errors = dict(
        zip(curve.free, np.sqrt(np.diag(curve.covariance(observed=observed))), strict=True)
    )
    quantile = float(special.stdtrit(curve.fit.degrees_of_freedom, (1 + level) / 2))
    theta = curve.theta
    low, high = sorted((shapes.C, shapes.D), key=lambda place: float(theta[place]))
    responses = [
        theta[low] + quantile * errors.get(low, 0.0) if lower_response is None else lower_response,
        theta[high] - quantile * errors.get(high, 0.0)
        if upper_response is None
        else upper_response,
    ]
    # Where the prediction band's far edge meets a response is a bound of its inverse interval.
    found = back_calculate(curve, responses, level=level, method="inverse", observed=observed)
    rising = curve.slope_along(np.array([theta[shapes.U]]))[0] > 0
    near_low, near_high = (0, 1) if rising else (1, 0)
    lower, upper = float(found.high[near_low]), float(found.low[near_high])
    return None if math.isnan(lower) else lower, None if math.isnan(upper) else upper


def limits_by_cv(
    curve: Curve, *, percent: float = 20.0, with_response: bool = True, observed: bool = False
) -> tuple[float, float] | None:
    """Return the doses between which a back-calculated dose varies by less than a limit.

    Parameters
    ----------
    curve
        Any.
    percent
        Largest standard error of a dose, in percent of it.
    with_response, observed
        As for :func:`back_calculate`.

    Returns
    -------
    tuple of float or None
        Around the place where it varies least; ``None`` where that is more than the limit.
    """
    first, last = range_of(curve)
    reach = last - first
    grid = np.linspace(first - reach, last + reach, 4 * _GRID)

    def excess(t: Floats) -> Floats:
        errors = scale_errors(curve, t, with_response=with_response, observed=observed)
        relative = errors if curve.settings.logarithmic else errors / np.maximum(t, 1e-300)
        return np.asarray(100 * relative - percent)

    over = np.nan_to_num(excess(grid), nan=np.inf)
    best = int(over.argmin())
    if over[best] > 0:
        return None
    ends = []
    for way in (-1, 1):
        place = best
        while 0 < place < len(grid) - 1 and over[place + way] <= 0:
            place += way
        if over[min(max(place + way, 0), len(grid) - 1)] <= 0:
            ends.append(float(grid[place]))
            continue
        between = sorted((float(grid[place]), float(grid[place + way])))

        def one(t: float) -> float:
            return float(excess(np.array([t]))[0])

        ends.append(float(optimize.brentq(one, between[0], between[1], xtol=1e-10)))
    low, high = curve.doses_at(np.array(ends))
    return float(low), float(high)


def limits_by_cv_cuts(
    curve: Curve, *, percent: float = 20.0, cuts: int = 100
) -> tuple[float, float] | None:
    """Return the limits that drLumi prints as those of the coefficient of variation.

    Responses are cut evenly between the least and the greatest of the standards; of those whose
    dose varies by no more than the limit, the first and the last are the limits. The coefficient of
    variation is that of a log-normal dose, ``sqrt(exp(se^2) - 1)`` with the standard error of the
    natural logarithm from the curve alone. The limits move with the number of cuts and never leave
    the range of the standards' responses; :func:`limits_by_cv` does neither.

    Parameters
    ----------
    curve
        Along the logarithm of dose.
    percent
        Largest coefficient of variation.
    cuts
        How many responses, both ends among them.

    Returns
    -------
    tuple of float or None
        Doses, lower first; ``None`` where no response has a dose that varies so little.

    Raises
    ------
    ValueError
        The curve does not run along the logarithm of dose.

    Notes
    -----
    Sanz and others 2017, PLoS One 12:e0187901, and the documentation of drLumi 0.1.2 (``loq_cv``).
    """
    if not curve.settings.logarithmic:
        msg = "the error of a logarithm needs a curve along it"
        raise ValueError(msg)
    responses = np.linspace(curve.responses.min(), curve.responses.max(), cuts)
    found = back_calculate(curve, responses, with_response=False)
    with np.errstate(over="ignore", invalid="ignore"):
        variation = 100 * np.sqrt(np.expm1(found.errors**2))
    steady = np.flatnonzero(variation <= percent)
    if not steady.size:
        return None
    ends = np.sort(found.doses[[steady[0], steady[-1]]])
    return float(ends[0]), float(ends[1])


def _is_curved(curve: Curve) -> None:
    if curve.model == LINEAR:
        msg = "a straight line has no plateaus"
        raise ValueError(msg)
