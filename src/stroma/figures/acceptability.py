"""How often each source comes first, second and so on: one bar a source, cut into its ranks."""

from __future__ import annotations

from stroma.choosing.results import Choice
from stroma.choosing.wording import percent
from stroma.figures.svg import coordinate, drawing, label, labels_below, stroke
from stroma.texts import Language, text
from stroma.vocabulary import tissue_label

WIDTH = 520
LEFT, RIGHT, TOP = 128.0, 510.0, 14.0
BAR, STEP = 20.0, 28.0
NARROWEST_WORDS = 0.075
"""Share below which a piece has no room for its rank and share."""
SHADES = 4
"""Shades of the style sheet; ranks beyond share the lightest."""


def acceptability(choice: Choice, language: Language) -> str:
    """Draw the ranks of every source.

    Parameters
    ----------
    choice
        What to draw.
    language
        Of the words.

    Returns
    -------
    str
        An SVG element. Each piece says its rank and share in words; the upright line is the share
        of first places that counts as an answer.
    """
    rows = len(choice.acceptabilities)
    bottom = TOP + STEP * rows
    parts = []
    for row, one in enumerate(choice.acceptabilities):
        y = TOP + STEP * row
        parts.append(label(tissue_label(one.source).render(language), LEFT - 8, y + 14, "te"))
        start = 0.0
        for rank, share in enumerate(one.ranks):
            parts.append(_piece(start, share, y, rank))
            if share >= NARROWEST_WORDS:
                kind = f"tm r{min(rank, SHADES - 1)}t"
                words = f"{rank + 1}: {percent(share).render(language)}"
                parts.append(label(words, _x(start + share / 2), y + 14, kind))
            start += share
    # The line stands between the bars, so that no word is crossed out.
    line, gap = _x(choice.decide_at), STEP - BAR
    ticks = (f"M{coordinate(line)} {coordinate(TOP + STEP * row - gap)}v{gap:.0f}"
             for row in range(rows + 1))  # fmt: skip
    parts.append(stroke("th", "".join(ticks)))
    marks = [(_x(share), percent(share).render(language)) for share in (0.0, 0.5, 1.0)]
    declared = percent(choice.decide_at).render(language)
    parts.append(labels_below([*marks, (line, declared)], bottom + 11))
    title = text("Ranks of the sources: {sentence}", sentence=choice.sentence)
    return drawing(parts, title, language, size=(WIDTH, round(bottom + 16)), kind="ra")


def _x(share: float) -> float:
    return LEFT + share * (RIGHT - LEFT)


def _piece(start: float, share: float, y: float, rank: int) -> str:
    if share <= 0:
        return ""
    x, width = coordinate(_x(start)), coordinate(share * (RIGHT - LEFT))
    return stroke(f"r{min(rank, SHADES - 1)}", f"M{x} {coordinate(y)}h{width}v{BAR:.0f}h-{width}z")
