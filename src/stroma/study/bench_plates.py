"""What plates are for, and what is in their wells, checked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from stroma.bench_records import (
    PlateUse,
    WellUse,
)
from stroma.errors import Problem
from stroma.spelling import nearest
from stroma.study.bench_rows import (
    Problems,
    below_zero,
    empty,
    single,
    with_files,
)
from stroma.study.tables import ReadRow, SheetRow, left_out
from stroma.texts import text
from stroma.wells import PLATE_SIZES, wells_of, wells_outside


class PlateRow(SheetRow):
    """A row of ``plates``."""

    file: str
    plate: str = ""
    assay: Literal["secretome", "potency", "ido", "elisa"]
    analyte: str = ""
    layout: str = ""
    reading: str = ""
    reference: str = ""
    model: Literal["4PL", "5PL", "linear"] = "4PL"
    weighting: Literal["none", "1/y", "1/y^2"] = "none"
    unit: str = ""


class LayoutRow(SheetRow):
    """A row of ``layouts``."""

    layout: str
    wells: str
    role: Literal["standard", "blank", "sample", "control", "spike", "reference"]
    concentration: float | None = None
    lot: str = ""
    passage: str = ""
    dilution: float | None = None
    block: str = ""
    name: str = ""


def check_plates(
    rows: Sequence[ReadRow[PlateRow]], layouts: Collection[str], existing: Collection[str]
) -> tuple[tuple[PlateUse, ...], Problems]:
    """Check what plates are for.

    Parameters
    ----------
    rows
        Rows of ``plates``.
    layouts
        Names that ``layouts`` holds.
    existing
        Paths of the files of the study folder.

    Returns
    -------
    plates
        The rows to use.
    problems
        Files and layouts that do not exist, two rows for one reading.
    """
    problems: list[Problem] = []
    kept = single(
        rows,
        lambda row: (row.file, row.plate, row.reading, row.analyte, row.assay),
        "file",
        lambda row: text("the plate {file}", file=row.file),
        problems,
    )
    made = []
    for row, file in with_files(kept, existing, "file", problems):
        said = row.value
        if said.layout and said.layout not in layouts:
            problems.append(_unknown_layout(row, layouts))
            continue
        made.append(
            PlateUse(
                file=file,
                assay=said.assay,
                origin_of_row=row.origin,
                plate=said.plate,
                analyte=said.analyte,
                layout=said.layout,
                reading=said.reading,
                reference=said.reference,
                model=said.model,
                weighting=said.weighting,
                unit=said.unit,
            )
        )
    return tuple(made), tuple(problems)


def _unknown_layout(row: ReadRow[PlateRow], layouts: Collection[str]) -> Problem:
    alike = nearest(row.value.layout, tuple(layouts))
    return Problem(
        row.place("layout"),
        found=text('the layout "{layout}"', layout=row.value.layout),
        expected=text("a layout that the sheet layouts describes"),
        action=left_out(
            text("write {nearest} if that is meant, or describe it", nearest=", ".join(alike))
            if alike
            else text("describe it in layouts, one row a range of wells")
        ),
    )


def check_layouts(
    rows: Sequence[ReadRow[LayoutRow]],
) -> tuple[tuple[WellUse, ...], Problems]:
    """Check what is in the wells.

    Parameters
    ----------
    rows
        Rows of ``layouts`` whose lots are known.

    Returns
    -------
    wells
        The rows to use.
    problems
        Ranges that name no wells, wells that are described twice, standards without
        concentration, samples of no lot and no name.
    """
    problems: list[Problem] = []
    made: list[WellUse] = []
    taken: dict[tuple[str, str], ReadRow[LayoutRow]] = {}
    for row in rows:
        said = row.value
        wells = wells_of(said.wells)
        wrong = _wrong_well(row, wells)
        if wrong is not None or wells is None:
            problems += [wrong] if wrong is not None else []
            continue
        twice = [well for well in wells if (said.layout, well) in taken]
        if twice:
            problems.append(_described_twice(row, twice, taken[(said.layout, twice[0])]))
            continue
        taken.update({(said.layout, well): row for well in wells})
        made.append(
            WellUse(
                layout=said.layout,
                wells=said.wells,
                role=said.role,
                origin_of_row=row.origin,
                concentration=said.concentration,
                lot=said.lot,
                passage=said.passage,
                dilution=said.dilution,
                block=said.block,
                name=said.name,
            )
        )
    return tuple(made), tuple(problems)


def _wrong_well(row: ReadRow[LayoutRow], wells: tuple[str, ...] | None) -> Problem | None:
    said = row.value
    if wells is None:
        return Problem(
            row.place("wells"),
            found=text('"{wells}"', wells=said.wells),
            expected=text("a well such as B3, or the corners of a range: A1:B12"),
            action=left_out(text("correct the cell")),
        )
    if wells_outside(wells, *PLATE_SIZES[-1]):
        return Problem(
            row.place("wells"),
            found=text('"{wells}"', wells=said.wells),
            expected=text("wells of one plate: AF48 is the last of the largest"),
            action=left_out(text("correct the cell")),
        )
    if said.role == "standard" and said.concentration is None:
        return empty(row, "concentration", text("the concentration of the standard"))
    if said.role == "spike" and said.concentration is None:
        return empty(row, "concentration", text("the concentration that was added, in the well"))
    if said.concentration is not None and said.concentration < 0:
        return below_zero(row, "concentration")
    if said.role in {"sample", "reference", "spike"} and not said.lot and not said.name:
        return empty(row, "lot", text("the lot, or the name of the supernatant"))
    if said.dilution is not None and said.dilution <= 0:
        return Problem(
            row.place("dilution"),
            found=text("a dilution of {value}", value=said.dilution),
            expected=text("a number above zero: 10 where 1 part was made up to 10"),
            action=left_out(text("correct the cell")),
        )
    return None


def _described_twice(
    row: ReadRow[LayoutRow], wells: Sequence[str], first: ReadRow[LayoutRow]
) -> Problem:
    return Problem(
        row.place("wells"),
        found=text(
            "wells {wells} again, after row {row}", wells=", ".join(wells), row=str(first.number)
        ),
        expected=text("each well of a layout in one row"),
        action=left_out(text("correct one of the two ranges")),
    )
