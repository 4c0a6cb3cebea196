"""Gates on columns drawn with known truth."""

from __future__ import annotations

import numpy as np
import pytest

from stroma.cytometry import gates
from stroma.cytometry.gates import (
    dead_gate,
    debris_gate,
    detector_end,
    margin_gate,
    ratio_gate,
    width_gate,
)
from stroma.records import VIABILITY_DYE, Channel
from stroma.simulate.cells import TubeTruth, simulate_tube


def scatter(generator, *, cells, debris, dead=0, doublets=0):
    """Forward and side scatter, with what each event is: cell, debris, dead, doublet."""
    size = np.concatenate(
        [
            generator.lognormal(np.log(80_000), 0.25, cells),
            # Debris as a cytometer shows it: falling off from the trigger threshold.
            4_000 + generator.exponential(5_000, debris),
            generator.lognormal(np.log(45_000), 0.3, dead),
            2 * generator.lognormal(np.log(80_000), 0.2, doublets),
        ]
    )
    side = np.concatenate(
        [
            generator.lognormal(np.log(50_000), 0.35, cells),
            generator.lognormal(np.log(6_000), 0.6, debris),
            generator.lognormal(np.log(60_000), 0.4, dead),
            2 * generator.lognormal(np.log(50_000), 0.3, doublets),
        ]
    )
    kind = np.repeat(["cell", "debris", "dead", "doublet"], [cells, debris, dead, doublets])
    return size, side, kind


@pytest.mark.parametrize(
    "mixture",
    [
        {"cells": 15_000, "debris": 2_000, "dead": 1_000, "doublets": 1_000},
        {"cells": 8_000, "debris": 12_000},
        {"cells": 500, "debris": 140},
        {"cells": 620, "debris": 20},
        {"cells": 2_000, "debris": 14_000, "doublets": 150},
        {"cells": 12_000, "debris": 1_000, "dead": 6_000},
        {"cells": 10_000, "debris": 1_000, "doublets": 3_000},
    ],
    ids=str,
)
def test_debris_goes_and_cells_stay(mixture):
    size, side, kind = scatter(np.random.default_rng(1), **mixture)
    kept = debris_gate(size, side).kept
    assert np.mean(~kept[kind == "debris"]) > 0.98
    assert np.mean(kept[kind == "cell"]) > 0.995
    for other in ("dead", "doublet"):
        if np.any(kind == other):
            assert np.mean(kept[kind == other]) > 0.98


@pytest.mark.parametrize("cells", [640, 20_000])
def test_without_debris_next_to_nothing_goes(cells):
    size, side, _ = scatter(np.random.default_rng(2), cells=cells, debris=0)
    found = debris_gate(size, side)
    assert np.mean(~found.kept) < 0.002


def test_dead_cells_without_debris_are_left_for_the_dye():
    size, side, kind = scatter(np.random.default_rng(3), cells=8_000, debris=0, dead=4_000)
    assert np.mean(debris_gate(size, side).kept[kind == "dead"]) > 0.98


def test_debris_without_side_scatter():
    size, _, kind = scatter(np.random.default_rng(4), cells=9_000, debris=3_000)
    found = debris_gate(size, None)
    assert found.rule == "valley"
    assert np.mean(~found.kept[kind == "debris"]) > 0.95
    assert np.mean(found.kept[kind == "cell"]) > 0.995


def test_the_rule_and_the_cut_are_told():
    size, side, _ = scatter(np.random.default_rng(5), cells=9_000, debris=3_000)
    found = debris_gate(size, side)
    assert (found.method, found.rule) == ("debris_valley/1", "valley")
    np.testing.assert_array_equal(found.kept, size * side > found.cut)
    assert 1e8 < found.cut < 1.5e9


def test_larger_events_than_the_cells_are_noted():
    generator = np.random.default_rng(6)
    size = np.concatenate(
        [generator.lognormal(10, 0.1, 9_000), generator.lognormal(12.5, 0.1, 800)]
    )
    found = debris_gate(size, size)
    assert str(found.note) == (
        "8.2 % of the events form a population of larger events than the cells"
    )
    assert found.kept.all()


@pytest.mark.parametrize("doublets", [0, 8, 700, 4_000])
def test_doublets_go_by_height_over_area(doublets):
    generator = np.random.default_rng(7)
    area = generator.lognormal(11, 0.25, 10_000)
    height = 0.8 * area * generator.normal(1, 0.04, 10_000)
    pair = generator.lognormal(11, 0.25, (doublets, 2))
    pair_height = 0.8 * pair.max(axis=1) * generator.normal(1.05, 0.04, doublets)
    found = ratio_gate(
        np.concatenate([area, pair.sum(axis=1)]), np.concatenate([height, pair_height])
    )
    assert np.mean(found.kept[:10_000]) > 0.999
    # A small cell behind a large one keeps nearly the ratio of a single cell.
    if doublets:
        assert np.mean(~found.kept[10_000:]) > 0.93


