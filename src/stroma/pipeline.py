"""The order of the stages; the only module that knows them all.

::

    folder ─ open_study ─► Study ─ measure_study ─► Measured ─ judge_study ─► StudyResults
                                     │
                                     ├ panels of tubes   ─ immunophenotype
                                     ├ stored statistics ─ percentages another program counted
                                     ├ passages, counts  ─ growth, viability
                                     └ bench sheets      ─ differentiation, safety, identity

Work is spread here and nowhere else: panels of tubes go to any executor of the standard library's
interface.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    as_completed,
)
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stroma import loading, provenance
from stroma._version import __version__
from stroma.assays.differentiation import measure_differentiation
from stroma.assays.frozen_panel import freeze_panel
from stroma.assays.growth import measure_growth
from stroma.assays.identity import report_identity
from stroma.assays.immunophenotype import PanelTubes, measure_immunophenotype
from stroma.assays.panel_controls import tubes_under_two_names
from stroma.assays.result import AssayResult, combine
from stroma.assays.safety import report_safety
from stroma.assays.stored_statistics import measure_stored_statistics
from stroma.assays.viability import measure_viability
from stroma.bench_run import measure_bench
from stroma.choosing.analysis import choose_source
from stroma.choosing.application import Application, load_application
from stroma.choosing.results import Choice
from stroma.choosing.weights import ALL_WEIGHTS, Weights
from stroma.comparison.compare import HOLM, compare
from stroma.comparison.questions import Question, Request, ask
from stroma.comparison.results import ComparisonFamily
from stroma.comparison.wording import refusals
from stroma.criteria.alternatives import under_each_method
from stroma.criteria.judge import judge
from stroma.criteria.profile import Profile, load_profile
from stroma.cytometry.positivity_methods.registry import SHARE_METHODS
from stroma.errors import FileProblem, Place, Problem, ProfileProblem, Severity, StudyProblem
from stroma.formats.sheets import read_sheet
from stroma.frames import sheet_of
from stroma.house_rules import HouseRules, PositivityRule
from stroma.measurement_table import read_measurement_table, table_lots
from stroma.measurements import Measurement, RefusedRow, passage_number, sort_key
from stroma.plan_run import ages_of, plan_of_study, plan_request
from stroma.planning.plan import make_plan
from stroma.planning.plan_file import PLAN_FILE
from stroma.planning.results import DosePlan
from stroma.provenance import Provenance
from stroma.records import CellCount, Lot, Origin, Sheet, Spillover
from stroma.results import ComparisonResults, PositivityMethod, ProfileVerdicts, StudyResults
from stroma.strategy_records import CleaningStrategy, FrozenPanel, HeldStrategy, Parameter
from stroma.study.check import check_study
from stroma.study.files import SETTINGS_FILE, tables
from stroma.study.groups import TubeGroup, tube_groups
from stroma.study.model import Study
from stroma.study.settings import Settings, read_settings
from stroma.texts import text

if TYPE_CHECKING:
    import pandas as pd

Report = Callable[[int, int, str], None]
"""Called with the number of files done, the number in all, and the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelTask:
    """One panel of tubes to measure, wherever that happens.

    Parameters
    ----------
    folder
        The study folder.
    tubes
        The panel.
    rules
        The house rules.
    matrix
        The laboratory's own spillover matrix and where it came from; ``None`` where each file
        brings its own.
    strategy
        The frozen gates to apply; ``None`` where each tube's are found on it.
    """

    folder: Path
    tubes: PanelTubes
    rules: HouseRules
    matrix: tuple[Spillover, Origin] | None
    strategy: HeldStrategy | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """Every file of the panel, once."""
        tubes = (*self.tubes.stained, *self.tubes.controls, *self.tubes.single_stains)
        return tuple(dict.fromkeys(tube.file for tube in tubes))


def open_study(folder: Path | str) -> Study:
    """Open a study folder and check everything it says.

    Parameters
    ----------
    folder
        The study folder.

    Returns
    -------
    Study
        Lots, tubes and sheets, with every problem found.

    Raises
    ------
    StudyProblem
        There is no such folder.
    """
    root = Path(folder)
    files = loading.list_files(root)
    toml = root / SETTINGS_FILE
    settings, settings_problems = read_settings(
        toml.read_text(encoding="utf-8-sig") if toml.is_file() else ""
    )
    sheets = loading.load_sheets(root, tables(files), settings.reading.encoding)
    return check_study(
        settings,
        sheets.value,
        files,
        root=root,
        earlier=(*settings_problems, *sheets.problems),
        settings_origin=Origin(SETTINGS_FILE, provenance.hash_file(toml))
        if toml.is_file()
        else None,
    )


