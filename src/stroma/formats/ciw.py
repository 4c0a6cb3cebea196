"""Web of Science's tagged text (.ciw, "plain text") and its tab-delimited table."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from stroma.errors import Problem
from stroma.formats.encoding import peek
from stroma.formats.raw import RawFile
from stroma.formats.reference_fields import Entry, split_words
from stroma.formats.reference_text import Block, collect, read_lines, sort_blocks
from stroma.reference_records import BrokenReference, ReferenceFile
from stroma.texts import text

NAME: Final = "ciw"
TAB_NAME: Final = "wos_tab"
_TAG: Final = re.compile(r"^([A-Z][A-Z0-9])(?: (.*)|\s*)$")
_BEGINNING: Final = re.compile(r"^PT [A-Z]\s*$", re.MULTILINE)
_LEAST_COLUMNS: Final = 10
"""Two-letter columns that make a table Web of Science's; its exports have about seventy."""
_TAGS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("TI",),
    "author": ("AF", "AU", "CA"),
    "year": ("PY",),
    "date": ("EA", "PD"),
    "journal": ("SO", "JI", "J9"),
    "volume": ("VL",),
    "issue": ("IS",),
    "first_page": ("BP",),
    "last_page": ("EP",),
    "article_number": ("AR",),
    "doi": ("DI",),
    "pmid": ("PM",),
    "accession": ("UT",),
    "abstract": ("AB",),
    "language": ("LA",),
    "keyword": ("DE", "ID"),
    "type": ("DT",),
}
_BY_LINE: Final = ("AU", "AF", "CA")


def sniff(raw: RawFile) -> bool:
    """Tell whether a file is Web of Science's tagged text.

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


def sniff_tab(raw: RawFile) -> bool:
    """Tell whether a file is Web of Science's tab-delimited table.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        True where the first line holds its two-letter columns.
    """
    cells = peek(raw.data, size=8192).replace("\ufeff", "").partition("\n")[0].strip().split("\t")
    short = [cell for cell in cells if re.fullmatch(r"[A-Z][A-Z0-9]", cell)]
    return len(short) >= _LEAST_COLUMNS and {"PT", "TI"} <= set(short)


def read(raw: RawFile, *, encoding: str | None = None) -> ReferenceFile:
    """Read Web of Science's tagged text.

    Parameters
    ----------
    raw
        The file.
    encoding
        Where it is not Unicode.

    Returns
    -------
    ReferenceFile
        Its references.
    """
    entries, stray = sort_blocks(
        raw,
        _blocks(read_lines(raw, encoding)),
        is_record=lambda lines: any(line.startswith("PT ") for line in lines),
        read=_entry,
    )
    return collect(raw, entries, name=NAME, database="wos", stray=stray)


def _blocks(lines: Iterable[str]) -> Iterator[Block]:
    """Part lines into records: from their kind to their end, without the head of the file."""
    held: list[str] = []
    begun = 1
    for row, line in enumerate(lines, start=1):
        if not held and (not line.strip() or re.match(r"^(?:FN|VR|EF)\b", line)):
            continue
        is_end = re.match(r"^(?:ER|EF)\s*$", line) is not None
        if held and (is_end or re.match(r"^PT [A-Z]\s*$", line)):
            yield begun, held
            held = []
        if is_end:
            continue
        if not held:
            begun = row
        held.append(line)
    if held:
        yield begun, held


def read_tab(raw: RawFile, *, encoding: str | None = None) -> ReferenceFile:
    """Read Web of Science's tab-delimited table.

    Parameters
    ----------
    raw
        The file.
    encoding
        Where it is not Unicode.

    Returns
    -------
    ReferenceFile
        Its references. A row with another number of cells than the header is kept aside.
    """
    first, *rest = read_lines(raw, encoding)
    header = [cell.strip() for cell in first.split("\t")]
    entries: list[Entry] = []
    broken: list[BrokenReference] = []
    for row, line in enumerate(rest, start=2):
        if not line.strip():
            continue
        number = len(entries) + len(broken) + 1
        cells = line.split("\t")
        while len(cells) > len(header) and not cells[-1].strip():
            cells.pop()
        # A trailing tab of the header is no column, and rows may lack their empty last cells.
        if len(cells) > len(header) or len(cells) < len([name for name in header if name]) // 2:
            broken.append(_uneven(raw, row, line, number, len(cells), len(header)))
            continue
        tags: dict[str, list[str]] = defaultdict(list)
        for name, cell in zip(header, cells, strict=False):
            plain = cell.strip().strip('"')
            if plain:
                tags[name] += split_words([plain]) if name in (*_BY_LINE, "DE", "ID") else [plain]
        entries.append(Entry(number, row, _values(tags), line))
    return collect(raw, entries, name=TAB_NAME, database="wos", stray=broken)


def _entry(lines: list[str], row: int, number: int) -> Entry:
    tags: dict[str, list[str]] = defaultdict(list)
    last = ""
    for line in lines:
        tagged = None if line.startswith("   ") else _TAG.match(line)
        if tagged is not None:
            last = tagged[1]
            tags[last].append(tagged[2] or "")
        elif last in _BY_LINE:
            tags[last].append(line.strip())
        elif last:
            tags[last][-1] += f" {line.strip()}"
    # Files put together by other programs hold all authors of a record in one line.
    for name in ("DE", "ID", *_BY_LINE):
        tags[name] = split_words(tags[name])
    return Entry(number, row, _values(tags), "\n".join(lines))


def _values(tags: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    values = {
        name: [value for tag in asked for value in tags.get(tag, ()) if value]
        for name, asked in _TAGS.items()
    }
    values["author"] = [*(tags.get("AF") or tags.get("AU", ())), *tags.get("CA", ())]
    return values


def _uneven(
    raw: RawFile, row: int, line: str, number: int, found: int, expected: int
) -> BrokenReference:
    return BrokenReference(
        origin=replace(
            raw.origin, place=str(text("record {n}, line {row}", n=str(number), row=str(row)))
        ),
        problem=Problem(
            replace(raw.place, row=row),
            found=text("record {n} has {found} cells", n=str(number), found=found),
            expected=text("{expected} cells, as the header has", expected=expected),
            action=text("export the records again; this one was kept aside"),
        ),
        lines=line,
    )
