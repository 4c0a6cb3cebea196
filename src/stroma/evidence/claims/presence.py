"""Judge parts that ask whether: counts of trials, uses, properties, standards, lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from stroma.evidence.claims.answering import Rows, answered, chained, vote_of, with_parts
from stroma.evidence.claims.records import (
    ChainRow,
    ClaimAnswer,
    EvidenceRow,
    Grade,
    PartAnswer,
    Vote,
)
from stroma.evidence.claims.rows import OWN_LOTS, REVIEW
from stroma.evidence.claims.rules import (
    PROPERTIES,
    Dated,
    Lacking,
    MostUsed,
    Record,
    Searched,
    Shown,
    Standard,
    Stated,
    Used,
    sense,
)
from stroma.evidence.claims.votes import count_votes
from stroma.evidence.claims.words import source_words, tissue_word
from stroma.published import article_references, standard_rules, trials
from stroma.texts import Text, join, text, texts

SHOWN_PAPERS: Final = 3
"""Papers that are shown for each tissue of which a property is merely shown."""


def judge_most_used(part: MostUsed, rows: Rows) -> PartAnswer:
    """Judge which source is used most.

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
    counts = {
        row.identity: _counts_of(row.identity, rows)
        for row in rows
        if row.attribute == "registered_immune_trials_share"
    }
    chain = [
        chained(row, vote_of(agrees=_at_head(part, counts[row.identity])))
        for row in rows
        if row.identity in counts and row.attribute == "registered_immune_trials_share"
    ]
    reports = [
        trial for trial in trials()
        if not part.only_immune or trial.indication_group == "Immune" or trial.mechanism == "Immune"
    ]  # fmt: skip
    sources = ("bone_marrow", "adipose_tissue", "umbilical_cord", "placenta")
    own = {source: float(sum(trial.tissue == source for trial in reports)) for source in sources}
    report = next(row for row in rows if row.table == "trials")
    told = text(
        "{count} trial reports: bone marrow {marrow}, adipose tissue {fat}, umbilical cord {cord}, "
        "placenta {placenta}",
        count=len(reports),
        marrow=int(own["bone_marrow"]),
        fat=int(own["adipose_tissue"]),
        cord=int(own["umbilical_cord"]),
        placenta=int(own["placenta"]),
    )
    summary = EvidenceRow(
        table="trials",
        key="",
        paper="CIDMap",
        identity=report.citation,
        place="",
        citation=report.citation,
        address="",
        attribute="",
        note=told,
        has_figure=True,
    )
    chain.append(ChainRow(row=summary, vote=vote_of(agrees=_at_head(part, own)), told=told))
    if not part.only_immune and len(part.tissues) == 1:
        chain += [
            chained(row, vote_of(agrees=(row.value or 0) > 50))
            for row in rows
            if row.attribute == "centre_share_tissue" and row.tissues & set(part.tissues)
        ]
    tally = count_votes(chain)
    sides = {"tissues": source_words(part.tissues)}
    asked = (
        text("{tissues}: the most of trials that count on immunity", **sides)
        if part.only_immune
        else text("{tissues}: the most of trials and centres", **sides)
    )
    return PartAnswer(
        asked=asked,
        rule=text(
            "counts by source, one voice a count: registered trials, trial reports and, for one "
            "source alone, manufacturing centres"
        ),
        answer=tally.answer,
        grade=Grade.COUNTS,
        papers_for=tally.supporting,
        papers_against=tally.opposing,
        papers_divided=tally.divided,
        tally=text(
            "{supporting} of {all} counts put it first",
            supporting=tally.supporting,
            all=tally.supporting + tally.opposing + tally.divided,
        ),
        rows=tally.rows,
    )


def _counts_of(identity: str, rows: Rows) -> dict[str, float]:
    return {
        tissue: row.value
        for row in rows
        if row.identity == identity
        and row.attribute == "registered_immune_trials_share"
        and row.value is not None
        for tissue in row.tissues
    }


def _at_head(part: MostUsed, counts: dict[str, float]) -> bool:
    ranked = sorted(counts, key=lambda tissue: -counts[tissue])
    return set(ranked[: len(part.tissues)]) == set(part.tissues)


