"""Samples of thermocyclers, checked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from stroma.bench_records import (
    ExpressionSample,
)
from stroma.errors import Problem
from stroma.study.bench_rows import (
    Problems,
    empty,
    single,
    with_files,
)
from stroma.study.tables import ReadRow, SheetRow
from stroma.texts import text


class ExpressionRow(SheetRow):
    """A row of ``expression``."""

    file: str
    sample: str
    lot: str = ""
    passage: str = ""
    condition: str = ""
    calibrator: Literal["yes", "no"] = "no"
    reference_genes: str = ""


def check_expression(
    rows: Sequence[ReadRow[ExpressionRow]], existing: Collection[str]
) -> tuple[tuple[ExpressionSample, ...], Problems]:
    """Check samples of thermocyclers.

    Parameters
    ----------
    rows
        Rows of ``expression`` whose lots are known.
    existing
        Paths of the files of the study folder.

    Returns
    -------
    samples
        The rows to use.
    problems
        Files that do not exist, samples that stand twice, samples of no lot.
    """
    problems: list[Problem] = []
    kept = single(
        rows,
        lambda row: (row.file, row.sample),
        "sample",
        lambda row: text('the sample "{sample}" of {file}', sample=row.sample, file=row.file),
        problems,
    )
    made = []
    for row, file in with_files(kept, existing, "file", problems):
        said = row.value
        if not said.lot and said.calibrator == "no":
            problems.append(empty(row, "lot", text("the lot, or yes under calibrator")))
            continue
        genes = (gene.strip() for gene in said.reference_genes.split(";"))
        made.append(
            ExpressionSample(
                file=file,
                sample=said.sample,
                origin_of_row=row.origin,
                lot=said.lot,
                passage=said.passage,
                condition=said.condition,
                is_calibrator=said.calibrator == "yes",
                reference_genes=tuple(gene for gene in genes if gene),
            )
        )
    return tuple(made), tuple(problems)
