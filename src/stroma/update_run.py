"""A review kept alive: new exports meet it, and its answers are compared with the recorded ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stroma.evidence.arrivals import Arrivals, arrivals
from stroma.evidence.changes import Change, changes_between
from stroma.evidence.review_answers import review_answers, row_labels
from stroma.evidence.review_records import Review
from stroma.review_folder import open_review
from stroma.review_update import AddedFile, add_exports, read_answers, record_answers


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateResults:
    """What an update of a review told.

    Parameters
    ----------
    review
        The review as it is now, with its problems.
    files
        What became of each export; none where none was given.
    came
        What the exports brought; ``None`` where none was given.
    earlier
        What had changed since the answers were recorded, before the exports came.
    changes
        What the exports changed; without exports, what changed since the answers were recorded.
    is_first
        Whether no answers had been recorded.
    labels
        What a reader is told of each extraction, by its name.
    """

    review: Review
    files: tuple[AddedFile, ...] = ()
    came: Arrivals | None = None
    earlier: tuple[Change, ...] = ()
    changes: tuple[Change, ...] = ()
    is_first: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def unnamed(self) -> tuple[str, ...]:
        """New exports that no search of the protocol names, by their names in ``searches/``."""
        named = {export for search in self.review.protocol.searches for export in search.exports}
        names = [Path(one.file).name for one in self.files if one.is_new]
        return tuple(name for name in names if name not in named)


def update_review(
    folder: Path, exports: Sequence[Path] = (), *, record: bool = False
) -> UpdateResults:
    """Add exports to a review, or say what changed in its answers.

    Parameters
    ----------
    folder
        The review.
    exports
        New files of search results; they are copied into the review.
    record
        Whether the answers as they are at the end become the recorded ones. Exports record the
        answers as they were without them, so that what the decisions on the new records change is
        seen afterwards; the first comparison records them too.

    Returns
    -------
    UpdateResults
        What came and what changed.

    Raises
    ------
    StudyProblem
        The folder is no review, or its recorded answers cannot be read.
    FileProblem
        An export cannot be read as one: nothing is copied then. Or a file cannot be written.
    """
    held = read_answers(folder)
    if not exports:
        review = open_review(folder)
        now = review_answers(review)
        if record or held is None:
            record_answers(folder, now)
        return UpdateResults(
            review=review,
            changes=() if held is None else changes_between(held, now),
            is_first=held is None,
            labels=row_labels(review),
        )
    updated = add_exports(folder, exports)
    was, now = review_answers(updated.before), review_answers(updated.after)
    if record or any(one.is_new for one in updated.files):
        record_answers(folder, now if record else was)
    return UpdateResults(
        review=updated.after,
        files=updated.files,
        came=arrivals(updated.before, updated.after),
        earlier=() if held is None else changes_between(held, was),
        changes=changes_between(was, now),
        is_first=held is None,
        labels=row_labels(updated.after),
    )
