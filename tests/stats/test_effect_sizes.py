"""Effect sizes, against metafor's escalc and R's noncentral t."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stroma.stats.effect_sizes import (
    EffectKind,
    RatioInterval,
    hedges_correction,
    hedges_g,
    log_ratio_of_means,
    paired_effect,
)

SMALL = Path(__file__).resolve().parents[2] / "validation" / "small_samples"
REFERENCES = json.loads((SMALL / "references.json").read_text(encoding="utf-8"))
GROUPS, PAIRS = REFERENCES["groups"], REFERENCES["pairs"]
values = st.lists(st.floats(-50, 50), min_size=3, max_size=8)


@pytest.mark.parametrize("name", ["hedges_g", "hedges_g_three"])
def test_hedges_g_as_metafor_and_r_have_it(name):
    case = {**GROUPS, **REFERENCES[name]}
    found = hedges_g(case["first"], case["second"], level=case["level"])
    assert found.value == pytest.approx(case["g"], rel=1e-10)
    assert found.uncorrected == pytest.approx(case["d"], rel=1e-10)
    # R's pt stops at about 1e-9 with a noncentrality.
    assert found.low == pytest.approx(case["low"], abs=1e-7)
    assert found.high == pytest.approx(case["high"], abs=1e-7)


@pytest.mark.parametrize("kind", [EffectKind.D_Z, EffectKind.D_AV])
def test_paired_effects_as_r_has_them(kind):
    case = REFERENCES["paired"]
    found = paired_effect(PAIRS["first"], PAIRS["second"], kind=kind, level=case["level"])
    assert found.uncorrected == pytest.approx(case[kind], rel=1e-10)
    assert found.value == pytest.approx(case[kind] * hedges_correction(6), rel=1e-10)
    assert found.low == pytest.approx(case[f"{kind}_low"], abs=1e-7)
    assert found.high == pytest.approx(case[f"{kind}_high"], abs=1e-7)


def test_log_ratio_as_metafor_has_it():
    case = REFERENCES["log_ratio"]
    found = log_ratio_of_means(
        GROUPS["first"], GROUPS["second"], level=case["level"], interval=RatioInterval.DELTA
    )
    assert found.value == pytest.approx(case["value"], rel=1e-12)
    assert found.standard_error == pytest.approx(case["se"], rel=1e-10)
    assert found.low == pytest.approx(case["low"], rel=1e-10)
    assert found.high == pytest.approx(case["high"], rel=1e-10)


def test_fieller_interval_is_open_where_the_denominator_may_be_zero():
    found = log_ratio_of_means([2.0, 4.0], [1.0, 2.0], level=0.95)
    assert found.interval is RatioInterval.FIELLER
    assert found.high is None


def test_correction_is_exact():
    # Hedges 1981, table 1: c(2) = 0.5642, c(10) = 0.9228 by its approximation, 0.9227 exactly.
    assert hedges_correction(2) == pytest.approx(1 / math.sqrt(math.pi), rel=1e-14)
    assert hedges_correction(10) == pytest.approx(0.9227456, abs=5e-8)


@given(values, values)
def test_exchanging_the_groups_turns_the_sign(first, second):
    assume(np.ptp(first) > 1e-3 and np.ptp(second) > 1e-3)
    one = hedges_g(first, second, level=0.9)
    other = hedges_g(second, first, level=0.9)
    assert one.value == pytest.approx(-other.value, abs=1e-12)
    assert one.low == pytest.approx(-other.high, abs=1e-8)
    assert one.low < one.uncorrected < one.high


def test_groups_without_spread_are_refused():
    with pytest.raises(ValueError, match="no spread"):
        hedges_g([1.0, 1.0], [2.0, 2.0], level=0.95)


def test_what_cannot_be_standardized_is_refused():
    with pytest.raises(ValueError, match="1 degrees of freedom"):
        hedges_g([1.0], [2.0, 3.0], level=0.95)
    with pytest.raises(ValueError, match="not pairs"):
        paired_effect([1, 2, 3], [1, 2, 3, 4], kind=EffectKind.D_Z, level=0.95)
    with pytest.raises(ValueError, match="independent groups"):
        paired_effect([1, 2, 3], [1, 2, 4], kind=EffectKind.HEDGES_G, level=0.95)
    with pytest.raises(ValueError, match="nan"):
        hedges_g([1.0, math.nan], [2.0, 3.0], level=0.95)
    with pytest.raises(ValueError, match="not defined"):
        log_ratio_of_means([-1.0, 0.0], [1.0, 2.0], level=0.95)
