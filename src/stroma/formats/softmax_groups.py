"""A group of SoftMax Pro: which wells are one sample, what is in them, what was read off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from stroma.errors import Place, Problem, Severity
from stroma.formats.export_rows import ExportRow, Rows
from stroma.formats.plate_cells import read_cell, role_of
from stroma.plate_records import LayoutWell, VendorResult, WellStatus
from stroma.texts import text, texts
from stroma.wells import well_name, well_position

_ENDS: Final = ("Group Column", "Group Summaries")
_DILUTION: Final = re.compile(r"dil", re.IGNORECASE)
_NAMES: Final = {
    "sample": "!SampleNames",
    "wells": "!WellIDs",
    "well": "!WellIDs",
    "wellplatename": "!WellPlateName",
    "conc": "!SampleDescriptor",
    "concentration": "!SampleDescriptor",
    "backcalcconc": "InterpX(",
}


@dataclass(frozen=True, slots=True)
class Group:
    """What a group says.

    Parameters
    ----------
    layout
        What is in its wells.
    results
        Concentrations read off the curve.
    problems
        What was not taken.
    """

    layout: tuple[LayoutWell, ...]
    results: tuple[VendorResult, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Column:
    index: int
    name: str
    formula: str
    unit: str


def read_group(rows: Rows, place: Place, mark: str | None, plates: tuple[str, ...]) -> Group:
    """Read a group.

    Parameters
    ----------
    rows
        Of the block, without its end.
    place
        The file.
    mark
        Decimal mark of the groups.
    plates
        Names of the plates in the file.

    Returns
    -------
    Group
        Its wells, in order.
    """
    name = rows[0].at(1) or rows[0].at(0).partition(":")[2].strip()
    head = next((i for i, row in enumerate(rows[1:], start=1) if row.filled), None)
    if head is None:
        return Group((), (), ())
    place = replace(place, column=name or None)
    columns = _columns(rows[head], rows)
    well = _one(columns, "!WellIDs")
    if well is None:
        return Group((), (), (_no_wells(place, rows[head]),))
    layout: list[LayoutWell] = []
    results: list[VendorResult] = []
    unread: list[ExportRow] = []
    before: ExportRow | None = None
    for row in rows[head + 1 :]:
        if row.at(0) in _ENDS:
            break
        if row.filled == 0 or (row.filled == 1 and not row.at(well.index)):
            continue
        position = well_position(row.at(well.index))
        if position is None:
            unread.append(row)
            continue
        sample = _one(columns, "!SampleNames")
        if sample is None or row.at(sample.index) or before is None:
            before = row
        plate = _plate(row, columns, plates)
        item = _layout_well(before, columns, well_name(*position), plate, name, mark)
        layout.append(item)
        results += _results(row, columns, item, mark)
    problems = [_unread(place, unread)] if unread and layout else []
    if layout and any(not item.plate for item in layout):
        problems.append(_no_plate(place, rows[head], plates))
    problems += _not_taken(place, rows[head], columns)
    return Group(tuple(layout), tuple(results), tuple(problems))


def _columns(head: ExportRow, rows: Rows) -> list[_Column]:
    formulas: dict[str, str] = {}
    start = next((i for i, row in enumerate(rows) if row.at(0) == _ENDS[0]), len(rows))
    for row in rows[start + 1 :]:
        if row.filled == 0 or row.at(0) == _ENDS[1]:
            break
        formulas[row.at(1)] = row.at(2)
    columns = []
    for index, cell in enumerate(head.cells):
        if not cell:
            continue
        name = max((known for known in formulas if cell.startswith(known)), key=len, default="")
        unit = cell[len(name) :].strip() if name else ""
        formula = formulas.get(name, _NAMES.get(cell.casefold(), ""))
        columns.append(_Column(index, name or cell, formula, unit))
    return columns


def _one(columns: Sequence[_Column], formula: str) -> _Column | None:
    return next((column for column in columns if column.formula.startswith(formula)), None)


def _plate(row: ExportRow, columns: Sequence[_Column], plates: tuple[str, ...]) -> str:
    column = _one(columns, "!WellPlateName")
    if column is not None and row.at(column.index):
        return row.at(column.index)
    return plates[0] if len(plates) == 1 else ""


def _layout_well(
    row: ExportRow, columns: Sequence[_Column], well: str, plate: str, group: str,
    mark: str | None,
) -> LayoutWell:  # fmt: skip
    sample = _one(columns, "!SampleNames")
    role = role_of(group)
    if not role and any(_is_result(column) for column in columns):
        role = "sample"
    item = LayoutWell(
        plate=plate, well=well, sample="" if sample is None else row.at(sample.index), role=role
    )
    for column in columns:
        if not column.formula.startswith("!SampleDescriptor"):
            continue
        number = read_cell(row.at(column.index), mark)
        if number.status is not WellStatus.MEASURED:
            continue
        if _DILUTION.search(column.name):
            item = replace(item, dilution=number.value)
        else:
            item = replace(item, concentration=number.value, unit=column.unit)
    return item


def _is_result(column: _Column) -> bool:
    return column.formula.startswith("InterpX(")


def _results(
    row: ExportRow, columns: Sequence[_Column], item: LayoutWell, mark: str | None
) -> list[VendorResult]:
    results = []
    stated = next((column.unit for column in columns if column.unit), "")
    for column in columns:
        number = read_cell(row.at(column.index), mark)
        if _is_result(column) and number.status is not WellStatus.EMPTY:
            results.append(
                VendorResult(
                    plate=item.plate,
                    well=item.well,
                    sample=item.sample,
                    analyte="",
                    concentration=number,
                    unit=column.unit or stated,
                )
            )
    return results


def _no_wells(place: Place, head: ExportRow) -> Problem:
    return Problem(
        replace(place, row=head.number),
        found=text("a group with the columns {names}", names=", ".join(filter(None, head.cells))),
        expected=text("a column with the wells"),
        action=text("add the wells to the group in SoftMax Pro, or name the wells in plates"),
        severity=Severity.WARNING,
    )


def _no_plate(place: Place, head: ExportRow, plates: tuple[str, ...]) -> Problem:
    return Problem(
        replace(place, row=head.number),
        found=text("a group that does not say on which of {plates} its wells are",
                   plates=", ".join(plates)),
        expected=text("a column WellPlateName where the file holds several plates"),
        action=text("add the column to the group in SoftMax Pro, or export one plate a file"),
        severity=Severity.WARNING,
    )  # fmt: skip


def _unread(place: Place, rows: Sequence[ExportRow]) -> Problem:
    return Problem(
        replace(place, row=rows[0].number),
        found=texts(
            "{count} row that names no well, “{row}”",
            "{count} rows that name no well, the first “{row}”",
            len(rows),
            row=" ".join(filter(None, rows[0].cells))[:60],
        ),
        expected=text("a well in every row of the group"),
        action=text("nothing, where the row is a remark"),
        severity=Severity.NOTE,
    )


def _not_taken(place: Place, head: ExportRow, columns: Sequence[_Column]) -> list[Problem]:
    known = ("!", "InterpX(")
    names = [column.name for column in columns if not column.formula.startswith(known)]
    if not names:
        return []
    return [
        Problem(
            replace(place, row=head.number),
            found=text("columns that SoftMax Pro calculated: {names}", names=", ".join(names)),
            expected=text("samples, wells, concentrations and what was read off the curve"),
            action=text("nothing; these are worked out again from the wells"),
            severity=Severity.NOTE,
        )
    ]
