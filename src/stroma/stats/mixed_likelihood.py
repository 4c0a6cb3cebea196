"""The restricted likelihood of a model with random intercepts, and where it is highest.

With ``V = σ² I + Σ σₖ² Zₖ Zₖ'`` the criterion is ``log |V| + log |X'V⁻¹X| + y'Py`` (Patterson and
Thompson, Biometrika 1971;58:545), its first and second derivatives are traces and quadratic forms
of ``P Zₖ Zₖ'`` (Searle, Casella, McCulloch, Variance Components, 1992, chapter 6). Everything is
held in the space of the random intercepts by ``Z'V⁻¹ = (σ² I + Z'Z S)⁻¹ Z'`` (Henderson), so that
the cost depends on the number of levels and not of observations.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
import numpy.typing as npt
from scipy import optimize

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]

# Of the mean square left by the fixed effects: a residual variance is kept above it, because the
# criterion divides by it. Where intercepts and fixed effects span every observation, its second
# derivatives are differences of nearly equal numbers, with an error of 1e-16 / variance².
LEAST_RESIDUAL = 1e-14
LEAST_RESIDUAL_SPANNED = 1e-5
# Of an eigenvalue of Z'Z to the largest: below it the direction is one of linear dependence, as of
# two factors that both add up to the intercept. Real directions of n observations have at least
# about 1/n².
DEPENDENT = 1e-10
# Half of the expected fall of the criterion at which the search ends; a variance is then within
# about a millionth of its own standard error, and one more step follows.
CONVERGED = 1e-12
MOST_STEPS = 200
# lme4 calls a fit singular below this ratio of standard deviations (isSingular, tol = 1e-4).
SINGULAR = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodProblem:
    """A response and its design, reduced to the space of the random intercepts.

    Parameters
    ----------
    size, fixed
        Number of observations and of fixed effects.
    gram
        ``Z'Z`` of all factors side by side.
    blocks
        The columns of each factor.
    design_inside, response_inside
        ``Z⁺Q`` and ``Z⁺y``: the part within the span of the random intercepts.
    design_outside, cross_outside, response_outside
        Inner products of what is outside of it, where ``V⁻¹`` is ``1/σ²``.
    remainder
        Dimensions of the response outside of random intercepts and fixed effects.
    """

    size: int
    fixed: int
    gram: FloatArray
    blocks: tuple[slice, ...]
    design_inside: FloatArray
    response_inside: FloatArray
    design_outside: FloatArray
    cross_outside: FloatArray
    response_outside: float
    remainder: int

    @property
    def least_residual(self) -> float:
        """The residual variance below which the search does not go."""
        return LEAST_RESIDUAL if self.remainder > 0 else LEAST_RESIDUAL_SPANNED


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The criterion at given variances, with what its derivatives are made of.

    The factors come first and the residual last.

    Parameters
    ----------
    variances
        Where it was evaluated.
    criterion
        ``log |V| + log |Q'V⁻¹Q| + y'Py``.
    score
        Its derivative by each variance.
    expected, observed
        Half of these are the expected and the observed information of the variances: the mean of
        the criterion's second derivatives and the second derivatives themselves.
    coefficients, covariance
        Of the columns of ``Q``.
    influence
        ``Q'V⁻¹GᵣV⁻¹Q`` for each variance.
    adjustment
        ``Q'V⁻¹GᵣPGₛV⁻¹Q`` for each pair of variances.
    """

    variances: FloatArray
    criterion: float
    score: FloatArray
    expected: FloatArray
    observed: FloatArray
    coefficients: FloatArray
    covariance: FloatArray
    influence: FloatArray
    adjustment: FloatArray


