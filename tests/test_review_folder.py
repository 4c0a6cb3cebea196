"""A review folder: read whole whatever is wrong in it, and written without losing a row."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from stroma.errors import FileProblem, StudyProblem
from stroma.evidence.duplicates.deduplication import separate
from stroma.evidence.review_records import Choice, Decision, Stage
from stroma.evidence.screening.standing import Standing, standings
from stroma.review_folder import (
    DECISIONS,
    DUPLICATES,
    PROTOCOL,
    SEARCHES,
    add_decisions,
    decide,
    new_review,
    open_review,
    write_duplicates,
)

PUBMED = """TY  - JOUR
TI  - Stromal cells of the human term placenta
AU  - Smith, A.
PY  - 2019
T2  - Cytotherapy
VL  - 21
SP  - 301
DO  - 10.1000/a1
ER  -

TY  - JOUR
TI  - Bone marrow donors and their age
AU  - Li, X.
PY  - 2018
DO  - 10.1000/b1
ER  -
"""
SCOPUS = """Title,Authors,Year,Source title,Volume,Page start,DOI,EID
"Stromal Cells of the Human Term Placenta","Smith A.",2019,Cytotherapy,21,301,,2-s2.0-1
"""
NOTICE = """TY  - JOUR
TI  - Retraction: Stromal cells of the human term placenta
AU  - Smith, A.
PY  - 2020
ER  -
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "review"
    new_review(made)
    (made / SEARCHES / "pubmed.ris").write_text(PUBMED, encoding="utf-8")
    (made / SEARCHES / "scopus.csv").write_text(SCOPUS, encoding="utf-8")
    return made


def decision(group: str, person: str = "AB", choice: Choice = Choice.INCLUDE) -> Decision:
    return Decision(
        group=group,
        stage=Stage.TITLE_ABSTRACT,
        choice=choice,
        person=person,
        day=date(2026, 1, 31),
    )


def test_a_new_folder_is_a_review_without_problems(folder: Path) -> None:
    review = open_review(folder)
    assert review.problems == ()
    assert len(review.references) == 3
    assert len({member.group for member in review.members}) == 2
    assert sorted(set(review.databases.values())) == ["", "scopus"]
    assert [origin.file for origin in review.files] == [
        "review.toml", "searches/pubmed.ris", "searches/scopus.csv", "decisions.csv",
        "extractions.csv",
    ]  # fmt: skip


def test_the_protocol_says_which_database_an_export_is_of(folder: Path) -> None:
    written = (folder / PROTOCOL).read_text(encoding="utf-8")
    written = written.replace('# exports = ["export.ris"]', 'exports = ["pubmed.ris"]', 1)
    (folder / PROTOCOL).write_text(written, encoding="utf-8")
    review = open_review(folder)
    assert sorted(set(review.databases.values())) == ["PubMed", "scopus"]


def test_a_folder_that_is_not_empty_is_refused(folder: Path) -> None:
    with pytest.raises(StudyProblem, match="something is there already"):
        new_review(folder)


def test_a_folder_without_protocol_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyProblem, match=r"no such file.*stroma evidence new"):
        open_review(tmp_path)


def test_a_protocol_that_is_no_text_is_refused(folder: Path) -> None:
    (folder / PROTOCOL).write_bytes(b"\x00\x01\x02\xff")
    with pytest.raises(StudyProblem, match=r"review\.toml"):
        open_review(folder)


def test_a_decision_holds_the_groups_and_meets_them_again(folder: Path) -> None:
    review = open_review(folder)
    group = review.members[0].group
    # Decided under the name of the record of Scopus: the publication is the same.
    other = next(member.record for member in review.members if member.matched)
    after = decide(folder, review, [decision(other)])
    assert [one.group for one in after.decisions] == [group]
    assert (folder / DUPLICATES).is_file()
    again = open_review(folder)
    assert [(one.group, one.row) for one in again.decisions] == [(group, 2)]
    assert standings(again)[group].title_abstract.standing is Standing.AWAITING


def test_a_decision_that_is_refused_writes_nothing(folder: Path) -> None:
    review = open_review(folder)
    before = (folder / DECISIONS).read_bytes()
    with pytest.raises(StudyProblem, match='the person "ZZ"'):
        decide(folder, review, [decision(review.members[0].group, "ZZ")])
    assert (folder / DECISIONS).read_bytes() == before
    assert not (folder / DUPLICATES).exists()


def test_a_notice_in_a_new_export_reopens_the_decision(folder: Path) -> None:
    review = open_review(folder)
    group = review.members[0].group
    review = decide(folder, review, [decision(group), decision(group, "CD")])
    assert standings(review)[group].title_abstract.standing is Standing.INCLUDED
    (folder / SEARCHES / "update.ris").write_text(NOTICE, encoding="utf-8")
    updated = open_review(folder)
    assert standings(updated)[group].title_abstract.standing is Standing.REOPENED
    (problem,) = updated.problems
    assert "before they saw what belongs to it" in problem.render()
    seen = decide(folder, updated, [decision(group, who, Choice.EXCLUDE) for who in ("AB", "CD")])
    assert standings(seen)[group].title_abstract.standing is Standing.EXCLUDED
    assert standings(open_review(folder))[group].title_abstract.standing is Standing.EXCLUDED


