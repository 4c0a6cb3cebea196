"""From responses back to doses, held to R, drLumi and readers' programs."""

from __future__ import annotations

import csv
import json
import math

import numpy as np
import pytest
from tests.conftest import REPOSITORY

from stroma.stats.calibration import back_calculate, response_variance
from stroma.stats.curves import FIVE, LINEAR, CurveSettings, fit_curve
from stroma.stats.dilution import dilution_series, spike_recovery
from stroma.stats.quantification import (
    level_accuracy,
    limits_by_cv,
    limits_by_cv_cuts,
    limits_by_derivative,
    limits_by_interval,
    working_range,
)

REFERENCES = json.loads((REPOSITORY / "validation" / "curves" / "references.json").read_text())
PLAIN = [case for case in REFERENCES["cases"] if case["weighting"] == "none"]


@pytest.fixture(scope="module")
def case(shared):
    held = json.loads((shared / "cases" / "assay_cases.json").read_text())
    return {case["id"]: case for case in held}


@pytest.fixture(scope="module")
def growth_factor(shared):
    """FGF of drLumi's plate: doses and the decimal logarithm of fluorescence."""
    folder = shared / "data/assays/drlumi"
    with (folder / "ecdata.csv").open() as file:
        known = {r["sample"]: r["ec"] for r in csv.DictReader(file) if r["analyte"] == "FGF"}
    with (folder / "mfidata.csv").open() as file:
        rows = [
            (float(known[r["sample"]]), math.log10(float(r["mfi"])))
            for r in csv.DictReader(file)
            if r["analyte"] == "FGF" and r["sample"].startswith("Standard") and known[r["sample"]]
        ]
    return np.array(rows).T


@pytest.mark.parametrize("run", PLAIN, ids=lambda c: c["name"])
def test_doses_and_their_errors_are_those_of_r(run):
    curve = fit_curve(run["dose"], run["response"])
    for expected in run["inverse"]:
        alone = back_calculate(curve, [expected["y"]], with_response=False)
        whole = back_calculate(curve, [expected["y"]])
        assert math.log(alone.doses[0]) == pytest.approx(expected["u"], rel=1e-6)
        # R's slopes along the parameters are numerical.
        assert alone.errors[0] == pytest.approx(expected["curve_error"], rel=1e-5)
        assert whole.errors[0] == pytest.approx(expected["whole_error"], rel=1e-5)


def test_controls_of_beads_are_what_drlumi_printed(case, growth_factor):
    curve = fit_curve(*growth_factor, CurveSettings(slope_sign=-1))
    for light, (dose, error) in case["drlumi_FGF_4PL"]["expected"]["controls"].items():
        found = back_calculate(curve, [math.log10(float(light))], with_response=False)
        assert math.log10(found.doses[0]) == pytest.approx(dose, rel=1e-5)
        assert found.errors[0] / math.log(10) == pytest.approx(error, rel=1e-5)
        whole = back_calculate(curve, [math.log10(float(light))])
        assert 1.9 < whole.errors[0] / found.errors[0] < 2.7


def test_limits_of_beads_are_what_drlumi_printed(case, growth_factor):
    expected = case["drlumi_FGF_5PL_LOQ"]["expected"]
    curve = fit_curve(*growth_factor, CurveSettings(model=FIVE, slope_sign=-1))
    assert np.log10(limits_by_derivative(curve)) == pytest.approx(expected["derivative"], rel=2e-4)
    assert np.log10(limits_by_interval(curve)) == pytest.approx(expected["interval"], rel=2e-4)
    above = limits_by_interval(curve, lower_response=1.5)
    assert np.log10(above) == pytest.approx(expected["interval_lowci_1_5"], rel=2e-4)
    # By variation drLumi takes the outermost of a hundred responses cut between the standards'.
    assert np.log10(limits_by_cv_cuts(curve)) == pytest.approx(expected["cv20"], rel=1e-6)
    # Ours are the doses at which the definition holds.
    for with_response in (False, True):
        for dose in limits_by_cv(curve, percent=20.0, with_response=with_response):
            response = curve.values(curve.scale(np.array([dose])))
            found = back_calculate(curve, response, with_response=with_response)
            assert found.errors[0] == pytest.approx(0.20, rel=1e-6)


