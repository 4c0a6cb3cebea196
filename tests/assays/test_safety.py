"""Safety results are reported as entered."""

from __future__ import annotations

from stroma.assays.safety import report_safety
from stroma.records import Lot, Origin, SafetyResult

ROW = Origin("safety.csv", "c" * 64, "row 5")
LOT = Lot(lot="BM-01", donor="D01", source="bone_marrow", origin_of_row=Origin("lots.csv", ""))


def report(**fields):
    defaults = {"lot": "BM-01", "passage": "P4", "origin_of_row": ROW}
    return report_safety([SafetyResult(**(defaults | fields))], lot=LOT)


def test_a_word_is_a_category():
    result = report(
        quantity="sterility",
        category="no_growth",
        entered="No growth",
        method="Ph. Eur. 2.6.27",
        tested_on="2026-03-14",
    )
    (row,) = result.measurements
    assert (row.quantity, row.category, row.value, row.unit) == ("sterility", "no_growth", None, "")
    assert (row.lot, row.donor, row.source, row.passage) == ("BM-01", "D01", "bone_marrow", "P4")
    assert (row.method, row.origins) == ("as_entered/1", (ROW,))
    assert row.settings == {
        "entered": "No growth",
        "test_method": "Ph. Eur. 2.6.27",
        "tested_on": "2026-03-14",
    }
    assert result.problems == ()


def test_a_number_has_the_unit_of_its_quantity():
    (row,) = report(quantity="endotoxin", value=0.12, entered="0.12").measurements
    assert (row.value, row.unit, row.low, row.high) == (0.12, "[EU]/mL", None, None)
    assert row.warnings == ()


def test_a_result_below_a_limit_lies_between_zero_and_the_limit():
    (row,) = report(quantity="endotoxin", value=0.05, below=True, entered="<0.05").measurements
    assert (row.value, row.low, row.high, row.level) == (0.05, 0.0, 0.05, None)
    assert [str(warning) for warning in row.warnings] == ['reported as "<0.05"']


def test_an_agent_is_kept():
    (row,) = report(
        quantity="donor_serology", analyte="HIV", category="negative", entered="neg"
    ).measurements
    assert (row.analyte, row.category) == ("HIV", "negative")


def test_what_is_not_a_known_test_or_a_result_is_reported():
    for fields in (
        {"quantity": "colour", "category": "negative", "entered": "blue"},
        {"quantity": "sterility", "entered": "blue"},
    ):
        result = report(**fields)
        assert result.measurements == ()
        (problem,) = result.problems
        assert problem.render() == (
            f'safety.csv, row 5, column "result", lot BM-01: "blue" for {fields["quantity"]}. '
            "Expected: a known test with either a word or a number as its result. "
            "What to do: write the result as the test's report has it."
        )


def test_other_lots_are_left_aside():
    result = report(lot="BM-02", quantity="sterility", category="no_growth", entered="x")
    assert (result.measurements, result.problems) == ((), ())
