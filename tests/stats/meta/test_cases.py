"""Every case transcribed from metafor's own tests and documentation.

Half a printed unit for closed forms, 5e-4 relative for (restricted) maximum likelihood, as the
cases' file asks; where it lists a value of a tighter optimiser beside the printed one, either is
taken.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stroma.stats.meta import count_sizes as counts
from stroma.stats.meta import effect_sizes as effects
from stroma.stats.meta.heterogeneity import Method, residuals
from stroma.stats.meta.multilevel import (
    Multilevel,
    fit_bivariate,
    fit_multilevel,
    variance_profile,
)
from stroma.stats.meta.pooling import Pooled, Test, pool, predict, shrunken_effects
from stroma.stats.meta.robust import Correction, RobustFit, robust_fit, robust_prediction
from stroma.stats.meta.small_studies import fail_safe_number, trim_and_fill

Case = Mapping[str, Any]
RELATIVE = 5e-4


@cache
def _cases(folder: Path) -> Mapping[str, Case]:
    document = json.loads((folder / "cases" / "meta_analysis_cases.json").read_text("utf-8"))
    columns: dict[str, Mapping[str, Any]] = {}
    for case in document["cases"]:
        held = case["data"].get("columns")
        if held:
            columns.setdefault(case["data"]["dataset"], held)
    return {
        case["id"]: {**case, "columns": columns.get(case["data"].get("dataset"), {})}
        for case in document["cases"]
    }


@pytest.fixture
def case(shared: Path) -> Callable[[str], Case]:
    return lambda name: _cases(shared)[name]


def agrees(case: Case, key: str, value: Any, expected: Any = None) -> None:
    """Hold a value to the printed one, or to the one of a tighter optimiser beside it."""
    printed = case["expected"][key] if expected is None else expected
    half = 0.5 * 10.0 ** -case["printed_decimals"]
    tighter = case.get("independent_check", {}).get("differs_beyond_rounding", {}).get(key)
    value, printed = np.asarray(value, float), np.asarray(printed, float)
    close = np.abs(value - printed) <= np.maximum(half * 1.02, RELATIVE * np.abs(printed))
    if tighter is not None:
        close |= np.isclose(value, np.asarray(tighter, float), rtol=RELATIVE)
    assert close.all(), f"{case['id']} {key}: {value} against {printed}"


def within(value: float, printed: float, decimals: int) -> bool:
    return abs(value - printed) <= 0.51 * 10.0**-decimals


def bcg(case: Case, measure: str = "RR") -> tuple[np.ndarray, np.ndarray]:
    held = case["columns"]
    convert = {"RR": counts.log_risk_ratio, "RD": counts.risk_difference}[measure]
    sizes = [
        convert(counts.TwoByTwo(*row))
        for row in zip(held["tpos"], held["tneg"], held["cpos"], held["cneg"], strict=True)
    ]
    return np.array([s.value for s in sizes]), np.array([s.variance for s in sizes])


def values_of(model: Pooled | Multilevel) -> np.ndarray:
    return np.array([c.estimate for c in model.coefficients])


def check_mean(case: Case, model: Pooled) -> None:
    mean, between = model.coefficients[0], model.heterogeneity
    found = {
        "k": model.count,
        "estimate": mean.estimate,
        "se": mean.standard_error,
        "z": mean.statistic,
        "stat": mean.statistic,
        "ci_lb": mean.low,
        "ci_ub": mean.high,
        "tau2": between.tau2,
        "se_tau2": between.standard_error,
        "QE": model.q,
        "QE_df": model.q_degrees_of_freedom,
    }
    for key, value in found.items():
        if key in case["expected"] and value is not None:
            agrees(case, key, value)
    expected = case["expected"]
    for key, value in (("I2", between.i2), ("H2", between.h2)):
        if key in expected:
            assert within(value, expected[key], 2), f"{case['id']} {key}: {value}"
    if "tau2_ci_qprofile" in expected:
        agrees(case, "tau2_ci_qprofile", [between.tau2_low, between.tau2_high])
    if "I2_ci" in expected:
        # Printed from bounds found to 1e-4: the fourth figure is the optimiser's.
        assert [between.i2_low, between.i2_high] == pytest.approx(expected["I2_ci"], rel=RELATIVE)
        assert [between.h2_low, between.h2_high] == pytest.approx(expected["H2_ci"], rel=RELATIVE)


METHODS = {"EE": Method.EQUAL, "FE": Method.EQUAL} | {m.value: m for m in Method}


@pytest.mark.parametrize(
    ("name", "measure"),
    [
        ("bcg_rr_reml", "RR"), ("bcg_rr_ee", "RR"), ("bcg_rr_dl", "RR"), ("bcg_rr_dlit", "RR"),
        ("bcg_rd_ee", "RD"), ("bcg_rd_dl", "RD"),
    ],
)  # fmt: skip
def test_bcg(case: Callable[[str], Case], name: str, measure: str) -> None:
    asked = case(name)
    values, variances = bcg(asked, measure)
    model = pool(values, variances, method=METHODS[asked["model"]["method"]], test=Test.NORMAL)
    check_mean(asked, model)
    if "pred_exp" in asked["expected"]:
        told = predict(model)
        expected = asked["expected"]["pred_exp"]
        found = {
            "pred": told.estimate, "ci_lb": told.low, "ci_ub": told.high,
            "pi_lb": told.prediction_low, "pi_ub": told.prediction_high,
        }  # fmt: skip
        for key, value in expected.items():
            assert np.exp(found[key]) == pytest.approx(value, rel=RELATIVE)


@pytest.mark.parametrize(
    "name", [f"raudenbush_{m}_{t}" for m in ("ee", "ml", "reml", "dl") for t in ("z", "knha")]
)
def test_raudenbush(case: Callable[[str], Case], name: str) -> None:
    asked = case(name)
    held, model = asked["columns"], asked["model"]
    check_mean(
        asked,
        pool(held["yi"], held["vi"], method=METHODS[model["method"]], test=Test(model["test"])),
    )


@pytest.mark.parametrize("name", ["raudenbush_ee_hw", "raudenbush_ml_hw", "raudenbush_reml_hw"])
def test_huber_white(case: Callable[[str], Case], name: str) -> None:
    asked = case(name)
    held = asked["columns"]
    model = pool(held["yi"], held["vi"], method=METHODS[asked["model"]["method"]], test=Test.NORMAL)
    mean = _robust(model, held["study"], Correction.NONE).coefficients[0]
    for key, value in (
        ("se", mean.standard_error), ("stat", mean.statistic),
        ("ci_lb", mean.low), ("ci_ub", mean.high),
    ):  # fmt: skip
        agrees(asked, key, value)


def _robust(model: Pooled, clusters: list[int], correction: Correction) -> RobustFit:
    values = values_of(model)
    return robust_fit(
        model.data.design,
        residuals(model.data, values),
        values,
        np.diag(model.data.variances + model.heterogeneity.tau2),
        clusters,
        correction=correction,
    )


def test_prediction_and_shrunken_effects(case: Callable[[str], Case]) -> None:
    asked = case("raudenbush_reml_pi")
    model = pool(asked["columns"]["yi"], asked["columns"]["vi"], test=Test.NORMAL)
    told = predict(model)
    agrees(asked, "QE", model.q)
    agrees(asked, "pi_lb", told.prediction_low)
    agrees(asked, "pi_ub", told.prediction_high)
    drawn = shrunken_effects(model)
    agrees(asked, "blup_range", [drawn.min(), drawn.max()])


def test_regression_on_weeks(case: Callable[[str], Case]) -> None:
    asked = case("raudenbush_metareg_weeks")
    held = asked["columns"]
    design = np.column_stack([np.ones(19), np.minimum(held["weeks"], 3)])
    model = pool(held["yi"], held["vi"], design, test=Test.NORMAL)
    agrees(asked, "tau2", model.heterogeneity.tau2)
    agrees(asked, "estimate", values_of(model))
    agrees(asked, "QE", model.q)
    agrees(asked, "z", [c.statistic for c in model.coefficients])


@pytest.mark.parametrize("name", ["bcg_rr_metareg_ablat_year_reml", "bcg_rr_metareg_ablat_year_fe"])
def test_regression_on_latitude_and_year(case: Callable[[str], Case], name: str) -> None:
    asked = case(name)
    values, variances = bcg(asked)
    held = asked["columns"]
    design = np.column_stack([np.ones(13), held["ablat"], held["year"]])
    method = METHODS[asked["model"]["method"]]
    model = pool(values, variances, design, method=method, test=Test.NORMAL)
    expected = asked["expected"]
    assert model.moderators is not None
    agrees(asked, "estimate", values_of(model))
    agrees(asked, "se", [c.standard_error for c in model.coefficients])
    agrees(asked, "z", [c.statistic for c in model.coefficients])
    agrees(asked, "QE", model.q)
    agrees(asked, "QM", model.moderators[0])
    assert model.moderators[1] == expected["QM_df"]
    assert within(model.heterogeneity.i2, expected["I2"], 1)
    assert model.explained_percent is not None
    assert within(model.explained_percent, expected["R2"], 2)
    table = expected.get("pred_exp_at_ablat_10_20_30_40_50_60_year_1970")
    if table:
        told = [predict(model, [1, latitude, 1970]) for latitude in range(10, 70, 10)]
        assert [np.exp(t.estimate) for t in told] == pytest.approx(table["pred"], rel=RELATIVE)
        assert [np.exp(t.low) for t in told] == pytest.approx(table["ci_lb"], rel=RELATIVE)
        assert [np.exp(t.prediction_high) for t in told] == pytest.approx(
            table["pi_ub"], rel=RELATIVE
        )


def test_subgroups(case: Callable[[str], Case]) -> None:
    from stroma.stats.meta.pooling import pool_subgroups

    asked = case("bcg_rr_subgroups_alloc_reml")
    values, variances = bcg(asked)
    made = pool_subgroups(values, variances, asked["columns"]["alloc"], test=Test.NORMAL)
    for name, expected in asked["expected"].items():
        model = made[name]
        assert isinstance(model, Pooled)
        assert model.count == expected["k"]
        agrees(asked, name, model.coefficients[0].estimate, expected["estimate"])
        agrees(asked, name, model.coefficients[0].standard_error, expected["se"])
        agrees(asked, name, model.heterogeneity.tau2, expected["tau2"])
        agrees(asked, name, model.q, expected["QE"])
        assert within(model.heterogeneity.i2, expected["I2"], 2)


def test_groups_of_one_variance(case: Callable[[str], Case]) -> None:
    asked = case("bcg_rr_common_tau2_alloc_noint_reml")
    values, variances = bcg(asked)
    groups = asked["columns"]["alloc"]
    design = np.array([[own == name for name in sorted(set(groups))] for own in groups], float)
    model = pool(values, variances, design, test=Test.NORMAL)
    assert model.moderators is not None
    for key, value in (
        ("tau2", model.heterogeneity.tau2), ("se_tau2", model.heterogeneity.standard_error),
        ("QE", model.q), ("QM", model.moderators[0]), ("estimate", values_of(model)),
        ("se", [c.standard_error for c in model.coefficients]),
    ):  # fmt: skip
        agrees(asked, key, value)
    assert model.moderators[1] == asked["expected"]["QM_df"]


def test_smoothed_variances(case: Callable[[str], Case]) -> None:
    asked = case("bcg_rr_smoothed_var_eb")
    held = {key: np.array(asked["columns"][key], float) for key in
            ("tpos", "tneg", "cpos", "cneg", "ablat")}  # fmt: skip
    values, _ = bcg(asked)
    treated, control = held["tneg"] / held["tpos"], held["cneg"] / held["cpos"]
    variances = treated.sum() / (13 * (held["tneg"] + held["tpos"])) + control.sum() / (
        13 * (held["cneg"] + held["cpos"])
    )
    model = pool(values, variances, method=Method.EMPIRICAL_BAYES, test=Test.NORMAL)
    check_mean(asked, model)
    design = np.column_stack([np.ones(13), held["ablat"] - 33.46])
    regressed = pool(values, variances, design, method=Method.EMPIRICAL_BAYES, test=Test.NORMAL)
    expected = asked["expected"]["mods_I_ablat_minus_33_46"]
    agrees(asked, "mods", values_of(regressed), expected["estimate"])
    agrees(asked, "mods", [c.standard_error for c in regressed.coefficients], expected["se"])
    agrees(asked, "mods", regressed.heterogeneity.tau2, expected["tau2"])
    assert regressed.explained_percent == pytest.approx(expected["R2"], rel=RELATIVE)


def test_robust_mean(case: Callable[[str], Case]) -> None:
    asked = case("bcg_rr_robust")
    values, variances = bcg(asked)
    model = pool(values, variances, test=Test.NORMAL)
    for key, correction in (
        ("CR0", Correction.NONE), ("CR1", Correction.CLUSTERS),
        ("CR2_satterthwaite", Correction.BIAS_REDUCED),
    ):  # fmt: skip
        expected = asked["expected"][key]
        fit = _robust(model, asked["columns"]["trial"], correction)
        assert fit.covariance[0, 0] == pytest.approx(expected["var"], rel=RELATIVE)
        assert fit.degrees_of_freedom[0] == pytest.approx(expected["df"], rel=RELATIVE)
        assert fit.coefficients[0].statistic == pytest.approx(expected["t"], rel=RELATIVE)
        if "pred_exp" in expected:
            told = np.exp(robust_prediction(fit, model.heterogeneity.tau2, [1.0]))
            assert told == pytest.approx(
                [expected["pred_exp"][k] for k in ("pred", "ci_lb", "ci_ub", "pi_lb", "pi_ub")],
                rel=RELATIVE,
            )


def test_robust_regression(case: Callable[[str], Case]) -> None:
    asked = case("bcg_rr_metareg_robust")
    values, variances = bcg(asked)
    held = asked["columns"]
    design = np.column_stack([np.ones(13), held["ablat"], held["year"]])
    model = pool(values, variances, design, test=Test.NORMAL)
    for key, correction in (
        ("CR1", Correction.CLUSTERS), ("CR2_satterthwaite", Correction.BIAS_REDUCED),
    ):  # fmt: skip
        expected = asked["expected"][key]
        fit = _robust(model, held["trial"], correction)
        assert fit.joint is not None
        assert [c.standard_error for c in fit.coefficients] == pytest.approx(
            expected["se"], rel=RELATIVE
        )
        assert [c.statistic for c in fit.coefficients] == pytest.approx(expected["t"], rel=RELATIVE)
        assert list(fit.degrees_of_freedom) == pytest.approx(
            np.broadcast_to(expected["df"], 3), rel=RELATIVE
        )
        assert fit.joint[0] == pytest.approx(expected["F"], rel=RELATIVE)
        assert fit.joint[1:3] == pytest.approx(expected["F_df"], rel=RELATIVE)
    assert not fit.is_reliable


@pytest.mark.parametrize("name", ["bangertdrowns_reml_robust", "bangertdrowns_metareg_length"])
def test_bangert_drowns(case: Callable[[str], Case], name: str) -> None:
    asked = case(name)
    held = asked["columns"]
    regressed = name.endswith("length")
    kept = [i for i in range(len(held["yi"])) if not regressed or held["length"][i] is not None]
    values = [held["yi"][i] for i in kept]
    variances = [held["vi"][i] for i in kept]
    design = (
        np.column_stack([np.ones(len(kept)), [held["length"][i] for i in kept]])
        if regressed
        else None
    )
    model = pool(values, variances, design, test=Test.NORMAL)
    expected = asked["expected"]
    assert model.count == expected["k"]
    agrees(asked, "tau2", model.heterogeneity.tau2)
    agrees(asked, "se_tau2", model.heterogeneity.standard_error)
    agrees(asked, "QE", model.q)
    agrees(asked, "estimate", values_of(model))
    agrees(asked, "se", [c.standard_error for c in model.coefficients])
    agrees(asked, "z", [c.statistic for c in model.coefficients])
    for key, correction in (
        ("robust_CR1", Correction.CLUSTERS), ("robust_CR2", Correction.BIAS_REDUCED),
    ):  # fmt: skip
        fit = _robust(model, list(range(len(kept))), correction)
        agrees(asked, key, [c.standard_error for c in fit.coefficients], expected[key]["se"])
        # Printed with two decimals for CR2's degrees of freedom, three for its t.
        assert [c.statistic for c in fit.coefficients] == pytest.approx(
            np.atleast_1d(expected[key]["t"]), abs=6e-4
        )
        assert np.array(fit.degrees_of_freedom) == pytest.approx(
            np.broadcast_to(expected[key]["df"], len(fit.coefficients)), abs=0.006
        )


@pytest.mark.parametrize("name", ["bcg_rr_trimfill_ee_L0", "bcg_rr_trimfill_reml_L0"])
def test_trim_and_fill(case: Callable[[str], Case], name: str) -> None:
    asked = case(name)
    values, variances = bcg(asked)
    model = pool(values, variances, method=METHODS[asked["model"]["method"]], test=Test.NORMAL)
    filled = trim_and_fill(model)
    expected = asked["expected"]
    assert (filled.missing, filled.side) == (expected["k0"], expected["side"])
    agrees(asked, "k0_se", filled.standard_error)
    check_mean(asked, filled.model)


def test_trim_by_equal_effects_then_fill_at_random(case: Callable[[str], Case]) -> None:
    asked = case("bcg_rr_trimfill_equal_then_random")
    filled = trim_and_fill(pool(*bcg(asked), method=Method.EQUAL, test=Test.NORMAL))
    check_mean(asked, pool(filled.values, filled.variances, test=Test.NORMAL))


def test_fail_safe_numbers(case: Callable[[str], Case]) -> None:
    asked = case("raudenbush_fsn")
    model = pool(asked["columns"]["yi"], asked["columns"]["vi"], test=Test.NORMAL)
    found = {
        "rosenthal": fail_safe_number(model, "rosenthal"),
        "fisher": fail_safe_number(model, "fisher"),
        "orwin_unweighted_target_0_05": fail_safe_number(model, "orwin", target=0.05),
        "orwin_weighted_target_0_05": fail_safe_number(model, "orwin_weighted", target=0.05),
        "rosenberg": fail_safe_number(model, "rosenberg"),
        "general_reml": fail_safe_number(model, "general"),
        "general_reml_target_0_05": fail_safe_number(model, "general", target=0.05),
    }
    assert {key: number.studies for key, number in found.items()} == asked["expected"]


def normand(case: Case) -> list[tuple[effects.Group, effects.Group]]:
    held = case["columns"]
    return [
        (effects.Group(m1, s1, n1), effects.Group(m2, s2, n2))
        for m1, s1, n1, m2, s2, n2 in zip(
            *(held[key] for key in ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")), strict=True
        )
    ]


def _sizes(
    case: Case, convert: Callable[[effects.Group, effects.Group], effects.EffectSize]
) -> tuple[list[float], list[float]]:
    sizes = [convert(*pair) for pair in normand(case)]
    return [s.value for s in sizes], [s.variance for s in sizes]


@pytest.mark.parametrize("method", ["ee", "dl", "reml"])
def test_differences_with_a_pooled_deviation(case: Callable[[str], Case], method: str) -> None:
    asked = case(f"normand_md_pooledsd_{method}")
    values, variances = _sizes(
        asked, lambda a, b: effects.mean_difference(a, b, equal_variances=True)
    )
    check_mean(asked, pool(values, variances, method=METHODS[method.upper()], test=Test.NORMAL))


def test_differences(case: Callable[[str], Case]) -> None:
    asked = case("normand_md_reml")
    values, variances = _sizes(asked, effects.mean_difference)
    agrees(asked, "vi", variances)
    check_mean(asked, pool(values, variances, test=Test.NORMAL))


def test_standardised_differences(case: Callable[[str], Case]) -> None:
    asked = case("normand_smd_reml")
    values, variances = _sizes(asked, effects.standardised_mean_difference)
    agrees(asked, "first4_yi", values[:4])
    agrees(asked, "first4_vi", variances[:4])
    check_mean(asked, pool(values, variances, test=Test.NORMAL))
    first = case("normand_smd_first4_reml")
    check_mean(first, pool(values[:4], variances[:4], test=Test.NORMAL))


def test_ratios_of_means(case: Callable[[str], Case]) -> None:
    asked = case("normand_rom_biascorrected_reml")
    values, variances = _sizes(asked, effects.log_ratio_of_means)
    agrees(asked, "yi", values)
    agrees(asked, "vi", variances)
    model = pool(values, variances, test=Test.NORMAL)
    check_mean(asked, model)
    told = predict(model)
    expected = asked["expected"]["pred_exp_2dp"]
    assert np.exp([told.estimate, told.low, told.high]) == pytest.approx(
        [expected["pred"], expected["ci_lb"], expected["ci_ub"]], abs=0.0051
    )


def test_single_means(case: Callable[[str], Case]) -> None:
    asked = case("normand_mn_group1_reml")
    sizes = [effects.single_mean(first) for first, _second in normand(asked)]
    check_mean(asked, pool([s.value for s in sizes], [s.variance for s in sizes], test=Test.NORMAL))


def test_measures_of_one_group(case: Callable[[str], Case]) -> None:
    asked = case("escalc_single_group")
    inline = asked["data"]["inline"]
    group = effects.Group(inline["mi"], inline["sdi"], inline["ni"])
    for name, convert in (
        ("MNLN", effects.log_mean), ("CVLN", effects.log_cv), ("SDLN", effects.log_sd),
    ):  # fmt: skip
        size = convert(group)
        agrees(asked, name, [size.value, size.variance], list(asked["expected"][name].values()))


def test_variability_ratios(case: Callable[[str], Case]) -> None:
    asked = case("escalc_normand_vr_cvr")
    pair = normand(asked)[0]
    for name, convert in (("VR", effects.log_variability_ratio), ("CVR", effects.log_cv_ratio)):
        size = convert(*pair)
        agrees(asked, name, [size.value, size.variance], list(asked["expected"][name].values()))


@pytest.mark.parametrize("name", ["konst_2level_reml", "konst_2level_metareg_year_reml"])
def test_two_levels(case: Callable[[str], Case], name: str) -> None:
    asked = case(name)
    held = asked["columns"]
    year = np.array(held["year"], float)
    design = np.column_stack([np.ones(56), year - year.mean()]) if "year" in name else None
    model = pool(held["yi"], held["vi"], design, test=Test.NORMAL)
    if design is None:
        check_mean(asked, model)
        return
    agrees(asked, "estimate", values_of(model))
    agrees(asked, "se", [c.standard_error for c in model.coefficients])
    between = model.heterogeneity
    agrees(asked, "tau2", between.tau2)
    agrees(asked, "se_tau2", between.standard_error)
    agrees(asked, "tau2_ci_qprofile", [between.tau2_low, between.tau2_high])


@pytest.mark.parametrize(
    "name", ["konst_3level_ml", "konst_3level_metareg_year_ml", "konst_3level_reml"]
)
def test_three_levels(case: Callable[[str], Case], name: str) -> None:
    asked = case(name)
    held, expected = asked["columns"], asked["expected"]
    year = np.array(held["year"], float)
    design = np.column_stack([np.ones(56), year - year.mean()]) if "year" in name else None
    groups = [held["district"], held["study"]]
    restricted = asked["model"]["method"] == "REML"
    model = fit_multilevel(held["yi"], held["vi"], groups, design, restricted=restricted)
    agrees(asked, "estimate", values_of(model) if design is not None else values_of(model)[0])
    agrees(asked, "sigma2", model.variances)
    if "pi_lb" in expected:
        spread = model.coefficients[0].standard_error ** 2 + sum(model.variances)
        agrees(asked, "pi_lb", values_of(model)[0] - 1.959964 * np.sqrt(spread))
    if restricted:
        agrees(asked, "logLik", model.log_likelihood)
        agrees(asked, "QE", model.q)
        for which in (0, 1):
            agrees(
                asked,
                f"sigma2_{which + 1}_ci",
                variance_profile(held["yi"], held["vi"], groups, which),
            )
        for key, correction in (
            ("robust_CR1", Correction.CLUSTERS), ("robust_CR2", Correction.BIAS_REDUCED),
        ):  # fmt: skip
            fit = robust_fit(
                model.design, model.residuals, values_of(model), model.marginal,
                held["district"], correction=correction,
            )  # fmt: skip
            mean = fit.coefficients[0]
            agrees(asked, key, mean.standard_error, expected[key]["se"])
            assert within(mean.statistic, expected[key]["t"], 3)
            assert within(fit.degrees_of_freedom[0], expected[key]["df"], 2)
            agrees(asked, key, [mean.low, mean.high], expected[key]["ci"])


@pytest.mark.parametrize("name", ["berkey1998_bivariate_ml", "berkey1998_bivariate_reml"])
def test_two_outcomes(case: Callable[[str], Case], name: str) -> None:
    asked = case(name)
    held, expected = asked["columns"], asked["expected"]
    sampling = np.zeros((10, 10))
    for row in range(10):
        pair = row - row % 2
        sampling[row, pair] = held["v1i"][row]
        sampling[row, pair + 1] = held["v2i"][row]
    model = fit_bivariate(
        held["yi"], sampling, held["trial"], held["outcome"],
        restricted=asked["model"]["method"] == "REML",
    )  # fmt: skip
    agrees(asked, "estimate", values_of(model))
    agrees(asked, "se", [c.standard_error for c in model.coefficients])
    agrees(asked, "tau2", model.variances)
    agrees(asked, "rho", model.correlation)
    if "QE" in expected:
        assert model.moderators is not None
        agrees(asked, "QE", model.q)
        agrees(asked, "QM", model.moderators[0])
