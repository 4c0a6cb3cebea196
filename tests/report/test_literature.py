"""The page on the literature, and the section of a study's report."""

from __future__ import annotations

from stroma.evidence.claims.judge import judge_claims
from stroma.evidence.claims.records import OwnAnswer
from stroma.locale import get_language
from stroma.report.literature import make_literature
from stroma.report.literature_page import render_literature
from stroma.texts import ENGLISH, text

OWN = OwnAnswer(
    quantity="doubling_time",
    analyte="",
    sources=("bone_marrow", "placenta"),
    answer="DIFFERENT",
    direction="lower",
    donors=(4, 4),
    told=text("placenta less bone marrow: as compared"),
)


def test_squares_are_papers() -> None:
    held = {one.finding.name: one for one in make_literature(judge_claims()).findings}
    assert held["proliferation"].squares == (("hi", 7), ("eq", 1))
    assert held["proliferation"].told.render() == "placenta higher: 7, no difference: 1"
    assert "reviews only" in held["immunogenicity"].told.render()


def test_own_lots_are_told_in_the_direction_of_the_property() -> None:
    shown = make_literature(judge_claims(own=(OWN,)), own=(OWN,))
    held = {one.finding.name: one for one in shown.findings}
    # A shorter doubling time is faster growth.
    assert [told.render() for told in held["proliferation"].own] == [
        "placenta higher, by population doubling time"
    ]
    assert {view.held.claim.key for view in shown.claims if view.has_own} >= {"S070", "S076"}


def test_failing_references_stand_on_the_page() -> None:
    numbers = [number for number, _, _ in make_literature(judge_claims()).failing]
    assert numbers == [23, 31, 33, 42, 46, 47, 48, 49, 50, 53, 61]


def test_the_page_leads_from_a_claim_to_its_papers() -> None:
    page = render_literature(judge_claims(own=(OWN,)), ENGLISH, own=(OWN,))
    chain = page[page.index('id="S076"') : page.index('id="S077"')]
    assert 'href="https://doi.org/10.3892/ijmm.2015.2413"' in chain
    assert "Rule: papers that compare the two" in chain
    assert "Claim S070 of the same article says the opposite." in chain
    assert 'class="for own"' in chain


def test_the_page_is_made_in_each_language() -> None:
    for code in ("ru", "kk"):
        page = render_literature(judge_claims(), get_language(code))
        assert f'<html lang="{code}">' in page
        assert page.count('<details class="c ') == 81
