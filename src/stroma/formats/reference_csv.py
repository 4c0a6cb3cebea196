"""Tables of references: Scopus, Cochrane, Embase, PubMed, Google Scholar, Zotero, Mendeley, Ovid.

Each program has column names of its own; what a column holds is known by its name. Embase writes
its search above the header, so that the header is the first row that names a title and something
else of a reference.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from stroma.errors import FileProblem, Problem
from stroma.formats.encoding import peek
from stroma.formats.raw import RawFile
from stroma.formats.reference_fields import Entry, split_authors, split_words
from stroma.formats.reference_text import collect, read_lines
from stroma.reference_records import BrokenReference, ReferenceFile
from stroma.texts import Text, text

NAME: Final = "csv"
_DELIMITERS: Final = (",", ";", "\t")
_HEADER_WITHIN: Final = 12
"""Rows above the header at most; Embase has three or four."""
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("title", "article title", "primary_title", "primary title", "document title",
              "original title", "display_name", "titles", "titre", "название", "атауы"),
    "author": ("authors", "author", "author(s)", "author names", "author full names",
               "authorships.author.display_name", "authors, primary", "авторы"),
    "year": ("year", "publication year", "publication_year", "pub year", "published year", "py",
             "год", "жылы"),
    "date": ("date", "publication date", "date of publication", "pub date", "create date",
             "source"),
    "journal": ("source title", "publication title", "journal", "journal/book", "journal name",
                "publication", "secondary_title", "journal title", "host_venue.display_name",
                "journal/book title", "source"),
    "volume": ("volume", "biblio.volume"),
    "issue": ("issue", "number", "biblio.issue"),
    "pages": ("pages", "page", "page range"),
    "first_page": ("page start", "first page", "start page", "start_page", "biblio.first_page"),
    "last_page": ("page end", "last page", "end page", "end_page", "biblio.last_page"),
    "article_number": ("art. no.", "article number", "article no"),
    "doi": ("doi", "dois", "digital object identifier", "doi link"),
    "address": ("link", "url", "urls", "full text link", "embase link", "article_url"),
    "pmid": ("pubmed id", "pmid", "medline pmid", "pubmed_id", "pubmedid", "ids.pmid"),
    "pmcid": ("pmcid", "pmc id", "pmc_id"),
    "accession": ("eid", "central id", "pui", "accession number", "ut (unique wos id)",
                  "unique wos id", "openalex id"),
    "abstract": ("abstract", "abstract note", "notes_abstract", "abstracts", "n2"),
    "language": ("language of original document", "language", "article language", "languages"),
    "keyword": ("author keywords", "keywords", "index keywords", "manual tags", "keyword",
                "emtree medical index terms"),
    "type": ("document type", "publication type", "item type", "type", "type of reference",
             "type_of_reference", "reference type"),
    "citation": ("citation",),
    "database": ("database name", "database", "database provider"),
}  # fmt: skip
_AT_LEAST_ONE: Final = ("author", "year", "date", "doi", "abstract", "journal", "pmid")
_KNOWN_BY: Final = (
    ("cochrane", "central id"),
    ("scopus", "eid"),
    ("embase", "embase accession id"),
    ("embase", "emtree drug index terms"),
    ("pubmed", "journal/book"),
    ("wos", "ut (unique wos id)"),
    ("wos", "unique wos id"),
)
# Embase's older tables have the year in the source only: "Cancer (2004) 102:4 (253-258). Date …".
_SOURCE: Final = re.compile(
    r"^(?P<journal>.+?)\s+\(((?:19|20)\d\d)\)\s*(?P<volume>[\w-]+)?(?::(?P<issue>[\w-]+))?"
    r"(?:\s+\((?P<pages>[^()]*)\))?"
)
# PubMed's: "Eur J Med Genet. 2020 Feb;63(2):103640. doi: …".
_CITED: Final = re.compile(
    r"\b(?:19|20)\d\d[^;.:()]*;(?P<volume>[\w ]+)"
    r"(?:\((?P<issue>[^()]*)\))?(?::(?P<pages>[\w-]+))?\."
)
_CELL: Final[Mapping[str, re.Pattern[str]]] = {
    delimiter: re.compile(
        rf'(?:"(?P<quoted>[^"]*+(?:""[^"]*+)*+)"[ \t]*|(?P<bare>[^{re.escape(delimiter)}\n]*+))'
        rf"(?P<end>{re.escape(delimiter)}|\n|\Z)"
        if delimiter != "\t"
        else r'(?:"(?P<quoted>[^"]*+(?:""[^"]*+)*+)"|(?P<bare>[^\t\n]*+))(?P<end>\t|\n|\Z)'
    )
    for delimiter in _DELIMITERS
}


@dataclass(frozen=True, slots=True)
class _Row:
    row: int
    cells: tuple[str, ...]
    lines: str
    whole: bool = True


def sniff(raw: RawFile) -> bool:
    """Tell whether a file is a table of references.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        True where a row near the beginning names a title and something else of a reference.
    """
    head = peek(raw.data, size=65536).replace("\ufeff", "")
    head = head.replace("\r\n", "\n").replace("\r", "\n")
    return _find_header(head) is not None


def read(raw: RawFile, *, encoding: str | None = None) -> ReferenceFile:
    """Read a table of references.

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

    Raises
    ------
    FileProblem
        No row names a title.
    """
    written = "\n".join(read_lines(raw, encoding))
    found = _find_header(written)
    if found is None:
        raise FileProblem(_no_header(raw))
    delimiter, header, at = found
    columns = _columns(header)
    names = {cell.casefold() for cell in header}
    database = next((one for one, column in _KNOWN_BY if column in names), "")
    entries: list[Entry] = []
    broken: list[BrokenReference] = []
    rows = _rows(written, delimiter)
    for row in rows:
        if row.row <= at or not any(cell.strip() for cell in row.cells):
            continue
        number = len(entries) + len(broken) + 1
        cells = row.cells
        while len(cells) > len(header) and not cells[-1].strip():
            cells = cells[:-1]
        # Only empty cells at the end may be left out, and then by a semicolon too few, not half.
        if not row.whole or len(cells) > len(header) or len(cells) < len(header) - 1:
            broken.append(_uneven(raw, row, number, len(header)))
            continue
        values: dict[str, list[str]] = defaultdict(list)
        for name, places in columns.items():
            values[name] = [cells[place].strip() for place in places if place < len(cells)]
        entries.append(Entry(number, row.row, _settle(values), row.lines))
    return collect(raw, entries, name=NAME, database=database, stray=broken)


def _find_header(written: str) -> tuple[str, tuple[str, ...], int] | None:
    """Return the separator, the header and its row."""
    best: tuple[int, str, tuple[str, ...], int] | None = None
    for delimiter in _DELIMITERS:
        for count, row in enumerate(_rows(written, delimiter)):
            if count >= _HEADER_WITHIN:
                break
            known = _columns(row.cells)
            if "title" in known and any(name in known for name in _AT_LEAST_ONE):
                score = sum(len(places) for places in known.values())
                if best is None or score > best[0]:
                    header = tuple(cell.strip() for cell in row.cells)
                    best = (score, delimiter, header, row.row)
                break
    return None if best is None else best[1:]


def _columns(header: Sequence[str]) -> dict[str, list[int]]:
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        places.setdefault(cell.strip().casefold(), place)
    found = {
        name: [places[word] for word in words if word in places] for name, words in _COLUMNS.items()
    }
    return {name: at for name, at in found.items() if at}


def _rows(written: str, delimiter: str) -> Iterator[_Row]:
    """Yield the rows; where a quotation mark is never closed, the line alone, as not whole."""
    cell = _CELL[delimiter]
    position, row = 0, 1
    while position < len(written):
        begun, cells, whole = position, [], True
        while True:
            found = cell.match(written, position)
            if found is None or (found["bare"] or "").startswith('"'):
                whole = False
                end = written.find("\n", begun)
                position = len(written) if end < 0 else end + 1
                break
            quoted = found["quoted"]
            cells.append(found["bare"] if quoted is None else quoted.replace('""', '"'))
            position = found.end()
            if found["end"] != delimiter:
                break
        lines = written[begun:position].rstrip("\n")
        yield _Row(row, tuple(cells), lines, whole)
        row += written.count("\n", begun, position)


def _settle(values: dict[str, list[str]]) -> dict[str, list[str]]:
    """Split lists, and take from Embase's source what its older tables have nowhere else."""
    full = next((cell for cell in values["author"] if cell), "")
    values["author"] = split_authors(full) if full else []
    words = [cell for cell in values["keyword"] if cell]
    values["keyword"] = [
        word
        for cell in words
        for word in (split_words([cell]) if ";" in cell else cell.split(", "))
    ]
    source = next((_SOURCE.match(cell) for cell in values["journal"] if _SOURCE.match(cell)), None)
    if source is not None and not any(values["year"]):
        values["year"] = [source[2]]
        values["journal"] = [source["journal"]]
        for name in ("volume", "issue", "pages"):
            if not any(values[name]):
                values[name] = [source[name] or ""]
    cited = next((_CITED.search(cell) for cell in values["citation"] if _CITED.search(cell)), None)
    if cited is not None and not any(values["volume"]):
        values["volume"], values["issue"] = [cited["volume"]], [cited["issue"] or ""]
        values["pages"] = [cited["pages"] or ""]
    years = [cell for cell in values["year"] if cell]
    values["date"] = [] if years else [cell for cell in values["date"] if re.search(r"\d{4}", cell)]
    # A cell of several numbers, or one with a decimal point from a spreadsheet, is no page.
    values["pmid"] = [cell.removesuffix(".0") for cell in values["pmid"]]
    return {name: [cell for cell in cells if cell] for name, cells in values.items()}


def _uneven(raw: RawFile, row: _Row, number: int, expected: int) -> BrokenReference:
    found: Text
    if row.whole:
        found = text("record {n} has {found} cells", n=str(number), found=len(row.cells))
    else:
        found = text("record {n} opens a quotation mark that is not closed", n=str(number))
    return BrokenReference(
        origin=replace(
            raw.origin, place=str(text("record {n}, line {row}", n=str(number), row=str(row.row)))
        ),
        problem=Problem(
            replace(raw.place, row=row.row),
            found=found,
            expected=text("{expected} cells, as the header has", expected=expected),
            action=text("export the records again; this one was kept aside"),
        ),
        lines=row.lines,
    )


def _no_header(raw: RawFile) -> Problem:
    return Problem(
        raw.place,
        found=text("no row that names the columns of references"),
        expected=text("a column for the title, and one for authors, year or DOI"),
        action=text("export the table again with its header"),
    )