def test_a_record_that_was_taken_out_keeps_its_decision(folder: Path) -> None:
    review = open_review(folder)
    group = review.members[0].group
    decide(folder, review, [decision(group)])
    write_duplicates(folder, separate(review.members, group), review.references)
    again = open_review(folder)
    standing = {name: one.title_abstract.standing for name, one in standings(again).items()}
    assert standing[group] is Standing.AWAITING
    assert sorted(standing.values()) == ["awaiting", "undecided", "undecided"]


def test_an_export_that_is_gone_is_said_and_its_groups_are_kept(folder: Path) -> None:
    review = open_review(folder)
    decide(folder, review, [decision(review.members[1].group)])
    (folder / SEARCHES / "pubmed.ris").unlink()
    less = open_review(folder)
    assert less.decisions == ()
    assert "which no export holds" in less.problems[0].render()
    write_duplicates(folder, less.members, less.references)
    (folder / SEARCHES / "pubmed.ris").write_text(PUBMED, encoding="utf-8")
    assert open_review(folder).members == review.members


def test_a_group_outlives_the_export_of_its_first_record(folder: Path) -> None:
    review = open_review(folder)
    group = review.members[0].group
    decide(folder, review, [decision(group)])
    (folder / SEARCHES / "pubmed.ris").unlink()
    less = open_review(folder)
    assert [member.group for member in less.members] == [group]
    assert [one.group for one in less.decisions] == [group]
    decide(folder, less, [decision(group, "CD")])
    assert standings(open_review(folder))[group].title_abstract.standing is Standing.INCLUDED


def test_what_is_wrong_in_one_file_stops_no_other(folder: Path) -> None:
    (folder / DUPLICATES).write_text("record,group,reason,score,matched\na,b,c,d,e\n")
    (folder / DECISIONS).write_text("record,stage\n")
    (folder / SEARCHES / "broken.ris").write_bytes(b"\x00\x00nothing")
    review = open_review(folder)
    assert len(review.references) == 3
    assert {problem.place.file for problem in review.problems} == {
        "searches/broken.ris", "duplicates.csv", "decisions.csv",
    }  # fmt: skip
    with pytest.raises(StudyProblem, match="no column choice, person, day"):
        add_decisions(folder, [decision(review.members[0].group)])
    with pytest.raises(StudyProblem, match="a record that stands once"):
        write_duplicates(folder, review.members, review.references)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_table_saved_by_a_spreadsheet_is_added_to(folder: Path, encoding: str) -> None:
    review = open_review(folder)
    first, second = (member.group for member in review.members[:2])
    table = f"record;stage;choice;person;day\r\n{first};title_abstract;include;AB;31.01.2026"
    (folder / DECISIONS).write_bytes(table.encode(encoding))
    decide(folder, open_review(folder), [decision(second, "CD")])
    written = (folder / DECISIONS).read_text(encoding="utf-8")
    assert written.splitlines()[1:] == [
        f"{first},title_abstract,include,,,AB,31.01.2026,",
        f"{second},title_abstract,include,,,CD,2026-01-31,Bone marrow donors and their age",
    ]
    assert open_review(folder).problems == ()


def test_rows_are_added_behind_the_last_line_whether_it_ends_or_not(folder: Path) -> None:
    review = open_review(folder)
    group = review.members[0].group
    path = folder / DECISIONS
    add_decisions(folder, [decision(group)])
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))
    add_decisions(folder, [decision(group, "CD")])
    assert [one.person for one in open_review(folder).decisions] == ["AB", "CD"]
    path.write_bytes(b"")
    add_decisions(folder, [decision(group)])
    assert len(open_review(folder).decisions) == 1


def test_a_table_in_an_unknown_encoding_is_not_written_over(folder: Path) -> None:
    path = folder / DECISIONS
    path.write_bytes("record,stage,choice,person,day,reason\nа,б,в,г,д,е\n".encode("cp1251"))
    before = path.read_bytes()
    with pytest.raises(FileProblem, match=r"decisions\.csv"):
        add_decisions(folder, [decision("a1-1")])
    assert path.read_bytes() == before


def test_the_shared_exports_are_a_review(shared: Path, folder: Path) -> None:
    for export in sorted((shared / "data" / "literature" / "exports").iterdir()):
        shutil.copy(export, folder / SEARCHES)
    review = open_review(folder)
    assert len(review.references) == 3 + 267
    standing = standings(review)
    assert {one.title_abstract.standing for one in standing.values()} == {Standing.UNDECIDED}
    assert all(problem.place.file for problem in review.problems)
