"""Whether the tubes of a panel fit together."""

from __future__ import annotations

from collections.abc import Sequence

from stroma.errors import Place, Problem, Severity
from stroma.records import Tube, TubeRole
from stroma.study.groups import TubeGroup, serves, tube_groups
from stroma.texts import Text, text

PlacedTube = tuple[Place, Tube]


def check_controls(tubes: Sequence[PlacedTube], *, controls: Sequence[str]) -> tuple[Problem, ...]:
    """Check that stained tubes have controls, and that controls fit the tubes they serve.

    Parameters
    ----------
    tubes
        Every tube with the place of its row.
    controls
        The laboratory's order of controls.

    Returns
    -------
    tuple of Problem
        Warnings, and a note for each control that serves no tube.
    """
    places = {tube.file: place for place, tube in tubes}
    problems: list[Problem] = []
    for group in tube_groups(tube for _place, tube in tubes):
        if not group.controls:
            problems += [_no_control(places[tube.file], controls) for tube in group.stained]
        for control in group.controls:
            misfits = _misfits(places[control.file], control, group)
            problems += [misfit for misfit in misfits if misfit not in problems]
    stained = [tube for _place, tube in tubes if tube.role is TubeRole.STAINED]
    problems += [
        _idle(place)
        for place, tube in tubes
        if tube.role is not TubeRole.STAINED and not any(serves(tube, other) for other in stained)
    ]
    return tuple(problems)


def _no_control(place: Place, controls: Sequence[str]) -> Problem:
    return _warning(
        place,
        text("a stained tube without any control of its lot, passage and panel"),
        text(
            "one of {controls}, in the order of positivity.controls in study.toml",
            controls=", ".join(controls),
        ),
        text("add the row of its control, or check lot, passage and panel of both rows"),
    )


def _misfits(place: Place, control: Tube, group: TubeGroup) -> list[Problem]:
    stained = {
        marker: detector for tube in group.stained for detector, marker in tube.markers.items()
    }
    problems = []
    if control.left_out is not None and control.left_out not in stained:
        problems.append(
            _warning(
                place,
                text('"{marker}", which no stained tube holds', marker=control.left_out),
                text("one of {markers}", markers=", ".join(stained)),
                text("correct left_out or the panel; the tube serves no marker"),
                column="left_out",
            )
        )
    if control.role is TubeRole.ISOTYPE:
        problems += [
            _warning(
                place,
                text('"{marker}" on detector {detector}', marker=marker, detector=detector),
                text("{detector}, as in the stained tube", detector=stained[marker]),
                text("correct the detector of one of the two tubes"),
                column="markers",
            )
            for detector, marker in control.markers.items()
            if marker in stained
            and all(tube.markers.get(detector) != marker for tube in group.stained)
        ]
    return problems


def _idle(place: Place) -> Problem:
    return Problem(
        place,
        found=text("a control that serves no stained tube"),
        expected=text("a stained tube of its lot, passage and panel"),
        action=text("check lot, passage and panel; the tube is not used"),
        severity=Severity.NOTE,
    )


def _warning(
    place: Place, found: Text, expected: Text, action: Text, *, column: str | None = None
) -> Problem:
    where = Place(place.file, place.sheet, place.row, column, place.lot)
    return Problem(where, found, expected, action, Severity.WARNING)
