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

GAP = 6.0
"""Between the table and the row of widths below it."""

WIDER = 1.5
"""Times as wide from which a detector is shaded; twice of it deepens the shade."""


def compensation(
    view: CompensationView, language: Language, *, shared: SharedPieces | None = None
) -> str:
    """Draw what is left of each stain in each detector, in percent.

    Too little compensation is shaded warm, too much cold; the sign of the number says the same. A
    bold number is one whose interval excludes 0. The row below tells how many times as wide the
    stains make the negative events of each detector, which no matrix can take out.

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
    high = TOP + rows * HIGH + 4
    if view.widened:
        parts += _widths(view, language)
        high += GAP + HIGH
    size = (round(LEFT + columns * WIDE + 4), round(high))
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


def _widths(view: CompensationView, language: Language) -> Iterator[str]:
    """Yield the row of widths: its name, its cells and a number where it matters."""
    top = TOP + len(view.stains) * HIGH + GAP
    cells: dict[str, list[str]] = {"gr": []}
    for column, times in enumerate(view.widened):
        cell = (
            f"M{coordinate(LEFT + column * WIDE)} {coordinate(top)}h{coordinate(WIDE)}"
            f"v{coordinate(HIGH)}h{coordinate(-WIDE)}z"
        )
        depth = sum(times >= step for step in (WIDER, 2 * WIDER))
        if depth:
            cells.setdefault(f"w{depth}", []).append(cell)
        cells["gr"].append(cell)
    for kind in sorted(cells, reverse=True):
        yield stroke(kind, "".join(cells[kind]))
    yield labels_beside([(top + 0.5 * HIGH, text("wider, ×").render(language))], LEFT - 4)
    for column, times in enumerate(view.widened):
        if times > 1:
            x, y = LEFT + (column + 0.5) * WIDE, top + 0.5 * HIGH + 3
            yield label(language.number(times, 1 if times < 10 else 0), x, y, "tm")
