"""The description of a study, checked as a whole.

Every problem is found at once: a row that is wrong is left out, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from stroma.errors import Place, Problem, Severity
from stroma.records import Origin, Sheet
from stroma.study.bench import check_bench
from stroma.study.columns import (
    DIFFERENTIATION,
    LOTS,
    PASSAGES,
    SAFETY,
    SHEETS,
    STATISTICS,
    TUBES,
    SheetLayout,
)
from stroma.study.differentiation import DifferentiationRow, check_differentiation
from stroma.study.existence import tables_not_read, unnamed_files
from stroma.study.files import SETTINGS_FILE, WORKBOOK, find_file, is_noise
from stroma.study.lone_counts import has_lots, lots_of_counts, with_lone_counts
from stroma.study.lot_register import LotRegister, rows_of_known_lots
from stroma.study.lots import LotRow, check_lots
from stroma.study.model import Study
from stroma.study.passages import PassageRow, check_passages
from stroma.study.safety import SafetyRow, check_safety
from stroma.study.same_message import one_message_each
from stroma.study.sections import Compensation
from stroma.study.settings import Settings
from stroma.study.sheet_choice import choose_sheet, worksheets_not_read
from stroma.study.stored_statistics import StatisticRow, check_statistics
from stroma.study.tables import ReadRow, SheetRow, Table, read_table
from stroma.study.tubes import TubeRow, check_tubes
from stroma.texts import text

R = TypeVar("R", bound=SheetRow)


def check_study(
    settings: Settings,
    sheets: Mapping[str, Sequence[Sheet]],
    existing_files: Collection[str],
    *,
    root: Path,
    earlier: Iterable[Problem] = (),
    settings_origin: Origin | None = None,
) -> Study:
    """Check the description of a study and return what can be used of it.

    Parameters
    ----------
    settings
        What ``study.toml`` says.
    sheets
        Every sheet that was read, by the name of its file without ending: ``lots``, ``tubes`` and
        so on, and ``study`` for a workbook that holds them all.
    existing_files
        Paths of all files of the study folder, relative to it, with forward slashes.
    root
        The study folder; only kept, never read.
    earlier
        Problems of reading the settings and the sheets, to stand before those found here.
    settings_origin
        Where the settings came from.

    Returns
    -------
    Study
        The records that can be used, and every problem.
    """
    existing = frozenset(path for path in existing_files if not is_noise(path))
    rule = settings.house_rules.reading
    chosen: dict[str, Sheet] = {}
    sheets, counts = with_lone_counts(sheets, existing)
    problems = [
        *earlier,
        *counts,
        *_missing_settings_files(settings, existing),
        *_wrong_source(settings.compensation),
    ]
    is_described = PASSAGES.name not in sheets or has_lots(sheets, existing)
    for layout in SHEETS:
        sheet, doubts = choose_sheet(layout, sheets, existing)
        problems += doubts if is_described or layout is not LOTS else ()
        if sheet is not None:
            chosen[layout.name] = sheet
            if layout.required and not sheet.rows:
                problems.append(_required_but_empty(sheet))
    problems += _of_other_sheets(sheets, chosen.values())

    def table(layout: SheetLayout, model: type[R]) -> Table[R]:
        sheet = chosen.get(layout.name)
        return Table() if sheet is None else read_table(sheet, layout, model, rule)

    lot_table = table(LOTS, LotRow)
    passage_table = table(PASSAGES, PassageRow)
    lots, register, lot_problems = (
        check_lots(lot_table) if is_described else lots_of_counts(passage_table.rows)
    )
    problems += [*lot_table.problems, *lot_problems]

    tube_table = table(TUBES, TubeRow)
    tube_rows = _known(tube_table, register, problems)
    tubes, tube_problems = check_tubes(tube_rows, existing, controls=settings.positivity.controls)
    problems += tube_problems

    passage_rows = _known(passage_table, register, problems)
    passages, passage_problems = check_passages(passage_rows, existing)
    problems += passage_problems

    reading_rows = _known(table(DIFFERENTIATION, DifferentiationRow), register, problems)
    differentiation, reading_problems = check_differentiation(reading_rows)
    problems += reading_problems

    safety, safety_problems = check_safety(
        _known(table(SAFETY, SafetyRow), register, problems), rule
    )
    problems += safety_problems

    statistic_table = table(STATISTICS, StatisticRow)
    statistics, statistic_problems = check_statistics(
        _known(statistic_table, register, problems), existing
    )
    problems += statistic_problems

    bench_files: list[str] = []

    def bench_rows(layout: SheetLayout, model: type[R]) -> tuple[ReadRow[R], ...]:
        held = table(layout, model)
        for column in ("file", "image"):
            bench_files.extend(held.written(column))
        return _known(held, register, problems)

    bench, bench_problems = check_bench(bench_rows, existing)
    problems += bench_problems

    read_files = {sheet.origin.file for sheet in chosen.values()}
    by_settings = [path for paths in _settings_files(settings).values() for path in paths]
    named = (
        *by_settings,
        *tube_table.written("file"),
        *passage_table.written("count_file"),
        *statistic_table.written("file"),
        *bench_files,
    )
    problems += [
        *unnamed_files(existing, named),
        *tables_not_read(
            existing - {*read_files, *by_settings, *statistic_table.written("file"), *bench_files}
        ),
    ]
    problems += worksheets_not_read(sheets)
    origins = [sheet.origin for sheet in chosen.values()]
    return Study(
        root=root,
        settings=settings,
        lots=lots,
        tubes=tubes,
        passages=passages,
        differentiation=differentiation,
        safety=safety,
        statistics=statistics,
        bench=bench,
        problems=one_message_each(problems),
        inputs=tuple(dict.fromkeys(filter(None, (settings_origin, *origins)))),
        unresolved=register.left_out,
    )


def _required_but_empty(sheet: Sheet) -> Problem:
    return Problem(
        Place(file=sheet.origin.file, sheet=sheet.name),
        found=text("no lot"),
        expected=text("one row per lot"),
        action=text("write the first lot below the header; every other table repeats its name"),
        severity=Severity.WARNING,
    )


def _known(
    table: Table[R], register: LotRegister, problems: list[Problem]
) -> tuple[ReadRow[R], ...]:
    """Return the rows whose lot is known, and add what is wrong with the others."""
    rows, unknown = rows_of_known_lots(table.rows, register)
    problems += [*table.problems, *unknown]
    return rows


def _of_other_sheets(
    sheets: Mapping[str, Sequence[Sheet]], chosen: Collection[Sheet]
) -> list[Problem]:
    """Return what reading found in worksheets that are not used; a workbook's first tells most."""
    return [
        problem
        for name in (*(layout.name for layout in SHEETS), WORKBOOK)
        for sheet in sheets.get(name, ())
        if not any(sheet is used for used in chosen)
        for problem in sheet.problems
    ]


