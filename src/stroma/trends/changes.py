"""Whether lots after a change of process are still as those before.

Means of donors are compared by two one-sided tests against a stated margin (as ICH Q5E asks for
a predefined range), and each new lot is held against the range of the old ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np

from stroma.errors import Place, Problem, Severity, StudyProblem
from stroma.stats.equivalence import Equivalence, two_one_sided_tests
from stroma.stats.means import has_spread
from stroma.stats.power import donors_for_equivalence
from stroma.stats.prediction import prediction_interval
from stroma.stats.ratios import welch_difference
from stroma.stats.tolerance import (
    Side,
    ToleranceInterval,
    ToleranceMethod,
    tolerance_interval,
)
from stroma.stats.transforms import Scale, from_scale, to_scale
from stroma.texts import Text, join, text, texts
from stroma.trends.results import Comparability, Kept, LotValue, Period, Series
from stroma.trends.wording import possible

POWER = 0.8
"""The customary chance to show what is true."""

FEWEST_DONORS = 3
"""Donors a side below which the spread is hardly known: with two the t quantile at one degree of
freedom a side is above six."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Estimate:
    difference: float
    standard_error: float
    freedom: float
    variance: float
    paired: bool


def compare_periods(
    series: Series,
    *,
    change_after: str,
    margin: float | None = None,
    is_ratio: bool = False,
    alpha: float = 0.05,
    coverage: float = 0.95,
    confidence: float = 0.95,
) -> Comparability:
    """Compare the lots after a change of process with those before.

    Parameters
    ----------
    series
        The lots in order.
    change_after
        The last lot made before the change.
    margin
        The largest difference of no consequence, in the quantity's unit; as a factor above 1 where
        ``is_ratio``. ``None`` states the difference and decides nothing.
    is_ratio
        Whether means are compared by their ratio.
    alpha
        Level of each of the two one-sided tests.
    coverage, confidence
        Of the range of the old lots.

    Returns
    -------
    Comparability
        The answer with its reasons.

    Raises
    ------
    StudyProblem
        The lot is not among them or is the last, the margin is none, or a ratio is asked of values
        that are not above zero.

    Examples
    --------
    >>> from stroma.measurements import Measurement
    >>> from stroma.trends.series import series_of
    >>> rows = [Measurement(lot=f"L{i}", donor=f"D{i}", quantity="doubling_time", value=v, unit="h")
    ...         for i, v in enumerate([30.0, 31.0, 29.0, 30.5, 30.2, 30.8, 29.6, 30.1])]
    >>> series = series_of(rows, quantity="doubling_time")
    >>> compare_periods(series, change_after="L3", margin=3.0).answer.value
    'COMPARABLE'
    """
    scale = Scale.LOG if is_ratio else Scale.IDENTITY
    if margin is not None:
        check_margin(margin, is_ratio=is_ratio)
    _check_ratios(series, is_ratio=is_ratio)
    before, after = _split(series, change_after)
    estimate = _estimate(before, after, scale)
    reach = None if margin is None else math.log(margin) if is_ratio else margin
    test = None if estimate is None else _test(estimate, reach, alpha)
    answer = _answer(test, reach)
    old_range, predicted = _old_range(series, before, after, coverage, confidence)
    problems = (*series.problems, *_doubts(series, before, after))
    return Comparability(
        series=series,
        change_after=change_after,
        before=_period(before, scale),
        after=_period(after, scale),
        answer=answer,
        is_ratio=is_ratio,
        difference=None if estimate is None else from_scale(estimate.difference, scale),
        low=None if test is None else from_scale(test.low, scale),
        high=None if test is None else from_scale(test.high, scale),
        margin=margin,
        alpha=alpha,
        p_value=None if test is None or reach is None else test.p_value,
        paired=estimate is not None and estimate.paired,
        donors_needed=_needed(estimate, reach, alpha),
        old_range=old_range,
        predicted_low=predicted[0],
        predicted_high=predicted[1],
        outside_old_range=()
        if old_range is None
        else _outside(after, (old_range.low, old_range.high)),
        outside_prediction=_outside(after, predicted),
        reason=_reason(answer, test, reach),
        problems=problems,
    )


