"""The folder of a review: read whole, and written a row at a time.

Everything in it is plain text. Exports in ``searches/`` are never written; a table is replaced
whole or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from stroma.errors import FileProblem, Place, Problem, Severity, StromaError, StudyProblem
from stroma.evidence.duplicates.deduplication import Member, deduplicate
from stroma.evidence.duplicates.table import parse_table, table_text
from stroma.evidence.extraction.extractions import extractions_text, is_whole, parse_extractions
from stroma.evidence.extraction.update import hold_to_records
from stroma.evidence.protocol import parse_protocol
from stroma.evidence.protocol_template import protocol_template
from stroma.evidence.review_records import Decision, Extraction, Protocol, Review
from stroma.evidence.screening.decisions import (
    COLUMNS,
    check_decisions,
    decisions_text,
    parse_decisions,
    plain_decisions,
)
from stroma.evidence.screening.standing import seen_with, standings
from stroma.evidence.screening.standing_problems import standing_problems
from stroma.formats.encoding import decode
from stroma.formats.raw import read_raw
from stroma.formats.table_writing import replace_file, unwritable
from stroma.origin import Origin
from stroma.reference_records import Reference
from stroma.searches import Searches, read_searches
from stroma.texts import ENGLISH, Language, text

PROTOCOL: Final = "review.toml"
SEARCHES: Final = "searches"
DUPLICATES: Final = "duplicates.csv"
DECISIONS: Final = "decisions.csv"
EXTRACTIONS: Final = "extractions.csv"


@dataclass(frozen=True, slots=True)
class _TextFile:
    written: str
    origin: Origin


def open_review(folder: Path, *, searches: Searches | None = None) -> Review:
    """Read a review.

    Parameters
    ----------
    folder
        The folder.
    searches
        Its exports, where they were read already; ``None`` to read them.

    Returns
    -------
    Review
        What it holds; a bad row, file or record is among its problems and stops nothing else.

    Raises
    ------
    StudyProblem
        There is no such folder, or its protocol is missing or cannot be read.
    """
    protocol, protocol_file = _read_protocol(folder)
    problems: list[Problem] = []
    if searches is None:
        searches = _read_searches(folder, problems)
    else:
        problems += searches.problems
    held = _read_held(folder, problems)
    found = deduplicate(searches.references, held=held)
    group_of = _group_of(found.members)
    files = [protocol_file, *(export.origin for export in searches.files)]
    decisions: tuple[Decision, ...] = ()
    extractions: tuple[Extraction, ...] = ()
    decision_file = _read_text(folder, DECISIONS, problems)
    if decision_file is not None:
        rows, wrong = parse_decisions(decision_file.written, file=DECISIONS)
        decisions, unknown = check_decisions(rows, protocol, group_of, file=DECISIONS)
        problems += [*wrong, *unknown]
        files.append(decision_file.origin)
    extraction_file = _read_text(folder, EXTRACTIONS, problems)
    if extraction_file is not None:
        read, wrong = parse_extractions(extraction_file.written, file=EXTRACTIONS)
        extractions, unknown = hold_to_records(
            read, searches.references, group_of, file=EXTRACTIONS
        )
        problems += [*wrong, *unknown]
        files.append(extraction_file.origin)
    review = Review(
        protocol=protocol,
        references=searches.references,
        databases=_databases(protocol, searches),
        members=found.members,
        links=found.links,
        possible=found.possible,
        decisions=decisions,
        extractions=extractions,
        files=tuple(files),
        problems=tuple(problems),
    )
    doubtful = standing_problems(review, standings(review), file=DECISIONS)
    return replace(review, problems=(*problems, *doubtful))


def new_review(folder: Path, language: Language = ENGLISH) -> tuple[Path, ...]:
    """Write a review folder to fill.

    Parameters
    ----------
    folder
        The folder to make.
    language
        Of the comments and of the example.

    Returns
    -------
    tuple of Path
        What was made.

    Raises
    ------
    StudyProblem
        Something is in the folder already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StudyProblem(
            Problem(
                Place(file=str(folder)),
                found=text("something is there already"),
                expected=text("a folder that does not exist yet, or is empty"),
                action=text("name another folder"),
            )
        )
    searches = folder / SEARCHES
    searches.mkdir(parents=True, exist_ok=True)
    _write(folder / PROTOCOL, protocol_template(language))
    _write(folder / DECISIONS, decisions_text(()))
    _write(folder / EXTRACTIONS, extractions_text(()))
    return folder / PROTOCOL, searches, folder / DECISIONS, folder / EXTRACTIONS


