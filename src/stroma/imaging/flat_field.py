"""The empty field behind a picture: from a picture of it, or estimated as a smooth surface.

A lamp lights the middle of a field more than its corners and tints it. The optical density of the
empty field is subtracted from that of the picture, which is to divide the light by it. Where no
empty field was taken, a polynomial surface is laid through the lightest parts of the picture.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from stroma.image_records import Picture
from stroma.imaging.deconvolution import Density, optical_density

BLOCKS = 48
"""The picture is cut into about so many blocks along its longer side, each giving one value."""
ENOUGH = 1600
"""Pixels along the longer side from which the surface is found."""
LIGHTEST = 10.0
"""Percentile of the density in a block that stands for its background: a block is background as
soon as a tenth of it is."""
DEGREE = 4
"""Of the surface: the fall of light towards the corners goes with the fourth power of the cosine
(the law of natural vignetting), whose series a surface of degree four holds."""
_ROUNDS = 25
_SPREAD = 2.5
"""Blocks denser than the surface by so many robust standard deviations are stained, not empty."""
_NEAR = 0.06
"""Optical density above the surface up to which the level of the background is looked for."""
_BINS = 240
_SMOOTHING = 0.002
"""Optical density over which a histogram is smoothed: one step of eight bits near white."""
_TO_DEVIATION = 1.4826
"""Median absolute deviation to standard deviation, for normal errors."""


def background_of(empty: Picture) -> Density:
    """Return the optical density of an empty field from a picture of it.

    Parameters
    ----------
    empty
        The picture.

    Returns
    -------
    ndarray of float32
        A smooth surface through all of it, so that its own noise and dust do not enter.
    """
    return _background(empty, percentile=50.0, is_empty=True)


def estimate_background(picture: Picture) -> Density:
    """Estimate the optical density of the empty field behind a stained picture.

    Parameters
    ----------
    picture
        The picture; in most of its parts some background has to be seen.

    Returns
    -------
    ndarray of float32
        A smooth surface of the picture's shape.
    """
    return _background(picture, percentile=LIGHTEST, is_empty=False)


def _background(picture: Picture, *, percentile: float, is_empty: bool) -> Density:
    rows, columns, colours = picture.pixels.shape
    # A surface this smooth is found as well on fewer pixels.
    step = max(1, max(rows, columns) // ENOUGH)
    density = optical_density(replace(picture, pixels=picture.pixels[::step, ::step]))
    down = _powers(np.arange(0, rows, step, dtype=np.float64), rows)
    across = _powers(np.arange(0, columns, step, dtype=np.float64), columns)
    size = max(4, max(density.shape[:2]) // BLOCKS)
    tops, lefts = (range(0, end - size + 1, size) for end in density.shape[:2])
    places = [(top, left) for top in tops for left in lefts]
    blocks = np.array(
        [
            np.percentile(density[top : top + size, left : left + size], percentile, axis=(0, 1))
            for top, left in places
        ]
    )
    middle = (size - 1) // 2
    y, x = (np.array([place[side] + middle for place in places]) for side in (0, 1))
    terms = [(i, j) for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i)]
    design = np.stack([down[y, i] * across[x, j] for i, j in terms], axis=1)
    surface = np.empty(picture.pixels.shape, dtype=np.float32)
    all_down = _powers(np.arange(rows, dtype=np.float64), rows)
    all_across = _powers(np.arange(columns, dtype=np.float64), columns).astype(np.float32)
    for colour in range(colours):
        grid = np.zeros((DEGREE + 1, DEGREE + 1))
        for (i, j), weight in zip(terms, _fit_lightest(design, blocks[:, colour]), strict=True):
            grid[i, j] = weight
        if not is_empty:
            # A low percentile lies below the background by its noise; its most frequent density
            # does not.
            residual = density[:, :, colour] - down @ grid @ across.T
            grid[0, 0] += _most_frequent(residual.ravel())
        surface[:, :, colour] = (all_down @ grid).astype(np.float32) @ all_across.T
    return surface


def _most_frequent(residual: npt.NDArray[np.floating[Any]]) -> float:
    """Return the density that most pixels near the surface have above it."""
    low = min(float(np.percentile(residual, 0.5)), -_SMOOTHING)
    heights, edges = np.histogram(residual, bins=_BINS, range=(low, _NEAR))
    width = float(edges[1] - edges[0])
    smooth = ndimage.gaussian_filter1d(heights.astype(float), _SMOOTHING / width, mode="constant")
    top = int(np.argmax(smooth))
    return float(edges[top]) + width / 2.0


def _powers(position: npt.NDArray[np.float64], length: int) -> npt.NDArray[np.float64]:
    """Return the powers of positions brought to −1 to 1."""
    scaled = 2.0 * position / max(length - 1, 1) - 1.0
    return np.stack([scaled**power for power in range(DEGREE + 1)], axis=1)


def _fit_lightest(
    design: npt.NDArray[np.float64], values: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Fit a surface to the blocks that are empty, leaving out those denser than it."""
    kept = np.ones(len(values), dtype=bool)
    weights: npt.NDArray[np.float64] = np.zeros(design.shape[1])
    for _ in range(_ROUNDS):
        weights = np.asarray(np.linalg.lstsq(design[kept], values[kept], rcond=None)[0])
        residual = values - design @ weights
        spread = _TO_DEVIATION * float(np.median(np.abs(residual[kept])))
        again = residual <= max(_SPREAD * spread, 1e-4)
        if again.sum() < 2 * design.shape[1] or np.array_equal(again, kept):
            break
        kept = again
    return weights
