"""What an FCS file holds, as a JSON object: what ``stroma fcs`` prints."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final

from stroma.formats.fcs import read_fcs, read_raw
from stroma.formats.fcs_choice import choose_data_set
from stroma.records import Channel, Events

SCHEMA_VERSION: Final = "1"
"""Raised when the meaning of a key changes."""

FIRST_ROWS: Final = 5
"""Rows of stored values that are shown."""


def describe_fcs(
    path: Path, *, data_set: int | None = None, values: bool = False
) -> dict[str, Any]:
    """Return what a data set of an FCS file holds.

    Parameters
    ----------
    path
        The file.
    data_set
        Which data set, from 1; by default the one :func:`choose_data_set` takes.
    values
        Whether to add stored values: the first rows, and the sum of each column.

    Returns
    -------
    dict
        ``version``, ``instrument``, ``acquired``, ``events``, ``parameters``, ``datasets`` (how
        many), ``data_sets`` (one line each), ``dataset`` (which), ``keywords``,
        ``spillover`` and ``repairs``; with values also ``rows`` and ``sums`` (exact for
        integers). What the file does not say is ``None``.

    Raises
    ------
    FileProblem
        The file cannot be read, or has no such data set.
    """
    data_sets = read_fcs(path)
    chosen, _notes = choose_data_set(data_sets, data_set)
    description = _description(chosen)
    description["data_sets"] = [_line(each) for each in data_sets]
    if values:
        raw = read_raw(path)[chosen.data_set - 1]
        rows = zip(*(column[:FIRST_ROWS].tolist() for column in raw.columns), strict=True)
        description["rows"] = [[_number(value) for value in row] for row in rows]
        description["sums"] = [_number(value) for value in raw.sums]
    return description


def _description(events: Events) -> dict[str, Any]:
    spillover = events.spillover
    return {
        "schema_version": SCHEMA_VERSION,
        "file": events.origin.file,
        "sha256": events.origin.sha256,
        "version": events.version,
        "instrument": events.instrument,
        "acquired": None if events.acquired is None else events.acquired.isoformat(),
        "events": len(events),
        "parameters": [_parameter(channel) for channel in events.channels],
        "datasets": events.data_sets,
        "dataset": events.data_set,
        "keywords": dict(events.keywords),
        "spillover": None
        if spillover is None
        else {"channels": list(spillover.channels), "matrix": spillover.matrix.tolist()},
        "repairs": [
            {"keyword": repair.keyword, "decision": repair.decision.render()}
            for repair in events.repairs
        ],
    }


def _line(events: Events) -> dict[str, Any]:
    """Return what tells a data set from the others of its file."""
    return {
        "number": events.data_set,
        "version": events.version,
        "events": len(events),
        "parameters": list(events.names),
        "acquired": None if events.acquired is None else events.acquired.isoformat(),
    }


def _parameter(channel: Channel) -> dict[str, Any]:
    return {
        "name": channel.name,
        "marker": channel.marker,
        "bits": channel.bits,
        "range": _number(channel.range),
        "amplification": [_number(value) for value in channel.amplification],
        "gain": _number(channel.gain),
        "voltage": _number(channel.voltage),
        "wavelengths": channel.wavelengths,
    }


def _number(value: float | None) -> int | float | str | None:
    """Return a number as JSON can hold it: whole where it is, a word where it is not finite."""
    if value is None or isinstance(value, int):
        return value
    if not math.isfinite(value):
        return str(value)
    return int(value) if value.is_integer() else value
