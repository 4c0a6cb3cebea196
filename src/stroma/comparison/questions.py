"""What is asked: whether sources differ in a quantity, and how much would not matter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from stroma.measurements import Measurement
from stroma.vocabulary import QUANTITIES, TISSUES, find_quantity

NOT_ASKED = ("live_events",)
"""Quantities that say how an assay went, not what the cells are: never asked of themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of a study or of a person.

    Parameters
    ----------
    quantity, analyte
        What is compared; names of the vocabulary.
    sources
        Names of tissues, two or more; of more, every pair is compared.
    margin
        The largest difference that would not matter; ``None`` asks for a difference only.
    unit
        Of the margin, as written; ``None`` for the quantity's own.
    covariates
        Names of :data:`stroma.comparison.covariates.COVARIATES` to adjust for.
    """

    quantity: str
    analyte: str = ""
    sources: tuple[str, ...]
    margin: float | None = None
    unit: str | None = None
    covariates: tuple[str, ...] = ()

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every pair of its sources, in the order they are named."""
        return tuple(combinations(self.sources, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person asks for beside, or instead of, a study's own questions.

    Parameters
    ----------
    quantity, analyte
        Only these; ``None`` for all.
    sources
        Only these tissues; empty for all.
    margin, unit
        Of every question; ``None`` for each question's own.
    covariates
        To adjust for; empty for each question's own.
    adjustment
        A key of :data:`stroma.comparison.compare.ADJUSTMENTS`; ``None`` for the study's own.
    """

    quantity: str | None = None
    analyte: str | None = None
    sources: tuple[str, ...] = ()
    margin: float | None = None
    unit: str | None = None
    covariates: tuple[str, ...] = ()
    adjustment: str | None = None


def ask(
    rows: Iterable[Measurement], request: Request, questions: Sequence[Question] = ()
) -> tuple[Question, ...]:
    """Return the questions to be answered.

    Parameters
    ----------
    rows
        Measurements.
    request
        What a person asks for.
    questions
        The study's own; those the request names are taken with their margins.

    Returns
    -------
    tuple of Question
        The study's own questions that fit; where none does, one for each quantity that two or
        more sources hold.
    """
    fitting = tuple(
        replace(
            own,
            sources=request.sources or own.sources,
            margin=own.margin if request.margin is None else request.margin,
            unit=own.unit if request.margin is None else request.unit,
            covariates=request.covariates or own.covariates,
        )
        for own in questions
        if request.quantity in (None, own.quantity) and request.analyte in (None, own.analyte)
        and set(request.sources) <= set(own.sources)
    )  # fmt: skip
    if fitting:
        return fitting
    return questions_of(
        rows,
        quantity=request.quantity,
        analyte=request.analyte,
        sources=request.sources,
        margin=request.margin,
        unit=request.unit,
        covariates=request.covariates,
    )


def questions_of(
    rows: Iterable[Measurement],
    *,
    quantity: str | None = None,
    analyte: str | None = None,
    sources: Sequence[str] = (),
    margin: float | None = None,
    unit: str | None = None,
    covariates: tuple[str, ...] = (),
) -> tuple[Question, ...]:
    """Return a question for each quantity that two or more sources hold.

    Parameters
    ----------
    rows
        Measurements.
    quantity, analyte
        Only these; ``None`` for all.
    sources
        Only these tissues; empty for all.
    margin, unit, covariates
        Of every question.

    Returns
    -------
    tuple of Question
        In the order of the vocabulary.

    Examples
    --------
    >>> rows = [
    ...     Measurement(lot=lot, quantity="doubling_time", value=40.0, unit="h", source=source)
    ...     for lot, source in (("A", "bone_marrow"), ("B", "placenta"))
    ... ]
    >>> [(q.quantity, q.sources) for q in questions_of(rows)]
    [('doubling_time', ('bone_marrow', 'placenta'))]
    """
    order = {tissue.name: place for place, tissue in enumerate(TISSUES)}
    held: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        wanted = (
            row.value is not None
            and row.condition == ""
            and row.source in order
            and (quantity is None or row.quantity == quantity)
            and (analyte is None or row.analyte == analyte)
            and (not sources or row.source in sources)
            and (quantity is not None or row.quantity not in NOT_ASKED)
        )
        if wanted:
            held.setdefault((row.quantity, row.analyte), set()).add(row.source)
    named = {known.name: place for place, known in enumerate(QUANTITIES)}
    asked = sorted(held.items(), key=lambda item: (named.get(item[0][0], len(named)), item[0][1]))

    def place(source: str) -> int:
        return list(sources).index(source) if sources else order[source]

    return tuple(
        Question(
            quantity=name,
            analyte=of,
            sources=tuple(sorted(tissues, key=place)),
            margin=margin,
            unit=unit,
            covariates=covariates,
        )
        for (name, of), tissues in asked
        if len(tissues) > 1
    )


def is_number(quantity: str) -> bool:
    """Tell whether a quantity's results are numbers.

    Parameters
    ----------
    quantity
        Its name.

    Returns
    -------
    bool
        False for results in words, and for names the vocabulary lacks.

    Examples
    --------
    >>> is_number("doubling_time"), is_number("sterility")
    (True, False)
    """
    known = find_quantity(quantity)
    return known is not None and not known.is_category
