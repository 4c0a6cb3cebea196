"""Real exports of cell counters; every expected value was read in the file by eye."""

from __future__ import annotations

import re

import pytest

from stroma.errors import FileProblem, Severity
from stroma.formats.counters import COUNTERS, read_counts
from stroma.formats.raw import read_raw

EXPORTS = "data/assays/instrument_exports"
NUCLEOVIEW = f"{EXPORTS}/chemometec_nucleoview/testdata/chemometec_nucleoview_example"
BLU = f"{EXPORTS}/beckman_vi_cell_blu/testdata/Beckman_Vi-Cell-BLU_"
XR = f"{EXPORTS}/beckman_vi_cell_xr/testdata/"


def read(path, **habits):
    return read_counts(path, file=path.name, **habits)


def rendered(problems):
    return [problem.render() for problem in problems]


def changed(source, target, *changes, encoding="utf-8"):
    """A copy of a real export with some of its text changed; each change has to apply."""
    written = source.read_bytes().decode(encoding)
    for old, new in changes:
        assert old in written
        written = written.replace(old, new)
    target.write_bytes(written.encode(encoding))
    return target


# --- ChemoMetec NucleoView -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "sample", "total", "live", "dead", "viability", "diameter", "moment"),
    [
        ("01", "20231120-0012-c-cellsABCD", 3580000.0, 2450000.0, 1140000.0, 68.2, 9.1,
         "2023-11-20T16:30:16+02:00"),
        ("02", "20231120-0002-c-cellsABCD", 1700000.0, 1580000.0, 122000.0, 92.8, 13.2,
         "2023-11-20T11:03:00-07:00"),
    ],
)  # fmt: skip
def test_nucleoview(shared, number, sample, total, live, dead, viability, diameter, moment):
    (count,), problems = read(shared / f"{NUCLEOVIEW}{number}.csv")
    assert problems == ()
    assert count.sample == sample
    assert count.instrument == "ChemoMetec NucleoView NC-200"
    assert count.counted_at.isoformat() == moment
    assert count.total_per_ml == total
    assert count.viable_per_ml == live
    assert count.dead_per_ml == dead
    assert count.viability_percent == viability
    assert count.diameter_um == diameter
    assert count.dilution == 1.0
    assert count.cells_counted is None
    assert count.viable_cells_counted is None


def test_nucleoview_drops_no_field(shared):
    path = shared / f"{NUCLEOVIEW}01.csv"
    (count,), _ = read(path)
    assert count.extra["Operator"] == "DrScientist"
    assert count.extra["Instrument s/n"] == "s/n 9000201099909999"
    assert count.extra["Dilution Volume (ul)"] == "0.000"
    assert count.extra["//"] == "[ECEC5A41]"
    labels = {line.partition(";")[0].strip() for line in path.read_text().splitlines()}
    taken = {
        "Image", "Viability (%)", "Live (cells/ml)", "Dead (cells/ml)", "Total (cells/ml)",
        "Estimated cell diameter (um)", "Multiplication factor", "Date time",
    }  # fmt: skip
    assert labels - {"", "//[ECEC5A41]"} == (set(count.extra) - {"//"}) | taken


def test_nucleoview_after_a_table_with_commas(shared):
    """The file has a comma at the end of each line, square brackets, and no date."""
    (count,), problems = read(shared / f"{NUCLEOVIEW}03.csv")
    assert count.viable_per_ml == 1600000.0
    assert count.dead_per_ml == 74600.0
    assert count.total_per_ml == 1670000.0
    assert count.viability_percent == 95.5
    assert count.diameter_um == 10.2
    assert count.instrument == "ChemoMetec NucleoView"
    assert count.counted_at is None
    (said,) = rendered(problems)
    assert said == (
        "chemometec_nucleoview_example03.csv: no date and time. Expected: a field with it in every "
        "count. What to do: export the count again; it is not worked out from other numbers."
    )
    assert problems[0].severity is Severity.WARNING


