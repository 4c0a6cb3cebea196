"""Adjusted p values, against R's p.adjust."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.stats.multiplicity import Adjustment, adjust_p_values

SMALL = Path(__file__).resolve().parents[2] / "validation" / "small_samples"
REFERENCES = json.loads((SMALL / "references.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("method", list(Adjustment))
def test_as_r_has_them(method):
    found = adjust_p_values(REFERENCES["p_values"], method)
    assert found == pytest.approx(tuple(REFERENCES["adjusted"][method]), abs=1e-14)


@pytest.mark.parametrize("method", list(Adjustment))
@given(st.lists(st.floats(0, 1), max_size=12))
def test_order_is_kept_and_none_falls(method, p_values):
    adjusted = adjust_p_values(p_values, method)
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
    ranked = sorted(zip(p_values, adjusted, strict=True))
    assert [q for _, q in ranked] == sorted(q for _, q in ranked)


def test_a_missing_p_value_is_refused():
    with pytest.raises(ValueError, match="nan"):
        adjust_p_values([0.1, math.nan], Adjustment.HOLM)
    with pytest.raises(ValueError, match=r"1\.2"):
        adjust_p_values([1.2], Adjustment.BONFERRONI)
