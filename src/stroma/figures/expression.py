"""Genes relative to a calibrator on a doubling scale, with both intervals told apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from stroma.figures.shared import SharedPieces, place
from stroma.figures.svg import coordinate, dots, drawing, label, labels_below, labels_beside, stroke
from stroma.texts import Language, text, texts
from stroma.views import ExpressionView

Side = tuple[float | None, ...]
Place = Callable[[float], float]
Height = Callable[[int], float]

WIDTH = 260
LEFT, RIGHT, TOP, STEP = 70.0, 250.0, 14.0, 15.0
BELOW = 4.0
"""Livak's range lies below the line, where the dot does not hide it."""
MOST_MARKS = 7
"""Marks that stand beside each other without touching."""


def expression(
    view: ExpressionView, language: Language, *, shared: SharedPieces | None = None
) -> str:
    """Draw each gene as a dot, its t interval as a line and Livak's range as a pale bar.

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
    ends = (view.folds, view.low, view.high, view.livak_low, view.livak_high)
    logs = [math.log2(end) for side in ends for end in side if end is not None and end > 0]
    low, high = math.floor(min(0.0, *logs)), math.ceil(max(0.0, *logs))
    high = max(high, low + 1)
    bottom = TOP + STEP * len(view.genes)

    def x(fold: float) -> float:
        return LEFT + (math.log2(fold) - low) / (high - low) * (RIGHT - LEFT)

    def y(row: int) -> float:
        return TOP + STEP * (row + 0.5)

    between = math.ceil((high - low) / MOST_MARKS)
    marks = [2.0**power for power in range(low, high + 1, between)]
    grid = "".join(f"M{coordinate(x(mark))} {TOP:.0f}V{coordinate(bottom)}" for mark in marks)
    axes = [
        stroke("gr", grid),
        stroke("zr", f"M{coordinate(x(1.0))} {TOP:.0f}V{coordinate(bottom)}"),
        labels_below([(x(mark), language.number(mark)) for mark in marks], bottom + 10),
        labels_beside([(y(row), gene) for row, gene in enumerate(view.genes)], LEFT - 5),
    ]
    parts = [
        place("".join(axes), shared),
        label(text("times the calibrator {name}", name=view.calibrator).render(language), LEFT, 9),
        stroke(
            "ob", "".join(_bars(view.livak_low, view.livak_high, x, lambda row: y(row) + BELOW))
        ),
        stroke("ci", "".join(_bars(view.low, view.high, x, y))),
        stroke("on", dots((x(fold), y(row)) for row, fold in enumerate(view.folds))),
    ]
    title = texts(
        "Expression of {count} gene in {sample} relative to {calibrator}",
        "Expression of {count} genes in {sample} relative to {calibrator}",
        len(view.genes),
        sample=view.sample,
        calibrator=view.calibrator,
    )
    return drawing(parts, title, language, size=(WIDTH, round(bottom + 14)), kind="ex")


def _bars(lows: Side, highs: Side, x: Place, y: Height) -> Iterator[str]:
    for row, (low, high) in enumerate(zip(lows, highs, strict=True)):
        if low is not None and high is not None:
            yield f"M{coordinate(x(low))} {coordinate(y(row))}H{coordinate(x(high))}"
