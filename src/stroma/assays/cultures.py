"""The passages of a lot as cultures that doubled, one after the other without a gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stroma.assays.harvest import Harvest, read_harvest
from stroma.assays.places import house_rule, place_of
from stroma.errors import Place, Problem, Severity
from stroma.house_rules import CountingRule, GrowthRule
from stroma.measurements import passage_number
from stroma.records import CellCount, Passage
from stroma.stats.counting import Estimate, log2_ratio, log_variance, total
from stroma.texts import text

HOURS_PER_DAY = 24.0


@dataclass(frozen=True, slots=True)
class Culture:
    """One passage from seeding to harvest.

    Parameters
    ----------
    passage
        The row it stands on.
    number
        Number of the passage; -1 where its name has none.
    harvest
        The viable cells taken out.
    harvest_variance
        Error variance of the natural logarithm of the harvest; ``None`` where not known.
    doublings
        Doublings between seeding and harvest; ``None`` where they cannot be stated.
    """

    passage: Passage
    number: int
    harvest: Harvest
    harvest_variance: float | None
    doublings: Estimate | None


@dataclass(frozen=True, slots=True)
class SumOfDoublings:
    """Doublings summed up to one harvest.

    Parameters
    ----------
    doublings
        Their sum.
    days
        Days in culture; ``None`` where the hours of a passage are missing.
    cultures
        The cultures summed, the last one being the harvest.
    """

    doublings: Estimate
    days: float | None
    cultures: tuple[Culture, ...]


def read_cultures(
    passages: Sequence[Passage],
    counts: Mapping[str, CellCount],
    *,
    counting: CountingRule,
    growth: GrowthRule,
) -> tuple[tuple[Culture, ...], tuple[Problem, ...]]:
    """Read the passages of one lot.

    Parameters
    ----------
    passages
        Passages of one lot.
    counts
        Counts of harvests by :func:`stroma.assays.harvest.count_key`.
    counting, growth
        The house rules.

    Returns
    -------
    cultures : tuple of Culture
        In the order of the passages; one that stands on several rows is left out.
    problems : tuple of Problem
        What was left out, and why.
    """
    ordered = sorted(passages, key=lambda passage: passage_number(passage.passage))
    rows = Counter(_identity(passage) for passage in ordered)
    cultures: list[Culture] = []
    problems: list[Problem] = []
    for passage in ordered:
        if rows[_identity(passage)] > 1:
            problems.append(_repeated(passage))
            continue
        culture, found = _read_culture(passage, counts, counting=counting, growth=growth)
        cultures.append(culture)
        problems.extend(found)
    return tuple(cultures), tuple(problems)


def sum_up(
    cultures: Sequence[Culture], growth: GrowthRule
) -> tuple[tuple[SumOfDoublings, ...], tuple[Problem, ...]]:
    """Sum doublings from the first passage that counts, up to the first gap.

    A passage that is not there, or whose doublings cannot be stated, ends the sum: what grew in
    it is not known, and a sum over it would be too low by that much.

    Parameters
    ----------
    cultures
        Cultures of one lot, in the order of the passages.
    growth
        Where the sum starts.

    Returns
    -------
    sums : tuple of SumOfDoublings
        One for each harvest up to the gap.
    problems : tuple of Problem
        The gap, where there is one.
    """
    start = passage_number(growth.count_from)
    if start < 0:
        return (), (_no_start(growth),)
    unplaced = tuple(_unplaced(culture.passage) for culture in cultures if culture.number < 0)
    counted = [culture for culture in cultures if culture.number >= start]
    sums: list[SumOfDoublings] = []
    days: float | None = 0.0
    for expected, culture in enumerate(counted, start):
        if culture.number != expected or culture.doublings is None:
            return tuple(sums), (*unplaced, _gap(counted[len(sums) :], expected, growth))
        days = _add_days(days, culture.passage.hours)
        summed = (*(sums[-1].cultures if sums else ()), culture)
        doublings = total(c.doublings for c in summed if c.doublings is not None)
        sums.append(SumOfDoublings(doublings, days, summed))
    return tuple(sums), unplaced


def _identity(passage: Passage) -> str:
    number = passage_number(passage.passage)
    return passage.passage if number < 0 else str(number)


def _read_culture(
    passage: Passage,
    counts: Mapping[str, CellCount],
    *,
    counting: CountingRule,
    growth: GrowthRule,
) -> tuple[Culture, tuple[Problem, ...]]:
    number = passage_number(passage.passage)
    harvest = read_harvest(passage, counts)
    variance = log_variance(cv_percent=counting.cv_percent, observed=harvest.cells_counted)
    if number == 0 and passage_number(growth.count_from) > 0:
        doublings, problems = None, _primary_culture(passage, growth)
    else:
        doublings, problems = _doublings(passage, harvest, variance, counting)
    culture = Culture(passage, number, harvest, variance, doublings)
    return culture, (*harvest.problems, *problems)


def _doublings(
    passage: Passage, harvest: Harvest, harvest_variance: float | None, counting: CountingRule
) -> tuple[Estimate | None, tuple[Problem, ...]]:
    seeded, cells = passage.seeded, harvest.cells
    if seeded is None or not seeded > 0:
        return None, (_not_seeded(passage),)
    if cells is None:
        return None, ()
    if cells == 0:
        return None, (_nothing_harvested(passage),)
    doublings = log2_ratio(
        cells,
        seeded,
        variance_after=harvest_variance,
        variance_before=log_variance(cv_percent=counting.cv_percent),
    )
    problems = [] if doublings.value > 0 else [_no_growth(passage, cells, doublings)]
    if passage.hours is None or not passage.hours > 0:
        problems.append(_no_hours(passage))
    return doublings, tuple(problems)


def _add_days(days: float | None, hours: float | None) -> float | None:
    if days is None or hours is None or not hours > 0:
        return None
    return days + hours / HOURS_PER_DAY


def _repeated(passage: Passage) -> Problem:
    return Problem(
        place_of(passage.origin_of_row, column="passage", lot=passage.lot),
        found=text("{passage} stands on more than one row", passage=passage.passage),
        expected=text("one row for each passage of a lot"),
        action=text("add up its vessels into one row; its growth is left out until then"),
    )


def _primary_culture(passage: Passage, growth: GrowthRule) -> tuple[Problem, ...]:
    if passage.seeded is None:
        return ()
    return (
        Problem(
            place_of(passage.origin_of_row, column="seeded", lot=passage.lot),
            found=text(
                "a primary culture seeded with {seeded} cells, doublings counted from {start}",
                seeded=passage.seeded,
                start=growth.count_from,
            ),
            expected=text("doublings of passaged cells; few seeded nucleated cells are ancestors"),
            action=text("declare growth.count_from = P0 where its doublings are to be counted"),
            severity=Severity.NOTE,
        ),
    )


def _not_seeded(passage: Passage) -> Problem:
    return Problem(
        place_of(passage.origin_of_row, column="seeded", lot=passage.lot),
        found=text("no number of seeded cells")
        if passage.seeded is None
        else text("{seeded} cells seeded", seeded=passage.seeded),
        expected=text("the viable cells seeded, for the doublings of {p}", p=passage.passage),
        action=text("fill in the number"),
    )


def _nothing_harvested(passage: Passage) -> Problem:
    return Problem(
        place_of(passage.origin_of_row, column="harvested", lot=passage.lot),
        found=text("0 cells harvested"),
        expected=text("a harvest, for the doublings of {p}", p=passage.passage),
        action=text("check the count; doublings of a lost culture are not defined"),
    )


def _no_hours(passage: Passage) -> Problem:
    return Problem(
        place_of(passage.origin_of_row, column="hours", lot=passage.lot),
        found=text("no time in culture")
        if passage.hours is None
        else text("{hours} hours in culture", hours=passage.hours),
        expected=text(
            "hours from seeding to harvest, for the doubling time of {p}", p=passage.passage
        ),
        action=text("fill in the hours"),
    )


def _no_growth(passage: Passage, cells: float, doublings: Estimate) -> Problem:
    return Problem(
        place_of(passage.origin_of_row, column="harvested", lot=passage.lot),
        found=text(
            "{cells} cells harvested of {seeded} seeded, {doublings} doublings",
            cells=cells,
            seeded=passage.seeded,
            doublings=doublings.value,
        ),
        expected=text("more cells harvested than seeded, for a doubling time"),
        action=text(
            "check that both numbers are whole cultures of viable cells in the same unit, and "
            "whether cells were lost; cells that did not grow have no doubling time"
        ),
        severity=Severity.WARNING,
    )


def _no_start(growth: GrowthRule) -> Problem:
    return Problem(
        house_rule("growth.count_from"),
        found=text('"{start}" as the first passage that counts', start=growth.count_from),
        expected=text("a passage with a number, such as P1"),
        action=text("correct it; no cumulative population doublings are reported until then"),
    )


def _unplaced(passage: Passage) -> Problem:
    return Problem(
        place_of(passage.origin_of_row, column="passage", lot=passage.lot),
        found=text('"{passage}" without a number', passage=passage.passage),
        expected=text("a passage such as P2, to sum doublings in order"),
        action=text("number it; cumulative population doublings leave it out until then"),
    )


def _gap(left_out: Sequence[Culture], expected: int, growth: GrowthRule) -> Problem:
    """Say where the sum ends; ``left_out`` are the passages after it."""
    first = left_out[0].passage
    names = ", ".join(culture.passage.passage for culture in left_out)
    missing = left_out[0].number != expected
    return Problem(
        Place(first.origin_of_row.file, column="passage", lot=first.lot),
        found=text("no usable row of P{number}", number=str(expected))
        if missing
        else text("no population doublings of {passage}", passage=first.passage),
        expected=text("every passage from {start} on", start=growth.count_from),
        action=text(
            "fill it in, or declare growth.count_from after it; "
            "no cumulative population doublings are reported for {passages}",
            passages=names,
        ),
    )
