"""The drawing of a control chart."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

from stroma.figures.control_chart import control_chart, standalone
from stroma.figures.shared import SharedPieces
from stroma.texts import ENGLISH, text
from stroma.views import ControlChartView

VIEW = ControlChartView(
    label=text("population doubling time"),
    unit=text("h"),
    lots=("L1", "L2", "a lot with a very long name 7"),
    values=(30.0, 31.0, 50.0),
    averages=(30.5, 30.6, 34.5),
    signals=(False, False, True),
    centre=30.5,
    low=27.0,
    high=34.0,
    baseline=2,
)


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def test_every_lot_and_limit_is_drawn_once():
    drawn = parsed(control_chart(VIEW, ENGLISH))
    kinds = [path.get("class") for path in drawn.iter("path")]
    assert kinds.count("th") == kinds.count("on") == kinds.count("of") == 1
    (standing_out,) = [p.get("d") for p in drawn.iter("path") if p.get("class") == "of"]
    assert standing_out.count("h0") == 1
    words = "".join(drawn.itertext())
    assert "Control chart of population doubling time" in words
    assert "a lot…ong name 7" in words


def test_a_limit_that_is_none_is_left_out():
    drawn = parsed(control_chart(replace(VIEW, high=None), ENGLISH))
    (bounds,) = [p.get("d") for p in drawn.iter("path") if p.get("class") == "th"]
    assert bounds.count("M") == 1


def test_many_lots_are_named_only_where_they_stand_out():
    many = replace(
        VIEW,
        lots=tuple(f"L{i}" for i in range(60)),
        values=tuple(30.0 + i % 3 for i in range(60)),
        averages=(30.5,) * 60,
        signals=tuple(i == 41 for i in range(60)),
        baseline=20,
    )
    words = "".join(parsed(control_chart(many, ENGLISH)).itertext())
    assert "L41" in words
    assert "L40" not in words


def test_axes_can_be_shared_and_a_file_stands_alone():
    assert "<use" in control_chart(VIEW, ENGLISH, shared=SharedPieces())
    document = standalone(control_chart(VIEW, ENGLISH))
    root = ET.fromstring(document)  # noqa: S314 - our own drawing
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert ".fig" in document
