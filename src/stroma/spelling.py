"""Which known word a written one may have been meant for: shown beside it, never in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

ALIKE: Final = 0.7
"""Share of letters in common (twice those that match over those of both words) from which a word is
shown. difflib's own 0.6 shows "amnion" for "moon"; a slip of one letter in five keeps 0.8."""

FEWEST_LETTERS: Final = 3
"""A shorter beginning is that of too many words."""


def nearest(written: str, known: Iterable[str], *, count: int = 3) -> tuple[str, ...]:
    """Return the known names most like a written one.

    Parameters
    ----------
    written
        As written.
    known
        The names.
    count
        How many to return at most.

    Returns
    -------
    tuple of str
        Most alike first, then names that begin with what was written, then those that are a word
        of it; empty where there is none.

    Examples
    --------
    >>> nearest("percentil", ["level", "percentile"])
    ('percentile',)
    >>> nearest("moon", ["amnion", "chorion"]), nearest("isct", ["isct_2006"])
    ((), ('isct_2006',))
    >>> nearest("FCS file", ["file", "lot", "passage"])
    ('file',)
    """
    folded: dict[str, str] = {}
    for name in known:
        folded.setdefault(name.casefold(), name)
    word = written.casefold().strip()
    matches = get_close_matches(word, folded, n=count, cutoff=ALIKE)
    if len(word) >= FEWEST_LETTERS:
        matches += [name for name in folded if name.startswith(word)]
    matches += [part for part in re.split(r"[\W_]+", word) if part in folded]
    return tuple(folded[match] for match in dict.fromkeys(matches))[:count]
