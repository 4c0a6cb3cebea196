"""Donors as one value each: what every comparison can fall back on, and what is shown beside it.

A cell is a donor's tissue: one for a donor of one source, two for a donor of both. Where cells are
observed at several passages, the passages' effects are first taken off (least squares within
cells), so that a cell that lacks a passage is not held to be better or worse for it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from stroma.comparison.results import Observation

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrays:
    """Observations as arrays.

    Parameters
    ----------
    response
        On the scale, shape (n,).
    second
        1 for the second source and 0 for the first, shape (n,).
    passages
        One column for each passage but the first, shape (n, passages - 1).
    covariates
        Shape (n, k).
    donors, cells, lots
        Numbers of donor, donor and source, and lot, shape (n,).
    """

    response: FloatArray
    second: FloatArray
    passages: FloatArray
    covariates: FloatArray
    donors: IntArray
    cells: IntArray
    lots: IntArray

    @property
    def paired_donors(self) -> int:
        """Donors of both sources."""
        return len(np.unique(self.cells)) - len(np.unique(self.donors))

    @property
    def is_fully_paired(self) -> bool:
        """Whether every donor gave both tissues."""
        return len(np.unique(self.cells)) == 2 * len(np.unique(self.donors))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A linear combination of coefficients with its interval.

    Parameters
    ----------
    estimate, standard_error, degrees_of_freedom
        Of the combination; a standard error of 0 where nothing varies.
    low, high
        Its interval; ``None`` where nothing varies.
    p_value
        Two-sided; ``None`` likewise.
    """

    estimate: float
    standard_error: float
    degrees_of_freedom: float
    low: float | None
    high: float | None
    p_value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellMeans:
    """One value a donor and source.

    Parameters
    ----------
    values
        On the scale, passages taken off, shape (cells,).
    second
        1 for the second source, shape (cells,).
    donors
        Numbers of donors, shape (cells,).
    covariates
        Means, shape (cells, k).
    """

    values: FloatArray
    second: FloatArray
    donors: IntArray
    covariates: FloatArray

    def of(self, side: int) -> FloatArray:
        """Return the values of a source: 0 the first, 1 the second."""
        values: FloatArray = self.values[self.second == side]
        return values

    def pairs(self) -> FloatArray:
        """Return second less first of every donor that has both."""
        held = {
            side: dict(
                zip(
                    self.donors[self.second == side].tolist(),
                    self.values[self.second == side].tolist(),
                    strict=True,
                )
            )
            for side in (0, 1)
        }
        differences: FloatArray = np.array(
            [held[1][d] - held[0][d] for d in held[0] if d in held[1]], dtype=np.float64
        )
        return differences


def to_arrays(
    observations: Sequence[Observation], sources: tuple[str, str], covariates: FloatArray | None
) -> Arrays:
    """Return observations as arrays.

    Parameters
    ----------
    observations
        What is compared.
    sources
        The two tissues.
    covariates
        Columns to adjust for, shape (n, k); ``None`` for none.

    Returns
    -------
    Arrays
        Numbered in the order of the observations. Passages get columns only where the sources
        share one.
    """
    second = np.array([float(held.source == sources[1]) for held in observations])
    named = list(dict.fromkeys(held.passage for held in observations))
    shared = {held.passage for held in observations if held.source == sources[0]} & {
        held.passage for held in observations if held.source == sources[1]
    }
    told = named[1:] if shared else []
    passages = np.array([[float(held.passage == name) for name in told] for held in observations])
    return Arrays(
        response=np.array([held.scaled for held in observations]),
        second=second,
        passages=passages.reshape(len(observations), len(told)),
        covariates=np.empty((len(observations), 0)) if covariates is None else covariates,
        donors=_numbered([held.donor for held in observations]),
        cells=_numbered([(held.donor, held.source) for held in observations]),
        lots=_numbered([(held.lot, held.source) for held in observations]),
    )


def _numbered(names: Sequence[object]) -> IntArray:
    numbers = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names], dtype=np.intp)


