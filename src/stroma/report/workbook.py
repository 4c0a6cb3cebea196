"""The results as a workbook: what a person filters, sorts and pastes from."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from stroma.comparison import wording
from stroma.criteria.verdicts import LotOutcome, Outcome
from stroma.criteria.wording import criterion_label, limit_text
from stroma.measurements import COLUMNS, NUMBER_COLUMNS, to_rows
from stroma.report import words
from stroma.report.comparisons import KINDS
from stroma.report.files import files_of
from stroma.report.grid import Grid, make_grid
from stroma.report.numerals import judged_value
from stroma.results import StudyResults
from stroma.texts import Language, Text, join, text
from stroma.unit_words import unit_label
from stroma.vocabulary import tissue_label

Value: TypeAlias = Text | str | int | float | None

CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook's date has no time zone
"""The same in every workbook, so that two runs give the same bytes."""

LONGEST_NAME, LONGEST_TEXT = 31, 32767
"""Excel's limits for the name of a sheet and for the text of a cell."""

FILLS: dict[str, tuple[str, str]] = {
    "p": ("#E4F4EE", "#00614A"),
    "f": ("#B34400", "#FFFFFF"),
    "q": ("#FDF0CF", "#6D4800"),
    "n": ("#FFFFFF", "#44505B"),
    "a": ("#F1F3F5", "#57616B"),
}
"""Fill and ink of each kind of verdict: those of the page."""

Cell: TypeAlias = tuple[Value, str]
"""A value and its kind: a class of :data:`stroma.report.words.CLASSES`, empty for none."""


