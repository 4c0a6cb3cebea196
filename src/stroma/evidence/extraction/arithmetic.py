"""What cannot be, and what can hardly be, among figures taken from papers.

An impossibility holds for every sample whatever its figures were rounded from; a suspicion has an
honest explanation too, and says which. Neither changes a figure: a person looks into the paper.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final

from stroma.analytes import quantity_label
from stroma.errors import Place, Problem, Severity
from stroma.evidence.extraction.arithmetic_between import (
    rows_beside_comparators,
    spreads_beside_others,
)
from stroma.evidence.extraction.arithmetic_findings import Finding
from stroma.evidence.extraction.conversion import deviation_of_error
from stroma.evidence.extraction.granularity import (
    is_possible_deviation,
    largest_deviation,
    nearest_means,
    possible_deviations,
    rounded_from,
)
from stroma.evidence.review_records import Counted, Extraction, SpreadKind
from stroma.spans import in_spans
from stroma.texts import Number, Text, text
from stroma.units import find_unit, fold
from stroma.vocabulary import find_quantity

_COUNT_UNITS: Final = frozenset(
    {
        "colonies", "colony", "cfu", "cfu-f", "count", "counts", "number", "nodules", "passages",
        "passage", "events", "колоний", "колонии",
    }
)  # fmt: skip
"""Units in which a single observation is a whole number, folded."""

_SHARE_OF_COUNTED: Final = re.compile(
    r"%of(?:the)?(?:donors?|patients?|placentas?|cords?|samples?|lots?|cultures?|isolations?"
    r"|colonies|harvests?)"
)
"""Percentages of things that n counts."""

_NEVER_NEGATIVE: Final = frozenset(
    {"time", "cells", "cell density", "cells per area", "area", "volume", "length"}
)
_ROUNDING: Final = 0.02
"""Relative slack where a printed spread meets a bound that was calculated from printed ends."""


def check_extractions(rows: Sequence[Extraction], *, file: str) -> tuple[Problem, ...]:
    """Find figures that cannot be, or can hardly be, as printed.

    Parameters
    ----------
    rows
        Of one review, each with its canonical figure.
    file
        Where they stand, for problems.

    Returns
    -------
    tuple of Problem
        In the order of the rows. Each has the numbers in its sentence; none changes a row.

    Examples
    --------
    >>> row = Extraction(key="X0001", group="a-1", place="table 2", quantity="viability",
    ...     tissue="placenta", value=104.0, unit="%", row=2)
    >>> str(check_extractions([row], file="extractions.csv")[0].found)
    '104 %, which is above the 100 % that viability can reach'
    """
    problems = [problem for row in rows for problem in _of_one_row(row, file)]
    problems += spreads_beside_others(rows, file)
    problems += rows_beside_comparators(rows, file)
    problems += _unstated_counts(rows, file)
    return tuple(sorted(problems, key=lambda problem: problem.place.row or 0))


def _of_one_row(row: Extraction, file: str) -> Iterator[Problem]:
    checks: tuple[Callable[[Extraction], Iterator[Finding]], ...] = (
        _bounds, _ends, _signs, _one_value, _largest, _width, _whole_numbers, _counted,
    )  # fmt: skip
    for check in checks:
        for finding in check(row):
            yield finding.at(row, file)


def _limits(row: Extraction) -> tuple[float | None, float | None]:
    """Return the bounds of the quantity in the printed unit, where they are the same in it."""
    quantity = find_quantity(row.quantity)
    unit = find_unit(row.unit)
    if quantity is None:
        never = unit is not None and unit.dimension in _NEVER_NEGATIVE
        return (0.0 if never and fold(row.unit) else None), None
    own = None if quantity.unit is None else find_unit(quantity.unit)
    if unit is None or own is None or unit.dimension != own.dimension:
        return None, None
    ratio = float(own.factor / unit.factor)
    return (
        None if quantity.low is None else quantity.low * ratio,
        None if quantity.high is None else quantity.high * ratio,
    )


def _bounds(row: Extraction) -> Iterator[Finding]:
    low, high = _limits(row)
    for column in ("value", "low", "high"):
        figure: float | None = getattr(row, column)
        if figure is None:
            continue
        if low is not None and figure < low:
            yield Finding(
                column,
                text("{value} {unit}, below {low}", value=figure, unit=row.unit, low=low),
                text(
                    "{quantity} of {low} or more",
                    quantity=quantity_label(row.quantity, row.analyte),
                    low=low,
                ),
                text("check the sign and the unit in the paper"),
            )
        if high is not None and figure > high:
            yield Finding(
                column,
                text(
                    "{value} {unit}, which is above the {high} {unit} that {quantity} can reach",
                    value=figure,
                    unit=row.unit,
                    high=high,
                    quantity=quantity_label(row.quantity, row.analyte),
                ),
                text(
                    "{quantity} of {high} or less",
                    quantity=quantity_label(row.quantity, row.analyte),
                    high=high,
                ),
                text("check the figure in the paper, and whether it is relative to a control"),
            )


def _ends(row: Extraction) -> Iterator[Finding]:
    if row.low is not None and row.high is not None and row.low > row.high:
        yield Finding(
            "low",
            text("{low} above the upper end {high}", low=row.low, high=row.high),
            text("a lower end below the upper one"),
            text("exchange the two, if the paper prints them so"),
        )
        return
    if row.value is None or row.bound:
        return
    kinds = {
        SpreadKind.RANGE: text("range"),
        SpreadKind.CI95: text("95 % interval"),
        SpreadKind.IQR: text("quartiles"),
    }
    kind = kinds.get(row.spread_kind, text("interval"))
    low, high = row.low, row.high
    if (low is not None and row.value < low) or (high is not None and row.value > high):
        yield Finding(
            "value",
            text(
                "{value} outside its {kind} {low} to {high}",
                value=row.value,
                kind=kind,
                low="–" if low is None else low,
                high="–" if high is None else high,
            ),
            text("a value between its ends"),
            text("check the three figures in the paper"),
        )


def _signs(row: Extraction) -> Iterator[Finding]:
    if row.spread is not None and row.spread < 0:
        yield Finding(
            "spread",
            text("the spread {spread}, below 0", spread=row.spread),
            text("a spread of 0 or more"),
            text("write it without its sign"),
        )


def _one_value(row: Extraction) -> Iterator[Finding]:
    if row.n == 1 and (row.spread is not None or row.low is not None or row.high is not None):
        yield Finding(
            "n",
            text("a spread beside n = 1"),
            text("2 or more values behind a spread"),
            text("write what n counts: one donor with several wells has an n of wells"),
        )


def _deviation(row: Extraction) -> tuple[float, float] | None:
    """Return the smallest standard deviation the printed spread can mean, and the mean's slack."""
    if row.value is None or row.spread is None or row.n is None or row.n < 2 or row.spread < 0:
        return None
    if row.spread_kind not in (SpreadKind.SD, SpreadKind.SEM):
        return None
    least = max(float(rounded_from(_written(row, "spread"))[0]), 0.0)
    if row.spread_kind is SpreadKind.SEM:
        least = deviation_of_error(least, row.n)
    low, high = rounded_from(_written(row, "value"))
    return least, float(high - low) / 2


