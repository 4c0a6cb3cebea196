"""Inference that holds when estimates of one cluster (a paper, a donor) are alike in unknown ways.

Sandwich covariances CR0, CR1 and CR2 (Bell and McCaffrey 2002; Pustejovsky and Tipton 2018, J Bus
Econ Stat 36:672) with the working model as target, Satterthwaite's degrees of freedom, and the
approximate Hotelling test of several coefficients (Tipton and Pustejovsky 2015, J Educ Behav Stat
40:604).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import special

from stroma.stats.meta.pooling import Coefficient, coefficients
from stroma.stats.meta.weights import FloatArray

FEW_CLUSTERS_FREEDOM = 4.0
"""Below so many degrees of freedom Satterthwaite's approximation is too liberal (Tipton 2015,
Psychol Methods 20:375)."""


class Correction(StrEnum):
    """Which small-sample correction the sandwich gets."""

    NONE = "CR0"
    CLUSTERS = "CR1"
    BIAS_REDUCED = "CR2"


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustFit:
    """Coefficients with cluster-robust inference.

    Parameters
    ----------
    correction
        Of the covariance.
    clusters
        How many.
    coefficients
        With tests and intervals.
    degrees_of_freedom
        One a coefficient.
    covariance
        Shape ``(p, p)``.
    joint
        (F, numerator, denominator, p) of all slopes together; ``None`` with one coefficient, or
        where too few clusters leave no denominator.
    is_reliable
        False where a coefficient has fewer than four degrees of freedom.
    """

    correction: Correction
    clusters: int
    coefficients: tuple[Coefficient, ...]
    degrees_of_freedom: tuple[float, ...]
    covariance: FloatArray
    joint: tuple[float, int, float, float] | None
    is_reliable: bool


def robust_fit(
    design: FloatArray,
    residuals: FloatArray,
    values: FloatArray,
    marginal: FloatArray,
    clusters: Sequence[Hashable],
    *,
    correction: Correction = Correction.BIAS_REDUCED,
    tested: Sequence[int] | None = None,
    level: float = 0.95,
) -> RobustFit:
    """Return coefficients of a fitted model with cluster-robust inference.

    Parameters
    ----------
    design
        Shape ``(k, p)``.
    residuals
        Of the fit, shape ``(k,)``.
    values
        The coefficients, shape ``(p,)``.
    marginal
        Variance of the estimates under the fitted model, shape ``(k, k)``, zero between clusters;
        its inverse gave the weights.
    clusters
        One label an estimate.
    correction
        CR2 takes Satterthwaite's degrees of freedom, the others clusters less coefficients.
    tested
        Coefficients tested together; ``None`` for all but the first, or all of a single one.
    level
        Of the intervals.

    Returns
    -------
    RobustFit
        The inference.

    Raises
    ------
    ValueError
        Not more clusters than coefficients, or a variance that ties clusters together.
    """
    members = [
        np.array([i for i, own in enumerate(clusters) if own == label])
        for label in dict.fromkeys(clusters)
    ]
    count, columns = len(members), int(design.shape[1])
    if count <= columns:
        msg = f"{count} clusters for {columns} coefficients: more clusters are needed"
        raise ValueError(msg)
    _check_blocks(marginal, members)
    scores = _Scores(design, marginal, members, correction)
    meat = sum(
        (np.outer(part, part) for part in scores.meat(residuals)),
        start=np.zeros((columns, columns)),
    )
    covariance: FloatArray = scores.bread @ meat @ scores.bread
    if correction is Correction.CLUSTERS:
        covariance = covariance * (count / (count - columns))
    asked = _tested(columns, tested)
    if correction is Correction.BIAS_REDUCED:
        freedom = tuple(scores.freedom(row) for row in np.eye(columns))
        joint = _hotelling(values, covariance, scores, asked)
    else:
        freedom = (float(count - columns),) * columns
        joint = _wald(values, covariance, asked, float(count - columns))
    return RobustFit(
        correction=correction,
        clusters=count,
        coefficients=coefficients(values, covariance, freedom, level=level),
        degrees_of_freedom=freedom,
        covariance=covariance,
        joint=joint if columns > 1 else None,
        is_reliable=min(freedom) >= FEW_CLUSTERS_FREEDOM,
    )


def _check_blocks(marginal: FloatArray, members: list[np.ndarray]) -> None:
    outside = marginal.copy()
    for rows in members:
        outside[np.ix_(rows, rows)] = 0
    if np.abs(outside).max() > 0:
        msg = "estimates of different clusters are correlated under the model"
        raise ValueError(msg)


def _tested(columns: int, tested: Sequence[int] | None) -> list[int]:
    if tested is not None:
        return list(tested)
    return list(range(1, columns)) if columns > 1 else [0]


class _Scores:
    """What each cluster adds to the sandwich, and the vectors its degrees of freedom rest on."""

    def __init__(
        self,
        design: FloatArray,
        marginal: FloatArray,
        members: list[np.ndarray],
        correction: Correction,
    ) -> None:
        self.design, self.marginal, self.members = design, marginal, members
        weighted = np.linalg.solve(marginal, design)
        self.bread: FloatArray = np.linalg.inv(design.T @ weighted)
        self.adjusted: list[FloatArray] = []
        for rows in members:
            score = weighted[rows]
            if correction is Correction.BIAS_REDUCED:
                score = self._adjustment(rows).T @ score
            self.adjusted.append(score)

    def _adjustment(self, rows: np.ndarray) -> FloatArray:
        """Return CR2's matrix: what makes the cluster's part unbiased under the model."""
        block = self.marginal[np.ix_(rows, rows)]
        root = np.linalg.cholesky(block).T
        x = self.design[rows]
        inner = root @ (block - x @ self.bread @ x.T) @ root.T
        values, vectors = np.linalg.eigh((inner + inner.T) / 2)
        kept = values > max(1e-12, 1e-10 * float(values.max()))
        inverse_root = (vectors[:, kept] / np.sqrt(values[kept])) @ vectors[:, kept].T
        adjustment: FloatArray = root.T @ inverse_root @ root
        return adjustment

    def meat(self, residuals: FloatArray) -> list[FloatArray]:
        return [
            score.T @ residuals[rows]
            for rows, score in zip(self.members, self.adjusted, strict=True)
        ]

    def spread(self, contrasts: FloatArray) -> FloatArray:
        """Return p_i' Φ p_j for every two clusters and contrasts, shape (m, q, m, q)."""
        hat = self.bread @ np.linalg.solve(self.marginal, self.design).T
        parts = []
        for rows, score in zip(self.members, self.adjusted, strict=True):
            weights = score @ self.bread @ contrasts.T
            full = np.zeros((len(self.design), len(contrasts)))
            full[rows] = weights
            full -= hat.T @ (self.design[rows].T @ weights)
            parts.append(full)
        stacked = np.stack(parts, axis=1)
        made: FloatArray = np.einsum("ais,ab,bjt->isjt", stacked, self.marginal, stacked)
        return made

    def freedom(self, contrast: FloatArray) -> float:
        spread = self.spread(contrast[None, :])[:, 0, :, 0]
        return float(np.trace(spread) ** 2 / (spread**2).sum())


