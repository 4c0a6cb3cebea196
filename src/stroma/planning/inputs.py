"""What a plan is made from: the inputs, their units and the scale each spreads on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from stroma.texts import Text, text


class Scale(StrEnum):
    """The scale an input spreads on."""

    LINEAR = "linear"
    LOG = "log"
    LOGIT = "logit"
    CHANCE = "chance"
    """A probability that something happens to a donation: its spread is what is not known of it."""
    DECISION = "decision"
    """A number the laboratory sets; it has no spread."""


@dataclass(frozen=True, slots=True)
class InputKind:
    """One input of a plan.

    Parameters
    ----------
    name
        Its key in ``plan.toml`` and in every table.
    label
        How a reader sees it.
    unit
        UCUM code where UCUM has the unit.
    scale
        What it spreads on.
    low, high
        Bounds no true value can leave; ``None`` where there is none.
    """

    name: str
    label: Text
    unit: str
    scale: Scale
    low: float | None = 0.0
    high: float | None = None


MOST_DOUBLINGS: Final = 12
"""Of one passage: from some ten cells on a square centimetre, the fewest that are seeded, to the
some 50,000 that fill it."""

INPUTS: tuple[InputKind, ...] = (
    InputKind("isolation_success", text("donations that give a culture"), "%", Scale.CHANCE, 0,
              100),
    InputKind("primary_yield", text("viable cells at the first harvest"), "{cells}", Scale.LOG, 1,
              1e12),
    InputKind("isolated_cells", text("cells isolated from a donation"), "{cells}", Scale.LOG, 1,
              1e12),
    InputKind("plating_efficiency", text("isolated cells that found a colony"), "%", Scale.LOGIT,
              0, 100),
    InputKind("primary_doublings", text("doublings of the primary culture"), "{doublings}",
              Scale.LINEAR, 0, 60),
    InputKind("primary_days", text("days to the first harvest"), "d", Scale.LOG, 0, 365),
    InputKind("doublings_per_passage", text("doublings of a passage"), "{doublings}",
              Scale.LINEAR, 0, MOST_DOUBLINGS),
    InputKind("doubling_time", text("population doubling time"), "h", Scale.LOG, 5, 2000),
    InputKind("passage_days", text("days of a passage"), "d", Scale.LOG, 0, 90),
    InputKind("doublings_used", text("doublings before the first harvest"), "{doublings}",
              Scale.LINEAR, 0, 60),
    InputKind("doublings_ceiling", text("ceiling of cumulative doublings"), "{doublings}",
              Scale.LINEAR, 0, 200),
    InputKind("last_passage", text("last passage"), "1", Scale.DECISION, 0, 40),
    InputKind("proven_passage", text("passage that own lots have been taken through"), "1",
              Scale.DECISION, 0, 40),
    InputKind("harvest_recovery", text("cells kept at a harvest"), "%", Scale.LOGIT, 0, 100),
    InputKind("cells_for_tests", text("cells used up by tests"), "{cells}", Scale.DECISION, 0,
              1e12),
    InputKind("thaw_recovery", text("viable cells kept at thaw"), "%", Scale.LOGIT, 0, 100),
    InputKind("release_rate", text("lots that are released"), "%", Scale.CHANCE, 0, 100),
    InputKind("batch_yield", text("cells of a whole expansion"), "{cells}", Scale.LOG, 1, 1e14),
    InputKind("expansion_days", text("days of a whole expansion"), "d", Scale.LOG, 0, 365),
    InputKind("harvest_density", text("cells per cm² at harvest"), "{cells}/cm2", Scale.LOG, 10,
              1e7),
    InputKind("medium_per_area", text("medium for an area"), "mL/cm2", Scale.DECISION, 0, 5),
    InputKind("medium_fillings", text("fillings with medium in a passage"), "1", Scale.DECISION,
              0, 60),
    InputKind("yield_change_per_decade",
              text("change of the yield for ten years of the donor's age"), "%", Scale.LINEAR,
              -99, 300),
    InputKind("reference_age", text("age of the donors the yield is known for"), "a",
              Scale.DECISION, 0, 110),
    InputKind("donor_age", text("age of the donor"), "a", Scale.DECISION, 0, 110),
)  # fmt: skip
"""Every input, in the order of the work."""

LOSSES: tuple[str, ...] = (
    "isolation_success",
    "harvest_recovery",
    "thaw_recovery",
    "release_rate",
)
"""Inputs that can only take doses away: without one of them an answer is an upper bound."""


def inputs_by_name() -> Mapping[str, InputKind]:
    """Return the inputs by their names.

    Returns
    -------
    mapping
        Name to input, in the order of the work.

    Examples
    --------
    >>> inputs_by_name()["doubling_time"].unit
    'h'
    """
    return {kind.name: kind for kind in INPUTS}
