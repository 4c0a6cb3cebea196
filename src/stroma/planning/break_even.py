"""Where one source overtakes another: one input is varied, the rest stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np

from stroma.planning.distributions import Distribution, Stream, fixed
from stroma.planning.inputs import inputs_by_name
from stroma.planning.resolve import AGE
from stroma.planning.results import BreakEven, Demand
from stroma.planning.simulate import simulate
from stroma.texts import text

Spreads: TypeAlias = Mapping[str, Distribution]

SHAPE: Final = (500, 20)
"""Laboratories and donations for each value that is tried."""
CLEAR: Final = 0.02
"""A lead is one of two in a hundred: twice the error the simulation leaves."""
DOSES_TRIED: Final = 80
MOST_DOSES: Final = 5000
PASSAGES: Final = tuple(float(n) for n in range(11))
CEILINGS: Final = tuple(float(n) for n in range(2, 42, 2))
AGES: Final = tuple(float(n) for n in range(20, 85, 5))
FAR: Final = 30.0
"""Passages to which a ceiling is let act alone."""


def break_evens(
    sources: Mapping[str, Spreads],
    demand: Demand,
    *,
    ceilings: Mapping[str, Spreads],
    ages: Mapping[str, Spreads],
    seed: int,
) -> tuple[BreakEven, ...]:
    """Return where the lead between sources changes.

    Parameters
    ----------
    sources
        Source to its inputs; of sources that have an answer.
    demand
        What is asked.
    ceilings
        Source to a known ceiling of doublings and the passage it cannot stop before, also where
        the plan itself does not reach it.
    ages
        Source to the inputs the donor's age acts through, of sources for which they are known.
    seed
        Of all chance.

    Returns
    -------
    tuple of BreakEven
        For the number of doses, and for last passage, ceiling and age where they bear on all
        sources; empty with fewer than two sources.
    """
    if len(sources) < 2:
        return ()
    found = [_by_doses(sources, demand, seed)]
    kinds = inputs_by_name()
    if all("batch_yield" not in spreads for spreads in sources.values()):
        further = {s: {**spreads, **ceilings.get(s, {})} for s, spreads in sources.items()}
        found.append(_varied(further, demand, "last_passage", PASSAGES, seed))
        last = fixed(FAR, kinds["last_passage"].scale)
        lifted = {
            source: {name: d for name, d in spreads.items() if name != "proven_passage"}
            | {"last_passage": last}
            for source, spreads in sources.items()
        }
        found.append(_varied(lifted, demand, "doublings_ceiling", CEILINGS, seed))
        if ages:
            by_age = {s: {**spreads, **ages.get(s, {})} for s, spreads in sources.items()}
            found.append(_varied(by_age, demand, "donor_age", AGES, seed))
    return tuple(found)


def _by_doses(sources: Mapping[str, Spreads], demand: Demand, seed: int) -> BreakEven:
    doses = {
        source: np.sort(
            simulate(spreads, demand, shape=SHAPE, stream=Stream(seed, source)).doses, axis=None
        )
        for source, spreads in sources.items()
    }
    most = max(float(np.percentile(values, 99)) for values in doses.values())
    top = min(max(most, 2 * demand.doses, 2.0), MOST_DOSES)
    numbers = np.unique(np.geomspace(1, top, DOSES_TRIED).round())
    chances = {
        source: tuple(
            float(1 - np.searchsorted(values, n, side="left") / values.size) for n in numbers
        )
        for source, values in doses.items()
    }
    return _turns("doses", tuple(float(n) for n in numbers), chances)


def _varied(
    sources: Mapping[str, Spreads], demand: Demand, name: str, values: Sequence[float], seed: int
) -> BreakEven:
    kind = inputs_by_name()[name]
    chances: dict[str, tuple[float, ...]] = {}
    for source, spreads in sources.items():
        stream = Stream(seed, source)
        if name == "donor_age" and not set(AGE[1:]) <= set(spreads):
            doses = simulate(spreads, demand, shape=SHAPE, stream=stream).doses
            chances[source] = (float((doses >= demand.doses).mean()),) * len(values)
            continue
        if name == "last_passage":
            chances[source] = _by_last_passage(spreads, demand, values, stream)
            continue
        tried = []
        for value in values:
            changed = {**spreads, name: fixed(value, kind.scale)}
            doses = simulate(changed, demand, shape=SHAPE, stream=stream).doses
            tried.append(float((doses >= demand.doses).mean()))
        chances[source] = tuple(tried)
    return _turns(name, tuple(values), chances)


def _by_last_passage(
    spreads: Spreads, demand: Demand, values: Sequence[float], stream: Stream
) -> tuple[float, ...]:
    """Return the chance by each passage; one expansion to the last of them shows them all."""
    kind = inputs_by_name()["last_passage"]
    far = {**spreads, "last_passage": fixed(max(values), kind.scale)}
    done = simulate(far, demand, shape=SHAPE, stream=stream).by_passage
    by_then = [float((doses >= demand.doses).mean()) for doses in done]
    return tuple(by_then[min(int(value), len(by_then) - 1)] for value in values)


def _turns(
    name: str, values: tuple[float, ...], chances: Mapping[str, tuple[float, ...]]
) -> BreakEven:
    turns: list[tuple[float, str, str]] = []
    before: tuple[int, str] | None = None
    for place in range(len(values)):
        ahead = _ahead(chances, place)
        if ahead is None:
            continue
        if before is not None and before[1] != ahead:
            at = _crossing(values, chances[before[1]], chances[ahead], before[0], place)
            turns.append((at, before[1], ahead))
        before = (place, ahead)
    kind = inputs_by_name().get(name)
    return BreakEven(
        varied=name,
        label=text("doses asked for") if kind is None else kind.label,
        unit="" if kind is None else kind.unit,
        values=values,
        probabilities=tuple(chances.items()),
        turns=tuple(turns),
        leader=before[1] if before is not None and not turns else None,
    )


def _ahead(chances: Mapping[str, tuple[float, ...]], place: int) -> str | None:
    ranked = sorted(chances, key=lambda source: -chances[source][place])
    lead = chances[ranked[0]][place] - chances[ranked[1]][place]
    return ranked[0] if lead > CLEAR else None


def _crossing(
    values: Sequence[float],
    old: Sequence[float],
    new: Sequence[float],
    first: int,
    last: int,
) -> float:
    """Return the value between two places at which the new leader draws level."""
    for place in range(first, last):
        here, there = new[place] - old[place], new[place + 1] - old[place + 1]
        if here <= 0 < there:
            return values[place] + (values[place + 1] - values[place]) * -here / (there - here)
    return values[last]
