"""Kynurenine by cells and time, against hand calculation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stroma.assays.concentrations import Concentration, ConcentrationStatus
from stroma.assays.ido import ido_analyte, measure_ido
from stroma.bench_records import ConditionedMedium
from stroma.house_rules import CountingRule
from stroma.records import Lot, Origin
from stroma.texts import text

LOT = Lot(lot="BM-01", donor="D1", source="bone_marrow", origin_of_row=Origin("lots.csv", ""))
ROW = Origin("conditioned.csv", "", "row 2")
MEDIUM = ConditionedMedium(
    name="BM-01 IFN", origin_of_row=ROW, lot="BM-01", passage="P4", condition="IFN-gamma",
    cells=2e6, volume_ml=4.0, hours=48.0,
)  # fmt: skip
BLANK = ConditionedMedium(
    name="medium", origin_of_row=ROW, is_blank=True, condition="IFN-gamma", volume_ml=4.0
)


def measured(sample, analyte, value, *, unit="umol/L", status=ConcentrationStatus.IN_RANGE, **said):
    return Concentration(
        lot="", passage="", sample=sample, analyte=analyte, value=value,
        low=None if value is None else 0.9 * value, high=None if value is None else 1.1 * value,
        level=0.95, unit=unit, status=status, lloq=2.0, uloq=200.0,
        origin=Origin("raw/kyn.txt", "00ff", "B2"), **said,
    )  # fmt: skip


KYNURENINE = measured("BM-01 IFN", "L-kynurenine", 42.0)
OF_BLANK = measured("medium", "kynurenine", 2.0)


def run(concentrations, *, medium=MEDIUM, counting=None):
    rule = CountingRule() if counting is None else counting
    return measure_ido(concentrations, [medium, BLANK], lot=LOT, counting=rule)


def test_kynurenine_by_cells_and_time_by_hand():
    # (42 - 2) nmol/mL × 4 mL / 2 (10⁶ cells) / 2 days = 40 nmol.
    found = run([KYNURENINE, OF_BLANK])
    (row,) = found.measurements
    assert row.value == pytest.approx(40.0)
    assert (row.quantity, row.unit) == ("kynurenine_production", "nmol/(10*6.{cells}.d)")
    assert (row.condition, row.passage, row.settings["medium"]) == ("IFN-gamma", "P4", "medium")
    # Square and add: 40 ∓ root(4.2² + 0.2²).
    assert row.low == pytest.approx(40 - (4.2**2 + 0.2**2) ** 0.5)
    assert row.high == pytest.approx(40 + (4.2**2 + 0.2**2) ** 0.5)
    assert not found.problems


def test_a_counting_error_widens_the_interval():
    plain, counted = (
        run([KYNURENINE, OF_BLANK], counting=CountingRule(cv_percent=cv)).measurements[0]
        for cv in (None, 10.0)
    )
    assert counted.low < plain.low < plain.high < counted.high


def test_kynurenine_over_tryptophan_in_amounts_of_substance():
    # 21 µmol/L tryptophan is 4.288809 µg/mL: 204.229 g/mol.
    tryptophan = measured("BM-01 IFN", "Trp", 4.288809, unit="ug/mL")
    (row,) = [r for r in run([KYNURENINE, OF_BLANK, tryptophan]).measurements if r.unit == "1"]
    assert row.value == pytest.approx(2.0)
    assert row.low < 2.0 < row.high


def test_dilutions_of_one_sample_are_averaged():
    second = measured("BM-01 IFN", "Kynurenine", 46.0)
    (row,) = run([KYNURENINE, second, OF_BLANK]).measurements
    assert row.value == pytest.approx(42.0)


def test_without_medium_blank_a_person_has_to_look():
    found = run([KYNURENINE])
    assert found.measurements[0].value == pytest.approx(42.0)
    assert "medium without cells is not subtracted" in str(found.measurements[0].warnings[0])
    assert "no medium without cells beside BM-01 IFN" in found.problems[0].render()


def test_a_blank_below_its_curve_bounds_what_is_subtracted():
    below = measured("medium", "kynurenine", None, status=ConcentrationStatus.BELOW)
    (row,) = run([KYNURENINE, below]).measurements
    assert row.value == pytest.approx(42.0)
    assert row.low == pytest.approx(42 - (4.2**2 + 2.0**2) ** 0.5)


def test_below_the_curve_is_a_bound():
    sample = measured("BM-01 IFN", "kynurenine", None, status=ConcentrationStatus.BELOW)
    found = run([sample, OF_BLANK])
    # 2 nmol/mL × 4 mL / 2 (10⁶ cells) / 2 days = 2 nmol at the most; nothing is subtracted.
    (row,) = found.measurements
    assert (row.value, row.low, row.high, row.level) == (2.0, 0.0, 2.0, None)
    assert row.settings["entered"] == "<2 nmol/(10*6.{cells}.d)"
    assert [str(said) for said in row.warnings] == ["below the limit of quantification"]
    assert not found.problems


def test_above_the_curve_is_a_bound_less_the_blank():
    sample = measured("BM-01 IFN", "kynurenine", None, status=ConcentrationStatus.ABOVE)
    found = run([sample, OF_BLANK])
    (row,) = found.measurements
    assert (row.value, row.high) == (pytest.approx(200.0 - 2.2), None)
    assert str(row.settings["entered"]).startswith(">197.8")
    assert "above 200 umol/L" in found.problems[0].render()


def test_a_ratio_with_kynurenine_below_its_curve_is_a_bound():
    sample = measured("BM-01 IFN", "kynurenine", None, status=ConcentrationStatus.BELOW)
    tryptophan = measured("BM-01 IFN", "Trp", 10.0)
    (row,) = [r for r in run([sample, OF_BLANK, tryptophan]).measurements if r.unit == "1"]
    # The most kynurenine over the least tryptophan.
    assert row.value == pytest.approx(2.0 / 9.0)
    assert str(row.settings["entered"]).startswith("<0.2222")


def test_a_blank_above_the_curve_blocks_the_production():
    above = measured("medium", "kynurenine", None, status=ConcentrationStatus.ABOVE)
    found = run([KYNURENINE, above])
    assert not found.measurements
    assert "kynurenine of medium without cells above the curve" in found.problems[0].render()


def test_below_at_one_and_above_at_another_dilution_is_no_number():
    both = [
        measured("BM-01 IFN", "kynurenine", None, status=status)
        for status in (ConcentrationStatus.BELOW, ConcentrationStatus.ABOVE)
    ]
    found = run([*both, OF_BLANK])
    assert not found.measurements
    assert "below and above the curve" in found.problems[0].render()


def test_a_bound_needs_its_limit():
    sample = measured("BM-01 IFN", "kynurenine", None, status=ConcentrationStatus.BELOW)
    found = run([replace(sample, lloq=None), OF_BLANK])
    assert not found.measurements
    assert "a curve whose limits are not known" in found.problems[0].render()


def test_what_is_said_of_the_wells_stays_with_the_number():
    doubt = (text("replicates in the wells differ, coefficient of variation {cv} %", cv=31),)
    found = run([replace(KYNURENINE, warnings=doubt), replace(OF_BLANK, warnings=doubt)])
    assert [str(said) for said in found.measurements[0].warnings[:2]] == [
        "replicates in the wells differ, coefficient of variation 31 %",
        (
            "in the medium without cells: replicates in the wells differ, coefficient of "
            "variation 31 %"
        ),
    ]


def test_fewer_cells_than_seeded_are_flagged():
    found = run([KYNURENINE, OF_BLANK], medium=replace(MEDIUM, cells_seeded=3e6))
    assert "2,000,000 cells at harvest and 3,000,000 seeded" in found.problems[0].render()
    assert len(found.measurements) == 1


def test_a_unit_that_is_no_concentration_is_refused():
    found = run([replace(KYNURENINE, unit="µM"), OF_BLANK])
    assert not found.measurements
    assert 'kynurenine in the unit "µM"' in found.problems[0].render()


def test_missing_cells_are_asked_for():
    found = run([KYNURENINE, OF_BLANK], medium=replace(MEDIUM, cells=None))
    assert "no cells above zero for BM-01 IFN" in found.problems[0].render()
    assert not found.measurements


def test_other_analytes_and_lots_are_left_aside():
    assert ido_analyte("VEGF") is None
    other = replace(MEDIUM, lot="BM-02")
    assert run([measured("BM-01 IFN", "VEGF", 3.0)]).measurements == ()
    assert run([KYNURENINE], medium=other).measurements == ()
