"""Curves of response against dose: five and four parameters, or a straight line.

The engine is :mod:`stroma.stats.nonlinear`. Its searches begin where a grid over slope, midpoint
and asymmetry (the plateaus being the best for each) has its lowest hollows. A curve is given back
only where it is identified; :func:`choose_curve` goes from five parameters to four to a straight
line and says why each larger one was left.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy import special

from stroma.stats import curve_shapes as shapes
from stroma.stats.nonlinear import LeastSquares, NoOptimumError, least_squares

Floats = npt.NDArray[np.float64]

FIVE, FOUR, LINEAR = "5PL", "4PL", "linear"
SMALLER = {FIVE: FOUR, FOUR: LINEAR}
"""What is tried where a model is not identified."""
WEIGHTINGS = ("none", "1/y", "1/y^2", "given")

LARGEST_ASYMMETRY = 100.0
"""Of f or 1/f. Beyond it the curve is within rounding of its limit, Gompertz' curve, and f is no
number of the data: programs then print whatever they stopped at."""
LARGEST_CONDITION = 1e5
"""Of the Jacobian with columns of length 1: two parameters can hardly be told apart."""
FARTHEST_PLATEAU = 10.0
"""A plateau lies no farther outside the responses than so many times their range."""

LARGEST_ASYMMETRY_ERROR = 1.5
"""Standard error of ln f. Beyond it the 95 % interval of f reaches more than twentyfold to both
sides, and data do not say to which plateau the curve bends faster."""
LARGEST_PLATEAU_ERROR = 0.5
"""Standard error of a plateau over the distance of both. Beyond it the interval of a plateau
reaches the other one."""

_SLOPES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Of the grid, times the reciprocal of the doses' span on their scale."""
_MIDDLES = 15
_ASYMMETRIES = (-2.0, -1.0, 0.0, 1.0, 2.0)
_MOST_STARTS = 4
_ITERATIONS = 80
"""A curve that is identified is found in twenty; one that runs away is not worth more."""


