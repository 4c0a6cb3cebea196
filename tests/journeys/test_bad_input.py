"""A study full of mistakes: every one is named with its place, and the rest is still analysed."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest

from stroma.cli import main


def edited(path, *, replace=(), append=""):
    content = path.read_text(encoding="utf-8-sig")
    for old, new in replace:
        assert old in content, (path.name, old)
        content = content.replace(old, new, 1)
    path.write_text(content + append, encoding="utf-8", newline="\r\n")


def raw_hashes(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((folder / "raw").rglob("*"))
        if path.is_file()
    }


def line_of(folder, name, lot, passage):
    for line in (folder / name).read_text(encoding="utf-8-sig").splitlines():
        if line.startswith(f"{lot},{passage},"):
            return line
    raise AssertionError((name, lot, passage))


@pytest.fixture(scope="module")
def spoiled(demo, tmp_path_factory):
    """The example study after an unlucky day; lots BM-01 and PL-01 stay untouched."""
    folder = tmp_path_factory.mktemp("spoiled") / "study"
    shutil.copytree(demo.folder, folder, ignore=shutil.ignore_patterns("results"))
    flow = folder / "raw" / "flow"
    stained = flow / "BM-02" / "BM-02_P4_stained.fcs"
    stained.write_bytes(stained.read_bytes()[:200_000])
    (flow / "PL-02" / "PL-02_P4_stained.fcs").write_bytes(b"")
    (flow / "PL-03" / "PL-03_P4_stained.fcs").write_bytes(bytes(range(256)) * 40)
    edited(
        folder / "tubes.csv",
        replace=[("raw/flow/PL-04/PL-04_P4_unstained.fcs", "raw/flow/PL-04/missing.fcs")],
    )
    tubes = (folder / "tubes.csv").read_text(encoding="utf-8-sig")
    row = next(r for r in tubes.splitlines() if r.startswith("raw/flow/BM-03/BM-03_P4_stained"))
    channel = row.split(",")[4].strip('"').split("=")[0]
    edited(folder / "tubes.csv", replace=[(row, row.replace(f"{channel}=", "Z999-A=", 1))])
    p1 = line_of(folder, "passages.csv", "BM-03", "P1").split(",")
    p2 = line_of(folder, "passages.csv", "BM-03", "P2").split(",")
    p1_bad = [*p1[:2], "-5", *p1[3:]]
    p2_bad = [*p2[:3], "1000", *p2[4:]]
    p3 = line_of(folder, "passages.csv", "BM-04", "P3").split(",")
    p3_bad = [*p3[:5], "101", *p3[6:]]
    edited(
        folder / "passages.csv",
        replace=[
            (",".join(p1), ",".join(p1_bad)),
            (",".join(p2), ",".join(p2_bad)),
            (",".join(p3), ",".join(p3_bad)),
        ],
        append="\r\nbm 02,P9,500000,900000,96,95,175,,,,,\r\n",
    )
    edited(folder / "safety.csv", append="\r\nBM-04,P4,mycoplasma,,negative,,,03/04/2026\r\n")
    settings = (folder / "study.toml").read_text(encoding="utf-8")
    kept = [line for line in settings.splitlines() if not line.startswith("date_order")]
    (folder / "study.toml").write_text("\n".join(kept) + "\n", encoding="utf-8")
    before = raw_hashes(folder)
    code = main(["run", str(folder), "--workers", "1", "--lang", "en"])
    return folder, code, before


@pytest.fixture(scope="module")
def problems(spoiled):
    folder, _code, _before = spoiled
    report = json.loads((folder / "results" / "report.json").read_text(encoding="utf-8"))
    return report["problems"]


def test_exit_code_says_that_data_have_a_problem(spoiled):
    assert spoiled[1] == 1


def test_raw_files_are_never_touched(spoiled):
    folder, _code, before = spoiled
    assert raw_hashes(folder) == before


def message(problem):
    place = problem["place"]
    return f"{place['file']} row {place['row']} column {place['column']}: {problem['found']}"


def messages(problems, file):
    """Return the problems of a file; each says what was expected and what to do."""
    assert all(problem["expected"] and problem["action"] for problem in problems)
    return [message(p) for p in problems if (p["place"]["file"] or "").endswith(file)]


@pytest.mark.parametrize(
    ("file", "parts"),
    [
        ("BM-02_P4_stained.fcs", ["the file holds"]),
        ("PL-02_P4_stained.fcs", ["empty"]),
        ("PL-03_P4_stained.fcs", ["the file begins with"]),
        ("tubes.csv", ["row 98 column file", "missing.fcs", "does not exist"]),
        ("passages.csv", ["row 13 column seeded", "-5"]),
        ("passages.csv", ["row 14 column harvested", "1,000 cells harvested of 525,000 seeded"]),
        ("passages.csv", ["row 20 column viability", "101"]),
        ("passages.csv", ["row 44 column lot", "bm 02", "BM-02"]),
        ("safety.csv", ["row 36 column tested_on", "03/04/2026", "2026-04-03", "2026-03-04"]),
    ],
)
def test_each_mistake_is_named_with_its_place(problems, file, parts):
    found = messages(problems, file)
    assert any(all(part in message for part in parts) for message in found), found


def test_a_channel_the_file_lacks(problems):
    (found,) = (p for p in problems if "Z999-A" in p["found"])
    assert found["place"]["file"].endswith("BM-03_P4_stained.fcs")
    assert "FITC-A (CD90)" in found["expected"]


def test_the_rest_is_still_analysed(spoiled):
    folder, _code, _before = spoiled
    verdicts = json.loads((folder / "results" / "verdicts.json").read_text(encoding="utf-8"))
    isct = next(p for p in verdicts["profiles"] if p["profile"] == "isct_2006")
    given = {lot["lot"]: lot["verdict"] for lot in isct["lots"]}
    assert given["BM-01"] == "PASS"
    assert given["PL-01"] == "PASS"
    assert len(given) == 8
    for lot in ("BM-02", "PL-02", "PL-03"):
        assert given[lot] == "INCOMPLETE"
