"""The tables carried in the package are the shared tables, without their prose."""

from __future__ import annotations

import csv
import importlib.util
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma import published
from stroma.units import find_unit
from stroma.vocabulary import find_quantity, find_tissue

REPOSITORY = Path(__file__).resolve().parents[2]
TABLES = {
    "contrasts": (published.contrasts, "published_contrasts.csv", 563),
    "values": (published.values, "published_values.csv", 164),
    "planning_inputs": (published.planning_inputs, "planning_inputs.csv", 150),
    "clinical_results": (published.clinical_results, "clinical_results.csv", 154),
}
ROWS = [row for load, _file, _count in TABLES.values() for row in load()]


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_carried(name):
    load, _file, count = TABLES[name]
    assert len(load()) == count
    assert len({row.key for row in load()}) == count


def test_every_row_says_where_it_was_seen():
    assert all((row.doi or row.address) and row.place for row in ROWS)


def test_codes_are_the_vocabularys():
    for row in ROWS:
        assert all(find_tissue(name).name == name for name in (*row.tissues, *row.parts))
        unit = getattr(row, "unit", "")
        assert unit == "" or find_unit(unit).code == unit
        quantity = getattr(row, "quantity", "")
        assert quantity == "" or find_quantity(quantity).name == quantity


def test_notes_are_codes_and_no_prose():
    for row in ROWS:
        assert all(re.fullmatch(r"[a-z_]+", note) for note in row.notes)


def test_a_figure_is_never_made_of_words():
    assert all(
        row.value is None for row in published.values() if row.unit_printed in ("direction", "text")
    )


def test_ranges_and_bounds_are_no_values():
    by_printed = {row.value_printed: row for row in published.values()}
    assert (by_printed["60-600"].low, by_printed["60-600"].high) == (60, 600)
    assert (by_printed["3.06-4.23e4"].low, by_printed["3.06-4.23e4"].high) == (30600, 42300)
    assert (by_printed["up to 2.16e9"].bound, by_printed["up to 2.16e9"].value) == ("<=", 2.16e9)
    assert by_printed["8 of 11"].value is None


@given(st.sampled_from(sorted(TABLES)), st.integers(min_value=0, max_value=562))
def test_rows_equal_the_shared_tables(shared, name, index):
    load, file, count = TABLES[name]
    row = load()[index % count]
    with (shared / "facts" / file).open(encoding="utf-8-sig", newline="") as lines:
        given_row = list(csv.DictReader(lines))[index % count]
    assert row.doi == given_row["doi"].strip()
    assert row.address in (given_row["url"].strip(), "")
    assert row.place == given_row.get("place", given_row.get("seen_in")).strip()
    printed = given_row.get("tissue", given_row.get("source"))
    assert row.tissue_printed == printed.strip()
    value = given_row.get("value", given_row.get("mean"))
    if re.fullmatch(r"-?[0-9.]+(e[0-9]+)?", value):
        assert row.value == float(value)


def test_the_files_are_what_the_tool_makes(shared, tmp_path, monkeypatch):
    path = REPOSITORY / "tools" / "carry_published.py"
    spec = importlib.util.spec_from_file_location("carry_published", path)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    monkeypatch.setattr(tool, "TARGET", tmp_path)
    tool.main(shared / "facts")
    for name in TABLES:
        carried = REPOSITORY / "src" / "stroma" / "published" / f"{name}.csv"
        assert (tmp_path / f"{name}.csv").read_bytes() == carried.read_bytes()
