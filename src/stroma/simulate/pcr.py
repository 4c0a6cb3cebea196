"""A run of a real-time PCR in the example study, as QuantStudio exports it, with its truth.

Every lot was induced towards bone or left as it was; two genes of bone are set against two that
stay the same. Amplification is perfect, and a dilution series of each gene shows it. The constants
are illustrative and of no real assay.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from stroma.simulate.study_rows import SheetRow
from stroma.simulate.truth import RELEASE_PASSAGE, LotTruth, stream
from stroma.wells import well_name

FILE: Final = "raw/pcr/osteogenic.txt"
CONDITION: Final = "osteogenic medium"
REFERENCES: Final = ("GAPDH", "TBP")
BASE: Final[Mapping[str, float]] = {"RUNX2": 26.0, "ALPL": 24.5, "GAPDH": 17.0, "TBP": 25.0}
"""Threshold cycle of each gene before induction."""
FOLD: Final[Mapping[str, float]] = {"RUNX2": 3.5, "ALPL": 8.0}
"""Median over donors of the expression after induction, relative to before."""
FOLD_SD: Final = 0.2
"""Between donors, of its natural logarithm."""
WELL_SD: Final = 0.08
SAMPLE_SD: Final = 0.3
"""Standard deviations in cycles: of wells, and of what went into a sample, which all its genes
share."""
WELLS: Final = 3
SERIES: Final = (100_000.0, 10_000.0, 1_000.0, 100.0)
SERIES_WELLS: Final = 2
COLUMNS: Final = 24


def fold_of(truth: LotTruth, gene: str, seed: int) -> float:
    """Return the expression of a gene after induction, relative to before.

    Parameters
    ----------
    truth
        What is true of the lot.
    gene
        Of :data:`FOLD`.
    seed
        Seed of the study.

    Returns
    -------
    float
        As a ratio.
    """
    deviate = float(stream(seed, truth.index, 13, list(FOLD).index(gene)).normal())
    return FOLD[gene] * math.exp(FOLD_SD * deviate)


def sample_name(lot: str, *, induced: bool) -> str:
    """Return the name of a sample in the export.

    Parameters
    ----------
    lot
        The lot.
    induced
        Whether it was induced.

    Returns
    -------
    str
        As the sheets write it.
    """
    return f"{lot} osteo" if induced else lot


def _reactions(truths: Sequence[LotTruth], seed: int) -> Iterator[tuple[str, str, str, str, float]]:
    """Yield sample, gene, task, quantity and true cycle of every well."""
    generator = stream(seed, 0, 14)
    for truth in truths:
        for induced in (False, True):
            shift = SAMPLE_SD * float(generator.normal())
            for gene, base in BASE.items():
                rise = math.log2(fold_of(truth, gene, seed)) if induced and gene in FOLD else 0.0
                for _ in range(WELLS):
                    name = sample_name(truth.lot, induced=induced)
                    yield name, gene, "UNKNOWN", "", _cycle(base - rise + shift, generator)
    for gene, base in BASE.items():
        for step, quantity in enumerate(SERIES):
            for _ in range(SERIES_WELLS):
                cycle = base - 4.0 + step * math.log2(10.0)
                name = f"series {step + 1}"
                yield name, gene, "STANDARD", f"{quantity:.1f}", _cycle(cycle, generator)


def _cycle(true: float, generator: np.random.Generator) -> float:
    return round(true + WELL_SD * float(generator.normal()), 3)


def cycler_export(truths: Sequence[LotTruth], seed: int) -> str:
    """Return the export of the run.

    Parameters
    ----------
    truths
        At most eight lots.
    seed
        Seed of the study.

    Returns
    -------
    str
        Head, set-up and results with tabs, as QuantStudio writes them.
    """
    reactions = list(_reactions(truths, seed))
    places = [well_name(number // COLUMNS, number % COLUMNS) for number in range(len(reactions))]
    held = list(zip(range(1, len(reactions) + 1), places, reactions, strict=True))
    setup: list[Sequence[object]] = [
        ("Well", "Well Position", "Sample Name", "Target Name", "Task", "Reporter", "Quantity"),
        *(
            (number, well, sample, gene, task, "SYBR", quantity)
            for number, well, (sample, gene, task, quantity, _) in held
        ),
    ]
    results: list[Sequence[object]] = [
        ("Well", "Well Position", "Omit", "Sample Name", "Target Name", "Task", "Reporter",
         "Quantity", "CT"),
        *(
            (number, well, "false", sample, gene, task, "SYBR", quantity, f"{cycle:.3f}")
            for number, well, (sample, gene, task, quantity, cycle) in held
        ),
    ]  # fmt: skip
    head = [
        "* Block Type = 384-Well Block",
        "* Chemistry = SYBR_GREEN",
        "* Experiment Comments = Simulated cycles, not a measurement",
        "* Experiment Name = osteogenic",
        "* Experiment Type = Comparative Ct",
        "* Instrument Type = Simulated cycler",
        "",
    ]
    after = ["", "Analysis Type = Singleplex", f"Endogenous Control = {', '.join(REFERENCES)}"]
    tables = ["[Sample Setup]", *_tabs(setup), "", "[Results]", *_tabs(results)]
    return "\n".join([*head, *tables, *after]) + "\n"


def _tabs(rows: Sequence[Sequence[object]]) -> list[str]:
    return ["\t".join(str(cell) for cell in row) for row in rows]


def expression_rows(truths: Sequence[LotTruth]) -> Iterator[SheetRow]:
    """Yield the rows of the sheet ``expression``.

    Parameters
    ----------
    truths
        The lots of the run.

    Yields
    ------
    mapping
        Two a lot: as it was, which the other is relative to, and induced.
    """
    for truth in truths:
        for induced in (False, True):
            yield {
                "file": FILE,
                "sample": sample_name(truth.lot, induced=induced),
                "lot": truth.lot,
                "passage": RELEASE_PASSAGE,
                "condition": CONDITION if induced else "",
                "calibrator": "no" if induced else "yes",
                "reference_genes": "; ".join(REFERENCES),
            }
