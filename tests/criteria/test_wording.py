"""How criteria and numbers are said, in English and in a language with decimal commas."""

from __future__ import annotations

import pytest

from stroma.criteria.judge import judge
from stroma.criteria.known_profiles import load_profile
from stroma.criteria.rounding import shown
from stroma.criteria.wording import amount, describe_criterion
from stroma.texts import Language, Number


@pytest.mark.parametrize(
    ("value", "beside", "expected"),
    [
        (0.6098, (2.0,), 0.61),
        (94.9983, (95.0,), Number(94.998, 3)),
        (95.0000001, (95.0,), Number(95.0000001, 7)),
        (95.0, (95.0,), 95.0),
        (0.0625, (0.0625,), 0.0625),
        (0.0, (2.0,), 0.0),
    ],
)
def test_rounding_never_hides_the_side_of_the_limit(value, beside, expected):
    assert shown(value, beside=beside) == expected


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (2630000.0, "{cells}", "2,630,000 cells"),
        (0.0625, "[EU]/mL", "0.0625 EU/mL"),
        (1.5, "1", "1.5"),
        (99.25, "%", "99.25 %"),
    ],
)
def test_a_number_stands_with_its_unit(value, unit, expected):
    assert str(amount(value, unit)) == expected


@pytest.mark.parametrize(
    ("profile", "number", "expected"),
    [
        ("isct_2006", 5, "CD14 or CD11b ≤ 2 %, required"),
        ("isct_2006", 7, "HLA-DR ≤ 2 %, required, after IFN-gamma informative"),
        ("isct_2006", 13, "CD105+/CD73+/CD90+, without a limit, informative"),
        ("stempeucel", 0, "viable cells per container 180 to 220 10⁶ cells, required"),
        ("stempeucel", 14, "sterility: no growth, required"),
        ("concert_hf", 1, "viability ≥ 70 %, required (By trypan blue)"),
    ],
)
def test_a_criterion_is_one_line(profile, number, expected):
    assert str(describe_criterion(load_profile(profile).criteria[number])) == expected


def test_a_reason_is_written_with_the_readers_decimal_mark(row, isct):
    (verdict,) = judge([row(analyte="CD34", value=0.61)], isct)
    (reason,) = [c.reason for c in verdict.criteria if c.analyte == "CD34"]
    assert reason.render(Language("ru", ",", " ")).startswith("CD34 0,61 % ")


def test_a_unit_is_said_in_the_language_of_the_reader(row):
    words = {"{value} EU/mL": "{value} ЕЭ/мл", "doublings": "удвоения"}
    russian = Language("ru", ",", " ", lambda message: words.get(message, message))
    (verdict,) = judge(
        [row("endotoxin", value=0.25, unit="[EU]/mL")], load_profile("wj_msc_spinal_cord_injury")
    )
    (reason,) = [c.reason for c in verdict.criteria if c.quantity == "endotoxin"]
    said = reason.render(russian)
    assert "0,25 ЕЭ/мл" in said
    assert "EU/mL" not in said


def test_what_has_another_unit_is_told_the_form_it_should_have(row, isct):
    (verdict,) = judge([row(analyte="CD105", value=0.99, unit="1")], isct)
    (settle,) = [c.settle for c in verdict.criteria if c.analyte == "CD105"]
    assert str(settle) == 'a value of the form "… %"'
