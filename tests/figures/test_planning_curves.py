"""The curves of a plan put their ink where the probabilities are."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from stroma.figures.planning_curves import ChanceLine, chances
from stroma.texts import ENGLISH, text

MARROW = ChanceLine(text("bone marrow"), ((1.0, 1.0), (10.0, 0.5), (100.0, 0.0)))
PLACENTA = ChanceLine(text("placenta"), ((1.0, 0.5), (10.0, 0.5), (100.0, 0.5)))


def drawn(lines, **more):
    svg = chances(lines, text("doses"), ENGLISH, title=text("doses"), **more)
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def data(tree, kind):
    return [part.get("d") for part in tree.iter() if part.get("class") == kind]


def test_probabilities_run_from_the_bottom_to_the_top():
    tree = drawn([MARROW, PLACENTA], logarithmic=True, asked=10.0)
    sample, line = data(tree, "pl0")
    # The axis is 260 wide from 32 and 120 high from 150: 1, 10, 100 are evenly spaced.
    assert line == "M32 30l260 120"
    assert data(tree, "pl1")[1] == "M32 90l260 0"
    assert data(tree, "th") == ["M162 30V150"]
    assert sample == "M32 7l22 0"


def test_sources_are_told_apart_by_their_dashes_and_named():
    tree = drawn([MARROW, PLACENTA])
    words = [part.text for part in tree.iter() if part.tag == "text"]
    assert words[:2] == ["bone marrow", "placenta"]
    assert len(data(tree, "pd0")) == 1


def test_five_sources_have_room_for_their_names():
    lines = [ChanceLine(text("source {n}", n=n), ((0.0, 0.1), (5.0, 0.2))) for n in range(5)]
    tree = drawn(lines)
    assert tree.get("viewBox") == "0 0 300 212"


def test_a_flat_axis_is_drawn():
    assert data(drawn([ChanceLine(text("x"), ((3.0, 0.2),))]), "pl0")
