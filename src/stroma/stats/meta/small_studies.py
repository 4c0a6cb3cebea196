"""Whether small studies say something else: asymmetry of the funnel, and what could be missing.

Egger's regression (BMJ 1997;315:629; Sterne and Egger 2005), rank correlation (Begg and Mazumdar,
Biometrics 1994;50:1088), trim and fill (Duval and Tweedie, Biometrics 2000;56:455), and the
fail-safe numbers of Rosenthal, Orwin and Rosenberg, which are reported because reviews ask for
them and not because they decide anything.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import optimize, special, stats

from stroma.stats.meta.heterogeneity import Method
from stroma.stats.meta.pooling import Coefficient, Pooled, Test, coefficients, pool
from stroma.stats.meta.weights import FloatArray, TooFewEstimatesError, estimates, weighted_fit

FEWEST_FOR_ASYMMETRY = 10
"""Below it tests of asymmetry have too little power to tell chance from bias (Sterne 2011, BMJ
343:d4002)."""
MOST_ROUNDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Asymmetry:
    """A test of the funnel's symmetry.

    Parameters
    ----------
    method
        ``"egger_random"``, ``"egger_weighted"`` or ``"rank_correlation"``.
    statistic, p_value
        Of the normal or t distribution, or Kendall's τ, with its chance.
    degrees_of_freedom
        Of t; ``None`` otherwise.
    limit
        What a study of no error would show, with its interval; ``None`` for ranks.
    has_enough
        Whether at least ten studies are held.
    """

    method: str
    statistic: float
    p_value: float
    degrees_of_freedom: int | None
    limit: Coefficient | None
    has_enough: bool


def egger_test(model: Pooled, *, weighted: bool = False) -> Asymmetry:
    """Regress estimates on their standard errors.

    Parameters
    ----------
    model
        A fitted model of the mean.
    weighted
        Egger's own regression, with one multiplicative variance and t; otherwise a
        meta-regression by the model's own method.

    Returns
    -------
    Asymmetry
        Of the slope.

    Raises
    ------
    TooFewEstimatesError
        Fewer than three.
    ValueError
        Standard errors that are all the same.
    """
    data = model.data
    design = np.column_stack([np.ones(data.count), np.sqrt(data.variances)])
    enough = data.count >= FEWEST_FOR_ASYMMETRY
    if not weighted:
        fit = pool(
            data.values, data.variances, design,
            method=model.method, test=model.test, level=model.level,
        )  # fmt: skip
        slope = fit.coefficients[1]
        return Asymmetry(
            method="egger_random",
            statistic=slope.statistic,
            p_value=slope.p_value,
            degrees_of_freedom=fit.degrees_of_freedom,
            limit=fit.coefficients[0],
            has_enough=enough,
        )
    regressed = estimates(data.values, data.variances, design)
    fit_w = weighted_fit(regressed, 1 / data.variances)
    freedom = data.count - 2
    covariance = fit_w.covariance * (fit_w.residual_sum / freedom)
    limit, slope = coefficients(fit_w.coefficients, covariance, freedom, level=model.level)
    return Asymmetry(
        method="egger_weighted",
        statistic=slope.statistic,
        p_value=slope.p_value,
        degrees_of_freedom=freedom,
        limit=limit,
        has_enough=enough,
    )


def rank_correlation_test(model: Pooled) -> Asymmetry:
    """Correlate standardised estimates with their variances by rank.

    Parameters
    ----------
    model
        A fitted model of the mean.

    Returns
    -------
    Asymmetry
        Kendall's τ-b, exact where no ranks are tied.
    """
    data = model.data
    weights = 1 / data.variances
    centre = float(weights @ data.values) / float(weights.sum())
    spread = data.variances - 1 / float(weights.sum())
    scores = (data.values - centre) / np.sqrt(spread)
    tied = min(len(set(scores.tolist())), len(set(data.variances.tolist()))) < data.count
    ranked = stats.kendalltau(scores, data.variances, method="asymptotic" if tied else "exact")
    return Asymmetry(
        method="rank_correlation",
        statistic=float(ranked.statistic),
        p_value=float(ranked.pvalue),
        degrees_of_freedom=None,
        limit=None,
        has_enough=data.count >= FEWEST_FOR_ASYMMETRY,
    )


class Estimator(StrEnum):
    """How the number of missing studies is estimated."""

    LINEAR = "L0"
    RUN = "R0"
    QUADRATIC = "Q0"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrimAndFill:
    """What the pooled mean would be with a symmetric funnel.

    Parameters
    ----------
    missing, standard_error
        Studies taken to be missing, with its error.
    side
        ``"left"`` or ``"right"``: where they are missing.
    values, variances
        With the mirrored studies at their end.
    model
        The same model over all of these.
    """

    missing: int
    standard_error: float
    side: str
    values: FloatArray
    variances: FloatArray
    model: Pooled


def trim_and_fill(
    model: Pooled, *, estimator: Estimator = Estimator.LINEAR, side: str | None = None
) -> TrimAndFill:
    """Estimate missing studies, mirror those on the other side, and pool anew.

    Parameters
    ----------
    model
        A fitted model of the mean.
    estimator
        Of the number of missing studies.
    side
        Where they are missing; ``None`` takes the side that Egger's regression points away from.

    Returns
    -------
    TrimAndFill
        The result; ``missing`` can be zero.

    Raises
    ------
    TooFewEstimatesError
        Fewer than three.
    """
    data = model.data
    if data.count < 3:
        raise TooFewEstimatesError(data.count, 3)
    chosen = side if side is not None else _thin_side(model)
    sign = -1.0 if chosen == "right" else 1.0
    order = np.argsort(sign * data.values, kind="stable")
    values, variances = (sign * data.values)[order], data.variances[order]
    missing, centre, estimated = 0, 0.0, 0.0
    for _ in range(MOST_ROUNDS):
        kept = data.count - missing
        centre = _centre(values[:kept], variances[:kept], model.method)
        estimated = _missing(values - centre, estimator)
        found = min(max(0, round(estimated)), data.count - 1)
        if found == missing:
            break
        missing = found
    mirrored = 2 * centre - values[data.count - missing :]
    all_values = sign * np.concatenate([values, mirrored])
    all_variances = np.concatenate([variances, variances[data.count - missing :]])
    return TrimAndFill(
        missing=missing,
        # The error formula takes the estimate as it is, below zero too, as metafor does.
        standard_error=_missing_error(data.count, estimated, estimator),
        side=chosen,
        values=all_values,
        variances=all_variances,
        model=pool(
            all_values, all_variances, method=model.method, test=model.test, level=model.level
        ),
    )


def _thin_side(model: Pooled) -> str:
    slope = pool(
        model.data.values,
        model.data.variances,
        np.column_stack([np.ones(model.count), np.sqrt(model.data.variances)]),
        method=model.method,
        test=Test.NORMAL,
    ).coefficients[1]
    return "right" if slope.estimate < 0 else "left"


def _centre(values: FloatArray, variances: FloatArray, method: Method) -> float:
    if len(values) == 1:
        return float(values[0])
    return pool(values, variances, method=method, test=Test.NORMAL).coefficients[0].estimate


def _missing(centred: FloatArray, estimator: Estimator) -> float:
    count = len(centred)
    ranks = stats.rankdata(np.abs(centred), method="ordinal")
    signed = np.sign(centred) * ranks
    above = float(signed[signed > 0].sum())
    if estimator is Estimator.RUN:
        lowest = float(signed[signed < 0].min()) if (signed < 0).any() else 0.0
        found = count + lowest - 1
    elif estimator is Estimator.LINEAR:
        found = (4 * above - count * (count + 1)) / (2 * count - 1)
    else:
        inside = 2 * count**2 - 4 * above + 0.25
        found = count - 0.5 - math.sqrt(max(inside, 0.0))
    return float(found)


def _missing_error(count: int, missing: float, estimator: Estimator) -> float:
    k, m = float(count), missing
    if estimator is Estimator.RUN:
        return math.sqrt(2 * max(0.0, m) + 2)
    variance = (k * (k + 1) * (2 * k + 1) + 10 * m**3 + 27 * m**2 + 17 * m) / 24
    variance -= (18 * k * m**2 + 18 * k * m - 6 * k**2 * m) / 24
    if estimator is Estimator.LINEAR:
        return 4 * math.sqrt(variance) / (2 * k - 1)
    return 2 * math.sqrt(variance) / math.sqrt((k - 0.5) ** 2 - m * (2 * k - m - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class FailSafe:
    """How many studies of no effect would overturn a pooled result.

    Parameters
    ----------
    method
        ``"rosenthal"``, ``"fisher"``, ``"orwin"``, ``"orwin_weighted"``, ``"rosenberg"`` or
        ``"general"``.
    studies
        The number, rounded up.
    target
        Effect to be brought down to; ``None`` where significance is.
    """

    method: str
    studies: int
    target: float | None = None


def fail_safe_number(
    model: Pooled, method: str, *, alpha: float = 0.05, target: float | None = None
) -> FailSafe:
    """Return a fail-safe number.

    Parameters
    ----------
    model
        A fitted model of the mean.
    method
        A name of :class:`FailSafe`.
    alpha
        Level of significance; one-sided for Rosenthal and Fisher, as they defined it.
    target
        Effect to be brought down to; ``None`` for half the mean (Orwin) or for significance
        (general).

    Returns
    -------
    FailSafe
        Zero where the result is already overturned.

    Raises
    ------
    ValueError
        Another method.
    """
    data = model.data
    k, weights = data.count, 1 / data.variances
    scores = data.values / np.sqrt(data.variances)
    if method == "rosenthal":
        number = (float(scores.sum()) / float(special.ndtri(1 - alpha))) ** 2 - k
    elif method == "fisher":
        # What metafor prints: the most studies that leave the result significant.
        number = math.floor(_fisher_number(scores, alpha))
    elif method in ("orwin", "orwin_weighted"):
        mean = float(np.average(data.values, weights=weights if "weighted" in method else None))
        target = mean / 2 if target is None else math.copysign(target, mean)
        number = k * (mean - target) / target
    elif method == "rosenberg":
        quantile = float(special.ndtri(1 - alpha / 2))
        total = float(weights.sum())
        number = k * ((float(weights @ data.values) / quantile) ** 2 - total) / total
    elif method == "general":
        number = _general_number(model, alpha, target)
    else:
        msg = f"no fail-safe number is called {method}"
        raise ValueError(msg)
    return FailSafe(method=method, studies=max(0, math.ceil(number - 1e-9)), target=target)


def _fisher_number(scores: FloatArray, alpha: float) -> float:
    tails = special.ndtr(-np.abs(scores))
    total = float(-2 * np.log(tails).sum())

    def excess(missing: float) -> float:
        added = total - 2 * missing * math.log(0.5)
        return float(special.chdtrc(2 * (len(scores) + missing), added)) - alpha

    if excess(0.0) >= 0:
        return 0.0
    upper = 1.0
    while excess(upper) < 0:
        upper *= 2
    return float(optimize.brentq(excess, 0.0, upper))


def _general_number(model: Pooled, alpha: float, target: float | None) -> float:
    """Add studies of no effect and typical precision, the variance between studies being held."""
    data, tau2 = model.data, model.heterogeneity.tau2
    weights = 1 / (data.variances + tau2)
    typical = data.count / float((1 / data.variances).sum())
    own = 1 / (typical + tau2)
    total, weighted = float(weights.sum()), abs(float(weights @ data.values))
    if target is not None:
        return (weighted / abs(target) - total) / own
    quantile = float(special.ndtri(1 - alpha / 2))
    return ((weighted / quantile) ** 2 - total) / own
