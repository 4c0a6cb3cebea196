"""``extractions.csv`` as spreadsheets and hands write it."""

from __future__ import annotations

import pytest

from stroma.errors import Severity
from stroma.evidence.extraction.extractions import (
    extractions_text,
    is_whole,
    next_keys,
    parse_extractions,
    parse_new_extractions,
    updated_text,
)
from stroma.evidence.review_records import Counted, Direction, SpreadKind

FILE = "extractions.csv"
PLAIN = (
    "extraction,record,place,quantity,tissue,comparator,direction,value,spread,spread_kind,unit,"
    "n,n_counts\n"
    "X0001,a-1,table 2,PDT,Placenta,BM,lower,1.60,0.12,s.e.m.,days,6,donors\n"
    "X0002,a-1,table 2,PDT,BM,,,2.5,0.3,SEM,d,6,donors\n"
)


def test_a_row_is_read_in_the_words_of_the_vocabulary() -> None:
    rows, problems = parse_extractions(PLAIN, file=FILE)
    assert problems == ()
    assert rows[0].quantity == "doubling_time"
    assert (rows[0].tissue, rows[0].comparator) == ("placenta", "bone_marrow")
    assert rows[0].direction is Direction.LOWER
    assert rows[0].spread_kind is SpreadKind.SEM
    assert rows[0].n_counts is Counted.DONORS
    assert rows[0].written["value"] == "1.60"
    assert rows[0].row == 2
    assert rows[0].canonical is not None
    assert rows[0].canonical.value == pytest.approx(38.4)


def test_writing_and_reading_give_the_same() -> None:
    rows, _ = parse_extractions(PLAIN, file=FILE)
    written = extractions_text(rows)
    again, problems = parse_extractions(written, file=FILE)
    assert problems == ()
    assert again == rows
    assert extractions_text(again) == written
    assert ",1.60," in written
    assert "38.4," in written
    assert "\r" not in written


def test_what_a_russian_spreadsheet_writes_is_read() -> None:
    written = "\ufeff" + PLAIN.replace(",", ";").replace(".", ",").replace("\n", "\r\n")
    rows, problems = parse_extractions(written.replace("s,e,m,", "SEM"), file=FILE)
    assert problems == ()
    assert [row.value for row in rows] == [1.6, 2.5]
    assert rows[0].written["value"] == "1.60"


def test_a_declared_separator_counts_as_a_row() -> None:
    rows, _ = parse_extractions("sep=,\n" + PLAIN, file=FILE)
    assert [row.row for row in rows] == [3, 4]


def test_a_number_with_two_readings_is_refused_where_nothing_settles_it() -> None:
    head = "extraction;record;place;quantity;tissue;value;unit\n"
    one = "X0001;a-1;table 2;viable_cells;BM;1,250;cells\n"
    rows, problems = parse_extractions(head + one, file=FILE)
    assert rows == ()
    assert '"1,250" is 1250 with a decimal point and 1.25 with a decimal comma' in str(
        problems[0].found
    )
    other = "X0002;a-1;table 2;viable_cells;BM;0,5;cells\n"
    rows, problems = parse_extractions(head + one + other, file=FILE)
    assert [row.value for row in rows] == [1.25, 0.5]


