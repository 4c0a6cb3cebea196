"""Results as plain JSON values: English words, no clock, the same bytes from the same results."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from enum import Enum

from stroma.texts import Text

Json = dict[str, object]


def plain(value: object) -> object:
    """Return a value as JSON can hold it.

    Parameters
    ----------
    value
        A result: dataclasses, mappings and sequences of words, numbers and texts.

    Returns
    -------
    object
        Dictionaries, lists, strings, numbers; a text is its English sentence, and a number that
        is not finite, which JSON cannot hold, is ``None``.

    Examples
    --------
    >>> from stroma.records import Origin
    >>> plain((Origin("a.csv", "11"), float("inf")))
    [{'file': 'a.csv', 'sha256': '11', 'place': ''}, None]
    """
    match value:
        case Text():
            return str(value)
        case Enum():
            return plain(value.value)
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {str(key): plain(part) for key, part in value.items()}
        case list() | tuple():
            return [plain(part) for part in value]
        case _ if dataclasses.is_dataclass(value):
            names = (field.name for field in dataclasses.fields(value))
            return {name: plain(getattr(value, name)) for name in names}
        case _:
            return str(value)


def dump(content: Mapping[str, object]) -> str:
    """Write a JSON object as it is kept in a file.

    Parameters
    ----------
    content
        Plain values.

    Returns
    -------
    str
        One key or value a line, so that two files can be compared line by line.
    """
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
