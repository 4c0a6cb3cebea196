"""What a curve of response against dose is, how it is asked for, and why there may be none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from stroma.stats import curve_shapes as shapes
from stroma.stats.nonlinear import LeastSquares

Floats = npt.NDArray[np.float64]
FIVE, FOUR, LINEAR = "5PL", "4PL", "linear"
SMALLER = {FIVE: FOUR, FOUR: LINEAR}
"""What is tried where a model is not identified."""
WEIGHTINGS = ("none", "1/y", "1/y^2", "given")


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
