"""What a record is, from the words that databases and journals use."""

from __future__ import annotations

import pytest

from stroma.reference_kinds import is_marked_retracted, kind_of, subject_of


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Erratum", "erratum"),
        ("Author Correction: Foo", "erratum"),
        ("Correction to: Foo", "erratum"),
        ("Foo bar (vol 12, pg 34, 2010)", "erratum"),
        ("Foo bar. Corrigendum", "erratum"),
        ("Исправление: Клетки плаценты", "erratum"),
        ("Түзету: Плацента жасушалары", "erratum"),
        ("Fe de erratas", "erratum"),
        ("更正:胎盘", "erratum"),
        ("Correction of foot deformity", "article"),
        ("Corrections in prisons", "article"),
        ("Retraction: Foo", "retraction"),
        ('Retraction notice to "Foo" [Cell 12 (2010) 3]', "retraction"),
        ("Retraction of the eyelid in Graves disease", "article"),
        ("RETRACTED: Foo", "article"),
        ("Expression of Concern: Foo", "expression_of_concern"),
        ("Reply to Smith et al.", "reply"),
        ("Response to: Foo", "reply"),
        ("Ответ авторов", "reply"),
        ("Response to treatment with stromal cells", "article"),
        ('Comment on "Foo"', "comment"),
        ("Re: Foo", "comment"),
        ("A comment on economics", "article"),
        ("Research on rats", "article"),
    ],
)
def test_words_of_titles(title: str, kind: str) -> None:
    assert kind_of(title).value == kind


def test_types_and_servers() -> None:
    assert kind_of("Foo", ["Journal Article", "Retraction of Publication"]).value == "retraction"
    assert kind_of("Foo", ["Journal Article", "Retracted Publication"]).value == "article"
    assert kind_of("Foo", ["Conference Abstract"]).value == "conference"
    assert kind_of("Foo", journal="bioRxiv").value == "preprint"
    assert kind_of("Foo", doi="10.1101/2020.03.04.123456").value == "preprint"
    assert kind_of("Foo", doi="10.1101/gr.123456.107").value == "article"


def test_what_a_notice_speaks_of() -> None:
    assert subject_of(
        "Erratum: Author Correction: Foo bar (Sci. Rep. (2024) 14 1 DOI: 10.1/a)"
    ) == ("Foo bar")
    assert subject_of('Retraction notice to "Foo"') == "Foo"
    assert subject_of("RETRACTED: Foo") == "Foo"
    assert is_marked_retracted("Foo (Retracted article. See vol. 3, 2010)")
