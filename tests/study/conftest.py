"""Small studies written out in the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from stroma.errors import Severity
from stroma.records import Origin, Row, Sheet
from stroma.study.check import check_study
from stroma.study.settings import read_settings

LOTS = """
lot   | donor | source      | origin
BM-01 | D01   | bone_marrow |
PL-01 | D02   | placenta    | fetal
"""


def sheet_of(name, written, *, file=None, worksheet=None, numbers=()):
    """A sheet from lines of cells with | between; the header is row 1."""
    lines = [[cell.strip() for cell in line.split("|")] for line in written.strip().splitlines()]
    header = tuple(lines[0])
    rows = tuple(
        Row(
            number,
            dict(zip(header, [*cells, *[""] * len(header)], strict=False)),
            frozenset(numbers),
        )
        for number, cells in enumerate(lines[1:], 2)
    )
    origin = Origin(file or f"{name}.csv", f"sha256-of-{file or name}")
    return Sheet(origin, worksheet, header, rows, typed=bool(numbers) or worksheet is not None)


@pytest.fixture
def make_sheet():
    return sheet_of


@pytest.fixture
def check():
    """Check a study given as text sheets; ``lots`` has two lots unless told otherwise."""

    def run(*, files=(), settings="", numbers=(), **sheets):
        held = {"lots": LOTS, **sheets}
        read, problems = read_settings(settings)
        assert problems == ()
        return check_study(
            read,
            {
                name: (sheet_of(name, written, numbers=numbers),)
                for name, written in held.items()
                if written is not None
            },
            frozenset(files),
            root=Path("study"),
        )

    return run


@pytest.fixture
def said():
    """The problems of a study as English lines, those of one severity where asked."""

    def lines(study, severity=None):
        return "\n".join(
            f"[{problem.severity.value}] {problem.render()}"
            for problem in study.problems
            if severity is None or problem.severity is Severity(severity)
        )

    return lines
