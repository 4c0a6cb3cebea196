"""Trends, limits and changes as JSON, in English and without a clock: equal inputs, equal bytes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum

from stroma.errors import Problem
from stroma.texts import Text
from stroma.trends.results import Comparability, ControlChart, LimitProposal

SCHEMA_VERSION = "1"
"""Raised when the meaning of a key changes."""

Json = dict[str, object]


def to_json(result: ControlChart | LimitProposal | Comparability) -> Json:
    """Return a result as a JSON object.

    Parameters
    ----------
    result
        A chart, proposed limits or a comparison of periods.

    Returns
    -------
    dict
        The fields of the result under their names; sentences in English, numbers in the units the
        result states, what is missing or infinite as ``None``.

    Examples
    --------
    >>> from stroma.measurements import Measurement
    >>> from stroma.trends.limits import propose_limits
    >>> from stroma.trends.series import series_of
    >>> rows = [Measurement(lot=lot, quantity="viability", value=95.0, unit="%") for lot in "AB"]
    >>> to_json(propose_limits(series_of(rows, quantity="viability")))["series"]["scale"]
    'logit'
    """
    return {"schema_version": SCHEMA_VERSION} | {
        name: _plain(value) for name, value in _fields(result)
    }


def _fields(value: object) -> list[tuple[str, object]]:
    if not is_dataclass(value):
        msg = f"{value!r} is no result"
        raise TypeError(msg)
    return [(field.name, getattr(value, field.name)) for field in fields(value)]


def _plain(value: object) -> object:
    match value:
        case Text():
            return str(value)
        case Enum():
            return value.value
        case Problem():
            return _problem(value)
        case float():
            return value if math.isfinite(value) else None
        case tuple() | list():
            return [_plain(item) for item in value]
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case None | bool() | int() | str():
            return value
        case _:
            return {name: _plain(item) for name, item in _fields(value)}


def _problem(problem: Problem) -> Json:
    place = problem.place
    return {
        "severity": problem.severity.value,
        "place": {
            "file": place.file,
            "sheet": place.sheet,
            "row": place.row,
            "column": place.column,
            "lot": place.lot,
        },
        "found": str(problem.found),
        "expected": str(problem.expected),
        "action": str(problem.action),
    }
