"""Cubic B-splines on equally spaced knots, and the differences that keep their curves smooth.

Eilers PHC, Marx BD. Flexible smoothing with B-splines and penalties. Stat Sci 1996;11:89-121.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Places: TypeAlias = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class LocalBasis:
    """The four splines that are not zero at each point.

    Parameters
    ----------
    places
        Indices of the four, shape (n, 4).
    offset
        Distance from the knot below, in spacings, shape (n,).
    spacing
        Between knots.
    values
        Of the four splines, shape (n, 4).
    """

    places: Places
    offset: Floats
    spacing: float
    values: Floats

    def dense(self, size: int) -> Floats:
        """Return all values as a matrix.

        Parameters
        ----------
        size
            Number of splines.

        Returns
        -------
        ndarray
            Shape (n, size).
        """
        matrix = np.zeros((self.offset.size, size))
        matrix[np.arange(self.offset.size)[:, None], self.places] = self.values
        return matrix

    def curve(self, coefficients: Floats) -> Floats:
        """Return a curve.

        Parameters
        ----------
        coefficients
            Of the splines, shape (size,).

        Returns
        -------
        ndarray
            Shape (n,).
        """
        result: Floats = (self.values * coefficients[self.places]).sum(axis=1)
        return result

    def slope(self, coefficients: Floats) -> Floats:
        """Return the derivative of a curve.

        Parameters
        ----------
        coefficients
            Of the splines, shape (size,).

        Returns
        -------
        ndarray
            Shape (n,).
        """
        t = self.offset
        t2 = t * t
        own = coefficients[self.places]
        result: Floats = (
            -((1 - t) ** 2) * own[:, 0]
            + (3 * t2 - 4 * t) * own[:, 1]
            + (1 + 2 * t - 3 * t2) * own[:, 2]
            + t2 * own[:, 3]
        ) / (2 * self.spacing)
        return result


@dataclass(frozen=True, slots=True)
class UniformBasis:
    """Cubic B-splines on equally spaced knots.

    Parameters
    ----------
    low
        Where the curve begins.
    spacing
        Between knots.
    size
        Number of splines, at least 4.
    """

    low: float
    spacing: float
    size: int

    @classmethod
    def covering(cls, low: float, high: float, *, spacing: float) -> UniformBasis:
        """Return the basis that covers a range.

        Parameters
        ----------
        low, high
            The range.
        spacing
            Between knots.

        Returns
        -------
        UniformBasis
            Its curve begins at ``low`` and ends at ``high`` or a little beyond.
        """
        return cls(low, spacing, max(math.ceil((high - low) / spacing), 1) + 3)

    @property
    def centres(self) -> Floats:
        """Where each spline is highest, shape (size,)."""
        centres: Floats = self.low + self.spacing * (np.arange(self.size, dtype=np.float64) - 1)
        return centres

    def at(self, points: Floats) -> LocalBasis:
        """Return the splines at some points; beyond the ends, those of the end.

        Parameters
        ----------
        points
            Shape (n,).

        Returns
        -------
        LocalBasis
            Their values; curves and their slopes follow.

        Examples
        --------
        >>> basis = UniformBasis.covering(0.0, 4.0, spacing=1.0)
        >>> basis.at(np.array([1.0])).values.round(4).tolist()
        [[0.1667, 0.6667, 0.1667, 0.0]]
        """
        last = self.size - 3
        place = np.minimum(np.maximum((points - self.low) / self.spacing, 0.0), last - 1e-9)
        first = place.astype(np.intp)
        t: Floats = place - first
        t2 = t * t
        t3 = t2 * t
        values = np.empty((points.size, 4))
        values[:, 0] = (1 - 3 * t + 3 * t2 - t3) / 6
        values[:, 1] = (4 - 6 * t2 + 3 * t3) / 6
        values[:, 2] = (1 + 3 * t + 3 * t2 - 3 * t3) / 6
        values[:, 3] = t3 / 6
        return LocalBasis(first[:, None] + np.arange(4), t, self.spacing, values)


def difference_matrix(size: int, order: int) -> Floats:
    """Return the matrix that takes differences of neighbouring coefficients.

    Parameters
    ----------
    size
        Number of coefficients.
    order
        How many times differences are taken.

    Returns
    -------
    ndarray
        Shape (size - order, size).

    Examples
    --------
    >>> difference_matrix(3, 2).tolist()
    [[1.0, -2.0, 1.0]]
    """
    return np.diff(np.eye(size), order, axis=0)
