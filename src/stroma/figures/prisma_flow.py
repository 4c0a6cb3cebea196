"""The PRISMA 2020 flow of a review: what was found, what left it and why, what is in it.

What is not decided yet stands in dashed boxes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from stroma.evidence.prisma.records import PrismaFlow
from stroma.evidence.prisma.words import (
    BoxKind,
    BoxWords,
    FlowRow,
    FlowStage,
    earlier_words,
    flow_rows,
)
from stroma.figures.boxes import Box, draw_box, lines_height, text_width, wrapped
from stroma.figures.svg import coordinate, drawing, escaped, label, stroke
from stroma.texts import Language, text

SIZE: Final = 10.0
"""Of the font, in units of the view box."""
PADDING: Final = 7.0
INDENT: Final = "  "
BAR: Final = 22.0
"""Width of the bars that name the stages."""
MAIN: Final = 262.0
SIDE: Final = 282.0
EARLIER: Final = 176.0
"""Width of the column of the earlier version."""
BETWEEN: Final = 30.0
"""Between columns, for the arrows."""
BELOW: Final = 20.0
"""Between rows, for the arrows."""
BESIDE: Final = 8.0
"""Between the boxes at one row's side."""
BOLD: Final = 1.12
"""Bold letters are that much wider than plain ones."""
ARROW: Final = 3.5
_CLASSES: Final = {BoxKind.PLAIN: "bx", BoxKind.OPEN: "bu", BoxKind.RESULT: "bi"}


def prisma_flow(flow: PrismaFlow, language: Language) -> str:
    """Draw the flow.

    Parameters
    ----------
    flow
        What to draw.
    language
        Of the words; the boxes are as large as they are.

    Returns
    -------
    str
        An SVG element, which says all its boxes in words too.
    """
    rows = flow_rows(flow)
    left = BAR + 8
    middle = left if flow.previous is None else left + EARLIER + BETWEEN
    width = middle + MAIN + BETWEEN + SIDE + 1
    head, top = _headings(flow, left, middle, width, language)
    drawn, places = _place(rows, middle, top, language)
    parts = [_told(rows, flow, language), *head, *drawn]
    bars, bottom = _stages(rows, places, language)
    parts += bars
    if flow.previous is not None:
        earlier = _fitted(earlier_words(flow.previous), left, top, EARLIER, language)
        foot = places[-1][0]
        parts += [draw_box(earlier, SIZE, PADDING), _corner(earlier, foot)]
    title = text(
        "PRISMA 2020 flow. Records identified: {identified}; screened: {screened}; assessed for "
        "eligibility: {assessed}; studies included: {studies}",
        identified=flow.identified,
        screened=flow.screened,
        assessed=flow.assessed,
        studies=flow.studies,
    )
    return drawing(parts, title, language, size=(round(width), round(bottom + 2)), kind="pf")


def _fitted(words: BoxWords, x: float, y: float, width: float, language: Language) -> Box:
    """Return a box as high as its words."""
    room = width - 2 * PADDING
    lines = list(wrapped(_together(words.head.render(language)), room, SIZE))
    for item in words.items:
        said = _together(item.render(language))
        first, *others = wrapped(said, room - 4 * text_width(" ", SIZE), SIZE)
        lines += [INDENT + first, *(2 * INDENT + other for other in others)]
    return Box(
        x, y, width, lines_height(len(lines), SIZE, PADDING), tuple(lines), _CLASSES[words.kind]
    )


def _together(words: str) -> str:
    """Return words in which no line ends within a count."""
    return words.replace("n = ", "n\u00a0=\u00a0")


def _place(
    rows: Sequence[FlowRow], x: float, y: float, language: Language
) -> tuple[list[str], list[tuple[Box, float]]]:
    """Return the drawn rows; and each main box with the lower edge of its row."""
    parts: list[str] = []
    places: list[tuple[Box, float]] = []
    least = _bar_lengths(rows, language)
    for number, row in enumerate(rows):
        main = _fitted(row.main, x, y, MAIN, language)
        sides: list[Box] = []
        below = y
        for words in row.sides:
            sides.append(_fitted(words, x + MAIN + BETWEEN, below, SIDE, language))
            below += sides[-1].height + BESIDE
        height = max(main.height, below - BESIDE - y, least[number])
        main = replace(main, height=height)
        if len(sides) == 1:
            sides = [replace(sides[0], height=height)]
        if places:
            parts.append(_arrow_down(places[-1][0], main))
        parts.append(draw_box(main, SIZE, PADDING))
        for side in sides:
            parts += [draw_box(side, SIZE, PADDING), _arrow_right(main, side)]
        places.append((main, y + height))
        y += height + BELOW
    return parts, places


