"""Relative quantities from threshold cycles: delta-delta-Ct, efficiency, and both intervals.

A cycle at which a reaction crosses its threshold is a logarithm of what was in it: with the
amplification factor ``E`` (2 where every cycle doubles), ``log2 quantity = c − Ct · log2 E``. The
mean of several reference genes' logarithms is the logarithm of their geometric mean (Vandesompele
2002, Genome Biol 3:research0034). The ratio of target to reference in a sample over that in the
calibrator is ``2^-ddCt`` (Livak and Schmittgen 2001, Methods 25:402), and with factors of its own
for each gene the ratio of Pfaffl (2001, Nucleic Acids Res 29:e45).

Two intervals go by the same name and differ by half. Livak's ``2^-(ddCt ± s)`` spreads by one
standard deviation of the sample's delta-Ct, takes the calibrator as known without error, and has
no confidence level. The t interval is one of the ddCt itself: the standard errors of both means,
with Satterthwaite's degrees of freedom (Welch 1947; Yuan 2006, BMC Bioinformatics 7:85 tests the
ddCt so, with one variance for both).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

DOUBLING: Final = 2.0
"""Amplification factor of a reaction whose every cycle doubles."""
_LEAST_POINTS: Final = 3


@dataclass(frozen=True, slots=True)
class Efficiency:
    """How well a gene is amplified, from a dilution series.

    Parameters
    ----------
    slope, slope_error, intercept
        Of the threshold cycle against the decimal logarithm of the quantity.
    factor, factor_low, factor_high
        Amplification factor ``10^(−1/slope)`` a cycle, and its interval from that of the slope.
    r_squared
        Share of the variance of the cycles that the line explains.
    points
        Reactions in the series.
    level
        Confidence level of the interval.
    """

    slope: float
    slope_error: float
    intercept: float
    factor: float
    factor_low: float | None
    factor_high: float | None
    r_squared: float
    points: int
    level: float

    @property
    def percent(self) -> float:
        """Return the efficiency in percent: 100 where every cycle doubles."""
        return 100.0 * (self.factor - 1.0)


def amplification_efficiency(
    quantities: Sequence[float], cycles: Sequence[float], *, level: float
) -> Efficiency:
    """Return the efficiency of an amplification from a dilution series.

    Parameters
    ----------
    quantities
        What was put in, in any unit; all above zero.
    cycles
        Threshold cycles, one a reaction.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    Efficiency
        The bounds are ``None`` where the slope cannot be told from zero on that side.

    Raises
    ------
    ValueError
        Fewer than three reactions or two quantities, a quantity that is not above zero, or cycles
        that do not fall as the quantity rises.

    Examples
    --------
    >>> found = amplification_efficiency([1, 10, 100], [30.0, 26.7, 23.3], level=0.95)
    >>> round(found.slope, 2), round(found.percent, 1)
    (-3.35, 98.8)
    """
    if len(quantities) != len(cycles) or len(cycles) < _LEAST_POINTS:
        msg = "a dilution series has three reactions or more"
        raise ValueError(msg)
    if min(quantities) <= 0 or len(set(quantities)) < 2:
        msg = "a dilution series has two quantities or more, all above zero"
        raise ValueError(msg)
    x = np.log10(np.asarray(quantities, dtype=float))
    y = np.asarray(cycles, dtype=float)
    spread = float(((x - x.mean()) ** 2).sum())
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / spread)
    if slope >= 0:
        msg = f"the cycles of a dilution series fall with the quantity; their slope is {slope}"
        raise ValueError(msg)
    intercept = float(y.mean() - slope * x.mean())
    residual = float(((y - intercept - slope * x) ** 2).sum())
    freedom = len(cycles) - 2
    error = math.sqrt(residual / freedom / spread)
    reach = _quantile(level, freedom) * error
    steep, flat = slope - reach, slope + reach
    total = float(((y - y.mean()) ** 2).sum())
    return Efficiency(
        slope=slope,
        slope_error=error,
        intercept=intercept,
        factor=_factor(slope),
        factor_low=_factor(steep),
        factor_high=_factor(flat) if flat < 0 else None,
        r_squared=1.0 - residual / total,
        points=len(cycles),
        level=level,
    )


def _factor(slope: float) -> float:
    return float(10.0 ** (-1.0 / slope))


@dataclass(frozen=True, slots=True)
class Cycles:
    """Threshold cycles of one sample.

    Parameters
    ----------
    target
        Of the gene of interest, one a reaction.
    references
        Of each reference gene, one a reaction.
    same_tube
        Whether the reactions of all genes are paired in their order, amplified in one tube.
    """

    target: tuple[float, ...]
    references: tuple[tuple[float, ...], ...]
    same_tube: bool = False


@dataclass(frozen=True, slots=True)
class Amplification:
    """Factors by which a cycle multiplies, and the error of their logarithms.

    Parameters
    ----------
    target
        Of the gene of interest.
    references
        Of each reference gene.
    measured
        Efficiencies behind the factors, target first, where their error is to be counted.
    """

    target: float
    references: tuple[float, ...]
    measured: tuple[Efficiency, ...] = ()


@dataclass(frozen=True, slots=True)
class DeltaCt:
    """Target minus the mean of the references, in cycles of doubling.

    Parameters
    ----------
    value
        Its mean.
    deviation
        Standard deviation of one delta-Ct; ``None`` where a gene has one reaction only.
    error, degrees_of_freedom
        Standard error of the mean, and its degrees of freedom after Satterthwaite; ``None``
        likewise, and the latter also where no reactions differ.
    """

    value: float
    deviation: float | None
    error: float | None
    degrees_of_freedom: float | None


@dataclass(frozen=True, slots=True)
class RelativeExpression:
    """A sample relative to its calibrator.

    Parameters
    ----------
    sample, calibrator
        Their delta-Ct.
    ddct
        The difference.
    fold
        ``2^-ddCt``.
    livak_low, livak_high
        ``2^-(ddCt ± s)`` with the standard deviation of the sample's delta-Ct.
    low, high
        ``2^-`` of the t interval of the ddCt.
    degrees_of_freedom
        Of that interval.
    level
        Its confidence level.
    """

    sample: DeltaCt
    calibrator: DeltaCt
    ddct: float
    fold: float
    livak_low: float | None
    livak_high: float | None
    low: float | None
    high: float | None
    degrees_of_freedom: float | None
    level: float


@dataclass(frozen=True, slots=True)
class _Part:
    """Variance of one independent mean, with its degrees of freedom."""

    variance: float
    freedom: float


def delta_ct(cycles: Cycles, factors: Amplification | None = None) -> DeltaCt:
    """Return the delta-Ct of a sample.

    Parameters
    ----------
    cycles
        Its threshold cycles.
    factors
        Of the genes; doubling where not given. Cycles of another factor are turned into those of
        doubling: ``Ct · log2 E``.

    Returns
    -------
    DeltaCt
        In separate tubes the variances of the genes add up; in the same tube the differences of
        the pairs have one.

    Raises
    ------
    ValueError
        There are no cycles of a gene, no reference gene, or the reactions of one tube are not
        paired.

    Examples
    --------
    >>> found = delta_ct(Cycles((30.72, 30.34, 30.58), ((23.7, 23.56, 23.47),)))
    >>> round(found.value, 2), round(found.deviation, 2)
    (6.97, 0.22)
    """
    return _delta(cycles, factors)[0]


def delta_ct_bounds(delta: DeltaCt, *, level: float) -> tuple[float, float] | None:
    """Return the t interval of a mean delta-Ct.

    Parameters
    ----------
    delta
        A delta-Ct.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    tuple of float or None
        Its ends; ``None`` where its error is not known.

    Examples
    --------
    >>> low, high = delta_ct_bounds(DeltaCt(5.0, 0.2, 0.1, 3.0), level=0.95)
    >>> round(low, 3), round(high, 3)
    (4.682, 5.318)
    """
    if delta.error is None or delta.degrees_of_freedom is None:
        return None
    reach = _quantile(level, delta.degrees_of_freedom) * delta.error
    return delta.value - reach, delta.value + reach


def relative_expression(
    sample: Cycles,
    calibrator: Cycles,
    *,
    level: float,
    factors: Amplification | None = None,
    equal_variances: bool = False,
) -> RelativeExpression:
    """Return how much of a gene is in a sample relative to the calibrator.

    Parameters
    ----------
    sample, calibrator
        Threshold cycles of the gene and of its references in both.
    level
        Confidence level of the t interval, between 0 and 1.
    factors
        Of the genes, for the ratio of Pfaffl; doubling where not given, for ``2^-ddCt``.
    equal_variances
        Whether sample and calibrator share one variance, as in Student's t test; otherwise
        Satterthwaite's degrees of freedom are used. Only for genes of one tube.

    Returns
    -------
    RelativeExpression
        With the interval of Livak and the t interval of the ddCt.

    Raises
    ------
    ValueError
        As :func:`delta_ct`; or one variance is asked for that separate tubes have not.

    Notes
    -----
    The error of measured efficiencies is counted by the delta method: ``ln E = −ln 10 / slope``,
    times the difference of the gene's mean cycles.

    Examples
    --------
    >>> brain = Cycles((7.0, 7.2, 6.8), ((0.0, 0.0, 0.0),), same_tube=True)
    >>> kidney = Cycles((4.5, 4.4, 4.6), ((0.0, 0.0, 0.0),), same_tube=True)
    >>> found = relative_expression(kidney, brain, level=0.95)
    >>> round(found.ddct, 2), round(found.fold, 2), round(found.low, 2), round(found.high, 2)
    (-2.5, 5.66, 4.24, 7.55)
    """
    one, parts_one = _delta(sample, factors)
    other, parts_other = _delta(calibrator, factors)
    ddct = one.value - other.value
    low = high = freedom = None
    if parts_one is not None and parts_other is not None:
        parts = [*parts_one, *parts_other, *_efficiency_parts(sample, calibrator, factors)]
        if equal_variances:
            parts = [_pooled(sample, calibrator, parts_one, parts_other)]
        freedom = _satterthwaite(parts)
        if freedom is not None:
            reach = _quantile(level, freedom) * math.sqrt(sum(part.variance for part in parts))
            low, high = 2.0 ** -(ddct + reach), 2.0 ** -(ddct - reach)
    spread = one.deviation
    return RelativeExpression(
        sample=one,
        calibrator=other,
        ddct=ddct,
        fold=2.0**-ddct,
        livak_low=None if spread is None else 2.0 ** -(ddct + spread),
        livak_high=None if spread is None else 2.0 ** -(ddct - spread),
        low=low,
        high=high,
        degrees_of_freedom=freedom,
        level=level,
    )


def _delta(cycles: Cycles, factors: Amplification | None) -> tuple[DeltaCt, list[_Part] | None]:
    genes = (cycles.target, *cycles.references)
    if not cycles.references or any(not gene for gene in genes):
        msg = "a delta-Ct needs cycles of the target and of at least one reference gene"
        raise ValueError(msg)
    weights = [math.log2(factor) for factor in _all_factors(factors, len(cycles.references))]
    scaled = [np.asarray(gene) * weight for gene, weight in zip(genes, weights, strict=True)]
    count = len(cycles.references)
    if cycles.same_tube:
        if len({len(gene) for gene in genes}) > 1:
            msg = "genes of one tube have as many cycles each"
            raise ValueError(msg)
        pairs = scaled[0] - np.mean(scaled[1:], axis=0)
        return _summed([pairs], [1.0], float(pairs.mean()))
    value = float(scaled[0].mean() - np.mean([gene.mean() for gene in scaled[1:]]))
    return _summed(scaled, [1.0, *[1.0 / count] * count], value)


def _all_factors(factors: Amplification | None, references: int) -> tuple[float, ...]:
    if factors is None:
        return (DOUBLING,) * (references + 1)
    held = (factors.target, *factors.references)
    if len(held) != references + 1 or min(held) <= 1:
        msg = "each gene has an amplification factor above 1"
        raise ValueError(msg)
    return held


def _summed(
    groups: Sequence[np.ndarray], weights: Sequence[float], value: float
) -> tuple[DeltaCt, list[_Part] | None]:
    if any(len(group) < 2 for group in groups):
        return DeltaCt(value, None, None, None), None
    variances = [
        weight**2 * float(group.var(ddof=1)) for group, weight in zip(groups, weights, strict=True)
    ]
    parts = [
        _Part(variance / len(group), len(group) - 1)
        for variance, group in zip(variances, groups, strict=True)
    ]
    error = math.sqrt(sum(part.variance for part in parts))
    return DeltaCt(value, math.sqrt(sum(variances)), error, _satterthwaite(parts)), parts


def _efficiency_parts(
    sample: Cycles, calibrator: Cycles, factors: Amplification | None
) -> list[_Part]:
    """Return what the errors of measured efficiencies add to the variance of the ddCt."""
    if factors is None or not factors.measured:
        return []
    shares = [1.0, *[1.0 / len(sample.references)] * len(sample.references)]
    pairs = zip(
        (sample.target, *sample.references),
        (calibrator.target, *calibrator.references),
        strict=True,
    )
    parts = []
    for (one, other), share, efficiency in zip(pairs, shares, factors.measured, strict=True):
        difference = float(np.mean(one) - np.mean(other))
        # log2 E = −log2 10 / slope
        error = math.log2(10.0) / efficiency.slope**2 * efficiency.slope_error
        variance = (share * difference * error) ** 2
        if variance > 0:
            parts.append(_Part(variance, efficiency.points - 2))
    return parts


def _pooled(
    sample: Cycles, calibrator: Cycles, one: Sequence[_Part], other: Sequence[_Part]
) -> _Part:
    if not (sample.same_tube and calibrator.same_tube):
        msg = "one variance of two delta-Ct needs genes of one tube"
        raise ValueError(msg)
    sizes = len(sample.target), len(calibrator.target)
    freedom = sizes[0] + sizes[1] - 2
    squares = sum(
        part.variance * size * part.freedom
        for part, size in zip((*one, *other), sizes, strict=True)
    )
    return _Part(squares / freedom * (1 / sizes[0] + 1 / sizes[1]), freedom)


def _satterthwaite(parts: Sequence[_Part]) -> float | None:
    total = sum(part.variance for part in parts)
    if total <= 0:
        return None
    return float(total**2 / sum(part.variance**2 / part.freedom for part in parts))


def _quantile(level: float, freedom: float) -> float:
    return float(special.stdtrit(freedom, (1.0 + level) / 2.0))