class UnfitCurveError(Exception):
    """No curve can be given.

    Parameters
    ----------
    reason
        ``"few_doses"``, ``"few_values"``, ``"no_spread"``, ``"not_positive"`` (a response that is
        weighted or transformed by its size), ``"negative_dose"``, ``"no_convergence"``,
        ``"not_identified"``, ``"asymmetry"``, ``"asymmetry_error"``, ``"lower_plateau"``,
        ``"upper_plateau"``, ``"not_finite"`` or ``"lower_elsewhere"``.
    model
        Which curve.
    value
        The number that was too large, where there is one.
    """

    def __init__(self, reason: str, model: str = "", value: float | None = None) -> None:
        self.reason = reason
        self.model = model
        self.value = value
        super().__init__(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveSettings:
    """How a curve is fitted.

    Parameters
    ----------
    model
        ``"5PL"``, ``"4PL"`` or ``"linear"``.
    logarithmic
        Whether the curve runs along the logarithm of dose (log-logistic) or along dose itself.
    weighting
        Of the squares, by the responses: ``"none"``, ``"1/y"``, ``"1/y^2"`` or ``"given"``.
    box_cox
        Power by which responses and curve are both transformed, 0 for the logarithm; ``None`` for
        neither.
    fixed
        Parameters that are not fitted: b, c, d, e or f.
    slope_sign
        Of b, which says to which plateau a curve of five parameters bends faster; see
        :mod:`stroma.stats.curve_shapes`. A curve of four parameters without fixed plateaus is only
        reported by it.
    """

    model: str = FOUR
    logarithmic: bool = True
    weighting: str = "none"
    box_cox: float | None = None
    fixed: Mapping[str, float] = field(default_factory=dict)
    slope_sign: int = 1


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Curve:
    """A curve that is identified.

    Parameters
    ----------
    settings
        How it was fitted; ``model`` is what it is.
    doses, responses
        What it was fitted to.
    theta
        Parameters b, c, d, u, g of :mod:`stroma.stats.curve_shapes`; for a straight line
        intercept and slope.
    free
        Places in ``theta`` that were fitted.
    fit
        The optimum in the free places.
    log_likelihood, aic
        Of normal errors; the variance counts as a parameter.
    """

    settings: CurveSettings
    doses: Floats
    responses: Floats
    theta: Floats
    free: npt.NDArray[np.intp]
    fit: LeastSquares
    log_likelihood: float
    aic: float

    @property
    def model(self) -> str:
        """``"5PL"``, ``"4PL"`` or ``"linear"``."""
        return self.settings.model

    @property
    def residual_error(self) -> float:
        """Residual standard error."""
        return math.sqrt(self.fit.variance)

    def parameters(self) -> Mapping[str, float]:
        """Return the parameters as they are reported.

        Returns
        -------
        mapping
            b, c, d, e, f; or intercept and slope.
        """
        if self.model == LINEAR:
            return {"intercept": float(self.theta[0]), "slope": float(self.theta[1])}
        return shapes.natural(self.theta, logarithmic=self.settings.logarithmic)

    def covariance(self, *, observed: bool) -> Floats:
        """Return the covariance of the free places of ``theta``.

        Parameters
        ----------
        observed
            From the observed information (R's drc); otherwise Gauss and Newton's (R's nls, SciPy).

        Returns
        -------
        ndarray
            Square.
        """
        return self.fit.variance * (self.fit.observed if observed else self.fit.gauss_newton)

    def standard_errors(self, *, observed: bool) -> Mapping[str, float]:
        """Return the standard errors of the fitted parameters.

        Parameters
        ----------
        observed
            As for :meth:`covariance`.

        Returns
        -------
        mapping
            By the names of :meth:`parameters`.
        """
        errors = np.sqrt(np.diag(self.covariance(observed=observed)))
        reported = self.parameters()
        if self.model == LINEAR:
            return dict(zip(reported, errors.tolist(), strict=True))
        names = tuple(reported)
        made = {}
        for place, error in zip(self.free, errors, strict=True):
            name = names[place]
            is_log = place == shapes.G or (place == shapes.U and self.settings.logarithmic)
            made[name] = float(error) * (reported[name] if is_log else 1.0)
        return made

    def scale(self, doses: Floats) -> Floats:
        """Return doses on the scale the curve runs along.

        Parameters
        ----------
        doses
            Any.

        Returns
        -------
        ndarray
            Of the same shape.
        """
        return on_scale(doses, logarithmic=self.settings.logarithmic)

    def values(self, scale: Floats) -> Floats:
        """Return responses of the curve.

        Parameters
        ----------
        scale
            Places, see :meth:`scale`.

        Returns
        -------
        ndarray
            Of the same shape.
        """
        if self.model == LINEAR:
            return np.asarray(self.theta[0] + self.theta[1] * scale)
        return shapes.values(scale, self.theta)

    def slopes(self, scale: Floats) -> Floats:
        """Return derivatives by the free places of ``theta``.

        Parameters
        ----------
        scale
            Places, shape (n,).

        Returns
        -------
        ndarray
            Shape (n, p).
        """
        if self.model == LINEAR:
            return np.stack([np.ones_like(scale), scale], axis=-1)
        return shapes.slopes(scale, self.theta)[..., self.free]

    def slope_along(self, scale: Floats) -> Floats:
        """Return the derivative along the scale.

        Parameters
        ----------
        scale
            Places.

        Returns
        -------
        ndarray
            Of the same shape.
        """
        if self.model == LINEAR:
            return np.full_like(scale, self.theta[1])
        return shapes.slope_along(scale, self.theta)

    def inverse(self, responses: Floats) -> Floats:
        """Return where the curve has given responses.

        Parameters
        ----------
        responses
            Any.

        Returns
        -------
        ndarray
            Places on the scale; not a number where the curve never has the response.
        """
        if self.model == LINEAR:
            slope = self.theta[1] if self.theta[1] != 0 else math.nan
            return np.asarray((responses - self.theta[0]) / slope)
        return shapes.inverse(responses, self.theta)

    def doses_at(self, scale: Floats) -> Floats:
        """Return the doses of places on the scale.

        Parameters
        ----------
        scale
            Places.

        Returns
        -------
        ndarray
            Doses.
        """
        with np.errstate(over="ignore"):
            return np.exp(scale) if self.settings.logarithmic else np.asarray(scale)


@dataclass(frozen=True, slots=True, eq=False)
class CurveChoice:
    """A curve, and the larger models that were left for it.

    Parameters
    ----------
    curve
        The curve.
    left
        Why each larger one was left: its ``model``, ``reason`` and ``value``.
    """

    curve: Curve
    left: tuple[UnfitCurveError, ...]


def on_scale(doses: Floats, *, logarithmic: bool) -> Floats:
    """Return doses on the scale of a curve.

    Parameters
    ----------
    doses
        Any; 0 is minus infinity on the logarithmic scale.
    logarithmic
        Whether to take the natural logarithm.

    Returns
    -------
    ndarray
        Of the same shape.
    """
    if not logarithmic:
        return np.asarray(doses, np.float64)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(doses))


