"""Two sources in one quantity: every donor, the means, and the difference beside its margin."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from stroma.comparison.results import Scale
from stroma.figures.svg import (
    coordinate,
    dots,
    drawing,
    label,
    labels_below,
    path,
    round_steps,
    stroke,
)
from stroma.texts import Language, Text

WIDTH, HEIGHT = 650, 108
LEFT, RIGHT = 124.0, 390.0
SECOND_LEFT, SECOND_RIGHT = 430.0, 628.0
LANES = (28.0, 66.0)
"""Heights of the donors of each source; the mean lies below its donors."""
MEAN_BELOW = 11.0
BOTTOM = 88.0
MIDDLE = 47.0
"""Height of the difference."""
AIR = 0.06
"""Of the range, beyond the outermost value on each side."""
NEAR = 5.0
"""Dots nearer than this would hide each other and stand one above the other."""
STEP = 4.4

Place = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Lane:
    """One source.

    Parameters
    ----------
    label, note
        The tissue; how many donors.
    donors
        One value a donor, in the quantity's unit.
    observations
        Every value that entered.
    mean, low, high
        The model's mean with its interval; ``None`` where there is none.
    """

    label: Text
    note: Text
    donors: tuple[float, ...]
    observations: tuple[float, ...]
    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ForestView:
    """What a forest of two sources shows.

    Parameters
    ----------
    title
        In words.
    unit
        As a reader sees it; ``None`` for a plain number.
    scale
        How the axis of the donors runs.
    lanes
        The two sources.
    difference, low, high
        Of the means, in the unit; ``None`` where there is none.
    margin
        Bounds of the differences that would not matter, in the unit; ``None`` without a margin.
    caption
        What is subtracted from what.
    """

    title: Text
    unit: Text | None
    scale: Scale
    lanes: tuple[Lane, Lane]
    difference: float | None
    low: float | None
    high: float | None
    margin: tuple[float, float] | None
    caption: Text


def source_forest(view: ForestView, language: Language) -> str:
    """Draw two sources: donors as dots, their values as small ones, means as diamonds.

    Parameters
    ----------
    view
        What to draw.
    language
        Of the words.

    Returns
    -------
    str
        An SVG element.
    """
    parts = [*_donors(view, language), *_difference(view, language)]
    return drawing(parts, view.title, language, size=(WIDTH, HEIGHT), kind="sf")


def _donors(view: ForestView, language: Language) -> list[str]:
    values = [
        value
        for lane in view.lanes
        for value in (*lane.observations, *lane.donors, lane.mean, lane.low, lane.high)
        if value is not None and math.isfinite(value)
    ]
    along, marks = _axis(values, view.scale)
    parts = [
        stroke("gr", "".join(f"M{coordinate(along(m))} 12V{BOTTOM:.0f}" for m in marks)),
        stroke("ax", f"M{LEFT:.0f} {BOTTOM:.0f}H{RIGHT:.0f}"),
        labels_below([(along(m), language.number(m)) for m in marks], BOTTOM + 12),
    ]
    if view.unit is not None:
        parts.append(label(view.unit.render(language), RIGHT + 4, BOTTOM + 3))
    for lane, y in zip(view.lanes, LANES, strict=True):
        parts += [
            label(lane.label.render(language), LEFT - 12, y + 2, "sn"),
            label(lane.note.render(language), LEFT - 12, y + 13, "te"),
            stroke("ob", dots((along(value), y) for value in lane.observations)),
            stroke("on", dots(_apart(lane.donors, along, y))),
        ]
        parts += _mean(lane, along, y + MEAN_BELOW)
    return parts


def _mean(lane: Lane, along: Place, y: float) -> list[str]:
    if lane.mean is None:
        return []
    parts = []
    if lane.low is not None and lane.high is not None:
        ends = (along(lane.low), along(lane.high))
        parts.append(_whisker(ends, y))
    return [*parts, _diamond(along(lane.mean), y)]


def _whisker(ends: tuple[float, float], y: float) -> str:
    bars = "".join(f"M{coordinate(x)} {coordinate(y - 3)}v6" for x in ends)
    low, high = map(coordinate, ends)
    return stroke("ci", f"M{low} {coordinate(y)}H{high}{bars}")


def _diamond(x: float, y: float) -> str:
    return stroke("dm", path([(x, y - 4.4), (x + 4.4, y), (x, y + 4.4), (x - 4.4, y)], closed=True))


def _apart(values: Sequence[float], along: Place, y: float) -> list[tuple[float, float]]:
    """Return places of dots; those that would hide each other stand one above the other."""
    placed: list[tuple[float, float]] = []
    for x in sorted(along(value) for value in values):
        beside = sum(abs(x - other) < NEAR for other, _height in placed)
        placed.append((x, y - STEP * beside))
    return placed


def _difference(view: ForestView, language: Language) -> list[str]:
    if view.difference is None:
        return []
    ends = [0.0, view.difference, *(value for value in (view.low, view.high) if value is not None)]
    if view.margin is not None:
        ends += view.margin
    ends = [end for end in ends if math.isfinite(end)]
    marks = round_steps(min(ends), max(ends), 6)
    low, high = marks[0], marks[-1]

    def along(value: float) -> float:
        part = min(max((value - low) / (high - low), 0.0), 1.0)
        return SECOND_LEFT + part * (SECOND_RIGHT - SECOND_LEFT)

    parts = []
    if view.unit is not None:
        parts.append(label(view.unit.render(language), SECOND_RIGHT + 4, BOTTOM + 3))
    if view.margin is not None:
        left, right = map(along, view.margin)
        parts.append(stroke("mb", f"M{coordinate(left)} 16H{coordinate(right)}V{BOTTOM:.0f}"
                                  f"H{coordinate(left)}z"))  # fmt: skip
    parts += [
        stroke("gr", "".join(f"M{coordinate(along(m))} 16V{BOTTOM:.0f}" for m in marks)),
        stroke("zr", f"M{coordinate(along(0.0))} 16V{BOTTOM:.0f}"),
        stroke("ax", f"M{SECOND_LEFT:.0f} {BOTTOM:.0f}H{SECOND_RIGHT:.0f}"),
        labels_below([(along(m), language.number(m)) for m in marks], BOTTOM + 12),
        label(view.caption.render(language), (SECOND_LEFT + SECOND_RIGHT) / 2, 9, "tm"),
    ]
    if view.low is not None and view.high is not None:
        parts.append(_whisker((along(view.low), along(view.high)), MIDDLE))
    return [*parts, _diamond(along(view.difference), MIDDLE)]


def _axis(values: Sequence[float], scale: Scale) -> tuple[Place, tuple[float, ...]]:
    """Return where a value lies, and round values to be marked."""
    turned = [_turned(value, scale) for value in values]
    turned = [value for value in turned if math.isfinite(value)] or [0.0, 1.0]
    span = max(turned) - min(turned) or 1.0
    low, high = min(turned) - AIR * span, max(turned) + AIR * span

    def along(value: float) -> float:
        part = (_turned(value, scale) - low) / (high - low)
        return LEFT + min(max(part, 0.0), 1.0) * (RIGHT - LEFT)

    return along, tuple(
        mark
        for mark in _marks(values, scale)
        if math.isfinite(_turned(mark, scale)) and low <= _turned(mark, scale) <= high
    )


def _marks(values: Sequence[float], scale: Scale) -> Iterable[float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    if scale is Scale.LOG and low > 0 and high / low > 12:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        return [10.0**power for power in powers]
    marks = round_steps(low, high, 7)
    if scale is Scale.LOGIT and high - low > 30:
        return (0.1, 1.0, 5.0, 20.0, 50.0, 80.0, 95.0, 99.0, 99.9)
    return marks


def _turned(value: float, scale: Scale) -> float:
    match scale:
        case Scale.LOG:
            return math.log(value) if value > 0 else -math.inf
        case Scale.LOGIT:
            # The end of a wide interval comes back from the logit as 100 exactly.
            if 0 < value < 100:
                return math.log(value / (100.0 - value))
            return -math.inf if value <= 0 else math.inf
        case Scale.IDENTITY:
            return value
