"""Rows to the lots of one quantity."""

from __future__ import annotations

import pytest

from stroma.errors import StudyProblem
from stroma.measurements import Measurement
from stroma.stats.transforms import Scale
from stroma.trends.series import natural_scale, series_of
from stroma.vocabulary import find_quantity


def row(lot, value, quantity="viability", **more):
    return Measurement(lot=lot, quantity=quantity, value=value, unit="%", **more)


def remarks(series):
    return [str(remark) for remark in series.remarks]


def test_a_lot_enters_once_with_its_last_passage():
    series = series_of(
        [row("B", 90.0, passage="P3"), row("A", 95.0, passage="P10"), row("A", 97.0, passage="P10"),
         row("A", 80.0, passage="P9")],
        quantity="viability",
    )  # fmt: skip
    assert [(value.lot, value.value, value.rows) for value in series.values] == [
        ("B", 90.0, 1), ("A", 96.0, 2),
    ]  # fmt: skip
    assert remarks(series)[:2] == [
        "1 lot was measured at several passages and enters with its last",
        "1 lot has several values of one passage and enters with their mean",
    ]


def test_a_passage_and_an_order_can_be_asked_for():
    rows = [
        row("B", 90.0, passage="P3"),
        row("A", 95.0, passage="P4"),
        row("C", 91.0, passage="P3"),
    ]
    series = series_of(rows, quantity="viability", passage="P3", order=["C", "A", "B"])
    assert [value.lot for value in series.values] == ["C", "B"]


@pytest.mark.parametrize(
    ("name", "scale"),
    [
        ("viability", Scale.LOGIT), ("doubling_time", Scale.LOG), ("viable_cells", Scale.LOG),
        ("population_doublings", Scale.IDENTITY), ("proliferation_inhibition", Scale.IDENTITY),
        ("endotoxin", Scale.LOG), ("threshold_cycle", Scale.IDENTITY),
    ],
)  # fmt: skip
def test_each_quantity_has_its_scale(name, scale):
    assert natural_scale(find_quantity(name)) is scale


def test_values_without_a_place_on_the_scale_are_taken_as_they_are():
    series = series_of([row("A", 100.0), row("B", 95.0)], quantity="viability")
    assert series.scale is Scale.IDENTITY
    assert "100 cannot be put on a scale of odds: the values are taken as they are" in remarks(
        series
    )


def test_what_is_left_out_is_said():
    series = series_of(
        [row("A", 95.0), row("A", 20.0, condition="IFN-gamma"),
         row("B", 0.1, settings={"entered": "<0.1"}), row("C", 93.0)],
        quantity="viability",
    )  # fmt: skip
    assert series.numbers == (95.0, 93.0)
    assert "1 row of stimulated cells is left out" in remarks(series)
    assert [str(problem.found) for problem in series.problems] == ['"<0.1", a bound']


def test_several_lots_of_a_donor_and_several_tissues_are_asked_about():
    series = series_of(
        [row("A", 95.0, donor="D1", source="placenta"), row("B", 94.0, donor="D1",
         source="bone_marrow"), row("C", 93.0, donor="D2", source="placenta")],
        quantity="viability",
    )  # fmt: skip
    assert [str(problem.found) for problem in series.problems] == [
        "3 lots of 2 donors", "lots of bone marrow, placenta",
    ]  # fmt: skip
    assert series.donors == 2


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"quantity": "sterility"}, 'quantity "sterility", whose results are words'),
        ({"quantity": "shininess"}, 'quantity "shininess"'),
        ({"quantity": "percent_positive"}, '"" for percent_positive. Expected: one of CD105, CD73'),
        ({"quantity": "percent_positive", "analyte": "CD9"}, '"CD9" for percent_positive'),
        ({"quantity": "viability", "source": "amnion"}, "no row of viability, amnion"),
        ({"quantity": "doubling_time"}, "no row of doubling_time"),
    ],
)
def test_what_the_table_does_not_hold_is_named(asked, words):
    rows = [row("A", 95.0), row("A", 99.0, "percent_positive", analyte="CD105"),
            row("A", 98.0, "percent_positive", analyte="CD73")]  # fmt: skip
    with pytest.raises(StudyProblem) as refused:
        series_of(rows, **asked)
    assert words in str(refused.value)
