"""What is refused before a curve is fitted, and what a fitted curve has to say to be believed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from stroma.stats import curve_shapes as shapes
from stroma.stats.curve_records import (
    FIVE,
    FOUR,
    LINEAR,
    WEIGHTINGS,
    Curve,
    CurveSettings,
    UnfitCurveError,
)
from stroma.stats.curve_starts import signs_differ

Floats = npt.NDArray[np.float64]
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
    if np.sign(theta[shapes.B]) != settings.slope_sign and not signs_differ(settings):
        raise UnfitCurveError("not_identified", curve.model)
    return curve
