"""Gates found on one tube and applied to another as they are."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest

from stroma.cytometry.compensation import Compensation
from stroma.cytometry.populations import clean
from stroma.cytometry.strategy import (
    clean_as_frozen,
    departures,
    freeze,
    other_matrix,
    settings_changed,
)
from stroma.errors import FileProblem
from stroma.formats.frozen_strategy import (
    read_strategy,
    strategy_sha256,
    strategy_text,
    write_strategy,
)
from stroma.house_rules import CleaningRule
from stroma.records import Channel, Events, Origin, Spillover
from stroma.simulate.cells import Kind, TubeTruth, simulate_tube
from stroma.simulate.cytometer import channels, identity_panel, spillover
from stroma.strategy_records import CleaningStrategy, FrozenGate, FrozenPanel, HeldStrategy

PANEL = identity_panel("CD14", "CD19")
DYE = "APC-H7-A"
TRUTH = TubeTruth(live=6_000, dead=400, doublets=500, debris=800, positive={"CD90": 99.0})
COMPENSATED = Compensation(spillover(), "file")


def tube(seed, truth=TRUTH):
    made = simulate_tube(truth, PANEL, np.random.default_rng(seed))
    origin = Origin(f"{seed}.fcs", f"{seed:064x}")
    return Events(origin, "FCS3.1", channels(PANEL), made.values, {}, spillover()), made.kind


def dye_of(events):
    names = [channel.name for channel in events.channels]
    return DYE, events.values[:, names.index(DYE)]


def found_on(events):
    return clean(events, rule=CleaningRule(), dye=dye_of(events))


def frozen_from(events):
    return freeze("identity", events, COMPENSATED, found_on(events))


def test_on_the_tube_they_were_found_on_the_gates_keep_the_same_cells():
    events, _ = tube(1)
    own, held = found_on(events), frozen_from(events)
    again = clean_as_frozen(events, held, rule=CleaningRule(), dye=dye_of(events))
    np.testing.assert_array_equal(again.rows, own.rows)
    assert [step.removed for step in again.steps] == [step.removed for step in own.steps]
    assert [step.result.method for step in again.steps] == [
        step.result.method for step in own.steps
    ]
    assert {step.result.rule for step in again.steps if step.gate != "time"} == {"frozen"}


def test_on_another_tube_the_boundaries_stay_where_they_were():
    first, _ = tube(1)
    second, kind = tube(2)
    held = frozen_from(first)
    found = clean_as_frozen(second, held, rule=CleaningRule(), dye=dye_of(second))
    assert [step.result.cut for step in found.steps if step.gate != "time"] == [
        gate.cut for gate in held.gates if gate.gate != "time"
    ]
    own = found_on(second)
    assert [step.result.cut for step in own.steps] != [step.result.cut for step in found.steps]
    # Tubes of one instrument and kind of cell: the cells are found all the same.
    assert np.sum(kind[found.rows] == Kind.LIVE) > 0.99 * TRUTH.live
    assert np.mean(kind[found.rows] != Kind.LIVE) < 0.02
    assert sum(step.removed for step in found.steps) + found.rows.size == len(second)
    debris = found.step("debris")
    assert debris.settings().startswith("FSC-A × SSC-A > ")
    assert debris.settings().endswith("; frozen")


def test_time_is_judged_on_each_tube():
    events, _ = tube(3)
    held = frozen_from(tube(1)[0])
    values = events.values.copy()
    values[2_000:2_400, :-1] *= 0.4
    found = clean_as_frozen(
        replace(events, values=values), held, rule=CleaningRule(), dye=dye_of(events)
    )
    assert found.step("time").removed == pytest.approx(400, abs=40)
    assert held.gate("time").bounds == (("events a bin", 200.0), ("shift", 0.14))


def test_gates_the_tube_cannot_have_are_left_out_and_named():
    events, _ = tube(4)
    held = frozen_from(events)
    found = clean_as_frozen(events, held, rule=CleaningRule(doublets=False))
    assert [step.gate for step in found.steps] == ["margins", "time", "debris"]
    assert [str(note) for note in found.notes] == [
        "no viability dye in this tube: dead cells not excluded"
    ]


def test_unstable_stretches_are_found_where_the_frozen_tube_had_no_time():
    first, _ = tube(1)
    held = frozen_from(first)
    without = replace(held, gates=tuple(g for g in held.gates if g.gate != "time"))
    events, _ = tube(3)
    values = events.values.copy()
    values[2_000:2_400, :-1] *= 0.4
    clogged = replace(events, values=values)
    found = clean_as_frozen(clogged, without, rule=CleaningRule(), dye=dye_of(events))
    assert [step.gate for step in found.steps] == ["margins", "time", "debris", "doublets", "dead"]
    assert found.step("time").removed == pytest.approx(400, abs=40)
    assert departed(clogged, without) == []


def departed(events, held, *, rule=None, dye=DYE, compensation=COMPENSATED):
    rule = CleaningRule() if rule is None else rule
    values = None
    if dye is not None:
        column = events.names.index(dye)
        matrix = compensation.spillover
        factor = np.eye(len(events.names))
        if matrix is not None:
            at = [events.names.index(name) for name in matrix.channels]
            factor[np.ix_(at, at)] = np.linalg.inv(matrix.matrix)
        values = (dye, (events.values @ factor)[:, column])
    cleaned = clean_as_frozen(events, held, rule=rule, dye=values)
    return list(departures(held, events, compensation, cleaned, rule=rule, dye=dye))


def test_a_gate_that_is_switched_off_or_was_never_frozen_is_a_departure():
    events, _ = tube(1)
    held = frozen_from(events)
    assert departed(events, held) == []
    off = CleaningRule(margins=False, time=False, doublets=False)
    assert departed(events, held, rule=off) == ["margins:off", "time:off", "doublets:off"]
    few = replace(held, gates=tuple(g for g in held.gates if g.gate in {"margins", "debris"}))
    assert departed(events, few) == ["doublets:not held", "dead:not held"]
    assert departed(events, few, rule=CleaningRule(doublets=False, dead=False)) == []
    # A tube without the dye could not have had the gate.
    assert departed(events, few, dye=None) == ["doublets:not held"]
    assert departed(events, held, dye=None) == ["dead:no dye"]
    low = replace(
        events,
        channels=tuple(
            replace(c, name="FSC-X") if c.name in {"FSC-H", "FSC-W"} else c for c in events.channels
        ),
    )
    assert departed(low, few) == ["dead:not held"]


def compensated_tube(seed):
    """A hundred dead cells in 2,000; the marker's light reaches the dye at 10 %."""
    generator = np.random.default_rng(seed)
    size = generator.lognormal(np.log(90_000), 0.1, 2_000)
    marker = generator.lognormal(np.log(20_000), 0.2, 2_000)
    dye = generator.lognormal(np.log(300), 0.2, 2_000)
    dye[:100] *= 60
    height = size * generator.normal(0.9, 0.01, 2_000)
    values = np.column_stack([size, height, size / 2, marker, dye + 0.1 * marker])
    channels = [Channel(n, range=262_144.0) for n in ("FSC-A", "FSC-H", "SSC-A", "PE-A", DYE)]
    return Events(Origin("t.fcs", "0" * 64), "FCS3.1", tuple(channels), values, {})


