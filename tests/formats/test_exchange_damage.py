"""Damaged exports, workspaces and gates end in what they hold or in a FileProblem."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from stroma.errors import FileProblem
from stroma.formats.flowjo import read_flowjo
from stroma.formats.gatingml import read_gatingml
from stroma.formats.statistics_exports import read_statistics

MUTANTS = 150
SIGNS = b"0123456789/|\\ ,.;-$<>\"'&#\n"

WIDE = b"""Specimen Name,Tube Name,Record Date,All Events #Events,Live #Events,Live %Parent
S1,T1,"Mar 18, 2014 12:38:58 PM",20000,15000,75.0
S1,T2,"Mar 18, 2014 12:39:58 PM",20000,####,####
"""
VIEW = b"""Specimen Name,S1
Tube Name,T1

Population,Parent Name,#Events,%Parent,%Total
All Events,,20000,####,100.0
Cells,All Events,16000,80.0,80.0
Live,Cells,15000,93.8,75.0
"""
TABLE = b""",Count,Cells | Count,Cells/CD73+ | Freq. of Parent
a.fcs,20000,15000,98.7 %
Mean,20000,15000,98.7
"""


def mutated(content: bytes, chance: random.Random) -> bytes:
    held = bytearray(content)
    for _ in range(chance.choice((1, 2, 5, 20))):
        place = chance.randrange(len(held)) if held else 0
        match chance.randrange(5):
            case 0:
                held[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                held[place : place + 1] = bytes([chance.choice(SIGNS)])
            case 2:
                del held[place : place + chance.choice((1, 8, 60))]
            case 3:
                held[place:place] = held[: chance.choice((3, 40))]
            case _:
                del held[max(place, 1) :]
    return bytes(held)


def endure(read: Callable[[Path], object], content: bytes, path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same mutants each time
    said: list[str] = []
    for _ in range(MUTANTS):
        path.write_bytes(mutated(content, chance))
        try:
            read(path)
        except FileProblem as refused:
            said.append(str(refused))
    assert all(said)


@pytest.mark.parametrize(("seed", "content"), [(1, WIDE), (2, VIEW), (3, TABLE)])
def test_exports(tmp_path: Path, seed: int, content: bytes) -> None:
    endure(read_statistics, content, tmp_path / "export.csv", seed)


@pytest.mark.parametrize("name", ["single_ellipse_51_events.wsp", "simple_poly_and_rect.wsp"])
def test_workspaces(shared: Path, tmp_path: Path, name: str) -> None:
    content = (shared / "data/flow/flowjo_small" / name).read_bytes()
    endure(read_flowjo, content, tmp_path / "study.wsp", len(content))


@pytest.mark.parametrize("name", ["gml_all_gates.xml", "gml_quadrant1_gate.xml"])
def test_gates(shared: Path, tmp_path: Path, name: str) -> None:
    content = (shared / "data/flow/gatingml_ref/gml" / name).read_bytes()
    endure(read_gatingml, content, tmp_path / "gates.xml", len(content))
