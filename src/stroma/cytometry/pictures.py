"""What the pictures of a tube need: counts on display positions, rounded to what an eye can see."""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from stroma.cytometry.populations import Step
from stroma.cytometry.scales import (
    Logarithmic,
    Positions,
    Scale,
    decade_ticks,
    logicle_for,
)
from stroma.records import FloatArray
from stroma.texts import Text, text
from stroma.views import GateView, Subject

BINS = 64
"""Bars of a histogram."""

GRID = 48
"""Cells of a density, across and up."""

SHADES = 9
"""Steps of the ladder a density is written on; 0 stands for no event."""

SHOWN = 50_000
"""Events a density is made of at most, evenly spaced over the acquisition: more change no shade."""

DIGITS = 3
"""Decimals of a display position: a thousandth of the axis is below a pixel."""

KEPT: dict[str, Text] = {
    "debris": text("cells"),
    "doublets": text("single cells"),
    "dead": text("live cells"),
}
"""What each gate keeps, for a reader."""

Corner = tuple[float, float]
_Number = TypeVar("_Number", bound=np.generic)
SQUARE: tuple[Corner, ...] = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def thinned(values: npt.NDArray[_Number]) -> npt.NDArray[_Number]:
    """Return as many values as a picture needs, evenly spaced.

    Parameters
    ----------
    values
        Array of shape (n,) or (n, …).

    Returns
    -------
    numpy.ndarray
        At most :data:`SHOWN` of them, in order.
    """
    return values[:: max(math.ceil(values.shape[0] / SHOWN), 1)]


def histogram_heights(values: FloatArray, scale: Scale) -> tuple[float, ...]:
    """Return the heights of equal bins of the axis, as shares of the highest.

    Parameters
    ----------
    values
        Array of shape (n,), in linear units.
    scale
        The axis. Its bins are counted in linear units, which is the same and far faster.

    Returns
    -------
    tuple of float
        :data:`BINS` heights from 0 to 1; values beyond the axis count in the outermost bins.

    Examples
    --------
    >>> from stroma.cytometry.scales import Linear
    >>> max(histogram_heights(np.array([10.0, 10.0, 90.0]), Linear(100.0)))
    1.0
    """
    inner = scale.values(np.linspace(0.0, 1.0, BINS + 1)[1:-1])
    places = np.searchsorted(inner, values, side="right")
    counts = np.bincount(places, minlength=BINS)
    highest = max(int(counts.max()), 1)
    return tuple(round(float(count) / highest, DIGITS) for count in counts)


def shown_position(scale: Scale, value: float) -> float:
    """Return where a value stands on an axis, kept on it.

    Parameters
    ----------
    scale
        The axis.
    value
        In linear units; infinite values stand at the ends.

    Returns
    -------
    float
        Between 0 and 1.
    """
    if math.isinf(value):
        return 0.0 if value < 0 else 1.0
    return round(min(max(float(scale.positions(value)), 0.0), 1.0), DIGITS)


def gate_view(
    step: Step,
    x: FloatArray,
    y: FloatArray,
    *,
    ends: tuple[float | None, float | None],
    subject: Subject,
    file: str,
) -> GateView:
    """Return the picture of a gate: the events it was asked about, and the region it kept.

    Parameters
    ----------
    step
        The gate: debris, doublets or dead.
    x, y
        Arrays of shape (k,): events it was asked about, in linear units, compensated where the
        gate looked at compensated values; :func:`thinned` suffices.
    ends
        Largest value of each detector, where known.
    subject
        What it shows.
    file
        Where the events came from.

    Returns
    -------
    GateView
        The picture.
    """
    few_x, few_y = thinned(x), thinned(y)
    x_scale: Scale = _scatter_scale(few_x, ends[0])
    y_scale: Scale = (
        logicle_for([few_y], ends[1] or 1.0)
        if step.gate == "dead"
        else _scatter_scale(few_y, ends[1])
    )
    return GateView(
        subject=subject,
        name=KEPT[step.gate],
        x_label=step.x,
        y_label=step.y or step.x,
        density=density_rows(x_scale.positions(few_x), y_scale.positions(few_y)),
        region=_region(step, x_scale, y_scale),
        kept=step.remaining,
        total=int(step.asked.size),
        x_ticks=decade_ticks(x_scale),
        y_ticks=decade_ticks(y_scale),
        file=file,
    )


