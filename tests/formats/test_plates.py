"""Which format reads a file, and what a person is told where none or two would."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from stroma.errors import FileProblem
from stroma.formats.plates import PLATE_FORMATS, read_plate_file
from stroma.formats.raw import read_raw
from stroma.plate_records import ReadingKind

EXPORTS = "data/assays/instrument_exports"


def test_every_format_has_a_name_of_its_own():
    names = [item.name for item in PLATE_FORMATS]
    assert len(set(names)) == len(names) == 5
    assert [item.name for item in PLATE_FORMATS if item.is_plain] == [names[-1]]


def test_each_real_file_is_recognised_by_the_right_format_alone(shared):
    expected = {
        "agilent_gen5": "BioTek Gen5 (text)",
        "moldev_softmax_pro": "Molecular Devices SoftMax Pro (text)",
        "tecan_magellan": "Tecan Magellan (XLSX)",
    }
    for path in sorted((shared / EXPORTS).glob("*/testdata/**/*.*")):
        if not path.is_file():
            continue
        folder = path.relative_to(shared / EXPORTS).parts[0]
        raw = read_raw(path)
        found = [item.name for item in PLATE_FORMATS if not item.is_plain and item.sniff(raw)]
        wanted = [expected[folder]] if folder in expected and "garbage" not in path.name else []
        assert found == wanted, path.name


def test_a_file_that_could_be_two_is_refused(tmp_path):
    path = tmp_path / "both.txt"
    path.write_text(
        "##BLOCKS= 1\nSoftware Version\t3.12\nPlate Number\tPlate 1\n", encoding="utf-8"
    )
    with pytest.raises(
        FileProblem, match=r"a file that could be each of: BioTek Gen5 \(text\); Mol"
    ):
        read_plate_file(path, file="both.txt")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"^p\.txt: the file is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", r"^p\.txt: a file that begins with"),
        (b"PK\x03\x04 broken", r"^p\.txt: the workbook cannot be read"),
        (b"some words and no table", r"a file that begins with “some words and no table”"),
    ],
)
def test_what_is_no_plate(tmp_path, content, message):
    path = tmp_path / "p.txt"
    path.write_bytes(content)
    with pytest.raises(FileProblem, match=message):
        read_plate_file(path, file="p.txt")


def test_gen5_saved_as_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "gen5.xlsx"
    rows: list[tuple[object, ...]] = [
        ("Software Version", "3.12.08"),
        ("Experiment File Path:", "C:\\a.xpt"),
        (),
        ("Plate Number", "Plate 1"),
        ("Reader Type:", "Synergy H1"),
        (),
        ("Procedure Details",),
        ("Plate Type", "6 WELL PLATE"),
        ("Read", "Absorbance Endpoint"),
        ("", "Wavelengths:  450"),
        (),
        ("Results",),
        ("", 1, 2, 3),
        ("A", 0.51, 0.62, "OVRFLW", 450),
        ("B", 0.71, 0.82, 0.93, 450),
    ]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Plate 1 - Sheet1")
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                sheet.write(r, c, value)
    file = read_plate_file(path, file="gen5.xlsx")
    (reading,) = file.readings
    assert (reading.kind, reading.name, reading.wells["B3"].value) == (
        ReadingKind.ABSORBANCE,
        "450",
        0.93,
    )
    assert file.problems[0].place.file == "gen5.xlsx"
