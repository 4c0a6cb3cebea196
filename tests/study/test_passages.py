from __future__ import annotations

import re

import pytest

from stroma.errors import Severity

HEADER = (
    "lot | passage | seeded | harvested | hours | viability | area_cm2 | suspension_ml"
    " | cells_counted | count_file | count_sample"
)
GOOD = {
    "lot": "BM-01",
    "passage": "P1",
    "seeded": "500000",
    "harvested": "2100000",
    "hours": "96",
    "viability": "95.2",
    "area_cm2": "175",
    "suspension_ml": "10",
    "cells_counted": "812",
    "count_file": "raw/counts/nc200.csv",
    "count_sample": "BM-01 P1",
}


def with_cell(**cells):
    return f"{HEADER}\n" + " | ".join((GOOD | cells).values())


def test_a_passage_is_read(check):
    study = check(passages=with_cell(), files=["raw/counts/nc200.csv"])
    assert study.problems == ()
    passage = study.passages[0]
    assert (passage.seeded, passage.harvested, passage.hours) == (500_000, 2_100_000, 96)
    assert (passage.viability_percent, passage.area_cm2, passage.suspension_ml) == (95.2, 175, 10)
    assert (passage.cells_counted, passage.count_file) == (812, "raw/counts/nc200.csv")
    assert study.raw_files == ("raw/counts/nc200.csv",)


@pytest.mark.parametrize(
    "written", ["P4", "p4", "4", "P04", "П4", "Р4", "passage 4", "4.0", "Пассаж 4"]
)
def test_passages_are_written_one_way(check, written):
    study = check(passages=f"lot | passage\nBM-01 | {written}")
    assert (study.problems, study.passages[0].passage) == ((), "P4")


@pytest.mark.parametrize("written", ["P", "P4+1", "four", "4.5", "-1"])
def test_what_is_no_passage_leaves_the_row_out(check, said, written):
    study = check(passages=f"lot | passage\nBM-01 | {written}")
    assert re.search(
        rf'row 2, column "passage", lot BM-01: "{re.escape(written)}"\. Expected: P and a number, '
        r"P0 for the primary culture\. What to do: write P and one number, such as P4; until then "
        r"the row is left out",
        said(study, "error"),
    )
    assert study.passages == ()


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("seeded", "-5", r'"-5"\. Expected: more than 0\.'),
        ("seeded", "0", r'"0"\. Expected: more than 0\.'),
        ("harvested", "-1", r'"-1"\. Expected: at least 0\.'),
        ("hours", "0", r'"0"\. Expected: more than 0\.'),
        ("hours", "-4", r'"-4"\. Expected: more than 0\.'),
        ("viability", "101", r'"101"\. Expected: at most 100\.'),
        ("viability", "101 %", r'"101 %"\. Expected: at most 100\.'),
        ("viability", "-0.1", r'"-0\.1"\. Expected: at least 0\.'),
        ("area_cm2", "0", r"Expected: more than 0\."),
        ("suspension_ml", "ten", r'"ten" is not a number'),
        ("cells_counted", "3.5", r'"3\.5"\. Expected: a whole number\.'),
        ("cells_counted", "-3", r"Expected: at least 0\."),
        ("seeded", "<1000", r'"<1000" is a limit, not a value'),
        ("count_file", "raw/counts/other.xlsx", r'"raw/counts/other\.xlsx", which does not exist'),
        ("count_file", "../nc200.csv", r'"\.\./nc200\.csv", which is outside the study folder'),
        (
            "count_file",
            "/data/nc200.csv",
            r'"/data/nc200\.csv", which begins at the root of the disk',
        ),
    ],
)
def test_a_wrong_cell_counts_as_empty_and_the_rest_is_kept(check, said, column, cell, message):
    study = check(passages=with_cell(**{column: cell}), files=["raw/counts/nc200.csv"])
    errors = said(study, "error")
    assert re.search(rf'passages.csv, row 2, column "{column}", lot BM-01: .*{message}', errors)
    assert re.search(r"until then the cell counts as empty", errors)
    field = "viability_percent" if column == "viability" else column
    assert getattr(study.passages[0], field) is None
    other = "hours" if column != "hours" else "seeded"
    assert getattr(study.passages[0], other) is not None


@pytest.mark.parametrize("written", ["0.95", "1", "0,5"])
def test_a_viability_that_may_be_a_fraction_is_asked_about(check, said, written):
    study = check(passages=f"lot | passage | viability\nBM-01 | P1 | {written}")
    value = float(written.replace(",", "."))
    assert re.search(
        rf'"{written}" is {value:g} % as it stands and {value * 100:g} % as a fraction\. Expected: '
        r"a viability in percent, such as 95",
        said(study, "error"),
    )
    assert study.passages[0].viability_percent is None


@pytest.mark.parametrize(
    ("written", "value"), [("0.95 %", 0.95), ("0", 0.0), ("95%", 95.0), ("100", 100.0)]
)
def test_a_viability_with_one_reading_is_used(check, written, value):
    study = check(passages=f"lot | passage | viability\nBM-01 | P1 | {written}")
    assert (study.problems, study.passages[0].viability_percent) == ((), value)


def test_lost_cells_are_said_and_kept(check, said):
    study = check(passages="lot | passage | seeded | harvested\nBM-01 | P1 | 500000 | 400000")
    assert re.search(
        r'\[warning\] passages.csv, row 2, column "harvested", lot BM-01: 400,000 cells harvested '
        r"of 500,000 seeded",
        said(study),
    )
    assert study.passages[0].harvested == 400_000


