"""A results folder is whole or not there: the old set or the new, never a mixture."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from stroma.errors import FileProblem
from stroma.provenance import is_current, state_of
from stroma.report import folder as folder_module
from stroma.report.folder import NAMES, write_report, write_results
from stroma.texts import ENGLISH


@pytest.fixture(scope="module")
def small(build):
    return build(2)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_all_files_are_written_and_written_alike_again(small, tmp_path):
    folder = tmp_path / "study" / "results"
    paths = write_results(small, folder, ENGLISH)
    assert [path.name for path in paths] == list(NAMES)
    first = content(folder)
    assert set(first) == set(NAMES)
    write_results(small, folder, ENGLISH)
    assert content(folder) == first
    assert [path.name for path in folder.parent.iterdir()] == ["results"]


def test_with_a_state_a_later_run_sees_that_nothing_changed(small, tmp_path):
    folder = tmp_path / "results"
    state = state_of({"lots.csv": "11"}, "en")
    paths = write_results(small, folder, ENGLISH, state=state)
    assert paths[-1].name == "manifest.json"
    assert is_current(folder, state)
    assert json.loads(paths[-1].read_text(encoding="utf-8"))["attention"] == 2
    (folder / "report.html").write_text("changed by hand", encoding="utf-8")
    assert not is_current(folder, state)


def test_a_manifest_of_another_state_does_not_outlive_its_results(small, tmp_path):
    folder = tmp_path / "results"
    write_results(small, folder, ENGLISH, state=state_of({"lots.csv": "11"}, "en"))
    write_results(small, folder, ENGLISH)
    assert not (folder / "manifest.json").exists()


def test_what_stroma_did_not_write_stays(small, tmp_path):
    folder = tmp_path / "results"
    write_results(small, folder, ENGLISH)
    (folder / "my notes.txt").write_text("look at BM-02", encoding="utf-8")
    (folder / "drafts").mkdir()
    write_results(small, folder, ENGLISH)
    assert (folder / "my notes.txt").read_text(encoding="utf-8") == "look at BM-02"
    assert (folder / "drafts").is_dir()


@pytest.mark.parametrize("broken", ["report_to_json", "write_workbook", "_swap"])
def test_a_run_that_breaks_off_leaves_the_old_results_whole(broken, small, tmp_path, monkeypatch):
    folder = tmp_path / "results"
    write_results(small, folder, ENGLISH)
    before = content(folder)

    def break_off(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(folder_module, broken, break_off)
    with pytest.raises(KeyboardInterrupt):
        write_results(small, folder, ENGLISH)
    assert content(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_a_crash_between_the_renamings_is_mended_by_the_next_run(small, tmp_path):
    folder = tmp_path / "results"
    write_results(small, folder, ENGLISH)
    (folder / "my notes.txt").write_text("mine", encoding="utf-8")
    folder.rename(tmp_path / ".results.old")
    write_results(small, folder, ENGLISH)
    assert set(content(folder)) == {*NAMES, "my notes.txt"}
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_a_crash_before_the_old_set_was_removed_is_mended_too(small, tmp_path):
    folder = tmp_path / "results"
    write_results(small, folder, ENGLISH)
    old = tmp_path / ".results.old"
    old.mkdir()
    (old / "report.html").write_text("old", encoding="utf-8")
    (old / "my notes.txt").write_text("mine", encoding="utf-8")
    write_results(small, folder, ENGLISH)
    assert set(content(folder)) == {*NAMES, "my notes.txt"}
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_a_renaming_that_fails_puts_the_old_folder_back(small, tmp_path, monkeypatch):
    folder = tmp_path / "results"
    write_results(small, folder, ENGLISH)
    before = content(folder)
    rename = Path.rename

    def refuse_new(self, target):
        if self.name.startswith(".results.new"):
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_new)
    with pytest.raises(FileProblem, match=r"it cannot be written \(Permission denied\)"):
        write_results(small, folder, ENGLISH)
    assert content(folder) == before


def test_a_study_is_never_taken_for_a_folder_of_results(small, tmp_path):
    (tmp_path / "study.toml").write_text('title = "A"\n', encoding="utf-8")
    with pytest.raises(FileProblem, match=r"a study, in the place of results.*nothing was written"):
        write_results(small, tmp_path, ENGLISH)
    assert [path.name for path in tmp_path.iterdir()] == ["study.toml"]


def test_a_file_in_the_place_of_the_folder_is_refused(small, tmp_path):
    (tmp_path / "results").write_text("a file", encoding="utf-8")
    with pytest.raises(FileProblem, match=r"it cannot be written.*close the files"):
        write_results(small, tmp_path / "results", ENGLISH)
    assert (tmp_path / "results").read_text(encoding="utf-8") == "a file"


def test_one_report_is_replaced_whole(small, tmp_path):
    path = tmp_path / "new folder" / "отчёт.html"
    assert write_report(small, path, ENGLISH) == path
    first = path.read_bytes()
    assert write_report(small, path, ENGLISH).read_bytes() == first
    assert [entry.name for entry in path.parent.iterdir()] == ["отчёт.html"]


def test_a_report_that_cannot_be_written_says_so(small, tmp_path):
    (tmp_path / "taken").mkdir()
    with pytest.raises(FileProblem, match="taken: it cannot be written"):
        write_report(small, tmp_path / "taken", ENGLISH)


def test_what_a_dead_run_left_is_removed_and_a_living_one_is_not(small, tmp_path):
    dead = tmp_path / ".results.new-999999999"
    alive = tmp_path / f".results.new-{os.getppid()}"
    for folder in (dead, alive):
        folder.mkdir()
    write_results(small, tmp_path / "results", ENGLISH)
    assert not dead.exists()
    assert alive.exists()
