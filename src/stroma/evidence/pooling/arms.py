"""From rows of papers to arms: a tissue with a mean, a standard deviation and a number of donors.

What is missing is said row by row; nothing is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from stroma.evidence.extraction.conversion import convert_extraction
from stroma.evidence.pooling.effect_records import Arm, Paper, Refusal
from stroma.evidence.review_records import Counted, Extraction
from stroma.texts import Text, text
from stroma.vocabulary import fold_word

SECONDARY = re.compile(r"\bsecondary\b|вторичн", re.IGNORECASE)
"""How a note or a place says that the figure was seen in a review of others' work."""

ANIMAL = re.compile(r"(?:^|; )\w+, animal(?:;|$)|\banimal cells\b|клетки животных", re.IGNORECASE)
"""How a note says that the cells were not human."""


def is_secondary(row: Extraction, secondary: Collection[str] = ()) -> bool:
    """Tell whether a row was seen in a review of others' work.

    Parameters
    ----------
    row
        The row.
    secondary
        Publications that are reviews.

    Returns
    -------
    bool
        True where its note or place says so, or its publication is among them.
    """
    return row.group in secondary or bool(SECONDARY.search(f"{row.note} {row.place}"))


def paper_of(row: Extraction, papers: Mapping[str, Paper]) -> Paper:
    """Return the paper of a row.

    Parameters
    ----------
    row
        The row.
    papers
        Those that have a better name than their group.

    Returns
    -------
    Paper
        With the group for its name otherwise.
    """
    return papers.get(row.group) or Paper(group=row.group, label=row.group)


def find_arms(
    rows: Iterable[Extraction],
    *,
    papers: Mapping[str, Paper],
    secondary: Collection[str] = (),
    withheld: Mapping[str, Text] | None = None,
    use_estimated: bool = False,
) -> tuple[tuple[Arm, ...], tuple[Refusal, ...]]:
    """Return the arms that rows of one quantity and analyte make.

    Parameters
    ----------
    rows
        The rows.
    papers
        How their papers are named.
    secondary
        Publications that are reviews of others' work.
    withheld
        Publications that are not in the review, each with the reason.
    use_estimated
        Whether means and deviations estimated from ranges and quartiles enter.

    Returns
    -------
    tuple of Arm
        In order; a figure that is printed twice is one arm.
    tuple of Refusal
        The rows with a figure that make none.
    """
    arms: list[Arm] = []
    refused: list[Refusal] = []
    for row in rows:
        if row.value is None and row.low is None and row.high is None:
            continue
        paper = paper_of(row, papers)
        made: Arm | Text
        if withheld is not None and row.group in withheld:
            made = withheld[row.group]
        elif is_secondary(row, secondary):
            made = text("seen in a review of others' work: never pooled with what papers measured")
        elif ANIMAL.search(row.note):
            made = text("the cells are of animals")
        elif ";" in row.tissue:
            made = text("one figure is printed for several tissues")
        else:
            made = _arm(row, paper, use_estimated=use_estimated)
        if isinstance(made, Arm):
            _add(arms, made)
        else:
            tissues = tuple(word for word in (*row.tissue.split(";"), row.part) if word)
            refused.append(Refusal(row=row.key, paper=paper, tissues=tissues, reason=made))
    return tuple(arms), tuple(refused)


def _add(arms: list[Arm], made: Arm) -> None:
    """Add an arm, or its row to the arm that it repeats."""
    for index, arm in enumerate(arms):
        if _identity(arm) == _identity(made):
            arms[index] = replace(arm, repeats=(*arm.repeats, made.row))
            return
    arms.append(made)


def _identity(arm: Arm) -> tuple[object, ...]:
    return (arm.paper.group, arm.tissue, arm.part, cell_of(arm), arm.mean, arm.sd, arm.n)


def cell_of(arm: Arm) -> tuple[str, ...]:
    """Return what two arms of a paper have to share to make a contrast.

    Parameters
    ----------
    arm
        The arm.

    Returns
    -------
    tuple of str
        Passage, medium and condition, folded.
    """
    return tuple(fold_word(word) for word in arm.circumstances)


def _arm(row: Extraction, paper: Paper, *, use_estimated: bool) -> Arm | Text:
    conversion = convert_extraction(row)
    canonical = row.canonical if row.canonical is not None else conversion.canonical
    if canonical is None:
        return conversion.withheld[0] if conversion.withheld else text("the figure has no unit")
    if row.bound:
        return text("only a bound is printed: {bound} {value}", bound=row.bound, value=row.value)
    doubts: list[Text] = []
    mean, sd = canonical.value, canonical.spread
    if sd is None and use_estimated and canonical.estimated_spread is not None:
        sd = canonical.estimated_spread
        mean = canonical.estimated_mean if canonical.estimated_mean is not None else mean
        doubts.append(text("mean or SD is estimated from a range or quartiles"))
    if mean is None:
        return text("a range without a mean is printed")
    if sd is None:
        return _no_deviation(row, conversion.withheld)
    counted = _donors(row)
    if isinstance(counted, Text):
        return counted
    if sd <= 0:
        return text("an SD of zero gives no variance")
    if row.n_counts is Counted.LOTS:
        doubts.append(text("n counts lots: lots of one donor would count as donors"))
    return Arm(
        row=row.key,
        paper=paper,
        place=row.place,
        tissue=row.tissue,
        part=row.part,
        circumstances=(row.passage, row.medium, row.condition),
        mean=mean,
        sd=sd,
        n=counted,
        steps=canonical.conversion,
        doubts=tuple(doubts),
    )


def _no_deviation(row: Extraction, withheld: Sequence[Text]) -> Text:
    if row.canonical is not None and row.canonical.estimated_spread is not None:
        return text("its SD can only be estimated, from a range or quartiles")
    if withheld:
        return withheld[0]
    return text("no spread is printed")


def _donors(row: Extraction) -> int | Text:
    """Return how many donors the figure rests on, or why that is not known."""
    if row.n is None:
        return text("no n is printed")
    match row.n_counts:
        case Counted.WELLS:
            return text("n = {n} counts wells, not donors", n=row.n)
        case Counted.EXPERIMENTS:
            return text("n = {n} counts experiments, not donors", n=row.n)
        case Counted.NOT_STATED:
            return text("what n = {n} counts is not stated", n=row.n)
    if row.n < 2:
        return text("n = {n}: one donor has no spread", n=row.n)
    return row.n