def fit_curve(
    doses: Sequence[float] | Floats,
    responses: Sequence[float] | Floats,
    settings: CurveSettings | None = None,
    *,
    weights: Sequence[float] | Floats | None = None,
) -> Curve:
    """Fit one curve.

    Parameters
    ----------
    doses, responses
        Shape (n,).
    settings
        How; four parameters along the logarithm of dose where not given.
    weights
        Of the squares, where the weighting is ``"given"``.

    Returns
    -------
    Curve
        Certified by the engine, and identified.

    Raises
    ------
    UnfitCurveError
        It is not.

    Examples
    --------
    >>> dose = [25, 12.5, 6.25, 3.125, 1.563, 0.781, 0.391, 0.195, 0.098]
    >>> od = [1.7914, 1.6828, 1.5004, 1.1800, 0.8225, 0.5019, 0.3013, 0.1875, 0.1300]
    >>> curve = fit_curve(dose, od)
    >>> {name: round(value, 2) for name, value in curve.parameters().items()}
    {'b': 1.19, 'c': 1.88, 'd': 0.09, 'e': 2.13, 'f': 1.0}
    """
    wanted = CurveSettings() if settings is None else settings
    x, y = np.asarray(doses, np.float64), np.asarray(responses, np.float64)
    given = curve_weights(y, wanted, weights)
    check_responses(y, wanted)
    check_doses(x, wanted)
    t = on_scale(x, logarithmic=wanted.logarithmic)
    if wanted.model == LINEAR:
        return _line(x, y, t, given, wanted)
    theta, free = unfitted(wanted)
    starts = [start[free] for start in _starts(t, y, given, theta, wanted)]
    try:
        fit = _search(t, y, given, theta, free, starts, wanted)
        turned = _turned(fit.parameters, free, wanted)
        if turned is not None:
            fit = _search(t, y, given, theta, free, [turned], wanted)
    except NoOptimumError as failure:
        raise _said(failure, free, wanted) from failure
    return identified(finished(x, y, theta, free, fit, given, wanted))


