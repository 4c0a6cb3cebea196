"""Flow cytometry of a panel: percent positive cells of each marker, against its control."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from stroma.assays.debris_doubts import dead_in_debris, marked_debris
from stroma.assays.detector_labels import other_labels
from stroma.assays.panel_compensation import (
    PanelCompensation,
    check_matrix,
    compensate_panel,
    compensation_view,
    misfit_problem,
)
from stroma.assays.panel_controls import (
    ControlChoice,
    choose_control,
    controls_that_seem_stained,
    settings_differ,
)
from stroma.assays.prepared_tube import (
    PreparedTube,
    missing_channels,
    no_cells,
    prepare_tube,
    tube_account,
    tube_gate_views,
    tube_problems,
)
from stroma.assays.recordings import RECORDING, copied_controls, recording_of
from stroma.assays.result import AssayResult, combine
from stroma.cytometry.compensation import same_spillover
from stroma.cytometry.compensation_check import Misfit, misfits
from stroma.cytometry.control_adequacy import (
    judge_control,
    judge_fluorochrome,
)
from stroma.cytometry.gates import detector_end
from stroma.cytometry.pictures import histogram_heights, shown_position, thinned
from stroma.cytometry.positivity import (
    CONTROL_PERCENTILE,
    Positivity,
    Threshold,
    bounded_control_cells,
    find_method,
    least_control_cells,
    percent_positive,
)
from stroma.cytometry.positivity_methods.estimate import PositiveShare, TubePair
from stroma.cytometry.positivity_methods.registry import estimate_by_all
from stroma.cytometry.positivity_methods.shifted_mixture import SHIFTED_MIXTURE
from stroma.cytometry.scales import decade_ticks, logicle_for
from stroma.cytometry.single_stains import robust_sd
from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.house_rules import CleaningRule, CompensationRule, PositivityRule
from stroma.measurements import (
    ALTERNATIVES,
    COMPENSATION_DISPUTE,
    CONTROL_DISPUTE,
    DISPUTED,
    GATE_DISPUTE,
    LABEL_DISPUTE,
    STRATEGY,
    Measurement,
    disputed,
)
from stroma.records import (
    VIABILITY_DYE,
    Events,
    FloatArray,
    Origin,
    Spillover,
    Tube,
    TubeRole,
)
from stroma.stats.proportions import wilson_interval
from stroma.strategy_records import DEPARTURES, HeldStrategy
from stroma.texts import Text, join, text
from stroma.views import HistogramView, Subject
from stroma.vocabulary import canonical_marker, canonical_phenotype

POSITIVE_MARKERS: tuple[str, ...] = ("CD73", "CD90", "CD105")
"""Markers an MSC carries all at once: Dominici M et al. Cytotherapy 2006;8:315-317."""

CLEANING = "cleaning/2"
"""Margins, unstable stretches, debris, doublets and dead cells excluded, in this order."""

FLOW_VIABILITY = "flow cytometry"
"""Analyte of the viability a dye shows: it is measured after staining, not at harvest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelTubes:
    """The tubes of one panel of one lot and passage, with the controls they share.

    Parameters
    ----------
    lot, donor, source, passage
        Whose cells.
    panel
        Name of the panel; empty for the only one.
    stained
        Tubes to be measured, stimulated or not.
    controls
        Tubes they are held against.
    single_stains
        Tubes for compensation, the nearest first.
    """

    lot: str
    donor: str
    source: str
    passage: str
    panel: str = ""
    stained: tuple[Tube, ...] = ()
    controls: tuple[Tube, ...] = ()
    single_stains: tuple[Tube, ...] = ()


