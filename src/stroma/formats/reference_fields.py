"""From the fields of an export's record to a reference, the same for every format.

A format says which of its tags holds what; here the values are brought to one spelling and what
is wrong with them is said. Nothing is made up: a year that cannot be read is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import Final

from stroma.doi import clean_doi, find_doi
from stroma.errors import Place, Problem, Severity
from stroma.formats.raw import RawFile
from stroma.reference_kinds import is_marked_retracted, kind_of
from stroma.reference_records import BrokenReference, Reference, ReferenceKind
from stroma.texts import text

FIELDS: Final = (
    "title", "author", "year", "date", "journal", "volume", "issue", "pages", "first_page",
    "last_page", "article_number", "doi", "address", "pmid", "pmcid", "accession", "abstract",
    "language", "keyword", "type", "related", "database",
)  # fmt: skip
"""What a field of a record can be."""

_YEAR: Final = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_WHITE: Final = re.compile(r"\s+")
# Tags that databases leave in titles, and nothing that may be a formula ("p<0.05").
_MARKUP: Final = re.compile(
    r"</?(?:i|b|u|em|strong|sup|sub|inf|italic|bold|sc|span|p|jats:[a-z]+|mml:[a-z]+)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_PMID: Final = re.compile(r"(?<!\d)[1-9]\d{0,8}(?!\d)")
_PMCID: Final = re.compile(r"(?:PMC)?\s*(\d{3,9})(?:\.\d+)?", re.IGNORECASE)
_PLACES: Final = (
    ("pubmed", re.compile(r"pubmed\.ncbi|ncbi\.nlm\.nih\.gov/pubmed", re.IGNORECASE)),
    ("scopus", re.compile(r"scopus|2-s2\.0-", re.IGNORECASE)),
    ("wos", re.compile(r"\bwos:|webofscience|web of science|isiknowledge", re.IGNORECASE)),
    ("cochrane", re.compile(r"cochrane|\bCN-\d{6,}", re.IGNORECASE)),
    ("ovid", re.compile(r"ovidsp|ovid technologies|ovidweb", re.IGNORECASE)),
    ("embase", re.compile(r"embase", re.IGNORECASE)),
    ("google_scholar", re.compile(r"scholar\.google|google scholar", re.IGNORECASE)),
    ("pubmed", re.compile(r"^(?:pubmed|medline|nlm)$", re.IGNORECASE)),
)
_NOTICES: Final = frozenset(
    {
        ReferenceKind.ERRATUM,
        ReferenceKind.RETRACTION,
        ReferenceKind.CONCERN,
        ReferenceKind.COMMENT,
        ReferenceKind.REPLY,
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it stands in its file, before anything is made of it.

    Parameters
    ----------
    number
        Which record of the file it is, from 1.
    row
        The line or row it begins on, from 1.
    values
        What its fields hold, by the names of :data:`FIELDS`, as written and in order.
    lines
        What the file holds, unchanged.
    found
        What was wrong with it already when it was cut from the file.
    """

    number: int
    row: int
    values: Mapping[str, Sequence[str]]
    lines: str
    found: tuple[Problem, ...] = ()


def fold(written: str) -> str:
    """Return a text with entities and tags of emphasis resolved and white space folded.

    Parameters
    ----------
    written
        As a file has it.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> fold("Cells <i>in vitro</i> &amp;  in vivo")
    'Cells in vitro & in vivo'
    """
    plain = unescape(written) if "&" in written else written
    if "<" in plain:
        plain = _MARKUP.sub("", plain)
    return _WHITE.sub(" ", plain).strip()


def find_year(written: str) -> int | None:
    """Return the first year in a text.

    Parameters
    ----------
    written
        A date or a citation.

    Returns
    -------
    int or None
        Of four digits, 1500 to 2099; ``None`` where there is none.

    Examples
    --------
    >>> find_year("2024///"), find_year("10 15")
    (2024, None)
    """
    found = _YEAR.search(written)
    return None if found is None else int(found[1])


