"""A choice as JSON, in English and without a clock: equal inputs, equal bytes."""

from __future__ import annotations

import math

from stroma.choosing.application import Application, Attribute
from stroma.choosing.results import AttributeScores, Choice, Figure, Score, Worth

SCHEMA_VERSION = "1"
"""Raised when the meaning of a key changes."""

Json = dict[str, object]


def choice_to_json(choice: Choice) -> Json:
    """Return a choice as a JSON object.

    Parameters
    ----------
    choice
        The choice.

    Returns
    -------
    dict
        ``schema_version``, ``application``, ``sources``, ``answer``, ``sentence``, ``weights``,
        ``acceptabilities``, ``pairwise``, ``attributes`` with every score and its origin,
        ``unknown``, ``next`` and the settings of the simulation. Shares are 0 to 1; what is
        missing is ``None``.

    Examples
    --------
    >>> from stroma.choosing.analysis import choose_source
    >>> from stroma.choosing.known_applications import load_application
    >>> choice = choose_source([], load_application("gvhd"), ["placenta", "bone_marrow"], draws=50)
    >>> choice_to_json(choice)["sources"]
    ['placenta', 'bone_marrow']
    """
    application = choice.application
    names = [attribute.name for attribute in application.attributes]
    return {
        "schema_version": SCHEMA_VERSION,
        "application": application.name,
        "application_version": application.version,
        "application_label": str(application.label),
        "application_sha256": None if application.origin is None else application.origin.sha256,
        "sources": list(choice.sources),
        "answer": choice.answer.value,
        "sentence": str(choice.sentence),
        "decide_at": choice.decide_at,
        "weights": {
            "kind": choice.weighting.kind,
            "sentence": str(choice.weighting.sentence),
            "mean": dict(zip(names, choice.weighting.means, strict=True)),
        },
        "acceptabilities": [
            {
                "source": one.source,
                "ranks": list(one.ranks),
                "errors": list(one.errors),
                "central_weights": None
                if one.central_weights is None
                else dict(zip(names, one.central_weights, strict=True)),
                "confidence": one.confidence,
                "first_at_least": one.least,
                "first_at_most": one.most,
            }
            for one in choice.acceptabilities
        ],
        "pairwise": [list(row) for row in choice.pairwise],
        "attributes": [_attribute(held) for held in choice.attributes],
        "unknown": {
            "sentence": None if choice.unknown_sentence is None else str(choice.unknown_sentence),
            "scores": [
                {
                    "attribute": one.attribute,
                    "source": one.source,
                    "first_if_worst": one.if_worst,
                    "first_if_best": one.if_best,
                }
                for one in choice.unknown
            ],
        },
        "next": {
            "sentence": str(choice.next_sentence),
            "single": [_worth(one) for one in choice.single],
            "assays": [_worth(one) for one in choice.assays],
            "weights": None if choice.weights_worth is None else _worth(choice.weights_worth),
        },
        "simulation": {
            "draws": choice.draws,
            "seed": choice.seed,
            "agreement_of_a_published_order": choice.agreement,
        },
    }


def _attribute(held: AttributeScores) -> Json:
    attribute = held.attribute
    return {
        **_asked(attribute),
        "scores": [_score(score) for score in held.scores],
        "orders": [
            {
                "source": order.source,
                "other": order.other,
                "better": order.better,
                "worse": order.worse,
                "alike": order.alike,
                "secondary": order.secondary,
                "citations": list(order.citations),
            }
            for order in held.orders
        ],
    }


def _asked(attribute: Attribute) -> Json:
    return {
        "attribute": attribute.name,
        "label": str(attribute.label),
        "direction": attribute.direction.value,
        "quantity": attribute.quantity,
        "analyte": attribute.analyte,
        "unit": attribute.unit,
        "worst": attribute.worst,
        "best": attribute.best,
        "target": attribute.target,
        "tolerance": attribute.tolerance,
        "reason": str(attribute.reason),
        "citations": list(attribute.citations),
    }


def _score(score: Score) -> Json:
    return {
        "source": score.source,
        "origin": score.origin.value,
        "own": None if score.own is None else _figure(score.own),
        "published": None if score.published is None else _figure(score.published),
        "partial_value": [score.low, score.middle, score.high],
        "remarks": [str(remark) for remark in score.remarks],
        "disagreement": None if score.disagreement is None else str(score.disagreement),
    }


def _figure(figure: Figure) -> Json:
    return {
        "value": figure.value,
        "low": _finite(figure.low),
        "high": _finite(figure.high),
        "level": figure.level,
        "count": figure.count,
        "counts": "donors" if figure.lots else "studies",
        "lots": figure.lots,
        "citations": list(figure.citations),
    }


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def _worth(worth: Worth) -> Json:
    return {
        "attribute": worth.attribute or None,
        "source": worth.source or None,
        "value": worth.value,
        "error": worth.error,
        "measurable": worth.measurable,
    }


def application_to_json(application: Application) -> Json:
    """Return an application as a JSON object.

    Parameters
    ----------
    application
        The application.

    Returns
    -------
    dict
        Its keys as in the TOML file, in English.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "name": application.name,
        "version": application.version,
        "label": str(application.label),
        "sources": list(application.sources),
        "citations": list(application.citations),
        "note": None if application.note is None else str(application.note),
        "attributes": [_asked(attribute) for attribute in application.attributes],
    }
