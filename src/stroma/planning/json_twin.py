"""A plan as plain JSON values, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from stroma.errors import Problem
from stroma.planning.results import (
    BreakEven,
    DosePlan,
    EndotoxinLimit,
    PlanInput,
    Range,
    SourceAnswers,
    SourcePlan,
)

Json: TypeAlias = dict[str, object]
SCHEMA_VERSION = "1"


def plan_to_json(plan: DosePlan, problems: Sequence[Problem] = ()) -> Json:
    """Return a plan as JSON can hold it, in English.

    Parameters
    ----------
    plan
        The plan.
    problems
        Of what was read for it.

    Returns
    -------
    dict
        ``schema_version``, ``demand``, ``sources``, ``break_even``, ``endotoxin``,
        ``simulation``, ``problems``.
    """
    demand = plan.demand
    return {
        "schema_version": SCHEMA_VERSION,
        "demand": {
            "doses": demand.doses,
            "cells_per_dose": demand.cells_per_dose,
            "dose_per_kg": plan.dose_per_kg,
            "weight_kg": plan.weight,
            "cells_per_vial": demand.cells_per_vial,
            "confidence": demand.confidence,
        },
        "sources": [_source(source) for source in plan.sources],
        "break_even": [_break_even(found) for found in plan.break_evens],
        "endotoxin": None if plan.endotoxin is None else _endotoxin(plan.endotoxin),
        "simulation": {
            "laboratories": plan.laboratories,
            "donations_each": plan.donations_each,
            "seed": plan.seed,
        },
        "problems": [
            {"severity": problem.severity.value, "message": problem.render()}
            for problem in (*problems, *plan.problems)
        ],
    }


def _source(source: SourcePlan) -> Json:
    return {
        "source": source.source,
        "answers": None if source.answers is None else _answers(source.answers),
        "missing": list(source.missing),
        "losses_not_counted": list(source.not_counted),
        "unanswered": [str(told) for told in source.unanswered],
        "assumptions": [str(told) for told in source.assumptions],
        "inputs": [_input(one) for one in source.inputs],
    }


def _input(one: PlanInput) -> Json:
    return {
        "input": one.kind.name,
        "unit": one.kind.unit,
        "origin": one.origin.value,
        "median": one.median,
        "low": one.low,
        "high": one.high,
        "used": one.used,
        "told": str(one.told),
        "citations": list(one.citations),
    }


def _answers(told: SourceAnswers) -> Json:
    return {
        "route": told.route,
        "probability": told.probability,
        "standard_error": told.standard_error,
        "doses": _range(told.doses),
        "curve": [{"doses": n, "probability": chance} for n, chance in told.curve],
        "donations": told.donations,
        "donations_tried": told.searched,
        "probability_of_donations": told.probability_of_donations,
        "by_passage": [{"passage": n, "probability": chance} for n, chance in told.by_passage],
        "ready_passage": _range(told.ready_passage),
        "ready_days": _range(told.ready_days),
        "days_from": told.days_from,
        "doublings": _range(told.doublings),
        "last_passage_area_cm2": _range(told.peak_area),
        "total_area_cm2": _range(told.total_area),
        "medium_litres": _range(told.medium),
        "drivers": [{"input": name, "share": share} for name, share in told.drivers],
    }


def _range(held: Range | None) -> Json | None:
    if held is None:
        return None
    return {"median": held.median, "low": held.low, "high": held.high}


def _break_even(found: BreakEven) -> Json:
    return {
        "varied": found.varied,
        "unit": found.unit,
        "values": list(found.values),
        "probabilities": {source: list(shares) for source, shares in found.probabilities},
        "turns": [
            {"value": at, "before": before, "after": after} for at, before, after in found.turns
        ],
        "leader": found.leader,
    }


def _endotoxin(limit: EndotoxinLimit) -> Json:
    return {
        "route": limit.route,
        "k_eu_per_kg_hour": limit.threshold,
        "m_ml_per_kg_hour": limit.volume_per_kg_hour,
        "limit_eu_per_ml": limit.limit,
        "eu_per_dose": limit.per_dose,
        "citation": limit.citation,
    }
