"""Places of records in the laboratory's sheets."""

from __future__ import annotations

import pytest

from stroma.assays.places import house_rule, place_of
from stroma.errors import Place
from stroma.records import Origin


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("row 4", Place("lots.xlsx", row=4)),
        ('sheet "row 7", row 4', Place("lots.xlsx", "row 7", 4)),
        ("data set 2", Place("lots.xlsx")),
        ("", Place("lots.xlsx")),
    ],
)
def test_sheet_and_row_are_read_from_the_origin(place, expected):
    assert place_of(Origin("lots.xlsx", "", place)) == expected


def test_column_and_lot_are_added():
    found = place_of(Origin("passages.csv", "", "row 4"), column="hours", lot="BM-01")
    assert found.describe().render() == 'passages.csv, row 4, column "hours", lot BM-01'


def test_a_house_rule_is_in_the_settings_of_the_study():
    assert house_rule("counting.cv_percent") == Place("study.toml", column="counting.cv_percent")
