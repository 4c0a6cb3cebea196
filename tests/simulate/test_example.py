import csv
import hashlib

import numpy as np
import pytest

from stroma.errors import StudyProblem
from stroma.formats.fcs import read_fcs
from stroma.formats.sheets import read_sheet
from stroma.locale import get_language
from stroma.simulate.cytometer import channels, detector_names, spillover
from stroma.simulate.example import fcs_date, write_example_study
from stroma.simulate.truth import DEFAULT_SEED, lot_truths
from stroma.simulate.tubes import plan_tubes, tube_events


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study") / "example"
    write_example_study(folder, lots=5)
    return folder


def read(folder, name):
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def hashes(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_folder_holds_what_a_study_holds(study):
    assert sorted(path.name for path in study.iterdir()) == [
        "colonies.csv", "differentiation.csv", "images.csv", "lots.csv", "passages.csv",
        "plan.toml", "raw", "safety.csv", "study.toml", "truth.csv", "tubes.csv",
    ]  # fmt: skip
    assert sorted(path.name for path in (study / "raw" / "counters").iterdir()) == [
        "NC-200_BM-01_P4.csv", "NC-200_BM-02_P4.csv", "NC-200_BM-03_P4.csv",
        "NC-200_BM-04_P4.csv", "Vi-CELL_BLU_placenta_P4.csv",
    ]  # fmt: skip


def test_every_file_is_named_in_a_sheet_and_every_named_file_is_there(study):
    named = {row["file"] for row in read(study, "tubes.csv")}
    named |= {row["count_file"] for row in read(study, "passages.csv") if row["count_file"]}
    named |= {row["image"] for row in read(study, "colonies.csv") if row["image"]}
    named |= {row["file"] for row in read(study, "images.csv")}
    held = {path.relative_to(study).as_posix() for path in (study / "raw").rglob("*.*")}
    assert named == held


def test_sheets_are_read_as_they_were_written(study):
    (sheet,) = read_sheet(study / "lots.csv")
    assert [row.cells["lot"] for row in sheet.rows] == [
        "BM-01", "BM-02", "BM-03", "BM-04", "PL-01",
    ]  # fmt: skip
    assert not sheet.problems


def test_events_are_read_as_they_were_made(study):
    truth = lot_truths(DEFAULT_SEED, 1)[0]
    for number, plan in enumerate(plan_tubes(truth)):
        made = tube_events(truth, plan, number=number, seed=DEFAULT_SEED)
        (events,) = read_fcs(study / "raw/flow/BM-01" / f"BM-01_{plan.file_name}")
        assert events.names == tuple(channel.name for channel in channels({}))
        assert np.array_equal(events.values[:, :13], made.values[:, :13])
        assert np.allclose(events.values[:, 13], made.values[:, 13], atol=0.01)
        assert events.repairs == ()


def test_a_file_carries_the_true_matrix_and_says_where_it_comes_from(study):
    (events,) = read_fcs(study / "raw/flow/BM-01/BM-01_P4_stained.fcs")
    assert events.spillover is not None
    assert events.spillover.channels == detector_names()
    assert np.allclose(events.spillover.matrix, spillover().matrix)
    assert events.version == "FCS3.1"
    assert events.instrument == "Simulated cytometer"
    assert events.acquired is not None
    assert events.acquired.isoformat() == "2026-01-13T11:38:00"
    assert events.keywords["$COM"] == "Simulated events, not a measurement"
    named = {channel.name: channel for channel in events.channels}
    assert named["PE-A"].marker == "CD105"
    assert named["PE-A"].voltage == 445.0
    assert named["PE-A"].range == 262_144


def test_truth_says_what_is_in_the_files(study):
    rows = read(study, "truth.csv")
    shares = {
        (row["lot"], row["condition"], row["analyte"]): float(row["value"])
        for row in rows
        if row["quantity"] == "percent_positive" and row["lot"]
    }
    assert shares["BM-02", "", "CD34"] == pytest.approx(6.2, abs=0.01)
    assert shares["BM-03", "", "CD34"] == pytest.approx(100 * 10 / 650)
    assert shares["BM-04", "IFN-gamma", "HLA-DR"] == pytest.approx(65.0, abs=0.01)
    verdicts = {row["lot"]: row["category"] for row in rows
                if row["quantity"] == "verdict" and row["analyte"] == "isct_2006"}  # fmt: skip
    assert verdicts == {
        "BM-01": "PASS", "BM-02": "FAIL", "BM-03": "INCONCLUSIVE", "BM-04": "PASS",
        "PL-01": "PASS",
    }  # fmt: skip


def test_the_same_seed_gives_the_same_bytes_and_a_lot_does_not_depend_on_the_others(
    study, tmp_path
):
    write_example_study(tmp_path / "again", lots=5)
    assert hashes(tmp_path / "again") == hashes(study)
    write_example_study(tmp_path / "fewer", lots=1)
    fewer = {name: value for name, value in hashes(tmp_path / "fewer").items() if "raw/" in name}
    assert fewer.items() <= hashes(study).items()
    assert len(fewer) > 10


def test_another_seed_gives_another_study(study, tmp_path):
    write_example_study(tmp_path / "other", lots=1, seed=7)
    first = hashes(study)["raw/flow/BM-01/BM-01_P4_stained.fcs"]
    assert hashes(tmp_path / "other")["raw/flow/BM-01/BM-01_P4_stained.fcs"] != first


def test_the_eight_lots_are_small(study):
    # Five of the eight: the whole example stays below 60 MB.
    assert sum(path.stat().st_size for path in study.rglob("*") if path.is_file()) < 30e6


def test_progress_is_told_after_every_lot(tmp_path):
    told = []
    write_example_study(
        tmp_path / "study",
        lots=2,
        progress=lambda done, total, lot: told.append((done, total, lot)),
    )
    assert told == [(1, 2, "BM-01"), (2, 2, "BM-02")]


def test_words_are_in_the_reader_s_language_and_numbers_are_not(study, tmp_path):
    write_example_study(tmp_path / "ru", lots=1, language=get_language("ru"))
    assert 'language = "ru"' in (tmp_path / "ru" / "study.toml").read_text("utf-8")
    assert read(tmp_path / "ru", "passages.csv") == [
        row for row in read(study, "passages.csv") if row["lot"] == "BM-01"
    ]


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(StudyProblem, match=r"something is there already\. Expected: a folder that"):
        write_example_study(tmp_path / "study", lots=1)
    assert [path.name for path in (tmp_path / "study").iterdir()] == ["notes.txt"]


def test_an_empty_folder_is_filled(tmp_path):
    write_example_study(tmp_path, lots=1)
    assert (tmp_path / "study.toml").is_file()


def test_dates_do_not_depend_on_the_computer_s_language():
    from datetime import datetime

    assert fcs_date(datetime(2027, 12, 3)) == "03-DEC-2027"  # noqa: DTZ001 - a cytometer's clock
