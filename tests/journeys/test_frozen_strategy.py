"""A strategy frozen from one lot and applied to a whole study, from the command line."""

from __future__ import annotations

import csv
import json
import re
import shutil

import pytest

from stroma.cli import main


@pytest.fixture(scope="module")
def frozen(demo, tmp_path_factory):
    """Two lots of the example study under a strategy frozen from the first."""
    folder = tmp_path_factory.mktemp("frozen") / "study"
    elsewhere = (
        "results",
        "plan.toml",
        "plates*",
        "layouts.csv",
        "conditioned.csv",
        "colonies.csv",
        "expression.csv",
    )
    shutil.copytree(demo.folder, folder, ignore=shutil.ignore_patterns(*elsewhere))
    kept = ("BM-01", "PL-01")
    for sheet in ("lots", "tubes", "passages", "differentiation", "safety"):
        path = folder / f"{sheet}.csv"
        lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
        rows = [line for line in lines[1:] if any(f"{lot}," in line for lot in kept)]
        path.write_text("".join([lines[0], *rows]), encoding="utf-8")
    assert main(["freeze", str(folder), "--lot", "BM-01", "--out", str(folder / "msc.json")]) == 0
    reference = json.loads((folder / "msc.json").read_text(encoding="utf-8"))
    declare(folder, 'strategy = "msc.json"')
    profile = (
        (folder / "own.toml"),
        f"""name = "own"
version = "1"
title = "Own"
citations = ["doi:10.1080/14653240600855905"]
strategy = "msc@{reference["sha256"][:12]}"

[[criterion]]
quantity = "percent_positive"
analyte = "CD90"
operator = ">="
limit = 95
unit = "%"
role = "required"
citation = "doi:10.1080/14653240600855905"
""",
    )
    profile[0].write_text(profile[1], encoding="utf-8")
    toml = (folder / "study.toml").read_text(encoding="utf-8")
    (folder / "study.toml").write_text(
        re.sub(r"^profiles = .*$", 'profiles = ["own.toml"]', toml, flags=re.MULTILINE),
        encoding="utf-8",
    )
    code = main(["run", str(folder), "--workers", "1", "--lang", "en"])
    return folder, reference["sha256"], code


def declare(folder, line):
    path = folder / "study.toml"
    toml = path.read_text(encoding="utf-8")
    path.write_text(f"{toml}\n[cleaning]\n{line}\n", encoding="utf-8")


def rows_of(folder):
    path = folder / "results" / "measurements.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def verdicts_of(folder):
    held = json.loads((folder / "results" / "verdicts.json").read_text(encoding="utf-8"))
    (profile,) = held["profiles"]
    return {lot["lot"]: lot for lot in profile["lots"]}


def test_every_number_of_the_tubes_carries_name_and_hash(frozen):
    folder, sha256, code = frozen
    assert code == 0
    gated = [row for row in rows_of(folder) if row["quantity"] == "percent_positive"]
    assert len(gated) >= 17
    assert {json.loads(row["settings"])["strategy"] for row in gated} == {f"msc@{sha256}"}


def test_the_numbers_are_near_those_of_gates_found_on_each_tube(frozen, demo):
    folder, _, _ = frozen
    own = {
        (r["lot"], r["analyte"], r["condition"], r["quantity"]): float(r["value"])
        for r in demo.rows("results/measurements.csv")
        if r["quantity"] == "percent_positive"
    }
    for row in rows_of(folder):
        if row["quantity"] == "percent_positive":
            key = row["lot"], row["analyte"], row["condition"], row["quantity"]
            assert float(row["value"]) == pytest.approx(own[key], abs=0.5)


def test_a_lot_gated_as_its_profile_asks_passes_and_another_is_held(frozen):
    folder, sha256, _ = frozen
    assert {lot["verdict"] for lot in verdicts_of(folder).values()} == {"PASS"}
    path = folder / "study.toml"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace('strategy = "msc.json"\n', "", 1), encoding="utf-8")
    assert main(["run", str(folder), "--workers", "1", "--lang", "en"]) == 0
    for lot in verdicts_of(folder).values():
        assert lot["verdict"] == "INCONCLUSIVE"
        (hold,) = lot["holds"]
        assert hold.startswith(f"HOLD: the profile asks for the gating strategy msc@{sha256[:12]}")
        assert hold.endswith("CD90 were measured by no frozen strategy")
    path.write_text(before, encoding="utf-8")


def test_a_strategy_with_its_gates_switched_off_holds_the_lot(frozen, capsys):
    folder, sha256, _ = frozen
    path = folder / "study.toml"
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}time = false\ndoublets = false\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["run", str(folder), "--workers", "1", "--lang", "en"]) == 1
    assert (
        'study.toml, column "cleaning.doublets": the gate "doublets" of the strategy msc is '
        "switched off. Expected: every gate that was frozen." in capsys.readouterr().err
    )
    for lot in verdicts_of(folder).values():
        assert lot["verdict"] == "INCONCLUSIVE"
        (hold,) = lot["holds"]
        assert hold.startswith(f"HOLD: the profile asks for the gating strategy msc@{sha256[:12]}")
        assert hold.endswith(
            'CD90 were not measured as it was frozen: the gate "unstable stretches of the '
            'acquisition" is switched off; the gate "doublets" is switched off'
        )
    path.write_text(before, encoding="utf-8")


