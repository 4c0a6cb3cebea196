"""PubMed's own tagged text (.nbib, "MEDLINE display"), and what Ovid and others write like it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from stroma.formats.encoding import peek
from stroma.formats.raw import RawFile
from stroma.formats.reference_fields import Entry
from stroma.formats.reference_text import blocks_of, collect, read_lines, sort_blocks
from stroma.reference_records import ReferenceFile

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
    # An empty line ends nothing where an abstract goes on behind it.
    blocks = blocks_of(
        read_lines(raw, encoding), lambda line, held: _begins(line) and _is_record(held)
    )
    entries, stray = sort_blocks(
        raw,
        ((row, _without_end(lines)) for row, lines in blocks),
        is_record=_is_record,
        read=_entry,
    )
    return collect(raw, entries, name=NAME, database="pubmed", stray=stray)


def _begins(line: str) -> bool:
    return _BEGINNING.match(line) is not None


def _is_record(lines: Sequence[str]) -> bool:
    return any(_begins(line) for line in lines)


def _without_end(lines: Sequence[str]) -> list[str]:
    filled = [i for i, line in enumerate(lines, start=1) if line.strip()]
    return list(lines[: max(filled, default=0)])


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
