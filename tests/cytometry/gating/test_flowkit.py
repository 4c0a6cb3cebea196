"""The same gates in FlowKit (BSD-3-Clause), which was made by others: event by event.

FlowKit is no dependency of Stroma; where it is not installed these tests are skipped.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from stroma.cytometry.biexponential import CHANNELS, Biexponential
from stroma.cytometry.gating.apply import apply_gates
from stroma.formats.fcs import read_fcs, write_fcs
from stroma.formats.flowjo import read_flowjo
from stroma.formats.gatingml import read_gatingml
from stroma.records import Channel


@pytest.fixture(scope="module")
def flowkit():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("flowkit", reason="FlowKit is not installed")


@pytest.mark.filterwarnings("ignore")
def test_every_gate_of_the_compliance_file(flowkit, shared):
    folder = shared / "data/flow/gatingml_ref"
    gates = folder / "gml/gml_all_gates.xml"
    session = flowkit.Session(gating_strategy=str(gates), fcs_samples=str(folder / "data1.fcs"))
    session.analyze_samples(use_mp=False)
    report = session.get_analysis_report()
    theirs = dict(zip(report["gate_name"], report["count"], strict=True))
    (events,) = read_fcs(folder / "data1.fcs")
    result = apply_gates(events, read_gatingml(gates).strategy)
    assert len(result.populations) == 49
    for population in result.populations:
        assert population.count == theirs[population.name], population.name


@pytest.mark.parametrize(("negative", "basis"), [(0.0, -10.0), (1.0, -63.1), (0.5, -316.2)])
def test_biexponential(flowkit, negative, basis):
    """FlowKit draws straight lines between the channels of FlowJo's table."""
    theirs = flowkit.transforms.WSPBiexTransform(negative, basis, 4.418539922, 262144.0)
    ours = Biexponential(262144.0, 4.418539922, negative, basis)
    low, high = ours.values([0.001, 0.999])
    values = np.linspace(low, high, 20001)
    difference = np.abs(ours.positions(values) * CHANNELS - theirs.apply(values))
    assert difference.max() < 1e-3


@pytest.mark.filterwarnings("ignore")
def test_polygons_of_a_real_workspace_on_made_events(flowkit, shared, tmp_path):
    """Its own event files are not shared; its gates are: logicle and linear polygons in a tree."""
    workspace = shared / "data/flow/flowjo_workspaces/8_color_ICS_simple.wsp"
    sample = read_flowjo(workspace).samples[0]
    names = [axis.name for axis in sample.strategy.axes if not axis.name.startswith("Comp-")]
    generator = np.random.default_rng(1)
    events = 200_000
    columns = {
        name: 10.0 ** generator.uniform(0.0, 5.3, events)
        if name in sample.strategy.matrices[0].detectors
        else generator.uniform(-5000.0, 262144.0, events)
        for name in names
    }
    columns["Time"] = generator.uniform(0.0, 20000.0, events)
    path = tmp_path / sample.name
    write_fcs(
        path,
        channels=[Channel(name, range=262144.0) for name in names],
        values=np.column_stack([columns[name] for name in names]),
        keywords={"$TIMESTEP": "0.01"},
    )
    theirs = flowkit.Workspace(str(workspace), fcs_samples=[flowkit.Sample(str(path))])
    theirs.analyze_samples(sample_id=sample.name, use_mp=False)
    result = apply_gates(read_fcs(path)[0], sample.strategy)
    assert [population.name for population in result.populations][-1] == "CD3+"
    for population in result.populations:
        mask = theirs.get_gate_membership(
            sample.name, population.name, gate_path=("root", *population.path[:-1])
        )
        assert population.count > 50
        assert np.array_equal(population.mask, mask), population.name
