"""A bead assay of the example study, as xPONENT exports it, with its truth.

The logarithm of fluorescence follows a logistic of the concentration, with the same error at every
height: light of beads varies in proportion. The constants are illustrative: chosen so that all
samples lie within their curves, and of no real panel.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from stroma.simulate.plates import CELLS, HOURS, MEDIUM, VOLUME_ML, supernatant
from stroma.simulate.truth import LotTruth, stream
from stroma.wells import well_name

LEAST_BEADS: Final = 50
DILUTION: Final = 4.0
LOG_SD: Final = 0.012
"""Of a well, on the decimal logarithm of fluorescence: 2.8 %."""
SECRETION_CV: Final = 0.3
STANDARDS: Final = tuple(10_000.0 / 4.0**step for step in range(8))
"""Of every analyte, in pg/mL."""


@dataclass(frozen=True, slots=True)
class Analyte:
    """A bead and what is true of it.

    Parameters
    ----------
    name, bead
        Of the analyte, and the number of its region.
    lower, upper
        Decimal logarithm of fluorescence without analyte and far above the standards.
    middle, slope
        Concentration in pg/mL at half the way, and steepness there.
    secretion
        Tissue to median over donors in pg for 10⁶ cells in 24 h.
    medium
        In medium without cells, in pg/mL.
    """

    name: str
    bead: int
    lower: float
    upper: float
    middle: float
    slope: float
    secretion: Mapping[str, float]
    medium: float


ANALYTES: Final = (
    Analyte("VEGF", 28, 1.45, 4.30, 260.0, 0.85,
            {"bone_marrow": 4_000.0, "placenta": 2_500.0}, 12.0),
    Analyte("HGF", 35, 1.55, 4.25, 200.0, 0.95,
            {"bone_marrow": 1_500.0, "placenta": 9_000.0}, 9.0),
    Analyte("MCP-1", 51, 1.35, 4.35, 230.0, 0.90,
            {"bone_marrow": 6_500.0, "placenta": 6_000.0}, 7.0),
)  # fmt: skip


def secretion_of(truth: LotTruth, analyte: Analyte, seed: int) -> float:
    """Return what the cells of a lot give off of an analyte.

    Parameters
    ----------
    truth
        What is true of the lot.
    analyte
        The analyte.
    seed
        Seed of the study.

    Returns
    -------
    float
        In pg for 10⁶ cells in 24 h.
    """
    spread = math.sqrt(math.log1p(SECRETION_CV**2))
    deviate = float(stream(seed, truth.index, 11, analyte.bead).normal())
    factor = math.exp(spread * deviate)
    return analyte.secretion[truth.source.source] * factor


@dataclass(frozen=True, slots=True)
class _Well:
    well: str
    sample: str
    concentrations: tuple[float, ...]
    dilution: float = 1.0


def _wells(truths: Sequence[LotTruth], seed: int) -> Iterator[_Well]:
    for row, standard in enumerate(STANDARDS):
        held = (standard,) * len(ANALYTES)
        for column in (0, 1):
            yield _Well(well_name(row, column), f"Standard{row + 1}", held)
    for row in (0, 1):
        yield _Well(well_name(row, 2), "Background0", (0.0,) * len(ANALYTES))
    for row in (2, 3):
        held = tuple(analyte.medium for analyte in ANALYTES)
        yield _Well(well_name(row, 2), MEDIUM, held)
    for number, truth in enumerate(truths):
        made = tuple(
            secretion_of(truth, analyte, seed) * CELLS / 1e6 * HOURS / 24.0 / VOLUME_ML
            + analyte.medium
            for analyte in ANALYTES
        )
        for column in (3, 4):
            diluted = tuple(one / DILUTION for one in made)
            yield _Well(well_name(number, column), supernatant(truth.lot), diluted, DILUTION)


def _fluorescence(analyte: Analyte, concentration: float, generator: np.random.Generator) -> float:
    share = 0.0
    if concentration > 0:
        share = 1.0 / (1.0 + (analyte.middle / concentration) ** analyte.slope)
    log = analyte.lower + (analyte.upper - analyte.lower) * share
    light = math.pow(10.0, log + LOG_SD * float(generator.normal()))
    return round(2.0 * light) / 2.0


def bead_export(truths: Sequence[LotTruth], seed: int) -> str:
    """Return the export of the batch.

    Parameters
    ----------
    truths
        At most eight lots.
    seed
        Seed of the study.

    Returns
    -------
    str
        Medians, counts of beads, dilutions and the standards' concentrations, as xPONENT writes
        them.
    """
    generator = stream(seed, 0, 12)
    wells = list(_wells(truths, seed))
    names = [analyte.name for analyte in ANALYTES]
    medians: list[list[object]] = []
    counts: list[list[object]] = []
    for number, well in enumerate(wells, start=1):
        location = f"{number}(1,{well.well})"
        light = [
            _fluorescence(analyte, concentration, generator)
            for analyte, concentration in zip(ANALYTES, well.concentrations, strict=True)
        ]
        beads = [int(LEAST_BEADS + generator.poisson(30)) for _ in ANALYTES]
        medians.append([location, well.sample, *(f"{one:g}" for one in light), sum(beads)])
        counts.append([location, well.sample, *beads, sum(beads)])
    by_well = ["Location", "Sample", *names, "Total Events"]
    dilutions = [
        [f"{number}(1,{well.well})", well.sample, f"{well.dilution:g}"]
        for number, well in enumerate(wells, start=1)
    ]
    beads_of = [analyte.bead for analyte in ANALYTES]
    units: list[list[object]] = [["BeadID:", *beads_of], ["Units:", *("pg/mL" for _ in names)]]
    asked: list[list[object]] = [
        ["BeadID:", *beads_of],
        ["Per Bead:", *(LEAST_BEADS for _ in names)],
    ]
    standards = [
        [f"Standard{row + 1}", *(f"{dose:.6g}" for _ in names)]
        for row, dose in enumerate(STANDARDS)
    ]
    lines: list[Sequence[object]] = [
        ["Program", "xPONENT", "", "Simulated reader"],
        ["Build", "4.2"],
        ["Batch", "Simulated beads, not a measurement"],
        [],
        ["Samples", len(wells), "Min Events", LEAST_BEADS, "Per Bead"],
        [],
        ["Results"],
        [],
        *_table("Median", by_well, medians),
        *_table("Count", by_well, counts),
        *_table("Units", ["Analyte:", *names], units),
        *_table("Per Bead Count", ["Analyte:", *names], asked),
        *_table("Dilution Factor", ["Location", "Sample", "Dilution Factor"], dilutions),
        *_table("Standard Expected Concentration", ["Reagent", *names], standards),
        ["-- CRC --"],
        ["CRC32: 00000000"],
    ]
    return "".join(",".join(f'"{cell}"' for cell in line) + "\r\n" for line in lines)


def _table(
    name: str, header: Sequence[object], rows: Iterable[Sequence[object]]
) -> Iterator[Sequence[object]]:
    yield ["DataType:", name]
    yield header
    yield from rows
    yield []
