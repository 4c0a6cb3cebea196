"""Positive is what remains when the control's histogram is taken from the stained tube's.

All three take the largest excess over all places to count from, see
:mod:`stroma.stats.subtraction`; they differ in what the control is multiplied by.
"""

from __future__ import annotations

from stroma.cytometry.positivity_methods.estimate import PositiveShare, TubePair
from stroma.house_rules import PositivityRule
from stroma.stats.signed_scale import BinnedPair
from stroma.stats.subtraction import (
    Excess,
    excess_interval,
    height_ratio,
    largest_excess,
    renormalised_excess,
)

OVERTON_AREA = "overton_area/1"
OVERTON_MODE = "overton_mode/1"
ENHANCED_NORMALISED_SUBTRACTION = "enhanced_normalised_subtraction/1"

LEAST_CELLS = 2
"""A control needs two different values to have a scale."""


def overton_area(tubes: TubePair, rule: PositivityRule) -> PositiveShare:
    """Subtract the control's cumulative histogram at equal areas (Overton 1988).

    Parameters
    ----------
    tubes
        Stained tube and control.
    rule
        Confidence level.

    Returns
    -------
    PositiveShare
        Its interval is that of a difference of two proportions at the place found.

    Raises
    ------
    ValueError
        Too few cells, or a control whose values are all equal.
    """
    tubes.check(least=LEAST_CELLS)
    pair = tubes.binned
    found = largest_excess(pair.sample, pair.reference)
    return _as_share(pair, found, OVERTON_AREA, rule)


def overton_mode(tubes: TubePair, rule: PositivityRule) -> PositiveShare:
    """Subtract the control's cumulative histogram with both modes at one height.

    Parameters
    ----------
    tubes
        Stained tube and control.
    rule
        Confidence level.

    Returns
    -------
    PositiveShare
        Its interval takes the ratio of the heights as given.

    Raises
    ------
    ValueError
        Too few cells, or a control whose values are all equal.
    """
    tubes.check(least=LEAST_CELLS)
    pair = tubes.binned
    weight = height_ratio(pair.sample, pair.reference)
    found = largest_excess(pair.sample, pair.reference, weight=weight)
    return _as_share(pair, found, OVERTON_MODE, rule)


def enhanced_normalised_subtraction(tubes: TubePair, rule: PositivityRule) -> PositiveShare:
    """Subtract a control brought to the size of the negative part (Bagwell 1996).

    Parameters
    ----------
    tubes
        Stained tube and control.
    rule
        Confidence level.

    Returns
    -------
    PositiveShare
        Its interval takes the size of the negative part as given.

    Raises
    ------
    ValueError
        Too few cells, or a control whose values are all equal.
    """
    tubes.check(least=LEAST_CELLS)
    pair = tubes.binned
    found = renormalised_excess(pair.sample, pair.reference)
    return _as_share(pair, found, ENHANCED_NORMALISED_SUBTRACTION, rule)


def _as_share(pair: BinnedPair, found: Excess, method: str, rule: PositivityRule) -> PositiveShare:
    cells, control_cells = int(pair.sample.sum()), int(pair.reference.sum())
    interval = excess_interval(
        found, sample_total=cells, reference_total=control_cells, level=rule.level
    )
    place: float | None = None
    if found.first_bin < pair.middles.size:
        place = pair.scale.back(float(pair.middles[found.first_bin]) - pair.width / 2)
    return PositiveShare(
        percent=100 * interval.estimate,
        low=100 * min(interval.low, interval.estimate),
        high=100 * max(interval.high, interval.estimate),
        level=rule.level,
        method=method,
        cells=cells,
        control_cells=control_cells,
        threshold=place,
        by_threshold=False,
        diagnostics={"control_weight": found.weight},
    )
