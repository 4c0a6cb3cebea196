"""What a person has to look at in rows of ``extractions.csv`` that can be read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Final

from stroma.errors import Place, Problem, Severity
from stroma.evidence.extraction.cells import cell_of, warning_at
from stroma.evidence.extraction.grid import Line
from stroma.evidence.extraction.plain_text import calculated_cells
from stroma.evidence.extraction.words import CALCULATED_FIGURES
from stroma.evidence.review_records import Direction, Extraction
from stroma.spans import in_spans
from stroma.texts import Text, text, texts
from stroma.vocabulary import QUANTITIES, TISSUES, find_quantity, fold_word

_SHOWN: Final = 6
"""Words of a paper's own that a note lists; more of them hide the other notes."""
_ALIKE: Final = 0.9
"""Least likeness of a word to one of the vocabulary that is taken for a slip: one letter in ten."""
_SAME: Final = 1e-6
"""Relative difference of a stored figure from the calculated one that a spreadsheet's rounding to
ten digits leaves; an edit in any printed digit is larger."""


def withheld_problem(rows: Sequence[tuple[Extraction, Text]], file: str) -> Problem:
    """Return the note on rows whose figure or spread could not be converted for one reason.

    Parameters
    ----------
    rows
        The rows, each with the reason.
    file
        Where they stand.

    Returns
    -------
    Problem
        One for all of them.
    """
    first, reason = rows[0]
    numbers = in_spans(str(row.row) for row, _ in rows)
    return Problem(
        Place(file=file, row=first.row),
        found=reason if len(rows) == 1 else text("{reason}, in rows {rows}", reason=reason,
                                                 rows=numbers),
        expected=text("a figure and a spread that can be brought into the vocabulary's unit"),
        action=text("add what the paper states; what it does not state stays out of the pooling"),
        # A unit can be mended by the reader of the table; what a paper does not state cannot.
        severity=Severity.WARNING if first.canonical is None else Severity.NOTE,
    )  # fmt: skip


def strange_words(row: Extraction, place: Place) -> Iterator[Problem]:
    """Find words that are nearly one of the vocabulary's.

    Parameters
    ----------
    row
        The row.
    place
        Where it stands.

    Yields
    ------
    Problem
        One for each word.
    """
    words = [(column, word, _tissues()) for column in ("tissue", "part", "comparator")
             for word in getattr(row, column).split(";") if word]  # fmt: skip
    words.append(("quantity", row.quantity, _quantities()))
    for column, word, known in words:
        near = _nearest(fold_word(word), known)
        if near:
            yield warning_at(
                place,
                column,
                text("“{word}”, which the vocabulary does not have", word=word),
                text("a word of the vocabulary, or the paper's own"),
                text("write {word}, if that is meant", word=near),
            )


@cache
def _tissues() -> tuple[str, ...]:
    return tuple(tissue.name for tissue in TISSUES)


@cache
def _quantities() -> tuple[str, ...]:
    return tuple(quantity.name for quantity in QUANTITIES)


@lru_cache(4096)  # a table repeats a few words in every row
def _nearest(word: str, known: tuple[str, ...]) -> str:
    """Return the word of the vocabulary that a word nearly is; empty where it is none."""
    if word in known:
        return ""
    return next(iter(get_close_matches(word, known, n=1, cutoff=_ALIKE)), "")


def unknown_quantities(rows: Iterable[Extraction], file: str) -> Iterator[Problem]:
    """Find figures of quantities that the vocabulary does not have.

    Parameters
    ----------
    rows
        The rows.
    file
        Where they stand.

    Yields
    ------
    Problem
        One for all of them.
    """
    found = [row for row in rows if row.value is not None and find_quantity(row.quantity) is None]
    if found:
        names = list(dict.fromkeys(f"“{row.quantity}”" for row in found))
        shown = names[:_SHOWN] + (["…"] if len(names) > _SHOWN else [])
        yield Problem(
            Place(file=file, row=found[0].row, column="quantity"),
            found=texts(
                "figures of {count} quantity that the vocabulary does not have: {quantities}",
                "figures of {count} quantities that the vocabulary does not have: {quantities}",
                len(names),
                quantities=", ".join(shown),
            ),
            expected=text("a word of the vocabulary, or the paper's own"),
            action=text("nothing; they are kept as printed and not converted"),
            severity=Severity.NOTE,
        )


def silent_rows(rows: Iterable[Extraction], file: str) -> Iterator[Problem]:
    """Find rows that hold neither a figure nor a direction.

    Parameters
    ----------
    rows
        The rows.
    file
        Where they stand.

    Yields
    ------
    Problem
        One for all of them.
    """
    found = [
        row
        for row in rows
        if row.value is None
        and row.low is None
        and row.high is None
        and row.direction in (None, Direction.NOT_STATED)
    ]
    if found:
        yield Problem(
            Place(file=file, row=found[0].row, column="value"),
            found=text(
                "neither a figure nor a direction, in rows {rows}",
                rows=in_spans(str(row.row) for row in found),
            ),
            expected=text("one of the two, for a row to say anything"),
            action=text("write what the paper prints, or leave the row: nothing is made of it"),
            severity=Severity.NOTE,
        )


def changed_figures(row: Extraction, line: Line, place: Place) -> Iterator[Problem]:
    """Find stored figures that are not what the printed ones give.

    Parameters
    ----------
    row
        The row, with its canonical figure.
    line
        What the file holds.
    place
        Where it stands.

    Yields
    ------
    Problem
        One for each cell.
    """
    now = calculated_cells(row.canonical)
    for name in (*CALCULATED_FIGURES, "canonical_unit"):
        stored = cell_of(line.cells, name)
        if not stored or _is_same(stored, now[name]):
            continue
        yield warning_at(
            place,
            name,
            text(
                "“{stored}” in the file and “{now}” from the printed figures",
                stored=stored,
                now=now[name],
            ),
            text("what the printed figures give"),
            text(
                "check the printed figures in the paper, then fill the column again with "
                "stroma evidence extract --recalculate"
            ),
        )


def _is_same(stored: str, now: str) -> bool:
    if stored == now:
        return True
    try:
        return math.isclose(float(stored.replace(",", ".")), float(now), rel_tol=_SAME)
    except ValueError:
        return False
