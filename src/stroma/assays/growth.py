"""Growth: population doublings, cumulative doublings, doubling time, cells at harvest.

Population doublings of a passage are ``log2(harvested / seeded)`` and the doubling time is
``hours · ln 2 / ln(harvested / seeded)``, the mean rate over the passage including any lag.
ATCC writes the doublings as 3.32 · (log10 harvested − log10 seeded) and adds them to those
before; the rounded factor is 0.06 % low, the binary logarithm is exact. ICH Q5D asks for the age
of cells in doublings, because passages of different split ratios are not alike. What a count is
worth is declared by the laboratory, from an experiment after ISO 20391-2:2019.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from stroma.assays.ceiling import Projection, ceiling_words, project_ceiling
from stroma.assays.cultures import Culture, SumOfDoublings, read_cultures, sum_up
from stroma.assays.harvest import FROM_COUNTER
from stroma.assays.places import house_rule
from stroma.assays.result import AssayResult
from stroma.assays.viability import read_viability
from stroma.errors import Place, Problem, Severity
from stroma.house_rules import CountingRule, GrowthRule
from stroma.measurements import Measurement
from stroma.records import CellCount, Lot, Passage
from stroma.stats.counting import (
    Bounds,
    Estimate,
    count_bounds,
    normal_bounds,
    time_to_double,
    time_to_double_bounds,
)
from stroma.texts import Text, text
from stroma.views import GrowthView, Subject


@dataclass(frozen=True, slots=True)
class _Conventions:
    """What all rows of one lot have in common."""

    lot: Lot
    counting: CountingRule
    growth: GrowthRule


def measure_growth(
    passages: Sequence[Passage],
    counts: Mapping[str, CellCount],
    *,
    lot: Lot,
    counting: CountingRule,
    growth: GrowthRule,
) -> AssayResult:
    """Measure the growth of one lot, passage by passage and summed up.

    Parameters
    ----------
    passages
        Rows of ``passages.csv``; those of other lots are left aside.
    counts
        Counts of harvests by :func:`stroma.assays.harvest.count_key`.
    lot
        The lot.
    counting
        The coefficient of variation of a count. Without it doublings have no interval, because
        nothing is known of the error of the seeded cells; harvests keep the sampling of the
        cells that were seen.
    growth
        Where cumulative doublings start. Doublings of the primary culture are reported only
        where they are counted.

    Returns
    -------
    AssayResult
        Rows ``viable_cells``, ``cells_per_area``, ``population_doublings``, ``doubling_time``,
        ``cumulative_population_doublings``, ``projected_ceiling``, ``remaining_doublings`` and
        ``senescent_cells``, and a :class:`~stroma.views.GrowthView`.

    Notes
    -----
    Errors of counts are taken as independent. Where cells are seeded by the count of the harvest
    before, its error cancels from the sum, and the interval of cumulative doublings is wider
    than need be, never narrower.
    """
    own = [passage for passage in passages if passage.lot == lot.lot]
    cultures, problems = read_cultures(own, counts, counting=counting, growth=growth)
    sums, gaps = sum_up(cultures, growth)
    conventions = _Conventions(lot, counting, growth)
    rows = [row for culture in cultures for row in _rows(culture, conventions)]
    rows += [_cumulative_row(summed, conventions) for summed in sums]
    projection = project_ceiling(sums, lot=lot, growth=growth, level=counting.level)
    rows += [*projection.measurements, *_senescence(own, lot)]
    notes = (*_without_area(cultures, lot), *_without_error(cultures, counting))
    return AssayResult(
        tuple(rows),
        (*problems, *gaps, *projection.problems, *notes),
        _views(sums, counts, conventions, projection),
    )


def _senescence(passages: Sequence[Passage], lot: Lot) -> list[Measurement]:
    """Return the share of cells with senescence-associated beta-galactosidase, as entered."""
    return [
        Measurement(
            lot=lot.lot,
            donor=lot.donor,
            source=lot.source,
            passage=passage.passage,
            quantity="senescent_cells",
            value=passage.senescent_percent,
            unit="%",
            method="as_entered/1",
            settings={"stain": "senescence-associated beta-galactosidase"},
            origins=(passage.origin_of_row,),
        )
        for passage in passages
        if passage.senescent_percent is not None
    ]


def _rows(culture: Culture, conventions: _Conventions) -> list[Measurement]:
    rows: list[Measurement] = []
    cells, area = culture.harvest.cells, culture.passage.area_cm2
    if cells is not None:
        rows.append(_cells_row(culture, cells, conventions))
        if area is not None and area > 0:
            rows.append(_area_row(culture, cells, area, conventions))
    if culture.doublings is not None:
        rows.append(_doublings_row(culture, culture.doublings, conventions))
        hours = culture.passage.hours
        time = None if hours is None else time_to_double(hours, culture.doublings.value)
        if hours is not None and time is not None and time > 0:
            rows.append(_time_row(time, culture, culture.doublings, hours, conventions))
    return rows


def _cells_row(culture: Culture, cells: float, conventions: _Conventions) -> Measurement:
    settings: dict[str, object] = {"formula": "viable cells at harvest"}
    if culture.harvest.method == FROM_COUNTER:
        settings["formula"] = "viable cells per mL * mL of suspension"
    if culture.passage.count_method is not None:
        settings["count_method"] = culture.passage.count_method
    return _count_row(
        "viable_cells",
        cells,
        culture,
        conventions,
        unit="{cells}",
        method=culture.harvest.method,
        settings=settings,
    )


def _area_row(
    culture: Culture, cells: float, area: float, conventions: _Conventions
) -> Measurement:
    return _count_row(
        "cells_per_area",
        cells / area,
        culture,
        conventions,
        unit="{cells}/cm2",
        method="cells_by_area/1",
        settings={"formula": "harvested / area", "area_cm2": area},
    )


def _count_row(
    quantity: str,
    value: float,
    culture: Culture,
    conventions: _Conventions,
    *,
    unit: str,
    method: str,
    settings: Mapping[str, object],
) -> Measurement:
    counting, seen = conventions.counting, culture.harvest.cells_counted
    bounds = count_bounds(value, culture.harvest_variance, level=counting.level)
    warnings: tuple[Text, ...] = ()
    if bounds.low is not None and counting.cv_percent is None:
        warnings = (
            text(
                "the interval is the sampling of {n} cells only, not the error of the count", n=seen
            ),
        )
    row = _row(
        quantity,
        value,
        bounds,
        conventions,
        cultures=(culture,),
        unit=unit,
        method=method,
        settings=settings,
        warnings=warnings,
    )
    return replace(row, n=seen, n_counts="" if seen is None else "cells")


def _doublings_row(culture: Culture, doublings: Estimate, conventions: _Conventions) -> Measurement:
    lost = doublings.value < 0
    warnings = (text("fewer cells harvested than seeded"),) if lost else ()
    return _row(
        "population_doublings",
        doublings.value,
        normal_bounds(doublings, level=conventions.counting.level),
        conventions,
        cultures=(culture,),
        unit="{doublings}",
        method="log2_ratio/1",
        settings={"formula": "log2(harvested / seeded)"},
        warnings=warnings,
    )


def _time_row(
    time: float,
    culture: Culture,
    doublings: Estimate,
    hours: float,
    conventions: _Conventions,
) -> Measurement:
    interval = normal_bounds(doublings, level=conventions.counting.level)
    bounds = time_to_double_bounds(hours, interval)
    warnings: tuple[Text, ...] = ()
    if interval.low is not None and bounds.high is None:
        warnings = (
            text(
                "no upper bound: {low} to {high} doublings do not show that the cells grew",
                low=interval.low,
                high=interval.high,
            ),
        )
    return _row(
        "doubling_time",
        time,
        bounds,
        conventions,
        cultures=(culture,),
        unit="h",
        method="exponential_growth/1",
        settings={"formula": "hours * ln 2 / ln(harvested / seeded)", "hours": hours},
        warnings=warnings,
    )


def _cumulative_row(summed: SumOfDoublings, conventions: _Conventions) -> Measurement:
    lost = [
        culture.passage.passage
        for culture in summed.cultures
        if culture.doublings is not None and culture.doublings.value < 0
    ]
    warnings = (text("fewer cells harvested than seeded in {passages}", passages=", ".join(lost)),)
    return _row(
        "cumulative_population_doublings",
        summed.doublings.value,
        normal_bounds(summed.doublings, level=conventions.counting.level),
        conventions,
        cultures=summed.cultures,
        unit="{doublings}",
        method="sum_of_doublings/1",
        settings={"formula": "sum of log2(harvested / seeded)"},
        warnings=warnings if lost else (),
    )


def _row(
    quantity: str,
    value: float,
    bounds: Bounds,
    conventions: _Conventions,
    *,
    cultures: Sequence[Culture],
    unit: str,
    method: str,
    settings: Mapping[str, object],
    warnings: tuple[Text, ...] = (),
) -> Measurement:
    """Return a row that rests on the counts of one or more cultures."""
    lot, counting = conventions.lot, conventions.counting
    is_bounded = bounds.low is not None or bounds.high is not None
    common: dict[str, object] = {"count_from": conventions.growth.count_from}
    if counting.cv_percent is not None:
        common["cv_percent"] = counting.cv_percent
    if is_bounded:
        common["interval"] = "log-normal error, independent counts"
    origins = (origin for culture in cultures for origin in culture.harvest.origins)
    said = (warning for culture in cultures for warning in culture.harvest.warnings)
    return Measurement(
        lot=lot.lot,
        donor=lot.donor,
        source=lot.source,
        passage=cultures[-1].passage.passage,
        quantity=quantity,
        value=value,
        unit=unit,
        low=bounds.low,
        high=bounds.high,
        level=counting.level if is_bounded else None,
        n=2 * len(cultures),
        n_counts="counts",
        method=method,
        settings={**settings, **common},
        origins=tuple(dict.fromkeys(origins)),
        warnings=(*said, *warnings),
    )


def _without_area(cultures: Sequence[Culture], lot: Lot) -> tuple[Problem, ...]:
    bare = [culture.passage for culture in cultures if not _is_positive(culture.passage.area_cm2)]
    if not bare:
        return ()
    names = ", ".join(passage.passage for passage in bare)
    return (
        Problem(
            Place(bare[0].origin_of_row.file, column="area_cm2", lot=lot.lot),
            found=text("no culture area of {passages}", passages=names),
            expected=text("the area in cm², for the cells per cm²"),
            action=text("fill it in where the density at harvest matters"),
            severity=Severity.NOTE,
        ),
    )


def _is_positive(value: float | None) -> bool:
    return value is not None and value > 0


def _without_error(cultures: Sequence[Culture], counting: CountingRule) -> tuple[Problem, ...]:
    if counting.cv_percent is not None or not cultures:
        return ()
    return (
        Problem(
            house_rule("counting.cv_percent"),
            found=text("no coefficient of variation of a count"),
            expected=text("that of a repeated count, in percent (ISO 20391-2)"),
            action=text(
                "declare counting.cv_percent; until then doublings have no interval, "
                "nor have doubling times"
            ),
            severity=Severity.NOTE,
        ),
    )


def _views(
    sums: Sequence[SumOfDoublings],
    counts: Mapping[str, CellCount],
    conventions: _Conventions,
    projection: Projection,
) -> tuple[GrowthView, ...]:
    if not sums:
        return ()
    ceiling = projection.ceiling
    convention = text(
        "days in culture and doublings from the seeding of {passage}",
        passage=conventions.growth.count_from,
    )
    drawn = [_drawn_bounds(summed.doublings, conventions.counting.level) for summed in sums]
    harvests = [summed.cultures[-1].passage for summed in sums]
    viabilities = [read_viability(passage, counts) for passage in harvests]
    return (
        GrowthView(
            Subject(conventions.lot.lot, "", "cumulative_population_doublings", ""),
            passages=tuple(passage.passage for passage in harvests),
            days=tuple(summed.days for summed in sums),
            doublings=tuple(summed.doublings.value for summed in sums),
            low=tuple(low for low, _ in drawn),
            high=tuple(high for _, high in drawn),
            viability=tuple(None if v is None else v.percent for v in viabilities),
            convention=convention
            if ceiling is None
            else text("{start}; {ceiling}", start=convention, ceiling=ceiling_words(ceiling)),
            ceiling=None if ceiling is None else ceiling.value,
            ceiling_low=None if ceiling is None else ceiling.low,
            ceiling_high=None if ceiling is None else ceiling.high,
        ),
    )


def _drawn_bounds(doublings: Estimate, level: float) -> tuple[float, float]:
    bounds = normal_bounds(doublings, level=level)
    return (
        doublings.value if bounds.low is None else bounds.low,
        doublings.value if bounds.high is None else bounds.high,
    )
