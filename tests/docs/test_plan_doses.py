"""What the page on planning shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stroma.cli import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "plan-doses.md"
BLOCK = re.compile(
    r"^```\{code-block\} \w+\n:name: (?P<name>\S+)\n\n(?P<body>.*?)^```$", re.M | re.S
)


@pytest.fixture
def blocks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = {m["name"]: m["body"] for m in BLOCK.finditer(PAGE.read_text(encoding="utf-8"))}
    Path("plan.toml").write_text(found["plan.toml"], encoding="utf-8")
    return found


def words(block):
    return [*block.split()[1:], "--lang", "en"]


def test_papers_alone_print_what_the_page_shows(blocks, capsys):
    assert main(words(blocks["planned-from-papers"])) == 1
    printed = capsys.readouterr().out.splitlines()
    assert [ln for ln in blocks["printed-from-papers"].splitlines() if ln not in printed] == []


def test_the_plan_of_the_page_is_answered(blocks, capsys):
    assert main(words(blocks["planned-from-a-file"])) == 0
    assert "Endotoxin limit" in capsys.readouterr().out


def test_the_python_of_the_page_runs(blocks, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    exec(code, {})  # noqa: S102 - our own page
    assert "thaw_recovery" in capsys.readouterr().out
