"""What a person sees of a publication that waits for a decision."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stroma.texts import Language, Text, text

if TYPE_CHECKING:
    from stroma.evidence.review_records import Criterion, Review, Stage
    from stroma.evidence.screening.standing import PublicationStanding
    from stroma.reference_records import Reference

_BOLD = "\x1b[1m"
_PLAIN = "\x1b[0m"
_WORD = re.compile(r"[^\W\d_](?:[\w\-]*[^\W_])?")
_AUTHORS = 6
"""Authors shown; the others as "et al."."""


def card(
    reference: Reference,
    *,
    width: int,
    asked: frozenset[str],
    colour: bool,
    reader: Language,
) -> str:
    """Return a publication as it is shown.

    Parameters
    ----------
    reference
        The record that says most of it.
    width
        Signs in a line.
    asked
        Words to set off.
    colour
        Whether the terminal can.
    reader
        Language of the words around it.

    Returns
    -------
    str
        Title, authors, year, journal and abstract.
    """
    authors = "; ".join(reference.authors[:_AUTHORS])
    if len(reference.authors) > _AUTHORS:
        authors += "; et al."
    year = "" if reference.year is None else str(reference.year)
    where = ", ".join(word for word in (year, reference.journal, reference.doi) if word)
    abstract = reference.abstract or text("(no abstract in the exports)").render(reader)
    paragraphs = [reference.title, authors, where, "", *abstract.splitlines()]
    if reference.keywords:
        paragraphs += ["", "; ".join(reference.keywords)]
    lines = [line for paragraph in paragraphs for line in textwrap.wrap(paragraph, width) or [""]]
    shown = "\n".join(lines)
    return highlighted(shown, asked) if colour else shown


def highlighted(shown: str, asked: frozenset[str]) -> str:
    """Set off the words that were asked for.

    Parameters
    ----------
    shown
        The text.
    asked
        The words, as :func:`stroma.evidence.screening.ranking.words_of` writes them.

    Returns
    -------
    str
        With the signs of a terminal for bold.
    """
    from stroma.evidence.screening.ranking import words_of

    def bold(match: re.Match[str]) -> str:
        word = match[0]
        return f"{_BOLD}{word}{_PLAIN}" if asked.intersection(words_of(word)) else word

    return _WORD.sub(bold, shown)


def criteria_lines(criteria: Sequence[Criterion], width: int, reader: Language) -> list[str]:
    """Return the criteria with the numbers that choose them.

    Parameters
    ----------
    criteria
        Those of the stage.
    width
        Signs in a line.
    reader
        Language of the words around them.

    Returns
    -------
    list of str
        One or more lines each.
    """
    from stroma.evidence.review_records import Side

    sides = {Side.INCLUDE: text("let in"), Side.EXCLUDE: text("kept out")}
    lines: list[str] = []
    for number, one in enumerate(criteria, start=1):
        head = f"{number}  {one.key}  {sides[one.side].render(reader)}: "
        lines += textwrap.wrap(head + one.words, width, subsequent_indent="   ")
    return lines


def notices(review: Review, one: PublicationStanding) -> list[Text]:
    """Return what has to be known of a publication beside its own words.

    Parameters
    ----------
    review
        The review.
    one
        The publication.

    Returns
    -------
    list of Text
        Its corrections and retractions, and whether a database calls it retracted.
    """
    from stroma.reference_kinds import is_marked_retracted

    found = [
        text(
            "Belongs to it: {kind}, {record}: {title}",
            kind=link.kind.value,
            record=link.record,
            title=review.references[link.record].title,
        )
        for link in one.notices
    ]
    records = [member.record for member in review.members if member.group == one.group]
    if any(
        is_marked_retracted(
            review.references[name].title, review.references[name].publication_types
        )
        for name in records
    ):
        found.append(text("A database calls it RETRACTED."))
    return found


def others_lines(one: PublicationStanding, stage: Stage, reader: Language) -> list[str]:
    """Return the decisions of others, where they have to be settled.

    Parameters
    ----------
    one
        The publication.
    stage
        Where.
    reader
        Language of the words.

    Returns
    -------
    list of str
        A line each; none where a person still decides alone, who is not to see what others chose.
    """
    from stroma.evidence.screening.standing import Standing

    at = one.at(stage)
    if at.standing not in (Standing.CONFLICT, Standing.UNSURE):
        return []
    return [
        text(
            "{person} decided: {choice} {criterion} {reason}",
            person=vote.person,
            choice=vote.choice.value,
            criterion=vote.criterion,
            reason=vote.reason,
        )
        .render(reader)
        .rstrip()
        for vote in at.votes
    ]
