"""The PRISMA 2020 flow of a review: what was found, what left it and why, what is in it.

The boxes and their order are those of Page et al., BMJ 2021; 372: n71. Two kinds of boxes are
added and dashed: what is not decided yet, and what two people decided differently. A flow without
them would hide that the review is under way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from stroma.evidence.prisma_records import PreviousVersion, PrismaFlow
from stroma.figures.boxes import Box, draw_box, lines_height, text_width, wrapped
from stroma.figures.svg import coordinate, drawing, escaped, label, stroke
from stroma.texts import Language, Text, text

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
ARROW: Final = 3.5


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a box: a first line and what is moved in below it."""

    head: Text
    items: tuple[Text, ...] = ()
    kind: str = "bx"


@dataclass(frozen=True, slots=True)
class _Row:
    """A box of the middle column and those at its side."""

    stage: int
    main: _Words
    sides: tuple[_Words, ...] = ()


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
    rows = _rows(flow)
    left = BAR + 8
    middle = left if flow.previous is None else left + EARLIER + BETWEEN
    width = middle + MAIN + BETWEEN + SIDE + 1
    head, top = _headings(flow, left, middle, width, language)
    drawn, places = _place(rows, middle, top, language)
    parts = [_told(rows, flow, language), *head, *drawn]
    bars, bottom = _stages(rows, places, language)
    parts += bars
    if flow.previous is not None:
        earlier = _fitted(_earlier(flow.previous), left, top, EARLIER, language)
        foot = places[-1][0]
        parts += [draw_box(earlier, SIZE, PADDING), _corner(earlier, foot)]
    title = text(
        "PRISMA 2020 flow: {identified} records identified, {screened} screened, {assessed} "
        "assessed by their full text, {studies} studies included",
        identified=flow.identified,
        screened=flow.screened,
        assessed=flow.assessed,
        studies=flow.studies,
    )
    return drawing(parts, title, language, size=(round(width), round(bottom + 2)), kind="pf")


def _rows(flow: PrismaFlow) -> list[_Row]:
    assessed = _Row(
        1,
        _Words(text("Reports assessed by their full text (n = {n})", n=flow.assessed)),
        (
            _Words(
                text("Reports excluded (n = {n}):", n=flow.excluded_full_text),
                tuple(
                    _reason(line.criterion, line.words, line.reports)
                    for line in flow.excluded_reports
                ),
            )
            if flow.excluded_reports
            else _Words(text("Reports excluded (n = {n})", n=0)),
            *_open(text("Decided differently by two people (n = {n})"), flow.disputed_full_text),
        ),
    )
    rows = [
        _Row(0, _identified(flow), (_removed(flow),)),
        _Row(
            1,
            _Words(text("Records screened (n = {n})", n=flow.screened)),
            (
                _Words(text("Records excluded (n = {n})", n=flow.excluded)),
                *_open(text("Not decided yet (n = {n})"), flow.awaiting_screening),
                *_open(
                    text("Decided differently by two people (n = {n})"), flow.disputed_screening
                ),
            ),
        ),
        _Row(
            1,
            _Words(text("Reports sought for their full text (n = {n})", n=flow.sought)),
            (
                _Words(text("Reports not retrieved (n = {n})", n=flow.not_retrieved)),
                *_open(text("Not decided yet (n = {n})"), flow.awaiting_full_text),
            ),
        ),
        assessed,
    ]
    if flow.previous is None:
        return [*rows, _Row(2, _included(flow))]
    return [*rows, _Row(2, _newly_included(flow)), _Row(2, _total(flow, flow.previous))]


def _identified(flow: PrismaFlow) -> _Words:
    items = [
        text("{name}, a register (n = {n})", name=source.name, n=source.records)
        if source.is_register
        else text(
            "{name} (n = {n})",
            name=source.name or text("origin not stated"),
            n=source.records,
        )
        for source in flow.sources
    ]
    return _Words(text("Records identified (n = {n}):", n=flow.identified), tuple(items))


def _removed(flow: PrismaFlow) -> _Words:
    items = [
        text("duplicate records (n = {n})", n=flow.duplicates),
        text("excluded by a program (n = {n})", n=flow.automation),
    ]
    if flow.linked:
        items.append(
            text(
                "notices, versions and answers that follow their publication (n = {n})",
                n=flow.linked,
            )
        )
    return _Words(text("Records removed before screening:"), tuple(items))


def _reason(criterion: str, words: str, reports: int) -> Text:
    if not criterion:
        return text("no criterion named (n = {n})", n=reports)
    if not words:
        return text("{name} (n = {n})", name=criterion, n=reports)
    return text("{criterion}: {words} (n = {n})", criterion=criterion, words=words, n=reports)


def _open(words: Text, count: int) -> list[_Words]:
    """Return the dashed box of what is not settled; none where all is."""
    return [_Words(words.with_values(n=count), kind="bu")] if count else []


