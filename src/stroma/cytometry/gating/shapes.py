"""Which points lie inside a shape: pure geometry, any units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stroma.records import BoolArray, FloatArray


def in_interval(values: FloatArray, low: float, high: float) -> BoolArray:
    """Return which values lie in an interval.

    Parameters
    ----------
    values
        Array of shape (n,).
    low, high
        Its ends: the lower one belongs to it, the upper one does not.

    Returns
    -------
    numpy.ndarray
        Array of shape (n,); False for what is not a number.

    Examples
    --------
    >>> in_interval(np.array([1.0, 2.0, 3.0]), 1.0, 3.0).tolist()
    [True, True, False]
    """
    inside: BoolArray = (values >= low) & (values < high)
    return inside


def in_polygon(x: FloatArray, y: FloatArray, vertices: Sequence[tuple[float, float]]) -> BoolArray:
    """Return which points lie in a polygon, its edge included.

    Parameters
    ----------
    x, y
        Arrays of shape (n,).
    vertices
        At least three; the last is joined to the first.

    Returns
    -------
    numpy.ndarray
        Array of shape (n,); False for what is not a number.

    Notes
    -----
    A point is inside where a ray to the left crosses the polygon an odd number of times, as
    Gating-ML 2.0 asks for polygons that cross themselves. Each edge is taken from its lower to its
    upper end, so that neither the order of the vertices nor the one to begin with changes a bit.

    Examples
    --------
    >>> square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    >>> in_polygon(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 1.0]), square).tolist()
    [True, True, False]
    """
    inside = np.zeros(x.shape, dtype=np.bool_)
    edge = np.zeros(x.shape, dtype=np.bool_)
    for one, other in zip(vertices, [*vertices[1:], vertices[0]], strict=True):
        (x0, y0), (x1, y1) = sorted((one, other), key=lambda point: (point[1], point[0]))
        beside = (y >= y0) & (y <= y1)
        turn = (x1 - x0) * (y[beside] - y0) - (x[beside] - x0) * (y1 - y0)
        # A point at the upper end of an edge is left to the edge that goes on from there.
        inside[beside] ^= (turn < 0) & (y[beside] < y1)
        edge[beside] |= (turn == 0) & (x[beside] >= min(x0, x1)) & (x[beside] <= max(x0, x1))
    result: BoolArray = inside | edge
    return result


def in_ellipsoid(
    points: FloatArray,
    *,
    centre: Sequence[float],
    covariance: Sequence[Sequence[float]],
    distance_square: float,
) -> BoolArray:
    """Return which points lie within a Mahalanobis distance, its surface included.

    Parameters
    ----------
    points
        Array of shape (n, dimensions).
    centre
        One number a dimension.
    covariance
        One row a dimension.
    distance_square
        Square of the distance.

    Returns
    -------
    numpy.ndarray
        Array of shape (n,); False for what is not a number.

    Raises
    ------
    ValueError
        The covariance matrix has no inverse.

    Notes
    -----
    The quadratic form ``(x - m) C⁻¹ (x - m)`` is calculated as it stands. Where the matrix is no
    covariance (:func:`is_covariance`) the shape is no ellipsoid; Gating-ML's own compliance test
    holds such a matrix, and expects the form all the same.

    Examples
    --------
    >>> in_ellipsoid(
    ...     np.array([[2.0, 0.0], [0.0, 2.0]]),
    ...     centre=(0.0, 0.0), covariance=((4.0, 0.0), (0.0, 1.0)), distance_square=1.0,
    ... ).tolist()
    [True, False]
    """
    try:
        inverse = np.linalg.inv(np.asarray(covariance, dtype=np.float64))
    except np.linalg.LinAlgError as error:
        msg = "the covariance matrix has no inverse"
        raise ValueError(msg) from error
    from_centre = points - np.asarray(centre, dtype=np.float64)
    inside: BoolArray = (
        np.einsum("ij,jk,ik->i", from_centre, inverse, from_centre) <= distance_square
    )
    return inside


def is_covariance(matrix: Sequence[Sequence[float]]) -> bool:
    """Return whether a matrix can be one of covariances: symmetric and positive definite.

    Parameters
    ----------
    matrix
        One row a dimension.

    Returns
    -------
    bool
        False where the gate it describes is no ellipsoid.

    Examples
    --------
    >>> is_covariance([[4.0, 0.0], [0.0, 1.0]]), is_covariance([[1.0, 2.0], [2.0, 1.0]])
    (True, False)
    """
    entries = np.asarray(matrix, dtype=np.float64)
    if not np.allclose(entries, entries.T, rtol=1e-9, atol=0.0):
        return False
    return bool(np.linalg.eigvalsh(entries).min() > 0)


def in_focal_ellipse(
    x: FloatArray,
    y: FloatArray,
    *,
    foci: Sequence[tuple[float, float]],
    edge: Sequence[tuple[float, float]],
) -> BoolArray:
    """Return which points lie in an ellipse given by its foci and the ends of its axes.

    Parameters
    ----------
    x, y
        Arrays of shape (n,).
    foci
        The two foci.
    edge
        The ends of one axis, then those of the other.

    Returns
    -------
    numpy.ndarray
        Array of shape (n,); False for what is not a number. The edge is inside.

    Notes
    -----
    An ellipse is where the distances to the foci add up to its longer axis; the shorter one is
    not needed, and FlowJo rounds its ends to whole bins.

    Examples
    --------
    >>> in_focal_ellipse(
    ...     np.array([5.0, 0.0]), np.array([0.0, 3.5]),
    ...     foci=((-4.0, 0.0), (4.0, 0.0)), edge=((-5.0, 0.0), (5.0, 0.0), (0.0, -3.0), (0.0, 3.0)),
    ... ).tolist()
    [True, False]
    """
    ends = [np.hypot(a[0] - b[0], a[1] - b[1]) for a, b in (edge[0:2], edge[2:4])]
    reach = sum(np.hypot(x - focus[0], y - focus[1]) for focus in foci)
    inside: BoolArray = np.asarray(reach <= max(ends))
    return inside
