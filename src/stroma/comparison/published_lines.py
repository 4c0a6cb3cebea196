"""What is published of the same contrast, to stand beside a laboratory's own answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from stroma.comparison.results import PublishedLine
from stroma.published import Certainty, Contrast, PublishedValue, contrasts_for, values_for
from stroma.texts import Text, join, text, texts
from stroma.unit_words import with_unit
from stroma.vocabulary import find_tissue, fold_word, tissue_label

CERTAINTY = {
    Certainty.PRIMARY_VALUE: "primary",
    Certainty.DIRECTION_ONLY: "direction",
    Certainty.SECONDARY_REVIEW: "secondary",
}
"""A study's own number, only which side is higher, or a review's table: strongest first."""
DIRECTIONS: Final = {
    "higher": text("{tissue} higher than {comparator}"),
    "lower": text("{tissue} lower than {comparator}"),
    "no_difference": text("{tissue} and {comparator} did not differ"),
}
DIRECTION_NOT_STATED: Final = text("{tissue} beside {comparator}, direction not stated")
SPREADS: Final = {"SD": text("SD"), "SEM": text("SEM")}
PASSAGES: Final = re.compile(r"P\d+(?:[-–]P?\d+)?")
SIGNS: Final = {">=": "≥", "<=": "≤"}


def published_lines(
    quantity: str, analyte: str, sources: tuple[str, str]
) -> tuple[PublishedLine, ...]:  # fmt: skip
    """Return the published rows of a contrast, and the values of each side.

    Parameters
    ----------
    quantity, analyte
        What is compared.
    sources
        The two tissues.

    Returns
    -------
    tuple of PublishedLine
        Contrasts first, of each kind the most certain first; empty for "no evidence held".

    Examples
    --------
    >>> held = published_lines("doubling_time", "", ("bone_marrow", "placenta"))
    >>> held[0].certainty in ("primary", "direction", "secondary")
    True
    """
    order = list(CERTAINTY.values())
    contrasts = [_of_contrast(row) for row in contrasts_for(quantity, analyte, sources)]
    values = [
        _of_value(row, source)
        for source in sources
        for row in values_for(quantity, analyte, source)
    ]
    ranked = [
        *sorted(contrasts, key=lambda held: order.index(held.certainty)),
        *sorted(values, key=lambda held: order.index(held.certainty)),
    ]
    return tuple(dict.fromkeys(ranked))


def _of_contrast(row: Contrast) -> PublishedLine:
    tissue = _tissue_words(row)
    parts: list[object] = []
    if row.direction in DIRECTIONS or row.comparator_printed:
        told = DIRECTIONS.get(row.direction, DIRECTION_NOT_STATED)
        parts.append(told.with_values(tissue=tissue, comparator=_comparator_words(row)))
    figure = _figure(row)
    if figure is not None:
        parts.append(text("{tissue}: {value}", tissue=tissue, value=figure))
    parts += _circumstances(row.n, row.n_counts, row.passage, row.condition)
    return PublishedLine(
        sentence=join(parts, "; "),
        certainty=CERTAINTY[row.certainty],
        citation=row.paper,
        address=row.citation,
        place=row.place,
    )


def _of_value(row: PublishedValue, source: str) -> PublishedLine:
    parts: list[object] = [_side_words(row, source)]
    parts += _circumstances(row.n, row.n_counts, "", row.condition)
    return PublishedLine(
        sentence=join(parts, "; "),
        certainty=CERTAINTY[row.certainty],
        citation=row.citation,
        address=row.address or row.citation,
        place=row.place,
    )


def _side_words(row: PublishedValue, source: str) -> Text:
    if row.unit_printed == "direction":
        return _direction_words(row, source)
    figure = _figure(row)
    return text(
        "{tissue}: {value}",
        tissue=tissue_label(source),
        value=join([]) if figure is None else figure,
    )


def _direction_words(row: PublishedValue, source: str) -> Text:
    """Say what a row holds that names the higher tissue, or none, in place of a figure."""
    higher = find_tissue(row.value_printed.removesuffix("_higher"))
    told = DIRECTIONS["no_difference" if higher is None else "higher"]
    first = source if higher is None else higher.name
    others = [tissue for tissue in row.tissues if tissue != first]
    if others and (higher is not None or row.value_printed == "no_difference"):
        return told.with_values(tissue=tissue_label(first), comparator=_named(others, ()))
    words = _quoted(row.value_printed.replace("_", " "))
    return text("{tissue}: {value}", tissue=tissue_label(source), value=words)


def _tissue_words(row: Contrast) -> Text:
    """Return the tissue of a row by its names in the vocabulary, and what the paper says of it."""
    known = [fold_word(name) for name in row.parts]
    own = row.part_printed
    if fold_word(own) in (*known, "part_not_stated", ""):
        own = ""
    named = row.parts or row.tissues
    return _named(named, [own] if own or named else [row.tissue_printed])


def _comparator_words(row: Contrast) -> Text:
    pieces = [piece.strip() for piece in row.comparator_printed.split(";")]
    return _named(row.comparators, [piece for piece in pieces if find_tissue(piece) is None])


def _named(names: Iterable[str], printed: Iterable[str]) -> Text:
    labels = join([tissue_label(name) for name in names])
    said = join([_quoted(words) for words in printed if words])
    if not said.values:
        return labels
    return join([labels, said], " ") if labels.values else said


def _quoted(words: str) -> Text:
    """Return words of a paper as such: they are in its language, and nobody translated them."""
    return text("“{words}”", words=words)


def _figure(row: Contrast | PublishedValue) -> Text | None:
    """Return a printed number in the reader's way of writing, with its spread and unit."""
    if row.value is None:
        printed = f"{row.value_printed} {row.unit_printed}".strip()
        return _quoted(printed) if row.value_printed else None
    number: Text = join([row.value])
    if row.bound:
        number = join([SIGNS.get(row.bound, row.bound), number], " ")
    if row.spread is not None:
        number = join([number, "±", row.spread], " ")
    figure = with_unit(number, row.unit) if row.unit else join([number, row.unit_printed], " ")
    if row.spread is not None:
        kind = SPREADS.get(row.spread_kind, text("spread not named"))
        figure = text("{value} ({kind})", value=figure, kind=kind)
    if row.low is not None and row.high is not None:
        figure = text("{value} ({low} to {high})", value=figure, low=row.low, high=row.high)
    return figure


def _circumstances(n: int | None, n_counts: str, passage: str, condition: str) -> list[object]:
    told: list[object] = []
    match n, n_counts:
        case None, _:
            pass
        case int(count), "donors":
            told.append(texts("{count} donor", "{count} donors", count))
        case int(count), "lots" | "batches":
            told.append(texts("{count} lot", "{count} lots", count))
        case _:
            told.append(text("n = {n}", n=n))
    told += [
        words if PASSAGES.fullmatch(words) else _quoted(words)
        for words in (passage, condition)
        if words
    ]
    return told