def test_nucleoview_without_a_live_count_invents_none(shared):
    (count,), problems = read(shared / f"{NUCLEOVIEW}07.csv")
    assert count.viable_per_ml is None
    assert count.total_per_ml == 1700000.0
    assert count.dead_per_ml == 122000.0
    assert count.viability_percent == 92.8
    # printed over two lines as "13.2 (Uncertain / determination)"
    assert count.diameter_um == 13.2
    assert count.extra["Estimated cell diameter (um)"] == "13.2 (Uncertain determination)"
    diameter, live = problems
    assert diameter.severity is Severity.WARNING
    assert diameter.render() == (
        'chemometec_nucleoview_example07.csv, row 8, column "Estimated cell diameter (um)": "13.2 '
        '(Uncertain determination)": the instrument doubts this number. Expected: a number without '
        "a remark. What to do: look at the images of this count; the number is kept as printed."
    )
    assert live.severity is Severity.ERROR
    assert live.render() == (
        "chemometec_nucleoview_example07.csv: no viable cells per mL. Expected: a field with it in "
        "every count. What to do: export the count again; it is not worked out from other numbers."
    )


def test_nucleoview_with_decimal_commas(shared, tmp_path):
    path = changed(
        shared / f"{NUCLEOVIEW}01.csv",
        tmp_path / "c.csv",
        ("2.45E6", "2,45E6"), ("3.58E6", "3,58E6"), ("1.14E6", "1,14E6"), ("68.2", "68,2"),
        (";9.1;", ";9,1;"), ("1.000", "1,000"),
    )  # fmt: skip
    for habit in (None, ".", ","):
        (count,), problems = read(path, decimal_mark=habit)
        assert problems == ()
        assert count.viable_per_ml == 2450000.0
        assert count.dilution == 1.0


def test_nucleoview_with_both_decimal_marks_is_refused(shared, tmp_path):
    path = changed(shared / f"{NUCLEOVIEW}01.csv", tmp_path / "c.csv", ("2.45E6", "2,45E6"))
    with pytest.raises(
        FileProblem,
        match=r'^c\.csv: a decimal point in row 4 \("68\.2"\) and a decimal comma in row 5 '
        r'\("2,45E6"\)\. Expected: one decimal mark in the whole column',
    ):
        read(path)


@pytest.mark.parametrize(
    ("change", "message", "field"),
    [
        (("2.45E6", "2.45E5"), 'a viability of "68.2" % with "2.45E5" viable of "3.58E6"', None),
        (("2.45E6", "4.45E6"), '"4.45E6" viable of "3.58E6" in total', None),
        (("68.2", "168.2"), 'column "Viability (%)": "168.2". Expected: no negative', None),
        (("68.2", "ERROR"), 'column "Viability (%)": "ERROR" is not a number', "viability"),
        (("1.14E6", "<1E3"), '"<1E3" is a limit, not a value', "dead"),
        ((";9.1;", ";;"), 'column "Estimated cell diameter (um)": no cell diameter', "diameter"),
        (("20231120 163016", "20.11.23"), '"20.11.23", whose year has two digits', "moment"),
        (("offset;2", "offset;25"), 'column "Time zone offset": "25". Expected: hours from', None),
        (("Image;20231120-0012-c-cellsABCD", "Image;"), 'column "Image": no name of the', "sample"),
        (("factor;1.000", "factor;5.000"), "a count of a diluted sample (5); its densities", None),
    ],
)
def test_nucleoview_with_doubtful_fields(shared, tmp_path, change, message, field):
    path = changed(shared / f"{NUCLEOVIEW}01.csv", tmp_path / "c.csv", change)
    (count,), problems = read(path)
    assert any(message in said for said in rendered(problems))
    values = {
        "viability": count.viability_percent,
        "dead": count.dead_per_ml,
        "diameter": count.diameter_um,
        "moment": count.counted_at,
        "sample": count.sample,
    }
    assert [name for name, value in values.items() if value is None] == [field] * bool(field)


def test_a_measured_zero_is_a_measurement(shared, tmp_path):
    path = changed(
        shared / f"{NUCLEOVIEW}01.csv",
        tmp_path / "c.csv",
        ("2.45E6", "0"), ("68.2", "0.0"), ("1.14E6", "3.58E6"),
    )  # fmt: skip
    (count,), problems = read(path)
    assert problems == ()
    assert count.viable_per_ml == 0.0
    assert count.viability_percent == 0.0


def test_nucleoview_that_is_cut_off(shared, tmp_path):
    data = (shared / f"{NUCLEOVIEW}02.csv").read_bytes()
    path = tmp_path / "c.csv"
    # within "Total (cells/ml);1.70E6": 1.7 would be a number too
    path.write_bytes(data[: data.index(b"1.70E6") + 3])
    with pytest.raises(
        FileProblem,
        match=r"^c\.csv, row 7: the file ends with “Total \(cells/ml\);1\.7”\. Expected: a last "
        r"line with the checksum, //\[…\]\. What to do: export the count again; the file is cut of",
    ):
        read(path)
    # after a whole line
    path.write_bytes(data[: data.index(b"Total")])
    (count,), problems = read(path)
    assert count.viable_per_ml == 1580000.0
    assert count.total_per_ml is None
    said = rendered(problems)
    assert "row 6: the file ends with “Dead (cells/ml);1.22E5;”" in said[0]
    assert any("no total cells per mL" in sentence for sentence in said)


