"""The flow closes whatever was decided, and a small review is counted as by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.errors import StudyProblem
from stroma.evidence.duplicates.deduplication import Link, Member
from stroma.evidence.duplicates.likeness import Reason
from stroma.evidence.prisma.flow import flow, is_register, search_problems
from stroma.evidence.prisma.records import ExcludedReports, PreviousVersion, PrismaFlow, SourceCount
from stroma.evidence.review_records import (
    Choice,
    Criterion,
    DatabaseSearch,
    Decision,
    Protocol,
    Review,
    Side,
    Stage,
)
from stroma.origin import Origin
from stroma.reference_records import Reference, ReferenceKind

DAY = date(2026, 11, 2)
FIRST, SECOND = "searches/pubmed.nbib", "searches/scopus.csv"
UPDATE = "searches/pubmed-2.nbib"
PROTOCOL = Protocol(
    title="", question="Bone marrow or placenta?",
    searches=(
        DatabaseSearch(database="PubMed", query="q", exports=("pubmed.nbib", "pubmed-2.nbib")),
        DatabaseSearch(database="Scopus", query="q", exports=("scopus.csv",)),
    ),
    criteria=(
        Criterion(key="E1", side=Side.EXCLUDE, words="no human cells", stages=tuple(Stage)),
        Criterion(key="E2", side=Side.EXCLUDE, words="no figures", stages=tuple(Stage)),
    ),
    people=("AB", "CD"), arbiter="EF",
)  # fmt: skip


def review(
    groups: dict[str, list[str]],
    decisions: list[Decision],
    files: dict[str, str] | None = None,
    links: dict[str, list[str]] | None = None,
    protocol: Protocol = PROTOCOL,
) -> Review:
    """Return a review of named records; what is linked is an erratum."""
    names = [name for records in groups.values() for name in records]
    where = {name: (files or {}).get(name, FIRST) for name in names}
    database = {FIRST: "PubMed", UPDATE: "PubMed", SECOND: "Scopus"}
    return Review(
        protocol=protocol,
        references={
            name: Reference(origin=Origin(where[name], "00"), title=name) for name in names
        },
        databases={name: database[where[name]] for name in names},
        members=tuple(
            Member(record=name, group=group, reason=Reason.FIRST)
            for group, records in groups.items()
            for name in records
        ),
        links=tuple(
            Link(record=name, group=host, kind=ReferenceKind.ERRATUM, by="title")
            for name, ends in (links or {}).items()
            for host in ends
        ),
        decisions=tuple(decisions),
    )


def said(group: str, stage: str, people: str, choice: str, criterion: str = "") -> list[Decision]:
    return [
        Decision(
            group=group, stage=Stage(stage), choice=Choice(choice), person=person, day=DAY,
            criterion=criterion,
        )
        for person in people.split()
    ]  # fmt: skip


def by_hand() -> Review:
    """Nine records of eight publications, and an erratum: each goes another way."""
    first = "title_abstract"
    let_through = [
        row for group in "cdefgh" for row in said(group, first, "AB CD", "include")
    ]  # fmt: skip
    return review(
        {"a": ["a", "a2"], "b": ["b"], "c": ["c"], "d": ["d"], "e": ["e"], "f": ["f"], "g": ["g"],
         "h": ["h"], "n": ["n"], "i": ["i"]},
        [
            *said("a", first, "AB CD", "exclude", "E1"),
            *said("b", first, "AB", "include"),
            *said("i", first, "AB", "include"), *said("i", first, "CD", "exclude"),
            *let_through,
            *said("c", "full_text", "AB", "not_retrieved"),
            *said("d", "full_text", "AB CD", "exclude", "E2"),
            *said("e", "full_text", "AB CD", "exclude"),
            *said("f", "full_text", "AB", "include"), *said("f", "full_text", "CD", "exclude"),
            *said("n", "full_text", "AB CD", "include"),
            *said("g", "full_text", "AB CD", "include"),
            *said("h", "full_text", "AB", "include"),
        ],
        files={"a2": SECOND, "h": SECOND},
        links={"n": ["g"]},
    )  # fmt: skip


def test_a_small_review_is_counted_as_by_hand() -> None:
    counted = flow(by_hand())
    assert counted == PrismaFlow(
        sources=(SourceCount(name="PubMed", records=9), SourceCount(name="Scopus", records=2)),
        duplicates=1, linked=1, screened=9, excluded=1, awaiting_screening=1,
        disputed_screening=1, sought=6, not_retrieved=1, awaiting_full_text=1, assessed=4,
        excluded_reports=(
            ExcludedReports(criterion="E2", words="no figures", reports=1),
            ExcludedReports(criterion="", words="", reports=1),
        ),
        disputed_full_text=1, included=1, linked_reports=1,
    )  # fmt: skip
    assert (counted.studies, counted.reports, counted.undecided) == (1, 2, 4)
    assert counted.automation == 0


def test_a_notice_nobody_saw_takes_its_publication_back() -> None:
    seen = by_hand()
    unseen = review(
        {group: [group] for group in "gn"},
        [one for one in seen.decisions if one.group == "g"],
        links={"n": ["g"]},
    )
    counted = flow(unseen)
    assert (counted.included, counted.awaiting_full_text, counted.linked) == (0, 1, 1)


def test_an_update_counts_new_records_and_keeps_what_was_there() -> None:
    groups = {"a": ["a", "a2"], "b": ["b"], "c": ["c"], "d": ["d"], "n": ["n"], "e": ["e"]}
    included = [
        row
        for group in "abc"
        for stage in ("title_abstract", "full_text")
        for row in said(group, stage, "AB CD", "include")
    ]
    notice = said("n", "full_text", "AB CD", "include")
    files = {"a2": UPDATE, "c": UPDATE, "d": UPDATE, "n": UPDATE}
    one = review(groups, [*notice, *included], files, {"n": ["a"]})
    counted = flow(one, new_exports={UPDATE})
    assert counted == PrismaFlow(
        sources=(SourceCount(name="PubMed", records=4),),
        duplicates=1, linked=1, screened=2, awaiting_screening=1, sought=1, assessed=1, included=1,
        previous=PreviousVersion(studies=2, reports=2, later_reports=1, undecided=1),
    )  # fmt: skip
    with pytest.raises(StudyProblem, match=r"one of searches/pubmed-2.nbib, searches/pubmed.nbib"):
        flow(one, new_exports={"searches/other.ris"})


NAMES = [f"r{number}" for number in range(12)]


@st.composite
def reviews(draw: st.DrawFn) -> Review:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=12))
    groups: dict[str, list[str]] = {}
    for name in names:
        group = draw(st.sampled_from([*groups, name]))
        groups.setdefault(group, []).append(name)
    files = {name: draw(st.sampled_from([FIRST, SECOND, UPDATE])) for name in names}
    pairs = [(one, other) for one in groups for other in groups if one != other]
    links: dict[str, list[str]] = {}
    for record, host in draw(st.lists(st.sampled_from(pairs), max_size=4)) if pairs else ():
        links.setdefault(record, []).append(host)
    decisions = draw(
        st.lists(
            st.builds(
                Decision,
                group=st.sampled_from([*groups]),
                stage=st.sampled_from(Stage),
                choice=st.sampled_from(Choice),
                person=st.sampled_from(["AB", "CD", "EF"]),
                day=st.just(DAY),
                criterion=st.sampled_from(["", "E1", "E2", "gone"]),
            ),
            max_size=40,
        )
        if groups
        else st.just([])
    )
    return review(groups, decisions, files, links)


def closes(counted: PrismaFlow) -> None:
    assert counted.identified == counted.duplicates + counted.linked + counted.screened
    assert counted.screened == (
        counted.excluded + counted.awaiting_screening + counted.disputed_screening + counted.sought
    )
    assert counted.sought == counted.not_retrieved + counted.awaiting_full_text + counted.assessed
    assert counted.assessed == (
        counted.excluded_full_text + counted.disputed_full_text + counted.included
    )
    assert counted.automation == 0


@given(reviews())
def test_every_box_is_the_sum_of_what_leaves_it(one: Review) -> None:
    whole = flow(one)
    closes(whole)
    held = {reference.origin.file for reference in one.references.values()}
    if UPDATE in held:
        counted = flow(one, new_exports={UPDATE})
        closes(counted)
        earlier = counted.previous
        assert earlier is not None
        assert whole.studies == counted.studies + earlier.studies
        assert whole.undecided == counted.undecided + earlier.undecided
        assert whole.reports == counted.reports + earlier.reports + earlier.later_reports


def test_registers_are_told_from_databases() -> None:
    assert is_register("ClinicalTrials.gov")
    assert is_register("WHO ICTRP")
    assert not is_register("PubMed")
    assert not is_register("Cochrane Central Register of Controlled Trials")
    assert not is_register("Web of Science")


def test_what_a_reader_of_the_flow_would_ask_for() -> None:
    protocol = Protocol(
        title="", question="?", people=("AB", "CD"), criteria=PROTOCOL.criteria,
        searches=(
            DatabaseSearch(database="PubMed", query="q", hits=12, exports=("pubmed.nbib",)),
        ),
    )  # fmt: skip
    one = review({"g": ["g"], "h": ["h"], "e": ["e"]}, [], files={"h": SECOND}, protocol=protocol)
    hits, unnamed = [problem.render() for problem in search_problems(one)]
    assert hits == (
        'review.toml, column "search[1].hits": records found in PubMed: 12; usable in its '
        "exports: 2. Expected: as many records as were found. What to do: export the rest, or "
        "correct the number."
    )
    assert unnamed == (
        "searches/scopus.csv: an export that no search of the protocol names. Expected: each "
        "export under the search it came of. What to do: add its name to exports of a [[search]] "
        "in review.toml."
    )
    assert search_problems(by_hand()) == ()
