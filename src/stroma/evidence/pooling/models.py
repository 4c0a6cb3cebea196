"""The models behind pooled answers: which is fitted when, and what is kept of it.

One estimate a paper: random effects with Hartung and Knapp's interval. Several estimates of a
paper: three levels with cluster-robust (CR2) inference, the papers being the clusters. Two sides
of single arms: the same with the tissue as moderator.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stroma.stats.meta.heterogeneity import Method, typical_variance
from stroma.stats.meta.multilevel import Multilevel, fit_multilevel
from stroma.stats.meta.pooling import Pooled, Test, critical_value, predict
from stroma.stats.meta.pooling import pool as pool_independent
from stroma.stats.meta.robust import RobustFit, robust_fit, robust_prediction
from stroma.stats.meta.small_studies import FEWEST_FOR_ASYMMETRY, egger_test, trim_and_fill
from stroma.stats.meta.weights import FloatArray, estimates
from stroma.texts import Text, text

FEWEST_PAPERS = 2
FEWEST_FOR_PREDICTION = 3
LIKELIHOODS = (Method.MAXIMUM_LIKELIHOOD, Method.RESTRICTED_MAXIMUM_LIKELIHOOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOptions:
    """How estimates are pooled.

    Parameters
    ----------
    method
        Of the variance between papers; several estimates of a paper take REML, or ML.
    test
        Of the pooled mean, with one estimate a paper.
    level
        Of the intervals.
    """

    method: Method = Method.RESTRICTED_MAXIMUM_LIKELIHOOD
    test: Test = Test.KNAPP_HARTUNG
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallStudies:
    """Whether small studies say something else.

    Parameters
    ----------
    egger_statistic, egger_p
        Egger's regression.
    missing, side
        Studies that trim and fill takes to be missing, and on which side.
    filled
        The pooled value with them, on the scale.
    """

    egger_statistic: float
    egger_p: float
    missing: int
    side: str
    filled: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SideMean:
    """The pooled mean of one tissue's single arms, on the scale.

    Parameters
    ----------
    value, low, high
        With its interval.
    papers
        How many.
    """

    value: float
    low: float
    high: float
    papers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledEstimate:
    """A pooled contrast on its scale.

    Parameters
    ----------
    value, low, high, level
        With its interval.
    standard_error, statistic, p_value, degrees_of_freedom
        Of the test against no difference; ``None`` degrees for the normal.
    prediction
        Where the true contrast of another paper lies; ``None`` with fewer than three papers, and
        between papers.
    tau2
        Variance between papers, and between estimates of one paper.
    tau2_interval
        By the Q profile; ``None`` with several estimates of a paper.
    i2
        Share of the variance that is not sampling, in percent.
    q, q_degrees_of_freedom, q_p_value
        Cochran's test.
    method, test
        As metafor and clubSandwich name them: ``"REML"``, ``"knha"``, ``"CR2"``.
    model
        In words.
    papers, count
        How many papers and estimates.
    weights
        Of each estimate, in percent.
    is_reliable
        Whether the degrees of freedom are 4 or more.
    is_narrowed
        Whether Hartung and Knapp's interval is narrower than the normal one.
    sides
        Means of either tissue, between papers; empty within.
    small_studies
        From ten papers on; ``None`` below.
    remarks
        What could not be said and why.
    """

    value: float
    low: float
    high: float
    level: float
    standard_error: float
    statistic: float
    p_value: float
    degrees_of_freedom: float | None
    prediction: tuple[float, float] | None
    tau2: tuple[float, ...]
    tau2_interval: tuple[float, float] | None
    i2: float
    q: float
    q_degrees_of_freedom: int
    q_p_value: float
    method: str
    test: str
    model: Text
    papers: int
    count: int
    weights: tuple[float, ...]
    is_reliable: bool
    is_narrowed: bool
    sides: tuple[SideMean, ...] = ()
    small_studies: SmallStudies | None = None
    remarks: tuple[Text, ...] = ()


def fit_contrasts(
    values: Sequence[float],
    covariance: FloatArray,
    papers: Sequence[str],
    options: ModelOptions,
) -> PooledEstimate:
    """Pool contrasts.

    Parameters
    ----------
    values
        Shape ``(k,)``.
    covariance
        Of their sampling errors, shape ``(k, k)``.
    papers
        One label an estimate; at least two in all.
    options
        How.

    Returns
    -------
    PooledEstimate
        By random effects, or by three levels where a paper gives several.
    """
    if len(set(papers)) == len(papers):
        model = pool_independent(
            values, np.diag(covariance), method=options.method, test=options.test,
            level=options.level,
        )  # fmt: skip
        return _of_independent(model)
    several = _three_levels(values, covariance, papers, None, options)
    return _of_levels(several, papers, options)


def fit_sides(
    values: Sequence[float],
    variances: Sequence[float],
    sides: Sequence[int],
    papers: Sequence[str],
    options: ModelOptions,
) -> PooledEstimate:
    """Hold single arms of two tissues against each other: regression on the tissue.

    Parameters
    ----------
    values, variances
        Of the arms, shape ``(k,)``.
    sides
        0 for the first tissue, 1 for the second.
    papers
        One label an arm.
    options
        How.

    Returns
    -------
    PooledEstimate
        The second tissue's mean less the first's, with both means.
    """
    design = np.column_stack([np.ones(len(values)), np.asarray(sides, dtype=np.float64)])
    held = [_papers_of(papers, sides, side) for side in (0, 1)]
    if len(set(papers)) == len(papers):
        model = pool_independent(
            values, variances, design, method=options.method, test=options.test,
            level=options.level,
        )  # fmt: skip
        told = [predict(model, [1, side]) for side in (0, 1)]
        means = tuple(
            SideMean(value=t.estimate, low=t.low, high=t.high, papers=n)
            for t, n in zip(told, held, strict=True)
        )
        return _of_independent(model, means)
    several = _three_levels(
        values, np.diag(np.asarray(variances, dtype=np.float64)), papers, design, options
    )
    return _of_levels(several, papers, options, held)


def _papers_of(papers: Sequence[str], sides: Sequence[int], side: int) -> int:
    return len({paper for paper, own in zip(papers, sides, strict=True) if own == side})


def _of_independent(model: Pooled, sides: tuple[SideMean, ...] = ()) -> PooledEstimate:
    contrast = model.coefficients[-1]
    between = model.heterogeneity
    told = predict(model) if not sides else None
    prediction = (
        None
        if told is None or told.prediction_low is None or told.prediction_high is None
        else (told.prediction_low, told.prediction_high)
    )
    weights = 1 / (model.data.variances + between.tau2)
    freedom = model.degrees_of_freedom
    small, remarks = (None, ()) if sides else _small_studies(model)
    return PooledEstimate(
        value=contrast.estimate,
        low=contrast.low,
        high=contrast.high,
        level=model.level,
        standard_error=contrast.standard_error,
        statistic=contrast.statistic,
        p_value=contrast.p_value,
        degrees_of_freedom=freedom,
        prediction=prediction,
        tau2=(between.tau2,),
        tau2_interval=(
            None
            if between.tau2_low is None or between.tau2_high is None
            else (between.tau2_low, between.tau2_high)
        ),
        i2=between.i2,
        q=model.q,
        q_degrees_of_freedom=model.q_degrees_of_freedom,
        q_p_value=model.q_p_value,
        method=model.method.value,
        test=model.test.value,
        model=_independent_words(model, regressed=bool(sides)),
        papers=model.count,
        count=model.count,
        weights=tuple(float(w) for w in 100 * weights / weights.sum()),
        # Degrees of an exact t distribution under the model; what is few is said by the papers.
        is_reliable=True,
        is_narrowed=freedom is not None and _is_narrowed(model),
        sides=sides,
        small_studies=small,
        remarks=(*_prediction_remarks(model, prediction, has_sides=bool(sides)), *remarks),
    )


def _independent_words(model: Pooled, *, regressed: bool) -> Text:
    if model.method is Method.EQUAL:
        kind = text("equal effects")
    elif regressed:
        kind = text("random effects with the tissue as moderator, {method}", method=model.method)
    else:
        kind = text("random effects, {method}", method=model.method)
    if model.test is Test.NORMAL:
        return kind
    return text("{model}, Hartung and Knapp's interval", model=kind)


def _is_narrowed(model: Pooled) -> bool:
    """Tell whether the t interval came out within the normal one."""
    weights = 1 / (model.data.variances + model.heterogeneity.tau2)
    information = model.data.design.T @ (weights[:, None] * model.data.design)
    plain = math.sqrt(float(np.linalg.inv(information)[-1, -1]))
    half = critical_value(model.level, None) * plain
    return model.coefficients[-1].high - model.coefficients[-1].estimate < half


def _prediction_remarks(
    model: Pooled, prediction: tuple[float, float] | None, *, has_sides: bool
) -> tuple[Text, ...]:
    if has_sides:
        return (
            text("papers of one tissue differ in laboratory, medium and counting from papers of "
                 "the other: read this number after the one within papers"),
        )  # fmt: skip
    if prediction is not None or model.method is Method.EQUAL:
        return ()
    return (text("no prediction interval: it takes 3 papers"),)


def _small_studies(model: Pooled) -> tuple[SmallStudies | None, tuple[Text, ...]]:
    if model.count < FEWEST_FOR_ASYMMETRY:
        return None, (
            text("asymmetry is not tested: it takes {needed} papers", needed=FEWEST_FOR_ASYMMETRY),
        )
    if np.ptp(model.data.variances) == 0:
        return None, (text("asymmetry is not tested: all variances are equal"),)
    egger, filled = egger_test(model), trim_and_fill(model)
    return (
        SmallStudies(
            egger_statistic=egger.statistic,
            egger_p=egger.p_value,
            missing=filled.missing,
            side=filled.side,
            filled=filled.model.coefficients[0].estimate,
        ),
        (),
    )


@dataclass(frozen=True, slots=True)
class _Levels:
    model: Multilevel
    robust: RobustFit
    restricted: bool


def _three_levels(
    values: Sequence[float],
    covariance: FloatArray,
    papers: Sequence[str],
    design: FloatArray | None,
    options: ModelOptions,
) -> _Levels:
    restricted = options.method is not Method.MAXIMUM_LIKELIHOOD
    model = fit_multilevel(
        values, covariance, [papers, list(range(len(papers)))], design,
        restricted=restricted, level=options.level,
    )  # fmt: skip
    robust = robust_fit(
        model.design,
        model.residuals,
        np.array([c.estimate for c in model.coefficients]),
        model.marginal,
        papers,
        level=options.level,
    )
    return _Levels(model, robust, restricted)


def _of_levels(
    held: _Levels, papers: Sequence[str], options: ModelOptions, sides: Sequence[int] = ()
) -> PooledEstimate:
    model, robust = held.model, held.robust
    contrast, tau2 = robust.coefficients[-1], sum(model.variances)
    count = len(set(papers))
    prediction = None
    if not sides and count >= FEWEST_FOR_PREDICTION:
        prediction = robust_prediction(robust, tau2, [1.0], level=options.level)[3:]
    means = tuple(_side_mean(robust, tau2, side, n, options.level) for side, n in enumerate(sides))
    weights = np.abs(np.linalg.solve(model.marginal, np.ones(model.count)))
    plain = estimates(model.values, np.diag(model.marginal) - tau2, model.design)
    typical = typical_variance(plain)
    return PooledEstimate(
        value=contrast.estimate,
        low=contrast.low,
        high=contrast.high,
        level=options.level,
        standard_error=contrast.standard_error,
        statistic=contrast.statistic,
        p_value=contrast.p_value,
        degrees_of_freedom=robust.degrees_of_freedom[-1],
        prediction=prediction,
        tau2=model.variances,
        tau2_interval=None,
        i2=100 * tau2 / (tau2 + typical),
        q=model.q,
        q_degrees_of_freedom=model.q_degrees_of_freedom,
        q_p_value=model.q_p_value,
        method="REML" if held.restricted else "ML",
        test=robust.correction.value,
        model=_levels_words(held, regressed=bool(sides)),
        papers=count,
        count=model.count,
        weights=tuple(float(w) for w in 100 * weights / weights.sum()),
        is_reliable=robust.is_reliable,
        is_narrowed=False,
        sides=means,
        remarks=_levels_remarks(papers, prediction, has_sides=bool(sides), asked=options.method),
    )


def _side_mean(robust: RobustFit, tau2: float, side: int, papers: int, level: float) -> SideMean:
    value, low, high, _, _ = robust_prediction(robust, tau2, [1.0, float(side)], level=level)
    return SideMean(value=value, low=low, high=high, papers=papers)


def _levels_words(held: _Levels, *, regressed: bool) -> Text:
    method = "REML" if held.restricted else "ML"
    if regressed:
        return text(
            "three levels with the tissue as moderator, {method}, CR2 by paper", method=method
        )
    return text("three levels, {method}, CR2 by paper", method=method)


def _levels_remarks(
    papers: Sequence[str],
    prediction: tuple[float, float] | None,
    *,
    has_sides: bool,
    asked: Method,
) -> tuple[Text, ...]:
    count = max(Counter(papers).values())
    remarks = [text("up to {count} estimates come from one paper", count=count)]
    if asked not in LIKELIHOODS:
        remarks.append(
            text("{method} has no form for several estimates of a paper: REML was taken",
                 method=asked.value)
        )  # fmt: skip
    if has_sides:
        remarks.append(
            text("papers of one tissue differ in laboratory, medium and counting from papers of "
                 "the other: read this number after the one within papers")
        )  # fmt: skip
    elif prediction is None:
        remarks.append(text("no prediction interval: it takes 3 papers"))
    if not has_sides:
        remarks.append(
            text("asymmetry is not tested: papers give several estimates")
            if len(set(papers)) >= FEWEST_FOR_ASYMMETRY
            else text("asymmetry is not tested: it takes {needed} papers",
                      needed=FEWEST_FOR_ASYMMETRY)
        )  # fmt: skip
    return tuple(remarks)