def cell_means(arrays: Arrays) -> CellMeans:
    """Return one value a cell, with the passages' effects taken off.

    Parameters
    ----------
    arrays
        What is compared.

    Returns
    -------
    CellMeans
        In the order of the cells' numbers.
    """
    count = int(arrays.cells.max()) + 1
    members = np.eye(count)[arrays.cells]
    sizes = members.sum(axis=0)

    def mean(values: FloatArray) -> FloatArray:
        return np.asarray((members.T @ values) / sizes.reshape(-1, *[1] * (values.ndim - 1)))

    response = arrays.response
    if arrays.passages.shape[1]:
        inside = arrays.passages - members @ mean(arrays.passages)
        left = response - members @ mean(response)
        effects = np.linalg.lstsq(inside, left, rcond=None)[0]
        # The mean over passages, each counted once, is the level all cells are brought to.
        level = effects.sum() / (len(effects) + 1)
        response = response - arrays.passages @ effects + level
    first = np.array([int(np.flatnonzero(arrays.cells == cell)[0]) for cell in range(count)])
    return CellMeans(
        values=mean(response),
        second=arrays.second[first],
        donors=arrays.donors[first],
        covariates=mean(arrays.covariates),
    )


def least_squares(
    response: FloatArray, design: FloatArray, weights: Sequence[FloatArray], *, level: float
) -> tuple[tuple[Line, ...], float]:
    """Return combinations of an ordinary linear model's coefficients.

    Parameters
    ----------
    response
        Shape (n,).
    design
        Of full rank, shape (n, p).
    weights
        Combinations, each of shape (p,).
    level
        Confidence level.

    Returns
    -------
    lines
        One a combination.
    variance
        Of the residual.

    Examples
    --------
    >>> lines, variance = least_squares(
    ...     np.array([1.0, 3.0]), np.ones((2, 1)), [np.ones(1)], level=0.95
    ... )
    >>> lines[0].estimate, round(variance, 6)
    (2.0, 2.0)
    """
    size, columns = design.shape
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ design.T @ response
    left = response - design @ coefficients
    freedom = size - columns
    squares = float(left @ left)
    # Equal values leave the rounding of their mean, not a spread.
    largest = float(np.abs(response).max(initial=0.0))
    variance = 0.0 if squares <= (1e-10 * largest) ** 2 * size else squares / freedom
    lines = tuple(
        line(
            float(row @ coefficients),
            math.sqrt(variance * float(row @ inverse @ row)),
            freedom,
            level=level,
        )
        for row in weights
    )
    return lines, variance


def line(estimate: float, error: float, freedom: float, *, level: float) -> Line:
    """Return an estimate with its interval from the t distribution.

    Parameters
    ----------
    estimate, error, freedom
        With its standard error and degrees of freedom.
    level
        Confidence level.

    Returns
    -------
    Line
        Without interval and p value where the standard error is 0.

    Examples
    --------
    >>> held = line(2.0, 1.0, 10, level=0.95)
    >>> round(held.p_value, 4), round(held.low, 3)
    (0.0734, -0.228)
    """
    if error == 0.0:
        return Line(estimate=estimate, standard_error=0.0, degrees_of_freedom=freedom,
                    low=None, high=None, p_value=None)  # fmt: skip
    reach = -float(special.stdtrit(freedom, (1.0 - level) / 2.0)) * error
    return Line(
        estimate=estimate,
        standard_error=error,
        degrees_of_freedom=freedom,
        low=estimate - reach,
        high=estimate + reach,
        p_value=2.0 * float(special.stdtr(freedom, -abs(estimate / error))),
    )


def welch(first: FloatArray, second: FloatArray, *, level: float) -> Line:
    """Return second less first after Welch (1947, Biometrika 34:28), spreads not held equal.

    Parameters
    ----------
    first, second
        One value a donor, two a side at the least.
    level
        Confidence level.

    Returns
    -------
    Line
        With Satterthwaite's degrees of freedom.

    Examples
    --------
    >>> held = welch(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0]), level=0.95)
    >>> held.estimate, round(held.degrees_of_freedom, 3)
    (2.0, 2.941)
    """
    parts = [float(side.var(ddof=1)) / side.size for side in (first, second)]
    total = sum(parts)
    estimate = float(second.mean() - first.mean())
    if total == 0.0:
        return line(estimate, 0.0, first.size + second.size - 2, level=level)
    below = sum(
        part**2 / (side.size - 1) for part, side in zip(parts, (first, second), strict=True)
    )
    return line(estimate, math.sqrt(total), total**2 / below, level=level)
