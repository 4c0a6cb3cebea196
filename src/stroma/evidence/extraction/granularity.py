"""Which means, deviations and p values a sample of a given size can have.

A check says no only where no sample at all gives what was printed, whatever way its figures were
rounded.

Sources
-------
Brown NJL, Heathers JAJ. Soc Psychol Personal Sci 2017;8:363 (means of whole numbers: GRIM).
Anaya J. PeerJ Preprints 2016;4:e2400v1; Allard A. Analytic-GRIMMER, 2018 (their deviations).
Bhatia R, Davis C. Am Math Mon 2000;107:353 (largest variance between two bounds).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Sample:
    """Mean, standard deviation and size of a group.

    Parameters
    ----------
    mean, deviation
        In one unit.
    n
        2 or more.
    """

    mean: float
    deviation: float
    n: int


def rounded_from(written: str) -> tuple[Fraction, Fraction]:
    """Return between which numbers one lies that was rounded to what is written.

    Parameters
    ----------
    written
        A number with a decimal point, to its last zero.

    Returns
    -------
    low, high : Fraction
        Half a unit of its last digit to either side, ends included: a 5 is rounded up by some and
        down by others.

    Examples
    --------
    >>> [float(end) for end in rounded_from("5.10")]
    [5.095, 5.105]
    """
    exact = Decimal(written)
    exponent = exact.as_tuple().exponent
    half = Fraction(10) ** int(exponent) / 2
    return Fraction(exact) - half, Fraction(exact) + half


def nearest_means(written: str, n: int) -> tuple[Fraction, ...]:
    """Return the means of ``n`` whole numbers that a printed mean can stand for.

    Parameters
    ----------
    written
        The mean as printed.
    n
        How many whole numbers.

    Returns
    -------
    tuple of Fraction
        Those that round to it; none where the printed mean is impossible.

    Examples
    --------
    >>> nearest_means("5.19", 28)
    ()
    >>> [str(mean) for mean in nearest_means("5.18", 28)]
    ['145/28']
    """
    low, high = rounded_from(written)
    sums = range(math.ceil(low * n), math.floor(high * n) + 1)
    return tuple(Fraction(total, n) for total in sums)


def is_possible_deviation(mean: str, deviation: str, n: int) -> bool:
    """Tell whether ``n`` whole numbers can have a printed mean and standard deviation.

    Parameters
    ----------
    mean, deviation
        As printed.
    n
        How many whole numbers, 2 or more.

    Returns
    -------
    bool
        False where no sum of squares of the right parity lies between what the printed figures
        allow; False as well where the mean alone is impossible.

    Examples
    --------
    >>> is_possible_deviation("3.44", "2.47", 18)
    False
    >>> is_possible_deviation("3.44", "2.48", 18)
    True
    """
    low, high = (max(end, Fraction(0)) for end in rounded_from(deviation))
    for possible in nearest_means(mean, n):
        total = int(possible * n)
        whole, rest = divmod(total, n)
        # Numbers as even as their sum allows have the smallest sum of squares.
        least = n * whole**2 + rest * (2 * whole + 1)
        shared = Fraction(total**2, n)
        first = max(math.ceil(shared + (n - 1) * low**2), least)
        last = math.floor(shared + (n - 1) * high**2)
        # A number and its square are odd together, and so are their sums.
        if first + (first - total) % 2 <= last:
            return True
    return False


def largest_deviation(mean: float, low: float, high: float | None, n: int) -> float:
    """Return the largest standard deviation of values that cannot leave their bounds.

    Parameters
    ----------
    mean
        Of the values, between the bounds.
    low, high
        The bounds; ``None`` for no upper one.
    n
        How many values, 2 or more.

    Returns
    -------
    float
        ``sqrt((mean - low) (high - mean) n / (n - 1))``, reached where every value lies at one
        bound or the other; without an upper bound all but one lie at the lower:
        ``(mean - low) sqrt(n)``.

    Examples
    --------
    >>> largest_deviation(50, 0, 100, 2)
    70.71067811865476
    >>> largest_deviation(10, 0, None, 4)
    20.0
    """
    above = mean - low
    if high is None:
        return max(above, 0.0) * math.sqrt(n)
    return math.sqrt(max(above * (high - mean), 0.0) * n / (n - 1))


def possible_deviations(width: float, n: int) -> tuple[float, float]:
    """Return the smallest and largest standard deviation of values with a given range.

    Parameters
    ----------
    width
        Largest value minus the smallest.
    n
        How many values, 2 or more.

    Returns
    -------
    smallest, largest : float
        All others in the middle; half at each end.

    Examples
    --------
    >>> [round(deviation, 3) for deviation in possible_deviations(10, 2)]
    [7.071, 7.071]
    """
    smallest = width / math.sqrt(2 * (n - 1))
    return smallest, width / 2 * math.sqrt(n / (n - 1))


def t_test_p_values(one: Sample, other: Sample) -> tuple[float, float] | None:
    """Return the two-sided p values of Student's and Welch's test from printed figures.

    Parameters
    ----------
    one, other
        The groups.

    Returns
    -------
    student, welch : float
        The p values; ``None`` where neither group has any spread.

    Examples
    --------
    >>> student, welch = t_test_p_values(Sample(20, 5, 10), Sample(26, 6, 10))
    >>> round(student, 4), round(welch, 4)
    (0.0258, 0.0262)
    """
    from scipy.special import stdtr

    shares = [group.deviation**2 / group.n for group in (one, other)]
    if sum(shares) == 0:
        return None
    freedom = one.n + other.n - 2
    pooled = (
        (one.n - 1) * one.deviation**2 + (other.n - 1) * other.deviation**2
    ) / freedom  # fmt: skip
    distance = abs(one.mean - other.mean)
    student = distance / math.sqrt(pooled * (1 / one.n + 1 / other.n))
    welch = distance / math.sqrt(sum(shares))
    satterthwaite = sum(shares) ** 2 / (
        shares[0] ** 2 / (one.n - 1) + shares[1] ** 2 / (other.n - 1)
    )
    return 2 * float(stdtr(freedom, -student)), 2 * float(stdtr(satterthwaite, -welch))
