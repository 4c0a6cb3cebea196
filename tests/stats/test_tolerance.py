"""Tolerance intervals, against published tables and R."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stroma.stats.tolerance import (
    Side,
    ToleranceMethod,
    confidence_of_factor,
    confidence_of_ranks,
    factor_howe,
    factor_one_sided,
    factor_two_sided,
    lots_needed,
    tolerance_interval,
)
from stroma.stats.transforms import Scale

SMALL = Path(__file__).resolve().parents[2] / "validation" / "small_samples"
REFERENCES = json.loads((SMALL / "limits.json").read_text(encoding="utf-8"))

# Two-sided factors at 95 % confidence as printed to two decimals by Berthouex and Brown 2002,
# Statistics for environmental engineers, table 21.1: lots, then coverage 0.90, 0.95 and 0.99.
PRINTED = (
    (4, 5.37, 6.34, 8.22), (5, 4.29, 5.08, 6.60), (6, 3.73, 4.42, 5.76), (7, 3.39, 4.02, 5.24),
    (8, 3.16, 3.75, 4.89), (9, 2.99, 3.55, 4.63), (10, 2.86, 3.39, 4.44), (12, 2.67, 3.17, 4.16),
    (15, 2.49, 2.96, 3.89), (20, 2.32, 2.76, 3.62), (25, 2.22, 2.64, 3.46), (30, 2.15, 2.55, 3.35),
    (40, 2.06, 2.45, 3.22), (60, 1.96, 2.34, 3.07),
)  # fmt: skip


@pytest.mark.parametrize("row", PRINTED)
def test_two_sided_factors_as_printed(row):
    lots, *factors = row
    for coverage, printed in zip((0.90, 0.95, 0.99), factors, strict=True):
        found = factor_two_sided(lots, coverage=coverage, confidence=0.95)
        # 2.4860 of 15 lots is printed 2.49 beside 2.9649 as 2.96: half a printed unit, no more.
        assert found == pytest.approx(printed, abs=0.00501)


@pytest.mark.parametrize("case", REFERENCES["two_sided"])
def test_two_sided_factors_as_r_integrates_them(case):
    asked = {"coverage": case["coverage"], "confidence": case["confidence"]}
    assert factor_two_sided(case["n"], **asked) == pytest.approx(case["k"], abs=1e-7)
    assert factor_howe(case["n"], **asked) == pytest.approx(case["howe"], rel=1e-12)


@pytest.mark.parametrize("case", REFERENCES["one_sided"])
def test_one_sided_factors_as_r_has_them(case):
    found = factor_one_sided(case["n"], coverage=case["coverage"], confidence=case["confidence"])
    # R's qt with a noncentrality stops at about 1e-8.
    assert found == pytest.approx(case["k"], rel=1e-7)


def test_one_and_two_sided_factors_of_the_nist_handbook():
    # NIST/SEMATECH handbook 7.2.6.3: 43 lots, 90 % coverage, 99 % confidence: k1 = 1.8740 (by the
    # noncentral t) and k2 = 2.2173 (Howe).
    assert factor_one_sided(43, coverage=0.9, confidence=0.99) == pytest.approx(1.8740, abs=5e-5)
    assert factor_howe(43, coverage=0.9, confidence=0.99) == pytest.approx(2.2173, abs=5e-5)


@pytest.mark.parametrize("case", REFERENCES["ranks"])
def test_confidence_of_ranks_as_the_binomial_has_it(case):
    found = confidence_of_ranks(case["n"], case["s"] - case["r"], coverage=case["coverage"])
    assert found == pytest.approx(case["confidence"], rel=1e-9)


@pytest.mark.parametrize("case", REFERENCES["needed"])
def test_lots_needed_as_counted_in_r(case):
    asked = {"coverage": case["coverage"], "confidence": case["confidence"]}
    assert lots_needed(**asked, side=Side.LOWER) == case["one"]
    assert lots_needed(**asked, side=Side.BOTH) == case["two"]


def test_lots_needed_as_every_table_has_them():
    # Wilks: 59 and 93 lots for 95 % of all with 95 % confidence.
    assert [lots_needed(coverage=0.95, confidence=0.95, side=side) for side in Side] == [93, 59, 59]


@pytest.mark.parametrize(("name", "scale"), [("log", Scale.LOG), ("logit", Scale.LOGIT)])
def test_transformed_limits_as_r_has_them(name, scale):
    case = REFERENCES[name]
    found = tolerance_interval(
        case["values"],
        coverage=case["coverage"],
        confidence=case["confidence"],
        side=Side.BOTH,
        method=ToleranceMethod.NORMAL,
        scale=scale,
    )
    assert found.low == pytest.approx(case["low"], rel=1e-7)
    assert found.high == pytest.approx(case["high"], rel=1e-7)


def test_lots_themselves_are_the_limits():
    values = np.arange(1.0, 121.0)
    both = tolerance_interval(
        values, coverage=0.9, confidence=0.95, side=Side.BOTH,
        method=ToleranceMethod.ORDER_STATISTICS,
    )  # fmt: skip
    assert both.reached
    # One stretch more outside would fall short of the confidence.
    outside = 120 + 1 - int(both.high - both.low)
    assert confidence_of_ranks(120, 120 - outside, coverage=0.9) < 0.95
    assert both.achieved == confidence_of_ranks(120, 121 - outside, coverage=0.9)
    lower = tolerance_interval(
        values[:58], coverage=0.95, confidence=0.95, side=Side.LOWER,
        method=ToleranceMethod.ORDER_STATISTICS,
    )  # fmt: skip
    assert (lower.low, lower.high, lower.lots_needed) == (1.0, None, 59)
    assert not lower.reached
    assert lower.achieved == pytest.approx(1 - 0.95**58, rel=1e-12)


def test_howe_states_the_confidence_it_reaches():
    found = tolerance_interval(
        [4.1, 5.0, 4.6, 5.5], coverage=0.95, confidence=0.95, side=Side.BOTH,
        method=ToleranceMethod.HOWE,
    )  # fmt: skip
    assert 0.94 < found.achieved < 0.96
    assert found.achieved != 0.95


@settings(max_examples=30)
@given(st.integers(2, 80), st.floats(0.5, 0.99), st.floats(0.5, 0.99))
def test_the_exact_factor_has_the_confidence_it_was_made_for(lots, coverage, confidence):
    factor = factor_two_sided(lots, coverage=coverage, confidence=confidence)
    found = confidence_of_factor(lots, factor, coverage=coverage, side=Side.BOTH)
    assert found == pytest.approx(confidence, abs=1e-9)


@settings(max_examples=30)
@given(st.integers(2, 60), st.floats(0.55, 0.99), st.floats(0.55, 0.99))
def test_two_limits_are_further_out_than_one(lots, coverage, confidence):
    one = factor_one_sided(lots, coverage=coverage, confidence=confidence)
    two = factor_two_sided(lots, coverage=coverage, confidence=confidence)
    assert two > one


def test_limits_of_seeded_samples_hold_as_often_as_they_say():
    generator = np.random.default_rng(1)
    samples = generator.normal(size=(20_000, 5))
    k = factor_two_sided(5, coverage=0.9, confidence=0.9)
    mean, spread = samples.mean(axis=1), samples.std(axis=1, ddof=1)
    from scipy import special

    held = special.ndtr(mean + k * spread) - special.ndtr(mean - k * spread) >= 0.9
    # Four standard errors of a share of 0.9 in 20,000.
    assert held.mean() == pytest.approx(0.9, abs=4 * (0.09 / 20_000) ** 0.5)


def test_what_gives_no_limits_is_refused():
    asked = {"coverage": 0.9, "confidence": 0.9, "side": Side.LOWER}
    with pytest.raises(ValueError, match="2 or more finite values"):
        tolerance_interval([1.0], **asked, method=ToleranceMethod.NORMAL)
    with pytest.raises(ValueError, match=r"\[0.0\] have no place on the scale log"):
        tolerance_interval([0.0, 1.0], **asked, method=ToleranceMethod.NORMAL, scale=Scale.LOG)
    with pytest.raises(ValueError, match="for both limits"):
        tolerance_interval([2.0, 1.0], **asked, method=ToleranceMethod.HOWE)
    with pytest.raises(ValueError, match="1 lots"):
        factor_howe(1, coverage=0.9, confidence=0.9)
    with pytest.raises(ValueError, match="more than 10000000 lots"):
        lots_needed(coverage=0.99999999, confidence=0.95, side=Side.BOTH)
    with pytest.raises(ValueError, match="5 stretches of 4"):
        confidence_of_ranks(4, 5, coverage=0.9)