def matrix_of(share):
    return Compensation(Spillover(("PE-A", DYE), np.array([[1.0, share], [0.0, 1.0]])), "file")


def test_another_matrix_is_a_departure_where_it_sorts_other_cells():
    events = compensated_tube(1)
    dye = events.values[:, 4] - 0.1 * events.values[:, 3]
    cleaned = clean(events, rule=CleaningRule(), dye=(DYE, dye))
    assert cleaned.rows.size == pytest.approx(1_900, abs=25)
    held = freeze("", events, matrix_of(0.1), cleaned)
    # The inverse of [[1, 0.1], [0, 1]] is [[1, -0.1], [0, 1]]; its second column makes the dye.
    assert held.dye_made_of == (("PE-A", pytest.approx(-0.1)), (DYE, 1.0))
    assert not other_matrix(held, matrix_of(0.1))
    assert departed(events, held, compensation=matrix_of(0.1)) == []
    # Another day's matrix, which moves no cell across the cut.
    assert other_matrix(held, matrix_of(0.1001))
    assert departed(events, held, compensation=matrix_of(0.1001)) == []
    # Far from it: the light of the marker counts as dye.
    uncompensated = Compensation(None, "none")
    assert other_matrix(held, uncompensated)
    assert departed(events, held, compensation=uncompensated) == ["dead:other matrix"]
    unknown = replace(held, dye_made_of=())
    assert departed(events, unknown, compensation=matrix_of(0.1001)) == ["dead:other matrix"]
    # Compensated by another program: its matrix cannot be compared.
    assert not other_matrix(held, Compensation(None, "already in the file"))
    without = replace(held, gates=tuple(g for g in held.gates if g.gate != "dead"))
    rule = CleaningRule(dead=False)
    assert departed(events, without, rule=rule, compensation=uncompensated) == []


