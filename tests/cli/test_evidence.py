"""The commands of a review on exports of the test's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stroma.cli import main

ONE = """TY  - JOUR
TI  - Stromal cells of the human term placenta
AU  - Smith, A.
PY  - 2019
T2  - Cytotherapy
VL  - 21
SP  - 301
DO  - 10.1000/a1
ER  -

TY  - JOUR
TI  - Erratum: Stromal cells of the human term placenta
AU  - Smith, A.
PY  - 2020
ER  -
"""
TWO = """Title,Authors,Year,Source title,Volume,Page start,DOI,EID
"Stromal Cells of the Human Term Placenta","Smith A.",2019,Cytotherapy,21,301,,2-s2.0-1
"Another paper of the amnion","Li X.; Wu Y.",2021,Cells,9,5,10.1000/b2,2-s2.0-2
"""


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def searches(tmp_path: Path) -> Path:
    folder = tmp_path / "searches"
    folder.mkdir()
    (folder / "pubmed.ris").write_text(ONE, encoding="utf-8")
    (folder / "scopus.csv").write_text(TWO, encoding="utf-8")
    return folder


def test_import_says_what_is_there(searches: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "evidence", "import", searches)
    assert code == 0
    assert "pubmed.ris: 2 records (ris" in out
    assert "scopus.csv: 2 records (csv scopus)" in out
    code, out, _ = run(capsys, "evidence", "import", searches, "--json")
    twin = json.loads(out)
    assert twin["schema_version"] == "1"
    assert [file["kinds"] for file in twin["files"]] == [
        {"article": 1, "erratum": 1},
        {"article": 2},
    ]
    assert len(twin["records"]) == 4


def test_import_names_what_is_broken(searches: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (searches / "ovid.ris").write_text(f"{ONE}NL  - Cytotherapy\n", encoding="utf-8")
    (searches / "notes.txt").write_text("nothing of the kind\n", encoding="utf-8")
    code, out, err = run(capsys, "evidence", "import", searches)
    assert code == 1
    assert "ovid.ris: 2 records (ris), kept aside: 1" in out
    assert 'ovid.ris, row 16: record 2 is followed by lines outside it, the first "NL' in err
    assert "notes.txt: a file that begins with “nothing of the kind”" in err


def test_import_refuses_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "evidence", "import", "absent.ris")
    assert code == 2
    assert "there is no file absent.ris" in err


def test_dedup_merges_links_holds_and_separates(
    searches: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "duplicates.csv"
    code, out, _ = run(capsys, "evidence", "dedup", searches, "--table", table)
    assert code == 0
    assert "4 records; 3 publications; 4 new records; 1 of them merged" in out
    assert "the same title in the same place — Stromal Cells" in out
    assert "(erratum) belongs to" in out
    first = table.read_bytes()

    code, out, _ = run(capsys, "evidence", "dedup", searches, "--table", table)
    assert "4 records; 3 publications; 0 new records; 0 of them merged" in out
    assert table.read_bytes() == first

    (searches / "update.ris").write_text(ONE.replace("T2  -", "JO  -"), encoding="utf-8")
    code, out, _ = run(capsys, "evidence", "dedup", searches, "--table", table, "--json")
    twin = json.loads(out)
    assert (twin["records"], twin["groups"], twin["new_records"]) == (6, 3, 2)
    assert {member["reason"] for member in twin["members"]} == {
        "first", "same_title_and_place", "same_doi", "same_title_and_authors",
    }  # fmt: skip

    merged = next(row["record"] for row in twin["members"] if row["reason"] == "same_doi")
    code, out, _ = run(
        capsys, "evidence", "dedup", searches, "--table", table, "--separate", merged
    )
    assert "6 records; 4 publications" in out
    assert f"{merged},{merged},kept_apart" in table.read_text(encoding="utf-8")
    code, out, _ = run(capsys, "evidence", "dedup", searches, "--table", table)
    assert "6 records; 4 publications" in out


def test_dedup_refuses_a_table_in_no_folder(
    searches: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "absent" / "duplicates.csv"
    code, _, err = run(capsys, "evidence", "dedup", searches, "--table", table)
    assert code == 2
    assert "there is no folder" in err


def test_dedup_refuses_a_table_that_is_none(
    searches: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "duplicates.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    code, _, err = run(capsys, "evidence", "dedup", searches, "--table", table)
    assert code == 1
    assert "no column record, group, reason, score, matched" in err
    assert table.read_text(encoding="utf-8") == "a,b\n1,2\n"
