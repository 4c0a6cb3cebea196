"""The section on choosing a source."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from stroma.choosing.analysis import choose_source
from stroma.choosing.application import WrittenText
from stroma.choosing.known_applications import load_application
from stroma.locale import get_language
from stroma.measurements import Measurement
from stroma.report.choices import choices_of
from stroma.report.page import render_page
from stroma.report.twin import report_to_json
from stroma.texts import ENGLISH

ROWS = [
    Measurement(lot=f"{s}{i}", donor=f"{s}{i}", source=s, quantity="doubling_time", value=v + i,
                unit="h")
    for s, v in (("bone_marrow", 24.0), ("placenta", 60.0)) for i in range(3)
]  # fmt: skip


@pytest.fixture
def chosen(results):
    """Results with one application."""
    application = load_application("wound")
    sly = WrittenText("wounds <script>alert('x')</script>")
    choice = choose_source(ROWS, replace(application, label=sly), ("bone_marrow", "placenta"),
                           draws=1000)  # fmt: skip
    return replace(results, choices=(choice,))


def test_every_score_shows_where_it_comes_from(chosen):
    (section,) = choices_of(chosen, ENGLISH)
    row = next(row for row in section.rows if str(row.label) == "speed of expansion")
    bone, placenta = row.cells
    assert bone.kind == placenta.kind == "own"
    assert str(bone.own).startswith("25.0 h (")
    assert "3 donors" in str(bone.own)
    assert "2 studies" in str(bone.published)
    assert "own lots have the reverse order" in str(bone.remarks[0])
    assert str(row.ends) == "worst 168 h, best 20 h"
    assert "doi:10.1089/scd.2007.0154" in row.citations


@pytest.mark.parametrize("code", ["en", "ru", "kk"])
def test_the_page_holds_the_answer_and_no_markup_of_a_file(chosen, code):
    page = render_page(chosen, get_language(code))
    assert 'id="choice1"' in page
    assert "<script>alert('x')" not in page
    assert "80 %" in page


def test_a_report_without_applications_has_no_section(results):
    assert 'id="choice1"' not in render_page(results, ENGLISH)


def test_the_twin_says_the_same(chosen):
    (twin,) = report_to_json(chosen)["choices"]
    assert twin["sentence"] == str(chosen.choices[0].sentence)
    assert json.dumps(twin, allow_nan=False)
