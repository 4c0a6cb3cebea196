"""The shipped limits against the table of specifications they were taken from."""

from __future__ import annotations

import csv
import re

import pytest

from stroma.analytes import canonical_analyte, find_agent
from stroma.criteria.known_profiles import load_profile, profile_names
from stroma.criteria.profile import Criterion
from stroma.criteria.verdicts import Role
from stroma.units import convert, find_unit
from stroma.vocabulary import TISSUES, find_category, find_quantity, find_tissue

PRODUCTS = {
    "XCELIA-type BM-MSC (EudraCT 2010-024041-78)": "xcelia",
    "Stempeucel": "stempeucel",
    "MSCTC-0010": "msctc_0010",
    "UC-MSC protocol (BMJ Open)": "uc_msc_bmj_open",
    "HUCMSC (225 lots, all complied)": "hucmsc_225",
    "hUC-MSC (WJCC 2023)": "huc_msc_wjcc_2023",
    "haMPC (knee OA)": "hampc_knee_oa",
    "QC standard in PMC9205756": "qc_pmc9205756",
    "Clinical-grade WJ-MSC drug product (EBioMedicine 2020)": "wj_msc_ebiomedicine_2020",
    "Cryopreserved allogeneic ASC product (Stem Cells Int 2022)": "asc_stem_cells_int_2022",
    "Brisbane placental MSC (Q-Gen, TGA criteria), at cryopreservation": "brisbane_placental_msc",
    "CONCERT-HF autologous BM-MSC, thawed washed product": "concert_hf",
    "hP-MSC for knee OA (three injections + HA)": "hp_msc_knee_oa",
    "WJ-MSC for spinal cord injury (Turkey, WJSC 2025)": "wj_msc_spinal_cord_injury",
    "UC-MSC clinical bank (Gong 2012; reported results, not declared limits)": "gong_2012",
    "NIH BMSC bank (Sabatino 2012)": "nih_bmsc_bank",
}
NO_PRODUCT = re.compile(r"not one product|^Group standard")
# Attributes whose name in the table is not the quantity's.
QUANTITIES = {
    "trilineage": "differentiation",
    "viability_frozen": "viability",
    "viability_infusion": "viability",
}
STAGES = {"viability_frozen": "frozen", "viability_infusion": "infusion"}
# The one limit printed as words about a control; it is entered as a result.
TELOMERASE = ("==", "below_positive_control")