def _hotelling(
    values: FloatArray, covariance: FloatArray, scores: _Scores, tested: list[int]
) -> tuple[float, int, float, float] | None:
    count = len(tested)
    contrasts = np.eye(len(values))[tested]
    spread = scores.spread(contrasts)
    expected = np.einsum("isit->st", spread)
    eigen, vectors = np.linalg.eigh(expected)
    root = (vectors / np.sqrt(eigen)) @ vectors.T
    scaled = np.einsum("isjt,sa,tb->iajb", spread, root, root)
    same = np.einsum("iaja,ibjb->ab", scaled, scaled)
    crossed = np.einsum("iajb,ibja->ab", scaled, scaled)
    eta = count * (count + 1) / float((same + crossed).sum())
    denominator = eta - count + 1
    part = values[tested]
    wald = float(part @ np.linalg.solve(covariance[np.ix_(tested, tested)], part))
    if denominator <= 0:
        return None
    statistic = wald * denominator / (eta * count)
    tail = float(special.fdtrc(count, denominator, statistic))
    return statistic, count, denominator, tail


def _wald(
    values: FloatArray, covariance: FloatArray, tested: list[int], freedom: float
) -> tuple[float, int, float, float]:
    part = values[tested]
    count = len(tested)
    statistic = float(part @ np.linalg.solve(covariance[np.ix_(tested, tested)], part)) / count
    return statistic, count, freedom, float(special.fdtrc(count, freedom, statistic))


def robust_prediction(
    fit: RobustFit, tau2: float, row: Sequence[float], *, level: float = 0.95
) -> tuple[float, float, float, float, float]:
    """Return the mean at a row of the design, its interval, and the interval of another study.

    Parameters
    ----------
    fit
        Robust inference.
    tau2
        Variance between studies.
    row
        Of the design.
    level
        Of the intervals.

    Returns
    -------
    estimate, low, high, prediction_low, prediction_high
        With the t quantile of the smallest degrees of freedom among the coefficients used.
    """
    setting = np.asarray(row, dtype=np.float64)
    mean = float(setting @ np.array([c.estimate for c in fit.coefficients]))
    variance = float(setting @ fit.covariance @ setting)
    used = [own for own, part in zip(fit.degrees_of_freedom, setting, strict=True) if part != 0]
    quantile = float(special.stdtrit(min(used), (1 + level) / 2))
    half, wide = quantile * math.sqrt(variance), quantile * math.sqrt(variance + tau2)
    return mean, mean - half, mean + half, mean - wide, mean + wide
