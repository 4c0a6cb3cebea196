"""Tubes of lymphocytes whose dye halves at every division, with how often each cell divided.

A precursor takes up dye in proportion to its surface, times a uptake of its own (gamma); each
division parts the dye unequally (beta) and a little of it is lost; activated cells are larger and
glow more by themselves; light arrives as photons, and electronics add their noise (Wood 1998,
Cytometry 33:260). Nothing here is the model that the analysis fits, on purpose. The numbers are
illustrative, of the size of CFSE on a scale of 262,144 channels.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from stroma.formats.fcs_write import write_fcs
from stroma.records import VIABILITY_DYE, Channel
from stroma.simulate.cells import Kind
from stroma.simulate.cytometer import FULL_SCALE, TIMESTEP_SECONDS

Float = npt.NDArray[np.float64]

DYE_DETECTOR = "FITC-A"
DEAD_DETECTOR = "APC-H7-A"
CHANNELS: tuple[Channel, ...] = (
    Channel("FSC-A", bits=32, range=float(FULL_SCALE)),
    Channel("FSC-H", bits=32, range=float(FULL_SCALE)),
    Channel("SSC-A", bits=32, range=float(FULL_SCALE)),
    Channel(DYE_DETECTOR, "CFSE", bits=32, range=float(FULL_SCALE)),
    Channel(DEAD_DETECTOR, VIABILITY_DYE, bits=32, range=float(FULL_SCALE)),
    Channel("Time", bits=32, range=float(FULL_SCALE)),
)
"""The channels of every tube."""

RESTING_FSC, RESTING_LOG_SD = 42_000.0, 0.11
ACTIVATED_FSC = 1.45
"""Forward scatter of a cell that divided over that of one that rests."""
SSC, SSC_LOG_SD = 16_000.0, 0.22
DEBRIS_FSC, DEBRIS_SSC, DEBRIS_LOG_SD = 7_000.0, 3_500.0, 0.45
HEIGHT_OF_AREA, HEIGHT_NOISE = 0.85, 0.03
DEAD_MEDIAN, LIVE_MEDIAN, DEAD_LOG_SD = 18_000.0, 130.0, 0.35
CHANNELS_PER_PHOTOELECTRON, ELECTRONIC_SD = 3.0, 22.0
EVENTS_PER_SECOND = 700.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DyeTruth:
    """What is true of the dye.

    Parameters
    ----------
    median
        Light of the middle undivided cell, in channels, without its own.
    uptake_cv
        Variation of what precursors take up, as a fraction.
    autofluorescence, autofluorescence_log_sd
        Median light of a resting cell without dye, in channels, and its spread.
    activated
        Factor of own light of cells that divided.
    parting_sd
        Standard deviation of the share of dye one daughter gets, about a half.
    lost
        Share of the dye that is lost at each division.
    """

    median: float = 26_000.0
    uptake_cv: float = 0.14
    autofluorescence: float = 160.0
    autofluorescence_log_sd: float = 0.28
    activated: float = 1.15
    parting_sd: float = 0.035
    lost: float = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class LymphocyteTruth:
    """What is true of the cells in a tube.

    Parameters
    ----------
    precursors
        Shares of the cells put in that have divided 0, 1, 2, ... times; their sum is 1.
    live
        Live single cells recorded.
    labelled
        Whether they carry dye.
    dead, doublets, debris
        Other events recorded.
    dye
        Of the dye.
    """

    precursors: tuple[float, ...] = (1.0,)
    live: int = 10_000
    labelled: bool = True
    dead: int = 600
    doublets: int = 400
    debris: int = 700
    dye: DyeTruth = field(default_factory=DyeTruth)

    @property
    def cells(self) -> tuple[int, ...]:
        """Live single cells of each generation, allotted to the nearest cell."""
        shares = [share * 2.0**i for i, share in enumerate(self.precursors)]
        total = math.fsum(shares)
        ends = [round(self.live * math.fsum(shares[: i + 1]) / total) for i in range(len(shares))]
        return tuple(end - begin for begin, end in zip((0, *ends), ends, strict=False))

    @property
    def percent_divided(self) -> float:
        """Share of the precursors that divided, in percent, of the cells as allotted."""
        halved = [count / 2.0**i for i, count in enumerate(self.cells)]
        return 100.0 * math.fsum(halved[1:]) / math.fsum(halved)

    @property
    def division_index(self) -> float:
        """Divisions of the average precursor, of the cells as allotted."""
        halved = [count / 2.0**i for i, count in enumerate(self.cells)]
        divisions = math.fsum(i * share for i, share in enumerate(halved))
        return divisions / math.fsum(halved)


@dataclass(frozen=True, slots=True)
class LymphocyteEvents:
    """The events of a tube, with what each of them is.

    Parameters
    ----------
    values
        Shape (events, 6), float32, in the order of :data:`CHANNELS`; time in seconds.
    kind
        Shape (events,): a :class:`stroma.simulate.cells.Kind` each.
    generation
        Shape (events,): how often the cell divided; of a doublet, its first cell.
    """

    values: npt.NDArray[np.float32]
    kind: npt.NDArray[np.int8]
    generation: npt.NDArray[np.int8]


def dividing(share: float, rounds: float, *, most: int = 8) -> tuple[float, ...]:
    """Return shares of precursors by their divisions.

    Parameters
    ----------
    share
        Of the precursors that divide.
    rounds
        Mean divisions of those that do, above 1.
    most
        Divisions at most.

    Returns
    -------
    tuple of float
        The divisions beyond the first are Poisson, cut off at ``most``.

    Examples
    --------
    >>> [round(part, 3) for part in dividing(0.6, 2.0, most=3)]
    [0.4, 0.24, 0.24, 0.12]
    """
    weights = [(rounds - 1) ** i / math.factorial(i) for i in range(most)]
    return (1.0 - share, *(share * weight / math.fsum(weights) for weight in weights))


def suppressed(
    stromal_per_lymphocyte: float,
    *,
    half: float,
    share: float = 0.7,
    rounds: float = 2.8,
    slope: float = 1.1,
) -> tuple[float, ...]:
    """Return shares of precursors beside stromal cells that keep them from dividing.

    Parameters
    ----------
    stromal_per_lymphocyte
        The ratio; 0 for lymphocytes alone.
    half
        Ratio at which half as many precursors enter division.
    share, rounds
        Of stimulated lymphocytes alone.
    slope
        Of the logistic over the logarithm of the ratio.

    Returns
    -------
    tuple of float
        As of :func:`dividing`; those that divide go through fewer rounds, too.
    """
    left = 1.0 / (1.0 + (stromal_per_lymphocyte / half) ** slope)
    return dividing(share * left, 1.0 + (rounds - 1.0) * left**0.3)


def simulate_lymphocytes(
    truth: LymphocyteTruth, generator: np.random.Generator
) -> LymphocyteEvents:
    """Return the events of a tube.

    Parameters
    ----------
    truth
        What is true of its cells.
    generator
        Source of chance.

    Returns
    -------
    LymphocyteEvents
        In the order of acquisition.

    Examples
    --------
    >>> truth = LymphocyteTruth(precursors=(0.5, 0.0, 0.0, 0.5), live=9000)
    >>> made = simulate_lymphocytes(truth, np.random.default_rng(1))
    >>> made.values.shape, truth.cells, truth.division_index
    ((10700, 6), (1000, 0, 0, 8000), 1.5)
    """
    kinds = [Kind.LIVE, Kind.DEAD, Kind.DOUBLET, Kind.DEBRIS]
    counts = [truth.live, truth.dead, truth.doublets, truth.debris]
    kind = np.repeat(np.array(kinds, dtype=np.int8), counts)
    generation = _generations(truth, kind, generator)
    second = generator.permutation(_repeated(truth, len(kind)))
    double = kind == Kind.DOUBLET
    first_cell = _cell(truth, kind, generation, generator)
    second_cell = _cell(truth, kind, second, generator)
    area = first_cell[0] + np.where(double, second_cell[0], 0.0)
    side = first_cell[1] + np.where(double, second_cell[1], 0.0)
    light = first_cell[2] + np.where(double, second_cell[2], 0.0)
    height = HEIGHT_OF_AREA * np.where(double, np.maximum(first_cell[0], second_cell[0]), area)
    height = height * (1.0 + HEIGHT_NOISE * generator.normal(size=len(kind)))
    dead_dye = np.where(kind == Kind.DEAD, DEAD_MEDIAN, LIVE_MEDIAN)
    dead_dye = dead_dye * np.exp(DEAD_LOG_SD * generator.normal(size=len(kind)))
    order = generator.permutation(len(kind))
    fluorescence = [_measured(light, generator), _measured(dead_dye, generator)]
    time = np.sort(generator.random(len(kind)) * len(kind) / EVENTS_PER_SECOND)
    columns = [column[order] for column in (area, height, side, *fluorescence)]
    values = np.stack([*columns, time], axis=1)
    # Two decimals: the last bits of an exponential differ between processors.
    values = np.round(np.minimum(values, FULL_SCALE - 1.0), 2).astype(np.float32)
    return LymphocyteEvents(values, kind[order], generation[order])


def write_lymphocytes(
    path: Path,
    truth: LymphocyteTruth,
    generator: np.random.Generator,
    *,
    keywords: Mapping[str, str] | None = None,
) -> LymphocyteEvents:
    """Write the FCS file of a tube.

    Parameters
    ----------
    path
        The file; its folder is there.
    truth
        What is true of its cells.
    generator
        Source of chance.
    keywords
        Further keywords, such as the date.

    Returns
    -------
    LymphocyteEvents
        What was written, with the truth of every event.
    """
    events = simulate_lymphocytes(truth, generator)
    stored = events.values.copy()
    stored[:, -1] = np.round(stored[:, -1] / TIMESTEP_SECONDS)
    standing = {
        "$CYT": "Simulated cytometer",
        "$TIMESTEP": str(TIMESTEP_SECONDS),
        "$FIL": path.name,
        "$COM": "Simulated events, not a measurement",
    }
    write_fcs(path, channels=CHANNELS, values=stored, keywords={**standing, **(keywords or {})})
    return events


def _repeated(truth: LymphocyteTruth, events: int) -> npt.NDArray[np.int8]:
    """Return generations in the shares of the live cells, for events of any number."""
    live = np.repeat(np.arange(len(truth.cells), dtype=np.int8), truth.cells)
    picked = (np.arange(events) * len(live)) // events
    return live[picked]


def _generations(
    truth: LymphocyteTruth, kind: npt.NDArray[np.int8], generator: np.random.Generator
) -> npt.NDArray[np.int8]:
    made = np.zeros(len(kind), dtype=np.int8)
    live = kind == Kind.LIVE
    made[live] = np.repeat(np.arange(len(truth.cells), dtype=np.int8), truth.cells)
    others = int((~live).sum())
    if others:
        made[~live] = generator.permutation(_repeated(truth, others))
    return made


def _cell(
    truth: LymphocyteTruth,
    kind: npt.NDArray[np.int8],
    generation: npt.NDArray[np.int8],
    generator: np.random.Generator,
) -> tuple[Float, Float, Float]:
    """Return forward scatter, side scatter and light of one cell an event."""
    events, dye = len(kind), truth.dye
    size = np.exp(RESTING_LOG_SD * generator.normal(size=events))
    divided = generation > 0
    area = RESTING_FSC * size * np.where(divided, ACTIVATED_FSC, 1.0)
    side = SSC * np.exp(SSC_LOG_SD * generator.normal(size=events)) * np.where(divided, 1.3, 1.0)
    own = dye.autofluorescence * np.exp(dye.autofluorescence_log_sd * generator.normal(size=events))
    own = own * size * np.where(divided, dye.activated, 1.0)
    light = own + (_dye_of(truth, size, generation, generator) if truth.labelled else 0.0)
    dead, debris = kind == Kind.DEAD, kind == Kind.DEBRIS
    area[dead] *= 0.65
    light[dead] *= 0.8
    area[debris], side[debris] = (
        middle * np.exp(DEBRIS_LOG_SD * generator.normal(size=int(debris.sum())))
        for middle in (DEBRIS_FSC, DEBRIS_SSC)
    )
    light[debris] *= 0.1
    return area, side, light


def _dye_of(
    truth: LymphocyteTruth,
    size: Float,
    generation: npt.NDArray[np.int8],
    generator: np.random.Generator,
) -> Float:
    dye = truth.dye
    shape = 1.0 / dye.uptake_cv**2
    taken = dye.median * generator.gamma(shape, 1.0 / shape, size=len(size)) * size ** (2 / 3)
    concentration = 0.25 / dye.parting_sd**2 - 1.0
    for division in range(1, int(generation.max(initial=0)) + 1):
        parts = generation >= division
        share = generator.beta(concentration / 2, concentration / 2, size=int(parts.sum()))
        taken[parts] *= share * (1.0 - dye.lost)
    return np.asarray(taken, dtype=np.float64)


def _measured(light: Float, generator: np.random.Generator) -> Float:
    deviation = np.sqrt(CHANNELS_PER_PHOTOELECTRON * light + ELECTRONIC_SD**2)
    return np.asarray(light + deviation * generator.normal(size=light.shape), dtype=np.float64)


def truth_of_series(
    ratios: Sequence[float], *, half: float, live: int = 10_000
) -> tuple[LymphocyteTruth, ...]:
    """Return the tubes of a series of co-cultures.

    Parameters
    ----------
    ratios
        Stromal cells to one lymphocyte; 0 for stimulated lymphocytes alone.
    half
        Ratio at which half as many precursors enter division.
    live
        Live single cells recorded in each.

    Returns
    -------
    tuple of LymphocyteTruth
        One a ratio.
    """
    return tuple(
        LymphocyteTruth(precursors=suppressed(ratio, half=half), live=live) for ratio in ratios
    )
