"""Whether values look normal, as far as few of them can tell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from stroma.stats.effect_sizes import finite_values
from stroma.stats.means import has_spread

FEWEST = 3
MOST = 5000
"""Royston's approximation of the p value is made for these numbers of values."""


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
    if not FEWEST <= array.size <= MOST or not has_spread(array):
        return None
    # The test does not depend on place and width; SciPy takes a width below 1e-19 for none.
    return float(stats.shapiro((array - array.min()) / np.ptp(array)).pvalue)
