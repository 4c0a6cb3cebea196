"""Records of one publication: merged with a reason, never with what only belongs to it."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.errors import StudyProblem
from stroma.evidence.duplicates.deduplication import deduplicate, separate
from stroma.evidence.duplicates.likeness import Reason
from stroma.evidence.duplicates.table import parse_table, table_text
from stroma.records import Origin
from stroma.reference_kinds import kind_of
from stroma.reference_records import Reference, ReferenceKind
from stroma.searches import read_searches

TITLE = "Stromal cells of the human term placenta and their doublings"


def make(title: str = TITLE, **fields: object) -> Reference:
    reference = Reference(
        origin=Origin("a.ris", "00"),
        title=title,
        authors=("Smith, A.", "Jones, B."),
        year=2019,
        journal="Cytotherapy",
        volume="21",
        issue="3",
        pages="301-310",
    )
    changed = replace(reference, **fields)  # type: ignore[arg-type]
    if "kind" not in fields:
        changed = replace(changed, kind=kind_of(changed.title))
    return changed


def merged(*references: Reference) -> bool:
    named = {str(number): reference for number, reference in enumerate(references)}
    return len(deduplicate(named).groups) == 1


def labelled(folder: Path) -> tuple[dict[str, Reference], set[frozenset[str]]]:
    references = {}
    with (folder / "records_pre_merged.csv").open(encoding="utf-8", newline="") as records:
        for row in csv.DictReader(records):
            references[row["ID"]] = Reference(
                origin=Origin(folder.name, "00"),
                title=row["title"],
                authors=tuple(name for name in row["author"].split(" and ") if name),
                year=int(row["year"]),
                journal=row["journal"],
                volume=row["volume"],
                issue=row["number"],
                pages=row["pages"],
                kind=kind_of(row["title"], [row["ENTRYTYPE"]]),
            )
    with (folder / "merged_record_ids.csv").open(encoding="utf-8", newline="") as groups:
        true = {
            frozenset(pair)
            for row in csv.DictReader(groups)
            for pair in combinations(row["merged_ids"].split(";"), 2)
        }
    return references, true


@pytest.mark.parametrize("name", ["cytology_screening", "stroke"])
def test_labelled_sets(shared: Path, name: str) -> None:
    references, true = labelled(shared / "data/literature/dedup" / name)
    found = deduplicate(references)
    pairs = {frozenset(pair) for names in found.groups.values() for pair in combinations(names, 2)}
    assert pairs <= true
    assert len(pairs & true) / len(true) >= 0.98


def test_labelled_sets_in_parts_and_in_any_order(shared: Path) -> None:
    references, true = labelled(shared / "data/literature/dedup/stroke")
    names = sorted(references, key=lambda name: name[::-1])
    half = {name: references[name] for name in names[:600]}
    before = deduplicate(half)
    after = deduplicate({name: references[name] for name in names}, held=before.members)
    assert after.members[:600] == before.members
    pairs = {frozenset(pair) for group in after.groups.values() for pair in combinations(group, 2)}
    assert pairs <= true
    assert len(pairs & true) / len(true) >= 0.95


def test_real_exports_of_one_library_meet(shared: Path) -> None:
    searches = read_searches([shared / "data/literature/exports"])
    found = deduplicate(searches.references)
    by_doi = defaultdict(set)
    for name, reference in searches.references.items():
        if reference.doi:
            by_doi[reference.doi].add(name)
    group_of = {member.record: member.group for member in found.members}
    for names in by_doi.values():
        assert len({group_of[name] for name in names}) == 1
    errata = [
        link
        for link in found.links
        if link.kind is ReferenceKind.ERRATUM and link.by == "identifier"
    ]
    article = by_doi["10.1038/s41598-024-56479-3"]
    assert {link.group for link in errata} >= {group_of[next(iter(article))]}


def test_without_identifiers_the_same_groups(shared: Path) -> None:
    searches = read_searches([shared / "data/literature/exports"])
    with_numbers = {frozenset(names) for names in deduplicate(searches.references).groups.values()}
    bare = {
        name: replace(reference, doi="", pmid="") for name, reference in searches.references.items()
    }
    assert {frozenset(names) for names in deduplicate(bare).groups.values()} == with_numbers


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        (f"Erratum: {TITLE}", ReferenceKind.ERRATUM),
        (f"Corrigendum to “{TITLE}”", ReferenceKind.ERRATUM),
        (f"{TITLE} (vol 21, pg 301, 2019)", ReferenceKind.ERRATUM),
        (f"Retraction: {TITLE}", ReferenceKind.RETRACTION),
        (f"Expression of Concern: {TITLE}", ReferenceKind.CONCERN),
        (f"Comment on “{TITLE}”", ReferenceKind.COMMENT),
        (f"Reply to: {TITLE}", ReferenceKind.REPLY),
        (f"Исправление: {TITLE}", ReferenceKind.ERRATUM),
    ],
)
def test_a_notice_is_linked_and_never_merged(other: str, kind: ReferenceKind) -> None:
    found = deduplicate({"article": make(), "notice": make(other)})
    assert len(found.groups) == 2
    (link,) = found.links
    assert (link.record, link.group, link.kind, link.by) == ("notice", "article", kind, "title")


def test_a_preprint_under_the_same_title_is_linked() -> None:
    preprint = make(
        journal="bioRxiv", volume="", issue="", pages="", doi="10.1101/2018.12.01.123456",
        kind=ReferenceKind.PREPRINT, year=2018,
    )  # fmt: skip
    found = deduplicate({"article": make(), "preprint": preprint})
    assert len(found.groups) == 2
    assert found.links[0].kind is ReferenceKind.PREPRINT


def test_a_notice_under_the_number_of_its_article_stays_two() -> None:
    article = make(doi="10.1000/a1")
    notice = make(kind=ReferenceKind.RETRACTION, doi="10.1000/a1")
    found = deduplicate({"article": article, "notice": notice})
    assert len(found.groups) == 2
    assert found.links[0].by == "identifier"


@pytest.mark.parametrize(
    "other",
    [
        {"doi": "10.1000/b2"},
        {"pmid": "2"},
        {"kind": ReferenceKind.CONFERENCE},
        {"title": f"{TITLE}. Part II"},
        {"title": f"{TITLE} at 24 months"},
        {"year": 2015},
        {"journal": "Blood", "volume": "7", "pages": "1-9"},
        {"authors": ("Brown, C.",), "volume": "", "pages": "", "journal": ""},
    ],
)
def test_what_disagrees_stays_two(other: dict[str, object]) -> None:
    assert not merged(make(doi="10.1000/a1", pmid="1"), make(**other))


@pytest.mark.parametrize(
    "other",
    [
        {"title": TITLE.upper() + "."},
        {"title": f"{TITLE}. [Review] [33 refs]"},
        {"title": f"{TITLE} [Chinese]"},
        {"title": f"{TITLE}.[Erratum appears in Cytotherapy. 2020;22(1):5]"},
        {"title": TITLE.replace("placenta", "plecenta")},
        {"journal": "Cytotherapy : the official journal", "pages": "301-10"},
        {"authors": ("Placenta Study Group",)},
        {"authors": ("A. Smith", "B. Jones")},
        {"authors": ("Smith A", "Jones B"), "issue": "", "volume": "", "pages": "", "year": 2020},
    ],
)
def test_what_agrees_is_merged(other: dict[str, object]) -> None:
    assert merged(make(), make(**other))


def test_published_pairs_that_are_two() -> None:
    """Wagner's special cases: CoLRev-Environment/bib-dedupe, data/special_cases, MIT."""
    tracks = (
        "Introduction to the Minitrack on Crowdsourcing and Digital Workforce in the Gig Economy"
    )
    polemic = "Cultural Universality Versus Particularity in CMC"
    hawaii = "Proceedings of the Annual Hawaii International Conference on System Sciences"
    conference = ReferenceKind.CONFERENCE
    nothing = {"volume": "", "issue": "", "pages": ""}
    one = make(
        tracks, year=2021, journal=hawaii, doi="10.24251/hicss.2021.510", kind=conference, **nothing
    )
    two = make(
        tracks, year=2022, journal=hawaii, doi="10.24251/hicss.2022.544", kind=conference, **nothing
    )
    assert not merged(one, two)
    article = make(
        polemic, year=2004, journal="Journal of Global Information Technology Management"
    )
    talk = make(
        polemic, year=2003, journal="Americas Conference on Information Systems", kind=conference
    )
    assert not merged(article, talk)
    assert merged(article, replace(article, doi="10.1080/1097198x.2004.10856384"))


