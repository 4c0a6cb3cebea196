"""FlowJo's biexponential scale, so that its gates enclose what they enclose in FlowJo."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from stroma.cytometry.inversion import Floats, distances_at

LN10 = math.log(10)

CHANNELS: Final = 4096
"""Channels FlowJo divides the scale into; its tables of the scale have one value a channel."""


@dataclass(frozen=True, slots=True)
class _Constants:
    rising: float
    climb: float
    falling: float
    decay: float
    zero: float


@dataclass(frozen=True)
class Biexponential:
    """FlowJo's biexponential scale, from 0 (channel 0) to 1 (channel 4096).

    Parameters
    ----------
    top
        ``maxRange``, the linear value one channel above position 1.
    decades
        ``pos``, positive decades.
    negative_decades
        ``neg``, further negative decades; below 0 counts as 0.
    width_basis
        ``width``, at most -1; the more negative, the wider the linear part.

    Raises
    ------
    ValueError
        Parameters for which the scale is not defined.

    Notes
    -----
    FlowJo documents no formula. This is the difference of two exponentials that its exported
    tables hold (within a thousandth of a channel), with the whole channel its zero is put on; the
    same family as the logicle scale (Parks DR, Roederer M, Moore WA. Cytometry A 2006;69:541-551).

    Examples
    --------
    >>> scale = Biexponential(262144.0, 4.418539922, 0.0, -10.0)
    >>> (scale.positions([0.0, 1000.0]) * 4096).round(1).tolist()
    [463.0, 1816.8]
    """

    top: float
    decades: float
    negative_decades: float
    width_basis: float

    def __post_init__(self) -> None:
        basis, decades = self.width_basis, self.decades
        if not (self.top > 0 and basis <= -1 and decades > math.log10(-basis) / 2):
            msg = (
                f"no biexponential scale has maxRange = {self.top}, pos = {decades}, "
                f"neg = {self.negative_decades}, width = {basis}"
            )
            raise ValueError(msg)

    @cached_property
    def _constants(self) -> _Constants:
        width = math.log10(-self.width_basis)
        decades = self.decades - width / 2
        extra = max(self.negative_decades, 0.0) + width / 2
        zero = min(int(extra * CHANNELS / (extra + decades)), CHANNELS // 2)
        if zero > 0:
            # The zero is moved to a whole channel, and the decades with it.
            decades = extra * CHANNELS / zero
        climb = decades * LN10
        relative = width / (2 * decades)
        decay = _decay(climb, relative)
        least = self.top / math.exp(climb)
        at_zero = zero / (CHANNELS + 1)
        shift = (climb + decay) * (relative + extra / decades)
        return _Constants(
            rising=least * math.exp(climb * at_zero),
            climb=climb * CHANNELS / (CHANNELS + 1),
            falling=least * math.exp(shift - decay * at_zero),
            decay=decay * CHANNELS / (CHANNELS + 1),
            zero=zero / CHANNELS,
        )

    def values(self, positions: npt.ArrayLike) -> Floats:
        """Return the linear values at display positions; the same shape."""
        k = self._constants
        from_zero = np.asarray(positions, dtype=np.float64) - k.zero
        distance = np.abs(from_zero)
        height = k.rising * np.expm1(k.climb * distance)
        height -= k.falling * np.expm1(-k.decay * distance)
        return np.copysign(height, from_zero)

    def positions(self, values: npt.ArrayLike) -> Floats:
        """Return the display positions of linear values; the same shape."""
        k = self._constants
        held = np.asarray(values, dtype=np.float64)
        measured = np.isfinite(held)
        height = np.abs(np.where(measured, held, 0.0))

        def curve(distance: Floats) -> tuple[Floats, Floats, Floats]:
            up, down = (
                k.rising * np.exp(k.climb * distance),
                k.falling * np.exp(-k.decay * distance),
            )
            return (
                (up - k.rising) - (down - k.falling),
                k.climb * up + k.decay * down,
                k.climb**2 * up - k.decay**2 * down,
            )

        # The curve lies above its rising part alone.
        start = np.log1p(height / k.rising) / k.climb
        distance = distances_at(curve, height, start)
        return np.where(measured, k.zero + np.copysign(distance, held), held)


def _decay(climb: float, width: float) -> float:
    """Solve ``2 (ln d - ln climb) + width (d + climb) = 0`` for d in (0, climb]."""
    low, high = 0.0, climb
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return high
        if 2 * math.log(middle / climb) + width * (climb + middle) > 0:
            high = middle
        else:
            low = middle
