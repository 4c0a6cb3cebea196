"""Many curves at once: the analytes of a plate, or the repeats of a simulation.

All curves take their steps together as stacked matrices. What is certified is what
:mod:`stroma.stats.nonlinear` certifies; a curve that is not certified here is fitted on its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

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
    LINEAR,
    SMALLER,
    Curve,
    CurveChoice,
    CurveSettings,
    UnfitCurveError,
    on_scale,
)
from stroma.stats.curve_starts import grid, with_plateaus
from stroma.stats.curves import finished, fit_curve, smaller_settings, unfitted
from stroma.stats.nonlinear import LARGEST_OFFSET, LeastSquares

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

_ITERATIONS = 100
_CERTAIN_OFFSET = LARGEST_OFFSET / 100


@dataclass(frozen=True, slots=True)
class _Stack:
    """Curves of one kind: t, y and weights of shape (k, n); a well that is absent has weight 0."""

    t: Floats
    y: Floats
    weights: Floats
    theta: Floats
    free: npt.NDArray[np.intp]

    def rows(self, which: npt.NDArray[np.intp] | Booleans) -> _Stack:
        """Return some of the curves."""
        return _Stack(self.t[which], self.y[which], self.weights[which], self.theta, self.free)

    def whole(self, free: Floats) -> Floats:
        """Return all parameters, shape (k, 5)."""
        filled = np.tile(self.theta, (len(free), 1))
        filled[:, self.free] = free
        return filled

    def sums(self, free: Floats) -> Floats:
        """Return the sum of squares of each."""
        left = self.y - shapes.values(self.t, self.whole(free))
        made = np.einsum("kn,kn,kn->k", self.weights, left, left)
        return np.where(np.isfinite(made), made, np.inf)

    def residuals(self, free: Floats) -> tuple[Floats, Floats]:
        """Return weighted residuals and Jacobians: (k, n) and (k, n, p)."""
        whole, roots = self.whole(free), np.sqrt(self.weights)
        slopes = shapes.slopes(self.t, whole)[..., self.free]
        left = self.y - shapes.values(self.t, whole)
        return roots * left, roots[..., None] * slopes

    def gradient(self, free: Floats) -> Floats:
        """Return half the slope of the sum of squares, shape (k, p)."""
        left, slopes = self.residuals(free)
        return np.asarray(-np.einsum("knp,kn->kp", slopes, left))


def fit_curves(
    doses: Sequence[float] | Floats,
    responses: Floats,
    settings: CurveSettings | None = None,
    *,
    weights: Floats | None = None,
) -> tuple[Curve | UnfitCurveError, ...]:
    """Fit many curves in one way.

    Parameters
    ----------
    doses
        Shape (n,) for all, or (k, n).
    responses
        Shape (k, n); not a number where a well is absent.
    settings, weights
        As for :func:`stroma.stats.curves.fit_curve`; weights of shape (k, n).

    Returns
    -------
    tuple
        For each its curve, or why there is none.

    Examples
    --------
    >>> dose = np.array([1.0, 3, 9, 27, 81, 243])
    >>> od = np.array([[0.12, 0.21, 0.50, 1.12, 1.71, 1.96], [0.1, 0.1, 0.1, 0.1, 0.1, 0.1]])
    >>> one, other = fit_curves(dose, od)
    >>> round(one.parameters()["e"], 1), other.reason
    (25.1, 'no_spread')
    """
    wanted = CurveSettings() if settings is None else settings
    y = np.asarray(responses, np.float64)
    x = np.broadcast_to(np.asarray(doses, np.float64), y.shape)
    outcomes: list[Curve | UnfitCurveError | None] = [None] * len(y)
    given = np.zeros(y.shape)
    seen: set[tuple[bytes, bytes]] = set()
    for row, present in enumerate(~np.isnan(y)):
        own_x, own_y = x[row, present], y[row, present]
        try:
            held = None if weights is None else weights[row, present]
            given[row, present] = curve_weights(own_y, wanted, held)
            key = (own_x.tobytes(), present.tobytes())
            check_responses(own_y, wanted)
            if key not in seen:
                check_doses(own_x, wanted)
                seen.add(key)
        except UnfitCurveError as failure:
            outcomes[row] = failure
    stacked = wanted.model != LINEAR and wanted.box_cox is None
    rows = np.array([i for i, outcome in enumerate(outcomes) if outcome is None], np.intp)
    if stacked and len(rows) > 0:
        theta, free = unfitted(wanted)
        t = on_scale(x[rows], logarithmic=wanted.logarithmic)
        stack = _Stack(t, np.nan_to_num(y[rows], nan=0.0), given[rows], theta, free)
        for row, curve in zip(rows, _together(stack, x[rows], wanted), strict=True):
            outcomes[row] = curve
    for row in range(len(y)):
        if outcomes[row] is None:
            outcomes[row] = _alone(x[row], y[row], wanted, weights, row)
    return tuple(outcome for outcome in outcomes if outcome is not None)


def choose_curves(
    doses: Sequence[float] | Floats,
    responses: Floats,
    settings: CurveSettings | None = None,
    *,
    weights: Floats | None = None,
    line_along_logarithm: bool = True,
) -> tuple[CurveChoice | UnfitCurveError, ...]:
    """Fit many curves; where one is not identified, the next smaller one.

    Parameters
    ----------
    doses, responses, settings, weights
        As for :func:`fit_curves`.
    line_along_logarithm
        As for :func:`stroma.stats.curves.choose_curve`.

    Returns
    -------
    tuple
        For each its curve with the larger ones that were left, or why there is none.
    """
    wanted = CurveSettings() if settings is None else settings
    y = np.asarray(responses, np.float64)
    x = np.broadcast_to(np.asarray(doses, np.float64), y.shape)
    left: list[tuple[UnfitCurveError, ...]] = [()] * len(y)
    chosen: dict[int, CurveChoice | UnfitCurveError] = {}
    while True:
        rows = [row for row in range(len(y)) if row not in chosen]
        if not rows:
            return tuple(chosen[row] for row in range(len(y)))
        held = None if weights is None else weights[rows]
        for row, outcome in zip(
            rows, fit_curves(x[rows], y[rows], wanted, weights=held), strict=True
        ):
            if isinstance(outcome, Curve):
                chosen[row] = CurveChoice(outcome, left[row])
            elif wanted.model not in SMALLER:
                chosen[row] = outcome
            else:
                left[row] += (UnfitCurveError(outcome.reason, wanted.model, outcome.value),)
        if wanted.model in SMALLER:
            wanted = smaller_settings(wanted, line_along_logarithm=line_along_logarithm)


def _alone(
    x: Floats, y: Floats, settings: CurveSettings, weights: Floats | None, row: int
) -> Curve | UnfitCurveError:
    present = ~np.isnan(y)
    held = None if weights is None else weights[row][present]
    try:
        return fit_curve(x[present], y[present], settings, weights=held)
    except UnfitCurveError as failure:
        return failure


def _together(
    stack: _Stack, x: Floats, settings: CurveSettings
) -> list[Curve | UnfitCurveError | None]:
    """Return curves, refusals, and ``None`` where nothing was certified."""
    with np.errstate(all="ignore"):
        starts = _starts(stack, settings)
        count, each = starts.shape[:2]
        many = stack.rows(np.repeat(np.arange(count), each))
        ends = _descend(many, starts.reshape(count * each, -1))
        sums = many.sums(ends).reshape(count, each)
        best = np.argmin(sums, axis=1)
        found = ends.reshape(count, each, -1)[np.arange(count), best]
        agreeing = (sums <= sums.min(axis=1, keepdims=True) * (1 + 1e-6)).sum(axis=1)
        return _certified(stack, x, found, agreeing, each, settings)


def _starts(stack: _Stack, settings: CurveSettings) -> Floats:
    """Return where each curve begins, shape (k, starts, p): one for each asymmetry."""
    same = bool((stack.t == stack.t[0]).all())
    groups = [np.arange(len(stack.t))] if same else [np.array([i]) for i in range(len(stack.t))]
    made = []
    for group in groups:
        used = stack.weights[group].any(axis=0)
        t = stack.t[group[0], used]
        points = grid(t, stack.theta, settings)
        sums, filled = with_plateaus(
            t, stack.y[group][:, used], stack.weights[group][:, used], points
        )
        # A midpoint beyond all doses with a plateau far away lies in a long flat valley.
        placed = t[np.isfinite(t)]
        middles = points.reshape(-1, 5)[:, shapes.U]
        inside = (middles >= placed.min()) & (middles <= placed.max())
        sums = np.where(inside | ~inside.any(), sums, np.inf)
        deep = points.shape[2] if settings.model == FIVE else 1
        by_depth = sums.reshape(len(group), -1, deep)
        place = np.argmin(by_depth, axis=1) * deep + np.arange(deep)
        made.append(filled[np.arange(len(group))[:, None], place][..., stack.free])
    return np.concatenate(made)


def _descend(stack: _Stack, start: Floats) -> Floats:
    """Walk all curves downhill at once, each with its own damping."""
    theta = start.copy()
    cost = stack.sums(theta)
    count = len(theta)
    damping, growth = np.full(count, 1e-3), np.full(count, 2.0)
    active = np.flatnonzero(np.isfinite(cost))
    for _ in range(_ITERATIONS):
        if len(active) == 0:
            break
        own = stack.rows(active)
        step, expected = _step(own, theta[active], damping[active])
        after = own.sums(theta[active] + step)
        gained = cost[active] - after
        better = np.isfinite(after) & (gained > 0)
        ratio = np.clip(gained / np.where(expected > 0, expected, 1.0), 0.0, 1.0)
        won = active[better]
        theta[won] += step[better]
        cost[won] = after[better]
        shrink = np.maximum(1 / 3, 1 - (2 * ratio[better] - 1) ** 3)
        damping[won], growth[won] = np.maximum(damping[won] * shrink, 1e-15), 2.0
        lost = active[~better]
        damping[lost] *= growth[lost]
        growth[lost] *= 2
        settled = ~(expected > 1e-13 * cost[active]) | (damping[active] > 1e14)
        active = active[~settled]
    for _ in range(2):
        step, _ = _step(stack, theta, np.zeros(count))
        moved = theta + step
        fine = stack.sums(moved) <= stack.sums(theta) * (1 + 1e-9)
        theta[fine] = moved[fine]
    return theta


def _step(stack: _Stack, theta: Floats, damping: Floats) -> tuple[Floats, Floats]:
    """Return a damped step for each curve, and what it should take from the sum of squares."""
    left, slopes = stack.residuals(theta)
    lengths = np.sqrt(np.einsum("knp,knp->kp", slopes, slopes))
    scaled = slopes / np.where(lengths > 0, lengths, 1.0)[:, None, :]
    target = np.einsum("knp,kn->kp", scaled, left)
    square = np.matmul(scaled.transpose(0, 2, 1), scaled)
    # The least of ridges keeps a singular matrix from stopping all the others.
    ridge = (np.maximum(damping, 1e-15))[:, None, None] * np.eye(theta.shape[1])
    whole = np.where(np.isfinite(square).all((1, 2), keepdims=True), square, 0.0) + ridge
    solved = np.linalg.solve(whole + 1e-300, np.nan_to_num(target)[..., None])[..., 0]
    expected = np.einsum("kp,kp->k", solved, target) + damping * (solved**2).sum(1)
    return solved / np.where(lengths > 0, lengths, 1.0), expected


def _certified(
    stack: _Stack,
    x: Floats,
    found: Floats,
    agreeing: npt.NDArray[np.intp],
    searches: int,
    settings: CurveSettings,
) -> list[Curve | UnfitCurveError | None]:
    left, slopes = stack.residuals(found)
    lengths = np.sqrt(np.einsum("knp,knp->kp", slopes, slopes))
    size = found.shape[1]
    sound = np.isfinite(left).all(1) & np.isfinite(slopes).all((1, 2)) & (lengths > 0).all(1)
    scaled = np.where(sound[:, None, None], slopes / lengths[:, None, :], 1.0)
    basis, triangle = np.linalg.qr(scaled)
    along = np.einsum("knp,kn->kp", basis, left)
    across = left - np.einsum("knp,kp->kn", basis, along)
    values = (stack.weights > 0).sum(1)
    offset = np.linalg.norm(along, axis=1) / math.sqrt(size)
    offset = offset / (np.linalg.norm(across, axis=1) / np.sqrt(np.maximum(values - size, 1)))
    singular = np.linalg.svd(np.where(np.isfinite(triangle), triangle, 0.0), compute_uv=False)
    condition = singular[:, 0] / singular[:, -1]
    half = _half_hessian(stack, found) / (lengths[:, :, None] * lengths[:, None, :])
    half = np.where(np.isfinite(half), half, 0.0)
    lowest = np.linalg.eigvalsh(half)[:, 0]
    sound &= (offset < _CERTAIN_OFFSET) & (lowest > 0) & (condition < 1e8)
    scale = lengths[:, :, None] * lengths[:, None, :]
    unit = np.eye(size)
    inverse = np.linalg.inv(np.where(sound[:, None, None], triangle, unit))
    gauss_newton = np.matmul(inverse, inverse.transpose(0, 2, 1)) / scale
    observed = np.linalg.inv(np.where(sound[:, None, None], half, unit)) / scale
    made: list[Curve | UnfitCurveError | None] = []
    for row in range(len(found)):
        if not sound[row]:
            made.append(_runaway(stack, found[row], settings))
            continue
        used = stack.weights[row] > 0
        fit = LeastSquares(
            parameters=found[row], residuals=left[row, used], jacobian=slopes[row, used],
            residual_sum=float(left[row] @ left[row]), gauss_newton=gauss_newton[row],
            observed=observed[row], condition=float(condition[row]), offset=float(offset[row]),
            searches=searches, agreeing=int(agreeing[row]),
        )  # fmt: skip
        curve = finished(
            x[row, used], stack.y[row, used], stack.theta, stack.free, fit,
            stack.weights[row, used], settings,
        )  # fmt: skip
        try:
            made.append(identified(curve))
        except UnfitCurveError as failure:
            # b of the other sign is the same curve of four parameters, written otherwise.
            is_turned = failure.reason == "not_identified" and settings.model != FIVE
            made.append(None if is_turned else failure)
    return made


def _runaway(stack: _Stack, free: Floats, settings: CurveSettings) -> UnfitCurveError | None:
    """Return the refusal of a curve whose sum of squares falls as its asymmetry grows."""
    power = abs(float(stack.whole(free[None])[0, shapes.G]))
    if settings.model != FIVE or not power > math.log(LARGEST_ASYMMETRY):
        return None
    return UnfitCurveError("asymmetry", settings.model, math.exp(min(power, 700.0)))


def _half_hessian(stack: _Stack, theta: Floats) -> Floats:
    """Half the second derivatives of the sums: central differences of their exact slopes."""
    reach = np.finfo(np.float64).eps ** (1 / 3) * np.maximum(np.abs(theta), 1e-3)
    rows = []
    for place in range(theta.shape[1]):
        move = np.zeros_like(theta)
        move[:, place] = reach[:, place]
        change = stack.gradient(theta + move) - stack.gradient(theta - move)
        rows.append(change / (2 * reach[:, place])[:, None])
    half = np.stack(rows, axis=1)
    return (half + half.transpose(0, 2, 1)) / 2
