"""The table of groups as a CSV file that git can diff and a person can read."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Final

from stroma.errors import Place, Problem, StudyProblem
from stroma.evidence.duplicates.deduplication import Member
from stroma.evidence.duplicates.likeness import Reason
from stroma.reference_records import Reference
from stroma.texts import text

COLUMNS: Final = ("record", "group", "reason", "score", "matched", "year", "title", "file")
"""The first five are read back; the others are for the reader."""
_READ: Final = COLUMNS[:5]


def table_text(members: Sequence[Member], references: Mapping[str, Reference]) -> str:
    """Write the table.

    Parameters
    ----------
    members
        Its rows.
    references
        The records by their names, for what the reader sees.

    Returns
    -------
    str
        CSV with a header, one row a record.
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    for member in members:
        reference = references.get(member.record)
        shown = ("", "", "")
        if reference is not None:
            year = "" if reference.year is None else str(reference.year)
            shown = (year, reference.title, reference.origin.file)
        score = f"{member.score:.3f}"
        writer.writerow(
            (member.record, member.group, member.reason.value, score, member.matched, *shown)
        )
    return written.getvalue()


def parse_table(written: str, *, file: str) -> tuple[Member, ...]:
    """Read the table back.

    Parameters
    ----------
    written
        The CSV text.
    file
        Its name, for problems.

    Returns
    -------
    tuple of Member
        Its rows.

    Raises
    ------
    StudyProblem
        A column is missing, a reason is not known, a score is no number between 0 and 1, a record
        stands twice, or a group is named after no record of it. All that is wrong is said at once.
    """
    rows = list(csv.DictReader(io.StringIO(written.removeprefix("\ufeff"))))
    missing = [name for name in _READ if rows and rows[0].get(name) is None]
    if missing:
        raise StudyProblem(
            Problem(
                Place(file=file, row=1),
                found=text("no column {columns}", columns=", ".join(missing)),
                expected=text("the columns {columns}", columns=", ".join(_READ)),
                action=text("restore the table from its last version"),
            )
        )
    problems: list[Problem] = []
    members: list[Member] = []
    seen: set[str] = set()
    for number, row in enumerate(rows, start=2):
        member = _member(row)
        if member is None or member.record in seen:
            problems.append(_bad_row(file, number, row))
            continue
        seen.add(member.record)
        members.append(member)
    if problems:
        raise StudyProblem(problems)
    return tuple(members)


def _member(row: Mapping[str, str | None]) -> Member | None:
    cells = {name: (row.get(name) or "").strip() for name in _READ}
    try:
        reason = Reason(cells["reason"])
        score = float(cells["score"])
    except ValueError:
        return None
    if not cells["record"] or not cells["group"] or not 0 <= score <= 1:
        return None
    return Member(
        record=cells["record"],
        group=cells["group"],
        reason=reason,
        score=score,
        matched=cells["matched"],
    )


def _bad_row(file: str, number: int, row: Mapping[str, str | None]) -> Problem:
    return Problem(
        Place(file=file, row=number),
        found=text("the row “{row}”", row=",".join((row.get(name) or "") for name in _READ)),
        expected=text(
            "a record that stands once, its group, one of {reasons}, and a score from 0 to 1",
            reasons=", ".join(reason.value for reason in Reason),
        ),
        action=text("correct the row, or restore the table from its last version"),
    )
