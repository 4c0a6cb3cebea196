"""A matrix held against the controls: errors that were put in are the slopes that come out."""

from __future__ import annotations

import numpy as np
import pytest

from stroma.cytometry.compensation_check import check_compensation, misfits
from stroma.cytometry.single_stains import SingleStain, StainPopulations, populations_of
from stroma.records import Events, Origin, Spillover
from stroma.simulate.cells import simulate_beads
from stroma.simulate.cytometer import channels, detector_names, spillover

NAMES = detector_names()
TRUE = spillover()


@pytest.fixture(scope="module")
def controls():
    return [
        populations_of(
            SingleStain(
                detector=name,
                events=Events(
                    Origin(f"{name}.fcs", "0" * 64),
                    "FCS3.1",
                    channels({}),
                    simulate_beads(name, 2_000, np.random.default_rng([7, i])).values,
                    {},
                ),
            ),
            NAMES,
        )
        for i, name in enumerate(NAMES)
    ]


def with_coefficient(stain, detector, value):
    matrix = TRUE.matrix.copy()
    matrix[NAMES.index(stain), NAMES.index(detector)] = value
    return Spillover(NAMES, matrix)


def test_the_true_matrix_leaves_nothing(controls):
    check = check_compensation(controls, TRUE)
    assert check.stains == check.channels == NAMES
    assert check.files == tuple(f"{name}.fcs" for name in NAMES)
    slopes = np.array([[slope.estimate for slope in row] for row in check.slopes])
    others = ~np.eye(len(NAMES), dtype=bool)
    assert np.abs(slopes[others]).max() < 0.0005
    np.testing.assert_allclose(np.diag(slopes), 1.0)
    held = [s.low <= 0 <= s.high for i, row in enumerate(check.slopes)
            for j, s in enumerate(row) if i != j]  # fmt: skip
    assert np.mean(held) > 0.9
    assert check.condition == pytest.approx(np.linalg.cond(TRUE.matrix))


@pytest.mark.parametrize(("written", "left"), [(0.150, 0.010), (0.160, 0.0), (0.175, -0.015)])
def test_too_little_and_too_much_compensation_are_told_by_their_sign(controls, written, left):
    """16 % of FITC is seen by PE: a matrix that says 15 % leaves 1 %, one of 17.5 % takes 1.5 %."""
    check = check_compensation(controls, with_coefficient("FITC-A", "PE-A", written))
    slope = check.slope("FITC-A", "PE-A")
    assert slope.estimate == pytest.approx(left, abs=0.0003)
    assert slope.low < left < slope.high or abs(slope.estimate - left) < 0.0002
    assert slope.high - slope.low < 0.001
    assert check.slope("FITC-A", "BUV395-A") is None


def test_the_spread_is_that_of_its_definition():
    """Nguyen 2013: the root of the added variance over the root of the brightness."""
    quantiles = np.linspace(0.001, 0.999, 999)
    spread = np.interp(quantiles, [0, 0.5, 0.84, 1], [-40.0, 0.0, 30.0, 40.0])
    narrow = np.interp(quantiles, [0, 0.5, 0.84, 1], [-20.0, 0.0, 18.0, 20.0])
    held = StainPopulations(
        detector="A",
        detectors=("A", "B"),
        stained=np.column_stack([np.full(999, 2_500.0), spread]),
        unstained=np.column_stack([np.zeros(999), narrow]),
        origin=Origin("a.fcs", "0" * 64),
    )
    check = check_compensation([held], Spillover(("A", "B"), np.eye(2)))
    # sqrt(30² - 18²) = 24, sqrt(2500) = 50.
    assert check.spread[0] == pytest.approx([0.0, 24 / 50], abs=0.01)
    assert check.brightness == (2_500.0,)
    # 30 over 18.
    assert check.widened[0] == pytest.approx([1.0, 30 / 18], abs=0.01)


def test_controls_for_detectors_the_matrix_lacks_are_left_out(controls):
    small = Spillover(NAMES[:4], TRUE.matrix[:4, :4])
    check = check_compensation(controls, small)
    assert check.stains == NAMES[:4]
    assert check_compensation([], small).slopes == ()


def test_an_error_counts_where_it_lifts_cells_over_their_threshold(controls):
    wrong = check_compensation(controls, with_coefficient("FITC-A", "PerCP-Cy5.5-A", -0.004))
    noise = dict.fromkeys(NAMES, 60.0)
    bright = {"FITC-A": np.full(1_000, 12_000.0)}
    (found,) = misfits(wrong, bright, noise, percentile=99.5)
    assert (found.stain, found.detector) == ("FITC-A", "PerCP-Cy5.5-A")
    # 1 % of 12,000 is 2 standard deviations of 60: 28 % of them then lie above 2.576.
    assert found.slope.estimate == pytest.approx(0.010, abs=0.0003)
    assert found.lifted == pytest.approx(28, abs=3)
    dim = {"FITC-A": np.full(1_000, 1_000.0)}
    assert misfits(wrong, dim, noise, percentile=99.5) == ()
    few = {"FITC-A": np.concatenate([np.full(40, 12_000.0), np.zeros(960)])}
    assert misfits(wrong, few, noise, percentile=99.5) == ()
    right = check_compensation(controls, TRUE)
    assert misfits(right, bright, noise, percentile=99.5) == ()


def test_too_much_compensation_counts_as_too_little_does(controls):
    wrong = check_compensation(controls, with_coefficient("FITC-A", "PerCP-Cy5.5-A", 0.016))
    bright = {"FITC-A": np.full(1_000, 12_000.0)}
    (found,) = misfits(wrong, bright, {"PerCP-Cy5.5-A": 60.0}, percentile=99.5)
    assert found.slope.high < 0
    assert found.lifted == pytest.approx(28, abs=3)


def test_a_matrix_that_takes_all_light_of_a_stain_is_a_misfit_of_its_own(controls):
    """PE that is said to hold 150 % of FITC, and FITC 150 % of PE, turns both lights round."""
    matrix = TRUE.matrix.copy()
    fitc, pe = NAMES.index("FITC-A"), NAMES.index("PE-A")
    matrix[fitc, pe] = matrix[pe, fitc] = 1.5
    check = check_compensation(controls, Spillover(NAMES, matrix))
    assert max(check.brightness[fitc], check.brightness[pe]) < 0
    assert all(slope.low <= slope.estimate <= slope.high for row in check.slopes for slope in row)
    found = misfits(check, {"FITC-A": np.full(100, 1e4)}, {"PE-A": 60.0}, percentile=99.5)
    assert {(m.stain, m.detector) for m in found} == {("FITC-A", "FITC-A"), ("PE-A", "PE-A")}
