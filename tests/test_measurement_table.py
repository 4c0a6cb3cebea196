"""A laboratory's own table: what is read, and how every fault in it is named."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from stroma.errors import Problem, Severity
from stroma.measurement_lots import table_lots
from stroma.measurement_table import read_measurement_table
from stroma.measurements import COLUMNS, Measurement, to_rows
from stroma.records import Origin, Row, Sheet
from stroma.texts import text

HEADER = "lot;source;quantity;analyte;value;unit"
SHA256 = "0f" * 32


def sheet_of(content: str, *, stored: frozenset[str] = frozenset(), name=None) -> Sheet:
    """A sheet as the CSV reader makes it: header in row 1, cells stripped."""
    lines = list(csv.reader(io.StringIO(content.strip()), delimiter=";"))
    columns = tuple(cell.strip() for cell in lines[0])
    rows = tuple(
        Row(number, dict(zip(columns, (cell.strip() for cell in line), strict=True)), stored)
        for number, line in enumerate(lines[1:], 2)
    )
    return Sheet(Origin("table.csv", SHA256), name, columns, rows, typed=bool(stored))


def read(*lines: str, header: str = HEADER, **options):
    measurements, problems, _refused = read_measurement_table(
        sheet_of("\n".join([header, *lines])), **options
    )
    return measurements, problems


def only_problem(*lines: str, header: str = HEADER, **options) -> Problem:
    measurements, (problem,) = read(*lines, header=header, **options)
    assert measurements == ()
    return problem


def test_a_row_becomes_a_measurement():
    (row,), problems = read("BM-01;Bone marrow;Percent positive;cd 105;98.5;%")
    assert problems == ()
    assert row == Measurement(
        lot="BM-01",
        source="bone_marrow",
        quantity="percent_positive",
        analyte="CD105",
        value=98.5,
        unit="%",
        method="as_entered/1",
        origins=(Origin("table.csv", SHA256, "row 2"),),
    )


def test_every_optional_column_is_read():
    (row,), problems = read(
        "A;placenta;percent_positive;HLA-DR;64;%;p04;60.1;67.9;640;10.1/x;IFN-γ",
        header=f"{HEADER};passage;low;high;n;citation;condition",
    )
    assert problems == ()
    assert (row.passage, row.low, row.high, row.n) == ("P4", 60.1, 67.9, 640)
    assert (row.condition, row.settings) == ("IFN-gamma", {"citation": "10.1/x"})


def test_a_number_is_brought_to_the_canonical_unit():
    (row,), _ = read("A;BM;cells_per_container;;2.1e8;cells")
    assert (row.value, row.unit) == (210.0, "10*6.{cells}")
    (row,), _ = read("A;BM;doubling_time;;1.5;days")
    assert (row.value, row.unit) == (36.0, "h")


def test_a_word_is_a_category():
    (row,), problems = read("A;BM;sterility;;No growth;")
    assert (problems, row.category, row.value, row.unit) == ((), "no_growth", None, "")
    (row,), _ = read("A;BM;differentiation;Остеогенная;confirmed;")
    assert (row.analyte, row.category) == ("osteogenic", "positive")


def test_a_measured_zero_is_a_measurement():
    (row,), problems = read("A;BM;percent_positive;CD45;0;%")
    assert (problems, row.value) == ((), 0.0)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("<0.1", (0.1, 0.0, 0.1, "<0.1 EU/mL")),
        ("≤ 0.1", (0.1, 0.0, 0.1, "≤ 0.1 EU/mL")),
        (">2", (2.0, 2.0, None, ">2 EU/mL")),
        ("менее 0,1", (0.1, 0.0, 0.1, "менее 0,1 EU/mL")),
    ],
)
def test_a_bound_keeps_its_meaning(cell, expected):
    (row,), problems = read(f"A;BM;endotoxin;;{cell};EU/mL")
    assert problems == ()
    assert (row.value, row.low, row.high, row.settings["entered"]) == expected
    assert [str(warning) for warning in row.warnings] == [f'reported as "{expected[3]}"']


# Faults that leave a row out


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        (
            ";BM;viability;;98;%",
            "lot",
            "an empty cell. Expected: the lot the value belongs to",
        ),
        (
            "A;BM;;CD105;98;%",
            "quantity",
            "an empty cell. Expected: one of percent_positive",
        ),
        (
            "A;BM;viabilty;;98;%",
            "quantity",
            'the unknown quantity "viabilty". Expected: one of percent_positive',
        ),
        (
            "A;BM;viabilty;;98;%",
            "quantity",
            "write viability",
        ),
        (
            "A;BM;CD 105;;98;%",
            "quantity",
            "write percent_positive as the quantity and CD105 as the analyte",
        ),
        (
            "A;moon;viability;;98;%",
            "source",
            'the unknown tissue "moon". Expected: one of bone_marrow, placenta',
        ),
        (
            "A;placent;viability;;98;%",
            "source",
            "write placenta, if it is meant",
        ),
        (
            "A;BM;percent_positive;;98;%",
            "analyte",
            "an empty cell for percent_positive. Expected: a surface marker",
        ),
        (
            "A;BM;percent_positive;СD105;98;%",
            "analyte",
            '"СD105" for percent_positive. Expected: a surface marker in Latin letters',
        ),
        (
            "A;BM;endotoxin;LPS;0.1;EU/mL",
            "analyte",
            '"LPS" for endotoxin. Expected: no analyte',
        ),
        (
            "A;BM;viability;;98;",
            "unit",
            "an empty cell for viability. Expected: %. What to do: write the unit; none is assumed",
        ),
        (
            "A;BM;viability;;98;-",
            "unit",
            '"-" for viability. Expected: %. What to do: write the unit; none is assumed',
        ),
        (
            "A;BM;viability;;98;furlong",
            "unit",
            'the unknown unit "furlong". Expected: %',
        ),
        (
            "A;BM;percent_positive;CD105;0.95;ratio",
            "unit",
            "write a percentage with the unit %, not a fraction: 95, not 0.95",
        ),
        (
            "A;BM;endotoxin;;3;EU/kg",
            "unit",
            "What to do: correct the unit, or write endotoxin_dose as the quantity",
        ),
        (
            "A;BM;viability;;98;h",
            "unit",
            'the unit "h" for viability. Expected: %',
        ),
        (
            "A;BM;viability;;;%",
            "value",
            "an empty cell. Expected: a number for viability",
        ),
        (
            "A;BM;viability;;high;%",
            "value",
            '"high" is not a number',
        ),
        (
            "A;BM;viability;;98%;%",
            "value",
            '"98%" carries a percent sign',
        ),
        (
            "A;BM;viability;;~98;%",
            "value",
            '"~98" is a limit, not a value',
        ),
        (
            "A;BM;viability;;101;%",
            "value",
            "101 % for viability. Expected: 0 to 100 %",
        ),
        (
            "A;BM;viability;;-3;%",
            "value",
            "-3 % for viability. Expected: 0 to 100 %",
        ),
        (
            "A;BM;endotoxin;;-1;EU/mL",
            "value",
            "-1 EU/mL for endotoxin. Expected: 0 EU/mL at least",
        ),
        (
            "A;BM;viable_cells;;1,250;cells",
            "value",
            '"1,250" is 1250 with a decimal point and 1.25 with a decimal comma',
        ),
        (
            "A;BM;sterility;;nd;",
            "value",
            'the result "nd". Expected: one of no_growth, growth for sterility',
        ),
    ],
)  # fmt: skip
def test_a_fault_is_named_and_its_row_left_out(line, column, message):
    problem = only_problem(line)
    assert (problem.place.file, problem.place.row, problem.place.column) == ("table.csv", 2, column)
    assert problem.severity is Severity.ERROR
    assert message in problem.render()
    assert "until then the row is left out" in problem.render()


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ("90;96;99", "low", "96 beside the value 90. Expected: low ≤ value ≤ high"),
        ("90;80;85", "high", "85 beside the value 90"),
        ("<90;80;", "value", '"<90" beside low or high'),
        ("90;8O;99", "low", '"8O" is not a number'),
    ],
)
def test_an_interval_has_to_hold_its_value(cells, column, message):
    header = f"{HEADER.removesuffix(';value;unit')};value;low;high;unit"
    problem = only_problem(f"A;BM;viability;;{cells};%", header=header)
    assert problem.place.column == column
    assert message in problem.render()


def test_the_rest_of_the_table_is_read():
    measurements, problems = read(
        "A;BM;viability;;98.5;%",
        "A;BM;viability;;101;%",
        "B;BM;viability;;97;%",
    )
    assert [row.lot for row in measurements] == ["A", "B"]
    assert [(p.place.row, p.place.lot) for p in problems] == [(3, "A")]


# Decimal marks


def test_a_column_shows_its_decimal_mark():
    measurements, problems = read(
        "A;BM;viability;;98,5;%", "A;BM;viable_cells;;1,250;cells", "A;BM;sterility;;no growth;"
    )
    assert problems == ()
    assert [row.value for row in measurements] == [98.5, 1.25, None]


def test_a_declared_decimal_mark_decides():
    (row,), problems = read("A;BM;viable_cells;;1,250;cells", decimal_mark=".")
    assert (problems, row.value) == ((), 1250.0)


def test_a_comma_beside_a_point_is_said_and_nothing_is_guessed():
    measurements, problems = read(
        "A;BM;viability;;98.5;%",
        "A;BM;percent_positive;CD105;97,5;%",
        "A;BM;viable_cells;;1,250;cells",
    )
    assert [row.value for row in measurements] == [98.5, 97.5]
    column, cell = problems
    assert column.severity is Severity.WARNING
    assert column.place.column == "value"
    assert 'a decimal point in row 2 ("98.5") and a decimal comma in row 3 ("97,5")' in (
        column.render()
    )
    assert (cell.place.row, cell.severity) == (4, Severity.ERROR)


def test_a_number_the_workbook_stores_has_a_decimal_point():
    sheet = sheet_of(f"{HEADER}\nA;BM;viable_cells;;1.250;cells", stored=frozenset({"value"}),
                     name="QC")  # fmt: skip
    (row,), problems, _refused = read_measurement_table(sheet)
    assert (problems, row.value) == ((), 1.25)
    assert row.origins[0].place == 'sheet "QC", row 2'


# Lots


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ("bm 01", 'the lot "bm 01" beside "BM-01" (table.csv, row 2)'),
        ("ВМ-01", 'the lot "ВМ-01" (В М are letters of another alphabet) beside "BM-01"'),
    ],
)
def test_two_spellings_of_one_lot_are_never_merged(other, message):
    measurements, (problem,) = read("BM-01;BM;viability;;98;%", f"{other};BM;viability;;97;%",
                                    f"{other};BM;sterility;;no growth;")  # fmt: skip
    assert [row.lot for row in measurements] == ["BM-01", other, other]
    assert (problem.severity, problem.place.row, problem.place.column) == (
        Severity.ERROR, 3, "lot"
    )  # fmt: skip
    assert message in problem.render()


def test_different_lots_are_not_taken_for_one():
    _, problems = read("BM-1-1;BM;viability;;98;%", "BM-11;BM;viability;;98;%")
    assert problems == ()


def test_one_lot_with_two_tissues_is_named_once():
    measurements, (problem,) = read(
        "A;BM;viability;;98;%", "A;placenta;sterility;;no growth;", "A;PL;mycoplasma;;negative;"
    )
    assert len(measurements) == 3
    assert (problem.severity, problem.place.row, problem.place.column) == (
        Severity.ERROR, 3, "source"
    )  # fmt: skip
    assert "placenta for a lot that is BM in row 2" in problem.render()


def test_a_lot_without_a_tissue_is_a_warning():
    (row,), (problem,) = read("A;;viability;;98;%")
    assert (row.source, problem.severity, problem.place.column) == ("", Severity.WARNING, "source")


def test_a_lot_whose_rows_are_all_left_out_does_not_vanish():
    sheet = sheet_of(f"{HEADER}\nA;BM;viability;;101;%\nB;;viability;;9;%\nA;BM;sterility;;nd;")
    assert table_lots(sheet) == (("A", "bone_marrow"), ("B", ""))


# Header


def test_an_unknown_column_is_said_and_not_read():
    measurements, (problem,) = read("A;BM;viability;;98;%;x", header=f"{HEADER};operator")
    assert len(measurements) == 1
    assert (problem.severity, problem.place.column) == (Severity.NOTE, "operator")
    assert 'the unknown column "operator"' in problem.render()


def test_a_column_that_may_be_misspelt_is_a_warning():
    _, (problem,) = read("A;BM;viability;;98;%;P4", header=f"{HEADER};pasage")
    assert problem.severity is Severity.WARNING
    assert "rename it if passage is meant" in problem.render()


def test_without_its_columns_nothing_of_a_table_is_used():
    measurements, problems = read("A;98", header="sample;percent")
    assert measurements == ()
    errors = [p.place.column for p in problems if p.severity is Severity.ERROR]
    assert errors == ["lot", "quantity", "value"]


def test_a_column_that_is_there_twice_is_not_read():
    measurements, problems = read("A;BM;viability;;98;%;97", header=f"{HEADER};Value")
    assert measurements == ()
    assert 'the columns "value", "Value"' in problems[0].render()


# What a row can do without


@pytest.mark.parametrize(
    ("n", "level", "column", "message"),
    [
        ("many", "", "n", '"many" is not a number. Expected: a whole number of things counted'),
        ("640.5", "", "n", '"640.5". Expected: a whole number of things counted'),
        ("", "95", "level", '"95". Expected: a confidence level such as 0.95'),
    ],
)
def test_a_number_a_row_can_do_without_is_dropped_and_said(n, level, column, message):
    (row,), (problem,) = read(f"A;BM;viability;;98;%;{n};{level}", header=f"{HEADER};n;level")
    assert (row.value, row.n, row.level) == (98.0, None, None)
    assert (problem.severity, problem.place.column) == (Severity.WARNING, column)
    assert message in problem.render()


def test_an_interval_beyond_what_is_possible_is_said():
    (row,), (problem,) = read("A;BM;viability;;99;%;97;101", header=f"{HEADER};low;high")
    assert (row.high, problem.severity) == (101.0, Severity.WARNING)
    assert "101 for viability. Expected: 0 to 100 %" in problem.render()


def test_a_unit_beside_a_word_is_a_note():
    (row,), (problem,) = read("A;BM;sterility;;no growth;%")
    assert (row.unit, problem.severity) == ("", Severity.NOTE)


# Stroma's own table


@pytest.fixture
def own_rows() -> list[Measurement]:
    return [
        Measurement(
            lot="A", donor="D1", source="placenta", passage="P4", quantity="percent_positive",
            analyte="CD34", value=0.61, unit="%", low=0.45, high=0.82, level=0.95, n=9000,
            n_counts="cells", condition="IFN-gamma", method="control_percentile/1",
            settings={"percentile": 99.5, "control": "fmo"},
            origins=(Origin("raw/A.fcs", "ab" * 32, "data set 1"), Origin("raw/B.fcs", "cd" * 32)),
            warnings=(text("few events"), text("old control")),
        ),
        Measurement(lot="A", source="placenta", quantity="differentiation", analyte="osteogenic",
                    category="positive"),
        Measurement(lot="A", source="placenta", quantity="endotoxin", value=0.05, low=0.0,
                    high=0.05, unit="[EU]/mL", settings={"entered": "<0.05"}),
    ]  # fmt: skip


def own_table(rows: list[Measurement]) -> Sheet:
    written = tuple(
        Row(number, {name: "" if row[name] is None else str(row[name]) for name in COLUMNS})
        for number, row in enumerate(to_rows(rows), 2)
    )
    return Sheet(Origin("results/measurements.csv", SHA256), None, COLUMNS, written)


def test_stromas_own_table_is_read_back(own_rows):
    measurements, problems, _refused = read_measurement_table(own_table(own_rows))
    assert problems == ()
    by_quantity = {row.quantity: row for row in measurements}
    cd34, written = by_quantity["percent_positive"], own_rows[0]
    for name in ("lot", "donor", "source", "passage", "analyte", "value", "unit", "low", "high",
                 "level", "n", "n_counts", "condition", "method", "settings"):  # fmt: skip
        assert getattr(cd34, name) == getattr(written, name), name
    assert [(o.file, o.sha256) for o in cd34.origins] == [
        ("raw/A.fcs", "ab" * 32),
        ("raw/B.fcs", "cd" * 32),
        ("results/measurements.csv", SHA256),
    ]
    assert [str(warning) for warning in cd34.warnings] == ["few events", "old control"]
    assert by_quantity["differentiation"].category == "positive"
    assert by_quantity["endotoxin"].settings == {"entered": "<0.05"}


def test_settings_that_are_no_json_are_kept_as_they_are():
    (row,), problems = read("A;BM;viability;;98;%;trypan blue", header=f"{HEADER};settings")
    assert (problems, row.settings) == ((), {"settings": "trypan blue"})


# What may be meant otherwise


def test_fractions_with_the_unit_of_percentages_are_asked_about():
    rows, (problem,) = read(
        "A;BM;percent_positive;CD45;0.3;%",
        "A;BM;percent_positive;CD105;0.97;%",
        "A;BM;percent_positive;CD73;0.99;%",
    )
    assert [row.value for row in rows] == [0.3, 0.97, 0.99]
    assert (problem.place.row, problem.severity) == (3, Severity.WARNING)
    assert problem.render() == (
        'table.csv, row 3, column "value", lot A: 0.97, 0.99 %: no more than 1 % for CD105, CD73. '
        "Expected: percentages, such as 97 for 97 %. What to do: 0.99 or 99 %? Write the "
        "percentage if these are fractions; they are used as printed."
    )


@pytest.mark.parametrize(
    "lines",
    [
        ["A;BM;percent_positive;CD105;0.97;%"],
        ["A;BM;percent_positive;CD105;0.97;%", "A;BM;percent_positive;CD73;98;%"],
        ["A;BM;percent_positive;CD105;0.97;%", "B;BM;percent_positive;CD73;0.9;%"],
        ["A;BM;percent_positive;CD105;0;%", "A;BM;percent_positive;CD73;0;%"],
        ["A;BM;percent_positive;CD45;0.97;%", "A;BM;percent_positive;CD34;0.9;%"],
    ],
)
def test_low_shares_that_can_be_percentages_are_not(lines):
    assert read(*lines)[1] == ()


def test_a_word_that_is_nearly_interferon_gamma_is_asked_about():
    (row,), (problem,) = read(
        "A;BM;percent_positive;HLA-DR;64;%;IFN-gama", header=f"{HEADER};condition"
    )
    assert (row.condition, problem.severity) == ("IFN-gama", Severity.WARNING)
    assert '"IFN-gama", which is nearly IFN-gamma' in problem.render()


# Rows that were left out are told to the judge


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("A;BM;percent_positive;CD45;9,7%;%", ("percent_positive", "CD45", "bone_marrow")),
        ("A;BM;percent_positive;CD 45;9.7;", ("percent_positive", "CD45", "bone_marrow")),
        ("A;marow;percent_positive;CD45;9.7;%", ("percent_positive", "CD45", "")),
        ("A;BM;percent_positive;СD45;9.7;%", ("percent_positive", "CD45", "bone_marrow")),
        ("A;BM;percent_positive;CD1O5;9.7;%", ("percent_positive", "CD105", "bone_marrow")),
        ("A;BM;sterility;;hm;", ("sterility", "", "bone_marrow")),
    ],
)
def test_what_a_row_that_was_left_out_is_of_can_be_told(line, told):
    _measurements, (problem,), (row,) = read_measurement_table(sheet_of(f"{HEADER}\n{line}"))
    assert problem.severity is Severity.ERROR
    assert (row.quantity, row.analyte, row.source) == told
    assert (row.lot, str(row.place)) == ("A", "row 2")


@pytest.mark.parametrize(
    "line",
    [
        "A;BM;viabilty;;98;%",
        "A;BM;percent_positive;;98;%",
        ";BM;percent_positive;CD45;98;%",
    ],
)
def test_a_row_that_cannot_be_told_is_only_a_problem(line):
    measurements, (_problem,), refused = read_measurement_table(sheet_of(f"{HEADER}\n{line}"))
    assert (measurements, refused) == ((), ())


# Real lots


def read_shared(path) -> Sheet:
    with path.open(encoding="utf-8") as file:
        lines = list(csv.reader(file))
    rows = tuple(
        Row(number, dict(zip(lines[0], line, strict=True)))
        for number, line in enumerate(lines[1:], 2)
    )
    return Sheet(Origin(path.name, SHA256), None, tuple(lines[0]), rows)


def test_the_table_of_cidmap_is_read_whole(shared: Path):
    sheet = read_shared(shared / "facts" / "cidmap_measurements.csv")
    measurements, problems, _refused = read_measurement_table(sheet)
    assert (len(measurements), problems) == (578, ())
    assert len(table_lots(sheet)) == 94
    assert {row.source for row in measurements} == {"bone_marrow", "adipose_tissue"}
