"""Words broken into lines, and boxes that are as large as their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from stroma.figures.svg import coordinate, escaped

_WIDTHS: Final = {
    28: "'ijlі|",
    34: " \u00a0\u202f.,IІ:;/",
    42: "f-t()[]r",
    53: '"Jszгз',
    58: "cсэ–kтvxyвухчьғұү",
    63: "кяқaoFLTаоГТө«»eбеәbdghnpquрһ0123456789лЗ",
    67: "ийнпңEPSЕРҒ",
    73: "цBZдБВЧЬҺъКУҚACKRVXYАСХЭЯҰҮU",
    79: "HNмИЙЛНПҢDG&ДЦOQыОӘӨ",
    86: "wЪ=≥≤+юфФ",
    92: "MМЫжшщ",
    100: "%mW—",
    109: "ШЖЮЩ",
}
"""Hundredths of the font's size a letter is wide: measured in DejaVu Sans, Liberation Sans and Noto
Sans, the widest of the three, since nobody knows which the reader's machine has."""
_WIDTH_OF: Final = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_WIDEST: Final = 100
"""Of a letter that was not measured."""

LINE: Final = 1.35
"""Height of a line, of the font's size."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box with its words.

    Parameters
    ----------
    x, y
        Its upper left corner, in units of the view box.
    width, height
        Its size.
    lines
        Its words, a line each.
    kind
        Class of the style sheet.
    """

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    kind: str = "bx"

    @property
    def middle(self) -> float:
        """Half of its height down."""
        return self.y + self.height / 2


def text_width(words: str, size: float) -> float:
    """Return how wide words are at most in a common font.

    Parameters
    ----------
    words
        One line.
    size
        Of the font, in units of the view box.

    Returns
    -------
    float
        In the same units.

    Examples
    --------
    >>> text_width("ill", 10)
    8.4
    """
    return sum(_WIDTH_OF.get(letter, _WIDEST) for letter in words) * size / 100


def wrapped(words: str, width: float, size: float) -> tuple[str, ...]:
    """Break words into lines.

    Parameters
    ----------
    words
        A sentence; it is broken at spaces, and within a word where one is too long for a line.
    width
        Of a line, in units of the view box.
    size
        Of the font, in the same units.

    Returns
    -------
    tuple of str
        At least one line.

    Examples
    --------
    >>> wrapped("records screened", 60, 10)
    ('records', 'screened')
    """
    lines: list[str] = []
    line = ""
    for word in words.split(" "):
        longer = f"{line} {word}" if line else word
        if text_width(longer, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, width, size)
        lines += full
    return (*lines, line)


def _pieces(word: str, width: float, size: float) -> list[str]:
    """Cut a word that is longer than a line."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and text_width(pieces[-1] + letter, size) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def lines_height(count: int, size: float, padding: float) -> float:
    """Return how high a box of some lines is.

    Parameters
    ----------
    count
        Of lines.
    size
        Of the font.
    padding
        Between the words and the box, above and below.

    Returns
    -------
    float
        In units of the view box.
    """
    return count * size * LINE + 2 * padding


def draw_box(box: Box, size: float, padding: float) -> str:
    """Draw a box with its words.

    Parameters
    ----------
    box
        What to draw; its words stand half-way down.
    size
        Of the font.
    padding
        Between the words and the box.

    Returns
    -------
    str
        SVG elements.
    """
    x, y, right = coordinate(box.x), coordinate(box.y), coordinate(box.x + box.width)
    frame = f'<path class="{box.kind}" d="M{x} {y}H{right}V{coordinate(box.y + box.height)}H{x}z"/>'
    top = box.middle - len(box.lines) * size * LINE / 2
    return frame + draw_lines(box.lines, box.x + padding, top, size)


def draw_lines(lines: Sequence[str], x: float, y: float, size: float) -> str:
    """Write lines below each other.

    Parameters
    ----------
    lines
        Escaped here; one that begins with spaces is moved in by them.
    x, y
        Where the first begins: its left end and its upper edge.
    size
        Of the font.

    Returns
    -------
    str
        A ``text`` element; empty where nothing is to be written.
    """
    spans = []
    for number, line in enumerate(lines):
        moved = x + text_width(" " * (len(line) - len(line.lstrip(" "))), size)
        height = y + (number + 0.8) * size * LINE
        spans.append(
            f'<tspan x="{coordinate(moved)}" y="{coordinate(height)}">'
            f"{escaped(line.strip())}</tspan>"
        )
    return f"<text>{''.join(spans)}</text>" if spans else ""
