"""The command line: help, languages, exit codes, new folders, profiles."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from stroma import __version__
from stroma.cli import main


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"stroma {__version__}\n"


@pytest.mark.parametrize("words", [["run"], ["judge"], ["nonsense"], ["run", "x", "--nonsense"]])
def test_misuse(words, capsys):
    assert main(words) == 2
    assert capsys.readouterr().err


def test_a_folder_that_is_not_there(tmp_path, capsys):
    assert main(["run", str(tmp_path / "nowhere"), "--lang", "en"]) == 2
    assert "stroma new" in capsys.readouterr().err


def test_a_language_stroma_does_not_speak(tmp_path, capsys):
    assert main(["new", str(tmp_path / "s"), "--lang", "de"]) == 2
    assert "en, ru, kk" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_a_new_study_asks_for_lots_and_nothing_else(tmp_path, language, capsys):
    folder = tmp_path / "study"
    assert main(["new", str(folder), "--lang", language]) == 0
    assert {path.name for path in folder.iterdir()} == {
        "README.md", "study.toml", "lots.csv", "tubes.csv", "passages.csv", "differentiation.csv",
        "safety.csv", "statistics.csv", "plates.csv", "layouts.csv", "conditioned.csv",
        "suppression.csv", "colonies.csv", "images.csv", "expression.csv", "raw", "templates",
    }  # fmt: skip
    capsys.readouterr()
    assert main(["run", str(folder), "--workers", "1", "--lang", language]) == 1
    said = capsys.readouterr().err.splitlines()
    assert [line for line in said if "lots.csv" in line] == [said[0]]
    assert f'lang="{language}"' in (folder / "results" / "report.html").read_text(encoding="utf-8")


def test_a_folder_that_holds_something_is_not_overwritten(tmp_path, capsys):
    (tmp_path / "lots.csv").write_text("mine", encoding="utf-8")
    assert main(["new", str(tmp_path)]) == 1
    assert (tmp_path / "lots.csv").read_text(encoding="utf-8") == "mine"


def test_profiles_are_listed(capsys):
    assert main(["profiles", "--lang", "en"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert "isct_2006" in names
    assert names == sorted(names)


def test_one_profile_shows_each_limit_with_its_citation(capsys):
    assert main(["profiles", "isct_2006", "--json"]) == 0
    twin = json.loads(capsys.readouterr().out)
    assert twin["name"] == "isct_2006"
    assert all(criterion["citation"] for criterion in twin["criteria"])


def test_help_imports_nothing_heavy():
    heavy = ("numpy", "pandas", "scipy", "pyarrow", "pydantic", "jinja2", "xlsxwriter", "rich")
    code = (
        "import sys; from stroma.cli import main; main(['--help']); "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("command", "called"),
    [
        (("judge", "{file}", "--profile", "isct_2006"), "stroma judge"),
        (("compare", "{file}"), "stroma compare"),
        (("size", "{file}"), "stroma size"),
        (("choose", "{file}", "--application", "gvhd"), "stroma choose"),
        (("plan", "{file}"), "stroma plan"),
        (("trend", "{file}", "--quantity", "doubling_time"), "stroma trend"),
        (("limits", "{file}", "--quantity", "doubling_time"), "stroma limits"),
        (("fcs", "{file}"), "stroma fcs"),
    ],
)
def test_a_file_that_cannot_be_read_has_a_json_twin(tmp_path, capsys, command, called):
    file = tmp_path / "empty.csv"
    file.write_text("\n", encoding="utf-8")
    words = [word.format(file=file) for word in command]
    assert main([*words, "--json", "--lang", "ru"]) == 1
    said = capsys.readouterr()
    twin = json.loads(said.out)
    assert (twin["schema_version"], twin["command"]) == ("1", called)
    (problem,) = twin["problems"]
    assert problem["place"]["file"] in {"empty.csv", str(file)}
    assert problem["severity"] == "error"
    assert problem["expected"] not in said.err  # JSON is in English, the message in Russian
    assert "Ожидалось" in said.err


@pytest.mark.parametrize("command", ["import", "dedup"])
def test_an_export_that_cannot_be_read_is_in_the_json(tmp_path, capsys, command):
    file = tmp_path / "empty.csv"
    file.write_text("\n", encoding="utf-8")
    assert main(["evidence", command, str(file), "--json"]) == 1
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["place"]["file"].endswith("empty.csv")


def test_weights_that_are_not_there_are_misuse(tmp_path, capsys):
    weights = tmp_path / "nofile.toml"
    words = ["choose", "--application", "gvhd", "--weights", str(weights), "--lang", "en"]
    assert main(words) == 2
    assert "there is no file" in capsys.readouterr().err