def choose_curve(
    doses: Sequence[float] | Floats,
    responses: Sequence[float] | Floats,
    settings: CurveSettings | None = None,
    *,
    weights: Sequence[float] | Floats | None = None,
    line_along_logarithm: bool = True,
) -> CurveChoice:
    """Fit a curve; where it is not identified, the next smaller one.

    Parameters
    ----------
    doses, responses, settings, weights
        As for :func:`fit_curve`.
    line_along_logarithm
        Whether the straight line that may be left runs along the logarithm of dose.

    Returns
    -------
    CurveChoice
        The first that is identified of five parameters, four, and a straight line, beginning
        with the one asked for.

    Raises
    ------
    UnfitCurveError
        None is; the reason is that of the last.
    """
    wanted = CurveSettings() if settings is None else settings
    left: list[UnfitCurveError] = []
    while True:
        try:
            return CurveChoice(fit_curve(doses, responses, wanted, weights=weights), tuple(left))
        except UnfitCurveError as failure:
            if wanted.model not in SMALLER:
                raise
            left.append(UnfitCurveError(failure.reason, wanted.model, failure.value))
            wanted = smaller_settings(wanted, line_along_logarithm=line_along_logarithm)


def smaller_settings(settings: CurveSettings, *, line_along_logarithm: bool) -> CurveSettings:
    """Return how the next smaller model is fitted.

    Parameters
    ----------
    settings
        Of five or four parameters.
    line_along_logarithm
        Whether a straight line runs along the logarithm of dose.

    Returns
    -------
    CurveSettings
        Without a fixed asymmetry; a straight line without anything fixed.
    """
    model = SMALLER[settings.model]
    if model == LINEAR:
        return replace(settings, model=model, fixed={}, logarithmic=line_along_logarithm)
    fixed = {name: value for name, value in settings.fixed.items() if name != "f"}
    return replace(settings, model=model, fixed=fixed)


def compare_curves(smaller: Curve, larger: Curve) -> tuple[float, int, int, float]:
    """Test whether a larger curve fits better than one it contains.

    Parameters
    ----------
    smaller, larger
        Fitted to the same responses in the same way.

    Returns
    -------
    tuple
        F, its two degrees of freedom, and the p value.
    """
    extra = smaller.fit.degrees_of_freedom - larger.fit.degrees_of_freedom
    if extra <= 0:
        msg = "the second curve has to have more parameters"
        raise ValueError(msg)
    ratio = max(0.0, smaller.fit.residual_sum - larger.fit.residual_sum)
    f = ratio / extra / larger.fit.variance
    below = larger.fit.degrees_of_freedom
    return f, extra, below, float(special.fdtrc(extra, below, f))


def lack_of_fit(curve: Curve) -> tuple[float, int, int, float] | None:
    """Test a curve against the means of its replicates.

    Parameters
    ----------
    curve
        Without weights or transformation.

    Returns
    -------
    tuple or None
        F, its two degrees of freedom, and the p value; ``None`` without replicates that differ.
    """
    groups = [curve.responses[curve.doses == dose] for dose in np.unique(curve.doses)]
    pure = math.fsum(float(np.sum((group - group.mean()) ** 2)) for group in groups)
    within = len(curve.responses) - len(groups)
    between = len(groups) - len(curve.free)
    if within <= 0 or between <= 0 or pure <= 0:
        return None
    f = max(0.0, curve.fit.residual_sum - pure) / between / (pure / within)
    return f, between, within, float(special.fdtrc(between, within, f))


def effective_dose(curve: Curve, part: float, *, observed: bool = True) -> tuple[float, float]:
    """Return the dose at which the response has gone a part of its way from d to c.

    Parameters
    ----------
    curve
        Of four or five parameters.
    part
        Between 0 and 1: 0.5 for the half.
    observed
        As for :meth:`Curve.covariance`.

    Returns
    -------
    tuple of float
        Dose, and its standard error by the delta method.
    """
    b, _, _, u, g = curve.theta
    power = math.exp(g)
    root = math.expm1(-math.log1p(-part) / power)
    place = u + math.log(root) / b
    # By b, u and g, with c and d without part in it.
    by = np.zeros(5)
    by[shapes.B] = -math.log(root) / b**2
    by[shapes.U] = 1.0
    by[shapes.G] = math.log1p(-part) / power * (root + 1) / (root * b)
    along = by[curve.free]
    error = math.sqrt(float(along @ curve.covariance(observed=observed) @ along))
    if not curve.settings.logarithmic:
        return float(place), error
    return math.exp(place), math.exp(place) * error


