import math

import numpy as np
import pytest

from stroma.simulate.bench import (
    CONTROL_READING,
    COUNT_CV_PERCENT,
    SCORE_DIFFERENCE,
    cultures,
    readings,
    safety_tests,
)
from stroma.simulate.truth import DEFAULT_SEED, lot_truths


@pytest.fixture(scope="module")
def truths():
    return lot_truths(DEFAULT_SEED, 8)


def test_true_cells_double_as_often_as_the_hours_allow(truths):
    for truth in truths:
        for culture in cultures(truth, DEFAULT_SEED)[1:]:
            expected = culture.seeded * 2 ** (culture.hours / culture.doubling_time_hours)
            assert culture.harvested == pytest.approx(expected)
            assert culture.doublings == pytest.approx(culture.hours / culture.doubling_time_hours)
            assert culture.doubling_time_hours == truth.doubling_time_hours[culture.passage]


def test_the_primary_culture_has_no_doubling_time(truths):
    first, *later = cultures(truths[0], DEFAULT_SEED)
    assert first.passage == "P0"
    assert first.doubling_time_hours is None
    assert first.seeded > first.harvested
    assert [culture.passage for culture in later] == ["P1", "P2", "P3", "P4"]


def test_counts_err_by_the_declared_coefficient_of_variation():
    errors = np.array([
        math.log(culture.harvested_counted / culture.harvested)
        for truth in lot_truths(7, 400)
        for culture in cultures(truth, 7)
        if culture.cells_seen is None
    ])  # fmt: skip
    declared = math.sqrt(math.log1p((COUNT_CV_PERCENT / 100) ** 2))
    # 1,800 counts: the standard error of a standard deviation is 1.7 % of it.
    assert errors.std() == pytest.approx(declared, rel=0.07)
    assert errors.mean() == pytest.approx(0.0, abs=4 * declared / math.sqrt(len(errors)))


def test_seeded_and_harvested_counts_err_independently():
    pairs = np.array([
        (math.log(culture.seeded_counted / culture.seeded),
         math.log(culture.harvested_counted / culture.harvested))
        for truth in lot_truths(8, 400)
        for culture in cultures(truth, 8)
    ])  # fmt: skip
    assert abs(np.corrcoef(pairs.T)[0, 1]) < 0.1


def test_the_default_seed_leaves_no_interval_beside_its_truth(truths):
    # The arithmetic of the interval is written out, so that nothing of the analysis is needed.
    variance = math.log1p((COUNT_CV_PERCENT / 100) ** 2)
    for truth in truths:
        total_error, total_variance = 0.0, 0.0
        for culture in cultures(truth, DEFAULT_SEED):
            seen = 0.0 if culture.cells_seen is None else 1 / culture.cells_seen
            error = math.log(culture.harvested_counted / culture.harvested)
            assert abs(error) < 1.96 * math.sqrt(variance + seen), (truth.lot, culture.passage)
            if culture.doubling_time_hours is None:
                continue
            error -= math.log(culture.seeded_counted / culture.seeded)
            assert abs(error) < 1.96 * math.sqrt(2 * variance + seen)
            total_error, total_variance = total_error + error, total_variance + 2 * variance + seen
            assert abs(total_error) < 1.96 * math.sqrt(total_variance)


def test_only_the_counter_that_states_its_cells_has_them(truths):
    for truth in truths:
        seen = [culture.cells_seen is not None for culture in cultures(truth, DEFAULT_SEED)]
        assert seen == [False, False, False, False, truth.is_placental]


def test_induced_wells_are_darker_by_the_true_ratio():
    ratios = []
    for truth in lot_truths(9, 200):
        held = readings(truth, 9)
        mean = {
            induced: np.mean([
                reading.value for reading in held
                if reading.lineage == "osteogenic" and reading.induced is induced
            ])
            for induced in (True, False)
        }  # fmt: skip
        ratios.append(mean[True] / mean[False] / truth.differentiation_ratio["osteogenic"])
    # 9 % between wells, four and four of them, 200 lots: a standard error of 0.0045.
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.02)


def test_readings_of_a_lot(truths):
    marrow = readings(truths[0], DEFAULT_SEED)
    assert len(marrow) == 2 * (4 + 4 + 3)
    assert {reading.readout for reading in marrow} == {"absorbance"}
    controls = [reading.value for reading in marrow
                if reading.lineage == "adipogenic" and not reading.induced]  # fmt: skip
    assert controls == pytest.approx([CONTROL_READING["adipogenic"]] * 4, rel=0.4)
    assert not [r for r in readings(truths[5], DEFAULT_SEED) if r.lineage == "chondrogenic"]


def test_scores_come_in_halves_and_differ_by_the_true_difference(truths):
    scored = [r for r in readings(truths[7], DEFAULT_SEED) if r.readout == "score"]
    assert {reading.lineage for reading in scored} == {"chondrogenic"}
    assert {reading.unit for reading in scored} == {""}
    assert all((2 * reading.value).is_integer() for reading in scored)
    induced = np.mean([reading.value for reading in scored if reading.induced])
    control = np.mean([reading.value for reading in scored if not reading.induced])
    assert induced - control == pytest.approx(SCORE_DIFFERENCE, abs=1.0)


def test_safety_tests_are_as_they_should_be(truths):
    for truth in truths:
        results = {test.test: test.result for test in safety_tests(truth, DEFAULT_SEED)}
        assert results["sterility"] == "no growth"
        assert results["mycoplasma"] == "negative"
        assert float(results["endotoxin"].removeprefix("<")) < 0.25
        assert results["karyotype"] == truth.karyotype
    written = [test.result for truth in lot_truths(1, 40) for test in safety_tests(truth, 1)]
    assert "<0.05" in written
    assert [result for result in written if result.startswith("0.")]
