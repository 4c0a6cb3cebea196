from __future__ import annotations

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
