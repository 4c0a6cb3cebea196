"""Capability, against R."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from stroma.stats.capability import (
    CapabilityInterval,
    measure_capability,
    moving_range_freedom,
)
from stroma.stats.control_charts import unbiasing_c4

SMALL = Path(__file__).resolve().parents[2] / "validation" / "small_samples"
REFERENCES = json.loads((SMALL / "limits.json").read_text(encoding="utf-8"))
CASE = REFERENCES["capability"]


def test_indices_between_two_limits_as_r_has_them():
    found = measure_capability(
        CASE["values"], lower=CASE["lower"], upper=CASE["upper"], level=CASE["level"]
    )
    for name in ("pp", "ppk"):
        index = getattr(found, name)
        assert index.value == pytest.approx(CASE[name], rel=1e-12)
        assert index.low == pytest.approx(CASE[f"{name}_low"], rel=1e-9)
        assert index.high == pytest.approx(CASE[f"{name}_high"], rel=1e-9)
    assert found.cp.value == pytest.approx(CASE["cp"], rel=1e-12)
    assert found.cpk.value == pytest.approx(CASE["cpk"], rel=1e-12)
    assert found.pp.interval is CapabilityInterval.CHI_SQUARED
    assert found.ppk.interval is CapabilityInterval.BISSELL


def test_one_limit_has_an_exact_interval():
    found = measure_capability(CASE["values"], lower=None, upper=CASE["upper"], level=CASE["level"])
    assert found.pp is None
    assert found.cp is None
    assert found.ppk.value == pytest.approx(CASE["ppu"], rel=1e-12)
    assert found.ppk.low == pytest.approx(CASE["ppu_low"], abs=1e-7)
    assert found.ppk.high == pytest.approx(CASE["ppu_high"], abs=1e-7)
    assert found.ppk.interval is CapabilityInterval.NONCENTRAL_T


def test_degrees_of_freedom_of_the_moving_range_as_simulated():
    case = REFERENCES["moving_range"]
    freedom = moving_range_freedom(case["lots"])
    variance = 1 / unbiasing_c4(freedom + 1) ** 2 - 1
    # The relative standard error of a variance from 200,000 is about 0.4 %; four of them.
    assert variance == pytest.approx(case["relative_variance"], rel=0.016)
    # Cryer and Ryan 1990: (0.8264 n - 1.082) / (n - 1)^2.
    assert variance == pytest.approx((0.8264 * 12 - 1.082) / 121, rel=1e-3)


def test_what_has_no_capability_is_refused():
    with pytest.raises(ValueError, match="no limit"):
        measure_capability([1, 2, 3], lower=None, upper=None, level=0.95)
    with pytest.raises(ValueError, match="5 is not below the upper limit 4"):
        measure_capability([1, 2, 3], lower=5, upper=4, level=0.95)
    with pytest.raises(ValueError, match="no spread"):
        measure_capability(np.ones(4), lower=0, upper=4, level=0.95)
    with pytest.raises(ValueError, match="3 or more"):
        measure_capability([1, 2], lower=0, upper=4, level=0.95)
    with pytest.raises(ValueError, match="1 lots have no moving range"):
        moving_range_freedom(1)
