"""The tubes of a lot: which are stained with what, and what is true of the cells in each.

Its numbers are illustrative, as those of :mod:`stroma.simulate.truth`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from stroma.records import TubeRole
from stroma.simulate.cells import TubeEvents, TubeTruth, simulate_beads, simulate_tube
from stroma.simulate.cytometer import (
    DETECTORS,
    ENDOTHELIAL,
    IDENTITY,
    detector_names,
    endothelial_panel,
    identity_panel,
)
from stroma.simulate.truth import INTERFERON, RELEASE_PASSAGE, LotTruth, stream

RECORDED = 20_000
"""Events at which the acquisition of a tube stops."""
RECORDED_SMALL = 10_000
"""The same for tubes that stand beside the main ones."""
RECORDED_BEADS = 2_000
DOUBLET_SHARE = 0.065
DEBRIS_SHARE = 0.11
FIRST_TUBE_STREAM = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TubePlan:
    """One tube of a lot.

    Parameters
    ----------
    name
        Last part of the file's name.
    role
        What it is for.
    markers
        Detector to marker, as the study describes the tube.
    stained
        Detector to the antibody or dye that is in it.
    cells
        What is true of its cells; ``None`` for beads.
    panel
        Name of the panel.
    left_out
        In an FMO tube, the marker that was left out.
    stimulated
        What the cells were stimulated with.
    """

    name: str
    role: TubeRole
    markers: Mapping[str, str]
    stained: Mapping[str, str]
    cells: TubeTruth | None
    panel: str
    left_out: str = ""
    stimulated: str = ""

    @property
    def file_name(self) -> str:
        """Name of the file, without the lot."""
        return f"{RELEASE_PASSAGE}_{self.name}.fcs"


def plan_tubes(truth: LotTruth) -> tuple[TubePlan, ...]:
    """Return the tubes of a lot.

    Parameters
    ----------
    truth
        What is true of the lot.

    Returns
    -------
    tuple of TubePlan
        Unstained, isotype, FMO, stained, stimulated, single stains; for bone marrow the two tubes
        of the panel with CD31.
    """
    tubes = [*_identity_tubes(truth), *_single_stains(truth)]
    if not truth.is_placental:
        tubes += _endothelial_tubes(truth)
    return tuple(tubes)


def tube_events(truth: LotTruth, plan: TubePlan, *, number: int, seed: int) -> TubeEvents:
    """Return the events of a tube.

    Parameters
    ----------
    truth
        What is true of the lot.
    plan
        The tube.
    number
        Its place among the lot's tubes.
    seed
        Seed of the study.

    Returns
    -------
    TubeEvents
        Its events.
    """
    generator = stream(seed, truth.index, FIRST_TUBE_STREAM + number)
    if plan.cells is None:
        (detector,) = plan.stained
        return simulate_beads(detector, RECORDED_BEADS, generator)
    return simulate_tube(plan.cells, plan.stained, generator)


def composition(truth: LotTruth, *, recorded: int, live: int | None = None) -> TubeTruth:
    """Return how many events of each kind a tube of the lot holds.

    Parameters
    ----------
    truth
        What is true of the lot.
    recorded
        Events recorded.
    live
        Live single cells, where the tube ran dry before ``recorded`` was reached.

    Returns
    -------
    TubeTruth
        Numbers of events; nothing is positive yet.
    """
    viable = truth.viability_percent[RELEASE_PASSAGE] / 100.0
    live_share = (1.0 - DOUBLET_SHARE - DEBRIS_SHARE) * viable
    total = recorded if live is None else live / live_share
    count = round(total * live_share) if live is None else live
    doublets, debris = round(total * DOUBLET_SHARE), round(total * DEBRIS_SHARE)
    dead = round(total * live_share * (1.0 - viable) / viable)
    return TubeTruth(live=count, dead=dead, doublets=doublets, debris=debris)


def _identity_tubes(truth: LotTruth) -> Iterator[TubePlan]:
    pattern = truth.pattern
    panel = identity_panel(pattern.monocyte, pattern.b_cell)
    usual = composition(truth, recorded=RECORDED)
    positive = {marker: share for marker, share in truth.positive.items()
                if marker in panel.values()}  # fmt: skip
    yield TubePlan(
        name="unstained",
        role=TubeRole.UNSTAINED,
        markers={},
        stained={},
        cells=composition(truth, recorded=RECORDED_SMALL),
        panel=IDENTITY,
    )
    yield TubePlan(
        name="isotype",
        role=TubeRole.ISOTYPE,
        markers=panel,
        stained=panel,
        cells=usual,
        panel=IDENTITY,
    )
    for marker in pattern.fmo:
        present = {detector: held for detector, held in panel.items() if held != marker}
        yield TubePlan(
            name=f"FMO_{marker}",
            role=TubeRole.FMO,
            markers=present,
            stained=present,
            cells=_with_markers(usual, truth, positive),
            panel=IDENTITY,
            left_out=marker,
        )
    yield TubePlan(
        name="stained",
        role=TubeRole.STAINED,
        markers=panel,
        stained=panel,
        cells=_with_markers(
            composition(truth, recorded=RECORDED, live=pattern.live),
            truth,
            positive,
            shifted=True,
        ),
        panel=IDENTITY,
    )
    if truth.pattern.stimulated:
        yield TubePlan(
            name="stained_IFN-gamma",
            role=TubeRole.STAINED,
            markers=panel,
            stained=panel,
            cells=_with_markers(
                usual, truth, {**positive, **truth.pattern.stimulated}, shifted=True
            ),
            panel=IDENTITY,
            stimulated=INTERFERON,
        )


def _endothelial_tubes(truth: LotTruth) -> Iterator[TubePlan]:
    panel = endothelial_panel()
    usual = composition(truth, recorded=RECORDED_SMALL)
    yield TubePlan(
        name="CD31_isotype",
        role=TubeRole.ISOTYPE,
        markers=panel,
        stained=panel,
        cells=usual,
        panel=ENDOTHELIAL,
    )
    yield TubePlan(
        name="CD31_stained",
        role=TubeRole.STAINED,
        markers=panel,
        stained=panel,
        cells=_with_markers(usual, truth, {"CD31": truth.positive["CD31"]}, shifted=True),
        panel=ENDOTHELIAL,
    )


def _single_stains(truth: LotTruth) -> Iterator[TubePlan]:
    panel = identity_panel(truth.pattern.monocyte, truth.pattern.b_cell)
    for detector in detector_names():
        one = {detector: panel[detector]}
        yield TubePlan(
            name=f"single_{detector.removesuffix('-A')}",
            role=TubeRole.SINGLE_STAIN,
            markers=one,
            stained=one,
            cells=None,
            panel=IDENTITY,
        )


def _with_markers(
    events: TubeTruth, truth: LotTruth, positive: Mapping[str, float], *, shifted: bool = False
) -> TubeTruth:
    factors = truth.background if shifted else (1.0,) * len(DETECTORS)
    return replace(
        events,
        positive=positive,
        joint=truth.pattern.joint,
        background=dict(zip(detector_names(), factors, strict=True)),
    )
