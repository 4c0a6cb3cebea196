"""A folder that holds counts of cells and nothing else: growth can be told of them all the same.

Whoever has one workbook with a lot, a passage and the cells seeded and harvested in each row need
not describe lots first. What is not said, the donor and the tissue, stays unknown, and nothing that
rests on them is answered.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from stroma.errors import Place, Problem, Severity
from stroma.records import Lot, Sheet
from stroma.study.columns import LOTS, PASSAGES, SHEETS
from stroma.study.files import TRUTH, WORKBOOK, sheet_files
from stroma.study.header import read_header
from stroma.study.lot_register import LotRegister
from stroma.study.tables import ReadRow, SheetRow
from stroma.texts import text, texts

R = TypeVar("R", bound=SheetRow)

COUNTS = ("seeded", "harvested")


def with_lone_counts(
    sheets: Mapping[str, Sequence[Sheet]], existing: Collection[str]
) -> tuple[Mapping[str, Sequence[Sheet]], tuple[Problem, ...]]:
    """Take a table of counts for ``passages`` where the folder names no sheet at all.

    Parameters
    ----------
    sheets
        Every sheet that was read, by the name of its file without ending.
    existing
        Paths of the files of the study folder.

    Returns
    -------
    sheets
        With the counts as ``passages``, where one worksheet has their columns.
    problems
        Which worksheet was taken; where none or several could be, what was found.
    """
    if any(sheet_files(name, existing) or name in sheets for name in _names()):
        return sheets, ()
    found = [sheet for held in sheets.values() for sheet in held]
    fitting = [sheet for sheet in found if _holds_counts(sheet)]
    if len(fitting) == 1:
        return {**sheets, PASSAGES.name: fitting}, (_taken(fitting[0]),)
    if fitting:
        return sheets, (_several(fitting),)
    return sheets, tuple(_not_counts(sheet) for sheet in found[:1])


def lots_of_counts(
    rows: Sequence[ReadRow[R]],
) -> tuple[tuple[Lot, ...], LotRegister, tuple[Problem, ...]]:
    """Return the lots that ``passages`` names, where no sheet describes them.

    Parameters
    ----------
    rows
        Rows of ``passages``.

    Returns
    -------
    lots
        One for each name, of unknown donor and tissue.
    register
        Their names.
    problems
        That donor and tissue are unknown.
    """
    first: dict[str, ReadRow[R]] = {}
    for row in rows:
        first.setdefault(row.written.get("lot", ""), row)
    first.pop("", None)
    lots = tuple(
        Lot(lot=name, donor="", source="", origin_of_row=row.origin) for name, row in first.items()
    )
    register = LotRegister(known={name: row.place() for name, row in first.items()})
    if not lots:
        return (), register, ()
    place = replace(next(iter(first.values())).place("lot"), row=None, lot=None)
    return lots, register, (_nothing_of_lots(place, len(lots)),)


def _names() -> tuple[str, ...]:
    return (*(layout.name for layout in SHEETS), WORKBOOK, TRUTH)


def _holds_counts(sheet: Sheet) -> bool:
    header = read_header(sheet, PASSAGES)
    named = {column.name for column in header.columns.values()}
    return header.complete and all(name in named for name in COUNTS)


def _taken(sheet: Sheet) -> Problem:
    return Problem(
        Place(file=sheet.origin.file, sheet=sheet.name),
        found=text("a table with the columns of {name}", name=PASSAGES.name),
        expected=text("{name}: {help}", name=PASSAGES.name, help=PASSAGES.help),
        action=text("nothing; it is read as {name}", name=PASSAGES.name),
        severity=Severity.NOTE,
    )


def _several(sheets: Sequence[Sheet]) -> Problem:
    return Problem(
        Place(file=sheets[0].origin.file),
        found=text(
            "{count} worksheets with the columns of {name}: {names}",
            count=len(sheets),
            name=PASSAGES.name,
            names=", ".join(f"{s.origin.file} {s.name or ''}".strip() for s in sheets),
        ),
        expected=text("one table of cells seeded and harvested"),
        action=text("put all rows into one table; until then none is read"),
    )


def _not_counts(sheet: Sheet) -> Problem:
    missing = [
        column
        for column in PASSAGES.columns
        if column.required or column.name in COUNTS
        if column.name not in {c.name for c in read_header(sheet, PASSAGES).columns.values()}
    ]
    return Problem(
        Place(file=sheet.origin.file, sheet=sheet.name),
        found=text("the header {header}", header=", ".join(sheet.columns)),
        expected=text(
            "for growth, the columns lot, passage, seeded, harvested, and hours, days or dates"
        ),
        action=text(
            "add or rename {missing}; write cells as whole numbers, not in millions",
            missing=", ".join(column.name for column in missing),
        ),
    )


def _nothing_of_lots(place: Place, count: int) -> Problem:
    return Problem(
        place,
        found=texts(
            "{count} lot that no sheet describes",
            "{count} lots that no sheet describes",
            count,
        ),
        expected=text("{name}: {help}", name=LOTS.name, help=LOTS.help),
        action=text(
            "add {name}.csv or {name}.xlsx with the donor and the tissue of each lot; until then "
            "growth is told, and nothing that rests on donor or tissue",
            name=LOTS.name,
        ),
        severity=Severity.WARNING,
    )


def has_lots(sheets: Mapping[str, Sequence[Sheet]], existing: Collection[str]) -> bool:
    """Tell whether a study has a sheet of lots, readable or not.

    Parameters
    ----------
    sheets
        Every sheet that was read, by the name of its file without ending.
    existing
        Paths of the files of the study folder.

    Returns
    -------
    bool
        ``False`` only where no file and no workbook could hold it.
    """
    return bool(
        sheets.get(LOTS.name)
        or sheets.get(WORKBOOK)
        or sheet_files(LOTS.name, existing)
        or sheet_files(WORKBOOK, existing)
    )
