"""Generations of cells from a dye that each division halves.

Model. A cell of generation g shows L r^(-g) + A. The logarithm of L, what an undivided cell holds
of the dye, is skew-normal with middle, spread and skew of the undivided control; middle and spread
may move a little within bounds. r is near 2 and estimated; the spread grows by a constant variance
with every division. A is the light of cells without dye, as the unlabelled control has it, times a
factor near 1 for cells that divided: it compresses the late generations. Events are binned on an
inverse hyperbolic sine scale; numbers of cells are found by expectation and maximisation of the
multinomial likelihood for each place of the peaks, and the peaks by maximising over those.

Hasenauer J et al. Bull Math Biol 2012;74:2692 (dye and autofluorescence added); Hawkins ED et al.
Nat Protoc 2007;2:2057 (generations as log-normal peaks); Hyrien O, Zand MS. J Am Stat Assoc
2008;103:222 (the mixture's likelihood).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from stroma.stats.dilution_indices import (
    DivisionIndices,
    IndexIntervals,
    index_intervals,
    indices_of,
)
from stroma.stats.dye_peaks import (
    BOUNDS,
    START,
    DyeControl,
    bin_edges,
    climb,
    densities,
    find_peaks,
)

Floats = npt.NDArray[np.float64]

LEAST_EVENTS = 1_000
"""Of a tube. With one precursor in fifty dividing twice, forty cells are left to tell it by."""
LEAST_CONTROL_EVENTS = 500
"""Of a control: the middle of its peak is then known to a twentieth of its spread."""
WIDEST = 0.45
"""Largest spread (natural logarithm) of the undivided control. Peaks are ln 2 apart: at 0.45 they
lie 1.5 spreads from each other, and cells in neighbours can no longer be told apart."""
MOST_GENERATIONS = 10
"""Precursors of a tenth generation are a thousandth of its cells."""
SEPARATION = 0.5
"""A generation is told from later ones as long as its dye is this many robust standard deviations
of the unlabelled cells' light."""
MISFIT_LOOK, MISFIT_REFUSED = 0.02, 0.06
"""Share of the events that stand elsewhere than the fitted generations say, beyond chance: from the
first on a person has to look, from the second on nothing is reported. Simulated tubes of another
model than the fitted one stay below 0.02 (``validation/dye_dilution``)."""

_FLOOR_POINTS = 11
_CONTROL_BOUNDS = ((-0.35, 0.35), (-0.5, 0.5), (-0.97, 0.97))
_CONTROL_PRIORS = np.array([0.2, 0.2, 0.8])
_UNASKED = 2
"""Generations a control is given for cells that divided unasked."""


class Refusal(StrEnum):
    """Why generations cannot be told."""

    FEW_EVENTS = "few_events"
    FEW_CONTROL_EVENTS = "few_control_events"
    CONTROL_NOT_LABELLED = "control_not_labelled"
    CONTROL_TOO_WIDE = "control_too_wide"
    UNDIVIDED_NOT_FOUND = "undivided_not_found"
    SPACING_NOT_FOUND = "spacing_not_found"
    POOR_FIT = "poor_fit"


class NotIdentifiedError(Exception):
    """Generations cannot be told from these events.

    Parameters
    ----------
    reason
        Why.
    value
        The number that was asked for more, in the reason's own terms: events, generations that can
        be told, spread, shift, spacing or share of misplaced events.
    """

    def __init__(self, reason: Refusal, value: float) -> None:
        super().__init__(f"{reason}: {value:g}")
        self.reason = reason
        self.value = value


@dataclass(frozen=True, slots=True, kw_only=True)
class DyeFit:
    """Generations of one tube.

    Parameters
    ----------
    cells
        Cells in each generation from 0 on, shape (generations + 1,).
    covariance
        Of the cells, shape (generations + 1, generations + 1), with what is not known of the peaks'
        places, inflated by the dispersion.
    shift
        Factor by which the undivided peak stands from the control's.
    spacing, spacing_low, spacing_high
        Factor between generations, with its interval.
    widening
        Spread of the undivided peak over the control's.
    broadening
        Variance of the natural logarithm that each division adds.
    glow
        Own light of cells that divided over that of unlabelled cells.
    indices
        Of the cells.
    intervals
        Of the indices.
    events
        Events fitted.
    dispersion
        Pearson's chi-square over its degrees of freedom, 1 at least.
    misfit
        Share of the events that stand elsewhere than the fit says, beyond chance.
    edges
        Of the bins, in linear units, shape (b + 1,).
    observed
        Events in each bin, shape (b,).
    fitted
        Of each generation in each bin, shape (generations + 1, b).
    last_is_open
        Whether the last generation is the last that can be told, so that it holds later ones.
    """

    cells: tuple[float, ...]
    covariance: Floats = field(repr=False)
    shift: float
    spacing: float
    spacing_low: float
    spacing_high: float
    widening: float
    broadening: float
    glow: float
    indices: DivisionIndices
    intervals: IndexIntervals
    events: int
    dispersion: float
    misfit: float
    edges: Floats = field(repr=False)
    observed: Floats = field(repr=False)
    fitted: Floats = field(repr=False)
    last_is_open: bool

    @property
    def generations(self) -> int:
        """The last generation found."""
        return len(self.cells) - 1

    @property
    def medians(self) -> tuple[float, ...]:
        """Height-weighted middle of each generation in linear units."""
        return tuple(_median_of(row, self.edges) for row in self.fitted)


