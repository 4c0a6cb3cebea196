"""Stretches of an acquisition in which the signals stand elsewhere than in the rest of it.

A clog, a bubble or a change of sample shifts what every event shows, whatever its kind. Events are
compared by their ranks within the tube, so that no scale has to be chosen and the variation of a
stable tube is known beforehand instead of estimated from the tube itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from stroma.cytometry.gates import GateResult
from stroma.records import Channel, Events, FloatArray
from stroma.texts import Text, join, text

UNSTABLE_TIME: Final = "unstable_time/1"

SHIFT: Final = 0.14
"""Shift of the mean rank from which a bin counts as unstable: an event of it lies above (or further
out than) one of the bulk with a probability of 0.64 instead of 0.5. Vargha A, Delaney HD. J Educ
Behav Stat 2000;25:101-132 call that a medium effect; smaller ones are drift and are kept."""

BIN_EVENTS: Final = 200
"""Events of a bin at least. The mean rank of n events has the standard error 1 / sqrt(12 n), which
is 0.0204 here: the bound is 6.9 of them, beyond which chance puts one bin in 10¹¹."""

MOST_BINS: Final = 200
"""Bins at most, each then half a per cent of the acquisition; of longer tubes as many events as
fill these bins are looked at, evenly spaced."""

LEAST_BINS: Final = 8
"""Fewer bins show no bulk to compare with."""

SHORTEST_STABLE: Final = 5
"""A stable stretch of fewer bins between two unstable ones is excluded with them: the default of
Emmaneel A et al. Cytometry A 2022;101:325-338."""

UNSTABLE_THROUGHOUT: Final = "unstable throughout"
"""Rule of the gate where it found no bulk to keep."""

TIME_NAMES: Final = ("TIME", "HDR-T", "HDR-TM")
"""What the time channel is called, in capitals: the FCS standard's name (Spidlen J et al.
Cytometry A 2010;77:97-100, section 3.2.20) and Miltenyi's."""

