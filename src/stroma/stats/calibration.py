"""From responses back to doses, and where on a curve that may be done.

The interval of a dose holds the uncertainty of the curve and, unless it is told otherwise, that of
the response that is read from it. Limits of quantification are those of ICH M10 (2022), and three
others that programs print: by derivative, by interval of the plateaus, by coefficient of variation
(Sanz and others 2017, drLumi).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from stroma.stats import curve_shapes as shapes
from stroma.stats.curves import LINEAR, Curve
from stroma.stats.effect_sizes import checked_level

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
_HALVINGS = 60


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class BackCalculation:
    """Doses of responses.

    Parameters
    ----------
    doses
        Not a number where the curve never has the response.
    low, high
        Interval; not a number where it is not bounded.
    errors
        Standard errors on the curve's scale: of ln dose, or of dose.
    level
        Of the interval.
    method
        ``"delta"`` or ``"inverse"``.
    """

    doses: Floats
    low: Floats
    high: Floats
    errors: Floats
    level: float
    method: str


def back_calculate(
    curve: Curve,
    responses: Sequence[float] | Floats,
    *,
    replicates: int = 1,
    level: float = 0.95,
    method: str = "delta",
    with_response: bool = True,
    observed: bool = False,
) -> BackCalculation:
    """Read doses from a curve.

    Parameters
    ----------
    curve
        The curve.
    responses
        Shape (n,); each the mean of some replicates.
    replicates
        How many.
    level
        Of the interval.
    method
        ``"delta"``: symmetric about the dose on the curve's scale; ``"inverse"``: the doses whose
        prediction interval holds the response.
    with_response
        Whether the response's own error counts; otherwise the curve's alone.
    observed
        Which covariance, see :meth:`stroma.stats.curves.Curve.covariance`.

    Returns
    -------
    BackCalculation
        One a response.

    Raises
    ------
    ValueError
        The method is not known, or weights were given that say nothing of other responses.

    Examples
    --------
    >>> from stroma.stats.curves import fit_curve
    >>> dose = [25, 12.5, 6.25, 3.125, 1.563, 0.781, 0.391, 0.195, 0.098]
    >>> od = [1.7914, 1.6828, 1.5004, 1.1800, 0.8225, 0.5019, 0.3013, 0.1875, 0.1300]
    >>> found = back_calculate(fit_curve(dose, od), [0.6, 1.9])
    >>> found.doses.round(2).tolist()
    [0.99, nan]
    """
    y = np.asarray(responses, np.float64)
    checked_level(level)
    quantile = float(special.stdtrit(curve.fit.degrees_of_freedom, (1 + level) / 2))
    places = curve.inverse(y)
    errors = scale_errors(
        curve, places, replicates=replicates, with_response=with_response, observed=observed
    )
    if method == "delta":
        low, high = places - quantile * errors, places + quantile * errors
    elif method == "inverse":
        low, high = _inverse_bounds(
            curve, y, places, quantile,
            replicates=replicates, with_response=with_response, observed=observed,
        )  # fmt: skip
    else:
        msg = f"no interval is called {method}"
        raise ValueError(msg)
    return BackCalculation(
        doses=curve.doses_at(places), low=curve.doses_at(low), high=curve.doses_at(high),
        errors=errors, level=level, method=method,
    )  # fmt: skip


def response_variance(curve: Curve, values: Floats) -> Floats:
    """Return the variance of single responses.

    Parameters
    ----------
    curve
        Whose weighting or transformation says how the spread grows.
    values
        Expected responses.

    Returns
    -------
    ndarray
        Of the same shape.

    Raises
    ------
    ValueError
        Weights were given one by one.
    """
    settings = curve.settings
    if settings.weighting == "given":
        msg = "weights that were given say nothing of other responses"
        raise ValueError(msg)
    power = {"none": 0.0, "1/y": 1.0, "1/y^2": 2.0}[settings.weighting]
    if settings.box_cox is not None:
        power += 2 * (1 - settings.box_cox)
    if power == 0:
        return np.full_like(values, curve.fit.variance)
    return np.asarray(curve.fit.variance * np.maximum(values, 0.0) ** power)


def scale_errors(
    curve: Curve,
    places: Floats,
    *,
    replicates: int = 1,
    with_response: bool = True,
    observed: bool = False,
) -> Floats:
    """Return standard errors along the curve's scale, by the delta method.

    Parameters
    ----------
    curve
        The curve.
    places
        On its scale.
    replicates, with_response, observed
        As for :func:`back_calculate`.

    Returns
    -------
    ndarray
        One a place.
    """
    known = np.isfinite(places)
    held = np.where(known, places, _range(curve)[0])
    spread = _response_errors(
        curve, held, replicates=replicates, with_response=with_response, observed=observed
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(known, spread / np.abs(curve.slope_along(held)), np.nan)


def _response_errors(
    curve: Curve, places: Floats, *, replicates: int, with_response: bool, observed: bool
) -> Floats:
    slopes = curve.slopes(places)
    covariance = curve.covariance(observed=observed)
    made = np.einsum("np,pq,nq->n", slopes, covariance, slopes)
    if with_response:
        made = made + response_variance(curve, curve.values(places)) / replicates
    return np.asarray(np.sqrt(made))


def _range(curve: Curve) -> tuple[float, float]:
    """Return the standards' places on the scale, first and last."""
    scale = curve.scale(curve.doses)
    placed = scale[np.isfinite(scale)]
    return float(placed.min()), float(placed.max())


