"""Plates of the example study: an ELISA, kynurenine and a potency assay, with their truth.

Absorbance follows a four-parameter logistic of concentration (a straight line for kynurenine), with
an error in proportion to the signal; wells are written as a plain grid, as a laboratory copies it
from its reader's screen. The constants are illustrative: sizes that such assays show, of no real
lot, kit or instrument.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from stroma.simulate.study_rows import SheetRow
from stroma.simulate.truth import RELEASE_PASSAGE, LotTruth, stream
from stroma.wells import well_name

ROWS, COLUMNS = 8, 12
SECRETOME_FILE: Final = "raw/plates/IL-6.csv"
SECRETOME_LAYOUT: Final = "IL-6"
POTENCY_FILE: Final = "raw/plates/inhibition.csv"
POTENCY_LAYOUT: Final = "inhibition"
BEADS_FILE: Final = "raw/plates/beads.csv"
MEDIUM: Final = "medium"

LOWER, UPPER, MIDDLE, SLOPE = 0.06, 3.1, 420.0, 1.15
"""Plateaus in OD, concentration of the half response in pg/mL, and slope of the ELISA."""
WELL_CV: Final = 0.03
STANDARDS: Final = (6000.0, 2000.0, 667.0, 222.0, 74.0, 24.7, 8.2, 2.7)
SECRETION: Final[Mapping[str, float]] = {"bone_marrow": 9_000.0, "placenta": 14_000.0}
"""Median over donors of IL-6 in pg for 10⁶ cells in 24 h."""
SECRETION_CV: Final = 0.25
VOLUME_ML, HOURS, CELLS = 10.0, 48.0, 1.2e6
MEDIUM_CONCENTRATION: Final = 18.0
"""IL-6 of medium without cells, in pg/mL; platelet lysate brings some."""
DILUTION: Final = 5.0
CHECKED: Final = 2
"""Lots that are measured in a second dilution, and with an addition."""
SECOND_DILUTION: Final = 20.0
ADDED: Final = 250.0
"""What the addition makes in its well, in pg/mL."""

KYNURENINE_FILE: Final = "raw/plates/kynurenine.csv"
KYNURENINE_LAYOUT: Final = "kynurenine"
STIMULUS: Final = "IFN-gamma"
STIMULATED_MEDIUM: Final = "medium IFN"
KYNURENINE_STANDARDS: Final = (200.0, 100.0, 50.0, 25.0, 12.5, 6.25)
KYNURENINE_BLANK, KYNURENINE_RISE, KYNURENINE_SD = 0.045, 0.0045, 0.002
"""OD without kynurenine, OD for each µmol/L, and the error of a well that does not grow with it."""
PRODUCTION: Final[Mapping[str, float]] = {"bone_marrow": 260.0, "placenta": 190.0}
"""Median over donors of kynurenine in nmol for 10⁶ stimulated cells in 24 h."""
MEDIUM_KYNURENINE: Final = 1.5
"""In µmol/L: below the lowest standard."""

DOSES: Final = (0.0125, 0.025, 0.05, 0.1)
"""Stromal cells to one lymphocyte."""
POTENCIES: Final = (1.0, 0.8, 1.25, 0.62)
"""Of the lots of the potency assay relative to the first, which is its reference lot."""
INHIBITION_AT_ONE, INHIBITION_SLOPE, INHIBITION_SD = 118.0, 24.0, 2.0
"""Inhibition in percent at a ratio of one on the straight part of the curve, its rise with the
natural logarithm of the ratio, and the standard deviation of wells."""
BLOCKS: Final = 3


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate as it is written down.

    Parameters
    ----------
    wells
        Well to reading; the others are empty.
    layout
        Rows of the sheet ``layouts``.
    """

    wells: Mapping[str, float]
    layout: Sequence[SheetRow]

    def grid(self) -> str:
        """Return the plate as a grid of readings with its letters and numbers."""
        lines = ["," + ",".join(str(column + 1) for column in range(COLUMNS))]
        for row in range(ROWS):
            cells = []
            for column in range(COLUMNS):
                value = self.wells.get(well_name(row, column))
                cells.append("" if value is None else f"{value:.3f}")
            lines.append(f"{well_name(row, 0)[:-1]}," + ",".join(cells))
        return "\n".join(lines) + "\n"


def secretion_of(truth: LotTruth, seed: int) -> float:
    """Return what the cells of a lot give off.

    Parameters
    ----------
    truth
        What is true of the lot.
    seed
        Seed of the study.

    Returns
    -------
    float
        IL-6 in pg for 10⁶ cells in 24 h.
    """
    spread = math.sqrt(math.log1p(SECRETION_CV**2))
    factor = math.exp(spread * float(stream(seed, truth.index, 5).normal()))
    return SECRETION[truth.source.source] * factor


