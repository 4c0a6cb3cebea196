"""Criteria that contradict the question, or lean the review to one side.

The words of a protocol are held against each other by what they imply
(:mod:`stroma.evidence.screening.concepts`): an exclusion of "non-adult" cells keeps out those of
the placenta, and a search that demands "adult" does. What is pointed out is for a person to weigh;
nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from stroma.errors import Place, Problem, Severity
from stroma.evidence.review_records import Criterion, Protocol, Side
from stroma.evidence.screening.concepts import (
    CONCEPTS,
    SOURCES,
    Mention,
    implied_by,
    mentions,
    others_than,
)
from stroma.evidence.screening.search_strings import demands_of
from stroma.texts import Text, text


class FindingKind(StrEnum):
    """What is wrong with a criterion or a search."""

    CONTRADICTION = "contradiction"
    ACCESS = "access"
    LANGUAGE = "language"
    REVIEWS = "reviews"


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaFinding:
    """Something in a protocol for a person to weigh.

    Parameters
    ----------
    kind
        What is wrong.
    place
        Where: ``"criterion E2"``, ``"search PubMed"``.
    words
        The words there.
    against
        The words they clash with; empty where they clash with none.
    against_place
        Where those stand.
    found, action
        In words.
    severity
        A warning, or a note on what is common but has to be said in the review.
    """

    kind: FindingKind
    place: str
    words: str
    against: str = ""
    against_place: str = ""
    found: Text
    action: Text
    severity: Severity = Severity.WARNING

    def problem(self, file: str) -> Problem:
        """Return it as a problem.

        Parameters
        ----------
        file
            The protocol.

        Returns
        -------
        Problem
            Where, what was found, what was expected, what to do.
        """
        return Problem(
            Place(file=file, column=self.place),
            found=self.found,
            expected=_EXPECTED[self.kind],
            action=self.action,
            severity=self.severity,
        )


_EXPECTED: Final = {
    FindingKind.CONTRADICTION: text("criteria that let in what the question asks for"),
    FindingKind.ACCESS: text("criteria of what a paper studied, not of what it costs to read"),
    FindingKind.LANGUAGE: text("papers in every language, or a word on those left out"),
    FindingKind.REVIEWS: text("papers that report figures of their own"),
}
_ACCESS: Final = re.compile(
    r"(?<!\w)(?:free(?:ly)?[\s\-]+(?:full|text|avail|access|download)\w*|free of charge|"
    r"(?:avail|access)\w+\s+(?:for\s+)?free\w*|ffrft|open[\s\-]+access|pay-?wall\w*|"
    r"свободн\w+\s+(?:доступ|просмотр|чтени)\w*|бесплатн\w+|открыт\w+\s+доступ\w*|"
    r"(?:ашық|еркін|тегін)\s+(?:қол\s?жет|көру|оқу)\w*|тегін)",
    re.IGNORECASE,
)
_OTHER_LANGUAGES: Final = "russian|german|french|spanish|chinese|kazakh"
_LANGUAGE: Final = re.compile(
    r"(?<!\w)(?:(?:non-|not\s+in\s+|other\s+than\s+|in\s+|only\s+)?english(?!\w)"
    r"(?:[\s\-]+(?:language|only)\w*)?"
    # Chinese hamsters and German shepherds are no languages.
    rf"|(?:non-|not\s+in\s+|in\s+)(?:{_OTHER_LANGUAGES})(?!\w)"
    rf"|(?:{_OTHER_LANGUAGES})[\s\-]+(?:language|only|papers|articles)\w*"
    r"|на\s+(?:английск|русск|казахск|немецк|французск|китайск)\w+(?:\s+язык\w*)?"
    r"|(?:английск|русск|казахск)\w+\s+язык\w*|(?:ағылшын|орыс|қазақ)\s+тіл\w*)",
    re.IGNORECASE,
)
_EXCEPT: Final = re.compile(
    r"(?<!\w)(?:except(?:ing)?|other than|unless|apart from|but not|кроме|за исключением|"
    r"если не)(?!\w).*$",
    re.IGNORECASE | re.DOTALL,
)
_LISTED: Final = re.compile(
    r"[,;/]|(?<!\w)(?:or|and|или|и|немесе|және|мен|пен|бен)(?!\w)", re.IGNORECASE
)
_EXCEPT_WORD: Final = re.compile(
    r"^(?:except(?:ing)?|other than|unless|apart from|but not|кроме|за исключением|если не)\s+",
    re.IGNORECASE,
)
_ONLY: Final = re.compile(
    r"(?<!\w)(?:only|alone|solely|exclusively|только|лишь|исключительно|ғана|тек)(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the protocol: what it lets in or keeps out, and where it stands."""

    place: str
    found: tuple[Mention, ...]