def check_margin(margin: float, *, is_ratio: bool) -> None:
    """Refuse a margin that has no sense.

    Parameters
    ----------
    margin
        The largest change of no consequence.
    is_ratio
        Whether it is a factor.

    Raises
    ------
    StudyProblem
        It is no number above zero, or no factor above 1.
    """
    least = 1.0 if is_ratio else 0.0
    if not least < margin < math.inf:
        raise StudyProblem(
            Problem(
                Place(column="margin"),
                found=text("the margin {margin}", margin=margin),
                expected=text("a factor above 1, such as 1.25")
                if is_ratio
                else text("a number above 0, in the unit of the quantity"),
                action=text("state the largest change that is of no consequence"),
            )
        )


def _check_ratios(series: Series, *, is_ratio: bool) -> None:
    if is_ratio and min(series.numbers) <= 0:
        raise StudyProblem(
            Problem(
                Place(column=series.quantity),
                found=text("the value {value}", value=min(series.numbers)),
                expected=text("values above zero, of which ratios can be taken"),
                action=text("state the margin in the unit of the quantity instead"),
            )
        )


def _split(
    series: Series, change_after: str
) -> tuple[tuple[LotValue, ...], tuple[LotValue, ...]]:  # fmt: skip
    lots = [value.lot for value in series.values]
    if change_after not in lots[:-1]:
        raise StudyProblem(
            Problem(
                Place(column="lot"),
                found=text('the change after lot "{lot}"', lot=change_after),
                expected=text(
                    "one of the lots {lots}, with lots after it", lots=", ".join(lots[:-1])
                ),
                action=text("name the last lot made before the change"),
            )
        )
    place = lots.index(change_after) + 1
    return series.values[:place], series.values[place:]


def _donor_means(values: Sequence[LotValue], scale: Scale) -> dict[str, float]:
    """Return the mean of each donor's lots on the scale; a lot without donor is its own."""
    lots: dict[str, list[float]] = {}
    for value in values:
        name = f"donor {value.donor}" if value.donor else f"lot {value.lot}"
        lots.setdefault(name, []).append(float(to_scale([value.value], scale)[0]))
    return {donor: fmean(held) for donor, held in lots.items()}


def _estimate(
    before: Sequence[LotValue], after: Sequence[LotValue], scale: Scale
) -> _Estimate | None:
    old, new = _donor_means(before, scale), _donor_means(after, scale)
    if set(old) == set(new) and len(old) > 1:
        differences = np.array([new[donor] - old[donor] for donor in old])
        if not has_spread(differences):
            return None
        variance = float(differences.var(ddof=1))
        return _Estimate(
            difference=float(differences.mean()),
            standard_error=math.sqrt(variance / differences.size),
            freedom=differences.size - 1,
            variance=variance,
            paired=True,
        )
    welch = welch_difference(list(new.values()), list(old.values()), level=0.5)
    if welch.degrees_of_freedom is None or not any(
        has_spread(list(side.values())) for side in (old, new)
    ):
        return None
    groups = [np.array(list(side.values())) for side in (old, new)]
    squares = sum(float(((group - group.mean()) ** 2).sum()) for group in groups)
    return _Estimate(
        difference=welch.value,
        standard_error=math.sqrt(sum(float(g.var(ddof=1)) / g.size for g in groups)),
        freedom=welch.degrees_of_freedom,
        variance=squares / (len(old) + len(new) - 2),
        paired=False,
    )


def _test(estimate: _Estimate, reach: float | None, alpha: float) -> Equivalence:
    # Without a margin only the interval is used; an infinite one would have no p value.
    margin = 1.0 if reach is None else reach
    return two_one_sided_tests(
        estimate.difference,
        estimate.standard_error,
        degrees_of_freedom=estimate.freedom,
        lower_margin=-margin,
        upper_margin=margin,
        alpha=alpha,
    )


