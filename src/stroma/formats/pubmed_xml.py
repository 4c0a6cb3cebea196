"""PubMed's XML: of its page, of E-utilities and of the yearly files."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from stroma.formats.encoding import peek
from stroma.formats.raw import RawFile
from stroma.formats.reference_fields import Entry
from stroma.formats.reference_text import collect
from stroma.formats.safe_xml import Element, read_xml
from stroma.reference_records import ReferenceFile

NAME: Final = "pubmed_xml"
_ROOTS: Final = re.compile(r"<(?:PubmedArticleSet|PubmedArticle|MedlineCitationSet)\b")
# Without a bracket it declares nothing and only names the grammar, which is never fetched.
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE\s+\w+(?:\s+(?:PUBLIC|SYSTEM)[^\[<>]*)?>")
_EMPHASIS: Final = re.compile(rb"</?(?:i|b|u|sup|sub|mml:[A-Za-z]+)(?:\s[^<>]*)?/?>")
_CORRECTED: Final = frozenset(
    {
        "CommentOn", "ErratumFor", "RetractionOf", "ExpressionOfConcernFor", "UpdateOf",
        "CorrectedandRepublishedFrom", "RetractedandRepublishedFrom", "PartialRetractionOf",
    }
)  # fmt: skip
_NOT_READ: Final = ("ReferenceList", "AffiliationInfo", "GrantList", "DataBankList", "History")


def sniff(raw: RawFile) -> bool:
    """Tell whether a file is PubMed's XML.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        True where the root element is PubMed's.
    """
    return _ROOTS.search(peek(raw.data)) is not None


def read(raw: RawFile, *, encoding: str | None = None) -> ReferenceFile:  # noqa: ARG001
    """Read PubMed's XML.

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
    data = _DOCTYPE.sub(_as_many_lines, raw.data, count=1)
    root = read_xml(replace(raw, data=_EMPHASIS.sub(b"", data)), without=_NOT_READ)
    articles = [
        element
        for element in (root, *root.descendants())
        if element.tag in ("PubmedArticle", "PubmedBookArticle")
    ] or [element for element in root.descendants() if element.tag == "MedlineCitation"]
    entries = [_entry(element, number) for number, element in enumerate(articles, start=1)]
    return collect(raw, entries, name=NAME, database="pubmed")


def _as_many_lines(found: re.Match[bytes]) -> bytes:
    return b"\n" * found[0].count(b"\n")


def _entry(element: Element, number: int) -> Entry:
    inside = list(element.descendants())
    article = next((one for one in inside if one.tag in ("Article", "BookDocument")), element)
    within = list(article.descendants())
    first: dict[str, str] = {}
    for one in within:
        first.setdefault(one.tag, one.text)
    issue = next((one for one in within if one.tag in ("JournalIssue", "Book")), article)
    dates = [one.text for one in issue.descendants() if one.tag in ("Year", "MedlineDate")]
    pmid = next((one.text for one in inside if one.tag == "PMID"), "")
    numbers = [
        (one.attributes.get("IdType") or one.attributes.get("EIdType", ""), one.text)
        for one in inside
        if one.tag in ("ArticleId", "ELocationID")
    ]
    values = {
        "title": [first.get("ArticleTitle", ""), first.get("VernacularTitle", ""),
                  first.get("BookTitle", "")],
        "author": [_name(one) for one in within if one.tag == "Author"],
        "year": dates,
        "journal": [first.get("Title", ""), first.get("ISOAbbreviation", "")],
        "volume": [first.get("Volume", "")],
        "issue": [first.get("Issue", "")],
        "pages": [first.get("MedlinePgn", "")],
        "doi": [value for kind, value in numbers if kind == "doi"],
        "pmid": [pmid],
        "pmcid": [value for kind, value in numbers if kind == "pmc"],
        "abstract": [" ".join(_parts(within))],
        "language": [first.get("Language", "")],
        "keyword": [one.text for one in inside if one.tag in ("Keyword", "DescriptorName")],
        "type": [one.text for one in within if one.tag == "PublicationType"],
        "related": [
            f"{_below(one, 'RefSource')} PMID: {_below(one, 'PMID')}"
            for one in inside
            if one.tag == "CommentsCorrections" and one.attributes.get("RefType") in _CORRECTED
        ],
    }  # fmt: skip
    shown = f"PMID {pmid}: {first.get('ArticleTitle', '')}"
    return Entry(number, element.line, values, shown)


def _name(author: Element) -> str:
    family = _below(author, "LastName")
    given = _below(author, "ForeName") or _below(author, "Initials")
    if family:
        return f"{family}, {given}" if given else family
    return _below(author, "CollectiveName")


def _below(element: Element, tag: str) -> str:
    child = element.first(tag)
    return "" if child is None else child.text


def _parts(within: list[Element]) -> list[str]:
    parts = []
    for one in within:
        if one.tag == "AbstractText":
            label = one.attributes.get("Label", "")
            parts.append(f"{label}: {one.text}" if label else one.text)
    return parts
