"""Harvests entered by hand and taken from a counter's export."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stroma.assays.harvest import (
    AS_ENTERED,
    FROM_COUNTER,
    count_key,
    find_count,
    half_last_digit,
    read_harvest,
)
from stroma.errors import Severity
from stroma.records import CellCount, Origin, Passage
from stroma.texts import text

ROW = Origin("passages.csv", "a" * 64, "row 3")
EXPORT = Origin("raw/counts.csv", "b" * 64, "row 2")
# The first sample of the Vi-CELL BLU example export: 2191 cells, 2123 viable, 0.75e6 per mL.
COUNT = CellCount(
    EXPORT,
    "CLB001",
    "Vi-CELL BLU",
    viable_per_ml=0.75e6,
    viability_percent=96.9,
    cells_counted=2191,
    viable_cells_counted=2123,
)
COUNTS = {count_key("raw/counts.csv", "CLB001"): COUNT}


def passage(**fields):
    return Passage(lot="BM-01", passage="P2", origin_of_row=ROW, **fields)


def counted(**fields):
    return passage(count_file="raw/counts.csv", count_sample="CLB001", **fields)


def test_an_entered_harvest_is_taken_as_it_is():
    harvest = read_harvest(passage(harvested=2.1e6, cells_counted=420), {})
    assert (harvest.cells, harvest.cells_counted) == (2.1e6, 420)
    assert (harvest.method, harvest.origins) == (AS_ENTERED, (ROW,))
    assert harvest.problems == ()


def test_a_counter_gives_density_by_volume():
    harvest = read_harvest(counted(suspension_ml=4.0), COUNTS)
    assert (harvest.cells, harvest.cells_counted) == (3.0e6, 2123)
    assert (harvest.method, harvest.origins) == (FROM_COUNTER, (ROW, EXPORT))
    assert harvest.problems == ()


def test_viable_cells_seen_are_derived_from_the_viability_where_only_all_are_stated():
    count = CellCount(EXPORT, "x", "", viable_per_ml=1e6, viability_percent=90.0, cells_counted=200)
    read = counted(suspension_ml=1.0, cells_counted=77)
    assert read_harvest(read, {"raw/counts.csv#CLB001": count}).cells_counted == 180
    bare = CellCount(EXPORT, "x", "", viable_per_ml=1e6, cells_counted=200)
    assert read_harvest(read, {"raw/counts.csv#CLB001": bare}).cells_counted == 77


@pytest.mark.parametrize("entered", [3.0e6, 3_010_000.0, 2_980_000.0])
def test_an_entered_number_within_the_rounding_agrees(entered):
    # 0.75e6 per mL is printed to 1e4 per mL: half of it in 4 mL is 20,000 cells.
    harvest = read_harvest(counted(suspension_ml=4.0, harvested=entered), COUNTS)
    assert harvest.cells == 3.0e6
    assert harvest.problems == ()


def test_a_disagreement_names_both_and_uses_the_file():
    harvest = read_harvest(counted(suspension_ml=4.0, harvested=2.5e6), COUNTS)
    assert harvest.cells == 3.0e6
    (problem,) = harvest.problems
    assert problem.severity is Severity.WARNING
    assert problem.render() == (
        'passages.csv, row 3, column "harvested", lot BM-01: 2,500,000 cells entered, '
        "3,000,000 cells by raw/counts.csv (750,000 per mL in 4 mL). Expected: the two to agree "
        "within their rounding. What to do: correct the entered number, the volume or the sample; "
        "the counter's file is used."
    )
    (warning,) = harvest.warnings
    assert str(warning) == (
        "2,500,000 cells are entered in the sheet, raw/counts.csv gives 3,000,000; the file is used"
    )


@pytest.mark.parametrize(
    ("fields", "counts", "found"),
    [
        ({"suspension_ml": 4.0}, {}, 'no count of a sample "CLB001" in raw/counts.csv'),
        ({}, COUNTS, "no volume of the counted suspension"),
        ({"suspension_ml": 0.0}, COUNTS, "a suspension of 0 mL"),
        (
            {"suspension_ml": 4.0},
            {"raw/counts.csv#CLB001": CellCount(EXPORT, "CLB001", "", total_per_ml=1e6)},
            'no live cell density of "CLB001" in raw/counts.csv',
        ),
    ],
)
def test_an_export_that_gives_no_harvest_is_reported(fields, counts, found):
    alone = read_harvest(counted(**fields), counts)
    assert alone.cells is None
    (problem,) = alone.problems
    assert str(problem.found) == found
    assert problem.severity is Severity.ERROR
    beside = read_harvest(counted(**fields, harvested=2.0e6), counts)
    assert (beside.cells, beside.method) == (2.0e6, AS_ENTERED)
    (problem,) = beside.problems
    assert problem.severity is Severity.WARNING
    assert str(problem.action).endswith("; until then the entered number is used")


def test_no_harvest_at_all_is_reported():
    harvest = read_harvest(passage(), {})
    assert harvest.cells is None
    assert [str(problem.found) for problem in harvest.problems] == ["no harvest of P2"]


def test_a_negative_harvest_is_reported():
    harvest = read_harvest(passage(harvested=-5.0), {})
    assert harvest.cells is None
    assert [str(problem.found) for problem in harvest.problems] == ["−5 cells harvested"]


def test_the_only_count_of_a_file_needs_no_sample_name():
    only = passage(count_file="raw/counts.csv", suspension_ml=2.0)
    assert find_count(only, {count_key("raw/counts.csv", None): COUNT}) is COUNT
    assert find_count(passage(), {"#": COUNT}) is None


def test_half_of_the_last_digit():
    assert half_last_digit(0.0) == 0.0
    assert half_last_digit(2_104_321.0) == 0.5
    assert half_last_digit(100.0, coarsest=0) == 0.5
    assert half_last_digit(95.25, coarsest=0) == pytest.approx(0.005)


def test_what_the_counter_doubts_travels_with_the_harvest():
    flagged = replace(COUNT, warnings=(text('Cell count: "ERROR" is not a number'),))
    counts = {count_key("raw/counts.csv", "CLB001"): flagged}
    said = ('raw/counts.csv, Cell count: "ERROR" is not a number',)
    agreeing = read_harvest(counted(suspension_ml=4.0), counts)
    assert tuple(map(str, agreeing.warnings)) == said
    differing = read_harvest(counted(suspension_ml=4.0, harvested=9e6), counts)
    assert str(differing.warnings[0]) == said[0]
    assert len(differing.warnings) == 2
