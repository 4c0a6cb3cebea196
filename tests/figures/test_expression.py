"""Genes relative to a calibrator: where dots and intervals lie."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from stroma.figures import SharedPieces, expression
from stroma.texts import ENGLISH
from stroma.views import ExpressionView, Subject

VIEW = ExpressionView(
    subject=Subject("BM-01", "P4", "relative_expression", ""),
    sample="kidney",
    calibrator="brain",
    genes=("c-myc", "IDO1"),
    folds=(4.0, 0.5),
    low=(2.0, None),
    high=(8.0, None),
    livak_low=(3.0, 0.4),
    livak_high=(5.0, 0.6),
)


def parts(svg: str, kind: str) -> list[str]:
    tree = ET.fromstring(svg)  # noqa: S314 - our own drawing
    return [part.get("d") for part in tree.iter("path") if part.get("class") == kind]


def test_both_intervals_are_drawn_apart():
    svg = expression(VIEW, ENGLISH)
    # From 1/4 to 8 over 180 units: 36 a doubling, beginning at 70.
    assert parts(svg, "ci") == ["M178 21.5H250"]
    assert parts(svg, "ob")[0].count("M") == 2
    assert parts(svg, "zr") == ["M142 14V44"]


def test_marks_are_doublings():
    tree = ET.fromstring(expression(VIEW, ENGLISH))  # noqa: S314 - our own drawing
    words = [word.strip() for word in tree.itertext()]
    assert {"0.25", "0.5", "1", "2", "4", "8", "c-myc", "IDO1"} <= set(words)
    assert "times the calibrator brain" in words


def test_axes_can_be_shared():
    shared = SharedPieces()
    assert expression(VIEW, ENGLISH, shared=shared).count("<use") == 1
    assert "c-myc" in shared.definitions()
