"""Percentages of cells from numbers another program counted and stored.

Which population is what of which lot is the laboratory's declaration. Where the export holds both
counts the percentage is made of them, with the interval of counting; where it holds the percentage
alone, that is taken as it stands, without an interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from stroma.assays.places import place_of
from stroma.assays.result import AssayResult
from stroma.errors import Problem, Severity
from stroma.measurements import Measurement
from stroma.records import Lot
from stroma.statistic_records import (
    ALL_EVENTS,
    CountedPopulation,
    CountedSample,
    DeclaredStatistic,
    StatisticsExport,
)
from stroma.stats.proportions import wilson_interval
from stroma.texts import Text, text

_PRINTED_TOLERANCE: Final = 0.15
"""Percentage points by which a share printed with one decimal may differ from its counts."""


class _RefusedError(Exception):
    def __init__(self, column: str, found: Text, expected: Text, action: Text) -> None:
        self.column = column
        self.found = found
        self.expected = expected
        self.action = action
        super().__init__(column)


@dataclass(frozen=True, slots=True)
class _Share:
    """A percentage, and how it came about."""

    percent: float
    low: float | None = None
    high: float | None = None
    total: int | None = None
    settings: Mapping[str, object] | None = None
    warnings: tuple[Text, ...] = ()


def measure_stored_statistics(
    declared: Sequence[DeclaredStatistic],
    exports: Mapping[str, StatisticsExport],
    *,
    lot: Lot,
    level: float = 0.95,
) -> AssayResult:
    """Report the stored statistics of one lot as rows.

    Parameters
    ----------
    declared
        Rows of ``statistics.csv``; those of other lots are left aside.
    exports
        Exports by the path the rows name; a file that could not be read is missing here.
    lot
        The lot.
    level
        Confidence level of intervals.

    Returns
    -------
    AssayResult
        One row for each declared number that the export holds; a problem for each other.
    """
    rows: list[Measurement] = []
    problems: list[Problem] = []
    for each in declared:
        export = exports.get(each.file)
        if each.lot != lot.lot or export is None:
            continue
        try:
            rows.append(_row(each, export, lot, level))
        except _RefusedError as refused:
            problems.append(
                Problem(
                    place_of(each.origin_of_row, column=refused.column, lot=lot.lot),
                    refused.found,
                    refused.expected,
                    text("{action}; until then the row is left out", action=refused.action),
                    Severity.ERROR,
                )
            )
    return AssayResult(tuple(rows), tuple(problems))


def _row(each: DeclaredStatistic, export: StatisticsExport, lot: Lot, level: float) -> Measurement:
    sample = _sample(each, export)
    population = _population(each.population, "population", sample, each)
    whole = _population(each.of, "of", sample, each)
    _check_within(population, whole, each)
    share = _share(population, whole, level, each)
    return Measurement(
        lot=lot.lot,
        donor=lot.donor,
        source=lot.source,
        passage=each.passage,
        condition=each.stimulated,
        quantity=each.quantity,
        analyte=each.analyte,
        value=share.percent,
        unit="%",
        low=share.low,
        high=share.high,
        level=None if share.low is None else level,
        n=share.total,
        n_counts="" if share.total is None else "cells",
        method=export.method,
        settings={
            "program": export.program,
            "sample": sample.names[0],
            "population": population.path,
            "of": whole.path,
            **(share.settings or {}),
        },
        origins=tuple(dict.fromkeys((population.origin, whole.origin, each.origin_of_row))),
        warnings=share.warnings,
    )


def _sample(each: DeclaredStatistic, export: StatisticsExport) -> CountedSample:
    found = [sample for sample in export.samples if each.sample in sample.names]
    if len(found) == 1:
        return found[0]
    known = found or export.samples
    raise _RefusedError(
        "sample",
        text(
            'the number of samples "{sample}" in {file} is {count}',
            sample=each.sample,
            file=each.file,
            count=len(found),
        ),
        text("one of {samples}", samples=_listed([sample.names[0] for sample in known])),
        text("write the sample's name as the export has it"),
    )


def _population(
    name: str, column: str, sample: CountedSample, each: DeclaredStatistic
) -> CountedPopulation:
    exact = [population for population in sample.populations if population.path == name]
    found = exact or [population for population in sample.populations if population.name == name]
    if len(found) == 1:
        return found[0]
    known = found or sample.populations
    raise _RefusedError(
        column,
        text(
            'the number of populations "{name}" of {sample} in {file} is {count}',
            name=name,
            sample=each.sample,
            file=each.file,
            count=len(found),
        ),
        text("one of {populations}", populations=_listed([held.path for held in known])),
        text("write the population's path as the export has it"),
    )


def _listed(names: Sequence[str]) -> str:
    shown = list(dict.fromkeys(names))
    most = 20  # a workspace can hold hundreds; more are no help in one line
    return ", ".join(shown[:most]) + (", …" if len(shown) > most else "")


def _check_within(
    population: CountedPopulation, whole: CountedPopulation, each: DeclaredStatistic
) -> None:
    """Refuse a share of cells that the population is known not to lie in."""
    knows = population.parent is not None and whole.path != ALL_EVENTS
    outside = knows and not population.path.startswith(f"{whole.path}/")
    fewer = (
        population.count is not None and whole.count is not None and population.count > whole.count
    )
    if population.path == whole.path or outside or fewer:
        raise _RefusedError(
            "of",
            text('"{of}", in which "{population}" does not lie', of=each.of,
                 population=each.population),
            text("cells that hold the population: one above it in the export, or {all}",
                 all=ALL_EVENTS),
            text("name the cells the percentage is a share of"),
        )  # fmt: skip


def _share(
    population: CountedPopulation,
    whole: CountedPopulation,
    level: float,
    each: DeclaredStatistic,
) -> _Share:
    printed = _printed(population, whole)
    if population.count is None or whole.count is None:
        if printed is None:
            raise _RefusedError(
                "population",
                text('"{population}", of which {file} holds no count', file=each.file,
                     population=each.population),
                text("the counts of both populations"),
                text("export the statistics with the number of events of every population"),
            )  # fmt: skip
        return _Share(
            printed,
            settings={"percent_stored": printed},
            warnings=(text("the export holds the percentage without the counts behind it"),),
        )
    if whole.count == 0:
        raise _RefusedError(
            "of",
            text('"{of}", which holds no cell', of=each.of),
            text("cells to be a share of"),
            text("check the gate in the program that counted"),
        )
    interval = wilson_interval(population.count, whole.count, level=level)
    percent = 100 * interval.estimate
    settings: dict[str, object] = {"count": population.count, "of_count": whole.count}
    warnings = [
        text("counted by another program; the interval holds the counting, not where the gate lies")
    ]
    if printed is not None:
        settings["percent_stored"] = printed
        if abs(printed - percent) > _PRINTED_TOLERANCE:
            warnings.append(
                text("the export states {printed} %, its counts give {percent} %",
                     printed=printed, percent=round(percent, 2))
            )  # fmt: skip
    return _Share(
        percent=percent,
        low=100 * interval.low,
        high=100 * interval.high,
        total=whole.count,
        settings=settings,
        warnings=tuple(warnings),
    )


def _printed(population: CountedPopulation, whole: CountedPopulation) -> float | None:
    """Return the percentage the export states for just this share."""
    if population.parent == whole.path and "parent" in population.percents:
        return population.percents["parent"]
    if whole.path == ALL_EVENTS and "total" in population.percents:
        return population.percents["total"]
    return None
