"""Whether a spillover matrix fits the single-stain controls, and what it does to cells if not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy import special

from stroma.cytometry.compensation import inverted
from stroma.cytometry.single_stains import (
    StainPopulations,
    of_one_kind,
    residual_slopes,
    restricted,
    told_apart,
)
from stroma.errors import Place
from stroma.records import FloatArray, Spillover
from stroma.stats.proportions import Interval

MOST_LIFTED: Final = 1.5
"""Percentage points of otherwise negative cells that light left by compensation may carry over
their threshold. At the 99.5th percentile 0.5 % lie above it, and 2 % is all that the ISCT allows a
negative marker (Dominici M et al. Cytotherapy 2006;8:315-317)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationCheck:
    """What a matrix leaves in the single-stain controls.

    Parameters
    ----------
    stains
        Detectors whose fluorochrome has a control; the rows of the arrays.
    channels
        Detectors of the matrix; the columns of the arrays.
    slopes
        One row a stain: light left in each detector as a share of that in the fluorochrome's own;
        above 0 is too little compensation, below 0 too much.
    spread
        Array of shape (stains, channels): how much a stain widens each detector, in the square
        root of linear units; 0 where nothing is seen.
    widened
        Array of shape (stains, channels): how many times as wide the stained events are as the
        unstained ones, after compensation; 1 where nothing is seen.
    brightness
        Median of each stain in its own detector, in linear units.
    condition
        Condition number of the matrix.
    files
        The controls.
    """

    stains: tuple[str, ...]
    channels: tuple[str, ...]
    slopes: tuple[tuple[Interval, ...], ...]
    spread: FloatArray = field(repr=False, compare=False)
    widened: FloatArray = field(repr=False, compare=False)
    brightness: tuple[float, ...]
    condition: float
    files: tuple[str, ...]

    def slope(self, stain: str, detector: str) -> Interval | None:
        """Return the light a stain leaves in a detector.

        Parameters
        ----------
        stain, detector
            Names of detectors.

        Returns
        -------
        Interval or None
            ``None`` where the stain has no control or the matrix does not hold the detector.
        """
        if stain not in self.stains or detector not in self.channels:
            return None
        return self.slopes[self.stains.index(stain)][self.channels.index(detector)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """A stain that compensation leaves, or takes, too much of in a detector.

    Where the detector is the stain's own, the matrix takes away the whole of its light.

    Parameters
    ----------
    stain, detector
        Whose light, and where.
    slope
        Light left as a share of that in the stain's own detector.
    lifted
        Percent of the cells that would lie above the threshold of a marker they do not carry; for
        too much compensation, as many as would be pushed as far below.
    """

    stain: str
    detector: str
    slope: Interval
    lifted: float


def check_compensation(
    populations: Sequence[StainPopulations], spillover: Spillover, *, level: float = 0.95
) -> CompensationCheck:
    """Compensate the controls with a matrix and measure what is left.

    Parameters
    ----------
    populations
        Controls that hold every detector of the matrix; those for other detectors are left out.
    spillover
        The matrix.
    level
        Confidence level of the slopes.

    Returns
    -------
    CompensationCheck
        Slopes with their intervals, spread, condition number.

    Raises
    ------
    FileProblem
        The matrix cannot be inverted reliably.

    Notes
    -----
    The spread is that of Nguyen R et al. Cytometry A 2013;83:306-315: the root of the variance a
    stain adds, over the root of its brightness, with the distance of the 84th from the 50th
    percentile for a standard deviation.
    """
    place = Place(file=populations[0].origin.file if populations else None)
    inverse = inverted(spillover, place)
    held = [
        of_one_kind(told_apart(restricted(population, spillover.channels), inverse), inverse)
        for population in populations
        if population.detector in spillover.channels
    ]
    brightness = [_brightness(population, inverse) for population in held]
    return CompensationCheck(
        stains=tuple(population.detector for population in held),
        channels=spillover.channels,
        slopes=tuple(residual_slopes(population, inverse, level=level) for population in held),
        spread=np.array([
            _spread(population, inverse, light)
            for population, light in zip(held, brightness, strict=True)
        ]).reshape(len(held), len(spillover.channels)),
        widened=np.array([_widened(population, inverse) for population in held]).reshape(
            len(held), len(spillover.channels)
        ),
        brightness=tuple(brightness),
        condition=float(np.linalg.cond(spillover.matrix)),
        files=tuple(population.origin.file for population in held),
    )  # fmt: skip


def misfits(
    check: CompensationCheck,
    light: Mapping[str, FloatArray],
    noise: Mapping[str, float],
    *,
    percentile: float,
) -> tuple[Misfit, ...]:
    """Return where a matrix moves the cells of a tube too far.

    Each cell is moved by what the matrix leaves of its light. Of cells that do not carry the
    marker of the other detector, a share then lies above the threshold that the percentile of
    unstained cells sets; more than :data:`MOST_LIFTED` points beyond that percentile's own are a
    misfit. The end of the slope's interval that lies nearer to 0 is taken. A stain of which the
    matrix leaves no light in its own detector is a misfit whatever the cells are.

    Parameters
    ----------
    check
        Of the matrix the tube is compensated with.
    light
        Detector to compensated values of the tube's cells, each of shape (n,).
    noise
        Detector to the standard deviation of cells that carry nothing there.
    percentile
        At which the threshold is put.

    Returns
    -------
    tuple of Misfit
        The furthest first.

    Examples
    --------
    >>> low, high = Interval(0.02, 0.019, 0.021, 0.95), Interval(0.0, -0.001, 0.001, 0.95)
    >>> check = CompensationCheck(stains=("A",), channels=("A", "B", "C"), files=("a.fcs",),
    ...     slopes=((high, low, high),), spread=np.zeros((1, 3)), widened=np.ones((1, 3)),
    ...     brightness=(1e4,), condition=1.0)
    >>> cells = {"A": np.full(100, 10_000.0)}
    >>> [(m.detector, round(m.lifted, 1)) for m in
    ...  misfits(check, cells, {"B": 100.0, "C": 100.0}, percentile=99.5)]
    [('B', 25.0)]
    """
    above = float(special.ndtri(percentile / 100))
    found = [
        Misfit(stain=stain, detector=stain, slope=slope, lifted=100.0)
        for stain, brightness in zip(check.stains, check.brightness, strict=True)
        if brightness <= 0 and (slope := check.slope(stain, stain)) is not None
    ]
    for stain, brightness in zip(check.stains, check.brightness, strict=True):
        for detector in check.channels:
            if brightness <= 0:
                continue
            slope = check.slope(stain, detector)
            if stain == detector or slope is None or detector not in noise or stain not in light:
                continue
            certain = max(slope.low, -slope.high, 0.0)
            if certain == 0 or not light[stain].size or noise[detector] <= 0:
                continue
            shifts = certain * np.maximum(light[stain], 0.0) / noise[detector]
            lifted = 100 * float(np.mean(special.ndtr(shifts - above)))
            if lifted - (100 - percentile) > MOST_LIFTED:
                found.append(Misfit(stain=stain, detector=detector, slope=slope, lifted=lifted))
    return tuple(sorted(found, key=lambda misfit: -misfit.lifted))


def _brightness(population: StainPopulations, inverse: FloatArray) -> float:
    column = inverse[:, population.primary]
    return float(np.median(population.stained @ column) - np.median(population.unstained @ column))


def _spread(population: StainPopulations, inverse: FloatArray, light: float) -> FloatArray:
    stained, unstained = _variances(population, inverse)
    added = np.maximum(stained - unstained, 0.0)
    added[population.primary] = 0.0
    found: FloatArray = np.sqrt(added / max(light, 1e-9))
    return found


def _widened(population: StainPopulations, inverse: FloatArray) -> FloatArray:
    stained, unstained = _variances(population, inverse)
    ratio = np.ones_like(stained)
    np.divide(stained, unstained, out=ratio, where=unstained > 0)
    ratio[population.primary] = 1.0
    found: FloatArray = np.sqrt(np.maximum(ratio, 1.0))
    return found


def _variances(population: StainPopulations, inverse: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the square of the upper half-width of the stained and of the unstained events."""

    def variance(values: FloatArray) -> FloatArray:
        middle, upper = np.percentile(values @ inverse, [50, 84], axis=0)
        return np.asarray((upper - middle) ** 2)

    return variance(population.stained), variance(population.unstained)
