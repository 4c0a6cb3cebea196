"""What the bench writes down of a lot: passages, differentiation and safety tests.

Counts carry a log-normal error with the coefficient of variation the study declares, and the
sampling of the cells seen where the counter states how many it saw. Seeded and harvested cells
are counted apart from each other, so that their errors are independent. Sizes and spreads are
illustrative, of no real lot or laboratory.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from stroma.simulate.counters import vi_cell_cells_seen
from stroma.simulate.truth import PASSAGES, RELEASE_PASSAGE, LotTruth, stream

COUNT_CV_PERCENT = 5.0
"""Of a repeated count, and declared in ``study.toml``."""
CULTURE_AREA_CM2 = 175.0
SUSPENSION_ML = 2.0
"""Volume the last harvest is taken up in before it is counted."""
VIABILITY_CELLS = 2_000
"""Cells behind a viability that is written down without their number."""
READING_CV_PERCENT = 9.0
"""Between wells of one differentiation assay."""
CONTROL_READING: Mapping[str, float] = {
    "osteogenic": 0.12,
    "adipogenic": 0.09,
    "chondrogenic": 0.11,
}
STAINS: Mapping[str, str] = {
    "osteogenic": "Alizarin Red",
    "adipogenic": "Oil Red O",
    "chondrogenic": "Alcian Blue",
}
CONTROL_SCORE, SCORE_DIFFERENCE, SCORE_SD = 1.5, 4.0, 0.5
"""Of pellets scored from 0 to 9 (Grogan 2006, Tissue Eng 12:2141), mean of two readers."""
REPLICATES: Mapping[str, int] = {"osteogenic": 4, "adipogenic": 4, "chondrogenic": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Culture:
    """One passage of a lot: what is true, and what was counted.

    Parameters
    ----------
    passage
        ``"P0"`` and so on.
    seeded, harvested
        True viable cells; for P0 nucleated cells were seeded.
    hours
        Between them.
    area_cm2
        Culture area.
    viability_percent
        True viability at harvest.
    doubling_time_hours
        True doubling time; ``None`` for P0, where few of the cells seeded are ancestors.
    seeded_counted, harvested_counted
        What the counts said.
    viability_counted
        What the count said, in percent.
    cells_seen
        Viable cells in the counter's images; ``None`` where it does not state them.
    """

    passage: str
    seeded: float
    harvested: float
    hours: int
    area_cm2: float
    viability_percent: float
    doubling_time_hours: float | None
    seeded_counted: float
    harvested_counted: float
    viability_counted: float
    cells_seen: int | None

    @property
    def doublings(self) -> float:
        """True population doublings."""
        return math.log2(self.harvested / self.seeded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One replicate of a differentiation assay.

    Parameters
    ----------
    lineage
        Name of the lineage.
    induced
        Whether the culture was induced.
    replicate
        Number of the well, from 1.
    value
        Absorbance in OD or score, as printed.
    readout, unit, stain
        The row.
    """

    lineage: str
    induced: bool
    replicate: int
    value: float
    readout: str
    unit: str
    stain: str


@dataclass(frozen=True, slots=True)
class SafetyTest:
    """A safety test as a laboratory reports it.

    Parameters
    ----------
    test, result, unit, method
        The row.
    """

    test: str
    result: str
    unit: str
    method: str


def cultures(truth: LotTruth, seed: int) -> tuple[Culture, ...]:
    """Return the passages of a lot.

    Parameters
    ----------
    truth
        What is true of the lot.
    seed
        Seed of the study.

    Returns
    -------
    tuple of Culture
        P0 to P4.
    """
    generator = stream(seed, truth.index, 1)
    return tuple(_culture(truth, passage, generator) for passage in PASSAGES)


