"""Curves, held to R's nls, to the printed output of drc and drLumi, and to readers' programs."""

from __future__ import annotations

import csv
import json
import math
from collections import defaultdict

import numpy as np
import pytest
from tests.conftest import REPOSITORY

from stroma.stats.curve_batches import fit_curves
from stroma.stats.curves import (
    FIVE,
    LINEAR,
    Curve,
    CurveSettings,
    UnfitCurveError,
    choose_curve,
    compare_curves,
    effective_dose,
    fit_curve,
    lack_of_fit,
)
from stroma.stats.nonlinear import least_squares

REFERENCES = json.loads((REPOSITORY / "validation" / "curves" / "references.json").read_text())
# "C" is the dose of half the response, "A" the response without dose.
READER_DOSES = [25, 12.5, 6.25, 3.125, 1.563, 0.781, 0.391, 0.195, 0.098]
READER_OD = [1.7914, 1.682833, 1.500367, 1.179967, 0.822533, 0.501933, 0.301333, 0.187467, 0.130033]


@pytest.fixture(scope="module")
def cases(shared):
    held = json.loads((shared / "cases" / "assay_cases.json").read_text())
    return {case["id"]: case for case in held}


def _table(path, dose, response):
    with path.open() as file:
        rows = list(csv.DictReader(file))
    return np.array([float(r[dose]) for r in rows]), np.array([float(r[response]) for r in rows])


@pytest.fixture(scope="module")
def ryegrass(shared):
    return _table(shared / "data/assays/drc/ryegrass.csv", "conc", "rootl")


@pytest.fixture(scope="module")
def beads(shared):
    folder = shared / "data/assays/drlumi"
    with (folder / "ecdata.csv").open() as file:
        known = {(r["sample"], r["analyte"]): r["ec"] for r in csv.DictReader(file)}
    held = defaultdict(list)
    with (folder / "mfidata.csv").open() as file:
        for row in csv.DictReader(file):
            dose = known.get((row["sample"], row["analyte"]))
            if row["sample"].startswith("Standard") and dose:
                held[row["analyte"]].append((float(dose), math.log10(float(row["mfi"]))))
    return {analyte: np.array(rows).T for analyte, rows in held.items()}


def _holds(curve, expected, rel):
    found = curve.parameters()
    errors = curve.standard_errors(observed=True)
    for name in "bcdef":
        if name in expected:
            value, error = expected[name]
            assert found[name] == pytest.approx(value, rel=rel)
            assert errors[name] == pytest.approx(error, rel=rel)


@pytest.mark.parametrize("case", REFERENCES["cases"], ids=lambda c: f"{c['name']} {c['weighting']}")
def test_four_parameters_are_those_of_nls(case):
    curve = fit_curve(case["dose"], case["response"], CurveSettings(weighting=case["weighting"]))
    found = dict(zip("bcdug", curve.theta, strict=True))
    errors = np.sqrt(np.diag(curve.covariance(observed=False)))
    for place, name in enumerate("bcdu"):
        assert found[name] == pytest.approx(case["fit"][name], rel=1e-6)
        # nls stops at an offset of 1e-9, its weighted errors at that of its own Jacobian.
        assert errors[place] == pytest.approx(case["fit"][f"{name}_error"], rel=1e-5)
    assert curve.residual_error == pytest.approx(case["fit"]["rse"], rel=1e-7)
    assert curve.aic == pytest.approx(case["fit"]["aic"], abs=1e-6)


def test_all_runs_at_once_are_the_same_curves():
    own = [case for case in REFERENCES["cases"] if case["weighting"] == "none"]
    doses = np.array([case["dose"] for case in own])
    together = fit_curves(doses, np.array([case["response"] for case in own]))
    for case, curve in zip(own, together, strict=True):
        assert curve.parameters()["c"] == pytest.approx(case["fit"]["c"], rel=1e-6)
        alone = fit_curve(case["dose"], case["response"])
        assert curve.theta == pytest.approx(alone.theta, rel=1e-6)
        assert curve.standard_errors(observed=True) == pytest.approx(
            alone.standard_errors(observed=True), rel=1e-5
        )


