"""Files that sheets name and the folder does not hold, and the other way round."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import PurePosixPath
from typing import Final

from stroma.errors import Place, Problem, Severity
from stroma.spelling import nearest
from stroma.study.columns import SHEETS
from stroma.study.files import (
    RAW_FOLDER,
    TRUTH,
    WORKBOOK,
    find_file,
    is_noise,
    similar_files,
    study_path,
    tables,
)
from stroma.texts import Text, text

_EVENT_FILES: Final = (".fcs", ".lmd")


def missing_file(
    place: Place, file: str, existing: Collection[str], *, consequence: Callable[[Text], Text]
) -> Problem:
    """Say that a file does not exist, and which are like it.

    Parameters
    ----------
    place
        The cell that names it.
    file
        Its path.
    existing
        Paths of the files of the study folder.
    consequence
        Adds to what is to be done what holds until then.

    Returns
    -------
    Problem
        An error.
    """
    raw = [path for path in existing if path.startswith(f"{RAW_FOLDER}/") and not is_noise(path)]
    alike = similar_files(file, raw)
    action = (
        text("write {similar} if that is meant, or add the file", similar=", ".join(alike))
        if alike
        else text("add the file or correct its path")
    )
    return Problem(
        place,
        found=text('"{file}", which does not exist', file=file),
        expected=text("a file of the study folder, in the same capitals"),
        action=consequence(action),
    )


def unnamed_files(existing: Collection[str], named: Iterable[str]) -> tuple[Problem, ...]:
    """Note every raw file that no sheet names.

    Parameters
    ----------
    existing
        Paths of the files of the study folder.
    named
        Paths as the sheets write them.

    Returns
    -------
    tuple of Problem
        A note for each file under ``raw``, and for each event file elsewhere, in their order.
    """
    used = {find_file(path, existing) for path in map(study_path, named) if path is not None}
    return tuple(
        Problem(
            Place(file=path),
            found=text("a file that no sheet names"),
            expected=text("every raw file in a row of a sheet"),
            action=text("add it to a sheet if it belongs to the study; it is not used"),
            severity=Severity.NOTE,
        )
        for path in sorted(existing)
        if path not in used and _is_raw(path)
    )


def _is_raw(path: str) -> bool:
    if is_noise(path) or PurePosixPath(path).stem.casefold() == "readme":
        return False
    return path.startswith(f"{RAW_FOLDER}/") or path.lower().endswith(_EVENT_FILES)


def tables_not_read(existing: Iterable[str]) -> tuple[Problem, ...]:
    """Note every table in the study folder that this version does not read.

    Parameters
    ----------
    existing
        Paths of the files of the study folder.

    Returns
    -------
    tuple of Problem
        A note for each, such as ``colonies.csv``.
    """
    known = (*(layout.name for layout in SHEETS), WORKBOOK)
    problems = []
    for path in tables(existing):
        name = PurePosixPath(path).stem.strip().casefold()
        if name in (*known, TRUTH):
            continue
        alike = nearest(name, known)
        problems.append(
            Problem(
                Place(file=path),
                found=text("a table that is not read yet"),
                expected=text("one of {known}", known=", ".join(known)),
                action=text("rename it if {nearest} is meant", nearest=", ".join(alike))
                if alike
                else text("nothing, if it is kept for later; it is not used"),
                severity=Severity.NOTE,
            )
        )
    return tuple(problems)
