"""Two one-sided tests of whether a contrast lies within its margins.

Schuirmann 1987, J Pharmacokinet Biopharm 15:657; equal to asking whether the interval at
``1 − 2 α`` lies within the margins (Westlake 1981, Biometrics 37:589). The contrast may come from
any model that gives an estimate, a standard error and degrees of freedom.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from stroma.stats.effect_sizes import checked_level


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalence:
    """What two one-sided tests came to.

    Parameters
    ----------
    equivalent
        Whether the contrast lies within the margins at the level of the test.
    p_value
        The larger of the two p values.
    p_above_lower
        Of the test that the contrast is above the lower margin; ``None`` without a lower margin.
    p_below_upper
        Of the test that it is below the upper one; ``None`` without an upper margin.
    low, high
        Interval at ``1 − 2 alpha``, which lies within the margins exactly where ``equivalent``.
    lower_margin, upper_margin
        What was tested against.
    alpha
        Level of each test.
    """

    equivalent: bool
    p_value: float
    p_above_lower: float | None
    p_below_upper: float | None
    low: float
    high: float
    lower_margin: float | None
    upper_margin: float | None
    alpha: float


def two_one_sided_tests(
    estimate: float,
    standard_error: float,
    *,
    degrees_of_freedom: float,
    lower_margin: float | None,
    upper_margin: float | None,
    alpha: float = 0.05,
) -> Equivalence:
    """Test whether a contrast lies within its margins.

    Parameters
    ----------
    estimate, standard_error
        Of the contrast, on the scale of the margins.
    degrees_of_freedom
        Of the standard error; ``math.inf`` for a normal statistic.
    lower_margin, upper_margin
        The margins; ``None`` for one leaves that side open, which makes it a test of
        non-inferiority.
    alpha
        Level of each of the two tests.

    Returns
    -------
    Equivalence
        The p values and the decision.

    Raises
    ------
    ValueError
        A number is not finite, the standard error is not above zero, there is no margin, or the
        lower margin is not below the upper.

    Examples
    --------
    >>> tost = two_one_sided_tests(
    ...     0.1, 0.2, degrees_of_freedom=10, lower_margin=-0.5, upper_margin=0.5
    ... )
    >>> tost.equivalent, round(tost.p_value, 4)
    (True, 0.0367)
    """
    checked_level(2.0 * alpha)
    if not math.isfinite(estimate) or not 0.0 < standard_error < math.inf:
        msg = f"no test of {estimate} with the standard error {standard_error}"
        raise ValueError(msg)
    if not degrees_of_freedom > 0:
        msg = f"no test with {degrees_of_freedom} degrees of freedom"
        raise ValueError(msg)
    lower = -math.inf if lower_margin is None else lower_margin
    upper = math.inf if upper_margin is None else upper_margin
    if not lower < upper or (lower_margin is None and upper_margin is None):
        msg = f"{lower_margin} to {upper_margin} are no margins"
        raise ValueError(msg)
    p_lower = _below(-(estimate - lower) / standard_error, degrees_of_freedom)
    p_upper = _below(-(upper - estimate) / standard_error, degrees_of_freedom)
    reach = -_quantile(alpha, degrees_of_freedom) * standard_error
    p_value = max(p_lower, p_upper)
    return Equivalence(
        equivalent=p_value <= alpha,
        p_value=p_value,
        p_above_lower=None if lower_margin is None else p_lower,
        p_below_upper=None if upper_margin is None else p_upper,
        low=estimate - reach,
        high=estimate + reach,
        lower_margin=lower_margin,
        upper_margin=upper_margin,
        alpha=alpha,
    )


def _below(statistic: float, freedom: float) -> float:
    """Return the chance of a t at or below a statistic; small ones are computed as small ones."""
    if math.isinf(statistic):
        return 0.0 if statistic < 0 else 1.0
    found = special.ndtr(statistic) if math.isinf(freedom) else special.stdtr(freedom, statistic)
    return float(found)


def _quantile(chance: float, freedom: float) -> float:
    found = special.ndtri(chance) if math.isinf(freedom) else special.stdtrit(freedom, chance)
    return float(found)
