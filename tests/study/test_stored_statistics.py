"""The ``statistics`` sheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from stroma.pipeline import measure_study, open_study

LOTS = "lot,donor,source\nBM-01,D01,bone_marrow\n"
HEADER = "file,sample,population,of,marker,lot,passage,stimulated\n"
TABLE = "Tube Name,All Events #Events,CD105+ #Events\nT1,1000,900\n"


@pytest.fixture
def study(tmp_path: Path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw/diva.csv").write_text(TABLE, "utf-8")
    (tmp_path / "lots.csv").write_text(LOTS, "utf-8")

    def made(*rows: str):
        (tmp_path / "statistics.csv").write_text(HEADER + "\n".join(rows) + "\n", "utf-8")
        return open_study(tmp_path)

    return made


def test_a_declared_number_becomes_a_row(study) -> None:
    opened = study("raw/diva.csv,T1,CD105+,All Events,cd 105,BM-01,P3,")
    (declared,) = opened.statistics
    assert (declared.quantity, declared.analyte) == ("percent_positive", "CD105")
    assert opened.raw_files == ("raw/diva.csv",)
    measured = measure_study(opened)
    (row,) = [each for each in measured.measurements if each.quantity == "percent_positive"]
    assert (row.value, row.method, row.lot) == (90.0, "facsdiva_statistic/1", "BM-01")


def test_markers_with_signs_are_a_phenotype(study) -> None:
    opened = study(
        "raw/diva.csv,T1,CD105+,All Events,CD105+/CD45-,BM-01,P3,",
        "raw/diva.csv,T1,CD105+,All Events,CD105+,BM-01,P4,",
    )
    assert [(each.quantity, each.analyte) for each in opened.statistics] == [
        ("percent_coexpressing", "CD105+/CD45-"),
        ("percent_positive", "CD105"),
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("raw/other.csv,T1,CD105+,All Events,CD105,BM-01,P3,", "which does not exist"),
        ("raw/diva.csv,T1,CD105+,All Events,viability,BM-01,P3,", "enter a viability in passages"),
        ("raw/diva.csv,T1,CD105+,All Events,CD105,BM-09,P3,", "BM-09"),
        ("raw/diva.csv,T1,CD105+,,CD105,BM-01,P3,", "an empty cell"),
    ],
)
def test_rows_that_cannot_be_used(study, row: str, message: str) -> None:
    opened = study(row)
    assert opened.statistics == ()
    assert any(message in problem.render() for problem in opened.problems)


def test_two_numbers_for_one_marker_are_used_neither(study) -> None:
    opened = study(
        "raw/diva.csv,T1,CD105+,All Events,CD105,BM-01,P3,",
        "raw/diva.csv,T2,CD105+,All Events,CD105,BM-01,P3,",
    )
    assert opened.statistics == ()


def test_an_export_that_cannot_be_read_is_a_problem(study, tmp_path: Path) -> None:
    (tmp_path / "raw/diva.csv").write_text("a,b\n1,2\n", "utf-8")
    measured = measure_study(study("raw/diva.csv,T1,CD105+,All Events,CD105,BM-01,P3,"))
    assert any("no statistics that Stroma knows" in each.render() for each in measured.problems)
