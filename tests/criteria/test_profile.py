"""Profiles of a laboratory's own: what a file may say, and how its mistakes are named."""

from __future__ import annotations

import re

import pytest

from stroma.criteria.known_profiles import available_profiles, load_profile, profile_names
from stroma.criteria.profile_file import parse_profile
from stroma.criteria.verdicts import Role
from stroma.errors import ProfileProblem
from stroma.texts import Language

HEAD = """
name = "our_lab"
version = "2.1"
title = "Our laboratory"
citations = ["SOP-17"]
"""
CD105 = """
[[criterion]]
quantity = "percent_positive"
analyte = "CD105"
operator = ">="
limit = 90
unit = "%"
role = "required"
citation = "SOP-17"
"""


@pytest.fixture
def write(tmp_path):
    def write_profile(content: str, name: str = "our_lab.toml"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return write_profile


def mistakes(path) -> list[str]:
    with pytest.raises(ProfileProblem) as caught:
        load_profile(path)
    return [problem.render().replace(path.as_posix(), "our_lab.toml")
            for problem in caught.value.problems]  # fmt: skip


def test_a_laboratory_writes_its_own_without_python(write):
    content = (
        HEAD
        + CD105
        + """
[[criterion.condition]]
stimulated = "IFN-γ"
role = "informative"

[[criterion]]
quantity = "Viability"
operator = "between"
limit = [70, 100.0]
unit = "percent"
role = "informative"
citation = "SOP-18"
sources = ["BM", "placenta"]
note = { en = "By trypan blue", ru = "По трипановому синему" }

[[criterion]]
quantity = "percent_positive"
any_of = ["cd 14", "CD11B"]
operator = "<="
limit = 2
unit = "%"
role = "required"
citation = "SOP-17"

[[criterion]]
quantity = "sterility"
operator = "=="
limit = "No growth"
role = "required"
citation = "Ph. Eur. 2.6.27"
"""
    )
    profile = load_profile(write(content))
    assert (profile.name, profile.version, str(profile.title)) == (
        "our_lab", "2.1", "Our laboratory"
    )  # fmt: skip
    cd105, viability, pair, sterility = profile.criteria
    assert (cd105.limit, cd105.unit, cd105.role) == (90.0, "%", Role.REQUIRED)
    assert cd105.conditions[0].stimulated == "IFN-gamma"
    assert (viability.quantity, viability.limit) == ("viability", (70.0, 100.0))
    assert viability.sources == ("bone_marrow", "placenta")
    assert viability.note.render(Language("ru")) == "По трипановому синему"
    assert viability.note.render(Language("kk")) == "By trypan blue"
    assert (pair.analytes, pair.analyte) == (("CD14", "CD11b"), "CD14 or CD11b")
    assert (sterility.limit, sterility.unit) == ("no_growth", "")
    assert len(profile.origin.sha256) == 64


def test_a_path_may_be_a_string(write):
    assert load_profile(str(write(HEAD + CD105))).name == "our_lab"


def test_an_unknown_name_lists_the_known_and_the_nearest():
    with pytest.raises(ProfileProblem, match=r'no profile "isct_2008"') as caught:
        load_profile("isct_2008")
    message = str(caught.value)
    assert all(name in message for name in profile_names())
    assert "write isct_2006, if it is meant" in message


def test_a_file_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "none.toml"
    with pytest.raises(ProfileProblem, match=r"none\.toml: the file cannot be opened"):
        load_profile(path)


def test_the_name_of_a_shipped_profile_is_taken(write):
    content = HEAD.replace("our_lab", "isct_2006") + CD105
    with pytest.raises(ProfileProblem, match='the name "isct_2006", which a profile of Stroma'):
        load_profile(write(content))


def test_an_unchanged_copy_of_a_shipped_profile_is_welcome(tmp_path):
    from importlib import resources

    content = resources.files("stroma.criteria").joinpath("profiles/xcelia.toml").read_bytes()
    path = tmp_path / "copy.toml"
    path.write_bytes(content)
    assert load_profile(path).name == "xcelia"


def test_a_file_that_is_not_toml_is_named(write):
    (message,) = mistakes(write("name = our lab"))
    assert message.startswith("our_lab.toml: it is not TOML (Invalid value (at line 1")


def test_a_file_that_is_not_utf8_is_named(tmp_path):
    path = tmp_path / "our_lab.toml"
    path.write_bytes('title = "Наша"'.encode("cp1251"))
    with pytest.raises(ProfileProblem, match="byte 9 is not UTF-8"):
        load_profile(path)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'unit = "%"\n',
            "",
            'our_lab.toml, row 7, column "criterion 1, unit": no unit. Expected: a unit of',
        ),
        (
            'unit = "%"',
            'unit = "EU/mL"',
            '"criterion 1, unit": the unit "EU/mL" for percent_positive. Expected: a unit of',
        ),
        ('"CD105"', '"CD1O5"', '"CD1O5" for percent_positive. Expected: a surface marker in Latin'),
        ('"CD105"', '"СD105"', '"СD105" for percent_positive. Expected: a surface marker in Latin'),
        ('analyte = "CD105"\n', "", "no analyte for percent_positive. Expected: a surface marker"),
        ('">="', '"=>"', 'operator": "=>". Expected: one of >=, >, <=, <, ==, between'),
        ('"percent_positive"', '"percent_postive"', "write percent_positive, if it is meant"),
        ("limit = 90", 'limit = "90"', 'limit": "90". Expected: a number without quotes'),
        ("limit = 90", "limit = true", 'limit": True. Expected: a number without quotes'),
        ("limit = 90", "limit = 900", 'limit": the limit 900 %. Expected: a value that percent_'),
        ("limit = 90", "limit = nan", 'limit": nan. Expected: a number without quotes'),
        ("limit = 90", f"limit = {10**400}", "Expected: a number without quotes"),
        ("limit = 90", "limit = -inf", 'limit": -inf. Expected: a number without quotes'),
        ("limit = 90", "limit = [90, 95]", "Expected: a number without quotes"),
        (
            "limit = 90",
            'limit = 90\nstimulated = "IFN-gama"',
            'stimulated": "IFN-gama", which is nearly IFN-gamma. Expected: IFN-gamma, or a name',
        ),
        ("limit = 90\n", "", "only one of operator and limit. Expected: both, or neither"),
        ('operator = ">="\nlimit = 90\n', "", 'the role "required" without a limit'),
        ("limit = 90", "limit = 90\nlimitt = 2", 'the key "limitt", which is not known here'),
        ("limit = 90", "limit = 90\nlimitt = 2", "What to do: write limit."),
        ('role = "required"', 'role = "must"', '"must". Expected: one of required, informative'),
        ('citation = "SOP-17"\n', "", 'the key "citation" is missing'),
        ('citation = "SOP-17"', 'citation = ""', 'the key "citation" holds too little'),
        (
            "limit = 90",
            'limit = 90\nsources = ["moon"]',
            'the tissue "moon". Expected: one of bone',
        ),
        ("limit = 90", 'limit = 90\nany_of = ["CD14", "CD19"]', "both analyte and any_of"),
        ("limit = 90", 'limit = 90\ngate = "minimum"', 'a gate for ">="'),
        ("limit = 90", "limit = 90\nnote = 5", 'note": 5. Expected: words in quotes'),
    ],
)
def test_a_mistake_in_a_criterion_is_named(write, old, new, expected):
    assert old in CD105
    (message,) = mistakes(write(HEAD + CD105.replace(old, new)))
    assert expected in message


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('name = "our_lab"', 'name = "Our lab"', 'the name "Our lab". Expected: lower case Latin'),
        ('name = "our_lab"\n', "", 'column "name": the key "name" is missing'),
        ('version = "2.1"', "version = 2.1", 'column "version": 2.1. Expected: the version in'),
        ('citations = ["SOP-17"]', "citations = []", 'the key "citations" holds too little'),
        ('"Our laboratory"', '{ ru = "Наша" }', "Expected: words in quotes, or a table of words"),
        ('version = "2.1"', 'version = "2.1"\nsource = ["BM"]', "What to do: write sources."),
    ],
)
def test_a_mistake_in_the_head_is_named(write, old, new, expected):
    assert old in HEAD
    (message,) = mistakes(write(HEAD.replace(old, new) + CD105))
    assert expected in message


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        ('quantity = "sterility"\noperator = ">="\nlimit = "sterile"',
         '">=" for sterility. Expected: "==", since its results are words'),
        ('quantity = "sterility"\noperator = "=="\nlimit = "nd"',
         '"nd" for sterility. Expected: one of no_growth, growth'),
        ('quantity = "sterility"\noperator = "=="\nlimit = "sterile"\nunit = "%"',
         'the unit "%" for sterility. Expected: no unit'),
        ('quantity = "viability"\noperator = "between"\nlimit = [90, 70]\nunit = "%"',
         "Expected: a pair of numbers, the smaller first"),
        ('quantity = "viability"\noperator = "between"\nlimit = 90\nunit = "%"',
         "Expected: a pair of numbers, the smaller first"),
        ('quantity = "viability"\nanalyte = "weekend"\noperator = ">="\nlimit = 90\nunit = "%"',
         '"weekend" for viability. Expected: nothing, or one of harvest, frozen, thawed'),
        ('quantity = "viability"\nany_of = ["frozen", "thawed"]\nunit = "%"',
         "alternatives for viability"),
        ('quantity = "endotoxin"\nanalyte = "LPS"\noperator = "<"\nlimit = 5\nunit = "EU/mL"',
         '"LPS" for endotoxin. Expected: no analyte'),
        ('quantity = "endotoxin"\noperator = "<"\nlimit = 5\nunit = "EU/kg"',
         'the unit "EU/kg" for endotoxin. Expected: a unit of endotoxin: EU/mL'),
        ('quantity = "percent_positive"\nany_of = ["CD14", "cd14"]\nunit = "%"',
         "the same analyte twice: CD14, CD14"),
    ],
)  # fmt: skip
def test_a_contradiction_is_named(write, criterion, expected):
    table = f'\n[[criterion]]\n{criterion}\nrole = "informative"\ncitation = "SOP"\n'
    (message,) = mistakes(write(HEAD + table))
    assert expected in message


