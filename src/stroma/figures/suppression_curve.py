"""Inhibition over the ratio of stromal cells to lymphocytes, with the ratio of half suppression."""

from __future__ import annotations

import math
from dataclasses import dataclass

from stroma.figures.shared import SharedPieces, place
from stroma.figures.svg import (
    coordinate,
    dots,
    drawing,
    label,
    labels_below,
    labels_beside,
    path,
    round_steps,
    stroke,
)
from stroma.texts import Language, text
from stroma.views import SuppressionCurveView

WIDTH, HEIGHT = 220, 150
LEFT, RIGHT, TOP, BOTTOM = 30.0, 212.0, 16.0, 118.0
HALF = 50.0
MARGIN = 0.08
"""Of the axis, kept free left and right of the outermost ratios."""
CROWDED = 6
"""From so many ratios on, every other one is written."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where ratios and percentages lie in the view box."""

    first: float
    last: float
    marks: tuple[float, ...]

    def x(self, ratio: float) -> float:
        span = max(math.log(self.last / self.first), 1e-9)
        part = math.log(ratio / self.first) / span if self.last > self.first else 0.5
        return LEFT + (MARGIN + (1 - 2 * MARGIN) * part) * (RIGHT - LEFT)

    def y(self, percent: float) -> float:
        low, high = self.marks[0], self.marks[-1]
        inside = min(max(percent, low), high)
        return BOTTOM - (inside - low) / (high - low) * (BOTTOM - TOP)


def suppression_curve(
    view: SuppressionCurveView, language: Language, *, shared: SharedPieces | None = None
) -> str:
    """Draw the inhibition at every ratio with its interval, and the half where there is one.

    Parameters
    ----------
    view
        What to draw.
    language
        Of the words.
    shared
        Where the page keeps axes that several drawings have; ``None`` to draw them here.

    Returns
    -------
    str
        An SVG element.
    """
    # Wide intervals are cut at a hundred percent below none: more cannot be read from them.
    lowest = max(min(0.0, *view.low), -100.0)
    frame = _Frame(view.ratios[0], view.ratios[-1], round_steps(lowest, 100.0, 7))
    points = [(frame.x(r), frame.y(p)) for r, p in zip(view.ratios, view.percents, strict=True)]
    bars = "".join(
        f"M{coordinate(x)} {coordinate(frame.y(low))}V{coordinate(frame.y(high))}"
        for (x, _), low, high in zip(points, view.low, view.high, strict=True)
    )
    parts = [
        _half(view, frame),
        place("".join(_axes(view, frame, language)), shared),
        stroke("er", bars),
        stroke("ln", path(points)),
        stroke("on", dots(points)),
    ]
    title = text("Inhibition of lymphocytes by {lot}", lot=view.subject.lot)
    return drawing(parts, title, language, size=(WIDTH, HEIGHT), kind="su")


def _axes(view: SuppressionCurveView, frame: _Frame, language: Language) -> list[str]:
    lines = "".join(f"M{LEFT:.0f} {coordinate(frame.y(m))}H{RIGHT:.0f}" for m in frame.marks)
    ticks = "".join(f"M{coordinate(frame.x(ratio))} {BOTTOM:.0f}v4" for ratio in view.ratios)
    every = 2 if len(view.ratios) >= CROWDED else 1
    return [
        stroke("gr", lines),
        stroke("ax", f"M{LEFT:.0f} {BOTTOM:.0f}H{RIGHT:.0f}{ticks}"),
        labels_beside([(frame.y(m), language.number(m)) for m in frame.marks], LEFT - 5),
        labels_below(
            [(frame.x(ratio), language.number(ratio)) for ratio in view.ratios[::every]],
            BOTTOM + 13,
        ),
        label(text("inhibition, %").render(language), LEFT, TOP - 7),
        label(
            text("stromal cells to one lymphocyte").render(language),
            (LEFT + RIGHT) / 2,
            BOTTOM + 26,
            "tm",
        ),
    ]


def _half(view: SuppressionCurveView, frame: _Frame) -> str:
    if view.half is None:
        return ""
    level, at = frame.y(HALF), frame.x(view.half)
    cross = f"M{LEFT:.0f} {coordinate(level)}H{coordinate(at)}V{BOTTOM:.0f}"
    drawn = stroke("zr", cross)
    if view.half_low is None or view.half_high is None:
        return drawn
    low, high = (
        coordinate(min(max(frame.x(end), LEFT), RIGHT)) for end in (view.half_low, view.half_high)
    )
    return stroke("own", f"M{low} {TOP:.0f}V{BOTTOM:.0f}H{high}V{TOP:.0f}z") + drawn
