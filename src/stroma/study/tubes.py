"""``tubes``: what each FCS file is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated

from pydantic import Field

from stroma.errors import Problem, Severity
from stroma.readings import ReadingError
from stroma.records import Tube, TubeRole
from stroma.study.duplicates import one_row_each
from stroma.study.existence import missing_file
from stroma.study.files import find_file
from stroma.study.markers import Markers, read_markers
from stroma.study.tables import ReadRow, SheetRow, left_out
from stroma.study.tube_controls import check_controls
from stroma.study.words import (
    YES_NO,
    canonical_stain,
    find_word,
    looks_like_dead_cell_dye,
)
from stroma.texts import Text, text
from stroma.vocabulary import INTERFERON_GAMMA, canonical_stimulation


class TubeRow(SheetRow):
    """A row of ``tubes``."""

    file: str
    lot: str = ""
    passage: str = ""
    role: Annotated[TubeRole, Field(strict=False)]
    markers: str = ""
    left_out: str | None = None
    panel: str = ""
    stimulated: str = ""


def check_tubes(
    rows: Sequence[ReadRow[TubeRow]], existing: Collection[str], *, controls: Sequence[str]
) -> tuple[tuple[Tube, ...], tuple[Problem, ...]]:
    """Check the tubes against the files there are and against each other.

    Parameters
    ----------
    rows
        Rows of known lots.
    existing
        Paths of the files of the study folder.
    controls
        The laboratory's order of controls, for messages.

    Returns
    -------
    tubes
        The tubes of the study.
    problems
        Files that do not exist, pairs that are none, roles that lack what they need, stained tubes
        without a control.
    """
    single, repeated = one_row_each(
        rows,
        lambda row: find_file(row.file, existing) or row.file,
        column="file",
        name=lambda row: text('the file "{file}"', file=row.file),
        hint=_shared_control,
    )
    problems = list(repeated)
    read: list[tuple[ReadRow[TubeRow], Tube]] = []
    for row in single:
        file = find_file(row.value.file, existing)
        markers = read_markers(row.value.markers)
        wrong = [*_missing_file(row, file, existing), *_wrong_markers(row, markers)]
        if not markers.refusals:
            wrong += _wrong_for_role(row, markers)
        problems += [*wrong, *_doubts(row, markers)]
        if file is not None and not wrong:
            read.append((row, _tube(row, file, markers)))
    problems += check_controls([(row.place(), tube) for row, tube in read], controls=controls)
    return tuple(tube for _row, tube in read), tuple(problems)


def _shared_control(rows: Sequence[TubeRow], differing: Sequence[str]) -> Text | None:
    """Say how to enter a control that was given to several lots or passages."""
    if "lot" not in differing or not {"lot", "passage"} >= set(differing):
        return None
    if any(row.role is TubeRole.STAINED for row in rows):
        return None
    return text(
        "keep one row and leave lot and passage empty for a control that serves the whole study"
    )


def _tube(row: ReadRow[TubeRow], file: str, markers: Markers) -> Tube:
    said = row.value
    is_fmo = said.role is TubeRole.FMO
    return Tube(
        file=file,
        lot=said.lot,
        passage=said.passage,
        role=said.role,
        markers=markers.pairs,
        origin_of_row=row.origin,
        left_out=canonical_stain(said.left_out) if is_fmo and said.left_out is not None else None,
        panel=said.panel,
        stimulated=canonical_stimulation(said.stimulated),
    )


def _missing_file(
    row: ReadRow[TubeRow], file: str | None, existing: Collection[str]
) -> list[Problem]:
    if file is not None:
        return []
    return [missing_file(row.place("file"), row.value.file, existing, consequence=left_out)]


def _wrong_markers(row: ReadRow[TubeRow], markers: Markers) -> list[Problem]:
    return [
        Problem(row.place("markers"), wrong.found, wrong.expected, left_out(wrong.action))
        for wrong in markers.refusals
    ]


def _wrong_for_role(row: ReadRow[TubeRow], markers: Markers) -> list[Problem]:
    said = row.value
    wrong: list[tuple[str, ReadingError]] = []
    match said.role:
        case TubeRole.STAINED:
            if said.lot == "":
                wrong.append(("lot", _empty(text("the lot whose cells were stained"))))
            if not markers.pairs:
                wrong.append(("markers", _empty(text("what each detector of the tube sees"))))
        case TubeRole.ISOTYPE:
            if not markers.pairs:
                wrong.append(("markers", _empty(text("the markers the isotypes stand for"))))
        case TubeRole.FMO:
            wrong += _wrong_left_out(said.left_out, markers)
        case TubeRole.SINGLE_STAIN:
            if len(markers.pairs) != 1:
                wrong.append(("markers", _not_one(said.markers)))
        case TubeRole.UNSTAINED:
            pass
    return [
        Problem(row.place(column), refusal.found, refusal.expected, left_out(refusal.action))
        for column, refusal in wrong
    ]


def _wrong_left_out(written: str | None, markers: Markers) -> list[tuple[str, ReadingError]]:
    if written is None:
        return [("left_out", _empty(text("the marker that was left out of the FMO tube")))]
    if canonical_stain(written) not in markers.pairs.values():
        return []
    refusal = ReadingError(
        text('"{marker}", which the tube holds by its markers', marker=written),
        text("a marker that is not in the tube"),
        text("remove it from markers or correct left_out"),
    )
    return [("left_out", refusal)]


def _empty(expected: Text) -> ReadingError:
    return ReadingError(text("an empty cell"), expected, text("fill the cell"))


def _not_one(written: str) -> ReadingError:
    return ReadingError(
        text('"{written}"', written=written),
        text("one detector=marker pair in a single-stain tube"),
        text("write the one stain of the tube"),
    )


def _doubts(row: ReadRow[TubeRow], markers: Markers) -> list[Problem]:
    """Return what is used as it stands but has to be looked at."""
    said = row.value
    doubts: list[tuple[str, Text, Text, Text]] = [
        (
            "markers",
            text('the marker "{marker}"', marker=marker),
            text('a surface marker, or "viability" for a dead-cell dye'),
            text('write "viability" if it tells dead cells; until then it counts as a marker'),
        )
        for marker in markers.pairs.values()
        if looks_like_dead_cell_dye(marker)
    ]
    if said.role is TubeRole.UNSTAINED and markers.pairs:
        doubts.append((
            "markers",
            text('"{written}" in an unstained tube', written=said.markers),
            text("no markers"),
            text("check the role; the tube counts as unstained"),
        ))  # fmt: skip
    if said.role is not TubeRole.FMO and said.left_out is not None:
        doubts.append((
            "left_out",
            text('"{written}" in a tube that is not FMO', written=said.left_out),
            text("an empty cell"),
            text("check the role; left_out is not used"),
        ))  # fmt: skip
    if find_word(YES_NO[:1], said.stimulated) is not None:
        doubts.append((
            "stimulated",
            text('"{written}"', written=said.stimulated),
            text("what the cells were stimulated with, such as {word}", word=INTERFERON_GAMMA),
            text("name the stimulus; until then it is not taken for {word}", word=INTERFERON_GAMMA),
        ))  # fmt: skip
    return [
        Problem(row.place(column), found, expected, action, Severity.WARNING)
        for column, found, expected, action in doubts
    ]
