"""What each lot secretes of each analyte, as a table of shaded numbers."""

from __future__ import annotations

from collections.abc import Iterator

from stroma.figures.svg import coordinate, drawing, label, labels_beside, stroke
from stroma.texts import Language, text
from stroma.views import SecretomeView

LEFT, TOP = 110.0, 58.0
WIDE, HIGH = 36.0, 15.0
"""A cell: room for a sign and four digits with their mark."""

SHADES = 5


def secretome_heatmap(view: SecretomeView, language: Language) -> str:
    """Draw the amounts in pg by 10⁶ cells and 24 h, shaded analyte by analyte.

    The shade says where a lot stands among the lots of the same analyte, and the number says how
    much it is; a result that is a bound keeps its sign and has no shade, and what was not measured
    has neither.

    Parameters
    ----------
    view
        What to draw.
    language
        Of the words.

    Returns
    -------
    str
        An SVG element.
    """
    rows, columns = len(view.lots), len(view.analytes)
    title = text(
        "Secreted by 10⁶ cells in 24 h, pg; lots: {rows}; analytes: {columns}",
        rows=rows,
        columns=columns,
    )
    parts = [*_shades(view), _frame(view), *_numbers(view, language)]
    size = (round(LEFT + columns * WIDE + 30), round(TOP + rows * HIGH + 4))
    return drawing(parts, title, language, size=size, kind="sh")


def _shades(view: SecretomeView) -> Iterator[str]:
    cells: dict[int, list[str]] = {}
    for row, shades in enumerate(view.shades):
        for column, shade in enumerate(shades):
            if shade is not None:
                depth = min(int(shade * SHADES), SHADES - 1)
                x, y = LEFT + column * WIDE, TOP + row * HIGH
                cells.setdefault(depth, []).append(
                    f"M{coordinate(x)} {coordinate(y)}h{coordinate(WIDE)}v{coordinate(HIGH)}"
                    f"h{coordinate(-WIDE)}z"
                )
    for depth in sorted(cells):
        yield stroke(f"sh{depth}", "".join(cells[depth]))


def _frame(view: SecretomeView) -> str:
    right = LEFT + len(view.analytes) * WIDE
    bottom = TOP + len(view.lots) * HIGH
    lines = "".join(
        f"M{coordinate(LEFT)} {coordinate(TOP + row * HIGH)}H{coordinate(right)}"
        for row in range(len(view.lots) + 1)
    )
    lines += "".join(
        f"M{coordinate(LEFT + column * WIDE)} {coordinate(TOP)}V{coordinate(bottom)}"
        for column in range(len(view.analytes) + 1)
    )
    names = [(TOP + (row + 0.5) * HIGH, name) for row, name in enumerate(view.lots)]
    heads = "".join(
        f'<g transform="translate({coordinate(LEFT + (column + 0.6) * WIDE)} '
        f'{coordinate(TOP - 4)})rotate(-60)">{label(name, 0, 0)}</g>'
        for column, name in enumerate(view.analytes)
    )
    return stroke("gr", lines) + labels_beside(names, LEFT - 4) + heads


def _numbers(view: SecretomeView, language: Language) -> Iterator[str]:
    for row, (values, bounds) in enumerate(zip(view.values, view.bounds, strict=True)):
        for column, (value, bound) in enumerate(zip(values, bounds, strict=True)):
            if value is None:
                continue
            x = LEFT + (column + 0.5) * WIDE
            y = TOP + (row + 0.5) * HIGH + 3
            shade = view.shades[row][column]
            dark = shade is not None and int(shade * SHADES) >= SHADES - 1
            written = bound + language.number(float(f"{value:.3g}"))
            yield label(written, x, y, "tm shl" if dark else "tm")
