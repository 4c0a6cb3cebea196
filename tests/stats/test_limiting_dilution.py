"""Frequencies of limiting dilution against statmod's elda, and what has one bound alone."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from stroma.stats.limiting_dilution import clonogenic_frequency

REFERENCES = json.loads(
    (Path(__file__).parents[2] / "validation/limiting_dilution/references.json").read_text("utf-8")
)["wells"]
BOTH_KINDS = ("cfu_f", "rare", "two_doses", "one_dose", "not_single_hit")


def listed(value):
    return value if isinstance(value, list) else [value]


def frequency(case):
    doses, tested, positive = (listed(case[name]) for name in ("dose", "tested", "response"))
    return clonogenic_frequency(doses, tested, positive, level=case["level"])


@pytest.mark.parametrize("name", BOTH_KINDS)
def test_estimate_and_interval_are_those_of_elda(name):
    case, found = REFERENCES[name], frequency(REFERENCES[name])
    # elda stops its iteration at a relative change of about 1e-8.
    assert (found.value, found.low, found.high) == pytest.approx(
        (case["estimate"], case["low"], case["high"]), rel=1e-6
    )
    if name == "one_dose":
        assert found.slope_p is None
    else:
        assert found.slope_p == pytest.approx(case["slope_p"], rel=1e-4)


def test_no_positive_well_bounds_the_frequency_from_above():
    case, found = REFERENCES["none"], frequency(REFERENCES["none"])
    assert (found.value, found.low) == (0.0, None)
    assert found.high == pytest.approx(case["high"], rel=1e-9)
    assert found.high == pytest.approx(-math.log(0.05) / 1100, rel=1e-12)


@pytest.mark.parametrize("name", ["all", "all_one_dose"])
def test_wells_that_are_all_positive_bound_it_from_below(name):
    case, found = REFERENCES[name], frequency(REFERENCES[name])
    assert (found.value, found.high) == (None, None)
    assert found.low == pytest.approx(case["low"], rel=1e-6)


def test_a_frequency_is_never_above_one():
    found = clonogenic_frequency([1, 2], [20, 20], [19, 20], level=0.95)
    assert (found.value, found.high) == (1.0, 1.0)


def test_wells_that_change_all_at_once_have_a_slope_test():
    found = clonogenic_frequency([1, 1000], [20, 20], [0, 20], level=0.95)
    assert found.slope_p is not None
    assert 0 <= found.slope_p <= 1


@pytest.mark.parametrize(
    ("doses", "tested", "positive"),
    [([], [], []), ([0], [10], [1]), ([10], [10], [11]), ([10], [0], [0]), ([10, 20], [10], [1])],
)
def test_wells_that_cannot_be_are_refused(doses, tested, positive):
    with pytest.raises(ValueError, match="wells"):
        clonogenic_frequency(doses, tested, positive, level=0.95)
    with pytest.raises(ValueError, match="confidence level 1"):
        clonogenic_frequency([10], [10], [1], level=1.0)
