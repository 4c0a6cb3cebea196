"""Logistic curves of four and five parameters: values, slopes, inverses.

In the dose x on a scale t (its natural logarithm, or itself)::

    y = c + (d - c) / (1 + exp(b (t - u)))^f

``u`` is ln e on the logarithmic scale, where e is a dose, and e itself on the other; four
parameters are f = 1. For b above 0, d is the response at no dose and c that far above all doses;
for b below 0 the other way round. With b above 0 it is the readers' ``(A - D)/(1 + (x/C)^B)^G + D``
with A = d, B = b, C = e, D = c, G = f. With f other than 1 the sign of b is no matter of taste: it
says to which plateau the curve bends faster (Gottschalk and Dunn 2005, Anal Biochem 343:54).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]

NAMES = ("b", "c", "d", "u", "g")
"""Parameters of the search; g is ln f."""
B, C, D, U, G = range(5)


def falling(scale: Floats, theta: Floats) -> Floats:
    """Return the part of the way from c to d that a curve stands at.

    Parameters
    ----------
    scale
        Places t, shape (..., n); minus infinity for no dose on the logarithmic scale.
    theta
        Parameters b, c, d, u, g in the last axis, shape (..., 5).

    Returns
    -------
    ndarray
        Shape (..., n), from 0 to 1.
    """
    exponent = theta[..., B, None] * (scale - theta[..., U, None])
    made: Floats = np.exp(-np.exp(theta[..., G, None]) * np.logaddexp(0.0, exponent))
    return made


def values(scale: Floats, theta: Floats) -> Floats:
    """Return a curve's responses.

    Parameters
    ----------
    scale, theta
        As for :func:`falling`.

    Returns
    -------
    ndarray
        Shape (..., n).
    """
    low = theta[..., C, None]
    made: Floats = low + (theta[..., D, None] - low) * falling(scale, theta)
    return made


def slopes(scale: Floats, theta: Floats) -> Floats:
    """Return the derivatives of a curve by its parameters.

    Parameters
    ----------
    scale, theta
        As for :func:`falling`.

    Returns
    -------
    ndarray
        Shape (..., n, 5).
    """
    distance = scale - theta[..., U, None]
    exponent = theta[..., B, None] * distance
    power = np.exp(theta[..., G, None])
    soft = np.logaddexp(0.0, exponent)
    part = np.exp(-power * soft)
    height = theta[..., D, None] - theta[..., C, None]
    steep = -height * power * part * special.expit(exponent)
    far = np.where(np.isfinite(distance), distance, 0.0)
    bent = np.where(np.isfinite(soft), soft, 0.0)
    return np.stack(
        [
            steep * far,
            1 - part,
            part,
            -theta[..., B, None] * np.where(np.isfinite(distance), steep, 0.0),
            -height * power * bent * part,
        ],
        axis=-1,
    )


def slope_along(scale: Floats, theta: Floats) -> Floats:
    """Return the derivative of a curve along t.

    Parameters
    ----------
    scale, theta
        As for :func:`falling`.

    Returns
    -------
    ndarray
        Shape (..., n).
    """
    exponent = theta[..., B, None] * (scale - theta[..., U, None])
    height = theta[..., D, None] - theta[..., C, None]
    power = np.exp(theta[..., G, None])
    made: Floats = (
        -height * theta[..., B, None] * power * falling(scale, theta) * special.expit(exponent)
    )
    return made


def inverse(responses: Floats, theta: Floats) -> Floats:
    """Return where on the scale a curve has given responses.

    Parameters
    ----------
    responses
        Shape (n,).
    theta
        Parameters b, c, d, u, g.

    Returns
    -------
    ndarray
        Places t; not a number at and outside the plateaus.
    """
    b, c, d, u, g = theta
    with np.errstate(divide="ignore", invalid="ignore"):
        part = (responses - c) / (d - c)
        inside = (part > 0) & (part < 1)
        held = np.where(inside, part, 0.5)
        found = u + np.log(np.expm1(-np.log(held) / np.exp(g))) / b
    return np.asarray(np.where(inside, found, np.nan))


def natural(theta: Floats, *, logarithmic: bool) -> Mapping[str, float]:
    """Return parameters as they are reported.

    Parameters
    ----------
    theta
        Parameters b, c, d, u, g.
    logarithmic
        Whether the scale is the logarithm of dose.

    Returns
    -------
    mapping
        Values of b, c, d, e and f.
    """
    b, c, d, u, g = (float(value) for value in theta)
    return {"b": b, "c": c, "d": d, "e": float(np.exp(u)) if logarithmic else u,
            "f": float(np.exp(g))}  # fmt: skip
