"""Gates found on one tube and applied to another as they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stroma.cytometry.compensation import Compensation
from stroma.cytometry.populations import clean
from stroma.cytometry.strategy import clean_as_frozen, freeze, settings_changed
from stroma.errors import FileProblem
from stroma.formats.frozen_strategy import (
    read_strategy,
    strategy_sha256,
    strategy_text,
    write_strategy,
)
from stroma.house_rules import CleaningRule
from stroma.records import Events, Origin
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
        '"panels":[{"compensation":"none","detectors":[],"file":"a.fcs","gates":[{"bounds":[],'
        '"cut":2.5,"gate":"debris","method":"debris_valley/1","rule":"valley","x":"FSC-A",'
        '"y":null}],"matrix_sha256":null,"panel":"","sha256":"0"}],"parameters":[],'
        '"passage":"P1","stroma":""}}'
    )
    import hashlib

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
