"""The stained and the unstained events of a single-stain control, told apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from stroma.cytometry.density import density_of, modes_of
from stroma.cytometry.gates import NORMAL_MAD, OUTLYING, detector_end
from stroma.cytometry.populations import clean
from stroma.cytometry.scatter import scatter_channels
from stroma.errors import FileProblem, Place, Problem
from stroma.house_rules import CleaningRule
from stroma.records import BoolArray, Events, FloatArray, Origin
from stroma.texts import Text, text

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

LEAST_OWN: Final = 0.05
"""Share of a control's events that its unstained ones have to be where a tube of unstained
particles could stand in: fewer are what no staining is without, debris and dead cells, rather than
particles of the stained kind."""

EVENTS_PER_DETECTOR: Final = 10
"""Unstained events for each detector from which their autofluorescence is followed from one
detector to another; fewer would be fitted by chance."""


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
    dim
        Array of shape (events, detectors): events that are stained, and not brightly; ``None`` for
        none.
    """

    detector: str
    detectors: tuple[str, ...]
    stained: FloatArray = field(repr=False)
    unstained: FloatArray = field(repr=False)
    origin: Origin
    unstained_origin: Origin | None = None
    at_end: float = 0.0
    dim: FloatArray | None = field(default=None, repr=False)

    @property
    def primary(self) -> int:
        """Column of the fluorochrome's own detector."""
        return self.detectors.index(self.detector)

    @property
    def own_share(self) -> float | None:
        """Share of the unstained among the control's events; ``None`` where they were borrowed."""
        if self.unstained_origin is not None:
            return None
        stained = len(self.stained) + (0 if self.dim is None else len(self.dim))
        return len(self.unstained) / (len(self.unstained) + stained)

    @property
    def separation(self) -> float:
        """Robust standard deviations of the unstained events up to the stained ones."""
        column = self.primary
        distance = np.median(self.stained[:, column]) - np.median(self.unstained[:, column])
        return float(distance) / max(robust_sd(self.unstained[:, column]), 1e-9)


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
        A tube of the same particles without stain, for a control in which all or nearly all are
        stained (:data:`LEAST_OWN`).

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
    stained = values[:, own] > (np.inf if cut is None else cut)
    lent = unstained is not None and _alike(control.events, unstained)
    if np.count_nonzero(stained) < LEAST_POPULATION:
        stained = np.ones(len(values), dtype=np.bool_)
    below, above = values[~stained], values[stained]
    if len(below) < (LEAST_OWN * len(values) if lent else 1):
        if unstained is None or not lent:
            raise FileProblem(_one_population(control))
        below, borrowed = _usable(unstained, detectors)[0], unstained.origin
    bright = _bright(above[:, own], below[:, own])
    found = StainPopulations(
        detector=control.detector,
        detectors=tuple(detectors),
        stained=above[bright],
        unstained=below,
        origin=control.events.origin,
        unstained_origin=borrowed,
        at_end=at_end,
        dim=above[~bright],
    )
    fewest = min(len(found.stained), len(below))
    if fewest < LEAST_POPULATION:
        raise FileProblem(_too_few(control, stained=len(found.stained), unstained=len(below)))
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
        dim=None if population.dim is None else population.dim[:, columns],
    )


def told_apart(population: StainPopulations, inverse: FloatArray) -> StainPopulations:
    """Tell stained, dim and unstained events apart by light that autofluorescence takes no part in.

    An event is above a cut by its stain or by its autofluorescence, and autofluorescence is seen in
    the other detectors as well: events chosen by their own detector alone would differ there, which
    looks like spillover. So what the other detectors foretell of the own one among the unstained
    events is subtracted first, and events are chosen by the rest.

    Parameters
    ----------
    population
        A control.
    inverse
        The compensation matrix, of shape (detectors, detectors).

    Returns
    -------
    StainPopulations
        The same events, told apart anew; as they were where the unstained ones are too few.
    """
    own = population.primary
    others = [i for i in range(len(population.detectors)) if i != own]
    if len(population.unstained) < EVENTS_PER_DETECTOR * len(population.detectors):
        return population
    dark = population.unstained @ inverse
    middle = np.median(dark, axis=0)
    spread = np.maximum(NORMAL_MAD * np.median(np.abs(dark - middle), axis=0), 1e-9)
    # Events far off, dead cells and stained ones, would tilt the plane.
    usual = (np.abs((dark - middle) / spread) <= OUTLYING).all(axis=1)
    around = dark[usual] - middle
    foretold = np.linalg.lstsq(around[:, others], around[:, own], rcond=None)[0]

    def light(values: FloatArray) -> FloatArray:
        seen = values @ inverse
        found: FloatArray = seen[:, own] - (seen[:, others] - middle[others]) @ foretold
        return found

    above = population.stained
    if population.dim is not None:
        above = np.concatenate([above, population.dim])
    below = population.unstained
    if population.unstained_origin is None:
        values = np.concatenate([below, above])
        rest, unstained = light(values), light(below)
        typical = float(np.median(unstained))
        # What lies below the unstained events shines in other colours: dead cells, no population.
        shown = rest >= typical - OUTLYING * max(robust_sd(unstained), 1e-9)
        values, rest = values[shown], rest[shown]
        cut = _cut_between(rest)
        if cut is None or not typical < cut < float(np.median(light(population.stained))):
            return population
        below, above = values[rest <= cut], values[rest > cut]
        if min(len(below), len(above)) < LEAST_POPULATION:
            return population
    bright = _bright(light(above), light(below))
    if np.count_nonzero(bright) < LEAST_POPULATION:
        return population
    return replace(population, stained=above[bright], unstained=below, dim=above[~bright])


def _bright(stained: FloatArray, unstained: FloatArray) -> BoolArray:
    """Return which of the stained events are bright, by their own light."""
    dark, brightest = np.median(unstained), np.percentile(stained, 95)
    found: BoolArray = stained - dark >= BRIGHT * (brightest - dark)
    return found


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
