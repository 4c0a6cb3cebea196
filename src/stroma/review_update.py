"""A new export meets a review folder; answers are held there to be compared with later ones.

An export is copied into ``searches/`` under a name that nothing has yet, so that none is ever
written over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from stroma.errors import FileProblem, Place, Problem
from stroma.evidence.changes import Answer, answers_text, parse_answers
from stroma.evidence.review_records import Review
from stroma.formats.encoding import decode
from stroma.formats.raw import read_raw
from stroma.formats.references import read_references
from stroma.formats.table_writing import replace_file
from stroma.reference_records import BrokenReference
from stroma.review_folder import SEARCHES, open_review, write_duplicates
from stroma.texts import text

ANSWERS: Final = "answers.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedExport:
    """What became of an export.

    Parameters
    ----------
    file
        Where the review holds it, from its folder: ``"searches/pubmed-2.nbib"``.
    is_new
        Whether it was copied; the review may hold the same bytes already.
    is_renamed
        Whether another file had its name.
    before, after
        The review without it and with it.
    broken
        Records of it that cannot be used.
    """

    file: str
    is_new: bool
    is_renamed: bool
    before: Review
    after: Review
    broken: tuple[BrokenReference, ...] = ()


def add_export(folder: Path, export: Path, *, before: Review | None = None) -> AddedExport:
    """Copy an export into a review and let its records meet those held.

    Parameters
    ----------
    folder
        The review.
    export
        A file of search results, read and never changed.
    before
        The review as it stands, where it was opened already.

    Returns
    -------
    AddedExport
        The review before and after. Groups held before are kept as they are.

    Raises
    ------
    StudyProblem
        The folder is no review.
    FileProblem
        The export cannot be read as one, or holds no record that can be used; or a file cannot be
        written. Nothing is copied then.
    """
    held = open_review(folder) if before is None else before
    data = read_raw(export).data
    digits = hashlib.sha256(data).hexdigest()
    same = next((file.file for file in held.files if file.sha256 == digits), None)
    if same is not None:
        return AddedExport(file=same, is_new=False, is_renamed=False, before=held, after=held)
    read = read_references(export, file=export.as_posix())
    if not read.references:
        raise FileProblem(_no_record(export))
    # The groups as they are have to be on paper before new records can meet them.
    write_duplicates(folder, held.members, held.references)
    (folder / SEARCHES).mkdir(exist_ok=True)
    # A name that begins with a dot would be passed over by the reader of the folder.
    place = _free_name(folder / SEARCHES, export.name.lstrip(".") or "export")
    replace_file(place, data)
    after = open_review(folder)
    write_duplicates(folder, after.members, after.references)
    return AddedExport(
        file=f"{SEARCHES}/{place.name}",
        is_new=True,
        is_renamed=place.name != export.name,
        before=held,
        after=after,
        broken=read.broken,
    )


def read_answers(folder: Path) -> tuple[Answer, ...] | None:
    """Read the answers as they were recorded.

    Parameters
    ----------
    folder
        The review.

    Returns
    -------
    tuple of Answer
        The recorded ones; ``None`` where none were ever recorded.

    Raises
    ------
    FileProblem, StudyProblem
        The table cannot be read.
    """
    path = folder / ANSWERS
    if not path.is_file():
        return None
    raw = read_raw(path, file=ANSWERS)
    return parse_answers(decode(raw.data, place=raw.place), file=ANSWERS)


def record_answers(folder: Path, answers: Iterable[Answer]) -> Path:
    """Write the answers as they are, to be compared with later ones.

    Parameters
    ----------
    folder
        The review.
    answers
        Pooled answers and verdicts on claims.

    Returns
    -------
    Path
        The table.

    Raises
    ------
    FileProblem
        It cannot be written.
    """
    path = folder / ANSWERS
    replace_file(path, answers_text(answers).encode())
    return path


def _free_name(folder: Path, name: str) -> Path:
    """Return a place for a file that nothing is at: ``pubmed.nbib``, then ``pubmed-2.nbib``."""
    path = folder / name
    number = 2
    while path.exists():
        path = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
        number += 1
    return path


def _no_record(export: Path) -> Problem:
    return Problem(
        Place(file=export.as_posix()),
        found=text("no record that can be used"),
        expected=text("the results of a search, exported from a database"),
        action=text("export the results anew; nothing was copied"),
    )
