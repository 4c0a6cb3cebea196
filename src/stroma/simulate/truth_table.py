"""``truth.csv``: everything the study was made from, one value a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from stroma.records import BoolArray, TubeRole
from stroma.simulate import pcr
from stroma.simulate.beads import ANALYTES
from stroma.simulate.beads import secretion_of as bead_secretion_of
from stroma.simulate.bench import (
    COUNT_CV_PERCENT,
    READING_CV_PERCENT,
    SCORE_DIFFERENCE,
    Culture,
)
from stroma.simulate.cells import Kind, TubeEvents
from stroma.simulate.colonies import PASSAGE as COLONY_PASSAGE
from stroma.simulate.colonies import efficiency_of
from stroma.simulate.cytometer import IDENTITY
from stroma.simulate.pictures import stained_parts
from stroma.simulate.plates import CHECKED, STIMULUS, production_of, secretion_of
from stroma.simulate.suppression_example import divided_percent
from stroma.simulate.truth import (
    ASKED,
    BETWEEN_DONOR_LOGIT_SD,
    PATTERNS,
    RELEASE_PASSAGE,
    SOURCES,
    USUAL_POSITIVE,
    LotTruth,
    SourceTruth,
)
from stroma.simulate.tubes import TubePlan
from stroma.texts import ENGLISH, Language

COLUMNS: tuple[str, ...] = (
    "lot",
    "source",
    "passage",
    "condition",
    "quantity",
    "analyte",
    "value",
    "category",
    "unit",
)

STROMAL: tuple[str, ...] = ("CD105", "CD73", "CD90")
"""Markers whose joint share the ISCT's profile shows, in the order of a phenotype's name."""

TruthRow = Mapping[str, str | float | int]


def source_rows() -> Iterator[TruthRow]:
    """Return what is true of the donors of each tissue source.

    Yields
    ------
    mapping
        A row without a lot: medians over donors, their spread, and the errors of the methods.
    """
    for source in SOURCES:
        for passage, median in _donor_median_doubling_times(source):
            yield _row("donor_median_doubling_time", median, "h", source=source.source,
                       passage=passage)  # fmt: skip
        yield _row("between_donor_cv_doubling_time", source.doubling_time_cv_percent, "%",
                   source=source.source)  # fmt: skip
        for lineage, ratio in source.differentiation_ratio.items():
            yield _row("donor_median_differentiation_ratio", ratio, "1", source=source.source,
                       analyte=lineage)  # fmt: skip
        yield _row("between_donor_cv_differentiation_ratio", source.differentiation_cv_percent,
                   "%", source=source.source)  # fmt: skip
        for marker, percent in USUAL_POSITIVE.items():
            yield _row("donor_median_percent_positive", percent, "%", source=source.source,
                       analyte=marker)  # fmt: skip
        yield _row("between_donor_logit_sd_percent_positive", BETWEEN_DONOR_LOGIT_SD, "1",
                   source=source.source)  # fmt: skip
    yield _row("counting_cv", COUNT_CV_PERCENT, "%")
    yield _row("differentiation_reading_cv", READING_CV_PERCENT, "%")


def lot_rows(
    truth: LotTruth, passages: Sequence[Culture], language: Language = ENGLISH
) -> Iterator[TruthRow]:
    """Return what is true of a lot at the bench, and the verdicts a right judge gives.

    Parameters
    ----------
    truth
        What is true of the lot.
    passages
        Its passages.
    language
        Of the sentence that says what the lot is there to show.

    Yields
    ------
    mapping
        A row.
    """
    lot = {"lot": truth.lot, "source": truth.source.source}
    yield _row("shows", truth.pattern.meaning.render(language), "", **lot)
    for profile, verdict in truth.pattern.verdicts.items():
        yield _row("verdict", verdict, "", analyte=profile, **lot)
    yield from _growth_rows(passages, lot)
    for lineage, ratio in truth.differentiation_ratio.items():
        place = {**lot, "passage": RELEASE_PASSAGE, "analyte": lineage}
        if lineage in truth.pattern.scored:
            yield _row("differentiation_score_difference", SCORE_DIFFERENCE, "{score}", **place)
        else:
            yield _row("differentiation_ratio", ratio, "1", **place)
        yield _row("differentiation", "positive", "", **place)
    if truth.pattern.origin is not None:
        yield _row("origin", truth.pattern.origin, "", **lot)


def comparison_rows(lots: int) -> Iterator[TruthRow]:
    """Return what is true of the questions the study asks of its sources.

    Parameters
    ----------
    lots
        How many the study holds: with more than the eight, more can be told.

    Yields
    ------
    mapping
        A row for the true difference, and one for the answer a right comparison of the eight lots
        gives.
    """
    for asked in ASKED:
        named = f"difference_of_{asked.quantity}"
        yield _row(named, asked.difference, asked.unit, analyte=asked.analyte)
        if lots == len(PATTERNS):
            yield _row(f"answer_on_{asked.quantity}", asked.answer, "", analyte=asked.analyte)


def colony_rows(truths: Sequence[LotTruth], seed: int) -> Iterator[TruthRow]:
    """Return how many colonies the cells of each lot make.

    Parameters
    ----------
    truths
        The lots.
    seed
        Seed of the study.

    Yields
    ------
    mapping
        A row a lot.
    """
    for truth in truths:
        yield _row("clonogenic_efficiency", efficiency_of(truth, seed), "%", lot=truth.lot,
                   source=truth.source.source, passage=COLONY_PASSAGE)  # fmt: skip


def plate_rows(
    truths: Sequence[LotTruth], potencies: Mapping[str, float], seed: int
) -> Iterator[TruthRow]:
    """Return what is true of the lots on plates.

    Parameters
    ----------
    truths
        The lots tested.
    potencies
        Lot to its potency in percent of the reference lot.
    seed
        Seed of the study.

    Yields
    ------
    mapping
        Rows of secretion and potency.
    """
    for truth in truths:
        place = {"lot": truth.lot, "source": truth.source.source, "passage": RELEASE_PASSAGE}
        yield _row("secretion", secretion_of(truth, seed), "pg/(10*6.{cells}.d)",
                   analyte="IL-6", **place)  # fmt: skip
        for analyte in ANALYTES:
            yield _row("secretion", bead_secretion_of(truth, analyte, seed),
                       "pg/(10*6.{cells}.d)", analyte=analyte.name, **place)  # fmt: skip
        yield _row("kynurenine_production", production_of(truth, seed),
                   "nmol/(10*6.{cells}.d)", condition=STIMULUS, **place)  # fmt: skip
        if truth in truths[:CHECKED]:
            yield _row("spike_recovery", 100.0, "%", analyte="IL-6", **place)
        if truth.lot in potencies:
            yield _row("relative_potency", potencies[truth.lot], "%", **place)


def expression_rows(truths: Sequence[LotTruth], seed: int) -> Iterator[TruthRow]:
    """Return how much more of each gene induced cells of each lot express.

    Parameters
    ----------
    truths
        The lots of the run.
    seed
        Seed of the study.

    Yields
    ------
    mapping
        A row a lot and gene.
    """
    for truth in truths:
        for gene in pcr.FOLD:
            yield _row("relative_expression", pcr.fold_of(truth, gene, seed), "1",
                       lot=truth.lot, source=truth.source.source, passage=RELEASE_PASSAGE,
                       condition=pcr.CONDITION, analyte=gene)  # fmt: skip


def stain_rows(truths: Sequence[LotTruth], seed: int) -> Iterator[TruthRow]:
    """Return how much of the photographed fields of each lot is stained.

    Parameters
    ----------
    truths
        The lots whose cultures were photographed.
    seed
        Seed of the study.

    Yields
    ------
    mapping
        A row a lot: the mean of its fields.
    """
    for truth in truths:
        parts = stained_parts(truth.lot, seed)
        yield _row("stained_area", 100.0 * sum(parts) / len(parts), "%", lot=truth.lot,
                   source=truth.source.source, passage=RELEASE_PASSAGE,
                   analyte="osteogenic")  # fmt: skip


def suppression_rows(truths: Sequence[LotTruth]) -> Iterator[TruthRow]:
    """Return how many lymphocytes divide beside the lots of the dye dilution.

    Parameters
    ----------
    truths
        The lots of the study.

    Yields
    ------
    mapping
        A row a tube.
    """
    sources = {truth.lot: truth.source.source for truth in truths}
    for lot, condition, percent in divided_percent():
        yield _row("percent_divided", percent, "%", lot=lot, source=sources[lot],
                   passage=RELEASE_PASSAGE, condition=condition)  # fmt: skip


def tube_rows(truth: LotTruth, plan: TubePlan, events: TubeEvents) -> Iterator[TruthRow]:
    """Return what is true of a stained tube, counted in the events that were written.

    Parameters
    ----------
    truth
        What is true of the lot.
    plan
        The tube.
    events
        Its events.

    Yields
    ------
    mapping
        A row for the live single cells, their share of all single cells, the share of each marker
        among them and the cells that carry all stromal markers; none for a control.
    """
    if plan.role is not TubeRole.STAINED:
        return
    place = {
        "lot": truth.lot,
        "source": truth.source.source,
        "passage": RELEASE_PASSAGE,
        "condition": plan.stimulated,
    }
    live = events.kind == Kind.LIVE
    tube = f"{truth.lot}_{plan.file_name}".removesuffix(".fcs")
    yield _row("live_events", int(live.sum()), "{cells}", analyte=tube, **place)
    if plan.panel == IDENTITY:
        single = live | (events.kind == Kind.DEAD)
        yield _row("viability", _percent(live[single]), "%", analyte="flow cytometry", **place)
    for marker, mask in events.positive.items():
        yield _row("percent_positive", _percent(mask[live]), "%", analyte=marker, **place)
    if all(marker in events.positive for marker in STROMAL):
        together = np.logical_and.reduce([events.positive[marker][live] for marker in STROMAL])
        phenotype = "/".join(f"{marker}+" for marker in STROMAL)
        yield _row("percent_coexpressing", _percent(together), "%", analyte=phenotype, **place)


def _growth_rows(passages: Iterable[Culture], lot: Mapping[str, str]) -> Iterator[TruthRow]:
    cumulative = 0.0
    for culture in passages:
        place = {**lot, "passage": culture.passage}
        yield _row("viable_cells", culture.harvested, "{cells}", **place)
        yield _row("viability", culture.viability_percent, "%", **place)
        if culture.doubling_time_hours is None:
            yield _row("nucleated_cells", culture.seeded, "{cells}", **place)
            continue
        yield _row("seeded_cells", culture.seeded, "{cells}", **place)
        cumulative += culture.doublings
        yield _row("population_doublings", culture.doublings, "{doublings}", **place)
        yield _row("cumulative_population_doublings", cumulative, "{doublings}", **place)
        yield _row("doubling_time", culture.doubling_time_hours, "h", **place)


def _donor_median_doubling_times(source: SourceTruth) -> Iterator[tuple[str, float]]:
    for number in range(4):
        slowed = source.doubling_time_hours * (1.0 + source.slowing_percent / 100.0) ** number
        yield f"P{number + 1}", slowed


def _percent(mask: BoolArray) -> float:
    return 100.0 * float(np.count_nonzero(mask)) / len(mask)


def _row(quantity: str, result: float | str, unit: str, **place: str) -> TruthRow:
    # Ten digits: more than any test needs, fewer than processors agree on.
    held: dict[str, str | float | int] = (
        {"category": result} if isinstance(result, str) else {"value": float(f"{result:.10g}")}
    )
    return {**place, "quantity": quantity, "unit": unit, **held}