def test_two_dois_never_meet_through_a_third() -> None:
    one, two = make(doi="10.1000/a1"), make(doi="10.1000/b2")
    found = deduplicate({"1": one, "2": make(), "3": two})
    assert len(found.groups) == 2
    assert found.possible


def test_abstracts_of_one_supplement_under_one_doi_stay_apart() -> None:
    fields = {"doi": "10.1000/supplement", "pages": "", "kind": ReferenceKind.CONFERENCE}
    titles = ("Cells of the amnion", "Long-term culture in platelet lysate", "Safety after thaw")
    references = {title: make(title, authors=(f"{title[:4]}, A.",), **fields) for title in titles}
    found = deduplicate(references)
    assert len(found.groups) == 3
    assert found.possible == ()


def test_a_merge_can_be_undone_for_good() -> None:
    references = {"1": make(), "2": make(), "3": make()}
    members = deduplicate(references).members
    assert [member.group for member in members] == ["1", "1", "1"]
    undone = separate(members, "1")
    assert [member.group for member in undone] == ["1", "2", "2"]
    assert undone[0].reason is Reason.APART
    again = deduplicate({**references, "4": make()}, held=undone)
    assert again.members[:3] == undone
    with pytest.raises(StudyProblem, match='no merged record "9"'):
        separate(members, "9")


