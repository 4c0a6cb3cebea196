from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from stroma.errors import Place, Problem
from stroma.study.check import check_study
from stroma.study.settings import Settings
from stroma.texts import text

PASSAGES = "lot | passage | seeded | harvested"


def test_an_unknown_column_is_reported(check, said):
    study = check(passages="lot | passage | sceded | colour\nBM-01 | P1 | 5 | red")
    warnings = said(study, "warning")
    assert re.search(
        r'passages.csv, column "sceded": the unknown column "sceded"\. Expected: one of lot, '
        r"passage, seeded, .*senescent\. What to do: rename it if .*seeded.* is meant",
        warnings,
    )
    assert re.search(r'the unknown column "colour".*rename it if one of these is meant', warnings)
    assert study.passages[0].seeded is None


def test_headers_may_differ_in_capitals_and_spaces(check):
    study = check(passages="Lot | PASSAGE | Area cm2\nBM-01 | P1 | 175")
    assert study.problems == ()
    assert study.passages[0].area_cm2 == 175


def test_a_missing_required_column_lists_the_header(check, said):
    study = check(passages="lot | seeded\nBM-01 | 5")
    assert re.search(
        r'passages.csv, column "passage": the header lot, seeded\. Expected: a column passage: P0 '
        r"is the primary culture\. What to do: add the column; until then nothing of the sheet",
        said(study, "error"),
    )
    assert study.passages == ()


def test_a_column_that_is_there_twice_is_not_read(check, said):
    study = check(passages="lot | passage | hours | Hours\nBM-01 | P1 | 96 | 72")
    assert re.search(
        r'column "hours": the column is there 2 times: "hours", "Hours"\. Expected: every column '
        r"once\. What to do: keep one of them",
        said(study, "error"),
    )
    assert study.passages[0].hours is None


def test_a_number_with_two_readings_is_refused(check, said):
    study = check(passages=f"{PASSAGES}\nBM-01 | P1 | 1,250 | 2100000\nBM-01 | P2 | 600 | 900")
    assert re.search(
        r'passages.csv, row 2, column "seeded", lot BM-01: "1,250" is 1250 with a decimal point '
        r"and 1\.25 with a decimal comma\. Expected: a number with one reading\. What to do: .*"
        r"decimal_mark in study.toml, or --decimal-mark on the command line; until then the cell "
        r"counts as empty",
        said(study, "error"),
    )
    assert (study.passages[0].seeded, study.passages[0].harvested) == (None, 2_100_000)
    assert study.passages[1].seeded == 600


def test_another_cell_of_the_column_tells_how_to_read(check):
    study = check(passages="lot | passage | hours\nBM-01 | P1 | 1,250\nBM-01 | P2 | 96,5")
    assert study.problems == ()
    assert [passage.hours for passage in study.passages] == [1.25, 96.5]


def test_the_house_rule_tells_how_to_read(check):
    study = check(
        passages="lot | passage | hours\nBM-01 | P1 | 1,250",
        settings='[reading]\ndecimal_mark = "."',
    )
    assert study.passages[0].hours == 1250


def test_both_decimal_marks_in_a_column_are_reported(check, said):
    study = check(
        passages="lot|passage|viability\nBM-01 | P1 | 95.2\nBM-01 | P2 | 96,5\nBM-01 | P3 | 1,250"
    )
    assert re.search(
        r'\[warning\] passages.csv, column "viability": a decimal point in row 2 \("95\.2"\) and a '
        r'decimal comma in row 3 \("96,5"\)',
        said(study),
    )
    assert re.search(r'row 4, column "viability", lot BM-01: "1,250" is 1250', said(study, "error"))
    assert [passage.viability_percent for passage in study.passages] == [95.2, 96.5, None]


def test_numbers_that_a_workbook_stores_have_one_reading(check):
    study = check(passages="lot | passage | hours\nBM-01 | P1 | 1.234", numbers=("hours",))
    assert study.passages[0].hours == 1.234


@pytest.mark.parametrize("cell", ["", "-", "—", "n/a", "н/д"])
def test_a_cell_that_says_nothing_is_missing(check, cell):
    study = check(passages=f"lot | passage | hours | seeded\nBM-01 | P1 | {cell} | 0.5e6")
    assert study.problems == ()
    assert (study.passages[0].hours, study.passages[0].seeded) == (None, 500_000)


def test_problems_of_reading_a_sheet_travel_on(check, make_sheet):
    problem = Problem(Place("lots.xlsx"), text("a"), text("b"), text("c"))
    lots = make_sheet("lots", "lot | donor | source\nBM-01 | D01 | bm", worksheet="lots")
    other = make_sheet("lots", "colour | size\nred | 5", worksheet="notes")
    study = check_study(
        Settings(),
        {"lots": (replace(lots, problems=(problem,)), replace(other, problems=(problem, problem)))},
        {"lots.csv": None},
        root=Path(),
    )
    assert [p for p in study.problems if p == problem] == [problem] * 3
