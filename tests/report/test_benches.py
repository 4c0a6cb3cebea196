"""Assays on plates in the report: secretion, potency and curves over all lots."""

from __future__ import annotations

from dataclasses import replace

from stroma.figures import SharedPieces
from stroma.measurements import Measurement
from stroma.report.benches import bench_section
from stroma.texts import ENGLISH, text


def _row(lot, quantity, value, **more):
    return Measurement(lot=lot, quantity=quantity, value=value, **more)


def test_a_study_without_plates_has_no_section(results):
    bare = replace(results, measurements=(), views=())
    assert bench_section(bare, ENGLISH, SharedPieces()) is None


def test_secretion_and_potency(results):
    rows = (
        _row("BM-01", "secretion", 1200.0, analyte="IL-6", unit="pg/(10*6.{cells}.d)",
             passage="P4"),
        _row("BM-02", "relative_potency", 83.2, low=77.7, high=89.2, unit="%", passage="P4", n=12,
             n_counts="wells", settings={"reference_lot": "BM-01"}, method="parallel_lines/1"),
    )  # fmt: skip
    section = bench_section(replace(results, measurements=rows, views=()), ENGLISH, SharedPieces())
    assert section is not None
    assert "IL-6" in section.secretome
    assert section.secretome_width > 0
    (line,) = section.potencies
    assert (line.lot, line.reference, line.observed) == ("BM-02", "BM-01", "12 wells")
    assert line.potency == "83.2 % (77.7–89.2)"
    assert section.curves == ()


def test_runs_of_a_potency_stand_below_what_they_come_to(results):
    told = {"reference_lot": "BM-01", "heterogeneity": 0.8, "p_of_homogeneity": 0.3711}
    rows = (
        _row("BM-02", "relative_potency", 108.3, low=99.0, high=118.5, unit="%", passage="P4",
             n=2, n_counts="runs", settings=told, method="combined_runs/1"),
        _row("BM-02", "relative_potency_of_run", 100.0, unit="%", passage="P4", n=12,
             n_counts="wells", condition="raw/a.csv", settings={"reference_lot": "BM-01"}),
    )  # fmt: skip
    section = bench_section(replace(results, measurements=rows, views=()), ENGLISH, SharedPieces())
    combined, single = section.potencies
    assert (combined.observed, combined.homogeneity) == ("2 runs", "χ² 0.80, p = 0.371")
    assert (single.run, single.observed, single.homogeneity) == ("raw/a.csv", "12 wells", "")


def test_dilutions_and_additions_are_shown(results):
    rows = (
        _row("BM-01", "spike_recovery", 88.0, low=83.0, high=93.0, unit="%", analyte="IL-6",
             passage="P4", condition="IFN-gamma", n=1, n_counts="additions",
             warnings=(text("look"),)),
    )  # fmt: skip
    section = bench_section(replace(results, measurements=rows, views=()), ENGLISH, SharedPieces())
    (line,) = section.checks
    assert (line.label, line.percent) == ("found of what was added to the sample", "88 % (83–93)")
    assert (line.observed, line.warnings) == ("1 addition", "look")
