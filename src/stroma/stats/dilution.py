"""What a sample comes to at several dilutions, and with a known addition."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from stroma.stats.effect_sizes import checked_level


@dataclass(frozen=True, slots=True)
class DilutionSeries:
    """A sample measured at several dilutions.

    Parameters
    ----------
    corrected
        Doses found times dilution, in the order given.
    percent_of_mean
        Each, of their mean.
    cv_percent
        Of all.
    slope, slope_low, slope_high
        Of the logarithm of dose found against that of 1 / dilution, with its interval; 1 where
        dilution is linear. ``None`` for fewer than three.
    """

    corrected: tuple[float, ...]
    percent_of_mean: tuple[float, ...]
    cv_percent: float
    slope: float | None
    slope_low: float | None
    slope_high: float | None

    def is_linear(self, percent: float = 20.0) -> bool:
        """Return whether every corrected dose is within a limit of the mean.

        Parameters
        ----------
        percent
            ICH M10 (2022): 20 % for ligand binding assays.

        Returns
        -------
        bool
            Whether all are.
        """
        return all(abs(part - 100) <= percent for part in self.percent_of_mean)

    def is_parallel(self, percent: float = 30.0) -> bool:
        """Return whether the corrected doses vary by no more than a limit.

        Parameters
        ----------
        percent
            ICH M10 (2022): 30 %.

        Returns
        -------
        bool
            Whether they do.
        """
        return self.cv_percent <= percent


def dilution_series(
    dilutions: Sequence[float], found: Sequence[float], *, level: float = 0.95
) -> DilutionSeries:
    """Compare what a sample's dilutions come to: dilution linearity, or parallelism.

    Parameters
    ----------
    dilutions
        Factors, 1 for none.
    found
        Doses found in the dilutions, above zero.
    level
        Of the slope's interval.

    Returns
    -------
    DilutionSeries
        The comparison.

    Raises
    ------
    ValueError
        There are fewer than two, or one is not above zero.

    Examples
    --------
    >>> series = dilution_series([10, 20, 40], [10.0, 5.2, 2.4])
    >>> series.corrected, round(series.cv_percent, 2), series.is_linear()
    ((100.0, 104.0, 96.0), 4.0, True)
    """
    factors, doses = np.asarray(dilutions, np.float64), np.asarray(found, np.float64)
    if len(factors) != len(doses) or len(doses) < 2:
        msg = "a series has two dilutions or more"
        raise ValueError(msg)
    if not ((factors > 0).all() and (doses > 0).all()):
        msg = "dilutions and doses are above zero"
        raise ValueError(msg)
    corrected = factors * doses
    mean = corrected.mean()
    slope = low = high = None
    x, y = -np.log(factors), np.log(doses)
    if len(doses) > 2 and np.ptp(x) > 0:
        centred = x - x.mean()
        square = float(centred @ centred)
        slope = float(centred @ y) / square
        left = y - y.mean() - slope * centred
        error = math.sqrt(float(left @ left) / (len(y) - 2) / square)
        reach = float(special.stdtrit(len(y) - 2, (1 + checked_level(level)) / 2)) * error
        low, high = slope - reach, slope + reach
    return DilutionSeries(
        tuple(corrected.tolist()), tuple((100 * corrected / mean).tolist()),
        float(100 * corrected.std(ddof=1) / mean), slope, low, high,
    )  # fmt: skip


def spike_recovery(unspiked: float, spiked: float, added: float) -> float:
    """Return how much of what was added is found, in percent.

    Parameters
    ----------
    unspiked, spiked
        Doses found without and with the addition, in the same dilution.
    added
        What was added.

    Returns
    -------
    float
        Percent.

    Raises
    ------
    ValueError
        Nothing was added.

    Examples
    --------
    >>> spike_recovery(12.0, 57.0, 50.0)
    90.0
    """
    if added <= 0:
        msg = "a recovery needs an addition"
        raise ValueError(msg)
    return 100 * (spiked - unspiked) / added