def test_nucleoview_with_a_field_twice_or_in_another_unit_is_refused(shared, tmp_path):
    source = shared / f"{NUCLEOVIEW}01.csv"
    path = changed(source, tmp_path / "c.csv", ("Operator;DrScientist;", "Live (cells/ml);1E6;"))
    with pytest.raises(FileProblem, match=r'row 5, column "Live \(cells/ml\)": the field comes tw'):
        read(path)
    path = changed(source, tmp_path / "c.csv", ("Live (cells/ml)", "Live (furlongs)"))
    with pytest.raises(FileProblem, match=r'the unit "furlongs"\. Expected: a unit of viable cell'):
        read(path)


def test_a_line_without_a_value_is_said(shared, tmp_path):
    path = changed(shared / f"{NUCLEOVIEW}01.csv", tmp_path / "c.csv", ("Login ID;admin", "Oops"))
    _, problems = read(path)
    assert "c.csv, row 40: “Oops”, which was not read" in rendered(problems)[0]


def test_nucleoview_in_a_legacy_encoding(shared, tmp_path):
    source = shared / f"{NUCLEOVIEW}01.csv"
    path = tmp_path / "c.csv"
    path.write_bytes(source.read_bytes().decode().replace("DrScientist", "Иванов").encode("cp1251"))
    with pytest.raises(FileProblem, match="“Operator;Иванов;” in Windows-1251"):
        read(path)
    (count,), _ = read(path, encoding="windows-1251")
    assert count.extra["Operator"] == "Иванов"


# --- Beckman Coulter Vi-CELL BLU -----------------------------------------------------------------

BLU_ROWS = [
    ("CLB001", 780000.0, 750000.0, 96.9, 2191, 2123, 18.51, "2022-03-21T16:56:00"),
    ("CLB002", 2720000.0, 2630000.0, 96.81, 7670, 7425, 19.24, "2022-03-23T15:15:00"),
    ("CLB003", 540000.0, 530000.0, 98.35, 1519, 1494, 17.22, "2022-03-23T16:43:00"),
    ("CLB005", 1130000.0, 1110000.0, 98.18, 3195, 3137, 19.85, "2022-03-24T15:10:00"),
    ("CLB006", 880000.0, 840000.0, 95.43, 2493, 2379, 17.95, "2022-03-24T09:06:00"),
    ("CLB007", 1040000.0, 1010000.0, 97.33, 2920, 2842, 18.85, "2022-03-24T15:16:00"),
    ("CLB008", 2480000.0, 2450000.0, 98.5, None, None, 19.29, "2022-03-25T11:14:00"),
    ("CLB009", 1870000.0, 1840000.0, 98.3, 5284, 5194, 19.5, "2022-03-25T11:16:00"),
    ("CLB010", 4030000.0, 3310000.0, 82.12, 11360, 9329, 17.46, "2022-03-28T10:10:00"),
    ("CLB011", 3480000.0, 2510000.0, 72.06, 9799, 7061, 17.52, "2022-03-28T10:12:00"),
]  # fmt: skip


def as_row(count):
    return (
        count.sample, count.total_per_ml, count.viable_per_ml, count.viability_percent,
        count.cells_counted, count.viable_cells_counted, count.diameter_um,
        count.counted_at.isoformat(),
    )  # fmt: skip


def test_vicell_blu(shared):
    counts, problems = read(shared / f"{BLU}example01.csv")
    assert [as_row(count) for count in counts] == BLU_ROWS
    assert {count.instrument for count in counts} == {"Beckman Coulter Vi-CELL BLU"}
    assert {count.dilution for count in counts} == {1.0}
    assert {count.dead_per_ml for count in counts} == {None}
    assert [count.origin.place for count in counts[:2]] == ["row 2", "row 3"]
    assert counts[0].extra["Average viable diameter (μm)"] == "18.72"
    assert counts[0].extra["Analysis by"] == "Vi-CELL"
    assert counts[0].extra["Tag"] == ""
    assert len(counts[0].extra) == 33 - 9
    # the word ERROR instead of two counts keeps its meaning
    assert counts[6].extra["Cell count"] == "ERROR"
    assert 'Cell count: "ERROR" is not a number' in [str(said) for said in counts[6].warnings]
    assert counts[0].warnings == ()
    assert rendered(problems) == [
        f'Beckman_Vi-Cell-BLU_example01.csv, row 8, column "{column}": "ERROR" is not a number. '
        "Expected: a number, as the instrument prints it. What to do: look at this count on the "
        "instrument; nothing is taken from the field."
        for column in ("Cell count", "Viable cells")
    ]


