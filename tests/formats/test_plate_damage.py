"""Mutated and truncated exports of plate readers end in what they hold or in a FileProblem."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stroma.errors import FileProblem
from stroma.formats.counters import read_counts
from stroma.formats.plates import read_plate_file
from stroma.plate_records import PlateFile, WellStatus
from stroma.wells import well_position

COLUMNS = "\t".join(str(k) for k in range(1, 4))
GEN5 = f"""
Software Version\t3.12.08

Experiment File Path:\tC:\\a.xpt
Plate Number\tPlate 1
Reader Type:\tSynergy H1

Procedure Details

Plate Type\t6 WELL PLATE
Read\tod
\tAbsorbance Endpoint
\tWavelengths:  600

Layout
\t{COLUMNS}
A\tSTD1\tSTD2\tBLK\tWell ID
\t100\t50\t\tConc/Dil
B\tSPL1\tSPL2\tSPL3\tWell ID
\t1\t0.5\t1\tConc/Dil

Results
\t{COLUMNS}
A\t2.105\tOVRFLW\t0.051\tod:600
\t<0.100\t52.1\t?????\t[Concentration]
B\t1.250\t*0.311*\t0.402\tod:600
\t33.1\t8.9\t12.4\t[Concentration]

600

Time\tT 600\tA1\tA2\tB3
0:00:22\t30.0\t0.1\t0.2\t0.3
0:04:22\t30.0\t0.2\t0.3\t0.4

StdCurve Fitting Results

Curve Name\tCurve Formula\tA\tB\tR2\tFit F Prob
StdCurve\tY=A*X+B\t0.00168\t-0.000723\t1\t?????
"""
HEADING = (
    "Plate:\tP1\t1.3\tPlateFormat\tEndpoint\tAbsorbance\tRaw\tFALSE\t1\t\t\t\t\t\t2\t450 650 "
    "\t1\t3\t6\t1\t2"
)
SOFTMAX = f"""##BLOCKS= 2
{HEADING}
\tTemperature(C)\t{COLUMNS}\t\t{COLUMNS}
\t25\t0.1\t0.2\tNaN\t\t0.01\t0.02\t0.03
\t\t0.4\t0.5\t0.6\t\t0.04\t0.05\t0.06

\t\t{COLUMNS}
\t\t0.09\t0.18\t0.3
\t\t0.36\t0.45\t0.54
~End
Group: Standards
Sample\tConc ng/mL\tBack\tWells\tOD
01\t100.000\t99.5\tA1\t0.090
 \t \tRange?\tA2\t0.180

Group Column\tFormula Name\tFormula\tPrecision\tNotation
1\tSample\t!SampleNames
2\tConc\t!SampleDescriptor
3\tBack\tInterpX(Std,OD)
4\tWells\t!WellIDs
~End
Original Filename: a
"""
GRID = "OD450;1;2;3\nA;0,51;0,62;<0,1\nB;0,71;OVRFLW;0,93\n\nwell;x\n"
TABLE = "plate,well,sample,concentration,OD450\nP1,A1,STD1,100,2.1\nP1,A2,S1,,0.4\n"
NC_VIEW = (
    "NAME,SAMPLE ID,STATUS,TOTAL (cells/ml),LIVE (cells/ml),DEAD (cells/ml),VIABILITY (%),"
    "DIAMETER (µm),DEBRIS INDEX,DILUTION FACTOR\n"
    "20240219-00019,BM-01,OK,274 000,124 000,150 000,45.1,12.2,65,1\n"
)
ASM = json.dumps(
    {
        "$asm.manifest": "x/plate-reader/REC/2024/06/p",
        "plate reader aggregate document": {
            "plate reader document": [
                {
                    "measurement aggregate document": {
                        "measurement document": [
                            {
                                "measurement identifier": "M1",
                                "sample document": {"location identifier": "A1"},
                                "absorbance": {"value": -0.0, "unit": "mAU"},
                                "error aggregate document": {
                                    "error document": [{"error": "OVRFLW"}]
                                },
                            },
                            {
                                "measurement identifier": "M2",
                                "sample document": {"location identifier": "A2"},
                                "absorbance": {"value": 0.5, "unit": "mAU"},
                            },
                        ],
                        "plate well count": {"value": 6, "unit": "#"},
                    }
                }
            ]
        },
    },
    indent=1,
)
PIECES = (
    *("\t", "\n", "\r", ",", ";", ".", "0", "9e999", "-0.0", "NaN", '"', "\x00", "A1", "Results"),
    *("~End", "1\t2\t3\n", "Time\tA1\n", "µ", "{", "]", "null", "1" * 400),
)


@st.composite
def mutants(draw: st.DrawFn, content: str) -> bytes:
    held = content
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(held)))
        size = draw(st.sampled_from((0, 1, 7, 60)))
        piece = draw(st.sampled_from(PIECES) | st.text(max_size=3))
        match draw(st.sampled_from(("replace", "cut", "repeat", "drop"))):
            case "replace":
                held = held[:place] + piece + held[place + size :]
            case "cut":
                held = held[:place]
            case "repeat":
                held = held[:place] + held[max(place - 90, 0) : place] + held[place:]
            case _:
                held = held[:place] + held[place + size :]
    return held.encode(draw(st.sampled_from(("utf-8", "utf-16", "cp1252"))), errors="ignore")


def check(file: PlateFile) -> None:
    assert file.readings
    for reading in file.readings:
        assert reading.wells
        for well, number in reading.wells.items():
            position = well_position(well)
            assert position is not None
            assert position[0] < reading.rows
            assert position[1] < reading.columns
            if number.status is WellStatus.MEASURED:
                assert number.value is not None
    for problem in file.problems:
        assert problem.render()


@pytest.mark.parametrize("content", [GEN5, SOFTMAX, GRID, TABLE, ASM])
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_plates(tmp_path: Path, content: str, data: st.DataObject) -> None:
    path = tmp_path / "plate.txt"
    path.write_bytes(data.draw(mutants(content)))
    said = "Expected: "
    try:
        check(read_plate_file(path, file="plate.txt"))
    except FileProblem as refusal:
        said = str(refusal)
    assert "Expected: " in said


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_counts(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "nc.csv"
    path.write_bytes(data.draw(mutants(NC_VIEW)))
    said = "Expected: "
    try:
        assert read_counts(path, file="nc.csv")[0]
    except FileProblem as refusal:
        said = str(refusal)
    assert "Expected: " in said


@pytest.mark.parametrize("content", [GEN5, SOFTMAX])
def test_every_truncation_is_said_or_complete(tmp_path: Path, content: str) -> None:
    """No value of a truncated file differs from that of the whole one."""
    path = tmp_path / "plate.txt"
    path.write_text(content, encoding="utf-8")
    whole = read_plate_file(path, file="plate.txt")
    held = {(r.name, r.seconds, w): n for r in whole.readings for w, n in r.wells.items()}
    for end in range(200, len(content), 3):
        path.write_text(content[:end], encoding="utf-8")
        try:
            part = read_plate_file(path, file="plate.txt")
        except FileProblem:
            continue
        for reading in part.readings:
            for well, number in reading.wells.items():
                known = held.get((reading.name, reading.seconds, well))
                if known is not None and number.status is WellStatus.MEASURED:
                    assert number.value == known.value, (end, reading.name, well)
