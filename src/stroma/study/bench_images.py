"""Pictures of stained cultures, checked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from stroma.bench_records import (
    StainImage,
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


class ImageRow(SheetRow):
    """A row of ``images``."""

    file: str
    stain: Literal["alizarin_red", "oil_red_o", "alcian_blue"]
    role: Literal["induced", "undifferentiated", "flat_field", "dark"]
    lot: str = ""
    passage: str = ""
    lineage: str = ""
    replicate: str = ""
    run: str = ""


def check_images(
    rows: Sequence[ReadRow[ImageRow]], existing: Collection[str]
) -> tuple[tuple[StainImage, ...], Problems]:
    """Check pictures of stained cultures.

    Parameters
    ----------
    rows
        Rows of ``images`` whose lots are known.
    existing
        Paths of the files of the study folder.

    Returns
    -------
    pictures
        The rows to use.
    problems
        Files that do not exist or stand twice, cultures without lot or lineage.
    """
    problems: list[Problem] = []
    kept = single(
        rows,
        lambda row: (row.file,),
        "file",
        lambda row: text("the picture {file}", file=row.file),
        problems,
    )
    made = []
    for row, file in with_files(kept, existing, "file", problems):
        said = row.value
        if said.role in {"induced", "undifferentiated"}:
            lacking = next((name for name in ("lot", "lineage") if not getattr(said, name)), None)
            if lacking is not None:
                problems.append(empty(row, lacking, text("whose culture it is, and of what")))
                continue
        made.append(
            StainImage(
                file=file,
                stain=said.stain,
                role=said.role,
                origin_of_row=row.origin,
                lot=said.lot,
                passage=said.passage,
                lineage=said.lineage,
                replicate=said.replicate,
                run=said.run,
            )
        )
    return tuple(made), tuple(problems)
