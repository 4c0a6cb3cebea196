"""Limits that a few lots would support, by each method, and how far the process keeps from them."""

from __future__ import annotations

from collections.abc import Iterator

from stroma.errors import Place, Problem, Severity
from stroma.stats.capability import Capability, measure_capability
from stroma.stats.means import has_spread
from stroma.stats.normality import shapiro_wilk_p
from stroma.stats.tolerance import (
    Side,
    ToleranceInterval,
    ToleranceMethod,
    lots_needed,
    tolerance_interval,
)
from stroma.stats.transforms import Scale, is_on_scale, to_scale
from stroma.texts import Number, Text, text, texts
from stroma.trends.results import LimitProposal, MethodLimits, Series
from stroma.vocabulary import find_quantity

NOT_NORMAL = 0.05
"""P value of Shapiro and Wilk's test below which normal limits are not proposed."""

FEWEST_FOR_SHAPE = 20
"""Lots from which the test is likely to see a wrong shape: of values as skewed as the exponential
it finds 84 % with 20, but 43 % with 10 (``validation/small_samples/shape.py``)."""

FEWEST_FOR_CAPABILITY = 32
"""Lots from which an index of 4/3 is told from 1 with 95 % confidence: the lower bound of Cp is
then 0.752 of its value (chi-squared, 31 degrees of freedom)."""


def propose_limits(
    series: Series,
    *,
    coverage: float = 0.95,
    confidence: float = 0.95,
    side: Side = Side.BOTH,
    given_low: float | None = None,
    given_high: float | None = None,
) -> LimitProposal:
    """Return limits that hold a share of all lots with a confidence, by each method.

    Parameters
    ----------
    series
        The lots.
    coverage
        The share of all lots the limits are to hold.
    confidence
        The confidence that they do.
    side
        One limit or both.
    given_low, given_high
        Limits in force, in the quantity's unit, to measure capability against.

    Returns
    -------
    LimitProposal
        The limits, which of them the lots support, and what they do not.

    Examples
    --------
    >>> from stroma.measurements import Measurement
    >>> from stroma.trends.series import series_of
    >>> rows = [Measurement(lot=str(i), quantity="doubling_time", value=30.0 + i, unit="h")
    ...         for i in range(6)]
    >>> proposal = propose_limits(series_of(rows, quantity="doubling_time"), side=Side.UPPER)
    >>> [(m.interval.method.value, round(m.interval.high, 1)) for m in proposal.methods]
    [('normal', 40.2), ('order_statistics', 35.0)]
    """
    numbers = series.numbers
    problems = list(series.problems)
    capability = None
    if len(numbers) < 2:
        problems.append(_one_lot(series))
        methods: tuple[MethodLimits, ...] = ()
        normality_p = None
    else:
        normality_p = shapiro_wilk_p(to_scale(numbers, series.scale))
        methods = tuple(
            _limits(series, method, side, coverage, confidence) for method in _methods(side)
        )
        capability = _capability(series, given_low, given_high, confidence)
    proposed, reason = _choose(methods, normality_p, series)
    problems += _doubts(series, methods, proposed, coverage, confidence, side)
    if capability is not None and len(numbers) < FEWEST_FOR_CAPABILITY:
        problems.append(_few_for_capability(series))
    return LimitProposal(
        series=series,
        side=side,
        coverage=coverage,
        confidence=confidence,
        methods=methods,
        proposed=proposed,
        reason=reason,
        normality_p=normality_p,
        capability=capability,
        given_low=given_low,
        given_high=given_high,
        problems=tuple(problems),
    )


def _methods(side: Side) -> tuple[ToleranceMethod, ...]:
    if side is Side.BOTH:
        return tuple(ToleranceMethod)
    return (ToleranceMethod.NORMAL, ToleranceMethod.ORDER_STATISTICS)


def _limits(
    series: Series, method: ToleranceMethod, side: Side, coverage: float, confidence: float
) -> MethodLimits:
    interval = tolerance_interval(
        series.numbers,
        coverage=coverage,
        confidence=confidence,
        side=side,
        method=method,
        scale=series.scale,
    )
    return MethodLimits(
        interval=interval, label=method_label(interval), verdict=_verdict(interval, series)
    )


def method_label(interval: ToleranceInterval) -> Text:
    """Return the method of a tolerance interval in words.

    Parameters
    ----------
    interval
        The interval.

    Returns
    -------
    Text
        For example ``log-normal, exact factor``.
    """
    if interval.method is ToleranceMethod.ORDER_STATISTICS:
        return text("lots themselves, no distribution assumed")
    shape = {
        Scale.IDENTITY: text("normal distribution"),
        Scale.LOG: text("log-normal"),
        Scale.LOGIT: text("logit-normal"),
    }[interval.scale]
    if interval.method is ToleranceMethod.HOWE:
        return text("{shape}, Howe's factor", shape=shape)
    return text("{shape}, exact factor", shape=shape)


