"""Claims judged against the held tables; expectations were counted by hand in those tables."""

from __future__ import annotations

import pytest

from stroma.evidence.claims.json_twin import claims_to_json
from stroma.evidence.claims.judge import count_answers, judge_claims
from stroma.evidence.claims.records import (
    ClaimAnswer,
    EvidenceRow,
    Grade,
    JudgedClaim,
    OwnAnswer,
    Vote,
)
from stroma.evidence.claims.rows import evidence_rows, one_voice
from stroma.evidence.claims.rules import PROPERTIES, RULES, sense
from stroma.evidence.claims.summary import placenta_against_marrow
from stroma.evidence.claims.texts import SENTENCES
from stroma.evidence.claims.votes import count_votes, join_answers
from stroma.evidence.claims.words import certainty_words, counts_words
from stroma.evidence.review_records import Direction, Extraction, Protocol, Review
from stroma.origin import Origin
from stroma.published import article_references, claims
from stroma.reference_records import Reference, ReferenceKind
from stroma.texts import text


@pytest.fixture(scope="module")
def judged() -> dict[str, JudgedClaim]:
    return {held.claim.key: held for held in judge_claims()}


# Papers for, against and divided in the part that decides.
EXPECTED = {
    # Sources differ in something: nearly every paper that compares two.
    "S001": ("MIXED", None),
    # Registered trials 41.2 % of marrow, 51 of 84 reports, 88 % of centres.
    "S002": ("SUPPORTED", (3, 0, 0)),
    # Pain at the iliac crest, pain of 257 of 406, traces of a harvest in 36 % of donors.
    "S003": ("SUPPORTED", (3, 0, 0)),
    "S006": ("NO_EVIDENCE", None),
    # One review's table alone: frequency of MSC higher in amnion and placenta.
    "S004": ("SUPPORTED", (1, 0, 0)),
    "S007": ("SUPPORTED", (1, 0, 0)),
    # A review's table: no difference from marrow (Barlow 2008).
    "S008": ("CONTRADICTED", (0, 1, 0)),
    "S014": ("SUPPORTED", (2, 0, 0)),
    # CIDMap 27 and others; CIDMap 19 is tumour homing.
    "S016": ("SUPPORTED", (1, 0, 0)),
    # BioNumbers 113200 and 10.3727/096368912X657990 print 0.001-0.01 %.
    "S017": ("SUPPORTED", (2, 0, 0)),
    "S018": ("SUPPORTED", (2, 0, 0)),
    # For: Dedeepiya, D'Ippolito, UMN, 2019/5197983, Biomed Mater Eng, PMC6435420, Siegel,
    # s007740050081. Against: Stenderup, PMC3014682, Tissue Eng 2010.
    "S019": ("MIXED", (8, 3, 0)),
    "S022": ("NO_EVIDENCE", None),
    "S024": ("NO_EVIDENCE", None),
    "S025": ("CONTRADICTED", None),
    "S027": ("CONTRADICTED", None),
    "S028": ("SUPPORTED", None),
    # The list dates the paper 2007, a reissue.
    "S029": ("NO_EVIDENCE", None),
    "S030": ("SUPPORTED", None),
    "S031": ("SUPPORTED", None),
    "S032": ("SUPPORTED", None),
    "S033": ("SUPPORTED", None),
    "S034": ("SUPPORTED", None),
    "S036": ("SUPPORTED", (2, 0, 0)),
    # Shin 2021: each source has proteins of its own.
    "S040": ("CONTRADICTED", (0, 1, 0)),
    "S041": ("SUPPORTED", (2, 0, 0)),
    "S047": ("SUPPORTED", (3, 0, 0)),
    # A chapter on teratomas, a meta-analysis of trials: reviews only.
    "S049": ("SUPPORTED", (1, 0, 0)),
    # 78 % of women in Campinas, 34.1 % in Uyo.
    "S054": ("MIXED", (1, 1, 0)),
    "S056": ("SUPPORTED", (1, 0, 0)),
    # HLA-ABC higher in chorionic plate than in marrow and fat (PMID 22487126).
    "S061": ("CONTRADICTED", (0, 1, 0)),
    # Kusuma 2015: fewer than 5 % of cells.
    "S062": ("SUPPORTED", (1, 0, 0)),
    "S063": ("CONTRADICTED", (0, 1, 0)),
    "S064": ("SUPPORTED", (1, 0, 0)),
    # Macrophages restrain NK cells that are capable killers (Co 2013); fewer receptors (Takahashi).
    "S066": ("MIXED", (1, 0, 1)),
    # T cells increase until term; B cells are found at term.
    "S067": ("CONTRADICTED", (0, 2, 0)),
    # Robin 2009.
    "S068": ("SUPPORTED", (1, 0, 0)),
    # The seven of S076 and Heo 2016, which found no difference.
    "S070": ("CONTRADICTED", (0, 8, 0)),
    # 2012/658356, Barlow, Ghasemzadeh, Yoon, Hong, Sung, Discovery v24; against: Heo 2016.
    "S076": ("MIXED", (7, 1, 0)),
    # For: scd.2013.0016. Against: Brooke, Meesuk, PMID 22487126, Tissue and Cell 2013.
    # PMC3374287: IL-10 higher and IFN-gamma lower, IL-17 higher.
    "S078": ("MIXED", (1, 4, 1)),
    "S081": ("NO_EVIDENCE", None),
}


