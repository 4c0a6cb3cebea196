"""Spellings of DOIs, and what is none."""

from __future__ import annotations

import pytest

from stroma.doi import clean_doi, find_doi


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("http://dx.doi.org/10.1002/CPP.2398", "10.1002/cpp.2398"),
        ("doi:10.1002/cpp.2398.", "10.1002/cpp.2398"),
        ("DOI: https://doi.org/10.1002/cpp.2398", "10.1002/cpp.2398"),
        ("10.1016/S0140-6736(05)66550-4", "10.1016/s0140-6736(05)66550-4"),
        ("10.1038%2Fs41467-024-46843-2", "10.1038/s41467-024-46843-2"),
        ("10.12/short-prefix", ""),
        ("10.1000/", ""),
        ("10.1000/xxxxx", ""),
        ("10.1000/a b", ""),
        ("none", ""),
        ("", ""),
    ],
)
def test_one_spelling(written: str, clean: str) -> None:
    assert clean_doi(written) == clean


def test_in_a_sentence() -> None:
    assert find_doi("(doi: 10.1038/465001a).") == "10.1038/465001a"
    assert find_doi("no number") == ""
