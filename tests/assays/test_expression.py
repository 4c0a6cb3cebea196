"""Expression: Livak's published plates as a thermocycler would export them, and what blocks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from stroma.assays.expression import measure_expression
from stroma.assays.result import AssayResult
from stroma.bench_records import ExpressionSample
from stroma.errors import Severity
from stroma.measurements import ALTERNATIVES
from stroma.plate_records import CycleFile, CycleReading, WellStatus, WrittenNumber
from stroma.records import Lot, Origin

LOT = Lot(lot="BM-01", donor="D1", source="bone_marrow", origin_of_row=Origin("lots.csv", "", ""))
BRAIN = (30.72, 30.34, 30.58, 30.34, 30.50, 30.43), (23.70, 23.56, 23.47, 23.65, 23.69, 23.68)
KIDNEY = (27.06, 27.03, 27.03, 27.10, 26.99, 26.94), (22.76, 22.61, 22.62, 22.60, 22.61, 22.76)
# Livak and Schmittgen 2001, same tube.
BRAIN_TUBE = (32.38, 32.08, 32.35, 32.08, 32.34, 32.13), (25.07, 25.29, 25.32, 25.24, 25.17, 25.29)
KIDNEY_TUBE = (28.73, 28.84, 28.51, 28.86, 28.86, 28.70), (24.30, 24.32, 24.31, 24.25, 24.34, 24.18)
DILUTION = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
C_MYC = (25.59, 26.77, 28.14, 29.18, 30.14, 31.44, 32.42)
GAPDH = (22.64, 23.73, 25.12, 26.16, 27.17, 28.62, 29.45)


def cycle(value: float | None) -> WrittenNumber:
    if value is None:
        return WrittenNumber(None, WellStatus.ABOVE_RANGE, "Undetermined")
    return WrittenNumber(value, as_written=str(value))


def reactions(
    sample: str, target: str, cycles: Sequence[float | None], row: str, **others: object
) -> list[CycleReading]:
    return [
        CycleReading(
            well=f"{row}{i}", sample=sample, target=target, threshold_cycle=cycle(value),
            task="unknown", **others,
        )
        for i, value in enumerate(cycles, start=1)
    ]  # fmt: skip


def tissue(sample: str, held: tuple[Sequence[float | None], ...], rows: str) -> list[CycleReading]:
    return [
        *reactions(sample, "c-myc", held[0], rows[0]),
        *reactions(sample, "GAPDH", held[1], rows[-1]),
    ]


def standards() -> list[CycleReading]:
    return [
        CycleReading(
            well=f"{row}{i}", sample=f"S{i}", target=target, threshold_cycle=cycle(value),
            task="standard", quantity=quantity,
        )
        for target, row, cycles in (("c-myc", "G", C_MYC), ("GAPDH", "H", GAPDH))
        for i, (quantity, value) in enumerate(zip(DILUTION, cycles, strict=True), start=1)
    ]  # fmt: skip


def export(*readings: list[CycleReading], **others: object) -> dict[str, CycleFile]:
    file = CycleFile(
        origin=Origin("raw/run.txt", "00ff"), instrument="QuantStudio",
        readings=tuple(each for held in readings for each in held), **others,
    )  # fmt: skip
    return {"raw/run.txt": file}


def sheet_row(sample: str, number: int, **others: object) -> ExpressionSample:
    row = ExpressionSample(
        file="raw/run.txt", sample=sample, lot="BM-01", passage="P4", reference_genes=("GAPDH",),
        origin_of_row=Origin("expression.csv", "", f"row {number}"),
    )  # fmt: skip
    return replace(row, **others)


ROWS = (sheet_row("kidney", 2), sheet_row("brain", 3, lot="", is_calibrator=True))
SEPARATE = (tissue("kidney", KIDNEY, "AB"), tissue("brain", BRAIN, "CD"))


def measure(
    *readings: list[CycleReading],
    rows: tuple[ExpressionSample, ...] = ROWS,
    **others: object,
) -> AssayResult:
    return measure_expression(rows, export(*readings, **others), lot=LOT)


def test_livak_2001_separate_tubes():
    found = measure(*SEPARATE)
    delta, row = found.measurements
    assert (delta.quantity, delta.analyte, delta.unit) == (
        "delta_threshold_cycle", "c-myc", "{Ct}",
    )  # fmt: skip
    assert delta.value == pytest.approx(4.37, abs=0.005)
    assert row.quantity == "relative_expression"
    assert row.value == pytest.approx(5.6, abs=0.05)
    fold, low, high = row.settings[ALTERNATIVES]["livak_2001/1"]
    assert (fold, low, high) == pytest.approx((5.6, 5.3, 6.0), abs=0.06)
    # R: ddCt −2.495, t interval −2.66998 to −2.32002 (validation/expression).
    assert row.low == pytest.approx(2**2.32001543808115)
    assert row.high == pytest.approx(2**2.66998456191886)
    assert (row.level, row.n, row.n_counts) == (0.95, 6, "reactions")
    assert row.settings["livak_range"] == [low, high]
    assert row.settings["interval"] == "t interval of the ddCt"
    assert row.settings["tubes"] == "separate"
    assert row.settings["calibrator"] == "brain"
    assert row.settings["reference_genes"] == ["GAPDH"]
    assert "not of cultures or donors" in str(row.warnings[0])
    assert (row.passage, row.donor, row.source) == ("P4", "D1", "bone_marrow")
    (view,) = found.views
    assert (view.genes, view.calibrator, view.folds) == (("c-myc",), "brain", (row.value,))
    assert (view.low[0], view.livak_low[0]) == (row.low, low)
    assert found.problems == ()


def test_genes_in_the_same_wells_are_paired():
    found = measure(tissue("kidney", KIDNEY_TUBE, "A"), tissue("brain", BRAIN_TUBE, "C"))
    row = found.measurements[-1]
    assert row.settings["tubes"] == "same"
    assert row.settings["ddct"] == pytest.approx(-2.53)
    assert row.low == pytest.approx(2**2.29454542053247)


def test_standards_give_efficiencies_and_pfaffls_ratio():
    found = measure(*SEPARATE, standards())
    row = found.measurements[-1]
    assert row.method == "delta_delta_ct/1"
    assert row.settings["efficiency_percent"] == {"c-myc": 97.4, "GAPDH": 95.5}
    corrected, low, high = row.settings[ALTERNATIVES]["pfaffl/1"]
    assert corrected == pytest.approx(
        1.97368103813991 ** (sum(BRAIN[0]) / 6 - sum(KIDNEY[0]) / 6)
        / 1.95535195079074 ** (sum(BRAIN[1]) / 6 - sum(KIDNEY[1]) / 6)
    )
    assert low < corrected < high
    assert row.settings["pfaffl_ratio"] == corrected
    assert row.settings["pfaffl_interval"] == [low, high]
    assert found.problems == ()


def test_a_poor_efficiency_is_told():
    weak = [
        replace(each, threshold_cycle=cycle(1.3 * each.threshold_cycle.value))
        for each in standards()
        if each.target == "c-myc"
    ]
    found = measure(*SEPARATE, weak)
    assert "pfaffl/1" not in found.measurements[-1].settings[ALTERNATIVES]
    (problem,) = found.problems
    assert "c-myc is amplified with an efficiency of 68.7 % (slope −4.403)" in problem.render()


def test_standards_that_are_no_series_are_told():
    (problem,) = measure(*SEPARATE, standards()[:2]).problems
    assert "2 standards of c-myc that are no dilution series" in problem.render()


def test_undetermined_is_never_a_number():
    none = (None,) * 6
    found = measure(tissue("kidney", (none, KIDNEY[1]), "AB"), tissue("brain", BRAIN, "CD"))
    assert found.measurements == ()
    (problem,) = found.problems
    assert problem.severity is Severity.WARNING
    assert "6 of 6 reactions of c-myc in kidney without a threshold cycle" in problem.render()
    assert "it is given no number" in problem.render()


def test_a_mean_of_the_reactions_that_crossed_is_not_taken():
    some = (27.06, None, 27.03, 27.1, 26.99, 26.94)
    found = measure(tissue("kidney", (some, KIDNEY[1]), "AB"), tissue("brain", BRAIN, "CD"))
    assert found.measurements == ()
    (problem,) = found.problems
    assert problem.severity is Severity.ERROR
    assert "1 of 6 reactions of c-myc in kidney" in problem.render()


def test_a_reference_gene_that_is_not_there_blocks_its_sample():
    found = measure(*SEPARATE, rows=(sheet_row("kidney", 2, reference_genes=("GAPDH", "TBP")),))
    assert found.measurements == ()
    assert "no reaction of the reference gene TBP in kidney" in found.problems[0].render()
    assert found.problems[0].render().startswith("expression.csv, row 2, lot BM-01")


def test_omitted_reactions_are_left_out():
    outlier = [replace(each, omitted=True) for each in reactions("kidney", "c-myc", [35.0], "F")]
    assert measure(*SEPARATE, outlier).measurements[-1].value == pytest.approx(5.6371, abs=1e-3)


def test_what_the_file_says_is_used_where_the_sheet_is_silent():
    rows = (sheet_row("kidney", 2, reference_genes=()),)
    found = measure(*SEPARATE, rows=rows, reference_targets=("GAPDH",), calibrator="brain")
    assert found.measurements[-1].settings["calibrator"] == "brain"
    nothing = measure(*SEPARATE, rows=rows)
    assert "no reference gene for kidney" in nothing.problems[0].render()


def test_the_calibrator_of_the_lot_comes_before_that_of_the_file():
    own = sheet_row("own", 4, is_calibrator=True)
    found = measure(*SEPARATE, tissue("own", KIDNEY, "EF"), rows=(*ROWS, own))
    row = next(row for row in found.measurements if row.quantity == "relative_expression")
    assert (row.value, row.settings["calibrator"]) == (pytest.approx(1.0), "own")


def test_no_calibrator_or_two_leave_the_delta_ct():
    none = measure(*SEPARATE, rows=ROWS[:1])
    assert [row.quantity for row in none.measurements] == ["delta_threshold_cycle"]
    assert "no calibrator for kidney" in none.problems[0].render()
    two = measure(*SEPARATE, rows=(*ROWS, sheet_row("x", 4, lot="", is_calibrator=True)))
    assert "2 calibrators for kidney: brain, x" in two.problems[0].render()


def test_a_gene_missing_in_the_calibrator_is_told():
    extra = reactions("kidney", "IDO1", [25.0, 25.1], "E")
    found = measure(*SEPARATE, extra)
    assert [r.analyte for r in found.measurements if r.quantity == "relative_expression"] == [
        "c-myc"
    ]
    assert "IDO1 is not measured alike in the calibrator brain" in found.problems[0].render()


def test_amplification_without_template_is_told_once():
    water = [replace(each, task="ntc") for each in reactions("water", "c-myc", [36.2, None], "E")]
    rows = (*ROWS, sheet_row("kidney", 5, condition="IFN-gamma"))
    problems = measure(*SEPARATE, water, rows=rows).problems
    assert [p.render().split(". ")[0] for p in problems] == [
        "raw/run.txt: amplification without template: c-myc E1 (36.2)"
    ]


def test_a_name_that_is_not_in_the_export_is_told():
    found = measure(*SEPARATE, rows=(sheet_row("kydney", 2),))
    assert 'no reactions of a sample "kydney" in raw/run.txt' in found.problems[0].render()


def test_single_reactions_have_a_value_and_no_interval():
    one = tissue("kidney", ((27.0,), (22.6,)), "AB")
    row = measure(one, tissue("brain", ((30.4,), (23.6,)), "CD")).measurements[-1]
    assert row.value == pytest.approx(2**2.4)
    assert (row.low, row.high, row.level, row.warnings) == (None, None, None, ())
