"""The median against numpy's."""

from __future__ import annotations

import numpy as np
import pytest

from stroma.stats.order import median


@pytest.mark.parametrize("size", [1, 2, 3, 10, 1001, 50_000])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_median_is_numpy_s(size: int, dtype: type[np.floating]) -> None:
    values = np.random.default_rng(size).lognormal(8, 2, size).astype(dtype)
    assert median(values) == float(np.median(values))


def test_median_of_equal_values_is_their_value() -> None:
    assert median(np.array([3.0, 3.0, 3.0, 1.0])) == 3.0


def test_nothing_has_no_median() -> None:
    with pytest.raises(ValueError, match="no median"):
        median(np.array([]))
