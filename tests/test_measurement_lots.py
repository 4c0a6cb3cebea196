"""What a laboratory's own table says of its lots: ages, sexes, media, pools and dates."""

from __future__ import annotations

import pytest

from stroma.measurement_lots import describe_lots
from stroma.records import Origin, Row, Sheet

HEADER = "lot,donor,source,quantity,value,unit"


def sheet_of(*lines: str, header: str) -> Sheet:
    columns = tuple(f"{HEADER},{header}".split(","))
    rows = tuple(
        Row(number, dict(zip(columns, line.split(","), strict=True)))
        for number, line in enumerate(lines, 2)
    )
    return Sheet(Origin("numbers.csv", ""), None, columns, rows)


def test_a_table_without_such_columns_says_nothing_of_its_lots():
    sheet = Sheet(Origin("numbers.csv", ""), None, tuple(HEADER.split(",")), ())
    assert describe_lots([sheet]).lots == ()


def test_a_lot_is_described_in_any_of_its_rows():
    found = describe_lots([
        sheet_of(
            "A,D1,BM,viability,95,%,,ж,DMEM,1,03.02.2026",
            "A,D1,BM,doubling_time,30,h,34,,,,13.01.2026",
            "B,D2,placenta,viability,96,%,n/a,M,aMEM,3,14.01.2026",
            header="donor_age,donor_sex,medium,pooled_donors,date",
        )
    ])  # fmt: skip
    first, second = found.lots
    assert (first.donor, first.source) == ("D1", "bone_marrow")
    assert (first.donor_age_years, first.donor_sex, first.medium) == (34.0, "F", "DMEM")
    assert first.pooled_donors == 1
    assert (second.donor_age_years, second.donor_sex, second.pooled_donors) == (None, "M", 3)
    assert found.dates == {"A": "2026-01-13", "B": "2026-01-14"}
    assert found.problems == ()


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("donor_age_years", "340", "an age from 0 to 120 years"),
        ("donor_age_years", "young", '"young"'),
        ("donor_sex", "both", "one of F, M"),
        ("pooled_donors", "2.5", "a whole number from 1 on"),
        ("date", "03/04/2026", "03/04/2026"),
    ],
)
def test_a_cell_that_cannot_be_used_is_said(column, cell, said):
    found = describe_lots([sheet_of(f"A,D1,BM,viability,95,%,{cell}", header=column)])
    (problem,) = found.problems
    assert said in problem.render()
    assert (problem.place.row, problem.place.lot) == (2, "A")
    assert "not used" in problem.render() or column == "date"
    assert found.dates == {}
    assert getattr(found.lots[0], column, None) is None


def test_two_values_of_a_lot_are_neither_used():
    found = describe_lots([
        sheet_of(
            "A,D1,BM,viability,95,%,34",
            "A,D1,BM,viability,95,%,36",
            "A,D1,BM,viability,95,%,36",
            header="donor_age",
        )
    ])  # fmt: skip
    (problem,) = found.problems
    assert 'row 3, column "donor_age", lot A: "36", and "34" in row 2' in problem.render()
    assert found.lots[0].donor_age_years is None


def test_the_sheets_of_a_workbook_describe_one_lot_together():
    ages = sheet_of("A,D1,BM,viability,95,%,34", header="donor_age")
    media = sheet_of("A,D1,BM,viability,95,%,DMEM", header="medium")
    (lot,) = describe_lots([ages, media]).lots
    assert (lot.donor_age_years, lot.medium) == (34.0, "DMEM")
