"""The share of a sample above a moved copy of its reference, averaged over what the stain may be.

Where few values lie above, or near, the data hardly say how the component above is shaped, and how
much of it lies under the copy. What is known beforehand then decides: the light of a positive cell
is that of a negative one and its stain's. The component is therefore the reference with log-normal
light added, of many medians and spreads, each with a spline that departs from it as far as the data
ask; the share is the mean of its posterior distribution over all of them, the estimate of least
expected squared error. The rest of the parameters is integrated out by Laplace's approximation, the
share itself by adaptive Gauss-Hermite quadrature (Naylor JC, Smith AFM. J R Stat Soc C
1982;31:214-225).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from stroma.stats.mixture_model import (
    LOGIT_SHARE,
    Layout,
    MixtureSettings,
    State,
    climb,
    coarsened,
    describing,
    normalised,
    slopes,
)
from stroma.stats.signed_scale import BinnedPair
from stroma.stats.splines import Floats

AROUND_A_STAIN = MixtureSettings(
    shift_sd=0.5,
    log_scale_sd=0.2,
    lopsided_sd=0.03,
    power_with_stretch=0.3,
    smooth_reference=4.0,
    least_distance=-math.inf,
    usual_distance_sd=math.inf,
    knots_above=1.5,
    smooth_above=0.0,
    width_above=math.inf,
    width_weight=1.0,
    ridge_above=3.0,
    share_power=0.5,
    coarse=20_000.0,
)
"""The component is what the stain makes of the reference; where the data ask for it, it departs
from that, mostly by a factor of 2 or less. The copy may stretch, but its power follows the stretch,
or it would take dim values in. The share has Jeffreys' prior."""

