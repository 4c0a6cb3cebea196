"""The picture of a standard curve."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from stroma.figures.standard_curve import standard_curve
from stroma.texts import ENGLISH
from stroma.views import StandardCurveView, Subject, Tick

VIEW = StandardCurveView(
    subject=Subject("", "", "standard_curve", "IL-6 & co"),
    unit="pg/mL",
    model="4PL",
    standards=((0.05, 0.1), (0.5, 0.5), (0.95, 0.9)),
    curve=((0.05, 0.1), (0.5, 0.48), (0.95, 0.9)),
    lower=0.05,
    upper=0.95,
    x_ticks=(Tick(0.05, "1"), Tick(0.5, "10")),
    y_ticks=(Tick(0.05, "0.1"),),
    left=("5PL",),
    file="elisa.txt",
)


def test_the_drawing_says_what_it_shows():
    drawn = ET.fromstring(standard_curve(VIEW, ENGLISH))  # noqa: S314 - our own drawing
    assert drawn.findtext("title") == "Standard curve of IL-6 & co"
    words = "".join(drawn.itertext())
    assert "concentration, pg/mL" in words
    assert "4PL" in words


def test_the_range_is_a_band_and_without_one_there_is_none():
    assert 'class="own"' in standard_curve(VIEW, ENGLISH)
    assert 'class="own"' not in standard_curve(replace(VIEW, lower=None), ENGLISH)


@pytest.mark.parametrize("part", ["standards", "curve"])
def test_an_empty_part_draws_nothing(part):
    assert standard_curve(replace(VIEW, **{part: ()}), ENGLISH).startswith("<svg")
