"""What the pages on choosing a source show is what happens."""

import re
from pathlib import Path

import pytest

from stroma.choosing.analysis import CREDENCE, DECIDE_AT, DRAWS
from stroma.choosing.application_file import ApplicationTable, AttributeTable, PublishedTable
from stroma.choosing.known_applications import load_application
from stroma.cli import main

DOCS = Path(__file__).resolve().parents[2] / "docs"
EXAMPLES = DOCS / "how-to" / "examples"
GUIDE = (DOCS / "how-to" / "choose-a-source.md").read_text(encoding="utf-8")
EXPLAINED = (DOCS / "explanation" / "choosing.md").read_text(encoding="utf-8")


@pytest.fixture
def run(monkeypatch, capsys):
    monkeypatch.chdir(EXAMPLES)
    monkeypatch.setenv("STROMA_LANG", "en")

    def command(*words):
        return main(list(words)), capsys.readouterr().out

    return command


def test_the_command_prints_what_the_guide_shows(run):
    block = re.search(r"```\{code-block\} text\n:name: \S+\n\n(.*?)^```$", GUIDE, re.M | re.S)[1]
    code, out = run("choose", "choosing_lots.csv", "--application", "wound")
    assert code == 0
    assert [line for line in block.splitlines() if line not in out] == []


def test_the_weights_of_the_guide_are_weights(run):
    words = ("choosing_lots.csv", "--application", "wound", "--weights", "choosing_weights.toml")
    code, out = run("choose", *words)
    assert code == 0
    assert "all weights that keep the order stated" in out


def test_the_application_of_the_guide_answers(run):
    own = load_application(EXAMPLES / "our_burns_2026.toml")
    assert [attribute.name for attribute in own.attributes] == ["speed", "suppression", "cd105"]
    code, _ = run("choose", "choosing_lots.csv", "--application", "our_burns_2026.toml")
    assert code == 0


def test_the_guide_names_every_key():
    told = {word for cell in re.findall(r"^\| (.*?) \|", GUIDE, re.M)
            for word in re.findall(r"`([^`]+)`", cell)}  # fmt: skip
    for model in (ApplicationTable, AttributeTable, PublishedTable):
        assert set(model.model_fields) - told == set()


def test_the_settings_of_the_simulation_are_those_explained():
    assert f"{DRAWS:,} cases" in EXPLAINED
    assert f"at least {DECIDE_AT:.0%}".replace("%", " %") in EXPLAINED
    assert f"a chance of {CREDENCE.agreement:.0%}".replace("%", " %") in EXPLAINED
    assert CREDENCE.alike_within == 0.25


def test_the_simulated_shares_are_those_of_the_validation():
    """Each row of the page is the same laboratories as in the table of the simulation."""
    told = (DOCS.parent / "validation" / "choosing" / "README.md").read_text(encoding="utf-8")
    rows = {
        (cells[0], cells[1]): [float(cell.removesuffix(" %")) for cell in cells[2:]]
        for cells in (
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in told.splitlines()
            if re.match(r"\| \d", line)
        )
    }
    shown = re.findall(r"^\| (\d+) \| ([\d.]+) % \| ([\d.]+) % \| ([\d.]+) % \|$", EXPLAINED, re.M)
    assert [row[0] for row in shown] == ["3", "5", "10"]
    for donors, none, half, one in shown:
        better, other = rows[donors, "0"][:2]
        assert float(none) == pytest.approx(better + other, abs=0.051)
        assert (float(half), float(one)) == (rows[donors, "0.5"][0], rows[donors, "1"][0])
    assert all(row[1] == 0 for (_, difference), row in rows.items() if difference != "0")
