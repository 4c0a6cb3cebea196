import numpy as np
import pytest

from stroma.locale import get_language
from stroma.simulate.bench import cultures
from stroma.simulate.cells import Kind
from stroma.simulate.truth import DEFAULT_SEED, lot_truths
from stroma.simulate.truth_table import COLUMNS, lot_rows, source_rows, tube_rows
from stroma.simulate.tubes import plan_tubes, tube_events


@pytest.fixture(scope="module")
def truths():
    return {truth.lot: truth for truth in lot_truths(DEFAULT_SEED, 8)}


def rows_of(truth, language=None):
    passages = cultures(truth, DEFAULT_SEED)
    return list(lot_rows(truth, passages) if language is None
                else lot_rows(truth, passages, language))  # fmt: skip


def values(rows, quantity):
    return {(row.get("passage"), row.get("analyte")): row.get("value") for row in rows
            if row["quantity"] == quantity}  # fmt: skip


def test_every_row_has_a_value_or_a_category_and_no_other_columns(truths):
    for row in [*source_rows(), *(row for truth in truths.values() for row in rows_of(truth))]:
        assert ("value" in row) is not ("category" in row)
        assert set(row) <= set(COLUMNS)


def test_doublings_add_up(truths):
    rows = rows_of(truths["PL-01"])
    doublings = values(rows, "population_doublings")
    cumulative = values(rows, "cumulative_population_doublings")
    assert list(doublings) == [("P1", None), ("P2", None), ("P3", None), ("P4", None)]
    assert sum(doublings.values()) == pytest.approx(cumulative["P4", None])
    times = values(rows, "doubling_time")
    hours = [culture.hours for culture in cultures(truths["PL-01"], DEFAULT_SEED)[1:]]
    assert [times[key] * doublings[key] for key in times] == pytest.approx(hours)


def test_verdicts_and_what_a_lot_shows_are_said(truths):
    rows = rows_of(truths["BM-02"])
    verdicts = {row["analyte"]: row["category"] for row in rows if row["quantity"] == "verdict"}
    assert verdicts["isct_2006"] == "FAIL"
    shown = [row["category"] for row in rows if row["quantity"] == "shows"]
    assert shown == ["contaminated with CD34+ CD45+ cells"]


def test_what_a_lot_shows_is_said_in_the_reader_s_language(truths):
    language = get_language("ru")
    (shown,) = (row["category"] for row in rows_of(truths["BM-01"], language)
                if row["quantity"] == "shows")  # fmt: skip
    assert shown == truths["BM-01"].pattern.meaning.render(language)


def test_what_was_not_tested_has_no_truth(truths):
    assert ("P4", "chondrogenic") not in values(rows_of(truths["PL-02"]), "differentiation_ratio")
    scored = rows_of(truths["PL-04"])
    assert ("P4", "chondrogenic") not in values(scored, "differentiation_ratio")
    assert values(scored, "differentiation_score_difference") == {("P4", "chondrogenic"): 4.0}


def test_shares_are_counted_in_the_events_that_are_written(truths):
    truth = truths["BM-04"]
    found = {}
    for number, plan in enumerate(plan_tubes(truth)):
        if not plan.name.startswith("stained"):
            continue
        events = tube_events(truth, plan, number=number, seed=DEFAULT_SEED)
        live = events.kind == Kind.LIVE
        for row in tube_rows(truth, plan, events):
            found[row["quantity"], row["condition"], row["analyte"]] = row["value"]
        tube = f"BM-04_P4_{plan.name}"
        assert found["live_events", plan.stimulated, tube] == live.sum()
        single = live.sum() + (events.kind == Kind.DEAD).sum()
        assert found["viability", plan.stimulated, "flow cytometry"] == pytest.approx(
            100 * live.sum() / single
        )
        counted = np.count_nonzero(events.positive["HLA-DR"] & live)
        assert found["percent_positive", plan.stimulated, "HLA-DR"] == pytest.approx(
            100 * counted / live.sum()
        )
    together = found["percent_coexpressing", "", "CD105+/CD73+/CD90+"]
    product = 1.0
    for marker in ("CD105", "CD73", "CD90"):
        product *= found["percent_positive", "", marker] / 100
    # The markers fall on cells independently of each other.
    assert together == pytest.approx(100 * product, abs=0.3)
    assert found["percent_positive", "IFN-gamma", "HLA-DR"] == pytest.approx(65.0, abs=0.01)
    assert found["percent_positive", "", "HLA-DR"] < 1.0


def test_controls_have_no_rows(truths):
    truth = truths["BM-01"]
    plan = next(plan for plan in plan_tubes(truth) if plan.name == "isotype")
    events = tube_events(truth, plan, number=1, seed=DEFAULT_SEED)
    assert list(tube_rows(truth, plan, events)) == []


def test_the_donors_of_a_source_are_described():
    rows = list(source_rows())
    medians = {(row["source"], row.get("passage")): row["value"] for row in rows
               if row["quantity"] == "donor_median_doubling_time"}  # fmt: skip
    assert medians["bone_marrow", "P1"] == 46.0
    assert medians["placenta", "P2"] == pytest.approx(31.0 * 1.04)
    assert not [row for row in rows if "lot" in row]
