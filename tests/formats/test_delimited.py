"""Records and separators; the expected cells were split by hand."""

from __future__ import annotations

import pytest

from stroma.errors import FileProblem, Place
from stroma.formats.delimited import find_delimiter, split_records

PLACE = Place(file="lots.csv")


def cells(written, delimiter=","):
    return [record.cells for record in split_records(written, delimiter, place=PLACE)]


def test_quotes_line_ends_and_blank_cells():
    assert cells('a,"b,c",""\r\n"say ""no""",,x\n\n1,2,\r3') == [
        ("a", "b,c", ""),
        ('say "no"', "", "x"),
        ("",),
        ("1", "2", ""),
        ("3",),
    ]


def test_a_row_is_counted_as_a_spreadsheet_does():
    records = split_records('# made\nlot,note\n\nL1,"two\nlines"\nL2,x\n', ",", place=PLACE)
    assert [(record.number, record.comment) for record in records] == [
        (1, True),
        (2, False),
        (3, False),
        (4, False),
        (5, False),
    ]
    assert records[3].cells == ("L1", "two\nlines")


def test_only_a_bare_hash_begins_a_comment():
    records = split_records('"#5",a\n#6,b\nx,#7\n#N/A,c\n#DIV/0!,d\n', ",", place=PLACE)
    assert [record.comment for record in records] == [False, True, False, False, False]


def test_a_quotation_mark_inside_a_cell_is_kept_and_noticed():
    records = split_records('5" dish,a\nb,c\n', ",", place=PLACE)
    assert records[0].cells == ('5" dish', "a")
    assert [record.stray_quote for record in records] == [True, False]


@pytest.mark.parametrize("written", ['a,b\n"c,d\n', 'a,b\n"c"d,e\n', 'a,b\n"c" ,e\n', 'a,b\nc,"'])
def test_broken_quotes_name_their_row(written):
    with pytest.raises(FileProblem, match=r"lots\.csv, row 2: a quoted cell that is not closed"):
        cells(written)


@pytest.mark.parametrize(
    ("written", "delimiter"),
    [
        ("lot,source\nL1,BM\n", ","),
        ("lot;source\nL1;BM\n", ";"),
        ("lot\tsource\nL1\tBM\n", "\t"),
        ("lot,source", ","),
        # a decimal comma in every row below the header
        ("lot;viability\nL1;95,5\nL2;97,1\n", ";"),
        # free text with one comma in every row
        ("lot;note\nL1;good, clear\nL2;bad, cloudy\n", ";"),
        ("lot,note\nL1,a;b\nL2,c;d\n", ","),
        # titles above the header
        ("Lots; all of them\nlot,source,age\nL1,BM,34\nL2,PL,29\n", ","),
        ("Lots of 2026\nlot;source\nL1;BM\n", ";"),
        ("Lots of 2026,,\nlot,source,age\nL1,BM,34\n", ","),
        # quoted cells hold other separators
        ('a,"b;c"\nx,"y;z"\n', ","),
        ('"a;b",c\n"x;y",z\n', ","),
        # uneven rows
        ("lot,source,note\nL1,BM\nL2,UC,a,b\n", ","),
        # declared
        ("sep=;\na;b,c\n1;2,5\n", ";"),
        ('"sep=,"\na;b,c\n1;2,5\n', ","),
        ("# a;b;c\nlot,source\nL1,BM\n", ","),
    ],
)
def test_the_separator_is_found(written, delimiter):
    assert find_delimiter(written, place=PLACE) == delimiter


def test_two_possible_separators_are_asked_about():
    with pytest.raises(FileProblem) as caught:
        find_delimiter("a;b,c\n1;2,5\n", place=PLACE)
    assert str(caught.value) == (
        "lots.csv: rows that split equally well at each of: comma, semicolon. Expected: one "
        "possible separator. What to do: save the table as .xlsx, or put cells that hold a "
        "separator in quotes."
    )


def test_the_ending_tsv_declares_tabs():
    written = "a\tb,c\n1\t2,5\n"
    with pytest.raises(FileProblem, match="comma, tab"):
        find_delimiter(written, place=PLACE, suffix=".csv")
    assert find_delimiter(written, place=PLACE, suffix=".tsv") == "\t"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("just a sentence\nand another\n", "no row with two cells; it begins with “just a sent"),
        ("# only\n\n  \n", "nothing but blank lines and comments"),
        ("lot|source\nL1|BM\n", r"begins with “lot\|source”"),
    ],
)
def test_no_separator(written, message):
    with pytest.raises(FileProblem, match=message):
        find_delimiter(written, place=PLACE)
