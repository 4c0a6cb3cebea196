"""Colonies: how many of the cells seeded found one, by dishes and by limiting dilution.

Fibroblastic colony-forming units are counted in dishes seeded thinly (Friedenstein et al. 1970;
efficiency = colonies over cells seeded), or in wells that hold a colony or none. A count that was
proposed from a picture and not confirmed by a person is no measurement: its rows are left out, so
that a criterion about them is not measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from stroma.assays.places import place_of
from stroma.assays.result import AssayResult, combine
from stroma.bench_records import ColonyCount
from stroma.errors import Problem, Severity
from stroma.measurements import Measurement
from stroma.records import Lot
from stroma.stats.limiting_dilution import clonogenic_frequency
from stroma.stats.poisson import poisson_rate
from stroma.texts import Text, text

DOUBTFUL = 0.01
"""Dishes that scatter as rarely as this by chance, and wells that depart from the single-hit model
as rarely, carry a warning; at 0.05 one study in twenty would carry it for nothing."""


def measure_colonies(
    counts: Sequence[ColonyCount], *, lot: Lot, level: float = 0.95
) -> AssayResult:
    """Measure how many cells of a lot found colonies, passage by passage.

    Parameters
    ----------
    counts
        Rows of ``colonies``; those of other lots are left aside.
    lot
        The lot.
    level
        Confidence level of the intervals.

    Returns
    -------
    AssayResult
        Rows ``clonogenic_efficiency`` (percent, from dishes) and ``clonogenic_frequency`` (per
        cell, from wells), one of each for a passage.
    """
    own = [count for count in counts if count.lot == lot.lot]
    passages = dict.fromkeys(count.passage for count in own)
    return combine(
        _passage([count for count in own if count.passage == passage], lot, level)
        for passage in passages
    )


def _passage(counts: Sequence[ColonyCount], lot: Lot, level: float) -> AssayResult:
    dishes, problems = _usable(count for count in counts if count.wells is None)
    wells = [count for count in counts if count.wells is not None]
    rows: list[Measurement] = []
    if dishes:
        rows.append(_efficiency(dishes, lot, level))
    if wells:
        rows.append(_frequency(wells, lot, level))
    return AssayResult(tuple(rows), problems)


def _usable(
    dishes: Iterable[ColonyCount],
) -> tuple[list[ColonyCount], tuple[Problem, ...]]:
    usable: list[ColonyCount] = []
    problems: list[Problem] = []
    for dish in dishes:
        if dish.image is not None and dish.confirmed_by is None:
            problems.append(_unconfirmed(dish))
        elif dish.colonies is not None and dish.colonies > dish.seeded:
            problems.append(_more_than_seeded(dish))
        elif dish.colonies is not None:
            usable.append(dish)
        else:
            problems.append(_not_counted(dish))
    return usable, tuple(problems)


def _efficiency(dishes: Sequence[ColonyCount], lot: Lot, level: float) -> Measurement:
    colonies = [dish.colonies for dish in dishes if dish.colonies is not None]
    seeded = [dish.seeded for dish in dishes]
    rate = poisson_rate(colonies, seeded, level=level)
    warnings: list[Text] = []
    if rate.low is None:
        warnings.append(
            text("no colony was seen: only the upper bound says anything, at {level} on one side",
                 level=level)
        )  # fmt: skip
    if rate.dispersion_p is not None and rate.dispersion_p < DOUBTFUL:
        warnings.append(
            text(
                "the dishes differ more than chance lets them (p = {p}); the interval is too "
                "narrow",
                p=rate.dispersion_p,
            )
        )
    return _row(
        "clonogenic_efficiency",
        dishes,
        lot,
        value=100.0 * rate.value,
        low=0.0 if rate.low is None else 100.0 * rate.low,
        high=min(100.0 * rate.high, 100.0),
        unit="%",
        level=level,
        n=len(dishes),
        n_counts="dishes",
        method="colonies_by_seeded/1",
        settings={
            "colonies": sum(colonies),
            "cells_seeded": sum(seeded),
            "interval": "exact Poisson",
        },
        warnings=tuple(warnings),
    )


def _frequency(dilutions: Sequence[ColonyCount], lot: Lot, level: float) -> Measurement:
    tested = [row.wells for row in dilutions if row.wells is not None]
    positive = [row.wells_with_colonies or 0 for row in dilutions]
    found = clonogenic_frequency([row.seeded for row in dilutions], tested, positive, level=level)
    value, low, high = found.value, found.low, found.high
    warnings: list[Text] = []
    if value is None:
        value = low
        warnings.append(
            text("every well holds a colony: the value is a lower bound, at {level} on one side",
                 level=level)
        )  # fmt: skip
    elif low is None:
        warnings.append(
            text("no well holds a colony: only the upper bound says anything, at {level} on one "
                 "side", level=level)
        )  # fmt: skip
    if found.slope_p is not None and found.slope_p < DOUBTFUL:
        warnings.append(
            text(
                "the wells do not follow the single-hit model (p = {p}): the frequency depends on "
                "how densely cells were seeded",
                p=found.slope_p,
            )
        )
    return _row(
        "clonogenic_frequency",
        dilutions,
        lot,
        value=value,
        low=0.0 if low is None else low,
        high=1.0 if high is None else high,
        unit="1",
        level=level,
        n=sum(tested),
        n_counts="wells",
        method="limiting_dilution/1",
        settings={
            "wells_with_colonies": sum(positive),
            "doses": ", ".join(f"{row.seeded:g}" for row in dilutions),
            "interval": "Wald, on the logarithm of the frequency",
        },
        warnings=tuple(warnings),
    )


def _row(
    quantity: str,
    counts: Sequence[ColonyCount],
    lot: Lot,
    *,
    value: float | None,
    low: float,
    high: float,
    unit: str,
    level: float,
    n: int,
    n_counts: str,
    method: str,
    settings: Mapping[str, object],
    warnings: tuple[Text, ...],
) -> Measurement:
    return Measurement(
        lot=lot.lot,
        donor=lot.donor,
        source=lot.source,
        passage=counts[0].passage,
        quantity=quantity,
        value=value,
        unit=unit,
        low=low,
        high=high,
        level=level,
        n=n,
        n_counts=n_counts,
        method=method,
        settings=settings,
        origins=tuple(dict.fromkeys(count.origin_of_row for count in counts)),
        warnings=warnings,
    )


def _unconfirmed(dish: ColonyCount) -> Problem:
    return Problem(
        place_of(dish.origin_of_row, column="confirmed_by", lot=dish.lot),
        found=text("no count yet of the picture {image}", image=dish.image)
        if dish.colonies is None
        else text("{colonies} colonies in the picture {image}, confirmed by nobody",
                  colonies=dish.colonies, image=dish.image),
        expected=text("a count that a person made or confirmed"),
        action=text("look at the picture, correct colonies and sign in confirmed_by; until then "
                    "the dish is not measured"),
        severity=Severity.WARNING,
    )  # fmt: skip


def _more_than_seeded(dish: ColonyCount) -> Problem:
    return Problem(
        place_of(dish.origin_of_row, column="colonies", lot=dish.lot),
        found=text(
            "{colonies} colonies of {seeded} cells", colonies=dish.colonies, seeded=dish.seeded
        ),
        expected=text("no more colonies than cells seeded"),
        action=text("correct the cells or the colonies; until then the dish is left out"),
    )


def _not_counted(dish: ColonyCount) -> Problem:
    return Problem(
        place_of(dish.origin_of_row, column="colonies", lot=dish.lot),
        found=text("no count of the dish"),
        expected=text("the colonies that were counted, 0 where there were none"),
        action=text("write the count; until then the dish is left out"),
        severity=Severity.WARNING,
    )