def test_doublets_go_by_width_where_there_is_no_height():
    generator = np.random.default_rng(8)
    width = np.concatenate([generator.normal(80, 3, 9_000), generator.normal(150, 8, 1_000)])
    found = width_gate(width)
    assert (found.method, found.rule) == ("doublet_width/1", "valley")
    assert 92 < found.cut < 135
    assert found.kept.sum() == 9_000


def test_a_pulse_without_spread_excludes_nothing():
    area = np.linspace(1.0, 2.0, 500)
    found = ratio_gate(area, area)
    assert found.kept.all()
    assert found.rule == "none"


@pytest.mark.parametrize(
    ("live_dye", "live", "dead"),
    [
        (300.0, 9_500, 500),
        (300.0, 640, 6),
        (300.0, 3_000, 6_000),
        (0.0, 9_000, 1_000),
        (0.0, 500, 3),
    ],
)
def test_dead_cells_take_up_the_dye(live_dye, live, dead):
    generator = np.random.default_rng(9)
    dye = np.concatenate(
        [
            live_dye * generator.lognormal(0, 0.35, live) + generator.normal(0, 40, live),
            generator.lognormal(np.log(20_000), 0.5, dead),
        ]
    )
    found = dead_gate(dye)
    assert np.mean(found.kept[:live]) > 0.998
    assert not found.kept[live:].any()


def test_all_live_cells_stay_where_none_are_dead():
    dye = 200 * np.random.default_rng(10).lognormal(0, 0.4, 20_000)
    found = dead_gate(dye)
    assert found.rule == "main population"
    assert np.mean(found.kept) > 0.9995


def test_a_handful_of_events_is_not_gated():
    few = np.linspace(1.0, 2.0, 49)
    for found in (debris_gate(few, few), ratio_gate(few, few), dead_gate(few)):
        assert found.kept.all()
        assert (found.rule, found.cut) == ("none", None)


@pytest.mark.parametrize(
    ("channel", "end"),
    [
        (Channel("FSC-A", range=262_144.0), 262_143.0),
        (Channel("FSC-H", range=1_024.0), 1_023.0),
        (Channel("FSC-H", range=1_024.0, gain=4.0), 255.75),
        # Four decades from 1: the last channel stands at 10^(4 × 1023 / 1024).
        (Channel("FL1-H", range=1_024.0, amplification=(4.0, 1.0)), 10 ** (4 * 1023 / 1024)),
        (Channel("FSC-A"), None),
    ],
)
def test_the_end_of_a_detector(channel, end):
    assert detector_end(channel) == (end if end is None else pytest.approx(end, rel=1e-12))


def test_margins_are_both_ends_of_the_scatter_detectors():
    size = np.array([100.0, 262_143.0, 0.0, -5.0, 9.0, 50.0])
    side = np.array([100.0, 10.0, 10.0, 10.0, 262_143.5, 50.0])
    measured = np.array([True, True, True, True, True, False])
    channels = {
        "FSC-A": (Channel("FSC-A", range=262_144.0), size),
        "SSC-A": (Channel("SSC-A", range=262_144.0), side),
    }
    found = margin_gate(channels, measured)
    assert found.kept.tolist() == [True, False, False, False, False, False]
    assert found.settings == {"FSC-A": 262_143.0, "SSC-A": 262_143.0}


def test_a_range_that_values_exceed_is_not_the_detectors_end():
    size = np.array([100.0, 5_000.0, 40_000.0])
    found = margin_gate({"FSC-A": (Channel("FSC-A", range=1_024.0), size)}, np.ones(3, bool))
    assert found.kept.all()
    assert str(found.note) == (
        "FSC-A exceeds the range the file states (1,023); its upper end was not gated"
    )


def test_a_boundary_found_from_some_events_sends_next_to_none_to_the_other_side(monkeypatch):
    truth = TubeTruth(live=240_000, dead=15_000, doublets=18_000, debris=27_000)
    stained = {"APC-H7-A": VIABILITY_DYE}
    values = simulate_tube(truth, stained, np.random.default_rng(8)).values
    values = values[(values[:, 0] > 0) & (values[:, 3] > 0)]
    size, height, side, dye = (values[:, column] for column in (0, 1, 3, 12))

    def kept():
        found = debris_gate(size, side), ratio_gate(size, height), dead_gate(dye)
        assert {gate.rule for gate in found} == {"valley"}
        return [gate.kept for gate in found]

    some = kept()
    monkeypatch.setattr(gates, "MOST_LOOKED_AT", 10**9)
    for fewer, more in zip(some, kept(), strict=True):
        assert np.count_nonzero(fewer != more) < len(values) / 10_000


@pytest.mark.parametrize("live", [0.03, 0.07])
def test_few_live_cells_beside_many_dead_are_doubted(live):
    """The dead are taken for live below a tenth; a person has to look."""
    generator = np.random.default_rng(7)
    count = 10_000
    alive = round(live * count)
    dye = np.concatenate(
        [
            generator.lognormal(np.log(200), 0.3, alive),
            generator.lognormal(np.log(15_000), 0.4, count - alive),
        ]
    )
    found = gates.dead_gate(dye)
    assert found.doubt is not None
    assert str(found.doubt) == (
        f"{100 * live:g} % of the cells take up less than a third of the dye of those "
        "taken for live: these may be dead"
    )


