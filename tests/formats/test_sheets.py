"""Table files: what a person sees in the file is what is read, and the rest is said."""

from __future__ import annotations

import hashlib

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from stroma.errors import FileProblem, Severity
from stroma.formats.sheets import SheetContent, read_sheet, write_csv, write_xlsx
from stroma.records import Row


@pytest.fixture
def folder(tmp_path):
    def write(content, name="lots.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def read_one(path, **options):
    (sheet,) = read_sheet(path, file=path.name, **options)
    return sheet


def rendered(sheet):
    return [problem.render() for problem in sheet.problems]


def workbook(path, fill):
    with xlsxwriter.Workbook(path) as book:
        fill(book)
    return path


# --- text files ----------------------------------------------------------------------------------


def test_a_plain_table(folder):
    content = "lot,source,age\r\nBM-01, bone_marrow ,34\r\nPL-02,placenta,\r\n"
    sheet = read_one(folder(content))
    assert sheet.origin.file == "lots.csv"
    assert sheet.origin.sha256 == hashlib.sha256(content.encode()).hexdigest()
    assert sheet.name is None
    assert not sheet.typed
    assert sheet.columns == ("lot", "source", "age")
    assert sheet.rows == (
        Row(2, {"lot": "BM-01", "source": "bone_marrow", "age": "34"}),
        Row(3, {"lot": "PL-02", "source": "placenta", "age": ""}),
    )
    assert sheet.problems == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_separator_in_every_unicode(folder, encoding, delimiter):
    content = f"лот{delimiter}источник\nBM-01{delimiter}костный мозг\n".encode(encoding)
    sheet = read_one(folder(content, "lots.txt"))
    assert sheet.columns == ("лот", "источник")
    assert sheet.rows[0].cells == {"лот": "BM-01", "источник": "костный мозг"}


def test_a_legacy_encoding_is_asked_about_and_settled(folder):
    path = folder("lot;note\nBM-01;мозг\n".encode("cp1251"))
    with pytest.raises(FileProblem, match=r"in Windows-1251 and .* in Windows-1252"):
        read_sheet(path)
    assert read_one(path, encoding="cp1251").rows[0].cells["note"] == "мозг"


def test_rows_are_counted_as_in_a_spreadsheet(folder):
    content = '# template\nlot,note\n\nBM-01,"two\nlines"\n# aside\nBM-02,x\n,\nBM-03,y\n'
    sheet = read_one(folder(content))
    assert [(row.number, row.cells["lot"]) for row in sheet.rows] == [
        (4, "BM-01"),
        (6, "BM-02"),
        (8, "BM-03"),
    ]
    assert sheet.rows[0].cells["note"] == "two\nlines"
    assert sheet.problems == ()


def test_a_title_above_the_header_is_said(folder):
    sheet = read_one(folder("Lots of 2026;;\n\nlot;source;age\nBM-01;bone_marrow;34\n"))
    assert sheet.columns == ("lot", "source", "age")
    assert [row.number for row in sheet.rows] == [4]
    (said,) = rendered(sheet)
    assert said == (
        'lots.csv, row 1: the title "Lots of 2026" above the header, which was not read. Expected: '
        "the header in the first row. What to do: begin the row with # to mark it as a comment."
    )
    assert sheet.problems[0].severity is Severity.NOTE


def test_a_lot_may_be_named_with_a_hash(folder):
    sheet = read_one(
        folder("# lot,source,age\nlot,source,age\n#5,bone_marrow,34\n# a remark, by the way\n"
               "# aside,,\nL6,PL,29\n#7,\"fat, or skin\",\n")
    )  # fmt: skip
    assert [(row.number, row.cells["lot"]) for row in sheet.rows] == [
        (3, "#5"),
        (6, "L6"),
        (7, "#7"),
    ]
    assert sheet.rows[2].cells == {"lot": "#7", "source": "fat, or skin", "age": ""}
    (said,) = sheet.problems
    assert (said.place.row, said.severity) == (3, Severity.NOTE)
    assert said.render() == (
        'lots.csv, row 3: 2 rows that begin with # (here "#5 | bone_marrow | 34"), read as rows of '
        "the table. Expected: comments above the header. What to do: move the row above the "
        "header, or delete it, if it is a comment."
    )


def test_a_row_with_a_hash_that_is_cut_off_is_warned_of(folder):
    sheet = read_one(folder("lot,source,age,sex\n#5,bone_marrow,34\nL6,PL,29,f\n"))
    assert [row.cells["lot"] for row in sheet.rows] == ["L6"]
    (said,) = sheet.problems
    assert (said.place.row, said.severity) == (2, Severity.WARNING)
    assert "begins with # and has 3 cells, which was not read" in said.render()


def test_a_column_without_a_name_is_said(folder):
    sheet = read_one(folder("lot,,source,\nL1,hm,BM,\nL2,,PL,\n"))
    assert sheet.columns == ("lot", "source")
    (said,) = rendered(sheet)
    assert said == (
        'lots.csv, row 2, column "B": "hm" in a column without a name, which was not read. '
        "Expected: a name above every column that holds anything. What to do: name the column, or "
        "clear it."
    )
    assert sheet.problems[0].severity is Severity.ERROR


def test_short_rows_are_warned_of(folder):
    sheet = read_one(folder("lot,source,age\nL1,BM,34\nL2,PL\n"))
    assert sheet.rows[1].cells == {"lot": "L2", "source": "PL", "age": ""}
    (said,) = rendered(sheet)
    assert said == (
        "lots.csv, row 3: fewer cells than the header in row 3; the missing ones are taken as "
        "empty. Expected: 3 cells in the row. What to do: check that the file is not cut off."
    )


def test_invisible_characters_are_warned_of(folder):
    sheet = read_one(folder("lot,source\nL1\u200b,BM\nL2,PL\ufeff\n"))
    assert sheet.rows[0].cells["lot"] == "L1\u200b"
    assert "invisible characters in 2 cells, here U+200B" in rendered(sheet)[0]
    assert sheet.problems[0].place.column == "A"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"^lots\.csv: the file is empty \(0 bytes\)"),
        ("\ufeff".encode(), r"^lots\.csv: nothing but blank lines and comments\. Expected: a tab"),
        (b"\n\n# nothing\n", r"^lots\.csv: nothing but blank lines and comments"),
        (b"1,2\n3,4\n", r'^lots\.csv, row 1: no header; the first row is "1 \| 2"\. Expected: a h'),
        (b"lot\nL1\nL2\n", r"^lots\.csv: no row with two cells; it begins with “lot”"),
        (b"a;b,c\n1;2,5\n", r"^lots\.csv: rows that split equally well at each of: comma, semi"),
        (b'lot,note\nL1,"open\nL2,x\n', r"^lots\.csv, row 2: a quoted cell that is not closed"),
        (
            b"lot,note\nL1,fine, thanks\n",
            r'^lots\.csv, row 2: cells beyond the last column: "thanks"\. Expected: 2 cells, as in',
        ),
        (
            b"lot,source,lot,source,lot\n1,2,3,4,5\n",
            r'^lots\.csv, row 1, column "lot": 3 columns of this name\. Expected: one column of ea',
        ),
        (b"lot,source\nL1,\x00\x01\x02\n", r"^lots\.csv, row 2: the control character U\+0000"),
        (bytes(range(256)), r"^lots\.csv, row 1: the control character U\+0000"),
        (b"PK\x03\x04 and so on", r"^lots\.csv: the workbook cannot be read \("),
    ],
)
def test_what_is_no_table_is_refused(folder, content, message):
    path = folder(content)
    with pytest.raises(FileProblem, match=message):
        read_sheet(path, file="lots.csv")


