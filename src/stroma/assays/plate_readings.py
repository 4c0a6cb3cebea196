"""The reading of an export that a row of ``plates`` means, less its reference reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stroma.assays.places import place_of
from stroma.bench_records import PlateUse
from stroma.errors import Problem
from stroma.plate_records import PlateFile, PlateReading, ReadingKind, WellStatus, WrittenNumber
from stroma.texts import join, text

ABSENT = WrittenNumber(None, WellStatus.EMPTY)
"""What a well holds that the export does not name."""


@dataclass(frozen=True, slots=True)
class PlateSignal:
    """What was read of a plate.

    Parameters
    ----------
    reading
        The reading that is meant.
    wells
        Well to number, the reference reading taken off where one is declared.
    """

    reading: PlateReading
    wells: Mapping[str, WrittenNumber]


def plate_signal(file: PlateFile, use: PlateUse) -> tuple[PlateSignal | None, tuple[Problem, ...]]:
    """Return the numbers of a plate that an assay works with.

    Parameters
    ----------
    file
        The export.
    use
        The row of ``plates``; it may name plate, reading and reference.

    Returns
    -------
    signal
        ``None`` where no single reading is meant. Without a name the only raw reading is taken, or
        the only derived one where there is no raw one; concentrations are never taken for readings.
    problems
        Why there is none.
    """
    reading, problems = _choose(file, use, use.reading, column="reading")
    if reading is None or not use.reference:
        return None if reading is None else PlateSignal(reading, reading.wells), problems
    reference, problems = _choose(file, use, use.reference, column="reference")
    if reference is None:
        return None, problems
    wells = {well: _less(held, reference.wells.get(well)) for well, held in reading.wells.items()}
    return PlateSignal(reading, wells), ()


def _choose(
    file: PlateFile, use: PlateUse, name: str, *, column: str
) -> tuple[PlateReading | None, tuple[Problem, ...]]:
    held = [each for each in file.readings if each.kind is not ReadingKind.CONCENTRATION]
    own = [each for each in held if use.plate in ("", each.plate)]
    raw = [each for each in own if not each.is_derived]
    fitting = [each for each in own if each.name == name] if name else raw or own
    if len(fitting) == 1:
        return fitting[0], ()
    names = join([f"{each.plate} {each.name}".strip() or "–" for each in own or held])
    if not held:
        found = text("no reading of a signal")
    elif not own:
        found = text('no plate "{plate}" among: {names}', plate=use.plate, names=names)
    elif name:
        found = text('the reading "{name}" fits {count} of: {names}', name=name,
                     count=len(fitting), names=names)  # fmt: skip
    else:
        found = text("several readings: {names}", names=names)
    return None, (
        Problem(
            place_of(use.origin_of_row, column="plate" if held and not own else column),
            found=found,
            expected=text("one reading that the results are to be calculated from"),
            action=text("name the plate and the reading in the row of this file in plates"),
        ),
    )


def _less(held: WrittenNumber, reference: WrittenNumber | None) -> WrittenNumber:
    if held.status is not WellStatus.MEASURED or held.value is None:
        return held
    if reference is None or reference.status is not WellStatus.MEASURED or reference.value is None:
        return ABSENT
    return WrittenNumber(held.value - reference.value, as_written=held.as_written)
