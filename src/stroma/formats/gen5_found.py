"""What is gathered from a section of a Gen5 export, one plate."""

from __future__ import annotations

from dataclasses import dataclass, field

from stroma.errors import Place, Problem
from stroma.formats.export_rows import ExportRow
from stroma.formats.gen5_reads import Reads
from stroma.formats.plate_cells import not_read
from stroma.plate_records import LayoutWell, PlateReading, VendorCurve, VendorResult
from stroma.texts import text
from stroma.wells import well_position


@dataclass(slots=True)
class Found:
    """What is gathered while a section is read.

    Parameters
    ----------
    place, mark
        The file, and its decimal mark.
    plate, plate_type, reader, version
        As the header states them.
    readings, layout, curves, results, problems
        What was found so far.
    reads
        The reads of the procedure.
    """

    place: Place
    mark: str | None
    plate: str = ""
    plate_type: str = ""
    reader: str = ""
    version: str = ""
    readings: list[PlateReading] = field(default_factory=list)
    layout: list[LayoutWell] = field(default_factory=list)
    curves: list[VendorCurve] = field(default_factory=list)
    results: list[VendorResult] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    reads: Reads = field(default_factory=Reads)


@dataclass(slots=True)
class Line:
    """A line of a matrix.

    Parameters
    ----------
    letter, label
        Its row on the plate, and the name on the right.
    row, cells
        Where it stands, and what stands in the columns.
    """

    letter: str
    label: str
    row: ExportRow
    cells: tuple[str, ...]


def cut_off(place: Place, row: ExportRow) -> Problem:
    """Return the problem of a row that may be incomplete.

    Parameters
    ----------
    place
        The file.
    row
        The row.

    Returns
    -------
    Problem
        An error.
    """
    return not_read(place, row.number, "\t".join(row.cells), text("a whole row with its name"))


def row_index(letter: str) -> int:
    """Return the number of a row of a plate, from 0.

    Parameters
    ----------
    letter
        Its letter.

    Returns
    -------
    int
        0 for A.
    """
    position = well_position(f"{letter}1")
    return 0 if position is None else position[0]
