"""Which share of a sample is something else than a moved copy of its reference.

The question of mixture proportion estimation: one sample of the reference alone, one that mixes it
with an unknown component, and the share of that component is asked for (Blanchard G, Lee G,
Scott C. J Mach Learn Res 2010;11:2973-3009). Without assumptions only a bound exists; here they are
that the reference in the mixture is a copy moved a little, and that the component is a smooth
population lying above it. Modelling both halves goes back to Watson JV. Cytometry 2001;43:55-68
and Lampariello F, Aiello A. Cytometry 1998;32:241-254.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from stroma.stats.mixture_model import (
    FIRST_COEFFICIENT,
    LOG_SCALE,
    LOGIT_SHARE,
    LOPSIDED,
    SHIFT,
    Layout,
    MixtureSettings,
    State,
    climb,
    coarsened,
    describing,
    normalised,
    pearson,
    slopes,
)
from stroma.stats.piles import without_piles
from stroma.stats.signed_scale import BinnedPair
from stroma.stats.splines import Floats
from stroma.stats.stain_average import average_share

UNREPEATED = 0.001
"""Share of the reference's kind that may lie otherwise in the two samples for reasons no shift
describes: rare outliers do not come in the same number twice. Added to the interval in
quadrature; without it the interval of 100,000 values would miss the truth for such a trifle."""

_FIRST_STEPS, _LAST_STEPS, _PROFILE_STEPS = 6, 40, 8
_MOST_TOPS = 4
_SAME_SHARE = 0.15
"""Starts whose logit shares are nearer than this have found the same top."""
_WORTH_CLIMBING = 12.0
"""Starts further below the best than this, in log likelihood, are given up."""
_WIDEST_LOGIT = 12.5
_SMALL_PART, _LARGE_PART = 0.1, 0.2
"""A component up to the first share is averaged over what stains look like, from the second on it
is taken as it was found; in between the one goes over into the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MixtureFit:
    """The share of the component above, and how the copy of the reference has moved.

    Parameters
    ----------
    share
        Between 0 and 1.
    low, high
        Its interval by profile likelihood.
    level
        Confidence level.
    shift, shift_error
        Of the copy, in standard deviations of the reference; its standard error.
    stretch, stretch_error
        Factor of the copy's width; standard error of its logarithm.
    lopsided
        Power by which distances to the right have grown, less 1; the same to the left with a minus
        sign.
    separation
        Median of the component above the copy's, in widths of two standard deviations of the copy.
    boundary
        Value above which as large a share of the sample lies as the component has.
    misfit
        Pearson's statistic of the coarsened counts over its degrees of freedom; 1 or less where
        the model describes both samples.
    tops
        How many tops of the likelihood the interval spans.
    """

    share: float
    low: float
    high: float
    level: float
    shift: float
    shift_error: float
    stretch: float
    stretch_error: float
    lopsided: float
    separation: float
    boundary: float
    misfit: float
    tops: int


