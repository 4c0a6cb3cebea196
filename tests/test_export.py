"""Events as frames and AnnData objects, without and with the optional package."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from stroma.cytometry.populations import clean
from stroma.errors import StromaError
from stroma.export import populations_of, to_anndata, to_frame
from stroma.formats.fcs import read_fcs
from stroma.house_rules import CleaningRule
from stroma.records import Channel, Events, Origin, Spillover

MATRIX = Spillover(("A", "B"), np.array([[1.0, 0.5], [0.0, 1.0]]))


def small(spillover=MATRIX):
    channels = (Channel("FSC-A", range=1024.0), Channel("A", "CD90", voltage=400.0), Channel("B"))
    values = np.array([[10.0, 100.0, 70.0], [20.0, 0.0, 5.0]], dtype=np.float32)
    keywords = {"$CYT": "simulated"}
    return Events(Origin("a.fcs", "f" * 64), "FCS3.1", channels, values, keywords, spillover)


@dataclass
class FakeAnnData:
    """Holds what it was given, as the real class does."""

    X: Any
    obs: pd.DataFrame
    var: pd.DataFrame
    layers: dict[str, Any]
    uns: dict[str, Any]


@pytest.fixture
def anndata(monkeypatch):
    module = ModuleType("anndata")
    module.AnnData = FakeAnnData
    monkeypatch.setitem(sys.modules, "anndata", module)


def test_a_frame_has_a_column_for_each_channel_and_is_a_copy():
    events = small()
    frame = to_frame(events)
    assert list(frame.columns) == ["FSC-A", "A", "B"]
    assert frame.to_numpy().tolist() == [[10, 100, 70], [20, 0, 5]]
    assert {str(kind) for kind in frame.dtypes} == {"float32"}
    assert frame.attrs == {"file": "a.fcs", "sha256": "f" * 64}
    frame.loc[0, "A"] = -1
    assert events.values[0, 1] == 100


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "anndata", None)
    with pytest.raises(
        StromaError,
        match=r'the package anndata is not installed.*pip install "stroma\[anndata\]"',
    ):
        to_anndata(small())


@pytest.mark.usefixtures("anndata")
def test_an_object_holds_values_populations_channels_and_origin():
    held = to_anndata(small(), {"cells": np.array([True, False])})
    np.testing.assert_array_equal(held.X, small().values)
    assert held.obs["cells"].tolist() == [True, False]
    assert held.obs.index.tolist() == ["0", "1"]
    assert held.var.index.tolist() == ["FSC-A", "A", "B"]
    assert held.var["marker"].tolist() == ["", "CD90", ""]
    assert held.var["range"].fillna(-1).tolist() == [1024, -1, -1]
    assert held.var["voltage"].fillna(-1).tolist() == [-1, 400, -1]
    # 70 less half of 100 is 20.
    assert held.layers["compensated"].tolist() == [[10, 100, 20], [20, 0, 5]]
    assert held.uns["keywords"] == {"$CYT": "simulated"}
    assert (held.uns["file"], held.uns["version"]) == ("a.fcs", "FCS3.1")
    assert held.uns["spillover_channels"] == ["A", "B"]


@pytest.mark.usefixtures("anndata")
def test_without_a_matrix_there_is_no_compensated_layer():
    held = to_anndata(small(None), layers={"own": np.zeros((2, 3))})
    assert list(held.layers) == ["own"]
    assert "spillover" not in held.uns
    assert held.obs.shape == (2, 0)


@pytest.mark.usefixtures("anndata")
@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"populations": {"cells": np.ones(3, dtype=bool)}}, r"cells has the shape \(3,\)"),
        ({"layers": {"own": np.zeros((2, 2))}}, r"own has the shape \(2, 2\).*\(2, 3\)"),
    ],
)
def test_another_shape_is_refused(more, message):
    with pytest.raises(ValueError, match=message):
        to_anndata(small(), **more)


def test_the_populations_of_a_tube_are_what_each_gate_left(shared):
    (events, *_) = read_fcs(shared / "data" / "flow" / "gatingml_ref" / "data1.fcs")
    cleaned = clean(events, rule=CleaningRule())
    found = populations_of(cleaned)
    assert list(found) == [step.gate for step in cleaned.steps]
    for step in cleaned.steps:
        assert found[step.gate].sum() == step.remaining
    last = found[cleaned.steps[-1].gate]
    np.testing.assert_array_equal(np.flatnonzero(last), cleaned.rows)
