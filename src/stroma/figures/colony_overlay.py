"""Colonies proposed in a picture of a dish, circled on it."""

from __future__ import annotations

from stroma.figures.svg import coordinate, drawing, escaped, label, stroke
from stroma.texts import Language, text, texts
from stroma.views import ColonyView

WIDTH = 300
BELOW = 30
LEAST_RADIUS = 2.0


def colony_overlay(view: ColonyView, language: Language) -> str:
    """Draw a picture of a dish with a circle around each proposed colony.

    Parameters
    ----------
    view
        What to draw.
    language
        Of the words.

    Returns
    -------
    str
        An SVG element that holds the picture.
    """
    height = WIDTH * view.height
    count = len(view.colonies)
    proposed = texts("{count} colony proposed", "{count} colonies proposed", count)
    state = (
        text("confirmed by nobody: no measurement")
        if not view.confirmed_by
        else text("{counted}, confirmed by {person}", counted=view.counted or 0,
                  person=view.confirmed_by)
    )  # fmt: skip
    parts = [
        f'<image href="{escaped(view.picture)}" width="{WIDTH}" height="{coordinate(height)}"/>',
        stroke("rg", "".join(_circle(colony, height) for colony in view.colonies)) if count else "",
        label(proposed.render(language), 0, height + 12),
        label(state.render(language), 0, height + 24),
    ]
    title = text("Colonies proposed in {file}", file=view.file)
    return drawing(parts, title, language, size=(WIDTH, round(height) + BELOW), kind="co")


def _circle(colony: tuple[float, float, float], height: float) -> str:
    x, y, radius = colony[0] * WIDTH, colony[1] * height, colony[2] * WIDTH
    # A little wider than the colony, so that its edge can be judged.
    wide = max(radius, LEAST_RADIUS) + 1.0
    reach, across = coordinate(wide), coordinate(2.0 * wide)
    start = f"M{coordinate(x - wide)} {coordinate(y)}"
    return f"{start}a{reach} {reach} 0 1 0 {across} 0a{reach} {reach} 0 1 0 -{across} 0"
