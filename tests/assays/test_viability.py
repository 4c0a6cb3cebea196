"""Viability at harvest, entered and counted."""

from __future__ import annotations

import pytest

from stroma.assays.viability import measure_viability
from stroma.errors import Severity
from stroma.house_rules import CountingRule
from stroma.records import CellCount, Lot, Origin, Passage
from stroma.texts import text

ROW = Origin("passages.csv", "a" * 64, "row 3")
EXPORT = Origin("raw/counts.csv", "b" * 64, "row 2")
LOT = Lot(lot="BM-01", donor="D01", source="bone_marrow", origin_of_row=Origin("lots.csv", ""))


def passage(name="P2", *, lot="BM-01", **fields):
    return Passage(lot=lot, passage=name, origin_of_row=ROW, **fields)


def counted(**fields):
    return passage(count_file="raw/counts.csv", count_sample="CLB001", **fields)


def exported(**fields):
    return {"raw/counts.csv#CLB001": CellCount(EXPORT, "CLB001", "Vi-CELL BLU", **fields)}


def measure(*passages, counts=None):
    return measure_viability(
        passages, {} if counts is None else counts, lot=LOT, counting=CountingRule()
    )


def test_an_entered_viability_is_a_row_without_interval():
    (row,) = measure(passage(viability_percent=95.2)).measurements
    assert (row.quantity, row.value, row.unit, row.analyte) == ("viability", 95.2, "%", "")
    assert (row.low, row.high, row.level, row.n) == (None, None, None, None)
    assert (row.donor, row.source, row.passage) == ("D01", "bone_marrow", "P2")
    assert (row.method, row.settings, row.origins) == (
        "as_entered/1",
        {"stage": "harvest"},
        (ROW,),
    )


def test_a_counted_viability_has_wilsons_interval_as_r_has_it():
    # First sample of the Vi-CELL BLU example export. In R, prop.test(2123, 2191, correct = FALSE)
    # gives 96.08419339 to 97.54443713 %.
    counts = exported(viability_percent=96.9, cells_counted=2191, viable_cells_counted=2123)
    (row,) = measure(counted(), counts=counts).measurements
    assert row.value == 96.9
    assert (row.low, row.high) == pytest.approx((96.08419339, 97.54443713), abs=5e-9)
    assert (row.level, row.n, row.n_counts) == (0.95, 2191, "cells")
    assert (row.method, row.origins) == ("counter_viability/1", (ROW, EXPORT))
    assert row.settings == {
        "stage": "harvest",
        "interval": "Wilson",
        "viable_cells_counted": 2123,
    }


def test_a_counter_that_states_no_cells_gives_no_interval():
    (row,) = measure(counted(), counts=exported(viability_percent=68.2)).measurements
    assert (row.value, row.low, row.high) == (68.2, None, None)


def test_an_interval_is_not_put_around_a_viability_it_does_not_hold():
    counts = exported(viability_percent=80.0, cells_counted=1000, viable_cells_counted=950)
    (row,) = measure(counted(), counts=counts).measurements
    assert (row.value, row.low, row.level) == (80.0, None, None)
    assert [str(warning) for warning in row.warnings] == [
        "the counter states 80 % but 950 viable of 1,000 cells; no interval"
    ]


@pytest.mark.parametrize(
    ("entered", "stated"), [(97.0, 96.9), (96.9, 96.9), (96.86, 96.9), (100.0, 99.6)]
)
def test_entered_and_counted_agree_within_their_rounding(entered, stated):
    result = measure(counted(viability_percent=entered), counts=exported(viability_percent=stated))
    assert result.problems == ()
    assert result.measurements[0].value == stated


def test_a_disagreement_names_both_and_uses_the_file():
    result = measure(counted(viability_percent=90.0), counts=exported(viability_percent=96.9))
    (row,) = result.measurements
    assert row.value == 96.9
    assert [str(w) for w in row.warnings] == [
        "90 % is entered in the sheet; the counter's file is used"
    ]
    (problem,) = result.problems
    assert problem.severity is Severity.WARNING
    assert problem.render() == (
        'passages.csv, row 3, column "viability", lot BM-01: 90 % entered, 96.9 % by '
        "raw/counts.csv. Expected: the two to agree within their rounding. What to do: correct "
        "the entered number or the sample; the counter's file is used."
    )


def test_a_count_that_is_not_there_leaves_the_entered_number():
    (row,) = measure(counted(viability_percent=91.0)).measurements
    assert (row.value, row.method) == (91.0, "as_entered/1")


@pytest.mark.parametrize("percent", [-1.0, 100.5])
def test_an_impossible_viability_is_no_row(percent):
    result = measure(passage(viability_percent=percent))
    assert result.measurements == ()
    (problem,) = result.problems
    assert problem.severity is Severity.ERROR
    assert str(problem.expected) == "0 to 100 %"


def test_a_fraction_is_taken_as_written_and_asked_about():
    result = measure(passage(viability_percent=0.95))
    assert result.measurements[0].value == 0.95
    (problem,) = result.problems
    assert str(problem.expected) == "percent, not a fraction of one"
    assert problem.severity is Severity.WARNING


def test_a_measured_zero_is_a_measurement():
    result = measure(passage(viability_percent=0.0))
    assert result.measurements[0].value == 0.0
    assert result.problems == ()


def test_what_is_missing_is_said_once_for_a_lot():
    result = measure(passage("P1"), passage("P2"), passage("P3", viability_percent=91.0))
    assert len(result.measurements) == 1
    (problem,) = result.problems
    assert problem.severity is Severity.NOTE
    assert str(problem.found) == "no viability at the harvest of P1, P2"


def test_other_lots_are_left_aside():
    assert measure(passage(lot="BM-02", viability_percent=90.0)) == measure()


def test_what_the_counter_doubts_stands_beside_the_viability():
    counts = exported(viability_percent=96.9, warnings=(text("Cell count: doubtful"),))
    (row,) = measure(counted(), counts=counts).measurements
    assert [str(warning) for warning in row.warnings] == ["raw/counts.csv, Cell count: doubtful"]
