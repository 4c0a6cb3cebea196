"""The gates, each a pure function of the columns it looks at.

Every gate finds its own threshold, in linear units, from the events it is asked about, and says
which rule gave it. None is drawn by hand, so that two people get one answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from stroma.cytometry.comparing import below, where
from stroma.cytometry.density import Mode, density_of, modes_of
from stroma.records import BoolArray, Channel, FloatArray
from stroma.stats.order import median
from stroma.texts import Text, join, text

MARGINS = "scatter_range/1"
DEBRIS = "debris_valley/1"
DOUBLETS_BY_RATIO = "doublet_ratio/1"
DOUBLETS_BY_WIDTH = "doublet_width/1"
DEAD = "dead_valley/1"

NORMAL_MAD = 1.4826
"""Standard deviation of a normal distribution whose median absolute deviation is 1."""

OUTLYING = 4.0
"""Robust standard deviations from the main population beyond which an event is not of it: the
default of Emmaneel A et al. Cytometry A 2022;101:325-338 for doublets."""

LEAST_SHARE_OF_CELLS = 0.10
"""A population of larger events is taken for the cells from this share on; below it, for
aggregates."""

DOUBLET_FACTOR = 2.2
"""Two cells stuck together scatter at most about twice the light of one; the rest is spread."""

DOUBLET_RATIO = 0.8
"""Height over area of a doublet is at most so much of a single cell's: of two equal cells in a row
it is half, of a small one behind a large one more."""

DEBRIS_SIZE = 0.5
"""Debris is smaller than cells: at most half their forward scatter, by medians. Dead cells and
smaller cells of another kind scatter more and are left to the other gates."""

AGGREGATE = 4.0
"""Events that scatter more than so many times as much as the cells in each direction are no few
cells stuck together."""

LEAST_SHARE_OF_LARGE = 0.01
"""So large a population beyond aggregates is looked at by a person: it may be all the cells. The
limit is ours; of 92 data sets of real files none holds such a population."""

LEAST_SHARE_OF_LIVE = 0.005
"""So large a population dimmer than the cells taken for live is looked at by a person: it may be
all that is alive. The limit is ours, and low: a needless look costs a minute, dead cells that pass
for live ones a wrong PASS."""

DEAD_FACTOR = 3.0
"""A dead cell takes up at least so many times the dye of a live one, by the modes."""

MOST_LOOKED_AT = 100_000
"""Events a boundary is found from at most, evenly spaced over those asked about; it is applied to
all. Of a tube of a million it sends one event in ten thousand to the other side at most."""

LEAST_EVENTS = 50
"""Fewer events show no population; a gate then lets all pass."""


@dataclass(frozen=True, slots=True)
class GateResult:
    """What a gate decided.

    Parameters
    ----------
    kept
        Array of shape (n,): True for the events kept, of those asked about.
    method
        Name and version of the method.
    rule
        Which of its rules gave the threshold: ``"valley"``, ``"main population"``, ``"none"``.
    cut
        The threshold, in linear units of what the gate looks at; ``None`` where none was set.
    settings
        Its parameters.
    note
        What a reader has to know, if anything.
    doubt
        Why a person has to look before what it keeps is counted, if so.
    floors
        What the margins of each channel begin above, where that is not 0.
    """

    kept: BoolArray
    method: str
    rule: str
    cut: float | None = None
    settings: Mapping[str, float] = field(default_factory=dict)
    note: Text | None = None
    doubt: Text | None = None
    floors: Mapping[str, float] = field(default_factory=dict)


def detector_end(channel: Channel) -> float | None:
    """Return the largest value a detector can report, on the linear scale of the events.

    Parameters
    ----------
    channel
        The channel.

    Returns
    -------
    float or None
        From ``$PnR``, ``$PnE`` and ``$PnG``; ``None`` where the file does not say.

    Notes
    -----
    A channel of range R reports 0 to R - 1 (FCS 3.1: Spidlen J et al. Cytometry A 2010;77:97-100,
    section 3.2.20); instruments that write floating-point values keep to it.

    Examples
    --------
    >>> detector_end(Channel("FSC-A", range=262144.0))
    262143.0
    """
    if channel.range is None or channel.range <= 1:
        return None
    last = channel.range - 1
    decades, at_zero = channel.amplification
    if decades > 0:
        return float(at_zero * 10 ** (decades * last / channel.range))
    return float(last / channel.gain)


def detector_floor(channel: Channel) -> float:
    """Return the value of a channel's first step, where nothing was seen.

    Parameters
    ----------
    channel
        With its ``$PnE``.

    Returns
    -------
    float
        In the unit of its values; 0 for a linear amplifier.

    Notes
    -----
    A logarithmic amplifier of decades f1 and offset f2 reports step 0 as f2 (FCS 3.1, section
    3.2.20).
    """
    decades, at_zero = channel.amplification
    return float(at_zero) if decades > 0 else 0.0


def margin_gate(
    scatter: Mapping[str, tuple[Channel, FloatArray]], measured: BoolArray
) -> GateResult:
    """Exclude events that scatter outside what the detectors can measure.

    An event at a detector's end is larger than can be told, one at zero or below was not seen;
    neither can be gated. Fluorescence has no such margin: a cell brighter than the detector's end
    is still positive, and excluding it would bias percentages.

    Parameters
    ----------
    scatter
        Name of each scatter channel, with the channel and its values, shape (n,).
    measured
        Array of shape (n,): False where a value that is needed is not a number.

    Returns
    -------
    GateResult
        Its cut is ``None``; the settings hold each channel's bounds.
    """
    kept = measured.copy()
    settings: dict[str, float] = {}
    floors: dict[str, float] = {}
    note: Text | None = None
    for name, (channel, values) in scatter.items():
        floor = detector_floor(channel)
        if floor > 0:
            floors[name] = floor
        kept &= values > floor
        end = detector_end(channel)
        if end is None or not values.size:
            continue
        # Values beyond the stated range prove that it is not the detector's end.
        if float(values.max(where=measured, initial=-math.inf)) >= (end + 1) * 1.01:
            beyond = text(
                "{channel} exceeds the range the file states ({end}); its upper end was not gated",
                channel=name,
                end=end,
            )
            note = beyond if note is None else join([note, beyond], "; ")
            continue
        kept &= values < end
        settings[name] = end
    return GateResult(kept, MARGINS, "range", None, settings, note, floors=floors)


def debris_gate(size: FloatArray, granularity: FloatArray | None) -> GateResult:
    """Exclude debris: events that scatter little light both forward and to the side.

    Events are ordered by forward times side scatter, on which debris lies furthest from cells
    while dead cells, smaller but more granular, stay beside them. The cut is the valley between
    the cells and a population of at most half their forward scatter; where debris is too little to
    make a valley, four robust standard deviations below the cells, measured on their upper side.

    Parameters
    ----------
    size, granularity
        Forward and side scatter, each of shape (n,), above zero; without side scatter, forward
        scatter alone.

    Returns
    -------
    GateResult
        The cut is on size times granularity, or on size alone.
    """

    def product(part: slice) -> FloatArray:
        light = size[part].astype(np.float64)
        return light if granularity is None else light * granularity[part]

    def beyond(cut: float) -> BoolArray:
        return where(lambda part: product(part) > cut, size.size)

    everything = np.ones(size.size, dtype=np.bool_)
    some = slice(None, None, _every(size.size))
    sizes, order = size[some], np.log10(product(some))
    density = density_of(order) if order.size >= LEAST_EVENTS else None
    if density is None:
        return GateResult(everything, DEBRIS, "none")
    modes = modes_of(density)
    # Two cells stuck together scatter twice as much in each direction.
    reach = (1 if granularity is None else 2) * math.log10(DOUBLET_FACTOR)
    cells = _cells_among(modes, reach)
    larger = _larger(modes, cells, reach)
    far = (1 if granularity is None else 2) * math.log10(AGGREGATE)
    doubt = _far_larger(modes, cells, far, density.count)
    cell_size = _median_within(sizes, order, modes[cells])
    for left in range(cells - 1, -1, -1):
        if _median_within(sizes, order, modes[left]) <= DEBRIS_SIZE * cell_size:
            cut = 10 ** modes[left].high
            return GateResult(beyond(cut), DEBRIS, "valley", cut, note=larger, doubt=doubt)
    place = modes[cells].place
    cut = 10 ** (place - OUTLYING * _spread_beyond(order, place, modes[cells].high))
    kept = beyond(cut)
    small = size[~kept]
    if not small.size or median(small) > DEBRIS_SIZE * cell_size:
        return GateResult(everything, DEBRIS, "none", note=larger, doubt=doubt)
    settings = {"robust_sd": OUTLYING}
    return GateResult(kept, DEBRIS, "main population", cut, settings, larger, doubt)


def debris_beyond(size: FloatArray, granularity: FloatArray | None, cut: float) -> GateResult:
    """Exclude debris at a boundary found on another tube.

    Parameters
    ----------
    size, granularity
        Forward and side scatter, each of shape (n,).
    cut
        On size times granularity, or on size alone, as :func:`debris_gate` finds it.

    Returns
    -------
    GateResult
        Events that do not scatter at all are debris.
    """
    light = size.astype(np.float64)
    seen = size > 0
    if granularity is not None:
        light, seen = light * granularity, seen & (granularity > 0)
    return GateResult(seen & (light > cut), DEBRIS, "held", cut)


def _every(events: int) -> int:
    return max(math.ceil(events / MOST_LOOKED_AT), 1)


def _cells_among(modes: tuple[Mode, ...], reach: float) -> int:
    """Return which mode is the cells: the largest events that are not aggregates or doublets."""
    cells = max(
        (i for i, mode in enumerate(modes) if mode.share >= LEAST_SHARE_OF_CELLS),
        default=max(range(len(modes)), key=lambda i: modes[i].share),
    )
    while (
        cells > 0
        and modes[cells - 1].share > modes[cells].share
        and modes[cells].place - modes[cells - 1].place <= reach
    ):
        cells -= 1
    return cells


def _larger(modes: tuple[Mode, ...], cells: int, reach: float) -> Text | None:
    beyond = sum(mode.share for mode in modes if mode.place > modes[cells].place + reach)
    if beyond < LEAST_SHARE_OF_CELLS / 2:
        return None
    return text(
        "{percent} % of the events form a population of larger events than the cells",
        percent=round(100 * beyond, 1),
    )


def _far_larger(modes: tuple[Mode, ...], cells: int, far: float, count: int) -> Text | None:
    """Return that what is taken for cells may be debris, where far larger events are seen."""
    share = sum(mode.share for mode in modes if mode.place > modes[cells].place + far)
    if share < max(LEAST_SHARE_OF_LARGE, LEAST_EVENTS / count):
        return None
    return text(
        "{percent} % of the events are far larger than those taken for cells: these may be debris",
        percent=round(100 * share, 1),
    )


def ratio_gate(area: FloatArray, height: FloatArray) -> GateResult:
    """Exclude doublets: two cells in a row make a pulse of more area for its height than one.

    On the logarithm of height / area the cut is the valley between the main population and one of
    at most four fifths its ratio; where doublets are too few to make a valley, four robust
    standard deviations below the median.

    Parameters
    ----------
    area, height
        Of one scatter detector, each of shape (n,); areas above zero.

    Returns
    -------
    GateResult
        The cut is on height / area.

    Notes
    -----
    Wersto RP et al. Cytometry 2001;46:296-306; the distance from the median is that of Emmaneel A
    et al. Cytometry A 2022;101:325-338.
    """

    def ratio(part: slice) -> FloatArray:
        return height[part].astype(np.float64) / area[part]

    return _tail_gate(ratio, area.size, DOUBLETS_BY_RATIO, upper=False)


def width_gate(width: FloatArray) -> GateResult:
    """Exclude doublets by their longer pulse, where a file holds no height beside the area.

    Parameters
    ----------
    width
        Pulse width, shape (n,).

    Returns
    -------
    GateResult
        The cut is on the width, found as in :func:`ratio_gate`.
    """

    def double(part: slice) -> FloatArray:
        return width[part].astype(np.float64)

    return _tail_gate(double, width.size, DOUBLETS_BY_WIDTH, upper=True)


def _tail_gate(
    values: Callable[[slice], FloatArray], events: int, method: str, *, upper: bool
) -> GateResult:
    """Cut off what lies beyond the main population on one side, on a logarithmic scale."""
    sign = 1.0 if upper else -1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        looked_at = values(slice(None, None, _every(events)))
    order = sign * np.log10(looked_at[(looked_at > 0) & np.isfinite(looked_at)])
    density = density_of(order) if order.size >= LEAST_EVENTS else None
    if density is None:
        return GateResult(np.ones(events, dtype=np.bool_), method, "none")
    modes = modes_of(density)
    main = max(range(len(modes)), key=lambda i: modes[i].share)
    rule, settings = "main population", {"robust_sd": OUTLYING}
    middle = median(order)
    spread = max(NORMAL_MAD * median(np.abs(order - middle)), _step_at(order, middle))
    bound = middle + OUTLYING * max(spread, density.bandwidth)
    for beyond in range(main + 1, len(modes)):
        if modes[beyond].place - modes[main].place >= -math.log10(DOUBLET_RATIO):
            rule, settings, bound = "valley", {}, modes[beyond].low
            break
    cut = 10 ** (sign * bound)
    beside = np.less if upper else np.greater

    def is_kept(part: slice) -> BoolArray:
        # Without a light of its own an event has no pulse to judge, and is none.
        with np.errstate(divide="ignore", invalid="ignore"):
            kept: BoolArray = beside(values(part), cut)
        return kept

    return GateResult(where(is_kept, events), method, rule, cut, settings)


def _step_at(values: FloatArray, place: float) -> float:
    """Return how far apart neighbouring values are there: whole numbers spread by one at least."""
    distinct = np.unique(values)
    at = int(np.clip(np.searchsorted(distinct, place), 1, distinct.size - 2))
    return float(np.diff(distinct[at - 1 : at + 2]).max()) if distinct.size > 2 else 0.0


def dead_gate(dye: FloatArray) -> GateResult:
    """Exclude dead cells: those that let in a dye live cells keep out.

    On an inverse hyperbolic sine scale the cut is the valley between the live cells and a
    population at least three times as bright; where the dead are too few to make a valley, four
    robust standard deviations above the live cells, measured on their lower side. An unstained
    control is no measure: dyes that bind to amines stain live cells too, dimly.

    Parameters
    ----------
    dye
        Compensated fluorescence of the dye, shape (n,).

    Returns
    -------
    GateResult
        The cut is on the fluorescence.

    Notes
    -----
    Perfetto SP et al. J Immunol Methods 2006;313:199-208, on amine-reactive dyes.
    """
    everything = np.ones(dye.size, dtype=np.bool_)
    if dye.size < LEAST_EVENTS:
        return GateResult(everything, DEAD, "none")
    looked_at = dye[:: _every(dye.size)]
    looked_at = looked_at[np.isfinite(looked_at)]
    if looked_at.size < LEAST_EVENTS:
        return GateResult(everything, DEAD, "none")
    cofactor = _cofactor(looked_at)
    order = np.arcsinh(looked_at / cofactor)
    density = density_of(order)
    if density is None:
        return GateResult(everything, DEAD, "none")
    modes = modes_of(density)
    settings: dict[str, float] = {"cofactor": float(f"{cofactor:.4g}")}
    live = _live_among(modes)
    doubt = _dimmer(modes, live, cofactor, density.count)
    for right in range(live + 1, len(modes)):
        if _brighter(modes[live].place, modes[right].place, cofactor) >= DEAD_FACTOR:
            cut = float(cofactor * np.sinh(modes[right].low))
            return GateResult(below(dye, cut), DEAD, "valley", cut, settings, doubt=doubt)
    place = modes[live].place
    distance = OUTLYING * _spread_beyond(-order, -place, -modes[live].low)
    cut = float(cofactor * np.sinh(place + distance))
    settings["robust_sd"] = OUTLYING
    return GateResult(below(dye, cut), DEAD, "main population", cut, settings, doubt=doubt)


def _live_among(modes: tuple[Mode, ...]) -> int:
    """Return which mode is the live cells: the dimmest that is not a fringe."""
    return next((i for i, mode in enumerate(modes) if mode.share >= LEAST_SHARE_OF_CELLS), 0)


def _dimmer(modes: tuple[Mode, ...], live: int, cofactor: float, count: int) -> Text | None:
    """Return that cells taken for live may be the dead ones, where dimmer ones are seen."""
    share = sum(
        mode.share
        for mode in modes[:live]
        if mode.share >= max(LEAST_SHARE_OF_LIVE, LEAST_EVENTS / count)
        and _brighter(mode.place, modes[live].place, cofactor) >= DEAD_FACTOR
    )
    if share == 0:
        return None
    return text(
        "{percent} % of the cells take up less than a third of the dye of those taken for live: "
        "these may be dead",
        percent=round(100 * share, 1),
    )


def _brighter(dim: float, bright: float, cofactor: float) -> float:
    """Return how many times brighter; a dim mode counts as one cofactor bright at least."""
    return float(np.sinh(bright) / max(np.sinh(dim), 1.0)) if cofactor > 0 else 1.0


def _cofactor(values: FloatArray) -> float:
    """Return where the scale turns from linear to logarithmic.

    It is the width of the lower fringe: the distance of the 1st percentile below zero where cells
    lie there, otherwise a tenth of the lower quartile.
    """
    low, quartile = (float(v) for v in np.percentile(values, [1, 25]))
    return max(-low, quartile / 10, 1.0)


def _median_within(values: FloatArray, order: FloatArray, mode: Mode) -> float:
    within = values[(order >= mode.low) & (order <= mode.high)]
    return median(within) if within.size else math.nan


def _spread_beyond(order: FloatArray, place: float, end: float = np.inf) -> float:
    """Return the robust standard deviation of a population, from one side of its mode only."""
    side = order[(order >= place) & (order <= end)]
    return NORMAL_MAD * median(side - place) if side.size else 0.0
