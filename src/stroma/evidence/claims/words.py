"""How answers, votes, grades and rows are put into words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from stroma.evidence.claims.attribute_words import attribute_word
from stroma.evidence.claims.records import (
    ChainRow,
    ClaimAnswer,
    EvidenceRow,
    Grade,
    JudgedClaim,
    PartAnswer,
    Vote,
)
from stroma.texts import Text, join, text, texts
from stroma.vocabulary import find_tissue

ANSWERS: Final[Mapping[ClaimAnswer, Text]] = {
    ClaimAnswer.SUPPORTED: text("supported"),
    ClaimAnswer.CONTRADICTED: text("contradicted"),
    ClaimAnswer.MIXED: text("mixed"),
    ClaimAnswer.NO_EVIDENCE: text("no evidence held"),
}

VOTES: Final[Mapping[Vote, Text]] = {
    Vote.FOR: text("for the claim"),
    Vote.AGAINST: text("against the claim"),
    Vote.DIVIDED: text("points both ways"),
    Vote.BESIDE: text("shown, not counted"),
}

GRADES: Final[Mapping[Grade, Text]] = {
    Grade.FIGURES: text("measured, with figures"),
    Grade.DIRECTIONS: text("measured, printed without figures"),
    Grade.BETWEEN: text("figures of separate papers beside each other"),
    Grade.REVIEWS: text("seen in tables of reviews only"),
    Grade.COUNTS: text("counts of trials"),
    Grade.STANDARD: text("the standard's own text"),
    Grade.RECORD: text("the article's own list"),
    Grade.NOTHING: text("nothing that is held answers"),
}

TABLES: Final[Mapping[str, Text]] = {
    "contrasts": text("published contrasts"),
    "values": text("published values"),
    "planning_inputs": text("published figures for planning"),
    "clinical_results": text("clinical results"),
    "trials": text("trial reports"),
    "release_specifications": text("release specifications"),
    "findings": text("findings in words"),
    "rules": text("rules of standards"),
    "references": text("references of the article"),
    "review": text("extractions of the review"),
    "own_lots": text("own lots"),
}


def source_words(names: Collection[str]) -> Text:
    """Return tissues as a reader sees them.

    Parameters
    ----------
    names
        In the vocabulary, or words of their own; empty for any other source.

    Returns
    -------
    Text
        Listed.

    Examples
    --------
    >>> str(source_words(("bone_marrow", "placenta")))
    'bone marrow, placenta'
    """
    if not names:
        return text("other sources")
    return join([tissue_word(name) for name in names])


def tissue_word(name: str) -> Text:
    """Return a tissue as a reader sees it.

    Parameters
    ----------
    name
        In the vocabulary, or beyond it.

    Returns
    -------
    Text
        Its label, or the word itself.
    """
    tissue = find_tissue(name)
    if tissue is not None:
        return tissue.label
    beyond = {
        "endometri": text("endometrium"),
        "skin": text("skin"),
        "synovi": text("synovium"),
        "muscle": text("muscle"),
    }
    return beyond.get(name, join([name]))


def _side(printed: str, part: str = "") -> Text:
    """Return a side of a row: known words in the reader's language, the rest as printed."""
    if printed.startswith("not stated"):
        printed = ""
    words = [_named(word.strip()) for word in printed.replace("_", " ").split(";") if word.strip()]
    named = join(words) if words else text("not stated")
    return text("{tissue} ({part})", tissue=named, part=part) if part else named


def _named(printed: str) -> Text:
    """Return "BM adult" as bone marrow (adult)."""
    if find_tissue(printed) is not None:
        return tissue_word(printed)
    code, _, rest = printed.partition(" ")
    tissue = find_tissue(code) if code.isupper() else None
    if tissue is None or not rest:
        return join([printed])
    return text(
        "{tissue} ({part})", tissue=tissue.label, part=rest.removeprefix("(").removesuffix(")")
    )


