"""Viability at each harvest, from the sheet or from a counter's export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from stroma.assays.harvest import AS_ENTERED, count_warnings, find_count, half_last_digit
from stroma.assays.places import place_of
from stroma.assays.result import AssayResult
from stroma.errors import Place, Problem, Severity
from stroma.house_rules import CountingRule
from stroma.measurements import Measurement
from stroma.records import CellCount, Lot, Origin, Passage
from stroma.stats.proportions import wilson_interval
from stroma.texts import Text, text

FROM_COUNTER = "counter_viability/1"


@dataclass(frozen=True, slots=True)
class Viability:
    """Viability of one harvest.

    Parameters
    ----------
    percent
        Viable of all cells, in percent.
    method
        Whether it was entered or comes from a counter's export.
    origins
        The sheet's row, and the export where it was used.
    viable, counted
        Viable cells and all cells that were seen; ``None`` where not known.
    warnings
        What the counter could not state or doubts.
    """

    percent: float
    method: str
    origins: tuple[Origin, ...]
    viable: int | None = None
    counted: int | None = None
    warnings: tuple[Text, ...] = ()


def read_viability(passage: Passage, counts: Mapping[str, CellCount]) -> Viability | None:
    """Return the viability of a harvest.

    Parameters
    ----------
    passage
        The passage.
    counts
        Counts by :func:`stroma.assays.harvest.count_key`.

    Returns
    -------
    Viability or None
        From the counter's export where it states it, otherwise as entered; ``None`` where
        neither does.
    """
    row = passage.origin_of_row
    count = find_count(passage, counts)
    if count is not None and count.viability_percent is not None:
        return Viability(
            count.viability_percent,
            FROM_COUNTER,
            (row, count.origin),
            count.viable_cells_counted,
            count.cells_counted,
            count_warnings(count),
        )
    if passage.viability_percent is not None:
        return Viability(passage.viability_percent, AS_ENTERED, (row,))
    return None


def measure_viability(
    passages: Sequence[Passage],
    counts: Mapping[str, CellCount],
    *,
    lot: Lot,
    counting: CountingRule,
) -> AssayResult:
    """Measure the viability of one lot at each harvest.

    The interval is Wilson's, from the viable cells among all cells the counter saw; where the
    counter does not state them, or the viability was entered, there is none. It is the sampling
    of cells only: it knows nothing of cells lost or killed before the count.

    Parameters
    ----------
    passages
        Rows of ``passages.csv``; those of other lots are left aside.
    counts
        Counts by :func:`stroma.assays.harvest.count_key`.
    lot
        The lot.
    counting
        Gives the confidence level.

    Returns
    -------
    AssayResult
        Rows ``viability`` in percent.
    """
    own = [passage for passage in passages if passage.lot == lot.lot]
    rows: list[Measurement] = []
    problems: list[Problem] = []
    for passage in own:
        viability = read_viability(passage, counts)
        if viability is None:
            continue
        if not 0.0 <= viability.percent <= 100.0:
            problems.append(_impossible(passage, viability))
            continue
        problems.extend(_doubts(passage, viability))
        rows.append(_row(passage, viability, lot=lot, level=counting.level))
    missing = [p for p in own if read_viability(p, counts) is None]
    if missing:
        problems.append(_missing(missing, lot))
    return AssayResult(tuple(rows), tuple(problems))


def _row(passage: Passage, viability: Viability, *, lot: Lot, level: float) -> Measurement:
    row = Measurement(
        lot=lot.lot,
        donor=lot.donor,
        source=lot.source,
        passage=passage.passage,
        quantity="viability",
        value=viability.percent,
        unit="%",
        method=viability.method,
        settings={"stage": "harvest"},
        origins=viability.origins,
        warnings=_warnings(passage, viability),
    )
    viable, counted = viability.viable, viability.counted
    if viable is None or counted is None or not 0 <= viable <= counted or counted == 0:
        return row
    interval = wilson_interval(viable, counted, level=level)
    low, high = 100.0 * interval.low, 100.0 * interval.high
    if not low <= viability.percent <= high:
        warning = text(
            "the counter states {percent} % but {viable} viable of {counted} cells; no interval",
            percent=viability.percent,
            viable=viable,
            counted=counted,
        )
        return replace(row, n=counted, n_counts="cells", warnings=(*row.warnings, warning))
    settings = {**row.settings, "interval": "Wilson", "viable_cells_counted": viable}
    return replace(
        row, low=low, high=high, level=level, n=counted, n_counts="cells", settings=settings
    )


def _differs(passage: Passage, viability: Viability) -> bool:
    entered = passage.viability_percent
    if entered is None or viability.method == AS_ENTERED:
        return False
    rounding = half_last_digit(entered, coarsest=0) + half_last_digit(viability.percent, coarsest=0)
    # A hair more than the rounding: 95.25 against 95.2 is the rounding itself, in binary.
    return abs(entered - viability.percent) > rounding + 1e-9


def _warnings(passage: Passage, viability: Viability) -> tuple[Text, ...]:
    if not _differs(passage, viability):
        return viability.warnings
    return (
        *viability.warnings,
        text(
            "{entered} % is entered in the sheet; the counter's file is used",
            entered=passage.viability_percent,
        ),
    )


def _doubts(passage: Passage, viability: Viability) -> tuple[Problem, ...]:
    doubts: list[Problem] = []
    if _differs(passage, viability):
        doubts.append(_disagreement(passage, viability))
    if viability.method == AS_ENTERED and 0.0 < viability.percent <= 1.0:
        doubts.append(_fraction(passage, viability))
    return tuple(doubts)


def _fraction(passage: Passage, viability: Viability) -> Problem:
    return Problem(
        place_of(passage.origin_of_row, column="viability", lot=passage.lot),
        found=text("a viability of {percent} %", percent=viability.percent),
        expected=text("percent, not a fraction of one"),
        action=text("write 95 for 0.95; the number is used as percent"),
        severity=Severity.WARNING,
    )


def _disagreement(passage: Passage, viability: Viability) -> Problem:
    return Problem(
        place_of(passage.origin_of_row, column="viability", lot=passage.lot),
        found=text(
            "{entered} % entered, {percent} % by {file}",
            entered=passage.viability_percent,
            percent=viability.percent,
            file=viability.origins[-1].file,
        ),
        expected=text("the two to agree within their rounding"),
        action=text("correct the entered number or the sample; the counter's file is used"),
        severity=Severity.WARNING,
    )


def _impossible(passage: Passage, viability: Viability) -> Problem:
    origin = viability.origins[-1]
    column = "viability" if viability.method == AS_ENTERED else None
    return Problem(
        place_of(origin, column=column, lot=passage.lot),
        found=text("a viability of {percent} %", percent=viability.percent),
        expected=text("0 to 100 %"),
        action=text("correct the number"),
    )


def _missing(passages: Sequence[Passage], lot: Lot) -> Problem:
    names = ", ".join(passage.passage for passage in passages)
    return Problem(
        Place(passages[0].origin_of_row.file, column="viability", lot=lot.lot),
        found=text("no viability at the harvest of {passages}", passages=names),
        expected=text("the viability in percent, or a counter's export that holds it"),
        action=text("fill it in where it was measured"),
        severity=Severity.NOTE,
    )
