"""Whether a control can stand for the negative cells of the stained tube."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from stroma.cytometry.positivity import bounded_control_cells
from stroma.cytometry.positivity_methods.estimate import PositiveShare, TubePair
from stroma.cytometry.positivity_methods.shifted_mixture import shifted_mixture
from stroma.cytometry.stain_populations import robust_sd
from stroma.house_rules import PositivityRule
from stroma.records import Channel, FloatArray, TubeRole
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
    *, marker: str, role: TubeRole, stained: Channel, control: Channel, control_file: str
) -> tuple[Text, ...]:
    """Judge from what the files label whether a control leaves a marker out.

    Parameters
    ----------
    marker
        What the stained tube carries on the detector.
    role
        Kind of control.
    stained, control
        The detector in both files.
    control_file
        For the sentence.

    Returns
    -------
    tuple of Text
        A sentence for a contradiction. A label that both files share tells of the experiment and
        not of this tube; cytometers write one layout into all of its files.

    Examples
    --------
    >>> for finding in judge_fluorochrome(
    ...     marker="CD105", role=TubeRole.FMO, stained=Channel("PE-A"),
    ...     control=Channel("PE-A", "CD105"), control_file="fmo.fcs",
    ... ):
    ...     print(finding)
    fmo.fcs should carry no CD105, but its detector PE-A is labelled CD105
    """
    if role == TubeRole.ISOTYPE or control.marker == stained.marker or not _names(control, marker):
        return ()
    return (
        text(
            "{file} should carry no {marker}, but its detector {detector} is labelled {label}",
            file=control_file,
            marker=marker,
            detector=control.name,
            label=control.marker,
        ),
    )


def brighter_by(cells: FloatArray, unstained: FloatArray) -> float | None:
    """Return how far the median of cells lies above that of unstained ones.

    Parameters
    ----------
    cells, unstained
        Values of one detector, shape (cells,), in one unit.

    Returns
    -------
    float or None
        In robust standard deviations of the unstained cells; ``None`` where these do not spread.

    Examples
    --------
    >>> brighter_by(np.array([9.0, 10.0, 11.0]), np.array([-1.0, 0.0, 1.0]))
    6.74...
    """
    spread = robust_sd(unstained)
    if spread == 0:
        return None
    return float((np.median(cells) - np.median(unstained)) / spread)


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
