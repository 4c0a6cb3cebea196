"""What the judges of all kinds of parts share."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from stroma.evidence.claims.records import ChainRow, EvidenceRow, Grade, PartAnswer, Vote
from stroma.evidence.claims.votes import Tally
from stroma.evidence.claims.words import row_words
from stroma.texts import Text, join, text, texts

Rows: TypeAlias = Sequence[EvidenceRow]

PLACENTA_PARTS: Final = frozenset({"amnion", "chorion", "chorionic_villi", "decidua"})
CELLS_OF_NO_SOURCE: Final = re.compile(
    r"control|HUVEC|no stromal|historical|epitheli|without|reference", re.IGNORECASE
)
UNNAMED_SOURCES: Final = re.compile(r"MSC sources|tissue not named", re.IGNORECASE)
OPPOSITE: Final = {"higher": "lower", "lower": "higher", "no_difference": "no_difference"}


def chained(row: EvidenceRow, vote: Vote) -> ChainRow:
    """Return a row with its vote and its words.

    Parameters
    ----------
    row
        The row.
    vote
        How it stands to the claim.

    Returns
    -------
    ChainRow
        For the chain.
    """
    return ChainRow(row=row, vote=vote, told=row_words(row))


def vote_of(*, agrees: bool) -> Vote:
    """Return the vote of a row that agrees with a claim, or does not.

    Parameters
    ----------
    agrees
        Whether it does.

    Returns
    -------
    Vote
        For it or against it.
    """
    return Vote.FOR if agrees else Vote.AGAINST


def answered(asked: Text, rule: Text, tally: Tally, told: Text | None = None) -> PartAnswer:
    """Return the answer of a part whose votes were counted.

    Parameters
    ----------
    asked, rule
        What is asked, and what counts.
    tally
        The votes.
    told
        The count in words where the tally does not say it all.

    Returns
    -------
    PartAnswer
        The answer.
    """
    return PartAnswer(
        asked=asked,
        rule=rule,
        answer=tally.answer,
        grade=tally.grade,
        papers_for=tally.supporting,
        papers_against=tally.opposing,
        papers_divided=tally.divided,
        tally=_tally_words(tally) if told is None else told,
        rows=tally.rows,
    )


def _tally_words(tally: Tally) -> Text:
    if tally.grade is Grade.NOTHING:
        beside = len(tally.rows)
        if not beside:
            return text("no row of any table compares this")
        return texts(
            "{count} row speaks of it and decides nothing",
            "{count} rows speak of it and decide nothing",
            beside,
        )
    said: list[object] = [
        texts("{count} review for the claim", "{count} reviews for the claim", tally.supporting)
        if tally.grade is Grade.REVIEWS
        else texts("{count} paper for the claim", "{count} papers for the claim", tally.supporting),
        texts("{count} against it", "{count} against it", tally.opposing),
    ]
    if tally.divided:
        said.append(texts("{count} points both ways", "{count} point both ways", tally.divided))
    if tally.grade is Grade.REVIEWS:
        said.append(text("no paper that measured it is held, so that reviews are heard"))
    return join(said)


def with_parts(tissues: Iterable[str]) -> frozenset[str]:
    """Return tissues, with the parts of the placenta where it is among them.

    Parameters
    ----------
    tissues
        Names in the vocabulary.

    Returns
    -------
    frozenset of str
        The same, and the parts.
    """
    held = frozenset(tissues)
    return held | PLACENTA_PARTS if "placenta" in held else held


def is_fetal_marrow(row: EvidenceRow, side: frozenset[str]) -> bool:
    """Tell whether marrow of a row is that of a fetus: claims are on donors that are born.

    Parameters
    ----------
    row
        The row.
    side
        The tissues of the claim.

    Returns
    -------
    bool
        True when it is.
    """
    if "bone_marrow" not in side:
        return False
    own = "bone_marrow" in row.tissues and "fetal" in row.part_printed
    return own or "BM fetal" in row.comparator_printed


def direction_of(
    row: EvidenceRow, subject: frozenset[str], against: frozenset[str]
) -> str | None:  # fmt: skip
    """Return how the subject of a claim stands in a row.

    Parameters
    ----------
    row
        Of one tissue against another.
    subject, against
        The claim's tissues; an empty ``against`` is any other source.

    Returns
    -------
    str or None
        ``None`` where the row does not compare the two.
    """
    if not row.comparator_printed or row.species != "human":
        return None

    def is_other(tissues: frozenset[str], printed: str) -> bool:
        if against:
            return bool(tissues & against)
        if tissues:
            return bool(tissues - subject)
        named = printed and not CELLS_OF_NO_SOURCE.search(printed)
        return bool(named or UNNAMED_SOURCES.search(printed))

    if row.tissues & subject and is_other(row.comparators, row.comparator_printed):
        return row.direction
    if row.comparators & subject and is_other(row.tissues, row.tissue_printed):
        return OPPOSITE.get(row.direction, row.direction)
    return None


def ends_of(row: EvidenceRow) -> tuple[float, float] | None:
    """Return the ends between which a figure lies.

    Parameters
    ----------
    row
        With a value or an interval.

    Returns
    -------
    tuple or None
        Low and high; ``None`` where no figure is printed.
    """
    numbers = [end for end in (row.value, row.low, row.high) if end is not None]
    if not numbers:
        return None
    scale = 1e8 if row.unit_printed.startswith("1e8") else 1.0
    low, high = min(numbers) * scale, max(numbers) * scale
    # What was reached at most, or at least, says nothing of the other end.
    if row.bound.startswith("<") or (row.low is None and row.high is not None):
        low = 0.0
    if row.bound.startswith(">") or (row.high is None and row.low is not None):
        high = math.inf
    return low, high
