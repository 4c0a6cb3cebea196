"""Contrasts of the fixed effects of a mixed model, with degrees of freedom for few donors.

Satterthwaite as in Kuznetsova A et al. J Stat Softw 2017;82(13) (several contrasts after Fai and
Cornelius, J Stat Comput Simul 1996;54:363), Kenward and Roger as in Halekoh U, Højsgaard S. J Stat
Softw 2014;59(9).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import linalg, special

from stroma.stats.mixed_fit import MixedModel
from stroma.stats.mixed_likelihood import FloatArray

# Below half a degree of freedom the quantile of t at 97.5 % is beyond 150 standard errors: the
# interval says nothing either way, and the approximation has broken down.
LEAST_FREEDOM = 0.5
# Of the largest eigenvalue of the contrasts' covariance: below it a contrast repeats others.
REPEATED = 1e-10


class DegreesOfFreedom(StrEnum):
    """How the degrees of freedom of a contrast are found."""

    SATTERTHWAITE = "satterthwaite"
    KENWARD_ROGER = "kenward_roger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """A linear combination of fixed effects.

    Parameters
    ----------
    estimate, standard_error, degrees_of_freedom
        Of the combination.
    low, high, level
        Its interval.
    p_value
        Two-sided, of no effect.
    fallback
        Whether the method had no usable degrees of freedom and cautious ones stand in; see
        :func:`contrast`.
    """

    estimate: float
    standard_error: float
    degrees_of_freedom: float
    low: float
    high: float
    level: float
    p_value: float
    fallback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JointTest:
    """A test that several combinations of fixed effects are all zero.

    Parameters
    ----------
    f
        The F statistic, scaled as the method asks.
    numerator, denominator
        Its degrees of freedom.
    p
        Probability of an F as large, where all combinations are zero.
    fallback
        Whether cautious degrees of freedom stand in; see :func:`contrast`.
    """

    f: float
    numerator: int
    denominator: float
    p: float
    fallback: bool = False


def contrast(
    model: MixedModel,
    weights: Sequence[float] | FloatArray,
    *,
    degrees_of_freedom: DegreesOfFreedom,
    level: float = 0.95,
) -> Contrast:
    """Return a linear combination of the fixed effects with its test and interval.

    Satterthwaite's degrees of freedom use the observed information of the variances and take a
    variance at zero as known, as lmerTest does: such a fit counts every observation as
    independent. Kenward and Roger use the expected information of all variances, also of one at
    zero, and widen the standard error, as pbkrtest does; with few donors theirs is the safer
    choice.

    Two cases have an answer here where those packages have none or a meaningless one, and the
    result says so by ``fallback``: where the observed information is not positive definite (a
    ridge of the likelihood) the expected one is taken for Satterthwaite, and degrees of freedom
    that are not defined or below a half become a half, with which nothing is ever found.

    Parameters
    ----------
    model
        A fitted model.
    weights
        Of each coefficient, ``(p,)``.
    degrees_of_freedom
        The method.
    level
        Confidence level of the interval, between 0 and 1.

    Returns
    -------
    Contrast
        The combination.

    Raises
    ------
    ValueError
        The weights have another length than the coefficients, or are all zero.

    Examples
    --------
    >>> import numpy as np
    >>> from stroma.stats.mixed_fit import fit_mixed_model
    >>> response = [7.1, 7.3, 8.0, 8.4, 7.5, 7.5, 9.1, 9.4, 8.8, 8.9, 9.9, 9.5]
    >>> source = np.repeat([0.0, 1.0], 6)
    >>> design = np.column_stack([np.ones(12), source])
    >>> model = fit_mixed_model(response, design, [np.repeat(np.arange(6), 2)])
    >>> found = contrast(model, [0, 1], degrees_of_freedom=DegreesOfFreedom.KENWARD_ROGER)
    >>> round(found.degrees_of_freedom, 6), round(found.p_value, 4)
    (4.0, 0.0132)
    """
    row = _checked_weights(model, np.atleast_1d(np.asarray(weights, dtype=np.float64)))
    if not 0 < level < 1:
        msg = f"the confidence level {level} is not between 0 and 1"
        raise ValueError(msg)
    freedom, fallback = _freedom(model, row, degrees_of_freedom)
    covariance = _covariance(model, degrees_of_freedom)
    estimate = float(row @ model.coefficients)
    error = math.sqrt(float(row @ covariance @ row))
    reach = error * float(special.stdtrit(freedom, (1 + level) / 2))
    return Contrast(
        estimate=estimate,
        standard_error=error,
        degrees_of_freedom=freedom,
        low=estimate - reach,
        high=estimate + reach,
        level=level,
        p_value=2.0 * float(special.stdtr(freedom, -abs(estimate) / error)),
        fallback=fallback,
    )


def joint_test(
    model: MixedModel,
    matrix: Sequence[Sequence[float]] | FloatArray,
    *,
    degrees_of_freedom: DegreesOfFreedom,
) -> JointTest:
    """Test that several combinations of the fixed effects are all zero.

    Combinations that repeat others are left out of the numerator.

    Parameters
    ----------
    model
        A fitted model.
    matrix
        Weights of the coefficients, one combination a row, ``(m, p)``.
    degrees_of_freedom
        The method; see :func:`contrast`.

    Returns
    -------
    JointTest
        The F test.

    Raises
    ------
    ValueError
        The rows have another length than the coefficients, or are all zero.

    Examples
    --------
    >>> import numpy as np
    >>> from stroma.stats.mixed_fit import fit_mixed_model
    >>> response = [7.1, 7.3, 8.0, 8.4, 7.5, 7.5, 9.1, 9.4, 8.8, 8.9, 9.9, 9.5]
    >>> source = np.repeat([0.0, 1.0, 2.0], 4)
    >>> design = np.column_stack([np.ones(12), source == 1, source == 2])
    >>> model = fit_mixed_model(response, design, [np.repeat(np.arange(6), 2)])
    >>> found = joint_test(
    ...     model, [[0, 1, 0], [0, 0, 1]], degrees_of_freedom=DegreesOfFreedom.KENWARD_ROGER
    ... )
    >>> found.numerator, round(found.denominator, 6), round(found.f, 4)
    (2, 3.0, 1.5658)
    """
    rows = _checked_weights(model, np.atleast_2d(np.asarray(matrix, dtype=np.float64)))
    independent = _independent(model, rows)
    if degrees_of_freedom is DegreesOfFreedom.KENWARD_ROGER:
        return _joint_kenward_roger(model, independent)
    return _joint_satterthwaite(model, independent)


def _checked_weights(model: MixedModel, weights: FloatArray) -> FloatArray:
    """Return weights that fit the model's coefficients, or refuse them."""
    if weights.shape[-1] != model.coefficients.size:
        msg = f"{weights.shape[-1]} weights for {model.coefficients.size} coefficients"
        raise ValueError(msg)
    if not (np.isfinite(weights).all() and np.any(weights)):
        msg = "the weights of a contrast are all zero or not finite"
        raise ValueError(msg)
    return weights