def _included(flow: PrismaFlow) -> _Words:
    return _Words(
        text("Studies included (n = {n})", n=flow.studies),
        (text("reports of these studies (n = {n})", n=flow.reports), *_of_linked(flow)),
        kind="bi",
    )


def _newly_included(flow: PrismaFlow) -> _Words:
    return _Words(
        text("New studies included (n = {n})", n=flow.studies),
        (text("reports of these studies (n = {n})", n=flow.reports), *_of_linked(flow)),
    )


def _of_linked(flow: PrismaFlow) -> tuple[Text, ...]:
    if not flow.linked_reports:
        return ()
    return (text("of them notices and other versions (n = {n})", n=flow.linked_reports),)


def _total(flow: PrismaFlow, previous: PreviousVersion) -> _Words:
    return _Words(
        text("Studies in the review in all (n = {n})", n=previous.studies + flow.studies),
        (text("reports of these studies (n = {n})", n=_all_reports(flow, previous)),),
        kind="bi",
    )


def _all_reports(flow: PrismaFlow, previous: PreviousVersion) -> int:
    return previous.reports + previous.later_reports + flow.reports


def _earlier(previous: PreviousVersion) -> _Words:
    items = [text("reports of these studies (n = {n})", n=previous.reports)]
    if previous.undecided:
        items.append(text("publications not decided yet (n = {n})", n=previous.undecided))
    return _Words(
        text("Studies in the earlier version (n = {n})", n=previous.studies), tuple(items)
    )


def _fitted(words: _Words, x: float, y: float, width: float, language: Language) -> Box:
    """Return a box as high as its words."""
    room = width - 2 * PADDING
    lines = list(wrapped(_together(words.head.render(language)), room, SIZE))
    for item in words.items:
        said = _together(item.render(language))
        first, *others = wrapped(said, room - 4 * text_width(" ", SIZE), SIZE)
        lines += [INDENT + first, *(2 * INDENT + other for other in others)]
    return Box(x, y, width, lines_height(len(lines), SIZE, PADDING), tuple(lines), words.kind)


def _together(words: str) -> str:
    """Return words in which no line ends within a count."""
    return words.replace("n = ", "n\u00a0=\u00a0")


def _place(
    rows: Sequence[_Row], x: float, y: float, language: Language
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


def _bar_lengths(rows: Sequence[_Row], language: Language) -> list[float]:
    """Return how high each row has to be for its stage's bar to hold its name."""
    return [
        text_width(_STAGES[row.stage].render(language), SIZE) + 12
        if sum(other.stage == row.stage for other in rows) == 1
        else 0.0
        for row in rows
    ]


_STAGES: Final = (text("Identification"), text("Screening"), text("Included"))


def _stages(
    rows: Sequence[_Row], places: Sequence[tuple[Box, float]], language: Language
) -> tuple[list[str], float]:
    """Return the bars at the left, and where the lowest ends."""
    parts: list[str] = []
    for stage, name in enumerate(_STAGES):
        mine = [place for row, place in zip(rows, places, strict=True) if row.stage == stage]
        top, bottom = mine[0][0].y, mine[-1][1]
        parts.append(
            f'<path class="sb" d="M1 {coordinate(top)}h{BAR:.0f}V{coordinate(bottom)}H1z"/>'
        )
        turned = f'transform="rotate(-90 {BAR / 2 + 1:.0f} {coordinate((top + bottom) / 2)})"'
        words = label(name.render(language), BAR / 2 + 1, (top + bottom) / 2 + 3.5, "tm sure")
        parts.append(words.replace("<text ", f"<text {turned} ", 1))
    return parts, places[-1][1]


def _headings(
    flow: PrismaFlow, left: float, middle: float, width: float, language: Language
) -> tuple[list[str], float]:
    """Return the headings of the columns, and where the rows begin."""
    columns = [(middle, width - middle - 1, text("Studies found in databases and registers"))]
    if flow.previous is not None:
        columns = [
            (left, EARLIER, text("Earlier version")),
            (middle, width - middle - 1, text("New studies found in databases and registers")),
        ]
    boxes = [
        _fitted(_Words(words, kind="sb"), x, 1.0, wide, language) for x, wide, words in columns
    ]
    height = max(box.height for box in boxes)
    return [
        draw_box(replace(box, height=height), SIZE, PADDING) for box in boxes
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


def _told(rows: Sequence[_Row], flow: PrismaFlow, language: Language) -> str:
    """Return every box in words, for those who cannot see the drawing."""
    boxes = [words for row in rows for words in (row.main, *row.sides)]
    if flow.previous is not None:
        boxes.insert(0, _earlier(flow.previous))
    said = [
        " ".join([words.head.render(language), "; ".join(i.render(language) for i in words.items)])
        for words in boxes
    ]
    return f"<desc>{escaped('. '.join(line.strip() for line in said))}</desc>"
