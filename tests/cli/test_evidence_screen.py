"""Screening on the command line: by lines, by keys, by a table, one by one."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stroma.cli import main

PLACENTA = "Stromal cells of the human term placenta"
EXPORT = f"""TY  - JOUR
TI  - {PLACENTA}
AU  - Smith, A.
PY  - 2019
T2  - Cytotherapy
AB  - Mesenchymal stromal cells of the placenta and the bone marrow were expanded.
DO  - 10.1000/a1
ER  -

TY  - JOUR
TI  - Arthroscopy of the knee joint
AU  - Li, X.
PY  - 2018
AB  - Mesenchymal cells were not studied; the knee of athletes was.
ER  -

TY  - JOUR
TI  - Amnion membrane in wounds
AU  - Kim, Y.
PY  - 2017
AN  - 12345
ER  -
"""
PROTOCOL = """
question = "How do MSC of the human placenta differ from those of the bone marrow?"
people = ["AB", "CD"]

[[search]]
database = "PubMed"
query = "adult stem cells AND placenta"

[[criterion]]
key = "I1"
side = "include"
words = "Mesenchymal stromal cells"

[[criterion]]
key = "E1"
side = "exclude"
words = "No cells"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "review"
    assert main(["evidence", "new", str(made)]) == 0
    (made / "review.toml").write_text(PROTOCOL, encoding="utf-8")
    (made / "searches" / "pubmed.ris").write_text(EXPORT, encoding="utf-8")
    return made


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["evidence", "screen", *(str(word) for word in words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "decisions.csv").open(encoding="utf-8") as table:
        return list(csv.DictReader(table))


def names(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    _, out, _ = run(capsys, folder, "--person", "AB", "--queue", "--json")
    return [one["record"] for one in json.loads(out)["queue"]]


def test_a_new_review_says_what_to_do_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "r"
    assert main(["evidence", "new", str(made)]) == 0
    assert "stroma evidence screen" in capsys.readouterr().out
    assert sorted(path.name for path in made.iterdir()) == [
        "decisions.csv", "extractions.csv", "review.toml", "searches",
    ]  # fmt: skip
    assert main(["evidence", "new", str(made)]) == 1
    assert "something is there already" in capsys.readouterr().err


def test_the_queue_puts_the_question_s_words_first(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, folder, "--person", "AB", "--queue")
    assert code == 0
    lines = out.splitlines()
    assert lines[0].startswith("3 wait for AB, ordered by likeness")
    assert lines[1].endswith(f"2019  {PLACENTA}")
    _, out, _ = run(capsys, folder, "--person", "AB", "--queue", "--sample", 2, "--json")
    twin = json.loads(out)
    assert (twin["order"], twin["waiting"], len(twin["queue"])) == ("random", 2, 2)


def test_lines_decide_and_back_is_a_new_row(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = names(folder, capsys)
    lines = "u\nb\ni\nx\ne 9\ne 2 knees only\n\ns\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    code, out, err = run(capsys, folder, "--person", "AB", "--day", "2026-01-31")
    assert code == 0
    columns = ("record", "choice", "criterion", "reason")
    assert [tuple(row[column] for column in columns) for row in rows(folder)] == [
        (first, "unsure", "", ""),
        (first, "include", "", ""),
        (second, "exclude", "E1", "knees only"),
    ]  # fmt: skip
    assert {row["day"] for row in rows(folder)} == {"2026-01-31"}
    assert rows(folder)[0]["title"] == PLACENTA
    assert '"x" is none of' in err
    assert '"9" is no criterion' in err
    assert "2  E1  kept out: No cells" in out
    assert "Nothing more waits for AB but 1 put off for later." in out
    assert third not in {row["record"] for row in rows(folder)}


def test_one_by_one_with_a_doi_and_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--decision", "exclude", "--record", "https://doi.org/10.1000/A1")
    code, out, _ = run(
        capsys, folder, "--person", "AB", *words, "--criterion", "E1", "--reason", "no", "--json"
    )
    assert code == 0
    (added,) = json.loads(out)["added"]
    assert (added["choice"], added["criterion"], added["person"]) == ("exclude", "E1", "AB")
    assert len(rows(folder)) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--queue",), "name who decides, one of AB, CD"),
        (("--person", "ZZ"), 'the protocol names no "ZZ"; it has AB, CD'),
        (("--person", "AB", "--stage", "abstract"), '"abstract" is none of title_abstract, full'),
        (("--person", "AB", "--day", "31.1.26"), '"31.1.26" is no day such as 2026-01-31'),
        (("--person", "AB", "--decision", "maybe", "--record", "x"), '"maybe" is none of include'),
        (("--person", "AB", "--decision", "include"), "name each record the decision is on"),
        (
            ("--person", "AB", "--decision", "include", "--record", "b-1"),
            'no export holds the record "b-1"',
        ),
        (("--person", "AB", "--json"), "--json goes with --status"),
        (("--from", "absent.csv"), "there is no file absent.csv"),
    ],
)
def test_words_of_no_sense_are_misuse(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    code, _, err = run(capsys, folder, *words)
    assert code == 2
    assert said in re.sub(r"\s+", " ", err)


def test_not_retrieved_is_of_the_full_text(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--person", "AB", "--decision", "not_retrieved", "--record", "10.1000/a1")
    code, _, err = run(capsys, folder, *words)
    assert code == 1
    assert "it at the stage full_text only" in err
    code, _, _ = run(capsys, folder, *words, "--stage", "full_text")
    assert code == 0


def test_a_table_of_decisions_comes_in_whole_or_not_at_all(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, _ = names(folder, capsys)
    table = tmp_path / "mine.csv"
    table.write_text(f"record;choice;criterion\n{first};include;\n{second};out;E1\n")
    code, _, err = run(capsys, folder, "--person", "CD", "--from", table)
    assert code == 1
    assert 'row 3, column "choice": "out"' in err
    assert rows(folder) == []
    table.write_text(f"record;choice;criterion\n10.1000/a1;include;\n{second};exclude;E1\n")
    code, out, _ = run(capsys, folder, "--person", "CD", "--from", table, "--day", "2026-02-01")
    assert code == 0
    assert "2 decisions written" in out
    assert [(row["record"], row["person"], row["day"]) for row in rows(folder)] == [
        (first, "CD", "2026-02-01"),
        (second, "CD", "2026-02-01"),
    ]


def test_the_status_counts_agrees_and_warns(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, _ = names(folder, capsys)
    table = tmp_path / "mine.csv"
    table.write_text(
        "record,choice,person,criterion\n"
        f"{first},include,AB,\n{first},include,CD,\n"
        f"{second},exclude,AB,E1\n{second},include,CD,\n"
    )
    assert run(capsys, folder, "--from", table)[0] == 0
    code, out, err = run(capsys, folder, "--status")
    assert code == 1
    assert '"adult" keeps out what the question asks for: "placenta"' in err
    assert "  included: 1" in out
    assert f"  decided differently: {second}" in out
    assert "  AB and CD: 50.0 % of 2 agreed, kappa 0.00" in out
    assert "stop" not in out.casefold()
    _, out, _ = run(capsys, folder, "--status", "--json")
    twin = json.loads(out)
    assert twin["schema_version"] == "1"
    stage = twin["stages"]["title_abstract"]
    assert stage["standings"] == {"conflict": 1, "included": 1, "undecided": 1}
    assert stage["conflicts"] == [second]
    assert twin["agreements"][0]["kappa"] == pytest.approx(0)
    assert twin["stopping"]["screened"] == 2
    assert twin["criteria"][0]["words"] == "adult"
    assert twin["problems"][0]["severity"] == "warning"


def test_a_notice_is_shown_and_reopens(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--decision", "include", "--record", "10.1000/a1")
    for person in ("AB", "CD"):
        assert run(capsys, folder, "--person", person, *words)[0] == 0
    (folder / "searches" / "update.ris").write_text(
        f"TY  - JOUR\nTI  - Retraction: {PLACENTA}\nAU  - Smith, A.\nPY  - 2021\nER  -\n",
        encoding="utf-8",
    )
    code, out, err = run(capsys, folder, "--status", "--json")
    assert code == 1
    assert "before they saw what belongs to it" in err
    (reopened,) = json.loads(out)["reopened"]
    assert reopened["people"] == ["AB", "CD"]
    assert reopened["notices"][0]["kind"] == "retraction"
    _, out, _ = run(capsys, folder, "--person", "AB", "--queue")
    assert PLACENTA in out.splitlines()[1]
    _, out, _ = run(capsys, folder, "--person", "AB", *words, "--json")
    assert [one["reason"][:10] for one in json.loads(out)["added"]] == ["retraction", ""]


def test_the_words_are_those_of_the_language(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, folder, "--person", "AB", "--queue", "--lang", "xx")
    assert code == 2
    assert "xx" in err


def _read_until(mark: bytes, terminal: int) -> bytes:
    fresh = b""
    deadline = time.monotonic() + 60
    while mark not in fresh and time.monotonic() < deadline:
        if select.select([terminal], [], [], 1)[0]:
            try:
                fresh += os.read(terminal, 65536)
            except OSError:  # the other end was closed
                return fresh
    return fresh


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals on Windows")
def test_single_keys_of_a_terminal(folder: Path) -> None:
    import pty

    terminal, theirs = pty.openpty()
    words = ["evidence", "screen", str(folder), "--person", "AB", "--day", "2026-01-31"]
    child = subprocess.Popen(
        [sys.executable, "-m", "stroma", *words], stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    said = b""
    for keys, mark in (
        (b"", b"q quit"),
        # An arrow does nothing, also where a key follows at once.
        (b"\x1b[Ar", b"Why?"),
        ("қызық é\n".encode(), b"q quit"),
        (b"e", b"Which criterion?"),
        (b"2", b"2 wait"),
        # The key of a Russian keyboard in the place of i.
        ("ш".encode(), b"1 waits"),
        (b"q", b"2 decisions written"),
    ):
        os.write(terminal, keys)
        fresh = _read_until(mark, terminal)
        assert mark in fresh
        said += fresh
    assert child.wait(timeout=60) == 0
    os.close(terminal)
    assert b"\x1b[1mplacenta\x1b[0m" in said
    assert [(row["choice"], row["criterion"], row["reason"]) for row in rows(folder)] == [
        ("exclude", "E1", "қызық é"),
        ("include", "", ""),
    ]


def test_a_random_draw_is_known_again_in_the_plain_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "review"
    assert main(["evidence", "new", str(made)]) == 0
    export = "".join(
        f"TY  - JOUR\nTI  - {chr(97 + number // 26) * 3} {chr(97 + number % 26) * 4} paper number "
        f"{number}\nAU  - A{number}, B.\nPY  - 2001\nDO  - 10.1000/p{number}\nER  -\n\n"
        for number in range(80)
    )
    (made / "searches" / "a.ris").write_text(export, encoding="utf-8")
    for person in ("AB", "CD"):
        monkeypatch.setattr(sys, "stdin", io.StringIO("i\ni\ni\n"))
        assert run(capsys, made, "--person", person)[0] == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("e E1\n" * 40))
    _, out, _ = run(capsys, made, "--person", "AB", "--sample", 40)
    assert "40 decisions written" in out
    _, out, _ = run(capsys, made, "--status", "--json")
    stopping = json.loads(out)["stopping"]
    assert stopping["method"] == "random_sample"
    assert stopping["sample"] - 40 in range(6)
    assert stopping["sample_relevant"] <= 5
    assert stopping["left"] + stopping["screened"] == 80
