"""Comparisons as JSON, in English and without a clock: equal inputs, equal bytes."""

from __future__ import annotations

import math

from stroma.comparison.results import (
    Comparison,
    ComparisonFamily,
    Design,
    DonorsNeeded,
    Estimate,
    Margin,
)
from stroma.comparison.wording import compared_label

SCHEMA_VERSION = "1"
"""Raised when the meaning of a key changes."""

Json = dict[str, object]


def family_to_json(family: ComparisonFamily) -> Json:
    """Return comparisons as a JSON object.

    Parameters
    ----------
    family
        What was asked together.

    Returns
    -------
    dict
        ``schema_version``, ``adjustment``, ``level`` and ``comparisons``, each with ``quantity``,
        ``analyte``, ``label``, ``unit``, ``sources``, ``answer`` (``None`` where the question was
        refused), ``reason``, ``scale``, ``design``, ``estimate``, ``difference`` (in the unit),
        ``beside``, ``margin``, p values, ``sources_summary``, ``variances``, ``donors_needed``,
        ``observations`` and ``published``. Missing is ``None``.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "adjustment": family.adjustment,
        "level": family.level,
        "comparisons": [_comparison(held) for held in family.comparisons],
    }


def _comparison(held: Comparison) -> Json:
    return {
        "quantity": held.quantity,
        "analyte": held.analyte,
        "label": str(compared_label(held)),
        "unit": held.unit,
        "sources": list(held.sources),
        "answer": None if held.answer is None else held.answer.value,
        "reason": str(held.reason),
        "waits": held.waits,
        "scale": held.scale.value,
        "scale_reason": str(held.scale_reason),
        "design": _design(held.design),
        "estimate": None if held.estimate is None else _estimate(held.estimate),
        "difference": None if held.difference is None else _estimate(held.difference),
        "beside": [_estimate(other) for other in held.beside],
        "margin": None if held.margin is None else _margin(held.margin),
        "margin_refusal": None if held.margin_refusal is None else str(held.margin_refusal),
        "p_equivalence": _number(held.p_equivalence),
        "adjusted_p": _number(held.adjusted_p),
        "adjusted_p_equivalence": _number(held.adjusted_p_equivalence),
        "sources_summary": [
            {
                "source": side.source,
                "donors": side.donors,
                "lots": side.lots,
                "observations": side.observations,
                "mean": _number(side.mean),
                "low": _number(side.low),
                "high": _number(side.high),
            }
            for side in held.summaries
        ],
        "variances": [
            {
                "level": part.level,
                "variance": _number(part.variance),
                "share": _number(part.share),
            }
            for part in held.variances
        ],
        "intraclass_correlation": _number(held.intraclass_correlation),
        "donors_needed": [needed_to_json(needed) for needed in held.donors_needed],
        "observations": [
            {
                "lot": row.lot,
                "donor": row.donor,
                "source": row.source,
                "passage": row.passage,
                "value": _number(row.value),
                "scaled": _number(row.scaled),
                "replicates": row.replicates,
            }
            for row in held.observations
        ],
        "published": [
            {
                "sentence": str(line.sentence),
                "certainty": line.certainty,
                "citation": line.citation,
                "address": line.address,
                "place": line.place,
            }
            for line in held.published
        ],
    }


def _design(held: Design) -> Json:
    return {
        "donors": [list(side) for side in held.donors],
        "lots": list(held.lots),
        "observations": list(held.observations),
        "pairing": held.pairing.value,
        "passages": list(held.passages),
        "left_out": [str(told) for told in held.left_out],
        "remarks": [str(told) for told in held.remarks],
    }


def _estimate(held: Estimate) -> Json:
    return {
        "value": _number(held.value),
        "low": _number(held.low),
        "high": _number(held.high),
        "level": held.level,
        "method": held.method,
        "unit": held.unit,
        "standard_error": _number(held.standard_error),
        "degrees_of_freedom": _number(held.degrees_of_freedom),
        "p_value": _number(held.p_value),
        "smallest_p": _number(held.smallest_p),
    }


def _margin(held: Margin) -> Json:
    return {
        "value": held.value,
        "unit": held.unit,
        "low": _number(held.low),
        "high": _number(held.high),
    }


def needed_to_json(held: DonorsNeeded) -> Json:
    """Return a number of donors as a JSON object.

    Parameters
    ----------
    held
        The number.

    Returns
    -------
    dict
        Its fields; the reason in English.
    """
    return {
        "answer": held.answer.value,
        "power": held.power,
        "assumed_difference": _number(held.assumed_difference),
        "per_side": held.per_side,
        "more_per_side": held.more_per_side,
        "reason": None if held.reason is None else str(held.reason),
    }


def _number(value: float | None) -> float | None:
    """Return a number JSON can hold: infinity and not-a-number are missing."""
    return value if value is not None and math.isfinite(value) else None