def _answer(test: Equivalence | None, reach: float | None) -> Kept:
    if test is None or reach is None:
        return Kept.UNDECIDED
    if test.equivalent:
        return Kept.COMPARABLE
    if test.low > reach or test.high < -reach:
        return Kept.NOT_COMPARABLE
    return Kept.UNDECIDED


def _needed(estimate: _Estimate | None, reach: float | None, alpha: float) -> int | None:
    if estimate is None or reach is None:
        return None
    return donors_for_equivalence(
        0.0,
        estimate.variance,
        lower_margin=-reach,
        upper_margin=reach,
        power=POWER,
        alpha=alpha,
        paired=estimate.paired,
    ).per_side


def _old_range(
    series: Series,
    before: Sequence[LotValue],
    after: Sequence[LotValue],
    coverage: float,
    confidence: float,
) -> tuple[ToleranceInterval | None, tuple[float | None, float | None]]:
    """Return tolerance limits of the old lots, and where all new lots were to be expected."""
    scale = series.scale
    values = [value.value for value in before]
    if not has_spread(to_scale(values, scale)):
        return None, (None, None)
    limits = tolerance_interval(
        values,
        coverage=coverage,
        confidence=confidence,
        side=Side.BOTH,
        method=ToleranceMethod.NORMAL,
        scale=scale,
    )
    low, high = prediction_interval(
        to_scale(values, scale), future=len(after), confidence=confidence
    )
    possible_limits = replace(
        limits, low=possible(series, limits.low), high=possible(series, limits.high)
    )
    return possible_limits, (
        possible(series, from_scale(low, scale)),
        possible(series, from_scale(high, scale)),
    )


def _outside(
    values: Sequence[LotValue], limits: tuple[float | None, float | None]
) -> tuple[str, ...]:
    low, high = limits
    return tuple(
        value.lot
        for value in values
        if (low is not None and value.value < low) or (high is not None and value.value > high)
    )


def _period(values: Sequence[LotValue], scale: Scale) -> Period:
    means = _donor_means(values, scale)
    return Period(
        lots=len(values),
        donors=len(means),
        mean=from_scale(fmean(means.values()), scale),
        low=min(value.value for value in values),
        high=max(value.value for value in values),
    )


def _reason(answer: Kept, test: Equivalence | None, reach: float | None) -> Text:
    if test is None:
        return text("the spread of donors is not known on both sides")
    if reach is None:
        return text("no margin was stated, so that the difference is shown and nothing is decided")
    return {
        Kept.COMPARABLE: text("the interval of the change lies within the margin"),
        Kept.NOT_COMPARABLE: text("the interval of the change lies beyond the margin"),
        Kept.UNDECIDED: text("the interval of the change reaches over the margin"),
    }[answer]


def _doubts(
    series: Series, before: Sequence[LotValue], after: Sequence[LotValue]
) -> tuple[Problem, ...]:
    old, new = (_donor_means(values, Scale.IDENTITY) for values in (before, after))
    problems = []
    if min(len(old), len(new)) < FEWEST_DONORS:
        problems.append(
            Problem(
                Place(column=series.quantity),
                found=join(
                    [
                        texts("{count} donor before", "{count} donors before", len(old)),
                        texts("{count} donor after", "{count} donors after", len(new)),
                    ]
                ),
                expected=text("{needed} donors or more a side", needed=FEWEST_DONORS),
                action=text("make lots of more donors; the donor is what is compared"),
                severity=Severity.WARNING,
            )
        )
    shared = set(old) & set(new)
    if shared and set(old) != set(new):
        problems.append(
            Problem(
                Place(column="donor"),
                found=texts(
                    "{count} donor with lots before and after",
                    "{count} donors with lots before and after",
                    len(shared),
                ),
                expected=text("the same donors before and after, or others"),
                action=text(
                    "read the interval as too wide rather than too narrow: donors are compared as "
                    "if they were different ones"
                ),
                severity=Severity.WARNING,
            )
        )
    return tuple(problems)
