"""The page on reviews is a review: its commands run in their order and print what it shows."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from stroma.cli import main

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(
    r"^```\{code-block\} \w+\n:name: (?P<name>\S+)\n\n(?P<body>.*?)^```$", re.M | re.S
)
ASKING_FOR_A_PERSON = {"run-december", "run-again"}
"""A retraction takes its article's figures out until somebody has looked."""


def test_the_page_is_what_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for example in (DOCS / "how-to" / "examples" / "review").iterdir():
        shutil.copyfile(example, tmp_path / example.name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STROMA_LANG", "en")
    protocol = Path("placenta-review", "review.toml")
    printed = ""
    ran = 0
    page = (DOCS / "how-to" / "run-a-review.md").read_text(encoding="utf-8")
    for name, body in BLOCK.findall(page):
        if name == "review.toml":
            protocol.write_text(body, encoding="utf-8")
        elif name.startswith("run-"):
            codes = [main(line.split()[1:]) for line in body.splitlines()]
            said = capsys.readouterr()
            printed = said.out
            assert max(codes) == (name in ASKING_FOR_A_PERSON), (name, said.err)
            ran += len(codes)
        else:
            assert [line for line in body.splitlines() if line not in printed.splitlines()] == []
        if name == "printed-december":
            written = protocol.read_text(encoding="utf-8").replace("hits = 3", "hits = 5")
            named = written.replace('"pubmed.ris"', '"pubmed.ris", "december.ris"')
            protocol.write_text(named, encoding="utf-8")
    assert ran == 18
    shown = (DOCS / "images" / "prisma_flow.svg").read_bytes()
    assert Path("flow.svg").read_bytes() == shown


def test_the_ratio_told_is_the_pooled_one() -> None:
    page = " ".join((DOCS / "how-to" / "run-a-review.md").read_text(encoding="utf-8").split())
    # Two papers of equal weight, 30/60 and 30/50: their geometric mean, t of one degree of freedom.
    assert f"A ratio of {(0.5 * 0.6) ** 0.5:.2f} (0.17 to 1.74)" in page