def judge_used(part: Used, rows: Rows) -> PartAnswer:
    """Judge whether cells were given to people with an illness.

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
    found = [
        row
        for row in rows
        if row.table in ("clinical_results", "trials")
        and (not tissue or row.tissues & tissue)
        and re.search(part.illness, f"{row.attribute} {row.condition}")
    ]
    return _existence(
        text("{tissue} in people: {illness}", illness=part.label,
             tissue=source_words(part.tissue) if part.tissue else text("any source")),
        text("a report of treated people, or a registered trial, is enough to show use; it says "
             "nothing of success"),
        [found],
    )  # fmt: skip


def judge_shown(part: Shown, rows: Rows) -> PartAnswer:
    """Judge whether papers show a property.

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
    found = [
        row
        for row in rows
        if row.table in ("contrasts", "values", "planning_inputs", REVIEW)
        and not row.is_secondary
        and row.species == "human"
        and sense(part.name, row.attribute)
        and (not part.study or row.study_type == part.study)
    ]
    wanted = part.tissues or ("",)
    by_tissue = [[row for row in found if _is_of(row, tissue)] for tissue in wanted]
    missing = [name for name, held in zip(wanted, by_tissue, strict=True) if not held]
    label = PROPERTIES[part.name].label
    if part.study:
        asked = text("human cells were tried in animals")
    elif part.tissues:
        asked = text("{property}: {tissues}", property=label, tissues=source_words(part.tissues))
    else:
        asked = text("{property}: any source", property=label)
    answered = _existence(
        asked,
        text("papers that measured it in these cells, at least one for each tissue; how much there "
             "is of it is not asked"),
        by_tissue,
    )  # fmt: skip
    if not missing or len(missing) == len(wanted):
        return answered
    return PartAnswer(
        asked=answered.asked,
        rule=answered.rule,
        answer=answered.answer,
        grade=answered.grade,
        papers_for=answered.papers_for,
        papers_against=0,
        papers_divided=0,
        tally=text(
            "{told}; nothing held of {missing}",
            told=answered.tally,
            missing=join([tissue_word(name) for name in missing]),
        ),
        rows=answered.rows,
        missing=join([tissue_word(name) for name in missing]),
    )


def _is_of(row: EvidenceRow, tissue: str) -> bool:
    if not tissue:
        return True
    names = with_parts({tissue})
    if row.tissues & names or row.comparators & names:
        return True
    printed = f"{row.tissue_printed}; {row.comparator_printed}; {row.part_printed}"
    return tissue.replace("_", " ") in printed


def _existence(asked: Text, rule: Text, groups: Sequence[Sequence[EvidenceRow]]) -> PartAnswer:
    shown: dict[tuple[str, str], EvidenceRow] = {}
    papers: set[str] = set()
    for group in groups:
        by_paper: dict[str, EvidenceRow] = {}
        for row in sorted(group, key=lambda one: not one.has_figure):
            by_paper.setdefault(row.identity, row)
        papers |= set(by_paper)
        for row in list(by_paper.values())[:SHOWN_PAPERS]:
            shown[row.table, row.key] = row
    held = list(shown.values())
    all_held = bool(groups) and all(groups)
    figures = any(row.has_figure for row in held)
    return PartAnswer(
        asked=asked,
        rule=rule,
        answer=ClaimAnswer.SUPPORTED if held else ClaimAnswer.NO_EVIDENCE,
        grade=(Grade.FIGURES if figures else Grade.DIRECTIONS) if held else Grade.NOTHING,
        papers_for=len(papers),
        papers_against=0,
        papers_divided=0,
        tally=text("no row of any table shows this")
        if not held
        else texts(
            "{count} paper shows it, of which some stand here",
            "{count} papers show it, of which some stand here",
            len(papers),
        )
        if all_held and len(held) < len(papers)
        else texts("{count} paper shows it", "{count} papers show it", len(papers)),
        rows=tuple(chained(row, Vote.FOR) for row in held),
    )


def judge_standard(part: Standard, rows: Rows) -> PartAnswer:
    """Judge against the text of a standard.

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
    del rows
    held = [rule for rule in standard_rules() if rule.key in part.rules]
    chain = []
    for rule in held:
        row = EvidenceRow(
            table="rules",
            key=rule.key,
            paper=rule.evidence,
            identity=rule.key,
            place="",
            citation=rule.address,
            address=rule.address,
            attribute="",
            note=join([rule.expression]),
        )
        vote = Vote.BESIDE if rule.seen == "from_memory" else Vote.FOR
        chain.append(chained(row, vote))
    supported = any(held.vote is Vote.FOR for held in chain)
    return PartAnswer(
        asked=text("what the position statement of 2006 asks for"),
        rule=text("the rule as it was seen in the statement or in a table that repeats it"),
        answer=ClaimAnswer.SUPPORTED if supported else ClaimAnswer.NO_EVIDENCE,
        grade=Grade.STANDARD if supported else Grade.NOTHING,
        papers_for=0,
        papers_against=0,
        papers_divided=0,
        tally=text("the rule says what the claim says; what it leaves out stands below")
        if supported
        else text("no rule that is held says so"),
        rows=tuple(chain),
    )


def _reference_row(number: int) -> EvidenceRow:
    reference = article_references()[number - 1]
    return EvidenceRow(
        table="references",
        key=str(number),
        paper="",
        identity=f"reference {number}",
        place="",
        citation=f"doi:{reference.doi}" if reference.doi else "",
        address=reference.address,
        attribute="",
        note=join([reference.citation.replace("*", "")]),
    )


def judge_dated(part: Dated, rows: Rows) -> PartAnswer:
    """Judge a year by that of the cited work.

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
    del rows
    row = _reference_row(part.reference)
    printed = re.search(r"\((\d{4})", article_references()[part.reference - 1].citation)
    same = printed is not None and int(printed[1]) == part.year
    return PartAnswer(
        asked=text("the cited work is of {year}", year=str(part.year)),
        rule=text("the year of the cited work counts; that of a later reissue dates nothing"),
        answer=ClaimAnswer.SUPPORTED if same else ClaimAnswer.NO_EVIDENCE,
        grade=Grade.RECORD if same else Grade.NOTHING,
        papers_for=0,
        papers_against=0,
        papers_divided=0,
        tally=text("the reference is of the year that is claimed")
        if same
        else text(
            "the reference is dated {printed}, that of an online reissue; no other row that is "
            "held dates the work",
            printed="–" if printed is None else printed[1],
        ),
        rows=(chained(row, Vote.FOR if same else Vote.BESIDE),),
    )


