"""The table of what compensation leaves: numbers, signs and shades."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET

from stroma.figures import SharedPieces, compensation
from stroma.figures.svg import style
from stroma.texts import ENGLISH, Language

RUSSIAN_MARKS = Language("ru", ",", " ")


def tree_of(svg):
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def numbers(svg):
    return {
        part.text: part.get("class")
        for part in tree_of(svg).iter("text")
        if (part.get("class") or "").startswith("tm")
    }


def shades(svg):
    return {
        part.get("class"): part.get("d").count("z")
        for part in tree_of(svg).iter("path")
        if part.get("class") not in {"gr"}
    }


def test_numbers_are_written_with_sign_and_the_sure_ones_bold(compensation_view):
    svg = compensation(compensation_view, ENGLISH)
    # 1.25 is 1.2 in binary rounding to even; what rounds to nothing is left out.
    assert numbers(svg) == {
        "1.2": "tm sure", "−0.3": "tm", "2.5": "tm sure", "2.2": "tm", "3.4": "tm"
    }  # fmt: skip
    assert "1,2" in numbers(compensation(compensation_view, RUSSIAN_MARKS))


def test_shades_tell_too_little_from_too_much_and_how_much(compensation_view):
    assert shades(compensation(compensation_view, ENGLISH)) == {
        "o1": 1,
        "own": 2,
        "u2": 1,
        "u3": 1,
        "w1": 1,
        "w2": 1,
    }
    for kind in ("u1", "u2", "u3", "o1", "o2", "o3", "w1", "w2", "own", "sure"):
        assert f".{kind}{{" in style()


def test_rows_and_columns_are_named_and_said_in_words(compensation_view):
    svg = compensation(compensation_view, ENGLISH)
    title = next(tree_of(svg).iter("title")).text
    assert title == (
        "Left of each stain after compensation, percent; 2 stains in 3 detectors; condition "
        "number 1.42"
    )
    held = [part.text for part in tree_of(svg).iter() if part.tag in {"text", "tspan"}]
    assert [held.count(name) for name in ("FITC-A", "PE-A", "APC-A")] == [2, 2, 1]


def test_the_row_below_tells_how_much_wider_negative_events_become(compensation_view):
    svg = compensation(compensation_view, ENGLISH)
    assert "wider, ×" in svg
    assert "2,2" in numbers(compensation(compensation_view, RUSSIAN_MARKS))
    alone = dataclasses.replace(compensation_view, widened=())
    assert "wider" not in compensation(alone, ENGLISH)
    wide = dataclasses.replace(compensation_view, widened=(1.0, 1.0, 12.3))
    assert "12" in numbers(compensation(wide, ENGLISH))


def test_the_frame_can_be_shared(compensation_view):
    shared = SharedPieces()
    first = compensation(compensation_view, ENGLISH, shared=shared)
    second = compensation(compensation_view, ENGLISH, shared=shared)
    assert first == second
    assert first.count("<use") == 1
    assert shared.definitions().count("<g class") == 1


def test_twenty_detectors_take_less_than_forty_kilobytes(compensation_view):
    names = tuple(f"D{i}-A" for i in range(20))
    left = tuple(tuple(None if i == j else (i - j) / 10 for j in range(20)) for i in range(20))
    certain = tuple((True,) * 20 for _ in range(20))
    large = dataclasses.replace(
        compensation_view, stains=names, channels=names, left=left, certain=certain
    )
    assert len(compensation(large, ENGLISH)) < 40_000
