"""Gates frozen to a file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from stroma.errors import FileProblem
from stroma.formats.flowjo import read_flowjo
from stroma.formats.frozen_gates import freeze_gates, read_frozen_gates, strategy_hash
from stroma.formats.gatingml import read_gatingml
from stroma.gating_records import Dimension, GatingStrategy, Interval, RectangleGate


def strategy(low=1.0, **changes):
    gate = RectangleGate(
        identifier="ID1", name="CD3+", intervals=(Interval(Dimension("FL1-A"), low, None),)
    )
    return GatingStrategy((replace(gate, **changes),))


@pytest.fixture
def frozen(tmp_path):
    path = tmp_path / "gates.json"
    freeze_gates(path, strategy())
    return path


def test_real_gates_there_and_back(shared, tmp_path):
    folder = shared / "data/flow"
    workspace = read_flowjo(folder / "flowjo_workspaces/flowjo_example_2.wsp")
    standard = read_gatingml(folder / "gatingml_ref/gml/gml_all_gates.xml").strategy
    for gates in (workspace.samples[0].strategy, standard):
        path = tmp_path / "gates.json"
        assert freeze_gates(path, gates) == strategy_hash(gates)
        assert read_frozen_gates(path) == gates


def test_equal_gates_are_equal_bytes(frozen, tmp_path):
    again = tmp_path / "again.json"
    freeze_gates(again, strategy())
    assert again.read_bytes() == frozen.read_bytes()


def test_the_hash_is_of_canonical_json():
    """The exact bytes, so that another program can check them."""
    written = (
        '{"schema_version":"1","strategy":{"axes":[],"gain_undone":false,"gates":[{"identifier":'
        '"ID1","intervals":[{"dimension":{"axis":null,"channel":"FL1-A","compensation":'
        '"uncompensated","kind":"Dimension","linear_coordinates":false,"ratio":null},"high":null,'
        '"kind":"Interval","low":1.0}],"kind":"RectangleGate","name":"CD3+","outside":false,'
        '"parent":null}],"kind":"GatingStrategy","matrices":[],"ratios":[]}}'
    )
    assert strategy_hash(strategy()) == hashlib.sha256(written.encode()).hexdigest()


def test_every_change_changes_the_hash():
    hashes = {
        strategy_hash(each)
        for each in (
            strategy(),
            strategy(1.0000000000000002),
            strategy(name="CD3"),
            strategy(outside=True),
            strategy(parent="ID0"),
            replace(strategy(), gain_undone=True),
        )
    }
    assert len(hashes) == 6


@pytest.mark.parametrize(("low", "same"), [(0.0, -0.0), (1, 1.0)])
def test_one_number_has_one_hash(low, same):
    assert strategy_hash(strategy(low)) == strategy_hash(strategy(same))


def test_a_changed_file_is_refused(frozen):
    content = frozen.read_text(encoding="utf-8")
    frozen.write_text(content.replace('"low": 1.0', '"low": 1.5'), encoding="utf-8")
    with pytest.raises(FileProblem, match="gates that were not changed since they were frozen"):
        read_frozen_gates(frozen)


@pytest.mark.parametrize(("change", "message"), [
    (lambda held: held.update(schema_version="9"), 'frozen gates of schema version "9"'),
    (lambda held: held.pop("sha256"), "no frozen gates .KeyError"),
    (lambda held: held.update(strategy=[]), "no frozen gates"),
    (lambda held: held["strategy"].update(kind="Gate"), "no frozen gates .KeyError"),
    (lambda held: held["strategy"].update(extra=1), "no frozen gates .TypeError"),
])  # fmt: skip
def test_no_frozen_gates(frozen, change, message):
    content = json.loads(frozen.read_text(encoding="utf-8"))
    change(content)
    frozen.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(FileProblem, match=message):
        read_frozen_gates(frozen)


def test_no_json(tmp_path):
    path = tmp_path / "gates.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(FileProblem, match=r"no frozen gates \(JSONDecodeError"):
        read_frozen_gates(path)


def test_what_gates_are_not_made_of():
    with pytest.raises(TypeError, match="is of no kind that gates are made of"):
        strategy_hash(strategy(parent=object()))
