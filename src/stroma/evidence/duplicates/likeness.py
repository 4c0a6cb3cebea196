"""Whether two references are the same publication, and by what.

Two records are merged only where what they share cannot be chance and nothing they say disagrees.
The rules are laid down rather than learned, so that each merge has a reason a person can check;
``docs/explanation/deduplication.md`` has what they find in labelled sets.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from stroma.evidence.duplicates.keys import Keys
from stroma.reference_records import ReferenceKind
from stroma.texts import Text, text

APART: Final = frozenset(
    {
        ReferenceKind.ERRATUM,
        ReferenceKind.RETRACTION,
        ReferenceKind.CONCERN,
        ReferenceKind.PREPRINT,
        ReferenceKind.COMMENT,
        ReferenceKind.REPLY,
        ReferenceKind.CONFERENCE,
    }
)
"""Kinds that are merged with their own kind only."""

SAME: Final = 0.95
"""Trigrams two titles share from which they are one title with a slip of the pen."""
LIKE: Final = 0.80
"""From which they may be one title, cut or translated a little differently."""
ALIKE: Final = 0.55
"""From which two records under one number may be one publication under two titles."""
LEAST_TITLE: Final = 20
"""Letters below which a title is one that many papers have: "Introduction"."""


class Reason(StrEnum):
    """Why a record stands in its group, or beside it."""

    FIRST = "first"
    DOI = "same_doi"
    PMID = "same_pmid"
    TITLE_AND_PLACE = "same_title_and_place"
    TITLE_AND_AUTHORS = "same_title_and_authors"
    LIKE_TITLE_AND_PLACE = "like_title_and_place"
    POSSIBLE = "possible"
    APART = "kept_apart"

    @property
    def label(self) -> Text:
        """The reason in words."""
        return _LABELS[self]


_LABELS: Final = {
    Reason.FIRST: text("first record of its group"),
    Reason.DOI: text("the same DOI and a title that fits"),
    Reason.PMID: text("the same PubMed number and a title that fits"),
    Reason.TITLE_AND_PLACE: text("the same title in the same place"),
    Reason.TITLE_AND_AUTHORS: text(
        "the same title by the same authors, and nothing that disagrees"
    ),
    Reason.LIKE_TITLE_AND_PLACE: text(
        "nearly the same title by the same authors in the same place"
    ),
    Reason.POSSIBLE: text("may be the same publication; a person has to look"),
    Reason.APART: text("kept apart by a person"),
}


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two records have in common.

    Parameters
    ----------
    reason
        The rule that holds; ``POSSIBLE`` where a person has to look.
    score
        0 to 1: the share of trigrams their titles have in common.
    """

    reason: Reason
    score: float


def is_barred(one: Keys, other: Keys) -> bool:
    """Tell whether two records can never be merged, whatever else they share.

    Parameters
    ----------
    one, other
        The records.

    Returns
    -------
    bool
        True for two DOIs, two PubMed numbers, or kinds that stay apart.
    """
    if one.doi and other.doi and one.doi != other.doi:
        return True
    if one.pmid and other.pmid and one.pmid != other.pmid:
        return True
    return one.kind is not other.kind and (one.kind in APART or other.kind in APART)


def compare(one: Keys, other: Keys) -> Likeness | None:
    """Compare two records.

    Parameters
    ----------
    one, other
        The records.

    Returns
    -------
    Likeness or None
        ``None`` where they are two publications.
    """
    if is_barred(one, other):
        return None
    score = title_likeness(one, other)
    number = Reason.DOI if one.doi and one.doi == other.doi else None
    if number is None and one.pmid and one.pmid == other.pmid:
        number = Reason.PMID
    if number is not None:
        fits = score >= ALIKE or _begins(one, other) or _same_place(one, other)
        if fits:
            return Likeness(number, score)
        # A whole supplement may have one DOI; by the same author it may be a translated title.
        return Likeness(Reason.POSSIBLE, score) if _authors(one, other) else None
    if score < LIKE and not _begins(one, other):
        return None
    if one.numbers != other.numbers:
        return None
    return _by_title(one, other, score)


