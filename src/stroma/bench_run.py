"""The bench assays of a study, in their order.

::

    exports   ─ standard curves ─► concentrations ─► secretome, kynurenine
              ├ potency ─► several runs combined
              └ expression
    dye tubes ─ suppression
    pictures  ─ stains, proposed colonies
    sheets    ─ colonies
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from stroma.assays.colonies import measure_colonies
from stroma.assays.colony_proposals import propose_counts
from stroma.assays.concentrations import Concentration
from stroma.assays.curve_series import BEAD_RULE, plate_rule
from stroma.assays.expression import measure_expression
from stroma.assays.ido import measure_ido
from stroma.assays.plate_checks import measure_checks
from stroma.assays.potency import measure_potency
from stroma.assays.potency_runs import combine_runs
from stroma.assays.result import AssayResult, combine
from stroma.assays.secretome import measure_secretome
from stroma.assays.stain import measure_stains
from stroma.assays.standard_curves import CurveResult, measure_curves
from stroma.assays.standard_wells import AnalyteWells, bead_wells, plate_wells
from stroma.assays.suppression import measure_suppression
from stroma.bench_files import BenchFiles, load_bench_files
from stroma.bench_records import PlateUse, WellUse
from stroma.errors import Problem
from stroma.loading import load_events
from stroma.records import Lot
from stroma.study.model import Study

OF_SECRETION: Final = ("secretome", "elisa")
IDO: Final = "ido"
"""Assays whose plates carry standards, as the sheet ``plates`` names them."""


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
    curves = {
        use: _curves(use, study, files.value)
        for use in study.bench.plates
        if use.assay in (*OF_SECRETION, IDO)
    }
    secreted = _concentrations(curves, OF_SECRETION)
    kynurenine = _concentrations(curves, (IDO,))
    return combine(
        [
            AssayResult(problems=files.problems),
            *(curve.assay_result() for curve in curves.values()),
            _potencies(study, files.value),
            *(_lot(lot, study, files.value, secreted, kynurenine) for lot in study.lots),
            *(_checks(lot, study, curves.values()) for lot in study.lots),
        ]
    )


def _concentrations(
    curves: Mapping[PlateUse, CurveResult], assays: Sequence[str]
) -> tuple[Concentration, ...]:
    return tuple(
        row for use, curve in curves.items() if use.assay in assays for row in curve.concentrations
    )


def _lot(
    lot: Lot,
    study: Study,
    files: BenchFiles,
    secreted: Sequence[Concentration],
    kynurenine: Sequence[Concentration],
) -> AssayResult:
    counting, bench = study.settings.house_rules.counting, study.bench
    assays = {use.assay for use in bench.plates if use.file in (*files.plates, *files.beads)}
    results = []
    if assays & set(OF_SECRETION):
        elsewhere = {row.sample for row in kynurenine}
        results.append(
            measure_secretome(
                secreted, bench.conditioned, lot=lot, counting=counting, elsewhere=elsewhere
            )
        )
    if IDO in assays:
        results.append(measure_ido(kynurenine, bench.conditioned, lot=lot, counting=counting))
    return combine(
        [
            *results,
            measure_expression(bench.expression, files.cyclers, lot=lot),
            measure_colonies(bench.colonies, lot=lot),
            propose_counts(bench.colonies, files.pictures, lot=lot),
            measure_stains(bench.images, files.pictures, lot=lot),
        ]
    )


def _checks(lot: Lot, study: Study, curves: Iterable[CurveResult]) -> AssayResult:
    held = tuple(curves)
    rows = measure_checks(
        [each for curve in held for each in curve.dilutions],
        [each for curve in held for each in curve.additions],
        study.bench.conditioned,
        lot=lot,
    )
    return AssayResult(rows)


def _curves(use: PlateUse, study: Study, files: BenchFiles) -> CurveResult:
    wells, problems = _wells(use, study, files)
    if not wells:
        return CurveResult(problems=problems)
    rule = BEAD_RULE if use.file in files.beads else plate_rule(use)
    found = measure_curves(wells, rule=rule)
    return replace(found, problems=(*problems, *found.problems))


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


def _potencies(study: Study, files: BenchFiles) -> AssayResult:
    found = combine([_potency(study, files), _suppression(study)])
    return replace(found, measurements=combine_runs(found.measurements))


def _potency(study: Study, files: BenchFiles) -> AssayResult:
    lots = {lot.lot: lot for lot in study.lots}
    rule = study.settings.house_rules.potency
    return combine(
        measure_potency(files.plates[use.file], use, _layout(use, study), lots=lots, rule=rule)
        for use in study.bench.plates
        if use.assay == "potency" and use.file in files.plates
    )


def _suppression(study: Study) -> AssayResult:
    tubes = study.bench.suppression
    events = load_events(study.root, tuple(dict.fromkeys(tube.file for tube in tubes)))
    found = measure_suppression(
        tubes,
        events.value,
        lots={lot.lot: lot for lot in study.lots},
        cleaning=study.settings.house_rules.cleaning,
        potency=study.settings.house_rules.potency,
    )
    return replace(found, problems=(*events.problems, *found.problems))