@pytest.mark.parametrize(
    ("cell", "column", "found", "action"),
    [
        ("61.2 ± 3.4", "value", "which is two figures", "write 61.2 in value and 3.4 in spread"),
        ("95-99", "value", "which is two figures", "write 95 in low and 99 in high"),
        ("1e400", "value", "too large", "check the number"),
        ("61 (55-70)", "value", "three figures", "write 61 in value, 55 in low and 70 in high"),
        ("61 [95 % CI 55 to 70]", "value", "three figures", "55 in low and 70 in high"),
        ("05.Jun", "value", "looks like a date", "a spreadsheet makes a date of 5.6"),
        ("янв.95", "value", "looks like a date", "a spreadsheet makes a date of 5.6"),
        ("61 %", "value", "carries a percent sign", "the number alone and % in unit"),
        ("about 60", "value", "is not a number", "the number alone with a decimal point"),
        ("< 3", "spread", "which is a limit", "with its sign in bound"),
        ("6 donors", "n", "“6 donors”", "what it counts stands in n_counts"),
        ("0", "n", "“0”", "write the number alone"),
        ("standard eror", "spread_kind", "“standard eror”", "write one of them"),
        ("donor pool", "n_counts", "“donor pool”", "write donors, if that is meant"),
        ("heigher", "direction", "“heigher”", "write higher, if that is meant"),
        ("~", "bound", "“~”", "write one of them, or nothing"),
        ("", "tissue", "an empty cell", "fill the cell, or delete the row"),
        ("", "extraction", "an empty cell", "give it a name"),
        ("X0002", "extraction", "“X0002”, which row 3 has already", "rename the later row"),
    ],
)
def test_one_bad_cell_costs_one_row(cell: str, column: str, found: str, action: str) -> None:
    head, good, other = PLAIN.splitlines()
    names = [*head.split(","), "bound"]
    cells = dict(zip(names, [*good.split(","), ""], strict=True))
    cells[column] = cell
    cells["value"] = cells["value"] if column == "value" else "1.5"
    bad = ",".join(f'"{cells[name]}"' for name in names)
    rows, problems = parse_extractions(f"{','.join(names)}\n{bad}\n{other},\n", file=FILE)
    if column == "extraction" and cell:
        rows, problems = parse_extractions(f"{','.join(names)}\n\n{other},\n{bad}\n", file=FILE)
    assert [row.key for row in rows] == ["X0002"]
    (problem,) = problems
    assert problem.severity is Severity.ERROR
    assert problem.place.column == column
    assert found in str(problem.found)
    assert action in str(problem.action)


def test_an_analyte_of_another_kind_costs_its_row() -> None:
    written = "extraction,record,place,quantity,analyte,tissue\nX1,a-1,t,differentiation,CD105,BM\n"
    rows, problems = parse_extractions(written, file=FILE)
    assert rows == ()
    assert "“CD105” for differentiation" in str(problems[0].found)


def test_a_bound_may_stand_before_its_value() -> None:
    written = (
        "extraction,record,place,quantity,tissue,value,unit\nX0001,a-1,t,viability,BM,≥ 70,%\n"
    )
    rows, problems = parse_extractions(written, file=FILE)
    assert problems == ()
    assert (rows[0].bound, rows[0].value) == (">=", 70.0)


def test_an_edit_beside_the_printed_figure_is_seen() -> None:
    rows, _ = parse_extractions(PLAIN, file=FILE)
    written = extractions_text(rows)
    _, problems = parse_extractions(written.replace(",38.4,", ",39.4,"), file=FILE)
    (problem,) = problems
    assert problem.place.column == "canonical_value"
    assert str(problem.found) == "“39.4” in the file and “38.4” from the printed figures"
    _, problems = parse_extractions(written.replace(",1.60,", ",1.70,"), file=FILE)
    assert [problem.place.column for problem in problems] == ["canonical_value"]


def test_a_near_miss_of_a_word_is_pointed_out_and_kept() -> None:
    written = (
        "extraction,record,place,quantity,tissue,direction\n"
        "X0001,a-1,t,doubling_tme,bone_marow,higher\n"
        "X0002,a-1,t,adhesion,menstrual blood,lower\n"
    )
    rows, problems = parse_extractions(written, file=FILE)
    assert [row.tissue for row in rows] == ["bone_marow", "menstrual blood"]
    actions = [str(problem.action) for problem in problems]
    assert actions == [
        "write bone_marrow, if that is meant",
        "write doubling_time, if that is meant",
    ]


def test_a_missing_unit_is_a_warning() -> None:
    written = "extraction,record,place,quantity,tissue,value\nX0001,a-1,t,viability,BM,0.95\n"
    rows, (problem,) = parse_extractions(written, file=FILE)
    assert rows[0].canonical is None
    assert problem.severity is Severity.WARNING
    assert str(problem.found) == "no unit is stated"


