"""Several runs of one potency assay, combined into the potency of a lot (Ph. Eur. 5.3, section 6).

A run is a plate, or a run of tubes, that was set up and read on its own. Runs belong together where
they compare the same lot and passage with the same reference lot by the same response.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from stroma.measurements import Measurement
from stroma.stats.potency.combination import Combined, Weighting, combine_assays
from stroma.stats.potency.fieller import Ratio
from stroma.texts import Number, Text, text

POTENCY: Final = "relative_potency"
OF_RUN: Final = "relative_potency_of_run"
METHOD: Final = "combined_runs/1"
_KEPT: Final = ("lymphocyte_donor",)


def combine_runs(rows: Iterable[Measurement]) -> tuple[Measurement, ...]:
    """Combine the potencies of a lot that several runs of one assay gave.

    Parameters
    ----------
    rows
        Of any quantities; those of ``relative_potency`` that only one run gave, or two readings of
        one plate, stay as they are.

    Returns
    -------
    tuple of Measurement
        In the place of several potencies, one ``relative_potency`` with what the runs say of their
        homogeneity, and one ``relative_potency_of_run`` for each run, whose condition names it.
    """
    held = tuple(rows)
    groups: dict[tuple[object, ...], list[Measurement]] = {}
    for row in held:
        if row.quantity == POTENCY:
            groups.setdefault(_assay_of(row), []).append(row)
    several = {key: group for key, group in groups.items() if _are_apart(group)}
    made: list[Measurement] = []
    for row in held:
        key = _assay_of(row)
        if row.quantity != POTENCY or key not in several:
            made.append(row)
            continue
        if row is several[key][0]:
            made.append(_combined(several[key]))
        made.append(_of_run(row))
    return tuple(made)


def _are_apart(rows: Sequence[Measurement]) -> bool:
    """Return whether there are several runs: two readings of one plate are not independent."""
    runs = {row.settings.get("run") for row in rows}
    return len(rows) > 1 and len(runs) == len(rows)


def _assay_of(row: Measurement) -> tuple[object, ...]:
    """Return what runs of one assay have in common."""
    told = (row.settings.get("reference_lot"), row.settings.get("response"))
    return (row.lot, row.passage, row.condition, *told)


def _of_run(row: Measurement) -> Measurement:
    condition = ", ".join(part for part in (str(row.settings["run"]), row.condition) if part)
    return replace(row, quantity=OF_RUN, condition=condition)


def _combined(rows: Sequence[Measurement]) -> Measurement:
    level = rows[0].level or 0.95
    found = combine_assays(
        [_ratio(row, level) for row in rows],
        [_freedom(row) for row in rows],
        level=level,
    )
    first, potency = rows[0], found.potency
    low, high = potency.low, potency.high
    return replace(
        first,
        value=100 * potency.value,
        low=None if low is None else 100 * low,
        high=None if high is None else 100 * high,
        level=level,
        n=found.assays,
        n_counts="runs",
        method=METHOD,
        settings={
            "reference_lot": first.settings.get("reference_lot"),
            "response": first.settings.get("response"),
            **{name: first.settings[name] for name in _KEPT if name in first.settings},
            "runs": [str(row.settings["run"]) for row in rows],
            "weighting": found.weighting.value,
            "heterogeneity": round(found.heterogeneity, 4),
            "degrees_of_freedom": found.degrees_of_freedom,
            "p_of_homogeneity": round(found.p_value, 4),
        },
        origins=tuple(dict.fromkeys(origin for row in rows for origin in row.origins)),
        warnings=_warnings(rows, found),
    )


def _ratio(row: Measurement, level: float) -> Ratio:
    value = math.nan if row.value is None else row.value / 100
    low, high = (None if end is None else end / 100 for end in (row.low, row.high))
    return Ratio(value, low, high, level)


def _freedom(row: Measurement) -> float:
    """Return the degrees of freedom of a run's residual; without end where its spread is known."""
    told = row.settings.get("degrees_of_freedom")
    return float(told) if isinstance(told, int) else math.inf


def _warnings(rows: Sequence[Measurement], found: Combined) -> tuple[Text, ...]:
    own = tuple(dict.fromkeys(said for row in rows for said in row.warnings))
    if found.weighting is Weighting.WEIGHTED:
        return own
    apart = text(
        "the runs differ more than their intervals explain (p = {p}); the interval counts it",
        p=Number(found.p_value, 3),
    )
    return (*own, apart)
