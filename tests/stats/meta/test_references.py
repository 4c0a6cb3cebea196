"""Pooling held to metafor and clubSandwich, as ``validation/pooling/references.R`` ran them.

Closed forms agree to 1e-6 or better. Where metafor searches for an optimum its own last digits are
left: the tolerances beside each test say what is reached.
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
from stroma.stats.meta.heterogeneity import Method, log_likelihood, residuals
from stroma.stats.meta.influence import cumulative, influence, leave_one_out
from stroma.stats.meta.multilevel import (
    Multilevel,
    fit_bivariate,
    fit_multilevel,
    variance_profile,
)
from stroma.stats.meta.pooling import (
    Pooled,
    Test,
    pool,
    pool_subgroups,
    predict,
    shrunken_effects,
    subgroup_difference,
)
from stroma.stats.meta.robust import Correction, robust_fit
from stroma.stats.meta.small_studies import (
    Estimator,
    egger_test,
    fail_safe_number,
    rank_correlation_test,
    trim_and_fill,
)

FILE = Path(__file__).resolve().parents[3] / "validation" / "pooling" / "references.json"
CLOSED = 1e-8
SEARCHED = 1e-6
"""Relative: what metafor's searches leave when told to stop at 1e-12 of a variance."""
SEVERAL = 2e-5
"""Relative: what nlminb leaves of two variances."""


@cache
def references() -> Mapping[str, Any]:
    return json.loads(FILE.read_text("utf-8"))


def near(value: Any, expected: Any, relative: float, floor: float = 1e-10) -> None:
    """Compare numbers; the floor is a part of the largest of them."""
    found, wanted = np.asarray(value, float), np.asarray(expected, float)
    assert found.shape == wanted.shape
    told = ~np.isnan(wanted)  # metafor leaves out what did not converge
    found, wanted = found[told], wanted[told]
    size = float(np.max(np.abs(wanted))) if wanted.size else 0.0
    np.testing.assert_allclose(found, wanted, rtol=relative, atol=floor * max(size, 1e-300))


def estimates_of(model: Pooled | Multilevel) -> list[float]:
    return [c.estimate for c in model.coefficients]


def errors_of(model: Pooled | Multilevel) -> list[float]:
    return [c.standard_error for c in model.coefficients]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _uni() -> list[Any]:
    return [
        pytest.param(case, test, id=f"{case['data']}-{case['method']}-{test}")
        for case in references()["uni"]
        for test in case["tests"]
    ]


def tolerance(method: str) -> float:
    return CLOSED if method in ("EE", "DL", "HE", "SJ") else SEARCHED


def check_fit(model: Pooled, case: Mapping[str, Any], relative: float) -> None:
    scale = float(np.mean(model.data.variances))
    near(estimates_of(model), listed(case["estimate"]), relative)
    near(errors_of(model), listed(case["se"]), relative)
    near([c.p_value for c in model.coefficients], listed(case["p"]), 100 * relative)
    near([c.low for c in model.coefficients], listed(case["low"]), relative, floor=relative)
    near([c.high for c in model.coefficients], listed(case["high"]), relative, floor=relative)
    assert model.heterogeneity.tau2 == pytest.approx(
        case["tau2"], rel=10 * relative, abs=10 * relative * scale
    )
    if case["se_tau2"] is not None:
        near(model.heterogeneity.standard_error, case["se_tau2"], 10 * relative)
    near(model.q, case["q"], CLOSED, floor=1e-9)
    near(model.q_p_value, case["q_p"], SEARCHED)


