"""Assays on plates in the report: secretion, potency and curves over all lots."""

from __future__ import annotations

from dataclasses import replace

from stroma.figures import SharedPieces
from stroma.measurements import Measurement
from stroma.report.benches import bench_section
from stroma.texts import ENGLISH


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
             settings={"reference_lot": "BM-01"}, method="parallel_lines/1"),
    )  # fmt: skip
    section = bench_section(replace(results, measurements=rows, views=()), ENGLISH, SharedPieces())
    assert section is not None
    assert "IL-6" in section.secretome
    assert section.secretome_width > 0
    (line,) = section.potencies
    assert (line.lot, line.reference, line.wells) == ("BM-02", "BM-01", 12)
    assert line.potency == "83.2 % (77.7–89.2)"
    assert section.curves == ()