def _written(row: Extraction, column: str) -> str:
    """Return a figure with the decimals it was printed with, or fewer where that is not known."""
    held = row.written.get(column)
    if held:
        return held
    figure: float = getattr(row, column)
    return str(int(figure)) if float(figure).is_integer() else repr(figure)


def _largest(row: Extraction) -> Iterator[Finding]:
    deviation = _deviation(row)
    low, high = _limits(row)
    if deviation is None or low is None or row.value is None or row.n is None:
        return
    least, slack = deviation
    if row.value < low or (high is not None and row.value > high):
        return
    # The bound is highest in the middle; a mean that was rounded may lie nearer to it.
    means = [row.value - slack, row.value, row.value + slack]
    means = [mean for mean in means if mean >= low and (high is None or mean <= high)]
    largest = max(largest_deviation(mean, low, high, row.n) for mean in means)
    if least <= largest:
        return
    printed = row.spread_kind.value
    if row.spread_kind is SpreadKind.SEM:
        found = text(
            "SEM {spread} of n = {n}, an SD of {deviation}, beside the mean {mean}",
            spread=row.spread,
            n=row.n,
            deviation=Number(least, 1),
            mean=row.value,
        )
        action = text("look whether the paper means SD where SEM is written")
    else:
        found = text(
            "SD {spread} beside the mean {mean}, n = {n}",
            spread=row.spread,
            mean=row.value,
            n=row.n,
        )
        action = text("check the {kind}, the mean and n in the paper", kind=printed)
    if high is None:
        expected = text(
            "an SD of {largest} or less: no {n} values of {low} or more have a larger one",
            largest=Number(largest, 1),
            n=row.n,
            low=low,
        )
    else:
        expected = text(
            "an SD of {largest} or less: no {n} values from {low} to {high} have a larger one",
            largest=Number(largest, 1),
            n=row.n,
            low=low,
            high=high,
        )
    yield Finding("spread", found, expected, action)


