"""Exact intervals of rates against R's poisson.test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stroma.stats.poisson import poisson_rate

REFERENCES = json.loads(
    (Path(__file__).parents[2] / "validation/limiting_dilution/references.json").read_text("utf-8")
)["dishes"]


@pytest.mark.parametrize("case", REFERENCES.values(), ids=REFERENCES.keys())
def test_rates_are_those_of_r(case):
    found = poisson_rate(case["colonies"], case["seeded"], level=case["level"])
    assert (found.value, found.low, found.high) == pytest.approx(
        (case["estimate"], case["low"], case["high"]), rel=1e-9
    )
    assert found.dispersion_p == pytest.approx(case["dispersion_p"], rel=1e-9)


def test_nothing_counted_has_an_upper_bound_alone():
    found = poisson_rate([0, 0], [100, 100], level=0.95)
    # The rule of three: 2.9957 / 200.
    assert (found.value, found.low) == (0.0, None)
    assert found.high == pytest.approx(2.995732273553991 / 200)


def test_one_dish_says_nothing_of_scatter():
    assert poisson_rate([5], [100], level=0.95).dispersion_p is None


@pytest.mark.parametrize(
    ("counts", "exposures"), [([], []), ([-1], [10]), ([1], [0]), ([1, 2], [10])]
)
def test_counts_that_cannot_be_are_refused(counts, exposures):
    with pytest.raises(ValueError, match="counts"):
        poisson_rate(counts, exposures, level=0.95)
