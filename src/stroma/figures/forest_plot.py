"""The papers of a pooled answer, one under the other: within papers, and apart between papers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from stroma.figures.svg import (
    NARROWEST,
    coordinate,
    drawing,
    escaped,
    label,
    labels_below,
    path,
    round_steps,
    stroke,
)
from stroma.texts import Language, Text, text

WIDTH = 650
LEFT, RIGHT = 232.0, 448.0
TOLD, SHARE = 566.0, 632.0
"""Where the numbers in words end, and the weights."""
TOP, LINE, HEAD = 22.0, 25.0, 22.0
LARGEST, SMALLEST = 5.0, 1.6
"""Half the side of the square of the heaviest paper, and of the lightest."""
BEYOND = 1.0
"""Of the range of the estimates: how far an interval may stretch the axis on each side."""
AIR = 0.03
"""Of the axis, on each side."""
LETTERS = 44
"""That fit beside the axis in the small size."""

Place = Callable[[float], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """A paper.

    Parameters
    ----------
    label
        Its name and circumstances.
    note
        Place in it and address.
    link
        Address to follow; empty where there is none.
    told
        Its number in words.
    value, low, high
        On the axis: the contrast with its interval; ``None`` for an arm that is no contrast.
    weight
        Percent; ``None`` where nothing is pooled.
    """

    label: Text
    note: Text
    link: str
    told: Text
    value: float | None = None
    low: float | None = None
    high: float | None = None
    weight: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestBlock:
    """Papers of one kind, and what they come to.

    Parameters
    ----------
    title
        The kind.
    rows
        The papers.
    outcome
        The pooled number in words, or why there is none.
    pooled
        Value and interval on the axis; ``None`` where nothing is pooled.
    prediction
        Where another paper lies; ``None`` where that is not known.
    """

    title: Text
    rows: tuple[ForestRow, ...]
    outcome: Text
    pooled: tuple[float, float, float] | None = None
    prediction: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestPlotView:
    """What a forest plot shows.

    Parameters
    ----------
    title
        The question.
    blocks
        Within papers, between papers.
    is_ratio
        Whether the axis is one of ratios, 1 being no difference; of differences otherwise.
    axis
        What the axis counts.
    lower, higher
        What it means to lie on either side.
    """

    title: Text
    blocks: tuple[ForestBlock, ...]
    is_ratio: bool
    axis: Text
    lower: Text
    higher: Text


def forest_plot(view: ForestPlotView, language: Language) -> str:
    """Draw a forest plot.

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
    height = TOP + sum(HEAD + LINE * (len(block.rows) + 1) for block in view.blocks)
    along, marks = _axis(view)
    parts = [
        label(text("weight").render(language), SHARE, 12, "te"),
        label(text("95 % interval").render(language), TOLD, 12, "te"),
    ]
    if _has_contrasts(view):
        parts += _ground(view, height, along, marks, language)
    y = TOP
    for block in view.blocks:
        y += HEAD
        parts.append(label(block.title.render(language), 4, y - 7, "fh"))
        for row in block.rows:
            parts += _row(row, y, along, language)
            y += LINE
        parts += _outcome(block, y, along, language)
        y += LINE
    size = (WIDTH, math.ceil(height) + 30)
    return drawing(parts, view.title, language, size=size, kind="fo")


def _has_contrasts(view: ForestPlotView) -> bool:
    return any(
        block.pooled is not None or any(row.value is not None for row in block.rows)
        for block in view.blocks
    )


def _ground(
    view: ForestPlotView, height: float, along: Place, marks: tuple[float, ...], language: Language
) -> list[str]:
    """Return the axis and what lies behind the papers."""
    bottom = coordinate(height)
    null = 1.0 if view.is_ratio else 0.0
    return [
        stroke("gr", "".join(f"M{coordinate(along(m))} {TOP:.0f}V{bottom}" for m in marks)),
        stroke("zr", f"M{coordinate(along(null))} {TOP:.0f}V{bottom}"),
        stroke("ax", f"M{LEFT:.0f} {bottom}H{RIGHT:.0f}"),
        labels_below([(along(m), language.number(_shown(m))) for m in marks], height + 12),
        label(view.axis.render(language), (LEFT + RIGHT) / 2, height + 24, "tm"),
        label(f"← {view.lower.render(language)}", LEFT, 12),
        label(f"{view.higher.render(language)} →", RIGHT, 12, "te"),
    ]


