"""INTELLIFLEX's export, in the layout of its versions 2.0 and 2.1, with numbers written by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from stroma.errors import FileProblem
from stroma.formats.beads import read_bead_file

OLD = """INSTRUMENT TYPE,SERIAL NUMBER,PLATE NAME,WELL LOCATION,SAMPLE ID,R25: RP1 MEDIAN,\
R25: RP1 COUNT,R25: RP2 MEDIAN,R25: RP2 COUNT
INTELLIFLEX,IF1,P1,A1,Unknown1,130.55469,28,6.69629,28
INTELLIFLEX,IF1,P1,B1,Unknown13,129.34082,30,NaN,0
"""
NEW = """MODEL NAME,INSTRUMENT TYPE,WELL LOCATION,WELL TYPE,SAMPLE ID,DILUTION,\
R25: RP1 ANALYTE NAME,R25: RP1 MEDIAN,R25: RP1 NET MEDIAN,R25: RP1 NET NORMALIZED MEDIAN,\
R25: RP1 COUNT
xMAP,INTELLIFLEX,A1,U1,PL-01 CM,50,VEGF,14.93809,4.5,NaN,69
xMAP,INTELLIFLEX,B1,S2,Std 2,1,VEGF,15.69512,5.25,NaN,135
"""


def test_both_reporters_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "plate.csv"
    path.write_text(OLD, "utf-8")
    found = read_bead_file(path, file="plate.csv")
    held = [(r.well, r.analyte, r.median_fluorescence.value, r.beads) for r in found.readings]
    assert held == [
        ("A1", "R25", 130.55469, 28),
        ("A1", "R25 RP2", 6.69629, 28),
        ("B1", "R25", 129.34082, 30),
        ("B1", "R25 RP2", None, 0),
    ]
    assert "R25 RP2: no median in 1 well: B1 (NaN)" in found.problems[0].render()


def test_names_roles_and_dilutions(tmp_path: Path) -> None:
    path = tmp_path / "plate.csv"
    path.write_text(NEW, "utf-8")
    sample, standard = read_bead_file(path).readings
    assert (sample.analyte, sample.sample, sample.role, sample.dilution) == (
        "VEGF", "PL-01 CM", "sample", 50.0,
    )  # fmt: skip
    assert (sample.net_fluorescence.value, standard.role) == (4.5, "standard")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (",B1,", ",A1,", "row 3: a second reading of well A1"),
        (",B1,", ",,", 'row 3: "" for a well'),
        ("WELL LOCATION", "WELL LOCATION#", "no table whose header names the wells"),
        ("RP2 MEDIAN", "RP1 MEDIAN", "the column .* twice"),
    ],
)
def test_what_cannot_be_read_rightly_is_refused(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    path = tmp_path / "plate.csv"
    path.write_text(OLD.replace(old, new), "utf-8")
    with pytest.raises(FileProblem, match=told):
        read_bead_file(path)
