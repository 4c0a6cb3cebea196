"""A review from real exports: screened by two people, told, extracted, pooled, and updated.

The exports are real and speak of dinosaurs; the figures taken from them are of the test's own, so
that each pooled number can be calculated by hand.
"""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import pytest

from stroma.cli import main

FIRST = (
    "_baseline_pubmed.csv",
    "_baseline_scopus.csv",
    "_baseline_endnote.ris",
    "_baseline_mendeley.ris",
)
LATER = "_baseline_webofscience.ris"
PROTOCOL = """
title = "Dinosaurs"
question = "Do placental cells of dinosaurs double faster than those of their bone marrow?"
people = ["AB", "CD"]
deciders = 2

[[search]]
database = "PubMed"
query = "dinosaur"
hits = 10
exports = ["_baseline_pubmed.csv"]

[[search]]
database = "Scopus"
query = "dinosaur"
hits = 10
exports = ["_baseline_scopus.csv"]

[[search]]
database = "Embase"
query = "dinosaur"
hits = 20
exports = ["_baseline_endnote.ris", "_baseline_mendeley.ris"]

[[search]]
database = "Web of Science"
query = "dinosaur"
hits = 10
exports = ["_baseline_webofscience.ris"]

[[criterion]]
key = "I1"
side = "include"
words = "Dinosaurs"

[[criterion]]
key = "E1"
side = "exclude"
words = "No dinosaurs"

[[criterion]]
key = "E2"
side = "exclude"
words = "No figures"
stages = ["full_text"]
"""
INCLUDED = ("55b23e4f-1", "55b23e4f-2")
NOT_HAD = "55b23e4f-3"
DISPUTED = "3ff33467-1"
WITHOUT_FIGURES = "6465c961-2"
"""The article whose correction is linked to it."""
NEW = "1c9c75b5-2"
T_ONE, T_TWO = 12.7062047362, 4.30265272991
"""Student's t at 97.5 % for one and two degrees of freedom (Abramowitz and Stegun, table 26.10)."""


