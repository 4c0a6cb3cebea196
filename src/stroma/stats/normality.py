"""Whether values look normal, as far as few of them can tell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from stroma.stats.effect_sizes import finite_values

FEWEST = 3
MOST = 5000
"""Royston's approximation of the p value is made for these numbers of values."""

_ROUNDING = 1e-12


def shapiro_wilk_p(values: Sequence[float] | npt.NDArray[np.float64]) -> float | None:
    """Return the p value of Shapiro and Wilk's test (Royston 1995, Appl Stat 44:547).

    A large p value from few lots shows nothing: the test has little power with fewer than twenty.

    Parameters
    ----------
    values
        Numbers, shape (n,).

    Returns
    -------
    float or None
        ``None`` for fewer than three values, more than five thousand, or no spread.

    Examples
    --------
    >>> round(shapiro_wilk_p([1, 2, 3, 4, 30]), 3)
    0.002
    """
    array = finite_values(values, at_least=0)
    if not FEWEST <= array.size <= MOST:
        return None
    # What rounding alone can leave is no spread, nor is what a double can hardly hold.
    if np.ptp(array) <= max(_ROUNDING * float(np.abs(array).max()), np.finfo(np.float64).tiny):
        return None
    return float(stats.shapiro(array).pvalue)
