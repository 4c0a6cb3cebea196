"""The variance between studies: eight estimators, its interval, I² and H².

Each estimator under the name metafor gives it. DerSimonian and Laird 1986 (Control Clin Trials
7:177), Hedges 1985, Sidik and Jonkman 2005 (J R Stat Soc C 54:367), Paule and Mandel 1982 (J Res
Natl Bur Stand 87:377), empirical Bayes after Morris 1983 (J Am Stat Assoc 78:47), maximum and
restricted maximum likelihood by Fisher scoring after Raudenbush 2009; the interval by the Q
profile of Viechtbauer 2007 (Stat Med 26:37). All are truncated at zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import special

from stroma.stats.meta.weights import Estimates, FloatArray, residual_maker, weighted_fit

MOST_STEPS = 500
SMALLEST_STEP = 1e-12
RELATIVE_CHANGE = 1e-10
"""Fisher scoring ends when a step is smaller than this part of the variance; metafor stops at
1e-5, so that its fourth printed decimal can differ from the optimum's."""


class Method(StrEnum):
    """How the variance between studies is estimated."""

    EQUAL = "EE"
    DERSIMONIAN_LAIRD = "DL"
    DERSIMONIAN_LAIRD_ITERATED = "DLIT"
    HEDGES = "HE"
    SIDIK_JONKMAN = "SJ"
    PAULE_MANDEL = "PM"
    EMPIRICAL_BAYES = "EB"
    MAXIMUM_LIKELIHOOD = "ML"
    RESTRICTED_MAXIMUM_LIKELIHOOD = "REML"


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """How far studies differ beyond their sampling error.

    Parameters
    ----------
    tau2
        Variance between studies.
    standard_error
        Of ``tau2``; ``None`` for equal effects.
    tau2_low, tau2_high
        By the Q profile; ``None`` for equal effects.
    i2, h2
        Share of the variance that is between studies in per cent, and total over sampling
        variance, both from ``tau2`` (from Q for equal effects).
    i2_low, i2_high, h2_low, h2_high
        At the bounds of ``tau2``.
    """

    tau2: float
    standard_error: float | None
    tau2_low: float | None
    tau2_high: float | None
    i2: float
    h2: float
    i2_low: float | None
    i2_high: float | None
    h2_low: float | None
    h2_high: float | None


def between_variance(data: Estimates, method: Method) -> float:
    """Return the variance between studies.

    Parameters
    ----------
    data
        The estimates.
    method
        How.

    Returns
    -------
    float
        Not below zero; zero for equal effects.
    """
    if method is Method.EQUAL:
        return 0.0
    return max(0.0, _ESTIMATORS[method](data))


def _hedges(data: Estimates) -> float:
    fit = weighted_fit(data, np.ones(data.count))
    maker = residual_maker(data, np.ones(data.count))
    expected = float(np.diag(maker) @ data.variances)
    return (fit.residual_sum - expected) / (data.count - data.columns)


def _dersimonian_laird(data: Estimates) -> float:
    fit = weighted_fit(data, 1 / data.variances)
    return (fit.residual_sum - (data.count - data.columns)) / fit.trace


def _iterated(data: Estimates) -> float:
    tau2 = max(0.0, _hedges(data))
    for _ in range(MOST_STEPS):
        weights = 1 / (data.variances + tau2)
        fit = weighted_fit(data, weights)
        # tr(P V) from V = 1/w - tau2 and tr(P / w) = k - p.
        expected = (data.count - data.columns) - tau2 * fit.trace
        new = max(0.0, (fit.residual_sum - expected) / fit.trace)
        if abs(new - tau2) <= RELATIVE_CHANGE * (1 + tau2):
            return new
        tau2 = new
    return tau2


def _sidik_jonkman(data: Estimates) -> float:
    start = _sidik_jonkman_start(data)
    fit = weighted_fit(data, 1 / (data.variances + start))
    return start * fit.residual_sum / (data.count - data.columns)


def _sidik_jonkman_start(data: Estimates) -> float:
    return float(np.var(data.values))


def _paule_mandel(data: Estimates) -> float:
    return _generalised_q_root(data, float(data.count - data.columns))


def _generalised_q_root(data: Estimates, target: float) -> float:
    """Return the variance between studies at which y'P y comes to the target; 0 if none does.

    y'P y falls and is convex in the variance, so that Newton's steps from zero approach the
    root from the left and cannot leave it (DerSimonian and Kacker 2007, Contemp Clin Trials
    28:105).
    """
    tau2 = 0.0
    for _ in range(MOST_STEPS):
        fit = weighted_fit(data, 1 / (data.variances + tau2))
        excess = fit.residual_sum - target
        if excess <= 0:
            break
        step = excess / float(fit.projected @ fit.projected)
        tau2 += step
        if step <= SMALLEST_STEP * tau2:
            break
    return tau2


