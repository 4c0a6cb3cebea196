"""The planning section of the page."""

from __future__ import annotations

import pytest

from stroma.planning.plan import make_plan
from stroma.planning.plan_file import parse_plan
from stroma.report.planning import plan_section
from stroma.texts import ENGLISH

HEAD = b'sources = ["bone_marrow", "placenta"]\ndoses = 5\ndose_per_kg = 1e6\nweight = 70\n'
KNOWN = b"""
[all_sources]
primary_yield = {value = 5e6, low = 2e6, high = 10e6, unit = "cells"}
doublings_per_passage = {value = 3, low = 2, high = 4, unit = "doublings"}
last_passage = {value = 3}
"""


@pytest.fixture(scope="module")
def section():
    return plan_section(make_plan(parse_plan(HEAD + KNOWN)), ENGLISH)


def test_no_plan_no_section():
    assert plan_section(None, ENGLISH) is None


def test_each_question_has_an_answer_for_each_source(section):
    assert str(section.rows[0].question) == "5 doses from one donation"
    assert all(len(row.answers) == 2 for row in section.rows)
    # No release rate of placenta is published, no recovery at harvest and thaw of either.
    assert str(section.rows[0].answers[0]).startswith("at most")


def test_inputs_stand_beside_their_origin(section):
    rows = {str(row.label): row for row in section.inputs}
    marrow, placenta = rows["lots that are released"].cells
    assert (marrow.kind, placenta.kind) == ("published", "unknown")
    assert marrow.citations == ("doi:10.1186/1479-5876-10-23",)
    assert rows["last passage"].cells[0].kind == "declared"


def test_the_curves_are_doses_passages_and_ceiling(section):
    assert len(section.figures) == 3
    assert all(figure.drawn.startswith("<svg") for figure in section.figures)


def test_a_sentence_that_holds_for_one_source_names_it(section):
    told = [str(sentence) for sentence in section.unanswered]
    assert "bone marrow, placenta" not in " ".join(told)
    assert any(sentence.startswith(("flask area", "bone marrow: flask area")) for sentence in told)


def test_what_is_missing_stands_in_the_first_sentence():
    section = plan_section(make_plan(parse_plan(HEAD)), ENGLISH)
    assert str(section.sentences[1]) == (
        "placenta: no answer; nobody has told viable cells at the first harvest, doublings of a "
        "passage"
    )
