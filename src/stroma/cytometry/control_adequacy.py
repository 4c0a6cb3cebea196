"""Whether a control can stand for the negative cells of the stained tube."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from stroma.cytometry.positivity import bounded_control_cells
from stroma.cytometry.positivity_methods.estimate import PositiveShare, TubePair
from stroma.cytometry.positivity_methods.shifted_mixture import shifted_mixture
from stroma.house_rules import PositivityRule
from stroma.records import Channel, TubeRole
from stroma.texts import Number, Text, text
from stroma.vocabulary import canonical_marker

LARGEST_SHIFT = 0.3
"""In standard deviations of the control. It takes 4 % of normally distributed negative cells above
the control's 98th percentile instead of 2; the methods are simulated up to here."""

LARGEST_STRETCH = 1.2
"""Factor between the widths of the negative cells in both tubes."""

FAR_ABOVE = 6.0
"""Standard deviations above the control's median where no negative cells are expected: even
autofluorescence of a log standard deviation of 0.5 leaves 3 in 1,000 there."""

LARGEST_SHARE_ABOVE = 1.0
"""Percent of the control's cells so far above that it is taken to hold positive cells."""

MOST_POSITIVE = 90.0
"""With more positive cells than this, in percent, the shift of the others is not judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlAdequacy:
    """What was found of a control.

    Parameters
    ----------
    adequate
        Whether nothing speaks against it.
    cells
        Its live single cells.
    shift, shift_error
        How far the negative cells of the stained tube lie above the control's, in the control's
        standard deviations; ``None`` where too few are negative.
    stretch
        Width of the negative cells over the control's; ``None`` likewise.
    percent_far_above
        Percent of the control's cells where no negative cells are expected.
    findings
        What speaks against it, a sentence each.
    """

    adequate: bool
    cells: int
    shift: float | None
    shift_error: float | None
    stretch: float | None
    percent_far_above: float
    findings: tuple[Text, ...] = field(default=())


def judge_control(
    tubes: TubePair,
    rule: PositivityRule,
    *,
    share: PositiveShare | None = None,
) -> ControlAdequacy:
    """Judge a control by its cells: how many, whether shifted or wider, whether partly positive.

    Parameters
    ----------
    tubes
        Stained tube and control.
    rule
        The laboratory's rule.
    share
        What :func:`~stroma.cytometry.positivity_methods.shifted_mixture.shifted_mixture` found for
        these cells, if it has been asked already.

    Returns
    -------
    ControlAdequacy
        With a sentence for each finding.

    Raises
    ------
    ValueError
        Too few cells for any method.
    """
    found = shifted_mixture(tubes, rule) if share is None else share
    shift = found.diagnostics.get("shift")
    error = found.diagnostics.get("shift_error")
    stretch = found.diagnostics.get("stretch")
    if found.percent > MOST_POSITIVE:
        shift = error = stretch = None
    above = _percent_far_above(tubes)
    findings = [
        *_too_few(int(tubes.control.size), rule),
        *_moved(shift, error),
        *_stretched(stretch, found.diagnostics.get("stretch_error")),
        *_partly_positive(above),
        *found.warnings,
    ]
    return ControlAdequacy(
        adequate=not findings,
        cells=int(tubes.control.size),
        shift=shift,
        shift_error=error,
        stretch=stretch,
        percent_far_above=above,
        findings=tuple(findings),
    )


def judge_fluorochrome(
    *,
    detector: str,
    marker: str,
    role: TubeRole,
    stained: Channel,
    control: Channel | None,
    control_detectors: tuple[str, ...] = (),
    control_file: str,
) -> tuple[Text, ...]:
    """Judge from what the files declare whether a control was made for this detector.

    Parameters
    ----------
    detector
        ``$PnN`` of the marker's detector.
    marker
        What the stained tube carries there.
    role
        Kind of control.
    stained, control
        The detector in both files; ``None`` where the control has none of this name.
    control_detectors
        Detectors on which the control carries a fluorochrome, from the tube sheet.
    control_file
        For the sentences.

    Returns
    -------
    tuple of Text
        A sentence for each contradiction; empty where there is none or nothing is declared.

    Examples
    --------
    >>> for finding in judge_fluorochrome(
    ...     detector="PE-A", marker="CD105", role=TubeRole.ISOTYPE, stained=Channel("PE-A"),
    ...     control=Channel("PE-A"), control_detectors=("FITC-A",), control_file="iso.fcs",
    ... ):
    ...     print(finding)
    the isotype control iso.fcs carries its fluorochrome on FITC-A, not on PE-A
    """
    if control is None:
        return (text("{file} has no detector {detector}", file=control_file, detector=detector),)
    findings: list[Text] = []
    if role == TubeRole.ISOTYPE and control_detectors and detector not in control_detectors:
        findings.append(
            text(
                "the isotype control {file} carries its fluorochrome on {found}, not on {detector}",
                file=control_file,
                found=", ".join(control_detectors),
                detector=detector,
            )
        )
    if role in (TubeRole.FMO, TubeRole.UNSTAINED) and _names(control, marker):
        findings.append(
            text(
                "{file} should carry no {marker}, but its detector {detector} is labelled {label}",
                file=control_file,
                marker=marker,
                detector=detector,
                label=control.marker,
            )
        )
    if None not in (stained.voltage, control.voltage) and stained.voltage != control.voltage:
        findings.append(
            text(
                "{detector} was set to {stained} V in the stained tube, to {control} V in {file}",
                detector=detector,
                stained=stained.voltage,
                control=control.voltage,
                file=control_file,
            )
        )
    return tuple(findings)


def _names(channel: Channel, marker: str) -> bool:
    """Return whether a channel's label names the marker itself, not its isotype or its absence."""
    if channel.marker is None:
        return False
    words = channel.marker.replace("-", " ").lower().split()
    if {"fmo", "isotype", "iso", "igg", "igg1", "igg2a", "igg2b", "igm", "unstained"} & set(words):
        return False
    return canonical_marker(channel.marker) == canonical_marker(marker)


