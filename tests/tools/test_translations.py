"""The check of the catalogues refuses what gettext would pass over in silence."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def defects(monkeypatch):
    monkeypatch.syspath_prepend(str(REPOSITORY / "tools"))
    from translations import defects

    return defects


def test_a_whole_catalogue_has_no_defect(defects):
    catalog = Catalog(locale="ru")
    catalog.add("{n} cells", "{n} клеток")
    catalog.add(("{count} lot", "{count} lots"), ("{count} лот", "{count} лота", "{count} лотов"))
    assert defects("ru", catalog) == []


def test_a_fuzzy_translation_is_named(defects):
    # gettext leaves a fuzzy entry out of the compiled catalogue: English would be shown.
    catalog = Catalog(locale="ru")
    catalog.add("lot", "лот", flags=["fuzzy"])
    assert defects("ru", catalog) == ["ru: marked as fuzzy: 'lot'"]


def test_a_plural_with_one_form_is_named(defects):
    catalog = Catalog(locale="ru")
    message = catalog.add(("{count} lot", "{count} lots"), ("{count} лот",) * 3)
    message.string = "{count} лот"
    assert defects("ru", catalog) == ["ru: one form for a plural: '{count} lots'"]


def test_a_plural_that_lacks_forms_is_named(defects):
    catalog = Catalog(locale="ru")
    catalog.add(("{count} lot", "{count} lots"), ("{count} лот", "{count} лотов"))
    assert defects("ru", catalog) == ["ru: 2 plural forms instead of 3: '{count} lots'"]


def test_forms_of_a_sentence_that_counts_nothing_are_named(defects):
    catalog = Catalog(locale="ru")
    catalog.add("lot", ("лот", "лоты"))
    assert defects("ru", catalog) == ["ru: plural forms for one sentence: 'lot'"]


def test_an_empty_form_is_not_translated(defects):
    catalog = Catalog(locale="ru")
    catalog.add(("{count} lot", "{count} lots"), ("{count} лот", "", "{count} лотов"))
    assert defects("ru", catalog) == ["ru: not translated: '{count} lots'"]


@pytest.mark.parametrize(
    "written",
    [
        'msgstr "{count} лот"',
        'msgstr[0] "{count} лот"',
        'msgstr[0] "{count} лот"\nmsgstr[1] "{count} лота"',
    ],
)
def test_a_plural_that_a_file_leaves_unfinished_is_named(defects, written):
    file = f'msgid "{{count}} lot"\nmsgid_plural "{{count}} lots"\n{written}\n'
    catalog = read_po(io.BytesIO(file.encode()), locale="ru")
    template = Catalog()
    template.add(("{count} lot", "{count} lots"))
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    assert defects("ru", catalog) == ["ru: not translated: '{count} lots'"]