def density_rows(x: Positions, y: Positions) -> tuple[str, ...]:
    """Return a two-dimensional density as rows of digits.

    Parameters
    ----------
    x, y
        Display positions, shape (n,); those beyond an axis count at its end.

    Returns
    -------
    tuple of str
        :data:`GRID` rows from the top, each of :data:`GRID` digits: 0 for no event, then equal
        steps of the logarithm of the count up to 9 for the fullest cell.

    Examples
    --------
    >>> rows = density_rows(np.array([0.0]), np.array([1.0]))
    >>> rows[0][:3], rows[1][:3]
    ('900', '000')
    """
    columns, rows = _cells(x), _cells(y)
    counts = np.bincount(rows * GRID + columns, minlength=GRID * GRID).reshape(GRID, GRID)
    fullest = max(int(counts.max()), 1)
    ladder = np.log(np.maximum(counts, 1)) / math.log(fullest) if fullest > 1 else counts * 1.0
    shades = np.where(counts > 0, 1 + np.floor(ladder * (SHADES - 1) + 1e-9), 0).astype(int)
    return tuple("".join(str(shade) for shade in row) for row in shades[::-1])


def _cells(positions: Positions) -> npt.NDArray[np.intp]:
    bounded = np.clip(np.nan_to_num(positions, nan=0.0, neginf=0.0, posinf=1.0), 0.0, 1.0)
    return np.minimum((bounded * GRID).astype(np.intp), GRID - 1)


def _scatter_scale(values: FloatArray, end: float | None) -> Logarithmic:
    """Return a logarithmic axis from the lowest thousandth of the values to the detector's end."""
    positive = values[values > 0]
    if not positive.size:
        return Logarithmic(end or 1.0)
    top = max(end or 0.0, float(positive.max()))
    low = float(np.percentile(positive, 0.1))
    decades = math.ceil(2 * math.log10(top / low)) / 2 if low < top else 1.0
    return Logarithmic(top, min(max(decades, 1.0), 6.0))


def _region(step: Step, x_scale: Scale, y_scale: Scale) -> tuple[Corner, ...]:
    """Return the kept region: on these axes every gate is a half-plane, cut by the picture."""
    cut = step.result.cut
    if cut is None:
        return (*SQUARE, SQUARE[0])
    if step.gate == "dead" or step.y is None or step.result.method.startswith("doublet_width"):
        sign, bound = -1.0, -float(y_scale.positions(cut))
        along_x, along_y = 0.0, sign
        if step.gate == "debris":
            along_x, along_y, bound = 1.0, 0.0, float(x_scale.positions(cut))
    else:
        # log y = log cut ± log x is a straight line between two logarithmic axes.
        slope = -1.0 if step.gate == "debris" else 1.0
        start, end = (_log10_at(x_scale, position) for position in (0.0, 1.0))
        at_start = float(y_scale.positions(10 ** (math.log10(cut) + slope * start)))
        at_end = float(y_scale.positions(10 ** (math.log10(cut) + slope * end)))
        along_x, along_y, bound = at_start - at_end, 1.0, at_start
    return _half_of_square(along_x, along_y, bound)


def _log10_at(scale: Scale, position: float) -> float:
    return math.log10(float(scale.values(position)))


def _half_of_square(along_x: float, along_y: float, bound: float) -> tuple[Corner, ...]:
    """Return the part of the unit square where ``along_x x + along_y y >= bound``, closed."""
    corners: list[Corner] = []
    for (x1, y1), (x2, y2) in zip(SQUARE, (*SQUARE[1:], SQUARE[0]), strict=True):
        first = along_x * x1 + along_y * y1 - bound
        second = along_x * x2 + along_y * y2 - bound
        if first >= 0:
            corners.append((x1, y1))
        if (first >= 0) != (second >= 0):
            share = first / (first - second)
            corners.append((x1 + share * (x2 - x1), y1 + share * (y2 - y1)))
    rounded = [(round(x, DIGITS), round(y, DIGITS)) for x, y in corners]
    return (*rounded, rounded[0]) if rounded else ()
