"""Two samples in the same bins, on a scale linear near the centre and logarithmic far off.

The scale is measured in robust standard deviations of the reference sample around its median, so
that nothing changes when all values are multiplied by a factor or moved by a constant.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Values: TypeAlias = npt.NDArray[np.floating[Any]]

MAD_TO_SD = 1.4826
"""Median absolute deviation to standard deviation of a normal distribution: 1 / Phi^-1(3/4)."""
NORMAL_QUANTILE_84 = 0.8413
"""Share of a normal distribution below one standard deviation."""

LOWEST, HIGHEST = -14.0, 26.0
"""Ends of the scale, some 500 standard deviations below and 200,000 above the median: no detector
reaches further. Values beyond are counted in the last bin."""
LEAST_LOW, LEAST_HIGH = -5.0, 6.0
"""The bins reach at least this far, so that the body of the reference has room to move."""

_PIECE = 1 << 15


@dataclass(frozen=True, slots=True)
class SignedScale:
    """``2 asinh(x / 2)`` of values in standard deviations from the centre.

    Parameters
    ----------
    centre, spread
        Median and robust standard deviation of the reference.
    """

    centre: float
    spread: float

    def of(self, values: Values) -> Values:
        """Return places on the scale.

        Parameters
        ----------
        values
            In their own unit.

        Returns
        -------
        ndarray
            Of the same shape.

        Examples
        --------
        >>> SignedScale(100.0, 50.0).of(np.array([100.0, 150.0])).round(3).tolist()
        [0.0, 0.962]
        """
        # Python numbers keep single precision single: a million values cost a third of the time.
        result: Values = values - self.centre
        result *= 0.5 / self.spread
        np.arcsinh(result, out=result)
        result *= 2
        return result

    def at(self, value: float) -> float:
        """Return the place of one value.

        Parameters
        ----------
        value
            In its own unit.

        Returns
        -------
        float
            On the scale.
        """
        return 2 * math.asinh((value - self.centre) * (0.5 / self.spread))

    def back(self, place: float) -> float:
        """Return the value at a place on the scale.

        Parameters
        ----------
        place
            On the scale.

        Returns
        -------
        float
            In the unit of the values.
        """
        return self.centre + 2 * self.spread * math.sinh(place / 2)


@dataclass(frozen=True, slots=True)
class BinnedPair:
    """A sample and its reference in common bins.

    Parameters
    ----------
    scale
        The scale the bins are equal on.
    width
        Of a bin.
    middles
        Of the bins, shape (bins,).
    sample, reference
        Counts, shape (bins,).
    """

    scale: SignedScale
    width: float
    middles: Floats
    sample: Floats
    reference: Floats


def centre_and_spread(values: Values) -> tuple[float, float]:
    """Return the median and a robust standard deviation.

    Parameters
    ----------
    values
        Shape (n,), at least one, finite.

    Returns
    -------
    float, float
        The spread is the scaled median absolute deviation; where more than half of the values are
        equal, half the distance of the quantiles one standard deviation off; then the standard
        deviation; zero only where all values are equal.

    Raises
    ------
    ValueError
        No values.

    Examples
    --------
    >>> centre, spread = centre_and_spread(np.array([1.0, 2.0, 3.0, 4.0, 100.0]))
    >>> centre, round(spread, 4)
    (3.0, 1.4826)
    """
    if values.size == 0:
        msg = "no values have no centre"
        raise ValueError(msg)
    centre = _middle(values)
    spread = MAD_TO_SD * _middle(np.abs(values - centre))
    if spread == 0:
        low, high = np.quantile(values, [1 - NORMAL_QUANTILE_84, NORMAL_QUANTILE_84])
        spread = float(high - low) / 2
    if spread == 0:
        spread = float(np.std(values.astype(np.float64)))
    return centre, spread


def bin_pair(sample: Values, reference: Values, *, width: float = 0.2) -> BinnedPair:
    """Count a sample and its reference in common bins.

    Parameters
    ----------
    sample, reference
        Shape (n,) and (m,), finite.
    width
        Of a bin, in standard deviations of the reference near its centre.

    Returns
    -------
    BinnedPair
        Counts.

    Raises
    ------
    ValueError
        Either is empty, holds a value that is not finite, or all values of the reference are equal.
    """
    if sample.size == 0 or reference.size == 0:
        msg = f"both samples need values; found {sample.size} and {reference.size}"
        raise ValueError(msg)
    centre, spread = centre_and_spread(reference)
    if spread == 0:
        msg = "all values of the reference are equal: it has no scale"
        raise ValueError(msg)
    scale = SignedScale(centre, spread)
    lowest = scale.at(min(float(sample.min()), float(reference.min())))
    highest = scale.at(max(float(sample.max()), float(reference.max())))
    if not (math.isfinite(lowest) and math.isfinite(highest)):
        msg = "values have to be finite"
        raise ValueError(msg)
    low = max(math.floor(min(lowest, LEAST_LOW)), LOWEST)
    high = min(math.ceil(max(highest, LEAST_HIGH)), HIGHEST)
    bins = round((high - low) / width)
    middles: Floats = low + width * (np.arange(bins, dtype=np.float64) + 0.5)
    beyond = lowest < low or highest > high
    counts = [
        _counts(values, scale, low, width, bins, beyond=beyond) for values in (sample, reference)
    ]
    return BinnedPair(scale, width, middles, counts[0], counts[1])


def _middle(values: Values) -> float:
    # One order statistic, not the mean of two: half the time, and no difference that matters here.
    half = values.size // 2
    return float(np.partition(values, half)[half])


def _counts(
    values: Values, scale: SignedScale, low: float, width: float, bins: int, *, beyond: bool
) -> Floats:
    # One bin more than there are, for the value that is the upper end itself.
    counts = np.zeros(bins + 1, dtype=np.int64)
    # In pieces that stay in the processor's cache: three times as fast on a million values.
    for start in range(0, values.size, _PIECE):
        places = scale.of(values[start : start + _PIECE])
        places -= low
        places *= 1 / width
        if beyond:
            np.clip(places, 0, bins, out=places)
        counts += np.bincount(places.astype(np.intp), minlength=bins + 1)
    counts[bins - 1] += counts[bins]
    return counts[:bins].astype(np.float64)
