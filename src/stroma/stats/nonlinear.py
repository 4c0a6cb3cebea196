"""Nonlinear least squares that ends at a certified optimum or says why it did not.

A search is that of Levenberg and Marquardt with a geodesic correction (Transtrum and Sethna 2012,
arXiv:1201.5885); parameters that enter linearly are projected out while it runs (Golub and Pereyra
1973, with Kaufman's Jacobian, 1975). It is made from several starts. A search that stopped is not
yet an answer: an optimum is certified where the residuals are at right angles to the tangent plane
(Bates and Watts 1981, Technometrics 23:179), the Jacobian has full rank, the curvature is positive
in every direction, and no search went lower anywhere else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Function = Callable[[Floats], Floats]
Evaluate = Callable[[Floats], tuple[Floats, Floats] | None]

LARGEST_OFFSET = 1e-6
"""Of the relative offset: the optimum lies within this part of a standard error."""
LARGEST_CONDITION = 1e11
"""Of the Jacobian with columns of length 1: beyond it the digits that are left decide."""
LEAST_STEP = 1e-8
"""Where residuals are rounding alone, the next step has to be no more than this part."""
SAME_SUM = 1e-6
"""Sums of squares closer than this, relatively, are the same optimum."""

_ROUNDING = 1e-10
"""Root of the part of the data's sum of squares below which residuals are rounding."""
ITERATIONS = 400
_LARGEST_BEND = 0.75
"""Of the geodesic correction over the step: Transtrum and Sethna's bound."""
_DECADES = 2.0
"""Starts are scattered by so many powers of ten to both sides."""


class NoOptimumError(Exception):
    """No certified optimum was found.

    Parameters
    ----------
    reason
        ``"few_values"``, ``"not_finite"``, ``"no_convergence"``, ``"not_identified"`` or
        ``"lower_elsewhere"`` (the sum of squares is lower where no optimum is certified).
    parameters
        Where the search with the lowest sum stopped; ``None`` for none.
    """

    def __init__(self, reason: str, parameters: Floats | None = None) -> None:
        self.reason = reason
        self.parameters = parameters
        super().__init__(reason)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LeastSquares:
    """A certified optimum.

    Parameters
    ----------
    parameters
        Shape (p,).
    residuals
        Response less model, times the root of the weight; shape (n,).
    jacobian
        Of the model, times the root of the weight; shape (n, p).
    residual_sum
        Weighted sum of squares.
    gauss_newton
        Inverse of J'J; times the residual variance, the covariance that R's ``nls`` and SciPy use.
    observed
        Inverse of half the Hessian of the sum of squares; the observed information's covariance,
        which R's ``drc`` uses.
    condition
        Of the Jacobian with columns of length 1.
    offset
        Relative offset of Bates and Watts.
    searches, agreeing
        How many searches were made, and how many of them ended here.
    """

    parameters: Floats
    residuals: Floats
    jacobian: Floats
    residual_sum: float
    gauss_newton: Floats
    observed: Floats
    condition: float
    offset: float
    searches: int
    agreeing: int

    @property
    def degrees_of_freedom(self) -> int:
        """Values less parameters."""
        return len(self.residuals) - len(self.parameters)

    @property
    def variance(self) -> float:
        """Residual variance."""
        return self.residual_sum / self.degrees_of_freedom

    def errors_gauss_newton(self) -> Floats:
        """Return standard errors as Gauss and Newton's covariance gives them.

        Returns
        -------
        ndarray
            One a parameter.
        """
        return np.asarray(np.sqrt(self.variance * np.diag(self.gauss_newton)))

    def errors_observed(self) -> Floats:
        """Return standard errors as the observed information gives them.

        Returns
        -------
        ndarray
            One a parameter.
        """
        return np.asarray(np.sqrt(self.variance * np.diag(self.observed)))


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """What is minimised."""

    model: Function
    jacobian: Function
    response: Floats
    root_weights: Floats
    linear: npt.NDArray[np.intp]
    curved: npt.NDArray[np.intp]
    iterations: int

    def full(self, theta: Floats) -> tuple[Floats, Floats] | None:
        """Residuals and Jacobian in all parameters; ``None`` where the model has no value."""
        values, slopes = self.model(theta), self.jacobian(theta)
        residuals = self.root_weights * (self.response - values)
        weighted = self.root_weights[:, None] * slopes
        # Squares have to be finite too: sums of them steer the search.
        if not (math.isfinite(residuals @ residuals) and np.isfinite((weighted**2).sum())):
            return None
        return residuals, weighted

    def completed(self, curved: Floats) -> Floats | None:
        """All parameters, the linear ones being the best for the others."""
        theta = np.zeros(len(self.linear) + len(self.curved))
        theta[self.curved] = curved
        found = self.full(theta)
        if found is None:
            return None
        columns = found[1][:, self.linear]
        theta[self.linear] = _solved(columns, found[0])
        return theta if np.isfinite(theta).all() else None

    def projected(self, curved: Floats) -> tuple[Floats, Floats] | None:
        """Residuals and Kaufman's Jacobian in the curved parameters alone."""
        theta = self.completed(curved)
        found = None if theta is None else self.full(theta)
        if found is None:
            return None
        residuals, slopes = found
        basis, triangle = np.linalg.qr(slopes[:, self.linear])
        lengths = np.abs(np.diag(triangle))
        basis = basis[:, lengths > 1e-13 * max(float(lengths.max()), 1e-300)]
        tangent = slopes[:, self.curved]
        return residuals, tangent - basis @ (basis.T @ tangent)


