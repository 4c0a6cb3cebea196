"""The heat map over lots and analytes: numbers, signs and shades."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from stroma.assays.secretome import secretome_view
from stroma.figures import secretome_heatmap
from stroma.measurements import Measurement
from stroma.texts import ENGLISH, Language


def row(lot: str, analyte: str, value: float, *, entered: str = "") -> Measurement:
    return Measurement(
        lot=lot, quantity="secretion", analyte=analyte, value=value, passage="P4",
        unit="pg/(10*6.{cells}.d)", settings={"entered": entered} if entered else {},
    )  # fmt: skip


ROWS = (
    row("BM-01", "VEGF", 10.0),
    row("BM-02", "VEGF", 100.0),
    row("PL-01", "VEGF", 1000.0),
    row("BM-01", "IL-6", 12345.0),
    row("BM-02", "IL-6", 4.0, entered="<4 pg"),
    row("PL-01", "HGF", -3.0),
    Measurement(lot="BM-01", quantity="viability", value=95.0, unit="%"),
)


def test_a_view_shades_each_analyte_on_its_own():
    view = secretome_view(ROWS)
    assert view.lots == ("BM-01 P4", "BM-02 P4", "PL-01 P4")
    assert view.analytes == ("VEGF", "IL-6", "HGF")
    assert view.values == ((10.0, 12345.0, None), (100.0, 4.0, None), (1000.0, None, -3.0))
    assert view.bounds == (("", "", ""), ("", "<", ""), ("", "", ""))
    assert view.shades[0] == (pytest.approx(0.0), 0.5, None)
    assert view.shades[1] == (pytest.approx(0.5), None, None)
    assert view.shades[2] == (pytest.approx(1.0), None, None)


def test_nothing_secreted_is_no_picture():
    assert secretome_view(ROWS[-1:]) is None


def test_numbers_signs_and_names_are_written():
    svg = secretome_heatmap(secretome_view(ROWS), ENGLISH)
    words = [part.text for part in ET.fromstring(svg).iter("text")]  # noqa: S314 - our own
    assert {"10", "100", "1,000", "12,300", "<4", "−3"} <= set(words)
    assert {"VEGF", "IL-6", "HGF"} <= set(words)
    russian = secretome_heatmap(secretome_view(ROWS), Language("ru", ",", " "))
    assert ">12 300<" in russian


def test_words_are_escaped():
    svg = secretome_heatmap(secretome_view([row("<b>", "A&B", 1.0)]), ENGLISH)
    assert "&lt;b&gt; P4" in svg
    assert "A&amp;B" in svg