def curve_weights(
    y: Floats, settings: CurveSettings, given: Sequence[float] | Floats | None
) -> Floats:
    """Return the weights of squares.

    Parameters
    ----------
    y
        Responses.
    settings
        How the curve is fitted.
    given
        Weights, where the weighting is ``"given"``.

    Returns
    -------
    ndarray
        One a response.

    Raises
    ------
    UnfitCurveError
        ``"not_positive"``.
    """
    if settings.weighting not in WEIGHTINGS:
        msg = f"no weighting is called {settings.weighting}"
        raise ValueError(msg)
    if (settings.weighting == "given") != (given is not None):
        msg = 'weights are given exactly where the weighting is "given"'
        raise ValueError(msg)
    if given is not None:
        return np.asarray(given, np.float64)
    if settings.weighting == "none":
        return np.ones_like(y)
    if (y <= 0).any():
        raise UnfitCurveError("not_positive", settings.model, float(y.min()))
    return 1 / y if settings.weighting == "1/y" else 1 / y**2


def check_responses(y: Floats, settings: CurveSettings) -> None:
    """Refuse responses that no curve can be fitted to.

    Parameters
    ----------
    y
        Responses.
    settings
        How the curve is fitted.

    Raises
    ------
    UnfitCurveError
        They are none, not finite, all alike, or outside the range of a logarithm.
    """
    if len(y) == 0:
        raise UnfitCurveError("few_values", settings.model, 0.0)
    low, high = float(y.min()), float(y.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        raise UnfitCurveError("not_finite", settings.model)
    if settings.box_cox is not None and low <= 0:
        raise UnfitCurveError("not_positive", settings.model, low)
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        raise UnfitCurveError("no_spread", settings.model)


def check_doses(x: Floats, settings: CurveSettings) -> None:
    """Refuse doses that no curve can be fitted to.

    Parameters
    ----------
    x
        Doses, one a response.
    settings
        How the curve is fitted.

    Raises
    ------
    UnfitCurveError
        They are too few, not finite, or below zero where their logarithm is taken.
    """
    if not np.isfinite(x).all():
        raise UnfitCurveError("not_finite", settings.model)
    if settings.logarithmic and (x < 0).any():
        raise UnfitCurveError("negative_dose", settings.model, float(x.min()))
    sizes = {LINEAR: 2, FOUR: 4, FIVE: 5}
    if settings.model not in sizes:
        msg = f"no curve is called {settings.model}"
        raise ValueError(msg)
    fixed = {name for name in settings.fixed if name != "f" or settings.model == FIVE}
    size = sizes[settings.model] - len(fixed)
    usable = x[x > 0] if settings.logarithmic and settings.model == LINEAR else x
    if len(np.unique(usable)) < size:
        raise UnfitCurveError("few_doses", settings.model, float(len(np.unique(usable))))
    if len(usable) <= size:
        raise UnfitCurveError("few_values", settings.model, float(len(usable)))


def _turned(found: Floats, free: npt.NDArray[np.intp], settings: CurveSettings) -> Floats | None:
    """Return the same curve of four parameters with b of the other sign, where that is wanted."""
    if len(free) != 4 or settings.model != FOUR or np.sign(found[0]) == settings.slope_sign:
        return None
    return np.array([-found[0], found[2], found[1], found[3]])


def _said(
    failure: NoOptimumError, free: npt.NDArray[np.intp], settings: CurveSettings
) -> UnfitCurveError:
    """Name the asymmetry where it ran away."""
    if failure.parameters is not None and shapes.G in free:
        asymmetry = math.exp(min(abs(float(failure.parameters[free == shapes.G][0])), 700.0))
        if asymmetry > LARGEST_ASYMMETRY:
            return UnfitCurveError("asymmetry", settings.model, asymmetry)
    return UnfitCurveError(failure.reason, settings.model)


def unfitted(settings: CurveSettings) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Return the parameters before the fit.

    Parameters
    ----------
    settings
        How the curve is fitted.

    Returns
    -------
    tuple
        ``theta`` with its fixed places filled, and the places that are free.
    """
    theta = np.full(5, np.nan)
    if settings.model == FOUR:
        theta[shapes.G] = 0.0
    for name, value in settings.fixed.items():
        place = "bcdef".index(name)
        is_log = name == "f" or (name == "e" and settings.logarithmic)
        theta[place] = math.log(value) if is_log else value
    return theta, np.flatnonzero(np.isnan(theta))


def _search(
    t: Floats,
    y: Floats,
    weights: Floats,
    theta: Floats,
    free: npt.NDArray[np.intp],
    starts: Sequence[Floats],
    settings: CurveSettings,
) -> LeastSquares:
    power = settings.box_cox

    def whole(free_values: Floats) -> Floats:
        filled = theta.copy()
        filled[free] = free_values
        return filled

    def model(free_values: Floats) -> Floats:
        made = shapes.values(t, whole(free_values))
        return made if power is None else transformed(made, power)

    def jacobian(free_values: Floats) -> Floats:
        filled = whole(free_values)
        made = shapes.slopes(t, filled)[:, free]
        if power is None:
            return made
        return np.asarray(made * (shapes.values(t, filled) ** (power - 1))[:, None])

    linear = [i for i, place in enumerate(free) if place in (shapes.C, shapes.D)]
    return least_squares(
        model,
        y if power is None else transformed(y, power),
        starts,
        jacobian=jacobian,
        weights=weights,
        linear=linear if power is None else (),
        scattered=0,
        iterations=_ITERATIONS,
    )


def transformed(values: Floats, power: float) -> Floats:
    """Return Box and Cox's transformation (1964).

    Parameters
    ----------
    values
        Above zero.
    power
        0 for the natural logarithm.

    Returns
    -------
    ndarray
        Of the same shape.
    """
    return np.asarray(np.log(values) if power == 0 else (values**power - 1) / power)


def grid(t: Floats, theta: Floats, settings: CurveSettings) -> Floats:
    """Return slopes, midpoints and asymmetries to begin from.

    Parameters
    ----------
    t
        The doses on their scale.
    theta
        With fixed places filled.
    settings
        How the curve is fitted.

    Returns
    -------
    ndarray
        ``theta`` with only c and d left open, shape (slopes, midpoints, asymmetries, 5).
    """
    placed = t[np.isfinite(t)]
    span = float(np.ptp(placed))
    if settings.slope_sign not in (1, -1):
        msg = "the sign of the slope is 1 or -1"
        raise ValueError(msg)
    signs = (1, -1) if _signs_differ(settings) else (settings.slope_sign,)
    slopes = [sign * slope / span for sign in signs for slope in sorted(_SLOPES)]
    middles = np.linspace(placed.min() - span / 2, placed.max() + span / 2, _MIDDLES)
    axes = [
        slopes if math.isnan(theta[shapes.B]) else [theta[shapes.B]],
        list(middles) if math.isnan(theta[shapes.U]) else [theta[shapes.U]],
        list(_ASYMMETRIES) if math.isnan(theta[shapes.G]) else [theta[shapes.G]],
    ]
    points = np.tile(theta, (*(len(axis) for axis in axes), 1))
    for place, axis in zip((shapes.B, shapes.U, shapes.G), np.meshgrid(*axes, indexing="ij"),
                           strict=True):  # fmt: skip
        points[..., place] = axis
    return points


def _signs_differ(settings: CurveSettings) -> bool:
    """Return whether either sign of b may be the answer: a plateau that is fixed has a place."""
    return settings.model == FOUR and bool({"c", "d"} & set(settings.fixed))


def _starts(
    t: Floats, y: Floats, weights: Floats, theta: Floats, settings: CurveSettings
) -> list[Floats]:
    """Return the lowest hollows of the grid, lowest first."""
    points = grid(t, theta, settings)
    sums, plateaus = with_plateaus(t, y[None], weights[None], points)
    field_of_sums = sums[0].reshape(points.shape[:-1])
    filled = plateaus[0]
    hollow = _hollows(field_of_sums)
    order = sorted(hollow, key=lambda index: float(field_of_sums[index]))[:_MOST_STARTS]
    flat = [int(np.ravel_multi_index(index, points.shape[:-1])) for index in order]
    return [filled[index] for index in flat]


def _hollows(sums: Floats) -> list[tuple[int, ...]]:
    """Return the places of a grid that no neighbour lies below."""
    padded = np.pad(sums, 1, constant_values=np.inf)
    inner = tuple(slice(1, -1) for _ in sums.shape)
    lowest = np.ones(sums.shape, bool)
    for move in product((-1, 0, 1), repeat=sums.ndim):
        moved = tuple(slice(1 + m, padded.shape[i] - 1 + m) for i, m in enumerate(move))
        lowest &= padded[inner] <= padded[moved]
    return [tuple(int(i) for i in place) for place in np.argwhere(lowest)]


def with_plateaus(t: Floats, y: Floats, weights: Floats, points: Floats) -> tuple[Floats, Floats]:
    """Give points of a grid the plateaus that fit each of several responses best.

    Parameters
    ----------
    t
        Doses on their scale, shape (n,).
    y, weights
        Shape (k, n).
    points
        From :func:`grid`, m points in all.

    Returns
    -------
    tuple of ndarray
        Sums of squares, shape (k, m), and complete parameters, shape (k, m, 5).
    """
    flat = points.reshape(-1, 5)
    part = shapes.falling(t[None], flat)
    open_c, open_d = math.isnan(flat[0, shapes.C]), math.isnan(flat[0, shapes.D])
    total, first, second = weights.sum(1)[:, None], weights @ part.T, weights @ (part**2).T
    weighted = weights * y
    sum_y, sum_py, sum_yy = weighted.sum(1)[:, None], weighted @ part.T, (weighted * y).sum(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        if open_c and open_d:
            spread = total * second - first**2
            height = (total * sum_py - first * sum_y) / np.where(spread > 0, spread, np.nan)
            low = (sum_y - height * first) / total
            d = low + height
        elif open_d:
            low = np.broadcast_to(flat[:, shapes.C], sum_py.shape)
            d = low + (sum_py - low * first) / second
        elif open_c:
            d = np.broadcast_to(flat[:, shapes.D], sum_py.shape)
            across = total - 2 * first + second
            low = (sum_y - sum_py - d * (first - second)) / across
        else:
            low = np.broadcast_to(flat[:, shapes.C], sum_py.shape)
            d = np.broadcast_to(flat[:, shapes.D], sum_py.shape)
        height = d - low
        sums = (
            sum_yy[:, None] - 2 * low * sum_y - 2 * height * sum_py
            + low**2 * total + 2 * low * height * first + height**2 * second
        )  # fmt: skip
    filled = np.tile(flat, (len(y), 1, 1))
    filled[..., shapes.C], filled[..., shapes.D] = low, d
    return np.where(np.isfinite(sums), sums, np.inf), filled


def _line(x: Floats, y: Floats, t: Floats, weights: Floats, settings: CurveSettings) -> Curve:
    placed = np.isfinite(t)
    x, y, t, weights = x[placed], y[placed], t[placed], weights[placed]
    power = settings.box_cox
    columns = np.stack([np.ones_like(t), t], axis=-1)

    def model(line: Floats) -> Floats:
        made = line[0] + line[1] * t
        return np.asarray(made if power is None else transformed(made, power))

    def jacobian(line: Floats) -> Floats:
        if power is None:
            return columns
        return np.asarray(columns * ((line[0] + line[1] * t) ** (power - 1))[:, None])

    start = np.linalg.lstsq(columns, y, rcond=None)[0]
    try:
        fit = least_squares(
            model,
            y if power is None else transformed(y, power),
            [np.asarray(start, np.float64)],
            jacobian=jacobian,
            weights=weights,
            linear=(0, 1) if power is None else (),
            scattered=0,
        )
    except NoOptimumError as failure:
        raise UnfitCurveError(failure.reason, LINEAR) from failure
    return finished(x, y, fit.parameters, np.arange(2), fit, weights, settings)


def finished(
    x: Floats,
    y: Floats,
    theta: Floats,
    free: npt.NDArray[np.intp],
    fit: LeastSquares,
    weights: Floats,
    settings: CurveSettings,
) -> Curve:
    """Return a curve from its optimum.

    Parameters
    ----------
    x, y, weights
        What it was fitted to.
    theta
        With fixed places filled.
    free, fit
        The rest.
    settings
        How.

    Returns
    -------
    Curve
        Not yet held to be identified.
    """
    filled = theta.copy()
    filled[free] = fit.parameters
    n = len(y)
    power = settings.box_cox
    likelihood = -n / 2 * (math.log(2 * math.pi * max(fit.residual_sum, 1e-300) / n) + 1)
    likelihood += float(np.log(weights).sum()) / 2 if (weights > 0).all() else 0.0
    likelihood += 0.0 if power is None else (power - 1) * float(np.log(y).sum())
    return Curve(
        settings=settings, doses=x, responses=y, theta=filled, free=free, fit=fit,
        log_likelihood=likelihood, aic=2 * (len(free) + 1) - 2 * likelihood,
    )  # fmt: skip


def identified(curve: Curve) -> Curve:
    """Return a curve if the data say what its parameters are.

    Parameters
    ----------
    curve
        Of four or five parameters.

    Returns
    -------
    Curve
        With b of the sign that was asked for.

    Raises
    ------
    UnfitCurveError
        ``"asymmetry"``, ``"asymmetry_error"``, ``"lower_plateau"``, ``"upper_plateau"`` or
        ``"not_identified"``.
    """
    settings, theta = curve.settings, curve.theta
    asymmetry = math.exp(abs(theta[shapes.G]))
    if asymmetry > LARGEST_ASYMMETRY:
        raise UnfitCurveError("asymmetry", curve.model, asymmetry)
    errors = dict(zip(curve.free.tolist(), curve.fit.errors_gauss_newton().tolist(), strict=True))
    low, high = float(curve.responses.min()), float(curve.responses.max())
    far = FARTHEST_PLATEAU * (high - low)
    height = float(theta[shapes.D] - theta[shapes.C])
    lower = shapes.C if height > 0 else shapes.D
    for place in (shapes.C, shapes.D):
        value = float(theta[place])
        outside = low - value if place == lower else value - high
        uncertain = errors.get(place, 0.0) > LARGEST_PLATEAU_ERROR * abs(height)
        if place in errors and (outside > far or uncertain):
            side = "lower_plateau" if place == lower else "upper_plateau"
            raise UnfitCurveError(side, curve.model, value)
    if errors.get(shapes.G, 0.0) > LARGEST_ASYMMETRY_ERROR:
        raise UnfitCurveError("asymmetry_error", curve.model, errors[shapes.G])
    if curve.fit.condition > LARGEST_CONDITION:
        raise UnfitCurveError("not_identified", curve.model, curve.fit.condition)
    if np.sign(theta[shapes.B]) != settings.slope_sign and not _signs_differ(settings):
        raise UnfitCurveError("not_identified", curve.model)
    return curve
