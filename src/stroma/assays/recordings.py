"""One recording under two names: whose cells it holds cannot be known."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from stroma.assays.places import place_of
from stroma.errors import Place, Problem, Severity
from stroma.measurements import RECORDING_DISPUTE, Measurement, disputed
from stroma.records import Events, Tube
from stroma.texts import text

RECORDING: Final = "recording"
"""Setting of a row ``live_events`` that holds :func:`recording_of` its tube."""

_COMPARED: Final = 4096
"""Events that are compared: enough to tell recordings apart, little to read."""
_DIGITS: Final = 16


def recording_of(events: Events) -> str:
    """Return what tells a recording from others, however its file was written.

    A file that is exported again has another header, date or delimiter and the same events.

    Parameters
    ----------
    events
        A tube.

    Returns
    -------
    str
        Sixteen hexadecimal digits of a SHA-256: of how many events there are and of up to 4,096
        of them, evenly spaced, in single precision; of the file's bytes where it holds none.
    """
    count = len(events)
    if count == 0:
        return events.origin.sha256[:_DIGITS]
    rows = np.unique(np.linspace(0, count - 1, min(count, _COMPARED)).astype(np.intp))
    with np.errstate(over="ignore"):
        sample = np.ascontiguousarray(events.values[rows], dtype="<f4")
    digest = hashlib.sha256(f"{count} {sample.shape[1]}".encode())
    digest.update(sample.tobytes())
    return digest.hexdigest()[:_DIGITS]


def copied_controls(
    stained: Sequence[Tube], controls: Sequence[Tube], events: Mapping[str, Events]
) -> tuple[frozenset[str], tuple[Problem, ...]]:
    """Find controls that hold the same recording as a stained tube.

    A threshold set on the stained cells themselves calls the same share of every marker positive,
    whatever the cells carry. Which of the two names is the right one is not known.

    Parameters
    ----------
    stained, controls
        The tubes of a panel.
    events
        Each tube's file to its events.

    Returns
    -------
    files : frozenset of str
        Of the controls and of the stained tubes.
    problems : tuple of Problem
        An error for each such control.
    """
    by_recording = {
        recording_of(events[tube.file]): tube.file for tube in stained if tube.file in events
    }
    files: set[str] = set()
    problems: list[Problem] = []
    for control in controls:
        if control.file not in events:
            continue
        original = by_recording.get(recording_of(events[control.file]))
        if original is None:
            continue
        files |= {control.file, original}
        problems.append(
            Problem(
                place_of(control.origin_of_row, column="file", lot=control.lot or None),
                found=text(
                    "the control {control} and the stained tube {stained} hold the same recording",
                    control=control.file,
                    stained=original,
                ),
                expected=text("a control that was recorded by itself"),
                action=text(
                    "name the own file of each; until then neither is used, since it is not known "
                    "which of the two it is"
                ),
            )
        )
    return frozenset(files), tuple(problems)


def dispute_recordings(
    rows: Iterable[Measurement],
) -> tuple[tuple[Measurement, ...], tuple[Problem, ...]]:
    """Find stained tubes that hold the same recording, and keep theirs from deciding.

    Parameters
    ----------
    rows
        Rows of a study; each stained tube that was read has a row ``live_events``.

    Returns
    -------
    rows : tuple of Measurement
        The same rows; those of a recording that stands for two lots, passages or treatments are
        disputed, since at most one of them can be right.
    problems : tuple of Problem
        A warning for each further name.
    """
    held = tuple(rows)
    first: dict[str, Measurement] = {}
    unsure: set[str] = set()
    problems: list[Problem] = []
    for row in held:
        if row.quantity != "live_events" or RECORDING not in row.settings:
            continue
        file = row.origins[0].file
        earlier = first.setdefault(str(row.settings[RECORDING]), row)
        if earlier.origins[0].file == file:
            continue
        apart = _whose(earlier) != _whose(row)
        if apart:
            unsure |= {earlier.origins[0].file, file}
        problems.append(_two_names(earlier, row, apart=apart))
    if not unsure:
        return held, tuple(problems)
    return tuple(_disputed(row, unsure) for row in held), tuple(problems)


def _whose(row: Measurement) -> tuple[str, str, str]:
    return row.lot, row.passage, row.condition


def _two_names(earlier: Measurement, row: Measurement, *, apart: bool) -> Problem:
    file = row.origins[0].file
    return Problem(
        Place(file=file, lot=row.lot),
        found=text(
            "the same recording under two names: {a} (lot {first}), {b} (lot {second})",
            a=earlier.origins[0].file,
            b=file,
            first=earlier.lot,
            second=row.lot,
        ),
        expected=text("a recording of its own for each stained tube"),
        action=text("name the tube's own file; until then neither can decide a verdict")
        if apart
        else text("name the tube's own file; both are measured as they stand"),
        severity=Severity.WARNING,
    )


def _disputed(row: Measurement, files: set[str]) -> Measurement:
    if not row.origins or row.origins[0].file not in files:
        return row
    return disputed(row, RECORDING_DISPUTE)
