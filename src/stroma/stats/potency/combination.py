"""Several assays of one preparation, combined (Ph. Eur. 5.3, section 6)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import special

from stroma.stats.potency.fieller import Ratio


class Weighting(StrEnum):
    """How assays are weighted."""

    WEIGHTED = "weighted"
    SEMI_WEIGHTED = "semi_weighted"
    UNWEIGHTED = "unweighted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """The potency over several assays.

    Parameters
    ----------
    potency
        With its interval.
    weighting
        How it was made.
    assays
        How many.
    heterogeneity, degrees_of_freedom, p_value
        The χ² of the assays' logarithms round their weighted mean.
    between_variance
        Of the logarithm between assays; zero where they agree.
    """

    potency: Ratio
    weighting: Weighting
    assays: int
    heterogeneity: float
    degrees_of_freedom: int
    p_value: float
    between_variance: float


def combine_assays(
    potencies: Sequence[Ratio],
    freedoms: Sequence[float],
    *,
    weighting: Weighting | None = None,
    level: float = 0.95,
) -> Combined:
    """Combine the potencies of independent assays on the logarithm.

    Parameters
    ----------
    potencies
        Two or more, each bounded.
    freedoms
        Degrees of freedom of each assay's residual.
    weighting
        ``None`` weights by precision where the assays agree (p of heterogeneity not below 0.10)
        and semi-weights where they do not.
    level
        Of the interval.

    Returns
    -------
    Combined
        Weighted: each assay by 1/s² from its own limits; semi-weighted: with the variance
        between assays added; unweighted: mean and standard error of the logarithms.

    Raises
    ------
    ValueError
        Fewer than two assays, or one without limits.
    """
    if len(potencies) < 2:
        msg = "a combination takes two assays at the least"
        raise ValueError(msg)
    logs, errors = [], []
    for one, freedom in zip(potencies, freedoms, strict=True):
        if one.low is None or one.high is None or one.low <= 0:
            msg = "an assay without limits has no weight"
            raise ValueError(msg)
        quantile = float(special.stdtrit(freedom, (1 + one.level) / 2))
        logs.append(math.log(one.value))
        errors.append((math.log(one.high) - math.log(one.low)) / (2 * quantile))
    values, squares = np.array(logs), np.array(errors) ** 2
    weights = 1 / squares
    mean = float(weights @ values / weights.sum())
    chi = float(weights @ (values - mean) ** 2)
    freedom_of_chi = len(values) - 1
    tail = float(special.chdtrc(freedom_of_chi, chi))
    chosen = weighting or (Weighting.WEIGHTED if tail >= 0.10 else Weighting.SEMI_WEIGHTED)
    between = max(0.0, float(np.var(values, ddof=1) - squares.mean()))
    if chosen is Weighting.UNWEIGHTED:
        centre = float(values.mean())
        error = float(values.std(ddof=1) / math.sqrt(len(values)))
        quantile = float(special.stdtrit(freedom_of_chi, (1 + level) / 2))
    else:
        own = weights if chosen is Weighting.WEIGHTED else 1 / (squares + between)
        centre, error = float(own @ values / own.sum()), 1 / math.sqrt(float(own.sum()))
        within = float(sum(freedoms)) if chosen is Weighting.WEIGHTED else float(freedom_of_chi)
        quantile = float(special.stdtrit(within, (1 + level) / 2))
    return Combined(
        potency=Ratio(
            math.exp(centre),
            math.exp(centre - quantile * error),
            math.exp(centre + quantile * error),
            level,
        ),
        weighting=chosen,
        assays=len(values),
        heterogeneity=chi,
        degrees_of_freedom=freedom_of_chi,
        p_value=tail,
        between_variance=between,
    )
