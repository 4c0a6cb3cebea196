"""Whether the numbers a cell counter printed agree with each other; they are kept in any case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from stroma.errors import Place, Problem, Severity
from stroma.formats.count_fields import Printed, Role
from stroma.records import CellCount
from stroma.texts import Text, text, texts

# A report of Vi-CELL XR 2.04 prints all digits of its single precision numbers, and its own
# viability and densities differ from the fifth on (86.99454 against 0.8441273 / 0.9703072).
_TRUSTED_DIGITS: Final = 4
_PARTS: Final = ((Role.VIABLE, Role.TOTAL), (Role.VIABLE_CELLS, Role.CELLS))


@dataclass(frozen=True, slots=True)
class Checked:
    """A field whose number was read.

    Parameters
    ----------
    printed
        The field.
    exact
        Its number with the digits that were printed, in the unit of its label.
    """

    printed: Printed
    exact: Decimal

    @property
    def in_base_unit(self) -> Decimal:
        """The number in the base unit of its dimension."""
        return self.exact if self.printed.unit is None else self.exact * self.printed.unit.factor

    def bounds(self) -> tuple[Decimal, Decimal]:
        """Return the least and the greatest number that prints like this, in the base unit."""
        exponent = self.exact.as_tuple().exponent
        last_digit = exponent if isinstance(exponent, int) else 0
        trusted = min(_TRUSTED_DIGITS, self.printed.digits or _TRUSTED_DIGITS)
        last_digit = max(last_digit, self.exact.adjusted() - trusted + 1)
        half = Decimal(5).scaleb(last_digit - 1)
        factor = Decimal(1) if self.printed.unit is None else self.printed.unit.factor
        return (self.exact - half) * factor, (self.exact + half) * factor


def contradictions(place: Place, fields: Mapping[Role, Checked]) -> list[Problem]:
    """Return what cannot be true together.

    Parameters
    ----------
    place
        The count.
    fields
        The fields whose numbers were read.

    Returns
    -------
    list of Problem
        Warnings: a number out of its range, more viable cells than cells, a viability that is not
        the ratio of the densities within the rounding of the printed digits.
    """
    problems = []
    for role, item in fields.items():
        if item.exact < 0 or (role is Role.VIABILITY and item.exact > 100):
            problems.append(
                _warning(
                    _at(place, item),
                    text('"{written}"', written=item.printed.text),
                    text("no negative number, and no percentage above 100"),
                )
            )
    for part, whole in _PARTS:
        if (
            part in fields
            and whole in fields
            and fields[part].in_base_unit > fields[whole].in_base_unit
        ):
            problems.append(
                _warning(
                    _at(place, fields[part]),
                    text(
                        '"{part}" viable of "{whole}" in total',
                        part=fields[part].printed.text,
                        whole=fields[whole].printed.text,
                    ),
                    text("no more viable cells than cells"),
                )
            )
    if not _viability_fits(fields):
        problems.append(
            _warning(
                _at(place, fields[Role.VIABILITY]),
                text(
                    'a viability of "{viability}" % with "{viable}" viable of "{total}"',
                    viability=fields[Role.VIABILITY].printed.text,
                    viable=fields[Role.VIABLE].printed.text,
                    total=fields[Role.TOTAL].printed.text,
                ),
                text("the ratio of the two, within the rounding of the printed digits"),
            )
        )
    return problems


def unproven_dilutions(counts: Sequence[CellCount], place: Place) -> list[Problem]:
    """Return a warning where a density is taken to include a dilution that no held file proves.

    Parameters
    ----------
    counts
        The counts of a file.
    place
        The file.

    Returns
    -------
    list of Problem
        One warning at most; none where every dilution is 1.
    """
    diluted = [count for count in counts if count.dilution is not None and count.dilution != 1]
    if not diluted:
        return []
    found = texts(
        "a count of a diluted sample ({factor}); its densities are taken to be those of the "
        "original sample",
        "{count} counts of diluted samples, the first {factor}; their densities are taken to be "
        "those of the original samples",
        len(diluted),
        factor=diluted[0].dilution,
    )
    expected = text("densities that the instrument has multiplied by the dilution")
    return [_warning(place, found, expected)]


def _viability_fits(fields: Mapping[Role, Checked]) -> bool:
    if not all(role in fields for role in (Role.TOTAL, Role.VIABLE, Role.VIABILITY)):
        return True
    total, viable = fields[Role.TOTAL].bounds(), fields[Role.VIABLE].bounds()
    viability = fields[Role.VIABILITY].bounds()
    if total[0] <= 0:
        return True
    return 100 * viable[0] / total[1] <= viability[1] and viability[0] <= 100 * viable[1] / total[0]


def _at(place: Place, item: Checked) -> Place:
    return replace(place, row=item.printed.row, column=item.printed.label)


def _warning(place: Place, found: Text, expected: Text) -> Problem:
    action = text("compare with the instrument; the numbers are kept as printed")
    return Problem(place, found, expected, action, Severity.WARNING)
