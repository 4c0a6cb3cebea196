"""Spillover from single stains, held to matrices that the controls were made with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stroma.cytometry.single_stains import (
    SingleStain,
    StainPopulations,
    of_one_kind,
    populations_of,
    residual_slopes,
    restricted,
    robust_sd,
    spillover_from,
    told_apart,
)
from stroma.errors import FileProblem
from stroma.records import VIABILITY_DYE, Channel, Events, Origin, TubeRole
from stroma.simulate import cells as simulated_cells
from stroma.simulate.cells import (
    StainLevel,
    TubeTruth,
    simulate_beads,
    simulate_tube,
)
from stroma.simulate.cytometer import channels, detector_names, identity_panel, spillover
from stroma.simulate.truth import DEFAULT_SEED, lot_truths
from stroma.simulate.tubes import plan_tubes, tube_events

NAMES = detector_names()
TRUE = spillover().matrix
PANEL = identity_panel("CD14", "CD19")
OTHERS = ~np.eye(len(NAMES), dtype=bool)


def events_of(values, file="control.fcs"):
    return Events(Origin(file, "0" * 64), "FCS3.1", channels({}), values, {})


def bead_control(detector, seed=0, count=2_000):
    generator = np.random.default_rng([seed, NAMES.index(detector)])
    values = simulate_beads(detector, count, generator).values
    return SingleStain(detector=detector, events=events_of(values, f"{detector}.fcs"))


def cell_control(detector, percent, seed=0, live=8_000):
    marker = PANEL[detector]
    truth = TubeTruth(live=live, dead=400, doublets=500, debris=900, positive={marker: percent})
    if marker == VIABILITY_DYE:
        truth = TubeTruth(live=live, dead=2_000, doublets=500, debris=900)
    generator = np.random.default_rng([seed, NAMES.index(detector)])
    values = simulate_tube(truth, {detector: marker}, generator).values
    return SingleStain(detector=detector, events=events_of(values, f"{detector}.fcs"))


def matrix_of(controls):
    return spillover_from([populations_of(control, NAMES) for control in controls])


def bounds(matrix):
    low = np.array([[c.low for c in fit.coefficients] for fit in matrix.fits])
    high = np.array([[c.high for c in fit.coefficients] for fit in matrix.fits])
    return low, high


@pytest.mark.parametrize("lot", [0, 3, 6])
def test_the_example_study_gives_back_its_own_matrix(lot):
    truth = lot_truths(DEFAULT_SEED, 8)[lot]
    controls = [
        SingleStain(
            detector=next(iter(plan.stained)),
            events=events_of(
                tube_events(truth, plan, number=number, seed=DEFAULT_SEED).values, plan.file_name
            ),
        )
        for number, plan in enumerate(plan_tubes(truth))
        if plan.role is TubeRole.SINGLE_STAIN
    ]
    found = matrix_of(controls)
    assert found.spillover.channels == NAMES
    # A thousand stained and unstained beads of each kind: 0.05 % of the light at most.
    assert np.abs(found.spillover.matrix - TRUE).max() < 0.0005
    np.testing.assert_array_equal(np.diag(found.spillover.matrix), 1.0)
    for fit in found.fits:
        assert min(fit.stained, fit.unstained) > 950
        assert fit.separation > 500
        assert fit.residual < 1e-5
        assert fit.nonlinearity < 0.002
        assert fit.brightness == pytest.approx(18_000, rel=0.02)
        assert fit.unstained_file is None


def test_the_intervals_of_coefficients_hold_the_truth_as_often_as_they_say():
    held = []
    for seed in range(12):
        low, high = bounds(matrix_of([bead_control(name, seed) for name in NAMES]))
        held.append(((low <= TRUE) & (high >= TRUE))[OTHERS].mean())
    # 864 coefficients; 0.95 less four standard errors.
    assert np.mean(held) > 0.92


@pytest.mark.parametrize(("percent", "tolerance"), [(98.0, 0.006), (50.0, 0.003), (5.0, 0.006)])
def test_cells_with_debris_doublets_and_dead_cells_do(percent, tolerance):
    found = matrix_of([cell_control(name, percent) for name in NAMES])
    errors = np.abs(found.spillover.matrix - TRUE)
    assert errors[:-1].max() < tolerance


def test_dim_stains_leave_less_than_half_the_spread_of_unstained_cells(monkeypatch):
    """A dim control cannot give three digits, and need not: its error shifts little light."""
    dim = {marker: StainLevel(1_000.0, level.log_sd) for marker, level in PANEL_LEVELS.items()}
    monkeypatch.setattr(simulated_cells, "LEVELS", dim)
    names = NAMES[:-1]
    populations = [populations_of(cell_control(name, 50.0), names) for name in names]
    found = spillover_from(populations)
    errors = np.abs(found.spillover.matrix - TRUE[:-1, :-1])
    shares = [
        error * fit.brightness / robust_sd(population.unstained[:, column])
        for row, fit, population in zip(errors, found.fits, populations, strict=True)
        for column, error in enumerate(row)
    ]
    assert max(shares) < 0.5


PANEL_LEVELS = dict(simulated_cells.LEVELS)


def test_dead_cells_in_the_control_of_their_dye_are_told_by_their_autofluorescence():
    """Live and dead cells differ in more than the dye; the bright and the dim dead show it."""
    found = matrix_of([cell_control(name, 50.0) for name in NAMES])
    assert [fit.detector for fit in found.fits if fit.nonlinearity > 0.01] == ["APC-H7-A"]
    beads = matrix_of([bead_control(name) for name in NAMES])
    assert all(fit.nonlinearity < 0.002 for fit in beads.fits)


def test_autofluorescence_of_the_control_takes_no_part():
    """Light that every event has alike changes the medians of both populations alike."""
    plain = populations_of(bead_control("FITC-A"), NAMES)
    bright = replace(plain, stained=plain.stained + 500.0, unstained=plain.unstained + 500.0)
    others = [populations_of(bead_control(name), NAMES) for name in NAMES if name != "FITC-A"]
    first, second = spillover_from([plain, *others]), spillover_from([bright, *others])
    np.testing.assert_allclose(first.spillover.matrix, second.spillover.matrix, atol=1e-6)


SHINING_TRUE = np.array(
    [[1.0, 0.15, 0.002, 0.0], [0.02, 1.0, 0.01, 0.001], [0.0, 0.005, 1.0, 0.0], [0.003, 0, 0, 1.0]]
)


def shining_populations(brightness, seed):
    """Cells whose autofluorescence varies by 40 %, alike in all detectors; half are stained."""
    found = []
    names = NAMES[:4]
    for row, name in enumerate(names):
        generator = np.random.default_rng([seed, row])
        light = np.outer(np.exp(generator.normal(0, 0.4, 10_000)), [120.0, 80.0, 30.0, 150.0])
        stain = brightness * np.exp(generator.normal(0, 0.35, 5_000))
        light[:5_000] += np.outer(stain, SHINING_TRUE[row])
        light += generator.normal(size=light.shape) * np.sqrt(5 * light + 400)
        cut = 70.0 + brightness / 3
        stained = light[:, row] > cut
        found.append(population(light[stained], light[~stained], detector=name, detectors=names))
    return found


@pytest.mark.parametrize(("brightness", "rmse"), [(600.0, 0.0035), (2_000.0, 0.001)])
def test_correlated_autofluorescence_is_not_taken_for_spillover(brightness, rmse):
    """Before events were told apart by the stain's own light: 0.008, and 0.3 of the intervals."""
    errors, held = [], []
    for seed in range(5):
        found = spillover_from(shining_populations(brightness, seed))
        off = ~np.eye(4, dtype=bool)
        errors.append((found.spillover.matrix - SHINING_TRUE)[off])
        low, high = bounds(found)
        held.append(((low <= SHINING_TRUE) & (high >= SHINING_TRUE))[off].mean())
    assert np.sqrt(np.mean(np.square(errors))) < rmse
    # 60 coefficients; 0.95 less three standard errors.
    assert np.mean(held) > 0.86


