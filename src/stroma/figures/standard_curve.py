"""A standard curve with its standards and the range it may be read in."""

from __future__ import annotations

from stroma.figures.shared import SharedPieces, place
from stroma.figures.svg import (
    Point,
    coordinate,
    dots,
    drawing,
    label,
    labels_below,
    labels_beside,
    path,
    simplify,
    stroke,
)
from stroma.texts import Language, text
from stroma.views import StandardCurveView

WIDTH, HEIGHT = 220, 150
LEFT, RIGHT, TOP, BOTTOM = 34.0, 214.0, 16.0, 122.0
TOLERANCE = 0.2


def standard_curve(
    view: StandardCurveView, language: Language, *, shared: SharedPieces | None = None
) -> str:
    """Draw standards as dots, the curve as a line, the range between its limits as a band.

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
    ticks = "".join(f"M{coordinate(_x(tick.position))} {BOTTOM:.0f}v4" for tick in view.x_ticks)
    what = text("concentration, {unit}", unit=view.unit) if view.unit else text("concentration")
    axes = [
        stroke("ax", f"M{LEFT:.0f} {BOTTOM:.0f}H{RIGHT:.0f}{ticks}"),
        labels_below(
            [(_x(tick.position), _written(tick.label, language)) for tick in view.x_ticks],
            BOTTOM + 13,
        ),
        labels_beside(
            [(_y(tick.position), _written(tick.label, language)) for tick in view.y_ticks],
            LEFT - 4,
        ),
        label(what.render(language), (LEFT + RIGHT) / 2, BOTTOM + 25, "tm"),
    ]
    parts = [
        _range(view),
        place("".join(axes), shared),
        stroke("ln", path(simplify(_points(view.curve), TOLERANCE))) if view.curve else "",
        stroke("on", dots(_points(view.standards))),
        label(view.model, LEFT, TOP - 5),
    ]
    title = text("Standard curve of {analyte}", analyte=view.subject.analyte or view.file)
    return drawing(parts, title, language, size=(WIDTH, HEIGHT), kind="sc")


def _written(number: str, language: Language) -> str:
    return number.replace(".", language.decimal_mark)


def _points(places: tuple[tuple[float, float], ...]) -> list[Point]:
    return [(_x(x), _y(y)) for x, y in places]


def _range(view: StandardCurveView) -> str:
    if view.lower is None or view.upper is None:
        return ""
    low, high = coordinate(_x(view.lower)), coordinate(_x(view.upper))
    band = f"M{low} {TOP:.0f}V{BOTTOM:.0f}H{high}V{TOP:.0f}z"
    return stroke("own", band) + stroke("zr", f"M{low} {TOP:.0f}V{BOTTOM:.0f}M{high} {TOP:.0f}"
                                        f"V{BOTTOM:.0f}")  # fmt: skip


def _x(position: float) -> float:
    return LEFT + position * (RIGHT - LEFT)


def _y(position: float) -> float:
    return BOTTOM - position * (BOTTOM - TOP)
