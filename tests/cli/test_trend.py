"""`stroma trend` and `stroma limits`."""

from __future__ import annotations

import json

import pytest

from stroma.cli import main

HEADER = "lot,donor,source,quantity,analyte,value,unit\n"
TIMES = [30, 31, 29, 32, 30, 28, 31, 30, 33, 29, 30, 31, 32, 28, 30, 31, 29, 30, 32, 31, 30, 60]


@pytest.fixture
def table(tmp_path):
    lines = [f"L{i},D{i},bone_marrow,doubling_time,,{value},h" for i, value in enumerate(TIMES)]
    path = tmp_path / "numbers.csv"
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(capsys, *words):
    code = main([*map(str, words), "--lang", "en"])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_lot_that_stands_out_is_named(capsys, table, tmp_path):
    figure = tmp_path / "chart.svg"
    code, out, err = run(
        capsys, "trend", table, "--quantity", "PDT", "--baseline", 20, "--figure", figure
    )
    assert (code, err) == (0, "")
    assert "22 lots, in the order of numbers.csv" in out
    assert "! L21" in out
    assert "WE1: beyond three standard deviations (Western Electric 1)" in out
    assert figure.read_text(encoding="utf-8").startswith("<svg xmlns")


def test_a_change_is_compared(capsys, table):
    code, out, _err = run(
        capsys, "trend", table, "--quantity", "doubling_time", "--change-after", "L10",
        "--margin-ratio", 1.25, "--json",
    )  # fmt: skip
    twin = json.loads(out)
    assert code == 0
    assert twin["schema_version"] == "1"
    assert twin["change"]["is_ratio"]
    assert twin["change"]["before"]["donors"] == 11
    assert twin["change"]["outside_old_range"] == ["L21"]
    _code, words, _err = run(
        capsys, "trend", table, "--quantity", "doubling_time", "--change-after", "L10",
        "--margin", 5, "--rules", "nelson",
    )  # fmt: skip
    assert "Change after L10: 11 lots before (11 donors), 11 lots after (11 donors)" in words
    assert "N1: beyond three standard deviations (Nelson 1)" in words


def test_limits_say_how_many_lots_are_needed(capsys, table):
    code, out, err = run(
        capsys, "limits", table, "--quantity", "doubling_time", "--side", "upper", "--high", 90
    )
    assert code == 1
    assert "59 lots, from which 95 % of all lots can be limited with 95 % confidence" in err
    assert "log-normal, exact factor" in out
    assert "Ppk" in out
    code, out, _err = run(
        capsys, "limits", table, "--quantity", "doubling_time", "--side", "lower",
        "--coverage", 0.8, "--confidence", 0.9, "--json",
    )  # fmt: skip
    twin = json.loads(out)
    # 1 - 0.8^11 is 0.91: eleven lots are enough to assume no distribution.
    assert (code, twin["proposed"]) == (0, "order_statistics")
    assert twin["methods"][-1]["interval"]["lots_needed"] == 11


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["trend", "--quantity", "viability"], "no row of viability"),
        (["trend", "--quantity", "doubling_time", "--baseline", "50"], "a baseline of 50 among 22"),
        (["trend", "--quantity", "doubling_time", "--change-after", "X"], 'after lot "X"'),
    ],
)
def test_what_the_table_does_not_hold_is_said(capsys, table, words, said):
    code, out, err = run(capsys, words[0], table, *words[1:])
    assert code == 1
    assert said in err
    assert out == ""