def fit_shifted_mixture(
    pair: BinnedPair, *, level: float = 0.95, settings: MixtureSettings | None = None
) -> MixtureFit:
    """Estimate the share of a sample that lies above a moved copy of its reference.

    Parameters
    ----------
    pair
        Sample and reference, counted by :func:`stroma.stats.signed_scale.bin_pair`.
    level
        Confidence level.
    settings
        Priors; ``None`` for those of :class:`~stroma.stats.mixture_model.MixtureSettings`.

    Returns
    -------
    MixtureFit
        The share with its interval, and what else was fitted.

    Notes
    -----
    A share of 20 % or more is the one at the top of the posterior; up to 10 % it is averaged over
    what the component may be (:func:`stroma.stats.stain_average.average_share`), as long as that
    lies in the interval.

    The interval holds the shares whose penalised profile likelihood ratio stays below the chi-
    squared quantile, times Pearson's dispersion where that exceeds 1 (McCullagh P, Nelder JA.
    Generalized Linear Models, 2nd ed. 1989, section 4.5), over all tops of the likelihood that
    stay below it and around the one that is believed, plus :data:`UNREPEATED`. Sampling of both
    samples, the shift and the shape of the component are thereby included. Because no model of
    this kind is exact, a sample of n values weighs as n / (1 + n / coarse) of them do (Miller JW,
    Dunson DB. J Am Stat Assoc 2019;114:1113-1125), so that the interval does not close upon a
    small error of the model.

    Examples
    --------
    >>> from stroma.stats.signed_scale import bin_pair
    >>> generator = np.random.default_rng(1)
    >>> reference = generator.normal(100, 20, 4000)
    >>> sample = np.concatenate([generator.normal(105, 20, 3000), generator.normal(300, 50, 1000)])
    >>> fit = fit_shifted_mixture(bin_pair(sample, reference))
    >>> bool(fit.low < 0.25 < fit.high), round(fit.share, 1)
    (True, 0.2)
    """
    chosen = MixtureSettings() if settings is None else settings
    recorded, pair = pair, without_piles(pair)
    layout, reference = describing(coarsened(pair, chosen.coarse), chosen)
    tops = _tops(layout, reference)
    best = tops[0]
    believed, under = _believed(layout, tops)
    found = slopes(layout, best)
    covariance = np.linalg.inv(found.information + 1e-9 * np.eye(layout.size))
    misfit = _misfit(layout, best, float(np.trace(covariance @ found.from_data)))
    z = float(special.ndtri(0.5 + level / 2))
    cut = z * z * max(misfit, 1.0)
    error = math.sqrt(covariance[LOGIT_SHARE, LOGIT_SHARE] * max(misfit, 1.0))
    heights = [(top, best.objective) for top in tops if 2 * (best.objective - top.objective) < cut]
    if not any(top is under for top, _ in heights):
        heights.append((under, under.objective))
    low = min(_bound(layout, top, height, cut, -z * error) for top, height in heights)
    high = max(_bound(layout, top, height, cut, z * error) for top, height in heights)
    share = _estimated(pair, believed.share, low=low, high=high)
    low, high = min(low, share), max(high, share)
    unrepeated = UNREPEATED * (1 - share)
    errors = np.sqrt(np.diag(covariance) * max(misfit, 1.0))
    return MixtureFit(
        share=share,
        low=max(share - math.hypot(max(share - low, 0.0), unrepeated), 0.0),
        high=min(share + math.hypot(max(high - share, 0.0), unrepeated), 1.0),
        level=level,
        shift=float(believed.parameters[SHIFT]),
        shift_error=float(errors[SHIFT]),
        stretch=math.exp(believed.parameters[LOG_SCALE]),
        stretch_error=float(errors[LOG_SCALE]),
        lopsided=float(believed.parameters[LOPSIDED]),
        separation=_separation(layout, believed),
        boundary=pair.scale.back(_upper_quantile(recorded, recorded.sample, share)),
        misfit=misfit,
        tops=len(heights),
    )


def _estimated(pair: BinnedPair, believed: float, *, low: float, high: float) -> float:
    """Return the share to report, from that of the top.

    A component that is a large part of the sample shows its own shape, better than any assumption
    of it; one of a few values does not, and is averaged over what stains look like. An average
    that the likelihood excludes is of stains unlike this one, and is not believed.
    """
    weight = min((_LARGE_PART - believed) / (_LARGE_PART - _SMALL_PART), 1.0)
    if weight <= 0:
        return believed
    average = average_share(pair)
    if not low <= average <= high:
        return believed
    return weight * average + (1 - weight) * believed


def _believed(layout: Layout, tops: Sequence[State]) -> tuple[State, State]:
    """Return the top under the stronger prior of the component's distance, and where it began."""
    believed = replace(layout.settings, usual_distance_sd=layout.settings.believed_distance_sd)
    stronger = replace(layout, settings=believed)
    found = [climb(stronger, top.parameters, steps=_LAST_STEPS, tolerance=0.01) for top in tops]
    place = max(range(len(found)), key=lambda place: found[place].objective)
    return found[place], tops[place]


def _tops(layout: Layout, reference: Floats) -> list[State]:
    """Return the tops of the likelihood, the highest first."""
    begun = [
        climb(layout, _start(layout, reference, start), steps=_FIRST_STEPS, tolerance=0.1)
        for start in _starts(layout, normalised(layout.fixed @ reference))
    ]
    tops = [climb(layout, state.parameters, steps=_LAST_STEPS) for state in _apart(begun)]
    return _apart(tops)


def _apart(states: Sequence[State]) -> list[State]:
    """Return the highest states with different shares, four at most."""
    ordered = sorted(states, key=lambda state: -state.objective)
    kept = ordered[:1]
    for state in ordered[1:]:
        logit = state.parameters[LOGIT_SHARE]
        near = any(abs(logit - other.parameters[LOGIT_SHARE]) < _SAME_SHARE for other in kept)
        if not near and kept[0].objective - state.objective < _WORTH_CLIMBING:
            kept.append(state)
    return kept[:_MOST_TOPS]


@dataclass(frozen=True, slots=True)
class _Start:
    """Where to begin; the stretch is in multiples of what the shift lets expect."""

    shift: float
    share: float
    mean: float
    spread: float
    stretch: float = 0.0


