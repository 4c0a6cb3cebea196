"""Tubes of lymphocytes on their way to the dye: live single cells, without the stromal ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from stroma.assays.prepared_tube import (
    PreparedTube,
    missing_channels,
    no_cells,
    prepare_tube,
    tube_account,
    tube_problems,
)
from stroma.bench_records import SuppressionTube
from stroma.cytometry.compensation import choose_compensation
from stroma.cytometry.populations import Step
from stroma.cytometry.scatter import scatter_channels
from stroma.errors import FileProblem, Problem
from stroma.house_rules import CleaningRule
from stroma.records import VIABILITY_DYE, Events, Tube, TubeRole
from stroma.texts import text
from stroma.views import ExclusionStep

Float = npt.NDArray[np.float64]

BY_SIZE = "larger_than_lymphocytes/1"
LARGEST_LYMPHOCYTE = 99.5
"""Percentile of forward and side scatter of the tubes without stromal cells: larger events of a
co-culture are taken for stromal cells. One lymphocyte in two hundred goes with them."""

_LEAST_OF_CELLS = 0.001
"""Share of undivided events below which debris ends in the other tubes, where they show none."""


def prepare_tubes(
    tubes: Sequence[SuppressionTube],
    events: Mapping[str, Events],
    *,
    cleaning: CleaningRule,
    debris_cut: float | None = None,
) -> tuple[list[tuple[SuppressionTube, PreparedTube]], list[Problem]]:
    """Find the live single cells of tubes.

    Parameters
    ----------
    tubes
        Rows of ``suppression``.
    events
        Each tube's file to its events.
    cleaning
        Which events are excluded.
    debris_cut
        The boundary of debris on the undivided cells, as :func:`resting_debris_cut` returns it.

    Returns
    -------
    tubes
        Each with its cells.
    problems
        Why some have none, and what a person has to know of the others.
    """
    made: list[tuple[SuppressionTube, PreparedTube]] = []
    problems: list[Problem] = []
    for tube in tubes:
        held = events[tube.file]
        described = Tube(
            file=tube.file,
            lot=tube.lot,
            passage=tube.passage,
            role=TubeRole.UNSTAINED if tube.role == "unlabelled" else TubeRole.STAINED,
            markers={tube.dye: "dye", **_viability(held)},
            origin_of_row=tube.origin_of_row,
        )
        try:
            prepared = prepare_tube(
                described,
                held,
                detectors=[tube.dye],
                cleaning=cleaning,
                compensation=choose_compensation(held, None),
                debris_cut=debris_cut,
            )
        except FileProblem as refusal:
            problems += refusal.problems
            continue
        missing = [problem for _, problem in missing_channels(prepared)]
        problems += missing
        problems += tube_problems(prepared)
        if not missing and not prepared.cells:
            problems.append(no_cells(prepared))
        if not missing and prepared.cells:
            made.append((tube, prepared))
    return made, problems


def resting_debris_cut(
    controls: Sequence[tuple[SuppressionTube, PreparedTube]],
) -> float | None:
    """Return where debris ends on lymphocytes that do not divide.

    Lymphocytes at rest are half as large as dividing ones; beside them they would pass for debris,
    and with them would go the cells that did not divide.

    Parameters
    ----------
    controls
        Tubes of a run that have been prepared.

    Returns
    -------
    float or None
        The lowest cut of the undivided tubes; of one without debris, what all but one in a
        thousand of its events exceed. ``None`` where debris is not excluded.
    """
    cuts = [
        _debris_end(held, step)
        for tube, held in controls
        if tube.role == "undivided"
        for step in [held.cleaned.step("debris")]
        if step is not None and step.asked.size
    ]
    return min(cuts, default=None)


def _debris_end(held: PreparedTube, step: Step) -> float:
    if step.result.cut is not None:
        return step.result.cut
    names = [name for name in (step.x, step.y) if name is not None]
    columns = [held.events.names.index(name) for name in names]
    light = held.events.values[step.asked][:, columns].astype(np.float64).prod(axis=1)
    return float(np.quantile(light, _LEAST_OF_CELLS))


def _viability(events: Events) -> dict[str, str]:
    """Return the detector the file itself calls that of a viability dye."""
    return {
        channel.name: VIABILITY_DYE
        for channel in events.channels
        if (channel.marker or "").strip().casefold()
        in {VIABILITY_DYE, "live/dead", "viability dye"}
    }


def dye_light(tube: SuppressionTube, prepared: PreparedTube) -> Float:
    """Return the dye's light of the live single cells of a tube.

    Parameters
    ----------
    tube, prepared
        The tube.

    Returns
    -------
    ndarray
        Shape (cells,), compensated, in linear units.
    """
    cells = prepared.of_cells(tube.dye, prepared.compensation.spillover)
    return cells.astype(np.float64)


def largest_lymphocytes(controls: Iterable[PreparedTube]) -> dict[str, float]:
    """Return the scatter beyond which an event is no lymphocyte.

    Parameters
    ----------
    controls
        Tubes without stromal cells.

    Returns
    -------
    dict
        Channel to bound, the largest of the tubes'.
    """
    largest: dict[str, float] = {}
    for prepared in controls:
        found = scatter_channels(prepared.events.channels)
        for name in (found.size, found.granularity):
            if name is not None:
                column = prepared.events.values[:, prepared.events.names.index(name)]
                bound = float(np.percentile(column[prepared.cleaned.rows], LARGEST_LYMPHOCYTE))
                largest[name] = max(largest.get(name, 0.0), bound)
    return largest


def without_stromal_cells(
    tubes: Sequence[SuppressionTube], events: Mapping[str, Events], largest: Mapping[str, float]
) -> tuple[dict[str, Events], dict[str, int]]:
    """Leave out events that are too large for lymphocytes.

    Parameters
    ----------
    tubes
        Co-cultures.
    events
        Each tube's file to its events.
    largest
        As :func:`largest_lymphocytes` returns it.

    Returns
    -------
    events
        Each tube's file to the events that are left.
    left_out
        Each tube's file to the number of those that are not.
    """
    smaller: dict[str, Events] = {}
    left_out: dict[str, int] = {}
    for tube in tubes:
        held = events[tube.file]
        kept = np.ones(len(held), dtype=np.bool_)
        for name, bound in largest.items():
            if name in held.names:
                kept &= held.values[:, held.names.index(name)] <= bound
        smaller[tube.file] = replace(held, values=held.values[kept])
        left_out[tube.file] = int(np.count_nonzero(~kept))
    return smaller, left_out


def account_of_run(
    tubes: Sequence[tuple[SuppressionTube, PreparedTube]], left_out: Mapping[str, int]
) -> tuple[ExclusionStep, ...]:
    """Return the account of every tube, the controls' under each lot they serve.

    Parameters
    ----------
    tubes
        Of a run.
    left_out
        As :func:`without_stromal_cells` returns it.

    Returns
    -------
    tuple of ExclusionStep
        From the events recorded to those counted.
    """
    owners = dict.fromkeys((t.lot, t.passage) for t, _ in tubes if t.role == "coculture")
    steps: list[ExclusionStep] = []
    for tube, prepared in tubes:
        served = [(tube.lot, tube.passage)] if tube.role == "coculture" else list(owners)
        for lot, passage in served:
            start, *others = tube_account(prepared, lot=lot, passage=passage)
            removed = left_out.get(tube.file, 0)
            whole = replace(start, role=tube.role, remaining=start.remaining + removed)
            steps.append(whole)
            if tube.role == "coculture":
                steps.append(
                    replace(
                        whole,
                        gate="stromal",
                        label=text("larger than lymphocytes"),
                        removed=removed,
                        remaining=start.remaining,
                        method=BY_SIZE,
                        settings=f"percentile {LARGEST_LYMPHOCYTE:g}",
                    )
                )
            steps += [replace(step, role=tube.role) for step in others]
    return tuple(steps)