def test_vicell_blu_in_utf16(shared):
    """The same export without the two errors: its seventh row differs."""
    counts, problems = read(shared / f"{BLU}example01_utf16.csv")
    assert problems == ()
    rows = [as_row(count) for count in counts]
    assert rows[:6] + rows[7:] == BLU_ROWS[:6] + BLU_ROWS[7:]
    assert rows[6][1:4] == (2480000.0, 2450000.0, 98.5)


def test_vicell_blu_with_the_other_micro_sign(shared):
    (count,), problems = read(shared / f"{BLU}different_mu_character.csv")
    assert problems == ()
    assert as_row(count) == BLU_ROWS[0]


def test_vicell_blu_with_open_dates_asks_once(shared, tmp_path):
    path = changed(
        shared / f"{BLU}example01.csv",
        tmp_path / "c.csv",
        *((f"3/{day}/2022", f"3/{month}/2022") for day, month in
          ((21, 1), (23, 3), (24, 4), (25, 5), (28, 8))),
    )  # fmt: skip
    counts, problems = read(path)
    dates = [problem for problem in problems if problem.place.column == "Analysis date/time"]
    (said,) = rendered(dates)
    assert said == (
        'c.csv, column "Analysis date/time": in row 2 "3/1/2022 16:56" is 2022-01-03 with the day '
        "first and 2022-03-01 with the month first. Expected: a date with one reading. What to do: "
        "write it as YYYY-MM-DD, or set date_order in study.toml."
    )
    assert counts[0].counted_at is None
    assert counts[0].extra["Analysis date/time"] == "3/1/2022 16:56"
    assert counts[1].counted_at.isoformat() == "2022-03-03T15:15:00"  # 3/3 has one reading
    assert counts[0].viable_per_ml == 750000.0

    counts, problems = read(path, date_order="month-day-year")
    assert counts[0].counted_at.isoformat() == "2022-03-01T16:56:00"
    (note,) = [p for p in problems if p.place.column == "Analysis date/time"]
    assert note.severity is Severity.NOTE
    assert "check that the instrument's clock writes month-day-year" in note.render()


def test_what_the_file_shows_is_stronger_than_a_habit(shared):
    counts, _ = read(shared / f"{BLU}example01.csv", date_order="day-month-year", decimal_mark=",")
    assert [as_row(count) for count in counts] == BLU_ROWS


def test_vicell_blu_with_both_orders_of_dates(shared, tmp_path):
    path = changed(shared / f"{BLU}example01.csv", tmp_path / "c.csv", ("3/28/2022", "28/3/2022"))
    counts, problems = read(path)
    assert counts[0].counted_at.isoformat() == "2022-03-21T16:56:00"
    assert counts[9].counted_at.isoformat() == "2022-03-28T10:12:00"
    assert any(
        'the day first in row 10 ("28/3/2022 10:10") and the month first in row 2' in said
        for said in rendered(problems)
    )


def test_vicell_blu_with_semicolons_and_decimal_commas(shared, tmp_path):
    source = (shared / f"{BLU}example01.csv").read_bytes().decode()
    path = tmp_path / "c.csv"
    path.write_text(source.replace(",", ";").replace(".", ","), newline="")
    counts, _ = read(path)
    assert [as_row(count) for count in counts] == BLU_ROWS


def test_vicell_blu_that_is_cut_off_or_shifted(shared, tmp_path):
    source = shared / f"{BLU}example01.csv"
    path = tmp_path / "c.csv"
    data = source.read_bytes()
    path.write_bytes(data[: data.index(b"CLB006") + len(b"CLB006,2493,23")])
    counts, problems = read(path)
    assert [count.sample for count in counts] == ["CLB001", "CLB002", "CLB003", "CLB005"]
    (said,) = rendered(problems)
    assert said == (
        "c.csv, row 6: a row of 3 cells. Expected: 33 cells, as in the header. What to do: export "
        "again; the file is cut off here, and the row was not read."
    )
    assert problems[0].severity is Severity.ERROR

    changed(source, path, ("CLB002,7670,7425,2.72", "CLB002,7670,7425,2,72"))
    counts, problems = read(path)
    assert "CLB002" not in [count.sample for count in counts]
    assert "row 3: a row of 34 cells. Expected: 33 cells" in rendered(problems)[0]
    assert "export again with decimal points or semicolons" in rendered(problems)[0]


