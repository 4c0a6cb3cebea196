"""Lots in their order between the limits of a control chart."""

from __future__ import annotations

from dataclasses import dataclass

from stroma.figures.shared import SharedPieces, place
from stroma.figures.svg import (
    Point,
    coordinate,
    dots,
    drawing,
    label,
    labels_beside,
    path,
    round_steps,
    stroke,
    style,
)
from stroma.texts import Language, text
from stroma.views import ControlChartView

WIDTH, HEIGHT = 480, 250
LEFT, RIGHT, TOP, BOTTOM = 36.0, 436.0, 16.0, 180.0
NAMED = 40
"""Up to so many lots, each is named below the axis; beyond, only those that stand out."""
LONGEST_NAME = 16


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where lots and values lie in the view box."""

    lots: int
    marks: tuple[float, ...]

    def x(self, place_of_lot: float) -> float:
        return LEFT + (place_of_lot + 0.5) / self.lots * (RIGHT - LEFT)

    def y(self, value: float) -> float:
        low, high = self.marks[0], self.marks[-1]
        return BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP)


def control_chart(
    view: ControlChartView, language: Language, *, shared: SharedPieces | None = None
) -> str:
    """Draw a chart of individuals with its limits and the weighted average.

    The lots that set the limits stand on a grey ground; a lot that stands out is drawn larger and
    named.

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
    bounds = [limit for limit in (view.low, view.centre, view.high) if limit is not None]
    frame = _Frame(
        lots=len(view.lots),
        marks=round_steps(min(*view.values, *bounds), max(*view.values, *bounds), 7),
    )
    points = [(frame.x(i), frame.y(value)) for i, value in enumerate(view.values)]
    averages = [(frame.x(i), frame.y(value)) for i, value in enumerate(view.averages)]
    ordinary = [point for point, signal in zip(points, view.signals, strict=True) if not signal]
    standing_out = [point for point, signal in zip(points, view.signals, strict=True) if signal]
    parts = [
        stroke("own", _baseline(view, frame)),
        place("".join(_axis(frame, language)), shared),
        *_limits(view, frame, language),
        stroke("ct", path(averages)),
        stroke("ln", path(points)),
        stroke("on", dots(ordinary)) if ordinary else "",
        stroke("of", dots(standing_out)) if standing_out else "",
        *_names(view, frame),
        label(_heading(view, language), LEFT, TOP - 6),
    ]
    title = text("Control chart of {quantity}", quantity=view.label)
    return drawing(parts, title, language, size=(WIDTH, HEIGHT), kind="cc")


def standalone(svg: str) -> str:
    """Return a drawing as a file of its own, with its style in it.

    Parameters
    ----------
    svg
        What :func:`control_chart` returns.

    Returns
    -------
    str
        An SVG document.
    """
    opened = svg.replace(
        "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" ', 1
    )
    head, _, rest = opened.partition(">")
    return f"{head}><style>{style()}</style>{rest}\n"


def _heading(view: ControlChartView, language: Language) -> str:
    if view.unit is None:
        return view.label.render(language)
    return text("{quantity}, {unit}", quantity=view.label, unit=view.unit).render(language)


def _baseline(view: ControlChartView, frame: _Frame) -> str:
    end = frame.x(view.baseline - 0.5)
    return f"M{LEFT:.0f} {TOP:.0f}H{coordinate(end)}V{BOTTOM:.0f}H{LEFT:.0f}z"


def _axis(frame: _Frame, language: Language) -> list[str]:
    lines = "".join(f"M{LEFT:.0f} {coordinate(frame.y(m))}H{RIGHT:.0f}" for m in frame.marks)
    return [
        stroke("gr", lines),
        stroke("ax", f"M{LEFT:.0f} {BOTTOM:.0f}H{RIGHT:.0f}"),
        labels_beside([(frame.y(m), language.number(m)) for m in frame.marks], LEFT - 5),
    ]


def _limits(view: ControlChartView, frame: _Frame, language: Language) -> list[str]:
    centre = coordinate(frame.y(view.centre))
    limits = [limit for limit in (view.low, view.high) if limit is not None]
    bounds = "".join(f"M{LEFT:.0f} {coordinate(frame.y(limit))}H{RIGHT:.0f}" for limit in limits)
    return [
        stroke("ax", f"M{LEFT:.0f} {centre}H{RIGHT:.0f}"),
        stroke("th", bounds) if limits else "",
        *(
            label(language.number(value), RIGHT + 4, frame.y(value) + 3)
            for value in (*limits, view.centre)
        ),
    ]


def _names(view: ControlChartView, frame: _Frame) -> list[str]:
    every = len(view.lots) <= NAMED
    named: list[tuple[Point, str]] = [
        ((frame.x(i), BOTTOM + 8), _short(lot))
        for i, (lot, signal) in enumerate(zip(view.lots, view.signals, strict=True))
        if every or signal
    ]
    return [
        f'<g transform="translate({coordinate(x)} {coordinate(y)})rotate(-60)">'
        f"{label(name, 0, 0, 'te')}</g>"
        for (x, y), name in named
    ]


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[:5]}…{name[6 - LONGEST_NAME :]}"
