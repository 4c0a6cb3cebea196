"""An event file and a file of gates to counts."""

from __future__ import annotations

import shutil
import unicodedata
from dataclasses import replace
from urllib.parse import quote

import numpy as np
import pytest

from stroma import gating_run
from stroma.errors import FileProblem, Severity
from stroma.formats.fcs import read_fcs, write_fcs
from stroma.formats.frozen_gates import strategy_hash
from stroma.formats.gatingml import write_gatingml
from stroma.gating_records import Dimension, GatingStrategy, Interval, RectangleGate
from stroma.gating_run import freeze, gate_file, read_gates, run_to_json
from stroma.records import Channel

SMALL = "data/flow/flowjo_small"


@pytest.fixture
def tube(tmp_path):
    path = tmp_path / "tube.fcs"
    write_fcs(path, channels=[Channel("X")], values=np.array([[1.0], [2.0], [3.0]]), keywords={})
    return path


@pytest.fixture
def gates(tmp_path):
    path = tmp_path / "gates.xml"
    intervals = (Interval(Dimension("X"), 2.0, None),)
    first = RectangleGate(identifier="A", name="A", intervals=intervals)
    second = RectangleGate(identifier="B", name="B", intervals=intervals, parent="A")
    write_gatingml(path, GatingStrategy((first, second)))
    return path


def workspace(tmp_path, samples):
    path = tmp_path / "study.wsp"
    inner = "".join(
        f'<Sample><DataSet uri="file:/x/{uri}" sampleID="{number}" />'
        f'<SampleNode name="{name}" count="3" /></Sample>'
        for number, (name, uri) in enumerate(samples, start=1)
    )
    path.write_text(
        f'<Workspace version="20.0"><SampleList>{inner}</SampleList></Workspace>',
        encoding="utf-8",
    )
    return path


def test_gatingml(tube, gates):
    twin = run_to_json(gate_file(tube, gates))
    assert twin["populations"] == [
        {"name": "A", "path": "A", "count": 2, "parent": None},
        {"name": "B", "path": "A/B", "count": 2, "parent": "A"},
    ]
    assert (twin["events"], twin["problems"]) == (3, [])
    assert twin["gates"]["sample"] is None
    assert len(twin["gates"]["strategy_sha256"]) == 64


def test_frozen_gates_give_the_same(tube, gates, tmp_path):
    run = gate_file(tube, gates)
    path = tmp_path / "gates.json"
    assert freeze(run, path) == strategy_hash(run.gates.strategy)
    again = gate_file(tube, path)
    assert run_to_json(again)["populations"] == run_to_json(run)["populations"]


def test_a_workspace_chooses_the_sample_of_the_file(shared):
    folder = shared / SMALL
    run = gate_file(
        folder / "test_data_diamond_01.fcs", folder / "simple_diamond_example_quad_gate.wsp"
    )
    twin = run_to_json(run)
    assert twin["gates"]["sample"] == "test_data_diamond_01.fcs"
    assert [(each["count"], each["stored_count"]) for each in twin["populations"]] == [
        (49671, 49671), (50596, 50596), (50330, 50330), (49403, 49403),
    ]  # fmt: skip
    assert run.problems == ()


def test_a_renamed_file_needs_the_name_of_its_sample(shared, tmp_path):
    folder = shared / SMALL
    renamed = tmp_path / "renamed.fcs"
    shutil.copyfile(folder / "data_set_simple_line_100.fcs", renamed)
    gates = folder / "single_ellipse_51_events.wsp"
    with pytest.raises(FileProblem, match=r'0 samples are called "renamed.fcs"\. Expected: one of'):
        gate_file(renamed, gates)
    for name in ("data_set_simple_line_100.fcs", "1"):
        assert gate_file(renamed, gates, sample=name).result.populations[0].count == 51


def test_a_sample_renamed_in_flowjo_is_found_by_its_file(tmp_path):
    path = workspace(tmp_path, [("day 7", "tube%201.fcs"), ("day 8", "tube%202.fcs")])
    assert read_gates(path, event_file="tube 2.fcs").sample.name == "day 8"


def test_two_samples_of_one_name_are_asked_about(tmp_path):
    path = workspace(tmp_path, [("A01.fcs", "plate1/A01.fcs"), ("A01.fcs", "plate2/A01.fcs")])
    message = r'2 samples are called "A01.fcs"\. Expected: one of A01.fcs \(1\), A01.fcs \(2\)'
    with pytest.raises(FileProblem, match=message):
        read_gates(path, event_file="A01.fcs")
    assert read_gates(path, sample="2").sample.identifier == "2"


def test_counts_that_differ_from_those_stored_are_named(shared):
    folder = shared / SMALL
    run = gate_file(
        folder / "data_set_simple_line_100.fcs", folder / "simple_poly_and_rect_v2_poly50.wsp"
    )
    (problem,) = run.problems
    assert problem.severity is Severity.WARNING
    expected = 'column "poly1": the number of events is 50, FlowJo stored 0'
    assert expected in problem.render()


def test_another_file_of_the_same_name_is_named(tube, tmp_path):
    path = workspace(tmp_path, [("tube.fcs", "tube.fcs")])
    assert gate_file(tube, path).problems == ()
    longer = path.read_text(encoding="utf-8").replace('count="3"', 'count="4"')
    path.write_text(longer, encoding="utf-8")
    (problem,) = gate_file(tube, path).problems
    assert "number of events is 3, in FlowJo it was 4" in problem.render()


def test_a_sample_of_what_has_none(tube, gates):
    (problem,) = gate_file(tube, gates, sample="S1").problems
    assert 'no samples; "S1" was asked for' in problem.render()


def test_data_sets(tube, gates, monkeypatch):
    (events,) = read_fcs(tube)
    second = replace(events, values=events.values[2:], data_set=2)
    monkeypatch.setattr(gating_run, "read_fcs", lambda _: (events, second))
    run = gate_file(tube, gates)
    assert len(run.events) == 3
    assert (
        "several data sets, of which the first was used; the number is 2"
        in run.problems[0].render()
    )
    assert len(gate_file(tube, gates, data_set=2).events) == 1
    assert gate_file(tube, gates, data_set=1).problems == ()
    with pytest.raises(FileProblem, match=r"no data set 3\. Expected: a number from 1 to 2"):
        gate_file(tube, gates, data_set=3)


@pytest.mark.parametrize("content", ["a;b\n1;2\n", "<html />"])
def test_no_gates(tube, tmp_path, content):
    path = tmp_path / "gates.txt"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FileProblem, match="a file without gates that Stroma knows"):
        gate_file(tube, path)


def test_a_name_with_its_accents_apart_is_the_same(tmp_path):
    apart = unicodedata.normalize("NFD", "Müller.fcs")
    path = workspace(tmp_path, [("day 7", quote(apart)), ("day 8", "other.fcs")])
    assert read_gates(path, event_file="Müller.fcs").sample.name == "day 7"


def test_a_workspace_without_samples(tmp_path):
    path = workspace(tmp_path, [])
    with pytest.raises(FileProblem, match="Expected: a workspace with samples"):
        read_gates(path, event_file="a.fcs")
