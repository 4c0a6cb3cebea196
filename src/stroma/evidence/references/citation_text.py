"""References as they stand in a list at the end of a paper, taken apart as far as they say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from stroma.doi import clean_doi
from stroma.origin import Origin
from stroma.reference_records import Reference

_NUMBERED: Final = re.compile(r"^\s*(?:\[(\d{1,4})\]|(\d{1,4})[.)])\s+(?=\S)")
_HEADING: Final = re.compile(
    r"^[\s#*_]*(\d+\.?\s*)?(references|bibliography|literature cited|(список )?литератур[аы]"
    r"|список источников|әдебиет(тер)?( тізімі)?)[\s*_:.]*$",
    re.IGNORECASE,
)
_BULLET: Final = re.compile(r"^\s*[-*•]\s+")
_DOI: Final = re.compile(
    r"(?:doi\.org/+|doi\s*[:=]?\s*|\b)(?P<doi>10\.\S*?/[^\s\"<>]+|10\.\d{4,9}\b)", re.IGNORECASE
)
_MARKED: Final = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/+|\bdoi\s*[:=]\s*)(?P<doi>[^\s<>\"]+)", re.I
)
_YEAR: Final = re.compile(r"\b(1[89]\d\d|20\d\d)[a-z]?\b")
_BRACKETED_YEAR: Final = re.compile(r"\((1[89]\d\d|20\d\d)[a-z]?(?:,[^)]*)?\)")
_VOLUME: Final = re.compile(
    r"\b(?P<volume>\d{1,4})\s*\((?P<issue>[^)]{1,12})\)\s*[,:]?\s*"
    r"(?:pp?\.\s*)?(?P<pages>e?[A-Z]?\d[\w.]*(?:\s*[-–]\s*[\w.]+)?)?"
)
_INITIALED: Final = re.compile(
    r"^((?:[^\W\d_][\w'’-]+,?\s+(?:[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ]\.\s?){1,3},?\s*(?:and\s|&\s|и\s)?)+)(?=\S)"
)
"""Authors whose initials have full stops, so that the first full stop does not end them."""
_BROKEN_OFF: Final = re.compile(r"\s+[\d.]{4,}[\w.-]*\s*$")
_RUSSIAN_VOLUME: Final = re.compile(
    r"(?:Т\.|[Тт]ом)\s*(?P<volume>\d+)(?:[^№]{0,6}№\s*(?P<issue>\d+))?"
    r"(?:.{0,8}[СC]\.\s*(?P<pages>\d+(?:\s*[-–]\s*\d+)?))?"
)
_VOLUME_ALONE: Final = re.compile(
    r"(?:,|;)\s*(?P<volume>\d{1,4})\s*[,:]\s*(?P<pages>e?[A-Z]?\d\w*(?:\s*[-–]\s*\w+)?)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A reference of a list.

    Parameters
    ----------
    label
        Its number in the list.
    row
        Line or row of the file, from 1; 0 where the file has none.
    written
        As it stands there.
    doi_written
        The DOI as it stands there, however it is spelt; empty where there is none.
    reference
        What it says, as far as it can be taken apart.
    """

    label: str
    row: int
    written: str
    doi_written: str
    reference: Reference


def parse_list(written: str, *, file: str = "") -> tuple[Cited, ...]:
    """Take a plain list of references apart.

    Parameters
    ----------
    written
        One reference a line, or numbered references over several lines, or paragraphs.
    file
        Its name.

    Returns
    -------
    tuple of Cited
        In the order of the list.

    Examples
    --------
    >>> [held.label for held in parse_list("1. Caplan A. 1991. doi:10.1002/jor.1100090504")]
    ['1']
    """
    lines, offset = _under_heading(written.splitlines())
    numbered = sum(_NUMBERED.match(line) is not None for line in lines) >= 2
    blocks: list[tuple[int, list[str]]] = []
    paragraphs = not numbered and any(not line.strip() for line in lines[1:-1])
    fresh = True
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            fresh = True
            continue
        begins = (
            _NUMBERED.match(line) is not None or (fresh and not blocks)
            if numbered
            else fresh or not paragraphs
        )
        if offset and numbered and fresh and not begins and blocks:
            break  # what stands after the list of a paper
        if begins or not blocks:
            blocks.append((number + offset, [line.strip()]))
        else:
            blocks[-1][1].append(line.strip())
        fresh = False
    return tuple(
        _cited(" ".join(held), row=row, count=count, file=file)
        for count, (row, held) in enumerate(blocks, start=1)
    )


def _under_heading(lines: list[str]) -> tuple[list[str], int]:
    """Return what stands under the heading of the references, and how many lines stand before."""
    last = max((row for row, line in enumerate(lines) if _HEADING.match(line)), default=None)
    return (lines, 0) if last is None else (lines[last + 1 :], last + 1)


