"""What a trend, a proposed limit and a change of process come to, as values a report can show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stroma.errors import Problem
from stroma.stats.capability import Capability
from stroma.stats.chart_rules import ChartRule
from stroma.stats.tolerance import Side, ToleranceInterval, ToleranceMethod
from stroma.stats.transforms import Scale
from stroma.texts import Text, text


class Kept(StrEnum):
    """Whether a process kept a quantity where it was."""

    COMPARABLE = "COMPARABLE"
    NOT_COMPARABLE = "NOT_COMPARABLE"
    UNDECIDED = "UNDECIDED"

    @property
    def label(self) -> Text:
        """Return the answer for a reader."""
        return {
            Kept.COMPARABLE: text("COMPARABLE"),
            Kept.NOT_COMPARABLE: text("NOT COMPARABLE"),
            Kept.UNDECIDED: text("UNDECIDED"),
        }[self]


class ChartKind(StrEnum):
    """The chart on which a lot stands out."""

    INDIVIDUALS = "individuals"
    MOVING_RANGE = "moving_range"
    WEIGHTED_AVERAGE = "weighted_average"
    CUMULATIVE_SUM = "cumulative_sum"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotValue:
    """The one value of a lot.

    Parameters
    ----------
    lot, donor, source, passage
        Where it comes from; empty where the table does not say.
    value
        In the quantity's unit; the mean where several rows are of the same passage.
    rows
        How many rows it was made from.
    """

    lot: str
    donor: str
    source: str
    passage: str
    value: float
    rows: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The lots of one quantity in their order.

    Parameters
    ----------
    quantity, analyte, unit
        What was measured.
    source
        Tissue that was asked for; empty for all.
    values
        One a lot, in order.
    donors
        Number of donors; lots without a donor's name are left out of it.
    scale
        The scale on which the quantity is taken to be normal, and which all values have a place on.
    remarks
        Sentences: what was averaged or left out, and why.
    problems
        What a person has to look at.
    """

    quantity: str
    analyte: str
    unit: str
    source: str
    values: tuple[LotValue, ...]
    donors: int
    scale: Scale
    remarks: tuple[Text, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def numbers(self) -> tuple[float, ...]:
        """The values alone, in the order of the lots."""
        return tuple(value.value for value in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodLimits:
    """Limits by one method.

    Parameters
    ----------
    interval
        The limits.
    label
        The method in words.
    verdict
        What the lots allow to be said of it.
    """

    interval: ToleranceInterval
    label: Text
    verdict: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitProposal:
    """Limits that lots in hand would support.

    Parameters
    ----------
    series
        The lots.
    side, coverage, confidence
        What was asked for.
    methods
        Limits by each method that can be used.
    proposed
        The method whose limits the lots support; ``None`` where they support none.
    reason
        Why that one, or why none.
    normality_p
        P value of Shapiro and Wilk's test on the scale; ``None`` where none can be made.
    capability
        Against the given limits, on the scale; ``None`` where no limit was given or none can be
        made.
    given_low, given_high
        The given limits.
    problems
        What a person has to look at.
    """

    series: Series
    side: Side
    coverage: float
    confidence: float
    methods: tuple[MethodLimits, ...]
    proposed: ToleranceMethod | None
    reason: Text
    normality_p: float | None
    capability: Capability | None
    given_low: float | None
    given_high: float | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSignal:
    """A lot that stands out on a chart.

    Parameters
    ----------
    lot
        The lot.
    chart
        The chart.
    rule
        The rule of the chart of individuals; ``None`` for the other charts.
    since
        The first lot the rule rests on.
    label
        What is seen, in words.
    """

    lot: str
    chart: ChartKind
    rule: ChartRule | None
    since: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPoint:
    """A lot on the chart.

    Parameters
    ----------
    lot
        The lot.
    value
        In the quantity's unit.
    deviation
        From the centre, in standard deviations of the baseline, on the scale.
    moving_range
        From the lot before, on the scale; ``None`` for the first.
    weighted_average
        In the quantity's unit.
    sum_above, sum_below
        Cumulative sums, in standard deviations.
    in_baseline
        Whether it helped to set the limits.
    """

    lot: str
    value: float
    deviation: float
    moving_range: float | None
    weighted_average: float
    sum_above: float
    sum_below: float
    in_baseline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlChart:
    """The lots of a quantity on control charts.

    Parameters
    ----------
    series
        The lots.
    centre, low, high
        Of the chart of individuals, in the quantity's unit; a limit that no lot can pass, such as
        103 %, is ``None``.
    sigma
        Spread of the baseline from the moving ranges, on the scale.
    range_limit
        Upper limit of the moving ranges, on the scale.
    baseline
        How many of the first lots set the limits.
    rules
        The rules the chart was read by.
    points
        One a lot.
    signals
        Lots that stand out, in order.
    problems
        What a person has to look at.
    """

    series: Series
    centre: float
    low: float | None
    high: float | None
    sigma: float
    range_limit: float
    baseline: int
    rules: tuple[ChartRule, ...]
    points: tuple[ChartPoint, ...]
    signals: tuple[LotSignal, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The lots before or after a change.

    Parameters
    ----------
    lots, donors
        How many.
    mean
        Of the donors' means, in the quantity's unit; of their logarithms where the margin is a
        ratio.
    low, high
        Least and greatest lot.
    """

    lots: int
    donors: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparability:
    """Whether lots after a change of process are as those before.

    Parameters
    ----------
    series
        The lots.
    change_after
        The last lot before the change.
    before, after
        The two periods.
    answer
        Whether the means are within the margin.
    is_ratio
        Whether ``difference`` is the ratio after / before and the margin a factor; otherwise both
        are in the quantity's unit.
    difference, low, high
        After against before, with the interval at ``1 − 2 alpha``; ``None`` where it cannot be
        stated.
    margin
        As given; ``None`` where none was.
    alpha
        Level of each of the two tests.
    p_value
        Of the two one-sided tests; ``None`` without a margin or an interval.
    paired
        Whether every donor gave lots before and after.
    donors_needed
        Donors a side (or pairs) at which a change of nothing would be shown to be within the
        margin with a power of 0.8; ``None`` where that cannot be worked out or is beyond reach.
    old_range
        Tolerance limits of the lots before the change; a limit that no lot can pass is ``None``.
    predicted_low, predicted_high
        Where all new lots would lie with the same confidence if nothing had changed; ``None`` where
        it cannot be stated, or no lot can be.
    outside_old_range, outside_prediction
        New lots beyond these.
    reason
        The answer in words.
    problems
        What a person has to look at.
    """

    series: Series
    change_after: str
    before: Period
    after: Period
    answer: Kept
    is_ratio: bool
    difference: float | None
    low: float | None
    high: float | None
    margin: float | None
    alpha: float
    p_value: float | None
    paired: bool
    donors_needed: int | None
    old_range: ToleranceInterval | None
    predicted_low: float | None
    predicted_high: float | None
    outside_old_range: tuple[str, ...]
    outside_prediction: tuple[str, ...]
    reason: Text
    problems: tuple[Problem, ...] = ()
