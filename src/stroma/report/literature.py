"""What the page shows of the literature; the templates only lay it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from stroma.claims_run import own_answers
from stroma.evidence.claims.attribute_words import attribute_word
from stroma.evidence.claims.judge import count_answers, judge_claims
from stroma.evidence.claims.records import (
    ChainRow,
    ClaimAnswer,
    EvidenceRow,
    Grade,
    JudgedClaim,
    OwnAnswer,
    PartAnswer,
    Vote,
)
from stroma.evidence.claims.rows import OWN_LOTS, evidence_rows
from stroma.evidence.claims.rules import sense
from stroma.evidence.claims.summary import Finding, placenta_against_marrow
from stroma.evidence.claims.words import (
    ANSWERS,
    TABLES,
    VOTES,
    certainty_words,
    counts_words,
    paper_words,
)
from stroma.evidence.pooling.pool import PooledAnswer
from stroma.evidence.pooling.words import asked, headline, kind_word
from stroma.evidence.references.check import check_doi
from stroma.evidence.review_records import Review
from stroma.published import article_references
from stroma.report.pooled_figures import forest_figure
from stroma.results import StudyResults
from stroma.texts import Language, Text, join, text, texts

KINDS = {
    ClaimAnswer.SUPPORTED: "p",
    ClaimAnswer.CONTRADICTED: "f",
    ClaimAnswer.MIXED: "q",
    ClaimAnswer.NO_EVIDENCE: "n",
}
"""Class of the style sheet for each answer."""
SIGNS = {
    ClaimAnswer.SUPPORTED: "✓",
    ClaimAnswer.CONTRADICTED: "✗",
    ClaimAnswer.MIXED: "±",
    ClaimAnswer.NO_EVIDENCE: "–",
}
VOTE_SIGNS = {Vote.FOR: "+", Vote.AGAINST: "−", Vote.DIVIDED: "±", Vote.BESIDE: "·"}
VOTE_KINDS = {Vote.FOR: "for", Vote.AGAINST: "con", Vote.DIVIDED: "div", Vote.BESIDE: "by"}
COUNTED_SHOWN = 24
BESIDE_SHOWN = 6
"""Rows of a part that the page shows; the JSON of the command holds all."""
LONGEST = 60
"""Letters of an address that are shown; the link has all."""
SOURCES = ({"bone_marrow"}, {"placenta", "amnion", "chorion", "chorionic_villi", "decidua"})
"""Lots of both are what a study needs for the section."""


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of a chain on the page.

    Parameters
    ----------
    held
        The row with its vote.
    sign, kind, vote
        Of the vote: its sign, its class of the style sheet, in words.
    told, paper
        What it says, and the paper with its place.
    link
        Where the paper is; empty where no address is known.
    citation
        As printed beside it.
    """

    held: ChainRow
    sign: str
    kind: str
    vote: Text
    told: Text
    paper: Text
    link: str
    citation: str


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of a claim on the page: the part, its answer in words, its rows and how many more."""

    part: PartAnswer
    answer: Text
    kind: str
    rows: tuple[RowView, ...]
    more: Text | None


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim on the page.

    Parameters
    ----------
    held
        The claim.
    answer, kind, sign
        Its answer in words, its class of the style sheet and its sign.
    counts, certainty
        Papers for and against, and how sure the answer is.
    parts
        Its chain.
    has_own
        Whether the reader's own lots have a voice in it.
    weak
        Whether it rests on tables of reviews alone.
    """

    held: JudgedClaim
    answer: Text
    kind: str
    sign: str
    counts: str
    certainty: Text
    parts: tuple[PartView, ...]
    has_own: bool
    weak: bool


