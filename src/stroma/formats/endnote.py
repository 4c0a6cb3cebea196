"""EndNote's own XML and its tagged text (.enw, which Google Scholar offers too)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from stroma.formats.encoding import peek
from stroma.formats.raw import RawFile
from stroma.formats.reference_fields import Entry
from stroma.formats.reference_text import blocks_of, collect, read_lines, sort_blocks
from stroma.formats.safe_xml import Element, read_xml
from stroma.reference_records import ReferenceFile

XML_NAME: Final = "endnote_xml"
TAGGED_NAME: Final = "enw"
_STYLE: Final = re.compile(rb"</?style(?:\s[^<>]*)?/?>")
_TAG: Final = re.compile(r"^%([0-9A-Z@!#$&()*+?<>^~\[\]=,;:_|{}])(?:\s(.*)|)$")
_TAGS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("T",),
    "author": ("A",),
    "year": ("D",),
    "date": ("8",),
    "journal": ("J", "B"),
    "volume": ("V",),
    "issue": ("N",),
    "pages": ("P",),
    "doi": ("R",),
    "address": ("U",),
    "accession": ("M",),
    "abstract": ("X",),
    "language": ("G",),
    "type": ("0", "9"),
    "database": ("~",),
}
_PATHS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "title": (("titles", "title"),),
    "author": (("contributors", "authors", "author"),),
    "year": (("dates", "year"),),
    "date": (("dates", "pub-dates", "date"),),
    "journal": (
        ("periodical", "full-title"),
        ("titles", "secondary-title"),
        ("alt-periodical", "full-title"),
    ),
    "volume": (("volume",),),
    "issue": (("number",), ("issue",)),
    "pages": (("pages",),),
    "doi": (("electronic-resource-num",),),
    "address": (("urls", "related-urls", "url"), ("urls", "web-urls", "url")),
    "accession": (("accession-num",),),
    "abstract": (("abstract",),),
    "language": (("language",),),
    "keyword": (("keywords", "keyword"),),
    "type": (("work-type",),),
    "database": (("remote-database-name",),),
}  # fmt: skip


def sniff_xml(raw: RawFile) -> bool:
    """Tell whether a file is EndNote's XML.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        True where its records stand below ``<records>``.
    """
    return re.search(r"<records?>\s*<", peek(raw.data)) is not None


def sniff_tagged(raw: RawFile) -> bool:
    """Tell whether a file is EndNote's tagged text.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        True where a line gives the kind of a record.
    """
    head = peek(raw.data).replace("\ufeff", "")
    return re.search(r"^%0 \w", head, re.MULTILINE) is not None


def read_endnote_xml(raw: RawFile, *, encoding: str | None = None) -> ReferenceFile:  # noqa: ARG001
    """Read EndNote's XML.

    Parameters
    ----------
    raw
        The file.
    encoding
        Not used: XML says its own.

    Returns
    -------
    ReferenceFile
        Its references.

    Raises
    ------
    FileProblem
        It is no well-formed XML.
    """
    root = read_xml(replace(raw, data=_STYLE.sub(b"", raw.data)))
    records = [one for one in (root, *root.descendants()) if one.tag == "record"]
    entries = []
    for number, record in enumerate(records, start=1):
        values = {
            name: [value for path in paths for value in _at(record, path)]
            for name, paths in _PATHS.items()
        }
        kind = record.first("ref-type")
        if kind is not None:
            values["type"].append(kind.attributes.get("name", ""))
        shown = f"<record> {' '.join(values['title'])}"
        entries.append(Entry(number, record.line, values, shown))
    return collect(raw, entries, name=XML_NAME)


def _at(element: Element, path: tuple[str, ...]) -> list[str]:
    reached = [element]
    for tag in path:
        reached = [child for one in reached for child in one.all(tag)]
    return [one.text for one in reached if one.text]


def read_tagged(raw: RawFile, *, encoding: str | None = None) -> ReferenceFile:
    """Read EndNote's tagged text.

    Parameters
    ----------
    raw
        The file.
    encoding
        Where it is not Unicode.

    Returns
    -------
    ReferenceFile
        Its references; each begins with its kind.
    """
    entries, stray = sort_blocks(
        raw,
        blocks_of(read_lines(raw, encoding), lambda line, _held: line.startswith("%0")),
        is_record=lambda lines: lines[0].startswith("%0"),
        read=_entry,
    )
    return collect(raw, entries, name=TAGGED_NAME, stray=stray)


def _entry(lines: list[str], row: int, number: int) -> Entry:
    tags: dict[str, list[str]] = defaultdict(list)
    last = ""
    for line in lines:
        tagged = _TAG.match(line)
        if tagged is not None:
            last = tagged[1]
            tags[last].append(tagged[2] or "")
        elif last == "K" and line.strip():
            tags[last].append(line)
        elif last and line.strip():
            tags[last][-1] += f" {line.strip()}"
    values = {
        name: [value for tag in asked for value in tags[tag]] for name, asked in _TAGS.items()
    }
    values["author"] = [author.strip(" ,") for author in values["author"]]
    values["keyword"] = tags["K"]
    return Entry(number, row, values, "\n".join(lines))
