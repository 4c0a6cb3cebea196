from __future__ import annotations

import csv
from pathlib import Path

import pytest

from stroma.errors import Severity
from stroma.house_rules import HouseRules
from stroma.locale import get_language
from stroma.records import Origin, Row, Sheet
from stroma.study.check import check_study
from stroma.study.columns import SHEETS
from stroma.study.settings import Settings, read_settings
from stroma.study.sheet_choice import HELP_SHEETS
from stroma.study.template import template
from stroma.texts import ENGLISH


@pytest.fixture(params=["en", "ru", "kk"])
def language(request):
    return get_language(request.param)


def test_a_new_study_lacks_nothing_but_lots(language):
    made = template(language, title="Two sources")
    settings, problems = read_settings(made.settings)
    sheets = {
        sheet.name: (Sheet(Origin(f"{sheet.name}.csv", ""), None, sheet.columns, ()),)
        for sheet in made.sheets
    }
    study = check_study(settings, sheets, {made.workbook, "README.md"}, root=Path("study"))
    (no_lot,) = study.problems
    assert (problems, no_lot.severity) == ((), Severity.WARNING)
    assert no_lot.render().startswith("lots.csv: no lot.")
    assert (settings.title, settings.language) == ("Two sources", language.code)


@pytest.mark.parametrize("title", ['A "quoted" \\ title', "Жасушалар # 1", "a\nb\tc\x7f"])
def test_any_title_is_written_as_it_is(title):
    settings, problems = read_settings(template(ENGLISH, title=title).settings)
    assert (settings.title, problems) == (title, ())


def test_rules_without_default_are_shown_and_not_declared(language):
    made = template(language, title="A")
    assert "# cv_percent = 10" in made.settings
    assert "# minimum_ratio = 2.0" in made.settings
    assert read_settings(made.settings)[0].house_rules == HouseRules()


def test_an_example_study_may_declare_them():
    made = template(ENGLISH, title="A", declare_examples=True)
    rules = read_settings(made.settings)[0].house_rules
    assert (rules.counting.cv_percent, rules.differentiation.minimum_ratio) == (10, 2)
    assert rules.differentiation.minimum_score_difference == 1


def test_every_key_of_the_template_is_known_when_its_comment_sign_goes():
    shown = [
        line.removeprefix("# ")
        for line in template(ENGLISH, title="A").settings.splitlines()
        if " = " in line or line.removeprefix("# ").startswith("[")
    ]
    _settings, problems = read_settings("\n".join(shown))
    assert problems == ()


def example_study():
    made = template(ENGLISH, title="A")
    sheets = {}
    files = set()
    for sheet in made.sheets:
        header = tuple(sheet.columns)
        lines = list(csv.reader(sheet.comments[-len(sheet.examples) :]))
        rows = tuple(
            Row(number, dict(zip(header, line, strict=True)))
            for number, line in enumerate(lines, 2)
        )
        sheets[sheet.name] = (Sheet(Origin(f"{sheet.name}.csv", ""), None, header, rows),)
        files |= {row.cells["file"] for row in rows if "file" in row.cells}
    return sheets, files


def test_the_example_rows_make_a_study_without_a_fault():
    sheets, files = example_study()
    study = check_study(Settings(), sheets, files, root=Path("study"))
    assert study.problems == ()
    assert [lot.lot for lot in study.lots] == ["BM-01", "PL-01"]
    counted = [
        len(held) for held in (study.tubes, study.passages, study.differentiation, study.safety)
    ]
    assert counted == [9, 6, 6, 5]


def test_without_their_files_the_example_tubes_are_the_only_fault():
    sheets, _files = example_study()
    study = check_study(Settings(), sheets, frozenset(), root=Path("study"))
    errors = [problem for problem in study.problems if problem.severity is Severity.ERROR]
    assert {problem.place.column for problem in errors} == {"file"}
    # 9 tubes, and one message each for the other files; rows that name one file share theirs.
    assert len(errors) == 19


def test_choices_and_hints_fit_a_spreadsheet(language):
    for sheet in template(language, title="A").sheets:
        assert set(sheet.hints) == set(sheet.columns)
        for words in sheet.choices.values():
            assert len(",".join(words)) <= 255
            assert not any("," in word for word in words)
    offered = template(language, title="A").sheets[0].choices["source"]
    assert offered[:2] == ("bone_marrow", "placenta")


def test_words_offered_are_words_known():
    for layout, sheet in zip(SHEETS, template(ENGLISH, title="A").sheets, strict=True):
        for name, words in sheet.choices.items():
            column = next(column for column in layout.columns if column.name == name)
            assert set(words) <= set(column.choices)


def test_every_column_is_explained(language):
    made = template(language, title="A")
    assert made.help.name in HELP_SHEETS
    explained = {tuple(row.values())[:2] for row in made.help.rows}
    assert explained == {(layout.name, name) for layout in SHEETS for name in layout.names}
    for layout, sheet in zip(SHEETS, made.sheets, strict=True):
        for column in layout.columns:
            assert any(column.help.render(language) in line for line in sheet.comments)
    assert made.readme.startswith("# A\n")