@dataclass(frozen=True, slots=True)
class FindingView:
    """A property on the page: the count, its squares by class, own lots in words."""

    finding: Finding
    squares: tuple[tuple[str, int], ...]
    told: Text
    own: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class PooledView:
    """A pooled question on the page.

    Parameters
    ----------
    asked
        What is asked.
    answers
        Within papers and between papers, each with its answer.
    figure
        The forest plot; empty where nothing is pooled.
    """

    asked: Text
    answers: tuple[tuple[Text, Text], ...]
    figure: str


@dataclass(frozen=True, slots=True)
class Literature:
    """What the literature says.

    Parameters
    ----------
    findings
        Placenta against bone marrow, property by property.
    claims
        The claims of the founding article.
    counts
        Kind, sign, word and number of each answer.
    held
        Each table with how many rows it has.
    failing
        Number, citation and faults of references with a fault.
    has_own
        Whether own lots stand beside.
    """

    findings: tuple[FindingView, ...]
    claims: tuple[ClaimView, ...]
    counts: tuple[tuple[str, str, Text, int], ...]
    held: tuple[tuple[Text, int], ...]
    failing: tuple[tuple[int, str, tuple[Text, ...]], ...]
    has_own: bool


def literature_of(results: StudyResults) -> Literature | None:
    """Gather what a study's report shows of the literature.

    Parameters
    ----------
    results
        Of a study.

    Returns
    -------
    Literature or None
        The claims in which own lots have a voice; ``None`` where the lots are not of both bone
        marrow and placenta.
    """
    sources = {lot.source for lot in results.lots}
    if not all(sources & wanted for wanted in SOURCES):
        return None
    own = own_answers(results.comparisons)
    whole = make_literature(judge_claims(own=own), own=own)
    return Literature(
        findings=whole.findings,
        claims=tuple(
            claim
            for claim in whole.claims
            # That sources differ in something is told by the comparisons themselves.
            if claim.has_own and claim.held.claim.attributes != ("source_dependence",)
        ),
        counts=whole.counts,
        held=whole.held,
        failing=(),
        has_own=whole.has_own,
    )


def make_literature(
    judged: Sequence[JudgedClaim], *, review: Review | None = None, own: Sequence[OwnAnswer] = ()
) -> Literature:
    """Gather what the page shows.

    Parameters
    ----------
    judged
        The claims.
    review
        Of the reader's own, where its extractions were counted.
    own
        What the laboratory's own lots say.

    Returns
    -------
    Literature
        Ready to be laid out.
    """
    rows = evidence_rows(review, own)
    tables = {name: sum(row.table == name for row in rows) for name in TABLES}
    tables["references"] = len(article_references())
    counts = count_answers(judged)
    return Literature(
        findings=tuple(_finding(held) for held in placenta_against_marrow(rows)),
        claims=tuple(_claim(held) for held in judged),
        counts=tuple(
            (KINDS[answer], SIGNS[answer], ANSWERS[answer], count)
            for answer, count in counts.items()
        ),
        held=tuple((TABLES[name], count) for name, count in tables.items() if count),
        failing=tuple(_failing()),
        has_own=bool(own),
    )


def pooled_views(pooled: Sequence[PooledAnswer], language: Language) -> tuple[PooledView, ...]:
    """Gather what the page shows of pooled answers.

    Parameters
    ----------
    pooled
        Of the two tissues; those of one question stand together.
    language
        Of the words in the pictures.

    Returns
    -------
    tuple of PooledView
        One a question of which a figure is held.
    """
    views = []
    for _, of_one in groupby(pooled, key=lambda one: (one.quantity, one.analyte, one.sources)):
        kinds = list(of_one)
        if not any(answer.effects for answer in kinds):
            continue
        drawn = any(answer.estimate is not None for answer in kinds)
        views.append(
            PooledView(
                asked=asked(kinds[0]),
                answers=tuple((kind_word(one.kind), headline(one)) for one in kinds),
                figure=forest_figure(kinds, language) if drawn else "",
            )
        )
    return tuple(views)


