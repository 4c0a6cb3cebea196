"""A mean with its interval, and whether values spread at all."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import special

_ROUNDING = 1e-12
_SMALLEST = 1e-150


def mean_interval(
    values: Sequence[float], *, level: float
) -> tuple[float, float | None, float | None]:
    """Return a mean and the interval of Student for it.

    Parameters
    ----------
    values
        Independent replicates, at least one.
    level
        Confidence level.

    Returns
    -------
    mean : float
        The mean.
    low, high : float or None
        Its interval; ``None`` for a single replicate.

    Raises
    ------
    ValueError
        No values, or a level that is none.

    Examples
    --------
    >>> mean, low, high = mean_interval([20.1, 22.4, 19.6], level=0.95)
    >>> round(mean, 2), round(low, 2), round(high, 2)
    (20.7, 16.99, 24.41)
    """
    if not values or not 0.0 < level < 1.0:
        msg = f"{len(values)} values at level {level}"
        raise ValueError(msg)
    held = np.asarray(values, dtype=float)
    mean = float(held.mean())
    if len(held) == 1:
        return mean, None, None
    error = float(held.std(ddof=1)) / math.sqrt(len(held))
    reach = float(special.stdtrit(len(held) - 1, 0.5 + level / 2.0)) * error
    return mean, mean - reach, mean + reach


def has_spread(values: Sequence[float] | npt.NDArray[np.float64]) -> bool:
    """Tell whether values differ by more than rounding.

    Parameters
    ----------
    values
        Numbers, shape (n,).

    Returns
    -------
    bool
        False for fewer than two values, for equal ones, and for differences that are lost in the
        last digits of a number or whose square no number is small enough for.

    Examples
    --------
    >>> has_spread([0.1 + 0.2, 0.3]), has_spread([0.3, 0.31])
    (False, True)
    """
    array = np.asarray(values, dtype=np.float64)
    if array.size < 2:
        return False
    return bool(np.ptp(array) > max(_ROUNDING * float(np.abs(array).max()), _SMALLEST))