@pytest.mark.parametrize("key", EXPECTED)
def test_a_claim_has_the_answer_that_was_counted_by_hand(
    key: str, judged: dict[str, JudgedClaim]
) -> None:
    answer, papers = EXPECTED[key]
    held = judged[key]
    assert held.answer.value == answer
    if papers is not None:
        part = held.deciding
        assert (part.papers_for, part.papers_against, part.papers_divided) == papers


def test_all_81_claims_have_a_rule_a_sentence_an_answer_and_a_chain() -> None:
    held = judge_claims()
    keys = [claim.key for claim in claims()]
    assert [one.claim.key for one in held] == keys == list(RULES) == list(SENTENCES)
    for one in held:
        assert one.answer in ClaimAnswer
        assert one.parts
        assert certainty_words(one).render()
        for part in one.parts:
            assert part.asked.render()
            assert part.rule.render()
            assert part.tally.render()
            assert part.answer is ClaimAnswer.NO_EVIDENCE or part.rows
    assert sum(count_answers(held).values()) == 81


def test_no_evidence_is_answered_only_after_every_table_was_searched(
    judged: dict[str, JudgedClaim],
) -> None:
    part = judged["S022"].parts[0]
    assert part.tally.render() == "1,323 rows of 7 tables were searched; none speaks of it"


def test_every_row_that_votes_leads_to_its_paper(judged: dict[str, JudgedClaim]) -> None:
    for held in judged.values():
        for row in held.rows:
            if row.vote is not Vote.BESIDE:
                assert row.row.citation or row.row.table == "references", held.claim.key
                assert row.told.render()


def test_the_article_and_the_reviews_it_cites_never_vote() -> None:
    cited = {reference.doi.lower() for reference in article_references()}
    assert not [
        row for row in evidence_rows() if row.is_secondary and row.citation[4:] in cited
    ]  # fmt: skip


def test_answers_are_the_same_each_time() -> None:
    assert claims_to_json(judge_claims()) == claims_to_json(judge_claims())


def test_faults_stand_where_they_matter(judged: dict[str, JudgedClaim]) -> None:
    def faults(key: str) -> str:
        return "; ".join(fault.render() for fault in judged[key].faults)

    assert "claim S076 of the same article says the opposite" in faults("S070")
    assert "claim S070 of the same article says the opposite" in faults("S076")
    assert "leaves out the limit: ≥ 95 % of cells" in faults("S032")
    assert "CD14 or CD11b" in faults("S033")
    assert "MicroRNA-30c" in faults("S065")
    assert "fails its check character: 6, it would be 0" in faults("S069")
    assert "is a placeholder" in faults("S052")
    assert "references 1, 4, 5, 9, 52" in faults("S027")
    assert "the frequency among nucleated cells" in faults("S018")


def test_counts_of_colonies_stand_beside_the_frequency_and_are_not_counted(
    judged: dict[str, JudgedClaim],
) -> None:
    beside = [held for held in judged["S018"].rows if held.vote is Vote.BESIDE]
    assert {"P013", "P014"} <= {held.row.key for held in beside}


def test_certainty_says_how_many_papers_and_of_what_kind(judged: dict[str, JudgedClaim]) -> None:
    assert (
        certainty_words(judged["S076"]).render() == "7 of 8 papers for it; measured, with figures"
    )
    assert certainty_words(judged["S008"]).render() == "1 review; seen in tables of reviews only"
    assert counts_words(judged["S078"].deciding) == "1 : 4 (1)"
    assert judged["S031"].deciding.grade is Grade.STANDARD


def own(answer: str, direction: str = "") -> OwnAnswer:
    return OwnAnswer(
        quantity="doubling_time",
        analyte="",
        sources=("bone_marrow", "placenta"),
        answer=answer,
        direction=direction,
        donors=(4, 4),
        told=text("as compared"),
    )


@pytest.mark.parametrize(
    ("answer", "papers", "vote"),
    [
        # A shorter doubling time is faster growth.
        (own("DIFFERENT", "lower"), (8, 1, 0), Vote.FOR),
        (own("DIFFERENT", "higher"), (7, 2, 0), Vote.AGAINST),
        (own("EQUIVALENT"), (7, 2, 0), Vote.AGAINST),
        (own("UNDECIDED"), (7, 1, 0), Vote.BESIDE),
    ],
)
def test_own_lots_have_one_voice_and_undecided_ones_none(
    answer: OwnAnswer, papers: tuple[int, int, int], vote: Vote
) -> None:
    held = {one.claim.key: one for one in judge_claims(own=(answer,))}["S076"]
    part = held.deciding
    assert (part.papers_for, part.papers_against, part.papers_divided) == papers
    (row,) = [one for one in held.rows if one.row.table == "own_lots"]
    assert row.vote is vote
    assert row.told.render() == "population doubling time; as compared"


