from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.study.identifiers import canonical_passage, fold_identifier, foreign_letters

SEPARATORS = st.sampled_from(["", "-", " ", "_", ".", "/", " - ", "–", "№", "#"])
LETTERS = st.sampled_from(["BM", "bm", "Bm", "ВМ", "вм", "Вm", "ΒΜ"])
ZEROS = st.sampled_from(["", "0", "00"])


@given(LETTERS, SEPARATORS, ZEROS, st.integers(0, 9999))
def test_spellings_of_one_lot_fold_to_one_form(letters, separator, zeros, number):
    assert fold_identifier(f"{letters}{separator}{zeros}{number}") == f"bm{number}"


@given(st.integers(0, 999), st.integers(0, 999), st.integers(0, 999))
def test_numbers_on_either_side_of_a_separator_stay_apart(a, b, c):
    folded = fold_identifier(f"BM-{a}-{b}")
    assert folded == f"bm{a}-{b}"
    assert folded != fold_identifier(f"BM-{c}")


@pytest.mark.parametrize(
    ("one", "other"), [("BM-01", "BM-10"), ("BM-01", "BM-02"), ("BM-01A", "BM-01B"), ("BM1", "PM1")]
)
def test_different_lots_stay_apart(one, other):
    assert fold_identifier(one) != fold_identifier(other)


def test_the_letters_that_only_look_alike_are_named():
    assert foreign_letters("ВМ-01", "BM-01") == "В М"
    assert foreign_letters("BМ-01", "BM-01") == "М"
    assert foreign_letters("BM-01", "ВМ-01") == "B M"
    assert foreign_letters("bm 01", "BM-01") == ""


@given(st.integers(0, 999), st.sampled_from(["P", "p", "П", "п", "Р", "passage ", "Passage-", ""]))
def test_passages_have_one_form(number, prefix):
    assert canonical_passage(f"{prefix}{number}") == f"P{number}"
