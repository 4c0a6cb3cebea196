"""Standard curves: real exports against their own numbers, and plates with something wrong."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace

import numpy as np
import pytest

from stroma.assays.concentrations import ConcentrationStatus
from stroma.assays.curve_series import BEAD_RULE, CurveRule, plate_rule
from stroma.assays.standard_curves import measure_curves
from stroma.assays.standard_wells import bead_wells, plate_wells
from stroma.bench_records import PlateUse, WellUse
from stroma.errors import Severity
from stroma.formats.plates import read_plate_file
from stroma.origin import Origin
from stroma.plate_records import (
    BeadFile,
    BeadReading,
    LayoutWell,
    PlateFile,
    PlateReading,
    ReadingKind,
    VendorCurve,
    VendorResult,
    WellStatus,
    WrittenNumber,
)
from stroma.stats.curves import FIVE, CurveSettings

EXPORT = Origin("elisa.txt", "00ff")
ROW = Origin("layouts.csv", "00ff", "row 2")
LEVELS = tuple(1000.0 / 2.5**i for i in range(8))


def _od(dose, top=2.4):
    """Four parameters: 0.05 without dose, half at 80."""
    return top + (0.05 - top) / (1 + (dose / 80.0) ** 1.1) if dose > 0 else 0.05


def _use(**given):
    return PlateUse(file="elisa.txt", assay="elisa", origin_of_row=ROW, analyte="IL-6", **given)


def _plate(wells, layout=(), **given):
    numbers = {
        well: held if isinstance(held, WrittenNumber) else WrittenNumber(held)
        for well, held in wells.items()
    }
    reading = PlateReading(
        plate="", name="450", kind=ReadingKind.ABSORBANCE, unit="[OD]", rows=8, columns=12,
        wells=numbers,
    )  # fmt: skip
    return PlateFile(
        origin=EXPORT, instrument="", readings=(reading,), layout=tuple(layout), **given
    )


def _standards(column, noise=0.003):
    """Wells A to H of a column: LEVELS, each a little off."""
    return {
        f"{row}{column}": _od(dose) * (1 + noise * (-1) ** i)
        for i, (row, dose) in enumerate(zip("ABCDEFGH", LEVELS, strict=True))
    }


def _sheet(column, role="standard", **given):
    return [
        WellUse(layout="L", wells=f"{row}{column}", role=role, concentration=dose,
                origin_of_row=ROW, **given)
        for row, dose in zip("ABCDEFGH", LEVELS, strict=True)
    ]  # fmt: skip


def _sample(wells, name="PL-01 CM", **given):
    return WellUse(layout="L", wells=wells, role="sample", origin_of_row=ROW, name=name, **given)


def _measured(wells, layout, *, rule=None, own=(), **given):
    use = _use(layout="L", unit="pg/mL")
    found, problems = plate_wells(_plate(wells, own, **given), use=use, layout=layout)
    assert found is not None
    result = measure_curves([found], rule=plate_rule(use) if rule is None else rule)
    return result, [*problems, *result.problems]


def _both(**given):
    return {**_standards(1), **_standards(2, noise=-0.003), **given}


LAYOUT = [*_sheet(1), *_sheet(2)]


@pytest.fixture(scope="module")
def exports(shared):
    return shared / "data/assays/instrument_exports"


@pytest.fixture(scope="module")
def cases(shared):
    held = json.loads((shared / "cases" / "assay_cases.json").read_text())
    return {case["id"]: case for case in held}


def test_gen5_fluorescence_is_what_gen5_printed(exports, cases):
    case = cases["gen5_4pl_fluorescamine"]
    file = read_plate_file(
        exports / "agilent_gen5/testdata/fluorescence"
        / "Fluorescamine_Protein_Quantitation_no_results_matrix.txt",
        file="gen5.txt",
    )  # fmt: skip
    use = _use()
    wells, problems = plate_wells(file, use=use)
    assert problems == ()
    result = measure_curves([wells], rule=plate_rule(use))
    found = result.curves[0].choice.curve.parameters()
    for ours, theirs in zip("dbec", "ABCD", strict=True):
        assert found[ours] == pytest.approx(case["expected"]["precise"][theirs], rel=1e-5)
    # Every well of the plate, printed with three decimals, the two blanks apart.
    curve = result.curves[0].choice.curve
    blank = 220.0
    for printed in file.results:
        if printed.concentration.status is WellStatus.MEASURED:
            light = file.readings[0].wells[printed.well].value - blank
            dose = curve.doses_at(curve.inverse(np.array([light])))[0]
            assert dose == pytest.approx(printed.concentration.value, rel=2e-5)
    assert (result.curves[0].range.lower, result.curves[0].range.upper) == (50.0, 600.0)
    # Gen5 prints 48.732 and 49.879; the lowest standard is 50.
    sample = next(row for row in result.concentrations if row.sample == "SPL17")
    assert (sample.status, sample.value, sample.lloq) == (ConcentrationStatus.BELOW, None, 50.0)
    assert max(abs(c.difference_percent or 0) for c in result.comparisons) < 0.2
    assert [p.severity for p in result.problems] == [Severity.NOTE, Severity.NOTE]


def test_softmax_is_what_softmax_printed(exports, cases):
    case = cases["softmax_4pl_partial_rows"]
    file = read_plate_file(
        exports / "moldev_softmax_pro/testdata/group_with_partial_rows.txt", file="softmax.txt"
    )
    use = _use(reading="450", reference="650")
    wells, problems = plate_wells(file, use=use)
    assert problems == ()
    result = measure_curves([wells], rule=plate_rule(use))
    found = result.curves[0].choice.curve.parameters()
    for ours, theirs in zip("dbec", "ABCD", strict=True):
        assert found[ours] == pytest.approx(case["expected"]["params"][theirs], rel=5e-6)
    compared = [c for c in result.comparisons if c.difference_percent is not None]
    assert len(compared) == 52
    assert max(abs(c.difference_percent) for c in compared) < 0.3
    control = next(row for row in result.concentrations if row.sample == "CTRL")
    assert control.value == pytest.approx(43.115, abs=5e-4)
    sample = next(row for row in result.concentrations if row.sample == "Sample 1 100x")
    # SoftMax: the mean of two results, 4150.690; here the result of the mean.
    assert sample.value == pytest.approx(4150.69, rel=1e-4)
    assert sample.low < sample.value < sample.high
    assert (sample.lloq, sample.uloq, sample.unit) == (200.0, 20_000.0, "ng/mL")
    above = next(row for row in result.concentrations if row.sample == "Sample 1 25x")
    assert (above.status, above.value) == (ConcentrationStatus.ABOVE, None)


def test_several_readings_have_to_be_named(exports):
    file = read_plate_file(
        exports / "moldev_softmax_pro/testdata/group_with_partial_rows.txt", file="softmax.txt"
    )
    wells, (problem,) = plate_wells(file, use=_use())
    assert wells is None
    assert "several readings: Plate 1 450, Plate 1 650, Plate 1 Reduced" in problem.render()
    wells, (problem,) = plate_wells(file, use=_use(reading="405"))
    assert 'the reading "405" fits 0 of' in problem.render()


def test_a_straight_line_is_what_gen5_printed(exports):
    file = read_plate_file(
        exports / "agilent_gen5/testdata/absorbance/endpoint_stdcurve_singleplate.txt",
        file="lowry.txt",
    )
    use = _use(model="linear")
    wells, _ = plate_wells(file, use=use)
    result = measure_curves([wells], rule=plate_rule(use))
    assert result.curves[0].choice.curve.parameters()["slope"] == pytest.approx(0.00168, abs=5e-6)
    row = next(row for row in result.concentrations if row.sample == "SPL1:1")
    assert row.value == pytest.approx((1185.551 + 1200.645 + 1232.046) / 3, rel=5e-4)
    # "0.5" is the half of a sample or a dilution by a half: two readings, so it is asked.
    odd = [p for p in result.problems if "dilutions below 1" in p.render()]
    assert len(odd) == 1
    assert "0.125, 0.25, 0.5" in odd[0].render()
    assert not any(row.sample == "SPL1:2" for row in result.concentrations)


@pytest.fixture(scope="module")
def beads(shared):
    folder = shared / "data/assays/drlumi"
    with (folder / "ecdata.csv").open() as file:
        known = {(r["sample"], r["analyte"]): r["ec"] for r in csv.DictReader(file)}
    roles = {"Standard": "standard", "Control": "control", "Background": "blank"}
    readings = []
    with (folder / "mfidata.csv").open() as file:
        for row in csv.DictReader(file):
            dose = known.get((row["sample"], row["analyte"]))
            readings.append(
                BeadReading(
                    well=row["well"], sample=row["sample"], analyte=row["analyte"],
                    median_fluorescence=WrittenNumber(float(row["mfi"])),
                    expected=WrittenNumber(float(dose)) if dose not in (None, "", "NA") else None,
                    role=roles.get(row["sample"].rstrip("0123456789"), "sample"),
                )
            )  # fmt: skip
    return BeadFile(origin=EXPORT, instrument="", readings=tuple(readings))


def test_beads_are_what_drlumi_printed(beads, cases):
    case = cases["drlumi_4plex"]
    result = measure_curves(bead_wells(beads)[0], rule=BEAD_RULE)
    assert [curve.analyte for curve in result.curves] == ["FGF", "IL6", "HGF", "VEGF"]
    for curve in result.curves:
        assert curve.choice.curve.model == "5PL"
        found = curve.choice.curve.parameters()
        for name in "bcdf":
            expected = case["expected"][curve.analyte][name]
            assert found[name] == pytest.approx(expected, rel=case["rtol"])
    controls = {
        (row.analyte, row.sample): row for row in result.concentrations if "Control" in row.sample
    }
    assert len(controls) == 12
    rows = [row for row in result.concentrations if row.status is ConcentrationStatus.IN_RANGE]
    assert all(row.lloq <= row.value <= row.uloq for row in rows)
    assert all(row.value is None for row in result.concentrations if row not in rows)


def test_beads_that_end_early_fall_back_and_say_so(beads):
    def cut(reading):
        dose = None if reading.expected is None else reading.expected.value
        return reading.analyte == "HGF" and reading.role == "standard" and (dose or 0) > 300

    kept = tuple(reading for reading in beads.readings if not cut(reading))
    result = measure_curves(bead_wells(replace(beads, readings=kept))[0], rule=BEAD_RULE)
    by_name = {curve.analyte: curve for curve in result.curves}
    assert by_name["HGF"].choice.curve.model == "linear"
    assert by_name["VEGF"].choice.curve.model == "5PL"
    said = "\n".join(p.render() for p in result.problems if p.place.column == "HGF")
    assert "linear is used, because a larger model is not identified: 5PL:" in said
    assert "4PL: the upper plateau is not seen (would be 6.057)" in said


def test_an_asymmetry_that_runs_away_never_passes_unnoticed():
    # Beyond the limit of all f, see tests/stats/test_curves.py.
    doses = np.geomspace(1, 10_000, 14)
    rest = np.maximum(1 - 0.3 * np.exp(-0.9 * (np.log(doses) - 4.0)), 0)
    light = 10 ** (1.0 + 2.0 * rest ** (1 / 0.3) + 0.01 * np.cos(7.0 * np.arange(14)))
    readings = tuple(
        BeadReading(
            well=f"A{i}", sample=f"S{i}", analyte="GM-CSF", role="standard",
            median_fluorescence=WrittenNumber(float(y)), expected=WrittenNumber(float(x)),
        )
        for i, (x, y) in enumerate(zip(doses, light, strict=True))
    )  # fmt: skip
    file = BeadFile(origin=EXPORT, instrument="", readings=readings)
    result = measure_curves(bead_wells(file)[0], rule=BEAD_RULE)
    assert result.curves[0].choice.curve.model == "4PL"
    assert any("not identified: 5PL: the" in p.render() and "asymmetr" in p.render()
               for p in result.problems)  # fmt: skip


def test_a_sample_is_read_between_its_limits_and_never_beyond():
    od = {"A3": _od(100.0), "B3": _od(100.0), "C3": _od(0.3), "D3": _od(5000.0)}
    layout = [
        *LAYOUT,
        _sample("A3:B3", lot="PL-01", passage="P4", dilution=10.0),
        _sample("C3", "low", dilution=2.0),
        _sample("D3", "high"),
    ]
    result, problems = _measured(_both(**od), layout)
    inside, low, high = result.concentrations
    assert inside.value == pytest.approx(1000.0, rel=0.01)
    assert inside.low < inside.value < inside.high
    assert (inside.lot, inside.passage, inside.unit, inside.level) == (
        "PL-01", "P4", "pg/mL", 0.95,
    )  # fmt: skip
    assert inside.origin == Origin("elisa.txt", "00ff", "A3, B3")
    assert (low.status, low.value, low.low) == (ConcentrationStatus.BELOW, None, None)
    assert low.lloq == pytest.approx(2 * min(LEVELS))
    assert (high.status, high.value) == (ConcentrationStatus.ABOVE, None)
    assert high.uloq == 1000.0
    assert [p for p in problems if p.severity is not Severity.NOTE] == []


def test_the_blank_is_taken_off_before_the_curve():
    layout = [*LAYOUT, WellUse(layout="L", wells="A12:B12", role="blank", origin_of_row=ROW)]
    wells = {well: value + 0.3 for well, value in _both().items()}
    result, _ = _measured({**wells, "A12": 0.29, "B12": 0.31}, layout)
    plain, _ = _measured(_both(), LAYOUT)
    ours, theirs = (r.curves[0].choice.curve.parameters() for r in (result, plain))
    assert ours == pytest.approx(theirs, rel=1e-6)


def test_the_least_diluted_reading_in_range_is_taken():
    od = {"A3": _od(3000.0), "B3": _od(300.0), "C3": _od(30.0)}
    diluted = (_sample(f"{row}3", dilution=d) for row, d in (("A", 1), ("B", 10), ("C", 100)))
    layout = [*LAYOUT, *diluted]
    result, problems = _measured(_both(**od), layout)
    (row,) = result.concentrations
    assert row.value == pytest.approx(3000.0, rel=0.02)
    assert (row.origin.place, row.uloq) == ("B3", 10_000.0)
    assert not any("do not come to the same" in p.render() for p in problems)


def test_dilutions_that_disagree_are_said():
    od = {"B3": _od(300.0), "C3": _od(60.0)}
    layout = [*LAYOUT, _sample("B3", dilution=10.0), _sample("C3", dilution=100.0)]
    result, problems = _measured(_both(**od), layout)
    assert result.concentrations[0].value == pytest.approx(3000.0, rel=0.02)
    (doubt,) = result.concentrations[0].warnings
    assert str(doubt) == "dilutions of the sample differ by more than 20 % from their mean"
    (compared,) = result.dilutions
    assert compared.dilutions == (10.0, 100.0)
    said = next(p for p in problems if "do not come to the same" in p.render())
    assert "10 times: 3,0" in said.render()
    assert said.severity is Severity.WARNING


def _spike(wells, added, name="PL-01 CM", **given):
    return WellUse(layout="L", wells=wells, role="spike", origin_of_row=ROW, name=name,
                   concentration=added, **given)  # fmt: skip


def test_an_addition_is_found_beside_the_sample_in_the_same_dilution():
    # 300 in the well, and 300 + 0.9 * 200 with 200 added; the undiluted sample is not in range.
    od = {"A3": _od(3000.0), "B3": _od(300.0), "C3": _od(480.0)}
    layout = [*LAYOUT, _sample("A3"), _sample("B3", dilution=10.0), _spike("C3", 200.0,
              dilution=10.0)]  # fmt: skip
    result, problems = _measured(_both(**od), layout)
    (row,) = result.concentrations
    assert row.value == pytest.approx(3000.0, rel=0.02)
    (addition,) = result.additions
    assert addition.recovery == pytest.approx(90.0, abs=3.0)
    assert addition.low < 90.0 < addition.high
    assert (addition.origin.place, addition.added, addition.dilution) == ("C3, B3", 200.0, 10.0)
    assert not any("added" in p.render() for p in problems)


@pytest.mark.parametrize(
    ("spiked", "plain", "given", "said"),
    [
        (_od(330.0), _od(300.0), {}, "15 % is found (C3). Expected: 80 to 120 %"),
        (_od(480.0), _od(300.0), {"dilution": 4.0}, "no wells of the sample without it"),
        (_od(50_000.0), _od(300.0), {}, "is above the range of the curve"),
        (_od(480.0), _od(50_000.0), {}, "is above the range of the curve"),
        (_od(0.1), _od(0.1), {}, "is below the range of the curve"),
        (_od(480.0), _od(300.0), {"added": 0.0}, "not stated, or is not above zero"),
    ],
)
def test_an_addition_that_is_not_found_is_said(spiked, plain, given, said):
    added = given.get("added", 200.0)
    layout = [*LAYOUT, _sample("B3"), _spike("C3", added, dilution=given.get("dilution"))]
    _, problems = _measured(_both(B3=plain, C3=spiked), layout)
    assert any(said in p.render() for p in problems)


def test_an_addition_to_a_sample_below_its_curve_is_bounded():
    layout = [*LAYOUT, _sample("B3"), _spike("C3", 200.0)]
    result, _ = _measured(_both(B3=_od(0.1), C3=_od(200.0)), layout)
    (addition,) = result.additions
    assert addition.recovery == pytest.approx(100.0, abs=3.0)
    # Up to the lowest standard, 10, may be in the sample: 5 % of what was added.
    assert addition.low < addition.recovery - 100 * result.concentrations[0].lloq / 200.0 + 1.0
    assert "nothing is subtracted" in str(addition.warnings[0])


def test_below_at_one_dilution_and_above_at_another_is_no_number():
    od = {"B3": _od(0.1), "C3": _od(50_000.0)}
    layout = [*LAYOUT, _sample("B3", dilution=1.0), _sample("C3", dilution=100.0)]
    result, problems = _measured(_both(**od), layout)
    assert result.concentrations == ()
    assert any("below the range at one dilution and above it at another" in p.render()
               for p in problems)  # fmt: skip


def test_a_reader_beyond_its_range_is_above_and_no_missing_well():
    over = WrittenNumber(None, WellStatus.ABOVE_RANGE, "OVRFLW")
    result, _ = _measured(_both(A3=over), [*LAYOUT, _sample("A3")])
    assert result.concentrations[0].status is ConcentrationStatus.ABOVE


def test_two_series_of_different_tops_are_two_curves_by_block():
    second = {f"{row}4": _od(dose / 2) * (1 + 0.003 * (-1) ** i)
              for i, (row, dose) in enumerate(zip("ABCDEFGH", LEVELS, strict=True))}  # fmt: skip
    halves = [replace(row, concentration=row.concentration / 2) for row in _sheet(4, block="two")]
    layout = [
        *_sheet(1, block="one"), *_sheet(2, block="one"), *halves,
        _sample("A3", "a", block="one"), _sample("B3", "b", block="two"), _sample("C3", "c"),
    ]  # fmt: skip
    od = {"A3": _od(100.0), "B3": _od(100.0), "C3": _od(100.0)}
    result, problems = _measured({**_both(**od), **second}, layout)
    assert [curve.block for curve in result.curves] == ["one", "two"]
    assert {row.sample for row in result.concentrations} == {"a", "b"}
    assert [row.uloq for row in result.concentrations] == [1000.0, 500.0]
    said = next(p for p in problems if "different highest concentrations" in p.render())
    assert "one: 1,000, two: 500" in said.render()
    assert "wells of none of them: C3" in said.render()


def test_a_standard_with_two_concentrations_blocks_the_curve():
    layout = [replace(row, name=f"STD{i}") for i, row in enumerate(_sheet(1))]
    layout += [replace(row, name=f"STD{i}", concentration=(row.concentration or 0) / 2)
               for i, row in enumerate(_sheet(2))]  # fmt: skip
    result, problems = _measured(_both(A3=_od(100.0)), [*layout, _sample("A3")])
    assert result.concentrations == ()
    assert "standards with two concentrations: STD0: 500 / 1,000" in problems[0].render()


def test_two_series_laid_out_as_one_block_the_curve():
    wells = {**_standards(1), **{well: _od(dose / 4) for (well, _), dose in
                                 zip(_standards(2).items(), LEVELS, strict=True)}}  # fmt: skip
    result, problems = _measured({**wells, "A3": _od(100.0)}, [*LAYOUT, _sample("A3")])
    assert result.concentrations == ()
    assert problems[0].severity is Severity.ERROR
    assert "replicates of standards disagree" in problems[0].render()
    assert "two series laid out as one" in problems[0].render()


def test_one_level_that_disagrees_is_left_out_and_the_rest_stays():
    wells = _both(A3=_od(100.0))
    wells["D2"] *= 2
    result, problems = _measured(wells, [*LAYOUT, _sample("A3")])
    assert result.concentrations[0].value == pytest.approx(100.0, rel=0.02)
    assert problems[0].severity is Severity.WARNING
    assert "64: " in problems[0].render()
    assert "fitted without these levels" in problems[0].render()


def test_a_truncated_plate_loses_the_wells_that_are_gone():
    wells = _both(A3=_od(100.0))
    for well in ("G1", "H1", "G2", "H2"):
        del wells[well]
    layout = [*LAYOUT, _sample("A3"), _sample("H9", "gone")]
    result, problems = _measured(wells, layout)
    assert [row.sample for row in result.concentrations] == ["PL-01 CM"]
    assert result.curves[0].range.lower == pytest.approx(LEVELS[5])
    words = [p.render() for p in problems]
    assert any("4 standards without a reading: G1, H1, G2, H2" in said for said in words)
    assert any("1 well of a sample without a reading: H9" in said for said in words)


def test_a_plate_that_lost_half_of_its_standard_levels_has_no_curve():
    wells = _both(A3=_od(100.0))
    for row in "EFGH":
        del wells[f"{row}1"], wells[f"{row}2"]
    result, problems = _measured(wells, [*LAYOUT, _sample("A3")])
    assert result.concentrations == ()
    said = "\n".join(problem.render() for problem in problems)
    assert "no standard curve: half of the standard levels or more are without a reading" in said


def test_a_layout_that_was_moved_blocks_its_curve():
    read = list(_standards(1).values())
    shifted = dict(zip(_standards(1), [*read[4:], *read[:4]], strict=True))
    result, problems = _measured({**shifted, "A3": 1.0}, [*_sheet(1), _sample("A3")])
    assert result.concentrations == ()
    assert "do not follow their concentrations" in problems[0].render()
    assert "moved or turned" in problems[0].render()


def test_layouts_that_contradict_each_other_block_what_they_touch():
    file = [LayoutWell(plate="", well="A1", sample="STD1", role="standard", concentration=2000.0)]
    result, problems = _measured(_both(A3=1.0), [*LAYOUT, _sample("A3")], own=file)
    assert result.concentrations == ()
    assert 'the layout "L" and the file say different things of 1 well: A1' in problems[0].render()
    assert "the layouts contradict each other about its standards" in problems[1].render()


def test_a_layout_that_is_not_there_is_asked_for():
    found, (problem,) = plate_wells(_plate(_both()), use=_use(layout="M"), layout=LAYOUT)
    assert found is None
    assert 'no wells of a layout "M"' in problem.render()
    found, (problem,) = plate_wells(_plate(_both()), use=_use())
    assert found is None
    assert "no layout in the file and none named" in problem.render()


def test_no_standards_no_numbers():
    result, problems = _measured({"A3": 1.0}, [_sample("A3")])
    assert result.concentrations == ()
    assert "no well holds a standard of stated concentration" in problems[0].render()


def test_a_curve_that_does_not_find_its_standards_again_gives_no_number():
    noisy = {well: value * (1.19 if i % 3 else 0.62) for i, (well, value) in
             enumerate(_standards(1).items())}  # fmt: skip
    result, problems = _measured({**noisy, "A3": 1.0}, [*_sheet(1), _sample("A3")])
    assert result.concentrations == ()
    assert problems[-1].severity is Severity.ERROR


def test_the_instruments_own_numbers_are_shown_with_their_difference():
    curve = VendorCurve(analyte="", model="4PL", parameters={"A": 0.05, "B": 1.1, "C": 80.0,
                                                             "D": 2.4})  # fmt: skip
    results = (
        VendorResult(plate="", well="A3", sample="s", analyte="",
                     concentration=WrittenNumber(110.0, as_written="110")),
        VendorResult(plate="", well="B3", sample="s", analyte="",
                     concentration=WrittenNumber(None, WellStatus.NOT_A_NUMBER, "Range?")),
    )  # fmt: skip
    result, problems = _measured(
        _both(A3=_od(100.0), B3=_od(9000.0)), [*LAYOUT, _sample("A3"), _sample("B3", "b")],
        curves=(curve,), results=results,
    )  # fmt: skip
    by_name = {c.what: c for c in result.comparisons}
    assert set(by_name) == {"A", "B", "C", "D", "A3", "B3"}
    assert by_name["A3"].difference_percent == pytest.approx(100 * (100 / 110 - 1), abs=0.6)
    assert (by_name["B3"].ours, by_name["B3"].vendor, by_name["B3"].as_written) == (
        None, None, "Range?",
    )  # fmt: skip
    said = next(p for p in problems if "instrument's program" in p.render())
    assert said.severity is Severity.WARNING
    assert "A3" in said.render()


def test_a_falling_curve_turns_below_and_above():
    wells = {well: 2.6 - value for well, value in _both().items()}
    od = {"A3": 2.6 - _od(0.2), "B3": 2.6 - _od(9000.0), "C3": 2.6 - _od(100.0)}
    layout = [*LAYOUT, _sample("A3", "low"), _sample("B3", "high"), _sample("C3", "in")]
    result, _ = _measured({**wells, **od}, layout)
    assert [row.status.value for row in result.concentrations] == ["below", "above", "in_range"]
    assert result.concentrations[2].value == pytest.approx(100.0, rel=0.02)


def test_replicates_of_a_sample_that_disagree_are_said():
    result, problems = _measured(_both(A3=_od(50.0), B3=_od(200.0)), [*LAYOUT, _sample("A3:B3")])
    assert result.concentrations[0].status is ConcentrationStatus.IN_RANGE
    assert any('replicates of "PL-01 CM" in A3, B3 differ' in p.render() for p in problems)
    (warning,) = result.concentrations[0].warnings
    assert str(warning).startswith("replicates in the wells differ, coefficient of variation")


def test_five_parameters_and_weights_are_as_the_sheet_says():
    rule = plate_rule(_use(model=FIVE, weighting="1/y^2"))
    assert rule == CurveRule(settings=CurveSettings(model=FIVE, weighting="1/y^2"))


def test_the_picture_holds_standards_curve_and_range():
    result, _ = _measured(_both(A3=1.0), [*LAYOUT, _sample("A3")])
    (view,) = result.views
    assert len(view.standards) == 16
    assert view.lower == pytest.approx(0.05)
    assert view.upper == pytest.approx(0.95)
    assert [tick.label for tick in view.x_ticks] == ["10", "100", "1000"]
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in (*view.standards, *view.curve))
    assert result.assay_result().views == result.views
    assert math.isfinite(view.curve[0][1])


def test_standards_without_a_concentration_are_said():
    bare = WellUse(layout="L", wells="A4:C4", role="standard", origin_of_row=ROW)
    result, problems = _measured(_both(A4=1.0, B4=1.0, C4=1.0), [*LAYOUT, bare])
    assert len(result.curves) == 1
    assert "3 wells of standards without a concentration: A4, B4, C4" in problems[0].render()


def test_few_levels_are_noted():
    layout = [row for row in LAYOUT if row.wells[0] not in "BDF"]
    result, problems = _measured(_both(A3=_od(100.0)), [*layout, _sample("A3")])
    assert result.concentrations[0].value == pytest.approx(100.0, rel=0.05)
    assert any("5 levels of standards above zero" in p.render() for p in problems)


def test_a_control_that_is_not_found_again_is_said():
    controls = [
        replace(_sample("A3", "QC low"), role="control", concentration=100.0),
        replace(_sample("B3", "QC high"), role="control", concentration=60.0),
        replace(_sample("C3", "QC top"), role="control", concentration=9000.0),
    ]
    od = {"A3": _od(100.0), "B3": _od(90.0), "C3": _od(9000.0)}
    result, problems = _measured(_both(**od), [*LAYOUT, *controls])
    assert len(result.concentrations) == 3
    words = [p.render() for p in problems if "control" in p.render()]
    assert len(words) == 2
    assert 'control "QC high" of 60 is found 50 % off' in words[0]
    assert 'control "QC top" of 9,000 is out of the range of the curve' in words[1]


@pytest.mark.parametrize("seed", range(24))
def test_nonsense_on_a_plate_is_a_sentence_or_a_number_in_range(seed):
    random = np.random.default_rng(seed)
    levels = 1000 / random.choice([2, 3, 10]) ** np.arange(random.integers(1, 9))
    shapes = (_od, lambda _: random.normal(), lambda _: 0.0, lambda dose: dose, lambda _: 1e5)
    shape = shapes[seed % len(shapes)]
    wells, layout = {}, []
    for column in (1, 2, 3):
        for row, dose in zip("ABCDEFGH", levels, strict=False):
            if random.random() < 0.9:
                wells[f"{row}{column}"] = shape(dose) * (1 + 0.1 * random.normal())
            block = str(random.choice(["", "", "b"]))
            standard = _sample(f"{row}{column}", "standard", block=block)
            layout.append(replace(standard, role="standard", concentration=float(dose)))
    for row in "ABCDEFGH":
        wells[f"{row}9"] = float(random.normal() * random.choice([1, 1e5]))
        layout.append(_sample(f"{row}9", row, dilution=random.choice([None, 0.5, 1.0, 10.0])))
    settings = CurveSettings(
        model=str(random.choice(["5PL", "4PL", "linear"])),
        weighting=str(random.choice(["none", "1/y", "1/y^2"])),
    )
    rule = CurveRule(settings=settings, log_response=bool(seed % 2))
    result, problems = _measured(wells, layout, rule=rule)
    assert all(problem.render() for problem in problems)
    for concentration in result.concentrations:
        if concentration.value is not None:
            low, high = concentration.lloq, concentration.uloq
            assert low * (1 - 1e-9) <= concentration.value <= high * (1 + 1e-9)
    assert result.concentrations or problems
