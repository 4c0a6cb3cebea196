"""``stroma evidence pool``: reviews and plain tables, as people write them."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import stroma
from stroma.cli import main
from stroma.errors import FileProblem, StudyProblem
from stroma.formats.table_writing import SheetContent, write_xlsx

PROTOCOL = 'question = "Bone marrow or placenta?"\npeople = ["AB"]\ndeciders = 1\n'
HEAD = (
    "extraction,record,place,quantity,tissue,comparator,direction,value,spread,spread_kind,unit,"
    "n,n_counts,passage,extractor\n"
)
PAPERS = ((60, 40), (50, 41), (44, 39))


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def review(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "review"
    (folder / "searches").mkdir(parents=True)
    export = "".join(
        f"TY  - JOUR\nTI  - Cells of paper {i}\nAU  - Author{i}, A.\nPY  - 201{i}\n"
        f"DO  - 10.1000/p{i}\nER  -\n\n"
        for i in range(4)
    )
    (folder / "searches" / "pubmed.ris").write_text(export, encoding="utf-8")
    (folder / "review.toml").write_text(PROTOCOL, encoding="utf-8")
    rows = ""
    for i, (marrow, placenta) in enumerate(PAPERS):
        for tissue, value in (("BM", marrow), ("placenta", placenta)):
            rows += f",10.1000/p{i},table 2,PDT,{tissue},,,{value},6,SD,h,6,donors,P3,AB\n"
    rows += ",10.1000/p3,abstract,PDT,placenta,BM,lower,,,,,,,,AB\n"
    source = tmp_path / "new.csv"
    source.write_text(HEAD + rows, encoding="utf-8")
    run(capsys, "evidence", "extract", folder, "--from", source)
    return folder


def include(review: Path, papers: range) -> None:
    written = (review / "extractions.csv").read_text(encoding="utf-8").splitlines()[1:]
    records = list(dict.fromkeys(line.split(",")[1] for line in written))
    lines = ["record,stage,choice,criterion,reason,person,day,title"]
    lines += [f"{records[i]},full_text,include,,,AB,2026-11-22," for i in papers]
    (review / "decisions.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_a_review_is_pooled_with_its_chain(
    review: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    include(review, range(4))
    code, out, err = run(capsys, "evidence", "pool", review, "--quantity", "PDT")
    assert (code, err) == (0, "")
    assert "population doubling time: placenta against bone marrow" in out
    assert "◆ within papers (both tissues measured in each): ratio 0.783 (" in out
    assert "Author0 2010, P3: ratio 0.667" in out
    assert "rows X0001, X0002" in out
    assert "stated without figures to pool, by paper: 0 higher, 1 lower, 0 no difference" in out
    assert "0 and 0 papers hold one tissue each" in out


def test_json_holds_rows_and_conversions(review: Path, capsys: pytest.CaptureFixture[str]) -> None:
    include(review, range(4))
    code, out, _ = run(capsys, "evidence", "pool", review, "--json")
    held = json.loads(out)
    assert code == 0
    within = held["answers"][0]
    assert held["schema_version"] == "1"
    assert within["answer"] == "POOLED"
    assert within["effects"][0]["arms"][0]["row"] == "X0001"
    assert within["papers"][0] == {
        "group": within["effects"][0]["paper"], "label": "Author0 2010",
        "address": "doi:10.1000/p0",
    }  # fmt: skip
    assert within["votes"][0]["direction"] == "lower"
    assert {file["file"] for file in held["inputs"]} >= {"extractions.csv", "review.toml"}


def test_what_the_review_did_not_include_is_left_out(
    review: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    include(review, range(2))
    _, out, _ = run(capsys, "evidence", "pool", review, "--quantity", "PDT")
    assert "2 papers: the interval rests on very little" in out
    assert "2 rows left out: the publication is not in the review: " in out
    assert "stated without figures" not in out


def test_figures_are_drawn(
    review: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    include(review, range(4))
    folder = tmp_path / "figures"
    run(capsys, "evidence", "pool", review, "--figures", folder)
    assert sorted(path.name for path in folder.iterdir()) == [
        "forest_doubling_time_bone_marrow_placenta.svg",
        "funnel_doubling_time_bone_marrow_placenta.svg",
    ]
    drawn = next(folder.glob("forest*")).read_text(encoding="utf-8")
    assert 'href="https://doi.org/10.1000/p0"' in drawn


def test_the_shipped_review_says_how_little_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(
        capsys, "evidence", "pool", "--quantity", "doubling_time", "--sources", "BM, placenta"
    )
    assert code == 0
    assert "2 are needed" in out
    assert "seen in a review of others' work" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--quantity", "dubling_time"], "write doubling_time"),
        (["--sources", "moon"], '"moon"'),
        (["--method", "XYZ"], "one of EE, DL"),
    ],
)
def test_unknown_words_are_named(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "evidence", "pool", *words)
    assert code == 2
    assert said in " ".join(err.split())


def test_options_without_sense_are_misuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "evidence", "pool", "--measure", "RR")[0] == 2
    table = tmp_path / "t.csv"
    table.write_text("yi,vi\n1,1\n2,1\n", encoding="utf-8")
    assert run(capsys, "evidence", "pool", "--table", table, "--quantity", "PDT")[0] == 2


# Colditz 1994, the first six trials: events and totals of either arm.
TRIALS = """study;ai;n1i;ci;n2i;latitude;how
Aronson;4;123;11;139;44,0;random
Ferguson;6;306;29;303;55,0;random
Rosenthal;3;231;11;220;42,0;random
Hart;62;13598;248;12867;52,0;random
Frimodt;33;5069;47;5808;13,0;alternate
Stein;180;1541;372;1451;44,0;alternate
"""


@pytest.fixture
def trials(tmp_path: Path) -> Path:
    path = tmp_path / "trials.csv"
    path.write_text(TRIALS, encoding="utf-8")
    return path


def test_a_table_of_counts_with_totals_and_decimal_commas(
    trials: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "evidence", "pool", "--table", trials, "--measure", "RR", "--json")
    assert (code, err) == (0, "")
    held = json.loads(out)
    # escalc prints -0.8893 (0.3256) and -1.5854 (0.1946) for the first two.
    assert [round(own["yi"], 4) for own in held["estimates"][:2]] == [-0.8893, -1.5854]
    assert [round(own["vi"], 4) for own in held["estimates"][:2]] == [0.3256, 0.1946]
    assert held["test"] == "knha"
    code, out, _ = run(
        capsys, "evidence", "pool", "--table", trials, "--measure", "RR", "--mods", "latitude,how"
    )
    assert "how: random: " in out
    assert "latitude: " in out


def test_a_cluster_column_gives_cr2(trials: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(
        capsys, "evidence", "pool", "--table", trials, "--measure", "OR", "--cluster", "how"
    )
    assert "between 2 papers" in out
    assert "fewer than 4 degrees of freedom" in out


@pytest.mark.parametrize(
    ("written", "words", "said"),
    [
        ("yi,vi\n0.1,0.2\n", [], "1 row that can be used"),
        ("yi,vi\n0.1,0\n0.2,0.1\n0.3,0.1\n", [], "row 2: y = 0.1, v = 0"),
        ("yi,vi\n0.1,x\n0.2,0.1\n0.3,0.1\n", [], 'row 2, column "vi"'),
        ("yi,vi\n0.1,0.1\n0.2,0.1\n0.3,0.1\n", ["--mods", "age"], 'column "age": no such column'),
        ("m,sd\n1,2\n3,4\n", ["--measure", "MN"], "no column n"),
        ("a,b\n1,2\n3,4\n", [], "and no measure named"),
        ("yi,vi\n0.1,0.1\n0.2,0.1\n0.3,0.1\n", ["--measure", "RX"], '"RX"'),
        ("yi,vi,g\n0.1,0.1,a\n0.2,0.1,a\n0.3,0.1,a\n", ["--cluster", "g"], "do not bear the model"),
        ("yi,vi,x\n0.1,0.1,1\n0.2,0.1,1\n0.3,0.1,1\n", ["--mods", "x"], "do not bear the model"),
        ("yi,vi,v\n0.1,0.1,1\n0.2,0.1,1\n", [], "columns vi, v, which mean the same"),
        ("yi,vi\n1e300,1\n1,1\n2,1\n", [], "too large or too small to calculate with"),
        ("m,sd,n\n1,2,2.5\n3,4,5\n1,1,4\n", ["--measure", "MN"], "row 2: m = 1, sd = 2, n = 2.5"),
    ],
)
def test_bad_tables_get_a_sentence(
    written: str, words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(written, encoding="utf-8")
    code, _, err = run(capsys, "evidence", "pool", "--table", path, *words)
    assert code == (2 if "--measure" in words and "RX" in words else 1)
    assert said in err
    assert "Traceback" not in err


def test_a_further_sheet_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.xlsx"
    rows = [{"study": "A", "yi": 0.1, "vi": 0.03}, {"study": "B", "yi": 0.3, "vi": 0.03}]
    sheets = [SheetContent(name, ("study", "yi", "vi"), rows) for name in ("one", "two")]
    write_xlsx(path, sheets)
    code, out, err = run(capsys, "evidence", "pool", "--table", path)
    assert code == 1
    assert "2 estimates, GEN" in out
    assert 't.xlsx, sheet "two": a further sheet' in err


def test_the_verb_takes_a_frame_a_file_or_nothing(trials: Path) -> None:
    frame = pd.DataFrame({"yi": [0.1, 0.3, 0.35, 0.65], "vi": [0.03, 0.03, 0.05, 0.01]})
    pooled = stroma.pool(frame)
    # metafor 3.8: 0.3772 with tau2 0.0429
    assert pooled["estimate"].iloc[0] == pytest.approx(0.37723, abs=5e-6)
    assert pooled.attrs["model"]["tau2"] == pytest.approx(0.04294, abs=5e-6)
    assert len(stroma.pool(trials, measure="RR", mods=["latitude"])) == 2
    held = stroma.pool(quantity="doubling_time", sources=["bone marrow", "placenta"])
    assert list(held["kind"]) == ["within_papers", "between_papers"]
    assert set(held["answer"]) == {"TOO_FEW"}
    with pytest.raises(StudyProblem, match="write doubling_time"):
        stroma.pool(quantity="doubling tyme")
    with pytest.raises(FileProblem, match="no column"):
        stroma.pool(frame, measure="ROM")


def test_a_frame_and_its_folder_say_the_same(review: Path) -> None:
    include(review, range(4))
    held = stroma.pool(str(review), quantity="doubling_time")
    assert held["effect"].iloc[0] == pytest.approx(0.783, abs=5e-4)
    assert held["lower"].iloc[0] == 1
    assert held["rows"].iloc[0].startswith("X0001, X0002")
