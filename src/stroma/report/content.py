"""What the page shows, gathered lot by lot; the template only lays it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from stroma.criteria.verdicts import LotVerdict
from stroma.errors import Problem, Severity
from stroma.figures import SharedPieces
from stroma.measurements import Measurement
from stroma.records import Lot
from stroma.report.account import Account, account_of
from stroma.report.alternatives import AlternativesTable, alternatives_of
from stroma.report.benches import BenchSection, bench_section
from stroma.report.choices import ChoiceSection, choices_of
from stroma.report.compact import drawn, is_compact
from stroma.report.comparisons import ComparisonSection, comparisons_of
from stroma.report.conventions import Convention, conventions
from stroma.report.evidence import EvidenceGroup, gather
from stroma.report.files import Files, files_of
from stroma.report.gallery import Gallery, hang
from stroma.report.grid import Grid, make_grid
from stroma.report.literature import Literature, literature_of
from stroma.report.planning import PlanSection, plan_section
from stroma.report.statements import Statements, state
from stroma.results import ProfileVerdicts, StudyResults
from stroma.texts import Language
from stroma.views import ExclusionStep, GateView, HistogramView, View

Thing = TypeVar("Thing")

LotKey: TypeAlias = tuple[str, str]
"""A lot and its tissue: rows that name one lot but two tissues are judged as two lots."""


@dataclass(frozen=True, slots=True)
class LotVerdictUnder:
    """A lot's verdict under one profile.

    Parameters
    ----------
    number
        Position of the profile, from 0.
    judged
        The profile.
    verdict
        The verdict.
    """

    number: int
    judged: ProfileVerdicts
    verdict: LotVerdict


@dataclass(frozen=True, slots=True)
class LotContent:
    """Everything about one lot.

    Parameters
    ----------
    number
        Position, from 1; its anchor is ``L`` and this number.
    name, source
        The lot and its tissue.
    described
        As the laboratory described it; ``None`` where only its numbers are known.
    verdicts
        Under each profile.
    gallery
        Its pictures.
    evidence
        Its measurements.
    account
        Its events left out.
    problems
        What has to be looked at.
    """

    number: int
    name: str
    source: str
    described: Lot | None
    verdicts: tuple[LotVerdictUnder, ...]
    gallery: Gallery
    evidence: tuple[EvidenceGroup, ...]
    account: Account | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything a report shows.

    Parameters
    ----------
    results
        What it was made from.
    files
        The files, numbered.
    grids, lots
        The verdicts as tables, and lot by lot.
    problems
        All problems by severity, gravest first.
    conventions, statements
        House rules; what journals ask for.
    shared
        What the pictures have in common.
    alternatives
        The verdicts under other methods of positivity.
    compact
        Whether there are so many lots that each is told shortly.
    planning
        From donations to doses; ``None`` where the study asks for no plan.
    choices
        Sources put beside each other, one an application.
    comparisons
        Answers to the questions of the study; ``None`` where it asks none.
    benches
        Assays on plates; ``None`` where there are none.
    literature
        What papers say of bone marrow and placenta; ``None`` where the lots are not of both.
    """

    results: StudyResults
    files: Files
    grids: tuple[Grid, ...]
    lots: tuple[LotContent, ...]
    problems: Mapping[Severity, tuple[Problem, ...]]
    conventions: tuple[Convention, ...]
    statements: Statements
    shared: SharedPieces
    alternatives: tuple[AlternativesTable, ...] = ()
    compact: bool = False
    planning: PlanSection | None = None
    choices: tuple[ChoiceSection, ...] = ()
    comparisons: ComparisonSection | None = None
    benches: BenchSection | None = None
    literature: Literature | None = None


