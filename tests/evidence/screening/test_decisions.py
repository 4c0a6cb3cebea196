"""Rows of decisions: read in every form a spreadsheet gives them, and never lost."""

from __future__ import annotations

from datetime import date

import pytest

from stroma.errors import Severity, StudyProblem
from stroma.evidence.review_records import (
    Choice,
    Criterion,
    Decision,
    Protocol,
    Side,
    Stage,
)
from stroma.evidence.screening.decisions import (
    check_decisions,
    decisions_text,
    parse_decisions,
    plain_decisions,
)

PROTOCOL = Protocol(
    title="",
    question="?",
    searches=(),
    criteria=(
        Criterion(key="E1", side=Side.EXCLUDE, words="No MSC", stages=tuple(Stage)),
        Criterion(key="E2", side=Side.EXCLUDE, words="Mice", stages=(Stage.FULL_TEXT,)),
    ),
    people=("AB", "CD"),
    arbiter="EF",
)
GROUPS = {"a1-1": "a1-1", "a1-2": "a1-1", "a1-3": "a1-3"}


def row(**cells: object) -> Decision:
    given: dict[str, object] = {
        "group": "a1-1",
        "stage": Stage.TITLE_ABSTRACT,
        "choice": Choice.INCLUDE,
        "person": "AB",
        "day": date(2026, 1, 31),
    }
    return Decision(**{**given, **cells})  # type: ignore[arg-type]


def test_what_is_written_is_read_again() -> None:
    rows = (
        row(reason='says "no", twice', row=2),
        row(choice=Choice.EXCLUDE, criterion="E1", person="CD", row=3),
        row(stage=Stage.FULL_TEXT, choice=Choice.NOT_RETRIEVED, row=4),
    )
    written = decisions_text(rows, titles={"a1-1": "Cells,\nof the amnion"})
    assert "\r" not in written
    assert written.splitlines()[1].endswith(',"Cells, of the amnion"')
    assert parse_decisions(written, file="decisions.csv") == (rows, ())


def test_a_spreadsheet_s_table_is_read() -> None:
    written = (
        "\ufeffRecord;Stage;Choice;Criterion;Reason;Person;Day\r\n"
        "a1-1;Full_Text;EXCLUDE;E2;a; AB ;31.01.2026\r\n"
        ";;;;;;\r\n"
        "a1-3;title_abstract;unsure;;;CD;2026-02-01\r\n"
    )
    rows, problems = parse_decisions(written, file="decisions.csv")
    assert problems == ()
    assert [(one.row, one.choice.value, one.person, one.day.isoformat()) for one in rows] == [
        (2, "exclude", "AB", "2026-01-31"),
        (4, "unsure", "CD", "2026-02-01"),
    ]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("a1-1,abstract,include,,,AB,2026-01-31", 'row 2, column "stage": "abstract"'),
        ("a1-1,full_text,maybe,,,AB,2026-01-31", '"maybe". Expected: one of include, exclude'),
        ("a1-1,full_text,include,,,AB,01/02/2026", '"01/02/2026". Expected: a day such as'),
        ("a1-1,full_text,include,,,,2026-01-31", 'column "person": an empty cell'),
        (",full_text,include,,,AB,2026-01-31", 'column "record": an empty cell'),
        ("a1-1,full_text,include,,no, not so,AB,2026-01-31", "9 cells"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_stops_no_other(cells: str, said: str) -> None:
    written = (
        "record,stage,choice,criterion,reason,person,day,title\n"
        f"{cells}{',' if cells.count(',') == 6 else ',T'}\n"
        "a1-3,full_text,include,,,AB,2026-01-31,\n"
    )
    rows, problems = parse_decisions(written, file="decisions.csv")
    assert [one.group for one in rows] == ["a1-3"]
    (problem,) = problems
    assert said in problem.render()


def test_a_missing_column_is_named() -> None:
    rows, (problem,) = parse_decisions("record,stage,choice\na,b,c\n", file="decisions.csv")
    assert rows == ()
    assert "no column person, day" in problem.render()


def test_unknown_people_records_and_criteria_are_named_with_their_row() -> None:
    rows = (
        row(row=2, person="ABB"),
        row(row=3, group="b2-1"),
        row(row=4, choice=Choice.EXCLUDE, criterion="E9"),
        row(row=5, person="CD", choice=Choice.NOT_RETRIEVED),
        row(row=6, person="EF", group="a1-2"),
        row(row=7, group="a1-3", criterion="E1"),
        row(row=8, group="a1-3", person="CD", choice=Choice.EXCLUDE, criterion="E2"),
        row(row=9, group="a1-3", person="EF", choice=Choice.EXCLUDE, stage=Stage.FULL_TEXT),
    )
    kept, problems = check_decisions(rows, PROTOCOL, GROUPS, file="decisions.csv")
    assert [(one.row, one.group) for one in kept] == [
        (4, "a1-1"), (6, "a1-1"), (7, "a1-3"), (8, "a1-3"), (9, "a1-3"),
    ]  # fmt: skip
    errors = {one.place.row for one in problems if one.severity is Severity.ERROR}
    assert errors == {2, 3, 5}
    assert [one.place.row for one in problems] == [2, 3, 4, 5, 7, 8, 9]
    said = "\n".join(one.render() for one in problems)
    assert 'the person "ABB". Expected: one of AB, CD, EF. What to do: write AB' in said
    assert 'the record "b2-1", which no export holds' in said
    assert 'the criterion "E9". Expected: one of E1, E2' in said


def test_a_row_that_was_decided_again_is_history() -> None:
    rows = (
        row(row=2, choice=Choice.EXCLUDE, criterion="E9"),
        row(row=3, choice=Choice.EXCLUDE, criterion="E1", group="a1-2"),
    )
    _, problems = check_decisions(rows, PROTOCOL, GROUPS, file="decisions.csv")
    assert problems == ()


def test_a_spreadsheet_s_table_becomes_plain_and_loses_no_cell() -> None:
    written = "Record;Stage;Choice;Person;Day;Mine\r\na1-1;?;include;AB;;note, own\r\n"
    assert plain_decisions(written, file="d.csv") == (
        "record,stage,choice,criterion,reason,person,day,title,mine\n"
        'a1-1,?,include,,,AB,,,"note, own"\n'
    )
    with pytest.raises(StudyProblem, match="6 cells"):
        plain_decisions("record,stage,choice,person,day\na,b,c,d,e,f\n", file="d.csv")
