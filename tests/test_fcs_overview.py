"""What an FCS file holds, as JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest

from stroma.errors import FileProblem
from stroma.fcs_overview import describe_fcs
from stroma.formats.fcs import write_fcs
from stroma.records import Channel, Spillover


@pytest.fixture
def tube(tmp_path):
    path = tmp_path / "tube.fcs"
    write_fcs(
        path,
        channels=[Channel("FL1-A", marker="CD105", range=1024.0, voltage=412.5), Channel("FL2-A")],
        values=np.array([[1.5, np.nan], [2.0, 4.0]]),
        keywords={"$CYT": "Aria"},
        spillover=Spillover(("FL1-A", "FL2-A"), np.array([[1.0, 0.25], [0.0, 1.0]])),
    )
    return path


def test_description(tube):
    found = describe_fcs(tube)
    assert (found["version"], found["instrument"], found["events"]) == ("FCS3.1", "Aria", 2)
    assert (found["datasets"], found["dataset"]) == (1, 1)
    first, second = found["parameters"]
    assert first == {
        "name": "FL1-A",
        "marker": "CD105",
        "bits": 32,
        "range": 1024,
        "amplification": [0, 0],
        "gain": 1,
        "voltage": 412.5,
        "wavelengths": None,
    }
    assert second["marker"] is None
    assert found["keywords"]["$CYT"] == "Aria"
    assert found["spillover"] == {
        "channels": ["FL1-A", "FL2-A"],
        "matrix": [[1.0, 0.25], [0.0, 1.0]],
    }
    assert "rows" not in found
    json.dumps(found, allow_nan=False)


def test_values_as_stored(tube):
    found = describe_fcs(tube, values=True)
    assert found["rows"] == [[1.5, "nan"], [2, 4]]
    assert found["sums"] == [3.5, "nan"]


def test_stored_integers_of_a_real_file(shared):
    """Stored values, not linear ones: sums of the array other readers' truth file holds."""
    folder = shared / "data/flow"
    found = describe_fcs(folder / "gatingml_ref/data1.fcs", values=True)
    truth = np.load(folder / "fcs_truth_npy/data1_original_events.npy")
    assert found["sums"] == truth.sum(axis=0).astype(int).tolist()
    assert found["rows"] == truth[:5].astype(int).tolist()
    assert [each["keyword"] for each in found["repairs"]][-1] == "$P3E, $P4E, $P5E, $P7E"


def test_no_such_data_set(tube):
    with pytest.raises(FileProblem, match=r"no data set 2\. Expected: a number from 1 to 1"):
        describe_fcs(tube, data_set=2)
