"""What the page on limits and trends shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stroma.cli import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "limits-and-trends.md"
BLOCK = re.compile(
    r"^```\{code-block\} text\n:\w+: (?P<name>\S+)\n\n(?P<body>.*?)^```$", re.M | re.S
)
COMMAND = re.compile(r"^stroma (.*)$", re.M)


@pytest.fixture
def blocks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = {m["name"]: m["body"] for m in BLOCK.finditer(PAGE.read_text(encoding="utf-8"))}
    Path("doubling.csv").write_text(found["doubling.csv"], encoding="utf-8")
    return found


def test_the_commands_print_what_the_page_shows(blocks, capsys):
    printed = ""
    for command in COMMAND.findall(PAGE.read_text(encoding="utf-8")):
        assert main([*command.split(), "--lang", "en"]) == 1
        printed += capsys.readouterr().out
    for name in ("printed-by-limits", "printed-by-trend", "printed-by-change"):
        assert [line for line in blocks[name].splitlines() if line not in printed] == []
    assert Path("chart.svg").is_file()


def test_the_python_of_the_page_runs(blocks):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    names: dict[str, object] = {}
    exec(code, names)  # noqa: S102 - our own page
    assert len(names["chart"].points) == 16
