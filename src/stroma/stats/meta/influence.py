"""What a pooled answer rests on: each study left out, studies added one by one, influence.

Viechtbauer and Cheung 2010 (Res Synth Methods 1:112).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stroma.stats.meta.pooling import Pooled, pool
from stroma.stats.meta.weights import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """How much one study moves a pooled mean.

    Parameters
    ----------
    residual
        Of the study from the mean of the others, in its standard errors (externally studentised).
    dffits
        How far the fitted value moves without the study, in standard errors.
    cook_distance
        How far the coefficients move, squared, in the metric of their covariance.
    covariance_ratio
        Generalised variance of the coefficients without the study over that with it.
    tau2, q
        Variance between the other studies, and their Cochran's Q.
    hat
        Leverage.
    weight_percent
        Share of the weights.
    """

    residual: float
    dffits: float
    cook_distance: float
    covariance_ratio: float
    tau2: float
    q: float
    hat: float
    weight_percent: float


def leave_one_out(model: Pooled) -> tuple[Pooled, ...]:
    """Fit anew without each study in turn.

    Parameters
    ----------
    model
        A fitted model.

    Returns
    -------
    tuple of Pooled
        One a study.

    Raises
    ------
    TooFewEstimatesError
        So few that one less cannot be pooled.
    """
    return tuple(
        _refit(model, np.delete(np.arange(model.count), index)) for index in range(model.count)
    )


def cumulative(model: Pooled) -> tuple[Pooled, ...]:
    """Fit the first two studies, the first three, and so on, in the order given.

    Parameters
    ----------
    model
        A fitted model.

    Returns
    -------
    tuple of Pooled
        One for each study from the first with which a model can be fitted.
    """
    first = model.data.columns + 1
    return tuple(_refit(model, np.arange(end)) for end in range(first, model.count + 1))


def _refit(model: Pooled, kept: np.ndarray) -> Pooled:
    data = model.data
    return pool(
        data.values[kept],
        data.variances[kept],
        data.design[kept],
        method=model.method,
        test=model.test,
        level=model.level,
    )


def influence(model: Pooled) -> tuple[Influence, ...]:
    """Return how much each study moves the pooled answer.

    Parameters
    ----------
    model
        A fitted model.

    Returns
    -------
    tuple of Influence
        One a study.

    Raises
    ------
    TooFewEstimatesError
        So few that one less cannot be pooled.
    """
    data = model.data
    weights = 1 / (data.variances + model.heterogeneity.tau2)
    information = data.design.T @ (weights[:, None] * data.design)
    hats = weights * np.einsum("ij,jk,ik->i", data.design, np.linalg.inv(information), data.design)
    return tuple(
        _moved(model, without, index, float(hats[index]), float(100 * weights[index]))
        for index, without in enumerate(leave_one_out(model))
    )


def _moved(model: Pooled, without: Pooled, index: int, hat: float, weight: float) -> Influence:
    data = model.data
    row = data.design[index]
    beta, rest = _values(model), _values(without)
    tau2 = without.heterogeneity.tau2
    left = float(data.values[index] - row @ rest)
    spread = float(data.variances[index]) + tau2 + float(row @ without.covariance @ row)
    change = beta - rest
    total = float((1 / (data.variances + model.heterogeneity.tau2)).sum())
    return Influence(
        residual=left / math.sqrt(spread),
        dffits=float(row @ change) / math.sqrt(hat * (tau2 + float(data.variances[index]))),
        cook_distance=float(change @ np.linalg.solve(model.covariance, change)),
        covariance_ratio=float(np.linalg.det(without.covariance) / np.linalg.det(model.covariance)),
        tau2=tau2,
        q=without.q,
        hat=hat,
        weight_percent=weight / total,
    )


def _values(model: Pooled) -> FloatArray:
    return np.array([c.estimate for c in model.coefficients])