def test_the_table_comes_back_and_says_what_is_wrong() -> None:
    references = {"1": make(), "2": make()}
    members = deduplicate(references).members
    written = table_text(members, references)
    assert parse_table(written, file="d.csv") == members
    assert written.splitlines()[2].startswith("2,1,same_title_and_place,1.000,1,2019,")
    with pytest.raises(StudyProblem, match=r"d\.csv, row 3: the row “2,1,guess,1\.000,1”"):
        parse_table(written.replace("same_title_and_place", "guess"), file="d.csv")
    with pytest.raises(StudyProblem, match="no column reason"):
        parse_table(written.replace("reason", "why"), file="d.csv")


@given(
    st.lists(
        st.builds(
            make,
            title=st.sampled_from([TITLE, f"{TITLE}.", f"Erratum: {TITLE}", TITLE[:50], "Cells"]),
            doi=st.sampled_from(["", "10.1000/a1", "10.1000/b2"]),
            pmid=st.sampled_from(["", "1", "2"]),
            volume=st.sampled_from(["", "21", "7"]),
            year=st.sampled_from([None, 2019, 2020]),
        ),
        max_size=9,
    )
)
def test_no_group_holds_two_numbers_or_a_notice_and_its_article(items: list[Reference]) -> None:
    references = {str(number): item for number, item in enumerate(items)}
    found = deduplicate(references)
    assert [member.record for member in found.members] == list(references)
    matched = {member.record: member.matched for member in found.members}
    for group, names in found.groups.items():
        for name in names:
            at, steps = name, 0
            while matched[at] and steps < len(names):
                at, steps = matched[at], steps + 1
            assert at == group
        within = [references[name] for name in names]
        assert len({one.doi for one in within if one.doi}) <= 1
        assert len({one.pmid for one in within if one.pmid}) <= 1
        assert len({one.kind for one in within}) == 1
    assert deduplicate(references, held=found.members).members == found.members