def reduce_problem(
    response: FloatArray, basis: FloatArray, groups: tuple[IntArray, ...]
) -> LikelihoodProblem:
    """Reduce to the space of the random intercepts.

    Parameters
    ----------
    response
        Shape ``(n,)``; best free of the fixed effects and of size 1.
    basis
        Orthonormal columns that span the fixed effects, ``(n, p)``.
    groups
        For each factor the level of each observation, from 0 without gaps.

    Returns
    -------
    LikelihoodProblem
        What :func:`evaluate` needs.
    """
    size, fixed = basis.shape
    indicators, blocks = indicator_columns(groups, size)
    gram = indicators.T @ indicators
    inverse, rank = _pseudo_inverse(gram, len(groups))
    both = np.column_stack([basis, response])
    inside = inverse @ (indicators.T @ both)
    # Once more on what is left: the inverse of Z'Z has the squared condition of Z.
    inside += inverse @ (indicators.T @ (both - indicators @ inside))
    outside = both - indicators @ inside
    products = outside.T @ outside
    design_outside = products[:fixed, :fixed]
    return LikelihoodProblem(
        size=size,
        fixed=fixed,
        gram=gram,
        blocks=blocks,
        design_inside=inside[:, :fixed],
        response_inside=inside[:, fixed],
        design_outside=design_outside,
        cross_outside=products[:fixed, fixed],
        response_outside=float(products[fixed, fixed]),
        remainder=size - rank - int((np.linalg.eigvalsh(design_outside) > DEPENDENT).sum()),
    )


def _pseudo_inverse(gram: FloatArray, factors: int) -> tuple[FloatArray, int]:
    """Return the pseudo-inverse and the rank of Z'Z; that of one factor is diagonal."""
    if factors == 1:
        return np.diag(1.0 / np.diag(gram)), len(gram)
    values, vectors = np.linalg.eigh(gram)
    kept = values > DEPENDENT * values.max(initial=0.0)
    return (vectors[:, kept] / values[kept]) @ vectors[:, kept].T, int(kept.sum())


def indicator_columns(
    groups: tuple[IntArray, ...], size: int
) -> tuple[FloatArray, tuple[slice, ...]]:
    """Return ``Z`` of all factors side by side, and the columns of each factor.

    Parameters
    ----------
    groups
        Levels of each factor, numbered from 0.
    size
        Observations.

    Returns
    -------
    indicators, blocks
        Shape ``(size, levels of all factors)``, and one slice a factor.
    """
    starts = list(accumulate((int(codes.max()) + 1 for codes in groups), initial=0))
    blocks = tuple(slice(start, end) for start, end in pairwise(starts))
    indicators = np.zeros((size, starts[-1]))
    for codes, block in zip(groups, blocks, strict=True):
        indicators[np.arange(size), block.start + codes] = 1.0
    return indicators, blocks


def evaluate(problem: LikelihoodProblem, variances: FloatArray) -> Point:
    """Return the criterion and its derivatives at given variances.

    Parameters
    ----------
    problem
        What is fitted.
    variances
        The residual's last and above zero.

    Returns
    -------
    Point
        Where the search stands.
    """
    residual = float(variances[-1])
    inner, log_determinant = _inner(problem, variances)
    design = inner @ problem.design_inside
    precision = problem.design_outside / residual + problem.design_inside.T @ design
    covariance = np.asarray(np.linalg.inv(precision), dtype=np.float64)
    coefficients = covariance @ (
        problem.cross_outside / residual + design.T @ problem.response_inside
    )
    left = problem.response_inside - problem.design_inside @ coefficients
    pulled = inner @ left
    outside = float(
        problem.response_outside
        - 2 * coefficients @ problem.cross_outside
        + coefficients @ problem.design_outside @ coefficients
    )
    square = max(outside, 0.0) / residual + float(left @ pulled)
    projected = inner - design @ covariance @ design.T
    log_determinant += float(np.linalg.slogdet(precision)[1])
    derivatives = _derivatives(problem, projected, pulled, square)
    influence, adjustment = _influences(problem, projected, design, precision)
    change = _change_of_basis(variances)
    score, expected, observed = derivatives
    return Point(
        variances=variances,
        criterion=log_determinant + square,
        score=change @ score,
        expected=change @ expected @ change.T,
        observed=change @ observed @ change.T,
        coefficients=coefficients,
        covariance=covariance,
        influence=np.tensordot(change, influence, 1),
        adjustment=np.einsum("ra,sb,abij->rsij", change, change, adjustment),
    )