def test_none_harvested_is_a_measurement(check):
    study = check(passages="lot | passage | seeded | harvested\nBM-01 | P1 | 500000 | 0")
    assert study.passages[0].harvested == 0


def test_a_passage_described_twice_is_not_used(check, said):
    study = check(
        passages="lot | passage | seeded\nBM-01 | P1 | 500\nBM-01 | p1 | 600\nPL-01 | P1 | 500"
    )
    assert re.search(
        r'row 3, column "passage", lot BM-01: P1 of lot BM-01 again; row 2 differs in seeded',
        said(study, "error"),
    )
    assert [passage.lot for passage in study.passages] == ["PL-01"]


def test_passages_missing_in_between_are_noted(check, said):
    study = check(
        passages="lot | passage\nBM-01 | P4\nBM-01 | P1\nBM-01 | P2\nPL-01 | P3\nPL-01 | P10"
    )
    notes = said(study, "note")
    assert re.search(
        r'row 2, column "passage", lot BM-01: P4 after P2\. Expected: P3 between', notes
    )
    assert re.search(r"lot PL-01: P10 after P3\. Expected: P4, P5, P6, P7, P8, P9 between", notes)
    assert len(study.problems) == 2


def test_a_sample_without_its_file_is_said(check, said):
    study = check(passages="lot | passage | count_sample\nBM-01 | P1 | tube 4")
    assert re.search(r'the sample "tube 4" without a file', said(study, "warning"))


@pytest.mark.parametrize("column", ["seeded", "harvested"])
@pytest.mark.parametrize(
    ("cell", "beside", "found"),
    [
        ("1,250", "2,5e6", '"1,250" is 1250 with a decimal point and 1.25 with a decimal comma'),
        ("12.500", "2.5e6", '"12.500" is 12.5 with a decimal point and 12500 with a decimal comma'),
        (
            "125,000",
            "2,5e6",
            '"125,000" is 125000 with a decimal point and 125 with a decimal comma',
        ),
        ("1250.5", "600000", '"1250.5" cells'),
        ("2.1", "600000", '"2.1" cells'),
        ("99", "600000", '"99" cells'),
    ],
)
def test_what_can_hardly_be_a_number_of_cells_is_refused(check, column, cell, beside, found):
    study = check(passages=f"lot | passage | {column}\nBM-01 | P1 | {cell}\nPL-01 | P1 | {beside}")
    (problem,) = study.problems
    assert (problem.severity, str(problem.found)) == (Severity.ERROR, found)
    assert (problem.place.row, problem.place.column) == (2, column)
    assert str(problem.expected) == "a whole number of cells, 100 or more"
    assert str(problem.action) == (
        "write it without marks between groups of digits, or with its power as 1.25e6; until then "
        "the cell counts as empty"
    )
    assert getattr(study.passages[0], column) is None


@pytest.mark.parametrize(
    ("cell", "settings", "cells"),
    [
        ("1,250,000", "", 1_250_000),
        ("1,250", '[reading]\ndecimal_mark = "."', 1250),
        ("1.25e6", "", 1_250_000),
        ("1,25×10⁶", "", 1_250_000),
        ("100", "", 100),
    ],
)
def test_a_number_of_cells_with_one_reading_is_used(check, cell, settings, cells):
    study = check(settings=settings, passages=f"lot | passage | seeded\nBM-01 | P1 | {cell}")
    assert study.problems == ()
    assert study.passages[0].seeded == cells


def test_a_calculated_number_of_a_workbook_is_used(check):
    sheet = "lot | passage | harvested\nBM-01 | P1 | 1234567.5\nPL-01 | P1 | 1.25"
    study = check(passages=sheet, numbers=("harvested",))
    assert [passage.harvested for passage in study.passages] == [1234567.5, None]
    assert [str(problem.found) for problem in study.problems] == ['"1.25" cells']


TIMED = "lot | passage | seeded | harvested | hours | days | seeded_on | harvested_on"


def timed(check, *cells):
    return check(passages=f"{TIMED}\nBM-01 | P1 | 500000 | 2100000 | " + " | ".join(cells))


def test_the_time_in_culture_is_hours_days_or_dates(check, said):
    assert timed(check, "96", "", "", "").passages[0].hours == 96
    assert timed(check, "", "4.5", "", "").passages[0].hours == 108
    dated = timed(check, "", "", "2026-03-30", "2026-04-03")
    assert dated.passages[0].hours == 96
    assert "a time in culture told by dates alone" in said(dated, "note")
    assert timed(check, "100", "4", "2026-03-30", "2026-04-03").problems == ()


def test_times_that_contradict_each_other_are_shown(check, said):
    study = timed(check, "96", "7", "2026-03-30", "2026-04-08")
    assert study.passages[0].hours == 96
    warnings = said(study, "warning")
    assert re.search(r'column "days".*168 hours by days and 96 by hours', warnings)
    assert re.search(r'column "harvested_on".*216 hours by harvested_on and 96 by hours', warnings)


def test_a_harvest_before_its_seeding_is_no_time(check, said):
    study = timed(check, "", "", "2026-04-03", "2026-04-03")
    assert study.passages[0].hours is None
    assert re.search(r"harvested on 2026-04-03, seeded on 2026-04-03\. Expected: a harvest after",
                     said(study, "error"))  # fmt: skip


def test_senescent_cells_are_a_percentage(check, said):
    study = check(passages="lot | passage | senescent\nBM-01 | P1 | 12.5\nBM-01 | P2 | 0.2")
    assert [p.senescent_percent for p in study.passages] == [12.5, None]
    assert re.search(r'"0.2" is 0.2 % as it stands and 20 % as a fraction\. Expected: a percentage',
                     said(study))  # fmt: skip
