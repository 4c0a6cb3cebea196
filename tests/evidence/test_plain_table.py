"""Plain tables as spreadsheets save them."""

from __future__ import annotations

import pytest

from stroma.evidence.plain_table import read_plain_table, table_text


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("begin", ["", "\ufeff"])
def test_every_form_is_read(mark: str, end: str, begin: str) -> None:
    written = begin + end.join([mark.join(["Name", "note"]), mark.join(["A", f'"x{mark} y"']), ""])
    table, problems = read_plain_table(
        written, file="a.csv", needed=["name"], known=["name", "note"]
    )
    assert problems == ()
    assert table.rows == ((2, {"name": "A", "note": f"x{mark} y"}),)


def test_rows_are_counted_as_a_spreadsheet_does() -> None:
    written = 'name,note\nA,"two\nlines"\n\nB,\n'
    table, _ = read_plain_table(written, file="a.csv", needed=["name"], known=["name", "note"])
    assert [number for number, _ in table.rows] == [2, 4]


def test_strange_columns_are_named() -> None:
    _, problems = read_plain_table(
        "name,mine,name\n", file="a.csv", needed=["name"], known=["name"]
    )
    twice, strange = (problem.render() for problem in problems)
    assert twice.startswith('a.csv, row 1, column "name": two columns of one name. Expected: each')
    assert strange.startswith(
        'a.csv, row 1, column "mine": a column that is not read. Expected: on'
    )


def test_nothing_is_no_row() -> None:
    table, problems = read_plain_table("", file="a.csv", needed=["name"], known=["name"])
    assert (table.rows, problems) == ((), ())


def test_what_is_written_is_read_again() -> None:
    written = table_text(["name", "note"], [["A", 'a "b", c'], ["B", ""]])
    table, _ = read_plain_table(written, file="a.csv", needed=["name"], known=["name", "note"])
    assert [cells["note"] for _, cells in table.rows] == ['a "b", c', ""]