def _starts(layout: Layout, reference: Floats) -> list[_Start]:
    """Return places to begin: no shift, shift alone, few above, most above."""
    pair = layout.pair
    middles, counts, total = pair.middles, pair.sample, float(pair.sample.sum())
    cut = _upper_quantile(pair, reference, 0.005)
    beyond = counts * (middles > cut)
    held = max(float(beyond.sum()), 1.0)
    excess = max(float(beyond.sum()) / total - 0.005, 1 / total)
    mean = float(beyond @ middles) / held
    spread = max(math.sqrt(float(beyond @ (middles - mean) ** 2) / held), 0.6)
    median = _upper_quantile(pair, counts, 0.5)
    width = _upper_quantile(pair, counts, 0.16) - _upper_quantile(pair, counts, 0.84)
    starts = []
    if excess < 0.9:
        starts.append(_Start(0.0, excess, max(mean, 3.5), spread))
    if median < 1.5:
        moved = min(max(median, -0.8), 0.8)
        fewer = min(max(excess / 3, 1 / total), 0.3)
        starts.append(_Start(moved, fewer, max(mean, 4.0), 1.2))
        starts += [_Start(moved, 0.005, max(mean, 5.0), 1.2, stretch) for stretch in (1.0, 2.0)]
        starts.append(_Start(0.0, 0.25, 3.2, 1.2))
    if median > 0.7:
        starts.append(_Start(0.0, 0.97, max(median, 2.6), max(width / 2, 0.6)))
        starts.append(_Start(0.0, 0.6, max(median, 3.0), 1.2))
    return starts


def _start(layout: Layout, reference: Floats, start: _Start) -> Floats:
    bell = np.maximum(-0.5 * ((layout.above.centres - start.mean) / start.spread) ** 2, -40.0)
    first = np.zeros(FIRST_COEFFICIENT)
    first[SHIFT] = start.shift
    settings = layout.settings
    first[LOG_SCALE] = start.stretch * settings.stretch_with_shift * start.shift
    first[LOPSIDED] = settings.power_with_stretch * first[LOG_SCALE]
    share = min(start.share, 0.98)
    first[LOGIT_SHARE] = math.log(share / (1 - share))
    return np.concatenate([first, reference, bell - bell.mean()])


def _bound(layout: Layout, top: State, best: float, cut: float, step: float) -> float:
    """Return the share at which the profile likelihood ratio reaches the cut."""
    wanted = math.sqrt(cut)
    here = float(top.parameters[LOGIT_SHARE])
    root = math.sqrt(max(2 * (best - top.objective), 0.0))
    direction = math.copysign(1.0, step)
    step = min(max(abs(step), 0.05), 2.0)
    parameters = top.parameters
    for _ in range(20):
        there = here + direction * step
        if abs(there) > _WIDEST_LOGIT:
            return 0.0 if direction < 0 else 1.0
        held = parameters.copy()
        held[LOGIT_SHARE] = there
        state = climb(layout, held, steps=_PROFILE_STEPS, hold_share=True, tolerance=0.03)
        risen = math.sqrt(max(2 * (best - state.objective), 0.0))
        if risen >= wanted:
            part = (wanted - root) / (risen - root) if risen > root else 1.0
            if risen < 1.3 * wanted or step < 0.05:
                return 1 / (1 + math.exp(-(here + direction * part * step)))
            # Too far: the signed root is nearly straight, so aim just beyond the cut.
            step *= min(max(1.05 * part, 0.2), 0.9)
            continue
        slope = (risen - root) / step
        here, root, parameters = there, max(risen, root), state.parameters
        step = min(max(1.05 * (wanted - root) / max(slope, 1e-9), 0.05), 2.0 * step, 2.5)
    return 1 / (1 + math.exp(-here))


def _misfit(layout: Layout, state: State, used: float) -> float:
    """Return Pearson's statistic over its degrees of freedom, over both samples."""
    pair = layout.pair
    statistic, bins = 0.0, 0
    for counts, shares in ((pair.sample, state.sample), (pair.reference, state.reference)):
        found, pooled = pearson(counts, counts.sum() * shares)
        statistic, bins = statistic + found, bins + pooled
    return statistic / max(bins - used, 10.0)


def _separation(layout: Layout, state: State) -> float:
    pair = layout.pair
    middle, upper, lower = (
        2 * math.sinh(_upper_quantile(pair, state.copy, share) / 2)
        for share in (0.5, 0.1587, 0.8413)
    )
    component = 2 * math.sinh(_upper_quantile(pair, state.component, 0.5) / 2)
    return (component - middle) / max(upper - lower, 1e-9)


def _upper_quantile(pair: BinnedPair, weights: Floats, share: float) -> float:
    """Return the place on the scale above which a share of the weight lies."""
    running = np.concatenate([[0.0], np.cumsum(weights)])
    edges = np.append(pair.middles - pair.width / 2, pair.middles[-1] + pair.width / 2)
    return float(np.interp((1 - share) * running[-1], running, edges))
