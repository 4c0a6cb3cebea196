"""A plain table of estimates, means or counts to a pooled model, for whoever has no review.

The columns are metafor's, with or without their final ``i``, in any case. Every row that cannot
be used is named with its cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from stroma.errors import FileProblem, Place, Problem, Severity, StudyProblem
from stroma.evidence.pooling.models import LIKELIHOODS, ModelOptions
from stroma.formats.sheets import read_sheet
from stroma.frames import sheet_of
from stroma.house_rules import ReadingRule
from stroma.origin import Origin
from stroma.pooled_measures import GENERIC, LOGARITHMS, MEASURES, Measure, Numbers
from stroma.readings import ReadingError
from stroma.records import Row, Sheet
from stroma.spelling import nearest
from stroma.stats.meta.effect_sizes import EffectSize
from stroma.stats.meta.heterogeneity import Method
from stroma.stats.meta.influence import Influence, influence
from stroma.stats.meta.multilevel import Multilevel, fit_multilevel
from stroma.stats.meta.pooling import Pooled, pool
from stroma.stats.meta.robust import RobustFit, robust_fit
from stroma.stats.meta.weights import FloatArray, TooFewEstimatesError
from stroma.study.cells import Cell, Habit, number_habit, number_of
from stroma.texts import join, text, texts

STUDY_COLUMNS: Final = ("study", "author", "paper", "slab", "label")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableEstimate:
    """One row of the table.

    Parameters
    ----------
    row
        In the file.
    label
        The study; the row where no column names it.
    value, variance
        Of the measure.
    """

    row: int
    label: str
    value: float
    variance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledTable:
    """A table pooled.

    Parameters
    ----------
    origin
        The file.
    measure
        What was pooled.
    estimates
        The rows that entered.
    terms
        Names of the coefficients.
    model
        Independent estimates.
    levels, robust
        Several estimates a cluster, with CR2; ``None`` otherwise, as is ``model`` then.
    moved
        How much each study moves the answer; empty with clusters or too few studies.
    problems
        Rows that were left out, and why.
    """

    origin: Origin
    measure: str
    estimates: tuple[TableEstimate, ...]
    terms: tuple[str, ...]
    model: Pooled | None
    levels: Multilevel | None
    robust: RobustFit | None
    moved: tuple[Influence, ...]
    problems: tuple[Problem, ...]

    @property
    def is_logarithm(self) -> bool:
        """Whether the measure is read exponentiated."""
        return self.measure in LOGARITHMS


def pool_table(
    table: Path | pd.DataFrame,
    *,
    measure: str = "",
    mods: Sequence[str] = (),
    cluster: str = "",
    options: ModelOptions | None = None,
    decimal_mark: str | None = None,
    encoding: str | None = None,
) -> PooledTable:
    """Pool a table.

    Parameters
    ----------
    table
        A CSV file, a workbook or a frame.
    measure
        A name of :data:`stroma.pooled_measures.MEASURES`; estimates with their variances need
        none.
    mods
        Columns of moderators: numbers as they are, words as groups.
    cluster
        Column whose equal cells are one paper, or one laboratory.
    options
        Estimator and test.
    decimal_mark, encoding
        Of a text file, where it leaves them open.

    Returns
    -------
    PooledTable
        The model, with every row that could not be used.

    Raises
    ------
    FileProblem
        The table cannot be read, or a column is missing.
    StudyProblem
        The measure is not known, or too few rows can be used.
    """
    sheets = (
        read_sheet(table, file=table.name, encoding=encoding)
        if isinstance(table, Path)
        else (sheet_of(table),)
    )
    sheet = sheets[0]
    chosen = ModelOptions() if options is None else options
    name = _measure(sheet, measure)
    columns = _columns(sheet, MEASURES[name])
    named = [_column(sheet, word) for word in (*mods, *([cluster] if cluster else []))]
    reader = _Reader(sheet, ReadingRule(decimal_mark=decimal_mark))
    rows, found, problems = _estimates(reader, MEASURES[name], columns, named)
    terms, design = _design(reader, rows, [_column(sheet, word) for word in mods])
    held = PooledTable(
        origin=sheet.origin,
        measure=name,
        estimates=found,
        terms=terms,
        model=None,
        levels=None,
        robust=None,
        moved=(),
        problems=(*sheet.problems, *map(_not_read, sheets[1:]), *reader.problems, *problems),
    )
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            if cluster:
                labels = [row.cells[_column(sheet, cluster)] for row in rows]
                return _clustered(held, design, labels, chosen)
            return _independent(held, design, chosen)
    except ArithmeticError:
        raise StudyProblem((_out_of_range(held), *held.problems)) from None
    except TooFewEstimatesError as few:
        raise StudyProblem((_too_few(held, few), *held.problems)) from None
    except (ValueError, np.linalg.LinAlgError):
        raise StudyProblem((_no_model(held), *held.problems)) from None


def _not_read(sheet: Sheet) -> Problem:
    return Problem(
        Place(sheet.origin.file, sheet.name),
        found=text("a further sheet"),
        expected=text("one sheet"),
        action=text("nothing, if it is not meant; otherwise save it as a file of its own"),
        severity=Severity.WARNING,
    )


def _independent(held: PooledTable, design: FloatArray, options: ModelOptions) -> PooledTable:
    model = pool(
        [own.value for own in held.estimates],
        [own.variance for own in held.estimates],
        design,
        method=options.method,
        test=options.test,
        level=options.level,
    )
    try:
        moved = influence(model)
    except (TooFewEstimatesError, ValueError, np.linalg.LinAlgError):
        moved = ()  # without one study the others do not bear the model
    return replace(held, model=model, moved=moved)


def _clustered(
    held: PooledTable, design: FloatArray, labels: Sequence[str], options: ModelOptions
) -> PooledTable:
    if options.method not in LIKELIHOODS:
        raise StudyProblem(
            Problem(
                Place(file=held.origin.file, column="method"),
                found=text("{method} with clusters", method=options.method.value),
                expected=text("REML or ML"),
                action=text("take REML, or leave the clusters out"),
            )
        )
    model = fit_multilevel(
        [own.value for own in held.estimates],
        [own.variance for own in held.estimates],
        [labels, list(range(len(labels)))],
        design,
        restricted=options.method is Method.RESTRICTED_MAXIMUM_LIKELIHOOD,
        level=options.level,
    )
    robust = robust_fit(
        model.design,
        model.residuals,
        np.array([c.estimate for c in model.coefficients]),
        model.marginal,
        labels,
        level=options.level,
    )
    return replace(held, levels=model, robust=robust)


# --- columns -------------------------------------------------------------------------------------


def _folded(name: str) -> str:
    """Return a column's name without case, and without the final i of metafor's names."""
    return name.strip().casefold().removesuffix("i")


def _columns(sheet: Sheet, measure: Measure) -> dict[str, str]:
    printed = {_folded(name): name for name in sheet.columns}
    needed = measure.columns
    if measure.otherwise and not set(needed) <= set(printed):
        needed = measure.otherwise if set(measure.otherwise) <= set(printed) else needed
    missing = [name for name in needed if name not in printed]
    if missing:
        raise FileProblem(
            Problem(
                Place(file=sheet.origin.file),
                found=text("no column {missing}", missing=", ".join(missing)),
                expected=text("the columns {needed}", needed=", ".join(needed)),
                action=text("name the columns so, or choose another measure"),
            )
        )
    for name in needed:
        twice = [own for own in sheet.columns if _folded(own) == name]
        if len(twice) > 1:
            raise FileProblem(
                Problem(
                    Place(file=sheet.origin.file),
                    found=text("columns {names}, which mean the same", names=", ".join(twice)),
                    expected=text("one of them"),
                    action=text("rename the other"),
                )
            )
    return {name: printed[name] for name in needed}


def _column(sheet: Sheet, word: str) -> str:
    for name in sheet.columns:
        if name.strip().casefold() == word.strip().casefold():
            return name
    raise FileProblem(
        Problem(
            Place(file=sheet.origin.file, column=word),
            found=text("no such column"),
            expected=text("one of {names}", names=", ".join(sheet.columns)),
            action=text("name a column of the table"),
        )
    )


def _measure(sheet: Sheet, asked: str) -> str:
    if asked:
        name = asked.strip().upper()
        if name in MEASURES:
            return name
        near = ", ".join(nearest(name, MEASURES))
        raise StudyProblem(
            Problem(
                Place(column="measure"),
                found=text('"{word}"', word=asked),
                expected=text("one of {names}", names=", ".join(MEASURES)),
                action=text("write {word}, if that is meant", word=near)
                if near
                else text("take one of these words"),
            )
        )
    held = {_folded(name) for name in sheet.columns}
    if "y" in held and {"v", "se"} & held:
        return GENERIC
    fitting = [
        name
        for name, measure in MEASURES.items()
        if set(measure.columns) <= held or (measure.otherwise and set(measure.otherwise) <= held)
    ]
    raise StudyProblem(
        Problem(
            Place(file=sheet.origin.file),
            found=text("columns {names}, and no measure named", names=", ".join(sheet.columns)),
            expected=text("yi with vi or sei, or a measure"),
            action=text("name a measure: {names}", names=", ".join(fitting or [*MEASURES])),
        )
    )


# --- cells ---------------------------------------------------------------------------------------


class _Reader:
    """Reads numbers as their columns write them."""

    def __init__(self, sheet: Sheet, rule: ReadingRule) -> None:
        self.sheet, self.rule = sheet, rule
        self.problems: list[Problem] = []
        self._habits: dict[str, Habit] = {}

    def cell(self, row: Row, column: str) -> Cell:
        return Cell(row.number, row.cells[column], stored=column in row.numbers)

    def number(self, row: Row, column: str) -> float:
        return number_of(self.cell(row, column), self._habit(column))

    def place(self, row: Row | None, column: str | None) -> Place:
        number = None if row is None else row.number
        return Place(self.sheet.origin.file, self.sheet.name, number, column)

    def _habit(self, column: str) -> Habit:
        if column not in self._habits:
            cells = [self.cell(row, column) for row in self.sheet.rows if row.cells[column]]
            self._habits[column], doubts = number_habit(
                cells, rule=self.rule, place=self.place(None, column)
            )
            self.problems += doubts
        return self._habits[column]

    def is_numeric(self, rows: Iterable[Row], column: str) -> bool:
        try:
            for row in rows:
                self.number(row, column)
        except ReadingError:
            return False
        return True


def _estimates(
    reader: _Reader, measure: Measure, columns: Mapping[str, str], named: Sequence[str]
) -> tuple[list[Row], tuple[TableEstimate, ...], list[Problem]]:
    rows: list[Row] = []
    found: list[TableEstimate] = []
    problems: list[Problem] = []
    label = next((name for name in reader.sheet.columns
                  if name.strip().casefold() in STUDY_COLUMNS), None)  # fmt: skip
    for row in reader.sheet.rows:
        made = _estimate(reader, row, measure, columns, named)
        if isinstance(made, Problem):
            problems.append(made)
            continue
        rows.append(row)
        told = "" if label is None else row.cells[label]
        found.append(
            TableEstimate(
                row=row.number,
                label=told or str(row.number),
                value=made.value,
                variance=made.variance,
            )
        )
    return rows, tuple(found), problems


def _estimate(
    reader: _Reader,
    row: Row,
    measure: Measure,
    columns: Mapping[str, str],
    named: Sequence[str],
) -> EffectSize | Problem:
    for column in (*columns.values(), *named):
        if not row.cells[column]:
            return Problem(
                reader.place(row, column),
                found=text("an empty cell"),
                expected=text("a value"),
                action=text("fill it in; the row is left out until then"),
            )
    numbers: dict[str, float] = {}
    for name, column in columns.items():
        try:
            numbers[name] = reader.number(row, column)
        except ReadingError as wrong:
            return Problem(reader.place(row, column), wrong.found, wrong.expected, wrong.action)
    try:
        size = measure.size(numbers)
    except (ValueError, ZeroDivisionError, OverflowError):
        return _impossible(reader.place(row, None), numbers)
    if not (np.isfinite(size.value) and np.isfinite(size.variance) and size.variance > 0):
        return _impossible(reader.place(row, None), numbers)
    return size


def _impossible(place: Place, numbers: Numbers) -> Problem:
    told = ", ".join(f"{name} = {number:g}" for name, number in numbers.items())
    return Problem(
        place,
        found=join([told]),
        expected=text("numbers from which the measure has a value and a variance above zero"),
        action=text("check the row, or choose another measure; the row is left out"),
    )


def _design(
    reader: _Reader, rows: Sequence[Row], mods: Sequence[str]
) -> tuple[tuple[str, ...], FloatArray]:
    terms, columns = ["intercept"], [np.ones(len(rows))]
    for column in mods:
        for term, values in _moderator(reader, rows, column):
            terms.append(term)
            columns.append(values)
    return tuple(terms), np.column_stack(columns)


def _moderator(
    reader: _Reader, rows: Sequence[Row], column: str
) -> Iterator[tuple[str, FloatArray]]:
    if reader.is_numeric(rows, column):
        yield column, np.array([reader.number(row, column) for row in rows])
        return
    words = [row.cells[column] for row in rows]
    for word in sorted(set(words))[1:]:
        yield f"{column}: {word}", np.array([float(own == word) for own in words])


def _too_few(held: PooledTable, few: TooFewEstimatesError) -> Problem:
    return Problem(
        Place(file=held.origin.file),
        found=texts("{count} row that can be used", "{count} rows that can be used", few.held),
        expected=text("at least {needed}", needed=few.needed),
        action=text("add studies, or leave out moderators"),
    )


def _out_of_range(held: PooledTable) -> Problem:
    return Problem(
        Place(file=held.origin.file),
        found=text("values or variances too large or too small to calculate with"),
        expected=text("numbers of like size"),
        action=text("state them in another unit, or check the largest and the smallest"),
    )


def _no_model(held: PooledTable) -> Problem:
    return Problem(
        Place(file=held.origin.file),
        found=text("moderators or clusters that do not bear the model"),
        expected=text("more clusters than coefficients, and moderators that differ"),
        action=text("leave out a moderator that follows from the others, or the clusters"),
    )
