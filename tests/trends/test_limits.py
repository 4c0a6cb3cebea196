"""Limits proposed from few lots."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from stroma.measurements import Measurement
from stroma.stats.tolerance import Side, ToleranceMethod
from stroma.trends.json_twin import to_json
from stroma.trends.limits import propose_limits
from stroma.trends.series import series_of

SMALL = Path(__file__).resolve().parents[2] / "validation" / "small_samples"
REFERENCES = json.loads((SMALL / "limits.json").read_text(encoding="utf-8"))


def lots_of(values, quantity="doubling_time", unit="h"):
    rows = [Measurement(lot=f"L{i}", quantity=quantity, value=float(v), unit=unit)
            for i, v in enumerate(values)]  # fmt: skip
    return series_of(rows, quantity=quantity)


def found(proposal):
    return [str(problem.found) for problem in proposal.problems]


@pytest.mark.parametrize(
    ("name", "quantity", "unit"), [("log", "doubling_time", "h"), ("logit", "viability", "%")]
)
def test_times_and_shares_have_their_own_scale(name, quantity, unit):
    case = REFERENCES[name]
    proposal = propose_limits(
        lots_of(case["values"], quantity, unit),
        coverage=case["coverage"],
        confidence=case["confidence"],
    )
    normal = proposal.methods[0].interval
    assert normal.low == pytest.approx(case["low"], rel=1e-7)
    assert normal.high == pytest.approx(case["high"], rel=1e-7)
    assert proposal.proposed is ToleranceMethod.NORMAL


def test_it_says_how_many_lots_are_needed():
    proposal = propose_limits(lots_of([30, 31, 33, 29, 35]))
    assert "5 lots" in found(proposal)
    assert "93 lots, from which 95 % of all lots" in str(proposal.problems[0].expected)
    assert str(proposal.methods[-1].verdict) == (
        "2.3 % confidence only; 93 lots are needed, 5 there are"
    )
    assert "limits that assume a distribution, from 5 lots" in found(proposal)


def test_with_enough_lots_no_distribution_is_assumed():
    values = np.exp(np.random.default_rng(3).normal(3.5, 0.2, 93))
    proposal = propose_limits(lots_of(values))
    assert proposal.proposed is ToleranceMethod.ORDER_STATISTICS
    assert proposal.problems == ()
    assert proposal.methods[-1].interval.low == values.min()


def test_a_wrong_shape_proposes_nothing():
    proposal = propose_limits(lots_of([30, 31, 30.5, 31.2, 30.8, 30.1, 30.4, 900]))
    assert proposal.proposed is None
    assert "p < 0.001" in str(proposal.reason)
    assert "no method whose limits these lots support" in found(proposal)


def test_a_limit_no_lot_can_have_is_none():
    proposal = propose_limits(lots_of([100, 99, 97, 98, 96.5], "viability", "%"))
    assert proposal.proposed is None
    assert str(proposal.methods[0].verdict) == (
        "the upper limit is a value no lot can have: it limits nothing"
    )


def test_capability_is_taken_on_the_scale():
    values = [30.0, 33.0, 28.5, 31.0, 36.0, 29.0]
    proposal = propose_limits(lots_of(values), side=Side.UPPER, given_high=60.0)
    logs = [math.log(value) for value in values]
    expected = (math.log(60) - np.mean(logs)) / (3 * np.std(logs, ddof=1))
    assert proposal.capability.ppk.value == pytest.approx(expected, rel=1e-12)
    assert proposal.capability.pp is None
    assert "capability from 6 lots" in found(proposal)


def test_a_limit_that_is_never_passed_limits_nothing():
    proposal = propose_limits(lots_of([90, 92, 95, 91], "viability", "%"), given_high=100.0)
    assert proposal.capability is None


def test_one_lot_and_equal_lots_are_said():
    one = propose_limits(lots_of([30]))
    assert one.methods == ()
    assert "one lot" in found(one)
    equal = propose_limits(lots_of([30, 30, 30]))
    assert equal.proposed is None
    assert str(equal.reason) == "all lots have the same value, which shows no spread"


def test_the_twin_is_json():
    twin = to_json(propose_limits(lots_of([30, 31, 33, 29, 35]), given_low=20))
    assert json.loads(json.dumps(twin, allow_nan=False)) == twin
    assert twin["schema_version"] == "1"
    assert twin["methods"][0]["interval"]["scale"] == "log"
    assert twin["problems"][0]["severity"] == "warning"


def test_lots_of_real_trials(shared):
    from stroma.lot_rows import read_lot_rows

    read = read_lot_rows(shared / "facts" / "cidmap_measurements.csv")
    series = series_of(read.rows, quantity="viability", source="bone_marrow", order=read.order)
    proposal = propose_limits(series, side=Side.LOWER)
    assert len(series.values) == 7
    # Seven lots, one limit: the least lot holds 95 % of all with a confidence of 1 - 0.95^7.
    assert proposal.methods[-1].interval.achieved == pytest.approx(1 - 0.95**7, rel=1e-12)
    assert proposal.methods[-1].interval.low == min(series.numbers)
