"""What a bibliographic export said: one record a reference, with its place in the file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stroma.errors import Problem
from stroma.records import Origin


class ReferenceKind(StrEnum):
    """What a record is, as far as its own words and types say."""

    ARTICLE = "article"
    REVIEW = "review"
    PREPRINT = "preprint"
    CONFERENCE = "conference"
    ERRATUM = "erratum"
    RETRACTION = "retraction"
    CONCERN = "expression_of_concern"
    COMMENT = "comment"
    REPLY = "reply"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One record of an export.

    Parameters
    ----------
    origin
        The file, and the record's place in it ("record 12, line 340").
    title
        As written, white space folded; empty where there is none.
    authors
        "Family, Given" or as written, in order.
    year
        Of publication; ``None`` where none can be read.
    kind
        What the record is.
    journal, volume, issue, pages
        As written; empty where missing.
    doi
        Lower case, without resolver; empty where missing or malformed (then a problem says so).
    pmid, pmcid
        Digits; empty where missing.
    accession
        The database's own number, ``"WOS:000..."``, ``"2-s2.0-..."``; empty where missing.
    abstract, language, url
        As written.
    keywords, publication_types
        As written.
    related
        DOI or PMID of the record it corrects, retracts, comments on or is a version of, as far
        as the file says.
    database
        Where it was exported from: ``"pubmed"``, ``"scopus"``, ``"wos"``, ``"embase"``, ...;
        empty where it cannot be told.
    problems
        What is wrong with the record though it can be used.
    """

    origin: Origin
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    kind: ReferenceKind = ReferenceKind.ARTICLE
    journal: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    accession: str = ""
    abstract: str = ""
    language: str = ""
    url: str = ""
    keywords: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    database: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenReference:
    """A record that cannot be used, kept aside.

    Parameters
    ----------
    origin
        The file and the record's place in it.
    problem
        What is wrong with it.
    lines
        What the file holds, unchanged.
    """

    origin: Origin
    problem: Problem
    lines: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceFile:
    """An export of a bibliographic database or reference manager.

    Parameters
    ----------
    origin
        The file.
    format
        ``"ris"``, ``"nbib"``, ``"pubmed_xml"``, ``"ciw"``, ``"wos_tab"``, ``"bibtex"``, ``"csv"``.
    database
        Where it was exported from, where that can be told.
    references
        What can be used.
    broken
        What cannot.
    problems
        What is wrong with the file as a whole.
    """

    origin: Origin
    format: str
    database: str
    references: tuple[Reference, ...]
    broken: tuple[BrokenReference, ...] = ()
    problems: tuple[Problem, ...] = ()
