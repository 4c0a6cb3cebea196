"""Mixed models, against lme4, lmerTest, pbkrtest and emmeans, and against the closed forms."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from stroma.stats.mixed_models import (
    Averaging,
    DegreesOfFreedom,
    DependentColumnError,
    InseparableFactorError,
    NoSpreadError,
    contrast,
    fit_mixed_model,
    intraclass_correlation,
    joint_test,
    marginal_mean_weights,
    variance_intervals,
)

REFERENCES = Path(__file__).resolve().parents[2] / "validation" / "mixed_models"
CASES = {
    case["id"]: case
    for case in json.loads((REFERENCES / "references.json").read_text(encoding="utf-8"))
}
SATTERTHWAITE = DegreesOfFreedom.SATTERTHWAITE
KENWARD_ROGER = DegreesOfFreedom.KENWARD_ROGER
# lme4's derivative-free optimiser comes within about 1e-7 of the variances; lmerTest differentiates
# numerically, within about 1e-6.
VARIANCE = 1e-6
FREEDOM = 5e-6
PROBABILITY = 1e-6
# lmerTest's numerical derivative takes absolute steps, too long for values of 1e-5: its
# Satterthwaite is off there by a factor of 40, which no change of unit should cause.
NO_SATTERTHWAITE = {"small_unit"}


def fitted(case):
    return fit_mixed_model(case["response"], np.array(case["design"], float), case["groups"])


def close(found, expected, tolerance, *, beside=None):
    expected = np.asarray(expected, float)
    size = np.abs(expected).max() if beside is None else beside
    return np.asarray(found) == pytest.approx(expected, rel=0, abs=tolerance * size)


@pytest.mark.parametrize("name", list(CASES))
def test_fit_as_lme4_has_it(name):
    case = CASES[name]
    model = fitted(case)
    largest = max(case["residual_variance"], *case["variances"])
    assert close(model.variances, case["variances"], VARIANCE, beside=largest)
    assert model.residual_variance == pytest.approx(case["residual_variance"], rel=VARIANCE)
    assert model.criterion == pytest.approx(case["criterion"], abs=1e-8)
    # Never above lme4's minimum, beyond rounding.
    assert model.criterion <= case["criterion"] + 1e-9
    assert model.singular == case["singular"]
    assert close(model.coefficients, case["coefficients"], VARIANCE)
    assert close(model.covariance, case["covariance"], VARIANCE)
    assert close(model.uncertainty.adjusted_covariance, case["adjusted_covariance"], FREEDOM)


@pytest.mark.parametrize("method", list(DegreesOfFreedom))
@pytest.mark.parametrize("name", list(CASES))
def test_contrasts_as_lmertest_and_pbkrtest_have_them(name, method):
    case = CASES[name]
    if method is SATTERTHWAITE and name in NO_SATTERTHWAITE:
        return
    model = fitted(case)
    for reference in case["contrasts"]:
        expected = reference[method.value]
        found = contrast(model, reference["weights"], degrees_of_freedom=method)
        assert found.estimate == pytest.approx(expected["estimate"], rel=1e-6)
        assert found.standard_error == pytest.approx(expected["standard_error"], rel=VARIANCE)
        assert found.degrees_of_freedom == pytest.approx(expected["df"], rel=FREEDOM)
        assert found.p_value == pytest.approx(expected["p"], abs=PROBABILITY)
        assert not found.fallback


@pytest.mark.parametrize("method", list(DegreesOfFreedom))
@pytest.mark.parametrize("name", [name for name in CASES if CASES[name]["joint"]])
def test_joint_tests_as_lmertest_and_pbkrtest_have_them(name, method):
    case = CASES[name]
    expected = case["joint"][method.value]
    found = joint_test(fitted(case), case["joint"]["matrix"], degrees_of_freedom=method)
    assert found.f == pytest.approx(expected["f"], rel=VARIANCE)
    assert found.numerator == expected["numerator"]
    assert found.denominator == pytest.approx(expected["denominator"], rel=FREEDOM)
    assert found.p == pytest.approx(expected["p"], abs=PROBABILITY)


@pytest.mark.parametrize("method", list(DegreesOfFreedom))
@pytest.mark.parametrize("name", [name for name in CASES if "pairs" in CASES[name]])
def test_pairs_of_sources_as_emmeans_has_them(name, method):
    if method is SATTERTHWAITE and name in NO_SATTERTHWAITE:
        return
    case = CASES[name]
    model = fitted(case)
    pairs = case["pairs"][method.value]
    for i, weights in enumerate(pairs["weights"]):
        found = contrast(model, weights, degrees_of_freedom=method)
        assert found.estimate == pytest.approx(pairs["estimate"][i], rel=1e-6)
        assert found.standard_error == pytest.approx(pairs["standard_error"][i], rel=VARIANCE)
        assert found.degrees_of_freedom == pytest.approx(pairs["df"][i], rel=FREEDOM)
        assert (found.low, found.high) == pytest.approx(
            (pairs["low"][i], pairs["high"][i]), abs=1e-5 * pairs["standard_error"][i]
        )
        assert found.p_value == pytest.approx(pairs["p"][i], abs=PROBABILITY)


@pytest.mark.parametrize("name", [name for name in CASES if "means" in CASES[name]])
def test_means_of_sources_as_emmeans_has_them(name):
    case = CASES[name]
    model = fitted(case)
    means = case["means"]
    for i, weights in enumerate(means["weights"]):
        found = contrast(model, weights, degrees_of_freedom=KENWARD_ROGER)
        assert found.estimate == pytest.approx(means["mean"][i], rel=1e-6)
        assert found.standard_error == pytest.approx(means["standard_error"][i], rel=VARIANCE)
        assert found.degrees_of_freedom == pytest.approx(means["df"][i], rel=FREEDOM)


@pytest.mark.parametrize("averaging", list(Averaging))
def test_weights_of_means_as_emmeans_has_them(averaging):
    case = CASES["source_by_sex"]["grid"]
    found = marginal_mean_weights(
        case["grid"],
        case["levels"],
        averaging=averaging,
        combinations=case["combinations"],
        counts=case["counts"],
    )
    # Thirteen digits are printed.
    assert found == pytest.approx(np.array(case[averaging.value]), abs=1e-12)


def test_weights_of_means_need_what_they_weigh_by():
    grid = CASES["source_by_sex"]["grid"]["grid"]
    with pytest.raises(ValueError, match="3 levels for 4 rows of the reference grid"):
        marginal_mean_weights(grid, [0, 1, 0])
    with pytest.raises(ValueError, match="cells weights need a count"):
        marginal_mean_weights(grid, [0, 1, 0, 1], averaging=Averaging.CELLS)
    with pytest.raises(ValueError, match="proportional weights need the combination"):
        marginal_mean_weights(
            grid, [0, 1, 0, 1], averaging=Averaging.PROPORTIONAL, counts=[1, 1, 1, 1]
        )
    with pytest.raises(ValueError, match="level 1 has no row or no observation"):
        marginal_mean_weights(grid, [0, 2, 0, 2])


@pytest.mark.parametrize("name", [name for name in CASES if "intervals" in CASES[name]])
def test_intervals_of_variances_as_r_inverts_the_criterion_of_lme4(name):
    case = CASES[name]
    for found, expected in zip(variance_intervals(fitted(case)), case["intervals"], strict=True):
        # R's uniroot stops at 1e-10 of the bound, its inner minimum at about 1e-10.
        assert (found.low, found.high) == pytest.approx(expected, rel=1e-6)
        assert found.low <= found.value <= found.high


def test_intervals_of_variances_without_a_residual():
    donor = np.repeat(np.arange(6), 2)
    means = np.array([1.2, 0.7, 1.9, 1.4, 2.2, 2.9])
    model = fit_mixed_model(means[donor], np.ones((12, 1)), [donor])
    donors, residual = variance_intervals(model, level=0.9)
    plain = variance_intervals(fit_mixed_model(means, np.ones((6, 1)), []), level=0.9)[0]
    assert (donors.low, donors.high) == pytest.approx((plain.low, plain.high))
    assert (residual.low, residual.high) == (0, 0)
    with pytest.raises(ValueError, match="level 0 is not between"):
        variance_intervals(model, level=0)


def test_interval_of_one_variance_is_the_likelihood_of_chi_squared():
    # -2 log likelihood of a variance from 5 degrees of freedom: 5 (log v + s²/v).
    values = np.array([1.2, 0.7, 1.9, 1.4, 2.2, 2.9])
    found = variance_intervals(fit_mixed_model(values, np.ones((6, 1)), []))[0]
    square = values.var(ddof=1)
    assert found.value == pytest.approx(square)
    for bound in (found.low, found.high):
        rise = 5 * (math.log(bound / square) + square / bound - 1)
        assert rise == pytest.approx(stats.chi2.ppf(0.95, 1), rel=1e-7)


def test_intraclass_correlation_of_what_is_shared():
    # Dyestuff as lme4's article prints it: standard deviations 42.00 and 49.51.
    model = fitted(CASES["dyestuff"])
    assert intraclass_correlation(model, [0]) == pytest.approx(
        42.00**2 / (42.00**2 + 49.51**2), abs=1e-4
    )
    nested = fitted(CASES["pastes"])
    both = intraclass_correlation(nested, [0, 1])
    assert both == pytest.approx(
        intraclass_correlation(nested, [0]) + intraclass_correlation(nested, [1])
    )
    with pytest.raises(ValueError, match="no random intercept 2 among 2"):
        intraclass_correlation(nested, [2])


def test_references_cover_enough():
    assert len(CASES) >= 14
    assert sum(case["singular"] for case in CASES.values()) >= 4


# Designs: donors of two sources, each with some lots of some passages.
sizes = st.lists(st.integers(1, 4), min_size=4, max_size=9)


@st.composite
def layouts(draw):
    counts = draw(sizes)
    seed = draw(st.integers(0, 2**32 - 1))
    spread = draw(st.sampled_from([0.0, 0.3, 1.0, 5.0]))
    assume(any(count > 1 for count in counts))
    random = np.random.default_rng(seed)
    donor = np.repeat(np.arange(len(counts)), counts)
    source = (donor % 2).astype(float)
    response = random.normal(size=donor.size) + spread * random.normal(size=len(counts))[donor]
    return response, np.column_stack([np.ones(donor.size), source]), donor


def numbers(model, method):
    found = contrast(model, [0, 1], degrees_of_freedom=method)
    return np.array([found.estimate, found.standard_error, found.degrees_of_freedom, found.p_value])


@settings(max_examples=40, deadline=None)
@given(
    layout=layouts(),
    shift=st.floats(-1e3, 1e3),
    scale=st.floats(1e-6, 1e6),
    seed=st.integers(0, 2**32 - 1),
)
def test_answers_follow_shift_scale_order_and_names(layout, shift, scale, seed):
    response, design, donor = layout
    model = fit_mixed_model(response, design, [donor])
    random = np.random.default_rng(seed)
    order = random.permutation(response.size)
    names = random.permutation(1000)[: donor.max() + 1] - 500
    other = fit_mixed_model(scale * (response + shift)[order], design[order], [names[donor][order]])
    assert other.variances[0] == pytest.approx(
        scale**2 * model.variances[0], rel=1e-5, abs=1e-8 * scale**2 * model.residual_variance
    )
    assert other.residual_variance == pytest.approx(scale**2 * model.residual_variance, rel=1e-5)
    # What rounding leaves above zero is not a variance: degrees of freedom would hang on it.
    for fit in (model, other):
        assert fit.singular == (fit.variances[0] == 0)
        assert fit.variances[0] == 0 or fit.variances[0] >= 1e-8 * fit.residual_variance
    assert other.singular == model.singular
    unit = np.array([scale, scale, 1.0, 1.0])
    for method in DegreesOfFreedom:
        found, before = numbers(other, method), unit * numbers(model, method)
        assert found == pytest.approx(before, rel=1e-4, abs=1e-6 * before[1])


@settings(max_examples=40, deadline=None)
@given(
    donors=st.integers(2, 8),
    passages=st.integers(2, 5),
    seed=st.integers(0, 2**32 - 1),
    spread=st.sampled_from([1.5, 10.0, 1e4]),
)
def test_balanced_design_is_the_t_test_of_donor_means(donors, passages, seed, spread):
    random = np.random.default_rng(seed)
    donor = np.repeat(np.arange(2 * donors), passages)
    response = random.normal(size=donor.size) + spread * random.normal(size=2 * donors)[donor]
    design = np.column_stack([np.ones(donor.size), donor >= donors])
    model = fit_mixed_model(response, design, [donor])
    means = response.reshape(2 * donors, passages).mean(axis=1)
    within = response.reshape(2 * donors, passages).var(axis=1, ddof=1).mean()
    pooled = (means[:donors].var(ddof=1) + means[donors:].var(ddof=1)) / 2
    # The analysis of variance's estimate is the restricted likelihood's where it is positive.
    assume(pooled > 1.001 * within / passages)
    assert model.residual_variance == pytest.approx(within, rel=1e-8)
    assert model.variances[0] == pytest.approx(pooled - within / passages, rel=1e-6)
    test = stats.ttest_ind(means[donors:], means[:donors])
    for method in DegreesOfFreedom:
        found = contrast(model, [0, 1], degrees_of_freedom=method)
        assert found.degrees_of_freedom == pytest.approx(2 * donors - 2, rel=1e-6)
        assert found.estimate / found.standard_error == pytest.approx(test.statistic, rel=1e-7)
        assert found.p_value == pytest.approx(test.pvalue, rel=1e-6)
        interval = test.confidence_interval(0.95)
        assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-6)


@settings(max_examples=30, deadline=None)
@given(donors=st.integers(3, 8), seed=st.integers(0, 2**32 - 1))
def test_paired_balanced_design_is_the_paired_t_test(donors, seed):
    random = np.random.default_rng(seed)
    donor = np.tile(np.arange(donors), 2)
    response = random.normal(size=2 * donors) + 3 * random.normal(size=donors)[donor]
    design = np.column_stack([np.ones(2 * donors), np.repeat([0.0, 1.0], donors)])
    model = fit_mixed_model(response, design, [donor])
    assume(model.variances[0] > 1e-3 * model.residual_variance)
    test = stats.ttest_rel(response[donors:], response[:donors])
    for method in DegreesOfFreedom:
        found = contrast(model, [0, 1], degrees_of_freedom=method)
        assert found.degrees_of_freedom == pytest.approx(donors - 1, rel=1e-6)
        assert found.p_value == pytest.approx(test.pvalue, rel=1e-6)


@settings(max_examples=30, deadline=None)
@given(layout=layouts())
def test_kenward_roger_of_one_row_is_the_contrast_and_knows_no_choice_of_rows(layout):
    response, design, donor = layout
    design = np.column_stack([design, np.cos(np.arange(donor.size))])
    assume(response.size > 5)
    model = fit_mixed_model(response, design, [donor])
    single = contrast(model, [0, 1, 0], degrees_of_freedom=KENWARD_ROGER)
    alone = joint_test(model, [[0, 1, 0]], degrees_of_freedom=KENWARD_ROGER)
    if not (single.fallback or alone.fallback):
        assert alone.p == pytest.approx(single.p_value, rel=1e-6)
        assert alone.denominator == pytest.approx(single.degrees_of_freedom, rel=1e-6)
    one = joint_test(model, [[0, 1, 0], [0, 0, 1]], degrees_of_freedom=KENWARD_ROGER)
    other = joint_test(model, [[0, 1, 1], [0, 3, -2], [0, 4, -1]], degrees_of_freedom=KENWARD_ROGER)
    assert other.numerator == 2
    assert (other.f, other.denominator) == pytest.approx((one.f, one.denominator), rel=1e-5)


def two_sources(donors=3, passages=2):
    donor = np.repeat(np.arange(2 * donors), passages)
    random = np.random.default_rng(7)
    response = random.normal(size=donor.size) + random.normal(size=2 * donors)[donor]
    return response, np.column_stack([np.ones(donor.size), donor >= donors]), donor


def test_without_groups_it_is_an_ordinary_linear_model():
    response, design, _ = two_sources()
    model = fit_mixed_model(response, design, [])
    test = stats.ttest_ind(response[6:], response[:6])
    for method in DegreesOfFreedom:
        found = contrast(model, [0, 1], degrees_of_freedom=method)
        assert found.degrees_of_freedom == pytest.approx(10)
        assert found.p_value == pytest.approx(test.pvalue)


def test_equal_values_within_donors_are_counted_once_each():
    _, design, donor = two_sources(4, 3)
    means = np.array([1.2, 0.7, 1.9, 1.4, 2.2, 2.9, 2.1, 3.3])
    model = fit_mixed_model(means[donor], design, [donor])
    test = stats.ttest_ind(means[4:], means[:4])
    assert model.residual_variance == 0
    assert model.variances[0] == pytest.approx((means[:4].var(ddof=1) + means[4:].var(ddof=1)) / 2)
    assert model.criterion == -math.inf
    for method in DegreesOfFreedom:
        found = contrast(model, [0, 1], degrees_of_freedom=method)
        assert found.degrees_of_freedom == pytest.approx(6)
        assert found.p_value == pytest.approx(test.pvalue)


def test_equal_values_within_lots_leave_the_model_of_donors():
    lot = np.repeat(np.arange(8), 2)
    donor = np.array([0, 0, 1, 2, 3, 3, 4, 5])
    values = np.array([1.2, 0.7, 1.9, 1.4, 2.2, 2.9, 2.1, 3.3])
    design = np.column_stack([np.ones(8), donor >= 3])
    expected = fit_mixed_model(values, design, [donor])
    model = fit_mixed_model(values[lot], design[lot], [lot, donor[lot]])
    assert model.variances == pytest.approx((expected.residual_variance, expected.variances[0]))
    for method in DegreesOfFreedom:
        assert numbers(model, method) == pytest.approx(numbers(expected, method))


def test_almost_equal_values_within_donors_come_close_to_equal_ones():
    _, design, donor = two_sources(4, 3)
    means = np.array([1.2, 0.7, 1.9, 1.4, 2.2, 2.9, 2.1, 3.3])
    noise = np.random.default_rng(3).normal(size=donor.size)
    exact = fit_mixed_model(means[donor], design, [donor])
    for size in (1e-3, 1e-5, 1e-7):
        model = fit_mixed_model(means[donor] + size * noise, design, [donor])
        assert 0 < model.residual_variance < 4 * size**2
        for method in DegreesOfFreedom:
            assert numbers(model, method) == pytest.approx(numbers(exact, method), rel=10 * size)


def test_one_donor_with_many_lots_cannot_tell_donors_apart():
    response, design, _ = two_sources()
    with pytest.raises(InseparableFactorError, match=r"factor 0 .* has a single level") as caught:
        fit_mixed_model(response, design, [np.zeros(12, int)])
    assert caught.value.factor == 0


def test_one_level_an_observation_is_the_residual():
    response, design, donor = two_sources()
    with pytest.raises(InseparableFactorError, match="cannot be told from the residual") as caught:
        fit_mixed_model(response, design, [donor, np.arange(12)])
    assert caught.value.factor == 1


def test_one_donor_for_each_source_is_the_source():
    response, design, donor = two_sources()
    with pytest.raises(InseparableFactorError, match="explained by the fixed effects") as caught:
        fit_mixed_model(response, design, [donor, donor >= 3])
    assert caught.value.factor == 1


def test_two_factors_with_the_same_levels_are_one():
    response, design, donor = two_sources()
    with pytest.raises(InseparableFactorError, match="as the residual or the factors") as caught:
        fit_mixed_model(response, design, [donor, 10 - donor])
    assert caught.value.factor == 1


def test_a_column_that_repeats_others_is_named():
    response, design, donor = two_sources()
    worse = np.column_stack([design, 3 * design[:, 1] - design[:, 0], donor])
    with pytest.raises(DependentColumnError, match="column 2 of the design") as caught:
        fit_mixed_model(response, worse, [donor])
    assert caught.value.column == 2
    with pytest.raises(DependentColumnError, match="column 1 of the design"):
        fit_mixed_model(response, np.column_stack([np.ones(12), np.zeros(12)]), [donor])


def test_as_many_effects_as_observations_leave_nothing():
    with pytest.raises(NoSpreadError, match="3 observations for 3 fixed effects"):
        fit_mixed_model([1.0, 2.0, 4.0], np.eye(3), [[0, 0, 1]])


def test_equal_values_leave_nothing():
    _, design, donor = two_sources()
    with pytest.raises(NoSpreadError, match="the fixed effects explain every value"):
        fit_mixed_model(np.full(12, 83.1), design, [donor])


def test_degrees_of_freedom_that_are_not_defined_are_replaced_and_said_so():
    # Six observations, two crossed factors, four effects: two degrees of freedom in all.
    response = [-0.57, 1.39, -1.72, 0.88, 0.35, 0.81]
    covariate = [0.0, 1.1888, -1.0145, 0.6667, 0.7952, -0.6994]
    design = np.column_stack([np.ones(6), [0, 0, 1, 0, 0, 1], [3, 1, 2, 3, 2, 2], covariate])
    model = fit_mixed_model(response, design, [[0, 0, 1, 2, 2, 3], [1, 0, 2, 1, 2, 2]])
    found = contrast(model, [0, 1, 0, 0], degrees_of_freedom=KENWARD_ROGER)
    assert found.fallback
    assert found.degrees_of_freedom == 0.5
    assert found.p_value == pytest.approx(
        2 * stats.t.sf(abs(found.estimate) / found.standard_error, 0.5)
    )
    test = joint_test(model, np.eye(4)[1:], degrees_of_freedom=KENWARD_ROGER)
    assert test.fallback
    assert test.denominator == 0.5


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_smallest_designs_have_an_answer_or_are_refused_by_name(seed):
    random = np.random.default_rng(seed)
    donor = np.repeat(np.arange(random.integers(3, 6)), 2)[1:]
    columns = [np.ones(donor.size), donor % 2, random.integers(1, 4, size=donor.size)]
    response = np.round(random.normal(size=donor.size) + random.normal(size=6)[donor], 1)
    try:
        model = fit_mixed_model(
            response, np.column_stack(columns), [donor, random.integers(0, 3, size=donor.size)]
        )
    except (DependentColumnError, InseparableFactorError, NoSpreadError):
        return
    for method in DegreesOfFreedom:
        found = contrast(model, [0, 1, 0], degrees_of_freedom=method)
        assert np.isfinite([found.low, found.high]).all()
        assert 0 <= found.p_value <= 1
        test = joint_test(model, [[0, 1, 0], [0, 0, 1]], degrees_of_freedom=method)
        assert 0 <= test.p <= 1


def test_values_explained_by_donor_and_passage_leave_nothing():
    _, design, donor = two_sources()
    passage = np.tile([0.0, 1.0], 6)
    values = np.array([1.2, 0.7, 1.9, 1.4, 2.2, 2.9])[donor] + 0.5 * passage
    with pytest.raises(NoSpreadError, match="no residual is left"):
        fit_mixed_model(values, np.column_stack([design, passage]), [donor])


def test_input_that_does_not_fit_together_is_refused():
    response, design, donor = two_sources()
    with pytest.raises(
        ValueError, match=r"the response has shape \(11,\) and the design \(12, 2\)"
    ):
        fit_mixed_model(response[1:], design, [donor])
    with pytest.raises(ValueError, match="grouping factor 0 has 11 levels for 12 observations"):
        fit_mixed_model(response, design, [donor[1:]])
    with pytest.raises(ValueError, match="not finite"):
        fit_mixed_model([math.nan, *response[1:]], design, [donor])
    model = fit_mixed_model(response, design, [donor])
    with pytest.raises(ValueError, match="3 weights for 2 coefficients"):
        contrast(model, [0, 1, 0], degrees_of_freedom=KENWARD_ROGER)
    with pytest.raises(ValueError, match="all zero"):
        joint_test(model, [[0, 0]], degrees_of_freedom=KENWARD_ROGER)
    with pytest.raises(ValueError, match="confidence level 95 is not between 0 and 1"):
        contrast(model, [0, 1], degrees_of_freedom=KENWARD_ROGER, level=95)
