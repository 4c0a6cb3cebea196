"""The peaks a dilution is made of, and the search for where they stand.

The model is told in :mod:`stroma.stats.dye_dilution`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

Floats = npt.NDArray[np.float64]

SHIFT = (math.log(0.7), math.log(1.43))
"""Bounds of how far the undivided peak may stand from the control's: cells that were activated are
larger and shed dye; half a generation would be a guess at which peak is which."""
SPACING = (1.7, 2.3)
"""Bounds of the factor between generations."""
WIDENING = (0.75, 1.5)
"""Bounds of the undivided peak's spread over the control's."""
BROADENING = 0.04
"""Most variance (of the natural logarithm) a division may add: shares of 0.4 and 0.6."""
GLOW = (0.7, 1.6)
"""Bounds of the own light of cells that divided over that of unlabelled cells."""
PRIORS = np.array([0.08, 0.04, 0.12, 0.0025, 0.06])
"""Standard deviations of normal weights on ln shift, ln r/2, ln widening, added variance, ln glow:
where the events say nothing of a peak's place (no cell divided), it stays at the control's."""
BOUNDS: tuple[tuple[float, float], ...] = (
    SHIFT,
    (math.log(SPACING[0] / 2), math.log(SPACING[1] / 2)),
    (math.log(WIDENING[0]), math.log(WIDENING[1])),
    (0.0, BROADENING),
    (math.log(GLOW[0]), math.log(GLOW[1])),
)
"""Of the five places that are searched, in the order of :data:`PRIORS`."""
PLACES = len(BOUNDS)
START = np.array([0.0, 0.0, 0.0, 0.0025, 0.0])

BINS = 128
_LEAST_SHARE = 1e-12
_EM_ROUNDS = 2_000
_EM_TOLERANCE = 1e-9
_STEP = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class DyeControl:
    """What the controls say of the dye.

    Parameters
    ----------
    log_median, spread
        Mean and standard deviation of the natural logarithm of an undivided cell's dye.
    slant
        Of its skew-normal distribution (delta), -1 to 1; 0 for a normal one.
    floor
        Quantiles of the light of cells without dye, equally likely, shape (k,).
    floor_spread
        Its robust standard deviation; 0 where no unlabelled control was given.
    generations
        The last generation that can be told from the next.
    events, floor_events
        Cells behind both.
    """

    log_median: float
    spread: float
    slant: float
    floor: tuple[float, ...] = field(repr=False)
    floor_spread: float
    generations: int
    events: int
    floor_events: int

    @property
    def floor_median(self) -> float:
        """Light of the middle cell without dye."""
        return self.floor[len(self.floor) // 2]


@dataclass(frozen=True, slots=True)
class Peaks:
    """Where the peaks of a tube stand, and how surely.

    Parameters
    ----------
    places
        Of ln shift, ln r/2, ln widening, added variance and ln glow, in this order.
    errors
        Standard errors; 0 for a place at its bound.
    cells
        Cells of each generation.
    covariance
        Of the cells, inflated by the dispersion.
    dispersion
        Pearson's chi-square over its degrees of freedom, 1 at least.
    """

    places: Floats
    errors: Floats
    cells: Floats
    covariance: Floats
    dispersion: float


def bin_edges(control: DyeControl) -> Floats:
    """Return edges of bins, equal on an inverse hyperbolic sine scale, linear within the floor.

    Parameters
    ----------
    control
        Of the tube.

    Returns
    -------
    ndarray
        Shape (:data:`BINS` + 1,), in linear units.
    """
    turn, low, high = _scale(control)
    edges: Floats = turn * np.sinh(np.linspace(low, high, BINS + 1))
    return edges


def shown_positions(values: Sequence[float], control: DyeControl) -> tuple[float, ...]:
    """Return where values stand on the scale the bins are equal on.

    Parameters
    ----------
    values
        In linear units.
    control
        Of the tube.

    Returns
    -------
    tuple of float
        0 at the first edge of :func:`bin_edges`, 1 at the last.
    """
    turn, low, high = _scale(control)
    return tuple((math.asinh(value / turn) - low) / (high - low) for value in values)


def _scale(control: DyeControl) -> tuple[float, float, float]:
    """Return where the scale turns from linear to logarithmic, and its ends."""
    top = math.exp(control.log_median + 6 * max(control.spread, 0.1)) + control.floor[-1]
    smallest = math.exp(control.log_median) / 2.0 ** (control.generations + 1)
    turn = max(control.floor_spread, smallest)
    low = min(control.floor[0], 0.0) - 6 * turn
    return turn, math.asinh(low / turn), math.asinh(top / turn)


def densities(places: Floats, last: int, edges: Floats, control: DyeControl) -> Floats:
    """Return the share of each generation's cells in each bin.

    Parameters
    ----------
    places
        As in :class:`Peaks`.
    last
        The last generation.
    edges
        Of the bins, shape (b + 1,).
    control
        Of the tube.

    Returns
    -------
    ndarray
        Shape (last + 1, b); the outermost bins hold what lies beyond them.
    """
    below = skew_normal(_standing(places, last, edges, control).z, control.slant).mean(axis=1)
    below[:, 0], below[:, -1] = 0.0, 1.0
    made: Floats = np.maximum(np.diff(below, axis=1), _LEAST_SHARE)
    return made


@dataclass(frozen=True, slots=True)
class _Standing:
    """How far each edge lies from the middle of each generation, for each part of the floor.

    Parameters
    ----------
    z
        In spreads, shape (g, f, b + 1).
    above
        Light above the floor, of the same shape.
    floor
        Shape (g, f).
    spreads
        Shape (g,).
    own
        Variance of the peak before cells divided.
    """

    z: Floats
    above: Floats
    floor: Floats
    spreads: Floats
    own: float


def _standing(places: Floats, last: int, edges: Floats, control: DyeControl) -> _Standing:
    shift, spacing, widening, broadening, glow = places
    generation = np.arange(last + 1)
    middles = control.log_median + shift - generation * (math.log(2) + spacing)
    own = (control.spread * math.exp(widening)) ** 2
    spreads = np.sqrt(own + generation * broadening)
    floor = np.multiply.outer(np.where(generation > 0, math.exp(glow), 1.0), control.floor)
    above = np.maximum(edges - floor[:, :, None], 0.0)
    with np.errstate(divide="ignore"):
        z = (np.log(above) - middles[:, None, None]) / spreads[:, None, None]
    return _Standing(z, above, floor, spreads, own)


def density_slopes(
    places: Floats, shares: Floats, edges: Floats, control: DyeControl
) -> tuple[Floats, ...]:
    """Return how every share of :func:`densities` moves with each place.

    Parameters
    ----------
    places, edges, control
        As there.
    shares
        What it returned for them, shape (g, b).

    Returns
    -------
    tuple of ndarray
        One a place, each of the shape of the shares.

    Notes
    -----
    By the chain rule through the standard deviations from each middle: it takes a density only,
    where differences would take ten distribution functions, which are dear.
    """
    at = _standing(places, len(shares) - 1, edges, control)
    generation = np.arange(len(shares))
    inside = at.above > 0
    z = np.where(inside, at.z, 0.0)
    density = np.where(inside, skew_density(z, control.slant), 0.0)
    spreads = at.spreads[:, None, None]
    to_left = -density / spreads
    wider = to_left * z
    floor = np.where(generation[:, None] > 0, at.floor, 0.0)[:, :, None]
    moves = (
        to_left.mean(axis=1),
        -generation[:, None] * to_left.mean(axis=1),
        wider.mean(axis=1) * (at.own / at.spreads)[:, None],
        wider.mean(axis=1) * (generation / (2 * at.spreads))[:, None],
        (to_left * floor / np.where(inside, at.above, 1.0)).mean(axis=1),
    )
    held = shares > _LEAST_SHARE
    made = []
    for moved in moves:
        # The outermost bins hold what lies beyond them, wherever the peaks stand.
        moved[:, 0], moved[:, -1] = 0.0, 0.0
        made.append(np.where(held, np.diff(moved, axis=1), 0.0))
    return tuple(made)


def skew_normal(z: Floats, slant: float) -> Floats:
    """Return the distribution function of a skew-normal of mean 0 and variance 1.

    Parameters
    ----------
    z
        Places; minus infinity is one.
    slant
        Delta of Azzalini A. Scand J Stat 1985;12:171, -1 < delta < 1.

    Returns
    -------
    ndarray
        Shape of ``z``.

    Examples
    --------
    >>> skew_normal(np.array([-np.inf, 0.0]), 0.0).tolist()
    [0.0, 0.5]
    """
    if slant == 0:
        plain: Floats = special.ndtr(z)
        return plain
    scale = 1.0 / math.sqrt(1.0 - 2.0 * slant**2 / math.pi)
    moved = (z + scale * slant * math.sqrt(2.0 / math.pi)) / scale
    shape = slant / math.sqrt(1.0 - slant**2)
    made: Floats = np.clip(special.ndtr(moved) - 2.0 * special.owens_t(moved, shape), 0.0, 1.0)
    return made


def skew_density(z: Floats, slant: float) -> Floats:
    """Return the density whose distribution function is :func:`skew_normal`.

    Parameters
    ----------
    z, slant
        As there.

    Returns
    -------
    ndarray
        Shape of ``z``.

    Examples
    --------
    >>> skew_density(np.array([0.0]), 0.0).round(6).tolist()
    [0.398942]
    """
    scale = 1.0 / math.sqrt(1.0 - 2.0 * slant**2 / math.pi)
    moved = (z + scale * slant * math.sqrt(2.0 / math.pi)) / scale
    shape = slant / math.sqrt(1.0 - slant**2)
    normal = np.exp(-0.5 * moved**2) / math.sqrt(2.0 * math.pi)
    made: Floats = 2.0 * normal * special.ndtr(shape * moved) / scale
    return made


def likeliest_cells(observed: Floats, shares: Floats, start: Floats | None = None) -> Floats:
    """Return the cells of each generation that make the events likeliest.

    Parameters
    ----------
    observed
        Events in each bin, shape (b,).
    shares
        Of each generation in each bin, shape (g, b).
    start
        Where expectation and maximisation begin; evenly where ``None``.

    Returns
    -------
    ndarray
        Shape (g,); their sum is that of the events.
    """
    total = observed.sum()
    cells = np.full(len(shares), total / len(shares)) if start is None else np.maximum(start, 1e-3)
    seen = observed > 0
    counts, held = observed[seen], shares[:, seen]
    for _ in range(_EM_ROUNDS):
        moved = cells * (held @ (counts / (cells @ held)))
        if float(np.abs(moved - cells).max()) < _EM_TOLERANCE * total:
            return moved
        cells = moved
    return cells


def climb(
    observed: Floats,
    shares: Callable[[Floats], Floats],
    start: Floats,
    *,
    bounds: Sequence[tuple[float, float]],
    priors: Floats,
    moves: Callable[[Floats, Floats], Sequence[Floats]] | None = None,
) -> tuple[Floats, float]:
    """Find the places that make the events likeliest, each with its own best cells.

    Parameters
    ----------
    observed
        Events in each bin, shape (b,).
    shares
        Places to the share of each generation in each bin.
    start
        Where to begin, shape (p,).
    bounds, priors
        Of the places: ends, and standard deviations of a normal weight around 0.
    moves
        Places and their shares to how these move with each; by differences where ``None``.

    Returns
    -------
    places
        Shape (p,).
    cost
        Minus the logarithm of their likelihood, with the weights.
    """
    held: list[Floats | None] = [None]

    def cost(places: Floats) -> tuple[float, Floats]:
        made = shares(places)
        cells = held[0] = likeliest_cells(observed, made, held[0])
        # At the best cells only the places' own slope is left of the likelihood's.
        ratio = observed / (cells @ made)
        moving = slopes(shares, places) if moves is None else moves(places, made)
        slope = np.array([-float(cells @ (moved @ ratio)) for moved in moving])
        weight = 0.5 * float(np.sum((places / priors) ** 2))
        return unlikeliness(observed, cells @ made) + weight, slope + places / priors**2

    found = optimize.minimize(
        cost, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 80}
    )
    return np.asarray(found.x, np.float64), float(found.fun)


def slopes(shares: Callable[[Floats], Floats], places: Floats) -> list[Floats]:
    """Return how every share moves with each place.

    Parameters
    ----------
    shares
        Places to shares.
    places
        Where.

    Returns
    -------
    list of ndarray
        One a place, each of the shape of the shares.
    """
    made = []
    for index in range(len(places)):
        step = np.zeros(len(places))
        step[index] = _STEP
        made.append((shares(places + step) - shares(places - step)) / (2 * _STEP))
    return made


def unlikeliness(observed: Floats, expected: Floats) -> float:
    """Return minus the multinomial log-likelihood, without its constant.

    Parameters
    ----------
    observed, expected
        Events in each bin.

    Returns
    -------
    float
        In natural logarithms.
    """
    return -float(observed @ np.log(expected / observed.sum()))


def find_peaks(observed: Floats, edges: Floats, control: DyeControl) -> Peaks:
    """Find how many generations there are, where they stand and how many cells each holds.

    Parameters
    ----------
    observed
        Events in each bin.
    edges
        Of the bins.
    control
        Of the tube.

    Returns
    -------
    Peaks
        With the last generation that lowers Schwarz's criterion.
    """

    def upto(last: int) -> Callable[[Floats], Floats]:
        return lambda places: densities(places, last, edges, control)

    def moves(places: Floats, shares: Floats) -> Sequence[Floats]:
        return density_slopes(places, shares, edges, control)

    last = control.generations
    places, _ = climb(observed, upto(last), START, bounds=BOUNDS, priors=PRIORS, moves=moves)
    needed = _last_needed(observed, densities(places, last, edges, control))
    if needed < last:
        last = needed
        places, _ = climb(observed, upto(last), places, bounds=BOUNDS, priors=PRIORS, moves=moves)
    made = upto(last)(places)
    return _with_errors(observed, places, made, moves(places, made))


def _last_needed(observed: Floats, shares: Floats) -> int:
    """Return the last generation that lowers Schwarz's criterion, peaks as they are."""
    penalty = 0.5 * math.log(observed.sum())
    cells = likeliest_cells(observed, shares)
    cost, last = unlikeliness(observed, cells @ shares), len(shares) - 1
    while last > 0:
        fewer = likeliest_cells(observed, shares[:last], cells[:last])
        without = unlikeliness(observed, fewer @ shares[:last])
        if without - cost > penalty:
            break
        cells, cost, last = fewer, without, last - 1
    return last