def _verdict(interval: ToleranceInterval, series: Series) -> Text:
    achieved = Number(100 * interval.achieved, 1)
    if interval.method is ToleranceMethod.ORDER_STATISTICS:
        if interval.reached:
            return text("{achieved} % confidence, whatever the distribution", achieved=achieved)
        return text(
            "{achieved} % confidence only; {needed} lots are needed, {lots} there are",
            achieved=achieved,
            needed=interval.lots_needed,
            lots=interval.lots,
        )
    outside = _impossible(interval, series)
    if outside is not None:
        return outside
    return text("{achieved} % confidence, if lots are so distributed", achieved=achieved)


def _impossible(interval: ToleranceInterval, series: Series) -> Text | None:
    """Say where a limit is a value that no lot can have."""
    quantity = find_quantity(series.quantity)
    if quantity is None:
        return None
    if interval.low is not None and quantity.low is not None and interval.low < quantity.low:
        return text("the lower limit is a value no lot can have: it limits nothing")
    if interval.high is not None and quantity.high is not None and interval.high > quantity.high:
        return text("the upper limit is a value no lot can have: it limits nothing")
    return None


def _choose(
    methods: tuple[MethodLimits, ...], normality_p: float | None, series: Series
) -> tuple[ToleranceMethod | None, Text]:
    intervals = {found.interval.method: found.interval for found in methods}
    free = intervals.get(ToleranceMethod.ORDER_STATISTICS)
    normal = intervals.get(ToleranceMethod.NORMAL)
    if free is None or normal is None:
        return None, text("one lot shows no spread")
    if free.reached:
        return free.method, text("enough lots to assume no distribution")
    if not has_spread(to_scale(series.numbers, series.scale)):
        return None, text("all lots have the same value, which shows no spread")
    if normality_p is not None and normality_p < NOT_NORMAL:
        return None, text(
            "too few lots to assume no distribution, and their values are not spread as the other "
            "methods assume ({test})",
            test=text("p < 0.001") if normality_p < 0.001 else text("p = {p}", p=normality_p),
        )
    if _impossible(normal, series) is not None:
        return None, text(
            "too few lots to assume no distribution, and the other methods give a limit that no "
            "lot can have"
        )
    return normal.method, text(
        "too few lots to assume no distribution; their values do not contradict the one assumed"
    )


def _doubts(
    series: Series,
    methods: tuple[MethodLimits, ...],
    proposed: ToleranceMethod | None,
    coverage: float,
    confidence: float,
    side: Side,
) -> Iterator[Problem]:
    lots = len(series.values)
    needed = lots_needed(coverage=coverage, confidence=confidence, side=side)
    if lots < needed:
        yield Problem(
            Place(column=series.quantity),
            found=texts("{count} lot", "{count} lots", lots),
            expected=text(
                "{needed} lots, from which {coverage} % of all lots can be limited with "
                "{confidence} % confidence and no distribution assumed",
                needed=needed,
                coverage=100 * coverage,
                confidence=100 * confidence,
            ),
            action=text("make more lots before a limit is fixed, or state what it assumes"),
            severity=Severity.WARNING,
        )
    if proposed is ToleranceMethod.NORMAL and lots < FEWEST_FOR_SHAPE:
        yield Problem(
            Place(column=series.quantity),
            found=texts(
                "limits that assume a distribution, from {count} lot",
                "limits that assume a distribution, from {count} lots",
                lots,
            ),
            expected=text(
                "{needed} lots or more, from which a wrong distribution is likely to be seen",
                needed=FEWEST_FOR_SHAPE,
            ),
            action=text("take the limits as preliminary and work them out again with more lots"),
            severity=Severity.WARNING,
        )
    if methods and proposed is None:
        yield Problem(
            Place(column=series.quantity),
            found=text("no method whose limits these lots support"),
            expected=text("lots spread as one of the methods assumes, or {needed} lots",
                          needed=needed),
            action=text("look at the lots that stand out, or make more lots"),
            severity=Severity.WARNING,
        )  # fmt: skip


def _capability(
    series: Series, low: float | None, high: float | None, level: float
) -> Capability | None:
    """Return capability against the limits that have a place on the scale."""
    limits = [
        None
        if limit is None or not is_on_scale(limit, series.scale)
        else float(to_scale([limit], series.scale)[0])
        for limit in (low, high)
    ]
    numbers = to_scale(series.numbers, series.scale)
    # A limit of 0 or 100 % is never passed: it has no place on the scale and limits nothing.
    if limits == [None, None] or len(numbers) < 3 or not has_spread(numbers):
        return None
    return measure_capability(numbers, lower=limits[0], upper=limits[1], level=level)


def _one_lot(series: Series) -> Problem:
    return Problem(
        Place(column=series.quantity, lot=series.values[0].lot),
        found=text("one lot"),
        expected=text("two lots or more"),
        action=text("make more lots; one shows no spread"),
        severity=Severity.WARNING,
    )


def _few_for_capability(series: Series) -> Problem:
    return Problem(
        Place(column=series.quantity),
        found=texts(
            "capability from {count} lot", "capability from {count} lots", len(series.values)
        ),
        expected=text("{needed} lots or more", needed=FEWEST_FOR_CAPABILITY),
        action=text("read the interval and not the index alone"),
        severity=Severity.WARNING,
    )
