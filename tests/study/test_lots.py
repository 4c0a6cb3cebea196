from __future__ import annotations

import re

import pytest

from stroma.criteria.verdicts import LotOutcome
from stroma.pipeline import judge_study
from stroma.records import Origin


def test_lots_are_read_with_their_origin(check):
    study = check(
        lots=(
            "lot | donor | source | donor_age_years | donor_sex | origin | autologous"
            " | plastic_adherent | pooled_donors | note\n"
            "BM-01 | D01 | Костный мозг | 34 | Ж | | нет | да | | first\n"
            "PL-01 | D02 | placenta | 28,5 | F | fetal | жоқ | adherent | 3 |"
        )
    )
    assert study.problems == ()
    first, second = study.lots
    assert (first.lot, first.donor, first.source) == ("BM-01", "D01", "bone_marrow")
    assert (first.donor_age_years, first.donor_sex, first.autologous) == (34.0, "F", False)
    assert (first.plastic_adherent, first.pooled_donors, first.note) == (True, None, "first")
    assert (second.donor_age_years, second.origin, second.pooled_donors) == (28.5, "fetal", 3)
    assert first.origin_of_row.file == "lots.csv"
    assert first.origin_of_row.place == "row 2"
    assert study.inputs == (Origin("lots.csv", "sha256-of-lots"),)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "BM-02 | D03 | moon",
            (
                r'lots.csv, row 2, column "source", lot BM-02: the unknown word "moon"\. Expected: '
                r"one of bone_marrow, placenta, .*endometrium\. What to do: write one of these "
                r"words; until then the row is left out"
            ),
        ),
        (
            "| D03 | placenta",
            r'lots.csv, row 2, column "lot": an empty cell\. Expected: the lot\'s identifier',
        ),
        ("BM-02 | n/a | placenta", r'column "donor", lot BM-02: an empty cell'),
    ],
)
def test_a_row_without_what_it_needs_is_left_out(check, said, row, message):
    study = check(lots=f"lot | donor | source\n{row}\n BM-03 | D04 | bm")
    assert re.search(message, said(study, "error"))
    assert [lot.lot for lot in study.lots] == ["BM-03"]


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("donor_age_years", "121", r'"121"\. Expected: at most 120\.'),
        ("donor_age_years", "-1", r'"-1"\. Expected: at least 0\.'),
        ("donor_age_years", "old", r'"old" is not a number'),
        ("donor_sex", "X", r'the unknown word "X"\. Expected: one of F, M\.'),
        ("origin", "unclear", r"Expected: one of fetal, maternal, mixed\."),
        ("autologous", "perhaps", r"Expected: one of yes, no\."),
        ("pooled_donors", "2.5", r'"2\.5"\. Expected: a whole number\.'),
        ("pooled_donors", "0", r"Expected: at least 1\."),
    ],
)
def test_a_wrong_detail_counts_as_empty(check, said, column, cell, message):
    study = check(lots=f"lot | donor | source | {column}\nBM-01 | D01 | bm | {cell}")
    assert re.search(message, said(study, "error"))
    assert re.search(r"until then the cell counts as empty", said(study, "error"))
    assert getattr(study.lots[0], column) is None


def test_a_lot_described_twice_is_not_used(check, said):
    study = check(
        lots="lot | donor | source\nBM-01 | D01 | bm\nBM-01 | D02 | bm\nBM-02 | D03 | bm",
        passages="lot | passage\nBM-01 | P1\nBM-02 | P1",
    )
    assert re.search(
        r'lots.csv, row 3, column "lot", lot BM-01: the lot "BM-01" again; row 2 differs in donor'
        r"\. Expected: one row each\. What to do: delete the wrong row; until then none of them",
        said(study, "error"),
    )
    assert re.search(
        r'passages.csv, row 2, column "lot", lot BM-01: the lot "BM-01" \(row 2\), whose row in '
        r"lots is left out",
        said(study, "error"),
    )
    assert [lot.lot for lot in study.lots] == ["BM-02"]
    assert study.unresolved == ("BM-01",)
    assert [passage.lot for passage in study.passages] == ["BM-02"]


def test_a_row_repeated_word_for_word_is_passed_over(check, said):
    study = check(lots="lot | donor | source\nBM-01 | D01 | bm\nBM-01 | D01 | bone marrow")
    assert re.search(r"again, word for word as in row 2", said(study, "warning"))
    assert len(study.lots) == 1