def test_events_are_told_apart_by_the_light_of_the_stain_alone():
    """Of 1,000 cells as bright as each other, none is chosen by its autofluorescence."""
    generator = np.random.default_rng(4)
    shine = generator.normal(0, 100, 2_000)
    stain = np.repeat([0.0, 600.0], 1_000)
    values = np.column_stack([
        shine + stain + generator.normal(0, 10, 2_000), shine + generator.normal(0, 10, 2_000)
    ])  # fmt: skip
    near = values[:, 0] > 300
    rough = population(values[near], values[~near])
    assert not np.array_equal(near, stain > 0)
    found = told_apart(rough, np.eye(2))
    assert (len(found.stained), len(found.unstained)) == (1_000, 1_000)
    few = population(values[near][:60], values[~near][:19])
    assert told_apart(few, np.eye(2)) is few


def test_dead_cells_of_another_colour_are_not_the_unstained_ones():
    """Less than nothing is foretold of them: below the unstained events there is no population."""
    generator = np.random.default_rng(6)
    shine = 100 * np.exp(generator.normal(0, 0.4, 2_400))
    shine[2_000:] *= 12
    stain = np.repeat([0.0, 2_000.0, 0.0], [1_000, 1_000, 400])
    other = shine * np.where(np.arange(2_400) < 2_000, 1.0, 2.0)
    noise = generator.normal(0, 10, (2_400, 2))
    values = np.column_stack([shine + stain, other]) + noise
    near = values[:, 0] > 600
    found = told_apart(population(values[near], values[~near]), np.eye(2))
    assert len(found.unstained) == pytest.approx(1_000, abs=10)
    assert len(found.stained) == pytest.approx(1_000, abs=10)


