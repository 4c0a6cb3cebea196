"""Spillover from single-stain controls: how much of each fluorochrome every detector sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import special

from stroma.cytometry.compensation import inverted
from stroma.cytometry.gates import NORMAL_MAD, OUTLYING
from stroma.cytometry.stain_populations import (
    ALIKE_SIZE,
    BRIGHT,
    EVENTS_PER_DETECTOR,
    LEAST_POPULATION,
    LEAST_SEPARATION,
    SingleStain,
    StainPopulations,
    populations_of,
    restricted,
    robust_sd,
    told_apart,
)
from stroma.errors import Place
from stroma.records import FloatArray, Spillover
from stroma.stats.proportions import Interval, mirrored, mover_sum, percentile_ranks

__all__ = [
    "ALIKE_SIZE",
    "BRIGHT",
    "LEAST_POPULATION",
    "LEAST_SEPARATION",
    "MOST_STEPS",
    "SETTLED",
    "SINGLE_STAINS",
    "SingleStain",
    "SingleStainMatrix",
    "StainFit",
    "StainPopulations",
    "of_one_kind",
    "populations_of",
    "residual_slopes",
    "restricted",
    "robust_sd",
    "spillover_from",
    "told_apart",
]

SINGLE_STAINS: Final = "single_stains/2"

CHOSEN_ANEW: Final = 2
"""Times the events are chosen anew by the matrix found so far; a third time changes little."""

SHINING: Final = 2.5
"""Robust standard deviations of their autofluorescence above which events are of another kind.
Living cells lose one in a hundred, in the stained and the unstained population alike; dead cells,
which shine twice as brightly by themselves, lose most."""

UNLIKE: Final = 0.05
"""Standard error of the autofluorescence the stained and the unstained events of a control have in
common, as a share of its spread. Found in simulation (validation/compensation): with it, intervals
of bright and dim controls of beads and cells hold as often as they say."""

MOST_STEPS: Final = 12
SETTLED: Final = 1e-5
"""Largest residual slope at which the matrix has settled: a tenth of the error that a thousand
bright beads leave in a coefficient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StainFit:
    """What one control contributed, and how good it is.

    Parameters
    ----------
    detector
        The fluorochrome's own detector.
    file
        The control.
    stained, unstained
        Events of each population.
    separation
        Robust standard deviations of the unstained events up to the stained ones.
    brightness
        Median of the stained events above the unstained ones, in linear units of the detector.
    nonlinearity
        How much the slope of the brighter half of the stained events differs from the whole's, at
        the detector where it differs most, beyond what its 95 % interval explains; 0 for linear.
    residual
        Largest slope left when the matrix had settled.
    coefficients
        One a detector: the row of the matrix with its 95 % interval, which tells of the number of
        events and of autofluorescence; what cells of another kind add to it is in
        ``nonlinearity``.
    unstained_file
        Where the unstained events are from, if not from the control itself.
    """

    detector: str
    file: str
    stained: int
    unstained: int
    separation: float
    brightness: float
    nonlinearity: float
    residual: float
    coefficients: tuple[Interval, ...]
    unstained_file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleStainMatrix:
    """A spillover matrix with what it was made of.

    Parameters
    ----------
    spillover
        The matrix.
    fits
        One a control, in the order of the matrix.
    steps
        Iterations until it settled.
    method
        Name and version of the method.
    """

    spillover: Spillover
    fits: tuple[StainFit, ...]
    steps: int
    method: str = SINGLE_STAINS