def _width(row: Extraction) -> Iterator[Finding]:
    """Yield a printed pair of ends that fits the standard deviation neither way."""
    if row.low is None or row.high is None or row.spread is None or row.n is None or row.n < 2:
        return
    if row.spread_kind not in (SpreadKind.SD, SpreadKind.SEM) or row.low > row.high:
        return
    from scipy.special import stdtrit

    deviation = row.spread
    if row.spread_kind is SpreadKind.SEM:
        deviation = deviation_of_error(row.spread, row.n)
    width = row.high - row.low
    smallest, largest = possible_deviations(width, row.n)
    interval = 2 * float(stdtrit(row.n - 1, 0.975)) * deviation / math.sqrt(row.n)
    is_range = smallest * (1 - _ROUNDING) <= deviation <= largest * (1 + _ROUNDING)
    is_interval = math.isclose(width, interval, rel_tol=0.1)
    is_one_deviation = math.isclose(width, 2 * row.spread, rel_tol=_ROUNDING)
    if is_range or is_interval or is_one_deviation:
        return
    yield Finding(
        "spread",
        text(
            "{kind} {spread} of n = {n} beside {low} to {high}",
            kind=row.spread_kind.value,
            spread=row.spread,
            n=row.n,
            low=row.low,
            high=row.high,
        ),
        text(
            "an SD from {smallest} to {largest} if these are the smallest and the largest value, "
            "or ends {interval} apart if they are a 95 % interval",
            smallest=Number(smallest, 2),
            largest=Number(largest, 2),
            interval=Number(interval, 2),
        ),
        text("check what the ends are, and whether the spread is SD or SEM"),
    )


def _whole_numbers(row: Extraction) -> Iterator[Finding]:
    if row.value is None or row.n is None or row.n < 2 or row.bound:
        return
    folded = fold(row.unit)
    is_share = _SHARE_OF_COUNTED.match(folded) is not None
    if folded not in _COUNT_UNITS and not is_share:
        return
    value = _written(row, "value")
    if is_share:
        yield from _share(value, row.n)
        return
    if not nearest_means(value, row.n):
        yield Finding(
            "value",
            text("the mean {mean} of {n} whole numbers", mean=value, n=row.n),
            _neighbours(value, row.n),
            text("check the mean and n; a mean of means of replicates can be one all the same"),
        )
    elif (
        row.spread is not None
        and row.spread_kind is SpreadKind.SD
        and not is_possible_deviation(value, _written(row, "spread"), row.n)
    ):
        yield Finding(
            "spread",
            text(
                "SD {spread} beside the mean {mean} of {n} whole numbers",
                spread=_written(row, "spread"),
                mean=value,
                n=row.n,
            ),
            text("an SD that whole numbers with this mean can have"),
            text("check SD, mean and n; the mean may be one of means of replicates"),
        )


def _share(value: str, n: int) -> Iterator[Finding]:
    low, high = (end / 100 for end in rounded_from(value))
    if math.ceil(low * n) <= math.floor(high * n):
        return
    below = math.floor(Fraction(low) * n)
    yield Finding(
        "value",
        text("{share} % of {n}", share=value, n=n),
        text(
            "{below} of {n} is {one} %, {above} of {n} is {other} %",
            below=below,
            above=below + 1,
            n=n,
            one=Number(100 * below / n, 2),
            other=Number(100 * (below + 1) / n, 2),
        ),
        text("check the percentage and n in the paper"),
    )


def _neighbours(written: str, n: int) -> Text:
    exact = Fraction(written)
    below = math.floor(exact * n)
    digits = max(len(written.partition(".")[2]), 1)
    return text(
        "{below}/{n} = {one} or {above}/{n} = {other}",
        below=str(below),
        above=str(below + 1),
        n=str(n),
        one=Number(below / n, digits),
        other=Number((below + 1) / n, digits),
    )


def _counted(row: Extraction) -> Iterator[Finding]:
    if row.n is None or row.n_counts not in (Counted.WELLS, Counted.EXPERIMENTS):
        return
    counted = {Counted.WELLS: text("wells"), Counted.EXPERIMENTS: text("experiments")}
    yield Finding(
        "n_counts",
        text("n = {n} {counted}", n=row.n, counted=counted[row.n_counts]),
        text("a number of donors: an SD of repeats says nothing of how donors differ"),
        text("look for the number of donors in the methods, and write it with its SD if stated"),
    )


def _unstated_counts(rows: Iterable[Extraction], file: str) -> Iterator[Problem]:
    found = [row for row in rows if row.n is not None and row.n_counts is Counted.NOT_STATED]
    if found:
        yield Problem(
            Place(file=file, row=found[0].row or None, column="n_counts"),
            found=text(
                "n without what it counts, in {rows}", rows=in_spans(row.key for row in found)
            ),
            expected=text("donors, lots, wells, experiments or patients"),
            action=text("look whether the methods say it; it is never taken for donors"),
            severity=Severity.NOTE,
        )
