"""xPONENT's exports: real ones, and small ones written by hand in the same layout."""

from __future__ import annotations

from pathlib import Path

import pytest

from stroma.errors import FileProblem, Severity
from stroma.formats.beads import read_bead_file
from stroma.plate_records import BeadFile, BeadReading, WellStatus

REAL = "data/assays/instrument_exports/luminex_xponent/testdata"

EXPORT = """"Program","xPONENT","","MAGPIX"
"Build","4.2.1324.0"
"ProtocolDescription","plates 50\u00b5l sample"

"Samples","4","Min Events","100","Per Bead"

"Results"

"DataType:","Median"
"Location","Sample","VEGF","IL-6","Total Events"
"1(1,A1)","Background0","12","9.5","200"
"2(1,B1)","Standard1","10921.5","37214","200"
"3(1,C1)","PL-01 CM","480","1,024.5","200"
"4(1,D1)","Unknown1","Not Reported","31","200"

"DataType:","Count"
"Location","Sample","VEGF","IL-6","Total Events"
"1(1,A1)","Background0","60","61","200"
"2(1,B1)","Standard1","62","63","200"
"3(1,C1)","PL-01 CM","64","19","200"
"4(1,D1)","Unknown1","0","66","200"

"DataType:","Result"
"Location","Sample","VEGF","IL-6","Total Events"
"1(1,A1)","Background0","< 3.2","NaN","200"
"2(1,B1)","Standard1","10000",">5000","200"
"3(1,C1)","PL-01 CM","215.4","","200"
"4(1,D1)","Unknown1","NaN","***","200"

"DataType:","Standard Expected Concentration"
"Reagent","VEGF","IL-6"
"Standard1","10000","5000"

"DataType:","Units"
"Analyte:","VEGF","IL-6"
"BeadID:","28","35"
"Units:","pg/mL","pg/mL"

"DataType:","Per Bead Count"
"Analyte:","VEGF","IL-6"
"BeadID:","28","35"
"Per Bead:","50","50"

"DataType:","Dilution Factor"
"Location","Sample","Dilution Factor"
"1(1,A1)","Background0",""
"2(1,B1)","Standard1","1"
"3(1,C1)","PL-01 CM","2"
"4(1,D1)","Unknown1","4"

"DataType:","Warnings/Errors"
"Location","Status","Message"
"1,C1","Warning","A region did not reach the specified count."

-- CRC --
CRC32: 40B50595
"""


def read(folder: Path, content: str = EXPORT, *, encoding: str = "utf-8") -> BeadFile:
    path = folder / "batch.csv"
    path.write_bytes(content.encode(encoding))
    return read_bead_file(path, file="batch.csv")


def reading(found: BeadFile, well: str, analyte: str) -> BeadReading:
    (held,) = (each for each in found.readings if (each.well, each.analyte) == (well, analyte))
    return held


