"""A row that could not be read may have failed its criterion: it never passes unseen."""

from __future__ import annotations

import pytest

from stroma.criteria.judge import judge
from stroma.measurements import RefusedRow
from stroma.texts import text


def refused(analyte, quantity="percent_positive", **fields) -> RefusedRow:
    held = {"lot": "L", "source": "bone_marrow", "place": text("row {row}", row="13")} | fields
    return RefusedRow(quantity=quantity, analyte=analyte, **held)


def judged(rows, profile, *unread):
    (verdict,) = judge(rows, profile, refused=unread)
    return verdict


def result_of(verdict, analyte):
    (result,) = [r for r in verdict.criteria if analyte in {*r.analyte.split(" or "), r.quantity}]
    return result


@pytest.mark.parametrize("analyte", ["CD45", "CD14", "CD11b", "CD105"])
def test_a_row_that_could_not_be_read_leaves_its_criterion_undecided(isct_lot, isct, analyte):
    verdict = judged(isct_lot(), isct, refused(analyte))
    result = result_of(verdict, analyte)
    assert (verdict.verdict.value, result.outcome.value) == ("INCONCLUSIVE", "INCONCLUSIVE")
    assert str(result.reason).endswith("; a row of it could not be read (row 13)")
    assert [str(remark) for remark in result.remarks] == ["a row of it could not be read (row 13)"]
    assert str(result.settle) == "the row that could not be read, corrected"
    assert str(verdict.summary).startswith("undecided: ")


def test_several_rows_are_counted(isct_lot, isct):
    unread = [refused("CD45"), refused("CD45", place=text("row {row}", row="14"))]
    result = result_of(judged(isct_lot(), isct, *unread), "CD45")
    assert str(result.reason).endswith("; 2 rows of it could not be read (row 13, row 14)")


def test_a_failure_stays_a_failure_and_what_is_missing_stays_missing(isct_lot, isct, row):
    rows = [one for one in isct_lot() if one.analyte not in {"CD45", "CD34"}]
    rows.append(row(analyte="CD45", value=3.0))
    verdict = judged(rows, isct, refused("CD45"), refused("CD34"))
    outcomes = [result_of(verdict, name) for name in ("CD45", "CD34")]
    assert [result.outcome.value for result in outcomes] == ["FAIL", "NOT_MEASURED"]
    assert all("could not be read (row 13)" in str(result.reason) for result in outcomes)
    assert verdict.missing == ("CD34",)


@pytest.mark.parametrize(
    "other",
    [
        refused("CD45", lot="M"),
        refused("CD45", source="placenta"),
        refused("CD45", condition="IFN-gamma"),
        refused("CD45", passage="P2"),
        refused("CD166"),
    ],
)
def test_a_row_of_another_lot_condition_or_earlier_passage_decides_nothing(isct_lot, isct, other):
    (verdict,) = judge(isct_lot(passage="P4"), isct, refused=[other])
    assert verdict.verdict.value == "PASS"


def test_a_row_without_a_tissue_may_be_of_the_lot(isct_lot, isct):
    assert judged(isct_lot(), isct, refused("CD45", source="")).verdict.value == "INCONCLUSIVE"


def test_an_origin_that_could_not_be_read_holds_the_lot(isct_lot, isct):
    unread = refused("", "origin", source="placenta")
    verdict = judged(isct_lot(source="placenta"), isct, unread)
    assert verdict.verdict.value == "INCONCLUSIVE"
    assert "could not be read (row 13)" in str(verdict.holds[0])
