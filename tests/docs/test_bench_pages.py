"""The numbers told on secretome and expression are those of the methods; their sheets are read."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

from stroma.stats.relative_expression import Cycles, relative_expression
from stroma.study.bench_columns import CONDITIONED, EXPRESSION, PLATES

REPOSITORY = Path(__file__).resolve().parents[2]


def page(name: str) -> str:
    return " ".join((REPOSITORY / "docs" / name).read_text(encoding="utf-8").split())


def sheet(name: str, caption: str) -> list[dict[str, str]]:
    written = (REPOSITORY / "docs" / name).read_text(encoding="utf-8")
    (block,) = re.findall(rf":caption: {re.escape(caption)}\n\n(.*?)```", written, re.DOTALL)
    return list(csv.DictReader(block.splitlines()))


def test_the_numbers_on_secretome_are_those_of_the_formula():
    amount = (220 - 20) * 10 / (2_000_000 / 1e6) / (48 / 24)
    assert f"in 48 h are {amount:.0f} pg from 10⁶ cells in 24 h" in page("explanation/secretome.md")


def test_the_numbers_on_expression_are_those_of_the_method():
    references = REPOSITORY / "validation" / "expression" / "references.json"
    case = json.loads(references.read_text(encoding="utf-8"))["cases"][0]
    one, other = (
        Cycles(tuple(case[name]["target"]), (tuple(case[name]["reference"]),))
        for name in ("sample", "calibrator")
    )
    found = relative_expression(one, other, level=0.95)
    told = (
        f"{found.fold:.1f} times brain, his range {found.livak_low:.1f} to "
        f"{found.livak_high:.1f}, the 95 % t interval {found.low:.1f} to {found.high:.1f}"
    )
    assert told in page("explanation/expression.md")


def test_the_sheets_shown_have_columns_that_are_known():
    shown = (
        ("how-to/bead-assays.md", "plates.csv", PLATES),
        ("how-to/bead-assays.md", "conditioned.csv", CONDITIONED),
        ("how-to/quantstudio.md", "expression.csv", EXPRESSION),
    )
    for name, caption, layout in shown:
        known = {column.name for column in layout.columns}
        for row in sheet(name, caption):
            assert set(row) <= known
            assert None not in row.values()
