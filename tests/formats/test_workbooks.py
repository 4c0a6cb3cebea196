"""Workbooks as grids: what their cells say, and what damaged or odd ones are refused with."""

from __future__ import annotations

import datetime as dt
import io
import random
import struct
import zipfile

import pytest
import xlsxwriter

from stroma.errors import FileProblem, Severity
from stroma.formats.raw import RawFile
from stroma.formats.workbook_xml import column_letters
from stroma.formats.workbooks import read_grids, value_text
from stroma.records import Origin

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def raw(data, name="lots.xlsx"):
    return RawFile(data, Origin(name, "0" * 64), "." + name.rpartition(".")[2])


def xlsx(fill):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        fill(workbook)
    return target.getvalue()


def edited(data, part, change):
    """The same archive with one part changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return target.getvalue()


def compound_file(name, stream=b""):
    """An OLE compound file with one stream of at least 4096 bytes, [MS-CFB]."""
    sectors = -(-len(stream) // 512)
    chain = [*range(3, 2 + sectors), END] if sectors else []
    fat = [FAT, END, *chain] + [FREE] * (128 - 2 - len(chain))
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
        + struct.pack("<9I", 0, 1, 1, 0, 4096, END, 0, END, 0)
        + struct.pack("<I", 0) + struct.pack("<I", FREE) * 108
    )  # fmt: skip

    def entry(label, kind, child, start, size):
        coded = (label + "\0").encode("utf-16-le") if label else b""
        return (
            coded.ljust(64, b"\0") + struct.pack("<HBB", len(coded), kind, 1)
            + struct.pack("<III", FREE, FREE, child) + bytes(36)
            + struct.pack("<IQ", start, size)
        )  # fmt: skip

    directory = (
        entry("Root Entry", 5, 1, END, 0)
        + entry(name, 2, FREE, 2 if sectors else END, len(stream))
        + entry("", 0, FREE, 0, 0) * 2
    )
    return head + struct.pack("<128I", *fat) + directory + stream.ljust(sectors * 512, b"\0")


def biff(*, password=False):
    """A minimal Excel 97 workbook with one sheet of four cells, [MS-XLS]."""

    def record(number, body=b""):
        return struct.pack("<HH", number, len(body)) + body

    def beginning(kind):
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 0x600))

    def label(row, column, written):
        coded = written.encode("utf-16-le")
        body = struct.pack("<HHHHB", row, column, 0, len(written), 1) + coded
        return record(0x204, body)

    sheet = (
        beginning(0x10)
        + label(0, 0, "lot") + label(0, 1, "возраст") + label(1, 0, "BM-01")
        + record(0x203, struct.pack("<HHHd", 1, 1, 0, 34.5))
        + record(0x0A)
    )  # fmt: skip
    lock = record(0x2F, struct.pack("<HHH", 1, 1, 1) + bytes(48)) if password else b""
    name = b"Lots"
    bound = len(record(0x85, struct.pack("<IBBBB", 0, 0, 0, len(name), 0) + name))
    front = beginning(0x05) + lock
    position = len(front) + bound + len(record(0x0A))
    book = (
        front
        + record(0x85, struct.pack("<IBBBB", position, 0, 0, len(name), 0) + name)
        + record(0x0A)
        + sheet
    )
    return compound_file("Workbook", book.ljust(4608, b"\0"))


def ods(value_type="float"):
    def cell(kind, written):
        value = "" if kind == "string" else f' office:value="{written}"'
        return (
            f'<table:table-cell office:value-type="{kind}"{value}>'
            f"<text:p>{written}</text:p></table:table-cell>"
        )

    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces}>'
        '<office:body><office:spreadsheet><table:table table:name="Lots">'
        f"<table:table-row>{cell('string', 'lot')}{cell('string', 'viability')}</table:table-row>"
        f"<table:table-row>{cell('string', 'BM-01')}{cell(value_type, '0.955')}</table:table-row>"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest xmlns:manifest='
            '"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr("content.xml", content)
    return target.getvalue()


def texts(grid):
    return [[cell.text for cell in row] for row in grid.rows]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (12.0, "12"),
        (0.1, "0.1"),
        (-0.0, "0"),
        (0.30000000000000004, "0.30000000000000004"),
        (2630000.0, "2630000"),
        (1e-7, "0.0000001"),
        (1e300, "1e+300"),
        (7, "7"),
        (True, "TRUE"),
        (False, "FALSE"),
        (" lot ", "lot"),
        (dt.date(2026, 3, 14), "2026-03-14"),
        (dt.datetime.fromisoformat("2026-03-14T05:06:07"), "2026-03-14T05:06:07"),
        (dt.time(5, 30), "05:30:00"),
        (dt.timedelta(hours=36, minutes=30), "36:30:00"),
    ],
)
def test_values_as_texts(value, written):
    assert value_text(value) == written


def test_column_letters():
    assert [column_letters(i) for i in (0, 25, 26, 701, 702, 16383)] == [
        "A", "Z", "AA", "ZZ", "AAA", "XFD",
    ]  # fmt: skip


def test_cells_of_every_kind():
    def fill(workbook):
        sheet = workbook.add_worksheet("Партии")
        percent = workbook.add_format({"num_format": "0.0%"})
        builtin = workbook.add_format({"num_format": 9})
        literal = workbook.add_format({"num_format": '0.0"%"'})
        date = workbook.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, ["lot", "a", "b", "c", "d", "e"])
        sheet.write_row(1, 0, ["BM-01", 12, 0.1, "95,5", True])
        sheet.write_datetime(1, 5, dt.date(2026, 3, 14), date)
        sheet.write_number(2, 1, 0.955, percent)
        sheet.write_number(2, 2, 0.07, builtin)
        sheet.write_number(2, 3, 95.5, literal)
        sheet.write_string(2, 4, "0.5", percent)

    (grid,) = read_grids(raw(xlsx(fill)))
    assert grid.name == "Партии"
    assert texts(grid) == [
        ["lot", "a", "b", "c", "d", "e"],
        ["BM-01", "12", "0.1", "95,5", "TRUE", "2026-03-14"],
        ["", "95.5%", "7%", "95.5", "0.5", ""],
    ]
    assert [[cell.is_number for cell in row] for row in grid.rows[1:]] == [
        [False, True, True, False, False, False],
        [False, False, False, True, False, False],
    ]
    assert grid.problems == ()


def test_the_first_cell_is_a1_even_where_it_is_empty():
    def fill(workbook):
        workbook.add_worksheet("S").write_row(2, 1, ["lot", "source"])

    (grid,) = read_grids(raw(xlsx(fill)))
    assert texts(grid) == [["", "", ""], ["", "", ""], ["", "lot", "source"]]


def test_errors_and_formulas_without_a_result_are_not_empty_cells():
    def fill(workbook):
        sheet = workbook.add_worksheet("S")
        sheet.write_row(0, 0, ["lot", "a", "b"])
        sheet.write_formula(1, 0, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 1, "=1+1", None, 2)
        sheet.write_formula(1, 2, '=IF(A1="","",A1)', None, "")
        sheet.write_formula(3, 3, "=VLOOKUP(1,A1:B2,2)", None, "#N/A")

    def forget(sheet):
        return sheet.replace(b"<v>2</v>", b"").replace(b'<c r="C2">', b'<c r="C2" t="str">')

    (grid,) = read_grids(raw(edited(xlsx(fill), "xl/worksheets/sheet1.xml", forget)))
    assert texts(grid)[1] == ["#DIV/0!", "", "", ""]
    assert texts(grid)[3] == ["", "", "", "#N/A"]
    first, second, third = (problem.render() for problem in grid.problems)
    assert first == (
        'lots.xlsx, sheet "S", row 2, column "A": the error "#DIV/0!". Expected: a value. What to '
        "do: mend the formula, or clear the cell."
    )
    assert second.startswith('lots.xlsx, sheet "S", row 4, column "D": the error "#N/A".')
    assert third == (
        'lots.xlsx, sheet "S", row 2, column "B": a formula that was never calculated. Expected: '
        "a value stored beside the formula. What to do: open the workbook in a spreadsheet program "
        "and save it."
    )


def test_a_far_away_cell_does_not_end_the_program():
    def fill(workbook):
        sheet = workbook.add_worksheet("S")
        sheet.write_row(0, 0, ["lot", "source"])
        sheet.write_number(1048575, 16383, 1)

    with pytest.raises(
        FileProblem, match=r'lots\.xlsx, sheet "S": cells as far as XFD1048576\. Expected: a table'
    ):
        read_grids(raw(xlsx(fill)))


def test_hidden_sheets_charts_and_merged_cells():
    def fill(workbook):
        sheet = workbook.add_worksheet("Lots")
        sheet.merge_range(1, 0, 3, 1, "BM-01")
        workbook.add_worksheet("Old").hide()
        workbook.add_worksheet("Older").very_hidden()
        chart = workbook.add_chart({"type": "line"})
        chart.add_series({"values": "=Lots!$A$1:$A$3"})
        workbook.add_chartsheet("Plot").set_chart(chart)

    grids = read_grids(raw(xlsx(fill)))
    assert [(grid.name, grid.hidden) for grid in grids] == [
        ("Lots", False),
        ("Old", True),
        ("Older", True),
    ]
    assert grids[0].merged == ((1, 3, 0, 1),)


def test_a_workbook_of_excel_97():
    (grid,) = read_grids(raw(biff(), "lots.xls"))
    assert (grid.name, texts(grid)) == ("Lots", [["lot", "возраст"], ["BM-01", "34.5"]])
    assert grid.rows[1][1].is_number


def test_an_opendocument_workbook():
    (grid,) = read_grids(raw(ods(), "lots.ods"))
    assert texts(grid) == [["lot", "viability"], ["BM-01", "0.955"]]
    assert grid.problems == ()


def test_percentages_in_an_opendocument_workbook_are_warned_of():
    (grid,) = read_grids(raw(ods("percentage"), "lots.ods"))
    assert texts(grid)[1] == ["BM-01", "0.955"]
    assert grid.problems[0].severity is Severity.WARNING
    assert "which are read as fractions: 95 % as 0.95" in grid.problems[0].render()


@pytest.mark.parametrize("data", [compound_file("EncryptedPackage"), biff(password=True)])
def test_a_password_is_named(data):
    with pytest.raises(
        FileProblem,
        match=r"lots\.xlsx: the workbook is protected by a password\. Expected: a workbook that "
        r"opens\. What to do: save a copy without a password\.",
    ):
        read_grids(raw(data))


def small():
    def fill(workbook):
        percent = workbook.add_format({"num_format": "0%"})
        sheet = workbook.add_worksheet("S")
        sheet.write_row(0, 0, ["lot", "viability"])
        sheet.write_number(1, 1, 0.9, percent)

    return xlsx(fill)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04",
        b"PK\x03\x04" + bytes(200),
        compound_file("Foo"),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        small()[:-40],
        small()[:200],
        edited(small(), "xl/workbook.xml", lambda part: part[:300]),
        edited(small(), "xl/worksheets/sheet1.xml", lambda part: part.replace(b'"A1"', b'"1A"')),
    ],
    ids=range(8),
)  # fmt: skip
def test_a_damaged_workbook_is_named(data):
    with pytest.raises(FileProblem, match=r"lots\.xlsx: the workbook cannot be read \("):
        read_grids(raw(data))


def test_an_archive_that_is_no_workbook():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(FileProblem, match="the workbook cannot be read"):
        read_grids(raw(target.getvalue()))


def test_the_binary_form_is_named():
    def binary(part):
        return part.replace(b"xl/workbook.xml", b"xl/workbook.bin")

    with pytest.raises(FileProblem, match=r"the workbook is in Excel's binary form, \.xlsb"):
        read_grids(raw(edited(small(), "_rels/.rels", binary)))


@pytest.mark.parametrize("seed", range(40))
def test_any_damage_is_a_problem_and_no_other_error(seed):
    chance = random.Random(seed)  # noqa: S311 - damage, not secrets
    data = bytearray(chance.choice([small(), biff(), ods()]))
    for _ in range(chance.choice([1, 5, 50])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    damaged = bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])
    try:
        grids = read_grids(raw(damaged))
    except FileProblem as error:
        assert "cannot be read" in str(error) or "password" in str(error)  # noqa: PT017
    else:
        assert all(isinstance(cell.text, str) for g in grids for row in g.rows for cell in row)


def test_a_workbook_of_a_plate_reader(shared):
    path = shared / "data/assays/instrument_exports/tecan_magellan/testdata/SLA01P01_OD.xlsx"
    (grid,) = read_grids(raw(path.read_bytes()))
    assert texts(grid)[:3] == [
        ["Raw data", "Well positions", "Plate"],
        ["0.1462", "A1", "96WEL008"],
        ["0.2118", "B1", "96WEL008"],
    ]