def row_words(row: EvidenceRow) -> Text:
    """Return what a row says.

    Parameters
    ----------
    row
        The row.

    Returns
    -------
    Text
        Sides, direction, figure, number and circumstances, as far as they are printed.
    """
    if row.note is not None:
        named = (attribute_word(row.attribute, row.quantity, row.analytes),) if row.quantity else ()
        return join([*named, row.note], "; ")
    parts: list[object] = []
    side = _side(row.tissue_printed, "" if "not stated" in row.part_printed else row.part_printed)
    if row.attribute:
        parts.append(attribute_word(row.attribute, row.quantity, row.analytes))
    if row.direction and row.comparator_printed:
        sides = {"tissue": side, "comparator": _side(row.comparator_printed)}
        directions = {
            "higher": text("{tissue} higher than {comparator}", **sides),
            "lower": text("{tissue} lower than {comparator}", **sides),
            "no_difference": text("{tissue} and {comparator} did not differ", **sides),
        }
        parts.append(
            directions.get(
                row.direction, text("{tissue} beside {comparator}, direction not stated", **sides)
            )
        )
    else:
        parts.append(side)
    if row.value_printed:
        parts.append(f"{row.value_printed} {row.unit_printed}".strip())
    elif row.table == "planning_inputs":
        parts.append(_figure(row))
    if row.n is not None:
        counted = row.n_counts.replace("_", " ")
        parts.append(f"n = {row.n} {counted if counted != 'not stated' else ''}".strip())
    if row.condition:
        parts.append(row.condition)
    return join(parts, "; ")


def _figure(row: EvidenceRow) -> Text:
    if row.value is not None:
        return join([row.value, row.unit_printed], " ")
    ends = [end for end in (row.low, row.high) if end is not None]
    return join([join(ends, "–"), row.unit_printed], " ")


def paper_words(row: EvidenceRow) -> Text:
    """Return a row's paper with its place.

    Parameters
    ----------
    row
        The row.

    Returns
    -------
    Text
        ``Hong 2016, abstract``.
    """
    if row.table in ("own_lots", "references"):
        return TABLES[row.table]
    named = row.paper.partition(" (authors no")[0].removesuffix(" (")
    return join([told for told in (named, row.place) if told])


def certainty_words(judged: JudgedClaim) -> Text:
    """Return how sure an answer is.

    Parameters
    ----------
    judged
        A claim.

    Returns
    -------
    Text
        How many papers agree, what kind of evidence it is, and what is left open.
    """
    if judged.answer is ClaimAnswer.NO_EVIDENCE:
        return text("every table was searched")
    deciding = judged.deciding
    said: list[object] = []
    if deciding.grade in (Grade.FIGURES, Grade.DIRECTIONS, Grade.REVIEWS):
        said.append(_agreement(deciding))
    said.append(GRADES[deciding.grade])
    if any(held.row.table == "own_lots" and held.vote is not Vote.BESIDE for held in deciding.rows):
        said.append(text("own lots among them"))
    left = [part.asked for part in judged.parts if part.answer is ClaimAnswer.NO_EVIDENCE]
    left += [part.missing for part in judged.parts if part.missing is not None]
    answered = [part for part in judged.parts if part.answer is not ClaimAnswer.NO_EVIDENCE]
    same = sum(part.answer is judged.answer for part in answered)
    if same < len(answered):
        said.append(text("{count} of {parts} parts", count=same, parts=len(judged.parts)))
    if left:
        said.append(text("left open: {parts}", parts=join(left, "; ")))
    return join(said, "; ")


def _agreement(part: PartAnswer) -> Text:
    papers = part.papers_for + part.papers_against + part.papers_divided
    if part.grade is Grade.REVIEWS:
        return texts("{count} review", "{count} reviews", papers)
    if part.answer is ClaimAnswer.MIXED:
        if papers == 1:
            return text("one paper, which points both ways")
        return text(
            "{supporting} of {papers} papers for it", supporting=part.papers_for, papers=papers
        )
    if papers == 1:
        return text("one paper")
    return texts("{count} paper agrees", "{count} papers agree", papers)


def counts_words(part: PartAnswer) -> str:
    """Return the papers for and against in figures.

    Parameters
    ----------
    part
        Of a claim.

    Returns
    -------
    str
        ``"7 : 1"``; with divided papers ``"7 : 1 (2)"``; empty where no paper votes.
    """
    supporting, opposing, divided = part.papers_for, part.papers_against, part.papers_divided
    if not supporting + opposing + divided:
        return ""
    return f"{supporting} : {opposing}" + (f" ({divided})" if divided else "")


def chain_line(held: ChainRow) -> Text:
    """Return a row of a chain as one line.

    Parameters
    ----------
    held
        The row with its vote.

    Returns
    -------
    Text
        What it says, and where.
    """
    where: list[object] = [paper_words(held.row)]
    if held.row.citation and held.row.citation not in (held.row.paper, f"doi:{held.row.paper}"):
        where.append(held.row.citation)
    if held.row.key:
        where.append(held.row.key)
    return text("{told} [{where}]", told=held.told, where=join(where, "; "))
