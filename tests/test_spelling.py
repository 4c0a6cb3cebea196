"""A known word is shown beside a written one where it may have been meant, and not otherwise."""

from __future__ import annotations

import pytest

from stroma.spelling import nearest
from stroma.vocabulary import QUANTITIES, TISSUES

TISSUE_NAMES = [tissue.name for tissue in TISSUES]
QUANTITY_NAMES = [quantity.name for quantity in QUANTITIES]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("bone_marow", "bone_marrow"),
        ("plasenta", "placenta"),
        ("Placneta", "placenta"),
        ("umbilical", "umbilical_cord"),
        ("wharton", "wharton_jelly"),
        ("adipose", "adipose_tissue"),
    ],
)
def test_a_slip_and_a_beginning_find_their_tissue(written, meant):
    assert nearest(written, TISSUE_NAMES)[0] == meant


@pytest.mark.parametrize("written", ["moon", "liver", "skin", "cord", "", "x"])
def test_another_word_finds_none(written):
    assert nearest(written, TISSUE_NAMES) == ()


def test_a_quantity():
    assert nearest("dubling_time", QUANTITY_NAMES)[0] == "doubling_time"
    assert nearest("doubling", QUANTITY_NAMES)[0] == "doubling_time"


@pytest.mark.parametrize(("written", "meant"), [("Lot No", "lot"), ("FCS file", "file")])
def test_a_column_named_with_a_word_more(written, meant):
    assert nearest(written, ["file", "lot", "passage", "role", "markers"]) == (meant,)


def test_no_more_than_asked_for():
    assert nearest("placent", ["placenta", "placental", "placenta_2"], count=2) == (
        "placenta", "placental",
    )  # fmt: skip
