"""P values of several questions asked at once, adjusted.

Bonferroni (Dunn 1961, J Am Stat Assoc 56:52), Holm (1979, Scand J Stat 6:65) and Benjamini and
Hochberg (1995, J R Stat Soc B 57:289).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np


class Adjustment(StrEnum):
    """How p values are adjusted."""

    BONFERRONI = "bonferroni"
    """Holds the chance of any false finding; simplest."""
    HOLM = "holm"
    """Holds the chance of any false finding; never less powerful than Bonferroni."""
    BENJAMINI_HOCHBERG = "benjamini_hochberg"
    """Holds the expected share of false ones among the findings."""


def adjust_p_values(p_values: Sequence[float], method: Adjustment) -> tuple[float, ...]:
    """Return adjusted p values, in the order given.

    Parameters
    ----------
    p_values
        One a question, each from 0 to 1; none may be missing, for how many were asked counts.
    method
        How to adjust.

    Returns
    -------
    tuple of float
        Each at least the p value it came from and at most 1; equal ones stay equal.

    Raises
    ------
    ValueError
        A p value is not a number from 0 to 1.

    Examples
    --------
    >>> adjust_p_values([0.01, 0.04, 0.03], Adjustment.HOLM)
    (0.03, 0.06, 0.06)
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.size == 0:
        return ()
    if not ((p >= 0.0) & (p <= 1.0)).all():
        msg = f"not all of {p.tolist()} are p values"
        raise ValueError(msg)
    count = p.size
    order = np.argsort(p, kind="stable")
    ranked = p[order]
    match method:
        case Adjustment.BONFERRONI:
            adjusted = count * ranked
        case Adjustment.HOLM:
            adjusted = np.maximum.accumulate((count - np.arange(count)) * ranked)
        case Adjustment.BENJAMINI_HOCHBERG:
            scaled = count / np.arange(1, count + 1) * ranked
            adjusted = np.minimum.accumulate(scaled[::-1])[::-1]
    found = np.empty(count)
    found[order] = np.minimum(adjusted, 1.0)
    return tuple(found.tolist())
