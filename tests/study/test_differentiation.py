from __future__ import annotations

import re

import pytest

from stroma.errors import Severity

HEADER = "lot | passage | lineage | condition | replicate | readout | value | unit | stain"
CONTROL = "BM-01 | P4 | osteo | control | 1 | absorbance | 0.1 | OD"


def sheet(*rows):
    return "\n".join((HEADER, *rows))


@pytest.mark.parametrize(
    ("row", "lineage", "induced", "readout", "value", "unit"),
    [
        ("osteo | induced | 1 | OD | 0.84 | OD", "osteogenic", True, "absorbance", 0.84, "[OD]"),
        (
            "bone | induced | 1 | absorbance | 840 | mOD",
            "osteogenic",
            True,
            "absorbance",
            0.84,
            "[OD]",
        ),
        ("адипогенная | контроль | 1 | площадь | 4,5 | %", "adipogenic", False, "area", 4.5, "%"),
        ("адипогенді | бақылау | 1 | аудан | 4,5 | percent", "adipogenic", False, "area", 4.5, "%"),
        ("хондрогенді | индукцияланған | 1 | ұпай | 3 |", "chondrogenic", True, "score", 3.0, ""),
        (
            "chondro | undifferentiated | 1 | балл | 0 | балл",
            "chondrogenic",
            False,
            "score",
            0.0,
            "",
        ),
    ],
)
def test_words_and_units_have_one_form(check, row, lineage, induced, readout, value, unit):
    study = check(differentiation=sheet(f"BM-01 | P4 | {row}"))
    reading = study.differentiation[0]
    assert (reading.lineage, reading.induced, reading.readout) == (lineage, induced, readout)
    assert (reading.value, reading.unit) == (value, unit)


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (
            "muscle | induced | 1 | score | 1",
            "lineage",
            r'the unknown word "muscle"\. Expected: one of osteogenic, adipogenic, chondrogenic',
        ),
        (
            "osteo | treated | 1 | score | 1",
            "condition",
            r"Expected: one of induced, undifferentiated",
        ),
        (
            "osteo | induced | 1 | colour | 1",
            "readout",
            r"Expected: one of absorbance, area, score",
        ),
        (
            "osteo | induced | 1 | absorbance | 0.8",
            "unit",
            r"an empty cell\. Expected: OD or mOD for an absorbance",
        ),
        ("osteo | induced | 1 | area | 0.8", "unit", r"an empty cell\. Expected: % for an area"),
        (
            "osteo | induced | 1 | absorbance | 0.8 | %",
            "unit",
            r'the unit "%"\. Expected: OD or mOD for an absorbance',
        ),
        (
            "osteo | induced | 1 | absorbance | 0.8 | furlong",
            "unit",
            r'the unit "furlong"\. Expected: OD or mOD',
        ),
        (
            "osteo | induced | 1 | score | 2 | %",
            "unit",
            r'the unit "%"\. Expected: no unit for a score',
        ),
        (
            "osteo | induced | 1 | area | 101 | %",
            "value",
            r"an area of 101 %\. Expected: between 0 and 100 %",
        ),
        ("osteo | induced | 1 | area | -1 | %", "value", r"an area of −1 %"),
        ("osteo | induced | 1 | score | | ", "value", r"an empty cell\. Expected: the reading"),
        ("osteo | induced | 1 | score | ++ | ", "value", r'"\+\+" is not a number'),
    ],
)
def test_a_wrong_reading_is_left_out(check, said, row, column, message):
    study = check(differentiation=sheet(f"BM-01 | P4 | {row}"))
    assert re.search(
        rf'differentiation.csv, row 2, column "{column}", lot BM-01: .*{message}.*row is left out',
        said(study, "error"),
    )
    assert study.differentiation == ()


def test_a_negative_absorbance_is_used_and_said(check, said):
    study = check(
        differentiation=sheet(CONTROL, "BM-01 | P4 | osteo | induced | 1 | OD | -0.02 | OD")
    )
    assert re.search(
        r'row 3, column "value", lot BM-01: the negative value −0\.02', said(study, "warning")
    )
    assert [reading.value for reading in study.differentiation] == [0.1, -0.02]


def test_a_culture_without_its_counterpart_is_said(check, said):
    study = check(
        differentiation=sheet(
            "BM-01 | P4 | osteo | induced | 1 | score | 2",
            "BM-01 | P4 | osteo | induced | 2 | score | 3",
            "BM-01 | P4 | adipo | control | 1 | score | 0",
            "PL-01 | P4 | osteo | control | 1 | score | 0",
            "PL-01 | P4 | osteo | induced | 1 | score | 3",
        )
    )
    warnings = said(study, "warning")
    assert re.search(
        r'row 2, column "condition", lot BM-01: 2 induced replicates without an undifferentiated '
        r"control \(osteogenic, score\)",
        warnings,
    )
    assert re.search(r"row 4, .* 1 undifferentiated replicate without an induced culture", warnings)
    assert len(study.problems) == 2
    assert len(study.differentiation) == 5


def test_a_replicate_there_twice_is_said(check, said):
    study = check(differentiation=sheet(CONTROL, CONTROL, CONTROL.replace("control", "induced")))
    assert re.search(
        r'row 3, column "replicate", lot BM-01: replicate "1" again, first in row 2',
        said(study, "warning"),
    )
    assert len(study.differentiation) == 3


def test_several_units_in_one_series_are_asked_about(check, said):
    study = check(
        differentiation=sheet(
            "BM-01 | P4 | osteo | induced | 1 | absorbance | 0.84 | OD",
            "BM-01 | P4 | osteo | induced | 2 | absorbance | 0.79 | mAU",
            "BM-01 | P4 | osteo | induced | 3 | absorbance | 0.88 | OD",
            "BM-01 | P4 | osteo | control | 1 | absorbance | 0.11 | OD",
        )
    )
    (problem,) = study.problems
    assert problem.render() == (
        'differentiation.csv, row 3, column "unit", lot BM-01: several units in one series: OD in '
        "rows 2, 4, 5; mAU in row 3. Expected: one unit for the induced and undifferentiated "
        "cultures of a series. What to do: check the unit in the reader's export: mAU is most "
        "likely meant as OD, since readers label an optical density so; the differentiation is "
        "undecided until then."
    )
    assert problem.severity is Severity.WARNING
    assert [r.entered_unit for r in study.differentiation] == ["[OD]", "m[OD]", "[OD]", "[OD]"]


def test_one_unit_throughout_is_no_question(check):
    rows = [
        f"BM-01 | P4 | osteo | {condition} | 1 | absorbance | 84 | mOD"
        for condition in ("induced", "control")
    ]
    assert check(differentiation=sheet(*rows)).problems == ()
    scores = [
        "BM-01 | P4 | osteo | induced | 1 | score | 3 | балл",
        "BM-01 | P4 | osteo | control | 1 | score | 0 |",
    ]
    assert check(differentiation=sheet(*scores)).problems == ()
