"""The total at which a falling rate is zero: R's confidence band inverted, and refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stroma.stats.slowing import find_ceiling

REFERENCES = json.loads(
    (Path(__file__).parents[2] / "validation/slowing_growth/references.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", REFERENCES.values(), ids=REFERENCES.keys())
def test_the_zero_of_the_line_is_that_of_r(case):
    found = find_ceiling(case["totals"], case["rates"], level=case["level"])
    assert found is not None
    # uniroot's own tolerance is 1e-12, on slopes as flat as 0.01.
    assert found.value == pytest.approx(case["value"], rel=1e-9)
    assert found.low == pytest.approx(case["low"], rel=1e-8)
    assert found.high == pytest.approx(case["high"], rel=1e-8)
    assert found.slope == pytest.approx(case["slope"], rel=1e-9)
    assert found.degrees_of_freedom == len(case["totals"]) - 2


def test_a_rate_that_does_not_fall_surely_has_no_ceiling():
    assert find_ceiling([1, 2, 3, 4, 5], [1.0, 1.1, 0.9, 1.05, 0.98], level=0.95) is None
    assert find_ceiling([1, 2, 3, 4, 5], [1.0, 1.1, 1.2, 1.3, 1.4], level=0.95) is None
    assert find_ceiling([2, 2, 2, 2, 2], [1.0, 1.1, 1.2, 1.3, 1.4], level=0.95) is None


def test_an_exact_line_has_an_interval_of_no_width():
    found = find_ceiling([0, 5, 10, 15, 20], [3.0, 2.5, 2.0, 1.5, 1.0], level=0.95)
    assert found is not None
    assert (found.low, found.value, found.high) == pytest.approx((30.0, 30.0, 30.0), abs=1e-6)


def test_too_few_points_are_refused():
    with pytest.raises(ValueError, match="4 totals and 4 rates"):
        find_ceiling([1, 2, 3, 4], [4, 3, 2, 1], level=0.95)
    with pytest.raises(ValueError, match="confidence level 95"):
        find_ceiling([1, 2, 3, 4, 5], [5, 4, 3, 2, 1], level=95)
