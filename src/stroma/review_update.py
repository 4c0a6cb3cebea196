"""A new export meets a review folder; answers are held there to be compared with later ones.

An export is copied into ``searches/`` under a name that nothing has yet, so that none is ever
written over.
"""

from __future__ import annotations

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
from stroma.reference_records import BrokenReference, ReferenceFile
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
class AddedFile:
    """What became of one export.

    Parameters
    ----------
    file
        Where the review holds it, from its folder: ``"searches/pubmed-2.nbib"``.
    is_new
        Whether it was copied; the review may hold the same bytes already.
    is_renamed
        Whether another file had its name.
    broken
        Records of it that cannot be used.
    """

    file: str
    is_new: bool
    is_renamed: bool = False
    broken: tuple[BrokenReference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """A review that new exports met.

    Parameters
    ----------
    files
        What became of each export.
    before, after
        The review without them and with them; problems are those of the latter.
    """

    files: tuple[AddedFile, ...]
    before: Review
    after: Review


def add_exports(folder: Path, exports: Iterable[Path]) -> Updated:
    """Copy exports into a review and let their records meet those held.

    Parameters
    ----------
    folder
        The review.
    exports
        Files of search results, read and never changed.

    Returns
    -------
    Updated
        The review before and after. Groups held before are kept as they are.

    Raises
    ------
    StudyProblem
        The folder is no review.
    FileProblem
        An export cannot be read as one, or holds no record that can be used: nothing is copied
        then. Or a file cannot be written.
    """
    places = [folder / SEARCHES] if (folder / SEARCHES).is_dir() else []
    searches = read_searches(places, within=folder)
    # A folder that is no review, and a file that is no export, are refused before anything is
    # written.
    before = _unless_all_held(folder, searches)
    held = {file.origin.sha256: file.origin.file for file in searches.files}
    read = [_read(export) for export in exports]
    files: list[AddedFile] = []
    added = Searches((), {}, ())
    for data, export in read:
        same = held.get(export.origin.sha256)
        if same is not None:
            files.append(AddedFile(file=same, is_new=False))
            continue
        place = _copied(folder, data, Path(export.origin.file).name)
        file = f"{SEARCHES}/{place.name}"
        held[export.origin.sha256] = file
        files.append(
            AddedFile(
                file=file,
                is_new=True,
                is_renamed=place.name != Path(export.origin.file).name,
                broken=export.broken,
            )
        )
        added = _joined(added, read_searches([place], within=folder))
    after = open_review(folder, searches=_joined(searches, added))
    if added.files:
        write_duplicates(folder, after.members, after.references)
    return Updated(
        files=tuple(files),
        before=_without(after, added) if before is None else before,
        after=after,
    )


def _read(export: Path) -> tuple[bytes, ReferenceFile]:
    data = read_raw(export).data
    read = read_references(export, file=export.as_posix())
    if not read.references:
        raise FileProblem(_no_record(export))
    return data, read


def _copied(folder: Path, data: bytes, name: str) -> Path:
    (folder / SEARCHES).mkdir(exist_ok=True)
    # A name that begins with a dot would be passed over by the reader of the folder.
    place = _free_name(folder / SEARCHES, name.lstrip(".") or "export")
    replace_file(place, data)
    return place


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
