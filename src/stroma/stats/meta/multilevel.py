"""Estimates that come several from a paper: variances at more than one level.

The marginal variance is that of sampling plus a random intercept for each grouping (districts,
then studies within them), or, for several outcomes of one study, an unstructured matrix over the
outcomes. (Restricted) maximum likelihood over the variances, as metafor's ``rma.mv``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import linalg, optimize, special

from stroma.stats.meta.pooling import Coefficient, coefficients
from stroma.stats.meta.weights import FloatArray, TooFewEstimatesError

LARGEST_VARIANCE = 1e8
"""Of a standard deviation, in typical sampling errors."""
SMALLEST_START = 1e-4
SMALLEST_PART = 0.01
"""Of the largest variance: the step in which one that came out as zero is tried again."""
PROFILE_STEP = 1e-5
"""A bound of a profile is found to this part of itself."""
MOST_DOUBLINGS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Multilevel:
    """A fitted model with correlated estimates.

    Parameters
    ----------
    count
        Estimates.
    coefficients, covariance
        In the order of the design, with normal tests and intervals.
    variances
        Of each grouping's intercept, or of each outcome.
    correlation
        Between outcomes, for two of them that both vary; ``None`` otherwise.
    log_likelihood
        (Restricted), with the constant metafor prints.
    marginal
        Variance of the estimates, shape ``(k, k)``.
    residuals
        Of the fit.
    design, values
        What was fitted.
    q, q_degrees_of_freedom, q_p_value
        Cochran's test with the sampling covariance alone.
    moderators
        Wald statistic, degrees of freedom and p of all slopes (of all coefficients without an
        intercept); ``None`` for the mean alone.
    level
        Of the intervals.
    """

    count: int
    coefficients: tuple[Coefficient, ...]
    covariance: FloatArray
    variances: tuple[float, ...]
    correlation: float | None
    log_likelihood: float
    marginal: FloatArray
    residuals: FloatArray
    design: FloatArray
    values: FloatArray
    q: float
    q_degrees_of_freedom: int
    q_p_value: float
    moderators: tuple[float, int, float] | None
    level: float


@dataclass(frozen=True, slots=True)
class _Problem:
    """A likelihood over variance parameters."""

    values: FloatArray
    sampling: FloatArray
    design: FloatArray
    restricted: bool
    marginal: Callable[[FloatArray], FloatArray]
    derivatives: Callable[[FloatArray], list[FloatArray]]


@dataclass(frozen=True, slots=True)
class _State:
    objective: float
    coefficients: FloatArray
    covariance: FloatArray
    residuals: FloatArray
    marginal: FloatArray
    projected: FloatArray
    inverse: FloatArray


def fit_multilevel(
    values: Sequence[float] | FloatArray,
    sampling: Sequence[float] | FloatArray,
    groups: Sequence[Sequence[Hashable]],
    design: FloatArray | None = None,
    *,
    restricted: bool = True,
    level: float = 0.95,
) -> Multilevel:
    """Fit random intercepts of one or more groupings to estimates.

    Parameters
    ----------
    values
        Estimates, shape ``(k,)``.
    sampling
        Their sampling variances, shape ``(k,)``, or covariance, shape ``(k, k)``.
    groups
        One labelling a level: papers, then estimates within them.
    design
        Moderators with their intercept; ``None`` for the mean alone.
    restricted
        REML instead of ML.
    level
        Of the intervals.

    Returns
    -------
    Multilevel
        The model; a variance can be zero.

    Raises
    ------
    TooFewEstimatesError
        Not more estimates than coefficients.
    ValueError
        Labels of another length, or a sampling covariance that is none.
    """
    y, v, x = _checked(values, sampling, design)
    levels = [_same_group(labels, len(y)) for labels in groups]
    unit = _unit(v)
    standard = _random_intercepts(y / unit, v / unit**2, x, levels, restricted=restricted)
    spread = max(float(np.std(y / unit)), SMALLEST_START)
    starts = [np.full(len(levels), spread * part) for part in (0.3, 1.0)]
    theta = unit**2 * _variance_optimum(standard, starts)
    problem = _random_intercepts(y, v, x, levels, restricted=restricted)
    return _fitted(problem, theta, tuple(float(t) for t in theta), None, level)


def _unit(held: FloatArray) -> float:
    """Return the typical sampling error: a search in it does not depend on the values' unit."""
    return math.sqrt(float(np.exp(np.mean(np.log(np.diag(held))))))