def _cited(written: str, *, row: int, count: int, file: str) -> Cited:
    marked = _NUMBERED.match(written)
    label = str(count) if marked is None else (marked[1] or marked[2])
    plain = _BULLET.sub("", _NUMBERED.sub("", written)).strip()
    return cited_from(plain, label=label, row=row, file=file)


def cited_from(
    written: str, *, label: str, row: int = 0, doi_written: str = "", file: str = ""
) -> Cited:
    """Take one reference apart.

    Parameters
    ----------
    written
        The reference.
    label
        Its number in the list.
    row
        Line or row of the file.
    doi_written
        Its DOI where a table has it in a column of its own; looked for in the words otherwise.
    file
        Name of the file.

    Returns
    -------
    Cited
        With authors, year, title, volume, issue and pages as far as they can be told.

    Examples
    --------
    >>> written = "Caplan, A. I. (1991). Mesenchymal stem cells. *J Orthop Res*, 9(5), 641."
    >>> held = cited_from(written, label="12").reference
    >>> held.year, held.title, held.volume, held.issue
    (1991, 'Mesenchymal stem cells', '9', '5')
    """
    doi = doi_written or _written_doi(written)
    rest = written.replace(doi, " ") if doi else written
    authors, title, journal, year = _taken_apart(rest)
    volume = _VOLUME.search(rest) or _RUSSIAN_VOLUME.search(rest) or _VOLUME_ALONE.search(rest)
    fields = {} if volume is None else volume.groupdict()
    origin = Origin(file=file, sha256="", place=f"row {row}")
    return Cited(
        label=label,
        row=row,
        written=written,
        doi_written=doi,
        reference=Reference(
            origin=origin,
            title=title,
            authors=authors,
            year=year,
            journal=journal,
            volume=fields.get("volume") or "",
            issue=fields.get("issue") or "",
            pages=(fields.get("pages") or "").replace(" ", "").rstrip("."),
            doi=clean_doi(doi),
        ),
    )


def _written_doi(written: str) -> str:
    found = _MARKED.search(written) or _DOI.search(written)
    if found is None:
        return ""
    doi = found["doi"].rstrip(".,;")
    if doi.endswith(")") and "(" not in doi:
        doi = doi.rstrip(").,;")
    # "10.3390/cells 9010127": a space within a DOI breaks it off.
    broken = _BROKEN_OFF.match(written[found.end() :])
    return doi if broken is None else f"{doi}{broken[0].rstrip(' .')}"


def _taken_apart(written: str) -> tuple[tuple[str, ...], str, str, int | None]:
    """Return authors, title, journal and year."""
    written = re.sub(r"\(n\.?\s?d\.?\)\.?", "", written)
    bracketed = _BRACKETED_YEAR.search(written)
    initialed = _INITIALED.match(written)
    if bracketed is not None:
        head, rest = written[: bracketed.start()], written[bracketed.end() :].lstrip(" .,:")
        year: int | None = int(bracketed[1])
    else:
        head, _, rest = written.partition(". ")
        if initialed is not None and initialed.end() < len(written):
            head, rest = initialed[1], written[initialed.end() :]
        # A number of four digits may be a page: the year of such a list stands after the journal.
        years = _YEAR.findall(re.sub(r"\d+\s*[-–]\s*\d+", " ", rest or written))
        year = int(years[0]) if years else None
    title, journal = _title_and_journal(rest)
    return _authors(head), title, journal, year


def _title_and_journal(rest: str) -> tuple[str, str]:
    plain = rest.strip()
    ends = [found.start() for found in re.finditer(r"(?<![A-ZА-Я])[.?!]+\*?\s|\s//\s", plain)]
    cut = ends[0] if ends else len(plain)
    title = plain[:cut].strip(" *.")
    after = plain[cut:].lstrip(" .?!*/")
    journal = re.split(r"[,.;(]|\s\d", after, maxsplit=1)[0].strip(" *")
    return title, journal if re.search(r"[^\W\d_]{3}", journal) else ""


def _authors(head: str) -> tuple[str, ...]:
    plain = re.sub(r"\bet al\.?|\.\.\.|&|\band\b", ",", head)
    pairs = re.findall(r"([^\W\d_][\w'’\- ]+?),\s*((?:[A-Z]\.?[\s-]?){1,4})(?=,|$|\s)", plain)
    if pairs:
        return tuple(f"{family.strip()}, {given.strip()}" for family, given in pairs)
    named = [part.strip() for part in plain.split(",") if part.strip(" .")]
    return tuple(named)
