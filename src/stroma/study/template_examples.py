"""Example rows of the templates: two invented lots that belong together across the sheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Example = Mapping[str, str]

_LOTS: Final[tuple[Example, ...]] = (
    {
        "lot": "BM-01",
        "donor": "D01",
        "source": "bone_marrow",
        "donor_age_years": "34",
        "donor_sex": "F",
        "autologous": "no",
        "plastic_adherent": "yes",
        "process": "SOP-12 v3",
        "medium": "alpha-MEM, 5 % platelet lysate",
    },
    {
        "lot": "PL-01",
        "donor": "D02",
        "source": "placenta",
        "placental_part": "chorionic_villi",
        "donor_age_years": "28",
        "donor_sex": "F",
        "origin": "fetal",
        "autologous": "no",
        "plastic_adherent": "yes",
        "process": "SOP-14 v1",
        "medium": "alpha-MEM, 5 % platelet lysate",
    },
)


def _tubes(lot: str) -> tuple[Example, ...]:
    held = {"lot": lot, "passage": "P3", "panel": "identity"}
    stains = "FITC-A=CD90; PE-A=CD105; APC-A=CD73; PerCP-A=viability"
    return (
        {"file": f"raw/flow/{lot}_stained.fcs", **held, "role": "stained", "markers": stains},
        {
            "file": f"raw/flow/{lot}_fmo_CD105.fcs",
            **held,
            "role": "fmo",
            "markers": "FITC-A=CD90; APC-A=CD73; PerCP-A=viability",
            "left_out": "CD105",
        },
        {"file": f"raw/flow/{lot}_isotype.fcs", **held, "role": "isotype", "markers": stains},
        {"file": f"raw/flow/{lot}_unstained.fcs", **held, "role": "unstained"},
    )


_TUBES: Final[tuple[Example, ...]] = (
    *_tubes("BM-01"),
    *_tubes("PL-01"),
    {
        "file": "raw/flow/beads_CD90.fcs",
        "role": "single_stain",
        "markers": "FITC-A=CD90",
        "panel": "identity",
    },
)


def _passage(lot: str, passage: str, seeded: str, harvested: str, viability: str) -> Example:
    return {
        "lot": lot,
        "passage": passage,
        "seeded": seeded,
        "harvested": harvested,
        "hours": "96",
        "viability": viability,
        "area_cm2": "175",
        "count_method": "NC-200",
    }


_PASSAGES: Final[tuple[Example, ...]] = (
    _passage("BM-01", "P1", "500000", "2100000", "95.2"),
    _passage("BM-01", "P2", "500000", "1900000", "96.1"),
    _passage("BM-01", "P3", "500000", "1700000", "94.8"),
    _passage("PL-01", "P1", "500000", "2900000", "97.0"),
    _passage("PL-01", "P2", "500000", "2700000", "96.4"),
    _passage("PL-01", "P3", "500000", "2600000", "96.9"),
)


def _reading(condition: str, replicate: str, value: str) -> Example:
    return {
        "lot": "BM-01",
        "passage": "P3",
        "lineage": "osteogenic",
        "condition": condition,
        "replicate": replicate,
        "readout": "absorbance",
        "value": value,
        "unit": "OD",
        "stain": "Alizarin Red",
    }


_DIFFERENTIATION: Final[tuple[Example, ...]] = (
    _reading("induced", "1", "0.84"),
    _reading("induced", "2", "0.79"),
    _reading("induced", "3", "0.88"),
    _reading("undifferentiated", "1", "0.11"),
    _reading("undifferentiated", "2", "0.09"),
    _reading("undifferentiated", "3", "0.12"),
)


def _test(test: str, result: str, unit: str = "", agent: str = "", method: str = "") -> Example:
    return {
        "lot": "BM-01",
        "passage": "P3",
        "test": test,
        "agent": agent,
        "result": result,
        "unit": unit,
        "method": method,
        "tested_on": "2026-03-14",
    }


_SAFETY: Final[tuple[Example, ...]] = (
    _test("sterility", "no growth", method="Ph. Eur. 2.6.27"),
    _test("mycoplasma", "negative", method="Ph. Eur. 2.6.7"),
    _test("endotoxin", "<0.05", unit="EU/mL", method="Ph. Eur. 2.6.14"),
    _test("donor_serology", "negative", agent="HIV-1/2"),
    _test("karyotype", "46,XX"),
)


def _statistic(sample: str, population: str, of: str, marker: str) -> Example:
    return {
        "file": "raw/flow/BM-01.wsp",
        "sample": sample,
        "population": population,
        "of": of,
        "marker": marker,
        "lot": "BM-01",
        "passage": "P2",
    }


_LIVE: Final = "Cells/Singlets/Live"

_STATISTICS: Final[tuple[Example, ...]] = (
    _statistic("BM-01_P2_stained.fcs", f"{_LIVE}/CD105+", _LIVE, "CD105"),
    _statistic("BM-01_P2_stained.fcs", f"{_LIVE}/CD73+", _LIVE, "CD73"),
)

_PLATES: Final[tuple[Example, ...]] = (
    {
        "file": "raw/plates/il6.csv",
        "assay": "secretome",
        "analyte": "IL-6",
        "layout": "ELISA-1",
        "reading": "450",
        "reference": "570",
        "model": "4PL",
        "unit": "pg/mL",
    },
)


def _wells(wells: str, role: str, concentration: str = "", name: str = "") -> Example:
    return {
        "layout": "ELISA-1",
        "wells": wells,
        "role": role,
        "concentration": concentration,
        "name": name,
    }


_LAYOUTS: Final[tuple[Example, ...]] = (
    _wells("A1:A2", "standard", "1000"),
    _wells("B1:B2", "standard", "333"),
    _wells("C1:C2", "standard", "111"),
    _wells("D1:D2", "standard", "37"),
    _wells("E1:E2", "standard", "12.3"),
    _wells("F1:F2", "standard", "4.1"),
    _wells("G1:G2", "standard", "1.4"),
    _wells("H1:H2", "blank"),
    _wells("A3:A4", "sample", name="BM-01 P3"),
    _wells("B3:B4", "sample", name="medium"),
)

_CONDITIONED: Final[tuple[Example, ...]] = (
    {
        "name": "BM-01 P3",
        "lot": "BM-01",
        "passage": "P3",
        "cells": "1200000",
        "cells_seeded": "1000000",
        "volume_ml": "10",
        "hours": "48",
        "medium_blank": "no",
    },
    {"name": "medium", "volume_ml": "10", "hours": "48", "medium_blank": "yes"},
)


def _lymphocytes(name: str, role: str, ratio: str = "") -> Example:
    lot = {"lot": "BM-01", "passage": "P3"} if ratio else {}
    return {
        "file": f"raw/suppression/run1_{name}.fcs",
        "role": role,
        "dye": "FITC-A",
        **lot,
        "stromal_per_lymphocyte": ratio,
        "lymphocyte_donor": "PB-07",
        "run": "run 1",
        "reference_lot": "no",
    }


_SUPPRESSION: Final[tuple[Example, ...]] = (
    _lymphocytes("undivided", "undivided"),
    _lymphocytes("stimulated", "stimulated"),
    _lymphocytes("1to10", "coculture", "0.1"),
    _lymphocytes("1to2", "coculture", "0.5"),
)


def _dish(replicate: str, colonies: str) -> Example:
    return {
        "lot": "BM-01",
        "passage": "P1",
        "seeded": "100",
        "colonies": colonies,
        "confirmed_by": "A. K.",
        "replicate": replicate,
    }


_COLONIES: Final[tuple[Example, ...]] = (_dish("1", "21"), _dish("2", "17"), _dish("3", "24"))


def _picture(name: str, role: str) -> Example:
    return {
        "file": f"raw/images/BM-01_{name}.png",
        "stain": "alizarin_red",
        "role": role,
        "lot": "BM-01",
        "passage": "P3",
        "lineage": "osteogenic",
        "replicate": "1",
        "run": "run 1",
    }


_IMAGES: Final[tuple[Example, ...]] = (
    _picture("osteo_1", "induced"),
    _picture("control_1", "undifferentiated"),
    {
        "file": "raw/images/empty_field.png",
        "stain": "alizarin_red",
        "role": "flat_field",
        "run": "run 1",
    },
)

_EXPRESSION: Final[tuple[Example, ...]] = (
    {
        "file": "raw/pcr/run1.txt",
        "sample": "BM-01 control",
        "lot": "BM-01",
        "passage": "P3",
        "calibrator": "yes",
        "reference_genes": "GAPDH; ACTB",
    },
    {
        "file": "raw/pcr/run1.txt",
        "sample": "BM-01 osteo",
        "lot": "BM-01",
        "passage": "P3",
        "condition": "osteogenic",
        "calibrator": "no",
        "reference_genes": "GAPDH; ACTB",
    },
)

EXAMPLES: Final[Mapping[str, tuple[Example, ...]]] = {
    "lots": _LOTS,
    "tubes": _TUBES,
    "passages": _PASSAGES,
    "differentiation": _DIFFERENTIATION,
    "safety": _SAFETY,
    "statistics": _STATISTICS,
    "plates": _PLATES,
    "layouts": _LAYOUTS,
    "conditioned": _CONDITIONED,
    "suppression": _SUPPRESSION,
    "colonies": _COLONIES,
    "images": _IMAGES,
    "expression": _EXPRESSION,
}
"""Name of the sheet to its example rows, column to text; every one passes the checks."""
