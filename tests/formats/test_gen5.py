"""Gen5 exports: values, layout, vendor curves and concentrations as they stand in the files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from stroma.errors import FileProblem, Severity
from stroma.formats.plates import read_plate_file
from stroma.plate_records import PlateFile, ReadingKind, WellStatus

FOLDER = "data/assays/instrument_exports/agilent_gen5/testdata"
HEAD = """
Software Version\t3.12.08

Experiment File Path:\tC:\\a.xpt
Protocol File Path:\tC:\\a.prt

Plate Number\tPlate 1
Reader Type:\tSynergy H1

Procedure Details

Plate Type\t{plate}
{procedure}
"""
ABSORBANCE = "Read\tod\n\tAbsorbance Endpoint\n\tWavelengths:  600\n"


def real(shared: Path, name: str) -> PlateFile:
    return read_plate_file(shared / FOLDER / name, file=Path(name).name)


def made(tmp_path: Path, body: str, *, plate: str = "96 WELL PLATE", procedure: str = ABSORBANCE,
         encoding: str = "utf-8") -> PlateFile:  # fmt: skip
    path = tmp_path / "gen5.txt"
    path.write_bytes((HEAD.format(plate=plate, procedure=procedure) + body).encode(encoding))
    return read_plate_file(path, file="gen5.txt")


def matrix(rows: str, width: int, cells: str, label: str) -> str:
    head = "\t" + "\t".join(str(k) for k in range(1, width + 1)) + "\n"
    return head + "".join(f"{row}\t" + f"{cells}\t" * width + f"{label}\n" for row in rows)


def test_standard_curve_with_concentrations(shared):
    file = real(shared, "absorbance/endpoint_stdcurve_singleplate.txt")
    raw, blank, conc = file.readings
    assert (raw.name, raw.kind, raw.unit, raw.wavelengths_nm, raw.is_derived) == (
        "630nmAbsRead:630", ReadingKind.ABSORBANCE, "[OD]", (630.0,), False)  # fmt: skip
    assert blank.is_derived
    assert blank.kind is ReadingKind.ABSORBANCE
    assert conc.kind is ReadingKind.CONCENTRATION
    assert (raw.rows, raw.columns, len(raw.wells)) == (8, 12, 96)
    assert raw.wells["H12"].value == 0.194
    assert file.curves[0].model == "Y=A*X+B"
    assert file.curves[0].parameters == {"A": 0.00168, "B": -0.000723}
    assert file.curves[0].r_squared == 1
    layout = {well.well: well for well in file.layout}
    assert (layout["B1"].sample, layout["B1"].role, layout["B1"].concentration) == (
        "STD2", "standard", 666.67)  # fmt: skip
    assert (layout["B4"].sample, layout["B4"].dilution, layout["B4"].concentration) == (
        "SPL1:2", 0.5, None)  # fmt: skip
    assert layout["H1"].role == "blank"
    results = {result.well: result for result in file.results}
    assert len(results) == 96
    assert (results["E8"].sample, results["E8"].concentration.value) == ("SPL5:1", 1624.635)
    assert not file.problems


def test_masked_wells_and_bounds_are_no_numbers(shared):
    file = real(shared, "absorbance/Lowry_Protein_Assay_no_results_matrix.txt")
    assert file.readings[0].wells["H3"].status is WellStatus.MASKED
    assert file.readings[0].wells["H3"].as_written == "*0.356*"
    below = file.results[0].concentration
    assert (below.status, below.value, below.as_written) == (WellStatus.BELOW_RANGE, 0.0, "<0.000")
    assert any('well H3 with "*0.356*"' in problem.render() for problem in file.problems)


def test_words_keep_their_meaning(shared):
    file = real(shared, "absorbance/240411_172731_BNCH2345883_abs450_96well_non_numeric_values.txt")
    (reading,) = file.readings
    counted = Counter(number.status for number in reading.wells.values())
    assert counted == {
        WellStatus.MEASURED: 83, WellStatus.ABOVE_RANGE: 8, WellStatus.NOT_REPORTED: 5,
    }  # fmt: skip
    assert reading.wells["A8"].value is None
    assert reading.wells["A1"].value == 2.1
    assert [problem.severity for problem in file.problems] == [Severity.WARNING] * 2
    assert '8 wells with "OVRFLW"' in file.problems[0].render()


def test_every_line_of_a_path_length_corrected_plate(shared):
    file = real(shared, "absorbance/endpoint_pathlength_correct_singleplate.txt")
    assert len(file.readings) == 15
    by_name = {reading.name: reading for reading in file.readings}
    assert by_name["260:977 [Test]"].wavelengths_nm == (977.0,)
    assert by_name["260:Pathlength"].is_derived
    assert by_name["260:230"].wells["A1"].value == 0.331
    corrected = by_name["Corrected [Blank 260:260]"]
    assert (corrected.kind, corrected.is_derived) == (ReadingKind.ABSORBANCE, True)
    dna = by_name["DNA concentration ng/uL"]
    assert (dna.kind, dna.unit, dna.wells["A1"].value) == (
        ReadingKind.CONCENTRATION, "ng/uL", 249.278)  # fmt: skip
    assert by_name["Ratio 260/280"].wells["G12"].value == 0
    assert len(file.results) == 96


def test_fluorescence_curve(shared):
    name = "fluorescence/Fluorescamine_Protein_Quantitation_no_results_matrix.txt"
    file = real(shared, name)
    assert file.readings[0].kind is ReadingKind.FLUORESCENCE
    assert file.readings[0].wavelengths_nm == (400.0, 460.0)
    assert file.readings[0].wells["H1"].value == 70217
    (curve,) = file.curves
    assert curve.model == "Y = (A-D)/(1+(X/C)^B) + D"
    assert curve.parameters == {"A": 1930.0, "B": 1.31, "C": 676.0, "D": 148000.0}
    counted = Counter(result.concentration.status for result in file.results)
    assert counted == {WellStatus.MEASURED: 94, WellStatus.BELOW_RANGE: 2}


def test_two_filters_and_alpha(shared):
    file = real(shared, "fluorescence/endpoint_singleplate.txt")
    assert [reading.wavelengths_nm for reading in file.readings[:2]] == [
        (360.0, 460.0), (485.0, 528.0)]  # fmt: skip
    assert [reading.is_derived for reading in file.readings] == [False] * 2 + [True] * 4
    alpha = real(shared, "fluorescence/alphalisa_endpoint_singleplate.txt")
    assert alpha.readings[0].wells["C6"].value == 1
    assert alpha.layout[0].concentration == 1e7
    above = [r for r in alpha.results if r.concentration.status is WellStatus.ABOVE_RANGE]
    assert [(result.well, result.concentration.value) for result in above] == [
        ("B6", 3141492.0), ("D12", 3141492.0), ("G12", 3141492.0)]  # fmt: skip
    assert alpha.curves[0].r_squared == 0.298


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing_results_error.txt", r"no results; the export names Plate 1"),
        ("garbage_error.txt", r"a file that begins with “definitely not plate data”"),
    ],
)
def test_what_is_refused(shared, name, message):
    with pytest.raises(FileProblem, match=message):
        real(shared, name)


def test_kinetic_run_that_was_stopped(tmp_path):
    procedure = (
        "Start Kinetic\tRuntime 66:35:00\n    Read\tAbsorbance Endpoint\n\tWavelengths: 600\n"
    )
    file = made(
        tmp_path,
        "\n600\n\nTime\tT° 600\tA1\tA2\tB1\tB2\n0:00:22\t30.0\t-0.066\t-0.068\tOVRFLW\t-0.060\n"
        "1:04:22\t30.0\t0.1\t0.2\t0.3\t0.4\n0:00:00\n0:00:00\n\nResults\n\t1\t2\n"
        "A\t0.750\t0.500\tMax V [600]\n\t10:10:22\t0:18:22\tt at Max V [600]\n"
        "B\t-3.900\t3.650\tMax V [600]\n\t37:42:22\t?????\tt at Max V [600]\n",
        plate="Generic_Plate",
        procedure=procedure,
    )
    first, second, speed, moment = file.readings
    assert (first.seconds, second.seconds) == (22.0, 3862.0)
    assert first.kind is ReadingKind.ABSORBANCE
    assert first.wells["A1"].value == -0.066
    assert first.wells["B1"].status is WellStatus.ABOVE_RANGE
    assert speed.name == "Max V [600]"
    assert (moment.unit, moment.wells["A1"].value) == ("s", 36622.0)
    assert any("2 planned reads without a value" in problem.render() for problem in file.problems)


def test_spectrum_and_short_times(tmp_path):
    procedure = "Read\tScan\n\tAbsorbance Spectrum\n\tStart: 300 nm,  Stop: 700 nm\n"
    body = "\nScan:Spectrum\n\nWavelength\tA1\tA2\n300\t0.005\t0.006\n330\t0.046\t\n"
    file = made(tmp_path, body, procedure=procedure)
    assert [reading.wavelengths_nm for reading in file.readings] == [(300.0,), (330.0,)]
    assert (file.readings[0].rows, file.readings[0].kind) == (8, ReadingKind.ABSORBANCE)
    assert file.readings[1].wells["A2"].status is WellStatus.EMPTY
    fast = made(tmp_path, "\nLum\n\nTime\tT° Lum\tA1\n0:00.210\tPER WELL\t40812\n")
    assert fast.readings[0].seconds == 0.21
    assert fast.readings[0].kind is ReadingKind.LUMINESCENCE


def test_reads_of_two_modes_and_several_plates(tmp_path):
    procedure = (
        "Read\tod\n\tAbsorbance Endpoint\n\tWavelengths:  600\nRead\tfluor\n"
        "\tFluorescence Endpoint\n\tFilter Set 1\n\t    Excitation: 579,  Emission: 616\n"
    )
    lines = "".join(
        f"{row}\t0.05\t0.04\t0.06\tod:600\n\t75\t60\t65\tfluor:579,616\n" for row in "AB"
    )
    body = f"\nResults\n\t1\t2\t3\n{lines}\n"
    second = (HEAD.format(plate="6 WELL PLATE", procedure=procedure) + body).replace(
        "Plate 1", "Plate 2")  # fmt: skip
    file = made(tmp_path, body + second, plate="6 WELL PLATE", procedure=procedure)
    assert [(r.plate, r.kind.value, r.wavelengths_nm) for r in file.readings] == [
        ("Plate 1", "absorbance", (600.0,)),
        ("Plate 1", "fluorescence", (579.0, 616.0)),
        ("Plate 2", "absorbance", (600.0,)),
        ("Plate 2", "fluorescence", (579.0, 616.0)),
    ]
    assert not file.problems


@pytest.mark.parametrize(
    ("rows", "width"), [("AB", 3), ("ABC", 4), ("ABCD", 6), ("ABCDEF", 8), ("ABCDEFGHIJKLMNOP", 24)]
)
def test_plates_of_all_sizes(tmp_path, rows, width):
    file = made(tmp_path, "\nResults\n" + matrix(rows, width, "0.1", "od:600"))
    assert (file.readings[0].rows, file.readings[0].columns) == (len(rows), width)
    assert not file.problems


def test_1536_wells(tmp_path):
    rows = [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", *("AA", "AB", "AC", "AD", "AE", "AF")]
    file = made(tmp_path, "\nResults\n" + matrix(rows, 48, "1", "od:600"))
    assert len(file.readings[0].wells) == 1536
    assert "AF48" in file.readings[0].wells


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-8"])
def test_decimal_commas_in_any_unicode(tmp_path, encoding):
    body = "\nResults\n" + matrix("ABCDEFGH", 12, "2,100", "od:600")
    assert made(tmp_path, body, encoding=encoding).readings[0].wells["C3"].value == 2.1


def test_both_decimal_marks_are_refused(tmp_path):
    body = (
        "\nResults\n" + matrix("ABCDEFG", 12, "2,1", "od:600") + "H\t" + "2.1\t" * 12 + "od:600\n"
    )
    with pytest.raises(FileProblem, match=r'a decimal comma \("2,1"\) here and a decimal point'):
        made(tmp_path, body)


def test_letter_of_an_unknown_encoding_only_where_it_matters(tmp_path):
    body = "\n600\n\nTime\tT\xb0 600\tA1\tA2\n0:00:22\t30.0\t0.1\t0.2\n"
    assert made(tmp_path, body, encoding="cp1252").readings[0].wells["A2"].value == 0.2
    body = "\nLayout\n\t1\t2\nA\tProbe \xb5\tSPL2\tWell ID\n" + body
    with pytest.raises(FileProblem, match=r"is not UTF-8; the line is"):
        made(tmp_path, body, encoding="cp1252")


def test_a_moved_matrix_is_found(tmp_path):
    body = "\nResults\n" + matrix("ABCDEFGH", 12, "0.1", "od:600")
    moved = "\n".join("\t\t" + line if line.strip() else line for line in body.split("\n"))
    assert len(made(tmp_path, moved).readings[0].wells) == 96


def test_a_file_cut_off_in_a_row(tmp_path):
    body = "\nResults\n" + matrix("ABCDEFGH", 12, "0.123", "od:600")
    file = made(tmp_path, body[: body.rindex("0.123")] + "0.1")
    said = [problem.render() for problem in file.problems]
    assert "H12" not in file.readings[0].wells
    assert any("which was not read" in line for line in said)
    assert any("7 rows of a plate, A, B, C, D, E, F, G" in line for line in said)


def test_layout_without_readings_is_said(tmp_path):
    layout = "\nLayout\n" + matrix("ABCDEFGH", 12, "SPL1", "Well ID")
    file = made(tmp_path, layout + "\nResults\n" + matrix("A", 12, "0.1", "od:600"))
    assert any("84 wells of the layout without a reading" in p.render() for p in file.problems)


def test_a_row_of_numbers_outside_every_block_is_said(tmp_path):
    body = "\nResults\n" + matrix("ABCDEFGH", 12, "0.1", "od:600") + "\n0.5\t0.6\t0.7\n"
    file = made(tmp_path, body)
    assert any("“0.5 0.6 0.7”, which was not read" in problem.render() for problem in file.problems)


def test_reads_without_names_are_numbered(tmp_path):
    procedure = (
        "Read\tFluorescence Endpoint\n\tFilter Set 1\n\t    Excitation: 450,  Emission: 490\n"
        "Start Kinetic\tRuntime 96:00:00\n    Read\tAbsorbance Endpoint\n\tWavelengths: 600\nEnd\n"
    )
    body = (
        "\nRead 1:450,490\n"
        + matrix("AB", 3, "214", "Read 1:450,490")
        + "\nRead 2:600\n\nTime\tT Read 2:600\tA1\tB3\n0:07:31\t40.0\t0.211\t0.214\n"
    )
    file = made(tmp_path, body, plate="6 WELL PLATE", procedure=procedure)
    assert [(r.name, r.kind.value, r.seconds) for r in file.readings] == [
        ("Read 1:450,490", "fluorescence", None),
        ("Read 2:600", "absorbance", 451.0),
    ]


def test_polarization_keeps_both_directions(tmp_path):
    procedure = "Read\tFP\n\tFluorescence Endpoint\n\tFluorescence Polarization\n"
    lines = "".join(
        f"{row}\t523\t518\t415\tFP:485/20,528/20 [Parallel]\n"
        "\t433\t372\t281\tFP:485/20,528/20 [Perpendicular]\n\t145\t164\t193\tPolarization\n"
        for row in "AB"
    )
    body = f"\nResults\n\t1\t2\t3\n{lines}\n"
    file = made(tmp_path, body, plate="6 WELL PLATE", procedure=procedure)
    assert [(r.kind.value, r.wavelengths_nm, r.is_derived) for r in file.readings] == [
        ("fluorescence", (485.0, 528.0), False),
        ("fluorescence", (485.0, 528.0), False),
        ("other", (), True),
    ]


def test_an_area_scan_keeps_every_point(tmp_path):
    procedure = "Read\tScan\n\tAbsorbance Area Scan\n\tWavelengths:  450\n"
    body = "\nScan:450\n\nX Read #\tY Read #\tA1\tB3\n1\t1\t\t\n1\t2\t1.970\t1.150\n"
    file = made(tmp_path, body, plate="6 WELL PLATE", procedure=procedure)
    (reading,) = file.readings
    assert (reading.name, reading.wavelengths_nm) == ("Scan:450 (1,2)", (450.0,))
    assert reading.wells["B3"].value == 1.15
    assert not file.problems


def test_several_curves_have_names_and_doses_are_no_dilutions(tmp_path):
    head = "Curve Name\tCurve Formula\tA\tB\tR2\tFit F Prob\n"
    layout = "\nLayout\n\t1\t2\t3\nA\tSPL1:1\tSPL1:2\tSPL1:3\tWell ID\n\t100\t10\t0\tConc/Dil\n"
    body = (
        layout
        + "\nResults\n"
        + matrix("AB", 3, "7", "od:600")
        + f"\nFSK Curve Fitting Results\n\n{head}FSK\tY=A*X+B\t1\t2\t0.999\t?????\n"
        "\nFSK Curve Interpolations\n\nCurve Name\tY Formula\tY\tX\nFSK\tEC50\t34868\t181\n"
        f"\nSAL Curve Fitting Results\n\n{head}SAL\tY=A*X+B\t3\t4\t0.998\t?????\n"
    )
    file = made(tmp_path, body, plate="6 WELL PLATE")
    assert [(curve.analyte, curve.parameters) for curve in file.curves] == [
        ("FSK", {"A": 1.0, "B": 2.0}),
        ("SAL", {"A": 3.0, "B": 4.0}),
    ]
    assert [(well.concentration, well.dilution) for well in file.layout] == [
        (100.0, None),
        (10.0, None),
        (0.0, None),
    ]
    assert any("values read off curves" in problem.render() for problem in file.problems)