def measure_immunophenotype(
    group: PanelTubes,
    events: Mapping[str, Events],
    *,
    positivity: PositivityRule,
    cleaning: CleaningRule,
    compensation: CompensationRule | None = None,
    spillover: Spillover | None = None,
    spillover_origin: Origin | None = None,
    strategy: HeldStrategy | None = None,
) -> AssayResult:
    """Measure the markers of a panel.

    Parameters
    ----------
    group
        The tubes.
    events
        Each tube's file to its events; a file that could not be read is absent, and has been
        reported by whoever read it.
    positivity, cleaning, compensation
        The laboratory's rules.
    spillover
        A matrix the study declares.
    spillover_origin
        The file the declared matrix came from.
    strategy
        The frozen gates that ``cleaning`` names.

    Returns
    -------
    AssayResult
        Rows ``percent_positive``, ``percent_coexpressing``, ``live_events`` and ``viability`` of
        each stained tube; what could not be measured; histograms and gates; the account of every
        event.

    Notes
    -----
    A marker without a usable control gives a problem and no row. Stained tube and control are
    compensated with the matrix of the stained tube, so that the threshold is in its units. Where a
    frozen strategy or a matrix is named and could not be read, nothing is measured: its reader
    said so.
    """
    if not any(tube.file in events for tube in group.stained):
        return AssayResult()
    if cleaning.strategy is not None and strategy is None:
        return AssayResult()
    rule = CompensationRule() if compensation is None else compensation
    if rule.matrix is not None and spillover is None:
        return AssayResult()
    matrices = compensate_panel(
        group.stained,
        group.single_stains,
        group.controls,
        events,
        rule=rule,
        declared=None if spillover is None else (spillover, spillover_origin),
    )
    copies, copied = copied_controls(group.stained, group.controls, events)
    problems: list[Problem] = [*matrices.problems, *copied]
    detectors = {detector for tube in group.stained for detector in tube.markers}
    prepared: dict[str, PreparedTube] = {}
    for tube in (*group.stained, *group.controls):
        usable = tube.role == TubeRole.STAINED or tube.role in positivity.controls
        if usable and tube.file in events and tube.file not in prepared:
            try:
                prepared[tube.file] = prepare_tube(
                    tube,
                    events[tube.file],
                    detectors=detectors,
                    cleaning=cleaning,
                    compensation=matrices.of(events[tube.file]),
                    strategy=strategy,
                )
            except FileProblem as refusal:
                problems.extend(refusal.problems)
    for tube_held in prepared.values():
        problems.extend(tube_problems(tube_held))
        if tube_held.tube.role != TubeRole.STAINED:
            problems.extend(
                replace(absent, severity=Severity.WARNING)
                for _detector, absent in missing_channels(tube_held)
            )
    stained_controls = {
        problem.place.file: problem
        for problem in controls_that_seem_stained(
            [held for file, held in prepared.items() if file not in copies]
        )
    }
    problems.extend(stained_controls.values())
    panel = _Panel(
        group,
        prepared,
        positivity,
        matrices,
        copies,
        {file: problem.found for file, problem in stained_controls.items() if file is not None},
    )
    shared = AssayResult(
        problems=tuple(problems),
        exclusions=tuple(
            step
            for held in prepared.values()
            for step in tube_account(held, lot=group.lot, passage=group.passage)
        ),
    )
    stained = [
        prepared[tube.file]
        for tube in group.stained
        if tube.file in prepared and tube.file not in copies
    ]
    return combine([shared, *(_measure_tube(panel, held) for held in stained)])