def test_all_mistakes_are_named_at_once_with_the_line_of_their_criterion(write):
    content = (
        HEAD
        + CD105.replace("limit = 90", 'limit = "high"')
        + CD105.replace('"%"', '"h"').replace("CD105", "CD73")
    )
    messages = mistakes(write(content))
    assert [re.search(r"row \d+", message)[0] for message in messages] == ["row 7", "row 16"]


def test_a_question_asked_twice_is_named(write):
    (message,) = mistakes(write(HEAD + CD105 + CD105))
    assert 'row 16, column "criterion 2, quantity": the same question as criterion 1' in message


def test_every_shipped_profile_bears_the_name_of_its_file_and_three_languages():
    profiles = available_profiles()
    assert tuple(profile.name for profile in profiles) == profile_names()
    for profile in profiles:
        titles = {profile.title.render(Language(code)) for code in ("en", "ru", "kk")}
        assert len(titles) == 3, profile.name
        for words in (profile.note, *profile.caveats, *(c.note for c in profile.criteria)):
            if words is not None:
                assert {"ru", "kk"} <= set(words.translations), profile.name


def test_a_strategy_is_a_name_and_a_hash():
    def parsed(strategy):
        return parse_profile(f"{HEAD}strategy = {strategy}\n{CD105}".encode(), file="own.toml")

    assert parsed('"msc@2fd4e1c6"').strategy == "msc@2fd4e1c6"
    with pytest.raises(ProfileProblem, match=r'"msc".*name and hash of a frozen gating strategy'):
        parsed('"msc"')