def _absorbance(concentration: float, generator: np.random.Generator) -> float:
    share = 0.0
    if concentration > 0:
        share = 1.0 / (1.0 + (MIDDLE / concentration) ** SLOPE)
    value = LOWER + (UPPER - LOWER) * share
    return round(value * (1.0 + WELL_CV * float(generator.normal())), 3)


def supernatant(lot: str) -> str:
    """Return the name of a lot's supernatant.

    Parameters
    ----------
    lot
        The lot.

    Returns
    -------
    str
        As the sheets write it.
    """
    return f"{lot} {RELEASE_PASSAGE}"


def secretome_plate(truths: Sequence[LotTruth], seed: int) -> Plate:
    """Return the ELISA of the lots' supernatants.

    Parameters
    ----------
    truths
        At most 24 lots.
    seed
        Seed of the study.

    Returns
    -------
    Plate
        Standards in duplicate, a blank, the medium and each lot in triplicate.
    """
    generator = stream(seed, 0, 6)
    wells: dict[str, float] = {}
    layout: list[SheetRow] = []

    def fill(names: Sequence[str], true: float, **row: str | float) -> None:
        wells.update({name: _absorbance(true, generator) for name in names})
        layout.append({"layout": SECRETOME_LAYOUT, "wells": _range(names), **row})

    for row, standard in enumerate(STANDARDS):
        names = [well_name(row, column) for column in (0, 1)]
        fill(names, standard, role="standard", concentration=standard)
    fill([well_name(row, 2) for row in (0, 1)], 0.0, role="blank")
    fill([well_name(row, 2) for row in (2, 3, 4)], MEDIUM_CONCENTRATION, role="sample",
         name=MEDIUM, dilution=1)  # fmt: skip
    for number, truth in enumerate(truths):
        row, first = number % ROWS, 3 + 3 * (number // ROWS)
        names = [well_name(row, first + offset) for offset in range(3)]
        made = secretion_of(truth, seed) * CELLS / 1e6 * HOURS / 24.0 / VOLUME_ML
        fill(names, (made + MEDIUM_CONCENTRATION) / DILUTION, role="sample",
             name=supernatant(truth.lot), dilution=DILUTION)  # fmt: skip
    for row, truth in enumerate(truths[:CHECKED]):
        made = secretion_of(truth, seed) * CELLS / 1e6 * HOURS / 24.0 / VOLUME_ML
        made += MEDIUM_CONCENTRATION
        second = [well_name(row, column) for column in (6, 7, 8)]
        fill(second, made / SECOND_DILUTION, role="sample", name=supernatant(truth.lot),
             dilution=SECOND_DILUTION)  # fmt: skip
        spiked = [well_name(row, column) for column in (9, 10, 11)]
        fill(spiked, made / SECOND_DILUTION + ADDED, role="spike", name=supernatant(truth.lot),
             dilution=SECOND_DILUTION, concentration=ADDED)  # fmt: skip
    return Plate(wells, layout)


def production_of(truth: LotTruth, seed: int) -> float:
    """Return the kynurenine that the stimulated cells of a lot make.

    Parameters
    ----------
    truth
        What is true of the lot.
    seed
        Seed of the study.

    Returns
    -------
    float
        In nmol for 10⁶ cells in 24 h.
    """
    spread = math.sqrt(math.log1p(SECRETION_CV**2))
    factor = math.exp(spread * float(stream(seed, truth.index, 17).normal()))
    return PRODUCTION[truth.source.source] * factor


def stimulated(lot: str) -> str:
    """Return the name of the supernatant of a lot's stimulated cells.

    Parameters
    ----------
    lot
        The lot.

    Returns
    -------
    str
        As the sheets write it.
    """
    return f"{supernatant(lot)} IFN"


def kynurenine_plate(truths: Sequence[LotTruth], seed: int) -> Plate:
    """Return the assay of kynurenine in the supernatants of stimulated cells.

    Parameters
    ----------
    truths
        At most eight lots.
    seed
        Seed of the study.

    Returns
    -------
    Plate
        Standards, medium and lots in duplicate; of the first lot also cells that were not
        stimulated, which make none to be seen.
    """
    generator = stream(seed, 0, 18)
    wells: dict[str, float] = {}
    layout: list[SheetRow] = []

    def fill(row: int, column: int, true: float, **said: str | float) -> None:
        names = [well_name(row, column), well_name(row, column + 1)]
        for name in names:
            light = KYNURENINE_RISE * true * (1.0 + WELL_CV / 2 * float(generator.normal()))
            noise = KYNURENINE_SD * float(generator.normal())
            wells[name] = round(KYNURENINE_BLANK + light + noise, 3)
        layout.append({"layout": KYNURENINE_LAYOUT, "wells": _range(names), **said})

    for row, standard in enumerate(KYNURENINE_STANDARDS):
        fill(row, 0, standard, role="standard", concentration=standard)
    fill(6, 0, 0.0, role="blank")
    fill(0, 2, MEDIUM_KYNURENINE, role="sample", name=STIMULATED_MEDIUM, dilution=1)
    fill(1, 2, MEDIUM_KYNURENINE, role="sample", name=MEDIUM, dilution=1)
    for truth in truths[:1]:
        fill(2, 2, MEDIUM_KYNURENINE, role="sample", name=supernatant(truth.lot), dilution=1)
    for row, truth in enumerate(truths):
        made = production_of(truth, seed) * CELLS / 1e6 * HOURS / 24.0 / VOLUME_ML
        fill(row, 4, made + MEDIUM_KYNURENINE, role="sample", name=stimulated(truth.lot),
             dilution=1)  # fmt: skip
    return Plate(wells, layout)


def _range(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]}:{names[-1]}"


