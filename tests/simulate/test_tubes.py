import pytest

from stroma.records import TubeRole
from stroma.simulate.cells import Kind
from stroma.simulate.truth import DEFAULT_SEED, lot_truths
from stroma.simulate.tubes import composition, plan_tubes, tube_events


@pytest.fixture(scope="module")
def lots():
    return {truth.lot: truth for truth in lot_truths(DEFAULT_SEED, 8)}


def roles(truth):
    return [plan.role for plan in plan_tubes(truth)]


def test_a_lot_has_its_controls_and_a_single_stain_for_every_fluorochrome(lots):
    held = roles(lots["PL-02"])
    assert held.count(TubeRole.UNSTAINED) == 1
    assert held.count(TubeRole.ISOTYPE) == 1
    assert held.count(TubeRole.STAINED) == 1
    assert held.count(TubeRole.SINGLE_STAIN) == 9
    assert held.count(TubeRole.FMO) == 0


def test_two_lots_have_tubes_that_leave_a_marker_out(lots):
    assert [name for name, truth in lots.items() if TubeRole.FMO in roles(truth)] == [
        "PL-01", "PL-04",
    ]  # fmt: skip
    left_out = {plan.left_out: plan for plan in plan_tubes(lots["PL-01"]) if plan.left_out}
    assert set(left_out) == {"CD34", "CD45", "HLA-DR"}
    for marker, plan in left_out.items():
        assert marker not in plan.markers.values()
        assert len(plan.markers) == 8
        assert plan.stained == plan.markers


def test_only_one_lot_was_stimulated_and_shares_its_controls(lots):
    stimulated = [(name, plan) for name, truth in lots.items()
                  for plan in plan_tubes(truth) if plan.stimulated]  # fmt: skip
    ((name, plan),) = stimulated
    assert name == "BM-04"
    assert plan.stimulated == "IFN-gamma"
    assert plan.cells.positive["HLA-DR"] == 65.0
    isotype = next(p for p in plan_tubes(lots[name]) if p.role is TubeRole.ISOTYPE)
    assert isotype.panel == plan.panel


def test_bone_marrow_has_a_small_panel_with_cd31(lots):
    for name, truth in lots.items():
        panels = {plan.panel for plan in plan_tubes(truth)}
        assert ("endothelial" in panels) is name.startswith("BM")


def test_an_acquisition_stops_at_its_number_of_events(lots):
    held = composition(lots["BM-01"], recorded=20_000)
    assert held.recorded == pytest.approx(20_000, abs=2)
    viable = held.live / (held.live + held.dead)
    assert 100 * viable == pytest.approx(lots["BM-01"].viability_percent["P4"], abs=0.05)


def test_a_tube_that_ran_dry_keeps_the_proportions(lots):
    held = composition(lots["BM-03"], recorded=20_000, live=650)
    assert held.live == 650
    assert 780 < held.recorded < 900


def test_the_lot_with_too_few_cells_has_a_full_control(lots):
    plans = {plan.name: plan for plan in plan_tubes(lots["BM-03"])}
    assert plans["stained"].cells.live == 650
    assert plans["isotype"].cells.live > 14_000


def test_the_events_of_a_tube_hold_what_the_plan_says(lots):
    truth = lots["BM-02"]
    plans = plan_tubes(truth)
    number = next(i for i, plan in enumerate(plans) if plan.role is TubeRole.STAINED)
    events = tube_events(truth, plans[number], number=number, seed=DEFAULT_SEED)
    live = events.kind == Kind.LIVE
    assert 100 * events.positive["CD34"][live].mean() == pytest.approx(6.2, abs=0.01)
    assert set(events.positive) == set(plans[number].markers.values()) - {"viability"}


def test_controls_are_as_bright_as_their_background_and_stained_tubes_brighter(lots):
    plans = {plan.name: plan for plan in plan_tubes(lots["PL-01"])}
    assert not plans["isotype"].cells.background
    assert set(plans["FMO_CD34"].cells.background.values()) == {1.0}
    assert all(1.02 <= factor <= 1.05 for factor in plans["stained"].cells.background.values())


def test_a_single_stain_is_beads(lots):
    plans = plan_tubes(lots["BM-01"])
    number = next(i for i, plan in enumerate(plans) if plan.name == "single_PE")
    events = tube_events(lots["BM-01"], plans[number], number=number, seed=DEFAULT_SEED)
    assert (events.kind == Kind.BEAD).all()
    assert len(events.kind) == 2_000
