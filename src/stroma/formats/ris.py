"""RIS: the tagged text of Scopus, Web of Science, Embase, Ovid, Cochrane and every manager.

A record is ``TY  -`` to ``ER  -``. Programs disagree about nearly all else: the tags' meaning, the
spaces, lists over several lines, headings between records and what stands after the last tag.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from stroma.errors import Problem, Severity
from stroma.formats.encoding import peek
from stroma.formats.raw import RawFile
from stroma.formats.reference_fields import Entry
from stroma.formats.reference_text import collect, read_lines, stray_lines
from stroma.reference_records import BrokenReference, ReferenceFile
from stroma.texts import text

NAME: Final = "ris"
_TAG: Final = re.compile(r"^\s{0,3}([A-Z][A-Z0-9])\s{1,3}-(?:\s+(.*)|)$")
_BEGINNING: Final = re.compile(r"^\s{0,3}TY\s{1,3}-(?:\s|$)", re.MULTILINE)
# Cochrane and Ovid number the records and say who sent them, before each.
_HEADING: Final = re.compile(
    r"^\s*(?:<?\d+>?\.?|\d+\s*/\s*\d+|Record #?\d+.*|"
    r"Provider:.*|Content:.*|Database:.*|Link to .*)\s*$"
)
_AFTER_THE_LAST: Final = re.compile(r"^\s*EF\s{0,3}-?\s*$")

_TAGS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("TI", "T1", "CT", "ST", "TT", "BT"),
    "author": ("AU", "A1"),
    "year": ("PY", "Y1"),
    "date": ("DA", "YR", "Y2"),
    "journal": ("T2", "JF", "JO", "JA", "J2", "JW", "J9", "JI", "T3", "SO"),
    "volume": ("VL",),
    "issue": ("IS",),
    "first_page": ("SP",),
    "last_page": ("EP",),
    "article_number": ("C7",),
    "doi": ("DO", "DI"),
    "address": ("UR", "L1", "L2", "L3", "LK"),
    "pmid": ("PM",),
    "pmcid": ("C2",),
    "accession": ("AN", "U2", "ID"),
    "abstract": ("AB", "N2"),
    "language": ("LA",),
    "keyword": ("KW", "DE"),
    "type": ("M3", "PT", "TY"),
    "related": ("RI", "RP"),
    "database": ("DB", "DP"),
}
_LISTS: Final = ("KW", "DB", "SN", "UR", "AU", "A1")
_TYPES: Final = {"JOUR": "", "EJOUR": "", "MGZN": "", "GEN": "", "UNPB": "", "INPR": ""}


def sniff(raw: RawFile) -> bool:
    """Tell whether a file is RIS.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        True where a line begins a record.
    """
    return _BEGINNING.search(peek(raw.data, size=65536).replace("\ufeff", "")) is not None


def read(raw: RawFile, *, encoding: str | None = None) -> ReferenceFile:
    """Read a RIS file.

    Parameters
    ----------
    raw
        The file.
    encoding
        Where it is not Unicode.

    Returns
    -------
    ReferenceFile
        Its references. Lines between records that are no heading are kept aside, each with the
        record they follow.
    """
    entries: list[Entry] = []
    stray: list[BrokenReference] = []
    open_record: _Open | None = None
    between: list[tuple[int, str]] = []

    def set_aside() -> None:
        while between and _is_heading(between[-1][1]):
            between.pop()
        while between and _is_heading(between[0][1]):
            between.pop(0)
        if between:
            lines = "\n".join(line for _, line in between)
            stray.append(stray_lines(raw, between[0][0], lines, after=len(entries)))
        between.clear()

    for row, line in enumerate(read_lines(raw, encoding), start=1):
        tagged = _TAG.match(line)
        tag = None if tagged is None else tagged[1]
        if tag == "TY":
            if open_record is not None:
                entries.append(open_record.close(raw, len(entries) + 1, whole=False))
            set_aside()
            open_record = _Open(row)
        if open_record is None:
            between.append((row, line))
            continue
        open_record.lines.append(line)
        if tagged is None:
            open_record.go_on(line)
        elif tag == "ER":
            entries.append(open_record.close(raw, len(entries) + 1, whole=True))
            open_record = None
        else:
            open_record.add(tagged[1], tagged[2] or "")
    if open_record is not None:
        entries.append(open_record.close(raw, len(entries) + 1, whole=False))
    set_aside()
    return collect(raw, entries, name=NAME, stray=stray)


def _is_heading(line: str) -> bool:
    return not line.strip() or bool(_HEADING.match(line) or _AFTER_THE_LAST.match(line))


@dataclass(slots=True)
class _Open:
    """A record whose end has not come yet."""

    row: int
    lines: list[str] = field(default_factory=list)
    tags: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    last: str = ""

    def add(self, tag: str, value: str) -> None:
        self.last = tag
        self.tags[tag].append(value.strip())

    def go_on(self, line: str) -> None:
        if not self.last or not line.strip():
            return
        values = self.tags[self.last]
        if self.last in _LISTS:
            values.append(line.strip())
        else:
            values[-1] = f"{values[-1]} {line.strip()}"

    def close(self, raw: RawFile, number: int, *, whole: bool) -> Entry:
        tags = self.tags
        values = {
            name: [value for tag in asked for value in tags.get(tag, ()) if value]
            for name, asked in _TAGS.items()
        }
        values["type"] = [_TYPES.get(value.upper(), value) for value in values["type"] if value]
        _settle_databases(values, tags)
        found = () if whole else (_not_closed(raw, self.row, number),)
        return Entry(number, self.row, values, "\n".join(self.lines), found)


def _settle_databases(values: dict[str, list[str]], tags: Mapping[str, list[str]]) -> None:
    """Give the tags their meaning where databases use one tag for different things."""
    words = " ".join((*values["database"], *values["accession"], *values["address"])).casefold()
    if "embase" in words:
        values["pmid"] += [value for value in tags.get("C5", ()) if value.isdigit()]
        # Its M1 holds addresses, and elsewhere the issue.
    elif not values["issue"]:
        values["issue"] += [value for value in tags.get("M1", ()) if len(value) < _LONG_ISSUE]
    if "scopus" in words:
        values["pmid"] += [value for value in tags.get("C2", ()) if value.isdigit()]
        values["pmcid"] = []
    for value in tags.get("C3", ()):
        named = re.search(r"PUBMED\s+(\d+)", value)
        values["pmid"] += [] if named is None else [named[1]]
    for value in values["address"]:
        named = re.search(r"pubmed(?:\.ncbi\.nlm\.nih\.gov)?/(\d+)", value)
        values["pmid"] += [] if named is None else [named[1]]
    if "conf" in (value.casefold() for value in tags.get("TY", ())):
        values["journal"] += tags.get("C3", ())


_LONG_ISSUE: Final = 20


def _not_closed(raw: RawFile, row: int, number: int) -> Problem:
    return Problem(
        replace(raw.place, row=row),
        found=text("record {n} has no end", n=str(number)),
        expected=text('a line "ER  -" after the last line of a record'),
        action=text("see whether the export was cut off there; the record is used as it stands"),
        severity=Severity.WARNING,
    )
