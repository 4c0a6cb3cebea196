"""Spillover from single-stain controls: how much of each fluorochrome every detector sees."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from stroma.cytometry.compensation import inverted
from stroma.cytometry.density import density_of, modes_of
from stroma.cytometry.gates import NORMAL_MAD, OUTLYING, detector_end
from stroma.cytometry.populations import clean
from stroma.cytometry.scatter import scatter_channels
from stroma.errors import FileProblem, Place, Problem
from stroma.house_rules import CleaningRule
from stroma.records import BoolArray, Events, FloatArray, Origin, Spillover
from stroma.stats.proportions import Interval, mirrored, mover_sum, percentile_ranks
from stroma.texts import Text, text

SINGLE_STAINS: Final = "single_stains/1"

LEAST_POPULATION: Final = 50
"""Events the stained and the unstained population of a control have at least: from here on order
statistics bound their medians closely (7th to 8th rank either side, David and Nagaraja 2003)."""

LEAST_SEPARATION: Final = 5.0
"""Robust standard deviations of the unstained events that the stained ones lie above them. Nearer
ones overlap, and events chosen by their noise would bias the slope."""

ALIKE_SIZE: Final = 2.0
"""Forward scatter of events that lend a control its unstained population differs at most so many
times: beads and cells have other autofluorescence."""

BRIGHT: Final = 0.5
"""Stained events are used from this share of the brightness of their 95th percentile on. The slope
rests on the brightest events in any case, and dead cells, which bind a little of any antibody, lie
below; of beads none is lost."""

MOST_STEPS: Final = 12
SETTLED: Final = 1e-5
"""Largest residual slope at which the matrix has settled: a tenth of the error that a thousand
bright beads leave in a coefficient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleStain:
    """A control stained with one fluorochrome.

    Parameters
    ----------
    detector
        The fluorochrome's own detector.
    events
        What was recorded.
    """

    detector: str
    events: Events


@dataclass(frozen=True, slots=True, kw_only=True)
class StainPopulations:
    """The stained and the unstained events of a control.

    Parameters
    ----------
    detector
        The fluorochrome's own detector.
    detectors
        The columns of the arrays.
    stained, unstained
        Arrays of shape (events, detectors), not compensated, in double precision.
    origin
        The control's file.
    unstained_origin
        The file of the unstained events, where it is another.
    at_end
        Share of the single particles that were left out because a detector could not show them.
    """

    detector: str
    detectors: tuple[str, ...]
    stained: FloatArray = field(repr=False)
    unstained: FloatArray = field(repr=False)
    origin: Origin
    unstained_origin: Origin | None = None
    at_end: float = 0.0

    @property
    def primary(self) -> int:
        """Column of the fluorochrome's own detector."""
        return self.detectors.index(self.detector)

    @property
    def separation(self) -> float:
        """Robust standard deviations of the unstained events up to the stained ones."""
        column = self.primary
        distance = np.median(self.stained[:, column]) - np.median(self.unstained[:, column])
        return float(distance) / max(robust_sd(self.unstained[:, column]), 1e-9)


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
        events alone; what cells of another kind add to it is in ``nonlinearity``.
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


