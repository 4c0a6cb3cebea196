"""How far a lot can still double: the ceiling that its slowing growth tends to.

The rate of doubling of each passage is held against the doublings behind it, at the middle of the
passage. Where the rate falls in a straight line, its zero is the ceiling: growth there is that of
``dC/dt = a − b·C``. It is a projection of what was seen, not a measurement of senescence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stroma.assays.cultures import HOURS_PER_DAY, SumOfDoublings
from stroma.errors import Place, Problem, Severity
from stroma.house_rules import GrowthRule
from stroma.measurements import Measurement
from stroma.records import Lot
from stroma.stats.slowing import MINIMUM_POINTS, Ceiling, find_ceiling
from stroma.texts import Text, text

FAR = 2.0
"""A ceiling of more than twice the doublings that were seen is extrapolated further than it was
observed, and its row says so."""


@dataclass(frozen=True, slots=True)
class Projection:
    """What a lot's slowing growth says of its ceiling.

    Parameters
    ----------
    ceiling
        ``None`` where none can be told.
    measurements
        Rows ``projected_ceiling`` and ``remaining_doublings``.
    problems
        Why there is none.
    """

    ceiling: Ceiling | None = None
    measurements: tuple[Measurement, ...] = ()
    problems: tuple[Problem, ...] = ()


def project_ceiling(
    sums: Sequence[SumOfDoublings], *, lot: Lot, growth: GrowthRule, level: float
) -> Projection:
    """Project the cumulative doublings at which a lot will cease to double.

    Parameters
    ----------
    sums
        Doublings summed up to each harvest.
    lot
        The lot.
    growth
        Where cumulative doublings start.
    level
        Confidence level of the interval.

    Returns
    -------
    Projection
        Nothing below :data:`stroma.stats.slowing.MINIMUM_POINTS` passages, where it is not shown
        that growth slows, and where the lot is already past the ceiling of its line.
    """
    if len(sums) < MINIMUM_POINTS:
        return Projection()
    is_timed = all(summed.days is not None for summed in sums)
    totals, rates = _observed(sums, is_timed=is_timed)
    reached = _reached(sums)
    ceiling = find_ceiling(totals, rates, level=level)
    if ceiling is None:
        return Projection(problems=(_not_slowing(sums, lot),))
    if ceiling.value <= reached:
        return Projection(problems=(_past(sums, ceiling, lot),))
    # Doublings that were seen are behind the cells: the ceiling cannot be below them.
    low = max(ceiling.low, reached)
    warnings = _warnings(ceiling, reached, is_timed=is_timed)
    rows = tuple(
        Measurement(
            lot=lot.lot,
            donor=lot.donor,
            source=lot.source,
            passage=sums[-1].cultures[-1].passage.passage,
            quantity=quantity,
            value=ceiling.value - behind,
            unit="{doublings}",
            low=low - behind,
            high=ceiling.high - behind,
            level=level,
            n=2 * len(sums),
            n_counts="counts",
            method="linear_slowing/1",
            settings={
                "formula": "zero of the line of doublings per day on cumulative doublings"
                if is_timed
                else "zero of the line of doublings per passage on cumulative doublings",
                "interval": "Fieller, zero of a line",
                "count_from": growth.count_from,
            },
            origins=tuple(
                dict.fromkeys(
                    origin for culture in sums[-1].cultures for origin in culture.harvest.origins
                )
            ),
            warnings=warnings,
        )
        for quantity, behind in (("projected_ceiling", 0.0), ("remaining_doublings", reached))
    )
    return Projection(ceiling, rows)


def ceiling_words(ceiling: Ceiling) -> Text:
    """Return the ceiling for the words below a growth curve.

    Parameters
    ----------
    ceiling
        The ceiling.

    Returns
    -------
    Text
        With its interval.
    """
    return text(
        "dashed: growth is projected to cease at {value} doublings ({low} to {high})",
        value=ceiling.value,
        low=ceiling.low,
        high=ceiling.high,
    )


def _reached(sums: Sequence[SumOfDoublings]) -> float:
    """Return the doublings behind the cells; those that died later do not take any back."""
    return max(summed.doublings.value for summed in sums)


def _observed(sums: Sequence[SumOfDoublings], *, is_timed: bool) -> tuple[list[float], list[float]]:
    """Return the cumulative doublings in the middle of each passage, and the rate there."""
    totals: list[float] = []
    rates: list[float] = []
    behind = 0.0
    for summed in sums:
        doubled = summed.doublings.value - behind
        hours = summed.cultures[-1].passage.hours
        days = hours / HOURS_PER_DAY if is_timed and hours is not None else 1.0
        totals.append(behind + doubled / 2.0)
        rates.append(doubled / days)
        behind = summed.doublings.value
    return totals, rates


def _warnings(ceiling: Ceiling, reached: float, *, is_timed: bool) -> tuple[Text, ...]:
    said = [
        text(
            "a projection: it holds where growth goes on slowing in a straight line, and says "
            "nothing of when the cells change"
        )
    ]
    if ceiling.value > FAR * reached:
        said.append(
            text(
                "only {reached} doublings were seen, less than half of the ceiling",
                reached=reached,
            )
        )
    if not is_timed:
        said.append(text("hours are missing: every passage is taken to have lasted equally long"))
    return tuple(said)


def _place(sums: Sequence[SumOfDoublings], lot: Lot) -> Place:
    origin = sums[-1].cultures[-1].passage.origin_of_row
    return Place(origin.file, column="harvested", lot=lot.lot)


def _not_slowing(sums: Sequence[SumOfDoublings], lot: Lot) -> Problem:
    return Problem(
        _place(sums, lot),
        found=text("growth that has not surely slowed over {count} passages", count=len(sums)),
        expected=text("a rate of doubling that falls, to project where growth will cease"),
        action=text("nothing; no ceiling is told of cells that still grow alike"),
        severity=Severity.NOTE,
    )


def _past(sums: Sequence[SumOfDoublings], ceiling: Ceiling, lot: Lot) -> Problem:
    return Problem(
        _place(sums, lot),
        found=text(
            "{reached} cumulative doublings, past the {ceiling} at which growth was projected to "
            "cease",
            reached=_reached(sums),
            ceiling=ceiling.value,
        ),
        expected=text("doublings below the ceiling, to tell how many are left"),
        action=text("look at the growth curve; no ceiling is told of it"),
        severity=Severity.NOTE,
    )
