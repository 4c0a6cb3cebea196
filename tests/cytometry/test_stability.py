"""Unstable stretches: PeacoQC's own example, real stable files, simulated clogs."""

from __future__ import annotations

import numpy as np
import pytest

from stroma.cytometry.compensation import compensate
from stroma.cytometry.stability import (
    BIN_EVENTS,
    LEAST_BINS,
    SHIFT,
    Stretch,
    is_in_seconds,
    time_channel,
    time_gate,
    unstable_stretches,
)
from stroma.formats.fcs import read_fcs
from stroma.records import Channel, Events, Origin, Repair
from stroma.simulate.cells import TubeTruth, simulate_tube
from stroma.simulate.cytometer import channels, identity_panel
from stroma.simulate.truth import DEFAULT_SEED, lot_truths
from stroma.simulate.tubes import plan_tubes, tube_events
from stroma.texts import text

PANEL = identity_panel("CD14", "CD19")
TRUTH = TubeTruth(
    live=8_000,
    dead=500,
    doublets=700,
    debris=1_100,
    positive={"CD73": 99.0, "CD90": 99.0, "CD105": 96.0, "CD34": 0.5, "CD14": 30.0},
)
NAMES = [channel.name for channel in channels({})]
WATCHED = [NAMES.index(name) for name in ("FSC-A", "SSC-A", *PANEL)]


def simulated(seed):
    return simulate_tube(TRUTH, PANEL, np.random.default_rng(seed)).values


def gated(values):
    return time_gate(values[:, -1], {NAMES[i]: values[:, i] for i in WATCHED})


def signals_of(events, rows=slice(None)):
    """Scatter and fluorescence areas, without pulse widths, counters and time."""
    skipped = ("TIME", "HDR", "EVENT", "WIDTH")
    return {
        channel.name: events.values[rows, column]
        for column, channel in enumerate(events.channels)
        if not channel.name.upper().startswith(skipped) and not channel.name.endswith("W")
    }


def test_the_stretch_that_peacoqc_removes_is_found(shared):
    """Its report of this file: 582 of 9,617 events, in three bins of 194, by the isolation tree."""
    (events,) = read_fcs(shared / "data" / "flow" / "qc_time" / "111_Comp_Trans.fcs")
    result = time_gate(events.values[:, -1], signals_of(events))
    removed = np.flatnonzero(~result.kept)
    assert len(events) == 9617
    np.testing.assert_array_equal(removed, np.arange(removed.size))
    assert abs(removed.size - 582) <= 20
    assert str(result.note) == (
        "the signals stand elsewhere than in the rest: 0.01 to 7.9 s, most on G780-A"
    )


@pytest.mark.parametrize(
    ("keywords", "repairs", "seconds"),
    [
        ({"$TIMESTEP": "0.01"}, (), True),
        ({}, (), False),
        ({"$TIMESTEP": " "}, (), False),
        ({"$TIMESTEP": "ten"}, (Repair("$TIMESTEP", text("no number")),), False),
    ],
)
def test_a_stretch_is_told_in_seconds_only_where_the_length_of_a_tick_is_known(
    keywords, repairs, seconds
):
    values = np.column_stack([np.arange(4_000.0), np.tile(np.arange(100.0), 40)])
    values[1_000:1_400, 1] += 500
    channels = (Channel("Time"), Channel("PE-A"))
    events = Events(Origin("t.fcs", "0"), "FCS3.0", channels, values, keywords, repairs=repairs)
    assert is_in_seconds(events) is seconds
    result = time_gate(values[:, 0], {"PE-A": values[:, 1]}, in_seconds=is_in_seconds(events))
    unit = "s" if seconds else "ticks"
    assert str(result.note).endswith(f" to 1,399 {unit}, most on PE-A")