def _settings_files(settings: Settings) -> dict[str, list[str]]:
    """Return the files that ``study.toml`` names, by key."""
    matrix, strategy = settings.compensation.matrix, settings.cleaning.strategy
    return {
        "profiles": [path for path in settings.profiles if path.endswith(".toml")],
        "compensation.matrix": [] if matrix is None else [matrix],
        "cleaning.strategy": [] if strategy is None else [strategy],
    }


def _wrong_source(compensation: Compensation) -> list[Problem]:
    """Return what is wrong where the source of the matrix and the matrix contradict each other."""
    place = Place(file=SETTINGS_FILE, column="compensation.source")
    if compensation.source == "matrix" and compensation.matrix is None:
        return [
            Problem(
                place,
                found=text('"matrix", and no matrix is named'),
                expected=text("the path of the matrix under compensation.matrix"),
                action=text("name the matrix; until then tubes are not measured"),
            )
        ]
    if compensation.source in {"file", "single_stains"} and compensation.matrix is not None:
        return [
            Problem(
                place,
                found=text(
                    '"{source}", while the matrix "{matrix}" is named',
                    source=compensation.source,
                    matrix=compensation.matrix,
                ),
                expected=text("one of the two"),
                action=text("remove one of them; the named matrix is not used until then"),
                severity=Severity.WARNING,
            )
        ]
    return []


def _missing_settings_files(settings: Settings, existing: Collection[str]) -> list[Problem]:
    return [
        Problem(
            Place(file=SETTINGS_FILE, column=key),
            found=text('"{file}", which does not exist', file=path),
            expected=text("a file of the study folder, in the same capitals"),
            action=text("add the file or correct its path; it is not used until then"),
        )
        for key, paths in _settings_files(settings).items()
        for path in paths
        if find_file(path, existing) is None
    ]
