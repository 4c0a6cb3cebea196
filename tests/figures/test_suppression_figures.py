"""The drawings of generations and of inhibition."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from stroma.figures.dye_dilution import dye_dilution
from stroma.figures.shared import SharedPieces
from stroma.figures.suppression_curve import suppression_curve
from stroma.texts import ENGLISH
from stroma.views import DyeDilutionView, Subject, SuppressionCurveView, Tick

DYE = DyeDilutionView(
    subject=Subject("BM-01", "P4", "division_index", "", "MSC:PBMC 1:10, PB-07"),
    channel="FITC-A",
    observed=(0.0, 0.3, 0.1, 1.0, 0.2),
    control=(0.0, 0.0, 0.0, 1.0, 0.1),
    generations=((0.0, 0.0, 0.0, 1.0, 0.2), (0.0, 0.3, 0.1, 0.0, 0.0), (0.01, 0.0, 0.0, 0.0, 0.0)),
    ticks=(Tick(0.2, "0"), Tick(0.8, "10⁴")),
    events=5_000,
    file="a.fcs",
    control_file="b.fcs",
)
CURVE = SuppressionCurveView(
    subject=Subject("BM-01", "P4", "proliferation_inhibition", "", "PB-07"),
    ratios=(0.02, 0.1, 0.5),
    percents=(12.0, 48.0, 85.0),
    low=(5.0, 44.0, 82.0),
    high=(19.0, 52.0, 88.0),
    half=0.11,
    half_low=0.09,
    half_high=0.14,
)


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def kinds(drawn):
    return [path.get("class") for path in drawn.iter("path")]


def test_every_generation_is_drawn_and_those_that_can_be_seen_are_numbered():
    drawn = parsed(dye_dilution(DYE, ENGLISH))
    assert kinds(drawn).count("th") == 3
    assert kinds(drawn).count("st") == kinds(drawn).count("ct") == 1
    numbers = [element.text for element in drawn.iter("text") if element.get("class") == "tm"]
    assert {"0", "1"} <= set(numbers)
    assert "2" not in numbers


def test_every_ratio_and_the_half_are_drawn():
    drawn = parsed(suppression_curve(CURVE, ENGLISH))
    (points,) = [p.get("d") for p in drawn.iter("path") if p.get("class") == "on"]
    assert points.count("h0") == 3
    assert kinds(drawn).count("zr") == kinds(drawn).count("own") == 1
    assert "inhibition, %" in "".join(drawn.itertext())


@pytest.mark.parametrize(
    ("changed", "left"),
    [({"half": None}, {"zr": 0, "own": 0}), ({"half_low": None}, {"zr": 1, "own": 0})],
)
def test_a_half_that_is_not_known_is_not_drawn(changed, left):
    drawn = parsed(suppression_curve(replace(CURVE, **changed), ENGLISH))
    assert {kind: kinds(drawn).count(kind) for kind in left} == left


def test_one_ratio_and_very_wide_intervals_stay_in_the_picture():
    wide = replace(CURVE, ratios=(0.1,), percents=(-20.0,), low=(-900.0,), high=(100.0,), half=None)
    words = "".join(parsed(suppression_curve(wide, ENGLISH)).itertext())
    assert "−100" in words
    assert "-900" not in words


def test_axes_can_be_shared():
    assert "<use" in dye_dilution(DYE, ENGLISH, shared=SharedPieces())
    assert "<use" in suppression_curve(CURVE, ENGLISH, shared=SharedPieces())