def test_vicell_blu_without_rows_is_refused(shared, tmp_path):
    data = (shared / f"{BLU}example01.csv").read_bytes()
    path = tmp_path / "c.csv"
    path.write_bytes(data[: data.index(b"CLB001")])
    with pytest.raises(FileProblem, match=r"^c\.csv, row 1: a header and no rows below it"):
        read(path)
    path.write_bytes(data[: data.index(b"CLB001") + 6])
    with pytest.raises(FileProblem, match=r"^c\.csv, row 2: a row of 1 cell\."):
        read(path)


def test_vicell_blu_scales_by_the_power_it_prints(shared, tmp_path):
    path = changed(
        shared / f"{BLU}different_mu_character.csv", tmp_path / "c.csv", ("x10^6", "x10^5")
    )
    with pytest.raises(
        FileProblem,
        match=r'column "Total \(x10\^5\) cells/mL": the unit "\(x10\^5\) cells/ml"\. Expected: a u',
    ):
        read(path)


def test_vicell_blu_with_a_dilution_is_warned_of(shared, tmp_path):
    path = changed(
        shared / f"{BLU}different_mu_character.csv",
        tmp_path / "c.csv",
        ("Vi-CELL,,1,", "Vi-CELL,,4,"),
    )
    (count,), problems = read(path)
    assert count.dilution == 4.0
    assert count.viable_per_ml == 750000.0  # as printed
    assert "a count of a diluted sample (4); its densities are taken to be" in rendered(problems)[0]


# --- Beckman Coulter Vi-CELL XR ------------------------------------------------------------------


def test_vicell_xr_text(shared):
    (count,), problems = read(
        shared / f"{XR}v2.06/Beckman_Vi-Cell-XR_example07_instrumentOutput.txt"
    )
    assert problems == ()
    assert count.instrument == "Beckman Coulter Vi-CELL XR"
    assert as_row(count) == (
        "CLB001", 90200000.0, 87400000.0, 97.0, 4263, 4133, 17.3, "2023-09-29T05:21:32",
    )  # fmt: skip
    assert count.dilution == 20.0
    assert count.extra["Vi-CELL XR"] == "2.06.3"
    assert count.extra["Nonviable cells"] == "130"
    assert count.extra["Internal Dilution"] == "2.400"
    assert count.extra["LogDate"] == "29 Sep 2023  5:21:06 AM"
    assert count.extra["User"] == ""
    assert count.extra["ImageDirectory"] == "..\\..\\images\\CLB001\\"
    # the printed density includes both dilutions: cells per image over the volume of an image
    assert round(4263 / 50 / 45.392e-6 * 20 * 2.4 / 1e6, 1) == 90.2


def test_vicell_xr_run_summary(shared):
    path = shared / f"{XR}v2.06/Beckman_Vi-Cell-XR_example01_instrumentOutput.xlsx"
    counts, problems = read(path)
    assert problems == ()
    assert len(counts) == 187
    first, last = counts[0], counts[-1]
    assert as_row(first) == (
        "CLB001", 15500000.0, 7800000.0, 50.4, 135, 68, 5.12, "2021-08-31T16:31:23",
    )  # fmt: skip
    assert as_row(last) == (
        "CLB187", 294000000.0, 211000000.0, 71.7, 2566, 1840, 5.69, "2021-09-03T07:45:55",
    )  # fmt: skip
    assert (first.dilution, counts[1].dilution, last.dilution) == (100.0, 10.0, 100.0)
    assert last.origin.place == "sheet Run data summary, row 193"
    assert last.extra["Unit S/N"] == "AW123456789"
    assert last.extra["Avg. bg intensity"] == "205.6"


