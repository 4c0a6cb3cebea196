import numpy as np
import pytest

from stroma.records import VIABILITY_DYE
from stroma.simulate.cells import (
    BEAD_LEVEL,
    LEVELS,
    Kind,
    TubeTruth,
    simulate_beads,
    simulate_tube,
)
from stroma.simulate.cytometer import (
    DETECTORS,
    FULL_SCALE,
    detector_names,
    identity_panel,
    spillover,
)

PANEL = identity_panel("CD14", "CD19")
POSITIVE = {"CD73": 99.0, "CD90": 98.5, "CD105": 97.0, "CD34": 6.2, "CD45": 6.4, "HLA-DR": 0.3}
TRUTH = TubeTruth(
    live=15_000, dead=1_200, doublets=1_300, debris=2_500,
    positive=POSITIVE, joint=("CD34", "CD45"),
)  # fmt: skip


@pytest.fixture(scope="module")
def stained():
    return simulate_tube(TRUTH, PANEL, np.random.default_rng(1))


@pytest.fixture(scope="module")
def control():
    truth = TubeTruth(live=15_000, dead=1_200, doublets=1_300, debris=2_500)
    return simulate_tube(truth, PANEL, np.random.default_rng(2))


def compensated(events, kind=Kind.LIVE):
    measured = events.values[events.kind == kind, 4:13].astype(np.float64)
    return np.linalg.solve(spillover().matrix.T, measured.T).T


def column(marker):
    detector = next(detector for detector, held in PANEL.items() if held == marker)
    return detector_names().index(detector)


def test_the_events_are_as_many_of_each_kind_as_the_truth_says(stained):
    assert stained.values.shape == (20_000, 14)
    assert TRUTH.recorded == 20_000
    counted = {kind: int((stained.kind == kind).sum()) for kind in Kind}
    assert counted == {
        Kind.LIVE: 15_000, Kind.DEAD: 1_200, Kind.DOUBLET: 1_300, Kind.DEBRIS: 2_500, Kind.BEAD: 0,
    }  # fmt: skip


@pytest.mark.parametrize("marker", sorted(POSITIVE))
def test_the_share_of_positive_cells_is_the_true_one_to_the_cell(stained, marker):
    live = stained.kind == Kind.LIVE
    assert stained.positive[marker][live].sum() == round(15_000 * POSITIVE[marker] / 100)


def test_joint_markers_sit_on_the_same_cells(stained):
    live = stained.kind == Kind.LIVE
    assert not (stained.positive["CD34"] & ~stained.positive["CD45"])[live].any()


def test_markers_that_are_not_joint_do_not_keep_together(stained):
    live = stained.kind == Kind.LIVE
    both = (~stained.positive["CD90"] & ~stained.positive["CD105"])[live].sum()
    # 15,000 × 0.015 × 0.03 = 6.75 cells are expected to lack both.
    assert both < 20


@pytest.mark.parametrize("marker", ["CD73", "CD90", "CD105", "CD34", "CD45"])
def test_compensation_with_the_true_matrix_gives_back_the_level_of_the_marker(stained, marker):
    carries = stained.positive[marker][stained.kind == Kind.LIVE]
    light = compensated(stained)[:, column(marker)]
    background = np.median(light[~carries])
    assert np.median(light[carries]) - background == pytest.approx(LEVELS[marker].median, rel=0.05)


def test_spilled_light_is_the_fraction_of_the_matrix():
    # Beads of one fluorochrome: what another detector sees of them is the spillover alone.
    beads = simulate_beads("FITC-A", 40_000, np.random.default_rng(3))
    bright = beads.positive["FITC-A"]
    light = beads.values[:, 4:13].astype(np.float64)
    difference = light[bright].mean(axis=0) - light[~bright].mean(axis=0)
    row = detector_names().index("FITC-A")
    assert np.allclose(difference / difference[row], spillover().matrix[row], atol=5e-4)


def test_the_percentile_of_the_control_finds_the_truth_within_one_and_a_half_points(
    stained, control
):
    threshold = np.percentile(compensated(control), 99.5, axis=0)
    found = 100 * (compensated(stained) > threshold).mean(axis=0)
    for marker, percent in POSITIVE.items():
        assert found[column(marker)] == pytest.approx(percent, abs=1.2), marker


def test_a_brighter_background_raises_what_is_found_and_stays_below_the_limit(control):
    shifted = TubeTruth(
        live=15_000, dead=0, doublets=0, debris=0,
        background=dict.fromkeys(detector_names(), 1.05),
    )  # fmt: skip
    cells = simulate_tube(shifted, PANEL, np.random.default_rng(4))
    threshold = np.percentile(compensated(control), 99.5, axis=0)
    found = 100 * (compensated(cells) > threshold).mean(axis=0)[:8]
    assert (found > 0.5).all()
    assert (found < 1.2).all()