_Phrase: TypeAlias = tuple[Mention, ...]
"""What is kept out where all of it holds: "fetal bone marrow" is not all bone marrow."""


@dataclass(frozen=True, slots=True)
class _KeptOut:
    """What a part of the protocol keeps out."""

    place: str
    phrases: tuple[_Phrase, ...]


def check_criteria(protocol: Protocol) -> tuple[CriteriaFinding, ...]:
    """Hold criteria and searches to the question.

    Parameters
    ----------
    protocol
        The protocol.

    Returns
    -------
    tuple of CriteriaFinding
        Contradictions with the words that clash, then criteria that lean to one side.

    Examples
    --------
    >>> from stroma.evidence.protocol import parse_protocol
    >>> protocol = parse_protocol('''
    ... question = "MSC of the bone marrow and the placenta"
    ... people = ["AB", "CD"]
    ... [[criterion]]
    ... key = "E2"
    ... side = "exclude"
    ... words = "MSC from non-adult persons or embryos"
    ... ''', file="review.toml")
    >>> [(one.place, one.words, one.against) for one in check_criteria(protocol)]
    [('criterion E2', 'non-adult', 'placenta')]
    """
    wanted = _wanted(protocol)
    found: list[CriteriaFinding] = []
    for kept_out in _kept_out(protocol):
        found += _clashes(kept_out, wanted)
    for search in protocol.searches:
        demanded = tuple(_wanted_by_search(search.query))
        place = f"search {search.database}"
        own = [*wanted, _Part(place, demanded)]
        for part in _kept_out_by_search(search.query, place):
            found += _clashes(part, own)
    for search in protocol.searches:
        found += _access_and_language(search.query, f"search {search.database}")
    for criterion in protocol.criteria:
        found += _leanings(criterion)
    return tuple(dict.fromkeys(found))


def _wanted(protocol: Protocol) -> list[_Part]:
    # "A systematic review of …" speaks of the review itself.
    parts = [
        _Part(place, tuple(one for one in mentions(words) if one.concept != "review"))
        for place, words in (("question", protocol.question), ("title", protocol.title))
    ]
    parts += [
        _Part(f"criterion {one.key}", tuple(mentions(one.words)))
        for one in protocol.criteria
        if one.side is Side.INCLUDE
    ]
    return parts


def _kept_out(protocol: Protocol) -> Iterator[_KeptOut]:
    for criterion in protocol.criteria:
        keeps = _kept_by_inclusion if criterion.side is Side.INCLUDE else _kept_by_exclusion
        yield _KeptOut(f"criterion {criterion.key}", tuple(keeps(criterion.words)))


def _kept_by_inclusion(words: str) -> Iterator[_Phrase]:
    main, exception = _parted(words)
    found = list(mentions(main))
    for one in (*_narrowed(found), *(one for one in found if one.denied)):
        yield (one,)
    if exception:
        # What is let in, except this.
        yield from _phrases(_EXCEPT_WORD.sub("", exception))
    if _ONLY.search(main):
        yield from _others(found, main)


def _kept_by_exclusion(words: str) -> Iterator[_Phrase]:
    main, exception = _parted(words)
    if _ONLY.search(main):
        return
    # "Tissues other than the placenta": read without its first words, which deny.
    spared = list(mentions(_EXCEPT_WORD.sub("", exception)))
    allowed = implied_by(one.concept for one in spared)
    phrases = list(_phrases(main))
    for phrase in phrases:
        if not implied_by(one.concept for one in phrase) & allowed:
            yield phrase
    if spared and not others_than(one.concept for phrase in phrases for one in phrase):
        yield from _others(spared, exception.strip())


def _phrases(words: str) -> Iterator[_Phrase]:
    """Take apart what is listed; what stands in one phrase holds together."""
    found = [one for one in mentions(words) if not one.denied]
    ends = [*(match.start() for match in _LISTED.finditer(words)), len(words)]
    begin = 0
    for end in ends:
        phrase = tuple(one for one in found if begin <= one.start < end)
        if phrase:
            yield phrase
        begin = end


def _parted(words: str) -> tuple[str, str]:
    exception = _EXCEPT.search(words)
    return (words, "") if exception is None else (words[: exception.start()], exception[0])


def _others(found: Iterable[Mention], words: str) -> Iterator[_Phrase]:
    """Yield the tissues and species that "only these" keeps out."""
    named = [one.concept for one in found if not one.denied]
    for concept in sorted(others_than(named)):
        yield (Mention(concept=concept, words=words, start=0),)