Ranks = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive events in which a signal stands elsewhere.

    Parameters
    ----------
    first, last
        Its events, counted from 0; ``last`` is the first one after it.
    signal
        The signal that moved furthest.
    shift
        How far its mean rank moved, between -1 and 1.
    """

    first: int
    last: int
    signal: str
    shift: float


@dataclass(frozen=True, slots=True)
class _Score:
    """The ranks of one signal, or their distances from the middle, in order of acquisition."""

    signal: str
    values: Ranks
    of_bins: Ranks
    bulk: float

    @property
    def shifts(self) -> Ranks:
        return self.of_bins - self.bulk


def time_channel(channels: Sequence[Channel]) -> str | Text:
    """Return the channel that holds the time of each event, or why there is none.

    Parameters
    ----------
    channels
        The channels of a file.

    Returns
    -------
    str or Text
        Its name; a text where no channel or more than one is called so.

    Examples
    --------
    >>> time_channel([Channel("FSC-A"), Channel("Time")])
    'Time'
    """
    found = [channel.name for channel in channels if channel.name.strip().upper() in TIME_NAMES]
    match found:
        case []:
            return text("no time channel: unstable stretches not excluded")
        case [name]:
            return name
        case _:
            return text(
                "two time channels or more ({names}): unstable stretches not excluded",
                names=", ".join(found),
            )


def looked_at(events: int) -> int:
    """Return how many events stand for one that is looked at.

    Parameters
    ----------
    events
        Events of a tube.

    Returns
    -------
    int
        1 while :data:`MOST_BINS` bins of :data:`BIN_EVENTS` hold them all, more in longer tubes.

    Examples
    --------
    >>> looked_at(40_000), looked_at(1_000_000)
    (1, 25)
    """
    return max(math.ceil(events / (MOST_BINS * BIN_EVENTS)), 1)


def time_gate(
    time: FloatArray, signals: Mapping[str, FloatArray], *, every: int = 1, in_seconds: bool = True
) -> GateResult:
    """Exclude stretches of an acquisition in which a signal stands elsewhere than in its bulk.

    Parameters
    ----------
    time
        Time of each event in order of acquisition, shape (n,).
    signals
        Name of each signal to its values, finite: scatter and compensated fluorescence.
    every
        Of how many events the signals hold one; see :func:`looked_at`.
    in_seconds
        Whether time is in seconds, and not in ticks of unknown length.

    Returns
    -------
    GateResult
        Its cut is ``None``; the settings hold the bound, the events of a bin and the number of
        stretches. Where time does not pass or runs backwards, where there are too few events, or
        where more than half of the events would go, none is excluded, and the note or the rule
        says so.

    Notes
    -----
    Rate of flow is not looked at: a change of it that moves no signal changes no percentage.
    """
    everything = np.ones(time.size, dtype=np.bool_)
    if time.size < LEAST_BINS * BIN_EVENTS:
        return GateResult(everything, UNSTABLE_TIME, "too few events to judge")
    doubt = _doubt_of(time)
    if doubt is not None:
        return GateResult(everything, UNSTABLE_TIME, "none", note=doubt)
    stretches = [
        replace(found, first=found.first * every, last=min(found.last * every, time.size))
        for found in unstable_stretches(signals)
    ]
    settings = {
        "events a bin": float(_bin_events(time.size)),
        "shift": SHIFT,
        "stretches": float(len(stretches)),
    }
    if not stretches:
        return GateResult(everything, UNSTABLE_TIME, "stable", settings=settings)
    kept = everything.copy()
    for stretch in stretches:
        kept[stretch.first : stretch.last] = False
    if 2 * np.count_nonzero(kept) < time.size:
        return GateResult(everything, UNSTABLE_TIME, UNSTABLE_THROUGHOUT, settings=settings)
    note = _described(stretches, time, in_seconds=in_seconds)
    return GateResult(kept, UNSTABLE_TIME, "unstable stretch", settings=settings, note=note)


def _doubt_of(time: FloatArray) -> Text | None:
    """Return why the time of a tube says nothing; ``None`` where it can be used."""
    if not np.isfinite(time).all():
        return text("the time of an event is not a number: unstable stretches not excluded")
    back = int(np.count_nonzero(time[1:] < time[:-1]))
    if back:
        return text(
            "time runs backwards at {count} of {events} events: unstable stretches not excluded",
            count=back,
            events=int(time.size),
        )
    if time[0] == time[-1]:
        return text("time stands still: unstable stretches not excluded")
    return None


def is_in_seconds(events: Events) -> bool:
    """Tell whether the time of a file's events is in seconds.

    Parameters
    ----------
    events
        The events.

    Returns
    -------
    bool
        False where the file does not say how long a tick is, or says it unreadably.
    """
    unreadable = any(repair.keyword == "$TIMESTEP" for repair in events.repairs)
    return bool(events.keywords.get("$TIMESTEP", "").strip()) and not unreadable


def _described(stretches: Sequence[Stretch], time: FloatArray, *, in_seconds: bool) -> Text:
    told = []
    for stretch in stretches:
        start = round(float(time[stretch.first]), 2)
        end = round(float(time[min(stretch.last, time.size) - 1]), 2)
        signal = stretch.signal
        told.append(
            text("{start} to {end} s, most on {signal}", start=start, end=end, signal=signal)
            if in_seconds
            else text("{start} to {end} ticks, most on {signal}",
                      start=start, end=end, signal=signal)
        )  # fmt: skip
    return text("the signals stand elsewhere than in the rest: {stretches}",
                stretches=join(told, "; "))  # fmt: skip


def unstable_stretches(signals: Mapping[str, FloatArray]) -> tuple[Stretch, ...]:
    """Find the stretches in which a signal stands elsewhere than in the bulk of a tube.

    Events are put into bins in their order. For each signal the mean rank of each bin shows
    whether it moved, the mean distance of the ranks from their middle whether it spread (the
    statistics of Wilcoxon and of Ansari and Bradley). The bulk is the middle of the shortest half
    of the bins; a bin further than :data:`SHIFT` from it is unstable. The ends of a stretch are
    put where the sum of deviations turns.

    Parameters
    ----------
    signals
        Name of each signal to its values in order of acquisition, shape (n,), finite.

    Returns
    -------
    tuple of Stretch
        In order; none of them touch. Fewer than :data:`LEAST_BINS` bins give none.

    Notes
    -----
    Wilcoxon F. Biometrics Bull 1945;1:80-83; Ansari AR, Bradley RA. Ann Math Stat 1960;31:1174-
    1189; the bulk is the shorth of Andrews DF et al. Robust Estimates of Location, 1972.

    Examples
    --------
    >>> signal = np.random.default_rng(1).normal(size=4000)
    >>> signal[1000:1500] += 3
    >>> (found,) = unstable_stretches({"PE-A": signal})
    >>> abs(found.first - 1000) < 50, abs(found.last - 1500) < 50
    (True, True)
    """
    events = len(next(iter(signals.values()), ()))
    every = looked_at(events)
    seen = math.ceil(events / every)
    bins = min(seen // BIN_EVENTS, MOST_BINS)
    if bins < LEAST_BINS:
        return ()
    edges = np.linspace(0, seen, bins + 1).astype(np.intp)
    scores = [
        score for name, values in signals.items() for score in _scores(name, values[::every], edges)
    ]
    unstable = np.zeros(bins, dtype=np.bool_)
    for score in scores:
        unstable |= np.abs(score.shifts) > SHIFT
    found: list[Stretch] = []
    for start, stop in _runs(unstable):
        stretch = _stretch(scores, edges, start, stop)
        found.append(
            Stretch(
                stretch.first * every,
                min(stretch.last * every, events),
                stretch.signal,
                stretch.shift,
            )
        )
    return tuple(found)


def _bin_events(events: int) -> int:
    return max(BIN_EVENTS, math.ceil(events / MOST_BINS))


def _scores(name: str, values: FloatArray, edges: npt.NDArray[np.intp]) -> tuple[_Score, ...]:
    ranks = _middle_ranks(values)
    return tuple(
        _Score(name, score, of_bins, _shorth(of_bins))
        for score in (ranks, np.abs(2 * ranks - 1))
        for of_bins in (np.add.reduceat(score, edges[:-1]) / np.diff(edges),)
    )


def _middle_ranks(values: FloatArray) -> Ranks:
    """Return the share of the values below each, equal values sharing theirs."""
    order = _order_of(values)
    ordered = values[order]
    ranks = np.empty(ordered.size)
    rises = ordered[1:] != ordered[:-1]
    if rises.all():
        ranks[order] = np.arange(1, 2 * ordered.size, 2) / (2 * ordered.size)
        return ranks
    starts = np.flatnonzero(np.concatenate([[True], rises]))
    ends = np.append(starts[1:], ordered.size)
    ranks[order] = np.repeat((starts + ends) / (2 * ordered.size), ends - starts)
    return ranks


def _order_of(values: FloatArray) -> npt.NDArray[np.intp]:
    """Return the places of the values from the smallest to the largest."""
    if values.dtype != np.float32:
        return np.argsort(values)
    # As whole numbers of the same order, their places in the lower half: numpy sorts these twice
    # as fast as it finds an order. Zero is added because -0.0 equals 0.0 and has other bits.
    bits = (values + np.float32(0)).view(np.int32)
    ascending = bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF))
    packed = (ascending.astype(np.int64) << 32) | np.arange(values.size)
    packed.sort()
    return packed & 0xFFFFFFFF


def _shorth(values: Ranks) -> float:
    ordered = np.sort(values)
    half = ordered.size // 2 + 1
    widths = ordered[half - 1 :] - ordered[: ordered.size - half + 1]
    start = int(np.argmin(widths))
    return float(np.median(ordered[start : start + half]))


def _runs(unstable: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return first and last + 1 of each run of unstable bins, short stable gaps filled."""
    steps = np.diff(np.concatenate([[0], unstable.astype(np.int8), [0]]))
    runs: list[tuple[int, int]] = []
    for start, stop in zip(np.flatnonzero(steps > 0), np.flatnonzero(steps < 0), strict=True):
        if runs and start - runs[-1][1] < SHORTEST_STABLE:
            runs[-1] = (runs[-1][0], int(stop))
        else:
            runs.append((int(start), int(stop)))
    return runs


