"""Splines against scipy's and against exact values at the knots."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import BSpline

from stroma.stats.splines import UniformBasis, difference_matrix


def test_values_at_a_knot_are_those_of_the_cardinal_spline():
    basis = UniformBasis.covering(0.0, 4.0, spacing=1.0)
    assert basis.size == 7
    assert basis.at(np.array([2.0])).values == pytest.approx(np.array([[1 / 6, 2 / 3, 1 / 6, 0]]))


def test_curve_and_slope_agree_with_scipy():
    basis = UniformBasis.covering(-3.0, 5.0, spacing=0.75)
    coefficients = np.random.default_rng(1).normal(size=basis.size)
    knots = basis.low + basis.spacing * np.arange(-3, basis.size + 1)
    oracle = BSpline(knots, coefficients, 3)
    points = np.linspace(-3.0, 4.9, 97)
    local = basis.at(points)
    assert local.curve(coefficients) == pytest.approx(oracle(points), abs=1e-12)
    assert local.slope(coefficients) == pytest.approx(oracle.derivative()(points), abs=1e-11)
    assert local.dense(basis.size) @ coefficients == pytest.approx(oracle(points), abs=1e-12)


def test_points_beyond_the_ends_take_the_value_of_the_end():
    basis = UniformBasis.covering(0.0, 3.0, spacing=1.0)
    coefficients = np.arange(basis.size, dtype=float)
    ends = basis.at(np.array([-5.0, 0.0, 3.0, 50.0])).curve(coefficients)
    assert ends[0] == ends[1]
    assert ends[3] == pytest.approx(ends[2], abs=1e-6)


def test_third_differences_of_a_parabola_vanish():
    parabola = np.arange(9.0) ** 2
    assert difference_matrix(9, 3) @ parabola == pytest.approx(np.zeros(6))
    assert difference_matrix(9, 2) @ parabola == pytest.approx(np.full(7, 2.0))
