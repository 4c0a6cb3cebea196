"""Cumulative population doublings over the days in culture."""

from __future__ import annotations

from dataclasses import dataclass

from stroma.figures.shared import SharedPieces, place
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
    stroke,
)
from stroma.texts import Language, text
from stroma.views import GrowthView

WIDTH, HEIGHT = 300, 192
LEFT, RIGHT, TOP, BOTTOM = 28.0, 290.0, 16.0, 138.0
VIABILITY_HEIGHT = 22
CROWDED = 9
"""From so many harvests on, viabilities do not fit side by side and are written aslant."""
FARTHEST = 2.5
"""The axis goes up to so many times the doublings that were seen, and no farther for a ceiling."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where days and doublings lie in the view box."""

    days: tuple[float, ...]
    x_marks: tuple[float, ...]
    y_marks: tuple[float, ...]
    timed: bool

    def x(self, day: float) -> float:
        first, last = (0.0, self.x_marks[-1]) if self.timed else (-0.5, len(self.days) - 0.5)
        return LEFT + (day - first) / (last - first) * (RIGHT - LEFT)

    def y(self, doublings: float) -> float:
        low, high = self.y_marks[0], self.y_marks[-1]
        return BOTTOM - (doublings - low) / (high - low) * (BOTTOM - TOP)


def growth(view: GrowthView, language: Language, *, shared: SharedPieces | None = None) -> str:
    """Draw a growth curve with its intervals, passages at the points, viabilities below.

    The ceiling at which growth is projected to cease is a dashed line in the band of its interval.
    Where hours are missing for any passage no later point can be placed in time: all are then
    spaced evenly, and the axis says so.

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
    frame = _frame(view)
    points = [(frame.x(day), frame.y(n)) for day, n in zip(frame.days, view.doublings, strict=True)]
    measured = any(share is not None for share in view.viability)
    parts = [
        place("".join([*_doublings_axis(frame, language), *_time_axis(frame, language)]), shared),
        *_ceiling(view, frame),
        stroke("er", _bars(view, frame, points)),
        stroke("ln", path(points)) if points else "",
        stroke("on", dots(points)) if points else "",
        *(label(name, x, y - 8, "tm") for name, (x, y) in zip(view.passages, points, strict=True)),
        *(_viabilities(view, points, language) if measured else []),
    ]
    height = HEIGHT if measured else HEIGHT - VIABILITY_HEIGHT
    title = text("Growth curve of {lot}", lot=view.subject.lot)
    return drawing(parts, title, language, size=(WIDTH, height), kind="gw")


def _frame(view: GrowthView) -> _Frame:
    known = tuple(day for day in view.days if day is not None)
    timed = len(known) == len(view.days)
    days = known if timed else tuple(float(i) for i in range(len(view.days)))
    seen = (0.0, *view.doublings, *view.low, *view.high)
    bounds = seen if view.ceiling is None else (*seen, _shown(view.ceiling, seen))
    return _Frame(
        days=days,
        x_marks=round_steps(0.0, max(days, default=1.0), 8) if timed else (),
        y_marks=round_steps(min(bounds), max(bounds), 6),
        timed=timed,
    )


def _shown(doublings: float, seen: tuple[float, ...]) -> float:
    """Return how far up the axis goes for a ceiling: a far one must not flatten the curve."""
    return min(doublings, FARTHEST * max(seen))


def _ceiling(view: GrowthView, frame: _Frame) -> list[str]:
    """Draw the projected ceiling as a dashed line in the band of its interval, where it fits."""
    if view.ceiling is None or view.ceiling_low is None or view.ceiling_high is None:
        return []
    top = frame.y_marks[-1]
    high, low = frame.y(min(view.ceiling_high, top)), frame.y(min(view.ceiling_low, top))
    band = stroke(
        "tb",
        f"M{LEFT:.0f} {coordinate(low)}H{RIGHT:.0f}V{coordinate(high)}H{LEFT:.0f}z",
    )
    if view.ceiling > top:
        return [band]
    return [band, stroke("ct", f"M{LEFT:.0f} {coordinate(frame.y(view.ceiling))}H{RIGHT:.0f}")]


def _doublings_axis(frame: _Frame, language: Language) -> list[str]:
    lines = "".join(f"M{LEFT:.0f} {coordinate(frame.y(n))}H{RIGHT:.0f}" for n in frame.y_marks)
    return [
        stroke("gr", lines),
        labels_beside([(frame.y(n), language.number(n)) for n in frame.y_marks], LEFT - 5),
    ]


def _time_axis(frame: _Frame, language: Language) -> list[str]:
    marks = frame.x_marks if frame.timed else frame.days
    ticks = "".join(f"M{coordinate(frame.x(day))} {BOTTOM:.0f}v4" for day in marks)
    words = (
        text("days since the first seeding")
        if frame.timed
        else text("passages evenly spaced: hours are missing")
    )
    return [
        stroke("ax", f"M{LEFT:.0f} {BOTTOM:.0f}H{RIGHT:.0f}{ticks}"),
        labels_below([(frame.x(day), language.number(day)) for day in frame.x_marks], BOTTOM + 14),
        label(words.render(language), (LEFT + RIGHT) / 2, BOTTOM + 27, "tm"),
    ]


def _bars(view: GrowthView, frame: _Frame, points: list[Point]) -> str:
    return "".join(
        f"M{coordinate(x)} {coordinate(frame.y(low))}V{coordinate(frame.y(high))}"
        for (x, _), low, high in zip(points, view.low, view.high, strict=True)
    )


def _viabilities(view: GrowthView, points: list[Point], language: Language) -> list[str]:
    written = [
        (x, language.number(share, 0))
        for (x, _), share in zip(points, view.viability, strict=True)
        if share is not None
    ]
    words = label(text("viability, %").render(language), RIGHT, BOTTOM + 38, "te")
    if len(written) < CROWDED:
        return [words, labels_below(written, BOTTOM + 49)]
    aslant = (
        f'<g transform="translate({coordinate(x)} {BOTTOM + 50:.0f})rotate(-60)">'
        f"{label(share, 0, 0, 'tm')}</g>"
        for x, share in written
    )
    return [words, *aslant]
