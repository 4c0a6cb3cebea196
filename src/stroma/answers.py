"""One question of a study, or of a laboratory's own table of numbers, answered.

::

    table or study ─┬ judge_table, judge_numbers ─► StudyResults       is this lot what it should be
                    ├ compare_table, ask_study   ─► ComparisonResults  do sources differ
                    ├ choose                     ─► Choice             which source
                    └ plan_doses                 ─► DosePlan           how many donations

:mod:`stroma.pipeline` tells the whole story of a study.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from stroma import provenance
from stroma.choosing.analysis import choose_source, sources_to_choose
from stroma.choosing.application import Application
from stroma.choosing.results import Choice
from stroma.choosing.weights import ALL_WEIGHTS, Weights
from stroma.comparison.compare import HOLM, compare
from stroma.comparison.problems import comparison_problems, not_asked
from stroma.comparison.questions import Request, ask
from stroma.criteria.judge import judge
from stroma.criteria.known_profiles import load_profile
from stroma.criteria.profile import Profile
from stroma.errors import Place, Problem, Severity
from stroma.house_rules import HouseRules
from stroma.loading import load_counts
from stroma.measurements import Measurement, sort_key
from stroma.pipeline import (
    compare_study,
    input_hashes,
    measure_sheets,
    measure_study,
    open_study,
    study_questions,
)
from stroma.plan_run import ages_of, plan_request
from stroma.planning.plan import make_plan
from stroma.planning.plan_file import PLAN_FILE
from stroma.planning.results import DosePlan
from stroma.provenance import Provenance
from stroma.records import Lot, Origin
from stroma.results import ComparisonResults, ProfileVerdicts, StudyResults
from stroma.study.files import SETTINGS_FILE
from stroma.study.model import Study
from stroma.study.settings import Settings
from stroma.table_rows import TableRows, read_table_rows
from stroma.texts import text
from stroma.workers import Report

if TYPE_CHECKING:
    import pandas as pd


Given = TypeVar("Given")


def study_or_table(place: Study | Path | Given) -> Study | Path | Given:
    """Return what a person named, a folder as the study in it.

    Parameters
    ----------
    place
        An opened study, a folder, a file, a frame or nothing.

    Returns
    -------
    Study, Path, pandas.DataFrame or None
        A study where it is one or its folder; otherwise as given.

    Raises
    ------
    StudyProblem
        The folder is none of a study.
    """
    return open_study(place) if isinstance(place, Path) and place.is_dir() else place


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
    rows = read_table_rows(table, decimal_mark=decimal_mark, encoding=encoding)
    return _judge_rows(rows, profile)


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
    place = Path(table) if isinstance(table, str) else table
    return _judge_rows(read_table_rows(place), load_profile(profile))


def _judge_rows(table: TableRows, profile: Profile) -> StudyResults:
    problems = list(table.problems)
    if not table.rows and not any(problem.severity is Severity.ERROR for problem in problems):
        problems.append(_nothing_to_judge(table.origin))
    verdicts = judge(table.rows, profile, lots=table.lots, refused=table.refused)
    return StudyResults(
        title=table.origin.file,
        language="en",
        lots=(),
        rules=HouseRules(),
        settings=Settings(),
        measurements=tuple(sorted(table.rows, key=sort_key)),
        problems=tuple(problems),
        views=(),
        exclusions=(),
        verdicts=(ProfileVerdicts(profile=profile, lots=verdicts),),
        provenance=Provenance(
            command=f"stroma judge {table.origin.file} --profile {profile.name}",
            versions=provenance.versions(),
            inputs=(table.origin,),
        ),
    )


def _nothing_to_judge(origin: Origin) -> Problem:
    return Problem(
        Place(file=origin.file),
        found=text("no row of numbers"),
        expected=text("one row a quantity of a lot"),
        action=text("fill in the table"),
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
        value, unit, and passage where there is more than one; and donor_age_years, donor_sex,
        medium where they are to be adjusted for.
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
    place = Path(table) if isinstance(table, str) else table
    held = read_table_rows(place, decimal_mark=decimal_mark, encoding=encoding)
    questions = ask(held.rows, request)
    family = compare(
        held.rows,
        questions,
        lots=held.described.lots,
        adjustment=request.adjustment or HOLM,
    )
    return ComparisonResults(
        family=family,
        problems=(
            *held.problems,
            *not_asked(questions, held.origin.file),
            *comparison_problems(family, held.origin.file),
        ),
        provenance=Provenance(
            command=f"stroma compare {held.origin.file}",
            versions=provenance.versions(),
            inputs=(held.origin,),
        ),
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
            *not_asked(questions, SETTINGS_FILE),
            *comparison_problems(family, SETTINGS_FILE),
        ),
        provenance=Provenance(
            command="stroma compare",
            versions=provenance.versions(),
            inputs=tuple(Origin(file, sha256) for file, sha256 in input_hashes(study).items()),
        ),
    )


def choose(
    place: Study | pd.DataFrame | Path | None,
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
        An opened study or its folder, a table of numbers as a file or a frame; ``None`` for what
        is published alone.
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
    name = ""
    match study_or_table(place):
        case None:
            pass
        case Study() as study:
            measured = measure_study(study, executor=executor, progress=progress)
            rows, problems = measured.measurements, (*study.problems, *measured.problems)
            name = study.root.name
        case table:
            held = read_table_rows(table, decimal_mark=decimal_mark, encoding=encoding)
            rows, problems, name = held.rows, held.problems, held.origin.file
    asked = tuple(sources) or sources_to_choose((row.source for row in rows), application)
    choice = choose_source(rows, application, asked, weights=weights)
    if place is not None and not choice.rests_on_own_lots:
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
    place: Study | pd.DataFrame | Path | None,
    *,
    inputs: Path | None = None,
    asked: Mapping[str, object],
) -> tuple[DosePlan, tuple[Problem, ...]]:
    """Plan doses from donations.

    Parameters
    ----------
    place
        An opened study or its folder, a table of numbers as a file or a frame; ``None`` for what
        is published or declared alone.
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
    match study_or_table(place):
        case None:
            pass
        case Study() as study:
            if file is None and (study.root / PLAN_FILE).is_file():
                file = study.root / PLAN_FILE
            # The tubes say nothing of growth, and take nearly all of the time.
            counts = load_counts(
                study.root, study.passages, study.settings.house_rules.reading.date_order
            )
            measured = measure_sheets(study, counts.value)
            rows, lots = measured.measurements, study.lots
            problems = (*study.problems, *counts.problems, *measured.problems)
        case table:
            held = read_table_rows(table)
            rows, problems, lots = held.rows, held.problems, held.described.lots
    request = plan_request(file, asked, [row.source for row in rows])
    return make_plan(request, rows, ages=ages_of(lots)), problems
