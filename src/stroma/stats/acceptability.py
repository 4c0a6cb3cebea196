"""How often each alternative comes first, second and so on, over scores and weights that are open.

Stochastic multicriteria acceptability analysis, SMAA-2: Lahdelma and Salminen 2001, Operations
Research 49:444, doi 10.1287/opre.49.3.444.11220; Tervonen and Figueira 2008, Journal of
Multi-Criteria Decision Analysis 15:1, doi 10.1002/mcda.407. The value of an alternative is the
weighted sum of its partial values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptability:
    """What the ranks of the alternatives come to over all draws.

    Parameters
    ----------
    ranks
        Shape (alternatives, ranks): the share of draws in which the alternative has the rank.
        Alternatives that tie share their ranks equally.
    errors
        Their Monte Carlo standard errors.
    central_weights
        Shape (alternatives, criteria): the mean of the weights with which the alternative comes
        first; not a number where it never does.
    pairwise
        Shape (alternatives, alternatives): the share of draws in which the row is better than the
        column; a tie is half.
    draws
        How many.
    """

    ranks: FloatArray
    errors: FloatArray
    central_weights: FloatArray
    pairwise: FloatArray
    draws: int


def values_of(scores: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the value of every alternative in every draw.

    Parameters
    ----------
    scores
        Partial values, shape (draws, alternatives, criteria), each 0 to 1.
    weights
        Shape (draws, criteria), each row summing to 1.

    Returns
    -------
    array
        Shape (draws, alternatives).

    Examples
    --------
    >>> values_of(np.array([[[1.0, 0.0], [0.0, 1.0]]]), np.array([[0.75, 0.25]])).tolist()
    [[0.75, 0.25]]
    """
    return np.asarray(np.einsum("kij,kj->ki", scores, weights), dtype=np.float64)


def acceptability(values: FloatArray, weights: FloatArray) -> Acceptability:
    """Return how often each alternative has each rank.

    Parameters
    ----------
    values
        Shape (draws, alternatives).
    weights
        With which they were made, shape (draws, criteria).

    Returns
    -------
    Acceptability
        Every row of ``ranks`` sums to 1, and so does every column.

    Examples
    --------
    >>> found = acceptability(np.array([[2.0, 1.0], [2.0, 1.0]]), np.array([[1.0], [1.0]]))
    >>> found.ranks.tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    draws, alternatives = values.shape
    better, tied = _places(values)
    ranks = np.empty((alternatives, alternatives))
    errors = np.empty_like(ranks)
    for rank in range(alternatives):
        share = np.where((better <= rank) & (rank < better + tied), 1 / tied, 0.0)
        ranks[:, rank] = share.mean(axis=0)
        errors[:, rank] = share.std(axis=0) / np.sqrt(draws)
    first = first_shares(values)
    total = first.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        central = (first.T @ weights) / total[:, None]
    pairwise = np.array(
        [
            [np.mean(values[:, i] > values[:, j]) + 0.5 * np.mean(values[:, i] == values[:, j])
             for j in range(alternatives)]
            for i in range(alternatives)
        ]
    )  # fmt: skip
    return Acceptability(
        ranks=ranks, errors=errors, central_weights=central, pairwise=pairwise, draws=draws
    )


def first_shares(values: FloatArray) -> FloatArray:
    """Return who comes first in every draw.

    Parameters
    ----------
    values
        Shape (draws, alternatives).

    Returns
    -------
    array
        The same shape: 1 for the first, equal shares for those that tie for it.

    Examples
    --------
    >>> first_shares(np.array([[3.0, 3.0, 1.0]])).tolist()
    [[0.5, 0.5, 0.0]]
    """
    first = values == values.max(axis=1, keepdims=True)
    return np.asarray(first / first.sum(axis=1, keepdims=True), dtype=np.float64)


def confidence_factors(scores: FloatArray, central_weights: FloatArray) -> FloatArray:
    """Return how often each alternative comes first under its own central weights.

    Parameters
    ----------
    scores
        Partial values, shape (draws, alternatives, criteria).
    central_weights
        Shape (alternatives, criteria).

    Returns
    -------
    array
        Shape (alternatives,); not a number for an alternative without central weights.
    """
    found = np.full(len(central_weights), np.nan)
    for i, weights in enumerate(central_weights):
        if np.isfinite(weights).all():
            found[i] = first_shares(scores @ weights)[:, i].mean()
    return found


def _places(values: FloatArray) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return how many are better than each, and how many tie with it, itself among them."""
    better = np.zeros(values.shape, dtype=np.int64)
    tied = np.zeros(values.shape, dtype=np.int64)
    for column in values.T:
        better += column[:, None] > values
        tied += column[:, None] == values
    return better, tied
