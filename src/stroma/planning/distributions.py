"""How an input spreads, and how it is drawn.

What is not known of an input (which laboratory one is like, what the mean of all donors is) is
drawn once for a simulated laboratory and is the same in all its donations; what differs between
donations is drawn for each. Only so is the number of donations a plan needs right: a second
donation does not average out what is not known.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from stroma.planning.inputs import InputKind, Scale

Array: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]

NORMAL_95 = 1.6448536269514722
"""The 95 % point of the normal distribution: low and high are the 5 % and 95 % points."""

NEVER = 1e-6
"""Shares are kept this far (in parts of one) from 0 and 1, where the logit has no value."""

LARGEST_EXPONENT: Final = 700.0
"""Beyond it an exponential leaves the numbers a computer has; every input's bounds lie within."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """The donations of one laboratory, on the input's scale.

    Parameters
    ----------
    centre
        The median.
    below, above
        Standard deviations of the donations below and above it; 0 for none known.
    uniform
        Whether the donations lie evenly between ``centre - below`` and ``centre + above``.
    """

    centre: float
    below: float = 0.0
    above: float = 0.0
    uniform: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """An input's spread: exactly one of its forms is set.

    Parameters
    ----------
    scale
        The scale of the numbers in it.
    donors
        Own donors: how many, their mean and their standard deviation on the scale.
    components
        Laboratories or conditions, one of which a simulated laboratory is like.
    weights
        Their chances; they sum to one.
    counted
        Of a chance: how often it happened, and of how many.
    triangle
        Least, likeliest and greatest value on the scale.
    """

    scale: Scale
    donors: tuple[int, float, float] | None = None
    components: tuple[Component, ...] = ()
    weights: tuple[float, ...] = ()
    counted: tuple[int, int] | None = None
    triangle: tuple[float, float, float] | None = None

    @property
    def is_certain(self) -> bool:
        """Whether it is one number without a spread."""
        return len(self.components) == 1 and not self.components[0].below + self.components[0].above


def fixed(value: float, scale: Scale) -> Distribution:
    """Return a distribution that is one number.

    Parameters
    ----------
    value
        In the input's unit.
    scale
        Of the input.

    Returns
    -------
    Distribution
        Without a spread.

    Examples
    --------
    >>> fixed(2.0, Scale.LINEAR).components[0].centre
    2.0
    """
    return Distribution(
        scale=scale, components=(Component(centre=to_scale(value, scale)),), weights=(1.0,)
    )


def to_scale(value: float, scale: Scale) -> float:
    """Return a number on a scale.

    Parameters
    ----------
    value
        In the input's unit; percent for shares and chances.
    scale
        The scale.

    Returns
    -------
    float
        Its logarithm, its logit, or itself.
    """
    if scale is Scale.LOG:
        return float(np.log(value))
    if scale is Scale.LOGIT:
        share = min(max(value / 100, NEVER), 1 - NEVER)
        return float(np.log(share / (1 - share)))
    return value


def from_scale(values: Array, scale: Scale) -> Array:
    """Return numbers of a scale in the input's unit.

    Parameters
    ----------
    values
        On the scale.
    scale
        The scale.

    Returns
    -------
    array
        Of the same shape.
    """
    if scale is Scale.LOG:
        return np.exp(np.clip(values, -LARGEST_EXPONENT, LARGEST_EXPONENT))
    if scale is Scale.LOGIT:
        return 100 / (1 + np.exp(-np.clip(values, -LARGEST_EXPONENT, LARGEST_EXPONENT)))
    return values


@dataclass(frozen=True, slots=True)
class Stream:
    """Where chance comes from.

    Parameters
    ----------
    seed
        Of all of it.
    source
        The tissue, so that two sources are drawn apart.
    block
        Number of the block of donations: blocks share their laboratories, not their donations.
    """

    seed: int
    source: str
    block: int = 0

    def generators(self, name: str) -> tuple[np.random.Generator, np.random.Generator]:
        """Return the chance of laboratories and of donations, of one input.

        Parameters
        ----------
        name
            Of the input; its draws do not depend on which others there are.

        Returns
        -------
        tuple of numpy.random.Generator
            Laboratories, donations.
        """
        key = zlib.crc32(f"{self.source}/{name}".encode())
        return (
            np.random.default_rng([self.seed, key]),
            np.random.default_rng([self.seed, key, self.block + 1]),
        )


def draw(
    distribution: Distribution, kind: InputKind, *, shape: tuple[int, int], stream: Stream
) -> Array:
    """Draw an input for every donation of every simulated laboratory.

    Parameters
    ----------
    distribution
        Its spread.
    kind
        The input; its bounds hold for every draw.
    shape
        Laboratories, donations of each.
    stream
        Where chance comes from.

    Returns
    -------
    array of float, shape (laboratories, donations)
        In the input's unit. A chance is the same in all donations of a laboratory.
    """
    of_laboratories, of_donations = stream.generators(kind.name)
    if distribution.counted is not None:
        happened, of = distribution.counted
        # Jeffreys' prior: Beta(1/2, 1/2), Brown, Cai and DasGupta 2001, doi:10.1214/ss/1009213286.
        chance = of_laboratories.beta(happened + 0.5, of - happened + 0.5, size=(shape[0], 1))
        return np.broadcast_to(100 * chance, shape)
    # A chance that is not certain is not known; it does not differ between donations.
    shared = distribution.scale is Scale.CHANCE
    size = (shape[0], 1) if shared else shape
    rng = of_laboratories if shared else of_donations
    if distribution.triangle is not None:
        values = rng.triangular(*_apart(distribution.triangle), size)
    elif distribution.donors is not None:
        values = _own_donors(distribution.donors, of_laboratories, rng, size)
    else:
        values = _laboratories(distribution, of_laboratories, rng, size)
    drawn = np.clip(from_scale(values, distribution.scale), kind.low, kind.high)
    return np.asarray(np.broadcast_to(drawn, shape))


def _apart(triangle: tuple[float, float, float]) -> tuple[float, float, float]:
    """Return a triangle whose ends are not the same number, which no generator takes."""
    low, likeliest, high = triangle
    return (low, likeliest, high) if high > low else (low, low, low + max(abs(low), 1.0) * 1e-12)


def _own_donors(
    donors: tuple[int, float, float],
    of_laboratories: np.random.Generator,
    of_donations: np.random.Generator,
    size: tuple[int, int],
) -> Array:
    """Draw donors of a laboratory of which a few are known.

    The mean and the variance of all donors are drawn from what the few leave open (normal data,
    the prior p(mean, variance) ∝ 1/variance), each donor from them: one donor follows the
    predictive t distribution with n − 1 degrees of freedom (Gelman et al., Bayesian Data
    Analysis, 3rd edition, section 3.2).
    """
    n, mean, sd = donors
    variance = sd**2 * (n - 1) / of_laboratories.chisquare(n - 1, size=(size[0], 1))
    centre = mean + np.sqrt(variance / n) * of_laboratories.standard_normal((size[0], 1))
    return np.asarray(centre + np.sqrt(variance) * of_donations.standard_normal(size))


def _laboratories(
    distribution: Distribution,
    of_laboratories: np.random.Generator,
    of_donations: np.random.Generator,
    size: tuple[int, int],
) -> Array:
    components = distribution.components
    if distribution.is_certain:
        return np.full((size[0], 1), components[0].centre)
    chosen = of_laboratories.choice(
        len(components), size=(size[0], 1), p=np.array(distribution.weights)
    )
    centre, below, above = (
        np.array([getattr(part, name) for part in components])[chosen]
        for name in ("centre", "below", "above")
    )
    away = of_donations.standard_normal(size)
    if any(part.uniform for part in components):
        even = np.array([part.uniform for part in components])[chosen]
        away = np.where(even, of_donations.uniform(-1, 1, size), away)
    return np.asarray(centre + np.where(away < 0, below, above) * away)
