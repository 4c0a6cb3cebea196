"""Labels of detectors held against the markers a study reads."""

import numpy as np
import pytest

from stroma.assays.detector_labels import other_labels
from stroma.records import Channel, Events, Origin, Tube, TubeRole


def judged(label, marker):
    tube = Tube(
        file="t.fcs", lot="L1", passage="P4", role=TubeRole.STAINED, markers={"PE-A": marker},
        origin_of_row=Origin("tubes.csv", "f" * 64, "row 3"),
    )  # fmt: skip
    channels = (Channel("PE-A", marker=label),)
    events = Events(Origin("t.fcs", "a" * 64), "FCS3.1", channels, np.zeros((1, 1)), {}, None)
    return [str(problem.found) for _detector, problem in other_labels(tube, events)]


@pytest.mark.parametrize(
    ("label", "marker"),
    [
        ("CD34", "CD34"),
        ("CD34 PE", "CD34"),
        (None, "CD34"),
        ("PE-A", "CD34"),
        ("CD90", "Thy-1"),  # a name that is not known to be another one
        ("FMO CD19", "CD34"),
        ("IgG1 for CD19", "CD34"),
        ("CD45/7-AAD", "viability"),
        ("CD11b", "CD11b/CD14"),
    ],
)
def test_a_label_that_does_not_contradict_is_left_alone(label, marker):
    assert judged(label, marker) == []


@pytest.mark.parametrize(
    ("label", "marker"), [("CD19", "CD45"), ("HLA-DR", "CD45"), ("cd90 pe", "HLA-DR")]
)
def test_a_label_of_another_marker_is_said(label, marker):
    assert judged(label, marker) == [
        f'the study reads {marker} on PE-A, which t.fcs labels "{label}"'
    ]