@pytest.mark.parametrize(("case", "test"), _uni())
def test_pooled_mean(case: Mapping[str, Any], test: str) -> None:
    held, relative = references()["sets"][case["data"]], tolerance(case["method"])
    model = pool(held["yi"], held["vi"], method=Method(case["method"]), test=Test(test))
    expected = case["tests"][test]
    check_fit(model, expected, relative)
    between = model.heterogeneity
    near(between.h2, expected["h2"], 10 * relative)
    assert between.i2 == pytest.approx(expected["i2"], rel=10 * relative, abs=1e-4)
    told = predict(model)
    if told.prediction_low is not None:
        near(told.prediction_low, expected["prediction_low"], 10 * relative)
        near(told.prediction_high, expected["prediction_high"], 10 * relative)
    else:
        assert model.count == 2 or model.method is Method.EQUAL


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{case['data']}-{case['method']}")
        for case in references()["uni"]
        if case["interval"] is not None
    ],
)
def test_q_profile(case: Mapping[str, Any]) -> None:
    held = references()["sets"][case["data"]]
    between = pool(held["yi"], held["vi"], method=Method(case["method"])).heterogeneity
    expected = case["interval"]
    scale = float(np.mean(held["vi"]))
    assert [between.tau2_low, between.tau2_high] == pytest.approx(
        expected["tau2"], rel=1e-7, abs=1e-7 * scale
    )
    assert [between.i2_low, between.i2_high] == pytest.approx(expected["i2"], rel=1e-6, abs=1e-5)
    assert [between.h2_low, between.h2_high] == pytest.approx(expected["h2"], rel=1e-6)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{case['data']}-{case['method']}")
        for case in references()["uni"]
        if case["log_likelihood"] is not None
    ],
)
def test_log_likelihood(case: Mapping[str, Any]) -> None:
    held = references()["sets"][case["data"]]
    model = pool(held["yi"], held["vi"], method=Method(case["method"]))
    found = log_likelihood(
        model.data, model.heterogeneity.tau2, restricted=case["method"] == "REML"
    )
    assert found == pytest.approx(case["log_likelihood"], rel=1e-9, abs=1e-9)
    assert found >= case["log_likelihood"] - 1e-10 * abs(found)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{case['design']}-{case['method']}-{case['test']}")
        for case in references()["regressions"]
    ],
)
def test_regression(case: Mapping[str, Any]) -> None:
    design, relative = references()["designs"][case["design"]], tolerance(case["method"])
    model = pool(
        design["yi"], design["vi"], np.array(design["x"], float),
        method=Method(case["method"]), test=Test(case["test"]),
    )  # fmt: skip
    # Years stand far from zero: their intercept loses four digits in any program.
    relative = max(relative, 1e-6) if "year" in case["design"] else relative
    check_fit(model, case, relative)
    assert model.moderators is not None
    near(model.moderators[0], case["moderators"], 10 * relative)
    near(model.moderators[-1], case["moderators_p"], 100 * relative)
    if case["explained"] is not None and model.explained_percent is not None:
        assert model.explained_percent == pytest.approx(case["explained"], abs=0.01)
    told = [predict(model, row) for row in design["at"]]
    near([t.estimate for t in told], case["predicted"], 10 * relative, floor=relative)
    near([t.low for t in told], case["predicted_low"], 10 * relative, floor=relative)
    if model.method is not Method.EQUAL:
        ends = [t.prediction_high for t in told]
        near(ends, case["prediction_high"], 10 * relative, floor=relative)


@pytest.mark.parametrize("name", ["bcg", "normand", "three", "small_numbers", "drawn_40"])
def test_iterated_moments_end_where_paule_and_mandel_do(name: str) -> None:
    # metafor 3.8 does not converge there; the case of version 5 is held in test_cases.
    held = references()["sets"][name]
    taus = [
        pool(held["yi"], held["vi"], method=method).heterogeneity.tau2
        for method in (Method.DERSIMONIAN_LAIRD_ITERATED, Method.PAULE_MANDEL)
    ]
    assert taus[0] == pytest.approx(taus[1], rel=1e-7)


def test_subgroups() -> None:
    bcg, held = references()["sets"]["bcg"], references()["subgroups"]
    for case in held["fits"]:
        made = pool_subgroups(
            bcg["yi"], bcg["vi"], held["group"], method=Method(case["method"]), test=Test.NORMAL
        )
        models = [made[name] for name in case["groups"]]
        assert all(isinstance(model, Pooled) for model in models)
        near([estimates_of(m)[0] for m in models], case["estimate"], SEARCHED)
        near([errors_of(m)[0] for m in models], case["se"], SEARCHED)
        q, freedom, p = subgroup_difference(models)
        assert freedom == 2
        near([q, p], [case["q_between"], case["p_between"]], 10 * SEARCHED)