def _random_intercepts(
    values: FloatArray,
    held: FloatArray,
    design: FloatArray,
    levels: Sequence[FloatArray],
    *,
    restricted: bool,
) -> _Problem:
    """Return the likelihood over the variances of random intercepts."""

    def marginal(theta: FloatArray) -> FloatArray:
        total: FloatArray = held + sum(
            (t * same for t, same in zip(theta, levels, strict=True)),
            start=np.zeros_like(held),
        )
        return total

    def derivatives(_theta: FloatArray) -> list[FloatArray]:
        return list(levels)

    return _Problem(values, held, design, restricted, marginal, derivatives)


def fit_bivariate(
    values: Sequence[float] | FloatArray,
    sampling: FloatArray,
    studies: Sequence[Hashable],
    outcomes: Sequence[Hashable],
    *,
    restricted: bool = True,
    level: float = 0.95,
) -> Multilevel:
    """Fit two outcomes of the same studies together, each with its own mean and variance.

    Parameters
    ----------
    values
        Estimates, shape ``(k,)``.
    sampling
        Their sampling covariance, shape ``(k, k)``.
    studies, outcomes
        Labels, one an estimate; two outcomes in all, whose coefficients come in sorted order.
    restricted
        REML instead of ML.
    level
        Of the intervals.

    Returns
    -------
    Multilevel
        With the correlation between the outcomes' true effects.

    Raises
    ------
    TooFewEstimatesError
        Not more estimates than coefficients.
    ValueError
        Not two outcomes.
    """
    names = sorted(set(outcomes), key=str)
    if len(names) != 2:
        msg = f"{len(names)} outcomes where two are fitted together"
        raise ValueError(msg)
    which = np.array([names.index(own) for own in outcomes])
    y, v, x = _checked(values, sampling, np.eye(2)[which])
    same = _same_group(studies, len(y))

    unit = _unit(v)
    standard = _two_outcomes(y / unit, v / unit**2, x, (same, which), restricted=restricted)
    spread = max(float(np.std(y / unit)), SMALLEST_START)
    starts = [
        part * spread * np.array([1.0, rho, math.sqrt(1 - rho**2)])
        for part in (0.1, 0.3, 1.0)
        for rho in (0.0, 0.6, -0.6)
    ]
    theta = unit * _optimum(standard, starts, [(-LARGEST_VARIANCE, LARGEST_VARIANCE)] * 3)
    first, across, rest = (float(t) for t in theta)
    second = math.hypot(across, rest)
    defined = min(abs(first), second) > SMALLEST_START * unit
    return _fitted(
        _two_outcomes(y, v, x, (same, which), restricted=restricted),
        theta,
        (first**2, second**2),
        math.copysign(1.0, first) * across / second if defined else None,
        level,
    )


def _two_outcomes(
    values: FloatArray,
    held: FloatArray,
    design: FloatArray,
    layout: tuple[FloatArray, npt.NDArray[np.intp]],
    *,
    restricted: bool,
) -> _Problem:
    """Return the likelihood over the Cholesky factor of two outcomes' covariance.

    The factor has no bounds a search could stick at, and holds correlations of exactly one.
    """
    same, which = layout

    def over(matrix: list[list[float]]) -> FloatArray:
        spread: FloatArray = same * np.array(matrix)[np.ix_(which, which)]
        return spread

    def marginal(theta: FloatArray) -> FloatArray:
        a, b, c = theta.tolist()
        total: FloatArray = held + over([[a * a, a * b], [a * b, b * b + c * c]])
        return total

    def derivatives(theta: FloatArray) -> list[FloatArray]:
        a, b, c = theta.tolist()
        return [
            over([[2 * a, b], [b, 0.0]]),
            over([[0.0, a], [a, 2 * b]]),
            over([[0.0, 0.0], [0.0, 2 * c]]),
        ]

    return _Problem(values, held, design, restricted, marginal, derivatives)


