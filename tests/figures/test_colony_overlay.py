"""A dish with its proposed colonies circled."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET

import pytest

from stroma.figures import colony_overlay
from stroma.texts import ENGLISH
from stroma.views import ColonyView, Subject


@pytest.fixture
def view():
    return ColonyView(
        Subject("BM-01", "P1", "clonogenic_efficiency", ""), file="raw/images/dish.png",
        seeded=100.0,
        picture="data:image/png;base64,AAAA", height=0.5, colonies=((0.5, 0.4, 0.03),),
        counted=None, confirmed_by="", replicate="1",
    )  # fmt: skip


def drawn(view):
    tree = ET.fromstring(colony_overlay(view, ENGLISH))  # noqa: S314 - our own drawing
    return tree, " ".join("".join(part.itertext()) for part in tree)


def test_a_proposal_says_that_nobody_confirmed_it(view):
    tree, words = drawn(view)
    image, circles = tree.find("image"), tree.find("path")
    assert (image.get("href"), image.get("height")) == ("data:image/png;base64,AAAA", "150")
    # The middle is at 150 across and 60 down; the circle has 9 and a margin of 1.
    assert circles.get("d") == "M140 60a10 10 0 1 0 20 0a10 10 0 1 0 -20 0"
    assert "1 colony proposed" in words
    assert "confirmed by nobody: no measurement" in words


def test_a_confirmed_count_names_who_confirmed_it(view):
    signed = dataclasses.replace(view, counted=3, confirmed_by="A. <K>", colonies=())
    tree, words = drawn(signed)
    assert tree.find("path") is None
    assert "0 colonies proposed" in words
    assert "3, confirmed by A. <K>" in words
