"""Estimates that stand beside the one that decides, for a reader who would have taken another."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from stroma.comparison.answer import as_estimate
from stroma.comparison.donor_means import CellMeans, welch
from stroma.comparison.model import SATTERTHWAITE, SourceFit
from stroma.comparison.results import Estimate, Observation, Scale
from stroma.comparison.scale import as_effect
from stroma.stats.effect_sizes import EffectKind, hedges_g, log_ratio_of_means, paired_effect
from stroma.stats.permutation import permute_pairs, permute_two_samples

TINY = 20_000
"""Assignments that are counted one by one: up to 8 donors against 8. With more donors the
permutation test and the model come to the same."""

WELCH = "welch_t/1"
PERMUTATION = "exact_permutation/1"
HEDGES_G = "hedges_g/1"
PAIRED_D = "paired_d_av/1"
RATIO = "ratio_of_means/1"


def estimates_beside(
    observations: Sequence[Observation],
    fit: SourceFit,
    means: CellMeans,
    sources: tuple[str, str],
    *,
    scale: Scale,
    unit: str,
    level: float,
) -> tuple[Estimate, ...]:
    """Return the other estimates of a comparison.

    Parameters
    ----------
    observations
        What was compared.
    fit
        What decides.
    means
        One value a donor and source, on the scale.
    sources
        First and second.
    scale
        The scale.
    unit
        The quantity's.
    level
        Confidence level.

    Returns
    -------
    tuple of Estimate
        Satterthwaite's degrees of freedom, Welch's test, the exact permutation test where donors
        are few, Hedges' g, the ratio of means of a quantity that cannot be negative. What cannot
        be made of these values is left out.
    """
    found: list[Estimate] = []
    if fit.satterthwaite is not None:
        found.append(as_estimate(fit.satterthwaite, SATTERTHWAITE, scale=scale, level=level))
    unpaired = len(np.unique(means.donors)) == len(means.donors)
    if unpaired and fit.has_spread:
        held = welch(means.of(0), means.of(1), level=level)
        if held.standard_error > 0.0:
            found.append(as_estimate(held, WELCH, scale=scale, level=level))
    found += _permutation(means, scale=scale, level=level, unpaired=unpaired, paired=fit.paired)
    found += _standardized(means, level=level, unpaired=unpaired, paired=fit.paired)
    if unpaired and unit not in ("{doublings}", "{score}", "{Ct}"):
        found += _ratio(observations, sources, level=level)
    return tuple(found)


def _permutation(
    means: CellMeans, *, scale: Scale, level: float, unpaired: bool, paired: bool
) -> Iterator[Estimate]:
    first, second = means.of(0), means.of(1)
    if unpaired and math.comb(first.size + second.size, first.size) <= TINY:
        test = permute_two_samples(second, first, level=level)
    elif paired and 2**first.size <= TINY:
        test = permute_pairs(means.pairs(), level=level)
    else:
        return
    yield Estimate(
        value=as_effect(test.estimate, scale),
        low=None if test.low is None else as_effect(test.low, scale),
        high=None if test.high is None else as_effect(test.high, scale),
        level=level,
        method=PERMUTATION,
        p_value=test.p_value,
        smallest_p=test.smallest_p,
    )


def _standardized(
    means: CellMeans, *, level: float, unpaired: bool, paired: bool
) -> Iterator[Estimate]:  # fmt: skip
    if not (unpaired or paired):
        return
    try:
        if unpaired:
            held = hedges_g(means.of(1), means.of(0), level=level)
        else:
            order = np.argsort(means.donors, kind="stable")
            values, side = means.values[order], means.second[order]
            held = paired_effect(
                values[side == 1], values[side == 0], kind=EffectKind.D_AV, level=level
            )
    except ValueError:  # too few donors, or none that differs: there is nothing to divide by
        return
    yield Estimate(
        value=held.value,
        low=held.low,
        high=held.high,
        level=level,
        method=HEDGES_G if unpaired else PAIRED_D,
        degrees_of_freedom=held.degrees_of_freedom,
    )


def _ratio(
    observations: Sequence[Observation], sources: tuple[str, str], *, level: float
) -> Iterator[Estimate]:
    """Yield the ratio of arithmetic means over donors, in the quantity's own unit."""
    sides = []
    for source in sources:
        donors: dict[str, list[float]] = {}
        for held in observations:
            if held.source == source:
                donors.setdefault(held.donor, []).append(held.value)
        sides.append([float(np.mean(values)) for values in donors.values()])
    try:
        ratio = log_ratio_of_means(sides[1], sides[0], level=level)
    except ValueError:  # a mean at or below zero has no ratio
        return
    yield Estimate(
        value=math.exp(ratio.value),
        low=None if ratio.low is None else math.exp(ratio.low),
        high=None if ratio.high is None else math.exp(ratio.high),
        level=level,
        method=RATIO,
        standard_error=ratio.standard_error,
    )
