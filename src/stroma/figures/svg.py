"""The few pieces of SVG every drawing is made of."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from html import escape
from importlib import resources
from typing import TypeAlias

from stroma.texts import Language, Text

Point: TypeAlias = tuple[float, float]

HALF_LINE = 3
"""From the middle of a letter of the drawings' size to the line it stands on."""

NARROWEST = 1e-9
"""A range that is narrower is drawn as if it were none: no assay resolves it, and its steps would
be lost in the last bits of a number."""


def style() -> str:
    """Return the style sheet of the drawings, to be included once in a page.

    Returns
    -------
    str
        CSS.
    """
    return (resources.files("stroma.figures") / "figures.css").read_text(encoding="utf-8")


def coordinate(value: float) -> str:
    """Write a coordinate with one decimal at most, as short as it can be read back.

    Parameters
    ----------
    value
        In units of the view box.

    Returns
    -------
    str
        For example ``"12.5"``, ``".5"`` or ``"-3"``.

    Examples
    --------
    >>> coordinate(12.04), coordinate(-0.5), coordinate(-0.01)
    ('12', '-.5', '0')
    """
    written = f"{value:.1f}".removesuffix(".0")
    if written in {"-0", "0"}:
        return "0"
    return written.replace("0.", ".", 1) if written.lstrip("-").startswith("0.") else written


def path(points: Sequence[Point], *, closed: bool = False) -> str:
    """Return path data through points, with relative steps between rounded places.

    Parameters
    ----------
    points
        At least one, as (x, y) in units of the view box.
    closed
        Whether to return to the first.

    Returns
    -------
    str
        The ``d`` of a path; rounding does not add up along it.

    Examples
    --------
    >>> path([(0, 10), (2.04, 8), (4, 8)])
    'M0 10l2-2 2 0'
    """
    rounded = [(round(x, 1), round(y, 1)) for x, y in points]
    written = "M" + _pairs(rounded[:1])
    steps = [(x - x0, y - y0) for (x0, y0), (x, y) in itertools.pairwise(rounded)]
    if steps:
        written += "l" + _pairs(steps)
    return written + ("z" if closed else "")


def _pairs(numbers: Iterable[Point]) -> str:
    written = ""
    for pair in numbers:
        for number in map(coordinate, pair):
            glue = "" if not written or number.startswith("-") else " "
            written += glue + number
    return written


def simplify(points: Sequence[Point], tolerance: float) -> list[Point]:
    """Leave out points that a straight line passes close enough by (Douglas and Peucker 1973).

    Parameters
    ----------
    points
        A line.
    tolerance
        How far, in units of the view box, the line may move.

    Returns
    -------
    list of point
        The points that are left: first, last and every one the eye would miss.

    Examples
    --------
    >>> simplify([(0, 0), (1, 0.1), (2, 0), (3, 5)], 0.4)
    [(0, 0), (2, 0), (3, 5)]
    """
    if len(points) < 3:
        return list(points)
    kept = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        distance, farthest = max(
            (
                (_distance(points[i], points[first], points[last]), i)
                for i in range(first + 1, last)
            ),
            default=(0.0, first),
        )
        if distance > tolerance:
            kept.add(farthest)
            spans += [(first, farthest), (farthest, last)]
    return [points[i] for i in sorted(kept)]


def _distance(point: Point, start: Point, end: Point) -> float:
    (x, y), (x1, y1), (x2, y2) = point, start, end
    length = math.hypot(x2 - x1, y2 - y1)
    if length == 0:
        return math.hypot(x - x1, y - y1)
    return abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length


def escaped(words: str) -> str:
    """Return words that no reader of HTML takes for markup.

    Parameters
    ----------
    words
        Any.

    Returns
    -------
    str
        With brackets, ampersands and quotes escaped.
    """
    return escape(words, quote=False).replace('"', "&quot;")


