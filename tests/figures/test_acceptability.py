"""Bars of ranks and lines of scores: what they draw is what the answer says."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from stroma.choosing.analysis import choose_source
from stroma.choosing.application import WrittenText
from stroma.choosing.known_applications import load_application
from stroma.figures.acceptability import LEFT, RIGHT, acceptability
from stroma.figures.partial_value import partial_value
from stroma.locale import get_language
from stroma.texts import ENGLISH


@pytest.fixture(scope="module")
def choice():
    return choose_source([], load_application("gvhd"), ("bone_marrow", "placenta"), draws=2000)


def test_the_pieces_of_a_bar_are_as_long_as_their_shares(choice):
    drawn = acceptability(choice, ENGLISH)
    ET.fromstring(drawn)  # noqa: S314 - our own drawing
    first = re.search(r'class="r0" d="M[\d.]+ [\d.]+h([\d.]+)', drawn)
    assert float(first[1]) == pytest.approx(choice.leader.ranks[0] * (RIGHT - LEFT), abs=0.06)
    assert len(re.findall(r'class="r[01]" d=', drawn)) == 4
    assert f"1: {100 * choice.leader.ranks[0]:.0f} %" in drawn
    assert "80 %" in drawn


def test_it_says_in_words_what_it_shows(choice):
    drawn = acceptability(choice, get_language("ru"))
    assert "плацента" in drawn
    assert "<title>" in drawn


def test_a_score_is_drawn_from_worst_to_best(choice):
    unknown = next(held for held in choice.attributes if held.attribute.name == "thawed_viability")
    score = replace(unknown.scores[0], low=0.0, middle=0.5, high=1.0)
    drawn = partial_value(score, ENGLISH)
    ET.fromstring(drawn)  # noqa: S314 - our own drawing
    assert '<path class="ln" d="M3 5H87"/>' in drawn
    assert '<path class="on" d="M45 5h0"/>' in drawn
    assert "0.50 between worst, 0, and best, 1; 0.00 to 1.00" in drawn


def test_words_of_a_file_are_no_markup(choice):
    sly = replace(choice, application=replace(
        choice.application, label=WrittenText("<script>alert(1)</script>")))  # fmt: skip
    assert "<script" not in acceptability(sly, ENGLISH)
