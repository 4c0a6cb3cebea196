"""The JSON twins, the tables and the workbook: the same content, the same bytes."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from stroma.locale import get_language
from stroma.measurements import COLUMNS, Measurement
from stroma.report.plain import dump
from stroma.report.tables import write_measurements_csv, write_measurements_parquet
from stroma.report.twin import report_to_json, verdicts_twin
from stroma.report.workbook import write_workbook
from stroma.texts import ENGLISH


@pytest.fixture(scope="module")
def twin(results):
    return json.loads(dump(report_to_json(results)))


def test_the_twin_says_what_it_was_made_from(twin, results):
    assert twin["schema_version"] == "1"
    assert twin["command"] == "stroma run"
    assert twin["versions"]["numpy"] == "2.4.6"
    hashes = {entry["file"]: entry["sha256"] for entry in twin["inputs"]}
    assert hashes == {o.file: o.sha256 for o in results.provenance.inputs}


def test_the_twin_holds_what_the_page_holds(twin, results):
    assert len(twin["measurements"]) == len(results.measurements)
    assert len(twin["problems"]) == len(results.problems)
    assert len(twin["exclusions"]) == len(results.exclusions)
    assert twin["problems"][0]["severity"] == "error"
    assert twin["problems"][1]["place"]["row"] == 14
    assert twin["house_rules"]["counting"]["cv_percent"] == 12.0
    assert [item["name"] for item in twin["statements"]["doses"]["BM-01"]] == list("DOSES")
    assert {rule["key"] for rule in twin["conventions"]} >= {"growth.count_from"}
    (profile,) = twin["profiles"]
    assert [lot["verdict"] for lot in profile["lots"]] == [
        lot.verdict.value for lot in results.verdicts[0].lots
    ]


def test_every_judged_number_carries_its_row(results):
    content = json.loads(dump(verdicts_twin(results)))
    judged = content["profiles"][0]["lots"][0]["criteria"][0]
    assert judged["row"]["method"] == "control_percentile/1"
    assert len(judged["row"]["files"][0]["sha256"]) == 64


def test_a_number_json_cannot_hold_is_null(results):
    endless = replace(results.measurements[0], high=float("inf"))
    content = json.loads(dump(report_to_json(replace(results, measurements=(endless,)))))
    assert content["measurements"][0]["high"] is None


def test_the_csv_is_plain_utf8_and_read_back_exactly(results, tmp_path):
    path = tmp_path / "measurements.csv"
    write_measurements_csv(results.measurements, path)
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    held = {(r["lot"], r["passage"], r["quantity"], r["analyte"]): r for r in rows}
    exact = next(r for r in results.measurements if r.analyte == "CD90" and r.lot == "BM-02")
    written = held["BM-02", "P4", "percent_positive", "CD90"]
    assert float(written["low"]) == exact.low
    assert json.loads(written["settings"]) == dict(exact.settings)


def test_the_parquet_has_types_and_no_row_is_a_missing_value(results, tmp_path):
    path = tmp_path / "measurements.parquet"
    word = Measurement(lot="A", quantity="sterility", category="no_growth")
    write_measurements_parquet([*results.measurements, word], path)
    table = pq.read_table(path)
    assert table.column_names == list(COLUMNS)
    assert str(table.schema.field("value").type) == "double"
    assert str(table.schema.field("n").type) == "int64"
    first = table.to_pylist()[0]
    assert (first["lot"], first["value"], first["category"]) == (
        "<script>alert('лот')</script>", 45.5, None,
    )  # fmt: skip
    assert {"lot": "A", "value": None} in [
        {key: row[key] for key in ("lot", "value")} for row in table.to_pylist()
    ]


def test_the_workbook_has_numbers_as_numbers_and_words_as_words(results, tmp_path):
    path = tmp_path / "report.xlsx"
    formula = replace(results.measurements[0], lot="=1+1", source="")
    write_workbook(replace(results, measurements=(formula,)), path, ENGLISH)
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == [
        "Verdicts", "Criteria", "Measurements", "Problems", "Exclusions", "Sources",
    ]  # fmt: skip
    head, first, *_ = book.get_sheet_by_name("Criteria").to_python()
    row = dict(zip(head, first, strict=True))
    assert (row["criterion"], row["limit"], row["value"], row["outcome"]) == (
        "CD105", 95.0, 99.1, "PASS",
    )  # fmt: skip
    assert row["low"] == pytest.approx(98.682)
    head, first = book.get_sheet_by_name("Measurements").to_python()
    assert head == list(COLUMNS)
    assert first[0] == "=1+1"


def test_the_grid_of_the_workbook_says_its_verdicts_in_words(results, tmp_path):
    path = tmp_path / "report.xlsx"
    write_workbook(results, path, ENGLISH)
    head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Verdicts").to_python()
    assert head[:4] == ["lot", "source", "verdict", "CD105 ≥ 95 %"]
    failed = next(row for row in rows if row[0] == "BM-02")
    assert failed[2] == "FAIL"
    assert "FAIL 12.3 %" in [str(cell).replace("\u00a0", " ") for cell in failed]


@pytest.mark.parametrize("code", ["en", "ru", "kk"])
def test_the_workbook_opens_in_every_language(code, build, tmp_path):
    path = tmp_path / "report.xlsx"
    results = build(2, profiles=("isct_2006", "wj_msc_ebiomedicine_2020", "stempeucel"))
    write_workbook(results, path, get_language(code))
    names = CalamineWorkbook.from_path(path).sheet_names
    assert len(names) == 8
    assert all(len(name) <= 31 for name in names)


def test_two_workbooks_have_the_same_bytes(results, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(results, tmp_path / name, ENGLISH)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