def _bar_lengths(rows: Sequence[FlowRow], language: Language) -> list[float]:
    """Return how high each row has to be for its stage's bar to hold its name."""
    return [
        text_width(row.stage.value.render(language), BOLD * SIZE) + 8
        if sum(other.stage == row.stage for other in rows) == 1
        else 0.0
        for row in rows
    ]


def _stages(
    rows: Sequence[FlowRow], places: Sequence[tuple[Box, float]], language: Language
) -> tuple[list[str], float]:
    """Return the bars at the left, and where the lowest ends."""
    parts: list[str] = []
    for stage in FlowStage:
        mine = [place for row, place in zip(rows, places, strict=True) if row.stage == stage]
        top, bottom = mine[0][0].y, mine[-1][1]
        parts.append(
            f'<path class="sb" d="M1 {coordinate(top)}h{BAR:.0f}V{coordinate(bottom)}H1z"/>'
        )
        turned = f'transform="rotate(-90 {BAR / 2 + 1:.0f} {coordinate((top + bottom) / 2)})"'
        words = label(
            stage.value.render(language), BAR / 2 + 1, (top + bottom) / 2 + 3.5, "tm sure"
        )
        parts.append(words.replace("<text ", f"<text {turned} ", 1))
    return parts, places[-1][1]


def _headings(
    flow: PrismaFlow, left: float, middle: float, width: float, language: Language
) -> tuple[list[str], float]:
    """Return the headings of the columns, and where the rows begin."""
    columns = [
        (middle, width - middle - 1, text("Identification of studies via databases and registers"))
    ]
    if flow.previous is not None:
        columns = [
            (left, EARLIER, text("Previous studies")),
            (
                middle,
                width - middle - 1,
                text("Identification of new studies via databases and registers"),
            ),
        ]
    boxes = [
        _fitted(
            BoxWords(
                words,
            ),
            x,
            1.0,
            wide,
            language,
        )
        for x, wide, words in columns
    ]
    height = max(box.height for box in boxes)
    return [
        draw_box(replace(box, height=height, kind="sb"), SIZE, PADDING) for box in boxes
    ], height + BELOW / 2 + 1


def _arrow_down(above: Box, below: Box) -> str:
    x, y = coordinate(above.x + above.width / 2), coordinate(above.y + above.height)
    tip = coordinate(below.y)
    return stroke("ar", f"M{x} {y}V{tip}m-{ARROW} -{ARROW}l{ARROW} {ARROW}l{ARROW} -{ARROW}")


def _arrow_right(main: Box, side: Box) -> str:
    x, y = coordinate(main.x + main.width), coordinate(side.middle)
    tip = coordinate(side.x)
    return stroke("ar", f"M{x} {y}H{tip}m-{ARROW} -{ARROW}l{ARROW} {ARROW}l-{ARROW} {ARROW}")


def _corner(earlier: Box, foot: Box) -> str:
    """Return the arrow from the earlier version down to the total."""
    x, y = coordinate(earlier.x + earlier.width / 2), coordinate(earlier.y + earlier.height)
    return stroke(
        "ar",
        f"M{x} {y}V{coordinate(foot.middle)}H{coordinate(foot.x)}"
        f"m-{ARROW} -{ARROW}l{ARROW} {ARROW}l-{ARROW} {ARROW}",
    )


def _told(rows: Sequence[FlowRow], flow: PrismaFlow, language: Language) -> str:
    """Return every box in words, for those who cannot see the drawing."""
    boxes = [words for row in rows for words in (row.main, *row.sides)]
    if flow.previous is not None:
        boxes.insert(0, earlier_words(flow.previous))
    said = [
        " ".join([words.head.render(language), "; ".join(i.render(language) for i in words.items)])
        for words in boxes
    ]
    return f"<desc>{escaped('. '.join(line.strip() for line in said))}</desc>"