def _row(row: ForestRow, y: float, along: Place, language: Language) -> list[str]:
    note = _short(row.note.render(language))
    noted = label(note, 12, y + 15, "fn")
    if row.link:
        noted = f'<a href="{escaped(row.link)}">{noted}</a>'
    parts = [
        label(_short(row.label.render(language)), 12, y + 6),
        noted,
        label(row.told.render(language), TOLD, y + 10, "te"),
    ]
    if row.weight is not None:
        parts.append(label(f"{language.number(row.weight, 1)} %", SHARE, y + 10, "te"))
    if row.value is None or row.low is None or row.high is None:
        return parts
    half = SMALLEST + (LARGEST - SMALLEST) * math.sqrt(min((row.weight or 0.0) / 100, 1.0))
    x, middle = along(row.value), y + 7
    square = [(x - half, middle - half), (x + half, middle - half),
              (x + half, middle + half), (x - half, middle + half)]  # fmt: skip
    return [
        *parts,
        _interval(row.low, row.high, middle, along),
        stroke("sq", path(square, closed=True)),
    ]


def _interval(low: float, high: float, y: float, along: Place) -> str:
    """Return a line from end to end, with a point where an end lies beyond the axis."""
    start, end = along(low), along(high)
    data = f"M{coordinate(start)} {coordinate(y)}H{coordinate(end)}"
    if start <= LEFT:
        data += f"M{coordinate(start + 4)} {coordinate(y - 3)}l-4 3l4 3"
    if end >= RIGHT:
        data += f"M{coordinate(end - 4)} {coordinate(y - 3)}l4 3l-4 3"
    return stroke("ci", data)


def _outcome(block: ForestBlock, y: float, along: Place, language: Language) -> list[str]:
    if block.pooled is None:
        return [label(_short(block.outcome.render(language), 3 * LETTERS), 12, y + 8, "fn")]
    value, low, high = block.pooled
    x, middle = along(value), y + 7
    diamond = [(along(low), middle), (x, middle - 5), (along(high), middle), (x, middle + 5)]
    parts = [
        label(text("pooled").render(language), 12, y + 10, "fh"),
        label(block.outcome.render(language), TOLD, y + 10, "fv"),
    ]
    if block.prediction is not None:
        start, end = map(along, block.prediction)
        parts.append(stroke("pi", f"M{coordinate(start)} {coordinate(middle)}H{coordinate(end)}"))
        parts.append(label(text("line: another paper").render(language), 12, y + 20, "fn"))
    return [*parts, stroke("dm", path(diamond, closed=True))]


def _shown(mark: float) -> float:
    """Return a mark with the digits there is room for: 0.67 for two thirds."""
    return float(f"{mark:.2g}") if 0 < mark < 1 else mark


def _short(words: str, letters: int = LETTERS) -> str:
    return words if len(words) <= letters else words[: letters - 1].rstrip() + "…"


def _axis(view: ForestPlotView) -> tuple[Place, tuple[float, ...]]:
    """Return where a value lies, and round values to be marked."""
    turn = _logarithm if view.is_ratio else float
    inner = [0.0]
    ends: list[float] = []
    for block in view.blocks:
        rows = [row for row in block.rows if row.value is not None]
        inner += [turn(row.value) for row in rows if row.value is not None]
        ends += [turn(end) for row in rows for end in (row.low, row.high) if end is not None]
        if block.pooled is not None:
            inner.append(turn(block.pooled[0]))
            ends += [turn(end) for end in block.pooled[1:]]
        if block.prediction is not None:
            ends += [turn(end) for end in block.prediction]
    inner = [value for value in inner if math.isfinite(value)]
    low, high = min(inner), max(inner)
    reach = BEYOND * max(high - low, 0.2 if view.is_ratio else max(abs(low), abs(high), 1.0) / 2)
    low, high = max(min([*ends, low]), low - reach), min(max([*ends, high]), high + reach)
    if high - low < NARROWEST:
        low, high = low - reach / 2, high + reach / 2
    marks = _ratios(low, high) if view.is_ratio else round_steps(low, high, 6)
    low, high = min(low, turn(marks[0])), max(high, turn(marks[-1]))
    # So that only an end that was cut lies on the edge.
    low, high = low - AIR * (high - low), high + AIR * (high - low)

    def along(value: float) -> float:
        part = (turn(value) - low) / (high - low)
        return LEFT + min(max(part, 0.0), 1.0) * (RIGHT - LEFT)

    return along, marks


def _logarithm(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf


_RATIO_MARKS = (1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)


def _ratios(low: float, high: float) -> tuple[float, ...]:
    """Return ratios to mark, alike on both sides of 1."""
    reach = math.exp(min(max(abs(low), abs(high)), 50.0))
    if reach > _RATIO_MARKS[-1] ** 1.5:
        power = math.ceil(math.log10(reach))
        step = max(1, math.ceil(power / 3))
        held = [10.0**exponent for exponent in range(0, power + 1, step)]
    else:
        held = [mark for mark in _RATIO_MARKS if mark <= reach * 1.01] or [1.0]
        held = held if len(held) > 1 else [1.0, 1.25]
        held = held if len(held) <= 4 else [held[0], *held[-3:]]
    inverse = [float(f"{1 / mark:.6g}") for mark in reversed(held[1:])]
    return tuple(
        mark for mark in (*inverse, *held) if low * 1.2 - 0.1 <= math.log(mark) <= high * 1.2 + 0.1
    )
