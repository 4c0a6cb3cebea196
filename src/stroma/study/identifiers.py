"""Names of lots, donors and passages: what one writes twice without noticing the difference.

Nothing here merges two spellings; it only finds them, so that a person can be asked.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Letters that look like a Latin one in the usual typefaces, lower case after folding; "В" and "Н"
# resemble B and H as capitals only, and lot numbers are mostly written in capitals.
_CYRILLIC: Final = dict(zip("авекмнорстухіѕјһё", "abekmhopctyxisjhe", strict=True))
_GREEK: Final = dict(zip("αβεζηικμνορτυχ", "abezhikmnoptyx", strict=True))
_SAME_LOOK: Final = str.maketrans(_CYRILLIC | _GREEK)
_LEADING_ZEROS: Final = re.compile(r"(?<!\d)0+(?=\d)")
_BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)[\s_\-./#]+(?=\d)")
_SEPARATORS: Final = re.compile(r"[\s_./#]+|(?<!\d)-|-(?!\d)")
_ONE_SIGN: Final = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | {"№": "#"})
_PASSAGE: Final = re.compile(
    r"(?:(?:[pпр]|passage|пассажа?)[\s.\-]*)?0*(?P<number>\d{1,3})(?:[.,]0+)?",
    re.IGNORECASE,
)


@lru_cache(4096)  # a table repeats a lot in each of its rows
def fold_identifier(written: str) -> str:
    """Bring an identifier to the form in which two spellings of it are the same.

    Case, separators, leading zeros and letters of other alphabets that look alike do not count;
    a separator between two digits does, so that ``1-1`` is not ``11``.

    Parameters
    ----------
    written
        As written.

    Returns
    -------
    str
        Folded; only ever compared, never shown.

    Examples
    --------
    >>> fold_identifier("BM-01") == fold_identifier("bm 01") == fold_identifier("ВМ01")
    True
    >>> fold_identifier("BM-1-1") == fold_identifier("BM-11")
    False
    """
    plain = unicodedata.normalize("NFKC", written.translate(_ONE_SIGN)).strip().casefold()
    plain = _LEADING_ZEROS.sub("", plain.translate(_SAME_LOOK))
    return _SEPARATORS.sub("", _BETWEEN_DIGITS.sub("-", plain))


def foreign_letters(written: str, beside: str) -> str:
    """Return the letters by which a spelling looks like another but is not.

    Parameters
    ----------
    written
        The spelling.
    beside
        The one it is compared with.

    Returns
    -------
    str
        The Cyrillic or Greek letters of ``written`` that stand where ``beside`` has Latin ones, or
        the other way round, with a space between; empty where there are none.

    Examples
    --------
    >>> foreign_letters("ВМ-01", "BM-01")
    'В М'
    """
    if _alphabets(written) <= _alphabets(beside):
        return ""
    new = _alphabets(written) - _alphabets(beside)
    return " ".join(dict.fromkeys(sign for sign in written if _alphabet(sign) in new))


def _alphabets(written: str) -> set[str]:
    return {_alphabet(sign) for sign in written} - {""}


def _alphabet(sign: str) -> str:
    return unicodedata.name(sign, "").partition(" ")[0] if sign.isalpha() else ""


def canonical_passage(written: str) -> str | None:
    """Write a passage the one way it is compared.

    Parameters
    ----------
    written
        As written: ``"P4"``, ``"p04"``, ``"4"``, ``"П4"``, ``"passage 4"``.

    Returns
    -------
    str or None
        ``"P4"``; ``None`` where it is not a passage number.

    Examples
    --------
    >>> canonical_passage("пассаж 4"), canonical_passage("4.0"), canonical_passage("P4+1")
    ('P4', 'P4', None)
    """
    match = _PASSAGE.fullmatch(unicodedata.normalize("NFKC", written).strip())
    return None if match is None else f"P{int(match['number'])}"
