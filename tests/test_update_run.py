"""The library tells of a review what the commands tell."""

from __future__ import annotations

from pathlib import Path

import pytest

import stroma
from stroma.errors import StudyProblem
from stroma.review_folder import new_review
from stroma.review_update import ANSWERS

RECORD = "TY  - JOUR\nTI  - {title}\nAU  - Li, X.\nPY  - 2020\nDO  - {doi}\nER  - \n\n"


@pytest.fixture
def review(tmp_path: Path) -> Path:
    folder = tmp_path / "review"
    new_review(folder)
    return folder


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "november.ris"
    path.write_text(
        RECORD.format(title="Stromal cells of the human term amnion", doi="10.1000/a")
        + RECORD.format(title="Doubling of chorionic stromal cells", doi="10.1000/b"),
        encoding="utf-8",
    )
    return path


def test_exports_are_added_and_counted(review: Path, export: Path) -> None:
    told = stroma.update(review, [str(export)])
    assert told.came is not None
    assert len(told.came.publications) == 2
    assert (told.unnamed, told.is_first, told.changes) == (("november.ris",), True, ())
    assert stroma.prisma(review).identified == 2
    counted = stroma.prisma(str(review), new=["november.ris"])
    assert (counted.screened, counted.awaiting_screening) == (2, 2)
    with pytest.raises(StudyProblem, match="no record of this file"):
        stroma.prisma(review, new=["december.ris"])


def test_without_exports_answers_are_compared_and_recorded_on_demand(review: Path) -> None:
    first = stroma.update(review)
    assert (first.came, first.is_first, first.changes) == (None, True, ())
    path = review / ANSWERS
    recorded = path.read_text(encoding="utf-8")
    path.write_text(recorded.replace("claim,S070", "claim,S999"), encoding="utf-8")
    told = stroma.update(review)
    assert [(change.kind.value, change.answer.key) for change in told.changes] == [
        ("new", "S070"),
        ("gone", "S999"),
    ]
    assert path.read_text(encoding="utf-8") != recorded
    stroma.update(review, record=True)
    assert path.read_text(encoding="utf-8") == recorded
