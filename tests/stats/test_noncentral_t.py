"""The noncentral t distribution, against R's own and SciPy's where that has a number."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from stroma.stats.noncentral_t import (
    expected_over_spread,
    noncentral_t_below,
    noncentral_t_quantile,
)


@pytest.mark.parametrize(
    ("statistic", "freedom", "noncentrality", "chance"),
    # pt(q, df, ncp) of R 4.2.2
    [
        (2.0, 10, 1.0, 0.807611562530),
        (3.0, 1, 0.5, 0.823121886400),
        (60.0, 2, 5.0, 0.992807700076),
        (0.1, 3, -2.0, 0.981716603773),
    ],
)
def test_chance_as_r_has_it(statistic, freedom, noncentrality, chance):
    found = noncentral_t_below(statistic, freedom, noncentrality)
    assert found == pytest.approx(chance, abs=1e-11)


@given(st.floats(-8, 8), st.floats(1.0, 200.0), st.floats(-5, 5))
def test_chance_as_scipy_has_it(statistic, freedom, noncentrality):
    expected = stats.nct.cdf(statistic, freedom, noncentrality)
    assume(np.isfinite(expected))  # SciPy has no number for some chances next to one
    found = noncentral_t_below(statistic, freedom, noncentrality)
    # SciPy takes a t near zero for zero: of 1e-9 it returns 0.5, not 0.5 + 1e-9 / π.
    assert found == pytest.approx(expected, abs=1e-8)


def test_quantile_is_where_the_chance_is():
    quantile = noncentral_t_quantile(0.95, 9, 3.0)
    assert noncentral_t_below(quantile, 9, 3.0) == pytest.approx(0.95, abs=1e-12)


def test_a_known_spread_makes_it_normal():
    assert noncentral_t_below(1.0, math.inf, 1.0) == 0.5
    assert expected_over_spread(lambda s: s, math.inf, most=0.5) == 0.0


def test_less_than_one_degree_of_freedom_is_refused():
    with pytest.raises(ValueError, match=r"0\.5 degrees of freedom"):
        noncentral_t_below(1.0, 0.5, 0.0)


def test_a_quantile_of_no_chance_is_refused():
    with pytest.raises(ValueError, match=r"1\.0 is not between 0 and 1"):
        noncentral_t_quantile(1.0, 5, 0.0)