def _stretch(
    scores: Sequence[_Score], edges: npt.NDArray[np.intp], start: int, stop: int
) -> Stretch:
    """Return a run of bins with its ends put to the event."""
    first = _edge(scores, edges, start, outward=-1)
    last = _edge(scores, edges, stop - 1, outward=1)
    furthest = max(scores, key=lambda score: float(np.abs(score.shifts[start:stop]).max()))
    shifts = furthest.shifts[start:stop]
    return Stretch(
        first, max(last, first + 1), furthest.signal, float(shifts[np.argmax(np.abs(shifts))])
    )


def _edge(
    scores: Sequence[_Score], edges: npt.NDArray[np.intp], last_bin: int, *, outward: int
) -> int:
    """Return the event at which an unstable run begins or ends.

    It lies in the outermost bin of the run or in the stable one beside it, where the sum of the
    deviations from half the shift is largest.
    """
    beside = last_bin + outward
    low, high = int(edges[min(last_bin, beside)]) if beside >= 0 else 0, int(edges[last_bin + 1])
    if not 0 <= beside < edges.size - 1:
        return low if outward < 0 else high
    high = max(high, int(edges[beside + 1]))
    mover = max(scores, key=lambda score: abs(float(score.shifts[last_bin])))
    shift = float(mover.shifts[last_bin])
    deviations = math.copysign(1.0, shift) * (mover.values[low:high] - mover.bulk) - abs(shift) / 2
    if outward > 0:
        return low + int(np.argmax(np.cumsum(deviations))) + 1
    return high - int(np.argmax(np.cumsum(deviations[::-1]))) - 1