def measure_study(
    study: Study, *, executor: Executor | None = None, progress: Report | None = None
) -> AssayResult:
    """Measure everything a study holds.

    Parameters
    ----------
    study
        An opened study.
    executor
        Where panels of tubes are measured; ``None`` for here and now.
    progress
        Called after each file.

    Returns
    -------
    AssayResult
        Rows in their one order, problems, views and exclusions.
    """
    matrix = loading.load_spillover(study.root, study.settings.compensation.matrix)
    strategy = loading.load_strategy(study.root, study.settings.cleaning.strategy)
    tasks = [
        panel_task(study, group, matrix.value, strategy=strategy.value)
        for group in tube_groups(study.tubes)
    ]
    panels = list(_measured(tasks, executor, progress))
    counts = loading.load_counts(
        study.root, study.passages, study.settings.house_rules.reading.date_order
    )
    stored = loading.load_statistics(
        study.root, study.statistics, study.settings.house_rules.reading
    )
    benches = [_measure_bench(study, lot, counts.value) for lot in study.lots]
    level = study.settings.house_rules.positivity.level
    numbers = [
        measure_stored_statistics(study.statistics, stored.value, lot=lot, level=level)
        for lot in study.lots
    ]
    result = combine([*panels, *benches, *numbers, measure_bench(study)])
    return replace(
        result,
        measurements=tuple(sorted(result.measurements, key=sort_key)),
        problems=(
            *matrix.problems,
            *strategy.problems,
            *_other_rules(study, strategy.value),
            *counts.problems,
            *stored.problems,
            *_once((*result.problems, *tubes_under_two_names(result.measurements))),
        ),
        # Two panels of one lot can share their single stains, and show the same of them.
        views=tuple(dict.fromkeys(result.views)),
    )


def panel_task(
    study: Study,
    group: TubeGroup,
    matrix: tuple[Spillover, Origin] | None,
    *,
    strategy: HeldStrategy | None = None,
) -> PanelTask:
    """Return the work one group of tubes makes.

    Parameters
    ----------
    study
        The study.
    group
        Stained tubes with their controls.
    matrix
        The laboratory's own spillover matrix and where it came from, if any.
    strategy
        The frozen gates to apply, if any.

    Returns
    -------
    PanelTask
        The task, ready to be sent to another process or machine.
    """
    lot = next(lot for lot in study.lots if lot.lot == group.lot)
    tubes = PanelTubes(
        lot=lot.lot,
        donor=lot.donor,
        source=lot.source,
        passage=group.passage,
        panel=group.panel,
        stained=group.stained,
        controls=group.controls,
        single_stains=group.single_stains,
    )
    return PanelTask(
        folder=study.root,
        tubes=tubes,
        rules=study.settings.house_rules,
        matrix=matrix,
        strategy=strategy,
    )


def measure_panel(task: PanelTask) -> AssayResult:
    """Read and measure one panel of tubes.

    Parameters
    ----------
    task
        The panel.

    Returns
    -------
    AssayResult
        Its rows; a file that cannot be read is a problem, and the other tubes are measured.
    """
    events = loading.load_events(task.folder, task.files)
    result = measure_immunophenotype(
        task.tubes,
        events.value,
        positivity=task.rules.positivity,
        cleaning=task.rules.cleaning,
        compensation=task.rules.compensation,
        spillover=None if task.matrix is None else task.matrix[0],
        spillover_origin=None if task.matrix is None else task.matrix[1],
        strategy=task.strategy,
    )
    return replace(result, problems=(*events.problems, *result.problems))


