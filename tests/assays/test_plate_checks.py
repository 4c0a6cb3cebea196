"""Dilutions and additions as rows of the lot whose sample it is."""

from __future__ import annotations

import pytest

from stroma.assays.plate_checks import Addition, Dilutions, measure_checks
from stroma.bench_records import ConditionedMedium
from stroma.records import Lot, Origin
from stroma.stats.dilution import dilution_series
from stroma.texts import text

LOT = Lot(lot="PL-01", donor="D1", source="placenta", origin_of_row=Origin("lots.csv", ""))
PLATE = Origin("raw/plates/il6.csv", "00ff", "B3, C3")
MEDIA = (
    ConditionedMedium(name="PL-01 CM", origin_of_row=PLATE, lot="PL-01", passage="P4",
                      condition="IFN-gamma"),
    ConditionedMedium(name="medium", origin_of_row=PLATE, is_blank=True),
)  # fmt: skip


def diluted(sample="PL-01 CM", lot=""):
    # 10 × 10, 20 × 5.2 and 40 × 2.4 are 100, 104 and 96: 4 % from their mean, standard
    # deviation 4.
    factors = (10.0, 20.0, 40.0)
    return Dilutions(
        lot=lot, passage="", sample=sample, analyte="IL-6", origin=PLATE, dilutions=factors,
        series=dilution_series(factors, [10.0, 5.2, 2.4]), level=0.95,
    )  # fmt: skip


def added(recovery, amount=50.0, *, sample="PL-01 CM", lot=""):
    return Addition(
        lot=lot, passage="", sample=sample, analyte="IL-6", origin=PLATE, dilution=10.0,
        added=amount, unit="pg/mL", recovery=recovery, low=recovery - 5, high=recovery + 5,
        level=0.95, warnings=(text("look"),),
    )  # fmt: skip


def test_dilutions_are_rows_of_the_supernatants_lot():
    departure, spread = measure_checks([diluted()], [], MEDIA, lot=LOT)
    assert (departure.quantity, departure.value) == ("dilution_departure", pytest.approx(4.0))
    assert (spread.quantity, spread.value) == ("dilution_cv", pytest.approx(4.0))
    assert {(row.lot, row.passage, row.condition, row.analyte, row.n) for row in (departure, spread)
            } == {("PL-01", "P4", "IFN-gamma", "IL-6", 3)}  # fmt: skip
    assert departure.settings["percent_of_mean"] == [100.0, 104.0, 96.0]
    slope, low, high = departure.settings["dilution_slope"]
    assert low < slope < high


def test_of_several_additions_the_farthest_off_is_the_row():
    (row,) = measure_checks([], [added(97.0), added(88.0, 500.0)], MEDIA, lot=LOT)
    assert (row.quantity, row.value, row.low, row.high, row.n) == (
        "spike_recovery", 88.0, 83.0, 93.0, 2,
    )  # fmt: skip
    assert [each["percent"] for each in row.settings["additions"]] == [97.0, 88.0]
    assert [str(said) for said in row.warnings] == ["look"]


def test_samples_of_other_lots_and_of_none_are_left_aside():
    others = [diluted("medium"), diluted("control"), diluted("PL-02 CM", "PL-02")]
    assert measure_checks(others, [added(90.0, sample="control")], MEDIA, lot=LOT) == ()
    own = measure_checks([diluted("PL-01 P3", "PL-01")], [], MEDIA, lot=LOT)
    assert [row.condition for row in own] == ["", ""]
