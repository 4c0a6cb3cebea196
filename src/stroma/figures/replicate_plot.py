"""Replicates of an induced culture beside its undifferentiated control."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stroma.analytes import quantity_label
from stroma.figures.shared import SharedPieces, place
from stroma.figures.svg import (
    coordinate,
    dots,
    drawing,
    label,
    labels_below,
    labels_beside,
    round_steps,
    stroke,
)
from stroma.texts import Language, Text, text
from stroma.views import ReplicateView

WIDTH, HEIGHT = 160, 122
LEFT, RIGHT, TOP, BOTTOM = 28.0, 157.0, 16.0, 104.0
INDUCED, CONTROL = LEFT + 33, RIGHT - 33
SPREAD, STEP = 44.0, 10.0
"""Width over which replicates of one column are spread, and the most between two."""


def replicates(
    view: ReplicateView, language: Language, *, shared: SharedPieces | None = None
) -> str:
    """Draw every replicate: induced as filled dots, control as hollow ones.

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
    bounds = (0.0, *view.induced, *view.control)
    marks = round_steps(min(bounds), max(bounds), 5)

    def y(value: float) -> float:
        return BOTTOM - (value - marks[0]) / (marks[-1] - marks[0]) * (BOTTOM - TOP)

    induced, control = text("induced"), text("control")
    what = readout_name(view.readout).render(language)
    lines = "".join(f"M{LEFT:.0f} {coordinate(y(mark))}H{RIGHT:.0f}" for mark in marks)
    axes = [
        stroke("gr", lines),
        stroke("ax", f"M{LEFT:.0f} {coordinate(y(0.0))}H{RIGHT:.0f}"),
        labels_beside([(y(mark), language.number(mark)) for mark in marks], LEFT - 5),
        label(f"{what}, {view.unit}" if view.unit else what, LEFT, TOP - 8),
        labels_below(
            [
                (INDUCED, f"{induced.render(language)} ({len(view.induced)})"),
                (CONTROL, f"{control.render(language)} ({len(view.control)})"),
            ],
            BOTTOM + 13,
        ),
    ]
    parts = [
        place("".join(axes), shared),
        stroke("on", _column(view.induced, INDUCED, y)),
        stroke("of", _column(view.control, CONTROL, y)),
        stroke("ho", _column(view.control, CONTROL, y)),
    ]
    title = text(
        "Replicates, {lineage}", lineage=quantity_label("differentiation", view.subject.analyte)
    )
    return drawing(parts, title, language, size=(WIDTH, HEIGHT), kind="rp")


def _column(values: Sequence[float], centre: float, y: Callable[[float], float]) -> str:
    step = min(STEP, SPREAD / max(len(values), 1))
    start = centre - step * (len(values) - 1) / 2
    return dots((start + i * step, y(value)) for i, value in enumerate(values))


def readout_name(readout: str) -> Text:
    """Return what a readout is called.

    Parameters
    ----------
    readout
        ``"absorbance"``, ``"area"`` or ``"score"``; another word is given back as it is.

    Returns
    -------
    Text
        Its name.
    """
    names = {
        "absorbance": text("absorbance"),
        "area": text("stained area"),
        "score": text("score"),
        "integrated_density": text("density of the stain"),
    }
    return names.get(readout, text("readout {name}", name=readout))
