"""Stained cells over their control, with the threshold and how surely it is placed."""

from __future__ import annotations

from collections.abc import Sequence

from stroma.figures.shared import SharedPieces, place
from stroma.figures.svg import (
    Point,
    coordinate,
    drawing,
    label,
    labels_below,
    path,
    simplify,
    stroke,
)
from stroma.texts import Language, Text, text
from stroma.views import HistogramView, Tick

WIDTH, HEIGHT = 160, 97
LEFT, RIGHT, TOP, BOTTOM = 3.0, 157.0, 14.0, 82.0
TOLERANCE = 0.9
"""How far a curve may move, in units of the view box: a third of a millimetre at most on paper."""

LINE = 1.6
"""Width of the threshold, as the style sheet has it."""

COARSE = 1.8
"""The same where a page holds thousands of curves."""


def histogram(
    view: HistogramView,
    language: Language,
    *,
    percent: str = "",
    shared: SharedPieces | None = None,
    tolerance: float = TOLERANCE,
) -> str:
    """Draw a histogram: stained filled, control as a dashed outline, threshold with its interval.

    Parameters
    ----------
    view
        What to draw.
    language
        Of the words.
    percent
        The percentage as it is to be read, already in words.
    shared
        Where the page keeps axes that several drawings have; ``None`` to draw it here.
    tolerance
        How far a curve may move to be written shortly, in units of the view box.

    Returns
    -------
    str
        An SVG element.
    """
    title = text(
        "{marker} and its {control}",
        marker=view.subject.analyte,
        control=control_name(view.control_role),
    )
    low, at, high = map(_x, (view.threshold_low, view.threshold, view.threshold_high))
    parts = [
        stroke("st", _curve(view.stained, tolerance, closed=True)) if view.stained else "",
        stroke("ct", _curve(view.control, tolerance, closed=False)) if view.control else "",
        _interval(low, at, high),
        stroke("th", f"{path([(at, TOP)])}v{BOTTOM - TOP:.0f}"),
        place(_axis(view.ticks), shared),
        label(percent, RIGHT, TOP - 4, "tv") if percent else "",
    ]
    return drawing(parts, title, language, size=(WIDTH, HEIGHT), kind="hg")


def control_name(role: str) -> Text:
    """Return what a control is called.

    Parameters
    ----------
    role
        ``"fmo"``, ``"isotype"`` or ``"unstained"``; another word is given back as it is.

    Returns
    -------
    Text
        Its name.
    """
    names = {
        "fmo": text("FMO control"),
        "isotype": text("isotype control"),
        "unstained": text("unstained control"),
    }
    return names.get(role, text("control {role}", role=role))


def _x(position: float) -> float:
    return LEFT + min(max(position, 0.0), 1.0) * (RIGHT - LEFT)


def _curve(heights: Sequence[float], tolerance: float, *, closed: bool) -> str:
    count = len(heights)
    points: list[Point] = [
        (_x((i + 0.5) / count), BOTTOM - height * (BOTTOM - TOP))
        for i, height in enumerate(heights)
    ]
    outline = simplify([(LEFT, BOTTOM), *points, (RIGHT, BOTTOM)], tolerance)
    return path([(round(x), round(y)) for x, y in outline], closed=closed)


def _interval(low: float, at: float, high: float) -> str:
    """Return the interval of the threshold, where it is wider than the line drawn over it."""
    if max(at - low, high - at) < LINE / 2:
        return ""
    return stroke(
        "tb", f"{path([(low, TOP)])}h{coordinate(high - low)}v{BOTTOM - TOP:.0f}H{coordinate(low)}z"
    )


def _axis(ticks: Sequence[Tick]) -> str:
    """Return the axis with its labelled marks; minor ones would be a smear at this size."""
    named = [(round(_x(tick.position)), tick.label) for tick in ticks if tick.label]
    marks = "".join(f"M{x} {BOTTOM:.0f}v4" for x, _label in named)
    baseline = f"M{LEFT:.0f} {BOTTOM:.0f}h{RIGHT - LEFT:.0f}"
    return stroke("ax", baseline + marks) + labels_below(named, BOTTOM + 13)
