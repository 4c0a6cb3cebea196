"""Words of the package as Markdown: escaped, in tables, with links to what they cite."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from stroma.texts import Text

_ROLE: Final = re.compile(r":\w+:`~?([^`]+)`")
_CODE: Final = re.compile(r"(``[^`]+``|`[^`]+`)")
_SPECIAL: Final = re.compile(r"([|<>$*\[\]])")
_ADDRESS: Final = re.compile(
    r"(?P<url>https?://[^\s,;)]+)|(?P<doi>10\.\d{4,9}/[^\s,;)]+)|(?P<pmc>PMC\d+)"
)


def plain(words: str | Text) -> str:
    """Return words as Markdown: signs that mean something to Markdown escaped, code kept."""
    told = _ROLE.sub(lambda role: f"`{role[1].rpartition('.')[2]}`", str(words))
    return _escaped(" ".join(told.split()))


def _escaped(words: str) -> str:
    return "".join(
        part.replace("|", "\\|") if part.startswith("`") else _SPECIAL.sub(r"\\\1", part)
        for part in _CODE.split(words)
    )


def sentence(words: str | Text) -> str:
    """Return words as a sentence: with a capital letter and a full stop."""
    told = plain(words).strip()
    if not told:
        return ""
    return told[0].upper() + told[1:] + ("" if told[-1] in ".!?…" else ".")


def code(word: object) -> str:
    """Return a word as it is typed; nothing for an empty one."""
    return f"`{word}`".replace("|", "\\|") if str(word) else ""


def codes(words: Iterable[object]) -> str:
    """Return words as they are typed, with commas between."""
    return ", ".join(code(word) for word in words)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Return the lines of a Markdown table, with an empty line after it."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def cited(source: str) -> str:
    """Return a citation with links at its DOIs, PubMed Central numbers and addresses."""
    written, end = "", 0
    for match in _ADDRESS.finditer(source):
        written += _escaped(source[end : match.start()])
        written += _link(match)
        end = match.end()
    return written + _escaped(source[end:])


def _link(match: re.Match[str]) -> str:
    written = match[0]
    if match["url"] is not None:
        return f"<{written}>"
    if match["doi"] is not None:
        return f"[doi:{written}](https://doi.org/{written})"
    return f"[{written}](https://pmc.ncbi.nlm.nih.gov/articles/{written}/)"
