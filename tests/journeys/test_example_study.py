"""The example study recovers its own truth."""

from __future__ import annotations

import json

import pytest

from stroma.formats.images import read_image
from stroma.imaging.colonies import propose_colonies

WITHIN_POINTS = 1.5
INTERVAL_QUANTITIES = {
    "viable_cells",
    "population_doublings",
    "cumulative_population_doublings",
    "doubling_time",
}


def key(row):
    return row["lot"], row["passage"], row["condition"], row["quantity"], row["analyte"]


def measured_by_key(demo):
    held = {}
    for row in demo.rows("results/measurements.csv"):
        held.setdefault(key(row), []).append(row)
    return held


def truths(demo, quantities):
    return [row for row in demo.rows("truth.csv") if row["lot"] and row["quantity"] in quantities]


def test_nothing_is_wrong_with_it(demo):
    assert demo.exit_code == 0


@pytest.mark.parametrize("quantity", ["percent_positive", "percent_coexpressing"])
def test_percentages_within_one_and_a_half_points(demo, quantity):
    measured = measured_by_key(demo)
    expected = truths(demo, {quantity})
    assert len(expected) >= 9
    for row in expected:
        (found,) = measured[key(row)]
        error = abs(float(found["value"]) - float(row["value"]))
        assert error < WITHIN_POINTS, (key(row), found["value"], row["value"])
        assert float(found["low"]) <= float(found["value"]) <= float(found["high"])


@pytest.mark.parametrize("quantity", sorted(INTERVAL_QUANTITIES))
def test_counts_and_times_within_their_intervals(demo, quantity):
    measured = measured_by_key(demo)
    expected = truths(demo, {quantity})
    assert len(expected) >= 32
    for row in expected:
        (found,) = measured[key(row)]
        assert float(found["low"]) <= float(row["value"]) <= float(found["high"]), key(row)


def test_differentiation(demo):
    measured = measured_by_key(demo)
    for row in truths(demo, {"differentiation"}):
        (found,) = measured[key(row)]
        assert found["category"] == row["category"], key(row)


def test_verdicts(demo):
    given = {
        (lot["lot"], profile["profile"]): lot["verdict"]
        for profile in demo.verdicts
        for lot in profile["lots"]
    }
    expected = {(r["lot"], r["analyte"]): r["category"] for r in truths(demo, {"verdict"})}
    assert set(expected.values()) == {"PASS", "FAIL", "INCONCLUSIVE", "INCOMPLETE"}
    assert {lot: given[lot] for lot in expected} == expected


def test_comparisons_come_out_as_built(demo):
    report = json.loads((demo.results / "report.json").read_text(encoding="utf-8"))
    given = {
        (held["quantity"], held["analyte"]): held["answer"]
        for held in report["comparisons"]["comparisons"]
    }
    expected = {
        (row["quantity"].removeprefix("answer_on_"), row["analyte"]): row["category"]
        for row in demo.rows("truth.csv")
        if row["quantity"].startswith("answer_on_")
    }
    assert set(expected.values()) == {"DIFFERENT", "EQUIVALENT", "UNDECIDED"}
    assert given == expected


def test_true_differences_within_their_intervals(demo):
    report = json.loads((demo.results / "report.json").read_text(encoding="utf-8"))
    true = {
        (row["quantity"].removeprefix("difference_of_"), row["analyte"]): float(row["value"])
        for row in demo.rows("truth.csv")
        if row["quantity"].startswith("difference_of_")
    }
    assert len(true) == 4
    for held in report["comparisons"]["comparisons"]:
        told = held["difference"]
        assert told["low"] <= true[held["quantity"], held["analyte"]] <= told["high"]


def test_every_undecided_comparison_says_what_it_would_take(demo):
    report = json.loads((demo.results / "report.json").read_text(encoding="utf-8"))
    for held in report["comparisons"]["comparisons"]:
        if held["answer"] == "UNDECIDED":
            assert "donors a side" in held["reason"]


def test_mixed_origin_is_held(demo):
    (isct,) = (p for p in demo.verdicts if p["profile"] == "isct_2006")
    (held,) = (lot for lot in isct["lots"] if lot["holds"])
    assert held["lot"] == "PL-03"
    assert held["holds"][0].startswith("HOLD")


def test_stimulated_hla_dr_is_informative(demo):
    measured = measured_by_key(demo)
    (stimulated,) = measured["BM-04", "P4", "IFN-gamma", "percent_positive", "HLA-DR"]
    assert float(stimulated["value"]) > 50


def test_few_live_events_leave_cd34_undecided(demo):
    (isct,) = (p for p in demo.verdicts if p["profile"] == "isct_2006")
    (lot,) = (lot for lot in isct["lots"] if lot["lot"] == "BM-03")
    (cd34,) = (c for c in lot["criteria"] if c["analyte"] == "CD34")
    assert cd34["outcome"] == "INCONCLUSIVE"
    assert cd34["low"] < 2 < cd34["high"]
    assert "live events" in cd34["settle"]


def test_lymphocytes_that_divided_within_three_points(demo):
    measured = measured_by_key(demo)
    expected = truths(demo, {"percent_divided"})
    assert len(expected) == 8
    for row in expected:
        (found,) = measured[key(row)]
        assert float(found["value"]) == pytest.approx(float(row["value"]), abs=3.0), key(row)


@pytest.mark.parametrize(
    ("quantity", "rows", "most"),
    [
        # Of so many 95 % intervals this many ordinarily miss at the most.
        ("secretion", 32, 3),
        ("clonogenic_efficiency", 8, 1),
        ("relative_potency", 3, 1),
        ("kynurenine_production", 8, 1),
        ("relative_expression", 16, 2),
        ("stained_area", 2, 0),
        ("spike_recovery", 2, 0),
    ],
)
def test_bench_assays_recover_their_truth(demo, quantity, rows, most):
    measured = measured_by_key(demo)
    expected = truths(demo, {quantity})
    assert len(expected) == rows
    missed = []
    for row in expected:
        (found,) = measured[key(row)]
        true = float(row["value"])
        assert float(found["value"]) == pytest.approx(true, rel=0.3), key(row)
        if not float(found["low"]) <= true <= float(found["high"]):
            missed.append(key(row))
    assert len(missed) <= most, missed


def test_cells_that_were_not_stimulated_make_less_kynurenine_than_can_be_seen(demo):
    (found,) = measured_by_key(demo)["BM-01", "P4", "", "kynurenine_production", ""]
    assert json.loads(found["settings"])["entered"].startswith("<")
    assert found["warnings"].startswith("below the limit of quantification")


def test_dilutions_of_one_supernatant_come_to_the_same(demo):
    rows = [row for held in measured_by_key(demo).values() for row in held]
    departures = [row for row in rows if row["quantity"] == "dilution_departure"]
    assert [row["lot"] for row in departures] == ["BM-01", "BM-02"]
    assert all(float(row["value"]) < 20 for row in departures)


def test_as_many_colonies_are_proposed_as_were_drawn(demo):
    dishes = [row for row in demo.rows("colonies.csv") if row["image"]]
    assert len(dishes) == 2
    for dish in dishes:
        found = propose_colonies(read_image(demo.folder / dish["image"]))
        assert len(found) == pytest.approx(int(dish["colonies"]), rel=0.05)


def test_the_report_shows_every_assay_on_plates(demo):
    page = (demo.results / "report.html").read_text(encoding="utf-8")
    for heading in (
        "What the cells of each lot secrete",
        "Potency relative to the reference lot",
        "Dilutions of samples, and additions to them",
        "Standard curves",
    ):
        assert f"<h3>{heading}</h3>" in page
