"""From donations to doses: the whole plan of the sources asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from stroma.errors import Place, Problem, Severity, StudyProblem
from stroma.measurements import Measurement
from stroma.planning.answers import answer
from stroma.planning.break_even import break_evens
from stroma.planning.distributions import Distribution, Stream, fixed
from stroma.planning.endotoxin import endotoxin_limit
from stroma.planning.from_papers import published_inputs
from stroma.planning.inputs import inputs_by_name
from stroma.planning.own_lots import own_inputs
from stroma.planning.request import PlanRequest, cells_per_dose, check_request
from stroma.planning.resolve import AGE, Resolved, resolve
from stroma.planning.results import (
    Demand,
    DosePlan,
    EndotoxinLimit,
    OriginKind,
    PlanInput,
    SourcePlan,
)
from stroma.texts import join, text
from stroma.vocabulary import find_tissue

SEED: Final = 2026
LABORATORIES: Final = 2000
DONATIONS: Final = 50
"""Donations of each laboratory: 100,000 in all, an error of a probability near 1 in 100."""


def make_plan(
    request: PlanRequest,
    rows: Sequence[Measurement] = (),
    *,
    ages: Mapping[str, float] | None = None,
    seed: int = SEED,
) -> DosePlan:
    """Plan the doses that donations give.

    Parameters
    ----------
    request
        What is asked, with what is declared.
    rows
        Measurements of the laboratory's own lots.
    ages
        Lot to the donor's age in years.
    seed
        Of all chance: the same seed gives the same numbers.

    Returns
    -------
    DosePlan
        For each source what it gives, or what would have to be known.

    Raises
    ------
    StudyProblem
        The request has no sense: an unknown source, a weight of 0, a ceiling below the doublings
        already used.
    """
    check_request(request)
    demand = Demand(
        doses=request.doses or 1,
        cells_per_dose=cells_per_dose(request),
        cells_per_vial=request.vial_cells,
        confidence=request.confidence,
    )
    # A tissue spelled in two ways is one source.
    sources = tuple(dict.fromkeys(_tissue(source) for source in request.sources))
    declared = {source: _declared(request, source) for source in sources}
    for source in sources:
        _check_ceiling(request, declared[source], source)
    resolved = {
        source: resolve(
            declared[source],
            own_inputs(rows, source, ages=ages),
            published_inputs(source),
            seed=seed,
            source=source,
        )
        for source in sources
    }
    plans = tuple(_source_plan(source, resolved[source], demand, seed) for source in sources)
    answered = {s: resolved[s].spreads for s in sources if resolved[s].spreads}
    return DosePlan(
        demand=demand,
        weight=request.weight,
        dose_per_kg=request.dose_per_kg,
        sources=plans,
        break_evens=break_evens(
            answered,
            demand,
            ceilings={source: _ceiling(resolved[source]) for source in answered},
            ages=_age_inputs(resolved),
            seed=seed,
        ),
        endotoxin=_endotoxin(request),
        problems=_problems(request, plans),
        laboratories=LABORATORIES,
        donations_each=DONATIONS,
        seed=seed,
    )


def _tissue(word: str) -> str:
    tissue = find_tissue(word)
    return word if tissue is None else tissue.name


def _declared(request: PlanRequest, source: str) -> dict[str, PlanInput]:
    return {**request.declared.get("", {}), **request.declared.get(source, {})}


def _source_plan(source: str, found: Resolved, demand: Demand, seed: int) -> SourcePlan:
    answers = None
    if found.spreads:
        answers = answer(
            found.spreads, demand, shape=(LABORATORIES, DONATIONS), stream=Stream(seed, source)
        )
    return SourcePlan(
        source=source,
        inputs=found.inputs,
        missing=found.missing,
        not_counted=found.not_counted,
        unanswered=found.unanswered,
        assumptions=found.assumptions,
        answers=answers,
    )


def _check_ceiling(request: PlanRequest, declared: Mapping[str, PlanInput], source: str) -> None:
    ceiling = _middle(declared.get("doublings_ceiling"))
    used = _middle(declared.get("doublings_used"))
    if used is None:
        used = _middle(declared.get("primary_doublings"))
    if ceiling is None or used is None or ceiling > used:
        return
    raise StudyProblem(
        Problem(
            Place(file=request.file, column="doublings_ceiling"),
            found=text("a ceiling of {n} doublings for {source}", n=ceiling, source=source),
            expected=text(
                "more than the {n} doublings that are used up at the first harvest", n=used
            ),
            action=text("correct the ceiling, or the doublings before the first harvest"),
        )
    )


def _middle(one: PlanInput | None) -> float | None:
    if one is None or one.distribution is None:
        return None
    if one.distribution.triangle is not None:
        return one.distribution.triangle[1]
    return one.distribution.components[0].centre if one.distribution.components else None


def _ceiling(found: Resolved) -> dict[str, Distribution]:
    """Return a known ceiling; what own lots have shown stands against a published one alone."""
    held = {one.kind.name: one for one in found.inputs if one.distribution is not None}
    ceiling, proven = held.get("doublings_ceiling"), held.get("proven_passage")
    if ceiling is None or ceiling.distribution is None:
        return {}
    spreads = {"doublings_ceiling": ceiling.distribution}
    published = ceiling.origin is OriginKind.PUBLISHED
    if published and proven is not None and proven.distribution is not None:
        spreads["proven_passage"] = proven.distribution
    return spreads


def _age_inputs(resolved: Mapping[str, Resolved]) -> dict[str, dict[str, Distribution]]:
    """Return the inputs of the donor's age, of sources that have both slope and reference."""
    held: dict[str, dict[str, Distribution]] = {}
    for source, found in resolved.items():
        known = {
            one.kind.name: one.distribution
            for one in found.inputs
            if one.kind.name in AGE[1:] and one.distribution is not None
        }
        if len(known) == len(AGE) - 1:
            held[source] = {"donor_age": fixed(0.0, inputs_by_name()["donor_age"].scale), **known}
    return held


def _endotoxin(request: PlanRequest) -> EndotoxinLimit | None:
    if request.volume_ml is None or request.weight is None or request.route is None:
        return None
    return endotoxin_limit(
        request.volume_ml, request.weight, hours=request.hours, route=request.route
    )


def _problems(request: PlanRequest, plans: Sequence[SourcePlan]) -> tuple[Problem, ...]:
    labels = inputs_by_name()
    problems = [
        Problem(
            Place(file=request.file, column=plan.source),
            found=text(
                "nobody has told: {inputs}",
                inputs=join([labels[name].label for name in plan.missing]),
            ),
            expected=text("a number from own lots, from a paper, or declared"),
            action=text(
                "declare {names} for {source}; stroma plan --template writes a plan to fill",
                names=", ".join(plan.missing),
                source=plan.source,
            ),
            severity=Severity.WARNING,
        )
        for plan in plans
        if plan.missing
    ]
    given = (request.volume_ml, request.weight, request.route)
    if any(value is not None for value in (request.volume_ml, request.route)) and None in given:
        problems.append(
            Problem(
                Place(file=request.file, column="endotoxin"),
                found=text("the volume of a dose, its route or the body weight is missing"),
                expected=text("all three, for the endotoxin limit"),
                action=text("state volume_ml, route and weight"),
                severity=Severity.WARNING,
            )
        )
    return tuple(problems)