class _Writer:
    """Writes sheets one after the other, each row once, so that memory stays small."""

    def __init__(self, path: Path, language: Language) -> None:
        self._language = language
        # Words stay words: a lot called "=1+1" is no formula, a web address no link.
        self._book = xlsxwriter.Workbook(
            path,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._book.set_properties({"created": CREATED})
        edge = {"border": 1, "border_color": "#D5DADE"}
        top = {"valign": "top", "text_wrap": True}
        self._head = self._book.add_format({**top, "bold": True, "bg_color": "#E9ECEF"})
        self._plain = self._book.add_format(top)
        self._kinds: dict[str, Format] = {
            kind: self._book.add_format({**top, **edge, "bg_color": fill, "font_color": ink})
            for kind, (fill, ink) in FILLS.items()
        }
        self._names: set[str] = set()

    def sheet(
        self,
        name: str,
        columns: Sequence[tuple[Text | str, int]],
        rows: Iterable[Sequence[Value | Cell]],
        *,
        fixed: int = 1,
    ) -> None:
        """Write a sheet: columns with widths, rows beneath; ``fixed`` columns stay in view."""
        sheet = self._book.add_worksheet(self._free_name(name))
        sheet.freeze_panes(1, fixed)
        for column, (heading, width) in enumerate(columns):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, self._words(heading), self._head)
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                self._cell(sheet, last, column, cell)
        sheet.autofilter(0, 0, last, len(columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def _cell(self, sheet: Worksheet, row: int, column: int, cell: Value | Cell) -> None:
        value, kind = cell if isinstance(cell, tuple) else (cell, "")
        style = self._kinds.get(kind, self._plain)
        match value:
            case None:
                sheet.write_blank(row, column, None, style)
            case int() | float() if math.isfinite(value):
                sheet.write_number(row, column, value, style)
            case _:
                sheet.write_string(row, column, self._words(value)[:LONGEST_TEXT], style)

    def _words(self, value: object) -> str:
        return value.render(self._language) if isinstance(value, Text) else str(value)

    def _free_name(self, name: str) -> str:
        """Return a name Excel takes and no other sheet has."""
        plain = re.sub(r"[\[\]:*?/\\]", " ", name).strip("' ")[:LONGEST_NAME] or "-"
        free, number = plain, 1
        while free.casefold() in self._names:
            number += 1
            free = f"{plain[: LONGEST_NAME - 4]} {number}"
        self._names.add(free.casefold())
        return free

    def close(self) -> None:
        """Finish the file."""
        self._book.close()


def write_workbook(results: StudyResults, path: Path, language: Language) -> None:
    """Write results as a workbook.

    Parameters
    ----------
    results
        Of a study, or of a judged table.
    path
        The file.
    language
        Of headings and words; the columns of the measurements keep the names they have in every
        table of Stroma, so that the sheet can be judged again.
    """
    writer = _Writer(path, language)
    grids = _grids(results)
    title = text("Verdicts").render(language)
    for grid in grids:
        name = title if len(grids) == 1 else f"{title} {grid.judged.profile.name}"
        writer.sheet(name, _grid_columns(grid), _grid_rows(grid, language), fixed=3)
    writer.sheet(text("Criteria").render(language), CRITERIA, _criteria(results), fixed=2)
    if results.comparisons is not None:
        writer.sheet(text("Comparisons").render(language), COMPARISONS, _comparisons(results))
    widths = [(name, 12 if name in NUMBER_COLUMNS else 18) for name in COLUMNS]
    rows = ([row[name] for name in COLUMNS] for row in to_rows(results.measurements))
    writer.sheet(text("Measurements").render(language), widths, _values(rows))
    writer.sheet(text("Problems").render(language), PROBLEMS, _problems(results))
    writer.sheet(text("Exclusions").render(language), EXCLUSIONS, _exclusions(results))
    writer.sheet(text("Sources").render(language), SOURCES, _sources(results))
    writer.close()


def _values(rows: Iterable[Sequence[object]]) -> Iterable[list[Value | Cell]]:
    for row in rows:
        yield [part if isinstance(part, int | float) or part is None else str(part) for part in row]


def _grids(results: StudyResults) -> list[Grid]:
    keys = dict.fromkeys((lot.lot, lot.source) for j in results.verdicts for lot in j.lots)
    numbers = {key: number for number, key in enumerate(keys, start=1)}
    return [make_grid(i, judged, numbers) for i, judged in enumerate(results.verdicts)]


def _grid_columns(grid: Grid) -> list[tuple[Text | str, int]]:
    asked = [join([words.asked_label(c), limit_text(c)], " ") for c in grid.columns]
    return [
        (text("lot"), 22), (text("source"), 16), (text("verdict"), 17), *((a, 15) for a in asked),
    ]  # fmt: skip


def _grid_rows(grid: Grid, language: Language) -> Iterable[list[Value | Cell]]:
    for row in grid.rows:
        verdict = row.verdict
        cells: list[Value | Cell] = [
            verdict.lot,
            tissue_label(verdict.source),
            _outcome(verdict.verdict, "", language),
        ]
        for cell in row.cells:
            if cell is None:
                cells.append(None)
            else:
                value = judged_value(cell.result, language, short=True)
                cells.append(_outcome(cell.result.outcome, value, language))
        yield cells


def _outcome(outcome: Outcome | LotOutcome, value: str, language: Language) -> Cell:
    label = outcome.label.render(language)
    return f"{label} {value}" if value else label, words.CLASSES[outcome.value]


CRITERIA: tuple[tuple[Text | str, int], ...] = (
    (text("profile"), 16), (text("lot"), 20), (text("source"), 15), (text("criterion"), 24),
    (text("stimulated with"), 14), (text("role"), 13), (text("operator"), 9), (text("limit"), 12),
    (text("unit"), 9), (text("outcome"), 17), (text("value"), 10), (text("low"), 10),
    (text("high"), 10), (text("level"), 8), (text("margin"), 10), (text("passage"), 9),
    (text("reason"), 70), (text("what would settle it"), 50), (text("method"), 22),
    (text("files"), 40), ("SHA-256", 40), (text("citation"), 40),
)  # fmt: skip


def _criteria(results: StudyResults) -> Iterable[list[Value | Cell]]:
    for judged in results.verdicts:
        for lot in judged.lots:
            for result in lot.criteria:
                row, limit = result.row, result.limit
                origins = () if row is None else row.origins
                number = limit if isinstance(limit, int | float) else None
                yield [
                    judged.profile.name, lot.lot, tissue_label(lot.source),
                    criterion_label(result), result.condition, words.role_label(result.role),
                    result.operator, limit_text(result) if number is None else number, result.unit,
                    (result.outcome.label, words.CLASSES[result.outcome.value]),
                    result.category if result.value is None else result.value, result.low,
                    result.high, None if row is None else row.level, result.margin,
                    "" if row is None else row.passage, result.reason, result.settle or "",
                    "" if row is None else row.method, "; ".join(o.file for o in origins),
                    "; ".join(o.sha256 for o in origins), result.citation,
                ]  # fmt: skip


COMPARISONS: tuple[tuple[Text | str, int], ...] = (
    (text("quantity"), 26), (text("sources"), 26), (text("answer"), 15), (text("unit"), 9),
    (text("difference"), 12), (text("low"), 10), (text("high"), 10),
    (text("margin of equivalence"), 12), (text("adjusted p"), 11),
    (text("p of equivalence"), 12), (text("donors"), 10), (text("donors needed"), 12),
    (text("reason"), 80), (text("remarks"), 60), (text("method"), 26),
)  # fmt: skip


def _comparisons(results: StudyResults) -> Iterable[list[Value | Cell]]:
    """Yield a row a comparison; donors needed are those for either answer at 80 % power."""
    if results.comparisons is None:
        return
    for held in results.comparisons.comparisons:
        told = held.difference
        needed = [n.per_side for n in held.donors_needed if n.power == 0.8]
        yield [
            wording.compared_label(held), wording.pair_label(held),
            (wording.answer_label(held.answer), KINDS[held.answer].replace("d", "a")),
            unit_label(held.unit), None if told is None else told.value,
            None if told is None else told.low, None if told is None else told.high,
            None if held.margin is None else wording.margin_label(held.margin, held.unit),
            held.adjusted_p, held.adjusted_p_equivalence,
            " / ".join(str(len(side)) for side in held.design.donors),
            " / ".join("–" if number is None else str(number) for number in needed),
            held.reason, join([*held.design.remarks, *held.design.left_out], "; "),
            "" if held.estimate is None else held.estimate.method,
        ]  # fmt: skip


PROBLEMS: tuple[tuple[Text | str, int], ...] = (
    (text("severity"), 12), (text("where"), 36), (text("found"), 50), (text("expected"), 40),
    (text("what to do"), 50),
)  # fmt: skip


def _problems(results: StudyResults) -> Iterable[list[Value | Cell]]:
    for problem in results.problems:
        yield [
            words.severity_label(problem.severity), problem.place.describe(), problem.found,
            problem.expected, problem.action,
        ]  # fmt: skip


EXCLUSIONS: tuple[tuple[Text | str, int], ...] = (
    (text("lot"), 20), (text("passage"), 9), (text("file"), 36), (text("tube"), 14),
    (text("gate"), 28), (text("removed"), 11), (text("remaining"), 11), (text("method"), 22),
    (text("settings"), 40),
)  # fmt: skip


def _exclusions(results: StudyResults) -> Iterable[list[Value | Cell]]:
    for step in results.exclusions:
        yield [
            step.lot, step.passage, step.file, words.tube_role(step.role), step.label,
            step.removed, step.remaining, step.method, step.settings,
        ]  # fmt: skip


SOURCES: tuple[tuple[Text | str, int], ...] = (
    (text("what"), 14), (text("name"), 44), (text("version or SHA-256"), 68),
)  # fmt: skip


def _sources(results: StudyResults) -> Iterable[list[Value | Cell]]:
    provenance = results.provenance
    yield [text("command"), provenance.command, ""]
    for name, version in provenance.versions.items():
        yield [text("version"), name, version]
    for judged in results.verdicts:
        profile = judged.profile
        yield [text("profile"), f"{profile.name} {profile.version}", profile.title]
    for entry in files_of(results).listed:
        yield [text("file"), entry.file, entry.sha256]
