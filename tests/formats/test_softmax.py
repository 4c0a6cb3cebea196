"""SoftMax Pro exports: plates, groups and concentrations as they stand in the files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from stroma.errors import FileProblem, Severity
from stroma.formats.plates import read_plate_file
from stroma.plate_records import PlateFile, ReadingKind, WellStatus

FOLDER = "data/assays/instrument_exports/moldev_softmax_pro/testdata"
LAST = "Original Filename: a; Date Last Saved: 1/6/2023 3:33:58 PM\n"
COLUMNS = "\t".join(str(k) for k in range(1, 13))


def real(shared: Path, name: str) -> PlateFile:
    return read_plate_file(shared / FOLDER / name, file=name)


def made(tmp_path: Path, *blocks: str, last: str = LAST, count: int | None = None,
         encoding: str = "utf-8") -> PlateFile:  # fmt: skip
    path = tmp_path / "s.txt"
    body = f"##BLOCKS= {len(blocks) if count is None else count}\n" + "".join(blocks) + last
    path.write_bytes(body.encode(encoding))
    return read_plate_file(path, file="s.txt")


def plate(mode: str, data: str, *, wells: int = 96, name: str = "Plate1",
          tail: str = "1\t8", light: str = "1\t450") -> str:  # fmt: skip
    kind = "FALSE\tRaw" if mode.endswith("Fluorescence") else "Raw"
    heading = f"Plate:\t{name}\t1.3\t{mode}\t{kind}\tFALSE\t1\t\t\t\t\t\t{light}\t1\t12\t{wells}\t"
    return f"{heading}{tail}\n{data}~End\n"


def rows(value: str, count: int = 8, width: int = 12) -> str:
    cells = "\t".join([value] * width)
    return f"\t25\t{cells}\n" + f"\t\t{cells}\n" * (count - 1)


def test_two_plates_with_standards_in_triplicate(shared):
    file = real(shared, "MD_SMP_absorbance_endpoint_example02.txt")
    raw, reduced, second, _ = file.readings
    assert (raw.plate, raw.name, raw.kind, raw.unit, raw.wavelengths_nm) == (
        "Plate01", "450", ReadingKind.ABSORBANCE, "[OD]", (450.0,))  # fmt: skip
    assert raw.wells["A4"].value == 2.42912913966667
    assert second.wells["A1"].value == 3.43082333333333
    assert (reduced.name, reduced.unit, reduced.is_derived) == ("Reduced", "", True)
    layout = {(well.plate, well.well): well for well in file.layout}
    assert layout["Plate02", "A3"].concentration == 320
    assert layout["Plate02", "A3"].unit == "ng/mL"
    assert layout["Plate01", "B5"].sample == "02"
    assert Counter(well.role for well in file.layout) == {"standard": 42, "sample": 144}
    results = {(r.plate, r.well): r.concentration.value for r in file.results}
    assert len(results) == 186
    assert results["Plate01", "A1"] == 315.067
    assert results["Plate02", "H12"] == 211.003
    assert {problem.severity for problem in file.problems} == {Severity.NOTE}


def test_wells_of_samples_that_share_a_dilution(shared):
    file = real(shared, "group_with_partial_rows.txt")
    assert [reading.wavelengths_nm for reading in file.readings] == [(450.0,), (650.0,), ()]
    layout = {well.well: well for well in file.layout}
    assert (layout["C2"].sample, layout["C2"].concentration) == ("STD C", 10.0)
    assert (layout["B4"].sample, layout["B4"].dilution) == ("Sample 1 100x", 100.0)
    assert (layout["G2"].role, layout["G2"].concentration) == ("control", 40.0)
    results = {result.well: result.concentration for result in file.results}
    assert results["B4"].value == 40.230
    assert (results["A1"].status, results["A1"].as_written) == (WellStatus.NOT_A_NUMBER, "Range?")
    assert len(results) == 92


def test_luminescence_in_two_half_plates(shared):
    file = real(shared, "MD_SMP_luminescence_endpoint_example03.txt")
    assert [reading.plate for reading in file.readings] == ["c12345_2"] * 2 + ["c123455_3"] * 2
    first = file.readings[0]
    assert (first.kind, first.unit, first.wavelengths_nm) == (
        ReadingKind.LUMINESCENCE, "{RLU}", ())  # fmt: skip
    counted = Counter(number.status for number in first.wells.values())
    assert counted == {WellStatus.MEASURED: 48, WellStatus.EMPTY: 48}
    assert first.wells["D12"].value == 3633


def test_three_wavelengths_beside_each_other(shared):
    file = real(shared, "MD_SMP_absorbance_endpoint_example04.txt")
    assert len(file.readings) == 12
    assert [reading.wavelengths_nm for reading in file.readings[:4]] == [
        (280.0,), (450.0,), (562.0,), ()]  # fmt: skip
    assert file.readings[1].wells["B1"].value == 1.75975
    assert file.readings[2].wells["H12"].value == -1.344625
    assert file.readings[3].wells["A1"].value == 4.5012906556530714
    assert len(file.layout) == 264
    assert any("does not say on which of" in problem.render() for problem in file.problems)


def test_spectrum_of_a_partial_plate(shared):
    file = real(shared, "partial_plate.txt")
    spectrum = [reading for reading in file.readings if not reading.is_derived]
    assert [reading.wavelengths_nm[0] for reading in spectrum] == list(range(525, 567, 2))
    assert (spectrum[0].rows, spectrum[0].columns) == (16, 24)
    counted = Counter(number.status for number in spectrum[0].wells.values())
    assert counted == {WellStatus.MEASURED: 256, WellStatus.EMPTY: 128}
    assert spectrum[0].wells["P16"].value == 0.0426
    assert spectrum[1].wells["A1"].value == 0.1013


def test_kinetic_of_a_partial_plate_in_an_encoding_that_does_not_matter(shared):
    file = real(shared, "spectramax340_kinetic_partial_plate.txt")
    assert [reading.seconds for reading in file.readings] == [0.0, 30.0, 60.0]
    assert file.readings[0].wells["A1"].status is WellStatus.EMPTY
    assert file.readings[0].wells["A2"].value == 0.0546
    assert file.readings[2].wells["H10"].value == 0.1090
    assert [(well.well, well.sample) for well in file.layout] == [
        ("B2", "Smpl01"), ("B3", "Smpl01"), ("C2", "Smpl01"), ("C3", "Smpl01")]  # fmt: skip


def test_no_measurement_is_refused(shared):
    with pytest.raises(
        FileProblem, match=r"1 plate and no measurement \(NaN\)\. Expected: a number"
    ):
        real(shared, "no_measurements.txt")


def test_decimal_commas_above_and_points_in_groups(tmp_path):
    cells = "\t".join(["0,1"] * 12)
    second = "\t".join(["-4,5E-05"] * 12)
    body = f"\tTemperature(°C)\t{COLUMNS}\t\t{COLUMNS}\n\t22\t{cells}\t\t{second}\n" + (
        f"\t\t{cells}\t\t{second}\n" * 7
    )
    group = (
        "Group: Standards\nSample\tConcentration Units/mL\tBack\tWells\tOD\n"
        "01\t530000000.000\t5.30e8\tA1\t2.632\n \t \t5.31e8\tA2\t2.508\n\n"
        "Group Column\tFormula Name\tFormula\tPrecision\tNotation\n1\tSample\t!SampleNames\n"
        "2\tConcentration\t!SampleDescriptor\n3\tBack\tInterpX(Std@StandardCurve,OD)\n"
        "4\tWells\t!WellIDs\n5\tOD\t!WellValues\n~End\n"
    )
    file = made(
        tmp_path, plate("PlateFormat\tEndpoint\tAbsorbance", body, light="2\t450 650"), group
    )
    assert [reading.wells["H12"].value for reading in file.readings] == [0.1, -4.5e-05]
    assert [(well.well, well.concentration, well.unit) for well in file.layout] == [
        ("A1", 5.3e8, "Units/mL"), ("A2", 5.3e8, "Units/mL")]  # fmt: skip
    assert [result.concentration.value for result in file.results] == [5.30e8, 5.31e8]
    assert not file.problems


def test_kinetic_fluorescence_with_a_missing_value(tmp_path):
    body = (
        "\tTemperature(°C)\t1\t2\t3\n00:00:00\t35\t1.5\t0\t0\n\t\t0\t0\t0\n\n"
        "00:01:30\t35\tNaN\t20.2\t10.2\n\t\t41.6\t21.4\t10.8\n\n"
        "\t\t1\t2\t3\n\t\t0.34\t0.19\t0.10\n\t\t0.35\t0.20\t0.11\n"
    )
    block = plate("PlateFormat\tKinetic\tFluorescence", body, wells=6, light="1\t525",
                  tail="485\tAutomatic\t515\t\t\t6\tMedium\t\t\t1\t2")  # fmt: skip
    file = made(tmp_path, block)
    first, second, reduced = file.readings
    assert (first.seconds, second.seconds) == (0.0, 90.0)
    assert first.wavelengths_nm == (485.0, 525.0)
    assert second.wells["A1"].status is WellStatus.NOT_A_NUMBER
    assert second.wells["B3"].value == 10.8
    assert (reduced.kind, reduced.wells["B1"].value) == (ReadingKind.OTHER, 0.35)
    assert any('well A1 with "NaN"' in problem.render() for problem in file.problems)


@pytest.mark.parametrize("word", ["#SAT", "Masked", "<0.1", ">3.5", "No Read", "Error"])
def test_words_in_wells(tmp_path, word):
    body = f"\tTemperature(°C)\t{COLUMNS}\n" + rows("0.1").replace("0.1", word, 1)
    file = made(tmp_path, plate("PlateFormat\tEndpoint\tAbsorbance", body))
    assert file.readings[0].wells["A1"].as_written == word
    assert file.readings[0].wells["A1"].status is not WellStatus.MEASURED
    assert len(file.problems) == 1


def test_missing_block_is_said(tmp_path):
    body = f"\tTemperature(°C)\t{COLUMNS}\n" + rows("0.1")
    file = made(tmp_path, plate("PlateFormat\tEndpoint\tAbsorbance", body), count=3)
    assert any("1 block. Expected: 3 blocks" in problem.render() for problem in file.problems)


def test_rows_missing_from_a_matrix(tmp_path):
    body = f"\tTemperature(°C)\t{COLUMNS}\n" + rows("0.1", count=5)
    second = f"\tTemperature(°C)\t{COLUMNS}\n" + rows("0.2")
    whole = plate("PlateFormat\tEndpoint\tAbsorbance", second, name="Plate2")
    file = made(tmp_path, plate("PlateFormat\tEndpoint\tAbsorbance", body), whole)
    assert [reading.plate for reading in file.readings] == ["Plate2"]
    assert any("8 rows of wells; 5 were found" in problem.render() for problem in file.problems)


def test_a_file_cut_off_in_a_plate(tmp_path):
    body = f"\tTemperature(°C)\t{COLUMNS}\n" + rows("0.123")
    block = plate("PlateFormat\tEndpoint\tAbsorbance", body)
    cut = block[: block.rindex("0.123") + 3]
    first = plate("PlateFormat\tEndpoint\tAbsorbance", body, name="P1")
    file = made(tmp_path, first, cut, last="")
    assert [reading.plate for reading in file.readings] == ["P1"]
    said = " ".join(problem.render() for problem in file.problems)
    assert "“Plate: Plate1” without its end" in said
    assert "8 rows of wells; 7 were found" in said


def test_group_well_outside_the_plate(tmp_path):
    body = f"\tTemperature(°C)\t{COLUMNS}\n" + rows("0.1", count=4)
    group = "Group: Unknowns\nSample\tWells\tValue\n01\tG4\t0.2\n~End\n"
    file = made(tmp_path, plate("PlateFormat\tEndpoint\tAbsorbance", body, tail="1\t4"), group)
    assert any("well G4 of a group without a reading" in p.render() for p in file.problems)


def test_a_list_whose_rows_are_cut(tmp_path):
    names = "\t".join(f"{row}{k}" for row in "ABCDEFGH" for k in range(1, 13))
    body = f"\tTemperature(C)\t{names}\n\t0\t1.328\t0.387\n\n\t0\t-1.2\t1.3\n"
    file = made(tmp_path, plate("TimeFormat\tEndpoint\tAbsorbance", body, light="2\t280 450"))
    assert [reading.wavelengths_nm for reading in file.readings] == [(280.0,), (450.0,)]
    assert any("2 cells. Expected: 96, one a well" in p.render() for p in file.problems)


def test_a_spectrum_with_a_named_first_column(tmp_path):
    body = "Wavelength\tTemperature(C)\tA1\tA2\n360\t35\t0.5\t0.6\n370\t35\t0.7\t0.8\n"
    file = made(tmp_path, plate("TimeFormat\tSpectrum\tLuminescence", body, light=""))
    assert [(r.wavelengths_nm, r.wells["A2"].value) for r in file.readings] == [
        ((360.0,), 0.6),
        ((370.0,), 0.8),
    ]


def test_a_plate_read_twice_at_one_wavelength(tmp_path):
    cells = "\t".join(["0.1"] * 12)
    body = f"\tTemperature(C)\t{COLUMNS}\t\t{COLUMNS}\n\t25\t{cells}\t\t{cells}\n" + (
        f"\t\t{cells}\t\t{cells}\n" * 7
    )
    file = made(tmp_path, plate("PlateFormat\tEndpoint\tAbsorbance", body, light="2\t426 426"))
    assert [reading.name for reading in file.readings] == ["426", "426 (2)"]
    assert not file.problems


def test_a_well_scan_keeps_every_point(tmp_path):
    cells = "\t".join(["1000"] * 3)
    body = "\tTemperature(C)\t1\t2\t3\n" + "".join(
        f"{point}\t35\t{cells}\n\t\t{cells}\n\n" for point in (1, 2)
    )
    block = plate(
        "PlateFormat\tWell Scan\tTime Resolved",
        body,
        wells=6,
        light="1\t525",
        tail="485\tAutomatic\t515\t\t\t20\t50\t850\t1\t2",
    )
    file = made(tmp_path, block)
    assert [(r.name, r.wavelengths_nm) for r in file.readings] == [
        ("485,525 (1)", (485.0, 525.0)),
        ("485,525 (2)", (485.0, 525.0)),
    ]


def test_columns_that_are_no_plates_are_not_read(tmp_path):
    good = plate(
        "PlateFormat\tEndpoint\tAbsorbance",
        f"\tTemperature(C)\t{COLUMNS}\n" + rows("0.1"),
        name="P2",
    )
    moved = "\tTemperature(C)\t" + COLUMNS.replace("\t4\t5", "\t4\t55") + "\n" + rows("0.2")
    file = made(tmp_path, plate("PlateFormat\tEndpoint\tAbsorbance", moved), good)
    assert [reading.plate for reading in file.readings] == ["P2"]
    assert any(
        "Expected: the numbers 1 to 12 above" in problem.render() for problem in file.problems
    )


def test_a_format_that_is_not_the_stated_one(tmp_path):
    matrix = f"\tTemperature(C)\t{COLUMNS}\n" + rows("0.1")
    listed = "\tTemperature(C)\tA1\tA2\n\t25\t0.1\t0.2\n"
    file = made(
        tmp_path,
        plate("TimeFormat\tEndpoint\tAbsorbance", matrix),
        plate("PlateFormat\tEndpoint\tAbsorbance", listed, name="P2"),
        plate("PlateFormat\tEndpoint\tAbsorbance", matrix, name="P3"),
    )
    assert [reading.plate for reading in file.readings] == ["P3"]
    said = " ".join(problem.render() for problem in file.problems)
    assert "Expected: the names of the wells above the numbers" in said
    assert "“A1 A2”, which was not read. Expected: the numbers 1 to 12" in said
