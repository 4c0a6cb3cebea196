"""Permutation tests of donor means: two independent groups, and pairs.

Every assignment of donors to groups (or of signs to differences) is counted where there are few
enough; otherwise a fixed number is drawn and the observed one is counted among them, so that the
p value is never below what was looked at: (b + 1)/(m + 1), Phipson and Smyth 2010, Stat Appl Genet
Mol Biol 9:39. The statistic is the absolute difference of means (Fisher 1935, The design of
experiments, section 21; Pitman 1937, Suppl J R Stat Soc 4:119). The interval holds every shift
that the same test does not reject (Tritchler 1984, J Am Stat Assoc 79:200; Garthwaite 1996,
Biometrics 52:1387), found exactly and not by search:

after a shift θ is taken off, an assignment with the statistic ``S`` and the share ``c`` of the
shift has ``S − c θ``, and the observed one ``D − θ``. The assignment is as extreme where
``|S − c θ| ≥ |D − θ|``, which is the stretch between ``(D − S)/(1 − c)`` and ``(D + S)/(1 + c)``.
Every stretch holds ``D``, so that the bounds are order statistics of the stretches' ends.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
import numpy.typing as npt

from stroma.stats.effect_sizes import checked_level, finite_values

FloatArray = npt.NDArray[np.float64]

MOST_ASSIGNMENTS = 200_000
"""Assignments that are counted one by one; more are sampled. About a second on a small machine."""

DRAWN = 99_999
"""Assignments drawn otherwise: the standard error of a p of 0.05 is then 0.0007."""

SEED = 20260101
"""Of the draws, fixed so that the same values give the same p."""

_EQUAL = 1e-10
"""Statistics that differ by less, relative to the values' range, are ties: they are sums of the
same values in another order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermutationTest:
    """A permutation test with the interval of the shift.

    Parameters
    ----------
    estimate
        Difference of the means, or mean of the differences.
    p_value
        Two-sided.
    smallest_p
        The smallest p value that this many donors can give, whatever their values.
    low, high
        Interval of the shift; ``None`` on a side the donors are too few to bound.
    level
        Its confidence level.
    assignments
        How many were looked at, the observed one among them.
    possible
        How many there are.
    exact
        Whether all were looked at.
    """

    estimate: float
    p_value: float
    smallest_p: float
    low: float | None
    high: float | None
    level: float
    assignments: int
    possible: int
    exact: bool


def smallest_two_sample_p(first: int, second: int) -> float:
    """Return the smallest two-sided p value that two groups of donors can give.

    Parameters
    ----------
    first, second
        Donors of each group; one at the least.

    Returns
    -------
    float
        1 over the number of assignments; twice that for groups of one size, where exchanging the
        groups is as extreme.

    Examples
    --------
    >>> smallest_two_sample_p(3, 3), round(smallest_two_sample_p(3, 4), 4)
    (0.1, 0.0286)
    """
    if first < 1 or second < 1:
        msg = f"no groups of {first} and {second}"
        raise ValueError(msg)
    return (2.0 if first == second else 1.0) / math.comb(first + second, first)


def smallest_paired_p(pairs: int) -> float:
    """Return the smallest two-sided p value that pairs can give.

    Parameters
    ----------
    pairs
        Number of donors measured twice.

    Returns
    -------
    float
        2 over 2 to the number of pairs.

    Examples
    --------
    >>> smallest_paired_p(5), smallest_paired_p(6)
    (0.0625, 0.03125)
    """
    if pairs < 1:
        msg = f"no pairs: {pairs}"
        raise ValueError(msg)
    return 2.0 ** (1 - pairs)


def permute_two_samples(
    first: Sequence[float] | FloatArray,
    second: Sequence[float] | FloatArray,
    *,
    level: float,
    most: int = MOST_ASSIGNMENTS,
    drawn: int = DRAWN,
) -> PermutationTest:
    """Test whether two groups of donors differ, by exchanging donors between them.

    Parameters
    ----------
    first, second
        One value a donor.
    level
        Confidence level of the interval, between 0 and 1.
    most
        Count every assignment where there are no more.
    drawn
        How many to draw otherwise.

    Returns
    -------
    PermutationTest
        Of mean(first) − mean(second).

    Raises
    ------
    ValueError
        A group is empty or a value is not a number.

    Examples
    --------
    >>> test = permute_two_samples([7.1, 8.0, 9.2], [1.0, 2.2, 3.1], level=0.95)
    >>> test.p_value, test.smallest_p, test.low
    (0.1, 0.1, None)
    """
    one, other = finite_values(first, at_least=1), finite_values(second, at_least=1)
    values = np.concatenate([one, other])
    chosen, whole = _groups(one.size, values.size, most=most, drawn=drawn)
    in_first = values[chosen].sum(axis=1)
    statistics = in_first / one.size - (values.sum() - in_first) / other.size
    kept = (chosen < one.size).sum(axis=1)
    shares = kept / one.size - (one.size - kept) / other.size
    return _conclude(
        float(one.mean() - other.mean()),
        statistics,
        shares,
        scale=float(np.ptp(values)),
        level=level,
        possible=math.comb(int(values.size), int(one.size)),
        smallest=smallest_two_sample_p(int(one.size), int(other.size)),
        whole=whole,
    )