def test_a_lot_in_two_spellings_in_lots_is_asked_about(check, said):
    study = check(lots="lot | donor | source\nBM-01 | D01 | bm\nbm 01 | D02 | bm")
    assert re.search(
        r'lots.csv, row 3, column "lot", lot bm 01: "bm 01" beside "BM-01" \(lots.csv, row 2\)\. '
        r"Expected: one spelling of each lot in all sheets",
        said(study, "error"),
    )
    assert study.lots == ()
    assert study.unresolved == ("BM-01", "bm 01")


def test_donors_in_two_spellings_are_asked_about(check, said):
    study = check(lots="lot | donor | source\nBM-01 | D01 | bm\nBM-02 | d-1 | bm\nBM-03 | D1 | bm")
    warnings = said(study, "warning")
    assert re.search(
        r'row 3, column "donor", lot BM-02: "d-1" beside "D01" \(lots.csv, row 2\)', warnings
    )
    assert re.search(r'row 4, column "donor", lot BM-03: "D1" beside "D01"', warnings)
    assert len(study.lots) == 3


def test_an_unknown_origin_of_perinatal_cells_is_said(check, said):
    study = check(
        lots="lot | donor | source | origin\nPL-01 | D01 | placenta | \nBM-01 | D02 | bm |"
    )
    assert re.search(
        r'row 2, column "origin", lot PL-01: no origin for cells from placenta\. Expected: fetal, '
        r"maternal or mixed, shown by genotype",
        said(study, "warning"),
    )
    assert len(study.problems) == 1


def test_without_lots_only_growth_can_be_told(check, said):
    study = check(lots=None, passages="lot | passage\nBM-01 | P1\nBM-01 | P2")
    assert re.search(
        r'passages.csv, column "lot": 1 lot that no sheet describes\. Expected: lots: one row per '
        r"lot\. What to do: add lots.csv or lots.xlsx with the donor and the tissue of each lot",
        said(study, "warning"),
    )
    assert [(lot.lot, lot.donor, lot.source) for lot in study.lots] == [("BM-01", "", "")]
    assert len(study.passages) == 2


def test_without_lots_and_passages_nothing_can_be_used(check, said):
    study = check(lots=None, safety="lot | test | result\nBM-01 | sterility | no growth")
    assert re.search(r"lots.csv: no such file, nor a workbook of that name", said(study, "error"))
    assert re.search(r'the lot "BM-01" \(row 2\), which is not in lots', said(study, "error"))
    assert study.safety == ()


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            "ВМ-01",
            (
                r'the lot "ВМ-01" \(В М are letters of another alphabet\) beside "BM-01" \('
                r"lots.csv, row 2\); rows 2, 3\. Expected: one spelling of each lot in all "
                r'sheets\. What to do: if they are one lot, write "BM-01" here'
            ),
        ),
        ("bm 01", r'the lot "bm 01" beside "BM-01" \(lots.csv, row 2\)'),
        ("BM-1", r'the lot "BM-1" beside "BM-01" \(lots.csv, row 2\)'),
        (
            "BM-07",
            (
                r'the lot "BM-07" \(rows 2, 3\), which is not in lots\. Expected: a lot of lots, '
                r"such as BM-01"
            ),
        ),
    ],
)
@pytest.mark.parametrize("sheet", ["passages", "differentiation", "safety"])
def test_a_lot_that_lots_does_not_hold_is_left_out(check, said, sheet, written, message):
    rows = {
        "passages": ("lot | passage", "{} | P1", "{} | P2"),
        "differentiation": (
            "lot | lineage | condition | readout | value | replicate",
            "{} | osteo | induced | score | 2 | 1",
            "{} | osteo | control | score | 0 | 1",
        ),
        "safety": ("lot | test | result", "{} | sterility | no growth", "{} | mycoplasma | neg"),
    }[sheet]
    study = check(**{sheet: "\n".join(row.format(written) for row in rows)})
    assert re.search(message, said(study, "error"))
    assert getattr(study, sheet) == ()
    assert study.problems_of(written) != ()


def test_lots_that_cannot_be_used_stay_in_view_as_incomplete(check):
    study = check(
        settings='profiles = ["isct_2006"]',
        lots="lot | donor | source\nBM-01 | D01 | bm\nBM-01 | D02 | bm\nPL-01 | D03 | moon",
    )
    assert study.lots == ()
    assert study.unresolved == ("BM-01", "PL-01")
    (judged,), problems = judge_study(study, ())
    assert problems == ()
    assert [(lot.lot, lot.verdict) for lot in judged.lots] == [
        ("BM-01", LotOutcome.INCOMPLETE),
        ("PL-01", LotOutcome.INCOMPLETE),
    ]


def test_a_row_repeated_word_for_word_leaves_nothing_open(check):
    assert check(lots="lot | donor | source\nB1 | D1 | bm\nB1 | D1 | bm").unresolved == ()