def _inner(problem: LikelihoodProblem, variances: FloatArray) -> tuple[FloatArray, float]:
    """Return ``Z'V⁻¹Z``, that is ``(σ² I + Z'Z S)⁻¹ Z'Z``, and ``log |V|``.

    The part of ``Z'Z`` of one factor is diagonal; the factor with the most levels is eliminated
    first, which leaves a system as large as the others have levels.
    """
    gram = problem.gram
    residual = float(variances[-1])
    log_determinant = (problem.size - len(gram)) * math.log(residual)
    if not problem.blocks:
        return gram, log_determinant
    spread = np.concatenate(
        [np.full(b.stop - b.start, v) for b, v in zip(problem.blocks, variances, strict=False)]
    )
    main = np.zeros(len(gram), dtype=bool)
    main[max(problem.blocks, key=lambda block: block.stop - block.start)] = True
    first, rest = np.flatnonzero(main), np.flatnonzero(~main)
    counts, own = gram[first, first], spread[first]
    weight = 1.0 / (residual + counts * own)
    log_determinant -= float(np.log(weight).sum())
    if not rest.size:
        return np.diag(counts * weight), log_determinant
    between = gram[np.ix_(first, rest)]
    others = gram[np.ix_(rest, rest)] - between.T @ ((own * weight)[:, None] * between)
    system = others * spread[rest]
    system[np.diag_indices_from(system)] += residual
    log_determinant += float(np.linalg.slogdet(system)[1])
    across = (residual * weight)[:, None] * between
    solved = np.linalg.solve(system, np.column_stack([across.T, others]))
    lower, corner = solved[:, : first.size], solved[:, first.size :]
    upper = -weight[:, None] * (between @ (spread[rest][:, None] * lower))
    upper[np.diag_indices_from(upper)] += counts * weight
    inner = np.empty_like(gram)
    inner[np.ix_(first, first)] = 0.5 * (upper + upper.T)
    inner[np.ix_(rest, rest)] = 0.5 * (corner + corner.T)
    inner[np.ix_(rest, first)] = lower
    inner[np.ix_(first, rest)] = lower.T
    return inner, log_determinant


def _change_of_basis(variances: FloatArray) -> FloatArray:
    """Return how the derivatives by (σₖ², all together) give those by (σₖ², σ²).

    ``I = (V − Σ σₖ² Zₖ Zₖ') / σ²``, and in the direction of ``V`` all traces are known.
    """
    change = np.eye(variances.size)
    change[-1] = -variances / variances[-1]
    change[-1, -1] = 1.0 / variances[-1]
    return change


