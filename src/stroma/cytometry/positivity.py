"""When a cell counts as positive, how many do, and how sure that is.

A method turns the control's values into a threshold. Methods are listed in :data:`METHODS`; a
further one is a function and a line there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from stroma.cytometry.comparing import how_many_above
from stroma.errors import Place, Problem, StudyProblem
from stroma.house_rules import PositivityRule
from stroma.records import FloatArray
from stroma.stats.proportions import (
    Interval,
    least_sample_size,
    mover_sum,
    percentile_interval,
    wilson_interval,
)
from stroma.texts import text


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Where positive begins: cells above it are positive.

    Parameters
    ----------
    value
        In linear, compensated units.
    low, high
        Interval of its place; ``high`` is infinite where the control is too small to bound it.
    level
        Confidence level of the interval.
    percentile
        The control's percentile it stands for.
    control_cells
        Cells of the control it was taken from.
    """

    value: float
    low: float
    high: float
    level: float
    percentile: float
    control_cells: int

    @property
    def is_bounded(self) -> bool:
        """Whether its place is bounded on both sides."""
        return math.isfinite(self.low) and math.isfinite(self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Positivity:
    """How many cells are positive.

    Parameters
    ----------
    percent
        Positive cells of all cells, in percent.
    low, high
        Its interval: sampling and placement of the threshold, both.
    level
        Confidence level.
    sampling_low, sampling_high
        The part of the interval that comes from the number of stained cells alone.
    placement_low, placement_high
        Percent positive with every threshold at the upper and at the lower end of its interval.
    thresholds
        One a marker, in the order asked for.
    positive, cells
        Counts behind the percentage.
    method
        Name and version of the method.
    """

    percent: float
    low: float
    high: float
    level: float
    sampling_low: float
    sampling_high: float
    placement_low: float
    placement_high: float
    thresholds: tuple[Threshold, ...]
    positive: int
    cells: int
    method: str

    @property
    def threshold(self) -> Threshold:
        """The threshold of a single marker."""
        return self.thresholds[0]


ThresholdMethod: TypeAlias = Callable[[FloatArray, PositivityRule], Threshold]

CONTROL_PERCENTILE = "control_percentile/1"


def control_percentile(control: FloatArray, rule: PositivityRule) -> Threshold:
    """Put the threshold at a percentile of the control's live single cells.

    Parameters
    ----------
    control
        Compensated values of the control's live single cells, shape (n,).
    rule
        The percentile and the confidence level.

    Returns
    -------
    Threshold
        With its interval by order statistics.

    Raises
    ------
    ValueError
        The control has fewer cells than :func:`least_control_cells` asks for.
    """
    size = int(control.size)
    if size < least_control_cells(rule.percentile):
        msg = f"{size} cells hold no {rule.percentile:g}th percentile"
        raise ValueError(msg)
    found = percentile_interval(control, rule.percentile, level=rule.level)
    return Threshold(
        value=found.estimate,
        low=found.low,
        high=found.high,
        level=rule.level,
        percentile=rule.percentile,
        control_cells=size,
    )


METHODS: tuple[tuple[str, ThresholdMethod], ...] = ((CONTROL_PERCENTILE, control_percentile),)
"""Every method by its name and version."""


def find_method(name: str) -> ThresholdMethod:
    """Return the method of a name.

    Parameters
    ----------
    name
        With its version, ``"control_percentile/1"``.

    Returns
    -------
    callable
        From the control's values and the rule to a threshold.

    Raises
    ------
    StudyProblem
        No method has this name.
    """
    for known, method in METHODS:
        if known == name:
            return method
    raise StudyProblem(
        Problem(
            Place(column="positivity"),
            found=text('the method "{name}"', name=name),
            expected=text("one of {names}", names=", ".join(known for known, _ in METHODS)),
            action=text("name one of these methods"),
        )
    )


def least_control_cells(percentile: float) -> int:
    """Return how many cells a control needs to hold a percentile at all.

    With fewer than ``1 / (1 - p)`` cells less than one is expected above the percentile, so that
    the largest value seen would have to stand for it, and too many cells would count as positive.

    Parameters
    ----------
    percentile
        Between 0 and 100.

    Returns
    -------
    int
        Number of cells.

    Examples
    --------
    >>> least_control_cells(99.5)
    200
    """
    # Rounded first: 100 - 99.9 is a little less than 0.1 in binary.
    return math.ceil(round(100 / (100 - percentile), 6))


def bounded_control_cells(rule: PositivityRule) -> int:
    """Return how many cells a control needs for a threshold bounded on both sides.

    Parameters
    ----------
    rule
        The percentile and the confidence level.

    Returns
    -------
    int
        Number of cells.

    Examples
    --------
    >>> bounded_control_cells(PositivityRule())
    736
    """
    return least_sample_size(rule.percentile, level=rule.level)


def percent_positive(
    stained: Sequence[FloatArray],
    thresholds: Sequence[Threshold],
    *,
    level: float = 0.95,
    method: str = CONTROL_PERCENTILE,
) -> Positivity:
    """Count the cells above their thresholds, of one marker or of several at once.

    The interval adds two independent sources of error by the method of variance estimates
    recovery: sampling of the stained cells (Wilson) and placement of the thresholds, from the
    percentages with all of them at the ends of their own intervals. Thresholds of several markers
    are moved together, because cells of one control that are bright in one channel are bright in
    the others; that is the wider assumption.

    Parameters
    ----------
    stained
        For each marker the compensated values of the same live single cells, shape (n,).
    thresholds
        One a marker.
    level
        Confidence level.
    method
        Name and version of the method that made the thresholds.

    Returns
    -------
    Positivity
        In percent. Where a threshold is not bounded above, the lower bound is 0.

    Raises
    ------
    ValueError
        No cells, or not one threshold a marker.

    Notes
    -----
    Wilson 1927; Zou GY, Donner A. Stat Med 2008;27:1693-1702.

    Examples
    --------
    >>> import numpy as np
    >>> threshold = Threshold(value=10.0, low=9.0, high=11.0, level=0.95, percentile=99.5,
    ...                       control_cells=1000)
    >>> percent_positive([np.array([1.0, 2.0, 3.0, 20.0])], [threshold]).percent
    25.0
    """
    if not stained or len(stained) != len(thresholds):
        msg = f"{len(stained)} markers need as many thresholds; found {len(thresholds)}"
        raise ValueError(msg)
    cells = int(stained[0].size)
    positive, fewest_cells, most_cells = how_many_above(
        stained,
        [
            [threshold.value for threshold in thresholds],
            [threshold.high for threshold in thresholds],
            [threshold.low for threshold in thresholds],
        ],
    )
    sampling = wilson_interval(positive, cells, level=level)
    fewest, most = fewest_cells / cells, most_cells / cells
    share = sampling.estimate
    shift = Interval(0.0, fewest - share, most - share, level)
    both = mover_sum([sampling, shift])
    return Positivity(
        percent=100 * share,
        low=100 * max(both.low, 0.0),
        high=100 * min(both.high, 1.0),
        level=level,
        sampling_low=100 * sampling.low,
        sampling_high=100 * sampling.high,
        placement_low=100 * fewest,
        placement_high=100 * most,
        thresholds=tuple(thresholds),
        positive=positive,
        cells=cells,
        method=method,
    )