def label(words: str, x: float, y: float, kind: str = "") -> str:
    """Return words in a drawing.

    Parameters
    ----------
    words
        What to write; escaped here.
    x, y
        Where, in units of the view box.
    kind
        Class of the style sheet: ``"tm"`` centred, ``"te"`` ending here.

    Returns
    -------
    str
        A ``text`` element.
    """
    cls = f' class="{kind}"' if kind else ""
    return f'<text{cls} x="{coordinate(x)}" y="{coordinate(y)}">{escaped(words)}</text>'


def labels_below(words: Iterable[tuple[float, str]], y: float) -> str:
    """Return a row of centred labels.

    Parameters
    ----------
    words
        Where each stands, and what it says; escaped here.
    y
        The line they stand on.

    Returns
    -------
    str
        One ``text`` element; empty where nothing is to be said.

    Examples
    --------
    >>> labels_below([(29.4, "0"), (67.6, "10²")], 120)
    '<text class="tm" y="120"><tspan x="29">0</tspan><tspan x="68">10²</tspan></text>'
    """
    spans = "".join(f'<tspan x="{round(x)}">{escaped(said)}</tspan>' for x, said in words)
    return f'<text class="tm" y="{coordinate(y)}">{spans}</text>' if spans else ""


def labels_beside(words: Iterable[tuple[float, str]], x: float) -> str:
    """Return a column of labels that end at one line.

    Parameters
    ----------
    words
        The height each stands at, and what it says; escaped here.
    x
        Where they end.

    Returns
    -------
    str
        One ``text`` element; empty where nothing is to be said.

    Examples
    --------
    >>> labels_beside([(40, "10⁵")], 27)
    '<text class="te"><tspan x="27" y="43">10⁵</tspan></text>'
    """
    spans = "".join(
        f'<tspan x="{round(x)}" y="{round(y + HALF_LINE)}">{escaped(said)}</tspan>'
        for y, said in words
    )
    return f'<text class="te">{spans}</text>' if spans else ""


def stroke(kind: str, data: str) -> str:
    """Return a path with a class.

    Parameters
    ----------
    kind
        Class of the style sheet.
    data
        Path data.

    Returns
    -------
    str
        A ``path`` element.
    """
    return f'<path class="{kind}" d="{data}"/>'


def dots(points: Iterable[Point]) -> str:
    """Return path data of a dot at each point: a line of no length with round ends.

    Parameters
    ----------
    points
        Their centres.

    Returns
    -------
    str
        The ``d`` of one path for all of them; the style sheet says how large they are.

    Examples
    --------
    >>> dots([(4, 5), (9, 5)])
    'M4 5h0M9 5h0'
    """
    return "".join(f"{path([point])}h0" for point in points)


def drawing(
    parts: Iterable[str], title: Text, language: Language, *, size: tuple[int, int], kind: str
) -> str:
    """Return a whole drawing that says in words what it shows.

    Parameters
    ----------
    parts
        Its elements.
    title
        What it shows, for those who cannot see it.
    language
        Of the words.
    size
        Width and height of the view box.
    kind
        Class of the style sheet.

    Returns
    -------
    str
        An ``svg`` element to stand in an HTML page.
    """
    width, height = size
    words = escaped(title.render(language))
    return (
        f'<svg class="fig {kind}" role="img" viewBox="0 0 {width} {height}">'
        f"<title>{words}</title>{''.join(parts)}</svg>"
    )


def round_steps(low: float, high: float, most: int) -> tuple[float, ...]:
    """Return round numbers that divide a range: steps of 1, 2 or 5 and their tens.

    Parameters
    ----------
    low, high
        The range to be covered.
    most
        How many marks there may be.

    Returns
    -------
    tuple of float
        At least two marks; the first is at or below ``low``, the last at or above ``high``.

    Examples
    --------
    >>> round_steps(0, 17.3, 5)
    (0.0, 5.0, 10.0, 15.0, 20.0)
    """
    span = high - low if high - low > NARROWEST else max(abs(high), 1.0)
    power = 10.0 ** math.floor(math.log10(span / most))
    for step in (power, 2 * power, 5 * power, 10 * power, 20 * power):
        first, last = math.floor(low / step), math.ceil(max(high, low + span) / step)
        if last - first < most:
            return tuple(round(i * step, 12) for i in range(first, last + 1))
    return (low, low + span)
