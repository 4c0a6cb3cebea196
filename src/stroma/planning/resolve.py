"""Which inputs a plan of one source rests on, and what is missing.

What a person declares comes first, then what own lots show, then what papers print. A number nobody
knows stays unknown: the plan says what it cannot answer for want of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from stroma.planning.distributions import Distribution, Stream, draw
from stroma.planning.inputs import INPUTS, LOSSES
from stroma.planning.results import OriginKind, PlanInput
from stroma.texts import Text, text

FOUNDERS = ("isolated_cells", "plating_efficiency", "primary_doublings")
AGE = ("donor_age", "reference_age", "yield_change_per_decade")
AFTER = ("isolation_success", "cells_for_tests", "thaw_recovery", "release_rate")
BESIDES = (
    "harvest_recovery",
    "primary_days",
    "doublings_used",
    "harvest_density",
    "medium_per_area",
    "medium_fillings",
)
TABLE_SHAPE = (1000, 20)
"""Laboratories and donations from which the table's middle and ends are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The inputs of one source, and what they allow.

    Parameters
    ----------
    inputs
        Every input, known or not, in the order of the work.
    spreads
        Input name to spread, of those the answers rest on; empty where an input is missing.
    missing, not_counted
        As in :class:`stroma.planning.results.SourcePlan`.
    unanswered, assumptions
        Sentences.
    """

    inputs: tuple[PlanInput, ...]
    spreads: Mapping[str, Distribution]
    missing: tuple[str, ...]
    not_counted: tuple[str, ...]
    unanswered: tuple[Text, ...]
    assumptions: tuple[Text, ...]


def resolve(
    declared: Mapping[str, PlanInput],
    own: Mapping[str, PlanInput],
    published: Mapping[str, PlanInput],
    *,
    seed: int,
    source: str,
) -> Resolved:
    """Choose the inputs of one source.

    Parameters
    ----------
    declared, own, published
        Input name to input, from each origin.
    seed, source
        Of the chance the table's ends are taken with.

    Returns
    -------
    Resolved
        What the plan rests on.
    """
    held = {kind.name: _chosen(kind.name, declared, own, published) for kind in INPUTS}
    known = {name for name, found in held.items() if found.distribution is not None}
    whole, names = _route(held, known, own)
    missing = () if names else tuple(_missing(known))
    used = names & known
    losses = [name for name in LOSSES if name not in known]
    if whole:
        losses = [name for name in losses if name != "harvest_recovery"]
    inputs = tuple(
        _summarised(replace(found, used=name in used), seed, source)
        for name, found in held.items()
        if name in used or found.distribution is not None or name in (*missing, *losses)
    )
    spreads = {name: spread for name in used if (spread := held[name].distribution) is not None}
    return Resolved(
        inputs=inputs,
        spreads=spreads,
        missing=missing,
        not_counted=tuple(losses) if names else (),
        unanswered=tuple(_unanswered(known, declared, whole=whole)) if names else (),
        assumptions=tuple(_assumptions(held, used, whole=whole)) if names else (),
    )


def _chosen(
    name: str,
    declared: Mapping[str, PlanInput],
    own: Mapping[str, PlanInput],
    published: Mapping[str, PlanInput],
) -> PlanInput:
    mine = own.get(name)
    if name in declared:
        return declared[name]
    if mine is not None and mine.distribution is not None:
        return mine
    if name in published:
        return published[name]
    if mine is not None:
        return mine
    kind = next(kind for kind in INPUTS if kind.name == name)
    return PlanInput(
        kind=kind,
        origin=OriginKind.UNKNOWN,
        told=text("not declared, not in own lots, in no paper that is held"),
    )


def _route(
    held: Mapping[str, PlanInput], known: set[str], own: Mapping[str, PlanInput]
) -> tuple[bool, set[str]]:
    """Return whether a whole manufacture is taken, and the inputs of the route; none if missing."""
    harvest = _first_harvest(held, known)
    growth = _growth(held, known)
    end = _end(held, known, own)
    if harvest and growth and end:
        names = {*harvest, *growth, *end, *AFTER, *BESIDES}
        if set(AGE) <= known:
            names |= set(AGE)
        return False, names
    if "batch_yield" in known:
        return True, {"batch_yield", "expansion_days", *AFTER}
    return False, set()


def _first_harvest(held: Mapping[str, PlanInput], known: set[str]) -> tuple[str, ...]:
    founders = set(FOUNDERS) <= known
    stated = [held[name].origin is OriginKind.DECLARED for name in FOUNDERS]
    direct = "primary_yield" in known
    if direct and not (
        founders and any(stated) and held["primary_yield"].origin is not OriginKind.DECLARED
    ):
        return ("primary_yield",)
    return FOUNDERS if founders else ()


def _growth(held: Mapping[str, PlanInput], known: set[str]) -> tuple[str, ...]:
    timed = {"doubling_time", "passage_days"} <= known
    by_time = timed and held["passage_days"].origin is OriginKind.DECLARED
    doublings = "doublings_per_passage" in known
    if doublings and not (
        by_time and held["doublings_per_passage"].origin is not OriginKind.DECLARED
    ):
        return ("doublings_per_passage", "doubling_time", "passage_days")
    return ("doubling_time", "passage_days") if timed else ()


def _end(
    held: Mapping[str, PlanInput], known: set[str], own: Mapping[str, PlanInput]
) -> tuple[str, ...]:
    names = tuple(name for name in ("last_passage", "doublings_ceiling") if name in known)
    if len(names) < 2 or held["doublings_ceiling"].origin is not OriginKind.PUBLISHED:
        return names
    # As far as own lots have been taken they show better than others' cells that they grow.
    reached = own.get("last_passage")
    if reached is not None and _number(held["last_passage"]) <= _number(reached):
        return ("last_passage",)
    return (*names, "proven_passage")


def _number(one: PlanInput) -> float:
    if one.distribution is None or not one.distribution.components:
        return float("inf")
    return one.distribution.components[0].centre


def _missing(known: set[str]) -> Iterator[str]:
    if "primary_yield" not in known and not set(FOUNDERS) <= known:
        yield "primary_yield"
    if "doublings_per_passage" not in known and not {"doubling_time", "passage_days"} <= known:
        yield "doublings_per_passage"
    if not {"last_passage", "doublings_ceiling"} & known:
        yield "last_passage"


def _unanswered(
    known: set[str], declared: Mapping[str, PlanInput], *, whole: bool
) -> Iterator[Text]:
    if whole:
        yield text("passage, flask area and medium: only the yield of a whole manufacture is known")
        if "expansion_days" not in known:
            yield text("days: how long a whole expansion takes is not known")
        return
    if not {"doubling_time", "passage_days"} & known:
        yield text("days: neither the doubling time nor the days of a passage are known")
    elif "primary_days" not in known:
        yield text("days of the primary culture: days are counted from the first harvest")
    if "harvest_density" not in known:
        yield text("flask area and medium: the cells on a square centimetre at harvest are not "
                   "known")  # fmt: skip
    elif not {"medium_per_area", "medium_fillings"} <= known:
        yield text("medium: the volume for an area and the fillings in a passage are not declared")
    if "donor_age" in declared and not set(AGE) <= known:
        yield text("the donor's age: how the yield changes with age is not known for this source")


def _assumptions(held: Mapping[str, PlanInput], used: set[str], *, whole: bool) -> Iterator[Text]:
    if whole:
        yield text("A donation gives what the whole manufacture of a paper gave; passages and "
                   "doublings are not followed.")  # fmt: skip
    else:
        yield text("All cells of a harvest can be carried on to the next passage.")
        yield text("Doublings are counted from cells seeded to cells harvested, so that cells "
                   "that did not attach are in them.")  # fmt: skip
        if "primary_yield" in used and held["primary_yield"].origin is OriginKind.OWN:
            yield text("The first harvest of own lots is what a whole donation gives.")
        if held["last_passage"].origin is OriginKind.OWN and "last_passage" in used:
            yield text("No lot is taken further than the last passage of own lots.")
        if {"doublings_ceiling", "proven_passage"} <= used:
            yield text("A published ceiling stops no lot before the last passage of own lots.")
        if "doublings_ceiling" in used and not {"doublings_used", "primary_doublings"} & used:
            yield text("Doublings before the first harvest are not known: the ceiling is counted "
                       "from there.")  # fmt: skip
    yield text("The inputs do not depend on each other.")


def _summarised(one: PlanInput, seed: int, source: str) -> PlanInput:
    if one.distribution is None:
        return one
    drawn = draw(one.distribution, one.kind, shape=TABLE_SHAPE, stream=Stream(seed, source))
    low, median, high = (float(value) for value in np.percentile(drawn, (5, 50, 95)))
    if one.distribution.is_certain:
        # The way through the logarithm and back leaves the last digits behind.
        low = high = median = float(f"{median:.12g}")
    return replace(one, median=median, low=low, high=high)
