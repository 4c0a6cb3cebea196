from __future__ import annotations

import re
from dataclasses import fields

import pytest

from stroma.house_rules import HouseRules
from stroma.study.settings import Settings, read_settings


def problem_of(toml):
    settings, problems = read_settings(toml)
    assert len(problems) == 1
    return settings, problems[0].render()


def test_all_that_a_laboratory_declares_is_read():
    settings, problems = read_settings(
        """
        title = "Two sources"
        language = "kk"
        profiles = ["isct_2006", "profiles/own.toml"]
        [laboratory]
        name = "Cell laboratory"
        [reading]
        decimal_mark = ","
        date_order = "day-month-year"
        encoding = "cp1251"
        [positivity]
        percentile = 99
        controls = ["isotype"]
        minimum_control_events = 500
        [cleaning]
        dead = false
        [counting]
        cv_percent = 10
        [growth]
        count_from = "p2"
        [differentiation]
        minimum_ratio = 2.0
        [[comparison]]
        quantity = "PDT"
        sources = ["костный мозг", "placenta"]
        margin = 6
        unit = "hours"
        [statements]
        route = "intravenous"
        """
    )
    assert problems == ()
    rules = settings.house_rules
    assert (settings.title, settings.language) == ("Two sources", "kk")
    assert settings.profiles == ("isct_2006", "profiles/own.toml")
    assert (rules.reading.decimal_mark, rules.reading.encoding) == (",", "cp1251")
    assert rules.reading.date_order == "day-month-year"
    assert (rules.positivity.percentile, rules.positivity.controls) == (99, ("isotype",))
    assert (rules.positivity.minimum_control_events, rules.positivity.level) == (500, 0.95)
    assert (rules.cleaning.dead, rules.cleaning.debris) == (False, True)
    assert (rules.counting.cv_percent, rules.growth.count_from) == (10, "P2")
    assert rules.differentiation.minimum_ratio == 2
    question = settings.comparison[0]
    assert (question.quantity, question.sources) == ("doubling_time", ("bone_marrow", "placenta"))
    assert (question.margin, question.unit) == (6, "h")
    assert settings.statements.route == "intravenous"


def test_nothing_declared_is_the_house_rules_own_defaults():
    settings, problems = read_settings("")
    assert (settings.house_rules, problems) == (HouseRules(), ())


