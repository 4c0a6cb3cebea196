"""A table or a study folder -> rows of lots in their order, for trends and limits."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from stroma.errors import Place, Problem, StudyProblem
from stroma.measurements import Measurement
from stroma.pipeline import measure_study, open_study
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
        Lots in order, each once: as the table or the study's sheet of lots lists them.
    problems
        What was left out, and what a person has to look at.
    """

    name: str
    rows: tuple[Measurement, ...]
    order: tuple[str, ...]
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
    elif place.is_file():
        table = read_table_rows(place, decimal_mark=decimal_mark, encoding=encoding)
        rows, problems = table.rows, table.problems
        order = tuple(dict.fromkeys(row.lot for row in rows))
    else:
        raise StudyProblem(_nowhere(place))
    if not rows:
        raise StudyProblem((*problems, _no_row(place)))
    return LotRows(name=place.name, rows=rows, order=order, problems=problems)


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
