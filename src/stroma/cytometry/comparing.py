"""Values against a boundary: exact in single precision, and as fast as it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from stroma.records import BoolArray, FloatArray

BLOCK = 1 << 15
"""Events compared at a time: some columns of them in double precision stay in the cache."""


def above(values: FloatArray, boundary: float) -> BoolArray:
    """Return which values lie above a boundary.

    Parameters
    ----------
    values
        Array of any shape.
    boundary
        In double precision; not a number is above nothing.

    Returns
    -------
    numpy.ndarray
        Array of the same shape, exactly as if the values were doubles: a single-precision value
        is never compared with a boundary that was rounded across it.

    Examples
    --------
    >>> above(np.array([0.1], dtype=np.float32), 0.1).tolist()
    [True]
    >>> (np.array([0.1], dtype=np.float32) > np.float32(0.1)).tolist()
    [False]
    """
    return np.asarray(values > exact_boundary(values, boundary))


def exact_boundary(values: FloatArray, boundary: float) -> np.floating:
    """Return what values are compared with instead of a boundary, in their own precision.

    Parameters
    ----------
    values
        Array of any shape.
    boundary
        In double precision.

    Returns
    -------
    numpy.floating
        A value is larger than it exactly where it is larger than the boundary.

    Examples
    --------
    >>> float(exact_boundary(np.array([], dtype=np.float32), 0.1)) < 0.1
    True
    """
    if values.dtype != np.float32:
        return np.float64(boundary)
    # The largest single-precision number that does not exceed the boundary: a value lies above
    # the one exactly where it lies above the other.
    with np.errstate(over="ignore", under="ignore"):
        lower = np.float32(boundary)
        if float(lower) > boundary:
            lower = np.nextafter(lower, np.float32(-np.inf))
    return lower


def below(values: FloatArray, boundary: float) -> BoolArray:
    """Return which values lie below a boundary; the counterpart of :func:`above`.

    Parameters
    ----------
    values
        Array of any shape.
    boundary
        In double precision.

    Returns
    -------
    numpy.ndarray
        Array of the same shape.

    Examples
    --------
    >>> below(np.array([0.1], dtype=np.float32), 0.1).tolist()
    [False]
    """
    if values.dtype != np.float32:
        return np.asarray(values < np.float64(boundary))
    with np.errstate(over="ignore", under="ignore"):
        upper = np.float32(boundary)
        if float(upper) < boundary:
            upper = np.nextafter(upper, np.float32(np.inf))
    return np.asarray(values < upper)


def where(condition: Callable[[slice], BoolArray], events: int) -> BoolArray:
    """Return which events meet a condition, without its intermediate values for all at once.

    Parameters
    ----------
    condition
        From some consecutive events to an array that holds True for those that meet it.
    events
        How many there are.

    Returns
    -------
    numpy.ndarray
        Array of shape (events,).

    Examples
    --------
    >>> values = np.array([1.0, 5.0, 3.0])
    >>> where(lambda part: values[part] > 2, 3).tolist()
    [False, True, True]
    """
    met = np.empty(events, dtype=np.bool_)
    for part in _parts(events):
        met[part] = condition(part)
    return met


def how_many_above(
    columns: Sequence[FloatArray], boundaries: Sequence[Sequence[float]]
) -> list[int]:
    """Return how many events lie above a boundary in every column, in one pass over them.

    Parameters
    ----------
    columns
        Each of shape (events,).
    boundaries
        Sets of one boundary a column, in double precision.

    Returns
    -------
    list of int
        How many events, for each set.

    Examples
    --------
    >>> how_many_above([np.array([1.0, 5.0, 3.0]), np.array([9.0, 9.0, 0.0])], [[2.0, 8.0], [0, 0]])
    [1, 2]
    """
    exact = [
        [exact_boundary(values, edge) for values, edge in zip(columns, edges, strict=True)]
        for edges in boundaries
    ]
    found = [0] * len(exact)
    for part in _parts(int(columns[0].size)):
        for one, edges in enumerate(exact):
            met = columns[0][part] > edges[0]
            for values, edge in zip(columns[1:], edges[1:], strict=True):
                met &= values[part] > edge
            found[one] += int(np.count_nonzero(met))
    return found


def _parts(events: int) -> Iterator[slice]:
    return (slice(begin, begin + BLOCK) for begin in range(0, events, BLOCK))
