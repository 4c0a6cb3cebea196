"""Two channels as a density, with the region that was kept."""

from __future__ import annotations

from stroma.figures.density import density_uri
from stroma.figures.shared import SharedPieces, place
from stroma.figures.svg import drawing, label, labels_below, labels_beside, path, stroke
from stroma.texts import Language, text
from stroma.views import GateView

WIDTH, HEIGHT = 150, 142
LEFT, TOP, SIDE = 35, 3, 112
BOTTOM = TOP + SIDE


def gate(view: GateView, language: Language, *, shared: SharedPieces | None = None) -> str:
    """Draw a gate: density of the events, and the outline of the region kept.

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
    title = text("Gate: {name}, {y} over {x}", name=view.name, x=view.x_label, y=view.y_label)
    parts = [
        _inside(view),
        place(_frame(view) + _ticks(view), shared),
    ]
    return drawing(parts, title, language, size=(WIDTH, HEIGHT), kind="gt")


def _inside(view: GateView) -> str:
    """Return what lies inside the frame; an inner drawing cuts a region that leaves it."""
    parts = []
    if view.density:
        square = len(view.density) == len(view.density[0])
        stretch = "" if square else ' preserveAspectRatio="none"'
        parts.append(
            f'<image width="{SIDE}" height="{SIDE}"{stretch} href="{density_uri(view.density)}"/>'
        )
    if view.region:
        outline = [(x * SIDE, (1 - y) * SIDE) for x, y in view.region]
        parts.append(stroke("rg", path(outline, closed=True)))
    return f'<svg x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}">{"".join(parts)}</svg>'


def _frame(view: GateView) -> str:
    return (
        stroke("ax", f"M{LEFT} {TOP}h{SIDE}v{SIDE}h-{SIDE}z")
        + label(view.x_label, LEFT + SIDE / 2, HEIGHT - 3, "tm")
        + f'<g transform="rotate(-90)">{label(view.y_label, -TOP - SIDE / 2, 8, "tm")}</g>'
    )


def _ticks(view: GateView) -> str:
    """Return the labelled marks of both axes; minor ones would be a smear at this size."""
    across = [(round(LEFT + t.position * SIDE), t.label) for t in view.x_ticks if t.label]
    up = [(round(BOTTOM - t.position * SIDE), t.label) for t in view.y_ticks if t.label]
    marks = "".join(f"M{x} {BOTTOM}v3" for x, _label in across)
    marks += "".join(f"M{LEFT} {y}h-3" for y, _label in up)
    return stroke("ax", marks) + labels_below(across, BOTTOM + 12) + labels_beside(up, LEFT - 5)