def add_decisions(
    folder: Path, decisions: Sequence[Decision], *, titles: Mapping[str, str] | None = None
) -> None:
    """Add rows to ``decisions.csv``.

    Parameters
    ----------
    folder
        The review.
    decisions
        The rows, in their order.
    titles
        Title of each group, for the reader.

    Raises
    ------
    FileProblem
        The file there cannot be read; nothing is written.
    StudyProblem
        Its header lacks a column, or a row has more cells than it; nothing is written.

    Notes
    -----
    Rows are added in one write at the end of the file, so that two people who decide at a time
    lose nothing. A table that a spreadsheet saved in another form is first written anew as plain
    CSV, cell for cell.
    """
    path = folder / DECISIONS
    if not path.exists() or path.stat().st_size == 0:
        _write(path, decisions_text(()))
    raw = read_raw(path, file=DECISIONS)
    written = decode(raw.data, place=raw.place)
    if written.partition("\n")[0] != ",".join(COLUMNS) or raw.data != written.encode():
        written = plain_decisions(written, file=DECISIONS)
        _write(path, written)
    rows = decisions_text(decisions, titles=titles, header=False)
    before = "" if written.endswith("\n") else "\n"
    try:
        with path.open("ab", buffering=0) as table:
            table.write((before + rows).encode())
            os.fsync(table.fileno())
    except OSError as error:
        raise unwritable(path, error) from error


def read_duplicates(folder: Path) -> tuple[Member, ...]:
    """Read ``duplicates.csv``.

    Parameters
    ----------
    folder
        The review.

    Returns
    -------
    tuple of Member
        Its rows; none where there is no such file.

    Raises
    ------
    FileProblem, StudyProblem
        The table cannot be read.
    """
    path = folder / DUPLICATES
    if not path.is_file():
        return ()
    raw = read_raw(path, file=DUPLICATES)
    return parse_table(decode(raw.data, place=raw.place), file=DUPLICATES)


def decide(
    folder: Path, review: Review, decisions: Sequence[Decision], *, held: bool = False
) -> Review:
    """Write decisions of a review that is open, each with the notices its person has seen.

    Parameters
    ----------
    folder
        The review's folder.
    review
        As it was read.
    decisions
        New ones, on any record of a publication.
    held
        Whether its groups are known to be written down.

    Returns
    -------
    Review
        With the new decisions behind those it had.

    Raises
    ------
    StudyProblem
        A person, record or criterion is not known, or a choice is not one of its stage; nothing is
        written.

    Notes
    -----
    The groups are written down with the first decision on them, so that the publication that was
    decided on stays what it was when more exports come.
    """
    group_of = _group_of(review.members)
    checked, problems = check_decisions(decisions, review.protocol, group_of)
    refused = [problem for problem in problems if problem.severity is Severity.ERROR]
    if refused:
        raise StudyProblem(refused)
    rows = seen_with(review, checked)
    if not held:
        written = {member.record for member in read_duplicates(folder)}
        if any(member.record not in written for member in review.members):
            write_duplicates(folder, review.members, review.references)
    # A group has the name of its first record, whose export may be gone.
    titles = {
        row.group: review.references[row.group].title
        for row in rows
        if row.group in review.references
    }
    add_decisions(folder, rows, titles=titles)
    warned = [problem for problem in problems if problem.severity is not Severity.ERROR]
    return replace(
        review,
        decisions=(*review.decisions, *rows),
        problems=(*review.problems, *warned),
    )


def write_duplicates(
    folder: Path, members: Sequence[Member], references: Mapping[str, Reference]
) -> None:
    """Write ``duplicates.csv``.

    Parameters
    ----------
    folder
        The review.
    members
        Its rows; rows held for records that no export holds any more are kept behind them.
    references
        The records by their names, for what the reader sees.

    Raises
    ------
    FileProblem, StudyProblem
        The table there cannot be read; nothing is written.
    """
    known = {member.record for member in members}
    absent = [member for member in read_duplicates(folder) if member.record not in known]
    _write(folder / DUPLICATES, table_text([*members, *absent], references))