def test_all_duplicates_and_all_wide_rows_are_named(folder):
    with pytest.raises(FileProblem) as caught:
        read_sheet(folder("a,b,a,b\n1,2,3,4\n"))
    assert [problem.place.column for problem in caught.value.problems] == ["a", "b"]
    with pytest.raises(FileProblem) as caught:
        read_sheet(folder("a,b\n1,2,3\n1,2\n1,2,,4\n1,2,\n"))
    assert [problem.place.row for problem in caught.value.problems] == [2, 4]


def test_other_endings_are_refused(folder):
    with pytest.raises(
        FileProblem, match=r'the ending "\.docx"\. Expected: one of \.csv, \.tsv, \.txt, \.xlsx'
    ):
        read_sheet(folder("a,b\n1,2\n", "lots.docx"))


def test_a_text_file_named_as_a_workbook_is_read_as_what_it_is(folder):
    sheet = read_one(folder("lot\tsource\nL1\tBM\n", "export.xls"))
    assert sheet.rows[0].cells == {"lot": "L1", "source": "BM"}
    assert not sheet.typed
    assert "a text file named “.xls”" not in rendered(sheet)[0]
    assert rendered(sheet)[0].startswith('export.xls: a text file named ".xls", read as text')


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_problem(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "lots.csv"
    path.write_bytes(data)
    try:
        sheets = read_sheet(path)
    except FileProblem as error:
        assert error.problems  # noqa: PT017
    else:
        assert all(sheet.rows or sheet.problems for sheet in sheets)


# --- workbooks -----------------------------------------------------------------------------------


def test_a_workbook_says_what_is_a_number(tmp_path):
    def fill(book):
        sheet = book.add_worksheet("passages")
        sheet.write_row(0, 0, ["lot", "seeded", "viability", "note"])
        sheet.write_row(1, 0, ["BM-01", 500000, "95,2"])
        sheet.write_row(2, 0, ["BM-01", 1.25, 0.1, ""])

    sheet = read_one(workbook(tmp_path / "passages.xlsx", fill))
    assert sheet.typed
    assert sheet.name == "passages"
    assert sheet.rows[0].cells["seeded"] == "500000"
    assert sheet.rows[0].cells["viability"] == "95,2"
    assert sheet.rows[0].numbers == {"seeded"}
    assert sheet.rows[1].numbers == {"seeded", "viability"}


def test_a_workbook_with_titles_comments_and_blank_edges(tmp_path):
    def fill(book):
        sheet = book.add_worksheet("Партии")
        sheet.merge_range(1, 1, 1, 3, "Партии 2026")
        sheet.write(2, 1, "# заполняет лаборатория")
        sheet.write_row(4, 1, ["lot", "source", "age"])
        sheet.write_row(5, 1, ["BM-01", "bone_marrow", 34])
        sheet.write_row(7, 1, ["#2", "placenta", 29])
        sheet.write_row(8, 1, ["PL-03", "#N/A", 30])

    sheet = read_one(workbook(tmp_path / "lots.xlsx", fill))
    assert sheet.columns == ("lot", "source", "age")
    assert [(row.number, row.cells["lot"]) for row in sheet.rows] == [
        (6, "BM-01"),
        (8, "#2"),
        (9, "PL-03"),
    ]
    assert [(p.place.row, p.severity) for p in sheet.problems] == [
        (2, Severity.NOTE),
        (8, Severity.NOTE),
    ]


def test_merged_cells_below_the_header_are_warned_of(tmp_path):
    def fill(book):
        sheet = book.add_worksheet("S")
        sheet.write_row(0, 0, ["lot", "passage"])
        sheet.merge_range(1, 0, 2, 0, "BM-01")
        sheet.write_column(1, 1, ["P1", "P2"])

    sheet = read_one(workbook(tmp_path / "p.xlsx", fill))
    assert [row.cells["lot"] for row in sheet.rows] == ["BM-01", ""]
    (said,) = rendered(sheet)
    assert said == (
        'p.xlsx, sheet "S", row 2, column "A": merged cells A2:A3, of which only A2 has the value. '
        "Expected: a value in every cell. What to do: unmerge the cells and fill in each row."
    )


def test_a_percentage_is_not_read_as_a_fraction(tmp_path):
    def fill(book):
        sheet = book.add_worksheet("S")
        sheet.write_row(0, 0, ["lot", "viability"])
        sheet.write(1, 0, "BM-01")
        sheet.write_number(1, 1, 0.955, book.add_format({"num_format": "0.0%"}))

    sheet = read_one(workbook(tmp_path / "p.xlsx", fill))
    assert sheet.rows[0].cells["viability"] == "95.5%"
    assert sheet.rows[0].numbers == frozenset()


def test_every_visible_sheet_is_read_and_the_others_are_said(tmp_path):
    def fill(book):
        book.add_worksheet("about").write(0, 0, "Made by the laboratory")
        for name in ("lots", "passages", "empty table", "empty"):
            sheet = book.add_worksheet(name)
            if name != "empty":
                sheet.write_row(0, 0, ["lot", "source"])
            if name in ("lots", "passages"):
                sheet.write_row(1, 0, [f"{name} 1", "x"])
        hidden = book.add_worksheet("old")
        hidden.write_row(0, 0, ["lot", "source"])
        hidden.hide()
        hidden = book.add_worksheet("July")
        hidden.write_row(0, 0, ["lot", "source", "note"])
        hidden.write_row(1, 0, ["BM-09", "x"])
        hidden.hide()

    first, second, empty = read_sheet(workbook(tmp_path / "all.xlsx", fill), file="all.xlsx")
    assert (first.name, second.name, empty.name) == ("lots", "passages", "empty table")
    assert second.problems == ()
    assert [(p.place.sheet, p.severity) for p in first.problems] == [
        ("about", Severity.WARNING),
        ("old", Severity.NOTE),
        ("July", Severity.WARNING),
    ]
    assert 'no header; the first row is "Made by the laboratory"' in rendered(first)[0]
    assert "a hidden sheet, which was not read" in rendered(first)[1]
    assert (
        'a hidden sheet with 1 row under the header of the sheet "lots", which was not read'
        in rendered(first)[2]
    )
    assert empty.rows == ()
    assert [(p.place.row, p.severity) for p in empty.problems] == [(1, Severity.NOTE)]


@pytest.mark.parametrize("content", [b"lot,source\n", b"lot,source\n,\n# x\n"])
def test_a_header_alone_is_a_table_without_rows(tmp_path, content):
    path = tmp_path / "lots.csv"
    path.write_bytes(content)
    (sheet,) = read_sheet(path, file="lots.csv")
    assert sheet.columns == ("lot", "source")
    assert sheet.rows == ()
    (note,) = [p for p in sheet.problems if p.place.row == 1]
    assert note.severity is Severity.NOTE
    assert note.render().startswith("lots.csv, row 1: a header and no rows below it. Expected:")


def test_problems_of_all_sheets_are_raised_together(tmp_path):
    def fill(book):
        for name in ("a", "b"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["lot", "lot"])
            sheet.write_row(1, 0, ["1", "2"])

    with pytest.raises(FileProblem) as caught:
        read_sheet(workbook(tmp_path / "w.xlsx", fill))
    assert [problem.place.sheet for problem in caught.value.problems] == ["a", "b"]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([], r"^w\.xlsx: no visible sheet with anything in it\. Expected: a sheet with a table"),
        ([["only a sentence"]], r'^w\.xlsx, sheet "S", row 1: no header; the first row is "only a'),
        ([[1, 2], [3, 4]], r'^w\.xlsx, sheet "S", row 1: no header; the first row is "1 \| 2"'),
        ([["# a", "b"]], r'^w\.xlsx, sheet "S": no header|nothing but blank rows and comments'),
    ],
)
def test_a_workbook_without_a_table_is_refused(tmp_path, cells, message):
    def fill(book):
        sheet = book.add_worksheet("S")
        for number, row in enumerate(cells):
            sheet.write_row(number, 0, row)

    with pytest.raises(FileProblem, match=message):
        read_sheet(workbook(tmp_path / "w.xlsx", fill), file="w.xlsx")


