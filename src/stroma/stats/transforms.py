"""The scales on which values are taken to be normal, and back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

_LARGEST_LOGARITHM = math.log(np.finfo(np.float64).max)


class Scale(StrEnum):
    """The scale on which values are taken to be normal."""

    IDENTITY = "identity"
    """As they are."""
    LOG = "log"
    """Natural logarithm: values above zero that spread by factors."""
    LOGIT = "logit"
    """ln(x / (top − x)): shares between zero and a top."""


def is_on_scale(value: float, scale: Scale, *, top: float = 100.0) -> bool:
    """Tell whether a value has a place on a scale.

    Parameters
    ----------
    value
        The value.
    scale
        The scale.
    top
        The whole, for ``LOGIT``.

    Returns
    -------
    bool
        False for a logarithm of zero or less, and a logit of nothing, of the whole or of more.

    Examples
    --------
    >>> is_on_scale(0.0, Scale.LOG), is_on_scale(100.0, Scale.LOGIT)
    (False, False)
    """
    match scale:
        case Scale.IDENTITY:
            return bool(np.isfinite(value))
        case Scale.LOG:
            return 0.0 < value < float("inf")
        case Scale.LOGIT:
            return 0.0 < value < top


def to_scale(
    values: Sequence[float] | FloatArray, scale: Scale, *, top: float = 100.0
) -> FloatArray:
    """Return values on a scale.

    Parameters
    ----------
    values
        Numbers, shape (n,).
    scale
        The scale.
    top
        The whole, for ``LOGIT``.

    Returns
    -------
    ndarray of float64, shape (n,)
        On the scale.

    Raises
    ------
    ValueError
        A value has no place on the scale.

    Examples
    --------
    >>> to_scale([50.0], Scale.LOGIT)
    array([0.])
    """
    array = np.asarray(values, dtype=np.float64)
    outside = [value for value in array.tolist() if not is_on_scale(value, scale, top=top)]
    if outside:
        msg = f"{outside} have no place on the scale {scale}"
        raise ValueError(msg)
    match scale:
        case Scale.IDENTITY:
            return array
        case Scale.LOG:
            return np.asarray(np.log(array))
        case Scale.LOGIT:
            return np.asarray(np.log(array / (top - array)))


def from_scale(value: float, scale: Scale, *, top: float = 100.0) -> float:
    """Return what stands at a place of a scale.

    Parameters
    ----------
    value
        On the scale.
    scale
        The scale.
    top
        The whole, for ``LOGIT``.

    Returns
    -------
    float
        The value as it was; infinity where no number is so large.

    Examples
    --------
    >>> from_scale(0.0, Scale.LOGIT), from_scale(0.0, Scale.LOG)
    (50.0, 1.0)
    """
    match scale:
        case Scale.IDENTITY:
            return value
        case Scale.LOG:
            return math.exp(value) if value < _LARGEST_LOGARITHM else math.inf
        case Scale.LOGIT:
            # exp of a number below zero only, which cannot overflow.
            small = float(np.exp(-abs(value)))
            return top / (1.0 + small) if value >= 0 else top * small / (1.0 + small)