def conditioned_rows(truths: Sequence[LotTruth]) -> Iterator[SheetRow]:
    """Yield the rows of the sheet ``conditioned``.

    Parameters
    ----------
    truths
        The lots of the plate.

    Yields
    ------
    mapping
        Two a lot, of cells that were not stimulated and that were, and two for the medium.
    """
    common = {"volume_ml": VOLUME_ML, "hours": HOURS}
    for name, stimulus in ((supernatant, ""), (stimulated, STIMULUS)):
        for truth in truths:
            yield {
                "name": name(truth.lot),
                "lot": truth.lot,
                "passage": RELEASE_PASSAGE,
                "stimulated": stimulus,
                "cells": int(CELLS),
                "cells_seeded": 1_000_000,
                "medium_blank": "no",
                **common,
            }
    yield {"name": MEDIUM, "medium_blank": "yes", **common}
    yield {"name": STIMULATED_MEDIUM, "stimulated": STIMULUS, "medium_blank": "yes", **common}


def potency_plate(truths: Sequence[LotTruth], seed: int) -> tuple[Plate, Mapping[str, float]]:
    """Return a potency assay of the first lots against the first of them.

    Parameters
    ----------
    truths
        The lots of the study; as many are tested as :data:`POTENCIES` holds.
    seed
        Seed of the study.

    Returns
    -------
    plate
        Inhibition of lymphocyte proliferation in percent, in blocks that shift all wells alike.
    potency
        Lot to its potency in percent of the reference lot, without the reference.
    """
    generator = stream(seed, 0, 7)
    shifts = generator.normal(0.0, 3.0, BLOCKS)
    wells: dict[str, float] = {}
    layout: list[SheetRow] = []
    tested = list(zip(truths, POTENCIES, strict=False))
    for number, (truth, potency) in enumerate(tested):
        for block in range(BLOCKS):
            for step, dose in enumerate(DOSES):
                name = well_name(number * 2 + step // 2, block * 4 + step % 2)
                mean = INHIBITION_AT_ONE + INHIBITION_SLOPE * math.log(dose * potency)
                noise = INHIBITION_SD * float(generator.normal())
                wells[name] = round(mean + float(shifts[block]) + noise, 2)
                layout.append(
                    {
                        "layout": POTENCY_LAYOUT,
                        "wells": name,
                        "role": "reference" if number == 0 else "sample",
                        "concentration": dose,
                        "lot": truth.lot,
                        "passage": RELEASE_PASSAGE,
                        "block": str(block + 1),
                    }
                )
    return Plate(wells, layout), {
        truth.lot: 100.0 * potency for truth, potency in tested[1:]
    }  # fmt: skip


def plate_rows() -> list[SheetRow]:
    """Return the rows of the sheet ``plates``.

    Returns
    -------
    list of mapping
        One a plate.
    """
    return [
        {
            "file": SECRETOME_FILE,
            "assay": "secretome",
            "analyte": "IL-6",
            "layout": SECRETOME_LAYOUT,
            "model": "4PL",
            "weighting": "1/y^2",
            "unit": "pg/mL",
        },
        {"file": BEADS_FILE, "assay": "secretome"},
        {
            "file": KYNURENINE_FILE,
            "assay": "ido",
            "analyte": "kynurenine",
            "layout": KYNURENINE_LAYOUT,
            "model": "linear",
            "unit": "umol/L",
        },
        {
            "file": POTENCY_FILE,
            "assay": "potency",
            "analyte": "lymphocyte proliferation",
            "layout": POTENCY_LAYOUT,
            "model": "linear",
        },
    ]