def test_a_workbook_named_csv_is_read_as_what_it_is(tmp_path):
    def fill(book):
        sheet = book.add_worksheet("S")
        sheet.write_row(0, 0, ["lot", "source"])
        sheet.write_row(1, 0, ["L1", "BM"])

    workbook(tmp_path / "w.xlsx", fill).rename(tmp_path / "w.csv")
    sheet = read_one(tmp_path / "w.csv")
    assert sheet.typed
    assert rendered(sheet)[0].startswith('w.csv: a workbook named ".csv", read as a workbook')


# --- there and back ------------------------------------------------------------------------------

LETTERS = st.text(st.characters(categories=("L",)), min_size=1, max_size=8)
CELLS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")) | st.sampled_from('\n\r\t,;"#='),
    max_size=12,
)


def tables():
    columns = st.lists(LETTERS, min_size=2, max_size=4, unique=True)
    return columns.flatmap(
        lambda names: st.tuples(
            st.just(names),
            st.lists(
                st.lists(CELLS, min_size=len(names), max_size=len(names)), min_size=1, max_size=4
            ),
        )
    )


@given(tables(), st.lists(CELLS, max_size=2))
def test_a_written_csv_file_is_read_back(tmp_path_factory, table, comments):
    columns, cells = table
    rows = [dict(zip(columns, row, strict=True)) for row in cells]
    wanted = [{name: cell.strip() for name, cell in row.items()} for row in rows]
    wanted = [row for row in wanted if any(row.values())]
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    write_csv(path, columns, rows, comments=comments)
    if wanted:
        sheet = read_one(path)
        assert sheet.columns == tuple(columns)
        assert [row.cells for row in sheet.rows] == wanted
    else:
        sheet = read_one(path)
        assert sheet.rows == ()
        assert "a header and no rows below it" in str(sheet.problems[-1].found)


def is_comment(row):
    """Tell whether a row is put aside: a word with # in its first column, and nothing else."""
    first, *others = row.values()
    return first.startswith("#") and not any(others)


@given(tables())
def test_a_written_workbook_is_read_back(tmp_path_factory, table):
    columns, cells = table
    rows = [dict(zip(columns, row, strict=True)) for row in cells]
    wanted = [{name: cell.strip() for name, cell in row.items()} for row in rows]
    wanted = [row for row in wanted if any(row.values()) and not is_comment(row)]
    path = tmp_path_factory.mktemp("xlsx") / "table.xlsx"
    write_xlsx(path, [SheetContent("S", columns, rows)])
    if wanted:
        sheet = read_one(path)
        assert sheet.columns == tuple(columns)
        assert [row.cells for row in sheet.rows] == wanted