def test_a_few_unstained_events_give_way_to_a_tube_of_unstained_particles():
    """Four in a hundred are debris and dead cells rather than unstained particles."""
    control = bead_control("PE-A")
    values = control.events.values
    bright = values[:, 7] > 5_000
    blank = events_of(values[~bright], "blank.fcs")
    few = np.vstack([values[bright], values[~bright][:40]])
    nearly = SingleStain(detector="PE-A", events=events_of(few, "pe.fcs"))
    lent = populations_of(nearly, NAMES, unstained=blank)
    assert lent.unstained_origin.file == "blank.fcs"
    assert len(lent.stained) == pytest.approx(1_000, abs=15)
    assert populations_of(control, NAMES, unstained=blank).unstained_origin is None


def population(stained, unstained, detector="A", detectors=("A", "B")):
    return StainPopulations(
        detector=detector,
        detectors=detectors,
        stained=np.array(stained, dtype=float),
        unstained=np.array(unstained, dtype=float),
        origin=Origin(f"{detector}.fcs", "0" * 64),
    )


def test_a_matrix_by_hand():
    """A: medians 1,100 and 300 over 100 and 100, so 0.2; B: 60 and 1,010 over 10 and 10."""
    first = population(
        [[1_000, 280], [1_100, 300], [1_200, 320]], [[90, 95], [100, 100], [110, 105]]
    )
    second = population([[50, 900], [60, 1_010], [70, 1_120]], [[10, 10]] * 3, detector="B")
    found = spillover_from([first, second])
    np.testing.assert_allclose(found.spillover.matrix, [[1.0, 0.2], [0.05, 1.0]], atol=1e-12)
    left = residual_slopes(first, np.linalg.inv(found.spillover.matrix))
    assert [slope.estimate for slope in left] == pytest.approx([1.0, 0.0], abs=1e-12)
    # Uncompensated, the whole of the spilled light is left.
    assert residual_slopes(first, np.eye(2))[1].estimate == pytest.approx(0.2)


def test_events_of_another_kind_are_left_out():
    generator = np.random.default_rng(2)
    stained = np.column_stack(
        [generator.normal(5_000, 500, 1_000), *generator.normal(0, 20, (3, 1_000))]
    )
    strange = np.column_stack(
        [generator.normal(4_000, 500, 80), *generator.normal(150, 20, (3, 80))]
    )
    unstained = generator.normal(0, 20, (1_000, 4))
    names = ("A", "B", "C", "D")
    held = population(np.vstack([stained, strange]), unstained, detectors=names)
    kept = of_one_kind(held, np.eye(4))
    assert len(kept.stained) == pytest.approx(1_000, abs=10)
    assert kept.stained[:, 1].max() < 100
    assert len(kept.unstained) > 985


