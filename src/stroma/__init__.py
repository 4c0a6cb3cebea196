"""Stroma: from raw assay files to defensible answers about mesenchymal stromal cells.

Six lines in a notebook::

    import stroma

    study = stroma.open_study("demo-study")
    table = stroma.measure(study)
    verdicts = stroma.judge(table, profile="isct_2006")
    answers = stroma.compare(table, quantity="doubling_time", margin=6, unit="h")
    stroma.write_report(study, "report.html")
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from stroma._version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from stroma.choosing.results import Choice
    from stroma.evidence.prisma.records import PrismaFlow
    from stroma.planning.results import DosePlan
    from stroma.study.model import Study
    from stroma.update_run import UpdateResults

__all__ = [
    "__version__",
    "choose",
    "claims",
    "compare",
    "judge",
    "measure",
    "open_study",
    "plan",
    "pool",
    "prisma",
    "update",
    "write_report",
]

# The stages are imported inside the verbs: `stroma --help` has no use for numpy and pandas.


def open_study(folder: Path | str) -> Study:
    """Open a study folder and check everything it says.

    Parameters
    ----------
    folder
        The study folder, as ``stroma new`` makes it.

    Returns
    -------
    Study
        Lots, tubes and sheets; ``study.problems`` lists all that is wrong, each with its place,
        what was found, what was expected and what to do.

    Raises
    ------
    StudyProblem
        There is no such folder.
    """
    from stroma import pipeline

    return pipeline.open_study(folder)


def measure(study: Study | Path | str, *, workers: int = 1) -> pd.DataFrame:
    """Measure everything a study holds.

    Parameters
    ----------
    study
        An opened study, or its folder.
    workers
        Processes to spread the tubes over; 0 takes one for each core. More than one needs a
        script that can be imported, as Python's process pools do.

    Returns
    -------
    pandas.DataFrame
        One row per quantity of a lot with unit, interval, method and source files; columns
        :data:`stroma.measurements.COLUMNS`. ``frame.attrs["problems"]`` lists in words what could
        not be measured.
    """
    from stroma import pipeline
    from stroma.measurements import to_frame
    from stroma.workers import executor_for

    opened = pipeline.open_study(study) if isinstance(study, (str, Path)) else study
    with executor_for(workers) as executor:
        measured = pipeline.measure_study(opened, executor=executor)
    frame = to_frame(measured.measurements)
    frame.attrs["problems"] = [
        problem.render() for problem in (*opened.problems, *measured.problems)
    ]
    return frame


def judge(table: pd.DataFrame | Path | str, *, profile: Path | str) -> pd.DataFrame:
    """Judge a table of numbers under a profile.

    Parameters
    ----------
    table
        What :func:`measure` gave back, a frame or a CSV or XLSX file of your own with the columns
        ``lot, source, quantity, analyte, value, unit`` and optional ``passage, low, high, n``.
    profile
        A profile's name (``stroma profiles`` lists them) or TOML file.

    Returns
    -------
    pandas.DataFrame
        One row per lot and criterion: ``lot, source, verdict, quantity, analyte, operator, limit,
        limit_text, unit, role, outcome, value, category, low, high, reason, citation``; numbers
        as ``Float64``, the rest as ``string``. ``frame.attrs["problems"]`` lists in words the
        rows that could not be read.

    Raises
    ------
    ProfileProblem
        The profile is not known or not well formed.
    FileProblem
        The table cannot be read.
    """
    from stroma import answers
    from stroma.frames import verdict_frame

    return verdict_frame(answers.judge_numbers(table, profile))


def compare(
    table: Study | pd.DataFrame | Path | str,
    *,
    quantity: str | None = None,
    analyte: str | None = None,
    sources: Sequence[str] = (),
    margin: float | None = None,
    unit: str | None = None,
    covariates: Sequence[str] = (),
    adjust: str | None = None,
) -> pd.DataFrame:
    """Answer whether tissue sources differ, with the donor as the unit.

    Parameters
    ----------
    table
        An opened study or its folder, which is measured; what :func:`measure` gave back, a frame
        or a CSV or XLSX file of your own with the columns ``lot, donor, source, quantity,
        analyte, value, unit`` and optional ``passage``.
    quantity, analyte
        Only these; all that two or more sources hold otherwise, or a study's own questions.
    sources
        Only these tissues.
    margin, unit
        The largest difference that would not matter; without it nothing is found EQUIVALENT.
    covariates
        What to adjust for: ``"donor_age"``, ``"donor_sex"``, ``"medium"``: of the study's lots,
        or columns of the table.
    adjust
        Over all questions asked: ``"holm"``, ``"benjamini_hochberg"`` or ``"none"``; ``None`` for
        the study's own rule.

    Returns
    -------
    pandas.DataFrame
        One row per question and pair of sources, columns
        :data:`stroma.frames.COMPARISON_COLUMNS`. ``frame.attrs["problems"]`` lists in words what
        could not be read or asked.

    Raises
    ------
    StudyProblem
        A quantity, tissue or rule is not known.
    FileProblem
        The table cannot be read.
    """
    from stroma import answers
    from stroma.comparison.requests import make_request
    from stroma.frames import comparison_frame
    from stroma.study.model import Study

    request = make_request(
        quantity=quantity,
        analyte=analyte,
        sources=sources,
        margin=margin,
        unit=unit,
        covariates=covariates,
        adjust=adjust,
    )
    place = answers.study_or_table(Path(table) if isinstance(table, str) else table)
    if isinstance(place, Study):
        return comparison_frame(answers.ask_study(place, request))
    return comparison_frame(answers.compare_table(place, request))


def claims(
    table: Study | pd.DataFrame | Path | str | None = None, *, review: Path | str | None = None
) -> pd.DataFrame:
    """Answer the 81 claims of the founding article from held evidence.

    Parameters
    ----------
    table
        An opened study, its folder, or a table of numbers as for :func:`compare`: the own lots
        have one voice beside the papers. ``None`` for the papers alone.
    review
        A review folder of your own, whose extractions count as further rows.

    Returns
    -------
    pandas.DataFrame
        One row a claim: ``claim, sentence, answer, certainty, grade, papers_for, papers_against,
        papers_divided, faults``; the answer is SUPPORTED, CONTRADICTED, MIXED or NO_EVIDENCE.
        ``frame.attrs["chains"]`` holds each claim's whole chain as plain values.

    Raises
    ------
    StudyProblem
        The study or the review cannot be read.
    FileProblem
        The table cannot be read.

    Examples
    --------
    >>> claims().set_index("claim").answer["S070"]
    'CONTRADICTED'
    """
    from stroma.claims_run import claims_frame, open_counted, own_answers
    from stroma.evidence.claims.judge import judge_claims

    held = None if review is None else open_counted(Path(review))
    if table is None:
        return claims_frame(judge_claims(review=held))
    from stroma import answers
    from stroma.comparison.requests import make_request
    from stroma.study.model import Study

    place = answers.study_or_table(Path(table) if isinstance(table, str) else table)
    if isinstance(place, Study):
        family = answers.ask_study(place, make_request()).family
    else:
        family = answers.compare_table(place, make_request()).family
    return claims_frame(judge_claims(review=held, own=own_answers(family)))


def write_report(study: Study | Path | str, path: Path | str, *, workers: int = 1) -> Path:
    """Measure and judge a study and write its report as one self-contained HTML file.

    Parameters
    ----------
    study
        An opened study, or its folder.
    path
        The file to write; what was there is replaced once the new report is whole.
    workers
        Processes to spread the tubes over, as in :func:`measure`.

    Returns
    -------
    Path
        The file.
    """
    from stroma import pipeline
    from stroma.locale import get_language
    from stroma.report.folder import write_report as write
    from stroma.workers import executor_for

    opened = pipeline.open_study(study) if isinstance(study, (str, Path)) else study
    with executor_for(workers) as executor:
        results = pipeline.run_study(opened, executor=executor)
    return write(results, Path(path), get_language(results.language))


def choose(
    table: Study | pd.DataFrame | Path | str | None = None,
    *,
    application: Path | str,
    sources: Iterable[str] = (),
    weights: Mapping[str, object] | Path | str | None = None,
) -> Choice:
    """Put tissue sources beside each other for an application.

    Parameters
    ----------
    table
        What :func:`measure` gave back, a table of numbers of your own, a study or its folder, or
        nothing for what is published alone.
    application
        An application's name (``stroma choose --list`` lists them) or TOML file.
    sources
        Tissues; empty for those of the lots, or the application's.
    weights
        A TOML file, or its content: one of ``exact``, ``ranking`` and ``intervals``; nothing for
        all weights at once.

    Returns
    -------
    Choice
        How often each source comes first, second and so on, every score with its origin, what is
        unknown, and what would be worth measuring. It is no single winner: ``choice.answer`` is
        UNDECIDED where none comes first often enough. ``choice.problems`` holds what was left out
        of the lots.

    Raises
    ------
    ProfileProblem
        The application is not known or not well formed.
    StudyProblem
        A source is not known, or there is one alone.
    FileProblem
        The table or the weights cannot be read.

    Examples
    --------
    >>> choice = choose(application="gvhd", sources=["bone marrow", "placenta"])
    >>> choice.answer.value
    'UNDECIDED'
    """
    from stroma import answers
    from stroma.choosing.known_applications import load_application
    from stroma.choosing.weights import ALL_WEIGHTS, load_weights, read_weights

    asked = load_application(application)
    if weights is None:
        weighed = ALL_WEIGHTS
    elif isinstance(weights, (str, Path)):
        weighed = load_weights(Path(weights), asked)
    else:
        weighed = read_weights(weights, asked)
    place = Path(table) if isinstance(table, str) else table
    choice, problems = answers.choose(place, asked, sources=sources, weights=weighed)
    return replace(choice, problems=problems)


def plan(
    table: Study | pd.DataFrame | Path | str | None = None,
    *,
    inputs: Path | str | None = None,
    sources: Iterable[str] = (),
    **asked: float,
) -> DosePlan:
    """Plan doses from donations.

    Parameters
    ----------
    table
        What :func:`measure` gave back, a table of numbers of your own, a study or its folder, or
        nothing for published and declared values alone.
    inputs
        A plan file, as ``stroma plan --template`` writes it; a study folder's own is taken where
        none is named.
    sources
        Tissues; empty for those of the plan file, or of the lots.
    **asked
        ``doses``, ``dose_per_kg`` and ``weight``, or ``dose_cells``; ``confidence``,
        ``vial_cells``, ``volume_ml``, ``hours``. What stands here comes before the plan file.

    Returns
    -------
    DosePlan
        For each source the probability of the doses from one donation, donations, passage and
        days, area and medium; every input with its origin; ``missing`` names what nobody knows
        where there is no answer. ``plan.break_evens`` says where the better source changes, and
        ``plan.problems`` what a person has to look at.

    Raises
    ------
    StudyProblem
        A source is not known, or a number has no sense.
    FileProblem
        The table or the plan file cannot be read.

    Examples
    --------
    >>> made = plan(sources=["bone marrow"], doses=5, dose_cells=100e6)
    >>> made.sources[0].answers.route, made.sources[0].not_counted
    ('whole', ('thaw_recovery',))
    """
    from stroma import answers

    place = Path(table) if isinstance(table, str) else table
    file = None if inputs is None else Path(inputs)
    made, problems = answers.plan_doses(
        place, inputs=file, asked={"sources": tuple(sources), **asked}
    )
    return replace(made, problems=(*problems, *made.problems))


def pool(
    review: pd.DataFrame | Path | str | None = None,
    *,
    quantity: str | None = None,
    analyte: str | None = None,
    sources: Sequence[str] = (),
    method: str = "REML",
    hartung_knapp: bool = True,
    use_estimated: bool = False,
    measure: str = "",
    mods: Sequence[str] = (),
    cluster: str = "",
) -> pd.DataFrame:
    """Pool what papers say of two tissues, or a plain table of estimates.

    Parameters
    ----------
    review
        A review folder, or nothing for the review that comes with Stroma; a frame, a CSV file or
        a workbook is pooled by itself.
    quantity, analyte, sources
        Of a review: only these.
    method
        ``"REML"``, ``"ML"``, ``"DL"``, ``"PM"``, ``"EB"``, ``"HE"``, ``"SJ"`` or ``"EE"``.
    hartung_knapp
        Whether the interval is Hartung and Knapp's.
    use_estimated
        Of a review: whether means and deviations estimated from ranges and quartiles enter.
    measure, mods, cluster
        Of a table: what to make of its columns (``"ROM"``, ``"RR"``, ...; as metafor names it),
        columns of moderators, the column of papers.

    Returns
    -------
    pandas.DataFrame
        Of a review one row per question and kind, columns
        :data:`stroma.pooled_frames.POOLED_COLUMNS`; of a table one row a coefficient.
        ``frame.attrs["problems"]`` lists in words what a person has to look at.

    Raises
    ------
    StudyProblem
        A word is not known, or a table holds too few rows.
    FileProblem
        The table cannot be read.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"yi": [0.1, 0.3, 0.35, 0.65], "vi": [0.03, 0.03, 0.05, 0.01]})
    >>> round(float(pool(table)["estimate"].iloc[0]), 3)
    0.377
    """
    from stroma.pooled_frames import coefficient_frame, pooled_frame
    from stroma.pooled_table import pool_table
    from stroma.pooling_run import model_options, pool_review

    chosen = model_options(method, hartung_knapp=hartung_knapp)
    place = Path(review) if isinstance(review, str) else review
    if place is None or (isinstance(place, Path) and not place.is_file()):
        results = pool_review(
            place,
            quantity=quantity,
            analyte=analyte,
            sources=sources,
            use_estimated=use_estimated,
            options=chosen,
        )
        return pooled_frame(results)
    return coefficient_frame(
        pool_table(place, measure=measure, mods=mods, cluster=cluster, options=chosen)
    )


def prisma(review: Path | str, *, new: Sequence[str] = ()) -> PrismaFlow:
    """Count the PRISMA 2020 flow of a review from its decisions.

    Parameters
    ----------
    review
        A review folder.
    new
        Exports of an update, by their names in the folder ``searches``: the flow is then of their
        records, beside the earlier version.

    Returns
    -------
    PrismaFlow
        Every box; :func:`stroma.figures.prisma_flow.prisma_flow` draws it.

    Raises
    ------
    StudyProblem
        There is no such review, or it holds no such export.
    """
    from stroma.evidence.prisma.flow import flow
    from stroma.review_folder import SEARCHES, open_review

    return flow(open_review(Path(review)), new_exports={f"{SEARCHES}/{name}" for name in new})


def update(
    review: Path | str, exports: Iterable[Path | str] = (), *, record: bool = False
) -> UpdateResults:
    """Add new exports to a review; without any, say what changed in its answers.

    Parameters
    ----------
    review
        A review folder.
    exports
        Files of search results; they are copied into the review.
    record
        Whether the answers as they are now become those that later ones are compared with.

    Returns
    -------
    UpdateResults
        What is new, merged, linked and reopened, and what changed in each pooled answer and each
        claim; :func:`stroma.evidence.changes.told` says a change in words.

    Raises
    ------
    StudyProblem
        There is no such review, or its recorded answers cannot be read.
    FileProblem
        An export cannot be read as one: nothing is copied then.
    """
    from stroma.update_run import update_review

    return update_review(Path(review), [Path(export) for export in exports], record=record)
