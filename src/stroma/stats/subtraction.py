"""How far a sample's cumulative counts exceed its reference's, counted from above.

The methods that subtract histograms reduce to differences of cumulative counts. Counts are in
common bins, see :mod:`stroma.stats.signed_scale`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stroma.stats.proportions import Interval, mirrored, mover_sum, wilson_interval
from stroma.stats.splines import Floats


@dataclass(frozen=True, slots=True)
class Excess:
    """By how much more of the sample than of the reference lies in the upper bins.

    Parameters
    ----------
    share
        Share of the sample in excess; not below zero.
    first_bin
        Lowest bin of those counted; the number of bins where nothing is in excess.
    sample_above, reference_above
        Counts in these bins.
    weight
        What the reference's share was multiplied by before it was subtracted.
    """

    share: float
    first_bin: int
    sample_above: int
    reference_above: int
    weight: float


def largest_excess(sample: Floats, reference: Floats, *, weight: float = 1.0) -> Excess:
    """Subtract cumulatively: the largest excess of the sample over all places to count from.

    Parameters
    ----------
    sample, reference
        Counts in common bins, shape (bins,), each with a positive sum.
    weight
        What the reference's share is multiplied by; 1 compares equal areas.

    Returns
    -------
    Excess
        The largest excess; with weight 1 it is the one-sided Kolmogorov-Smirnov distance.

    Raises
    ------
    ValueError
        A sample without counts.

    Notes
    -----
    Overton WR. Cytometry 1988;9:619-626 subtracts bin by bin from the top and carries a negative
    difference into the next lower bin; what remains positive is the largest of the running sums
    returned here.

    Examples
    --------
    >>> found = largest_excess(np.array([2.0, 6.0, 4.0, 8.0]), np.array([4.0, 12.0, 3.0, 1.0]))
    >>> round(found.share, 4), found.first_bin
    (0.4, 2)
    """
    total, reference_total = _totals(sample, reference)
    above, reference_above = _from_top(sample), _from_top(reference)
    running = above / total - weight * reference_above / reference_total
    first = int(np.argmax(running))
    if running[first] <= 0:
        first = sample.size
    return Excess(
        share=max(float(running[first]), 0.0),
        first_bin=first,
        sample_above=int(above[first]),
        reference_above=int(reference_above[first]),
        weight=weight,
    )


def excess_interval(
    found: Excess, *, sample_total: int, reference_total: int, level: float
) -> Interval:
    """Return the interval of an excess, its place taken as given.

    Parameters
    ----------
    found
        The excess.
    sample_total, reference_total
        How many values both samples have.
    level
        Confidence level.

    Returns
    -------
    Interval
        Fractions between 0 and 1. The place was chosen where the excess is largest, which no
        interval of this kind includes.

    Notes
    -----
    Difference of two proportions, Newcombe RG. Stat Med 1998;17:873-890, method 10.

    Examples
    --------
    >>> found = Excess(0.3, 2, 40, 10, 1.0)
    >>> interval = excess_interval(found, sample_total=100, reference_total=100, level=0.95)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.1828, 0.4077)
    """
    subtracted = wilson_interval(found.reference_above, reference_total, level=level)
    scaled = Interval(
        found.weight * subtracted.estimate,
        found.weight * subtracted.low,
        found.weight * subtracted.high,
        level,
    )
    kept = wilson_interval(found.sample_above, sample_total, level=level)
    both = mover_sum([kept, mirrored(scaled)])
    return Interval(found.share, max(both.low, 0.0), min(max(both.high, 0.0), 1.0), level)


def height_ratio(sample: Floats, reference: Floats) -> float:
    """Return the height of the sample's highest bin over the reference's, at equal areas.

    Parameters
    ----------
    sample, reference
        Counts in common bins, each with a positive sum.

    Returns
    -------
    float
        The weight that brings the two histograms to the same height.

    Raises
    ------
    ValueError
        A sample without counts.

    Examples
    --------
    >>> height_ratio(np.array([2.0, 6.0, 4.0, 8.0]), np.array([4.0, 16.0, 0.0, 0.0]))
    0.5
    """
    total, reference_total = _totals(sample, reference)
    return float(sample.max() / total / (reference.max() / reference_total))


def renormalised_excess(sample: Floats, reference: Floats) -> Excess:
    """Subtract cumulatively a reference that stands for the rest of the sample only.

    The reference at full area takes too much away: only ``1 - share`` of the sample is of its
    kind. The largest excess ``D``, divided by the reference's share below its place, estimates the
    share as if nothing else lay below; the reference is brought to the area ``1 - share`` and
    subtracted once more.

    Parameters
    ----------
    sample, reference
        Counts in common bins, shape (bins,), each with a positive sum.

    Returns
    -------
    Excess
        The largest excess over the reduced reference; never less than ``D``.

    Raises
    ------
    ValueError
        A sample without counts.

    Notes
    -----
    After the description of Bagwell's enhanced normalised subtraction (Clin Immunol Newsl
    1996;16:33-37): equal areas, the share enhanced, the reference normalised by it and subtracted.
    The original's formula was not at hand; on his kind of simulated histograms the errors stand in
    the order and proportion he reports.

    Examples
    --------
    >>> found = renormalised_excess(np.array([2.0, 6.0, 4.0, 8.0]), np.array([4.0, 12.0, 3.0, 1.0]))
    >>> round(found.share, 4), round(found.weight, 4)
    (0.5, 0.5)
    """
    first = largest_excess(sample, reference)
    if first.first_bin in (0, sample.size):
        return first
    below = 1 - first.reference_above / float(reference.sum())
    enhanced = min(first.share / below, 1.0) if below > 0 else first.share
    return largest_excess(sample, reference, weight=1 - enhanced)


def _from_top(counts: Floats) -> Floats:
    """Return the counts in each bin and all above it, and a zero beyond the last."""
    return np.append(np.cumsum(counts[::-1])[::-1], 0.0)


def _totals(sample: Floats, reference: Floats) -> tuple[float, float]:
    totals = float(sample.sum()), float(reference.sum())
    if not all(total > 0 and math.isfinite(total) for total in totals):
        msg = f"both samples need counts; found {totals[0]:g} and {totals[1]:g}"
        raise ValueError(msg)
    return totals
