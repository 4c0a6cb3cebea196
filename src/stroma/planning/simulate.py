"""One donation after another, passage by passage: the arithmetic of a plan.

::

    donation ─ isolation ─► first harvest ─┬► passage ─► harvest ─┬► ... until the ceiling
                                           └ vials, thaw, doses   └ vials, thaw, doses

All arrays have the shape (laboratories, donations of each). Cells of a passage are its seeded cells
times two to the power of its doublings, and the doublings of all passages stop at the ceiling: no
plan makes more cells than its doublings allow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from stroma.planning.distributions import Array, Distribution, Flags, Stream, draw
from stroma.planning.inputs import inputs_by_name
from stroma.planning.results import Demand

Draws: TypeAlias = Mapping[str, Array]

PASSAGES_TRIED: Final = 60
"""Where only a ceiling of doublings ends a plan: more passages than any culture has been taken."""

ROUNDING: Final = 1e-9
"""What a number may lose on its way through floating point; no cell count is known so well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What came of the donations.

    Parameters
    ----------
    doses
        Doses of each donation in the end, failures counted as none; shape (laboratories,
        donations).
    by_passage
        The same if the expansion ends at each passage or before; shape (passages, laboratories,
        donations).
    cells
        Cells at the harvest of each passage, of donations that give a culture.
    doublings
        Cumulative doublings at each harvest.
    days
        Days from the start to each harvest; ``None`` where they are unknown.
    draws
        What was drawn of each input.
    cells_needed
        Cells a harvest must have for the doses asked for.
    """

    doses: Array
    by_passage: Array
    cells: Array
    doublings: Array
    days: Array | None
    draws: Draws
    cells_needed: Array


def draw_inputs(
    inputs: Mapping[str, Distribution], *, shape: tuple[int, int], stream: Stream
) -> dict[str, Array]:
    """Draw every input for every donation.

    Parameters
    ----------
    inputs
        Input name to its spread.
    shape
        Laboratories, donations of each.
    stream
        Where chance comes from.

    Returns
    -------
    dict
        Input name to draws; ``"isolated"`` and ``"released"`` are 1 for the donations to which it
        happens.
    """
    kinds = inputs_by_name()
    drawn = {
        name: draw(spread, kinds[name], shape=shape, stream=stream)
        for name, spread in inputs.items()
    }
    for name, event in (("isolation_success", "isolated"), ("release_rate", "released")):
        if name in drawn:
            _of_laboratories, rng = stream.generators(event)
            drawn[event] = (100 * rng.random(shape) < drawn[name]).astype(float)
    return drawn


def simulate(
    inputs: Mapping[str, Distribution],
    demand: Demand,
    *,
    shape: tuple[int, int],
    stream: Stream,
) -> Simulated:
    """Simulate donations of one source.

    Parameters
    ----------
    inputs
        Input name to its spread: the first harvest (or what it comes of), growth, and an end; or
        ``batch_yield`` alone. A loss that is absent takes nothing away.
    demand
        What is asked.
    shape
        Laboratories, donations of each.
    stream
        Where chance comes from.

    Returns
    -------
    Simulated
        Doses, cells, doublings and days of every donation.
    """
    drawn = draw_inputs(inputs, shape=shape, stream=stream)
    cells, doublings, days = _whole(drawn) if "batch_yield" in drawn else _grown(drawn, shape)
    by_passage = np.stack([_doses(harvest, drawn, demand) for harvest in cells])
    # A laboratory that can stop at any passage has by then the best of those before.
    np.maximum.accumulate(by_passage, axis=0, out=by_passage)
    for event in ("isolated", "released"):
        if event in drawn:
            by_passage = by_passage * drawn[event]
    return Simulated(
        doses=by_passage[-1],
        by_passage=by_passage,
        cells=cells,
        doublings=doublings,
        days=days,
        draws=drawn,
        cells_needed=_needed(drawn, demand, by_passage[-1]),
    )


def first_harvest(drawn: Draws) -> Array:
    """Return the viable cells of the first harvest.

    Parameters
    ----------
    drawn
        ``primary_yield``, or the cells isolated, the share that founds colonies and their
        doublings; with the donor's age where its effect is known.

    Returns
    -------
    array
        Cells.
    """
    if "primary_yield" in drawn:
        cells = drawn["primary_yield"]
    else:
        founders = drawn["isolated_cells"] * drawn["plating_efficiency"] / 100
        cells = founders * np.exp2(drawn["primary_doublings"])
    if all(name in drawn for name in ("donor_age", "reference_age", "yield_change_per_decade")):
        decades = (drawn["donor_age"] - drawn["reference_age"]) / 10
        cells = cells * (1 + drawn["yield_change_per_decade"] / 100) ** decades
    return cells


def passage_doublings(drawn: Draws) -> Array:
    """Return the doublings of one passage.

    Parameters
    ----------
    drawn
        The doublings themselves, or a passage's days and the doubling time.

    Returns
    -------
    array
        Doublings, not below 0.
    """
    if "doublings_per_passage" in drawn:
        return drawn["doublings_per_passage"]
    return drawn["passage_days"] * 24 / drawn["doubling_time"]


def _passage_days(drawn: Draws) -> Array | None:
    if "passage_days" in drawn:
        return drawn["passage_days"]
    if "doubling_time" in drawn and "doublings_per_passage" in drawn:
        return drawn["doublings_per_passage"] * drawn["doubling_time"] / 24
    return None


def _whole(drawn: Draws) -> tuple[Array, Array, Array | None]:
    cells = drawn["batch_yield"][np.newaxis]
    days = drawn["expansion_days"][np.newaxis] if "expansion_days" in drawn else None
    return cells, np.zeros_like(cells), days


def _grown(drawn: Draws, shape: tuple[int, int]) -> tuple[Array, Array, Array | None]:
    growth = passage_doublings(drawn)
    kept = drawn["harvest_recovery"] / 100 if "harvest_recovery" in drawn else 1.0
    before = drawn.get("doublings_used", drawn.get("primary_doublings", np.zeros(shape)))
    ceiling = drawn.get("doublings_ceiling")
    last = int(drawn["last_passage"].max()) if "last_passage" in drawn else PASSAGES_TRIED
    took = _passage_days(drawn)
    cells, doublings = [first_harvest(drawn)], [before]
    days = None if took is None else [drawn.get("primary_days", np.zeros(shape))]
    proven = int(drawn["proven_passage"].max()) if "proven_passage" in drawn else 0
    for passage in range(1, last + 1):
        grown = growth
        # Other laboratories' ceilings do not take back what own lots have shown.
        if ceiling is not None and passage > proven:
            grown = np.minimum(growth, np.maximum(ceiling - doublings[-1], 0.0))
        goes_on: Flags = grown > 0
        if not goes_on.any():
            break
        cells.append(np.where(goes_on, cells[-1] * kept * np.exp2(grown), cells[-1]))
        doublings.append(doublings[-1] + grown)
        if days is not None and took is not None:
            # A passage that the ceiling cuts short takes its share of the days.
            share = np.divide(grown, growth, out=np.zeros(shape), where=growth > 0)
            days.append(days[-1] + took * share)
    return np.stack(cells), np.stack(doublings), None if days is None else np.stack(days)


def _doses(harvest: Array, drawn: Draws, demand: Demand) -> Array:
    """Return the whole doses that a harvest gives."""
    filled = harvest * drawn["harvest_recovery"] / 100 if "harvest_recovery" in drawn else harvest
    if "cells_for_tests" in drawn:
        filled = np.maximum(filled - drawn["cells_for_tests"], 0.0)
    thawed = drawn["thaw_recovery"] / 100 if "thaw_recovery" in drawn else np.ones(filled.shape)
    if demand.cells_per_vial is None:
        return _whole_below(filled * thawed / demand.cells_per_dose)
    vials = _whole_below(filled / demand.cells_per_vial)
    return np.floor(vials / _vials_of_a_dose(thawed, demand.cells_per_vial, demand))


def _whole_below(numbers: Array) -> Array:
    # A round number that went through a logarithm and back may lie a hair below itself.
    return np.asarray(np.floor(numbers * (1 + ROUNDING)))


def _vials_of_a_dose(thawed: Array, cells_per_vial: float, demand: Demand) -> Array:
    return np.asarray(np.ceil(demand.cells_per_dose / (cells_per_vial * thawed) * (1 - ROUNDING)))


def _needed(drawn: Draws, demand: Demand, doses: Array) -> Array:
    """Return the cells a harvest must have for the doses asked, or for those it can give."""
    wanted = np.minimum(doses, demand.doses)
    thawed = drawn["thaw_recovery"] / 100 if "thaw_recovery" in drawn else np.ones(doses.shape)
    if demand.cells_per_vial is None:
        filled = wanted * demand.cells_per_dose / thawed
    else:
        each = _vials_of_a_dose(thawed, demand.cells_per_vial, demand)
        filled = wanted * each * demand.cells_per_vial
    if "cells_for_tests" in drawn:
        filled = filled + drawn["cells_for_tests"] * (wanted > 0)
    return filled / (drawn["harvest_recovery"] / 100) if "harvest_recovery" in drawn else filled
