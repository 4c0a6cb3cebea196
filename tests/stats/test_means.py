"""A mean and Student's interval, against R's t.test."""

from __future__ import annotations

import pytest

from stroma.stats.means import mean_interval


def test_the_interval_is_that_of_t_test():
    # R: t.test(c(20.1, 22.4, 19.6))$conf.int
    assert mean_interval([20.1, 22.4, 19.6], level=0.95) == pytest.approx(
        (20.7000000000, 16.9903913170, 24.4096086830)
    )


def test_one_replicate_has_no_interval():
    assert mean_interval([3.0], level=0.95) == (3.0, None, None)
    with pytest.raises(ValueError, match="0 values"):
        mean_interval([], level=0.95)
