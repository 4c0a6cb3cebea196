"""Curves of response against dose: five and four parameters, or a straight line.

The engine is :mod:`stroma.stats.nonlinear`. Its searches begin where a grid over slope, midpoint
and asymmetry (the plateaus being the best for each) has its lowest hollows. A curve is given back
only where it is identified; :func:`choose_curve` goes from five parameters to four to a straight
line and says why each larger one was left.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from stroma.stats import curve_shapes as shapes
from stroma.stats.curve_checks import (
    LARGEST_ASYMMETRY,
    check_doses,
    check_responses,
    curve_weights,
    identified,
)
from stroma.stats.curve_records import (
    FIVE,
    FOUR,
    LINEAR,
    SMALLER,
    WEIGHTINGS,
    Curve,
    CurveChoice,
    CurveSettings,
    UnfitCurveError,
    on_scale,
)
from stroma.stats.curve_starts import starts_of
from stroma.stats.curve_tests import compare_curves, effective_dose, lack_of_fit
from stroma.stats.nonlinear import LeastSquares, NoOptimumError, least_squares

__all__ = [
    "FIVE",
    "FOUR",
    "LINEAR",
    "SMALLER",
    "WEIGHTINGS",
    "Curve",
    "CurveChoice",
    "CurveSettings",
    "UnfitCurveError",
    "choose_curve",
    "compare_curves",
    "effective_dose",
    "finished",
    "fit_curve",
    "lack_of_fit",
    "smaller_settings",
    "transformed",
    "unfitted",
]


Floats = npt.NDArray[np.float64]
_ITERATIONS = 80
"""A curve that is identified is found in twenty; one that runs away is not worth more."""


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
    starts = [start[free] for start in starts_of(t, y, given, theta, wanted)]
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