def populations_of(
    control: SingleStain, detectors: Sequence[str], *, unstained: Events | None = None
) -> StainPopulations:
    """Find the stained and the unstained events of a control.

    Debris, doublets and events at the end of any detector are left out. On an inverse hyperbolic
    sine scale of the fluorochrome's own detector the populations are told apart at the valley
    above the lowest one; where the stained events are too few or too dim to make a valley, at four
    robust standard deviations above the unstained ones, measured on their lower side. Of the
    stained events the bright ones are used.

    Parameters
    ----------
    control
        The control.
    detectors
        Detectors of the matrix.
    unstained
        A tube of the same particles without stain, for a control in which all are stained.

    Returns
    -------
    StainPopulations
        The populations.

    Raises
    ------
    FileProblem
        The file lacks a detector, or its populations are too small or too near.
    """
    values, at_end = _usable(control.events, detectors)
    own = tuple(detectors).index(control.detector)
    cut, borrowed = _cut_between(values[:, own]), None
    if cut is not None and np.count_nonzero(values[:, own] > cut) >= LEAST_POPULATION:
        below, above = values[values[:, own] <= cut], values[values[:, own] > cut]
    else:
        if unstained is None or not _alike(control.events, unstained):
            raise FileProblem(_one_population(control))
        below, above = _usable(unstained, detectors)[0], values
        borrowed = unstained.origin
    dark, brightest = np.median(below[:, own]), np.percentile(above[:, own], 95)
    above = above[above[:, own] - dark >= BRIGHT * (brightest - dark)]
    found = StainPopulations(
        detector=control.detector,
        detectors=tuple(detectors),
        stained=above,
        unstained=below,
        origin=control.events.origin,
        unstained_origin=borrowed,
        at_end=at_end,
    )
    fewest = min(len(above), len(below))
    if fewest < LEAST_POPULATION:
        raise FileProblem(_too_few(control, stained=len(above), unstained=len(below)))
    if found.separation < LEAST_SEPARATION:
        raise FileProblem(_too_near(control, found.separation))
    return found


def restricted(population: StainPopulations, detectors: Sequence[str]) -> StainPopulations:
    """Return a control with other columns.

    Parameters
    ----------
    population
        A control.
    detectors
        Those wanted, in order; the control holds all of them.

    Returns
    -------
    StainPopulations
        The same events.
    """
    if tuple(detectors) == population.detectors:
        return population
    columns = [population.detectors.index(name) for name in detectors]
    return replace(
        population,
        detectors=tuple(detectors),
        stained=population.stained[:, columns],
        unstained=population.unstained[:, columns],
    )


def spillover_from(populations: Sequence[StainPopulations]) -> SingleStainMatrix:
    """Compute the spillover matrix from the populations of all controls.

    A coefficient is the difference of the medians of stained and unstained events in a detector
    over that in the fluorochrome's own, which takes autofluorescence out. Medians are taken of
    compensated values, in which the brightness of the stain no longer spreads the other detectors,
    and the slopes that are left correct the matrix until none is. Then events of another kind, dead
    cells before all, are left out (:func:`of_one_kind`), and the matrix settles once more.

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
    inverse = inverted(first.spillover, place)
    of_one = tuple(of_one_kind(population, inverse) for population in populations)
    last = _settled(of_one, first.spillover, place)
    inverse = inverted(last.spillover, place)
    fits = tuple(
        _fit(population, row, left, inverse)
        for population, row, left in zip(of_one, last.spillover.matrix, last.residual, strict=True)
    )
    return SingleStainMatrix(spillover=last.spillover, fits=fits, steps=first.steps + last.steps)


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
    root of it lies four robust standard deviations above the median are of another kind, as dead
    cells are by their autofluorescence.

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

    def alike(values: FloatArray) -> FloatArray:
        light = (values @ inverse)[:, others]
        if not others:
            return values
        middle = np.median(light, axis=0)
        spread = np.maximum(NORMAL_MAD * np.median(np.abs(light - middle), axis=0), 1e-9)
        distance = np.sqrt(np.mean(((light - middle) / spread) ** 2, axis=1))
        kept: FloatArray = values[
            distance <= np.median(distance) + OUTLYING * max(robust_sd(distance), 1e-9)
        ]
        return kept

    return replace(
        population, stained=alike(population.stained), unstained=alike(population.unstained)
    )


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
        statistics are added in squares.
    """
    above = _medians(population.stained @ inverse, level=level)
    below = _medians(population.unstained @ inverse, level=level)
    light = above[population.primary].estimate - below[population.primary].estimate
    differences = (
        mover_sum([bright, mirrored(dark)]) for bright, dark in zip(above, below, strict=True)
    )
    return tuple(
        Interval(found.estimate / light, found.low / light, found.high / light, level)
        for found in differences
    )


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