def complex_step(model: Function) -> Function:
    """Return the exact Jacobian of a model that takes complex parameters.

    Squire and Trapp 1998, SIAM Review 40:110: no difference is taken, so no digit is lost.

    Parameters
    ----------
    model
        Parameters to values; analytic, and written with numpy's functions.

    Returns
    -------
    callable
        Parameters to a matrix of shape (n, p).

    Examples
    --------
    >>> slope = complex_step(lambda p: np.exp(p[0] * np.array([0.0, 1.0])))
    >>> slope(np.array([1.0]))[:, 0].round(6).tolist()
    [0.0, 2.718282]
    """
    step = 1e-30

    def jacobian(parameters: Floats) -> Floats:
        columns = []
        for index in range(len(parameters)):
            moved = parameters.astype(np.complex128)
            moved[index] += 1j * step
            columns.append(np.imag(model(moved)) / step)  # type: ignore[arg-type]
        return np.stack(columns, axis=1)

    return jacobian


def least_squares(
    model: Function,
    response: Floats,
    starts: Iterable[Sequence[float] | Floats],
    *,
    jacobian: Function | None = None,
    weights: Floats | None = None,
    linear: Sequence[int] = (),
    scattered: int = 12,
    iterations: int = ITERATIONS,
) -> LeastSquares:
    """Minimise a weighted sum of squares.

    Parameters
    ----------
    model
        Parameters to values, shape (p,) to (n,).
    response
        Shape (n,).
    starts
        Where searches begin.
    jacobian
        Parameters to a matrix of shape (n, p); without it the model has to take complex
        parameters, see :func:`complex_step`.
    weights
        Of the squares; none for 1.
    linear
        Places of parameters in which the model is linear while the others stay as they are.
    scattered
        How many further searches begin around each start, up to a hundredfold away.
    iterations
        After so many a search that has not ended is given up.

    Returns
    -------
    LeastSquares
        The lowest certified optimum.

    Raises
    ------
    NoOptimumError
        None was certified, or the sum of squares is lower elsewhere.

    Examples
    --------
    Box, Hunter and Hunter's oxygen demand from NIST's first start, where many programs end at
    another place and call it success:

    >>> days = np.array([1.0, 2, 3, 5, 7, 10])
    >>> demand = np.array([109.0, 149, 149, 191, 213, 224])
    >>> found = least_squares(
    ...     lambda b: b[0] * (1 - np.exp(-b[1] * days)), demand, [(1.0, 1.0)], linear=(0,)
    ... )
    >>> found.parameters.round(6).tolist()
    [213.809409, 0.547237]
    """
    begun = [np.asarray(start, np.float64) for start in starts]
    size = len(begun[0])
    if len(response) <= size:
        raise NoOptimumError("few_values")
    roots = np.ones(len(response)) if weights is None else np.sqrt(weights)
    places = np.asarray(sorted(linear), np.intp)
    task = _Task(
        model, complex_step(model) if jacobian is None else jacobian, response, roots, places,
        np.setdiff1d(np.arange(size), places),
        iterations,
    )  # fmt: skip
    begun += [moved for start in tuple(begun) for moved in _scatter(start, scattered)]
    with np.errstate(all="ignore"):
        ends = [end for start in begun if (end := _search_from(task, start)) is not None]
        return _best(task, ends, len(begun))


def _scatter(start: Floats, count: int) -> list[Floats]:
    """Return starts around one: Halton's points in decades, signs kept."""
    primes = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29)
    return [
        np.array(
            [
                (value if value != 0 else 1.0)
                * 10 ** (_DECADES * (2 * _halton(number, primes[i % len(primes)]) - 1))
                for i, value in enumerate(start)
            ]
        )
        for number in range(1, count + 1)
    ]


def _halton(number: int, base: int) -> float:
    value, part = 0.0, 1.0
    while number > 0:
        part /= base
        number, digit = divmod(number, base)
        value += part * digit
    return value


