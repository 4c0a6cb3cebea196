"""What the tubes of a panel are compensated with, and whether its single stains agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from stroma.cytometry.compensation import Compensation, choose_compensation
from stroma.cytometry.compensation_check import (
    CompensationCheck,
    Misfit,
    check_compensation,
)
from stroma.cytometry.single_stains import (
    SingleStain,
    SingleStainMatrix,
    StainFit,
    StainPopulations,
    populations_of,
    spillover_from,
)
from stroma.cytometry.stain_populations import LEAST_OWN
from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.house_rules import CompensationRule
from stroma.records import Events, Origin, Spillover, Tube, TubeRole
from stroma.texts import Number, Text, join, text
from stroma.views import CompensationView, Subject

LARGEST_NONLINEARITY = 0.01
"""Difference of slope between dim and bright stained events from which a control is doubted: one
per cent of a stain of 10⁴ units is 100, the width of unstained cells."""

LARGEST_SHARE_AT_END = 0.10
"""Share of a control's particles at the end of a detector from which it is too bright: half of
those that are left would no longer be the middle of all."""


LEAST_WIDENED = 1.5
"""Times as wide from which it is said: the threshold of the unstained events, 2.6 standard
deviations of theirs, is then passed by 4 % of the widened ones instead of 0.5 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelCompensation:
    """What the tubes of a panel can be compensated with.

    Parameters
    ----------
    rule
        What the laboratory asks for.
    declared
        The laboratory's own matrix and the file it came from.
    single_stains
        The matrix of the single stains, where it is asked for or a file has none.
    populations
        The single stains that can be used.
    problems
        Why others cannot, and what is doubtful of those used.
    detectors
        Those the tubes of the panel are stained for.
    """

    rule: CompensationRule
    declared: tuple[Spillover, Origin | None] | None = None
    single_stains: SingleStainMatrix | None = None
    populations: tuple[StainPopulations, ...] = field(default=(), repr=False)
    problems: tuple[Problem, ...] = ()
    detectors: tuple[str, ...] = ()

    def of(self, events: Events) -> Compensation:
        """Return what a tube is compensated with.

        Parameters
        ----------
        events
            The tube.

        Returns
        -------
        Compensation
            The matrix and where it comes from.

        Raises
        ------
        FileProblem
            The matrix the laboratory asks for is not there.
        """
        return choose_compensation(
            events,
            None if self.declared is None else self.declared[0],
            single_stains=None if self.single_stains is None else self.single_stains.spillover,
            source=self.rule.source,
        )

    def origins(self, chosen: Compensation) -> tuple[Origin, ...]:
        """Return the files a matrix rests on, beside the tube's own.

        Parameters
        ----------
        chosen
            As :meth:`of` returned it.

        Returns
        -------
        tuple of Origin
            The laboratory's matrix, or the single stains.
        """
        if chosen.source == "declared matrix" and self.declared is not None:
            return () if self.declared[1] is None else (self.declared[1],)
        if chosen.source == "single stains" and self.single_stains is not None:
            fitted = {fit.file for fit in self.single_stains.fits}
            return tuple(p.origin for p in self.populations if p.origin.file in fitted)
        return ()


def compensate_panel(
    stained: Sequence[Tube],
    single_stains: Sequence[Tube],
    controls: Sequence[Tube],
    events: Mapping[str, Events],
    *,
    rule: CompensationRule,
    declared: tuple[Spillover, Origin | None] | None,
) -> PanelCompensation:
    """Gather what the tubes of a panel can be compensated with.

    Parameters
    ----------
    stained, single_stains, controls
        The tubes of the panel.
    events
        Each tube's file to its events.
    rule
        What the laboratory asks for.
    declared
        The laboratory's own matrix and where it came from.

    Returns
    -------
    PanelCompensation
        A matrix of the single stains is computed only where it is asked for, or where neither the
        laboratory nor a stained tube brings one.
    """
    held = [events[tube.file] for tube in stained if tube.file in events]
    asked = rule.source == "single_stains"
    lacking = declared is None and any(file.spillover is None for file in held)
    needed = asked or (rule.source is None and lacking)
    populations, problems = _populations(single_stains, controls, held, events, declared)
    populations, exchanged = _in_their_own_tubes(populations)
    problems += exchanged
    if not asked:
        # They are looked at beside another matrix: one that cannot be used keeps nothing back.
        problems = [replace(problem, severity=Severity.WARNING) for problem in problems]
    matrix: SingleStainMatrix | None = None
    if needed and populations:
        matrix, doubts = _matrix(stained, populations, asked=asked)
        problems += doubts
    panel = PanelCompensation(
        rule=rule,
        declared=declared,
        single_stains=matrix,
        populations=tuple(populations),
        problems=tuple(problems),
        detectors=tuple(dict.fromkeys(name for tube in stained for name in tube.markers)),
    )
    return replace(panel, problems=(*panel.problems, *_left_out(panel, stained, events)))


