"""Magellan exports: wells by position, one reading a measurement."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from stroma.errors import FileProblem
from stroma.formats.plates import read_plate_file
from stroma.plate_records import PlateFile, ReadingKind, WellStatus
from stroma.wells import well_name

FOLDER = "data/assays/instrument_exports/tecan_magellan/testdata"
SETTINGS = (
    "Date of measurement: 2021-07-08/Time of measurement: 14:34:46",
    "C:\\Users\\Public\\Documents\\Tecan\\Magellan\\mth\\a.mth",
    "Instrument serial number: 12901000069",
)


def made(tmp_path: Path, rows: list[tuple[object, ...]], below: tuple[str, ...] = ()) -> PlateFile:
    path = tmp_path / "m.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Magellan Sheet 1")
        for r, row in enumerate([*rows, *((line,) for line in (*SETTINGS, *below))]):
            for c, value in enumerate(row):
                sheet.write(r, c, value)
    return read_plate_file(path, file="m.xlsx")


def measurement(number: int, mode: str, light: str, unit: str) -> tuple[str, ...]:
    return (f"Measurement {number}.", f"Measurement mode: {mode}", light, f"Unit: {unit}")


def test_real_plate(shared):
    file = read_plate_file(shared / FOLDER / "SLA01P01_OD.xlsx", file="m.xlsx")
    (reading,) = file.readings
    assert (reading.plate, reading.kind, reading.unit, reading.wavelengths_nm) == (
        "96WEL008", ReadingKind.ABSORBANCE, "[OD]", (595.0,))  # fmt: skip
    assert (reading.rows, reading.columns, len(reading.wells)) == (8, 12, 96)
    assert (reading.wells["B1"].value, reading.wells["H12"].value) == (0.2118, 0.0461)
    assert file.instrument == "Tecan Magellan, 12901000069"
    assert not file.problems


def test_no_positions_are_refused(shared):
    with pytest.raises(
        FileProblem, match=r"no positions of wells; the columns are Raw data, Plate"
    ):
        read_plate_file(shared / FOLDER / "errors/no_well_positions.xlsx", file="m.xlsx")


def test_two_measurements_of_a_384_well_plate(tmp_path):
    wells = [well_name(r, c) for r in range(16) for c in range(24)]
    rows = [
        ("485", "560", "Well positions", "Layout"),
        *((0.0557, 0.0509, w, "BL1") for w in wells),
    ]
    below = (
        *measurement(1, "Absorbance", "Measurement wavelength: 485 nm", "OD"),
        *measurement(2, "Absorbance", "Measurement wavelength: 560 nm", "OD"),
        "Meas. temperature: 485: 24.8 °C",
        "Meas. temperature: 560: 25.1 °C",
        "Plate definition file: COS384ft.pdf",
    )
    file = made(tmp_path, rows, below)
    assert [(r.plate, r.name, r.wavelengths_nm) for r in file.readings] == [
        ("COS384ft", "485", (485.0,)), ("COS384ft", "560", (560.0,))]  # fmt: skip
    assert len(file.readings[0].wells) == 384
    assert len(file.layout) == 384


def test_absorbance_labelled_mau_is_od_and_said(tmp_path):
    rows = [("Raw data", "Well positions"), *((0.5, well_name(r, c)) for r in range(2)
                                              for c in range(3))]  # fmt: skip
    light = measurement(1, "Absorbance", "Measurement wavelength: 595 nm", "mAU")
    file = made(tmp_path, rows, light)
    assert file.readings[0].unit == "[OD]"
    assert 'absorbance labelled "mAU" with 0.5 as its highest value' in file.problems[0].render()


def test_words_missing_rows_and_twice_the_same_well(tmp_path):
    wells = [well_name(r, c) for r in range(8) for c in range(12)]
    rows: list[tuple[object, ...]] = [("Raw data", "Well positions")]
    rows += [(0.1, well) for well in wells[:-1]]
    rows[1] = ("OVER", "A1")
    rows.append((0.2, "A2"))
    file = made(
        tmp_path, rows, measurement(1, "Absorbance", "Measurement wavelength: 595 nm", "OD")
    )
    assert file.readings[0].wells["A1"].status is WellStatus.ABOVE_RANGE
    said = " ".join(problem.render() for problem in file.problems)
    assert "no row for well H12. Expected: 96 wells" in said
    assert "“A2”, which was not read. Expected: every well once" in said
    assert 'well A1 with "OVER"' in said


def test_the_table_may_stand_lower_and_further_right(tmp_path):
    rows: list[tuple[object, ...]] = [("",), ("", "", "Raw data", "Well positions")]
    rows += [("", "", 0.1, well_name(r, c)) for r in range(2) for c in range(3)]
    assert len(made(tmp_path, rows).readings[0].wells) == 6
