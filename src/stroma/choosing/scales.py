"""The scale on which values are averaged, and the partial value a figure is worth."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from stroma.choosing.application import Attribute
from stroma.vocabulary import find_quantity

FloatArray: TypeAlias = npt.NDArray[np.float64]

NEAREST_PERCENT = 0.05
"""How near to 0 and 100 % a percentage can be told: half of the last decimal that percentages of
cells are reported with. A percentage at the bound itself has no logit."""


class Scale(StrEnum):
    """The scale on which donors, or papers, are averaged."""

    IDENTITY = "identity"
    LOG = "log"
    LOGIT = "logit"


def scale_of(attribute: Attribute, values: FloatArray) -> Scale:
    """Return the scale on which values of an attribute are averaged.

    Parameters
    ----------
    attribute
        The attribute.
    values
        The values to be averaged.

    Returns
    -------
    Scale
        The logit for percentages bounded on both sides, the logarithm for what is bounded below
        by zero and nowhere zero, otherwise the values themselves.
    """
    quantity = find_quantity(attribute.quantity) if attribute.quantity else None
    low = 0.0 if quantity is None else quantity.low
    high = quantity.high if quantity is not None else (100.0 if attribute.unit == "%" else None)
    if attribute.unit == "%" and (low, high) == (0, 100):
        return Scale.LOGIT
    if low == 0 and high is None and bool((values > 0).all()):
        return Scale.LOG
    return Scale.IDENTITY


def scaled(values: FloatArray, scale: Scale) -> FloatArray:
    """Bring values to a scale.

    Parameters
    ----------
    values
        In the attribute's unit.
    scale
        The scale.

    Returns
    -------
    array
        The same shape.
    """
    if scale is Scale.LOG:
        return np.log(values)
    if scale is Scale.LOGIT:
        share = np.clip(values, NEAREST_PERCENT, 100 - NEAREST_PERCENT) / 100
        return np.asarray(np.log(share / (1 - share)), dtype=np.float64)
    return values


def unscaled(values: FloatArray, scale: Scale) -> FloatArray:
    """Bring values back from a scale.

    Parameters
    ----------
    values
        On the scale.
    scale
        The scale.

    Returns
    -------
    array
        In the attribute's unit.

    Examples
    --------
    >>> unscaled(scaled(np.array([20.0]), Scale.LOGIT), Scale.LOGIT).round(9).tolist()
    [20.0]
    """
    # Draws from few donors can lie so far out that an exponential would overflow.
    held = np.clip(values, -700, 700)
    if scale is Scale.LOG:
        return np.exp(held)
    if scale is Scale.LOGIT:
        return np.asarray(100 / (1 + np.exp(-held)), dtype=np.float64)
    return values


def partial_value(attribute: Attribute, values: FloatArray) -> FloatArray:
    """Return what figures are worth, by the attribute's partial value function.

    Parameters
    ----------
    attribute
        With ``worst`` and ``best``, or ``target`` and ``tolerance``.
    values
        In its unit.

    Returns
    -------
    array
        0 to 1, the same shape.
    """
    if attribute.target is not None and attribute.tolerance is not None:
        worth = 1 - np.abs(values - attribute.target) / attribute.tolerance
    elif attribute.worst is not None and attribute.best is not None:
        worth = (values - attribute.worst) / (attribute.best - attribute.worst)
    else:
        msg = f"{attribute.name} has no partial value function"
        raise ValueError(msg)
    return np.clip(worth, 0.0, 1.0)