@dataclass(frozen=True, slots=True)
class _Panel:
    """What all tubes of a group share."""

    group: PanelTubes
    prepared: Mapping[str, PreparedTube]
    rule: PositivityRule
    matrices: PanelCompensation
    copies: frozenset[str]
    """Files of controls and stained tubes that hold the same recording."""
    stained_controls: Mapping[str, Text]
    """Files of controls that seem to be stained to the sentence that says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marker:
    """One marker of one stained tube, with its control and threshold."""

    name: str
    detector: str
    control: PreparedTube
    stained_values: FloatArray = field(repr=False)
    control_values: FloatArray = field(repr=False)
    threshold: Threshold
    warnings: tuple[Text, ...]
    disputes: tuple[str, ...] = ()
    """Why its number cannot decide, as :data:`stroma.measurements.DISPUTED` lists it."""


def _measure_tube(panel: _Panel, tube: PreparedTube) -> AssayResult:
    group = panel.group
    absent = dict(missing_channels(tube))
    labels = dict(other_labels(tube.tube, tube.events)) if panel.rule.compare_labels else {}
    problems = [*absent.values(), *labels.values()]
    rows = [_live_events(panel, tube)]
    views = list(tube_gate_views(tube, lot=group.lot, passage=group.passage))
    viability = _viability(panel, tube)
    if viability is not None:
        lost = dead_in_debris(tube)
        problems += [] if lost is None else [lost]
        rows.append(viability if lost is None else disputed(viability, GATE_DISPUTE))
    if tube.cells == 0:
        return AssayResult(tuple(rows), (*problems, no_cells(tube)), tuple(views))
    measured, said = _markers(
        panel, tube, [d for d in tube.tube.markers if d not in absent], labels
    )
    problems += said
    fit, unfit = _compensation_fit(panel, tube, measured)
    measured = [_with_misfits(marker, unfit) for marker in measured]
    histograms: list[HistogramView] = []
    for marker in measured:
        row = _by_declared_method(
            panel, tube, marker, _marker_row(panel, tube, "percent_positive", marker.name, [marker])
        )
        if isinstance(row, Problem):
            problems.append(row)
            continue
        rows.append(row)
        histograms.append(_histogram(panel, tube, marker, row))
    joint = [marker for marker in measured if marker.name in POSITIVE_MARKERS]
    phenotype = canonical_phenotype("".join(f"{marker.name}+" for marker in joint))
    if len({marker.name for marker in joint}) > 1 and phenotype is not None:
        rows.append(_marker_row(panel, tube, "percent_coexpressing", phenotype, joint))
    return combine([AssayResult(tuple(rows), tuple(problems), (*histograms, *views)), fit])


def _markers(
    panel: _Panel, tube: PreparedTube, detectors: Iterable[str], labels: Mapping[str, Problem]
) -> tuple[list[_Marker], list[Problem]]:
    """Return the markers that have a threshold, and what is said of them and the others."""
    measured: list[_Marker] = []
    problems: list[Problem] = []
    for detector in detectors:
        if tube.tube.markers[detector] == VIABILITY_DYE:
            continue
        found = _hold_against_control(panel, tube, detector)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        if detector in labels:
            found = _disputed(found, labels[detector].found, LABEL_DISPUTE)
        lost = marked_debris(
            tube,
            marker=found.name,
            detector=detector,
            cells=found.stained_values,
            threshold=found.threshold.value,
        )
        if lost is not None:
            problems.append(lost)
            found = _disputed(found, lost.found, GATE_DISPUTE)
        measured.append(found)
    return measured, problems


def _disputed(marker: _Marker, reason: Text, code: str) -> _Marker:
    return replace(marker, warnings=(*marker.warnings, reason), disputes=(*marker.disputes, code))


def _with_misfits(marker: _Marker, unfit: Sequence[Misfit]) -> _Marker:
    here = [misfit for misfit in unfit if misfit.detector == marker.detector]
    if not here:
        return marker
    reason = text(
        "the spillover matrix does not fit the single stains in {detector}",
        detector=marker.detector,
    )
    return _disputed(marker, reason, COMPENSATION_DISPUTE)


def _compensation_fit(
    panel: _Panel, tube: PreparedTube, measured: Sequence[_Marker]
) -> tuple[AssayResult, tuple[Misfit, ...]]:
    """Return what the single stains say of the matrix of a tube."""
    check = check_matrix(panel.matrices, tube.compensation)
    if check is None:
        return AssayResult(), ()
    group, matrix = panel.group, tube.compensation.spillover
    light = {
        detector: thinned(tube.of_cells(detector, matrix))
        for detector in tube.tube.markers
        if detector in tube.compensated
    }
    noise = {marker.detector: robust_sd(thinned(marker.control_values)) for marker in measured}
    found = misfits(check, light, noise, percentile=panel.rule.percentile)
    subject = Subject(group.lot, group.passage, "compensation", group.panel)
    result = AssayResult(
        problems=(misfit_problem(tube.tube.file, tube.tube.lot, found),) if found else (),
        views=(compensation_view(check, tube.compensation, subject),),
    )
    return result, found


def _hold_against_control(panel: _Panel, tube: PreparedTube, detector: str) -> _Marker | Problem:
    marker = canonical_marker(tube.tube.markers[detector])
    matrix = tube.compensation.spillover

    def refusal(control: Tube) -> Text | None:
        return _refusal(panel, control, detector, matrix)

    choice = choose_control(
        tube.tube,
        detector,
        panel.group.controls,
        order=panel.rule.controls,
        refusal=refusal,
    )
    if choice.tube is None:
        return _no_control(panel, tube, detector, choice)
    control = panel.prepared[choice.tube.file]
    control_values = control.of_cells(detector, matrix)
    threshold = find_method(CONTROL_PERCENTILE)(control_values, panel.rule)
    seems_stained = panel.stained_controls.get(control.tube.file)
    return _Marker(
        name=marker,
        detector=detector,
        control=control,
        stained_values=tube.of_cells(detector, matrix),
        control_values=control_values,
        threshold=threshold,
        warnings=(
            *_marker_warnings(panel, tube, control, detector, choice),
            *(() if seems_stained is None else (seems_stained,)),
        ),
        disputes=(
            *(() if seems_stained is None else (CONTROL_DISPUTE,)),
            *_gate_dispute(tube),
        ),
    )


def _gate_dispute(tube: PreparedTube) -> tuple[str, ...]:
    doubted = any(step.result.doubt is not None for step in tube.cleaned.steps)
    return (GATE_DISPUTE,) if doubted else ()


def _refusal(panel: _Panel, control: Tube, detector: str, matrix: Spillover | None) -> Text | None:
    """Return why a control cannot be used; ``None`` where it can."""
    if control.file in panel.copies:
        return text("{file} holds the same recording as a stained tube", file=control.file)
    held = panel.prepared.get(control.file)
    if held is None:
        return text("{file} could not be read", file=control.file)
    if detector not in held.events.names:
        return text("{file} does not hold {channels}", file=control.file, channels=detector)
    lacking = sorted(set(() if matrix is None else matrix.channels) - set(held.events.names))
    if lacking:
        return text(
            "{file} does not hold {channels}, which the spillover matrix needs",
            file=control.file,
            channels=", ".join(lacking),
        )
    if held.cells < least_control_cells(panel.rule.percentile):
        return text(
            "{file} has {cells} live single cells, fewer than the {least} without which the "
            "percentile {percentile} lies beyond the largest value",
            file=control.file,
            cells=held.cells,
            least=least_control_cells(panel.rule.percentile),
            percentile=panel.rule.percentile,
        )
    return None


def _no_control(panel: _Panel, tube: PreparedTube, detector: str, choice: ControlChoice) -> Problem:
    marker = tube.tube.markers[detector]
    reasons: tuple[Text, ...] = choice.refused or (text("none is named"),)
    return Problem(
        Place(file=tube.tube.file, column=detector, lot=panel.group.lot),
        found=text(
            "{marker} was not measured, it has no usable control: {reasons}",
            marker=marker,
            reasons=join(list(reasons), "; "),
        ),
        expected=text(
            "a tube of the kinds {kinds} with {minimum} live single cells or more: FMO without "
            "{marker}, isotype on {detector}, or unstained",
            kinds=", ".join(panel.rule.controls),
            minimum=panel.rule.minimum_control_events,
            marker=marker,
            detector=detector,
        ),
        action=text("record such a control and name it in tubes, in the same panel"),
    )


def _marker_warnings(
    panel: _Panel,
    tube: PreparedTube,
    control: PreparedTube,
    detector: str,
    choice: ControlChoice,
) -> tuple[Text, ...]:
    file = control.tube.file
    warnings = [
        text("the control {file} stands in: {reason}", file=file, reason=reason)
        for reason in choice.refused
    ]
    warnings += choice.warnings
    warnings += judge_fluorochrome(
        marker=tube.tube.markers[detector],
        role=control.tube.role,
        stained=tube.channel(detector),
        control=control.channel(detector),
        control_file=file,
    )
    warnings += settings_differ(tube.channel(detector), control.channel(detector), file)
    stained_detectors = [m for m in tube.tube.markers.values() if m != VIABILITY_DYE]
    if tube.compensation.source == "none" and len(stained_detectors) > 1:
        warnings.append(
            text("not compensated: no spillover matrix in the file or the study")
            if tube.events.spillover_doubt is None
            else text("not compensated: the file's spillover matrix cannot be used")
        )
    if not same_spillover(tube.compensation.spillover, control.compensation.spillover):
        warnings.append(
            text(
                "the control {file} carries another spillover matrix; this tube's was used",
                file=file,
            )
        )
    if tube.dye is None:
        warnings.append(text("no viability dye: dead cells are counted"))
    elif control.dye is None:
        warnings.append(
            text("the control {file} has no viability dye: its dead cells are counted", file=file)
        )
    least = bounded_control_cells(panel.rule)
    if control.cells < least:
        warnings.append(
            text(
                "the control {file} has {cells} live single cells, fewer than the {least} that "
                "bound percentile {percentile} from above; the lower bound is therefore 0",
                file=file,
                cells=control.cells,
                least=least,
                percentile=panel.rule.percentile,
            )
        )
    elif control.cells < panel.rule.minimum_control_events:
        warnings.append(
            text(
                "the control {file} has {cells} live single cells, fewer than the {least} the "
                "laboratory asks for",
                file=file,
                cells=control.cells,
                least=panel.rule.minimum_control_events,
            )
        )
    return tuple(warnings)


def _marker_row(
    panel: _Panel,
    tube: PreparedTube,
    quantity: str,
    analyte: str,
    markers: Sequence[_Marker],
) -> Measurement:
    result = percent_positive(
        [marker.stained_values for marker in markers],
        [marker.threshold for marker in markers],
        level=panel.rule.level,
    )
    files = dict.fromkeys(marker.control.events.origin for marker in markers)
    matrix = panel.matrices.origins(tube.compensation)
    return Measurement(
        lot=panel.group.lot,
        donor=panel.group.donor,
        source=panel.group.source,
        passage=panel.group.passage,
        condition=tube.tube.stimulated,
        quantity=quantity,
        analyte=analyte,
        value=result.percent,
        unit="%",
        low=result.low,
        high=result.high,
        level=result.level,
        n=result.cells,
        n_counts="cells",
        method=result.method,
        settings={**_settings(panel, tube, markers, result), **_disputes(markers)},
        origins=(tube.events.origin, *files, *matrix),
        warnings=_unique(warning for marker in markers for warning in marker.warnings),
    )


def _by_declared_method(
    panel: _Panel, tube: PreparedTube, marker: _Marker, counted: Measurement
) -> Measurement | Problem:
    """Return the row by the method the laboratory declares, with the others beside it."""
    tubes = TubePair(marker.stained_values, marker.control_values)
    shares = estimate_by_all(tubes, panel.rule)
    others = {
        share.method: [_short(share.percent), _short(share.low), _short(share.high)]
        for share in shares
        if share.method != panel.rule.method
    }
    doubts = _about_control(tubes, shares, panel.rule)
    counted = replace(counted, warnings=_unique([*counted.warnings, *doubts]))
    if panel.rule.method == counted.method:
        return replace(counted, settings={**counted.settings, ALTERNATIVES: others})
    share = next((held for held in shares if held.method == panel.rule.method), None)
    if share is None:
        return _method_not_possible(panel, tube, marker)
    own = {name: _short(value) for name, value in share.diagnostics.items()}
    kept = ("channel", "control", "control_role", "control_cells", "compensation", "cleaning")
    return replace(
        counted,
        value=share.percent,
        low=share.low,
        high=share.high,
        method=share.method,
        settings={
            **{name: counted.settings[name] for name in kept},
            **_strategy(tube, marker.control),
            **_disputes([marker]),
            **own,
            "threshold": None if share.threshold is None else _short(share.threshold),
            "separable": share.separable,
            ALTERNATIVES: others,
        },
        warnings=_unique([*counted.warnings, *share.warnings]),
    )


def _about_control(
    tubes: TubePair, shares: Sequence[PositiveShare], rule: PositivityRule
) -> tuple[Text, ...]:
    """Return what speaks against the control, as far as its cells show it."""
    mixture = next((share for share in shares if share.method == SHIFTED_MIXTURE), None)
    if mixture is None:
        return ()
    return judge_control(tubes, rule, share=mixture).findings


def _method_not_possible(panel: _Panel, tube: PreparedTube, marker: _Marker) -> Problem:
    return Problem(
        Place(file=tube.tube.file, column=marker.detector, lot=panel.group.lot),
        found=text(
            "{marker} cannot be measured by {method}: {stained} stained and {control} control "
            "cells",
            marker=marker.name,
            method=panel.rule.method,
            stained=tube.cells,
            control=marker.control.cells,
        ),
        expected=text("tubes the declared method can work with"),
        action=text("record more cells, or declare another method in [positivity]"),
    )


def _settings(
    panel: _Panel, tube: PreparedTube, markers: Sequence[_Marker], result: Positivity
) -> dict[str, object]:
    settings: dict[str, object] = {
        "percentile": panel.rule.percentile,
        "positive_cells": result.positive,
        "sampling": [_short(result.sampling_low), _short(result.sampling_high)],
        "placement": [_short(result.placement_low), _short(result.placement_high)],
        "compensation": tube.compensation.source,
        "cleaning": _methods(tube),
        **_strategy(tube, *(marker.control for marker in markers)),
    }
    for marker in markers:
        own = {
            "channel": marker.detector,
            "threshold": _short(marker.threshold.value),
            "threshold_interval": [_short(marker.threshold.low), _short(marker.threshold.high)],
            "control": marker.control.tube.file,
            "control_role": str(marker.control.tube.role),
            "control_cells": marker.threshold.control_cells,
        }
        settings.update(own if len(markers) == 1 else {marker.name: own})
    return settings


def _disputes(markers: Sequence[_Marker]) -> dict[str, object]:
    codes = dict.fromkeys(code for marker in markers for code in marker.disputes)
    return {DISPUTED: list(codes)} if codes else {}


def _live_events(panel: _Panel, tube: PreparedTube) -> Measurement:
    return Measurement(
        lot=panel.group.lot,
        donor=panel.group.donor,
        source=panel.group.source,
        passage=panel.group.passage,
        condition=tube.tube.stimulated,
        quantity="live_events",
        analyte=PurePosixPath(tube.tube.file).stem,
        value=float(tube.cells),
        unit="{cells}",
        n=tube.cleaned.total,
        n_counts="events",
        method=CLEANING,
        settings={
            "cleaning": _methods(tube),
            RECORDING: recording_of(tube.events),
            **_strategy(tube),
        },
        origins=(tube.events.origin,),
    )


def _viability(panel: _Panel, tube: PreparedTube) -> Measurement | None:
    step = tube.cleaned.step("dead")
    if step is None or step.result.cut is None or not step.asked.size:
        return None
    live, cells = step.remaining, int(step.asked.size)
    found = wilson_interval(live, cells, level=panel.rule.level)
    return Measurement(
        lot=panel.group.lot,
        donor=panel.group.donor,
        source=panel.group.source,
        passage=panel.group.passage,
        condition=tube.tube.stimulated,
        quantity="viability",
        analyte=FLOW_VIABILITY,
        value=100 * found.estimate,
        unit="%",
        low=100 * found.low,
        high=100 * found.high,
        level=found.level,
        n=cells,
        n_counts="cells",
        method=step.result.method,
        settings={
            "channel": step.y or step.x,
            "threshold": _short(step.result.cut),
            "rule": step.result.rule,
            "live_cells": live,
            "compensation": tube.compensation.source,
            **_strategy(tube),
            **({DISPUTED: list(_gate_dispute(tube))} if _gate_dispute(tube) else {}),
        },
        origins=(tube.events.origin,),
    )


def _histogram(
    panel: _Panel, tube: PreparedTube, marker: _Marker, row: Measurement
) -> HistogramView:
    end = detector_end(tube.channel(marker.detector))
    stained, control = thinned(marker.stained_values), thinned(marker.control_values)
    scale = logicle_for([stained, control], end or 1.0)
    threshold = marker.threshold
    drawn = row.settings.get("threshold")
    if row.method != CONTROL_PERCENTILE and isinstance(drawn, float):
        # Without a threshold of its own the method is drawn where it would have to be.
        threshold = replace(threshold, value=drawn, low=drawn, high=drawn)
    return HistogramView(
        subject=Subject(
            panel.group.lot,
            panel.group.passage,
            "percent_positive",
            marker.name,
            tube.tube.stimulated,
        ),
        channel=marker.detector,
        stained=histogram_heights(stained, scale),
        control=histogram_heights(control, scale),
        threshold=shown_position(scale, threshold.value),
        threshold_low=shown_position(scale, threshold.low),
        threshold_high=shown_position(scale, threshold.high),
        ticks=decade_ticks(scale),
        stained_events=tube.cells,
        control_events=marker.control.cells,
        control_role=str(marker.control.tube.role),
        stained_file=tube.tube.file,
        control_file=marker.control.tube.file,
    )


def _unique(warnings: Iterable[Text]) -> tuple[Text, ...]:
    held: list[Text] = []
    for warning in warnings:
        if warning not in held:
            held.append(warning)
    return tuple(held)


def _strategy(tube: PreparedTube, *controls: PreparedTube) -> dict[str, object]:
    """Return the reference of the frozen gates and what departs from them, for settings."""
    if tube.strategy is None:
        return {}
    departed = dict.fromkeys(each for held in (tube, *controls) for each in held.departures)
    return {
        STRATEGY: tube.strategy.reference,
        **({DEPARTURES: list(departed)} if departed else {}),
    }


def _methods(tube: PreparedTube) -> list[str]:
    return [step.result.method for step in tube.cleaned.steps]


def _short(value: float) -> float | None:
    """Return a number at six significant digits, as it is kept in settings; none for infinity."""
    return float(f"{value:.6g}") if math.isfinite(value) else None