def _covariance(model: MixedModel, method: DegreesOfFreedom) -> FloatArray:
    """Return the covariance of the coefficients that a method tests with."""
    if method is DegreesOfFreedom.KENWARD_ROGER:
        return model.uncertainty.adjusted_covariance
    return model.covariance


def _freedom(model: MixedModel, row: FloatArray, method: DegreesOfFreedom) -> tuple[float, bool]:
    """Return the degrees of freedom of one contrast, and whether cautious ones stand in.

    Both methods set 2 v² / var(v) for the contrast's variance v; they differ in what they take as
    the covariance of the variances (Kenward and Roger's general formula comes to this for one).
    """
    known = model.uncertainty
    variance = float(row @ model.covariance @ row)
    slopes = np.einsum("i,rij,j->r", row, known.sensitivities, row)
    of_variances = known.expected
    fallback = False
    if method is DegreesOfFreedom.SATTERTHWAITE:
        fallback = known.observed is None
        if known.observed is not None:
            of_variances = known.observed
    spread = float(slopes @ of_variances @ slopes)
    freedom = 2.0 * variance**2 / spread if spread > 0 else math.nan
    if not freedom >= LEAST_FREEDOM:
        return LEAST_FREEDOM, True
    return freedom, fallback


def _independent(model: MixedModel, rows: FloatArray) -> FloatArray:
    """Return combinations that are uncorrelated and span the rows, the most variable first.

    The principal axes of the rows' covariance, as lmerTest has them. After Satterthwaite the
    answer depends on the rows chosen to say the same hypothesis; after Kenward and Roger it does
    not.
    """
    values, vectors = linalg.eigh(rows @ model.covariance @ rows.T)
    kept = values > REPEATED * values[-1]
    return np.asarray((vectors[:, kept].T @ rows)[::-1])