CORRECTIONS = {
    "CR0": Correction.NONE, "CR1p": Correction.CLUSTERS, "CR2": Correction.BIAS_REDUCED
}  # fmt: skip


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{case['data']}-{case['method']}")
        for case in references()["multilevel"]
    ],
)
def test_multilevel(case: Mapping[str, Any]) -> None:
    held = references()["levels"][case["data"]]
    design = None if not held["x"] else np.array(held["x"], float)
    model = fit_multilevel(
        held["yi"], np.array(held["v"], float), [held["outer"], held["inner"]], design,
        restricted=case["method"] == "REML",
    )  # fmt: skip
    assert model.log_likelihood == pytest.approx(case["log_likelihood"], rel=1e-8)
    near(estimates_of(model), listed(case["estimate"]), SEVERAL)
    near(errors_of(model), listed(case["se"]), SEVERAL)
    scale = float(np.var(held["yi"]))
    assert list(model.variances) == pytest.approx(
        case["variances"], rel=10 * SEVERAL, abs=SEVERAL * scale
    )
    near(model.q, case["q"], 1e-7)
    for expected in case["robust"]:
        correction = CORRECTIONS[expected["type"]]
        fit = robust_fit(
            model.design, model.residuals, np.array(estimates_of(model)), model.marginal,
            held["outer"], correction=correction,
        )  # fmt: skip
        near([c.standard_error for c in fit.coefficients], listed(expected["se"]), 10 * SEVERAL)
        near([c.p_value for c in fit.coefficients], listed(expected["p"]), 1e-3)
        if expected["df"] is not None:
            near(fit.degrees_of_freedom, listed(expected["df"]), 10 * SEVERAL)
        joint = expected.get("joint")
        if joint:
            assert fit.joint is not None
            near(fit.joint[0], joint["f"], 1e-3)
            near(fit.joint[2], joint["df"], 10 * SEVERAL)


@pytest.mark.parametrize("unit", [1e-6, 1e6])
@pytest.mark.parametrize("name", ["school", "few_papers_x", "shared_control"])
def test_a_change_of_unit_changes_nothing(name: str, unit: float) -> None:
    held = references()["levels"][name]
    design = None if not held["x"] else np.array(held["x"], float)
    groups = [held["outer"], held["inner"]]
    values, sampling = np.array(held["yi"], float), np.array(held["v"], float)
    plain = fit_multilevel(values, sampling, groups, design)
    other = fit_multilevel(unit * values, unit**2 * sampling, groups, design)
    near(np.array(estimates_of(other)) / unit, estimates_of(plain), 1e-7)
    near(np.array(other.variances) / unit**2, plain.variances, 1e-6)


def test_profiles_of_variances() -> None:
    for case in references()["profiles"]:
        held = references()["levels"][case["data"]]
        for which in (0, 1):
            low, high = variance_profile(
                held["yi"], np.array(held["v"], float), [held["outer"], held["inner"]], which
            )
            near(low, case["bounds"][which][0], 2e-4, floor=0)
            near(high, case["bounds"][which][1], 2e-4)


def test_two_outcomes() -> None:
    held = references()["bivariate"]
    for case in held["fits"]:
        model = fit_bivariate(
            held["yi"], np.array(held["v"]), held["trial"], held["outcome"],
            restricted=case["method"] == "REML",
        )  # fmt: skip
        near(estimates_of(model), case["estimate"], SEVERAL)
        near(errors_of(model), case["se"], 10 * SEVERAL)
        near(model.variances, case["variances"], 1e-3)
        assert model.correlation == pytest.approx(case["correlation"], rel=1e-3)
        assert model.log_likelihood == pytest.approx(case["log_likelihood"], abs=1e-6)
        assert model.moderators is not None
        near([model.q, model.moderators[0]], [case["q"], case["moderators"]], 1e-4)