def spillover_from(populations: Sequence[StainPopulations]) -> SingleStainMatrix:
    """Compute the spillover matrix from the populations of all controls.

    A coefficient is the difference of the medians of stained and unstained events in a detector
    over that in the fluorochrome's own, which takes autofluorescence out. Medians are taken of
    compensated values, in which the brightness of the stain no longer spreads the other detectors,
    and the slopes that are left correct the matrix until none is. Then the events are chosen anew
    by light of the stain alone (:func:`told_apart`), those of another kind, dead cells before all,
    are left out (:func:`of_one_kind`), and the matrix settles again; twice.

    Parameters
    ----------
    populations
        One a detector of the matrix, in its order; detectors without a control are not looked at.

    Returns
    -------
    SingleStainMatrix
        The matrix, and the quality of each control.

    Raises
    ------
    ValueError
        Two controls are for one detector, or there is none.
    FileProblem
        The controls give a matrix that cannot be inverted reliably.

    Notes
    -----
    Differences of medians: Bagwell CB, Adams EG. Ann N Y Acad Sci 1993;677:167-184. Refinement by
    the slopes left in compensated controls: Roca CP et al. Nat Commun 2021;12:2890, who fit a
    robust regression to all events; medians of two populations are the same line without its
    attenuation by the noise of dim stains, and events of another kind do not tilt it.
    """
    channels = tuple(population.detector for population in populations)
    if not channels or len(set(channels)) < len(channels):
        msg = f"one control for each detector; found {channels}"
        raise ValueError(msg)
    populations = [restricted(population, channels) for population in populations]
    place = Place(file=populations[0].origin.file)
    first = _settled(populations, Spillover(channels, np.eye(len(channels))), place)
    of_one: tuple[StainPopulations, ...] = ()
    last, steps = first, first.steps
    for _ in range(CHOSEN_ANEW):
        inverse = inverted(last.spillover, place)
        of_one = tuple(
            of_one_kind(told_apart(population, inverse), inverse) for population in populations
        )
        last = _settled(of_one, last.spillover, place)
        steps += last.steps
    inverse = inverted(last.spillover, place)
    fits = tuple(
        _fit(population, row, left, inverse)
        for population, row, left in zip(of_one, last.spillover.matrix, last.residual, strict=True)
    )
    return SingleStainMatrix(spillover=last.spillover, fits=fits, steps=steps)


@dataclass(frozen=True, slots=True)
class _Settled:
    spillover: Spillover
    residual: FloatArray
    steps: int


def _settled(populations: Sequence[StainPopulations], start: Spillover, place: Place) -> _Settled:
    matrix, steps, residual = start.matrix, 0, np.zeros_like(start.matrix)
    while steps < MOST_STEPS:
        steps += 1
        inverse = inverted(Spillover(start.channels, matrix), place)
        residual = np.array([_slopes(population, inverse) for population in populations])
        # What is left of a control's light, c = m M^-1, brings its true row back: m = c M.
        rows = residual @ matrix
        matrix = rows / np.diag(rows)[:, None]
        if np.abs(residual - np.eye(len(matrix))).max() < SETTLED:
            break
    return _Settled(Spillover(start.channels, matrix), residual, steps)


def of_one_kind(population: StainPopulations, inverse: FloatArray) -> StainPopulations:
    """Leave out events that stand apart in the detectors the stain is not meant for.

    In each population the squared robust deviations of those detectors are averaged; events whose
    root of it lies four robust standard deviations above the median are of another kind. Then the
    deviations themselves are averaged, which tells autofluorescence best, and events that shine
    more than :data:`SHINING` of them above the median are left out as well: dead cells before all.

    Parameters
    ----------
    population
        A control.
    inverse
        The compensation matrix, of shape (detectors, detectors).

    Returns
    -------
    StainPopulations
        The rest of it.
    """
    others = [i for i in range(len(population.detectors)) if i != population.primary]
    if not others:
        return population

    def alike(values: FloatArray) -> FloatArray:
        apart = _deviations((values @ inverse)[:, others])
        distance = np.sqrt(np.mean(apart**2, axis=1))
        near = distance <= np.median(distance) + OUTLYING * max(robust_sd(distance), 1e-9)
        kept: FloatArray = values[near]
        shine = np.mean(_deviations((kept @ inverse)[:, others]), axis=1)
        typical = float(np.median(shine))
        # Of the lower side, in which no brighter kind takes part.
        width = NORMAL_MAD * float(np.median(typical - shine[shine <= typical]))
        dull: FloatArray = kept[shine <= typical + SHINING * max(width, 1e-9)]
        return dull

    return replace(
        population, stained=alike(population.stained), unstained=alike(population.unstained)
    )


def _deviations(light: FloatArray) -> FloatArray:
    """Return how many robust standard deviations each event lies above each median."""
    middle = np.median(light, axis=0)
    spread = np.maximum(NORMAL_MAD * np.median(np.abs(light - middle), axis=0), 1e-9)
    found: FloatArray = (light - middle) / spread
    return found