LEVELS = np.arange(math.log(0.2), math.log(1e5), 0.1)
"""Logarithms of added light, in standard deviations of the reference."""
_LEAST_PROBABILITY = 1e-12
_BEYOND = 0.5
"""A stain whose median lies nearer to the brightest value than this, on the scale, is none."""
_MODE_STEPS, _NODE_STEPS, _TOLERANCE = 15, 2, 0.1
_WORTH_INTEGRATING = 7.0
"""Stains whose evidence is lower than the best one's by more, as a logarithm, are left out."""
_WIDEST_SD = 2.0
"""Of a logit share: four of them hold every share that can be told from 0 and 1."""
_SMALL_SHARE = -4.0
"""As a logit."""
_NODES, _WEIGHTS = np.polynomial.hermite.hermgauss(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class StainPrior:
    """What the light of a stain is taken for before the data are seen.

    We found no published distribution of either; the spreads are near those of the simulation of
    ``validation/positivity``, which also says what becomes of the estimate where they are not.

    Parameters
    ----------
    medians
        Looked at, two or more, rising, in standard deviations of the reference: twice the stain
        index. Dimmer conjugates than these are not put on a panel. Those above the brightest value
        are left out.
    usual_median, log_median_sd
        Stains of this median and brighter ones are equally likely on a logarithmic scale; the
        logarithms of dimmer medians have this standard deviation below it.
    log_sds
        Spreads looked at, two or more, rising: standard deviations of the logarithm of the light.
    usual_log_sd, log_log_sd_sd
        Their centre, and the standard deviation of their logarithm.
    """

    medians: tuple[float, ...] = (
        3.5, 4.4, 5.6, 7.5, 11.0, 18.0, 40.0, 110.0, 300.0, 800.0, 2e3, 6e3, 2e4,
    )  # fmt: skip
    usual_median: float = 12.0
    log_median_sd: float = 1.0
    log_sds: tuple[float, ...] = (0.4, 0.6)
    usual_log_sd: float = 0.55
    log_log_sd_sd: float = 0.3

    def stains(self) -> list[tuple[float, float, float]]:
        """Return every stain looked at.

        Returns
        -------
        list of tuple
            Logarithm of the median, spread, and logarithm of the prior weight, up to a constant.

        Examples
        --------
        >>> prior = StainPrior(medians=(6.0, 12.0, 24.0), log_sds=(0.4, 0.6))
        >>> [round(weight, 2) for _, _, weight in prior.stains()]
        [-2.07, -1.55, -1.83, -1.31, -1.83, -1.31]
        """
        places, widths = np.log(self.medians), np.log(self.log_sds)
        away = np.minimum(places - math.log(self.usual_median), 0) / self.log_median_sd
        apart = (widths - math.log(self.usual_log_sd)) / self.log_log_sd_sd
        of_median = np.log(np.gradient(places)) - 0.5 * away**2
        of_spread = np.log(np.gradient(widths)) - 0.5 * apart**2
        return [
            (float(place), spread, float(one + other))
            for (place, one), (spread, other) in product(
                zip(places, of_median, strict=True), zip(self.log_sds, of_spread, strict=True)
            )
        ]


@dataclass(frozen=True, slots=True)
class _Top:
    """The top of the posterior under one stain.

    Parameters
    ----------
    layout
        Of the fit under this stain.
    state
        The top.
    weight
        Logarithm of the stain's prior weight.
    sd
        Standard deviation of the logit share around the top.
    evidence
        Logarithm of the posterior's mass, by Laplace's approximation.
    """

    layout: Layout
    state: State
    weight: float
    sd: float
    evidence: float


def average_share(
    pair: BinnedPair,
    *,
    prior: StainPrior | None = None,
    settings: MixtureSettings = AROUND_A_STAIN,
) -> float:
    """Return the posterior mean of the share of a sample that carries a stain.

    Parameters
    ----------
    pair
        Sample and reference, counted by :func:`stroma.stats.signed_scale.bin_pair`.
    prior
        What stains are likely; ``None`` for those of a panel.
    settings
        Priors of everything else.

    Returns
    -------
    float
        Between 0 and 1.

    Examples
    --------
    >>> from stroma.stats.signed_scale import bin_pair
    >>> generator = np.random.default_rng(1)
    >>> reference = generator.normal(100, 20, 4000)
    >>> light = generator.normal(105, 20, 4000)
    >>> light[:80] += 200 * generator.lognormal(0, 0.4, 80)
    >>> round(average_share(bin_pair(light, reference)), 3)
    0.02
    """
    layout, reference = describing(coarsened(pair, settings.coarse), settings)
    light = added_light(layout, normalised(layout.fixed @ reference))
    start = np.zeros(layout.size)
    start[layout.of_copied] = reference
    start[LOGIT_SHARE] = _SMALL_SHARE
    tops = _tops(layout, light, start, StainPrior() if prior is None else prior)
    best = max(top.evidence for top in tops)
    nodes = [
        node for top in tops if best - top.evidence < _WORTH_INTEGRATING for node in _nodes(top)
    ]
    heights, shares = np.array(nodes).T
    return float(np.average(shares, weights=np.exp(heights - heights.max())))


def added_light(layout: Layout, reference: Floats) -> Floats:
    """Return the reference with light of each of :data:`LEVELS` added to every value.

    Parameters
    ----------
    layout
        The fit.
    reference
        Probabilities of its bins, shape (bins,).

    Returns
    -------
    ndarray
        Probabilities of the bins for each level, shape (levels, bins).
    """
    z, width = layout.pair.middles, layout.pair.width
    moved = 2 * np.arcsinh((layout.linear + np.exp(LEVELS)[:, None]) / 2)
    places = np.clip((moved - z[0]) / width, 0, z.size - 1 - 1e-9)
    below = places.astype(np.intp)
    part = places - below
    result = np.zeros((LEVELS.size, z.size))
    rows = np.broadcast_to(np.arange(LEVELS.size)[:, None], below.shape)
    np.add.at(result, (rows, below), reference * (1 - part))
    np.add.at(result, (rows, below + 1), reference * part)
    return result


def under_stain(layout: Layout, light: Floats, *, log_median: float, log_sd: float) -> Layout:
    """Return the fit whose component is the reference with a stain's light added.

    Parameters
    ----------
    layout
        The fit.
    light
        The reference with light of each level added, from :func:`added_light`.
    log_median, log_sd
        Mean and standard deviation of the logarithm of the stain's light.

    Returns
    -------
    Layout
        The same otherwise.
    """
    weights = np.exp(-0.5 * ((LEVELS - log_median) / log_sd) ** 2)
    component = np.maximum((weights / weights.sum()) @ light, _LEAST_PROBABILITY)
    return replace(layout, expected=np.log(component[layout.begin :]))


def _tops(layout: Layout, light: Floats, start: Floats, prior: StainPrior) -> list[_Top]:
    """Return the top of the posterior under each stain the sample can hold."""
    highest = float(layout.pair.middles[-1]) - _BEYOND
    tops: list[_Top] = []
    for place, spread, weight in prior.stains():
        if tops and 2 * math.asinh(math.exp(place) / 2) > highest:
            continue
        under = under_stain(layout, light, log_median=place, log_sd=spread)
        state = climb(under, start, steps=_MODE_STEPS, tolerance=_TOLERANCE)
        start = state.parameters
        information = slopes(under, state).information
        covariance = np.linalg.inv(information + 1e-9 * np.eye(layout.size))
        variance = float(covariance[LOGIT_SHARE, LOGIT_SHARE])
        evidence = weight + state.objective - 0.5 * float(np.linalg.slogdet(information)[1])
        tops.append(_Top(under, state, weight, min(math.sqrt(variance), _WIDEST_SD), evidence))
    return tops


def _nodes(top: _Top) -> list[tuple[float, float]]:
    """Return logarithm of the mass, and share, at each node of the quadrature over the share."""
    mode = float(top.state.parameters[LOGIT_SHARE])
    nodes = []
    for node, weight in zip(_NODES.tolist(), _WEIGHTS.tolist(), strict=True):
        held = top.state.parameters.copy()
        held[LOGIT_SHARE] = mode + math.sqrt(2) * top.sd * node
        state = top.state
        if node != 0:
            state = climb(
                top.layout, held, steps=_NODE_STEPS, hold_share=True, tolerance=_TOLERANCE
            )
        information = slopes(top.layout, state).information
        rest = np.delete(np.delete(information, LOGIT_SHARE, 0), LOGIT_SHARE, 1)
        height = top.weight + state.objective - 0.5 * float(np.linalg.slogdet(rest)[1])
        nodes.append((math.log(weight * top.sd) + node * node + height, state.share))
    return nodes
