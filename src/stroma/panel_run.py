"""Tubes of a study -> their rows, panel by panel; and the gates of a lot, frozen for later lots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, fields, replace
from pathlib import Path

from stroma import loading
from stroma._version import __version__
from stroma.assays.frozen_panel import freeze_panel
from stroma.assays.immunophenotype import PanelTubes, measure_immunophenotype
from stroma.assays.result import AssayResult
from stroma.errors import FileProblem, Place, Problem, Severity, StudyProblem
from stroma.house_rules import HouseRules, PositivityRule
from stroma.measurements import passage_number
from stroma.records import Origin, Spillover
from stroma.strategy_records import (
    GATES,
    CleaningStrategy,
    FrozenPanel,
    HeldStrategy,
    Parameter,
)
from stroma.study.files import SETTINGS_FILE
from stroma.study.groups import TubeGroup, tube_groups
from stroma.study.model import Study
from stroma.texts import text
from stroma.workers import Report, spread


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


def lacking(
    study: Study,
    *,
    matrix: tuple[Spillover, Origin] | None,
    strategy: HeldStrategy | None,
) -> Iterator[Problem]:
    """Say that tubes cannot be measured as the study declares.

    Another matrix or other gates would give numbers that nobody asked for.

    Parameters
    ----------
    study
        The study.
    matrix, strategy
        What could be read of the files that its settings name.

    Yields
    ------
    Problem
        An error for each that is named and could not be read.
    """
    settings = study.settings
    for column, file, read in (
        ("compensation.matrix", settings.compensation.matrix, matrix),
        ("cleaning.strategy", settings.cleaning.strategy, strategy),
    ):
        if file is not None and read is None and study.tubes:
            yield Problem(
                Place(file=SETTINGS_FILE, column=column),
                found=text("{file} could not be used, so that no tube was measured", file=file),
                expected=text("the file that the tubes are to be measured with"),
                action=text("mend or replace it, or take the setting out"),
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


def measure_panels(
    tasks: Sequence[PanelTask], executor: Executor | None, progress: Report | None
) -> Iterator[AssayResult]:
    """Read and measure panels of tubes, wherever there is room.

    Parameters
    ----------
    tasks
        The panels.
    executor
        Where they are measured; ``None`` for here and now.
    progress
        Called after each file.

    Yields
    ------
    AssayResult
        Of each panel, in their order.
    """
    total = sum(len(task.files) for task in tasks)
    files = 0

    def done(task: PanelTask) -> None:
        nonlocal files
        for file in task.files:
            files += 1
            if progress is not None:
                progress(files, total, file)

    yield from spread(measure_panel, tasks, executor, done=done)


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


def _no_tubes(study: Study, lot: str) -> Problem:
    known = dict.fromkeys(group.lot for group in tube_groups(study.tubes))
    return Problem(
        Place(lot=lot),
        found=text("no stained tube of this lot"),
        expected=text("one of the lots {lots}", lots=", ".join(known)),
        action=text("name a lot whose tubes can be read"),
    )


def other_rules(study: Study, held: HeldStrategy | None) -> Iterator[Problem]:
    """Find the rules that were others when the gates were frozen, and gates switched off.

    Parameters
    ----------
    study
        The study.
    held
        The frozen gates it applies; ``None`` for none.

    Yields
    ------
    Problem
        A warning for each.
    """
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
    for name in GATES:
        is_held = any(panel.gate(name) is not None for panel in held.strategy.panels)
        if is_held and not getattr(study.settings.house_rules.cleaning, name):
            yield Problem(
                Place(file=SETTINGS_FILE, column=f"cleaning.{name}"),
                found=text('the gate "{gate}" of the strategy {name} is switched off',
                           gate=GATES[name], name=held.strategy.name),
                expected=text("every gate that was frozen"),
                action=text("switch it on, or freeze a strategy without it"),
                severity=Severity.WARNING,
            )  # fmt: skip


def gates_not_found(study: Study, strategy: CleaningStrategy) -> Iterator[Problem]:
    """Find the gates a frozen strategy should hold and does not.

    Parameters
    ----------
    study
        The study it was frozen from.
    strategy
        What was frozen.

    Yields
    ------
    Problem
        A warning for each panel and gate. Unstable stretches are found in every tube anew, so that
        this gate cannot be missing.
    """
    cleaning = study.settings.house_rules.cleaning
    for panel in strategy.panels:
        for name, label in GATES.items():
            gate = panel.gate(name)
            if name == "time" or not getattr(cleaning, name):
                continue
            if gate is None:
                found = text('the gate "{gate}" was not found: no channel for it', gate=label)
            elif gate.cut is None and name != "margins":
                found = text('the gate "{gate}" found no boundary and keeps all', gate=label)
            else:
                continue
            yield Problem(
                Place(file=panel.file, lot=strategy.lot),
                found=found,
                expected=text("a tube on which every gate can be found"),
                action=text(
                    "freeze a lot that shows it; where no lot does, switch the gate off in "
                    "[cleaning]"
                ),
                severity=Severity.WARNING,
            )


def _parameters(rule: PositivityRule) -> tuple[tuple[str, Parameter], ...]:
    """Return the rules of positivity, under the names they have in ``study.toml``."""
    return tuple((f"positivity.{field.name}", getattr(rule, field.name)) for field in fields(rule))


def _rule_words(value: Parameter) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