def test_a_fixed_plateau_and_the_f_test_are_those_of_nls():
    expected = REFERENCES["smaller"]
    run = next(c for c in REFERENCES["cases"] if c["name"] == "DNase run 1")
    larger = fit_curve(run["dose"], run["response"])
    smaller = fit_curve(run["dose"], run["response"], CurveSettings(fixed={"d": 0.0}))
    errors = np.sqrt(np.diag(smaller.covariance(observed=False)))
    assert smaller.theta[[0, 1, 3]] == pytest.approx([expected[n] for n in "bcu"], rel=1e-6)
    assert errors == pytest.approx([expected[f"{n}_error"] for n in "bcu"], rel=1e-5)
    f, extra, below, p = compare_curves(smaller, larger)
    assert (extra, below) == (1, 12)
    assert f == pytest.approx(expected["f"], rel=1e-5)
    assert p == pytest.approx(expected["p"], rel=1e-5)
    with pytest.raises(ValueError, match="more parameters"):
        compare_curves(larger, smaller)


def test_ryegrass_is_what_drc_printed(cases, ryegrass):
    expected = cases["drc_ryegrass_LL4"]["expected"]
    curve = fit_curve(*ryegrass)
    _holds(curve, expected, 1e-4)
    assert curve.residual_error == pytest.approx(expected["rse"], abs=5e-8)
    assert curve.fit.degrees_of_freedom == expected["df"]
    assert curve.log_likelihood == pytest.approx(expected["logLik"], abs=5e-6)
    assert curve.aic == pytest.approx(expected["AIC"], abs=1e-5)
    assert lack_of_fit(curve)[3] == pytest.approx(expected["lack_of_fit_p"], abs=5e-7)
    for part in (10, 50, 90):
        assert effective_dose(curve, part / 100) == pytest.approx(expected[f"ED{part}"], rel=1e-4)
    # Mean responses at doses, taken back through the curve; at 30 the mean is below the plateau.
    doses, responses = ryegrass
    for dose, back in expected["backfit"].items():
        mean = np.array([responses[doses == float(dose)].mean()])
        found = curve.doses_at(curve.inverse(mean))[0]
        assert math.isnan(found) if back is None else found == pytest.approx(back, rel=1e-4)


@pytest.mark.parametrize(
    ("case", "settings", "rel"),
    [
        # drc stopped before the optimum: 3.9287 for 3.93013.
        ("drc_ryegrass_LL5", CurveSettings(model=FIVE), 3e-3),
        ("drc_ryegrass_LL3", CurveSettings(fixed={"c": 0.0}), 1e-4),
        ("drc_ryegrass_L4", CurveSettings(logarithmic=False), 1e-4),
        ("drc_ryegrass_boxcox", CurveSettings(box_cox=0.5), 1e-4),
    ],
)
def test_other_curves_of_ryegrass_are_what_drc_printed(case, settings, rel, cases, ryegrass):
    expected = cases[case]["expected"]
    curve = fit_curve(*ryegrass, settings)
    _holds(curve, expected, rel)
    assert curve.residual_error == pytest.approx(expected["rse"], abs=5e-8)
    if "F_p_vs_LL4" in expected:
        p = compare_curves(fit_curve(*ryegrass), curve)[3]
        assert p == pytest.approx(expected["F_p_vs_LL4"], abs=5e-7)


def test_lettuce_has_four_parameters_but_no_five(shared):
    lettuce = _table(shared / "data/assays/drc/lettuce.csv", "conc", "weight")
    # drc's page of lettuce prints the residual sum of squares of LL.3.
    three = fit_curve(*lettuce, CurveSettings(fixed={"c": 0.0}))
    assert three.fit.residual_sum == pytest.approx(0.24222, abs=5e-6)
    assert three.fit.degrees_of_freedom == 11
    choice = choose_curve(*lettuce, CurveSettings(model=FIVE))
    assert choice.curve.model == "4PL"
    assert choice.left[0].model == FIVE


def test_the_engine_fits_hormesis_as_drc_printed(shared):
    x, y = _table(shared / "data/assays/drc/lettuce.csv", "conc", "weight")

    def brain_and_cousens(p):
        b, d, e, f = p
        with np.errstate(divide="ignore"):
            rest = np.where(x > 0, np.exp(b * (np.log(np.maximum(x, 1e-300)) - np.log(e))), 0)
        return (d + f * x) / (1 + rest)

    fit = least_squares(brain_and_cousens, y, [(1.0, 1.0, 1.0, 0.5)], linear=(1, 3))
    # https://hreinwald.github.io/drc/reference/lettuce.html, BC.4; drc stops early, as for LL.5.
    assert fit.parameters == pytest.approx([1.282812, 0.967302, 0.847633, 1.620703], rel=3e-3)
    assert fit.errors_observed() == pytest.approx(
        [0.049346, 0.077123, 0.436093, 0.979711], rel=1e-2
    )
    assert math.sqrt(fit.variance) == pytest.approx(0.1117922, rel=1e-6)
    three = fit_curve(x, y, CurveSettings(fixed={"c": 0.0}))
    ratio = (three.fit.residual_sum - fit.residual_sum) / fit.variance
    assert ratio == pytest.approx(9.3817, rel=1e-4)


