"""Intervals by square and add, against the exact ones of normal and log-normal values."""

from __future__ import annotations

import math

import pytest

from stroma.stats.counting import Bounds
from stroma.stats.square_and_add import difference_bounds, quotient_bounds

Z = 1.959963984540054


def test_difference_of_normal_values_is_exact():
    found = difference_bounds(
        10.0, Bounds(10.0 - 3 * Z, 10.0 + 3 * Z), 4.0, Bounds(4.0 - 4 * Z, 4.0 + 4 * Z)
    )
    assert found.low == pytest.approx(6.0 - 5 * Z)
    assert found.high == pytest.approx(6.0 + 5 * Z)


def test_difference_takes_the_bounds_that_work_in_its_direction():
    found = difference_bounds(10.0, Bounds(7.0, 14.0), 6.0, Bounds(2.0, 9.0))
    assert found.low == pytest.approx(4.0 - math.hypot(3.0, 3.0))
    assert found.high == pytest.approx(4.0 + math.hypot(4.0, 4.0))
    assert difference_bounds(10.0, Bounds(None, 14.0), 6.0, Bounds(2.0, 9.0)).low is None
    assert difference_bounds(10.0, Bounds(7.0, None), 6.0, Bounds(2.0, 9.0)).high is None


def test_quotient_of_log_normal_values_is_exact():
    own, other = 0.3, 0.4
    found = quotient_bounds(
        5.0,
        Bounds(5.0 * math.exp(-own * Z), 5.0 * math.exp(own * Z)),
        log_variance=other**2,
        level=0.95,
    )
    assert found.low == pytest.approx(5.0 * math.exp(-0.5 * Z))
    assert found.high == pytest.approx(5.0 * math.exp(0.5 * Z))


def test_a_bound_below_zero_is_moved_away():
    found = quotient_bounds(5.0, Bounds(-1.0, None), log_variance=0.01, level=0.95)
    assert found.low == pytest.approx(-math.exp(0.1 * Z))
    assert found.high is None
    below = quotient_bounds(-5.0, Bounds(-6.0, -4.0), log_variance=0.01, level=0.95)
    assert below.low == pytest.approx(-6.0 * math.exp(0.1 * Z))
    assert below.high == pytest.approx(-4.0 * math.exp(-0.1 * Z))
