"""Growth of a lot: hand calculation, R's bounds, gaps, and what is said where it cannot be."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.assays.growth import measure_growth
from stroma.assays.harvest import count_key
from stroma.errors import Severity
from stroma.house_rules import CountingRule, GrowthRule
from stroma.records import CellCount, Lot, Origin, Passage
from stroma.texts import text

LOTS = Origin("lots.csv", "0" * 64, "row 2")
LOT = Lot(lot="BM-01", donor="D01", source="bone_marrow", origin_of_row=LOTS)
DECLARED = CountingRule(cv_percent=10.0)
UNDECLARED = CountingRule()


def row(number):
    return Origin("passages.csv", "a" * 64, f"row {number}")


def passage(name, *, at=2, lot="BM-01", **fields):
    defaults = {"seeded": 5.0e5, "harvested": 2.1e6, "hours": 96.0, "area_cm2": 175.0}
    return Passage(lot=lot, passage=name, origin_of_row=row(at), **(defaults | fields))


def measure(*passages, counts=None, counting=DECLARED, count_from="P1"):
    return measure_growth(
        passages,
        {} if counts is None else counts,
        lot=LOT,
        counting=counting,
        growth=GrowthRule(count_from=count_from),
    )


def find(result, quantity, passage=None):
    rows = [r for r in result.measurements if r.quantity == quantity]
    if passage is not None:
        rows = [r for r in rows if r.passage == passage]
    return rows


def only(result, quantity, passage=None):
    (found,) = find(result, quantity, passage)
    return found


def said(result):
    return [str(problem.found) for problem in result.problems]


def test_one_passage_by_r():
    # The bounds are those of tests/stats/test_counting.py, from R.
    result = measure(passage("P1", cells_counted=400))
    doublings = only(result, "population_doublings")
    assert doublings.value == pytest.approx(2.07038932789, rel=1e-11)
    assert (doublings.low, doublings.high) == pytest.approx((1.64718212208, 2.49359653370))
    time = only(result, "doubling_time")
    assert time.value == pytest.approx(46.3680906324, rel=1e-11)
    assert (time.low, time.high) == pytest.approx((38.4986098202, 58.2813513533))
    assert (time.unit, time.level, time.n, time.n_counts) == ("h", 0.95, 2, "counts")
    assert result.problems == ()


def test_a_row_says_where_it_comes_from_and_by_which_convention():
    doublings = only(measure(passage("P1", at=7)), "population_doublings")
    assert (doublings.lot, doublings.donor, doublings.source, doublings.passage) == (
        "BM-01",
        "D01",
        "bone_marrow",
        "P1",
    )
    assert doublings.origins == (row(7),)
    assert doublings.method == "log2_ratio/1"
    assert doublings.settings == {
        "formula": "log2(harvested / seeded)",
        "count_from": "P1",
        "cv_percent": 10.0,
        "interval": "log-normal error, independent counts",
    }


def test_every_row_carries_its_formula_and_convention():
    for measured in measure(passage("P1"), passage("P2")).measurements:
        assert measured.settings["count_from"] == "P1"
        assert measured.settings["formula"]
        assert measured.method.endswith("/1")
        assert len(measured.origins[0].sha256) == 64


def test_cells_and_cells_by_area():
    # R: 2e6 * exp(∓ qnorm(.975) * sqrt(log(1.01))) = 1644831.81146, 2431859.58110.
    result = measure(passage("P1", harvested=2.0e6, count_method="NC-200"))
    cells = only(result, "viable_cells")
    assert (cells.value, cells.unit) == (2.0e6, "{cells}")
    assert (cells.low, cells.high) == pytest.approx((1644831.81146, 2431859.58110))
    assert cells.settings["count_method"] == "NC-200"
    density = only(result, "cells_per_area")
    assert (density.value, density.unit) == (pytest.approx(2.0e6 / 175.0), "{cells}/cm2")
    assert density.low == pytest.approx(1644831.81146 / 175.0)


def test_cumulative_doublings_by_r():
    # R: sum(log2(c(2.1 / .5, 3 / .6))) ∓ qnorm(.975) * sqrt(4 * log(1.01)) / log(2)
    result = measure(passage("P1"), passage("P2", at=3, seeded=6.0e5, harvested=3.0e6, hours=72.0))
    summed = only(result, "cumulative_population_doublings", "P2")
    assert summed.value == pytest.approx(4.39231742278, rel=1e-11)
    assert (summed.low, summed.high) == pytest.approx((3.82819756677, 4.95643727878))
    assert summed.origins == (row(2), row(3))
    assert (summed.n, summed.n_counts) == (4, "counts")
    first = only(result, "cumulative_population_doublings", "P1")
    assert first.value == only(result, "population_doublings", "P1").value


def test_passages_are_put_in_order():
    result = measure(passage("P10", at=3), passage("P9", at=2), count_from="P9")
    sums = find(result, "cumulative_population_doublings")
    assert [r.passage for r in sums] == ["P9", "P10"]


def test_the_primary_culture_is_left_out_by_convention_and_said_so():
    primary = passage("P0", seeded=2.0e7, harvested=1.0e6)
    result = measure(primary, passage("P1", at=3))
    assert find(result, "population_doublings", "P0") == []
    assert only(result, "viable_cells", "P0").value == 1.0e6
    assert only(result, "cumulative_population_doublings").passage == "P1"
    (problem,) = result.problems
    assert problem.severity is Severity.NOTE
    assert problem.render() == (
        'passages.csv, row 2, column "seeded", lot BM-01: a primary culture seeded with '
        "20,000,000 cells, doublings counted from P1. Expected: doublings of passaged cells; few "
        "seeded nucleated cells are ancestors. What to do: declare growth.count_from = P0 where "
        "its doublings are to be counted."
    )


def test_the_primary_culture_counts_where_declared():
    result = measure(passage("P0"), passage("P1", at=3), count_from="P0")
    sums = find(result, "cumulative_population_doublings")
    assert [r.passage for r in sums] == ["P0", "P1"]
    assert sums[1].value == pytest.approx(2 * math.log2(4.2))
    assert result.problems == ()


def test_passages_before_the_start_have_doublings_but_are_not_summed():
    result = measure(passage("P1"), passage("P2", at=3), count_from="P2")
    assert only(result, "population_doublings", "P1").value == pytest.approx(math.log2(4.2))
    assert only(result, "cumulative_population_doublings").passage == "P2"


def test_a_missing_passage_ends_the_sum():
    result = measure(passage("P1"), passage("P3", at=3), passage("P4", at=4))
    assert only(result, "cumulative_population_doublings").passage == "P1"
    assert len(find(result, "population_doublings")) == 3
    (problem,) = result.problems
    assert problem.severity is Severity.ERROR
    assert str(problem.found) == "no usable row of P2"
    assert "are reported for P3, P4" in str(problem.action)


def test_a_lot_that_starts_later_than_the_convention_is_asked_about():
    result = measure(passage("P3"))
    assert find(result, "cumulative_population_doublings") == []
    assert said(result) == ["no usable row of P1"]
    assert "or declare growth.count_from after it" in str(result.problems[0].action)


def test_a_passage_without_counts_ends_the_sum():
    result = measure(passage("P1"), passage("P2", at=3, seeded=None), passage("P3", at=4))
    assert only(result, "cumulative_population_doublings").passage == "P1"
    assert said(result) == ["no number of seeded cells", "no population doublings of P2"]


def test_a_passage_on_two_rows_is_left_out():
    result = measure(passage("P1"), passage("P2", at=3), passage("p2", at=4))
    assert find(result, "population_doublings", "P2") == []
    assert said(result) == [
        "P2 stands on more than one row",
        "p2 stands on more than one row",
    ]
    assert only(result, "cumulative_population_doublings").passage == "P1"


def test_a_passage_without_a_number_is_not_summed():
    result = measure(passage("bank"), passage("P1", at=3))
    assert only(result, "population_doublings", "bank").value == pytest.approx(math.log2(4.2))
    assert only(result, "cumulative_population_doublings").passage == "P1"
    assert said(result) == ['"bank" without a number']


def test_a_start_without_a_number_is_reported():
    result = measure(passage("P1"), count_from="first")
    assert find(result, "cumulative_population_doublings") == []
    (problem,) = result.problems
    assert problem.render().startswith(
        'study.toml, column "growth.count_from": "first" as the first passage that counts'
    )


def test_cells_that_did_not_grow_have_doublings_but_no_doubling_time():
    result = measure(passage("P1", harvested=2.5e5))
    assert only(result, "population_doublings").value == pytest.approx(-1.0)
    assert find(result, "doubling_time") == []
    (problem,) = result.problems
    assert problem.severity is Severity.WARNING
    assert str(problem.found) == "250,000 cells harvested of 500,000 seeded, −1 doublings"


def test_as_many_cells_as_seeded_are_zero_doublings():
    result = measure(passage("P1", harvested=5.0e5))
    assert only(result, "population_doublings").value == 0.0
    assert find(result, "doubling_time") == []


@pytest.mark.parametrize("hours", [96.0, None])
def test_fewer_cells_than_seeded_are_said_and_what_to_check(hours):
    result = measure(passage("P1", harvested=2.5e5, hours=hours))
    doublings = only(result, "population_doublings")
    assert doublings.value == pytest.approx(-1.0)
    assert [str(warning) for warning in doublings.warnings] == ["fewer cells harvested than seeded"]
    total = only(result, "cumulative_population_doublings")
    assert [str(warning) for warning in total.warnings] == [
        "fewer cells harvested than seeded in P1"
    ]
    (problem,) = [p for p in result.problems if "250,000 cells harvested" in p.render()]
    assert problem.severity is Severity.WARNING
    assert "check that both numbers are whole cultures of viable cells" in problem.render()


def test_a_doubling_time_has_no_upper_bound_where_growth_is_not_shown():
    result = measure(passage("P1", harvested=5.5e5))
    doublings = only(result, "population_doublings")
    assert doublings.low < 0 < doublings.value
    time = only(result, "doubling_time")
    assert time.value == pytest.approx(96.0 / math.log2(1.1))
    assert time.low == pytest.approx(96.0 / doublings.high)
    assert time.high is None
    assert time.level == 0.95
    assert [str(warning) for warning in time.warnings] == [
        "no upper bound: −0.2614 to 0.5364 doublings do not show that the cells grew"
    ]


def test_nothing_harvested_is_a_measured_zero():
    result = measure(passage("P1", harvested=0.0))
    cells = only(result, "viable_cells")
    assert (cells.value, cells.low, cells.high, cells.level) == (0.0, None, None, None)
    assert find(result, "population_doublings") == []
    assert said(result) == ["0 cells harvested", "no population doublings of P1"]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"seeded": 0.0}, "0 cells seeded"),
        ({"hours": None}, "no time in culture"),
        ({"hours": 0.0}, "0 hours in culture"),
        ({"area_cm2": None}, "no culture area of P1"),
        ({"harvested": None}, "no harvest of P1"),
    ],
)
def test_what_is_missing_is_said(fields, found):
    assert found in said(measure(passage("P1", **fields)))


def test_without_a_declared_error_doublings_have_no_interval_and_the_rule_is_named():
    result = measure(passage("P1"), counting=UNDECLARED)
    for measured in result.measurements:
        assert (measured.low, measured.high, measured.level) == (None, None, None)
    (problem,) = result.problems
    assert problem.severity is Severity.NOTE
    assert problem.render() == (
        'study.toml, column "counting.cv_percent": no coefficient of variation of a count. '
        "Expected: that of a repeated count, in percent (ISO 20391-2). What to do: declare "
        "counting.cv_percent; until then doublings have no interval, nor have doubling times."
    )


def test_without_a_declared_error_a_harvest_keeps_the_sampling_of_cells_and_says_so():
    result = measure(passage("P1", cells_counted=400), counting=UNDECLARED)
    cells = only(result, "viable_cells")
    assert cells.low == pytest.approx(2.1e6 * math.exp(-1.95996398454 * 0.05))
    assert (cells.n, cells.n_counts) == (400, "cells")
    assert [str(warning) for warning in cells.warnings] == [
        "the interval is the sampling of 400 cells only, not the error of the count"
    ]
    assert only(result, "population_doublings").low is None


def test_a_counter_brings_its_file_into_every_row_of_the_harvest():
    export = Origin("raw/counts.csv", "b" * 64, "row 9")
    count = CellCount(export, "S1", "NC-200", viable_per_ml=1.0e6, viability_percent=92.5)
    counts = {count_key("raw/counts.csv", "S1"): count}
    counted = passage(
        "P1", count_file="raw/counts.csv", count_sample="S1", suspension_ml=4.0, harvested=2.0e6
    )
    result = measure(counted, counts=counts)
    assert only(result, "population_doublings").value == pytest.approx(3.0)
    assert only(result, "viable_cells").method == "counter_density_by_volume/1"
    for measured in result.measurements:
        assert measured.origins == (row(2), export)
        assert "2,000,000 cells are entered" in str(measured.warnings[0])
    assert result.views[0].viability == (92.5,)


def test_other_lots_are_left_aside():
    assert measure(passage("P1", lot="BM-02")) == measure()


def test_the_view_holds_the_sums_over_the_days():
    result = measure(
        passage("P0", viability_percent=90.0),
        passage("P1", at=3, viability_percent=95.5),
        passage("P2", at=4, hours=48.0),
    )
    (view,) = result.views
    sums = find(result, "cumulative_population_doublings")
    assert view.passages == ("P1", "P2")
    assert view.days == (4.0, 6.0)
    assert view.doublings == tuple(r.value for r in sums)
    assert (view.low, view.high) == (tuple(r.low for r in sums), tuple(r.high for r in sums))
    assert view.viability == (95.5, None)
    assert str(view.convention) == "days in culture and doublings from the seeding of P1"


def test_days_are_not_known_after_a_passage_without_hours():
    result = measure(
        passage("P1"), passage("P2", at=3, hours=None), passage("P3", at=4), counting=UNDECLARED
    )
    (view,) = result.views
    assert view.days == (4.0, None, None)
    assert view.low == view.doublings == view.high


cell_numbers = st.floats(1e3, 1e9)


@given(st.lists(st.tuples(cell_numbers, cell_numbers), min_size=1, max_size=6))
def test_cumulative_doublings_are_the_sum_of_the_passages(cultures):
    result = measure(
        *(
            passage(f"P{number}", at=number + 1, seeded=seeded, harvested=harvested)
            for number, (seeded, harvested) in enumerate(cultures, 1)
        )
    )
    each = [r.value for r in find(result, "population_doublings")]
    sums = [r.value for r in find(result, "cumulative_population_doublings")]
    assert len(sums) == len(cultures)
    assert sums == pytest.approx([sum(each[: i + 1]) for i in range(len(each))], abs=1e-9)


@given(cell_numbers, cell_numbers, st.floats(1e-2, 1e2), st.floats(1.0, 500.0))
def test_growth_depends_on_the_ratio_of_counts_only(seeded, harvested, factor, hours):
    plain = measure(passage("P1", seeded=seeded, harvested=harvested, hours=hours))
    scaled = measure(
        passage("P1", seeded=seeded * factor, harvested=harvested * factor, hours=hours)
    )
    doublings = only(plain, "population_doublings")
    assert only(scaled, "population_doublings").value == pytest.approx(doublings.value, abs=1e-9)
    assert doublings.low <= doublings.value <= doublings.high
    for time in find(plain, "doubling_time"):
        assert time.value * doublings.value == pytest.approx(hours)
        assert time.low <= time.value
        assert time.high is None or time.value <= time.high


def test_the_flag_of_a_count_stands_beside_every_number_it_gives():
    flagged = CellCount(
        Origin("raw/c.csv", "b" * 64, "row 8"),
        "CLB008",
        "Vi-CELL BLU",
        viable_per_ml=1.0e6,
        warnings=(text('Cell count: "ERROR" is not a number'),),
    )
    result = measure(
        passage("P1", harvested=None, count_file="raw/c.csv", suspension_ml=2.0),
        counts={count_key("raw/c.csv", None): flagged},
    )
    assert {r.quantity for r in result.measurements} == {
        "viable_cells",
        "cells_per_area",
        "population_doublings",
        "cumulative_population_doublings",
        "doubling_time",
    }
    for measured in result.measurements:
        warnings = [str(warning) for warning in measured.warnings]
        assert 'raw/c.csv, Cell count: "ERROR" is not a number' in warnings
