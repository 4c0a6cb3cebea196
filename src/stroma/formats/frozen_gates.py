"""Gates frozen to a file: the same bytes for the same gates, with a hash that tells a change."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any, Final

from stroma import gating_records
from stroma.errors import FileProblem, Place, Problem
from stroma.formats.raw import read_raw
from stroma.gating_records import BooleanOperator, GatingStrategy
from stroma.texts import Text, text

SCHEMA_VERSION: Final = "1"
"""Raised when the meaning of a key changes; the hash of the same gates changes with it."""

_KIND: Final = "kind"
_RECORDS: Final = {
    record.__name__: record
    for record in (
        gating_records.LinearAxis,
        gating_records.LogarithmicAxis,
        gating_records.InverseSineAxis,
        gating_records.LogicleAxis,
        gating_records.HyperlogAxis,
        gating_records.BiexponentialAxis,
        gating_records.BoundedAxis,
        gating_records.NamedAxis,
        gating_records.Ratio,
        gating_records.SpectrumMatrix,
        gating_records.Dimension,
        gating_records.Interval,
        gating_records.RectangleGate,
        gating_records.PolygonGate,
        gating_records.EllipsoidGate,
        gating_records.FocalEllipseGate,
        gating_records.Divider,
        gating_records.Quadrant,
        gating_records.QuadrantGate,
        gating_records.Operand,
        gating_records.BooleanGate,
        gating_records.GatingStrategy,
    )
}


def strategy_hash(strategy: GatingStrategy) -> str:
    """Return the hash of gates: equal where every gate, axis and matrix is.

    Parameters
    ----------
    strategy
        The gates.

    Returns
    -------
    str
        Hexadecimal SHA-256 of the gates as canonical JSON: keys sorted, no blanks, UTF-8,
        numbers in their shortest exact form.

    Examples
    --------
    >>> axis = gating_records.NamedAxis("FL1", gating_records.LogarithmicAxis(10000.0, 4.0))
    >>> strategy_hash(GatingStrategy(())) == strategy_hash(GatingStrategy((), (axis,)))
    False
    """
    written = json.dumps(
        {"schema_version": SCHEMA_VERSION, "strategy": _plain(strategy)},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )
    return hashlib.sha256(written.encode("utf-8")).hexdigest()


def freeze_gates(path: Path, strategy: GatingStrategy) -> str:
    """Write gates to a file that tells when it is changed.

    Parameters
    ----------
    path
        The file to write (JSON).
    strategy
        The gates.

    Returns
    -------
    str
        Their hash, which the file holds.
    """
    digest = strategy_hash(strategy)
    content = {
        "schema_version": SCHEMA_VERSION,
        "sha256": digest,
        "strategy": _plain(strategy),
    }
    written = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(written + "\n", encoding="utf-8", newline="\n")
    return digest


def read_frozen_gates(path: Path, *, file: str | None = None) -> GatingStrategy:
    """Read gates that were frozen.

    Parameters
    ----------
    path
        The file.
    file
        How problems name it; the path itself if not given.

    Returns
    -------
    GatingStrategy
        The gates, equal to those that were frozen.

    Raises
    ------
    FileProblem
        The file holds no frozen gates, or was changed since.
    """
    raw = read_raw(path, file=file)
    try:
        content = json.loads(raw.data.decode("utf-8"))
        version, digest = content["schema_version"], content["sha256"]
        if version != SCHEMA_VERSION:
            raise _refusal(
                raw.place,
                text('frozen gates of schema version "{version}"', version=version),
                text("version {version}", version=SCHEMA_VERSION),
            )
        strategy = _record(content["strategy"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _refusal(
            raw.place,
            text("no frozen gates ({reason})", reason=f"{type(error).__name__}: {error}"),
            text("a file written by Stroma"),
        ) from error
    if not isinstance(strategy, GatingStrategy):
        raise _refusal(raw.place, text("no frozen gates"), text("a file written by Stroma"))
    found = strategy_hash(strategy)
    if found != digest:
        raise _refusal(
            raw.place,
            text("gates with hash {found}, frozen with {digest}", found=found, digest=digest),
            text("gates that were not changed since they were frozen"),
        )
    return strategy


def _plain(value: object) -> object:
    """Return a record as JSON holds it; a negative zero is a zero."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {
            each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)
        }
        return {_KIND: type(value).__name__, **fields}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, bool | str):
        return str(value) if isinstance(value, BooleanOperator) else value
    if isinstance(value, int | float):
        return float(value) + 0.0
    msg = f"{value!r} is of no kind that gates are made of"
    raise TypeError(msg)


def _record(value: Any) -> Any:  # noqa: ANN401 - what JSON holds has no type of its own
    if isinstance(value, list):
        return tuple(_record(each) for each in value)
    if not isinstance(value, dict):
        return value
    fields = {name: _record(each) for name, each in value.items() if name != _KIND}
    if "operator" in fields:
        fields["operator"] = BooleanOperator(fields["operator"])
    return _RECORDS[value[_KIND]](**fields)


def _refusal(place: Place, found: Text, expected: Text) -> FileProblem:
    return FileProblem(Problem(place, found, expected, text("freeze the gates again")))
