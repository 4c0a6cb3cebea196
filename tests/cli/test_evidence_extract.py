"""Taking figures from papers, with the mistakes people make."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stroma.cli import main
from stroma.formats.table_writing import SheetContent, write_xlsx

EXPORT = """TY  - JOUR
TI  - Stromal cells of the human term placenta
AU  - Smith, A.
PY  - 2019
DO  - 10.1000/a1
ER  -

TY  - JOUR
TI  - Another paper of the amnion
AU  - Li, X.
PY  - 2021
AN  - 31234567
DO  - 10.1000/b2
ER  -
"""
PROTOCOL = 'question = "Bone marrow or placenta?"\npeople = ["AB", "CD"]\ndeciders = 1\n'
HEAD = "record,place,quantity,tissue,comparator,direction,value,spread,spread_kind,unit,n,n_counts"
ROWS = (
    "10.1000/a1,table 2,PDT,placenta,BM,lower,1.60,0.12,SEM,d,6,donors\n"
    "10.1000/a1,table 2,PDT,BM,,,2.50,0.30,SEM,d,6,donors\n"
)


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def review(tmp_path: Path) -> Path:
    folder = tmp_path / "review"
    (folder / "searches").mkdir(parents=True)
    (folder / "searches" / "pubmed.ris").write_text(EXPORT, encoding="utf-8")
    (folder / "review.toml").write_text(PROTOCOL, encoding="utf-8")
    return folder


def include(review: Path, record: str) -> None:
    decisions = review / "decisions.csv"
    if not decisions.exists():
        decisions.write_text("record,stage,choice,criterion,reason,person,day,title\n", "utf-8")
    with decisions.open("a", encoding="utf-8") as file:
        file.write(f"{record},full_text,include,,,AB,2026-11-22,\n")


def record_of(review: Path, row: int) -> str:
    line = (review / "extractions.csv").read_text(encoding="utf-8").splitlines()[row - 1]
    return line.split(",")[1]


def table(tmp_path: Path, rows: str, *, extractor: str = "AB") -> Path:
    path = tmp_path / "new.csv"
    filled = "".join(f"{line},{extractor}\n" for line in rows.splitlines())
    path.write_text(f"{HEAD},extractor\n{filled}", encoding="utf-8")
    return path


def test_rows_are_added_with_names_and_one_unit(
    review: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "evidence", "extract", review, "--from", table(tmp_path, ROWS))
    assert code == 1
    assert "2 figures and directions; from 1 publication; 2 added; 2 not checked" in out
    assert "X0001: population doubling time, placenta, 38.4 h, SD 7.055 (d x 24 = h;" in out
    assert "Not checked: X0001, X0002" in out
    assert "stands at the full text as: stage not reached" in err
    include(review, record_of(review, 2))
    code, out, err = run(capsys, "evidence", "extract", review)
    assert code == 0
    assert err == ""
    written = (review / "extractions.csv").read_text(encoding="utf-8")
    assert ",1.60," in written
    assert ",38.4,7.054530459,h,,,d x 24 = h; SD = SEM 0.12 x sqrt(6)" in written


def test_a_second_run_changes_nothing(
    review: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = table(tmp_path, ROWS)
    run(capsys, "evidence", "extract", review, "--from", source)
    before = (review / "extractions.csv").read_bytes()
    _, out, err = run(capsys, "evidence", "extract", review, "--from", source)
    assert (review / "extractions.csv").read_bytes() == before
    assert "0 added" in out
    assert "new.csv, row 2: the same figure as X0001" in err


def test_a_bad_row_is_named_and_the_others_come_in(
    review: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = "10.1000/zz,t,PDT,BM,,,1,,,d,,\n10.1000/b2,t,PDT,BM,,,1 ± 2,,,d,,\n"
    code, out, err = run(
        capsys, "evidence", "extract", review, "--from", table(tmp_path, bad + ROWS)
    )
    assert code == 1
    assert "2 added" in out
    assert 'new.csv, row 2, column "record": “10.1000/zz”, which no export in searches/' in err
    assert 'new.csv, row 3, column "value": “1 ± 2”, which is two figures' in err


def test_a_workbook_is_as_good(
    review: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new.xlsx"
    columns = ("record", "place", "quantity", "tissue", "value", "unit", "extractor")
    row = dict(zip(columns, ("10.1000/b2", "table 1", "PDT", "BM", 38.5, "h", "AB"), strict=True))
    write_xlsx(path, [SheetContent("rows", columns, [row])])
    _, out, _ = run(capsys, "evidence", "extract", review, "--from", path)
    assert "X0001: population doubling time, bone_marrow, 38.5 h" in out


def test_one_row_by_hand(review: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("record=10.1000/b2", "place=table 1", "quantity=viability", "tissue=PL",
             "value=104,5", "unit=%", "extractor=AB")  # fmt: skip
    added = [part for word in words for part in ("--add", word)]
    code, out, err = run(capsys, "evidence", "extract", review, *added)
    assert code == 1
    assert "X0001: viability, placenta, 104.5 %" in out
    assert "104.5 %, which is above the 100 % that viability can reach" in err
    code, _, err = run(capsys, "evidence", "extract", review, "--add", "record=10.1000/b2")
    assert code == 1
    assert '--add, column "place": an empty cell' in err
    code, _, err = run(capsys, "evidence", "extract", review, "--add", "colour=blue")
    assert code == 2
    assert "“colour=blue”: write column=cell" in err


def test_a_second_person_checks(
    review: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "evidence", "extract", review, "--from", table(tmp_path, ROWS))
    check = ("evidence", "extract", review, "--check-by")
    code, _, err = run(capsys, *check, "AB", "--extraction", "X0001")
    assert code == 2
    assert "AB read X0001 first" in err
    code, _, err = run(capsys, *check, "CD", "--extraction", "X0009")
    assert code == 2
    assert "there is no row X0009" in err
    _, out, _ = run(capsys, *check, "CD", "--extraction", "X0001")
    assert "Not checked: X0002" in out
    code, _, err = run(capsys, *check, "EF", "--extraction", "X0001")
    assert code == 2
    assert "X0001 was checked by CD" in err
    code, _, err = run(capsys, *check, "CD")
    assert code == 2
    assert "each row with --extraction" in err


def test_an_edit_is_kept_until_a_person_has_looked(
    review: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "evidence", "extract", review, "--from", table(tmp_path, ROWS))
    path = review / "extractions.csv"
    path.write_text(path.read_text("utf-8").replace(",1.60,", ",1.06,"), "utf-8")
    for _ in range(2):
        code, _, err = run(capsys, "evidence", "extract", review)
        assert code == 1
        assert "“38.4” in the file and “25.44” from the printed figures" in err
    _, _, err = run(capsys, "evidence", "extract", review, "--recalculate")
    _, _, err = run(capsys, "evidence", "extract", review)
    assert "from the printed figures" not in err


def test_a_broken_file_is_never_written(review: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = review / "extractions.csv"
    path.write_text('extraction,record,place,quantity,tissue\n"X0001,a\n', "utf-8")
    before = path.read_bytes()
    code, _, err = run(capsys, "evidence", "extract", review)
    assert code == 1
    assert "a quotation mark that is not closed" in err
    assert path.read_bytes() == before


def test_readers_are_people_of_the_review(
    review: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, _, err = run(
        capsys, "evidence", "extract", review, "--from", table(tmp_path, ROWS, extractor="EF")
    )
    assert "“EF”, whom review.toml does not name" in err
    path = review / "extractions.csv"
    path.write_text(path.read_text("utf-8").replace(",EF,,", ",CD,CD,"), "utf-8")
    _, _, err = run(capsys, "evidence", "extract", review)
    assert "CD twice" in err


def test_the_template_comes_back_in(
    review: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "evidence", "extract", "--template")
    assert code == 0
    assert "spread_kind  what the spread is: SD, SEM, CI95, range, IQR or not_stated" in err
    path = tmp_path / "template.csv"
    path.write_text(out, "utf-8")
    _, _, err = run(capsys, "evidence", "extract", review, "--from", path)
    assert "“10.1000/example”, which no export in searches/ holds" in err
    path.write_text(out.replace("10.1000/example", "10.1000/a1"), "utf-8")
    _, out, _ = run(capsys, "evidence", "extract", review, "--from", path)
    assert "1 added" in out


def test_the_twin_holds_everything(
    review: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(
        capsys, "evidence", "extract", review, "--from", table(tmp_path, ROWS), "--json"
    )
    twin = json.loads(out)
    assert code == 1
    assert twin["schema_version"] == "1"
    assert twin["added"] == twin["not_checked"] == ["X0001", "X0002"]
    first = twin["extractions"][0]
    assert first["value"] == "1.60"
    assert first["canonical"]["value"] == pytest.approx(38.4)
    assert first["canonical"]["unit"] == "h"
    assert len(twin["problems"]) == 1


def test_no_review_is_misuse_or_a_missing_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "evidence", "extract")
    assert code == 2
    assert "name the folder of the review" in err
    code, _, err = run(capsys, "evidence", "extract", tmp_path)
    assert code == 1
    assert "no such file. Expected: the protocol of a review" in err
