"""Fields of a cell counter's export, sorted the same way for every counter.

A counter's module finds the fields and says which label means what; the unit that a label states
is kept with its field.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timezone
from enum import Enum, auto
from typing import Final

from stroma.errors import FileProblem, Place, Problem
from stroma.records import Origin
from stroma.texts import Text, text
from stroma.units import Unit, find_unit


class Role(Enum):
    """What a field of an export is in a count."""

    SAMPLE = auto()
    COUNTED_AT = auto()
    TOTAL = auto()
    VIABLE = auto()
    DEAD = auto()
    VIABILITY = auto()
    CELLS = auto()
    VIABLE_CELLS = auto()
    DIAMETER = auto()
    DILUTION = auto()


WORDS: Final[Mapping[Role, Text]] = {
    Role.SAMPLE: text("name of the sample"),
    Role.COUNTED_AT: text("date and time"),
    Role.TOTAL: text("total cells per mL"),
    Role.VIABLE: text("viable cells per mL"),
    Role.DEAD: text("dead cells per mL"),
    Role.VIABILITY: text("viability"),
    Role.CELLS: text("number of cells counted"),
    Role.VIABLE_CELLS: text("number of viable cells counted"),
    Role.DIAMETER: text("cell diameter"),
    Role.DILUTION: text("dilution"),
}
"""How a reader knows each role."""

KEPT_IN: Final[Mapping[Role, str]] = {
    Role.TOTAL: "{cells}/mL",
    Role.VIABLE: "{cells}/mL",
    Role.DEAD: "{cells}/mL",
    Role.VIABILITY: "%",
    Role.DIAMETER: "um",
}
"""Codes of the units a count keeps its values in."""

Names = Sequence[tuple[Role, re.Pattern[str]]]
"""Patterns of an instrument's labels, folded; a group ``unit`` holds the unit where it has one."""

_POWER: Final = re.compile(r"\(?x ?10\^(?P<power>\d+)\)?")


@dataclass(frozen=True, slots=True)
class Printed:
    """A field as the instrument printed it.

    Parameters
    ----------
    label
        Its name, as printed.
    text
        Its content, stripped.
    row
        Where it stands.
    is_number
        Whether a workbook stores it as a number.
    unit
        Unit its label states.
    digits
        How many significant digits the instrument prints at most, where it is known: 274 000 of
        three may have been 273 600.
    """

    label: str
    text: str
    row: int
    is_number: bool = False
    unit: Unit | None = None
    digits: int | None = None


@dataclass(frozen=True, slots=True)
class PrintedCount:
    """The fields of one count.

    Parameters
    ----------
    origin
        The file and the place in it.
    place
        The same as a place for problems; without a row where the whole file is one count.
    instrument
        Make and model.
    fields
        The fields that a count has, by role.
    extra
        All other fields as printed.
    zone
        Offset of the instrument's clock, where the export states it.
    """

    origin: Origin
    place: Place
    instrument: str
    fields: Mapping[Role, Printed]
    extra: Mapping[str, str] = field(default_factory=dict)
    zone: timezone | None = None


def fold_label(label: str) -> str:
    """Bring a label to the form that patterns are written for.

    Parameters
    ----------
    label
        As printed.

    Returns
    -------
    str
        Lower case, one space between words, round brackets, one micro sign.

    Examples
    --------
    >>> fold_label("Estimated cell  diameter [µm]")
    'estimated cell diameter (μm)'
    """
    plain = unicodedata.normalize("NFKC", label).casefold()
    return " ".join(plain.split()).replace("[", "(").replace("]", ")")


def sort_fields(
    printed: Iterable[Printed], names: Names, place: Place
) -> tuple[dict[Role, Printed], dict[str, str]]:
    """Sort an export's fields into those a count has and the others.

    Parameters
    ----------
    printed
        All fields, in order.
    names
        The instrument's labels.
    place
        The count, for problems.

    Returns
    -------
    tuple
        The fields by role, and the others by label.

    Raises
    ------
    FileProblem
        A label comes twice, or states a unit that is not known.
    """
    fields: dict[Role, Printed] = {}
    extra: dict[str, str] = {}
    for item in printed:
        role, unit = _role_of(item, names, place)
        if role is None:
            label, number = item.label, 1
            while label in extra:
                number += 1
                label = f"{item.label} ({number})"
            extra[label] = item.text
        elif role in fields:
            raise FileProblem(
                Problem(
                    replace(place, row=item.row, column=item.label),
                    found=text("the field comes twice, first in row {row}",
                               row=str(fields[role].row)),
                    expected=text("one count with one value in each field"),
                    action=text("export each count once"),
                )
            )  # fmt: skip
        else:
            fields[role] = replace(item, unit=unit)
    return fields, extra


def _role_of(item: Printed, names: Names, place: Place) -> tuple[Role | None, Unit | None]:
    folded = fold_label(item.label)
    for role, pattern in names:
        match = pattern.fullmatch(folded)
        if match is None:
            continue
        kept = find_unit(KEPT_IN[role]) if role in KEPT_IN else None
        if kept is None:
            return role, None
        spelling = match["unit"]
        unit = _find_unit(spelling)
        if unit is None or unit.dimension != kept.dimension:
            raise FileProblem(
                Problem(
                    replace(place, row=item.row, column=item.label),
                    found=text('the unit "{unit}"', unit=spelling),
                    expected=text("a unit of {quantity}", quantity=WORDS[role]),
                    action=text("export with the instrument's standard units"),
                )
            )
        return role, unit
    return None, None


def _find_unit(spelling: str) -> Unit | None:
    """Return the unit, wherever its power of ten stands: ``cells / ml (x 10^6)``."""
    power = _POWER.search(spelling)
    if power is None:
        return find_unit(spelling)
    return find_unit(f"10^{power['power']}{_POWER.sub('', spelling)}")
