"""Values against a boundary: exact in single precision, and as fast as it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
    if values.dtype != np.float32:
        return np.asarray(values > np.float64(boundary))
    # The largest single-precision number that does not exceed the boundary: a value lies above
    # the one exactly where it lies above the other.
    with np.errstate(over="ignore", under="ignore"):
        lower = np.float32(boundary)
        if float(lower) > boundary:
            lower = np.nextafter(lower, np.float32(-np.inf))
    return np.asarray(values > lower)


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


def how_many(condition: Callable[[slice], BoolArray], events: int) -> int:
    """Return how many events meet a condition; the counterpart of :func:`where`.

    Parameters
    ----------
    condition
        From some consecutive events to an array that holds True for those that meet it.
    events
        How many there are.

    Returns
    -------
    int
        Their number.

    Examples
    --------
    >>> values = np.array([1.0, 5.0, 3.0])
    >>> how_many(lambda part: values[part] > 2, 3)
    2
    """
    return sum(int(np.count_nonzero(condition(part))) for part in _parts(events))


def _parts(events: int) -> Iterator[slice]:
    return (slice(begin, begin + BLOCK) for begin in range(0, events, BLOCK))