def _culture(truth: LotTruth, passage: str, generator: np.random.Generator) -> Culture:
    source = truth.source
    if passage == "P0":
        hours = source.primary_hours
        area = source.primary_area_cm2
        seeded_counted = _significant(source.nucleated_cells * _factor(15.0, generator), 3)
        harvested = source.primary_harvest * _factor(20.0, generator)
        seeded = seeded_counted / _factor(COUNT_CV_PERCENT, generator)
        doubling_time = None
    else:
        hours = source.passage_hours + int(generator.integers(-6, 7))
        area = CULTURE_AREA_CM2
        # A laboratory seeds a round number by its count; what truly went in differs by the error.
        seeded_counted = source.seeded_per_cm2 * area
        seeded = seeded_counted / _factor(COUNT_CV_PERCENT, generator)
        doubling_time = truth.doubling_time_hours[passage]
        harvested = seeded * 2.0 ** (hours / doubling_time)
    seen = None
    if counter_states_cells(truth, passage):
        seen = vi_cell_cells_seen(harvested / SUSPENSION_ML)
    viability = truth.viability_percent[passage]
    looked_at = VIABILITY_CELLS if seen is None else seen
    counted = harvested * _factor(COUNT_CV_PERCENT, generator, seen=seen)
    return Culture(
        passage=passage,
        seeded=seeded,
        harvested=harvested,
        hours=hours,
        area_cm2=area,
        viability_percent=viability,
        doubling_time_hours=doubling_time,
        seeded_counted=seeded_counted,
        harvested_counted=_significant(counted, 3),
        viability_counted=round(
            100.0 * float(generator.binomial(looked_at, viability / 100.0)) / looked_at, 1
        ),
        cells_seen=None if seen is None else vi_cell_cells_seen(counted / SUSPENSION_ML),
    )


def counter_states_cells(truth: LotTruth, passage: str) -> bool:
    """Return whether the harvest was counted by the counter that states the cells it saw.

    Parameters
    ----------
    truth
        What is true of the lot.
    passage
        Which passage.

    Returns
    -------
    bool
        True for the last passage of placental lots, counted with a Vi-CELL BLU.
    """
    return truth.is_placental and passage == RELEASE_PASSAGE


def readings(truth: LotTruth, seed: int) -> tuple[Reading, ...]:
    """Return the readings of the differentiation assays of a lot.

    Parameters
    ----------
    truth
        What is true of the lot.
    seed
        Seed of the study.

    Returns
    -------
    tuple of Reading
        Induced wells and undifferentiated controls of every lineage tested.
    """
    generator = stream(seed, truth.index, 2)
    return tuple(
        _reading(truth, lineage, induced=induced, replicate=replicate, generator=generator)
        for lineage in truth.differentiation_ratio
        for induced in (True, False)
        for replicate in range(1, REPLICATES[lineage] + 1)
    )


def _reading(
    truth: LotTruth,
    lineage: str,
    *,
    induced: bool,
    replicate: int,
    generator: np.random.Generator,
) -> Reading:
    if lineage in truth.pattern.scored:
        mean = CONTROL_SCORE + (SCORE_DIFFERENCE if induced else 0.0)
        # The mean of two readers comes in halves.
        value = round(2.0 * (mean + SCORE_SD * generator.normal())) / 2.0
        readout, unit, stain = "score", "", "Safranin O"
    else:
        ratio = truth.differentiation_ratio[lineage] if induced else 1.0
        value = round(CONTROL_READING[lineage] * ratio * _factor(READING_CV_PERCENT, generator), 3)
        readout, unit, stain = "absorbance", "OD", STAINS[lineage]
    return Reading(
        lineage=lineage,
        induced=induced,
        replicate=replicate,
        value=value,
        readout=readout,
        unit=unit,
        stain=stain,
    )


def safety_tests(truth: LotTruth, seed: int) -> tuple[SafetyTest, ...]:
    """Return the safety tests of a lot.

    Parameters
    ----------
    truth
        What is true of the lot.
    seed
        Seed of the study.

    Returns
    -------
    tuple of SafetyTest
        Sterility, mycoplasma, endotoxin and karyotype, all as they should be.
    """
    generator = stream(seed, truth.index, 3)
    level = float(generator.uniform(0.02, 0.2))
    endotoxin = "<0.05" if level < 0.1 else f"{level:.2f}"
    return (
        SafetyTest("sterility", "no growth", "", "Ph. Eur. 2.6.27"),
        SafetyTest("mycoplasma", "negative", "", "Ph. Eur. 2.6.7"),
        SafetyTest("endotoxin", endotoxin, "EU/mL", "Ph. Eur. 2.6.14"),
        SafetyTest("karyotype", truth.karyotype, "", "G banding, 20 metaphases"),
    )


def _factor(cv_percent: float, generator: np.random.Generator, *, seen: int | None = None) -> float:
    variance = math.log1p((cv_percent / 100.0) ** 2) + (0.0 if seen is None else 1.0 / seen)
    return math.exp(math.sqrt(variance) * generator.normal())


def _significant(value: float, digits: int) -> float:
    return float(f"{value:.{digits - 1}e}")