COCULTURE = """
[[criterion]]
quantity = "proliferation_inhibition"
operator = ">="
limit = 40
unit = "%"
role = "required"
citation = "SOP-19"
beside = "{beside}"
{more}
"""


def test_a_ratio_of_a_coculture_is_asked_for(write):
    profile = load_profile(write(HEAD + COCULTURE.format(beside="MSC:PBMC  1:10", more="")))
    (asked,) = profile.criteria
    assert (asked.beside, asked.stimulated, asked.condition) == (
        "MSC:PBMC 1:10",
        "",
        "MSC:PBMC 1:10",
    )


@pytest.mark.parametrize(
    ("beside", "more", "found"),
    [
        ("1:10", "", '"1:10". Expected: stromal cells to lymphocytes as measurements write it'),
        ("MSC:PBMC 1:10, PB-07", "", '"MSC:PBMC 1:10, PB-07". Expected: stromal cells to'),
        ("MSC:PBMC 1:10", 'stimulated = "IFN-gamma"', '"MSC:PBMC 1:10" together with "IFN-gamma"'),
    ],
)
def test_another_condition_of_a_coculture_is_refused(write, beside, more, found):
    (said,) = mistakes(write(HEAD + COCULTURE.format(beside=beside, more=more)))
    assert found in said
