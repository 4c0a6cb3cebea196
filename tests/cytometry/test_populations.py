"""The account of a tube: every event once, in order, whatever the file holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stroma.cytometry.populations import clean
from stroma.formats.fcs import read_fcs
from stroma.house_rules import CleaningRule
from stroma.records import Channel, Events, Origin

NAMES = ("FSC-A", "FSC-H", "SSC-A", "DYE-A", "Time")
GATES = ("margins", "time", "debris", "doublets", "dead")
KINDS = ("cell", "debris", "doublet", "dead", "margin")


def tube(*, cells, debris=0, doublets=0, dead=0, margin=0, seed=0, names=NAMES):
    """A tube with known truth: events in random order, and what each is."""
    generator = np.random.default_rng(seed)
    kind = np.repeat(KINDS, [cells, debris, doublets, dead, margin])
    total = len(kind)
    size = generator.lognormal(np.log(80_000), 0.22, total)
    side = generator.lognormal(np.log(50_000), 0.3, total)
    dye = 150 * generator.lognormal(0, 0.3, total) + generator.normal(0, 20, total)
    is_debris, is_dead = kind == "debris", kind == "dead"
    size[is_debris] = 4_000 + generator.exponential(4_000, debris)
    side[is_debris] = generator.lognormal(np.log(5_000), 0.5, debris)
    size[is_dead] *= 0.7
    dye[is_dead] = generator.lognormal(np.log(20_000), 0.4, dead)
    height = 0.8 * size * generator.normal(1, 0.03, total)
    size[kind == "doublet"] *= 1.9
    side[kind == "doublet"] *= 1.9
    size[kind == "margin"] = 262_143.0
    order = generator.permutation(total)
    columns = {"FSC-A": size, "FSC-H": height, "SSC-A": side, "DYE-A": dye}
    columns = {name: column[order] for name, column in columns.items()}
    columns["Time"] = np.arange(total) / 400
    values = np.stack([columns[name] for name in names], axis=1)
    # A detector shows no more than its full scale.
    values = np.minimum(values, 262_143.0).astype(np.float32)
    channels = tuple(Channel(name, range=262_144.0) for name in names)
    return Events(Origin("tube.fcs", "0" * 64), "FCS3.1", channels, values, {}), kind[order]


def cleaned(events, rule=None):
    dye = events.values[:, events.names.index("DYE-A")] if "DYE-A" in events.names else None
    return clean(
        events,
        rule=rule or CleaningRule(),
        dye=None if dye is None else ("DYE-A", dye),
        needed=events.values,
    )


def remaining(found, kind):
    return {name: int(np.sum(kind[found.rows] == name)) for name in KINDS}


@pytest.mark.parametrize(
    "mixture",
    [
        {"cells": 16_000, "debris": 2_000, "doublets": 1_200, "dead": 800, "margin": 60},
        {"cells": 640, "debris": 70, "doublets": 40, "dead": 30},
        {"cells": 7_000, "debris": 12_000, "doublets": 500, "dead": 500},
        {"cells": 20_000},
        {"cells": 500, "dead": 400},
    ],
    ids=str,
)
def test_live_single_cells_are_found(mixture):
    events, kind = tube(**mixture)
    left = remaining(cleaned(events), kind)
    assert left["cell"] >= 0.995 * mixture["cells"]
    others = sum(left.values()) - left["cell"]
    assert others <= 0.003 * mixture["cells"]
    assert left["margin"] == 0


def test_gates_come_in_order_and_say_what_they_did():
    events, _ = tube(cells=9_000, debris=1_000, doublets=500, dead=400, margin=25)
    found = cleaned(events)
    assert [step.gate for step in found.steps] == list(GATES)
    margins, time, debris, doublets, dead = found.steps
    assert margins.settings() == "range; 0 < FSC-A < 262143; 0 < SSC-A < 262143"
    assert time.settings() == "stable; events a bin 200; shift 0.14; stretches 0"
    assert debris.settings().startswith("FSC-A × SSC-A > ")
    assert debris.settings().endswith("; valley")
    assert doublets.settings().startswith("FSC-H / FSC-A > 0.")
    assert dead.settings().startswith("DYE-A < ")
    assert found.step("dead") is dead
    assert found.notes == ()


mixtures = st.fixed_dictionaries(
    {name: st.integers(0, 400) for name in ("cells", "debris", "doublets", "dead", "margin")}
)


@settings(deadline=None, max_examples=60)
@given(mixture=mixtures, rule=st.builds(CleaningRule, *[], **dict.fromkeys(
    GATES, st.booleans())), seed=st.integers(0, 5))  # fmt: skip
def test_every_event_is_accounted_for_once(mixture, rule, seed):
    events, _ = tube(**mixture, seed=seed)
    found = cleaned(events, rule)
    left = found.total
    for step in found.steps:
        assert step.asked.size == left
        left -= step.removed
        assert step.remaining == left
    assert left == found.rows.size
    assert np.all(np.diff(found.rows) > 0)
    chosen = {gate for gate in GATES if getattr(rule, gate)}
    assert {step.gate for step in found.steps} == chosen


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 100))
def test_the_cells_do_not_depend_on_the_order_of_the_events(seed):
    events, _ = tube(cells=3_000, debris=500, doublets=200, dead=150)
    order = np.random.default_rng(seed).permutation(len(events))
    shuffled = Events(
        events.origin, events.version, events.channels, events.values[order], events.keywords
    )
    np.testing.assert_array_equal(np.sort(order[cleaned(shuffled).rows]), cleaned(events).rows)


def test_a_tube_without_dye_keeps_its_dead_and_says_so():
    events, kind = tube(cells=3_000, dead=300, names=("FSC-A", "FSC-H", "SSC-A", "Time"))
    found = cleaned(events)
    assert [str(note) for note in found.notes] == [
        "no viability dye in this tube: dead cells not excluded"
    ]
    assert found.step("dead") is None
    assert remaining(found, kind)["dead"] > 290


def test_a_file_without_pulse_height_or_width_keeps_its_doublets_and_says_so():
    events, _ = tube(cells=3_000, doublets=300, names=("FSC-A", "SSC-A", "DYE-A", "Time"))
    found = cleaned(events)
    assert found.step("doublets") is None
    assert [str(note) for note in found.notes] == [
        "neither pulse height nor width recorded: doublets not excluded"
    ]


def test_a_file_without_scatter_is_cleaned_of_its_dead_only():
    events, kind = tube(cells=3_000, dead=300, names=("DYE-A",))
    found = cleaned(events)
    assert [step.gate for step in found.steps] == ["margins", "dead"]
    assert remaining(found, kind)["dead"] == 0
    assert "no forward scatter channel" in str(found.notes[0])


def test_side_scatter_tells_doublets_where_forward_scatter_has_no_height():
    events, _ = tube(cells=3_000, names=("FSC-A", "SSC-A", "DYE-A"))
    height = 0.7 * events.values[:, 1:2]
    channels = (*events.channels, Channel("SSC-H", range=262_144.0))
    values = np.concatenate([events.values, height * 1.0], axis=1)
    found = cleaned(Events(events.origin, "FCS3.1", channels, values, {}))
    assert found.step("doublets").x == "SSC-A"


def test_a_value_that_is_not_a_number_is_excluded_with_the_margins():
    events, _ = tube(cells=2_000)
    values = events.values.copy()
    values[[5, 9], 3] = np.nan
    found = cleaned(Events(events.origin, "FCS3.1", events.channels, values, {}))
    assert found.step("margins").removed == 2
    assert not {5, 9} & set(found.rows.tolist())


def test_without_margins_events_below_zero_count_as_debris():
    events, _ = tube(cells=2_000)
    values = events.values.copy()
    values[:7, 0] = -3.0
    rule = CleaningRule(margins=False)
    found = cleaned(Events(events.origin, "FCS3.1", events.channels, values, {}), rule)
    assert found.step("debris").removed >= 7


def test_an_empty_tube_has_no_cells():
    events, _ = tube(cells=0)
    found = cleaned(events)
    assert (found.total, found.rows.size) == (0, 0)


@pytest.mark.parametrize(
    ("file", "kept"),
    [
        # Sorted single cells; sorted blood cells; cultured cells with much debris; blood cells.
        ("fcs_ok/index_sorted_example.fcs", (0.95, 1.0)),
        ("qc_time/111.fcs", (0.90, 0.99)),
        ("malformed/G11.fcs", (0.75, 0.92)),
        ("gatingml_ref/data1.fcs", (0.85, 0.97)),
        ("instruments/Miltenyi Biotec - MACSQuant Analyzer.fcs", (0.95, 1.0)),
        ("instruments/Applied Biosystems - Attune.fcs", (0.90, 1.0)),
    ],
)
def test_real_files_keep_a_sensible_share(shared, file, kept):
    (events, *_) = read_fcs(shared / "data" / "flow" / file)
    found = clean(events, rule=CleaningRule())
    assert kept[0] <= found.rows.size / len(events) <= kept[1]


@pytest.mark.parametrize(
    "file",
    [
        "fcs_ok/Data001.fcs",
        "fcs_ok/Data004.fcs",
        "fcs_ok/FCS_3.0_Fortessa_PBS_Specimen_001_A1_A01.fcs",
        "fcs_ok/B01 KC-A-W---91-US.fcs",
        "fcs_ok/test_data_2d_01.fcs",
        "instruments/Cytek DxP10.fcs",
        "instruments/Stratedigm - S1400.fcs",
        "malformed/EY_2013-07-19_PBS_FCS_3.1_Well_A1.001.fcs",
        "malformed/Beckman Coulter - Cyan.fcs",
        "compensation/test_comp_example.fcs",
    ],
)
def test_files_of_every_kind_are_accounted_for(shared, file):
    (events, *_) = read_fcs(shared / "data" / "flow" / file)
    found = clean(events, rule=CleaningRule())
    assert sum(step.removed for step in found.steps) + found.rows.size == len(events)


def test_a_pulse_that_is_not_a_number_goes_with_the_margins():
    events, _kind = tube(cells=2_000)
    values = events.values.copy()
    values[:100, 1], values[100, 1] = np.nan, np.inf
    found = cleaned(Events(events.origin, events.version, events.channels, values, {}))
    margins, doublets = found.step("margins"), found.step("doublets")
    assert margins.removed == 101
    assert doublets.removed <= 10


def test_only_debris_is_left_out_where_there_is_side_scatter_alone():
    events, _kind = tube(cells=2_000, names=("SSC-A", "DYE-A"))
    found = cleaned(events)
    assert "no forward scatter channel: debris not excluded" in map(str, found.notes)
    assert found.step("margins") is not None
