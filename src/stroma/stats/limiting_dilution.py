"""How many cells can found a colony, from wells that are positive or not: the single-hit model.

A well seeded with ``d`` cells, each of which founds a colony with frequency ``f`` whatever the
others do, stays empty with probability ``exp(−f·d)``; on the complementary log-log scale this is
``log f + log d`` with a slope of one. The estimate is that of maximum likelihood, its interval is
on the logarithm of the frequency, and where every well or none is positive one side alone is
bounded (Hu and Smyth 2009, J Immunol Methods 347:70, the method of ELDA). A slope other than one,
by the likelihood ratio, says that wells do not follow the model (Bonnefoix et al. 1996,
J Immunol Methods 194:113).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

_STEEPEST = 30.0
"""Slopes beyond this are those of wells that change from none to all between two doses; the
likelihood is flat there."""
_LARGEST = 700.0
"""Beyond this many expected founders a well is positive for certain in double precision."""


@dataclass(frozen=True, slots=True)
class Frequency:
    """The share of cells that found a colony.

    Parameters
    ----------
    value
        The estimate; 0 where no well is positive, ``None`` where every well is, which no finite
        frequency explains best.
    low, high
        Its interval; ``None`` on the side that has no bound. Both where wells of both kinds were
        seen, otherwise one alone, at the same level.
    slope_p
        The p value of a slope other than one; ``None`` with fewer than two doses, or where
        wells of one kind alone were seen.
    """

    value: float | None
    low: float | None
    high: float | None
    slope_p: float | None = None


@dataclass(frozen=True, slots=True)
class _Wells:
    log_doses: np.ndarray
    tested: np.ndarray
    positive: np.ndarray

    def likelihood(self, predictor: np.ndarray) -> float:
        """Return the logarithm of the likelihood for predictors on the complementary log-log."""
        founders = np.exp(np.minimum(predictor, math.log(_LARGEST)))
        empty = self.tested - self.positive
        # A well of few expected founders is positive with about their number: log1p would lose it.
        hits = special.xlogy(self.positive, -np.expm1(-founders))
        return float(np.sum(hits - empty * founders))

    def score(self, predictor: np.ndarray) -> float:
        """Return the slope of the likelihood in a shift of all predictors."""
        founders = np.exp(np.minimum(predictor, math.log(_LARGEST)))
        empty = self.tested - self.positive
        return float(np.sum(self.positive * founders / np.expm1(founders) - empty * founders))

    def best_shift(self, predictor: np.ndarray) -> float:
        """Return the shift of all predictors that is most likely."""
        low = -math.log(float(np.sum(self.tested))) - 1.0 - float(predictor.max())
        high = math.log(_LARGEST) - float(predictor.min())
        return float(
            optimize.brentq(lambda shift: self.score(predictor + shift), low, high, xtol=1e-13)
        )


def clonogenic_frequency(
    doses: Sequence[float], tested: Sequence[int], positive: Sequence[int], *, level: float
) -> Frequency:
    """Return the frequency of cells that found a colony.

    Parameters
    ----------
    doses
        Cells in each well of a dilution.
    tested, positive
        Wells of the dilution, and those of them with a colony.
    level
        Confidence level.

    Returns
    -------
    Frequency
        Never above one, since a cell founds one colony at most.

    Raises
    ------
    ValueError
        No wells, a dose of zero or less, more positive wells than there are, or a level that is
        none.

    Examples
    --------
    >>> found = clonogenic_frequency([1, 3, 10, 30], [96, 96, 48, 24], [9, 30, 33, 23], level=0.95)
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (0.1155, 0.0924, 0.1444)
    >>> round(clonogenic_frequency([10, 100], [10, 10], [0, 0], level=0.95).high, 6)
    0.002723
    """
    wells = _wells(doses, tested, positive)
    if not 0.0 < level < 1.0:
        msg = f"confidence level {level} is not between 0 and 1"
        raise ValueError(msg)
    seen, total = float(wells.positive.sum()), float(wells.tested.sum())
    if seen == 0:
        exposed = float(np.sum(wells.tested * np.exp(wells.log_doses)))
        return Frequency(0.0, None, min(-math.log1p(-level) / exposed, 1.0))
    if seen == total:
        return Frequency(None, _least(wells, level), None)
    logarithm = wells.best_shift(wells.log_doses)
    founders = np.exp(np.minimum(wells.log_doses + logarithm, math.log(_LARGEST)))
    information = float(np.sum(wells.tested * founders**2 / np.expm1(founders)))
    reach = float(special.ndtri(0.5 + level / 2.0)) / math.sqrt(information)
    return Frequency(
        value=min(math.exp(logarithm), 1.0),
        low=min(math.exp(logarithm - reach), 1.0),
        high=min(math.exp(logarithm + reach), 1.0),
        slope_p=_slope_p(wells, logarithm),
    )


def _wells(doses: Sequence[float], tested: Sequence[int], positive: Sequence[int]) -> _Wells:
    if not len(doses) == len(tested) == len(positive) or len(doses) == 0:
        msg = f"{len(doses)} doses, {len(tested)} numbers of wells and {len(positive)} positive"
        raise ValueError(msg)
    for dose, wells, hits in zip(doses, tested, positive, strict=True):
        if not dose > 0 or not 0 <= hits <= wells or wells <= 0:
            msg = f"{hits} of {wells} wells with {dose} cells each"
            raise ValueError(msg)
    return _Wells(
        np.log(np.asarray(doses, dtype=float)),
        np.asarray(tested, dtype=float),
        np.asarray(positive, dtype=float),
    )


def _least(wells: _Wells, level: float) -> float:
    """Return the frequency below which all wells are positive less often than 1 − level."""
    target = math.log1p(-level)

    def surplus(logarithm: float) -> float:
        return wells.likelihood(wells.log_doses + logarithm) - target

    low = -float(wells.log_doses.max()) - 100.0
    high = math.log(_LARGEST) - float(wells.log_doses.min())
    return min(math.exp(optimize.brentq(surplus, low, high, xtol=1e-13)), 1.0)


def _slope_p(wells: _Wells, logarithm: float) -> float | None:
    if len(np.unique(wells.log_doses)) < 2:
        return None
    centred = wells.log_doses - wells.log_doses.mean()

    def misfit(slope: float) -> float:
        predictor = slope * centred
        return -wells.likelihood(predictor + wells.best_shift(predictor))

    free = optimize.minimize_scalar(
        misfit, bounds=(-_STEEPEST, _STEEPEST), method="bounded", options={"xatol": 1e-9}
    )
    held = wells.likelihood(wells.log_doses + logarithm)
    ratio = 2.0 * max(-float(free.fun) - held, 0.0)
    return float(special.chdtrc(1, ratio))