def _with_errors(observed: Floats, places: Floats, made: Floats, moving: Sequence[Floats]) -> Peaks:
    """Return the peaks with errors from the information of cells and places together."""
    cells = likeliest_cells(observed, made)
    expected = cells @ made
    # A place at its bound is held there: it has no error of the ordinary kind.
    free = np.array([low < at < high for at, (low, high) in zip(places, BOUNDS, strict=True)])
    moves = [cells @ moved for moved, is_free in zip(moving, free, strict=True) if is_free]
    there = np.flatnonzero(cells > 0.5)
    design = np.vstack([made[there], *moves])
    information = (design / np.maximum(expected, 1e-9)) @ design.T
    weights = np.concatenate([np.zeros(there.size), PRIORS[free] ** -2])
    inverse = np.linalg.pinv(information + np.diag(weights), rcond=1e-12, hermitian=True)
    dispersion = _dispersion(observed, expected, len(design))
    covariance = np.zeros((len(cells), len(cells)))
    covariance[np.ix_(there, there)] = inverse[: there.size, : there.size] * dispersion
    errors = np.zeros(PLACES)
    errors[free] = np.sqrt(np.maximum(np.diag(inverse)[there.size :], 0.0) * dispersion)
    return Peaks(places, errors, cells, covariance, dispersion)


def _dispersion(observed: Floats, expected: Floats, parameters: int) -> float:
    # Pearson's sum is chi-square where five events or more are expected (Cochran 1954).
    dense = expected >= 5
    freedom = max(int(dense.sum()) - parameters, 1)
    lack = (observed[dense] - expected[dense]) ** 2 / expected[dense]
    return max(float(lack.sum()) / freedom, 1.0)