def test_what_keeps_spreads_out_is_said_once() -> None:
    head = "extraction,record,place,quantity,tissue,value,spread,unit\n"
    written = head + "X0001,a-1,t,viability,BM,91,5,%\nX0002,a-1,t,viability,PL,92,6,%\n"
    _, problems = parse_extractions(written, file=FILE)
    (problem,) = problems
    assert problem.severity is Severity.NOTE
    assert str(problem.found) == "what the spread is was not stated, in rows 2, 3"


def test_quantities_outside_the_vocabulary_are_noted_once() -> None:
    head = "extraction,record,place,quantity,tissue,value,unit\n"
    written = head + "X0001,a-1,t,adhesion,BM,5,%\nX0002,a-1,t,adhesion,PL,6,%\n"
    rows, problems = parse_extractions(written, file=FILE)
    assert len(rows) == 2
    (problem,) = problems
    assert problem.severity is Severity.NOTE
    assert "figures of 1 quantity that the vocabulary does not have: “adhesion”" in str(
        problem.found
    )


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("record,place,quantity,tissue\na-1,t,adhesion,BM\n", "no column extraction"),
        (
            "extraction,record,record,place,quantity,tissue\nX1,a,a,t,q,BM\n",
            "two columns record",
        ),
        ('extraction,record,place,quantity,tissue\nX1,"a,t,q,BM\n', "is not closed"),
        ("extraction,record,place,quantity,tissue\nX1,a,t,q,BM,1,2\n", "7 cells under 5 columns"),
    ],
)
def test_a_broken_table_is_said(written: str, found: str) -> None:
    rows, problems = parse_extractions(written, file=FILE)
    assert rows == ()
    assert found in str(problems[0].found)


def test_a_row_that_says_nothing_is_noted() -> None:
    written = "extraction,record,place,quantity,tissue,value\nX0001,a-1,t,viability,BM,n/a\n"
    rows, (problem,) = parse_extractions(written, file=FILE)
    assert len(rows) == 1
    assert problem.severity is Severity.NOTE
    assert str(problem.found) == "neither a figure nor a direction, in rows 2"


def test_an_empty_file_holds_nothing() -> None:
    assert parse_extractions("", file=FILE) == ((), ())
    assert parse_extractions("\ufeff\r\n", file=FILE) == ((), ())


def test_an_update_keeps_what_could_not_be_read() -> None:
    written = (
        "extraction;record;place;quantity;tissue;value;unit;our remark\n"
        "X0001;a-1;table 2;PDT;BM;2,5;d;keep\n"
        "X0002;a-1;table 2;PDT;BM;about 3;d;also keep\n"
    )
    rows, problems = parse_extractions(written, file=FILE)
    assert [problem.severity for problem in problems] == [Severity.WARNING, Severity.ERROR]
    updated = updated_text(written, rows)
    lines = updated.splitlines()
    assert lines[0].startswith("extraction,record,place,quantity,tissue,value,unit,our remark,")
    assert lines[1].startswith("X0001,a-1,table 2,doubling_time,bone_marrow,2.5,d,keep,")
    assert ",60," in lines[1]
    assert lines[2].startswith("X0002,a-1,table 2,PDT,BM,about 3,d,also keep,")
    again, _ = parse_extractions(updated, file=FILE)
    assert again == rows
    assert updated_text(updated, again) == updated


def test_a_broken_text_is_never_rewritten() -> None:
    assert not is_whole('extraction,record\n"X1,a\n')
    with pytest.raises(ValueError, match="the text is broken"):
        updated_text('extraction,record\n"X1,a\n', [])


def test_new_rows_need_no_names() -> None:
    rows, problems = parse_new_extractions(
        "record,place,quantity,tissue,value,unit\na-1,t,viability,BM,95,%\n", file="new.csv"
    )
    assert problems == ()
    assert rows[0].key == ""


def test_names_go_on_above_every_number_in_use() -> None:
    rows, _ = parse_extractions(PLAIN, file=FILE)
    keys = next_keys(rows, "X0012 stands in a row that cannot be read")
    assert [next(keys), next(keys)] == ["X0013", "X0014"]
