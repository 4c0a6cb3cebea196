"""Applications: those that come with Stroma, a laboratory's own, and what is wrong with one."""

import pytest

from stroma.choosing.application import (
    Direction,
)
from stroma.choosing.application_file import parse_application
from stroma.choosing.known_applications import (
    application_names,
    available_applications,
    load_application,
)
from stroma.errors import ProfileProblem
from stroma.locale import get_language
from stroma.published.tables import clinical_results, contrasts, values

OWN = """
name = "our_burns"
version = "1"
label = { en = "burns", ru = "ожоги" }
citations = ["10.1111/iwj.12715"]
sources = ["bm", "Плацента"]

[[attribute]]
name = "speed"
label = "speed"
quantity = "doubling_time"
direction = "less"
unit = "d"
worst = 5.0
best = 1.0
reason = "Many cells are needed."
citations = ["ours"]

[[attribute]]
name = "size"
label = "size"
direction = "more"
reason = "Told by papers alone."
citations = ["ours"]

[[attribute.published]]
attribute = "cell_size"
direction = "more"
"""


def parsed(toml):
    return parse_application(toml.encode(), file="own.toml")


def refused(toml):
    with pytest.raises(ProfileProblem) as caught:
        parsed(toml)
    return caught.value.render()


def test_the_five_applications_are_there():
    assert application_names() == (
        "cardiovascular", "cartilage_bone", "gvhd", "neurological", "wound",
    )  # fmt: skip


@pytest.mark.parametrize("application", available_applications(), ids=lambda a: a.name)
def test_every_key_finds_something_in_the_published_tables(application):
    known = {row.attribute for row in contrasts()} | {row.attribute for row in values()}
    outcomes = {(row.indication, row.outcome) for row in clinical_results()}
    for attribute in application.attributes:
        assert attribute.citations
        for key in attribute.published:
            assert key.attribute in known or (key.indication, key.outcome) in outcomes


@pytest.mark.parametrize("application", available_applications(), ids=lambda a: a.name)
def test_every_word_is_there_in_three_languages(application):
    told = [application.label, application.note]
    told += [words for a in application.attributes for words in (a.label, a.reason)]
    for words in told:
        written = {words.render(get_language(code)) for code in ("en", "ru", "kk")}
        assert len(written) >= (2 if words.render() in {"migration"} else 3)


def test_a_laboratorys_own_file_is_read_in_canonical_units():
    own = parsed(OWN)
    speed, size = own.attributes
    assert (speed.unit, speed.worst, speed.best) == ("h", 120, 24)
    assert own.sources == ("bone_marrow", "placenta")
    assert own.label.render(get_language("ru")) == "ожоги"
    assert not size.has_numbers
    assert size.published[0].direction is Direction.MORE


@pytest.mark.parametrize(
    ("found", "instead", "told"),
    [
        ('name = "our_burns"', 'name = "Our burns"', 'the name "Our burns"'),
        ('"doubling_time"', '"sterility"', 'the quantity "sterility"'),
        ('unit = "d"', 'unit = "mL"', 'the unit "mL"'),
        ('unit = "d"\n', "", "no unit"),
        ("worst = 5.0", "worst = 0.5", "worst 0.5 and best 1"),
        ("worst = 5.0\n", "", "not both of worst and best"),
        ("best = 1.0", "best = nan", "nan"),
        ('direction = "less"', 'direction = "fewer"', "more, less or target"),
        ('direction = "less"', 'direction = "target"', "other keys for a target"),
        ('["ours"]', "[]", 'the key "citations" holds too little'),
        ('["bm", ', '["bonemeal", ', 'the tissue "bonemeal"'),
        ('name = "size"', 'name = "speed"', 'two attributes of the name "speed"'),
        ("best = 1.0", "beste = 1.0", 'the key "beste", which is not known here'),
        ('attribute = "cell_size"', 'outcome = "x"', "another set of keys"),
        ('attribute = "cell_size"', 'attribute = "cell_size"\nnumbers = true', "numbers asked for"),
        ('label = "speed"', 'label = { ru = "скорость" }', "no English words"),
        ('version = "1"', 'version = "1', "it is not TOML"),
    ],
)
def test_a_mistake_is_named(found, instead, told):
    assert found in OWN
    assert told in refused(OWN.replace(found, instead, 1))


def test_an_unknown_application_is_named_with_the_known_ones():
    with pytest.raises(ProfileProblem, match=r'no application "gvdh".*write gvhd, if it is meant'):
        load_application("gvdh")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ProfileProblem, match=r"none\.toml: the file cannot be opened"):
        load_application(tmp_path / "none.toml")


def test_a_name_of_stromas_is_refused_for_another_content(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace("our_burns", "wound"), encoding="utf-8")
    with pytest.raises(ProfileProblem, match="which an application of Stroma bears"):
        load_application(path)
