"""What is wrong with a list of references, as far as it can be told without looking anything up.

Placeholder and malformed DOIs, numbers that fail their check character, DOIs that disagree with
their own citation, references given twice, years left out. What passes may still be wrong: no page
is asked whether the DOI leads to the paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from stroma.doi import clean_doi
from stroma.errors import Place, Problem, Severity
from stroma.evidence.duplicates.deduplication import deduplicate
from stroma.evidence.references.check_characters import checked_numbers
from stroma.evidence.references.citation_text import Cited
from stroma.reference_records import Reference
from stroma.texts import Text, join, text

_PLACEHOLDER: Final = re.compile(
    r"x{3,}|\?{2,}|_{3,}|#{2,}|\b0{5,}\b|to[ _-]?be[ _-]?(?:assigned|added)|placeholder|todo|tba",
    re.IGNORECASE,
)
_EARLIEST_AFTER: Final = -1
_LATEST_AFTER: Final = 2
"""Years by which a printed year may differ from the year inside a DOI: a number is given when a
paper is taken or first put online, its issue follows up to two years later, and a number given in
January may be of a paper that was online in December."""

SPRINGER_JOURNALS: Final = {
    "00018": "Cellular and Molecular Life Sciences",
    "11033": "Molecular Biology Reports",
    "11658": "Cellular & Molecular Biology Letters",
    "12015": "Stem Cell Reviews and Reports",
    "12967": "Journal of Translational Medicine",
    "13075": "Arthritis Research & Therapy",
    "13287": "Stem Cell Research & Therapy",
    "13578": "Cell & Bioscience",
    "40164": "Experimental Hematology & Oncology",
    "41392": "Signal Transduction and Targeted Therapy",
    "41419": "Cell Death & Disease",
    "41467": "Nature Communications",
    "41598": "Scientific Reports",
}
"""Journals by their number at Springer Nature, each seen with its DOIs."""

MDPI_JOURNALS: Final = {
    "antiox": "Antioxidants",
    "biomedicines": "Biomedicines",
    "cells": "Cells",
    "ijms": "International Journal of Molecular Sciences",
    "jcm": "Journal of Clinical Medicine",
    "pharmaceutics": "Pharmaceutics",
    "ph": "Pharmaceuticals",
}
"""Journals by their code at MDPI, whose DOIs are volume, issue of two digits, article of four."""


class FaultKind(StrEnum):
    """What is wrong with a reference."""

    PLACEHOLDER = "placeholder_doi"
    MALFORMED = "malformed_doi"
    CHECK_CHARACTER = "check_character"
    DISAGREES = "doi_disagrees"
    DUPLICATE = "duplicate"
    SAME_DOI = "same_doi"
    NO_YEAR = "no_year"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceFault:
    """One thing that is wrong with one reference.

    Parameters
    ----------
    kind
        What.
    label
        Number of the reference in its list; empty where a DOI stands alone.
    doi
        As written.
    found, expected, action
        As in :class:`stroma.errors.Problem`.
    character
        The check character that would be right; empty for other faults.
    row
        Line or row of the file; 0 where unknown.
    """

    kind: FaultKind
    found: Text
    expected: Text
    action: Text
    doi: str = ""
    label: str = ""
    character: str = ""
    row: int = 0

    def problem(self, file: str) -> Problem:
        """Return the fault as a line of a list of problems.

        Parameters
        ----------
        file
            The list.

        Returns
        -------
        Problem
            A warning with its place.
        """
        told = text("reference {number}: {fault}", number=self.label, fault=self.found)
        return Problem(
            Place(file=file, row=self.row or None),
            found=told if self.label else self.found,
            expected=self.expected,
            action=self.action,
            severity=Severity.WARNING,
        )


def check_doi(written: str) -> tuple[ReferenceFault, ...]:
    """Return what is wrong with a DOI as it is written.

    Parameters
    ----------
    written
        The DOI; empty for none.

    Returns
    -------
    tuple of ReferenceFault
        Empty where nothing can be said against it.

    Examples
    --------
    >>> [fault.kind.value for fault in check_doi("10.1007/978-3-030-XXXX-X_17")]
    ['placeholder_doi']
    >>> check_doi("10.1186/s13287-022-03054-6")[0].character
    '0'
    """
    if not written.strip():
        return ()
    look_up = text("look the paper up at doi.org or at its publisher and put its own DOI here")
    if _PLACEHOLDER.search(written):
        return (
            ReferenceFault(
                kind=FaultKind.PLACEHOLDER,
                doi=written,
                found=text('the DOI "{doi}" is a placeholder', doi=written),
                expected=text("the DOI of the paper"),
                action=look_up,
            ),
        )
    if clean_doi(written) == "":
        return (
            ReferenceFault(
                kind=FaultKind.MALFORMED,
                doi=written,
                found=text('"{doi}" cannot be a DOI', doi=written),
                expected=text("10., a number of four to nine digits, a slash and a suffix"),
                action=look_up,
            ),
        )
    return tuple(
        ReferenceFault(
            kind=FaultKind.CHECK_CHARACTER,
            doi=written,
            character=held.expected,
            found=text(
                'the DOI "{doi}" fails its check character: {found}, it would be {expected}',
                doi=written,
                found=held.found,
                expected=held.expected,
            ),
            expected=text("a number whose last character follows from the others"),
            action=look_up,
        )
        for held in checked_numbers(written)
        if not held.holds
    )


def check_references(cited: Sequence[Cited]) -> tuple[ReferenceFault, ...]:
    """Return what is wrong with a list of references.

    Parameters
    ----------
    cited
        The list.

    Returns
    -------
    tuple of ReferenceFault
        In the order of the list; what concerns two references stands at the second.
    """
    twice = _given_twice(cited)
    faults: list[ReferenceFault] = []
    for held in cited:
        found = [*check_doi(held.doi_written), *_disagreements(held), *_no_year(held)]
        found += twice.get(held.label, [])
        faults += [_placed(fault, held) for fault in found]
    return tuple(faults)


def _placed(fault: ReferenceFault, held: Cited) -> ReferenceFault:
    return ReferenceFault(
        kind=fault.kind,
        found=fault.found,
        expected=fault.expected,
        action=fault.action,
        doi=fault.doi or held.doi_written,
        label=held.label,
        character=fault.character,
        row=held.row,
    )


def _no_year(held: Cited) -> Iterable[ReferenceFault]:
    if held.reference.year is None:
        yield ReferenceFault(
            kind=FaultKind.NO_YEAR,
            found=text("no year is given"),
            expected=text("the year of publication"),
            action=text("add it"),
        )


def _disagreements(held: Cited) -> Iterable[ReferenceFault]:
    reference = held.reference
    for said in (*_year_inside(reference), *_journal_inside(held), *_numbers_inside(reference)):
        yield ReferenceFault(
            kind=FaultKind.DISAGREES,
            found=said,
            expected=text("a DOI that says what the citation says"),
            action=text("find out which of the two is of the paper that is meant"),
        )


def _year_inside(reference: Reference) -> Iterable[Text]:
    if reference.year is None:
        return
    inside = _doi_year(reference.doi)
    if inside is None:
        return
    if not _EARLIEST_AFTER <= reference.year - inside <= _LATEST_AFTER:
        yield text(
            'the DOI "{doi}" is of {inside}, the citation of {year}',
            doi=reference.doi,
            inside=str(inside),
            year=str(reference.year),
        )


def _doi_year(doi: str) -> int | None:
    suffix = doi.partition("/")[2]
    springer = re.match(r"s\d{5}-0(\d\d)-\d{4,5}-", suffix)
    if springer is not None:
        return 2000 + int(springer[1])
    dotted = re.match(
        r"(?:j\.[a-z]+|f[a-z]+|[a-z]+)\.((?:19|20)\d\d)\.\d{2,6}(?:\.\d+)?$|((?:19|20)\d\d)/\d{5,8}$",
        suffix,
    )
    if dotted is not None:
        return int(dotted[1] or dotted[2])
    wiley = re.match(r"[a-z]{4}\.(20[12]\d)\d{5}$", suffix)
    return None if wiley is None else int(wiley[1])


def _journal_inside(held: Cited) -> Iterable[Text]:
    suffix = held.reference.doi.partition("/")[2]
    springer = re.match(r"s(\d{5})-\d{3}-\d{4,5}-", suffix)
    mdpi = re.match(r"([a-z]+)\d{7,9}$", suffix) if "10.3390/" in held.reference.doi else None
    journal = ""
    if springer is not None:
        journal = SPRINGER_JOURNALS.get(springer[1], "")
    elif mdpi is not None:
        journal = MDPI_JOURNALS.get(mdpi[1], "")
    named = held.reference.journal or held.written
    if journal and held.reference.journal and not _same_journal(journal, named, held.written):
        yield text(
            'the DOI "{doi}" is of {journal}, which the citation does not name',
            doi=held.reference.doi,
            journal=journal,
        )


def _same_journal(journal: str, named: str, written: str) -> bool:
    """Tell whether a journal is named, in full or abbreviated: "Stem Cell Res Ther"."""
    small = {"and", "of", "the", "in", "&"}
    words = [word for word in re.findall(r"[a-z]+", journal.lower()) if word not in small]
    # "J Transl Med": a single letter counts in the journal's name, elsewhere it is an initial.
    found = [*re.findall(r"[a-z]+", named.lower()), *re.findall(r"[a-z]{2,}", written.lower())]
    return all(
        any(word.startswith(other) or other.startswith(word) for other in found) for word in words
    )


def _numbers_inside(reference: Reference) -> Iterable[Text]:
    if "10.3390/" in reference.doi:
        inside = re.search(r"[a-z](\d{7,9})$", reference.doi)
        digits = reference.volume.isdigit() and reference.issue.isdigit()
        if inside is not None and digits and reference.pages.isdigit():
            written = f"{int(reference.volume)}{int(reference.issue):02d}{int(reference.pages):04d}"
            if written != inside[1]:
                yield _numbers_differ(reference)
    wjg = re.search(r"\.v(\d+)\.i(\d+)\.(\d+)$", reference.doi)
    if wjg is not None and reference.volume.isdigit():
        first = re.match(r"\d+", reference.pages)
        pages = first is None or first[0] == wjg[3]
        if (reference.volume, reference.issue) != (wjg[1], wjg[2]) or not pages:
            yield _numbers_differ(reference)


def _numbers_differ(reference: Reference) -> Text:
    return text(
        'the DOI "{doi}" has another volume, issue or number than the citation: {volume}({issue}), '
        "{pages}",
        doi=reference.doi,
        volume=reference.volume,
        issue=reference.issue,
        pages=reference.pages,
    )


def _given_twice(cited: Sequence[Cited]) -> dict[str, list[ReferenceFault]]:
    labels = {f"{number}": held for number, held in enumerate(cited)}
    found = deduplicate({name: held.reference for name, held in labels.items()})
    faults: dict[str, list[ReferenceFault]] = {}
    merged = set()
    for member in found.members:
        if member.record != member.group:
            merged.add((member.record, member.group))
            second, first = labels[member.record], labels[member.group]
            faults.setdefault(second.label, []).append(
                ReferenceFault(
                    kind=FaultKind.DUPLICATE,
                    found=text(
                        "the same publication as reference {other}: {reason}",
                        other=first.label,
                        reason=join([member.reason.label]) if member.reason else "",
                    ),
                    expected=text("each publication once"),
                    action=text("leave one of them and number the list anew"),
                )
            )
    dois: dict[str, str] = {}
    for name, held in labels.items():
        doi = held.reference.doi
        if not doi:
            continue
        before = dois.setdefault(doi, name)
        if before != name and (name, before) not in merged:
            first = labels[before]
            faults.setdefault(held.label, []).append(
                ReferenceFault(
                    kind=FaultKind.SAME_DOI,
                    found=text(
                        'the DOI "{doi}" is that of reference {other} as well, which is another '
                        "publication",
                        doi=doi,
                        other=first.label,
                    ),
                    expected=text("each DOI for one publication"),
                    action=text("find out whose DOI it is"),
                )
            )
    return faults
