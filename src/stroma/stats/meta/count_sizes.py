"""From printed counts, rates and correlations to an estimate with its sampling variance.

Measures and names as in metafor's ``escalc``. A half is added to every cell of a table that holds
a zero, and only there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from stroma.stats.meta.effect_sizes import EffectSize

ZERO_CELL = 0.5
"""Added to each cell of a table with a zero (Gart and Zweifel 1967, Biometrika 54:181)."""


@dataclass(frozen=True, slots=True)
class TwoByTwo:
    """Events and non-events of two groups.

    Parameters
    ----------
    a, b
        Of the first: with and without.
    c, d
        Of the second.
    """

    a: float
    b: float
    c: float
    d: float

    def __post_init__(self) -> None:
        cells = (self.a, self.b, self.c, self.d)
        if min(cells) < 0 or self.a + self.b == 0 or self.c + self.d == 0:
            msg = f"a table of {self.a}, {self.b}, {self.c} and {self.d}"
            raise ValueError(msg)

    def filled(self) -> TwoByTwo:
        """Return the table with a half added to every cell where one of them is zero."""
        if min(self.a, self.b, self.c, self.d) > 0:
            return self
        return TwoByTwo(
            self.a + ZERO_CELL, self.b + ZERO_CELL, self.c + ZERO_CELL, self.d + ZERO_CELL
        )


def log_risk_ratio(table: TwoByTwo) -> EffectSize:
    """Return the logarithm of the ratio of two risks (RR).

    Parameters
    ----------
    table
        The counts.

    Returns
    -------
    EffectSize
        Of first over second.

    Examples
    --------
    >>> round(log_risk_ratio(TwoByTwo(4, 119, 11, 128)).value, 4)
    -0.8893
    """
    t = table.filled()
    first, second = t.a + t.b, t.c + t.d
    return EffectSize(
        math.log((t.a / first) / (t.c / second)), 1 / t.a - 1 / first + 1 / t.c - 1 / second
    )


def log_odds_ratio(table: TwoByTwo) -> EffectSize:
    """Return the logarithm of the ratio of two odds (OR).

    Parameters
    ----------
    table
        The counts.

    Returns
    -------
    EffectSize
        Of first over second.
    """
    t = table.filled()
    return EffectSize(math.log(t.a * t.d / (t.b * t.c)), 1 / t.a + 1 / t.b + 1 / t.c + 1 / t.d)


def log_peto_odds_ratio(table: TwoByTwo) -> EffectSize:
    """Return Peto's one-step log odds ratio (PETO), which needs no half for a zero.

    Parameters
    ----------
    table
        The counts, with events and non-events in all.

    Returns
    -------
    EffectSize
        Of first over second.

    Raises
    ------
    ValueError
        No event in either group, or nothing but events.
    """
    first, second = table.a + table.b, table.c + table.d
    events, others = table.a + table.c, table.b + table.d
    total = first + second
    if events == 0 or others == 0:
        msg = "both groups hold nothing but events, or none"
        raise ValueError(msg)
    information = first * second * events * others / (total**2 * (total - 1))
    return EffectSize((table.a - first * events / total) / information, 1 / information)


def risk_difference(table: TwoByTwo) -> EffectSize:
    """Return the difference of two risks (RD).

    Parameters
    ----------
    table
        The counts.

    Returns
    -------
    EffectSize
        First less second; the half for a zero enters the variance, as in metafor.
    """
    t = table.filled()
    first, second = t.a + t.b, t.c + t.d
    variance = t.a * t.b / first**3 + t.c * t.d / second**3
    return EffectSize(t.a / first - t.c / second, variance)


def arcsine_difference(table: TwoByTwo) -> EffectSize:
    """Return the difference of two arcsine square roots of risks (AS).

    Parameters
    ----------
    table
        The counts.

    Returns
    -------
    EffectSize
        First less second.
    """
    first, second = table.a + table.b, table.c + table.d
    value = math.asin(math.sqrt(table.a / first)) - math.asin(math.sqrt(table.c / second))
    return EffectSize(value, 1 / (4 * first) + 1 / (4 * second))


def _share(events: float, total: float) -> tuple[float, float]:
    if not 0 <= events <= total or total <= 0:
        msg = f"{events} of {total}"
        raise ValueError(msg)
    if events in (0, total):
        return events + ZERO_CELL, total + 2 * ZERO_CELL
    return events, total


def proportion(events: float, total: float) -> EffectSize:
    """Return a proportion (PR).

    Parameters
    ----------
    events, total
        How many of how many; halves are added to 0 and to all.

    Returns
    -------
    EffectSize
        As a fraction.
    """
    x, n = _share(events, total)
    return EffectSize(x / n, x / n * (1 - x / n) / n)


def logit_proportion(events: float, total: float) -> EffectSize:
    """Return the log odds of a proportion (PLO).

    Parameters
    ----------
    events, total
        How many of how many; halves are added to 0 and to all.

    Returns
    -------
    EffectSize
        The log odds.

    Examples
    --------
    >>> round(logit_proportion(38, 54).value, 4)
    0.865
    """
    x, n = _share(events, total)
    return EffectSize(math.log(x / (n - x)), 1 / x + 1 / (n - x))


def arcsine_proportion(events: float, total: float) -> EffectSize:
    """Return the arcsine square root of a proportion (PAS).

    Parameters
    ----------
    events, total
        How many of how many.

    Returns
    -------
    EffectSize
        In radians.
    """
    if not 0 <= events <= total or total <= 0:
        msg = f"{events} of {total}"
        raise ValueError(msg)
    return EffectSize(math.asin(math.sqrt(events / total)), 1 / (4 * total))


def log_proportion(events: float, total: float) -> EffectSize:
    """Return the logarithm of a proportion (PLN).

    Parameters
    ----------
    events, total
        How many of how many; halves are added to 0 and to all.

    Returns
    -------
    EffectSize
        The logarithm.
    """
    x, n = _share(events, total)
    return EffectSize(math.log(x / n), 1 / x - 1 / n)


def double_arcsine(events: float, total: float) -> EffectSize:
    """Return Freeman and Tukey's double arcsine of a proportion (PFT).

    Parameters
    ----------
    events, total
        How many of how many; zero and all need no half.

    Returns
    -------
    EffectSize
        In radians (Freeman and Tukey 1950, Ann Math Stat 21:607), half their sum as in metafor.

    Raises
    ------
    ValueError
        More events than there are, or none to count.
    """
    if not 0 <= events <= total or total <= 0:
        msg = f"{events} of {total}"
        raise ValueError(msg)
    value = math.asin(math.sqrt(events / (total + 1)))
    value += math.asin(math.sqrt((events + 1) / (total + 1)))
    return EffectSize(value / 2, 1 / (4 * total + 2))


def from_double_arcsine(value: float, totals: Sequence[float]) -> float:
    """Return the proportion behind a pooled double arcsine.

    Parameters
    ----------
    value
        In radians.
    totals
        Of the studies pooled; their harmonic mean is taken (Miller 1978, Am Stat 32:138).

    Returns
    -------
    float
        From 0 to 1. Studies of very unequal size can bend it (Schwarzer 2019, Res Synth Methods
        10:476), so that the log odds are the safer measure.

    Examples
    --------
    >>> round(from_double_arcsine(double_arcsine(12, 40).value, [40]), 4)
    0.3
    """
    n = len(totals) / sum(1 / total for total in totals)
    lowest = double_arcsine(0, n).value
    highest = double_arcsine(n, n).value
    if value <= lowest or value >= highest:
        return 0.0 if value <= lowest else 1.0
    sine, cosine = math.sin(2 * value), math.cos(2 * value)
    inner = 1 - (sine + (sine - 1 / sine) / n) ** 2
    return 0.5 * (1 - math.copysign(math.sqrt(max(inner, 0.0)), cosine))


def rate(events: float, time: float) -> EffectSize:
    """Return an incidence rate (IR).

    Parameters
    ----------
    events
        How many; a half is added to none for the variance's sake, as in metafor.
    time
        Over how much time.

    Returns
    -------
    EffectSize
        Events per unit of time.
    """
    x = _events(events, time)
    return EffectSize(x / time, x / time**2)


def root_rate(events: float, time: float) -> EffectSize:
    """Return the square root of an incidence rate (IRS).

    Parameters
    ----------
    events, time
        How many, over how much time.

    Returns
    -------
    EffectSize
        The root.
    """
    _events(events, time)
    return EffectSize(math.sqrt(events / time), 1 / (4 * time))


def _events(events: float, time: float) -> float:
    if events < 0 or time <= 0:
        msg = f"{events} events in a time of {time}"
        raise ValueError(msg)
    return events if events > 0 else ZERO_CELL


def log_rate(events: float, time: float) -> EffectSize:
    """Return the logarithm of an incidence rate (IRLN).

    Parameters
    ----------
    events
        How many; a half is added to none.
    time
        Over how much time.

    Returns
    -------
    EffectSize
        The logarithm.
    """
    x = _events(events, time)
    return EffectSize(math.log(x / time), 1 / x)


def fisher_z(correlation: float, n: int) -> EffectSize:
    """Return Fisher's z of a correlation (ZCOR).

    Parameters
    ----------
    correlation
        Between -1 and 1, both excluded.
    n
        Pairs, at least four.

    Returns
    -------
    EffectSize
        The transformed correlation.
    """
    if n <= 3 or not -1 < correlation < 1:
        msg = f"a correlation of {correlation} in {n} pairs"
        raise ValueError(msg)
    return EffectSize(math.atanh(correlation), 1 / (n - 3))
