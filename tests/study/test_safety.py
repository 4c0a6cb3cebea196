from __future__ import annotations

import re

import pytest

HEADER = "lot | passage | test | agent | result | unit | method | tested_on"


def sheet(*rows):
    return "\n".join((HEADER, *rows))


@pytest.mark.parametrize(
    ("row", "quantity", "category"),
    [
        ("sterility | | No growth", "sterility", "no_growth"),
        ("стерильность | | роста нет", "sterility", "no_growth"),
        ("микоплазма | | отр", "mycoplasma", "negative"),
        ("karyotype | | 46,XX", "karyotype", "normal"),
        ("donor_serology | HIV-1 | Negative", "donor_serology", "negative"),
        ("differentiation | osteo | positive", "differentiation", "positive"),
    ],
)
def test_words_have_one_form(check, row, quantity, category):
    study = check(safety=sheet(f"BM-01 | P4 | {row}"))
    assert study.problems == ()
    result = study.safety[0]
    assert (result.quantity, result.category, result.value) == (quantity, category, None)


@pytest.mark.parametrize(
    ("row", "value", "below"),
    [
        ("endotoxin | | 0.05 | EU/mL", 0.05, False),
        ("endotoxin | | <0.05 | EU/mL", 0.05, True),
        ("endotoxin | | < 0,05 | IU/mL", 0.05, True),
        ("эндотоксин | | менее 0,05 ЕЭ/мл |", 0.05, True),
        ("endotoxin | | ≤0.05 EU/mL | EU/mL", 0.05, True),
        ("endotoxin | | 0 | EU/mL", 0.0, False),
        ("cells_per_container | | 2630000 | cells", 2.63, False),
        ("cells_per_container | | 2.63x10^6 cells |", 2.63, False),
        ("viability | thawed | 92 % |", 92.0, False),
        ("threshold_cycle | TERT | 31.5 |", 31.5, False),
        ("proliferation_inhibition | | -4 | %", -4.0, False),
    ],
)
def test_numbers_come_in_the_unit_of_the_quantity(check, row, value, below):
    study = check(safety=sheet(f"BM-01 | P4 | {row}"))
    assert study.problems == ()
    result = study.safety[0]
    assert (result.value, result.below, result.category) == (value, below, None)