def _checked(
    values: Sequence[float] | FloatArray,
    sampling: Sequence[float] | FloatArray,
    design: FloatArray | None,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    y = np.asarray(values, dtype=np.float64)
    v = np.asarray(sampling, dtype=np.float64)
    v = np.diag(v) if v.ndim == 1 else v
    x = np.ones((len(y), 1)) if design is None else np.asarray(design, dtype=np.float64)
    if len(y) <= x.shape[1]:
        raise TooFewEstimatesError(len(y), x.shape[1] + 1)
    if v.shape != (len(y), len(y)) or x.shape[0] != len(y):
        msg = "values, sampling covariance and design differ in length"
        raise ValueError(msg)
    try:
        np.linalg.cholesky(v)
    except np.linalg.LinAlgError:
        msg = "the sampling covariance is not positive definite"
        raise ValueError(msg) from None
    return y, v, x


def _same_group(labels: Sequence[Hashable], count: int) -> FloatArray:
    if len(labels) != count:
        msg = f"{len(labels)} labels for {count} estimates"
        raise ValueError(msg)
    numbers = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    coded = np.array([numbers[label] for label in labels])
    same: FloatArray = (coded[:, None] == coded[None, :]).astype(np.float64)
    return same


def _state(problem: _Problem, theta: FloatArray) -> _State:
    total = problem.marginal(theta)
    factor = linalg.cho_factor(total, lower=True)
    inverse: FloatArray = linalg.cho_solve(factor, np.eye(len(total)))
    weighted = inverse @ problem.design
    information = problem.design.T @ weighted
    covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
    fitted: FloatArray = covariance @ (weighted.T @ problem.values)
    residuals = problem.values - problem.design @ fitted
    projected = inverse @ residuals
    objective = 2 * float(np.log(np.diag(factor[0])).sum()) + float(residuals @ projected)
    if problem.restricted:
        objective += float(np.linalg.slogdet(information)[1])
    return _State(objective, fitted, covariance, residuals, total, projected, inverse)


def _objective(theta: FloatArray, problem: _Problem) -> tuple[float, FloatArray]:
    """Return -2 log likelihood without its constant, and its gradient."""
    state = _state(problem, theta)
    inverse = state.inverse
    if problem.restricted:
        weighted = inverse @ problem.design
        inverse = inverse - weighted @ state.covariance @ weighted.T
    gradient = [
        float((inverse * change).sum()) - float(state.projected @ change @ state.projected)
        for change in problem.derivatives(theta)
    ]
    return state.objective, np.array(gradient)


def _optimum(
    problem: _Problem, starts: list[FloatArray], bounds: list[tuple[float, float]]
) -> FloatArray:
    best: FloatArray | None = None
    lowest = math.inf
    for start in starts:
        found = optimize.minimize(
            _objective,
            start,
            args=(problem,),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 1000, "ftol": 1e-15, "gtol": 1e-9},
        )
        if found.fun < lowest:
            lowest, best = float(found.fun), np.asarray(found.x, dtype=np.float64)
    if best is None:
        msg = "the likelihood of the model has no finite value"
        raise ValueError(msg)
    return best


def _variance_optimum(problem: _Problem, starts: list[FloatArray]) -> FloatArray:
    """Return the variances with the highest likelihood.

    A search over standard deviations is well scaled, but its slope vanishes where one is zero,
    whether or not the likelihood rises there. A second one over the variances, in units of the
    first's, leaves such a place.
    """

    def rooted(theta: FloatArray) -> list[FloatArray]:
        changes = problem.derivatives(theta)
        return [2 * t * change for t, change in zip(theta, changes, strict=True)]

    count = len(starts[0])
    by_root = replace(
        problem, marginal=lambda theta: problem.marginal(theta**2), derivatives=rooted
    )
    found = _optimum(by_root, starts, [(0.0, LARGEST_VARIANCE)] * count) ** 2
    scale = np.maximum(found, SMALLEST_PART * max(float(found.max()), 1.0))

    def scaled(theta: FloatArray) -> list[FloatArray]:
        changes = problem.derivatives(theta)
        return [part * change for part, change in zip(scale, changes, strict=True)]

    by_part = replace(
        problem, marginal=lambda theta: problem.marginal(theta * scale), derivatives=scaled
    )
    return scale * _optimum(by_part, [found / scale], [(0.0, LARGEST_VARIANCE)] * count)


