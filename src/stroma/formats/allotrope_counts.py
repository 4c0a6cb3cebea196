"""Allotrope Simple Model JSON of cell counters, as the allotropy converters write it.

Two of its conventions are traps. Densities are always labelled 10⁶ cells/mL, also where the number
is in cells per mL (its NC-View documents state 124,000 × 10⁶): a density that no suspension can
have is left out and both readings are said. And a clock without a zone is written as UTC: the zone
is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from stroma.errors import Place, Problem, Severity
from stroma.formats.asm import (
    Measured,
    family_of,
    instrument_of,
    measurements,
    nothing_measured,
    number,
    read_document,
    written,
)
from stroma.formats.count_checks import unproven_dilutions
from stroma.formats.count_fields import KEPT_IN, WORDS, Printed, PrintedCount, Role
from stroma.formats.count_values import read_printed
from stroma.formats.raw import RawFile
from stroma.plate_records import WellStatus
from stroma.records import CellCount
from stroma.texts import text
from stroma.units import Unit, convert, find_unit

NAME: Final = "Allotrope Simple Model of a cell counter (JSON)"
_FIELDS: Final = {
    "total cell density": Role.TOTAL,
    "viable cell density": Role.VIABLE,
    "dead cell density": Role.DEAD,
    "viability": Role.VIABILITY,
    "total cell count": Role.CELLS,
    "viable cell count": Role.VIABLE_CELLS,
    "average total cell diameter": Role.DIAMETER,
    "cell density dilution factor": Role.DILUTION,
}
_DENSITIES: Final = (Role.TOTAL, Role.VIABLE, Role.DEAD)
# Spheres of 5 µm, smaller than any cell that is counted as one, packed as close as spheres can be
# fill a millilitre with 1.1 × 10¹⁰ (0.74 of 10¹² µm³ by 65 µm³).
_DENSEST_PER_ML: Final = 1.2e10
_ZONE: Final = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$")
_EPOCH: Final = "1970-01-01"


def sniff(raw: RawFile) -> bool:
    """Say whether a file is such a document.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        Whether it is JSON of a cell counter.
    """
    return family_of(raw) == "count"


def read(
    raw: RawFile,
    *,
    decimal_mark: str | None = None,
    date_order: str | None = None,
    encoding: str | None = None,
) -> tuple[tuple[CellCount, ...], tuple[Problem, ...]]:
    """Read the document of a cell counter.

    Parameters
    ----------
    raw
        The file.
    decimal_mark, date_order, encoding
        The laboratory's habits, for what the file leaves open.

    Returns
    -------
    tuple
        The counts, and what is missing, doubtful or unreadable in them.

    Raises
    ------
    FileProblem
        The document is damaged or holds no count.
    """
    document, content = read_document(raw, encoding)
    rows = _rows(content)
    instrument = instrument_of(document)
    printed: list[PrintedCount] = []
    problems: list[Problem] = []
    for measured in measurements(document):
        count = _count(measured, raw, instrument, rows.get(measured.identifier, 1), problems)
        if count is not None:
            printed.append(count)
    if not printed:
        raise nothing_measured(raw.place, text("a suspension of cells"))
    counts, said = read_printed(
        printed, raw.place, decimal_mark=decimal_mark, date_order=date_order
    )
    return counts, (*problems, *said, *unproven_dilutions(counts, raw.place))


def _rows(content: str) -> dict[str, int]:
    """Return in which line of the file each measurement is named."""
    rows: dict[str, int] = {}
    for row, line in enumerate(content.splitlines(), start=1):
        match = re.search(r'"measurement identifier"\s*:\s*"([^"]+)"', line)
        if match is not None:
            rows.setdefault(match[1], row)
    return rows


def _count(
    measured: Measured, raw: RawFile, instrument: str, row: int, problems: list[Problem]
) -> PrintedCount | None:
    place = replace(raw.place, row=row)
    fields: dict[Role, Printed] = {}
    extra: dict[str, str] = {}
    for label, value in _values(measured):
        role = _FIELDS.get(label.partition(" (")[0])
        said, unit = number(value)
        if role is None or role in fields:
            extra[label] = f"{said.as_written} {unit}".strip()
            continue
        if said.status is not WellStatus.MEASURED or said.value is None:
            problems.append(_no_number(place, label, said.as_written))
            continue
        found = find_unit(unit) if unit else None
        kept = find_unit(KEPT_IN[role]) if role in KEPT_IN else None
        if kept is not None and (found is None or found.dimension != kept.dimension):
            problems.append(_other_unit(place, label, unit, role))
            continue
        if role in _DENSITIES and _too_dense(said.value, found):
            problems.append(_dense(place, label, said.as_written, unit))
            extra[label] = f"{said.as_written} {unit}"
            continue
        fields[role] = Printed(label, said.as_written, row, is_number=True, unit=found)
    if not fields and not extra:
        return None
    sample = written(measured.sample, "sample identifier")
    if sample:
        fields[Role.SAMPLE] = Printed("sample identifier", sample, row)
    moment = written(measured.node, "measurement time")
    if moment and not moment.startswith(_EPOCH):
        bare = _ZONE.sub("", moment)
        fields[Role.COUNTED_AT] = Printed("measurement time", bare, row)
        extra["measurement time"] = moment
    origin = replace(raw.origin, place=f"row {row}")
    return PrintedCount(origin, place, instrument, fields, extra)


def _values(measured: Measured) -> Iterator[tuple[str, object]]:
    for item in measured.processed[:1]:
        for label, value in item.items():
            if isinstance(value, dict) and "value" in value:
                yield label, value
            elif isinstance(value, dict):
                yield from (pair for pair in value.items() if _is_value(pair[1]))


def _is_value(value: object) -> bool:
    return isinstance(value, (int, float, str)) or (isinstance(value, dict) and "value" in value)


def _too_dense(value: float, unit: Unit | None) -> bool:
    per_ml = find_unit("cells/mL")
    if unit is None or per_ml is None:
        return False
    return convert(value, unit, per_ml) > _DENSEST_PER_ML


def _dense(place: Place, label: str, value: str, unit: str) -> Problem:
    return Problem(
        replace(place, column=label),
        found=text(
            "{value} {unit}; no millilitre holds so many cells, and {value} cells/mL may be meant",
            value=value,
            unit=unit,
        ),
        expected=text("a density that a suspension can have, with its own unit"),
        action=text("give Stroma the counter's own export; this density is not taken"),
    )


def _other_unit(place: Place, label: str, unit: str, role: Role) -> Problem:
    return Problem(
        replace(place, column=label),
        found=text('the unit "{unit}"', unit=unit or "–"),
        expected=text("a unit of {quantity}", quantity=WORDS[role]),
        action=text("give Stroma the counter's own export; this field is not taken"),
    )


def _no_number(place: Place, label: str, value: str) -> Problem:
    return Problem(
        replace(place, column=label),
        found=text('"{value}", which stands for no number', value=value),
        expected=text("a number"),
        action=text("look at this count on the instrument; nothing is taken from the field"),
        severity=Severity.WARNING,
    )