def _inverse_bounds(
    curve: Curve,
    y: Floats,
    places: Floats,
    quantile: float,
    *,
    replicates: int,
    with_response: bool,
    observed: bool,
) -> tuple[Floats, Floats]:
    first, last = _range(curve)
    reach = last - first
    direction = np.sign(curve.slope_along(np.array([(first + last) / 2])))[0]

    def band(t: Floats, side: float) -> Floats:
        spread = _response_errors(
            curve, t, replicates=replicates, with_response=with_response, observed=observed
        )
        return curve.values(t) + side * quantile * spread

    # Going down from the dose, the band's far edge meets the response; going up, the near one.
    bounds = []
    for way in (-1.0, 1.0):
        side = -way * direction
        known = np.isfinite(places)
        near = np.where(known, places, (first + last) / 2)
        steps = np.linspace(0.0, 2.0, 81)[1:]
        met = np.zeros(len(y), bool)
        inside, outside = near.copy(), near.copy()
        for step in steps:
            trial = near + way * step * reach
            passed = (band(trial, side) - y) * direction * way >= 0
            fresh = passed & ~met
            outside[fresh] = trial[fresh]
            inside[~met & ~passed] = trial[~met & ~passed]
            met |= passed
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            passed = (band(middle, side) - y) * direction * way >= 0
            outside, inside = np.where(passed, middle, outside), np.where(passed, inside, middle)
        bounds.append(np.where(met & known, outside, np.nan))
    return bounds[0], bounds[1]


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
    first, last = _range(curve)
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


def _is_curved(curve: Curve) -> None:
    if curve.model == LINEAR:
        msg = "a straight line has no plateaus"
        raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class DilutionSeries:
    """A sample measured at several dilutions.

    Parameters
    ----------
    corrected
        Doses found times dilution, in the order given.
    percent_of_mean
        Each, of their mean.
    cv_percent
        Of all.
    slope, slope_low, slope_high
        Of the logarithm of dose found against that of 1 / dilution, with its interval; 1 where
        dilution is linear. ``None`` for fewer than three.
    """

    corrected: tuple[float, ...]
    percent_of_mean: tuple[float, ...]
    cv_percent: float
    slope: float | None
    slope_low: float | None
    slope_high: float | None

    def is_linear(self, percent: float = 20.0) -> bool:
        """Return whether every corrected dose is within a limit of the mean.

        Parameters
        ----------
        percent
            ICH M10 (2022): 20 % for ligand binding assays.

        Returns
        -------
        bool
            Whether all are.
        """
        return all(abs(part - 100) <= percent for part in self.percent_of_mean)

    def is_parallel(self, percent: float = 30.0) -> bool:
        """Return whether the corrected doses vary by no more than a limit.

        Parameters
        ----------
        percent
            ICH M10 (2022): 30 %.

        Returns
        -------
        bool
            Whether they do.
        """
        return self.cv_percent <= percent


def dilution_series(
    dilutions: Sequence[float], found: Sequence[float], *, level: float = 0.95
) -> DilutionSeries:
    """Compare what a sample's dilutions come to: dilution linearity, or parallelism.

    Parameters
    ----------
    dilutions
        Factors, 1 for none.
    found
        Doses found in the dilutions, above zero.
    level
        Of the slope's interval.

    Returns
    -------
    DilutionSeries
        The comparison.

    Raises
    ------
    ValueError
        There are fewer than two, or one is not above zero.

    Examples
    --------
    >>> series = dilution_series([10, 20, 40], [10.0, 5.2, 2.4])
    >>> series.corrected, round(series.cv_percent, 2), series.is_linear()
    ((100.0, 104.0, 96.0), 4.0, True)
    """
    factors, doses = np.asarray(dilutions, np.float64), np.asarray(found, np.float64)
    if len(factors) != len(doses) or len(doses) < 2:
        msg = "a series has two dilutions or more"
        raise ValueError(msg)
    if not ((factors > 0).all() and (doses > 0).all()):
        msg = "dilutions and doses are above zero"
        raise ValueError(msg)
    corrected = factors * doses
    mean = corrected.mean()
    slope = low = high = None
    x, y = -np.log(factors), np.log(doses)
    if len(doses) > 2 and np.ptp(x) > 0:
        centred = x - x.mean()
        square = float(centred @ centred)
        slope = float(centred @ y) / square
        left = y - y.mean() - slope * centred
        error = math.sqrt(float(left @ left) / (len(y) - 2) / square)
        reach = float(special.stdtrit(len(y) - 2, (1 + checked_level(level)) / 2)) * error
        low, high = slope - reach, slope + reach
    return DilutionSeries(
        tuple(corrected.tolist()), tuple((100 * corrected / mean).tolist()),
        float(100 * corrected.std(ddof=1) / mean), slope, low, high,
    )  # fmt: skip


def spike_recovery(unspiked: float, spiked: float, added: float) -> float:
    """Return how much of what was added is found, in percent.

    Parameters
    ----------
    unspiked, spiked
        Doses found without and with the addition, in the same dilution.
    added
        What was added.

    Returns
    -------
    float
        Percent.

    Raises
    ------
    ValueError
        Nothing was added.

    Examples
    --------
    >>> spike_recovery(12.0, 57.0, 50.0)
    90.0
    """
    if added <= 0:
        msg = "a recovery needs an addition"
        raise ValueError(msg)
    return 100 * (spiked - unspiked) / added
