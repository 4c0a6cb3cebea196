"""Rows about plates, supernatants, lymphocytes, colonies, pictures and expression, checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Literal, Protocol, TypeVar

from stroma.bench_records import (
    BenchRows,
    ColonyCount,
    ConditionedMedium,
    ExpressionSample,
    PlateUse,
    StainImage,
    SuppressionTube,
    WellUse,
)
from stroma.errors import Problem
from stroma.spelling import nearest
from stroma.study.bench_columns import (
    COLONIES,
    CONDITIONED,
    EXPRESSION,
    IMAGES,
    LAYOUTS,
    PLATES,
    SUPPRESSION,
)
from stroma.study.duplicates import one_row_each
from stroma.study.existence import missing_file
from stroma.study.files import find_file
from stroma.study.sheet_layout import SheetLayout
from stroma.study.tables import ReadRow, SheetRow, left_out
from stroma.texts import Text, text, texts
from stroma.vocabulary import canonical_stimulation
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


class ExpressionRow(SheetRow):
    """A row of ``expression``."""

    file: str
    sample: str
    lot: str = ""
    passage: str = ""
    condition: str = ""
    calibrator: Literal["yes", "no"] = "no"
    reference_genes: str = ""


R = TypeVar("R", bound=SheetRow)
Problems = tuple[Problem, ...]


def _with_files(
    rows: Sequence[ReadRow[R]],
    existing: Collection[str],
    column: str,
    problems: list[Problem],
) -> list[tuple[ReadRow[R], str]]:
    """Return the rows whose file exists, each with its path."""
    held = []
    for row in rows:
        written = getattr(row.value, column)
        file = find_file(written, existing)
        if file is None:
            problems.append(
                missing_file(row.place(column), written, existing, consequence=left_out)
            )
        else:
            held.append((row, file))
    return held


def _single(
    rows: Sequence[ReadRow[R]],
    key: Callable[[R], tuple[object, ...]],
    column: str,
    name: Callable[[R], Text],
    problems: list[Problem],
) -> tuple[ReadRow[R], ...]:
    kept, repeated = one_row_each(rows, key, column=column, name=name)
    problems += repeated
    return kept


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
    single = _single(
        rows,
        lambda row: (row.file, row.plate, row.reading, row.analyte, row.assay),
        "file",
        lambda row: text("the plate {file}", file=row.file),
        problems,
    )
    made = []
    for row, file in _with_files(single, existing, "file", problems):
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
        return _empty(row, "concentration", text("the concentration of the standard"))
    if said.role == "spike" and said.concentration is None:
        return _empty(row, "concentration", text("the concentration that was added, in the well"))
    if said.concentration is not None and said.concentration < 0:
        return _below_zero(row, "concentration")
    if said.role in {"sample", "reference", "spike"} and not said.lot and not said.name:
        return _empty(row, "lot", text("the lot, or the name of the supernatant"))
    if said.dilution is not None and said.dilution <= 0:
        return Problem(
            row.place("dilution"),
            found=text("a dilution of {value}", value=said.dilution),
            expected=text("a number above zero: 10 where 1 part was made up to 10"),
            action=left_out(text("correct the cell")),
        )
    return None


def _empty(row: ReadRow[R], column: str, expected: Text) -> Problem:
    return Problem(
        row.place(column),
        found=text("an empty cell"),
        expected=expected,
        action=left_out(text("fill the cell")),
    )


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
    for row in _single(
        rows,
        lambda row: (row.name,),
        "name",
        lambda row: text('the supernatant "{name}"', name=row.name),
        problems,
    ):
        said = row.value
        blank = said.medium_blank == "yes"
        if not blank and not said.lot:
            problems.append(_empty(row, "lot", text("the lot, or yes under medium_blank")))
            continue
        wrong = [
            name
            for name in ("cells", "cells_seeded", "volume_ml", "hours")
            if (value := getattr(said, name)) is not None and value <= 0
        ]
        if wrong:
            problems.append(_not_above_zero(row, wrong[0]))
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


def _not_above_zero(row: ReadRow[R], column: str) -> Problem:
    return Problem(
        row.place(column),
        found=text("{value}", value=getattr(row.value, column)),
        expected=text("a number above zero"),
        action=left_out(text("correct the cell")),
    )


def _below_zero(row: ReadRow[R], column: str) -> Problem:
    return Problem(
        row.place(column),
        found=text("{value}", value=getattr(row.value, column)),
        expected=text("0 or more"),
        action=left_out(text("correct the cell")),
    )


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
    single = _single(
        rows,
        lambda row: (row.file,),
        "file",
        lambda row: text("the tube {file}", file=row.file),
        problems,
    )
    made = []
    for row, file in _with_files(single, existing, "file", problems):
        said = row.value
        if said.role == "coculture" and not said.lot:
            problems.append(_empty(row, "lot", text("the lot of the stromal cells")))
            continue
        if said.role == "coculture" and said.stromal_per_lymphocyte is None:
            expected = text("stromal cells to one lymphocyte: 0.1 for 1 to 10")
            problems.append(_empty(row, "stromal_per_lymphocyte", expected))
            continue
        if said.stromal_per_lymphocyte is not None and said.stromal_per_lymphocyte <= 0:
            problems.append(_not_above_zero(row, "stromal_per_lymphocyte"))
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
        are; pictures that do not exist.
    """
    problems: list[Problem] = []
    made = []
    for row in rows:
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
        return _not_above_zero(row, "seeded")
    if said.wells is None and said.wells_with_colonies is not None:
        return _empty(row, "wells", text("how many wells this dilution has"))
    if said.wells is None:
        if said.colonies is None and said.image is None:
            return _empty(row, "colonies", text("a count, a picture, or wells"))
        if said.colonies is not None and said.colonies < 0:
            return _below_zero(row, "colonies")
        return None
    if said.colonies is not None:
        return Problem(
            row.place("wells"),
            found=text("colonies of a dish and wells in one row"),
            expected=text("a dish or a dilution of wells"),
            action=left_out(text("part the row in two")),
        )
    if said.wells_with_colonies is None:
        return _empty(row, "wells_with_colonies", text("how many of the wells hold a colony"))
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
    single = _single(
        rows,
        lambda row: (row.file,),
        "file",
        lambda row: text("the picture {file}", file=row.file),
        problems,
    )
    made = []
    for row, file in _with_files(single, existing, "file", problems):
        said = row.value
        if said.role in {"induced", "undifferentiated"}:
            lacking = next((name for name in ("lot", "lineage") if not getattr(said, name)), None)
            if lacking is not None:
                problems.append(_empty(row, lacking, text("whose culture it is, and of what")))
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
    single = _single(
        rows,
        lambda row: (row.file, row.sample),
        "sample",
        lambda row: text('the sample "{sample}" of {file}', sample=row.sample, file=row.file),
        problems,
    )
    made = []
    for row, file in _with_files(single, existing, "file", problems):
        said = row.value
        if not said.lot and said.calibrator == "no":
            problems.append(_empty(row, "lot", text("the lot, or yes under calibrator")))
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


