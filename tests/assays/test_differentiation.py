"""Differentiation against the control: R's intervals, decisions, and what cannot be decided."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stroma.assays.differentiation import measure_differentiation
from stroma.errors import Severity
from stroma.house_rules import DifferentiationRule
from stroma.records import DifferentiationReading, Lot, Origin

REFERENCES = Path(__file__).resolve().parents[2] / "validation" / "ratios" / "references.json"
CASES = {case["id"]: case for case in json.loads(REFERENCES.read_text(encoding="utf-8"))}
LOT = Lot(lot="BM-01", donor="D01", source="bone_marrow", origin_of_row=Origin("lots.csv", ""))
UNDECLARED = DifferentiationRule()
TWOFOLD = DifferentiationRule(minimum_ratio=2.0, minimum_score_difference=1.0)


def row(number):
    return Origin("differentiation.csv", "d" * 64, f"row {number}")


def readings(induced, control, *, at=2, **fields):
    defaults = {
        "lot": "BM-01",
        "passage": "P4",
        "lineage": "osteogenic",
        "readout": "absorbance",
        "unit": "[OD]",
    }
    values = [(value, True) for value in induced] + [(value, False) for value in control]
    return [
        DifferentiationReading(
            value=value, induced=is_induced, origin_of_row=row(at + i), **(defaults | fields)
        )
        for i, (value, is_induced) in enumerate(values)
    ]


def measure(*groups, rule=TWOFOLD):
    together = [reading for group in groups for reading in group]
    return measure_differentiation(together, lot=LOT, rule=rule)


def find(result, quantity):
    return [r for r in result.measurements if r.quantity == quantity]


def only(result, quantity):
    (found,) = find(result, quantity)
    return found


def said(result):
    return [str(problem.found) for problem in result.problems]


def test_ratio_of_an_absorbance_by_r():
    case = CASES["three_wells"]
    ratio = only(measure(readings(case["first"], case["second"])), "differentiation_ratio")
    expected = case["fieller"]
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx(
        (expected["ratio"], expected["low"], expected["high"]), rel=1e-10
    )
    assert (ratio.analyte, ratio.passage, ratio.donor) == ("osteogenic", "P4", "D01")
    assert (ratio.unit, ratio.level, ratio.n, ratio.n_counts) == ("1", 0.95, 6, "replicates")
    assert ratio.method == "fieller_ratio/1"
    assert ratio.origins == tuple(row(number) for number in range(2, 8))
    assert ratio.settings == {
        "formula": "mean(induced) / mean(undifferentiated)",
        "interval": "Fieller, unequal variances",
        "readout": "absorbance",
        "unit": "[OD]",
        "n_induced": 3,
        "n_control": 3,
    }


def test_difference_of_scores_by_r():
    case = CASES["scores"]
    result = measure(readings(case["first"], case["second"], readout="score", unit=""))
    difference = only(result, "differentiation_score_difference")
    expected = case["welch"]
    # The control's spread, 0.25, is above the 1/12 of rounding; so is the induced's, 1/3.
    assert (difference.value, difference.low, difference.high) == pytest.approx(
        (expected["difference"], expected["low"], expected["high"]), rel=1e-10
    )
    assert (difference.unit, difference.method) == ("{score}", "welch_difference/1")
    assert only(result, "differentiation").category == "positive"


def test_scores_that_all_agree_are_bounded_by_their_rounding():
    # By hand: 3 ∓ 2.776445 √(2/36).
    result = measure(readings([3, 3, 3], [0, 0, 0], readout="score", unit=""))
    difference = only(result, "differentiation_score_difference")
    assert (difference.low, difference.high) == pytest.approx((2.345585, 3.654415), abs=1e-6)
    assert only(result, "differentiation").category == "positive"


@pytest.mark.parametrize(
    ("minimum", "category"),
    [(2.0, "positive"), (3.2, "positive"), (4.0, "undecided"), (5.0, "negative")],
)
def test_the_whole_interval_has_to_clear_the_minimum(minimum, category):
    # The interval is 3.2966 to 4.9336.
    case = CASES["three_wells"]
    rule = DifferentiationRule(minimum_ratio=minimum)
    result = measure(readings(case["first"], case["second"]), rule=rule)
    decision = only(result, "differentiation")
    assert decision.category == category
    assert (decision.value, decision.low, decision.high) == (None, None, None)
    assert decision.method == "interval_against_minimum/1"
    assert decision.settings == {
        "readouts": ["absorbance"],
        "level": 0.95,
        "minimum_ratio": minimum,
    }
    assert [str(warning) for warning in decision.warnings] == [
        "osteogenic, absorbance, P4: 4.016, interval 3.297 to 4.934",
        f"the declared minimum is {minimum:g}",
    ]
    assert result.problems == ()


def test_without_a_minimum_it_is_undecided_and_the_rule_is_named():
    result = measure(readings([0.8, 0.9], [0.2, 0.21]), rule=UNDECLARED)
    assert only(result, "differentiation").category == "undecided"
    (problem,) = result.problems
    assert problem.severity is Severity.NOTE
    assert problem.render() == (
        'study.toml, column "differentiation.minimum_ratio": no minimum for a differentiation to '
        "be positive. Expected: the laboratory's own, since the ISCT's criteria give no number. "
        "What to do: declare differentiation.minimum_ratio; differentiation is undecided until "
        "then."
    )


@pytest.mark.parametrize(("induced", "control"), [([0.9], [0.2, 0.21]), ([0.9, 0.8], [0.2])])
def test_a_single_well_cannot_decide(induced, control):
    result = measure(readings(induced, control))
    ratio = only(result, "differentiation_ratio")
    assert (ratio.low, ratio.high, ratio.level) == (None, None, None)
    assert [str(w) for w in ratio.warnings] == ["no interval: a single replicate cannot be bounded"]
    assert only(result, "differentiation").category == "undecided"
    (problem,) = result.problems
    assert problem.severity is Severity.WARNING
    assert "a single replicate cannot be bounded" in str(problem.found)


def test_replicates_without_spread_cannot_decide():
    result = measure(readings([0.9, 0.9, 0.9], [0.2, 0.2, 0.2]))
    assert only(result, "differentiation_ratio").low is None
    assert only(result, "differentiation").category == "undecided"
    assert said(result) == [
        "osteogenic, absorbance, P4: no interval: the replicates show no spread"
    ]


def test_no_control_is_no_row():
    result = measure(readings([0.9, 0.8], []))
    assert result.measurements == ()
    (problem,) = result.problems
    assert problem.severity is Severity.ERROR
    assert problem.render().startswith(
        "differentiation.csv, row 2, lot BM-01: osteogenic, absorbance, P4: no undifferentiated "
        "control. Expected: replicates of the induced culture and of its undifferentiated control"
    )


def test_no_induced_culture_is_no_row():
    assert said(measure(readings([], [0.2, 0.3]))) == [
        "osteogenic, absorbance, P4: no induced culture"
    ]


@pytest.mark.parametrize(
    ("induced", "control", "found"),
    [
        ([0.9, 0.8], [0.0, 0.0], "the control's mean is 0"),
        ([0.9, 0.8], [-0.02, 0.0], "the control's mean is −0.01"),
        ([-0.04, 0.0], [0.2, 0.3], "the induced mean is −0.02"),
    ],
)
def test_a_ratio_that_is_not_defined_is_no_row(induced, control, found):
    result = measure(readings(induced, control))
    assert result.measurements == ()
    assert said(result) == [f"osteogenic, absorbance, P4: {found}"]
    assert len(result.views) == 1


def test_a_control_near_the_blank_gives_a_lower_bound_only():
    case = CASES["below_blank"]
    result = measure(readings(case["first"], case["second"]))
    ratio = only(result, "differentiation_ratio")
    assert ratio.low == pytest.approx(case["fieller"]["low"])
    assert (ratio.high, ratio.level) == (None, 0.95)
    assert [str(warning) for warning in ratio.warnings] == [
        "1 reading is below zero",
        "no upper bound: the control cannot be told from zero",
    ]
    assert only(result, "differentiation").category == "positive"


def test_neither_culture_told_from_zero_is_undecided():
    case = CASES["nothing_known"]
    result = measure(readings(case["first"], case["second"]))
    assert only(result, "differentiation").category == "undecided"
    assert "neither induced culture nor control can be told from zero" in said(result)[0]


def test_lineages_and_passages_are_kept_apart():
    result = measure(
        readings([0.9, 0.8], [0.2, 0.21]),
        readings([0.5, 0.6], [0.2, 0.21], lineage="adipogenic"),
        readings([0.7, 0.6], [0.2, 0.21], passage="P6"),
    )
    ratios = find(result, "differentiation_ratio")
    assert [(r.passage, r.analyte) for r in ratios] == [
        ("P4", "osteogenic"),
        ("P4", "adipogenic"),
        ("P6", "osteogenic"),
    ]
    assert len(find(result, "differentiation")) == 3


def test_readouts_that_disagree_are_undecided():
    result = measure(
        readings([0.9, 0.91, 0.92], [0.2, 0.21, 0.22]),
        readings([0, 0, 0], [0, 0, 0], at=10, readout="score", unit=""),
    )
    decision = only(result, "differentiation")
    assert decision.category == "undecided"
    assert decision.n == 12
    assert said(result) == [
        "osteogenic, absorbance, P4: readouts disagree, one positive, one negative"
    ]


def test_only_readouts_with_a_minimum_decide():
    result = measure(
        readings([0.9, 0.91, 0.92], [0.2, 0.21, 0.22]),
        readings([0, 0, 0], [0, 0, 0], at=10, readout="score", unit=""),
        rule=DifferentiationRule(minimum_ratio=2.0),
    )
    decision = only(result, "differentiation")
    assert (decision.category, decision.n) == ("positive", 6)
    assert result.problems == ()


def test_several_stains_are_compared_apart():
    result = measure(
        readings([0.9, 0.91], [0.2, 0.21], stain="Alizarin Red"),
        readings([0.5, 0.52], [0.1, 0.12], at=6, stain="von Kossa"),
        readings([0.7], [], at=10),
    )
    ratios = find(result, "differentiation_ratio")
    assert [r.settings["stain"] for r in ratios] == ["Alizarin Red", "von Kossa"]
    assert said(result) == ["no stain, beside readings of several stains"]


def test_a_control_without_stain_belongs_to_the_only_stain():
    result = measure(
        readings([0.9, 0.91], [], stain="Alizarin Red"), readings([], [0.2, 0.21], at=4)
    )
    assert only(result, "differentiation_ratio").settings["stain"] == "Alizarin Red"


def test_readings_are_brought_to_one_unit():
    mixed = measure(readings([0.9, 0.8], []), readings([], [200.0, 210.0], at=4, unit="m[OD]"))
    plain = measure(readings([0.9, 0.8], [0.2, 0.21]))
    assert only(mixed, "differentiation_ratio").value == pytest.approx(
        only(plain, "differentiation_ratio").value
    )


def test_several_units_leave_a_series_undecided():
    one_unit = measure(readings([0.84, 0.79, 0.88], [0.11, 0.12, 0.11]))
    assert only(one_unit, "differentiation").category == "positive"
    mixed = measure(
        readings([0.84, 0.88], [0.11, 0.12, 0.11], entered_unit="[OD]"),
        readings([0.00079], [], at=7, entered_unit="m[OD]"),
    )
    decision = only(mixed, "differentiation")
    assert decision.category == "undecided"
    warning = "undecided: readings of one series were entered in several units, [OD], m[OD]"
    assert warning in [str(said) for said in decision.warnings]
    assert warning in [str(said) for said in only(mixed, "differentiation_ratio").warnings]


def test_a_clear_answer_is_undecided_too_where_units_are_mixed():
    mixed = measure(
        readings([0.84, 0.79, 0.88], []), readings([], [110.0, 120.0, 110.0], at=5, unit="m[OD]")
    )
    assert only(mixed, "differentiation_ratio").low > 2.0
    assert only(mixed, "differentiation").category == "undecided"


def test_a_unit_that_does_not_convert_is_left_out():
    result = measure(readings([0.9, 0.8], [0.2, 0.21]), readings([], [20.0], at=6, unit="%"))
    assert only(result, "differentiation_ratio").n == 4
    assert said(result) == ['the unit "%" beside "[OD]"']


def test_a_replicate_entered_twice_is_pointed_at():
    first = readings([0.9], [0.2], replicate="1")
    second = readings([0.8], [0.21], at=4, replicate="2")
    again = readings([0.8], [], at=6, replicate="2")
    result = measure(first, second, again)
    assert said(result) == ['replicate "2" stands more than once']
    assert result.problems[0].place.row == 6


def test_the_view_holds_the_replicates():
    (view,) = measure(readings([0.9, 0.8], [0.2, 0.21])).views
    assert (view.induced, view.control) == ((0.9, 0.8), (0.2, 0.21))
    assert (view.readout, view.unit) == ("absorbance", "[OD]")
    assert (view.subject.quantity, view.subject.analyte) == (
        "differentiation_ratio",
        "osteogenic",
    )


def test_other_lots_are_left_aside():
    assert measure(readings([0.9, 0.8], [0.2, 0.21], lot="BM-02")) == measure()


values = st.lists(st.floats(0.05, 4.0), min_size=1, max_size=5)


@given(values, values, st.floats(1e-3, 1e3))
@example([0.05, 0.05], [0.05, 0.05000000000000001], 1.5)
def test_the_answer_does_not_depend_on_the_unit(induced, control, factor):
    plain = measure(readings(induced, control))
    scaled = measure(readings([v * factor for v in induced], [v * factor for v in control]))
    decision, other_decision = only(plain, "differentiation"), only(scaled, "differentiation")
    assert other_decision.category == decision.category
    one, other = only(plain, "differentiation_ratio"), only(scaled, "differentiation_ratio")
    assert other.value == pytest.approx(one.value, rel=1e-9)
    if one.low is None:
        assert other.low is None
    else:
        assert one.low <= one.value * (1 + 1e-12)
        assert other.low == pytest.approx(one.low, rel=1e-6, abs=1e-6)
    # Near the point where the upper bound vanishes, it hangs on the last digits.
    if one.high is not None and one.high < 100 * one.value:
        assert one.value <= one.high * (1 + 1e-12)
        assert other.high == pytest.approx(one.high, rel=1e-6)
