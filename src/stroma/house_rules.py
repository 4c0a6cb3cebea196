"""What a laboratory declares once for a study: the conventions that change numbers.

They are written in ``study.toml``, printed beside every number they touch, and kept with it in
the measurement's settings. A rule without a default has none because no source gives one; what
depends on it is then reported as undecided, and says which rule to declare.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRule:
    """How the laboratory writes numbers and dates, for the sheets that leave two readings open.

    Parameters
    ----------
    decimal_mark
        ``"."`` or ``","``; ``None`` where each column has to show it.
    date_order
        ``"day-month-year"``, ``"month-day-year"`` or ``"year-month-day"``; ``None`` where each
        date has to show it.
    encoding
        Of text files that are not Unicode, e.g. ``"cp1251"``; ``None`` to refuse them.
    """

    decimal_mark: str | None = None
    date_order: str | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PositivityRule:
    """When a cell counts as positive.

    Parameters
    ----------
    method
        Name and version of the method that decides; the others are shown beside it. The default
        was chosen by simulation (``validation/positivity``): over the realistic part of its grid
        the mixture's 95 % intervals cover in 97 % of cases, those of the percentile in 25 %.
    percentile
        Percentile of the control's live single cells at which the threshold is set. At the 98th a
        truly negative lot shows 2 % by construction, the very limit of the ISCT's criteria
        (Dominici 2006); 99.5 leaves room for it.
    controls
        Which control to prefer, of those a panel has.
    level
        Confidence level of the interval of a percentage.
    minimum_control_events
        Live single cells a control needs without a warning. Order statistics bound the 99.5th
        percentile on both sides at 95 % from 736 cells on (David and Nagaraja 2003, section 7.1);
        1,000 leave room for cells that cleaning takes away.
    compare_labels
        Whether a number keeps from deciding where the FCS file labels its detector with another
        marker than the tube's row; ``False`` where the labels of the files are known to be wrong.
    """

    method: str = "shifted_mixture/5"
    percentile: float = 99.5
    controls: tuple[str, ...] = ("fmo", "isotype", "unstained")
    level: float = 0.95
    minimum_control_events: int = 1000
    compare_labels: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningRule:
    """Which events are excluded before cells are counted.

    Parameters
    ----------
    margins, time, debris, doublets, dead
        Whether to exclude events at a detector's end, unstable stretches of the acquisition,
        debris, doublets, dead cells.
    strategy
        Path of a frozen strategy whose gates are applied as they are; ``None`` where each tube's
        gates are found on it.
    """

    margins: bool = True
    time: bool = True
    debris: bool = True
    doublets: bool = True
    dead: bool = True
    strategy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationRule:
    """Which spillover matrix tubes are compensated with.

    Parameters
    ----------
    matrix
        Path of the laboratory's own table; ``None`` where there is none.
    source
        ``"matrix"`` for the laboratory's own table, ``"file"`` for the one in each file,
        ``"single_stains"`` for one computed from the panel's single stains; ``None`` for the first
        of these that there is.
    """

    matrix: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingRule:
    """How well the laboratory counts cells.

    Parameters
    ----------
    cv_percent
        Coefficient of variation of a repeated count, in percent, from the laboratory's own
        qualification (ISO 20391-2 tells how to estimate it); ``None`` leaves counts without it.
    level
        Confidence level of intervals of counts, doublings and doubling times.
    """

    cv_percent: float | None = None
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthRule:
    """Where cumulative population doublings start.

    Parameters
    ----------
    count_from
        First passage whose doublings are summed. The primary culture is seeded with all nucleated
        cells, of which few are the ancestors of the harvest, so that by convention P0 is left out.
    """

    count_from: str = "P1"


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferentiationRule:
    """When a differentiation is positive against its undifferentiated control.

    The ISCT asks for differentiation shown by staining and gives no number (Dominici 2006), so
    these have no default.

    Parameters
    ----------
    minimum_ratio
        Least ratio of induced over control, for an absorbance or a stained area.
    minimum_score_difference
        Least difference of mean scores, induced minus control.
    level
        Confidence level of the interval that has to clear the minimum.
    """

    minimum_ratio: float | None = None
    minimum_score_difference: float | None = None
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class PotencyRule:
    """When a sample's dose response is like the reference lot's.

    Margins are the laboratory's own to justify (USP <1032>), so that they have no default; without
    them a departure from parallelism is tested at 5 %, as Ph. Eur. 5.3 does.

    Parameters
    ----------
    slope_ratio_low, slope_ratio_high
        Margins of the sample's slope over the reference lot's, and of the ratio of the curves'
        ranges.
    plateau_shift
        Margin of the lower plateau's shift, as a part of the reference lot's range.
    level
        Confidence level of a potency's interval.
    """

    slope_ratio_low: float | None = None
    slope_ratio_high: float | None = None
    plateau_shift: float = 0.1
    level: float = 0.95

    @property
    def margins(self) -> tuple[float, float] | None:
        """Return both margins of the slope ratio; ``None`` where they are not both declared."""
        if self.slope_ratio_low is None or self.slope_ratio_high is None:
            return None
        return self.slope_ratio_low, self.slope_ratio_high


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRules:
    """Everything a laboratory declares for a study.

    Parameters
    ----------
    reading, positivity, compensation, cleaning, counting, growth, differentiation, potency
        See each.
    """

    reading: ReadingRule = field(default_factory=ReadingRule)
    positivity: PositivityRule = field(default_factory=PositivityRule)
    compensation: CompensationRule = field(default_factory=CompensationRule)
    cleaning: CleaningRule = field(default_factory=CleaningRule)
    counting: CountingRule = field(default_factory=CountingRule)
    growth: GrowthRule = field(default_factory=GrowthRule)
    differentiation: DifferentiationRule = field(default_factory=DifferentiationRule)
    potency: PotencyRule = field(default_factory=PotencyRule)
