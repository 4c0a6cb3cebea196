"""QuantStudio's exports: real ones, and small ones written by hand in the same layout."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from stroma.errors import FileProblem
from stroma.formats.cyclers import read_cycle_file
from stroma.plate_records import CycleFile, WellStatus

REAL = "data/assays/instrument_exports/appbio_quantstudio/testdata"

EXPORT = """* Block Type = 96-Well Block (0.2mL)
* Experiment Name = comparative
* Experiment Type = Comparative C\u0442 (\u0394\u0394C\u0442)\x20
* Instrument Type = QuantStudio(TM) 7 Flex System

[Sample Setup]
Well\tWell Position\tSample Name\tTarget Name\tTask\tReporter
37\tD1\tLung\tTGF-B\tUNKNOWN\tFAM
46\tD10\tLiver\tTGF-B\tUNKNOWN\tFAM
85\tH1\tLung\tGAPDH\tUNKNOWN\tVIC
86\tH2\t\t\t\t

[Results]
Well\tWell Position\tOmit\tSample Name\tTarget Name\tTask\tReporter\tC\u0442\tQuantity\tTarget Name
37\tD1\tfalse\tLung\tTGF-B\tUNKNOWN\tFAM\t30.155\t1,264.100\tTGF-B
46\tD10\tfalse\tLiver\tTGF-B\tUNKNOWN\tFAM\tUndetermined\t\tTGF-B
85\tH1\ttrue\tLung\tGAPDH\tUNKNOWN\tVIC\t32.884\t\tGAPDH
94\tH10\tfalse\tS1\tGAPDH\tSTANDARD\tVIC\t16.484\t100,000,000.000\tGAPDH
95\tH11\tfalse\tWater\tGAPDH\tNTC\tVIC\tUndetermined\t\tGAPDH
96\tH12\tfalse\t\t\t\t\t\t\t

Analysis Type = Singleplex
Endogenous Control = GAPDH
RQ Min/Max Confidence Level = 95.0
Reference Sample = Liver
"""


def read(folder: Path, content: str = EXPORT, **habits: str) -> CycleFile:
    path = folder / "run.txt"
    path.write_text(content, "utf-8")
    return read_cycle_file(path, file="run.txt", **habits)


def test_the_results_are_read(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert found.instrument == "QuantStudio(TM) 7 Flex System"
    assert (found.reference_targets, found.calibrator) == (("GAPDH",), "Liver")
    lung, liver, reference, standard, water = found.readings
    assert (lung.well, lung.sample, lung.target, lung.reporter) == ("D1", "Lung", "TGF-B", "FAM")
    assert lung.threshold_cycle.value == 30.155
    assert lung.quantity is None  # what the program calculated is not what was put in
    assert liver.threshold_cycle.status is WellStatus.ABOVE_RANGE
    assert liver.threshold_cycle.value is None
    assert reference.omitted
    assert (standard.task, standard.quantity) == ("standard", 1e8)
    assert water.task == "ntc"


def test_undetermined_is_told_for_samples_and_not_for_water(tmp_path: Path) -> None:
    (told,) = [problem.render() for problem in read(tmp_path).problems]
    assert told.startswith("run.txt: 1 threshold cycle undetermined: D10 TGF-B.")


def test_a_cut_file_is_told(tmp_path: Path) -> None:
    cut = read(tmp_path, EXPORT.partition("85\tH1\ttrue")[0])
    assert "1 well that was set up has no result: H1" in cut.problems[0].render()
    with pytest.raises(FileProblem, match=r"no results.*the file may be cut off"):
        read(tmp_path, EXPORT.partition("[Results]")[0])


def test_a_genotyping_has_no_threshold_cycles(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match='without a column "CT", of an experiment of the type'):
        read(tmp_path, EXPORT.replace("\tC\u0442\t", "\tAllele1 Ct\t"))


def test_decimal_commas(tmp_path: Path) -> None:
    content = EXPORT.replace("1,264.100", "").replace("100,000,000.000", "1,5")
    content = content.replace("30.155", "30,155").replace("32.884", "32,884")
    found = read(tmp_path, content.replace("16.484", "16,484"))
    assert found.readings[0].threshold_cycle.value == 30.155


def test_two_readings_of_a_number_are_asked_for(tmp_path: Path) -> None:
    content = EXPORT.replace("1,264.100", "").replace("100,000,000.000", "")
    with pytest.raises(FileProblem, match=r"30.155 with a decimal point and 30155 with"):
        read(tmp_path, content)
    assert read(tmp_path, content, decimal_mark=".").readings[0].threshold_cycle.value == 30.155


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("\t\tGAPDH\n94", "\t\tACTB\n94", 'two values in two columns "target name": "GAPDH"'),
        ("32.884", "late", 'column "CT": "late" is not a number'),
    ],
)
def test_what_cannot_be_read_rightly_is_refused(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    with pytest.raises(FileProblem, match=told):
        read(tmp_path, EXPORT.replace(old, new))


def test_a_second_result_of_a_well_is_told(tmp_path: Path) -> None:
    content = EXPORT.replace("95\tH11", "94\tH10")
    assert "a second result of H10 GAPDH" in read(tmp_path, content).problems[0].render()


def test_workbooks_hold_the_same(tmp_path: Path) -> None:
    path = tmp_path / "run.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Results")
    rows = [
        ["Instrument Type", "QuantStudio 7 Pro System"],
        ["Experiment Name", "comparative"],
        ["Endogenous Control", "GAPDH"],
        [],
        ["Well", "Well Position", "Omit", "Sample", "Target", "Task", "Cq", "Quantity"],
        [1, "A1", "false", "Lung", "TGF-B", "UNKNOWN", 30.155, None],
        [2, "A2", "false", "Lung", "GAPDH", "UNKNOWN", "UNDETERMINED", None],
        [3, "A3", "true", "S1", "GAPDH", "STANDARD", 16.5, 1e8],
    ]
    for number, cells in enumerate(rows):
        sheet.write_row(number, 0, cells)
    book.close()
    found = read_cycle_file(path)
    assert found.instrument == "QuantStudio 7 Pro System"
    assert found.reference_targets == ("GAPDH",)
    lung, reference, standard = found.readings
    assert (lung.well, lung.sample, lung.target) == ("A1", "Lung", "TGF-B")
    assert lung.threshold_cycle.value == 30.155
    assert reference.threshold_cycle.status is WellStatus.ABOVE_RANGE
    assert (standard.quantity, standard.omitted) == (1e8, True)


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Results").write_row(0, 0, ["lot", "cells"])
    book.close()
    with pytest.raises(FileProblem, match="one of: Applied Biosystems"):
        read_cycle_file(path)


def test_another_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r"begins with “lot.*one of: Applied Biosystems"):
        read(tmp_path, "lot\tcells\n")


def test_real_exports(shared: Path) -> None:
    first = read_cycle_file(shared / REAL / "appbio_quantstudio_example01.txt")
    assert [r.threshold_cycle.value for r in first.readings][:3] == [18.717, 20.806, 19.559]
    assert len(first.readings) == 16
    second = read_cycle_file(shared / REAL / "appbio_quantstudio_example02.txt")
    assert len(second.readings) == 96
    undetermined = [
        r for r in second.readings if r.threshold_cycle.status is WellStatus.ABOVE_RANGE
    ]
    assert {r.threshold_cycle.value for r in undetermined} == {None}
    assert second.readings[2].threshold_cycle.value == 32.874
