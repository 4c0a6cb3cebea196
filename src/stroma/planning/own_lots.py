"""Inputs from the laboratory's own lots: the donor is the unit, and few donors say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from stroma.measurements import Measurement, passage_number
from stroma.planning.distributions import Distribution, fixed, to_scale
from stroma.planning.inputs import Scale, inputs_by_name
from stroma.planning.results import OriginKind, PlanInput
from stroma.texts import text, texts

GROWN = "population_doublings"
ENOUGH = 2
"""Donors from which a spread between donors can be told at all."""


def own_inputs(
    rows: Sequence[Measurement], source: str, *, ages: Mapping[str, float] | None = None
) -> dict[str, PlanInput]:
    """Return what a laboratory's own lots say of a source.

    Parameters
    ----------
    rows
        Measurements; those of other sources and of stimulated cells are left out.
    source
        The tissue.
    ages
        Lot to the donor's age in years, where it is known.

    Returns
    -------
    dict
        Input name to input. One that rests on a single donor is there as not known, with the
        reason.
    """
    mine = [
        row
        for row in rows
        if row.source == source and row.condition == "" and row.value is not None
    ]
    asked: tuple[tuple[str, str, Callable[[int], bool]], ...] = (
        ("primary_yield", "viable_cells", lambda passage: passage == 0),
        ("doublings_per_passage", GROWN, lambda passage: passage >= 1),
        ("doubling_time", "doubling_time", lambda passage: passage >= 1),
        ("harvest_density", "cells_per_area", lambda passage: passage >= 1),
    )
    found: dict[str, PlanInput] = {}
    for name, quantity, at in asked:
        held = [r for r in mine if r.quantity == quantity and at(passage_number(r.passage))]
        if held:
            found[name] = _from_donors(name, held)
    last = max((passage_number(row.passage) for row in mine if row.quantity == GROWN), default=-1)
    if last >= 0:
        found["last_passage"] = _decided("last_passage", last)
        found["proven_passage"] = _decided("proven_passage", last)
    if ages and (age := _reference_age(mine, ages)) is not None:
        found["reference_age"] = age
    return found


def _from_donors(name: str, rows: Sequence[Measurement]) -> PlanInput:
    kind = inputs_by_name()[name]
    by_donor: dict[str, list[float]] = {}
    left_out = 0
    for row in rows:
        if row.value is None or (kind.scale is Scale.LOG and row.value <= 0):
            left_out += 1
            continue
        by_donor.setdefault(row.donor or row.lot, []).append(to_scale(row.value, kind.scale))
    means = [float(np.mean(values)) for values in by_donor.values()]
    nameless = len({row.lot for row in rows if not row.donor})
    if len(means) < ENOUGH:
        return PlanInput(
            kind=kind,
            origin=OriginKind.UNKNOWN,
            told=texts(
                "own lots of {count} donor: the spread between donors needs two",
                "own lots of {count} donors: the spread between donors needs two",
                len(means),
            ),
        )
    told = texts(
        "own lots of {count} donor; a new donor by the t distribution with {freedom} degrees of "
        "freedom",
        "own lots of {count} donors; a new donor by the t distribution with {freedom} degrees of "
        "freedom",
        len(means),
        freedom=len(means) - 1,
    )
    if left_out:
        told = texts(
            "{told}; {count} value of zero or less is left out",
            "{told}; {count} values of zero or less are left out",
            left_out,
            told=told,
        )
    if nameless:
        told = texts(
            "{told}; {count} lot names no donor and is taken for one",
            "{told}; {count} lots name no donor and are taken for one each",
            nameless,
            told=told,
        )
    spread = float(np.std(means, ddof=1))
    distribution = (
        Distribution(scale=kind.scale, donors=(len(means), float(np.mean(means)), spread))
        if spread > 0
        else fixed(_back(float(np.mean(means)), kind.scale), kind.scale)
    )
    return PlanInput(kind=kind, origin=OriginKind.OWN, distribution=distribution, told=told)


def _back(value: float, scale: Scale) -> float:
    return float(np.exp(value)) if scale is Scale.LOG else value


def _decided(name: str, passage: int) -> PlanInput:
    kind = inputs_by_name()[name]
    return PlanInput(
        kind=kind,
        origin=OriginKind.OWN,
        distribution=fixed(float(passage), kind.scale),
        told=text("the last passage that own lots have reached"),
    )


def _reference_age(rows: Sequence[Measurement], ages: Mapping[str, float]) -> PlanInput | None:
    lots = {row.lot: row.donor or row.lot for row in rows if row.quantity == "viable_cells"}
    by_donor = {donor: ages[lot] for lot, donor in lots.items() if lot in ages}
    if not by_donor:
        return None
    kind = inputs_by_name()["reference_age"]
    return PlanInput(
        kind=kind,
        origin=OriginKind.OWN,
        distribution=fixed(float(np.mean(list(by_donor.values()))), kind.scale),
        told=texts(
            "mean age of {count} donor of own lots",
            "mean age of {count} donors of own lots",
            len(by_donor),
        ),
    )
