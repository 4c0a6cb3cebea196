"""Cells of plate readers' exports: what each means, and what a person has to know of them.

Plate readers print no marks between groups of digits (1580774, 4200.000 in every export held), so
that one mark inside a number is its decimal mark; an export that shows both is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.plate_records import LayoutWell, PlateFile, PlateReading, WellStatus, WrittenNumber
from stroma.texts import Text, join, text, texts
from stroma.wells import PLATE_SIZES, well_position

EMPTY: Final = WrittenNumber(None, WellStatus.EMPTY, "")
_NUMBER: Final = re.compile(r"[+\-−]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?")
_BOUND: Final = re.compile(r"(?P<sign>[<>≤≥])=?\s*(?P<number>.+)")
_MASKED: Final = re.compile(r"\*(?P<number>[^*]+)\*")
_MARKS: Final = re.compile(r"[.,]")
_WORDS: Final[Mapping[str, WellStatus]] = {
    "ovrflw": WellStatus.ABOVE_RANGE,
    "ovflw": WellStatus.ABOVE_RANGE,
    "overflow": WellStatus.ABOVE_RANGE,
    "over": WellStatus.ABOVE_RANGE,
    "saturated": WellStatus.ABOVE_RANGE,
    "sat": WellStatus.ABOVE_RANGE,
    "#sat": WellStatus.ABOVE_RANGE,
    "underflow": WellStatus.BELOW_RANGE,
    "undrflw": WellStatus.BELOW_RANGE,
    "under": WellStatus.BELOW_RANGE,
    "masked": WellStatus.MASKED,
    "mask": WellStatus.MASKED,
    "missed": WellStatus.NOT_REPORTED,
    "no read": WellStatus.NOT_REPORTED,
    "noread": WellStatus.NOT_REPORTED,
    "not read": WellStatus.NOT_REPORTED,
    "not reported": WellStatus.NOT_REPORTED,
    "n/a": WellStatus.NOT_REPORTED,
    "na": WellStatus.NOT_REPORTED,
    "-": WellStatus.NOT_REPORTED,
    "nan": WellStatus.NOT_A_NUMBER,
    "range?": WellStatus.NOT_A_NUMBER,
    "error": WellStatus.NOT_A_NUMBER,
    "inf": WellStatus.NOT_A_NUMBER,
    "-inf": WellStatus.NOT_A_NUMBER,
}
_LISTED: Final = 6  # wells named in one message; the count says how many there are
# The emptiest plate absorbs 0.03 OD and more, and no reader goes beyond 6 OD: a plate whose
# highest well is below 10 was not measured in thousandths.
_LARGEST_OD: Final = 10.0
_ROLES: Final = (
    ("blank", re.compile(r"bla?n?k|blanc|бланк|холост", re.IGNORECASE)),
    ("standard", re.compile(r"std|standard|станд|\bcal", re.IGNORECASE)),
    ("control", re.compile(r"c(?:on)?tro?l|\bpos|\bneg|контрол|бақылау", re.IGNORECASE)),
    ("sample", re.compile(r"spl|sample|smpl|unk|образ|үлгі", re.IGNORECASE)),
)


def decimal_mark_of(
    cells: Iterable[tuple[int, str]], place: Place, declared: str | None = None
) -> str | None:
    """Return the decimal mark that the numbers of an export show.

    Parameters
    ----------
    cells
        Row and text of each cell.
    place
        The file, for problems.
    declared
        The laboratory's habit, only where the export shows none.

    Returns
    -------
    str or None
        ``"."``, ``","``, or what was declared.

    Raises
    ------
    FileProblem
        Both marks occur.

    Examples
    --------
    >>> decimal_mark_of([(1, "2,100"), (2, "12")], Place())
    ','
    """
    seen: dict[str, tuple[int, str]] = {}
    for row, written in cells:
        bare = _bare(written)
        if _NUMBER.fullmatch(bare):
            for mark in _MARKS.findall(bare):
                seen.setdefault(mark, (row, written))
    if len(seen) > 1:
        raise FileProblem(
            Problem(
                replace(place, row=seen[","][0]),
                found=text(
                    'a decimal comma ("{comma}") here and a decimal point ("{point}") in row {row}',
                    comma=seen[","][1],
                    point=seen["."][1],
                    row=str(seen["."][0]),
                ),
                expected=text("one decimal mark in the whole export"),
                action=text("export again; do not join exports of two computers in one file"),
            )
        )
    return next(iter(seen)) if seen else declared


def _bare(written: str) -> str:
    bare = written.strip()
    for pattern in (_MASKED, _BOUND):
        match = pattern.fullmatch(bare)
        if match is not None:
            bare = match["number"].strip()
    return bare


def read_cell(written: str, mark: str | None = None) -> WrittenNumber:
    """Return what a cell of an export says.

    Parameters
    ----------
    written
        The cell.
    mark
        Decimal mark of the export.

    Returns
    -------
    WrittenNumber
        A word that is not known is ``NOT_A_NUMBER`` and kept as written.

    Examples
    --------
    >>> read_cell("0,044", ",").value, read_cell("<0.1").value, read_cell("*0.356*").status.value
    (0.044, 0.1, 'masked')
    """
    bare = written.strip().strip('"').strip()
    if not bare:
        return EMPTY
    value = _value(bare, mark)
    if value is not None:
        return WrittenNumber(value, WellStatus.MEASURED, bare)
    if _MASKED.fullmatch(bare):
        return WrittenNumber(None, WellStatus.MASKED, bare)
    bound = _BOUND.fullmatch(bare)
    if bound is not None:
        below = bound["sign"] in "<≤"
        status = WellStatus.BELOW_RANGE if below else WellStatus.ABOVE_RANGE
        return WrittenNumber(_value(bound["number"].strip(), mark), status, bare)
    return WrittenNumber(None, _WORDS.get(bare.casefold(), WellStatus.NOT_A_NUMBER), bare)


def _value(bare: str, mark: str | None) -> float | None:
    if not _NUMBER.fullmatch(bare):
        return None
    used = _MARKS.search(bare)
    if used is not None and mark is not None and used[0] != mark:
        return None
    value = float(bare.replace(",", ".").replace("−", "-"))
    # Minus zero becomes zero: no cell means anything by its sign.
    return value + 0.0 if math.isfinite(value) else None


def plate_size(wells: int | None, names: Iterable[str] = ()) -> tuple[int, int]:
    """Return rows and columns of a plate.

    Parameters
    ----------
    wells
        How many the export says it has; ``None`` where it does not.
    names
        Wells that have to be on it.

    Returns
    -------
    tuple of int
        Those of the plate with so many wells, and otherwise of the smallest that holds all.

    Examples
    --------
    >>> plate_size(None, ["A1", "D6"]), plate_size(96)
    ((4, 6), (8, 12))
    """
    positions = [position for position in map(well_position, names) if position is not None]
    rows = 1 + max((row for row, _ in positions), default=0)
    columns = 1 + max((column for _, column in positions), default=0)
    for size in PLATE_SIZES:
        if size[0] * size[1] == wells and rows <= size[0] and columns <= size[1]:
            return size
    for size in PLATE_SIZES:
        if rows <= size[0] and columns <= size[1]:
            return size
    return rows, columns


def role_of(written: str) -> str:
    """Return what the name of a well or a group of wells says it is.

    Parameters
    ----------
    written
        The name.

    Returns
    -------
    str
        ``"standard"``, ``"blank"``, ``"sample"``, ``"control"``, or empty.

    Examples
    --------
    >>> role_of("STD1"), role_of("BLK"), role_of("POS"), role_of("BM-07")
    ('standard', 'blank', 'control', '')
    """
    return next((role for role, pattern in _ROLES if pattern.search(written)), "")


def absorbance_unit(
    unit: str, readings: Iterable[WrittenNumber], place: Place
) -> tuple[str, list[Problem]]:
    """Return the unit that absorbances are in, whatever they are labelled.

    Parameters
    ----------
    unit
        As labelled.
    readings
        All of them.
    place
        The file, for problems.

    Returns
    -------
    tuple
        UCUM code, and a warning where the label is not what was meant.
    """
    if unit.strip().casefold() not in {"mau", "mod", "m[od]"}:
        return "[OD]", []
    values = [abs(number.value) for number in readings if number.value is not None]
    highest = max(values, default=0.0)
    if highest >= _LARGEST_OD:
        return "m[OD]", []
    problem = Problem(
        place,
        found=text(
            'absorbance labelled "{unit}" with {highest} as its highest value',
            unit=unit,
            highest=highest,
        ),
        expected=text("OD: no plate is so clear that its highest well has 0.01 OD"),
        action=text("compare with the instrument; the numbers are read as OD"),
        severity=Severity.WARNING,
    )
    return "[OD]", [problem]


def wells_without_numbers(readings: Sequence[PlateReading], place: Place) -> list[Problem]:
    """Return a line for every word that stands where a number was expected.

    Parameters
    ----------
    readings
        Of a file.
    place
        The file.

    Returns
    -------
    list of Problem
        Warnings for what was measured, notes for what the instrument's program calculated.
    """
    seen: dict[tuple[str, str, str, bool], list[str]] = {}
    for reading in readings:
        for well, number in reading.wells.items():
            if number.status not in (WellStatus.MEASURED, WellStatus.EMPTY):
                key = (reading.plate, reading.name, number.as_written, reading.is_derived)
                seen.setdefault(key, []).append(well)
    problems = []
    for (plate, name, written, derived), wells in seen.items():
        known = _WORDS.get(written.casefold()) is not None or not written.strip("?*<>0123456789.,")
        expected = text("a number in every well")
        action = text("these wells are not used as numbers; read them again where they matter")
        if not known and not _BOUND.fullmatch(written) and not _MASKED.fullmatch(written):
            action = text("say what it means to whoever keeps these files; the wells are not used")
        problems.append(
            Problem(
                replace(place, column=join([part for part in (plate, name) if part]).render()),
                found=texts(
                    'well {wells} with "{written}"',
                    '{count} wells with "{written}": {wells}',
                    len(wells),
                    written=written,
                    wells=_listed(wells),
                ),
                expected=expected,
                action=action,
                severity=Severity.NOTE if derived else Severity.WARNING,
            )
        )
    return problems


def _listed(wells: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(wells))
    more = ", …" if len(distinct) > _LISTED else ""
    return ", ".join(distinct[:_LISTED]) + more


def not_read(place: Place, row: int, written: str, why: Text) -> Problem:
    """Return the line for a part of an export that was not read.

    Parameters
    ----------
    place
        The file.
    row
        Where it begins.
    written
        What stands there.
    why
        What was expected.

    Returns
    -------
    Problem
        An error: something is missing in the results.
    """
    return Problem(
        replace(place, row=row),
        found=text("“{written}”, which was not read", written=" ".join(written.split())[:60]),
        expected=why,
        action=text("export the plate again and compare; the file may be cut off or edited"),
    )


def settled(file: PlateFile, refusal: FileProblem | None) -> PlateFile:
    """Return a file whose names could be read.

    Parameters
    ----------
    file
        What was read.
    refusal
        Why the file's letters beyond ASCII cannot be told; ``None`` where they can.

    Returns
    -------
    PlateFile
        The same.

    Raises
    ------
    FileProblem
        The refusal, where a name that was kept holds such a letter.
    """
    if refusal is not None:
        names = [part for item in file.readings for part in (item.plate, item.name)]
        names += [part for well in file.layout for part in _texts_of(well)]
        names += [part for result in file.results for part in (result.analyte, result.unit)]
        if any("\ufffd" in name for name in names):
            raise refusal
    return file


def _texts_of(well: LayoutWell) -> tuple[str, str, str]:
    return well.plate, well.sample, well.unit
