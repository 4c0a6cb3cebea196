"""The order of the stages: a study from its folder to everything a report is made of.

::

    folder ─ open_study ─► Study ─ measure_study ─► measurements ─┬ judge_study      ─► verdicts
                                     │                            ├ compare_study    ─► differences
                                     │                            ├ choose_for_study ─► choices
                                     │                            └ plan_of_study    ─► doses
                                     ├ panels of tubes   ─ immunophenotype
                                     ├ stored statistics ─ percentages another program counted
                                     ├ passages, counts  ─ growth, viability
                                     ├ bench sheets      ─ differentiation, safety, identity
                                     └ bench files       ─ plates, images, beads

:func:`run_study` goes the whole way. One question alone, of a study or of a table of numbers, is
answered in :mod:`stroma.answers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from stroma import loading, provenance
from stroma.assays.differentiation import measure_differentiation
from stroma.assays.growth import measure_growth
from stroma.assays.identity import report_identity
from stroma.assays.recordings import dispute_recordings
from stroma.assays.result import AssayResult, combine
from stroma.assays.safety import report_safety
from stroma.assays.stored_statistics import measure_stored_statistics
from stroma.assays.viability import measure_viability
from stroma.bench_run import measure_bench
from stroma.choosing.analysis import choose_source, sources_to_choose
from stroma.choosing.known_applications import load_application
from stroma.choosing.results import Choice
from stroma.comparison.compare import compare
from stroma.comparison.problems import comparison_problems
from stroma.comparison.questions import Question
from stroma.comparison.results import ComparisonFamily
from stroma.criteria.alternatives import under_each_method
from stroma.criteria.judge import judge
from stroma.criteria.known_profiles import load_profile
from stroma.cytometry.positivity_methods.registry import SHARE_METHODS
from stroma.errors import Place, Problem, ProfileProblem, Severity, StudyProblem
from stroma.measurements import Measurement, sort_key
from stroma.panel_run import lacking, measure_panels, other_rules, panel_task
from stroma.plan_run import plan_of_study
from stroma.provenance import Provenance
from stroma.records import CellCount, Lot, Origin
from stroma.results import PositivityMethod, ProfileVerdicts, StudyResults
from stroma.study.check import check_study
from stroma.study.files import SETTINGS_FILE, tables
from stroma.study.groups import tube_groups
from stroma.study.model import Study
from stroma.study.settings import read_settings
from stroma.texts import text
from stroma.workers import Report, begin


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
    written = loading.load_toml(root, SETTINGS_FILE)
    settings, settings_problems = read_settings(written.value)
    sheets = loading.load_sheets(root, tables(files), settings.reading.encoding)
    return check_study(
        settings,
        sheets.value,
        files,
        root=root,
        earlier=(*written.problems, *settings_problems, *sheets.problems),
        settings_origin=Origin(SETTINGS_FILE, provenance.hash_file(toml))
        if toml.is_file() and not written.problems
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
        Where tubes and plates are measured; ``None`` for here and now.
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
    # First, because a plate or a run of dye dilution can take as long as many tubes.
    bench = begin(measure_bench, study, executor)
    panels = measure_panels(tasks, executor, progress)
    counts = loading.load_counts(
        study.root, study.passages, study.settings.house_rules.reading.date_order
    )
    stored = loading.load_statistics(
        study.root, study.statistics, study.settings.house_rules.reading
    )
    level = study.settings.house_rules.positivity.level
    numbers = [
        measure_stored_statistics(study.statistics, stored.value, lot=lot, level=level)
        for lot in study.lots
    ]
    result = combine([*panels, measure_sheets(study, counts.value), *numbers, bench()])
    rows, two_names = dispute_recordings(result.measurements)
    return replace(
        result,
        measurements=tuple(sorted(rows, key=sort_key)),
        problems=(
            *matrix.problems,
            *strategy.problems,
            *lacking(study, matrix=matrix.value, strategy=strategy.value),
            *other_rules(study, strategy.value),
            *counts.problems,
            *stored.problems,
            *_once((*result.problems, *two_names)),
        ),
        # Two panels of one lot can share their single stains, and show the same of them.
        views=tuple(dict.fromkeys(result.views)),
    )


def measure_sheets(study: Study, counts: Mapping[str, CellCount]) -> AssayResult:
    """Measure what stands in the sheets of a study: growth, viability, differentiation, safety.

    Parameters
    ----------
    study
        An opened study.
    counts
        Counts that files hold, as :func:`stroma.loading.load_counts` gives them.

    Returns
    -------
    AssayResult
        Rows of each lot, in the order of the lots.
    """
    return combine([_measure_lot(study, lot, counts) for lot in study.lots])


def _measure_lot(study: Study, lot: Lot, counts: Mapping[str, CellCount]) -> AssayResult:
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
            problems += [_in_settings(problem) for problem in unknown.problems]
            continue
        judged.append(
            ProfileVerdicts(
                profile=profile,
                lots=judge(rows, profile, lots=known),
                alternatives=under_each_method(rows, profile, lots=known),
            )
        )
    if not study.settings.profiles:
        problems.append(_no_profile())
    return tuple(judged), tuple(problems)


def _in_settings(problem: Problem) -> Problem:
    """Return a problem of a profile's name with the place where the name stands."""
    if problem.place.file is not None:
        return problem
    return replace(problem, place=replace(problem.place, file=SETTINGS_FILE, column="profiles"))


def _no_profile() -> Problem:
    return Problem(
        Place(file=SETTINGS_FILE, column="profiles"),
        found=text("no profile is declared, so that no lot was judged"),
        expected=text('the names of profiles, such as ["isct_2006"]'),
        action=text("declare profiles, if verdicts are wanted; stroma profiles lists them"),
        severity=Severity.NOTE,
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


def run_study(
    study: Study,
    *,
    executor: Executor | None = None,
    progress: Report | None = None,
    inputs: Mapping[str, str] | None = None,
) -> StudyResults:
    """Measure and judge a study.

    Parameters
    ----------
    study
        An opened study.
    executor
        Where tubes and plates are measured; ``None`` for here and now.
    progress
        Called after each file.
    inputs
        Path to SHA-256 of every file, where that is known already.

    Returns
    -------
    StudyResults
        Everything a report is made from.
    """
    measured = measure_study(study, executor=executor, progress=progress)
    hashes = inputs
    if hashes is None:
        origins = (origin for row in measured.measurements for origin in row.origins)
        hashes = input_hashes(study, known={origin.file: origin.sha256 for origin in origins})
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
            inputs=tuple(Origin(file, sha256) for file, sha256 in hashes.items()),
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


def input_hashes(study: Study, *, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the SHA-256 of every file of a study that can be read.

    Parameters
    ----------
    study
        The study.
    known
        Path to digits of files whose bytes have been read.

    Returns
    -------
    dict
        Path to digits, in the order of the paths.
    """
    held = {} if known is None else known
    files = loading.list_files(study.root)
    hashes: dict[str, str] = {}
    for file in files:
        # Who reads the file says that it cannot be read; one that nobody reads bears on nothing.
        with suppress(OSError):
            hashes[file] = held.get(file) or provenance.hash_file(study.root / file)
    return hashes
