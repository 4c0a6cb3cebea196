"""A pooled table in lines a person reads, and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence

from stroma.criteria.json_twin import problems_to_json
from stroma.evidence.pooling.words import figure, p_word
from stroma.pooled_table import PooledTable
from stroma.provenance import versions
from stroma.stats.meta.influence import cumulative
from stroma.stats.meta.pooling import Coefficient, Pooled, predict
from stroma.stats.meta.small_studies import (
    FEWEST_FOR_ASYMMETRY,
    egger_test,
    rank_correlation_test,
    trim_and_fill,
)
from stroma.stats.meta.weights import TooFewEstimatesError
from stroma.texts import Number, Text, text, texts

SCHEMA_VERSION = "1"
"""Raised when the meaning of a key changes."""

Json = dict[str, object]


def table_lines(pooled: PooledTable) -> tuple[Text, ...]:
    """Return a pooled table in lines.

    Parameters
    ----------
    pooled
        The table.

    Returns
    -------
    tuple of Text
        The coefficients, the variance between studies, what small studies say.
    """
    lines = [
        texts("{count} estimate, {measure}", "{count} estimates, {measure}",
              len(pooled.estimates), measure=pooled.measure)
    ]  # fmt: skip
    for term, held in zip(pooled.terms, _coefficients(pooled), strict=True):
        lines.append(_coefficient_line(pooled, term, held))
    if pooled.model is not None:
        lines += _model_lines(pooled, pooled.model)
    if pooled.levels is not None and pooled.robust is not None:
        between, inside = pooled.levels.variances
        lines.append(
            text(
                "τ² {between} between {clusters} papers and {inside} within them; CR2",
                between=figure(between),
                inside=figure(inside),
                clusters=pooled.robust.clusters,
            )
        )
        if not pooled.robust.is_reliable:
            lines.append(text("fewer than 4 degrees of freedom: the interval may be too narrow"))
    return tuple(lines)


def _coefficients(pooled: PooledTable) -> Sequence[Coefficient]:
    if pooled.robust is not None:
        return pooled.robust.coefficients
    return () if pooled.model is None else pooled.model.coefficients


def _coefficient_line(pooled: PooledTable, term: str, held: Coefficient) -> Text:
    name: Text | str = text("pooled") if len(pooled.terms) == 1 else term
    told = text(
        "{term}: {value} ({low} to {high}), SE {error}, p {p}",
        term=name,
        value=figure(held.estimate),
        low=figure(held.low),
        high=figure(held.high),
        error=figure(held.standard_error),
        p=p_word(held.p_value),
    )
    if not pooled.is_logarithm:
        return told
    ends = [figure(_exponential(end)) for end in (held.estimate, held.low, held.high)]
    return text(
        "{told}; exponentiated {value} ({low} to {high})",
        told=told,
        value=ends[0],
        low=ends[1],
        high=ends[2],
    )


def _exponential(value: float) -> float:
    return math.exp(value) if value < 700 else math.inf


def _model_lines(pooled: PooledTable, model: Pooled) -> list[Text]:
    between = model.heterogeneity
    lines = [text("method {method}, test {test}", method=model.method.value, test=model.test.value)]
    if between.tau2_low is not None and between.tau2_high is not None:
        lines.append(
            text(
                "τ² {tau2} ({low} to {high}); I² {i2} %",
                tau2=figure(between.tau2),
                low=figure(between.tau2_low),
                high=figure(between.tau2_high),
                i2=Number(between.i2, 1),
            )
        )
    lines.append(
        text(
            "Q {q} on {freedom}, p {p}",
            q=figure(model.q),
            freedom=model.q_degrees_of_freedom,
            p=p_word(model.q_p_value),
        )
    )
    if len(pooled.terms) > 1:
        return lines
    told = predict(model)
    if told.prediction_low is not None and told.prediction_high is not None:
        lines.append(
            text(
                "prediction interval {low} to {high}",
                low=figure(told.prediction_low),
                high=figure(told.prediction_high),
            )
        )
    if model.count < FEWEST_FOR_ASYMMETRY:
        lines.append(
            text("asymmetry is not tested: it takes {needed} papers", needed=FEWEST_FOR_ASYMMETRY)
        )
        return lines
    small = _asymmetry(model)
    if small:
        filled = trim_and_fill(model)
        lines.append(
            text(
                "Egger's test p {p}; trim and fill adds {missing} and gives {filled}",
                p=p_word(egger_test(model).p_value),
                missing=texts("{count} paper", "{count} papers", filled.missing),
                filled=figure(filled.model.coefficients[0].estimate),
            )
        )
    return lines


def _asymmetry(model: Pooled) -> Json:
    """Return tests of asymmetry; nothing with fewer than ten studies or equal variances."""
    if model.count < FEWEST_FOR_ASYMMETRY or len(set(model.data.variances.tolist())) == 1:
        return {}
    egger, ranks, filled = egger_test(model), rank_correlation_test(model), trim_and_fill(model)
    return {
        "egger": {"statistic": egger.statistic, "p_value": egger.p_value},
        "rank_correlation": {"tau": ranks.statistic, "p_value": ranks.p_value},
        "trim_and_fill": {
            "missing": filled.missing,
            "side": filled.side,
            "estimate": filled.model.coefficients[0].estimate,
        },
    }


def table_to_json(pooled: PooledTable) -> Json:
    """Return a pooled table as a JSON object.

    Parameters
    ----------
    pooled
        The table.

    Returns
    -------
    dict
        Coefficients, heterogeneity, every row with its estimate, what each row moves, and the
        problems.
    """
    content: Json = {
        "schema_version": SCHEMA_VERSION,
        "command": "stroma evidence pool --table",
        "measure": pooled.measure,
        "estimates": [
            {"row": own.row, "label": own.label, "yi": own.value, "vi": own.variance}
            for own in pooled.estimates
        ],
        "coefficients": [
            {
                "term": term,
                "estimate": held.estimate,
                "standard_error": held.standard_error,
                "statistic": held.statistic if math.isfinite(held.statistic) else None,
                "p_value": held.p_value,
                "low": held.low,
                "high": held.high,
            }
            for term, held in zip(pooled.terms, _coefficients(pooled), strict=True)
        ],
        "is_logarithm": pooled.is_logarithm,
    }
    if pooled.model is not None:
        content.update(_model_json(pooled, pooled.model))
    if pooled.levels is not None and pooled.robust is not None:
        content.update(
            method="multilevel",
            test=pooled.robust.correction.value,
            degrees_of_freedom=list(pooled.robust.degrees_of_freedom),
            clusters=pooled.robust.clusters,
            tau2=list(pooled.levels.variances),
            q=pooled.levels.q,
            q_p_value=pooled.levels.q_p_value,
            log_likelihood=pooled.levels.log_likelihood,
            is_reliable=pooled.robust.is_reliable,
        )
    content["versions"] = dict(versions())
    content["inputs"] = [{"file": pooled.origin.file, "sha256": pooled.origin.sha256}]
    content["problems"] = problems_to_json(pooled.problems)
    return content


def _model_json(pooled: PooledTable, model: Pooled) -> Json:
    between = model.heterogeneity
    made: Json = {
        "method": model.method.value,
        "test": model.test.value,
        "degrees_of_freedom": model.degrees_of_freedom,
        "tau2": between.tau2,
        "tau2_interval": (
            None if between.tau2_low is None else [between.tau2_low, between.tau2_high]
        ),
        "i2_percent": between.i2,
        "h2": between.h2,
        "q": model.q,
        "q_degrees_of_freedom": model.q_degrees_of_freedom,
        "q_p_value": model.q_p_value,
        "moderators": None if model.moderators is None else list(model.moderators),
        "explained_percent": model.explained_percent,
    }
    if len(pooled.terms) == 1:
        told = predict(model)
        made["prediction"] = (
            None if told.prediction_low is None else [told.prediction_low, told.prediction_high]
        )
        made["small_studies"] = _asymmetry(model) or None
        made["cumulative"] = _cumulative(model)
    made["influence"] = [
        {
            "label": own.label,
            "residual": moved.residual,
            "cook_distance": moved.cook_distance,
            "tau2_without": moved.tau2,
            "weight_percent": moved.weight_percent,
        }
        for own, moved in zip(pooled.estimates, pooled.moved, strict=False)
    ]
    return made


def _cumulative(model: Pooled) -> list[Json]:
    try:
        grown = cumulative(model)
    except TooFewEstimatesError:
        return []
    means = [own.coefficients[0] for own in grown]
    return [{"estimate": m.estimate, "low": m.low, "high": m.high} for m in means]
