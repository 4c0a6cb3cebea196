"""Where long words of a table's head may be divided.

Browsers divide words only with a dictionary, which few have for Russian and hardly any for Kazakh;
without one a head of fourteen columns is wider than any page.
"""

from __future__ import annotations

import re

SOFT_HYPHEN = "\u00ad"
ZERO_WIDTH_SPACE = "\u200b"

LONG = 11
"""Letters from which a word is too wide for a column of numbers."""

_VOWELS = "aeiouyаеёиоуыэюяәіөұү"
_LONG_WORD = re.compile(rf"[^\W\d_]{{{LONG},}}")
_BETWEEN_SYLLABLES = re.compile(
    rf"(?:(?<=[{_VOWELS}])|(?<=[{_VOWELS}][^{_VOWELS}]))(?=[^{_VOWELS}][{_VOWELS}])", re.IGNORECASE
)


def dividable(words: str) -> str:
    """Let names of several markers break after a stroke, and long words once near their middle.

    Parameters
    ----------
    words
        English, Russian or Kazakh.

    Returns
    -------
    str
        The same words with soft hyphens, which show only where a line ends.

    Examples
    --------
    >>> dividable("differentiation").replace(SOFT_HYPHEN, "-")
    'differen-tiation'
    >>> dividable("дифференцировка").replace(SOFT_HYPHEN, "-")
    'дифферен-цировка'
    """
    return _LONG_WORD.sub(lambda word: _divided(word[0]), breakable(words))


def breakable(words: str) -> str:
    """Let names of several markers break after a stroke.

    Parameters
    ----------
    words
        For example ``"CD105+/CD73+/CD90+"``.

    Returns
    -------
    str
        The same words with spaces of no width behind each stroke.
    """
    return words.replace("/", f"/{ZERO_WIDTH_SPACE}")


def _divided(word: str) -> str:
    inner = [m.start() for m in _BETWEEN_SYLLABLES.finditer(word) if 2 < m.start() < len(word) - 2]
    if not inner:
        return word
    middle = min(inner, key=lambda place: abs(place - len(word) / 2))
    return f"{word[:middle]}{SOFT_HYPHEN}{word[middle:]}"
