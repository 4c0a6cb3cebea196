from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.figures import SharedPieces, style
from stroma.figures.svg import coordinate, label, path, round_steps, simplify

numbers = st.floats(-500, 500, allow_nan=False)


@given(numbers)
def test_a_coordinate_is_read_back_to_half_a_tenth(value):
    assert float(coordinate(value)) == pytest.approx(value, abs=0.0500001)


@given(st.lists(st.tuples(numbers, numbers), min_size=2, max_size=40))
def test_rounding_does_not_add_up_along_a_path(points):
    data = path(points)
    start, _, steps = data.removeprefix("M").partition("l")
    x, y = _numbers(start)
    drawn = [(x, y)]
    moves = iter(_numbers(steps))
    for dx, dy in zip(moves, moves, strict=True):
        x, y = x + dx, y + dy
        drawn.append((x, y))
    for (x, y), (wanted_x, wanted_y) in zip(drawn, points, strict=True):
        assert math.hypot(x - wanted_x, y - wanted_y) < 0.12


def test_a_line_keeps_its_peak_and_loses_what_lies_on_it():
    points = [(float(i), 0.0) for i in range(10)] + [(10.0, 40.0)] + [(11.0, 0.0)]
    assert simplify(points, 1.0) == [(0, 0), (9, 0), (10, 40), (11, 0)]


@pytest.mark.parametrize(
    ("low", "high", "steps"),
    [
        (0, 9.8, (0, 2, 4, 6, 8, 10)),
        (-1.2, 3, (-2, -1, 0, 1, 2, 3)),
        (0, 0.91, (0, 0.2, 0.4, 0.6, 0.8, 1)),
        (0, 0, (0, 0.2, 0.4, 0.6, 0.8, 1)),
    ],
)
def test_axes_are_divided_by_ones_twos_and_fives(low, high, steps):
    assert round_steps(low, high, 6) == pytest.approx(steps)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.integers(3, 9))
def test_axes_cover_what_they_show(low, span, most):
    marks = round_steps(low, low + span, most)
    assert marks[0] <= low + 1e-6
    assert marks[-1] >= low + span - 1e-6 * max(span, 1)
    assert 2 <= len(marks) <= most + 1


def test_words_in_a_drawing_are_escaped():
    assert label("<script>&", 1, 2) == '<text x="1" y="2">&lt;script&gt;&amp;</text>'


def test_what_drawings_share_is_written_once():
    shared = SharedPieces()
    first, again, other = shared.place("<path/>"), shared.place("<path/>"), shared.place("<g/>")
    assert first == again != other
    tree = ET.fromstring(shared.definitions())  # noqa: S314 - our own drawing
    assert [piece.get("id") for piece in tree.iter("g") if piece.get("id")] == ["a1", "a2"]
    assert SharedPieces().definitions() == ""


def test_the_style_names_no_other_place():
    assert "url(" not in style()
    assert "@import" not in style()


def _numbers(data: str) -> list[float]:
    return [float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", data)]
