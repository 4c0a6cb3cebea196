"""The bench assays of a study, in their order.

::

    exports ─ standard curves ─► concentrations ─► secretome
            ├ potency
            └ expression
    sheets  ─ colonies
"""

from __future__ import annotations

from stroma.assays.colonies import measure_colonies
from stroma.assays.concentrations import Concentration
from stroma.assays.expression import measure_expression
from stroma.assays.potency import measure_potency
from stroma.assays.result import AssayResult, combine
from stroma.assays.secretome import measure_secretome
from stroma.assays.standard_curves import CurveResult, measure_curves, plate_rule
from stroma.assays.standard_wells import AnalyteWells, bead_wells, plate_wells
from stroma.bench_files import BenchFiles, load_bench_files
from stroma.bench_records import PlateUse, WellUse
from stroma.errors import Problem
from stroma.records import Lot
from stroma.study.model import Study

OF_CURVES = ("secretome", "elisa", "ido")
"""Assays whose plates carry standards."""


def measure_bench(study: Study) -> AssayResult:
    """Measure what the bench sheets of a study describe.

    Parameters
    ----------
    study
        An opened study.

    Returns
    -------
    AssayResult
        Rows, and why what is missing could not be measured.
    """
    files = load_bench_files(study.root, study.bench, study.settings.house_rules.reading)
    curves = [
        _curves(use, study, files.value)
        for use in study.bench.plates
        if use.assay in OF_CURVES
    ]  # fmt: skip
    concentrations = tuple(row for curve in curves for row in curve.concentrations)
    return combine(
        [
            AssayResult(problems=files.problems),
            *(curve.assay_result() for curve in curves),
            _potency(study, files.value),
            *(_lot(lot, study, files.value, concentrations) for lot in study.lots),
        ]
    )


def _lot(
    lot: Lot, study: Study, files: BenchFiles, concentrations: tuple[Concentration, ...]
) -> AssayResult:
    rules, bench = study.settings.house_rules, study.bench
    return combine(
        [
            measure_secretome(concentrations, bench.conditioned, lot=lot, counting=rules.counting),
            measure_expression(bench.expression, files.cyclers, lot=lot),
            measure_colonies(bench.colonies, lot=lot),
        ]
    )


def _curves(use: PlateUse, study: Study, files: BenchFiles) -> CurveResult:
    wells, problems = _wells(use, study, files)
    if not wells:
        return CurveResult(problems=problems)
    found = measure_curves(wells, rule=plate_rule(use))
    return CurveResult(
        found.concentrations,
        found.curves,
        found.comparisons,
        (*problems, *found.problems),
        found.views,
    )


def _wells(
    use: PlateUse, study: Study, files: BenchFiles
) -> tuple[tuple[AnalyteWells, ...], tuple[Problem, ...]]:
    layout = _layout(use, study)
    if use.file in files.beads:
        return bead_wells(files.beads[use.file], layout=layout)
    if use.file not in files.plates:
        return (), ()
    one, problems = plate_wells(files.plates[use.file], use=use, layout=layout)
    return (() if one is None else (one,)), problems


def _layout(use: PlateUse, study: Study) -> list[WellUse]:
    return [well for well in study.bench.layouts if use.layout and well.layout == use.layout]


def _potency(study: Study, files: BenchFiles) -> AssayResult:
    lots = {lot.lot: lot for lot in study.lots}
    rule = study.settings.house_rules.potency
    return combine(
        measure_potency(files.plates[use.file], use, _layout(use, study), lots=lots, rule=rule)
        for use in study.bench.plates
        if use.assay == "potency" and use.file in files.plates
    )
