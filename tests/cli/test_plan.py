"""`stroma plan`: from donations to doses."""

from __future__ import annotations

import json
import tomllib

import pytest

import stroma
from stroma.cli import main
from stroma.planning.plan_file import parse_plan

ASK = ["--doses", "5", "--dose-per-kg", "1e6", "--weight", "70", "--lang", "en"]
PLAN = """
[source.placenta]
primary_yield = {value = 5e6, low = 2e6, high = 10e6, unit = "cells"}
doublings_per_passage = {value = 3, low = 2, high = 4, unit = "doublings"}
last_passage = {value = 3}
"""
TABLE = "lot,donor,source,passage,quantity,analyte,value,unit\n" + "".join(
    f"L{n},D{n},placenta,P0,viable_cells,,{5 + n}e6,cells\n"
    f"L{n},D{n},placenta,P1,population_doublings,,{3 + n / 10},doublings\n"
    f"L{n},D{n},placenta,P2,population_doublings,,{3 - n / 10},doublings\n"
    for n in range(1, 5)
)


def run(words, capsys):
    code = main(["plan", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_papers_alone_answer_for_marrow(capsys):
    code, out, err = run(["--source", "bone_marrow", *ASK], capsys)
    assert code == 0
    assert "5 doses from one donation" in out
    assert "doi:10.1186/1479-5876-10-23" in out
    assert err == ""


def test_what_is_missing_asks_for_attention(capsys):
    code, out, err = run(["--source", "placenta", *ASK], capsys)
    assert code == 1
    assert "What would have to be known" in out
    assert "declare primary_yield, doublings_per_passage for placenta" in err


def test_own_lots_of_a_table(tmp_path, capsys):
    table = tmp_path / "lots.csv"
    table.write_text(TABLE, encoding="utf-8")
    code, out, _err = run([str(table), "--json", *ASK], capsys)
    twin = json.loads(out)
    assert code == 0
    assert twin["schema_version"] == "1"
    (placenta,) = twin["sources"]
    origins = {one["input"]: one["origin"] for one in placenta["inputs"]}
    assert origins["primary_yield"] == "own lots"
    assert origins["isolation_success"] == "published"
    assert 0 < placenta["answers"]["probability"] < 1


def test_a_declared_plan_and_two_sources_have_break_evens(tmp_path, capsys):
    file = tmp_path / "plan.toml"
    file.write_text(PLAN, encoding="utf-8")
    words = ["--inputs", str(file), "--source", "BM", "--source", "placenta", "--json", *ASK]
    code, out, _err = run(words, capsys)
    assert code == 0
    assert [found["varied"] for found in json.loads(out)["break_even"]] == ["doses"]


def test_the_same_in_the_library(tmp_path):
    file = tmp_path / "plan.toml"
    file.write_text(PLAN, encoding="utf-8")
    made = stroma.plan(inputs=file, sources=["placenta"], doses=5, dose_per_kg=1e6, weight=70)
    assert made.sources[0].answers is not None
    assert made.demand.cells_per_dose == 70e6


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_the_template_can_be_planned_by_as_it_stands(language, capsys):
    code, out, _err = run(["--template", "--lang", language], capsys)
    assert code == 0
    assert parse_plan(out.encode()).doses == 20
    assert tomllib.loads(out)["all_sources"] == {}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--source", "moon", *ASK], 'the source "moon"'),
        (["--source", "placenta", "--doses", "5", "--dose-per-kg", "1e6", "--weight", "0"],
         "body weight"),
        (["--source", "placenta", "--doses", "5", "--dose-per-kg", "2", "--weight", "70"], "2e6"),
        (["--source", "placenta", "--doses", "5"], "no dose"),
        (["--doses", "5", "--dose-cells", "1e8"], "no source of cells"),
    ],
)  # fmt: skip
def test_what_has_no_sense_is_a_sentence(words, sentence, capsys):
    code, _out, err = run(words, capsys)
    assert code == 2
    assert sentence in err
    assert "Traceback" not in err


def test_files_that_are_not_there(tmp_path, capsys):
    assert run([str(tmp_path / "no.csv"), *ASK], capsys)[0] == 2
    assert run(["--inputs", str(tmp_path / "no.toml"), *ASK], capsys)[0] == 2


def test_a_folder_as_a_plan_file(tmp_path, capsys):
    code, _out, err = run(["--inputs", str(tmp_path), "--source", "BM", *ASK], capsys)
    assert code == 2
    assert "Traceback" not in err