def freeze_lot(study: Study, lot: str, *, name: str) -> CleaningStrategy:
    """Find the gates of a lot, to be held fixed for later lots.

    Parameters
    ----------
    study
        An opened study.
    lot
        The lot.
    name
        What the laboratory calls the strategy.

    Returns
    -------
    CleaningStrategy
        The gates of each panel of the lot's latest passage, found on its first stained tube that
        was not stimulated, with the rules that bear on the numbers besides.

    Raises
    ------
    StudyProblem
        The study has no such lot, or the lot no stained tube.
    FileProblem
        A tube or the laboratory's matrix cannot be read.
    """
    groups = [group for group in tube_groups(study.tubes) if group.lot == lot]
    if not groups:
        raise StudyProblem(_no_tubes(study, lot))
    rules = study.settings.house_rules
    matrix = loading.load_spillover(study.root, study.settings.compensation.matrix)
    if matrix.problems:
        raise FileProblem(matrix.problems)
    latest = max(groups, key=lambda group: passage_number(group.passage)).passage
    panels: dict[str, FrozenPanel] = {}
    for group in sorted(groups, key=lambda group: group.stimulated != ""):
        if group.passage != latest or group.panel in panels:
            continue
        task = panel_task(study, group, matrix.value)
        events = loading.load_events(study.root, task.files)
        panels[group.panel] = freeze_panel(
            task.tubes,
            events.value,
            cleaning=rules.cleaning,
            compensation=rules.compensation,
            declared=matrix.value,
        )
    return CleaningStrategy(
        name=name,
        lot=lot,
        passage=latest,
        panels=tuple(panels[panel] for panel in sorted(panels)),
        parameters=_parameters(rules.positivity),
        stroma=__version__,
    )


def _parameters(rule: PositivityRule) -> tuple[tuple[str, Parameter], ...]:
    """Return the rules of positivity, under the names they have in ``study.toml``."""
    return tuple((f"positivity.{field.name}", getattr(rule, field.name)) for field in fields(rule))


def _no_tubes(study: Study, lot: str) -> Problem:
    known = dict.fromkeys(group.lot for group in tube_groups(study.tubes))
    return Problem(
        Place(lot=lot),
        found=text("no stained tube of this lot"),
        expected=text("one of the lots {lots}", lots=", ".join(known)),
        action=text("name a lot whose tubes can be read"),
    )


def _other_rules(study: Study, held: HeldStrategy | None) -> Iterator[Problem]:
    """Yield the rules that were others when the gates were frozen."""
    if held is None:
        return
    now = dict(_parameters(study.settings.house_rules.positivity))
    for name, then in held.strategy.parameters:
        if name in now and now[name] != then:
            yield Problem(
                Place(file=SETTINGS_FILE, column=name),
                found=text("{value}", value=_rule_words(now[name])),
                expected=text(
                    "{value}, as when the strategy {name} was frozen",
                    value=_rule_words(then),
                    name=held.strategy.name,
                ),
                action=text("declare what was declared then, or freeze the strategy anew"),
                severity=Severity.WARNING,
            )


def _rule_words(value: Parameter) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _measured(
    tasks: list[PanelTask], executor: Executor | None, progress: Report | None
) -> Iterator[AssayResult]:
    total = sum(len(task.files) for task in tasks)
    done = 0

    def report(task: PanelTask) -> None:
        nonlocal done
        for file in task.files:
            done += 1
            if progress is not None:
                progress(done, total, file)

    if executor is None:
        for task in tasks:
            yield measure_panel(task)
            report(task)
        return
    futures: dict[Future[AssayResult], PanelTask] = {
        executor.submit(measure_panel, task): task for task in tasks
    }
    try:
        for future in as_completed(futures):
            future.result()
            report(futures[future])
    except BrokenExecutor as broken:
        raise StudyProblem(_workers_ended()) from broken
    yield from (future.result() for future in futures)


def _workers_ended() -> Problem:
    return Problem(
        Place(),
        found=text("a worker process ended before its work was done"),
        expected=text("workers that live until all tubes are measured"),
        action=text(
            "in a script, call Stroma below the line: if __name__ == '__main__':  - or measure "
            "with one worker"
        ),
    )


def _measure_bench(study: Study, lot: Lot, counts: dict[str, CellCount]) -> AssayResult:
    rules = study.settings.house_rules
    passages = [row for row in study.passages if row.lot == lot.lot]
    readings = [row for row in study.differentiation if row.lot == lot.lot]
    safety = [row for row in study.safety if row.lot == lot.lot]
    return combine(
        [
            report_identity(lot),
            measure_growth(passages, counts, lot=lot, counting=rules.counting, growth=rules.growth),
            measure_viability(passages, counts, lot=lot, counting=rules.counting),
            measure_differentiation(readings, lot=lot, rule=rules.differentiation),
            report_safety(safety, lot=lot),
        ]
    )


