"""Digital object identifiers: one spelling for each, and which are none.

A DOI is a prefix ``10.`` with four or more digits, a slash and a suffix without white space
(ISO 26324; DOI Handbook, 2.2). Letters of the two cases are the same (2.4), so that the lower case
is kept.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

_RESOLVER: Final = re.compile(
    r"^(?:https?:/{1,2})?(?:(?:dx|www)\.)?doi\.org/+|^doi\s*[:=]?\s*(?:https?:/{1,2}(?:dx\.)?doi\.org/+)?",
    re.IGNORECASE,
)
_WHOLE: Final = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"<>{}|\\^`]*[^\s\"<>{}|\\^`.,;:]")
_SOMEWHERE: Final = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"<>{}|\\^`]+")
_LONGEST: Final = 256
"""Far above any DOI in use; what is longer is a cell that slipped."""
_PLACEHOLDER: Final = re.compile(r"(?:x{3,}|0{6,}|\.{2,}|#+|example|todo)")


def clean_doi(written: str) -> str:
    """Return a DOI in its one spelling.

    Parameters
    ----------
    written
        As a file has it: with or without resolver, ``doi:`` or a PubMed mark ``[doi]``.

    Returns
    -------
    str
        Lower case, without resolver; empty where it is malformed.

    Examples
    --------
    >>> clean_doi("https://doi.org/10.1186/S13287-020-01234-5")
    '10.1186/s13287-020-01234-5'
    >>> clean_doi("10.1016/j.ejmg.2019.03.004 [doi].")
    '10.1016/j.ejmg.2019.03.004'
    >>> clean_doi("101.1016/j.stem"), clean_doi("10.1000/xxxx")
    ('', '')
    """
    plain = re.sub(r"\s*\[doi\]\.?\s*$", "", written.strip(), flags=re.IGNORECASE)
    plain = _RESOLVER.sub("", plain).strip()
    if "%" in plain:
        plain = unquote(plain)
    plain = _without_tail(plain.lower())
    if len(plain) > _LONGEST or _WHOLE.fullmatch(plain) is None:
        return ""
    suffix = plain.partition("/")[2]
    return "" if _PLACEHOLDER.fullmatch(suffix) else plain


def find_doi(written: str) -> str:
    """Return the first DOI in a text.

    Parameters
    ----------
    written
        A citation or an address.

    Returns
    -------
    str
        The DOI in its one spelling; empty where there is none.

    Examples
    --------
    >>> find_doi("Nature. 2010;465:1-2. doi: 10.1038/465001a. PMID: 1")
    '10.1038/465001a'
    """
    found = _SOMEWHERE.search(written)
    return "" if found is None else clean_doi(found[0])


def _without_tail(doi: str) -> str:
    plain = doi.rstrip(".,;:")
    # "(doi: 10.1/a)" leaves a bracket that was never opened within the DOI.
    while plain.endswith((")", "]")):
        opened, closed = ("(", ")") if plain.endswith(")") else ("[", "]")
        if plain.count(opened) >= plain.count(closed):
            break
        plain = plain[:-1].rstrip(".,;:")
    return plain
