"""What the verdicts would be had the laboratory declared another method."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from stroma.criteria.judge import judge
from stroma.criteria.profile import Profile
from stroma.criteria.verdicts import LotVerdict
from stroma.measurements import ALTERNATIVES, Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodVerdicts:
    """The lots of a study under one method of positivity.

    Parameters
    ----------
    method
        Name and version of the method.
    declared
        Whether it is the one the laboratory declared.
    lots
        One verdict a lot, in the order of the profile's own verdicts.
    """

    method: str
    declared: bool
    lots: tuple[LotVerdict, ...]


def under_each_method(
    measurements: Iterable[Measurement],
    profile: Profile,
    *,
    lots: Iterable[tuple[str, str]] | None = None,
) -> tuple[MethodVerdicts, ...]:
    """Judge the lots once for every method their rows hold values of.

    Parameters
    ----------
    measurements
        Rows of any quantities; those with alternatives are replaced one method at a time.
    profile
        The profile.
    lots
        Lots and tissues, as :func:`stroma.criteria.judge.judge` takes them.

    Returns
    -------
    tuple of MethodVerdicts
        The declared method first, then the others by name; empty where no row has alternatives.
    """
    rows = tuple(measurements)
    known = None if lots is None else tuple(lots)
    declared = sorted({row.method for row in rows if _alternatives(row)})
    others = sorted({name for row in rows for name in _alternatives(row)} - set(declared))
    if not declared:
        return ()
    return tuple(
        MethodVerdicts(
            method=method,
            declared=method in declared,
            lots=judge([_by(row, method) for row in rows], profile, lots=known),
        )
        for method in (*declared, *others)
    )


def _alternatives(row: Measurement) -> dict[str, tuple[float, float | None, float | None]]:
    held = row.settings.get(ALTERNATIVES)
    return held if isinstance(held, dict) else {}


def _by(row: Measurement, method: str) -> Measurement:
    found = _alternatives(row).get(method)
    if found is None:
        return row
    value, low, high = found
    return replace(row, value=value, low=low, high=high, method=method)