def make_reference(
    raw: RawFile, entry: Entry, *, database: str = ""
) -> Reference | BrokenReference:
    """Return the reference an entry says, or say why there is none.

    Parameters
    ----------
    raw
        The file.
    entry
        The record.
    database
        Where the file was exported from; empty to tell it from the record.

    Returns
    -------
    Reference or BrokenReference
        A record without a title cannot be used by anyone and is kept aside.
    """
    origin = replace(
        raw.origin,
        place=str(text("record {n}, line {row}", n=str(entry.number), row=str(entry.row))),
    )
    values = entry.values
    place = replace(raw.place, row=entry.row)
    title = _first(values, "title")
    if not title:
        return BrokenReference(
            origin=origin,
            problem=Problem(
                place,
                found=text("record {n} has no title", n=str(entry.number)),
                expected=text("a record with a title"),
                action=text("look the record up in its database; it was kept aside"),
            ),
            lines=entry.lines,
        )
    problems = list(entry.found)
    year = _year(values, entry, place, problems)
    doi = _doi(values, entry, place, problems)
    types = _all(values, "type")
    journal = _first(values, "journal")
    kind = kind_of(title, types, journal=journal, doi=doi)
    if is_marked_retracted(title, types):
        problems.append(_retracted(place, title))
    return Reference(
        origin=origin,
        title=title,
        authors=tuple(_all(values, "author")),
        year=year,
        kind=kind,
        journal=journal,
        volume=_first(values, "volume"),
        issue=_first(values, "issue"),
        pages=_pages(values),
        doi=doi,
        pmid=_number(_PMID, _first(values, "pmid")),
        pmcid=_pmcid(_first(values, "pmcid")),
        accession=_accession(values),
        abstract=_first(values, "abstract"),
        language=_first(values, "language"),
        url=_first(values, "address"),
        keywords=tuple(_all(values, "keyword")),
        publication_types=tuple(types),
        related=_related(values, kind, title, doi),
        database=database or _database(values),
        problems=tuple(problems),
    )


def _first(values: Mapping[str, Sequence[str]], name: str) -> str:
    return next((plain for value in values.get(name, ()) if (plain := fold(value))), "")


def _all(values: Mapping[str, Sequence[str]], name: str) -> list[str]:
    found = (fold(value).strip(" ;") for value in values.get(name, ()))
    return list(dict.fromkeys(value for value in found if value))


def _year(
    values: Mapping[str, Sequence[str]], entry: Entry, place: Place, problems: list[Problem]
) -> int | None:
    written = [*_all(values, "year"), *_all(values, "date")]
    for value in written:
        year = find_year(value)
        if year is not None:
            return year
    if written:
        problems.append(
            Problem(
                place,
                found=text(
                    'record {n} has the year "{year}"', n=str(entry.number), year=written[0][:60]
                ),
                expected=text("a year of four digits"),
                action=text("correct the year in the export; the record is used without one"),
                severity=Severity.WARNING,
            )
        )
    return None


def _doi(
    values: Mapping[str, Sequence[str]], entry: Entry, place: Place, problems: list[Problem]
) -> str:
    written = _all(values, "doi")
    for value in written:
        doi = clean_doi(value)
        if doi:
            return doi
    if written:
        problems.append(
            Problem(
                place,
                found=text(
                    'record {n} has the DOI "{doi}"', n=str(entry.number), doi=written[0][:80]
                ),
                expected=text("10., four or more digits, a slash and a suffix without spaces"),
                action=text("correct the DOI in the export; the record is used without one"),
                severity=Severity.WARNING,
            )
        )
        return ""
    # Only the resolver's own address: a database's address may hold a DOI of the database.
    for value in _all(values, "address"):
        if "doi.org/" in value.lower():
            return clean_doi(value)
    return ""


def _retracted(place: Place, title: str) -> Problem:
    return Problem(
        place,
        found=text('"{title}" is marked as retracted', title=title[:80]),
        expected=text("a publication that stands"),
        action=text("find the notice of retraction before its numbers are used"),
        severity=Severity.WARNING,
    )


