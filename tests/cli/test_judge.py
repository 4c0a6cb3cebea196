"""`stroma judge`: a laboratory that has numbers only."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from stroma.cli import main

HEADER = "lot,source,quantity,analyte,value,unit\n"
PANEL = {
    "CD105": 99, "CD73": 98, "CD90": 97, "CD45": 0.3, "CD34": 0.4, "CD14": 0.5, "CD19": 0.2,
    "HLA-DR": 1.1,
}  # fmt: skip


def full_table(**changed):
    rows = [
        f"L1,bone_marrow,percent_positive,{marker},{changed.get(marker, value)},%"
        for marker, value in PANEL.items()
    ]
    rows.append("L1,bone_marrow,plastic_adherence,,yes,")
    rows += [
        f"L1,bone_marrow,differentiation,{lineage},positive,"
        for lineage in ("osteogenic", "adipogenic", "chondrogenic")
    ]
    return HEADER + "\n".join(rows) + "\n"


@pytest.fixture
def judged(tmp_path, capsys):
    """Judge the text of a table; return the exit code, the JSON and what was said."""

    def judge(table, profile="isct_2006"):
        path = tmp_path / "numbers.csv"
        path.write_text(table, encoding="utf-8")
        code = main(["judge", str(path), "--profile", profile, "--json", "--lang", "en"])
        said = capsys.readouterr()
        return code, json.loads(said.out), said.err

    return judge


def test_real_lots_of_published_trials(shared, capsys):
    table = shared / "facts" / "cidmap_measurements.csv"
    assert main(["judge", str(table), "--profile", "isct_2006", "--json"]) == 0
    twin = json.loads(capsys.readouterr().out)
    verdicts = [lot["verdict"] for lot in twin["lots"]]
    assert {v: verdicts.count(v) for v in set(verdicts)} == {"FAIL": 45, "INCOMPLETE": 49}
    conflicts = {
        (lot["lot"], conflict["analyte"]): sorted(conflict["values"])
        for lot in twin["lots"]
        for conflict in lot["conflicts"]
    }
    assert conflicts == {
        ("de Oliveira 14 p3 cells", "CD105"): [92.3, 99.0],
        ("de Oliveira 14 p4 cells", "CD166"): [92.5, 95.2],
    }


def test_full_panel_passes(judged):
    code, twin, _said = judged(full_table())
    assert code == 0
    assert twin["profile"] == "isct_2006"
    (lot,) = twin["lots"]
    assert (lot["lot"], lot["source"], lot["verdict"]) == ("L1", "bone_marrow", "PASS")
    wanted = {"quantity", "analyte", "operator", "limit", "unit", "outcome", "value", "low",
              "high", "reason"}  # fmt: skip
    assert all(wanted <= set(criterion) for criterion in lot["criteria"])


@pytest.mark.parametrize(
    ("marker", "value", "verdict"),
    [("CD34", 2, "PASS"), ("CD34", 2.1, "FAIL"), ("CD105", 95, "PASS"), ("CD105", 94.9, "FAIL")],
)
def test_at_the_limit(judged, marker, value, verdict):
    _code, twin, _said = judged(full_table(**{marker: value}))
    assert twin["lots"][0]["verdict"] == verdict


def test_a_value_nobody_can_have_is_left_out_and_the_lot_cannot_pass(judged):
    code, twin, said = judged(full_table(CD34=101))
    assert code == 1
    assert "numbers.csv, row 6" in said
    assert "101" in said
    assert twin["lots"][0]["verdict"] == "INCOMPLETE"


def test_two_values_are_judged_by_the_worse(judged):
    table = full_table() + "L1,bone_marrow,percent_positive,CD34,3.5,%\n"
    _code, twin, _said = judged(table)
    (lot,) = twin["lots"]
    assert lot["verdict"] == "FAIL"
    assert sorted(lot["conflicts"][0]["values"]) == [0.4, 3.5]


def test_a_decimal_comma_beside_a_point(judged):
    table = full_table().replace("CD45,0.3,%", 'CD45,"0,3",%')
    code, _twin, said = judged(table)
    assert code == 1
    assert "decimal" in said


def test_an_unknown_profile_is_misuse(tmp_path, capsys):
    path = tmp_path / "numbers.csv"
    path.write_text(full_table(), encoding="utf-8")
    assert main(["judge", str(path), "--profile", "isct_2060"]) == 2
    assert 'there is no profile "isct_2060"' in capsys.readouterr().err


def test_a_missing_file_is_misuse(tmp_path, capsys):
    assert main(["judge", str(tmp_path / "no.csv"), "--profile", "isct_2006"]) == 2
    assert "no.csv" in capsys.readouterr().err


def test_html_report_of_a_table(tmp_path):
    path = tmp_path / "numbers.csv"
    path.write_text(full_table(), encoding="utf-8")
    report = tmp_path / "report.html"
    assert main(["judge", str(path), "--profile", "isct_2006", "--report", str(report)]) == 0
    assert "L1" in report.read_text(encoding="utf-8")


def test_a_report_never_takes_the_place_of_another_file(tmp_path, capsys):
    path = tmp_path / "numbers.csv"
    path.write_text(full_table(), encoding="utf-8")
    words = ["judge", str(path), "--profile", "isct_2006", "--lang", "en", "--report", str(path)]
    assert main(words) == 2
    assert "is no HTML file" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == full_table()


def test_a_decimal_mark_that_is_none(tmp_path, capsys):
    path = tmp_path / "numbers.csv"
    path.write_text(full_table(), encoding="utf-8")
    words = ["judge", str(path), "--profile", "isct_2006", "--lang", "en", "--decimal-mark", ";"]
    assert main(words) == 2
    assert "neither . nor ," in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["cp1251", "cp1252", "ascii"])
def test_a_terminal_without_the_signs(tmp_path, encoding):
    path = tmp_path / "numbers.csv"
    path.write_text(full_table(), encoding="utf-8")
    for words in ([], ["--json"]):
        done = subprocess.run(
            [sys.executable, "-m", "stroma", "judge", str(path), "--profile", "isct_2006", *words],
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": encoding, "STROMA_LANG": "en"},
            check=False,
        )
        assert done.returncode == 0, done.stderr
        if words:
            assert json.loads(done.stdout.decode(encoding))["lots"][0]["verdict"] == "PASS"