def _populations(
    single_stains: Sequence[Tube],
    controls: Sequence[Tube],
    stained: Sequence[Events],
    events: Mapping[str, Events],
    declared: tuple[Spillover, Origin | None] | None,
) -> tuple[list[StainPopulations], list[Problem]]:
    nearest: dict[str, Tube] = {}
    for tube in single_stains:
        for detector in tube.markers:
            if tube.file in events:
                nearest.setdefault(detector, tube)
    matrices = [file.spillover for file in stained] if declared is None else [declared[0]]
    detectors = dict.fromkeys(
        name
        for names in (*(m.channels for m in matrices if m is not None), tuple(nearest))
        for name in names
        if all(name in file.names for file in stained)
    )
    unstained = next(
        (
            events[tube.file]
            for tube in controls
            if tube.role == TubeRole.UNSTAINED and tube.file in events
        ),
        None,
    )
    found: list[StainPopulations] = []
    problems: list[Problem] = []
    for detector, tube in nearest.items():
        if detector not in detectors:
            continue
        control = SingleStain(detector=detector, events=events[tube.file])
        try:
            found.append(populations_of(control, tuple(detectors), unstained=unstained))
        except FileProblem as refusal:
            problems += refusal.problems
    return found, problems


def _in_their_own_tubes(
    populations: Sequence[StainPopulations],
) -> tuple[list[StainPopulations], list[Problem]]:
    """Leave out controls whose tubes are exchanged, and doubt those brighter elsewhere.

    Each control points to the detector it is brightest in. A ring of such pointers is an exchange
    at whatever gains: along it every fluorochrome would have to shine more in the next one's
    detector than in its own.
    """
    brightest = {population.detector: _brightest_in(population) for population in populations}
    rings = {name: _ring(name, brightest) for name in brightest}
    problems = [
        _exchanged(population, rings[population.detector])
        if rings[population.detector]
        else _brighter_elsewhere(population, brightest[population.detector])
        for population in populations
        if brightest[population.detector] != population.detector
    ]
    return [p for p in populations if not rings[p.detector]], problems


def _brightest_in(population: StainPopulations) -> str:
    light = np.median(population.stained, axis=0) - np.median(population.unstained, axis=0)
    return population.detectors[int(light.argmax())]


def _ring(start: str, brightest: Mapping[str, str]) -> tuple[str, ...]:
    """Return the controls of a ring that leads back to its start; none if it does not."""
    ring = [start]
    following = brightest.get(start)
    while following is not None and following not in ring:
        ring.append(following)
        following = brightest.get(following)
    return tuple(ring) if len(ring) > 1 and following == start else ()


def _exchanged(population: StainPopulations, ring: Sequence[str]) -> Problem:
    return Problem(
        Place(file=population.origin.file, column=population.detector),
        found=text(
            "brighter in {other} than in its own detector {detector}; the single stains of "
            "{detectors} look exchanged, and none of them is used",
            other=ring[1],
            detector=population.detector,
            detectors=", ".join(sorted(ring)),
        ),
        expected=text("each single stain brightest in its own detector"),
        action=text("look up which tube holds which stain, and correct tubes.csv"),
    )


def _brighter_elsewhere(population: StainPopulations, other: str) -> Problem:
    return Problem(
        Place(file=population.origin.file, column=population.detector),
        found=text(
            "brighter in {other} than in its own detector {detector}",
            other=other,
            detector=population.detector,
        ),
        expected=text("each single stain brightest in its own detector"),
        action=text(
            "see that the tube holds this stain; a tandem dye that has come apart does the same"
        ),
        severity=Severity.WARNING,
    )


def _left_out(
    panel: PanelCompensation, stained: Sequence[Tube], events: Mapping[str, Events]
) -> list[Problem]:
    """Name the stained detectors that the matrix of a tube lacks."""
    found: list[Problem] = []
    for tube in stained:
        if tube.file not in events or len(tube.markers) < 2:
            continue
        try:
            chosen = panel.of(events[tube.file])
        except FileProblem:
            # Said where the tube is measured.
            continue
        matrix = chosen.spillover
        if chosen.source == "declared matrix" and panel.declared is not None:
            # An identity is not multiplied with, and may lack detectors all the same.
            matrix = panel.declared[0]
        elif chosen.source == "file":
            matrix = events[tube.file].spillover
        recorded = [name for name in tube.markers if name in events[tube.file].names]
        lacking = [] if matrix is None else [n for n in recorded if n not in matrix.channels]
        if lacking:
            found.append(_not_in_matrix(tube, lacking))
    return found