def test_the_same_stretch_is_found_in_the_file_as_recorded(shared):
    flow = shared / "data" / "flow" / "qc_time"
    (events,) = read_fcs(flow / "111.fcs")
    (processed,) = read_fcs(flow / "111_Comp_Trans.fcs")
    end_of_peacoqc = processed.values[581, -1]
    compensated = compensate(events, events.spillover)
    time = events.values[:, -1]
    # Events at the end of a detector are excluded before, as in PeacoQC's example.
    rows = np.flatnonzero((compensated[:, :2] < 262_143).all(axis=1))
    signals = {name: compensated[rows, i] for i, name in enumerate(events.names[:-1])}
    result = time_gate(time[rows], signals)
    unstable = time[rows][~result.kept]
    assert unstable.min() == time.min()
    assert unstable.max() == pytest.approx(end_of_peacoqc, abs=0.8)


@pytest.mark.parametrize(
    "file",
    [
        "instruments/Applied Biosystems - Attune.fcs",
        "instruments/Cytek DxP10.fcs",
        "instruments/Miltenyi Biotec - MACSQuant Analyzer.fcs",
        "instruments/Stratedigm - S1400.fcs",
        "fcs_ok/0877408774.B08",
        "fcs_ok/Data001.fcs",
        "fcs_ok/Data004.fcs",
        "compensation/test_comp_example.fcs",
        "gatingml_ref/data1.fcs",
        "malformed/Cytek_xP5.fcs",
        "malformed/G11.fcs",
    ],
)
def test_real_stable_files_lose_nothing(shared, file):
    (events, *_) = read_fcs(shared / "data" / "flow" / file)
    name = time_channel(events.channels)
    result = time_gate(events.values[:, events.names.index(name)], signals_of(events))
    assert result.rule == "stable"
    assert result.kept.all()


def test_the_start_of_a_file_known_to_need_trimming_is_found(shared):
    """Cytoflow keeps this file to show how the unstable start of an acquisition is cut off."""
    (events, *_) = read_fcs(shared / "data" / "flow" / "malformed" / "stabilize.fcs")
    stretches = unstable_stretches(signals_of(events))
    assert [stretch.first for stretch in stretches] == [0]
    assert 300 < stretches[0].last < 500


def test_a_time_that_wraps_or_stands_still_excludes_nothing_and_says_so(shared):
    flow = shared / "data" / "flow" / "malformed"
    notes = {}
    for file in ("Beckman Coulter - Cyan.fcs", "Partec - CyFlow v2.9.fcs"):
        (events, *_) = read_fcs(flow / file)
        name = time_channel(events.channels)
        result = time_gate(events.values[:, events.names.index(name)], signals_of(events))
        assert result.kept.all()
        notes[file] = str(result.note)
    assert list(notes.values()) == [
        "time runs backwards at 18 of 5,789 events: unstable stretches not excluded",
        "time stands still: unstable stretches not excluded",
    ]


@pytest.mark.parametrize("seed", range(20))
def test_a_simulated_stable_tube_loses_nothing(seed):
    result = gated(simulated(seed))
    assert result.rule == "stable"
    assert result.kept.all()


@pytest.mark.parametrize("lot", [0, 2, 7])
def test_tubes_of_the_example_study_lose_nothing(lot):
    truth = lot_truths(DEFAULT_SEED, 8)[lot]
    for number, plan in enumerate(plan_tubes(truth)):
        values = tube_events(truth, plan, number=number, seed=DEFAULT_SEED).values
        assert gated(values).kept.all(), plan.name


@pytest.mark.parametrize(("factor", "share"), [(0.5, 0.02), (0.7, 0.05), (1.5, 0.05), (0.8, 0.2)])
def test_a_clog_is_cut_out_where_it_happened(factor, share):
    for seed in range(4):
        values = simulated(seed)
        first = len(values) // 3
        last = first + int(share * len(values))
        values[first:last, :-1] *= factor
        removed = ~gated(values).kept
        assert removed[first:last].mean() > 0.95
        assert removed.sum() - removed[first:last].sum() < 80


