"""What simulated donations answer: probabilities, donations, days, area, and what drives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from stroma.planning.distributions import Array, Distribution, Flags, Stream
from stroma.planning.results import Demand, Range, SourceAnswers
from stroma.planning.simulate import Draws, Simulated, simulate

MOST_DONATIONS: Final = 1000
"""More donations than this are not planned: the answer is then "more than"."""
CURVE_POINTS: Final = 60
MOST_SHOWN: Final = 1e6
"""Doses up to which the curve runs: two donors leave growth so open that its end has no sense."""
PERCENTILES: Final = (5, 50, 95)


def answer(
    inputs: Mapping[str, Distribution],
    demand: Demand,
    *,
    shape: tuple[int, int],
    stream: Stream,
) -> SourceAnswers:
    """Answer what one source gives.

    Parameters
    ----------
    inputs
        Input name to its spread.
    demand
        What is asked.
    shape
        Laboratories, donations of each.
    stream
        Where chance comes from.

    Returns
    -------
    SourceAnswers
        All answers the inputs allow.
    """
    done = simulate(inputs, demand, shape=shape, stream=stream)
    enough = done.doses >= demand.doses
    whole = "batch_yield" in inputs
    donations, searched, chance = _donations(inputs, demand, done, shape=shape, stream=stream)
    peak, total, medium = (None, None, None) if whole else _area(done, demand)
    return SourceAnswers(
        route="whole" if whole else "passages",
        probability=float(enough.mean()),
        standard_error=_standard_error(enough.astype(float)),
        doses=_range(done.doses),
        curve=_curve(done.doses, demand.doses),
        donations=donations,
        searched=searched,
        probability_of_donations=chance,
        by_passage=()
        if whole
        else tuple(
            (passage, float((doses >= demand.doses).mean()))
            for passage, doses in enumerate(done.by_passage)
        ),
        ready_passage=None if whole or not enough.any() else _range(_ready(done, demand)[enough]),
        ready_days=_days(done, demand, enough),
        days_from="donation" if whole or "primary_days" in inputs else "first harvest",
        doublings=None if whole else _range(done.doublings[-1]),
        peak_area=peak,
        total_area=total,
        medium=medium,
        drivers=drivers(done.draws, done),
    )


def _range(values: Array) -> Range:
    low, median, high = np.percentile(values, PERCENTILES)
    return Range(float(median), float(low), float(high))


def _standard_error(happened: Array) -> float:
    """Return the error of a mean of donations that share their laboratories."""
    by_laboratory = happened.mean(axis=1)
    return float(by_laboratory.std(ddof=1) / np.sqrt(by_laboratory.size))


def _curve(doses: Array, asked: int) -> tuple[tuple[int, float], ...]:
    """Return the probability of at least so many doses, at round and spread-out numbers."""
    most = max(min(float(np.percentile(doses, 99.5)), MOST_SHOWN), asked, 2)
    numbers = np.unique(
        np.concatenate([np.geomspace(1, most, CURVE_POINTS).round(), [float(asked)]])
    ).astype(int)
    ordered = np.sort(doses, axis=None)
    reached = ordered.size - np.searchsorted(ordered, numbers, side="left")
    return tuple(
        (int(n), float(share)) for n, share in zip(numbers, reached / ordered.size, strict=True)
    )


def _donations(
    inputs: Mapping[str, Distribution],
    demand: Demand,
    done: Simulated,
    *,
    shape: tuple[int, int],
    stream: Stream,
) -> tuple[int | None, int, float]:
    """Return how many donations give the doses with the confidence asked for."""
    sums = np.zeros(shape[0])
    doses, searched, chance = done.doses, 0, 0.0
    for block in range(1, MOST_DONATIONS // shape[1] + 1):
        running = sums[:, np.newaxis] + np.cumsum(doses, axis=1)
        chances = (running >= demand.doses).mean(axis=0)
        if chances[-1] >= demand.confidence:
            first = int(np.argmax(chances >= demand.confidence))
            return searched + first + 1, searched + first + 1, float(chances[first])
        sums, searched, chance = running[:, -1], searched + shape[1], float(chances[-1])
        if not doses.any():
            break
        if searched < MOST_DONATIONS:
            more = Stream(stream.seed, stream.source, block)
            doses = simulate(inputs, demand, shape=shape, stream=more).doses
    return None, searched, chance


def _ready(done: Simulated, demand: Demand) -> Array:
    """Return the first passage at which a donation has given the doses."""
    first: Array = np.argmax(done.by_passage >= demand.doses, axis=0).astype(np.float64)
    return first


def _days(done: Simulated, demand: Demand, enough: Flags) -> Range | None:
    if done.days is None or not enough.any():
        return None
    ready = _ready(done, demand).astype(int)
    days = np.take_along_axis(done.days, ready[np.newaxis], axis=0)[0]
    return _range(days[enough])


def _area(done: Simulated, demand: Demand) -> tuple[Range | None, Range | None, Range | None]:
    """Return flask area of the last passage and of all passages, and the medium in litres.

    Only so many cells are carried on as the doses need: the harvest of each passage is what is
    needed at the end, divided by all growth that follows it.
    """
    density = done.draws.get("harvest_density")
    gives = done.doses > 0
    if density is None or not gives.any() or len(done.cells) == 1:
        return None, None, None
    at = np.argmax(done.by_passage >= np.minimum(done.doses, demand.doses), axis=0)
    last = np.take_along_axis(done.cells, at[np.newaxis], axis=0)[0]
    grown = np.cumsum(done.cells, axis=0) - done.cells[0]
    of_all = np.take_along_axis(grown, at[np.newaxis], axis=0)[0]
    peak = np.where(at > 0, done.cells_needed / density, 0.0)
    total = done.cells_needed / last * of_all / density
    medium = None
    if "medium_per_area" in done.draws and "medium_fillings" in done.draws:
        litres = total * done.draws["medium_per_area"] * done.draws["medium_fillings"] / 1000
        medium = _range(litres[gives])
    return _range(peak[gives]), _range(total[gives]), medium


def drivers(drawn: Draws, done: Simulated) -> tuple[tuple[str, float], ...]:
    """Return which inputs drive the spread of the doses.

    Parameters
    ----------
    drawn
        Draws of every input.
    done
        What came of them.

    Returns
    -------
    tuple of (input, share)
        The squared rank correlation (Spearman) of each input with the doses, as a share of their
        sum; the largest first, shares below one in a hundred left out.
    """
    doses = _ranks(done.doses)
    if doses is None:
        return ()
    shares: dict[str, float] = {}
    events = {"isolated": "isolation_success", "released": "release_rate"}
    for name, values in drawn.items():
        if name in events.values():
            continue
        ranks = _ranks(values)
        if ranks is not None:
            shares[events.get(name, name)] = float(np.mean(ranks * doses)) ** 2
    total = sum(shares.values())
    if total == 0:
        return ()
    told = sorted(((n, s / total) for n, s in shares.items()), key=lambda pair: -pair[1])
    return tuple((name, share) for name, share in told if share >= 0.01)


MOST_RANKED: Final = 20_000
"""Donations whose ranks are taken: enough for shares to a hundredth."""


def _ranks(values: Array) -> Array | None:
    """Return ranks, ties at their middle, with mean 0 and variance 1."""
    step = max(1, values.size // MOST_RANKED)
    flat = values.ravel()[::step]
    unique, places, counts = np.unique(flat, return_inverse=True, return_counts=True)
    if unique.size == 1:
        return None
    middle = np.cumsum(counts) - (counts + 1) / 2
    ranks = middle[places]
    return np.asarray((ranks - ranks.mean()) / ranks.std())