def test_what_was_entered_is_kept(check):
    study = check(safety=sheet("BM-01 | p4 | endotoxin | | < 0,05 | EU/mL | LAL | 14.03.2026"))
    result = study.safety[0]
    assert (result.entered, result.method, result.tested_on) == ("< 0,05", "LAL", "2026-03-14")
    assert (result.passage, result.origin_of_row.place) == ("P4", "row 2")


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (
            "smell | | good",
            "test",
            r'the unknown word "smell"\. Expected: one of percent_positive, .*sterility',
        ),
        (
            "sterility | | fine",
            "result",
            r'the result "fine"\. Expected: one of no_growth, growth for sterility',
        ),
        ("sterility | | -", "result", r"an empty cell"),
        (
            "endotoxin | | complies | EU/mL",
            "result",
            r'"complies"\. Expected: a number, or < and a number, for endotoxin',
        ),
        (
            "endotoxin | | >0.5 | EU/mL",
            "result",
            r'">0\.5"\. Expected: a number, or < and a number',
        ),
        (
            "endotoxin | | 1,250 | EU/mL",
            "result",
            r'"1,250" is 1250 with a decimal point and 1\.25',
        ),
        (
            "endotoxin | | 0.05 |",
            "unit",
            r"an empty cell\. Expected: a unit of endotoxin, such as EU/mL",
        ),
        (
            "endotoxin | | 0.05 | EU/kg",
            "unit",
            r'the unit "EU/kg"\. Expected: a unit of endotoxin, such as EU/mL',
        ),
        (
            "endotoxin | | 0.05 | furlong",
            "unit",
            r'the unit "furlong"\. Expected: a unit of endotoxin',
        ),
        ("endotoxin | | 0.05 EU/kg | EU/mL", "unit", r'the unit "EU/mL / EU/kg"'),
        ("endotoxin | | -0.05 | EU/mL", "result", r'"-0\.05"\. Expected: endotoxin of at least 0'),
        ("viability | | 101 | %", "result", r"Expected: viability between 0 and 100 %"),
        ("proliferation_inhibition | | 101 | %", "result", r"of at most 100 %"),
        (
            "donor_serology | | negative",
            "agent",
            r"an empty cell\. Expected: the agent tested for, such as HIV-1",
        ),
        (
            "differentiation | muscle | positive",
            "agent",
            r'"muscle"\. Expected: osteogenic, adipogenic, chondrogenic',
        ),
        ("percent_coexpressing | CD90 | 5 | %", "agent", r'"CD90"\. Expected: markers with signs'),
        ("sterility | HIV | no growth", "agent", r'"HIV"\. Expected: an empty cell for sterility'),
    ],
)
def test_a_wrong_result_is_left_out(check, said, row, column, message):
    study = check(safety=sheet(f"BM-01 | P4 | {row}", "BM-01 | P4 | sterility | | no growth"))
    assert re.search(
        rf'safety.csv, row 2, column "{column}", lot BM-01: .*{message}.*the row is left out',
        said(study, "error"),
    )
    assert [result.quantity for result in study.safety] == ["sterility"]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            "03/04/2026",
            r'"03/04/2026" is 2026-04-03 with the day first and 2026-03-04 with the month first',
        ),
        ("14.03.26", r'"14\.03\.26", whose year has two digits'),
        ("31.02.2026", r'"31\.02\.2026", a day that does not exist'),
    ],
)
def test_a_date_with_two_readings_counts_as_empty(check, said, written, message):
    study = check(safety=sheet(f"BM-01 | P4 | sterility | | no growth | | | {written}"))
    assert re.search(
        rf'column "tested_on", lot BM-01: {message}.*until then the cell counts as empty',
        said(study, "error"),
    )
    assert study.safety[0].tested_on is None


def test_another_date_of_the_column_tells_the_order(check):
    study = check(
        safety=sheet(
            "BM-01 | P4 | sterility | | no growth | | | 03/04/2026",
            "BM-01 | P4 | mycoplasma | | negative | | | 14/04/2026",
        )
    )
    assert study.problems == ()
    assert [result.tested_on for result in study.safety] == ["2026-04-03", "2026-04-14"]


def test_the_house_rule_tells_the_order(check):
    study = check(
        safety=sheet("BM-01 | P4 | sterility | | no growth | | | 03/04/2026"),
        settings='[reading]\ndate_order = "month-day-year"',
    )
    assert study.safety[0].tested_on == "2026-03-04"


def test_results_share_one_decimal_mark(check, said):
    study = check(
        safety=sheet(
            "BM-01 | P4 | endotoxin | | <0,05 | EU/mL",
            "BM-01 | P4 | viability | thawed | 1,250 | %",
            "PL-01 | P4 | endotoxin | | 0.05 | EU/mL",
        )
    )
    assert re.search(
        r'safety.csv, column "result": a decimal point in row 4 \("0\.05"\) and a decimal comma in '
        r'row 2 \("0,05"\)',
        said(study, "warning"),
    )
    assert [result.value for result in study.safety] == [0.05, 0.05]


@pytest.mark.parametrize(
    ("test", "agent"), [("HIV", "HIV-1/2"), ("ВИЧ", "HIV-1/2"), ("HCV Ab", "HCV")]
)
def test_an_agent_in_place_of_a_test_is_told_where_it_belongs(check, said, test, agent):
    study = check(safety=f"lot | test | result\nBM-01 | {test} | negative")
    assert (
        f'column "test", lot BM-01: "{test}", which is an agent and no test. Expected: the test '
        "that looked for it: donor_serology or donor_nucleic_acid_test. What to do: write "
        f"donor_serology as the test and {agent} as the agent; until then the row is left out"
    ) in said(study, "error")