def dye_control(
    undivided: Sequence[float] | Floats, unlabelled: Sequence[float] | Floats
) -> DyeControl:
    """Learn from the controls where the undivided cells and the floor stand.

    Parameters
    ----------
    undivided
        Events of labelled cells that were not stimulated, linear units, shape (n,).
    unlabelled
        Events of cells without dye, shape (m,); empty where none were measured, the floor is then
        taken to be nothing.

    Returns
    -------
    DyeControl
        Median and spread are those of the main peak, so that a few cells that divided unasked do
        not move them.

    Raises
    ------
    NotIdentifiedError
        Too few cells, a control that is hardly brighter than cells without dye, or one so wide that
        generations overlap.

    Examples
    --------
    >>> light = 10_000 * np.exp(0.2 * special.ndtri((np.arange(4000) + 0.5) / 4000))
    >>> control = dye_control(light, [])
    >>> round(control.spread, 2), control.generations
    (0.2, 10)
    """
    values, dark = np.asarray(undivided, np.float64), np.asarray(unlabelled, np.float64)
    if values.size < LEAST_CONTROL_EVENTS:
        raise NotIdentifiedError(Refusal.FEW_CONTROL_EVENTS, values.size)
    if 0 < dark.size < LEAST_CONTROL_EVENTS:
        raise NotIdentifiedError(Refusal.FEW_CONTROL_EVENTS, dark.size)
    floor, floor_spread = _floor(dark)
    dye = values - floor[len(floor) // 2]
    lit = dye[dye > 0]
    if lit.size < 0.5 * values.size:
        raise NotIdentifiedError(Refusal.CONTROL_NOT_LABELLED, 0)
    log_median, spread = _main_peak(np.log(lit))
    generations = _told(log_median, floor_spread)
    if generations < 2:
        raise NotIdentifiedError(Refusal.CONTROL_NOT_LABELLED, generations)
    # The floor's own spread is part of what is seen; the dye's is what is left.
    seen = spread**2 - (floor_spread / math.exp(log_median)) ** 2
    first = DyeControl(
        log_median=log_median,
        spread=math.sqrt(max(seen, 0.02**2)),
        slant=0.0,
        floor=tuple(floor.tolist()),
        floor_spread=floor_spread,
        generations=generations,
        events=values.size,
        floor_events=dark.size,
    )
    refined = _refined(values, first)
    if refined.spread > WIDEST:
        raise NotIdentifiedError(Refusal.CONTROL_TOO_WIDE, refined.spread)
    return refined


def _refined(values: Floats, first: DyeControl) -> DyeControl:
    """Return the control with the shape that makes its events likeliest, divided cells aside."""
    edges = bin_edges(first)
    observed = binned(values, edges)

    def shaped(places: Floats) -> DyeControl:
        return replace(
            first,
            log_median=first.log_median + float(places[0]),
            spread=first.spread * math.exp(float(places[1])),
            slant=float(places[2]),
        )

    def shares(places: Floats) -> Floats:
        still = np.zeros(len(START))
        return densities(still, min(_UNASKED, first.generations), edges, shaped(places))

    # The likelihood is flat where the slant is none: the search begins on both sides of it.
    found = [
        climb(
            observed,
            shares,
            np.array([0.0, 0.0, slant]),
            bounds=_CONTROL_BOUNDS,
            priors=_CONTROL_PRIORS,
        )
        for slant in (-0.6, 0.6)
    ]
    return shaped(min(found, key=lambda ended: ended[1])[0])


def fit_generations(
    events: Sequence[float] | Floats, control: DyeControl, *, level: float = 0.95
) -> DyeFit:
    """Fit generations to the events of a tube.

    Parameters
    ----------
    events
        Light of each cell, linear units, shape (n,).
    control
        What the controls say.
    level
        Of the intervals.

    Returns
    -------
    DyeFit
        Generations up to the last whose cells lower Schwarz's criterion, at most to the last that
        the control can tell.

    Raises
    ------
    NotIdentifiedError
        Too few events, peaks at their bounds, or events that lie elsewhere than the generations.

    Examples
    --------
    >>> normal = special.ndtri((np.arange(4000) + 0.5) / 4000)
    >>> control = dye_control(10_000 * np.exp(0.2 * normal), [])
    >>> half = np.concatenate([10_000 * np.exp(0.2 * normal), 5_000 * np.exp(0.2 * normal)])
    >>> round(fit_generations(half, control).indices.percent_divided, 2)
    0.33
    """
    values = np.asarray(events, np.float64)
    if values.size < LEAST_EVENTS:
        raise NotIdentifiedError(Refusal.FEW_EVENTS, values.size)
    edges = bin_edges(control)
    observed = binned(values, edges)
    peaks = find_peaks(observed, edges, control)
    last = len(peaks.cells) - 1
    fitted = peaks.cells[:, None] * densities(peaks.places, last, edges, control)
    misfit = _misfit(observed, fitted.sum(axis=0))
    if misfit > MISFIT_REFUSED:
        raise NotIdentifiedError(Refusal.POOR_FIT, misfit)
    _check(peaks.places, float(peaks.cells[1:].sum()) / values.size)
    shift, spacing, widening, broadening, glow = (float(place) for place in peaks.places)
    z = float(special.ndtri(0.5 + level / 2))
    return DyeFit(
        cells=tuple(peaks.cells.tolist()),
        covariance=peaks.covariance,
        shift=math.exp(shift),
        spacing=2 * math.exp(spacing),
        spacing_low=2 * math.exp(spacing - z * float(peaks.errors[1])),
        spacing_high=2 * math.exp(spacing + z * float(peaks.errors[1])),
        widening=math.exp(widening),
        broadening=broadening,
        glow=math.exp(glow),
        indices=indices_of(peaks.cells),
        intervals=index_intervals(peaks.cells, peaks.covariance, level=level),
        events=values.size,
        dispersion=peaks.dispersion,
        misfit=misfit,
        edges=edges,
        observed=observed,
        fitted=fitted,
        last_is_open=last == control.generations and peaks.cells[-1] > 0.01 * values.size,
    )


def binned(values: Floats, edges: Floats) -> Floats:
    """Count events in bins; those beyond the last edge are in the last bin.

    Parameters
    ----------
    values
        Shape (n,).
    edges
        Shape (b + 1,).

    Returns
    -------
    ndarray
        Shape (b,).
    """
    counts = np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0]
    return counts.astype(np.float64)