def _not_in_matrix(tube: Tube, lacking: Sequence[str]) -> Problem:
    return Problem(
        Place(file=tube.file, lot=tube.lot or None),
        found=text(
            "the spillover matrix does not hold {detectors}, for which the tube is stained: no "
            "light of these stains is taken out of other detectors, nor of others out of theirs",
            detectors=", ".join(lacking),
        ),
        expected=text("a matrix of all stained detectors"),
        action=text("use a matrix with these detectors"),
        severity=Severity.WARNING,
    )


def _matrix(
    stained: Sequence[Tube], populations: Sequence[StainPopulations], *, asked: bool
) -> tuple[SingleStainMatrix | None, list[Problem]]:
    wanted = dict.fromkeys(detector for tube in stained for detector in tube.markers)
    lacking = [name for name in wanted if name not in {p.detector for p in populations}]
    if lacking:
        place = Place(lot=stained[0].lot or None) if stained else Place()
        return None, [_incomplete(place, lacking, asked=asked)]
    try:
        matrix = spillover_from(populations)
    except FileProblem as refusal:
        return None, list(refusal.problems)
    doubts = [
        problem
        for fit, population in zip(matrix.fits, populations, strict=True)
        for problem in _doubts(fit, population)
    ]
    return matrix, doubts


def _incomplete(place: Place, lacking: Sequence[str], *, asked: bool) -> Problem:
    return Problem(
        place,
        found=text("no usable single stain for {detectors}", detectors=", ".join(lacking)),
        expected=text("one for each detector of the stained tubes"),
        action=text("record the single stains that are missing, or name another matrix"),
        severity=Severity.ERROR if asked else Severity.WARNING,
    )


def _doubts(fit: StainFit, population: StainPopulations) -> list[Problem]:
    found: list[Text] = []
    if fit.nonlinearity > LARGEST_NONLINEARITY:
        found.append(
            text(
                "dim and bright stained events differ in slope by {percent} % of the light: their "
                "autofluorescence is not that of the unstained events, or the detector is not "
                "linear",
                percent=round(100 * fit.nonlinearity, 1),
            )
        )
    if population.at_end > LARGEST_SHARE_AT_END:
        found.append(
            text(
                "{percent} % of the particles lie at the end of a detector",
                percent=round(100 * population.at_end, 1),
            )
        )
    if fit.unstained_file is not None:
        found.append(text("the unstained events are those of {file}", file=fit.unstained_file))
    return [
        *_few_unstained(population),
        *(
            Problem(
                Place(file=fit.file, column=fit.detector),
                found=doubt,
                expected=text("stained and unstained particles of one kind, within the detectors"),
                action=text("nothing, if the tube is meant so; else record the control anew"),
                severity=Severity.NOTE,
            )
            for doubt in found
        ),
    ]


def _few_unstained(population: StainPopulations) -> list[Problem]:
    share = population.own_share
    if share is None or share >= LEAST_OWN:
        return []
    return [
        Problem(
            Place(file=population.origin.file, column=population.detector),
            found=text(
                "only {percent} % of the events are unstained; they may be debris and dead cells",
                percent=round(100 * share, 1),
            ),
            expected=text("{percent} % at least, or an unstained tube", percent=100 * LEAST_OWN),
            action=text(
                "record the panel's unstained tube and declare it; until then the coefficients of "
                "this stain may be off by more than their intervals"
            ),
            severity=Severity.WARNING,
        )
    ]


def check_matrix(panel: PanelCompensation, chosen: Compensation) -> CompensationCheck | None:
    """Hold the matrix of a tube against the single stains.

    Parameters
    ----------
    panel
        With the single stains.
    chosen
        What the tube is compensated with.

    Returns
    -------
    CompensationCheck or None
        ``None`` where there is no single stain, or no matrix to be held against it.
    """
    if not panel.populations or chosen.source in {"none", "already in the file"}:
        return None
    spillover = chosen.spillover
    if spillover is None:
        names = panel.populations[0].detectors
        spillover = Spillover(names, np.eye(len(names)))
    else:
        recorded = set(panel.populations[0].detectors)
        spillover = _with(spillover, [name for name in panel.detectors if name in recorded])
    held = [p for p in panel.populations if set(spillover.channels) <= set(p.detectors)]
    return check_compensation(held, spillover) if held else None


