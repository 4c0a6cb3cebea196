"""Where a publication stands: votes, arbiters, notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from stroma.evidence.duplicates.deduplication import Link, Member
from stroma.evidence.review_records import (
    Choice,
    Criterion,
    Decision,
    Protocol,
    Review,
    Side,
    Stage,
)
from stroma.evidence.screening.queue import queue_of, sample_of
from stroma.evidence.screening.standing import (
    Standing,
    hosts,
    seen_with,
    stage_standing,
    standings,
)
from stroma.evidence.screening.standing_problems import standing_problems
from stroma.origin import Origin
from stroma.reference_records import Reference, ReferenceKind

IN, OUT, UNSURE, GONE = Choice.INCLUDE, Choice.EXCLUDE, Choice.UNSURE, Choice.NOT_RETRIEVED
ABSTRACT, FULL = Stage.TITLE_ABSTRACT, Stage.FULL_TEXT
PROTOCOL = Protocol(
    title="",
    question="?",
    searches=(),
    criteria=tuple(
        Criterion(key=key, side=Side.EXCLUDE, words=key, stages=tuple(Stage))
        for key in ("E1", "E2")
    ),
    people=("AB", "CD"),
    arbiter="EF",
)


def vote(
    person: str, choice: Choice, *, group: str = "a", stage: Stage = ABSTRACT, criterion: str = ""
) -> Decision:
    return Decision(
        group=group,
        stage=stage,
        choice=choice,
        criterion=criterion,
        person=person,
        day=date(2026, 1, 31),
    )


@pytest.mark.parametrize(
    ("votes", "stands"),
    [
        ([], Standing.UNDECIDED),
        ([("AB", IN)], Standing.AWAITING),
        ([("AB", IN), ("CD", IN)], Standing.INCLUDED),
        ([("AB", OUT), ("CD", OUT)], Standing.EXCLUDED),
        ([("AB", OUT), ("CD", IN)], Standing.CONFLICT),
        ([("AB", UNSURE), ("CD", IN)], Standing.UNSURE),
        ([("AB", UNSURE), ("CD", UNSURE)], Standing.UNSURE),
        ([("AB", OUT), ("CD", IN), ("EF", OUT)], Standing.EXCLUDED),
        ([("AB", OUT), ("CD", IN), ("EF", UNSURE)], Standing.CONFLICT),
        ([("AB", UNSURE), ("CD", IN), ("EF", IN)], Standing.INCLUDED),
        ([("AB", IN), ("EF", IN)], Standing.INCLUDED),
        ([("AB", IN), ("EF", OUT)], Standing.CONFLICT),
        ([("AB", GONE)], Standing.NOT_RETRIEVED),
        ([("AB", GONE), ("CD", IN)], Standing.AWAITING),
        ([("AB", GONE), ("CD", IN), ("EF", IN)], Standing.INCLUDED),
    ],
)
def test_votes_lead_to_a_standing(votes: list[tuple[str, Choice]], stands: Standing) -> None:
    assert stage_standing([vote(*one) for one in votes], PROTOCOL).standing is stands


def test_one_decider_is_enough_where_the_protocol_says_so() -> None:
    alone = replace(PROTOCOL, deciders=1)
    assert stage_standing([vote("AB", OUT)], alone).standing is Standing.EXCLUDED


def test_the_criterion_of_an_exclusion() -> None:
    both = [vote("AB", OUT, criterion="E2"), vote("CD", OUT, criterion="E1")]
    assert stage_standing(both, PROTOCOL).criterion == "E1"
    settled = [vote("AB", OUT, criterion="E1"), vote("CD", IN), vote("EF", OUT, criterion="E2")]
    found = stage_standing(settled, PROTOCOL)
    assert (found.criterion, found.by_arbiter) == ("E2", True)


def reference(title: str, kind: ReferenceKind = ReferenceKind.ARTICLE) -> Reference:
    return Reference(origin=Origin("a.ris", ""), title=title, kind=kind)


def review(*decisions: Decision, links: tuple[Link, ...] = ()) -> Review:
    references = {name: reference(name) for name in ("a", "a2", "b", "n", "c")}
    members = (
        Member(record="a", group="a"), Member(record="a2", group="a", matched="a"),
        Member(record="b", group="b"), Member(record="n", group="n"), Member(record="c", group="c"),
    )  # fmt: skip
    return Review(
        protocol=PROTOCOL,
        references=references,
        databases={},
        members=members,
        links=links,
        decisions=decisions,
    )


NOTICE = Link(record="n", group="a", kind=ReferenceKind.RETRACTION, by="identifier")
COMMENT = Link(record="c", group="a", kind=ReferenceKind.COMMENT, by="title")


def test_the_latest_decision_of_a_person_counts_and_full_text_follows() -> None:
    found = standings(review(vote("AB", OUT), vote("CD", IN), vote("AB", IN)))
    assert list(found) == ["a", "b", "n", "c"]
    assert found["a"].title_abstract.standing is Standing.INCLUDED
    assert found["a"].full_text.standing is Standing.UNDECIDED
    assert found["b"].full_text.standing is Standing.NOT_REACHED


def test_judged_by_the_full_text_alone_counts_as_let_through() -> None:
    found = standings(review(vote("AB", IN, stage=FULL), vote("CD", IN, stage=FULL)))["a"]
    assert found.title_abstract.standing is Standing.INCLUDED
    assert found.is_included


def test_what_belongs_to_a_publication_goes_its_way() -> None:
    reply = Link(record="b", group="c", kind=ReferenceKind.REPLY, by="title")
    held = review(links=(NOTICE, COMMENT, reply))
    assert hosts(held) == {"n": ("a",), "c": ("a",), "b": ("a",)}
    assert list(standings(held)) == ["a"]


def test_two_notices_that_name_only_each_other_are_judged() -> None:
    links = (
        Link(record="n", group="c", kind=ReferenceKind.ERRATUM, by="title"),
        Link(record="c", group="n", kind=ReferenceKind.ERRATUM, by="title"),
    )
    assert hosts(review(links=links)) == {}


def test_a_notice_reopens_what_was_decided_without_it() -> None:
    rows = (
        vote("AB", IN),
        vote("CD", IN),
        vote("AB", OUT, stage=FULL),
        vote("CD", OUT, stage=FULL),
    )
    before = standings(review(*rows))["a"]
    assert before.full_text.standing is Standing.EXCLUDED
    held = review(*rows, links=(NOTICE, COMMENT))
    after = standings(held)["a"]
    # Only the last stage is open again; the comment changes nothing.
    assert after.title_abstract.standing is Standing.INCLUDED
    assert after.full_text.standing is Standing.REOPENED
    assert [one.person for one in after.full_text.stale] == ["AB", "CD"]
    (problem,) = standing_problems(held, standings(held), file="decisions.csv")
    assert "a was decided by AB, CD before they saw what belongs to it: n (retraction)" in (
        problem.render()
    )


def test_a_row_on_the_notice_says_that_it_was_seen() -> None:
    rows = (vote("AB", IN), vote("CD", IN))
    held = review(*rows, links=(NOTICE,))
    new = seen_with(held, [vote("AB", OUT, criterion="E1")])
    assert [(one.group, one.choice, one.reason) for one in new] == [
        ("n", OUT, "retraction -> a"),
        ("a", OUT, ""),
    ]
    once = replace(held, decisions=(*rows, *new))
    assert standings(once)["a"].title_abstract.standing is Standing.REOPENED
    assert seen_with(once, [vote("AB", OUT)]) == (vote("AB", OUT),)
    twice = replace(once, decisions=(*once.decisions, *seen_with(once, [vote("CD", OUT)])))
    assert standings(twice)["a"].title_abstract.standing is Standing.EXCLUDED
    assert standing_problems(twice, standings(twice), file="decisions.csv") == ()


def test_a_retracted_publication_that_is_included_is_named() -> None:
    rows = [vote(person, IN, stage=FULL) for person in ("AB", "CD")]
    held = review(*rows)
    marked = {**held.references, "a2": reference("RETRACTED: a")}
    held = replace(held, references=marked)
    (problem,) = standing_problems(held, standings(held), file="decisions.csv")
    assert "a is included and was retracted" in problem.render()


def test_a_full_text_judged_though_kept_out_is_named() -> None:
    rows = (vote("AB", OUT), vote("CD", OUT), vote("AB", IN, stage=FULL))
    held = review(*rows)
    (problem,) = standing_problems(held, standings(held), file="decisions.csv")
    assert "the full text of a, which title and abstract kept out" in problem.render()


def test_who_has_to_decide_what() -> None:
    rows = (
        vote("AB", IN),
        vote("AB", IN, group="b"), vote("CD", OUT, group="b"),
    )  # fmt: skip
    held = review(*rows)
    found = standings(held)
    order = ("c", "b", "n", "a")
    assert queue_of("AB", found, order, PROTOCOL) == ("c", "n")
    assert queue_of("CD", found, order, PROTOCOL) == ("c", "n", "a")
    assert queue_of("EF", found, order, PROTOCOL) == ("b",)
    talked = replace(PROTOCOL, arbiter="")
    assert queue_of("AB", found, order, talked) == ("c", "n", "b")
    reopened = standings(replace(held, links=(NOTICE,)))
    assert queue_of("AB", reopened, ("c", "b", "a"), PROTOCOL) == ("a", "c")
    assert sorted(sample_of(found, 10)) == ["c", "n"]
