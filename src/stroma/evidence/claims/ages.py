"""Which side of a row is of older donors."""

from __future__ import annotations

import re

from stroma.evidence.claims.records import EvidenceRow

_NUMBERS = re.compile(
    r"(?P<sign>[<>]|under|above)?\s*(?P<low>\d+(?:\.\d+)?)(?:\s*(?P<unit>mont\w*))?"
    r"(?:-(?P<high>\d+(?:\.\d+)?))?(?P<after>\s*mont)?"
)
_OTHERS = re.compile(r"other (age groups|ages)")
_OLD = re.compile(r"\b(older|old|elderly)\b")
_YOUNG = re.compile(r"\b(younger|young|infant)\b")
_MIDDLE_AGE = 40.0
"""Years: a group set against all others is the younger below it and the older above it."""


def older_direction(row: EvidenceRow) -> str | None:
    """Return how older donors stand against younger ones of the same tissue.

    Parameters
    ----------
    row
        Of two groups of donors.

    Returns
    -------
    str or None
        ``"higher"``, ``"lower"``, ``"no_difference"`` or ``"not_stated"``; ``None`` where the row
        does not compare ages of donors of one tissue.
    """
    if not row.comparators or row.comparators != row.tissues:
        return None
    own, other = _age(row.part_printed), _age(row.comparator_printed)
    if _OTHERS.search(row.comparator_printed):
        if row.direction in ("no_difference", "not_stated"):
            return row.direction
        other = _MIDDLE_AGE
    if own is None or other is None or own == other:
        return None
    if row.direction in ("no_difference", "not_stated") or own > other:
        return row.direction
    return {"higher": "lower", "lower": "higher"}.get(row.direction, row.direction)


def _age(printed: str) -> float | None:
    """Return a year that stands for a group: for a range its middle, for a bound half or more."""
    if _OLD.search(printed):
        return 100.0
    if _YOUNG.search(printed):
        return 0.5
    found = _NUMBERS.search(printed)
    if found is None or not re.search(r"\by\b|mont", printed):
        return None
    low = float(found["low"])
    high = low if found["high"] is None else float(found["high"])
    if found["unit"] or found["after"]:
        low = low / 12
        high = high / 12 if found["after"] or found["high"] is None else high
    middle = (low + high) / 2
    match found["sign"]:
        case "<" | "under":
            return middle / 2
        case ">" | "above":
            return middle * 1.5
        case _:
            return middle
