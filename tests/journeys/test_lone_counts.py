"""A folder with one workbook of counts and nothing else: growth in one command."""

from __future__ import annotations

import csv
import datetime as dt
import json

import pytest
import xlsxwriter

from stroma.cli import main

DOUBLINGS = (3.1, 2.9, 2.6, 2.2, 1.9, 1.5, 1.2, 0.8)
FIRST_DAY = dt.date(2026, 1, 5)


def counts(header, *, passage="P{n}", time=lambda number: (96,)):
    rows = [header]
    for number, doubled in enumerate(DOUBLINGS, 1):
        harvested = round(500_000 * 2**doubled)
        rows.append(["BM-01", passage.format(n=number), 500_000, harvested, *time(number)])
    return rows


def dates(number):
    seeded = FIRST_DAY + dt.timedelta(days=4 * (number - 1))
    return seeded, seeded + dt.timedelta(days=4)


def run(folder, capsys, *rows, sheet="Sheet1", title=None):
    with xlsxwriter.Workbook(folder / "Подсчёт клеток.xlsx") as book:
        worksheet = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        if title is not None:
            worksheet.write(0, 0, title)
        for at, row in enumerate(rows, 0 if title is None else 2):
            for column, value in enumerate(row):
                if isinstance(value, dt.date):
                    worksheet.write_datetime(at, column, dt.datetime.combine(value, dt.time()), day)
                else:
                    worksheet.write(at, column, value)
    code = main(["run", str(folder), "--workers", "1", "--lang", "en"])
    told = capsys.readouterr()
    with (folder / "results/measurements.csv").open(encoding="utf-8-sig", newline="") as file:
        held = {(row["quantity"], row["passage"]): row for row in csv.DictReader(file)}
    return code, told.out + told.err, held


@pytest.mark.parametrize(
    ("header", "time"),
    [
        (["Lot", "Passage", "Cells seeded", "Cells harvested", "Time (h)"], lambda number: (96,)),
        (["lot", "passage", "seeded", "harvested", "days"], lambda number: (4,)),
        (["Культура", "Пассаж", "Посеяно клеток", "Собрано клеток", "Время, ч"],
         lambda number: (96,)),
        (["Топтама", "Пассаж", "Себілген жасушалар", "Жиналған жасушалар", "Тәулік"],
         lambda number: (4,)),
        (["Лот", "Пассаж", "Посеяно", "Собрано", "Дата посева", "Дата сбора"], dates),
    ],
    ids=["english", "days", "russian", "kazakh", "dates"],
)  # fmt: skip
def test_one_workbook_gives_doublings_a_curve_and_a_ceiling(tmp_path, capsys, header, time):
    code, told, held = run(tmp_path, capsys, *counts(header, time=time), title="Counts of 2026")
    assert code == 1  # donor and tissue are unknown, and a person has to know
    assert "1 lot that no sheet describes" in told
    assert "ERROR" not in told
    total = float(held["cumulative_population_doublings", "P8"]["value"])
    assert total == pytest.approx(sum(DOUBLINGS), abs=1e-5)
    assert float(held["doubling_time", "P1"]["value"]) == pytest.approx(96 / 3.1, rel=1e-5)
    ceiling = held["projected_ceiling", "P8"]
    assert float(ceiling["low"]) < float(ceiling["value"]) < float(ceiling["high"])
    page = (tmp_path / "results/report.html").read_text(encoding="utf-8")
    assert 'class="fig gw"' in page
    assert "growth is projected to cease at" in page


def test_a_passage_may_be_a_bare_number(tmp_path, capsys):
    header = ["lot", "p", "seeded", "harvested", "h"]
    _code, _told, held = run(tmp_path, capsys, *counts(header, passage="{n}"))
    assert ("cumulative_population_doublings", "P8") in held


def test_a_table_of_something_else_is_told_what_is_missing(tmp_path, capsys):
    rows = [["culture", "passage", "seeded, mln", "harvested, mln"], ["BM-01", "P1", 0.5, 2.1]]
    code, told, _held = run(tmp_path, capsys, *rows)
    words = " ".join(told.split())
    assert code == 1
    assert "the header culture, passage, seeded, mln, harvested, mln" in words
    assert "add or rename seeded, harvested; write cells as whole numbers, not in millions" in words


def test_two_tables_of_counts_are_not_chosen_between(tmp_path, capsys):
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(
            "lot,passage,seeded,harvested\nBM-01,P1,500000,2100000\n", encoding="utf-8"
        )
    assert main(["run", str(tmp_path), "--workers", "1", "--lang", "en"]) == 1
    told = capsys.readouterr()
    assert "2 worksheets with the columns of passages: a.csv, b.csv" in " ".join(
        (told.out + told.err).split()
    )


def test_a_described_study_does_not_take_other_tables(tmp_path, capsys):
    (tmp_path / "lots.csv").write_text("lot,donor,source\nBM-01,D01,bone_marrow\n", "utf-8")
    (tmp_path / "old.csv").write_text("lot,passage,seeded,harvested\nBM-01,P1,5e5,2e6\n", "utf-8")
    main(["run", str(tmp_path), "--workers", "1", "--lang", "en"])
    capsys.readouterr()
    report = json.loads((tmp_path / "results/report.json").read_text(encoding="utf-8"))
    assert "population_doublings" not in json.dumps(report["measurements"])
