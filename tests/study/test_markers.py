from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.study.markers import read_markers
from stroma.vocabulary import canonical_marker

DETECTORS = st.sampled_from(["FITC-A", "PE-A", "525/50 (488)-A", "Comp-APC-A", "BL1-H", "FL 3"])
MARKERS = st.sampled_from(["CD90", "cd 105", "CD-73", "HLA DR", "CD79α", "STRO-1", "viability"])


@given(st.dictionaries(DETECTORS, MARKERS), st.sampled_from([";", " ; ", "\n", ";\n"]))
def test_pairs_keep_their_order_and_their_detectors(pairs, separator):
    unique = dict(pairs.items())
    seen = {}
    for detector, marker in unique.items():
        if canonical_marker(marker) not in seen.values():
            seen[detector] = canonical_marker(marker)
    read = read_markers(separator.join(f"{d} = {m}" for d, m in seen.items()))
    assert (list(read.pairs.items()), read.refusals) == (list(seen.items()), ())


def test_an_empty_cell_has_no_pairs():
    assert read_markers(" ; ").pairs == {}


@pytest.mark.parametrize(
    ("stain", "action"),
    [
        ("СD105", "correct the marker"),  # the first letter is Cyrillic
        ("CD34+", "write CD34 alone"),
        ("Anti-CD45", "write CD45 alone"),
        ("CD34 PerCP", "write CD34 alone"),
    ],
)
def test_a_marker_that_is_none_is_refused(stain, action):
    (refusal,) = read_markers(f"FITC-A={stain}").refusals
    assert str(refusal.found) == f'the marker "{stain}"'
    assert str(refusal.expected) == (
        "a surface marker in Latin letters and digits, such as CD105 or HLA-DR"
    )
    assert str(refusal.action) == action


def test_names_of_proteins_and_cocktails_are_markers():
    read = read_markers("FITC-A=Thy-1; PE-A=endoglin; APC-A=CD34/CD45; DYE-A=7-AAD")
    assert read.pairs == {
        "FITC-A": "CD90", "PE-A": "CD105", "APC-A": "CD34/CD45", "DYE-A": "7-AAD",
    }  # fmt: skip
    assert read.refusals == ()
