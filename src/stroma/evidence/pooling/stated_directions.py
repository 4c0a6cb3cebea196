"""Directions that papers state: counted beside a pooled number, never in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from stroma.evidence.pooling.arms import ANIMAL, is_secondary, paper_of
from stroma.evidence.pooling.effect_records import Paper, Vote
from stroma.evidence.review_records import Direction, Extraction


def find_votes(
    rows: Iterable[Extraction],
    pair: tuple[str, str],
    *,
    papers: Mapping[str, Paper],
    secondary: Collection[str] = (),
    without: Collection[str] = (),
) -> tuple[Vote, ...]:
    """Return the stated directions between two tissues.

    Parameters
    ----------
    rows
        Of one quantity and analyte.
    pair
        The tissues: a vote is of the second against the first.
    papers
        How their papers are named.
    secondary
        Publications that are reviews of others' work.
    without
        Papers whose figures are pooled already.

    Returns
    -------
    tuple of Vote
        One for each row.
    """
    return tuple(
        Vote(
            row=row.key,
            paper=paper_of(row, papers),
            direction=direction,
            is_secondary=is_secondary(row, secondary),
        )
        for row in rows
        if row.group not in without and not ANIMAL.search(row.note)
        for direction in _directions(row, pair)
    )


_TURNED = {Direction.HIGHER: Direction.LOWER, Direction.LOWER: Direction.HIGHER}


def _directions(row: Extraction, pair: tuple[str, str]) -> Iterator[Direction]:
    if row.direction is None or row.direction is Direction.NOT_STATED or not row.comparator:
        return
    own = (*(word.strip() for word in row.tissue.split(";")), row.part)
    against = [word.strip() for word in row.comparator.split(";")]
    first, second = pair
    if second in own and first not in own and first in against:
        yield row.direction
    elif first in own and second not in own and second in against:
        yield _TURNED.get(row.direction, row.direction)
