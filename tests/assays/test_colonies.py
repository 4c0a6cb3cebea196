"""Colonies of a lot: R's exact intervals, statmod's elda, and counts that nobody confirmed."""

from __future__ import annotations

import pytest

from stroma.assays.colonies import measure_colonies
from stroma.bench_records import ColonyCount
from stroma.criteria.judge import judge
from stroma.criteria.known_profiles import load_profile
from stroma.criteria.verdicts import Outcome
from stroma.records import Lot, Origin

PROFILE = """
name = "own"
version = "1.0"
title = { en = "Own limits" }
citations = ["10.1080/14653240600855905"]

[[criterion]]
quantity = "clonogenic_efficiency"
operator = ">="
limit = 10
unit = "%"
role = "required"
purpose = "potency"
citation = "10.1080/14653240600855905"
"""
LOT = Lot(lot="BM-01", donor="D01", source="bone_marrow", origin_of_row=Origin("lots.csv", "0"))


def count(number=2, **fields):
    origin = Origin("colonies.csv", "a" * 64, f"row {number}")
    return ColonyCount(
        **({"lot": "BM-01", "passage": "P1", "seeded": 100.0, "origin_of_row": origin} | fields)
    )


def dishes(*colonies, **fields):
    return [count(n, colonies=c, replicate=str(n), **fields) for n, c in enumerate(colonies, 2)]


def said(row):
    return " / ".join(str(warning) for warning in row.warnings)


def test_efficiency_is_colonies_over_cells_with_the_exact_interval():
    (row,) = measure_colonies(dishes(21, 18, 25), lot=LOT).measurements
    # R: poisson.test(64, 300).
    assert (row.quantity, row.unit, row.n, row.n_counts) == (
        "clonogenic_efficiency", "%", 3, "dishes",
    )  # fmt: skip
    assert (row.value, row.low, row.high) == pytest.approx(
        (21.33333333333, 16.42926618208, 27.24219040296)
    )
    assert row.warnings == ()
    assert len(row.origins) == 3


def test_no_colony_has_an_upper_bound():
    (row,) = measure_colonies(dishes(0, 0), lot=LOT).measurements
    assert (row.value, row.low, row.high) == pytest.approx((0.0, 0.0, 1.4978661367769955))
    assert "only the upper bound says anything" in said(row)


def test_dishes_that_scatter_widen_no_interval_but_are_said():
    (row,) = measure_colonies(dishes(2, 40, 11), lot=LOT).measurements
    assert "the dishes differ more than chance lets them" in said(row)


def test_limiting_dilution_is_that_of_elda():
    wells = [
        count(n, seeded=dose, wells=tested, wells_with_colonies=positive)
        for n, (dose, tested, positive) in enumerate(
            [(1.0, 96, 9), (3.0, 96, 30), (10.0, 48, 33), (30.0, 24, 23)], 2
        )
    ]
    (row,) = measure_colonies(wells, lot=LOT).measurements
    assert (row.quantity, row.n, row.n_counts) == ("clonogenic_frequency", 264, "wells")
    assert (row.value, row.low, row.high) == pytest.approx(
        (0.1154844642497, 0.09237379403506, 0.1443771106553), rel=1e-6
    )
    assert row.warnings == ()


def test_wells_that_are_all_positive_or_all_empty_are_bounds():
    every = [count(seeded=30.0, wells=8, wells_with_colonies=8)]
    (row,) = measure_colonies(every, lot=LOT).measurements
    assert (row.value, row.low, row.high) == pytest.approx(
        (0.03878834015567, 0.03878834015567, 1.0), rel=1e-6
    )
    assert "the value is a lower bound" in said(row)
    empty = [count(seeded=10.0, wells=10, wells_with_colonies=0)]
    (row,) = measure_colonies(empty, lot=LOT).measurements
    assert (row.value, row.low) == (0.0, 0.0)
    assert "no well holds a colony" in said(row)


def test_wells_against_the_single_hit_model_are_said():
    wells = [
        count(n, seeded=dose, wells=40, wells_with_colonies=positive)
        for n, (dose, positive) in enumerate([(1.0, 12), (5.0, 15), (25.0, 18), (125.0, 20)], 2)
    ]
    (row,) = measure_colonies(wells, lot=LOT).measurements
    assert "do not follow the single-hit model" in said(row)


def test_passages_and_lots_are_kept_apart():
    rows = [*dishes(20), *dishes(5, passage="P5"), *dishes(90, lot="PL-01")]
    found = measure_colonies(rows, lot=LOT).measurements
    assert [(row.passage, row.value) for row in found] == [("P1", 20.0), ("P5", 5.0)]


def test_a_count_that_nobody_confirmed_is_no_measurement(tmp_path):
    unsigned = dishes(40, image="raw/images/dish.png")
    result = measure_colonies(unsigned, lot=LOT)
    assert result.measurements == ()
    (problem,) = result.problems
    assert problem.render() == (
        'colonies.csv, row 2, column "confirmed_by", lot BM-01: 40 colonies in the picture '
        "raw/images/dish.png, confirmed by nobody. Expected: a count that a person made or "
        "confirmed. What to do: look at the picture, correct colonies and sign in confirmed_by; "
        "until then the dish is not measured."
    )
    signed = dishes(40, image="raw/images/dish.png", confirmed_by="A. K.")
    assert measure_colonies(signed, lot=LOT).measurements[0].value == 40.0
    profile = tmp_path / "own.toml"
    profile.write_text(PROFILE, encoding="utf-8")
    for rows, expected in ((unsigned, Outcome.NOT_MEASURED), (signed, Outcome.PASS)):
        held = measure_colonies(rows, lot=LOT).measurements
        (lot,) = judge(held, load_profile(str(profile)), lots=[("BM-01", "bone_marrow")])
        assert lot.criteria[0].outcome is expected


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"colonies": 101}, "101 colonies of 100 cells. Expected: no more colonies than cells"),
        ({"colonies": None}, "no count of the dish. Expected: the colonies that were counted"),
        ({"colonies": None, "image": "a.png"}, "no count yet of the picture a.png"),
    ],
)
def test_dishes_that_cannot_be_used_are_said(fields, message):
    result = measure_colonies([count(**fields)], lot=LOT)
    assert result.measurements == ()
    assert message in result.problems[0].render()
