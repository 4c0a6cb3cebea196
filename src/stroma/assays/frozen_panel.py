"""The gates of a panel, found on one of its stained tubes to be held fixed for later lots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stroma.assays.immunophenotype import PanelTubes
from stroma.assays.panel_compensation import compensate_panel
from stroma.assays.prepared_tube import prepare_tube
from stroma.cytometry.strategy import freeze
from stroma.errors import FileProblem, Place, Problem
from stroma.house_rules import CleaningRule, CompensationRule
from stroma.records import Events, Origin, Spillover
from stroma.strategy_records import FrozenPanel
from stroma.texts import text


def freeze_panel(
    group: PanelTubes,
    events: Mapping[str, Events],
    *,
    cleaning: CleaningRule,
    compensation: CompensationRule,
    declared: tuple[Spillover, Origin | None] | None = None,
) -> FrozenPanel:
    """Find the gates of a panel on the first of its stained tubes that can be read.

    Parameters
    ----------
    group
        The tubes.
    events
        Each tube's file to its events.
    cleaning, compensation
        The laboratory's rules; gates are found anew, whatever strategy they name.
    declared
        The laboratory's own matrix and where it came from.

    Returns
    -------
    FrozenPanel
        The gates.

    Raises
    ------
    FileProblem
        No stained tube can be read or compensated, or one has no cells.
    """
    tube = next((tube for tube in group.stained if tube.file in events), None)
    if tube is None:
        raise FileProblem(
            Problem(
                Place(lot=group.lot),
                found=text('no stained tube of the panel "{panel}" can be read', panel=group.panel),
                expected=text("a tube to find the gates on"),
                action=text("freeze another lot"),
            )
        )
    matrices = compensate_panel(
        group.stained,
        group.single_stains,
        group.controls,
        events,
        rule=compensation,
        declared=declared,
    )
    held = prepare_tube(
        tube,
        events[tube.file],
        detectors=set(tube.markers),
        cleaning=replace(cleaning, strategy=None),
        compensation=matrices.of(events[tube.file]),
    )
    if held.cells == 0:
        raise FileProblem(
            Problem(
                Place(file=tube.file, lot=group.lot),
                found=text("no live single cell"),
                expected=text("cells to find the gates on"),
                action=text("freeze another lot"),
            )
        )
    return freeze(group.panel, held.events, held.compensation, held.cleaned)
