"""Lines are broken so that they fit, in any script; a box says its words as they are."""

from __future__ import annotations

import pytest

from stroma.figures.boxes import Box, draw_box, draw_lines, lines_height, text_width, wrapped


def test_words_break_at_spaces_and_long_words_within():
    assert wrapped("aa bb cc", text_width("aa bb", 10), 10) == ("aa bb", "cc")
    assert wrapped("abcdef", text_width("abc", 10), 10) == ("abc", "def")
    assert wrapped("", 10, 10) == ("",)
    assert wrapped("aaa", 0.1, 10) == ("a", "a", "a")


@pytest.mark.parametrize("words", ["illicit", "Wharton", "Жұмыстың", "шығындалғандықтан", "中"])
def test_no_letter_is_taken_for_narrower_than_it_is(words):
    narrowest = 0.22 * 10 * len(words)
    assert narrowest < text_width(words, 10) <= 1.09 * 10 * len(words)


def test_a_box_is_as_high_as_its_lines():
    assert lines_height(3, 10, 7) == pytest.approx(3 * 13.5 + 14)
    box = Box(10, 20, 100, lines_height(1, 10, 7), ("a < b",), "bx")
    assert box.middle == pytest.approx(20 + 27.5 / 2)
    assert draw_box(box, 10, 7) == (
        '<path class="bx" d="M10 20H110V47.5H10z"/>'
        '<text><tspan x="17" y="37.8">a &lt; b</tspan></text>'
    )


def test_lines_that_begin_with_spaces_are_moved_in():
    drawn = draw_lines(("a", "  b"), 10, 0, 10)
    assert drawn == (
        '<text><tspan x="10" y="10.8">a</tspan><tspan x="16.8" y="24.3">b</tspan></text>'
    )
    assert draw_lines((), 0, 0, 10) == ""