def test_an_unstained_tube_lends_its_events_to_a_control_without_any():
    control = bead_control("PE-A")
    stained = control.events.values[control.events.values[:, 7] > 5_000]
    blank = control.events.values[control.events.values[:, 7] < 5_000]
    all_stained = SingleStain(detector="PE-A", events=events_of(stained, "pe.fcs"))
    with pytest.raises(FileProblem, match="one population on PE-A and no unstained one"):
        populations_of(all_stained, NAMES)
    lent = populations_of(all_stained, NAMES, unstained=events_of(blank, "blank.fcs"))
    assert lent.unstained_origin.file == "blank.fcs"
    own = populations_of(control, NAMES)
    assert lent.separation == pytest.approx(own.separation, rel=0.01)
    # Cells are no blank for beads: they are three times as large, and shine otherwise.
    cells = cell_control("PE-A", 0.0).events
    with pytest.raises(FileProblem, match="or an unstained tube of the same particles"):
        populations_of(all_stained, NAMES, unstained=cells)


def test_events_no_detector_can_show_are_left_out():
    control = bead_control("PE-A")
    values = control.events.values.copy()
    bright = np.flatnonzero(values[:, 7] > 5_000)[:300]
    values[bright, 7] = 262_143.0
    found = populations_of(replace(control, events=events_of(values)), NAMES)
    assert len(found.stained) == pytest.approx(700, abs=5)
    assert found.at_end == pytest.approx(0.15, abs=0.002)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda v: v[:60], "one population on PE-A"),
        (lambda v: v[v[:, 7] < 5_000], "one population on PE-A and no unstained one"),
        (lambda v: np.vstack([v[v[:, 7] > 5_000], v[v[:, 7] < 5_000][:55]])[25:], None),
    ],
)
def test_a_control_that_shows_no_two_populations_is_refused(change, message):
    control = bead_control("PE-A")
    values = np.ascontiguousarray(change(control.events.values))
    few = SingleStain(detector="PE-A", events=events_of(values))
    if message is None:
        assert len(populations_of(few, NAMES).unstained) == 55
        return
    with pytest.raises(FileProblem, match=message):
        populations_of(few, NAMES)


def test_stained_events_among_the_unstained_are_refused():
    values = bead_control("PE-A").events.values.copy()
    is_bright = values[:, 7] > 5_000
    values[:, 7] = np.where(is_bright, values[:, 7] / 240, values[:, 7])
    near = SingleStain(detector="PE-A", events=events_of(values))
    with pytest.raises(
        FileProblem,
        match=r'control\.fcs, column "PE-A": (stained events .* robust standard|one population)',
    ):
        populations_of(near, NAMES)


def test_a_file_without_a_detector_of_the_panel_is_refused():
    control = bead_control("PE-A")
    names = (*NAMES, "BUV395-A")
    with pytest.raises(FileProblem, match="no channel BUV395-A"):
        populations_of(control, names)


def test_controls_for_the_same_detector_are_not_a_matrix():
    held = populations_of(bead_control("PE-A"), NAMES)
    with pytest.raises(ValueError, match="one control for each detector"):
        spillover_from([held, held])
    with pytest.raises(ValueError, match="one control for each detector"):
        spillover_from([])


def test_columns_are_chosen_by_name():
    held = population([[1, 2]] * 3, [[3, 4]] * 3)
    assert restricted(held, ("A", "B")) is held
    swapped = restricted(held, ("B", "A"))
    assert swapped.primary == 1
    np.testing.assert_array_equal(swapped.stained[0], [2, 1])


def test_channels_of_the_control_keep_their_own_ends():
    """A detector whose end the file does not state leaves nothing out."""
    control = bead_control("FITC-A")
    open_ended = tuple(Channel(channel.name) for channel in control.events.channels)
    found = populations_of(
        replace(control, events=replace(control.events, channels=open_ended)), NAMES
    )
    assert found.at_end == 0.0
