"""Several assays of one preparation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special

from stroma.stats.potency.combination import Weighting, combine_assays
from stroma.stats.potency.fieller import Ratio, fieller


def _assay(potency: float, error: float, freedom: float) -> Ratio:
    half = float(special.stdtrit(freedom, 0.975)) * error
    return Ratio(potency, potency * math.exp(-half), potency * math.exp(half), 0.95)


def test_assays_that_agree_are_weighted_by_their_precision() -> None:
    """By hand: logs 0 and 0.1 with errors 0.1 and 0.05 give weights 100 and 400."""
    found = combine_assays([_assay(1.0, 0.1, 20), _assay(math.exp(0.1), 0.05, 20)], [20, 20])
    assert found.weighting is Weighting.WEIGHTED
    assert math.log(found.potency.value) == pytest.approx(0.08)
    assert found.heterogeneity == pytest.approx(100 * 0.08**2 + 400 * 0.02**2)
    half = float(special.stdtrit(40, 0.975)) / math.sqrt(500)
    assert found.potency.low == pytest.approx(math.exp(0.08 - half))


def test_assays_that_disagree_are_not_weighted_by_precision_alone() -> None:
    logs = np.array([0.0, 0.5, 1.0])
    found = combine_assays([_assay(math.exp(v), 0.05, 20) for v in logs], [20, 20, 20])
    assert found.weighting is Weighting.SEMI_WEIGHTED
    assert found.p_value < 1e-10
    assert found.between_variance == pytest.approx(0.25 - 0.0025)
    # Equal errors: the mean of the logarithms, with their own standard error.
    assert math.log(found.potency.value) == pytest.approx(0.5)
    half = float(special.stdtrit(2, 0.975)) * 0.5 / math.sqrt(3)
    assert found.potency.high == pytest.approx(math.exp(0.5 + half))


def test_unweighted_takes_the_logarithms_as_they_are() -> None:
    found = combine_assays(
        [_assay(1.0, 0.1, 20), _assay(4.0, 0.5, 5)], [20, 5], weighting=Weighting.UNWEIGHTED
    )
    assert found.potency.value == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("assays", "message"),
    [
        ([Ratio(1, 0.5, 2, 0.95)], "two assays at the least"),
        ([Ratio(1, 0.5, 2, 0.95), Ratio(1, None, None, 0.95)], "without limits has no weight"),
    ],
)
def test_what_cannot_be_combined(assays: list[Ratio], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        combine_assays(assays, [10.0] * len(assays))


def test_fieller_without_covariance_and_a_sure_denominator_is_the_usual_interval() -> None:
    found = fieller(3.0, 2.0, (0.04, 0.0, 0.0), 10)
    half = float(special.stdtrit(10, 0.975)) * 0.2 / 2
    assert (found.low, found.high) == pytest.approx((1.5 - half, 1.5 + half))


def test_a_denominator_that_can_be_zero_bounds_nothing() -> None:
    found = fieller(1.0, 0.5, (0.01, 1.0, 0.0), 10)
    assert (found.value, found.low, found.is_bounded) == (2.0, None, False)
