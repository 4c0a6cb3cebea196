"""Where a score lies between worst and best, with how far it is open."""

from __future__ import annotations

from stroma.choosing.results import Score
from stroma.figures.svg import coordinate, dots, drawing, stroke
from stroma.texts import Language, Number, text

WIDTH, HEIGHT = 90, 10
LEFT, RIGHT, MIDDLE = 3.0, 87.0, 5.0


def partial_value(score: Score, language: Language) -> str:
    """Draw a score: a line from its 5th to its 95th percentile, a dot at its middle.

    Parameters
    ----------
    score
        What to draw.
    language
        Of the words.

    Returns
    -------
    str
        An SVG element, worst on the left and best on the right.
    """
    low, middle, high = (LEFT + share * (RIGHT - LEFT) for share in
                         (score.low, score.middle, score.high))  # fmt: skip
    parts = [
        stroke("gr", f"M{LEFT:.0f} {MIDDLE:.0f}H{RIGHT:.0f}"),
        stroke("ln", f"M{coordinate(low)} {MIDDLE:.0f}H{coordinate(high)}"),
        stroke("on", dots([(middle, MIDDLE)])),
    ]
    title = text(
        "{middle} between worst, 0, and best, 1; {low} to {high}",
        middle=Number(score.middle, 2),
        low=Number(score.low, 2),
        high=Number(score.high, 2),
    )
    return drawing(parts, title, language, size=(WIDTH, HEIGHT), kind="pv")
