"""Names and row numbers as a person lists them: those that follow each other as a span."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_NUMBERED: Final = re.compile(r"^(\D*)(\d+)$")
LEAST: Final = 3
"""Names of a span: "5, 6" is as short as "5–6" and says more plainly that nothing lies between."""


def in_spans(names: Iterable[str]) -> str:
    """Return names in one line, three and more that follow each other as a span.

    Parameters
    ----------
    names
        In their order: ``"X0007"``, or row numbers.

    Returns
    -------
    str
        The line.

    Examples
    --------
    >>> in_spans(["X0001", "X0002", "X0003", "X0007", "X0009", "X0010"])
    'X0001–X0003, X0007, X0009, X0010'
    """
    spans: list[list[str]] = []
    for name in names:
        if spans and _follows(spans[-1][-1], name):
            spans[-1].append(name)
        else:
            spans.append([name])
    return ", ".join(
        f"{span[0]}–{span[-1]}" if len(span) >= LEAST else ", ".join(span) for span in spans
    )


def _follows(before: str, name: str) -> bool:
    one, other = _NUMBERED.match(before), _NUMBERED.match(name)
    return (
        one is not None
        and other is not None
        and one[1] == other[1]
        and int(one[2]) + 1 == int(other[2])
    )