def test_every_table_is_read(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert found.instrument == "Luminex MAGPIX xPONENT 4.2.1324.0"
    assert found.units == {"VEGF": "pg/mL", "IL-6": "pg/mL"}
    assert found.minimum_beads == 50
    sample = reading(found, "C1", "VEGF")
    assert sample.sample == "PL-01 CM"
    assert (sample.median_fluorescence.value, sample.beads, sample.dilution) == (480.0, 64, 2.0)
    assert sample.result.value == 215.4
    assert sample.role == ""
    standard = reading(found, "B1", "IL-6")
    assert (standard.role, standard.expected.value) == ("standard", 5000.0)
    assert reading(found, "A1", "VEGF").role == "blank"
    assert reading(found, "C1", "IL-6").median_fluorescence.value == 1024.5


def test_cells_without_a_number_keep_their_meaning(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert reading(found, "D1", "VEGF").median_fluorescence.status is WellStatus.NOT_REPORTED
    below = reading(found, "A1", "VEGF").result
    assert (below.status, below.value) == (WellStatus.BELOW_RANGE, 3.2)
    above = reading(found, "B1", "IL-6").result
    assert (above.status, above.value) == (WellStatus.ABOVE_RANGE, 5000.0)
    assert reading(found, "D1", "VEGF").result.status is WellStatus.NOT_A_NUMBER
    assert reading(found, "C1", "IL-6").result.status is WellStatus.EMPTY
    assert reading(found, "D1", "IL-6").result.status is WellStatus.NOT_REPORTED
    assert reading(found, "A1", "VEGF").dilution is None


def test_few_beads_and_missing_medians_are_told(tmp_path: Path) -> None:
    told = [problem.render() for problem in read(tmp_path).problems]
    assert told == [
        (
            "batch.csv: the instrument warned of C1: A region did not reach the specified count. "
            "Expected: an acquisition without warnings. What to do: look at the counts of beads in "
            "these wells."
        ),
        (
            "batch.csv: VEGF: no median in 1 well: D1 (Not Reported). Expected: a median "
            "fluorescence in every well. What to do: run these wells again; nothing is calculated "
            "from them."
        ),
        (
            "batch.csv: IL-6: too few beads in 1 well: C1 (19). Expected: 50 beads or more, as the "
            "run asked for. What to do: look at these wells; run them again where their beads are "
            "few."
        ),
    ]


@pytest.mark.parametrize("encoding", ["cp1252", "cp1251", "utf-8-sig", "utf-16"])
def test_the_micro_sign_in_any_encoding_does_no_harm(tmp_path: Path, encoding: str) -> None:
    assert len(read(tmp_path, encoding=encoding).readings) == 8


def test_a_sample_name_that_encodings_read_apart_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="is not UTF-8"):
        read(tmp_path, EXPORT.replace("PL-01 CM", "PL-01 Müller"), encoding="cp1252")


def test_beads_of_the_head_count_where_no_table_says_them(tmp_path: Path) -> None:
    content = EXPORT.replace('"Per Bead Count"', '"Comments"')
    assert read(tmp_path, content).minimum_beads == 100


def test_a_file_saved_by_a_spreadsheet_reads_the_same(tmp_path: Path) -> None:
    lines = [line + ",,," if line else ",,," for line in EXPORT.replace('""', "").split("\n")]
    assert read(tmp_path, "\n".join(lines)).readings == read(tmp_path).readings


def test_a_cut_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r'no table "Count".*the file may be cut off'):
        read(tmp_path, EXPORT.partition('"DataType:","Count"')[0])
    cut = read(tmp_path, EXPORT.partition('"4(1,D1)","Unknown1","0"')[0])
    told = " ".join(problem.render() for problem in cut.problems)
    assert 'the tables "Median" and "Count" are not of the same wells' in told
    assert "D1 Unknown1" in told
    assert "no checksum at the end" in told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"4(1,D1)"', '"4(2,D1)"', "wells of more than one plate"),
        ('"4(1,D1)"', '"4(1,C1)"', "a second reading of well C1"),
        ('"4(1,D1)"', '"D1 of plate"', '"D1 of plate" for a well'),
        ('"VEGF","IL-6","Total', '"VEGF","VEGF","Total', 'the analyte "VEGF" twice'),
        ('"480"', '"many"', 'row 13, column "VEGF": "many" is not a number'),
        ('"Result"', '"Median"', 'a second table "Median"'),
    ],
)
def test_what_cannot_be_read_rightly_is_refused(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    with pytest.raises(FileProblem, match=told):
        read(tmp_path, EXPORT.replace(old, new))


def test_a_head_alone_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match='no table "Median"'):
        read(tmp_path, EXPORT.partition('"DataType:"')[0])


def test_another_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r"begins with “lot;cells”.*one of: Luminex xPONENT"):
        read(tmp_path, "lot;cells\n1;2\n")


def test_real_export(shared: Path) -> None:
    found = read_bead_file(shared / REAL / "luminex_xPONENT_example02.csv", file="a.csv")
    held = [(r.well, r.analyte, r.median_fluorescence.value, r.beads) for r in found.readings]
    assert held[:2] == [("A1", "alpha", 10921.5, 30), ("A1", "bravo", 37214.0, 42)]
    assert held[-1] == ("D1", "bravo", 28980.0, 42)
    assert found.minimum_beads == 25
    assert any(
        "4 wells in the tables. Expected: 96" in problem.render() for problem in found.problems
    )


def test_real_export_without_numbers(shared: Path) -> None:
    name = "luminex_xPONENT_NaN_and_not_reported_values.csv"
    found = read_bead_file(shared / REAL / name, file="a.csv")
    assert len(found.readings) == 96 * 3
    statuses = {reading.median_fluorescence.status for reading in found.readings}
    assert statuses == {WellStatus.NOT_A_NUMBER, WellStatus.EMPTY}
    assert {reading.beads for reading in found.readings} == {0}
    assert found.units == {}
    errors = [p.render() for p in found.problems if p.severity is Severity.ERROR]
    assert len(errors) == 3
    assert "analyte3: no median in 96 wells: A1, B1 (NaN)" in errors[2]
