"""Which control serves which stained tube."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from stroma.records import Tube, TubeRole

CONTROL_ROLES: Final = (TubeRole.FMO, TubeRole.ISOTYPE, TubeRole.UNSTAINED)
"""Roles against which a threshold can be set; single stains only serve compensation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TubeGroup:
    """The stained tubes of one lot, passage, panel and stimulation, with all that serves them.

    Parameters
    ----------
    lot, passage, panel, stimulated
        What the stained tubes have in common.
    stained
        The stained tubes, in the order of the sheet.
    controls
        FMO, isotype and unstained tubes that serve them, the nearest first: of the same lot before
        those of the whole study, of the same stimulation before others.
    single_stains
        Tubes for compensation, in the same order.
    """

    lot: str
    passage: str
    panel: str
    stimulated: str
    stained: tuple[Tube, ...]
    controls: tuple[Tube, ...]
    single_stains: tuple[Tube, ...]


def tube_groups(tubes: Iterable[Tube]) -> tuple[TubeGroup, ...]:
    """Put every stained tube together with the tubes that serve it.

    A tube serves stained tubes of its panel, if it is of their lot and passage, of their lot
    without a passage, or of no lot, which is to say of the whole study.

    Parameters
    ----------
    tubes
        The tubes of a study.

    Returns
    -------
    tuple of TubeGroup
        In the order in which their first stained tube stands in the sheet.
    """
    held = tuple(tubes)
    stained: dict[tuple[str, str, str, str], list[Tube]] = {}
    for tube in held:
        if tube.role is TubeRole.STAINED:
            key = (tube.lot, tube.passage, tube.panel, tube.stimulated)
            stained.setdefault(key, []).append(tube)
    return tuple(_group(key, members, held) for key, members in stained.items())


def _group(
    key: tuple[str, str, str, str], stained: list[Tube], tubes: tuple[Tube, ...]
) -> TubeGroup:
    lot, passage, panel, stimulated = key
    serving = sorted(
        (tube for tube in tubes if tube.role is not TubeRole.STAINED and serves(tube, stained[0])),
        key=lambda tube: (tube.lot == "", tube.passage == "", tube.stimulated != stimulated),
    )
    return TubeGroup(
        lot=lot,
        passage=passage,
        panel=panel,
        stimulated=stimulated,
        stained=tuple(stained),
        controls=tuple(tube for tube in serving if tube.role in CONTROL_ROLES),
        single_stains=tuple(tube for tube in serving if tube.role is TubeRole.SINGLE_STAIN),
    )


def serves(control: Tube, stained: Tube) -> bool:
    """Tell whether a control serves a stained tube.

    Parameters
    ----------
    control
        A tube of any role but stained.
    stained
        A stained tube.

    Returns
    -------
    bool
        True where the panel is the same and neither lot nor passage speaks against it.
    """
    if control.panel != stained.panel:
        return False
    if control.lot == "":
        return True
    return control.lot == stained.lot and control.passage in ("", stained.passage)


def controls_for(stained: Tube, tubes: Iterable[Tube]) -> tuple[Tube, ...]:
    """Return the controls that serve a stained tube.

    Parameters
    ----------
    stained
        A stained tube.
    tubes
        The tubes of the study.

    Returns
    -------
    tuple of Tube
        The nearest first, as in :class:`TubeGroup`.
    """
    return next((group.controls for group in tube_groups(tubes) if stained in group.stained), ())
