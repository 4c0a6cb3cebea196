"""Lots in their order on control charts, each lot that stands out with the rule it breaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stroma.errors import Place, Problem, Severity, StudyProblem
from stroma.stats.chart_rules import WESTERN_ELECTRIC, ChartRule, read_chart
from stroma.stats.control_charts import (
    CumulativeChart,
    IndividualsChart,
    WeightedChart,
    chart_cumulative,
    chart_individuals,
    chart_weighted,
)
from stroma.stats.means import has_spread
from stroma.stats.transforms import from_scale, to_scale
from stroma.texts import Text, text, texts
from stroma.trends.results import ChartKind, ChartPoint, ControlChart, LotSignal, Series
from stroma.trends.wording import possible, quantity_label
from stroma.unit_words import unit_label
from stroma.views import ControlChartView

FEWEST_IN_BASELINE = 20
"""Lots that the limits of a chart are customarily set from (Montgomery 2013, section 6.2.2: 20 to
25 preliminary samples)."""


def chart_lots(
    series: Series,
    *,
    baseline: int | None = None,
    rules: Sequence[ChartRule] = WESTERN_ELECTRIC,
) -> ControlChart:
    """Return the lots of a quantity on control charts.

    Each lot is one value: the spread of wells or tubes within a lot says nothing of how lots
    differ, so that no chart of subgroup means is drawn from them.

    Parameters
    ----------
    series
        The lots in order.
    baseline
        How many of the first lots set the limits; ``None`` for all.
    rules
        The rules to read the chart of individuals by.

    Returns
    -------
    ControlChart
        Limits, points and signals.

    Raises
    ------
    StudyProblem
        There are too few lots, or the baseline shows no spread.

    Examples
    --------
    >>> from stroma.measurements import Measurement
    >>> from stroma.trends.series import series_of
    >>> rows = [Measurement(lot=f"L{i}", quantity="doubling_time", value=v, unit="h")
    ...         for i, v in enumerate([30.0, 31.0, 29.5, 30.5, 31.5, 30.0, 60.0])]
    >>> chart = chart_lots(series_of(rows, quantity="doubling_time"), baseline=6)
    >>> [(signal.lot, signal.chart.value) for signal in chart.signals][:1]
    [('L6', 'individuals')]
    """
    lots = len(series.values)
    first = lots if baseline is None else baseline
    if not 2 <= first <= lots:
        raise StudyProblem(_no_baseline(series, first))
    scaled = to_scale(series.numbers, series.scale)
    if not has_spread(scaled[:first]):
        raise StudyProblem(_no_spread(series, first))
    individuals = chart_individuals(scaled, baseline=first)
    centre, sigma = individuals.centre, individuals.sigma
    weighted = chart_weighted(scaled, centre=centre, sigma=sigma)
    cumulative = chart_cumulative(scaled, centre=centre, sigma=sigma)
    problems = list(series.problems)
    if first < FEWEST_IN_BASELINE:
        problems.append(_few(series, first))
    return ControlChart(
        series=series,
        centre=from_scale(centre, series.scale),
        low=possible(series, from_scale(individuals.low, series.scale)),
        high=possible(series, from_scale(individuals.high, series.scale)),
        sigma=sigma,
        range_limit=individuals.range_limit,
        baseline=first,
        rules=tuple(rules),
        points=tuple(_points(series, individuals, weighted, cumulative)),
        signals=tuple(_signals(series, individuals, weighted, cumulative, rules)),
        problems=tuple(problems),
    )


def chart_view(chart: ControlChart) -> ControlChartView:
    """Return what a figure of a chart shows.

    Parameters
    ----------
    chart
        The chart.

    Returns
    -------
    ControlChartView
        Its values, limits and signals in the quantity's unit.
    """
    standing_out = {signal.lot for signal in chart.signals if signal.chart is ChartKind.INDIVIDUALS}
    return ControlChartView(
        label=quantity_label(chart.series),
        unit=unit_label(chart.series.unit),
        lots=tuple(point.lot for point in chart.points),
        values=tuple(point.value for point in chart.points),
        averages=tuple(point.weighted_average for point in chart.points),
        signals=tuple(point.lot in standing_out for point in chart.points),
        centre=chart.centre,
        low=chart.low,
        high=chart.high,
        baseline=chart.baseline,
    )


def rule_label(rule: ChartRule) -> Text:
    """Return what a rule sees, in words.

    Parameters
    ----------
    rule
        The rule.

    Returns
    -------
    Text
        With the rule's name.
    """
    return {
        ChartRule.WESTERN_ELECTRIC_1: text("beyond three standard deviations (Western Electric 1)"),
        ChartRule.WESTERN_ELECTRIC_2: text(
            "two of three lots beyond two standard deviations on one side (Western Electric 2)"
        ),
        ChartRule.WESTERN_ELECTRIC_3: text(
            "four of five lots beyond one standard deviation on one side (Western Electric 3)"
        ),
        ChartRule.WESTERN_ELECTRIC_4: text(
            "eight lots in a row on one side of the centre (Western Electric 4)"
        ),
        ChartRule.NELSON_1: text("beyond three standard deviations (Nelson 1)"),
        ChartRule.NELSON_2: text("nine lots in a row on one side of the centre (Nelson 2)"),
        ChartRule.NELSON_3: text("six lots in a row that only rise or only fall (Nelson 3)"),
        ChartRule.NELSON_4: text("fourteen lots in a row that go up and down in turn (Nelson 4)"),
        ChartRule.NELSON_5: text(
            "two of three lots beyond two standard deviations on one side (Nelson 5)"
        ),
        ChartRule.NELSON_6: text(
            "four of five lots beyond one standard deviation on one side (Nelson 6)"
        ),
        ChartRule.NELSON_7: text(
            "fifteen lots in a row within one standard deviation of the centre (Nelson 7)"
        ),
        ChartRule.NELSON_8: text(
            "eight lots in a row beyond one standard deviation on either side (Nelson 8)"
        ),
    }[rule]


def _points(
    series: Series,
    individuals: IndividualsChart,
    weighted: WeightedChart,
    cumulative: CumulativeChart,
) -> Iterator[ChartPoint]:
    for i, value in enumerate(series.values):
        yield ChartPoint(
            lot=value.lot,
            value=value.value,
            deviation=(individuals.values[i] - individuals.centre) / individuals.sigma,
            moving_range=None if i == 0 else individuals.ranges[i - 1],
            weighted_average=from_scale(weighted.averages[i], series.scale),
            sum_above=cumulative.above[i],
            sum_below=cumulative.below[i],
            in_baseline=i < individuals.baseline,
        )


def _signals(
    series: Series,
    individuals: IndividualsChart,
    weighted: WeightedChart,
    cumulative: CumulativeChart,
    rules: Sequence[ChartRule],
) -> list[LotSignal]:
    lots = [value.lot for value in series.values]
    deviations = [(x - individuals.centre) / individuals.sigma for x in individuals.values]
    found = [
        (
            signal.at,
            LotSignal(
                lot=lots[signal.at],
                chart=ChartKind.INDIVIDUALS,
                rule=signal.rule,
                since=lots[signal.first],
                label=rule_label(signal.rule),
            ),
        )
        for signal in read_chart(deviations, rules)
    ]
    others = (
        (
            ChartKind.MOVING_RANGE,
            [i + 1 for i, r in enumerate(individuals.ranges) if r > individuals.range_limit],
            text("further from the lot before than chance allows (moving range)"),
        ),
        (
            ChartKind.WEIGHTED_AVERAGE,
            weighted.beyond,
            text("the weighted average has left its limits: a small lasting shift (EWMA)"),
        ),
        (
            ChartKind.CUMULATIVE_SUM,
            cumulative.beyond,
            text("the cumulative sum has passed its limit: a small lasting shift (CUSUM)"),
        ),
    )
    for kind, places, label in others:
        for i in places:
            since = lots[i - 1] if kind is ChartKind.MOVING_RANGE else lots[i]
            found.append(
                (i, LotSignal(lot=lots[i], chart=kind, rule=None, since=since, label=label))
            )
    return [signal for _place, signal in sorted(found, key=lambda pair: pair[0])]


def _no_baseline(series: Series, first: int) -> Problem:
    return Problem(
        Place(column=series.quantity),
        found=texts(
            "a baseline of {first} among {count} lot",
            "a baseline of {first} among {count} lots",
            len(series.values),
            first=first,
        ),
        expected=text("a baseline of two lots or more that are there"),
        action=text("name another baseline, or make more lots"),
    )


def _no_spread(series: Series, first: int) -> Problem:
    return Problem(
        Place(column=series.quantity),
        found=texts(
            "the same value in the {count} lot of the baseline",
            "the same value in all {count} lots of the baseline",
            first,
        ),
        expected=text("lots that differ"),
        action=text("choose another baseline; no limits can be drawn without spread"),
    )


def _few(series: Series, first: int) -> Problem:
    return Problem(
        Place(column=series.quantity),
        found=texts(
            "limits of a chart set from {count} lot",
            "limits of a chart set from {count} lots",
            first,
        ),
        expected=text("{needed} lots or more", needed=FEWEST_IN_BASELINE),
        action=text("take the limits as trial limits and set them again with more lots"),
        severity=Severity.WARNING,
    )
