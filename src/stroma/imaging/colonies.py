"""Colonies in a picture of a stained dish, proposed for a person to confirm.

What is darker than its surroundings, round enough and large enough is proposed as a colony;
touching colonies are parted at their necks. The rim of a dish and letters written on it are thin
and are left out. No count made here is a measurement.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

from stroma.image_records import Picture
from stroma.imaging.deconvolution import optical_density

LONGER_SIDE = 1200
"""Pixels of the longer side at which colonies are looked for: a colony of 1 mm in a dish of 100 mm
is then 12 pixels wide."""
PREVIEW_SIDE = 480
LEAST_DIAMETER = 0.006
"""Of the longer side: smaller spots are dust and clusters of few cells. 50 cells or more make a
colony, which are wider than half a millimetre in a dish of 90 mm."""
WIDEST = 0.12
"""Of the longer side: wider things are no colonies; the surroundings are smoothed over this."""
LEAST_DENSITY = 0.04
"""Optical density above the surroundings: below it, an unstained dish would be full of noise."""
ROUND = 0.35
"""Least share of the circle around a spot that it fills: a line or an arc fills less."""
SHADES = 48


@dataclass(frozen=True, slots=True)
class Colony:
    """A spot proposed as a colony.

    Parameters
    ----------
    x, y
        Its middle, as shares of the width from the left and of the height from the top.
    radius
        Of a circle of its area, as a share of the width.
    """

    x: float
    y: float
    radius: float


def propose_colonies(picture: Picture) -> tuple[Colony, ...]:
    """Propose what may be colonies in a picture of a dish.

    Parameters
    ----------
    picture
        The picture: a stained dish on a light ground.

    Returns
    -------
    tuple of Colony
        From the top left down.
    """
    step = max(1, -(-max(picture.pixels.shape[:2]) // LONGER_SIDE))
    density = optical_density(picture).mean(axis=2)[::step, ::step]
    side = max(density.shape)
    least = max(LEAST_DIAMETER * side, 3.0)
    smooth = ndimage.gaussian_filter(density, least / 4.0)
    raised = _above_surroundings(smooth, round(WIDEST * side))
    stained = raised > _threshold(raised)
    rows, columns = density.shape
    found = [
        Colony(float(x) / columns, float(y) / rows, float(radius) / columns)
        for y, x, radius in _spots(np.asarray(stained), least, WIDEST * side)
    ]
    return tuple(sorted(found, key=lambda colony: (round(colony.y, 2), colony.x)))


def preview(picture: Picture) -> str:
    """Return a small copy of a picture, to be shown with the proposal over it.

    Parameters
    ----------
    picture
        The picture.

    Returns
    -------
    str
        A ``data:`` address of a PNG of few shades.
    """
    pixels = picture.pixels if picture.is_colour else np.repeat(picture.pixels, 3, axis=2)
    deep = pixels if picture.white == 255 else pixels >> 8
    image = Image.fromarray(np.ascontiguousarray(deep.astype(np.uint8)))
    image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.BOX)
    held = io.BytesIO()
    image.quantize(SHADES).save(held, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(held.getvalue()).decode("ascii")


def _above_surroundings(smooth: npt.NDArray[np.floating], width: int) -> npt.NDArray[np.floating]:
    """Return the density above that around it, as far as the widest colony reaches."""
    surroundings = ndimage.grey_opening(smooth, size=(width, width))
    return np.asarray(smooth - ndimage.uniform_filter(surroundings, width))


def _threshold(raised: npt.NDArray[np.floating]) -> float:
    """Return the density that parts the picture best into two (Otsu 1979), or the least one."""
    high = float(np.percentile(raised, 99.9))
    if high <= LEAST_DENSITY:
        return LEAST_DENSITY
    heights, edges = np.histogram(raised, bins=256, range=(0.0, high))
    middles = (edges[:-1] + edges[1:]) / 2.0
    below = np.cumsum(heights)
    mass = np.cumsum(heights * middles)
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = mass / below - (mass[-1] - mass) / above
        between = np.where((below > 0) & (above > 0), below * above * gap**2, 0.0)
    return max(float(middles[int(np.argmax(between))]), LEAST_DENSITY)


def _spots(
    stained: npt.NDArray[np.bool_], least: float, widest: float
) -> list[tuple[float, float, float]]:
    labels, _count = ndimage.label(stained)
    spots: list[tuple[float, float, float]] = []
    for number, part in enumerate(ndimage.find_objects(labels), 1):
        if part is None:
            continue
        inside = np.pad(labels[part] == number, 1)
        longest = max(inside.shape) - 2
        if longest < 2.0 * widest:
            # A pale middle is a part of its colony; what a dish's rim encloses is none of it.
            inside = ndimage.binary_fill_holes(inside)
        area = float(inside.sum())
        if area < np.pi / 4.0 * least**2 or area < ROUND * np.pi / 4.0 * longest**2 * _slack(
            longest, least
        ):
            continue
        top, left = part[0].start - 1, part[1].start - 1
        peaks = _peaks(inside, least)
        radius = float(np.sqrt(area / len(peaks) / np.pi))
        if 2.0 * radius <= widest:
            spots += [(top + y, left + x, radius) for y, x in peaks]
    return spots


def _slack(longest: float, least: float) -> float:
    """Return how much of a circle a chain of colonies has to fill: long ones fill less."""
    return 1.0 if longest < 8.0 * least else 0.6


def _peaks(inside: npt.NDArray[np.bool_], least: float) -> list[tuple[float, float]]:
    """Return the middles of the colonies that touch in one spot."""
    depth = ndimage.gaussian_filter(ndimage.distance_transform_edt(inside), least / 6.0)
    reach = max(3, round(float(depth.max()) * 1.2))
    tops = (depth == ndimage.maximum_filter(depth, size=reach)) & (depth > 0.55 * depth.max())
    labels, count = ndimage.label(tops)
    middles = ndimage.center_of_mass(tops, labels, range(1, count + 1))
    return [(float(y), float(x)) for y, x in middles]