def test_events_below_zero_in_both_scatters_are_debris_without_margins():
    events, _ = tube(1)
    rule = CleaningRule(margins=False)
    held = freeze("identity", events, COMPENSATED, clean(events, rule=rule, dye=dye_of(events)))
    assert held.gate("debris").cut > 0
    values = events.values.copy()
    values[:50, [events.names.index(name) for name in ("FSC-A", "SSC-A")]] = -6e4
    found = clean_as_frozen(
        replace(events, values=values), held, rule=replace(rule, doublets=False, dead=False)
    )
    assert not np.isin(np.arange(50), found.rows).any()


def test_an_instrument_set_otherwise_is_named():
    events, _ = tube(1)
    held = frozen_from(events)
    changed = tuple(
        replace(c, voltage=400.0) if c.name == "FSC-A" else replace(c, range=1_048_576.0)
        if c.name == DYE else c
        for c in events.channels
    )  # fmt: skip
    assert list(settings_changed(held, events.channels)) == []
    assert [str(change) for change in settings_changed(held, changed)] == [
        "detector FSC-A is set to 400 V, and was to 310 V when the gates were frozen",
        "detector APC-H7-A has the range 1,048,576, and had 262,144 when the gates were frozen",
    ]


def test_a_file_without_a_channel_of_the_gates_is_refused():
    events, _ = tube(1)
    held = frozen_from(events)
    other = replace(
        events,
        channels=tuple(replace(c, name="FS") if c.name == "FSC-A" else c for c in events.channels),
    )
    with pytest.raises(FileProblem, match=r"no channel FSC-A\. Expected: the channels of the"):
        clean_as_frozen(other, held, rule=CleaningRule(margins=False), dye=dye_of(events))
    with pytest.raises(FileProblem, match=r"the viability dye on PE-A\. Expected: .* APC-H7-A"):
        clean_as_frozen(events, held, rule=CleaningRule(), dye=("PE-A", np.zeros(len(events))))


def strategy(**more):
    events, _ = tube(1)
    given = {"name": "msc", "lot": "L1", "passage": "P4", "panels": (frozen_from(events),)}
    parameters = (
        ("positivity.percentile", 99.5),
        ("positivity.controls", ("fmo", "isotype")),
    )
    return CleaningStrategy(**(given | {"parameters": parameters, "stroma": "0.1"} | more))


def test_a_file_gives_back_what_was_frozen(tmp_path):
    frozen = strategy()
    path = tmp_path / "strategy.json"
    digest = write_strategy(path, frozen)
    held = read_strategy(path, file="strategy.json")
    assert isinstance(held, HeldStrategy)
    assert held.strategy == frozen
    assert held.sha256 == digest == strategy_sha256(frozen)
    assert held.reference == f"msc@{digest}"
    assert path.read_text(encoding="utf-8") == strategy_text(held.strategy)


