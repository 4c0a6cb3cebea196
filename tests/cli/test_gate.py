"""`stroma gate`: hand-drawn gates on an event file."""

from __future__ import annotations

import json

import pytest

from stroma.cli import main

FLOW = "data/flow"


@pytest.fixture
def gate(capsys):
    def run(*words):
        code = main(["gate", *map(str, words), "--lang", "en"])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_json(shared, gate):
    folder = shared / FLOW / "gatingml_ref"
    gates = folder / "gml/gml_parent_rect1_rect_par1_gate.xml"
    code, out, _ = gate(folder / "data1.fcs", "--gates", gates, "--json")
    assert code == 0
    populations = {each["name"]: each for each in json.loads(out)["populations"]}
    assert populations["ScalePar1"]["path"] == "ScaleRect1/ScalePar1"
    assert populations["ScalePar1"]["parent"] == "ScaleRect1"
    truth = (folder / "truth/Results_ScalePar1.txt").read_text(encoding="ascii").split()
    assert populations["ScalePar1"]["count"] == truth.count("1")


def test_a_tree_for_people(shared, gate):
    folder = shared / FLOW / "flowjo_small"
    code, out, err = gate(
        folder / "test_data_diamond_01.fcs",
        "--gates",
        folder / "test_data_diamond_biex_rect.wsp",
    )
    assert (code, err) == (0, "")
    assert out.splitlines()[1] == "  upper_right  50,605  25.30 %"


def test_counts_that_differ_are_a_data_problem(shared, gate):
    folder = shared / FLOW / "flowjo_small"
    code, out, err = gate(
        folder / "data_set_simple_line_100.fcs",
        "--gates",
        folder / "simple_poly_and_rect_v2_poly50.wsp",
    )
    assert code == 1
    assert "poly1  50" in out
    assert "WARNING" in err
    assert "FlowJo stored 0" in err


def test_notes_are_said_and_are_no_problem(shared, gate):
    folder = shared / FLOW / "gatingml_ref"
    code, _, err = gate(
        folder / "data1.fcs", "--gates", folder / "gml/gml_range_gate_attr_testing.xml"
    )
    assert code == 0
    assert "<sample>, which is not of GatingML" in err


def test_frozen_gates(shared, gate, tmp_path):
    folder = shared / FLOW / "flowjo_small"
    file = folder / "data_set_simple_line_100.fcs"
    frozen = tmp_path / "gates.json"
    gates = folder / "single_ellipse_51_events.wsp"
    assert gate(file, "--gates", gates, "--freeze", frozen)[0] == 0
    code, out, _ = gate(file, "--gates", frozen, "--json")
    assert code == 0
    twin = json.loads(out)
    assert [each["count"] for each in twin["populations"]] == [51]
    held = json.loads(frozen.read_text(encoding="utf-8"))
    assert twin["gates"]["strategy_sha256"] == held["sha256"]


@pytest.mark.parametrize(
    ("events", "workspace"),
    [
        ("data_set_simple_line_100.fcs", "simple_poly_and_rect.wsp"),
        ("data_set_simple_line_100.fcs", "simple_poly_and_rect_v2_poly50.wsp"),
        ("data_set_simple_line_100.fcs", "single_ellipse_51_events.wsp"),
        ("test_data_diamond_01.fcs", "simple_diamond_example_quad_gate.wsp"),
        ("test_data_diamond_01.fcs", "test_data_diamond_asinh_rect.wsp"),
        ("test_data_diamond_01.fcs", "test_data_diamond_biex_rect.wsp"),
    ],
)
def test_gates_for_another_program(shared, gate, tmp_path, events, workspace):
    folder = shared / FLOW / "flowjo_small"
    written = tmp_path / "gates.xml"
    words = ("--gates", folder / workspace, "--gatingml", written, "--json")
    _, out, err = gate(folder / events, *words)
    assert written.exists(), err
    _, again, _ = gate(folder / events, "--gates", written, "--json")
    counts = [each["count"] for each in json.loads(out)["populations"]]
    assert [each["count"] for each in json.loads(again)["populations"]] == counts


def test_gates_that_the_standard_cannot_say(shared, gate, tmp_path):
    folder = shared / FLOW / "flowjo_small"
    written, workspace = tmp_path / "gates.xml", tmp_path / "gates.wsp"
    flat = '<transforms:linear transforms:minRange="0"  transforms:maxRange="262144"  gain="1" >'
    bent = (
        '<transforms:biex transforms:length="256" transforms:maxRange="262144" '
        'transforms:neg="0" transforms:width="-10" transforms:pos="4.5">'
    )
    drawn = (folder / "single_ellipse_51_events.wsp").read_text(encoding="utf-8")
    assert flat in drawn
    drawn = drawn.replace(flat, bent).replace("</transforms:linear>", "</transforms:biex>")
    workspace.write_text(drawn, encoding="utf-8")
    words = ("--gates", workspace, "--gatingml", written)
    code, _, err = gate(folder / "data_set_simple_line_100.fcs", *words)
    assert code == 1
    assert "a biexponential axis of FlowJo" in err
    assert not written.exists()


def test_another_sample(shared, gate):
    folder = shared / FLOW
    code, _, err = gate(
        folder / "flowjo_small/data_set_simple_line_100.fcs",
        "--gates",
        folder / "flowjo_workspaces/8_color_ICS_simple.wsp",
        "--sample",
        "2",
    )
    assert code == 1
    assert 'no channel "Time"' in err
    assert "in FlowJo it was 285,290" in err


@pytest.mark.parametrize("words", [
    ["nothing.fcs", "--gates", "nothing.xml"], ["nothing.fcs"], [],
])  # fmt: skip
def test_misuse(gate, words):
    assert gate(*words)[0] == 2