def _claim(held: JudgedClaim) -> ClaimView:
    return ClaimView(
        held=held,
        answer=ANSWERS[held.answer],
        kind=KINDS[held.answer],
        sign=SIGNS[held.answer],
        counts=counts_words(held.deciding),
        certainty=certainty_words(held),
        parts=tuple(_part(part) for part in held.parts),
        has_own=any(row.row.table == OWN_LOTS for row in held.rows),
        weak=held.deciding.grade is Grade.REVIEWS,
    )


def _part(part: PartAnswer) -> PartView:
    counted = [held for held in part.rows if held.vote is not Vote.BESIDE]
    beside = [held for held in part.rows if held.vote is Vote.BESIDE]
    own = [held for held in beside if held.row.table == OWN_LOTS]
    others = [held for held in beside if held.row.table != OWN_LOTS]
    shown = [*counted[:COUNTED_SHOWN], *own, *others[:BESIDE_SHOWN]]
    more = len(part.rows) - len(shown)
    return PartView(
        part=part,
        answer=ANSWERS[part.answer],
        kind=KINDS[part.answer],
        rows=tuple(_row(held) for held in shown),
        more=texts("{count} more row", "{count} more rows", more) if more else None,
    )


def _row(held: ChainRow) -> RowView:
    row = held.row
    link = row.address
    if row.citation.startswith("doi:"):
        link = f"https://doi.org/{row.citation.removeprefix('doi:')}"
    return RowView(
        held=held,
        sign=VOTE_SIGNS[held.vote],
        kind=VOTE_KINDS[held.vote],
        vote=VOTES[held.vote],
        told=held.told,
        paper=paper_words(row),
        link=link if link.startswith(("http://", "https://")) else "",
        citation="" if row.citation in (row.paper, "") else _short(row.citation),
    )


def _short(citation: str) -> str:
    plain = citation.removeprefix("https://").removeprefix("http://")
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"


def _finding(held: Finding) -> FindingView:
    squares = (
        ("hi", held.higher), ("eq", held.alike), ("lo", held.lower), ("dv", held.divided),
    )  # fmt: skip
    said: list[object] = [
        label
        for count, label in (
            (held.higher, text("placenta higher: {count}", count=held.higher)),
            (held.alike, text("no difference: {count}", count=held.alike)),
            (held.lower, text("bone marrow higher: {count}", count=held.lower)),
            (held.divided, text("both ways: {count}", count=held.divided)),
        )
        if count
    ]
    if held.only_reviews:
        said.append(text("reviews only"))
    return FindingView(
        finding=held,
        squares=tuple(square for square in squares if square[1]),
        told=join(said) if said else text("no evidence held"),
        own=tuple(_own_words(held.name, row) for row in held.own),
    )


def _own_words(name: str, row: EvidenceRow) -> Text:
    """Return what own lots say of a property in a word, with the quantity it was measured by."""
    placenta = "placenta" in row.tissues
    upwards = (row.direction == "higher") == (sense(name, row.attribute) > 0)
    sides = {"higher": upwards == placenta, "lower": upwards == placenta}
    said = text("undecided")
    if row.direction == "no_difference":
        said = text("no difference")
    elif row.direction in sides:
        said = text("placenta higher") if sides[row.direction] else text("bone marrow higher")
    measured = attribute_word(row.attribute, row.quantity, row.analytes)
    return text("{answer}, by {quantity}", answer=said, quantity=measured)


def _failing() -> list[tuple[int, str, tuple[Text, ...]]]:
    found = []
    for reference in article_references():
        faults = [fault.found for fault in check_doi(reference.doi)]
        if reference.doi_seen:
            faults.append(
                text("a page with this title gives the DOI {doi}", doi=reference.doi_seen)
            )
        if reference.status == "doubtful":
            faults.append(text("the publisher's page for this title has another number"))
        if faults:
            found.append((reference.number, reference.citation.replace("*", ""), tuple(faults)))
    return found
