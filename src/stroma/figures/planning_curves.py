"""How surely each source gives the doses: a line a source, told apart by its dashes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from stroma.figures.svg import (
    Point,
    coordinate,
    dots,
    drawing,
    label,
    labels_below,
    labels_beside,
    path,
    round_steps,
    simplify,
    stroke,
)
from stroma.texts import Language, Text, text

WIDTH, HEIGHT = 300, 190
LEFT, RIGHT, TOP, BOTTOM = 32.0, 292.0, 30.0, 150.0
LINES = 4
"""Dashes of the style sheet; sources beyond share the last."""
ROW, HALF = 11.0, 130.0
"""Height of a row of the key, and half its width."""
CLOSE = 0.3
"""How far a line may move to be drawn with fewer points, in units of the view box."""
MARKED_POINTS = 15
"""Up to so many values each is marked by a dot."""


@dataclass(frozen=True, slots=True)
class ChanceLine:
    """One source.

    Parameters
    ----------
    name
        For a reader.
    points
        What is varied, and the probability of the doses.
    """

    name: Text
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class _Axis:
    low: float
    high: float
    logarithmic: bool

    def x(self, value: float) -> float:
        at, low, high = value, self.low, self.high
        if self.logarithmic:
            at, low, high = math.log(at), math.log(low), math.log(high)
        return LEFT + (at - low) / (high - low) * (RIGHT - LEFT)


def chances(
    lines: Sequence[ChanceLine],
    words: Text,
    language: Language,
    *,
    title: Text,
    logarithmic: bool = False,
    asked: float | None = None,
) -> str:
    """Draw the probability of the doses for each source against what is varied.

    Parameters
    ----------
    lines
        The sources.
    words
        What is varied.
    language
        Of the words.
    title
        What the drawing shows, for those who cannot see it.
    logarithmic
        Whether what is varied runs over powers of ten.
    asked
        Where the plan stands; marked by an upright line. ``None`` for none.

    Returns
    -------
    str
        An SVG element.
    """
    values = [value for line in lines for value, _chance in line.points]
    axis = _Axis(min(values), max(*values, min(values) + 1e-9), logarithmic)
    lowered = max(0, (len(lines) - 1) // 2) * ROW
    parts = [
        *_key(lines, language),
        f'<g transform="translate(0 {lowered:.0f})">' if lowered else "<g>",
        *_axes(axis, words, language),
        *_asked(axis, asked, language),
    ]
    for number, line in enumerate(lines):
        points = [(axis.x(value), _y(chance)) for value, chance in line.points]
        kind = min(number, LINES - 1)
        parts.append(stroke(f"pl{kind}", path(simplify(points, CLOSE))))
        if len(points) <= MARKED_POINTS:
            parts.append(stroke(f"pd{kind}", dots(points)))
    parts.append("</g>")
    return drawing(parts, title, language, size=(WIDTH, HEIGHT + round(lowered)), kind="pc")


def _y(chance: float) -> float:
    return BOTTOM - chance * (BOTTOM - TOP)


def _key(lines: Sequence[ChanceLine], language: Language) -> list[str]:
    parts = []
    for number, line in enumerate(lines):
        x, y = LEFT + number % 2 * HALF, 10 + number // 2 * ROW
        sample: list[Point] = [(x, y - 3), (x + 22, y - 3)]
        parts.append(stroke(f"pl{min(number, LINES - 1)}", path(sample)))
        parts.append(label(line.name.render(language), x + 27, y))
    return parts


def _axes(axis: _Axis, words: Text, language: Language) -> list[str]:
    shares = (0.0, 0.25, 0.5, 0.75, 1.0)
    grid = "".join(f"M{LEFT:.0f} {coordinate(_y(share))}H{RIGHT:.0f}" for share in shares)
    marks = _marks(axis)
    ticks = "".join(f"M{coordinate(axis.x(mark))} {BOTTOM:.0f}v4" for mark in marks)
    percent = [(_y(s), text("{n} %", n=round(100 * s)).render(language)) for s in shares]
    return [
        stroke("gr", grid),
        labels_beside(percent, LEFT - 5),
        stroke("ax", f"M{LEFT:.0f} {BOTTOM:.0f}H{RIGHT:.0f}{ticks}"),
        labels_below([(axis.x(mark), language.number(mark)) for mark in marks], BOTTOM + 14),
        label(words.render(language), (LEFT + RIGHT) / 2, BOTTOM + 27, "tm"),
    ]


def _marks(axis: _Axis) -> list[float]:
    if not axis.logarithmic:
        steps = round_steps(axis.low, axis.high, 8)
        return [mark for mark in steps if axis.low <= mark <= axis.high]
    powers = range(math.floor(math.log10(axis.low)), math.ceil(math.log10(axis.high)) + 1)
    few = math.log10(axis.high / axis.low) < 2
    firsts = (1, 2, 5) if few else (1,)
    marks = [first * 10.0**power for power in powers for first in firsts]
    return [mark for mark in marks if axis.low <= mark <= axis.high]


def _asked(axis: _Axis, asked: float | None, language: Language) -> list[str]:
    if asked is None or not axis.low <= asked <= axis.high:
        return []
    x = axis.x(asked)
    kind = "te" if x > (LEFT + RIGHT) / 2 else ""
    aside = -4 if kind else 4
    words = text("asked: {n}", n=asked).render(language)
    return [
        stroke("th", f"M{coordinate(x)} {TOP:.0f}V{BOTTOM:.0f}"),
        label(words, x + aside, TOP - 3, kind),
    ]
