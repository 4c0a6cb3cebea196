import numpy as np

from stroma.records import VIABILITY_DYE
from stroma.simulate.cytometer import (
    DETECTORS,
    FULL_SCALE,
    SPILLS,
    channels,
    detector_names,
    identity_panel,
    spillover,
)


def test_the_panel_stains_the_isct_markers_and_a_dye_on_nine_detectors():
    panel = identity_panel("CD14", "CD19")
    assert set(panel) == set(detector_names())
    assert len(panel) == 9
    assert set(panel.values()) == {
        "CD73", "CD90", "CD105", "CD34", "CD45", "CD14", "CD19", "HLA-DR", VIABILITY_DYE,
    }  # fmt: skip


def test_the_spillover_matrix_has_each_fraction_in_its_place_and_can_be_inverted():
    matrix = spillover()
    assert matrix.channels == detector_names()
    assert np.array_equal(np.diag(matrix.matrix), np.ones(9))
    for source, detector, fraction in SPILLS:
        row, column = matrix.channels.index(source), matrix.channels.index(detector)
        assert matrix.matrix[row, column] == fraction
    assert np.count_nonzero(matrix.matrix) == 9 + len(SPILLS)
    assert np.linalg.cond(matrix.matrix) < 3


def test_files_have_scatter_nine_detectors_and_time():
    made = channels({"PE-A": "CD105"})
    assert [channel.name for channel in made] == [
        "FSC-A", "FSC-H", "FSC-W", "SSC-A", *detector_names(), "Time",
    ]  # fmt: skip
    assert {channel.range for channel in made} == {float(FULL_SCALE)}
    named = {channel.name: channel for channel in made}
    assert named["PE-A"].marker == "CD105"
    assert named["FITC-A"].marker is None
    assert named["PE-A"].voltage == 445.0
    assert named["Time"].voltage is None


def test_every_detector_has_light_noise_and_a_name_of_its_own():
    assert len(set(detector_names())) == len(DETECTORS) == 9
    assert all(detector.autofluorescence > 0 for detector in DETECTORS)
    assert all(detector.electronic_noise > 0 for detector in DETECTORS)
    assert all(detector.channels_per_photoelectron > 0 for detector in DETECTORS)
