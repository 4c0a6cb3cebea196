"""Suppression of lymphocytes, from simulated tubes whose generations are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stroma.assays.suppression import measure_suppression
from stroma.bench_records import SuppressionTube
from stroma.house_rules import CleaningRule, PotencyRule
from stroma.measurements import ALTERNATIVES
from stroma.records import Events, Lot, Origin
from stroma.simulate.lymphocytes import (
    CHANNELS,
    LymphocyteTruth,
    simulate_lymphocytes,
    suppressed,
)
from stroma.views import DyeDilutionView, SuppressionCurveView

RATIOS = (0.02, 0.05, 0.1, 0.25, 0.5)
CONTROLS = {
    "undivided": LymphocyteTruth(live=6_000),
    "unlabelled": LymphocyteTruth(live=4_000, labelled=False),
    "stimulated": LymphocyteTruth(live=6_000, precursors=suppressed(0.0, half=0.1)),
}
HALVES = {"BM-01": 0.1, "BM-02": 0.05}
LOTS = {
    lot: Lot(lot=lot, donor=f"D-{lot}", source="bone_marrow", origin_of_row=Origin("lots.csv", ""))
    for lot in HALVES
}


def recorded(file, truth, seed, *, stromal=0):
    values = simulate_lymphocytes(truth, np.random.default_rng(seed)).values
    if stromal:
        # Large, granular, without dye: they would pass for lymphocytes that divided often.
        generator = np.random.default_rng(seed + 1000)
        cells = values[:stromal].copy()
        cells[:, 0] = 190_000 * np.exp(0.1 * generator.normal(size=stromal))
        cells[:, 1] = 0.85 * cells[:, 0]
        cells[:, 2] = 120_000 * np.exp(0.1 * generator.normal(size=stromal))
        cells[:, 3] = 900 * np.exp(0.3 * generator.normal(size=stromal))
        values = np.concatenate([values, cells])
    return Events(Origin(file, "00ff"), "FCS3.1", CHANNELS, values, {})


def tube(file, role, row, **said):
    return SuppressionTube(
        file=file, role=role, dye="FITC-A", run="run 1", lymphocyte_donor="PB-07",
        origin_of_row=Origin("suppression.csv", "", f"row {row}"), **said,
    )  # fmt: skip


@pytest.fixture(scope="module")
def study():
    tubes, events, truths = [], {}, {}
    for role, truth in CONTROLS.items():
        tubes.append(tube(f"{role}.fcs", role, len(tubes) + 2))
        events[f"{role}.fcs"] = recorded(f"{role}.fcs", truth, len(tubes))
    for lot, half in HALVES.items():
        for ratio in RATIOS:
            file = f"{lot}_{ratio}.fcs"
            truth = LymphocyteTruth(live=6_000, precursors=suppressed(ratio, half=half))
            tubes.append(
                tube(file, "coculture", len(tubes) + 2, lot=lot, passage="P4",
                     stromal_per_lymphocyte=ratio, is_reference=lot == "BM-01")
            )  # fmt: skip
            events[file] = recorded(file, truth, len(tubes), stromal=round(1_500 * ratio))
            truths[lot, ratio] = truth
    return tuple(tubes), events, truths


@pytest.fixture(scope="module")
def result(study):
    tubes, events, _ = study
    return measure_suppression(tubes, events, lots=LOTS, cleaning=CleaningRule())


def measured(result, quantity, lot):
    return [r for r in result.measurements if (r.quantity, r.lot) == (quantity, lot)]


def rendered(problems):
    return "\n".join(problem.render() for problem in problems)


def without(tubes, events, *roles):
    kept = tuple(held for held in tubes if held.role not in roles and held.lot != "BM-02")
    return measure_suppression(kept, events, lots=LOTS, cleaning=CleaningRule())


def test_inhibition_is_that_of_the_truth(study, result):
    truths = study[2]
    alone = CONTROLS["stimulated"].division_index
    for lot in HALVES:
        rows = measured(result, "proliferation_inhibition", lot)
        assert len(rows) == len(RATIOS)
        for row in rows:
            truth = truths[lot, row.settings["stromal_per_lymphocyte"]]
            assert row.value == pytest.approx(100 * (1 - truth.division_index / alone), abs=4)
            assert row.low < row.value < row.high
            assert row.settings["lymphocyte_donor"] == "PB-07"
            assert set(row.settings[ALTERNATIVES]) == {
                "suppression/1:percent_divided",
                "suppression/1:expansion_index",
                "suppression/1:dim_fraction",
            }


def test_rows_name_ratio_and_donor_so_that_none_contradicts_another(result):
    (row,) = [r for r in measured(result, "division_index", "BM-01") if "1:10" in r.condition]
    assert row.condition == "MSC:PBMC 1:10, PB-07"
    assert (row.donor, row.source, row.passage) == ("D-BM-01", "bone_marrow", "P4")
    keys = [(r.lot, r.passage, r.quantity, r.condition) for r in result.measurements]
    assert len(keys) == len(set(keys))


def test_indices_are_those_of_the_truth(study, result):
    truths = study[2]
    for row in measured(result, "percent_divided", "BM-01"):
        truth = truths["BM-01", row.settings["stromal_per_lymphocyte"]]
        assert row.value == pytest.approx(truth.percent_divided, abs=3)


def test_half_suppression_and_potency_against_the_reference(result):
    (first,), (second,) = (measured(result, "half_suppression_ratio", lot) for lot in HALVES)
    assert second.value < first.value
    assert first.settings["model"] == "log_logistic"
    (potency,) = measured(result, "relative_potency", "BM-02")
    # Half as many cells of BM-02 do the same.
    assert potency.low < 200 < potency.high
    assert potency.settings["reference_lot"] == "BM-01"
    assert not measured(result, "relative_potency", "BM-01")


def test_potency_keeps_to_the_margins_of_similarity_that_are_declared(study):
    tubes, events, _ = study

    rule = PotencyRule(slope_ratio_low=0.99, slope_ratio_high=1.01)
    narrow = measure_suppression(tubes, events, lots=LOTS, cleaning=CleaningRule(), potency=rule)
    assert not measured(narrow, "relative_potency", "BM-02")
    assert "times the reference lot's, where 0.99 to 1.01 was declared" in rendered(narrow.problems)


def test_every_event_is_accounted_for(study, result):
    _, events, _ = study
    by_file = {}
    for step in result.exclusions:
        by_file.setdefault((step.file, step.lot), []).append(step)
    for (file, _lot), steps in by_file.items():
        assert steps[0].remaining == len(events[file])
        assert steps[0].remaining - sum(s.removed for s in steps) == steps[-1].remaining
    stromal = [s for s in result.exclusions if s.gate == "stromal" and "0.5" in s.file]
    assert all(step.removed >= 700 for step in stromal)


def test_pictures_are_made_of_every_tube_and_lot(result):
    assert sum(isinstance(view, DyeDilutionView) for view in result.views) == 2 * len(RATIOS)
    (curve, _) = [view for view in result.views if isinstance(view, SuppressionCurveView)]
    assert curve.ratios == RATIOS
    assert curve.half_low < curve.half < curve.half_high


def test_without_undivided_lymphocytes_nothing_is_measured(study):
    found = without(*study[:2], "undivided")
    assert not found.measurements
    assert "no tube of undivided lymphocytes in the run" in rendered(found.problems)


def test_without_stimulated_lymphocytes_there_is_no_inhibition(study):
    found = without(*study[:2], "stimulated")
    assert {row.quantity for row in found.measurements} == {
        "percent_divided", "division_index", "proliferation_index", "expansion_index",
        "replication_index",
    }  # fmt: skip
    assert "no tube of lymphocytes stimulated alone" in rendered(found.problems)


def test_without_unlabelled_lymphocytes_a_person_has_to_look(study):
    found = without(*study[:2], "unlabelled")
    assert "no tube of unlabelled lymphocytes" in rendered(found.problems)


def few(study, **changed):
    tubes, events, _ = study
    kept = tuple(t for t in tubes if t.role != "coculture" or t.file == "BM-01_0.1.fcs")
    made = tuple(replace(t, **changed) if t.role == "coculture" else t for t in kept)
    return made, dict(events)


def test_a_detector_that_is_not_in_the_file_is_named(study):
    tubes, events = few(study, dye="VL1-A")
    found = measure_suppression(tubes, events, lots=LOTS, cleaning=CleaningRule())
    assert 'reads dye on "VL1-A", which the file does not hold' in rendered(found.problems)


def test_a_ratio_that_is_missing_is_asked_for(study):
    tubes, events = few(study, stromal_per_lymphocyte=None)
    found = measure_suppression(tubes, events, lots=LOTS, cleaning=CleaningRule())
    assert "no ratio of stromal cells to lymphocytes" in rendered(found.problems)


def test_few_events_are_refused(study):
    tubes, events = few(study)
    held = events["BM-01_0.1.fcs"]
    events["BM-01_0.1.fcs"] = replace(held, values=held.values[:700])
    found = measure_suppression(tubes, events, lots=LOTS, cleaning=CleaningRule())
    assert "live single lymphocytes. Expected: 1,000 at least" in rendered(found.problems)


def test_stimulated_lymphocytes_that_did_not_divide_give_no_inhibition(study):
    tubes, events = few(study)
    events["stimulated.fcs"] = recorded("stimulated.fcs", CONTROLS["undivided"], 99)
    found = measure_suppression(tubes, events, lots=LOTS, cleaning=CleaningRule())
    assert not measured(found, "proliferation_inhibition", "BM-01")
    assert "divided no more than those that were not" in rendered(found.problems)


def test_one_ratio_is_too_few_for_half_suppression(study):
    tubes, events = few(study)
    found = measure_suppression(tubes, events, lots=LOTS, cleaning=CleaningRule())
    assert "no ratio of half suppression: too few ratios: 1" in rendered(found.problems)


def test_donors_of_one_run_are_kept_apart_and_share_controls_without_a_donor(study):
    tubes, events = few(study)
    shared = tuple(replace(t, lymphocyte_donor="") if t.role == "unlabelled" else t for t in tubes)
    other = tuple(
        replace(t, file=f"2_{t.file}", lymphocyte_donor="PB-08")
        for t in tubes
        if t.role != "unlabelled"
    )
    unclear = replace(tubes[-1], file="3.fcs", lymphocyte_donor="")
    events |= {t.file: events[t.file.removeprefix("2_")] for t in other}
    found = measure_suppression(
        (*shared, *other, unclear), events, lots=LOTS, cleaning=CleaningRule()
    )
    conditions = [r.condition for r in measured(found, "proliferation_inhibition", "BM-01")]
    assert conditions == ["MSC:PBMC 1:10, PB-07", "MSC:PBMC 1:10, PB-08"]
    assert "a co-culture without donor, and several donors" in rendered(found.problems)


def test_a_lot_that_is_not_of_the_study_is_left_aside(study):
    tubes, events = few(study, lot="XX-01")
    found = measure_suppression(tubes, events, lots=LOTS, cleaning=CleaningRule())
    assert not found.measurements


def at_rest_small(held, *, all_rest=False):
    """The recording where cells that did not divide are 0.4 times as large as the others."""
    values = held.values.copy()
    is_cell = values[:, 0] > 20_000
    rest = is_cell if all_rest else is_cell & (values[:, 3] > 15_000)
    values[np.ix_(rest, [0, 1])] *= 0.6
    return Events(held.origin, held.version, held.channels, values, {})


def test_small_cells_at_rest_are_no_debris(study):
    tubes, events, truths = study
    kept = [held for held in tubes if held.role != "coculture" or held.lot == "BM-02"]
    small = {
        held.file: at_rest_small(
            events[held.file], all_rest=held.role in {"undivided", "unlabelled"}
        )
        for held in kept
    }
    result = measure_suppression(kept, small, lots=LOTS, cleaning=CleaningRule())
    alone = CONTROLS["stimulated"].division_index
    rows = measured(result, "proliferation_inhibition", "BM-02")
    assert len(rows) == len(RATIOS)
    for row in rows:
        truth = truths["BM-02", row.settings["stromal_per_lymphocyte"]]
        assert row.value == pytest.approx(100 * (1 - truth.division_index / alone), abs=4)
    boundaries = {
        step.settings
        for step in result.exclusions
        if step.gate == "debris" and step.role in {"stimulated", "coculture"}
    }
    assert len(boundaries) == 1
