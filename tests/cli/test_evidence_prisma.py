"""`stroma evidence prisma` prints every box, draws them, and says what a reader would ask for."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import pytest

from stroma.cli import main
from stroma.evidence.review_records import Choice, Decision, Stage
from stroma.review_folder import add_decisions, open_review

PROTOCOL = """
question = "Do placental cells grow faster?"
people = ["AB", "CD"]
deciders = 1

[[search]]
database = "PubMed"
query = "placenta"
hits = 3
exports = ["one.ris"]

[[criterion]]
key = "E1"
side = "exclude"
words = "no human cells"
"""
RECORD = "TY  - JOUR\nTI  - {title}\nAU  - Li, X.\nPY  - 2020\nDO  - 10.1000/{doi}\nER  - \n\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    review = tmp_path / "review"
    (review / "searches").mkdir(parents=True)
    (review / "review.toml").write_text(PROTOCOL, encoding="utf-8")
    titles = (
        "Stromal cells of the human term amnion",
        "Mice and their marrow",
        "Erratum: Stromal cells of the human term amnion",
    )
    (review / "searches" / "one.ris").write_text(
        "".join(RECORD.format(title=title, doi=f"a{n}") for n, title in enumerate(titles)),
        encoding="utf-8",
    )
    return review


def decide(folder: Path) -> None:
    amnion, mice, erratum = open_review(folder).references
    rows = [
        (erratum, "title_abstract", "include", ""),
        (amnion, "title_abstract", "include", ""),
        (amnion, "full_text", "include", ""),
        (mice, "title_abstract", "include", ""),
        (mice, "full_text", "exclude", "E1"),
    ]
    add_decisions(
        folder,
        [
            Decision(
                group=group, stage=Stage(stage), choice=Choice(choice), criterion=criterion,
                person="AB", day=date(2026, 11, 2),
            )
            for group, stage, choice, criterion in rows
        ],
    )  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main([*map(str, words), "--lang", "en"])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_flow_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    decide(folder)
    code, out, err = run(capsys, "evidence", "prisma", folder)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "Records identified (n = 3):",
        "    PubMed (n = 3)",
        "  → Records removed before screening:",
        "        duplicate records (n = 0)",
        "        marked as ineligible by automation tools (n = 0)",
        "        notices, versions and answers that follow their publication (n = 1)",
        "Records screened (n = 2)",
        "  → Records excluded (n = 0)",
        "Reports sought for retrieval (n = 2)",
        "  → Reports not retrieved (n = 0)",
        "Reports assessed for eligibility (n = 2)",
        "  → Reports excluded (n = 1):",
        "        E1: no human cells (n = 1)",
        "Studies included in review (n = 1)",
        "    reports of these studies (n = 2)",
        "    of them notices and versions (n = 1)",
    ]


def test_the_flow_is_drawn_and_told_as_json(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    decide(folder)
    figure = tmp_path / "flow.svg"
    code, out, _ = run(capsys, "evidence", "prisma", folder, "--out", figure, "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["schema_version"], told["identified"], told["screened"]) == ("1", 3, 2)
    assert told["excluded_reports"] == [
        {"criterion": "E1", "words": "no human cells", "reports": 1}
    ]
    assert (told["studies"], told["reports"], told["previous"]) == (1, 2, None)
    root = ET.parse(figure).getroot()  # noqa: S314 - our own drawing
    assert root.tag.endswith("svg")
    words = [span.text for span in root.iter() if span.tag.endswith("tspan")]
    assert "E1: no human cells (n\u00a0=\u00a01)" in words


def test_a_review_under_way_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "searches" / "two.ris").write_text(
        RECORD.format(title="Doubling of chorionic cells", doi="b1"), encoding="utf-8"
    )
    code, out, err = run(capsys, "evidence", "prisma", folder)
    assert code == 1
    assert "  → Not decided yet (n = 3)" in out.splitlines()
    assert "    origin not stated (n = 1)" in out.splitlines()
    assert "searches/two.ris: an export that no search of the protocol names" in err
    _, out, _ = run(capsys, "evidence", "prisma", folder, "--new", "searches/two.ris", "--json")
    told = json.loads(out)
    assert (told["identified"], told["previous"]["undecided"]) == (1, 2)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--out", "flow.png"], 2, "write a name that ends in .svg"),
        (["--out", "nowhere/flow.svg"], 2, "there is no folder nowhere"),
        (["--new", "other.ris"], 1, "no record of this file in the review"),
    ],
)
def test_misuse_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    found, _, err = run(capsys, "evidence", "prisma", folder, *words)
    assert found == code
    assert said in " ".join(err.split())