def test_a_reader_program_of_elisa_agrees_in_five_parameters(cases):
    case = cases["elisa_5pl_reader"]
    curve = fit_curve(READER_DOSES, READER_OD, CurveSettings(model=FIVE))
    found = curve.parameters()
    for ours, theirs in zip("dbecf", "ABCDG", strict=True):
        assert found[ours] == pytest.approx(case["expected"][theirs], rel=case["rtol"])
        assert found[ours] == pytest.approx(case["recomputed"][theirs], abs=6e-5)


@pytest.mark.parametrize(("weighting", "asymmetry"), [("1/y", 1.21), ("1/y^2", 1.31)])
def test_weights_move_the_asymmetry_as_the_case_says(weighting, asymmetry):
    curve = fit_curve(READER_DOSES, READER_OD, CurveSettings(model=FIVE, weighting=weighting))
    assert curve.parameters()["f"] == pytest.approx(asymmetry, abs=0.005)


def test_given_weights_are_those_of_the_rule():
    od = np.array(READER_OD)
    by_rule = fit_curve(READER_DOSES, od, CurveSettings(weighting="1/y"))
    given = fit_curve(READER_DOSES, od, CurveSettings(weighting="given"), weights=1 / od)
    assert given.theta == pytest.approx(by_rule.theta, rel=1e-9)


def test_five_parameters_of_beads_are_what_drlumi_printed(cases, beads):
    case = cases["drlumi_4plex"]
    settings = CurveSettings(model=FIVE, slope_sign=-1)
    for analyte, expected in case["expected"].items():
        found = fit_curve(*beads[analyte], settings).parameters()
        for name in "bcdf":
            assert found[name] == pytest.approx(expected[name], rel=case["rtol"])
        assert math.log10(found["e"]) == pytest.approx(expected["e"], rel=case["rtol"])


def test_four_parameters_of_beads_are_what_drlumi_printed(cases, beads):
    expected = cases["drlumi_FGF_4PL"]["expected"]
    curve = fit_curve(*beads["FGF"], CurveSettings(slope_sign=-1))
    found, errors = curve.parameters(), curve.standard_errors(observed=False)
    for name in "bcd":
        assert found[name] == pytest.approx(expected[name][0], rel=1e-5)
        assert errors[name] == pytest.approx(expected[name][1], rel=1e-5)
    assert math.log10(found["e"]) == pytest.approx(expected["e"][0], rel=1e-5)
    assert errors["e"] / found["e"] / math.log(10) == pytest.approx(expected["e"][1], rel=1e-5)
    assert curve.aic == pytest.approx(expected["AIC"], abs=1e-5)


def test_a_plate_of_beads_at_once_is_the_same(beads):
    names = sorted(beads)
    settings = CurveSettings(model=FIVE, slope_sign=-1)
    doses = np.array([beads[name][0] for name in names])
    together = fit_curves(doses, np.array([beads[name][1] for name in names]), settings)
    for name, curve in zip(names, together, strict=True):
        assert curve.theta == pytest.approx(fit_curve(*beads[name], settings).theta, rel=1e-5)


def test_an_asymmetry_without_bound_is_said_and_four_parameters_are_left():
    dose = np.geomspace(1, 10_000, 14)
    # (1 + q e^z)^(-1/q) with q below 0 lies beyond Gompertz' curve, the limit of all f: the sum of
    # squares falls as f grows, and programs print whatever f they stopped at.
    rest = 1 - 0.3 * np.exp(-0.9 * (np.log(dose) - 4.0))
    response = 0.1 + 2.0 * np.maximum(rest, 0) ** (1 / 0.3)
    response += 0.01 * np.cos(7.0 * np.arange(14))
    settings = CurveSettings(model=FIVE, slope_sign=-1)
    with pytest.raises(UnfitCurveError, match="asymmetry") as caught:
        fit_curve(dose, response, settings)
    assert caught.value.value is None or caught.value.value > 1.5
    choice = choose_curve(dose, response, settings)
    assert choice.curve.model == "4PL"
    assert choice.left[0].reason.startswith("asymmetry")
    (batched,) = fit_curves(dose, response[None], settings)
    assert isinstance(batched, UnfitCurveError)


