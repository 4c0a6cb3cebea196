"""PubMed's own tagged text (.nbib, "MEDLINE display"), and what Ovid and others write like it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from stroma.formats.encoding import peek
from stroma.formats.raw import RawFile
from stroma.formats.reference_fields import Entry
from stroma.formats.reference_text import collect, read_lines, stray_lines
from stroma.reference_records import BrokenReference, ReferenceFile

NAME: Final = "nbib"
_TAG: Final = re.compile(r"^([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)$")
_BEGINNING: Final = re.compile(r"^PMID {0,2}- ?\d", re.MULTILINE)
_TAGS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("TI", "BTI", "CTI", "TT"),
    "author": ("FAU", "AU", "CN"),
    "year": ("DP",),
    "date": ("DEP", "EDAT"),
    "journal": ("JT", "TA"),
    "volume": ("VI",),
    "issue": ("IP",),
    "pages": ("PG",),
    "pmid": ("PMID",),
    "pmcid": ("PMC",),
    "abstract": ("AB",),
    "language": ("LA",),
    "keyword": ("OT", "MH"),
    "type": ("PT",),
    # MEDLINE's names for "comment on", "erratum for", "retraction of", "expression of concern
    # for", "update of", "corrected and republished from", "retracted and republished from".
    "related": ("CON", "EFR", "ROF", "ECF", "UOF", "CRF", "RPF"),
}


def sniff(raw: RawFile) -> bool:
    """Tell whether a file is PubMed's tagged text.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        True where a line holds a PubMed number under its tag.
    """
    return _BEGINNING.search(peek(raw.data, size=65536).replace("\ufeff", "")) is not None


def read(raw: RawFile, *, encoding: str | None = None) -> ReferenceFile:
    """Read PubMed's tagged text.

    Parameters
    ----------
    raw
        The file.
    encoding
        Where it is not Unicode.

    Returns
    -------
    ReferenceFile
        Its references; a record ends at an empty line or at the next number.
    """
    entries: list[Entry] = []
    stray: list[BrokenReference] = []
    lines: list[str] = []
    begun = 1

    def close() -> None:
        held = list(lines)
        lines.clear()
        while held and not held[-1].strip():
            held.pop()
        if any(_BEGINNING.match(line) for line in held):
            entries.append(_entry(held, begun, len(entries) + 1))
        elif held:
            stray.append(stray_lines(raw, begun, "\n".join(held), after=len(entries)))

    for row, line in enumerate(read_lines(raw, encoding), start=1):
        # An empty line ends nothing where an abstract goes on behind it.
        if _BEGINNING.match(line) and any(_BEGINNING.match(held) for held in lines):
            close()
        if not lines:
            begun = row
            if not line.strip():
                continue
        lines.append(line)
    close()
    return collect(raw, entries, name=NAME, database="pubmed", stray=stray)


def _entry(lines: list[str], row: int, number: int) -> Entry:
    tags: dict[str, list[str]] = defaultdict(list)
    last = ""
    for line in lines:
        tagged = _TAG.match(line)
        if tagged is not None:
            last = tagged[1]
            tags[last].append(tagged[2])
        elif last and line.strip():
            tags[last][-1] += f" {line.strip()}"
    values = {
        name: [value for tag in asked for value in tags[tag]] for name, asked in _TAGS.items()
    }
    # One spelling of a name is enough: the full one, else the short one.
    values["author"] = [*(tags["FAU"] or tags["AU"]), *tags["CN"]]
    values["doi"] = [
        value for tag in ("LID", "AID", "SO") for value in tags[tag] if "[doi]" in value
    ]
    return Entry(number, row, values, "\n".join(lines))
