"""Exports of FACSDiva and FlowJo: layouts as other programs read them, numbers written by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from stroma.errors import FileProblem
from stroma.formats.statistics_exports import read_statistics
from stroma.statistic_records import ALL_EVENTS, StatisticsExport

WIDE = """Experiment Name,Specimen Name,Tube Name,Record Date,$OP,All Events #Events,\
Live #Events,Live %Parent,CD105+ #Events,CD105+ %Parent,CD105+ FITC-A Mean
E1,Specimen_001,BM-01,"Mar 18, 2014 12:38:58 PM",Op,20000,15000,75.0,14850,99.0,12345
E1,Specimen_002,BM-02,"Mar 18, 2014 12:39:58 PM",Op,20000,12000,60.0,####,####,12345
"""
VIEW = """Experiment Name,E1
Specimen Name,Specimen_001
Tube Name,{tube}
Record Date,"Mar 18, 2014 12:38:58 PM"

Population,Parent Name,#Events,%Parent,%Grand Parent,%Total,FITC-A Mean
All Events,,20000,####,####,100.0,100
Cells,All Events,16000,80.0,####,80.0,200
Live,Cells,15000,93.8,75.0,75.0,300
CD90+,Live,14900,99.3,93.1,74.5,400
"""
TABLE = """,Count,Cells/Live | Count,Cells/Live/CD73+ | Freq. of Parent,\
Cells/Live/CD73+ | Median (FITC-A)
BM-01.fcs,20000,15000,98.7 %,1200
BM-02.fcs,20000,12000,12.0 %,1300
Mean,20000,13500,55,1250
SD,0,2121,61,70
"""


def export(folder: Path, content: str, name: str = "export.csv") -> StatisticsExport:
    path = folder / name
    path.write_text(content, "utf-8")
    return read_statistics(path, file=name)


def test_facsdiva_one_row_a_tube(tmp_path: Path) -> None:
    found = export(tmp_path, WIDE)
    assert found.method == "facsdiva_statistic/1"
    first, second = found.samples
    assert first.names == ("E1/Specimen_001/BM-01", "Specimen_001/BM-01", "BM-01")
    assert [(each.name, each.count) for each in first.populations] == [
        (ALL_EVENTS, 20000),
        ("Live", 15000),
        ("CD105+", 14850),
    ]
    assert first.populations[2].percents == {"parent": 99.0}
    assert first.populations[2].origin.place == "row 2"
    assert second.populations[2].count is None
    assert second.populations[2].percents == {}


def test_facsdiva_one_table_a_tube(tmp_path: Path) -> None:
    found = export(tmp_path, VIEW.format(tube="BM-01") + "\n" + VIEW.format(tube="BM-02"))
    assert [sample.names[-1] for sample in found.samples] == ["BM-01", "BM-02"]
    paths = [(each.path, each.parent, each.count) for each in found.samples[1].populations]
    assert paths == [
        (ALL_EVENTS, None, 20000),
        ("Cells", ALL_EVENTS, 16000),
        ("Cells/Live", "Cells", 15000),
        ("Cells/Live/CD90+", "Cells/Live", 14900),
    ]


def test_facsdiva_without_the_parents(tmp_path: Path) -> None:
    content = "Tube Name,T1\n\nPopulation,#Events,%Parent\nAll Events,50,####\nP1,20,40.0\n"
    (sample,) = export(tmp_path, content).samples
    assert [(each.path, each.parent) for each in sample.populations] == [
        (ALL_EVENTS, None),
        ("P1", None),
    ]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators(tmp_path: Path, separator: str) -> None:
    content = "Tube Name,All Events #Events,P1 #Events,P1 %Parent\nT1,50,20,40\n"
    found = export(tmp_path, content.replace(",", separator))
    assert found.samples[0].populations[1].count == 20


def test_a_flowjo_table(tmp_path: Path) -> None:
    found = export(tmp_path, TABLE)
    assert found.method == "flowjo_statistic/1"
    assert [sample.names for sample in found.samples] == [("BM-01.fcs",), ("BM-02.fcs",)]
    populations = {each.path: each for each in found.samples[0].populations}
    assert populations[ALL_EVENTS].count == 20000
    assert populations["Cells/Live"].count == 15000
    assert populations["Cells/Live/CD73+"].count is None
    assert populations["Cells/Live/CD73+"].percents == {"parent": 98.7}


@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_a_flowjo_table_with_other_separators(tmp_path: Path, separator: str) -> None:
    rows = [["", "Cells | Count", "Cells/CD90+ | Freq. of Parent"], ["a.fcs", "1000", "95.5"]]
    content = "\n".join(separator.join(row) for row in rows) + "\n"
    (sample,) = export(tmp_path, content).samples
    populations = {each.path: each for each in sample.populations}
    assert populations["Cells"].count == 1000
    assert populations["Cells/CD90+"].percents == {"parent": 95.5}


def test_a_flowjo_table_of_semicolons_and_names_with_commas(tmp_path: Path) -> None:
    content = ";Cells, live | Count;Cells, live/A | Count\na.fcs;1000;95\n"
    (sample,) = export(tmp_path, content).samples
    assert {each.path: each.count for each in sample.populations} == {
        "Cells, live": 1000,
        "Cells, live/A": 95,
    }


def test_a_flowjo_workspace(shared: Path) -> None:
    path = shared / "data/flow/flowjo_workspaces/flowjo_example_2.wsp"
    (sample,) = read_statistics(path).samples
    counts = {each.path: each.count for each in sample.populations}
    lymphocytes = "Lymphocytes/Single Cells/Single Cells"
    assert counts[ALL_EVENTS] == 65121
    assert counts[f"{lymphocytes}/Live cells"] == 34753
    assert counts[f"{lymphocytes}/Live cells/CD3+"] == 6891


def test_populations_of_gates_that_cannot_be_applied_are_counted(shared: Path) -> None:
    path = shared / "data/flow/flowjo_workspaces/flowjo_example_2.wsp"
    (sample,) = read_statistics(path).samples
    curly = [each for each in sample.populations if "(Curly Gate)/" in each.path]
    assert len(curly) == 4


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("lot,value\nBM-01,3\n", "no statistics that Stroma knows"),
        ("Tube Name,P1 #Events\nT1,many\n", '"many" is not a number'),
        ("Tube Name,P1 #Events\nT1,1.5\n", "whole, from 0"),
        ('Tube Name,P1 #Events\nT1,"1,234"\n', "1234 with a decimal point and 1.234 with"),
        ("Tube Name,P1 #Events,P1 #Events\nT1,1,2\n", 'the column "P1 #Events" twice'),
        ('Tube Name,P1 #Events\n"T1,1\n', "not closed before"),
    ],
)  # fmt: skip
def test_refusals(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(FileProblem, match=message):
        export(tmp_path, content)
