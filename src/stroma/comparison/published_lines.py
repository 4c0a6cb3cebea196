"""What is published of the same contrast, to stand beside a laboratory's own answer."""

from __future__ import annotations

from stroma.comparison.covariates import tissue_label
from stroma.comparison.results import PublishedLine
from stroma.published import Certainty, Contrast, PublishedValue, contrasts_for, values_for
from stroma.texts import Text, join, text

CERTAINTY = {
    Certainty.PRIMARY_VALUE: "primary",
    Certainty.DIRECTION_ONLY: "direction",
    Certainty.SECONDARY_REVIEW: "secondary",
}
"""A study's own number, only which side is higher, or a review's table: strongest first."""


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
    sides = {"tissue": row.tissue_printed, "comparator": row.comparator_printed}
    templates = {
        "higher": text("{tissue} higher than {comparator}", **sides),
        "lower": text("{tissue} lower than {comparator}", **sides),
        "no_difference": text("{tissue} and {comparator} did not differ", **sides),
    }
    told: Text = templates.get(
        row.direction, text("{tissue} beside {comparator}, direction not stated", **sides)
    )
    parts: list[object] = [told]
    if row.value_printed:
        parts.append(
            text("{tissue}: {value}", tissue=row.tissue_printed,
                 value=_with_unit(row.value_printed, row.unit_printed))
        )  # fmt: skip
    parts += _circumstances(row.n, row.n_counts, row.passage, row.condition)
    return PublishedLine(
        sentence=join(parts, "; "),
        certainty=CERTAINTY[row.certainty],
        citation=row.paper,
        address=row.citation,
        place=row.place,
    )


def _of_value(row: PublishedValue, source: str) -> PublishedLine:
    parts: list[object] = [
        text("{tissue}: {value}", tissue=tissue_label(source),
             value=_with_unit(row.value_printed, row.unit_printed))
    ]  # fmt: skip
    parts += _circumstances(row.n, row.n_counts, "", row.condition)
    return PublishedLine(
        sentence=join(parts, "; "),
        certainty=CERTAINTY[row.certainty],
        citation=row.citation,
        address=row.address or row.citation,
        place=row.place,
    )


def _with_unit(value: str, unit: str) -> str:
    return f"{value} {unit}".strip()


def _circumstances(n: int | None, n_counts: str, passage: str, condition: str) -> list[object]:
    told: list[object] = []
    if n is not None:
        told.append(f"n = {n} {n_counts}".strip())
    return [*told, *(held for held in (passage, condition) if held)]