@pytest.fixture(scope="module")
def rows(shared):
    with (shared / "facts" / "release_specifications.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def questions(row) -> list[tuple[str, str]]:
    """Quantity and analyte of each criterion a row asks for."""
    attribute = row["attribute"]
    if attribute == "endotoxin" and row["unit"].startswith("EU/kg"):
        return [("endotoxin_dose", "")]
    quantity = find_quantity(QUANTITIES.get(attribute, attribute))
    if attribute == "trilineage":
        return [(quantity.name, x) for x in ("osteogenic", "adipogenic", "chondrogenic")]
    if quantity is None:
        kind = "percent_coexpressing" if "+" in attribute else "percent_positive"
        return [(kind, canonical_analyte(find_quantity(kind), attribute))]
    if quantity.analyte == "agent":
        agents = re.sub(r"\(.*\)", "", row["unit"]).split(",")
        return [(quantity.name, find_agent(agent)) for agent in agents]
    return [(quantity.name, STAGES.get(attribute, ""))]


def limit_of(row, criterion: Criterion) -> tuple[str, object]:
    """Operator and limit as the row prints them, in the criterion's unit."""
    quantity = find_quantity(criterion.quantity)
    if row["attribute"] == "telomerase_activity":
        return TELOMERASE
    if not row["operator"]:
        return "", None
    if quantity.is_category:
        return row["operator"], find_category(quantity, row["limit"]).name
    factor = 1.0
    if quantity.name == "cells_per_container":
        per_row = "10^6" if row["unit"].startswith("10^6") else "cells"
        factor = convert(1.0, find_unit(per_row), find_unit(criterion.unit))
    if row["operator"] == "between":
        low, high = row["limit"].split("-")
        return "between", (float(low) * factor, float(high) * factor)
    return row["operator"], float(row["limit"]) * factor


def printed_unit(row, criterion: Criterion) -> str:
    """Code of the unit a row prints, without the remarks behind it."""
    quantity = find_quantity(criterion.quantity)
    if quantity.is_category:
        return ""
    if quantity.name == "cells_per_container":
        return "10*6.{cells}" if row["unit"].startswith("10^6") else "{cells}"
    return find_unit(row["unit"].split(" ")[0]).code


def test_every_product_has_a_profile_and_no_review_has(rows):
    named = {row["product"] for row in rows}
    assert {name for name in named if not NO_PRODUCT.search(name)} == set(PRODUCTS)
    assert set(PRODUCTS.values()) | {"isct_2006"} == set(profile_names())


def test_every_row_of_a_product_is_in_its_profile_as_printed(rows):
    asked = dict.fromkeys(PRODUCTS.values(), 0)
    for row in rows:
        if row["product"] not in PRODUCTS:
            continue
        profile = load_profile(PRODUCTS[row["product"]])
        assert profile.product == row["product"]
        for quantity, analyte in questions(row):
            (criterion,) = [
                c for c in profile.criteria if (c.quantity, c.analyte) == (quantity, analyte)
            ]
            expected = Role.INFORMATIVE if row["role"] == "informative" else Role.REQUIRED
            assert (criterion.role, criterion.purpose) == (expected, row["role"])
            assert (criterion.operator, criterion.limit) == limit_of(row, criterion), row
            assert criterion.unit == printed_unit(row, criterion)
            assert criterion.citation == row["doi_or_url"]
            asked[profile.name] += 1
    assert asked == {name: len(load_profile(name).criteria) for name in PRODUCTS.values()}


def test_every_product_states_its_tissue(rows):
    abbreviations = {"BM pooled": "BM"}
    for row in rows:
        if row["product"] in PRODUCTS:
            sources = load_profile(PRODUCTS[row["product"]]).sources
            tissue = find_tissue(abbreviations.get(row["source"], row["source"]))
            assert sources == (() if tissue is None else (tissue.name,))


def test_what_cannot_be_judged_as_printed_carries_a_note():
    noted = {
        (name, c.quantity)
        for name in profile_names()
        for c in load_profile(name).criteria
        if c.note is not None
    }
    assert noted == {
        ("brisbane_placental_msc", "viability"),  # by trypan blue
        ("concert_hf", "viability"),
        ("concert_hf", "cells_per_container"),  # the minimum gates release
        ("msctc_0010", "proliferation_inhibition"),
        ("wj_msc_ebiomedicine_2020", "cells_per_container"),  # ±20 %
        ("wj_msc_ebiomedicine_2020", "percent_positive"),  # HLA-DR without a limit
        ("wj_msc_spinal_cord_injury", "telomerase_activity"),
        ("wj_msc_spinal_cord_injury", "threshold_cycle"),
    }
    assert [c.gate for c in load_profile("concert_hf").criteria if c.gate] == ["minimum"]


def test_isct_2006_is_the_paper_of_2006():
    isct = load_profile("isct_2006")
    assert isct.citations == ("10.1080/14653240600855905",)
    assert any("fibroblasts" in str(caveat) for caveat in isct.caveats)
    required = {
        (c.analyte or c.quantity): (c.operator, c.limit)
        for c in isct.criteria
        if c.role is Role.REQUIRED
    }
    assert required == {
        **dict.fromkeys(("CD105", "CD73", "CD90"), (">=", 95.0)),
        **dict.fromkeys(
            ("CD45", "CD34", "CD14 or CD11b", "CD79a or CD19", "HLA-DR"), ("<=", 2.0)
        ),
        "plastic_adherence": ("==", "yes"),
        **dict.fromkeys(("osteogenic", "adipogenic", "chondrogenic"), ("==", "positive")),
    }  # fmt: skip
    (hold,) = isct.holds
    assert (hold.quantity, hold.limit) == ("origin", ("fetal", "maternal"))
    assert set(hold.sources) == {tissue.name for tissue in TISSUES if tissue.perinatal}


def test_the_bank_that_declares_no_limits_cannot_pass_a_lot():
    assert [name for name in profile_names() if not load_profile(name).can_pass] == ["gong_2012"]


def test_endotoxin_per_ml_and_per_dose_are_different_questions():
    asked = {
        (name, c.quantity, c.unit)
        for name in ("uc_msc_bmj_open", "hucmsc_225")
        for c in load_profile(name).criteria
        if c.quantity.startswith("endotoxin")
    }
    assert asked == {
        ("uc_msc_bmj_open", "endotoxin_dose", "[EU]/kg"),
        ("hucmsc_225", "endotoxin", "[EU]/mL"),
    }