def test_vicell_xr_report(shared):
    (count,), problems = read(shared / f"{XR}v2.04/Beckman_Vi-Cell-XR_report_format.xlsx")
    assert problems == ()
    assert as_row(count) == (
        "7B", 970307.2143554687, 844127.2808074951, 86.99453735351562, 915, 796,
        16.80272565612793, "2026-05-11T14:59:27",
    )  # fmt: skip
    assert count.dilution == 1.0
    assert count.extra["Vi-CELL XR"] == "2.04"
    assert count.extra["Decluster degree"] == "Medium"
    assert count.extra["Comment"] == ""
    # 140 + 2 rows of sizes, 100 + 2 of circularities, 50 + 2 of images
    sizes = count.extra["Size Distribution Plot Data"].split("\n")
    assert (len(sizes), sizes[2]) == (142, "5.160714387893677\t6\t1")
    circularities = count.extra["Circularity Distribution Plot Data"].split("\n")
    assert (len(circularities), circularities[-1]) == (102, "0.9949999749660492\t4\t4")
    images = count.extra["Image Plot Data"].split("\n")
    assert (len(images), images[-1][:24]) == (52, "50\t88.23529052734375\t17\t")


def test_vicell_xr_text_that_is_cut_off_or_damaged(shared, tmp_path):
    source = shared / f"{XR}v2.06/Beckman_Vi-Cell-XR_example07_instrumentOutput.txt"
    data = source.read_bytes()
    path = tmp_path / "c.txt"
    path.write_bytes(data[: data.index(b"87.4") + 2])
    with pytest.raises(
        FileProblem,
        match=r"^c\.txt, row 21: the file ends within “Total viable cells / ml \(x 10\^6\) : 87”",
    ):
        read(path)
    path.write_bytes(data[: data.index(b"Total viable")])
    (count,), problems = read(path)
    assert count.viable_per_ml is None
    assert rendered(problems)[0].startswith("c.txt: no viable cells per mL.")
    changed(source, path, ("Saved images : 50", "Saved images 50"))
    with pytest.raises(FileProblem, match=r"row 15: “Saved images 50”\. Expected: a name, a colon"):
        read(path)


# --- which counter? ------------------------------------------------------------------------------


def test_every_real_export_is_recognised_by_one_format(shared):
    paths = sorted((shared / EXPORTS).glob("*/testdata/**/*.*"))
    names = {
        path.relative_to(shared / EXPORTS).parts[0]: [
            counter.name for counter in COUNTERS if counter.sniff(read_raw(path))
        ]
        for path in paths
        if path.is_file()
    }
    recognised = {folder: found for folder, found in names.items() if found}
    assert recognised == {
        "chemometec_nc_view": ["ChemoMetec NC-View (CSV)"],
        "chemometec_nucleoview": ["ChemoMetec NucleoView (CSV)"],
        "beckman_vi_cell_blu": ["Beckman Coulter Vi-CELL BLU (CSV)"],
        "beckman_vi_cell_xr": ["Beckman Coulter Vi-CELL XR (text, XLSX)"],
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"^c\.csv: the file is empty"),
        (
            b"lot,source\nL1,BM\n",
            r"^c\.csv: a file that begins with “lot,source”\. Expected: one o",
        ),
        (bytes(range(256)) * 9, r"^c\.csv: a file that begins with “"),
        (b"PK\x03\x04rubbish", r"^c\.csv: the workbook cannot be read"),
        ("Проба;1\n".encode("cp1251"), r"^c\.csv: a file that begins with “"),
    ],
)
def test_other_files_are_refused(tmp_path, content, message):
    path = tmp_path / "c.csv"
    path.write_bytes(content)
    with pytest.raises(FileProblem, match=message):
        read(path)


def test_another_workbook_is_refused_with_its_sheets(shared):
    path = shared / f"{EXPORTS}/tecan_magellan/testdata/SLA01P01_OD.xlsx"
    with pytest.raises(
        FileProblem, match=r"a workbook with the sheets Magellan Sheet 1\. Expected"
    ):
        read(path)


def test_a_file_of_two_formats_is_asked_about(shared, tmp_path):
    path = tmp_path / "c.csv"
    path.write_bytes(
        (shared / f"{BLU}different_mu_character.csv").read_bytes()
        + (shared / f"{NUCLEOVIEW}01.csv").read_bytes()
    )
    with pytest.raises(
        FileProblem,
        match=r"a file that could be each of: ChemoMetec NucleoView \(CSV\); Beckman Coulter",
    ):
        read(path)


def test_every_format_has_a_name_of_its_own():
    names = [counter.name for counter in COUNTERS]
    assert len(set(names)) == len(names) == 5
    assert all(re.fullmatch(r"[\w .,()-]+", name) for name in names)