def test_independent_estimates_in_clusters() -> None:
    for case in references()["robust_uni"]:
        held = references()["levels"][case["data"]]
        model = pool(held["yi"], held["v"], test=Test.NORMAL)
        values = np.array(estimates_of(model))
        fit = robust_fit(
            model.data.design, residuals(model.data, values), values,
            np.diag(model.data.variances + model.heterogeneity.tau2), held["outer"],
        )  # fmt: skip
        near(fit.coefficients[0].standard_error, case["se"], SEARCHED)
        near(fit.degrees_of_freedom[0], case["df"], SEARCHED)
        near(fit.coefficients[0].p_value, case["p"], 10 * SEARCHED)


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=f"{case['data']}-{case['method']}") for case in references()["small"]],
)
def test_small_studies(case: Mapping[str, Any]) -> None:
    held = references()["sets"][case["data"]]
    model = pool(held["yi"], held["vi"], method=Method(case["method"]), test=Test.NORMAL)
    for name, weighted in (("egger_random", False), ("egger_weighted", True)):
        if name in case:
            found, expected = egger_test(model, weighted=weighted), case[name]
            near(found.statistic, expected["statistic"], 1e-5)
            near(found.p_value, expected["p"], 1e-4)
            assert found.limit is not None
            near(found.limit.estimate, expected["limit"], 1e-5)
            near([found.limit.low, found.limit.high], [expected["low"], expected["high"]], 1e-5)
    ranks = rank_correlation_test(model)
    near(ranks.statistic, case["ranks"]["tau"], CLOSED)
    near(ranks.p_value, case["ranks"]["p"], SEARCHED)
    for estimator in Estimator:
        if estimator.value in case:
            filled, expected = trim_and_fill(model, estimator=estimator), case[estimator.value]
            assert (filled.missing, filled.side) == (expected["missing"], expected["side"])
            near(filled.standard_error, expected["se"], SEARCHED)
            # metafor fits the filled set with its own, looser, stop.
            near(filled.model.coefficients[0].estimate, expected["estimate"], 2e-4)
            near(filled.model.coefficients[0].standard_error, expected["error"], 2e-4)
    for method, expected in case["fail_safe"].items():
        assert fail_safe_number(model, method).studies == max(0, round(expected))


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=f"{case['data']}-{case['method']}") for case in references()["follow"]],
)
def test_what_an_answer_rests_on(case: Mapping[str, Any]) -> None:
    held = references()["sets"][case["data"]]
    model = pool(held["yi"], held["vi"], method=Method(case["method"]), test=Test.NORMAL)
    without, expected = leave_one_out(model), case["without"]
    near([estimates_of(m)[0] for m in without], expected["estimate"], SEARCHED)
    near([errors_of(m)[0] for m in without], expected["se"], SEARCHED)
    near([m.q for m in without], expected["q"], CLOSED)
    grown = cumulative(model)
    near([estimates_of(m)[0] for m in grown], case["grown"]["estimate"][1:], SEARCHED)
    near([errors_of(m)[0] for m in grown], case["grown"]["se"][1:], SEARCHED)
    moved, told = influence(model), case["influence"]
    relative = 10 * SEARCHED
    near([m.residual for m in moved], told["residual"], relative)
    near([m.dffits for m in moved], told["dffits"], relative, floor=relative)
    near([m.cook_distance for m in moved], told["cook"], relative, floor=relative)
    near([m.covariance_ratio for m in moved], told["covariance_ratio"], relative)
    near([m.hat for m in moved], told["hat"], relative)
    near([m.weight_percent for m in moved], told["weight"], relative)
    if case["shrunken"] is not None:
        near(shrunken_effects(model), case["shrunken"], relative, floor=relative)


def _size_table(name: str) -> dict[str, Any]:
    return {case["measure"] + case.get("variant", ""): case for case in references()["sizes"][name]}


def _rows(name: str, columns: str) -> list[tuple[Any, ...]]:
    held = references()["sizes"][name]
    return list(zip(*(held[column] for column in columns.split()), strict=True))


def check_sizes(case: Mapping[str, Any], sizes: list[effects.EffectSize]) -> None:
    near([s.value for s in sizes], case["yi"], 1e-10)
    near([s.variance for s in sizes], case["vi"], 1e-10)


Pair = Callable[[effects.Group, effects.Group], effects.EffectSize]


def test_sizes_of_two_groups() -> None:
    held = _size_table("of_means")
    pairs = [
        (effects.Group(m1, s1, n1), effects.Group(m2, s2, n2))
        for m1, s1, n1, m2, s2, n2 in _rows("means", "m1i sd1i n1i m2i sd2i n2i")
    ]
    # metafor 3.8 has no second-order correction of the ratio yet; ours is held to the cases' file.
    converted: dict[str, Pair] = {
        "MD": effects.mean_difference,
        "SMD": effects.standardised_mean_difference,
        "ROM": lambda a, b: effects.log_ratio_of_means(a, b, corrected=False),
        "VR": effects.log_variability_ratio,
        "CVR": effects.log_cv_ratio,
    }
    for name, convert in converted.items():
        check_sizes(held[name], [convert(*pair) for pair in pairs])
    check_sizes(
        held["MDHO"], [effects.mean_difference(a, b, equal_variances=True) for a, b in pairs]
    )