def test_a_signal_that_only_spreads_is_unstable_too():
    generator = np.random.default_rng(3)
    signal = generator.normal(size=10_000)
    signal[6_000:7_000] *= 4
    (found,) = unstable_stretches({"PE-A": signal, "APC-A": generator.normal(size=10_000)})
    assert found.signal == "PE-A"
    assert abs(found.first - 6_000) < 60
    assert abs(found.last - 7_000) < 60


def test_a_slow_drift_within_the_bound_is_kept_and_a_step_is_not():
    generator = np.random.default_rng(4)
    noise = generator.normal(size=20_000)
    drift = np.linspace(-0.2, 0.2, 20_000)
    assert unstable_stretches({"PE-A": noise + drift}) == ()
    # A step up for the last third leaves the first two as the bulk.
    (found,) = unstable_stretches({"PE-A": noise + (np.arange(20_000) > 13_333)})
    assert abs(found.first - 13_333) < 40
    assert found.last == 20_000


def test_stable_moments_between_two_clogs_go_with_them():
    values = simulated(1)
    values[3_000:3_300, :-1] *= 0.4
    values[3_700:4_000, :-1] *= 0.4
    (found,) = unstable_stretches({NAMES[i]: values[:, i] for i in WATCHED})
    assert abs(found.first - 3_000) < 60
    assert abs(found.last - 4_000) < 60


def test_a_long_tube_is_looked_at_evenly():
    generator = np.random.default_rng(5)
    signal = generator.normal(size=300_000).astype(np.float32)
    signal[100_000:130_000] += 1
    (found,) = unstable_stretches({"PE-A": signal})
    assert isinstance(found, Stretch)
    assert abs(found.first - 100_000) < 300
    assert abs(found.last - 130_000) < 300
    assert found.shift > SHIFT


def test_without_a_bulk_nothing_is_excluded():
    generator = np.random.default_rng(6)
    signal = generator.normal(size=20_000) + np.repeat(np.arange(20) * 1.5, 1_000)
    result = time_gate(np.arange(20_000.0), {"PE-A": signal})
    assert result.rule == "unstable throughout"
    assert result.kept.all()


def test_too_few_events_are_not_judged():
    few = LEAST_BINS * BIN_EVENTS - 1
    signal = np.concatenate([np.zeros(few // 2), np.ones(few - few // 2)])
    result = time_gate(np.arange(float(few)), {"PE-A": signal})
    assert (result.rule, result.kept.all()) == ("too few events to judge", True)
    assert unstable_stretches({"PE-A": signal}) == ()
    assert unstable_stretches({}) == ()


def test_equal_values_share_their_rank_and_a_constant_signal_is_stable():
    signal = np.zeros(4_000)
    signal[::50] = 5.0
    assert unstable_stretches({"PE-A": signal, "APC-A": np.full(4_000, 7.0)}) == ()


def test_the_channel_of_time_is_known_by_its_name_or_the_doubt_is_named():
    assert time_channel([Channel("FSC-A"), Channel("HDR-T")]) == "HDR-T"
    assert str(time_channel([Channel("FSC-A")])) == (
        "no time channel: unstable stretches not excluded"
    )
    assert "(TIME, Time)" in str(time_channel([Channel("TIME"), Channel("Time")]))


def test_a_time_that_is_not_a_number_excludes_nothing():
    time = np.arange(4_000.0)
    time[7] = np.nan
    result = time_gate(time, {"PE-A": np.arange(4_000.0)})
    assert result.kept.all()
    assert "not a number" in str(result.note)


def test_single_precision_is_ranked_as_double_with_signs_and_ties():
    random = np.random.default_rng(3)
    signal = np.round(random.normal(0, 2, 8_000)).astype(np.float32)
    signal[::7] = -0.0
    signal[3_000:4_000] += 4
    single = unstable_stretches({"PE-A": signal})
    assert single == unstable_stretches({"PE-A": signal.astype(np.float64)})
    assert len(single) == 1
