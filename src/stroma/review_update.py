"""A new export meets a review folder; answers are held there to be compared with later ones.

An export is copied into ``searches/`` under a name that nothing has yet, so that none is ever
written over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
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
from stroma.review_folder import (
    PROTOCOL,
    SEARCHES,
    open_review,
    read_duplicates,
    write_duplicates,
)
from stroma.searches import Searches, read_searches
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
        The review without it and with it; problems are those of the latter.
    broken
        Records of it that cannot be used.
    """

    file: str
    is_new: bool
    is_renamed: bool
    before: Review
    after: Review
    broken: tuple[BrokenReference, ...] = ()


def add_export(folder: Path, export: Path) -> AddedExport:
    """Copy an export into a review and let its records meet those held.

    Parameters
    ----------
    folder
        The review.
    export
        A file of search results, read and never changed.

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
    data = read_raw(export).data
    digits = hashlib.sha256(data).hexdigest()
    places = [folder / SEARCHES] if (folder / SEARCHES).is_dir() else []
    searches = read_searches(places, within=folder)
    same = next((file for file in searches.files if file.origin.sha256 == digits), None)
    if same is not None:
        held = open_review(folder, searches=searches)
        file = same.origin.file
        return AddedExport(file=file, is_new=False, is_renamed=False, before=held, after=held)
    # A folder that is no review is refused before anything is written into it.
    before = _unless_all_held(folder, searches)
    read = read_references(export, file=export.as_posix())
    if not read.references:
        raise FileProblem(_no_record(export))
    (folder / SEARCHES).mkdir(exist_ok=True)
    # A name that begins with a dot would be passed over by the reader of the folder.
    place = _free_name(folder / SEARCHES, export.name.lstrip(".") or "export")
    replace_file(place, data)
    added = read_searches([place], within=folder)
    after = open_review(folder, searches=_joined(searches, added))
    write_duplicates(folder, after.members, after.references)
    return AddedExport(
        file=f"{SEARCHES}/{place.name}",
        is_new=True,
        is_renamed=place.name != export.name,
        before=_without(after, added) if before is None else before,
        after=after,
        broken=read.broken,
    )


def _unless_all_held(folder: Path, searches: Searches) -> Review | None:
    """Open the review and put its groups on paper, unless all of them are there.

    Reading ten thousand records and grouping them twice would take most of the time of an update.
    """
    held = {member.record for member in read_duplicates(folder)}
    if (folder / PROTOCOL).is_file() and held.issuperset(searches.references):
        return None
    before = open_review(folder, searches=searches)
    write_duplicates(folder, before.members, before.references)
    return before


def _joined(searches: Searches, added: Searches) -> Searches:
    """Return both as one reading of the folder would have given them."""
    files = sorted((*searches.files, *added.files), key=lambda file: Path(file.origin.file))
    by_digits = {
        digits: list(names)
        for part in (searches, added)
        for digits, names in groupby(part.references, key=lambda name: name.rpartition("-")[0])
    }
    names = [name for file in files for name in by_digits.get(file.origin.sha256[:8], ())]
    references = {**searches.references, **added.references}
    return Searches(
        files=tuple(files),
        references={name: references[name] for name in names},
        problems=(*searches.problems, *added.problems),
    )


def _without(after: Review, added: Searches) -> Review:
    """Return the review as it was: what was held is neither joined nor split by what came."""
    new = added.references
    members = tuple(member for member in after.members if member.record not in new)
    groups = {member.group for member in members}
    files = {file.origin.file for file in added.files}
    return replace(
        after,
        references={name: one for name, one in after.references.items() if name not in new},
        databases={name: one for name, one in after.databases.items() if name not in new},
        members=members,
        links=tuple(
            link for link in after.links if link.record not in new and link.group in groups
        ),
        possible=tuple(
            pair for pair in after.possible if pair.record not in new and pair.other not in new
        ),
        decisions=tuple(one for one in after.decisions if one.group in groups),
        extractions=tuple(one for one in after.extractions if one.group in groups),
        files=tuple(origin for origin in after.files if origin.file not in files),
        problems=(),
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
