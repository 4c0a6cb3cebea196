"""Plain grids and tables of wells, as laboratories paste them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import xlsxwriter

from stroma.errors import FileProblem
from stroma.formats.plates import read_plate_file
from stroma.plate_records import PlateFile, ReadingKind, WellStatus
from stroma.wells import PLATE_SIZES, well_name


def read(
    tmp_path: Path, content: str, encoding: str = "utf-8", mark: str | None = None
) -> PlateFile:
    path = tmp_path / "g.csv"
    path.write_bytes(content.encode(encoding))
    return read_plate_file(path, file="g.csv", decimal_mark=mark)


def grid(rows: int, columns: int, cell: str, name: str = "OD450", sep: str = ",") -> str:
    head = sep.join([name, *(str(k + 1) for k in range(columns))])
    lines = [sep.join([well_name(r, 0)[:-1], *([cell] * columns)]) for r in range(rows)]
    return "\n".join([head, *lines]) + "\n"


@pytest.mark.parametrize(("rows", "columns"), PLATE_SIZES)
def test_every_size_of_plate(tmp_path, rows, columns):
    file = read(tmp_path, grid(rows, columns, "0.5"))
    (reading,) = file.readings
    assert (reading.rows, reading.columns, len(reading.wells)) == (rows, columns, rows * columns)
    assert (reading.kind, reading.unit, reading.wavelengths_nm) == (
        ReadingKind.ABSORBANCE, "[OD]", (450.0,))  # fmt: skip
    assert not file.problems


def test_semicolons_with_decimal_commas_in_utf16(tmp_path):
    file = read(tmp_path, grid(8, 12, "0,52", sep=";"), "utf-16")
    assert file.readings[0].wells["H12"].value == 0.52


def test_a_number_with_two_readings_is_asked_for(tmp_path):
    content = grid(8, 12, "2,100", sep=";")
    with pytest.raises(FileProblem, match=r'"2,100" is 2100 with a decimal point and 2\.1 with'):
        read(tmp_path, content)
    assert read(tmp_path, content, mark=",").readings[0].wells["A1"].value == 2.1


def test_grids_below_each_other_and_a_layout(tmp_path):
    names = grid(2, 3, "STD1", name="Layout")
    content = names + "\n" + grid(2, 3, "0.1", name="450") + "\n" + grid(2, 3, "7", name="RLU")
    file = read(tmp_path, content)
    assert [(r.name, r.kind) for r in file.readings] == [
        ("450", ReadingKind.ABSORBANCE), ("RLU", ReadingKind.LUMINESCENCE)]  # fmt: skip
    assert [(well.well, well.role) for well in file.layout][:2] == [
        ("A1", "standard"), ("A2", "standard")]  # fmt: skip


def test_a_workbook_with_a_moved_grid_and_words(tmp_path):
    path = tmp_path / "g.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("P1")
        sheet.write(2, 2, "Absorbance 562 (mAU)")
        for c in range(12):
            sheet.write(3, 3 + c, c + 1)
        for r in range(8):
            sheet.write(4 + r, 2, "ABCDEFGH"[r])
            for c in range(12):
                sheet.write(4 + r, 3 + c, 0.25)
        sheet.write(4, 3, "OVRFLW")
        sheet.write(4, 4, "<0.1")
    file = read_plate_file(path, file="g.xlsx")
    (reading,) = file.readings
    assert (reading.plate, reading.kind, reading.unit) == ("P1", ReadingKind.ABSORBANCE, "[OD]")
    assert reading.wells["A1"].status is WellStatus.ABOVE_RANGE
    assert (reading.wells["A2"].status, reading.wells["A2"].value) == (WellStatus.BELOW_RANGE, 0.1)
    said = " ".join(problem.render() for problem in file.problems)
    assert 'absorbance labelled "mAU" with 0.25 as its highest value' in said
    assert 'well A1 with "OVRFLW"' in said


def test_a_true_mau_stays_thousandths(tmp_path):
    assert read(tmp_path, grid(2, 3, "250.5", name="OD450 (mAU)")).readings[0].unit == "m[OD]"


def test_a_long_table(tmp_path):
    file = read(
        tmp_path,
        "well,sample,role,concentration (pg/mL),dilution,OD450,OD570\n"
        "A1,S1,standard,1000,,2.4,0.05\nA02,S1,standard,1000,,2.3,0.04\n"
        "B1,BM-01,sample,,4,OVRFLW,0.05\n",
    )
    assert [r.name for r in file.readings] == ["OD450", "OD570"]
    assert file.readings[0].wells["A2"].value == 2.3
    assert file.readings[0].wells["B1"].status is WellStatus.ABOVE_RANGE
    first, _, third = file.layout
    assert (first.concentration, first.unit, first.role) == (1000.0, "pg/mL", "standard")
    assert (third.sample, third.dilution, third.concentration) == ("BM-01", 4.0, None)


def test_a_long_table_of_two_plates_with_a_well_twice(tmp_path):
    file = read(tmp_path, "plate,well,value\nP1,A1,1\nP1,A1,2\nP2,A1,3\n")
    assert [(r.plate, r.wells["A1"].value) for r in file.readings] == [("P1", 1.0), ("P2", 3.0)]
    assert any("“P1 A1 2”, which was not read" in problem.render() for problem in file.problems)


def test_a_lost_row_is_said(tmp_path):
    lines = grid(8, 12, "0.5").splitlines()
    del lines[4]
    file = read(tmp_path, "\n".join(lines))
    said = " ".join(problem.render() for problem in file.problems)
    assert "a grid of 3 rows and 12 columns" in said
    assert "4 rows outside every plate, the first “E 0.5" in said


def test_no_plate_is_refused(tmp_path):
    with pytest.raises(FileProblem, match=r"a file that begins with “lot,viability”"):
        read(tmp_path, "lot,viability\nL1,95\n")


def test_the_examples_of_the_page(tmp_path):
    page = Path(__file__).parents[2] / "docs" / "how-to" / "plate-grids.md"
    pasted, table = re.findall(r"```\{code-block\} text\n(.*?)```", page.read_text("utf-8"), re.S)
    (reading,) = read(tmp_path, pasted).readings
    assert (reading.rows, reading.columns, reading.wells["D6"].value) == (4, 6, 0.249)
    file = read(tmp_path, table)
    assert [r.name for r in file.readings] == ["OD450", "OD570"]
    assert [well.role for well in file.layout] == ["standard", "standard", "sample"]
    assert file.layout[1].unit == "pg/mL"
