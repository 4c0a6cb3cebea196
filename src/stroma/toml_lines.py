"""Where a key of a TOML file stands; the standard library's reader does not say."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""Names of tables and keys, with the index (from 0) after the name of an array of tables."""

_TABLE: Final = re.compile(r"\s*\[(?P<array>\[)?\s*(?P<name>[^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY: Final = re.compile(r"""\s*(?P<name>(?:[\w\-.]|"[^"]*"|'[^']*')+)\s*=""")


def line_of_key(toml: str, key: KeyPath) -> int | None:
    r"""Return the line a key stands in.

    Parameters
    ----------
    toml
        The text of the file.
    key
        The key; where it stands inside an inline table or a list, the line of what holds it.

    Returns
    -------
    int or None
        From 1; ``None`` where it is not written.

    Examples
    --------
    >>> line_of_key('title = "a"\n[growth]\ncount_from = "P2"\n', ("growth", "count_from"))
    3
    """
    lines = _lines_of_keys(toml)
    for length in range(len(key), 0, -1):
        if key[:length] in lines:
            return lines[key[:length]]
    return None


def _lines_of_keys(toml: str) -> dict[KeyPath, int]:
    lines: dict[KeyPath, int] = {}
    tables_of_array: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for number, line in enumerate(toml.splitlines(), 1):
        if (header := _TABLE.fullmatch(line)) is not None:
            table = _parts(header["name"])
            if header["array"]:
                index = tables_of_array.get(table, -1) + 1
                tables_of_array[table] = index
                table = (*table, index)
            lines.setdefault(table, number)
        elif (found := _KEY.match(line)) is not None:
            lines.setdefault((*table, *_parts(found["name"])), number)
    return lines


def _parts(name: str) -> KeyPath:
    return tuple(part.strip().strip("\"'") for part in name.split("."))