def title_likeness(one: Keys, other: Keys) -> float:
    """Return the share of trigrams that two titles have in common (Dice, 1945).

    Parameters
    ----------
    one, other
        The records.

    Returns
    -------
    float
        0 to 1.
    """
    if one.title == other.title:
        return 1.0
    both = len(one.trigrams) + len(other.trigrams)
    return 2 * len(one.trigrams & other.trigrams) / both


def _begins(one: Keys, other: Keys) -> bool:
    short, long = sorted((one.title, other.title), key=len)
    return len(short) >= 2 * LEAST_TITLE and long.startswith(short)


def _by_title(one: Keys, other: Keys, score: float) -> Likeness | None:
    agree, disagree = _place(one, other)
    authors = _authors(one, other)
    years = None if one.year is None or other.year is None else abs(one.year - other.year)
    long = min(len(one.title), len(other.title)) >= LEAST_TITLE
    exact = score >= SAME and long
    if years is not None and years > 1:
        return None
    if authors is False:
        # A group that signs in one database and its first member in the other.
        whole = exact and agree > 1 and not disagree
        return Likeness(Reason.TITLE_AND_PLACE, score) if whole else None
    if disagree == 1 and exact and authors and years == 0 and _pages_of_two_kinds(one, other):
        return Likeness(Reason.TITLE_AND_AUTHORS, score)
    if disagree:
        return Likeness(Reason.POSSIBLE, score) if score >= SAME and agree and long else None
    if score >= SAME and agree and (long or (authors and agree > 1)):
        return Likeness(Reason.TITLE_AND_PLACE, score)
    if score >= SAME and authors and long and years is not None:
        return Likeness(Reason.TITLE_AND_AUTHORS, score)
    if agree > 1 and authors and long:
        return Likeness(Reason.LIKE_TITLE_AND_PLACE, score)
    return Likeness(Reason.POSSIBLE, score) if long and score >= SAME else None


def _same_place(one: Keys, other: Keys) -> bool:
    agree, disagree = _place(one, other)
    return agree > 1 and not disagree


def _place(one: Keys, other: Keys) -> tuple[int, int]:
    """Return how many of volume, first page and journal agree, and how many disagree."""
    agree = disagree = 0
    for mine, theirs in ((one.volume, other.volume), (one.first_page, other.first_page)):
        if mine and theirs:
            agree += mine == theirs
            disagree += mine != theirs
    same = same_journal(one.journal, other.journal)
    if same is False:
        disagree += 1
    return agree, disagree


def _pages_of_two_kinds(one: Keys, other: Keys) -> bool:
    """Tell whether the first pages differ because one counts the article's own pages."""
    if not one.volume or one.volume != other.volume or one.first_page == other.first_page:
        return False
    return "1" in (one.first_page, other.first_page) or one.last_page == other.last_page


def same_journal(one: tuple[str, ...], other: tuple[str, ...]) -> bool | None:
    """Tell whether two names of journals may be one, abbreviated or not.

    Parameters
    ----------
    one, other
        Their words, small ones left out.

    Returns
    -------
    bool or None
        ``None`` where one is missing.

    Examples
    --------
    >>> same_journal(("eur", "j", "med", "genet"), ("european", "journal", "medical", "genetics"))
    True
    >>> same_journal(("cancer",), ("blood",))
    False
    """
    if not one or not other:
        return None
    short, long = sorted((one, other), key=lambda words: (len(words), len("".join(words))))
    at = 0
    for word in short:
        while at < len(long) and not _one_word(long[at], word):
            at += 1
        if at == len(long):
            return "".join(w[0] for w in long) == "".join(short) or set(short) <= set(long)
        at += 1
    return True


def _one_word(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return long.startswith(short) or short[:4] == long[:4] or _is_contraction(short, long)


def _is_contraction(short: str, long: str) -> bool:
    """Tell whether a word is another without letters of its middle: "natl" of "national"."""
    if len(short) < _SHORTEST_CONTRACTION or short[0] != long[0]:
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)


_SHORTEST_CONTRACTION: Final = 3


def _authors(one: Keys, other: Keys) -> bool | None:
    if not one.families or not other.families:
        return None
    if one.families[0] == other.families[0]:
        return True
    mine, theirs = set(one.families), set(other.families)
    shared = len(mine & theirs)
    return shared >= 1 and 2 * shared >= min(len(mine), len(theirs))