def _search_from(task: _Task, start: Floats) -> Floats | None:
    """Return where a search ends; ``None`` where it cannot begin."""
    theta: Floats | None = start
    if len(task.linear) > 0:
        curved = start[task.curved]
        if len(curved) > 0:
            found = _descend(task.projected, curved, task.iterations)
            if found is None:
                return None
            curved = found
        theta = task.completed(curved)
        theta = None if theta is None else _polish(task, theta)
    if theta is None:
        return None
    reached = task.full(theta)
    if reached is not None and relative_offset(*reached) <= LARGEST_OFFSET:
        return theta
    found = _descend(task.full, theta, task.iterations)
    return None if found is None else _polish(task, found)


def _descend(evaluate: Evaluate, start: Floats, iterations: int) -> Floats | None:
    """Walk downhill; damping is Nielsen's (1999)."""
    now = evaluate(start)
    if now is None:
        return None
    theta, (residuals, slopes) = start, now
    cost = float(residuals @ residuals)
    lengths = np.linalg.norm(slopes, axis=0)
    damping, growth = 1e-3, 2.0
    for _ in range(iterations):
        lengths = np.maximum(lengths, np.linalg.norm(slopes, axis=0))
        scale = np.where(lengths > 0, lengths, 1.0)
        step = _damped(slopes, residuals, scale, damping)
        step = _bent(evaluate, theta, residuals, slopes, scale, damping, step)
        trial = evaluate(theta + step)
        gained = -math.inf if trial is None else cost - float(trial[0] @ trial[0])
        expected = float(np.sum((slopes @ step) ** 2) + 2 * damping * np.sum((scale * step) ** 2))
        if trial is not None and gained > 0:
            ratio = min(gained / expected, 1.0) if expected > 0 else 1.0
            theta, (residuals, slopes) = theta + step, trial
            cost -= gained
            damping = max(damping * max(1 / 3, 1 - (2 * ratio - 1) ** 3), 1e-20)
            growth = 2.0
            if gained <= 1e-15 * cost and expected <= 1e-14 * cost:
                break
        else:
            damping, growth = damping * growth, growth * 2
            if damping > 1e16:
                break
    return theta


def _damped(slopes: Floats, target: Floats, scale: Floats, damping: float) -> Floats:
    below = math.sqrt(damping) * np.diag(scale)
    stacked = np.concatenate([slopes, below])
    wanted = np.concatenate([target, np.zeros(len(scale))])
    # Columns of length about 1 keep the least-squares solution from dropping a small one.
    return _solved(stacked / scale, wanted) / scale


def _solved(matrix: Floats, target: Floats) -> Floats:
    """Least squares; not a number where the numbers have left the range."""
    if not (np.isfinite(matrix).all() and np.isfinite(target).all()):
        return np.full(matrix.shape[1], np.nan)
    return np.asarray(np.linalg.lstsq(matrix, target, rcond=None)[0])


def _bent(
    evaluate: Evaluate,
    theta: Floats,
    residuals: Floats,
    slopes: Floats,
    scale: Floats,
    damping: float,
    step: Floats,
) -> Floats:
    """Add half the acceleration along the step where it is small beside the step."""
    part = 0.1
    ahead = evaluate(theta + part * step)
    if ahead is None:
        return step
    bend = (2 / part) * ((residuals - ahead[0]) / part - slopes @ step)
    correction = -0.5 * _damped(slopes, bend, scale, damping)
    size = float(np.linalg.norm(scale * step))
    if not np.isfinite(correction).all() or size == 0:
        return step
    if 2 * float(np.linalg.norm(scale * correction)) > _LARGEST_BEND * size:
        return step
    return step + correction


def _polish(task: _Task, theta: Floats) -> Floats:
    """Take full steps of Gauss and Newton as long as the offset falls."""
    found = task.full(theta)
    best = math.inf if found is None else relative_offset(*found)
    for _ in range(20):
        if found is None:
            break
        residuals, slopes = found
        lengths = np.linalg.norm(slopes, axis=0)
        if not (lengths > 0).all():
            break
        step = _solved(slopes / lengths, residuals) / lengths
        trial = task.full(theta + step)
        if trial is None:
            break
        offset = relative_offset(*trial)
        before, after = float(residuals @ residuals), float(trial[0] @ trial[0])
        if not offset < best or after > before * (1 + 1e-9):
            break
        theta, found, best = theta + step, trial, offset
    return theta


