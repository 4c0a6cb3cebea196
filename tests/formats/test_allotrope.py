"""Allotrope documents of four families, shaped as the converters' own examples are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from stroma.errors import FileProblem
from stroma.formats.beads import read_bead_file
from stroma.formats.counters import read_counts
from stroma.formats.cyclers import read_cycle_file
from stroma.formats.plates import read_plate_file
from stroma.plate_records import ReadingKind, WellStatus

MANIFEST = "http://purl.allotrope.org/manifests/{name}.manifest"
SYSTEMS = {
    "data system document": {
        "software name": "Gen5",
        "software version": "3.12.08",
        "ASM converter name": "allotropy_agilent_gen5",
    },
    "device system document": {"model number": "N/A", "product manufacturer": "BioTek"},
}


def save(tmp_path: Path, document: object) -> Path:
    path = tmp_path / "asm.json"
    path.write_text(
        document if isinstance(document, str) else json.dumps(document, indent=1), encoding="utf-8"
    )
    return path


def document(
    kind: str,
    measurements: Sequence[object],
    manifest: str = "plate-reader/REC/x",
    group: Mapping[str, object] | None = None,
    **more: object,
) -> dict[str, Any]:
    groups = [
        {"measurement aggregate document": {"measurement document": [item], **(group or {})}}
        for item in measurements
    ]
    body = {f"{kind} document": groups, **SYSTEMS, **more}
    return {"$asm.manifest": MANIFEST.format(name=manifest), f"{kind} aggregate document": body}


def well(
    name: str,
    value: float,
    *,
    sample: str = "SPL1",
    nm: float = 450,
    error: str = "",
    number: int = 0,
) -> dict[str, object]:
    found: dict[str, object] = {
        "device control aggregate document": {
            "device control document": [
                {
                    "device type": "plate reader",
                    "detector wavelength setting": {"value": nm, "unit": "nm"},
                }
            ]
        },
        "measurement identifier": f"ID_{number}",
        "sample document": {
            "sample identifier": sample,
            "location identifier": name,
            "well plate identifier": "Plate 1",
        },
        "absorbance": {"value": value, "unit": "mAU"},
    }
    if error:
        found["error aggregate document"] = {
            "error document": [{"error": error, "error feature": "450:450"}]
        }
    return found


PLATE = {"plate well count": {"value": 6, "unit": "#"}, "container type": "well plate"}
NAMES = ("A1", "A2", "A3", "B1", "B2", "B3")


def test_single_readings_words_and_the_wrong_label(tmp_path):
    wells = [well(name, 0.5 + k, number=k) for k, name in enumerate(NAMES)]
    wells[1] = well("A2", -0.0, error="OVRFLW", number=1)
    wells[2] = well("A3", -0.0, number=2)
    calculated = {
        "calculated data document": [
            _calculated("Conc", 266.437, ["ID_0"], "InterpX(STD#1@StandardCurve,OD)"),
            _calculated("AvgConc", 238.4, ["ID_0", "ID_3"], "Average(Conc)"),
        ]
    }
    path = save(
        tmp_path,
        document(
            "plate reader", wells, group=PLATE, **{"calculated data aggregate document": calculated}
        ),
    )
    file = read_plate_file(path, file="asm.json")
    raw, conc = file.readings
    assert (raw.kind, raw.unit, raw.name, raw.wavelengths_nm) == (
        ReadingKind.ABSORBANCE,
        "[OD]",
        "450",
        (450.0,),
    )
    assert (raw.rows, raw.columns, len(raw.wells)) == (2, 3, 6)
    assert raw.wells["A2"].status is WellStatus.ABOVE_RANGE
    assert (raw.wells["A2"].value, raw.wells["A2"].as_written) == (None, "OVRFLW")
    assert raw.wells["A3"].status is WellStatus.NOT_REPORTED
    assert raw.wells["B3"].value == 5.5
    assert (conc.kind, conc.is_derived, conc.wells["A1"].value) == (
        ReadingKind.CONCENTRATION,
        True,
        266.437,
    )
    assert [(r.well, r.sample, r.concentration.value) for r in file.results] == [
        ("A1", "SPL1", 266.437)
    ]
    assert file.instrument == "BioTek Gen5 3.12.08 (allotropy_agilent_gen5)"
    said = " ".join(problem.render() for problem in file.problems)
    assert 'absorbance labelled "mAU" with 5.5 as its highest value' in said
    assert "1 value that was not taken: AvgConc" in said


def _calculated(name: str, value: float, ids: Sequence[str], formula: str) -> dict[str, object]:
    return {
        "calculated data name": name,
        "calculated result": {"value": value, "unit": "(unitless)"},
        "calculated data identifier": f"C_{name}",
        "calculation description": formula,
        "data source aggregate document": {
            "data source document": [{"data source identifier": i} for i in ids]
        },
    }


def test_wells_are_checked_against_the_plate(tmp_path):
    wells = [well(name, 0.5, number=k) for k, name in enumerate(NAMES[:4])]
    file = read_plate_file(save(tmp_path, document("plate reader", wells, group=PLATE)))
    assert any("4 wells. Expected: 6, as the document states" in p.render() for p in file.problems)


def test_fluorescence_at_several_wavelengths_of_one_well(tmp_path):
    found = []
    for number, (excitation, emission) in enumerate([(404, 445), (485, 535)]):
        item = well("A1", 0, number=number)
        del item["absorbance"]
        item["fluorescence"] = {"value": 2138332.25 * (number + 1), "unit": "RFU"}
        control = item["device control aggregate document"]["device control document"][0]  # type: ignore[index]
        control["detector wavelength setting"]["value"] = emission
        control["excitation wavelength setting"] = {"value": excitation, "unit": "nm"}
        found.append(item)
    file = read_plate_file(save(tmp_path, document("plate reader", found)))
    assert [(r.name, r.unit, r.wavelengths_nm) for r in file.readings] == [
        ("404,445", "{RFU}", (404.0, 445.0)),
        ("485,535", "{RFU}", (485.0, 535.0)),
    ]
    assert file.readings[1].wells["A1"].value == 4276664.5


def cube(concept: str, unit: str, steps: Sequence[object], values: Sequence[float]) -> object:
    return {
        "label": "600.0",
        "cube-structure": {
            "dimensions": [{"@componentDatatype": "double", "concept": concept, "unit": unit}],
            "measures": [{"@componentDatatype": "double", "concept": "absorbance", "unit": "mAU"}],
        },
        "data": {"dimensions": [steps], "measures": [values]},
    }


def test_a_kinetic_in_a_cube(tmp_path):
    item = well("A1", 0, nm=600)
    del item["absorbance"]
    item["absorption profile data cube"] = cube("elapsed time", "s", [22.0, 262.0], [-0.066, 0.1])
    file = read_plate_file(save(tmp_path, document("plate reader", [item])))
    assert [(r.seconds, r.wavelengths_nm, r.wells["A1"].value) for r in file.readings] == [
        (22.0, (600.0,), -0.066),
        (262.0, (600.0,), 0.1),
    ]


def test_a_document_of_2023_with_all_wavelengths_in_a_cube(tmp_path):
    item = {
        "sample document": {
            "well location identifier": "A1",
            "sample identifier": "POS",
            "plate barcode": "P1",
        },
        "data cube": cube("wavelength", "nm", ["360/40,460/40", "485/20,528/20"], [1.5, 2.5]),
        "processed data aggregate document": {
            "processed data document": [
                {"processed data": 0.992, "data processing description": "normDAPI"},
                {"processed data": "?????", "data processing description": "Lagtime"},
                {
                    "processed data": cube("time", "s", [0, 60], [0.02, 0.0]),
                    "data processing description": "Blank 600",
                },
            ]
        },
    }
    body = {
        "measurement aggregate document": {
            "measurement document": [item],
            "plate well count": {"value": 96, "unit": "#"},
        }
    }
    file = read_plate_file(save(tmp_path, body))
    assert [(r.name, r.wavelengths_nm, r.seconds, r.is_derived) for r in file.readings] == [
        ("360/40,460/40", (360.0, 460.0), None, False),
        ("485/20,528/20", (485.0, 528.0), None, False),
        ("normDAPI", (), None, True),
        ("Lagtime", (), None, True),
        ("Blank 600", (), 0.0, True),
        ("Blank 600", (), 60.0, True),
    ]
    assert file.readings[3].wells["A1"].status is WellStatus.NOT_A_NUMBER
    assert file.layout[0].role == "control"


def count(
    sample: str, viable: float, unit: str = "10^6 cells/mL", time: str = "2022-03-21T16:56:00+00:00"
) -> dict[str, object]:
    return {
        "measurement time": time,
        "measurement identifier": f"ID_{sample}",
        "sample document": {"sample identifier": sample},
        "processed data aggregate document": {
            "processed data document": [
                {
                    "viability (cell counter)": {"value": 96.9, "unit": "%"},
                    "viable cell density (cell counter)": {"value": viable, "unit": unit},
                    "data processing document": {
                        "cell type processing method": "Mammalian",
                        "cell density dilution factor": {"value": 1.0, "unit": "(unitless)"},
                    },
                    "total cell density (cell counter)": {"value": viable / 0.969, "unit": unit},
                    "average total cell diameter": {"value": 18.51, "unit": "µm"},
                    "total cell count": {"value": 2191, "unit": "cell"},
                    "viable cell count": {"value": 2123, "unit": "cell"},
                }
            ]
        },
    }


COUNTER = "cell-counting/BENCHLING/2023/11/cell-counting"


def test_counts(tmp_path):
    path = save(tmp_path, document("cell counting", [count("CLB001", 0.75)], COUNTER))
    (found,), problems = read_counts(path, file="asm.json")
    assert (found.sample, found.viable_per_ml, found.viability_percent) == ("CLB001", 750_000, 96.9)
    assert (found.cells_counted, found.viable_cells_counted) == (2191, 2123)
    assert (found.diameter_um, found.dilution) == (18.51, 1.0)
    assert found.counted_at is not None
    assert found.counted_at.isoformat() == "2022-03-21T16:56:00"
    assert not problems


def test_a_density_that_no_suspension_has_is_left_out(tmp_path):
    path = save(tmp_path, document("cell counting", [count("1", 124000.0)], COUNTER))
    (found,), problems = read_counts(path, file="asm.json")
    assert found.viable_per_ml is None
    assert any(
        "124000.0 10^6 cells/mL; no millilitre holds so many cells, and 124000.0 cells/mL may be"
        in problem.render()
        for problem in problems
    )


def cycle(
    well_name: str, ct: float | None, role: str = "unknown sample role", *, omit: bool = False
) -> dict[str, object]:
    processed: dict[str, object] = {
        "data processing document": {
            "custom information document": {
                "reference dna description": "GAPDH",
                "reference sample description": "Liver",
            },
        },
        "custom information document": {"omit": omit},
    }
    if ct is not None:
        processed["cycle threshold result (qPCR)"] = {"value": ct, "unit": "(unitless)"}
    return {
        "device control aggregate document": {
            "device control document": [{"device type": "qPCR", "reporter dye setting": "FAM"}]
        },
        "measurement identifier": f"ID_{well_name}",
        "sample document": {
            "sample identifier": "Lung",
            "location identifier": "37",
            "sample role type": role,
            "well location identifier": well_name,
        },
        "processed data aggregate document": {"processed data document": [processed]},
        "target DNA description": "TGF-B",
    }


def test_threshold_cycles(tmp_path):
    wells = [
        cycle("D1", 30.155),
        cycle("D2", None),
        cycle("D3", 22.5, "standard sample role"),
        cycle("D4", 31.0, omit=True),
    ]
    file = read_cycle_file(save(tmp_path, document("qpcr", wells, "pcr/REC/2024/09/qpcr")))
    assert [(r.well, r.threshold_cycle.value, r.task, r.omitted) for r in file.readings] == [
        ("D1", 30.155, "unknown", False),
        ("D2", None, "unknown", False),
        ("D3", 22.5, "standard", False),
        ("D4", 31.0, "unknown", True),
    ]
    assert file.readings[1].threshold_cycle.status is WellStatus.NOT_REPORTED
    assert (file.reference_targets, file.calibrator) == (("GAPDH",), "Liver")
    assert (file.readings[0].target, file.readings[0].reporter) == ("TGF-B", "FAM")
    assert any("no threshold cycle of 1 well, D2" in p.render() for p in file.problems)


def bead(number: int, name: str, value: float, beads: float, *, old: bool) -> dict[str, object]:
    median = {"value": value, "unit": "RFU", "has statistic datum role": "median role"}
    statistics = {
        "statistics document": [
            {
                "statistical feature": "fluorescence",
                "statistic dimension aggregate document": {
                    "statistic dimension document": [{"statistical value": median}]
                },
            }
        ]
    }
    return {
        "analyte identifier": f"AN_{number}",
        "analyte name": name,
        "assay bead count": {"value": beads, "unit": "#"},
        **({"fluorescence": median} if old else {"statistics aggregate document": statistics}),
    }


@pytest.mark.parametrize("old", [True, False])
def test_beads_of_two_versions(tmp_path, old):
    key = (
        "minimum assay bead count setting" if old else "minimum assay bead count threshold setting"
    )
    item = {
        "device control aggregate document": {
            "device control document": [
                {"dilution factor setting": {"value": 2.0}, key: {"value": 50.0, "unit": "#"}}
            ]
        },
        "sample document": {"sample identifier": "Standard1", "location identifier": "A1"},
        "error aggregate document": {
            "error document": [{"error": "NaN", "error feature": "bravo <median role>"}]
        },
        "analyte aggregate document": {
            "analyte document": [
                bead(1, "alpha", 10921.5, 30, old=old),
                bead(2, "bravo", -0.0, 0, old=old),
            ]
        },
    }
    path = save(
        tmp_path, document("multi analyte profiling", [item], "multi-analyte-profiling/x/m")
    )
    file = read_bead_file(path, file="asm.json")
    alpha, bravo = file.readings
    assert alpha.median_fluorescence is not None
    assert bravo.median_fluorescence is not None
    assert (alpha.median_fluorescence.value, alpha.beads, alpha.dilution) == (10921.5, 30, 2.0)
    assert alpha.role == "standard"
    assert bravo.median_fluorescence.status is WellStatus.NOT_A_NUMBER
    assert (bravo.beads, file.minimum_beads) == (0, 50)
    assert "no median fluorescence of 1 analyte in a well, A1 bravo" in file.problems[0].render()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"plate reader aggregate document": {"a": [1, 2', "a document that cannot be read"),
        (
            '{"plate reader aggregate document": {"plate reader document": []}}',
            "an Allotrope document without a measurement of a well",
        ),
        ('{"liquid chromatography aggregate document": {}}', "a file that begins with"),
    ],
)
def test_what_is_refused(tmp_path, content, message):
    with pytest.raises(FileProblem, match=message):
        read_plate_file(save(tmp_path, content))