def test_limits_by_cuts_stay_within_the_standards_and_move_with_the_cuts(growth_factor):
    curve = fit_curve(*growth_factor, CurveSettings(model=FIVE, slope_sign=-1))
    fine, exact = limits_by_cv_cuts(curve, cuts=100_001), limits_by_cv(curve, with_response=False)
    assert exact[0] < fine[0] < limits_by_cv_cuts(curve)[0]
    assert limits_by_cv_cuts(curve, percent=0.1) is None
    straight = fit_curve(*growth_factor, CurveSettings(model="linear", logarithmic=False))
    with pytest.raises(ValueError, match="needs a curve along it"):
        limits_by_cv_cuts(straight)


def test_limits_of_a_falling_curve_are_those_of_the_rising_one(growth_factor):
    doses, light = growth_factor
    rising = fit_curve(doses, light)
    falling = fit_curve(doses, 5 - light)
    assert limits_by_interval(falling) == pytest.approx(limits_by_interval(rising), rel=1e-6)
    assert limits_by_derivative(falling) == pytest.approx(limits_by_derivative(rising), rel=1e-6)


def test_the_inverse_interval_holds_the_response_at_its_bounds():
    run = PLAIN[0]
    curve = fit_curve(run["dose"], run["response"])
    found = back_calculate(curve, [0.5, 1.2], method="inverse")
    delta = back_calculate(curve, [0.5, 1.2])
    for i in range(2):
        assert found.low[i] < found.doses[i] < found.high[i]
        # Both are first order in the same errors.
        assert found.low[i] == pytest.approx(delta.low[i], rel=0.02)
        assert found.high[i] == pytest.approx(delta.high[i], rel=0.02)


def test_the_inverse_interval_of_a_line_is_fiellers():
    x = np.arange(1.0, 9.0)
    y = 2 + 0.5 * x + np.array([0.1, -0.05, 0.02, -0.1, 0.05, 0.08, -0.06, -0.04])
    curve = fit_curve(x, y, CurveSettings(model=LINEAR, logarithmic=False))
    found = back_calculate(curve, [4.0], method="inverse")
    # Draper and Smith 1998, section 3.2: the roots of a quadratic.
    n, mean = len(x), x.mean()
    b1, b0 = np.polyfit(x, y, 1)
    s2 = np.sum((y - b0 - b1 * x) ** 2) / (n - 2)
    t2 = 2.446911851144969**2
    g = t2 * s2 / b1**2 / np.sum((x - mean) ** 2)
    x0 = (4.0 - b0) / b1
    half = (
        math.sqrt(t2 * s2)
        / b1
        * math.sqrt((x0 - mean) ** 2 / np.sum((x - mean) ** 2) + (1 - g) * (1 + 1 / n))
    )
    assert found.low[0] == pytest.approx(x0 + ((x0 - mean) * g - half) / (1 - g), rel=1e-7)
    assert found.high[0] == pytest.approx(x0 + ((x0 - mean) * g + half) / (1 - g), rel=1e-7)


def test_a_response_beyond_a_plateau_has_no_dose():
    run = PLAIN[0]
    curve = fit_curve(run["dose"], run["response"])
    found = back_calculate(curve, [curve.parameters()["c"] + 0.01, -1.0])
    assert np.isnan(found.doses).all()
    assert np.isnan(found.high).all()


def test_replicates_narrow_the_interval():
    run = PLAIN[0]
    curve = fit_curve(run["dose"], run["response"])
    one, four = (back_calculate(curve, [1.0], replicates=n).errors[0] for n in (1, 4))
    alone = back_calculate(curve, [1.0], with_response=False).errors[0]
    assert four**2 - alone**2 == pytest.approx((one**2 - alone**2) / 4, rel=1e-9)


