"""Percentages from stored counts; Wilson's interval of 81 in 263 after Newcombe 1998, table I."""

from __future__ import annotations

import pytest

from stroma.assays.stored_statistics import measure_stored_statistics
from stroma.records import Lot, Origin
from stroma.statistic_records import (
    ALL_EVENTS,
    CountedPopulation,
    CountedSample,
    DeclaredStatistic,
    StatisticsExport,
)

FILE = Origin("raw/a.wsp", "00", "line 3")
ROW = Origin("statistics.csv", "11", "row 2")
LOT = Lot(lot="BM-01", donor="D01", source="bone_marrow", origin_of_row=ROW)


def population(path, parent, count, percents=None):
    name = path.rsplit("/", 1)[-1]
    return CountedPopulation(FILE, name, path, parent, count, percents or {})


POPULATIONS = (
    population(ALL_EVENTS, None, 1000),
    population("Live", ALL_EVENTS, 263, {"parent": 26.3, "total": 26.3}),
    population("Live/CD105+", "Live", 81, {"parent": 30.8}),
    population("Live/CD73+", "Live", None, {"parent": 99.1}),
    population("Live/CD34+", "Live", 5, {"parent": 50.0}),
    population("Live/CD45+", "Live", None),
    population("Dead", ALL_EVENTS, 0),
    population("Dead/CD105+", "Dead", 0),
)
EXPORT = StatisticsExport(
    Origin("raw/a.wsp", "00"),
    "FlowJo 10",
    "flowjo_statistic/1",
    (CountedSample(("a.fcs", "1"), POPULATIONS), CountedSample(("b.fcs", "2"), ())),
)


def measure(**changes):
    said = {
        "file": "raw/a.wsp",
        "sample": "a.fcs",
        "population": "Live/CD105+",
        "of": "Live",
        "quantity": "percent_positive",
        "analyte": "CD105",
        "lot": "BM-01",
        "passage": "P3",
        "origin_of_row": ROW,
    }
    declared = DeclaredStatistic(**{**said, **changes})
    return measure_stored_statistics([declared], {"raw/a.wsp": EXPORT}, lot=LOT)


def test_a_row_from_counts():
    (row,) = measure().measurements
    assert row.value == pytest.approx(100 * 81 / 263)
    assert (row.low, row.high) == (pytest.approx(25.53, abs=0.005), pytest.approx(36.62, abs=0.005))
    assert (row.n, row.n_counts, row.level) == (263, "cells", 0.95)
    assert (row.method, row.passage, row.unit) == ("flowjo_statistic/1", "P3", "%")
    assert row.settings == {
        "program": "FlowJo 10",
        "sample": "a.fcs",
        "population": "Live/CD105+",
        "of": "Live",
        "count": 81,
        "of_count": 263,
        "percent_stored": 30.8,
    }
    assert row.origins == (FILE, ROW)
    assert [str(warning) for warning in row.warnings] == [
        "counted by another program; the interval holds the counting, not where the gate lies"
    ]


def test_a_share_of_all_events():
    (row,) = measure(of=ALL_EVENTS).measurements
    assert row.value == pytest.approx(8.1)
    assert "percent_stored" not in row.settings


def test_a_percentage_without_counts_has_no_interval():
    (row,) = measure(population="Live/CD73+", analyte="CD73").measurements
    assert (row.value, row.low, row.high, row.n) == (99.1, None, None, None)
    assert "without the counts" in str(row.warnings[0])


def test_a_percentage_that_contradicts_its_counts_is_named():
    (row,) = measure(population="CD34+", analyte="CD34").measurements
    assert "the export states 50 %, its counts give 1.9 %" in str(row.warnings[1])


def test_rows_of_other_lots_and_unread_files_are_left_aside():
    assert measure(lot="BM-02").measurements == ()
    assert measure(file="raw/other.wsp").problems == ()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sample": "c.fcs"}, 'the number of samples "c.fcs" in raw/a.wsp is 0'),
        ({"population": "CD90+"}, 'the number of populations "CD90+" of a.fcs in raw/a.wsp is 0'),
        ({"population": "CD105+"}, 'the number of populations "CD105+" of a.fcs in raw/a.wsp is 2'),
        ({"population": "CD105+"}, "Expected: one of Live/CD105+, Dead/CD105+"),
        ({"of": "Dead"}, '"Dead", in which "Live/CD105+" does not lie'),
        ({"of": "Live/CD105+"}, '"Live/CD105+", in which "Live/CD105+" does not lie'),
        ({"population": "Live", "of": "Live/CD105+"}, "does not lie"),
        ({"population": "Live/CD45+"}, "of which raw/a.wsp holds no count"),
        ({"population": "Dead/CD105+", "of": "Dead"}, '"Dead", which holds no cell'),
    ],
)  # fmt: skip
def test_what_cannot_be_taken(changes, message):
    result = measure(**changes)
    assert result.measurements == ()
    (problem,) = result.problems
    assert message in problem.render()
    assert problem.place.row == 2
    assert "until then the row is left out" in problem.render()
