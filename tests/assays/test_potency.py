"""Potency relative to a reference lot, from plates whose truth is known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from stroma.assays.potency import measure_potency
from stroma.bench_records import PlateUse, WellUse
from stroma.house_rules import PotencyRule
from stroma.plate_records import (
    PlateFile,
    PlateReading,
    ReadingKind,
    WellStatus,
    WrittenNumber,
)
from stroma.records import Lot, Origin
from stroma.simulate.plates import POTENCIES, potency_plate
from stroma.simulate.truth import lot_truths

ORIGIN = Origin("raw/plates/p.csv", "sha")
USE = PlateUse(
    file="raw/plates/p.csv",
    assay="potency",
    origin_of_row=Origin("plates.csv", "s", "row 2"),
    layout="L",
    model="linear",
)
RULE = PotencyRule()


def plate_file(wells):
    held = {
        name: value
        if isinstance(value, WrittenNumber)
        else WrittenNumber(value, as_written=str(value))
        for name, value in wells.items()
    }
    reading = PlateReading(
        plate="", name="", kind=ReadingKind.OTHER, unit="", rows=8, columns=12, wells=held
    )
    return PlateFile(origin=ORIGIN, instrument="", readings=(reading,))


def well(number, name, lot, dose, *, role="sample", block=""):
    return WellUse(
        layout="L",
        wells=name,
        role=role,
        origin_of_row=Origin("layouts.csv", "s", f"row {number}"),
        concentration=dose,
        lot=lot,
        passage="P4",
        block=block,
    )


def described(lot):
    return Lot(lot=lot, donor=f"D-{lot}", source="placenta", origin_of_row=ORIGIN)


@pytest.fixture(scope="module")
def example():
    plate, truth = potency_plate(lot_truths(2040, 8), 2040)
    layout = [
        well(i, row["wells"], row["lot"], row["concentration"], role=row["role"],
             block=row["block"])
        for i, row in enumerate(plate.layout, 2)
    ]  # fmt: skip
    return plate_file(plate.wells), layout, truth


def test_true_potencies_lie_in_their_intervals(example):
    file, layout, truth = example
    found = measure_potency(file, USE, layout, lots={"BM-02": described("BM-02")}, rule=RULE)
    assert found.problems == ()
    assert [row.lot for row in found.measurements] == list(truth)
    assert len(truth) == len(POTENCIES) - 1
    for row in found.measurements:
        assert row.low < truth[row.lot] < row.high
        assert (row.quantity, row.unit, row.n, row.n_counts) == (
            "relative_potency",
            "%",
            12,
            "wells",
        )
        assert row.settings["reference_lot"] == "BM-01"
    assert found.measurements[0].donor == "D-BM-02"
    assert found.measurements[0].origins[0].file == "raw/plates/p.csv"


def test_margins_of_similarity_are_declared_in_the_row(example):
    file, layout, _truth = example
    rule = PotencyRule(slope_ratio_low=0.5, slope_ratio_high=2.0)
    found = measure_potency(file, USE, layout, lots={}, rule=rule)
    assert found.measurements[0].settings["slope_ratio"] == [0.5, 2.0]
    narrow = PotencyRule(slope_ratio_low=0.99, slope_ratio_high=1.01)
    refused = measure_potency(file, USE, layout, lots={}, rule=narrow)
    assert refused.measurements == ()
    assert "where 0.99 to 1.01 was declared" in refused.problems[0].render()


def lines(slopes, *, curvature=0.0, doses=(1.0, 2.0, 4.0, 8.0)):
    rng = np.random.default_rng(11)
    wells, layout = {}, []
    for row, (lot, slope) in enumerate(slopes.items()):
        for column, dose in enumerate(dose for dose in doses for _ in range(3)):
            name = f"{'ABCDEFGH'[row]}{column + 1}"
            x = math.log(dose)
            wells[name] = 50 + slope * x + curvature * x * x + rng.normal(0, 0.5)
            role = "reference" if row == 0 else "sample"
            layout.append(well(len(layout) + 2, name, lot, dose, role=role))
    return wells, layout


def test_a_sample_that_is_not_parallel_has_no_potency_and_the_other_has():
    wells, layout = lines({"R": 10.0, "A": 10.0, "B": 5.0})
    found = measure_potency(plate_file(wells), USE, layout, lots={}, rule=RULE)
    assert [row.lot for row in found.measurements] == ["A"]
    (problem,) = found.problems
    assert problem.place.lot == "B"
    assert "slopes that differ from the reference lot's (p < 0.001)" in problem.render()


def test_an_assay_that_is_not_straight_is_not_valid():
    wells, layout = lines({"R": 10.0, "A": 10.0}, curvature=-4.0)
    found = measure_potency(plate_file(wells), USE, layout, lots={}, rule=RULE)
    assert found.measurements == ()
    assert "not on a straight line" in found.problems[0].render()


def test_an_assay_without_response_is_not_valid():
    wells, layout = lines({"R": 0.0, "A": 0.0})
    found = measure_potency(plate_file(wells), USE, layout, lots={}, rule=RULE)
    assert "no rise or fall of the readings with the dose" in found.problems[0].render()


def test_curves():
    rng = np.random.default_rng(5)
    doses = [0.5 * 2**i for i in range(9)]
    wells, layout = {}, []
    for row, (lot, potency) in enumerate((("R", 1.0), ("A", 1.6))):
        for replicate in range(2):
            for column, dose in enumerate(doses):
                name = f"{'ABCD'[2 * row + replicate]}{column + 1}"
                share = 1 / (1 + (8 / (dose * potency)) ** 1.4)
                wells[name] = 0.1 + 2 * share + rng.normal(0, 0.02)
                role = "reference" if row == 0 else "sample"
                layout.append(well(len(layout) + 2, name, lot, dose, role=role))
    use = replace(USE, model="4PL")
    (row,) = measure_potency(plate_file(wells), use, layout, lots={}, rule=RULE).measurements
    assert row.method == "parallel_curves/1"
    assert row.low < 160 < row.high
    assert row.value == pytest.approx(160, rel=0.05)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda layout: [replace(w, role="sample") for w in layout], "no well with the role refer"),
        (
            lambda layout: [replace(w, role="reference") for w in layout],
            "the reference lots A, R. Expected: one reference lot on the plate",
        ),
        (
            lambda layout: [replace(layout[0], concentration=None), *layout[1:]],
            'layouts.csv, row 2, column "concentration", lot R: an empty cell',
        ),
        (lambda layout: [w for w in layout if w.lot == "R"], "no lot beside the reference lot"),
        (lambda layout: [w for w in layout if w.concentration == 1.0], "a single dose"),
        (
            lambda layout: [replace(layout[0], wells="A13"), *layout[1:]],
            "the wells A13. Expected: wells of a plate of 8 by 12",
        ),
    ],
)
def test_what_blocks_a_potency(spoil, message):
    wells, layout = lines({"R": 10.0, "A": 10.0})
    found = measure_potency(plate_file(wells), USE, spoil(layout), lots={}, rule=RULE)
    assert message in "\n".join(problem.render() for problem in found.problems)


def test_a_reading_beyond_the_reader_is_left_out_and_said():
    wells, layout = lines({"R": 10.0, "A": 10.0})
    wells["A1"] = WrittenNumber(None, WellStatus.ABOVE_RANGE, "OVRFLW")
    found = measure_potency(plate_file(wells), USE, layout, lots={}, rule=RULE)
    assert "OVRFLW in A1" in found.problems[0].render()
    assert len(found.measurements) == 1


def test_a_reading_that_is_not_in_the_file():
    wells, layout = lines({"R": 10.0, "A": 10.0})
    found = measure_potency(
        plate_file(wells), replace(USE, reading="450"), layout, lots={}, rule=RULE
    )
    assert 'the reading "450" fits 0 of: –' in found.problems[0].render()


def test_the_raw_reading_is_taken_before_what_the_program_derived(example):
    file, layout, _truth = example
    (raw,) = file.readings
    derived = replace(
        raw,
        name="Blank 450",
        is_derived=True,
        wells={name: WrittenNumber(0.0) for name in raw.wells},
    )
    results = replace(raw, name="Results", kind=ReadingKind.CONCENTRATION)
    both = replace(file, readings=(derived, results, raw))
    assert measure_potency(both, USE, layout, lots={}, rule=RULE) == measure_potency(
        file, USE, layout, lots={}, rule=RULE
    )


def test_two_raw_readings_are_asked_for_and_a_plate_that_is_not_there_too(example):
    file, layout, _truth = example
    (raw,) = file.readings
    two = replace(file, readings=(replace(raw, name="450"), replace(raw, name="570")))
    found = measure_potency(two, USE, layout, lots={}, rule=RULE)
    (problem,) = found.problems
    assert "several readings: 450, 570" in problem.render()
    other = replace(USE, plate="Plate 2")
    found = measure_potency(two, other, layout, lots={}, rule=RULE)
    assert 'column "plate": no plate "Plate 2" among: 450, 570' in found.problems[0].render()
