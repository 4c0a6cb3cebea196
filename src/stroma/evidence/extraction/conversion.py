"""A printed figure in the vocabulary's unit, and its printed spread as a standard deviation.

What is calculated is exact but for the printing: a standard error times the root of n, an interval
over the quantile of t. What can only be estimated, from a range or from quartiles, is kept apart
under its own name. A spread whose kind is not stated stays as it is.

Sources
-------
Higgins JPT, Li T, Deeks JJ. Cochrane Handbook for Systematic Reviews of Interventions, chapter 6,
sections 6.5.2.2 and 6.5.2.5 (standard errors, intervals, interquartile ranges).
Wan X et al. BMC Med Res Methodol 2014;14:135 (standard deviation from range or quartiles).
Luo D et al. Stat Methods Med Res 2018;27:1785 (mean from median with range or quartiles).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from stroma.evidence.review_records import Canonical, Extraction, SpreadKind
from stroma.texts import Text, text
from stroma.units import Unit, convert, find_unit, fold
from stroma.vocabulary import Quantity, find_quantity

_MEDIAN_WORDS = ("median", "медиан")


@dataclass(frozen=True, slots=True)
class Conversion:
    """What became of a printed figure.

    Parameters
    ----------
    canonical
        The figure in the vocabulary's unit; ``None`` where it cannot be brought there.
    withheld
        Why the figure, or its spread, could not be brought there; empty where all was.
    """

    canonical: Canonical | None
    withheld: tuple[Text, ...] = ()


@dataclass(slots=True)
class _Spread:
    value: float | None = None
    mean: float | None = None
    is_estimate: bool = False
    step: str = ""
    withheld: list[Text] = field(default_factory=list)


def convert_extraction(row: Extraction) -> Conversion:
    """Bring a printed figure into the vocabulary's unit.

    Parameters
    ----------
    row
        As read.

    Returns
    -------
    Conversion
        The figure, or why there is none. A row without a figure has neither.

    Examples
    --------
    >>> row = Extraction(key="X0001", group="a-1", place="table 2", quantity="doubling_time",
    ...     tissue="placenta", value=2.5, unit="d", spread=0.1, spread_kind=SpreadKind.SEM, n=4)
    >>> canonical = convert_extraction(row).canonical
    >>> canonical.value, round(canonical.spread, 3), canonical.unit
    (60.0, 4.8, 'h')
    >>> canonical.conversion
    ('d x 24 = h', 'SD = SEM 0.1 x sqrt(4)')
    """
    if row.value is None and row.low is None and row.high is None:
        return Conversion(None)
    quantity = find_quantity(row.quantity)
    if quantity is None:
        return Conversion(
            None, (text("the vocabulary has no quantity “{quantity}”", quantity=row.quantity),)
        )
    units = _units(row, quantity)
    if isinstance(units, Text):
        return Conversion(None, (units,))
    printed, canonical = units
    spread = _standard_deviation(row)

    def converted(value: float | None) -> float | None:
        return None if value is None else convert(value, printed, canonical)

    steps = [_unit_step(printed, canonical), spread.step]
    return Conversion(
        Canonical(
            value=converted(row.value),
            spread=None if spread.is_estimate else converted(spread.value),
            low=converted(row.low),
            high=converted(row.high),
            unit=canonical.code,
            conversion=tuple(step for step in steps if step),
            estimated_mean=converted(spread.mean),
            estimated_spread=converted(spread.value) if spread.is_estimate else None,
        ),
        tuple(spread.withheld),
    )


def with_canonical(row: Extraction) -> Extraction:
    """Return the row with its figure in the vocabulary's unit.

    Parameters
    ----------
    row
        As read.

    Returns
    -------
    Extraction
        The same with ``canonical`` calculated anew.
    """
    return replace(row, canonical=convert_extraction(row).canonical)


def deviation_of_error(error: float, n: int) -> float:
    """Return the standard deviation behind a standard error of a mean.

    Parameters
    ----------
    error
        The standard error, in the unit of the mean.
    n
        How many values the mean is of, 2 or more.

    Returns
    -------
    float
        In the same unit (Cochrane Handbook, 6.5.2.2).

    Examples
    --------
    >>> deviation_of_error(2.0, 25)
    10.0
    """
    return error * math.sqrt(_at_least_two(n))


def deviation_of_interval(low: float, high: float, n: int) -> float:
    """Return the standard deviation behind a 95 % interval of a mean.

    Parameters
    ----------
    low, high
        The ends of the interval.
    n
        How many values the mean is of, 2 or more.

    Returns
    -------
    float
        In the unit of the ends: the width over twice the quantile of t with n - 1 degrees of
        freedom, times the root of n (Cochrane Handbook, 6.5.2.2).

    Examples
    --------
    >>> round(deviation_of_interval(30, 34.128, 25), 3)
    5.0
    """
    return (high - low) / (2 * _t_quantile(_at_least_two(n) - 1)) * math.sqrt(n)


def deviation_of_range(low: float, high: float, n: int) -> float:
    """Estimate a standard deviation from the smallest and the largest value.

    Parameters
    ----------
    low, high
        Smallest and largest value.
    n
        How many values, 2 or more.

    Returns
    -------
    float
        The estimate of Wan 2014, equation 9, for values that are about normal.

    Examples
    --------
    >>> round(deviation_of_range(10, 40, 25), 1)
    7.6
    """
    from scipy.special import ndtri

    return (high - low) / (2 * float(ndtri((_at_least_two(n) - 0.375) / (n + 0.25))))


def deviation_of_quartiles(width: float, n: int) -> float:
    """Estimate a standard deviation from the width between the quartiles.

    Parameters
    ----------
    width
        Third quartile minus the first.
    n
        How many values, 2 or more.

    Returns
    -------
    float
        The estimate of Wan 2014, equation 16, for values that are about normal.

    Examples
    --------
    >>> round(deviation_of_quartiles(13.5, 1000), 2)
    10.02
    """
    from scipy.special import ndtri

    return width / (2 * float(ndtri((0.75 * _at_least_two(n) - 0.125) / (n + 0.25))))


def mean_of_range(low: float, median: float, high: float, n: int) -> float:
    """Estimate a mean from median, smallest and largest value.

    Parameters
    ----------
    low, median, high
        Smallest value, median, largest value.
    n
        How many values.

    Returns
    -------
    float
        The estimate of Luo 2018, equation 7.

    Examples
    --------
    >>> round(mean_of_range(10, 20, 40, 16), 3)
    21.667
    """
    weight = 4 / (4 + math.pow(n, 0.75))
    return weight * (low + high) / 2 + (1 - weight) * median


def mean_of_quartiles(first: float, median: float, third: float, n: int) -> float:
    """Estimate a mean from the three quartiles.

    Parameters
    ----------
    first, median, third
        The quartiles.
    n
        How many values.

    Returns
    -------
    float
        The estimate of Luo 2018, equation 15.

    Examples
    --------
    >>> round(mean_of_quartiles(10, 20, 40, 13), 3)
    23.65
    """
    weight = 0.7 + 0.39 / n
    return weight * (first + third) / 2 + (1 - weight) * median


def _at_least_two(n: int) -> int:
    if n < 2:
        msg = f"a spread needs 2 values or more, not {n}"
        raise ValueError(msg)
    return n


def _t_quantile(degrees_of_freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(degrees_of_freedom, 0.975))


def _units(row: Extraction, quantity: Quantity) -> tuple[Unit, Unit] | Text:
    canonical = None if quantity.unit is None else find_unit(quantity.unit)
    if canonical is None:
        return text("{quantity} is a word, not a number", quantity=quantity.label)
    printed = find_unit(row.unit)
    # An empty cell is a missing unit and not the number 1.
    if not fold(row.unit) and canonical.code != "1":
        return text("no unit is stated")
    if printed is None:
        return text("the unit “{unit}” is not known", unit=row.unit)
    if printed.dimension != canonical.dimension:
        return text(
            "the unit “{unit}” does not measure {quantity}, which is counted in {canonical}",
            unit=row.unit,
            quantity=quantity.label,
            canonical=canonical.label or "1",
        )
    return printed, canonical


def _unit_step(printed: Unit, canonical: Unit) -> str:
    if printed.factor == canonical.factor:
        return ""
    factor = convert(1.0, printed, canonical)
    return f"{printed.code} x {factor:.10g} = {canonical.code}"


def _standard_deviation(row: Extraction) -> _Spread:
    """Return the standard deviation in the printed unit, and how it was found."""
    match row.spread_kind:
        case SpreadKind.SD:
            return _Spread(row.spread, step="" if row.spread is None else "SD as printed")
        case SpreadKind.NOT_STATED if row.spread is None:
            return _Spread()
        case SpreadKind.NOT_STATED:
            return _Spread(withheld=[text("what the spread is was not stated")])
    if row.n is None:
        return _Spread(withheld=[text("{kind} without n gives no SD", kind=str(row.spread_kind))])
    if row.n < 2:
        return _Spread(withheld=[text("one value has no SD")])
    match row.spread_kind:
        case SpreadKind.SEM:
            return _of_error(row, row.n)
        case SpreadKind.CI95:
            return _of_interval(row, row.n)
        case SpreadKind.RANGE:
            return _of_range(row, row.n)
        case SpreadKind.IQR:
            return _of_quartiles(row, row.n)


def _of_error(row: Extraction, n: int) -> _Spread:
    if row.spread is None:
        return _Spread(withheld=[text("the standard error itself is missing")])
    return _Spread(
        deviation_of_error(row.spread, n), step=f"SD = SEM {row.spread:.10g} x sqrt({n})"
    )


def _of_interval(row: Extraction, n: int) -> _Spread:
    low, high = row.low, row.high
    if low is None and high is None and row.value is not None and row.spread is not None:
        low, high = row.value - row.spread, row.value + row.spread
    if low is None or high is None:
        return _Spread(withheld=[text("the interval has one end only")])
    if row.value is not None and not _is_in_the_middle(row.value, low, high):
        return _Spread(
            withheld=[
                text(
                    "{value} is not in the middle of {low} to {high}: such an interval is not "
                    "one of t and gives no SD",
                    value=row.value,
                    low=low,
                    high=high,
                )
            ]
        )
    quantile = _t_quantile(n - 1)
    step = f"SD = ({high:.10g} - {low:.10g}) / (2 x {quantile:.4f}) x sqrt({n})"
    return _Spread(deviation_of_interval(low, high, n), step=step)


_LEAST_OFF_CENTRE = 0.1
"""Part of an interval's width its middle may lie from the value: printing rounds three figures."""