def gather_content(results: StudyResults, language: Language) -> Content:
    """Gather what a report shows.

    Parameters
    ----------
    results
        The results of a study, or of a judged table.
    language
        Of the words in the pictures.

    Returns
    -------
    Content
        Ready to be laid out.
    """
    files = files_of(results)
    shared = SharedPieces()
    lots = _lots(results, files, language, shared)
    numbers = {(lot.name, lot.source): lot.number for lot in lots}
    return Content(
        results,
        files,
        tuple(make_grid(i, judged, numbers) for i, judged in enumerate(results.verdicts)),
        lots,
        {
            severity: tuple(p for p in results.problems if p.severity is severity)
            for severity in Severity
        },
        conventions(results.rules),
        state(results),
        shared,
        alternatives_of(results, numbers),
        is_compact(len(lots)),
        planning=plan_section(results.plan, language),
        choices=choices_of(results, language),
        comparisons=comparisons_of(results.comparisons, language),
        benches=bench_section(results, language, shared),
        literature=literature_of(results),
    )


def _lots(
    results: StudyResults, files: Files, language: Language, shared: SharedPieces
) -> tuple[LotContent, ...]:
    described = {(lot.lot, lot.source): lot for lot in results.lots}
    verdicts = _verdicts(results.verdicts)
    rows = _rows(results.measurements, [*described, *verdicts])
    views = _by_lot(results.views, lambda view: view.subject.lot)
    steps = _by_lot(results.exclusions, lambda step: step.lot)
    keys = list(dict.fromkeys([*described, *verdicts, *rows]))
    compact = is_compact(len(keys))
    if compact:
        views = {lot: list(drawn(held)) for lot, held in views.items()}
    return tuple(
        LotContent(
            number,
            *key,
            described.get(key),
            tuple(verdicts.get(key, ())),
            hang(views.get(key[0], ()), rows.get(key, ()), language, shared, compact=compact),
            gather(rows.get(key, ()), files, compact=compact),
            account_of(steps.get(key[0], ()), compact=compact),
            _problems(key[0], results.problems, views.get(key[0], ()), steps.get(key[0], ())),
        )
        for number, key in enumerate(keys, start=1)
    )


def _rows(
    measurements: Sequence[Measurement], known: Sequence[LotKey]
) -> dict[LotKey, list[Measurement]]:
    """Return rows by lot and tissue; rows without a tissue join the lot's only one."""
    tissues: dict[str, list[LotKey]] = {}
    for key in known:
        tissues.setdefault(key[0], []).append(key)
    held: dict[LotKey, list[Measurement]] = {}
    for row in measurements:
        only = dict.fromkeys(tissues.get(row.lot, ()))
        joined = next(iter(only)) if not row.source and len(only) == 1 else (row.lot, row.source)
        held.setdefault(joined, []).append(row)
    return held


def _by_lot(things: Sequence[Thing], lot_of: Callable[[Thing], str]) -> dict[str, list[Thing]]:
    held: dict[str, list[Thing]] = {}
    for thing in things:
        held.setdefault(lot_of(thing), []).append(thing)
    return held


def _verdicts(verdicts: Sequence[ProfileVerdicts]) -> dict[LotKey, list[LotVerdictUnder]]:
    held: dict[LotKey, list[LotVerdictUnder]] = {}
    for number, judged in enumerate(verdicts):
        for lot in judged.lots:
            held.setdefault((lot.lot, lot.source), []).append(LotVerdictUnder(number, judged, lot))
    return held


def _problems(
    name: str, problems: Sequence[Problem], views: Sequence[View], steps: Sequence[ExclusionStep]
) -> tuple[Problem, ...]:
    """Return the problems of a lot: those that name it, and those of its own tubes."""
    tubes = {step.file for step in steps}
    for view in views:
        if isinstance(view, HistogramView):
            tubes.add(view.stained_file)
        elif isinstance(view, GateView):
            tubes.add(view.file)
    return tuple(
        problem
        for problem in problems
        if problem.place.lot == name or (problem.place.lot is None and problem.place.file in tubes)
    )