def _with(spillover: Spillover, detectors: Sequence[str]) -> Spillover:
    """Return a matrix with the detectors it lacks, which it leaves as they are."""
    lacking = tuple(name for name in detectors if name not in spillover.channels)
    if not lacking:
        return spillover
    held = len(spillover.channels)
    matrix = np.eye(held + len(lacking))
    matrix[:held, :held] = spillover.matrix
    return replace(spillover, channels=(*spillover.channels, *lacking), matrix=matrix)


def misfit_problem(file: str, lot: str, found: Sequence[Misfit]) -> Problem:
    """Return what a matrix that does not fit does to the cells of a tube.

    Parameters
    ----------
    file, lot
        The tube.
    found
        At least one misfit.

    Returns
    -------
    Problem
        A warning that names each.
    """
    return Problem(
        Place(file=file, lot=lot or None),
        found=text(
            "the spillover matrix does not fit the single stains: {pairs}",
            pairs=join([_described(misfit) for misfit in found], "; "),
        ),
        expected=text("stains that move no negative cell over its threshold"),
        action=text(
            "compute the matrix anew from the single stains (source in the section compensation "
            "of study.toml), or record them with the settings of this tube"
        ),
        severity=Severity.WARNING,
    )


def _described(misfit: Misfit) -> Text:
    slope = misfit.slope
    if misfit.stain == misfit.detector:
        return text(
            "{stain} has no light left in its own detector, all of it is taken out",
            stain=misfit.stain,
        )
    values = {
        "stain": misfit.stain,
        "detector": misfit.detector,
        "percent": Number(100 * abs(slope.estimate), 2),
        "lifted": Number(misfit.lifted, 1),
    }
    if slope.estimate > 0:
        return text(
            "{stain} is compensated too little in {detector}, where {percent} % of its light is "
            "left and {lifted} % of negative cells would count as positive",
            **values,
        )
    return text(
        "{stain} is compensated too much in {detector}, by {percent} % of its light, which moves "
        "cells as far down as {lifted} % would have to be moved up",
        **values,
    )


def compensation_view(
    check: CompensationCheck, chosen: Compensation, subject: Subject
) -> CompensationView:
    """Return the picture of what a matrix leaves in the single stains.

    Parameters
    ----------
    check
        Of the matrix.
    chosen
        What the tube is compensated with.
    subject
        What it shows.

    Returns
    -------
    CompensationView
        Percentages at two decimals, widths at one.
    """
    left: list[tuple[float | None, ...]] = []
    for stain, slopes in zip(check.stains, check.slopes, strict=True):
        left.append(
            tuple(
                None if name == stain else round(100 * slope.estimate, 2)
                for name, slope in zip(check.channels, slopes, strict=True)
            )
        )
    return CompensationView(
        subject=subject,
        stains=check.stains,
        channels=check.channels,
        left=tuple(left),
        widened=tuple(round(float(most), 1) for most in check.widened.max(axis=0, initial=1.0)),
        widest=_widest(check),
        certain=tuple(
            tuple(slope.low > 0 or slope.high < 0 for slope in slopes) for slopes in check.slopes
        ),
        condition=float(f"{check.condition:.4g}"),
        source=chosen.source,
        worst=_worst(check),
        files=check.files,
    )


def _worst(check: CompensationCheck) -> Text:
    pairs = [
        (abs(slope.estimate), stain, name, slope)
        for stain, slopes in zip(check.stains, check.slopes, strict=True)
        for name, slope in zip(check.channels, slopes, strict=True)
        if name != stain
    ]
    if not pairs:
        return Text("")
    _, stain, name, slope = max(pairs, key=lambda pair: pair[0])
    return text(
        "furthest from 0: {stain} in {detector}, {percent} % of its light ({low} to {high})",
        stain=stain,
        detector=name,
        percent=Number(100 * slope.estimate, 2),
        low=Number(100 * slope.low, 2),
        high=Number(100 * slope.high, 2),
    )


def _widest(check: CompensationCheck) -> Text:
    """Say which detector loses most, which compensation cannot mend."""
    if not check.widened.size or check.widened.max() < LEAST_WIDENED:
        return Text("")
    row, column = np.unravel_index(int(check.widened.argmax()), check.widened.shape)
    return text(
        "widest: {stain}, as bright as in its control, makes negative events {times} times as wide "
        "in {detector}; dim positive ones are lost among them there",
        stain=check.stains[row],
        detector=check.channels[column],
        times=Number(float(check.widened[row, column]), 1),
    )
