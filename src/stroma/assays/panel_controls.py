"""Which control a marker of a stained tube is held against."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from stroma.assays.places import place_of
from stroma.errors import Place, Problem, Severity
from stroma.measurements import Measurement
from stroma.records import Channel, Events, Tube, TubeRole
from stroma.texts import Text, text
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


def copied_controls(
    stained: Sequence[Tube], controls: Sequence[Tube], events: Mapping[str, Events]
) -> dict[str, Problem]:
    """Find controls that are a stained tube under another name.

    A threshold set on the stained cells themselves calls the same share of every marker positive,
    whatever the cells carry.

    Parameters
    ----------
    stained, controls
        The tubes of a panel.
    events
        Each tube's file to its events.

    Returns
    -------
    dict
        File of the control to what is wrong with it.
    """
    by_content = {
        events[tube.file].origin.sha256: tube.file for tube in stained if tube.file in events
    }
    copies: dict[str, Problem] = {}
    for control in controls:
        if control.file not in events:
            continue
        original = by_content.get(events[control.file].origin.sha256)
        if original is not None:
            copies[control.file] = Problem(
                place_of(control.origin_of_row, column="file", lot=control.lot or None),
                found=text(
                    "the control {control} and the stained tube {stained} are the same file, byte "
                    "for byte",
                    control=control.file,
                    stained=original,
                ),
                expected=text("a control that was recorded by itself"),
                action=text(
                    "name the control's own file; nothing is measured against it until then"
                ),
            )
    return copies


def tubes_under_two_names(rows: Iterable[Measurement]) -> tuple[Problem, ...]:
    """Find stained tubes that are the same file under two names.

    Parameters
    ----------
    rows
        Rows of a study; each stained tube that was read has a row ``live_events``.

    Returns
    -------
    tuple of Problem
        A warning for each further name.
    """
    first: dict[str, Measurement] = {}
    problems: list[Problem] = []
    for row in rows:
        if row.quantity != "live_events":
            continue
        origin = row.origins[0]
        earlier = first.setdefault(origin.sha256, row)
        if earlier.origins[0].file != origin.file:
            problems.append(
                Problem(
                    Place(file=origin.file, lot=row.lot),
                    found=text(
                        "the same file under two names: {a} (lot {first}), {b} (lot {second})",
                        a=earlier.origins[0].file,
                        b=origin.file,
                        first=earlier.lot,
                        second=row.lot,
                    ),
                    expected=text("a recording of its own for each stained tube"),
                    action=text("name the tube's own file; both are measured as they stand"),
                    severity=Severity.WARNING,
                )
            )
    return tuple(problems)
