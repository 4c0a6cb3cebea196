"""One-dimensional densities, their modes, and the valleys between them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from stroma.records import FloatArray

BINS = 1024
"""Cells of the grid a density is held on; twenty or more to a bandwidth for any real sample."""

DEPTH = 0.85
"""A valley lies at most so high, as a share of the lower of the two modes beside it."""

CERTAINTY = 3.0
"""A valley lies at least so many standard errors below the lower mode. With both conditions none of
690 samples of one population (normal, t with 3 degrees of freedom, gamma, exponential, uniform;
100 to 20,000 values) was split in two."""

_ROUNDING = 1e-12
"""Share of the values below which their spread is of their last digits."""

Grid = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Density:
    """A smoothed histogram.

    Parameters
    ----------
    centres
        Array of shape (BINS,): places of the grid.
    heights
        Array of shape (BINS,): density at each place; integrates to 1.
    bandwidth
        Standard deviation of the kernel, in the unit of the values.
    count
        How many values it was made of.
    """

    centres: Grid
    heights: Grid
    bandwidth: float
    count: int


@dataclass(frozen=True, slots=True)
class Mode:
    """A population a density shows: a peak between two valleys.

    Parameters
    ----------
    place
        Where it peaks.
    low, high
        The valleys beside it; the ends of the grid for the outermost.
    share
        Share of the values between them, 0 to 1.
    """

    place: float
    low: float
    high: float
    share: float


def density_of(values: FloatArray) -> Density | None:
    """Return the density of a sample.

    Parameters
    ----------
    values
        Array of shape (n,); what is not finite is left out.

    Returns
    -------
    Density or None
        ``None`` where the sample has fewer than two different values, or they differ by no more
        than they are rounded.

    Notes
    -----
    A Gaussian kernel with Silverman's bandwidth, ``0.9 s n^(-1/5)`` (Density Estimation, 1986,
    section 3.4.2). Its scale s is taken from the shortest half of the sample, which lies within
    the larger of two populations where the usual ones would span both.
    """
    finite = np.isfinite(values)
    if not finite.all():
        values = values[finite]
    if values.size < 2:
        return None
    low, high = float(values.min()), float(values.max())
    if not high - low > _ROUNDING * max(abs(low), abs(high)):
        return None
    margin = 0.1 * (high - low)
    counts, edges = _histogram(values, low - margin, high + margin)
    step = float(edges[1] - edges[0])
    scale = _shortest_half(counts) * step / 1.349
    bandwidth = max(0.9 * scale * values.size**-0.2, step)
    reach = math.ceil(4 * bandwidth / step)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * step / bandwidth) ** 2)
    smooth = np.convolve(counts, kernel / kernel.sum(), mode="full")[reach:-reach]
    centres = (edges[:-1] + edges[1:]) / 2
    return Density(centres, smooth / (values.size * step), bandwidth, int(values.size))


def modes_of(density: Density) -> tuple[Mode, ...]:
    """Return the populations of a density that chance does not explain, from left to right.

    Of two neighbouring peaks the lower is kept only where the valley between them is at most
    :data:`DEPTH` of it and :data:`CERTAINTY` standard errors below it; the shallowest valleys are
    filled first.

    Parameters
    ----------
    density
        A density.

    Returns
    -------
    tuple of Mode
        At least one.

    Notes
    -----
    The variance of a kernel density estimate is ``f R(K) / (n h)`` with R(K) = 1 / (2 sqrt(pi))
    for a Gaussian kernel (Silverman 1986, section 3.3).
    """
    heights = density.heights
    rising = np.diff(heights) > 0
    peaks = [int(p) + 1 for p in np.flatnonzero(rising[:-1] & ~rising[1:])]
    if not peaks:
        peaks = [int(np.argmax(heights))]
    noise = 1 / (2 * math.sqrt(math.pi)) / (density.count * density.bandwidth)
    valleys = [_lowest(heights, a, b) for a, b in pairwise(peaks)]
    while valleys:
        trust = [
            _trust(float(heights[valley]), float(min(heights[left], heights[right])), noise)
            for valley, (left, right) in zip(valleys, pairwise(peaks), strict=True)
        ]
        weakest = min(range(len(trust)), key=trust.__getitem__)
        if trust[weakest] >= 1:
            break
        lower = weakest if heights[peaks[weakest]] < heights[peaks[weakest + 1]] else weakest + 1
        del peaks[lower]
        del valleys[weakest]
        # The valleys beside the peak that went become one.
        merged = lower - 1
        if 0 <= merged < len(valleys):
            valleys[merged] = _lowest(heights, peaks[merged], peaks[merged + 1])
    return _as_modes(density, peaks)


def _trust(valley: float, peak: float, noise: float) -> float:
    """Return how well a valley meets both conditions; below 1 it fails one of them."""
    depth = peak - valley
    if depth <= 0:
        return 0.0
    certainty = depth / math.sqrt(noise * (peak + valley))
    return min(certainty / CERTAINTY, depth / peak / (1 - DEPTH))


def _as_modes(density: Density, peaks: list[int]) -> tuple[Mode, ...]:
    heights, centres = density.heights, density.centres
    inner = [_lowest(heights, a, b) for a, b in pairwise(peaks)]
    bounds = [0, *inner, heights.size]
    total = float(heights.sum())
    return tuple(
        Mode(
            float(centres[peak]),
            float(centres[low]),
            float(centres[min(high, heights.size - 1)]),
            float(heights[low:high].sum()) / total,
        )
        for peak, low, high in zip(peaks, bounds, bounds[1:], strict=False)
    )


def _lowest(heights: Grid, left: int, right: int) -> int:
    """Return the middle of the lowest place between two peaks: in a gap, the middle of the gap."""
    between = heights[left : right + 1]
    lowest = np.flatnonzero(between <= between.min() * (1 + 1e-9))
    return left + int((lowest[0] + lowest[-1]) // 2)


def _histogram(values: FloatArray, low: float, high: float) -> tuple[Grid, Grid]:
    step = (high - low) / BINS
    places = ((values - low) * (1 / step)).astype(np.int32)
    np.clip(places, 0, BINS - 1, out=places)
    edges: Grid = low + step * np.arange(BINS + 1.0)
    return np.bincount(places, minlength=BINS).astype(np.float64), edges


def _shortest_half(counts: Grid) -> float:
    """Return the width, in bins, of the shortest interval that holds half of the values."""
    below = np.concatenate([[0.0], np.cumsum(counts)])
    half = below[-1] / 2
    starts = np.arange(BINS)
    targets = below[starts] + half
    ends = np.interp(targets, below, np.arange(BINS + 1.0))
    widths = np.where(targets <= below[-1], ends - starts, np.inf)
    return max(float(widths.min()), 1.0)
