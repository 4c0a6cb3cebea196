"""The layout of a Gen5 export: samples, standards, blanks, and their concentrations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from stroma.errors import Problem
from stroma.formats.gen5_found import Found, Line, row_index
from stroma.formats.plate_cells import not_read, read_cell, role_of
from stroma.plate_records import LayoutWell, WellStatus
from stroma.texts import text, texts
from stroma.wells import well_name

_IDENTIFIERS: Final = ("well id", "name")
_STATED: Final = ("conc/dil", "conc", "dil")


def take_layout(lines: Sequence[Line], found: Found) -> None:
    """Take what a layout says is in the wells.

    Parameters
    ----------
    lines
        Of the layout's matrix.
    found
        Where to put it.
    """
    wells: dict[str, LayoutWell] = {}
    for line in lines:
        kind = line.label.casefold()
        if kind not in (*_IDENTIFIERS, *_STATED):
            expected = text("lines with Well ID, Name and Conc/Dil")
            found.problems.append(
                not_read(found.place, line.row.number, "\t".join(line.row.cells), expected)
            )
            continue
        for k, cell in enumerate(line.cells):
            name = well_name(row_index(line.letter), k)
            if not cell:
                continue
            well = wells.get(name, LayoutWell(plate=found.plate, well=name, sample=""))
            if kind in _IDENTIFIERS:
                wells[name] = replace(well, sample=cell, role=well.role or role_of(cell))
                continue
            number = read_cell(cell, found.mark)
            if number.status is not WellStatus.MEASURED:
                expected = text("a concentration or a dilution")
                found.problems.append(not_read(found.place, line.row.number, cell, expected))
            elif kind == "dil" or (kind == "conc/dil" and well.role == "sample"):
                wells[name] = replace(well, dilution=number.value)
            else:
                wells[name] = replace(well, concentration=number.value)
    found.layout += _concentrations(list(wells.values()))


def _concentrations(wells: list[LayoutWell]) -> list[LayoutWell]:
    """Take what stands for samples as concentrations where one is 0: no dilution is."""
    if not any(well.dilution == 0 for well in wells):
        return wells
    return [
        well if well.dilution is None else replace(well, concentration=well.dilution, dilution=None)
        for well in wells
    ]


def check_layout(found: Found) -> None:
    """Say which wells of the layout no reading holds.

    Parameters
    ----------
    found
        All of the section.
    """
    read_wells = {well for reading in found.readings for well in reading.wells}
    missing = [well.well for well in found.layout if well.well not in read_wells]
    if found.readings and missing:
        found.problems.append(
            Problem(
                found.place,
                found=texts(
                    "{count} well of the layout without a reading, {wells}",
                    "{count} wells of the layout without a reading, the first {wells}",
                    len(missing),
                    wells=missing[0],
                ),
                expected=text("a reading of every well of the layout"),
                action=text("export the plate again; the file may be cut off"),
            )
        )
