"""The tables of published values, read once.

The files are made by ``tools/carry_published.py`` and hold facts with their citation, no prose.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TypedDict

from stroma.published.rows import (
    Certainty,
    ClinicalResult,
    Contrast,
    PlanningInput,
    PublishedValue,
)


@cache
def contrasts() -> tuple[Contrast, ...]:
    """Return every published contrast between tissues.

    Returns
    -------
    tuple of Contrast
        In the order of the table; read at the first call.

    Examples
    --------
    >>> len(contrasts())
    563
    """
    return tuple(
        Contrast(
            **_evidence(row),
            paper=row["paper"],
            **_figure(row),
            part_printed=row["part_printed"],
            comparators=split_cell(row["comparator"]),
            comparator_printed=row["comparator_printed"],
            comparator_parts=split_cell(row["comparator_part"]),
            direction=row["direction"],
            value_printed=row["value_printed"],
            bound=row["bound"],
            spread=_number(row["spread"]),
            passage=row["passage"],
            p_printed=row["p_printed"],
            study_type=row["study_type"],
            species=row["species"],
        )
        for row in read_rows("contrasts")
    )


@cache
def values() -> tuple[PublishedValue, ...]:
    """Return every published value of one tissue.

    Returns
    -------
    tuple of PublishedValue
        In the order of the table; read at the first call.

    Examples
    --------
    >>> values()[0].value, values()[0].tissues
    (15.7, ('placenta',))
    """
    return tuple(
        PublishedValue(
            **_evidence(row),
            **_figure(row),
            value_printed=row["value_printed"],
            bound=row["bound"],
            spread=_number(row["spread"]),
        )
        for row in read_rows("values")
    )


@cache
def planning_inputs() -> tuple[PlanningInput, ...]:
    """Return every published figure a plan can rest on.

    Returns
    -------
    tuple of PlanningInput
        In the order of the table; read at the first call.

    Examples
    --------
    >>> planning_inputs()[0].attribute, planning_inputs()[0].value
    ('isolation_success', 40.0)
    """
    return tuple(
        PlanningInput(
            **_evidence(row),
            **_figure(row),
            part_printed=row["part_printed"],
        )
        for row in read_rows("planning_inputs")
    )


@cache
def clinical_results() -> tuple[ClinicalResult, ...]:
    """Return every published clinical result.

    Returns
    -------
    tuple of ClinicalResult
        In the order of the table; read at the first call.

    Examples
    --------
    >>> clinical_results()[0].dose, clinical_results()[0].dose_per_kg
    (2.0, True)
    """
    return tuple(
        ClinicalResult(
            **_evidence(row),
            indication=row["indication"],
            product=row["product"],
            donor=row["donor"],
            dose=_number(row["dose"]),
            dose_unit_printed=row["dose_unit_printed"],
            dose_per_kg=row["dose_per_kg"] == "yes",
            route=row["route"],
            outcome=row["outcome"],
            events=_count(row["events"]),
            total=_count(row["total"]),
            value=_number(row["value"]),
            low=_number(row["low"]),
            high=_number(row["high"]),
            unit_printed=row["unit_printed"],
            unit=row["unit"],
            comparator_events=_count(row["comparator_events"]),
            comparator_total=_count(row["comparator_total"]),
            comparator_value=_number(row["comparator_value"]),
            design=row["design"],
        )
        for row in read_rows("clinical_results")
    )


def read_rows(name: str) -> list[Mapping[str, str]]:
    """Return the rows of a table of the package.

    Parameters
    ----------
    name
        Of the file, without its ending.

    Returns
    -------
    list of Mapping
        Its rows by column.
    """
    content = files("stroma.published").joinpath(f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(content.splitlines()))


class _EvidenceCells(TypedDict):
    key: str
    doi: str
    address: str
    place: str
    certainty: Certainty
    tissues: tuple[str, ...]
    tissue_printed: str
    parts: tuple[str, ...]
    notes: tuple[str, ...]


class _FigureCells(TypedDict):
    attribute: str
    quantity: str
    analytes: tuple[str, ...]
    value: float | None
    low: float | None
    high: float | None
    spread_kind: str
    n: int | None
    n_counts: str
    unit_printed: str
    unit: str
    condition: str


def _figure(row: Mapping[str, str]) -> _FigureCells:
    """Return what contrasts, values and inputs of a plan alike say of a figure."""
    return {
        "attribute": row["attribute"],
        "quantity": row["quantity"],
        "analytes": split_cell(row["analyte"]),
        "value": _number(row["value"]),
        "low": _number(row["low"]),
        "high": _number(row["high"]),
        "spread_kind": row["spread_kind"],
        "n": _count(row["n"]),
        "n_counts": row["n_counts"],
        "unit_printed": row["unit_printed"],
        "unit": row["unit"],
        "condition": row["condition"],
    }


def _evidence(row: Mapping[str, str]) -> _EvidenceCells:
    return {
        "key": row["key"],
        "doi": row["doi"],
        "address": row["address"],
        "place": row["place"],
        "certainty": Certainty(row["certainty"]),
        "tissues": split_cell(row["tissue"]),
        "tissue_printed": row["tissue_printed"],
        "parts": split_cell(row["part"]),
        "notes": split_cell(row["notes"]),
    }


def split_cell(cell: str) -> tuple[str, ...]:
    """Return what a cell lists between semicolons.

    Parameters
    ----------
    cell
        As the table has it.

    Returns
    -------
    tuple of str
        Empty for an empty cell.
    """
    return tuple(cell.split(";")) if cell else ()


def _number(cell: str) -> float | None:
    return None if cell == "" else float(cell)


def _count(cell: str) -> int | None:
    return None if cell == "" else int(cell)
