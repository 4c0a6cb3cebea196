"""Bio-Plex Manager's XML, in the layout of version 6.2, with numbers written by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from stroma.errors import FileProblem
from stroma.formats.beads import read_bead_file
from stroma.plate_records import BeadFile, WellStatus


def analyte(region: str, name: str, reading: str, observed: str = "", code: str = "0") -> str:
    return (
        f'<MWAnalyte RegionNumber="{region}"><AnalyteName>{name}</AnalyteName>'
        f'<Reading Valid="true" Code="{code}">{reading}</Reading>{observed}</MWAnalyte>'
    )


def member(row: int, column: int, *analytes: str) -> str:
    return (
        f'<MemberWell RowNo="{row}" ColNo="{column}"><MWAnalytes>'
        + "".join(analytes)
        + "</MWAnalytes></MemberWell>"
    )


def well(row: int, column: int, *beads: tuple[str, int, str]) -> str:
    regions = "".join(
        f'<BeadRegion RegionNumber="{region}"><RegionCount>{count}</RegionCount>'
        f"<Median>{median}</Median></BeadRegion>"
        for region, count, median in beads
    )
    return (
        f'<Well RowNo="{row}" ColNo="{column}" WellNo="1"><RunSettings><StopReadingCriteria '
        'BeadCount="25">Each selected region</StopReadingCriteria></RunSettings>'
        "<MachineInfo><SerialNumber>LX1</SerialNumber></MachineInfo>"
        f"<BeadRegions>{regions}</BeadRegions></Well>"
    )


OK = '<MWObsConc ReadingOK="true" ReadError="">2.15000E+002</MWObsConc>'
UNSET = '<MWObsConc ReadingOK="false" ReadError="Data field has not been set">0.0E+000</MWObsConc>'
BELOW = '<MWObsConc ReadingOK="false" ReadError="OOR &lt;">0.0E+000</MWObsConc>'


def expected(value: str) -> str:
    return (
        '<Analytes><Analyte RegionNumber="12"><AnalyteName>VEGF</AnalyteName>'
        f"<ExpectedConc>{value}</ExpectedConc></Analyte></Analytes>"
    )


def export(*, standard: str = "1.0E+003", wells: str | None = None, extra: str = "") -> str:
    if wells is None:
        wells = (
            "<Wells>"
            + well(1, 12, ("12", 40, "62.00"))
            + well(1, 1, ("12", 41, "9000.50"))
            + well(2, 1, ("12", 20, "480.00"), ("15", 44, "7.00"), ("99", 9, "1.00"))
            + "</Wells>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bpm:BioPlexManager xmlns:bpm="http://www.Bio-Rad.com/XMLschema/2010/Bio-Plex_5" '
        'BioPlexManagerVersion="6.2.0.175">'
        '<StandardCurves><Interpolators><Interpolator RegionNumber="12"><AnalyteName>VEGF'
        "</AnalyteName><ConcentrationUnits>pg/mL</ConcentrationUnits></Interpolator>"
        "</Interpolators></StandardCurves><Samples>"
        "<Blanks><Blank><Description></Description><Label>B</Label><MemberWells>"
        + member(1, 12, analyte("12", "VEGF", "6.2E+001"))
        + "</MemberWells></Blank></Blanks>"
        f"<Standards><Standard><Label>S1</Label><Dilution>1.0E+000</Dilution>{expected(standard)}"
        "<MemberWells>"
        + member(1, 1, analyte("12", "VEGF", "9.0005E+003", UNSET))
        + "</MemberWells></Standard></Standards>"
        "<Unknowns><Unknown><Description>PL-01 CM</Description><Label>X1</Label>"
        "<Dilution>4.0E+000</Dilution><MemberWells>"
        + member(
            2,
            1,
            analyte("12", "VEGF", "4.8E+002", OK, code="1"),
            analyte("15", "IL-6", "7.0E+000", BELOW),
        )
        + extra
        + f"</MemberWells></Unknown></Unknowns></Samples>{wells}</bpm:BioPlexManager>"
    )


def read(folder: Path, content: str) -> BeadFile:
    path = folder / "plate.xml"
    path.write_text(content, "utf-8")
    return read_bead_file(path, file="plate.xml")


def test_samples_and_beads_meet(tmp_path: Path) -> None:
    found = read(tmp_path, export())
    assert found.instrument == "Bio-Rad Bio-Plex LX1 Bio-Plex Manager 6.2.0.175"
    assert found.units == {"VEGF": "pg/mL"}
    assert found.minimum_beads == 25
    blank, standard, vegf, il6 = found.readings
    assert (blank.well, blank.role, blank.median_fluorescence.value) == ("A12", "blank", 62.0)
    assert (standard.well, standard.role, standard.expected.value) == ("A1", "standard", 1000.0)
    assert standard.result.status is WellStatus.NOT_REPORTED
    assert (vegf.well, vegf.sample, vegf.role, vegf.dilution) == ("B1", "PL-01 CM", "sample", 4.0)
    assert (vegf.beads, vegf.result.value) == (20, 215.0)
    assert (il6.analyte, il6.result.status) == ("IL-6", WellStatus.BELOW_RANGE)
    told = [problem.render() for problem in found.problems]
    assert "the instrument flagged wells B1: low bead number" in told[0]
    assert "VEGF: too few beads in 1 well: B1 (20). Expected: 25 beads" in told[1]


def test_expected_zero_everywhere_is_not_stated(tmp_path: Path) -> None:
    found = read(tmp_path, export(standard="0.00000000000000000E+000"))
    assert found.readings[1].expected is None


def test_wells_without_their_counterpart_are_told(tmp_path: Path) -> None:
    extra = member(8, 12, analyte("12", "VEGF", "1.0E+000"))
    wells = "<Wells>" + well(1, 1, ("12", 41, "9000.5")) + well(5, 5) + "</Wells>"
    told = [p.render() for p in read(tmp_path, export(extra=extra, wells=wells)).problems]
    assert "3 wells with a sample and without data: A12, B1, H12" in told[0]
    assert "1 well with data and without a sample: E5" in told[1]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (export(wells=""), "no <Wells> in the file"),
        (export()[:-40], "no well-formed XML"),
        (export().replace("<RegionCount>40", "<RegionCount>few"), '"few" beads'),
        (export().replace('RowNo="2" ColNo="1"', 'RowNo="1" ColNo="1"', 1), "a second sample in"),
        (export().replace('RowNo="2"', 'RowNo="B"'), 'the row "B" and the column "1"'),
        (
            export().replace("<bpm:Bio", "<!DOCTYPE a [<!ENTITY x 'y'>]><bpm:Bio", 1),
            "a document type",
        ),
    ],
)
def test_what_cannot_be_read_rightly_is_refused(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(FileProblem, match=told):
        read(tmp_path, content)


def test_a_fragment_is_refused(shared: Path) -> None:
    folder = shared / "data/assays/instrument_exports/biorad_bioplex_manager/testdata/exclude"
    with pytest.raises(FileProblem, match=r"one of: .*Bio-Plex Manager"):
        read_bead_file(folder / "well_xml_example.xml")
