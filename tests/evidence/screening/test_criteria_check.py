"""Criteria that contradict their question, in three languages and in more than one case."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from stroma.errors import Severity
from stroma.evidence.review_records import Criterion, DatabaseSearch, Protocol, Side, Stage
from stroma.evidence.screening.concepts import mentions
from stroma.evidence.screening.criteria_check import check_criteria
from stroma.evidence.screening.search_strings import demands_of


def protocol(
    question: str,
    *,
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    queries: tuple[str, ...] = (),
    title: str = "",
) -> Protocol:
    criteria = [
        Criterion(key=f"{letter}{number}", side=side, words=words, stages=tuple(Stage))
        for letter, side, listed in (("I", Side.INCLUDE, include), ("E", Side.EXCLUDE, exclude))
        for number, words in enumerate(listed, start=1)
    ]
    searches = tuple(DatabaseSearch(database="PubMed", query=query) for query in queries)
    return Protocol(
        title=title, question=question, searches=searches, criteria=tuple(criteria), people=("AB",)
    )


def found(held: Protocol) -> list[tuple[str, str, str, str]]:
    return [(one.kind.value, one.place, one.words, one.against) for one in check_criteria(held)]


def test_the_founding_article_keeps_out_its_own_subject(shared: Path) -> None:
    with (shared / "facts" / "claims.csv").open(encoding="utf-8") as table:
        claims = {row[0]: row for row in csv.reader(table)}
    query, included, excluded = (
        next(cell for cell in claims[key] if word in cell)
        for key, word in (("S025", "AND"), ("S026", "original"), ("S027", "not MSC"))
    )
    held = protocol(
        "Regenerative properties of MSC of the human bone marrow and placenta",
        include=(included,),
        exclude=tuple(part.strip() for part in excluded.split(";")),
        queries=(query,),
    )
    assert found(held) == [
        ("contradiction", "criterion E2", "non-adult", "placenta"),
        ("contradiction", "search PubMed", "adult", "placenta"),
        ("language", "criterion I1", "English", ""),
        ("reviews", "criterion I1", "reviews", ""),
        ("access", "criterion E3", "freely available", ""),
    ]


def test_the_same_in_russian_as_it_was_printed() -> None:
    held = protocol(
        "представить обновленную информацию о регенеративных свойствах мезенхимальных стволовых "
        "клеток (МСК) костного мозга и плаценты человека",
        include=(
            (
                "все исследования, начиная от оригинальных статей (исследования in vitro и in "
                "vivo), клинических испытаний и обзорных исследований, при условии, что они были "
                "опубликованы на английском языке и прошли рецензирование"
            ),
        ),
        exclude=(
            "не касались мезенхимальных стволовых клеток",
            (
                "идентифицировали мезенхимальные стволовые клетки у лиц не взрослого возраста "
                "или эмбрионов"
            ),
            "были недоступны для свободного просмотра",
        ),
        queries=(
            (
                "«взрослые мезенхимальные стволовые клетки» И «костного мозга» И «плаценты» И "
                "«терапия»"
            ),
        ),
    )
    assert found(held) == [
        ("contradiction", "criterion E2", "не взрослого", "плаценты"),
        ("contradiction", "search PubMed", "взрослые", "плаценты"),
        ("language", "criterion I1", "на английском языке", ""),
        ("reviews", "criterion I1", "обзорных", ""),
        ("access", "criterion E3", "свободного просмотра", ""),
    ]


def test_the_same_in_kazakh() -> None:
    held = protocol(
        "Адам плацентасы мен сүйек кемігінің МСК қалай ерекшеленеді?",
        include=("шолулар, ағылшын тілінде",),
        exclude=("ересек емес донорлар", "тегін қолжетімді емес"),
    )
    assert found(held) == [
        ("contradiction", "criterion E1", "ересек емес", "плацентасы"),
        ("language", "criterion I1", "ағылшын тілінде", ""),
        ("reviews", "criterion I1", "шолулар", ""),
        ("access", "criterion E2", "тегін қолжетімді", ""),
    ]


@pytest.mark.parametrize(
    ("held", "clash"),
    [
        (
            protocol("umbilical cord MSC in GvHD", include=("MSC of adult donors",)),
            ("criterion I1", "adult", "umbilical"),
        ),
        (
            protocol("cells of the amniotic fluid", exclude=("foetal cells",)),
            ("criterion E1", "foetal", "amniotic fluid"),
        ),
        (
            protocol("MSC", queries=("(amnion OR chorion) NOT (fetal OR embryo)",)),
            ("search PubMed", "fetal", "amnion"),
        ),
        (
            protocol("MSC in mouse models of colitis", exclude=("animal studies",)),
            ("criterion E1", "animal", "mouse"),
        ),
        (
            protocol("MSC", include=("trials and reviews",), exclude=("reviews",)),
            ("criterion E1", "reviews", "reviews"),
        ),
        (
            protocol(
                "MSC of bone marrow and placenta", exclude=("Tissues other than bone marrow",)
            ),
            ("criterion E1", "other than bone marrow", "placenta"),
        ),
        (
            protocol("MSC of the amnion", include=("Only cells of fat",)),
            ("criterion I1", "Only cells of fat", "amnion"),
        ),
        (
            protocol("MSC in mice with colitis", include=("Human studies only",)),
            ("criterion I1", "Human studies only", "mice"),
        ),
        (
            protocol("плацентарные МСК", exclude=("любые источники, кроме костного мозга",)),
            ("criterion E1", "кроме костного мозга", "плацентарные"),
        ),
        (
            protocol(
                "extraembryonic tissues as sources", exclude=("donors younger than 18 years",)
            ),
            ("criterion E1", "donors younger than 18", "extraembryonic"),
        ),
        (
            protocol("MSC of the human placenta", exclude=("Human fetal tissue, animals",)),
            ("criterion E1", "fetal", "placenta"),
        ),
        (
            protocol("cord blood and bone marrow MSC", exclude=("MSC of cord blood",)),
            ("criterion E1", "cord blood", "cord blood"),
        ),
    ],
)
def test_other_questions_are_held_to_the_same_table(
    held: Protocol, clash: tuple[str, str, str]
) -> None:
    contradictions = [one[1:] for one in found(held) if one[0] == "contradiction"]
    assert contradictions == [clash]


@pytest.mark.parametrize(
    "held",
    [
        protocol("MSC of the human placenta", exclude=("Cells of animals only",)),
        protocol("MSC of the placenta", exclude=("No comparison of placenta with bone marrow",)),
        protocol("MSC of the placenta", exclude=("No mesenchymal stromal cells", "Children")),
        protocol("MSC of the placenta", exclude=("non-adult donors, except the placenta",)),
        protocol("MSC of the placenta", exclude=("foetal tissue other than placenta",)),
        protocol("MSC of the placenta", queries=("(adult OR fetal) AND placenta",)),
        protocol("MSC of the placenta", queries=("adult OR placenta",)),
        protocol("MSC of the placenta", include=("MSC of adults, or of the placenta",)),
        protocol("umbilical cord MSC", exclude=("cord blood",)),
        protocol(
            "MSC of the placenta", exclude=("full text not available", "embryonic stem cells")
        ),
        protocol("MSC", title="A systematic review of MSC", exclude=("reviews",)),
        protocol("MSC", include=("Original studies, not reviews",), exclude=("reviews",)),
        protocol("MSC of the decidua", exclude=("fetal cells",)),
        protocol("MSC", include=("peer-reviewed papers",)),
        protocol("umbilical cord MSC in GvHD", include=("Adult patients with GvHD",)),
        protocol("MSC in newborns with lung disease", include=("MSC of adult donors",)),
        protocol("MSC of the amnion", exclude=("Tissues other than the placenta",)),
        protocol("MSC of placenta and marrow", exclude=("Bone marrow only, without placenta",)),
        protocol("MSC", exclude=("Chinese hamster ovary cells",)),
        protocol("MSC of bone marrow and placenta", exclude=("fetal bone marrow",)),
        protocol("dental pulp stem cells", exclude=("deciduous teeth of children",)),
        protocol("umbilical cord MSC in GvHD", include=("Clinical trials in adults",)),
    ],
)
def test_what_does_not_contradict_is_left_alone(held: Protocol) -> None:
    assert found(held) == []


def test_a_search_that_asks_for_free_papers_or_a_language_leans_too() -> None:
    held = protocol("MSC", queries=('msc AND "free full text"[sb] AND english[la]',))
    assert found(held) == [
        ("access", "search PubMed", "free full", ""),
        ("language", "search PubMed", "english", ""),
    ]


def test_a_language_is_a_note_and_a_contradiction_a_warning() -> None:
    held = protocol("MSC of the placenta", include=("in English",), exclude=("non-adult donors",))
    warned, noted = (one.problem("review.toml") for one in check_criteria(held))
    assert (warned.severity, noted.severity) == (Severity.WARNING, Severity.NOTE)
    assert warned.render().startswith(
        'review.toml, column "criterion E1": "non-adult" keeps out what the question asks for: '
        '"placenta", cells that are not of adults.'
    )


@pytest.mark.parametrize(
    ("query", "alternatives"),
    [
        ("adult AND (a OR b)", [("adult",), ("a", "b")]),
        ("TITLE-ABS-KEY((a OR b) AND (c AND (d OR e)))", [("a", "b"), ("c",), ("d", "e")]),
        ("TS=(a AND b)", [("a",), ("b",)]),
        ("a and b", [("a",), ("b",)]),
        ('"research and development" AND b', [("research and development",), ("b",)]),
        ("плацента И (а ИЛИ б)", [("плацента",), ("а", "б")]),
        ("(a OR b", [("a", "b")]),
        (") AND (", []),
        ("", []),
    ],
)
def test_a_search_string_is_taken_apart(query: str, alternatives: list[tuple[str, ...]]) -> None:
    assert [one.alternatives for one in demands_of(query)] == alternatives


def test_not_denies_the_next_part() -> None:
    assert [(one.alternatives, one.denied) for one in demands_of("a AND NOT (b OR c) AND d")] == [
        (("a",), False), (("b", "c"), True), (("d",), False),
    ]  # fmt: skip


def test_denied_words_are_told_from_plain_ones() -> None:
    assert [(one.concept, one.denied) for one in mentions("not reviews, but placenta")] == [
        ("placenta", False), ("review", True),
    ]  # fmt: skip
