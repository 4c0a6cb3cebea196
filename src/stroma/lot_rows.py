"""A table or a study folder -> rows of lots in their order, for trends and limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from stroma.errors import Place, Problem, Severity, StudyProblem
from stroma.measurements import Measurement
from stroma.pipeline import measure_study, open_study
from stroma.records import Passage
from stroma.table_rows import read_table_rows
from stroma.texts import text
from stroma.workers import Report


@dataclass(frozen=True, slots=True)
class LotRows:
    """The rows of lots.

    Parameters
    ----------
    name
        Of the file or folder they are from.
    rows
        Of all lots and quantities.
    order
        Lots in order, each once: by their dates where each has one, otherwise as the table or the
        study's sheet of lots lists them.
    by_date
        Whether the order is that of their dates.
    problems
        What was left out, and what a person has to look at.
    """

    name: str
    rows: tuple[Measurement, ...]
    order: tuple[str, ...]
    by_date: bool
    problems: tuple[Problem, ...]


def read_lot_rows(
    place: Path,
    *,
    decimal_mark: str | None = None,
    encoding: str | None = None,
    executor: Executor | None = None,
    progress: Report | None = None,
) -> LotRows:
    """Read the rows of a table of numbers, or measure a study.

    Parameters
    ----------
    place
        A CSV file or workbook with the columns of a laboratory's table, Stroma's own
        ``measurements.csv`` among them; or a study folder.
    decimal_mark
        Of a table whose columns leave it open.
    encoding
        Of a table that is not Unicode.
    executor
        Where the tubes of a study are measured; ``None`` for here and now.
    progress
        Called after each file of a study.

    Returns
    -------
    LotRows
        The rows.

    Raises
    ------
    FileProblem
        The table cannot be read.
    StudyProblem
        There is no such file or folder, or no row in it can be read.
    """
    if place.is_dir():
        study = open_study(place)
        measured = measure_study(study, executor=executor, progress=progress)
        rows, problems = measured.measurements, (*study.problems, *measured.problems)
        order = tuple(lot.lot for lot in study.lots)
        dates: Mapping[str, str] = first_days(study.passages)
    elif place.is_file():
        table = read_table_rows(place, decimal_mark=decimal_mark, encoding=encoding)
        rows, problems = table.rows, table.problems
        order = tuple(dict.fromkeys(row.lot for row in rows))
        dates = table.described.dates
    else:
        raise StudyProblem(_nowhere(place))
    if not rows:
        serious = (held for held in problems if held.severity is not Severity.NOTE)
        raise StudyProblem((*serious, _no_row(place)))
    held = {row.lot for row in rows}
    undated = [lot for lot in order if lot in held and lot not in dates]
    if undated and dates:
        problems = (*problems, _undated(place, undated))
    elif dates:
        order = tuple(sorted(order, key=lambda lot: dates.get(lot, "")))
    return LotRows(
        name=place.name,
        rows=rows,
        order=order,
        by_date=bool(dates) and not undated,
        problems=problems,
    )


def first_days(passages: Iterable[Passage]) -> dict[str, str]:
    """Return the first day that the passages of each lot name.

    Parameters
    ----------
    passages
        Of any lots.

    Returns
    -------
    dict
        Lot to day, ISO 8601; without the lots that name none.
    """
    days: dict[str, str] = {}
    for row in passages:
        for day in (row.seeded_on, row.harvested_on):
            if day is not None:
                days[row.lot] = min(day, days.get(row.lot, day))
    return days


def _undated(place: Path, lots: Sequence[str]) -> Problem:
    return Problem(
        Place(file=place.name),
        found=text("no date of the lots {lots}", lots=", ".join(lots)),
        expected=text("a date of every lot, to put them in the order they were made"),
        action=text("add the dates; the order of the rows is taken"),
        severity=Severity.WARNING,
    )


def _nowhere(place: Path) -> Problem:
    return Problem(
        Place(file=str(place)),
        found=text("no file or folder of this name"),
        expected=text("a table of numbers or a study folder"),
        action=text("check the name"),
    )


def _no_row(place: Path) -> Problem:
    return Problem(
        Place(file=place.name),
        found=text("no row of numbers"),
        expected=text("one row a quantity of a lot"),
        action=text("fill in the table"),
    )
