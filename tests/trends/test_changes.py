"""Lots before and after a change of process."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from stroma.errors import StudyProblem
from stroma.measurements import Measurement
from stroma.trends.changes import compare_periods
from stroma.trends.json_twin import to_json
from stroma.trends.results import Kept
from stroma.trends.series import series_of

SMALL = Path(__file__).resolve().parents[2] / "validation" / "small_samples"
REFERENCES = json.loads((SMALL / "references.json").read_text(encoding="utf-8"))
GROUPS, PAIRS, TOST = REFERENCES["groups"], REFERENCES["pairs"], REFERENCES["tost"]


def lots_of(before, after, donors=None):
    values = [*before, *after]
    rows = [
        Measurement(
            lot=f"L{i}", donor=f"D{i}" if donors is None else donors[i],
            quantity="doubling_time", value=float(value), unit="h",
        )
        for i, value in enumerate(values)
    ]  # fmt: skip
    return series_of(rows, quantity="doubling_time"), f"L{len(before) - 1}"


def test_means_are_tested_as_r_tests_them():
    # R's t.test(first, second): after is the first group here, so that the difference has its sign.
    series, last = lots_of(GROUPS["second"], GROUPS["first"])
    found = compare_periods(series, change_after=last, margin=TOST[0]["margin"])
    assert found.difference == pytest.approx(TOST[0]["estimate"], rel=1e-12)
    assert found.low == pytest.approx(TOST[0]["low"], rel=1e-9)
    assert found.high == pytest.approx(TOST[0]["high"], rel=1e-9)
    assert found.p_value == pytest.approx(max(TOST[0]["p_above"], TOST[0]["p_below"]), rel=1e-9)
    assert found.answer is Kept.COMPARABLE
    assert not found.paired


def test_a_shift_beyond_the_margin_is_not_comparable():
    series, last = lots_of(GROUPS["second"], GROUPS["first"])
    assert compare_periods(series, change_after=last, margin=2.0).answer is Kept.NOT_COMPARABLE
    undecided = compare_periods(series, change_after=last, margin=6.0)
    assert undecided.answer is Kept.UNDECIDED
    assert undecided.donors_needed is not None


def test_without_a_margin_nothing_is_decided():
    series, last = lots_of(GROUPS["second"], GROUPS["first"])
    found = compare_periods(series, change_after=last)
    assert (found.answer, found.p_value, found.donors_needed) == (Kept.UNDECIDED, None, None)
    assert found.low == pytest.approx(TOST[0]["low"], rel=1e-9)
    assert "no margin was stated" in str(found.reason)


def test_a_ratio_is_taken_on_the_logarithm():
    series, last = lots_of([30.0, 31.0, 29.0, 30.0], [33.0, 34.0, 32.0, 33.5])
    found = compare_periods(series, change_after=last, margin=1.25, is_ratio=True)
    logs = [math.log(v) for v in (33, 34, 32, 33.5)], [math.log(v) for v in (30, 31, 29, 30)]
    assert found.difference == pytest.approx(math.exp(sum(logs[0]) / 4 - sum(logs[1]) / 4))
    assert found.answer is Kept.COMPARABLE


def test_the_same_donors_are_paired():
    donors = [f"D{i}" for i in range(7)]
    series, last = lots_of(PAIRS["second"], PAIRS["first"], donors * 2)
    found = compare_periods(series, change_after=last, margin=3.0)
    assert found.paired
    # The paired t of R's reference: d_z times the root of seven.
    t = REFERENCES["paired"]["d_z"] * math.sqrt(7)
    half_width = (found.high - found.low) / 2
    # qt(0.95, 6) = 1.943180
    assert found.difference / half_width == pytest.approx(t / 1.943180, rel=1e-6)


def test_lots_of_one_donor_count_once():
    series, last = lots_of(
        [30, 31, 40, 29, 28], [30, 31, 29, 30], ["A", "A", "A", "B", "C", "D", "E", "F", "F"]
    )
    found = compare_periods(series, change_after=last, margin=20)
    assert (found.before.lots, found.before.donors, found.after.donors) == (5, 3, 3)
    assert found.before.mean == pytest.approx(((30 + 31 + 40) / 3 + 29 + 28) / 3)


def test_new_lots_beyond_the_old_range_are_named():
    series, last = lots_of([30, 31, 29, 30.5, 29.5, 30.2], [30.1, 60.0, 29.9])
    found = compare_periods(series, change_after=last, margin=5)
    assert found.outside_old_range == found.outside_prediction == ("L7",)
    assert found.old_range.low < 29 < 31 < found.old_range.high


def test_too_few_donors_are_said():
    series, last = lots_of([30, 31, 32], [30])
    found = compare_periods(series, change_after=last, margin=5)
    assert (found.answer, found.difference) == (Kept.UNDECIDED, None)
    assert "the spread of donors is not known on both sides" in str(found.reason)
    assert "3 donors before, 1 donor after" in [str(p.found) for p in found.problems]


def test_donors_on_both_sides_are_said():
    series, last = lots_of([30, 31, 32], [30, 33, 31], ["A", "B", "C", "A", "D", "E"])
    found = compare_periods(series, change_after=last, margin=5)
    assert "1 donor with lots before and after" in [str(p.found) for p in found.problems]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"change_after": "L9"}, 'the change after lot "L9"'),
        ({"change_after": "L3"}, "with lots after it"),
        ({"change_after": "L1", "margin": 0}, "the margin 0"),
        ({"change_after": "L1", "margin": 0.8, "is_ratio": True}, "a factor above 1"),
    ],
)
def test_what_cannot_be_compared_is_said(asked, words):
    series, _last = lots_of([30, 31], [32, 33])
    with pytest.raises(StudyProblem, match=words):
        compare_periods(series, **asked)


def test_the_twin_is_json():
    series, last = lots_of([30, 31, 29], [30, 32, 31])
    twin = to_json(compare_periods(series, change_after=last, margin=5))
    assert json.loads(json.dumps(twin, allow_nan=False)) == twin
    assert twin["answer"] in {"COMPARABLE", "UNDECIDED"}
