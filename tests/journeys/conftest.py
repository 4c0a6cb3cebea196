"""A study that was made from nothing and run, once for all journeys."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from stroma.cli import main


@dataclass(frozen=True)
class Demo:
    """The example study after `stroma demo`."""

    folder: Path
    exit_code: int

    @property
    def results(self) -> Path:
        return self.folder / "results"

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    @property
    def verdicts(self) -> list[dict]:
        return json.loads((self.results / "verdicts.json").read_text(encoding="utf-8"))["profiles"]


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Demo:
    """The example study, made and run by the command line, in this process."""
    folder = tmp_path_factory.mktemp("journey") / "demo-study"
    return Demo(folder, main(["demo", str(folder), "--workers", "1", "--lang", "en"]))
