"""Which control a marker of a stained tube is held against."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from stroma.assays.prepared_tube import PreparedTube
from stroma.cytometry.control_adequacy import FAR_ABOVE, brighter_by
from stroma.errors import Place, Problem, Severity
from stroma.records import VIABILITY_DYE, Channel, Tube, TubeRole
from stroma.texts import Number, Text, text
from stroma.vocabulary import canonical_marker


@dataclass(frozen=True, slots=True)
class ControlChoice:
    """The control taken, and why others were passed over.

    Parameters
    ----------
    tube
        The control; ``None`` where none can be used.
    refused
        Why each control that comes before it in the laboratory's order could not be used.
    warnings
        What a reader has to know of the one taken.
    """

    tube: Tube | None
    refused: tuple[Text, ...] = ()
    warnings: tuple[Text, ...] = ()


def choose_control(
    stained: Tube,
    detector: str,
    controls: Sequence[Tube],
    *,
    order: Sequence[str],
    refusal: Callable[[Tube], Text | None],
) -> ControlChoice:
    """Choose the control of one marker, in the laboratory's order.

    An FMO tube counts where it leaves out this marker, an isotype tube where it covers this
    detector, an unstained tube always. Among those of one kind, one whose cells were treated alike
    comes first, then, of isotype tubes, one that stands for this marker, then the first named.

    Parameters
    ----------
    stained
        The stained tube.
    detector
        The detector of the marker.
    controls
        The controls of the panel.
    order
        Kinds of control, the preferred one first: ``"fmo"``, ``"isotype"``, ``"unstained"``.
    refusal
        Why a control cannot be used; ``None`` where it can.

    Returns
    -------
    ControlChoice
        The control, or none.
    """
    marker = canonical_marker(stained.markers[detector])
    refused: list[Text] = []
    for kind in order:
        suitable = [
            tube for tube in controls if tube.role == kind and _suits(tube, detector, marker)
        ]
        for tube in sorted(suitable, key=lambda tube: _distance(tube, stained, detector, marker)):
            reason = refusal(tube)
            if reason is not None:
                refused.append(reason)
                continue
            return ControlChoice(tube, tuple(refused), _treatment(stained, tube))
    return ControlChoice(None, tuple(refused))


def _suits(control: Tube, detector: str, marker: str) -> bool:
    if control.role == TubeRole.FMO:
        return control.left_out is not None and canonical_marker(control.left_out) == marker
    if control.role == TubeRole.ISOTYPE:
        return detector in control.markers
    return True


def _distance(control: Tube, stained: Tube, detector: str, marker: str) -> tuple[bool, bool]:
    other_marker = control.role == TubeRole.ISOTYPE and (
        canonical_marker(control.markers[detector]) != marker
    )
    return control.stimulated != stained.stimulated, other_marker


def _treatment(stained: Tube, control: Tube) -> tuple[Text, ...]:
    if stained.stimulated == control.stimulated:
        return ()
    return (
        text(
            "the cells of the control {file} were treated with {control}, those of this tube with "
            "{stained}",
            file=control.file,
            control=control.stimulated or text("nothing"),
            stained=stained.stimulated or text("nothing"),
        ),
    )


def settings_differ(stained: Channel, control: Channel, file: str) -> tuple[Text, ...]:
    """Return how the detector was set otherwise for a control than for the stained tube.

    Parameters
    ----------
    stained, control
        The detector, in each file.
    file
        Name of the control's file.

    Returns
    -------
    tuple of Text
        Empty where voltage and range agree, or are not stated by one of the files.
    """
    warnings = []
    if None not in (stained.voltage, control.voltage) and stained.voltage != control.voltage:
        warnings.append(
            text(
                "detector {detector} was set to {stained} V, in the control {file} to {control} V",
                detector=stained.name,
                stained=stained.voltage,
                control=control.voltage,
                file=file,
            )
        )
    if None not in (stained.range, control.range) and stained.range != control.range:
        warnings.append(
            text(
                "detector {detector} has the range {stained}, in the control {file} {control}",
                detector=stained.name,
                stained=stained.range,
                control=control.range,
                file=file,
            )
        )
    return tuple(warnings)


def controls_that_seem_stained(tubes: Sequence[PreparedTube]) -> Iterator[Problem]:
    """Find controls as bright as no control is beside the unstained tube of their panel.

    An isotype tube is looked at on every detector it covers, an FMO tube where it leaves its marker
    out. Without an unstained tube nothing is found.

    Parameters
    ----------
    tubes
        The tubes of a panel.

    Yields
    ------
    Problem
        A warning for each, at the control's file.
    """
    unstained = next(
        (tube for tube in tubes if tube.tube.role == TubeRole.UNSTAINED and tube.cells), None
    )
    if unstained is None:
        return
    on = {
        canonical_marker(marker): detector
        for tube in tubes
        if tube.tube.role == TubeRole.STAINED
        for detector, marker in tube.tube.markers.items()
    }
    for tube in tubes:
        bright = [
            detector
            for detector in _covered(tube.tube, on)
            if detector in tube.compensated
            and detector in unstained.compensated
            and _far_above(tube, unstained, detector)
        ]
        if bright:
            yield _seems_stained(tube.tube, unstained.tube, bright)


def _covered(control: Tube, on: Mapping[str, str]) -> list[str]:
    """Return the detectors on which a control should be as dark as unstained cells."""
    if control.role == TubeRole.ISOTYPE:
        return [d for d, marker in control.markers.items() if marker != VIABILITY_DYE]
    if control.role == TubeRole.FMO and control.left_out is not None:
        detector = on.get(canonical_marker(control.left_out))
        return [] if detector is None else [detector]
    return []


def _far_above(control: PreparedTube, unstained: PreparedTube, detector: str) -> bool:
    matrix = control.compensation.spillover
    if not control.cells or set(() if matrix is None else matrix.channels) - set(
        unstained.events.names
    ):
        return False
    spreads = brighter_by(control.of_cells(detector, matrix), unstained.of_cells(detector, matrix))
    return spreads is not None and spreads > FAR_ABOVE


def _seems_stained(control: Tube, unstained: Tube, bright: Sequence[str]) -> Problem:
    return Problem(
        Place(file=control.file, lot=control.lot or None),
        found=text(
            "half of the cells of the control {control} lie more than {spreads} standard "
            "deviations above those of the unstained tube {unstained} on {detectors}: it seems to "
            "be stained",
            control=control.file,
            spreads=Number(FAR_ABOVE, 0),
            unstained=unstained.file,
            detectors=", ".join(bright),
        ),
        expected=text("a control nearly as dark as unstained cells"),
        action=text(
            "check which tube the file holds; until then no number held against it can decide a "
            "verdict"
        ),
        severity=Severity.WARNING,
    )
