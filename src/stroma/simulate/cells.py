"""Events of one tube, made from what is true of its cells.

A cell has a size, which sets its scatter and part of its autofluorescence, and a number of
fluorochromes. Their light is mixed by the spillover matrix, then photon noise (variance
proportional to the signal, Wood 1998, Cytometry 33:260) and electronic noise are added, so that
negatives lie around zero and below it after compensation, and bright neighbours spread them
(Roederer 2001, Cytometry 45:194). The sizes, levels and spreads are illustrative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from stroma.records import VIABILITY_DYE, BoolArray
from stroma.simulate.cytometer import (
    DETECTORS,
    FULL_SCALE,
    VIABILITY_DETECTOR,
    detector_names,
    spillover,
)

Float = npt.NDArray[np.float64]


class Kind(IntEnum):
    """What an event is."""

    LIVE = 0
    """A live single cell."""
    DEAD = 1
    DOUBLET = 2
    """Two or three live cells seen as one event."""
    DEBRIS = 3
    BEAD = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TubeTruth:
    """What is true of the cells in a tube.

    Parameters
    ----------
    live
        Live single cells recorded.
    dead, doublets, debris
        Other events recorded.
    positive
        Marker to percent of the live single cells that carry it; a marker not named is on none.
    joint
        Markers that sit on the same cells: the smaller share lies within the larger.
    background
        Detector to the factor by which cells without the marker are brighter than in the control;
        1 where not named.
    """

    live: int
    dead: int
    doublets: int
    debris: int
    positive: Mapping[str, float] = field(default_factory=dict)
    joint: tuple[str, ...] = ()
    background: Mapping[str, float] = field(default_factory=dict)

    @property
    def recorded(self) -> int:
        """All events of the tube."""
        return self.live + self.dead + self.doublets + self.debris


@dataclass(frozen=True, slots=True)
class TubeEvents:
    """The events of a tube, with what each of them is.

    Parameters
    ----------
    values
        Array of shape (events, 14), float32, in the order of
        :func:`stroma.simulate.cytometer.channels`; linear units, time in seconds.
    kind
        Array of shape (events,): a :class:`Kind` each.
    positive
        Marker to array of shape (events,): which cells truly carry it.
    """

    values: npt.NDArray[np.float32]
    kind: npt.NDArray[np.int8]
    positive: Mapping[str, BoolArray]


@dataclass(frozen=True, slots=True)
class StainLevel:
    """How bright cells that carry a marker are.

    Parameters
    ----------
    median
        In the marker's own detector, above the background, in channels.
    log_sd
        Standard deviation of the natural logarithm between cells.
    """

    median: float
    log_sd: float


LEVELS: Mapping[str, StainLevel] = {
    "CD73": StainLevel(9_000.0, 0.40),
    "CD90": StainLevel(12_000.0, 0.40),
    "CD105": StainLevel(4_000.0, 0.45),
    "CD34": StainLevel(3_500.0, 0.45),
    "CD45": StainLevel(4_500.0, 0.40),
    "CD14": StainLevel(5_000.0, 0.45),
    "CD11b": StainLevel(5_000.0, 0.45),
    "CD19": StainLevel(4_500.0, 0.45),
    "CD79a": StainLevel(4_000.0, 0.45),
    "HLA-DR": StainLevel(3_500.0, 0.50),
    "CD31": StainLevel(5_000.0, 0.45),
    VIABILITY_DYE: StainLevel(22_000.0, 0.40),
}

LIVE_FSC, LIVE_FSC_LOG_SD = 95_000.0, 0.20
LIVE_SSC, LIVE_SSC_LOG_SD = 60_000.0, 0.28
DEBRIS_FSC, DEBRIS_FSC_LOG_SD = 9_000.0, 0.90
DEBRIS_SSC, DEBRIS_SSC_LOG_SD = 8_000.0, 0.60
TRIGGER_FSC = 5_000.0
"""The cytometer records nothing below it."""
HEIGHT_OF_AREA, HEIGHT_NOISE = 0.85, 0.035
WIDTH_UNIT = 65_536.0
"""Width of an event whose area equals its height."""
AUTOFLUORESCENCE_SIZE_LOG_SD = 0.24
AUTOFLUORESCENCE_OWN_LOG_SD = 0.21
LIVE_DYE = StainLevel(150.0, 0.35)
"""A fixable dye also binds a little to the amines on the surface of live cells."""
DEAD_BRIGHTER = 2.2
"""Autofluorescence of dead over live cells."""
DEAD_BINDING = StainLevel(900.0, 0.80)
"""What dead cells bind of any antibody, specific or not."""
DYING_AMONG_DEAD, DYING_DYE = 0.12, 0.15
"""Share of the dead cells whose membrane has only begun to leak, and the dye they take up."""
DEBRIS_AUTOFLUORESCENCE = 0.12
TRIPLETS_AMONG_DOUBLETS = 0.15
ABREAST_AMONG_DOUBLETS = 0.06
"""Doublets that pass the beam side by side: no shape of the pulse tells them from a large cell."""
EVENTS_PER_SECOND = 400.0
BEAD_FSC, BEAD_SSC, BEAD_LOG_SD = 32_000.0, 20_000.0, 0.04
BEAD_LEVEL = StainLevel(18_000.0, 0.12)
BEAD_AUTOFLUORESCENCE = 0.10


def simulate_tube(
    truth: TubeTruth, stained: Mapping[str, str], generator: np.random.Generator
) -> TubeEvents:
    """Return the events of a tube of cells.

    Numbers of cells are allotted, not drawn: the share of positive cells in the file is the true
    one to the nearest cell.

    Parameters
    ----------
    truth
        What is true of the cells.
    stained
        Detector to the marker whose antibody, or the dye, is in the tube; in a tube of isotype
        controls only the dye.
    generator
        Source of chance.

    Returns
    -------
    TubeEvents
        Events in the order of acquisition.

    Examples
    --------
    >>> truth = TubeTruth(live=900, dead=50, doublets=30, debris=20, positive={"CD90": 99.0})
    >>> events = simulate_tube(truth, {"FITC-A": "CD90"}, np.random.default_rng(1))
    >>> events.values.shape, int(events.positive["CD90"][events.kind == Kind.LIVE].sum())
    ((1000, 14), 891)
    """
    kind = np.repeat(
        np.array([Kind.LIVE, Kind.DEAD, Kind.DOUBLET, Kind.DEBRIS], dtype=np.int8),
        [truth.live, truth.dead, truth.doublets, truth.debris],
    )
    members = _members(kind, generator)
    owner = np.repeat(np.arange(len(kind)), members)
    size = generator.normal(size=len(owner))
    cell_kind = kind[owner]

    scatter = _scatter(cell_kind, size, owner, members, generator)
    carries = _carriers(truth, cell_kind, generator)
    light = _light(truth, stained, cell_kind, size, carries, generator)
    signal = np.stack([_summed(column, owner, len(kind)) for column in light.T], axis=1)
    measured = _detected(signal, generator)

    order = generator.permutation(len(kind))
    positive = {
        marker: _summed(mask.astype(np.float64), owner, len(kind))[order] > 0
        for marker, mask in carries.items()
    }
    values = np.concatenate([scatter[order], measured[order], _time(len(kind), generator)], axis=1)
    return TubeEvents(_digitised(values), kind[order], positive)


def simulate_beads(detector: str, count: int, generator: np.random.Generator) -> TubeEvents:
    """Return the events of a compensation control: half the beads catch the stain.

    Parameters
    ----------
    detector
        Whose fluorochrome is on the beads.
    count
        Events.
    generator
        Source of chance.

    Returns
    -------
    TubeEvents
        Events in the order of acquisition; ``positive`` has the detector's name as its only key.
    """
    bright = np.arange(count) < count // 2
    area = BEAD_FSC * np.exp(BEAD_LOG_SD * generator.normal(size=count))
    side = BEAD_SSC * np.exp(BEAD_LOG_SD * generator.normal(size=count))
    emission = np.zeros((count, len(DETECTORS)))
    emission[bright, detector_names().index(detector)] = _level(
        BEAD_LEVEL, int(bright.sum()), generator
    )
    own = BEAD_AUTOFLUORESCENCE * np.array([d.autofluorescence for d in DETECTORS])
    measured = _detected(emission @ spillover().matrix + own, generator)
    scatter = _pulses(area, HEIGHT_OF_AREA * area, side, generator)
    order = generator.permutation(count)
    values = np.concatenate([scatter[order], measured[order], _time(count, generator)], axis=1)
    kind = np.full(count, Kind.BEAD, dtype=np.int8)
    return TubeEvents(_digitised(values), kind, {detector: bright[order]})


def _members(kind: npt.NDArray[np.int8], generator: np.random.Generator) -> npt.NDArray[np.int64]:
    members = np.ones(len(kind), dtype=np.int64)
    doublets = np.flatnonzero(kind == Kind.DOUBLET)
    members[doublets] = 2 + (generator.random(len(doublets)) < TRIPLETS_AMONG_DOUBLETS)
    return members


def _summed(of_cells: Float, owner: npt.NDArray[np.int64], events: int) -> Float:
    return np.asarray(np.bincount(owner, of_cells, events), dtype=np.float64)


def _level(level: StainLevel, count: int, generator: np.random.Generator) -> Float:
    return level.median * np.exp(level.log_sd * generator.normal(size=count))


def _scatter(
    cell_kind: npt.NDArray[np.int8],
    size: Float,
    owner: npt.NDArray[np.int64],
    members: npt.NDArray[np.int64],
    generator: np.random.Generator,
) -> Float:
    area = LIVE_FSC * np.exp(LIVE_FSC_LOG_SD * size)
    side = LIVE_SSC * np.exp(
        LIVE_SSC_LOG_SD * (0.6 * size + 0.8 * generator.normal(size=len(size)))
    )
    dead, debris = cell_kind == Kind.DEAD, cell_kind == Kind.DEBRIS
    # Dying cells shrink and become granular: less forward, more side scatter.
    area[dead] *= 0.6
    side[dead] *= 1.3
    # Debris is cut at the trigger, so its scatter is drawn above it.
    area[debris] = TRIGGER_FSC + (DEBRIS_FSC - TRIGGER_FSC) * np.exp(
        DEBRIS_FSC_LOG_SD * size[debris]
    )
    side[debris] = _level(StainLevel(DEBRIS_SSC, DEBRIS_SSC_LOG_SD), int(debris.sum()), generator)
    events = len(members)
    whole_area = _summed(area, owner, events)
    # Cells pass the beam one after the other: areas add up, the height is that of the largest.
    height = np.zeros(events)
    np.maximum.at(height, owner, area)
    height *= np.where(members > 1, 1.0 + 0.1 * generator.random(events), 1.0)
    abreast = (members > 1) & (generator.random(events) < ABREAST_AMONG_DOUBLETS)
    height[abreast] = whole_area[abreast]
    return _pulses(whole_area, HEIGHT_OF_AREA * height, _summed(side, owner, events), generator)


def _pulses(area: Float, height: Float, side: Float, generator: np.random.Generator) -> Float:
    noisy = height * (1.0 + HEIGHT_NOISE * generator.normal(size=len(area)))
    width = WIDTH_UNIT * area / noisy
    return np.stack([area, noisy, width, side], axis=1)


def _carriers(
    truth: TubeTruth, cell_kind: npt.NDArray[np.int8], generator: np.random.Generator
) -> dict[str, BoolArray]:
    live = cell_kind == Kind.LIVE
    others = (cell_kind == Kind.DEAD) | (cell_kind == Kind.DOUBLET)
    together = generator.permutation(truth.live)
    carriers = {}
    for marker, percent in truth.positive.items():
        rank = together if marker in truth.joint else generator.permutation(truth.live)
        mask = np.zeros(len(cell_kind), dtype=np.bool_)
        mask[live] = rank < round(truth.live * percent / 100.0)
        mask[others] = generator.random(int(others.sum())) < percent / 100.0
        carriers[marker] = mask
    return carriers


def _light(
    truth: TubeTruth,
    stained: Mapping[str, str],
    cell_kind: npt.NDArray[np.int8],
    size: Float,
    carries: Mapping[str, BoolArray],
    generator: np.random.Generator,
) -> Float:
    cells = len(cell_kind)
    dead, debris = cell_kind == Kind.DEAD, cell_kind == Kind.DEBRIS
    own = np.array([d.autofluorescence * truth.background.get(d.name, 1.0) for d in DETECTORS])
    spread = AUTOFLUORESCENCE_SIZE_LOG_SD * size[
        :, None
    ] + AUTOFLUORESCENCE_OWN_LOG_SD * generator.normal(size=(cells, len(DETECTORS)))
    background = own * np.exp(spread)
    background[dead] *= DEAD_BRIGHTER
    background[debris] *= DEBRIS_AUTOFLUORESCENCE

    emission = np.zeros((cells, len(DETECTORS)))
    for column, name in enumerate(detector_names()):
        marker = stained.get(name)
        if name == VIABILITY_DETECTOR and marker == VIABILITY_DYE:
            emission[:, column] = _level(LIVE_DYE, cells, generator)
            emission[dead, column] = _taken_up(int(dead.sum()), generator)
        elif marker is not None and marker in carries:
            mask = carries[marker]
            emission[mask, column] = _level(LEVELS[marker], int(mask.sum()), generator)
        if marker is not None and marker != VIABILITY_DYE:
            emission[dead, column] += _level(DEAD_BINDING, int(dead.sum()), generator)
    return background + emission @ spillover().matrix


def _taken_up(cells: int, generator: np.random.Generator) -> Float:
    dye = _level(LEVELS[VIABILITY_DYE], cells, generator)
    return np.where(generator.random(cells) < DYING_AMONG_DEAD, DYING_DYE * dye, dye)


def _detected(signal: Float, generator: np.random.Generator) -> Float:
    photon = np.array([d.channels_per_photoelectron for d in DETECTORS])
    electronic = np.array([d.electronic_noise for d in DETECTORS])
    deviation = np.sqrt(photon * np.maximum(signal, 0.0) + electronic**2)
    noisy: Float = signal + deviation * generator.normal(size=signal.shape)
    return noisy


def _time(events: int, generator: np.random.Generator) -> Float:
    return np.sort(generator.random(events) * events / EVENTS_PER_SECOND)[:, None]


def _digitised(values: Float) -> npt.NDArray[np.float32]:
    # A detector cannot show more than its full scale. Two decimals, because the last bits of an
    # exponential differ between processors, and the same seed has to give the same bytes.
    clipped = np.minimum(values, FULL_SCALE - 1.0)
    clipped[:, :4] = np.maximum(clipped[:, :4], 0.0)
    return np.round(clipped, 2).astype(np.float32)
