"""Settings that cannot be read, profiles that are none: said, and the run goes on."""

from __future__ import annotations

import json

import pytest

from stroma import provenance
from stroma.cli import main

LOTS = "lot,donor,source\nBM-01,D1,bone_marrow\n"


@pytest.fixture
def study(tmp_path):
    (tmp_path / "lots.csv").write_text(LOTS, encoding="utf-8")
    return tmp_path


def run(folder, capsys):
    code = main(["run", str(folder), "--workers", "1", "--lang", "en"])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_settings_in_another_encoding_are_named(study, capsys):
    (study / "study.toml").write_bytes('title = "Примеры"\n'.encode("cp1251"))
    code, out, err = run(study, capsys)
    assert code == 1
    assert (
        "study.toml: byte 9 is not UTF-8. Expected: a text file in UTF-8, as TOML asks for. What "
        "to do: save the file as UTF-8; until then nothing of it is used."
    ) in err
    assert "Report: " in out


def test_without_a_profile_it_is_said_that_nothing_was_judged(study, capsys):
    (study / "study.toml").write_text('title = "Counts"\n', encoding="utf-8")
    code, out, _err = run(study, capsys)
    assert code == 0
    assert "No profile is declared in study.toml: no lot was judged." in out
    report = json.loads((study / "results" / "report.json").read_text(encoding="utf-8"))
    assert "no profile is declared, so that no lot was judged" in [
        problem["found"] for problem in report["problems"]
    ]


def test_a_profile_that_is_none_is_named_with_its_place(study, capsys):
    (study / "study.toml").write_text('profiles = ["isct2006"]\n', encoding="utf-8")
    code, out, err = run(study, capsys)
    assert code == 1
    assert 'study.toml, column "profiles": there is no profile "isct2006"' in err
    assert "write isct_2006, if it is meant" in err
    assert "no lot was judged" not in out


def test_a_file_that_may_not_be_read_does_not_end_the_run(study, capsys, monkeypatch):
    (study / "secret.fcs").write_bytes(b"FCS3.0")
    hashed = provenance.hash_file

    def refusing(path):
        if path.name == "secret.fcs":
            raise PermissionError(13, "Permission denied")
        return hashed(path)

    monkeypatch.setattr(provenance, "hash_file", refusing)
    code, out, _err = run(study, capsys)
    assert code == 0
    assert "Report: " in out