def read_extractions(folder: Path) -> str:
    """Return the text of ``extractions.csv``.

    Parameters
    ----------
    folder
        The review.

    Returns
    -------
    str
        The text; that of a table without rows where there is no file.

    Raises
    ------
    FileProblem
        The file cannot be read.
    """
    path = folder / EXTRACTIONS
    if not path.is_file():
        return extractions_text(())
    raw = read_raw(path, file=EXTRACTIONS)
    return decode(raw.data, place=raw.place)


def write_extractions(folder: Path, written: str, *, before: str) -> bool:
    """Replace ``extractions.csv``.

    Parameters
    ----------
    folder
        The review.
    written
        The new text.
    before
        The text it was made from.

    Returns
    -------
    bool
        Whether anything was written: not where the two are the same.

    Raises
    ------
    FileProblem
        The file is not what it was made from any more, or its rows cannot be told apart; nothing
        is written.
    """
    if written == before:
        return False
    if read_extractions(folder) != before or not is_whole(before):
        raise FileProblem(
            Problem(
                Place(file=EXTRACTIONS),
                found=text("the file was changed in the meantime"),
                expected=text("the file as it was read"),
                action=text("run the command again"),
            )
        )
    _write(folder / EXTRACTIONS, written)
    return True


def _read_protocol(folder: Path) -> tuple[Protocol, Origin]:
    if not (folder / PROTOCOL).is_file():
        raise StudyProblem(
            Problem(
                Place(file=(folder / PROTOCOL).as_posix()),
                found=text("no such file"),
                expected=text("the protocol of a review"),
                action=text(
                    "name the folder of a review, or make one with: stroma evidence new {folder}",
                    folder=folder.as_posix(),
                ),
            )
        )
    try:
        raw = read_raw(folder / PROTOCOL, file=PROTOCOL)
        return parse_protocol(decode(raw.data, place=raw.place), file=PROTOCOL), raw.origin
    except FileProblem as refusal:
        raise StudyProblem(refusal.problems) from refusal


def _read_searches(folder: Path, problems: list[Problem]) -> Searches:
    if not (folder / SEARCHES).is_dir():
        problems.append(
            Problem(
                Place(file=SEARCHES),
                found=text("no such folder"),
                expected=text("the exports of the searches in it"),
                action=text("make the folder and put the exports into it"),
                severity=Severity.WARNING,
            )
        )
        return Searches((), {}, ())
    searches = read_searches([folder / SEARCHES], within=folder)
    problems += searches.problems
    return searches


def _read_held(folder: Path, problems: list[Problem]) -> tuple[Member, ...]:
    try:
        return read_duplicates(folder)
    except StromaError as refusal:
        problems += refusal.problems
        return ()


def _read_text(folder: Path, name: str, problems: list[Problem]) -> _TextFile | None:
    if not (folder / name).is_file() or (folder / name).stat().st_size == 0:
        return None
    try:
        raw = read_raw(folder / name, file=name)
        return _TextFile(decode(raw.data, place=raw.place), raw.origin)
    except FileProblem as refusal:
        problems += refusal.problems
        return None


def _group_of(members: Sequence[Member]) -> dict[str, str]:
    """Return the group of every record, and of every name of a group.

    The export of the record a group is named after may be gone while others of it are there.
    """
    return {name: one.group for one in members for name in (one.group, one.record)}


def _databases(protocol: Protocol, searches: Searches) -> dict[str, str]:
    """Return where each record came from: as the protocol says, else as its file shows."""
    declared = {
        f"{SEARCHES}/{export}": search.database
        for search in protocol.searches
        for export in search.exports
    }
    shown = {export.origin.file: export.database for export in searches.files}
    return {
        name: declared.get(one.origin.file) or one.database or shown.get(one.origin.file, "")
        for name, one in searches.references.items()
    }


def _write(path: Path, written: str) -> None:
    replace_file(path, written.encode())
