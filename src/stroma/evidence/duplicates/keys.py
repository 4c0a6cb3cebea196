"""What of a reference is compared: its title, authors, place and numbers in one spelling."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from stroma.reference_kinds import kind_of
from stroma.reference_records import Reference, ReferenceKind

_WORD: Final = re.compile(r"[^\W_]+")
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.?[-\s]?){1,4}")
# Databases translate a title and put its language behind, or keep both in brackets.
_LANGUAGE: Final = re.compile(
    r"\s*[\[(](?:in )?[A-Z][a-z]+(?:[,;/] ?(?:and )?[A-Z][a-z]+)*[\])]\.?\s*$"
)
# Ovid and Cochrane write what they know of a record behind its title.
_NOTES: Final = re.compile(
    r"[.\s]*[\[(](?:review|\d+ refs?|see comments?|provisional abstract|structured abstract"
    r"|author'?s'? transl|clinical conference|letter|editorial|corrected)[\])]\.?"
    # To the end of the title, because such notes hold brackets and are cut off.
    r"|[.\s]*\[(?:(?:published )?(?:erratum|corrections?|retraction) (?:appears )?in\b"
    r"|err|comment in\b|republished|corrected and\b).*$",
    re.IGNORECASE,
)
_BRACKETS: Final = re.compile(r"[\[(][^\])]*[\])]")
_ROMAN: Final = re.compile(r"(?:i{1,3}|iv|vi{0,3}|ix|x{1,2}i{0,3}|xi?v)")
_SPELLED: Final = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
_ROMAN_VALUES: Final = {"i": 1, "v": 5, "x": 10}
_NUMBER: Final = re.compile(r"\d+")
# Greek letters are written out by one database and printed by another.
_GREEK: Final = str.maketrans(
    {"α": " alpha ", "β": " beta ", "γ": " gamma ", "δ": " delta ", "κ": " kappa ", "μ": " mu ",
     "ß": " beta ", "µ": " mu ", "ω": " omega ", "&": " and ", "λ": " lambda ", "ε": " epsilon "}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Keys:
    """A reference as it is compared.

    Parameters
    ----------
    title
        Letters and digits of the title, without spaces, accents and case.
    words
        Its words.
    numbers
        Its numbers, Roman ones too, in order: parts of a series differ in nothing else.
    trigrams
        Its runs of three letters.
    families
        Family names, in order.
    year, volume, issue, first_page, last_page
        ``None`` or empty where missing.
    journal
        Words of the journal's name.
    doi, pmid
        Empty where missing.
    kind
        What the record is.
    """

    title: str
    words: tuple[str, ...]
    numbers: tuple[str, ...]
    trigrams: frozenset[str]
    families: tuple[str, ...]
    year: int | None
    volume: str
    issue: str
    first_page: str
    last_page: str
    journal: tuple[str, ...]
    doi: str
    pmid: str
    kind: ReferenceKind


def keys_of(reference: Reference) -> Keys:
    """Return what of a reference is compared.

    Parameters
    ----------
    reference
        The record.

    Returns
    -------
    Keys
        Its title, authors, place and numbers in one spelling.

    Examples
    --------
    >>> from stroma.records import Origin
    >>> made = Reference(origin=Origin("a.ris", ""), title="Cells, part II", pages="288-97")
    >>> keys = keys_of(made)
    >>> keys.words, keys.numbers, keys.first_page, keys.last_page
    (('cells', 'part', 'ii'), ('2',), '288', '297')
    """
    words = _words(_LANGUAGE.sub("", _NOTES.sub("", reference.title)))
    title = "".join(words)
    first, last = _pages(reference.pages)
    kind = reference.kind
    if kind is ReferenceKind.ARTICLE:
        kind = kind_of(reference.title, journal=reference.journal, doi=reference.doi)
    return Keys(
        title=title,
        words=words,
        numbers=_numbers(words),
        trigrams=frozenset(title[at : at + 3] for at in range(max(len(title) - 2, 1))),
        families=tuple(family for name in reference.authors if (family := _family(name))),
        year=reference.year,
        volume=_plain_number(reference.volume),
        issue=_plain_number(reference.issue),
        first_page=first,
        last_page=last,
        journal=_journal(reference.journal),
        doi=reference.doi,
        pmid=reference.pmid,
        kind=kind,
    )


_SUFFIXES: Final = frozenset({"jr", "sr", "2nd", "3rd", "iii"})
_SMALL: Final = frozenset(
    {"the", "of", "and", "in", "for", "a", "an", "on", "de", "la", "et", "der"}
)


def _journal(written: str) -> tuple[str, ...]:
    words = _words(_BRACKETS.sub(" ", written) if "[" in written or "(" in written else written)
    # British and American spelling: "Gynaecology", "Tumour".
    return tuple(
        word.replace("ae", "e").replace("oe", "e").replace("our", "or")
        for word in words
        if word not in _SMALL
    )


@lru_cache(maxsize=65536)
def _words(written: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKD", written.translate(_GREEK).casefold())
    return tuple(_WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign))))


def _numbers(words: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for word in words:
        if _ROMAN.fullmatch(word) and word != "i":
            found.append(str(_roman(word)))
        elif word == "i":
            found.append("1")
        elif word in _SPELLED:
            found.append(_SPELLED[word])
        else:
            found += [digits.lstrip("0") or "0" for digits in _NUMBER.findall(word)]
    return tuple(found)


def _roman(word: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in word]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < after else value for value, after in pairs)


def _family(name: str) -> str:
    before, comma, _ = name.partition(",")
    words = tuple(word for word in _words(before) if word not in _SUFFIXES)
    if comma or not words:
        return "".join(words)
    # "Griffin DK" has its initials behind, "D. K. Griffin" before the family.
    pieces = before.split()
    while len(pieces) > 1 and _INITIALS.fullmatch(pieces[-1]) and pieces[-1].isupper():
        pieces.pop()
    if len(pieces) < len(before.split()):
        return "".join(_words(" ".join(pieces)))
    return words[-1]


def _pages(written: str) -> tuple[str, str]:
    plain = re.sub(r"[‐-―−]+|--+", "-", written.casefold()).replace(" ", "")
    plain = (
        re.sub(r"^(?:pp?|pgs?)\.?(?=\w)", "", plain)
        if re.match(r"pp?\.?\d|pgs?\.", plain)
        else plain
    )
    first, _, last = plain.partition("-")
    last = re.split(r"[,;+(]", last)[0]
    first = re.split(r"[,;+(]", first)[0]
    if first.isdigit() and last.isdigit() and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    # "Suppl-12" and "t-20" are what is left of "S109-S112" and "Pt 2: 314-320".
    return (first if any(sign.isdigit() for sign in first) else "").lstrip("0"), last.lstrip("0")


def _plain_number(written: str) -> str:
    plain = written.casefold().strip()
    found = _NUMBER.search(plain)
    return plain if found is None else found[0].lstrip("0")