@pytest.mark.parametrize("section", [field.name for field in fields(HouseRules)])
def test_every_house_rule_has_its_key(section):
    rule = getattr(HouseRules(), section)
    assert set(type(getattr(Settings(), section)).model_fields) == {f.name for f in fields(rule)}


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        (
            'language = "de"',
            (
                r'study.toml, row 1, column "language": "de"\. Expected: one of "en", "ru", "kk"\. '
                r'What to do: correct it; until then "en" applies'
            ),
        ),
        (
            "[positivity]\npercentile = 101",
            (
                r'row 2, column "positivity.percentile": 101\. Expected: less than 100\. What to '
                r"do: correct it; until then 99\.5 applies"
            ),
        ),
        (
            "positivity = {percentile = 0}",
            r'row 1, column "positivity.percentile": 0\. Expected: more than 0',
        ),
        (
            '[positivity]\npercentile = "99,5"',
            r'"99,5"\. Expected: a number with a decimal point, without',
        ),
        (
            '[positivity]\ncontrols = ["fmo", "beads"]',
            r'column "positivity.controls\[2\]": "beads"',
        ),
        ('[positivity]\ncontrols = ["fmo", "fmo"]', r"Expected: each word once"),
        ("[positivity]\ncontrols = []", r"Expected: a list of at least 1"),
        ("[positivity]\nminimum_control_events = 10.5", r"10\.5\. Expected: a whole number"),
        ("[positivity]\nlevel = 95", r"95\. Expected: less than 1\."),
        ('[cleaning]\ndead = "no"', r'"no"\. Expected: true or false, without quotation marks'),
        (
            "[counting]\ncv_percent = -1",
            r"-1\. Expected: more than 0\. What to do: correct it; until then it counts as not",
        ),
        ("[counting]\ncv_percent = inf", r"Expected: a finite number"),
        ('[growth]\ncount_from = "first"', r'"first"\. Expected: a passage such as P1'),
        ("[growth]\ncount_from = 1", r"1\. Expected: words in quotation marks"),
        ("[differentiation]\nminimum_ratio = 0.5", r"0\.5\. Expected: at least 1\."),
        ('[reading]\ndecimal_mark = ";"', r'";"\. Expected: one of "\.", ","'),
        ('[reading]\ndate_order = "dmy"', r'Expected: one of "day-month-year", "month-day-year"'),
        ('[reading]\nencoding = "klingon"', r'"klingon"\. Expected: an encoding such as cp1251'),
        ('profiles = "isct_2006"', r'"isct_2006"\. Expected: a list in square brackets'),
        ("growth = 1", r'column "growth": 1\. Expected: a section with keys of its own'),
    ],
)
def test_a_wrong_value_is_said_with_what_holds_until_then(toml, message):
    settings, said = problem_of(toml)
    assert re.search(message, said)
    assert settings == Settings()


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        (
            'titel = "A"',
            (
                r'study.toml, row 1, column "titel": the unknown key "titel"\. Expected: one of '
                r"title, language, profiles, .*statements\. What to do: write title, or remove"
            ),
        ),
        (
            "[positivity]\n\npercentil = 98",
            (
                r'row 3, column "positivity.percentil": the unknown key "percentil"\. Expected: '
                r"one of method, percentile, controls, level, minimum_control_events, "
                r"compare_labels\. What to do: write percentile"
            ),
        ),
        (
            "[cytometry]\nx = 1",
            (
                r'row 1, column "cytometry": the unknown key "cytometry".*correct or remove the '
                r"key; it is not used"
            ),
        ),
        ("growth.start = 1", r'row 1, column "growth.start": the unknown key "start"'),
    ],
)
def test_an_unknown_key_names_the_known_ones(toml, message):
    settings, said = problem_of(toml)
    assert re.search(message, said)
    assert settings == Settings()


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("title = 'A'\npercentile = 99,5\n", r'study.toml, row 2: the line "percentile = 99,5" \('),
        ("[growth", r'row 1: the line "\[growth" \('),
        ('title = "A\n', r'row 1: the line "title = "A" \('),
        (
            "title = 'A'\ntitle = 'B'\n",
            r'row 2: the line "title = \'B\'" \(Cannot overwrite a value\)',
        ),
        ("x = [", r'row 1: the line "x = \["'),
    ],
)
def test_a_file_that_is_no_toml_names_the_line(toml, message):
    settings, said = problem_of(toml)
    assert re.search(message, said)
    assert re.search(
        r"Expected: the form key = value: words in quotation marks, numbers with", said
    )
    assert settings == Settings()


def test_every_problem_is_said_at_once_and_the_rest_is_used():
    settings, problems = read_settings(
        """
        title = "A"
        profiles = ["isct_2006", "../own.toml"]
        langage = "ru"
        [growth]
        count_from = "P2"
        level = 3
        [[comparison]]
        quantity = "speed"
        sources = ["bone_marrow", "moon"]
        [[comparison]]
        quantity = "doubling_time"
        sources = ["bone_marrow", "placenta"]
        [[comparison]]
        quantity = "doubling_time"
        sources = ["bone_marrow"]
        unit = "furlong"
        """
    )
    assert [problem.place.column for problem in problems] == [
        "profiles[2]",
        "langage",
        "growth.level",
        "comparison[1].quantity",
        "comparison[1].sources[2]",
        "comparison[3].sources",
        "comparison[3].unit",
    ]
    assert [problem.place.row for problem in problems] == [3, 4, 7, 9, 10, 16, 17]
    assert (settings.title, settings.profiles) == ("A", ("isct_2006",))
    assert settings.growth.count_from == "P2"
    assert [question.quantity for question in settings.comparison] == ["doubling_time"]
    assert re.search(r'"moon"\. Expected: one of bone_marrow, placenta', problems[4].render())
    assert re.search(r"until then this comparison is left out", problems[4].render())
    assert re.search(r"a path of|the path of a .toml file inside the study", problems[0].render())


def test_a_byte_order_mark_is_no_error():
    assert read_settings('\ufefftitle = "A"')[0].title == "A"


def test_an_application_that_leaves_the_study_is_left_out_alone():
    settings, problems = read_settings('applications = ["gvhd", "../own.toml", "ours/own.toml"]')
    assert settings.applications == ("gvhd", "ours/own.toml")
    (problem,) = problems
    assert problem.place.column == "applications[2]"
    assert "until then this application is left out" in str(problem.action)
