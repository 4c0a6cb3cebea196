"""Lots in the order they were made, where a table or a study says when."""

from __future__ import annotations

import pytest

import stroma
from stroma.cli import main
from stroma.lot_rows import first_days, read_lot_rows
from stroma.records import Origin, Passage

HEADER = "lot,donor,source,quantity,value,unit,date\n"


@pytest.fixture
def table(tmp_path):
    def write(*dates):
        path = tmp_path / "numbers.csv"
        lines = [f"L{i},D{i},BM,doubling_time,{30 + i},h,{date}" for i, date in enumerate(dates)]
        path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def test_lots_stand_by_date(table):
    read = read_lot_rows(table("2026-03-01", "2026-01-05", "2026-02-01"))
    assert (read.order, read.by_date) == (("L1", "L2", "L0"), True)
    assert read.problems == ()


def test_without_dates_they_stand_as_in_the_table(table):
    read = read_lot_rows(table("", "", ""))
    assert (read.order, read.by_date) == (("L0", "L1", "L2"), False)
    assert read.problems == ()


def test_a_lot_without_a_date_is_named(table):
    read = read_lot_rows(table("2026-03-01", "", "2026-02-01"))
    assert (read.order, read.by_date) == (("L0", "L1", "L2"), False)
    (problem,) = read.problems
    assert "no date of the lots L1" in problem.render()


def test_the_command_says_the_order(table, capsys):
    words = ("--quantity", "doubling_time", "--lang", "en")
    main(["trend", str(table("2026-03-01", "2026-01-05", "2026-02-01")), *words])
    out = capsys.readouterr().out
    assert "3 lots, by date" in out
    assert [line.split()[0] for line in out.splitlines() if line.startswith("  L")] == [
        "L1", "L2", "L0",
    ]  # fmt: skip


def test_the_first_day_of_a_lot_is_the_earliest_of_its_passages():
    def passage(lot, seeded_on=None, harvested_on=None):
        return Passage(lot=lot, passage="P1", origin_of_row=Origin("passages.csv", ""),
                       seeded_on=seeded_on, harvested_on=harvested_on)  # fmt: skip

    rows = [
        passage("A", "2026-02-03", "2026-02-09"),
        passage("A", None, "2026-02-01"),
        passage("B"),
    ]
    assert first_days(rows) == {"A": "2026-02-01"}


def test_a_study_keeps_the_days_of_its_passages(tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "lots.csv").write_text("lot,donor,source\nA,D1,bone_marrow\n", encoding="utf-8")
    (folder / "passages.csv").write_text(
        "lot,passage,seeded,harvested,seeded_on,harvested_on\n"
        "A,P1,500000,2000000,2026-01-02,2026-01-06\n",
        encoding="utf-8",
    )
    (row,) = stroma.open_study(folder).passages
    assert (row.seeded_on, row.harvested_on, row.hours) == ("2026-01-02", "2026-01-06", 96.0)
