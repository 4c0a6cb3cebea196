"""The measurements of a lot, gathered by how and from what they were made.

Rows of one assay share method, files and most settings. Said once above them, they leave room for
what differs; the passages of one quantity share a line. The reader sees at a glance which numbers
stand and fall together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from stroma.measurements import ALTERNATIVES, Measurement, sort_key
from stroma.report.files import Files, NumberedFile
from stroma.texts import Text

Told: TypeAlias = Mapping[str, tuple[object, ...]]
"""Settings: one value where all rows were told alike, otherwise one for each row in order."""


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One quantity beneath its group.

    Parameters
    ----------
    rows
        The measurements, in the order of passages.
    settings
        What their method was told and other lines of the group were not.
    places
        Where in the group's files.
    warnings
        What has to be known beside the numbers.
    """

    rows: tuple[Measurement, ...]
    settings: Told
    places: tuple[str, ...]
    warnings: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class EvidenceGroup:
    """Lines of one method from the same files.

    Parameters
    ----------
    method
        Name and version.
    settings
        What all were told alike.
    files
        Where they come from.
    named
        Numbers of those that the lot had not cited before; the others need no path again.
    lines
        The measurements.
    """

    method: str
    settings: Mapping[str, object]
    files: tuple[NumberedFile, ...]
    named: frozenset[int]
    lines: tuple[EvidenceLine, ...]


def gather(
    rows: Sequence[Measurement], files: Files, *, compact: bool = False
) -> tuple[EvidenceGroup, ...]:
    """Gather measurements by method and files.

    Parameters
    ----------
    rows
        Of one lot.
    files
        All files of the report.
    compact
        Whether settings are left out and files cited by number alone.

    Returns
    -------
    tuple of EvidenceGroup
        In the order in which their first rows stand in the table of measurements.
    """
    same: dict[tuple[str, ...], list[Measurement]] = {}
    for row in sorted(rows, key=sort_key):
        key = (row.quantity, row.analyte, row.condition, row.unit, row.n_counts, row.method)
        same.setdefault(key, []).append(row)
    groups: dict[tuple[str, tuple[NumberedFile, ...]], list[list[Measurement]]] = {}
    for members in same.values():
        origins = [origin for row in members for origin in row.origins]
        cited = tuple(entry for entry, _place in files.cited(origins))
        groups.setdefault((members[0].method, cited), []).append(members)
    cited_before: set[int] = {file.number for file in files.listed} if compact else set()
    gathered = []
    for (method, cited), held in groups.items():
        named = frozenset(file.number for file in cited) - cited_before
        cited_before |= named
        told = [{} if compact else _told(members) for members in held]
        gathered.append(_group(method, cited, named, list(zip(held, told, strict=True))))
    return tuple(gathered)


def _group(
    method: str,
    cited: tuple[NumberedFile, ...],
    named: frozenset[int],
    held: Sequence[tuple[Sequence[Measurement], Told]],
) -> EvidenceGroup:
    told = [settings for _rows, settings in held]
    shared = {
        key: values[0]
        for key, values in told[0].items()
        if len(values) == 1
        and all(key in other and _same((*values, *other[key])) for other in told)
    }
    lines = tuple(_line(rows, settings, shared) for rows, settings in held)
    return EvidenceGroup(method, shared, cited, named, lines)


def _told(rows: Sequence[Measurement]) -> Told:
    keys = dict.fromkeys(key for row in rows for key in row.settings if key != ALTERNATIVES)
    values = {key: tuple(row.settings.get(key) for row in rows) for key in keys}
    return {key: held[:1] if _same(held) else held for key, held in values.items()}


def _line(
    rows: Sequence[Measurement], settings: Told, shared: Mapping[str, object]
) -> EvidenceLine:
    return EvidenceLine(
        tuple(rows),
        {key: values for key, values in settings.items() if key not in shared},
        _once(origin.place for row in rows for origin in row.origins if origin.place),
        tuple({str(w): w for row in rows for w in row.warnings}.values()),
    )


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _same(values: Sequence[object]) -> bool:
    # Settings hold numbers, words and lists of them; written out, 1 and True differ.
    return len({json.dumps(value, default=str, sort_keys=True) for value in values}) == 1