def _is_in_the_middle(value: float, low: float, high: float) -> bool:
    return abs((low + high) / 2 - value) <= _LEAST_OFF_CENTRE * (high - low)


def _of_range(row: Extraction, n: int) -> _Spread:
    if row.low is None or row.high is None:
        return _Spread(withheld=[text("the range has one end only")])
    mean = None
    # A range stands beside means and medians; a mean needs no estimate.
    if row.value is not None and _says_median(row):
        mean = mean_of_range(row.low, row.value, row.high, n)
    step = f"estimated SD from the range {row.low:.10g} to {row.high:.10g}, n {n} (Wan 2014)"
    return _Spread(
        deviation_of_range(row.low, row.high, n),
        mean=mean,
        is_estimate=True,
        step=step + ("" if mean is None else "; estimated mean (Luo 2018)"),
    )


def _of_quartiles(row: Extraction, n: int) -> _Spread:
    mean, width = None, row.spread
    if row.low is not None and row.high is not None:
        width = row.high - row.low
        if row.value is not None:
            mean = mean_of_quartiles(row.low, row.value, row.high, n)
    if width is None:
        return _Spread(withheld=[text("one of the quartiles is missing")])
    step = f"estimated SD from quartiles {width:.10g} apart, n {n} (Wan 2014)"
    return _Spread(
        deviation_of_quartiles(width, n),
        mean=mean,
        is_estimate=True,
        step=step + ("" if mean is None else "; estimated mean (Luo 2018)"),
    )


def _says_median(row: Extraction) -> bool:
    words = f"{row.condition} {row.note}".casefold()
    return any(word in words for word in _MEDIAN_WORDS)
