"""Prediction intervals, against R's predict."""

from __future__ import annotations

import pytest

from stroma.stats.prediction import prediction_interval

VALUES = [50.1, 49.3, 51.2, 50.4, 49.0]


def test_one_further_value_as_r_predicts_it():
    # predict(lm(x ~ 1), data.frame(a = 1), interval = "prediction") of R 4.2.2
    found = prediction_interval(VALUES, future=1, confidence=0.95)
    assert found == pytest.approx((47.3224933, 52.6775067), abs=5e-8)


def test_several_further_values_share_the_confidence():
    # mean(x) + c(-1, 1) * qt(1 - 0.05 / 8, 4) * sd(x) * sqrt(1 + 1 / 5) of R 4.2.2
    found = prediction_interval(VALUES, future=4, confidence=0.95)
    assert found == pytest.approx((45.83909639, 54.16090361), abs=5e-9)


def test_no_further_value_is_refused():
    with pytest.raises(ValueError, match="0 further values"):
        prediction_interval(VALUES, future=0, confidence=0.95)
