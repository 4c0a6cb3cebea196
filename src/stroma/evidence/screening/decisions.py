"""``decisions.csv``: what each person decided of each publication, row after row.

Rows are added and never changed, so that the file tells the history; the latest row of a person
at a stage counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import Final

from stroma.doi import clean_doi
from stroma.errors import Place, Problem, Severity, StudyProblem
from stroma.evidence.plain_table import read_plain_table, table_text
from stroma.evidence.review_records import Choice, Decision, Protocol, Stage
from stroma.reference_records import Reference
from stroma.texts import Text, join, text

COLUMNS: Final = ("record", "stage", "choice", "criterion", "reason", "person", "day", "title")
"""The title is for the reader and not read back."""
_NEEDED: Final = ("record", "stage", "choice", "person", "day")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def decisions_text(
    decisions: Iterable[Decision],
    *,
    titles: Mapping[str, str] | None = None,
    header: bool = True,
) -> str:
    r"""Write decisions.

    Parameters
    ----------
    decisions
        The rows, in their order.
    titles
        Title of each group, for the reader.
    header
        Whether the header is written too.

    Returns
    -------
    str
        CSV with commas and LF.

    Examples
    --------
    >>> print(decisions_text([Decision(
    ...     group="a1-1", stage=Stage.TITLE_ABSTRACT, choice=Choice.EXCLUDE, criterion="E1",
    ...     person="AB", day=date(2026, 1, 31))]), end="")
    record,stage,choice,criterion,reason,person,day,title
    a1-1,title_abstract,exclude,E1,,AB,2026-01-31,
    """
    known = titles or {}
    rows = (
        (
            one.group,
            one.stage.value,
            one.choice.value,
            one.criterion,
            _one_line(one.reason),
            one.person,
            one.day.isoformat(),
            _one_line(known.get(one.group, "")),
        )
        for one in decisions
    )
    return table_text(COLUMNS, rows, header=header)


def parse_decisions(
    written: str, *, file: str, otherwise: Mapping[str, str] | None = None
) -> tuple[tuple[Decision, ...], tuple[Problem, ...]]:
    r"""Read decisions.

    Parameters
    ----------
    written
        The text of the table; commas, semicolons or tabs.
    file
        Its name, for problems.
    otherwise
        What an empty cell or a column that is not there stands for.

    Returns
    -------
    decisions
        Every row that can be read, in the order of the file.
    problems
        One for each cell that cannot; its row is left out.

    Examples
    --------
    >>> decisions, problems = parse_decisions(
    ...     "record,stage,choice,person,day\na1-1,full_text,maybe,AB,2026-01-31\n",
    ...     file="decisions.csv",
    ... )
    >>> problems[0].place.row, str(problems[0].found)
    (2, '"maybe"')
    """
    filled = otherwise or {}
    needed = [name for name in _NEEDED if name not in filled]
    table, problems = read_plain_table(written, file=file, needed=needed, known=COLUMNS)
    decisions: list[Decision] = []
    wrong = list(problems)
    for number, row in table.rows:
        cells = {**row, **{name: row.get(name) or word for name, word in filled.items()}}
        row_problems = list(_cell_problems(cells, file, number))
        if row_problems:
            wrong += row_problems
            continue
        day = _day(cells["day"])
        if day is None:
            continue
        decisions.append(
            Decision(
                group=cells["record"],
                stage=Stage(cells["stage"].casefold()),
                choice=Choice(cells["choice"].casefold()),
                criterion=cells.get("criterion", ""),
                reason=cells.get("reason", ""),
                person=cells["person"],
                day=day,
                row=number,
            )
        )
    return tuple(decisions), tuple(wrong)


def plain_decisions(written: str, *, file: str) -> str:
    r"""Write a table that a spreadsheet saved in another form as plain CSV, cell for cell.

    Parameters
    ----------
    written
        The text of the table; what its cells say is not looked at.
    file
        Its name, for problems.

    Returns
    -------
    str
        CSV with commas and LF and every column of the header, those of :data:`COLUMNS` first.

    Raises
    ------
    StudyProblem
        A column is missing, or a row has more cells than the header, so that cells would be lost.

    Examples
    --------
    >>> plain_decisions("\ufeffRecord;Stage;Choice;Person;Day\r\na1-1;full_text\r\n", file="a.csv")
    'record,stage,choice,criterion,reason,person,day,title\na1-1,full_text,,,,,,\n'
    """
    table, problems = read_plain_table(written, file=file, needed=_NEEDED, known=COLUMNS)
    lost = [problem for problem in problems if problem.severity is Severity.ERROR]
    if lost:
        raise StudyProblem(lost)
    columns = [*COLUMNS, *(name for name in table.columns if name not in COLUMNS)]
    rows = ([cells.get(name, "") for name in columns] for _, cells in table.rows)
    return table_text(columns, rows)


def check_decisions(
    decisions: Sequence[Decision],
    protocol: Protocol,
    group_of: Mapping[str, str],
    *,
    file: str | None = None,
) -> tuple[tuple[Decision, ...], tuple[Problem, ...]]:
    """Hold decisions to the protocol and the records.

    Parameters
    ----------
    decisions
        As read.
    protocol
        Who decides, and by which criteria.
    group_of
        The group of every record.
    file
        Their file, for problems; ``None`` for decisions that stand in none.

    Returns
    -------
    decisions
        Those that count, each under the name of its record's group: one that names another record
        of the publication, or the group's name before it was split, means the same publication.
    problems
        People, records and criteria that are not known.
    """
    kept: list[Decision] = []
    problems: list[Problem] = []
    # A row that another of the same person came after is history: nothing is to be done about it.
    latest = {
        (group_of.get(one.group, one.group), one.stage, one.person): place
        for place, one in enumerate(decisions)
    }
    current = set(latest.values())
    for place, one in enumerate(decisions):
        found = list(_contradictions(one, protocol, group_of, file))
        refused = any(problem.severity is Severity.ERROR for problem in found)
        if refused or place in current:
            problems += found
        if not refused:
            kept.append(replace(one, group=group_of[one.group]))
    return tuple(kept), tuple(problems)


def find_record(named: str, references: Mapping[str, Reference]) -> str | None:
    """Return the record that a person names.

    Parameters
    ----------
    named
        Its name, its DOI in any spelling, or its PubMed number.
    references
        Every record by its name.

    Returns
    -------
    str or None
        Its name, the first where several have the number; ``None`` where none has.

    Examples
    --------
    >>> from stroma.origin import Origin
    >>> one = Reference(origin=Origin("a.ris", ""), title="Cells", doi="10.1000/a1", pmid="123")
    >>> [find_record(name, {"a1-1": one}) for name in ("https://doi.org/10.1000/A1", "PMID: 123")]
    ['a1-1', 'a1-1']
    """
    if named in references:
        return named
    doi = clean_doi(named)
    pmid = named.casefold().removeprefix("pmid").strip(" :")
    return next(
        (
            name
            for name, one in references.items()
            if (doi and one.doi == doi) or (pmid and one.pmid == pmid)
        ),
        None,
    )


def _one_line(written: str) -> str:
    return " ".join(written.split())


def _day(written: str) -> date | None:
    """Return a day; ``31/01/2026`` is none, as ``01/02/2026`` can be read two ways."""
    dotted = _DAY_FIRST.fullmatch(written)
    try:
        if dotted is not None:
            return date(int(dotted[3]), int(dotted[2]), int(dotted[1]))
        return date.fromisoformat(written)
    except ValueError:
        return None


def _cell_problems(cells: Mapping[str, str], file: str, row: int) -> Iterator[Problem]:
    def problem(column: str, expected: Text) -> Problem:
        written = cells[column]
        return Problem(
            Place(file=file, row=row, column=column),
            found=text("an empty cell") if not written else join([f'"{written}"']),
            expected=expected,
            action=text("correct the cell; the row was left out"),
        )

    if not cells["record"]:
        yield problem("record", text("the name of a record"))
    for column, allowed in (
        ("stage", [stage.value for stage in Stage]),
        ("choice", [choice.value for choice in Choice]),
    ):
        if cells[column].casefold() not in allowed:
            yield problem(column, text("one of {known}", known=", ".join(allowed)))
    if not cells["person"]:
        yield problem("person", text("who decided"))
    if _day(cells["day"]) is None:
        yield problem("day", text("a day such as 2026-01-31"))


def _contradictions(
    one: Decision, protocol: Protocol, group_of: Mapping[str, str], file: str | None
) -> Iterator[Problem]:
    def place(column: str) -> Place:
        return Place(file=file, row=one.row or None, column=column)

    if one.group not in group_of:
        yield Problem(
            place("record"),
            found=text('the record "{record}", which no export holds', record=one.group),
            expected=text("a record of the files in searches/"),
            action=text("bring the export back, or correct the name; the row was left out"),
        )
    people = tuple(dict.fromkeys([*protocol.people, *filter(None, [protocol.arbiter])]))
    if one.person not in people:
        alike = get_close_matches(one.person, people, n=1)
        yield Problem(
            place("person"),
            found=text('the person "{person}"', person=one.person),
            expected=text("one of {known}", known=", ".join(people)),
            action=text("write {nearest}; the row was left out", nearest=alike[0])
            if alike
            else text("add the person to the protocol, or correct it; the row was left out"),
        )
    if one.choice is Choice.NOT_RETRIEVED and one.stage is not Stage.FULL_TEXT:
        yield Problem(
            place("choice"),
            found=text('"{choice}" at the stage {stage}', choice=one.choice, stage=one.stage),
            expected=text("it at the stage full_text only"),
            action=text("correct the choice or the stage; the row was left out"),
        )
    if not one.criterion and one.choice is Choice.EXCLUDE and one.stage is Stage.FULL_TEXT:
        yield Problem(
            place("criterion"),
            found=text("an exclusion by the full text without its criterion"),
            expected=text("one of {known}", known=", ".join(c.key for c in protocol.criteria)),
            action=text("add a row that names it: a flow diagram counts these by criterion"),
            severity=Severity.WARNING,
        )
    if one.criterion:
        yield from _criterion_problems(one, protocol, place("criterion"))


def _criterion_problems(one: Decision, protocol: Protocol, place: Place) -> Iterator[Problem]:
    known = {criterion.key: criterion for criterion in protocol.criteria}
    if one.criterion not in known:
        yield Problem(
            place,
            found=text('the criterion "{criterion}"', criterion=one.criterion),
            expected=text("one of {known}", known=", ".join(known)),
            action=text("correct it; the decision counts without its criterion until then"),
            severity=Severity.WARNING,
        )
    elif one.choice is not Choice.EXCLUDE:
        yield Problem(
            place,
            found=text(
                'the criterion "{criterion}" beside "{choice}"',
                criterion=one.criterion,
                choice=one.choice,
            ),
            expected=text("a criterion beside an exclusion only"),
            action=text("remove the criterion, or correct the choice"),
            severity=Severity.WARNING,
        )
    elif one.stage not in known[one.criterion].stages:
        yield Problem(
            place,
            found=text(
                'the criterion "{criterion}" at the stage {stage}',
                criterion=one.criterion,
                stage=one.stage,
            ),
            expected=text("a criterion that the protocol has judged at this stage"),
            action=text("correct it, or add the stage to the criterion in the protocol"),
            severity=Severity.WARNING,
        )
