"""Positive is what lies above a percentile of the control, as it stands or less the background."""

from __future__ import annotations

from stroma.cytometry.positivity import (
    CONTROL_PERCENTILE,
    control_percentile,
    least_control_cells,
    percent_positive,
)
from stroma.cytometry.positivity_methods.estimate import PositiveShare, TubePair
from stroma.house_rules import PositivityRule
from stroma.stats.proportions import Interval, mirrored, mover_sum

SUBTRACTED_PERCENTILE = "subtracted_percentile/1"


def above_percentile(tubes: TubePair, rule: PositivityRule) -> PositiveShare:
    """Count the cells above a percentile of the control.

    Parameters
    ----------
    tubes
        Stained tube and control.
    rule
        Percentile and confidence level.

    Returns
    -------
    PositiveShare
        Its interval holds sampling of the stained cells and placement of the threshold.

    Raises
    ------
    ValueError
        Too few cells.
    """
    tubes.check(least=least_control_cells(rule.percentile))
    threshold = control_percentile(tubes.control, rule)
    found = percent_positive([tubes.stained], [threshold], level=rule.level)
    return PositiveShare(
        percent=found.percent,
        low=found.low,
        high=found.high,
        level=found.level,
        method=CONTROL_PERCENTILE,
        cells=found.cells,
        control_cells=int(tubes.control.size),
        threshold=threshold.value,
        by_threshold=True,
        diagnostics={"threshold_low": threshold.low, "threshold_high": threshold.high},
    )


def subtracted_percentile(tubes: TubePair, rule: PositivityRule) -> PositiveShare:
    """Count the cells above a percentile of the control, less those the control has there.

    Parameters
    ----------
    tubes
        Stained tube and control.
    rule
        Percentile and confidence level.

    Returns
    -------
    PositiveShare
        The stained tube's percentage less ``100 - percentile``, not below 0; the interval is that
        of the percentage, moved as far.

    Raises
    ------
    ValueError
        Too few cells.
    """
    found = above_percentile(tubes, rule)
    background = 100 - rule.percentile
    # By its construction the control has this share above its percentile: what is not known of it
    # is where the percentile lies, and that is in the interval already.
    moved = mover_sum(
        [
            Interval(found.percent, found.low, found.high, rule.level),
            mirrored(Interval(background, background, background, rule.level)),
        ]
    )
    return PositiveShare(
        percent=max(moved.estimate, 0.0),
        low=max(moved.low, 0.0),
        high=max(moved.high, 0.0),
        level=rule.level,
        method=SUBTRACTED_PERCENTILE,
        cells=found.cells,
        control_cells=found.control_cells,
        threshold=found.threshold,
        by_threshold=False,
        diagnostics={**found.diagnostics, "background_percent": background},
    )
