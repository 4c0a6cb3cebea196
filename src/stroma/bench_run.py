"""The bench assays of a study in their order: plates, potency and what follows from them."""

from __future__ import annotations

from stroma.assays.potency import measure_potency
from stroma.assays.result import AssayResult, combine
from stroma.bench_files import BenchFiles, load_bench_files
from stroma.study.model import Study


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
    return combine(
        [
            AssayResult(problems=files.problems),
            _potency(study, files.value),
        ]
    )


def _potency(study: Study, files: BenchFiles) -> AssayResult:
    lots = {lot.lot: lot for lot in study.lots}
    return combine(
        measure_potency(
            files.plates[use.file],
            use,
            [well for well in study.bench.layouts if well.layout == use.layout],
            lots=lots,
            rule=study.settings.house_rules.potency,
        )
        for use in study.bench.plates
        if use.assay == "potency" and use.file in files.plates
    )