def _likelihood(data: Estimates, *, restricted: bool) -> float:
    """Return the variance with the highest likelihood.

    The likelihood can have more than one peak, zero among them, so that scoring starts from the
    highest of a grid of values, and its end is held against zero.
    """
    scale = max(_dersimonian_laird(data), _hedges(data), 1e-3 * float(data.variances.mean()))
    grid = [0.0, *(scale * factor for factor in _GRID)]

    def highest(candidates: list[float]) -> float:
        heights = _profile_heights(data, np.array(candidates), restricted=restricted)
        return candidates[int(np.argmax(heights))]

    end = _scored(data, highest(grid), restricted=restricted)
    return highest([0.0, end])


_GRID = (0.01, 0.1, 0.3, 1.0, 3.0, 10.0)


def _scored(data: Estimates, tau2: float, *, restricted: bool) -> float:
    for _ in range(MOST_STEPS):
        weights = 1 / (data.variances + tau2)
        fit = weighted_fit(data, weights)
        squares = float(fit.projected @ fit.projected)
        if restricted:
            step = (squares - fit.trace) / fit.trace_square
        else:
            step = (squares - float(weights.sum())) / float(weights @ weights)
        if tau2 + step <= 0:
            if tau2 <= SMALLEST_STEP * float(data.variances.min()):
                return 0.0
            step = -0.9 * tau2
        tau2 += step
        if abs(step) <= RELATIVE_CHANGE * tau2:
            break
    return tau2


def _profile_heights(data: Estimates, tau2: FloatArray, *, restricted: bool) -> FloatArray:
    """Return :func:`_profile_height` at several variances, of a pooled mean all at once."""
    if data.columns > 1:
        return np.array([_profile_height(data, t, restricted=restricted) for t in tau2.tolist()])
    x, y = data.design[:, 0], data.values
    total = data.variances + tau2[:, None]
    weights = 1 / total
    information = weights @ (x * x)
    left = y - ((weights @ (x * y)) / information)[:, None] * x
    value = np.log(total).sum(axis=1) + (weights * left * left).sum(axis=1)
    if restricted:
        value += np.log(information)
    heights: FloatArray = -0.5 * value
    return heights


def _profile_height(data: Estimates, tau2: float, *, restricted: bool) -> float:
    """Return the log likelihood without what does not depend on the variance."""
    total = data.variances + tau2
    fit = weighted_fit(data, 1 / total)
    value = float(np.log(total).sum()) + fit.residual_sum
    if restricted:
        value -= float(np.linalg.slogdet(fit.covariance)[1])
    return -0.5 * value


def log_likelihood(data: Estimates, tau2: float, *, restricted: bool) -> float:
    """Return the (restricted) log likelihood.

    Parameters
    ----------
    data
        The estimates.
    tau2
        Variance between studies.
    restricted
        Whether for REML, with the constant metafor prints.

    Returns
    -------
    float
        The logarithm.
    """
    value = _profile_height(data, tau2, restricted=restricted)
    if not restricted:
        return value - 0.5 * data.count * math.log(2 * math.pi)
    design = float(np.linalg.slogdet(data.design.T @ data.design)[1])
    freedom = data.count - data.columns
    return value - 0.5 * (freedom * math.log(2 * math.pi) - design)


_ESTIMATORS: dict[Method, Callable[[Estimates], float]] = {
    Method.DERSIMONIAN_LAIRD: _dersimonian_laird,
    Method.DERSIMONIAN_LAIRD_ITERATED: _iterated,
    Method.HEDGES: _hedges,
    Method.SIDIK_JONKMAN: _sidik_jonkman,
    Method.PAULE_MANDEL: _paule_mandel,
    Method.EMPIRICAL_BAYES: _paule_mandel,  # one fixed point: Viechtbauer 2015, Stat Med 34:2097
    Method.MAXIMUM_LIKELIHOOD: lambda data: _likelihood(data, restricted=False),
    Method.RESTRICTED_MAXIMUM_LIKELIHOOD: lambda data: _likelihood(data, restricted=True),
}


