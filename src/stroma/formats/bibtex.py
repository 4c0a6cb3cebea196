"""BibTeX and BibLaTeX, as Google Scholar, Zotero, Mendeley and the databases write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from stroma.errors import Problem
from stroma.formats.encoding import peek
from stroma.formats.raw import RawFile
from stroma.formats.reference_fields import Entry, split_words
from stroma.formats.reference_text import collect, read_lines
from stroma.reference_records import BrokenReference, ReferenceFile
from stroma.texts import text

NAME: Final = "bibtex"
_BEGINNING: Final = re.compile(r"^[ \t]*@[ \t]*(\w+)[ \t]*[{(]", re.MULTILINE)
_NO_RECORDS: Final = ("comment", "preamble", "string")
_FIELD: Final = re.compile(r"\s*,?\s*([A-Za-z][\w.:+/-]*)\s*=\s*")
_BARE: Final = re.compile(r"[^\s,{}\"#=]+")
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("title",),
    "year": ("year", "date"),
    "journal": ("journal", "journaltitle", "booktitle"),
    "volume": ("volume",),
    "issue": ("number", "issue"),
    "pages": ("pages", "art_number", "article-number", "eid"),
    "doi": ("doi",),
    "address": ("url",),
    "pmid": ("pmid",),
    "pmcid": ("pmcid",),
    "accession": ("unique-id", "eid"),
    "abstract": ("abstract",),
    "language": ("language", "langid"),
    "type": ("document_type", "type"),
    "database": ("source", "database"),
}
_TYPES: Final = ("inproceedings", "conference", "proceedings", "book", "incollection", "phdthesis")
_ACCENTS: Final = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328",
    "r": "\u030a", "d": "\u0323", "b": "\u0331",
}  # fmt: skip
_LETTERS: Final = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł",
    "aa": "å", "AA": "Å", "i": "ı", "j": "ȷ", "alpha": "α", "beta": "β", "gamma": "γ",
    "delta": "δ", "mu": "μ", "kappa": "κ", "textendash": "–", "textemdash": "—",
    "textquoteright": "’", "textquoteleft": "‘", "textregistered": "®", "texttrademark": "™",
}  # fmt: skip
_ACCENT: Final = re.compile(
    r"\\([`'^~\"=.])\s*\{?\s*\\?([A-Za-z])\s*\}?|\\([uvHckrdb])(?:\s*\{\s*\\?([A-Za-z])\s*\}|\s+([A-Za-z]))"
)
_LETTER: Final = re.compile(r"\{?\\([A-Za-z]+)(?:\{\}|\s+|(?=[^A-Za-z])|$)\}?")


def sniff(raw: RawFile) -> bool:
    """Tell whether a file is BibTeX.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        True where it begins with an entry or a remark before one.
    """
    head = peek(raw.data, size=65536).replace("\ufeff", "")
    begun = _BEGINNING.search(head)
    return (
        begun is not None
        and re.search(r"[{,]\s*[\w:.+/-]*\s*(?:,|=)", head[begun.end() - 1 :]) is not None
    )


def read(raw: RawFile, *, encoding: str | None = None) -> ReferenceFile:
    """Read a BibTeX file.

    Parameters
    ----------
    raw
        The file.
    encoding
        Where it is not Unicode.

    Returns
    -------
    ReferenceFile
        Its references. An entry whose braces do not close is kept aside.
    """
    written = "\n".join(read_lines(raw, encoding))
    strings: dict[str, str] = {}
    entries: list[Entry] = []
    broken: list[BrokenReference] = []
    starts = [*_BEGINNING.finditer(written)]
    position = 0
    row, counted = 1, 0
    for index, start in enumerate(starts):
        if start.start() < position:
            continue
        row += written.count("\n", counted, start.start())
        counted = start.start()
        kind = start[1].casefold()
        following = starts[index + 1].start() if index + 1 < len(starts) else len(written)
        end = _closing(written, start.end() - 1)
        number = len(entries) + len(broken) + 1
        if end is None:
            position = following
            if kind not in _NO_RECORDS:
                broken.append(_not_closed(raw, row, written[start.start() : following], number))
            continue
        position = end
        lines = written[start.start() : end]
        body = written[start.end() : end - 1]
        if kind == "string":
            strings.update(_fields(body, strings))
        elif kind not in _NO_RECORDS:
            entries.append(_entry(kind, body.partition(",")[2], strings, number, row, lines))
    return collect(raw, entries, name=NAME, stray=broken)


def _closing(written: str, start: int) -> int | None:
    """Return where the bracket that opens at ``start`` is closed; the end of it, exclusive."""
    closing = ")" if written[start] == "(" else "}"
    depth = 0
    for found in re.finditer(r"\\.|[{}()]", written[start:]):
        sign = found[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        if (sign == "}" and depth == 0 and closing == "}") or (
            sign == ")" and depth == 0 and closing == ")"
        ):
            return start + found.end()
        if depth < 0:
            return None
    return None


def _fields(body: str, strings: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    position = 0
    while (named := _FIELD.search(body, position)) is not None:
        value, position = _value(body, named.end(), strings)
        found.setdefault(named[1].casefold(), value)
        position = max(position, named.end())
    return found


def _value(body: str, position: int, strings: Mapping[str, str]) -> tuple[str, int]:
    parts: list[str] = []
    while position < len(body):
        sign = body[position]
        if sign == "{":
            end = _closing(body, position)
            if end is None:
                return " ".join([*parts, body[position:]]), len(body)
            parts.append(body[position + 1 : end - 1])
        elif sign == '"':
            end = _quoted(body, position + 1)
            parts.append(body[position + 1 : end - 1])
        else:
            bare = _BARE.match(body, position)
            if bare is None:
                break
            end = bare.end()
            parts.append(strings.get(bare[0].casefold(), bare[0]))
        position = end
        joined = re.compile(r"\s*#\s*").match(body, position)
        if joined is None:
            break
        position = joined.end()
    return "".join(parts), position


def _quoted(body: str, position: int) -> int:
    depth = 0
    for found in re.finditer(r'\\.|[{}"]', body[position:]):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if found[0] == '"' and depth <= 0:
            return position + found.end()
    return len(body) + 1


def _entry(
    kind: str, body: str, strings: Mapping[str, str], number: int, row: int, lines: str
) -> Entry:
    fields = {name: _plain(value) for name, value in _fields(body, strings).items()}
    values = {
        name: [fields[field] for field in asked if fields.get(field)]
        for name, asked in _FIELDS.items()
    }
    authors = re.split(r"\s+and\s+", fields.get("author", ""))
    values["author"] = [author for author in authors if author.casefold() != "others"]
    words = fields.get("keywords", fields.get("keyword", ""))
    values["keyword"] = split_words([words]) if ";" in words else words.split(", ")
    if kind in _TYPES:
        values["type"] = [*values["type"], kind]
    if "arxiv" in fields.get("archiveprefix", fields.get("eprinttype", "")).casefold():
        values["journal"] = values["journal"] or ["arXiv"]
    values["pages"] = [pages.replace("--", "-") for pages in values["pages"]]
    return Entry(number, row, values, lines)


def _plain(written: str) -> str:
    plain = written
    if "\\" in plain:
        plain = _ACCENT.sub(_accented, plain)
        plain = _LETTER.sub(lambda found: _LETTERS.get(found[1], ""), plain)
        plain = re.sub(r"\\([&%$#_{}])", r"\1", plain).replace("\\", "")
    return plain.replace("{", "").replace("}", "").replace("~", " ")


def _accented(found: re.Match[str]) -> str:
    sign = found[1] or found[3]
    letter = found[2] or found[4] or found[5]
    return unicodedata.normalize("NFC", letter + _ACCENTS[sign])


def _not_closed(raw: RawFile, row: int, lines: str, number: int) -> BrokenReference:
    return BrokenReference(
        origin=replace(
            raw.origin, place=str(text("record {n}, line {row}", n=str(number), row=str(row)))
        ),
        problem=Problem(
            replace(raw.place, row=row),
            found=text("record {n} opens a bracket that is never closed", n=str(number)),
            expected=text("as many closing as opening brackets"),
            action=text("mend or export this record again; it was kept aside"),
        ),
        lines=lines,
    )
