"""Estimates over their standard errors: whether small studies say something else."""

from __future__ import annotations

import math
from dataclasses import dataclass

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
from stroma.texts import Language, Text, text

WIDTH, HEIGHT = 420, 250
LEFT, RIGHT = 46.0, 408.0
TOP, BOTTOM = 14.0, 210.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelView:
    """What a funnel plot shows, on the scale of pooling.

    Parameters
    ----------
    title
        The question.
    points
        Estimates with their standard errors.
    filled
        Those that trim and fill adds.
    centre
        The pooled value.
    quantile
        Standard errors on each side within which the papers would lie if they differed by chance
        alone: 1.96 for 95 %.
    is_ratio
        Whether the axis is read as ratios.
    axis
        What the axis counts.
    """

    title: Text
    points: tuple[tuple[float, float], ...]
    filled: tuple[tuple[float, float], ...]
    centre: float
    quantile: float
    is_ratio: bool
    axis: Text


def funnel_plot(view: FunnelView, language: Language) -> str:
    """Draw a funnel plot, precise studies above.

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
    errors = [error for _, error in (*view.points, *view.filled)]
    heights = round_steps(0.0, max(errors), 5)
    lowest = heights[-1]
    reach = view.quantile * lowest
    values = [value for value, _ in (*view.points, *view.filled)]
    marks = round_steps(min(*values, view.centre - reach), max(*values, view.centre + reach), 7)
    first, last = marks[0], marks[-1]

    def along(value: float) -> float:
        return LEFT + (value - first) / (last - first) * (RIGHT - LEFT)

    def down(error: float) -> float:
        return TOP + error / lowest * (BOTTOM - TOP)

    def told(mark: float) -> str:
        return language.number(float(f"{math.exp(mark):.3g}") if view.is_ratio else mark)

    funnel = [(along(view.centre), TOP), (along(view.centre + reach), BOTTOM),
              (along(view.centre - reach), BOTTOM)]  # fmt: skip
    parts = [
        stroke("mb", path(funnel, closed=True)),
        stroke("gr", "".join(f"M{LEFT:.0f} {coordinate(down(h))}H{RIGHT:.0f}" for h in heights)),
        stroke("zr", f"M{coordinate(along(view.centre))} {TOP:.0f}V{BOTTOM:.0f}"),
        stroke("ax", f"M{LEFT:.0f} {BOTTOM:.0f}H{RIGHT:.0f}"),
        labels_below([(along(mark), told(mark)) for mark in marks], BOTTOM + 12),
        labels_beside([(down(h), language.number(h)) for h in heights], LEFT - 5),
        label(view.axis.render(language), (LEFT + RIGHT) / 2, BOTTOM + 26, "tm"),
        label(text("standard error").render(language), LEFT, TOP - 5),
        stroke("on", dots((along(value), down(error)) for value, error in view.points)),
    ]
    if view.filled:
        places = dots((along(value), down(error)) for value, error in view.filled)
        parts += [stroke("of", places), stroke("ho", places)]
    return drawing(parts, view.title, language, size=(WIDTH, HEIGHT), kind="fu")
