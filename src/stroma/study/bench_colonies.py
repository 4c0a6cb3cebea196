"""Counts of colonies, checked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from stroma.bench_records import (
    ColonyCount,
)
from stroma.errors import Problem
from stroma.study.bench_rows import (
    Problems,
    below_zero,
    empty,
    not_above_zero,
    single,
)
from stroma.study.existence import missing_file
from stroma.study.files import find_file
from stroma.study.tables import ReadRow, SheetRow, left_out
from stroma.texts import text, texts


class ColonyRow(SheetRow):
    """A row of ``colonies``."""

    lot: str
    passage: str = ""
    seeded: float
    colonies: int | None = None
    wells: int | None = None
    wells_with_colonies: int | None = None
    image: str | None = None
    confirmed_by: str | None = None
    replicate: str = ""


def check_colonies(
    rows: Sequence[ReadRow[ColonyRow]], existing: Collection[str]
) -> tuple[tuple[ColonyCount, ...], Problems]:
    """Check counts of colonies.

    Parameters
    ----------
    rows
        Rows of ``colonies`` whose lots are known.
    existing
        Paths of the files of the study folder.

    Returns
    -------
    counts
        The rows to use.
    problems
        Rows of a dish and of wells at once, of neither, or with more wells positive than there
        are; pictures that do not exist, or stand in two rows.
    """
    problems: list[Problem] = []
    made = []
    # A dish counts once; rows without a picture may be alike, as dishes of one lot are.
    kept = single(
        rows,
        lambda row: (id(row) if row.image is None else row.image,),
        "image",
        lambda row: text("the picture {file}", file=row.image),
        problems,
    )
    for row in kept:
        said = row.value
        wrong = _wrong_colonies(row)
        image = None if said.image is None else find_file(said.image, existing)
        if wrong is None and said.image is not None and image is None:
            wrong = missing_file(row.place("image"), said.image, existing, consequence=left_out)
        if wrong is not None:
            problems.append(wrong)
            continue
        made.append(
            ColonyCount(
                lot=said.lot,
                passage=said.passage,
                seeded=said.seeded,
                origin_of_row=row.origin,
                colonies=said.colonies,
                wells=said.wells,
                wells_with_colonies=said.wells_with_colonies,
                image=image,
                confirmed_by=said.confirmed_by,
                replicate=said.replicate,
            )
        )
    return tuple(made), tuple(problems)


def _wrong_colonies(row: ReadRow[ColonyRow]) -> Problem | None:
    said = row.value
    if said.seeded <= 0:
        return not_above_zero(row, "seeded")
    if said.wells is None and said.wells_with_colonies is not None:
        return empty(row, "wells", text("how many wells this dilution has"))
    if said.wells is None:
        if said.colonies is None and said.image is None:
            return empty(row, "colonies", text("a count, a picture, or wells"))
        if said.colonies is not None and said.colonies < 0:
            return below_zero(row, "colonies")
        return None
    if said.colonies is not None:
        return Problem(
            row.place("wells"),
            found=text("colonies of a dish and wells in one row"),
            expected=text("a dish or a dilution of wells"),
            action=left_out(text("part the row in two")),
        )
    if said.wells_with_colonies is None:
        return empty(row, "wells_with_colonies", text("how many of the wells hold a colony"))
    if said.wells <= 0 or not 0 <= said.wells_with_colonies <= said.wells:
        return Problem(
            row.place("wells_with_colonies"),
            found=texts(
                "{positive} of {count} well",
                "{positive} of {count} wells",
                said.wells,
                positive=said.wells_with_colonies,
            ),
            expected=text("at least one well, and no more with colonies than there are"),
            action=left_out(text("correct the cell")),
        )
    return None
