"""Results are re-made only when something changed, and then byte for byte."""

from __future__ import annotations

import shutil

import pytest

from stroma.cli import main
from stroma.provenance import MANIFEST


def content(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


@pytest.fixture
def study(demo, tmp_path):
    folder = tmp_path / "study"
    shutil.copytree(demo.folder, folder)
    return folder


def run(folder, *words):
    return main(["run", str(folder), "--workers", "1", "--lang", "en", *words])


def test_a_second_run_re_makes_nothing(study, capsys):
    times = {path: path.stat().st_mtime_ns for path in (study / "results").iterdir()}
    assert run(study) == 0
    assert "Nothing changed since the last run" in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in (study / "results").iterdir()} == times


def test_force_gives_the_same_bytes(study):
    before = content(study / "results")
    assert MANIFEST in before
    assert run(study, "--force") == 0
    assert content(study / "results") == before


def test_two_workers_give_the_same_bytes(study):
    before = content(study / "results")
    assert main(["run", str(study), "--workers", "2", "--lang", "en", "--force"]) == 0
    assert content(study / "results") == before


def test_a_changed_sheet_is_noticed(study, capsys):
    safety = study / "safety.csv"
    safety.write_text(
        safety.read_text(encoding="utf-8-sig").replace("no growth", "growth", 1), encoding="utf-8"
    )
    assert run(study) == 0
    assert "Nothing changed" not in capsys.readouterr().out


def test_a_result_changed_by_hand_is_made_anew(study):
    before = content(study / "results")
    (study / "results" / "measurements.csv").write_text("tampered", encoding="utf-8")
    assert run(study) == 0
    assert content(study / "results") == before


def test_results_can_be_judged_again(study, capsys):
    table = study / "results" / "measurements.csv"
    assert main(["judge", str(table), "--profile", "isct_2006", "--lang", "en"]) == 0
    assert "4 PASS  1 FAIL  2 INCONCLUSIVE  1 INCOMPLETE" in capsys.readouterr().out