def test_the_hash_is_that_of_the_canonical_text():
    """The digits are those of sha256sum over the JSON written out by hand."""
    gate = FrozenGate(gate="debris", method="debris_valley/1", rule="valley", x="FSC-A", cut=2.5)
    panel = FrozenPanel(
        panel="", file="a.fcs", sha256="0", gates=(gate,), detectors=(), compensation="none"
    )
    frozen = CleaningStrategy(name="n", lot="L", passage="P1", panels=(panel,))
    by_hand = (
        '{"kind":"cleaning strategy","schema_version":"1","strategy":{"lot":"L","name":"n",'
        '"panels":[{"compensation":"none","detectors":[],"dye_made_of":[],"file":"a.fcs","gates":[{"bounds":[],'
        '"cut":2.5,"gate":"debris","method":"debris_valley/1","rule":"valley","x":"FSC-A",'
        '"y":null}],"matrix_sha256":null,"panel":"","sha256":"0"}],"parameters":[],'
        '"passage":"P1","stroma":""}}'
    )
    assert strategy_sha256(frozen) == hashlib.sha256(by_hand.encode()).hexdigest()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"cut": null', '"cut": 9.0', r"gates with the hash [0-9a-f]{64}, frozen with"),
        ('"kind": "cleaning strategy"', '"kind": "gates"', r"gates of schema version 1"),
        ('"schema_version": "1"', '"schema_version": "7"', r"schema version 7\. Expected"),
        ('"lot": "L1"', '"lots": "L1"', r"no frozen strategy \(TypeError"),
        ("{", "[", r"no frozen strategy \(JSONDecodeError"),
    ],
)
def test_a_file_that_was_changed_is_refused(tmp_path, old, new, message):
    path = tmp_path / "strategy.json"
    written = strategy_text(strategy())
    assert old in written
    path.write_text(written.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FileProblem, match=message):
        read_strategy(path, file="strategy.json")


def rehashed(content):
    """Return a file as somebody would write it who also recomputes the hash."""
    named = {key: content[key] for key in ("kind", "schema_version", "strategy")}
    written = json.dumps(named, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return json.dumps({**content, "sha256": hashlib.sha256(written.encode()).hexdigest()})


def test_a_file_from_before_a_key_was_added_keeps_its_hash(tmp_path):
    content = json.loads(strategy_text(strategy()))
    for panel in content["strategy"]["panels"]:
        assert panel.pop("dye_made_of")
    path = tmp_path / "strategy.json"
    path.write_text(rehashed(content), encoding="utf-8")
    held = read_strategy(path)
    assert held.strategy.panels[0].dye_made_of == ()
    assert held.reference == f"msc@{json.loads(rehashed(content))['sha256']}"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"gate": "foo"}, "ValueError: gate 'foo'"),
        ({"gate": "debris"}, "ValueError: a gate that is held twice"),
        ({"cut": "abc"}, "TypeError: cut 'abc' of the gate doublets"),
        ({"cut": True}, "TypeError: cut True of the gate doublets"),
        ({"x": 3}, "TypeError: channels 3 and 'FSC-H' of the gate doublets"),
        ({"bounds": [["a", "b"]]}, "ValueError: could not convert string to float: 'b'"),
        ({"colour": "red"}, "TypeError: .* unexpected keyword argument 'colour'"),
    ],
)
def test_gates_nobody_can_apply_are_refused_whatever_their_hash(tmp_path, change, reason):
    content = json.loads(strategy_text(strategy()))
    gates = content["strategy"]["panels"][0]["gates"]
    gate = next(gate for gate in gates if gate["gate"] == "doublets")
    gate.update(change)
    path = tmp_path / "strategy.json"
    path.write_text(rehashed(content), encoding="utf-8")
    with pytest.raises(FileProblem, match=rf"no frozen strategy \({reason}"):
        read_strategy(path, file="strategy.json")