def _percent_far_above(tubes: TubePair) -> float:
    control = tubes.control
    if control.min() == control.max():
        return 0.0
    scale = tubes.binned.scale
    far = np.count_nonzero(control > scale.centre + FAR_ABOVE * scale.spread)
    return 100 * float(far) / control.size


def _too_few(cells: int, rule: PositivityRule) -> list[Text]:
    least = max(rule.minimum_control_events, bounded_control_cells(rule))
    if cells >= least:
        return []
    return [
        text(
            "the control has {cells} live single cells, fewer than the {least} asked for",
            cells=cells,
            least=least,
        )
    ]


def _moved(shift: float | None, error: float | None) -> list[Text]:
    # Beyond the limit by more than twice its standard error, so that noise is not reported.
    if shift is None or error is None or abs(shift) - 2 * error <= LARGEST_SHIFT:
        return []
    if shift > 0:
        return [
            text(
                "negative cells of the stained tube lie {shift} standard deviations above the "
                "control: its autofluorescence or unspecific binding is lower",
                shift=Number(shift, 1),
            )
        ]
    return [
        text(
            "negative cells of the stained tube lie {shift} standard deviations below the "
            "control: its autofluorescence or unspecific binding is higher",
            shift=Number(-shift, 1),
        )
    ]


def _stretched(stretch: float | None, error: float | None) -> list[Text]:
    if stretch is None or error is None:
        return []
    if abs(np.log(stretch)) - 2 * error <= np.log(LARGEST_STRETCH):
        return []
    return [
        text(
            "negative cells of the stained tube spread {factor} times as widely as the control",
            factor=Number(stretch, 2),
        )
    ]


def _partly_positive(above: float) -> list[Text]:
    if above < LARGEST_SHARE_ABOVE:
        return []
    return [
        text(
            "{percent} % of the control's cells lie more than {spreads} standard deviations above "
            "its median: it seems to hold positive or dead cells",
            percent=Number(above, 1),
            spreads=Number(FAR_ABOVE, 0),
        )
    ]
