"""Rows that are added to ``extractions.csv``, and rows that are held to the review's records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from stroma.doi import clean_doi
from stroma.errors import Place, Problem, Severity
from stroma.evidence.extraction.extractions import next_keys, updated_text
from stroma.evidence.extraction.words import CALCULATED
from stroma.evidence.review_records import Extraction, Review
from stroma.evidence.screening.standing import Standing, standings
from stroma.reference_records import Reference
from stroma.texts import Text, text

_SAME_FIGURE: Final = (
    "group", "place", "quantity", "analyte", "tissue", "part", "comparator", "direction", "value",
    "bound", "low", "high", "spread", "n", "passage", "medium", "condition", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Added:
    """What became of rows that were to be added.

    Parameters
    ----------
    written
        The text of ``extractions.csv`` with them.
    keys
        Their names.
    problems
        Rows that were left out, and what a person has to look at.
    """

    written: str
    keys: tuple[str, ...]
    problems: tuple[Problem, ...]


def hold_to_records(
    rows: Iterable[Extraction],
    references: Mapping[str, Reference],
    group_of: Mapping[str, str],
    *,
    file: str,
) -> tuple[tuple[Extraction, ...], tuple[Problem, ...]]:
    """Put each row under the publication its record belongs to.

    Parameters
    ----------
    rows
        As read; the record is the name of any record of the publication, its DOI or its PMID.
    references
        Every record by its name.
    group_of
        The publication of every record.
    file
        Where the rows stand, for problems.

    Returns
    -------
    tuple of Extraction
        Those whose record is known, each under the name of its publication.
    tuple of Problem
        Records that are not known.
    """
    groups: dict[str, dict[str, None]] = defaultdict(dict)
    for name, one in references.items():
        for known in (name, one.doi, one.pmid):
            if known:
                groups[known][group_of[name]] = None
    held: list[Extraction] = []
    problems: list[Problem] = []
    for row in rows:
        pmid = row.group.casefold().removeprefix("pmid").strip(" :")
        names = (row.group, clean_doi(row.group), pmid)
        found = next((list(groups[name]) for name in names if name in groups), [])
        if len(found) == 1:
            held.append(replace(row, group=found[0]))
        else:
            problems.append(_two_records(row, found, file) if found else _no_record(row, file))
    return tuple(held), tuple(problems)


def check_publications(
    rows: Iterable[Extraction], review: Review, *, file: str
) -> tuple[Problem, ...]:
    """Find rows of publications that the review has not included by their full text.

    Parameters
    ----------
    rows
        Each under the name of its publication.
    review
        The review.
    file
        Where the rows stand, for problems.

    Returns
    -------
    tuple of Problem
        One for each publication.
    """
    by_group = standings(review)
    first: dict[str, list[Extraction]] = {}
    for row in rows:
        first.setdefault(row.group, []).append(row)
    problems = []
    for group, mine in first.items():
        standing = by_group[group].full_text.standing if group in by_group else None
        if standing is Standing.INCLUDED:
            continue
        label = text("not judged for itself") if standing is None else standing.label
        problems.append(
            _warning(
                mine[0],
                file,
                "record",
                found=text(
                    "{rows} from {record}, which stands at the full text as: {standing}",
                    rows=", ".join(row.key or str(row.row) for row in mine),
                    record=group,
                    standing=label,
                ),
                expected=text("a publication that is included by its full text"),
                action=text(
                    "decide on it with stroma evidence screen; until then its figures take no part "
                    "in the answers"
                ),
            )
        )
    return tuple(problems)


def check_readers(
    rows: Iterable[Extraction], people: Sequence[str], *, file: str
) -> tuple[Problem, ...]:
    """Find rows whose reader is missing, unknown or the same twice.

    Parameters
    ----------
    rows
        The rows.
    people
        Those who decide in the review.
    file
        Where the rows stand, for problems.

    Returns
    -------
    tuple of Problem
        In the order of the rows.
    """
    return tuple(problem for row in rows for problem in _reader_problems(row, people, file))


def _reader_problems(row: Extraction, people: Sequence[str], file: str) -> Iterator[Problem]:
    known = text("one of {known}", known=", ".join(people))
    for column, name in (("extractor", row.extractor), ("checker", row.checker)):
        if name and name not in people:
            yield _warning(
                row,
                file,
                column,
                found=text("“{name}”, whom review.toml does not name", name=name),
                expected=known,
                action=text("correct the name, or add it to people in review.toml"),
            )
    if not row.extractor:
        yield _warning(
            row,
            file,
            "extractor",
            found=text("{row} without the person who read it", row=row.key),
            expected=known,
            action=text("write who read it"),
        )
    elif row.extractor == row.checker:
        yield _warning(
            row,
            file,
            "checker",
            found=text("{name} twice", name=row.checker),
            expected=text("a second person who read it again"),
            action=text("have another person check it, or leave the cell empty"),
        )


def add_rows(
    held: Sequence[Extraction], written: str, new: Sequence[Extraction], *, file: str
) -> Added:
    """Add rows to the text of ``extractions.csv``.

    Parameters
    ----------
    held
        Its rows so far.
    written
        Its text so far.
    new
        The rows to add, each under the name of its publication.
    file
        Where the new rows come from, for problems.

    Returns
    -------
    Added
        The text with them; a row that says the same as one held is left out.
    """
    keys = next_keys(held, written)
    seen = {_figure(row): row.key for row in held}
    added: list[Extraction] = []
    problems: list[Problem] = []
    for row in new:
        before = seen.get(_figure(row))
        if before is not None:
            problems.append(
                _warning(
                    row,
                    file,
                    None,
                    found=text("the same figure as {key}", key=before),
                    expected=text("each figure of a paper once"),
                    action=text(
                        "nothing, where it is the same; else say in passage, medium or condition "
                        "what sets the two apart, and add it again"
                    ),
                )
            )
            continue
        named = replace(row, key=next(keys), row=0)
        seen[_figure(row)] = named.key
        added.append(named)
    return Added(
        updated_text(written, added) if added else written,
        tuple(row.key for row in added),
        tuple(problems),
    )


def filled_text(
    written: str,
    rows: Sequence[Extraction],
    problems: Iterable[Problem],
    *,
    everywhere: bool,
) -> str:
    """Fill the calculated columns of ``extractions.csv``.

    Parameters
    ----------
    written
        Its text.
    rows
        Its rows, with their canonical figures.
    problems
        What was wrong with them.
    everywhere
        Whether also where another figure stands; otherwise such a row stays as it is, so that the
        edit that set the two apart can be found.

    Returns
    -------
    str
        The text with them.
    """
    edited = {problem.place.row for problem in problems if problem.place.column in CALCULATED}
    return updated_text(written, [row for row in rows if everywhere or row.row not in edited])


def _figure(row: Extraction) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in _SAME_FIGURE)


def _no_record(row: Extraction, file: str) -> Problem:
    return Problem(
        Place(file=file, row=row.row or None, column="record"),
        found=text("“{record}”, which no export in searches/ holds", record=row.group),
        expected=text("the name, the DOI or the PMID of a record of the review"),
        action=text(
            "take the name from decisions.csv, or put an export with the paper into searches/; "
            "the row is left out until then"
        ),
    )


def _two_records(row: Extraction, groups: Sequence[str], file: str) -> Problem:
    return Problem(
        Place(file=file, row=row.row or None, column="record"),
        found=text(
            "“{record}”, which these publications carry: {groups}",
            record=row.group,
            groups=", ".join(groups),
        ),
        expected=text("the name of one publication"),
        action=text("write the name of the one that was read; the row is left out until then"),
    )


def _warning(
    row: Extraction, file: str, column: str | None, *, found: Text, expected: Text, action: Text
) -> Problem:
    return Problem(
        Place(file=file, row=row.row or None, column=column),
        found=found,
        expected=expected,
        action=action,
        severity=Severity.WARNING,
    )
