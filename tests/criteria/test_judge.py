"""Verdicts of lots: what passes, what fails, and that silence never passes."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.criteria.judge import judge
from stroma.criteria.known_profiles import load_profile
from stroma.criteria.profile import Criterion, Profile
from stroma.criteria.verdicts import CriterionResult, LotVerdict, Role
from stroma.measurements import Measurement
from stroma.texts import text

ISCT = load_profile("isct_2006")


def verdict_of(rows, profile=ISCT, **options) -> LotVerdict:
    (verdict,) = judge(rows, profile, **options)
    return verdict


def result_of(verdict: LotVerdict, analyte: str, *, condition: str = "") -> CriterionResult:
    (result,) = [
        r
        for r in verdict.criteria
        if analyte in {r.analyte, r.quantity} and r.condition == condition
    ]
    return result


def without(rows, analyte):
    return [row for row in rows if row.analyte != analyte]


def test_a_lot_that_meets_everything_passes(isct_lot):
    verdict = verdict_of(isct_lot())
    assert verdict.verdict.value == "PASS"
    assert str(verdict.summary) == "all 12 required criteria met"
    assert verdict.missing == ()


@pytest.mark.parametrize("lost", range(12))
def test_every_required_criterion_that_is_missing_makes_a_lot_incomplete(isct_lot, lost):
    rows = isct_lot()
    gone = rows.pop(lost)
    verdict = verdict_of(rows)
    assert verdict.verdict.value == "INCOMPLETE"
    assert len(verdict.missing) == 1
    assert (gone.analyte or "plastic") in verdict.missing[0]


def test_a_failure_goes_before_what_is_missing(isct_lot, row):
    rows = [*without(isct_lot()[:-1], "CD45"), row(analyte="CD45", value=2.1)]
    verdict = verdict_of(rows)
    assert verdict.verdict.value == "FAIL"
    assert str(verdict.summary) == "not met: CD45; not measured: chondrogenic differentiation"


def test_a_failure_goes_before_what_is_undecided(isct_lot, row):
    rows = [*without(without(isct_lot(), "CD45"), "CD34"), row(analyte="CD45", value=2.1)]
    rows.append(row(analyte="CD34", value=1.5, low=1.0, high=2.2))
    assert verdict_of(rows).verdict.value == "FAIL"


def test_what_is_missing_goes_before_what_is_undecided(isct_lot, row):
    rows = [*without(isct_lot()[:-1], "CD34"), row(analyte="CD34", value=1.5, low=1.0, high=2.2)]
    assert verdict_of(rows).verdict.value == "INCOMPLETE"


def test_an_interval_across_the_limit_is_inconclusive(isct_lot, row):
    rows = [*without(isct_lot(), "CD34")]
    rows.append(row(analyte="CD34", value=1.5, low=1.0, high=2.2, level=0.95))
    verdict = verdict_of(rows)
    assert verdict.verdict.value == "INCONCLUSIVE"
    assert str(verdict.summary) == "undecided: CD34"
    result = result_of(verdict, "CD34")
    assert str(result.reason) == (
        "CD34 1.5 % [1.0–2.2 %, 95 %] against ≤ 2 %: the limit lies inside the interval, which "
        "reaches 0.2 points beyond it"
    )
    assert result.margin == pytest.approx(-0.2)


def test_the_reason_states_row_interval_limit_and_margin(isct_lot, row):
    rows = [*without(isct_lot(), "CD34")]
    rows.append(row(analyte="CD34", value=0.6098, low=0.4497, high=0.8202, level=0.95))
    result = result_of(verdict_of(rows), "CD34")
    assert str(result.reason) == (
        "CD34 0.61 % [0.45–0.82 %, 95 %] against ≤ 2 %: the whole interval is within the limit, "
        "margin 1.18 points"
    )
    assert (result.value, result.low, result.high) == (0.6098, 0.4497, 0.8202)


@pytest.mark.parametrize(
    ("value", "finding"),
    [
        (96.0, "96 % against ≥ 95 %: within the limit, margin 1 point"),
        (95.0, "95 % against ≥ 95 %: within the limit, margin 0 points"),
        # Rounded to two decimals it would read as 95 %.
        (94.9983, "94.998 % against ≥ 95 %: beyond the limit by 0.0017 points"),
    ],
)
def test_a_point_value_says_that_it_has_no_interval(row, value, finding):
    result = result_of(verdict_of([row(analyte="CD105", value=value)]), "CD105")
    assert str(result.reason) == f"CD105 {finding}; point value, no interval stated"


def test_a_strict_limit_is_not_met_at_the_limit(row):
    verdict = verdict_of([row(analyte="CD105", value=80.0)], load_profile("stempeucel"))
    result = result_of(verdict, "CD105")
    assert result.outcome.value == "FAIL"
    assert "at the limit, which the limit leaves out" in str(result.reason)


def test_a_measured_zero_is_a_measurement(row):
    assert result_of(verdict_of([row(analyte="CD45", value=0.0)]), "CD45").outcome.value == "PASS"


# Alternatives


def test_one_of_two_alternatives_is_enough(isct_lot, row):
    for marker in ("CD14", "CD11b"):
        rows = [*without(isct_lot(), "CD14"), row(analyte=marker, value=0.2)]
        result = result_of(verdict_of(rows), "CD14 or CD11b")
        assert (result.outcome.value, result.row.analyte) == ("PASS", marker)


def test_of_two_tested_alternatives_both_have_to_pass(isct_lot, row):
    verdict = verdict_of([*isct_lot(), row(analyte="CD11b", value=3.0)])
    result = result_of(verdict, "CD14 or CD11b")
    assert (verdict.verdict.value, result.value) == ("FAIL", 3.0)
    assert "CD11b, CD14 were tested, and by our reading" in str(result.reason)


def test_no_alternative_tested_is_not_measured(isct_lot):
    verdict = verdict_of(without(isct_lot(), "CD14"))
    assert verdict.missing == ("CD14 or CD11b",)
    assert str(result_of(verdict, "CD14 or CD11b").reason) == "CD14 or CD11b was not measured"


# Stimulated cells


def test_hla_dr_after_interferon_is_said_and_does_not_fail(isct_lot, row):
    stimulated = row(analyte="HLA-DR", value=64.0, condition="IFN-gamma")
    verdict = verdict_of([*isct_lot(), stimulated])
    assert verdict.verdict.value == "PASS"
    result = result_of(verdict, "HLA-DR", condition="IFN-gamma")
    assert (result.role, result.outcome.value) == (Role.INFORMATIVE, "NOT_APPLICABLE")
    assert str(result.reason) == (
        "HLA-DR after IFN-gamma 64 %; the limit is for cells that were not stimulated"
    )
    assert result_of(verdict, "HLA-DR").value == 0.5


def test_stimulated_cells_never_answer_for_the_others(isct_lot, row):
    rows = [*without(isct_lot(), "HLA-DR")]
    rows.append(row(analyte="HLA-DR", value=1.0, condition="IFN-gamma"))
    verdict = verdict_of(rows)
    assert (verdict.verdict.value, verdict.missing) == ("INCOMPLETE", ("HLA-DR",))
    assert "there is HLA-DR after IFN-gamma, which does not answer it" in str(
        result_of(verdict, "HLA-DR").reason
    )


@pytest.mark.parametrize("condition", ["IFN-γ", "ifng", "TNF-alpha"])
def test_another_stimulus_never_answers_for_a_positive_marker(isct_lot, row, condition):
    rows = [*without(isct_lot(), "CD105")]
    rows.append(row(analyte="CD105", value=99.0, condition=condition))
    assert verdict_of(rows).missing == ("CD105",)


# Passages, repeats and conflicts


def test_the_latest_passage_is_judged_and_named(isct_lot, row):
    rows = [*without(isct_lot(passage="P10"), "CD105")]
    rows += [row(analyte="CD105", value=v, passage=p) for p, v in (("P2", 99), ("P10", 93.0))]
    verdict = verdict_of(rows)
    result = result_of(verdict, "CD105")
    assert (result.value, result.row.passage, verdict.conflicts) == (93.0, "P10", ())
    assert str(result.reason).endswith(
        "P10 is the latest passage measured, and the one that is judged; also measured: P2"
    )


def test_a_row_without_a_passage_is_not_left_aside(row):
    rows = [row(analyte="CD105", value=99.0, passage="P4"), row(analyte="CD105", value=90.0)]
    verdict = verdict_of(rows)
    assert result_of(verdict, "CD105").value == 90.0
    assert verdict.conflicts == ()


def test_two_values_are_a_conflict_judged_by_the_worse(isct_lot, row):
    rows = [*isct_lot(), row(analyte="CD105", value=92.3)]
    verdict = verdict_of(rows)
    (conflict,) = verdict.conflicts
    assert (conflict.values, conflict.judged) == ((92.3, 99.0), 92.3)
    assert str(conflict.reason) == (
        "CD105 has different values: 92.3 %, 99 %; the worse, 92.3 %, was judged"
    )
    assert verdict.verdict.value == "FAIL"


def test_the_worse_of_a_negative_marker_is_the_higher(isct_lot, row):
    verdict = verdict_of([*isct_lot(), row(analyte="CD45", value=1.9)])
    assert verdict.conflicts[0].judged == 1.9
    assert verdict.verdict.value == "PASS"


def test_the_worse_word_is_the_one_that_fails(isct_lot, row):
    verdict = verdict_of([*isct_lot(), row("differentiation", "osteogenic", category="negative")])
    (conflict,) = verdict.conflicts
    assert (conflict.values, conflict.judged) == (("negative", "positive"), "negative")
    assert verdict.verdict.value == "FAIL"


def test_identical_repeats_are_no_conflict(isct_lot):
    verdict = verdict_of([*isct_lot(), *isct_lot()])
    assert (verdict.conflicts, verdict.verdict.value) == ((), "PASS")


def test_values_are_compared_after_conversion(row):
    same = [
        row("cells_per_container", value=200.0, unit="10*6.{cells}"),
        row("cells_per_container", value=2.0e8, unit="{cells}"),
    ]
    assert verdict_of(same, load_profile("stempeucel")).conflicts == ()


def test_a_repeat_with_a_wider_interval_is_the_worse(isct_lot, row):
    verdict = verdict_of([*isct_lot(), row(analyte="CD105", value=99.0, low=94.0, high=99.9)])
    assert (verdict.conflicts, verdict.verdict.value) == ((), "INCONCLUSIVE")


def test_a_conflict_nobody_asks_for_is_said(isct_lot, row):
    rows = [*isct_lot(), row(analyte="CD166", value=92.5), row(analyte="CD166", value=95.2)]
    verdict = verdict_of(rows)
    assert (verdict.verdict.value, verdict.conflicts[0].judged) == ("PASS", None)
    assert str(verdict.conflicts[0].reason).endswith("none of them was judged")


def test_what_belongs_to_a_tube_is_no_conflict(isct_lot, row):
    tubes = [row("viability", "flow cytometry", value=value) for value in (97.1, 98.4)]
    assert verdict_of([*isct_lot(), *tubes]).conflicts == ()


# Tissues, holds, lots


def test_a_mixed_origin_holds_a_placental_lot(isct_lot, row):
    rows = [*isct_lot(source="placenta"), row("origin", category="mixed", source="placenta")]
    verdict = verdict_of(rows)
    assert verdict.verdict.value == "INCONCLUSIVE"
    (hold,) = verdict.holds
    assert str(hold) == (
        "HOLD: fetal or maternal origin: mixed fetal and maternal, where fetal or maternal is "
        "asked for; a person has to decide before the lot can pass"
    )
    assert str(hold) in str(verdict.summary)


@pytest.mark.parametrize("origin", ["fetal", "maternal"])
def test_a_single_origin_does_not_hold(isct_lot, row, origin):
    rows = [*isct_lot(source="chorion"), row("origin", category=origin, source="chorion")]
    assert verdict_of(rows).verdict.value == "PASS"


def test_an_origin_that_is_not_stated_is_said_and_does_not_block(isct_lot):
    verdict = verdict_of(isct_lot(source="placenta"))
    result = result_of(verdict, "origin")
    assert (verdict.verdict.value, result.outcome.value) == ("PASS", "NOT_MEASURED")
    assert str(result.reason) == (
        "fetal or maternal origin was not shown; the profile does not demand it"
    )
    assert str(verdict.summary) == (
        "all 12 required criteria met; fetal or maternal origin was not shown"
    )


def test_the_origin_is_not_asked_of_bone_marrow(isct_lot):
    result = result_of(verdict_of(isct_lot()), "origin")
    assert result.outcome.value == "NOT_APPLICABLE"


def criterion(**fields) -> Criterion:
    return Criterion(**{"quantity": "viability", "operator": ">=", "limit": 70.0, "unit": "%",
                        "role": Role.REQUIRED, "citation": "x"} | fields)  # fmt: skip


def profile_of(*criteria: Criterion) -> Profile:
    return Profile(name="p", version="1", title=text("p"), criteria=criteria, citations=("x",))


def test_a_required_criterion_for_an_unknown_tissue_is_not_measured(row):
    profile = profile_of(criterion(sources=("placenta",)))
    verdict = verdict_of([row("viability", value=90.0, source="")], profile)
    assert verdict.verdict.value == "INCOMPLETE"
    assert str(verdict.criteria[0].settle) == "state the lot's tissue"


def test_a_lot_to_which_nothing_applies_does_not_pass(row):
    profile = profile_of(criterion(sources=("placenta",)))
    verdict = verdict_of([row("viability", value=90.0)], profile)
    assert verdict.verdict.value == "INCOMPLETE"
    assert str(verdict.summary) == "no required criterion of the profile applies to this lot"


def test_a_profile_without_a_required_criterion_passes_nothing(row):
    rows = [row(analyte=m, value=99.0) for m in ("CD105", "CD73", "CD90")]
    verdict = verdict_of(rows, load_profile("gong_2012"))
    assert verdict.verdict.value == "INCOMPLETE"
    assert "no required criterion, so that no lot can pass it" in str(verdict.summary)


def test_another_tissue_than_the_profiles_is_said(row):
    verdict = verdict_of([row("viability", value=90.0, source="placenta")], load_profile("xcelia"))
    assert "the profile was written for bone marrow, this lot is from placenta" in str(
        verdict.summary
    )


def test_a_known_lot_without_any_row_appears():
    verdicts = judge([], ISCT, lots=[("B", "placenta"), ("A", "bone_marrow")])
    assert [(v.lot, v.source, v.verdict.value) for v in verdicts] == [
        ("A", "bone_marrow", "INCOMPLETE"),
        ("B", "placenta", "INCOMPLETE"),
    ]


def test_one_lot_with_two_tissues_is_never_merged_into_a_pass(isct_lot):
    rows = isct_lot()
    rows = [*rows[:6], *(replace(one, source="placenta") for one in rows[6:])]
    verdicts = judge(rows, ISCT)
    assert [(v.source, v.verdict.value) for v in verdicts] == [
        ("bone_marrow", "INCOMPLETE"),
        ("placenta", "INCOMPLETE"),
    ]


def test_rows_without_a_tissue_join_the_lot(isct_lot):
    rows = isct_lot()
    rows = [*rows[:6], *(replace(one, source="") for one in rows[6:])]
    assert verdict_of(rows).verdict.value == "PASS"


def test_analytes_are_compared_in_their_canonical_form(isct_lot, row):
    rows = [*without(isct_lot(), "CD105"), row(analyte="cd 105", value=99.0)]
    assert verdict_of(rows).verdict.value == "PASS"


# Words, stages, numbers without a limit


def test_an_undecided_result_decides_neither_way(isct_lot, row):
    rows = [*without(isct_lot(), "osteogenic")]
    rows.append(row("differentiation", "osteogenic", category="undecided"))
    verdict = verdict_of(rows)
    assert verdict.verdict.value == "INCONCLUSIVE"
    assert str(result_of(verdict, "osteogenic").reason) == (
        "osteogenic differentiation: undecided, which decides neither way"
    )


def test_a_joint_share_is_shown_without_a_limit(isct_lot, row):
    joint = row("percent_coexpressing", "CD105+/CD73+/CD90+", value=94.5, low=93.2, high=95.8)
    verdict = verdict_of([*isct_lot(), joint])
    result = result_of(verdict, "percent_coexpressing")
    assert (verdict.verdict.value, result.outcome.value) == ("PASS", "NOT_APPLICABLE")
    assert (result.value, result.limit) == (94.5, None)
    assert str(result.reason) == (
        "CD105+/CD73+/CD90+ 94.5 % [93.2–95.8 %]; the profile states no limit for it"
    )


def test_a_viability_of_another_stage_does_not_answer(row):
    verdict = verdict_of([row("viability", value=95.0)], load_profile("huc_msc_wjcc_2023"))
    frozen, infusion = [r for r in verdict.criteria if r.quantity == "viability"]
    assert {frozen.outcome.value, infusion.outcome.value} == {"NOT_MEASURED"}
    assert str(frozen.reason) == (
        "viability (frozen) was not measured; there is viability, which does not answer it"
    )


def test_a_number_in_a_wrong_unit_decides_nothing(isct_lot, row):
    rows = [*without(isct_lot(), "CD105"), row(analyte="CD105", value=0.99, unit="1")]
    verdict = verdict_of(rows)
    assert verdict.verdict.value == "INCONCLUSIVE"
    assert str(result_of(verdict, "CD105").reason) == "CD105 0.99 cannot be held against ≥ 95 %"


def test_a_range_whose_minimum_alone_decides(row):
    counted = row("cells_per_container", value=160.0, unit="10*6.{cells}")
    result = result_of(verdict_of([counted], load_profile("concert_hf")), "cells_per_container")
    assert result.outcome.value == "PASS"
    assert str(result.reason).endswith("above the stated range, whose minimum alone decides")


def test_endotoxin_per_ml_does_not_answer_for_endotoxin_per_dose(row):
    measured = row("endotoxin", value=0.1, unit="[EU]/mL")
    verdict = verdict_of([measured], load_profile("concert_hf"))
    assert result_of(verdict, "endotoxin_dose").outcome.value == "NOT_MEASURED"


def test_a_result_below_the_limit_of_quantification_meets_that_limit(row):
    entered = row("endotoxin", value=0.0625, low=0.0, high=0.0625, unit="[EU]/mL",
                  settings={"entered": "<0.0625 EU/mL"})  # fmt: skip
    verdict = verdict_of([entered], load_profile("wj_msc_spinal_cord_injury"))
    result = result_of(verdict, "endotoxin")
    assert result.outcome.value == "PASS"
    assert str(result.reason) == (
        'endotoxin reported as "<0.0625 EU/mL" against < 0.0625 EU/mL: all that the report leaves '
        "open is within the limit"
    )


# Real lots


def cidmap(shared) -> list[Measurement]:
    with (shared / "facts" / "cidmap_measurements.csv").open(encoding="utf-8") as file:
        return [
            Measurement(lot=r["lot"], source=r["source"], quantity=r["quantity"],
                        analyte=r["analyte"], value=float(r["value"]), unit=r["unit"])
            for r in csv.DictReader(file)
        ]  # fmt: skip


def test_no_lot_of_cidmap_can_be_shown_to_be_an_msc(shared):
    verdicts = judge(cidmap(shared), ISCT)
    assert Counter(v.verdict.value for v in verdicts) == {"FAIL": 45, "INCOMPLETE": 49}
    conflicts = {
        (v.lot, c.quantity, c.analyte): (c.values, c.judged) for v in verdicts for c in v.conflicts
    }
    assert conflicts == {
        ("de Oliveira 14 p3 cells", "percent_positive", "CD105"): ((92.3, 99.0), 92.3),
        ("de Oliveira 14 p4 cells", "percent_positive", "CD166"): ((92.5, 95.2), None),
    }


# Properties

analytes = st.sampled_from(["CD105", "CD73", "CD45", "CD34", "CD14", "CD11b", "HLA-DR"])
shares = st.floats(0, 100).map(lambda share: round(share, 2))


@st.composite
def measured_rows(draw) -> list[Measurement]:
    rows = []
    for _ in range(draw(st.integers(0, 12))):
        value, below, above = draw(shares), draw(st.floats(0, 5)), draw(st.floats(0, 5))
        has_interval = draw(st.booleans())
        rows.append(
            Measurement(
                lot=draw(st.sampled_from("AB")),
                source="bone_marrow",
                quantity="percent_positive",
                analyte=draw(analytes),
                value=value,
                unit="%",
                low=value - below if has_interval else None,
                high=value + above if has_interval else None,
                passage=draw(st.sampled_from(["", "P2", "P10"])),
                condition=draw(st.sampled_from(["", "IFN-gamma"])),
            )
        )
    return rows


@given(rows=measured_rows(), data=st.data())
def test_the_order_of_rows_does_not_matter(rows, data):
    assert judge(data.draw(st.permutations(rows)), ISCT) == judge(rows, ISCT)


SOME = profile_of(*(c for c in ISCT.criteria if c.quantity == "percent_positive"))
WITH_ONE_MORE = replace(SOME, criteria=(*SOME.criteria, criterion()))


@given(rows=measured_rows())
def test_a_required_criterion_that_is_not_measured_never_passes(rows):
    assert all(v.verdict.value in {"FAIL", "INCOMPLETE"} for v in judge(rows, WITH_ONE_MORE))


@given(rows=measured_rows())
def test_a_pass_has_every_required_criterion_met(rows):
    easy = profile_of(*(replace(c, operator=">=", limit=50.0) for c in SOME.criteria[:2]))
    for verdict in judge(rows, easy):
        required = [r for r in verdict.criteria if r.role is Role.REQUIRED]
        if verdict.verdict.value == "PASS":
            assert required
            assert {r.outcome.value for r in required} == {"PASS"}


@given(rows=measured_rows(), more=st.floats(0, 20), number=st.integers(0, 11))
def test_widening_an_interval_never_makes_a_pass(rows, more, number):
    if not rows:
        return
    easy = profile_of(*(replace(c, operator=">=", limit=50.0) for c in SOME.criteria[:2]))
    index = number % len(rows)
    one = rows[index]
    wider = replace(
        one,
        low=(one.value if one.low is None else one.low) - more,
        high=(one.value if one.high is None else one.high) + more,
    )
    before = {v.lot: v.verdict.value for v in judge(rows, easy)}
    after = {
        v.lot: v.verdict.value for v in judge([*rows[:index], wider, *rows[index + 1 :]], easy)
    }
    for lot, verdict in after.items():
        assert verdict != "PASS" or before[lot] == "PASS"


ASKED = "msc@2fd4e1c67a2d"
FULL = "msc@2fd4e1c67a2d28fced849ee1bb76e739"


@pytest.mark.parametrize(
    ("used", "verdict"),
    [(FULL, "PASS"), ("ucb@2fd4e1c67a2d", "INCONCLUSIVE"), (None, "INCONCLUSIVE")],
)
def test_a_lot_gated_otherwise_than_its_profile_asks_is_held(isct_lot, used, verdict):
    def gated(row):
        if row.quantity != "percent_positive" or used is None:
            return row
        return replace(row, settings={**row.settings, "strategy": used})

    found = verdict_of([gated(row) for row in isct_lot()], replace(ISCT, strategy=ASKED))
    assert found.verdict.value == verdict
    assert bool(found.holds) is (verdict != "PASS")
    if found.holds:
        (hold,) = found.holds
        name = "no frozen strategy" if used is None else used
        assert str(hold).startswith(
            f"HOLD: the profile asks for the gating strategy {ASKED}; CD105, CD73, CD90"
        )
        assert str(hold).endswith(f"were measured by {name}")
        assert str(hold) in str(found.summary)


def test_a_profile_without_a_strategy_asks_for_none(isct_lot):
    assert verdict_of(isct_lot(), replace(ISCT, strategy=None)).holds == ()


def disputed(row, *codes):
    return replace(row, settings={**row.settings, "disputed": list(codes)})


@pytest.mark.parametrize(
    ("value", "code", "reason"),
    [
        (
            0.1,
            "label",
            (
                "HOLD: CD45 0.1 % against ≤ 2 %: within the limit, margin 1.9 points; point value, "
                "no interval stated; but the file labels the detector with another marker: a "
                "person has to decide"
            ),
        ),
        (
            7.0,
            "control",
            (
                "HOLD: CD45 7 % against ≤ 2 %: beyond the limit by 5 points; point value, no "
                "interval stated; but its control seems to hold stained cells: a person has to "
                "decide"
            ),
        ),
    ],
)
def test_a_disputed_number_decides_neither_way(isct_lot, row, value, code, reason):
    rows = [*without(isct_lot(), "CD45"), disputed(row(analyte="CD45", value=value), code)]
    verdict = verdict_of(rows)
    assert verdict.verdict.value == "INCONCLUSIVE"
    result = result_of(verdict, "CD45")
    assert result.outcome.value == "INCONCLUSIVE"
    assert str(result.reason) == reason
    assert str(result.settle) == "the decision of a person"


def test_a_disputed_number_hides_no_other_failure(isct_lot, row):
    rows = [
        *without(isct_lot(), "CD45"),
        disputed(row(analyte="CD45", value=0.1), "recording"),
        row(analyte="CD45", value=7.0),
    ]
    assert verdict_of(rows).verdict.value == "FAIL"
    fine = [*rows[:-1], row(analyte="CD45", value=1.0)]
    assert verdict_of(fine).verdict.value == "INCONCLUSIVE"
