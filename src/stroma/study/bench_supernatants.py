"""How supernatants were made, checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from stroma.bench_records import (
    ConditionedMedium,
)
from stroma.errors import Problem
from stroma.study.bench_rows import (
    Problems,
    empty,
    not_above_zero,
    single,
)
from stroma.study.tables import ReadRow, SheetRow
from stroma.texts import text
from stroma.vocabulary import canonical_stimulation


class ConditionedRow(SheetRow):
    """A row of ``conditioned``."""

    name: str
    lot: str = ""
    passage: str = ""
    stimulated: str = ""
    cells: float | None = None
    cells_seeded: float | None = None
    volume_ml: float | None = None
    hours: float | None = None
    medium_blank: Literal["yes", "no"] = "no"


def check_conditioned(
    rows: Sequence[ReadRow[ConditionedRow]],
) -> tuple[tuple[ConditionedMedium, ...], Problems]:
    """Check how supernatants were made.

    Parameters
    ----------
    rows
        Rows of ``conditioned`` whose lots are known.

    Returns
    -------
    media
        The rows to use.
    problems
        Names that stand twice, supernatants of no lot, numbers that are not above zero.
    """
    problems: list[Problem] = []
    made = []
    for row in single(
        rows,
        lambda row: (row.name,),
        "name",
        lambda row: text('the supernatant "{name}"', name=row.name),
        problems,
    ):
        said = row.value
        blank = said.medium_blank == "yes"
        if not blank and not said.lot:
            problems.append(empty(row, "lot", text("the lot, or yes under medium_blank")))
            continue
        wrong = [
            name
            for name in ("cells", "cells_seeded", "volume_ml", "hours")
            if (value := getattr(said, name)) is not None and value <= 0
        ]
        if wrong:
            problems.append(not_above_zero(row, wrong[0]))
            continue
        made.append(
            ConditionedMedium(
                name=said.name,
                origin_of_row=row.origin,
                lot=said.lot,
                passage=said.passage,
                condition=canonical_stimulation(said.stimulated),
                cells=said.cells,
                cells_seeded=said.cells_seeded,
                volume_ml=said.volume_ml,
                hours=said.hours,
                is_blank=blank,
            )
        )
    return tuple(made), tuple(problems)