def robust_sd(values: FloatArray) -> float:
    """Return the standard deviation of the bulk of a sample.

    Parameters
    ----------
    values
        Array of shape (n,), not empty.

    Returns
    -------
    float
        From the median absolute deviation, as of a normal distribution.

    Examples
    --------
    >>> round(robust_sd(np.array([1.0, 2.0, 3.0, 4.0, 900.0])), 4)
    1.4826
    """
    return NORMAL_MAD * float(np.median(np.abs(values - np.median(values))))


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


def _usable(events: Events, detectors: Sequence[str]) -> tuple[FloatArray, float]:
    """Return the single particles, and the share of them that a detector could not show."""
    lacking = [name for name in detectors if name not in events.names]
    if lacking:
        raise FileProblem(
            Problem(
                Place(file=events.origin.file),
                found=text("no channel {missing}", missing=", ".join(lacking)),
                expected=text("the detectors of the panel: {names}", names=", ".join(detectors)),
                action=text("record the control with the settings of the stained tubes"),
            )
        )
    columns = [events.names.index(name) for name in detectors]
    # Times and dyes say nothing here: beads take no dye, and a control is judged by its medians.
    rule = CleaningRule(time=False, dead=False)
    rows = clean(events, rule=rule, needed=events.values[:, columns]).rows
    values = events.values[rows][:, columns].astype(np.float64)
    shown: BoolArray = np.ones(len(values), dtype=np.bool_)
    for place, column in enumerate(columns):
        end = detector_end(events.channels[column])
        if end is not None:
            shown &= values[:, place] < end
    return values[shown], 1 - float(shown.mean()) if shown.size else 0.0


def _cut_between(primary: FloatArray) -> float | None:
    """Return what parts the unstained from the stained events; ``None`` where nothing does."""
    if primary.size < 2 * LEAST_POPULATION:
        return None
    low, quartile = (float(value) for value in np.percentile(primary, [1, 25]))
    cofactor = max(-low, quartile / 10, 1.0)
    order = np.arcsinh(primary / cofactor)
    density = density_of(order)
    if density is None:
        return None
    modes = [mode for mode in modes_of(density) if mode.share * primary.size >= LEAST_POPULATION]
    if not modes:
        return None
    if len(modes) > 1:
        return float(cofactor * math.sinh(modes[0].high))
    place = modes[0].place
    lower = order[order <= place]
    spread = NORMAL_MAD * float(np.median(place - lower)) if lower.size else 0.0
    return float(cofactor * math.sinh(place + OUTLYING * spread))


def _alike(control: Events, unstained: Events) -> bool:
    """Return whether two tubes hold particles of one kind, as far as their size tells."""
    sizes = []
    for events in (control, unstained):
        name = scatter_channels(events.channels).size
        if name is None or not len(events):
            return False
        sizes.append(float(np.median(events.values[:, events.names.index(name)])))
    smaller, larger = sorted(sizes)
    return smaller > 0 and larger <= ALIKE_SIZE * smaller


def _one_population(control: SingleStain) -> Problem:
    return _unusable(
        control,
        text("one population on {detector} and no unstained one", detector=control.detector),
        text("stained and unstained events, or an unstained tube of the same particles"),
    )


def _too_few(control: SingleStain, *, stained: int, unstained: int) -> Problem:
    return _unusable(
        control,
        text(
            "{stained} stained and {unstained} unstained events on {detector}",
            stained=stained,
            unstained=unstained,
            detector=control.detector,
        ),
        text("{least} of each at least", least=LEAST_POPULATION),
    )


def _too_near(control: SingleStain, separation: float) -> Problem:
    return _unusable(
        control,
        text(
            "stained events {separation} robust standard deviations above the unstained ones on "
            "{detector}",
            separation=round(separation, 1),
            detector=control.detector,
        ),
        text("{least} at least", least=LEAST_SEPARATION),
    )


def _unusable(control: SingleStain, found: Text, expected: Text) -> Problem:
    return Problem(
        Place(file=control.events.origin.file, column=control.detector),
        found=found,
        expected=expected,
        action=text("record the single-stain control anew, stained as brightly as the cells"),
    )
