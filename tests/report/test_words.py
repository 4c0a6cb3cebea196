from __future__ import annotations

from dataclasses import replace

import pytest

from stroma.criteria.verdicts import CriterionResult, LotOutcome, Outcome, Role
from stroma.errors import Severity
from stroma.figures import SharedPieces
from stroma.house_rules import (
    CleaningRule,
    CountingRule,
    DifferentiationRule,
    HouseRules,
    PositivityRule,
)
from stroma.measurements import Measurement
from stroma.report.conventions import conventions
from stroma.report.gallery import hang
from stroma.report.grid import make_grid
from stroma.report.hyphens import SOFT_HYPHEN, dividable
from stroma.report.words import (
    CLASSES,
    SIGNS,
    asked_label,
    measured_label,
    role_label,
    severity_label,
    tube_role,
)
from stroma.texts import ENGLISH, text
from stroma.views import HistogramView
from stroma.vocabulary import tissue_label


def result(quantity: str, analyte: str, outcome: Outcome, **changes: object) -> CriterionResult:
    made = CriterionResult(
        quantity=quantity, analyte=analyte, operator=">=", limit=95.0, unit="%", outcome=outcome,
        role=Role.REQUIRED, reason=text("why"),
    )  # fmt: skip
    return replace(made, **changes)


def test_every_outcome_has_a_sign_and_a_class():
    names = {outcome.value for outcome in (*Outcome, *LotOutcome)}
    assert set(SIGNS) == set(CLASSES) == names
    assert {str(role_label(role)) for role in Role} >= {"required", "informative"}
    assert [str(severity_label(s)) for s in Severity] == ["error", "warning", "note"]


@pytest.mark.parametrize(
    ("analyte", "condition", "words"),
    [("CD14 or CD11b", "", "CD14 or CD11b"), ("HLA-DR", "IFN-gamma", "HLA-DR after IFN-gamma")],
)
def test_a_criterion_is_named_with_its_condition(analyte, condition, words):
    asked = result("percent_positive", analyte, Outcome.PASS, condition=condition)
    assert str(asked_label(asked)) == words


def test_an_unknown_word_is_given_back_as_it_is():
    assert str(tissue_label("spleen")) == "spleen"
    assert str(tube_role("beads")) == "beads"


def test_short_words_are_not_divided():
    assert dividable("osteogenic CD105+/CD45-").replace("\u200b", "|") == "osteogenic CD105+/|CD45-"
    assert dividable("дифференцировка").count(SOFT_HYPHEN) == 1


def test_house_rules_are_said_as_they_bear_on_numbers():
    rules = HouseRules(
        positivity=PositivityRule(percentile=99.9, controls=("unstained",), level=0.9),
        cleaning=CleaningRule(margins=False, time=False, debris=False, doublets=False, dead=False),
        counting=CountingRule(cv_percent=None),
        differentiation=DifferentiationRule(minimum_ratio=2.0),
    )
    said = {rule.key: (str(rule.value), rule.declared) for rule in conventions(rules)}
    assert said["positivity.percentile"] == ("percentile 99.9 of its control", True)
    assert said["positivity.level"] == ("90 %", True)
    assert said["cleaning"] == ("nothing", True)
    assert said["differentiation.minimum_ratio"] == ("2 or more", True)
    assert not said["counting.cv_percent"][1]
    assert not said["differentiation.minimum_score_difference"][1]


def test_a_histogram_takes_the_percentage_of_its_own_tube(results):
    view = next(v for v in results.views if isinstance(v, HistogramView))
    rows = [row for row in results.measurements if row.lot == view.subject.lot]
    (picture,) = hang([view], rows, ENGLISH, SharedPieces()).histograms
    assert "99.1" in picture.svg
    assert [str(note) for note in picture.notes] == ["98.68–99.52", "18,240 stained, 9,105 FMO"]
    again = replace(rows[0], value=50.0)
    (doubtful,) = hang([view], [*rows, again], ENGLISH, SharedPieces()).histograms
    assert "99.1" not in doubtful.svg, "two rows could be meant, so none is printed"


def test_a_criterion_of_some_lots_stands_behind_the_one_it_follows(results):
    (judged,) = results.verdicts
    first, second, *rest = judged.lots
    extra = replace(first.criteria[1], condition="IFN-gamma")
    longer = replace(second, criteria=(*second.criteria[:2], extra, *second.criteria[2:]))
    lots = (first, longer, *rest)
    numbers = {(lot.lot, lot.source): i for i, lot in enumerate(lots, start=1)}
    grid = make_grid(0, replace(judged, lots=lots), numbers)
    assert [c.condition for c in grid.columns[:4]] == ["", "", "IFN-gamma", ""]
    cells = {row.verdict.lot: row.cells for row in grid.rows}
    assert cells[first.lot][2] is None
    assert cells[second.lot][2].number == 2
    assert cells[second.lot][3].result == second.criteria[2]


def test_a_wide_profile_is_divided_evenly(results):
    (judged,) = results.verdicts
    lot = judged.lots[0]
    many = tuple(replace(lot.criteria[0], analyte=f"CD{i}") for i in range(35))
    lots = (replace(lot, criteria=many),)
    grid = make_grid(0, replace(judged, lots=lots), {(lot.lot, lot.source): 1})
    assert [len(part) for part in grid.parts] == [12, 11, 12]


@pytest.mark.parametrize(
    ("quantity", "condition", "said"),
    [
        ("percent_divided", "", "lymphocytes put in that divided"),
        ("percent_divided", "MSC:PBMC 1:10, PB-07",
         "lymphocytes put in that divided beside MSC:PBMC 1:10, PB-07"),
        ("relative_potency", "PB-07",
         "potency relative to the reference lot, lymphocytes of PB-07"),
        ("kynurenine_production", "IFN-gamma",
         "kynurenine released by 10⁶ cells in 24 h after IFN-gamma"),
        ("relative_potency_of_run", "raw/a.csv",
         "potency relative to the reference lot, in one run of several: raw/a.csv"),
    ],
)  # fmt: skip
def test_a_condition_is_said_as_what_it_is(quantity, condition, said):
    row = Measurement(lot="L", quantity=quantity, value=1.0, condition=condition,
                      settings={"lymphocyte_donor": "PB-07"})  # fmt: skip
    assert str(measured_label(row)) == said
