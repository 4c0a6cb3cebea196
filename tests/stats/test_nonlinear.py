"""The engine of nonlinear least squares, held to all nonlinear problems of NIST's StRD."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from tests.conftest import REPOSITORY

from stroma.stats.nonlinear import NoOptimumError, complex_step, least_squares, relative_offset

NIST = json.loads((REPOSITORY / "validation" / "curves" / "nist.json").read_text())


def _two_logs(b, x):
    return b[0] - b[1] * x[0] * np.exp(-b[2] * x[1])


def _waves(b, x):
    turn = 2 * math.pi * x
    made = b[0] + b[1] * np.cos(turn / 12) + b[2] * np.sin(turn / 12)
    made = made + b[4] * np.cos(turn / b[3]) + b[5] * np.sin(turn / b[3])
    return made + b[7] * np.cos(turn / b[6]) + b[8] * np.sin(turn / b[6])


def _bells(b, x):
    made = b[0] * np.exp(-b[1] * x) + b[2] * np.exp(-((x - b[3]) ** 2) / b[4] ** 2)
    return made + b[5] * np.exp(-((x - b[6]) ** 2) / b[7] ** 2)


def _cubics(b, x):
    return (b[0] + b[1] * x + b[2] * x**2 + b[3] * x**3) / (
        1 + b[4] * x + b[5] * x**2 + b[6] * x**3
    )


def _three_decays(b, x):
    return b[0] * np.exp(-b[1] * x) + b[2] * np.exp(-b[3] * x) + b[4] * np.exp(-b[5] * x)


# The model as NIST writes it, and the parameters in which it is linear.
MODELS = {
    "Bennett5": (lambda b, x: b[0] * (b[1] + x) ** (-1 / b[2]), (0,)),
    "BoxBOD": (lambda b, x: b[0] * (1 - np.exp(-b[1] * x)), (0,)),
    "Chwirut1": (lambda b, x: np.exp(-b[0] * x) / (b[1] + b[2] * x), ()),
    "Chwirut2": (lambda b, x: np.exp(-b[0] * x) / (b[1] + b[2] * x), ()),
    "DanWood": (lambda b, x: b[0] * x ** b[1], (0,)),
    "ENSO": (_waves, (0, 1, 2, 4, 5, 7, 8)),
    "Eckerle4": (lambda b, x: b[0] / b[1] * np.exp(-0.5 * ((x - b[2]) / b[1]) ** 2), (0,)),
    "Gauss1": (_bells, (0, 2, 5)),
    "Gauss2": (_bells, (0, 2, 5)),
    "Gauss3": (_bells, (0, 2, 5)),
    "Hahn1": (_cubics, (0, 1, 2, 3)),
    "Kirby2": (
        lambda b, x: (b[0] + b[1] * x + b[2] * x**2) / (1 + b[3] * x + b[4] * x**2),
        (0, 1, 2),
    ),
    "Lanczos1": (_three_decays, (0, 2, 4)),
    "Lanczos2": (_three_decays, (0, 2, 4)),
    "Lanczos3": (_three_decays, (0, 2, 4)),
    "MGH09": (lambda b, x: b[0] * (x**2 + x * b[1]) / (x**2 + x * b[2] + b[3]), (0,)),
    "MGH10": (lambda b, x: b[0] * np.exp(b[1] / (x + b[2])), (0,)),
    "MGH17": (lambda b, x: b[0] + b[1] * np.exp(-x * b[3]) + b[2] * np.exp(-x * b[4]), (0, 1, 2)),
    "Misra1a": (lambda b, x: b[0] * (1 - np.exp(-b[1] * x)), (0,)),
    "Misra1b": (lambda b, x: b[0] * (1 - (1 + b[1] * x / 2) ** (-2)), (0,)),
    "Misra1c": (lambda b, x: b[0] * (1 - (1 + 2 * b[1] * x) ** (-0.5)), (0,)),
    "Misra1d": (lambda b, x: b[0] * b[1] * x / (1 + b[1] * x), (0,)),
    "Nelson": (_two_logs, (0, 1)),
    "Rat42": (lambda b, x: b[0] / (1 + np.exp(b[1] - b[2] * x)), (0,)),
    "Rat43": (lambda b, x: b[0] / (1 + np.exp(b[1] - b[2] * x)) ** (1 / b[3]), (0,)),
    "Roszman1": (
        lambda b, x: b[0] - b[1] * x - np.arctan(b[2] / (x - b[3])) / math.pi,
        (0, 1),
    ),
    "Thurber": (_cubics, (0, 1, 2, 3)),
}
# Terms that may change places, and parameters of which only the square counts.
INTERCHANGED = {
    "Lanczos1": ((0, 1), (2, 3), (4, 5)),
    "Lanczos2": ((0, 1), (2, 3), (4, 5)),
    "Lanczos3": ((0, 1), (2, 3), (4, 5)),
    "MGH17": ((1, 3), (2, 4)),
    "ENSO": ((3, 4, 5), (6, 7, 8)),
    "Gauss2": ((3, 2, 4), (6, 5, 7)),
    "Gauss1": ((3, 2, 4), (6, 5, 7)),
    "Gauss3": ((3, 2, 4), (6, 5, 7)),
}
SQUARED = {"Eckerle4": (0, 1), "Gauss1": (4, 7), "Gauss2": (4, 7), "Gauss3": (4, 7)}


def _fit(name, start):
    rows = np.array(NIST[name]["data"])
    model, linear = MODELS[name]
    response = np.log(rows[:, 0]) if name == "Nelson" else rows[:, 0]
    x = rows[:, 1:].T if rows.shape[1] > 2 else rows[:, 1]
    return least_squares(
        lambda b: model(b, x), response, [NIST[name]["starts"][start]], linear=linear, scattered=4
    )


def _in_order(name, values):
    """Put terms that may change places into the order of their first parameter."""
    held = np.array(values)
    for place in SQUARED.get(name, ()):
        held[place] = abs(held[place])
    groups = INTERCHANGED.get(name, ())
    ranked = sorted(groups, key=lambda group: held[group[-1] if name != "ENSO" else group[0]])
    order = list(range(len(held)))
    for to, source in zip(groups, ranked, strict=True):
        for a, b in zip(to, source, strict=True):
            order[a] = b
    return np.array(order), held[order]


@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize("name", sorted(NIST))
def test_certified_values_are_found_from_either_start(name, start):
    fit = _fit(name, start)
    order, found = _in_order(name, fit.parameters)
    certified_order, certified = _in_order(name, NIST[name]["certified"])
    assert found == pytest.approx(certified, rel=1e-6)
    # Residuals of Lanczos1 are rounding: no two programs share their thirteenth digit.
    if name != "Lanczos1":
        deviations = np.array(NIST[name]["deviations"])[certified_order]
        assert fit.errors_gauss_newton()[order] == pytest.approx(deviations, rel=1e-6)
        assert fit.residual_sum == pytest.approx(NIST[name]["residual_sum"], rel=1e-6)


@pytest.mark.parametrize("start", [0, 1])
def test_a_plain_search_of_boxbod_ends_at_the_optimum_or_fails(start):
    rows = np.array(NIST["BoxBOD"]["data"])
    y, x = rows.T
    starts = [NIST["BoxBOD"]["starts"][start]]

    def search():
        return least_squares(lambda b: b[0] * (1 - np.exp(-b[1] * x)), y, starts, scattered=0)

    if start == 0:
        with pytest.raises(NoOptimumError, match="no_convergence"):
            search()
    else:
        assert search().parameters == pytest.approx(NIST["BoxBOD"]["certified"], rel=1e-6)


def test_a_saddle_between_two_optima_is_no_optimum():
    x = np.array([-2.0, -1, 1, 2])
    # The sum of squares is highest along b at b = 0, where its slope is nothing too.
    with pytest.raises(NoOptimumError, match="not_identified"):
        least_squares(
            lambda b: b[0] ** 2 * x, np.array([-2.1, -0.9, 1.2, 1.9]), [(0.0,)], scattered=0
        )


def test_a_parameter_that_moves_nothing_is_not_identified():
    x = np.arange(6.0)
    with pytest.raises(NoOptimumError, match="not_identified"):
        least_squares(lambda b: (b[0] + b[1]) * x, x + np.sin(x), [(0.3, 0.4)])


def test_a_sum_that_falls_towards_infinity_is_no_optimum():
    x = np.array([1.0, 2, 3, 4, 5])
    with pytest.raises(NoOptimumError) as caught:
        least_squares(
            lambda b: b[0] / (1 + np.exp(-b[1] * (x - 2.5))),
            np.array([0.0, 0.0, 1.0, 1.0, 1.0]) + 1e-3 * np.array([1, -1, 1, -1, 0]),
            [(1.0, 2.0)],
        )
    assert caught.value.parameters is not None


def test_too_few_values_are_refused():
    with pytest.raises(NoOptimumError, match="few_values"):
        least_squares(lambda b: b * np.ones(2), np.ones(2), [(1.0, 2.0)])


def test_a_model_without_values_is_refused():
    with pytest.raises(NoOptimumError, match="not_finite"):
        least_squares(lambda b: b[0] * np.full(4, np.inf), np.ones(4), [(1.0,)])


def test_weights_count_a_value_so_many_times():
    x = np.array([0.0, 1, 2, 3, 4])
    y = np.array([1.0, 2.7, 7.5, 20.0, 55.0])
    weighted = least_squares(
        lambda b: b[0] * np.exp(b[1] * x), y, [(1.0, 1.0)], weights=np.array([3.0, 1, 2, 1, 1])
    )
    twice = np.repeat(np.arange(5), [3, 1, 2, 1, 1])
    written_out = least_squares(lambda b: b[0] * np.exp(b[1] * x[twice]), y[twice], [(1.0, 1.0)])
    assert weighted.parameters == pytest.approx(written_out.parameters, rel=1e-9)


def test_both_standard_errors_agree_for_a_straight_line():
    x = np.arange(8.0)
    y = 2 + 3 * x + np.array([0.1, -0.2, 0.05, 0.15, -0.1, 0.0, -0.05, 0.1])
    fit = least_squares(lambda b: b[0] + b[1] * x, y, [(1.0, 1.0)], linear=(0, 1))
    assert fit.errors_observed() == pytest.approx(fit.errors_gauss_newton(), rel=1e-6)
    assert fit.parameters == pytest.approx(np.polyfit(x, y, 1)[::-1], rel=1e-12)


def test_the_complex_step_is_the_derivative():
    x = np.array([0.5, 1.5])
    slopes = complex_step(lambda b: b[0] * np.exp(-b[1] * x))(np.array([2.0, 0.7]))
    assert slopes[:, 0] == pytest.approx(np.exp(-0.7 * x), rel=1e-15)
    assert slopes[:, 1] == pytest.approx(-2 * x * np.exp(-0.7 * x), rel=1e-15)


def test_the_offset_is_infinite_where_a_column_is_empty():
    assert relative_offset(np.ones(3), np.zeros((3, 1))) == math.inf
