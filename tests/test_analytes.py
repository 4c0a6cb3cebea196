"""Analytes of every kind, as laboratories write them."""

from __future__ import annotations

import pytest

from stroma.analytes import (
    canonical_analyte,
    find_agent,
    find_marker,
    find_stage,
    markers_named,
    quantity_label,
)
from stroma.vocabulary import QUANTITIES, find_quantity


@pytest.mark.parametrize(
    ("quantity", "written", "expected"),
    [
        ("percent_positive", "cd 105", "CD105"),
        ("percent_positive", "CD79α", "CD79a"),
        ("percent_positive", "HLA DR", "HLA-DR"),
        ("percent_positive", "SSEA-4", "SSEA-4"),
        ("percent_positive", "", None),
        ("percent_positive", "CD1O5", None),  # the letter O
        ("percent_positive", "СD105", None),  # the Cyrillic letter С
        ("percent_coexpressing", "CD73+CD105+", "CD105+/CD73+"),
        ("percent_coexpressing", "CD90", None),
        ("differentiation", "Остеогенная", "osteogenic"),
        ("differentiation", "neurogenic", None),
        ("viability", "", ""),
        ("viability", "Post-thaw", "thawed"),
        ("viability", "flow cytometry", "flow cytometry"),
        ("viability", "tuesday", None),
        ("donor_serology", "HIV I/II", "HIV-1/2"),
        ("donor_serology", "", None),
        ("endotoxin", "", ""),
        ("endotoxin", "CD105", None),
        ("threshold_cycle", "", ""),
        ("threshold_cycle", "NANOG", "NANOG"),
    ],
)
def test_an_analyte_is_written_one_way(quantity, written, expected):
    assert canonical_analyte(find_quantity(quantity), written) == expected


@pytest.mark.parametrize(
    ("quantity", "analyte", "label"),
    [
        ("percent_positive", "CD105", "CD105"),
        ("percent_coexpressing", "CD105+/CD73+", "CD105+/CD73+"),
        ("differentiation", "osteogenic", "osteogenic differentiation"),
        (
            "differentiation_ratio",
            "osteogenic",
            "induced over undifferentiated control (osteogenic)",
        ),
        ("viability", "thawed", "viability (thawed)"),
        ("donor_serology", "HCV", "donor serology (HCV)"),
        ("sterility", "", "sterility"),
        ("hope", "CD105", "hope CD105"),
    ],
)
def test_a_quantity_has_a_label(quantity, analyte, label):
    assert str(quantity_label(quantity, analyte)) == label


def test_every_kind_of_analyte_is_known():
    kinds = {quantity.analyte for quantity in QUANTITIES}
    assert kinds == {
        None, "marker", "phenotype", "lineage", "stage", "agent", "gene", "protein", "tube",
    }  # fmt: skip


def test_words_that_are_none():
    assert (find_stage("Monday"), find_agent("common cold"), find_marker("")) == (None, None, None)


@pytest.mark.parametrize(
    ("label", "named"),
    [
        ("CD105", {"CD105"}),
        ("cd 73-PE", {"CD73"}),
        ("CD90PE", {"CD90"}),
        ("CD45RA", {"CD45"}),
        ("CD11b/CD19/CD34/CD45/HLA-DR PE", {"CD11", "CD19", "CD34", "CD45", "HLA-DR"}),
        ("hladr", {"HLA-DR"}),
        ("HLA ABC", {"HLA-ABC"}),
        ("STRO-1", set()),
        ("PE-Cy7", set()),
        ("ABCD12", set()),
        ("", set()),
    ],
)
def test_markers_are_found_in_labels(label, named):
    assert markers_named(label) == named


@pytest.mark.parametrize("word", ["СD105", "CD34+", "anti-CD45", "CD34 PerCP", "CD90-PE", "CD1O5"])
def test_a_word_beside_a_marker_makes_it_none(word):
    assert find_marker(word) is None


@pytest.mark.parametrize(
    ("word", "marker"),
    [
        ("Thy-1", "CD90"),
        ("endoglin", "CD105"),
        ("ecto-5'-nucleotidase", "CD73"),
        ("CD45RA", "CD45RA"),
        ("CD66abce", "CD66ABCE"),
        ("CD34/CD45", "CD34/CD45"),
        ("STRO-1", "STRO-1"),
        ("7-AAD", "7-AAD"),
    ],
)
def test_markers_of_other_spellings(word, marker):
    assert find_marker(word) == marker
