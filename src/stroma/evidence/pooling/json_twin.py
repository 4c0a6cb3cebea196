"""Pooled answers as JSON, in English and without a clock: equal inputs, equal bytes."""

from __future__ import annotations

import math
from collections.abc import Iterable

from stroma.evidence.pooling.effect_records import Arm, Effect, Refusal, Vote
from stroma.evidence.pooling.models import PooledEstimate
from stroma.evidence.pooling.pool import PooledAnswer, as_effect, as_mean
from stroma.evidence.pooling.words import asked, headline

SCHEMA_VERSION = "1"
"""Raised when the meaning of a key changes."""

Json = dict[str, object]


def answers_to_json(answers: Iterable[PooledAnswer]) -> Json:
    """Return answers as a JSON object.

    Parameters
    ----------
    answers
        The answers.

    Returns
    -------
    dict
        ``schema_version`` and ``answers``, each with its rows, conversions and what was left out.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "answers": [answer_to_json(answer) for answer in answers],
    }


def answer_to_json(answer: PooledAnswer) -> Json:
    """Return an answer as a JSON object.

    Parameters
    ----------
    answer
        The answer.

    Returns
    -------
    dict
        Numbers on the scale of pooling, and under ``effect`` as a reader is told them.
    """
    return {
        "quantity": answer.quantity,
        "analyte": answer.analyte or None,
        "first": answer.sources[0],
        "second": answer.sources[1],
        "kind": answer.kind.value,
        "asked": str(asked(answer)),
        "answer": "POOLED" if answer.estimate is not None else "TOO_FEW",
        "sentence": str(headline(answer)),
        "scale": answer.scale.value,
        "unit": answer.unit or None,
        "papers": [
            {"group": paper.group, "label": paper.label, "address": paper.address or None}
            for paper in answer.papers
        ],
        "estimate": None if answer.estimate is None else _estimate(answer, answer.estimate),
        "effects": [_effect(effect) for effect in answer.effects],
        "remarks": [str(remark) for remark in answer.remarks],
        "refused": [_refusal(refusal) for refusal in answer.refused],
        "votes": [_vote(vote) for vote in answer.votes],
    }


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def _estimate(answer: PooledAnswer, held: PooledEstimate) -> Json:
    scale = answer.scale
    ends = (held.value, held.low, held.high)
    told = dict(zip(("value", "low", "high"), ends, strict=True))
    prediction = held.prediction
    return {
        **{name: _finite(end) for name, end in told.items()},
        "level": held.level,
        "standard_error": held.standard_error,
        "statistic": _finite(held.statistic),
        "p_value": held.p_value,
        "degrees_of_freedom": held.degrees_of_freedom,
        "effect": {name: _finite(as_effect(end, scale)) for name, end in told.items()},
        "prediction": None if prediction is None else list(prediction),
        "prediction_effect": (
            None if prediction is None else [_finite(as_effect(end, scale)) for end in prediction]
        ),
        "tau2": list(held.tau2),
        "tau2_interval": None if held.tau2_interval is None else list(held.tau2_interval),
        "i2_percent": held.i2,
        "q": held.q,
        "q_degrees_of_freedom": held.q_degrees_of_freedom,
        "q_p_value": held.q_p_value,
        "method": held.method,
        "test": held.test,
        "papers": held.papers,
        "estimates": held.count,
        "weights_percent": list(held.weights),
        "is_reliable": held.is_reliable,
        "sides": [
            {
                "source": source,
                "mean": _finite(as_mean(side.value, scale)),
                "low": _finite(as_mean(side.low, scale)),
                "high": _finite(as_mean(side.high, scale)),
                "papers": side.papers,
            }
            for source, side in zip(answer.sources, held.sides, strict=False)
        ],
        "small_studies": (
            None
            if held.small_studies is None
            else {
                "egger_statistic": held.small_studies.egger_statistic,
                "egger_p": held.small_studies.egger_p,
                "missing": held.small_studies.missing,
                "side": held.small_studies.side,
                "filled_effect": _finite(as_effect(held.small_studies.filled, scale)),
            }
        ),
    }


def _effect(effect: Effect) -> Json:
    return {
        "measure": effect.measure,
        "value": effect.value,
        "variance": effect.variance,
        "paper": effect.paper.group,
        "doubts": [str(doubt) for doubt in effect.doubts],
        "arms": [_arm(arm) for arm in effect.arms],
    }


def _arm(arm: Arm) -> Json:
    passage, medium, condition = arm.circumstances
    return {
        "row": arm.row,
        "repeats": list(arm.repeats),
        "place": arm.place,
        "tissue": arm.tissue,
        "part": arm.part or None,
        "passage": passage or None,
        "medium": medium or None,
        "condition": condition or None,
        "mean": arm.mean,
        "sd": arm.sd,
        "n": arm.n,
        "conversion": list(arm.steps),
    }


def _refusal(refusal: Refusal) -> Json:
    return {
        "row": refusal.row,
        "paper": refusal.paper.group,
        "reason": str(refusal.reason),
    }


def _vote(vote: Vote) -> Json:
    return {
        "row": vote.row,
        "paper": vote.paper.group,
        "label": vote.paper.label,
        "direction": vote.direction.value,
        "secondary": vote.is_secondary,
    }
