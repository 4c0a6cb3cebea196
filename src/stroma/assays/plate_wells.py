"""Wells of a plate matched with what a layout says is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stroma.assays.places import place_of
from stroma.assays.plate_readings import ABSENT, plate_signal
from stroma.bench_records import PlateUse, WellUse
from stroma.errors import Problem, Severity
from stroma.plate_records import PlateFile, PlateReading, WellStatus
from stroma.texts import text
from stroma.wells import wells_of, wells_outside


@dataclass(frozen=True, slots=True)
class UsedWell:
    """A well with its reading and its use.

    Parameters
    ----------
    well
        Its name.
    value
        The reading, less the reference reading where one is declared.
    use
        What is in it.
    """

    well: str
    value: float
    use: WellUse


def used_wells(
    file: PlateFile, use: PlateUse, layout: Sequence[WellUse]
) -> tuple[tuple[UsedWell, ...], tuple[Problem, ...]]:
    """Return the wells of a plate that hold a number and have a use.

    Parameters
    ----------
    file
        The export.
    use
        The row of ``plates``.
    layout
        The rows of its layout.

    Returns
    -------
    wells
        In the order of the layout.
    problems
        Wells outside the plate, wells without a reading, readings beyond the reader's range.
    """
    signal, problems = plate_signal(file, use)
    if signal is None:
        return (), problems
    reading = signal.reading
    found: list[UsedWell] = []
    wrong: list[Problem] = list(problems)
    for row in layout:
        wells = wells_of(row.wells) or ()
        outside = wells_outside(wells, reading.rows, reading.columns)
        if outside:
            wrong.append(_outside(row, outside, reading))
            continue
        lacking = []
        for well in wells:
            held = signal.wells.get(well, ABSENT)
            if held.status is not WellStatus.MEASURED or held.value is None:
                lacking.append(well)
            else:
                found.append(UsedWell(well, held.value, row))
        if lacking:
            wrong.append(_lacking(row, lacking, reading))
    return tuple(found), tuple(wrong)


def _outside(row: WellUse, outside: Sequence[str], reading: PlateReading) -> Problem:
    return Problem(
        place_of(row.origin_of_row, column="wells", lot=row.lot or None),
        found=text("the wells {wells}", wells=", ".join(outside)),
        expected=text(
            "wells of a plate of {rows} by {columns}, as in the export",
            rows=reading.rows,
            columns=reading.columns,
        ),
        action=text("correct the layout, or name the plate it belongs to; the row is not used"),
    )


def _lacking(row: WellUse, lacking: Sequence[str], reading: PlateReading) -> Problem:
    written = {
        held.as_written
        for well in lacking
        if (held := reading.wells.get(well)) is not None and held.as_written
    }
    found = (
        text("{cells} in {wells}", cells=", ".join(sorted(written)), wells=", ".join(lacking))
        if written
        else text("no reading in {wells}", wells=", ".join(lacking))
    )
    return Problem(
        place_of(row.origin_of_row, column="wells", lot=row.lot or None),
        found=found,
        expected=text("a number in every well of the layout"),
        action=text("check the layout against the plate; these wells are left out"),
        severity=Severity.WARNING,
    )
