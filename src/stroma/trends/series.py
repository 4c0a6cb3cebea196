"""Rows -> the lots of one quantity in their order, one value each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum

from stroma.errors import Place, Problem, Severity, StudyProblem
from stroma.measurements import Measurement, passage_number
from stroma.stats.transforms import Scale, is_on_scale
from stroma.texts import Text, join, text, texts
from stroma.trends.results import LotValue, Series
from stroma.units import find_unit
from stroma.vocabulary import Quantity, find_quantity, tissue_label

BY_FACTORS = frozenset(
    {"time", "cells", "cell density", "cells per area", "endotoxin", "endotoxin dose", "ratio"}
)
"""Dimensions whose quantities spread by factors: they cannot fall below zero, and a lot is twice
another rather than so many more (Limpert, Stahel and Abbt 2001, BioScience 51:341)."""


def series_of(
    rows: Iterable[Measurement],
    *,
    quantity: str,
    analyte: str = "",
    source: str = "",
    passage: str = "",
    order: Sequence[str] | None = None,
) -> Series:
    """Return the lots of one quantity in their order.

    A lot enters once: with the passage asked for, otherwise with its last; rows of one passage are
    averaged. Rows of stimulated cells and results reported as a bound are left out, and said.

    Parameters
    ----------
    rows
        Measurements of any lots and quantities.
    quantity
        A name or spelling of :data:`stroma.vocabulary.QUANTITIES`.
    analyte
        As the rows have it; empty where the quantity has none, or only one occurs.
    source
        Tissue; empty for all.
    passage
        The passage, ``"P4"``; empty for each lot's last.
    order
        The lots in order; ``None`` for the order of the rows.

    Returns
    -------
    Series
        The lots.

    Raises
    ------
    StudyProblem
        No quantity has this name, its results are words, or no row is of it.

    Examples
    --------
    >>> rows = [Measurement(lot="A", quantity="viability", value=95.0, unit="%"),
    ...         Measurement(lot="B", quantity="viability", value=97.0, unit="%")]
    >>> series = series_of(rows, quantity="viability")
    >>> series.numbers, series.scale.value
    ((95.0, 97.0), 'logit')
    """
    known = numeric_quantity(quantity)
    held = [row for row in rows if row.quantity == known.name and row.value is not None]
    analyte = _analyte(held, analyte, known)
    held = [row for row in held if row.analyte == analyte and source in ("", row.source)]
    remarks: list[Text] = []
    problems: list[Problem] = []
    usable = list(_usable(held, remarks, problems))
    values = _one_a_lot(usable, passage, remarks)
    if not values:
        raise StudyProblem(_nothing(known, analyte, source, passage))
    if order is not None:
        places = {lot: i for i, lot in enumerate(order)}
        values.sort(key=lambda value: places.get(value.lot, len(places)))
    donors = len({value.donor for value in values if value.donor})
    _check_donors(values, donors, remarks, problems)
    _check_sources(values, source, problems)
    return Series(
        quantity=known.name,
        analyte=analyte,
        unit=known.unit or "",
        source=source,
        values=tuple(values),
        donors=donors,
        scale=_scale(known, [value.value for value in values], remarks),
        remarks=tuple(remarks),
        problems=tuple(problems),
    )


def natural_scale(quantity: Quantity) -> Scale:
    """Return the scale on which lots of a quantity spread evenly.

    Parameters
    ----------
    quantity
        The quantity.

    Returns
    -------
    Scale
        The logit for shares of a whole, the logarithm for times and counts, else none.

    Examples
    --------
    >>> natural_scale(find_quantity("doubling_time")).value
    'log'
    """
    unit = find_unit(quantity.unit or "")
    if quantity.unit == "%" and quantity.low == 0 and quantity.high == 100:
        return Scale.LOGIT
    if quantity.low == 0 and unit is not None and unit.dimension in BY_FACTORS:
        return Scale.LOG
    return Scale.IDENTITY


def numeric_quantity(word: str) -> Quantity:
    """Return the quantity of a name whose results are numbers.

    Parameters
    ----------
    word
        A name or spelling of :data:`stroma.vocabulary.QUANTITIES`.

    Returns
    -------
    Quantity
        The quantity.

    Raises
    ------
    StudyProblem
        No quantity has this name, or its results are words.
    """
    known = find_quantity(word)
    if known is None or known.is_category:
        found = (
            text('the quantity "{word}"', word=word)
            if known is None
            else text('the quantity "{word}", whose results are words', word=word)
        )
        raise StudyProblem(
            Problem(
                Place(column="quantity"),
                found=found,
                expected=text("a quantity whose results are numbers, such as doubling_time"),
                action=text("name one that the table holds"),
            )
        )
    return known


def _analyte(rows: Sequence[Measurement], asked: str, quantity: Quantity) -> str:
    """Return the analyte asked for as the rows write it, or the only one they have."""
    held = sorted({row.analyte for row in rows})
    if not asked and len(held) <= 1:
        return held[0] if held else ""
    matches = [name for name in held if name.casefold() == asked.strip().casefold()]
    if matches:
        return matches[0]
    if not held:
        expected = text("a row of {quantity}", quantity=quantity.name)
    elif any(held):
        expected = text("one of {held}", held=", ".join(name for name in held if name))
    else:
        expected = text("no analyte: {quantity} has none", quantity=quantity.name)
    raise StudyProblem(
        Problem(
            Place(column="analyte"),
            found=text('"{analyte}" for {quantity}', analyte=asked, quantity=quantity.name),
            expected=expected,
            action=text("name one that the table holds")
            if any(held)
            else text("ask for what the table holds"),
        )
    )


def _usable(
    rows: Sequence[Measurement], remarks: list[Text], problems: list[Problem]
) -> Iterable[Measurement]:
    stimulated = [row for row in rows if row.condition]
    if stimulated:
        remarks.append(
            texts(
                "{count} row of stimulated cells is left out",
                "{count} rows of stimulated cells are left out",
                len(stimulated),
            )
        )
    bounds = [row for row in rows if not row.condition and "entered" in row.settings]
    problems += [_bound(row) for row in bounds]
    return (row for row in rows if not row.condition and "entered" not in row.settings)


def _bound(row: Measurement) -> Problem:
    return Problem(
        Place(lot=row.lot, column="value"),
        found=text('"{entered}", a bound', entered=row.settings["entered"]),
        expected=text("a number"),
        action=text("use the assay's own reading where there is one; this row is left out"),
        severity=Severity.WARNING,
    )


def _one_a_lot(
    rows: Sequence[Measurement], passage: str, remarks: list[Text]
) -> list[LotValue]:  # fmt: skip
    lots: dict[str, list[Measurement]] = {}
    for row in rows:
        if not passage or passage_number(row.passage) == passage_number(passage):
            lots.setdefault(row.lot, []).append(row)
    values, averaged, earlier = [], 0, 0
    for lot, held in lots.items():
        last = max(passage_number(row.passage) for row in held)
        kept = [row for row in held if passage_number(row.passage) == last]
        earlier += len(kept) < len(held)
        averaged += len(kept) > 1
        values.append(
            LotValue(
                lot=lot,
                donor=next((row.donor for row in kept if row.donor), ""),
                source=kept[0].source,
                passage=kept[0].passage,
                value=fsum(row.value for row in kept if row.value is not None) / len(kept),
                rows=len(kept),
            )
        )
    if earlier:
        remarks.append(
            texts(
                "{count} lot was measured at several passages and enters with its last",
                "{count} lots were measured at several passages and enter with their last",
                earlier,
            )
        )
    if averaged:
        remarks.append(
            texts(
                "{count} lot has several values of one passage and enters with their mean",
                "{count} lots have several values of one passage and enter with their mean",
                averaged,
            )
        )
    return values


def _check_donors(
    values: Sequence[LotValue], donors: int, remarks: list[Text], problems: list[Problem]
) -> None:
    unnamed = sum(not value.donor for value in values)
    if unnamed:
        remarks.append(
            texts(
                "{count} lot names no donor and counts as a donor of its own",
                "{count} lots name no donor and count as donors of their own",
                unnamed,
            )
        )
    named = len(values) - unnamed
    if named > donors:
        problems.append(
            Problem(
                Place(column="donor"),
                found=texts(
                    "{lots} lots of {count} donor",
                    "{lots} lots of {count} donors",
                    donors,
                    lots=named,
                ),
                expected=text("one lot a donor"),
                action=text(
                    "read limits and charts as those of these donors: lots of one donor are alike, "
                    "and lots of a new donor may lie further out"
                ),
                severity=Severity.WARNING,
            )
        )


def _check_sources(values: Sequence[LotValue], source: str, problems: list[Problem]) -> None:
    sources = sorted({value.source for value in values if value.source})
    if not source and len(sources) > 1:
        problems.append(
            Problem(
                Place(column="source"),
                found=text("lots of {sources}", sources=join([*map(tissue_label, sources)])),
                expected=text("lots of one tissue"),
                action=text("choose one with --source; they are taken together as they stand"),
                severity=Severity.WARNING,
            )
        )


def _scale(quantity: Quantity, values: Sequence[float], remarks: list[Text]) -> Scale:
    scale = natural_scale(quantity)
    outside = [value for value in values if not is_on_scale(value, scale)]
    if not outside:
        return scale
    remarks.append(
        text(
            "{values} cannot be put on a scale of {scale}: the values are taken as they are",
            values=", ".join(f"{value:g}" for value in sorted(set(outside))),
            scale=text("factors") if scale is Scale.LOG else text("odds"),
        )
    )
    return Scale.IDENTITY


def _nothing(quantity: Quantity, analyte: str, source: str, passage: str) -> Problem:
    asked = [quantity.name, analyte, source, passage]
    return Problem(
        Place(column="quantity"),
        found=text("no row of {asked}", asked=", ".join(word for word in asked if word)),
        expected=text("one row a lot"),
        action=text("ask for what the table holds"),
    )
