"""Prediction intervals: where the next lots will lie, if nothing has changed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import special

from stroma.stats.effect_sizes import checked_level, finite_values


def prediction_interval(
    values: Sequence[float] | npt.NDArray[np.float64], *, future: int, confidence: float
) -> tuple[float, float]:
    """Return an interval that will hold all of a number of further values.

    Exact for one, and with Bonferroni's inequality no less than stated for several (Hahn and Meeker
    1991, Statistical intervals, section 4.8).

    Parameters
    ----------
    values
        On a scale on which they are normal; two at the least.
    future
        How many further values are to lie within.
    confidence
        That all of them do.

    Returns
    -------
    tuple of float
        Its bounds.

    Raises
    ------
    ValueError
        There are fewer than two values, or no further one.

    Examples
    --------
    >>> low, high = prediction_interval([50.1, 49.3, 51.2, 50.4, 49.0], future=1, confidence=0.95)
    >>> round(low, 2), round(high, 2)
    (47.32, 52.68)
    """
    array = finite_values(values, at_least=2)
    if future < 1:
        msg = f"no interval for {future} further values"
        raise ValueError(msg)
    tail = (1.0 - checked_level(confidence)) / (2.0 * future)
    quantile = -float(special.stdtrit(array.size - 1, tail))
    spread = float(array.std(ddof=1)) if np.ptp(array) > 0 else 0.0
    reach = quantile * spread * math.sqrt(1.0 + 1.0 / array.size)
    return float(array.mean()) - reach, float(array.mean()) + reach
