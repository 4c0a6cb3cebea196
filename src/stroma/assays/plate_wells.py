"""Wells of a plate matched with what a layout says is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stroma.assays.places import place_of
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


def choose_reading(
    file: PlateFile, use: PlateUse, name: str
) -> tuple[PlateReading | None, tuple[Problem, ...]]:
    """Return the reading of an export that a row of ``plates`` means.

    Parameters
    ----------
    file
        The export.
    use
        The row; its plate narrows the choice.
    name
        Name of the reading; empty for the only one.

    Returns
    -------
    reading
        ``None`` where there is none of this name, or several and no name.
    problems
        Why.
    """
    held = [reading for reading in file.readings if use.plate in ("", reading.plate)]
    named = [reading for reading in held if name in ("", reading.name)]
    if len(named) == 1:
        return named[0], ()
    known = ", ".join(dict.fromkeys(reading.name for reading in held))
    column = "reading" if len(held) > 0 else "plate"
    found = text('"{name}"', name=name) if name else text("an empty cell")
    if not held:
        found = text('the plate "{plate}"', plate=use.plate)
        known = ", ".join(dict.fromkeys(reading.plate for reading in file.readings))
    return None, (
        Problem(
            place_of(use.origin_of_row, column=column),
            found=found,
            expected=text("one of {known}, once in the file", known=known or "–"),
            action=text("name the one that is meant; until then the plate is not used"),
        ),
    )


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
    reading, problems = choose_reading(file, use, use.reading)
    if reading is None:
        return (), problems
    reference = None
    if use.reference:
        reference, doubts = choose_reading(file, use, use.reference)
        if reference is None:
            return (), (*problems, *doubts)
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
            value = _value(reading, reference, well)
            if value is None:
                lacking.append(well)
            else:
                found.append(UsedWell(well, value, row))
        if lacking:
            wrong.append(_lacking(row, lacking, reading))
    return tuple(found), tuple(wrong)


def _value(reading: PlateReading, reference: PlateReading | None, well: str) -> float | None:
    held = [reading.wells.get(well)]
    if reference is not None:
        held.append(reference.wells.get(well))
    numbers = [
        number.value
        for number in held
        if number is not None and number.status is WellStatus.MEASURED and number.value is not None
    ]
    if len(numbers) != len(held):
        return None
    return numbers[0] - sum(numbers[1:])


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
