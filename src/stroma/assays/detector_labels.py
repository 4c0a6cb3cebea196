"""Whether a file labels a detector as the study reads it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from stroma.analytes import markers_named
from stroma.assays.places import place_of
from stroma.errors import Problem, Severity
from stroma.records import VIABILITY_DYE, Events, Tube
from stroma.texts import text

_SAYS_NOTHING: Final = re.compile(
    r"(?<![A-Z0-9])(FMO|ISO(TYPE)?|IGG\w*|IGM|MINUS|UNSTAINED|LIVE|DEAD|VIAB\w*|7-?AAD|DAPI|PI|"
    r"ZOMBIE|AQUA)(?![A-Z0-9])"
)
"""Words of controls, and of dyes for dead cells, beside which a marker can stand."""


def other_labels(tube: Tube, events: Events) -> Iterator[tuple[str, Problem]]:
    """Yield the detectors that a file labels with another marker than the study reads on them.

    Parameters
    ----------
    tube
        The tube.
    events
        Its events.

    Yields
    ------
    str
        The detector.
    Problem
        A warning. A detector without a label, or with one that names no marker, is not held
        against the sheet.
    """
    labels = {channel.name: channel.marker for channel in events.channels}
    for detector, marker in tube.markers.items():
        label = labels.get(detector) or ""
        named = markers_named(label)
        wanted = markers_named(marker)
        if not named or named & wanted or not (wanted or marker == VIABILITY_DYE):
            continue
        if _SAYS_NOTHING.search(unicodedata.normalize("NFKC", label).upper()) is not None:
            continue
        yield (
            detector,
            Problem(
                place_of(tube.origin_of_row, column="markers", lot=tube.lot or None),
                found=text(
                    'the study reads {marker} on {detector}, which {file} labels "{label}"',
                    marker=marker,
                    detector=detector,
                    file=tube.file,
                    label=label,
                ),
                expected=text("the marker that was on this detector"),
                action=text(
                    "correct the row; where the label is wrong, declare compare_labels = false in "
                    "[positivity]. Until then the number cannot decide a verdict"
                ),
                severity=Severity.WARNING,
            ),
        )
