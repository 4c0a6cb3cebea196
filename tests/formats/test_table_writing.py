"""Written tables: the bytes a spreadsheet needs, the same every time."""

from __future__ import annotations

import datetime as dt
import os
import zipfile

import pytest

from stroma.errors import FileProblem
from stroma.formats.sheets import read_sheet
from stroma.formats.table_writing import SheetContent, write_csv, write_xlsx


def test_the_bytes_of_a_csv_file(tmp_path):
    path = tmp_path / "lots.csv"
    rows = [
        {"lot": "BM-01", "note": 'мозг, "красный"', "age": 34},
        {"lot": "#2", "age": 0.1, "note": None},
        {"lot": "a;b", "note": "two\nlines", "age": 12.0},
        {"lot": "tab\tbed", "note": True, "age": dt.date(2026, 3, 14)},
    ]
    write_csv(path, ["lot", "age", "note"], rows, comments=["Lots, all of them", "of\n2026"])
    assert (
        path.read_bytes()
        == (
            "\ufeff# Lots, all of them\r\n# of\r\n# 2026\r\nlot,age,note\r\n"
            'BM-01,34,"мозг, ""красный"""\r\n'
            '"#2",0.1,\r\n'
            '"a;b",12,"two\nlines"\r\n'
            '"tab\tbed",2026-03-14,TRUE\r\n'
        ).encode()
    )
    assert [entry.name for entry in tmp_path.iterdir()] == ["lots.csv"]


def test_what_no_table_can_hold_is_pictured(tmp_path):
    write_csv(tmp_path / "a.csv", ["a", "b"], [{"a": "x\x00\x1b\x7f", "b": "\ud800\x85."}])
    written = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert written.splitlines()[1] == "x␀␛␡,\ufffd\ufffd."
    (sheet,) = read_sheet(tmp_path / "a.csv")
    assert sheet.rows[0].cells["a"] == "x␀␛␡"


def test_a_row_with_an_unknown_column_or_no_number_is_refused(tmp_path):
    for write in (
        lambda rows: write_csv(tmp_path / "a.csv", ["a", "b"], rows),
        lambda rows: write_xlsx(tmp_path / "a.xlsx", [SheetContent("S", ["a", "b"], rows)]),
    ):
        with pytest.raises(ValueError, match=r"columns that are not named: \['c'\]"):
            write([{"c": 1}])
        with pytest.raises(ValueError, match="nan is not a value: leave the cell out"):
            write([{"a": float("nan")}])
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "lots.csv"
    path.write_text("before")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileProblem, match=r"it cannot be written \(No space left on device\)"):
        write_csv(path, ["a", "b"], [{"a": "1"}])
    assert path.read_text() == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["lots.csv"]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileProblem, match=r"it cannot be written \(No such file or directory\)"):
        write_csv(tmp_path / "none" / "a.csv", ["a", "b"], [])


def content():
    return SheetContent(
        "Партии",
        ["lot", "sex", "born", "seen", "age", "alive", "note"],
        [
            {
                "lot": "BM-01",
                "sex": "F",
                "born": dt.date(1990, 3, 14),
                "seen": dt.datetime.fromisoformat("2026-03-14T09:30:00"),
                "age": 0.1,
                "alive": True,
                "note": "=1+1",
            },
            {
                "lot": "https://example.org",
                "seen": dt.datetime.fromisoformat("2026-03-14T09:30:00+05:00"),
                "age": 34,
                "note": "_x0041_",
            },
        ],
        comments=["one row per lot"],
        choices={"sex": ["F", "M"]},
        hints={"lot": "the lot", "sex": "of the donor"},
    )


def test_a_workbook_says_what_was_written(tmp_path):
    path = tmp_path / "lots.xlsx"
    write_xlsx(path, [content()])
    (sheet,) = read_sheet(path)
    assert sheet.name == "Партии"
    assert sheet.problems == ()
    assert sheet.rows[0].number == 3
    assert sheet.rows[0].cells == {
        "lot": "BM-01",
        "sex": "F",
        "born": "1990-03-14",
        "seen": "2026-03-14T09:30:00",
        "age": "0.1",
        "alive": "TRUE",
        "note": "=1+1",
    }
    assert sheet.rows[1].cells["seen"] == "2026-03-14T09:30:00+05:00"
    assert sheet.rows[1].cells["lot"] == "https://example.org"
    assert sheet.rows[1].cells["note"] == "_x0041_"
    assert sheet.rows[1].numbers == {"age"}


def test_a_workbook_has_a_frozen_bold_header_lists_and_hints(tmp_path):
    path = tmp_path / "lots.xlsx"
    write_xlsx(path, [content()])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        core = archive.read("docProps/core.xml").decode()
    assert 'ySplit="2" topLeftCell="A3"' in sheet
    assert '<formula1>"F,M"</formula1>' in sheet
    assert 'prompt="of the donor" sqref="B3:B1003"' in sheet
    assert 'prompt="the lot" sqref="A3:A1003"' in sheet
    assert "2000-01-01T00:00:00Z</dcterms:created>" in core


def test_two_runs_give_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_xlsx(tmp_path / f"{name}.xlsx", [content()])
        write_csv(tmp_path / f"{name}.csv", ["a", "b"], [{"a": 0.1}])
    for suffix in ("xlsx", "csv"):
        assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2000-01-01T00:00:00Z") == 2  # created and modified


@pytest.mark.parametrize("name", ["", "a" * 32, "a/b", "[a]", "'a"])
def test_a_sheet_needs_a_name_a_workbook_allows(tmp_path, name):
    with pytest.raises(ValueError, match="is no name for a sheet"):
        write_xlsx(tmp_path / "a.xlsx", [SheetContent(name, ["a", "b"])])


def test_two_sheets_of_one_name_are_refused(tmp_path):
    with pytest.raises(ValueError, match="two sheets are named 'lots'"):
        write_xlsx(
            tmp_path / "a.xlsx",
            [SheetContent("lots", ["a", "b"]), SheetContent("LOTS", ["a", "b"])],
        )


def test_choices_a_workbook_cannot_offer_are_refused(tmp_path):
    for words in (["a,b"], ["word" * 70]):
        with pytest.raises(ValueError, match=r"the choices of 'a' are too long .* or hold a comma"):
            write_xlsx(tmp_path / "a.xlsx", [SheetContent("S", ["a", "b"], choices={"a": words})])


def test_a_text_longer_than_a_cell_is_named(tmp_path):
    with pytest.raises(
        FileProblem, match=r'sheet "S", row 2, column "b": a text of 32,768 characters'
    ):
        write_xlsx(tmp_path / "a.xlsx", [SheetContent("S", ["a", "b"], [{"b": "x" * 32768}])])