def judge_record(part: Record, rows: Rows) -> PartAnswer:
    """Judge a method by the article's own list.

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
    del rows
    chain = [chained(_reference_row(number), Vote.AGAINST) for number in part.against]
    if part.supporting:
        chain += [
            chained(_reference_row(reference.number), Vote.FOR)
            for reference in article_references()
            if re.search(part.supporting, reference.citation, re.IGNORECASE)
        ]
    answer = ClaimAnswer.NO_EVIDENCE
    if part.against:
        answer = ClaimAnswer.CONTRADICTED
    elif chain:
        answer = ClaimAnswer.SUPPORTED
    return PartAnswer(
        asked=part.asked,
        rule=text("what the article says of its method, against its own list of references"),
        answer=answer,
        grade=Grade.RECORD if chain else Grade.NOTHING,
        papers_for=0,
        papers_against=0,
        papers_divided=0,
        tally=part.said,
        rows=tuple(chain),
    )


def judge_lacking(part: Lacking, rows: Rows) -> PartAnswer:
    """Judge whether trials are missing.

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
    reports = [trial for trial in trials() if trial.tissue in part.tissue]
    of, other = with_parts(part.tissue), with_parts(part.against)
    both = [
        row
        for row in rows
        if row.table == "clinical_results" and row.tissues & of and row.tissues & other
    ]
    finished = [row for row in both if row.value_printed]
    chain = [chained(row, Vote.AGAINST if row in finished else Vote.BESIDE) for row in both]
    lacks = not reports and not finished
    counted = text(
        "{count} of {all} trial reports are on {tissue}",
        count=len(reports),
        all=len(trials()),
        tissue=source_words(part.tissue),
    )
    first = next(row for row in rows if row.table == "trials")
    summary = EvidenceRow(
        table="trials", key="", paper="CIDMap", identity=first.citation, place="",
        citation=first.citation, address="", attribute="", note=counted,
    )  # fmt: skip
    chain.insert(0, chained(summary, vote_of(agrees=not reports)))
    return PartAnswer(
        asked=text("more data are needed on {tissue}", tissue=source_words(part.tissue)),
        rule=text("trial reports of the tissue, and finished trials of it against the other"),
        answer=ClaimAnswer.SUPPORTED if lacks else ClaimAnswer.CONTRADICTED,
        grade=Grade.COUNTS,
        papers_for=0,
        papers_against=0,
        papers_divided=0,
        tally=text(
            "{counted}; finished trials of the one against the other: {finished}",
            counted=counted,
            finished=len(finished),
        ),
        rows=tuple(chain),
    )


def judge_stated(part: Stated, rows: Rows) -> PartAnswer:
    """Judge a matter that papers speak of in words.

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
    votes = {"shown": Vote.FOR, "denied": Vote.AGAINST}
    if part.negated:
        votes = {"shown": Vote.AGAINST, "denied": Vote.FOR}
    chain = [
        chained(row, votes.get(row.direction, Vote.BESIDE))
        for row in rows
        if row.table == "findings" and re.fullmatch(part.topics, row.attribute)
    ]
    rule = text("papers whose abstract was read and shows it; one that denies it counts against it")
    return answered(part.what, rule, count_votes(chain))


def _searched_words(row: EvidenceRow) -> str:
    return " ".join((row.condition, row.part_printed, *row.analytes, row.attribute))


def judge_searched(part: Searched, rows: Rows) -> PartAnswer:
    """Search every table for a matter that none measures.

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
    words = re.compile(part.words, re.IGNORECASE)
    tissue = with_parts(part.tissue)
    searched = [row for row in rows if row.table != OWN_LOTS]
    found = [
        row
        for row in searched
        if words.search(_searched_words(row)) and (not tissue or row.tissues & tissue)
    ]
    return PartAnswer(
        asked=part.what,
        rule=text(
            "no table measures this; attributes, conditions, outcomes and indications of every "
            "table are searched for its words"
        ),
        answer=ClaimAnswer.NO_EVIDENCE,
        grade=Grade.NOTHING,
        papers_for=0,
        papers_against=0,
        papers_divided=0,
        tally=text(
            "{searched} rows of {tables} tables were searched; {found}",
            searched=len(searched),
            tables=len({row.table for row in searched}),
            found=texts(
                "{count} row speaks of it and decides nothing",
                "{count} rows speak of it and decide nothing",
                len(found),
            )
            if found
            else text("none speaks of it"),
        ),
        rows=tuple(chained(row, Vote.BESIDE) for row in found),
    )