def _pages(values: Mapping[str, Sequence[str]]) -> str:
    whole = _first(values, "pages")
    if whole:
        return whole
    first, last = _first(values, "first_page"), _first(values, "last_page")
    if (first, last) == ("No", "Specified"):  # what Ovid makes of "No Pagination Specified"
        return ""
    if first and last and first != last:
        return f"{first}-{last}"
    return first or last or _first(values, "article_number")


def _number(pattern: re.Pattern[str], written: str) -> str:
    found = pattern.search(written)
    return "" if found is None else found[0]


def _pmcid(written: str) -> str:
    found = _PMCID.fullmatch(written)
    return "" if found is None else found[1]


def _accession(values: Mapping[str, Sequence[str]]) -> str:
    for value in _all(values, "accession"):
        if len(value) >= _SHORTEST_ACCESSION:
            return value
    # Scopus writes its number into the address where it has no field for it.
    eid = re.search(r"eid=(2-s2\.0-\d+)", " ".join(values.get("address", ())))
    return "" if eid is None else eid[1]


_SHORTEST_ACCESSION: Final = 6
"""Shorter numbers are a reference manager's own, counted within one library."""


def _related(
    values: Mapping[str, Sequence[str]], kind: ReferenceKind, title: str, own: str
) -> tuple[str, ...]:
    found: list[str] = []
    for value in _all(values, "related"):
        doi = find_doi(value)
        pmid = re.search(r"PMID:?\s*(\d{1,9})", value)
        found += [doi] if doi else []
        found += [pmid[1]] if pmid is not None else []
        if not doi and pmid is None and value.isdigit():
            found.append(value)
    if kind in _NOTICES:
        found.append(find_doi(title))
    return tuple(dict.fromkeys(one for one in found if one and one != own))


def _database(values: Mapping[str, Sequence[str]]) -> str:
    said = [
        value for name in ("database", "accession", "address") for value in values.get(name, ())
    ]
    # An Embase record may come from MEDLINE, and says so beside its own name.
    for database, pattern in _PLACES:
        if any(pattern.search(value.strip()) for value in said):
            return database
    return ""


def split_authors(written: str) -> list[str]:
    """Split a cell of several authors.

    Parameters
    ----------
    written
        Parted by semicolons, by "and", or by commas as PubMed and Embase write families with
        their initials.

    Returns
    -------
    list of str
        The authors; one where the commas may as well part a family from its given names.

    Examples
    --------
    >>> split_authors("Griffin DK, Larkin DM.")
    ['Griffin DK', 'Larkin DM']
    >>> split_authors("Barrett, Paul M; Willis, Katherine J; ")
    ['Barrett, Paul M', 'Willis, Katherine J']
    >>> split_authors("Barrett, Paul")
    ['Barrett, Paul']
    """
    plain = fold(written)
    if ";" in plain:
        pieces = plain.split(";")
    elif " and " in plain and plain.count(",") <= 2 * (plain.count(" and ") + 1):
        pieces = plain.split(" and ")
    elif "|" in plain:
        pieces = plain.split("|")
    else:
        # PubMed ends its list with a point; where initials have points the last one is theirs.
        ended = plain if "." in plain[:-1] else plain.removesuffix(".")
        pieces = re.split(r",\s+", ended)
        if not all(_FAMILY_INITIALS.search(piece) for piece in pieces):
            pieces = [plain] if len(pieces) < _MANY else pieces
    return [piece.strip(" ,") for piece in pieces if piece.strip(" ,")]


_MANY: Final = 4
"""Commas in a list of full names; a single name has two at most ("Smith, J, Jr")."""
_FAMILY_INITIALS: Final = re.compile(
    r"\S\s+(?:[^\W\d_a-z]\.?-?){1,4}(?:\s(?:Jr|Sr|2nd|3rd|II|III)\.?)?$"
)


def split_words(written: Iterable[str]) -> list[str]:
    """Split cells of keywords at semicolons.

    Parameters
    ----------
    written
        The cells.

    Returns
    -------
    list of str
        The keywords.
    """
    return [word.strip() for cell in written for word in cell.split(";") if word.strip()]
