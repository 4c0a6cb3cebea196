"""Tubes of lymphocytes that carry a dye, checked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from stroma.bench_records import (
    SuppressionTube,
)
from stroma.errors import Problem
from stroma.study.bench_rows import (
    Problems,
    empty,
    not_above_zero,
    single,
    with_files,
)
from stroma.study.tables import ReadRow, SheetRow
from stroma.texts import text


class SuppressionRow(SheetRow):
    """A row of ``suppression``."""

    file: str
    role: Literal["undivided", "stimulated", "coculture", "unlabelled"]
    dye: str
    lot: str = ""
    passage: str = ""
    stromal_per_lymphocyte: float | None = None
    lymphocyte_donor: str = ""
    run: str = ""
    reference_lot: Literal["yes", "no"] = "no"


def check_suppression(
    rows: Sequence[ReadRow[SuppressionRow]], existing: Collection[str]
) -> tuple[tuple[SuppressionTube, ...], Problems]:
    """Check tubes of lymphocytes.

    Parameters
    ----------
    rows
        Rows of ``suppression`` whose lots are known.
    existing
        Paths of the files of the study folder.

    Returns
    -------
    tubes
        The rows to use.
    problems
        Files that do not exist or stand twice, co-cultures without lot or ratio.
    """
    problems: list[Problem] = []
    kept = single(
        rows,
        lambda row: (row.file,),
        "file",
        lambda row: text("the tube {file}", file=row.file),
        problems,
    )
    made = []
    for row, file in with_files(kept, existing, "file", problems):
        said = row.value
        if said.role == "coculture" and not said.lot:
            problems.append(empty(row, "lot", text("the lot of the stromal cells")))
            continue
        if said.role == "coculture" and said.stromal_per_lymphocyte is None:
            expected = text("stromal cells to one lymphocyte: 0.1 for 1 to 10")
            problems.append(empty(row, "stromal_per_lymphocyte", expected))
            continue
        if said.stromal_per_lymphocyte is not None and said.stromal_per_lymphocyte <= 0:
            problems.append(not_above_zero(row, "stromal_per_lymphocyte"))
            continue
        made.append(
            SuppressionTube(
                file=file,
                role=said.role,
                dye=said.dye,
                origin_of_row=row.origin,
                lot=said.lot,
                passage=said.passage,
                stromal_per_lymphocyte=said.stromal_per_lymphocyte,
                lymphocyte_donor=said.lymphocyte_donor,
                run=said.run,
                is_reference=said.reference_lot == "yes",
            )
        )
    return tuple(made), tuple(problems)