def relative_offset(residuals: Floats, jacobian: Floats) -> float:
    """Return how far an optimum is, in standard errors: Bates and Watts' relative offset.

    Parameters
    ----------
    residuals
        Shape (n,).
    jacobian
        Shape (n, p).

    Returns
    -------
    float
        Part of the residuals in the tangent plane over the part at right angles, each over the
        root of its degrees of freedom; infinite where a column of the Jacobian is empty.
    """
    lengths = np.linalg.norm(jacobian, axis=0)
    if not (lengths > 0).all():
        return math.inf
    count, size = jacobian.shape
    basis = np.linalg.qr(jacobian / lengths)[0]
    along = basis.T @ residuals
    across = float(np.linalg.norm(residuals - basis @ along)) / math.sqrt(count - size)
    inside = float(np.linalg.norm(along)) / math.sqrt(size)
    if across == 0:
        return 0.0 if inside == 0 else math.inf
    return inside / across


def _best(task: _Task, ends: Sequence[Floats], searches: int) -> LeastSquares:
    """Return the lowest optimum that is certified, or say why there is none."""
    if not ends:
        raise NoOptimumError("not_finite")
    sums = [_sum(task, end) for end in ends]
    order = sorted(range(len(ends)), key=lambda i: sums[i])
    floor = (_ROUNDING**2) * float(np.sum((task.root_weights * task.response) ** 2))
    reasons: list[str] = []
    for index in order:
        if reasons and sums[index] > sums[order[0]] * (1 + SAME_SUM) + floor:
            break
        outcome = _certified(task, ends[index], floor)
        if isinstance(outcome, str):
            reasons.append(outcome)
            continue
        agreeing = sum(held <= sums[index] * (1 + SAME_SUM) + floor for held in sums)
        return _result(task, ends[index], outcome, searches, agreeing)
    if any(not isinstance(_certified(task, ends[i], floor), str) for i in order):
        raise NoOptimumError("lower_elsewhere", ends[order[0]])
    raise NoOptimumError(reasons[0], ends[order[0]])


def _sum(task: _Task, theta: Floats) -> float:
    found = task.full(theta)
    return math.inf if found is None else float(found[0] @ found[0])


def _certified(task: _Task, theta: Floats, floor: float) -> str | Floats:
    """Return half the Hessian where an optimum is certified, else the reason why not."""
    found = task.full(theta)
    if found is None:
        return "not_finite"
    residuals, slopes = found
    lengths = np.linalg.norm(slopes, axis=0)
    if not (lengths > 0).all() or np.linalg.cond(slopes / lengths) > LARGEST_CONDITION:
        return "not_identified"
    if float(residuals @ residuals) <= floor:
        step = _solved(slopes / lengths, residuals) / lengths
        if (np.abs(step) > LEAST_STEP * np.abs(theta)).any():
            return "no_convergence"
        return np.asarray(slopes.T @ slopes)
    if relative_offset(residuals, slopes) > LARGEST_OFFSET:
        return "no_convergence"
    half = _half_hessian(task, theta, lengths)
    if np.linalg.eigvalsh(half / np.outer(lengths, lengths))[0] <= 0:
        return "not_identified"
    return half


def _half_hessian(task: _Task, theta: Floats, lengths: Floats) -> Floats:
    """Half the second derivatives of the sum: central differences of its exact slope."""
    reach = np.finfo(np.float64).eps ** (1 / 3) * np.maximum(np.abs(theta), _unit(task, lengths))
    rows = []
    for index in range(len(theta)):
        sides = []
        for sign in (1.0, -1.0):
            moved = theta.copy()
            moved[index] += sign * reach[index]
            found = task.full(moved)
            sides.append(np.full(len(theta), np.nan) if found is None else -found[1].T @ found[0])
        rows.append((sides[0] - sides[1]) / (2 * reach[index]))
    half = np.array(rows)
    return (half + half.T) / 2 if np.isfinite(half).all() else np.zeros_like(half)


def _unit(task: _Task, lengths: Floats) -> Floats:
    """Return changes that each move the model by a thousandth of the data."""
    scale = float(np.linalg.norm(task.root_weights * task.response))
    return np.asarray(1e-3 * scale / lengths)


def _result(task: _Task, theta: Floats, half: Floats, searches: int, agreeing: int) -> LeastSquares:
    found = task.full(theta)
    if found is None:  # certified before, so it has values
        raise NoOptimumError("not_finite", theta)
    residuals, slopes = found
    lengths = np.linalg.norm(slopes, axis=0)
    scale = np.outer(lengths, lengths)
    triangle = np.linalg.inv(np.linalg.qr(slopes / lengths)[1])
    return LeastSquares(
        parameters=theta,
        residuals=residuals,
        jacobian=slopes,
        residual_sum=float(residuals @ residuals),
        gauss_newton=triangle @ triangle.T / scale,
        observed=np.linalg.inv(half / scale) / scale,
        condition=float(np.linalg.cond(slopes / lengths)),
        offset=relative_offset(residuals, slopes),
        searches=searches,
        agreeing=agreeing,
    )