@pytest.mark.parametrize("dead", [0.0, 0.02, 0.5, 0.88])
def test_live_cells_that_are_found_are_not_doubted(dead):
    generator = np.random.default_rng(8)
    gone = round(10_000 * dead)
    dye = np.concatenate(
        [
            generator.lognormal(np.log(200), 0.3, 10_000 - gone),
            generator.lognormal(np.log(15_000), 0.4, gone),
        ]
    )
    assert gates.dead_gate(dye).doubt is None


def test_values_without_end_do_not_stop_a_gate():
    generator = np.random.default_rng(9)
    area = generator.lognormal(np.log(80_000), 0.2, 2_000)
    height = 0.8 * area * generator.normal(1, 0.03, 2_000)
    height[0], area[1], height[2] = np.inf, 0.0, np.nan
    found = gates.ratio_gate(area, height)
    assert np.count_nonzero(~found.kept[3:]) <= 10
    dye = generator.lognormal(np.log(200), 0.3, 2_000)
    dye[:1_000] *= 80
    whole = gates.dead_gate(dye[1:])
    dye[0] = np.nan
    assert gates.dead_gate(dye).cut == pytest.approx(whole.cut, rel=0.05)


def test_both_ends_are_told_where_two_detectors_exceed_their_range():
    channels = [Channel(name, range=1024.0) for name in ("FSC-A", "SSC-A")]
    values = np.linspace(1, 5_000, 200)
    found = gates.margin_gate(
        {channel.name: (channel, values) for channel in channels}, np.ones(200, dtype=bool)
    )
    assert str(found.note) == (
        "FSC-A exceeds the range the file states (1,023); its upper end was not gated; "
        "SSC-A exceeds the range the file states (1,023); its upper end was not gated"
    )


def test_one_value_without_end_leaves_the_upper_end_gated():
    channel = Channel("FSC-A", range=1024.0)
    values = np.full(100, 500.0)
    values[:10], values[10] = 1023.0, np.inf
    found = gates.margin_gate({"FSC-A": (channel, values)}, np.isfinite(values))
    assert np.count_nonzero(found.kept) == 89


def test_debris_is_held_to_a_boundary_found_elsewhere():
    size, side = np.array([10.0, 100.0, 0.0, -5.0]), np.array([10.0, 100.0, 50.0, -500.0])
    found = gates.debris_beyond(size, side, 500.0)
    assert (found.kept.tolist(), found.rule, found.cut) == (
        [False, True, False, False],
        "held",
        500.0,
    )


@pytest.mark.parametrize("cells", [0.02, 0.05, 0.08])
def test_few_cells_beside_much_debris_are_doubted(cells):
    """Debris is taken for the cells where those are less than a tenth; a person has to look."""
    generator = np.random.default_rng(10)
    few = round(20_000 * cells)
    size = np.concatenate(
        [
            generator.lognormal(np.log(90_000), 0.18, few),
            generator.lognormal(np.log(6_000), 0.5, 20_000 - few),
        ]
    )
    side = np.concatenate(
        [
            generator.lognormal(np.log(50_000), 0.25, few),
            generator.lognormal(np.log(4_000), 0.6, 20_000 - few),
        ]
    )
    found = gates.debris_gate(size, side)
    assert str(found.doubt) == (
        f"{100 * cells:g} % of the events are far larger than those taken for cells: these may be "
        "debris"
    )


def test_aggregates_of_cells_are_no_doubt():
    generator = np.random.default_rng(11)
    size = generator.lognormal(np.log(60_000), 0.15, 20_000)
    side = generator.lognormal(np.log(30_000), 0.2, 20_000)
    size[:1_500] *= 3
    side[:1_500] *= 3
    assert gates.debris_gate(size, side).doubt is None


@pytest.mark.parametrize("sd", [0.3, 0.45, 0.65, 1.0])
def test_whole_numbers_of_a_pulse_width_are_no_doublets(sd):
    """The median absolute deviation of few distinct values may be 0, and cut single cells off."""
    width = np.round(np.random.default_rng(12).normal(60, sd, 20_000))
    found = gates.width_gate(width)
    assert found.kept.all()
    assert found.cut == pytest.approx(64.2, abs=2.2)


def test_the_first_step_of_a_logarithmic_amplifier_is_a_margin():
    channel = Channel("FSC-H", range=1024.0, amplification=(4.0, 1.0))
    values = np.array([1.0, 1.009, 50.0, 9910.5])
    found = gates.margin_gate({"FSC-H": (channel, values)}, np.ones(4, dtype=np.bool_))
    assert found.kept.tolist() == [False, True, True, False]
    assert found.floors == {"FSC-H": 1.0}