def test_the_spread_of_a_response_follows_the_weights():
    run = PLAIN[0]
    curve = fit_curve(run["dose"], run["response"], CurveSettings(weighting="1/y^2"))
    low, high = response_variance(curve, np.array([0.5, 1.0]))
    assert high == pytest.approx(4 * low)
    given = fit_curve(
        run["dose"], run["response"], CurveSettings(weighting="given"),
        weights=np.ones(len(run["dose"])),
    )  # fmt: skip
    with pytest.raises(ValueError, match="say nothing of other responses"):
        back_calculate(given, [1.0])


def test_an_unknown_interval_is_refused():
    curve = fit_curve(PLAIN[0]["dose"], PLAIN[0]["response"])
    with pytest.raises(ValueError, match="no interval is called bayes"):
        back_calculate(curve, [1.0], method="bayes")


def test_a_line_has_no_limits_of_plateaus():
    x = np.arange(1.0, 9.0)
    curve = fit_curve(x, x + 0.1 * np.sin(x), CurveSettings(model=LINEAR, logarithmic=False))
    with pytest.raises(ValueError, match="no plateaus"):
        limits_by_derivative(curve)
    with pytest.raises(ValueError, match="no plateaus"):
        limits_by_interval(curve)


def test_no_limits_where_every_dose_varies_more():
    curve = fit_curve(PLAIN[0]["dose"], PLAIN[0]["response"])
    assert limits_by_cv(curve, percent=0.1) is None


def _levels(biases):
    return level_accuracy(
        [10.0 * 2**i for i in range(len(biases))],
        [10.0 * 2**i * (1 + bias / 100) for i, bias in enumerate(biases)],
    )


@pytest.mark.parametrize(
    ("biases", "lower", "upper"),
    [
        ((18, 14, -14, 3, 1, -15), 10, 320),  # 20 % at the lowest, 15 % else
        ((21, 14, -14, 3, 1, -14), 20, 320),
        ((2, 1, 3, 2, 1, -16), 10, 160),  # the highest has 15 %
        ((2, 30, 3, 2, 1, 1, 2, 4), 10, 1280),  # one of eight may miss
        ((2, 30, 30, 2, 1, 1), 80, 320),  # two of six may not: the range begins above them
        ((30, 40, 50, 60), None, None),
        ((2, 90, 90, 90), None, None),
    ],
)
def test_the_working_range_is_what_m10_accepts(biases, lower, upper):
    found = working_range(_levels(biases))
    assert (found.lower, found.upper) == (lower, upper)


def test_precision_counts_as_accuracy_does():
    (level,) = level_accuracy([10, 10, 10], [8.0, 10.0, 12.0])
    assert level.bias_percent == pytest.approx(0.0, abs=1e-12)
    assert level.cv_percent == pytest.approx(20.0)
    assert level.within(20.0 + 1e-9)
    assert not level.within(15.0)


def test_a_level_without_a_dose_is_not_within():
    levels = level_accuracy([0, 5, 5], [1.0, math.nan, 5.0])
    assert [level.nominal for level in levels] == [5.0]
    assert not levels[0].within(1000.0)


def test_dilutions_that_fall_away_are_not_linear():
    series = dilution_series([1, 2, 4, 8], [100.0, 60.0, 36.0, 21.6])
    assert series.corrected == pytest.approx((100, 120, 144, 172.8))
    # Each doubling of the dilution leaves 0.6 of the dose: ln 0.6 / ln 0.5.
    assert series.slope == pytest.approx(math.log(0.6) / math.log(0.5), rel=1e-12)
    assert series.slope_high < 1
    assert not series.is_linear()
    assert series.is_parallel()
    assert not series.is_parallel(20.0)


def test_two_dilutions_have_no_slope():
    assert dilution_series([1, 2], [10.0, 5.0]).slope is None


@pytest.mark.parametrize(
    ("dilutions", "found", "words"),
    [([1], [2.0], "two dilutions"), ([1, 0], [2.0, 1.0], "above zero")],
)
def test_a_series_that_is_none_is_refused(dilutions, found, words):
    with pytest.raises(ValueError, match=words):
        dilution_series(dilutions, found)


def test_a_recovery_needs_an_addition():
    assert spike_recovery(0.0, 45.0, 50.0) == pytest.approx(90.0)
    with pytest.raises(ValueError, match="needs an addition"):
        spike_recovery(1.0, 2.0, 0.0)
