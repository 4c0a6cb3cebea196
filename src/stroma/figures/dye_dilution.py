"""Lymphocytes by their dye: the generations they are made of, over the undivided control."""

from __future__ import annotations

from collections.abc import Sequence

from stroma.figures.shared import SharedPieces, place
from stroma.figures.svg import (
    Point,
    drawing,
    label,
    labels_below,
    path,
    simplify,
    stroke,
)
from stroma.texts import Language, text
from stroma.views import DyeDilutionView

WIDTH, HEIGHT = 220, 124
LEFT, RIGHT, TOP, BOTTOM = 4.0, 216.0, 20.0, 100.0
TOLERANCE = 0.4
LEAST_SHOWN = 0.02
"""Height of a generation, as a share of the picture, from which its number is written above it."""


def dye_dilution(
    view: DyeDilutionView, language: Language, *, shared: SharedPieces | None = None
) -> str:
    """Draw the cells filled, each generation as a line with its number, the control dashed.

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
    marks = "".join(f"M{round(_x(tick.position))} {BOTTOM:.0f}v4" for tick in view.ticks)
    axis = [
        stroke("ax", f"M{LEFT:.0f} {BOTTOM:.0f}H{RIGHT:.0f}{marks}"),
        labels_below([(_x(tick.position), tick.label) for tick in view.ticks], BOTTOM + 13),
        label(view.channel, RIGHT, BOTTOM + 23, "te"),
    ]
    parts = [
        stroke("st", _curve(view.observed, closed=True)),
        stroke("ct", _curve(view.control, closed=False)),
        "".join(stroke("th", _curve(heights, closed=False)) for heights in view.generations),
        place("".join(axis), shared),
        *_numbers(view.generations),
    ]
    title = text("Generations of lymphocytes beside {lot}", lot=view.subject.lot)
    return drawing(parts, title, language, size=(WIDTH, HEIGHT), kind="dd")


def _numbers(generations: Sequence[Sequence[float]]) -> list[str]:
    written = []
    for number, heights in enumerate(generations):
        top = max(heights)
        if top >= LEAST_SHOWN:
            at = (heights.index(top) + 0.5) / len(heights)
            written.append(label(str(number), _x(at), _y(top) - 4, "tm"))
    return written


def _curve(heights: Sequence[float], *, closed: bool) -> str:
    count = len(heights)
    points: list[Point] = [(_x((i + 0.5) / count), _y(height)) for i, height in enumerate(heights)]
    outline = simplify([(LEFT, BOTTOM), *points, (RIGHT, BOTTOM)], TOLERANCE)
    return path(outline, closed=closed)


def _x(position: float) -> float:
    return LEFT + position * (RIGHT - LEFT)


def _y(height: float) -> float:
    return BOTTOM - height * (BOTTOM - TOP)
