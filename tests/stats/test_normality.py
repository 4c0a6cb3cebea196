"""Shapiro and Wilk's test, against R's."""

from __future__ import annotations

import pytest

from stroma.stats.normality import shapiro_wilk_p


def test_p_value_as_r_has_it():
    # shapiro.test(c(1, 2, 3, 4, 30))$p.value of R 4.2.2; SciPy's is the same algorithm, AS R94.
    assert shapiro_wilk_p([1, 2, 3, 4, 30]) == pytest.approx(0.002017344757, rel=1e-6)


def test_too_few_or_equal_values_are_not_tested():
    assert shapiro_wilk_p([1.0, 2.0]) is None
    assert shapiro_wilk_p([2.0, 2.0, 2.0]) is None


def test_place_and_width_do_not_matter():
    assert shapiro_wilk_p([x * 1e-30 for x in (1, 2, 3, 4, 30)]) == pytest.approx(
        0.002017344757, rel=1e-6
    )