def _joint_satterthwaite(model: MixedModel, rows: FloatArray) -> JointTest:
    """Return the F test after Fai and Cornelius, of uncorrelated combinations."""
    count = len(rows)
    variances = np.einsum("mi,ij,mj->m", rows, model.covariance, rows)
    squares = (rows @ model.coefficients) ** 2 / variances
    found = [_freedom(model, row, DegreesOfFreedom.SATTERTHWAITE) for row in rows]
    each = np.array([freedom for freedom, _ in found])
    if np.ptp(each) <= 1e-8 * each[0]:
        denominator = float(each.mean())
    elif (each <= 2).any():
        # The mean of an F with 2 or fewer in the denominator is not finite, as Fai and Cornelius's
        # matching of means needs it to be; lmerTest takes 2.
        denominator = 2.0
    else:
        mean = float((each / (each - 2)).sum())
        denominator = 2 * mean / (mean - count)
    f = float(squares.mean())
    return JointTest(
        f=f,
        numerator=count,
        denominator=denominator,
        p=float(special.fdtrc(count, denominator, f)),
        fallback=any(fallback for _, fallback in found),
    )


def _joint_kenward_roger(model: MixedModel, rows: FloatArray) -> JointTest:
    """Return the scaled F test after Kenward and Roger (1997, section 3)."""
    known = model.uncertainty
    count = len(rows)
    inner = linalg.inv(rows @ model.covariance @ rows.T)
    parts = np.einsum("ab,bi,rij,cj->rac", inner, rows, known.sensitivities, rows)
    traces = np.einsum("raa->r", parts)
    first = float(traces @ known.expected @ traces)
    second = float(np.einsum("rs,rab,sba->", known.expected, parts, parts))
    denominator, scale = _kenward_roger_moments(first, second, count)
    fallback = not (denominator >= LEAST_FREEDOM and scale > 0)
    if fallback:
        denominator, scale = LEAST_FREEDOM, 1.0
    effects = rows @ model.coefficients
    adjusted = rows @ known.adjusted_covariance @ rows.T
    f = scale * float(effects @ linalg.solve(adjusted, effects)) / count
    return JointTest(
        f=f,
        numerator=count,
        denominator=denominator,
        p=float(special.fdtrc(count, denominator, f)),
        fallback=fallback,
    )


def _kenward_roger_moments(first: float, second: float, count: int) -> tuple[float, float]:
    """Return denominator and scale that match mean and variance of the Wald statistic.

    ``first`` and ``second`` are A₁ and A₂ of Kenward and Roger; the constants are theirs, chosen
    so that balanced analyses of variance and Hotelling's T² come out exactly.
    """
    spread = (first + 6 * second) / (2 * count)
    g = ((count + 1) * first - (count + 4) * second) / ((count + 2) * second)
    below = 3 * count + 2 * (1 - g)
    c1, c2, c3 = g / below, (count - g) / below, (count + 2 - g) / below
    v0, v1, v2 = 1 + c1 * spread, 1 - c2 * spread, 1 - c3 * spread
    mean = 1 - second / count
    if v1 == 0 or v2 == 0:
        return math.nan, math.nan
    rho = (mean / v1) ** 2 * v0 / v2 / count
    denominator = 4 + (count + 2) / (count * rho - 1)
    # At 2 the mean of F is not finite; pbkrtest then leaves the statistic as it is.
    if abs(denominator - 2) < 1e-2:
        return denominator, 1.0
    return denominator, denominator * mean / (denominator - 2)
