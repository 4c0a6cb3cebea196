"""Where the spread of values lies: in the source, between donors, between passages, below."""

from __future__ import annotations

from collections.abc import Sequence

from stroma.figures.svg import coordinate, drawing, label, stroke
from stroma.texts import Language, Number, Text, text

WIDTH = 230
LEFT, RIGHT = 84.0, 196.0
TOP, STEP, THICK = 15.0, 15.0, 9.0

Bar = tuple[Text, float | None]
"""What varies, and its share from 0 to 1; ``None`` where the design cannot tell it."""


def variance_bars(bars: Sequence[Bar], title: Text, language: Language) -> str:
    """Draw a bar for each part of the variance.

    Parameters
    ----------
    bars
        Name and share of each part.
    title
        What it shows, for those who cannot see it.
    language
        Of the words.

    Returns
    -------
    str
        An SVG element.
    """
    parts = [label(text("share of the variance").render(language), LEFT, 9)]
    for place, (name, share) in enumerate(bars):
        y = TOP + STEP * place
        parts.append(label(name.render(language), LEFT - 6, y + THICK - 1, "te"))
        if share is None:
            parts.append(label(text("not told apart").render(language), LEFT + 2, y + THICK - 1))
            continue
        wide = coordinate(max(share * (RIGHT - LEFT), 0.6))
        outline = f"M{LEFT:.0f} {coordinate(y)}h{wide}v{THICK:.0f}h-{wide}z"
        parts.append(stroke("vb0" if place == 0 else "vb", outline))
        told = text("{percent} %", percent=Number(100.0 * share, 0)).render(language)
        parts.append(label(told, LEFT + share * (RIGHT - LEFT) + 4, y + THICK - 1))
    height = round(TOP + STEP * len(bars))
    return drawing(parts, title, language, size=(WIDTH, height), kind="vc")