class ReadRows(Protocol):
    """Reads a sheet and returns its rows of known lots."""

    def __call__(self, layout: SheetLayout, model: type[R]) -> tuple[ReadRow[R], ...]:
        """Read a sheet."""


def check_bench(table: ReadRows, existing: Collection[str]) -> tuple[BenchRows, Problems]:
    """Check every bench sheet.

    Parameters
    ----------
    table
        Reads a sheet and returns its rows of known lots.
    existing
        Paths of the files of the study folder.

    Returns
    -------
    bench
        The rows to use.
    problems
        Everything that is wrong with the others.
    """
    layout_rows = table(LAYOUTS, LayoutRow)
    layouts, problems = check_layouts(layout_rows)
    named = {row.value.layout for row in layout_rows}
    plates, more = check_plates(table(PLATES, PlateRow), named, existing)
    problems += more
    conditioned, more = check_conditioned(table(CONDITIONED, ConditionedRow))
    problems += more
    suppression, more = check_suppression(table(SUPPRESSION, SuppressionRow), existing)
    problems += more
    colonies, more = check_colonies(table(COLONIES, ColonyRow), existing)
    problems += more
    images, more = check_images(table(IMAGES, ImageRow), existing)
    problems += more
    expression, more = check_expression(table(EXPRESSION, ExpressionRow), existing)
    bench = BenchRows(
        plates=plates,
        layouts=layouts,
        conditioned=conditioned,
        suppression=suppression,
        colonies=colonies,
        images=images,
        expression=expression,
    )
    return bench, (*problems, *more)