def residual_slopes(
    population: StainPopulations, inverse: FloatArray, *, level: float = 0.95
) -> tuple[Interval, ...]:
    """Return how much of a stain's light compensation leaves in each detector.

    Parameters
    ----------
    population
        A control.
    inverse
        The compensation matrix, of shape (detectors, detectors).
    level
        Confidence level.

    Returns
    -------
    tuple of Interval
        One a detector: difference of the medians over that in the fluorochrome's own detector;
        above 0 is too little compensation, below 0 too much. The intervals of two medians by order
        statistics, and :data:`UNLIKE` of the autofluorescence, are added in squares.
    """
    above = _medians(population.stained @ inverse, level=level)
    below = _medians(population.unstained @ inverse, level=level)
    light = above[population.primary].estimate - below[population.primary].estimate
    unlike = UNLIKE * special.ndtri((1 + level) / 2) * _autofluorescence(population, inverse)
    differences = (
        mover_sum([bright, mirrored(dark), Interval(0.0, -error, error, level)])
        for bright, dark, error in zip(above, below, unlike.tolist(), strict=True)
    )
    return tuple(_over(found, light) for found in differences)


def _over(found: Interval, light: float) -> Interval:
    """Return a difference as a share of the light, which a wrong matrix can make negative."""
    if light == 0:
        return Interval(float("nan"), float("-inf"), float("inf"), found.level)
    low, high = sorted((found.low / light, found.high / light))
    return Interval(found.estimate / light, low, high, found.level)


def _autofluorescence(population: StainPopulations, inverse: FloatArray) -> FloatArray:
    """Return the spread of each detector that the unstained events share with the other ones."""
    dark = population.unstained @ inverse
    events, detectors = dark.shape
    spread = np.array([robust_sd(column) for column in dark.T])
    varied = np.flatnonzero(spread > 0)
    found = np.zeros(detectors)
    if len(varied) < 2 or events < EVENTS_PER_DETECTOR * detectors:
        return found
    together = np.corrcoef(dark[:, varied], rowvar=False)
    alone = 1 / np.diag(np.linalg.pinv(together, hermitian=True))
    alone *= (events - 1) / (events - len(varied))
    found[varied] = spread[varied] * np.sqrt(np.clip(1 - alone, 0.0, 1.0))
    found[population.primary] = 0.0
    return found


def _medians(values: FloatArray, *, level: float) -> tuple[Interval, ...]:
    """Return the median of each column, bounded by order statistics."""
    ranks = percentile_ranks(len(values), 50, level=level)
    ordered = np.sort(values, axis=0)
    lows = ordered[0] - np.inf if ranks.low is None else ordered[ranks.low - 1]
    highs = ordered[0] + np.inf if ranks.high is None else ordered[ranks.high - 1]
    middles = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    return tuple(
        Interval(float(middle), float(low), float(high), level)
        for middle, low, high in zip(middles, lows, highs, strict=True)
    )


def _slopes(population: StainPopulations, inverse: FloatArray) -> FloatArray:
    stained = np.median(population.stained @ inverse, axis=0)
    differences: FloatArray = stained - np.median(population.unstained @ inverse, axis=0)
    slopes: FloatArray = differences / differences[population.primary]
    return slopes


def _fit(
    population: StainPopulations, row: FloatArray, left: FloatArray, inverse: FloatArray
) -> StainFit:
    own = population.primary
    around = residual_slopes(population, inverse)
    stained = population.stained @ inverse
    others = np.delete(left, own)
    return StainFit(
        detector=population.detector,
        file=population.origin.file,
        stained=len(population.stained),
        unstained=len(population.unstained),
        separation=population.separation,
        brightness=float(
            np.median(stained[:, own]) - np.median((population.unstained @ inverse)[:, own])
        ),
        nonlinearity=_nonlinearity(population, inverse),
        residual=float(np.abs(others).max(initial=0.0)),
        coefficients=tuple(
            Interval(
                float(value),
                float(value + found.low - found.estimate),
                float(value + found.high - found.estimate),
                found.level,
            )
            for value, found in zip(row, around, strict=True)
        ),
        unstained_file=None
        if population.unstained_origin is None
        else population.unstained_origin.file,
    )


def _nonlinearity(population: StainPopulations, inverse: FloatArray) -> float:
    """Return the slope left in the brighter half of the stained events beyond its interval."""
    own = population.primary
    primary = (population.stained @ inverse)[:, own]
    bright = StainPopulations(
        detector=population.detector,
        detectors=population.detectors,
        stained=population.stained[primary > np.median(primary)],
        unstained=population.stained[primary <= np.median(primary)],
        origin=population.origin,
    )
    worst = 0.0
    for column, found in enumerate(residual_slopes(bright, inverse)):
        if column != own and (found.low > 0 or found.high < 0):
            worst = max(worst, min(abs(found.low), abs(found.high)))
    return worst