def _fitted(
    problem: _Problem,
    theta: FloatArray,
    variances: tuple[float, ...],
    correlation: float | None,
    level: float,
) -> Multilevel:
    state = _state(problem, theta)
    count, columns = problem.design.shape
    freedom = count - columns if problem.restricted else count
    likelihood = -0.5 * (state.objective + freedom * math.log(2 * math.pi))
    if problem.restricted:
        likelihood += 0.5 * float(np.linalg.slogdet(problem.design.T @ problem.design)[1])
    q = _cochran(problem)
    return Multilevel(
        count=count,
        coefficients=coefficients(state.coefficients, state.covariance, None, level=level),
        covariance=state.covariance,
        variances=variances,
        correlation=correlation,
        log_likelihood=likelihood,
        marginal=state.marginal,
        residuals=state.residuals,
        design=problem.design,
        values=problem.values,
        q=q,
        q_degrees_of_freedom=count - columns,
        q_p_value=float(special.chdtrc(count - columns, q)),
        moderators=_moderators(problem.design, state),
        level=level,
    )


def _cochran(problem: _Problem) -> float:
    weighted = np.linalg.solve(problem.sampling, problem.design)
    fitted = np.linalg.solve(problem.design.T @ weighted, weighted.T @ problem.values)
    left = problem.values - problem.design @ fitted
    return float(left @ np.linalg.solve(problem.sampling, left))


def _moderators(design: FloatArray, state: _State) -> tuple[float, int, float] | None:
    tested = list(range(design.shape[1]))
    if (design[:, 0] == 1).all():
        tested = tested[1:]
    if not tested:
        return None
    part = state.coefficients[tested]
    wald = float(part @ np.linalg.solve(state.covariance[np.ix_(tested, tested)], part))
    return wald, len(tested), float(special.chdtrc(len(tested), wald))


def variance_profile(
    values: Sequence[float] | FloatArray,
    sampling: Sequence[float] | FloatArray,
    groups: Sequence[Sequence[Hashable]],
    which: int,
    design: FloatArray | None = None,
    *,
    restricted: bool = True,
    level: float = 0.95,
) -> tuple[float, float | None]:
    """Return the profile-likelihood interval of one variance of :func:`fit_multilevel`.

    Parameters
    ----------
    values, sampling, groups, design, restricted
        As given to the fit.
    which
        Index of the grouping.
    level
        Confidence level.

    Returns
    -------
    low, high
        ``high`` is ``None`` where the likelihood never falls far enough.
    """
    y, v, x = _checked(values, sampling, design)
    unit = _unit(v)
    y, v = y / unit, v / unit**2
    levels = [_same_group(labels, len(y)) for labels in groups]
    others = [same for index, same in enumerate(levels) if index != which]
    best = fit_multilevel(y, v, groups, x, restricted=restricted)
    target = -2 * best.log_likelihood + float(special.chdtri(1, 1 - level))
    start = np.sqrt([own for index, own in enumerate(best.variances) if index != which])
    start = np.maximum(start, SMALLEST_START)

    def excess(variance: float) -> float:
        held = v + variance * levels[which]
        problem = _random_intercepts(y, held, x, others, restricted=restricted)
        theta = start
        if len(start):
            theta = _variance_optimum(problem, [start])
        return _minus_two(problem, _state(problem, theta)) - target

    centre = best.variances[which]
    low = 0.0
    if centre > 0 and excess(0.0) > 0:
        root = optimize.brentq(excess, 0.0, centre, xtol=PROFILE_STEP * centre, rtol=1e-5)
        low = unit**2 * float(root)
    high = max(4 * centre, float(np.var(y)))
    for _ in range(MOST_DOUBLINGS):
        if excess(high) > 0:
            root = optimize.brentq(excess, centre, high, xtol=PROFILE_STEP * high, rtol=1e-5)
            return low, unit**2 * float(root)
        high *= 2
    return low, None


def _minus_two(problem: _Problem, state: _State) -> float:
    count, columns = problem.design.shape
    freedom = count - columns if problem.restricted else count
    value = state.objective + freedom * math.log(2 * math.pi)
    if problem.restricted:
        value -= float(np.linalg.slogdet(problem.design.T @ problem.design)[1])
    return float(value)
