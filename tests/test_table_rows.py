"""A table of numbers, whatever it comes as, holds the same rows."""

from __future__ import annotations

import hashlib

import pandas as pd
import pytest

from stroma.errors import FileProblem
from stroma.table_rows import read_table_rows

FIRST = pd.DataFrame(
    [
        {"lot": "A", "source": "bone_marrow", "quantity": "viability", "value": 95.5, "unit": "%"},
        {
            "lot": "B",
            "source": "placenta",
            "quantity": "viability",
            "value": 97.0,
            "unit": "parsec",
        },
    ]
)
SECOND = pd.DataFrame(
    [{"lot": "C", "source": "placenta", "quantity": "doubling_time", "value": 30.0, "unit": "h"}]
)


def values(table):
    return [(row.lot, row.quantity, row.value) for row in table.rows]


def test_a_frame_and_a_file_hold_the_same(tmp_path):
    path = tmp_path / "numbers.csv"
    FIRST.to_csv(path, index=False)
    of_file, of_frame = read_table_rows(path), read_table_rows(FIRST)
    assert values(of_file) == values(of_frame) == [("A", "viability", 95.5)]
    assert of_file.lots == of_frame.lots == (("A", "bone_marrow"), ("B", "placenta"))
    assert [row.lot for row in of_file.refused] == [row.lot for row in of_frame.refused] == ["B"]
    assert of_file.origin.file == "numbers.csv"
    assert of_file.origin.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert of_frame.origin.file == "the frame"


def test_every_sheet_of_a_workbook_is_read(tmp_path):
    path = tmp_path / "numbers.xlsx"
    with pd.ExcelWriter(path, engine="xlsxwriter") as book:
        FIRST.to_excel(book, sheet_name="first", index=False)
        SECOND.to_excel(book, sheet_name="second", index=False)
    table = read_table_rows(path)
    assert values(table) == [("A", "viability", 95.5), ("C", "doubling_time", 30.0)]
    (problem,) = table.problems
    assert (problem.place.sheet, problem.place.row) == ("first", 3)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileProblem, match="cannot be opened"):
        read_table_rows(tmp_path / "none.csv")
