"""The rows and the settings of the example study, as a laboratory would write them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from stroma.simulate.bench import (
    COUNT_CV_PERCENT,
    SUSPENSION_ML,
    Culture,
    readings,
    safety_tests,
)
from stroma.simulate.counters import nucleoview_image
from stroma.simulate.truth import (
    ASKED,
    BONE_MARROW,
    ISCT,
    PATTERNS,
    PLACENTA,
    PRODUCT,
    RELEASE_PASSAGE,
    LotTruth,
)
from stroma.simulate.tubes import TubePlan
from stroma.texts import Language, text

APPLICATION = "cartilage_bone"
"""The application the study chooses a source for: most of what it measures bears on it."""

PLACENTAL_COUNTS = "raw/counters/Vi-CELL_BLU_placenta_P4.csv"
"""One export of the Vi-CELL BLU holds the last counts of all placental lots."""

SheetRow = Mapping[str, str | float | int | None]


def harvested_at(truth: LotTruth) -> datetime:
    """Return when the last passage of a lot was harvested.

    Parameters
    ----------
    truth
        What is true of the lot.

    Returns
    -------
    datetime
        On a day of the month after the 12th, which no reader can take for a month.
    """
    month = truth.index // len(PATTERNS)
    day = 13 + 2 * (truth.index % len(PATTERNS))
    return datetime(2026 + month // 12, 1 + month % 12, day, 9, 30)  # noqa: DTZ001 - lab clocks


def entered_sample(truth: LotTruth) -> str:
    """Return the name entered at the counter for the last harvest of a lot.

    Parameters
    ----------
    truth
        What is true of the lot.

    Returns
    -------
    str
        The lot and the passage.
    """
    return f"{truth.lot} {RELEASE_PASSAGE}"


def counted_at(truth: LotTruth) -> datetime:
    """Return when the last harvest of a lot was counted.

    Parameters
    ----------
    truth
        What is true of the lot.

    Returns
    -------
    datetime
        Soon after the harvest.
    """
    return harvested_at(truth) + timedelta(minutes=20)


def count_number(truth: LotTruth) -> int:
    """Return the number of the last harvest's count on its day.

    Parameters
    ----------
    truth
        What is true of the lot.

    Returns
    -------
    int
        From 1.
    """
    return truth.index % 50 + 1


def count_sample(truth: LotTruth) -> str:
    """Return the name the last harvest of a lot has in the counter's export.

    Parameters
    ----------
    truth
        What is true of the lot.

    Returns
    -------
    str
        As entered; in a NucleoView export the name of the image.
    """
    entered = entered_sample(truth)
    if truth.is_placental:
        return entered
    return nucleoview_image(entered, number=count_number(truth), counted_at=counted_at(truth))


def count_file(truth: LotTruth) -> str:
    """Return the counter's export that holds the last count of a lot.

    Parameters
    ----------
    truth
        What is true of the lot.

    Returns
    -------
    str
        Path inside the study folder.
    """
    if truth.is_placental:
        return PLACENTAL_COUNTS
    return f"raw/counters/NC-200_{truth.lot}_{RELEASE_PASSAGE}.csv"


def lot_row(truth: LotTruth, language: Language) -> SheetRow:
    """Return the row of a lot in ``lots.csv``.

    Parameters
    ----------
    truth
        What is true of the lot.
    language
        Of the free words.

    Returns
    -------
    mapping
        Column to value.
    """
    placental = truth.is_placental
    return {
        "lot": truth.lot,
        "donor": truth.donor,
        "source": truth.source.source,
        "placental_part": "chorionic_villi" if placental else None,
        "donor_age_years": truth.donor_age_years,
        "donor_sex": truth.donor_sex,
        "origin": truth.pattern.origin,
        "autologous": "no",
        "plastic_adherent": "yes",
        "process": "PL-1" if placental else "BM-1",
        "medium": text("DMEM with 10 % platelet lysate").render(language),
        "note": text("simulated").render(language),
    }


def tube_row(truth: LotTruth, plan: TubePlan, file: str) -> SheetRow:
    """Return the row of a tube in ``tubes.csv``.

    Parameters
    ----------
    truth
        What is true of the lot.
    plan
        The tube.
    file
        Path inside the study folder.

    Returns
    -------
    mapping
        Column to value.
    """
    return {
        "file": file,
        "lot": truth.lot,
        "passage": RELEASE_PASSAGE,
        "role": str(plan.role),
        "markers": "; ".join(f"{name}={marker}" for name, marker in plan.markers.items()),
        "left_out": plan.left_out,
        "panel": plan.panel,
        "stimulated": plan.stimulated,
    }


def passage_row(truth: LotTruth, culture: Culture) -> SheetRow:
    """Return the row of a passage in ``passages.csv``.

    Parameters
    ----------
    truth
        What is true of the lot.
    culture
        The passage.

    Returns
    -------
    mapping
        Column to value; of the last passage the export of the counter instead of a count.
    """
    row: dict[str, str | float | int | None] = {
        "lot": truth.lot,
        "passage": culture.passage,
        # The primary culture is seeded with nucleated cells, of which few are its ancestors.
        "seeded": None if culture.doubling_time_hours is None else round(culture.seeded_counted),
        "hours": culture.hours,
        "area_cm2": culture.area_cm2,
    }
    if culture.passage == RELEASE_PASSAGE:
        return row | {
            "count_method": "Vi-CELL BLU" if truth.is_placental else "NC-200",
            "count_file": count_file(truth),
            "count_sample": count_sample(truth),
            "suspension_ml": SUSPENSION_ML,
        }
    return row | {
        "harvested": round(culture.harvested_counted),
        "viability": culture.viability_counted,
        "count_method": "NC-200",
    }


def differentiation_rows(truth: LotTruth, seed: int) -> Iterator[SheetRow]:
    """Return the rows of a lot in ``differentiation.csv``.

    Parameters
    ----------
    truth
        What is true of the lot.
    seed
        Seed of the study.

    Yields
    ------
    mapping
        Column to value, for one replicate.
    """
    for reading in readings(truth, seed):
        yield {
            "lot": truth.lot,
            "passage": RELEASE_PASSAGE,
            "lineage": reading.lineage,
            "condition": "induced" if reading.induced else "undifferentiated",
            "replicate": reading.replicate,
            "readout": reading.readout,
            "value": reading.value,
            "unit": reading.unit,
            "stain": reading.stain,
        }


def safety_rows(truth: LotTruth, seed: int) -> Iterator[SheetRow]:
    """Return the rows of a lot in ``safety.csv``.

    Parameters
    ----------
    truth
        What is true of the lot.
    seed
        Seed of the study.

    Yields
    ------
    mapping
        Column to value, for one test.
    """
    tested_on = (harvested_at(truth) + timedelta(days=1)).date().isoformat()
    for test in safety_tests(truth, seed):
        yield {
            "lot": truth.lot,
            "passage": RELEASE_PASSAGE,
            "test": test.test,
            "result": test.result,
            "unit": test.unit,
            "method": test.method,
            "tested_on": tested_on,
        }


def settings_text(language: Language) -> str:
    """Return the text of ``study.toml``.

    Parameters
    ----------
    language
        Of the title, and of the report the study asks for.

    Returns
    -------
    str
        TOML.
    """
    title = text("Example study: bone marrow and placenta, simulated").render(language)
    lines = [
        f"title = {_toml(title)}",
        f"language = {_toml(language.code)}",
        f"profiles = [{_toml(ISCT)}, {_toml(PRODUCT)}]",
        f"applications = [{_toml(APPLICATION)}]",
        "",
        "[reading]",
        'decimal_mark = "."',
        'date_order = "year-month-day"',
        "",
        "[counting]",
        f"cv_percent = {COUNT_CV_PERCENT}",
        "",
        "[differentiation]",
        "minimum_ratio = 2.0",
        "minimum_score_difference = 1.0",
    ]
    for asked in ASKED:
        lines += [
            "",
            "[[comparison]]",
            f"quantity = {_toml(asked.quantity)}",
            f"analyte = {_toml(asked.analyte)}",
            f"sources = [{_toml(BONE_MARROW)}, {_toml(PLACENTA)}]",
            f"margin = {asked.margin}",
            f"unit = {_toml(asked.unit)}",
        ]
    return "\n".join([*lines, ""])


def _toml(word: str) -> str:
    # A JSON string is a TOML basic string.
    return json.dumps(word, ensure_ascii=False)