def _narrowed(found: Iterable[Mention]) -> Iterator[Mention]:
    """Yield what a demand for adults keeps out, unless it stands beside what is not adult."""
    here = list(found)
    if "non_adult" in implied_by(one.concept for one in here if not one.denied):
        return
    for one in here:
        contrary = CONCEPTS[one.concept].contrary
        if contrary:
            yield Mention(concept=contrary, words=one.words, start=one.start)


def _wanted_by_search(query: str) -> Iterator[Mention]:
    for demand in demands_of(query):
        if not demand.denied:
            for words in demand.alternatives:
                yield from mentions(words)


def _kept_out_by_search(query: str, place: str) -> Iterator[_KeptOut]:
    for demand in demands_of(query):
        by_word = [tuple(mentions(words)) for words in demand.alternatives]
        if demand.denied:
            yield _KeptOut(place, tuple(found for found in by_word if found))
            continue
        narrowed = [tuple(_narrowed(found)) for found in by_word]
        # One alternative that is not narrowed lets the others in.
        if by_word and all(narrowed):
            yield _KeptOut(place, (narrowed[0],))


def _clashes(kept_out: _KeptOut, wanted: Sequence[_Part]) -> Iterator[CriteriaFinding]:
    told: set[tuple[str, str]] = set()
    asked = implied_by(one.concept for part in wanted for one in part.found if not one.denied)
    for phrase in kept_out.phrases:
        # Cells are of one source: its tissue and age have to be those of one thing asked for.
        source = {one.concept for one in phrase} & SOURCES
        if not {one.concept for one in phrase} <= asked:
            continue
        for part in wanted:
            if part.place == kept_out.place and part.place.startswith("criterion"):
                continue
            for one in part.found:
                implied = implied_by([one.concept])
                kept = next((held for held in phrase if held.concept in implied), None)
                if kept is None or one.denied or not source <= implied:
                    continue
                words = (kept.words.casefold(), one.concept)
                if words not in told:
                    told.add(words)
                    yield _contradiction(kept_out.place, kept, part.place, one)


def _contradiction(place: str, kept: Mention, other: str, one: Mention) -> CriteriaFinding:
    if kept.concept == one.concept:
        found = text(
            '"{words}" keeps out what {other} asks for: "{asked}"',
            words=kept.words,
            other=_place_words(other),
            asked=one.words,
        )
    else:
        found = text(
            '"{words}" keeps out what {other} asks for: "{asked}", cells that are {implied}',
            words=kept.words,
            other=_place_words(other),
            asked=one.words,
            implied=CONCEPTS[kept.concept].label,
        )
    return CriteriaFinding(
        kind=FindingKind.CONTRADICTION,
        place=place,
        words=kept.words,
        against=one.words,
        against_place=other,
        found=found,
        action=text("say in the criterion or search whose cells are meant, or drop these words"),
    )


def _place_words(place: str) -> Text:
    kind, _, name = place.partition(" ")
    match kind:
        case "criterion":
            return text("criterion {key}", key=name)
        case "search":
            return text("the search in {database}", database=name)
        case "title":
            return text("the title")
        case _:
            return text("the question")


def _access_and_language(words: str, place: str) -> Iterator[CriteriaFinding]:
    if (access := _ACCESS.search(words)) is not None:
        yield CriteriaFinding(
            kind=FindingKind.ACCESS,
            place=place,
            words=access[0],
            found=text(
                '"{words}": what a paper costs to read says nothing of its subject, so that the '
                "selection leans to some journals and laboratories",
                words=access[0],
            ),
            action=text(
                "drop it, and enter papers whose full text could not be had as not_retrieved"
            ),
        )
    if (language := _LANGUAGE.search(words)) is not None:
        yield CriteriaFinding(
            kind=FindingKind.LANGUAGE,
            place=place,
            words=language[0].strip(),
            found=text(
                '"{words}": results that are not significant are published in English less often',
                words=language[0].strip(),
            ),
            action=text("say in the review how many were left out by this criterion"),
            severity=Severity.NOTE,
        )


def _leanings(criterion: Criterion) -> Iterator[CriteriaFinding]:
    place = f"criterion {criterion.key}"
    yield from _access_and_language(criterion.words, place)
    if criterion.side is Side.INCLUDE:
        review = next(
            (
                one
                for one in mentions(criterion.words)
                if one.concept == "review" and not one.denied
            ),
            None,
        )
        if review is not None:
            yield CriteriaFinding(
                kind=FindingKind.REVIEWS,
                place=place,
                words=review.words,
                found=text(
                    '"{words}" are let in: they repeat figures of papers that are counted already, '
                    "and carry their slips on",
                    words=review.words,
                ),
                action=text("use them to find papers, and take figures from the papers themselves"),
            )