def test_negatives_scatter_about_a_small_value_and_some_fall_below_zero(control):
    light = compensated(control)[:, column("CD45")]
    assert 0 < (light < 0).mean() < 0.3
    assert light.min() < -10


def test_noise_grows_with_the_signal_as_photons_do():
    # Variance of the noise = electronic² + signal × channels per photoelectron (Wood 1998).
    beads = simulate_beads("APC-A", 20_000, np.random.default_rng(5))
    dim = beads.values[~beads.positive["APC-A"], 4:13].astype(np.float64)
    for index, detector in enumerate(DETECTORS):
        signal = 0.10 * detector.autofluorescence
        expected = detector.electronic_noise**2 + signal * detector.channels_per_photoelectron
        # 10,000 beads: the standard error of a variance is 1.4 % of it.
        assert dim[:, index].var() == pytest.approx(expected, rel=0.06), detector.name


def test_bright_neighbours_spread_negatives(stained, control):
    # CD105 and CD90 stain every cell: the spread of CD34's negatives is the light they spill.
    negative = ~stained.positive["CD34"][stained.kind == Kind.LIVE]
    spread = compensated(stained)[negative, column("CD34")].std()
    assert spread > compensated(control)[:, column("CD34")].std()


def test_dead_cells_are_brighter_than_live_ones_in_every_detector_and_take_up_the_dye(control):
    live, dead = compensated(control), compensated(control, Kind.DEAD)
    assert (np.median(dead, axis=0) > 2 * np.median(live, axis=0)).all()
    dye = column(VIABILITY_DYE)
    assert np.percentile(dead[:, dye], 0.5) > 3 * np.percentile(live[:, dye], 99.5)


def test_doublets_have_twice_the_area_at_the_height_of_one_cell(stained):
    ratio = stained.values[:, 0] / stained.values[:, 1]
    single = np.median(ratio[stained.kind == Kind.LIVE])
    double = np.median(ratio[(stained.kind == Kind.DOUBLET) & (stained.values[:, 0] < 262_143)])
    assert 1.5 < double / single < 2.2
    assert single == pytest.approx(1 / 0.85, rel=0.01)


def test_debris_lies_between_the_trigger_and_the_cells(stained):
    area = stained.values[:, 0]
    debris, live = area[stained.kind == Kind.DEBRIS], area[stained.kind == Kind.LIVE]
    assert debris.min() >= 5_000
    assert np.percentile(debris, 95) < np.percentile(live, 0.5)


def test_large_events_stand_at_the_end_of_the_detector(stained):
    assert stained.values[:, :13].max() == FULL_SCALE - 1
    at_the_end = stained.values[:, 0] == FULL_SCALE - 1
    assert 20 < at_the_end.sum() < 1_000
    assert (stained.kind[at_the_end] == Kind.DOUBLET).mean() > 0.95


def test_time_runs_forward_at_a_constant_rate(stained):
    time = stained.values[:, 13]
    assert (np.diff(time) >= 0).all()
    assert time[10_000] / time[-1] == pytest.approx(0.5, abs=0.02)


def test_an_unstained_tube_has_no_light_but_the_cells_own():
    truth = TubeTruth(live=4_000, dead=0, doublets=0, debris=0)
    events = simulate_tube(truth, {}, np.random.default_rng(6))
    medians = np.median(events.values[:, 4:13], axis=0)
    expected = [detector.autofluorescence for detector in DETECTORS]
    assert medians == pytest.approx(expected, rel=0.06)


def test_a_marker_left_out_of_the_tube_gives_no_light(stained):
    present = {detector: marker for detector, marker in PANEL.items() if marker != "CD34"}
    events = simulate_tube(TRUTH, present, np.random.default_rng(7))
    light = compensated(events)[:, column("CD34")]
    assert np.percentile(light, 99.9) < 1_000


def test_the_same_seed_gives_the_same_events():
    first = simulate_tube(TRUTH, PANEL, np.random.default_rng(8))
    second = simulate_tube(TRUTH, PANEL, np.random.default_rng(8))
    assert first.values.tobytes() == second.values.tobytes()


def test_half_the_beads_catch_the_stain():
    beads = simulate_beads("PE-A", 2_000, np.random.default_rng(9))
    assert beads.positive["PE-A"].sum() == 1_000
    bright = beads.values[beads.positive["PE-A"], 4 + detector_names().index("PE-A")]
    assert np.median(bright) == pytest.approx(BEAD_LEVEL.median, rel=0.03)
