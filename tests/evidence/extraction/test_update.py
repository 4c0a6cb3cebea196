"""Rows that come into a review, held to its records and its readers."""

from __future__ import annotations

from datetime import date

from stroma.evidence.duplicates.deduplication import Member
from stroma.evidence.duplicates.likeness import Reason
from stroma.evidence.extraction.extractions import extractions_text, parse_extractions
from stroma.evidence.extraction.update import (
    add_rows,
    check_publications,
    check_readers,
    filled_text,
    hold_to_records,
)
from stroma.evidence.review_records import Choice, Decision, Extraction, Protocol, Review, Stage
from stroma.origin import Origin
from stroma.reference_records import Reference

FILE = "extractions.csv"
REFERENCES = {
    "a-1": Reference(origin=Origin("a.ris", "0"), title="One", doi="10.1000/a1"),
    "a-2": Reference(origin=Origin("a.ris", "0"), title="One again", pmid="31234567"),
    "a-3": Reference(origin=Origin("a.ris", "0"), title="Another"),
}
GROUP_OF = {"a-1": "a-1", "a-2": "a-1", "a-3": "a-3"}


def row(key: str = "X0001", record: str = "a-1", **cells: object) -> Extraction:
    given = {
        "key": key,
        "group": record,
        "place": "table 2",
        "quantity": "viability",
        "tissue": "placenta",
        "value": 91.0,
        "unit": "%",
        "extractor": "AB",
        "row": int(key[1:]) + 1 if key else 2,
        **cells,
    }
    return Extraction(**given)  # type: ignore[arg-type]


def review(*decisions: Decision) -> Review:
    return Review(
        protocol=Protocol(
            title="", question="?", searches=(), criteria=(), people=("AB", "CD"), deciders=1
        ),
        references=REFERENCES,
        databases={},
        members=tuple(
            Member(record=record, group=group, reason=Reason.FIRST, score=1.0, matched="")
            for record, group in GROUP_OF.items()
        ),
        decisions=decisions,
    )


def test_a_paper_is_found_by_any_of_its_names() -> None:
    names = ("a-1", "a-2", "https://doi.org/10.1000/A1", "PMID: 31234567", "31234567")
    held, problems = hold_to_records(
        [row(record=name) for name in names], REFERENCES, GROUP_OF, file=FILE
    )
    assert [one.group for one in held] == ["a-1"] * len(names)
    assert problems == ()


def test_a_paper_that_is_not_there_is_said() -> None:
    held, problems = hold_to_records([row(record="10.1000/zz")], REFERENCES, GROUP_OF, file=FILE)
    assert held == ()
    assert "“10.1000/zz”, which no export in searches/ holds" in problems[0].render()


def test_a_doi_of_two_publications_names_neither() -> None:
    references = {
        **REFERENCES,
        "a-3": Reference(origin=Origin("a.ris", "0"), title="Erratum", doi="10.1000/a1"),
    }
    held, problems = hold_to_records(
        [row(record="10.1000/a1"), row("X0002", "a-3")], references, GROUP_OF, file=FILE
    )
    assert [one.group for one in held] == ["a-3"]
    assert "“10.1000/a1”, which these publications carry: a-1, a-3" in problems[0].render()


def test_figures_of_papers_that_are_not_included_are_pointed_out() -> None:
    rows = [row(), row("X0002", value=92.0), row("X0003", "a-3")]
    included = Decision(
        group="a-3",
        stage=Stage.FULL_TEXT,
        choice=Choice.INCLUDE,
        person="AB",
        day=date(2026, 11, 22),
    )
    (problem,) = check_publications(rows, review(included), file=FILE)
    assert "X0001, X0002 from a-1, which stands at the full text as" in problem.render()


def test_readers() -> None:
    rows = [
        row(),
        row("X0002", extractor=""),
        row("X0003", checker="AB"),
        row("X0004", checker="C"),
    ]
    problems = check_readers(rows, ("AB", "CD"), file=FILE)
    assert [problem.place.row for problem in problems] == [3, 4, 5]
    told = [str(problem.found) for problem in problems]
    assert told[0] == "X0002 without the person who read it"
    assert told[1] == "AB twice"
    assert told[2] == "“C”, whom review.toml does not name"


def test_a_figure_comes_in_once() -> None:
    held = [row()]
    new = [row(""), row("", value=92.0), row("", value=92.0), row("", note="of the decidua")]
    added = add_rows(held, extractions_text(held), new, file="new.csv")
    assert added.keys == ("X0002", "X0003")
    assert [str(problem.found) for problem in added.problems] == [
        "the same figure as X0001",
        "the same figure as X0002",
    ]
    rows, _ = parse_extractions(added.written, file=FILE)
    assert [one.key for one in rows] == ["X0001", "X0002", "X0003"]


def test_nothing_to_add_changes_no_byte() -> None:
    written = extractions_text([row()]).replace("\n", "\r\n")
    assert add_rows([row()], written, [row("")], file="new.csv").written == written


def test_an_edited_row_is_filled_only_when_asked() -> None:
    rows, _ = parse_extractions(extractions_text([row()]), file=FILE)
    written = extractions_text(rows).replace(",91,,%,", ",19,,%,")
    rows, problems = parse_extractions(written, file=FILE)
    assert len(problems) == 1
    assert filled_text(written, rows, problems, everywhere=False) == written
    assert ",91,,%," in filled_text(written, rows, problems, everywhere=True)
