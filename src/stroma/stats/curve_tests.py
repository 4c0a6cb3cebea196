"""What is asked of fitted curves: does a larger one fit better, does one fit, what is its ED50."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from stroma.stats import curve_shapes as shapes
from stroma.stats.curve_records import Curve


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
