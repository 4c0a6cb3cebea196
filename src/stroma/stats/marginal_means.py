"""Marginal means: what a fitted model expects at each level of a factor, averaged over the others.

After Searle, Speed and Milliken, Am Stat 1980;34:216. The reference grid has one row for each
combination of the factors, with covariates at one value, commonly their mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


class Averaging(StrEnum):
    """How the combinations of the other factors are weighted."""

    EQUAL = "equal"
    PROPORTIONAL = "proportional"
    CELLS = "cells"


def marginal_mean_weights(
    grid: Sequence[Sequence[float]] | FloatArray,
    levels: Sequence[int],
    *,
    averaging: Averaging = Averaging.EQUAL,
    combinations: Sequence[int] | None = None,
    counts: Sequence[float] | None = None,
) -> FloatArray:
    """Return for each level of a factor the weights of the coefficients that give its mean.

    Equal weights answer what the levels would differ by in a balanced study; proportional ones
    weight each combination of the other factors by its observations, whatever the level; weights
    of cells by its observations at that level, which mixes the factors' effects.

    Parameters
    ----------
    grid
        Rows of the design, one for each combination of the factors, ``(m, p)``.
    levels
        Level of the factor in each row, from 0.
    averaging
        How the rows of a level are weighted.
    combinations
        Which combination of the other factors each row is; needed for proportional weights.
    counts
        Observations of each row's combination and level; needed unless weights are equal.

    Returns
    -------
    numpy.ndarray
        One row for each level, ``(levels, p)``; the difference of two rows is a contrast.

    Raises
    ------
    ValueError
        Lengths differ, a level has no row or no observation, or what the weights need is missing.

    Examples
    --------
    Sources by sex of the donor; the design is intercept, source, sex.

    >>> grid = [[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]]
    >>> marginal_mean_weights(grid, [0, 1, 0, 1]).tolist()
    [[1.0, 0.0, 0.5], [1.0, 1.0, 0.5]]
    >>> marginal_mean_weights(
    ...     grid,
    ...     [0, 1, 0, 1],
    ...     averaging=Averaging.PROPORTIONAL,
    ...     combinations=[0, 0, 1, 1],
    ...     counts=[4, 2, 1, 1],
    ... ).tolist()
    [[1.0, 0.0, 0.25], [1.0, 1.0, 0.25]]
    """
    rows = np.atleast_2d(np.asarray(grid, dtype=np.float64))
    of_row = np.asarray(levels, dtype=np.intp)
    if of_row.shape != (len(rows),) or not len(rows):
        msg = f"{of_row.size} levels for {len(rows)} rows of the reference grid"
        raise ValueError(msg)
    sizes = _row_weights(len(rows), averaging, combinations, counts)
    total = np.bincount(of_row, weights=sizes)
    if (total <= 0).any():
        msg = f"level {int(np.argmax(total <= 0))} has no row or no observation to average over"
        raise ValueError(msg)
    shares = sizes / total[of_row]
    means = np.zeros((total.size, rows.shape[1]))
    np.add.at(means, of_row, shares[:, None] * rows)
    return means


def _row_weights(
    size: int,
    averaging: Averaging,
    combinations: Sequence[int] | None,
    counts: Sequence[float] | None,
) -> FloatArray:
    """Return the weight of each row before it is brought to a share of its level."""
    if averaging is Averaging.EQUAL:
        return np.ones(size)
    if counts is None or len(counts) != size or min(counts) < 0:
        msg = f"{averaging.value} weights need a count, not negative, for each of the {size} rows"
        raise ValueError(msg)
    observed = np.asarray(counts, dtype=np.float64)
    if averaging is Averaging.CELLS:
        return observed
    if combinations is None or len(combinations) != size:
        msg = f"proportional weights need the combination of each of the {size} rows"
        raise ValueError(msg)
    which = np.asarray(combinations, dtype=np.intp)
    return np.asarray(np.bincount(which, weights=observed)[which], dtype=np.float64)