def review(*rows: Extraction, kind: ReferenceKind = ReferenceKind.ARTICLE) -> Review:
    reference = Reference(
        origin=Origin(file="a.ris", sha256="0" * 64, place="record 1"),
        title="Placenta grows",
        authors=("Doe, J.",),
        year=2025,
        kind=kind,
        doi="10.1000/new",
    )
    return Review(
        protocol=Protocol(title="", question="", searches=(), criteria=(), people=()),
        references={"0" * 8 + "-1": reference},
        databases={},
        members=(),
        extractions=rows,
    )


def extraction(direction: Direction, **more: str) -> Extraction:
    return Extraction(
        key="X0001",
        group="0" * 8 + "-1",
        place="table 2",
        quantity="doubling_time",
        tissue="placenta",
        comparator="bone_marrow",
        direction=direction,
        **more,  # type: ignore[arg-type]
    )


def test_extractions_of_a_review_count_as_further_rows() -> None:
    held = {one.claim.key: one for one in judge_claims(review=review(extraction(Direction.LOWER)))}[
        "S076"
    ]
    assert held.deciding.papers_for == 8
    (row,) = [one for one in held.rows if one.row.table == "review"]
    assert (row.row.paper, row.row.place, row.row.citation) == (
        "Doe 2025", "table 2", "doi:10.1000/new",
    )  # fmt: skip


def test_a_review_among_the_extractions_does_not_outvote_papers() -> None:
    asked = review(extraction(Direction.HIGHER), kind=ReferenceKind.REVIEW)
    held = {one.claim.key: one for one in judge_claims(review=asked)}["S076"]
    assert (held.deciding.papers_for, held.deciding.papers_against) == (7, 1)


def test_a_row_that_a_review_corrects_is_taken_from_the_review() -> None:
    # C379 is Heo 2016: no difference in growth.
    corrected = extraction(Direction.HIGHER, note="C379; as read in the paper")
    rows = evidence_rows(review(corrected))
    assert "C379" not in {row.key for row in rows}
    assert "X0001" in {row.key for row in rows}


def test_a_paper_has_one_voice_in_whatever_tables_it_stands() -> None:
    sung = {
        row.identity for row in evidence_rows() if "koreamed.org/articles/1021146" in row.address
    }
    assert len(sung) == 1


def test_figures_of_a_paper_come_before_what_it_states_without_them() -> None:
    rows = one_voice(
        [
            EvidenceRow(
                table="contrasts", key=f"C{number}", paper="Doe 2020", identity="", place="",
                citation="doi:10.1000/a", address="", attribute="x", has_figure=figure,
            )
            for number, figure in ((1, True), (2, False))
        ]
    )  # fmt: skip
    from stroma.evidence.claims.records import ChainRow

    told = text("as printed")
    for_it = ChainRow(row=rows[0], vote=Vote.FOR, told=told)
    against = ChainRow(row=rows[1], vote=Vote.AGAINST, told=told)
    assert count_votes([for_it, against]).answer is ClaimAnswer.SUPPORTED
    assert count_votes([against]).answer is ClaimAnswer.CONTRADICTED


def test_a_claim_falls_with_any_of_its_parts_and_stands_without_what_nobody_holds() -> None:
    supported, contradicted = ClaimAnswer.SUPPORTED, ClaimAnswer.CONTRADICTED
    assert join_answers([supported, contradicted]) is contradicted
    assert join_answers([supported, ClaimAnswer.MIXED]) is ClaimAnswer.MIXED
    assert join_answers([supported, ClaimAnswer.NO_EVIDENCE]) is supported
    assert join_answers([ClaimAnswer.NO_EVIDENCE]) is ClaimAnswer.NO_EVIDENCE


def test_every_property_is_found_under_a_name_of_the_tables() -> None:
    named = {row.attribute for row in evidence_rows()}
    for name in PROPERTIES:
        assert any(sense(name, attribute) for attribute in named), name


def test_placenta_stands_against_marrow_property_by_property() -> None:
    held = {one.name: one for one in placenta_against_marrow(evidence_rows())}
    growth = held["proliferation"]
    assert (growth.higher, growth.alike, growth.lower, growth.divided) == (7, 1, 0, 0)
    # Ghasemzadeh 2018 and Sung 2010.
    assert (held["osteogenic"].higher, held["osteogenic"].alike) == (0, 2)
    assert held["immunogenicity"].only_reviews
