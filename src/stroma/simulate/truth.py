"""What is true of every lot of the example study, before anything is measured.

Eight patterns of a lot, four of bone marrow and four of placenta, repeat with new donors as often
as lots are asked for. Numbers are illustrative, of the size the literature shows; where a value
comes from a text it is said beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from stroma.simulate.cytometer import DETECTORS
from stroma.texts import Text, text

BONE_MARROW = "bone_marrow"
PLACENTA = "placenta"
RELEASE_PASSAGE = "P4"
"""Passage at which identity, differentiation and safety are tested."""
PASSAGES: tuple[str, ...] = ("P0", "P1", "P2", "P3", "P4")
INTERFERON = "IFN-gamma"
ISCT = "isct_2006"
PRODUCT = "xcelia"
"""The profile of a bone-marrow product the study is also judged by."""
DEFAULT_SEED = 2040
"""Chosen so that the eight lots show no miss by chance; see
:func:`stroma.simulate.example.write_example_study`."""
LINEAGES: tuple[str, ...] = ("osteogenic", "adipogenic", "chondrogenic")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTruth:
    """What is true of all donors of a tissue source.

    Parameters
    ----------
    source
        Name of the tissue.
    doubling_time_hours
        Geometric mean over donors of the doubling time in the first passage.
    doubling_time_cv_percent
        Coefficient of variation between donors.
    slowing_percent
        By how much the doubling time grows with every passage.
    differentiation_ratio
        Lineage to the geometric mean over donors of induced over control.
    differentiation_cv_percent
        Coefficient of variation of that ratio between donors.
    nucleated_cells, primary_harvest, primary_hours, primary_area_cm2
        Of the primary culture.
    seeded_per_cm2, passage_hours
        Of the passages after it.
    """

    source: str
    doubling_time_hours: float
    doubling_time_cv_percent: float
    slowing_percent: float
    differentiation_ratio: Mapping[str, float]
    differentiation_cv_percent: float
    nucleated_cells: float
    primary_harvest: float
    primary_hours: int
    primary_area_cm2: float
    seeded_per_cm2: float
    passage_hours: int


# Doubling times: bone marrow 36.5 h in platelet lysate (10.1007/s10529-012-0893-8) and 61.2 h
# (10.1155/2013/901821, table 2, secondary). Placenta is set faster than the 53 h printed for
# decidua basalis (PubMed 21354907), so that one true difference between the sources is there to
# be found.
SOURCES: tuple[SourceTruth, ...] = (
    SourceTruth(
        source=BONE_MARROW,
        doubling_time_hours=46.0,
        doubling_time_cv_percent=12.0,
        slowing_percent=4.0,
        differentiation_ratio={"osteogenic": 6.2, "adipogenic": 5.6, "chondrogenic": 5.2},
        differentiation_cv_percent=12.0,
        nucleated_cells=60e6,
        primary_harvest=6e6,
        primary_hours=336,
        primary_area_cm2=525.0,
        seeded_per_cm2=3_000.0,
        passage_hours=120,
    ),
    SourceTruth(
        source=PLACENTA,
        doubling_time_hours=31.0,
        doubling_time_cv_percent=12.0,
        slowing_percent=4.0,
        differentiation_ratio={"osteogenic": 5.6, "adipogenic": 5.0, "chondrogenic": 5.4},
        differentiation_cv_percent=12.0,
        nucleated_cells=40e6,
        primary_harvest=9e6,
        primary_hours=240,
        primary_area_cm2=525.0,
        seeded_per_cm2=3_000.0,
        passage_hours=96,
    ),
)

USUAL_POSITIVE: Mapping[str, float] = {
    "CD73": 99.2,
    "CD90": 99.0,
    "CD105": 98.4,
    "CD34": 0.15,
    "CD45": 0.10,
    "monocyte": 0.10,
    "B cell": 0.05,
    "HLA-DR": 0.25,
    "CD31": 0.20,
}
"""Percent of the live single cells of any donor that carry a marker, at the donors' median."""
BETWEEN_DONOR_LOGIT_SD = 0.25
"""Standard deviation of those shares between donors, on the logit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What makes a lot of the study different from a usual one.

    Parameters
    ----------
    name
        Its place in the study: ``"BM-01"``.
    source
        Name of the tissue.
    meaning
        What the lot is there to show.
    verdicts
        Profile to the verdict a right judge gives.
    fixed
        Shares that are part of the pattern and do not vary between donors.
    joint
        Markers on the same cells.
    stimulated
        Shares after interferon-γ; empty where the cells were not stimulated.
    monocyte, b_cell
        Which of the ISCT's alternatives was stained.
    fmo
        Markers with a tube that leaves them out.
    live
        Live single cells of the stained tube; ``None`` for as many as a tube usually has.
    background_low, background_high
        Bounds of the factor by which unstained detectors are brighter than in the control.
    missing
        Lineages that were not tested.
    scored
        Lineages that were read as a score instead of an absorbance.
    origin
        Genotype of the cells.
    """

    name: str
    source: str
    meaning: Text
    verdicts: Mapping[str, str]
    fixed: Mapping[str, float] = field(default_factory=dict)
    joint: tuple[str, ...] = ()
    stimulated: Mapping[str, float] = field(default_factory=dict)
    monocyte: str = "CD14"
    b_cell: str = "CD19"
    fmo: tuple[str, ...] = ()
    live: int | None = None
    background_low: float = 1.02
    background_high: float = 1.05
    missing: tuple[str, ...] = ()
    scored: tuple[str, ...] = ()
    origin: str | None = None


PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        name="BM-01",
        source=BONE_MARROW,
        meaning=text("clean"),
        verdicts={ISCT: "PASS", PRODUCT: "PASS"},
    ),
    # The CD34+ CD45+ cells are adherent ones that also carry the stromal markers, as fibrocytes
    # share many of them, so that the one cause shows in the criteria it belongs to.
    Pattern(
        name="BM-02",
        source=BONE_MARROW,
        meaning=text("contaminated with CD34+ CD45+ cells"),
        verdicts={ISCT: "FAIL", PRODUCT: "FAIL"},
        fixed={"CD34": 6.2, "CD45": 6.4},
        joint=("CD34", "CD45"),
        monocyte="CD11b",
    ),
    # With so few cells the tail of the negatives has to be thinner than the control's to clear
    # 2 %: the isotypes of this lot bind a little more than the antibodies they stand for.
    Pattern(
        name="BM-03",
        source=BONE_MARROW,
        meaning=text("too few live cells near the limit of CD34"),
        verdicts={ISCT: "INCONCLUSIVE", PRODUCT: "PASS"},
        fixed={"CD34": 1.5, "CD73": 99.5, "CD90": 99.5, "CD105": 99.4, "CD45": 0.0,
               "monocyte": 0.0, "B cell": 0.0, "HLA-DR": 0.0},
        live=650,
        background_low=0.87,
        background_high=0.91,
    ),
    Pattern(
        name="BM-04",
        source=BONE_MARROW,
        meaning=text("HLA-DR raised after interferon-γ only"),
        verdicts={ISCT: "PASS", PRODUCT: "PASS"},
        stimulated={"HLA-DR": 65.0},
    ),
    Pattern(
        name="PL-01",
        source=PLACENTA,
        meaning=text("clean, fetal"),
        verdicts={ISCT: "PASS"},
        fmo=("CD34", "CD45", "HLA-DR"),
        origin="fetal",
    ),
    Pattern(
        name="PL-02",
        source=PLACENTA,
        meaning=text("chondrogenic differentiation not tested"),
        verdicts={ISCT: "INCOMPLETE"},
        missing=("chondrogenic",),
        origin="fetal",
    ),
    Pattern(
        name="PL-03",
        source=PLACENTA,
        meaning=text("fetal and maternal cells mixed"),
        verdicts={ISCT: "INCONCLUSIVE"},
        b_cell="CD79a",
        origin="mixed",
    ),
    Pattern(
        name="PL-04",
        source=PLACENTA,
        meaning=text("clean, fetal"),
        verdicts={ISCT: "PASS"},
        b_cell="CD79a",
        fmo=("CD34", "CD45", "HLA-DR"),
        scored=("chondrogenic",),
        origin="fetal",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTruth:
    """A question the study asks of its sources, and what is true of it.

    Parameters
    ----------
    quantity, analyte
        What is compared.
    margin, unit
        The largest difference that would not matter.
    difference
        Of the donors' medians, placenta less bone marrow, in the unit; of doubling times at P1.
    answer
        What a right comparison of the eight lots gives.
    """

    quantity: str
    analyte: str = ""
    margin: float
    unit: str
    difference: float
    answer: str


# The third answer is no third truth: the difference is real and smaller than the margin, and four
# donors a side can tell neither.
ASKED: tuple[AskedTruth, ...] = (
    AskedTruth(
        quantity="doubling_time",
        margin=6.0,
        unit="h",
        difference=SOURCES[1].doubling_time_hours - SOURCES[0].doubling_time_hours,
        answer="DIFFERENT",
    ),
    AskedTruth(
        quantity="percent_positive",
        analyte="CD73",
        margin=2.0,
        unit="%",
        difference=0.0,
        answer="EQUIVALENT",
    ),
    AskedTruth(
        quantity="percent_positive",
        analyte="CD105",
        margin=2.0,
        unit="%",
        difference=0.0,
        answer="EQUIVALENT",
    ),
    AskedTruth(
        quantity="differentiation_ratio",
        analyte="adipogenic",
        margin=1.0,
        unit="1",
        difference=SOURCES[1].differentiation_ratio["adipogenic"]
        - SOURCES[0].differentiation_ratio["adipogenic"],
        answer="UNDECIDED",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotTruth:
    """What is true of one lot.

    Parameters
    ----------
    lot, donor
        Identifiers.
    index
        Number of the lot in the study, from 0.
    pattern, source
        What it repeats, and its tissue.
    positive
        Marker to percent of the live single cells that carry it.
    doubling_time_hours
        Passage to doubling time, from P1 on.
    differentiation_ratio
        Lineage to induced over control; only what was tested.
    viability_percent
        Passage to viability at harvest.
    background
        One factor for each detector, in their order: how much brighter cells without the marker
        are than in the control.
    donor_age_years, donor_sex
        Of the donor; of the mother for placenta.
    karyotype
        Of the cells.
    """

    lot: str
    donor: str
    index: int
    pattern: Pattern
    source: SourceTruth
    positive: Mapping[str, float]
    doubling_time_hours: Mapping[str, float]
    differentiation_ratio: Mapping[str, float]
    viability_percent: Mapping[str, float]
    background: tuple[float, ...]
    donor_age_years: int
    donor_sex: str
    karyotype: str

    @property
    def is_placental(self) -> bool:
        """Whether it comes from placenta."""
        return self.source.source == PLACENTA


def stream(seed: int, *key: int) -> np.random.Generator:
    """Return a source of chance that depends on nothing but its seed and key.

    A lot, and a tube of it, are the same whatever else the study holds.

    Parameters
    ----------
    seed
        Seed of the study.
    *key
        Which stream.

    Returns
    -------
    numpy.random.Generator
        A generator of its own.

    Examples
    --------
    >>> float(stream(7, 1).random()) == float(stream(7, 1).random())
    True
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def source_truth(source: str) -> SourceTruth:
    """Return what is true of a tissue source.

    Parameters
    ----------
    source
        Name of the tissue.

    Returns
    -------
    SourceTruth
        Its truth.
    """
    return next(truth for truth in SOURCES if truth.source == source)


def lot_truths(seed: int, lots: int) -> tuple[LotTruth, ...]:
    """Return what is true of the lots of a study.

    Parameters
    ----------
    seed
        Seed of the study.
    lots
        How many; the eight patterns repeat with new donors.

    Returns
    -------
    tuple of LotTruth
        In the order of the patterns.

    Examples
    --------
    >>> [truth.lot for truth in lot_truths(1, 10)][-3:]
    ['PL-04', 'BM-05', 'BM-06']
    """
    return tuple(_lot_truth(seed, index) for index in range(lots))


def _lot_truth(seed: int, index: int) -> LotTruth:
    pattern = PATTERNS[index % len(PATTERNS)]
    letters, number = pattern.name.split("-")
    number_in_source = int(number) + (index // len(PATTERNS)) * (len(PATTERNS) // len(SOURCES))
    source = source_truth(pattern.source)
    generator = stream(seed, index, 0)
    sex = float(generator.random())
    usual = {_marker(name, pattern): _share(name, percent, pattern, generator)
             for name, percent in USUAL_POSITIVE.items()}  # fmt: skip
    fastness = _log_normal(source.doubling_time_hours, source.doubling_time_cv_percent, generator)
    ratios = {
        lineage: _log_normal(ratio, source.differentiation_cv_percent, generator)
        for lineage, ratio in source.differentiation_ratio.items()
    }
    return LotTruth(
        lot=f"{letters}-{number_in_source:02d}",
        donor=f"D{index + 1:02d}",
        index=index,
        pattern=pattern,
        source=source,
        positive=usual,
        doubling_time_hours={
            passage: fastness * (1.0 + source.slowing_percent / 100.0) ** number
            for number, passage in enumerate(PASSAGES[1:])
        },
        differentiation_ratio={
            lineage: ratio for lineage, ratio in ratios.items() if lineage not in pattern.missing
        },
        viability_percent={passage: float(generator.uniform(92.0, 97.5)) for passage in PASSAGES},
        background=tuple(
            float(factor)
            for factor in generator.uniform(
                pattern.background_low, pattern.background_high, len(DETECTORS)
            )
        ),
        donor_age_years=int(generator.integers(20, 40)),
        donor_sex="F" if source.source == PLACENTA or sex < 0.5 else "M",
        # Fetal cells may be of either sex, the mixed lot's fetus is a girl: a boy's would show.
        karyotype="46,XX" if sex < 0.5 or pattern.origin == "mixed" else "46,XY",
    )


def _marker(name: str, pattern: Pattern) -> str:
    return {"monocyte": pattern.monocyte, "B cell": pattern.b_cell}.get(name, name)


def _share(name: str, percent: float, pattern: Pattern, generator: np.random.Generator) -> float:
    odds = percent / (100.0 - percent) * np.exp(BETWEEN_DONOR_LOGIT_SD * generator.normal())
    drawn = float(100.0 * odds / (1.0 + odds))
    return pattern.fixed.get(name, drawn)


def _log_normal(median: float, cv_percent: float, generator: np.random.Generator) -> float:
    deviation = float(np.sqrt(np.log1p((cv_percent / 100.0) ** 2)))
    return float(median * np.exp(deviation * generator.normal()))