def test_sizes_of_pairs() -> None:
    held = _size_table("of_pairs")
    pairs = [
        effects.Pairs(effects.Group(m1, s1, n), effects.Group(m2, s2, n), r)
        for m1, m2, s1, s2, n, r in _rows("paired", "m1i m2i sd1i sd2i ni ri")
    ]
    check_sizes(held["MC"], [effects.mean_change(p) for p in pairs])
    check_sizes(held["ROMC"], [effects.log_ratio_within_pairs(p, corrected=False) for p in pairs])


def test_sizes_of_counts() -> None:
    held = _size_table("of_counts")
    tables = [counts.TwoByTwo(*row) for row in _rows("counts", "ai bi ci di")]
    for name, convert in (
        ("RR", counts.log_risk_ratio), ("OR", counts.log_odds_ratio),
        ("RD", counts.risk_difference), ("AS", counts.arcsine_difference),
    ):  # fmt: skip
        check_sizes(held[name], [convert(t) for t in tables])
    with pytest.raises(ValueError, match="nothing but events, or none"):
        counts.log_peto_odds_ratio(tables[2])
    both = [i for i, t in enumerate(tables) if t.a + t.c > 0 and t.b + t.d > 0]
    near(
        [counts.log_peto_odds_ratio(tables[i]).value for i in both],
        [held["PETO"]["yi"][i] for i in both],
        1e-10,
    )


def test_sizes_of_one_group() -> None:
    held = _size_table("of_groups")
    groups = [effects.Group(m, s, n) for m, s, n in _rows("means", "m1i sd1i n1i")]
    for name, convert in (
        ("MN", effects.single_mean), ("MNLN", effects.log_mean),
        ("CVLN", effects.log_cv), ("SDLN", effects.log_sd),
    ):  # fmt: skip
        check_sizes(held[name], [convert(g) for g in groups])


def test_sizes_of_proportions_rates_and_correlations() -> None:
    held = _size_table("of_shares")
    for name, convert in (
        ("PR", counts.proportion), ("PLN", counts.log_proportion),
        ("PLO", counts.logit_proportion), ("PAS", counts.arcsine_proportion),
        ("PFT", counts.double_arcsine),
    ):  # fmt: skip
        check_sizes(held[name], [convert(x, n) for x, n in _rows("shares", "xi ni")])
    rates = _size_table("of_rates")
    for name, of_rate in (
        ("IR", counts.rate), ("IRLN", counts.log_rate), ("IRS", counts.root_rate)
    ):  # fmt: skip
        check_sizes(rates[name], [of_rate(x, t) for x, t in _rows("rates", "xi ti")])
    check_sizes(
        _size_table("of_correlations")["ZCOR"],
        [counts.fisher_z(r, n) for r, n in _rows("correlations", "ri ni")],
    )


def test_double_arcsine_and_back() -> None:
    held = references()["double_arcsine"]
    sizes = [counts.double_arcsine(x, n) for x, n in zip(held["xi"], held["ni"], strict=True)]
    model = pool([s.value for s in sizes], [s.variance for s in sizes], test=Test.NORMAL)
    mean = model.coefficients[0]
    near([mean.estimate, model.heterogeneity.tau2], [held["estimate"], held["tau2"]], SEARCHED)
    found = [
        counts.from_double_arcsine(v, held["ni"]) for v in (mean.estimate, mean.low, mean.high)
    ]
    near(found, [held["proportion"], held["low"], held["high"]], 1e-5)


def test_shared_control() -> None:
    held = references()["shared_control"]
    control = effects.Group(*held["control"][:2], int(held["control"][2]))
    treated = [effects.Group(m, s, int(n)) for m, s, n in held["treated"]]
    smd = [effects.standardised_mean_difference(g, control) for g in treated]
    found = effects.shared_control_covariance(smd, control, measure="SMD", total=held["total"])
    near(found, held["smd"], 1e-10)
    md = [effects.mean_difference(g, control) for g in treated]
    near(effects.shared_control_covariance(md, control, measure="MD"), held["md"], 1e-10)
    with pytest.raises(ValueError, match="no covariance is known for SMD with a total of None"):
        effects.shared_control_covariance(smd, control, measure="SMD")
