"""Weighted least squares with known variances: the algebra every pooled estimate shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

FEWEST_ESTIMATES = 2
"""Below it there is nothing to pool."""


class TooFewEstimatesError(ValueError):
    """There are fewer estimates than the question takes.

    Parameters
    ----------
    held, needed
        How many there are, and how many it takes.
    """

    def __init__(self, held: int, needed: int) -> None:
        super().__init__(f"{held} estimates are held, at least {needed} are needed")
        self.held = held
        self.needed = needed


@dataclass(frozen=True, slots=True)
class Estimates:
    """Estimates with their sampling variances and the design they are fitted by.

    Parameters
    ----------
    values, variances
        One a study, shape ``(k,)``.
    design
        Shape ``(k, p)``; a column of ones for the mean.
    """

    values: FloatArray
    variances: FloatArray
    design: FloatArray

    @property
    def count(self) -> int:
        """Return the number of estimates."""
        return len(self.values)

    @property
    def columns(self) -> int:
        """Return the number of coefficients."""
        return int(self.design.shape[1])


def estimates(
    values: Sequence[float] | FloatArray,
    variances: Sequence[float] | FloatArray,
    design: FloatArray | None = None,
) -> Estimates:
    """Check estimates and return them as arrays.

    Parameters
    ----------
    values, variances
        One a study; every variance above zero.
    design
        Moderators with their intercept, shape ``(k, p)``; ``None`` for the mean alone.

    Returns
    -------
    Estimates
        The arrays.

    Raises
    ------
    TooFewEstimatesError
        Fewer than two, or not more than there are coefficients.
    ValueError
        Lengths that differ, a value that is no number, a variance not above zero, or a design
        whose columns repeat each other.
    """
    y = np.asarray(values, dtype=np.float64)
    v = np.asarray(variances, dtype=np.float64)
    x = np.ones((len(y), 1)) if design is None else np.asarray(design, dtype=np.float64)
    if y.shape != v.shape or x.shape[0] != len(y):
        msg = f"{len(y)} values, {len(v)} variances and {x.shape[0]} rows of the design"
        raise ValueError(msg)
    needed = max(FEWEST_ESTIMATES, x.shape[1] + 1)
    if len(y) < needed:
        raise TooFewEstimatesError(len(y), needed)
    if not (np.isfinite(y).all() and np.isfinite(v).all() and np.isfinite(x).all()):
        msg = "values, variances and design have to be numbers"
        raise ValueError(msg)
    if (v <= 0).any():
        msg = "every sampling variance has to be above zero"
        raise ValueError(msg)
    single = x.shape[1] == 1 and x.any()
    if not single and np.linalg.matrix_rank(x) < x.shape[1]:
        msg = "a column of the design can be made from the others"
        raise ValueError(msg)
    return Estimates(y, v, x)


@dataclass(frozen=True, slots=True)
class WeightedFit:
    """A weighted fit, and what its residual-making matrix P comes to.

    Parameters
    ----------
    coefficients, covariance
        Shapes ``(p,)`` and ``(p, p)``.
    projected
        P y, shape ``(k,)``.
    residual_sum
        The form y'P y.
    trace, trace_square
        Traces of P and of P P.
    """

    coefficients: FloatArray
    covariance: FloatArray
    projected: FloatArray
    residual_sum: float
    trace: float
    trace_square: float


def weighted_fit(data: Estimates, weights: FloatArray) -> WeightedFit:
    """Fit by weighted least squares.

    Parameters
    ----------
    data
        The estimates.
    weights
        Shape ``(k,)``, above zero.

    Returns
    -------
    WeightedFit
        With the traces of P = W - W X (X'W X)^-1 X'W, worked out without making P.
    """
    x, y = data.design, data.values
    if x.shape[1] == 1:
        return _single_column_fit(x[:, 0], y, weights)
    weighted = x * weights[:, None]
    covariance = np.asarray(np.linalg.inv(x.T @ weighted), dtype=np.float64)
    coefficients = covariance @ (weighted.T @ y)
    projected = weights * (y - x @ coefficients)
    second = covariance @ (weighted.T @ weighted)
    third = covariance @ ((weighted * weights[:, None]).T @ weighted)
    return WeightedFit(
        coefficients=coefficients,
        covariance=covariance,
        projected=projected,
        residual_sum=float(y @ projected),
        trace=float(weights.sum() - np.trace(second)),
        trace_square=float(
            (weights**2).sum() - 2 * np.trace(third) + np.einsum("ij,ji", second, second)
        ),
    )


def _single_column_fit(x: FloatArray, y: FloatArray, weights: FloatArray) -> WeightedFit:
    """Fit the one coefficient of a pooled mean, a thousand times a second and more."""
    weighted = x * weights
    information = float(weighted @ x)
    coefficient = float(weighted @ y) / information
    projected = weights * (y - x * coefficient)
    second = float(weighted @ weighted) / information
    third = float((weighted * weights) @ weighted) / information
    covariance: FloatArray = np.full((1, 1), 1 / information)
    return WeightedFit(
        coefficients=np.full(1, coefficient),
        covariance=covariance,
        projected=projected,
        residual_sum=float(y @ projected),
        trace=float(weights.sum()) - second,
        trace_square=float(weights @ weights) - 2 * third + second**2,
    )


def residual_maker(data: Estimates, weights: FloatArray) -> FloatArray:
    """Return P = W - W X (X'W X)^-1 X'W.

    Parameters
    ----------
    data
        The estimates.
    weights
        Shape ``(k,)``.

    Returns
    -------
    ndarray
        Shape ``(k, k)``.
    """
    weighted = data.design * weights[:, None]
    inner = np.linalg.inv(data.design.T @ weighted)
    made: FloatArray = np.diag(weights) - weighted @ inner @ weighted.T
    return made
