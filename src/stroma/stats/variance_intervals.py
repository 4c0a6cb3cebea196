"""How sure the variances of a mixed model are, and what share of the spread each one is."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from stroma.stats.mixed_design import collapsed, reduced
from stroma.stats.mixed_fit import MixedModel, fit_mixed_model
from stroma.stats.mixed_likelihood import LikelihoodProblem, Point, minimise

# Of the bound: how close the search for it comes.
BOUND_TOLERANCE = 1e-9
# Of the response's mean square: no bound is looked for above it, and the bound is then None.
MOST_VARIANCE = 1e12


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceInterval:
    """A variance with its interval.

    Parameters
    ----------
    value
        The variance.
    low, high
        Its bounds; ``high`` is ``None`` where no bound was found.
    level
        Confidence level.
    """

    value: float
    low: float
    high: float | None
    level: float


def variance_intervals(model: MixedModel, *, level: float = 0.95) -> tuple[VarianceInterval, ...]:
    """Return the variances with intervals from the profile of the restricted likelihood.

    An interval holds every value of a variance at which the criterion, lowest over all other
    variances, is within the quantile of χ² with one degree of freedom of its lowest. A variance
    at zero has the lower bound zero and still an upper bound: what the data cannot exclude.

    Parameters
    ----------
    model
        A fitted model.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    tuple of VarianceInterval
        One for each random intercept in the order given, and the residual's last. Where no
        residual is left its interval is zero.

    Raises
    ------
    ValueError
        The level is not between 0 and 1.

    Examples
    --------
    >>> import numpy as np
    >>> response = [7.1, 7.3, 8.0, 8.4, 7.5, 7.5, 9.1, 9.4, 8.8, 8.9, 9.9, 9.5]
    >>> donor = np.repeat(np.arange(6), 2)
    >>> model = fit_mixed_model(response, np.ones((12, 1)), [donor])
    >>> [(round(v.low, 3), round(v.high, 3)) for v in variance_intervals(model)]
    [(0.33, 4.624), (0.015, 0.154)]
    """
    if not 0 < level < 1:
        msg = f"the confidence level {level} is not between 0 and 1"
        raise ValueError(msg)
    reduction = reduced(model.response, model.design, model.groups)
    alone = collapsed(model.response, model.design, model.groups, reduction)
    if alone is not None:
        inner = fit_mixed_model(alone.response, alone.design, alone.groups)
        *others, levels = variance_intervals(inner, level=level)
        others.insert(alone.factor, levels)
        return (*others, VarianceInterval(value=0.0, low=0.0, high=0.0, level=level))
    square = reduction.scale**2
    best = np.array([*model.variances, model.residual_variance]) / square
    point = minimise(reduction.problem, best)
    limit = point.criterion + float(special.chdtri(1, 1 - level))
    bounds = [_bounds(reduction.problem, point, which, limit) for which in range(best.size)]
    return tuple(
        VarianceInterval(
            value=float(value) * square,
            low=low * square,
            high=None if high is None else high * square,
            level=level,
        )
        for value, (low, high) in zip(best, bounds, strict=True)
    )


def _bounds(
    problem: LikelihoodProblem, point: Point, which: int, limit: float
) -> tuple[float, float | None]:
    """Return where the profile of one variance passes a limit, below and above its estimate."""
    held = np.zeros(point.variances.size, dtype=bool)
    held[which] = True
    value = float(point.variances[which])

    def above(candidate: float) -> float:
        start = point.variances.copy()
        start[which] = candidate
        return minimise(problem, start, held=held).criterion - limit

    floor = problem.least_residual
    least = floor if which == point.variances.size - 1 else 0.0
    low = least if value <= least or above(least) <= 0 else _crossing(above, least, value)
    near = max(value, floor)
    far = 2.0 * max(value, float(point.variances.sum()) / 100)
    while above(far) < 0:
        near, far = far, 3.0 * far
        if far > MOST_VARIANCE:
            return low, None
    return (0.0 if low <= floor else low), _crossing(above, near, far)


def _crossing(above: Callable[[float], float], low: float, high: float) -> float:
    """Return where a profile passes zero, sought on the standard deviation."""
    root = optimize.brentq(
        lambda deviation: above(deviation**2),
        math.sqrt(low),
        math.sqrt(high),
        xtol=BOUND_TOLERANCE * math.sqrt(high),
    )
    return float(root) ** 2


def intraclass_correlation(model: MixedModel, shared: Sequence[int]) -> float:
    """Return the correlation of two observations that share the levels of some factors.

    Parameters
    ----------
    model
        A fitted model.
    shared
        Which random intercepts they share, in the order given to the fit; two lots of one donor
        share the donor, two passages of a lot share donor and lot.

    Returns
    -------
    float
        The part of the variance that they share, 0 to 1, of what the fixed effects leave.

    Raises
    ------
    ValueError
        There is no such random intercept.

    Examples
    --------
    >>> import numpy as np
    >>> response = [7.1, 7.3, 8.0, 8.4, 7.5, 7.5, 9.1, 9.4, 8.8, 8.9, 9.9, 9.5]
    >>> donor = np.repeat(np.arange(6), 2)
    >>> model = fit_mixed_model(response, np.ones((12, 1)), [donor])
    >>> round(intraclass_correlation(model, [0]), 3)
    0.962
    """
    unknown = sorted(set(shared) - set(range(len(model.variances))))
    if unknown:
        msg = f"there is no random intercept {unknown[0]} among {len(model.variances)}"
        raise ValueError(msg)
    total = sum(model.variances) + model.residual_variance
    return sum(model.variances[factor] for factor in set(shared)) / total
