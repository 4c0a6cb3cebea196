"""Every mistake of a protocol is named at once, with its line."""

from __future__ import annotations

from datetime import date

import pytest

from stroma.errors import StudyProblem
from stroma.evidence.protocol import parse_protocol
from stroma.evidence.protocol_template import protocol_template
from stroma.evidence.review_records import Side, Stage
from stroma.locale import LANGUAGES, get_language

WHOLE = """
title = "Placenta"
question = "Bone marrow or placenta?"
people = ["AB", "CD"]
arbiter = "EF"

[[search]]
database = "PubMed"
query = "placenta AND msc"
run = 2026-01-31
hits = 321
exports = ["pubmed.nbib"]

[[criterion]]
key = "E2"
side = "exclude"
words = "Animals only"
stages = ["full_text"]
"""


def test_a_whole_protocol_is_read() -> None:
    protocol = parse_protocol("\ufeff" + WHOLE, file="review.toml")
    assert (protocol.people, protocol.deciders, protocol.arbiter) == (("AB", "CD"), 2, "EF")
    (search,) = protocol.searches
    assert (search.run, search.hits, search.exports) == (date(2026, 1, 31), 321, ("pubmed.nbib",))
    (criterion,) = protocol.criteria
    assert (criterion.side, criterion.stages) == (Side.EXCLUDE, (Stage.FULL_TEXT,))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("deciders", "", ""),
        ('question = "Bone marrow or placenta?"', "", r'column "question": no value'),
        ('arbiter = "EF"', 'arbitre = "EF"', r'row 5.*unknown key "arbitre".*write arbiter'),
        ('arbiter = "EF"', "deciders = 3", r"row 5.*: 3\. Expected: 1 or 2"),
        ("hits = 321", "hits = -1", r'row 11, column "search\[1\]\.hits": -1\..*whole number'),
        ('"full_text"', '"fulltext"', r'"fulltext"\. Expected: a list of title_abstract, full_'),
        ('side = "exclude"', 'side = "out"', r'row 16.*"out"\. Expected: include or exclude'),
        ('key = "E2"', 'key = "E 2"', r'row 15.*"E 2"'),
        ('["AB", "CD"]', '["AB", "AB"]', r'row 4.*"AB"\. Expected: each person under a name'),
        ('["AB", "CD"]', '"AB"', r'row 4.*"AB"\. Expected: a list of short names'),
        ('arbiter = "EF"', 'people = ["AB"]', r'line "people = \["AB"\]"'),
    ],
)
def test_a_mistake_is_named_with_its_line(before: str, after: str, said: str) -> None:
    written = WHOLE.replace(before, after)
    if not said:
        parse_protocol(written, file="review.toml")
        return
    with pytest.raises(StudyProblem, match=said):
        parse_protocol(written, file="review.toml")


def test_all_mistakes_are_named_at_once() -> None:
    written = WHOLE.replace("hits = 321", "hits = true").replace('"exclude"', '"out"')
    with pytest.raises(StudyProblem, match="hits") as refusal:
        parse_protocol(written + 'color = "red"', file="review.toml")
    assert len(refusal.value.problems) == 3


def test_one_person_cannot_be_two() -> None:
    written = WHOLE.replace('["AB", "CD"]', '["AB"]').replace('arbiter = "EF"', "")
    with pytest.raises(StudyProblem, match="2 have to agree, and AB decides"):
        parse_protocol(written, file="review.toml")
    assert parse_protocol(written.replace("[[search", "deciders = 1\n[[search", 1), file="r")


def test_two_criteria_of_one_name_are_refused() -> None:
    twice = WHOLE + '\n[[criterion]]\nkey = "E2"\nside = "include"\nwords = "Humans"\n'
    with pytest.raises(StudyProblem, match=r'row 21.*a second criterion "E2"'):
        parse_protocol(twice, file="review.toml")


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_template_is_a_whole_protocol_in_every_language(code: str) -> None:
    protocol = parse_protocol(protocol_template(get_language(code)), file="review.toml")
    assert [search.database for search in protocol.searches] == [
        "PubMed", "Scopus", "Web of Science", "Cochrane Library",
    ]  # fmt: skip
    assert [one.key for one in protocol.criteria] == ["I1", "I2", "E1", "E2", "E3"]
