"""Random-effects pooling and meta-regression of independent estimates."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import special

from stroma.stats.meta.heterogeneity import (
    Heterogeneity,
    Method,
    heterogeneity,
    residual_heterogeneity_test,
)
from stroma.stats.meta.weights import (
    Estimates,
    FloatArray,
    TooFewEstimatesError,
    estimates,
    weighted_fit,
)

FEWEST_FOR_PREDICTION = 3
"""With two studies the t distribution of a prediction (Higgins 2009, J R Stat Soc A 172:137) has
no degree of freedom left once their spread is estimated."""


class Test(StrEnum):
    """What the coefficients are tested against."""

    NORMAL = "z"
    KNAPP_HARTUNG = "knha"
    KNAPP_HARTUNG_GUARDED = "adhoc"
    """The same, never narrower than with the normal's variance (Knapp and Hartung 2003; Jackson
    2017, Stat Med 36:3923)."""

    __test__ = False  # not a test of pytest's


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """A pooled mean, or the slope of a moderator.

    Parameters
    ----------
    estimate, standard_error, statistic, p_value
        With two-sided p.
    low, high
        Its interval.
    """

    estimate: float
    standard_error: float
    statistic: float
    p_value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """A fitted model.

    Parameters
    ----------
    count
        Estimates pooled.
    method, test, level
        How.
    coefficients, covariance
        In the order of the design.
    degrees_of_freedom
        Of the t distribution; ``None`` for the normal.
    heterogeneity
        Between the studies.
    q, q_degrees_of_freedom, q_p_value
        Cochran's test of what the moderators leave.
    moderators
        (statistic, degrees of freedom, denominator's or ``None``, p) of all slopes together;
        ``None`` where there is no moderator.
    explained_percent
        Part of the variance between studies that the moderators take away (R²); ``None`` without.
    data
        What was pooled.
    """

    count: int
    method: Method
    test: Test
    level: float
    coefficients: tuple[Coefficient, ...]
    covariance: FloatArray
    degrees_of_freedom: int | None
    heterogeneity: Heterogeneity
    q: float
    q_degrees_of_freedom: int
    q_p_value: float
    moderators: tuple[float, int, int | None, float] | None
    explained_percent: float | None
    data: Estimates


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What a model says at one setting of its moderators.

    Parameters
    ----------
    estimate, low, high
        The mean with its interval.
    prediction_low, prediction_high
        Where the true effect of another study lies; ``None`` where too few studies are held, or
        all are taken to have one.
    """

    estimate: float
    low: float
    high: float
    prediction_low: float | None
    prediction_high: float | None


def pool(
    values: Sequence[float] | FloatArray,
    variances: Sequence[float] | FloatArray,
    design: FloatArray | None = None,
    *,
    method: Method = Method.RESTRICTED_MAXIMUM_LIKELIHOOD,
    test: Test = Test.KNAPP_HARTUNG,
    level: float = 0.95,
) -> Pooled:
    """Pool estimates, or regress them on moderators.

    Parameters
    ----------
    values, variances
        One a study.
    design
        Moderators with their intercept, shape ``(k, p)``; ``None`` for the mean alone.
    method
        Of the variance between studies.
    test
        Normal, or Hartung and Knapp's t with their variance (Stat Med 2001;20:3875; Knapp and
        Hartung, Stat Med 2003;22:2693), which holds its level with few studies.
    level
        Of the intervals.

    Returns
    -------
    Pooled
        The model.

    Raises
    ------
    TooFewEstimatesError
        Fewer than two, or not more than there are coefficients.

    Examples
    --------
    >>> pooled = pool([0.1, 0.3, 0.35, 0.65], [0.03, 0.03, 0.05, 0.01])
    >>> round(pooled.coefficients[0].estimate, 3), round(pooled.heterogeneity.tau2, 4)
    (0.377, 0.0429)
    """
    data = estimates(values, variances, design)
    between = heterogeneity(data, method, level=level)
    fit = weighted_fit(data, 1 / (data.variances + between.tau2))
    freedom = data.count - data.columns
    t_based = test is not Test.NORMAL
    factor = fit.residual_sum / freedom if t_based else 1.0
    if test is Test.KNAPP_HARTUNG_GUARDED:
        factor = max(1.0, factor)
    covariance = fit.covariance * factor
    q, q_freedom, q_p = residual_heterogeneity_test(data)
    return Pooled(
        count=data.count,
        method=method,
        test=test,
        level=level,
        coefficients=coefficients(
            fit.coefficients, covariance, freedom if t_based else None, level=level
        ),
        covariance=covariance,
        degrees_of_freedom=freedom if t_based else None,
        heterogeneity=between,
        q=q,
        q_degrees_of_freedom=q_freedom,
        q_p_value=q_p,
        moderators=_moderators(data, fit.coefficients, covariance, freedom if t_based else None),
        explained_percent=_explained(data, method, between, q),
        data=data,
    )


def critical_value(level: float, freedom: float | None) -> float:
    """Return the quantile an interval is built with.

    Parameters
    ----------
    level
        Confidence level.
    freedom
        Of the t distribution; ``None`` for the normal.

    Returns
    -------
    float
        Above zero.
    """
    upper = (1 + level) / 2
    return float(special.ndtri(upper) if freedom is None else special.stdtrit(freedom, upper))


def coefficients(
    values: FloatArray,
    covariance: FloatArray,
    freedom: float | Sequence[float] | None,
    *,
    level: float,
) -> tuple[Coefficient, ...]:
    """Return coefficients with tests and intervals.

    Parameters
    ----------
    values, covariance
        Shapes ``(p,)`` and ``(p, p)``.
    freedom
        Of the t distribution, one for all or one each; ``None`` for the normal.
    level
        Of the intervals.

    Returns
    -------
    tuple of Coefficient
        In order.
    """
    made: list[Coefficient] = []
    for index, value in enumerate(values):
        own = freedom if freedom is None or isinstance(freedom, (int, float)) else freedom[index]
        error = math.sqrt(max(0.0, float(covariance[index, index])))
        statistic = float(value) / error if error > 0 else math.copysign(math.inf, float(value))
        tail = special.ndtr(-abs(statistic)) if own is None else special.stdtr(own, -abs(statistic))
        half = critical_value(level, own) * error
        made.append(
            Coefficient(
                estimate=float(value),
                standard_error=error,
                statistic=statistic,
                p_value=float(2 * tail),
                low=float(value) - half,
                high=float(value) + half,
            )
        )
    return tuple(made)


def _moderators(
    data: Estimates, values: FloatArray, covariance: FloatArray, freedom: int | None
) -> tuple[float, int, int | None, float] | None:
    """Test all slopes together; all coefficients where the design has no intercept."""
    tested = list(range(data.columns))
    if _has_intercept(data.design):
        tested = tested[1:]
    if not tested or data.columns == 1:
        return None
    part = values[tested]
    wald = float(part @ np.linalg.solve(covariance[np.ix_(tested, tested)], part))
    count = len(tested)
    if freedom is None:
        return wald, count, None, float(special.chdtrc(count, wald))
    return wald / count, count, freedom, float(special.fdtrc(count, freedom, wald / count))


def _has_intercept(design: FloatArray) -> bool:
    return bool((design[:, 0] == 1).all())


def _explained(data: Estimates, method: Method, between: Heterogeneity, q: float) -> float | None:
    if data.columns == 1 or not _has_intercept(data.design):
        return None
    plain = estimates(data.values, data.variances)
    if method is Method.EQUAL:
        q_plain, freedom, _p = residual_heterogeneity_test(plain)
        return 100 * max(0.0, 1 - (q / (data.count - data.columns)) / (q_plain / freedom))
    without = heterogeneity(plain, method).tau2
    return 100 * max(0.0, without - between.tau2) / without if without > 0 else None


def predict(model: Pooled, setting: Sequence[float] | None = None) -> Prediction:
    """Return the mean at a setting of the moderators, and where another study's effect lies.

    Parameters
    ----------
    model
        A fitted model.
    setting
        A row of the design; ``None`` for a model of the mean alone.

    Returns
    -------
    Prediction
        With the normal or t quantile the model was fitted with.

    Raises
    ------
    ValueError
        A setting of another length than the design.
    """
    row = np.ones(1) if setting is None else np.asarray(setting, dtype=np.float64)
    if len(row) != model.data.columns:
        msg = f"a setting of {len(row)} numbers for {model.data.columns} coefficients"
        raise ValueError(msg)
    mean = float(row @ np.array([c.estimate for c in model.coefficients]))
    variance = float(row @ model.covariance @ row)
    quantile = critical_value(model.level, model.degrees_of_freedom)
    half = quantile * math.sqrt(variance)
    wide = quantile * math.sqrt(variance + model.heterogeneity.tau2)
    # Under equal effects there is no other true effect to predict.
    enough = model.count >= FEWEST_FOR_PREDICTION and model.method is not Method.EQUAL
    return Prediction(
        estimate=mean,
        low=mean - half,
        high=mean + half,
        prediction_low=mean - wide if enough else None,
        prediction_high=mean + wide if enough else None,
    )


def pool_subgroups(
    values: Sequence[float],
    variances: Sequence[float],
    groups: Sequence[Hashable],
    *,
    method: Method = Method.RESTRICTED_MAXIMUM_LIKELIHOOD,
    test: Test = Test.KNAPP_HARTUNG,
    level: float = 0.95,
) -> Mapping[Hashable, Pooled | TooFewEstimatesError]:
    """Pool each group by itself, each with its own variance between studies.

    Parameters
    ----------
    values, variances, groups
        One a study.
    method, test, level
        As in :func:`pool`.

    Returns
    -------
    dict
        Group to its model, or to the reason why it has none, in order of first appearance.
    """
    made: dict[Hashable, Pooled | TooFewEstimatesError] = {}
    for group in dict.fromkeys(groups):
        members = [index for index, own in enumerate(groups) if own == group]
        try:
            made[group] = pool(
                [values[index] for index in members],
                [variances[index] for index in members],
                method=method,
                test=test,
                level=level,
            )
        except TooFewEstimatesError as few:
            made[group] = few
    return made


def shrunken_effects(model: Pooled) -> FloatArray:
    """Return the effect of each study drawn towards the mean (best linear unbiased predictions).

    Parameters
    ----------
    model
        A fitted model.

    Returns
    -------
    ndarray
        Shape ``(k,)``.
    """
    data = model.data
    fitted = data.design @ np.array([c.estimate for c in model.coefficients])
    pull = model.heterogeneity.tau2 / (model.heterogeneity.tau2 + data.variances)
    shrunken: FloatArray = fitted + pull * (data.values - fitted)
    return shrunken


def subgroup_difference(models: Sequence[Pooled]) -> tuple[float, int, float]:
    """Test whether subgroups with their own variances differ.

    Parameters
    ----------
    models
        One a subgroup, each of the mean alone; at least two.

    Returns
    -------
    q, degrees_of_freedom, p_value
        Cochran's test of the subgroups' means.

    Raises
    ------
    TooFewEstimatesError
        Fewer than two subgroups.
    """
    means = [model.coefficients[0] for model in models]
    held = estimates([m.estimate for m in means], [m.standard_error**2 for m in means])
    return residual_heterogeneity_test(held)
