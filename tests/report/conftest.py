"""A study's results as rich as a laboratory's, made without running anything."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pytest

from stroma.criteria.judge import judge
from stroma.criteria.known_profiles import load_profile
from stroma.errors import Place, Problem, Severity
from stroma.house_rules import CountingRule, HouseRules
from stroma.measurements import Measurement
from stroma.provenance import Provenance
from stroma.records import Lot, Origin
from stroma.results import ProfileVerdicts, StudyResults
from stroma.study.settings import Settings
from stroma.texts import ENGLISH, Language, text
from stroma.views import (
    ExclusionStep,
    GateView,
    GrowthView,
    HistogramView,
    ReplicateView,
    Subject,
    Tick,
    View,
)

MARKERS = (
    ("CD105", ">=", 95.0), ("CD73", ">=", 95.0), ("CD90", ">=", 95.0), ("CD45", "<=", 2.0),
    ("CD34", "<=", 2.0), ("CD14", "<=", 2.0), ("CD79a", "<=", 2.0), ("HLA-DR", "<=", 2.0),
)  # fmt: skip
LINEAGES = ("osteogenic", "adipogenic", "chondrogenic")
NAMES = (
    ("BM-01", "bone_marrow"), ("BM-02", "bone_marrow"), ("Плацента №3 / 2026", "placenta"),
    ("PL-04", "chorionic_villi"), ("<script>alert('лот')</script>", "umbilical_cord"),
    ("Сүйек кемігі-6", "bone_marrow"), ("AT-07", "adipose_tissue"), ("WJ-08 & co", "wharton_jelly"),
)  # fmt: skip
TICKS = tuple(
    Tick(p, t) for p, t in ((0.12, "0"), (0.3, "10²"), (0.5, "10³"), (0.7, "10⁴"), (0.9, "10⁵"))
)
SHA = "3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea"


def sha(name: str) -> str:
    """A hash that is a hash of something: the name."""
    import hashlib

    return hashlib.sha256(name.encode()).hexdigest()


def origin(file: str, place: str = "") -> Origin:
    return Origin(file, sha(file), place)


def bell(centre: float, width: float, bins: int = 64, seed: int = 1) -> tuple[float, ...]:
    random = np.random.default_rng(seed)
    places = (np.arange(bins) + 0.5) / bins
    expected = np.exp(-0.5 * ((places - centre) / width) ** 2) * 300
    heights = random.poisson(expected).astype(float)
    return tuple(float(h) for h in np.round(heights / max(heights.max(), 1.0), 3))


def cloud(seed: int, side: int = 48) -> tuple[str, ...]:
    random = np.random.default_rng(seed)
    main = random.normal((0.45, 0.4), (0.12, 0.1), (20000, 2))
    debris = random.exponential(0.05, (3000, 2))
    x, y = np.clip(np.vstack([main, debris]), 0, 0.9999).T
    counts, _, _ = np.histogram2d(y, x, bins=side, range=((0, 1), (0, 1)))
    levels = np.where(counts > 0, np.clip(1 + np.log2(np.maximum(counts, 1)), 1, 9), 0).astype(int)
    return tuple("".join(map(str, row)) for row in levels[::-1])


def ticks(shift: float) -> tuple[Tick, ...]:
    minor = tuple(Tick(0.01 * i, "") for i in range(1, 60))
    return (*minor, *(Tick(tick.position + shift, tick.label) for tick in TICKS))


def lot_views(lot: str, number: int, values: Mapping[str, float]) -> list[View]:
    stained, fmo = f"raw/flow/L{number:03d}_stained.fcs", f"raw/flow/L{number:03d}_fmo.fcs"
    views: list[View] = []
    for i, (marker, _operator, _limit) in enumerate(MARKERS):
        centre = 0.72 if values.get(marker, 0) > 50 else 0.2
        views.append(
            HistogramView(
                Subject(lot, "P4", "percent_positive", marker),
                ("FITC-A", "PE-A", "APC-A", "BV421-A")[i % 4],
                bell(centre, 0.06, seed=number * 10 + i), bell(0.18, 0.05, seed=i),
                0.36, 0.345, 0.372, ticks(0.0007 * ((i * 13 + number * 7) % 60)),
                18240 - i * 7, 9105 + i, "fmo", stained, fmo,
            )
        )  # fmt: skip
    for i, (gate, x, y) in enumerate(
        ((text("cells"), "FSC-A", "SSC-A"), (text("single cells"), "FSC-A", "FSC-H"),
         (text("live cells"), "7-AAD-A", "FSC-A"))
    ):  # fmt: skip
        views.append(
            GateView(
                Subject(lot, "P4", "gate", str(gate)), gate, x, y, cloud(number * 7 + i),
                ((0.15, 0.12), (0.85, 0.2), (1.05, 0.7), (0.5, 0.8), (0.14, 0.5)),
                18240 + 900 * (3 - i), 25000 - 1500 * i,
                (Tick(0.25, "64K"), Tick(0.5, "128K"), Tick(0.75, "192K")),
                (Tick(0.25, "64K"), Tick(0.5, "128K"), Tick(0.75, "192K")), stained,
            )
        )  # fmt: skip
    views.append(
        GrowthView(
            Subject(lot, "", "cumulative_population_doublings", ""),
            ("P1", "P2", "P3", "P4", "P5"), (4.0, 8.1, 12.0, 17.2, 23.0),
            (2.1, 4.3, 6.2, 7.9, 9.1), (1.9, 3.9, 5.7, 7.3, 8.4), (2.3, 4.7, 6.7, 8.5, 9.8),
            (97.2, 96.4, 95.1, None, 92.8),
            text("doublings summed from passage {passage}", passage="P1"),
        )
    )  # fmt: skip
    for i, lineage in enumerate(LINEAGES):
        views.append(
            ReplicateView(
                Subject(lot, "P4", "differentiation", lineage),
                "score" if i == 2 else "absorbance", "" if i == 2 else "OD",
                (2.0, 3.0, 3.0) if i == 2 else (0.84, 0.91, 0.79),
                (0.0, 0.0, 1.0) if i == 2 else (0.11, 0.13, 0.1),
            )
        )  # fmt: skip
    return views


def marker_row(lot: str, source: str, number: int, marker: str, value: float) -> Measurement:
    stained, fmo = f"raw/flow/L{number:03d}_stained.fcs", f"raw/flow/L{number:03d}_fmo.fcs"
    spread = 0.4 + 0.02 * min(value, 100 - value)
    return Measurement(
        lot=lot, quantity="percent_positive", analyte=marker, value=value, unit="%",
        low=max(value - spread, 0.0), high=min(value + spread, 100.0), level=0.95, n=18240,
        n_counts="cells", donor=f"D{number:02d}", source=source, passage="P4",
        method="control_percentile/1",
        settings={"percentile": 99.5, "positive_cells": round(182.4 * value),
                  "sampling": [value - 0.2, value + 0.2],
                  "placement": [value - 0.3, value + 0.3], "compensation": "from the file",
                  "cleaning": ["margins/1", "debris_valley/1", "doublets_ratio/1", "dead_valley/1"],
                  "channel": "PE-A", "threshold": round(1200.5 + value, 2),
                  "threshold_interval": [1150.4, 1288.1], "control": fmo, "control_role": "fmo",
                  "control_cells": 9105},
        origins=(origin(stained), origin(fmo)),
    )  # fmt: skip


def plain_rows(lot: str, source: str, number: int) -> list[Measurement]:
    sheet, bench = "passages.csv", "differentiation.csv"
    rows = []
    shared = {"lot": lot, "donor": f"D{number:02d}", "source": source}
    for i in range(1, 6):
        place = f"row {number * 6 + i}"
        rows.append(
            Measurement(
                **shared,
                quantity="population_doublings",
                value=2.1 - 0.1 * i,
                unit="{doublings}",
                low=1.8 - 0.1 * i,
                high=2.4 - 0.1 * i,
                level=0.95,
                passage=f"P{i}",
                method="counts/1",
                settings={"cv_percent": 12.0},
                origins=(origin(sheet, place),),
            )
        )
        rows.append(
            Measurement(
                **shared,
                quantity="doubling_time",
                value=44.5 + i,
                unit="h",
                low=40.0 + i,
                high=50.0 + i,
                level=0.95,
                passage=f"P{i}",
                method="counts/1",
                settings={"cv_percent": 12.0},
                origins=(origin(sheet, place),),
            )
        )
        rows.append(
            Measurement(
                **shared,
                quantity="viability",
                analyte="harvest",
                value=97.5 - i,
                unit="%",
                passage=f"P{i}",
                method="entered",
                origins=(origin(sheet, place),),
            )
        )
    if number % 8 == 7:
        rows.append(
            Measurement(
                **shared,
                quantity="viability",
                analyte="harvest",
                value=91.0,
                unit="%",
                passage="P4",
                method="counter_viability/1",
                origins=(origin("raw/counts/nc200.csv", "sample 4"),),
            )
        )
    if number % 8 != 6:
        rows.append(
            Measurement(
                **shared,
                quantity="plastic_adherence",
                category="yes",
                method="entered",
                origins=(origin("lots.csv", f"row {number + 1}"),),
            )
        )
    for lineage in LINEAGES:
        rows.append(
            Measurement(
                **shared,
                quantity="differentiation",
                analyte=lineage,
                category="positive",
                passage="P4",
                n=3,
                n_counts="replicates",
                method="ratio_interval/1",
                settings={"minimum_ratio": 2.0},
                origins=(origin(bench, f"rows {number}–{number + 5}"),),
            )
        )
    rows.append(
        Measurement(
            **shared,
            quantity="sterility",
            category="no_growth",
            method="Ph. Eur. 2.6.27",
            passage="P4",
            origins=(origin("safety.csv", f"row {number}"),),
        )
    )
    return rows  # fmt: skip


def values_of(number: int) -> dict[str, float]:
    positives = {m: 99.1 - 0.13 * i for i, (m, op, _) in enumerate(MARKERS) if op == ">="}
    negatives = {m: 0.41 + 0.09 * i for i, (m, op, _) in enumerate(MARKERS) if op == "<="}
    values = positives | negatives
    match number % 8:
        case 2:
            values["CD90"] = 94.96
            values["CD45"] = 12.3
        case 3:
            values["CD34"] = 1.8
        case 4:
            del values["CD79a"]
            del values["HLA-DR"]
        case 5:
            values["HLA-DR"] = 34.2
    return values


def steps(lot: str, number: int) -> list[ExclusionStep]:
    found = []
    for role in ("stained", "fmo", "isotype"):
        file = f"raw/flow/L{number:03d}_{role}.fcs"
        left = 25000
        found.append(ExclusionStep(file, lot, "P4", role, "recorded", text("recorded"), 0, left,
                                   "", ""))  # fmt: skip
        for gate, label, removed, setting in (
            ("margins", text("events at a detector's end"), 312, "all detectors"),
            ("debris", text("debris"), 3120, f"FSC-A > {41000 + number}"),
            ("doublets", text("doublets"), 1490, "FSC-A / FSC-H within 4 MAD"),
            ("dead", text("dead cells"), 1838, "7-AAD-A < 1830"),
        ):
            left -= removed
            found.append(ExclusionStep(file, lot, "P4", role, gate, label, removed, left,
                                       f"{gate}/1", setting))  # fmt: skip
    return found


def problems() -> tuple[Problem, ...]:
    return (
        Problem(Place(file="raw/flow/L004_bad.fcs", lot="PL-04"),
                text("the file ends after {n} of {m} events", n=1200, m=30000),
                text("all events that $TOT states"),
                text("export the tube again from the cytometer")),
        Problem(Place(file="passages.csv", row=14, column="seeded"),
                text('"1,250"'), text("a number with one reading"),
                text("declare the decimal mark in study.toml"), Severity.WARNING),
        Problem(Place(file="raw/flow/L001_stained.fcs", lot="BM-01"),
                text("the HEADER's offsets point beyond the end of the file"),
                text("offsets that agree with $TOT"), text("nothing: TEXT was used"),
                Severity.NOTE),
    )  # fmt: skip


def build_results(
    lots: int = 8,
    title: str = "Костный мозг и плацента: 2026",
    profiles: tuple[str, ...] = ("isct_2006",),
) -> StudyResults:
    described, rows, views, exclusions = [], [], [], []
    for i in range(lots):
        number = i + 1
        name, source = NAMES[i % 8] if i < 8 else (f"LOT-{number:03d}", NAMES[i % 8][1])
        described.append(
            Lot(lot=name, donor=f"D{number:02d}", source=source,
                origin_of_row=origin("lots.csv", f"row {number + 1}"),
                donor_age_years=None if i == 2 else 24.0 + i, donor_sex="F" if i % 2 else "M",
                autologous=False, origin="fetal" if source == "placenta" else None,
                medium="α-MEM, 10 % лизат тромбоцитов человека" if i % 3 else None)
        )  # fmt: skip
        values = values_of(number)
        held = [marker_row(name, source, number, m, v) for m, v in values.items()]
        held += plain_rows(name, source, number)
        rows += held
        views += lot_views(name, number, values)
        exclusions += steps(name, number)
    inputs = {o.file: Origin(o.file, o.sha256) for row in rows for o in row.origins}
    known = [(lot.lot, lot.source) for lot in described]
    return StudyResults(
        title=title, language="ru", lots=tuple(described),
        rules=HouseRules(counting=CountingRule(cv_percent=12.0)), settings=Settings(),
        measurements=tuple(rows), problems=problems(), views=tuple(views),
        exclusions=tuple(exclusions),
        verdicts=tuple(
            ProfileVerdicts(profile=profile, lots=judge(rows, profile, lots=known))
            for profile in map(load_profile, profiles)
        ),
        provenance=Provenance(
            command="stroma run", versions={"stroma": "0.1.0", "python": "3.11.9",
                                            "numpy": "2.4.6", "scipy": "1.17.1"},
            inputs=tuple(inputs[file] for file in sorted(inputs)),
        ),
    )  # fmt: skip


LATIN, CYRILLIC = "abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопкрстувшыяз"
LETTERS = str.maketrans(LATIN + LATIN.upper(), CYRILLIC + CYRILLIC.upper())


def longer(message: str) -> str:
    """A translation as long as Russian is: Cyrillic, every word of four letters two longer."""
    parts = re.split(r"(\{[^}]*\})", message)
    return "".join(
        part
        if part.startswith("{")
        else re.sub(r"[A-Z]{4,}", r"\g<0>ОВ", re.sub(r"[a-z]{4,}", r"\g<0>ов", part)).translate(
            LETTERS
        )
        for part in parts
    )


@pytest.fixture(scope="session")
def results() -> StudyResults:
    return build_results()


@pytest.fixture(scope="session")
def long_language() -> Language:
    """A language with long Cyrillic words, to see whether anything is cut off."""
    return Language(
        "ru", ",", "\u202f", longer, lambda one, many, n: longer(one if n == 1 else many)
    )


@pytest.fixture
def english() -> Language:
    return ENGLISH


@pytest.fixture(scope="session")
def build():
    """The function that makes results, for tests that need others than the usual."""
    return build_results
