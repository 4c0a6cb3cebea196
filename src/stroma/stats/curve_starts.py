"""Where the search for a curve begins: hollows of a grid of slopes, middles and asymmetries."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import numpy.typing as npt

from stroma.stats import curve_shapes as shapes
from stroma.stats.curve_records import FOUR, CurveSettings

Floats = npt.NDArray[np.float64]
_SLOPES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Of the grid, times the reciprocal of the doses' span on their scale."""
_MIDDLES = 15
_ASYMMETRIES = (-2.0, -1.0, 0.0, 1.0, 2.0)
_MOST_STARTS = 4


def starts_of(
    t: Floats, y: Floats, weights: Floats, theta: Floats, settings: CurveSettings
) -> list[Floats]:
    """Return the lowest hollows of the grid, lowest first.

    Parameters
    ----------
    t, y, weights
        Doses on their scale, responses and weights, shape (n,).
    theta
        With fixed places filled.
    settings
        How the curve is fitted.

    Returns
    -------
    list of ndarray
        Parameters b, c, d, u, g of each.
    """
    points = grid(t, theta, settings)
    sums, plateaus = with_plateaus(t, y[None], weights[None], points)
    field_of_sums = sums[0].reshape(points.shape[:-1])
    filled = plateaus[0]
    hollow = _hollows(field_of_sums)
    order = sorted(hollow, key=lambda index: float(field_of_sums[index]))[:_MOST_STARTS]
    flat = [int(np.ravel_multi_index(index, points.shape[:-1])) for index in order]
    return [filled[index] for index in flat]


def grid(t: Floats, theta: Floats, settings: CurveSettings) -> Floats:
    """Return slopes, midpoints and asymmetries to begin from.

    Parameters
    ----------
    t
        The doses on their scale.
    theta
        With fixed places filled.
    settings
        How the curve is fitted.

    Returns
    -------
    ndarray
        ``theta`` with only c and d left open, shape (slopes, midpoints, asymmetries, 5).
    """
    placed = t[np.isfinite(t)]
    span = float(np.ptp(placed))
    if settings.slope_sign not in (1, -1):
        msg = "the sign of the slope is 1 or -1"
        raise ValueError(msg)
    signs = (1, -1) if signs_differ(settings) else (settings.slope_sign,)
    slopes = [sign * slope / span for sign in signs for slope in sorted(_SLOPES)]
    middles = np.linspace(placed.min() - span / 2, placed.max() + span / 2, _MIDDLES)
    axes = [
        slopes if math.isnan(theta[shapes.B]) else [theta[shapes.B]],
        list(middles) if math.isnan(theta[shapes.U]) else [theta[shapes.U]],
        list(_ASYMMETRIES) if math.isnan(theta[shapes.G]) else [theta[shapes.G]],
    ]
    points = np.tile(theta, (*(len(axis) for axis in axes), 1))
    for place, axis in zip((shapes.B, shapes.U, shapes.G), np.meshgrid(*axes, indexing="ij"),
                           strict=True):  # fmt: skip
        points[..., place] = axis
    return points


def with_plateaus(t: Floats, y: Floats, weights: Floats, points: Floats) -> tuple[Floats, Floats]:
    """Give points of a grid the plateaus that fit each of several responses best.

    Parameters
    ----------
    t
        Doses on their scale, shape (n,).
    y, weights
        Shape (k, n).
    points
        From :func:`grid`, m points in all.

    Returns
    -------
    tuple of ndarray
        Sums of squares, shape (k, m), and complete parameters, shape (k, m, 5).
    """
    flat = points.reshape(-1, 5)
    part = shapes.falling(t[None], flat)
    open_c, open_d = math.isnan(flat[0, shapes.C]), math.isnan(flat[0, shapes.D])
    total, first, second = weights.sum(1)[:, None], weights @ part.T, weights @ (part**2).T
    weighted = weights * y
    sum_y, sum_py, sum_yy = weighted.sum(1)[:, None], weighted @ part.T, (weighted * y).sum(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        if open_c and open_d:
            spread = total * second - first**2
            height = (total * sum_py - first * sum_y) / np.where(spread > 0, spread, np.nan)
            low = (sum_y - height * first) / total
            d = low + height
        elif open_d:
            low = np.broadcast_to(flat[:, shapes.C], sum_py.shape)
            d = low + (sum_py - low * first) / second
        elif open_c:
            d = np.broadcast_to(flat[:, shapes.D], sum_py.shape)
            across = total - 2 * first + second
            low = (sum_y - sum_py - d * (first - second)) / across
        else:
            low = np.broadcast_to(flat[:, shapes.C], sum_py.shape)
            d = np.broadcast_to(flat[:, shapes.D], sum_py.shape)
        height = d - low
        sums = (
            sum_yy[:, None] - 2 * low * sum_y - 2 * height * sum_py
            + low**2 * total + 2 * low * height * first + height**2 * second
        )  # fmt: skip
    filled = np.tile(flat, (len(y), 1, 1))
    filled[..., shapes.C], filled[..., shapes.D] = low, d
    return np.where(np.isfinite(sums), sums, np.inf), filled


def signs_differ(settings: CurveSettings) -> bool:
    """Return whether either sign of b may be the answer: a plateau that is fixed has a place.

    Parameters
    ----------
    settings
        How the curve is fitted.

    Returns
    -------
    bool
        Whether it is four parameters with a fixed plateau.
    """
    return settings.model == FOUR and bool({"c", "d"} & set(settings.fixed))


def _hollows(sums: Floats) -> list[tuple[int, ...]]:
    """Return the places of a grid that no neighbour lies below."""
    padded = np.pad(sums, 1, constant_values=np.inf)
    inner = tuple(slice(1, -1) for _ in sums.shape)
    lowest = np.ones(sums.shape, bool)
    for move in product((-1, 0, 1), repeat=sums.ndim):
        moved = tuple(slice(1 + m, padded.shape[i] - 1 + m) for i, m in enumerate(move))
        lowest &= padded[inner] <= padded[moved]
    return [tuple(int(i) for i in place) for place in np.argwhere(lowest)]
