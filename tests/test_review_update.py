"""An export is copied once and never over another; what was held stays as it was."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from stroma.errors import FileProblem, StudyProblem
from stroma.evidence.arrivals import arrivals
from stroma.evidence.changes import Answer, AnswerKind
from stroma.evidence.duplicates.likeness import Reason
from stroma.evidence.review_records import Choice, Decision, Stage
from stroma.evidence.screening.standing import seen_with, standings
from stroma.review_folder import (
    add_decisions,
    new_review,
    open_review,
    read_duplicates,
    write_duplicates,
)
from stroma.review_update import ANSWERS, add_exports, read_answers, record_answers

TITLE = "Stromal cells of the human term amnion in culture"
OTHER = "Doubling of chorionic stromal cells after thaw"


def ris(*records: tuple[str, str, str]) -> str:
    return "".join(
        f"TY  - JOUR\nTI  - {title}\nAU  - Li, X.\nPY  - 2020\n"
        f"{f'DO  - {doi}' if doi else ''}\nM3  - {kind}\nER  - \n\n"
        for title, doi, kind in records
    )


def written(folder: Path, name: str, *records: tuple[str, str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(ris(*records), encoding="utf-8")
    return path


@pytest.fixture
def review(tmp_path: Path) -> Path:
    folder = tmp_path / "review"
    new_review(folder)
    written(folder / "searches", "pubmed.ris", (TITLE, "10.1000/a", ""), (OTHER, "10.1000/b", ""))
    return folder


def decide(folder: Path, group: str, choice: Choice) -> None:
    held = open_review(folder)
    rows = [
        Decision(group=group, stage=stage, choice=choice, person=person, day=date(2026, 11, 2))
        for stage in Stage
        for person in held.protocol.people
    ]
    add_decisions(folder, seen_with(held, rows))


def test_an_export_is_copied_and_its_records_meet_those_held(review: Path, tmp_path: Path) -> None:
    export = written(
        tmp_path / "new", "scopus.ris", (f"{TITLE}.", "10.1000/a", ""), ("A third paper", "", "")
    )
    before = export.read_bytes()
    updated = add_exports(review, [export])
    (file,) = updated.files
    assert (file.file, file.is_new, file.is_renamed) == ("searches/scopus.ris", True, False)
    assert (review / file.file).read_bytes() == before == export.read_bytes()
    came = arrivals(updated.before, updated.after)
    (merged,) = came.merged
    first = next(iter(updated.before.references))
    assert (merged.group, merged.reason) == (first, Reason.DOI)
    assert [updated.after.references[name].title for name in came.publications] == ["A third paper"]
    assert len(came.records) == 2
    assert {member.record for member in read_duplicates(review)} == set(updated.after.references)


def test_the_review_before_and_after_is_what_the_folder_gives(review: Path, tmp_path: Path) -> None:
    first = open_review(review)
    write_duplicates(review, first.members, first.references)
    decide(review, first.members[0].group, Choice.INCLUDE)
    before = open_review(review)
    names = ("zotero.ris", "a.ris")
    exports = [
        written(tmp_path / "new", name, (TITLE.upper(), "10.1000/a", ""), (name, "", ""))
        for name in names
    ]
    updated = add_exports(review, exports)
    after = open_review(review)
    assert updated.after == after
    assert list(updated.after.references) == list(after.references)
    for part in ("references", "members", "links", "decisions", "databases", "possible"):
        assert getattr(updated.before, part) == getattr(before, part)


def test_the_same_bytes_are_held_once(review: Path, tmp_path: Path) -> None:
    export = written(
        tmp_path / "new", "again.ris", (TITLE, "10.1000/a", ""), (OTHER, "10.1000/b", "")
    )
    updated = add_exports(review, [export])
    assert [(one.file, one.is_new) for one in updated.files] == [("searches/pubmed.ris", False)]
    assert sorted(path.name for path in (review / "searches").iterdir()) == ["pubmed.ris"]
    fresh = written(tmp_path / "new", "fresh.ris", ("A third paper", "", ""))
    updated = add_exports(review, [fresh, fresh])
    assert [one.is_new for one in updated.files] == [True, False]


def test_another_file_of_the_same_name_gets_a_name_of_its_own(review: Path, tmp_path: Path) -> None:
    held = (review / "searches" / "pubmed.ris").read_bytes()
    for number in (2, 3):
        export = written(tmp_path / "new", "pubmed.ris", (f"A paper of month {number}", "", ""))
        (file,) = add_exports(review, [export]).files
        assert (file.file, file.is_renamed) == (f"searches/pubmed-{number}.ris", True)
    assert (review / "searches" / "pubmed.ris").read_bytes() == held


def test_what_is_no_export_stops_all_before_anything_is_copied(
    review: Path, tmp_path: Path
) -> None:
    good = written(tmp_path / "new", "good.ris", ("A third paper", "", ""))
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear colleague\n", encoding="utf-8")
    with pytest.raises(FileProblem, match=r"letter\.txt: a file that begins with"):
        add_exports(review, [good, letter])
    empty = tmp_path / "empty.csv"
    empty.write_text("Title,Authors,Year,DOI\n", encoding="utf-8")
    with pytest.raises(FileProblem, match=r"no record that can be used"):
        add_exports(review, [good, empty])
    assert [path.name for path in (review / "searches").iterdir()] == ["pubmed.ris"]


def test_a_folder_that_is_no_review_is_left_alone(tmp_path: Path) -> None:
    export = written(tmp_path / "new", "good.ris", ("A third paper", "", ""))
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(StudyProblem, match=r"stroma evidence new"):
        add_exports(other, [export])
    assert list(other.iterdir()) == []


def test_a_retraction_reopens_what_was_decided(review: Path, tmp_path: Path) -> None:
    group = next(iter(open_review(review).references))
    decide(review, group, Choice.INCLUDE)
    assert standings(open_review(review))[group].is_included
    notice = written(
        tmp_path / "new", "notice.ris", (f"Retraction: {TITLE}", "10.1000/r", "Retraction")
    )
    updated = add_exports(review, [notice])
    came = arrivals(updated.before, updated.after)
    (link,) = came.linked
    (reopened,) = came.reopened
    assert (link.group, reopened.group, came.publications) == (group, group, ())
    assert not standings(updated.after)[group].is_included
    decide(review, group, Choice.EXCLUDE)
    other = written(tmp_path / "new", "other.ris", ("A third paper", "", ""))
    updated = add_exports(review, [other])
    assert arrivals(updated.before, updated.after).reopened == ()


def test_answers_are_recorded_and_read_back(review: Path) -> None:
    assert read_answers(review) is None
    answer = Answer(kind=AnswerKind.CLAIM, key="S070", asked="S070", answer="MIXED")
    assert record_answers(review, [answer]) == review / ANSWERS
    assert read_answers(review) == (answer,)
    (review / ANSWERS).write_text("kind,key\n", encoding="utf-8")
    with pytest.raises(StudyProblem, match=r"answers\.csv, row 1: no column asked"):
        read_answers(review)