class Reviewer:
    """Someone who types the commands."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def said(self, command: str, *words: object, code: int = 0) -> str:
        found = main(["evidence", command, str(self.folder), *map(str, words), "--lang", "en"])
        told = self._capsys.readouterr()
        assert found == code, told.err
        return told.out

    def json(self, command: str, *words: object, code: int = 0) -> dict:
        return json.loads(self.said(command, *words, "--json", code=code))

    def decide(self, stage: str, choices: dict[str, tuple[str, str]], *people: str) -> None:
        table = self.folder.parent / "decided.csv"
        with table.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("record", "stage", "choice", "criterion", "reason", "person", "day"))
            for record, (choice, criterion) in choices.items():
                for person in people:
                    rows.writerow((record, stage, choice, criterion, "", person, "2026-11-02"))
        self.said("screen", "--from", table)

    def extract(self, record: str, bone_marrow: float, placenta: float) -> None:
        """Take doubling times with a coefficient of variation of 20 % from six donors each."""
        for tissue, value in (("bone_marrow", bone_marrow), ("placenta", placenta)):
            cells = {
                "record": record, "place": "table 1", "quantity": "doubling_time",
                "tissue": tissue, "value": value, "spread": value / 5, "spread_kind": "SD",
                "unit": "h", "n": 6, "n_counts": "donors", "extractor": "AB", "checker": "CD",
            }  # fmt: skip
            if tissue == "placenta":
                direction = "lower" if placenta < bone_marrow else "no_difference"
                cells |= {"comparator": "bone_marrow", "direction": direction}
            added = [word for name, cell in cells.items() for word in ("--add", f"{name}={cell}")]
            self.said("extract", *added)


@pytest.fixture
def exports(shared: Path) -> Path:
    return shared / "data" / "literature" / "exports"


@pytest.fixture
def reviewer(tmp_path: Path, exports: Path, capsys: pytest.CaptureFixture[str]) -> Reviewer:
    """A review with four exports, 28 publications screened by two people."""
    one = Reviewer(tmp_path / "review", capsys)
    one.said("new")
    (one.folder / "review.toml").write_text(PROTOCOL, encoding="utf-8")
    one.said("update", *(exports / name for name in FIRST))
    return one


def screen(one: Reviewer) -> None:
    """Let five publications through and exclude the rest; the two disagree on one."""
    with (one.folder / "duplicates.csv").open(encoding="utf-8", newline="") as table:
        records = {row["record"] for row in csv.DictReader(table) if row["record"] == row["group"]}
    through = {*INCLUDED, NOT_HAD, WITHOUT_FIGURES}
    linked = {"6465c961-3", "6465c961-9"}
    others = sorted(records - through - linked - {DISPUTED})
    one.decide("title_abstract", dict.fromkeys(sorted(through), ("include", "")), "AB", "CD")
    one.decide("title_abstract", dict.fromkeys(others, ("exclude", "E1")), "AB", "CD")
    one.decide("title_abstract", {DISPUTED: ("include", "")}, "AB")
    one.decide("title_abstract", {DISPUTED: ("exclude", "E1")}, "CD")
    # Whoever decides on the article has seen its correction.
    one.decide("full_text", {"6465c961-3": ("include", "")}, "AB", "CD")
    one.decide("full_text", dict.fromkeys(INCLUDED, ("include", "")), "AB", "CD")
    one.decide("full_text", {NOT_HAD: ("not_retrieved", "")}, "AB")
    one.decide("full_text", {WITHOUT_FIGURES: ("exclude", "E2")}, "AB", "CD")


def pooled(told: dict) -> list[dict]:
    return [
        change for change in told["changes"]
        if change["of"] == "pooled" and change["key"].endswith("within_papers")
    ]  # fmt: skip


def test_the_flow_of_the_review(reviewer: Reviewer) -> None:
    before = reviewer.json("prisma", code=1)  # the protocol names an export that is not there yet
    assert before["awaiting_screening"] == before["screened"] == 28
    screen(reviewer)
    told = reviewer.json("prisma", code=1)
    assert {name: told[name] for name in told if name not in {"problems", "command"}} == {
        "schema_version": "1",
        "previous": None,
        "identified": 40,
        "sources": [
            {"name": "PubMed", "records": 10, "is_register": False},
            {"name": "Scopus", "records": 10, "is_register": False},
            {"name": "Embase", "records": 20, "is_register": False},
        ],
        # Mendeley and EndNote hold the same ten, of which two correct two others.
        "removed_before_screening": {"duplicates": 10, "automation": 0, "linked": 2},
        "screened": 28,
        "excluded": 23,
        "awaiting_screening": 0,
        "disputed_screening": 1,
        "sought": 4,
        "not_retrieved": 1,
        "awaiting_full_text": 0,
        "assessed": 3,
        "excluded_reports": [{"criterion": "E2", "words": "No figures", "reports": 1}],
        "disputed_full_text": 0,
        "studies": 2,
        "reports": 2,
        "linked_reports": 0,
    }
    reviewer.decide("title_abstract", {DISPUTED: ("exclude", "E1")}, "AB")
    settled = reviewer.json("prisma", code=1)
    assert (settled["disputed_screening"], settled["excluded"]) == (0, 24)


def test_an_update_tells_what_changed_in_the_answers(reviewer: Reviewer, exports: Path) -> None:
    screen(reviewer)
    assert reviewer.json("update")["changes"] == []
    reviewer.extract(INCLUDED[0], 60, 30)
    reviewer.extract(INCLUDED[1], 50, 30)
    first = reviewer.json("update", "--record")
    (change,) = pooled(first)
    assert (change["change"], change["before"]) == ("new", None)
    # Two ratios of equal weight: their geometric mean; Hartung and Knapp's interval is t of it.
    half = T_ONE * math.log(0.6 / 0.5) / 2
    assert change["after"] == {
        "answer": "POOLED", "k": 2, "unit": "",
        "estimate": pytest.approx(math.sqrt(0.5 * 0.6), rel=1e-6),
        "low": pytest.approx(math.sqrt(0.3) * math.exp(-half), rel=1e-6),
        "high": pytest.approx(math.sqrt(0.3) * math.exp(half), rel=1e-6),
        "tau2": pytest.approx(max(math.log(1.2) ** 2 / 2 - 0.2**2 / 6 * 2, 0), abs=1e-6),
    }  # fmt: skip
    assert change["rows_added"] == ["X0001", "X0002", "X0003", "X0004"]
    claims = [change for change in first["changes"] if change["of"] == "claim"]
    assert claims
    assert {row for change in claims for row in change["rows_added"]} <= set(change["rows_added"])

    brought = reviewer.json("update", exports / LATER)
    assert brought["exports"] == [
        {"file": f"searches/{LATER}", "is_new": True, "is_renamed": False, "broken": []}
    ]
    assert len(brought["records"]) == 10
    assert len(brought["new_publications"]) == 9
    assert [merged["reason"] for merged in brought["merged"]] == ["same_doi"]
    assert (brought["undecided"], brought["changes"]) == (10, [])

    reviewer.decide("title_abstract", {NEW: ("include", "")}, "AB", "CD")
    reviewer.decide("full_text", {NEW: ("include", "")}, "AB", "CD")
    reviewer.extract(NEW, 40, 40)
    (change,) = pooled(reviewer.json("update"))
    mean = 2 * math.log(0.5 * 0.6) / 2 / 3
    logs = (math.log(0.5), math.log(0.6), 0.0)
    half = T_TWO * math.sqrt(sum((one - mean) ** 2 for one in logs) / 2 / 3)
    assert change["change"] == "number"
    assert change["before"]["k"] == 2
    assert change["after"] == {
        "answer": "POOLED", "k": 3, "unit": "",
        "estimate": pytest.approx(math.exp(mean), rel=1e-6),
        "low": pytest.approx(math.exp(mean - half), rel=1e-6),
        "high": pytest.approx(math.exp(mean + half), rel=1e-6),
        "tau2": pytest.approx(sum((one - mean) ** 2 for one in logs) / 2 - 0.2**2 / 3, rel=1e-4),
    }  # fmt: skip
    assert (change["rows_added"], change["rows_left"]) == (["X0005", "X0006"], [])
    told = reviewer.said("update")
    assert (
        "doubling time, ratio placenta / bone marrow, within papers: POOLED, moved from "
        f"{math.sqrt(0.3):.4f} (" in told
    )
    assert "it now stands on X0005 (Riggs 1904, table 1), X0006 (Riggs 1904, table 1)" in told
    reviewer.said("update", "--record")
    assert "No answer changed" in reviewer.said("update")


def test_a_new_search_is_told_beside_the_earlier_version(reviewer: Reviewer, exports: Path) -> None:
    screen(reviewer)
    reviewer.said("update", exports / LATER)
    told = reviewer.json("prisma", "--new", LATER)
    assert told["previous"] == {"studies": 2, "reports": 2, "later_reports": 0, "undecided": 1}
    assert told["identified"] == 10
    assert told["removed_before_screening"] == {"duplicates": 1, "automation": 0, "linked": 0}
    assert told["screened"] == told["awaiting_screening"] == 9


def test_the_folder_holds_plain_text_alone_and_the_exports_as_they_were(
    reviewer: Reviewer, exports: Path
) -> None:
    screen(reviewer)
    reviewer.said("update", exports / LATER)
    names = sorted(path.name for path in reviewer.folder.iterdir())
    assert names == [
        "answers.csv", "decisions.csv", "duplicates.csv", "extractions.csv", "review.toml",
        "searches",
    ]  # fmt: skip
    for path in (reviewer.folder / "searches").iterdir():
        assert path.read_bytes() == (exports / path.name).read_bytes()
    state = {path.name: path.read_bytes() for path in reviewer.folder.iterdir() if path.is_file()}
    reviewer.json("update", exports / LATER)
    reviewer.json("update", "--record")
    assert state == {
        path.name: path.read_bytes() for path in reviewer.folder.iterdir() if path.is_file()
    }
