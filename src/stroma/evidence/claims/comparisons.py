"""Judge parts that ask how much: one source against another, older donors, markers, figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from stroma.evidence.claims.ages import older_direction
from stroma.evidence.claims.answering import (
    OPPOSITE,
    Rows,
    answered,
    chained,
    direction_of,
    ends_of,
    is_fetal_marrow,
    vote_of,
    with_parts,
)
from stroma.evidence.claims.records import (
    ChainRow,
    ClaimAnswer,
    EvidenceRow,
    Grade,
    PartAnswer,
    Vote,
)
from stroma.evidence.claims.rules import (
    PROPERTIES,
    Aged,
    Compared,
    Differs,
    Marked,
    Phenotype,
    Within,
    sense,
)
from stroma.evidence.claims.votes import Tally, count_votes
from stroma.evidence.claims.words import source_words
from stroma.texts import text

ABSENT_AT_MOST: Final = 5.0
"""% of cells: the widest limit of absence in the held release specifications of products."""
PRESENT_FROM: Final = 95.0
"""% of cells: the limit of the position statement of 2006."""
ISCT_POSITIVE: Final = frozenset({"CD73", "CD90", "CD105"})


def judge_compared(part: Compared, rows: Rows) -> PartAnswer:
    """Judge one source against another.

    Parameters
    ----------
    part
        What is asked.
    rows
        Everything that is held.

    Returns
    -------
    PartAnswer
        The answer with its rows.
    """
    subject, against = with_parts(part.subject), with_parts(part.against)
    chain = []
    for row in rows:
        which = sense(part.name, row.attribute) if row.comparator_printed else 0
        direction = direction_of(row, subject, against) if which else None
        if direction is None or is_fetal_marrow(row, subject | against):
            continue
        if direction not in OPPOSITE:
            chain.append(chained(row, Vote.BESIDE))
            continue
        seen = direction if which > 0 else OPPOSITE[direction]
        chain.append(chained(row, vote_of(agrees=seen == part.expected)))
    tally = count_votes(chain)
    if part.totals and tally.grade in (Grade.NOTHING, Grade.REVIEWS):
        tally = _beside_each_other(part, rows, tally)
    if part.name == "efficacy":
        tally = _with_beside(tally, _results_of(part.subject, rows))
    told = None
    if tally.grade is Grade.BETWEEN:
        told = text(
            "no paper that measured both is held; every figure of the one tissue lies on one side "
            "of every figure of the other, each from a paper of its own"
        )
    label = PROPERTIES[part.name].label
    sides = {
        "property": label,
        "subject": source_words(part.subject),
        "against": source_words(part.against),
    }
    asked = {
        "higher": text("{property}: {subject} higher than {against}", **sides),
        "lower": text("{property}: {subject} lower than {against}", **sides),
        "no_difference": text("{property}: {subject} like {against}", **sides),
    }[part.expected]
    rule = text(
        "papers that compare the two; a difference the other way and no difference found both "
        "count against a claim of a difference"
    )
    if part.expected == "no_difference":
        rule = text("papers that compare the two; any difference found counts against the claim")
    return answered(asked, rule, tally, told)


def _results_of(tissues: Iterable[str], rows: Rows) -> list[ChainRow]:
    wanted = with_parts(tissues)
    return [
        chained(row, Vote.BESIDE)
        for row in rows
        if row.table == "clinical_results" and row.tissues & wanted and row.value_printed
    ]


def _with_beside(tally: Tally, more: Sequence[ChainRow]) -> Tally:
    return Tally(
        answer=tally.answer,
        grade=tally.grade,
        supporting=tally.supporting,
        opposing=tally.opposing,
        divided=tally.divided,
        rows=(*tally.rows, *more),
    )


def _beside_each_other(part: Compared, rows: Rows, before: Tally) -> Tally:
    """Set figures of single tissues beside each other: weaker than any paper that has both."""
    sides: list[list[tuple[EvidenceRow, tuple[float, float]]]] = [[], []]
    for row in rows:
        if row.is_secondary or not re.fullmatch(part.totals, row.attribute):
            continue
        if "not MSC" in row.part_printed:
            continue
        ends = ends_of(row)
        for side, tissues in zip(sides, (part.subject, part.against), strict=True):
            if ends is not None and row.tissues & with_parts(tissues):
                side.append((row, ends))
    own, other = sides
    if not own or not other:
        return before
    above = min(low for _, (low, _) in own) > max(high for _, (_, high) in other)
    below = max(high for _, (_, high) in own) < min(low for _, (low, _) in other)
    held = [row for side in sides for row, _ in side]
    if not above and not below:
        return _with_beside(before, [chained(row, Vote.BESIDE) for row in held])
    agrees = (part.expected == "higher") is above
    vote = vote_of(agrees=agrees)
    return Tally(
        answer=ClaimAnswer.SUPPORTED if agrees else ClaimAnswer.CONTRADICTED,
        grade=Grade.BETWEEN,
        supporting=0,
        opposing=0,
        divided=0,
        rows=(
            *(chained(row, vote) for row in held),
            *(chained(old.row, Vote.BESIDE) for old in before.rows),
        ),
    )


def judge_differs(part: Differs, rows: Rows) -> PartAnswer:
    """Judge whether sources differ at all.

    Parameters
    ----------
    part
        What is asked.
    rows
        Everything that is held.

    Returns
    -------
    PartAnswer
        The answer with its rows.
    """
    papers: dict[str, list[EvidenceRow]] = {}
    for row in rows:
        compared = row.comparator_printed and row.direction in OPPOSITE and row.species == "human"
        other = row.comparators - with_parts(row.tissues) if row.tissues else frozenset()
        if compared and other and sense(part.name, row.attribute):
            papers.setdefault(f"{row.is_secondary}{row.identity}", []).append(row)
    chain = []
    for held in papers.values():
        differing = [row for row in held if row.direction != "no_difference"]
        # One difference is a difference: what a paper found alike does not take it back.
        chain += [chained(row, Vote.FOR) for row in differing]
        chain += [
            chained(row, Vote.BESIDE if differing else Vote.AGAINST)
            for row in held
            if row not in differing
        ]
    return answered(
        text("{property}: sources differ", property=PROPERTIES[part.name].label),
        text(
            "papers that compare two sources: one that found any difference counts for the claim, "
            "one that found none counts against it"
        ),
        count_votes(chain),
    )


def judge_aged(part: Aged, rows: Rows) -> PartAnswer:
    """Judge older donors against younger ones.

    Parameters
    ----------
    part
        What is asked.
    rows
        Everything that is held.

    Returns
    -------
    PartAnswer
        The answer with its rows.
    """
    tissue = with_parts(part.tissue)
    expected = {"falls": "lower", "rises": "higher"}[part.expected]
    chain = []
    for row in rows:
        which = sense(part.name, row.attribute)
        direction = older_direction(row) if which and row.tissues & tissue else None
        if direction is None or row.species != "human":
            continue
        if direction not in OPPOSITE:
            chain.append(chained(row, Vote.BESIDE))
            continue
        seen = direction if which > 0 else OPPOSITE[direction]
        chain.append(chained(row, vote_of(agrees=seen == expected)))
    sides = {
        "property": PROPERTIES[part.name].label,
        "tissue": source_words(part.tissue),
    }
    asked = (
        text("{property} of {tissue}: lower in older donors", **sides)
        if part.expected == "falls"
        else text("{property} of {tissue}: higher in older donors", **sides)
    )
    rule = text(
        "papers that compare donors of different ages in one tissue; no difference found counts "
        "against the claim"
    )
    return answered(asked, rule, count_votes(chain))


def judge_marked(part: Marked, rows: Rows) -> PartAnswer:
    """Judge whether cells carry a marker.

    Parameters
    ----------
    part
        What is asked.
    rows
        Everything that is held.

    Returns
    -------
    PartAnswer
        The answer with its rows.
    """
    tissue = with_parts(part.tissue)
    chain = []
    for row in rows:
        named = part.marker in row.analytes or row.attribute.startswith(f"{part.marker}_")
        if not named or not row.tissues & tissue or row.table == "release_specifications":
            continue
        chain.append(chained(row, _marked_vote(row, part)))
    absent = part.expected == "absent"
    sides = {"marker": part.marker, "tissue": source_words(part.tissue)}
    asked = (
        text("{marker} is absent from cells of {tissue}", **sides)
        if absent
        else text("{marker} is present on cells of {tissue}", **sides)
    )
    rule = text(
        "percentages of positive cells: at most {limit} % is absent, more is present; more "
        "positive cells than another source is present as well",
        limit=ABSENT_AT_MOST,
    )
    return answered(asked, rule, count_votes(chain))


def _marked_vote(row: EvidenceRow, part: Marked) -> Vote:
    absent = part.expected == "absent"
    highest = row.high if row.high is not None else row.value
    if highest is not None and "%" in row.unit_printed:
        if row.bound.startswith(">") and highest <= ABSENT_AT_MOST:
            return Vote.BESIDE
        is_absent = highest <= ABSENT_AT_MOST and not row.bound.startswith(">")
        if row.bound.startswith("<") and highest > ABSENT_AT_MOST:
            return Vote.BESIDE
        return vote_of(agrees=is_absent is absent)
    other = bool(row.comparators - with_parts(part.tissue))
    if row.direction == "higher" and other:
        return vote_of(agrees=not absent)
    return Vote.BESIDE


def judge_phenotype(part: Phenotype, rows: Rows) -> PartAnswer:
    """Judge whether cells have the markers of the position statement.

    Parameters
    ----------
    part
        What is asked.
    rows
        Everything that is held.

    Returns
    -------
    PartAnswer
        The answer with its rows.
    """
    tissue = with_parts(part.tissue)
    chain = []
    for row in rows:
        markers = ISCT_POSITIVE & set(re.findall(r"CD\d+[a-z]?", row.attribute)) | (
            ISCT_POSITIVE & set(row.analytes)
        )
        of_side = bool(row.tissues & tissue)
        if row.table == "release_specifications":
            if of_side and markers and not row.is_secondary:
                chain.append(chained(row, Vote.BESIDE))
            continue
        if row.attribute == "surface_marker_pattern":
            direction = direction_of(row, tissue, frozenset())
            if direction is not None:
                alike = direction == "no_difference"
                chain.append(chained(row, vote_of(agrees=alike)))
        elif of_side and markers and row.quantity in ("percent_positive", ""):
            lowest = row.low if row.low is not None else row.value
            if lowest is None or "%" not in row.unit_printed:
                continue
            if row.bound.startswith(">") and lowest < PRESENT_FROM:
                chain.append(chained(row, Vote.BESIDE))
            else:
                chain.append(chained(row, vote_of(agrees=lowest >= PRESENT_FROM)))
    return answered(
        text("cells of {tissue} carry the markers of the position statement of 2006",
             tissue=source_words(part.tissue)),
        text(
            "CD73, CD90 and CD105 each on at least {limit} % of cells, or the same pattern of "
            "markers as another source; limits of products are shown and not counted",
            limit=PRESENT_FROM,
        ),
        count_votes(chain),
    )  # fmt: skip


def judge_within(part: Within, rows: Rows) -> PartAnswer:
    """Judge a figure against an interval.

    Parameters
    ----------
    part
        What is asked.
    rows
        Everything that is held.

    Returns
    -------
    PartAnswer
        The answer with its rows.
    """
    tissue = with_parts(part.tissue)
    chain = []
    for row in rows:
        ends = ends_of(row)
        if ends is None or not row.tissues & tissue or row.table == "release_specifications":
            continue
        if part.beside and re.fullmatch(part.beside, row.attribute):
            chain.append(chained(row, Vote.BESIDE))
        elif re.fullmatch(part.attribute, row.attribute):
            chain.append(chained(row, _interval_vote(ends, (part.low, part.high))))
    return answered(
        text("{tissue}: {low} to {high} {unit}", tissue=source_words(part.tissue), low=part.low,
             high=part.high, unit=part.unit),
        text(
            "a printed figure or interval that lies within the claimed one counts for it, one that "
            "lies outside counts against it, one that overlaps points both ways; counts of "
            "colonies are shown and not counted, as they depend on the assay"
        ),
        count_votes(chain),
    )  # fmt: skip


def _interval_vote(held: tuple[float, float], claimed: tuple[float, float]) -> Vote:
    slack = 1e-9 * claimed[1]
    inside = claimed[0] - slack <= held[0] and held[1] <= claimed[1] + slack
    outside = held[1] < claimed[0] - slack or held[0] > claimed[1] + slack
    return Vote.FOR if inside else (Vote.AGAINST if outside else Vote.DIVIDED)
