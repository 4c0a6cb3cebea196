"""The secretome: amounts calculated by hand, bounds that stay bounds, and what blocks a number."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from stroma.assays.concentrations import Concentration, ConcentrationStatus
from stroma.assays.result import AssayResult
from stroma.assays.secretome import measure_secretome
from stroma.bench_records import ConditionedMedium
from stroma.criteria.limits import reported_bound
from stroma.errors import Severity
from stroma.house_rules import CountingRule
from stroma.records import Lot, Origin

LOT = Lot(lot="PL-01", donor="D1", source="placenta", origin_of_row=Origin("lots.csv", "", "row 2"))
SAMPLE = ConditionedMedium(
    name="PL-01 CM", lot="PL-01", passage="P4", cells=2e6, cells_seeded=1e6, volume_ml=10.0,
    hours=48.0, origin_of_row=Origin("conditioned.csv", "", "row 2"),
)  # fmt: skip
MEDIUM = ConditionedMedium(
    name="medium", is_blank=True, origin_of_row=Origin("conditioned.csv", "", "row 3")
)
IN_RANGE, BELOW, ABOVE = ConcentrationStatus


def concentration(
    value: float | None,
    *,
    sample: str = "PL-01 CM",
    analyte: str = "VEGF",
    status: ConcentrationStatus = IN_RANGE,
    spread: float | None = 0.2,
    unit: str = "pg/mL",
    lloq: float | None = 4.0,
    uloq: float | None = 1000.0,
    well: str = "C1",
) -> Concentration:
    has_interval = value is not None and spread is not None
    return Concentration(
        lot="PL-01", passage="P4", sample=sample, analyte=analyte, value=value,
        low=value * (1 - spread) if has_interval else None,
        high=value * (1 + spread) if has_interval else None,
        level=0.95 if has_interval else None, unit=unit, status=status, lloq=lloq, uloq=uloq,
        origin=Origin("raw/panel.csv", "00ff", f"well {well}"),
    )  # fmt: skip


def blank(value: float | None, **others: object) -> Concentration:
    return concentration(value, sample="medium", well="A1", **others)


def measure(
    *concentrations: Concentration,
    conditioned: tuple[ConditionedMedium, ...] = (SAMPLE, MEDIUM),
    cv_percent: float | None = None,
) -> AssayResult:
    return measure_secretome(
        concentrations, conditioned, lot=LOT, counting=CountingRule(cv_percent=cv_percent)
    )


def test_amount_by_hand():
    # (220 − 20) pg/mL × 10 mL = 2,000 pg from 2 million cells in 2 days: 500 pg.
    found = measure(concentration(220.0), blank(20.0))
    (row,) = found.measurements
    assert (row.quantity, row.analyte, row.unit) == ("secretion", "VEGF", "pg/(10*6.{cells}.d)")
    assert row.value == pytest.approx(500.0)
    assert row.low == pytest.approx(500.0 - 2.5 * math.hypot(44.0, 4.0))
    assert row.high == pytest.approx(500.0 + 2.5 * math.hypot(44.0, 4.0))
    assert (row.passage, row.donor, row.source, row.level) == ("P4", "D1", "placenta", 0.95)
    assert row.settings["medium_pg_ml"] == 20.0
    assert [origin.place for origin in row.origins] == ["well C1", "well A1", "row 2"]
    assert "without the error of the cell count" in str(row.warnings[0])
    assert found.problems == ()


def test_the_error_of_the_count_widens_the_interval():
    (narrow,) = measure(concentration(220.0), blank(20.0)).measurements
    (row,) = measure(concentration(220.0), blank(20.0), cv_percent=10.0).measurements
    reach = 1.959963984540054 * math.sqrt(math.log(1.01))
    assert math.log(row.value / row.low) == pytest.approx(
        math.hypot(math.log(narrow.value / narrow.low), reach)
    )
    assert row.warnings == ()


def test_units_are_converted():
    (row,) = measure(concentration(0.22, unit="ng/mL"), blank(20.0)).measurements
    assert row.value == pytest.approx(500.0)


def test_below_the_curve_stays_below():
    (row,) = measure(concentration(None, status=BELOW), blank(2.0)).measurements
    assert (row.value, row.low, row.high, row.level) == (10.0, 0.0, 10.0, None)
    assert reported_bound(row) == "<"
    assert row.settings["entered"] == "<10 pg/(10*6.{cells}.d)"


def test_above_the_curve_stays_above():
    found = measure(concentration(None, status=ABOVE), blank(20.0, spread=0.5))
    (row,) = found.measurements
    # (1,000 − 30) × 2.5: up to 30 pg/mL may be the medium's.
    assert (row.value, row.low, row.high) == (2425.0, 2425.0, None)
    assert reported_bound(row) == ">"
    (problem,) = found.problems
    assert "VEGF of PL-01 CM above the curve" in problem.render()
    assert "dilute the sample further" in problem.render()


def test_a_blank_below_the_curve_may_hold_up_to_its_limit():
    (row,) = measure(concentration(220.0), blank(None, status=BELOW)).measurements
    assert row.value == pytest.approx(550.0)
    assert row.low == pytest.approx(550.0 - 2.5 * math.hypot(44.0, 4.0))
    assert row.high == pytest.approx(550.0 + 2.5 * 44.0)


def test_a_blank_above_the_curve_blocks_its_analyte_only():
    found = measure(
        concentration(220.0),
        blank(None, status=ABOVE),
        concentration(50.0, analyte="IL-6"),
        blank(10.0, analyte="IL-6"),
    )
    assert [row.analyte for row in found.measurements] == ["IL-6"]
    (problem,) = found.problems
    assert "VEGF of medium without cells above the curve" in problem.render()
    assert problem.severity is Severity.ERROR


def test_less_than_in_medium_is_told():
    (row,) = measure(concentration(20.0), blank(30.0)).measurements
    assert row.value == pytest.approx(-25.0)
    assert "no more than in the medium" in str(row.warnings[-1])


def test_dilutions_in_range_are_averaged_and_others_left():
    (row,) = measure(
        concentration(200.0),
        concentration(240.0, well="D1"),
        concentration(None, status=ABOVE, well="E1"),
        blank(20.0),
    ).measurements
    assert row.value == pytest.approx(500.0)
    assert (row.n, row.n_counts) == (2, "concentrations")


def test_no_medium_blank_is_told_and_not_taken_as_zero_in_silence():
    found = measure(concentration(200.0), conditioned=(SAMPLE,))
    (row,) = found.measurements
    assert row.value == pytest.approx(500.0)
    assert "medium without cells is not subtracted" in str(row.warnings[0])
    assert "no medium without cells beside PL-01 CM" in found.problems[0].render()


def test_the_blank_of_the_same_stimulation_is_preferred():
    stimulated = replace(SAMPLE, condition="IFN-gamma")
    with_it = replace(MEDIUM, name="medium IFN", condition="IFN-gamma")
    of_it = concentration(100.0, sample="medium IFN")
    both = measure(
        concentration(220.0), blank(20.0), of_it, conditioned=(stimulated, MEDIUM, with_it)
    )
    assert both.measurements[0].value == pytest.approx(300.0)
    assert both.measurements[0].condition == "IFN-gamma"
    plain = measure(concentration(220.0), blank(20.0), conditioned=(stimulated, MEDIUM))
    assert plain.measurements[0].value == pytest.approx(500.0)
    assert "medium without cells, but none with IFN-gamma" in plain.problems[0].render()


@pytest.mark.parametrize("field", ["cells", "volume_ml", "hours"])
@pytest.mark.parametrize("number", [None, 0.0])
def test_what_is_missing_blocks_the_supernatant(field, number):
    found = measure(
        concentration(200.0), blank(20.0), conditioned=(replace(SAMPLE, **{field: number}), MEDIUM)
    )
    assert found.measurements == ()
    (problem,) = found.problems
    assert problem.render().startswith(
        f'conditioned.csv, row 2, column "{field}", lot PL-01: no {field} above zero for PL-01 CM.'
    )


def test_fewer_cells_than_seeded_are_flagged():
    found = measure(
        concentration(220.0), blank(20.0), conditioned=(replace(SAMPLE, cells_seeded=3e6), MEDIUM)
    )
    assert len(found.measurements) == 1
    (problem,) = found.problems
    assert "2,000,000 cells at harvest and 3,000,000 seeded" in problem.render()
    assert problem.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (concentration(220.0, unit="Bead"), 'VEGF in the unit "Bead"'),
        (concentration(None, status=BELOW, lloq=None), "beyond a curve whose limits are not known"),
        (concentration(220.0, sample="another"), 'no concentration of a sample "PL-01 CM"'),
    ],
)
def test_what_cannot_be_calculated_is_told(held, told):
    found = measure(held, blank(20.0))
    assert found.measurements == ()
    assert told in found.problems[0].render()


def test_dilutions_on_both_sides_of_the_curve_contradict_each_other():
    found = measure(concentration(None, status=BELOW), concentration(None, status=ABOVE))
    assert found.measurements == ()
    assert "dilutions of PL-01 CM below and above the curve" in found.problems[-1].render()


def test_without_an_interval_of_the_curve_there_is_none():
    (row,) = measure(concentration(220.0, spread=None), blank(20.0), cv_percent=10).measurements
    assert (row.low, row.high, row.level) == (None, None, None)


def test_a_supernatant_that_another_assay_measured_is_not_missed_here():
    stimulated = replace(SAMPLE, name="PL-01 IFN", cells=None)
    both = (SAMPLE, stimulated)
    held = [concentration(220.0), blank(20.0)]
    counting = CountingRule()
    found = measure_secretome(held, both, lot=LOT, counting=counting, elsewhere={"PL-01 IFN"})
    assert not any("PL-01 IFN" in problem.render() for problem in found.problems)
    missed = measure_secretome(held, both, lot=LOT, counting=counting)
    assert any("PL-01 IFN" in problem.render() for problem in missed.problems)


def test_other_lots_are_left_aside():
    assert measure(conditioned=(replace(SAMPLE, lot="PL-02"),)) == AssayResult()