def test_a_missing_upper_plateau_is_refused_and_a_line_is_left(beads):
    dose, response = beads["HGF"]
    low = dose < 300
    choice = choose_curve(dose[low], response[low], CurveSettings(model=FIVE, slope_sign=-1))
    assert choice.curve.model == LINEAR
    assert [left.model for left in choice.left] == ["5PL", "4PL"]
    assert choice.left[1].reason == "upper_plateau"


def test_a_falling_curve_is_the_mirror_of_a_rising_one():
    rising = fit_curve(READER_DOSES, READER_OD).parameters()
    falling = fit_curve(READER_DOSES, 2 - np.array(READER_OD)).parameters()
    assert falling["e"] == pytest.approx(rising["e"], rel=1e-9)
    assert falling["b"] == pytest.approx(rising["b"], rel=1e-9)
    assert falling["d"] == pytest.approx(2 - rising["d"], rel=1e-9)


def test_a_dose_of_zero_belongs_to_the_curve():
    with_zero = fit_curve([0, *READER_DOSES], [0.084, *READER_OD])
    assert with_zero.values(with_zero.scale(np.array([0.0])))[0] == with_zero.parameters()["d"]


@pytest.mark.parametrize(
    ("doses", "responses", "settings", "reason"),
    [
        ([1, 2, 3], [1, 2, 3], CurveSettings(), "few_doses"),
        ([1, 2, 3, 4], [1, 2, 3, 3.5], CurveSettings(), "few_values"),
        ([1, 2, 3, 4, 5], [1, 1, 1, 1, 1], CurveSettings(), "no_spread"),
        ([1, 2, 3, 4, 5], [0, 1, 2, 3, 3], CurveSettings(weighting="1/y"), "not_positive"),
        ([1, 2, 3, 4, 5], [0, 1, 2, 3, 3], CurveSettings(box_cox=0.0), "not_positive"),
        ([-1, 2, 3, 4, 5], [1, 2, 3, 4, 4], CurveSettings(), "negative_dose"),
        ([1, 2, 3, 4, 5], [1, 2, 3, math.inf, 4], CurveSettings(), "not_finite"),
        ([1, 2, 3, 4, math.nan], [1, 2, 3, 4, 4], CurveSettings(), "not_finite"),
        ([], [], CurveSettings(), "few_values"),
    ],
)
def test_what_no_curve_fits_is_refused_by_name(doses, responses, settings, reason):
    with pytest.raises(UnfitCurveError, match=reason):
        fit_curve(doses, responses, settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (CurveSettings(model="6PL"), "no curve is called 6PL"),
        (CurveSettings(weighting="1/x"), "no weighting is called 1/x"),
        (CurveSettings(weighting="given"), "exactly where"),
        (CurveSettings(slope_sign=0), "1 or -1"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        fit_curve(READER_DOSES, READER_OD, settings)


def test_absent_wells_and_bad_rows_of_many_stay_apart():
    od = np.array(READER_OD)
    gone = od.copy()
    gone[3] = np.nan
    one, other, flat = fit_curves(READER_DOSES, np.array([od, gone, np.ones(9)]))
    assert one.theta == pytest.approx(fit_curve(READER_DOSES, od).theta, rel=1e-7)
    kept = np.arange(9) != 3
    alone = fit_curve(np.array(READER_DOSES)[kept], od[kept])
    assert other.theta == pytest.approx(alone.theta, rel=1e-7)
    assert isinstance(flat, UnfitCurveError)
    assert flat.reason == "no_spread"


def test_many_weighted_curves_are_curves_of_their_own():
    rng = np.random.default_rng(20)
    dose = np.repeat(1000 / 2.5 ** np.arange(8), 2)
    truth = np.stack([rng.uniform(0.8, 1.6, 40), rng.uniform(3, 4.5, 40)], axis=1)
    y = np.array([0.05 + 2.5 / (1 + np.exp(-b * (np.log(dose) - u))) for b, u in truth])
    y *= 1 + 0.03 * rng.standard_normal(y.shape)
    settings = CurveSettings(weighting="1/y^2")
    for row, curve in enumerate(fit_curves(dose, y, settings)):
        assert isinstance(curve, Curve)
        alone = fit_curve(dose, y[row], settings)
        assert curve.theta == pytest.approx(alone.theta, rel=1e-6)
        assert curve.aic == pytest.approx(alone.aic, rel=1e-9)