def _once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Leave out repeats: two panels can share a control, and both say the same of it."""
    kept: dict[str, Problem] = {}
    for problem in problems:
        kept.setdefault(problem.render(), problem)
    return tuple(kept.values())


def judge_study(study: Study, measurements: Iterable[Measurement]) -> tuple[
    tuple[ProfileVerdicts, ...], tuple[Problem, ...]
]:  # fmt: skip
    """Judge the lots of a study under each of its profiles.

    Parameters
    ----------
    study
        The study.
    measurements
        Its rows.

    Returns
    -------
    verdicts
        One for each profile that is known and well formed.
    problems
        Why another is not.
    """
    rows = tuple(measurements)
    known = [(lot.lot, lot.source) for lot in study.lots]
    known += [(lot, "") for lot in study.unresolved]
    judged: list[ProfileVerdicts] = []
    problems: list[Problem] = []
    for name in study.settings.profiles:
        try:
            profile = load_profile(study.root / name if name.endswith(".toml") else name)
        except ProfileProblem as unknown:
            problems += unknown.problems
            continue
        judged.append(
            ProfileVerdicts(
                profile=profile,
                lots=judge(rows, profile, lots=known),
                alternatives=under_each_method(rows, profile, lots=known),
            )
        )
    return tuple(judged), tuple(problems)


def run_study(
    study: Study, *, executor: Executor | None = None, progress: Report | None = None
) -> StudyResults:
    """Measure and judge a study.

    Parameters
    ----------
    study
        An opened study.
    executor
        Where panels of tubes are measured; ``None`` for here and now.
    progress
        Called after each file.

    Returns
    -------
    StudyResults
        Everything a report is made from.
    """
    measured = measure_study(study, executor=executor, progress=progress)
    verdicts, profile_problems = judge_study(study, measured.measurements)
    own = study_questions(study)
    comparisons = compare_study(study, measured.measurements, own) if own else None
    choices, application_problems = choose_for_study(study, measured.measurements)
    plan, plan_problems = plan_of_study(study.root, study.lots, measured.measurements)
    return StudyResults(
        title=study.settings.title,
        language=study.settings.language,
        lots=study.lots,
        rules=study.settings.house_rules,
        settings=study.settings,
        measurements=measured.measurements,
        problems=(
            *study.problems,
            *measured.problems,
            *profile_problems,
            *application_problems,
            *plan_problems,
            *comparison_problems(comparisons, SETTINGS_FILE, is_asked=False),
        ),
        views=measured.views,
        exclusions=tuple(dict.fromkeys(measured.exclusions)),
        verdicts=verdicts,
        provenance=Provenance(
            command="stroma run",
            versions=provenance.versions(),
            inputs=tuple(Origin(file, sha256) for file, sha256 in input_hashes(study).items()),
        ),
        positivity_methods=tuple(
            PositivityMethod(
                name=method.name,
                label=method.label,
                assumptions=method.assumptions,
                citation=method.citation,
            )
            for method in SHARE_METHODS
        ),
        plan=plan,
        choices=choices,
        comparisons=comparisons,
    )


def study_questions(study: Study) -> tuple[Question, ...]:
    """Return the questions a study asks of its sources.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    tuple of Question
        Its sections ``[[comparison]]``.
    """
    return tuple(Question(**asked.model_dump()) for asked in study.settings.comparison)


def compare_study(
    study: Study,
    measurements: Iterable[Measurement],
    questions: Iterable[Question],
    *,
    adjustment: str | None = None,
) -> ComparisonFamily:
    """Answer questions about the sources of a study.

    Parameters
    ----------
    study
        The study.
    measurements
        Its rows.
    questions
        What is asked.
    adjustment
        Of p values; ``None`` for the study's own.

    Returns
    -------
    ComparisonFamily
        One comparison a question and pair of sources.
    """
    rule = study.settings.multiplicity
    return compare(
        measurements,
        tuple(questions),
        lots=study.lots,
        adjustment=rule.adjust if adjustment is None else adjustment,
        level=rule.level,
    )


def ask_study(
    study: Study,
    request: Request,
    *,
    executor: Executor | None = None,
    progress: Report | None = None,
) -> ComparisonResults:
    """Measure a study and answer what a person asks of its sources.

    Parameters
    ----------
    study
        An opened study.
    request
        What is asked; empty asks the study's own questions.
    executor
        Where panels of tubes are measured; ``None`` for here and now.
    progress
        Called after each file.

    Returns
    -------
    ComparisonResults
        The answers.
    """
    measured = measure_study(study, executor=executor, progress=progress)
    questions = ask(measured.measurements, request, study_questions(study))
    family = compare_study(study, measured.measurements, questions, adjustment=request.adjustment)
    return ComparisonResults(
        family=family,
        problems=(
            *study.problems,
            *measured.problems,
            *_not_asked(questions, SETTINGS_FILE),
            *comparison_problems(family, SETTINGS_FILE),
        ),
        provenance=Provenance(
            command="stroma compare",
            versions=provenance.versions(),
            inputs=tuple(Origin(file, sha256) for file, sha256 in input_hashes(study).items()),
        ),
    )


def comparison_problems(
    family: ComparisonFamily | None, file: str, *, is_asked: bool = True
) -> tuple[Problem, ...]:
    """Return the questions that could not be asked, as problems.

    Parameters
    ----------
    family
        The answers; ``None`` for none.
    file
        Where the questions, or the rows, stand.
    is_asked
        Whether a person asks now; a study that is still growing may wait for donors in silence.

    Returns
    -------
    tuple of Problem
        Warnings: what the other questions came to holds.
    """
    if family is None:
        return ()
    return tuple(
        Problem(
            Place(file=file),
            found=text("the comparison of {asked} cannot be made as asked: {why}",
                       asked=asked, why=why),
            expected=text("a question that these rows can answer"),
            action=text("correct the table or the question; the others are answered"),
            severity=Severity.NOTE if waits and not is_asked else Severity.WARNING,
        )
        for asked, why, waits in refusals(family)
    )  # fmt: skip


def _not_asked(questions: tuple[Question, ...], file: str) -> tuple[Problem, ...]:
    if questions:
        return ()
    return (
        Problem(
            Place(file=file),
            found=text("no quantity that two sources hold as a number"),
            expected=text("rows of two or more tissues in one quantity, such as doubling_time"),
            action=text("fill in the columns source, quantity and value, or ask another question"),
            severity=Severity.WARNING,
        ),
    )


def choose_for_study(
    study: Study, measurements: Iterable[Measurement]
) -> tuple[tuple[Choice, ...], tuple[Problem, ...]]:
    """Put the sources of a study beside each other for each of its applications.

    Parameters
    ----------
    study
        The study.
    measurements
        Its rows.

    Returns
    -------
    choices
        One for each application that is known and well formed.
    problems
        Why another is not.
    """
    rows = tuple(measurements)
    own = tuple(dict.fromkeys(lot.source for lot in study.lots))
    choices: list[Choice] = []
    problems: list[Problem] = []
    for name in study.settings.applications:
        try:
            application = load_application(study.root / name if name.endswith(".toml") else name)
            sources = sources_to_choose(own, application)
            choices.append(choose_source(rows, application, sources))
        except (ProfileProblem, StudyProblem) as wrong:
            problems += wrong.problems
    return tuple(choices), tuple(problems)


def sources_to_choose(own: Iterable[str], application: Application) -> tuple[str, ...]:
    """Return the tissues to put beside each other where nobody names them.

    Parameters
    ----------
    own
        Tissues of the laboratory's lots.
    application
        Which names others.

    Returns
    -------
    tuple of str
        The laboratory's own; with the application's where it has fewer than two.
    """
    held = tuple(dict.fromkeys(source for source in own if source))
    return held if len(held) > 1 else tuple(dict.fromkeys((*held, *application.sources)))


def choose(
    place: pd.DataFrame | Path | None,
    application: Application,
    *,
    sources: Iterable[str] = (),
    weights: Weights = ALL_WEIGHTS,
    decimal_mark: str | None = None,
    encoding: str | None = None,
    executor: Executor | None = None,
    progress: Report | None = None,
) -> tuple[Choice, tuple[Problem, ...]]:
    """Put sources beside each other for an application.

    Parameters
    ----------
    place
        A study folder, a table of numbers as a file or a frame; ``None`` for what is published
        alone.
    application
        What matters.
    sources
        Tissues; empty for those of the lots, or the application's.
    weights
        Of the attributes.
    decimal_mark, encoding
        Of a table, as in :func:`judge_table`.
    executor, progress
        As in :func:`measure_study`.

    Returns
    -------
    choice
        The answer.
    problems
        What was left out of the lots.

    Raises
    ------
    StudyProblem
        A source is not known, or there is one alone.
    FileProblem
        The table cannot be read.
    """
    rows: tuple[Measurement, ...] = ()
    problems: tuple[Problem, ...] = ()
    if isinstance(place, Path) and place.is_dir():
        study = open_study(place)
        measured = measure_study(study, executor=executor, progress=progress)
        rows, problems = measured.measurements, (*study.problems, *measured.problems)
    elif place is not None:
        sheets = (
            read_sheet(place, file=place.name, encoding=encoding)
            if isinstance(place, Path)
            else (sheet_of(place),)
        )
        for sheet in sheets:
            read, doubts, _refused = read_measurement_table(sheet, decimal_mark=decimal_mark)
            rows += read
            problems += (*sheet.problems, *doubts)
    asked = tuple(sources) or sources_to_choose((row.source for row in rows), application)
    choice = choose_source(rows, application, asked, weights=weights)
    if place is not None and not choice.rests_on_own_lots:
        name = place.name if isinstance(place, Path) else "the frame"
        problems = (*problems, _nothing_of_own(name, application))
    return choice, problems


def _nothing_of_own(name: str, application: Application) -> Problem:
    asked = [attribute.quantity for attribute in application.attributes if attribute.quantity]
    return Problem(
        Place(file=name),
        found=text("no number that a score could rest on, of the sources that are compared"),
        expected=text(
            "donors of a source in one of {names}", names=", ".join(dict.fromkeys(asked))
        ),
        action=text("add them, or read the answer as one from papers alone"),
        severity=Severity.WARNING,
    )


def plan_doses(
    place: pd.DataFrame | Path | None,
    *,
    inputs: Path | None = None,
    asked: Mapping[str, object],
) -> tuple[DosePlan, tuple[Problem, ...]]:
    """Plan doses from donations.

    Parameters
    ----------
    place
        A study folder, a table of numbers as a file or a frame; ``None`` for what is published or
        declared alone.
    inputs
        A plan file; ``None`` takes the study folder's own, where it holds one.
    asked
        What is asked beside the file, see :data:`stroma.plan_run.ASKED`.

    Returns
    -------
    plan
        The plan.
    problems
        What was left out of the lots.

    Raises
    ------
    StromaError
        The table or the plan file cannot be read, or what is asked has no sense.
    """
    rows: tuple[Measurement, ...] = ()
    problems: tuple[Problem, ...] = ()
    lots: tuple[Lot, ...] = ()
    file = inputs
    if isinstance(place, Path) and place.is_dir():
        if file is None and (place / PLAN_FILE).is_file():
            file = place / PLAN_FILE
        study = open_study(place)
        # The tubes say nothing of growth, and take nearly all of the time.
        date_order = study.settings.house_rules.reading.date_order
        counts = loading.load_counts(study.root, study.passages, date_order)
        measured = combine([_measure_bench(study, lot, counts.value) for lot in study.lots])
        rows, lots = measured.measurements, study.lots
        problems = (*study.problems, *counts.problems, *measured.problems)
    elif place is not None:
        held = read_sheet(place, file=place.name) if isinstance(place, Path) else (sheet_of(place),)
        for sheet in held:
            read, doubts, _refused = read_measurement_table(sheet)
            rows += read
            problems += (*sheet.problems, *doubts)
    request = plan_request(file, asked, [row.source for row in rows])
    return make_plan(request, rows, ages=ages_of(lots)), problems


def input_hashes(study: Study) -> dict[str, str]:
    """Return the SHA-256 of every file of a study.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    dict
        Path to digits, in the order of the paths.
    """
    files = loading.list_files(study.root)
    return {file: provenance.hash_file(study.root / file) for file in files}


def judge_table(
    table: Path,
    profile: Profile,
    *,
    decimal_mark: str | None = None,
    encoding: str | None = None,
) -> StudyResults:
    """Judge a laboratory's own table of numbers.

    Parameters
    ----------
    table
        CSV or workbook with the columns lot, source, quantity, analyte, value, unit.
    profile
        The profile.
    decimal_mark
        Of the table, where its columns leave it open.
    encoding
        Of a text file that is not Unicode, such as ``"cp1251"``.

    Returns
    -------
    StudyResults
        Without pictures and exclusions.

    Raises
    ------
    FileProblem
        The table cannot be read.
    """
    return _judge_sheets(
        read_sheet(table, file=table.name, encoding=encoding),
        profile,
        decimal_mark=decimal_mark,
        origin=Origin(table.name, provenance.hash_file(table)),
    )


def judge_numbers(table: pd.DataFrame | Path | str, profile: Path | str) -> StudyResults:
    """Judge a frame, or a file as :func:`judge_table` does.

    Parameters
    ----------
    table
        A frame with the columns of a laboratory's table, or a file.
    profile
        A profile's name or TOML file.

    Returns
    -------
    StudyResults
        Without pictures and exclusions.
    """
    if isinstance(table, (str, Path)):
        return judge_table(Path(table), load_profile(profile))
    sheet = sheet_of(table)
    return _judge_sheets((sheet,), load_profile(profile), decimal_mark=None, origin=sheet.origin)


def _judge_sheets(
    sheets: Iterable[Sheet], profile: Profile, *, decimal_mark: str | None, origin: Origin
) -> StudyResults:
    rows: list[Measurement] = []
    lots: list[tuple[str, str]] = []
    refused: list[RefusedRow] = []
    problems: list[Problem] = []
    for sheet in sheets:
        measured, doubts, unread = read_measurement_table(sheet, decimal_mark=decimal_mark)
        rows += measured
        refused += unread
        lots += table_lots(sheet)
        problems += [*sheet.problems, *doubts]
    if not rows and not any(problem.severity is Severity.ERROR for problem in problems):
        problems.append(_nothing_to_judge(origin))
    return StudyResults(
        title=origin.file,
        language="en",
        lots=(),
        rules=HouseRules(),
        settings=Settings(),
        measurements=tuple(sorted(rows, key=sort_key)),
        problems=tuple(problems),
        views=(),
        exclusions=(),
        verdicts=(
            ProfileVerdicts(profile=profile, lots=judge(rows, profile, lots=lots, refused=refused)),
        ),
        provenance=Provenance(
            command=f"stroma judge {origin.file} --profile {profile.name}",
            versions=provenance.versions(),
            inputs=(origin,),
        ),
    )


def compare_table(
    table: pd.DataFrame | Path | str,
    request: Request,
    *,
    decimal_mark: str | None = None,
    encoding: str | None = None,
) -> ComparisonResults:
    """Answer what a person asks of a laboratory's own table of numbers.

    Parameters
    ----------
    table
        A frame, or a CSV or workbook, with the columns lot, donor, source, quantity, analyte,
        value, unit, and passage where there is more than one.
    request
        What is asked; empty asks every quantity that two or more sources hold.
    decimal_mark
        Of the table, where its columns leave it open.
    encoding
        Of a text file that is not Unicode.

    Returns
    -------
    ComparisonResults
        The answers.

    Raises
    ------
    FileProblem
        The table cannot be read.
    """
    if isinstance(table, (str, Path)):
        path = Path(table)
        sheets = read_sheet(path, file=path.name, encoding=encoding)
        origin = Origin(path.name, provenance.hash_file(path))
    else:
        sheets = (sheet_of(table),)
        origin = sheets[0].origin
    rows: list[Measurement] = []
    problems: list[Problem] = []
    for sheet in sheets:
        measured, doubts, _refused = read_measurement_table(sheet, decimal_mark=decimal_mark)
        rows += measured
        problems += [*sheet.problems, *doubts]
    questions = ask(rows, request)
    family = compare(rows, questions, adjustment=request.adjustment or HOLM)
    return ComparisonResults(
        family=family,
        problems=(
            *problems,
            *_not_asked(questions, origin.file),
            *comparison_problems(family, origin.file),
        ),
        provenance=Provenance(
            command=f"stroma compare {origin.file}",
            versions=provenance.versions(),
            inputs=(origin,),
        ),
    )


def _nothing_to_judge(origin: Origin) -> Problem:
    return Problem(
        Place(file=origin.file),
        found=text("no row of numbers"),
        expected=text("one row a quantity of a lot"),
        action=text("fill in the table"),
    )


@contextmanager
def executor_for(workers: int) -> Iterator[Executor | None]:
    """Open a pool of processes.

    Parameters
    ----------
    workers
        How many; 0 takes one for each core, 1 needs none.

    Yields
    ------
    Executor or None
        ``None`` where the work is better done here.
    """
    count = workers or os.cpu_count() or 1
    if count == 1:
        yield None
        return
    # Spawned processes share no state with this one, on every system alike.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        count, mp_context=context, initializer=_end_with, initargs=(os.getpid(),)
    ) as pool:
        yield pool


def _end_with(parent: int) -> None:
    """Have a worker end when the process that started it is gone, however it went."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