def between_variance_error(data: Estimates, method: Method, tau2: float) -> float | None:
    """Return the standard error of the variance between studies.

    Parameters
    ----------
    data
        The estimates.
    method
        How the variance was estimated.
    tau2
        The variance.

    Returns
    -------
    float or None
        ``None`` for equal effects.
    """
    freedom = data.count - data.columns
    weights = 1 / (data.variances + tau2)
    if method is Method.EQUAL:
        return None
    if method is Method.MAXIMUM_LIKELIHOOD:
        return math.sqrt(2 / float((weights**2).sum()))
    if method is Method.RESTRICTED_MAXIMUM_LIKELIHOOD:
        return math.sqrt(2 / weighted_fit(data, weights).trace_square)
    if method in (Method.EMPIRICAL_BAYES, Method.PAULE_MANDEL):
        return math.sqrt(2 * data.count**2 / freedom) / float(weights.sum())
    return _moment_error(data, method, tau2)


def _moment_error(data: Estimates, method: Method, tau2: float) -> float:
    """Return the standard error of an estimate that is linear in a quadratic form y'P y."""
    start = _sidik_jonkman_start(data)
    used, factor = {
        Method.HEDGES: (np.ones(data.count), None),
        Method.DERSIMONIAN_LAIRD: (1 / data.variances, None),
        Method.DERSIMONIAN_LAIRD_ITERATED: (1 / (data.variances + tau2), None),
        Method.SIDIK_JONKMAN: (
            1 / (data.variances + start),
            start / (data.count - data.columns),
        ),
    }[method]
    maker = residual_maker(data, used)
    spread = maker * (data.variances + tau2)[None, :]
    # Var(y'P y) = 2 tr(P M P M) with M the marginal variance.
    variance = 2 * float(np.einsum("ij,ji", spread, spread))
    scale = 1 / float(np.trace(maker)) if factor is None else factor
    return scale * math.sqrt(variance)


def typical_variance(data: Estimates) -> float:
    """Return the sampling variance of a typical study, which I² is relative to.

    Parameters
    ----------
    data
        The estimates.

    Returns
    -------
    float
        (k - p) / tr(P) with inverse-variance weights (Higgins and Thompson 2002, Stat Med
        21:1539).
    """
    return (data.count - data.columns) / weighted_fit(data, 1 / data.variances).trace


def q_profile(data: Estimates, *, level: float) -> tuple[float, float]:
    """Return the Q-profile interval of the variance between studies.

    Parameters
    ----------
    data
        The estimates.
    level
        Confidence level.

    Returns
    -------
    low, high
        Not below zero.
    """
    freedom = data.count - data.columns
    tail = (1 - level) / 2
    low = _generalised_q_root(data, float(special.chdtri(freedom, tail)))
    high = _generalised_q_root(data, float(special.chdtri(freedom, 1 - tail)))
    return low, high


def heterogeneity(data: Estimates, method: Method, *, level: float = 0.95) -> Heterogeneity:
    """Estimate how far studies differ.

    Parameters
    ----------
    data
        The estimates.
    method
        How.
    level
        Of the interval.

    Returns
    -------
    Heterogeneity
        The variance between studies with what follows from it.
    """
    tau2 = between_variance(data, method)
    if method is Method.EQUAL:
        freedom = data.count - data.columns
        q = weighted_fit(data, 1 / data.variances).residual_sum
        return Heterogeneity(
            0.0, None, None, None,
            100 * max(0.0, q - freedom) / q if q > 0 else 0.0, q / freedom,
            None, None, None, None,
        )  # fmt: skip
    low, high = q_profile(data, level=level)
    typical = typical_variance(data)

    def share(variance: float) -> float:
        return 100 * variance / (variance + typical)

    def factor(variance: float) -> float:
        return variance / typical + 1

    return Heterogeneity(
        tau2=tau2,
        standard_error=between_variance_error(data, method, tau2),
        tau2_low=low,
        tau2_high=high,
        i2=share(tau2),
        h2=factor(tau2),
        i2_low=share(low),
        i2_high=share(high),
        h2_low=factor(low),
        h2_high=factor(high),
    )


def residual_heterogeneity_test(data: Estimates) -> tuple[float, int, float]:
    """Return Cochran's Q.

    Parameters
    ----------
    data
        The estimates.

    Returns
    -------
    q, degrees_of_freedom, p_value
        Of no variance between studies beyond the moderators.
    """
    q = weighted_fit(data, 1 / data.variances).residual_sum
    freedom = data.count - data.columns
    return q, freedom, float(special.chdtrc(freedom, q))


def residuals(data: Estimates, coefficients: FloatArray) -> FloatArray:
    """Return what the coefficients leave over.

    Parameters
    ----------
    data
        The estimates.
    coefficients
        Shape ``(p,)``.

    Returns
    -------
    ndarray
        Shape ``(k,)``.
    """
    left: FloatArray = data.values - data.design @ coefficients
    return left
