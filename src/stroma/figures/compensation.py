"""What a spillover matrix leaves of each stain, as a table of shaded numbers."""

from __future__ import annotations

from collections.abc import Iterator

from stroma.figures.shared import SharedPieces, place
from stroma.figures.svg import coordinate, drawing, label, labels_beside, stroke
from stroma.texts import Language, text
from stroma.views import CompensationView

LEFT, TOP = 66.0, 58.0
WIDE, HIGH = 23.0, 15.0
"""A cell: room for a sign, two digits and a decimal."""

SHOWN = 0.05
"""Percent from which a number is written; less rounds to nothing."""

STEPS = (SHOWN, 0.5, 2.0)
"""Percent at which the shade deepens."""


def compensation(
    view: CompensationView, language: Language, *, shared: SharedPieces | None = None
) -> str:
    """Draw what is left of each stain in each detector, in percent.

    Too little compensation is shaded warm, too much cold; the sign of the number says the same. A
    bold number is one whose interval excludes 0.

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
    rows, columns = len(view.stains), len(view.channels)
    title = text(
        "Left of each stain after compensation, percent; {rows} stains in {columns} detectors; "
        "condition number {condition}",
        rows=rows,
        columns=columns,
        condition=view.condition,
    )
    parts = [*_shades(view), place(_frame(view), shared), *_numbers(view, language)]
    size = (round(LEFT + columns * WIDE + 4), round(TOP + rows * HIGH + 4))
    return drawing(parts, title, language, size=size, kind="cp")


def _shades(view: CompensationView) -> Iterator[str]:
    cells: dict[str, list[str]] = {}
    for row, shares in enumerate(view.left):
        for column, share in enumerate(shares):
            kind = _shade(share)
            if kind:
                x, y = LEFT + column * WIDE, TOP + row * HIGH
                cells.setdefault(kind, []).append(
                    f"M{coordinate(x)} {coordinate(y)}h{coordinate(WIDE)}v{coordinate(HIGH)}"
                    f"h{coordinate(-WIDE)}z"
                )
    for kind in sorted(cells):
        yield stroke(kind, "".join(cells[kind]))


def _shade(share: float | None) -> str:
    if share is None:
        return "own"
    depth = sum(abs(share) >= step for step in STEPS)
    return f"{'u' if share > 0 else 'o'}{depth}" if depth else ""


def _frame(view: CompensationView) -> str:
    """Return the lines between the cells and the names of stains and detectors."""
    right = LEFT + len(view.channels) * WIDE
    bottom = TOP + len(view.stains) * HIGH
    lines = "".join(
        f"M{coordinate(LEFT)} {coordinate(TOP + row * HIGH)}H{coordinate(right)}"
        for row in range(len(view.stains) + 1)
    )
    lines += "".join(
        f"M{coordinate(LEFT + column * WIDE)} {coordinate(TOP)}V{coordinate(bottom)}"
        for column in range(len(view.channels) + 1)
    )
    names = [(TOP + (row + 0.5) * HIGH, name) for row, name in enumerate(view.stains)]
    heads = "".join(
        f'<g transform="translate({coordinate(LEFT + (column + 0.6) * WIDE)} '
        f'{coordinate(TOP - 4)})rotate(-60)">{label(name, 0, 0)}</g>'
        for column, name in enumerate(view.channels)
    )
    return stroke("gr", lines) + labels_beside(names, LEFT - 4) + heads


def _numbers(view: CompensationView, language: Language) -> Iterator[str]:
    for row, (shares, certain) in enumerate(zip(view.left, view.certain, strict=True)):
        for column, (share, sure) in enumerate(zip(shares, certain, strict=True)):
            if share is None or abs(share) < SHOWN:
                continue
            x = LEFT + (column + 0.5) * WIDE
            y = TOP + (row + 0.5) * HIGH + 3
            yield label(language.number(share, 1), x, y, "tm sure" if sure else "tm")