@pytest.mark.parametrize(
    "words",
    [
        ["trend", "--quantity", "doubling_time", "--rules", "mine"],
        ["trend", "--quantity", "doubling_time", "--margin", "5"],
        ["trend", "--quantity", "doubling_time", "--change-after", "L3", "--margin", "5",
         "--margin-ratio", "1.2"],
        ["trend", "--quantity", "doubling_time", "--source", "moon"],
        ["limits", "--quantity", "doubling_time", "--coverage", "95"],
        ["limits", "--quantity", "doubling_time", "--side", "left"],
        ["limits", "--quantity", "doubling_time", "--low", "5", "--high", "4"],
        ["limits", "--quantity", "doubling_time", "--decimal-mark", ";"],
        ["trend", "--quantity", "sterility"],
        ["limits", "--quantity", "doublingtim"],
        ["limits", "--quantity", "doubling_time", "--passage", "banana"],
        ["limits", "--quantity", "doubling_time", "--low", "nan"],
        ["limits", "--quantity", "doubling_time", "--confidence", "nan"],
        ["trend", "--quantity", "doubling_time", "--baseline", "1"],
        ["trend", "--quantity", "doubling_time", "--change-after", "L3", "--margin", "-5"],
        ["trend", "--quantity", "doubling_time", "--change-after", "L3", "--margin", "nan"],
        ["trend", "--quantity", "doubling_time", "--change-after", "L3", "--margin-ratio", "0.5"],
    ],
)  # fmt: skip
def test_misuse_is_said(capsys, table, words):
    code, out, err = run(capsys, words[0], table, *words[1:])
    assert (code, out) == (2, "")
    assert err


@pytest.mark.parametrize(
    ("name", "message"),
    [("none/chart.svg", "there is no folder"), ("chart.png", "a name that ends in .svg")],
)
def test_a_chart_that_cannot_be_drawn_there(capsys, table, tmp_path, name, message):
    code, out, err = run(
        capsys, "trend", table, "--quantity", "doubling_time", "--figure", tmp_path / name
    )
    assert (code, out) == (2, "")
    assert message in " ".join(err.split())
    assert not (tmp_path / name).exists()


def test_a_file_that_is_not_there(capsys, tmp_path):
    code, _out, err = run(capsys, "limits", tmp_path / "none.csv", "--quantity", "viability")
    assert code == 2
    assert "there is no file or folder" in err


def test_the_example_study_is_measured(capsys, tmp_path):
    from stroma.simulate.example import write_example_study

    write_example_study(tmp_path / "study", lots=3)
    code, out, _err = run(
        capsys, "trend", tmp_path / "study", "--quantity", "doubling_time", "--json"
    )
    twin = json.loads(out)
    assert code == 1
    assert len(twin["points"]) >= 2


def test_an_analyte_of_a_quantity_that_has_none(capsys, table):
    code, _out, err = run(capsys, "limits", table, "--quantity", "PDT", "--analyte", "CD105")
    assert code == 1
    assert "Expected: no analyte: doubling_time has none" in err


def test_one_donor_and_one_lot_are_said_in_the_singular(capsys, tmp_path):
    path = tmp_path / "numbers.csv"
    lines = [f"L{i},D1,bone_marrow,doubling_time,,{30 + i},h" for i in range(3)]
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    words = ("--quantity", "doubling_time", "--change-after", "L0")
    _code, out, err = run(capsys, "trend", path, *words)
    assert "3 lots of 1 donor. " in err
    assert "Change after L0: 1 lot before (1 donor), 2 lots after (1 donor)" in out


def test_the_notes_of_a_study_are_counted_where_one_question_is_asked(capsys, tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    lots = [f"L{i},D{i},bone_marrow" for i in range(3)]
    passages = [f"L{i},P1,500000,{2000000 + 100000 * i},96" for i in range(3)]
    for name, header, rows in (
        ("lots", "lot,donor,source", lots),
        ("passages", "lot,passage,seeded,harvested,hours", passages),
    ):
        content = "\n".join((header, *rows)) + "\n"
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    _code, out, err = run(capsys, "trend", folder, "--quantity", "doubling_time")
    assert "3 lots, in the order of study" in out
    assert "notes on the study are in the report that stroma run writes." in err
    assert "NOTE" not in err


def test_a_study_without_a_lot_says_that_and_no_more(capsys, tmp_path):
    folder = tmp_path / "study"
    assert main(["new", str(folder), "--lang", "en"]) == 0
    capsys.readouterr()
    code, out, err = run(capsys, "limits", folder, "--quantity", "doubling_time")
    assert (code, out) == (1, "")
    assert [line.split(":")[0] for line in err.splitlines()] == ["lots.csv", "study"]
