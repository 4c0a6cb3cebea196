"""Whether the cells of a lot were found by the gates its profile asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from stroma.analytes import IN_A_TUBE
from stroma.criteria.profile import Profile
from stroma.criteria.verdicts import CriterionResult
from stroma.criteria.wording import criterion_label
from stroma.measurements import STRATEGY, Measurement
from stroma.strategy_records import DEPARTURES, departure_text, refers_to
from stroma.texts import Text, join, text

GATED: Final = ("percent_positive", "percent_coexpressing", "live_events")
"""Quantities that rest on gates, so that a profile can ask for a gating strategy. A viability does
where a dye showed it."""


def other_strategies(results: Iterable[CriterionResult], profile: Profile) -> tuple[Text, ...]:
    """Return why a person has to decide where cells were gated otherwise than the profile asks.

    Parameters
    ----------
    results
        Of a lot.
    profile
        The criteria.

    Returns
    -------
    tuple of Text
        One for each other way of gating; none where the profile asks for no strategy.
    """
    if profile.strategy is None:
        return ()
    found: dict[tuple[str, tuple[str, ...]], list[CriterionResult]] = {}
    for result in results:
        if result.row is None or not _is_gated(result.row):
            continue
        used, departed = str(result.row.settings.get(STRATEGY, "")), _departures(result.row)
        if departed or not refers_to(profile.strategy, used):
            found.setdefault((used, departed), []).append(result)
    return tuple(
        _hold(profile.strategy, used, departed, others)
        for (used, departed), others in found.items()
    )


def _is_gated(row: Measurement) -> bool:
    return row.quantity in GATED or (row.quantity == "viability" and row.analyte == IN_A_TUBE)


def _departures(row: Measurement) -> tuple[str, ...]:
    written = row.settings.get(DEPARTURES)
    return tuple(map(str, written)) if isinstance(written, list | tuple) else ()


def _hold(
    asked: str, used: str, departed: tuple[str, ...], others: Iterable[CriterionResult]
) -> Text:
    criteria = join([criterion_label(result) for result in others])
    if departed and refers_to(asked, used):
        return text(
            "HOLD: the profile asks for the gating strategy {asked}; {criteria} were not measured "
            "as it was frozen: {reasons}",
            asked=asked,
            criteria=criteria,
            reasons=join([departure_text(each) for each in departed], "; "),
        )
    return text(
        "HOLD: the profile asks for the gating strategy {asked}; {criteria} were measured by "
        "{used}",
        asked=asked,
        criteria=criteria,
        used=_short_reference(used) if used else text("no frozen strategy"),
    )


def _short_reference(reference: str) -> str:
    name, _, digits = reference.rpartition("@")
    return f"{name}@{digits[:12]}"
