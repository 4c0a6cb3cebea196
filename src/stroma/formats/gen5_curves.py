"""The curves of a Gen5 export, as Gen5 fitted them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from stroma.errors import Place, Problem, Severity
from stroma.formats.export_rows import ExportRow, Rows
from stroma.formats.gen5_found import Found, cut_off
from stroma.formats.plate_cells import read_cell
from stroma.plate_records import VendorCurve, WellStatus
from stroma.texts import text

_NOT_PARAMETERS: Final = ("curve name", "curve formula", "r2", "fit f prob")


def read_curves(rows: Rows, head: int, found: Found) -> int:
    """Read the curves that Gen5 fitted.

    Parameters
    ----------
    rows
        Of the section.
    head
        The row with the names of the columns.
    found
        Where to put them.

    Returns
    -------
    int
        The row after them.
    """
    names = [cell.strip() for cell in rows[head].cells]
    if "Curve Formula" not in names:
        found.problems.append(_interpolations(found.place, rows[head]))
    i = head + 1
    while i < len(rows) and rows[i].filled:
        row = rows[i]
        i += 1
        if "Curve Formula" not in names:
            continue
        parameters = dict(_parameters(names, row, found.mark))
        if len(row.cells) < len(names) or not parameters:
            found.problems.append(cut_off(found.place, row))
            continue
        by_name = {name.casefold(): row.at(k) for k, name in enumerate(names)}
        found.curves.append(
            VendorCurve(
                analyte="",
                model=by_name.get("curve formula", ""),
                parameters=parameters,
                r_squared=read_cell(by_name.get("r2", ""), found.mark).value,
                place=f"{row.at(0)}, row {row.number}",
            )
        )
    if len(found.curves) > 1:
        found.curves = [
            replace(curve, analyte=curve.place.rpartition(",")[0]) for curve in found.curves
        ]
    return i


def _interpolations(place: Place, row: ExportRow) -> Problem:
    return Problem(
        replace(place, row=row.number),
        found=text("values read off curves, which were not taken"),
        expected=text("the curves themselves"),
        action=text("nothing; such values are worked out again from the wells"),
        severity=Severity.NOTE,
    )


def _parameters(
    names: Sequence[str], row: ExportRow, mark: str | None
) -> Iterator[tuple[str, float]]:
    for k, name in enumerate(names):
        number = read_cell(row.at(k), mark)
        wanted = name and name.casefold() not in _NOT_PARAMETERS
        if wanted and number.status is WellStatus.MEASURED and number.value is not None:
            yield name, number.value
