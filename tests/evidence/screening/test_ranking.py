"""The queue's order: it learns, it repeats itself, and it leaves nothing out."""

from __future__ import annotations

import builtins
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from stroma.evidence.duplicates.deduplication import Member
from stroma.evidence.review_records import (
    Choice,
    Criterion,
    DatabaseSearch,
    Decision,
    Protocol,
    Review,
    Side,
    Stage,
)
from stroma.evidence.screening.ranking import (
    Model,
    asked_words,
    rank,
    richest_records,
    weigh_words,
    words_of,
)
from stroma.evidence.screening.standing import standings
from stroma.origin import Origin
from stroma.reference_records import Reference

PROTOCOL = Protocol(
    title="",
    question="Стромальные клетки плаценты",
    searches=(
        DatabaseSearch(database="PubMed", query='"Placenta"[Mesh] AND ("stromal cells"[tiab])'),
    ),
    criteria=(Criterion(key="I1", side=Side.INCLUDE, words="Amnion", stages=tuple(Stage)),),
    people=("AB",),
    deciders=1,
)
TOPICS = {
    "placenta": "stromal cells of the human term placenta expand in culture and suppress",
    "amnion": "stromal cells of the amnion membrane expand in culture and differentiate",
    "knee": "arthroscopy of the knee joint and rehabilitation of athletes after surgery",
    "dinosaur": "fossil bones of early dinosaurs and their growth rings in sediment",
}


def review(count: int = 40, *decisions: tuple[str, Choice]) -> Review:
    names = [f"{topic}-{number}" for number in range(count // 4) for topic in TOPICS]
    references = {
        name: Reference(
            origin=Origin("a.ris", ""),
            title=f"{name.partition('-')[0]} study {name}",
            abstract=TOPICS[name.partition("-")[0]],
        )
        for name in names
    }
    return Review(
        protocol=PROTOCOL,
        references=references,
        databases={},
        members=tuple(Member(record=name, group=name) for name in names),
        decisions=tuple(
            Decision(
                group=name,
                stage=Stage.TITLE_ABSTRACT,
                choice=choice,
                person="AB",
                day=date(2026, 1, 31),
            )
            for name, choice in decisions
        ),
    )


def order(held: Review) -> tuple[tuple[str, ...], Model]:
    by_group = standings(held)
    found = rank(weigh_words(held, by_group), by_group)
    assert sorted(found.order) == sorted(held.references)
    return found.order, found.model


def test_before_any_decision_the_question_orders() -> None:
    first, model = order(review())
    assert model is Model.LIKENESS
    assert {name.partition("-")[0] for name in first[:20]} == {"placenta", "amnion"}


KNEE = [(f"knee-{number}", Choice.INCLUDE) for number in range(3)]
OTHERS = [(f"{topic}-0", Choice.EXCLUDE) for topic in ("placenta", "amnion", "dinosaur")]


def test_decisions_turn_the_order_round() -> None:
    pytest.importorskip("sklearn")
    first, model = order(review(40, *KNEE, *OTHERS))
    assert model is Model.LOGISTIC
    assert {name.partition("-")[0] for name in first[:10]} == {"knee"}
    assert order(review(40, *KNEE, *OTHERS))[0] == first


def test_without_scikit_learn_a_plain_model_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def absent(name: str, *rest: Any) -> Any:
        if name.startswith("sklearn"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", absent)
    first, model = order(review(40, *KNEE, *OTHERS))
    assert model is Model.BAYES
    assert {name.partition("-")[0] for name in first[:10]} == {"knee"}


def test_inclusions_alone_draw_what_is_like_them() -> None:
    first, model = order(review(40, ("dinosaur-0", Choice.INCLUDE), ("dinosaur-1", Choice.INCLUDE)))
    assert model is Model.LIKENESS
    assert first.index("dinosaur-5") < first.index("knee-5")


def test_records_without_words_are_kept() -> None:
    held = review(8)
    bare = replace(held.references["knee-0"], title="", abstract="")
    found, _ = order(replace(held, references={**held.references, "knee-0": bare}))
    assert "knee-0" in found
    empty = dict.fromkeys(held.references, bare)
    assert order(replace(held, references=empty))[0] == tuple(held.references)


def test_no_record_gives_an_empty_order() -> None:
    assert order(replace(review(4), references={}, members=()))[0] == ()


def test_the_record_with_the_longest_abstract_stands_for_its_publication() -> None:
    held = review(4)
    members = (
        Member(record="amnion-0", group="amnion-0"),
        Member(record="knee-0", group="amnion-0"),
    )
    held = replace(held, members=members)
    assert len(TOPICS["knee"]) > len(TOPICS["amnion"])
    assert richest_records(held)["amnion-0"].title == "knee study knee-0"


def test_words() -> None:
    assert words_of("The CD73+ cells, и клетки плаценты (2019)") == [
        "cd73", "cell", "клетки", "плаценты",
    ]  # fmt: skip
    assert asked_words(PROTOCOL) == {
        "стромальные", "клетки", "плаценты", "placenta", "stromal", "cell", "amnion",
    }  # fmt: skip
