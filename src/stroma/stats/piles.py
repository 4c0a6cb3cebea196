"""Values piled up at an end of what a detector can show, spread to where they may have been.

A value beyond the end is recorded at the end. A smooth population then has a spike for its last
part, which no smooth population has: a fit would take it for two. How much lies beyond is known,
where it lies is not; a bell is put there that goes on from the values short of the end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from scipy import optimize, special

from stroma.stats.signed_scale import BinnedPair, Floats

_MOST_BINS: Final = 2
"""Bins a pile takes: compensation smears it a little, and an end may lie on the edge of two."""
_BESIDE: Final = 5
"""Bins next to it that show how dense values are without it."""
_TIMES: Final = 2.0
"""A pile is so many times as dense as the values beside it; the end of a bell is less dense."""
_LEAST: Final = 20.0
"""Values that make a pile."""
_CERTAIN: Final = 5.0
"""Standard errors it lies above what the values beside it let expect."""
_FAR: Final = 5.0
"""A pile of the sample lies at least this far above the reference's centre; one nearer is part of
what the reference looks like."""
_SPREAD: Final = 1.0
"""Standard deviation of the bell beyond the end, for light that varies by half."""
_NEAREST, _FURTHEST = -2.0, 3.0
"""Where the bell's centre lies beyond the end, in its standard deviations."""
_REACH: Final = 6.0
"""Bins are added this far beyond the end, on the scale."""


def without_piles(pair: BinnedPair) -> BinnedPair:
    """Return counts whose piles at the ends are spread beyond these.

    Parameters
    ----------
    pair
        The counts.

    Returns
    -------
    BinnedPair
        With as many values; the same where there is no pile. An upper pile is one of the sample
        alone, far above the reference; a lower one is one of the reference, and the sample's is
        spread as that is.

    Examples
    --------
    >>> from stroma.stats.signed_scale import bin_pair
    >>> generator = np.random.default_rng(1)
    >>> dim, bright = generator.normal(0, 1, 500), generator.normal(90, 30, 500)
    >>> pair = bin_pair(np.append(dim, np.minimum(bright, 80.0)), dim)
    >>> spread = without_piles(pair)
    >>> bool(spread.middles[-1] > pair.middles[-1]), round(spread.sample.sum())
    (True, 1000)
    """
    return _without_lower(_without_upper(pair))


def _without_upper(pair: BinnedPair) -> BinnedPair:
    end = _last(pair.sample)
    if pair.middles[end] < _FAR or _bins_of_pile(pair.reference, end):
        return pair
    bins = _bins_of_pile(pair.sample, end)
    if bins == 0:
        return pair
    pile = _piled(pair.sample, end, bins)
    shape = _beyond(pair.width, _beside(pair.sample, end, bins), pile)
    extended = _extended(pair, end + 1 + shape.size)
    return replace(extended, sample=_spread(extended.sample, end, bins, shape))


def _without_lower(pair: BinnedPair) -> BinnedPair:
    turned = _turned(pair)
    end = max(_last(turned.reference), _last(turned.sample))
    bins = _bins_of_pile(turned.reference, end)
    if bins == 0:
        return pair
    pile = _piled(turned.reference, end, bins)
    shape = _beyond(pair.width, _beside(turned.reference, end, bins), pile)
    extended = _extended(turned, end + 1 + shape.size)
    return _turned(
        replace(
            extended,
            reference=_spread(extended.reference, end, bins, shape),
            sample=_spread(extended.sample, end, bins, shape),
        )
    )


def _last(counts: Floats) -> int:
    return int(np.flatnonzero(counts)[-1])


def _bins_of_pile(counts: Floats, end: int) -> int:
    """Return how many bins a pile at the end takes; 0 for no pile."""
    for bins in range(1, _MOST_BINS + 1):
        usual = bins * _beside(counts, end, bins)
        pile = _piled(counts, end, bins)
        certain = pile >= max(_LEAST, _CERTAIN * float(np.sqrt(usual + 1)))
        if certain and pile + usual > _TIMES * usual:
            return bins
    return 0


def _beside(counts: Floats, end: int, bins: int) -> float:
    """Return how many values a bin holds short of a pile."""
    stop = max(end + 1 - bins, 0)
    return float(counts[max(stop - _BESIDE, 0) : stop].sum()) / _BESIDE


def _piled(counts: Floats, end: int, bins: int) -> float:
    """Return how many values lie at the end beyond what lies beside it."""
    here = float(counts[max(end + 1 - bins, 0) : end + 1].sum())
    return max(here - bins * _beside(counts, end, bins), 0.0)


def _beyond(width: float, density: float, pile: float) -> Floats:
    """Return the shares of bins beyond an end: a bell as dense at the end as values short of it."""

    def excess(place: float) -> float:
        ratio = float(np.exp(-0.5 * place * place) / np.sqrt(2 * np.pi) / special.ndtr(place))
        return ratio - density * _SPREAD / width / pile

    place = _FURTHEST
    if excess(_FURTHEST) < 0:
        place = (
            _NEAREST
            if excess(_NEAREST) < 0
            else float(optimize.brentq(excess, _NEAREST, _FURTHEST))
        )
    bins = np.arange(round(_REACH / width))
    edges = np.append(bins, bins.size) * width / _SPREAD - place
    shares: Floats = np.diff(special.ndtr(edges))
    shares /= shares.sum()
    return shares


def _spread(counts: Floats, end: int, bins: int, shape: Floats) -> Floats:
    pile = _piled(counts, end, bins)
    if pile == 0:
        return counts
    spread = counts.copy()
    here = slice(max(end + 1 - bins, 0), end + 1)
    held = float(spread[here].sum())
    spread[here] *= (held - pile) / held
    spread[end + 1 : end + 1 + shape.size] += pile * shape
    return spread


def _extended(pair: BinnedPair, size: int) -> BinnedPair:
    more = max(size - pair.middles.size, 0)
    if more == 0:
        return pair
    return replace(
        pair,
        middles=np.append(pair.middles, pair.middles[-1] + pair.width * np.arange(1, more + 1)),
        sample=np.append(pair.sample, np.zeros(more)),
        reference=np.append(pair.reference, np.zeros(more)),
    )


def _turned(pair: BinnedPair) -> BinnedPair:
    """Return the same with the lower end for the upper one."""
    return replace(
        pair,
        middles=-pair.middles[::-1],
        sample=pair.sample[::-1],
        reference=pair.reference[::-1],
    )