def _derivatives(
    problem: LikelihoodProblem, projected: FloatArray, pulled: FloatArray, square: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return score, expected and observed second derivatives, by each σₖ² and by all together."""
    count = len(problem.blocks)
    traces = np.empty(count + 1)
    squares = np.empty(count + 1)
    expected = np.empty((count + 1, count + 1))
    quadratic = np.empty((count + 1, count + 1))
    for i, one in enumerate(problem.blocks):
        traces[i] = np.trace(projected[one, one])
        squares[i] = pulled[one] @ pulled[one]
        for j, other in enumerate(problem.blocks):
            part = projected[one, other]
            expected[i, j] = np.vdot(part, part)
            quadratic[i, j] = pulled[one] @ part @ pulled[other]
    traces[-1] = problem.size - problem.fixed
    squares[-1] = square
    expected[-1] = expected[:, -1] = traces
    quadratic[-1] = quadratic[:, -1] = squares
    return traces - squares, expected, 2.0 * quadratic - expected


def _influences(
    problem: LikelihoodProblem, projected: FloatArray, design: FloatArray, precision: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return ``Q'V⁻¹GᵣV⁻¹Q`` and ``Q'V⁻¹GᵣPGₛV⁻¹Q``, by each σₖ² and by all together.

    The second is zero in the direction of ``V``, since ``PVV⁻¹Q`` is.
    """
    count = len(problem.blocks)
    influence = np.empty((count + 1, problem.fixed, problem.fixed))
    adjustment = np.zeros((count + 1, count + 1, problem.fixed, problem.fixed))
    for i, one in enumerate(problem.blocks):
        influence[i] = design[one].T @ design[one]
        for j, other in enumerate(problem.blocks):
            adjustment[i, j] = design[one].T @ projected[one, other] @ design[other]
    influence[-1] = precision
    return influence, adjustment


def minimise(
    problem: LikelihoodProblem, start: FloatArray, *, held: BoolArray | None = None
) -> Point:
    """Return the lowest point that is reached downhill from a start.

    Each step minimises a quadratic over variances that are not negative: with the expected second
    derivatives far from the end, where it is one round of iterated MINQUE and exact for balanced
    designs, and with the observed ones close to it.

    Parameters
    ----------
    problem
        What is fitted.
    start
        Variances to start from.
    held
        Which variances stay as they are.

    Returns
    -------
    Point
        Where the search ended.
    """
    free = np.ones(start.size, dtype=bool) if held is None else ~held
    point = evaluate(problem, start)
    for _ in range(MOST_STEPS):
        step, fall = _step(problem, point, free)
        if not fall > 0:
            break
        trial = _downhill(problem, point, step, fall)
        if trial is None:
            break
        point = trial
        if fall < CONVERGED:
            break
    return point


def _step(problem: LikelihoodProblem, point: Point, free: BoolArray) -> tuple[FloatArray, float]:
    """Return the step to the least value of a local quadratic, and the fall it promises."""
    bound = np.zeros(free.size)
    bound[-1] = problem.least_residual
    step, fall = _bounded_step(point, bound, free, point.expected)
    if fall < 0.1:
        newton, newton_fall = _bounded_step(point, bound, free, point.observed)
        if newton_fall > 0:
            return newton, newton_fall
    return step, fall


def _bounded_step(
    point: Point, bound: FloatArray, free: BoolArray, curvature: FloatArray
) -> tuple[FloatArray, float]:
    """Minimise ``score·s + s·curvature·s/2`` with no variance below its bound."""
    step = np.zeros(free.size)
    if not free.any():
        return step, 0.0
    scale = 1.0 / np.sqrt(np.diag(point.expected)[free])
    inside = curvature[np.ix_(free, free)] * np.outer(scale, scale)
    try:
        factor = np.linalg.cholesky(inside)
    except np.linalg.LinAlgError:
        return step, 0.0
    score = point.score[free] * scale
    above = (point.variances - bound)[free] / scale
    # With curvature = LL' the quadratic is |L'x − L⁻¹(LL'x₀ − score)|²/2 of the new x ≥ 0.
    target = factor.T @ above - np.linalg.solve(factor, score)
    moved = optimize.nnls(factor.T, target)[0] - above
    step[free] = moved * scale
    return step, -float(score @ moved + moved @ inside @ moved / 2)


def _downhill(
    problem: LikelihoodProblem, point: Point, step: FloatArray, fall: float
) -> Point | None:
    """Return the first point along a step, halved as often as needed, that is lower enough."""
    noise = 1e-13 * (problem.size + abs(point.criterion))
    for halving in range(40):
        share = 0.5**halving
        variances = np.maximum(point.variances + share * step, 0.0)
        variances[-1] = max(variances[-1], problem.least_residual)
        trial = evaluate(problem, variances)
        if trial.criterion <= point.criterion - 1e-4 * share * fall + noise:
            return trial
    return None


def _settled(problem: LikelihoodProblem, point: Point) -> Point:
    """Return a point with the variances that rounding left just above zero at zero.

    What is taken as known there (see ``VarianceUncertainty.observed``) must not hang on the last
    bit of a step that ended at the bound.
    """
    remainder = point.variances[:-1] < SINGULAR**2 * point.variances[-1]
    if not (remainder & (point.variances[:-1] > 0)).any():
        return point
    variances = point.variances.copy()
    variances[:-1][remainder] = 0.0
    return evaluate(problem, variances)


def lowest(problem: LikelihoodProblem) -> Point:
    """Return the lowest point found from several starts.

    The criterion of an unbalanced design may have one minimum with a variance at zero and another
    away from it.

    Parameters
    ----------
    problem
        What is fitted.

    Returns
    -------
    Point
        With the lowest criterion.
    """
    count = len(problem.blocks)
    best = _settled(problem, minimise(problem, np.full(count + 1, 1.0 / (count + 1))))
    if count == 0:
        return best
    nothing = np.zeros(count + 1)
    nothing[-1] = 1.0
    bare = evaluate(problem, nothing)
    starts = [nothing] if (bare.score[:-1] >= 0).all() else []
    for zero in np.flatnonzero(best.variances[:-1] == 0):
        for amount in (0.2, 5.0):
            start = best.variances.copy()
            start[zero] = amount * best.variances[-1]
            starts.append(start)
    for start in starts:
        other = _settled(problem, minimise(problem, start))
        if other.criterion < best.criterion - 1e-9:
            best = other
    return best
