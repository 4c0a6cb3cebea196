"""`stroma evidence update` says what came and what changed, and never loses a change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stroma.cli import main
from stroma.review_folder import new_review

TITLE = "Stromal cells of the human term amnion in culture"


def ris(*titles: str, doi: str = "") -> str:
    return "".join(
        f"TY  - JOUR\nTI  - {title}\nAU  - Li, X.\nPY  - 2020\nDO  - {doi}\nER  - \n\n"
        for title in titles
    )


@pytest.fixture
def review(tmp_path: Path) -> Path:
    folder = tmp_path / "review"
    new_review(folder)
    (folder / "searches" / "pubmed.ris").write_text(ris(TITLE, doi="10.1000/a"), encoding="utf-8")
    return folder


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "pubmed.ris"
    path.write_text(
        ris(f"{TITLE}.", doi="10.1000/a")
        + ris(f"Erratum: {TITLE}", doi="10.1000/e")
        + ris("Doubling of chorionic stromal cells after thaw"),
        encoding="utf-8",
    )
    return path


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main(["evidence", *map(str, words), "--lang", "en"])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_what_an_export_brings_is_said(
    review: Path, export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "update", review, export)
    names = [line.split(",")[0] for line in (review / "duplicates.csv").read_text().splitlines()]
    held = names[-1]
    merged, erratum = names[1:3]
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "searches/pubmed-2.ris: 3 records, under this name as another file has its own",
        "1 new publication to be screened",
        "1 record merged",
        f"  {merged} into {held}: the same DOI and a title that fits — {TITLE}.",
        f"  {erratum} (erratum) belongs to {held} and stays apart — Erratum: {TITLE}",
        f"2 publications wait for a decision: stroma evidence screen {review.as_posix()}",
        "add pubmed-2.ris to the exports of its [[search]] in review.toml",
    ]
    code, out, _ = run(capsys, "update", review, export, "--json")
    told = json.loads(out)
    assert (code, told["schema_version"], told["records"]) == (0, "1", [])
    assert told["exports"] == [
        {"file": "searches/pubmed-2.ris", "is_new": False, "is_renamed": False, "broken": []}
    ]
    _, out, _ = run(capsys, "update", review, export)
    assert out.startswith("searches/pubmed-2.ris holds these very bytes already; nothing was added")


def test_a_broken_record_is_kept_aside_and_named(
    review: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = tmp_path / "wos.ris"
    export.write_text(
        f"{ris('A third paper')}Dear colleague\n\n{ris('A fourth paper')}", encoding="utf-8"
    )
    code, out, err = run(capsys, "update", review, export)
    assert code == 1
    assert out.startswith("searches/wos.ris: 2 records; kept aside as broken: 1\n")
    assert "ERROR  searches/wos.ris, row 8" in err


def test_answers_are_recorded_where_there_is_nothing_to_compare(
    review: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "update", review)
    assert code == 0
    assert out.startswith("No answers were recorded before")
    recorded = (review / "answers.csv").read_text(encoding="utf-8")
    assert len(recorded.splitlines()) == 82
    _, out, _ = run(capsys, "update", review)
    assert out.startswith("No answer changed since the answers were recorded.")
    assert (review / "answers.csv").read_text(encoding="utf-8") == recorded


def test_what_changed_is_said_before_it_is_recorded_over(
    review: Path, export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "update", review)
    path = review / "answers.csv"
    recorded = path.read_text(encoding="utf-8")
    lines = recorded.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("claim,S070,"))
    lines[place] = "claim,S070,S070,SUPPORTED,1,,,,,,X9999"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    _, out, _ = run(capsys, "update", review)
    (told,) = [line for line in out.splitlines() if "S070" in line]
    assert "SUPPORTED became" in told
    assert "it no longer stands on X9999" in told
    _, out, _ = run(capsys, "update", review, export)
    assert "Since the answers were last recorded:" in out
    assert told in out.splitlines()
    assert path.read_text(encoding="utf-8") == recorded


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["missing.ris"], 2, "there is no file missing.ris"),
        (["letter.txt"], 1, "a file that begins with"),
    ],
)
def test_what_is_no_export_is_refused(
    review: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("letter.txt").write_text("Dear colleague\n", encoding="utf-8")
    found, _, err = run(capsys, "update", review, *words)
    assert found == code
    assert said in " ".join(err.split())
    assert [path.name for path in (review / "searches").iterdir()] == ["pubmed.ris"]


def test_the_page_on_the_literature_tells_flow_and_changes(
    review: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "page.html"
    words = ("claims", "--review", review, "--report", report)
    run(capsys, *words)
    page = report.read_text(encoding="utf-8")
    assert "<title>PRISMA 2020 flow. Records identified: 1; " in page
    assert "What changed since the answers were recorded" not in page
    run(capsys, "update", review)
    run(capsys, *words)
    page = report.read_text(encoding="utf-8")
    assert "<p>No answer changed since the answers were recorded.</p>" in page
    path = review / "answers.csv"
    recorded = path.read_text(encoding="utf-8")
    path.write_text(recorded + "claim,S999,Nothing,MIXED,1,,,,,,X1\n", encoding="utf-8")
    run(capsys, *words)
    page = report.read_text(encoding="utf-8")
    assert "<li>Nothing: not asked any more, it was MIXED.</li>" in page


def test_a_merge_is_undone_in_the_review(
    review: Path, export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "update", review, export)
    table = review / "duplicates.csv"
    merged = [line.split(",")[0] for line in table.read_text().splitlines() if "same_doi" in line]
    before = table.read_text(encoding="utf-8")
    assert run(capsys, "dedup", review)[0] == 0
    assert table.read_text(encoding="utf-8") == before
    code, _, _ = run(capsys, "dedup", review, "--separate", merged[0])
    assert code == 0
    (row,) = [line for line in table.read_text().splitlines() if line.startswith(merged[0])]
    assert row.split(",")[:2] == [merged[0]] * 2
    assert row.endswith("searches/pubmed-2.ris")
    code, out, _ = run(capsys, "import", review)
    assert (code, out.splitlines()[1].split(" (")[0]) == (0, "searches/pubmed.ris: 1 record")