def permute_pairs(
    differences: Sequence[float] | FloatArray,
    *,
    level: float,
    most: int = MOST_ASSIGNMENTS,
    drawn: int = DRAWN,
) -> PermutationTest:
    """Test whether paired differences are about zero, by turning their signs.

    Parameters
    ----------
    differences
        One a donor.
    level
        Confidence level of the interval, between 0 and 1.
    most
        Count every pattern of signs where there are no more.
    drawn
        How many to draw otherwise.

    Returns
    -------
    PermutationTest
        Of the mean difference.

    Raises
    ------
    ValueError
        There is no difference or one is not a number.

    Examples
    --------
    >>> permute_pairs([1.2, 0.4, 2.2, 1.9, 0.7, 1.1], level=0.95).p_value
    0.03125
    """
    values = finite_values(differences, at_least=1)
    signs, whole = _signs(int(values.size), most=most, drawn=drawn)
    return _conclude(
        float(values.mean()),
        (signs @ values) / values.size,
        signs.mean(axis=1),
        scale=float(np.abs(values).max()),
        level=level,
        possible=2 ** int(values.size),
        smallest=smallest_paired_p(int(values.size)),
        whole=whole,
    )


def _groups(first: int, total: int, *, most: int, drawn: int) -> tuple[npt.NDArray[np.intp], bool]:
    """Return the places of the first group in each assignment; the observed one is the first."""
    possible = math.comb(total, first)
    if possible <= most:
        flat = chain.from_iterable(combinations(range(total), first))
        return np.fromiter(flat, dtype=np.intp, count=possible * first).reshape(-1, first), True
    generator = np.random.default_rng(SEED)
    chosen = np.empty((drawn + 1, first), dtype=np.intp)
    chosen[0] = np.arange(first)
    for i in range(1, drawn + 1):
        chosen[i] = generator.permutation(total)[:first]
    return chosen, False


def _signs(pairs: int, *, most: int, drawn: int) -> tuple[FloatArray, bool]:
    """Return the signs of each pattern, shape (patterns, pairs); the observed one is the first."""
    if pairs < 60 and 2**pairs <= most:
        patterns = np.arange(2**pairs)[:, None] >> np.arange(pairs)[None, :]
        return np.asarray(1.0 - 2.0 * (patterns & 1), dtype=np.float64), True
    generator = np.random.default_rng(SEED)
    signs: FloatArray = generator.choice(np.array([-1.0, 1.0]), size=(drawn + 1, pairs))
    signs[0] = 1.0
    return signs, False


def _conclude(
    estimate: float,
    statistics: FloatArray,
    shares: FloatArray,
    *,
    scale: float,
    level: float,
    possible: int,
    smallest: float,
    whole: bool,
) -> PermutationTest:
    extreme = np.abs(statistics) >= abs(estimate) - _EQUAL * scale
    lows, highs = _stretches(estimate, statistics, shares)
    count = int(statistics.size)
    # The slack lets 0.05 x 20 be 1, whatever its last bit.
    rank = math.floor((1.0 - checked_level(level)) * count * (1.0 + 1e-12))
    low, high = float(np.sort(lows)[rank]), float(np.sort(-highs)[rank])
    return PermutationTest(
        estimate=estimate,
        p_value=float(extreme.mean()),
        smallest_p=smallest if whole else max(smallest, 1.0 / count),
        low=low if math.isfinite(low) else None,
        high=-high if math.isfinite(high) else None,
        level=level,
        assignments=count,
        possible=possible,
        exact=whole,
    )


def _stretches(
    estimate: float, statistics: FloatArray, shares: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the shifts between which each assignment is as extreme as the observed one."""
    # At a share of 1 or -1 the assignment is the observed one or its mirror: always as extreme.
    unchanged = np.abs(shares) >= 1.0 - 1e-12
    share = np.where(unchanged, 0.0, shares)
    one, other = (estimate - statistics) / (1.0 - share), (estimate + statistics) / (1.0 + share)
    lows = np.where(unchanged, -np.inf, np.minimum(one, other))
    highs = np.where(unchanged, np.inf, np.maximum(one, other))
    return lows, highs