def test_a_changed_file_measures_nothing_and_says_so(frozen, capsys):
    folder, _, _ = frozen
    path = folder / "msc.json"
    before = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'"cut": (\d)', r'"cut": 9\1', before, count=1), encoding="utf-8")
    capsys.readouterr()
    assert main(["run", str(folder), "--workers", "1", "--lang", "en"]) == 1
    said = capsys.readouterr().err
    assert "msc.json: gates with the hash" in said
    assert (
        'study.toml, column "cleaning.strategy": msc.json could not be used, so that no tube was '
        "measured. Expected: the file that the tubes are to be measured with. What to do: mend or "
        "replace it, or take the setting out."
    ) in said
    assert not [row for row in rows_of(folder) if row["quantity"] == "percent_positive"]
    path.write_text(before, encoding="utf-8")


def test_other_rules_than_those_frozen_are_a_warning(frozen, capsys):
    folder, _, _ = frozen
    path = folder / "study.toml"
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\n[positivity]\npercentile = 99.0\n", encoding="utf-8")
    capsys.readouterr()
    main(["run", str(folder), "--workers", "1", "--lang", "en"])
    said = capsys.readouterr().err
    assert (
        'study.toml, column "positivity.percentile": 99.0. Expected: 99.5, as when the strategy '
        "msc was frozen" in said
    )
    path.write_text(before, encoding="utf-8")


def test_freezing_twice_gives_the_same_and_never_overwrites(frozen, tmp_path, capsys):
    folder, sha256, _ = frozen
    out = tmp_path / "msc.json"
    words = ["freeze", str(folder), "--lot", "BM-01", "--out", str(out)]
    capsys.readouterr()
    assert main(words) == 0
    assert capsys.readouterr().out == f"msc@{sha256}\n"
    assert main(words) == 0
    assert main(["freeze", str(folder), "--lot", "PL-01", "--out", str(out)]) == 2
    assert "never overwritten" in capsys.readouterr().err


def test_where_the_file_goes_is_said_as_study_toml_names_it(frozen, tmp_path, capsys):
    folder, _, _ = frozen
    words = ["freeze", str(folder), "--lot", "BM-01", "--lang", "en", "--out"]
    capsys.readouterr()
    assert main([*words, str(folder / "gates" / "msc.json")]) == 2
    missing = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert "there is no folder" in missing
    (folder / "gates").mkdir()
    assert main([*words, str(folder / "gates" / "msc.json")]) == 0
    assert 'strategy = "gates/msc.json" in the section cleaning' in capsys.readouterr().err
    shutil.rmtree(folder / "gates")
    assert main([*words, str(tmp_path / "msc.json")]) == 0
    assert "put msc.json into the study folder" in capsys.readouterr().err
    (tmp_path / "folder.json").mkdir()
    assert main([*words, str(tmp_path / "folder.json")]) == 2
    assert "exists and holds something else" in capsys.readouterr().err


def test_a_gate_that_was_not_found_is_named_when_it_is_frozen(frozen, tmp_path, capsys):
    folder, _, _ = frozen
    tubes = folder / "tubes.csv"
    before = tubes.read_text(encoding="utf-8-sig")
    without = re.sub(r"; ?[^;,\"]+=viability", "", before)
    assert without != before
    tubes.write_text(without, encoding="utf-8")
    capsys.readouterr()
    words = ["freeze", str(folder), "--lot", "BM-01", "--out", str(tmp_path / "msc.json")]
    assert main([*words, "--lang", "en"]) == 1
    tubes.write_text(before, encoding="utf-8-sig")
    said = capsys.readouterr()
    assert said.out.startswith("msc@")
    assert 'lot BM-01: the gate "dead cells" was not found: no channel for it' in said.err
    held = json.loads((tmp_path / "msc.json").read_text(encoding="utf-8"))
    gates = [gate["gate"] for gate in held["strategy"]["panels"][0]["gates"]]
    assert gates == ["margins", "time", "debris", "doublets"]


def test_a_lot_that_is_not_there_is_named(frozen, tmp_path, capsys):
    folder, _, _ = frozen
    out = tmp_path / "x.json"
    assert main(["freeze", str(folder), "--lot", "XX-09", "--out", str(out)]) == 1
    assert "lot XX-09: no stained tube of this lot. Expected: one of the lots BM-01, PL-01" in (
        capsys.readouterr().err
    )
    assert main(["freeze", str(folder), "--lot", "BM-01", "--out", str(tmp_path / "x.txt")]) == 2
    assert "does not end in .json" in capsys.readouterr().err
    assert not out.exists()
