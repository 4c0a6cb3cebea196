"""The vocabulary: every word has one meaning, and what has two is not taken."""

from __future__ import annotations

import pytest

from stroma.units import find_unit
from stroma.vocabulary import (
    QUANTITIES,
    TISSUES,
    canonical_marker,
    canonical_phenotype,
    canonical_stimulation,
    find_category,
    find_lineage,
    find_quantity,
    find_tissue,
    fold_word,
    near_stimulation,
    split_bound,
)


def test_no_word_names_two_quantities():
    words = [word for q in QUANTITIES for word in {q.name, *q.spellings}]
    assert len(words) == len(set(words))


def test_no_word_names_two_tissues():
    words = [word for t in TISSUES for word in {t.name, *t.spellings}]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: quantity.name)
def test_no_word_names_two_results_of_a_quantity(quantity):
    words = [word for c in quantity.categories for word in {c.name, *c.spellings}]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: quantity.name)
def test_every_spelling_can_be_found(quantity):
    for word in (quantity.name, *quantity.spellings):
        assert find_quantity(word) is quantity
    for category in quantity.categories:
        for word in (category.name, *category.spellings):
            assert word == fold_word(word)
            assert find_category(quantity, word) is category


@pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: quantity.name)
def test_every_quantity_has_a_known_unit_or_results(quantity):
    assert (quantity.unit is None) == bool(quantity.categories)
    if quantity.unit is not None:
        assert find_unit(quantity.unit).code == quantity.unit


@pytest.mark.parametrize(
    ("quantity", "word"),
    [
        ("mycoplasma", "nd"),  # not detected, not done
        ("sterility", "nd"),
        ("sterility", "no"),  # no growth, not sterile
        ("sterility", "yes"),
        ("sterility", "absent"),
        ("sterility", "отсутствует"),
        ("gram_stain", "yes"),
        ("telomerase_activity", "positive"),  # but below the control, or not?
        ("plastic_adherence", "-"),
        ("karyotype", "46,XY,16qh+"),
        ("differentiation", "weak"),
    ],
)
def test_a_word_with_two_readings_is_not_taken(quantity, word):
    assert find_category(find_quantity(quantity), word) is None


@pytest.mark.parametrize(
    ("quantity", "word", "expected"),
    [
        ("sterility", "No growth 14 d", "no_growth"),
        ("sterility", "Роста нет", "no_growth"),
        ("sterility", "positive", "growth"),
        ("mycoplasma", "Not detected", "negative"),
        ("mycoplasma", "нет", "negative"),
        ("karyotype", "46,XY normal", "normal"),
        ("karyotype", "no chromosomal abnormality", "normal"),
        ("differentiation", "confirmed", "positive"),
        ("plastic_adherence", "да", "yes"),
        ("origin", "материнское", "maternal"),
    ],
)
def test_a_result_as_laboratories_write_it(quantity, word, expected):
    assert find_category(find_quantity(quantity), word).name == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("IFN-γ", "IFN-gamma"),
        ("ifn gamma", "IFN-gamma"),
        ("ИФН-гамма", "IFN-gamma"),
        ("none", ""),
        ("", ""),
        ("TNF-alpha", "TNF-alpha"),
    ],
)
def test_what_cells_were_stimulated_with(written, expected):
    assert canonical_stimulation(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<0.05", ("<", "0.05")),
        ("<= 0.05", ("≤", "0.05")),
        ("≥95", ("≥", "95")),
        ("Less than 0.05", ("<", "0.05")),
        ("менее 0,05 ЕЭ/мл", ("<", "0,05 ЕЭ/мл")),
        ("0.05", ("", "0.05")),
        ("no growth", ("", "no growth")),
    ],
)
def test_a_bound_is_taken_apart(written, expected):
    assert split_bound(written) == expected


def test_names_of_markers_tissues_and_lineages():
    assert [canonical_marker(word) for word in ("CD 11B", "HLA-dr", "CD79alpha")] == [
        "CD11b",
        "HLA-DR",
        "CD79a",
    ]
    assert canonical_phenotype("CD73+CD105+") == "CD105+/CD73+"
    assert find_tissue("Wharton's jelly").name == "wharton_jelly"
    assert (find_tissue("moon"), find_lineage("moon"), find_quantity("moon")) == (None, None, None)


@pytest.mark.parametrize(
    "written",
    ["IFN-gama", "INF-gamma", "IFN y", "IFN-gammma", "ИФН-гама", "interferon gama",
     "IFN gamma 24 h", "interferron-gamma"],
)  # fmt: skip
def test_a_word_that_is_nearly_a_stimulation_is_noticed(written):
    assert near_stimulation(written) == "IFN-gamma"


@pytest.mark.parametrize(
    "written",
    ["IFN-gamma", "IFN-γ", "ИФН-гамма", "", "none", "IFN-alpha", "IFN-β", "IFN lambda", "TNF",
     "interferon alpha", "LPS", "IL-1", "poly(I:C)"],
)  # fmt: skip
def test_a_known_or_another_stimulation_is_not_asked_about(written):
    assert near_stimulation(written) is None