def _floor(dark: Floats) -> tuple[Floats, float]:
    if not dark.size:
        return np.zeros(1), 0.0
    shares = (np.arange(_FLOOR_POINTS) + 0.5) / _FLOOR_POINTS
    low, middle, high = np.quantile(dark, [special.ndtr(-1.0), 0.5, special.ndtr(1.0)])
    floor = np.quantile(dark, shares)
    floor[_FLOOR_POINTS // 2] = middle
    return floor, float(high - low) / 2


def _main_peak(logs: Floats) -> tuple[float, float]:
    """Return mean and spread of the main peak, by its upper side and around its mode."""
    centre = float(np.median(logs))
    spread = 1.4826 * float(np.median(np.abs(logs - centre)))
    for _ in range(50):
        # Cells that divided lie to the left: of each side no more than 1.5 spreads is believed.
        inside = logs[np.abs(logs - centre) <= 1.5 * spread]
        moved = float(inside.mean())
        # Standard deviation of a normal distribution that is cut off at 1.5 on both sides.
        widened = float(inside.std()) / 0.74298
        if abs(moved - centre) < 1e-6 and abs(widened - spread) < 1e-6:
            break
        centre, spread = moved, widened
    return centre, spread


def _told(log_median: float, floor_spread: float) -> int:
    if floor_spread == 0:
        return MOST_GENERATIONS
    halvings = (log_median - math.log(SEPARATION * floor_spread)) / math.log(2)
    return min(max(int(halvings), 0), MOST_GENERATIONS)


def _check(places: Floats, divided: float) -> None:
    """Refuse peaks that stand at a bound, where there are cells to say so."""
    near = 1e-3
    low, high = BOUNDS[0]
    if not low + near < places[0] < high - near:
        raise NotIdentifiedError(Refusal.UNDIVIDED_NOT_FOUND, math.exp(places[0]))
    low, high = BOUNDS[1]
    if divided > 0.05 and not low + near < places[1] < high - near:
        raise NotIdentifiedError(Refusal.SPACING_NOT_FOUND, 2 * math.exp(places[1]))


def _misfit(observed: Floats, fitted: Floats) -> float:
    total = observed.sum()
    # What chance alone would misplace: the mean absolute deviation of a Poisson count.
    chance = np.sqrt(2 / math.pi * np.maximum(fitted, 0.0))
    return max(float((np.abs(observed - fitted) - chance).sum()) / (2 * float(total)), 0.0)


def _median_of(heights: Floats, edges: Floats) -> float:
    total = np.concatenate([[0.0], np.cumsum(heights)])
    return float(np.interp(total[-1] / 2, total, edges))
