import math

import numpy as np
import pytest

from stroma.simulate.truth import (
    BONE_MARROW,
    DEFAULT_SEED,
    ISCT,
    LINEAGES,
    PATTERNS,
    PLACENTA,
    lot_truths,
    source_truth,
    stream,
)


def test_the_eight_lots_are_four_of_each_source_from_eight_donors():
    truths = lot_truths(DEFAULT_SEED, 8)
    assert [truth.lot for truth in truths] == [
        "BM-01", "BM-02", "BM-03", "BM-04", "PL-01", "PL-02", "PL-03", "PL-04",
    ]  # fmt: skip
    assert len({truth.donor for truth in truths}) == 8
    assert [truth.source.source for truth in truths] == [BONE_MARROW] * 4 + [PLACENTA] * 4


def test_the_verdicts_of_the_eight_lots_are_those_of_the_example():
    verdicts = {pattern.name: pattern.verdicts[ISCT] for pattern in PATTERNS}
    assert verdicts == {
        "BM-01": "PASS",
        "BM-02": "FAIL",
        "BM-03": "INCONCLUSIVE",
        "BM-04": "PASS",
        "PL-01": "PASS",
        "PL-02": "INCOMPLETE",
        "PL-03": "INCONCLUSIVE",
        "PL-04": "PASS",
    }


def test_more_lots_repeat_the_pattern_with_new_donors_and_names():
    truths = lot_truths(1, 24)
    assert len({truth.lot for truth in truths}) == 24
    assert len({truth.donor for truth in truths}) == 24
    assert truths[9].lot == "BM-06"
    assert truths[9].pattern.name == "BM-02"
    assert truths[9].positive["CD34"] == 6.2
    assert truths[8].positive["CD105"] != truths[0].positive["CD105"]
    assert truths[:8] == lot_truths(1, 8)


@pytest.mark.parametrize("lots", [1, 3, 8, 200])
def test_any_number_of_lots(lots):
    assert len(lot_truths(5, lots)) == lots


def test_truth_that_makes_each_lot_what_it_is():
    lots = {truth.lot: truth for truth in lot_truths(DEFAULT_SEED, 8)}
    assert lots["BM-02"].positive["CD34"] == 6.2
    assert lots["BM-03"].pattern.live == 650
    assert 1.2 <= lots["BM-03"].positive["CD34"] <= 1.6
    assert lots["BM-04"].pattern.stimulated == {"HLA-DR": 65.0}
    assert lots["BM-04"].positive["HLA-DR"] < 1.0
    assert "chondrogenic" not in lots["PL-02"].differentiation_ratio
    assert lots["PL-03"].pattern.origin == "mixed"
    assert lots["PL-03"].karyotype == "46,XX"
    assert set(lots["BM-01"].differentiation_ratio) == set(LINEAGES)
    assert {"CD11b", "CD19"} <= set(lots["BM-02"].positive)
    assert {"CD14", "CD79a"} <= set(lots["PL-04"].positive)


def test_the_doubling_time_slows_by_its_percentage_with_every_passage():
    truth = lot_truths(3, 1)[0]
    times = truth.doubling_time_hours
    assert times["P2"] / times["P1"] == pytest.approx(1.04)
    assert times["P4"] / times["P1"] == pytest.approx(1.04**3)


def test_donors_vary_about_the_median_of_their_source_as_declared():
    truths = [truth for truth in lot_truths(11, 4000) if not truth.is_placental]
    logs = np.log([truth.doubling_time_hours["P1"] for truth in truths])
    source = source_truth(BONE_MARROW)
    # 2,000 donors: the standard error of the mean logarithm is 0.12/√2000 = 0.0027.
    assert logs.mean() == pytest.approx(math.log(source.doubling_time_hours), abs=0.011)
    assert logs.std() == pytest.approx(math.sqrt(math.log1p(0.12**2)), rel=0.07)
    odds = np.array([truth.positive["CD73"] / (100 - truth.positive["CD73"])
                     for truth in truths if truth.pattern.name != "BM-03"])  # fmt: skip
    assert np.median(np.log(odds)) == pytest.approx(math.log(99.2 / 0.8), abs=0.04)


def test_placenta_doubles_faster_than_bone_marrow_by_more_than_donors_differ():
    marrow, placenta = source_truth(BONE_MARROW), source_truth(PLACENTA)
    ratio = marrow.doubling_time_hours / placenta.doubling_time_hours
    assert math.log(ratio) > 3 * marrow.doubling_time_cv_percent / 100


def test_streams_are_independent_of_each_other():
    assert stream(1, 2).random() == stream(1, 2).random()
    assert stream(1, 2).random() != stream(1, 3).random()
    assert stream(1, 2).random() != stream(2, 2).random()
