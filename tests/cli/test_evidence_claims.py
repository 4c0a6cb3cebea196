"""The commands that answer the claims and check lists of references."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stroma.cli import main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_table_has_81_claims(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "evidence", "claims", "--lang", "en")
    assert code == 0
    assert sum(line[:2] == "S0" for line in out.splitlines()) == 81
    assert "S070 ✗ contradicted" in out


def test_one_claim_is_told_with_its_chain(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "evidence", "claims", "--claim", "s076", "--lang", "en")
    assert code == 0
    assert "MIXED: 7 of 8 papers for it" in out
    assert "− rate of proliferation; placenta and bone marrow, adipose tissue" in out
    assert "[Heo 2016, abstract; doi:10.3892/ijmm.2015.2413; C379]" in out
    assert "! claim S070 of the same article says the opposite" in out


def test_json_holds_every_chain(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "evidence", "claims", "--json", "--lang", "en")
    content = json.loads(out)
    assert code == 0
    assert content["schema_version"] == "1"
    assert sum(content["counts"].values()) == len(content["claims"]) == 81
    by_key = {claim["claim"]: claim for claim in content["claims"]}
    assert all(claim["parts"] for claim in by_key.values())
    assert by_key["S018"]["parts"][0]["rows"][0]["citation"].startswith("doi:10.")


def test_claims_can_be_asked_by_their_answer(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "evidence", "claims", "--answer", "mixed", "--json", "--lang", "en")
    content = json.loads(out)
    assert {claim["answer"] for claim in content["claims"]} == {"MIXED"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--claim", "S099"), 'there is no claim "S099"; they are S001 to S081'),
        (("--answer", "PERHAPS"), '"PERHAPS" is no answer'),
        (("--study", "nowhere"), "there is no folder nowhere"),
    ],
)
def test_misuse_is_told_in_a_sentence(
    words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "evidence", "claims", *words, "--lang", "en")
    assert code == 2
    assert told in " ".join(err.replace("│", " ").split())


def test_the_page_is_written_whole_and_asks_nothing_of_the_net(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "claims.html"
    run(capsys, "evidence", "claims", "--report", str(page), "--lang", "en")
    written = page.read_text("utf-8")
    assert written.count('<details class="c ') == 81
    assert "<script" not in written
    assert "<link" not in written
    assert "src=" not in written
    again = tmp_path / "again.html"
    run(capsys, "evidence", "claims", "--report", str(again), "--lang", "en")
    assert again.read_bytes() == page.read_bytes()


LIST = """1. Margiana, R., et al. (2022). Clinical application of cells. *Stem Cell Research & Therapy*, 13(1), 366. https://doi.org/10.1186/s13287-022-03054-6
2. Harrell, C. R. (2022). Therapeutic effects. Springer. https://doi.org/10.1007/978-3-030-XXXX-X_17
3. Caplan, A. I. (1991). Mesenchymal stem cells. *J Orthop Res*, 9(5), 641-650. https://doi.org/10.1002/jor.1100090504
"""  # noqa: E501


def test_a_list_of_references_is_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "list.txt"
    path.write_text(LIST, encoding="utf-8")
    code, out, _ = run(capsys, "evidence", "check", str(path), "--lang", "en")
    assert code == 1
    assert "fails its check character: 6, it would be 0" in out
    assert 'the DOI "10.1007/978-3-030-XXXX-X_17" is a placeholder' in out
    assert "3 references: 2 with faults" in out
    code, out, _ = run(capsys, "evidence", "check", str(path), "--json", "--lang", "en")
    content = json.loads(out)
    assert code == 1
    assert [(one["reference"], one["kind"]) for one in content["faults"]] == [
        ("1", "check_character"),
        ("2", "placeholder_doi"),
    ]
    assert content["faults"][0]["expected_character"] == "0"


RIS = """TY  - JOUR
TI  - On cells of the placenta and their growth
AU  - Doe, J.
PY  - 2022
DO  - {doi}
ER  -
"""


@pytest.mark.parametrize(
    ("name", "content", "kinds"),
    [
        ("a.ris", RIS.format(doi="10.1186/s13287-022-03054-6"), ["check_character"]),
        ("a.ris", RIS.format(doi="10.1007/978-XXXX"), ["placeholder_doi"]),
        ("a.ris", RIS.format(doi="101.1000/x"), ["malformed_doi"]),
        (
            "a.bib",
            "@article{a,\n title={On cells},\n author={Doe, J.},\n year={2022},\n doi={10.1186/s13287-022-03054-6}\n}\n",  # noqa: E501
            ["check_character"],
        ),
        (
            "a.csv",
            "ref,citation,doi\n7,Doe J. On cells. 2022.,10.1186/s13287-022-03054-6\n",
            ["check_character"],
        ),
        ("a.txt", "Doe J. On cells. 2022. doi:10.1186/s13287-022-03054-0\n", []),
    ],
)
def test_exports_tables_and_plain_lists_are_read(
    name: str, content: str, kinds: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    code, out, _ = run(capsys, "evidence", "check", str(path), "--json", "--lang", "en")
    assert [one["kind"] for one in json.loads(out)["faults"]] == kinds
    assert code == (1 if kinds else 0)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.docx", b"PK\x03\x04", "save the list of references as plain text"),
        ("a.txt", b"\n\n", "one reference a line, a table, or an export"),
    ],
)
def test_what_is_no_list_is_told(
    name: str, content: bytes, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    code, _, err = run(capsys, "evidence", "check", str(path), "--lang", "en")
    assert code == 1
    assert told in err


def test_own_lots_stand_beside_the_papers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "lots.csv"
    rows = ["lot,donor,source,quantity,analyte,value,unit"]
    for number in range(6):
        rows.append(f"B{number},B{number},bone marrow,doubling_time,,{60 + number},h")
        rows.append(f"P{number},P{number},placenta,doubling_time,,{30 + number},h")
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    import stroma

    frame = stroma.claims(table)
    chains = {claim["claim"]: claim for claim in frame.attrs["chains"]}
    (row,) = [
        row
        for part in chains["S076"]["parts"]
        for row in part["rows"]
        if row["table"] == "own_lots"
    ]
    assert row["vote"] == "for"
    assert frame.set_index("claim").papers_for["S076"] == 8
    assert "own lots among them" in frame.set_index("claim").certainty["S076"]
