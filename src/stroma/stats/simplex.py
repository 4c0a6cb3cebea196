"""Weights that sum to one, drawn evenly from all that are allowed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]

SWEEPS_A_WEIGHT = 30
"""Moves a weight makes before a draw is taken. A move draws the split of two weights evenly from
all that is allowed, so that a chain of two weights needs one; the test against rejection sampling
shows no difference with 30 a weight."""


def sample_all(count: int, draws: int, random: np.random.Generator) -> FloatArray:
    """Draw weights evenly from all there are.

    Parameters
    ----------
    count
        How many weights.
    draws
        How many draws.
    random
        Source of chance.

    Returns
    -------
    array
        Shape (draws, count); each row sums to 1.

    Examples
    --------
    >>> sample_all(3, 2, np.random.default_rng(1)).sum(axis=1).round(12).tolist()
    [1.0, 1.0]
    """
    # Spacings of a Poisson process: exponential variables over their sum (Devroye 1986, V.2).
    steps = random.standard_exponential((draws, count))
    return np.asarray(steps / steps.sum(axis=1, keepdims=True), dtype=np.float64)


def sample_ranked(
    groups: Sequence[Sequence[int]], draws: int, random: np.random.Generator
) -> FloatArray:
    """Draw weights evenly from all in which the members of a group outweigh those of the next.

    Parameters
    ----------
    groups
        Positions of the weights, the heaviest first; those of one group are in no order.
    draws
        How many draws.
    random
        Source of chance.

    Returns
    -------
    array
        Shape (draws, weights).

    Notes
    -----
    With every weight a group of its own the means are the rank order centroid weights (Barron and
    Barrett 1996, Management Science 42:1515).
    """
    count = sum(len(group) for group in groups)
    ordered = -np.sort(-sample_all(count, draws, random), axis=1)
    weights = np.empty_like(ordered)
    start = 0
    for group in groups:
        block = ordered[:, start : start + len(group)]
        # Sorting put the members of a group in an order they do not have.
        weights[:, list(group)] = random.permuted(block, axis=1)
        start += len(group)
    return weights


def is_feasible(low: FloatArray, high: FloatArray) -> bool:
    """Tell whether weights within these bounds can sum to one.

    Parameters
    ----------
    low, high
        Bounds of each weight.

    Returns
    -------
    bool
        True where at least one set of weights can.
    """
    within = bool((low >= 0).all() and (low <= high).all())
    return within and bool(low.sum() <= 1 + 1e-12 and high.sum() >= 1 - 1e-12)


def sample_bounded(
    low: FloatArray, high: FloatArray, draws: int, random: np.random.Generator
) -> FloatArray:
    """Draw weights evenly from all within bounds.

    Parameters
    ----------
    low, high
        Bounds of each weight, for which :func:`is_feasible` holds.
    draws
        How many draws.
    random
        Source of chance.

    Returns
    -------
    array
        Shape (draws, weights). Each draw is the end of a chain of its own, so that draws are
        independent of each other.
    """
    count = len(low)
    room = high.sum() - low.sum()
    share = 0.0 if room <= 0 else (1 - low.sum()) / room
    weights = np.tile(low + share * (high - low), (draws, 1))
    if count == 1:
        return weights
    rows = np.arange(draws)
    for _ in range(SWEEPS_A_WEIGHT * count):
        one = random.integers(count, size=draws)
        other = (one + random.integers(1, count, size=draws)) % count
        both = weights[rows, one] + weights[rows, other]
        least = np.maximum(low[one], both - high[other])
        most = np.minimum(high[one], both - low[other])
        moved = least + random.random(draws) * np.maximum(most - least, 0.0)
        weights[rows, one] = moved
        weights[rows, other] = both - moved
    return weights
